/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The queue of texts and what became of each. See msnp-outbox.h.
 */
#include "core/msnp-outbox.h"

#include <string.h>

#include "core/msnp-conversation.h"
#include "core/msnp-error.h"

/* A text is begun in so many rooms at most (switchboard.md 15, rule 3). */
#define ATTEMPTS_MAX 2

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
	GArray *pieces; /* Piece */
	gsize bytes;
	guint room, attempts;
	GError *error; /* why it has failed; the first reason counts, but UNSURE more */
	GAsyncReadyCallback callback;
	gpointer data;
};

struct _MsnpOutbox {
	GObject *owner;
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

	g_array_unref(text->pieces);
	g_clear_error(&text->error);
}

static void
text_unref(MsnpText *text)
{
	g_rc_box_release_full(text, text_clear);
}

static MsnpText *
text_new(GAsyncReadyCallback callback, gpointer data)
{
	MsnpText *text = g_rc_box_new0(MsnpText);

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
	return !text->error && count_pieces(text, WAITING) > 0;
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
msnp_outbox_new(GObject *owner)
{
	MsnpOutbox *outbox = g_new0(MsnpOutbox, 1);

	outbox->owner = owner;
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

void
msnp_outbox_push(MsnpOutbox *outbox, const char *string, GAsyncReadyCallback callback,
		 gpointer data)
{
	gsize bytes = strlen(string);
	g_auto(GStrv) pieces = NULL;
	MsnpText *text;

	if (outbox->texts.length >= MSNP_CONVERSATION_QUEUE_MAX ||
	    outbox->bytes + bytes > MSNP_CONVERSATION_QUEUE_BYTES_MAX) {
		msnp_outbox_refuse(outbox,
				   msnp_error_new(MSNP_ERROR_TOO_MUCH, 0,
						  "the queue of this conversation is full"),
				   callback, data);
		return;
	}
	text = text_new(callback, data);
	text->bytes = bytes;
	pieces = msnp_message_split_text(string);
	for (char **piece = pieces; *piece; piece++) {
		Piece waiting = { msnp_message_new_text(*piece), WAITING };

		g_array_append_val(text->pieces, waiting);
	}
	outbox->bytes += bytes;
	g_queue_push_tail(&outbox->texts, text);
}

void
msnp_outbox_refuse(MsnpOutbox *outbox, GError *error, GAsyncReadyCallback callback, gpointer data)
{
	MsnpText *text = text_new(callback, data);

	text->error = error;
	g_queue_push_tail(&outbox->refused, text);
}

gboolean
msnp_outbox_is_empty(const MsnpOutbox *outbox)
{
	return outbox->texts.length == 0 && outbox->refused.length == 0;
}

gboolean
msnp_outbox_has_waiting(const MsnpOutbox *outbox)
{
	for (GList *l = outbox->texts.head; l; l = l->next) {
		if (is_waiting(l->data))
			return TRUE;
	}
	return FALSE;
}

guint
msnp_outbox_in_flight(const MsnpOutbox *outbox)
{
	guint n = 0;

	for (GList *l = outbox->texts.head; l; l = l->next)
		n += count_pieces(l->data, SENT);
	return n;
}

MsnpMessage *
msnp_outbox_next(MsnpOutbox *outbox, guint room, MsnpText **text, guint *piece)
{
	for (GList *l = outbox->texts.head; l; l = l->next) {
		MsnpText *candidate = l->data;

		for (guint i = 0; !candidate->error && i < candidate->pieces->len; i++) {
			Piece *p = &g_array_index(candidate->pieces, Piece, i);

			if (p->state != WAITING)
				continue;
			p->state = SENT;
			candidate->attempts += candidate->room != room;
			candidate->room = room;
			*text = g_rc_box_acquire(candidate);
			*piece = i;
			return p->message;
		}
	}
	return NULL;
}

void
msnp_outbox_done(G_GNUC_UNUSED MsnpOutbox *outbox, MsnpText *text, guint piece,
		 MsnpPieceOutcome outcome, const GError *error)
{
	Piece *p = &g_array_index(text->pieces, Piece, piece);

	if (outcome == MSNP_PIECE_DELIVERED)
		p->state = DELIVERED;
	else if (outcome == MSNP_PIECE_AGAIN && text->attempts < ATTEMPTS_MAX)
		p->state = WAITING;
	else
		p->state = DROPPED;
	if (p->state == DROPPED)
		text_fail(text, error);
	text_unref(text);
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
