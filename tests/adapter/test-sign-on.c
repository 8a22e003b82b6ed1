/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sign-on and sign-off through the plugin's table: settings, progress, errors, own status. */
#include "adapter-test.h"

#include <dlfcn.h>

#include "net/msnp-connector.h"

static PurpleAccount *
new_account(void)
{
	PurpleAccount *account;

	fake_purple_start();
	account = fake_account_new("Alice@Example.com");
	fake_account_set(account, "service", "custom");
	fake_account_set(account, "server", "127.0.0.1");
	fake_account_set(account, "port", "1863");
	fake_account_set(account, "base_url", "http://127.0.0.1:8080");
	return account;
}

static void
end(PurpleAccount *account)
{
	fake_account_free(account);
	fake_core_stop();
	fake_purple_stop();
	forget_events();
}

static void
test_progress(void)
{
	PurpleAccount *account = new_account();

	fake_account_choose_status(account, "invisible", "a &lt;b&gt; &amp; c");
	fake_account_set(account, "display-name", "Alice");
	prpl->login(account);
	expect_events("core sign on", NULL);
	g_assert_cmpstr(fake_config.handle, ==, "Alice@Example.com");
	g_assert_cmpstr(msnp_secret_peek(fake_config.password), ==, "pass<word>");
	g_assert_cmpstr(fake_config.preset->server, ==, "127.0.0.1");
	g_assert_cmpuint(fake_config.preset->port, ==, 1863);
	g_assert_cmpstr(fake_config.message, ==, "a <b> & c");
	g_assert_cmpstr(fake_config.display_name, ==, "Alice");
	g_assert_cmpint(fake_config.status, ==, MSNP_STATUS_HIDDEN);
	g_assert_cmpuint(fake_config.capabilities, ==, MSNP_CAPS_OURS);
	g_assert_cmpuint(strlen(fake_config.machine_guid), ==, 38);
	g_assert_false(fake_config.allow_plain_password);

	fake_progress(MSNP_STEP_CONNECTING);
	fake_progress(MSNP_STEP_AUTHENTICATING);
	fake_progress(MSNP_STEP_SIGNED_ON);
	fake_sign_on_done(NULL);
	expect_events("progress 0 Connecting", "progress 2 Checking the password",
		      "progress 5 Signed on", "connection state connected", NULL);
	end(account);
}

static void
test_machine_guid_stays(void)
{
	PurpleAccount *account = new_account();
	PurpleAccount *other = fake_account_new("bob@example.com");
	g_autofree char *guid = NULL;

	prpl->login(account);
	guid = g_strdup(fake_config.machine_guid);
	fake_account_free(account);
	run_main_loop();
	fake_account_set(other, "service", "escargot");
	prpl->login(other);
	g_assert_cmpstr(fake_config.machine_guid, ==, guid);
	end(other);
}

static void
test_presets_and_empty_fields(void)
{
	PurpleAccount *account = new_account();

	/* Not every user interface keeps defaults apart from empty fields. */
	fake_account_set(account, "service", "escargot");
	fake_account_set(account, "server", "");
	fake_account_set(account, "port", "0");
	fake_account_set(account, "base_url", "");
	fake_account_set(account, "plain_http_password", "true");
	prpl->login(account);
	g_assert_cmpstr(fake_config.preset->id, ==, "escargot");
	g_assert_cmpstr(fake_config.preset->server, ==, "msnmsgr.escargot.chat");
	g_assert_cmpuint(fake_config.preset->port, ==, 1863);
	g_assert_true(fake_config.allow_plain_password);
	end(account);
}

static void
expect_settings_error(PurpleAccount *account, const char *words)
{
	g_autofree char *line = g_strdup_printf("connection error %d: %s",
						PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, words);

	prpl->login(account);
	expect_events(line, NULL);
	g_assert_null(fake_session());
}

