/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversations with one person: messages, typing notices, and what became of messages.
 */
#include "msnp-purple.h"

#include <errno.h>

/* How long a typing notice lasts: the other side repeats it every five seconds. */
#define TYPING_SECONDS 6

static void
sent(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpPurpleSending) sending = data;
	g_autoptr(GError) error = NULL;
	g_autofree char *words = NULL;

	if (msnp_conversation_send_text_finish(MSNP_CONVERSATION(source), result, &error) ||
	    sending->automatic)
		return;
	words = msnp_purple_undelivered_words(sending->what, error);
	msnp_purple_sending_failed(sending, words);
}

static MsnpConversation *
conversation_with(PurpleConnection *gc, const char *who)
{
	MsnpLogin *login = msnp_login_of_connection(gc);
	MsnpConversations *set = login ? msnp_session_conversations(login->session) : NULL;

	return set ? msnp_conversations_with(set, msnp_purple_normalize(login->account, who))
		   : NULL;
}

/* What somebody says to oneself comes back, after it was shown as sent: lesson 114. */
static gboolean
hear_oneself(gpointer data)
{
	MsnpPurpleSending *sending = data;

	if (sending->login->gc)
		serv_got_im(sending->login->gc, sending->window, sending->what, PURPLE_MESSAGE_RECV,
			    time(NULL));
	return G_SOURCE_REMOVE;
}

static gboolean
is_oneself(MsnpLogin *login, const char *who)
{
	g_autofree char *own = g_strdup(
	    msnp_purple_normalize(login->account, purple_account_get_username(login->account)));

	return g_str_equal(own, msnp_purple_normalize(login->account, who));
}

static void
say_to_oneself(MsnpLogin *login, const char *who, const char *text, const MsnpTextFormat *format)
{
	g_autofree char *markup = msnp_purple_text_to_markup(text, format, MSNP_PURPLE_PLUS_SHOW);

	g_idle_add_full(G_PRIORITY_DEFAULT, hear_oneself,
			msnp_purple_sending_new(login, PURPLE_CONV_TYPE_IM, who, markup),
			(GDestroyNotify)msnp_purple_sending_free);
}

int
msnp_purple_send_im(PurpleConnection *gc, const char *who, const char *html,
		    PurpleMessageFlags flags)
{
	MsnpLogin *login = msnp_login_of_connection(gc);
	MsnpConversation *conversation = conversation_with(gc, who);
	g_autoptr(MsnpTextFormat) format = NULL;
	g_autofree char *text = msnp_purple_text_from_markup(html, &format);
	MsnpPurpleSending *sending;

	if (!conversation)
		return -ENOTCONN;
	/* Only formatting: there is nothing to send. */
	if (!*text)
		return 0;
	if (is_oneself(login, who)) {
		if (!(flags & PURPLE_MESSAGE_AUTO_RESP))
			say_to_oneself(login, who, text, format);
		return 1;
	}
	sending = msnp_purple_sending_new(login, PURPLE_CONV_TYPE_IM, who, text);
	sending->automatic = (flags & PURPLE_MESSAGE_AUTO_RESP) != 0;
	msnp_conversation_send_text_async(
	    conversation, text, format, sending->automatic ? MSNP_SEND_AUTOMATIC : MSNP_SEND_NORMAL,
	    sent, sending);
	return 1;
}

unsigned int
msnp_purple_send_typing(PurpleConnection *gc, const char *who, PurpleTypingState state)
{
	MsnpConversation *conversation;

	if (state != PURPLE_TYPING)
		return 0;
	conversation = conversation_with(gc, who);
	if (conversation)
		msnp_conversation_send_typing(conversation);
	/* libpurple asks again after so many seconds of further typing. */
	return MSNP_TYPING_INTERVAL_MS / 1000;
}

void
msnp_purple_conversation_closed(PurpleConnection *gc, const char *who)
{
	MsnpConversation *conversation = conversation_with(gc, who);

	if (conversation)
		msnp_conversation_leave(conversation);
}

static void
on_message(MsnpConversations *set G_GNUC_UNUSED, MsnpConversation *conversation G_GNUC_UNUSED,
	   const char *handle, const char *name G_GNUC_UNUSED, MsnpMessage *message,
	   const MsnpContent *content, gpointer data)
{
	MsnpLogin *login = data;
	PurpleAccount *account = login->account;
	PurpleConversation *conv =
	    purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, handle, account);
	g_autoptr(MsnpPurpleLine) line = NULL;

	if (!conv && !msnp_content_may_begin(content->kind))
		return;
	if (content->kind == MSNP_CONTENT_NUDGE) {
		msnp_purple_got_nudge(login, handle);
		return;
	}
	line = msnp_purple_line_new(login, handle, message, content);
	if (!line)
		return;
	if (line->said) {
		msnp_purple_place_writer(login, handle);
		serv_got_im(login->gc, handle, line->markup, msnp_purple_line_flags(line),
			    time(NULL));
		return;
	}
	if (!conv) {
		purple_conversation_new(PURPLE_CONV_TYPE_IM, account, handle);
		/* Whoever heard of it may have closed it again. */
		conv = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, handle, account);
	}
	if (conv)
		msnp_purple_note_markup(conv, line->markup);
}

static void
on_typing(MsnpConversations *set G_GNUC_UNUSED, MsnpConversation *conversation G_GNUC_UNUSED,
	  const char *handle, gpointer data)
{
	MsnpLogin *login = data;

	serv_got_typing(login->gc, handle, TYPING_SECONDS, PURPLE_TYPING);
}

void
msnp_purple_im_listen(MsnpLogin *login)
{
	MsnpConversations *set = msnp_session_conversations(login->session);

	if (!set || login->hears_messages)
		return;
	login->hears_messages = TRUE;
	g_signal_connect(set, "message", G_CALLBACK(on_message), login);
	g_signal_connect(set, "typing", G_CALLBACK(on_typing), login);
	msnp_purple_chat_listen(login, set);
}

void
msnp_purple_im_unlisten(MsnpLogin *login)
{
	if (login->hears_messages)
		g_signal_handlers_disconnect_by_data(msnp_session_conversations(login->session),
						     login);
	login->hears_messages = FALSE;
}
