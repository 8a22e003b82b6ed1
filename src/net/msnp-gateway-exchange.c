/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * new -> headers -> read <-> bytes -> ended
 *
 * Whatever is under way holds a reference to the exchange, and finds its handlers gone if it is
 * over meanwhile. Knows HTTP, not what the bodies are.
 */
#include "net/msnp-gateway-exchange.h"

#include "net/msnp-gateway.h"

#define READ_BYTES 16384

struct _MsnpGatewayExchange {
	SoupSession *soup;
	SoupMessage *message;
	GCancellable *cancellable;
	GInputStream *stream; /* once the answer has begun */
	MsnpClock *clock;
	guint timer;
	gint64 begun, heard;                         /* by the clock */
	const MsnpGatewayExchangeHandlers *handlers; /* NULL once it is over */
	gpointer data;
	gsize received;
	gboolean held;
	guint8 buffer[READ_BYTES];
};

static void
exchange_clear(gpointer data)
{
	MsnpGatewayExchange *exchange = data;

	g_clear_object(&exchange->stream);
	g_clear_object(&exchange->message);
	g_clear_object(&exchange->cancellable);
	g_clear_object(&exchange->soup);
	msnp_clock_unref(exchange->clock);
}

static void
exchange_unref(MsnpGatewayExchange *exchange)
{
	g_rc_box_release_full(exchange, exchange_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpGatewayExchange, exchange_unref)

/* Nothing is told from now on. */
static void
finish(MsnpGatewayExchange *exchange)
{
	msnp_clock_remove(exchange->clock, &exchange->timer);
	exchange->handlers = NULL;
	exchange_unref(exchange);
}

void
msnp_gateway_exchange_drop(MsnpGatewayExchange *exchange)
{
	g_cancellable_cancel(exchange->cancellable);
	/* The connection with it: what is left of the answer is not waited for. */
	soup_session_abort(exchange->soup);
	finish(exchange);
}

static void
fail(MsnpGatewayExchange *exchange, const GError *error)
{
	const MsnpGatewayExchangeHandlers *handlers = exchange->handlers;
	gpointer data = exchange->data;

	msnp_gateway_exchange_drop(exchange);
	handlers->ended(error, data);
}

static void
fail_with(MsnpGatewayExchange *exchange, MsnpGatewayError code, const char *words)
{
	g_autoptr(GError) error =
	    g_error_new(MSNP_GATEWAY_ERROR, (int)code, "%s: %s",
			g_uri_get_host(soup_message_get_uri(exchange->message)), words);

	fail(exchange, error);
}

static void
succeed(MsnpGatewayExchange *exchange)
{
	const MsnpGatewayExchangeHandlers *handlers = exchange->handlers;
	gpointer data = exchange->data;

	/* At its end, closing does not wait; the connection is kept. */
	g_input_stream_close(exchange->stream, NULL, NULL);
	finish(exchange);
	handlers->ended(NULL, data);
}

static gboolean on_timer(gpointer data);

static void
arm_timer(MsnpGatewayExchange *exchange)
{
	gint64 due = exchange->begun + (gint64)MSNP_GATEWAY_EXCHANGE_MS * 1000;

	/* While the link does not read, the server is not to blame for silence. */
	if (!exchange->held)
		due = MIN(due, exchange->heard + (gint64)MSNP_GATEWAY_SILENCE_MS * 1000);
	msnp_clock_remove(exchange->clock, &exchange->timer);
	exchange->timer = msnp_clock_add(
	    exchange->clock, (guint)(MAX(due - msnp_clock_now(exchange->clock), 0) + 999) / 1000,
	    on_timer, exchange);
}

static gboolean
on_timer(gpointer data)
{
	MsnpGatewayExchange *exchange = data;

	exchange->timer = 0;
	fail_with(exchange, MSNP_GATEWAY_ERROR_TIMEOUT,
		  exchange->stream ? "the answer does not end" : "no answer in time");
	return G_SOURCE_REMOVE;
}

static void
heard(MsnpGatewayExchange *exchange)
{
	exchange->heard = msnp_clock_now(exchange->clock);
	arm_timer(exchange);
}

static void read_more(MsnpGatewayExchange *exchange);

static void
on_read(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpGatewayExchange) exchange = data;
	g_autoptr(GError) error = NULL;
	gssize n = g_input_stream_read_finish(G_INPUT_STREAM(source), result, &error);

	if (!exchange->handlers)
		return;
	if (n < 0) {
		fail_with(exchange, MSNP_GATEWAY_ERROR_NETWORK, error->message);
		return;
	}
	if (n == 0) {
		succeed(exchange);
		return;
	}
	exchange->received += (gsize)n;
	if (exchange->received > MSNP_GATEWAY_ANSWER_MAX) {
		fail_with(exchange, MSNP_GATEWAY_ERROR_TOO_LARGE, "the answer is too large");
		return;
	}
	exchange->held = !exchange->handlers->bytes(exchange->buffer, (gsize)n, exchange->data);
	if (!exchange->handlers)
		return;
	heard(exchange);
	if (!exchange->held)
		read_more(exchange);
}

