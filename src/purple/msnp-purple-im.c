/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversations with one person: messages, typing notices, and what became of messages.
 */
#include "msnp-purple.h"

#include <errno.h>

/* How long a typing notice lasts: the other side repeats it every five seconds. */
#define TYPING_SECONDS 6

typedef struct {
	MsnpLogin *login;
	char *who;
	char *text;
	gboolean automatic; /* nobody waits for it */
} Sending;

static void
sending_free(Sending *sending)
{
	msnp_login_unref(sending->login);
	g_free(sending->who);
	g_free(sending->text);
	g_free(sending);
}

/* The account may have been deleted while its last messages failed. */
static gboolean
account_exists(const PurpleAccount *account)
{
	return g_list_find(purple_accounts_get_all(), account) != NULL;
}

/* While signed on the conversation is opened if need be; at sign-off one that was closed stays so.
 */
static void
show_undelivered(const Sending *sending, const GError *error)
{
	PurpleAccount *account = sending->login->account;
	g_autofree char *markup = msnp_purple_undelivered_markup(sending->text, error);

	if (!purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, sending->who, account)) {
		if (!sending->login->gc)
			return;
		purple_conversation_new(PURPLE_CONV_TYPE_IM, account, sending->who);
	}
	purple_conv_present_error(sending->who, account, markup);
}

static void
sent(GObject *source, GAsyncResult *result, gpointer data)
{
	Sending *sending = data;
	g_autoptr(GError) error = NULL;

	if (!msnp_conversation_send_text_finish(MSNP_CONVERSATION(source), result, &error) &&
	    !sending->automatic && account_exists(sending->login->account))
		show_undelivered(sending, error);
	sending_free(sending);
}

static MsnpConversation *
conversation_with(PurpleConnection *gc, const char *who)
{
	MsnpLogin *login = msnp_login_of_connection(gc);
	MsnpConversations *set = login ? msnp_session_conversations(login->session) : NULL;

	return set ? msnp_conversations_with(set, msnp_purple_normalize(login->account, who))
		   : NULL;
}

int
msnp_purple_send_im(PurpleConnection *gc, const char *who, const char *html,
		    PurpleMessageFlags flags)
{
	MsnpConversation *conversation = conversation_with(gc, who);
	g_autofree char *text = msnp_purple_text_from_markup(html, NULL);
	Sending *sending;

	if (!conversation)
		return -ENOTCONN;
	/* Only formatting: there is nothing to send. */
	if (!*text)
		return 0;
	sending = g_new0(Sending, 1);
	sending->login = msnp_login_ref(msnp_login_of_connection(gc));
	sending->who = g_strdup(who);
	sending->text = g_strdup(text);
	sending->automatic = (flags & PURPLE_MESSAGE_AUTO_RESP) != 0;
	msnp_conversation_send_text_async(
	    conversation, text, NULL, sending->automatic ? MSNP_SEND_AUTOMATIC : MSNP_SEND_NORMAL,
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
	g_autofree char *text = NULL;
	g_autofree char *markup = NULL;

	/* Only text opens a window: not pictures, emoticons, invitations. */
	if (content->kind != MSNP_CONTENT_TEXT)
		return;
	text = msnp_message_text(message);
	if (!*text)
		return;
	markup = msnp_purple_text_to_markup(text, NULL, MSNP_PURPLE_PLUS_SHOW);
	serv_got_im(login->gc, handle, markup, PURPLE_MESSAGE_RECV, time(NULL));
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
}

void
msnp_purple_im_unlisten(MsnpLogin *login)
{
	if (login->hears_messages)
		g_signal_handlers_disconnect_by_data(msnp_session_conversations(login->session),
						     login);
	login->hears_messages = FALSE;
}
