/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inside of a conversation. Only for msnp-conversation.c and msnp-conversation-user.c.
 */
#pragma once

#include "core/msnp-conversation-private.h"
#include "core/msnp-invites.h"

struct _MsnpConversation {
	GObject parent;
	char *handle;
	MsnpConversations *set; /* not owned; NULL once closed */
	MsnpOutbox *outbox;
	MsnpInvites *invites;
	GPtrArray *rooms; /* MsnpRoom */
	guint work;       /* the source of work() */

	MsnpRoomRequest *asking; /* XFR is under way */
	GError *failure;         /* of XFR, to be looked at */
	guint pause;             /* the timer before the next XFR */
	gboolean retried;        /* the room that is wanted now was refused, lost or left once */

	gboolean known, leaving;
	guint leave_timer;
	gint64 last_typing, last_nudge;
};

/* The open room with the other in it that was used last; NULL if there is none. */
MsnpRoom *msnp_conversation_room_to_use(MsnpConversation *conversation);
/* The window is open again. */
void msnp_conversation_stop_leaving(MsnpConversation *conversation);
