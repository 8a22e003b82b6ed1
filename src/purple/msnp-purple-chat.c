/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chats: windows that come and go with the core's chats, who is in them, and what is said.
 *
 * The core's number of a chat is libpurple's: no two chats of this process have the same, whatever
 * the account. The window of a chat that is over stays, and nothing can be sent from it.
 */
#include "msnp-purple.h"

#include <errno.h>

char *
msnp_purple_chat_window(int id)
{
	/* A number */
	return g_strdup_printf(_("Chat %d"), id);
}

static MsnpChat *
find_chat(PurpleConnection *gc, int id)
{
	MsnpLogin *login = msnp_login_of_connection(gc);
	MsnpConversations *set = login ? msnp_session_conversations(login->session) : NULL;

	return set ? msnp_conversations_find_chat(set, id) : NULL;
}

static char *
own_handle(MsnpLogin *login)
{
	return g_strdup(
	    msnp_purple_normalize(login->account, purple_account_get_username(login->account)));
}

/* ---- Who is there ---- */

/* libpurple tells its own lines from others' by the nick, which it has made the display name. */
static void
add_everybody(MsnpLogin *login, PurpleConversation *conv, MsnpChat *chat)
{
	const GPtrArray *members = msnp_chat_members(chat);
	PurpleConvChat *room = PURPLE_CONV_CHAT(conv);
	g_autofree char *own = own_handle(login);
	GList *users = g_list_append(NULL, own);
	GList *flags = g_list_append(NULL, GINT_TO_POINTER(PURPLE_CBFLAGS_NONE));

	for (guint i = 0; i < members->len; i++) {
		const MsnpChatMember *member = g_ptr_array_index(members, i);

		users = g_list_append(users, g_strdup(member->handle));
		flags = g_list_append(flags, GINT_TO_POINTER(PURPLE_CBFLAGS_NONE));
	}
	purple_conv_chat_set_nick(room, own);
	purple_conv_chat_add_users(room, users, NULL, flags, FALSE);
	users = g_list_remove(users, own);
	g_list_free_full(users, g_free);
	g_list_free(flags);
}

/* The window of two, if there is one, says where it goes on. */
static void
note_change(MsnpLogin *login, MsnpConversation *from, const char *window)
{
	PurpleConversation *conv = purple_find_conversation_with_account(
	    PURPLE_CONV_TYPE_IM, msnp_conversation_handle(from), login->account);
	g_autofree char *words = NULL;

	if (!conv)
		return;
	/* The name of a window */
	words = g_strdup_printf(_("Others have come into this conversation. It goes on in the "
				  "window \"%s\"; what is written here is for the two of you."),
				window);
	msnp_purple_note(conv, words);
}

static void
note_inviter(MsnpLogin *login, PurpleConversation *conv, const char *by)
{
	g_autofree char *name = msnp_purple_shown_name(login->account, by);
	/* Who */
	g_autofree char *words = g_strdup_printf(_("%s has called you into this chat."), name);

	msnp_purple_note(conv, words);
}

/* Each thing that is told to libpurple is heard by others, who may close the window or the account
 * on the spot. */
static PurpleConversation *
window_of(MsnpLogin *login, int id)
{
	return login->gc ? purple_find_chat(login->gc, id) : NULL;
}

static void
on_began(MsnpConversations *set G_GNUC_UNUSED, MsnpChat *chat, MsnpConversation *from,
	 const char *by, gpointer data)
{
	MsnpLogin *login = msnp_login_ref(data);
	int id = msnp_chat_id(chat);
	g_autofree char *window = msnp_purple_chat_window(id);
	PurpleConversation *conv;

	serv_got_joined_chat(login->gc, id, window);
	conv = window_of(login, id);
	if (conv)
		add_everybody(login, conv, chat);
	conv = window_of(login, id);
	if (conv && by)
		note_inviter(login, conv, by);
	if (login->gc && from)
		note_change(login, from, window);
	msnp_login_unref(login);
}

static void
on_joined(MsnpConversations *set G_GNUC_UNUSED, MsnpChat *chat, const char *handle,
	  const char *name G_GNUC_UNUSED, gpointer data)
{
	PurpleConversation *conv = window_of(data, msnp_chat_id(chat));

	if (conv && !purple_conv_chat_find_user(PURPLE_CONV_CHAT(conv), handle))
		purple_conv_chat_add_user(PURPLE_CONV_CHAT(conv), handle, NULL, PURPLE_CBFLAGS_NONE,
					  TRUE);
}

static void
on_left(MsnpConversations *set G_GNUC_UNUSED, MsnpChat *chat, const char *handle,
	gboolean idle G_GNUC_UNUSED, gpointer data)
{
	PurpleConversation *conv = window_of(data, msnp_chat_id(chat));

	if (conv && purple_conv_chat_find_user(PURPLE_CONV_CHAT(conv), handle))
		purple_conv_chat_remove_user(PURPLE_CONV_CHAT(conv), handle, NULL);
}

