/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strict checks that all operations share (envelope, headers, ticket), and the writing of envelopes
 * and faults. Source: services.md 2.6, 3 and 15 (rows 1 to 4, 10, 11).
 */
#include <string.h>

#include "server/msnp-server-http.h"

#define NS_XSI "http://www.w3.org/2001/XMLSchema-instance"

/* ---- Checks ---- */

gboolean
msnp_server_in_namespace(const xmlNode *node, const char *ns)
{
	return node->ns != NULL && strcmp((const char *)node->ns->href, ns) == 0;
}

xmlNode *
msnp_server_first_element(const xmlNode *node)
{
	xmlNode *child = node == NULL ? NULL : node->children;

	while (child != NULL && child->type != XML_ELEMENT_NODE)
		child = child->next;
	return child;
}

/* One name of the list against the children from *child on. FALSE: it is missing. */
static gboolean
match_name(char *name, const char *ns, xmlNode **child)
{
	gsize last = strlen(name) - 1;
	gboolean many = name[last] == '*', maybe = many || name[last] == '?', found = FALSE;

	if (maybe)
		name[last] = '\0';
	while (*child != NULL && strcmp((const char *)(*child)->name, name) == 0 &&
	       msnp_server_in_namespace(*child, ns)) {
		found = TRUE;
		*child = msnp_xml_next(*child, NULL);
		if (!many)
			break;
	}
	return found || maybe;
}

gboolean
msnp_server_request_children(MsnpServerRequest *request, const xmlNode *node, const char *ns,
			     const char *names)
{
	g_auto(GStrv) list = g_strsplit(names, " ", -1);
	xmlNode *child = msnp_server_first_element(node);

	if (node == NULL) {
		msnp_server_request_reject(request, "services.md 15.3", "an element is missing");
		return FALSE;
	}
	for (char **name = list; *name != NULL; name++) {
		if (match_name(*name, ns, &child))
			continue;
		msnp_server_request_reject(request, "services.md 15.3",
					   "%s: %s expected, of the right namespace, instead of %s",
					   (const char *)node->name, *name,
					   child == NULL ? "the end" : (const char *)child->name);
		return FALSE;
	}
	if (child != NULL)
		msnp_server_request_reject(request, "services.md 15.3", "%s: unexpected %s",
					   (const char *)node->name, (const char *)child->name);
	return child == NULL;
}

gboolean
msnp_server_request_text_is(MsnpServerRequest *request, const xmlNode *node, const char *name,
			    const char *text)
{
	g_autofree char *value = msnp_xml_child_text(node, name);

	if (strcmp(value, text) == 0)
		return TRUE;
	msnp_server_request_reject(request, "services.md 15", "%s is not %s", name, text);
	return FALSE;
}

static gboolean
check_http_headers(MsnpServerRequest *request)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(request->message);
	g_autoptr(GHashTable) params = NULL;
	const char *type = soup_message_headers_get_content_type(headers, &params);
	const char *charset = params == NULL ? NULL : g_hash_table_lookup(params, "charset");
	const char *agent = soup_message_headers_get_one(headers, "User-Agent");

	if (g_strcmp0(type, "text/xml") != 0 || charset == NULL ||
	    g_ascii_strcasecmp(charset, "utf-8") != 0) {
		msnp_server_request_reject(request, "services.md 15.1",
					   "Content-Type is not text/xml; charset=utf-8");
		return FALSE;
	}
	if (soup_message_headers_get_encoding(headers) != SOUP_ENCODING_CONTENT_LENGTH)
		msnp_server_request_warn(request, "services.md 15.1", "no Content-Length");
	if (agent != NULL && (strstr(agent, "t=") != NULL || strstr(agent, "MSPAuth") != NULL))
		msnp_server_request_warn(request, "services.md 15.4", "a ticket in User-Agent");
	if (soup_message_headers_get_one(headers, "Authorization") != NULL)
		msnp_server_request_warn(request, "services.md 15.4", "an Authorization header");
	return TRUE;
}

