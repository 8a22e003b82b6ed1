/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scripted HTTP server. See http-peer.h.
 */
#include "http-peer.h"

#include <string.h>

#include "support/test-support.h"

typedef struct {
	HttpPeer *peer;
	GSocket *socket;
	GSource *source, *write_source;
	GString *in, *out;
	gboolean ended;
} Connection;

typedef struct {
	Connection *connection;
	char *head; /* lines, each with CRLF */
	GBytes *body;
} Request;

struct _HttpPeer {
	GSocket *listener;
	GSource *source;
	guint16 port;
	GPtrArray *connections; /* Connection */
	GQueue requests;        /* Request, not yet expected */
	Request *request;       /* expected last */
};

static void
request_free(gpointer data)
{
	Request *request = data;

	g_free(request->head);
	g_bytes_unref(request->body);
	g_free(request);
}

static void
clear_source(GSource **source)
{
	if (*source)
		g_source_destroy(*source);
	g_clear_pointer(source, g_source_unref);
}

static void
connection_close(Connection *connection)
{
	clear_source(&connection->source);
	clear_source(&connection->write_source);
	g_socket_close(connection->socket, NULL);
	connection->ended = TRUE;
}

static void
connection_free(gpointer data)
{
	Connection *connection = data;

	connection_close(connection);
	g_object_unref(connection->socket);
	g_string_free(connection->in, TRUE);
	g_string_free(connection->out, TRUE);
	g_free(connection);
}

static gboolean
take_request(Connection *connection)
{
	const char *text = connection->in->str, *end = strstr(text, "\r\n\r\n"), *length;
	gsize head, body = 0;
	Request *request;

	if (!end)
		return FALSE;
	head = (gsize)(end + 4 - text);
	length = strstr(text, "\r\nContent-Length: ");
	if (length && length < end)
		body = (gsize)g_ascii_strtoull(length + 18, NULL, 10);
	if (connection->in->len < head + body)
		return FALSE;
	request = g_new0(Request, 1);
	request->connection = connection;
	request->head = g_strndup(text, head - 2);
	request->body = g_bytes_new(text + head, body);
	g_string_erase(connection->in, 0, (gssize)(head + body));
	g_queue_push_tail(&connection->peer->requests, request);
	return TRUE;
}

