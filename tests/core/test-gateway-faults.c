/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rung 2: what networks, proxies and strange servers do to the gateway's sessions: each ends, with
 * an error that says why, or goes on as if nothing had been. Rows of security.md: CVE-2011-3184,
 * and X-MSN-Messenger without SessionID.
 */
#include <libsoup/soup.h>
#include <string.h>

#include "gateway-fixture.h"
#include "support/tls-server.h"

#define OK(header)    "HTTP/1.1 200 OK\r\n" header "Content-Length: 0\r\n\r\n"
#define WITH_ID       "X-MSN-Messenger: SessionID=a.1; GW-IP=192.0.2.60\r\n"
#define EMPTY(status) "HTTP/1.1 " status " As asked for\r\n" WITH_ID "Content-Length: 0\r\n\r\n"

/* Answers that end the session, whatever they answer; NULL: the connection is closed instead. */
static const struct {
	const char *answer;
	int code;
	gboolean asked_again; /* if it answers a poll */
} ENDS[] = {
	{ EMPTY("400"), MSNP_GATEWAY_ERROR_REFUSED, FALSE },
	{ EMPTY("401"), MSNP_GATEWAY_ERROR_REFUSED, FALSE },
	{ EMPTY("404"), MSNP_GATEWAY_ERROR_REFUSED, FALSE },
	{ EMPTY("500"), MSNP_GATEWAY_ERROR_ANSWER, TRUE },
	{ EMPTY("503"), MSNP_GATEWAY_ERROR_ANSWER, TRUE },
	{ EMPTY("204"), MSNP_GATEWAY_ERROR_ANSWER, TRUE },
	{ "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
	  MSNP_GATEWAY_ERROR_ANSWER, TRUE },
	{ OK("Content-Type: text/html\r\n"), MSNP_GATEWAY_ERROR_ANSWER, TRUE },
	{ "SSH-2.0-OpenSSH_9.2\r\n\r\n", MSNP_GATEWAY_ERROR_NETWORK, TRUE },
	{ "HTTP/1.1 200 OK\r\nX-MSN-Mess", MSNP_GATEWAY_ERROR_NETWORK, TRUE },
	{ NULL, MSNP_GATEWAY_ERROR_NETWORK, TRUE },
};

static void
answer(Fixture *f, const char *text)
{
	if (text)
		http_peer_send(f->http, text, -1);
	http_peer_hang_up(f->http);
}

static void
test_open_fails(void)
{
	static const char *const NO_ID[] = { OK("X-MSN-Messenger:\r\n"),
					     OK("X-MSN-Messenger: SessionID=\r\n"),
					     OK("X-MSN-Messenger: GW-IP=192.0.2.60\r\n"),
					     OK("X-MSN-Messenger: SessionID=a b\r\n"),
					     OK("X-MSN-Messenger: Session=close\r\n") };

	for (guint i = 0; i < G_N_ELEMENTS(ENDS) + G_N_ELEMENTS(NO_ID); i++) {
		g_auto(Fixture) f;
		const char *text =
		    i < G_N_ELEMENTS(ENDS) ? ENDS[i].answer : NO_ID[i - G_N_ELEMENTS(ENDS)];

		fixture_init(&f);
		fixture_connect(&f);
		fixture_write(&f, GATEWAY_VER, -1);
		http_peer_expect(f.http, GATEWAY_OPEN);
		answer(&f, text);
		fixture_expect_lost(&f, i < G_N_ELEMENTS(ENDS) ? ENDS[i].code
							       : MSNP_GATEWAY_ERROR_ANSWER);
	}
}

/* lesson_177: what was sent may have been executed, and is not sent again. */
static void
test_send_fails(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(ENDS); i++) {
		g_auto(Fixture) f;

		fixture_init(&f);
		fixture_open(&f, "a.1");
		fixture_write(&f, "CHG 5\r\n", -1);
		http_peer_expect(f.http, GATEWAY_SEND("a.1"));
		answer(&f, ENDS[i].answer);
		fixture_expect_lost(&f, ENDS[i].code);
	}
}

