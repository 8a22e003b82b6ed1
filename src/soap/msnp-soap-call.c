/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One call:
 *
 *   start -> send -> headers -> read <-> parse (worker) -> decide -> task
 *             ^         |                                    |
 *             +- 3xx, or no answer to a read <- psf:Redirect-+
 *
 * Reading and parsing overlap: while a worker has a piece, the next one is collected, up to a
 * limit beyond which reading waits. All state belongs to the main thread; the worker has a piece
 * and the reader for the time of one parse. Whatever is under way holds a reference to the call,
 * and finds the task gone if the call has been answered meanwhile.
 */
#include "soap/msnp-soap-call.h"

#include <string.h>

#include "soap/msnp-passport.h"
#include "soap/msnp-soap-answer.h"
#include "util/msnp-log.h"

#define READ_BYTES (64 * 1024)
/* So much may wait for the worker; then the server has to. */
#define WAITING_MAX (256 * 1024)
/* Silence in the middle of an answer: services.md 14.2. */
#define IDLE_MS 30000

struct _MsnpSoapCall {
	MsnpSoapShared *shared; /* valid while there is a task */
	GTask *task;            /* NULL once answered */
	const MsnpSoapOp *op;
	GBytes *request;
	char *cookie; /* wiped; NULL if none is sent */
	GUri *uri;
	guint redirects;
	gboolean repeated;
	gulong cancelled_id;
	guint cancel_source;
	guint timer;
	gint64 begun, last_byte; /* microseconds; last_byte 0 before there is an answer */

	/* Of the present attempt. */
	GCancellable *cancellable;
	SoupMessage *message;
	GInputStream *stream;
	MsnpSoapReader *reader;
	GByteArray *waiting; /* for the worker */
	guint8 *buffer;
	gsize received;
	gboolean reading, parsing;
	gboolean ended;  /* no more bytes are to come */
	gboolean closed; /* and the worker knows */
};

static void call_send(MsnpSoapCall *call);

/* ---- life ---- */

static MsnpSoapCall *
call_ref(MsnpSoapCall *call)
{
	return g_rc_box_acquire(call);
}

static void
clear_attempt(MsnpSoapCall *call)
{
	if (call->cancellable != NULL)
		g_cancellable_cancel(call->cancellable);
	g_clear_object(&call->cancellable);
	g_clear_object(&call->stream);
	g_clear_object(&call->message);
	g_clear_pointer(&call->reader, msnp_soap_reader_unref);
	g_clear_pointer(&call->waiting, g_byte_array_unref);
	call->received = 0;
	call->last_byte = 0;
	call->ended = call->closed = FALSE;
}

static void
call_clear(gpointer data)
{
	MsnpSoapCall *call = data;

	clear_attempt(call);
	g_free(call->buffer);
	g_bytes_unref(call->request);
	if (call->cookie != NULL)
		msnp_secret_wipe(call->cookie, strlen(call->cookie));
	g_free(call->cookie);
	g_clear_pointer(&call->uri, g_uri_unref);
}

