/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A chat: one room in which more than one other person is or was, or that was opened as one. It
 * lives as long as the room: it is a chat also with one person left, and is never closed for
 * idleness, since nobody could come back into it. What happens in it the set tells by its signals
 * "chat-..." (msnp-conversations.h). Source: switchboard.md 4; lessons 129 to 135.
 */
#pragma once

#include "core/msnp-conversation.h"

#define MSNP_TYPE_CHAT (msnp_chat_get_type())
G_DECLARE_FINAL_TYPE(MsnpChat, msnp_chat, MSNP, CHAT, GObject)

typedef struct {
	char *handle; /* normalised */
	char *name;   /* clean text; may be empty */
} MsnpChatMember;

/* Above 0, and no other chat of this process has it, whatever the account. */
int msnp_chat_id(MsnpChat *chat);
/* The others, MsnpChatMember in the order of coming; of an ended chat: who was there last, so that
 * a new one can be offered. The array is the chat's, valid until its next signal. */
const GPtrArray *msnp_chat_members(MsnpChat *chat);

/* As of a conversation, with the same outcomes; but there is only the one room, so what nobody has
 * read is not sent again: NOT_DELIVERED. */
void msnp_chat_send_text_async(MsnpChat *chat, const char *text, const MsnpTextFormat *format,
			       MsnpSendFlags flags, GAsyncReadyCallback callback, gpointer data);
gboolean msnp_chat_send_text_finish(MsnpChat *chat, GAsyncResult *result, GError **error);
void msnp_chat_send_nudge_async(MsnpChat *chat, GAsyncReadyCallback callback, gpointer data);
gboolean msnp_chat_send_nudge_finish(MsnpChat *chat, GAsyncResult *result, GError **error);
/* Completes when that one has come (after "chat-joined"), or will not: errors as of
 * msnp_conversation_invite_async(). */
void msnp_chat_invite_async(MsnpChat *chat, const char *handle, GAsyncReadyCallback callback,
			    gpointer data);
gboolean msnp_chat_invite_finish(MsnpChat *chat, GAsyncResult *result, GError **error);
/* No more signals but "chat-ended", which comes when the queue is through, at the latest after
 * MSNP_CONVERSATION_LEAVE_MS. */
void msnp_chat_leave(MsnpChat *chat);