/* A poll is repeated once, on a new connection. */
static void
test_poll_fails(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(ENDS); i++) {
		g_auto(Fixture) f;

		fixture_init(&f);
		fixture_open(&f, "a.1");
		test_advance(f.clock, MSNP_GATEWAY_POLL_MS);
		http_peer_expect(f.http, GATEWAY_POLL("a.1"));
		answer(&f, ENDS[i].answer);
		if (ENDS[i].asked_again) {
			http_peer_expect(f.http, GATEWAY_POLL("a.1"));
			g_assert_cmpuint(http_peer_n_connections(f.http), ==, 2);
			http_peer_answer(f.http, "SessionID=a.2", "NLN\r\n", -1);
			fixture_expect(&f, "NLN\r\n", -1);
			test_advance(f.clock, MSNP_GATEWAY_POLL_MS);
			http_peer_expect(f.http, GATEWAY_POLL("a.2"));
			answer(&f, ENDS[i].answer);
			http_peer_expect(f.http, GATEWAY_POLL("a.2"));
			answer(&f, ENDS[i].answer);
		}
		fixture_expect_lost(&f, ENDS[i].code);
	}
}

/* An answer that breaks off: what came of it is delivered, the rest is lost; so the link is. */
static void
test_cut(void)
{
	g_auto(Fixture) f;

	fixture_init(&f);
	fixture_open(&f, "a.1");
	test_advance(f.clock, MSNP_GATEWAY_POLL_MS);
	http_peer_expect(f.http, GATEWAY_POLL("a.1"));
	answer(&f, "HTTP/1.1 200 OK\r\n" WITH_ID "Content-Length: 10\r\n\r\nNLN AW");
	fixture_expect(&f, "NLN AW", -1);
	fixture_expect_lost(&f, MSNP_GATEWAY_ERROR_NETWORK);
}

/* A connection that was idle for long is not trusted with what cannot be repeated. */
static void
test_kept_connection(void)
{
	g_auto(Fixture) f;

	fixture_init(&f);
	fixture_open(&f, "a.1");
	fixture_write(&f, "CHG 5\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.1"));
	http_peer_answer(f.http, "SessionID=a.1", "", 0);
	test_settle();
	g_assert_cmpuint(http_peer_n_connections(f.http), ==, 1);
	for (guint seconds = 1; seconds <= 3; seconds++) {
		test_advance(f.clock, seconds * 1000);
		http_peer_expect(f.http, GATEWAY_POLL("a.1"));
		http_peer_answer(f.http, "SessionID=a.1", "", 0);
		test_settle();
	}
	test_advance(f.clock, 3500);
	g_assert_cmpuint(http_peer_n_connections(f.http), ==, 1);
	fixture_write(&f, "CHG 6\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.1"));
	g_assert_cmpuint(http_peer_n_connections(f.http), ==, 2);
}

static void
test_timeouts(void)
{
	g_auto(Fixture) f;

	fixture_init(&f);
	/* Open, and send. */
	fixture_connect(&f);
	fixture_write(&f, GATEWAY_VER, -1);
	http_peer_expect(f.http, GATEWAY_OPEN);
	test_advance(f.clock, MSNP_GATEWAY_SILENCE_MS - 1);
	g_assert_cmpuint(msnp_gateway_n_sessions(f.gateway), ==, 1);
	test_advance(f.clock, 1);
	fixture_expect_lost(&f, MSNP_GATEWAY_ERROR_TIMEOUT);
	fixture_hang_up(&f);
	fixture_open(&f, "a.1");
	fixture_write(&f, "CHG 5\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.1"));
	test_advance(f.clock, MSNP_GATEWAY_SILENCE_MS);
	fixture_expect_lost(&f, MSNP_GATEWAY_ERROR_TIMEOUT);
	fixture_hang_up(&f);
	/* A poll: asked again once. */
	fixture_open(&f, "a.1");
	test_advance(f.clock, MSNP_GATEWAY_POLL_MS);
	http_peer_expect(f.http, GATEWAY_POLL("a.1"));
	test_advance(f.clock, MSNP_GATEWAY_SILENCE_MS);
	http_peer_expect(f.http, GATEWAY_POLL("a.1"));
	test_advance(f.clock, MSNP_GATEWAY_SILENCE_MS);
	fixture_expect_lost(&f, MSNP_GATEWAY_ERROR_TIMEOUT);
}