static void
call_unref(MsnpSoapCall *call)
{
	g_rc_box_release_full(call, call_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpSoapCall, call_unref)

/* Takes the call out of everything, so that nothing can answer it twice. The caller returns the
 * task, and frees it. */
static GTask *
call_end(MsnpSoapCall *call, const char *words)
{
	GTask *task = g_steal_pointer(&call->task);
	MsnpSoapShared *shared = call->shared;
	gint64 ms = (msnp_clock_now(shared->clock) - call->begun) / 1000;

	msnp_info("soap",
		  "%s: %s, HTTP %u, %" G_GSIZE_FORMAT " bytes sent, %" G_GSIZE_FORMAT
		  " received, %" G_GINT64_FORMAT " ms: %s",
		  call->op->name, call->uri == NULL ? "-" : g_uri_get_host(call->uri),
		  call->message == NULL ? 0 : soup_message_get_status(call->message),
		  g_bytes_get_size(call->request), call->received, ms, words);
	msnp_clock_remove(shared->clock, &call->timer);
	if (call->cancel_source != 0)
		g_source_remove(call->cancel_source);
	call->cancel_source = 0;
	g_cancellable_disconnect(g_task_get_cancellable(task), call->cancelled_id);
	g_ptr_array_remove_fast(shared->calls, call);
	clear_attempt(call);
	call->shared = NULL;
	return task;
}

static void
call_fail(MsnpSoapCall *call, GError *error)
{
	g_autoptr(GTask) task = call_end(call, error->message);

	g_task_return_error(task, error);
	call_unref(call);
}

static void G_GNUC_PRINTF(3, 4)
    call_fail_with(MsnpSoapCall *call, MsnpSoapError code, const char *format, ...)
{
	va_list words;
	GError *error;

	va_start(words, format);
	error = g_error_new_valist(MSNP_SOAP_ERROR, code, format, words);
	va_end(words);
	g_prefix_error(&error, "%s: ", call->op->name);
	call_fail(call, error);
}

static void
call_succeed(MsnpSoapCall *call, gpointer result)
{
	g_autoptr(GTask) task = call_end(call, "done");

	g_task_return_pointer(task, result, call->op->free_result);
	call_unref(call);
}

/* ---- cancelling and deadlines ---- */

static gboolean
on_cancel_turn(gpointer data)
{
	MsnpSoapCall *call = data;

	call->cancel_source = 0;
	call_fail(call, g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled"));
	return G_SOURCE_REMOVE;
}

void
msnp_soap_call_cancel(MsnpSoapCall *call)
{
	if (call->task == NULL || call->cancel_source != 0)
		return;
	/* Nothing of it may come any more; the answer itself waits for the next turn, because the
	 * caller may be anywhere. */
	if (call->cancellable != NULL)
		g_cancellable_cancel(call->cancellable);
	call->cancel_source = g_idle_add_full(G_PRIORITY_DEFAULT, on_cancel_turn, call, NULL);
}

static void
on_cancelled(GCancellable *cancellable G_GNUC_UNUSED, gpointer data)
{
	msnp_soap_call_cancel(data);
}

/* Whether an answer to this call is still wanted; asynchronous steps ask before they go on. */
static gboolean
is_wanted(const MsnpSoapCall *call)
{
	return call->task != NULL && call->cancel_source == 0;
}

static gboolean on_timer(gpointer data);

static void
arm_timer(MsnpSoapCall *call)
{
	gint64 now = msnp_clock_now(call->shared->clock);
	gint64 due = call->begun + (gint64)call->op->deadline_ms * 1000;

	if (call->last_byte != 0)
		due = MIN(due, call->last_byte + (gint64)IDLE_MS * 1000);
	msnp_clock_remove(call->shared->clock, &call->timer);
	call->timer =
	    msnp_clock_add(call->shared->clock, MAX((due - now + 999) / 1000, 1), on_timer, call);
}

static gboolean
on_timer(gpointer data)
{
	MsnpSoapCall *call = data;
	gint64 now = msnp_clock_now(call->shared->clock);

	call->timer = 0;
	if (call->cancel_source != 0)
		return G_SOURCE_REMOVE;
	/* A byte may have come since the timer was set. */
	if (now < call->begun + (gint64)call->op->deadline_ms * 1000 &&
	    (call->last_byte == 0 || now < call->last_byte + (gint64)IDLE_MS * 1000))
		arm_timer(call);
	else
		call_fail_with(call, MSNP_SOAP_ERROR_NETWORK, "no answer from %s in time",
			       g_uri_get_host(call->uri));
	return G_SOURCE_REMOVE;
}

/* ---- answers ---- */

static void
call_redirect(MsnpSoapCall *call, const char *location)
{
	GError *error = NULL;
	GUri *target;

	if (call->redirects++ == MSNP_SOAP_REDIRECTS_MAX) {
		call_fail_with(call, MSNP_SOAP_ERROR_REDIRECT, "%s redirects in a circle",
			       g_uri_get_host(call->uri));
		return;
	}
	target = msnp_soap_url_redirect(&call->shared->urls, call->uri, location, &error);
	if (target == NULL) {
		call_fail(call, error);
		return;
	}
	msnp_info("soap", "%s: redirected to %s", call->op->name, g_uri_get_host(target));
	g_uri_unref(call->uri);
	call->uri = target;
	clear_attempt(call);
	call_send(call);
}

static void
call_decide(MsnpSoapCall *call)
{
	MsnpSoapAnswer *answer = msnp_soap_reader_end(call->reader);
	GError *error = NULL;

	if (answer->cache_key != NULL)
		g_hash_table_replace(call->shared->cache_keys,
				     g_ascii_strdown(g_uri_get_host(call->uri), -1),
				     g_strdup(answer->cache_key));
	switch (
	    msnp_soap_decide(call->op, soup_message_get_status(call->message), answer, &error)) {
	case MSNP_SOAP_SUCCESS:
		call_succeed(call, g_steal_pointer(&answer->result));
		break;
	case MSNP_SOAP_FOLLOW:
		call_redirect(call, answer->fault->redirect);
		break;
	case MSNP_SOAP_FAILURE:
		call_fail(call, error);
		break;
	}
}

/* What went wrong below HTTP, or in it. */
static MsnpSoapError
network_error_code(const GError *error)
{
	/* A line that breaks off is a matter of the network also under TLS. */
	if (error->domain == G_TLS_ERROR)
		return error->code == G_TLS_ERROR_EOF ? MSNP_SOAP_ERROR_NETWORK
						      : MSNP_SOAP_ERROR_TLS;
	if (error->domain == SOUP_SESSION_ERROR ||
	    g_error_matches(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
		return MSNP_SOAP_ERROR_ANSWER;
	return MSNP_SOAP_ERROR_NETWORK;
}

static void
call_network_failed(MsnpSoapCall *call, const GError *error)
{
	MsnpSoapError code = network_error_code(error);

	/* A connection that had been kept alive may have died without a word: once more, for what
	 * only reads and has had no answer yet. */
	if (code == MSNP_SOAP_ERROR_NETWORK && call->op->is_read && !call->repeated &&
	    call->stream == NULL) {
		msnp_info("soap", "%s: %s; once more", call->op->name, error->message);
		call->repeated = TRUE;
		clear_attempt(call);
		call_send(call);
		return;
	}
	call_fail_with(call, code, "%s: %s", g_uri_get_host(call->uri), error->message);
}

/* ---- reading and parsing ---- */

typedef struct {
	MsnpSoapReader *reader;
	GByteArray *bytes;
	gboolean last;
} Piece;

static void
piece_free(gpointer data)
{
	Piece *piece = data;

	msnp_soap_reader_unref(piece->reader);
	g_byte_array_unref(piece->bytes);
	g_free(piece);
}

static void
parse_piece(GTask *task, gpointer source G_GNUC_UNUSED, gpointer data,
	    GCancellable *cancellable G_GNUC_UNUSED)
{
	Piece *piece = data;
	gboolean more = msnp_soap_reader_push(piece->reader, (const char *)piece->bytes->data,
					      piece->bytes->len);

	if (piece->last || !more)
		msnp_soap_reader_end(piece->reader);
	g_task_return_boolean(task, more);
}

static void call_read(MsnpSoapCall *call);
static void call_parse(MsnpSoapCall *call);

static void
on_parsed(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpSoapCall) call = data;
	Piece *piece = g_task_get_task_data(G_TASK(result));
	gboolean more = g_task_propagate_boolean(G_TASK(result), NULL);

	/* A piece of an earlier attempt means nothing. */
	if (!is_wanted(call) || piece->reader != call->reader)
		return;
	call->parsing = FALSE;
	if (call->closed || !more) {
		call_decide(call);
		return;
	}
	call_parse(call);
	call_read(call);
}

/* Gives the worker what is waiting, if it is free. */
static void
call_parse(MsnpSoapCall *call)
{
	g_autoptr(GTask) task = NULL;
	Piece *piece;

	if (call->parsing || call->closed || (call->waiting->len == 0 && !call->ended))
		return;
	piece = g_new(Piece, 1);
	piece->reader = msnp_soap_reader_ref(call->reader);
	piece->bytes = call->waiting;
	piece->last = call->ended;
	call->waiting = g_byte_array_new();
	call->parsing = TRUE;
	call->closed = call->ended;
	task = g_task_new(NULL, NULL, on_parsed, call_ref(call));
	g_task_set_task_data(task, piece, piece_free);
	g_task_run_in_thread(task, parse_piece);
}

static void
on_read(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpSoapCall) call = data;
	g_autoptr(GError) error = NULL;
	gssize n = g_input_stream_read_finish(G_INPUT_STREAM(source), result, &error);

	if (!is_wanted(call) || G_INPUT_STREAM(source) != call->stream)
		return;
	call->reading = FALSE;
	call->last_byte = msnp_clock_now(call->shared->clock);
	if (n < 0) {
		call_network_failed(call, error);
		return;
	}
	call->received += n;
	if (call->received > call->op->body_max) {
		call_fail_with(call, MSNP_SOAP_ERROR_TOO_LARGE,
			       "%s answers more than %" G_GSIZE_FORMAT " bytes",
			       g_uri_get_host(call->uri), call->op->body_max);
		return;
	}
	call->ended = n == 0;
	g_byte_array_append(call->waiting, call->buffer, n);
	call_parse(call);
	call_read(call);
}

static void
call_read(MsnpSoapCall *call)
{
	if (call->reading || call->ended || call->waiting->len >= WAITING_MAX)
		return;
	call->reading = TRUE;
	g_input_stream_read_async(call->stream, call->buffer, READ_BYTES, G_PRIORITY_DEFAULT,
				  call->cancellable, on_read, call_ref(call));
}

/* ---- sending ---- */

static gboolean
is_redirect(guint status)
{
	return status == 301 || status == 302 || status == 307 || status == 308;
}

static void
on_headers(GObject *session, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpSoapCall) call = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GInputStream) stream =
	    soup_session_send_finish(SOUP_SESSION(session), result, &error);
	SoupMessageHeaders *headers;
	guint status;

	if (!is_wanted(call) ||
	    soup_session_get_async_result_message(SOUP_SESSION(session), result) != call->message)
		return;
	if (stream == NULL) {
		call_network_failed(call, error);
		return;
	}
	call->stream = g_steal_pointer(&stream);
	status = soup_message_get_status(call->message);
	headers = soup_message_get_response_headers(call->message);
	if (is_redirect(status)) {
		call_redirect(call, soup_message_headers_get_one(headers, "Location"));
		return;
	}
	if (status / 100 == 3) {
		call_fail_with(call, MSNP_SOAP_ERROR_REDIRECT, "%s answers HTTP %u",
			       g_uri_get_host(call->uri), status);
		return;
	}
	call->last_byte = msnp_clock_now(call->shared->clock);
	arm_timer(call);
	call_read(call);
}

