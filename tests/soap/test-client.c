/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The client against an HTTP server of our own on loopback: what it sends, what it makes of each
 * kind of answer, where it lets itself be sent, and that it stops cleanly at any moment.
 */
#include <libsoup/soup.h>
#include <string.h>
#include <unistd.h>

#include "soap-vectors.h"
#include "soap/msnp-soap-client.h"
#include "support/tls-server.h"

#define TICKET "t=EwCONTACTSe5F6+/g7h8==&p=EwPROFILE"

typedef struct {
	guint status;
	const char *type; /* NULL: text/xml */
	const char *body; /* borrowed */
	gsize length;     /* 0: strlen(body) */
	const char *location;
	gboolean gzip;
	gboolean cut;  /* breaks off in the middle of the body */
	gboolean drop; /* breaks off without an answer */
	gboolean hang; /* never answers */
	gboolean slow; /* half of the body, then nothing */
} Script;

typedef struct {
	SoupServer *server;
	MsnpClock *clock;
	MsnpSoapClient *client;
	char *base;
	char *rst, *members, *book; /* good answers */
	Script script[8];           /* one for each request; the last one stays */
	guint n_scripts;
	guint n_requests;
	guint n_connections;
	char *path, *soap_action, *cookie, *agent, *type, *request; /* of the last request */
	guint n_answered;
	gpointer result;
	GError *error;
	MsnpSecret *password;
	GPtrArray *held;
} Fixture;

static Script
script_for(Fixture *f)
{
	guint n = MIN(f->n_requests, f->n_scripts - 1);

	f->n_requests++;
	return f->script[n];
}

static GBytes *
gzipped(const char *body, gsize length)
{
	g_autoptr(GConverter) compressor =
	    G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
	g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable();
	g_autoptr(GOutputStream) out = g_converter_output_stream_new(memory, compressor);

	g_assert_true(g_output_stream_write_all(out, body, length, NULL, NULL, NULL));
	g_assert_true(g_output_stream_close(out, NULL, NULL));
	return g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(memory));
}

static void
break_off(SoupServerMessage *message, gpointer data G_GNUC_UNUSED)
{
	g_autoptr(GIOStream) stream = soup_server_message_steal_connection(message);

	g_io_stream_close(stream, NULL, NULL);
}

/* Half of a body whose whole length was promised; then the line is cut, or silent. */
static void
answer_half(Fixture *f, SoupServerMessage *message, const Script *script)
{
	g_autoptr(GIOStream) stream = soup_server_message_steal_connection(message);
	g_autofree char *head = g_strdup_printf("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
						"Content-Length: %zu\r\n\r\n",
						strlen(script->body));
	GOutputStream *out = g_io_stream_get_output_stream(stream);

	g_output_stream_write_all(out, head, strlen(head), NULL, NULL, NULL);
	g_output_stream_write_all(out, script->body, strlen(script->body) / 2, NULL, NULL, NULL);
	if (script->slow)
		g_ptr_array_add(f->held, g_steal_pointer(&stream));
	else
		g_io_stream_close(stream, NULL, NULL);
}

static void
remember(Fixture *f, SoupServerMessage *message, const char *path)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
	SoupMessageBody *body = soup_server_message_get_request_body(message);
	const struct {
		char **slot;
		const char *header;
	} rows[] = {
		{ &f->soap_action, "SOAPAction" },
		{ &f->cookie, "Cookie" },
		{ &f->agent, "User-Agent" },
		{ &f->type, "Content-Type" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_free(*rows[i].slot);
		*rows[i].slot = g_strdup(soup_message_headers_get_one(headers, rows[i].header));
	}
	g_free(f->path);
	f->path = g_strdup(path);
	g_free(f->request);
	f->request = g_strndup(body->data, body->length);
	g_assert_cmpstr(soup_server_message_get_method(message), ==, "POST");
}

static void
on_request(SoupServer *server G_GNUC_UNUSED, SoupServerMessage *message, const char *path,
	   GHashTable *query G_GNUC_UNUSED, gpointer data)
{
	Fixture *f = data;
	Script script = script_for(f);
	SoupMessageHeaders *headers = soup_server_message_get_response_headers(message);
	gsize length = script.length != 0 ? script.length : strlen(script.body ? script.body : "");

	remember(f, message, path);
	if (script.hang) {
		g_ptr_array_add(f->held, soup_server_message_steal_connection(message));
		return;
	}
	if (script.drop) {
		break_off(message, NULL);
		return;
	}
	if (script.cut || script.slow) {
		answer_half(f, message, &script);
		return;
	}
	soup_server_message_set_status(message, script.status, NULL);
	if (script.location != NULL)
		soup_message_headers_replace(headers, "Location", script.location);
	soup_message_headers_replace(headers, "Set-Cookie", "Spy=1");
	if (script.gzip) {
		g_autoptr(GBytes) bytes = gzipped(script.body, length);

		soup_message_headers_replace(headers, "Content-Encoding", "gzip");
		soup_server_message_set_response(message, "text/xml", SOUP_MEMORY_COPY,
						 g_bytes_get_data(bytes, NULL),
						 g_bytes_get_size(bytes));
	} else if (script.body != NULL) {
		soup_server_message_set_response(message,
						 script.type == NULL ? "text/xml" : script.type,
						 SOUP_MEMORY_COPY, script.body, length);
	}
}

