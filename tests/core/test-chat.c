/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chats against scripted rooms: how they begin and end, who is in them, what goes through them.
 */
#include "conversation-fixture.h"

#define NUDGE "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\nID: 1\r\n\r\n"

/* A room of ours with bob and carol: its next TrID is 4. */
static void
open_chat(Fixture *f)
{
	open_room(f);
	test_peer_send(peer(f, 0), "JOI carol@example.com Carol 1073791020\r\n");
	expect_events(f, "chat(from bob@example.com, by - bob@example.com=Bob "
			 "carol@example.com=Carol);");
}

static void
say_in_chat(Fixture *f, const char *text)
{
	msnp_chat_send_text_async(f->chat, text, NULL, 0, on_told, labelled(f, text));
}

static void
invite(Fixture *f, const char *handle)
{
	msnp_chat_invite_async(f->chat, handle, on_told, labelled(f, handle));
}

static void
lesson_129_second_person(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	send_text(f, "b");
	expect_text(f, 0, 4, "b");
	test_peer_send(peer(f, 0), "JOI carol@example.com Carol 0\r\n"
				   "JOI Carol@example.com Carol 0\r\n"
				   "JOI alice@example.com Alice 0\r\n");
	expect_events(f, "chat(from bob@example.com, by - bob@example.com=Bob "
			 "carol@example.com=Carol);");
	g_assert_cmpint(msnp_chat_id(f->chat), >, 0);
	g_assert_true(msnp_conversations_find_chat(f->set, msnp_chat_id(f->chat)) == f->chat);
	/* What was under way keeps its outcome; what comes is the chat's. */
	test_peer_send(peer(f, 0), "ACK 4\r\n");
	say(f, 0, "bob@example.com", "hi");
	expect_events(f, "chat/bob@example.com(Name):hi;b ok;");
	/* The conversation goes on by itself, and so does the chat. */
	send_text(f, "c");
	say_in_chat(f, "d");
	answer_xfr(f, XFR);
	play_call(f, 1);
	expect_text(f, 1, 3, "c");
	expect_text(f, 0, 5, "d");
	test_peer_send(peer(f, 1), "ACK 3\r\n");
	expect_events(f, "c ok;");
	test_peer_send(peer(f, 0), "ACK 5\r\n");
	expect_events(f, "d ok;");
	say(f, 1, "bob@example.com", "only you");
	expect_events(f, "bob@example.com/bob@example.com(Name):only you;");
}

/* Texts that have not been written stay with the conversation: they are for bob alone. */
static void
test_waiting_texts_stay(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	send_text(f, "b");
	expect_text(f, 0, 4, "b");
	ring(f, RING);
	play_answer(f, 1);
	test_settle();
	/* It would go into the second room, but b may have to be sent again before it. */
	send_text(f, "c");
	test_peer_expect_nothing(peer(f, 1));
	test_peer_send(peer(f, 1), "JOI carol@example.com Carol 0\r\n");
	test_settle();
	g_assert_nonnull(f->chat);
	test_peer_send(peer(f, 0), "ACK 4\r\n");
	expect_text(f, 0, 5, "c");
	test_peer_expect_nothing(peer(f, 1));
}

static void
lesson_130_into_a_chat(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	ring(f, RING);
	test_peer_expect(peer(f, 0), "ANS 1 alice@example.com 0d9f 75c5\r\n");
	test_peer_send(peer(f, 0), "IRO 1 1 3 carol@example.com Carol 0\r\n"
				   "IRO 1 2 3 carol@example.com Carol 0\r\n"
				   "IRO 1 3 3 bob@example.com Bob 0\r\nANS 1 OK\r\n");
	expect_events(f, "chat(from -, by bob@example.com carol@example.com=Carol "
			 "bob@example.com=Bob);");
	say(f, 0, "carol@example.com", "hi");
	say_in_chat(f, "b");
	expect_text(f, 0, 2, "b");
	test_peer_send(peer(f, 0), "ACK 2\r\nJOI dave@example.com Dave 0\r\n"
				   "BYE carol@example.com 1\r\n");
	expect_events(f, "chat/carol@example.com(Name):hi;+dave@example.com(Dave);"
			 "-carol@example.com(idle);b ok;");
}

