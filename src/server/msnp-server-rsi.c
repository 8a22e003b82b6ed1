/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Receiving of offline messages: GetMetadata, GetMessage, DeleteMessages. Source: services.md 10.2
 * and 15 (row 18), servers.md "Offline messages".
 */
#include <string.h>

#include "server/msnp-server-http.h"
#include "wire/msnp-list-payload.h"

/* How many ids one DeleteMessages may have. */
#define DELETE_MAX 20
/* So much of the ticket the server that people use looks at. */
#define ESCARGOT_TICKET 20

static gboolean
escargot(MsnpServerRequest *request)
{
	return msnp_server_faults_take(request->server->faults, MSNP_FAULT_ESCARGOT_OFFLINE);
}

/* ---- Faults ---- */

/* detail NULL: without one. */
static void
answer_fault(MsnpServerRequest *request, const char *code, const char *text, const char *detail,
	     const char *value)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	gboolean ok = detail != NULL &&
		      msnp_server_faults_take(request->server->faults, MSNP_FAULT_FAULT_200);

	msnp_xml_open_ns(builder, "soap:Envelope", "soap", MSNP_NS_SOAP);
	msnp_xml_open(builder, "soap:Body");
	msnp_xml_open(builder, "soap:Fault");
	msnp_xml_leaf(builder, "faultcode", code);
	msnp_xml_leaf(builder, "faultstring", text);
	if (detail != NULL) {
		msnp_xml_open(builder, "detail");
		msnp_xml_open_ns(builder, detail, NULL, MSNP_NS_RSI);
		msnp_xml_add_text(builder, value);
	}
	msnp_server_request_answer(request, ok ? 200 : 500, msnp_server_envelope_close(builder));
}

static void
refuse_ticket(MsnpServerRequest *request)
{
	MsnpServerFaults *faults = request->server->faults;

	request->ticket_refused = TRUE;
	if (escargot(request))
		answer_fault(request, "soap:Client", "Schema validation error", NULL, NULL);
	else if (msnp_server_faults_take_word(faults, MSNP_FAULT_OIM_CHALLENGE, "tweener", NULL))
		answer_fault(request, "AuthenticationFailed", "Authentication failed.",
			     "TweenerChallenge", "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1");
	else
		answer_fault(request, "AuthenticationFailed", "Authentication failed.",
			     "RequiredAuthPolicy", "MBI");
}

/* ---- The ticket ---- */

/* Whose t and p these are; NULL: nobody's. */
static MsnpServerTickets *
find_tickets(MsnpServerRequest *request, const char *t, const char *p)
{
	for (guint i = 0; i < request->server->tickets->len; i++) {
		MsnpServerTickets *tickets = request->server->tickets->pdata[i];
		const char *token = tickets->tokens[MSNP_SERVER_TOKEN_MESSENGER];
		const char *its_p = strstr(token, "&p=");
		g_autofree char *its_t = msnp_server_ticket_t(token);

		if (strcmp(t, its_t) == 0 && strcmp(p, its_p == NULL ? "" : its_p + 3) == 0)
			return tickets;
		if (strncmp(t, its_t, ESCARGOT_TICKET) == 0 && escargot(request)) {
			msnp_server_request_warn(request, "services.md 15.18",
						 "PassportCookie is not the whole ticket");
			return tickets;
		}
	}
	return NULL;
}

/* FALSE: answered. */
static gboolean
check_header(MsnpServerRequest *request)
{
	xmlNode *header = msnp_xml_child(xmlDocGetRootElement(request->doc), "Header");
	xmlNode *cookie = msnp_xml_child(header, "PassportCookie");
	g_autofree char *t = msnp_xml_child_text(cookie, "t");
	g_autofree char *p = msnp_xml_child_text(cookie, "p");
	const char *word = msnp_server_op_word(request->op), *code;
	MsnpServerTickets *tickets;
	g_autofree char *owned = NULL;

	if (!msnp_server_request_children(request, header, MSNP_NS_RSI, "PassportCookie") ||
	    !msnp_server_request_children(request, cookie, MSNP_NS_RSI, "t p"))
		return FALSE;
	tickets = find_tickets(request, t, p);
	if (tickets == NULL)
		msnp_server_request_warn(request, "services.md 15.18",
					 g_str_has_prefix(t, "t=")
					     ? "PassportCookie has t with its name before it"
					     : "PassportCookie is not the ticket of "
					       "messenger.msn.com");
	if (tickets == NULL || !msnp_server_offline_ticket(request, tickets)) {
		refuse_ticket(request);
		return FALSE;
	}
	code = msnp_server_faults_take_second(request->server->faults, MSNP_FAULT_FAULT, word);
	owned = g_strdup(code);
	if (g_strcmp0(owned, "AuthenticationFailed") == 0)
		refuse_ticket(request);
	else if (owned != NULL)
		answer_fault(request, owned, owned, NULL, NULL);
	return owned == NULL;
}

