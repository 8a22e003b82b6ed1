/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MsnpSwitchboard against a scripted room. Vectors: the worked session of switchboard.md 2 and 4.
 */
#include <string.h>

#include "core/msnp-error.h"
#include "core/msnp-switchboard.h"
#include "support/test-support.h"
#include "wire/msnp-errcode.h"

#define TEXT "hello \303\274n\303\257 <&>"
#define PAYLOAD                                                                                    \
	"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"                         \
	"X-MMS-IM-Format: FN=MS%20Shell%20Dlg; EF=; CO=0; CS=0; PF=0\r\n\r\n" TEXT

static const TestStep alice_script[] = {
	{ 'C', "USR 1 alice@example.com 5ceaf118b27522ce5f81\r\n" },
	{ 'S', "USR 1 OK alice@example.com Alice\r\n" },
	{ 'C', "CAL 2 bob@example.com\r\n" },
	{ 'S', "CAL 2 RINGING 75c5651fecded6d7b831c36028067e2\r\n" },
	{ 'S', "JOI bob@example.com Bob 1073791020\r\n" },
	{ 'C', "MSG 3 A 138\r\n" PAYLOAD },
	{ 'S', "ACK 3\r\n" },
	{ 0 },
};

static const TestStep bob_script[] = {
	{ 'C', "ANS 1 bob@example.com 0d9f040b9bbcc65a7aea 75c5651fecded6d7b831c36028067e2\r\n" },
	{ 'S', "IRO 1 1 1 alice@example.com Alice 1073791020\r\n" },
	{ 'S', "ANS 1 OK\r\n" },
	{ 'S', "MSG alice@example.com Alice 138\r\n" PAYLOAD },
	{ 'S', "BYE alice@example.com\r\n" },
	{ 0 },
};

typedef struct {
	MsnpClock *clock;
	MsnpConnector *connector;
	MsnpSwitchboard *sb;
	GString *events;
	TestResult sent;
	gboolean send_when_open;
} Fixture;

static void
on_state(MsnpSwitchboard *sb, gpointer data)
{
	static const char *const names[] = { "CONNECTING", "AUTH",  "CALLING", "OPEN",
					     "PARTING",    "EMPTY", "CLOSED" };
	Fixture *f = data;
	g_autoptr(MsnpMessage) message = NULL;

	g_string_append_printf(f->events, "%s;", names[msnp_switchboard_state(sb)]);
	if (msnp_switchboard_state(sb) != MSNP_SB_OPEN || !f->send_when_open)
		return;
	f->send_when_open = FALSE;
	message = msnp_message_new_text(TEXT);
	msnp_switchboard_send_async(sb, message, test_result_take, &f->sent);
}

static void
on_joined(G_GNUC_UNUSED MsnpSwitchboard *sb, const char *handle, const char *name, gpointer data)
{
	g_string_append_printf(((Fixture *)data)->events, "+%s(%s);", handle, name);
}

static void
on_left(G_GNUC_UNUSED MsnpSwitchboard *sb, const char *handle, gboolean idle, gpointer data)
{
	g_string_append_printf(((Fixture *)data)->events, "-%s%s;", handle, idle ? "(idle)" : "");
}

static void
on_message(G_GNUC_UNUSED MsnpSwitchboard *sb, const char *handle, const char *name,
	   MsnpMessage *message, gpointer data)
{
	g_autofree char *text = msnp_message_text(message);

	g_string_append_printf(((Fixture *)data)->events, "%s(%s):%s;", handle, name, text);
}

static void
listen_to(Fixture *f)
{
	g_signal_connect(f->sb, "state", G_CALLBACK(on_state), f);
	g_signal_connect(f->sb, "joined", G_CALLBACK(on_joined), f);
	g_signal_connect(f->sb, "left", G_CALLBACK(on_left), f);
	g_signal_connect(f->sb, "message", G_CALLBACK(on_message), f);
}

static void
set_up(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	f->clock = msnp_clock_new_manual();
	f->connector = test_connector_new();
	f->events = g_string_new(NULL);
}

static void
start_call(Fixture *f)
{
	static const char *const callees[] = { "Bob@Example.com", NULL };

	f->sb = msnp_switchboard_new_call(f->connector, f->clock, "alice@example.com", "127.0.0.1",
					  1864, "5ceaf118b27522ce5f81", callees);
	listen_to(f);
}

