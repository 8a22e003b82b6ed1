/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the web services answer: plain, as XML, late, in pieces or not at all, and what behaviours do
 * to an answer on its way. Source: services.md 1.3 and 15 (faults on request).
 */
#include <string.h>

#include "server/msnp-server-http.h"

#define HUGE_ANSWER (40 * 1024 * 1024)
#define SLOW_PIECES 20

/* An answer that waits: for its time, or for the next piece. */
typedef struct {
	MsnpServer *server;
	SoupServerMessage *message;
	MsnpServerAccount *writer; /* whose write it answers; NULL: of a read */
	MsnpServerAccount *sender; /* whose Store it answers; NULL: of another operation */
	char *recipient;           /* of it */
	GBytes *text;              /* slow answers: what is still to be sent */
	guint timer;
} Paused;

const char *
msnp_server_op_word(const MsnpServerOp *op)
{
	return op == NULL ? "HTTP" : op->handle == msnp_server_op_rst ? "RST" : op->name;
}

/* ---- Answers that wait ---- */

static void
paused_free(Paused *paused)
{
	if (paused->timer != 0)
		g_source_remove(paused->timer);
	g_ptr_array_remove_fast(paused->server->paused, paused);
	g_clear_pointer(&paused->text, g_bytes_unref);
	g_free(paused->recipient);
	g_object_unref(paused->message);
	g_free(paused);
}

static void
on_message_finished(SoupServerMessage *message G_GNUC_UNUSED, gpointer data)
{
	Paused *paused = data;

	g_signal_handlers_disconnect_by_data(paused->message, paused);
	paused_free(paused);
}

static Paused *
pause_message(MsnpServerRequest *request)
{
	MsnpServer *server = request->server;
	SoupServerMessage *message = request->message;
	Paused *paused = g_new0(Paused, 1);

	paused->server = server;
	paused->message = g_object_ref(message);
	paused->writer = request->op->scenarios == NULL ? NULL : request->account;
	paused->sender = request->recipient == NULL ? NULL : request->account;
	paused->recipient = g_strdup(request->recipient);
	soup_server_pause_message(server->http, message);
	g_signal_connect(message, "finished", G_CALLBACK(on_message_finished), paused);
	g_signal_connect(message, "disconnected", G_CALLBACK(on_message_finished), paused);
	g_ptr_array_add(server->paused, paused);
	return paused;
}

static gboolean
on_delay_over(gpointer data)
{
	Paused *paused = data;
	SoupServerMessage *message = paused->message;

	paused->timer = 0;
	g_signal_handlers_disconnect_by_data(message, paused);
	soup_server_unpause_message(paused->server->http, message);
	paused_free(paused);
	return G_SOURCE_REMOVE;
}

static gboolean
on_next_piece(gpointer data)
{
	Paused *paused = data;
	SoupMessageBody *body = soup_server_message_get_response_body(paused->message);
	gsize length = g_bytes_get_size(paused->text);
	gsize n = MIN(length, length / SLOW_PIECES + 1);
	GBytes *rest;

	if (length == 0) {
		soup_message_body_complete(body);
		soup_server_unpause_message(paused->server->http, paused->message);
		paused->timer = 0;
		return G_SOURCE_REMOVE;
	}
	soup_message_body_append_bytes(body, g_bytes_new_from_bytes(paused->text, 0, n));
	rest = g_bytes_new_from_bytes(paused->text, n, length - n);
	g_bytes_unref(paused->text);
	paused->text = rest;
	soup_server_unpause_message(paused->server->http, paused->message);
	return G_SOURCE_CONTINUE;
}

/* ---- Answers ---- */

static void
set_body(MsnpServerRequest *request, guint status, const char *type, GBytes *bytes)
{
	SoupServerMessage *message = request->message;

	request->answered = TRUE;
	soup_server_message_set_status(message, status, NULL);
	soup_message_headers_set_content_type(soup_server_message_get_response_headers(message),
					      type, NULL);
	if (g_bytes_get_size(bytes) > 0)
		soup_message_body_append_bytes(soup_server_message_get_response_body(message),
					       bytes);
}

void
msnp_server_request_plain(MsnpServerRequest *request, guint status, const char *text)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	if (!request->answered)
		set_body(request, status, "text/plain; charset=utf-8", bytes);
}

static void
complain(MsnpServerRequest *request, const char *rule, const char *text)
{
	msnp_server_complain(request->server, rule, "%s %s: %s", msnp_server_op_word(request->op),
			     request->account == NULL ? "" : request->account->handle, text);
}

void
msnp_server_request_warn(MsnpServerRequest *request, const char *rule, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	complain(request, rule, text);
}

