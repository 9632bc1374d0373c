/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libFuzzer: any bytes as an INI file. A crash, a leak or a difference between our scanner and iniparser is a
 * finding. Built with -Dfuzz=true and clang: fuzz-ini -max_len=4096 CORPUS.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/ini.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* At the end: the fuzzer soon writes these words into a section's name. */
static bool is_difference(const char *text)
{
    static const char end[] = ": please report it";
    size_t n = strlen(text);

    return n >= sizeof(end) - 1 && strcmp(text + n - (sizeof(end) - 1), end) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diagnostics d = {0};
    struct ini_file *file = NULL;

    if (ini_parse("fuzz", (const char *)data, size, &d, &file) < 0)
        return 0;
    for (size_t i = 0; i < d.n; i++)
        if (is_difference(d.items[i].text))
            abort();
    ini_file_free(file);
    diagnostics_done(&d);
    return 0;
}
