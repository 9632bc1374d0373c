/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What DISPLAY says, and where the socket of such a server is. Knows nothing of the protocol.
 */
#pragma once

#define X11_SOCKET_DIR "/tmp/.X11-unix"

int x11_display_parse(const char *display, unsigned *ret_number);
