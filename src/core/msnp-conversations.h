/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All conversations of a session, and the rooms that others open. Finds or opens the switchboard
 * that a text needs, accepts RNG, merges two rooms with the same person into one conversation.
 * Source: switchboard.md 2, 4, 5, 16.
 */
#pragma once

#include "core/msnp-conversation.h"

#define MSNP_SB_MAX           50 /* rooms of one account */
#define MSNP_RINGS_PER_MINUTE 6  /* answered for one inviter: more is a flood */

#define MSNP_TYPE_CONVERSATIONS (msnp_conversations_get_type())
G_DECLARE_FINAL_TYPE(MsnpConversations, msnp_conversations, MSNP, CONVERSATIONS, GObject)

/* What the session does for its conversations. */
typedef struct {
	/* XFR SB on the notification server; the answer is the XFR command. */
	void (*request_room_async)(gpointer host, GCancellable *cancellable,
				   GAsyncReadyCallback callback, gpointer data);
	MsnpCommand *(*request_room_finish)(gpointer host, GAsyncResult *result, GError **error);
	/* Whether someone may ring us: not if blocked, or, where only the allowed may, not allowed.
	 */
	gboolean (*may_ring)(gpointer host, const char *handle);
} MsnpConversationsHost;

/* Signals; conversation is an MsnpConversation:
 *   "message" (conversation, const char *handle, const char *name, MsnpMessage *message)
 *                                 any content type but typing; never from oneself
 *   "typing" (conversation, const char *handle)
 *   "joined" (conversation, const char *handle, const char *name)   only beyond the first
 *   "left" (conversation, const char *handle)           only where there was more than one
 *
 * A room belongs to the conversation of somebody who is in it: of the one who was called or who
 * rang; when that one has gone and others stay, of the first of them, with a "joined" for each of
 * the rest. Handles are normalised, names are clean text. */
MsnpConversations *msnp_conversations_new(MsnpConnector *connector, MsnpClock *clock,
					  const char *own_handle, const MsnpConversationsHost *host,
					  gpointer host_data);
/* The conversation with one person, made if there is none. Owned by the set. */
MsnpConversation *msnp_conversations_with(MsnpConversations *set, const char *handle);
/* Somebody opened a room with us: the RNG of the notification server. */
void msnp_conversations_ring(MsnpConversations *set, const MsnpCommand *ring);
/* Sign-off: OUT on every room; every text in a queue fails with reason, what was sent and not
 * acknowledged with MSNP_ERROR_UNSURE: their callbacks come from within this call. Afterwards there
 * is no signal, no callback and no call of host any more. */
void msnp_conversations_close(MsnpConversations *set, const GError *reason);
