/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One conversation: the queue, the outcomes, who opens which room, what is closed when.
 */
#include "conversation-fixture.h"

/* The queue */

static void
lesson_102_queue_in_order(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	send_text(f, "a");
	send_text(f, "b");
	test_settle();
	send_text(f, "c");
	answer_xfr(f, XFR);
	g_assert_cmpstr(test_connector_target(f->connector, 0), ==, "127.0.0.1:1864");
	send_text(f, "d");
	play_call(f, 0);
	expect_text(f, 0, 3, "a");
	expect_text(f, 0, 4, "b");
	expect_text(f, 0, 5, "c");
	expect_text(f, 0, 6, "d");
	send_text(f, "e");
	expect_text(f, 0, 7, "e");
	test_peer_expect_nothing(peer(f, 0));
	/* Told in order, whatever order the answers have. */
	test_peer_send(peer(f, 0), "ACK 4\r\nNAK 5\r\n");
	expect_events(f, "");
	test_peer_send(peer(f, 0), "ACK 3\r\nACK 3\r\nACK 99\r\nACK 6\r\nACK 7\r\n");
	expect_events(f, "a ok;b ok;c 12/0;d ok;e ok;");
	g_assert_cmpuint(f->n_xfrs, ==, 1);
}

static void
test_empty_text(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	send_labelled(f, "empty", "");
	expect_events(f, "empty ok;");
	g_assert_cmpuint(f->n_xfrs, ==, 0);
}

static void
test_addresses(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	const char *handles[] = { "alice@example.com", "no address", "tel:+15551111222" };

	for (guint i = 0; i < G_N_ELEMENTS(handles); i++) {
		msnp_conversation_send_text_async(msnp_conversations_with(f->set, handles[i]), "x",
						  NULL, 0, on_told, labelled(f, "x"));
		expect_failed(f, "x", MSNP_ERROR_ADDRESS, 0);
	}
	g_assert_cmpuint(f->n_xfrs, ==, 0);
}

static void
test_too_much(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(GError) reason = msnp_error_new(MSNP_ERROR_NETWORK, 0, "signed off");
	g_autofree char *big = g_strnfill(MSNP_CONVERSATION_QUEUE_BYTES_MAX, 'x');

	for (guint i = 0; i < MSNP_CONVERSATION_QUEUE_MAX; i++)
		msnp_conversation_send_text_async(f->bob, "x", NULL, 0, NULL, NULL);
	send_text(f, "over");
	expect_failed(f, "over", MSNP_ERROR_TOO_MUCH, 0);
	msnp_conversations_close(f->set, reason);
	f->closed = TRUE;
	expect_events(f, "");
	send_labelled(f, "big", big);
	expect_failed(f, "big", MSNP_ERROR_NETWORK, 0);
}

/* To somebody who does not join parts. */
static void
lesson_097_long_text(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	gsize max = msnp_message_formatted_max(NULL);
	g_autofree char *first = g_strnfill(max, 'x');
	g_autofree char *text = g_strconcat(first, "rest", NULL);

	open_room_with(f, "0");
	for (guint i = 0; i < 2; i++) {
		send_labelled(f, "long", text);
		expect_text(f, 0, 4 + 2 * i, first);
		expect_text(f, 0, 5 + 2 * i, "rest");
		test_peer_send(peer(f, 0), i == 0 ? "ACK 4\r\n" : "ACK 6\r\n");
		expect_events(f, "");
		test_peer_send(peer(f, 0), i == 0 ? "ACK 5\r\n" : "NAK 7\r\n");
		expect_events(f, i == 0 ? "long ok;" : "long 12/0;");
	}
}

/* The two parts of a text of 1,202 + 400 bytes: switchboard.md 6. Answer: their Message-ID. */
static char *
expect_parts(Fixture *f, guint n, guint trid)
{
	g_autofree char *head = g_strdup_printf("MSG %u A 1388", trid);
	g_autofree char *tail = g_strdup_printf("MSG %u A 464", trid + 1);
	g_autofree char *first = NULL, *second = NULL, *start = NULL;
	char *id;

	g_free(test_peer_expect_line(peer(f, n), head));
	first = test_peer_expect_bytes(peer(f, n), 1388);
	g_assert_nonnull(strstr(first, "\r\nChunks: 2\r\n\r\nxxx"));
	id = g_strndup(strstr(first, "Message-ID: "), strlen("Message-ID: ") + 38);
	g_free(test_peer_expect_line(peer(f, n), tail));
	second = test_peer_expect_bytes(peer(f, n), 464);
	start = g_strconcat(id, "\r\nChunk: 1\r\n\r\nxxx", NULL);
	g_assert_true(g_str_has_prefix(second, start));
	return id;
}

/* All parts are one message with one outcome. */
static void
lesson_112_long_text_in_parts(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *text = g_strnfill(1602, 'x');

	open_room(f);
	send_labelled(f, "long", text);
	g_free(expect_parts(f, 0, 4));
	test_peer_send(peer(f, 0), "ACK 4\r\n");
	expect_events(f, "");
	test_peer_send(peer(f, 0), "ACK 5\r\n");
	expect_events(f, "long ok;");
	send_labelled(f, "half", text);
	g_free(expect_parts(f, 0, 6));
	test_peer_send(peer(f, 0), "ACK 6\r\nNAK 7\r\n");
	expect_events(f, "half 12/0;");
}

/* The room is lost between the parts: in the next room one part alone would be joined with
 * nothing, so both go, under a new Message-ID. */
