/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversations and chats under random events: texts short and long, nudges, rings, refusals,
 * silence, people who come and leave, closed windows, rooms that die. Whatever happens, each text
 * has one outcome, told in order, and the outcome is true: what was delivered was read once, what
 * was not was not read as a whole, and nobody reads anything twice or out of order. The seed is
 * g_test's: one for all in the suite; by hand each run draws its own, and "--seed" repeats it.
 *
 * Texts are made of words that name their text and place, so that the reader can tell.
 */
#include <string.h>

#include "core/msnp-conversations.h"
#include "core/msnp-error.h"
#include "support/test-support.h"
#include "util/msnp-random.h"
#include "wire/msnp-chunks.h"
#include "wire/msnp-errcode.h"

#define N_TEXTS 12 /* to bob, and the same number in chats */
#define N_WORDS 60 /* of a long text, with WORD_LENGTH more than one message */
#define N_RUNS  300

#define WORD_LENGTH 70

/* One room as its server sees it. */
typedef struct {
	TestPeer *peer;
	GString *input;
	MsnpChunks *chunks; /* what the others have got of messages in parts */
	guint caps;         /* everybody's */
	gboolean bob_inside, carol_inside, was_inside;
	gboolean muted; /* relays without a word: nobody must leave before it ends */
} Room;

/* One text, and what became of it. */
typedef struct {
	guint n_words;
	guint read[N_WORDS]; /* how often */
	guint first, last;   /* the how manieth readings: of its first word, of its last */
	gboolean told;
	int outcome; /* -1: delivered; else the code */
} Text;

typedef struct {
	MsnpClock *clock;
	MsnpConnector *connector;
	MsnpConversations *set;
	MsnpRandom *random;
	GPtrArray *rooms;        /* Room* */
	GPtrArray *xfrs;         /* GTask* */
	GPtrArray *chats;        /* MsnpChat*, all that began */
	Text texts[2 * N_TEXTS]; /* to bob, then those in chats */
	guint n_sent, n_sent_in_chats;
	guint n_told;
	guint n_reads;
	guint nudges_sent, nudges_told, nudges_delivered, nudges_unsure, nudges_read;
	guint invites_sent, invites_told;
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
	room->bob_inside = room->was_inside = TRUE;
}

static void
read_word(World *w, const char *word)
{
	guint n = (guint)g_ascii_strtoull(word, NULL, 10);
	guint k = (guint)g_ascii_strtoull(strchr(word, '.') + 1, NULL, 10);
	Text *text;

	g_assert_cmpuint(n, <, 2 * N_TEXTS);
	text = &w->texts[n];
	g_assert_cmpuint(k, <, text->n_words);
	/* Once, and in order. */
	g_assert_cmpuint(++text->read[k], ==, 1);
	for (guint later = k + 1; later < text->n_words; later++)
		g_assert_cmpuint(text->read[later], ==, 0);
	text->last = ++w->n_reads;
	if (k == 0)
		text->first = text->last;
}

/* The others get a message. */
static void
read_message(World *w, Room *room, const char *payload, gsize length)
{
	g_autoptr(MsnpMessage) message = msnp_message_parse(payload, length);
	g_autoptr(MsnpMessage) whole = NULL;
	g_autoptr(MsnpContent) content = NULL;
	g_autofree char *text = NULL;
	g_auto(GStrv) words = NULL;

	/* Time stands still: how long they wait for parts is another test. */
	msnp_chunks_add(room->chunks, "alice@example.com", message, 0, &whole);
	if (!whole)
		return;
	content = msnp_content_read(whole, "alice@example.com");
	w->nudges_read += content->kind == MSNP_CONTENT_NUDGE;
	if (content->kind != MSNP_CONTENT_TEXT)
		return;
	text = msnp_message_text(whole);
	words = g_strsplit(text, " ", -1);
	for (guint i = 0; words[i]; i++) {
		if (*words[i])
			read_word(w, words[i]);
	}
}

static void
serve_message(World *w, Room *room, const char *trid, const char *payload, gsize length)
{
	guint choice = below(w, 10);

	/* switchboard.md 2: never before somebody was there; afterwards it may cross with a BYE. */
	g_assert_true(room->was_inside);
	if (!room->bob_inside && !room->carol_inside) {
		say(room, below(w, 2) ? "ACK %s\r\n" : "NAK %s\r\n", trid);
	} else if (room->muted || choice == 0) {
		room->muted = TRUE;
		if (below(w, 2))
			read_message(w, room, payload, length);
	} else if (choice == 1) {
		say(room, "NAK %s\r\n", trid);
	} else {
		read_message(w, room, payload, length);
		say(room, "ACK %s\r\n", trid);
	}
}