static void
start_answer(Fixture *f)
{
	f->sb = msnp_switchboard_new_answer(f->connector, f->clock, "bob@example.com", "127.0.0.1",
					    1864, "0d9f040b9bbcc65a7aea",
					    "75c5651fecded6d7b831c36028067e2");
	listen_to(f);
}

static void
tear_down(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	msnp_switchboard_close(f->sb);
	test_settle();
	test_result_clear(&f->sent);
	g_assert_finalize_object(f->sb);
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
	g_object_unref(f->connector);
	msnp_clock_unref(f->clock);
	g_string_free(f->events, TRUE);
}

static void
expect_events(Fixture *f, const char *expected)
{
	test_settle();
	if (!g_str_equal(f->events->str, expected) && msnp_switchboard_error(f->sb))
		g_test_message("the room has ended: %s", msnp_switchboard_error(f->sb)->message);
	g_assert_cmpstr(f->events->str, ==, expected);
	g_string_truncate(f->events, 0);
}

static TestPeer *
peer(Fixture *f)
{
	return test_connector_peer(f->connector, 0);
}

/* For a message that nobody got because there is no room. */
#define NO_ROOM 1000

/* -1: delivered; NO_ROOM; else the code of MSNP_ERROR. */
static int
outcome(Fixture *f)
{
	g_autoptr(GError) error = NULL;

	if (msnp_switchboard_send_finish(f->sb, test_result_wait(&f->sent), &error))
		return -1;
	if (g_error_matches(error, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED))
		return NO_ROOM;
	g_assert_true(error->domain == MSNP_ERROR);
	return error->code;
}

static void
open_room(Fixture *f)
{
	static const TestStep steps[] = {
		{ 'C', "USR 1 alice@example.com 5ceaf118b27522ce5f81\r\n" },
		{ 'S', "USR 1 OK alice@example.com Alice\r\n" },
		{ 'C', "CAL 2 bob@example.com\r\n" },
		{ 'S', "CAL 2 RINGING 75c5651fecded6d7b831c36028067e2\r\n" },
		{ 'S', "JOI bob@example.com Bob 1073791020\r\n" },
		{ 0 },
	};

	start_call(f);
	test_peer_play(peer(f), steps, -1);
	expect_events(f, "AUTH;CALLING;+bob@example.com(Bob);OPEN;");
}

static void
send_text(Fixture *f)
{
	g_autoptr(MsnpMessage) message = msnp_message_new_text(TEXT);

	msnp_switchboard_send_async(f->sb, message, test_result_take, &f->sent);
}

static void
test_call(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	f->send_when_open = TRUE;
	start_call(f);
	g_assert_cmpstr(test_connector_target(f->connector, 0), ==, "127.0.0.1:1864");
	g_assert_true(test_peer_play(peer(f), alice_script, -1));
	expect_events(f, "AUTH;CALLING;+bob@example.com(Bob);OPEN;");
	g_assert_cmpint(outcome(f), ==, -1);
	g_assert_cmpstr(msnp_switchboard_roster(f->sb)[0], ==, "bob@example.com");
	g_assert_null(msnp_switchboard_roster(f->sb)[1]);
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
	msnp_switchboard_close(f->sb);
	test_peer_expect(peer(f), "OUT\r\n");
	test_peer_expect_closed(peer(f));
}

static void
test_answer(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	start_answer(f);
	g_assert_true(test_peer_play(peer(f), bob_script, -1));
	expect_events(f, "AUTH;+alice@example.com(Alice);OPEN;alice@example.com(Alice):" TEXT
			 ";-alice@example.com;EMPTY;");
}

static void
test_chopped(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	start_answer(f);
	test_peer_set_chopped(peer(f), TRUE);
	g_assert_true(test_peer_play(peer(f), bob_script, -1));
	expect_events(f, "AUTH;+alice@example.com(Alice);OPEN;alice@example.com(Alice):" TEXT
			 ";-alice@example.com;EMPTY;");
}

static void
play_cut(const TestStep *script, gsize cut, void (*start)(Fixture *), gboolean chopped)
{
	Fixture f = { 0 };

	set_up(&f, NULL);
	f.send_when_open = script == alice_script;
	start(&f);
	test_peer_set_chopped(peer(&f), chopped);
	test_peer_play(peer(&f), script, (gssize)cut);
	test_peer_close(peer(&f));
	test_settle();
	g_assert_cmpint(msnp_switchboard_state(f.sb), ==, MSNP_SB_CLOSED);
	g_assert_error(msnp_switchboard_error(f.sb), MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED);
	g_assert_cmpuint(msnp_clock_pending(f.clock), ==, 0);
	if (f.sent.result && cut < test_steps_length(script))
		g_assert_cmpint(outcome(&f), !=, -1);
	tear_down(&f, NULL);
}

