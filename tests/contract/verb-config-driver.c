/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `config …` as a program of its own, for tests/contract/test_config.py: argv[1] is "config".
 */
#include "cli/verb-config.h"

int main(int argc, char *argv[])
{
    return argc > 1 ? verb_config(argc - 1, argv + 1, 0) : 2;
}
