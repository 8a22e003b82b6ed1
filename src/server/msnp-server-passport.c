/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Passport: RST, checked row by row. Source: services.md 2 and 15 (rows 6 to 9), servers.md 1.
 */
#include <string.h>

#include "server/msnp-server-http.h"
#include "wire/msnp-address.h"

#define NS_WSSE     "http://schemas.xmlsoap.org/ws/2003/06/secext"
#define NS_WST      "http://schemas.xmlsoap.org/ws/2004/04/trust"
#define NS_WSP      "http://schemas.xmlsoap.org/ws/2002/12/policy"
#define NS_WSA      "http://schemas.xmlsoap.org/ws/2004/03/addressing"
#define NS_PS       "http://schemas.microsoft.com/Passport/SoapServices/PPCRL"
#define NS_PSF      "http://schemas.microsoft.com/Passport/SoapServices/SOAPFault"
#define NS_WSU      "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
#define ISSUE       "http://schemas.xmlsoap.org/ws/2004/04/security/trust/Issue"
#define HOSTING_APP "{7108E71A-9926-4FCB-BCC9-9A9D3F32E423}"
#define TB_ADDRESS  "http://Passport.NET/tb"

static const struct {
	const char *address;
	MsnpServerToken token;
} addresses[] = {
	{ TB_ADDRESS, MSNP_SERVER_TOKEN_TB },
	{ "messenger.msn.com", MSNP_SERVER_TOKEN_MESSENGER },
	{ "contacts.msn.com", MSNP_SERVER_TOKEN_CONTACTS },
};

static MsnpServerToken
token_kind(const char *address)
{
	for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
		if (g_ascii_strcasecmp(addresses[i].address, address) == 0)
			return addresses[i].token;
	}
	return MSNP_SERVER_TOKEN_OTHER;
}

/* ---- Checks ---- */

static gboolean
check_auth_info(MsnpServerRequest *request, xmlNode *info)
{
	g_autofree char *id = info == NULL ? NULL : msnp_xml_attribute(info, "Id");

	if (g_strcmp0(id, "PPAuthInfo") != 0) {
		msnp_server_request_reject(request, "services.md 15.6",
					   "no AuthInfo with the Id PPAuthInfo");
		return FALSE;
	}
	return msnp_server_request_children(request, info, NS_PS,
					    "HostingApp BinaryVersion UIVersion Cookies "
					    "RequestParams") &&
	       msnp_server_request_text_is(request, info, "HostingApp", HOSTING_APP) &&
	       msnp_server_request_text_is(request, info, "BinaryVersion", "4") &&
	       msnp_server_request_text_is(request, info, "UIVersion", "1") &&
	       msnp_server_request_text_is(request, info, "Cookies", "");
}

static gboolean
check_header(MsnpServerRequest *request)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(request->message);
	xmlNode *header = msnp_xml_child(xmlDocGetRootElement(request->doc), "Header");
	xmlNode *token = msnp_xml_path(header, "Security", "UsernameToken", NULL);
	xmlNode *password = msnp_xml_child(token, "Password");
	g_autofree char *id = token == NULL ? NULL : msnp_xml_attribute(token, "Id");
	g_autofree char *hint = password == NULL ? NULL : msnp_xml_attribute(password, "type");

	if (soup_message_headers_get_one(headers, "Cookie") != NULL)
		msnp_server_request_warn(request, "services.md 15.4", "a cookie");
	for (xmlNode *n = header->children; n != NULL; n = n->next) {
		if (n->type == XML_ELEMENT_NODE && !msnp_xml_is(n, "AuthInfo") &&
		    !msnp_xml_is(n, "Security")) {
			msnp_server_request_reject(request, "services.md 15.3",
						   "an unknown header %s", (const char *)n->name);
			return FALSE;
		}
	}
	if (!check_auth_info(request, msnp_xml_child(header, "AuthInfo")) ||
	    !msnp_server_request_children(request, msnp_xml_child(header, "Security"), NS_WSSE,
					  "UsernameToken") ||
	    !msnp_server_request_children(request, token, NS_WSSE, "Username Password"))
		return FALSE;
	if (g_strcmp0(id, "user") != 0)
		msnp_server_request_warn(request, "services.md 15.6",
					 "UsernameToken has not the Id user");
	if (hint == NULL || !g_str_has_suffix(hint, ":string"))
		msnp_server_request_warn(request, "services.md 1.4",
					 "the password does not carry xsi:type=\"xsd:string\"");
	return TRUE;
}

