/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversations under random events: texts, rings, refusals, silence, people who leave, rooms that
 * die. Whatever happens, each text has one outcome, told in order, and the outcome is true: what
 * was delivered was read once, what was not was not read, and nobody reads anything twice or out of
 * order. The seed is g_test's: "--seed" repeats a failure.
 */
#include <string.h>

#include "core/msnp-conversations.h"
#include "core/msnp-error.h"
#include "support/test-support.h"
#include "util/msnp-random.h"
#include "wire/msnp-errcode.h"

#define N_TEXTS 12
#define N_RUNS  300

/* One room as its server sees it. */
typedef struct {
	TestPeer *peer;
	GString *input;
	gboolean bob_inside, bob_was_inside;
	gboolean muted; /* relays without a word: bob must not leave before it ends */
} Room;

typedef struct {
	MsnpClock *clock;
	MsnpConnector *connector;
	MsnpConversations *set;
	MsnpRandom *random;
	GPtrArray *rooms; /* Room* */
	GPtrArray *xfrs;  /* GTask* */
	guint n_sent;
	guint n_told;
	int outcomes[N_TEXTS];  /* -1: delivered; else the code */
	guint read[N_TEXTS];    /* how often bob has read it */
	guint read_at[N_TEXTS]; /* the how manieth reading that was */
	guint n_reads;
} World;

static guint
below(World *w, guint limit)
{
	return msnp_random_below(w->random, limit);
}

/* The host */

static void
request_room_async(gpointer host, GCancellable *cancellable, GAsyncReadyCallback callback,
		   gpointer data)
{
	World *w = host;

	g_ptr_array_add(w->xfrs, g_task_new(w->connector, cancellable, callback, data));
}

