/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What opens: notices, questions, conversations. See fake-purple.h. */
#include "fake-purple.h"

GList *fake_conversations;

void *
purple_notify_message(void *handle G_GNUC_UNUSED, PurpleNotifyMsgType type G_GNUC_UNUSED,
		      const char *title, const char *primary, const char *secondary,
		      PurpleNotifyCloseCallback callback G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
	event("notify %s: %s%s%s", title, primary, secondary ? " | " : "",
	      secondary ? secondary : "");
	return NULL;
}

void *
purple_notify_email(void *handle, const char *subject, const char *from, const char *to,
		    const char *url, PurpleNotifyCloseCallback callback G_GNUC_UNUSED,
		    gpointer data G_GNUC_UNUSED)
{
	g_assert_nonnull(handle);
	event("mail to %s from %s: %s at %s", to, from, subject, url ? url : "nowhere");
	return NULL;
}

void *
purple_notify_emails(void *handle, size_t count, gboolean detailed, const char **subjects,
		     const char **froms, const char **tos, const char **urls,
		     PurpleNotifyCloseCallback callback G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
	g_assert_true(handle && !detailed && !subjects && !froms);
	event("%u mails to %s at %s", (guint)count, *tos, urls ? *urls : "nowhere");
	return NULL;
}

void *
purple_notify_uri(void *handle, const char *uri)
{
	g_assert_nonnull(handle);
	event("open %s", uri);
	return NULL;
}

static char user_info;

PurpleNotifyUserInfo *
purple_notify_user_info_new(void)
{
	return (PurpleNotifyUserInfo *)&user_info;
}

void
purple_notify_user_info_destroy(PurpleNotifyUserInfo *info)
{
	g_assert_true(info == (PurpleNotifyUserInfo *)&user_info);
}

void *
purple_notify_userinfo(PurpleConnection *gc, const char *who, PurpleNotifyUserInfo *info,
		       PurpleNotifyCloseCallback callback G_GNUC_UNUSED,
		       gpointer data G_GNUC_UNUSED)
{
	g_assert_true(gc && info);
	event("info %s", who);
	return NULL;
}

void
purple_notify_user_info_add_pair_plaintext(PurpleNotifyUserInfo *info G_GNUC_UNUSED,
					   const char *label, const char *value)
{
	event("tooltip %s: %s", label, value);
}

/* ---- Questions ---- */

static PurpleAccountRequestAuthorizationCb request_yes, request_no;
static gpointer request_data;
static GPtrArray *action_callbacks;
static gpointer action_data;
static PurpleRequestInputCb input_callback, input_cancel;
static gpointer input_data;

void *
purple_account_request_authorization(PurpleAccount *account, const char *who, const char *id,
				     const char *alias, const char *message, gboolean on_list,
				     PurpleAccountRequestAuthorizationCb yes,
				     PurpleAccountRequestAuthorizationCb no, void *data)
{
	g_assert_nonnull(account);
	event("request %s: %s (%s) %s%s", id, who, alias ? alias : "no name",
	      message ? message : "no message", on_list ? " on list" : "");
	request_yes = yes;
	request_no = no;
	request_data = data;
	return NULL;
}

void
fake_request_answer(gboolean yes)
{
	(yes ? request_yes : request_no)(request_data);
}

void *
purple_request_action(void *handle, const char *title, const char *primary, const char *secondary,
		      int default_action, PurpleAccount *account, const char *who G_GNUC_UNUSED,
		      PurpleConversation *conv G_GNUC_UNUSED, void *data, size_t count, ...)
{
	va_list args;

	g_assert_true(handle == account->gc && title && primary);
	g_clear_pointer(&action_callbacks, g_ptr_array_unref);
	action_callbacks = g_ptr_array_new();
	action_data = data;
	event("question %d: %s", default_action, secondary);
	va_start(args, count);
	for (size_t i = 0; i < count; i++) {
		event("answer %s", va_arg(args, const char *));
		g_ptr_array_add(action_callbacks, (gpointer)va_arg(args, GCallback));
	}
	va_end(args);
	return NULL;
}

void
fake_action_choose(guint which)
{
	PurpleRequestActionCb callback =
	    (PurpleRequestActionCb)g_ptr_array_index(action_callbacks, which);

	callback(action_data, (int)which);
}

void *
purple_request_input(void *handle, const char *title, const char *primary, const char *secondary,
		     const char *value, gboolean multiline, gboolean masked,
		     gchar *hint G_GNUC_UNUSED, const char *ok G_GNUC_UNUSED, GCallback callback,
		     const char *cancel G_GNUC_UNUSED, GCallback cancel_callback,
		     PurpleAccount *account, const char *who G_GNUC_UNUSED,
		     PurpleConversation *conv G_GNUC_UNUSED, void *data)
{
	g_assert_true(handle == account->gc && !masked && primary && secondary);
	event("input %s: %s", title, multiline ? secondary : value);
	input_cancel = (PurpleRequestInputCb)cancel_callback;
	input_callback = (PurpleRequestInputCb)callback;
	input_data = data;
	return NULL;
}