void
msnp_server_request_reject(MsnpServerRequest *request, const char *rule, const char *format, ...)
{
	g_autofree char *text = NULL, *answer = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	complain(request, rule, text);
	answer = g_strdup_printf("Refused by %s: %s", rule, text);
	msnp_server_request_plain(request, 400, answer);
}

/* Text faults: what is put in place of a good answer. */
static GBytes *
spoil(MsnpServerRequest *request, GBytes *xml)
{
	MsnpServerFaults *faults = request->server->faults;
	const char *word = msnp_server_op_word(request->op);
	gsize length;
	const char *text = g_bytes_get_data(xml, &length);
	GString *out = g_string_new(NULL);

	if (msnp_server_faults_take_word(faults, MSNP_FAULT_DOCTYPE, word, NULL)) {
		g_string_append(out, "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c SYSTEM "
				     "\"file:///etc/hostname\">]>");
		g_string_append_len(out, text, (gssize)length);
		if (g_str_has_prefix(text, "<?xml")) {
			gsize n = (gsize)(strchr(text, '>') + 1 - text);

			g_string_truncate(out, 0);
			g_string_append_len(out, text, (gssize)n);
			g_string_append(out, "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\">]>");
			g_string_append_len(out, text + n, (gssize)(length - n));
		}
	} else if (msnp_server_faults_take_word(faults, MSNP_FAULT_BAD_UTF8, word, NULL)) {
		const char *end = g_strrstr_len(text, (gssize)length, "</");

		g_string_append_len(out, text, end - text);
		g_string_append(out, "\xff\xfe\xc3(");
		g_string_append(out, end);
	} else if (msnp_server_faults_take_word(faults, MSNP_FAULT_EMPTY_LEAVES, word, NULL)) {
		gboolean inside = FALSE;

		for (gsize i = 0; i < length; i++) {
			inside = inside || text[i] == '<';
			if (inside)
				g_string_append_c(out, text[i]);
			inside = inside && text[i] != '>';
		}
	} else if (msnp_server_faults_take_word(faults, MSNP_FAULT_HUGE_ANSWER, word, NULL)) {
		g_string_append_len(out, text, (gssize)length);
		g_string_set_size(out, HUGE_ANSWER);
		memset(out->str + length, ' ', HUGE_ANSWER - length);
	} else {
		g_string_free(out, TRUE);
		return xml;
	}
	g_bytes_unref(xml);
	return g_string_free_to_bytes(out);
}

static GBytes *
compress(MsnpServerRequest *request, GBytes *bytes)
{
	SoupMessageHeaders *in = soup_server_message_get_request_headers(request->message);
	const char *accept = soup_message_headers_get_list(in, "Accept-Encoding");
	g_autoptr(GConverter) gzip = NULL;
	g_autoptr(GOutputStream) memory = NULL, stream = NULL;
	gsize length;
	const char *text = g_bytes_get_data(bytes, &length);

	if (accept == NULL || strstr(accept, "gzip") == NULL ||
	    !msnp_server_faults_take(request->server->faults, MSNP_FAULT_GZIP))
		return bytes;
	gzip = G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1));
	memory = g_memory_output_stream_new_resizable();
	stream = g_converter_output_stream_new(memory, gzip);
	g_output_stream_write_all(stream, text, length, NULL, NULL, NULL);
	g_output_stream_close(stream, NULL, NULL);
	soup_message_headers_replace(soup_server_message_get_response_headers(request->message),
				     "Content-Encoding", "gzip");
	g_bytes_unref(bytes);
	return g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(memory));
}

void
msnp_server_request_answer(MsnpServerRequest *request, guint status, GBytes *xml)
{
	MsnpServerFaults *faults = request->server->faults;
	int ms = 0;

	if (request->answered) {
		g_bytes_unref(xml);
		return;
	}
	xml = compress(request, spoil(request, xml));
	if (msnp_server_faults_take_word(faults, MSNP_FAULT_SLOW_ANSWER,
					 msnp_server_op_word(request->op), &ms)) {
		g_autoptr(GBytes) nothing = g_bytes_new_static("", 0);
		Paused *paused;

		set_body(request, status, "text/xml; charset=utf-8", nothing);
		soup_message_headers_set_encoding(
		    soup_server_message_get_response_headers(request->message),
		    SOUP_ENCODING_CHUNKED);
		paused = pause_message(request);
		paused->text = g_steal_pointer(&xml);
		paused->timer = g_timeout_add((guint)MAX(ms, 1), on_next_piece, paused);
		return;
	}
	set_body(request, status, "text/xml; charset=utf-8", xml);
	g_bytes_unref(xml);
}

