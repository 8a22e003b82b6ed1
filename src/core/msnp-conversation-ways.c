/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ways of a text that need no room: the notification server for people of other networks,
 * offline messages for those who are away. See msnp-conversation-private.h.
 * Source: switchboard.md 13, 15.
 */
#include "core/msnp-conversation-private.h"
#include "core/msnp-error.h"
#include "core/msnp-room-error.h"

/* Counts as a room for the outbox; real ones count from 1. */
#define FEDERATED_ROOM G_MAXUINT

typedef gboolean (*Finish)(gpointer host, GAsyncResult *result, GError **error);

typedef struct {
	MsnpConversation *conversation;
	MsnpOutbox *outbox;
	Finish finish;
	MsnpText *text;
	guint piece;
} Flight;

static void
answered(G_GNUC_UNUSED GObject *source, GAsyncResult *result, gpointer data)
{
	g_autofree Flight *flight = data;
	g_autoptr(MsnpConversation) conversation = flight->conversation;
	MsnpConversationsShared *shared = msnp_conversation_shared(conversation);
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) translated = NULL;

	/* After the end the host may not even be there any more. */
	if (!shared)
		g_set_error_literal(&error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "signed off");
	else
		flight->finish(shared->host_data, result, &error);
	if (error)
		translated = msnp_room_error_for_texts(error);
	msnp_outbox_done(flight->text, flight->piece,
			 error ? MSNP_PIECE_FAILED : MSNP_PIECE_DELIVERED, translated);
	msnp_outbox_changed(flight->outbox);
}

static Flight *
flight_new(MsnpConversation *conversation, MsnpOutbox *outbox, Finish finish)
{
	Flight *flight = g_new0(Flight, 1);

	flight->conversation = g_object_ref(conversation);
	flight->outbox = outbox;
	flight->finish = finish;
	return flight;
}

gboolean
msnp_conversation_is_federated(MsnpConversation *conversation)
{
	MsnpConversationsShared *shared = msnp_conversation_shared(conversation);

	return shared->host->is_federated &&
	       shared->host->is_federated(shared->host_data,
					  msnp_conversation_handle(conversation));
}

void
msnp_conversation_send_federated(MsnpConversation *conversation, MsnpOutbox *outbox)
{
	MsnpConversationsShared *shared = msnp_conversation_shared(conversation);

	while (msnp_outbox_peek(outbox) != MSNP_OUT_NOTHING) {
		Flight *flight =
		    flight_new(conversation, outbox, shared->host->send_federated_finish);
		MsnpMessage *message =
		    msnp_outbox_next(outbox, FEDERATED_ROOM, NULL, &flight->text, &flight->piece);

		shared->host->send_federated_async(shared->host_data,
						   msnp_conversation_handle(conversation), message,
						   answered, flight);
	}
}

void
msnp_conversation_send_offline(MsnpConversation *conversation, MsnpOutbox *outbox)
{
	MsnpConversationsShared *shared = msnp_conversation_shared(conversation);
	g_autoptr(GError) offline = msnp_error_new(MSNP_ERROR_OFFLINE, 0, "not for the absent");
	g_autofree char *text = NULL;
	MsnpOutKind kind;
	Flight *flight;

	while ((kind = msnp_outbox_peek(outbox)) != MSNP_OUT_NOTHING && kind != MSNP_OUT_TEXT)
		msnp_outbox_fail_next(outbox, offline);
	/* One by one: a later text must not overtake. */
	if (kind == MSNP_OUT_NOTHING || msnp_outbox_in_flight(outbox))
		return;
	flight = flight_new(conversation, outbox, shared->host->send_offline_finish);
	text = msnp_outbox_next_whole(outbox, &flight->text, &flight->piece);
	shared->host->send_offline_async(shared->host_data, msnp_conversation_handle(conversation),
					 text, answered, flight);
}