static void
on_connected(SoupServer *server G_GNUC_UNUSED, SoupServerMessage *message, gpointer data)
{
	Fixture *f = data;
	GSocket *socket = soup_server_message_get_socket(message);

	if (g_object_get_data(G_OBJECT(socket), "counted") == NULL) {
		g_object_set_data(G_OBJECT(socket), "counted", f);
		f->n_connections++;
	}
}

static char *
server_base(SoupServer *server, const char *host)
{
	GSList *uris = soup_server_get_uris(server);
	char *base = g_strdup_printf("%s://%s:%d", g_uri_get_scheme(uris->data), host,
				     g_uri_get_port(uris->data));

	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	return base;
}

static MsnpSoapClient *
client_new(Fixture *f, const char *base, gboolean allow_plain)
{
	static const char *const domains[] = { "127.0.0.1", "localhost", NULL };
	g_autofree char *rst = g_strconcat(base, "/RST.srf", NULL);
	g_autofree char *ab = g_strconcat(base, "/abservice/abservice.asmx", NULL);
	g_autofree char *sharing = g_strconcat(base, "/abservice/SharingService.asmx", NULL);
	MsnpSoapConfig config = { { rst, ab, sharing }, domains, allow_plain, NULL };
	MsnpSoapClient *client = msnp_soap_client_new(&config, f->clock);
	g_autoptr(MsnpSecret) ticket = msnp_secret_new(TICKET);

	msnp_soap_client_set_ticket(client, MSNP_TICKET_CONTACTS, ticket);
	return client;
}

static void
serve(Fixture *f)
{
	g_autoptr(GError) error = NULL;

	f->server = soup_server_new(NULL, NULL);
	soup_server_add_handler(f->server, NULL, on_request, f, NULL);
	g_signal_connect(f->server, "request-started", G_CALLBACK(on_connected), f);
	soup_server_listen_local(f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
	g_assert_no_error(error);
	f->base = server_base(f->server, "127.0.0.1");
	f->client = client_new(f, f->base, FALSE);
}

static void
setup_bare(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	f->clock = msnp_clock_new_manual();
	f->held = g_ptr_array_new_with_free_func(g_object_unref);
	f->password = msnp_secret_new("secret");
	f->rst = soap_answer("rst-answer.xml");
	f->members = soap_answer("find-membership-body.xml");
	f->book = soap_answer("ab-find-all-body.xml");
}

static void
setup(Fixture *f, gconstpointer data)
{
	setup_bare(f, data);
	serve(f);
}

static void
free_result(Fixture *f, const MsnpSoapOp *op)
{
	if (f->result != NULL && op->free_result != NULL)
		op->free_result(f->result);
	f->result = NULL;
	g_clear_error(&f->error);
}

static void
teardown(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	char **texts[] = { &f->base,        &f->rst,    &f->members, &f->book, &f->path,
			   &f->soap_action, &f->cookie, &f->agent,   &f->type, &f->request };

	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
	g_assert_finalize_object(f->client);
	g_ptr_array_unref(f->held);
	soup_server_disconnect(f->server);
	g_object_unref(f->server);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(*texts[i]);
	msnp_secret_unref(f->password);
	msnp_clock_unref(f->clock);
	g_clear_error(&f->error);
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer data)
{
	Fixture *f = data;

	f->n_answered++;
	g_clear_error(&f->error);
	f->result = msnp_soap_client_call_finish(MSNP_SOAP_CLIENT(source), result, &f->error);
}

static void
start(Fixture *f, const MsnpSoapOp *op, GCancellable *cancellable)
{
	MsnpRstArgs rst = { "alice@example.com", f->password, "ct=1,id=1" };
	static const MsnpListWrite write = { .handle = "bob@example.com",
					     .list = MSNP_LIST_ALLOW,
					     .contact_id = "c",
					     .group_id = "g",
					     .text = "Choir" };
	gconstpointer args = op == &msnp_op_rst      ? (gconstpointer)&rst
			     : op == &msnp_op_ab_add ? (gconstpointer) "alice@example.com"
			     : op->is_read           ? NULL
						     : &write;

	f->n_answered = 0;
	f->result = NULL;
	msnp_soap_client_call_async(f->client, op, args, cancellable, on_done, f);
}

static void
wait_until(guint *counter, guint n)
{
	while (*counter < n)
		g_main_context_iteration(NULL, TRUE);
}

static void
call(Fixture *f, const MsnpSoapOp *op)
{
	start(f, op, NULL);
	wait_until(&f->n_answered, 1);
}

/* Until there is an answer, if only because a deadline has passed. */
static void
let_time_pass(Fixture *f)
{
	while (f->n_answered == 0) {
		g_main_context_iteration(NULL, FALSE);
		msnp_clock_advance(f->clock, 10);
	}
}

static void
set_script(Fixture *f, Script script)
{
	f->n_requests = 0;
	f->script[0] = script;
	f->n_scripts = 1;
}

static void
add_script(Fixture *f, Script script)
{
	f->script[f->n_scripts++] = script;
}

/* ---- what is sent ---- */

static void
test_headers(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	set_script(f, (Script){ .status = 200, .body = f->rst });
	call(f, &msnp_op_rst);
	g_assert_no_error(f->error);
	g_assert_cmpstr(f->path, ==, "/RST.srf");
	g_assert_null(f->soap_action);
	g_assert_null(f->cookie);
	g_assert_cmpstr(f->type, ==, "text/xml; charset=utf-8");
	free_result(f, &msnp_op_rst);

	set_script(f, (Script){ .status = 200, .body = f->members });
	call(f, &msnp_op_find_membership);
	g_assert_no_error(f->error);
	g_assert_cmpstr(f->path, ==, "/abservice/SharingService.asmx");
	g_assert_cmpstr(f->soap_action, ==,
			"\"http://www.msn.com/webservices/AddressBook/FindMembership\"");
	/* The t part only, and no cookie that a server has set. */
	g_assert_cmpstr(f->cookie, ==, "MSPAuth=EwCONTACTSe5F6+/g7h8==");
	g_assert_nonnull(strstr(f->request, "<TicketToken>t=EwCONTACTSe5F6+/g7h8==&amp;p="));
	g_assert_null(strstr(f->request, "CacheKey"));
	free_result(f, &msnp_op_find_membership);

	/* The key of the answer before goes along. */
	set_script(f, (Script){ .status = 200, .body = f->book });
	call(f, &msnp_op_ab_find_all);
	g_assert_no_error(f->error);
	g_assert_nonnull(strstr(f->request, "<CacheKey>12r1:KEY</CacheKey>"));
	free_result(f, &msnp_op_ab_find_all);
}

static void
test_no_ticket(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	static const char *const bad[] = { "", "t=a b", "t=a;b", "t=a\r\nX: y" };

	set_script(f, (Script){ .status = 200, .body = f->book });
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(MsnpSecret) ticket = msnp_secret_new(bad[i]);

		msnp_soap_client_set_ticket(f->client, MSNP_TICKET_CONTACTS, ticket);
		call(f, &msnp_op_ab_find_all);
		g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TICKET);
	}
	msnp_soap_client_set_ticket(f->client, MSNP_TICKET_CONTACTS, NULL);
	call(f, &msnp_op_ab_find_all);
	g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TICKET);
	g_assert_cmpuint(f->n_requests, ==, 0);
}