/* One person at two places is no chat: IRO lines with a place behind the address. */
static void
lesson_180_two_places(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	ring(f, RING);
	test_peer_expect(peer(f, 0), "ANS 1 alice@example.com 0d9f 75c5\r\n");
	test_peer_send(peer(f, 0), "IRO 1 1 2 bob@example.com;{1} Bob 1073791020\r\n"
				   "IRO 1 2 2 bob@example.com;{2} Bob 1073791020\r\nANS 1 OK\r\n"
				   "JOI alice@example.com;{3} Alice 0\r\n"
				   "BYE bob@example.com;{1}\r\n");
	say(f, 0, "bob@example.com;{2}", "hi");
	expect_events(f, "bob@example.com/bob@example.com(Name):hi;");
	send_text(f, "b");
	expect_text(f, 0, 2, "b");
	test_peer_send(peer(f, 0), "ACK 2\r\nBYE bob@example.com;{2}\r\n");
	test_peer_expect(peer(f, 0), "OUT\r\n");
	expect_events(f, "b ok;");
}

static void
lesson_131_ids_differ(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	Fixture other = { 0 };

	open_chat(f);
	set_up(&other, NULL);
	open_chat(&other);
	g_assert_cmpint(msnp_chat_id(f->chat), !=, msnp_chat_id(other.chat));
	g_assert_null(msnp_conversations_find_chat(f->set, msnp_chat_id(other.chat)));
	tear_down(&other, NULL);
}

static void
lesson_132_comings_and_goings(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	const MsnpChatMember *member;

	open_chat(f);
	test_peer_send(peer(f, 0), "BYE bob@example.com\r\n");
	expect_events(f, "-bob@example.com;");
	/* With one left it is still a chat, and one who has left can come back. */
	say(f, 0, "carol@example.com", "alone");
	expect_events(f, "chat/carol@example.com(Name):alone;");
	invite(f, "bob@example.com");
	test_peer_expect(peer(f, 0), "CAL 4 bob@example.com\r\n");
	test_peer_send(peer(f, 0), "CAL 4 RINGING 1\r\n");
	expect_events(f, "");
	test_peer_send(peer(f, 0), "JOI bob@example.com Bob 0\r\n");
	expect_events(f, "+bob@example.com(Bob);bob@example.com ok;");
	test_peer_send(peer(f, 0), "BYE carol@example.com\r\nBYE bob@example.com\r\n");
	test_peer_expect(peer(f, 0), "OUT\r\n");
	expect_events(f, "-carol@example.com;-bob@example.com;chat ended;");
	g_assert_cmpuint(msnp_chat_members(f->chat)->len, ==, 1);
	member = msnp_chat_members(f->chat)->pdata[0];
	g_assert_cmpstr(member->handle, ==, "bob@example.com");
	g_assert_null(msnp_conversations_find_chat(f->set, msnp_chat_id(f->chat)));
	say_in_chat(f, "late");
	expect_failed(f, "late", MSNP_ERROR_NOT_DELIVERED, 0);
	invite(f, "carol@example.com");
	expect_failed(f, "carol@example.com", MSNP_ERROR_NOT_DELIVERED, 0);
	msnp_chat_leave(f->chat);
	expect_events(f, "");
}

static void
lesson_133_already_there(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_chat(f);
	/* Known: the server need not be asked. */
	invite(f, "Bob@example.com");
	expect_events(f, "Bob@example.com ok;");
	test_peer_expect_nothing(peer(f, 0));
	/* The server knows it before we do. */
	invite(f, "dave@example.com");
	test_peer_expect(peer(f, 0), "CAL 4 dave@example.com\r\n");
	test_peer_send(peer(f, 0), "215 4\r\nJOI dave@example.com Dave 0\r\n");
	expect_events(f, "+dave@example.com(Dave);dave@example.com ok;");
	invite(f, "alice@example.com");
	expect_failed(f, "alice@example.com", MSNP_ERROR_ADDRESS, 0);
}

static void
test_invitations_fail(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_chat(f);
	invite(f, "dave@example.com");
	invite(f, "erin@example.com");
	test_peer_expect(peer(f, 0), "CAL 4 dave@example.com\r\nCAL 5 erin@example.com\r\n");
	test_peer_send(peer(f, 0), "217 4\r\nCAL 5 RINGING 1\r\n");
	expect_failed(f, "dave@example.com", MSNP_ERROR_OFFLINE, 217);
	test_advance(f->clock, MSNP_SB_JOIN_DEADLINE_MS);
	expect_failed(f, "erin@example.com", MSNP_ERROR_OFFLINE, 0);
	/* The chat goes on. */
	say_in_chat(f, "b");
	expect_text(f, 0, 6, "b");
	invite(f, "fred@example.com");
	g_free(test_peer_expect_line(peer(f, 0), "CAL 7 fred@example.com"));
	test_peer_close(peer(f, 0));
	expect_events(f, "chat ended;b 13/0;fred@example.com 12/0;");
}

