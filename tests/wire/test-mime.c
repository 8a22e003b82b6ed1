/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encoded words, transfer encodings, parameters, dates.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "vectors.h"
#include "wire/msnp-mime.h"

static void
test_words(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("mime.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autofree char *text = msnp_mime_decode_words(row[0], 0);

		vectors_note(row[0]);
		g_assert_cmpstr(text, ==, row[1]);
	}
}

/* lesson_170, CVE-2012-2318: cut anywhere, with any byte changed, it is clean text of one line. */
static void
test_words_total(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(10);
	g_autoptr(GPtrArray) rows = vectors_table("mime.txt");

	for (guint i = 0; i < rows->len; i++) {
		char *value = ((char **)rows->pdata[i])[0];

		for (gsize length = 0; length <= strlen(value); length++) {
			g_autofree char *cut = g_strndup(value, length);
			g_autofree char *text = NULL;

			if (length > 0)
				msnp_random_bytes(
				    random,
				    (guint8 *)cut + msnp_random_below(random, (guint32)length), 1);
			text = msnp_mime_decode_words(cut, 7);
			g_assert_true(g_utf8_validate(text, -1, NULL));
			g_assert_null(strpbrk(text, "\r\n\t\x1b"));
			g_assert_cmpuint(strlen(text), <=, 7);
		}
	}
}

/* A header of a megabyte takes no longer than one of 8 KiB. */
static void
test_words_bounded(void)
{
	static const char *const units[] = { "=?", "=?a?B?", "=?a?Q?=", "=?utf-8?B?QQ==?= ", "x" };

	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		GString *value = g_string_new(NULL);
		g_autofree char *text = NULL;
		gint64 begun;

		while (value->len < 1024 * 1024)
			g_string_append(value, units[i]);
		begun = g_get_monotonic_time();
		text = msnp_mime_decode_words(value->str, 0);
		g_assert_cmpint(g_get_monotonic_time() - begun, <, G_USEC_PER_SEC);
		g_assert_cmpuint(strlen(text), <=, 8192 * 3);
		g_string_free(value, TRUE);
	}
}

