/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One chat. As in a conversation, whatever happens only asks for work(), which runs in a turn of
 * its own. A chat that is over stays with the set until its last outcomes are told.
 */
#include "core/msnp-chat.h"

#include "core/msnp-conversation-private.h"
#include "core/msnp-error.h"
#include "core/msnp-invites.h"
#include "core/msnp-room-error.h"
#include "util/msnp-log.h"

struct _MsnpChat {
	GObject parent;
	int id;
	MsnpConversations *set; /* not owned; NULL once closed, or when all is told */
	MsnpRoom *room;         /* NULL before there is one, and at the end */
	GPtrArray *members;     /* MsnpChatMember */
	MsnpOutbox *outbox;
	MsnpInvites *invites;
	guint work; /* the source of work() */
	gboolean began, ended, leaving;
	guint leave_timer;
	gint64 last_nudge;

	/* Before it has begun: whom it is for, and who waits for it. */
	char **callees;
	GAsyncReadyCallback callback; /* NULL once told */
	gpointer data;
	MsnpRoomRequest *asking;
	GError *failure; /* of XFR, to be looked at */
	guint pause;     /* the timer before the next XFR */
	gboolean retried;
};

G_DEFINE_TYPE(MsnpChat, msnp_chat, G_TYPE_OBJECT)

static void wake(gpointer owner);
static const MsnpRoomOwner room_owner;

static MsnpConversationsShared *
shared(MsnpChat *chat)
{
	return msnp_conversations_shared(chat->set);
}

static void
member_free(gpointer data)
{
	MsnpChatMember *member = data;

	g_free(member->handle);
	g_free(member->name);
	g_free(member);
}

static void
add_member(MsnpChat *chat, const char *handle, const char *name)
{
	MsnpChatMember *member = g_new(MsnpChatMember, 1);

	*member = (MsnpChatMember){ g_strdup(handle), g_strdup(name) };
	g_ptr_array_add(chat->members, member);
}

static void
add_roster(MsnpChat *chat)
{
	const char *const *roster = msnp_switchboard_roster(chat->room->sb);

	for (guint i = 0; roster[i]; i++)
		add_member(chat, roster[i], msnp_switchboard_name(chat->room->sb, roster[i]));
}

/* The last one is kept, so that it is known who was there. */
static void
remove_member(MsnpChat *chat, const char *handle)
{
	for (guint i = 0; i < chat->members->len && chat->members->len > 1; i++) {
		const MsnpChatMember *member = chat->members->pdata[i];

		if (g_str_equal(member->handle, handle))
			g_ptr_array_remove_index(chat->members, i--);
	}
}

static void
let_room_go(MsnpChat *chat)
{
	if (chat->room)
		msnp_room_let_go(chat->room);
	g_clear_pointer(&chat->room, msnp_room_unref);
}

static void
clear_timers(MsnpChat *chat)
{
	msnp_clock_remove(shared(chat)->clock, &chat->pause);
	msnp_clock_remove(shared(chat)->clock, &chat->leave_timer);
}

/* Opening */

/* Tells the one who wants it, now: not through GTask's own calling. */
static void
tell_opened(MsnpChat *chat, const GError *error)
{
	GAsyncReadyCallback callback = g_steal_pointer(&chat->callback);
	GObject *set = G_OBJECT(chat->set);
	g_autoptr(GTask) task = g_task_new(set, NULL, NULL, NULL);

	if (error)
		g_task_return_error(task, g_error_copy(error));
	else
		g_task_return_pointer(task, g_object_ref(chat), g_object_unref);
	if (callback)
		callback(set, G_ASYNC_RESULT(task), chat->data);
}

static gboolean
end_pause(gpointer data)
{
	MsnpChat *chat = data;

	chat->pause = 0;
	wake(chat);
	return G_SOURCE_REMOVE;
}

