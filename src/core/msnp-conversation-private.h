/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What conversations, chats, their rooms and the set of all of them know of each other. Only for
 * msnp-conversation*.c, msnp-chat.c, msnp-room*.c and msnp-incoming.c.
 */
#pragma once

#include "core/msnp-conversations.h"
#include "core/msnp-outbox.h"
#include "core/msnp-rate.h"
#include "wire/msnp-chunks.h"

/* A text is begun in so many rooms at most (switchboard.md 15, rule 3). */
#define MSNP_CONVERSATION_ATTEMPTS 2
#define MSNP_CHAT_ATTEMPTS         1

/* What all conversations of a session share. Owned by the set; a conversation may use it until
 * msnp_conversation_close(). */
typedef struct {
	MsnpConnector *connector;
	MsnpConnector *gateway; /* to rooms that take no direct connection; NULL: there is none */
	MsnpClock *clock;
	MsnpRandom *random;
	char *own_handle;
	const MsnpConversationsHost *host;
	gpointer host_data;
	gint64 hold_until;   /* by the clock: before it no new room is asked for */
	GHashTable *offline; /* handle -> gint64 *until when, by the clock */
	MsnpRate *rings, *nudges, *declines, *cookies;
} MsnpConversationsShared;

MsnpConversationsShared *msnp_conversations_shared(MsnpConversations *set);
/* By the last parameter of XFR and RNG: switchboard.md 1.1. */
MsnpConnector *msnp_conversations_connector(MsnpConversationsShared *shared, const char *direct);
/* Whether one more room may be opened; closes idle ones if need be. */
gboolean msnp_conversations_have_room(MsnpConversations *set);
void msnp_conversations_close_idle_rooms(MsnpConversations *set);
/* After a refusal for being too fast. */
void msnp_conversations_hold(MsnpConversations *set);
/* Somebody could not be called, or was heard of. */
void msnp_conversations_note_offline(MsnpConversations *set, const char *handle);
void msnp_conversations_note_online(MsnpConversations *set, const char *handle);
gboolean msnp_conversations_is_offline(MsnpConversations *set, const char *handle);
/* The conversation with somebody, without the outside knowing of it yet. */
MsnpConversation *msnp_conversations_get(MsnpConversations *set, const char *handle);
/* Drops a conversation that has nothing to do and that nobody outside knows. */
void msnp_conversations_prune(MsnpConversations *set, MsnpConversation *conversation);
void msnp_conversations_add_chat(MsnpConversations *set, MsnpChat *chat);
void msnp_conversations_remove_chat(MsnpConversations *set, MsnpChat *chat);

/* One switchboard as a conversation or a chat uses it: msnp-room.c, msnp-room-send.c. */

typedef struct _MsnpRoom MsnpRoom;

/* What a room tells the one whose it is. */
typedef struct {
	/* Something is to be looked at: its state, or an outcome. */
	void (*changed)(gpointer owner, MsnpRoom *room);
	/* It has come to life, with whoever is there. */
	void (*opened)(gpointer owner, MsnpRoom *room);
	/* Afterwards. */
	void (*joined)(gpointer owner, MsnpRoom *room, const char *handle, const char *name);
	void (*left)(gpointer owner, MsnpRoom *room, const char *handle, gboolean idle);
	/* A whole message that can be shown. */
	void (*message)(gpointer owner, MsnpRoom *room, const char *handle, const char *name,
			MsnpMessage *message, const MsnpContent *content);
	void (*typing)(gpointer owner, MsnpRoom *room, const char *handle);
	/* Nobody has used it for a while; or it has not acknowledged a text in time. */
	void (*idle)(gpointer owner, MsnpRoom *room);
	void (*dead)(gpointer owner, MsnpRoom *room);
} MsnpRoomOwner;

struct _MsnpRoom {
	const MsnpRoomOwner *type;
	gpointer owner; /* not owned; NULL once it is let go */
	MsnpConversationsShared *shared;
	MsnpSwitchboard *sb;
	MsnpChunks *chunks;
	guint chunks_timer;
	guint id;
	char *inviter;     /* who has rung for us; NULL: we have asked for it */
	gboolean was_open; /* it has come to life once */
	gboolean used;     /* a text of ours has gone into it */
	gboolean parting;  /* we leave it: good for what still comes only */
	guint in_flight;
	gint64 last_used; /* by the clock */
	guint idle_timer;
};

/* Takes the reference of sb; references of a room are g_rc_box. */
MsnpRoom *msnp_room_new(MsnpConversationsShared *shared, MsnpSwitchboard *sb, const char *inviter,
			const MsnpRoomOwner *type, gpointer owner);
