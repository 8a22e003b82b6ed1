/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The challenge table of the reference.
 */
#include <string.h>

#include "vectors.h"
#include "wire/msnp-challenge.h"

static void
test_table(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("challenge.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autofree char *answer = msnp_challenge_answer(row[0], row[1], row[2]);

		g_assert_cmpstr(answer, ==, row[3]);
	}
}

static void
test_any_text(void)
{
	for (gsize length = 0; length <= MSNP_CHALLENGE_MAX + 1; length++) {
		g_autofree char *text = g_strnfill(length, '\xff');
		g_autofree char *answer =
		    msnp_challenge_answer(text, MSNP_PRODUCT_ID, MSNP_PRODUCT_KEY);

		if (length > MSNP_CHALLENGE_MAX)
			g_assert_null(answer);
		else
			g_assert_cmpuint(strspn(answer, "0123456789abcdef"), ==, 32);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/challenge/table", test_table);
	g_test_add_func("/challenge/any-text", test_any_text);
	return g_test_run();
}
