/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See ticket-server.h.
 */
#include "ticket-server.h"

#include <string.h>

#define FAULT(code)                                                                                \
	"<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Body><S:Fault>"      \
	"<faultcode>" code "</faultcode></S:Fault></S:Body></S:Envelope>"
/* RST's stand directly below Envelope: services.md 2.6. */
#define RST_FAULT(code)                                                                            \
	"<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Fault>"              \
	"<faultcode>" code "</faultcode></S:Fault></S:Envelope>"

static const struct {
	guint status;
	const char *body;
} refusals[] = {
	[REFUSE_403] = { 403, "Forbidden" },
	[REFUSE_401] = { 401, "" },
	[REFUSE_CONTEXT_TOKEN] = { 200, FAULT("q0:BadContextToken") },
	[REFUSE_AUTHENTICATION] = { 500, FAULT("AuthenticationFailed") },
};
G_STATIC_ASSERT(G_N_ELEMENTS(refusals) == N_REFUSALS);

static const struct {
	guint status;
	const char *body;
} rst_answers[] = {
	[RST_PASSWORD] = { 200, RST_FAULT("wsse:FailedAuthentication") },
	[RST_FAULT] = { 200, RST_FAULT("S:Client") },
	[RST_GARBAGE] = { 200, "<html/>" },
	[RST_UNAVAILABLE] = { 503, "" },
};

/* ---- what was asked ---- */

static void
asked_free(gpointer data)
{
	Asked *asked = data;

	g_free(asked->operation);
	g_free(asked->ticket);
	g_free(asked->cookie);
	g_free(asked->cache_key);
	g_free(asked->host);
	g_free(asked->path);
	g_free(asked->body);
	g_free(asked);
}

static char *
ticket_of(const xmlNode *header)
{
	g_autofree char *token =
	    msnp_xml_text(msnp_xml_path(header, "ABAuthHeader", "TicketToken", NULL));
	g_autoptr(MsnpSecret) ticket = msnp_secret_new(token);
	g_autoptr(MsnpSecret) t = msnp_ticket_t(ticket, NULL);

	return g_strdup(msnp_secret_peek(t));
}

static Asked *
asked_new(SoupServerMessage *message, const char *path)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
	SoupMessageBody *body = soup_server_message_get_request_body(message);
	const char *cookie = soup_message_headers_get_one(headers, "Cookie");
	g_auto(GStrv) host = g_strsplit(soup_message_headers_get_one(headers, "Host"), ":", 2);
	Asked *asked = g_new0(Asked, 1);
	g_autoptr(xmlDoc) doc = NULL;
	const xmlNode *header;
	const xmlNode *operation;

	asked->body = g_strndup(body->data, body->length);
	doc = msnp_xml_parse(asked->body, -1, NULL);
	operation = msnp_soap_body(doc);
	g_assert_nonnull(operation);
	header = msnp_xml_child(xmlDocGetRootElement(doc), "Header");
	asked->operation = g_strdup(msnp_xml_is(operation, "RequestMultipleSecurityTokens")
					? "RST"
					: (const char *)operation->name);
	asked->ticket = ticket_of(header);
	asked->cache_key =
	    msnp_xml_text(msnp_xml_path(header, "ABApplicationHeader", "CacheKey", NULL));
	asked->cookie = g_strdup(cookie == NULL ? "" : cookie);
	asked->host = g_strdup(host[0]);
	asked->path = g_strdup(path);
	return asked;
}

const Asked *
ticket_server_asked(TicketServer *f, guint n)
{
	g_assert_cmpuint(n, <, f->asked->len);
	return f->asked->pdata[n];
}

guint
ticket_server_count(TicketServer *f, const char *operation, const char *ticket)
{
	guint n = 0;

	for (guint i = 0; i < f->asked->len; i++) {
		const Asked *asked = f->asked->pdata[i];

		n += strcmp(asked->operation, operation) == 0 &&
		     (ticket == NULL || strcmp(asked->ticket, ticket) == 0);
	}
	return n;
}

void
ticket_server_forget(TicketServer *f)
{
	g_ptr_array_set_size(f->asked, 0);
}

/* ---- answers ---- */

static void
respond(SoupServerMessage *message, guint status, const char *body)
{
	soup_server_message_set_status(message, status, NULL);
	soup_server_message_set_response(message, "text/xml", SOUP_MEMORY_COPY, body, strlen(body));
}

/* The client has hung up, or we have. */
static void
on_gone(SoupServerMessage *message)
{
	g_object_set_data(G_OBJECT(message), "gone", message);
}

static void
drop(SoupServerMessage *message)
{
	g_autoptr(GIOStream) stream = soup_server_message_steal_connection(message);

	on_gone(message);
	g_io_stream_close(stream, NULL, NULL);
}

