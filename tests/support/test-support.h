/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of rung 2 share: the code under test on one end of a socket pair, a scripted peer
 * on the other, and a main loop that runs until something is so. No test sleeps: time is the manual
 * clock's, and what goes over a socket pair is there at once.
 *
 *   g_autoptr(MsnpConnector) connector = test_connector_new();
 *   ... start the code under test with this connector ...
 *   TestPeer *peer = test_connector_peer(connector, 0);      // waits for the first connection
 *   g_assert_cmpstr(test_connector_target(connector, 0), ==, "sb.example:1864");
 *   test_peer_expect(peer, "USR 1 alice@example.com cookie\r\n");
 *   test_peer_send(peer, "USR 1 OK alice@example.com Alice\r\n");
 *   test_until(is_open(thing));
 *
 * Everything here fails the test by itself, with what was expected and what came.
 */
#pragma once

#include "net/msnp-connector.h"
#include "util/msnp-clock.h"

/* The main loop */

/* Runs the default main context until the expression is true; after ten seconds of the real clock
 * the test fails and names it. */
#define test_until(condition)                                                                      \
	G_STMT_START                                                                               \
	{                                                                                          \
		TestWait test_wait = { 0 };                                                        \
		while (!(condition))                                                               \
			test_wait_turn(&test_wait, __FILE__, __LINE__, #condition);                \
	}                                                                                          \
	G_STMT_END
typedef struct {
	gint64 end;
} TestWait;
void test_wait_turn(TestWait *wait, const char *file, int line, const char *condition);
gboolean test_wait_is_over(TestWait *wait);
/* One turn; if nothing is ready, waits for a moment that something be. */
void test_turn(void);
/* Runs the default main context until nothing is ready any more. With socket pairs and no threads
 * that is: until nothing will happen without the clock or the peer. */
void test_settle(void);

/* Lets time pass as real timers do it, from within the main loop: what they complete is told at
 * once. After msnp_clock_advance() called from outside it would be told a turn later, after what
 * else has come by then. */
void test_advance(MsnpClock *clock, guint ms);

/* Asynchronous results: pass test_result_take as callback and a TestResult as data. A second call
 * fails the test. */
typedef struct {
	GAsyncResult *result; /* NULL: has not come yet */
} TestResult;
void test_result_take(GObject *source, GAsyncResult *result, gpointer data);
/* Runs the loop until it has come. */
GAsyncResult *test_result_wait(TestResult *result);
void test_result_clear(TestResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TestResult, test_result_clear)

/* The scripted peer: the far end of a connection */

typedef struct _TestPeer TestPeer;

/* A pair: the answer is the peer, fd gets the non-blocking end for the code under test. packets:
 * keep the borders of writes, for test_peer_take_segment(); the code under test notices nothing. */
TestPeer *test_peer_new(int *fd, gboolean packets);
void test_peer_free(TestPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestPeer, test_peer_free)

/* Chopped: each byte is sent alone, and the loop runs after each. */
void test_peer_set_chopped(TestPeer *peer, gboolean chopped);
/* Sends bytes; length -1: up to the NUL. What does not fit into the socket at once is sent while
 * the loop runs. Sending to a connection that the client has closed is no failure. */
void test_peer_send(TestPeer *peer, const char *bytes);
void test_peer_send_bytes(TestPeer *peer, const char *bytes, gssize length);
/* Runs the loop until these bytes have come from the client, exactly and in this order. */
void test_peer_expect(TestPeer *peer, const char *bytes);
/* Runs the loop until a whole line has come that matches the pattern (with * and ?, CRLF not in
 * it): "UUX 12 *". Answer: the line without CRLF, to be freed. */
char *test_peer_expect_line(TestPeer *peer, const char *pattern);
/* Runs the loop until so many bytes have come: a payload. Answer: they, NUL-terminated. */
char *test_peer_expect_bytes(TestPeer *peer, gsize length);
/* Settles; nothing may have come that was not expected before. */
void test_peer_expect_nothing(TestPeer *peer);
/* Runs the loop until the client has closed its end, without a further byte before. */
void test_peer_expect_closed(TestPeer *peer);
/* Settles, and takes all that has come, NUL-terminated; to be freed. */
char *test_peer_take(TestPeer *peer);
/* Runs the loop until the next write of the client has come, whole. Only with packets. */
char *test_peer_take_segment(TestPeer *peer);
gboolean test_peer_is_closed(TestPeer *peer);
/* Hangs up. The peer can still be asked, not used. */
void test_peer_close(TestPeer *peer);

/* A script: a dialogue as an array, ended by { 0 }. 'C' is expected from the client, 'S' sent. */
typedef struct {
	char who;
	const char *bytes;
} TestStep;
/* The bytes of all 'S' steps together: how many cuts there are. */
gsize test_steps_length(const TestStep *steps);
/* Plays the script. cut: hang up after so many bytes were sent, in the middle of whatever; -1:
 * never, and play it to its end. TRUE if the end was reached. */
gboolean test_peer_play(TestPeer *peer, const TestStep *steps, gssize cut);

/* The connector: each connection is a socket pair with a peer; who wanted to go where is recorded.
 * It owns its peers. */

MsnpConnector *test_connector_new(void);
/* All connections keep the borders of writes from now on. */
void test_connector_set_packets(MsnpConnector *connector, gboolean packets);
/* The next attempt fails with G_IO_ERROR_CONNECTION_REFUSED. */
void test_connector_refuse_next(MsnpConnector *connector);
/* The next attempt does not end until it is cancelled. */
void test_connector_hang_next(MsnpConnector *connector);
/* The next attempt ends well although it has been cancelled meanwhile: descriptors may leak here.
 * It waits for the cancel. */
void test_connector_outrun_next(MsnpConnector *connector);
/* Attempts so far, failed ones too. */
guint test_connector_n_targets(MsnpConnector *connector);
/* "host:port" of attempt n, from 0; waits for it. */
const char *test_connector_target(MsnpConnector *connector, guint n);
/* Peer n of the connections that were made, from 0; waits for it. */
TestPeer *test_connector_peer(MsnpConnector *connector, guint n);
guint test_connector_n_peers(MsnpConnector *connector);

/* The log */

/* Collects what is logged from now on, a line each, "category: text", until test_log_end(). */
const GString *test_log_begin(void);
void test_log_end(void);
