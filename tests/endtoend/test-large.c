/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lesson_057: a list of 5,000 costs little memory and never stops the main loop. */
#include "headless.h"

#include <stdio.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#endif

#define CONTACTS 5000
/* What the whole process may grow by; an address sanitizer takes a multiple. */
#define GROWTH_MAX_KIB (30 * 1024)

static glong
resident_kib(void)
{
	g_autofree char *status = NULL;
	const char *line;

	if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
		return 0;
	line = strstr(status, "VmRSS:");
	return line ? (glong)g_ascii_strtoll(line + strlen("VmRSS:"), NULL, 10) : 0;
}

static char *
accounts_json(void)
{
	GString *json = g_string_new("{ \"accounts\": [ { \"handle\": \"alice@example.com\", "
				     "\"password\": \"alice\", \"name\": \"Alice\", "
				     "\"groups\": [\"One\", \"Two\", \"Three\"], \"contacts\": [");

	for (guint i = 0; i < CONTACTS; i++)
		g_string_append_printf(json,
				       "%s{ \"handle\": \"contact%04u@example.com\", "
				       "\"name\": \"Contact %u\", \"groups\": [\"%s\"] }",
				       i ? ", " : "", i, i, i % 2 ? "One" : "Two");
	g_string_append(json, "] } ] }");
	return g_string_free(json, FALSE);
}

static void
test_large(void)
{
	g_autofree char *json = accounts_json();
	MsnpServer *server = headless_serve(json, NULL);
	PurpleAccount *alice = headless_account(server, "alice@example.com", "alice");
	glong before = resident_kib();
	glong growth;

	headless_longest_turn();
	headless_sign_on(alice);
	wait_until(purple_account_is_connected(alice) &&
		   purple_find_buddy(alice, "contact4999@example.com"));
	growth = resident_kib() - before;
	g_test_message(
	    "%d contacts: growth %ld KiB (service included), longest turn %ld us (service "
	    "included)",
	    CONTACTS, growth, (long)headless_longest_turn());
#ifndef SANITIZED
	g_assert_cmpint(growth, <, GROWTH_MAX_KIB);
#endif
	headless_clear(server);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	g_test_add_func("/endtoend/lesson_057_large_list", test_large);
	status = g_test_run();
	headless_stop();
	return status;
}