static SoupMessage *
message_new(MsnpSoapCall *call)
{
	SoupMessage *message = soup_message_new_from_uri("POST", call->uri);
	SoupMessageHeaders *headers = soup_message_get_request_headers(message);

	soup_message_add_flags(message, SOUP_MESSAGE_NO_REDIRECT);
	/* Otherwise libsoup gives each POST a new connection, and those opened ahead are wasted. */
	if (call->op->is_read)
		soup_message_add_flags(message, SOUP_MESSAGE_IDEMPOTENT);
	soup_message_headers_replace(headers, "Accept", "text/*");
	soup_message_headers_replace(headers, "Cache-Control", "no-cache");
	if (*call->op->soap_action != '\0') {
		g_autofree char *quoted = g_strdup_printf("\"%s\"", call->op->soap_action);

		soup_message_headers_replace(headers, "SOAPAction", quoted);
	}
	if (call->cookie != NULL)
		soup_message_headers_replace(headers, "Cookie", call->cookie);
	soup_message_set_request_body_from_bytes(message, "text/xml; charset=utf-8", call->request);
	return message;
}

static gboolean
has_secrets(const MsnpSoapOp *op)
{
	return op->service == MSNP_SERVICE_PASSPORT || op->ticket != MSNP_TICKET_NONE;
}