/* Every byte at which the connection can be lost: a clean end, one outcome, no timer left. */
static void
test_cuts(void)
{
	for (gsize cut = 0; cut <= test_steps_length(alice_script); cut++)
		play_cut(alice_script, cut, start_call, cut % 2);
	for (gsize cut = 0; cut <= test_steps_length(bob_script); cut++)
		play_cut(bob_script, cut, start_answer, cut % 2);
}

/* We close at every byte, too. */
static void
test_closes(void)
{
	for (gsize cut = 0; cut <= test_steps_length(alice_script); cut++) {
		Fixture f = { 0 };

		set_up(&f, NULL);
		f.send_when_open = TRUE;
		start_call(&f);
		test_peer_play(peer(&f), alice_script, (gssize)cut);
		msnp_switchboard_close(f.sb);
		g_string_truncate(f.events, 0);
		expect_events(&f, "");
		tear_down(&f, NULL);
	}
}

static void
test_joi_before_ringing(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	static const TestStep steps[] = {
		{ 'C', "USR 1 alice@example.com 5ceaf118b27522ce5f81\r\n" },
		{ 'S', "USR 1 OK alice@example.com Alice\r\n" },
		{ 'C', "CAL 2 bob@example.com\r\n" },
		{ 'S', "JOI BOB@example.com Bob 0\r\nJOI bob@example.com Bob 0\r\n"
		       "CAL 2 RINGING 11752013\r\nJOI alice@example.com me 0\r\n" },
		{ 0 },
	};

	start_call(f);
	test_peer_play(peer(f), steps, -1);
	expect_events(f, "AUTH;CALLING;+bob@example.com(Bob);OPEN;");
	g_assert_cmpuint(msnp_switchboard_n_others(f->sb), ==, 1);
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
}

static void
test_several(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	msnp_switchboard_call_async(f->sb, "carol@example.com", NULL, NULL);
	test_peer_expect(peer(f), "CAL 3 carol@example.com\r\n");
	test_peer_send(peer(f), "CAL 3 RINGING 75c5\r\nJOI carol@example.com Carol%20C 0\r\n"
				"BYE bob@example.com 1\r\nBYE nobody@example.com\r\n");
	expect_events(f, "+carol@example.com(Carol C);-bob@example.com(idle);");
	g_assert_cmpint(msnp_switchboard_state(f->sb), ==, MSNP_SB_OPEN);
	msnp_switchboard_call_async(f->sb, "dave@example.com", NULL, NULL);
	test_peer_expect(peer(f), "CAL 4 dave@example.com\r\n");
	test_peer_send(peer(f), "217 4\r\nBYE carol@example.com\r\n");
	expect_events(f, "-carol@example.com;EMPTY;");
}

static void
test_empty_answer(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	start_answer(f);
	g_free(test_peer_expect_line(peer(f), "ANS 1 *"));
	test_peer_send(peer(f), "ANS 1 OK\r\n");
	expect_events(f, "AUTH;EMPTY;");
	send_text(f);
	g_assert_cmpint(outcome(f), ==, NO_ROOM);
	test_peer_expect_nothing(peer(f));
}

static void
test_cookie_refused(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	start_call(f);
	g_free(test_peer_expect_line(peer(f), "USR 1 *"));
	test_peer_send(peer(f), "911 1\r\n");
	test_peer_close(peer(f));
	expect_events(f, "AUTH;CLOSED;");
	g_assert_error(msnp_switchboard_error(f->sb), MSNP_SERVER_ERROR, 911);
}

static void
test_callee_offline(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	start_call(f);
	g_free(test_peer_expect_line(peer(f), "USR 1 *"));
	test_peer_send(peer(f), "USR 1 OK a b\r\n");
	g_free(test_peer_expect_line(peer(f), "CAL 2 *"));
	test_peer_send(peer(f), "217 2\r\n");
	expect_events(f, "AUTH;CALLING;CLOSED;");
	error = msnp_error_from(msnp_switchboard_error(f->sb));
	g_assert_error(error, MSNP_ERROR, MSNP_ERROR_OFFLINE);
	g_assert_cmpuint(msnp_error_number(error), ==, 217);
}

