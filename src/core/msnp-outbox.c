/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The queue of texts and what became of each. See msnp-outbox.h.
 */
#include "core/msnp-outbox.h"

#include <string.h>

#include "core/msnp-conversation.h"
#include "core/msnp-error.h"
#include "wire/msnp-chunks.h"

typedef enum {
	WAITING,
	SENT,
	DELIVERED,
	DROPPED,
} PieceState;

typedef struct {
	MsnpMessage *message;
	PieceState state;
} Piece;

struct _MsnpText {
	MsnpOutKind kind;
	char *rest; /* what is still to be cut; NULL once it is cut, and for a nudge */
	MsnpTextFormat *format;
	GArray *pieces; /* Piece */
	gsize bytes;
	guint room, attempts, attempts_max;
	GError *error; /* why it has failed; the first reason counts, but UNSURE more */
	GAsyncReadyCallback callback;
	gpointer data;
};

struct _MsnpOutbox {
	GObject *owner;
	void (*changed)(gpointer owner);
	guint attempts;
	GQueue texts;   /* MsnpText*, oldest first */
	GQueue refused; /* MsnpText* */
	gsize bytes;
};

static void
piece_clear(gpointer data)
{
	msnp_message_unref(((Piece *)data)->message);
}

static void
text_clear(gpointer data)
{
	MsnpText *text = data;

	g_free(text->rest);
	msnp_text_format_free(text->format);
	g_array_unref(text->pieces);
	g_clear_error(&text->error);
}

static void
text_unref(MsnpText *text)
{
	g_rc_box_release_full(text, text_clear);
}

static MsnpText *
text_new(MsnpOutKind kind, GAsyncReadyCallback callback, gpointer data)
{
	MsnpText *text = g_rc_box_new0(MsnpText);

	text->kind = kind;
	text->pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
	g_array_set_clear_func(text->pieces, piece_clear);
	text->callback = callback;
	text->data = data;
	return text;
}

static guint
count_pieces(const MsnpText *text, PieceState state)
{
	guint n = 0;

	for (guint i = 0; i < text->pieces->len; i++)
		n += g_array_index(text->pieces, Piece, i).state == state;
	return n;
}

static gboolean
is_waiting(const MsnpText *text)
{
	return !text->error && (text->rest || count_pieces(text, WAITING) > 0);
}

/* Whether the outcome is known: nothing is on its way, nothing will be. */
static gboolean
is_settled(const MsnpText *text)
{
	return !is_waiting(text) && count_pieces(text, SENT) == 0;
}

static void
text_fail(MsnpText *text, const GError *error)
{
	gboolean unsure = g_error_matches(error, MSNP_ERROR, MSNP_ERROR_UNSURE);

	if (text->error && !unsure)
		return;
	g_clear_error(&text->error);
	text->error = g_error_copy(error);
}

/* Calls the one callback of a text, and lets go of it. Not through GTask's own calling: the call is
 * to come now, and at sign-off never later. */
static void
text_tell(MsnpOutbox *outbox, MsnpText *text)
{
	g_autoptr(GTask) task = g_task_new(outbox->owner, NULL, NULL, NULL);

	if (text->error)
		g_task_return_error(task, g_error_copy(text->error));
	else
		g_task_return_boolean(task, TRUE);
	if (text->callback)
		text->callback(outbox->owner, G_ASYNC_RESULT(task), text->data);
	text_unref(text);
}

MsnpOutbox *
msnp_outbox_new(GObject *owner, void (*changed)(gpointer owner), guint attempts)
{
	MsnpOutbox *outbox = g_new0(MsnpOutbox, 1);

	outbox->owner = owner;
	outbox->changed = changed;
	outbox->attempts = attempts;
	g_queue_init(&outbox->texts);
	g_queue_init(&outbox->refused);
	return outbox;
}

void
msnp_outbox_free(MsnpOutbox *outbox)
{
	g_assert(msnp_outbox_is_empty(outbox));
	g_free(outbox);
}

GObject *
msnp_outbox_owner(const MsnpOutbox *outbox)
{
	return outbox->owner;
}

void
msnp_outbox_changed(MsnpOutbox *outbox)
{
	outbox->changed(outbox->owner);
}