static void
test_bad_settings(void)
{
	PurpleAccount *account = new_account();

	fake_account_set(account, "server", "");
	fake_account_set(account, "base_url", "");
	expect_settings_error(
	    account, "Which server? Enter its name, and the base URL of its web services, on "
		     "the Advanced tab of the account, or choose a service.");
	fake_account_set(account, "server", "127.0.0.1");
	fake_account_set(account, "base_url", "ftp://x");
	expect_settings_error(
	    account, "The server, the port or the base URL on the Advanced tab of the account "
		     "is not valid. A base URL looks like https://server.example.");
	fake_account_set(account, "service", "gone");
	expect_settings_error(account,
			      "The service of this account is not known here. Choose another "
			      "one in the account's settings.");
	end(account);
}

static void
test_proxy(void)
{
	static const struct {
		PurpleProxyType type;
		const char *host, *user, *password, *expected;
	} rows[] = {
		{ PURPLE_PROXY_NONE, "proxy.example", NULL, NULL, "direct://" },
		{ PURPLE_PROXY_HTTP, "proxy.example", NULL, NULL, "http://proxy.example:3128" },
		{ PURPLE_PROXY_HTTP, "::1", "me", NULL, "http://me@[::1]:3128" },
		{ PURPLE_PROXY_SOCKS4, "proxy.example", NULL, NULL, "socks4://proxy.example:3128" },
		{ PURPLE_PROXY_SOCKS5, "proxy.example", "a:b", "c@d",
		  "socks5://a%3Ab:c%40d@proxy.example:3128" },
		{ PURPLE_PROXY_TOR, "127.0.0.1", NULL, NULL, "socks5://127.0.0.1:3128" },
		{ PURPLE_PROXY_USE_ENVVAR, "proxy.example", NULL, NULL,
		  "http://proxy.example:3128" },
		{ PURPLE_PROXY_USE_ENVVAR, NULL, NULL, NULL, "direct://" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		PurpleAccount *account = new_account();
		g_autoptr(GError) error = NULL;
		g_auto(GStrv) found = NULL;

		fake_proxy_set(rows[i].type, rows[i].host, 3128, rows[i].user, rows[i].password);
		prpl->login(account);
		found = g_proxy_resolver_lookup(fake_config.proxy_resolver, "https://x.example/",
						NULL, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(found[0], ==, rows[i].expected);
		g_clear_pointer(&found, g_strfreev);
		/* A password may go in the clear to this machine, but not by way of another. */
		found = g_proxy_resolver_lookup(fake_config.proxy_resolver,
						"http://127.0.0.1:8080/", NULL, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(found[0], ==, "direct://");
		end(account);
	}
}

static void
expect_failure(GError *error, PurpleConnectionError reason, const char *words)
{
	PurpleAccount *account = new_account();
	g_autofree char *line = g_strdup_printf("connection error %d: %s", reason, words);

	prpl->login(account);
	forget_events();
	fake_sign_on_done(error);
	expect_events(line, NULL);
	end(account);
}

static void
test_sign_on_errors(void)
{
	/* lesson_012, lesson_013, lesson_026, lesson_033, lesson_182 */
	expect_failure(
	    msnp_error_new(MSNP_ERROR_PASSWORD, 911, "x"),
	    PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED,
	    "The server does not accept this e-mail address and password. Check both, and "
	    "that the account belongs to the chosen service. (Error 911)");
	expect_failure(msnp_error_new(MSNP_ERROR_NETWORK, 0, "x"),
		       PURPLE_CONNECTION_ERROR_NETWORK_ERROR,
		       "The connection to the server failed or was lost.");
	expect_failure(
	    msnp_error_new(MSNP_ERROR_ACCOUNT, 924, "x"),
	    PURPLE_CONNECTION_ERROR_AUTHENTICATION_IMPOSSIBLE,
	    "The e-mail address of this account has not been confirmed. Follow the link in "
	    "the mail that the service has sent, then sign on again. (Error 924)");
	expect_failure(
	    msnp_error_new(MSNP_ERROR_ACCOUNT, 999, "x"),
	    PURPLE_CONNECTION_ERROR_AUTHENTICATION_IMPOSSIBLE,
	    "The server refuses to sign this account on. Ask the people who run the service. "
	    "(Error 999)");
	expect_failure(
	    msnp_error_new(MSNP_ERROR_MAINTENANCE, 0, "x"), PURPLE_CONNECTION_ERROR_NETWORK_ERROR,
	    "The server is down for maintenance. Your account comes back when the server "
	    "does.");
	/* An error of no known kind is one that may pass. */
	expect_failure(g_error_new_literal(G_IO_ERROR, G_IO_ERROR_FAILED, "x"),
		       PURPLE_CONNECTION_ERROR_NETWORK_ERROR,
		       "The connection to the server failed or was lost.");
}

/* Whether a user interface comes back by itself, for every code. */
static void
test_every_code_has_a_consequence(void)
{
	static const MsnpErrorCode come_back[] = { MSNP_ERROR_NETWORK, MSNP_ERROR_MAINTENANCE,
						   MSNP_ERROR_BUSY, MSNP_ERROR_SERVER,
						   MSNP_ERROR_LISTS };
	static const MsnpErrorCode stay[] = { MSNP_ERROR_PASSWORD,  MSNP_ERROR_ACCOUNT,
					      MSNP_ERROR_ELSEWHERE, MSNP_ERROR_INCOMPATIBLE,
					      MSNP_ERROR_TLS,       MSNP_ERROR_INSECURE,
					      MSNP_ERROR_CONFIG };
	char *msnp_purple_error_words(const GError *error, PurpleConnectionError *reason);

	for (guint i = 0; i < G_N_ELEMENTS(come_back) + G_N_ELEMENTS(stay); i++) {
		gboolean comes_back = i < G_N_ELEMENTS(come_back);
		MsnpErrorCode code = comes_back ? come_back[i] : stay[i - G_N_ELEMENTS(come_back)];
		g_autoptr(GError) error = msnp_error_new(code, 0, "secret detail");
		PurpleConnectionError reason;
		g_autofree char *words = msnp_purple_error_words(error, &reason);

		g_assert_cmpint(reason == PURPLE_CONNECTION_ERROR_NETWORK_ERROR, ==, comes_back);
		g_assert_null(strstr(words, "secret detail"));
		g_assert_cmpuint(strlen(words), >, 20);
	}
}

static void
test_closed_by_server(void)
{
	PurpleAccount *account = new_account();
	g_autoptr(GError) error = msnp_error_new(MSNP_ERROR_ELSEWHERE, 0, "OUT OTH");
	g_autofree char *line = g_strdup_printf(
	    "connection error %d: You have signed on at another place with this account. "
	    "Only one place at a time is possible: signing on here again ends the other "
	    "one.",
	    PURPLE_CONNECTION_ERROR_NAME_IN_USE);

	prpl->login(account);
	fake_progress(MSNP_STEP_SIGNED_ON);
	fake_sign_on_done(NULL);
	forget_events();
	g_signal_emit_by_name(fake_session(), "closed", error);
	expect_events(line, NULL);
	end(account);
}

static void
test_names_and_announcements(void)
{
	PurpleAccount *account = new_account();

	prpl->login(account);
	forget_events();
	g_signal_emit_by_name(fake_session(), "own-name", "");
	g_signal_emit_by_name(fake_session(), "own-name", "Alice <3");
	g_signal_emit_by_name(fake_session(), "own-name", "Alice <3");
	g_signal_emit_by_name(fake_session(), "server-stops", 5u);
	expect_events(
	    "connection name Alice <3", "account display-name=Alice <3", "connection name Alice <3",
	    "notify MSN maintenance: The server goes down for maintenance in 5 minutes. Your "
	    "account will then go offline for a while.",
	    NULL);
	end(account);
}

static void
test_status_and_idle(void)
{
	PurpleAccount *account = new_account();
	PurpleStatus *old, *status;

	prpl->login(account);
	forget_events();
	/* lesson_023: also while connecting. lesson_082: markup goes, "<3" stays. */
	old = fake_account_choose_status(account, "available", NULL);
	status = fake_account_choose_status(account, "lunch", "<b>back</b> at 2 &lt;3");
	fake_status_set_active(old, FALSE);
	prpl->set_status(account, old);
	prpl->set_status(account, status);
	prpl->set_idle(account->gc, 600);
	prpl->set_idle(account->gc, 0);
	expect_events("core status LUN back at 2 <3", "core idle 1", "core idle 0", NULL);
	end(account);
}

static void
test_close_at_any_time(void)
{
	/* lesson_022 */
	for (int step = -1; step < MSNP_N_STEPS; step++) {
		PurpleAccount *account = new_account();

		prpl->login(account);
		for (int i = 0; i <= step; i++) {
			fake_progress(i);
			if (i == MSNP_STEP_SENDING_LISTS) {
				fake_contact("bob@example.com", MSNP_LIST_FORWARD, NULL, NULL,
					     NULL);
				fake_roster_fetched();
			}
		}
		forget_events();
		fake_account_free(account);
		run_main_loop();
		expect_events("core close", NULL);
		g_assert_null(fake_session());
		fake_core_stop();
		fake_purple_stop();
	}
}

static void
test_calls_while_offline(void)
{
	PurpleAccount *account = new_account();
	PurpleConnection *gc = account->gc;

	g_assert_cmpint(prpl->send_im(gc, "bob@example.com", "x", 0), <, 0);
	prpl->send_typing(gc, "bob@example.com", PURPLE_TYPING);
	prpl->convo_closed(gc, "bob@example.com");
	prpl->set_idle(gc, 5);
	prpl->set_status(account, fake_account_choose_status(account, "away", NULL));
	prpl->close(gc);
	expect_no_events();
	end(account);
}

/* ---- The connector ---- */

static int got_fd;
static GError *got_error;
static guint answers;

static void
connected(GObject *source, GAsyncResult *result, gpointer data G_GNUC_UNUSED)
{
	answers++;
	g_clear_error(&got_error);
	got_fd = msnp_connector_connect_finish(MSNP_CONNECTOR(source), result, &got_error);
}

static void
start_connecting(GCancellable *cancellable)
{
	answers = 0;
	g_clear_error(&got_error);
	msnp_connector_connect_async(fake_config.connector, "ns.example", 1863, cancellable,
				     connected, NULL);
	g_assert_cmpuint(answers, ==, 0);
	expect_events("proxy connect Alice@Example.com ns.example:1863", NULL);
}

static void
test_connector(void)
{
	PurpleAccount *account = new_account();
	int ends[2];

	prpl->login(account);
	forget_events();
	start_connecting(NULL);
	g_assert_cmpint(pipe(ends), ==, 0);
	fake_proxy_callback(fake_proxy_data, ends[0], NULL);
	g_assert_cmpuint(answers, ==, 0);
	run_main_loop();
	g_assert_cmpuint(answers, ==, 1);
	g_assert_no_error(got_error);
	g_assert_cmpint(got_fd, ==, ends[0]);
	close(ends[0]);
	close(ends[1]);

	start_connecting(NULL);
	fake_proxy_callback(fake_proxy_data, -1, "refused");
	run_main_loop();
	g_assert_cmpuint(answers, ==, 1);
	g_assert_error(got_error, G_IO_ERROR, G_IO_ERROR_FAILED);

	for (fake_proxy = FAKE_PROXY_REFUSES; fake_proxy <= FAKE_PROXY_ANSWERS; fake_proxy++) {
		start_connecting(NULL);
		run_main_loop();
		g_assert_cmpuint(answers, ==, 1);
		g_assert_error(got_error, G_IO_ERROR, G_IO_ERROR_FAILED);
	}
	g_clear_error(&got_error);
	end(account);
}

static void
test_connector_cancel(void)
{
	PurpleAccount *account = new_account();
	g_autoptr(GCancellable) cancellable = g_cancellable_new();

	prpl->login(account);
	forget_events();
	start_connecting(cancellable);
	g_cancellable_cancel(cancellable);
	g_assert_cmpuint(answers, ==, 0);
	run_main_loop();
	g_assert_cmpuint(answers, ==, 1);
	g_assert_error(got_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	expect_events("proxy cancel", NULL);

	/* The account goes: libpurple must let go of it at once. */
	start_connecting(NULL);
	fake_account_free(account);
	expect_events("core close", "proxy cancel", NULL);
	run_main_loop();
	g_assert_cmpuint(answers, ==, 1);
	g_assert_error(got_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

	answers = 0;
	msnp_connector_connect_async(fake_config.connector, "ns.example", 1863, NULL, connected,
				     NULL);
	run_main_loop();
	g_assert_cmpuint(answers, ==, 1);
	g_assert_error(got_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	g_clear_error(&got_error);
	fake_core_stop();
	fake_purple_stop();
}

static void
test_guard(void)
{
	PurpleAccount *account = new_account();
	g_autofree char *path = g_test_build_filename(G_TEST_BUILT, "adapter", OLD_SOUP, NULL);
	void *old = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
	g_autofree char *line = g_strdup_printf(
	    "connection error %d: Another plugin has loaded an old library (libsoup 2) "
	    "that cannot be used together with this one. Disable the other plugin or "
	    "its account (Amazon Chime is one of them), start the program again, and "
	    "sign on.",
	    PURPLE_CONNECTION_ERROR_OTHER_ERROR);

	if (!old)
		g_error("%s", dlerror());
	prpl->login(account);
	expect_events(line, NULL);
	g_assert_null(fake_session());
	dlclose(old);
	prpl->login(account);
	expect_events("core sign on", NULL);
	end(account);
}

static void
test_options(void)
{
	const char *keys[] = {
		"service",
		"server",
		"port",
		"base_url",
		"plain_http_password",
		"http_method",
		"http_method_server",
		"plus_codes",
	};
	guint i = 0;
	GList *services;

	fake_purple_start();
	for (GList *l = prpl->protocol_options; l; l = l->next)
		g_assert_cmpstr(purple_account_option_get_setting(l->data), ==, keys[i++]);
	g_assert_cmpuint(i, ==, G_N_ELEMENTS(keys));
	services = purple_account_option_get_list(prpl->protocol_options->data);
	g_assert_cmpuint(g_list_length(services), >=, 3);
	g_assert_cmpstr(((PurpleKeyValuePair *)services->data)->value, ==, "escargot");
	g_assert_cmpstr(((PurpleKeyValuePair *)services->data)->key, ==, "Escargot");
	fake_purple_stop();
	forget_events();
}

static void
test_normalize(void)
{
	/* lesson_021; and libpurple passes its own answer back in. */
	const char *once;

	fake_purple_start();
	once = prpl->normalize(NULL, " Bob@EXAMPLE.com ");
	g_assert_cmpstr(once, ==, "bob@example.com");
	g_assert_cmpstr(prpl->normalize(NULL, once), ==, "bob@example.com");
	g_assert_null(prpl->normalize(NULL, NULL));
	fake_purple_stop();
	forget_events();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/sign-on/progress", test_progress);
	g_test_add_func("/adapter/sign-on/machine-guid-stays", test_machine_guid_stays);
	g_test_add_func("/adapter/sign-on/presets-and-empty-fields", test_presets_and_empty_fields);
	g_test_add_func("/adapter/sign-on/bad-settings", test_bad_settings);
	g_test_add_func("/adapter/sign-on/proxy", test_proxy);
	g_test_add_func("/adapter/sign-on/errors", test_sign_on_errors);
	g_test_add_func("/adapter/sign-on/every-code", test_every_code_has_a_consequence);
	g_test_add_func("/adapter/sign-on/lesson_033_closed_by_server", test_closed_by_server);
	g_test_add_func("/adapter/sign-on/names-and-announcements", test_names_and_announcements);
	g_test_add_func("/adapter/sign-on/status-and-idle", test_status_and_idle);
	g_test_add_func("/adapter/sign-on/lesson_022_close_at_any_time", test_close_at_any_time);
	g_test_add_func("/adapter/sign-on/calls-while-offline", test_calls_while_offline);
	g_test_add_func("/adapter/connector/outcomes", test_connector);
	g_test_add_func("/adapter/connector/cancel", test_connector_cancel);
	g_test_add_func("/adapter/guard", test_guard);
	g_test_add_func("/adapter/options", test_options);
	g_test_add_func("/adapter/normalize", test_normalize);
	return g_test_run();
}
