/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The errors of the core, and the one place where those of the layers below become them. May know
 * the error codes of all layers, nothing of what is done about them.
 */
#include "core/msnp-error.h"

#include <gio/gio.h>

#include "net/msnp-gateway.h"
#include "net/msnp-link.h"
#include "soap/msnp-soap-client.h"
#include "wire/msnp-errcode.h"

typedef struct {
	guint number;
} MsnpErrorPrivate;

static void
msnp_error_private_init(MsnpErrorPrivate *priv)
{
	priv->number = 0;
}

static void
msnp_error_private_copy(const MsnpErrorPrivate *source, MsnpErrorPrivate *copy)
{
	copy->number = source->number;
}

static void
msnp_error_private_clear(G_GNUC_UNUSED MsnpErrorPrivate *priv)
{
}

G_DEFINE_EXTENDED_ERROR(MsnpError, msnp_error)

GError *
msnp_error_new(MsnpErrorCode code, guint number, const char *format, ...)
{
	GError *error;
	va_list args;

	va_start(args, format);
	error = g_error_new_valist(MSNP_ERROR, (int)code, format, args);
	va_end(args);
	msnp_error_get_private(error)->number = number;
	return error;
}

guint
msnp_error_number(const GError *error)
{
	if (!error || error->domain != MSNP_ERROR)
		return 0;
	return msnp_error_get_private(error)->number;
}

static const MsnpErrorCode soap_codes[] = {
	[MSNP_SOAP_ERROR_PASSWORD] = MSNP_ERROR_PASSWORD,
	[MSNP_SOAP_ERROR_TICKET] = MSNP_ERROR_EXPIRED,
	[MSNP_SOAP_ERROR_UNAVAILABLE] = MSNP_ERROR_BUSY,
	[MSNP_SOAP_ERROR_NETWORK] = MSNP_ERROR_NETWORK,
	[MSNP_SOAP_ERROR_TLS] = MSNP_ERROR_TLS,
	[MSNP_SOAP_ERROR_INSECURE] = MSNP_ERROR_INSECURE,
	[MSNP_SOAP_ERROR_REDIRECT] = MSNP_ERROR_SERVER,
	[MSNP_SOAP_ERROR_TOO_LARGE] = MSNP_ERROR_SERVER,
	[MSNP_SOAP_ERROR_WRONG_URL] = MSNP_ERROR_CONFIG,
	[MSNP_SOAP_ERROR_ANSWER] = MSNP_ERROR_SERVER,
	[MSNP_SOAP_ERROR_FAULT] = MSNP_ERROR_SERVER,
	[MSNP_SOAP_ERROR_NO_ADDRESSBOOK] = MSNP_ERROR_LISTS,
	[MSNP_SOAP_ERROR_FULL_SYNC] = MSNP_ERROR_LISTS,
	[MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT] = MSNP_ERROR_NO_SUCH_ACCOUNT,
	[MSNP_SOAP_ERROR_OTHER_NETWORK] = MSNP_ERROR_OTHER_NETWORK,
	[MSNP_SOAP_ERROR_EXISTS] = MSNP_ERROR_NAME_TAKEN,
	[MSNP_SOAP_ERROR_GONE] = MSNP_ERROR_NOT_ON_LIST,
	[MSNP_SOAP_ERROR_TOO_LONG] = MSNP_ERROR_NAME_INVALID,
	[MSNP_SOAP_ERROR_FULL] = MSNP_ERROR_LIST_FULL,
	[MSNP_SOAP_ERROR_NOT_OFFERED] = MSNP_ERROR_NOT_OFFERED,
	[MSNP_SOAP_ERROR_NOT_DELIVERED] = MSNP_ERROR_NOT_ACCEPTED,
	[MSNP_SOAP_ERROR_THROTTLED] = MSNP_ERROR_THROTTLED,
	[MSNP_SOAP_ERROR_INVALID_CONTENT] = MSNP_ERROR_INVALID_TEXT,
};
G_STATIC_ASSERT(G_N_ELEMENTS(soap_codes) == MSNP_SOAP_ERROR_INVALID_CONTENT + 1);

static const MsnpErrorCode link_codes[] = {
	[MSNP_LINK_ERROR_CLOSED] = MSNP_ERROR_NETWORK,
	[MSNP_LINK_ERROR_PROTOCOL] = MSNP_ERROR_SERVER,
	[MSNP_LINK_ERROR_TIMEOUT] = MSNP_ERROR_NETWORK,
	[MSNP_LINK_ERROR_OVERFLOW] = MSNP_ERROR_NETWORK,
};
G_STATIC_ASSERT(G_N_ELEMENTS(link_codes) == MSNP_LINK_ERROR_OVERFLOW + 1);

