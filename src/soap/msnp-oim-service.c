/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests and answers of rsi and OIM (services.md 10.2, 10.4). Knows nothing of HTTP.
 */
#include "soap/msnp-oim-service.h"

#include <string.h>

#include "soap/msnp-passport.h"
#include "wire/msnp-challenge.h"
#include "wire/msnp-mime.h"

#define NS_RSI     "http://www.hotmail.msn.com/ws/2004/09/oim/rsi"
#define NS_OIM     "http://messenger.msn.com/ws/2004/09/oim/"
#define NS_RM      "http://schemas.xmlsoap.org/ws/2003/03/rm"
#define NS_UTILITY "http://schemas.xmlsoap.org/ws/2002/07/utility"

/* Store2 is of a later time than its elements: services.md 1.1. */
#define STORE_ACTION "http://messenger.live.com/ws/2006/09/oim/Store2"
#define SEQUENCE_ID  "http://messenger.msn.com"

/* How clients of MSNP14 called themselves: services.md 10.4. */
#define LANGUAGE      "en-US"
#define PROXY         "MSNMSGR"
#define DIALECT       "MSNP14"
#define BUILD_VERSION "8.0.0812"

/* services.md 14.2. */
#define BODY_MAX    (1024 * 1024)
#define DEADLINE_MS 30000

/* ---- rsi ---- */

static void
rsi_header(MsnpXmlBuilder *builder, gconstpointer args G_GNUC_UNUSED, const char *ticket)
{
	g_autoptr(MsnpSecret) whole = msnp_secret_new(ticket);
	g_autoptr(MsnpSecret) p = NULL;
	g_autoptr(MsnpSecret) t = msnp_ticket_t(whole, &p);

	msnp_xml_open_ns(builder, "PassportCookie", NULL, NS_RSI);
	msnp_xml_leaf(builder, "t", msnp_secret_peek(t));
	msnp_xml_leaf(builder, "p", msnp_secret_peek(p));
	msnp_xml_close(builder);
}

/* With a comment inside, without which some servers fail: services.md 10.2. */
static void
list_build(MsnpXmlBuilder *builder, gconstpointer args G_GNUC_UNUSED)
{
	msnp_xml_open_ns(builder, "GetMetadata", NULL, NS_RSI);
	msnp_xml_blank_comment(builder);
	msnp_xml_close(builder);
}

/* MD stands inside as an element, or as the text of one. */
static gpointer
list_parse(xmlNode *response, GError **error)
{
	const xmlNode *md = msnp_xml_child(response, "MD");
	g_autofree char *text = NULL;

	if (md != NULL)
		return msnp_mail_data_read(md);
	text = msnp_xml_text(response);
	return *text == '\0' ? msnp_mail_data_read(NULL) : msnp_mail_data_parse(text, -1, error);
}

const MsnpSoapOp msnp_op_oim_list = {
	.name = "GetMetadata",
	.soap_action = NS_RSI "/GetMetadata",
	.service = MSNP_SERVICE_RSI,
	.ticket = MSNP_TICKET_MESSENGER,
	.body_max = MSNP_MAIL_DATA_MAX_BYTES,
	.deadline_ms = DEADLINE_MS,
	.is_read = TRUE,
	.build = list_build,
	.build_header = rsi_header,
	.response = "GetMetadataResponse",
	.parse = list_parse,
	.free_result = (GDestroyNotify)msnp_mail_data_free,
};

static void
get_build(MsnpXmlBuilder *builder, gconstpointer args)
{
	msnp_xml_open_ns(builder, "GetMessage", NULL, NS_RSI);
	msnp_xml_leaf(builder, "messageId", args);
	/* Read is what it is once the user has it; then it is deleted. */
	msnp_xml_leaf(builder, "alsoMarkAsRead", "false");
	msnp_xml_close(builder);
}

static gpointer
get_parse(xmlNode *response, GError **error G_GNUC_UNUSED)
{
	return msnp_xml_child_text(response, "GetMessageResult");
}

const MsnpSoapOp msnp_op_oim_get = {
	.name = "GetMessage",
	.soap_action = NS_RSI "/GetMessage",
	.service = MSNP_SERVICE_RSI,
	.ticket = MSNP_TICKET_MESSENGER,
	.body_max = BODY_MAX,
	.deadline_ms = DEADLINE_MS,
	.is_read = TRUE,
	.args = &msnp_soap_text_args,
	.build = get_build,
	.build_header = rsi_header,
	.response = "GetMessageResponse",
	.parse = get_parse,
	.free_result = g_free,
};

static void
delete_build(MsnpXmlBuilder *builder, gconstpointer args)
{
	const char *const *ids = args;

	msnp_xml_open_ns(builder, "DeleteMessages", NULL, NS_RSI);
	msnp_xml_open(builder, "messageIds");
	for (guint i = 0; i < MSNP_OIM_DELETE_MAX && ids[i] != NULL; i++)
		msnp_xml_leaf(builder, "messageId", ids[i]);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
}