/* Answers that begin and do not end: silence, and a trickle. */
static void
test_endless(void)
{
	static const char BEGIN[] = "HTTP/1.1 200 OK\r\n" WITH_ID "Content-Length: 1000\r\n\r\nx";
	g_auto(Fixture) f;
	guint ms = 0;

	fixture_init(&f);
	fixture_open(&f, "a.1");
	fixture_write(&f, "CHG 5\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.1"));
	http_peer_send(f.http, BEGIN, -1);
	fixture_expect(&f, "x", -1);
	test_advance(f.clock, MSNP_GATEWAY_SILENCE_MS);
	fixture_expect_lost(&f, MSNP_GATEWAY_ERROR_TIMEOUT);
	fixture_hang_up(&f);
	fixture_open(&f, "a.1");
	fixture_write(&f, "CHG 5\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.1"));
	http_peer_send(f.http, BEGIN, -1);
	fixture_expect(&f, "x", -1);
	for (; msnp_gateway_n_sessions(f.gateway); ms += 20000) {
		http_peer_send(f.http, "y", -1);
		fixture_expect(&f, "y", -1);
		test_advance(f.clock, 20000);
	}
	g_assert_cmpuint(ms, ==, MSNP_GATEWAY_EXCHANGE_MS);
	fixture_expect_lost(&f, MSNP_GATEWAY_ERROR_TIMEOUT);
}

static void
test_too_large(void)
{
	enum { PIECE = 1024 * 1024, PIECES = MSNP_GATEWAY_ANSWER_MAX / PIECE };
	g_auto(Fixture) f;
	g_autofree char *head = NULL;
	g_autofree char *piece = g_strnfill(PIECE, 'x');

	fixture_init(&f);
	head = g_strdup_printf("HTTP/1.1 200 OK\r\n" WITH_ID "Content-Length: %d\r\n\r\n",
			       MSNP_GATEWAY_ANSWER_MAX + 1);
	fixture_open(&f, "a.1");
	test_advance(f.clock, MSNP_GATEWAY_POLL_MS);
	http_peer_expect(f.http, GATEWAY_POLL("a.1"));
	http_peer_send(f.http, head, -1);
	for (guint i = 0; i < PIECES; i++) {
		http_peer_send(f.http, piece, PIECE);
		fixture_expect(&f, piece, PIECE);
	}
	http_peer_send(f.http, "x", -1);
	fixture_expect_lost(&f, MSNP_GATEWAY_ERROR_TOO_LARGE);
}

/* CVE-2011-3184: interim answers change nothing; one with a body is no answer at all. */
static void
test_continue(void)
{
	static const char *const GOOD[] = {
		"HTTP/1.1 100 Continue\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\nX: y\r\n\r\n",
		"HTTP/1.0 100 Continue\r\n\r\n",
	};
	g_auto(Fixture) f;

	fixture_init(&f);
	for (guint i = 0; i < G_N_ELEMENTS(GOOD); i++) {
		fixture_open(&f, "a.1");
		fixture_write(&f, "CHG 5\r\n", -1);
		http_peer_expect(f.http, GATEWAY_SEND("a.1"));
		for (const char *c = GOOD[i]; *c; c++) {
			/* Cut in every half. */
			http_peer_send(f.http, c, 1);
			test_settle();
		}
		http_peer_answer(f.http, "SessionID=a.2", "CHG 5 NLN\r\n", -1);
		fixture_expect(&f, "CHG 5 NLN\r\n", -1);
		test_advance(f.clock, MSNP_GATEWAY_POLL_MS);
		http_peer_expect(f.http, GATEWAY_POLL("a.2"));
		fixture_hang_up(&f);
		test_until(msnp_gateway_n_sessions(f.gateway) == 0);
	}
	fixture_open(&f, "a.1");
	fixture_write(&f, "CHG 5\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.1"));
	http_peer_send(f.http, "HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\nhello", -1);
	http_peer_answer(f.http, "SessionID=a.2", "CHG 5 NLN\r\n", -1);
	fixture_expect_lost(&f, MSNP_GATEWAY_ERROR_NETWORK);
}

