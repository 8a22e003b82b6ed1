/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTTP side of the loopback service: which request goes to which operation, the checks that all
 * have in common, and the faults of transport. Source: services.md 1.1, 1.3 and 15 (rows 1 to 4).
 */
#include "server/msnp-server-http.h"

#include <string.h>

#define MAX_REQUEST  (1024 * 1024) /* above: 413 (services.md 1.3) */
#define LONG_LIST    500           /* contacts: answers that are made ahead */
#define REDIRECTED   "/moved/RST.srf"
#define AB_PATH      "/abservice/abservice.asmx"
#define SHARING_PATH "/abservice/SharingService.asmx"

#define OIM_PATH "/OimWS/oim.asmx"

#define BOOK(name, scenarios, handler)                                                             \
	{                                                                                          \
		AB_PATH, name, MSNP_NS_AB "/" name, TRUE, scenarios, msnp_server_op_ab_##handler,  \
		    FALSE                                                                          \
	}
#define RSI(name, handler)                                                                         \
	{                                                                                          \
		"/rsi/rsi.asmx", name, MSNP_NS_RSI "/" name, FALSE, NULL,                          \
		    msnp_server_op_##handler, TRUE                                                 \
	}
#define STORE(name, action)                                                                        \
	{                                                                                          \
		OIM_PATH, name, action, FALSE, NULL, msnp_server_op_store, TRUE                    \
	}
#define SHARING(name, scenarios, handler)                                                          \
	{                                                                                          \
		SHARING_PATH, name, MSNP_NS_AB "/" name, TRUE, scenarios,                          \
		    msnp_server_op_##handler, FALSE                                                \
	}

const MsnpServerOp msnp_server_ops[] = {
	{ "/RST.srf", "RequestMultipleSecurityTokens", "", FALSE, NULL, msnp_server_op_rst, FALSE },
	{ REDIRECTED, "RequestMultipleSecurityTokens", "", FALSE, NULL, msnp_server_op_rst, FALSE },
	SHARING("FindMembership", NULL, find_membership),
	BOOK("ABFindAll", NULL, find_all),
	BOOK("ABAdd", NULL, add),
	BOOK("ABContactAdd", "ContactSave", contact_add),
	BOOK("ABContactUpdate", "ContactSave PrivacyApply GeneralDialogApply", contact_update),
	BOOK("ABContactDelete", "Timer", contact_delete),
	BOOK("ABGroupAdd", "GroupSave", group_add),
	BOOK("ABGroupUpdate", "Timer", group_update),
	BOOK("ABGroupDelete", "Timer", group_delete),
	BOOK("ABGroupContactAdd", "ContactSave", group_contact_add),
	BOOK("ABGroupContactDelete", "Timer", group_contact_delete),
	SHARING("AddMember", "BlockUnblock ContactMsgrAPI", add_member),
	SHARING("DeleteMember", "BlockUnblock ContactMsgrAPI", delete_member),
	STORE("Store2", "http://messenger.live.com/ws/2006/09/oim/Store2"),
	STORE("Store", MSNP_NS_OIM "Store"),
	RSI("GetMetadata", get_metadata),
	RSI("GetMessage", get_message),
	RSI("DeleteMessages", delete_messages),
};
const guint msnp_server_n_ops = G_N_ELEMENTS(msnp_server_ops);

/* ---- Dispatch ---- */

/* Row 5: one write at a time for each account. */
static void
check_no_open_write(MsnpServerRequest *request)
{
	if (msnp_server_write_is_open(request->server, request->account))
		msnp_server_request_warn(request, "services.md 15.5",
					 "a write while another one is not answered yet");
}

static void
after_write(MsnpServerRequest *request)
{
	if (soup_server_message_get_status(request->message) == 200 &&
	    msnp_server_faults_take(request->server->faults, MSNP_FAULT_OWN_CHANGES))
		msnp_server_push_change(request->server, request->account);
}

static const MsnpServerOp *
find_op(const char *path, const char *name)
{
	for (guint i = 0; i < msnp_server_n_ops; i++) {
		if (strcmp(msnp_server_ops[i].path, path) == 0 &&
		    (name == NULL || strcmp(msnp_server_ops[i].name, name) == 0))
			return &msnp_server_ops[i];
	}
	return NULL;
}

/* Body does not say which it is. */
static const MsnpServerOp *
find_store(MsnpServerRequest *request)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(request->message);
	const char *action = soup_message_headers_get_one(headers, "SOAPAction");
	g_autofree char *old = g_strconcat("\"", MSNP_NS_OIM, "Store\"", NULL);

	return find_op(OIM_PATH, g_strcmp0(action, old) == 0 ? "Store" : "Store2");
}

/* Row 4. */
static void
check_no_cookie(MsnpServerRequest *request)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(request->message);

	if (soup_message_headers_get_list(headers, "Cookie") != NULL)
		msnp_server_request_warn(request, "services.md 15.4", "a cookie");
}