static void
replace(GString *text, const char *what, const char *by)
{
	g_assert_cmpuint(g_string_replace(text, what, by, 0), >, 0);
}

static void
answer_rst(TicketServer *f, SoupServerMessage *message)
{
	g_autoptr(GString) text = NULL;
	g_autofree char *vector = NULL;
	g_autofree char *ticket = NULL;

	if (f->rst == RST_DROPS) {
		drop(message);
		return;
	}
	if (f->rst > RST_GIVES_NO_CONTACTS) {
		respond(message, rst_answers[f->rst].status, rst_answers[f->rst].body);
		return;
	}
	vector = soap_answer("rst-answer.xml");
	text = g_string_new(vector);
	ticket = g_strdup_printf("NEW%u", ++f->n_given);
	replace(text, "EwCONTACTSe5F6+/g7h8==", ticket);
	if (f->rst == RST_GIVES_NO_CONTACTS)
		replace(text, "contacts.msn.com", "elsewhere.example");
	respond(message, 200, text->str);
}

static gboolean
is_accepted(TicketServer *f, const Asked *asked)
{
	if (f->partial != NULL && strcmp(f->partial, asked->operation) == 0)
		return FALSE;
	for (guint i = 0; f->accepted[i] != NULL; i++) {
		if (strcmp(f->accepted[i], asked->ticket) == 0)
			return TRUE;
	}
	return FALSE;
}

static void
answer(TicketServer *f, SoupServerMessage *message, const Asked *asked)
{
	g_autofree char *text = NULL;
	g_autofree char *cookie = NULL;

	if (f->bad_host != NULL && strcmp(f->bad_host, asked->host) == 0) {
		if (f->bad_status == 0)
			drop(message);
		else
			respond(message, f->bad_status, "");
		return;
	}
	if (strcmp(asked->operation, "RST") == 0) {
		answer_rst(f, message);
		return;
	}
	/* Both proofs are of one ticket: services.md 3.2. */
	cookie = g_strconcat("MSPAuth=", asked->ticket, NULL);
	g_assert_cmpstr(asked->cookie, ==, cookie);
	if (!is_accepted(f, asked)) {
		respond(message, refusals[f->refusal].status, refusals[f->refusal].body);
		return;
	}
	text = g_strconcat("<Envelope><Header><ServiceHeader>", f->header == NULL ? "" : f->header,
			   "</ServiceHeader></Header><Body><", asked->operation,
			   "Response/></Body></Envelope>", NULL);
	respond(message, 200, text);
}

static void
on_request(SoupServer *server G_GNUC_UNUSED, SoupServerMessage *message, const char *path,
	   GHashTable *query G_GNUC_UNUSED, gpointer data)
{
	TicketServer *f = data;
	Asked *asked = asked_new(message, path);

	g_ptr_array_add(f->asked, asked);
	if (f->hold != NULL && strcmp(f->hold, asked->operation) == 0) {
		Asked *copy = asked_new(message, path);

		g_object_set_data_full(G_OBJECT(message), "asked", copy, asked_free);
		g_signal_connect(message, "finished", G_CALLBACK(on_gone), NULL);
		g_ptr_array_add(f->held, g_object_ref(message));
		soup_server_pause_message(f->server, message);
		return;
	}
	answer(f, message, asked);
}

void
ticket_server_let_go(TicketServer *f)
{
	g_autoptr(GPtrArray) held = f->held;

	f->hold = NULL;
	f->held = g_ptr_array_new_with_free_func(g_object_unref);
	for (guint i = 0; i < held->len; i++) {
		SoupServerMessage *message = held->pdata[i];

		if (g_object_get_data(G_OBJECT(message), "gone") == NULL)
			answer(f, message, g_object_get_data(G_OBJECT(message), "asked"));
		if (g_object_get_data(G_OBJECT(message), "gone") == NULL)
			soup_server_unpause_message(f->server, message);
	}
}

/* ---- the client ---- */

void
ticket_server_client(TicketServer *f, const char *ab_host, const char *sharing_host)
{
	static const char *const domains[] = { "127.0.0.1", "localhost", "family.example", NULL };
	g_autofree char *rst = g_strdup_printf("http://127.0.0.1:%u/RST.srf", f->port);
	g_autofree char *ab = g_strdup_printf("http://%s:%u/abservice.asmx", ab_host, f->port);
	g_autofree char *sharing =
	    g_strdup_printf("http://%s:%u/SharingService.asmx", sharing_host, f->port);
	MsnpSoapConfig config = { { rst, ab, sharing }, domains, FALSE, NULL };

	g_clear_object(&f->client);
	f->client = msnp_soap_client_new(&config, f->clock);
	ticket_server_set_tickets(f, 0);
}

