/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RST: the request (services.md 2.1, 2.7) and the tokens of its answer, found by address (2.3).
 * Knows nothing of HTTP.
 */
#include "soap/msnp-passport.h"

#include <string.h>

#include "soap/msnp-soap-client.h"
#include "wire/msnp-percent.h"

#define NS_ENVELOPE "http://schemas.xmlsoap.org/soap/envelope/"
#define NS_WSSE     "http://schemas.xmlsoap.org/ws/2003/06/secext"
#define NS_WSP      "http://schemas.xmlsoap.org/ws/2002/12/policy"
#define NS_WSA      "http://schemas.xmlsoap.org/ws/2004/03/addressing"
#define NS_WST      "http://schemas.xmlsoap.org/ws/2004/04/trust"
#define NS_PS       "http://schemas.microsoft.com/Passport/SoapServices/PPCRL"
#define NS_XSI      "http://www.w3.org/2001/XMLSchema-instance"
#define NS_XSD      "http://www.w3.org/2001/XMLSchema"

#define ISSUE       "http://schemas.xmlsoap.org/ws/2004/04/security/trust/Issue"
#define HOSTING_APP "{7108E71A-9926-4FCB-BCC9-9A9D3F32E423}"
/* lc=1033, as count and pairs of little-endian lengths and text, in base64. */
#define REQUEST_PARAMS "AQAAAAIAAABsYwQAAAAxMDMz"

/* services.md 2.4, 2.5. */
#define TICKET_MAX       8192
#define LIFETIME_MIN     60
#define LIFETIME_MAX     (30 * 24 * 60 * 60)
#define LIFETIME_DEFAULT (8 * 60 * 60)

typedef struct {
	const char *address;
	const char *policy; /* NULL for none; "?" for that of USR */
	MsnpTicket ticket;  /* NONE for one that we only ask for */
} Token;

/* In the order of the request: services.md 2.1. */
static const Token tokens[] = {
	{ "http://Passport.NET/tb", NULL, MSNP_TICKET_NONE },
	{ "messenger.msn.com", "?", MSNP_TICKET_MESSENGER },
	{ "contacts.msn.com", "MBI", MSNP_TICKET_CONTACTS },
};

G_STATIC_ASSERT(G_N_ELEMENTS(tokens) == MSNP_N_TICKETS);

/* ---- the request ---- */

char *
msnp_rst_policy_uri(const char *policy)
{
	g_autofree char *decoded = msnp_percent_decode(policy);

	return g_strconcat("?", g_strdelimit(decoded, ",", '&'), NULL);
}

static void
add_credentials(MsnpXmlBuilder *builder, const MsnpRstArgs *args)
{
	g_autofree char *handle = g_strstrip(g_strdup(args->handle));

	msnp_xml_open(builder, "Header");
	msnp_xml_open(builder, "ps:AuthInfo");
	msnp_xml_attr(builder, "Id", "PPAuthInfo");
	msnp_xml_leaf(builder, "ps:HostingApp", HOSTING_APP);
	msnp_xml_leaf(builder, "ps:BinaryVersion", "4");
	msnp_xml_leaf(builder, "ps:UIVersion", "1");
	msnp_xml_leaf(builder, "ps:Cookies", "");
	msnp_xml_leaf(builder, "ps:RequestParams", REQUEST_PARAMS);
	msnp_xml_close(builder);

	msnp_xml_open(builder, "wsse:Security");
	msnp_xml_open(builder, "wsse:UsernameToken");
	msnp_xml_attr(builder, "Id", "user");
	msnp_xml_leaf(builder, "wsse:Username", handle);
	msnp_xml_open(builder, "wsse:Password");
	/* Some servers guess the type of text and would make a number of 0123456: 1.4. */
	msnp_xml_attr(builder, "xsi:type", "xsd:string");
	msnp_xml_add_text(builder, msnp_secret_peek(args->password));
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
}

static void
add_token(MsnpXmlBuilder *builder, guint n, const char *address, const char *policy)
{
	g_autofree char *id = g_strdup_printf("RST%u", n);

	msnp_xml_open(builder, "wst:RequestSecurityToken");
	msnp_xml_attr(builder, "Id", id);
	msnp_xml_leaf(builder, "wst:RequestType", ISSUE);
	msnp_xml_open(builder, "wsp:AppliesTo");
	msnp_xml_open(builder, "wsa:EndpointReference");
	msnp_xml_leaf(builder, "wsa:Address", address);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	if (policy != NULL) {
		msnp_xml_open(builder, "wsse:PolicyReference");
		msnp_xml_attr(builder, "URI", policy);
		msnp_xml_close(builder);
	}
	msnp_xml_close(builder);
}

static void
rst_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	const MsnpRstArgs *args = data;
	g_autofree char *policy = msnp_rst_policy_uri(args->policy);

	msnp_xml_open_ns(builder, "Envelope", NULL, NS_ENVELOPE);
	msnp_xml_declare(builder, "wsse", NS_WSSE);
	msnp_xml_declare(builder, "wsp", NS_WSP);
	msnp_xml_declare(builder, "wsa", NS_WSA);
	msnp_xml_declare(builder, "wst", NS_WST);
	msnp_xml_declare(builder, "ps", NS_PS);
	msnp_xml_declare(builder, "xsi", NS_XSI);
	msnp_xml_declare(builder, "xsd", NS_XSD);
	add_credentials(builder, args);
	msnp_xml_open(builder, "Body");
	msnp_xml_open(builder, "ps:RequestMultipleSecurityTokens");
	msnp_xml_attr(builder, "Id", "RSTS");
	for (guint i = 0; i < G_N_ELEMENTS(tokens); i++)
		add_token(builder, i, tokens[i].address,
			  g_strcmp0(tokens[i].policy, "?") == 0 ? policy : tokens[i].policy);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
}

