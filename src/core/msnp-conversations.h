/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All conversations and chats of a session, and the rooms that others open. Finds or opens the
 * switchboard that a text needs, accepts RNG, merges two rooms with the same person into one
 * conversation, makes a chat of a room of several. Source: switchboard.md 2, 4, 5, 13, 16.
 */
#pragma once

#include "core/msnp-chat.h"
#include "core/msnp-conversation.h"
#include "util/msnp-random.h"
#include "wire/msnp-content.h"

#define MSNP_SB_MAX              50 /* rooms of one account */
#define MSNP_RINGS_PER_MINUTE    6  /* answered for one inviter: more is a flood */
#define MSNP_DECLINES_PER_MINUTE 5  /* of invitations of one sender */

#define MSNP_TYPE_CONVERSATIONS (msnp_conversations_get_type())
G_DECLARE_FINAL_TYPE(MsnpConversations, msnp_conversations, MSNP, CONVERSATIONS, GObject)

/* What the session does for its conversations. The last six may be NULL, in their pairs. */
typedef struct {
	/* XFR SB on the notification server; the answer is the XFR command. */
	void (*request_room_async)(gpointer host, GCancellable *cancellable,
				   GAsyncReadyCallback callback, gpointer data);
	MsnpCommand *(*request_room_finish)(gpointer host, GAsyncResult *result, GError **error);
	/* Whether someone may ring us: not if blocked, or, where only the allowed may, not allowed.
	 */
	gboolean (*may_ring)(gpointer host, const char *handle);
	/* Leaves a text (plain UTF-8, any length) for somebody who is offline. The next one comes
	 * when this one is through. Errors are told as they are if they are MSNP_ERROR. */
	void (*send_offline_async)(gpointer host, const char *handle, const char *text,
				   GAsyncReadyCallback callback, gpointer data);
	gboolean (*send_offline_finish)(gpointer host, GAsyncResult *result, GError **error);
	/* Whether somebody is of another network, and a message for such a one: UUM on the
	 * notification server. Messages may be given before earlier ones are through; callback may
	 * be NULL. */
	gboolean (*is_federated)(gpointer host, const char *handle);
	void (*send_federated_async)(gpointer host, const char *handle, MsnpMessage *message,
				     GAsyncReadyCallback callback, gpointer data);
	gboolean (*send_federated_finish)(gpointer host, GAsyncResult *result, GError **error);
} MsnpConversationsHost;

/* Signals; conversation is an MsnpConversation, chat an MsnpChat:
 *   "message" (conversation, const char *handle, const char *name, MsnpMessage *message,
 *              const MsnpContent *content)
 *                     whole messages that can be shown; never from oneself. Only what
 *                     msnp_content_may_begin() may open a window; nudges one per sender and
 *                     MSNP_NUDGE_INTERVAL_MS; invitations have been declined
 *   "typing" (conversation, const char *handle)
 *   "chat-began" (chat, MsnpConversation *from, const char *by)
 *                     from: the room was that conversation's until now, which goes on with another;
 *                     by: who has called us into a chat; both may be NULL
 *   "chat-joined" (chat, const char *handle, const char *name)   not for who was there before
 *   "chat-left" (chat, const char *handle, gboolean idle)
 *   "chat-message" (chat, const char *handle, const char *name, MsnpMessage *message,
 *                   const MsnpContent *content)                  as "message"
 *   "chat-ended" (chat)      the last other has gone, the server has hung up, or we have left
 *
 * Handles are normalised, names are clean text. Typing is not told in chats. */
MsnpConversations *msnp_conversations_new(MsnpConnector *connector, MsnpClock *clock,
					  MsnpRandom *random, const char *own_handle,
					  const MsnpConversationsHost *host, gpointer host_data);
/* The way to rooms that take no direct connection; without one they are tried directly. */
void msnp_conversations_set_gateway(MsnpConversations *set, MsnpConnector *gateway);
/* The conversation with one person, made if there is none. Owned by the set. */
MsnpConversation *msnp_conversations_with(MsnpConversations *set, const char *handle);
/* A chat that has not ended; NULL if there is none. Owned by the set. */
MsnpChat *msnp_conversations_find_chat(MsnpConversations *set, int id);
/* A new chat, with as many of these people as come: completes with the first of them, after
 * "chat-began"; the others are told by "chat-joined". Errors: of the last one who could not be
 * called, as of msnp_conversation_invite_async(). finish: the caller owns the reference. */
void msnp_conversations_open_chat_async(MsnpConversations *set, const char *const *handles,
					GAsyncReadyCallback callback, gpointer data);
MsnpChat *msnp_conversations_open_chat_finish(MsnpConversations *set, GAsyncResult *result,
					      GError **error);
/* Somebody opened a room with us: the RNG of the notification server. */
void msnp_conversations_ring(MsnpConversations *set, const MsnpCommand *ring);
/* Whether somebody can be called: texts for one who cannot are left for him at once, where the host
 * can do that. Nobody need be told of who was never unreachable. */
void msnp_conversations_presence(MsnpConversations *set, const char *handle, gboolean reachable);
/* A message from another network: UBM. name is clean text. */
void msnp_conversations_federated(MsnpConversations *set, const char *handle, const char *name,
				  MsnpMessage *message);
/* Sign-off: OUT on every room; every text in a queue fails with reason, what was sent and not
 * acknowledged with MSNP_ERROR_UNSURE: their callbacks come from within this call. Afterwards there
 * is no signal, no callback and no call of host any more. */
void msnp_conversations_close(MsnpConversations *set, const GError *reason);