/* Queues something of so many bytes; NULL if it is too much, which is then told. */
static MsnpText *
push(MsnpOutbox *outbox, MsnpOutKind kind, gsize bytes, GAsyncReadyCallback callback, gpointer data)
{
	MsnpText *text;

	if (outbox->texts.length >= MSNP_CONVERSATION_QUEUE_MAX ||
	    outbox->bytes + bytes > MSNP_CONVERSATION_QUEUE_BYTES_MAX) {
		msnp_outbox_refuse(outbox,
				   msnp_error_new(MSNP_ERROR_TOO_MUCH, 0,
						  "the queue of this conversation is full"),
				   callback, data);
		return NULL;
	}
	text = text_new(kind, callback, data);
	text->attempts_max = outbox->attempts;
	text->bytes = bytes;
	outbox->bytes += bytes;
	g_queue_push_tail(&outbox->texts, text);
	return text;
}

void
msnp_outbox_push(MsnpOutbox *outbox, const char *string, const MsnpTextFormat *format,
		 gboolean automatic, GAsyncReadyCallback callback, gpointer data)
{
	g_autofree char *valid = g_utf8_make_valid(string, -1);
	MsnpText *text = push(outbox, automatic ? MSNP_OUT_AUTOMATIC : MSNP_OUT_TEXT, strlen(valid),
			      callback, data);

	if (!text)
		return;
	text->format = format ? msnp_text_format_copy(format) : NULL;
	/* An empty text has nothing to send, and has arrived. */
	if (*valid)
		text->rest = g_steal_pointer(&valid);
}

void
msnp_outbox_push_nudge(MsnpOutbox *outbox, GAsyncReadyCallback callback, gpointer data)
{
	MsnpText *text = push(outbox, MSNP_OUT_NUDGE, 0, callback, data);
	Piece piece = { msnp_message_new_nudge(), WAITING };

	if (text)
		g_array_append_val(text->pieces, piece);
	else
		msnp_message_unref(piece.message);
}

void
msnp_outbox_refuse(MsnpOutbox *outbox, GError *error, GAsyncReadyCallback callback, gpointer data)
{
	MsnpText *text = text_new(MSNP_OUT_NOTHING, callback, data);

	text->error = error;
	g_queue_push_tail(&outbox->refused, text);
}

gboolean
msnp_outbox_is_empty(const MsnpOutbox *outbox)
{
	return outbox->texts.length == 0 && outbox->refused.length == 0;
}

static MsnpText *
next_waiting(const MsnpOutbox *outbox)
{
	for (GList *l = outbox->texts.head; l; l = l->next) {
		if (is_waiting(l->data))
			return l->data;
	}
	return NULL;
}

MsnpOutKind
msnp_outbox_peek(const MsnpOutbox *outbox)
{
	const MsnpText *text = next_waiting(outbox);

	return text ? text->kind : MSNP_OUT_NOTHING;
}

guint
msnp_outbox_in_flight(const MsnpOutbox *outbox)
{
	guint n = 0;

	for (GList *l = outbox->texts.head; l; l = l->next)
		n += count_pieces(l->data, SENT);
	return n;
}

/* Of a part of a message; NULL for a whole one. */
static const char *
message_id(const MsnpMessage *message)
{
	return msnp_message_header(message, "Message-ID");
}

/* Parts of one message are joined within one room only: if one of them must go again, all must. */
static void
take_back_parts(MsnpText *text, const char *id)
{
	gboolean again = FALSE;

	for (guint pass = 0; pass < 2; pass++) {
		for (guint i = 0; i < text->pieces->len; i++) {
			Piece *piece = &g_array_index(text->pieces, Piece, i);

			if (g_strcmp0(message_id(piece->message), id) != 0)
				continue;
			if (piece->state == WAITING)
				again = TRUE;
			else if (again)
				piece->state = WAITING;
		}
	}
}

/* Puts what is not delivered together again, to be cut for another room. */
static void
uncut(MsnpText *text)
{
	GString *rest = g_string_new(NULL);

	for (guint i = 0; i < text->pieces->len; i++) {
		const char *id = message_id(g_array_index(text->pieces, Piece, i).message);

		if (id)
			take_back_parts(text, id);
	}
	for (guint i = 0; i < text->pieces->len; i++) {
		const Piece *piece = &g_array_index(text->pieces, Piece, i);
		gsize length;
		const char *body = msnp_message_body(piece->message, &length);

		if (piece->state == WAITING)
			g_string_append_len(rest, body, (gssize)length);
	}
	g_array_set_size(text->pieces, 0);
	text->rest = g_string_free(rest, FALSE);
}

