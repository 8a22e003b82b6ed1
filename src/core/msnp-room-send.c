/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From an outbox into a room, and the outcomes back. See msnp-conversation-private.h.
 */
#include "core/msnp-conversation-private.h"
#include "core/msnp-error.h"
#include "core/msnp-room-error.h"
#include "net/msnp-link.h"

/* A piece on its way. The room may have got another owner before it ends. */
typedef struct {
	GObject *keep; /* the owner of the outbox */
	MsnpOutbox *outbox;
	MsnpRoom *room;
	MsnpText *text;
	guint piece;
} Flight;

/* What became of a piece: where the room is no more and certainly nobody got it, it goes again; a
 * refusal in a room that lives is final. */
static void
note_outcome(Flight *flight, const GError *error)
{
	MsnpPieceOutcome outcome = MSNP_PIECE_FAILED;
	g_autoptr(GError) translated = NULL;

	if (!error)
		outcome = MSNP_PIECE_DELIVERED;
	else if (g_error_matches(error, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED))
		outcome = MSNP_PIECE_AGAIN;
	if (error)
		translated = msnp_room_error_for_texts(error);
	msnp_outbox_done(flight->text, flight->piece, outcome, translated);
}

static void
piece_answered(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autofree Flight *flight = data;
	G_GNUC_UNUSED g_autoptr(GObject) keep = flight->keep;
	g_autoptr(MsnpRoom) room = flight->room;
	g_autoptr(GError) error = NULL;

	msnp_switchboard_send_finish(MSNP_SWITCHBOARD(source), result, &error);
	room->in_flight--;
	note_outcome(flight, error);
	/* Half a minute without a word: the room is dead, and the next text wants a living one. */
	if (g_error_matches(error, MSNP_ERROR, MSNP_ERROR_UNSURE) && room->owner &&
	    room->type->dead)
		room->type->dead(room->owner, room);
	if (room->owner && room->owner != keep)
		room->type->changed(room->owner, room);
	msnp_outbox_changed(flight->outbox);
}

static void
send_acked(MsnpRoom *room, MsnpOutbox *outbox, MsnpMessage *message, MsnpText *text, guint piece)
{
	Flight *flight = g_new(Flight, 1);

	*flight = (Flight){ g_object_ref(msnp_outbox_owner(outbox)), outbox, g_rc_box_acquire(room),
			    text, piece };
	room->in_flight++;
	room->used = TRUE;
	msnp_switchboard_send_async(room->sb, message, piece_answered, flight);
}

/* Nobody answers: that it is on its way is the outcome. */
static void
send_unacked(MsnpRoom *room, MsnpOutbox *outbox, MsnpMessage *message, MsnpText *text, guint piece)
{
	g_autoptr(GError) error = NULL;

	if (msnp_switchboard_send_unacked(room->sb, message))
		room->used = TRUE;
	else
		error = msnp_error_new(MSNP_ERROR_NOT_DELIVERED, 0, "the room is not open");
	msnp_outbox_done(text, piece, error ? MSNP_PIECE_FAILED : MSNP_PIECE_DELIVERED, error);
	msnp_outbox_changed(outbox);
}

void
msnp_room_send_waiting(MsnpRoom *room, MsnpOutbox *outbox)
{
	gboolean joins = (msnp_switchboard_common_caps(room->sb) & MSNP_CAPABILITY_CHUNKS) != 0;
	MsnpRandom *random = joins ? room->shared->random : NULL;
	MsnpOutKind kind;

	while ((kind = msnp_outbox_peek(outbox)) != MSNP_OUT_NOTHING) {
		MsnpText *text;
		guint piece;
		MsnpMessage *message = msnp_outbox_next(outbox, room->id, random, &text, &piece);

		room->last_used = msnp_clock_now(room->shared->clock);
		if (kind == MSNP_OUT_AUTOMATIC)
			send_unacked(room, outbox, message, text, piece);
		else
			send_acked(room, outbox, message, text, piece);
	}
}

GError *
msnp_nudge_refusal(MsnpClock *clock, gint64 *last)
{
	gint64 now = msnp_clock_now(clock);

	if (*last > now - MSNP_NUDGE_INTERVAL_MS * G_TIME_SPAN_MILLISECOND)
		return msnp_error_new(MSNP_ERROR_TOO_FAST, 0, "a nudge was sent just before");
	*last = now;
	return NULL;
}
