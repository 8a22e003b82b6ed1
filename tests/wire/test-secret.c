/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Secrets and random numbers.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "util/msnp-secret.h"

static void
test_secret(void)
{
	g_autoptr(MsnpSecret) secret = msnp_secret_new("hunter2");
	g_autoptr(MsnpSecret) same = msnp_secret_ref(secret);
	g_autoptr(MsnpSecret) empty = msnp_secret_new(NULL);
	g_autoptr(MsnpSecret) part = msnp_secret_new_len("hunter2", 3);

	g_assert_cmpstr(msnp_secret_peek(same), ==, "hunter2");
	g_assert_cmpstr(msnp_secret_peek(part), ==, "hun");
	g_assert_cmpstr(msnp_secret_peek(empty), ==, "");
	g_assert_true(msnp_secret_is_empty(empty));
	g_assert_false(msnp_secret_is_empty(secret));
}

static void
test_wipe(void)
{
	char bytes[] = "hunter2";

	msnp_secret_wipe(bytes, sizeof bytes);
	for (gsize i = 0; i < sizeof bytes; i++)
		g_assert_cmpint(bytes[i], ==, 0);
	msnp_secret_wipe(NULL, 0);
}

static void
test_seeded(void)
{
	g_autoptr(MsnpRandom) one = msnp_random_new_seeded(7);
	g_autoptr(MsnpRandom) same = msnp_random_new_seeded(7);

	for (guint i = 1; i < 1000; i++) {
		guint32 number = msnp_random_below(one, i);

		g_assert_cmpuint(number, <, i);
		g_assert_cmpuint(msnp_random_below(same, i), ==, number);
	}
	g_assert_cmpuint(msnp_random_below(one, 1), ==, 0);
}

static void
test_guid(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new();
	g_autofree char *guid = msnp_random_guid(random);
	g_autofree char *other = msnp_random_guid(random);

	g_assert_true(g_regex_match_simple(
	    "^\\{[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}\\}$", guid, 0,
	    0));
	g_assert_cmpstr(guid, !=, other);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/secret/secret", test_secret);
	g_test_add_func("/secret/wipe", test_wipe);
	g_test_add_func("/random/seeded", test_seeded);
	g_test_add_func("/random/guid", test_guid);
	return g_test_run();
}
