/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * X-MMS-IM-Format: the tables both ways, all effects, hostile values.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "vectors.h"
#include "wire/msnp-textformat.h"

static char *
effects_of(const MsnpTextFormat *format)
{
	return g_strconcat(format->bold ? "B" : "", format->italic ? "I" : "",
			   format->underline ? "U" : "", format->strike ? "S" : "", NULL);
}

static void
test_read(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("textformat.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autoptr(MsnpTextFormat) format = msnp_text_format_parse(row[0]);
		g_autofree char *effects = effects_of(format);
		g_autofree char *colour = g_strdup_printf("%06x", format->colour);

		vectors_note(row[0]);
		g_assert_cmpstr(format->font, ==, vectors_field(row, 1));
		g_assert_cmpstr(effects, ==, row[2]);
		g_assert_cmpstr(format->has_colour ? colour : NULL, ==, vectors_field(row, 3));
		g_assert_cmpint(format->right_to_left, ==, *row[4] == '1');
	}
}

static void
test_write(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("textformat-out.txt");
	g_autofree char *plain = msnp_text_format_write(NULL);

	g_assert_cmpstr(plain, ==, "FN=MS%20Shell%20Dlg; EF=; CO=0; CS=0; PF=0");
	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autoptr(MsnpTextFormat) format = msnp_text_format_new();
		g_autofree char *value = NULL;

		format->font = g_strdup(vectors_field(row, 0));
		format->bold = strchr(row[1], 'B') != NULL;
		format->italic = strchr(row[1], 'I') != NULL;
		format->underline = strchr(row[1], 'U') != NULL;
		format->strike = strchr(row[1], 'S') != NULL;
		format->has_colour = vectors_field(row, 2) != NULL;
		format->colour = (guint32)g_ascii_strtoull(row[2], NULL, 16);
		format->right_to_left = *row[3] == '1';
		value = msnp_text_format_write(format);
		g_assert_cmpstr(value, ==, row[4]);
	}
}

/* lesson_118: all effects at once, and every other choice of them. */
static void
test_lesson_118(void)
{
	for (guint bits = 0; bits < 1U << 6; bits++) {
		g_autoptr(MsnpTextFormat) format = msnp_text_format_new();
		g_autoptr(MsnpTextFormat) again = NULL;
		g_autofree char *value = NULL;

		format->font = g_strdup("Segoe UI");
		format->bold = (bits & 1) != 0;
		format->italic = (bits & 2) != 0;
		format->underline = (bits & 4) != 0;
		format->strike = (bits & 8) != 0;
		format->right_to_left = (bits & 16) != 0;
		format->has_colour = (bits & 32) != 0;
		format->colour = 0x123456;
		value = msnp_text_format_write(format);
		again = msnp_text_format_parse(value);
		g_test_message("%s", value);
		g_assert_true(msnp_text_format_equal(format, again));
	}
}

/* Names of any characters: what is read of what was written is written the same way. */
static void
test_any_format(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(117);

	for (guint round = 0; round < 2000; round++) {
		g_autoptr(MsnpTextFormat) format = msnp_text_format_new();
		g_autoptr(MsnpTextFormat) again = NULL;
		g_autoptr(GString) font = g_string_new(NULL);
		g_autofree char *value = NULL;
		g_autofree char *value_again = NULL;

		for (guint length = msnp_random_below(random, 40); length > 0; length--) {
			gunichar c = msnp_random_below(
			    random, msnp_random_below(random, 2) ? 0x180 : 0x20000);

			g_string_append_unichar(font, c && g_unichar_validate(c) ? c : 'x');
		}
		format->font = g_strdup(font->str);
		format->strike = msnp_random_below(random, 2) == 0;
		format->has_colour = TRUE;
		format->colour = 1 + msnp_random_below(random, 0xFFFFFF);
		value = msnp_text_format_write(format);
		again = msnp_text_format_parse(value);
		value_again = msnp_text_format_write(again);
		g_assert_cmpstr(value_again, ==, value);
		g_assert_cmphex(again->colour, ==, format->colour);
		g_assert_cmpint(again->strike, ==, format->strike);
		g_assert_true(g_str_is_ascii(value));
		g_assert_null(strpbrk(value, "\r\n"));
		g_assert_cmpuint(strlen(value), <, 500);
	}
}

/* CVE-2008-2409: values of any length; a name is short in the end. */
static void
test_cve_2008_2409(void)
{
	static const char *const units[] = { "x",     "%",        "%41",
					     "FN=a;", "EF=BIUS;", "\xe2\x98\x95",
					     ";",     "=",        "%e2%98%95" };

	for (gsize unit = 0; unit < G_N_ELEMENTS(units); unit++) {
		g_autoptr(GString) value = g_string_new("FN=");
		g_autoptr(MsnpTextFormat) format = NULL;

		while (value->len < 65536)
			g_string_append(value, units[unit]);
		format = msnp_text_format_parse(value->str);
		if (format->font) {
			g_assert_true(g_utf8_validate(format->font, -1, NULL));
			g_assert_cmpint(g_utf8_strlen(format->font, -1), <=, MSNP_FONT_MAX_READ);
		}
	}
}

/* Cut at every position, bytes changed: an answer, of clean text. */
static void
test_total(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(8);
	g_autoptr(GPtrArray) rows = vectors_table("textformat.txt");

	for (guint i = 0; i < rows->len; i++) {
		const char *value = ((char **)rows->pdata[i])[0];

		for (gsize length = 0; length <= strlen(value); length++) {
			g_autofree char *bytes = g_strndup(value, length);
			g_autoptr(MsnpTextFormat) format = NULL;

			if (length > 0 && msnp_random_below(random, 2))
				msnp_random_bytes(random,
						  (guint8 *)bytes +
						      msnp_random_below(random, (guint32)length),
						  1);
			format = msnp_text_format_parse(bytes);
			g_assert_true(!format->font || g_utf8_validate(format->font, -1, NULL));
			g_assert_true(!format->font || *format->font);
			g_assert_cmphex(format->colour, <=, 0xFFFFFF);
		}
	}
}

static void
test_copy(void)
{
	g_autoptr(MsnpTextFormat) none = msnp_text_format_parse(NULL);
	g_autoptr(MsnpTextFormat) format = msnp_text_format_parse("FN=Arial; EF=B; CO=ff");
	g_autoptr(MsnpTextFormat) copy = msnp_text_format_copy(format);

	g_assert_true(msnp_text_format_equal(format, copy));
	g_assert_false(msnp_text_format_equal(format, none));
	copy->colour = 1;
	g_assert_false(msnp_text_format_equal(format, copy));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/textformat/read", test_read);
	g_test_add_func("/textformat/write", test_write);
	g_test_add_func("/textformat/lesson_118", test_lesson_118);
	g_test_add_func("/textformat/any-format", test_any_format);
	g_test_add_func("/textformat/cve_2008_2409", test_cve_2008_2409);
	g_test_add_func("/textformat/total", test_total);
	g_test_add_func("/textformat/copy", test_copy);
	return g_test_run();
}