/* There is no room, or nobody has come into it. */
static void
opening_failed(MsnpChat *chat, const GError *cause)
{
	g_autoptr(GError) error = msnp_room_error_for_texts(cause);
	guint pause_ms;

	msnp_info("chat", "no room: %s", cause->message);
	let_room_go(chat);
	if (error->code == MSNP_ERROR_TOO_FAST)
		msnp_conversations_hold(chat->set);
	if (!chat->retried && msnp_room_error_is_worth_a_retry(cause, &pause_ms)) {
		chat->retried = TRUE;
		chat->pause =
		    msnp_clock_add(shared(chat)->clock, MAX(pause_ms, 1), end_pause, chat);
		return;
	}
	chat->ended = TRUE;
	tell_opened(chat, error);
}

static void
room_answered(gpointer data, MsnpSwitchboard *sb, const GError *error)
{
	MsnpChat *chat = data;

	g_clear_pointer(&chat->asking, msnp_room_request_free);
	if (sb)
		chat->room = msnp_room_new(shared(chat), sb, NULL, &room_owner, chat);
	else
		chat->failure = g_error_copy(error);
	wake(chat);
}

static void
ask_for_room(MsnpChat *chat)
{
	g_autoptr(GError) error = NULL;

	if (shared(chat)->hold_until > msnp_clock_now(shared(chat)->clock))
		error = msnp_error_new(MSNP_ERROR_TOO_FAST, 0, "no room is asked for just now");
	else if (!msnp_conversations_have_room(chat->set))
		error = msnp_error_new(MSNP_ERROR_TOO_FAST, 0, "too many rooms are open");
	if (!error) {
		chat->asking = msnp_room_request_new(
		    shared(chat), (const char *const *)chat->callees, room_answered, chat);
		return;
	}
	chat->ended = TRUE;
	tell_opened(chat, error);
}

static void
work_on_opening(MsnpChat *chat)
{
	g_autoptr(GError) failure = g_steal_pointer(&chat->failure);

	if (!failure && chat->room && msnp_room_is_over(chat->room))
		failure = g_error_copy(msnp_switchboard_error(chat->room->sb));
	if (failure)
		opening_failed(chat, failure);
	else if (!chat->room && !chat->asking && !chat->pause)
		ask_for_room(chat);
}

/* The work */

static void
end(MsnpChat *chat)
{
	g_autoptr(GError) error = msnp_error_new(MSNP_ERROR_NOT_DELIVERED, 0, "the chat is over");

	chat->ended = TRUE;
	clear_timers(chat);
	let_room_go(chat);
	msnp_outbox_fail_waiting(chat->outbox, error);
	msnp_invites_fail_waiting(chat->invites, error);
	g_signal_emit_by_name(chat->set, "chat-ended", chat);
}

static void
work_on_chat(MsnpChat *chat)
{
	if (msnp_room_is_over(chat->room)) {
		end(chat);
		return;
	}
	msnp_room_send_waiting(chat->room, chat->outbox);
	msnp_invites_call(chat->invites, chat->room->sb);
}

static gboolean
all_is_told(MsnpChat *chat)
{
	return msnp_outbox_is_empty(chat->outbox) && msnp_invites_are_empty(chat->invites);
}

static gboolean
work(gpointer data)
{
	g_autoptr(MsnpChat) chat = g_object_ref(data);

	chat->work = 0;
	if (!chat->began && !chat->ended)
		work_on_opening(chat);
	else if (!chat->ended)
		work_on_chat(chat);
	if (chat->set)
		msnp_outbox_settle(chat->outbox);
	if (chat->set)
		msnp_invites_settle(chat->invites);
	if (chat->set && chat->leaving && !chat->ended && all_is_told(chat))
		end(chat);
	if (chat->set && chat->ended && all_is_told(chat)) {
		g_clear_handle_id(&chat->work, g_source_remove);
		msnp_conversations_remove_chat(g_steal_pointer(&chat->set), chat);
	}
	return G_SOURCE_REMOVE;
}

