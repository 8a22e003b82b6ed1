/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Codes of Messenger Plus!: the table, and what must hold for any text.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "vectors.h"
#include "wire/msnp-plus.h"

/* lesson_122 */
static void
test_lesson_122(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("plus.txt");
	g_autofree char *none = msnp_plus_strip(NULL);

	g_assert_cmpstr(none, ==, "");
	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autofree char *stripped = msnp_plus_strip(row[0]);

		vectors_note(row[0]);
		g_assert_cmpstr(stripped, ==, row[1]);
	}
}

/* Whether part comes of whole by leaving out bytes. */
static gboolean
is_left_of(const char *part, const char *whole)
{
	for (; *whole && *part; whole++)
		if (*whole == *part)
			part++;
	return *part == '\0';
}

static void
test_any_text(void)
{
	static const char *const units[] = {
		"[",   "]",       "/",  "c",     "a",   "b",    "i",        "=", "1",
		"12",  "#",       "ff", ",",     "(",   ")",    "\xc2\xb7", "$", "&",
		"@",   "'",       "0",  "[c=1]", "[b]", "[/b]", "[/c]",     "x", "\xe2\x98\x95",
		"red", "#ff8000",
	};
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(122);

	for (guint round = 0; round < 20000; round++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autofree char *stripped = NULL;

		for (guint length = msnp_random_below(random, 24); length > 0; length--)
			g_string_append(text,
					units[msnp_random_below(random, G_N_ELEMENTS(units))]);
		stripped = msnp_plus_strip(text->str);
		g_assert_true(g_utf8_validate(stripped, -1, NULL));
		g_assert_true(is_left_of(stripped, text->str));
	}
}

/* Without brackets and dots there are no codes. */
static void
test_plain_text(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(123);

	for (guint round = 0; round < 2000; round++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autofree char *stripped = NULL;

		for (guint length = msnp_random_below(random, 40); length > 0; length--) {
			gunichar c = 1 + msnp_random_below(random, 0x2FF);

			if (c != '[' && c != 0xB7)
				g_string_append_unichar(text, c);
		}
		stripped = msnp_plus_strip(text->str);
		g_assert_cmpstr(stripped, ==, text->str);
	}
}

/* The work grows with the text, not with its square. */
static void
test_long(void)
{
	static const char *const units[] = { "[", "[b]",        "[/b]",         "[c=1]",  "[c=",
					     "1", "\xc2\xb7$1", "\xc2\xb7$(1,", "[c=1,2," };

	for (gsize unit = 0; unit < G_N_ELEMENTS(units); unit++) {
		g_autoptr(GString) text = g_string_new("[c=");
		g_autofree char *stripped = NULL;
		gint64 start = g_get_monotonic_time();

		while (text->len < 1000000)
			g_string_append(text, units[unit]);
		stripped = msnp_plus_strip(text->str);
		g_assert_cmpuint(strlen(stripped), <=, text->len);
		g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plus/lesson_122", test_lesson_122);
	g_test_add_func("/plus/any-text", test_any_text);
	g_test_add_func("/plus/plain-text", test_plain_text);
	g_test_add_func("/plus/long", test_long);
	return g_test_run();
}