static void
serve_call(Room *room, char **words, guint choice)
{
	gboolean is_carol = g_str_equal(words[2], "carol@example.com");

	if (choice == 1) {
		say(room, "217 %s\r\n", words[1]);
		return;
	}
	if (!choice)
		return;
	say(room, "CAL %s RINGING 1\r\n", words[1]);
	if (choice == 2)
		return;
	room->was_inside = TRUE;
	if (is_carol)
		room->carol_inside = TRUE;
	else
		room->bob_inside = TRUE;
	say(room, "JOI %s Name %u\r\n", words[2], room->caps);
}

static void
serve_command(World *w, Room *room, char **words, const char *payload, gsize length)
{
	guint choice = below(w, 8);

	if (g_str_equal(words[0], "MSG")) {
		serve_message(w, room, words[1], payload, length);
	} else if (g_str_equal(words[0], "USR") && choice) {
		say(room, choice == 1 ? "911 %s\r\n" : "USR %s OK alice@example.com Alice\r\n",
		    words[1]);
	} else if (g_str_equal(words[0], "ANS") && choice) {
		if (choice > 1) {
			bob_comes(room);
			say(room, "IRO %s 1 1 bob@example.com Bob %u\r\n", words[1], room->caps);
		}
		say(room, "ANS %s OK\r\n", words[1]);
	} else if (g_str_equal(words[0], "CAL")) {
		serve_call(room, words, choice);
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
		serve_command(w, room, words, payload, length);
	}
}

static void
room_free(gpointer data)
{
	Room *room = data;

	g_string_free(room->input, TRUE);
	msnp_chunks_free(room->chunks);
	g_free(room);
}

