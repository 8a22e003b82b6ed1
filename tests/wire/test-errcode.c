/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The error table against the one of the reference.
 */
#include <string.h>

#include "vectors.h"
#include "wire/msnp-errcode.h"

static MsnpErrclass
class_of(guint number, const char *letters)
{
	/* Two classes in the document; maintenance is the server's, see msnp-errcode.c. */
	if (number == 500)
		return MSNP_ERRCLASS_LINK;
	switch (*letters) {
	case 'R':
		return MSNP_ERRCLASS_REQUEST;
	case 'L':
		return MSNP_ERRCLASS_LIST;
	case 'A':
		return MSNP_ERRCLASS_ACCOUNT;
	default:
		g_assert_cmpint(*letters, ==, 'K');
		return MSNP_ERRCLASS_LINK;
	}
}

static MsnpRetry
retry_of(const char *words)
{
	if (g_str_has_prefix(words, "auto"))
		return MSNP_RETRY_AUTO;
	if (g_str_has_prefix(words, "later"))
		return MSNP_RETRY_LATER;
	if (g_str_has_prefix(words, "once") || strcmp(words, "as 911") == 0)
		return MSNP_RETRY_TICKET;
	return g_str_has_prefix(words, "retry") ? MSNP_RETRY_REQUEST : MSNP_RETRY_NEVER;
}

static void
test_table(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("errcode.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		guint number = (guint)g_ascii_strtoull(row[0], NULL, 10);
		const MsnpErrcode *errcode = msnp_errcode_lookup(number);

		g_assert_cmpuint(errcode->number, ==, number);
		g_assert_cmpint(errcode->errclass, ==, class_of(number, row[1]));
		g_assert_cmpint(errcode->retry, ==, retry_of(row[2]));
		g_assert_cmpuint(strlen(errcode->log), >, 3);
	}
}

/* Section 15: an unknown number is a refused request that leaves the link alone. */
static void
test_every_number(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("errcode.txt");
	guint known = 0;

	for (guint number = 0; number < 1100; number++) {
		const MsnpErrcode *errcode = msnp_errcode_lookup(number);

		g_assert_nonnull(errcode->log);
		if (errcode->number == number && number != 0)
			known++;
		else
			g_assert_cmpint(errcode->errclass, ==, MSNP_ERRCLASS_REQUEST);
	}
	g_assert_cmpuint(known, ==, rows->len);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/errcode/table", test_table);
	g_test_add_func("/errcode/every-number", test_every_number);
	return g_test_run();
}
