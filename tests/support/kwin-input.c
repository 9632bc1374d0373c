/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A user's hands on KWin, by its own protocol for that: motion, key or button on standard input, one a line,
 * each answered by `done` once the compositor has it. Ends with its input. Says at first which version it
 * speaks. KWin must have been started with KWIN_WAYLAND_NO_PERMISSION_CHECKS=1.
 */
#include <linux/input-event-codes.h>
#include <stdio.h>
#include <string.h>
#include <wayland-client.h>

#include "fake-input-client-protocol.h"
#include "util/macro.h"

static struct org_kde_kwin_fake_input *hands;

static void on_global(_unused_ void *userdata, struct wl_registry *registry, uint32_t name,
                      const char *interface, uint32_t version)
{
    if (strcmp(interface, org_kde_kwin_fake_input_interface.name) == 0)
        hands = wl_registry_bind(registry, name, &org_kde_kwin_fake_input_interface, MIN(version, 4u));
}

static void on_global_remove(_unused_ void *userdata, _unused_ struct wl_registry *registry,
                             _unused_ uint32_t name)
{
}

static void touch(const char *what)
{
    if (strcmp(what, "motion") == 0)
        org_kde_kwin_fake_input_pointer_motion(hands, wl_fixed_from_int(3), wl_fixed_from_int(3));
    for (uint32_t down = 2; down-- > 0;) {
        if (strcmp(what, "button") == 0)
            org_kde_kwin_fake_input_button(hands, BTN_LEFT, down);
        if (strcmp(what, "key") == 0)
            org_kde_kwin_fake_input_keyboard_key(hands, KEY_A, down);
    }
}

int main(void)
{
    static const struct wl_registry_listener listener = {on_global, on_global_remove};
    struct wl_display *display = wl_display_connect(NULL);
    struct wl_registry *registry;
    char line[32];

    if (!display)
        return 1;
    registry = wl_display_get_registry(display);
    wl_registry_add_listener(registry, &listener, NULL);
    if (wl_display_roundtrip(display) < 0 || !hands) {
        (void)fputs("kwin-input: no org_kde_kwin_fake_input here\n", stderr);
        return 1;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    org_kde_kwin_fake_input_authenticate(hands, "backcare", "a test");
    if (wl_display_roundtrip(display) < 0)
        return 1;
    printf("version %u\n", org_kde_kwin_fake_input_get_version(hands));
    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = 0;
        touch(line);
        if (wl_display_roundtrip(display) < 0)
            return 1;
        puts("done");
    }
    org_kde_kwin_fake_input_destroy(hands);
    wl_registry_destroy(registry);
    wl_display_disconnect(display);
    return 0;
}