/* ---- the decision table: services.md 1.3, 2.6, 3.4 ---- */

#define FAULT(code, more)                                                                          \
	"<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Body><S:Fault>"      \
	"<faultcode>" code "</faultcode>" more "</S:Fault></S:Body></S:Envelope>"
#define BARE(code)                                                                                 \
	"<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Fault>"              \
	"<faultcode>" code "</faultcode></S:Fault></S:Envelope>"
#define DETAIL(code) "<detail><errorcode>" code "</errorcode></detail>"

typedef struct {
	const MsnpSoapOp *op;
	guint status;
	const char *type;
	const char *body;
	int code; /* MsnpSoapError; -1: success */
} Decision;

static const Decision decisions[] = {
	{ &msnp_op_rst, 200, NULL, BARE("wsse:FailedAuthentication"), MSNP_SOAP_ERROR_PASSWORD },
	{ &msnp_op_rst, 500, NULL, BARE("wsse:FailedAuthentication"), MSNP_SOAP_ERROR_PASSWORD },
	{ &msnp_op_rst, 200, NULL, FAULT("FailedAuthentication", ""), MSNP_SOAP_ERROR_PASSWORD },
	{ &msnp_op_rst, 200, NULL, FAULT("S:Client", ""), MSNP_SOAP_ERROR_FAULT },
	{ &msnp_op_rst, 200, NULL, FAULT("S:Server", ""), MSNP_SOAP_ERROR_UNAVAILABLE },
	{ &msnp_op_rst, 200, NULL, FAULT("", ""), MSNP_SOAP_ERROR_FAULT },
	{ &msnp_op_rst, 500, "text/plain", "crash", MSNP_SOAP_ERROR_UNAVAILABLE },
	{ &msnp_op_rst, 503, "text/plain", "", MSNP_SOAP_ERROR_UNAVAILABLE },
	{ &msnp_op_rst, 502, "text/html", "<html>", MSNP_SOAP_ERROR_UNAVAILABLE },
	{ &msnp_op_rst, 404, "text/plain", "no", MSNP_SOAP_ERROR_WRONG_URL },
	{ &msnp_op_rst, 403, "text/plain", "no", MSNP_SOAP_ERROR_FAULT },
	{ &msnp_op_rst, 200, NULL, "", MSNP_SOAP_ERROR_ANSWER },
	{ &msnp_op_rst, 200, NULL, "<html/>", MSNP_SOAP_ERROR_ANSWER },
	{ &msnp_op_ab_find_all, 403, "text/plain", "Forbidden", MSNP_SOAP_ERROR_TICKET },
	{ &msnp_op_ab_find_all, 401, "text/plain", "", MSNP_SOAP_ERROR_TICKET },
	{ &msnp_op_ab_find_all, 405, "text/plain", "", MSNP_SOAP_ERROR_WRONG_URL },
	{ &msnp_op_ab_find_all, 413, "text/plain", "", MSNP_SOAP_ERROR_FAULT },
	{ &msnp_op_ab_find_all, 500, "text/plain", "Traceback", MSNP_SOAP_ERROR_FAULT },
	{ &msnp_op_ab_find_all, 504, "text/plain", "", MSNP_SOAP_ERROR_UNAVAILABLE },
	{ &msnp_op_ab_find_all, 303, "text/plain", "", MSNP_SOAP_ERROR_REDIRECT },
	{ &msnp_op_ab_find_all, 304, "text/plain", NULL, MSNP_SOAP_ERROR_REDIRECT },
	{ &msnp_op_ab_find_all, 200, NULL, FAULT("soap:Client", DETAIL("FullSyncRequired")),
	  MSNP_SOAP_ERROR_FULL_SYNC },
	{ &msnp_op_ab_find_all, 500, NULL, FAULT("soap:Client", DETAIL("ABDoesNotExist")),
	  MSNP_SOAP_ERROR_NO_ADDRESSBOOK },
	{ &msnp_op_find_membership, 500, NULL, FAULT("soap:Client", DETAIL("ABDoesNotExist")),
	  MSNP_SOAP_ERROR_NO_ADDRESSBOOK },
	{ &msnp_op_ab_find_all, 200, NULL, FAULT("soap:Client", DETAIL("Forbidden")),
	  MSNP_SOAP_ERROR_NOT_OFFERED },
	{ &msnp_op_ab_find_all, 200, NULL, FAULT("x:BadContextToken", ""), MSNP_SOAP_ERROR_TICKET },
	{ &msnp_op_ab_find_all, 500, NULL, BARE("AuthenticationFailed"), MSNP_SOAP_ERROR_TICKET },
	{ &msnp_op_ab_find_all, 500, NULL, FAULT("soap:Server", ""), MSNP_SOAP_ERROR_FAULT },
	{ &msnp_op_ab_find_all, 200, NULL,
	  "<Envelope><Body><FindMembershipResponse/></Body></Envelope>", MSNP_SOAP_ERROR_ANSWER },
	{ &msnp_op_ab_find_all, 200, NULL, "<Envelope><Body><ABFindAllResponse>",
	  MSNP_SOAP_ERROR_ANSWER },
	{ &msnp_op_ab_find_all, 200, NULL,
	  "<!DOCTYPE x><Envelope><Body><ABFindAllResponse/></Body></Envelope>",
	  MSNP_SOAP_ERROR_ANSWER },
	{ &msnp_op_ab_find_all, 500, NULL, "<Envelope><Body><ABFindAllResponse/></Body></Envelope>",
	  MSNP_SOAP_ERROR_FAULT },
	{ &msnp_op_ab_add, 200, NULL, "<Envelope><Body><ABAddResponse/></Body></Envelope>", -1 },
	{ &msnp_op_ab_add, 500, NULL, FAULT("soap:Client", DETAIL("ABAlreadyExists")), -1 },
	{ &msnp_op_ab_find_all, 500, NULL, FAULT("soap:Client", DETAIL("ABAlreadyExists")),
	  MSNP_SOAP_ERROR_FAULT },
};

