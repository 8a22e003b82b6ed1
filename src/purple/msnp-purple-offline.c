/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages that people left while we were away, and to whom we may leave some.
 */
#include "msnp-purple.h"

gboolean
msnp_purple_offline_message(const PurpleBuddy *buddy)
{
	MsnpContact *contact = msnp_login_find_contact((PurpleBuddy *)buddy);

	/* A phone is never there; what it takes is sent from its menu, because that may cost. */
	return !contact || contact->network != MSNP_NETWORK_PHONE;
}

static char *
words_of(const MsnpOfflineMessage *message)
{
	g_autofree char *markup = NULL;

	if (message->damaged)
		return g_strdup(_("(This person has left you a message that cannot be read.)"));
	if (!*message->text)
		return NULL;
	markup = msnp_purple_text_to_markup(message->text, NULL, MSNP_PURPLE_PLUS_SHOW);
	if (message->from_phone)
		return g_strdup_printf(_("(from a mobile phone) %s"), markup);
	return g_steal_pointer(&markup);
}

/* Of a stranger libpurple knows the address only. Beside it, the name cannot pretend to be somebody
 * else. */
static void
show_name(MsnpLogin *login, const MsnpOfflineMessage *message)
{
	PurpleConversation *conversation;
	g_autofree char *title = NULL;

	if (!*message->name || purple_find_buddy(login->account, message->handle))
		return;
	conversation = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, message->handle,
							     login->account);
	title = g_strdup_printf("%s (%s)", message->name, message->handle);
	if (conversation)
		purple_conversation_set_title(conversation, title);
}

static void
on_message(MsnpSession *session G_GNUC_UNUSED, const MsnpOfflineMessage *message, gpointer data)
{
	MsnpLogin *login = msnp_login_ref(data);
	g_autofree char *words = words_of(message);
	time_t when = message->when > 0 ? (time_t)(message->when / G_USEC_PER_SEC) : time(NULL);

	if (words)
		msnp_purple_place_writer(login, message->handle);
	if (words)
		serv_got_im(login->gc, message->handle, words,
			    PURPLE_MESSAGE_RECV | PURPLE_MESSAGE_DELAYED, when);
	/* Others hear of it, and may close the account at once. */
	if (words && login->gc)
		show_name(login, message);
	msnp_login_unref(login);
}

void
msnp_purple_offline_listen(MsnpLogin *login)
{
	g_signal_connect(login->session, "offline-message", G_CALLBACK(on_message), login);
}
