/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One conversation. Whatever happens (a text is queued, a room changes, an answer comes) only notes
 * it and asks for work(), which runs in a turn of its own, looks at the whole and does the next
 * step: so there is one place that decides, and nobody is called back from where he did not expect.
 */
#include "core/msnp-conversation.h"

#include "core/msnp-conversation-own.h"
#include "core/msnp-error.h"
#include "core/msnp-room-error.h"
#include "net/msnp-link.h"
#include "util/msnp-log.h"
#include "wire/msnp-address.h"
#include "wire/msnp-errcode.h"

G_DEFINE_TYPE(MsnpConversation, msnp_conversation, G_TYPE_OBJECT)

MsnpConversationsShared *
msnp_conversation_shared(MsnpConversation *conversation)
{
	return conversation->set ? msnp_conversations_shared(conversation->set) : NULL;
}

static MsnpClock *
clock_of(MsnpConversation *conversation)
{
	return msnp_conversation_shared(conversation)->clock;
}

/* Rooms */

MsnpRoom *
msnp_conversation_room_to_use(MsnpConversation *conversation)
{
	MsnpRoom *best = NULL;

	for (guint i = 0; i < conversation->rooms->len; i++) {
		MsnpRoom *room = conversation->rooms->pdata[i];

		if (msnp_switchboard_state(room->sb) == MSNP_SB_OPEN &&
		    msnp_switchboard_has(room->sb, conversation->handle) &&
		    (!best || room->last_used >= best->last_used))
			best = room;
	}
	return best;
}

static gboolean
a_room_is_coming(MsnpConversation *conversation)
{
	if (conversation->asking || conversation->pause)
		return TRUE;
	for (guint i = 0; i < conversation->rooms->len; i++) {
		MsnpRoom *room = conversation->rooms->pdata[i];

		if (msnp_switchboard_state(room->sb) < MSNP_SB_OPEN)
			return TRUE;
	}
	return FALSE;
}

static gboolean
something_waits(MsnpConversation *conversation)
{
	return msnp_outbox_peek(conversation->outbox) != MSNP_OUT_NOTHING ||
	       msnp_invites_are_waiting(conversation->invites);
}

static void
drop_room(MsnpConversation *conversation, MsnpRoom *room)
{
	msnp_room_let_go(room);
	g_ptr_array_remove(conversation->rooms, room);
}

static void
leave_room(MsnpConversation *conversation, MsnpRoom *room)
{
	if (!msnp_room_part(room))
		drop_room(conversation, room);
}

static void
leave_all_rooms(MsnpConversation *conversation)
{
	for (guint i = conversation->rooms->len; i-- > 0;)
		leave_room(conversation, conversation->rooms->pdata[i]);
}

static void
drop_all_rooms(MsnpConversation *conversation)
{
	while (conversation->rooms->len)
		drop_room(conversation, conversation->rooms->pdata[0]);
}

/* No room was to be had */

static gboolean
end_pause(gpointer data)
{
	MsnpConversation *conversation = data;

	conversation->pause = 0;
	msnp_conversation_wake(conversation);
	return G_SOURCE_REMOVE;
}

static void
pause_for(MsnpConversation *conversation, guint ms)
{
	conversation->pause = msnp_clock_add(clock_of(conversation), ms, end_pause, conversation);
}

static gboolean
can_leave_texts(MsnpConversation *conversation)
{
	return msnp_conversation_shared(conversation)->host->send_offline_async != NULL;
}

static void
give_up(MsnpConversation *conversation, const GError *error)
{
	msnp_invites_fail_waiting(conversation->invites, error);
	if (error->code == MSNP_ERROR_OFFLINE && can_leave_texts(conversation))
		msnp_conversations_note_offline(conversation->set, conversation->handle);
	else
		msnp_outbox_fail_waiting(conversation->outbox, error);
}

