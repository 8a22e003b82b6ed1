/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lesson_057: a list of 5,000 costs little memory and never stops the main loop. The service is a
 * process of its own, so that what is measured is the plugin and libpurple.
 */
#include "headless.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#ifdef HEADLESS_SANITIZED
#define CONTACTS 1000
#else
#define CONTACTS 5000
#endif
/* What the process may grow by. */
#define GROWTH_MAX_KIB (30 * 1024)
/* Not the goal (that is 5 ms, and the benches measure it): what a slow machine stays below, and
 * work on the whole list at once does not. */
#define TURN_MAX_US 20000

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

/* Starts the service; the account of alice is at what it says about its ports. */
static PurpleAccount *
start_service(const char *file, GPid *pid)
{
	const char *argv[] = { SERVER_PROGRAM, "--accounts", file, NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autofree char *line = NULL;
	JsonObject *ports;
	GIOChannel *channel;
	int out;

	g_spawn_async_with_pipes(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
				 pid, NULL, &out, NULL, &error);
	g_assert_no_error(error);
	channel = g_io_channel_unix_new(out);
	g_io_channel_set_close_on_unref(channel, TRUE);
	g_io_channel_read_line(channel, &line, NULL, NULL, &error);
	g_assert_no_error(error);
	g_io_channel_unref(channel);
	json_parser_load_from_data(parser, line, -1, &error);
	g_assert_no_error(error);
	ports = json_node_get_object(json_parser_get_root(parser));
	return headless_account_at((int)json_object_get_int_member(ports, "ns"),
				   json_object_get_string_member(ports, "base_url"),
				   "alice@example.com", "alice");
}

static void
test_large(void)
{
	g_autofree char *json = accounts_json();
	g_autofree char *file = g_build_filename(purple_user_dir(), "accounts.json", NULL);
	g_autofree char *last = g_strdup_printf("contact%04u@example.com", CONTACTS - 1);
	PurpleAccount *alice;
	glong before, growth;
	gint64 longest;
	GSList *buddies;
	GPid pid;

	g_assert_true(g_file_set_contents(file, json, -1, NULL));
	alice = start_service(file, &pid);
	before = resident_kib();
	headless_longest_turn();
	headless_sign_on(alice);
	wait_until(purple_account_is_connected(alice) &&
		   purple_find_buddy(alice, "contact0000@example.com") &&
		   purple_find_buddy(alice, last));
	growth = resident_kib() - before;
	longest = headless_longest_turn();
	g_test_message("%d contacts: growth %ld KiB, longest turn %ld us of CPU", CONTACTS, growth,
		       (long)longest);
#ifndef HEADLESS_SANITIZED
	g_assert_cmpint(growth, <, GROWTH_MAX_KIB);
	g_assert_cmpint(longest, <, TURN_MAX_US);
#endif
	buddies = purple_find_buddies(alice, NULL);
	g_assert_cmpuint(g_slist_length(buddies), ==, CONTACTS);
	g_slist_free(buddies);
	headless_forget();
	g_assert_cmpint(kill(pid, SIGTERM), ==, 0);
	g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
	g_spawn_close_pid(pid);
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