static void
lesson_112_parts_once_more(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *text = g_strnfill(1602, 'x');
	g_autofree char *first = NULL, *second = NULL;

	open_room(f);
	send_labelled(f, "long", text);
	first = expect_parts(f, 0, 4);
	test_peer_send(peer(f, 0), "ACK 4\r\nBYE bob@example.com\r\n");
	answer_xfr(f, XFR);
	play_call(f, 1);
	second = expect_parts(f, 1, 3);
	g_assert_cmpstr(first, !=, second);
	test_peer_send(peer(f, 1), "ACK 3\r\nACK 4\r\n");
	expect_events(f, "long ok;");
}

/* In the next room there is somebody who does not join parts; of messages, only what was not
 * delivered goes again. */
static void
lesson_112_parts_become_messages(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *text = g_strnfill(1602, 'x');
	g_autofree char *most = g_strnfill(1541, 'x');
	g_autofree char *rest = g_strnfill(61, 'x');

	open_room(f);
	send_labelled(f, "long", text);
	g_free(expect_parts(f, 0, 4));
	test_peer_send(peer(f, 0), "BYE bob@example.com\r\n");
	answer_xfr(f, XFR);
	play_call_with(f, 1, "0");
	expect_text(f, 1, 3, most);
	expect_text(f, 1, 4, rest);
	test_peer_send(peer(f, 1), "ACK 3\r\nACK 4\r\n");
	expect_events(f, "long ok;");
	send_labelled(f, "twice", text);
	expect_text(f, 1, 5, most);
	expect_text(f, 1, 6, rest);
	test_peer_send(peer(f, 1), "ACK 5\r\nBYE bob@example.com\r\n");
	answer_xfr(f, XFR);
	play_call(f, 2);
	expect_text(f, 2, 3, rest);
	test_peer_send(peer(f, 2), "ACK 3\r\n");
	expect_events(f, "twice ok;");
}

static void
test_format(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(MsnpTextFormat) format =
	    msnp_text_format_parse("FN=Comic%20Sans%20MS; EF=B; CO=ff0000; CS=0; PF=0");

	open_room(f);
	msnp_conversation_send_text_async(f->bob, "hi", format, 0, on_told, labelled(f, "b"));
	test_peer_expect(peer(f, 0), "MSG 4 A 132\r\nMIME-Version: 1.0\r\n"
				     "Content-Type: text/plain; charset=UTF-8\r\nX-MMS-IM-Format: "
				     "FN=Comic%20Sans%20MS; EF=B; CO=ff0000; CS=0; PF=0\r\n\r\nhi");
	test_peer_send(peer(f, 0), "ACK 4\r\n");
	expect_events(f, "b ok;");
}

static void
test_bad_utf8(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	send_labelled(f, "bad", "caf\351");
	expect_text(f, 0, 4, "caf\357\277\275");
	test_peer_send(peer(f, 0), "ACK 4\r\n");
	expect_events(f, "bad ok;");
}

/* Rooms of others */

static void
test_ring(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	ring(f, RING);
	g_assert_cmpstr(test_connector_target(f->connector, 0), ==, "127.0.0.1:1865");
	play_answer(f, 0);
	/* No window for a ring, nor for typing where there is none: only told. */
	expect_events(f, "");
	test_peer_send(peer(f, 0), "MSG bob@example.com Bob 88\r\nMIME-Version: 1.0\r\n"
				   "Content-Type: text/x-msmsgscontrol\r\n"
				   "TypingUser: bob@example.com\r\n\r\n\r\n");
	say(f, 0, "BOB@example.com", "hi");
	expect_events(f, "bob@example.com/bob@example.com types;"
			 "bob@example.com/bob@example.com(Name):hi;");
	send_text(f, "b");
	expect_text(f, 0, 2, "b");
	test_peer_send(peer(f, 0), "ACK 2\r\n");
	expect_events(f, "b ok;");
	g_assert_cmpuint(f->n_xfrs, ==, 0);
}

static void
test_ring_after_caller_left(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	ring(f, RING);
	test_peer_expect(peer(f, 0), "ANS 1 alice@example.com 0d9f 75c5\r\n");
	test_peer_send(peer(f, 0), "ANS 1 OK\r\n");
	test_peer_expect(peer(f, 0), "OUT\r\n");
	msnp_clock_advance(f->clock, MSNP_SB_PART_MS);
	test_peer_expect_closed(peer(f, 0));
	expect_events(f, "");
}

static void
test_rings_not_answered(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	static const char *const bad[] = {
		"RNG",
		"RNG 1 127.0.0.1:0 CKI 0d9f bob@example.com Bob U m 1",
		"RNG 1 127.0.0.1:70000 CKI 0d9f bob@example.com Bob U m 1",
		"RNG 1 127.0.0.1:1865 XXX 0d9f bob@example.com Bob U m 1",
		"RNG 1 127.0.0.1:1865 CKI  bob@example.com Bob U m 1",
		"RNG 1 127.0.0.1:1865 CKI 0d9f nobody Bob U m 1",
		"RNG 1 127.0.0.1:1865 CKI 0d9f Alice@example.com Me U m 1",
	};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
		ring(f, bad[i]);
	f->nobody_may_ring = TRUE;
	ring(f, RING);
	test_settle();
	g_assert_cmpuint(test_connector_n_targets(f->connector), ==, 0);
	f->nobody_may_ring = FALSE;
	for (guint i = 0; i < 20; i++)
		ring(f, RING);
	test_settle();
	g_assert_cmpuint(test_connector_n_targets(f->connector), ==, MSNP_RINGS_PER_MINUTE);
	msnp_clock_advance(f->clock, 60000);
	ring(f, RING);
	g_assert_cmpuint(test_connector_n_targets(f->connector), ==, MSNP_RINGS_PER_MINUTE + 1);
}