/* The element's namespace, and the header. FALSE: answered. */
static gboolean
check(MsnpServerRequest *request, xmlNode *body)
{
	if (msnp_server_in_namespace(body, MSNP_NS_RSI))
		return check_header(request);
	msnp_server_request_reject(request, "services.md 15.3", "%s is of another namespace",
				   (const char *)body->name);
	return FALSE;
}

static void
open_answer(MsnpServerRequest *request, MsnpXmlBuilder *builder)
{
	g_autofree char *name = g_strconcat(request->op->name, "Response", NULL);

	msnp_xml_open_ns(builder, "soap:Envelope", "soap", MSNP_NS_SOAP);
	msnp_xml_open(builder, "soap:Body");
	msnp_xml_open_ns(builder, name, NULL, MSNP_NS_RSI);
}

/* ---- GetMetadata ---- */

/* A copy of an element and all that is in it. */
static void
write_copy(MsnpXmlBuilder *builder, const xmlNode *node)
{
	msnp_xml_open(builder, (const char *)node->name);
	for (const xmlNode *child = node->children; child != NULL; child = child->next) {
		if (child->type == XML_ELEMENT_NODE)
			write_copy(builder, child);
		else if (child->type == XML_TEXT_NODE)
			msnp_xml_add_text(builder, (const char *)child->content);
	}
	msnp_xml_close(builder);
}

void
msnp_server_op_get_metadata(MsnpServerRequest *request, xmlNode *body)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	/* The reader keeps no comments. */
	gboolean comment = g_strstr_len(request->text, (gssize)request->length, "<!--") != NULL;
	g_autofree char *data = NULL;

	if (msnp_xml_child(body, NULL) != NULL) {
		msnp_server_request_reject(request, "services.md 15.3", "GetMetadata is not empty");
		return;
	}
	if (!check(request, body))
		return;
	if (!comment && escargot(request)) {
		msnp_server_request_plain(request, 500, "Internal Server Error");
		return;
	}
	data = msnp_server_mail_data(request->server, request->account, NULL, FALSE);
	open_answer(request, builder);
	if (msnp_server_faults_take(request->server->faults, MSNP_FAULT_METADATA_ELEMENT)) {
		g_autoptr(xmlDoc) doc = msnp_xml_parse(data, -1, NULL);

		write_copy(builder, xmlDocGetRootElement(doc));
	} else {
		msnp_xml_add_text(builder, data);
	}
	msnp_server_request_answer(request, 200, msnp_server_envelope_close(builder));
}

/* ---- GetMessage ---- */

/* As it is sent by the server that people use: carriage returns raw, which a reader of XML does not
 * keep. */
static GBytes *
with_raw_returns(GBytes *bytes)
{
	gsize length;
	const char *text = g_bytes_get_data(bytes, &length);
	g_autofree char *copy = g_strndup(text, length);
	g_auto(GStrv) parts = g_strsplit(copy, "&#13;", -1);
	char *joined = g_strjoinv("\r", parts);

	g_bytes_unref(bytes);
	return g_bytes_new_take(joined, strlen(joined));
}

