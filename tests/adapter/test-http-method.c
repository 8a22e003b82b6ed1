/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of the HTTP method, what they come to, and the words for what goes wrong. */
#include "adapter-test.h"

#include "net/msnp-gateway.h"

static PurpleAccount *
new_account(const char *service, const char *server)
{
	PurpleAccount *account;

	fake_purple_start();
	account = fake_account_new("alice@example.com");
	fake_account_set(account, "service", service);
	fake_account_set(account, "http_method", "true");
	if (server)
		fake_account_set(account, "http_method_server", server);
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
test_connector(void)
{
	PurpleAccount *account = new_account("escargot", NULL);

	prpl->login(account);
	g_assert_true(MSNP_IS_GATEWAY(fake_config.connector));
	g_assert_true(msnp_connector_keeps_alive(fake_config.connector));
	end(account);
	account = new_account("escargot", NULL);
	fake_account_set(account, "http_method", "false");
	prpl->login(account);
	g_assert_false(MSNP_IS_GATEWAY(fake_config.connector));
	end(account);
}

gboolean msnp_purple_gateway_url(PurpleAccount *account, const MsnpPreset *preset,
				 PurpleConnection *gc, char **url);
const char *msnp_purple_gateway_words(const GError *error);

/* lesson_178: one's own, or that of the service. */
static void
test_urls(void)
{
	static const struct {
		const char *service, *server, *url;
	} rows[] = {
		{ "escargot", NULL, "https://msnmsgr.escargot.chat/gateway/gateway.dll" },
		{ "escargot", " ", "https://msnmsgr.escargot.chat/gateway/gateway.dll" },
		{ "escargot", "gateway.example", "https://gateway.example/gateway/gateway.dll" },
		{ "escargot", "gateway.example:8443",
		  "https://gateway.example:8443/gateway/gateway.dll" },
		{ "escargot", "https://gateway.example/",
		  "https://gateway.example/gateway/gateway.dll" },
		{ "escargot", "https://gateway.example/x/y.dll",
		  "https://gateway.example/x/y.dll" },
		{ "custom", NULL, "https://ns.example/gateway/gateway.dll" },
		{ "custom", "http://127.0.0.1:8080", "http://127.0.0.1:8080/gateway/gateway.dll" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		PurpleAccount *account = new_account(rows[i].service, rows[i].server);
		g_autofree char *url = NULL;

		fake_account_set(account, "server", "ns.example");
		prpl->login(account);
		g_assert_true(
		    msnp_purple_gateway_url(account, fake_config.preset, account->gc, &url));
		g_assert_cmpstr(url, ==, rows[i].url);
		end(account);
	}
}

static void
test_bad_settings(void)
{
	static const struct {
		const char *server, *words;
	} rows[] = {
		{ "two words", "The HTTP method server on the Advanced tab of the account is not "
			       "valid. It is a name like gateway.example, or a URL." },
		{ "ftp://gateway.example", "The HTTP method server on the Advanced tab of the "
					   "account is not valid. It is a name like "
					   "gateway.example, or a URL." },
		{ "http://gateway.example",
		  "The HTTP method would send secrets over plain http, where everyone on the way "
		  "can read them. Use an HTTP method server that begins with https://, or, if you "
		  "accept the risk, tick the option about plain http on the Advanced tab of the "
		  "account." },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		PurpleAccount *account = new_account("escargot", rows[i].server);
		g_autofree char *line =
		    g_strdup_printf("connection error %d: %s",
				    PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, rows[i].words);

		prpl->login(account);
		expect_events(line, NULL);
		g_assert_null(fake_session());
		end(account);
	}
}

/* The user's own wish counts here, too. */
static void
test_plain_by_wish(void)
{
	PurpleAccount *account = new_account("escargot", "http://gateway.example");

	fake_account_set(account, "plain_http_password", "true");
	prpl->login(account);
	expect_events("core sign on", NULL);
	g_assert_true(MSNP_IS_GATEWAY(fake_config.connector));
	end(account);
}

static void
test_no_gateway(void)
{
	static const char json[] =
	    "{ \"presets\": [ { \"id\": \"bare\", \"name\": \"Bare\", \"server\": \"ns.example\","
	    "  \"passport_url\": \"https://ns.example/RST.srf\","
	    "  \"addressbook_url\": \"https://ns.example/a\","
	    "  \"sharing_url\": \"https://ns.example/s\" } ] }";
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) presets = msnp_presets_parse(json, -1, &error);
	PurpleAccount *account = new_account("bare", NULL);
	g_autofree char *url = NULL;

	g_assert_no_error(error);
	g_assert_false(
	    msnp_purple_gateway_url(account, g_ptr_array_index(presets, 0), account->gc, &url));
	g_assert_null(url);
	expect_events("connection error 7: The service has no HTTP method server that is known "
		      "here. Enter one on the Advanced tab of the account, or do not use the HTTP "
		      "method.",
		      NULL);
	end(account);
}

static void
test_words(void)
{
	PurpleAccount *account = new_account("escargot", NULL);

	prpl->login(account);
	forget_events();
	fake_sign_on_done(msnp_error_new(MSNP_ERROR_NETWORK, 0, "x"));
	expect_events("connection error 0: The connection through the HTTP method server failed or "
		      "was lost.",
		      NULL);
	end(account);
	for (int code = MSNP_GATEWAY_ERROR_URL; code <= MSNP_GATEWAY_ERROR_TOO_LARGE; code++) {
		g_autoptr(GError) error = g_error_new(MSNP_GATEWAY_ERROR, code, "secret detail");
		g_autoptr(GError) mapped = msnp_error_from(error);
		const char *words = msnp_purple_gateway_words(error);

		g_assert_true(mapped->domain == MSNP_ERROR);
		g_assert_null(strstr(words, "secret"));
		g_assert_nonnull(strstr(words, "HTTP method server"));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/http-method/connector", test_connector);
	g_test_add_func("/adapter/http-method/lesson_178_urls", test_urls);
	g_test_add_func("/adapter/http-method/bad-settings", test_bad_settings);
	g_test_add_func("/adapter/http-method/plain-by-wish", test_plain_by_wish);
	g_test_add_func("/adapter/http-method/no-gateway", test_no_gateway);
	g_test_add_func("/adapter/http-method/words", test_words);
	return g_test_run();
}