static void
test_encode(void)
{
	static const struct {
		const char *text, *word;
	} rows[] = {
		/* services.md 10.4. */
		{ "Alice", "=?utf-8?B?QWxpY2U=?=" },
		{ "B\xc3\xb4"
		  "b",
		  "=?utf-8?B?QsO0Yg==?=" },
		{ "", NULL },
		{ "\x01\x02", NULL },
		{ " \r\n", NULL },
		{ NULL, NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *word = msnp_mime_encode_word(rows[i].text, 48);

		g_assert_cmpstr(word, ==, rows[i].word);
	}
}

/* lesson_164: whatever the name, a word that decodes to its beginning, in whole characters. */
static void
test_lesson_164(void)
{
	static const char *const units[] = { "x", "\xc3\xbc", "\xe2\x98\x95", "\xf0\x9f\x98\x80" };

	for (gsize unit = 0; unit < G_N_ELEMENTS(units); unit++) {
		for (gsize offset = 1; offset <= 4; offset++) {
			GString *name = g_string_new_len("abcd", (gssize)offset);
			g_autofree char *word = NULL;
			g_autofree char *text = NULL;

			while (name->len < 200)
				g_string_append(name, units[unit]);
			word = msnp_mime_encode_word(name->str, 48);
			text = msnp_mime_decode_words(word, 0);
			g_assert_true(g_str_has_prefix(name->str, text));
			g_assert_true(g_utf8_validate(text, -1, NULL));
			g_assert_cmpuint(strlen(text), <=, 48);
			g_assert_cmpuint(strlen(text), >, 48 - strlen(units[unit]));
			g_string_free(name, TRUE);
		}
	}
}

static void
test_parameters(void)
{
	static const struct {
		const char *value, *parameter;
	} rows[] = {
		{ "multipart/mixed; boundary=abc", "abc" },
		{ "multipart/mixed; boundary=\"a b;c\"; x=y", "a b;c" },
		{ "multipart/mixed;charset=x ; Boundary = abc ", "abc" },
		{ "multipart/mixed; x=\"boundary=no\"; boundary=yes", "yes" },
		{ "multipart/mixed; boundary=first; boundary=second", "first" },
		{ "multipart/mixed; boundary=", "" },
		{ "multipart/mixed; boundary=\"\"", "" },
		/* CVE-2013-6482: the closing quote is missing. */
		{ "multipart/mixed; boundary=\"abc", "abc" },
		{ "multipart/mixed; boundary=\"", "" },
		{ "multipart/mixed; boundary", NULL },
		{ "multipart/mixed; xboundary=a", NULL },
		{ "boundary=a", NULL },
		{ ";;=;", NULL },
		{ "\"; boundary=a", NULL },
		{ "", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *parameter = msnp_mime_parameter(rows[i].value, "boundary");

		vectors_note(rows[i].value);
		g_assert_cmpstr(parameter, ==, rows[i].parameter);
	}
}

static void
test_dates(void)
{
	static const struct {
		const char *value;
		gint64 seconds;
	} rows[] = {
		/* services.md 10.3. */
		{ "14 Mar 2026 01:26:53 -0800", 1773480413 },
		{ "Sat, 14 Mar 2026 01:26:53 -0800", 1773480413 },
		{ "14 Mar 2026 09:26:53.0000 (UTC) FILETIME=[B192EC80:01DCB394]", 1773480413 },
		{ "14 MARCH 2026 09:26:53", 1773480413 },
		{ "14  mar 26 9:26:53 GMT", 1773480413 },
		{ "Sat,14 Mar 2026 14:56:53 +0530", 1773480413 },
		{ "14 Mar 2026 09:26 +0000", 1773480360 },
		{ "1 Jan 1970 00:00:01 +0000", 1 },
		{ "1 Jan 1970 00:00:01 +0100", 0 },
		{ "29 Feb 2026 01:26:53 -0800", 0 },
		{ "32 Mar 2026 01:26:53 -0800", 0 },
		{ "14 Mzr 2026 01:26:53 -0800", 0 },
		{ "14 Mar 2026 24:26:53 -0800", 0 },
		{ "14 Mar 2026 01 -0800", 0 },
		{ "14 Mar 2026 :: -0800", 0 },
		{ "14 Mar 2026", 0 },
		{ "-14 Mar -2026 01:26:53 -0800", 0 },
		{ "14 Mar 99999 01:26:53 -0800", 0 },
		{ "Sat", 0 },
		{ "", 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		vectors_note(rows[i].value);
		g_assert_cmpint(msnp_mime_parse_date(rows[i].value), ==,
				rows[i].seconds * G_USEC_PER_SEC);
	}
}

/* What base64 decodes, GLib has encoded; what it refuses adds nothing. */
static void
test_base64(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(3);
	GString *out = g_string_new("x");

	for (gsize length = 0; length < 200; length++) {
		guint8 bytes[200];
		g_autofree char *text = NULL;

		msnp_random_bytes(random, bytes, length);
		text = g_base64_encode(bytes, length);
		g_string_truncate(out, 0);
		g_assert_true(msnp_mime_decode_base64(text, strlen(text), out));
		g_assert_cmpmem(out->str, out->len, bytes, length);
	}
	g_string_assign(out, "x");
	g_assert_false(msnp_mime_decode_base64("QUJD\0", 5, out));
	g_assert_false(msnp_mime_decode_base64("QUJD-_", 6, out));
	g_assert_false(msnp_mime_decode_base64("QUJDR", 5, out));
	g_assert_cmpstr(out->str, ==, "x");
	g_string_free(out, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mime/words", test_words);
	g_test_add_func("/mime/words-total", test_words_total);
	g_test_add_func("/mime/words-bounded", test_words_bounded);
	g_test_add_func("/mime/encode", test_encode);
	g_test_add_func("/mime/lesson_164", test_lesson_164);
	g_test_add_func("/mime/parameters", test_parameters);
	g_test_add_func("/mime/dates", test_dates);
	g_test_add_func("/mime/base64", test_base64);
	return g_test_run();
}
