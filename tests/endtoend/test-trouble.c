/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors as a user of libpurple meets them, sign-off at every moment, and the module's own end. */
#include "headless.h"

static const char accounts[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"contacts\": [ { \"handle\": \"bob@example.com\", \"name\": \"Bob\" } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\" } ] } ] }";

#define ALICE "alice@example.com"
#define BOB   "bob@example.com"

static MsnpServer *server;
static PurpleAccount *alice;

static void
serve(const char *behaviour, const char *password)
{
	server = headless_serve(accounts, behaviour);
	alice = headless_account(server, ALICE, password);
}

static void
expect_error(PurpleConnectionError reason, const char *part)
{
	wait_until(headless_error(alice) >= 0);
	g_assert_cmpint(headless_error(alice), ==, reason);
	if (!strstr(headless_error_words(alice), part))
		g_error("\"%s\" does not say \"%s\"", headless_error_words(alice), part);
	wait_until(purple_account_is_disconnected(alice));
}

static void
test_wrong_password(void)
{
	/* lesson_012: no user interface reconnects after this one. */
	serve(NULL, "wrong");
	headless_sign_on(alice);
	expect_error(PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED, "does not accept");
	g_assert_true(purple_connection_error_is_fatal(headless_error(alice)));
	headless_clear(server);
}

static void
test_sign_on_elsewhere(void)
{
	/* lesson_033 */
	serve(NULL, "alice");
	headless_sign_on(alice);
	wait_until(purple_account_is_connected(alice));
	msnp_server_kick(server, ALICE, "OTH");
	expect_error(PURPLE_CONNECTION_ERROR_NAME_IN_USE, "another place");
	headless_clear(server);
}

static void
test_maintenance(void)
{
	serve(NULL, "alice");
	headless_sign_on(alice);
	wait_until(purple_account_is_connected(alice));
	msnp_server_kick(server, ALICE, "SSD");
	expect_error(PURPLE_CONNECTION_ERROR_NETWORK_ERROR, "maintenance");
	/* And it comes back. */
	headless_sign_on(alice);
	wait_until(purple_account_is_connected(alice));
	headless_clear(server);
}

static void
test_moved(void)
{
	/* lesson_028: everything is said again, and the user notices nothing. */
	serve("xfr=2", "alice");
	headless_sign_on(alice);
	wait_until(msnp_server_n_requests(server, "CHG") == 3);
	g_assert_true(purple_account_is_connected(alice));
	g_assert_cmpint(headless_error(alice), ==, -1);
	headless_clear(server);
}

static void
test_network(void)
{
	serve("cut=NS:200:1", "alice");
	headless_sign_on(alice);
	expect_error(PURPLE_CONNECTION_ERROR_NETWORK_ERROR, "connection");
	headless_clear_in_flight(server);
}

static void
test_nobody_answers(void)
{
	serve(NULL, "alice");
	/* The service's other port, closed by now: nobody listens. */
	purple_account_set_int(alice, "port", 1);
	headless_sign_on(alice);
	expect_error(PURPLE_CONNECTION_ERROR_NETWORK_ERROR, "connection");
	headless_clear(server);
}

static void
test_insecure(void)
{
	serve(NULL, "alice");
	/* Not this machine: the password must not leave it in the clear. */
	purple_account_set_string(alice, "base_url", "http://service.invalid:8080");
	headless_sign_on(alice);
	expect_error(PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, "https://");
	headless_clear(server);
}

static int stop_at;

static void
on_step(PurpleConnection *gc, const char *text G_GNUC_UNUSED, size_t step,
	size_t count G_GNUC_UNUSED)
{
	if ((int)step == stop_at)
		purple_account_disconnect(purple_connection_get_account(gc));
}

/* As the user does: from outside, some turns of the main loop after the sign-on began. */
static void
test_close_after_turns(void)
{
	for (guint turns = 0; turns < 60; turns++) {
		serve(NULL, "alice");
		headless_sign_on(alice);
		for (guint i = 0; i < turns; i++)
			g_main_context_iteration(NULL, FALSE);
		/* Deletes the account, too. */
		headless_clear_in_flight(server);
	}
}

/* And as a plugin may: from inside, at a step of the sign-on. */
static void
test_close_in_steps(void)
{
	PurpleConnectionUiOps *ops = purple_connections_get_ui_ops();

	ops->connect_progress = on_step;
	for (stop_at = 0; stop_at <= 5; stop_at++) {
		serve(NULL, "alice");
		headless_sign_on(alice);
		wait_until(purple_account_is_disconnected(alice));
		g_assert_cmpint(headless_error(alice), ==, -1);
		headless_clear_in_flight(server);
	}
	ops->connect_progress = NULL;
}

static void
test_server_stops_speaking(void)
{
	/* Signing off while an answer is awaited. */
	serve("silence=ADL", "alice");
	headless_sign_on(alice);
	wait_until(msnp_server_n_sessions(server) == 1 && purple_find_buddy(alice, BOB));
	headless_clear_in_flight(server);
}

static void
test_unload(void)
{
	PurplePlugin *plugin = purple_find_prpl(HEADLESS_PRPL);

	serve(NULL, "alice");
	headless_sign_on(alice);
	wait_until(purple_account_is_connected(alice));
	headless_clear(server);
	g_assert_true(purple_plugin_unload(plugin));
	purple_plugin_destroy(plugin);
	g_assert_null(purple_find_prpl(HEADLESS_PRPL));

	/* Loaded again it works again: its types have stayed. */
	purple_plugins_probe(G_MODULE_SUFFIX);
	g_assert_nonnull(purple_find_prpl(HEADLESS_PRPL));
	serve(NULL, "alice");
	headless_sign_on(alice);
	wait_until(purple_account_is_connected(alice));
	headless_clear(server);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	g_test_add_func("/endtoend/lesson_012_wrong_password", test_wrong_password);
	g_test_add_func("/endtoend/lesson_033_sign_on_elsewhere", test_sign_on_elsewhere);
	g_test_add_func("/endtoend/maintenance", test_maintenance);
	g_test_add_func("/endtoend/lesson_028_moved", test_moved);
	g_test_add_func("/endtoend/network", test_network);
	g_test_add_func("/endtoend/nobody-answers", test_nobody_answers);
	g_test_add_func("/endtoend/insecure", test_insecure);
	g_test_add_func("/endtoend/lesson_022_close_after_turns", test_close_after_turns);
	g_test_add_func("/endtoend/lesson_022_close_in_steps", test_close_in_steps);
	g_test_add_func("/endtoend/server-stops-speaking", test_server_stops_speaking);
	g_test_add_func("/endtoend/unload", test_unload);
	status = g_test_run();
	headless_stop();
	return status;
}