static void
lesson_134_outcomes(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_chat(f);
	say_in_chat(f, "b");
	say_in_chat(f, "c");
	expect_text(f, 0, 4, "b");
	expect_text(f, 0, 5, "c");
	test_peer_send(peer(f, 0), "NAK 5\r\nACK 4\r\n");
	expect_events(f, "b ok;c 12/0;");
	/* Nobody is left to read it, and there is no other room. */
	say_in_chat(f, "d");
	expect_text(f, 0, 6, "d");
	test_peer_send(peer(f, 0), "BYE bob@example.com\r\nBYE carol@example.com\r\nACK 6\r\n");
	expect_events(f, "-bob@example.com;-carol@example.com;chat ended;d 12/0;");
	g_assert_cmpuint(f->n_xfrs, ==, 1);
}

/* Parts only if everybody joins them. */
static void
lesson_112_parts_for_all_or_none(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *text = g_strnfill(1602, 'x');

	open_chat(f);
	msnp_chat_send_text_async(f->chat, text, NULL, 0, on_told, labelled(f, "long"));
	g_free(test_peer_expect_line(peer(f, 0), "MSG 4 A 1388"));
	g_free(test_peer_expect_bytes(peer(f, 0), 1388));
	g_free(test_peer_expect_line(peer(f, 0), "MSG 5 A 464"));
	g_free(test_peer_expect_bytes(peer(f, 0), 464));
	test_peer_send(peer(f, 0), "ACK 4\r\nACK 5\r\nJOI dave@example.com Dave 0\r\n");
	expect_events(f, "+dave@example.com(Dave);long ok;");
	msnp_chat_send_text_async(f->chat, text, NULL, 0, on_told, labelled(f, "long"));
	g_free(test_peer_expect_line(peer(f, 0), "MSG 6 A 1664"));
	g_free(test_peer_expect_bytes(peer(f, 0), 1664));
	g_free(test_peer_expect_line(peer(f, 0), "MSG 7 A 184"));
	g_free(test_peer_expect_bytes(peer(f, 0), 184));
	test_peer_send(peer(f, 0), "ACK 6\r\nACK 7\r\n");
	expect_events(f, "long ok;");
}

static void
lesson_135_nudges(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_chat(f);
	msnp_chat_send_nudge_async(f->chat, on_told, labelled(f, "one"));
	msnp_chat_send_nudge_async(f->chat, on_told, labelled(f, "two"));
	test_peer_expect(peer(f, 0), "MSG 4 A 69\r\n" NUDGE);
	expect_failed(f, "two", MSNP_ERROR_TOO_FAST, 0);
	test_peer_send(peer(f, 0), "ACK 4\r\n");
	expect_events(f, "one ok;");
	say_payload(f, 0, "bob@example.com", NUDGE);
	say_payload(f, 0, "bob@example.com", NUDGE);
	say_payload(f, 0, "carol@example.com", NUDGE);
	expect_events(f, "chat/bob@example.com(Name):nudge;chat/carol@example.com(Name):nudge;");
	msnp_clock_advance(f->clock, MSNP_NUDGE_INTERVAL_MS);
	say_payload(f, 0, "bob@example.com", NUDGE);
	expect_events(f, "chat/bob@example.com(Name):nudge;");
	msnp_chat_send_nudge_async(f->chat, NULL, NULL);
	test_peer_expect(peer(f, 0), "MSG 5 A 69\r\n" NUDGE);
}

static void
lesson_105_never_idle(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_chat(f);
	test_advance(f->clock, 3600 * 1000);
	test_peer_send(peer(f, 0), "BYE bob@example.com 1\r\n");
	test_settle();
	test_advance(f->clock, 3600 * 1000);
	test_peer_expect_nothing(peer(f, 0));
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
	say_in_chat(f, "b");
	expect_text(f, 0, 4, "b");
}

static void
test_leave(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_chat(f);
	say_in_chat(f, "b");
	msnp_chat_leave(f->chat);
	expect_text(f, 0, 4, "b");
	/* The window is closed: what comes now is for nobody. */
	say(f, 0, "bob@example.com", "hi");
	test_peer_send(peer(f, 0), "JOI dave@example.com Dave 0\r\nBYE carol@example.com\r\n");
	expect_events(f, "");
	test_peer_expect_nothing(peer(f, 0));
	test_peer_send(peer(f, 0), "ACK 4\r\n");
	test_peer_expect(peer(f, 0), "OUT\r\n");
	expect_events(f, "b ok;chat ended;");
}

