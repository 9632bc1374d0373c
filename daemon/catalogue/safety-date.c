/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a due date to a trimester. Counts whole days of the calendar: it knows no clock, no time zone and no
 * summer time; whoever calls says which day it is where the user is.
 */
#include <errno.h>
#include <string.h>

#include "catalogue/safety.h"

#define TERM_DAYS (40 * 7)           /* from the start of the count to the due date */
#define T2_LEFT (TERM_DAYS - 13 * 7) /* days before the due date at which week 13 is full */
#define T3_LEFT (TERM_DAYS - 28 * 7)
#define UNCLEAR_LEFT (TERM_DAYS + 14) /* farther off than this no pregnancy has begun */
#define OVERDUE_DAYS 14               /* so long nobody can know whether the child is born */
#define POSTPARTUM_DAYS (12 * 7)

static int two_digits(const char *p)
{
    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
        return -EINVAL;
    return (p[0] - '0') * 10 + (p[1] - '0');
}

/* Days since 1970-01-01 in the Gregorian calendar, with years that begin in March so that a leap day is the
 * last one of its year. */
static int64_t day_of(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;

    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 719469;
}

/**
 * safety_day_parse() - a date as a number of days
 * @text: YYYY-MM-DD
 * @ret_day: days since 1970-01-01
 *
 * Return: 0, or -EINVAL if there is no such day.
 */
int safety_day_parse(const char *text, int64_t *ret_day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int century, year, month, day, length;

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
        return -EINVAL;
    century = two_digits(text);
    year = two_digits(text + 2);
    month = two_digits(text + 5);
    day = two_digits(text + 8);
    if (century < 0 || year < 0 || month < 1 || month > 12)
        return -EINVAL;
    year += century * 100;
    length = lengths[month - 1];
    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
        length++;
    if (day < 1 || day > length || year < 1)
        return -EINVAL;
    *ret_day = day_of(year, month, day);
    return 0;
}

/**
 * safety_trimester() - where a pregnancy is
 * @due_day: the due date, days since 1970-01-01
 * @today: the same of today, by the user's calendar
 *
 * The second trimester begins with 13 full weeks, the third with 28. Once the date has gone by, the 12 weeks
 * after it are postpartum; for the first two of them the third trimester's rules stay as well, as the child
 * may not be born yet. A date farther off than a pregnancy lasts is a slip in the date: it tells nothing, so
 * all three apply.
 */
enum safety_trimester safety_trimester(int64_t due_day, int64_t today)
{
    int64_t left = due_day - today;

    if (left > UNCLEAR_LEFT)
        return SAFETY_TRIMESTER_UNCLEAR;
    if (left > T2_LEFT)
        return SAFETY_TRIMESTER_T1;
    if (left > T3_LEFT)
        return SAFETY_TRIMESTER_T2;
    if (left >= 0)
        return SAFETY_TRIMESTER_T3;
    if (left >= -OVERDUE_DAYS)
        return SAFETY_TRIMESTER_OVERDUE;
    if (left >= -POSTPARTUM_DAYS)
        return SAFETY_TRIMESTER_POSTPARTUM;
    return SAFETY_TRIMESTER_NONE;
}
