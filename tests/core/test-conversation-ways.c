/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is not plain text into a room: nudges, automatic replies, what others send, offline
 * messages, people of other networks, closed windows.
 */
#include "conversation-fixture.h"

#define NUDGE    "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\nID: 1\r\n\r\n"
#define FROM_BOB "bob@example.com/bob@example.com(Name):"

static void
nudge(Fixture *f, const char *label)
{
	msnp_conversation_send_nudge_async(f->bob, on_told, labelled(f, label));
}

static void
lesson_123_nudge(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	/* Opens a room, in its place in the queue. */
	send_text(f, "a");
	nudge(f, "n");
	nudge(f, "m");
	send_text(f, "b");
	expect_failed(f, "m", MSNP_ERROR_TOO_FAST, 0);
	answer_xfr(f, XFR);
	play_call(f, 0);
	expect_text(f, 0, 3, "a");
	test_peer_expect(peer(f, 0), "MSG 4 A 69\r\n" NUDGE);
	expect_text(f, 0, 5, "b");
	test_peer_send(peer(f, 0), "ACK 3\r\nNAK 4\r\nACK 5\r\n");
	expect_events(f, "a ok;n 12/0;b ok;");
	test_advance(f->clock, MSNP_NUDGE_INTERVAL_MS - 1);
	nudge(f, "o");
	expect_failed(f, "o", MSNP_ERROR_TOO_FAST, 0);
	test_advance(f->clock, 1);
	nudge(f, "p");
	test_peer_expect(peer(f, 0), "MSG 6 A 69\r\n" NUDGE);
	/* Lost before anybody got it: once more, as a text. */
	test_peer_send(peer(f, 0), "BYE bob@example.com\r\n");
	answer_xfr(f, XFR);
	play_call(f, 1);
	test_peer_expect(peer(f, 1), "MSG 3 A 69\r\n" NUDGE);
	test_peer_send(peer(f, 1), "ACK 3\r\n");
	expect_events(f, "p ok;");
}

/* Of each sender one in ten seconds; of strangers, too. */
static void
lesson_125_nudge_flood(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	for (guint i = 0; i < 50; i++)
		say_payload(f, 0, "bob@example.com", NUDGE);
	say_payload(f, 0, "stranger@example.com", NUDGE);
	expect_events(f, FROM_BOB "nudge;stranger@example.com/stranger@example.com(Name):nudge;");
	test_advance(f->clock, MSNP_NUDGE_INTERVAL_MS);
	say_payload(f, 0, "bob@example.com", NUDGE);
	expect_events(f, FROM_BOB "nudge;");
}

static void
lesson_100_automatic(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	msnp_conversation_send_text_async(f->bob, "away", NULL, MSNP_SEND_AUTOMATIC, on_told,
					  labelled(f, "away"));
	test_peer_expect(peer(f, 0), "MSG 4 U 127\r\n" HEAD "away");
	/* That it was written is all that is known. */
	expect_events(f, "away ok;");
	test_peer_send(peer(f, 0), "NAK 4\r\nBYE bob@example.com\r\n");
	expect_events(f, "");
	g_assert_cmpuint(f->n_xfrs, ==, 1);
}

/* Everything that is whole comes with what it is. */
static void
lesson_127_kinds(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	say_payload(f, 0, "bob@example.com",
		    "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\n"
		    "ID: 4\r\nData: Bob waves\r\n\r\n");
	say_payload(f, 0, "bob@example.com",
		    "MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\n\r\nx");
	say_payload(f, 0, "bob@example.com",
		    "MIME-Version: 1.0\r\nContent-Type: text/x-keepalive\r\n\r\n\r\n");
	say_payload(f, 0, "bob@example.com",
		    "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<b>");
	expect_events(f, FROM_BOB "action;");
}

#define PART "Message-ID: {3FA1C2D4-0B5E-4C6F-8A90-112233445566}\r\n"

static void
lesson_112_parts_come(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	static const char first[] = "MIME-Version: 1.0\r\nContent-Type: text/plain; "
				    "charset=UTF-8\r\n" PART "Chunks: 2\r\n\r\nfirst half ";
	static const char second[] = PART "Chunk: 1\r\n\r\nand second half";

	open_room(f);
	say_payload(f, 0, "bob@example.com", first);
	say(f, 0, "bob@example.com", "between");
	expect_events(f, FROM_BOB "between;");
	/* Only of the same sender. */
	say_payload(f, 0, "carol@example.com", second);
	expect_events(f, "");
	say_payload(f, 0, "bob@example.com", second);
	expect_events(f, FROM_BOB "first half and second half;");
	/* Not after the deadline, which needs no further message. */
	say_payload(f, 0, "bob@example.com", first);
	test_settle();
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 2);
	test_advance(f->clock, 30000);
	say(f, 0, "bob@example.com", "x");
	test_settle();
	test_advance(f->clock, 31000);
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 1);
	say_payload(f, 0, "bob@example.com", second);
	expect_events(f, FROM_BOB "x;");
	/* Half a message dies with the room. */
	say_payload(f, 0, "bob@example.com", first);
	test_peer_send(peer(f, 0), "BYE bob@example.com\r\n");
	expect_events(f, "");
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
}