/* "?" and the text of USR, with "," as it came or with "&", percent-decoded or not. */
static gboolean
policy_agrees(const char *uri, const char *policy)
{
	g_autofree char *decoded = g_uri_unescape_string(policy, NULL);
	g_autofree char *joined = g_strdelimit(g_strdup(decoded ? decoded : policy), ",", '&');
	g_autofree char *raw_joined = g_strdelimit(g_strdup(policy), ",", '&');

	return uri[0] == '?' && (strcmp(uri + 1, policy) == 0 || strcmp(uri + 1, joined) == 0 ||
				 strcmp(uri + 1, raw_joined) == 0);
}

static gboolean
check_policy(MsnpServerRequest *request, xmlNode *token, const char *address,
	     MsnpServerSession *session)
{
	xmlNode *reference = msnp_xml_child(token, "PolicyReference");
	g_autofree char *uri = reference == NULL ? NULL : msnp_xml_attribute(reference, "URI");
	MsnpServerToken kind = token_kind(address);
	gboolean good = uri != NULL;

	if (kind == MSNP_SERVER_TOKEN_TB)
		good = uri == NULL;
	else if (kind == MSNP_SERVER_TOKEN_MESSENGER)
		good = uri != NULL && session != NULL && policy_agrees(uri, session->policy);
	else if (kind == MSNP_SERVER_TOKEN_CONTACTS)
		good =
		    uri != NULL && (strcmp(uri, "MBI") == 0 || g_str_has_prefix(uri, "?fs=1&id="));
	if (!good)
		msnp_server_request_reject(request, "services.md 15.7", "the policy for %s is %s",
					   address, uri == NULL ? "missing" : uri);
	return good;
}

/* One RequestSecurityToken. */
static gboolean
check_token(MsnpServerRequest *request, xmlNode *token, guint index, MsnpServerSession *session)
{
	xmlNode *applies = msnp_xml_child(token, "AppliesTo");
	xmlNode *reference = msnp_xml_child(applies, "EndpointReference");
	g_autofree char *id = msnp_xml_attribute(token, "Id");
	g_autofree char *wanted = g_strdup_printf("RST%u", index);
	g_autofree char *type = msnp_xml_child_text(token, "RequestType");
	g_autofree char *address = msnp_xml_child_text(reference, "Address");

	if (g_strcmp0(id, wanted) != 0 || strcmp(type, ISSUE) != 0) {
		msnp_server_request_reject(request, "services.md 15.7", "%s has a wrong %s", wanted,
					   strcmp(type, ISSUE) == 0 ? "Id" : "RequestType");
		return FALSE;
	}
	if (applies == NULL || strcmp((const char *)applies->ns->href, NS_WSP) != 0 ||
	    !msnp_server_request_children(request, reference, NS_WSA, "Address")) {
		msnp_server_request_reject(request, "services.md 15.3", "AppliesTo is malformed");
		return FALSE;
	}
	if (index == 0 && token_kind(address) != MSNP_SERVER_TOKEN_TB) {
		msnp_server_request_reject(request, "services.md 15.7",
					   "RST0 is not for " TB_ADDRESS);
		return FALSE;
	}
	return check_policy(request, token, address, session);
}