static void
find_new_rooms(World *w)
{
	while (w->rooms->len < test_connector_n_peers(w->connector)) {
		Room *room = g_new0(Room, 1);

		room->peer = test_connector_peer(w->connector, w->rooms->len);
		room->input = g_string_new(NULL);
		room->chunks = msnp_chunks_new();
		room->caps = below(w, 2) ? MSNP_CAPABILITY_CHUNKS : 0;
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
	switch (below(w, 14)) {
	case 0:
		test_peer_close(room->peer);
		room->bob_inside = room->carol_inside = FALSE;
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
	case 3:
		if (room->bob_inside)
			say(room, "MSG bob@example.com Bob 88\r\nMIME-Version: 1.0\r\n"
				  "Content-Type: text/x-msmsgscontrol\r\n"
				  "TypingUser: bob@example.com\r\n\r\n\r\n");
		break;
	case 4:
		if (room->bob_inside && !room->carol_inside && below(w, 3) == 0) {
			room->carol_inside = TRUE;
			say(room, "JOI carol@example.com Carol %u\r\n", room->caps);
		}
		break;
	case 5:
		if (room->carol_inside && !room->muted) {
			room->carol_inside = FALSE;
			say(room, "BYE carol@example.com 1\r\n");
		}
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

static gpointer
sent_new(World *w, guint n)
{
	Sent *sent = g_new(Sent, 1);

	*sent = (Sent){ w, n };
	return sent;
}

static void
on_sent(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
	g_autofree Sent *sent = data;
	World *w = sent->world;
	Text *text = &w->texts[sent->n];
	g_autoptr(GError) error = NULL;
	gboolean ok = g_task_propagate_boolean(G_TASK(result), &error);

	/* Once each, and those to bob in order. */
	g_assert_false(text->told);
	text->told = TRUE;
	if (sent->n < N_TEXTS)
		g_assert_cmpuint(sent->n, ==, w->n_told++);
	text->outcome = ok ? -1 : error->code;
}

static void
on_nudged(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
	World *w = data;
	g_autoptr(GError) error = NULL;
	gboolean ok = g_task_propagate_boolean(G_TASK(result), &error);

	w->nudges_told++;
	w->nudges_delivered += ok;
	w->nudges_unsure += g_error_matches(error, MSNP_ERROR, MSNP_ERROR_UNSURE);
}

static void
on_invited(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;

	((World *)data)->invites_told++;
	if (!g_task_propagate_boolean(G_TASK(result), &error))
		g_assert_true(error->domain == MSNP_ERROR);
}

static char *
make_text(World *w, guint n)
{
	Text *text = &w->texts[n];
	GString *string = g_string_new(NULL);

	text->n_words = below(w, 3) ? 1 : N_WORDS;
	for (guint k = 0; k < text->n_words; k++) {
		gsize start = string->len;

		g_string_append_printf(string, "%u.%u.", n, k);
		while (text->n_words > 1 && string->len - start < WORD_LENGTH)
			g_string_append_c(string, 'x');
		g_string_append_c(string, ' ');
	}
	return g_string_free(string, FALSE);
}

static MsnpConversation *
bob_of(World *w)
{
	return msnp_conversations_with(w->set, "bob@example.com");
}

static void
send_text(World *w)
{
	g_autofree char *text = NULL;

	if (w->n_sent == N_TEXTS)
		return;
	text = make_text(w, w->n_sent);
	msnp_conversation_send_text_async(bob_of(w), text, NULL, 0, on_sent,
					  sent_new(w, w->n_sent));
	w->n_sent++;
}

static void
send_nudge(World *w)
{
	w->nudges_sent++;
	msnp_conversation_send_nudge_async(bob_of(w), on_nudged, w);
}

static void
on_chat_began(G_GNUC_UNUSED MsnpConversations *set, MsnpChat *chat,
	      G_GNUC_UNUSED MsnpConversation *from, G_GNUC_UNUSED const char *by, gpointer data)
{
	g_ptr_array_add(((World *)data)->chats, g_object_ref(chat));
}

/* We do something with one of the chats, over or not. */
static void
act_in_chat(World *w)
{
	MsnpChat *chat;
	guint n = N_TEXTS + w->n_sent_in_chats;
	guint choice = below(w, 6);

	if (!w->chats->len)
		return;
	chat = w->chats->pdata[below(w, w->chats->len)];
	if (choice == 0) {
		msnp_chat_leave(chat);
	} else if (choice == 1) {
		w->invites_sent++;
		msnp_chat_invite_async(chat, "carol@example.com", on_invited, w);
	} else if (n < 2 * N_TEXTS) {
		g_autofree char *text = make_text(w, n);

		w->n_sent_in_chats++;
		msnp_chat_send_text_async(chat, text, NULL, 0, on_sent, sent_new(w, n));
	}
}

static void
act(World *w)
{
	switch (below(w, 8)) {
	case 0:
		send_nudge(w);
		break;
	case 1:
		msnp_conversation_leave(bob_of(w));
		break;
	case 2:
		w->invites_sent++;
		msnp_conversation_invite_async(bob_of(w), "carol@example.com", on_invited, w);
		break;
	case 3:
		msnp_conversation_send_typing(bob_of(w));
		break;
	default:
		act_in_chat(w);
	}
}

static void
happen(World *w)
{
	guint choice = below(w, 22);

	if (choice < 3)
		send_text(w);
	else if (choice > 19)
		act(w);
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

static guint
words_read(const Text *text)
{
	guint n = 0;

	for (guint k = 0; k < text->n_words; k++)
		n += text->read[k];
	return n;
}

/* What was told is true. last: when the one before was read. */
static void
check_outcome(const Text *text, guint *last)
{
	g_assert_true(text->told);
	if (text->outcome == -1) {
		g_assert_cmpuint(words_read(text), ==, text->n_words);
		/* In order. (What is UNSURE may still arrive when all have given up.) */
		g_assert_cmpuint(text->first, >, *last);
		*last = text->last;
	} else if (text->outcome != MSNP_ERROR_UNSURE) {
		g_assert_cmpuint(words_read(text), <, text->n_words);
	}
}

static void
check_outcomes(World *w)
{
	guint last = 0;

	g_assert_cmpuint(w->n_told, ==, w->n_sent);
	for (guint i = 0; i < w->n_sent; i++)
		check_outcome(&w->texts[i], &last);
	/* Of several chats, which have no order among them. */
	for (guint i = 0; i < w->n_sent_in_chats; i++) {
		last = 0;
		check_outcome(&w->texts[N_TEXTS + i], &last);
	}
	g_assert_cmpuint(w->nudges_told, ==, w->nudges_sent);
	g_assert_cmpuint(w->nudges_read, >=, w->nudges_delivered);
	g_assert_cmpuint(w->nudges_read, <=, w->nudges_delivered + w->nudges_unsure);
	g_assert_cmpuint(w->invites_told, ==, w->invites_sent);
}

/* Of all runs: that something has happened at all. */
static struct {
	guint delivered, delivered_in_chats, nudges, chats;
} totals;

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
	w.chats = g_ptr_array_new_with_free_func(g_object_unref);
	w.set =
	    msnp_conversations_new(w.connector, w.clock, w.random, "alice@example.com", &host, &w);
	g_signal_connect(w.set, "chat-began", G_CALLBACK(on_chat_began), &w);
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
	totals.chats += w.chats->len;
	totals.nudges += w.nudges_delivered;
	for (guint i = 0; i < 2 * N_TEXTS; i++)
		totals.delivered += w.texts[i].told && w.texts[i].outcome == -1;
	for (guint i = N_TEXTS; i < 2 * N_TEXTS; i++)
		totals.delivered_in_chats += w.texts[i].told && w.texts[i].outcome == -1;
	g_ptr_array_unref(w.chats);
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
	g_test_message("%u texts delivered, %u of them in chats, %u nudges, %u chats",
		       totals.delivered, totals.delivered_in_chats, totals.nudges, totals.chats);
	g_assert_cmpuint(totals.delivered, >, N_RUNS);
	g_assert_cmpuint(totals.delivered_in_chats, >, N_RUNS / 20);
	g_assert_cmpuint(totals.nudges, >, N_RUNS / 20);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/conversation/model", test_model);
	return g_test_run();
}
