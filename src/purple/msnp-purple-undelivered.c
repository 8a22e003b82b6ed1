/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was sent and did not arrive: the words for it, and where they are shown. Every text that is
 * not acknowledged is told of, with the text itself, so that it can be copied.
 */
#include "msnp-purple.h"

#define NOT_DELIVERED N_("This message was not delivered:")
#define NOT_SENT      N_("This message was not sent:")

/* What became of a message: how the line begins, and why. Source: switchboard.md 14, 15. */
static const struct {
	guint code;
	const char *headline;
	const char *why;
} rows[] = {
	{ MSNP_ERROR_NOT_DELIVERED, NOT_DELIVERED, N_("The server could not pass it on.") },
	{ MSNP_ERROR_UNSURE, N_("This message may not have arrived:"),
	  N_("The connection broke before the other side had confirmed it.") },
	{ MSNP_ERROR_OFFLINE, NOT_DELIVERED,
	  N_("The other side is offline or does not want to be reached.") },
	{ MSNP_ERROR_HIDDEN, NOT_SENT,
	  N_("The server does not allow it while you are invisible. Change your status first.") },
	{ MSNP_ERROR_TOO_FAST, NOT_SENT,
	  N_("Those were too many messages or conversations in a short time. Wait half a "
	     "minute.") },
	{ MSNP_ERROR_ADDRESS, NOT_SENT,
	  N_("This is not the address of somebody who can receive messages.") },
	{ MSNP_ERROR_TOO_MUCH, NOT_SENT, N_("Too many messages are waiting to be delivered.") },
	{ MSNP_ERROR_NETWORK, NOT_DELIVERED, N_("The connection to the server was lost.") },
	/* Those of messages that are left for somebody who is offline. */
	{ MSNP_ERROR_BUSY, NOT_DELIVERED,
	  N_("The server is too busy at the moment. Try again later.") },
	{ MSNP_ERROR_TLS, NOT_DELIVERED,
	  N_("The certificate of the service for offline messages is not one that this computer "
	     "trusts.") },
	{ MSNP_ERROR_INSECURE, NOT_DELIVERED,
	  N_("The other side is offline, and the service would take the message only without "
	     "encryption.") },
	{ MSNP_ERROR_CONFIG, NOT_DELIVERED,
	  N_("The other side is offline, and nothing answers where messages are left. Check the "
	     "base URL in the account's settings.") },
	{ MSNP_ERROR_NO_SUCH_ACCOUNT, NOT_DELIVERED,
	  N_("Nobody at this service has this address.") },
	{ MSNP_ERROR_OTHER_NETWORK, NOT_DELIVERED,
	  N_("The address belongs to another network, which this service does not reach.") },
	{ MSNP_ERROR_LIST_FULL, NOT_DELIVERED,
	  N_("Too many messages are waiting for the other side already.") },
	{ MSNP_ERROR_NOT_OFFERED, NOT_DELIVERED,
	  N_("The other side is offline, and the service does not keep messages.") },
	{ MSNP_ERROR_EXPIRED, NOT_DELIVERED,
	  N_("The service does not accept this sign-on any more. Sign off, and on again.") },
	{ MSNP_ERROR_NOT_ACCEPTED, NOT_DELIVERED,
	  N_("Nobody has this address, or the service takes no offline messages for it from "
	     "you.") },
	{ MSNP_ERROR_THROTTLED, NOT_SENT,
	  N_("Those were too many offline messages in a short time. Wait some minutes.") },
	{ MSNP_ERROR_INVALID_TEXT, NOT_DELIVERED,
	  N_("The service finds something in it that it does not take.") },
	{ MSNP_ERROR_TOO_LONG, NOT_DELIVERED, N_("It is longer than the service takes.") },
};

static const char *
headline(const GError *error)
{
	for (guint i = 0; error->domain == MSNP_ERROR && i < G_N_ELEMENTS(rows); i++)
		if (rows[i].code == (guint)error->code)
			return _(rows[i].headline);
	return _(NOT_DELIVERED);
}

/* Everyday reasons, of which the server's number says no more. */
static gboolean
says_all(const GError *error)
{
	return error->domain == MSNP_ERROR &&
	       (error->code == MSNP_ERROR_OFFLINE || error->code == MSNP_ERROR_HIDDEN ||
		error->code == MSNP_ERROR_TOO_FAST || error->code == MSNP_ERROR_ADDRESS);
}

