/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The services of offline messages: requests against the reference, answers and faults, and what
 * goes over HTTP with them.
 */
#include <libsoup/soup.h>
#include <libxml/c14n.h>
#include <string.h>

#include "soap-vectors.h"
#include "soap/msnp-soap-answer.h"
#include "wire/msnp-challenge.h"

#define TICKET "t=EwEXAMPLEa1B2+/c3d4==&p=EwPROFILE"
#define ID     "2364C4B4-4F37-404B-AE86-F4B8B74A9020"

static const MsnpOimStore store_args = {
	.from = "alice@example.com",
	.name = "Alice",
	.to = "bob@example.com",
	.lock_key = "e745d4e406790fb5c5ca70041fbe06df",
	.run_id = "{3A3BE82C-684D-4F4F-8005-CBE8D4F82BAD}",
	.sequence = 1,
	.text = "Back at noon \xe2\x80\x93 call me.",
};

/* ---- requests ---- */

/* The form in which equal XML is equal text, comments included: attributes sorted, namespaces that
 * are not used left out. */
static char *
canonical(const char *text)
{
	g_autoptr(xmlDoc) doc = xmlReadMemory(text, (int)strlen(text), NULL, NULL, 0);
	xmlChar *bytes = NULL;
	char *copy;

	g_assert_nonnull(doc);
	g_assert_cmpint(xmlC14NDocDumpMemory(doc, NULL, XML_C14N_EXCLUSIVE_1_0, NULL, TRUE, &bytes),
			>, 0);
	copy = g_strdup((const char *)bytes);
	xmlFree(bytes);
	return copy;
}