typedef struct {
	const char *errorcode;
	int code;        /* MsnpSoapError, or -1: success, for most writes */
	int delete_code; /* for deletions */
	int add_code;    /* for additions that have a result */
} WriteFault;

/* services.md 3.4, row by row. */
static const WriteFault write_faults[] = {
	{ "FullSyncRequired", MSNP_SOAP_ERROR_FULL_SYNC, MSNP_SOAP_ERROR_FULL_SYNC,
	  MSNP_SOAP_ERROR_FULL_SYNC },
	{ "ABDoesNotExist", MSNP_SOAP_ERROR_NO_ADDRESSBOOK, MSNP_SOAP_ERROR_NO_ADDRESSBOOK,
	  MSNP_SOAP_ERROR_NO_ADDRESSBOOK },
	{ "ABAlreadyExists", -1, -1, MSNP_SOAP_ERROR_FAULT },
	{ "ContactAlreadyExists", MSNP_SOAP_ERROR_EXISTS, MSNP_SOAP_ERROR_EXISTS,
	  MSNP_SOAP_ERROR_EXISTS },
	{ "GroupAlreadyExists", MSNP_SOAP_ERROR_EXISTS, MSNP_SOAP_ERROR_EXISTS,
	  MSNP_SOAP_ERROR_EXISTS },
	{ "ContactDoesNotExist", MSNP_SOAP_ERROR_GONE, -1, MSNP_SOAP_ERROR_GONE },
	{ "GroupDoesNotExist", MSNP_SOAP_ERROR_GONE, -1, MSNP_SOAP_ERROR_GONE },
	{ "MemberAlreadyExists", -1, -1, MSNP_SOAP_ERROR_FAULT },
	{ "MemberDoesNotExist", MSNP_SOAP_ERROR_GONE, -1, MSNP_SOAP_ERROR_GONE },
	{ "InvalidPassportUser", MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT, MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT,
	  MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT },
	{ "UserDoesNotExist", MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT, MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT,
	  MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT },
	{ "BadEmailArgument", MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT, MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT,
	  MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT },
	{ "EmailDomainIsFederated", MSNP_SOAP_ERROR_OTHER_NETWORK, MSNP_SOAP_ERROR_OTHER_NETWORK,
	  MSNP_SOAP_ERROR_OTHER_NETWORK },
	{ "FederatedQueryFailure", MSNP_SOAP_ERROR_OTHER_NETWORK, MSNP_SOAP_ERROR_OTHER_NETWORK,
	  MSNP_SOAP_ERROR_OTHER_NETWORK },
	{ "BadArgumentLength", MSNP_SOAP_ERROR_TOO_LONG, MSNP_SOAP_ERROR_TOO_LONG,
	  MSNP_SOAP_ERROR_TOO_LONG },
	{ "RequestLimitReached", MSNP_SOAP_ERROR_FULL, MSNP_SOAP_ERROR_FULL, MSNP_SOAP_ERROR_FULL },
	{ "QuotaLimitReached", MSNP_SOAP_ERROR_FULL, MSNP_SOAP_ERROR_FULL, MSNP_SOAP_ERROR_FULL },
	{ "Forbidden", MSNP_SOAP_ERROR_NOT_OFFERED, MSNP_SOAP_ERROR_NOT_OFFERED,
	  MSNP_SOAP_ERROR_NOT_OFFERED },
	{ "BadContextToken", MSNP_SOAP_ERROR_TICKET, MSNP_SOAP_ERROR_TICKET,
	  MSNP_SOAP_ERROR_TICKET },
	{ "AuthenticationFailed", MSNP_SOAP_ERROR_TICKET, MSNP_SOAP_ERROR_TICKET,
	  MSNP_SOAP_ERROR_TICKET },
	{ "FailedAuthentication", MSNP_SOAP_ERROR_TICKET, MSNP_SOAP_ERROR_TICKET,
	  MSNP_SOAP_ERROR_TICKET },
	{ "NobodyKnows", MSNP_SOAP_ERROR_FAULT, MSNP_SOAP_ERROR_FAULT, MSNP_SOAP_ERROR_FAULT },
	/* Codes are whole words. */
	{ "Groupalreadyexists", MSNP_SOAP_ERROR_FAULT, MSNP_SOAP_ERROR_FAULT,
	  MSNP_SOAP_ERROR_FAULT },
	{ "", MSNP_SOAP_ERROR_FAULT, MSNP_SOAP_ERROR_FAULT, MSNP_SOAP_ERROR_FAULT },
};

