/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words for what goes wrong, and what it means to libpurple: whether to come back by itself.
 * Only NETWORK_ERROR lets a user interface reconnect. The core says what happened
 * (core/msnp-error.h); the message of a GError is for the log and is not shown.
 */
#include "msnp-purple.h"

typedef struct {
	guint code;   /* MsnpErrorCode */
	guint number; /* of the server; 0: any other */
	PurpleConnectionError reason;
	const char *words;
} AccountRow;

/* A number's own row counts before its code's. Source of the numbers: notification.md 15. */
static const AccountRow account_rows[] = {
	{ MSNP_ERROR_NETWORK, 0, PURPLE_CONNECTION_ERROR_NETWORK_ERROR,
	  N_("The connection to the server failed or was lost.") },
	{ MSNP_ERROR_PASSWORD, 0, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED,
	  N_("The server does not accept this e-mail address and password. Check both, "
	     "and that the account belongs to the chosen service.") },
	{ MSNP_ERROR_ACCOUNT, 0, PURPLE_CONNECTION_ERROR_AUTHENTICATION_IMPOSSIBLE,
	  N_("The server refuses to sign this account on. Ask the people who run the "
	     "service.") },
	{ MSNP_ERROR_ACCOUNT, 420, PURPLE_CONNECTION_ERROR_OTHER_ERROR,
	  N_("The service does not admit this kind of program. Ask the people who run it.") },
	{ MSNP_ERROR_ACCOUNT, 511, PURPLE_CONNECTION_ERROR_AUTHENTICATION_IMPOSSIBLE,
	  N_("This account is banned. Ask the people who run the service.") },
	{ MSNP_ERROR_ACCOUNT, 718, PURPLE_CONNECTION_ERROR_AUTHENTICATION_IMPOSSIBLE,
	  N_("This account is restricted or suspended. Ask the people who run the service.") },
	{ MSNP_ERROR_ACCOUNT, 917, PURPLE_CONNECTION_ERROR_INVALID_USERNAME,
	  N_("Addresses of this mail domain cannot sign on at this service. Check the "
	     "address and the chosen service.") },
	{ MSNP_ERROR_ACCOUNT, 923, PURPLE_CONNECTION_ERROR_AUTHENTICATION_IMPOSSIBLE,
	  N_("This is a child's account: a parent has to agree on the web site of the "
	     "service first.") },
	{ MSNP_ERROR_ACCOUNT, 924, PURPLE_CONNECTION_ERROR_AUTHENTICATION_IMPOSSIBLE,
	  N_("The e-mail address of this account has not been confirmed. Follow the link "
	     "in the mail that the service has sent, then sign on again.") },
	{ MSNP_ERROR_ACCOUNT, 927, PURPLE_CONNECTION_ERROR_AUTHENTICATION_IMPOSSIBLE,
	  N_("This account is restricted or suspended. Ask the people who run the service.") },
	{ MSNP_ERROR_ACCOUNT, 930, PURPLE_CONNECTION_ERROR_AUTHENTICATION_IMPOSSIBLE,
	  N_("This account belongs to a company's own service and cannot sign on here.") },
	{ MSNP_ERROR_ELSEWHERE, 0, PURPLE_CONNECTION_ERROR_NAME_IN_USE,
	  N_("You have signed on at another place with this account. Only one place at a "
	     "time is possible: signing on here again ends the other one.") },
	{ MSNP_ERROR_MAINTENANCE, 0, PURPLE_CONNECTION_ERROR_NETWORK_ERROR,
	  N_("The server is down for maintenance. Your account comes back when the server "
	     "does.") },
	{ MSNP_ERROR_BUSY, 0, PURPLE_CONNECTION_ERROR_NETWORK_ERROR,
	  N_("The server is too busy at the moment. It is tried again later.") },
	{ MSNP_ERROR_INCOMPATIBLE, 0, PURPLE_CONNECTION_ERROR_OTHER_ERROR,
	  N_("This server does not speak MSNP13 or MSNP14. Check the server and the port "
	     "in the account's settings.") },
	{ MSNP_ERROR_SERVER, 0, PURPLE_CONNECTION_ERROR_NETWORK_ERROR,
	  N_("The server answered with something that makes no sense. It is tried again "
	     "later.") },
	{ MSNP_ERROR_LISTS, 0, PURPLE_CONNECTION_ERROR_NETWORK_ERROR,
	  N_("The contact list could not be fetched from the server. It is tried again "
	     "later.") },
	{ MSNP_ERROR_TLS, 0, PURPLE_CONNECTION_ERROR_CERT_OTHER_ERROR,
	  N_("The server's certificate is not one that this computer trusts, so the "
	     "password was not sent. Check the clock of this computer and the server in "
	     "the account's settings; for a server of your own, install its certificate "
	     "authority on this computer.") },
	{ MSNP_ERROR_INSECURE, 0, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS,
	  N_("The password would have gone over plain http, where everyone on the way can "
	     "read it, so it was not sent. Use a base URL that begins with https://, or, "
	     "if you accept the risk, tick the option about plain http on the Advanced "
	     "tab of the account.") },
	{ MSNP_ERROR_CONFIG, 0, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS,
	  N_("An address in the account's settings is wrong: nothing of the kind answers "
	     "there. Check the server, the port and the base URL on the Advanced tab.") },
};

