/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rung 2: the gateway's sessions with a scripted HTTP server and a manual clock: what is sent when,
 * and what comes out. Vectors: notification.md 14.
 */
#include <string.h>

#include "gateway-fixture.h"
#include "net/msnp-gateway-header.h"

#define NLN "NLN AWY olaf@nordwind.example 1 Olaf%20B. 1342226476 0\r\n"

/* The example of notification.md 14. */
static void
test_example(void)
{
	g_auto(Fixture) f;
	g_autofree char *host = NULL;

	fixture_init(&f);
	host = g_strdup_printf("Host: 127.0.0.1:%u", http_peer_port(f.http));
	fixture_connect(&f);
	fixture_write(&f, GATEWAY_VER, -1);
	http_peer_expect(f.http, GATEWAY_OPEN);
	g_assert_true(http_peer_has_header(f.http, "Content-Type: application/x-msn-messenger"));
	g_assert_true(http_peer_has_header(f.http, "Content-Length: 26"));
	g_assert_true(http_peer_has_header(f.http, "User-Agent: MSMSGS"));
	g_assert_true(http_peer_has_header(f.http, "Pragma: no-cache"));
	g_assert_true(http_peer_has_header(f.http, host));
	http_peer_expect_body(f.http, GATEWAY_VER, -1);
	http_peer_answer(f.http, "SessionID=1796000400.2201; GW-IP=192.0.2.60", GATEWAY_VER_REPLY,
			 -1);
	fixture_expect(&f, GATEWAY_VER_REPLY, -1);
	test_advance(f.clock, MSNP_GATEWAY_POLL_MS - 1);
	http_peer_expect_nothing(f.http);
	test_advance(f.clock, 1);
	http_peer_expect(f.http, GATEWAY_POLL("1796000400.2201"));
	g_assert_true(http_peer_has_header(f.http, "Content-Length: 0"));
	g_assert_true(http_peer_has_header(f.http, host));
	http_peer_answer(f.http, "SessionID=1796000400.3307; GW-IP=192.0.2.60", NLN, -1);
	fixture_expect(&f, NLN, -1);
	fixture_write(&f, "CVR 2\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("1796000400.3307"));
	http_peer_expect_body(f.http, "CVR 2\r\n", -1);
	/* All over one connection. */
	g_assert_cmpuint(http_peer_n_connections(f.http), ==, 1);
}

/* Switchboards are told by their first verb; nothing is sent before it is there. */
static void
test_switchboard(void)
{
	static const char *const FIRST[] = { "USR 1 mia@nordwind.example 17262740.1050826919.32308",
					     "ANS 1 mia@nordwind.example 849102291.520491113 1",
					     "CAL" };

	for (guint i = 0; i < G_N_ELEMENTS(FIRST); i++) {
		g_auto(Fixture) f;

		fixture_init(&f);
		fixture_connect(&f);
		fixture_write(&f, FIRST[i], 3);
		http_peer_expect_nothing(f.http);
		fixture_write(&f, strlen(FIRST[i]) > 3 ? FIRST[i] + 3 : " ", -1);
		http_peer_expect(f.http, "POST " GATEWAY_PATH "?Action=open&Server=SB"
					 "&IP=messenger.nordwind.example HTTP/1.1");
	}
}

/* One request at a time; what is written meanwhile goes into one body. */
static void
test_order(void)
{
	g_auto(Fixture) f;

	fixture_init(&f);
	fixture_open(&f, "a.1");
	fixture_write(&f, "CVR 2\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.1"));
	fixture_write(&f, "USR 3\r\n", -1);
	test_settle();
	fixture_write(&f, "BLP 4\r\n", -1);
	http_peer_expect_nothing(f.http);
	/* The answer in two pieces: nothing goes out before its end. */
	http_peer_send(f.http,
		       "HTTP/1.1 200 OK\r\nX-MSN-Messenger: SessionID=a.2\r\n"
		       "Content-Length: 7\r\n\r\nCVR",
		       -1);
	fixture_expect(&f, "CVR", -1);
	http_peer_expect_nothing(f.http);
	http_peer_send(f.http, " 2\r\n", -1);
	fixture_expect(&f, " 2\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.2"));
	http_peer_expect_body(f.http, "USR 3\r\nBLP 4\r\n", -1);
	/* An answer without an id leaves the old one. */
	http_peer_answer(f.http, "GW-IP=192.0.2.60", "", 0);
	test_settle();
	fixture_write(&f, "CHG 5\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.2"));
}