static const MsnpSoapOp *const plain_writes[] = {
	&msnp_op_ab_contact_alias, &msnp_op_ab_privacy,           &msnp_op_ab_own_name,
	&msnp_op_ab_group_rename,  &msnp_op_ab_group_contact_add, &msnp_op_add_member,
};
static const MsnpSoapOp *const deletions[] = {
	&msnp_op_ab_contact_delete,
	&msnp_op_ab_group_delete,
	&msnp_op_ab_group_contact_delete,
	&msnp_op_delete_member,
};
static const MsnpSoapOp *const additions[] = {
	&msnp_op_ab_contact_add,
	&msnp_op_ab_group_add,
};

static void
assert_write(Fixture *f, const MsnpSoapOp *op, guint status, const char *body, int code)
{
	g_test_message("%s", op->name);
	set_script(f, (Script){ .status = status, .body = body });
	call(f, op);
	if (code < 0)
		g_assert_no_error(f->error);
	else
		g_assert_error(f->error, MSNP_SOAP_ERROR, code);
	g_assert_cmpuint(f->n_requests, ==, 1);
	g_assert_null(f->result);
}

static void
test_write_faults(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	for (guint i = 0; i < G_N_ELEMENTS(write_faults); i++) {
		const WriteFault *row = &write_faults[i];
		g_autofree char *body = g_strdup_printf(
		    FAULT("soap:Client",
			  "<faultstring>GroupDoesNotExist</faultstring>" DETAIL("%s")),
		    row->errorcode);
		/* The HTTP status does not tell: services.md 1.3. */
		guint status = i % 2 == 0 ? 200 : 500;

		g_test_message("fault %s", row->errorcode);
		for (guint o = 0; o < G_N_ELEMENTS(plain_writes); o++)
			assert_write(f, plain_writes[o], status, body, row->code);
		for (guint o = 0; o < G_N_ELEMENTS(deletions); o++)
			assert_write(f, deletions[o], status, body, row->delete_code);
		for (guint o = 0; o < G_N_ELEMENTS(additions); o++)
			assert_write(f, additions[o], status, body, row->add_code);
	}
}

/* Each at its place, with the ticket, the cookie and the CacheKey; an empty answer is enough. */
static void
test_write_answers(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	set_script(f, (Script){ .status = 200, .body = f->book });
	call(f, &msnp_op_ab_find_all);
	free_result(f, &msnp_op_ab_find_all);
	for (guint i = 0; i < G_N_ELEMENTS(plain_writes) + G_N_ELEMENTS(deletions); i++) {
		const MsnpSoapOp *op = i < G_N_ELEMENTS(plain_writes)
					   ? plain_writes[i]
					   : deletions[i - G_N_ELEMENTS(plain_writes)];
		g_autofree char *empty = g_strconcat("<", op->response, "/>", NULL);
		g_autofree char *body = soap_envelope(empty);
		g_autofree char *action = g_strconcat(
		    "\"http://www.msn.com/webservices/AddressBook/", op->name, "\"", NULL);

		assert_write(f, op, 200, body, -1);
		g_assert_cmpstr(f->soap_action, ==, action);
		g_assert_cmpstr(f->path, ==,
				op == &msnp_op_add_member || op == &msnp_op_delete_member
				    ? "/abservice/SharingService.asmx"
				    : "/abservice/abservice.asmx");
		g_assert_cmpstr(f->cookie, ==, "MSPAuth=EwCONTACTSe5F6+/g7h8==");
		g_assert_nonnull(
		    strstr(f->request, "<TicketToken>t=EwCONTACTSe5F6+/g7h8==&amp;p="));
		g_assert_nonnull(strstr(f->request, "<CacheKey>12r1:KEY</CacheKey>"));
		/* A crash is none of the faults, and no success for a deletion either. */
		assert_write(f, op, 500, "Traceback", MSNP_SOAP_ERROR_FAULT);
		assert_write(f, op, 403, "Forbidden", MSNP_SOAP_ERROR_TICKET);
		assert_write(f, op, 200, "", MSNP_SOAP_ERROR_ANSWER);
	}
}

