/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The clocks. Sitting is measured on one that nobody sets; only working hours, "until 15:00" and the history
 * go by the wall clock.
 */
#include <string.h>
#include <sys/timex.h>
#include <time.h>

#include "cli/doctor-family.h"
#include "cli/format.h"
#include "util/i18n.h"

#define YEAR_2020_USEC (INT64_C(1577836800) * USEC_PER_SEC)

void clock_report(struct doctor *d)
{
    bool scheduled = d->settings && d->settings->rules.n_schedule > 0;
    usec_t now = now_usec(CLOCK_REALTIME), boot = now_usec(CLOCK_BOOTTIME);
    char clock[FORMAT_TIME_MAX], up[FORMAT_TIME_MAX];
    struct timex timex = {0};
    struct finding *f;
    const char *zone = getenv("TZ");
    bool known = is_set(zone) || access("/etc/localtime", R_OK) == 0;

    if (now < YEAR_2020_USEC || now < boot) {
        f = finding_add(&d->report, LEVEL_WARNING, _("the wall clock is wrong: %s"),
                        format_iso(clock, sizeof(clock), now));
        finding_detail(f, _("Sitting is measured all the same; working hours and the history go by it."));
        finding_hint(f, "timedatectl set-ntp true");
    } else {
        tzset();
        f = finding_add(&d->report, LEVEL_OK, "%s, %s", format_iso(clock, sizeof(clock), now),
                        known ? tzname[daylight > 0 && localtime(&(time_t){now / USEC_PER_SEC})->tm_isdst > 0]
                              : _("no time zone set"));
        finding_detail(f, _("%s since the boot. Moving the wall clock changes nothing that was counted."),
                       format_duration(up, sizeof(up), boot));
    }
    if (!known) {
        f = finding_add(&d->report, scheduled ? LEVEL_WARNING : LEVEL_NOTE,
                        _("no time zone is set: UTC is taken"));
        finding_hint(f, "timedatectl set-timezone REGION/CITY");
    }
    /* Without modes it only reads. */
    if (adjtimex(&timex) >= 0 && (timex.status & STA_UNSYNC)) {
        f = finding_add(&d->report, LEVEL_NOTE, _("the wall clock is not known to be synchronised"));
        finding_detail(f, "%s",
                       scheduled ? _("Your working hours go by it.")
                                 : _("Only working hours and the history go by it."));
        finding_hint(f, _("timedatectl set-ntp true, unless another machine or container keeps it"));
    }
    if (d->answers && d->status.state && strcmp(d->status.state, "off-hours") == 0)
        (void)finding_add(&d->report, LEVEL_NOTE, _("by this clock it is outside your working hours"));
}
