/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What comes into a room: parts are put together, invitations declined, floods and what nobody can
 * show kept out. See msnp-conversation-private.h. Source: switchboard.md 6, 7, 10, 12.
 */
#include "core/msnp-conversation-private.h"
#include "util/msnp-log.h"

static gboolean give_up_parts(gpointer data);

static void
await_parts(MsnpRoom *room)
{
	MsnpClock *clock = msnp_switchboard_clock(room->sb);
	gint64 deadline = msnp_chunks_deadline(room->chunks);
	gint64 left = MAX(deadline - msnp_clock_now(clock), 0);

	msnp_clock_remove(clock, &room->chunks_timer);
	if (deadline >= 0)
		room->chunks_timer = msnp_clock_add(
		    clock, (guint)(left / G_TIME_SPAN_MILLISECOND + 1), give_up_parts, room);
}

static gboolean
give_up_parts(gpointer data)
{
	MsnpRoom *room = data;

	room->chunks_timer = 0;
	msnp_chunks_expire(room->chunks, msnp_clock_now(msnp_switchboard_clock(room->sb)));
	await_parts(room);
	return G_SOURCE_REMOVE;
}

/* Once for each invitation, so that the other side does not wait; in a room of two only, since the
 * answer names nobody. Returns whether the answer went out. */
static gboolean
decline(MsnpRoom *room, const char *handle, const MsnpInvitation *invitation)
{
	g_autoptr(MsnpMessage) answer =
	    msnp_invitation_decline(invitation, MSNP_DECLINE_NOT_INSTALLED);
	g_autofree char *key = g_strconcat(handle, " ", invitation->cookie, NULL);
	MsnpConversationsShared *shared = room->shared;
	gint64 now = msnp_clock_now(shared->clock);

	return answer && msnp_switchboard_state(room->sb) == MSNP_SB_OPEN &&
	       msnp_switchboard_n_others(room->sb) == 1 && msnp_switchboard_has(room->sb, handle) &&
	       msnp_rate_take(shared->declines, handle, now) &&
	       msnp_rate_take(shared->cookies, key, now) &&
	       msnp_switchboard_send_unacked(room->sb, answer);
}

/* Pictures and files travel in these; until they are understood they are for nobody. */
static void
take_p2p(const char *handle)
{
	msnp_debug("incoming", "p2p of %s is not taken", handle);
}

gboolean
msnp_incoming_is_wanted(MsnpConversationsShared *shared, const char *handle,
			const MsnpMessage *message, const MsnpContent *content)
{
	switch (content->kind) {
	case MSNP_CONTENT_P2P:
		take_p2p(handle);
		return FALSE;
	case MSNP_CONTENT_UNKNOWN:
		msnp_info("incoming", "a message of type %s is not shown",
			  msnp_message_type(message));
		return FALSE;
	case MSNP_CONTENT_NOTHING:
	case MSNP_CONTENT_TYPING:
		return FALSE;
	case MSNP_CONTENT_NUDGE:
		return msnp_rate_take(shared->nudges, handle, msnp_clock_now(shared->clock));
	default:
		return TRUE;
	}
}

static void
take_whole(MsnpRoom *room, const char *handle, const char *name, MsnpMessage *message)
{
	g_autoptr(MsnpContent) content = msnp_content_read(message, handle);

	if (content->kind == MSNP_CONTENT_INVITATION)
		content->invitation->declined = decline(room, handle, content->invitation);
	if (content->kind == MSNP_CONTENT_TYPING && room->type->typing)
		room->type->typing(room->owner, room, handle);
	else if (msnp_incoming_is_wanted(room->shared, handle, message, content))
		room->type->message(room->owner, room, handle, name, message, content);
}

void
msnp_incoming_take(MsnpRoom *room, const char *handle, const char *name, MsnpMessage *message)
{
	g_autoptr(MsnpMessage) whole = NULL;
	MsnpChunksAnswer answer = msnp_chunks_add(room->chunks, handle, message,
						  msnp_clock_now(room->shared->clock), &whole);

	await_parts(room);
	if (answer == MSNP_CHUNKS_DROPPED)
		msnp_info("incoming", "a part of a message fits nowhere");
	if (whole)
		take_whole(room, handle, name, whole);
}