static void
test_write_results(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	static const struct {
		const MsnpSoapOp *op;
		const char *vector, *id;
	} rows[] = {
		{ &msnp_op_ab_contact_add, "ab-contact-add-body.xml",
		  "2f6d0c84-1b7a-4e59-9c3d-7e1a5b903f22" },
		{ &msnp_op_ab_group_add, "ab-group-add-body.xml",
		  "b3f0a9d2-77c1-4d58-9e2a-4c6b8d0f1e23" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *body = soap_answer(rows[i].vector);
		g_autofree char *empty = g_strconcat("<", rows[i].op->response, "/>", NULL);
		g_autofree char *without = soap_envelope(empty);

		set_script(f, (Script){ .status = 200, .body = body });
		call(f, rows[i].op);
		g_assert_no_error(f->error);
		g_assert_cmpstr(f->result, ==, rows[i].id);
		free_result(f, rows[i].op);
		assert_write(f, rows[i].op, 200, without, MSNP_SOAP_ERROR_ANSWER);
	}
}

static void
test_decisions(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	for (guint i = 0; i < G_N_ELEMENTS(decisions); i++) {
		const Decision *row = &decisions[i];

		g_test_message("decision row %u", i);
		set_script(f,
			   (Script){ .status = row->status, .type = row->type, .body = row->body });
		call(f, row->op);
		if (row->code < 0)
			g_assert_no_error(f->error);
		else
			g_assert_error(f->error, MSNP_SOAP_ERROR, row->code);
		/* Refused is refused: nothing is asked twice. */
		g_assert_cmpuint(f->n_requests, ==, 1);
		g_assert_null(f->result);
	}
}

/* ---- redirects ---- */

static void
test_redirects(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	static const guint statuses[] = { 301, 302, 307, 308 };

	for (guint i = 0; i < G_N_ELEMENTS(statuses); i++) {
		set_script(f, (Script){ .status = statuses[i], .location = "/other.asmx" });
		add_script(f, (Script){ .status = 200, .body = f->book });
		call(f, &msnp_op_ab_find_all);
		g_assert_no_error(f->error);
		g_assert_cmpuint(f->n_requests, ==, 2);
		g_assert_cmpstr(f->path, ==, "/other.asmx");
		g_assert_nonnull(strstr(f->request, "<ABFindAll "));
		g_assert_nonnull(f->cookie);
		free_result(f, &msnp_op_ab_find_all);
	}
	/* Three are followed, a fourth is not. */
	set_script(f, (Script){ .status = 302, .location = "/again" });
	call(f, &msnp_op_ab_find_all);
	g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_REDIRECT);
	g_assert_cmpuint(f->n_requests, ==, 4);
}

static void
test_redirects_refused(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	static const char *const locations[] = {
		"https://evil.example/",
		"http://evil.example/",
		"http://127.0.0.1.evil.example/",
		"https://u:p@127.0.0.1/",
		"ftp://127.0.0.1/",
		"file:///etc/passwd",
		"http://127.0.0.1:1/",
		"https://127.0.0.1:22/",
		"http:",
		"http://",
		"",
		NULL,
	};

	for (guint i = 0; i < G_N_ELEMENTS(locations); i++) {
		g_test_message("location %s", locations[i]);
		set_script(f, (Script){ .status = 302, .location = locations[i] });
		call(f, &msnp_op_ab_find_all);
		g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_REDIRECT);
		g_assert_cmpuint(f->n_requests, ==, 1);
	}
}

/* psf:Redirect of RST obeys the same rules. */
static void
test_passport_redirect(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *fault = soap_vector("rst-fault-redirect.xml");
	g_auto(GStrv) parts = g_strsplit(fault, "https://login2.example.com", -1);
	g_autofree char *here = g_strjoinv(f->base, parts);

	set_script(f, (Script){ .status = 200, .body = here });
	add_script(f, (Script){ .status = 200, .body = f->rst });
	call(f, &msnp_op_rst);
	g_assert_no_error(f->error);
	g_assert_cmpstr(f->path, ==, "/pp550/RST.srf");
	g_assert_nonnull(strstr(f->request, "alice@example.com"));
	free_result(f, &msnp_op_rst);

	set_script(f, (Script){ .status = 200, .body = fault });
	call(f, &msnp_op_rst);
	g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_REDIRECT);
	g_assert_cmpuint(f->n_requests, ==, 1);
}

/* ---- plain http and TLS ---- */

static void
test_insecure(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	static const MsnpSoapOp *const ops[] = { &msnp_op_rst, &msnp_op_ab_find_all };

	g_object_unref(f->client);
	f->client = client_new(f, "http://msn.example", FALSE);
	for (guint i = 0; i < G_N_ELEMENTS(ops); i++) {
		call(f, ops[i]);
		g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_INSECURE);
	}
	/* This machine is no danger. */
	g_object_unref(f->client);
	g_free(f->base);
	f->base = server_base(f->server, "localhost");
	f->client = client_new(f, f->base, FALSE);
	set_script(f, (Script){ .status = 200, .body = f->rst });
	call(f, &msnp_op_rst);
	g_assert_no_error(f->error);
	free_result(f, &msnp_op_rst);
}

