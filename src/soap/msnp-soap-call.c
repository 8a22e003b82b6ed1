/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One call:
 *
 *   start -> (wait for tickets) -> send -> headers -> read -> decide -> task
 *                 ^                 ^         |                |
 *                 |                 +- 3xx, or no answer to    |
 *                 |                 |  a read <- psf:Redirect -+
 *                 +-------------- ticket refused --------------+
 *
 * Whatever is under way holds a reference to the call, and finds the task gone if the call has been
 * answered meanwhile. What is sent is made anew each time, because it depends on the ticket and on
 * the host.
 */
#include "soap/msnp-soap-call-private.h"

#include "soap/msnp-soap-answer.h"
#include "soap/msnp-soap-message.h"
#include "util/msnp-log.h"

/* Silence in the middle of an answer: services.md 14.2. */
#define IDLE_MS 30000

static void call_send(MsnpSoapCall *call);

/* ---- life ---- */

MsnpSoapCall *
msnp_soap_call_ref(MsnpSoapCall *call)
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
	call->last_byte = 0;
	call->ended = call->closed = FALSE;
}

static void
call_clear(gpointer data)
{
	MsnpSoapCall *call = data;

	clear_attempt(call);
	if (call->args != NULL)
		call->op->args->free(call->args);
	g_clear_error(&call->refusal);
	g_clear_pointer(&call->uri, g_uri_unref);
	g_clear_pointer(&call->preferred, g_uri_unref);
}

void
msnp_soap_call_unref(MsnpSoapCall *call)
{
	g_rc_box_release_full(call, call_clear);
}

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
		  call->op->name, call->uri == NULL ? "-" : g_uri_get_host(call->uri), call->status,
		  call->sent, call->received, ms, words);
	msnp_clock_remove(shared->clock, &call->timer);
	if (call->cancel_source != 0)
		g_source_remove(call->cancel_source);
	call->cancel_source = 0;
	g_cancellable_disconnect(g_task_get_cancellable(task), call->cancelled_id);
	g_ptr_array_remove_fast(shared->calls, call);
	clear_attempt(call);
	call->shared = NULL;
	/* Others may go on by this, so it comes last. */
	msnp_soap_renewal_leave(shared->renewal, &call->use);
	return task;
}

/* Whether the error is about the host rather than about the request. */
static gboolean
is_about_host(const GError *error)
{
	return g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK) ||
	       g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TLS) ||
	       g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_WRONG_URL) ||
	       g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_REDIRECT);
}

static void
call_fail(MsnpSoapCall *call, GError *error)
{
	g_autoptr(GTask) task = NULL;

	if (call->preferred != NULL && is_about_host(error))
		msnp_soap_hosts_forget(&call->shared->hosts, call->op->service, call->preferred);
	task = call_end(call, error->message);

	g_task_return_error(task, error);
	msnp_soap_call_unref(call);
}

void
msnp_soap_call_fail_with(MsnpSoapCall *call, MsnpSoapError code, const char *format, ...)
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
	msnp_soap_call_unref(call);
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

gboolean
msnp_soap_call_is_wanted(const MsnpSoapCall *call)
{
	return call->task != NULL && call->cancel_source == 0;
}

static gboolean on_timer(gpointer data);

