/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a conversation and the set of all conversations know of each other. Only for
 * msnp-conversation.c, msnp-room.c and msnp-conversations.c.
 */
#pragma once

#include "core/msnp-conversations.h"

/* What all conversations of a session share. Owned by the set; a conversation may use it until
 * msnp_conversation_close(). */
typedef struct {
	MsnpConnector *connector;
	MsnpClock *clock;
	char *own_handle;
	const MsnpConversationsHost *host;
	gpointer host_data;
	gint64 hold_until; /* by the clock: before it no new room is asked for */
} MsnpConversationsShared;

MsnpConversationsShared *msnp_conversations_shared(MsnpConversations *set);
/* Rooms of all conversations together. */
guint msnp_conversations_n_rooms(MsnpConversations *set);
void msnp_conversations_close_idle_rooms(MsnpConversations *set);
/* The conversation with somebody, without the outside knowing of it yet. */
MsnpConversation *msnp_conversations_get(MsnpConversations *set, const char *handle);
/* Drops a conversation that has nothing to do and that nobody outside knows. */
void msnp_conversations_prune(MsnpConversations *set, MsnpConversation *conversation);

/* One switchboard as a conversation uses it. */
typedef struct {
	MsnpConversation *conversation; /* whose it is; NULL once it is let go */
	MsnpSwitchboard *sb;
	guint id;
	gboolean own;      /* we have asked for it */
	gboolean was_open; /* it has come to life once */
	gboolean used;     /* a text of ours has gone into it */
	gboolean chat;     /* there has been more than one other in it */
	guint in_flight;
	gint64 last_used; /* by the clock */
	guint idle_timer;
} MsnpRoom;

/* Takes the reference of sb; references of a room are g_rc_box. */
MsnpRoom *msnp_room_new(MsnpConversation *conversation, MsnpSwitchboard *sb, gboolean own);
void msnp_room_unref(MsnpRoom *room);
/* Closes the room and forgets its conversation. The reference stays. */
void msnp_room_let_go(MsnpRoom *room);
/* One of two people with nothing under way. */
gboolean msnp_room_is_idle(MsnpRoom *room);

MsnpConversation *msnp_conversation_new(MsnpConversations *set, const char *handle);
/* The other rings: answer. */
void msnp_conversation_answer(MsnpConversation *conversation, const char *host, guint16 port,
			      const char *cookie, const char *session);
/* Ends everything: the texts fail with reason, before the call returns. */
void msnp_conversation_close(MsnpConversation *conversation, const GError *reason);
guint msnp_conversation_n_rooms(MsnpConversation *conversation);
void msnp_conversation_close_idle_rooms(MsnpConversation *conversation);
/* Nothing under way, and never told to the outside. */
gboolean msnp_conversation_is_superfluous(MsnpConversation *conversation);
/* The outside has, or is about to get, a pointer to it. */
void msnp_conversation_set_known(MsnpConversation *conversation);

/* What a room tells its conversation. */
void msnp_conversation_room_changed(MsnpConversation *conversation);
void msnp_conversation_room_message(MsnpConversation *conversation, MsnpRoom *room,
				    const char *handle, const char *name, MsnpMessage *message);
void msnp_conversation_room_joined(MsnpConversation *conversation, const char *handle,
				   const char *name);
void msnp_conversation_room_left(MsnpConversation *conversation, const char *handle);
/* Gives the room to the conversation of somebody who is in it. */
void msnp_conversation_room_moved(MsnpConversation *conversation, MsnpRoom *room,
				  const char *handle);
void msnp_conversation_room_idle(MsnpConversation *conversation, MsnpRoom *room);