static void
append_piece(MsnpText *text, MsnpMessage *message)
{
	Piece piece = { msnp_message_ref(message), WAITING };

	g_array_append_val(text->pieces, piece);
}

static void
cut(MsnpText *text, MsnpRandom *random)
{
	g_autofree char *rest = g_steal_pointer(&text->rest);
	g_autoptr(GPtrArray) messages = msnp_chunks_split(rest, text->format, random);

	for (guint i = 0; i < messages->len; i++)
		append_piece(text, messages->pdata[i]);
}

/* Makes a waiting text ready for a room. */
static void
begin(MsnpText *text, guint room)
{
	if (text->attempts && text->room == room)
		return;
	text->attempts++;
	text->room = room;
	if (text->kind != MSNP_OUT_NUDGE && !text->rest)
		uncut(text);
}

static MsnpMessage *
send_first_waiting(MsnpText *text, guint *piece)
{
	for (guint i = 0; i < text->pieces->len; i++) {
		Piece *p = &g_array_index(text->pieces, Piece, i);

		if (p->state == WAITING) {
			p->state = SENT;
			*piece = i;
			return p->message;
		}
	}
	g_assert_not_reached();
}

MsnpMessage *
msnp_outbox_next(MsnpOutbox *outbox, guint room, MsnpRandom *random, MsnpText **text, guint *piece)
{
	MsnpText *next = next_waiting(outbox);

	if (!next)
		return NULL;
	begin(next, room);
	if (next->rest)
		cut(next, random);
	*text = g_rc_box_acquire(next);
	return send_first_waiting(next, piece);
}

char *
msnp_outbox_next_whole(MsnpOutbox *outbox, MsnpText **text, guint *piece)
{
	MsnpText *next = next_waiting(outbox);
	g_autoptr(MsnpMessage) message = NULL;
	g_autofree char *rest = NULL;

	begin(next, 0);
	rest = g_steal_pointer(&next->rest);
	message = msnp_message_new_text(rest);
	append_piece(next, message);
	*text = g_rc_box_acquire(next);
	return msnp_message_text(send_first_waiting(next, piece));
}

void
msnp_outbox_done(MsnpText *text, guint piece, MsnpPieceOutcome outcome, const GError *error)
{
	Piece *p = &g_array_index(text->pieces, Piece, piece);

	if (outcome == MSNP_PIECE_DELIVERED)
		p->state = DELIVERED;
	else if (outcome == MSNP_PIECE_AGAIN && text->attempts < text->attempts_max)
		p->state = WAITING;
	else
		p->state = DROPPED;
	if (p->state == DROPPED)
		text_fail(text, error);
	text_unref(text);
}

void
msnp_outbox_fail_next(MsnpOutbox *outbox, const GError *error)
{
	MsnpText *next = next_waiting(outbox);

	if (next)
		text_fail(next, error);
}

void
msnp_outbox_fail_waiting(MsnpOutbox *outbox, const GError *error)
{
	for (GList *l = outbox->texts.head; l; l = l->next) {
		if (is_waiting(l->data))
			text_fail(l->data, error);
	}
}

void
msnp_outbox_settle(MsnpOutbox *outbox)
{
	MsnpText *text;

	while ((text = g_queue_pop_head(&outbox->refused)))
		text_tell(outbox, text);
	while ((text = g_queue_peek_head(&outbox->texts)) && is_settled(text)) {
		g_queue_pop_head(&outbox->texts);
		outbox->bytes -= text->bytes;
		text_tell(outbox, text);
	}
}

void
msnp_outbox_fail_all(MsnpOutbox *outbox, const GError *error)
{
	g_autoptr(GError) unsure =
	    msnp_error_new(MSNP_ERROR_UNSURE, 0, "not acknowledged: %s", error->message);
	MsnpText *text;

	while ((text = g_queue_pop_head(&outbox->refused)))
		text_tell(outbox, text);
	while ((text = g_queue_pop_head(&outbox->texts))) {
		outbox->bytes -= text->bytes;
		if (!is_settled(text))
			text_fail(text, count_pieces(text, SENT) > 0 ? unsure : error);
		text_tell(outbox, text);
	}
}