static gboolean
check_bytes(MsnpServerRequest *request)
{
	const char *why = NULL;

	if (!g_utf8_validate_len(request->text, request->length, NULL))
		why = "not UTF-8";
	else if (g_strstr_len(request->text, (gssize)request->length, "<!DOCTYPE") != NULL)
		why = "a DOCTYPE";
	for (gsize i = 0; why == NULL && i < request->length; i++) {
		guchar c = (guchar)request->text[i];

		if ((c < 0x20 && strchr("\t\r\n", c) == NULL) || c == 0)
			why = "a control character";
	}
	if (why != NULL)
		msnp_server_request_reject(request, "services.md 15.1", "%s in the request", why);
	return why == NULL;
}

xmlNode *
msnp_server_check_envelope(MsnpServerRequest *request, guint n)
{
	xmlNode *envelope, *body, *operation;
	guint found = 0;

	if (!check_http_headers(request) || !check_bytes(request))
		return NULL;
	request->doc = msnp_xml_parse(request->text, (gssize)request->length, NULL);
	if (request->doc == NULL) {
		msnp_server_request_reject(request, "services.md 15.1", "not well-formed XML");
		return NULL;
	}
	envelope = xmlDocGetRootElement(request->doc);
	if (!msnp_xml_is(envelope, "Envelope") ||
	    !msnp_server_in_namespace(envelope, MSNP_NS_SOAP)) {
		msnp_server_request_reject(request, "services.md 15.3",
					   "the root is no SOAP Envelope");
		return NULL;
	}
	if (!msnp_server_request_children(request, envelope, MSNP_NS_SOAP, "Header Body"))
		return NULL;
	body = msnp_xml_child(envelope, "Body");
	operation = msnp_server_first_element(body);
	for (xmlNode *node = operation; node != NULL; node = msnp_xml_next(node, NULL))
		found++;
	if (found != n) {
		msnp_server_request_reject(request, "services.md 15.2", "not %s in Body",
					   n == 1 ? "one element" : "two elements");
		return NULL;
	}
	return operation;
}

gboolean
msnp_server_check_soap_action(MsnpServerRequest *request, const MsnpServerOp *op)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(request->message);
	const char *action = soup_message_headers_get_one(headers, "SOAPAction");
	g_autofree char *wanted = g_strdup_printf("\"%s\"", op->soap_action);

	if (*op->soap_action == '\0') {
		if (action == NULL || *action == '\0' || strcmp(action, "\"\"") == 0)
			return TRUE;
	} else if (g_strcmp0(action, wanted) == 0) {
		return TRUE;
	}
	msnp_server_request_reject(request, "services.md 15.2", "SOAPAction is %s, not %s",
				   action == NULL ? "missing" : action, wanted);
	return FALSE;
}

/* Row 11. Before this session has heard of a key, that of the session before is good, too. Those
 * just before the last are as well: of two requests that were sent together the other cannot know
 * what the first is answered, and whose answer is read first is not for the service to say. */
static void
check_cache_key(MsnpServerRequest *request, const char *key)
{
	MsnpServerAccount *account = request->account;
	MsnpServerSession *session = account->session;

	if (session == NULL || session->cache_keys[0] == NULL) {
		if (*key == '\0' || g_strcmp0(key, account->cache_key) == 0)
			return;
	} else {
		for (guint i = 0; i < G_N_ELEMENTS(session->cache_keys); i++) {
			if (g_strcmp0(key, session->cache_keys[i]) != 0)
				continue;
			/* None at all is excused once. */
			if (*key == '\0')
				g_clear_pointer(&session->cache_keys[i], g_free);
			return;
		}
	}
	msnp_server_request_warn(request, "services.md 15.11",
				 "CacheKey is not the last one that was sent");
}