static gboolean
check_tokens(MsnpServerRequest *request, xmlNode *body, MsnpServerSession *session)
{
	g_autofree char *id = msnp_xml_attribute(body, "Id");
	gboolean contacts = FALSE, messenger = FALSE;
	guint index = 0;

	if (g_strcmp0(id, "RSTS") != 0)
		msnp_server_request_warn(request, "services.md 15.7",
					 "RequestMultipleSecurityTokens has not the Id RSTS");
	if (body->ns == NULL || strcmp((const char *)body->ns->href, NS_PS) != 0 ||
	    !msnp_server_request_children(request, body, NS_WST, "RequestSecurityToken*")) {
		msnp_server_request_reject(request, "services.md 15.3",
					   "the wrong namespace in Body");
		return FALSE;
	}
	for (xmlNode *token = msnp_xml_child(body, "RequestSecurityToken"); token != NULL;
	     token = msnp_xml_next(token, "RequestSecurityToken")) {
		g_autofree char *address = msnp_xml_text(
		    msnp_xml_path(token, "AppliesTo", "EndpointReference", "Address", NULL));

		if (!check_token(request, token, index++, session))
			return FALSE;
		contacts = contacts || token_kind(address) == MSNP_SERVER_TOKEN_CONTACTS;
		messenger = messenger || token_kind(address) == MSNP_SERVER_TOKEN_MESSENGER;
	}
	if (!contacts || !messenger)
		msnp_server_request_reject(
		    request, "services.md 15.7",
		    "messenger.msn.com or contacts.msn.com was not asked for");
	return contacts && messenger;
}

/* ---- Answers ---- */

static void
open_envelope(MsnpXmlBuilder *builder, const char *authstate, const char *reqstatus)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *time = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");

	msnp_xml_open_ns(builder, "S:Envelope", "S", MSNP_NS_SOAP);
	msnp_xml_declare(builder, "wsse", NS_WSSE);
	msnp_xml_declare(builder, "psf", NS_PSF);
	msnp_xml_open(builder, "S:Header");
	msnp_xml_open(builder, "psf:pp");
	msnp_xml_leaf(builder, "psf:serverVersion", "1");
	msnp_xml_leaf(builder, "psf:PUID", "00030000A1B2C3D4");
	msnp_xml_leaf(builder, "psf:authstate", authstate);
	msnp_xml_leaf(builder, "psf:reqstatus", reqstatus);
	msnp_xml_open(builder, "psf:serverInfo");
	msnp_xml_attr(builder, "ServerTime", time);
	msnp_xml_add_text(builder, "LOOPBACK 2026.03.01");
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "psf:cookies", "");
	msnp_xml_leaf(builder, "psf:response", "");
	msnp_xml_close(builder);
	msnp_xml_close(builder);
}

/* The fault stands below Envelope, with status 200: services.md 2.6. */
static void
answer_fault(MsnpServerRequest *request, const char *code, const char *reqstatus,
	     const char *redirect)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();

	open_envelope(builder, "0x80048800", reqstatus);
	if (msnp_server_faults_take(request->server->faults, MSNP_FAULT_FAULT_IN_BODY))
		msnp_xml_open(builder, "S:Body");
	msnp_xml_open(builder, "S:Fault");
	msnp_xml_leaf(builder, "faultcode", code);
	if (redirect != NULL)
		msnp_xml_leaf(builder, "psf:redirectUrl", redirect);
	msnp_xml_leaf(builder, "faultstring", "Authentication Failure");
	msnp_server_request_answer(request, 200, msnp_server_envelope_close(builder));
}

