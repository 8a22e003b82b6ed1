/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A switchboard as a conversation or a chat uses it: when it lives, when it is idle, and what
 * happens in it. Tells the one whose it is. See msnp-conversation-private.h.
 */
#include "core/msnp-conversation-private.h"

static void
clear(gpointer data)
{
	MsnpRoom *room = data;

	msnp_room_let_go(room);
	msnp_chunks_free(room->chunks);
	g_free(room->inviter);
	g_object_unref(room->sb);
}

void
msnp_room_unref(MsnpRoom *room)
{
	g_rc_box_release_full(room, clear);
}

/* By the switchboard's own clock: a room may outlive the set. */
static MsnpClock *
clock_of(MsnpRoom *room)
{
	return msnp_switchboard_clock(room->sb);
}

gboolean
msnp_room_is_idle(MsnpRoom *room)
{
	return msnp_switchboard_state(room->sb) == MSNP_SB_OPEN && !room->in_flight &&
	       !msnp_switchboard_is_calling(room->sb);
}

gboolean
msnp_room_is_over(MsnpRoom *room)
{
	MsnpSwitchboardState state = msnp_switchboard_state(room->sb);

	return state == MSNP_SB_EMPTY ||
	       (state == MSNP_SB_CLOSED && msnp_switchboard_error(room->sb));
}

static gboolean
look_at_idleness(gpointer data)
{
	g_autoptr(MsnpRoom) room = g_rc_box_acquire(data);
	gint64 left =
	    MSNP_CONVERSATION_IDLE_MS - msnp_switchboard_idle(room->sb) / G_TIME_SPAN_MILLISECOND;

	room->idle_timer = 0;
	if (left <= 0 && msnp_room_is_idle(room))
		room->type->idle(room->owner, room);
	if (room->owner && !room->parting)
		room->idle_timer = msnp_clock_add(
		    clock_of(room), left > 0 ? (guint)left : MSNP_CONVERSATION_IDLE_MS,
		    look_at_idleness, room);
	return G_SOURCE_REMOVE;
}

static void
come_to_life(MsnpRoom *room)
{
	room->was_open = TRUE;
	room->last_used = msnp_clock_now(clock_of(room));
	if (room->type->idle)
		room->idle_timer = msnp_clock_add(clock_of(room), MSNP_CONVERSATION_IDLE_MS,
						  look_at_idleness, room);
	room->type->opened(room->owner, room);
}

static void
on_state(G_GNUC_UNUSED MsnpSwitchboard *sb, gpointer data)
{
	g_autoptr(MsnpRoom) room = g_rc_box_acquire(data);

	if (msnp_switchboard_state(room->sb) == MSNP_SB_OPEN && !room->was_open)
		come_to_life(room);
	if (room->owner)
		room->type->changed(room->owner, room);
}

/* Who was there when it opened is told then. */
static void
on_joined(G_GNUC_UNUSED MsnpSwitchboard *sb, const char *handle, const char *name, gpointer data)
{
	g_autoptr(MsnpRoom) room = g_rc_box_acquire(data);

	if (room->was_open)
		room->type->joined(room->owner, room, handle, name);
}

static void
on_left(G_GNUC_UNUSED MsnpSwitchboard *sb, const char *handle, gboolean idle, gpointer data)
{
	g_autoptr(MsnpRoom) room = g_rc_box_acquire(data);

	msnp_chunks_forget(room->chunks, handle);
	if (room->was_open && room->type->left)
		room->type->left(room->owner, room, handle, idle);
}

static void
on_message(G_GNUC_UNUSED MsnpSwitchboard *sb, const char *handle, const char *name,
	   MsnpMessage *message, gpointer data)
{
	g_autoptr(MsnpRoom) room = g_rc_box_acquire(data);

	room->last_used = msnp_clock_now(clock_of(room));
	msnp_incoming_take(room, handle, name, message);
}

MsnpRoom *
msnp_room_new(MsnpConversationsShared *shared, MsnpSwitchboard *sb, const char *inviter,
	      const MsnpRoomOwner *type, gpointer owner)
{
	static guint last_id;
	MsnpRoom *room = g_rc_box_new0(MsnpRoom);

	room->type = type;
	room->owner = owner;
	room->shared = shared;
	room->sb = sb;
	room->chunks = msnp_chunks_new();
	room->id = ++last_id;
	room->inviter = g_strdup(inviter);
	g_signal_connect(sb, "state", G_CALLBACK(on_state), room);
	g_signal_connect(sb, "joined", G_CALLBACK(on_joined), room);
	g_signal_connect(sb, "left", G_CALLBACK(on_left), room);
	g_signal_connect(sb, "message", G_CALLBACK(on_message), room);
	return room;
}

void
msnp_room_set_owner(MsnpRoom *room, const MsnpRoomOwner *type, gpointer owner)
{
	room->type = type;
	room->owner = owner;
	/* A chat is never idle: we would leave it. */
	if (!type->idle)
		msnp_clock_remove(clock_of(room), &room->idle_timer);
}

gboolean
msnp_room_part(MsnpRoom *room)
{
	if (room->parting)
		return TRUE;
	room->parting = TRUE;
	msnp_clock_remove(clock_of(room), &room->idle_timer);
	return msnp_switchboard_part(room->sb);
}

void
msnp_room_let_go(MsnpRoom *room)
{
	g_signal_handlers_disconnect_by_data(room->sb, room);
	msnp_clock_remove(clock_of(room), &room->idle_timer);
	msnp_clock_remove(clock_of(room), &room->chunks_timer);
	room->owner = NULL;
	room->shared = NULL;
	msnp_switchboard_close(room->sb);
}