static void
arm_timer(MsnpSoapCall *call)
{
	gint64 now = msnp_clock_now(call->shared->clock);
	gint64 due = call->allowed + (gint64)call->op->deadline_ms * 1000;

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
	if (now < call->allowed + (gint64)call->op->deadline_ms * 1000 &&
	    (call->last_byte == 0 || now < call->last_byte + (gint64)IDLE_MS * 1000))
		arm_timer(call);
	else
		msnp_soap_call_fail_with(call, MSNP_SOAP_ERROR_NETWORK, "no answer from %s in time",
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
		msnp_soap_call_fail_with(call, MSNP_SOAP_ERROR_REDIRECT, "%s redirects in a circle",
					 g_uri_get_host(call->uri));
		return;
	}
	target = msnp_soap_url_redirect(&call->shared->hosts.urls, call->uri, location, &error);
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

/* A read that its preferred host cannot serve goes to the configured one. */
static gboolean
call_fall_back(MsnpSoapCall *call)
{
	MsnpSoapHosts *hosts = &call->shared->hosts;

	if (call->preferred == NULL || !call->op->is_read)
		return FALSE;
	msnp_soap_hosts_forget(hosts, call->op->service, call->preferred);
	g_clear_pointer(&call->preferred, g_uri_unref);
	g_uri_unref(call->uri);
	call->uri = g_uri_ref(hosts->urls.urls[call->op->service]);
	msnp_info("soap", "%s: back to %s", call->op->name, g_uri_get_host(call->uri));
	call->repeated = TRUE;
	clear_attempt(call);
	call_send(call);
	return TRUE;
}

/* Takes the error: it is what the call ends with if no renewal helps. */
static void
call_refused(MsnpSoapCall *call, GError *error)
{
	call->refusal = error;
	clear_attempt(call);
	msnp_clock_remove(call->shared->clock, &call->timer);
	if (!msnp_soap_renewal_refused(call->shared->renewal, &call->use))
		call_fail(call, g_steal_pointer(&call->refusal));
}

/* Takes the error. */
static void
call_failed(MsnpSoapCall *call, const MsnpSoapAnswer *answer, GError *error)
{
	if (error->code == MSNP_SOAP_ERROR_TICKET) {
		call_refused(call, error);
		return;
	}
	if (error->code == MSNP_SOAP_ERROR_WRONG_URL && call_fall_back(call)) {
		g_error_free(error);
		return;
	}
	/* A service that finds fault with what was asked has let the asker in. */
	if (answer->fault != NULL && *answer->fault->errorcode != '\0')
		msnp_soap_renewal_accepted(call->shared->renewal, &call->use);
	call_fail(call, error);
}

void
msnp_soap_call_decide(MsnpSoapCall *call)
{
	MsnpSoapAnswer *answer = msnp_soap_reader_end(call->reader);
	GError *error = NULL;

	msnp_soap_hosts_learn(&call->shared->hosts, call->op->service, call->uri, answer);
	switch (msnp_soap_decide(call->op, call->status, answer, &error)) {
	case MSNP_SOAP_SUCCESS:
		msnp_soap_renewal_accepted(call->shared->renewal, &call->use);
		call_succeed(call, g_steal_pointer(&answer->result));
		break;
	case MSNP_SOAP_FOLLOW:
		call_redirect(call, answer->fault->redirect);
		break;
	case MSNP_SOAP_FAILURE:
		call_failed(call, answer, error);
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

void
msnp_soap_call_network_failed(MsnpSoapCall *call, const GError *error)
{
	MsnpSoapError code = network_error_code(error);

	if ((code == MSNP_SOAP_ERROR_NETWORK || code == MSNP_SOAP_ERROR_TLS) &&
	    call->stream == NULL && call_fall_back(call))
		return;
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
	msnp_soap_call_fail_with(call, code, "%s: %s", g_uri_get_host(call->uri), error->message);
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

	if (!msnp_soap_call_is_wanted(call) ||
	    soup_session_get_async_result_message(SOUP_SESSION(session), result) != call->message)
		return;
	if (stream == NULL) {
		msnp_soap_call_network_failed(call, error);
		return;
	}
	call->stream = g_steal_pointer(&stream);
	call->status = soup_message_get_status(call->message);
	headers = soup_message_get_response_headers(call->message);
	if (is_redirect(call->status)) {
		call_redirect(call, soup_message_headers_get_one(headers, "Location"));
		return;
	}
	if (call->status / 100 == 3) {
		msnp_soap_call_fail_with(call, MSNP_SOAP_ERROR_REDIRECT, "%s answers HTTP %u",
					 g_uri_get_host(call->uri), call->status);
		return;
	}
	call->last_byte = msnp_clock_now(call->shared->clock);
	arm_timer(call);
	msnp_soap_call_read(call);
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

	if (has_secrets(op) && !msnp_soap_url_is_private(&call->shared->hosts.urls, call->uri)) {
		msnp_soap_call_fail_with(call, MSNP_SOAP_ERROR_INSECURE,
					 "%s is reached by plain http, which anybody can read",
					 host);
		return;
	}
	if (msnp_soap_url_is_https(call->uri) &&
	    !g_tls_backend_supports_tls(g_tls_backend_get_default())) {
		msnp_soap_call_fail_with(
		    call, MSNP_SOAP_ERROR_TLS,
		    "no TLS support on this machine: is glib-networking installed?");
		return;
	}
	call->received = call->status = 0;
	call->message = msnp_soap_message_new(
	    op, call->args, call->uri, call->use.secret,
	    msnp_soap_hosts_cache_key(&call->shared->hosts, call->uri), &call->sent);
	if (call->message == NULL) {
		msnp_soap_call_fail_with(call, MSNP_SOAP_ERROR_TICKET, "there is no usable ticket");
		return;
	}
	call->cancellable = g_cancellable_new();
	call->reader = msnp_soap_reader_new(&reading);
	call->waiting = g_byte_array_new();
	call->reading = call->parsing = FALSE;
	soup_session_send_async(call->shared->session, call->message, G_PRIORITY_DEFAULT,
				call->cancellable, on_headers, msnp_soap_call_ref(call));
}

/* ---- starting, and starting again ---- */

/* To where the service is now, with the whole of the time that it may take. */
static void
call_begin(MsnpSoapCall *call)
{
	MsnpSoapHosts *hosts = &call->shared->hosts;
	GUri *uri = msnp_soap_hosts_url(hosts, call->op->service);

	g_clear_pointer(&call->uri, g_uri_unref);
	g_clear_pointer(&call->preferred, g_uri_unref);
	call->uri = g_uri_ref(uri);
	if (uri == hosts->preferred[call->op->service])
		call->preferred = g_uri_ref(uri);
	call->redirects = 0;
	call->allowed = msnp_clock_now(call->shared->clock);
	arm_timer(call);
	call_send(call);
}

/* The wait for other tickets is over; it had no deadline but those of the calls that it was for. */
static void
on_resume(gpointer data, gboolean go)
{
	MsnpSoapCall *call = data;

	if (!msnp_soap_call_is_wanted(call))
		return;
	if (go) {
		g_clear_error(&call->refusal);
		call_begin(call);
	} else {
		call_fail(call, g_steal_pointer(&call->refusal));
	}
}

void
msnp_soap_call_start(MsnpSoapShared *shared, GTask *task, const MsnpSoapOp *op, gconstpointer args)
{
	/* This reference belongs to whoever answers: call_fail() or call_succeed(). */
	MsnpSoapCall *call = g_rc_box_new0(MsnpSoapCall);

	call->shared = shared;
	call->task = g_object_ref(task);
	call->op = op;
	call->args = args == NULL ? NULL : op->args->copy(args);
	call->use = (MsnpSoapUse){
		.service = op->service, .ticket = op->ticket, .resume = on_resume, .call = call
	};
	call->begun = msnp_clock_now(shared->clock);
	g_ptr_array_add(shared->calls, call);
	if (msnp_soap_hosts_url(&shared->hosts, op->service) == NULL) {
		msnp_soap_call_fail_with(call, MSNP_SOAP_ERROR_WRONG_URL,
					 "no usable URL is configured");
		return;
	}
	if (g_task_get_cancellable(task) != NULL)
		call->cancelled_id = g_cancellable_connect(g_task_get_cancellable(task),
							   G_CALLBACK(on_cancelled), call, NULL);
	if (msnp_soap_call_is_wanted(call) && msnp_soap_renewal_begin(shared->renewal, &call->use))
		call_begin(call);
}