static void
write_token(MsnpXmlBuilder *builder, const char *address, const char *token, guint index)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autoptr(GDateTime) later = g_date_time_add_days(now, 1);
	g_autofree char *created = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
	g_autofree char *expires = g_date_time_format(later, "%Y-%m-%dT%H:%M:%SZ");
	g_autofree char *id = g_strdup_printf("Compact%u", index);
	g_autofree char *uri = g_strconcat("#", id, NULL);

	msnp_xml_open(builder, "wst:RequestSecurityTokenResponse");
	msnp_xml_leaf(builder, "wst:TokenType",
		      token_kind(address) == MSNP_SERVER_TOKEN_TB ? "urn:passport:legacy"
								  : "urn:passport:compact");
	msnp_xml_open(builder, "wsp:AppliesTo");
	msnp_xml_open_ns(builder, "wsa:EndpointReference", "wsa", NS_WSA);
	msnp_xml_leaf(builder, "wsa:Address", address);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	msnp_xml_open(builder, "wst:LifeTime");
	msnp_xml_leaf(builder, "wsu:Created", created);
	msnp_xml_leaf(builder, "wsu:Expires", expires);
	msnp_xml_close(builder);
	msnp_xml_open(builder, "wst:RequestedSecurityToken");
	msnp_xml_open(builder, "wsse:BinarySecurityToken");
	msnp_xml_attr(builder, "Id", id);
	msnp_xml_add_text(builder, token);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	msnp_xml_open(builder, "wst:RequestedTokenReference");
	msnp_xml_open(builder, "wsse:KeyIdentifier");
	msnp_xml_attr(builder, "ValueType", "urn:passport:compact");
	msnp_xml_close(builder);
	msnp_xml_open(builder, "wsse:Reference");
	msnp_xml_attr(builder, "URI", uri);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
}

/* The addresses asked for, in the order of the answer. */
static GPtrArray *
answer_order(MsnpServerRequest *request, xmlNode *body)
{
	MsnpServerFaults *faults = request->server->faults;
	GPtrArray *order = g_ptr_array_new_with_free_func(g_free);
	gboolean shuffled = msnp_server_faults_take(faults, MSNP_FAULT_TOKENS_SHUFFLED);
	gboolean no_tb = msnp_server_faults_take(faults, MSNP_FAULT_NO_TB);

	for (xmlNode *token = msnp_xml_child(body, "RequestSecurityToken"); token != NULL;
	     token = msnp_xml_next(token, "RequestSecurityToken")) {
		char *address = msnp_xml_text(
		    msnp_xml_path(token, "AppliesTo", "EndpointReference", "Address", NULL));

		if (no_tb && token_kind(address) == MSNP_SERVER_TOKEN_TB)
			g_free(address);
		else
			g_ptr_array_insert(order, shuffled ? 0 : -1, address);
	}
	if (shuffled)
		g_ptr_array_insert(order, 1, g_strdup("unasked.example.com"));
	return order;
}

static void
answer_tokens(MsnpServerRequest *request, xmlNode *body, MsnpServerAccount *account,
	      gboolean with_messenger)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autoptr(GPtrArray) order = answer_order(request, body);
	MsnpServerTickets *tickets = msnp_server_tickets_new(request->server, account);

	open_envelope(builder, "0x48803", "0x0");
	msnp_xml_open(builder, "S:Body");
	msnp_xml_open_ns(builder, "wst:RequestSecurityTokenResponseCollection", "wst", NS_WST);
	msnp_xml_declare(builder, "wsp", NS_WSP);
	msnp_xml_declare(builder, "wsu", NS_WSU);
	for (guint i = 0; i < order->len; i++) {
		MsnpServerToken kind = token_kind(order->pdata[i]);

		if (with_messenger || kind != MSNP_SERVER_TOKEN_MESSENGER)
			write_token(builder, order->pdata[i], tickets->tokens[kind], i + 1);
	}
	msnp_server_request_answer(request, 200, msnp_server_envelope_close(builder));
}

/* rst=HOW. TRUE: answered. */
static gboolean
answer_badly(MsnpServerRequest *request, xmlNode *body, MsnpServerAccount *account)
{
	const char *how =
	    msnp_server_faults_take_any(request->server->faults, MSNP_FAULT_RST, NULL);

	if (how == NULL)
		return FALSE;
	if (strcmp(how, "503") == 0)
		msnp_server_request_plain(request, 503, "Service Unavailable");
	else if (strcmp(how, "500") == 0)
		msnp_server_request_plain(request, 500, "Internal Server Error");
	else if (strcmp(how, "garbage") == 0)
		msnp_server_request_plain(request, 200, "<html><p>Welcome to the hotel network");
	else if (strcmp(how, "locked") == 0)
		answer_fault(request, "wsse:FailedAuthentication", "0x80048823", NULL);
	else if (strcmp(how, "no-token") == 0 && account != NULL)
		answer_tokens(request, body, account, FALSE);
	else
		answer_fault(request, "wsse:FailedAuthentication", "0x80048821", NULL);
	return TRUE;
}