static void
test_leave_without_answer(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_chat(f);
	say_in_chat(f, "b");
	expect_text(f, 0, 4, "b");
	msnp_chat_leave(f->chat);
	test_settle();
	test_advance(f->clock, MSNP_CONVERSATION_LEAVE_MS);
	test_peer_expect(peer(f, 0), "OUT\r\n");
	expect_events(f, "chat ended;b 13/0;");
}

static void
test_invite_from_conversation(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	send_text(f, "a");
	msnp_conversation_invite_async(f->bob, "Carol@example.com", on_told, labelled(f, "carol"));
	answer_xfr(f, XFR);
	play_call(f, 0);
	/* What was written to bob is not for carol. */
	expect_text(f, 0, 3, "a");
	test_peer_expect(peer(f, 0), "CAL 4 carol@example.com\r\n");
	test_peer_send(peer(f, 0), "ACK 3\r\nCAL 4 RINGING 1\r\n");
	expect_events(f, "a ok;");
	test_peer_send(peer(f, 0), "JOI carol@example.com Carol 0\r\n");
	expect_events(f, "chat(from bob@example.com, by - bob@example.com=Bob "
			 "carol@example.com=Carol);carol ok;");
	/* Nobody to invite with: bob is offline. */
	msnp_conversation_invite_async(f->bob, "dave@example.com", on_told, labelled(f, "dave"));
	answer_xfr(f, XFR);
	g_free(test_peer_expect_line(peer(f, 1), "USR 1 *"));
	test_peer_send(peer(f, 1), "USR 1 OK a b\r\n");
	test_peer_expect(peer(f, 1), "CAL 2 bob@example.com\r\n");
	test_peer_send(peer(f, 1), "217 2\r\n");
	expect_failed(f, "dave", MSNP_ERROR_OFFLINE, 217);
}

static void
open_new_chat(Fixture *f)
{
	static const char *const handles[] = { "bob@example.com", "Carol@example.com",
					       "BOB@example.com", "alice@example.com",
					       "nobody",          NULL };

	msnp_conversations_open_chat_async(f->set, handles, on_told, labelled(f, "new"));
}

static void
let_us_call(Fixture *f, guint n)
{
	answer_xfr(f, XFR);
	g_free(test_peer_expect_line(peer(f, n), "USR 1 *"));
	test_peer_send(peer(f, n), "USR 1 OK a b\r\n");
	test_peer_expect(peer(f, n), "CAL 2 bob@example.com\r\nCAL 3 carol@example.com\r\n");
}

static void
test_new_chat(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_new_chat(f);
	let_us_call(f, 0);
	test_peer_send(peer(f, 0), "217 2\r\nCAL 3 RINGING 1\r\n");
	expect_events(f, "");
	/* A chat from the first one on. */
	test_peer_send(peer(f, 0), "JOI carol@example.com Carol 0\r\n");
	expect_events(f, "chat(from -, by - carol@example.com=Carol);new ok;");
	say_in_chat(f, "b");
	expect_text(f, 0, 4, "b");
	test_peer_send(peer(f, 0), "ACK 4\r\nJOI bob@example.com Bob 0\r\n");
	expect_events(f, "+bob@example.com(Bob);b ok;");
}

static void
test_new_chat_with_nobody(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	static const char *const nobody[] = { "alice@example.com", "x", NULL };

	msnp_conversations_open_chat_async(f->set, nobody, on_told, labelled(f, "nobody"));
	expect_failed(f, "nobody", MSNP_ERROR_ADDRESS, 0);
	open_new_chat(f);
	let_us_call(f, 0);
	test_peer_send(peer(f, 0), "217 2\r\nCAL 3 RINGING 1\r\n");
	test_settle();
	test_advance(f->clock, MSNP_SB_JOIN_DEADLINE_MS);
	expect_failed(f, "new", MSNP_ERROR_OFFLINE, 0);
	/* A second try where that is worth it, no other. */
	open_new_chat(f);
	answer_xfr(f, "280");
	test_settle();
	test_advance(f->clock, 3000);
	answer_xfr(f, "280");
	expect_failed(f, "new", MSNP_ERROR_NOT_DELIVERED, 280);
	open_new_chat(f);
	answer_xfr(f, "800");
	expect_failed(f, "new", MSNP_ERROR_TOO_FAST, 800);
	open_new_chat(f);
	expect_failed(f, "new", MSNP_ERROR_TOO_FAST, 0);
	g_assert_null(f->chat);
}

