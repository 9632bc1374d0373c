/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/x11-module.h"

const struct x11_api backcare_x11_api = {
    .connect_start = x11_connect_start,
    .connect_free = x11_connect_free,
    .server_new = x11_server_new,
    .server_free = x11_server_free,
    .server_kick = x11_server_kick,
    .server_set_alarms = x11_server_set_alarms,
    .server_ask = x11_server_ask,
    .server_forget = x11_server_forget,
};