/* The operation's part of it. */
static void
perform(MsnpServerRequest *request, xmlNode *body)
{
	const MsnpServerOp *op = request->op;

	if (op->scenarios != NULL)
		check_no_open_write(request);
	if (msnp_server_disturb_before(request))
		return;
	msnp_server_log(request->server, "HTTP %s %s", msnp_server_op_word(op),
			request->account == NULL ? "" : request->account->handle);
	op->handle(request, body);
	if (op->scenarios != NULL)
		after_write(request);
	msnp_server_disturb_after(request);
}

static void
dispatch(MsnpServerRequest *request, const char *path)
{
	gboolean store = strcmp(path, OIM_PATH) == 0;
	xmlNode *body = msnp_server_check_envelope(request, store ? 2 : 1);
	const MsnpServerOp *op;

	if (body == NULL)
		return;
	op = store ? find_store(request) : find_op(path, (const char *)body->name);
	if (op == NULL) {
		msnp_server_complain(request->server, "services.md 15.2", "%s has no operation %s",
				     path, (const char *)body->name);
		msnp_server_request_fault(request, "Forbidden",
					  "The requested operation is no longer supported.");
		return;
	}
	request->op = op;
	msnp_server_count_request(request->server, msnp_server_op_word(op));
	if (!msnp_server_check_soap_action(request, op))
		return;
	if (!op->needs_ticket)
		check_no_cookie(request);
	if (!op->needs_ticket || msnp_server_check_ab_headers(request))
		perform(request, body);
	if (op->needs_ticket || op->offline)
		msnp_server_ticket_judged(request);
}

/* Where the client believes the service to be (services.md 3.3, PreferredHostName). */
static void
count_host(MsnpServerRequest *request)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(request->message);
	const char *host = soup_message_headers_get_one(headers, "Host");
	g_auto(GStrv) parts = g_strsplit(host == NULL ? "" : host, ":", 2);

	if (parts[0] != NULL)
		msnp_server_count_request(request->server, parts[0]);
}

static void
on_request(SoupServer *http G_GNUC_UNUSED, SoupServerMessage *message, const char *path,
	   GHashTable *query, gpointer data)
{
	MsnpServerRequest request = { .server = data, .message = message };
	SoupMessageBody *body = soup_server_message_get_request_body(message);
	g_autoptr(GBytes) bytes = soup_message_body_flatten(body);

	request.text = g_bytes_get_data(bytes, &request.length);
	if (request.text == NULL)
		request.text = "";
	count_host(&request);
	if (find_op(path, NULL) == NULL) {
		msnp_server_complain(request.server, "services.md 15.1", "HTTP: there is no %s",
				     path);
		msnp_server_request_plain(&request, 404, "Not found");
	} else if (strcmp(soup_server_message_get_method(message), "POST") != 0) {
		msnp_server_complain(request.server, "services.md 15.1", "HTTP: %s is not POST",
				     soup_server_message_get_method(message));
		msnp_server_request_plain(&request, 405, "Method not allowed");
	} else if (request.length > MAX_REQUEST) {
		msnp_server_complain(request.server, "services.md 1.3", "HTTP: more than 1 MiB");
		msnp_server_request_plain(&request, 413, "Too large");
	} else {
		if (query != NULL)
			msnp_server_complain(request.server, "services.md 15.4",
					     "HTTP: a query in %s", path);
		dispatch(&request, path);
	}
	if (request.doc != NULL)
		xmlFreeDoc(request.doc);
	g_free(request.recipient);
}

/* Long answers are made before anybody waits for them. */
static void
prepare_answers(MsnpServer *server)
{
	for (guint i = 0; i < server->accounts->accounts->len; i++) {
		MsnpServerAccount *account = server->accounts->accounts->pdata[i];
		MsnpServerRequest request = { .server = server, .account = account };

		if (account->contacts->len < LONG_LIST)
			continue;
		for (guint j = 0; j < MSNP_SERVER_N_READS; j++)
			g_bytes_unref(msnp_server_answer_once(&request, (MsnpServerRead)j));
	}
}

gboolean
msnp_server_http_start(MsnpServer *server, GError **error)
{
	g_autoptr(GSocketAddress) address =
	    g_inet_socket_address_new_from_string(server->bind_address, server->options.http_port);
	g_autoptr(GUri) uri = NULL;
	GSList *uris;

	server->http = soup_server_new("server-header", "msnp14-server", NULL);
	soup_server_add_handler(server->http, NULL, on_request, server, NULL);
	if (!soup_server_listen(server->http, address, 0, error)) {
		g_clear_object(&server->http);
		return FALSE;
	}
	prepare_answers(server);
	uris = soup_server_get_uris(server->http);
	uri = g_uri_ref(uris->data);
	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	g_free(server->base_url);
	server->base_url =
	    g_strdup_printf(strchr(server->bind_address, ':') ? "http://[%s]:%d" : "http://%s:%d",
			    server->bind_address, g_uri_get_port(uri));
	return TRUE;
}

void
msnp_server_http_stop(MsnpServer *server)
{
	msnp_server_drop_paused(server);
	if (server->http != NULL)
		soup_server_disconnect(server->http);
	g_clear_object(&server->http);
}