#define INVITE(cookie)                                                                             \
	"MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n"            \
	"Application-Name: x\r\nApplication-GUID: {02D3C01F-BF30-4825-A83A-DE7AF41648AA}\r\n"      \
	"Invitation-Command: INVITE\r\nInvitation-Cookie: " cookie "\r\n\r\n"

/* switchboard.md 12 */
static void
lesson_128_declined(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *answers = NULL;

	open_room(f);
	say_payload(f, 0, "bob@example.com", INVITE("33267"));
	test_peer_expect(peer(f, 0), "MSG 4 U 162\r\nMIME-Version: 1.0\r\n"
				     "Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n"
				     "Invitation-Command: CANCEL\r\nInvitation-Cookie: 33267\r\n"
				     "Cancel-Code: REJECT_NOT_INSTALLED\r\n\r\n");
	expect_events(f, FROM_BOB "invitation, declined;");
	/* Once for each cookie, five in a minute, and none without a cookie. */
	say_payload(f, 0, "bob@example.com", INVITE("33267"));
	say_payload(f, 0, "bob@example.com", INVITE("%20%20"));
	test_peer_expect_nothing(peer(f, 0));
	say_payload(f, 0, "bob@example.com", INVITE("1"));
	say_payload(f, 0, "bob@example.com", INVITE("2"));
	say_payload(f, 0, "bob@example.com", INVITE("3"));
	g_free(test_peer_expect_line(peer(f, 0), "MSG 5 U *"));
	answers = test_peer_take(peer(f, 0));
	g_assert_nonnull(strstr(answers, "MSG 7 U"));
	say_payload(f, 0, "bob@example.com", INVITE("4"));
	test_peer_expect_nothing(peer(f, 0));
	expect_events(f, FROM_BOB "invitation;" FROM_BOB "invitation;" FROM_BOB
				  "invitation, declined;" FROM_BOB "invitation, declined;" FROM_BOB
				  "invitation, declined;" FROM_BOB "invitation;");
	test_advance(f->clock, 60000);
	g_string_truncate(f->events, 0);
}

/* It cannot be declined any more, and is when it comes again. */
static void
lesson_128_not_in_a_room_that_is_left(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	msnp_conversation_leave(f->bob);
	test_peer_expect(peer(f, 0), "OUT\r\n");
	g_string_truncate(f->events, 0);
	say_payload(f, 0, "bob@example.com", INVITE("33267"));
	expect_events(f, FROM_BOB "invitation;");
	test_peer_close(peer(f, 0));
	ring(f, RING);
	play_answer(f, 1);
	say_payload(f, 1, "bob@example.com", INVITE("33267"));
	expect_events(f, FROM_BOB "invitation, declined;");
}

/* In a room of several nobody would know who is meant. */
static void
lesson_128_not_in_a_chat(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	test_peer_send(peer(f, 0), "JOI carol@example.com Carol 0\r\n");
	test_settle();
	g_string_truncate(f->events, 0);
	say_payload(f, 0, "bob@example.com", INVITE("33267"));
	expect_events(f, "chat/bob@example.com(Name):invitation;");
	test_peer_expect_nothing(peer(f, 0));
}

/* Who is not there: switchboard.md 15, rule 2 */

static void
refuse_call(Fixture *f, guint n)
{
	answer_xfr(f, XFR);
	g_free(test_peer_expect_line(peer(f, n), "USR 1 *"));
	test_peer_send(peer(f, n), "USR 1 OK a b\r\n");
	test_peer_expect(peer(f, n), "CAL 2 bob@example.com\r\n");
	test_peer_send(peer(f, n), "217 2\r\n");
}

/* The oldest offline message has its outcome. */
static void
end_offline(Fixture *f, GError *error)
{
	g_autoptr(GTask) task = NULL;

	test_until(f->offline->len > 0);
	task = g_ptr_array_steal_index(f->offline, 0);
	if (error)
		g_task_return_error(task, error);
	else
		g_task_return_boolean(task, TRUE);
}