static const char no_tls_words[] =
    N_("This computer has no support for encrypted connections to web services, so "
       "the password was not sent. Install the package glib-networking and start "
       "the program again.");

static const AccountRow *
account_row(const GError *error, guint number)
{
	const AccountRow *found = NULL;
	guint code = error->domain == MSNP_ERROR ? (guint)error->code : MSNP_ERROR_NETWORK;

	for (guint i = 0; i < G_N_ELEMENTS(account_rows); i++) {
		const AccountRow *row = &account_rows[i];

		if (row->code == code && (row->number == number || (row->number == 0 && !found)))
			found = row;
	}
	return found ? found : &account_rows[0];
}

char *
msnp_purple_error_words(const GError *error, PurpleConnectionError *reason)
{
	guint number = msnp_error_number(error);
	const AccountRow *row = account_row(error, number);

	*reason = row->reason;
	if (row->code == MSNP_ERROR_TLS &&
	    !g_tls_backend_supports_tls(g_tls_backend_get_default())) {
		*reason = PURPLE_CONNECTION_ERROR_NO_SSL_SUPPORT;
		return g_strdup(_(no_tls_words));
	}
	if (!number)
		return g_strdup(_(row->words));
	/* The number helps those who help. */
	return g_strdup_printf(_("%s (Error %u)"), _(row->words), number);
}

/* By MsnpGatewayError; for what is not here nothing better is known. */
static const char *const gateway_words[] = {
	[MSNP_GATEWAY_ERROR_PROXY] =
	    N_("The proxy opens no way to the HTTP method server. Check the user name and the "
	       "password of the proxy in the account's settings."),
	[MSNP_GATEWAY_ERROR_REFUSED] =
	    N_("The HTTP method server, or a proxy before it, refused the connection, or forgot "
	       "it. If this goes on, check the HTTP method server and the proxy in the account's "
	       "settings."),
	[MSNP_GATEWAY_ERROR_ANSWER] =
	    N_("What answers at the address of the HTTP method server is none, or does not work at "
	       "the moment. If this goes on, check that address on the Advanced tab of the "
	       "account."),
	[MSNP_GATEWAY_ERROR_TIMEOUT] = N_("The HTTP method server does not answer in time."),
	[MSNP_GATEWAY_ERROR_TOO_LARGE] = N_("The HTTP method server sent more than makes sense."),
};

const char *
msnp_purple_gateway_words(const GError *error)
{
	const char *words = NULL;

	if (error && error->domain == MSNP_GATEWAY_ERROR &&
	    (guint)error->code < G_N_ELEMENTS(gateway_words))
		words = gateway_words[error->code];
	return words ? _(words)
		     : _("The connection through the HTTP method server failed or was lost.");
}
