/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `backcarectl config`: needs no daemon. */
#pragma once

/* argv[0] is "config". The exit status. */
int verb_config(int argc, char *argv[], void *userdata);