/* Free the answer. */
static char *
why(const GError *error)
{
	guint number = msnp_error_number(error);
	const char *words = _("The server refused it.");

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		words = _("You signed off.");
	for (guint i = 0; error->domain == MSNP_ERROR && i < G_N_ELEMENTS(rows); i++)
		if (rows[i].code == (guint)error->code)
			words = _(rows[i].why);
	if (says_all(error))
		number = 0;
	/* The number helps those who help. */
	return number ? g_strdup_printf(_("%s (Error %u)"), words, number) : g_strdup(words);
}

char *
msnp_purple_undelivered_words(const char *text, const GError *error)
{
	g_autofree char *reason = why(error);

	return g_strjoin("\n", headline(error), text, reason, NULL);
}

char *
msnp_purple_not_nudged_words(const GError *error)
{
	g_autofree char *reason = NULL;

	if (g_error_matches(error, MSNP_ERROR, MSNP_ERROR_TOO_FAST))
		return g_strdup(_("The nudge was not sent: not so many in a short time, please. "
				  "Wait a moment."));
	reason = why(error);
	if (g_error_matches(error, MSNP_ERROR, MSNP_ERROR_UNSURE))
		/* Why */
		return g_strdup_printf(_("The nudge may not have arrived. %s"), reason);
	/* Why */
	return g_strdup_printf(_("The nudge did not arrive. %s"), reason);
}

char *
msnp_purple_not_invited_words(PurpleAccount *account, const char *handle, const GError *error)
{
	g_autofree char *name = msnp_purple_shown_name(account, handle);
	g_autofree char *reason = why(error);

	/* Who; why */
	return g_strdup_printf(_("%s could not be invited. %s"), name, reason);
}

char *
msnp_purple_no_chat_words(const GError *error)
{
	if (g_error_matches(error, MSNP_ERROR, MSNP_ERROR_OFFLINE))
		return g_strdup(
		    _("Those whom you have called are offline or do not want to be reached."));
	if (g_error_matches(error, MSNP_ERROR, MSNP_ERROR_ADDRESS))
		return g_strdup(_("None of the addresses is that of somebody who can be called. An "
				  "address looks like name@example.com."));
	return why(error);
}

/* ---- */

MsnpPurpleSending *
msnp_purple_sending_new(MsnpLogin *login, PurpleConversationType type, const char *window,
			const char *what)
{
	MsnpPurpleSending *sending = g_new0(MsnpPurpleSending, 1);

	sending->login = msnp_login_ref(login);
	sending->type = type;
	sending->window = g_strdup(window);
	sending->what = g_strdup(what);
	return sending;
}

void
msnp_purple_sending_free(MsnpPurpleSending *sending)
{
	if (!sending)
		return;
	msnp_login_unref(sending->login);
	g_free(sending->window);
	g_free(sending->what);
	g_free(sending);
}

/* The account may have been deleted while its last messages failed; while it has a connection, it
 * is there, also in user interfaces that have a list of accounts of their own. */
static gboolean
account_exists(const MsnpPurpleSending *sending)
{
	return sending->login->gc ||
	       g_list_find(purple_accounts_get_all(), sending->login->account);
}

static PurpleConversation *
window(const MsnpPurpleSending *sending)
{
	return purple_find_conversation_with_account(sending->type, sending->window,
						     sending->login->account);
}

/* In the window of a chat that is over libpurple writes nothing any more. */
static gboolean
has_window(const MsnpPurpleSending *sending)
{
	PurpleConversation *conv = window(sending);

	if (!conv || sending->type == PURPLE_CONV_TYPE_IM)
		return conv != NULL;
	return sending->login->gc && !purple_conv_chat_has_left(PURPLE_CONV_CHAT(conv));
}

void
msnp_purple_sending_failed_here(const MsnpPurpleSending *sending, const char *words)
{
	g_autofree char *markup = NULL;

	if (!account_exists(sending) || !has_window(sending))
		return;
	markup = msnp_purple_text_to_markup(words, NULL, MSNP_PURPLE_PLUS_SHOW);
	msnp_purple_note_elsewhere(window(sending), markup);
	purple_conv_present_error(sending->window, sending->login->account, markup);
}

void
msnp_purple_sending_failed(const MsnpPurpleSending *sending, const char *words)
{
	PurpleAccount *account = sending->login->account;

	if (!account_exists(sending))
		return;
	if (!has_window(sending) && sending->type == PURPLE_CONV_TYPE_CHAT) {
		/* Not the connection's, with which it would be closed at a sign-off. */
		purple_notify_error(account, _("Chat"), sending->window, words);
		return;
	}
	if (!has_window(sending) && sending->login->gc)
		purple_conversation_new(sending->type, account, sending->window);
	msnp_purple_sending_failed_here(sending, words);
}