static MsnpCommand *
request_room_finish(G_GNUC_UNUSED gpointer host, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

static gboolean
may_ring(G_GNUC_UNUSED gpointer host, G_GNUC_UNUSED const char *handle)
{
	return TRUE;
}

static const MsnpConversationsHost host = {
	.request_room_async = request_room_async,
	.request_room_finish = request_room_finish,
	.may_ring = may_ring,
};

static void
answer_xfr(World *w)
{
	static const int numbers[] = { 280, 500, 800, 913, 714 };
	g_autoptr(GTask) task = NULL;
	const char *line = "XFR 9 SB 127.0.0.1:1864 CKI cookie U messenger.msn.com 1";

	if (!w->xfrs->len)
		return;
	task = g_ptr_array_steal_index(w->xfrs, 0);
	if (below(w, 4))
		g_task_return_pointer(task, msnp_command_new(line, strlen(line), NULL, NULL),
				      (GDestroyNotify)msnp_command_unref);
	else
		g_task_return_new_error(task, MSNP_SERVER_ERROR,
					numbers[below(w, G_N_ELEMENTS(numbers))], "refused");
}

static void
ring(World *w)
{
	const char *line =
	    "RNG 1 127.0.0.1:1864 CKI cookie bob@example.com Bob U messenger.hotmail.com 1";
	g_autoptr(MsnpCommand) command = msnp_command_new(line, strlen(line), NULL, NULL);

	msnp_conversations_ring(w->set, command);
}

/* The server of a room */

static void say(Room *room, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
say(Room *room, const char *format, ...)
{
	g_autofree char *line = NULL;
	va_list args;

	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	test_peer_send(room->peer, line);
}

static void
bob_comes(Room *room)
{
	room->bob_inside = room->bob_was_inside = TRUE;
}

static void
read_text(World *w, const char *payload)
{
	const char *body = strstr(payload, "\r\n\r\n");
	guint n;

	g_assert_nonnull(body);
	n = (guint)g_ascii_strtoull(body + 4, NULL, 10);
	g_assert_cmpuint(n, <, N_TEXTS);
	w->read[n]++;
	w->read_at[n] = ++w->n_reads;
}

static void
serve_message(World *w, Room *room, const char *trid, const char *payload)
{
	guint choice = below(w, 10);

	/* switchboard.md 2: never before somebody was there; afterwards it may cross with a BYE. */
	g_assert_true(room->bob_was_inside);
	if (!room->bob_inside) {
		say(room, below(w, 2) ? "ACK %s\r\n" : "NAK %s\r\n", trid);
	} else if (room->muted || choice == 0) {
		room->muted = TRUE;
		if (below(w, 2))
			read_text(w, payload);
	} else if (choice == 1) {
		say(room, "NAK %s\r\n", trid);
	} else {
		read_text(w, payload);
		say(room, "ACK %s\r\n", trid);
	}
}

static void
serve_command(World *w, Room *room, char **words, const char *payload)
{
	guint choice = below(w, 8);

	if (g_str_equal(words[0], "MSG")) {
		serve_message(w, room, words[1], payload);
	} else if (g_str_equal(words[0], "USR") && choice) {
		say(room, choice == 1 ? "911 %s\r\n" : "USR %s OK alice@example.com Alice\r\n",
		    words[1]);
	} else if (g_str_equal(words[0], "ANS") && choice) {
		if (choice > 1) {
			bob_comes(room);
			say(room, "IRO %s 1 1 bob@example.com Bob 0\r\n", words[1]);
		}
		say(room, "ANS %s OK\r\n", words[1]);
	} else if (g_str_equal(words[0], "CAL") && choice == 1) {
		say(room, "217 %s\r\n", words[1]);
	} else if (g_str_equal(words[0], "CAL") && choice) {
		say(room, "CAL %s RINGING 1\r\n", words[1]);
		if (choice > 2) {
			bob_comes(room);
			say(room, "JOI bob@example.com Bob 0\r\n");
		}
	}
}

/* Works through all whole commands that have come. */
static void
serve(World *w, Room *room)
{
	g_autofree char *bytes = test_peer_take(room->peer);
	const char *end;

	g_string_append(room->input, bytes);
	while ((end = strstr(room->input->str, "\r\n"))) {
		g_autofree char *line =
		    g_strndup(room->input->str, (gsize)(end - room->input->str));
		g_auto(GStrv) words = g_strsplit(line, " ", -1);
		gsize length =
		    g_str_equal(words[0], "MSG") ? (gsize)g_ascii_strtoull(words[3], NULL, 10) : 0;
		g_autofree char *payload = NULL;

		if (room->input->len < strlen(line) + 2 + length)
			return;
		payload = g_strndup(end + 2, length);
		g_string_erase(room->input, 0, (gssize)(strlen(line) + 2 + length));
		serve_command(w, room, words, payload);
	}
}

static void
room_free(gpointer data)
{
	g_string_free(((Room *)data)->input, TRUE);
	g_free(data);
}

static void
find_new_rooms(World *w)
{
	while (w->rooms->len < test_connector_n_peers(w->connector)) {
		Room *room = g_new0(Room, 1);

		room->peer = test_connector_peer(w->connector, w->rooms->len);
		room->input = g_string_new(NULL);
		g_ptr_array_add(w->rooms, room);
	}
}

/* Something happens in some room. */
static void
happen_in_room(World *w)
{
	Room *room;

	if (!w->rooms->len)
		return;
	room = w->rooms->pdata[below(w, w->rooms->len)];
	switch (below(w, 10)) {
	case 0:
		test_peer_close(room->peer);
		room->bob_inside = FALSE;
		break;
	case 1:
		if (room->bob_inside && !room->muted) {
			room->bob_inside = FALSE;
			say(room, "BYE bob@example.com\r\n");
		}
		break;
	case 2:
		if (room->bob_inside)
			say(room, "MSG bob@example.com Bob 2\r\nhi");
		break;
	default:
		serve(w, room);
	}
}

/* Texts */

typedef struct {
	World *world;
	guint n;
} Sent;

static void
on_sent(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autofree Sent *sent = data;
	World *w = sent->world;
	g_autoptr(GError) error = NULL;
	gboolean ok = msnp_conversation_send_text_finish(MSNP_CONVERSATION(source), result, &error);

	/* Once each, and in order. */
	g_assert_cmpuint(sent->n, ==, w->n_told);
	w->n_told++;
	w->outcomes[sent->n] = ok ? -1 : error->code;
}

static void
send_text(World *w)
{
	Sent *sent;
	g_autofree char *text = NULL;

	if (w->n_sent == N_TEXTS)
		return;
	sent = g_new(Sent, 1);
	*sent = (Sent){ w, w->n_sent++ };
	text = g_strdup_printf("%u", sent->n);
	msnp_conversation_send_text_async(msnp_conversations_with(w->set, "bob@example.com"), text,
					  NULL, 0, on_sent, sent);
}

static void
happen(World *w)
{
	guint choice = below(w, 20);

	if (choice < 3)
		send_text(w);
	else if (choice < 5)
		answer_xfr(w);
	else if (choice == 5)
		ring(w);
	else if (choice == 6)
		test_advance(w->clock, below(w, 20000));
	else if (choice == 7)
		test_settle();
	else if (choice == 8 && below(w, 3) == 0)
		test_connector_refuse_next(w->connector);
	else if (choice == 9)
		g_main_context_iteration(NULL, FALSE);
	else
		happen_in_room(w);
	find_new_rooms(w);
}

static void
check_outcomes(World *w)
{
	guint last = 0;

	g_assert_cmpuint(w->n_told, ==, w->n_sent);
	for (guint i = 0; i < w->n_sent; i++) {
		g_assert_cmpuint(w->read[i], <=, 1);
		if (w->outcomes[i] == -1) {
			g_assert_cmpuint(w->read[i], ==, 1);
			/* In order. (What is UNSURE may still arrive when all have given up.) */
			g_assert_cmpuint(w->read_at[i], >, last);
			last = w->read_at[i];
		} else if (w->outcomes[i] != MSNP_ERROR_UNSURE) {
			g_assert_cmpuint(w->read[i], ==, 0);
		}
	}
}

static void
run(guint32 seed, gboolean sign_off_early)
{
	g_autoptr(GError) reason = msnp_error_new(MSNP_ERROR_NETWORK, 0, "signed off");
	World w = { .random = msnp_random_new_seeded(seed) };

	g_test_message("seed %u", seed);
	w.clock = msnp_clock_new_manual();
	w.connector = test_connector_new();
	w.rooms = g_ptr_array_new_with_free_func(room_free);
	w.xfrs = g_ptr_array_new_with_free_func(g_object_unref);
	w.set = msnp_conversations_new(w.connector, w.clock, w.random, "alice@example.com", &host, &w);
	for (guint i = 0; i < 400; i++)
		happen(&w);
	/* All deadlines pass: nothing may be left waiting. */
	for (guint i = 0; i < 40 && !sign_off_early; i++) {
		test_settle();
		test_advance(w.clock, 15000);
	}
	test_settle();
	if (!sign_off_early)
		g_assert_cmpuint(w.n_told, ==, w.n_sent);
	msnp_conversations_close(w.set, reason);
	check_outcomes(&w);
	g_assert_cmpuint(msnp_clock_pending(w.clock), ==, 0);
	for (guint i = 0; i < w.xfrs->len; i++)
		g_task_return_new_error(w.xfrs->pdata[i], G_IO_ERROR, G_IO_ERROR_FAILED, "late");
	g_ptr_array_unref(w.xfrs);
	test_settle();
	g_assert_finalize_object(w.set);
	g_ptr_array_unref(w.rooms);
	g_object_unref(w.connector);
	msnp_clock_unref(w.clock);
	msnp_random_unref(w.random);
}

static void
test_model(void)
{
	for (guint i = 0; i < N_RUNS; i++)
		run((guint32)g_test_rand_int(), i % 4 == 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/conversation/model", test_model);
	return g_test_run();
}