/* Of connections that could not be begun; one that is lost later is a link's. */
static const MsnpErrorCode gateway_codes[] = {
	[MSNP_GATEWAY_ERROR_URL] = MSNP_ERROR_CONFIG,
	[MSNP_GATEWAY_ERROR_INSECURE] = MSNP_ERROR_INSECURE,
	[MSNP_GATEWAY_ERROR_TLS] = MSNP_ERROR_TLS,
	[MSNP_GATEWAY_ERROR_PROXY] = MSNP_ERROR_NETWORK,
	[MSNP_GATEWAY_ERROR_REFUSED] = MSNP_ERROR_NETWORK,
	[MSNP_GATEWAY_ERROR_ANSWER] = MSNP_ERROR_NETWORK,
	[MSNP_GATEWAY_ERROR_NETWORK] = MSNP_ERROR_NETWORK,
	[MSNP_GATEWAY_ERROR_TIMEOUT] = MSNP_ERROR_NETWORK,
	[MSNP_GATEWAY_ERROR_TOO_LARGE] = MSNP_ERROR_NETWORK,
};
G_STATIC_ASSERT(G_N_ELEMENTS(gateway_codes) == MSNP_GATEWAY_ERROR_TOO_LARGE + 1);

static const MsnpErrorCode wire_codes[] = {
	[MSNP_WIRE_ERROR_SYNTAX] = MSNP_ERROR_SERVER,
	[MSNP_WIRE_ERROR_LIMIT] = MSNP_ERROR_SERVER,
	/* What could not be sent is what the user typed: an address with a blank. */
	[MSNP_WIRE_ERROR_VALUE] = MSNP_ERROR_CONFIG,
};
G_STATIC_ASSERT(G_N_ELEMENTS(wire_codes) == MSNP_WIRE_ERROR_VALUE + 1);

/* Numbers that say more than their class: switchboard.md 14. */
static const struct {
	guint number;
	MsnpErrorCode code;
} number_codes[] = {
	{ 201, MSNP_ERROR_ADDRESS },
	{ 205, MSNP_ERROR_ADDRESS },
	{ 208, MSNP_ERROR_ADDRESS },
	{ 216, MSNP_ERROR_OFFLINE },
	{ 217, MSNP_ERROR_OFFLINE },
	{ 713, MSNP_ERROR_TOO_FAST },
	{ 729, MSNP_ERROR_TOO_FAST },
	{ 800, MSNP_ERROR_TOO_FAST },
	{ 913, MSNP_ERROR_HIDDEN },
	/* What the handshake said of us was refused. */
	{ 710, MSNP_ERROR_INCOMPATIBLE },
	{ 731, MSNP_ERROR_INCOMPATIBLE },
};

static MsnpErrorCode
code_of_number(guint number)
{
	const MsnpErrcode *errcode = msnp_errcode_lookup(number);

	for (gsize i = 0; i < G_N_ELEMENTS(number_codes); i++) {
		if (number_codes[i].number == number)
			return number_codes[i].code;
	}
	if (errcode->retry == MSNP_RETRY_TICKET)
		return MSNP_ERROR_PASSWORD;
	if (errcode->retry == MSNP_RETRY_LATER)
		return MSNP_ERROR_MAINTENANCE;
	switch (errcode->errclass) {
	case MSNP_ERRCLASS_ACCOUNT:
		return MSNP_ERROR_ACCOUNT;
	case MSNP_ERRCLASS_LINK:
		return errcode->retry == MSNP_RETRY_NEVER ? MSNP_ERROR_INCOMPATIBLE
							  : MSNP_ERROR_BUSY;
	case MSNP_ERRCLASS_LIST:
		return MSNP_ERROR_LISTS;
	case MSNP_ERRCLASS_REQUEST:
		break;
	}
	return errcode->retry == MSNP_RETRY_REQUEST ? MSNP_ERROR_BUSY : MSNP_ERROR_SERVER;
}

static MsnpErrorCode
code_from_table(const MsnpErrorCode *table, gsize length, int code)
{
	return code >= 0 && (gsize)code < length ? table[code] : MSNP_ERROR_SERVER;
}

static MsnpErrorCode
code_of(const GError *error)
{
	if (error->domain == MSNP_SERVER_ERROR)
		return code_of_number((guint)error->code);
	if (error->domain == MSNP_LINK_ERROR)
		return code_from_table(link_codes, G_N_ELEMENTS(link_codes), error->code);
	if (error->domain == MSNP_GATEWAY_ERROR)
		return code_from_table(gateway_codes, G_N_ELEMENTS(gateway_codes), error->code);
	if (error->domain == MSNP_SOAP_ERROR)
		return code_from_table(soap_codes, G_N_ELEMENTS(soap_codes), error->code);
	if (error->domain == MSNP_WIRE_ERROR)
		return code_from_table(wire_codes, G_N_ELEMENTS(wire_codes), error->code);
	if (error->domain == G_TLS_ERROR)
		return MSNP_ERROR_TLS;
	/* Connectors fail with G_IO_ERROR, G_RESOLVER_ERROR or whatever a proxy has to say. */
	return MSNP_ERROR_NETWORK;
}

GError *
msnp_error_from(const GError *error)
{
	guint number;

	if (error->domain == MSNP_ERROR || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return g_error_copy(error);
	number = error->domain == MSNP_SERVER_ERROR ? (guint)error->code : 0;
	return msnp_error_new(code_of(error), number, "%s", error->message);
}