static void
lesson_106_offline_in_order(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *big = g_strnfill(3000, 'x');
	g_autofree char *said = g_strdup_printf("oim bob@example.com:%s;a ok;", big);

	set_up_ways(f);
	send_text(f, "a");
	send_labelled(f, "big", big);
	nudge(f, "n");
	msnp_conversation_send_text_async(f->bob, "away", NULL, MSNP_SEND_AUTOMATIC, on_told,
					  labelled(f, "away"));
	send_text(f, "c");
	refuse_call(f, 0);
	/* One by one; a nudge is never left, nor an automatic reply. */
	expect_events(f, "oim bob@example.com:a;");
	end_offline(f, NULL);
	expect_events(f, said);
	end_offline(f, msnp_error_new(MSNP_ERROR_TOO_FAST, 0, "x"));
	expect_events(f, "oim bob@example.com:c;big 16/0;n 14/0;away 14/0;");
	/* Who is known to be offline is not called again. */
	send_text(f, "d");
	expect_events(f, "");
	end_offline(f, NULL);
	expect_events(f, "oim bob@example.com:d;c ok;");
	end_offline(f, g_error_new_literal(G_IO_ERROR, G_IO_ERROR_FAILED, "x"));
	expect_events(f, "d 12/0;");
	g_assert_cmpuint(f->n_xfrs, ==, 1);
	msnp_conversations_presence(f->set, "Bob@example.com", TRUE);
	send_text(f, "e");
	answer_xfr(f, XFR);
	play_call(f, 1);
	expect_text(f, 1, 3, "e");
}

static void
test_known_to_be_offline(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	set_up_ways(f);
	msnp_conversations_presence(f->set, "Bob@Example.com", FALSE);
	send_text(f, "a");
	expect_events(f, "oim bob@example.com:a;");
	/* He comes: what follows waits for what is under way, and goes into a room. */
	msnp_conversations_presence(f->set, "bob@example.com", TRUE);
	send_text(f, "b");
	answer_xfr(f, XFR);
	play_call(f, 0);
	test_peer_expect_nothing(peer(f, 0));
	end_offline(f, NULL);
	expect_text(f, 0, 3, "b");
	expect_events(f, "a ok;");
	/* He is in the room, whatever is said of him. */
	msnp_conversations_presence(f->set, "bob@example.com", FALSE);
	send_text(f, "c");
	expect_text(f, 0, 4, "c");
}

/* Without presence the memory of a refusal fades; a ring ends it at once. */
static void
test_hidden_people(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	set_up_ways(f);
	send_text(f, "a");
	refuse_call(f, 0);
	expect_events(f, "oim bob@example.com:a;");
	end_offline(f, NULL);
	expect_events(f, "a ok;");
	test_advance(f->clock, MSNP_CONVERSATION_OFFLINE_MS);
	send_text(f, "b");
	refuse_call(f, 1);
	expect_events(f, "oim bob@example.com:b;");
	end_offline(f, NULL);
	expect_events(f, "b ok;");
	ring(f, RING);
	send_text(f, "c");
	expect_events(f, "");
	play_answer(f, 2);
	expect_text(f, 2, 2, "c");
}

/* Half of it was read: only the rest is left. */
static void
test_rest_is_left(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *text = g_strnfill(1602, 'x');
	g_autofree char *rest = g_strnfill(61, 'x');
	g_autofree char *left = g_strdup_printf("oim bob@example.com:%s;", rest);

	set_up_ways(f);
	open_room_with(f, "0");
	send_labelled(f, "long", text);
	g_free(test_peer_expect_line(peer(f, 0), "MSG 4 A 1664"));
	test_peer_send(peer(f, 0), "ACK 4\r\nBYE bob@example.com\r\n");
	refuse_call(f, 1);
	expect_events(f, left);
	end_offline(f, NULL);
	expect_events(f, "long ok;");
	g_free(test_peer_take(peer(f, 0)));
}

static void
test_sign_off_while_leaving_texts(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	set_up_ways(f);
	msnp_conversations_presence(f->set, "bob@example.com", FALSE);
	send_text(f, "a");
	send_text(f, "b");
	expect_events(f, "oim bob@example.com:a;");
	sign_off(f);
	g_assert_cmpstr(f->events->str, ==, "a 13/0;b 0/0;");
	/* The late answer is nobody's: tear_down() gives it. */
}

/* People of another network: switchboard.md 13 */

