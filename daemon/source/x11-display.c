/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/x11-display.h"

/**
 * x11_display_parse() - read DISPLAY as libxcb does, for a server on this machine
 * @display: "[unix][/][unix]:NUMBER[.SCREEN]"
 * @ret_number: the display's number; untouched on failure
 *
 * Return: 0; -EREMOTE for a server on another machine or behind a TCP port; -EINVAL if it is no display.
 */
int x11_display_parse(const char *display, unsigned *ret_number)
{
    const char *colon = strrchr(display, ':'), *slash = strrchr(display, '/');
    const char *host = slash ? slash + 1 : display;
    unsigned long number;
    char *end;

    if (!colon || colon < host || colon[1] < '0' || colon[1] > '9')
        return -EINVAL;
    errno = 0;
    number = strtoul(colon + 1, &end, 10);
    if (errno != 0 || number > UINT16_MAX)
        return -EINVAL;
    if (*end == '.' && end[1])
        end += 1 + strspn(end + 1, "0123456789");
    if (*end)
        return -EINVAL;
    if (slash ? strncmp(display, "unix/", 5) != 0 || slash != display + 4
              : colon != host && strncmp(host, "unix:", 5) != 0)
        return -EREMOTE;
    *ret_number = (unsigned)number;
    return 0;
}