static gpointer
args_copy(gconstpointer data)
{
	const MsnpRstArgs *args = data;
	MsnpRstArgs *copy = g_new(MsnpRstArgs, 1);

	copy->handle = g_strdup(args->handle);
	copy->password = msnp_secret_ref(args->password);
	copy->policy = g_strdup(args->policy);
	return copy;
}

static void
args_free(gpointer data)
{
	MsnpRstArgs *args = data;

	g_free((char *)args->handle);
	msnp_secret_unref(args->password);
	g_free((char *)args->policy);
	g_free(args);
}

const MsnpSoapArgs msnp_rst_args = { args_copy, args_free };

/* ---- the answer ---- */

void
msnp_tickets_free(MsnpTickets *tickets)
{
	if (tickets == NULL)
		return;
	for (guint i = 0; i < MSNP_N_TICKETS; i++)
		g_clear_pointer(&tickets->tickets[i], msnp_secret_unref);
	g_free(tickets);
}

/* A ticket goes into a command, a header and an attribute: services.md 2.4. */
static gboolean
ticket_is_valid(const char *ticket)
{
	gsize length = strlen(ticket);

	if (length == 0 || length > TICKET_MAX)
		return FALSE;
	for (; *ticket != '\0'; ticket++) {
		if (!g_ascii_isgraph(*ticket) || strchr(";,\"", *ticket) != NULL)
			return FALSE;
	}
	return TRUE;
}

static MsnpTicket
ticket_for(const char *address)
{
	for (gsize i = 0; i < G_N_ELEMENTS(tokens); i++) {
		if (g_ascii_strcasecmp(tokens[i].address, address) == 0)
			return tokens[i].ticket;
	}
	return MSNP_TICKET_NONE;
}

/* Servers write LifeTime, the standard Lifetime. Only the difference counts: 2.5. */
static gint64
read_lifetime(const xmlNode *response)
{
	const xmlNode *node = msnp_xml_child(response, "LifeTime");
	g_autofree char *created = NULL;
	g_autofree char *expires = NULL;
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) from = NULL;
	g_autoptr(GDateTime) to = NULL;
	gint64 seconds = 0;

	if (node == NULL)
		node = msnp_xml_child(response, "Lifetime");
	created = msnp_xml_child_text(node, "Created");
	expires = msnp_xml_child_text(node, "Expires");
	from = g_date_time_new_from_iso8601(created, utc);
	to = g_date_time_new_from_iso8601(expires, utc);
	if (from != NULL && to != NULL)
		seconds = g_date_time_difference(to, from) / G_TIME_SPAN_SECOND;
	return seconds >= LIFETIME_MIN && seconds <= LIFETIME_MAX ? seconds : LIFETIME_DEFAULT;
}

/* The first usable token for an address counts. */
static void
read_token(MsnpTickets *tickets, const xmlNode *response)
{
	const xmlNode *address_node =
	    msnp_xml_path(response, "AppliesTo", "EndpointReference", "Address", NULL);
	const xmlNode *token_node =
	    msnp_xml_path(response, "RequestedSecurityToken", "BinarySecurityToken", NULL);
	g_autofree char *address = msnp_xml_text(address_node);
	char *token;
	MsnpTicket which = ticket_for(address);

	if (which == MSNP_TICKET_NONE || tickets->tickets[which] != NULL)
		return;
	token = msnp_xml_text(token_node);
	if (ticket_is_valid(token)) {
		tickets->tickets[which] = msnp_secret_new(token);
		if (which == MSNP_TICKET_MESSENGER)
			tickets->lifetime = read_lifetime(response);
	}
	msnp_secret_wipe(token, strlen(token));
	g_free(token);
}

static gpointer
rst_parse(xmlNode *collection, GError **error)
{
	g_autoptr(MsnpTickets) tickets = g_new0(MsnpTickets, 1);

	for (const xmlNode *response = msnp_xml_child(collection, "RequestSecurityTokenResponse");
	     response != NULL; response = msnp_xml_next(response, "RequestSecurityTokenResponse"))
		read_token(tickets, response);
	if (tickets->tickets[MSNP_TICKET_MESSENGER] != NULL)
		return g_steal_pointer(&tickets);
	g_set_error_literal(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_ANSWER,
			    "the answer has no usable ticket for messenger.msn.com");
	return NULL;
}

MsnpSecret *
msnp_ticket_t(MsnpSecret *ticket, MsnpSecret **p)
{
	const char *start = msnp_secret_peek(ticket);
	const char *end;

	if (g_str_has_prefix(start, "t="))
		start += 2;
	end = strstr(start, "&p=");
	if (p != NULL)
		*p = msnp_secret_new(end == NULL ? "" : end + 3);
	return msnp_secret_new_len(start, end == NULL ? strlen(start) : (gsize)(end - start));
}

/* To ask again after a broken line does no harm, although it is no read in the word's sense. */
const MsnpSoapOp msnp_op_rst = {
	.name = "RST",
	.soap_action = "",
	.service = MSNP_SERVICE_PASSPORT,
	.ticket = MSNP_TICKET_NONE,
	.body_max = 256 * 1024,
	.deadline_ms = 30000,
	.is_read = TRUE,
	.args = &msnp_rst_args,
	.whole_envelope = TRUE,
	.build = rst_build,
	.response = "RequestSecurityTokenResponseCollection",
	.parse = rst_parse,
	.free_result = (GDestroyNotify)msnp_tickets_free,
};