static char *
all_bytes(gsize length)
{
	char *bytes = g_malloc(length);

	for (gsize i = 0; i < length; i++)
		bytes[i] = (char)((i * 7 + i / 256) & 0xff);
	return bytes;
}

/* lesson_176: what is binary stays as it is; what is much goes in portions. */
static void
test_binary(void)
{
	enum { LENGTH = 100000 };
	g_auto(Fixture) f;
	g_autofree char *bytes = all_bytes(LENGTH);
	g_autoptr(GByteArray) got = g_byte_array_new();

	fixture_init(&f);
	fixture_open(&f, "a.1");
	fixture_write(&f, bytes, LENGTH);
	while (got->len < LENGTH) {
		GBytes *body;

		http_peer_expect(f.http, GATEWAY_SEND("a.1"));
		body = http_peer_body(f.http);
		g_assert_cmpuint(g_bytes_get_size(body), <=, MSNP_GATEWAY_BODY_MAX);
		g_byte_array_append(got, g_bytes_get_data(body, NULL),
				    (guint)g_bytes_get_size(body));
		http_peer_answer(f.http, "SessionID=a.1", "", 0);
		test_settle();
	}
	g_assert_cmpmem(got->data, got->len, bytes, LENGTH);
	test_advance(f.clock, MSNP_GATEWAY_POLL_MS);
	http_peer_expect(f.http, GATEWAY_POLL("a.1"));
	http_peer_answer(f.http, "SessionID=a.1", bytes, LENGTH);
	fixture_expect(&f, bytes, LENGTH);
}

static void
poll_after(Fixture *f, guint ms, const char *answer)
{
	test_advance(f->clock, ms - 1);
	http_peer_expect_nothing(f->http);
	test_advance(f->clock, 1);
	http_peer_expect(f->http, GATEWAY_POLL("a.1"));
	http_peer_answer(f->http, "SessionID=a.1", answer, -1);
	if (*answer)
		fixture_expect(f, answer, -1);
	test_settle();
}

/* lesson_175: seldom when nothing happens, soon after traffic of either direction. */
static void
test_pauses(void)
{
	g_auto(Fixture) f;

	fixture_init(&f);
	fixture_open(&f, "a.1");
	for (guint ms = 1000; ms <= 5000; ms += 1000)
		poll_after(&f, ms, "");
	for (guint i = 0; i < 20; i++)
		poll_after(&f, 5000, "");
	poll_after(&f, 5000, NLN);
	poll_after(&f, 1000, "");
	poll_after(&f, 2000, "");
	test_advance(f.clock, 2500);
	fixture_write(&f, "CHG 5\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.1"));
	http_peer_answer(f.http, "SessionID=a.1", "", 0);
	test_settle();
	poll_after(&f, 1000, "");
	poll_after(&f, 2000, "");
}

/* An answer in chunks; the connection goes on to be used. */
static void
test_chunks(void)
{
	g_auto(Fixture) f;

	fixture_init(&f);
	fixture_open(&f, "a.1");
	fixture_write(&f, "CVR 2\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.1"));
	http_peer_send(f.http,
		       "HTTP/1.1 200 OK\r\nX-MSN-Messenger: SessionID=a.2\r\n"
		       "Transfer-Encoding: chunked\r\n\r\n3\r\nCVR\r\n4\r\n 2\r\n\r\n0\r\n\r\n",
		       -1);
	fixture_expect(&f, "CVR 2\r\n", -1);
	fixture_write(&f, "USR 3\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.2"));
	g_assert_cmpuint(http_peer_n_connections(f.http), ==, 1);
}

/* Session=close: what came with it is delivered, then the end. */
static void
test_session_close(void)
{
	g_auto(Fixture) f;

	fixture_init(&f);
	fixture_open(&f, "a.1");
	fixture_write(&f, "OUT\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.1"));
	fixture_write(&f, "CHG 9\r\n", -1);
	http_peer_answer(f.http, "Session=close;SessionID=a.2 ; GW-IP=x", "OUT OTH\r\n", -1);
	fixture_expect(&f, "OUT OTH\r\n", -1);
	fixture_expect_lost(&f, -1);
}