/* GW-IP: not followed unless the host belongs to the domains that may be; then host alone. */
static void
test_gw_ip(void)
{
	static const char *const DOMAINS[] = { "localhost", "nordwind.example", NULL };
	g_auto(Fixture) f;
	g_auto(Fixture) g;
	g_autofree char *own = NULL, *local = NULL;

	fixture_init(&f);
	own = g_strdup_printf("Host: 127.0.0.1:%u", http_peer_port(f.http));
	fixture_connect(&f);
	fixture_write(&f, GATEWAY_VER, -1);
	http_peer_expect(f.http, GATEWAY_OPEN);
	http_peer_answer(f.http, "SessionID=a.1; GW-IP=localhost", "", 0);
	test_settle();
	test_advance(f.clock, MSNP_GATEWAY_POLL_MS);
	http_peer_expect(f.http, GATEWAY_POLL("a.1"));
	g_assert_true(http_peer_has_header(f.http, own));

	fixture_init_with(&g, NULL, FALSE, DOMAINS, NULL);
	g_free(own);
	own = g_strdup_printf("Host: 127.0.0.1:%u", http_peer_port(g.http));
	local = g_strdup_printf("Host: localhost:%u", http_peer_port(g.http));
	fixture_connect(&g);
	fixture_write(&g, GATEWAY_VER, -1);
	http_peer_expect(g.http, GATEWAY_OPEN);
	http_peer_answer(g.http, "SessionID=a.1; GW-IP=evil.example", "", 0);
	test_settle();
	test_advance(g.clock, MSNP_GATEWAY_POLL_MS);
	http_peer_expect(g.http, GATEWAY_POLL("a.1"));
	g_assert_true(http_peer_has_header(g.http, own));
	/* One of the domains, but not this machine: tickets over plain http. */
	http_peer_answer(g.http, "SessionID=a.1; GW-IP=gw2.nordwind.example", "x", -1);
	fixture_expect(&g, "x", -1);
	test_advance(g.clock, MSNP_GATEWAY_POLL_MS);
	http_peer_expect(g.http, GATEWAY_POLL("a.1"));
	g_assert_true(http_peer_has_header(g.http, own));
	http_peer_answer(g.http, "SessionID=a.1; GW-IP=localhost", "x", -1);
	fixture_expect(&g, "x", -1);
	test_advance(g.clock, MSNP_GATEWAY_POLL_MS);
	http_peer_expect(g.http, GATEWAY_POLL("a.1"));
	g_assert_true(http_peer_has_header(g.http, local));
}

/* ---- Connecting ---- */