/* Each wait has an end. stage: how many answers come before the silence. */
static void
check_deadline(guint stage, guint ms, GQuark domain, int code)
{
	Fixture f = { 0 };

	set_up(&f, NULL);
	if (stage == 0)
		test_connector_hang_next(f.connector);
	start_call(&f);
	if (stage > 0)
		g_free(test_peer_expect_line(peer(&f), "USR 1 *"));
	if (stage > 1) {
		test_peer_send(peer(&f), "USR 1 OK a b\r\n");
		g_free(test_peer_expect_line(peer(&f), "CAL 2 *"));
	}
	if (stage > 2) {
		/* 215 is as good as RINGING, a stranger as good as nobody. */
		test_peer_send(peer(&f), stage == 3
					     ? "CAL 2 RINGING 1\r\nJOI eve@example.com E 0\r\n"
					     : "215 2\r\n");
	}
	test_settle();
	msnp_clock_advance(f.clock, ms - 1);
	test_settle();
	g_assert_cmpint(msnp_switchboard_state(f.sb), !=, MSNP_SB_CLOSED);
	msnp_clock_advance(f.clock, 1);
	test_settle();
	g_assert_cmpint(msnp_switchboard_state(f.sb), ==, MSNP_SB_CLOSED);
	g_assert_error(msnp_switchboard_error(f.sb), domain, code);
	tear_down(&f, NULL);
}

static void
test_deadlines(void)
{
	check_deadline(0, MSNP_SB_STEP_DEADLINE_MS, MSNP_LINK_ERROR, MSNP_LINK_ERROR_TIMEOUT);
	check_deadline(1, MSNP_SB_STEP_DEADLINE_MS, MSNP_LINK_ERROR, MSNP_LINK_ERROR_TIMEOUT);
	check_deadline(2, MSNP_SB_STEP_DEADLINE_MS, MSNP_LINK_ERROR, MSNP_LINK_ERROR_TIMEOUT);
	check_deadline(3, MSNP_SB_JOIN_DEADLINE_MS, MSNP_ERROR, MSNP_ERROR_OFFLINE);
	check_deadline(4, MSNP_SB_JOIN_DEADLINE_MS, MSNP_ERROR, MSNP_ERROR_OFFLINE);
}