static char *
request(const MsnpSoapOp *op, gconstpointer args, const char *ticket)
{
	g_autoptr(GBytes) bytes = msnp_soap_op_request(op, args, ticket, NULL);

	return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static void
assert_request(const MsnpSoapOp *op, gconstpointer args, const char *vector)
{
	g_autofree char *text = request(op, args, TICKET);
	g_autofree char *got = canonical(text);
	g_autofree char *reference = soap_vector(vector);
	g_autofree char *want = canonical(reference);

	g_assert_cmpstr(got, ==, want);
}

/* Of a whole request, what stands in Body. */
static void
assert_body(const MsnpSoapOp *op, gconstpointer args, const char *vector)
{
	g_autofree char *text = request(op, args, TICKET);
	g_autofree char *whole = canonical(text);
	const char *body = strstr(whole, "<soap:Body>") + strlen("<soap:Body>");
	g_autofree char *got = g_strndup(body, (gsize)(strstr(body, "</soap:Body>") - body));
	g_autofree char *reference = soap_vector(vector);
	g_autofree char *want = canonical(reference);

	g_assert_cmpstr(got, ==, want);
	g_assert_nonnull(strstr(whole, "<t>EwEXAMPLEa1B2+/c3d4==</t><p>EwPROFILE</p>"));
}

static void
test_requests(void)
{
	static const char *const ids[] = { ID, NULL };

	assert_request(&msnp_op_oim_list, NULL, "oim-list-request.xml");
	assert_body(&msnp_op_oim_get, ID, "oim-get-request-body.xml");
	assert_body(&msnp_op_oim_delete, ids, "oim-delete-request-body.xml");
	assert_request(&msnp_op_oim_store, &store_args, "oim-store-request.xml");
}

/* services.md 10.5: the key of the example belongs to the product that we say we are. */
static void
test_lock_key(void)
{
	g_autofree char *key =
	    msnp_challenge_answer("1850937852", MSNP_PRODUCT_ID, MSNP_PRODUCT_KEY);

	g_assert_cmpstr(key, ==, store_args.lock_key);
}

static char *
attribute_of(const char *text, const char *element, const char *name)
{
	g_autoptr(xmlDoc) doc = msnp_xml_parse(text, -1, NULL);

	return msnp_xml_attribute(msnp_xml_path(xmlDocGetRootElement(doc), "Header", element, NULL),
				  name);
}

static void
test_store_first(void)
{
	MsnpOimStore args = store_args;
	g_autofree char *text = NULL;
	g_autofree char *key = NULL;
	g_autofree char *passport = NULL;

	args.lock_key = NULL;
	text = request(&msnp_op_oim_store, &args, "t=x&p=");
	key = attribute_of(text, "Ticket", "lockkey");
	passport = attribute_of(text, "Ticket", "passport");
	g_assert_cmpstr(key, ==, "");
	g_assert_cmpstr(passport, ==, "t=x&p=");
}

/* lesson_164, and the crash of others without a name: an encoded word, or no attribute at all. */
static void
test_lesson_164(void)
{
	static const struct {
		const char *name, *friendly;
	} rows[] = {
		{ NULL, NULL },
		{ "", NULL },
		{ " \n", NULL },
		{ "B\xc3\xb4"
		  "b",
		  "=?utf-8?B?QsO0Yg==?=" },
		/* 47 bytes, and then a character of two. */
		{ "12345678901234567890123456789012345678901234567\xc3\xb4",
		  "=?utf-8?B?MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc=?=" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		MsnpOimStore args = store_args;
		g_autofree char *text = NULL;
		g_autofree char *friendly = NULL;

		args.name = rows[i].name;
		text = request(&msnp_op_oim_store, &args, TICKET);
		friendly = attribute_of(text, "From", "friendlyName");
		g_assert_cmpstr(friendly, ==, rows[i].friendly);
	}
}

/* services.md 2.4: the parts of whatever ticket there is. */
static void
test_tickets(void)
{
	static const struct {
		const char *ticket, *t, *p;
	} rows[] = {
		{ "t=abc&p=d<&>", "abc", "d<&>" },
		{ "t=abc&p=", "abc", "" },
		{ "t=abc", "abc", "" },
		{ "t=", "", "" },
		{ "x", "x", "" },
		{ "", "", "" },
		{ NULL, "", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = request(&msnp_op_oim_get, ID, rows[i].ticket);
		g_autoptr(xmlDoc) doc = msnp_xml_parse(text, -1, NULL);
		xmlNode *cookie =
		    msnp_xml_path(xmlDocGetRootElement(doc), "Header", "PassportCookie", NULL);
		g_autofree char *t = msnp_xml_child_text(cookie, "t");
		g_autofree char *p = msnp_xml_child_text(cookie, "p");

		g_assert_cmpstr(t, ==, rows[i].t);
		g_assert_cmpstr(p, ==, rows[i].p);
		/* t before p: some servers take the first child. */
		g_assert_true(msnp_xml_is(msnp_xml_child(cookie, NULL), "t"));
	}
}

/* Twenty at most in one request. */
static void
test_delete_many(void)
{
	const char *ids[MSNP_OIM_DELETE_MAX + 2] = { NULL };

	for (guint n = 0; n <= MSNP_OIM_DELETE_MAX + 1; n++) {
		g_autofree char *text = request(&msnp_op_oim_delete, ids, TICKET);
		g_auto(GStrv) parts = g_strsplit(text, "<messageId>", -1);

		g_assert_cmpuint(g_strv_length(parts) - 1, ==, MIN(n, MSNP_OIM_DELETE_MAX));
		if (n <= MSNP_OIM_DELETE_MAX)
			ids[n] = ID;
	}
}

/* ---- answers ---- */

/* What an answer comes to; the caller frees result as op says. */
static gpointer
decide(const MsnpSoapOp *op, guint status, const char *text, GError **error)
{
	g_autoptr(MsnpSoapReader) reader = soap_read(op, text, -1, 0);
	MsnpSoapAnswer *answer = msnp_soap_reader_end(reader);
	MsnpSoapVerdict verdict = msnp_soap_decide(op, status, answer, error);

	g_assert_cmpint(verdict, !=, MSNP_SOAP_FOLLOW);
	g_assert_true(verdict == MSNP_SOAP_SUCCESS || answer->result == NULL ||
		      answer->error != NULL);
	return verdict == MSNP_SOAP_SUCCESS ? g_steal_pointer(&answer->result) : NULL;
}

static gpointer
decide_body(const MsnpSoapOp *op, const char *body, GError **error)
{
	g_autofree char *text = soap_envelope(body);

	return decide(op, 200, text, error);
}

/* MD as text, and as an element. */
static void
test_list(void)
{
	g_autofree char *as_text = soap_vector("oim-list-body.xml");
	g_autoptr(xmlDoc) doc = msnp_xml_parse(as_text, -1, NULL);
	g_autofree char *md = msnp_xml_text(xmlDocGetRootElement(doc));
	g_autofree char *as_child =
	    g_strconcat("<GetMetadataResponse xmlns=\"http://www.hotmail.msn.com/ws/2004/09/oim/"
			"rsi\">",
			md, "</GetMetadataResponse>", NULL);
	const char *bodies[] = { as_text, as_child };

	for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(MsnpMailData) data = decide_body(&msnp_op_oim_list, bodies[i], &error);
		const MsnpMailEntry *entry;

		g_assert_no_error(error);
		g_assert_cmpuint(data->entries->len, ==, 1);
		entry = data->entries->pdata[0];
		g_assert_cmpstr(entry->id, ==, ID);
		g_assert_cmpint(msnp_mail_entry_use(entry), ==, MSNP_MAIL_ENTRY_FETCH);
	}
}

static void
test_list_empty(void)
{
	static const char *const bodies[] = {
		"<GetMetadataResponse/>",
		"<GetMetadataResponse> </GetMetadataResponse>",
		"<GetMetadataResponse><MD/></GetMetadataResponse>",
		"<GetMetadataResponse>&lt;MD/&gt;</GetMetadataResponse>",
	};
	static const char *const bad[] = {
		"<GetMetadataResponse>too-large</GetMetadataResponse>",
		"<GetMetadataResponse>&lt;MD&gt;</GetMetadataResponse>",
		"<GetMetadataResponse>&lt;!DOCTYPE MD&gt;&lt;MD/&gt;</GetMetadataResponse>",
		"<Other/>",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(MsnpMailData) data = decide_body(&msnp_op_oim_list, bodies[i], &error);

		g_assert_no_error(error);
		g_assert_cmpuint(data->entries->len, ==, 0);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(decide_body(&msnp_op_oim_list, bad[i], &error));
		g_assert_error(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_ANSWER);
	}
}

/* The mail with the breaks that servers send: as they are, and as characters. */
static void
test_get(void)
{
	static const char body[] =
	    "<GetMessageResponse xmlns=\"http://www.hotmail.msn.com/ws/2004/09/oim/rsi\">"
	    "<GetMessageResult>From: Bob &lt;bob@example.com&gt;\r\n"
	    "Content-Transfer-Encoding: base64&#13;\n&#13;\nQmFjayBhdCBub29u"
	    "</GetMessageResult></GetMessageResponse>";
	g_autoptr(GError) error = NULL;
	g_autofree char *mail = decide_body(&msnp_op_oim_get, body, &error);
	g_autofree char *nothing = decide_body(&msnp_op_oim_get, "<GetMessageResponse/>", NULL);
	g_autoptr(MsnpOim) oim = NULL;

	g_assert_no_error(error);
	oim = msnp_oim_parse(mail, strlen(mail), NULL);
	g_assert_cmpstr(oim->name, ==, "Bob");
	g_assert_cmpstr(oim->text, ==, "Back at noon");
	g_assert_cmpstr(nothing, ==, "");
}

static void
test_done(void)
{
	static const struct {
		const MsnpSoapOp *op;
		const char *body;
	} rows[] = {
		{ &msnp_op_oim_delete, "<DeleteMessagesResponse xmlns=\"urn:x\"/>" },
		{ &msnp_op_oim_store,
		  "<StoreResponse xmlns=\"http://messenger.msn.com/ws/2004/09/oim/\"/>" },
		{ &msnp_op_oim_store,
		  "<StoreResponse xmlns=\"http://messenger.live.com/ws/2006/09/oim/\"/>" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(decide_body(rows[i].op, rows[i].body, &error));
		g_assert_no_error(error);
	}
}

/* The question for the lock key, whatever the status: an answer, not an error. */
static void
test_challenge(void)
{
	g_autofree char *text = soap_vector("oim-fault-lock-key.xml");
	static const guint statuses[] = { 200, 500 };

	for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *challenge = decide(&msnp_op_oim_store, statuses[i], text, &error);

		g_assert_no_error(error);
		g_assert_cmpstr(challenge, ==, "1850937852");
	}
}

#define TWEENER   "<TweenerChallenge>ct=1</TweenerChallenge>"
#define POLICY    "<RequiredAuthPolicy>MBI</RequiredAuthPolicy>"
#define NO_KEY    "<LockKeyChallenge/>"
#define BLANK_KEY "<LockKeyChallenge> </LockKeyChallenge>"

/* lesson_165, CVE-2013-6482: each fault has its own meaning, and empty leaves none. */
static void
test_faults(void)
{
	static const struct {
		const MsnpSoapOp *op;
		const char *code, *detail;
		MsnpSoapError error;
	} rows[] = {
		{ &msnp_op_oim_store, "q0:AuthenticationFailed", TWEENER, MSNP_SOAP_ERROR_TICKET },
		{ &msnp_op_oim_store, "q0:AuthenticationFailed", POLICY, MSNP_SOAP_ERROR_TICKET },
		{ &msnp_op_oim_store, "q0:AuthenticationFailed", NO_KEY, MSNP_SOAP_ERROR_TICKET },
		{ &msnp_op_oim_store, "AuthenticationFailed", BLANK_KEY, MSNP_SOAP_ERROR_TICKET },
		{ &msnp_op_oim_store, "q0:AuthenticationFailed", "", MSNP_SOAP_ERROR_TICKET },
		{ &msnp_op_oim_store, "q0:SystemUnavailable", "", MSNP_SOAP_ERROR_NOT_DELIVERED },
		{ &msnp_op_oim_store, "SenderThrottleLimitExceeded", "",
		  MSNP_SOAP_ERROR_THROTTLED },
		{ &msnp_op_oim_store, "q0:InvalidContent", "", MSNP_SOAP_ERROR_INVALID_CONTENT },
		{ &msnp_op_oim_store, "q0:MessageTooLarge", "", MSNP_SOAP_ERROR_TOO_LONG },
		{ &msnp_op_oim_store, "q0:Unheard", "<LockKeyChallenge>1</LockKeyChallenge>",
		  MSNP_SOAP_ERROR_FAULT },
		{ &msnp_op_oim_store, "", "", MSNP_SOAP_ERROR_FAULT },
		{ &msnp_op_oim_store, "soap:Client", "", MSNP_SOAP_ERROR_FAULT },
		{ &msnp_op_oim_list, "soap:Client", "", MSNP_SOAP_ERROR_TICKET },
		{ &msnp_op_oim_list, "AuthenticationFailed", POLICY, MSNP_SOAP_ERROR_TICKET },
		{ &msnp_op_oim_get, "AuthenticationFailed", TWEENER, MSNP_SOAP_ERROR_TICKET },
		{ &msnp_op_oim_get, "soap:Server", "", MSNP_SOAP_ERROR_FAULT },
		{ &msnp_op_oim_delete, "soap:Client", "", MSNP_SOAP_ERROR_TICKET },
		{ &msnp_op_oim_delete, "", "", MSNP_SOAP_ERROR_FAULT },
	};

	for (gsize i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
		gsize row = i / 2;
		g_autofree char *body = g_strconcat(
		    "<soap:Fault><faultcode>", rows[row].code,
		    "</faultcode><faultstring>Schema validation error</faultstring><detail>",
		    rows[row].detail, "</detail></soap:Fault>", NULL);
		g_autofree char *text = soap_envelope(body);
		g_autoptr(GError) error = NULL;

		g_test_message("%s %s %s", rows[row].op->name, rows[row].code, rows[row].detail);
		g_assert_null(decide(rows[row].op, i % 2 == 0 ? 500 : 200, text, &error));
		g_assert_error(error, MSNP_SOAP_ERROR, (int)rows[row].error);
	}
}

/* services.md 1.3 and 10.2: refusals without a fault. */
static void
test_statuses(void)
{
	static const struct {
		guint status;
		MsnpSoapError error;
	} rows[] = {
		{ 403, MSNP_SOAP_ERROR_TICKET },    { 401, MSNP_SOAP_ERROR_TICKET },
		{ 500, MSNP_SOAP_ERROR_FAULT },     { 503, MSNP_SOAP_ERROR_UNAVAILABLE },
		{ 404, MSNP_SOAP_ERROR_WRONG_URL }, { 200, MSNP_SOAP_ERROR_ANSWER },
	};
	static const MsnpSoapOp *const ops[] = { &msnp_op_oim_list, &msnp_op_oim_get,
						 &msnp_op_oim_delete, &msnp_op_oim_store };

	for (gsize i = 0; i < G_N_ELEMENTS(rows) * G_N_ELEMENTS(ops); i++) {
		gsize row = i / G_N_ELEMENTS(ops);
		g_autoptr(GError) error = NULL;

		g_assert_null(decide(ops[i % G_N_ELEMENTS(ops)], rows[row].status,
				     "Internal Server Error", &error));
		g_assert_error(error, MSNP_SOAP_ERROR, (int)rows[row].error);
	}
}

/* Cut at every byte: a result or an error, never both, never neither. */
static void
test_cut(void)
{
	static const struct {
		const MsnpSoapOp *op;
		const char *vector;
	} rows[] = {
		{ &msnp_op_oim_list, "oim-list-body.xml" },
		{ &msnp_op_oim_store, "oim-fault-lock-key.xml" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = soap_answer(rows[i].vector);
		gsize length = strlen(g_strchomp(text));

		for (gsize at = 0; at < length; at++) {
			g_autofree char *cut = g_strndup(text, at);
			g_autoptr(GError) error = NULL;

			g_assert_null(decide(rows[i].op, 200, cut, &error));
			g_assert_error(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_ANSWER);
		}
	}
}

/* ---- over HTTP ---- */

typedef struct {
	SoupServer *server;
	const MsnpSoapOp *op;
	const char *expected; /* in the request */
	guint n_requests;
	gboolean answered;
} Http;

/* services.md 15, 1 to 4: the right path and action, and no cookie. */
static void
on_request(SoupServer *server G_GNUC_UNUSED, SoupServerMessage *message, const char *path,
	   GHashTable *query G_GNUC_UNUSED, gpointer data)
{
	Http *http = data;
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
	const SoupMessageBody *request = soup_server_message_get_request_body(message);
	g_autofree char *action = g_strdup_printf("\"%s\"", http->op->soap_action);
	g_autofree char *body = g_strdup_printf("<%s/>", http->op->response);
	g_autofree char *answer = soap_envelope(body);

	http->n_requests++;
	g_assert_nonnull(g_strstr_len(request->data, request->length, http->expected));
	g_assert_cmpstr(
	    path, ==, http->op->service == MSNP_SERVICE_RSI ? "/rsi/rsi.asmx" : "/OimWS/oim.asmx");
	g_assert_cmpstr(soup_message_headers_get_one(headers, "SOAPAction"), ==, action);
	g_assert_null(soup_message_headers_get_one(headers, "Cookie"));
	soup_server_message_set_status(message, 200, NULL);
	soup_server_message_set_response(message, "text/xml", SOUP_MEMORY_COPY, answer,
					 strlen(answer));
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer data)
{
	Http *http = data;
	g_autoptr(GError) error = NULL;
	gpointer value = msnp_soap_client_call_finish(MSNP_SOAP_CLIENT(source), result, &error);

	g_assert_no_error(error);
	if (value != NULL)
		http->op->free_result(value);
	http->answered = TRUE;
}

/* What the arguments were is gone when the request is made. */
static void
call(Http *http, MsnpSoapClient *client, const MsnpSoapOp *op, gconstpointer args,
     const char *expected)
{
	gpointer copy = args == NULL ? NULL : op->args->copy(args);

	http->op = op;
	http->expected = expected;
	http->answered = FALSE;
	msnp_soap_client_call_async(client, op, copy, NULL, on_done, http);
	if (copy != NULL)
		op->args->free(copy);
	while (!http->answered)
		g_main_context_iteration(NULL, TRUE);
}

static MsnpSoapClient *
client_new(SoupServer *server, MsnpClock *clock)
{
	static const char *const domains[] = { "127.0.0.1", NULL };
	GSList *uris = soup_server_get_uris(server);
	g_autofree char *base = g_strdup_printf("http://127.0.0.1:%d", g_uri_get_port(uris->data));
	g_autofree char *rsi = g_strconcat(base, "/rsi/rsi.asmx", NULL);
	g_autofree char *oim = g_strconcat(base, "/OimWS/oim.asmx", NULL);
	MsnpSoapConfig config = { .urls = { [MSNP_SERVICE_RSI] = rsi, [MSNP_SERVICE_OIM] = oim },
				  .domains = domains };
	g_autoptr(MsnpSecret) ticket = msnp_secret_new(TICKET);
	MsnpSoapClient *client = msnp_soap_client_new(&config, clock);

	msnp_soap_client_set_ticket(client, MSNP_TICKET_MESSENGER, ticket);
	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	return client;
}

static void
test_http(void)
{
	static const char *const ids[] = { ID, NULL };
	Http http = { .server = soup_server_new(NULL, NULL) };
	g_autoptr(MsnpClock) clock = msnp_clock_new_manual();
	g_autoptr(GError) error = NULL;
	MsnpSoapClient *client;

	soup_server_add_handler(http.server, NULL, on_request, &http, NULL);
	soup_server_listen_local(http.server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
	g_assert_no_error(error);
	client = client_new(http.server, clock);
	call(&http, client, &msnp_op_oim_list, NULL, "<!-- -->");
	call(&http, client, &msnp_op_oim_get, ID, "<messageId>" ID "</messageId>");
	call(&http, client, &msnp_op_oim_delete, ids, "<messageId>" ID "</messageId>");
	call(&http, client, &msnp_op_oim_store, &store_args, "memberName=\"bob@example.com\"");
	g_assert_cmpuint(http.n_requests, ==, 4);
	g_assert_finalize_object(client);
	soup_server_disconnect(http.server);
	g_object_unref(http.server);
	while (g_main_context_iteration(NULL, FALSE))
		;
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/oim-service/requests", test_requests);
	g_test_add_func("/oim-service/lock-key", test_lock_key);
	g_test_add_func("/oim-service/store-first", test_store_first);
	g_test_add_func("/oim-service/lesson_164", test_lesson_164);
	g_test_add_func("/oim-service/tickets", test_tickets);
	g_test_add_func("/oim-service/delete-many", test_delete_many);
	g_test_add_func("/oim-service/list", test_list);
	g_test_add_func("/oim-service/list-empty", test_list_empty);
	g_test_add_func("/oim-service/get", test_get);
	g_test_add_func("/oim-service/done", test_done);
	g_test_add_func("/oim-service/challenge", test_challenge);
	g_test_add_func("/oim-service/faults", test_faults);
	g_test_add_func("/oim-service/statuses", test_statuses);
	g_test_add_func("/oim-service/cut", test_cut);
	g_test_add_func("/oim-service/http", test_http);
	return g_test_run();
}