void
ticket_server_set_renewal(TicketServer *f)
{
	g_autofree char *handle = g_strdup("alice@example.com");
	g_autofree char *policy = g_strdup("ct=1,id=1");

	/* Copied: what was given is gone. */
	msnp_soap_client_set_renewal(f->client, &(MsnpRstArgs){ handle, f->password, policy });
}

void
ticket_server_set_tickets(TicketServer *f, gint64 lifetime)
{
	g_autoptr(MsnpTickets) tickets = g_new0(MsnpTickets, 1);

	tickets->tickets[MSNP_TICKET_MESSENGER] = msnp_secret_new("t=MESSENGER&p=EwPROFILE");
	tickets->tickets[MSNP_TICKET_CONTACTS] = msnp_secret_new("t=" OLD_TICKET "&p=EwPROFILE");
	tickets->lifetime = lifetime;
	msnp_soap_client_set_tickets(f->client, tickets);
}

static void
test_call_free(gpointer data)
{
	TestCall *call = data;

	g_assert_true(call->answered);
	if (call->result != NULL)
		call->op->free_result(call->result);
	g_clear_error(&call->error);
	g_object_unref(call->cancellable);
	g_free(call);
}

void
ticket_server_setup(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	GSList *uris;

	f->clock = msnp_clock_new_manual();
	f->password = msnp_secret_new("secret");
	f->asked = g_ptr_array_new_with_free_func(asked_free);
	f->held = g_ptr_array_new_with_free_func(g_object_unref);
	f->calls = g_ptr_array_new_with_free_func(test_call_free);
	f->server = soup_server_new(NULL, NULL);
	soup_server_add_handler(f->server, NULL, on_request, f, NULL);
	soup_server_listen_local(f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
	g_assert_no_error(error);
	uris = soup_server_get_uris(f->server);
	f->port = g_uri_get_port(uris->data);
	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	ticket_server_client(f, "127.0.0.1", "127.0.0.1");
}

void
ticket_server_teardown(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	ticket_server_wait_all(f);
	g_ptr_array_unref(f->calls);
	/* Neither a timer nor a renewal holds on to anything. */
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
	while (g_main_context_iteration(NULL, FALSE))
		;
	if (f->client != NULL)
		g_assert_finalize_object(f->client);
	g_ptr_array_unref(f->held);
	soup_server_disconnect(f->server);
	g_object_unref(f->server);
	g_ptr_array_unref(f->asked);
	msnp_secret_unref(f->password);
	msnp_clock_unref(f->clock);
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer data)
{
	TestCall *call = data;

	g_assert_false(call->answered);
	call->answered = TRUE;
	call->result = msnp_soap_client_call_finish(MSNP_SOAP_CLIENT(source), result, &call->error);
}

TestCall *
ticket_server_start(TicketServer *f, const MsnpSoapOp *op)
{
	g_autofree char *id = g_strdup("9a0b7c1e-52d4-4c3f-8a61-0d2f4b6c8e10");
	g_autofree char *text = g_strdup("Choir <&>");
	g_autofree char *handle = g_strdup("bob@example.com");
	g_autofree char *since = g_strdup("2026-03-14T09:26:53Z");
	MsnpListWrite write = { .handle = handle,
				.list = MSNP_LIST_ALLOW,
				.contact_id = id,
				.group_id = id,
				.membership_id = id,
				.own_name = text,
				.text = text };
	MsnpListRead read = { since, text };
	TestCall *call = g_new0(TestCall, 1);

	call->op = op;
	call->cancellable = g_cancellable_new();
	g_ptr_array_add(f->calls, call);
	msnp_soap_client_call_async(f->client, op,
				    op == &msnp_op_ab_add ? (gconstpointer)handle
				    : op->is_read         ? (gconstpointer)&read
							  : &write,
				    call->cancellable, on_done, call);
	return call;
}

void
ticket_server_wait(const TestCall *call)
{
	while (!call->answered)
		g_main_context_iteration(NULL, TRUE);
}

void
ticket_server_wait_all(TicketServer *f)
{
	for (guint i = 0; i < f->calls->len; i++)
		ticket_server_wait(f->calls->pdata[i]);
}

TestCall *
ticket_server_call(TicketServer *f, const MsnpSoapOp *op)
{
	TestCall *call = ticket_server_start(f, op);

	ticket_server_wait(call);
	return call;
}

void
ticket_server_wait_held(TicketServer *f, guint n)
{
	while (f->held->len < n)
		g_main_context_iteration(NULL, TRUE);
}

void
ticket_server_turn(guint turns)
{
	while (turns-- > 0)
		g_main_context_iteration(NULL, FALSE);
}
