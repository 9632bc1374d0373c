/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bus/text.h"
#include "util/macro.h"

static const struct {
    const char *in, *out;
} copies[] = {
    {"", ""},
    {"plain", "plain"},
    {"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
    {"a\nb\tc\x1b[0m\x7f", "a?b?c?[0m?"},
    {"\xc2\x85", "?"},                 /* a control character of two bytes */
    {"\xe9t\xe9", "?t?"},              /* Latin-1 */
    {"\xc3", "?"},                     /* cut short */
    {"\xe2\x82", "??"},                /* … */
    {"\xf0\x9f\x98", "???"},           /* … */
    {"\xc0\xaf", "??"},                /* overlong */
    {"\xe0\x80\xaf", "???"},           /* … */
    {"\xf0\x80\x80\xaf", "????"},      /* … */
    {"\xed\xa0\x80", "???"},           /* a surrogate */
    {"\xf4\x90\x80\x80", "????"},      /* beyond Unicode */
    {"\xf8\x88\x80\x80\x80", "?????"}, /* five bytes */
    {"\xef\xbf\xbe", "???"},           /* non-characters */
    {"\xef\xbf\xbf", "???"},
    {"\xef\xb7\x90", "???"},
    {"\xef\xb7\xaf", "???"},
    {"\xf0\x9f\xbf\xbe", "????"},
    {"\xef\xbf\xbd", "\xef\xbf\xbd"},
    {"\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80"},
    {"\xf4\x8f\xbf\xbd", "\xf4\x8f\xbf\xbd"},
    {"\x80\xbf", "??"},
};

static void test_copy(void **state)
{
    char buf[64];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(copies); i++) {
        assert_int_equal(text_copy(buf, sizeof buf, copies[i].in), strlen(copies[i].out));
        assert_string_equal(buf, copies[i].out);
    }
    assert_int_equal(text_copy(buf, sizeof buf, NULL), 0);
    assert_string_equal(buf, "");
}

/* Cut between characters, never within one, and never a byte beyond the buffer. */
static void test_copy_cuts(void **state)
{
    static const char *const text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z";
    static const size_t lengths[] = {0, 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    char buf[16];

    (void)state;
    for (size_t size = 1; size < ARRAY_SIZE(lengths); size++) {
        memset(buf, 'X', sizeof buf);
        assert_int_equal(text_copy(buf, size, text), lengths[size]);
        assert_int_equal(strlen(buf), lengths[size]);
        assert_memory_equal(buf, text, lengths[size]);
        assert_int_equal(buf[size], 'X');
    }
}

static void test_clean_lines(void **state)
{
    char two[] = "one\ttab\ntwo\x1b\n\n", bad[] = "caf\xe9\r\nx", empty[] = "", feeds[] = "\n\n",
         c1[] = "\xc2\x9bx";

    (void)state;
    assert_string_equal(text_clean_lines(two), "one\ttab\ntwo?");
    assert_string_equal(text_clean_lines(bad), "caf??\nx");
    assert_string_equal(text_clean_lines(empty), "");
    assert_string_equal(text_clean_lines(feeds), "");
    assert_string_equal(text_clean_lines(c1), "??x");
}

static void test_label(void **state)
{
    (void)state;
    assert_true(text_is_label("x", 1));
    assert_true(text_is_label(" a b ", 5));
    assert_true(text_is_label("\xc3\xa9", 2));
    assert_false(text_is_label("\xc3\xa9", 1));
    assert_false(text_is_label("xx", 1));
    assert_false(text_is_label("", 8));
    assert_false(text_is_label("   ", 8));
    assert_false(text_is_label("a\nb", 8));
    assert_false(text_is_label("a\x7f", 8));
    assert_false(text_is_label("\xff", 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_copy_cuts),
        cmocka_unit_test(test_clean_lines),
        cmocka_unit_test(test_label),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
