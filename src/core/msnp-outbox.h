/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The texts of one conversation on their way out: cut into pieces, sent in order, each text with
 * one outcome. Knows nothing of rooms but a number for each. Only for msnp-conversation.c. Source:
 * switchboard.md 15.
 */
#pragma once

#include <gio/gio.h>

#include "wire/msnp-message.h"

typedef struct _MsnpOutbox MsnpOutbox;
typedef struct _MsnpText MsnpText;

typedef enum {
	MSNP_PIECE_DELIVERED,
	MSNP_PIECE_AGAIN,  /* certainly nobody got it, because the room is no more */
	MSNP_PIECE_FAILED, /* error says why */
} MsnpPieceOutcome;

/* owner is the source object of the callbacks; not owned. */
MsnpOutbox *msnp_outbox_new(GObject *owner);
/* After msnp_outbox_fail_all(). */
void msnp_outbox_free(MsnpOutbox *outbox);

/* Queues a text. The callback comes from msnp_outbox_settle() or msnp_outbox_fail_all(). A text
 * that does not fit into the limits fails with MSNP_ERROR_TOO_MUCH. */
void msnp_outbox_push(MsnpOutbox *outbox, const char *text, GAsyncReadyCallback callback,
		      gpointer data);
/* The same, with an outcome that is known already: the error is taken. */
void msnp_outbox_refuse(MsnpOutbox *outbox, GError *error, GAsyncReadyCallback callback,
			gpointer data);

gboolean msnp_outbox_is_empty(const MsnpOutbox *outbox);
gboolean msnp_outbox_has_waiting(const MsnpOutbox *outbox);
/* Pieces sent and without outcome. */
guint msnp_outbox_in_flight(const MsnpOutbox *outbox);

/* The next piece to send, which counts as sent in this room from now on; NULL if none is waiting.
 * text is a reference; it and piece go back with msnp_outbox_done(). */
MsnpMessage *msnp_outbox_next(MsnpOutbox *outbox, guint room, MsnpText **text, guint *piece);
/* What became of a piece. Takes the reference of text. AGAIN in the second room is a failure. */
void msnp_outbox_done(MsnpOutbox *outbox, MsnpText *text, guint piece, MsnpPieceOutcome outcome,
		      const GError *error);
/* Texts of which something is still waiting fail. */
void msnp_outbox_fail_waiting(MsnpOutbox *outbox, const GError *error);

/* Tells the outcomes that are known, in the order of the texts. */
void msnp_outbox_settle(MsnpOutbox *outbox);
/* Tells all: texts without outcome fail with error, or, if something was sent, as UNSURE. */
void msnp_outbox_fail_all(MsnpOutbox *outbox, const GError *error);
