/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See tls-server.h. Not libsoup's: that of 3.6 crashes when a client breaks the handshake off.
 */
#include "support/tls-server.h"

struct _TlsServer {
	GSocketService *service;
	GTlsCertificate *certificate;
	GCancellable *cancellable;
	GPtrArray *connections;
	guint16 port;
	guint n_heard, n_reading;
};

static void
on_heard(GObject *source, GAsyncResult *result, gpointer data)
{
	TlsServer *server = data;
	g_autoptr(GBytes) bytes =
	    g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, NULL);

	if (bytes && g_bytes_get_size(bytes))
		server->n_heard++;
	server->n_reading--;
}

static gboolean
on_incoming(GSocketService *service G_GNUC_UNUSED, GSocketConnection *connection,
	    GObject *source G_GNUC_UNUSED, gpointer data)
{
	TlsServer *server = data;
	g_autoptr(GError) error = NULL;
	GIOStream *tls =
	    g_tls_server_connection_new(G_IO_STREAM(connection), server->certificate, &error);

	g_assert_no_error(error);
	g_ptr_array_add(server->connections, tls);
	g_input_stream_read_bytes_async(g_io_stream_get_input_stream(tls), 1, G_PRIORITY_DEFAULT,
					server->cancellable, on_heard, server);
	server->n_reading++;
	return TRUE;
}

TlsServer *
tls_server_new(void)
{
	TlsServer *server = g_new0(TlsServer, 1);
	g_autofree char *file = g_test_build_filename(G_TEST_DIST, "soap", "self-signed.pem", NULL);
	g_autoptr(GSocketAddress) any = g_inet_socket_address_new_from_string("127.0.0.1", 0);
	g_autoptr(GSocketAddress) address = NULL;
	g_autoptr(GError) error = NULL;

	server->certificate = g_tls_certificate_new_from_file(file, &error);
	g_assert_no_error(error);
	server->cancellable = g_cancellable_new();
	server->connections = g_ptr_array_new_with_free_func(g_object_unref);
	server->service = g_socket_service_new();
	g_signal_connect(server->service, "incoming", G_CALLBACK(on_incoming), server);
	g_socket_listener_add_address(G_SOCKET_LISTENER(server->service), any, G_SOCKET_TYPE_STREAM,
				      G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
	g_assert_no_error(error);
	server->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address));
	return server;
}

guint16
tls_server_port(TlsServer *server)
{
	return server->port;
}

guint
tls_server_n_heard(TlsServer *server)
{
	return server->n_heard;
}

void
tls_server_free(TlsServer *server)
{
	g_signal_handlers_disconnect_by_data(server->service, server);
	g_object_add_weak_pointer(G_OBJECT(server->service), (gpointer *)&server->service);
	g_socket_service_stop(server->service);
	g_object_unref(server->service);
	g_cancellable_cancel(server->cancellable);
	/* The last accept and the last reads hold references. */
	while (server->service || server->n_reading)
		g_main_context_iteration(NULL, TRUE);
	g_ptr_array_unref(server->connections);
	g_object_unref(server->certificate);
	g_object_unref(server->cancellable);
	g_free(server);
}