static void
call_send(MsnpSoapCall *call)
{
	const MsnpSoapOp *op = call->op;
	const char *host = g_uri_get_host(call->uri);
	MsnpSoapReading reading = { op->response, op->parse, op->stream, op->free_result };

	if (has_secrets(op) && !msnp_soap_url_is_private(&call->shared->urls, call->uri)) {
		call_fail_with(call, MSNP_SOAP_ERROR_INSECURE,
			       "%s is reached by plain http, which anybody can read", host);
		return;
	}
	if (msnp_soap_url_is_https(call->uri) &&
	    !g_tls_backend_supports_tls(g_tls_backend_get_default())) {
		call_fail_with(call, MSNP_SOAP_ERROR_TLS,
			       "no TLS support on this machine: is glib-networking installed?");
		return;
	}
	call->cancellable = g_cancellable_new();
	call->message = message_new(call);
	call->reader = msnp_soap_reader_new(&reading);
	call->waiting = g_byte_array_new();
	call->reading = call->parsing = FALSE;
	soup_session_send_async(call->shared->session, call->message, G_PRIORITY_DEFAULT,
				call->cancellable, on_headers, call_ref(call));
}

/* ---- starting ---- */

/* What RST gave has been checked; what a caller sets has not. */
static gboolean
is_header_safe(const char *text)
{
	for (; *text != '\0'; text++) {
		if (!g_ascii_isgraph(*text) || *text == ';')
			return FALSE;
	}
	return TRUE;
}