static void
on_ended(MsnpConversations *set G_GNUC_UNUSED, MsnpChat *chat, gpointer data)
{
	MsnpLogin *login = msnp_login_ref(data);
	int id = msnp_chat_id(chat);
	PurpleConversation *conv = window_of(login, id);

	if (conv)
		msnp_purple_note(
		    conv,
		    _("This chat is over: everybody else has left it, or the connection to it was lost. To go on, start a new one from the menu of a contact."));
	if (window_of(login, id))
		serv_got_chat_left(login->gc, id);
	msnp_login_unref(login);
}

/* ---- What is said ---- */

static void
on_message(MsnpConversations *set G_GNUC_UNUSED, MsnpChat *chat, const char *handle,
	   const char *name G_GNUC_UNUSED, MsnpMessage *message, const MsnpContent *content,
	   gpointer data)
{
	MsnpLogin *login = data;
	int id = msnp_chat_id(chat);
	PurpleConversation *conv = window_of(login, id);
	g_autoptr(MsnpPurpleLine) line = NULL;

	if (!conv)
		return;
	if (content->kind == MSNP_CONTENT_NUDGE) {
		msnp_purple_got_nudge_in_chat(login, id, handle);
		return;
	}
	line = msnp_purple_line_new(login, handle, message, content);
	if (line && line->said)
		serv_got_chat_in(login->gc, id, handle, msnp_purple_line_flags(line), line->markup,
				 time(NULL));
	else if (line)
		msnp_purple_note_markup(conv, line->markup);
}

static void
sent(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpPurpleSending) sending = data;
	g_autoptr(GError) error = NULL;
	g_autofree char *words = NULL;

	if (msnp_chat_send_text_finish(MSNP_CHAT(source), result, &error) || sending->automatic)
		return;
	words = msnp_purple_undelivered_words(sending->what, error);
	msnp_purple_sending_failed(sending, words);
}

static MsnpPurpleSending *
sending_new(PurpleConnection *gc, int id, const char *text)
{
	g_autofree char *window = msnp_purple_chat_window(id);

	return msnp_purple_sending_new(msnp_login_of_connection(gc), PURPLE_CONV_TYPE_CHAT, window,
				       text);
}

/* Not every user interface knows that nothing can be sent from the window of a chat that is over:
 * there the text is given back. */
static int
refuse(PurpleConnection *gc, int id, const char *text)
{
	g_autoptr(MsnpPurpleSending) sending = NULL;
	g_autofree char *words = NULL;

	if (!msnp_login_of_connection(gc))
		return -ENOTCONN;
	sending = sending_new(gc, id, text);
	/* The text */
	words = g_strdup_printf(_("This chat is over, so this message was not sent:\n%s"), text);
	msnp_purple_sending_failed(sending, words);
	return 0;
}

/* libpurple leaves it to the protocol to show one's own line in a chat: lesson 134. */
int
msnp_purple_chat_send(PurpleConnection *gc, int id, const char *html, PurpleMessageFlags flags)
{
	MsnpChat *chat = find_chat(gc, id);
	g_autoptr(MsnpTextFormat) format = NULL;
	g_autofree char *text = msnp_purple_text_from_markup(html, &format);
	g_autofree char *own = NULL;
	MsnpPurpleSending *sending;

	if (!*text)
		return 0;
	if (!chat)
		return refuse(gc, id, text);
	sending = sending_new(gc, id, text);
	sending->automatic = (flags & PURPLE_MESSAGE_AUTO_RESP) != 0;
	own = own_handle(sending->login);
	msnp_chat_send_text_async(chat, text, format,
				  sending->automatic ? MSNP_SEND_AUTOMATIC : MSNP_SEND_NORMAL, sent,
				  sending);
	serv_got_chat_in(gc, id, own, flags | PURPLE_MESSAGE_SEND, html, time(NULL));
	return 1;
}

static void
nudged(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpPurpleSending) sending = data;
	g_autoptr(GError) error = NULL;
	g_autofree char *words = NULL;

	if (msnp_chat_send_nudge_finish(MSNP_CHAT(source), result, &error))
		return;
	words = msnp_purple_not_nudged_words(error);
	msnp_purple_sending_failed_here(sending, words);
}

gboolean
msnp_purple_chat_nudge(PurpleConnection *gc, int id)
{
	MsnpChat *chat = find_chat(gc, id);
	PurpleConversation *conv = chat ? purple_find_chat(gc, id) : NULL;

	if (!conv)
		return FALSE;
	msnp_chat_send_nudge_async(chat, nudged, sending_new(gc, id, NULL));
	msnp_purple_note(conv, _("Sending a nudge..."));
	return TRUE;
}

void
msnp_purple_chat_leave(PurpleConnection *gc, int id)
{
	MsnpChat *chat = find_chat(gc, id);

	if (chat)
		msnp_chat_leave(chat);
}

void
msnp_purple_chat_listen(MsnpLogin *login, MsnpConversations *set)
{
	g_signal_connect(set, "chat-began", G_CALLBACK(on_began), login);
	g_signal_connect(set, "chat-joined", G_CALLBACK(on_joined), login);
	g_signal_connect(set, "chat-left", G_CALLBACK(on_left), login);
	g_signal_connect(set, "chat-message", G_CALLBACK(on_message), login);
	g_signal_connect(set, "chat-ended", G_CALLBACK(on_ended), login);
}