static void
test_rooms_are_limited(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	for (guint i = 0; i < 2 * MSNP_SB_MAX; i++) {
		g_autofree char *line =
		    g_strdup_printf("RNG %u 127.0.0.1:1865 CKI 0d9f c%u@example.com C U m 1", i, i);

		ring(f, line);
	}
	g_assert_cmpuint(test_connector_n_targets(f->connector), ==, MSNP_SB_MAX);
	send_text(f, "a");
	expect_failed(f, "a", MSNP_ERROR_TOO_FAST, 0);
}

/* Both ring at once: the room that opens first takes the queue, the other is closed when idle. */
static void
lesson_109_crossing(Fixture *f, gconstpointer data)
{
	gboolean ring_first = GPOINTER_TO_INT(data);
	guint ours = 0, theirs = 1;

	send_text(f, "a");
	answer_xfr(f, XFR);
	g_assert_nonnull(peer(f, ours));
	ring(f, RING);
	g_assert_nonnull(peer(f, theirs));
	if (ring_first) {
		play_answer(f, theirs);
		expect_text(f, theirs, 2, "a");
		test_peer_send(peer(f, theirs), "ACK 2\r\n");
		play_call(f, ours);
	} else {
		play_call(f, ours);
		expect_text(f, ours, 3, "a");
		test_peer_send(peer(f, ours), "ACK 3\r\n");
		play_answer(f, theirs);
	}
	expect_events(f, "a ok;");
	say(f, ours, "bob@example.com", "x");
	say(f, theirs, "bob@example.com", "y");
	test_settle();
	msnp_clock_advance(f->clock, 1000);
	say(f, ours, "bob@example.com", "z");
	expect_events(f, "bob@example.com/bob@example.com(Name):x;"
			 "bob@example.com/bob@example.com(Name):y;"
			 "bob@example.com/bob@example.com(Name):z;");
	/* What was used last. */
	send_text(f, "b");
	expect_text(f, ours, ring_first ? 3 : 4, "b");
	test_peer_send(peer(f, ours), ring_first ? "ACK 3\r\n" : "ACK 4\r\n");
	expect_events(f, "b ok;");
	test_peer_expect_nothing(peer(f, theirs));
	msnp_clock_advance(f->clock, 59000);
	test_peer_expect(peer(f, theirs), "OUT\r\n");
	test_peer_expect_nothing(peer(f, ours));
	g_assert_cmpuint(f->n_xfrs, ==, 1);
}

static void
test_crossing_ours_first(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	lesson_109_crossing(f, GINT_TO_POINTER(FALSE));
}

static void
test_crossing_theirs_first(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	lesson_109_crossing(f, GINT_TO_POINTER(TRUE));
}

/* Our own call fails, while theirs is on the way: the queue waits for theirs. */
static void
test_crossing_saves_the_queue(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	send_text(f, "a");
	test_until(f->xfrs->len == 1);
	ring(f, RING);
	answer_xfr(f, "280");
	expect_events(f, "");
	play_answer(f, 0);
	expect_text(f, 0, 2, "a");
	test_peer_send(peer(f, 0), "ACK 2\r\n");
	expect_events(f, "a ok;");
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 1); /* the idle timer */
}

/* No room to be had: switchboard.md 14 */

static void
check_xfr_error(Fixture *f, const char *number, int code)
{
	send_text(f, "a");
	send_text(f, "b");
	answer_xfr(f, number);
	{
		guint n = (guint)g_ascii_strtoull(number, NULL, 10);
		g_autofree char *a = failed("a", code, n), *b = failed("b", code, n);
		g_autofree char *both = g_strconcat(a, b, NULL);

		expect_events(f, both);
	}
}

static void
test_hidden(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	check_xfr_error(f, "913", MSNP_ERROR_HIDDEN);
	send_text(f, "c");
	test_until(f->n_xfrs == 2);
}

static void
test_unknown_number(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	check_xfr_error(f, "999", MSNP_ERROR_NOT_DELIVERED);
}

/* After 713 and 800 new texts wait for half a minute. */
static void
test_too_fast(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	check_xfr_error(f, "800", MSNP_ERROR_TOO_FAST);
	send_text(f, "c");
	test_settle();
	msnp_clock_advance(f->clock, MSNP_CONVERSATION_HOLD_MS - 1);
	test_settle();
	g_assert_cmpuint(f->n_xfrs, ==, 1);
	msnp_clock_advance(f->clock, 2);
	answer_xfr(f, XFR);
	play_call(f, 0);
	expect_text(f, 0, 3, "c");
}

static void
test_server_trouble(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	send_text(f, "a");
	answer_xfr(f, "280");
	expect_events(f, "");
	g_assert_cmpuint(f->n_xfrs, ==, 1);
	msnp_clock_advance(f->clock, 3000);
	answer_xfr(f, "281");
	expect_failed(f, "a", MSNP_ERROR_NOT_DELIVERED, 281);
	/* The next one has its own second try. */
	send_text(f, "b");
	answer_xfr(f, "500");
	test_settle();
	msnp_clock_advance(f->clock, 3000);
	answer_xfr(f, XFR);
	play_call(f, 0);
	expect_text(f, 0, 3, "b");
}