void
msnp_server_op_get_message(MsnpServerRequest *request, xmlNode *body)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autofree char *id = msnp_xml_child_text(body, "messageId"), *mime = NULL;
	MsnpServerOffline *message;
	GBytes *bytes;

	if (!msnp_server_request_children(request, body, MSNP_NS_RSI, "messageId alsoMarkAsRead") ||
	    !msnp_server_request_text_is(request, body, "alsoMarkAsRead", "false") ||
	    !check(request, body))
		return;
	if (!(msnp_server_offline_marks(request->account, id) & MSNP_SERVER_OFFLINE_LISTED))
		msnp_server_request_warn(request, "services.md 15.18",
					 "GetMessage for an id that was not listed");
	message = msnp_server_offline_find(request->account, id);
	if (message == NULL) {
		msnp_server_request_plain(request, 500, "Internal Server Error");
		return;
	}
	msnp_server_offline_mark(request->account, id, MSNP_SERVER_OFFLINE_FETCHED);
	mime = msnp_server_offline_mime(request->server, request->account, message);
	open_answer(request, builder);
	msnp_xml_leaf(builder, "GetMessageResult", mime);
	bytes = msnp_server_envelope_close(builder);
	if (escargot(request))
		bytes = with_raw_returns(bytes);
	msnp_server_request_answer(request, 200, bytes);
}

/* ---- DeleteMessages ---- */

/* May it be deleted unseen? What is read already, and what the blocked wrote. */
static gboolean
may_go_unseen(const MsnpServerAccount *account, const MsnpServerOffline *message)
{
	const MsnpServerContact *from = NULL;

	for (guint i = 0; i < account->contacts->len; i++) {
		const MsnpServerContact *contact = account->contacts->pdata[i];

		if (g_ascii_strcasecmp(contact->handle, message->from) == 0)
			from = contact;
	}
	return message->read || (from != NULL && (from->lists & MSNP_LIST_BLOCK)) ||
	       (account->block_others && (from == NULL || !(from->lists & MSNP_LIST_ALLOW)));
}

/* FALSE: there is none of this id. */
static gboolean
check_deletion(MsnpServerRequest *request, const char *id)
{
	MsnpServerOffline *message = msnp_server_offline_find(request->account, id);
	guint marks = msnp_server_offline_marks(request->account, id);

	if (marks & MSNP_SERVER_OFFLINE_DELETED)
		msnp_server_request_warn(request, "services.md 15.18",
					 "DeleteMessages for the same id again");
	else if (!(marks & MSNP_SERVER_OFFLINE_FETCHED) &&
		 (message == NULL || !may_go_unseen(request->account, message)))
		msnp_server_request_warn(request, "services.md 15.18",
					 "DeleteMessages for an id that was not fetched");
	return message != NULL;
}

/* All of them exist. */
static void
delete_all(MsnpServerRequest *request, GPtrArray *ids)
{
	MsnpServerAccount *account = request->account;
	guint n = 0;

	for (guint i = 0; i < ids->len; i++) {
		MsnpServerOffline *message = msnp_server_offline_find(account, ids->pdata[i]);

		if (message == NULL)
			continue;
		msnp_server_offline_mark(account, message->id, MSNP_SERVER_OFFLINE_DELETED);
		g_ptr_array_remove(account->offline, message);
		n++;
	}
	msnp_server_save(request->server);
	if (account->session != NULL && account->session->status != NULL)
		msnp_server_send_moved(account->session, ".!!OIM", ".!!trAsH", n);
}

void
msnp_server_op_delete_messages(MsnpServerRequest *request, xmlNode *body)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	xmlNode *list = msnp_xml_child(body, "messageIds");
	gboolean good = TRUE;

	if (!msnp_server_request_children(request, body, MSNP_NS_RSI, "messageIds") ||
	    !msnp_server_request_children(request, list, MSNP_NS_RSI, "messageId*") ||
	    !check(request, body))
		return;
	for (xmlNode *id = msnp_xml_child(list, "messageId"); id != NULL;
	     id = msnp_xml_next(id, "messageId"))
		g_ptr_array_add(ids, msnp_xml_text(id));
	if (ids->len == 0 || ids->len > DELETE_MAX)
		msnp_server_request_warn(request, "services.md 10.2", "DeleteMessages with %u ids",
					 ids->len);
	for (guint i = 0; i < ids->len; i++)
		good = check_deletion(request, ids->pdata[i]) && good;
	if (!good) {
		msnp_server_request_plain(request, 500, "Internal Server Error");
		return;
	}
	delete_all(request, ids);
	open_answer(request, builder);
	msnp_server_request_answer(request, 200, msnp_server_envelope_close(builder));
}