static gboolean
check_application_header(MsnpServerRequest *request, xmlNode *header)
{
	static const char *const scenarios[] = {
		"Initial",
		"Timer",
		"ContactSave",
		"GroupSave",
		"BlockUnblock",
		"ContactMsgrAPI",
		"PrivacyApply",
		"MessengerPendingList",
		"ABChangeNotifyAlert",
		"RoamingSeed",
		"GeneralDialogApply",
		"MobileContactMsgrAPI",
		"RoamingIdentityChanged",
		NULL,
	};
	g_autofree char *id = msnp_xml_child_text(header, "ApplicationId");
	g_autofree char *scenario = msnp_xml_child_text(header, "PartnerScenario");
	g_autofree char *key = msnp_xml_child_text(header, "CacheKey");
	g_auto(GStrv) fitting = NULL;

	if (!msnp_server_request_children(request, header, MSNP_NS_AB,
					  "ApplicationId IsMigration PartnerScenario CacheKey? "
					  "BrandId?") ||
	    !msnp_server_request_text_is(request, header, "IsMigration", "false"))
		return FALSE;
	if (!g_uuid_string_is_valid(id)) {
		msnp_server_request_reject(request, "services.md 15.10",
					   "ApplicationId is no GUID");
		return FALSE;
	}
	if (request->op->scenarios != NULL)
		fitting = g_strsplit(request->op->scenarios, " ", -1);
	if (!g_strv_contains(fitting == NULL ? scenarios : (const char *const *)fitting, scenario))
		msnp_server_request_warn(request, "services.md 15.10", "the PartnerScenario %s",
					 scenario);
	check_cache_key(request, key);
	return TRUE;
}

gboolean
msnp_server_check_ab_headers(MsnpServerRequest *request)
{
	xmlNode *envelope = xmlDocGetRootElement(request->doc);
	xmlNode *header = msnp_xml_child(envelope, "Header");
	xmlNode *application = msnp_xml_child(header, "ABApplicationHeader");
	xmlNode *auth = msnp_xml_child(header, "ABAuthHeader");
	xmlNode *operation = msnp_server_first_element(msnp_xml_child(envelope, "Body"));
	g_autofree char *ticket = msnp_xml_child_text(auth, "TicketToken");

	if (!msnp_server_in_namespace(operation, MSNP_NS_AB)) {
		msnp_server_request_reject(request, "services.md 15.3",
					   "%s is of another namespace",
					   (const char *)operation->name);
		return FALSE;
	}
	return msnp_server_request_children(request, header, MSNP_NS_AB,
					    "ABApplicationHeader ABAuthHeader") &&
	       msnp_server_request_children(request, auth, MSNP_NS_AB,
					    "ManagedGroupRequest TicketToken") &&
	       msnp_server_check_ticket(request, ticket) &&
	       check_application_header(request, application) &&
	       msnp_server_request_text_is(request, auth, "ManagedGroupRequest", "false");
}

/* ---- Writing ---- */

void
msnp_server_indent(MsnpXmlBuilder *builder, guint depth)
{
	g_autofree char *text = g_strnfill(1 + 2 * (gsize)depth, ' ');

	text[0] = '\n';
	msnp_xml_add_text(builder, text);
}

void
msnp_server_leaf(MsnpXmlBuilder *builder, guint depth, const char *name, const char *text)
{
	if (depth > 0)
		msnp_server_indent(builder, depth);
	msnp_xml_leaf(builder, name, text);
}

