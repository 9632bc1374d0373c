/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcarectl posture: what a hot key, a desk or a chair reports. A report, so it never starts the daemon.
 */
#include <stdio.h>

#include "cli/args.h"
#include "cli/client.h"
#include "cli/words.h"
#include "util/i18n.h"

/**
 * verb_posture() - backcarectl posture sitting|standing|walking [TIME]
 *
 * Return: the exit status.
 */
int verb_posture(int argc, char *argv[], void *userdata)
{
    static const char *const postures[] = {"sitting", "standing", "walking", NULL};
    _cleanup_(client_freep) struct client *client = NULL;
    struct client_error error = {0};
    uint64_t lease = UINT64_MAX; /* without a TIME: until another is reported */
    struct args args;
    usec_t usec;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    r = choice_read("posture", N_("posture"), args.words[0], postures);
    if (r == 0 && args.n_words > 1) {
        r = duration_read("posture", args.words + 1, &usec);
        lease = (uint64_t)usec;
    }
    if (r != 0)
        return r;
    if (client_new(0, &client, &error) < 0 ||
        client_call(client, "ReportPosture", CLIENT_NOTHING, NULL, &error, "st", args.words[0], lease) < 0)
        return client_fail(&error);
    printf(_("Posture: %s.\n"), word_text(args.words[0]));
    return CLI_DONE;
}