/* psf:Redirect: the same body must come to the other path. TRUE: answered. */
static gboolean
redirect(MsnpServerRequest *request, MsnpServerAccount *account)
{
	static const char moved[] = "/moved/RST.srf";
	g_autofree char *sum = g_compute_checksum_for_data(
	    G_CHECKSUM_SHA256, (const guchar *)request->text, request->length);
	g_autofree char *url = g_strconcat(request->server->base_url, moved, NULL);

	if (strcmp(request->op->path, moved) == 0) {
		if (account == NULL || g_strcmp0(sum, account->redirected_body) != 0)
			msnp_server_request_warn(request, "services.md 15.8",
						 "after psf:Redirect another body came");
		return FALSE;
	}
	if (account == NULL ||
	    !msnp_server_faults_take(request->server->faults, MSNP_FAULT_RST_REDIRECT))
		return FALSE;
	g_free(account->redirected_body);
	account->redirected_body = g_steal_pointer(&sum);
	answer_fault(request, "psf:Redirect", "0x80048852", url);
	return TRUE;
}

/* Row 8: for whom it is: a session that waits for its ticket, or, where that is none, one in its
 * middle. NULL: after a complaint. */
static MsnpServerSession *
find_session(MsnpServerRequest *request, MsnpServerAccount *account, const char *username)
{
	MsnpServerSession *waiting = msnp_server_session_waiting(request->server, username);

	if (waiting == NULL && account != NULL && account->session != NULL)
		return account->session;
	if (waiting == NULL)
		msnp_server_request_warn(request, "services.md 15.8",
					 "RST without a session that waits for its ticket");
	else if (waiting->rst_served > 0)
		msnp_server_request_warn(request, "services.md 15.8",
					 "RST again, although it gave tickets for this session");
	return waiting;
}

static void
answer_rst(MsnpServerRequest *request, xmlNode *body, MsnpServerAccount *account,
	   const char *username, const char *password)
{
	MsnpServerSession *session = find_session(request, account, username);
	gboolean renewal = session != NULL && session->stage == MSNP_SERVER_STAGE_ON;

	if ((session != NULL && !check_tokens(request, body, session)) ||
	    redirect(request, account))
		return;
	if (renewal)
		msnp_server_check_renewal(request, account);
	if (answer_badly(request, body, account))
		return;
	if (account == NULL || strcmp(msnp_secret_peek(account->password), password) != 0) {
		answer_fault(request, "wsse:FailedAuthentication", "0x80048821", NULL);
		return;
	}
	answer_tokens(request, body, account, TRUE);
	if (renewal)
		account->newest->renewed_for = session;
	else if (session != NULL)
		session->rst_served++;
}

void
msnp_server_op_rst(MsnpServerRequest *request, xmlNode *body)
{
	xmlNode *header = msnp_xml_child(xmlDocGetRootElement(request->doc), "Header");
	xmlNode *user = msnp_xml_path(header, "Security", "UsernameToken", NULL);
	xmlNode *password_node = msnp_xml_child(user, "Password");
	xmlChar *username = NULL, *password = NULL;
	MsnpServerAccount *account;

	if (!check_header(request))
		return;
	/* Not trimmed: blanks at the ends count. */
	username = xmlNodeGetContent(msnp_xml_child(user, "Username"));
	password = xmlNodeGetContent(password_node);
	account = msnp_server_accounts_find(request->server->accounts, (const char *)username);
	if (g_ascii_isspace(username[0]) || username[0] == '\0')
		msnp_server_request_warn(request, "services.md 15.6", "Username is not trimmed");
	answer_rst(request, body, account, (const char *)username, (const char *)password);
	msnp_secret_wipe(password, strlen((const char *)password));
	xmlFree(password);
	xmlFree(username);
}