static gboolean
on_readable(GSocket *socket, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
	Connection *connection = data;
	g_autoptr(GError) error = NULL;
	char buffer[16384];
	gssize n = g_socket_receive(socket, buffer, sizeof buffer, NULL, &error);

	if (n < 0 && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
		return G_SOURCE_CONTINUE;
	if (n <= 0) {
		connection_close(connection);
		return G_SOURCE_REMOVE;
	}
	g_string_append_len(connection->in, buffer, n);
	while (take_request(connection))
		;
	return G_SOURCE_CONTINUE;
}

static gboolean
on_incoming(GSocket *listener, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
	HttpPeer *peer = data;
	GSocket *socket = g_socket_accept(listener, NULL, NULL);
	Connection *connection;

	if (!socket)
		return G_SOURCE_CONTINUE;
	g_socket_set_blocking(socket, FALSE);
	connection = g_new0(Connection, 1);
	connection->peer = peer;
	connection->socket = socket;
	connection->in = g_string_new(NULL);
	connection->out = g_string_new(NULL);
	connection->source = g_socket_create_source(socket, G_IO_IN, NULL);
	g_source_set_callback(connection->source, G_SOURCE_FUNC(on_readable), connection, NULL);
	g_source_attach(connection->source, NULL);
	g_ptr_array_add(peer->connections, connection);
	return G_SOURCE_CONTINUE;
}

HttpPeer *
http_peer_new(void)
{
	HttpPeer *peer = g_new0(HttpPeer, 1);
	g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string("127.0.0.1", 0);
	g_autoptr(GSocketAddress) bound = NULL;
	g_autoptr(GError) error = NULL;

	peer->listener =
	    g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
	g_assert_no_error(error);
	g_socket_bind(peer->listener, address, TRUE, &error);
	g_assert_no_error(error);
	g_socket_listen(peer->listener, &error);
	g_assert_no_error(error);
	g_socket_set_blocking(peer->listener, FALSE);
	bound = g_socket_get_local_address(peer->listener, &error);
	g_assert_no_error(error);
	peer->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
	peer->connections = g_ptr_array_new_with_free_func(connection_free);
	peer->source = g_socket_create_source(peer->listener, G_IO_IN, NULL);
	g_source_set_callback(peer->source, G_SOURCE_FUNC(on_incoming), peer, NULL);
	g_source_attach(peer->source, NULL);
	return peer;
}

void
http_peer_free(HttpPeer *peer)
{
	clear_source(&peer->source);
	g_object_unref(peer->listener);
	g_ptr_array_unref(peer->connections);
	g_queue_clear_full(&peer->requests, request_free);
	g_clear_pointer(&peer->request, request_free);
	g_free(peer);
}

guint16
http_peer_port(HttpPeer *peer)
{
	return peer->port;
}

void
http_peer_expect(HttpPeer *peer, const char *request_line)
{
	g_autofree char *line = NULL;

	g_clear_pointer(&peer->request, request_free);
	test_until(!g_queue_is_empty(&peer->requests));
	peer->request = g_queue_pop_head(&peer->requests);
	line = g_strndup(peer->request->head, strcspn(peer->request->head, "\r"));
	g_assert_cmpstr(line, ==, request_line);
}

gboolean
http_peer_has_header(HttpPeer *peer, const char *line)
{
	g_autofree char *whole = g_strconcat("\r\n", line, "\r\n", NULL);

	return strstr(peer->request->head, whole) != NULL;
}

GBytes *
http_peer_body(HttpPeer *peer)
{
	return peer->request->body;
}

void
http_peer_expect_body(HttpPeer *peer, const char *bytes, gssize length)
{
	gsize n;
	const guint8 *body = g_bytes_get_data(peer->request->body, &n);

	g_assert_cmpmem(body, n, bytes, (length < 0 ? strlen(bytes) : (gsize)length));
}

void
http_peer_expect_nothing(HttpPeer *peer)
{
	test_settle();
	if (!g_queue_is_empty(&peer->requests))
		g_error("nothing expected, but a request came: %s",
			((Request *)g_queue_peek_head(&peer->requests))->head);
}

static gboolean
on_writable(GSocket *socket, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
	Connection *connection = data;
	g_autoptr(GError) error = NULL;
	gssize n = g_socket_send(socket, connection->out->str, connection->out->len, NULL, &error);

	if (n >= 0)
		g_string_erase(connection->out, 0, n);
	else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
		g_string_truncate(connection->out, 0);
	if (connection->out->len)
		return G_SOURCE_CONTINUE;
	clear_source(&connection->write_source);
	return G_SOURCE_REMOVE;
}

void
http_peer_send(HttpPeer *peer, const char *bytes, gssize length)
{
	Connection *connection = peer->request->connection;

	if (connection->ended)
		return;
	g_string_append_len(connection->out, bytes, length < 0 ? (gssize)strlen(bytes) : length);
	if (connection->write_source)
		return;
	connection->write_source = g_socket_create_source(connection->socket, G_IO_OUT, NULL);
	g_source_set_callback(connection->write_source, G_SOURCE_FUNC(on_writable), connection,
			      NULL);
	g_source_attach(connection->write_source, NULL);
}

void
http_peer_answer(HttpPeer *peer, const char *messenger, const char *body, gssize length)
{
	gsize n = length < 0 ? strlen(body) : (gsize)length;
	g_autofree char *head =
	    g_strdup_printf("HTTP/1.1 200 OK\r\n%s%s%sContent-Type: application/x-msn-messenger\r\n"
			    "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
			    messenger ? "X-MSN-Messenger: " : "", messenger ? messenger : "",
			    messenger ? "\r\n" : "", n);

	http_peer_send(peer, head, -1);
	http_peer_send(peer, body, (gssize)n);
}

void
http_peer_hang_up(HttpPeer *peer)
{
	Connection *connection = peer->request->connection;

	test_until(connection->ended || !connection->write_source);
	connection_close(connection);
}

gsize
http_peer_unsent(HttpPeer *peer)
{
	return peer->request->connection->out->len;
}

guint
http_peer_n_connections(HttpPeer *peer)
{
	return peer->connections->len;
}

guint
http_peer_n_open(HttpPeer *peer)
{
	guint n = 0;

	for (guint i = 0; i < peer->connections->len; i++)
		n += !((Connection *)peer->connections->pdata[i])->ended;
	return n;
}