static void
test_bad_urls(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	static const char *const bases[] = { "", "ftp://127.0.0.1", "http://u:p@127.0.0.1",
					     "http://" };

	for (guint i = 0; i < G_N_ELEMENTS(bases); i++) {
		g_object_unref(f->client);
		f->client = client_new(f, bases[i], TRUE);
		call(f, &msnp_op_rst);
		g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_WRONG_URL);
		msnp_soap_client_preconnect(f->client, MSNP_SERVICE_PASSPORT, 2);
	}
}

static void
cve_2008_3532(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	g_autoptr(TlsServer) server = tls_server_new();
	g_autofree char *base = g_strdup_printf("https://127.0.0.1:%d", tls_server_port(server));

	g_object_unref(f->client);
	f->client = client_new(f, base, FALSE);
	call(f, &msnp_op_rst);
	g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TLS);
	g_assert_nonnull(strstr(f->error->message, "127.0.0.1"));
	g_assert_cmpuint(tls_server_n_heard(server), ==, 0);
}

/* https where only http is spoken, and nobody there at all. */
static void
test_no_server(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *https = g_strconcat("https", f->base + strlen("http"), NULL);

	g_object_unref(f->client);
	f->client = client_new(f, https, FALSE);
	set_script(f, (Script){ .status = 200, .body = f->rst });
	start(f, &msnp_op_rst, NULL);
	/* The server waits for the rest of a line, we for a handshake. */
	let_time_pass(f);
	g_assert_nonnull(f->error);
	g_assert_cmpuint(f->error->domain, ==, MSNP_SOAP_ERROR);
	g_assert_cmpuint(f->n_requests, ==, 0);

	soup_server_disconnect(f->server);
	g_object_unref(f->client);
	f->client = client_new(f, f->base, FALSE);
	call(f, &msnp_op_rst);
	g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK);
}

/* ---- sizes, pieces, broken lines ---- */

static void
test_gzip(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *bomb = g_strnfill(40 * 1024 * 1024, ' ');
	static const char head[] = "<Envelope><Body><ABFindAllResponse>";
	g_autofree char *large = soap_large_address_book(3000);

	set_script(f, (Script){ .status = 200, .body = large, .gzip = TRUE });
	call(f, &msnp_op_ab_find_all);
	g_assert_no_error(f->error);
	g_assert_cmpuint(((MsnpAddressBook *)f->result)->contacts->len, ==, 3000);
	free_result(f, &msnp_op_ab_find_all);

	memcpy(bomb, head, strlen(head));
	set_script(f, (Script){ .status = 200, .body = bomb, .gzip = TRUE });
	call(f, &msnp_op_ab_find_all);
	g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TOO_LARGE);
}

static void
test_too_large(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *body = g_strnfill(300 * 1024, ' ');

	memcpy(body, "<Envelope>", strlen("<Envelope>"));
	set_script(f, (Script){ .status = 200, .body = body });
	call(f, &msnp_op_rst);
	g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TOO_LARGE);
}

static void
test_cut(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	set_script(f, (Script){ .status = 200, .body = f->book, .cut = TRUE });
	call(f, &msnp_op_ab_find_all);
	g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK);
	/* There had been bytes: not again. */
	g_assert_cmpuint(f->n_requests, ==, 1);
}

/* A connection that dies without an answer: a read is repeated once, a write never. */
static void
test_dropped(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	set_script(f, (Script){ .drop = TRUE });
	add_script(f, (Script){ .status = 200, .body = f->book });
	call(f, &msnp_op_ab_find_all);
	g_assert_no_error(f->error);
	g_assert_cmpuint(f->n_requests, ==, 2);
	free_result(f, &msnp_op_ab_find_all);

	set_script(f, (Script){ .drop = TRUE });
	call(f, &msnp_op_ab_find_all);
	g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK);
	g_assert_cmpuint(f->n_requests, ==, 2);

	set_script(f, (Script){ .drop = TRUE });
	call(f, &msnp_op_ab_add);
	g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK);
	g_assert_cmpuint(f->n_requests, ==, 1);
	for (guint i = 0; i < G_N_ELEMENTS(additions); i++) {
		set_script(f, (Script){ .drop = TRUE });
		call(f, additions[i]);
		g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK);
		g_assert_cmpuint(f->n_requests, ==, 1);
	}
}

static void
test_deadlines(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	set_script(f, (Script){ .hang = TRUE });
	start(f, &msnp_op_ab_find_all, NULL);
	wait_until(&f->n_requests, 1);
	msnp_clock_advance(f->clock, 119999);
	g_assert_cmpuint(f->n_answered, ==, 0);
	msnp_clock_advance(f->clock, 1);
	wait_until(&f->n_answered, 1);
	g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK);

	set_script(f, (Script){ .hang = TRUE });
	start(f, &msnp_op_rst, NULL);
	wait_until(&f->n_requests, 1);
	msnp_clock_advance(f->clock, 30000);
	wait_until(&f->n_answered, 1);
	g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK);
}

/* In the middle of an answer 30 seconds of silence are enough. */
static void
test_silence(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	set_script(f, (Script){ .slow = TRUE, .body = f->book });
	start(f, &msnp_op_ab_find_all, NULL);
	wait_until(&f->held->len, 1);
	let_time_pass(f);
	g_assert_cmpint(msnp_clock_now(f->clock), <, 40 * G_USEC_PER_SEC);
	g_assert_error(f->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK);
}