static void
test_urls(void)
{
	static const struct {
		const char *url;
		int code;
	} ROWS[] = {
		{ "", MSNP_GATEWAY_ERROR_URL },
		{ "gateway.nordwind.example", MSNP_GATEWAY_ERROR_URL },
		{ "ftp://gateway.nordwind.example/", MSNP_GATEWAY_ERROR_URL },
		{ "http:///gateway.dll", MSNP_GATEWAY_ERROR_URL },
		{ "https://me:secret@gateway.nordwind.example/", MSNP_GATEWAY_ERROR_URL },
		{ "http://gateway.nordwind.example/gateway.dll", MSNP_GATEWAY_ERROR_INSECURE },
		{ "http://127.0.0.1.nordwind.example/", MSNP_GATEWAY_ERROR_INSECURE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
		g_auto(Fixture) f;
		g_autoptr(GError) error = NULL;

		fixture_init_with(&f, ROWS[i].url, FALSE, NULL, NULL);
		error = fixture_connect_fails(&f);
		g_assert_error(error, MSNP_GATEWAY_ERROR, ROWS[i].code);
		g_assert_null(strstr(error->message, "secret"));
		http_peer_expect_nothing(f.http);
	}
}

/* Nobody listens; and somebody who listens, but does not speak TLS: nothing for ever. */
static void
test_connect_fails(void)
{
	g_auto(Fixture) f;
	g_auto(Fixture) g;
	g_autoptr(HttpPeer) silent = http_peer_new();
	g_autoptr(GError) refused = NULL, late = NULL;
	g_auto(TestResult) result = { NULL };
	g_autofree char *nobody = NULL, *mute = NULL;
	HttpPeer *gone = http_peer_new();

	nobody = g_strdup_printf("http://127.0.0.1:%u/", http_peer_port(gone));
	http_peer_free(gone);
	fixture_init_with(&f, nobody, FALSE, NULL, NULL);
	refused = fixture_connect_fails(&f);
	g_assert_error(refused, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);

	mute = g_strdup_printf("https://127.0.0.1:%u/", http_peer_port(silent));
	fixture_init_with(&g, mute, FALSE, NULL, NULL);
	msnp_connector_connect_async(MSNP_CONNECTOR(g.gateway), "ns.example", 1863, NULL,
				     test_result_take, &result);
	test_until(http_peer_n_open(silent) == 1);
	test_settle();
	g_assert_null(result.result);
	test_advance(g.clock, MSNP_GATEWAY_SILENCE_MS);
	g_assert_cmpint(msnp_connector_connect_finish(MSNP_CONNECTOR(g.gateway),
						      test_result_wait(&result), &late),
			==, -1);
	g_assert_error(late, MSNP_GATEWAY_ERROR, MSNP_GATEWAY_ERROR_TIMEOUT);
	test_until(http_peer_n_open(silent) == 0);
}

/* A certificate that nobody vouches for: refused before anything was sent. */
static void
test_certificate(void)
{
	g_auto(Fixture) f;
	g_autoptr(GError) error = NULL;
	g_autoptr(TlsServer) server = tls_server_new();
	g_autofree char *url =
	    g_strdup_printf("https://127.0.0.1:%d" GATEWAY_PATH, tls_server_port(server));

	fixture_init_with(&f, url, TRUE, NULL, NULL);
	error = fixture_connect_fails(&f);
	g_assert_error(error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
	g_assert_cmpuint(tls_server_n_heard(server), ==, 0);
}

/* Cancelled before, in each turn of the attempt, and between its end and finish. */
static void
test_cancel(void)
{
	gboolean through = FALSE;

	for (guint turns = 0; !through; turns++) {
		g_auto(Fixture) f;
		g_auto(TestResult) result = { NULL };
		g_autoptr(GCancellable) cancellable = g_cancellable_new();
		g_autoptr(GError) error = NULL;
		int fd;

		g_assert_cmpuint(turns, <, 10000);
		fixture_init(&f);
		if (turns == 0)
			g_cancellable_cancel(cancellable);
		msnp_connector_connect_async(MSNP_CONNECTOR(f.gateway), "ns.example", 1863,
					     cancellable, test_result_take, &result);
		for (guint i = 1; i < turns && !result.result; i++)
			test_turn();
		through = result.result != NULL;
		g_cancellable_cancel(cancellable);
		fd = msnp_connector_connect_finish(MSNP_CONNECTOR(f.gateway),
						   test_result_wait(&result), &error);
		g_assert_cmpint(fd, ==, -1);
		g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	}
	{
		/* A descriptor that nobody asks for is closed, and the session with it. */
		g_auto(Fixture) f;
		g_auto(TestResult) result = { NULL };

		fixture_init(&f);
		msnp_connector_connect_async(MSNP_CONNECTOR(f.gateway), "ns.example", 1863, NULL,
					     test_result_take, &result);
		test_result_wait(&result);
		g_assert_cmpuint(msnp_gateway_n_sessions(f.gateway), ==, 1);
		test_result_clear(&result);
		test_until(msnp_gateway_n_sessions(f.gateway) == 0);
	}
}

/* ---- Proxies ---- */

#define GATEWAY   "gateway.nordwind.example"
#define PLAIN     "http://" GATEWAY GATEWAY_PATH
#define ASK_BASIC "Proxy-Authenticate: Basic realm=\"out\"\r\nContent-Length: 0\r\n\r\n"
/* user:p@ss */
#define CREDENTIALS "Proxy-Authorization: Basic dXNlcjpwQHNz"

/* lesson_174: a proxy of HTTP/1.0 that keeps no connection and wants a password. */
static void
test_proxy(void)
{
	g_auto(Fixture) f;

	fixture_init_with(&f, PLAIN, TRUE, NULL, "user:p%40ss@");
	fixture_connect(&f);
	fixture_write(&f, GATEWAY_VER, -1);
	http_peer_expect(f.http, "POST " PLAIN "?Action=open&Server=NS"
				 "&IP=messenger.nordwind.example HTTP/1.1");
	http_peer_send(f.http, "HTTP/1.0 407 Password, please\r\n" ASK_BASIC, -1);
	http_peer_hang_up(f.http);
	http_peer_expect(f.http, "POST " PLAIN "?Action=open&Server=NS"
				 "&IP=messenger.nordwind.example HTTP/1.1");
	g_assert_true(http_peer_has_header(f.http, CREDENTIALS));
	http_peer_expect_body(f.http, GATEWAY_VER, -1);
	/* No length: the end of the connection is the end of the body. */
	http_peer_send(f.http, "HTTP/1.0 200 OK\r\n" WITH_ID "\r\n" GATEWAY_VER_REPLY, -1);
	fixture_expect(&f, GATEWAY_VER_REPLY, -1);
	http_peer_hang_up(f.http);
	test_settle();
	fixture_write(&f, "CVR 2\r\n", -1);
	http_peer_expect(f.http, "POST " PLAIN "?SessionID=a.1 HTTP/1.1");
	g_assert_true(http_peer_has_header(f.http, CREDENTIALS));
	http_peer_expect_body(f.http, "CVR 2\r\n", -1);
	http_peer_send(f.http, "HTTP/1.0 200 OK\r\n" WITH_ID "\r\n", -1);
	http_peer_hang_up(f.http);
	test_settle();
	test_advance(f.clock, MSNP_GATEWAY_POLL_MS);
	http_peer_expect(f.http, "POST " PLAIN "?Action=poll&SessionID=a.1 HTTP/1.1");
	g_assert_true(http_peer_has_header(f.http, CREDENTIALS));
}

static void
test_proxy_refuses(void)
{
	static const char *const WHO[] = { "user:p%40ss@", "" };

	for (guint i = 0; i < G_N_ELEMENTS(WHO); i++) {
		g_auto(Fixture) f;
		guint asked = *WHO[i] ? 2 : 1;

		fixture_init_with(&f, PLAIN, TRUE, NULL, WHO[i]);
		fixture_connect(&f);
		fixture_write(&f, GATEWAY_VER, -1);
		for (guint times = 0; times < asked; times++) {
			http_peer_expect(f.http, "POST " PLAIN "?Action=open&Server=NS"
						 "&IP=messenger.nordwind.example HTTP/1.1");
			http_peer_send(f.http, "HTTP/1.1 407 Password, please\r\n" ASK_BASIC, -1);
		}
		fixture_expect_lost(&f, MSNP_GATEWAY_ERROR_PROXY);
	}
}

/* https goes through a tunnel, which is asked for with the password too. */
static void
test_proxy_tunnel(void)
{
	static const char *const REFUSALS[] = { "403 No", "407 Password, please" };

	for (guint i = 0; i < G_N_ELEMENTS(REFUSALS); i++) {
		g_auto(Fixture) f;
		g_autoptr(GError) error = NULL;
		g_auto(TestResult) result = { NULL };
		g_autofree char *refusal =
		    g_strconcat("HTTP/1.1 ", REFUSALS[i], "\r\n" ASK_BASIC, NULL);

		fixture_init_with(&f, "https://" GATEWAY GATEWAY_PATH, FALSE, NULL, "user:p%40ss@");
		msnp_connector_connect_async(MSNP_CONNECTOR(f.gateway), "ns.example", 1863, NULL,
					     test_result_take, &result);
		http_peer_expect(f.http, "CONNECT " GATEWAY ":443 HTTP/1.1");
		http_peer_send(f.http, "HTTP/1.1 407 Password, please\r\n" ASK_BASIC, -1);
		http_peer_expect(f.http, "CONNECT " GATEWAY ":443 HTTP/1.1");
		g_assert_true(http_peer_has_header(f.http, CREDENTIALS));
		http_peer_send(f.http, refusal, -1);
		g_assert_cmpint(msnp_connector_connect_finish(MSNP_CONNECTOR(f.gateway),
							      test_result_wait(&result), &error),
				==, -1);
		g_assert_error(error, MSNP_GATEWAY_ERROR, MSNP_GATEWAY_ERROR_PROXY);
		http_peer_expect_nothing(f.http);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/gateway-faults/open-fails", test_open_fails);
	g_test_add_func("/gateway-faults/send-fails", test_send_fails);
	g_test_add_func("/gateway-faults/poll-fails", test_poll_fails);
	g_test_add_func("/gateway-faults/cut", test_cut);
	g_test_add_func("/gateway-faults/kept-connection", test_kept_connection);
	g_test_add_func("/gateway-faults/timeouts", test_timeouts);
	g_test_add_func("/gateway-faults/endless", test_endless);
	g_test_add_func("/gateway-faults/too-large", test_too_large);
	g_test_add_func("/gateway-faults/continue", test_continue);
	g_test_add_func("/gateway-faults/gw-ip", test_gw_ip);
	g_test_add_func("/gateway-faults/urls", test_urls);
	g_test_add_func("/gateway-faults/connect-fails", test_connect_fails);
	g_test_add_func("/gateway-faults/certificate", test_certificate);
	g_test_add_func("/gateway-faults/cancel", test_cancel);
	g_test_add_func("/gateway-faults/proxy", test_proxy);
	g_test_add_func("/gateway-faults/proxy-refuses", test_proxy_refuses);
	g_test_add_func("/gateway-faults/proxy-tunnel", test_proxy_tunnel);
	return g_test_run();
}