static gpointer
ids_copy(gconstpointer args)
{
	return g_strdupv((char **)args);
}

static const MsnpSoapArgs ids_args = { ids_copy, (GDestroyNotify)g_strfreev };

const MsnpSoapOp msnp_op_oim_delete = {
	.name = "DeleteMessages",
	.soap_action = NS_RSI "/DeleteMessages",
	.service = MSNP_SERVICE_RSI,
	.ticket = MSNP_TICKET_MESSENGER,
	.body_max = BODY_MAX,
	.deadline_ms = DEADLINE_MS,
	.is_delete = TRUE,
	.args = &ids_args,
	.build = delete_build,
	.build_header = rsi_header,
	.response = "DeleteMessagesResponse",
};

/* ---- OIM ---- */

static void
add_from(MsnpXmlBuilder *builder, const MsnpOimStore *args)
{
	g_autofree char *name = msnp_mime_encode_word(args->name, MSNP_OIM_NAME_MAX_BYTES);

	msnp_xml_open_ns(builder, "From", NULL, NS_OIM);
	msnp_xml_attr(builder, "memberName", args->from);
	/* Rather none than one that is empty: services.md 10.4. */
	if (name != NULL)
		msnp_xml_attr(builder, "friendlyName", name);
	msnp_xml_attr(builder, "xml:lang", LANGUAGE);
	msnp_xml_attr(builder, "proxy", PROXY);
	msnp_xml_attr(builder, "msnpVer", DIALECT);
	msnp_xml_attr(builder, "buildVer", BUILD_VERSION);
	msnp_xml_close(builder);
}

static void
store_header(MsnpXmlBuilder *builder, gconstpointer data, const char *ticket)
{
	const MsnpOimStore *args = data;
	g_autofree char *number = g_strdup_printf("%u", args->sequence);

	add_from(builder, args);
	msnp_xml_open_ns(builder, "To", NULL, NS_OIM);
	msnp_xml_attr(builder, "memberName", args->to);
	msnp_xml_close(builder);

	msnp_xml_open_ns(builder, "Ticket", NULL, NS_OIM);
	msnp_xml_attr(builder, "passport", ticket);
	msnp_xml_attr(builder, "appid", MSNP_PRODUCT_ID);
	msnp_xml_attr(builder, "lockkey", args->lock_key == NULL ? "" : args->lock_key);
	msnp_xml_close(builder);

	msnp_xml_open_ns(builder, "Sequence", NULL, NS_RM);
	msnp_xml_open_ns(builder, "Identifier", NULL, NS_UTILITY);
	msnp_xml_add_text(builder, SEQUENCE_ID);
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "MessageNumber", number);
	msnp_xml_close(builder);
}

/* Two elements directly below Body. */
static void
store_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	const MsnpOimStore *args = data;
	g_autofree char *content = msnp_oim_write(args->text, args->run_id, args->sequence);

	msnp_xml_open_ns(builder, "MessageType", NULL, NS_OIM);
	msnp_xml_add_text(builder, "text");
	msnp_xml_close(builder);
	msnp_xml_open_ns(builder, "Content", NULL, NS_OIM);
	msnp_xml_add_text(builder, content);
	msnp_xml_close(builder);
}

/* The question for the lock key: some servers ask for a new ticket in the same breath, and do not
 * mean it (services.md 10.4). */
static gpointer
store_read_fault(const MsnpSoapFault *fault)
{
	return g_str_equal(fault->code, "AuthenticationFailed") && *fault->lock_key != '\0'
		   ? g_strdup(fault->lock_key)
		   : NULL;
}

static gpointer
store_copy(gconstpointer data)
{
	MsnpOimStore *copy = g_memdup2(data, sizeof(MsnpOimStore));

	copy->from = g_strdup(copy->from);
	copy->name = g_strdup(copy->name);
	copy->to = g_strdup(copy->to);
	copy->lock_key = g_strdup(copy->lock_key);
	copy->run_id = g_strdup(copy->run_id);
	copy->text = g_strdup(copy->text);
	return copy;
}

static void
store_free(gpointer data)
{
	MsnpOimStore *args = data;

	if (args->lock_key != NULL)
		msnp_secret_wipe((char *)args->lock_key, strlen(args->lock_key));
	g_free((char *)args->from);
	g_free((char *)args->name);
	g_free((char *)args->to);
	g_free((char *)args->lock_key);
	g_free((char *)args->run_id);
	g_free((char *)args->text);
	g_free(args);
}

static const MsnpSoapArgs store_args = { store_copy, store_free };

const MsnpSoapOp msnp_op_oim_store = {
	.name = "Store2",
	.soap_action = STORE_ACTION,
	.service = MSNP_SERVICE_OIM,
	.ticket = MSNP_TICKET_MESSENGER,
	.body_max = BODY_MAX,
	.deadline_ms = DEADLINE_MS,
	.args = &store_args,
	.build = store_build,
	.build_header = store_header,
	.response = "StoreResponse",
	.read_fault = store_read_fault,
	.free_result = g_free,
};
