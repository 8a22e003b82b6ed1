/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the answer of a call. Reading and parsing overlap: while a worker has a piece, the next
 * one is collected, up to a limit beyond which reading waits. All state belongs to the main thread;
 * the worker has a piece and the reader for the time of one parse.
 */
#include "soap/msnp-soap-call-private.h"

#define READ_BYTES (64 * 1024)
/* So much may wait for the worker; then the server has to. */
#define WAITING_MAX (256 * 1024)

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

static void call_parse(MsnpSoapCall *call);

static void
on_parsed(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpSoapCall) call = data;
	Piece *piece = g_task_get_task_data(G_TASK(result));
	gboolean more = g_task_propagate_boolean(G_TASK(result), NULL);

	/* A piece of an earlier attempt means nothing. */
	if (!msnp_soap_call_is_wanted(call) || piece->reader != call->reader)
		return;
	call->parsing = FALSE;
	if (call->closed || !more) {
		msnp_soap_call_decide(call);
		return;
	}
	call_parse(call);
	msnp_soap_call_read(call);
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
	task = g_task_new(NULL, NULL, on_parsed, msnp_soap_call_ref(call));
	g_task_set_task_data(task, piece, piece_free);
	g_task_run_in_thread(task, parse_piece);
}

static void
on_read(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpSoapCall) call = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes =
	    g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, &error);
	gsize n = bytes == NULL ? 0 : g_bytes_get_size(bytes);

	if (!msnp_soap_call_is_wanted(call) || G_INPUT_STREAM(source) != call->stream)
		return;
	call->reading = FALSE;
	call->last_byte = msnp_clock_now(call->shared->clock);
	if (bytes == NULL) {
		msnp_soap_call_network_failed(call, error);
		return;
	}
	call->received += n;
	if (call->received > call->op->body_max) {
		msnp_soap_call_fail_with(call, MSNP_SOAP_ERROR_TOO_LARGE,
					 "%s answers more than %" G_GSIZE_FORMAT " bytes",
					 g_uri_get_host(call->uri), call->op->body_max);
		return;
	}
	call->ended = n == 0;
	g_byte_array_append(call->waiting, g_bytes_get_data(bytes, NULL), n);
	call_parse(call);
	msnp_soap_call_read(call);
}

void
msnp_soap_call_read(MsnpSoapCall *call)
{
	if (call->reading || call->ended || call->waiting->len >= WAITING_MAX)
		return;
	call->reading = TRUE;
	/* Each read has a buffer of its own: one of an attempt that was given up may still be in
	 * use when the next attempt reads. */
	g_input_stream_read_bytes_async(call->stream, READ_BYTES, G_PRIORITY_DEFAULT,
					call->cancellable, on_read, msnp_soap_call_ref(call));
}