/* The room that we asked for has failed before anybody came. */
static void
room_failed(MsnpConversation *conversation, const GError *cause)
{
	g_autoptr(GError) error = msnp_room_error_for_texts(cause);
	guint pause_ms;

	msnp_info("conversation", "no room: %s", cause->message);
	if (error->code == MSNP_ERROR_TOO_FAST)
		msnp_conversations_hold(conversation->set);
	/* Another room may still take the queue, or does already. */
	if (msnp_conversation_room_to_use(conversation) || a_room_is_coming(conversation))
		return;
	if (!conversation->retried && msnp_room_error_is_worth_a_retry(cause, &pause_ms)) {
		conversation->retried = TRUE;
		if (g_error_matches(cause, MSNP_SERVER_ERROR, 714))
			msnp_conversations_close_idle_rooms(conversation->set);
		if (pause_ms)
			pause_for(conversation, pause_ms);
		return;
	}
	conversation->retried = FALSE;
	give_up(conversation, error);
}

/* Asking for a room */

static const MsnpRoomOwner room_owner;

static void
room_answered(gpointer data, MsnpSwitchboard *sb, const GError *error)
{
	MsnpConversation *conversation = data;

	g_clear_pointer(&conversation->asking, msnp_room_request_free);
	if (sb)
		g_ptr_array_add(conversation->rooms,
				msnp_room_new(msnp_conversation_shared(conversation), sb, NULL,
					      &room_owner, conversation));
	else
		conversation->failure = g_error_copy(error);
	msnp_conversation_wake(conversation);
}

static void
ask_for_room(MsnpConversation *conversation)
{
	MsnpConversationsShared *shared = msnp_conversation_shared(conversation);
	const char *callees[] = { conversation->handle, NULL };
	gint64 hold = shared->hold_until - msnp_clock_now(shared->clock);

	if (hold > 0) {
		pause_for(conversation, (guint)(hold / G_TIME_SPAN_MILLISECOND + 1));
	} else if (!msnp_conversations_have_room(conversation->set)) {
		g_autoptr(GError) error =
		    msnp_error_new(MSNP_ERROR_TOO_FAST, 0, "too many rooms are open");

		give_up(conversation, error);
	} else {
		conversation->asking =
		    msnp_room_request_new(shared, callees, room_answered, conversation);
	}
}

/* The work */

/* Why a room that is over was of no use: it failed before anybody came, or nobody stayed for long
 * enough to be sent what waits. NULL for any other. */
static GError *
reason_of_uselessness(MsnpConversation *conversation, MsnpRoom *room)
{
	const GError *error = msnp_switchboard_error(room->sb);

	if (room->inviter || room->used || room->parting)
		return NULL;
	if (!room->was_open && error)
		return g_error_copy(error);
	if (!something_waits(conversation))
		return NULL;
	return g_error_new_literal(MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED, "nobody has stayed");
}

/* Rooms that are over: forget them, and see what that means for the queue. */
static void
reap_rooms(MsnpConversation *conversation)
{
	for (guint i = 0; i < conversation->rooms->len;) {
		MsnpRoom *room = conversation->rooms->pdata[i];
		g_autoptr(GError) cause = NULL;

		if (!msnp_room_is_over(room)) {
			i++;
			continue;
		}
		cause = reason_of_uselessness(conversation, room);
		drop_room(conversation, room);
		if (cause)
			room_failed(conversation, cause);
	}
}

static void
serve_in_room(MsnpConversation *conversation, MsnpRoom *room)
{
	/* What is under way in another room may come back to be sent again, and goes first. */
	if (msnp_outbox_in_flight(conversation->outbox) == room->in_flight &&
	    something_waits(conversation)) {
		conversation->retried = FALSE;
		msnp_room_send_waiting(room, conversation->outbox);
	}
	/* Texts that were written before somebody was called are not for him. */
	if (msnp_outbox_peek(conversation->outbox) == MSNP_OUT_NOTHING)
		msnp_invites_call(conversation->invites, room->sb);
}

