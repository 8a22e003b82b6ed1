/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole session through the HTTP gateway: sign-on, presence, conversations, and its failures.
 */
#include "headless.h"
#include "http-proxy.h"

static const char accounts[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"contacts\": [ { \"handle\": \"bob@example.com\", \"name\": \"Bob\" } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\" } ] } ] }";

#define ALICE   "alice@example.com"
#define BOB     "bob@example.com"
#define GATEWAY "/gateway/"

static MsnpServer *server;
static PurpleAccount *alice, *bob;

static gboolean
status_is(PurpleAccount *account, const char *who, const char *status)
{
	return g_str_equal(headless_status(account, who), status);
}

static PurpleAccount *
account_with_gateway(const char *handle, const char *password)
{
	PurpleAccount *account = headless_account(server, handle, password);

	purple_account_set_bool(account, "http_method", TRUE);
	return account;
}

static void
talk(void)
{
	headless_say(alice, BOB, "hello &lt;b&gt;");
	wait_until(strstr(headless_transcript(bob, ALICE), "hello &lt;b&gt;"));
	headless_say(bob, ALICE, "gr\xc3\xbc\xc3\x9f &amp; so");
	wait_until(strstr(headless_transcript(alice, BOB), "gr\xc3\xbc\xc3\x9f &amp; so"));
	g_assert_null(strstr(headless_transcript(alice, BOB), "!"));
	g_assert_null(strstr(headless_transcript(bob, ALICE), "!"));
}

static void
test_session(void)
{
	server = headless_serve(accounts, NULL);
	alice = account_with_gateway(ALICE, "alice");
	bob = account_with_gateway(BOB, "bob");
	headless_sign_on(alice);
	headless_sign_on(bob);
	wait_until(status_is(alice, BOB, "available") && status_is(bob, ALICE, "available"));
	talk();
	purple_account_set_status(alice, "lunch", TRUE, "message", "back at 2", NULL);
	wait_until(status_is(bob, ALICE, "lunch") &&
		   g_str_equal(headless_message(bob, ALICE), "back at 2"));
	/* What is said last arrives. */
	headless_sign_off(alice);
	wait_until(status_is(bob, ALICE, "offline"));
	/* None over the gateway: notification.md 10. */
	g_assert_cmpuint(msnp_server_n_requests(server, "PNG"), ==, 0);
	headless_clear(server);
}

/* One side by sockets. */
static void
test_mixed(void)
{
	server = headless_serve(accounts, "escargot");
	alice = account_with_gateway(ALICE, "alice");
	bob = headless_account(server, BOB, "bob");
	headless_sign_on(alice);
	headless_sign_on(bob);
	wait_until(status_is(alice, BOB, "available") && status_is(bob, ALICE, "available"));
	talk();
	headless_clear(server);
}

static void
behind(HttpProxy *proxy, PurpleAccount *account, const char *password)
{
	PurpleProxyInfo *info = purple_proxy_info_new();

	purple_proxy_info_set_type(info, PURPLE_PROXY_HTTP);
	purple_proxy_info_set_host(info, "127.0.0.1");
	purple_proxy_info_set_port(info, http_proxy_port(proxy));
	purple_proxy_info_set_username(info, "user");
	purple_proxy_info_set_password(info, password);
	purple_account_set_proxy_info(account, info);
	/* Hosts of nobody: only the proxy can mean something by them. */
	purple_account_set_string(account, "server", "messenger.nordwind.example");
	purple_account_set_string(account, "base_url", "http://service.nordwind.example");
	purple_account_set_bool(account, "plain_http_password", TRUE);
}

/* lesson_174: a network that lets nothing out but through its proxy. */
static void
test_proxy(void)
{
	HttpProxy *proxy;

	server = headless_serve(accounts, NULL);
	proxy = http_proxy_new(msnp_server_base_url(server), "user", "p@ss: w%rd");
	alice = account_with_gateway(ALICE, "alice");
	behind(proxy, alice, "p@ss: w%rd");
	purple_account_set_string(alice, "http_method_server", "http://gateway.nordwind.example");
	bob = headless_account(server, BOB, "bob");
	headless_sign_on(alice);
	headless_sign_on(bob);
	wait_until(status_is(alice, BOB, "available") && status_is(bob, ALICE, "available"));
	talk();
	g_assert_cmpuint(http_proxy_n_passed(proxy, GATEWAY), >, 5);
	g_assert_cmpuint(http_proxy_n_passed(proxy, "/RST.srf"), ==, 1);
	headless_sign_off(alice);
	wait_until(status_is(bob, ALICE, "offline"));
	headless_clear(server);
	http_proxy_free(proxy);
}

static void
expect_failure(const char *words)
{
	headless_sign_on(alice);
	wait_until(headless_error(alice) >= 0);
	g_assert_nonnull(strstr(headless_error_words(alice), words));
	g_assert_cmpint(headless_error(alice), ==, PURPLE_CONNECTION_ERROR_NETWORK_ERROR);
	headless_clear_in_flight(server);
}

static void
test_proxy_refuses(void)
{
	HttpProxy *proxy;

	server = headless_serve(accounts, NULL);
	proxy = http_proxy_new(msnp_server_base_url(server), "user", "right");
	alice = account_with_gateway(ALICE, "alice");
	behind(proxy, alice, "wrong");
	expect_failure("Check the user name and the password of the proxy");
	g_assert_cmpuint(http_proxy_n_passed(proxy, "/"), ==, 0);
	http_proxy_free(proxy);
}

static void
test_no_gateway_there(void)
{
	g_autofree char *url = NULL;

	server = headless_serve(accounts, NULL);
	alice = account_with_gateway(ALICE, "alice");
	url = g_strconcat(msnp_server_base_url(server), "/nothing/here.dll", NULL);
	purple_account_set_string(alice, "http_method_server", url);
	expect_failure("check the HTTP method server and the proxy");
	/* And nobody at all. */
	server = headless_serve(accounts, NULL);
	alice = account_with_gateway(ALICE, "alice");
	purple_account_set_string(alice, "http_method_server", "http://127.0.0.1:1");
	expect_failure("The connection through the HTTP method server failed or was lost.");
}

/* The account goes at any moment of the sign-on. */
static void
test_sign_off_any_time(void)
{
	server = headless_serve(accounts, NULL);
	for (guint turns = 0; turns < 200; turns += 9) {
		alice = account_with_gateway(ALICE, "alice");
		headless_sign_on(alice);
		for (guint i = 0; i < turns; i++)
			g_main_context_iteration(NULL, FALSE);
		headless_forget();
	}
	headless_clear_in_flight(server);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	g_test_add_func("/endtoend/http-method/session", test_session);
	g_test_add_func("/endtoend/http-method/mixed", test_mixed);
	g_test_add_func("/endtoend/http-method/lesson_174_proxy", test_proxy);
	g_test_add_func("/endtoend/http-method/proxy-refuses", test_proxy_refuses);
	g_test_add_func("/endtoend/http-method/no-gateway-there", test_no_gateway_there);
	g_test_add_func("/endtoend/http-method/sign-off-any-time", test_sign_off_any_time);
	status = g_test_run();
	headless_stop();
	return status;
}
