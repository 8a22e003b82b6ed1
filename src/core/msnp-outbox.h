/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The texts and nudges of one conversation or chat on their way out: in order, cut into pieces for
 * the room they go into, each with one outcome. Knows nothing of rooms but a number for each. Only
 * for what sends: conversations, chats, rooms. Source: switchboard.md 6, 15.
 */
#pragma once

#include <gio/gio.h>

#include "util/msnp-random.h"
#include "wire/msnp-message.h"

typedef struct _MsnpOutbox MsnpOutbox;
typedef struct _MsnpText MsnpText;

typedef enum {
	MSNP_PIECE_DELIVERED,
	MSNP_PIECE_AGAIN,  /* certainly nobody got it, because the room is no more */
	MSNP_PIECE_FAILED, /* error says why */
} MsnpPieceOutcome;

/* What the next one is. */
typedef enum {
	MSNP_OUT_NOTHING, /* none is waiting */
	MSNP_OUT_TEXT,
	MSNP_OUT_AUTOMATIC,
	MSNP_OUT_NUDGE,
} MsnpOutKind;

/* owner is the source object of the callbacks, not owned; changed is called when something is to
 * be done: an outcome is known, or something waits again. attempts: in how many rooms at most a
 * text is begun. */
MsnpOutbox *msnp_outbox_new(GObject *owner, void (*changed)(gpointer owner), guint attempts);
/* After msnp_outbox_fail_all(). */
void msnp_outbox_free(MsnpOutbox *outbox);
GObject *msnp_outbox_owner(const MsnpOutbox *outbox);
void msnp_outbox_changed(MsnpOutbox *outbox);

/* Queues a text. The callback comes from msnp_outbox_settle() or msnp_outbox_fail_all(). A text
 * that does not fit into the limits fails with MSNP_ERROR_TOO_MUCH. */
void msnp_outbox_push(MsnpOutbox *outbox, const char *text, const MsnpTextFormat *format,
		      gboolean automatic, GAsyncReadyCallback callback, gpointer data);
void msnp_outbox_push_nudge(MsnpOutbox *outbox, GAsyncReadyCallback callback, gpointer data);
/* The same, with an outcome that is known already: the error is taken. */
void msnp_outbox_refuse(MsnpOutbox *outbox, GError *error, GAsyncReadyCallback callback,
			gpointer data);

gboolean msnp_outbox_is_empty(const MsnpOutbox *outbox);
MsnpOutKind msnp_outbox_peek(const MsnpOutbox *outbox);
/* Pieces sent and without outcome. */
guint msnp_outbox_in_flight(const MsnpOutbox *outbox);

/* The next piece to send, which counts as sent in this room from now on; NULL if none is waiting.
 * What was not sent yet is cut anew for another room: with random in parts of one message, where
 * everybody joins them, else in messages. text is a reference; it and piece go back with
 * msnp_outbox_done(). Nothing may be in flight in another room. */
MsnpMessage *msnp_outbox_next(MsnpOutbox *outbox, guint room, MsnpRandom *random, MsnpText **text,
			      guint *piece);
/* The same for a way on which texts are not cut: what is left of the next text, to be freed. Only
 * where msnp_outbox_peek() says TEXT. */
char *msnp_outbox_next_whole(MsnpOutbox *outbox, MsnpText **text, guint *piece);
/* What became of a piece. Takes the reference of text. AGAIN in the last room is a failure. */
void msnp_outbox_done(MsnpText *text, guint piece, MsnpPieceOutcome outcome, const GError *error);
/* The next one, or all of which something is still waiting, fail. */
void msnp_outbox_fail_next(MsnpOutbox *outbox, const GError *error);
void msnp_outbox_fail_waiting(MsnpOutbox *outbox, const GError *error);

/* Tells the outcomes that are known, in the order of the texts. */
void msnp_outbox_settle(MsnpOutbox *outbox);
/* Tells all: texts without outcome fail with error, or, if something was sent, as UNSURE. */
void msnp_outbox_fail_all(MsnpOutbox *outbox, const GError *error);
