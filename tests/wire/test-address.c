/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles and host:port against the tables.
 */
#include <string.h>

#include "vectors.h"
#include "wire/msnp-address.h"

static void
test_handles(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("address.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autofree char *normal = msnp_handle_normalize(row[0]);
		g_autofree char *again = msnp_handle_normalize(normal);

		if (msnp_handle_is_valid(row[0]) != (vectors_field(row, 1) != NULL))
			g_error("\"%s\" should be %s", row[0], row[1]);
		g_assert_cmpstr(normal, ==, row[2]);
		g_assert_cmpstr(again, ==, normal);
		g_assert_true(msnp_handle_equal(row[0], normal));
	}
	g_assert_false(msnp_handle_is_valid(NULL));
	g_assert_false(msnp_handle_equal("a@b", "a@c"));
}

static void
test_split(void)
{
	g_autofree char *local = NULL, *domain = NULL;

	g_assert_true(msnp_handle_split("a@b@c.example", &local, &domain));
	g_assert_cmpstr(local, ==, "a@b");
	g_assert_cmpstr(domain, ==, "c.example");
	g_assert_false(msnp_handle_split("tel:+49", &local, &domain));
	g_assert_false(msnp_handle_split(NULL, &local, &domain));
}

static void
test_phones(void)
{
	g_assert_true(msnp_handle_is_phone("tel:+4930555010"));
	g_assert_false(msnp_handle_is_phone("tel:4930555010"));
	g_assert_false(msnp_handle_is_phone("tel:+49@b"));
	g_assert_false(msnp_handle_is_phone(NULL));
}

static void
test_hosts(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("host.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autofree char *host = NULL;
		guint16 port = 0;

		if (msnp_host_port_parse(row[0], &host, &port) != (vectors_field(row, 1) != NULL))
			g_error("\"%s\" should give \"%s\"", row[0], row[1]);
		g_assert_cmpstr(host, ==, vectors_field(row, 1));
		g_assert_cmpuint(port, ==, g_ascii_strtoull(row[2], NULL, 10));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/address/handles", test_handles);
	g_test_add_func("/address/split", test_split);
	g_test_add_func("/address/phones", test_phones);
	g_test_add_func("/address/hosts", test_hosts);
	return g_test_run();
}
