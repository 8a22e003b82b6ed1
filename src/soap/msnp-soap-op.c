/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The envelope around a request: what all operations of address book and sharing share
 * (services.md 3.1). Knows nothing of HTTP.
 */
#include "soap/msnp-soap-op.h"

#include <string.h>

#include "util/msnp-secret.h"

#define NS_ENVELOPE "http://schemas.xmlsoap.org/soap/envelope/"
#define NS_ENCODING "http://schemas.xmlsoap.org/soap/encoding/"
#define NS_XSI      "http://www.w3.org/2001/XMLSchema-instance"
#define NS_XSD      "http://www.w3.org/2001/XMLSchema"
/* The clients of MSNP14's time were this application: services.md 3.2. */
#define APPLICATION_ID "09607671-1C32-421F-A6A6-CBFAA51AB5F4"

static const char *
scenario_of(const MsnpSoapOp *op, gconstpointer args)
{
	const char *chosen = op->choose_scenario == NULL ? NULL : op->choose_scenario(args);

	return chosen == NULL ? op->scenario : chosen;
}

static void
add_headers(MsnpXmlBuilder *builder, const MsnpSoapOp *op, gconstpointer args, const char *ticket,
	    const char *cache_key)
{
	msnp_xml_open_ns(builder, "ABApplicationHeader", NULL, MSNP_NS_ADDRESSBOOK);
	msnp_xml_leaf(builder, "ApplicationId", APPLICATION_ID);
	msnp_xml_leaf(builder, "IsMigration", "false");
	msnp_xml_leaf(builder, "PartnerScenario", scenario_of(op, args));
	if (cache_key != NULL)
		msnp_xml_leaf(builder, "CacheKey", cache_key);
	msnp_xml_close(builder);

	msnp_xml_open_ns(builder, "ABAuthHeader", NULL, MSNP_NS_ADDRESSBOOK);
	msnp_xml_leaf(builder, "ManagedGroupRequest", "false");
	if (ticket != NULL)
		msnp_xml_leaf(builder, "TicketToken", ticket);
	msnp_xml_close(builder);
}

static void
add_envelope(MsnpXmlBuilder *builder, const MsnpSoapOp *op, gconstpointer args, const char *ticket,
	     const char *cache_key)
{
	msnp_xml_open_ns(builder, "soap:Envelope", "soap", NS_ENVELOPE);
	msnp_xml_declare(builder, "xsi", NS_XSI);
	msnp_xml_declare(builder, "xsd", NS_XSD);
	msnp_xml_declare(builder, "soapenc", NS_ENCODING);
	msnp_xml_open(builder, "soap:Header");
	if (op->scenario != NULL)
		add_headers(builder, op, args, ticket, cache_key);
	else if (op->build_header != NULL)
		op->build_header(builder, args, ticket == NULL ? "" : ticket);
	msnp_xml_close(builder);
	msnp_xml_open(builder, "soap:Body");
	op->build(builder, args);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
}

static gpointer
text_copy(gconstpointer text)
{
	return g_strdup(text);
}

const MsnpSoapArgs msnp_soap_text_args = { text_copy, g_free };

static gpointer
list_read_copy(gconstpointer data)
{
	const MsnpListRead *args = data;
	MsnpListRead *copy = g_new(MsnpListRead, 1);

	copy->since = g_strdup(args->since);
	copy->scenario = g_strdup(args->scenario);
	return copy;
}

static void
list_read_free(gpointer data)
{
	MsnpListRead *args = data;

	g_free((char *)args->since);
	g_free((char *)args->scenario);
	g_free(args);
}

const MsnpSoapArgs msnp_list_read_args = { list_read_copy, list_read_free };

void
msnp_soap_build_range(MsnpXmlBuilder *builder, const MsnpListRead *read)
{
	gboolean is_delta = read != NULL && read->since != NULL && *read->since != '\0';

	msnp_xml_leaf(builder, "deltasOnly", is_delta ? "true" : "false");
	msnp_xml_leaf(builder, "lastChange", is_delta ? read->since : MSNP_ZERO_DATE);
}

const char *
msnp_soap_read_scenario(gconstpointer args)
{
	const MsnpListRead *read = args;

	return read == NULL ? NULL : read->scenario;
}

typedef struct {
	gsize length;
	char *text;
} Request;

static void
request_free(gpointer data)
{
	Request *request = data;

	msnp_secret_wipe(request->text, request->length);
	g_free(request->text);
	g_free(request);
}

GBytes *
msnp_soap_op_request(const MsnpSoapOp *op, gconstpointer args, const char *ticket,
		     const char *cache_key)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	Request *request = g_new(Request, 1);

	if (op->whole_envelope)
		op->build(builder, args);
	else
		add_envelope(builder, op, args, ticket, cache_key);
	request->text = msnp_xml_builder_document(builder);
	request->length = strlen(request->text);
	return g_bytes_new_with_free_func(request->text, request->length, request_free, request);
}
