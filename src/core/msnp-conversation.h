/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A conversation: what the user sees as one window with one other person. It has a queue of texts
 * and nudges and, while needed, a switchboard; the switchboard comes and goes, the conversation
 * stays. Each text ends in exactly one state: delivered, or failed with a reason:
 *
 *   QUEUED -room OPEN: written-> SENT -ACK-> done
 *     |                            |-NAK---------------------> NOT_DELIVERED
 *     |                            |-no ACK in 30 s----------> UNSURE
 *     |-the other is offline-----> as an offline message, if the host has them; else OFFLINE
 *     |-no room to be had--------> failed
 *                                  |-room lost, surely unread-> once more, in a new room, first in
 *                                  |                            the queue; the second time fails
 *                                  |-room lost, perhaps read--> UNSURE
 *
 * When a third person comes into a room it becomes a chat (msnp-chat.h), and the conversation goes
 * on without it. Source: switchboard.md 4, 5, 13, 15, 16.
 */
#pragma once

#include "core/msnp-switchboard.h"

#define MSNP_CONVERSATION_QUEUE_MAX       100
#define MSNP_CONVERSATION_QUEUE_BYTES_MAX (256 * 1024)
/* An idle room of two is closed after this, as the official client did. */
#define MSNP_CONVERSATION_IDLE_MS 60000
/* After 713 or 800 no new room is asked for during this. */
#define MSNP_CONVERSATION_HOLD_MS 30000
/* How long a room whose window was closed may wait for its last acknowledgements. */
#define MSNP_CONVERSATION_LEAVE_MS 10000
/* Somebody who could not be called is not called again during this, where texts can be left for
 * him and nobody tells of his presence. */
#define MSNP_CONVERSATION_OFFLINE_MS 600000
#define MSNP_TYPING_INTERVAL_MS      5000
/* Between two nudges of one conversation or chat, and between two that are told of one sender. */
#define MSNP_NUDGE_INTERVAL_MS 10000

typedef enum {
	MSNP_SEND_NORMAL = 0,
	/* An automatic reply: nobody acknowledges it, it is never sent twice and never as an
	 * offline message. Its outcome says only whether it was written. */
	MSNP_SEND_AUTOMATIC = 1 << 0,
} MsnpSendFlags;

#define MSNP_TYPE_CONVERSATION (msnp_conversation_get_type())
G_DECLARE_FINAL_TYPE(MsnpConversation, msnp_conversation, MSNP, CONVERSATION, GObject)

/* The other. */
const char *msnp_conversation_handle(MsnpConversation *conversation);

/* Queues a text (plain UTF-8, any length: it is split as needed); format NULL is the plain one.
 * Errors: MSNP_ERROR codes for messages (with the server's number, if there was one),
 * MSNP_ERROR_NETWORK at sign-off. Texts and nudges complete in the order in which they were queued;
 * only one that is refused (TOO_MUCH: the queue is full; TOO_FAST; ADDRESS) does so at once. Never
 * completes before the call returns. */
void msnp_conversation_send_text_async(MsnpConversation *conversation, const char *text,
				       const MsnpTextFormat *format, MsnpSendFlags flags,
				       GAsyncReadyCallback callback, gpointer data);
gboolean msnp_conversation_send_text_finish(MsnpConversation *conversation, GAsyncResult *result,
					    GError **error);
/* Queues a nudge: one per MSNP_NUDGE_INTERVAL_MS, others are refused with TOO_FAST. Outcomes as of
 * a text, but it is never left as an offline message: then OFFLINE. */
void msnp_conversation_send_nudge_async(MsnpConversation *conversation,
					GAsyncReadyCallback callback, gpointer data);
gboolean msnp_conversation_send_nudge_finish(MsnpConversation *conversation, GAsyncResult *result,
					     GError **error);
/* Calls one more person into the room, which is opened if need be; when he comes it is a chat: the
 * signal "chat-began", before the callback. Errors as of a text: OFFLINE, ADDRESS, TOO_FAST,
 * NOT_DELIVERED, NETWORK. Somebody who is there already is no error. */
void msnp_conversation_invite_async(MsnpConversation *conversation, const char *handle,
				    GAsyncReadyCallback callback, gpointer data);
gboolean msnp_conversation_invite_finish(MsnpConversation *conversation, GAsyncResult *result,
					 GError **error);
/* Tells that the user is typing: at most every MSNP_TYPING_INTERVAL_MS, only in an open room.
 * Returns whether it went out. */
gboolean msnp_conversation_send_typing(MsnpConversation *conversation);
/* The user closed the window: the room is left once the queue is through, at the latest after
 * MSNP_CONVERSATION_LEAVE_MS. */
void msnp_conversation_leave(MsnpConversation *conversation);
