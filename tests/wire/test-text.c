/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text made safe: clean, idempotent, cut between characters, of every charset.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "util/msnp-text.h"

static void
assert_clean(const char *bytes, gssize length, gsize max, MsnpTextFlags flags, const char *expected)
{
	g_autofree char *clean = msnp_text_clean(bytes, length, max, flags);

	g_assert_cmpstr(clean, ==, expected);
}

static void
test_clean(void)
{
	assert_clean(NULL, -1, 0, MSNP_TEXT_LINE, "");
	assert_clean("caf\xe9!", -1, 0, MSNP_TEXT_LINE, "caf\xef\xbf\xbd!");
	assert_clean("a\0b", 3, 0, MSNP_TEXT_LINE, "ab");
	assert_clean("x\x1b[0m\x7f", -1, 0, MSNP_TEXT_LINE, "x[0m");
	assert_clean("a\r\nb\rc\nd\te", -1, 0, MSNP_TEXT_LINE, "a b c d e");
	assert_clean("a\r\nb\rc\nd\te", -1, 0, MSNP_TEXT_KEEP_BREAKS, "a\nb\nc\nd\te");
	assert_clean("a\xe2\x80\xa8"
		     "b\xc2\x85"
		     "c",
		     -1, 0, MSNP_TEXT_LINE, "a b c");
	assert_clean("\xed\xa0\x80\xc0\x80\xf4\x90\x80\x80", -1, 0, MSNP_TEXT_LINE,
		     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
		     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	assert_clean("a\xe2\x80\xae\xe2\x81\xa6"
		     "b",
		     -1, 0, MSNP_TEXT_DROP_BIDI, "ab");
	assert_clean("a\xe2\x80\xae"
		     "b",
		     -1, 0, MSNP_TEXT_LINE,
		     "a\xe2\x80\xae"
		     "b");
	assert_clean("ab\xe2\x98\x95", -1, 4, MSNP_TEXT_LINE, "ab");
	assert_clean("ab\xe2\x98\x95", -1, 5, MSNP_TEXT_LINE, "ab\xe2\x98\x95");
}

static void
assert_decoded(const char *bytes, gsize length, const char *charset, const char *expected)
{
	g_autofree char *text = msnp_text_decode(bytes, length, charset, 0, MSNP_TEXT_LINE);

	g_assert_cmpstr(text, ==, expected);
}

static void
test_decode(void)
{
	assert_decoded("caf\xc3\xa9", 5, NULL, "caf\xc3\xa9");
	assert_decoded("caf\xe9", 4, NULL, "caf\xc3\xa9");
	assert_decoded("caf\xe9", 4, "UTF-8", "caf\xef\xbf\xbd");
	assert_decoded("caf\xe9", 4, "ISO-8859-1", "caf\xc3\xa9");
	assert_decoded("\x80", 1, "Windows-1252", "\xe2\x82\xac");
	assert_decoded("\xef\xcb", 2, "koi8-r", "\xd0\x9e\xd0\xba");
	assert_decoded("a\0b\0", 4, "utf-16le", "ab");
	assert_decoded("a\0\xc3\xa9", 4, NULL, "a\xc3\xa9");
	assert_decoded("", 0, "shift_jis", "");
}

/* CVE-2009-0647: "charset=UTF-8.0" and worse names fall back, and reach no converter. */
static void
test_cve_2009_0647(void)
{
	static const char *const names[] = { "UTF-8.0", "%n%s",
					     "",        "UTF-8//TRANSLIT",
					     "UTF-7",   "ISO-2022-CN-EXT",
					     "../../x", "utf-16le//IGNORE" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		assert_decoded("caf\xc3\xa9", 5, names[i], "caf\xc3\xa9");
		assert_decoded("caf\xe9", 4, names[i], "caf\xc3\xa9");
	}
}

/* Any bytes: valid, without controls, within the limit, and clean(clean(x)) is clean(x). */
static void
test_idempotent(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(1);

	for (guint round = 0; round < 20000; round++) {
		guint8 bytes[48];
		gsize length = msnp_random_below(random, sizeof bytes + 1);
		gsize max = msnp_random_below(random, 30);
		MsnpTextFlags flags = msnp_random_below(random, 4);
		g_autofree char *once = NULL, *twice = NULL;

		msnp_random_bytes(random, bytes, length);
		once = msnp_text_clean((char *)bytes, (gssize)length, max, flags);
		twice = msnp_text_clean(once, -1, max, flags);
		g_assert_cmpstr(twice, ==, once);
		g_assert_true(g_utf8_validate(once, -1, NULL));
		g_assert_true(max == 0 || strlen(once) <= max);
		for (const char *p = once; *p; p = g_utf8_next_char(p))
			g_assert_true(!g_unichar_iscntrl(g_utf8_get_char(p)) ||
				      ((flags & MSNP_TEXT_KEEP_BREAKS) && strchr("\n\t", *p)));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text/clean", test_clean);
	g_test_add_func("/text/decode", test_decode);
	g_test_add_func("/text/cve_2009_0647", test_cve_2009_0647);
	g_test_add_func("/text/idempotent", test_idempotent);
	return g_test_run();
}