static char *
new_cache_key(MsnpServer *server)
{
	g_autofree char *text =
	    msnp_server_random_text(server, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef", 40);

	return g_strconcat("12r1:", text, NULL);
}

static void
keep_cache_key(MsnpServerSession *session, const char *key)
{
	guint last = G_N_ELEMENTS(session->cache_keys) - 1;

	/* Before the first one there was none, which is a key like others. */
	if (session->cache_keys[0] == NULL)
		session->cache_keys[0] = g_strdup("");
	g_free(session->cache_keys[last]);
	memmove(session->cache_keys + 1, session->cache_keys, last * sizeof(char *));
	session->cache_keys[0] = g_strdup(key);
}

/* What ServiceHeader says, and the session is to send from then on. */
static const char *
current_cache_key(MsnpServerRequest *request)
{
	MsnpServerAccount *account = request->account;
	MsnpServerSession *session = account->session;
	gboolean new_one =
	    msnp_server_faults_take(request->server->faults, MSNP_FAULT_NEW_CACHE_KEY);

	if (account->cache_key == NULL || new_one) {
		g_free(account->cache_key);
		account->cache_key = new_cache_key(request->server);
	}
	if (session != NULL && g_strcmp0(session->cache_keys[0], account->cache_key) != 0)
		keep_cache_key(session, account->cache_key);
	return account->cache_key;
}

static void
write_service_header(MsnpServerRequest *request, MsnpXmlBuilder *builder)
{
	const char *host =
	    msnp_server_faults_take_any(request->server->faults, MSNP_FAULT_PREFERRED_HOST, NULL);

	msnp_xml_open_ns(builder, "ServiceHeader", NULL, MSNP_NS_AB);
	msnp_xml_leaf(builder, "Version", "15.01.1408.0000");
	msnp_xml_leaf(builder, "CacheKey", current_cache_key(request));
	msnp_xml_leaf(builder, "CacheKeyChanged", "true");
	msnp_xml_leaf(builder, "PreferredHostName", host == NULL ? "localhost" : host);
	msnp_xml_leaf(builder, "SessionId", "a2f5c7e0-1b34-4d86-9f02-c8e7d6b5a413");
	msnp_xml_close(builder);
}

void
msnp_server_envelope_open(MsnpServerRequest *request, MsnpXmlBuilder *builder)
{
	msnp_xml_open_ns(builder, "soap:Envelope", "soap", MSNP_NS_SOAP);
	msnp_xml_declare(builder, "xsi", NS_XSI);
	msnp_xml_declare(builder, "xsd", "http://www.w3.org/2001/XMLSchema");
	if (request->account != NULL &&
	    !msnp_server_faults_take(request->server->faults, MSNP_FAULT_NO_SERVICE_HEADER)) {
		msnp_xml_open(builder, "soap:Header");
		write_service_header(request, builder);
		msnp_xml_close(builder);
	}
	msnp_xml_open(builder, "soap:Body");
}

GBytes *
msnp_server_envelope_close(MsnpXmlBuilder *builder)
{
	char *text = msnp_xml_builder_document(builder);

	return g_bytes_new_take(text, strlen(text));
}

void
msnp_server_request_ticket_fault(MsnpServerRequest *request, const char *faultcode)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autofree char *code = g_strconcat("wsse:", faultcode, NULL);
	guint status =
	    msnp_server_faults_take(request->server->faults, MSNP_FAULT_FAULT_200) ? 200 : 500;

	msnp_server_note_fault(request, faultcode);
	msnp_xml_open_ns(builder, "soap:Envelope", "soap", MSNP_NS_SOAP);
	msnp_xml_declare(builder, "wsse", "http://schemas.xmlsoap.org/ws/2003/06/secext");
	msnp_xml_open(builder, "soap:Body");
	msnp_xml_open(builder, "soap:Fault");
	msnp_xml_leaf(builder, "faultcode", code);
	msnp_xml_leaf(builder, "faultstring", "The ticket is not good any more.");
	msnp_server_request_answer(request, status, msnp_server_envelope_close(builder));
}

void
msnp_server_request_fault(MsnpServerRequest *request, const char *errorcode, const char *text)
{
	msnp_server_request_fault_with(request, errorcode, text, "originalExceptionErrorMessage",
				       text);
}

void
msnp_server_request_fault_with(MsnpServerRequest *request, const char *errorcode, const char *text,
			       const char *detail, const char *value)
{
	gboolean parameter = strcmp(detail, "parameterFault") == 0;
	MsnpServerFaults *faults = request->server->faults;
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	guint status = msnp_server_faults_take(faults, MSNP_FAULT_FAULT_200) ? 200 : 500;

	msnp_server_note_fault(request, errorcode);
	msnp_xml_open_ns(builder, "soap:Envelope", "soap", MSNP_NS_SOAP);
	if (!msnp_server_faults_take(faults, MSNP_FAULT_FAULT_OUTSIDE_BODY))
		msnp_xml_open(builder, "soap:Body");
	msnp_xml_open(builder, "soap:Fault");
	msnp_xml_leaf(builder, "faultcode", "soap:Client");
	msnp_xml_leaf(builder, "faultstring", text);
	msnp_xml_open(builder, "detail");
	msnp_xml_open_ns(builder, "errorcode", NULL, MSNP_NS_AB);
	msnp_xml_add_text(builder, errorcode);
	msnp_xml_close(builder);
	msnp_xml_open_ns(builder, "errorstring", NULL, MSNP_NS_AB);
	msnp_xml_add_text(builder, text);
	msnp_xml_close(builder);
	if (parameter)
		msnp_xml_leaf(builder, detail, value);
	msnp_xml_open(builder, "additionalDetails");
	if (!parameter)
		msnp_xml_leaf(builder, detail, value);
	msnp_server_request_answer(request, status, msnp_server_envelope_close(builder));
}
