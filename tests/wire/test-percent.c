/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Percent-encoding: the table, the limit, round trips.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "util/msnp-text.h"
#include "vectors.h"
#include "wire/msnp-percent.h"

static void
test_table(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("percent.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autofree char *decoded = msnp_percent_decode(row[0]);
		g_autofree char *encoded = msnp_percent_encode(row[1]);

		g_assert_cmpstr(decoded, ==, row[1]);
		g_assert_cmpstr(encoded, ==, row[2]);
	}
}

/* Section 1.3: 387 bytes after encoding, cut between characters. */
static void
test_nickname_limit(void)
{
	for (gsize max = 0; max < 60; max++) {
		static const char text[] = "a\xe2\x98\x95 b\xc3\xa9\xf0\x9f\x98\x80z%";
		g_autofree char *encoded = msnp_percent_encode_max(text, max);
		g_autofree char *decoded = msnp_percent_decode(encoded);

		g_assert_cmpuint(strlen(encoded), <=, max);
		g_assert_true(g_str_has_prefix(text, decoded));
		g_assert_true(g_utf8_validate(decoded, -1, NULL));
	}
	for (gsize n = 385; n < 390; n++) {
		g_autofree char *text = g_strnfill(n, 'x');
		g_autofree char *encoded = msnp_percent_encode_max(text, MSNP_NICKNAME_MAX);

		g_assert_cmpuint(strlen(encoded), ==, MIN(n, MSNP_NICKNAME_MAX));
	}
}

static void
test_round_trip(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(387);

	for (guint round = 0; round < 5000; round++) {
		guint8 bytes[64];
		gsize length = msnp_random_below(random, sizeof bytes);
		g_autofree char *text = NULL, *encoded = NULL, *decoded = NULL;

		msnp_random_bytes(random, bytes, length);
		text = msnp_text_clean((char *)bytes, (gssize)length, 0, MSNP_TEXT_LINE);
		encoded = msnp_percent_encode(text);
		decoded = msnp_percent_decode(encoded);
		g_assert_cmpstr(decoded, ==, text);
		for (const char *p = encoded; *p; p++)
			g_assert_true(g_ascii_isgraph(*p));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/percent/table", test_table);
	g_test_add_func("/percent/nickname-limit", test_nickname_limit);
	g_test_add_func("/percent/round-trip", test_round_trip);
	return g_test_run();
}