static void
serve_federated(MsnpConversation *conversation)
{
	g_autoptr(GError) error =
	    msnp_error_new(MSNP_ERROR_ADDRESS, 0, "no rooms with another network");

	msnp_invites_fail_waiting(conversation->invites, error);
	msnp_conversation_send_federated(conversation, conversation->outbox);
}

static void
serve_queue(MsnpConversation *conversation)
{
	MsnpRoom *room = msnp_conversation_room_to_use(conversation);

	if (!something_waits(conversation))
		return;
	if (msnp_conversation_is_federated(conversation))
		serve_federated(conversation);
	else if (room)
		serve_in_room(conversation, room);
	else if (a_room_is_coming(conversation))
		return;
	else if (can_leave_texts(conversation) &&
		 !msnp_invites_are_waiting(conversation->invites) &&
		 msnp_conversations_is_offline(conversation->set, conversation->handle))
		msnp_conversation_send_offline(conversation, conversation->outbox);
	else
		ask_for_room(conversation);
}

/* The window is closed, and everything is through. */
static void
finish_leaving(MsnpConversation *conversation)
{
	if (!conversation->leaving || !msnp_outbox_is_empty(conversation->outbox) ||
	    !msnp_invites_are_empty(conversation->invites))
		return;
	conversation->leaving = FALSE;
	msnp_clock_remove(clock_of(conversation), &conversation->leave_timer);
	leave_all_rooms(conversation);
}

static gboolean
work(gpointer data)
{
	g_autoptr(MsnpConversation) conversation = g_object_ref(data);
	g_autoptr(GError) failure = g_steal_pointer(&conversation->failure);

	conversation->work = 0;
	if (failure)
		room_failed(conversation, failure);
	reap_rooms(conversation);
	serve_queue(conversation);
	msnp_outbox_settle(conversation->outbox);
	if (conversation->set)
		msnp_invites_settle(conversation->invites);
	if (!conversation->set || conversation->work)
		return G_SOURCE_REMOVE;
	finish_leaving(conversation);
	msnp_conversations_prune(conversation->set, conversation);
	return G_SOURCE_REMOVE;
}

void
msnp_conversation_wake(MsnpConversation *conversation)
{
	if (conversation->set && !conversation->work)
		conversation->work = g_idle_add_full(G_PRIORITY_DEFAULT, work, conversation, NULL);
}

/* Leaving */

void
msnp_conversation_stop_leaving(MsnpConversation *conversation)
{
	conversation->leaving = FALSE;
	if (conversation->set)
		msnp_clock_remove(clock_of(conversation), &conversation->leave_timer);
}

/* What is not acknowledged by now need not be waited for. A room that has not opened yet has its
 * own deadlines. */
static gboolean
leave_open_rooms(gpointer data)
{
	MsnpConversation *conversation = data;

	for (guint i = conversation->rooms->len; i-- > 0;) {
		MsnpRoom *room = conversation->rooms->pdata[i];

		if (room->was_open)
			leave_room(conversation, room);
	}
	msnp_conversation_wake(conversation);
	return G_SOURCE_CONTINUE;
}

void
msnp_conversation_leave(MsnpConversation *conversation)
{
	if (!conversation->set || conversation->leaving)
		return;
	conversation->leaving = TRUE;
	conversation->leave_timer = msnp_clock_add(
	    clock_of(conversation), MSNP_CONVERSATION_LEAVE_MS, leave_open_rooms, conversation);
	msnp_conversation_wake(conversation);
}

/* What rooms tell */