/* What the link does not read is not read from the server. */
static void
test_back_pressure(void)
{
	enum { LENGTH = 12 * 1024 * 1024 };
	g_auto(Fixture) f;
	g_autofree char *bytes = all_bytes(LENGTH);

	fixture_init(&f);
	fixture_open(&f, "a.1");
	test_advance(f.clock, MSNP_GATEWAY_POLL_MS);
	http_peer_expect(f.http, GATEWAY_POLL("a.1"));
	http_peer_answer(f.http, "SessionID=a.1", bytes, LENGTH);
	test_settle();
	g_assert_cmpuint(http_peer_unsent(f.http), >, 1024 * 1024);
	/* That is not the server's silence. */
	test_advance(f.clock, MSNP_GATEWAY_SILENCE_MS * 2);
	fixture_expect(&f, bytes, LENGTH);
	test_advance(f.clock, MSNP_GATEWAY_POLL_MS);
	http_peer_expect(f.http, GATEWAY_POLL("a.1"));
}

/* last_words may be NULL. */
static void
hang_up_during_a_poll(Fixture *f, const char *last_words)
{
	fixture_open(f, "a.1");
	test_advance(f->clock, MSNP_GATEWAY_POLL_MS);
	http_peer_expect(f->http, GATEWAY_POLL("a.1"));
	if (last_words)
		fixture_write(f, last_words, -1);
	fixture_hang_up(f);
}

/* The link closes: its last words are sent, and nothing after them. */
static void
test_last_words(void)
{
	g_auto(Fixture) f;

	fixture_init(&f);
	fixture_open(&f, "a.1");
	fixture_write(&f, "OUT\r\n", -1);
	fixture_hang_up(&f);
	http_peer_expect(f.http, GATEWAY_SEND("a.1"));
	http_peer_expect_body(f.http, "OUT\r\n", -1);
	http_peer_answer(f.http, "SessionID=a.1", "some bytes that nobody reads", -1);
	test_until(msnp_gateway_n_sessions(f.gateway) == 0);
	http_peer_expect_nothing(f.http);
	/* During a send: after its answer. */
	fixture_open(&f, "a.1");
	fixture_write(&f, "BLP 4\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.1"));
	fixture_write(&f, "OUT\r\n", -1);
	fixture_hang_up(&f);
	http_peer_expect_nothing(f.http);
	http_peer_answer(f.http, "SessionID=a.2", "", 0);
	http_peer_expect(f.http, GATEWAY_SEND("a.2"));
	http_peer_answer(f.http, "SessionID=a.3", "", 0);
	test_until(msnp_gateway_n_sessions(f.gateway) == 0);
	/* During a poll, too: two requests at a time are refused, and OUT would be lost. */
	hang_up_during_a_poll(&f, "OUT\r\n");
	http_peer_expect_nothing(f.http);
	http_peer_answer(f.http, "SessionID=a.2", "some bytes that nobody reads", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.2"));
	http_peer_expect_body(f.http, "OUT\r\n", -1);
	http_peer_answer(f.http, "SessionID=a.3", "", 0);
	test_until(msnp_gateway_n_sessions(f.gateway) == 0);
	/* But without last words a poll's answer is not waited for, and with them none for ever. */
	hang_up_during_a_poll(&f, NULL);
	test_until(msnp_gateway_n_sessions(f.gateway) == 0);
	hang_up_during_a_poll(&f, "OUT\r\n");
	test_settle();
	test_advance(f.clock, MSNP_GATEWAY_LAST_WORD_MS);
	g_assert_cmpuint(msnp_gateway_n_sessions(f.gateway), ==, 0);
	g_assert_no_error(msnp_gateway_last_error(f.gateway));
}

/* Descriptors that are closed at odd moments. */
static void
test_hang_up(void)
{
	g_auto(Fixture) f;

	fixture_init(&f);
	/* Before there is a session. */
	fixture_connect(&f);
	fixture_hang_up(&f);
	test_until(msnp_gateway_n_sessions(f.gateway) == 0);
	fixture_connect(&f);
	fixture_write(&f, "VE", -1);
	fixture_hang_up(&f);
	test_until(msnp_gateway_n_sessions(f.gateway) == 0);
	/* While it is opened. */
	fixture_connect(&f);
	fixture_write(&f, GATEWAY_VER, -1);
	http_peer_expect(f.http, GATEWAY_OPEN);
	fixture_hang_up(&f);
	http_peer_answer(f.http, "SessionID=a.1", GATEWAY_VER_REPLY, -1);
	test_until(msnp_gateway_n_sessions(f.gateway) == 0);
	/* In the middle of an answer, that of a poll and that of a send. */
	fixture_open(&f, "a.1");
	test_advance(f.clock, MSNP_GATEWAY_POLL_MS);
	http_peer_expect(f.http, GATEWAY_POLL("a.1"));
	http_peer_send(f.http,
		       "HTTP/1.1 200 OK\r\nX-MSN-Messenger: SessionID=a.1\r\n"
		       "Content-Length: 100\r\n\r\nNLN",
		       -1);
	fixture_expect(&f, "NLN", -1);
	fixture_hang_up(&f);
	test_until(msnp_gateway_n_sessions(f.gateway) == 0);
	fixture_open(&f, "a.1");
	fixture_write(&f, "BLP 4\r\n", -1);
	http_peer_expect(f.http, GATEWAY_SEND("a.1"));
	http_peer_send(f.http,
		       "HTTP/1.1 200 OK\r\nX-MSN-Messenger: SessionID=a.1\r\n"
		       "Content-Length: 100\r\n\r\nNLN",
		       -1);
	fixture_expect(&f, "NLN", -1);
	fixture_hang_up(&f);
	test_settle();
	test_advance(f.clock, MSNP_GATEWAY_LAST_WORD_MS);
	g_assert_cmpuint(msnp_gateway_n_sessions(f.gateway), ==, 0);
}

