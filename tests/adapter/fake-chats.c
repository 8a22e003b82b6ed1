/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Windows of chats, nudges, commands, pictures. See fake-purple.h. */
#include "fake-purple.h"

static PurpleCmdFunc command;
static int images;

/* ---- Windows ---- */

static void
user_free(gpointer data)
{
	PurpleConvChatBuddy *user = data;

	g_free(user->name);
	g_free(user);
}

void
fake_chat_free(PurpleConvChat *chat)
{
	g_list_free_full(chat->in_room, user_free);
	g_free(chat->nick);
	g_free(chat);
}

PurpleConversation *
serv_got_joined_chat(PurpleConnection *gc, int id, const char *name)
{
	PurpleConversation *conv =
	    purple_conversation_new(PURPLE_CONV_TYPE_CHAT, gc->account, name);

	event("chat %d opens: %s", id, name);
	conv->u.chat = g_new0(PurpleConvChat, 1);
	conv->u.chat->conv = conv;
	conv->u.chat->id = id;
	return conv;
}

PurpleConversation *
purple_find_chat(const PurpleConnection *gc, int id)
{
	for (GList *l = fake_conversations; l; l = l->next) {
		PurpleConversation *conv = l->data;

		if (conv->type == PURPLE_CONV_TYPE_CHAT && conv->account == gc->account &&
		    conv->u.chat->id == id && !conv->u.chat->left)
			return conv;
	}
	return NULL;
}

void
serv_got_chat_left(PurpleConnection *gc, int id)
{
	event("chat %d is left", id);
	purple_find_chat(gc, id)->u.chat->left = TRUE;
}

void
fake_chat_close(PurpleConversation *conv)
{
	/* As the real one: the protocol is asked only while the chat goes on. */
	if (!conv->u.chat->left && conv->account->gc)
		prpl->chat_leave(conv->account->gc, conv->u.chat->id);
	fake_conversation_close(conv);
}

static GList *
windows_of(PurpleConversationType type)
{
	static GList *list;

	g_clear_pointer(&list, g_list_free);
	for (GList *l = fake_conversations; l; l = l->next)
		if (((PurpleConversation *)l->data)->type == type)
			list = g_list_prepend(list, l->data);
	return list;
}

GList *
purple_get_chats(void)
{
	return windows_of(PURPLE_CONV_TYPE_CHAT);
}

GList *
purple_get_ims(void)
{
	return windows_of(PURPLE_CONV_TYPE_IM);
}

/* ---- Who is there ---- */

void
purple_conv_chat_set_nick(PurpleConvChat *chat, const char *nick)
{
	g_free(chat->nick);
	chat->nick = g_strdup(nick);
}

static void
add_user(PurpleConvChat *chat, const char *name)
{
	PurpleConvChatBuddy *user = g_new0(PurpleConvChatBuddy, 1);

	user->name = g_strdup(name);
	chat->in_room = g_list_append(chat->in_room, user);
}

void
purple_conv_chat_add_users(PurpleConvChat *chat, GList *users, GList *messages, GList *flags,
			   gboolean new_arrivals)
{
	g_autoptr(GString) line = g_string_new(NULL);

	g_assert_true(!messages && !new_arrivals && g_list_length(users) == g_list_length(flags));
	for (GList *l = users; l; l = l->next) {
		add_user(chat, l->data);
		g_string_append_printf(line, " %s", (char *)l->data);
	}
	event("chat %d as %s has%s", chat->id, chat->nick, line->str);
}

void
purple_conv_chat_add_user(PurpleConvChat *chat, const char *user, const char *message,
			  PurpleConvChatBuddyFlags flags, gboolean new_arrival)
{
	g_assert_true(!message && flags == PURPLE_CBFLAGS_NONE && new_arrival);
	event("chat %d gets %s", chat->id, user);
	add_user(chat, user);
}

static GList *
find_user(PurpleConvChat *chat, const char *name)
{
	for (GList *l = chat->in_room; l; l = l->next)
		if (g_str_equal(((PurpleConvChatBuddy *)l->data)->name, name))
			return l;
	return NULL;
}