/* The room is not ours any more: it has become a chat. own: it was seen as ours until now. */
static void
let_chat_begin(MsnpConversation *conversation, MsnpRoom *room, gboolean own)
{
	G_GNUC_UNUSED g_autoptr(MsnpConversation) self = g_object_ref(conversation);
	MsnpConversations *set = conversation->set;
	guint index;

	if (!g_ptr_array_find(conversation->rooms, room, &index))
		return;
	g_ptr_array_steal_index(conversation->rooms, index);
	msnp_conversation_wake(conversation);
	msnp_chat_begin(set, room, own ? conversation : NULL, own ? NULL : room->inviter);
}

/* A room without the one whose conversation it is goes to the conversation of who is there. */
static void
move_room(MsnpConversation *conversation, MsnpRoom *room)
{
	const char *first = msnp_switchboard_roster(room->sb)[0];
	MsnpConversation *other = msnp_conversations_get(conversation->set, first);
	guint index;

	if (!g_ptr_array_find(conversation->rooms, room, &index))
		return;
	g_ptr_array_add(other->rooms, g_ptr_array_steal_index(conversation->rooms, index));
	msnp_room_set_owner(room, &room_owner, other);
	msnp_conversation_wake(conversation);
	msnp_conversation_wake(other);
}

static void
on_opened(gpointer owner, MsnpRoom *room)
{
	MsnpConversation *conversation = owner;
	const char *const *roster = msnp_switchboard_roster(room->sb);

	for (guint i = 0; roster[i]; i++)
		msnp_conversations_note_online(conversation->set, roster[i]);
	if (msnp_switchboard_n_others(room->sb) > 1)
		let_chat_begin(conversation, room, !room->inviter);
	else if (!msnp_switchboard_has(room->sb, conversation->handle))
		move_room(conversation, room);
}

static void
on_joined(gpointer owner, MsnpRoom *room, const char *handle, G_GNUC_UNUSED const char *name)
{
	MsnpConversation *conversation = owner;

	msnp_conversations_note_online(conversation->set, handle);
	if (!room->parting && msnp_switchboard_n_others(room->sb) > 1)
		let_chat_begin(conversation, room, conversation->known || !room->inviter);
}

void
msnp_conversation_take(MsnpConversation *conversation, const char *handle, const char *name,
		       MsnpMessage *message, const MsnpContent *content)
{
	G_GNUC_UNUSED g_autoptr(MsnpConversation) self = g_object_ref(conversation);

	msnp_conversation_stop_leaving(conversation);
	conversation->known = TRUE;
	g_signal_emit_by_name(conversation->set, "message", conversation, handle, name, message,
			      content);
}

/* Who is not in the room is not believed to be the other. What somebody says into a room of several
 * that we have left before it was one is told as said to us alone: better than not at all. */
static void
on_message(gpointer owner, MsnpRoom *room G_GNUC_UNUSED, const char *handle, const char *name,
	   MsnpMessage *message, const MsnpContent *content)
{
	MsnpConversation *conversation = owner;

	if (!g_str_equal(handle, conversation->handle))
		conversation = msnp_conversations_get(conversation->set, handle);
	msnp_conversation_take(conversation, handle, name, message, content);
}

static void
on_typing(gpointer owner, G_GNUC_UNUSED MsnpRoom *room, const char *handle)
{
	g_autoptr(MsnpConversation) conversation = g_object_ref(owner);

	if (!g_str_equal(handle, conversation->handle))
		return;
	conversation->known = TRUE;
	g_signal_emit_by_name(conversation->set, "typing", conversation, handle);
}

static void
on_changed(gpointer owner, G_GNUC_UNUSED MsnpRoom *room)
{
	msnp_conversation_wake(owner);
}

static void
on_idle(gpointer owner, MsnpRoom *room)
{
	msnp_debug("conversation", "a room is left: nobody has used it for a while");
	leave_room(owner, room);
	msnp_conversation_wake(owner);
}

static void
on_dead(gpointer owner, MsnpRoom *room)
{
	msnp_info("conversation", "a room is left: it does not answer");
	leave_room(owner, room);
}