static void
test_federated(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	MsnpConversation *yan;
	g_autoptr(MsnpMessage) text = msnp_message_new_text("hello");
	g_autoptr(MsnpMessage) typing = msnp_message_new_typing("yan@example.net");
	g_autoptr(MsnpMessage) nudged = msnp_message_new_nudge();

	set_up_ways(f);
	yan = msnp_conversations_with(f->set, "Yan@example.net");
	msnp_conversation_send_text_async(yan, "a", NULL, 0, on_told, labelled(f, "a"));
	msnp_conversation_send_nudge_async(yan, on_told, labelled(f, "n"));
	msnp_conversation_invite_async(yan, "bob@example.com", on_told, labelled(f, "i"));
	expect_events(f, "uum yan@example.net:a;uum yan@example.net:ID: 1;i 17/0;");
	g_task_return_boolean(f->federated->pdata[0], TRUE);
	g_task_return_new_error(f->federated->pdata[1], MSNP_SERVER_ERROR, 509, "x");
	g_ptr_array_set_size(f->federated, 0);
	expect_events(f, "a ok;n 12/509;");
	g_assert_true(msnp_conversation_send_typing(yan));
	g_assert_false(msnp_conversation_send_typing(yan));
	expect_events(f, "uum yan@example.net:text/x-msmsgscontrol;");
	g_task_return_boolean(f->federated->pdata[0], TRUE);
	g_ptr_array_set_size(f->federated, 0);
	msnp_conversations_federated(f->set, "Yan@example.net", "Yan", text);
	msnp_conversations_federated(f->set, "yan@example.net", "Yan", typing);
	msnp_conversations_federated(f->set, "yan@example.net", "Yan", nudged);
	msnp_conversations_federated(f->set, "yan@example.net", "Yan", nudged);
	msnp_conversations_federated(f->set, "nobody", "Yan", text);
	msnp_conversations_federated(f->set, "alice@example.com", "Me", text);
	expect_events(f, "yan@example.net/yan@example.net(Yan):hello;"
			 "yan@example.net/yan@example.net types;"
			 "yan@example.net/yan@example.net(Yan):nudge;");
	g_assert_cmpuint(f->n_xfrs, ==, 0);
}

/* Closed windows: switchboard.md 5 */

static void
lesson_107_leave_without_answer(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	send_text(f, "b");
	expect_text(f, 0, 4, "b");
	msnp_conversation_leave(f->bob);
	test_settle();
	test_advance(f->clock, MSNP_CONVERSATION_LEAVE_MS - 1);
	test_peer_expect_nothing(peer(f, 0));
	test_advance(f->clock, 1);
	test_peer_expect(peer(f, 0), "OUT\r\n");
	/* The answer may be on its way. */
	expect_events(f, "");
	test_advance(f->clock, MSNP_SB_PART_MS);
	expect_failed(f, "b", MSNP_ERROR_UNSURE, 0);
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
}

/* The room is still coming: what waits for it is sent, then it is left. */
static void
lesson_107_leave_before_the_room(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	send_text(f, "a");
	test_settle();
	msnp_conversation_leave(f->bob);
	test_settle();
	test_advance(f->clock, 12000);
	answer_xfr(f, XFR);
	play_call(f, 0);
	expect_text(f, 0, 3, "a");
	test_peer_send(peer(f, 0), "ACK 3\r\n");
	test_peer_expect(peer(f, 0), "OUT\r\n");
	expect_events(f, "a ok;");
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(Fixture *, gconstpointer);
	} tests[] = {
		{ "lesson_123_nudge", lesson_123_nudge },
		{ "lesson_125_nudge-flood", lesson_125_nudge_flood },
		{ "lesson_100_automatic", lesson_100_automatic },
		{ "lesson_127_kinds", lesson_127_kinds },
		{ "lesson_112_parts-come", lesson_112_parts_come },
		{ "lesson_128_declined", lesson_128_declined },
		{ "lesson_128_not-in-a-chat", lesson_128_not_in_a_chat },
		{ "lesson_128_not-in-a-room-that-is-left", lesson_128_not_in_a_room_that_is_left },
		{ "lesson_106_offline-in-order", lesson_106_offline_in_order },
		{ "known-to-be-offline", test_known_to_be_offline },
		{ "hidden-people", test_hidden_people },
		{ "rest-is-left", test_rest_is_left },
		{ "sign-off-while-leaving-texts", test_sign_off_while_leaving_texts },
		{ "federated", test_federated },
		{ "lesson_107_leave-without-answer", lesson_107_leave_without_answer },
		{ "lesson_107_leave-before-the-room", lesson_107_leave_before_the_room },
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/conversation-ways/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, set_up, tests[i].func, tear_down);
	}
	return g_test_run();
}