/* ---- Transport faults ---- */

static void
on_cut_written(GObject *source, GAsyncResult *result, gpointer stream)
{
	g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, NULL);
	g_io_stream_close(stream, NULL, NULL);
	g_object_unref(stream);
}

/* Sends the first bytes of the answer over the bare connection, and closes it. */
static void
cut_off(MsnpServerRequest *request, gsize limit)
{
	SoupMessageBody *answer = soup_server_message_get_response_body(request->message);
	g_autoptr(GBytes) body = soup_message_body_flatten(answer);
	GString *out = g_string_new("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n");
	GIOStream *stream;
	gsize length;
	const char *text = g_bytes_get_data(body, &length);

	g_string_append_printf(out, "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n", length);
	g_string_append_len(out, text, (gssize)length);
	stream = soup_server_message_steal_connection(request->message);
	if (stream != NULL) {
		/* The text lives as long as the stream. */
		g_object_set_data_full(G_OBJECT(stream), "msnp-cut", out->str, g_free);
		g_output_stream_write_all_async(g_io_stream_get_output_stream(stream), out->str,
						MIN(limit, out->len), G_PRIORITY_DEFAULT, NULL,
						on_cut_written, stream);
	}
	g_string_free(out, stream == NULL);
}

gboolean
msnp_server_disturb_before(MsnpServerRequest *request)
{
	MsnpServerFaults *faults = request->server->faults;
	const char *word = msnp_server_op_word(request->op);
	const char *code;
	int number = 0;

	if (msnp_server_faults_take_word(faults, MSNP_FAULT_SILENCE, word, NULL)) {
		pause_message(request);
		return TRUE;
	}
	if (msnp_server_faults_take_word(faults, MSNP_FAULT_HTTP, word, &number)) {
		msnp_server_request_plain(request, (guint)CLAMP(number, 200, 599), "As asked for.");
		return TRUE;
	}
	if (msnp_server_faults_take_word(faults, MSNP_FAULT_REDIRECT_302, word, NULL)) {
		g_autofree char *url =
		    g_strconcat(request->server->base_url, request->op->path, NULL);

		msnp_server_request_plain(request, 302, "Elsewhere.");
		soup_message_headers_replace(
		    soup_server_message_get_response_headers(request->message), "Location", url);
		return TRUE;
	}
	if (request->op->needs_ticket && msnp_server_faults_take(faults, MSNP_FAULT_TEXT_403)) {
		msnp_server_request_plain(request, 403, "Forbidden");
		return TRUE;
	}
	code = request->op->offline
		   ? NULL
		   : msnp_server_faults_take_second(faults, MSNP_FAULT_FAULT, word);
	if (code != NULL)
		msnp_server_request_fault(request, code, code);
	return code != NULL;
}

void
msnp_server_disturb_after(MsnpServerRequest *request)
{
	MsnpServerFaults *faults = request->server->faults;
	const char *word = msnp_server_op_word(request->op);
	int number = 0;

	if (msnp_server_faults_take_word(faults, MSNP_FAULT_DELAY, word, &number)) {
		Paused *paused = pause_message(request);

		paused->timer = g_timeout_add((guint)MAX(number, 1), on_delay_over, paused);
	}
	if (msnp_server_faults_take_word(faults, MSNP_FAULT_LOST, word, NULL))
		cut_off(request, 0);
	else if (msnp_server_faults_take_word(faults, MSNP_FAULT_CUT, "HTTP", &number) ||
		 msnp_server_faults_take_word(faults, MSNP_FAULT_CUT, word, &number))
		cut_off(request, (gsize)MAX(number, 0));
}

gboolean
msnp_server_write_is_open(MsnpServer *server, const MsnpServerAccount *account)
{
	for (guint i = 0; i < server->paused->len; i++) {
		if (((Paused *)server->paused->pdata[i])->writer == account)
			return TRUE;
	}
	return FALSE;
}

gboolean
msnp_server_store_is_open(MsnpServer *server, const MsnpServerAccount *account,
			  const char *recipient)
{
	for (guint i = 0; i < server->paused->len; i++) {
		const Paused *paused = server->paused->pdata[i];

		if (paused->sender == account && strcmp(paused->recipient, recipient) == 0)
			return TRUE;
	}
	return FALSE;
}

void
msnp_server_drop_paused(MsnpServer *server)
{
	while (server->paused->len > 0) {
		Paused *paused = server->paused->pdata[0];

		g_signal_handlers_disconnect_by_data(paused->message, paused);
		paused_free(paused);
	}
}