static const MsnpRoomOwner room_owner = {
	.changed = on_changed,
	.opened = on_opened,
	.joined = on_joined,
	.message = on_message,
	.typing = on_typing,
	.idle = on_idle,
	.dead = on_dead,
};

/* What the set wants */

MsnpConversation *
msnp_conversation_new(MsnpConversations *set, const char *handle)
{
	MsnpConversation *conversation = g_object_new(MSNP_TYPE_CONVERSATION, NULL);

	conversation->set = set;
	conversation->handle = msnp_handle_normalize(handle);
	return conversation;
}

void
msnp_conversation_answer(MsnpConversation *conversation, MsnpConnector *connector, const char *host,
			 guint16 port, const char *cookie, const char *session)
{
	MsnpConversationsShared *shared = msnp_conversation_shared(conversation);
	MsnpSwitchboard *sb = msnp_switchboard_new_answer(
	    connector, shared->clock, shared->own_handle, host, port, cookie, session);

	g_ptr_array_add(conversation->rooms,
			msnp_room_new(shared, sb, conversation->handle, &room_owner, conversation));
}

void
msnp_conversation_close(MsnpConversation *conversation, const GError *reason)
{
	G_GNUC_UNUSED g_autoptr(MsnpConversation) self = g_object_ref(conversation);

	msnp_clock_remove(clock_of(conversation), &conversation->pause);
	g_clear_handle_id(&conversation->work, g_source_remove);
	msnp_conversation_stop_leaving(conversation);
	g_clear_pointer(&conversation->asking, msnp_room_request_free);
	conversation->set = NULL;
	drop_all_rooms(conversation);
	msnp_outbox_fail_all(conversation->outbox, reason);
	msnp_invites_fail_all(conversation->invites, reason);
}

guint
msnp_conversation_n_rooms(MsnpConversation *conversation)
{
	guint n = 0;

	for (guint i = 0; i < conversation->rooms->len; i++)
		n += !((MsnpRoom *)conversation->rooms->pdata[i])->parting;
	return n;
}

void
msnp_conversation_close_idle_rooms(MsnpConversation *conversation)
{
	for (guint i = conversation->rooms->len; i-- > 0;) {
		if (msnp_room_is_idle(conversation->rooms->pdata[i]))
			leave_room(conversation, conversation->rooms->pdata[i]);
	}
}

gboolean
msnp_conversation_is_superfluous(MsnpConversation *conversation)
{
	return !conversation->known && !conversation->rooms->len &&
	       msnp_outbox_is_empty(conversation->outbox) &&
	       msnp_invites_are_empty(conversation->invites);
}

void
msnp_conversation_set_known(MsnpConversation *conversation)
{
	conversation->known = TRUE;
}

const char *
msnp_conversation_handle(MsnpConversation *conversation)
{
	return conversation->handle;
}

/* The object */

static void
wake(gpointer owner)
{
	msnp_conversation_wake(owner);
}

static void
msnp_conversation_finalize(GObject *object)
{
	MsnpConversation *conversation = MSNP_CONVERSATION(object);

	g_free(conversation->handle);
	g_clear_error(&conversation->failure);
	msnp_outbox_free(conversation->outbox);
	msnp_invites_free(conversation->invites);
	g_ptr_array_unref(conversation->rooms);
	G_OBJECT_CLASS(msnp_conversation_parent_class)->finalize(object);
}

static void
msnp_conversation_class_init(MsnpConversationClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = msnp_conversation_finalize;
}

static void
msnp_conversation_init(MsnpConversation *conversation)
{
	conversation->outbox =
	    msnp_outbox_new(G_OBJECT(conversation), wake, MSNP_CONVERSATION_ATTEMPTS);
	conversation->invites = msnp_invites_new(G_OBJECT(conversation), wake);
	conversation->rooms = g_ptr_array_new_with_free_func((GDestroyNotify)msnp_room_unref);
	conversation->last_typing = conversation->last_nudge = G_MININT64;
}
