/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fixture of the gateway's tests. See gateway-fixture.h.
 */
#include "gateway-fixture.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void
fixture_init_with(Fixture *fixture, const char *url, gboolean allow_plain,
		  const char *const *follow, const char *proxy)
{
	g_autofree char *own = NULL, *proxy_uri = NULL;
	g_autoptr(GProxyResolver) resolver = NULL;
	MsnpGatewayConfig config = { .allow_plain = allow_plain, .follow_domains = follow };

	fixture->http = http_peer_new();
	fixture->clock = msnp_clock_new_manual();
	fixture->fd = -1;
	own = g_strdup_printf("http://127.0.0.1:%u" GATEWAY_PATH, http_peer_port(fixture->http));
	proxy_uri =
	    proxy ? g_strdup_printf("http://%s127.0.0.1:%u", proxy, http_peer_port(fixture->http))
		  : g_strdup("direct://");
	resolver = g_simple_proxy_resolver_new(proxy_uri, NULL);
	config.url = url ? url : own;
	config.proxy_resolver = resolver;
	fixture->gateway = msnp_gateway_new(&config, fixture->clock);
}

void
fixture_init(Fixture *fixture)
{
	fixture_init_with(fixture, NULL, FALSE, NULL, NULL);
}

void
fixture_hang_up(Fixture *fixture)
{
	if (fixture->fd >= 0)
		close(fixture->fd);
	fixture->fd = -1;
}

void
fixture_clear(Fixture *fixture)
{
	gpointer gateway = fixture->gateway;

	fixture_hang_up(fixture);
	test_settle();
	/* A request that is never answered. */
	test_advance(fixture->clock, MSNP_GATEWAY_LAST_WORD_MS);
	g_assert_cmpuint(msnp_gateway_n_sessions(fixture->gateway), ==, 0);
	test_until(http_peer_n_open(fixture->http) == 0);
	g_assert_cmpuint(msnp_clock_pending(fixture->clock), ==, 0);
	g_object_add_weak_pointer(gateway, &gateway);
	g_object_unref(fixture->gateway);
	test_until(gateway == NULL);
	http_peer_free(fixture->http);
	msnp_clock_unref(fixture->clock);
}

static void
start(Fixture *fixture, TestResult *result)
{
	msnp_connector_connect_async(MSNP_CONNECTOR(fixture->gateway), "messenger.nordwind.example",
				     1863, NULL, test_result_take, result);
	g_assert_null(result->result);
}

void
fixture_connect(Fixture *fixture)
{
	g_auto(TestResult) result = { NULL };
	g_autoptr(GError) error = NULL;

	start(fixture, &result);
	fixture->fd = msnp_connector_connect_finish(MSNP_CONNECTOR(fixture->gateway),
						    test_result_wait(&result), &error);
	g_assert_no_error(error);
	g_assert_cmpint(fixture->fd, >=, 0);
}

GError *
fixture_connect_fails(Fixture *fixture)
{
	g_auto(TestResult) result = { NULL };
	GError *error = NULL;

	start(fixture, &result);
	g_assert_cmpint(msnp_connector_connect_finish(MSNP_CONNECTOR(fixture->gateway),
						      test_result_wait(&result), &error),
			==, -1);
	g_assert_nonnull(error);
	return error;
}

void
fixture_open(Fixture *fixture, const char *id)
{
	g_autofree char *header = g_strdup_printf("SessionID=%s; GW-IP=192.0.2.60", id);

	fixture_connect(fixture);
	fixture_write(fixture, GATEWAY_VER, -1);
	http_peer_expect(fixture->http, GATEWAY_OPEN);
	http_peer_answer(fixture->http, header, GATEWAY_VER_REPLY, -1);
	fixture_expect(fixture, GATEWAY_VER_REPLY, -1);
}

void
fixture_write(Fixture *fixture, const char *bytes, gssize length)
{
	gsize left = length < 0 ? strlen(bytes) : (gsize)length;

	while (left) {
		gssize n = send(fixture->fd, bytes, left, MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN)
			g_error("write: %s", g_strerror(errno));
		if (n > 0) {
			bytes += n;
			left -= (gsize)n;
		} else {
			test_turn();
		}
	}
}

void
fixture_expect(Fixture *fixture, const char *bytes, gssize length)
{
	gsize all = length < 0 ? strlen(bytes) : (gsize)length, done = 0;
	TestWait wait = { 0 };
	char buffer[16384];

	while (done < all) {
		gssize n = recv(fixture->fd, buffer, MIN(all - done, sizeof buffer), 0);

		if (n > 0) {
			g_assert_cmpmem(buffer, n, bytes + done, n);
			done += (gsize)n;
		} else if (n == 0 || errno != EAGAIN) {
			g_error("the descriptor ended after %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
				" bytes",
				done, all);
		} else {
			test_wait_turn(&wait, __FILE__, __LINE__, "(bytes for the link)");
		}
	}
	/* The end of the answer comes by itself. */
	test_settle();
}

void
fixture_expect_lost(Fixture *fixture, int code)
{
	const GError *error;
	TestWait wait = { 0 };
	char byte;
	gssize n;

	while ((n = recv(fixture->fd, &byte, 1, 0)) < 0 && errno == EAGAIN)
		test_wait_turn(&wait, __FILE__, __LINE__, "(the end of the descriptor)");
	if (n > 0)
		g_error("the end was expected, but bytes came: %c...", byte);
	error = msnp_gateway_last_error(fixture->gateway);
	if (code < 0)
		g_assert_no_error(error);
	else
		g_assert_error(error, MSNP_GATEWAY_ERROR, code);
	g_assert_cmpuint(msnp_gateway_n_sessions(fixture->gateway), ==, 0);
	http_peer_expect_nothing(fixture->http);
}
