/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core's chats, made of paper. See fake-core.h. */
#include "fake-core.h"

struct _MsnpChat {
	GObject parent;
	int id;
	GPtrArray *members;
	gboolean live;
};
G_DEFINE_TYPE(MsnpChat, msnp_chat, G_TYPE_OBJECT)

static GPtrArray *chats;

static void
member_free(gpointer data)
{
	MsnpChatMember *member = data;

	g_free(member->handle);
	g_free(member->name);
	g_free(member);
}

static void
msnp_chat_finalize(GObject *object)
{
	g_ptr_array_unref(MSNP_CHAT(object)->members);
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
}

static void
add_member(MsnpChat *chat, const char *handle)
{
	MsnpChatMember *member = g_new(MsnpChatMember, 1);

	*member = (MsnpChatMember){ g_strdup(handle), g_strdup("A Name") };
	g_ptr_array_add(chat->members, member);
}

void
fake_chat_signals(GType type)
{
	g_signal_new("chat-began", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
		     MSNP_TYPE_CHAT, MSNP_TYPE_CONVERSATION, G_TYPE_STRING);
	g_signal_new("chat-joined", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
		     MSNP_TYPE_CHAT, G_TYPE_STRING, G_TYPE_STRING);
	g_signal_new("chat-left", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
		     MSNP_TYPE_CHAT, G_TYPE_STRING, G_TYPE_BOOLEAN);
	g_signal_new("chat-message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 5,
		     MSNP_TYPE_CHAT, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_POINTER, G_TYPE_POINTER);
	g_signal_new("chat-ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
		     MSNP_TYPE_CHAT);
}

void
fake_rooms_stop(void)
{
	g_clear_pointer(&chats, g_ptr_array_unref);
}

/* ---- What the adapter calls ---- */

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

MsnpChat *
msnp_conversations_find_chat(MsnpConversations *set G_GNUC_UNUSED, int id)
{
	MsnpChat *chat = chats && id > 0 && (guint)id <= chats->len
			     ? g_ptr_array_index(chats, (guint)id - 1)
			     : NULL;

	return chat && chat->live ? chat : NULL;
}

void
msnp_conversations_open_chat_async(MsnpConversations *set, const char *const *handles,
				   GAsyncReadyCallback callback, gpointer data)
{
	g_autofree char *people = g_strjoinv(", ", (char **)handles);

	event("core open chat: %s", people);
	fake_underway(set, callback, data);
}

MsnpChat *
msnp_conversations_open_chat_finish(MsnpConversations *set G_GNUC_UNUSED, GAsyncResult *result,
				    GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

void
msnp_chat_send_text_async(MsnpChat *chat, const char *text, const MsnpTextFormat *format,
			  MsnpSendFlags flags, GAsyncReadyCallback callback, gpointer data)
{
	g_autofree char *to = g_strdup_printf("chat %d", chat->id);

	fake_sending(to, text, format, flags);
	fake_underway(chat, callback, data);
}

gboolean
msnp_chat_send_text_finish(MsnpChat *chat G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
msnp_chat_send_nudge_async(MsnpChat *chat, GAsyncReadyCallback callback, gpointer data)
{
	event("core nudge chat %d", chat->id);
	fake_underway(chat, callback, data);
}

gboolean
msnp_chat_send_nudge_finish(MsnpChat *chat G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
msnp_chat_invite_async(MsnpChat *chat, const char *handle, GAsyncReadyCallback callback,
		       gpointer data)
{
	event("core invite %s to chat %d", handle, chat->id);
	fake_underway(chat, callback, data);
}

gboolean
msnp_chat_invite_finish(MsnpChat *chat G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
msnp_chat_leave(MsnpChat *chat)
{
	event("core leave chat %d", chat->id);
}

/* ---- What a test says ---- */

MsnpChat *
fake_chat_new(const char *handles)
{
	g_auto(GStrv) names = g_strsplit(handles, " ", -1);
	MsnpChat *chat = g_object_new(MSNP_TYPE_CHAT, NULL);

	if (!chats)
		chats = g_ptr_array_new_with_free_func(g_object_unref);
	g_ptr_array_add(chats, chat);
	chat->id = (int)chats->len;
	for (char **name = names; *name; name++)
		add_member(chat, *name);
	return chat;
}

static MsnpConversations *
set(void)
{
	return msnp_session_conversations(fake_session());
}

void
fake_chat_began(MsnpChat *chat, const char *from, const char *by)
{
	chat->live = TRUE;
	g_signal_emit_by_name(set(), "chat-began", chat, from ? fake_conversation(from) : NULL, by);
}

void
fake_chat_joined(MsnpChat *chat, const char *handle)
{
	add_member(chat, handle);
	g_signal_emit_by_name(set(), "chat-joined", chat, handle, "A Name");
}

void
fake_chat_left(MsnpChat *chat, const char *handle)
{
	g_signal_emit_by_name(set(), "chat-left", chat, handle, FALSE);
}

void
fake_chat_ended(MsnpChat *chat)
{
	chat->live = FALSE;
	g_signal_emit_by_name(set(), "chat-ended", chat);
}

void
fake_chat_message(MsnpChat *chat, const char *handle, const char *type, const char *body)
{
	g_autoptr(MsnpMessage) message = msnp_message_new(type);
	g_autoptr(MsnpContent) content = NULL;

	fake_message_fill(message, body);
	content = msnp_content_read(message, handle);
	g_signal_emit_by_name(set(), "chat-message", chat, handle, "A Name", message, content);
}
