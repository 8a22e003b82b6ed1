/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Headers and body of a request. The ticket goes into both of them (services.md 3.2).
 */
#include "soap/msnp-soap-message.h"

#include <string.h>

#include "soap/msnp-passport.h"

/* What RST gave has been checked; what a caller sets has not. */
static gboolean
is_header_safe(const char *text)
{
	for (; *text != '\0'; text++) {
		if (!g_ascii_isgraph(*text) || *text == ';')
			return FALSE;
	}
	return TRUE;
}

/* MSPAuth goes to address book and sharing only: services.md 14.3. */
static gboolean
add_cookie(SoupMessageHeaders *headers, MsnpSecret *ticket)
{
	g_autoptr(MsnpSecret) t = msnp_ticket_t(ticket, NULL);
	char *cookie;

	if (!is_header_safe(msnp_secret_peek(t)))
		return FALSE;
	cookie = g_strconcat("MSPAuth=", msnp_secret_peek(t), NULL);
	soup_message_headers_replace(headers, "Cookie", cookie);
	msnp_secret_wipe(cookie, strlen(cookie));
	g_free(cookie);
	return TRUE;
}

static gboolean
add_ticket(const MsnpSoapOp *op, SoupMessageHeaders *headers, MsnpSecret *ticket)
{
	if (op->ticket == MSNP_TICKET_NONE)
		return TRUE;
	if (ticket == NULL || msnp_secret_is_empty(ticket))
		return FALSE;
	return op->scenario == NULL || add_cookie(headers, ticket);
}

static void
add_headers(const MsnpSoapOp *op, SoupMessageHeaders *headers)
{
	g_autofree char *quoted = g_strdup_printf("\"%s\"", op->soap_action);

	soup_message_headers_replace(headers, "Accept", "text/*");
	soup_message_headers_replace(headers, "Cache-Control", "no-cache");
	if (*op->soap_action != '\0')
		soup_message_headers_replace(headers, "SOAPAction", quoted);
}

/* Once more when it is sent again, to a proxy that has asked for the password: libsoup 3.2 has used
 * the body up. */
static void
set_body(SoupMessage *message, GBytes *body)
{
	soup_message_set_request_body_from_bytes(message, "text/xml; charset=utf-8", body);
}

static void
unref_body(gpointer body, G_GNUC_UNUSED GClosure *closure)
{
	g_bytes_unref(body);
}

SoupMessage *
msnp_soap_message_new(const MsnpSoapOp *op, gconstpointer args, GUri *uri, MsnpSecret *ticket,
		      const char *cache_key, gsize *size)
{
	g_autoptr(SoupMessage) message = soup_message_new_from_uri("POST", uri);
	SoupMessageHeaders *headers = soup_message_get_request_headers(message);
	g_autoptr(GBytes) body = NULL;

	add_headers(op, headers);
	if (!add_ticket(op, headers, ticket))
		return NULL;
	body = msnp_soap_op_request(op, args, ticket == NULL ? NULL : msnp_secret_peek(ticket),
				    cache_key);
	*size = g_bytes_get_size(body);
	soup_message_add_flags(message, SOUP_MESSAGE_NO_REDIRECT);
	/* Otherwise libsoup gives each POST a new connection, and those opened ahead are wasted. */
	if (op->is_read)
		soup_message_add_flags(message, SOUP_MESSAGE_IDEMPOTENT);
	set_body(message, body);
	g_signal_connect_data(message, "restarted", G_CALLBACK(set_body), g_bytes_ref(body),
			      unref_body, 0);
	return g_steal_pointer(&message);
}