static void
wake(gpointer owner)
{
	MsnpChat *chat = owner;

	if (chat->set && !chat->work)
		chat->work = g_idle_add_full(G_PRIORITY_DEFAULT, work, chat, NULL);
}

/* What the room tells */

static void
on_changed(gpointer owner, G_GNUC_UNUSED MsnpRoom *room)
{
	wake(owner);
}

static void
tell_beginning(MsnpChat *chat, MsnpConversation *from, const char *by)
{
	chat->began = TRUE;
	add_roster(chat);
	g_signal_emit_by_name(chat->set, "chat-began", chat, from, by);
}

static void
on_opened(gpointer owner, G_GNUC_UNUSED MsnpRoom *room)
{
	g_autoptr(MsnpChat) chat = g_object_ref(owner);

	tell_beginning(chat, NULL, NULL);
	if (chat->set)
		tell_opened(chat, NULL);
}

static void
on_joined(gpointer owner, MsnpRoom *room, const char *handle, const char *name)
{
	g_autoptr(MsnpChat) chat = g_object_ref(owner);

	/* The last one had gone, and was kept. */
	if (msnp_switchboard_n_others(room->sb) == 1)
		g_ptr_array_set_size(chat->members, 0);
	add_member(chat, handle, name);
	if (!chat->leaving)
		g_signal_emit_by_name(chat->set, "chat-joined", chat, handle, name);
}

static void
on_left(gpointer owner, G_GNUC_UNUSED MsnpRoom *room, const char *handle, gboolean idle)
{
	g_autoptr(MsnpChat) chat = g_object_ref(owner);

	remove_member(chat, handle);
	if (!chat->leaving)
		g_signal_emit_by_name(chat->set, "chat-left", chat, handle, idle);
}

static void
on_message(gpointer owner, G_GNUC_UNUSED MsnpRoom *room, const char *handle, const char *name,
	   MsnpMessage *message, const MsnpContent *content)
{
	g_autoptr(MsnpChat) chat = g_object_ref(owner);

	if (!chat->leaving)
		g_signal_emit_by_name(chat->set, "chat-message", chat, handle, name, message,
				      content);
}

/* Neither typing nor idleness: switchboard.md 4, 16. A room that does not acknowledge is kept, too:
 * there is no other that has these people in it. */
static const MsnpRoomOwner room_owner = {
	.changed = on_changed,
	.opened = on_opened,
	.joined = on_joined,
	.left = on_left,
	.message = on_message,
};

/* What the set and conversations want */

static MsnpChat *
chat_new(MsnpConversations *set)
{
	static int last_id;
	MsnpChat *chat = g_object_new(MSNP_TYPE_CHAT, NULL);

	chat->set = set;
	chat->id = ++last_id;
	msnp_conversations_add_chat(set, chat);
	return chat;
}

void
msnp_chat_begin(MsnpConversations *set, MsnpRoom *room, MsnpConversation *from, const char *by)
{
	g_autoptr(MsnpChat) chat = chat_new(set);

	chat->room = room;
	msnp_room_set_owner(room, &room_owner, chat);
	tell_beginning(chat, from, by);
}

void
msnp_chat_open(MsnpConversations *set, const char *const *handles, GAsyncReadyCallback callback,
	       gpointer data)
{
	g_autoptr(MsnpChat) chat = chat_new(set);

	chat->callees = g_strdupv((char **)handles);
	chat->callback = callback;
	chat->data = data;
	wake(chat);
}

gboolean
msnp_chat_is_live(MsnpChat *chat)
{
	return chat->began && !chat->ended;
}

void
msnp_chat_close(MsnpChat *chat, const GError *reason)
{
	G_GNUC_UNUSED g_autoptr(MsnpChat) self = g_object_ref(chat);

	chat->ended = TRUE;
	clear_timers(chat);
	g_clear_handle_id(&chat->work, g_source_remove);
	g_clear_pointer(&chat->asking, msnp_room_request_free);
	if (chat->callback)
		tell_opened(chat, reason);
	chat->set = NULL;
	let_room_go(chat);
	msnp_outbox_fail_all(chat->outbox, reason);
	msnp_invites_fail_all(chat->invites, reason);
}

