/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text of a catalogue that the tests of the format change line by line.
 */
#pragma once

/* A good exercise; the rows below change one line of it. */
static const char base[] = "[my-stretch]\n"                                /* 1 */
                           "title = My stretch\n"                          /* 2 */
                           "kind = stretch\n"                              /* 3 */
                           "regions = lower-back, hips\n"                  /* 4 */
                           "muscles = erector spinae, hip flexors\n"       /* 5 */
                           "tools = wall, chair\n"                         /* 6 */
                           "position = standing\n"                         /* 7 */
                           "place = desk\n"                                /* 8 */
                           "duration = 80s\n"                              /* 9 */
                           "hold = 20s\n"                                  /* 10 */
                           "reps = 2\n"                                    /* 11 */
                           "sides = both\n"                                /* 12 */
                           "intensity = 1\n"                               /* 13 */
                           "step-1 = Stand beside a wall.\n"               /* 14 */
                           "step-2 = Lean.\n"                              /* 15 */
                           "step-3 = Come back.\n"                         /* 16 */
                           "breath = Out as you lean.\n"                   /* 17 */
                           "caution = \"Slowly; a chair may roll.\"\n"     /* 18 */
                           "hazards = pelvis-uneven, balance\n"            /* 19 */
                           "pregnancy-t1 = yes\n"                          /* 20 */
                           "pregnancy-t2 = adapt\n"                        /* 21 */
                           "pregnancy-t3 = adapt\n"                        /* 22 */
                           "step-1-t2 = Hold the chair with both hands.\n" /* 23 */
                           "step-2-t2 = Lean a little.\n"                  /* 24 */
                           "sources = S2, PGP\n"                           /* 25 */
                           "\n"                                            /* 26 */
                           "[other-one]\n"                                 /* 27 */
                           "title = Another\n"                             /* 28 */
                           "kind = posture\n"                              /* 29 */
                           "regions = whole-body\n"                        /* 30 */
                           "position = seated\n"                           /* 31 */
                           "place = room\n"                                /* 32 */
                           "duration = 1min\n"                             /* 33 */
                           "intensity = 3\n"                               /* 34 */
                           "step-1 = One.\n"                               /* 35 */
                           "step-2 = Two.\n"                               /* 36 */
                           "hazards = none\n"                              /* 37 */
                           "pregnancy-t1 = no\n"                           /* 38 */
                           "pregnancy-t2 = no\n"                           /* 39 */
                           "pregnancy-t3 = no\n";                          /* 40 */
