/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A switchboard as a conversation uses it: whose it is, whether it is a chat, when it is idle.
 * Tells its conversation what happens in it. See msnp-conversation-private.h.
 */
#include "core/msnp-conversation-private.h"

static MsnpRoom *
ref(MsnpRoom *room)
{
	return g_rc_box_acquire(room);
}

static void
clear(gpointer data)
{
	MsnpRoom *room = data;

	msnp_room_let_go(room);
	g_object_unref(room->sb);
}

void
msnp_room_unref(MsnpRoom *room)
{
	g_rc_box_release_full(room, clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpRoom, msnp_room_unref)

static MsnpClock *
clock_of(MsnpRoom *room)
{
	return msnp_switchboard_clock(room->sb);
}

gboolean
msnp_room_is_idle(MsnpRoom *room)
{
	return msnp_switchboard_state(room->sb) == MSNP_SB_OPEN && !room->chat && !room->in_flight;
}

/* An idle room of two is closed; one with more people never: we would leave the chat. */
static gboolean
look_at_idleness(gpointer data)
{
	g_autoptr(MsnpRoom) room = ref(data);
	gint64 left =
	    MSNP_CONVERSATION_IDLE_MS - msnp_switchboard_idle(room->sb) / G_TIME_SPAN_MILLISECOND;

	room->idle_timer = 0;
	if (left <= 0 && msnp_room_is_idle(room)) {
		msnp_conversation_room_idle(room->conversation, room);
		return G_SOURCE_REMOVE;
	}
	room->idle_timer =
	    msnp_clock_add(clock_of(room), left > 0 ? (guint)left : MSNP_CONVERSATION_IDLE_MS,
			   look_at_idleness, room);
	return G_SOURCE_REMOVE;
}

static void
tell_who_else_is_there(MsnpRoom *room)
{
	const char *const *roster = msnp_switchboard_roster(room->sb);

	for (guint i = 0; room->conversation && roster[i]; i++) {
		if (!g_str_equal(roster[i], msnp_conversation_handle(room->conversation)))
			msnp_conversation_room_joined(room->conversation, roster[i],
						      msnp_switchboard_name(room->sb, roster[i]));
	}
}

/* A room without the one whose conversation it is goes to the conversation of one who is there. */
static gboolean
move_if_needed(MsnpRoom *room)
{
	const char *const *roster = msnp_switchboard_roster(room->sb);
	g_autofree char *first = NULL;

	if (msnp_switchboard_state(room->sb) != MSNP_SB_OPEN || !roster[0] ||
	    msnp_switchboard_has(room->sb, msnp_conversation_handle(room->conversation)))
		return FALSE;
	first = g_strdup(roster[0]);
	msnp_conversation_room_moved(room->conversation, room, first);
	tell_who_else_is_there(room);
	return TRUE;
}

static void
come_to_life(MsnpRoom *room)
{
	room->was_open = TRUE;
	room->last_used = msnp_clock_now(clock_of(room));
	room->idle_timer =
	    msnp_clock_add(clock_of(room), MSNP_CONVERSATION_IDLE_MS, look_at_idleness, room);
	room->chat = msnp_switchboard_n_others(room->sb) > 1;
	if (!move_if_needed(room) && room->chat)
		tell_who_else_is_there(room);
}

static void
on_state(G_GNUC_UNUSED MsnpSwitchboard *sb, gpointer data)
{
	g_autoptr(MsnpRoom) room = ref(data);

	if (msnp_switchboard_state(room->sb) == MSNP_SB_OPEN && !room->was_open)
		come_to_life(room);
	if (room->conversation)
		msnp_conversation_room_changed(room->conversation);
}

/* With the second other person it becomes a chat. Who was there when it opened is told then. */
static void
on_joined(MsnpSwitchboard *sb, const char *handle, const char *name, gpointer data)
{
	g_autoptr(MsnpRoom) room = ref(data);

	if (!room->was_open || msnp_switchboard_n_others(sb) < 2)
		return;
	room->chat = TRUE;
	msnp_conversation_room_joined(room->conversation, handle, name);
}

static void
on_left(G_GNUC_UNUSED MsnpSwitchboard *sb, const char *handle, G_GNUC_UNUSED gboolean idle,
	gpointer data)
{
	g_autoptr(MsnpRoom) room = ref(data);

	if (room->chat)
		msnp_conversation_room_left(room->conversation, handle);
	if (room->conversation)
		move_if_needed(room);
}

static void
on_message(MsnpSwitchboard *sb, const char *handle, const char *name, MsnpMessage *message,
	   gpointer data)
{
	g_autoptr(MsnpRoom) room = ref(data);

	room->last_used = msnp_clock_now(msnp_switchboard_clock(sb));
	msnp_conversation_room_message(room->conversation, room, handle, name, message);
}

MsnpRoom *
msnp_room_new(MsnpConversation *conversation, MsnpSwitchboard *sb, gboolean own)
{
	static guint last_id;
	MsnpRoom *room = g_rc_box_new0(MsnpRoom);

	room->conversation = conversation;
	room->sb = sb;
	room->id = ++last_id;
	room->own = own;
	g_signal_connect(sb, "state", G_CALLBACK(on_state), room);
	g_signal_connect(sb, "joined", G_CALLBACK(on_joined), room);
	g_signal_connect(sb, "left", G_CALLBACK(on_left), room);
	g_signal_connect(sb, "message", G_CALLBACK(on_message), room);
	return room;
}

void
msnp_room_let_go(MsnpRoom *room)
{
	g_signal_handlers_disconnect_by_data(room->sb, room);
	msnp_clock_remove(clock_of(room), &room->idle_timer);
	msnp_switchboard_close(room->sb);
	room->conversation = NULL;
}