static void
test_connection_refused(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	test_connector_refuse_next(f->connector);
	start_call(f);
	expect_events(f, "CLOSED;");
	g_assert_error(msnp_switchboard_error(f->sb), G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

/* The connection is made although it was cancelled: the descriptor must not be left open. */
static void
test_connected_after_close(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	test_connector_outrun_next(f->connector);
	start_call(f);
	msnp_switchboard_close(f->sb);
	test_peer_expect_closed(peer(f));
	expect_events(f, "");
}

static void
check_send(Fixture *f, const char *answer, int expected)
{
	open_room(f);
	send_text(f);
	test_peer_expect(peer(f), "MSG 3 A 138\r\n" PAYLOAD);
	if (answer)
		test_peer_send(peer(f), answer);
	else
		msnp_clock_advance(f->clock, MSNP_SB_ACK_DEADLINE_MS);
	g_assert_cmpint(outcome(f), ==, expected);
}

static void
test_nak(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	check_send(f, "NAK 3\r\nNAK 3\r\nACK 3\r\n", MSNP_ERROR_NOT_DELIVERED);
	g_assert_cmpint(msnp_switchboard_state(f->sb), ==, MSNP_SB_OPEN);
}

static void
test_no_ack(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	check_send(f, NULL, MSNP_ERROR_UNSURE);
}

/* An ACK after the last one's BYE counts for nothing. */
static void
test_bye_before_ack(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	check_send(f, "BYE bob@example.com\r\nACK 3\r\n", NO_ROOM);
	g_assert_cmpint(msnp_switchboard_state(f->sb), ==, MSNP_SB_EMPTY);
}

static void
test_lost_before_ack(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	check_send(f, "OUT\r\n", MSNP_ERROR_UNSURE);
	g_assert_cmpint(msnp_switchboard_state(f->sb), ==, MSNP_SB_CLOSED);
}

static void
test_lost_before_written(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	test_peer_close(peer(f));
	send_text(f);
	g_assert_cmpint(outcome(f), ==, NO_ROOM);
}

static void
test_too_long(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *text = g_strnfill(msnp_message_formatted_max(NULL) + 1, 'x');
	g_autoptr(MsnpMessage) message = msnp_message_new_text(text);

	open_room(f);
	msnp_switchboard_send_async(f->sb, message, test_result_take, &f->sent);
	g_assert_cmpint(outcome(f), ==, MSNP_ERROR_NOT_DELIVERED);
	msnp_switchboard_send_unacked(f->sb, message);
	test_peer_expect_nothing(peer(f));
}

/* switchboard.md 9 */
static void
test_typing(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(MsnpMessage) message = msnp_message_new_typing("alice@example.com");

	open_room(f);
	msnp_clock_advance(f->clock, 1000);
	g_assert_cmpint(msnp_switchboard_idle(f->sb), ==, 1000000);
	msnp_switchboard_send_unacked(f->sb, message);
	g_assert_cmpint(msnp_switchboard_idle(f->sb), ==, 0);
	test_peer_expect(peer(f), "MSG 3 U 90\r\nMIME-Version: 1.0\r\n"
				  "Content-Type: text/x-msmsgscontrol\r\n"
				  "TypingUser: alice@example.com\r\n\r\n\r\n");
}

static void
test_hostile_lines(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	test_peer_send(peer(f), "JOI\r\nJOI nobody\r\nBYE\r\nIRO 1\r\n"
				"MSG alice@example.com Alice 2\r\nhi"
				"MSG not-an-address x 2\r\nhi"
				"MSG bob@example.com %01%0A\377Bob 4\r\n\r\nho"
				"ACK 3\r\nNAK 99\r\n911 77\r\nABC d e f\r\nQNG 3\r\n"
				"MSG Eve@example.com E 0\r\n");
	expect_events(f, "bob@example.com( \357\277\275Bob):ho;");
	test_peer_send(peer(f), "nonsense\r\n");
	expect_events(f, "CLOSED;");
	g_assert_error(msnp_switchboard_error(f->sb), MSNP_LINK_ERROR, MSNP_LINK_ERROR_PROTOCOL);
}

static void
test_roster_limit(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(GString) flood = g_string_new(NULL);

	open_room(f);
	for (guint i = 0; i < 200; i++)
		g_string_append_printf(flood, "JOI c%u@example.com C 0\r\n", i);
	test_peer_send(peer(f), flood->str);
	test_settle();
	g_assert_cmpuint(msnp_switchboard_n_others(f->sb), ==, MSNP_SB_ROSTER_MAX);
}

static void
test_payload_limit(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	open_room(f);
	test_peer_send(peer(f), "MSG bob@example.com Bob 65537\r\n");
	expect_events(f, "CLOSED;");
	g_assert_error(msnp_switchboard_error(f->sb), MSNP_LINK_ERROR, MSNP_LINK_ERROR_PROTOCOL);
}

static void
test_log_has_no_cookie(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	const GString *log = test_log_begin();

	start_call(f);
	test_peer_play(peer(f), alice_script, 0);
	test_settle();
	g_assert_nonnull(strstr(log->str, "SB > USR 1 alice@example.com"));
	g_assert_null(strstr(log->str, "5ceaf118b27522ce5f81"));
	test_log_end();
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(Fixture *, gconstpointer);
	} tests[] = {
		{ "call", test_call },
		{ "answer", test_answer },
		{ "chopped", test_chopped },
		{ "joi-before-ringing", test_joi_before_ringing },
		{ "several", test_several },
		{ "empty-answer", test_empty_answer },
		{ "cookie-refused", test_cookie_refused },
		{ "callee-offline", test_callee_offline },
		{ "connection-refused", test_connection_refused },
		{ "connected-after-close", test_connected_after_close },
		{ "nak", test_nak },
		{ "no-ack", test_no_ack },
		{ "bye-before-ack", test_bye_before_ack },
		{ "lost-before-ack", test_lost_before_ack },
		{ "lost-before-written", test_lost_before_written },
		{ "too-long", test_too_long },
		{ "typing", test_typing },
		{ "hostile-lines", test_hostile_lines },
		{ "roster-limit", test_roster_limit },
		{ "payload-limit", test_payload_limit },
		{ "log-has-no-cookie", test_log_has_no_cookie },
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/switchboard/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, set_up, tests[i].func, tear_down);
	}
	g_test_add_func("/switchboard/cuts", test_cuts);
	g_test_add_func("/switchboard/closes", test_closes);
	g_test_add_func("/switchboard/deadlines", test_deadlines);
	return g_test_run();
}