void
fake_input(const char *text)
{
	input_callback(input_data, text);
}

void
fake_input_cancel(void)
{
	input_cancel(input_data, NULL);
}

/* ---- Conversations ---- */

PurpleConversation *
purple_find_conversation_with_account(PurpleConversationType type, const char *name,
				      const PurpleAccount *account)
{
	for (GList *l = fake_conversations; l; l = l->next) {
		PurpleConversation *conv = l->data;

		if (conv->type == type && conv->account == account && g_str_equal(conv->name, name))
			return conv;
	}
	return NULL;
}

PurpleConversation *
purple_conversation_new(PurpleConversationType type, PurpleAccount *account, const char *name)
{
	PurpleConversation *conv = g_new0(PurpleConversation, 1);

	if (type == PURPLE_CONV_TYPE_IM)
		event("conversation %s", name);
	conv->type = type;
	conv->account = account;
	conv->name = g_strdup(name);
	fake_conversations = g_list_prepend(fake_conversations, conv);
	return conv;
}

void
fake_conversation_open(PurpleAccount *account, const char *who)
{
	purple_conversation_new(PURPLE_CONV_TYPE_IM, account, who);
	forget_events();
}

static void
conversation_free(gpointer data)
{
	PurpleConversation *conv = data;

	if (conv->type == PURPLE_CONV_TYPE_CHAT)
		fake_chat_free(conv->u.chat);
	g_free(conv->name);
	g_free(conv);
}

void
fake_conversations_close_all(void)
{
	g_list_free_full(g_steal_pointer(&fake_conversations), conversation_free);
}

void
fake_conversation_close(PurpleConversation *conv)
{
	fake_conversations = g_list_remove(fake_conversations, conv);
	conversation_free(conv);
}

PurpleConversation *
fake_window(const char *name)
{
	for (GList *l = fake_conversations; l; l = l->next)
		if (g_str_equal(((PurpleConversation *)l->data)->name, name))
			return l->data;
	return NULL;
}

/* The real one writes nothing into the window of a chat that is over. */
static void
assert_writable(const PurpleConversation *conv)
{
	g_assert_true(conv->type != PURPLE_CONV_TYPE_CHAT ||
		      (conv->account->gc && !conv->u.chat->left));
}

static GHashTable *interface;

void
fake_interface_set(const char *name)
{
	g_clear_pointer(&interface, g_hash_table_unref);
	interface = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(interface, (gpointer) "name", (gpointer)name);
}

GHashTable *
purple_core_get_ui_info(void)
{
	if (!interface)
		fake_interface_set("Pidgin");
	return interface;
}

void
purple_connection_notice(PurpleConnection *gc, const char *text)
{
	g_assert_nonnull(gc);
	event("notice %s", text);
}

gboolean
purple_conv_present_error(const char *who, PurpleAccount *account, const char *what)
{
	g_assert_true(fake_window(who) && fake_window(who)->account == account);
	assert_writable(fake_window(who));
	event("error in %s: %s", who, what);
	return TRUE;
}

void
purple_conversation_write(PurpleConversation *conv, const char *who G_GNUC_UNUSED, const char *text,
			  PurpleMessageFlags flags, time_t when G_GNUC_UNUSED)
{
	g_assert_cmpint(flags, ==, PURPLE_MESSAGE_SYSTEM);
	assert_writable(conv);
	event("note in %s: %s", conv->name, text);
}

void
serv_got_im(PurpleConnection *gc, const char *who, const char *text, PurpleMessageFlags flags,
	    time_t when)
{
	g_assert_nonnull(gc);
	g_assert_cmpint(flags & ~(PURPLE_MESSAGE_DELAYED | PURPLE_MESSAGE_IMAGES), ==,
			PURPLE_MESSAGE_RECV);
	if (flags & PURPLE_MESSAGE_DELAYED)
		event("im of %" G_GINT64_FORMAT " %s: %s", (gint64)when, who, text);
	else
		event("im%s %s: %s", flags & PURPLE_MESSAGE_IMAGES ? " with images" : "", who,
		      text);
}

void
purple_conversation_set_title(PurpleConversation *conv, const char *title)
{
	event("title %s: %s", conv->name, title);
}

void
serv_got_typing(PurpleConnection *gc, const char *who, int seconds, PurpleTypingState state)
{
	g_assert_nonnull(gc);
	g_assert_cmpint(state, ==, PURPLE_TYPING);
	event("typing %s %d", who, seconds);
}

void
serv_got_alias(PurpleConnection *gc, const char *who, const char *alias)
{
	g_assert_nonnull(gc);
	event("got alias %s %s", who, alias);
}

void
fake_windows_stop(void)
{
	fake_conversations_close_all();
	g_clear_pointer(&interface, g_hash_table_unref);
	g_clear_pointer(&action_callbacks, g_ptr_array_unref);
}