void msnp_room_unref(MsnpRoom *room);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpRoom, msnp_room_unref)
void msnp_room_set_owner(MsnpRoom *room, const MsnpRoomOwner *type, gpointer owner);
/* Closes the room and forgets whose it is. The reference stays. */
void msnp_room_let_go(MsnpRoom *room);
/* Leaves the room, and keeps the owner until what was on its way has come. FALSE: nothing was. */
gboolean msnp_room_part(MsnpRoom *room);
/* Open, with nothing and nobody under way. */
gboolean msnp_room_is_idle(MsnpRoom *room);
/* Closed, empty, or about to be told so: of no use any more. A link that is lost tells the last
 * commands first: then it is not over yet. */
gboolean msnp_room_is_over(MsnpRoom *room);
/* Sends all that waits; the outcomes go into the outbox, which is told. */
void msnp_room_send_waiting(MsnpRoom *room, MsnpOutbox *outbox);

/* Why no nudge can be sent now; else NULL, and the time is noted. */
GError *msnp_nudge_refusal(MsnpClock *clock, gint64 *last);

/* What comes into a room: msnp-incoming.c. Not after the room is let go. */
void msnp_incoming_take(MsnpRoom *room, const char *handle, const char *name, MsnpMessage *message);
/* FALSE for what is not for the outside. */
gboolean msnp_incoming_is_wanted(MsnpConversationsShared *shared, const char *handle,
				 const MsnpMessage *message, const MsnpContent *content);

/* Asking for a room of our own: msnp-room-request.c. */

typedef struct _MsnpRoomRequest MsnpRoomRequest;
/* sb: a reference; NULL with an error. */
typedef void (*MsnpRoomRequestDone)(gpointer data, MsnpSwitchboard *sb, const GError *error);
/* Never done before the call returns; callees: NULL-terminated. */
MsnpRoomRequest *msnp_room_request_new(MsnpConversationsShared *shared, const char *const *callees,
				       MsnpRoomRequestDone done, gpointer data);
/* Given up or done with: done is not called any more. */
void msnp_room_request_free(MsnpRoomRequest *request);

/* msnp-conversation.c */

MsnpConversation *msnp_conversation_new(MsnpConversations *set, const char *handle);
/* The other rings: answer. */
void msnp_conversation_answer(MsnpConversation *conversation, MsnpConnector *connector,
			      const char *host, guint16 port, const char *cookie,
			      const char *session);
/* A message by another way than a room. */
void msnp_conversation_take(MsnpConversation *conversation, const char *handle, const char *name,
			    MsnpMessage *message, const MsnpContent *content);
/* Ends everything: the texts fail with reason, before the call returns. */
void msnp_conversation_close(MsnpConversation *conversation, const GError *reason);
/* Without those that are being left. */
guint msnp_conversation_n_rooms(MsnpConversation *conversation);
void msnp_conversation_close_idle_rooms(MsnpConversation *conversation);
/* Looks at everything again, in a later turn. */
void msnp_conversation_wake(MsnpConversation *conversation);
/* Nothing under way, and never told to the outside. */
gboolean msnp_conversation_is_superfluous(MsnpConversation *conversation);
/* The outside has, or is about to get, a pointer to it. */
void msnp_conversation_set_known(MsnpConversation *conversation);

/* msnp-chat.c */

/* Takes over a room that is open, and tells that the chat began. */
void msnp_chat_begin(MsnpConversations *set, MsnpRoom *room, MsnpConversation *from,
		     const char *by);
/* A chat that nobody is in yet: asks for a room and calls. handles are valid, one at least. */
void msnp_chat_open(MsnpConversations *set, const char *const *handles,
		    GAsyncReadyCallback callback, gpointer data);
/* Whether the outside has been told of it, and not of its end. */
gboolean msnp_chat_is_live(MsnpChat *chat);
/* Ends everything, as msnp_conversation_close(). */
void msnp_chat_close(MsnpChat *chat, const GError *reason);
guint msnp_chat_n_rooms(MsnpChat *chat);

/* The ways that need no room: msnp-conversation-ways.c. outbox is the conversation's. */

gboolean msnp_conversation_is_federated(MsnpConversation *conversation);
/* What waits goes as UUM. */
void msnp_conversation_send_federated(MsnpConversation *conversation, MsnpOutbox *outbox);
/* The next text is left for the other, as soon as nothing else is under way; what cannot be left
 * fails as OFFLINE. */
void msnp_conversation_send_offline(MsnpConversation *conversation, MsnpOutbox *outbox);
/* NULL once the conversation is closed. */
MsnpConversationsShared *msnp_conversation_shared(MsnpConversation *conversation);