static char *
cookie_new(MsnpSecret *ticket)
{
	g_autoptr(MsnpSecret) t = msnp_ticket_t(ticket, NULL);

	return is_header_safe(msnp_secret_peek(t))
		   ? g_strconcat("MSPAuth=", msnp_secret_peek(t), NULL)
		   : NULL;
}

/* MSPAuth goes to address book and sharing only: services.md 14.3. */
static gboolean
take_ticket(MsnpSoapCall *call, MsnpSecret *ticket)
{
	if (call->op->ticket == MSNP_TICKET_NONE)
		return TRUE;
	if (ticket == NULL || msnp_secret_is_empty(ticket))
		return FALSE;
	if (call->op->scenario == NULL)
		return TRUE;
	call->cookie = cookie_new(ticket);
	return call->cookie != NULL;
}

static GBytes *
request_new(MsnpSoapCall *call, MsnpSecret *ticket, gconstpointer args)
{
	g_autofree char *host =
	    call->uri == NULL ? NULL : g_ascii_strdown(g_uri_get_host(call->uri), -1);

	return msnp_soap_op_request(
	    call->op, args, ticket == NULL ? NULL : msnp_secret_peek(ticket),
	    host == NULL ? NULL : g_hash_table_lookup(call->shared->cache_keys, host));
}

void
msnp_soap_call_start(MsnpSoapShared *shared, GTask *task, const MsnpSoapOp *op, gconstpointer args)
{
	/* This reference belongs to whoever answers: call_fail() or call_succeed(). */
	MsnpSoapCall *call = g_rc_box_new0(MsnpSoapCall);
	MsnpSecret *ticket = shared->tickets[op->ticket];

	call->shared = shared;
	call->task = g_object_ref(task);
	call->op = op;
	call->begun = msnp_clock_now(shared->clock);
	call->buffer = g_malloc(READ_BYTES);
	if (shared->urls.urls[op->service] != NULL)
		call->uri = g_uri_ref(shared->urls.urls[op->service]);
	call->request = request_new(call, ticket, args);
	g_ptr_array_add(shared->calls, call);
	if (call->uri == NULL) {
		call_fail_with(call, MSNP_SOAP_ERROR_WRONG_URL, "no usable URL is configured");
		return;
	}
	if (!take_ticket(call, ticket)) {
		call_fail_with(call, MSNP_SOAP_ERROR_TICKET, "there is no usable ticket");
		return;
	}
	arm_timer(call);
	if (g_task_get_cancellable(task) != NULL)
		call->cancelled_id = g_cancellable_connect(g_task_get_cancellable(task),
							   G_CALLBACK(on_cancelled), call, NULL);
	if (is_wanted(call))
		call_send(call);
}