static void
test_preconnect(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	set_script(f, (Script){ .status = 200, .body = f->book });
	msnp_soap_client_preconnect(f->client, MSNP_SERVICE_ADDRESSBOOK, 2);
	call(f, &msnp_op_ab_find_all);
	g_assert_no_error(f->error);
	free_result(f, &msnp_op_ab_find_all);
	call(f, &msnp_op_ab_find_all);
	g_assert_no_error(f->error);
	free_result(f, &msnp_op_ab_find_all);
	/* Kept alive: at most the two that were opened ahead. */
	g_assert_cmpuint(f->n_connections, <=, 2);
}

/* ---- stopping ---- */

static void
assert_cancelled(Fixture *f)
{
	/* Not at once: the caller may be anywhere. */
	g_assert_cmpuint(f->n_answered, ==, 0);
	wait_until(&f->n_answered, 1);
	g_assert_error(f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	g_assert_null(f->result);
	for (guint i = 0; i < 50; i++)
		g_main_context_iteration(NULL, FALSE);
	g_assert_cmpuint(f->n_answered, ==, 1);
}

/* After every number of turns of the main loop, until the call is faster than the abort. */
static void
test_abort(Fixture *f, gconstpointer data)
{
	const MsnpSoapOp *op = data;
	g_autofree char *large =
	    op == &msnp_op_ab_find_all ? soap_large_address_book(2000) : g_strdup(f->rst);
	gboolean finished = FALSE;

	for (guint turns = 0; !finished && turns < 400; turns++) {
		set_script(f, (Script){ .status = 200, .body = large });
		start(f, op, NULL);
		for (guint i = 0; i < turns && f->n_answered == 0; i++)
			g_main_context_iteration(NULL, FALSE);
		finished = f->n_answered != 0;
		if (finished) {
			g_assert_no_error(f->error);
			free_result(f, op);
		} else {
			msnp_soap_client_abort(f->client);
			assert_cancelled(f);
		}
	}
}

static void
test_cancel(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	g_autoptr(GCancellable) early = g_cancellable_new();
	g_autoptr(GCancellable) late = g_cancellable_new();

	set_script(f, (Script){ .slow = TRUE, .body = f->book });
	g_cancellable_cancel(early);
	start(f, &msnp_op_ab_find_all, early);
	assert_cancelled(f);
	g_assert_cmpuint(f->n_requests, ==, 0);

	start(f, &msnp_op_ab_find_all, late);
	wait_until(&f->held->len, 1);
	for (guint i = 0; i < 20; i++)
		g_main_context_iteration(NULL, FALSE);
	g_cancellable_cancel(late);
	assert_cancelled(f);

	/* And the client goes on working. */
	set_script(f, (Script){ .status = 200, .body = f->book });
	call(f, &msnp_op_ab_find_all);
	g_assert_no_error(f->error);
	free_result(f, &msnp_op_ab_find_all);
}

/* Both lists at once. */
static void
test_parallel(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *large = soap_large_address_book(2000);

	set_script(f, (Script){ .status = 200, .body = large });
	for (guint i = 0; i < 2; i++) {
		start(f, &msnp_op_ab_find_all, NULL);
		f->n_answered = 0;
	}
	wait_until(&f->n_answered, 1);
	g_assert_no_error(f->error);
	free_result(f, &msnp_op_ab_find_all);
	wait_until(&f->n_answered, 2);
	g_assert_no_error(f->error);
	free_result(f, &msnp_op_ab_find_all);
}

#define ADD(name, func) ADD_WITH(name, NULL, setup, func)
#define ADD_WITH(name, data, up, func)                                                             \
	g_test_add("/client/" name, Fixture, data, up, func, teardown)

/* In a process of its own: GIO takes its TLS once. */
static void
test_no_tls(void)
{
	if (g_test_subprocess()) {
		Fixture f = { 0 };

		g_setenv("GIO_USE_TLS", "dummy", TRUE);
		setup_bare(&f, NULL);
		f.client = client_new(&f, "https://127.0.0.1", FALSE);
		start(&f, &msnp_op_rst, NULL);
		wait_until(&f.n_answered, 1);
		g_assert_error(f.error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TLS);
		g_assert_nonnull(strstr(f.error->message, "glib-networking"));
		_exit(0);
	}
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_passed();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("headers", test_headers);
	ADD("no-ticket", test_no_ticket);
	ADD("decisions", test_decisions);
	ADD("write-faults", test_write_faults);
	ADD("write-answers", test_write_answers);
	ADD("write-results", test_write_results);
	ADD("redirects", test_redirects);
	ADD("redirects-refused", test_redirects_refused);
	ADD("passport-redirect", test_passport_redirect);
	ADD("insecure", test_insecure);
	ADD("bad-urls", test_bad_urls);
	ADD("no-server", test_no_server);
	ADD("cve_2008_3532", cve_2008_3532);
	g_test_add_func("/client/no-tls", test_no_tls);
	ADD("gzip", test_gzip);
	ADD("too-large", test_too_large);
	ADD("cut", test_cut);
	ADD("dropped", test_dropped);
	ADD("deadlines", test_deadlines);
	ADD("silence", test_silence);
	ADD("preconnect", test_preconnect);
	ADD_WITH("abort-rst", &msnp_op_rst, setup, test_abort);
	ADD_WITH("abort-lists", &msnp_op_ab_find_all, setup, test_abort);
	ADD("cancel", test_cancel);
	ADD("parallel", test_parallel);
	return g_test_run();
}