gboolean
purple_conv_chat_find_user(PurpleConvChat *chat, const char *user)
{
	return find_user(chat, user) != NULL;
}

void
purple_conv_chat_remove_user(PurpleConvChat *chat, const char *user, const char *reason)
{
	GList *link = find_user(chat, user);

	g_assert_true(link && !reason);
	event("chat %d loses %s", chat->id, user);
	user_free(link->data);
	chat->in_room = g_list_delete_link(chat->in_room, link);
}

void
serv_got_chat_in(PurpleConnection *gc, int id, const char *who, PurpleMessageFlags flags,
		 const char *text, time_t when G_GNUC_UNUSED)
{
	g_assert_nonnull(purple_find_chat(gc, id));
	event("chat %d%s%s%s%s%s %s: %s", id, flags & PURPLE_MESSAGE_SEND ? " sent" : "",
	      flags & PURPLE_MESSAGE_AUTO_RESP ? " automatic" : "",
	      flags & PURPLE_MESSAGE_SYSTEM ? " system" : "",
	      flags & PURPLE_MESSAGE_NOTIFY ? " notify" : "",
	      flags & PURPLE_MESSAGE_IMAGES ? " images" : "", who, text);
}

void
purple_serv_got_join_chat_failed(PurpleConnection *gc, GHashTable *data)
{
	g_assert_nonnull(gc);
	event("join failed: %s", (char *)g_hash_table_lookup(data, "people"));
}

/* ---- Nudges and commands ---- */

void
purple_prpl_got_attention(PurpleConnection *gc, const char *who, guint type)
{
	g_assert_nonnull(g_list_nth_data(prpl->get_attention_types(gc->account), type));
	event("attention from %s", who);
}

void
purple_prpl_send_attention(PurpleConnection *gc, const char *who, guint type)
{
	prpl->send_attention(gc, who, type);
	event("attention to %s", who);
}

/* Only "got-attention" is given out. */
void
purple_signal_emit(void *instance, const char *signal, ...)
{
	const PurpleAccount *account;
	const PurpleConversation *conv;
	const char *who;
	va_list args;

	g_assert_true(instance == purple_conversations_get_handle());
	g_assert_cmpstr(signal, ==, "got-attention");
	va_start(args, signal);
	account = va_arg(args, const PurpleAccount *);
	who = va_arg(args, const char *);
	conv = va_arg(args, const PurpleConversation *);
	va_end(args);
	event("signal %s %s in %s of %s", signal, who, conv->name, account->username);
}

PurpleCmdId
purple_cmd_register(const char *name, const char *args, PurpleCmdPriority priority,
		    PurpleCmdFlag flags, const char *id, PurpleCmdFunc function, const char *help,
		    void *data)
{
	g_assert_cmpstr(name, ==, "nudge");
	g_assert_cmpstr(args, ==, "");
	g_assert_cmpstr(id, ==, "prpl-msnp14");
	g_assert_cmpint(priority, ==, PURPLE_CMD_P_PRPL);
	g_assert_cmpint(flags, ==,
			PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_CHAT | PURPLE_CMD_FLAG_PRPL_ONLY);
	g_assert_true(help && !data && !command);
	command = function;
	return 7;
}

void
purple_cmd_unregister(PurpleCmdId id)
{
	g_assert_cmpuint(id, ==, 7);
	command = NULL;
}

PurpleCmdRet
fake_command(PurpleConversation *conv)
{
	char *args[] = { NULL };
	char *error = NULL;
	PurpleCmdRet answer = command(conv, "nudge", args, &error, NULL);

	g_assert_true((error != NULL) == (answer == PURPLE_CMD_RET_FAILED));
	if (error)
		event("command failed: %s", error);
	g_free(error);
	return answer;
}

/* ---- Pictures ---- */

int
purple_imgstore_add_with_id(gpointer data, size_t size, const char *name)
{
	event("image %u bytes, %s", (guint)size, name);
	g_free(data);
	images++;
	return 5;
}

void
purple_imgstore_unref_by_id(int id)
{
	g_assert_cmpint(id, ==, 5);
	images--;
}

void
fake_chats_stop(void)
{
	g_assert_null(command);
	g_assert_cmpint(images, ==, 0);
}