guint
msnp_chat_n_rooms(MsnpChat *chat)
{
	return chat->room ? 1 : 0;
}

/* What the outside wants */

int
msnp_chat_id(MsnpChat *chat)
{
	return chat->id;
}

const GPtrArray *
msnp_chat_members(MsnpChat *chat)
{
	return chat->members;
}

static gboolean
refuse_ended(MsnpChat *chat, GAsyncReadyCallback callback, gpointer data)
{
	gboolean over = chat->ended || chat->leaving;

	if (over)
		g_task_report_new_error(chat, callback, data, NULL, MSNP_ERROR,
					MSNP_ERROR_NOT_DELIVERED, "the chat is over");
	return over;
}

void
msnp_chat_send_text_async(MsnpChat *chat, const char *text, const MsnpTextFormat *format,
			  MsnpSendFlags flags, GAsyncReadyCallback callback, gpointer data)
{
	if (refuse_ended(chat, callback, data))
		return;
	msnp_outbox_push(chat->outbox, text, format, (flags & MSNP_SEND_AUTOMATIC) != 0, callback,
			 data);
	wake(chat);
}

gboolean
msnp_chat_send_text_finish(G_GNUC_UNUSED MsnpChat *chat, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
msnp_chat_send_nudge_async(MsnpChat *chat, GAsyncReadyCallback callback, gpointer data)
{
	GError *refusal;

	if (refuse_ended(chat, callback, data))
		return;
	refusal = msnp_nudge_refusal(shared(chat)->clock, &chat->last_nudge);
	if (refusal)
		msnp_outbox_refuse(chat->outbox, refusal, callback, data);
	else
		msnp_outbox_push_nudge(chat->outbox, callback, data);
	wake(chat);
}

gboolean
msnp_chat_send_nudge_finish(G_GNUC_UNUSED MsnpChat *chat, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
msnp_chat_invite_async(MsnpChat *chat, const char *handle, GAsyncReadyCallback callback,
		       gpointer data)
{
	if (refuse_ended(chat, callback, data))
		return;
	msnp_invites_push(chat->invites, handle, callback, data);
	wake(chat);
}

gboolean
msnp_chat_invite_finish(G_GNUC_UNUSED MsnpChat *chat, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

static gboolean
leave_now(gpointer data)
{
	g_autoptr(MsnpChat) chat = g_object_ref(data);

	chat->leave_timer = 0;
	end(chat);
	wake(chat);
	return G_SOURCE_REMOVE;
}

void
msnp_chat_leave(MsnpChat *chat)
{
	if (!msnp_chat_is_live(chat) || chat->leaving)
		return;
	chat->leaving = TRUE;
	chat->leave_timer =
	    msnp_clock_add(shared(chat)->clock, MSNP_CONVERSATION_LEAVE_MS, leave_now, chat);
	wake(chat);
}

/* The object */

static void
msnp_chat_finalize(GObject *object)
{
	MsnpChat *chat = MSNP_CHAT(object);

	g_ptr_array_unref(chat->members);
	msnp_outbox_free(chat->outbox);
	msnp_invites_free(chat->invites);
	g_strfreev(chat->callees);
	g_clear_error(&chat->failure);
	G_OBJECT_CLASS(msnp_chat_parent_class)->finalize(object);
}

static void
msnp_chat_class_init(MsnpChatClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = msnp_chat_finalize;
}

static void
msnp_chat_init(MsnpChat *chat)
{
	chat->members = g_ptr_array_new_with_free_func(member_free);
	chat->outbox = msnp_outbox_new(G_OBJECT(chat), wake, MSNP_CHAT_ATTEMPTS);
	chat->invites = msnp_invites_new(G_OBJECT(chat), wake);
	chat->last_nudge = G_MININT64;
}