/* Names in rooms: of bounded length, and nothing that would turn round what stands behind them. */
static void
test_hostile_names(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *huge = g_strnfill(4000, 'x');
	g_autofree char *join = g_strdup_printf("JOI dave@example.com %%E2%%80%%AE%s 0\r\n", huge);
	g_autofree char *cut = g_strndup(huge, 1024);
	g_autofree char *joined = g_strdup_printf("+dave@example.com(%s);", cut);

	open_chat(f);
	test_peer_send(peer(f, 0), join);
	expect_events(f, joined);
	test_peer_send(peer(f, 0), "MSG bob@example.com B%E2%80%AEob 124\r\n" HEAD "x");
	expect_events(f, "chat/bob@example.com(Bob):x;");
}

static void
test_sign_off(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_chat(f);
	open_new_chat(f);
	say_in_chat(f, "b");
	expect_text(f, 0, 4, "b");
	say_in_chat(f, "c");
	invite(f, "dave");
	sign_off(f);
	/* At once, from within the call, in whatever order of the chats. */
	g_assert_nonnull(strstr(f->events->str, "b 13/0;c 0/0;dave 0/0;"));
	g_assert_nonnull(strstr(f->events->str, "new 0/0;"));
	g_assert_cmpuint(f->events->len, ==, strlen("b 13/0;c 0/0;dave 0/0;new 0/0;"));
	g_string_truncate(f->events, 0);
	test_peer_expect(peer(f, 0), "OUT\r\n");
	open_new_chat(f);
	expect_failed(f, "new", MSNP_ERROR_NETWORK, 0);
	say_in_chat(f, "d");
	expect_failed(f, "d", MSNP_ERROR_NOT_DELIVERED, 0);
}

static void
close_in_signal(G_GNUC_UNUSED MsnpConversations *set, G_GNUC_UNUSED MsnpChat *chat,
		G_GNUC_UNUSED gpointer more, G_GNUC_UNUSED gpointer even_more, gpointer data)
{
	sign_off(data);
}

static void
close_at_the_end(G_GNUC_UNUSED MsnpConversations *set, G_GNUC_UNUSED MsnpChat *chat, gpointer data)
{
	sign_off(data);
}

/* Whoever hears of a chat may sign off at once. */
static void
test_sign_off_in_signal(void)
{
	static const char *const names[] = { "chat-began", "chat-joined", "chat-left",
					     "chat-ended" };

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		gboolean end = g_str_equal(names[i], "chat-ended");
		Fixture f = { 0 };

		set_up(&f, NULL);
		g_signal_connect(f.set, names[i],
				 end ? G_CALLBACK(close_at_the_end) : G_CALLBACK(close_in_signal),
				 &f);
		open_room(&f);
		send_text(&f, "b");
		test_peer_send(peer(&f, 0),
			       "JOI carol@example.com Carol 0\r\nJOI dave@example.com Dave 0\r\n"
			       "BYE bob@example.com\r\nBYE carol@example.com\r\n"
			       "BYE dave@example.com\r\n");
		test_settle();
		g_assert_true(f.closed);
		g_string_truncate(f.events, 0);
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
		{ "lesson_129_second-person", lesson_129_second_person },
		{ "waiting-texts-stay", test_waiting_texts_stay },
		{ "lesson_130_into-a-chat", lesson_130_into_a_chat },
		{ "lesson_180_two-places", lesson_180_two_places },
		{ "lesson_131_ids-differ", lesson_131_ids_differ },
		{ "lesson_132_comings-and-goings", lesson_132_comings_and_goings },
		{ "lesson_133_already-there", lesson_133_already_there },
		{ "invitations-fail", test_invitations_fail },
		{ "lesson_134_outcomes", lesson_134_outcomes },
		{ "lesson_112_parts-for-all-or-none", lesson_112_parts_for_all_or_none },
		{ "lesson_135_nudges", lesson_135_nudges },
		{ "lesson_105_never-idle", lesson_105_never_idle },
		{ "leave", test_leave },
		{ "leave-without-answer", test_leave_without_answer },
		{ "invite-from-conversation", test_invite_from_conversation },
		{ "new-chat", test_new_chat },
		{ "new-chat-with-nobody", test_new_chat_with_nobody },
		{ "hostile-names", test_hostile_names },
		{ "sign-off", test_sign_off },
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/chat/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, set_up, tests[i].func, tear_down);
	}
	g_test_add_func("/chat/sign-off-in-signal", test_sign_off_in_signal);
	return g_test_run();
}