/* X-MSN-Messenger, as hostile as it may be. */
static const struct {
	const char *text, *id, *gw_ip;
	gboolean close;
} HEADERS[] = {
	{ NULL, NULL, NULL, FALSE },
	{ "", NULL, NULL, FALSE },
	{ ";;;=;= ;", NULL, NULL, FALSE },
	{ "SessionID", NULL, NULL, FALSE },
	{ "SessionID=", NULL, NULL, FALSE },
	{ "SessionID=1796000400.2201; GW-IP=192.0.2.60", "1796000400.2201", "192.0.2.60", FALSE },
	{ "GW-IP=192.0.2.60;sessionid=x ; Session=Close", "x", "192.0.2.60", TRUE },
	{ "SessionID={0B7E9A11-55C2}", NULL, NULL, FALSE },
	{ "SessionID=0B7E9A11-55C2-4E8D", "0B7E9A11-55C2-4E8D", NULL, FALSE },
	{ "SessionID=a=b", "a=b", NULL, FALSE },
	{ "SessionID=a&Action=open", NULL, NULL, FALSE },
	{ "SessionID=a b; GW-IP=a/b", NULL, NULL, FALSE },
	{ "SessionID=a\r\nX: y; GW-IP=-x", NULL, NULL, FALSE },
	{ "SessionID=\xc3\xa4; GW-IP=user@host; Session=open", NULL, NULL, FALSE },
	{ "SessionID=a; SessionID=b; GW-IP=x:80", "b", NULL, FALSE },
};

static void
test_headers(void)
{
	g_autofree char *longest = g_strnfill(MSNP_GATEWAY_ID_MAX, 'a');
	g_autofree char *fits = g_strconcat("SessionID=", longest, NULL);
	g_autofree char *too_long = g_strconcat("SessionID=", longest, "a", NULL);
	g_auto(MsnpGatewayHeader) long_one = { 0 };
	g_auto(MsnpGatewayHeader) longer_one = { 0 };

	for (guint i = 0; i < G_N_ELEMENTS(HEADERS); i++) {
		g_auto(MsnpGatewayHeader) header = { 0 };

		msnp_gateway_header_parse(&header, HEADERS[i].text);
		g_assert_cmpstr(header.session_id, ==, HEADERS[i].id);
		g_assert_cmpstr(header.gw_ip, ==, HEADERS[i].gw_ip);
		g_assert_cmpint(header.close, ==, HEADERS[i].close);
	}
	msnp_gateway_header_parse(&long_one, fits);
	g_assert_cmpstr(long_one.session_id, ==, longest);
	msnp_gateway_header_parse(&longer_one, too_long);
	g_assert_null(longer_one.session_id);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/gateway/example", test_example);
	g_test_add_func("/gateway/switchboard", test_switchboard);
	g_test_add_func("/gateway/order", test_order);
	g_test_add_func("/gateway/binary", test_binary);
	g_test_add_func("/gateway/pauses", test_pauses);
	g_test_add_func("/gateway/chunks", test_chunks);
	g_test_add_func("/gateway/session-close", test_session_close);
	g_test_add_func("/gateway/back-pressure", test_back_pressure);
	g_test_add_func("/gateway/last-words", test_last_words);
	g_test_add_func("/gateway/hang-up", test_hang_up);
	g_test_add_func("/gateway/headers", test_headers);
	return g_test_run();
}
