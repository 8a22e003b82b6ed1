/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scripted peer. See test-support.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/test-support.h"

struct _TestPeer {
	int fd;
	gboolean packets, chopped, ended;
	GString *got;      /* from the client, not yet expected */
	GQueue segments;   /* gsize lengths of the client's writes, with packets */
	GString *to_send;  /* what the socket did not take yet */
	guint send_source; /* while to_send is not empty */
};

TestPeer *
test_peer_new(int *fd, gboolean packets)
{
	TestPeer *peer = g_new0(TestPeer, 1);
	int type = (packets ? SOCK_SEQPACKET : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int ends[2];

	if (socketpair(AF_UNIX, type, 0, ends) < 0)
		g_error("socketpair: %s", g_strerror(errno));
	peer->fd = ends[0];
	peer->packets = packets;
	peer->got = g_string_new(NULL);
	peer->to_send = g_string_new(NULL);
	g_queue_init(&peer->segments);
	*fd = ends[1];
	return peer;
}

void
test_peer_free(TestPeer *peer)
{
	test_peer_close(peer);
	g_string_free(peer->got, TRUE);
	g_string_free(peer->to_send, TRUE);
	g_queue_clear(&peer->segments);
	g_free(peer);
}

void
test_peer_close(TestPeer *peer)
{
	g_clear_handle_id(&peer->send_source, g_source_remove);
	g_string_truncate(peer->to_send, 0);
	if (peer->fd >= 0)
		close(peer->fd);
	peer->fd = -1;
}

void
test_peer_set_chopped(TestPeer *peer, gboolean chopped)
{
	peer->chopped = chopped;
}

/* Reading */

static void
read_all(TestPeer *peer)
{
	static char buffer[256 * 1024];
	gssize length;

	while (peer->fd >= 0 && !peer->ended) {
		length = recv(peer->fd, buffer, sizeof buffer, 0);
		if (length > 0) {
			g_string_append_len(peer->got, buffer, length);
			if (peer->packets)
				g_queue_push_tail(&peer->segments, GSIZE_TO_POINTER(length));
		} else if (length == 0 || errno != EAGAIN) {
			peer->ended = TRUE;
		} else {
			return;
		}
	}
}

static char *
take_bytes(TestPeer *peer, gsize length)
{
	char *bytes = g_strndup(peer->got->str, length);

	memcpy(bytes, peer->got->str, length);
	g_string_erase(peer->got, 0, (gssize)length);
	return bytes;
}

G_NORETURN static void
fail(TestPeer *peer, const char *expected)
{
	g_autofree char *got = g_strescape(peer->got->str, NULL);
	g_autofree char *wanted = g_strescape(expected, NULL);

	g_error("from the client\n  expected \"%s\"\n  got      \"%s\"%s", wanted, got,
		peer->ended ? " and the end of the connection" : "");
}

/* One turn of the loop while the peer waits; expected is for the failure. */
static void
wait_turn(TestPeer *peer, TestWait *wait, const char *expected)
{
	read_all(peer);
	if (peer->ended || peer->fd < 0 || test_wait_is_over(wait))
		fail(peer, expected);
	test_turn();
}

void
test_peer_expect(TestPeer *peer, const char *bytes)
{
	gsize length = strlen(bytes);
	TestWait wait = { 0 };

	for (;;) {
		read_all(peer);
		if (memcmp(peer->got->str, bytes, MIN(length, peer->got->len)) != 0)
			fail(peer, bytes);
		if (peer->got->len >= length)
			break;
		wait_turn(peer, &wait, bytes);
	}
	g_string_erase(peer->got, 0, (gssize)length);
}

char *
test_peer_expect_line(TestPeer *peer, const char *pattern)
{
	g_autofree char *line = NULL;
	TestWait wait = { 0 };
	const char *end;

	for (;;) {
		read_all(peer);
		end = strstr(peer->got->str, "\r\n");
		if (end)
			break;
		wait_turn(peer, &wait, pattern);
	}
	line = g_strndup(peer->got->str, (gsize)(end - peer->got->str));
	if (!g_pattern_match_simple(pattern, line))
		fail(peer, pattern);
	g_string_erase(peer->got, 0, end + 2 - peer->got->str);
	return g_steal_pointer(&line);
}

char *
test_peer_expect_bytes(TestPeer *peer, gsize length)
{
	TestWait wait = { 0 };

	for (read_all(peer); peer->got->len < length; read_all(peer))
		wait_turn(peer, &wait, "(more bytes)");
	return take_bytes(peer, length);
}

void
test_peer_expect_nothing(TestPeer *peer)
{
	test_settle();
	read_all(peer);
	if (peer->got->len)
		fail(peer, "");
}

void
test_peer_expect_closed(TestPeer *peer)
{
	TestWait wait = { 0 };

	for (read_all(peer); !peer->ended; read_all(peer)) {
		if (peer->got->len)
			fail(peer, "");
		wait_turn(peer, &wait, "(the end of the connection)");
	}
	if (peer->got->len)
		fail(peer, "");
}

char *
test_peer_take(TestPeer *peer)
{
	test_settle();
	read_all(peer);
	return take_bytes(peer, peer->got->len);
}

char *
test_peer_take_segment(TestPeer *peer)
{
	TestWait wait = { 0 };

	g_assert_true(peer->packets);
	for (read_all(peer); g_queue_is_empty(&peer->segments); read_all(peer))
		wait_turn(peer, &wait, "(a segment)");
	return take_bytes(peer, GPOINTER_TO_SIZE(g_queue_pop_head(&peer->segments)));
}

gboolean
test_peer_is_closed(TestPeer *peer)
{
	read_all(peer);
	return peer->ended;
}

/* Sending */

/* What one packet of a pair with borders can carry: the client reads 16 KiB at a time, and the rest
 * of a longer packet would be lost. */
#define PACKET_MAX 4096

static gboolean
send_more(TestPeer *peer)
{
	while (peer->to_send->len) {
		gsize length =
		    peer->packets ? MIN(peer->to_send->len, PACKET_MAX) : peer->to_send->len;
		gssize sent = send(peer->fd, peer->to_send->str, length, MSG_NOSIGNAL);

		if (sent < 0 && errno == EAGAIN)
			return FALSE;
		/* The client has gone: what it was to be told goes nowhere. */
		if (sent < 0)
			g_string_truncate(peer->to_send, 0);
		else
			g_string_erase(peer->to_send, 0, sent);
	}
	return TRUE;
}

static gboolean
send_when_ready(G_GNUC_UNUSED GIOChannel *channel, G_GNUC_UNUSED GIOCondition condition,
		gpointer data)
{
	TestPeer *peer = data;

	if (!send_more(peer))
		return G_SOURCE_CONTINUE;
	peer->send_source = 0;
	return G_SOURCE_REMOVE;
}

static void
send_now(TestPeer *peer, const char *bytes, gsize length)
{
	g_autoptr(GIOChannel) channel = NULL;

	if (peer->fd < 0)
		return;
	g_string_append_len(peer->to_send, bytes, (gssize)length);
	if (peer->send_source || send_more(peer))
		return;
	channel = g_io_channel_unix_new(peer->fd);
	peer->send_source =
	    g_io_add_watch(channel, G_IO_OUT | G_IO_ERR | G_IO_HUP, send_when_ready, peer);
}

void
test_peer_send_bytes(TestPeer *peer, const char *bytes, gssize length)
{
	gsize rest = length < 0 ? strlen(bytes) : (gsize)length;

	if (!peer->chopped) {
		send_now(peer, bytes, rest);
		return;
	}
	for (; rest; rest--) {
		send_now(peer, bytes++, 1);
		test_settle();
	}
}

void
test_peer_send(TestPeer *peer, const char *bytes)
{
	test_peer_send_bytes(peer, bytes, -1);
}

/* Scripts */

gsize
test_steps_length(const TestStep *steps)
{
	gsize length = 0;

	for (; steps->who; steps++) {
		if (steps->who == 'S')
			length += strlen(steps->bytes);
	}
	return length;
}

gboolean
test_peer_play(TestPeer *peer, const TestStep *steps, gssize cut)
{
	gsize left = cut < 0 ? G_MAXSIZE : (gsize)cut;

	for (; steps->who; steps++) {
		gsize length = strlen(steps->bytes);

		if (steps->who == 'C') {
			test_peer_expect(peer, steps->bytes);
			continue;
		}
		test_peer_send_bytes(peer, steps->bytes, (gssize)MIN(length, left));
		if (length > left) {
			test_peer_close(peer);
			return FALSE;
		}
		left -= length;
	}
	return TRUE;
}