static void
test_xfr_silence(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	send_text(f, "a");
	test_until(f->xfrs->len == 1);
	msnp_clock_advance(f->clock, MSNP_SB_STEP_DEADLINE_MS);
	expect_failed(f, "a", MSNP_ERROR_NOT_DELIVERED, 0);
	answer_xfr(f, XFR);
	test_settle();
	g_assert_cmpuint(test_connector_n_targets(f->connector), ==, 0);
}

static void
test_xfr_nonsense(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	static const char *const bad[] = {
		"XFR 9 NS 127.0.0.1:1863 U D",          "XFR 9 SB",
		"XFR 9 SB 127.0.0.1:70000 CKI 1 U m 1", "XFR 9 SB 127.0.0.1:1864 CKI",
		"XFR 9 SB :1864 CKI 1 U m 1",
	};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		send_text(f, "a");
		answer_xfr(f, bad[i]);
		expect_failed(f, "a", MSNP_ERROR_NOT_DELIVERED, 0);
	}
}

/* Refusals in the room: how many rooms are tried, and what the text is told. */
static void
test_refusals(void)
{
	static const struct {
		const char *usr, *cal;
		guint rooms;
		guint pause_ms;
		MsnpErrorCode code;
		guint number;
	} cases[] = {
		{ "911 1\r\n", NULL, 2, 0, MSNP_ERROR_NOT_DELIVERED, 911 },
		{ "USR 1 OK a b\r\n", "217 2\r\n", 1, 0, MSNP_ERROR_OFFLINE, 217 },
		{ "USR 1 OK a b\r\n", "216 2\r\n", 1, 0, MSNP_ERROR_OFFLINE, 216 },
		{ "USR 1 OK a b\r\n", "208 2\r\n", 1, 0, MSNP_ERROR_ADDRESS, 208 },
		{ "USR 1 OK a b\r\n", "713 2\r\n", 1, 0, MSNP_ERROR_TOO_FAST, 713 },
		{ "USR 1 OK a b\r\n", "280 2\r\n", 2, 3000, MSNP_ERROR_NOT_DELIVERED, 280 },
		{ "USR 1 OK a b\r\n", "OUT\r\n", 2, 0, MSNP_ERROR_NOT_DELIVERED, 0 },
		{ "USR 1 NO a b\r\n", NULL, 1, 0, MSNP_ERROR_NOT_DELIVERED, 0 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Fixture f = { 0 };

		set_up(&f, NULL);
		send_text(&f, "a");
		for (guint room = 0; room < cases[i].rooms; room++) {
			expect_events(&f, "");
			answer_xfr(&f, XFR);
			g_free(test_peer_expect_line(peer(&f, room), "USR 1 *"));
			test_peer_send(peer(&f, room), cases[i].usr);
			if (cases[i].cal) {
				g_free(test_peer_expect_line(peer(&f, room), "CAL 2 *"));
				test_peer_send(peer(&f, room), cases[i].cal);
			}
			test_settle();
			if (room + 1 < cases[i].rooms)
				msnp_clock_advance(f.clock, cases[i].pause_ms);
		}
		expect_failed(&f, "a", cases[i].code, cases[i].number);
		g_assert_cmpuint(f.n_xfrs, ==, cases[i].rooms);
		tear_down(&f, NULL);
	}
}

static void
test_connection_refused(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	test_connector_refuse_next(f->connector);
	send_text(f, "a");
	answer_xfr(f, XFR);
	expect_failed(f, "a", MSNP_ERROR_NOT_DELIVERED, 0);
}

static void
test_nobody_comes(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	send_text(f, "a");
	answer_xfr(f, XFR);
	g_free(test_peer_expect_line(peer(f, 0), "USR 1 *"));
	test_peer_send(peer(f, 0), "USR 1 OK a b\r\n");
	g_free(test_peer_expect_line(peer(f, 0), "CAL 2 *"));
	test_peer_send(peer(f, 0), "CAL 2 RINGING 1\r\n");
	test_settle();
	msnp_clock_advance(f->clock, MSNP_SB_JOIN_DEADLINE_MS);
	expect_failed(f, "a", MSNP_ERROR_OFFLINE, 0);
}

/* Rooms that die: switchboard.md 15 */

/* bob goes before the ACK: surely unread, so once more in a new room, and not a third time. */
static void
lesson_106_once_more(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	send_text(f, "b");
	send_text(f, "c");
	expect_text(f, 0, 4, "b");
	expect_text(f, 0, 5, "c");
	test_peer_send(peer(f, 0), "ACK 4\r\nBYE bob@example.com 1\r\nACK 5\r\n");
	test_until(f->xfrs->len == 1);
	expect_events(f, "b ok;");
	send_text(f, "d");
	answer_xfr(f, XFR);
	play_call(f, 1);
	expect_text(f, 1, 3, "c");
	expect_text(f, 1, 4, "d");
	test_peer_send(peer(f, 1), "BYE bob@example.com\r\n");
	answer_xfr(f, XFR);
	/* c has had its two rooms, d has one more. */
	expect_events(f, "c 12/0;");
	play_call(f, 2);
	expect_text(f, 2, 3, "d");
	test_peer_send(peer(f, 2), "ACK 3\r\n");
	expect_events(f, "d ok;");
}

/* bob comes and is gone before the text could go: twice, and then it has failed. */
static void
test_nobody_stays(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	static const TestStep steps[] = {
		{ 'C', "USR 1 alice@example.com 5ceaf118b27522ce5f81\r\n" },
		{ 'S', "USR 1 OK alice@example.com Alice\r\n" },
		{ 'C', "CAL 2 bob@example.com\r\n" },
		{ 'S', "JOI bob@example.com Bob 1073791020\r\nBYE bob@example.com\r\n" },
		{ 0 },
	};

	send_text(f, "a");
	for (guint n = 0; n < 2; n++) {
		answer_xfr(f, XFR);
		test_peer_play(peer(f, n), steps, -1);
	}
	expect_failed(f, "a", MSNP_ERROR_NOT_DELIVERED, 0);
	g_assert_cmpuint(f->n_xfrs, ==, 2);
	/* The next one has two tries again. */
	send_text(f, "b");
	answer_xfr(f, XFR);
	test_peer_play(peer(f, 2), steps, -1);
	answer_xfr(f, XFR);
	play_call(f, 3);
	expect_text(f, 3, 3, "b");
}

/* The room dies with texts that bob may have read: reported, not sent again. */
static void
test_lost_unsure(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	send_text(f, "b");
	send_text(f, "c");
	expect_text(f, 0, 4, "b");
	test_peer_send(peer(f, 0), "ACK 4\r\n");
	test_settle();
	test_peer_close(peer(f, 0));
	test_settle();
	expect_events(f, "b ok;c 13/0;");
	g_assert_cmpuint(f->n_xfrs, ==, 1);
	send_text(f, "d");
	answer_xfr(f, XFR);
	play_call(f, 1);
	expect_text(f, 1, 3, "d");
}

/* The room has died while nobody looked: nothing was written, so a new room takes the text. */
static void
test_lost_before_written(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	test_peer_close(peer(f, 0));
	send_text(f, "b");
	answer_xfr(f, XFR);
	play_call(f, 1);
	expect_text(f, 1, 3, "b");
	test_peer_send(peer(f, 1), "ACK 3\r\n");
	expect_events(f, "b ok;");
}

static void
test_no_ack(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	send_text(f, "b");
	expect_text(f, 0, 4, "b");
	msnp_clock_advance(f->clock, MSNP_SB_ACK_DEADLINE_MS);
	expect_failed(f, "b", MSNP_ERROR_UNSURE, 0);
	test_peer_expect(peer(f, 0), "OUT\r\n");
	send_text(f, "c");
	answer_xfr(f, XFR);
	play_call(f, 1);
	expect_text(f, 1, 3, "c");
	/* The other direction may have been well. */
	say(f, 0, "bob@example.com", "still here");
	expect_events(f, "bob@example.com/bob@example.com(Name):still here;");
	msnp_clock_advance(f->clock, MSNP_SB_PART_MS);
	test_peer_expect_closed(peer(f, 0));
}

/* Closing */

static void
lesson_104_idle(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	msnp_clock_advance(f->clock, 40000);
	say(f, 0, "bob@example.com", "hi");
	test_settle();
	msnp_clock_advance(f->clock, 59999);
	test_peer_expect_nothing(peer(f, 0));
	msnp_clock_advance(f->clock, 1);
	test_peer_expect(peer(f, 0), "OUT\r\n");
	msnp_clock_advance(f->clock, MSNP_SB_PART_MS);
	test_peer_expect_closed(peer(f, 0));
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
	g_string_truncate(f->events, 0);
	send_text(f, "b");
	answer_xfr(f, XFR);
	play_call(f, 1);
	expect_text(f, 1, 3, "b");
}

/* What the other wrote before OUT was heard of has been acknowledged to him: it is not lost. */
static void
test_late_text(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	for (guint closed_by_server = 0; closed_by_server < 2; closed_by_server++) {
		guint room = closed_by_server;

		if (room == 0)
			open_room(f);
		msnp_conversation_leave(f->bob);
		test_peer_expect(peer(f, room), "OUT\r\n");
		g_string_truncate(f->events, 0);
		say(f, room, "bob@example.com", "one more thing");
		expect_events(f, "bob@example.com/bob@example.com(Name):one more thing;");
		/* Nothing of ours goes into it any more. */
		send_text(f, "c");
		answer_xfr(f, XFR);
		play_call(f, room + 1);
		expect_text(f, room + 1, 3, "c");
		test_peer_expect_nothing(peer(f, room));
		test_peer_send(peer(f, room + 1), "ACK 3\r\n");
		expect_events(f, "c ok;");
		if (closed_by_server)
			test_peer_close(peer(f, room));
		else
			msnp_clock_advance(f->clock, MSNP_SB_PART_MS);
		if (!closed_by_server)
			test_peer_expect_closed(peer(f, room));
		test_settle();
	}
}

/* We are in the room from ANS on, and texts into it are acknowledged, before its answer is here. */
static void
test_late_text_before_the_answer(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	ring(f, RING);
	test_peer_expect(peer(f, 0), "ANS 1 alice@example.com 0d9f 75c5\r\n");
	msnp_conversation_leave(f->bob);
	test_peer_expect(peer(f, 0), "OUT\r\n");
	test_peer_send(peer(f, 0), "IRO 1 1 1 bob@example.com Bob 1073791020\r\nANS 1 OK\r\n");
	say(f, 0, "bob@example.com", "are you there?");
	expect_events(f, "bob@example.com/bob@example.com(Name):are you there?;");
	test_peer_close(peer(f, 0));
	test_settle();
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
}

/* Who is called may come, and write, before he hears that we leave. */
static void
test_late_text_of_a_callee(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	send_text(f, "a");
	answer_xfr(f, XFR);
	play_ringing(f, 0);
	ring(f, RING);
	play_answer(f, 1);
	expect_text(f, 1, 2, "a");
	test_peer_send(peer(f, 1), "ACK 2\r\n");
	expect_events(f, "a ok;");
	msnp_conversation_leave(f->bob);
	test_peer_expect(peer(f, 0), "OUT\r\n");
	test_peer_expect(peer(f, 1), "OUT\r\n");
	test_peer_send(peer(f, 0), "JOI bob@example.com Bob 1073791020\r\n");
	say(f, 0, "bob@example.com", "here I am");
	expect_events(f, "bob@example.com/bob@example.com(Name):here I am;");
	msnp_clock_advance(f->clock, MSNP_SB_PART_MS);
	test_settle();
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
	test_peer_expect_closed(peer(f, 0));
}

/* Nobody comes into a room that we have left: no chat begins, and who was to come has not. */
static void
test_late_guest(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	msnp_conversation_invite_async(f->bob, "carol@example.com", on_told, labelled(f, "carol"));
	test_peer_expect(peer(f, 0), "CAL 4 carol@example.com\r\n");
	test_peer_send(peer(f, 0), "CAL 4 RINGING 1\r\n");
	msnp_conversation_leave(f->bob);
	test_settle();
	test_advance(f->clock, MSNP_CONVERSATION_LEAVE_MS);
	test_peer_expect(peer(f, 0), "OUT\r\n");
	test_peer_send(peer(f, 0), "JOI carol@example.com Carol 0\r\n");
	expect_events(f, "");
	test_advance(f->clock, MSNP_SB_PART_MS);
	expect_failed(f, "carol", MSNP_ERROR_NOT_DELIVERED, 0);
}

/* A room into which somebody is called is not idle. */
static void
test_guest_at_the_last_moment(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	test_advance(f->clock, MSNP_CONVERSATION_IDLE_MS - 1000);
	msnp_conversation_invite_async(f->bob, "carol@example.com", on_told, labelled(f, "carol"));
	test_peer_expect(peer(f, 0), "CAL 4 carol@example.com\r\n");
	test_peer_send(peer(f, 0), "CAL 4 RINGING 1\r\n");
	test_settle();
	test_advance(f->clock, MSNP_SB_JOIN_DEADLINE_MS - 1);
	test_peer_expect_nothing(peer(f, 0));
	test_peer_send(peer(f, 0), "JOI carol@example.com Carol 0\r\n");
	expect_events(f, "chat(from bob@example.com, by - bob@example.com=Bob "
			 "carol@example.com=Carol);carol ok;");
}

/* switchboard.md 1.1, 2: direct 0 is reached through the gateway, 1 and no word are not. */
static void
test_by_gateway(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(MsnpConnector) gateway = test_connector_new();

	msnp_conversations_set_gateway(f->set, gateway);
	send_text(f, "a");
	answer_xfr(f, "XFR 9 SB 127.0.0.1:1864 CKI 5ceaf118b27522ce5f81 U messenger.msn.com 0");
	g_assert_cmpstr(test_connector_target(gateway, 0), ==, "127.0.0.1:1864");
	ring(f, "RNG 75c5 127.0.0.1:1865 CKI 0d9f eve@example.com Eve U messenger.hotmail.com 0");
	g_assert_cmpstr(test_connector_target(gateway, 1), ==, "127.0.0.1:1865");
	g_assert_cmpuint(test_connector_n_targets(f->connector), ==, 0);
	ring(f, "RNG 75c6 127.0.0.1:1866 CKI 0d9f eve@example.com Eve U messenger.hotmail.com");
	g_assert_cmpstr(test_connector_target(f->connector, 0), ==, "127.0.0.1:1866");
	msnp_conversations_set_gateway(f->set, NULL);
}

static void
lesson_107_leave(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	send_text(f, "b");
	msnp_conversation_leave(f->bob);
	expect_text(f, 0, 4, "b");
	test_peer_expect_nothing(peer(f, 0));
	test_peer_send(peer(f, 0), "ACK 4\r\n");
	test_peer_expect(peer(f, 0), "OUT\r\n");
	expect_events(f, "b ok;");
	/* Left: the other can ring again. */
	ring(f, RING);
	play_answer(f, 1);
	say(f, 1, "bob@example.com", "hi");
	expect_events(f, "bob@example.com/bob@example.com(Name):hi;");
}

static void
test_close(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	send_text(f, "b");
	expect_text(f, 0, 4, "b");
	send_text(f, "c");
	sign_off(f);
	/* At once, from within the call: the first may have arrived, the second was never sent. */
	g_assert_cmpstr(f->events->str, ==, "b 13/0;c 0/0;");
	g_string_truncate(f->events, 0);
	test_peer_expect(peer(f, 0), "OUT\r\n");
	ring(f, RING);
	send_text(f, "d");
	expect_failed(f, "d", MSNP_ERROR_NETWORK, 0);
	g_assert_false(msnp_conversation_send_typing(f->bob));
	msnp_conversation_leave(f->bob);
	g_assert_nonnull(msnp_conversations_with(f->set, "carol@example.com"));
}

static void
test_close_while_connecting(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	test_connector_outrun_next(f->connector);
	send_text(f, "a");
	answer_xfr(f, XFR);
	g_assert_nonnull(test_connector_target(f->connector, 0));
	sign_off(f);
	expect_failed(f, "a", MSNP_ERROR_NETWORK, 0);
	test_peer_expect_closed(peer(f, 0));
}

/* From within the callback of a text and from within a signal. */
static void
close_when_sent(G_GNUC_UNUSED GObject *source, G_GNUC_UNUSED GAsyncResult *result, gpointer data)
{
	sign_off(data);
}

static void
close_when_heard(G_GNUC_UNUSED MsnpConversations *set, G_GNUC_UNUSED MsnpConversation *c,
		 G_GNUC_UNUSED const char *handle, G_GNUC_UNUSED const char *name,
		 G_GNUC_UNUSED MsnpMessage *message, G_GNUC_UNUSED const MsnpContent *content,
		 gpointer data)
{
	sign_off(data);
}

static void
test_close_in_callback(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	msnp_conversation_send_text_async(f->bob, "x", NULL, 0, close_when_sent, f);
	send_text(f, "b");
	expect_text(f, 0, 4, "x");
	test_peer_send(peer(f, 0), "ACK 4\r\n");
	expect_events(f, "b 13/0;");
}

static void
test_close_in_signal(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	g_signal_connect(f->set, "message", G_CALLBACK(close_when_heard), f);
	say(f, 0, "bob@example.com", "one");
	say(f, 0, "bob@example.com", "two");
	expect_events(f, "bob@example.com/bob@example.com(Name):one;");
}

/* Typing */

static void
lesson_115_typing(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_assert_false(msnp_conversation_send_typing(f->bob));
	test_settle();
	g_assert_cmpuint(f->n_xfrs, ==, 0);
	open_room(f);
	g_assert_true(msnp_conversation_send_typing(f->bob));
	g_free(test_peer_expect_line(peer(f, 0), "MSG 4 U 90"));
	g_free(test_peer_expect_bytes(peer(f, 0), 90));
	msnp_clock_advance(f->clock, MSNP_TYPING_INTERVAL_MS - 1);
	g_assert_false(msnp_conversation_send_typing(f->bob));
	msnp_clock_advance(f->clock, 1);
	g_assert_true(msnp_conversation_send_typing(f->bob));
	/* Not in a room of several, which is a chat: it is not told of either. */
	test_peer_send(peer(f, 0), "JOI carol@example.com Carol 0\r\n"
				   "MSG bob@example.com Bob 88\r\nMIME-Version: 1.0\r\n"
				   "Content-Type: text/x-msmsgscontrol\r\n"
				   "TypingUser: bob@example.com\r\n\r\n\r\n");
	test_settle();
	msnp_clock_advance(f->clock, MSNP_TYPING_INTERVAL_MS);
	g_assert_false(msnp_conversation_send_typing(f->bob));
	expect_events(f, "chat(from bob@example.com, by - bob@example.com=Bob "
			 "carol@example.com=Carol);");
}

/* What nobody can show is for the log. */
static void
test_other_types_do_not_pass(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	test_peer_send(peer(f, 0),
		       "MSG bob@example.com Bob 59\r\nMIME-Version: 1.0\r\n"
		       "Content-Type: text/x-msmsgscontrol\r\n\r\n\r\n"
		       "MSG bob@example.com Bob 33\r\nContent-Type: application/x-foo\r\n"
		       "MSG alice@example.com Alice 4\r\n\r\nme");
	expect_events(f, "");
}

/* Cuts */

static const TestStep alice_script[] = {
	{ 'C', "USR 1 alice@example.com 5ceaf118b27522ce5f81\r\n" },
	{ 'S', "USR 1 OK alice@example.com Alice\r\n" },
	{ 'C', "CAL 2 bob@example.com\r\n" },
	{ 'S', "CAL 2 RINGING 75c5651fecded6d7b831c36028067e2\r\n" },
	{ 'S', "JOI bob@example.com Bob 1073791020\r\n" },
	{ 'C', "MSG 3 A 138\r\n" HEAD "hello \303\274n\303\257 <&>" },
	{ 'S', "ACK 3\r\n" },
	{ 0 },
};

static const TestStep answer_script[] = {
	{ 'C', "ANS 1 alice@example.com 0d9f 75c5\r\n" },
	{ 'S', "IRO 1 1 1 bob@example.com Bob 1073791020\r\n" },
	{ 'S', "ANS 1 OK\r\n" },
	{ 'S', "MSG bob@example.com Bob 138\r\n" HEAD "hello \303\274n\303\257 <&>" },
	{ 'C', "MSG 2 A 124\r\n" HEAD "b" },
	{ 'S', "ACK 2\r\n" },
	{ 'S', "BYE bob@example.com\r\n" },
	{ 0 },
};

static void
answer_when_heard(G_GNUC_UNUSED MsnpConversations *set, G_GNUC_UNUSED MsnpConversation *c,
		  G_GNUC_UNUSED const char *handle, G_GNUC_UNUSED const char *name,
		  G_GNUC_UNUSED MsnpMessage *message, G_GNUC_UNUSED const MsnpContent *content,
		  gpointer data)
{
	send_text(data, "b");
}

static void
check_one_outcome(Fixture *f, const char *label)
{
	g_autofree char *start = g_strconcat(label, " ", NULL);
	const char *first = strstr(f->events->str, start);

	g_assert_nonnull(first);
	g_assert_null(strstr(first + 1, start));
}

/* Every second room is refused at once, so that the story ends. */
static void
test_cuts_of_our_call(void)
{
	for (gsize cut = 0; cut <= test_steps_length(alice_script); cut++) {
		Fixture f = { 0 };

		set_up(&f, NULL);
		send_labelled(&f, "hello", "hello \303\274n\303\257 <&>");
		answer_xfr(&f, XFR);
		test_peer_set_chopped(peer(&f, 0), cut % 2);
		test_peer_play(peer(&f, 0), alice_script, (gssize)cut);
		test_peer_close(peer(&f, 0));
		test_settle();
		if (f.xfrs->len)
			answer_xfr(&f, "217");
		test_settle();
		check_one_outcome(&f, "hello");
		g_assert_cmpuint(msnp_clock_pending(f.clock), ==, 0);
		tear_down(&f, NULL);
	}
}

static void
test_cuts_of_their_call(void)
{
	for (gsize cut = 0; cut <= test_steps_length(answer_script); cut++) {
		Fixture f = { 0 };

		set_up(&f, NULL);
		g_signal_connect(f.set, "message", G_CALLBACK(answer_when_heard), &f);
		ring(&f, RING);
		test_peer_set_chopped(peer(&f, 0), cut % 2);
		test_peer_play(peer(&f, 0), answer_script, (gssize)cut);
		test_peer_close(peer(&f, 0));
		test_settle();
		if (strstr(f.events->str, "hello"))
			check_one_outcome(&f, "b");
		g_assert_cmpuint(f.n_xfrs, ==, 0);
		g_assert_cmpuint(msnp_clock_pending(f.clock), ==, 0);
		tear_down(&f, NULL);
	}
}

/* We sign off at every byte. */
static void
test_sign_off_at_every_byte(void)
{
	for (gsize cut = 0; cut <= test_steps_length(alice_script); cut++) {
		Fixture f = { 0 };

		set_up(&f, NULL);
		send_labelled(&f, "hello", "hello \303\274n\303\257 <&>");
		answer_xfr(&f, XFR);
		test_peer_play(peer(&f, 0), alice_script, (gssize)cut);
		sign_off(&f);
		if (cut == test_steps_length(alice_script))
			test_settle();
		check_one_outcome(&f, "hello");
		tear_down(&f, NULL);
	}
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(Fixture *, gconstpointer);
	} tests[] = {
		{ "lesson_102_queue-in-order", lesson_102_queue_in_order },
		{ "empty-text", test_empty_text },
		{ "addresses", test_addresses },
		{ "too-much", test_too_much },
		{ "lesson_097_long-text", lesson_097_long_text },
		{ "lesson_112_long-text-in-parts", lesson_112_long_text_in_parts },
		{ "lesson_112_parts-once-more", lesson_112_parts_once_more },
		{ "lesson_112_parts-become-messages", lesson_112_parts_become_messages },
		{ "format", test_format },
		{ "bad-utf8", test_bad_utf8 },
		{ "ring", test_ring },
		{ "ring-after-caller-left", test_ring_after_caller_left },
		{ "rings-not-answered", test_rings_not_answered },
		{ "rooms-are-limited", test_rooms_are_limited },
		{ "lesson_109_crossing-ours-first", test_crossing_ours_first },
		{ "lesson_109_crossing-theirs-first", test_crossing_theirs_first },
		{ "crossing-saves-the-queue", test_crossing_saves_the_queue },
		{ "hidden", test_hidden },
		{ "unknown-number", test_unknown_number },
		{ "too-fast", test_too_fast },
		{ "server-trouble", test_server_trouble },
		{ "xfr-silence", test_xfr_silence },
		{ "xfr-nonsense", test_xfr_nonsense },
		{ "connection-refused", test_connection_refused },
		{ "nobody-comes", test_nobody_comes },
		{ "lesson_106_once-more", lesson_106_once_more },
		{ "nobody-stays", test_nobody_stays },
		{ "lost-unsure", test_lost_unsure },
		{ "lost-before-written", test_lost_before_written },
		{ "no-ack", test_no_ack },
		{ "lesson_104_idle", lesson_104_idle },
		{ "late-text", test_late_text },
		{ "late-text-before-the-answer", test_late_text_before_the_answer },
		{ "late-text-of-a-callee", test_late_text_of_a_callee },
		{ "late-guest", test_late_guest },
		{ "guest-at-the-last-moment", test_guest_at_the_last_moment },
		{ "by-gateway", test_by_gateway },
		{ "lesson_107_leave", lesson_107_leave },
		{ "close", test_close },
		{ "close-while-connecting", test_close_while_connecting },
		{ "close-in-callback", test_close_in_callback },
		{ "close-in-signal", test_close_in_signal },
		{ "lesson_115_typing", lesson_115_typing },
		{ "other-types-do-not-pass", test_other_types_do_not_pass },
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/conversation/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, set_up, tests[i].func, tear_down);
	}
	g_test_add_func("/conversation/refusals", test_refusals);
	g_test_add_func("/conversation/cuts-of-our-call", test_cuts_of_our_call);
	g_test_add_func("/conversation/cuts-of-their-call", test_cuts_of_their_call);
	g_test_add_func("/conversation/sign-off-at-every-byte", test_sign_off_at_every_byte);
	return g_test_run();
}