static void
read_more(MsnpGatewayExchange *exchange)
{
	g_input_stream_read_async(exchange->stream, exchange->buffer, READ_BYTES,
				  G_PRIORITY_DEFAULT, exchange->cancellable, on_read,
				  g_rc_box_acquire(exchange));
}

void
msnp_gateway_exchange_go_on(MsnpGatewayExchange *exchange)
{
	if (!exchange->held)
		return;
	exchange->held = FALSE;
	heard(exchange);
	read_more(exchange);
}

static void
on_headers(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpGatewayExchange) exchange = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GInputStream) stream =
	    soup_session_send_finish(SOUP_SESSION(source), result, &error);
	SoupMessageHeaders *headers;

	if (!exchange->handlers)
		return;
	if (!stream) {
		fail_with(exchange, MSNP_GATEWAY_ERROR_NETWORK, error->message);
		return;
	}
	exchange->stream = g_steal_pointer(&stream);
	headers = soup_message_get_response_headers(exchange->message);
	if (!exchange->handlers->begins(soup_message_get_status(exchange->message),
					soup_message_headers_get_one(headers, "X-MSN-Messenger"),
					exchange->data, &error)) {
		fail(exchange, error);
		return;
	}
	if (!exchange->handlers)
		return;
	heard(exchange);
	read_more(exchange);
}

static void
set_body(SoupMessage *message, GBytes *body)
{
	if (g_bytes_get_size(body))
		soup_message_set_request_body_from_bytes(message, "application/x-msn-messenger",
							 body);
	else
		soup_message_headers_set_content_length(soup_message_get_request_headers(message),
							0);
}

/* It is sent again, to a proxy that has asked for the password; libsoup 3.2 has used the body up.
 */
static void
on_restarted(SoupMessage *message, gpointer body)
{
	set_body(message, body);
}

static void
unref_body(gpointer body, G_GNUC_UNUSED GClosure *closure)
{
	g_bytes_unref(body);
}

static SoupMessage *
message_new(GUri *uri, GBytes *body, MsnpGatewayConnection connection)
{
	SoupMessage *message = soup_message_new_from_uri("POST", uri);
	SoupMessageHeaders *headers = soup_message_get_request_headers(message);

	/* Redirects are not followed. "Idempotent" is libsoup's word for using a kept connection; a
	 * POST is not repeated for it. */
	soup_message_set_flags(message,
			       SOUP_MESSAGE_NO_REDIRECT | (connection == MSNP_GATEWAY_ANY_CONNECTION
							       ? SOUP_MESSAGE_IDEMPOTENT
							       : SOUP_MESSAGE_NEW_CONNECTION));
	soup_message_headers_replace(headers, "Accept", "*/*");
	soup_message_headers_replace(headers, "Pragma", "no-cache");
	soup_message_headers_replace(headers, "Cache-Control", "no-cache");
	set_body(message, body);
	g_signal_connect_data(message, "restarted", G_CALLBACK(on_restarted), g_bytes_ref(body),
			      unref_body, 0);
	return message;
}

MsnpGatewayExchange *
msnp_gateway_exchange_new(SoupSession *soup, GUri *uri, GBytes *body,
			  MsnpGatewayConnection connection, MsnpClock *clock,
			  const MsnpGatewayExchangeHandlers *handlers, gpointer data)
{
	MsnpGatewayExchange *exchange = g_rc_box_new0(MsnpGatewayExchange);

	exchange->soup = g_object_ref(soup);
	exchange->message = message_new(uri, body, connection);
	exchange->cancellable = g_cancellable_new();
	exchange->clock = msnp_clock_ref(clock);
	exchange->handlers = handlers;
	exchange->data = data;
	exchange->begun = msnp_clock_now(clock);
	heard(exchange);
	soup_session_send_async(soup, exchange->message, G_PRIORITY_DEFAULT, exchange->cancellable,
				on_headers, g_rc_box_acquire(exchange));
	return exchange;
}
