/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user does in a conversation: it is noted, and work() of msnp-conversation.c does it.
 */
#include "core/msnp-conversation-own.h"
#include "core/msnp-error.h"
#include "wire/msnp-address.h"

static MsnpClock *
clock_of(MsnpConversation *conversation)
{
	return msnp_conversation_shared(conversation)->clock;
}

/* Tells of a signed-off conversation; FALSE if it is not. */
static gboolean
refuse_closed(MsnpConversation *conversation, GAsyncReadyCallback callback, gpointer data)
{
	if (!conversation->set)
		g_task_report_new_error(conversation, callback, data, NULL, MSNP_ERROR,
					MSNP_ERROR_NETWORK, "signed off");
	return !conversation->set;
}

/* Why nothing can go to this one whatever happens; NULL if it can. */
static GError *
reason_to_refuse(MsnpConversation *conversation)
{
	if (!msnp_handle_is_valid(conversation->handle) ||
	    msnp_handle_is_phone(conversation->handle))
		return msnp_error_new(MSNP_ERROR_ADDRESS, 0, "not an address to write to");
	if (msnp_handle_equal(conversation->handle,
			      msnp_conversation_shared(conversation)->own_handle))
		return msnp_error_new(MSNP_ERROR_ADDRESS, 0, "our own address");
	return NULL;
}

void
msnp_conversation_send_text_async(MsnpConversation *conversation, const char *text,
				  const MsnpTextFormat *format, MsnpSendFlags flags,
				  GAsyncReadyCallback callback, gpointer data)
{
	GError *refusal;

	if (refuse_closed(conversation, callback, data))
		return;
	refusal = reason_to_refuse(conversation);
	if (refusal)
		msnp_outbox_refuse(conversation->outbox, refusal, callback, data);
	else
		msnp_outbox_push(conversation->outbox, text, format,
				 (flags & MSNP_SEND_AUTOMATIC) != 0, callback, data);
	msnp_conversation_stop_leaving(conversation);
	msnp_conversation_wake(conversation);
}

gboolean
msnp_conversation_send_text_finish(G_GNUC_UNUSED MsnpConversation *conversation,
				   GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
msnp_conversation_send_nudge_async(MsnpConversation *conversation, GAsyncReadyCallback callback,
				   gpointer data)
{
	GError *refusal;

	if (refuse_closed(conversation, callback, data))
		return;
	refusal = reason_to_refuse(conversation);
	if (!refusal)
		refusal = msnp_nudge_refusal(clock_of(conversation), &conversation->last_nudge);
	if (refusal)
		msnp_outbox_refuse(conversation->outbox, refusal, callback, data);
	else
		msnp_outbox_push_nudge(conversation->outbox, callback, data);
	msnp_conversation_stop_leaving(conversation);
	msnp_conversation_wake(conversation);
}

gboolean
msnp_conversation_send_nudge_finish(G_GNUC_UNUSED MsnpConversation *conversation,
				    GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
msnp_conversation_invite_async(MsnpConversation *conversation, const char *handle,
			       GAsyncReadyCallback callback, gpointer data)
{
	g_autoptr(GError) refusal = NULL;

	if (refuse_closed(conversation, callback, data))
		return;
	refusal = reason_to_refuse(conversation);
	msnp_invites_push(conversation->invites, handle, callback, data);
	if (refusal)
		msnp_invites_fail_waiting(conversation->invites, refusal);
	msnp_conversation_stop_leaving(conversation);
	msnp_conversation_wake(conversation);
}

gboolean
msnp_conversation_invite_finish(G_GNUC_UNUSED MsnpConversation *conversation, GAsyncResult *result,
				GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

static gboolean
may_type(MsnpConversation *conversation)
{
	gint64 now = msnp_clock_now(clock_of(conversation));

	if (conversation->last_typing > now - MSNP_TYPING_INTERVAL_MS * G_TIME_SPAN_MILLISECOND)
		return FALSE;
	conversation->last_typing = now;
	return TRUE;
}

gboolean
msnp_conversation_send_typing(MsnpConversation *conversation)
{
	MsnpConversationsShared *shared = msnp_conversation_shared(conversation);
	gboolean federated = shared && msnp_conversation_is_federated(conversation);
	MsnpRoom *room = shared && !federated ? msnp_conversation_room_to_use(conversation) : NULL;
	g_autoptr(MsnpMessage) message = NULL;

	if ((!room && !federated) || !may_type(conversation))
		return FALSE;
	message = msnp_message_new_typing(shared->own_handle);
	if (room)
		return msnp_switchboard_send_unacked(room->sb, message);
	shared->host->send_federated_async(shared->host_data, conversation->handle, message, NULL,
					   NULL);
	return TRUE;
}
