/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A conversation: what the user sees as one window. It has a queue of texts and, while needed, a
 * switchboard; the switchboard comes and goes, the conversation stays. Each text ends in exactly
 * one state: delivered, or failed with a reason:
 *
 *   QUEUED -room OPEN: written-> SENT -ACK-> done
 *     |                            |-NAK---------------------> NOT_DELIVERED
 *     |                            |-no ACK in 30 s----------> UNSURE
 *     |-no room to be had-> failed |-room lost, surely unread-> once more, in a new room, first in
 *                                  |                            the queue; the second time fails
 *                                  |-room lost, perhaps read--> UNSURE
 *
 * Source: switchboard.md 4, 5, 15, 16.
 */
#pragma once

#include "core/msnp-switchboard.h"

#define MSNP_CONVERSATION_QUEUE_MAX       100
#define MSNP_CONVERSATION_QUEUE_BYTES_MAX (256 * 1024)
/* An idle room of two is closed after this, as the official client did. */
#define MSNP_CONVERSATION_IDLE_MS 60000
/* After 713 or 800 no new room is asked for during this. */
#define MSNP_CONVERSATION_HOLD_MS 30000
#define MSNP_TYPING_INTERVAL_MS   5000

#define MSNP_TYPE_CONVERSATION (msnp_conversation_get_type())
G_DECLARE_FINAL_TYPE(MsnpConversation, msnp_conversation, MSNP, CONVERSATION, GObject)

/* The other, or, once it is a chat, who it began with. */
const char *msnp_conversation_handle(MsnpConversation *conversation);

/* Queues a text (plain UTF-8, any length: it is split as needed). Errors: MSNP_ERROR codes for
 * messages (with the server's number, if there was one), MSNP_ERROR_NETWORK at sign-off. Texts
 * complete in the order in which they were queued; only one that finds the queue full (TOO_MUCH)
 * does so at once. Never completes before the call returns. */
void msnp_conversation_send_text_async(MsnpConversation *conversation, const char *text,
				       GAsyncReadyCallback callback, gpointer data);
gboolean msnp_conversation_send_text_finish(MsnpConversation *conversation, GAsyncResult *result,
					    GError **error);
/* Tells that the user is typing: at most every MSNP_TYPING_INTERVAL_MS, only in an open room of
 * two. Returns whether it went out. */
gboolean msnp_conversation_send_typing(MsnpConversation *conversation);
/* The user closed the window: the room is left once the queue is through. */
void msnp_conversation_leave(MsnpConversation *conversation);
