/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The delaying proxy: one GSource for each thing that may happen on a connection, nothing that
 * blocks. Connections are kept until the proxy goes; there are few.
 */
#include "bench-proxy.h"

#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "bench-record.h"

#define READ_MAX (64 * 1024)

typedef struct {
	GBytes *bytes; /* NULL: the end of the stream */
	gint64 due;
} Chunk;

typedef struct _Line Line;

/* One direction of a connection. */
typedef struct {
	Line *line;
	GSocket *from, *to; /* borrowed */
	gboolean from_client;
	GQueue chunks; /* Chunk */
	gsize written; /* of the first chunk */
	GSource *readable, *writable, *timer;
	gboolean ended; /* the end was passed on, or there is nobody to pass on to */
	BenchScan *scan;
} Way;

struct _Line {
	BenchProxy *proxy;
	guint number;
	BenchKind kind;
	gint64 opened_at;
	GSocket *client, *server;
	Way up, down;
};

typedef struct {
	BenchProxy *proxy;
	BenchKind kind;
	guint16 target_port;
	GSocket *socket;
	GSource *source;
} Listener;

struct _BenchProxy {
	gint64 one_way; /* microseconds */
	GPtrArray *listeners;
	GPtrArray *lines;
	BenchRecord *record;
};

static void send_due(Way *way);

/* ---- one direction ---- */

static void
chunk_free(Chunk *chunk)
{
	g_clear_pointer(&chunk->bytes, g_bytes_unref);
	g_free(chunk);
}

static void
stop(GSource **source)
{
	if (*source)
		g_source_destroy(*source);
	g_clear_pointer(source, g_source_unref);
}

static void
way_end(Way *way)
{
	way->ended = TRUE;
	stop(&way->readable);
	stop(&way->writable);
	stop(&way->timer);
}

/* When what is read now was sent: not before the connection would have been open. */
static gint64
sent_at(Way *way)
{
	gint64 open = way->line->opened_at + 2 * way->line->proxy->one_way;

	return way->from_client ? MAX(g_get_monotonic_time(), open) : g_get_monotonic_time();
}

static void
wait_for_first(Way *way)
{
	Chunk *first = g_queue_peek_head(&way->chunks);

	g_source_set_ready_time(way->timer, first ? first->due : -1);
}

static void
queue(Way *way, GBytes *bytes)
{
	Chunk *chunk = g_new0(Chunk, 1);

	chunk->bytes = bytes;
	chunk->due = sent_at(way) + way->line->proxy->one_way;
	g_queue_push_tail(&way->chunks, chunk);
	if (!way->writable)
		wait_for_first(way);
}

/* The client is where time is taken: at once for what it sends, at the end for what it gets. */
static void
look_at(Way *way, const char *bytes, gsize length, gint64 when)
{
	bench_record_set_time(way->line->proxy->record, when);
	bench_scan_push(way->scan, bytes, length);
}

static gboolean
on_readable(GSocket *socket, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
	Way *way = data;
	g_autofree char *buffer = g_malloc(READ_MAX);
	g_autoptr(GError) error = NULL;
	gssize got = g_socket_receive(socket, buffer, READ_MAX, NULL, &error);

	if (got < 0 && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
		return G_SOURCE_CONTINUE;
	if (got <= 0) {
		queue(way, NULL);
		stop(&way->readable);
		return G_SOURCE_REMOVE;
	}
	if (way->from_client)
		look_at(way, buffer, (gsize)got, sent_at(way));
	queue(way, g_bytes_new_take(g_steal_pointer(&buffer), (gsize)got));
	return G_SOURCE_CONTINUE;
}

static gboolean
on_writable(GSocket *socket G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
	Way *way = data;

	stop(&way->writable);
	send_due(way);
	return G_SOURCE_REMOVE;
}

static void
wait_until_writable(Way *way)
{
	way->writable = g_socket_create_source(way->to, G_IO_OUT, NULL);
	g_source_set_callback(way->writable, G_SOURCE_FUNC(on_writable), way, NULL);
	g_source_attach(way->writable, NULL);
}

/* TRUE: the chunk is through. */
static gboolean
send_chunk(Way *way, Chunk *chunk)
{
	g_autoptr(GError) error = NULL;
	gsize length;
	const char *bytes;
	gssize sent;

	if (!chunk->bytes) {
		g_socket_shutdown(way->to, FALSE, TRUE, NULL);
		way_end(way);
		return TRUE;
	}
	bytes = g_bytes_get_data(chunk->bytes, &length);
	if (!way->from_client && !way->written)
		look_at(way, bytes, length, g_get_monotonic_time());
	sent = g_socket_send(way->to, bytes + way->written, length - way->written, NULL, &error);
	if (sent < 0 && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
		wait_until_writable(way);
	} else if (sent < 0) {
		way_end(way);
	} else {
		way->written += (gsize)sent;
	}
	if (way->written < length)
		return FALSE;
	way->written = 0;
	return TRUE;
}

static void
send_due(Way *way)
{
	while (!way->ended && !way->writable) {
		Chunk *chunk = g_queue_peek_head(&way->chunks);

		if (!chunk || chunk->due > g_get_monotonic_time())
			break;
		if (send_chunk(way, chunk))
			chunk_free(g_queue_pop_head(&way->chunks));
	}
	if (!way->ended && !way->writable)
		wait_for_first(way);
}

static gboolean
on_timer(gpointer data)
{
	Way *way = data;

	g_source_set_ready_time(way->timer, -1);
	if (!way->writable)
		send_due(way);
	return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_timer(GSource *source G_GNUC_UNUSED, GSourceFunc callback, gpointer data)
{
	return callback(data);
}

static GSourceFuncs timer_functions = { .dispatch = dispatch_timer };

static void
on_seen(const char *what, GBytes *body, gpointer data)
{
	Way *way = data;

	bench_record_add(way->line->proxy->record, way->line->kind, way->line->number,
			 way->from_client, what, body);
}

static void
way_start(Way *way, Line *line, gboolean from_client)
{
	way->line = line;
	way->from_client = from_client;
	way->from = from_client ? line->client : line->server;
	way->to = from_client ? line->server : line->client;
	way->scan = bench_scan_new(line->kind, from_client, on_seen, way);
	g_queue_init(&way->chunks);
	way->timer = g_source_new(&timer_functions, sizeof(GSource));
	g_source_set_callback(way->timer, on_timer, way, NULL);
	g_source_attach(way->timer, NULL);
	way->readable = g_socket_create_source(way->from, G_IO_IN, NULL);
	g_source_set_callback(way->readable, G_SOURCE_FUNC(on_readable), way, NULL);
	g_source_attach(way->readable, NULL);
}

static void
way_clear(Way *way)
{
	way_end(way);
	bench_scan_free(way->scan);
	g_queue_clear_full(&way->chunks, (GDestroyNotify)chunk_free);
}

/* ---- connections ---- */

static void
line_free(Line *line)
{
	way_clear(&line->up);
	way_clear(&line->down);
	g_object_unref(line->client);
	g_object_unref(line->server);
	g_free(line);
}

/* A socket of this machine's own address; port 0 is any. */
static GSocketAddress *
loopback(guint16 port)
{
	g_autoptr(GInetAddress) host = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);

	return g_inet_socket_address_new(host, port);
}

static GSocket *
new_socket(GError **error)
{
	return g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
			    error);
}

/* On this machine connecting takes no time. */
static GSocket *
connect_to(guint16 port)
{
	g_autoptr(GSocketAddress) address = loopback(port);
	g_autoptr(GSocket) socket = new_socket(NULL);

	if (!socket || !g_socket_connect(socket, address, NULL, NULL))
		return NULL;
	return g_steal_pointer(&socket);
}

static void
make_quick(GSocket *socket)
{
	g_socket_set_blocking(socket, FALSE);
	/* A line that holds back nothing on its own account. */
	g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
}

static gboolean
on_incoming(GSocket *socket, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
	Listener *listener = data;
	BenchProxy *proxy = listener->proxy;
	g_autoptr(GSocket) client = g_socket_accept(socket, NULL, NULL);
	g_autoptr(GSocket) server = client ? connect_to(listener->target_port) : NULL;
	Line *line;

	if (!server)
		return G_SOURCE_CONTINUE;
	make_quick(client);
	make_quick(server);
	line = g_new0(Line, 1);
	line->proxy = proxy;
	line->kind = listener->kind;
	line->opened_at = g_get_monotonic_time();
	line->client = g_steal_pointer(&client);
	line->server = g_steal_pointer(&server);
	g_ptr_array_add(proxy->lines, line);
	line->number = proxy->lines->len;
	bench_record_set_time(proxy->record, line->opened_at);
	bench_record_add(proxy->record, line->kind, line->number, TRUE, BENCH_RECORD_OPEN, NULL);
	way_start(&line->up, line, TRUE);
	way_start(&line->down, line, FALSE);
	return G_SOURCE_CONTINUE;
}

guint16
bench_proxy_listen(BenchProxy *proxy, BenchKind kind, guint16 target_port, GError **error)
{
	g_autoptr(GSocketAddress) any = loopback(0);
	g_autoptr(GSocket) socket = new_socket(error);
	g_autoptr(GSocketAddress) bound = NULL;
	Listener *listener;

	if (!socket || !g_socket_bind(socket, any, TRUE, error) || !g_socket_listen(socket, error))
		return 0;
	bound = g_socket_get_local_address(socket, error);
	if (!bound)
		return 0;
	g_socket_set_blocking(socket, FALSE);
	listener = g_new0(Listener, 1);
	listener->proxy = proxy;
	listener->kind = kind;
	listener->target_port = target_port;
	listener->source = g_socket_create_source(socket, G_IO_IN, NULL);
	listener->socket = g_steal_pointer(&socket);
	g_source_set_callback(listener->source, G_SOURCE_FUNC(on_incoming), listener, NULL);
	g_source_attach(listener->source, NULL);
	g_ptr_array_add(proxy->listeners, listener);
	return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
}

static void
listener_free(Listener *listener)
{
	stop(&listener->source);
	g_object_unref(listener->socket);
	g_free(listener);
}

BenchProxy *
bench_proxy_new(guint one_way_ms)
{
	BenchProxy *proxy = g_new0(BenchProxy, 1);

	proxy->one_way = (gint64)one_way_ms * 1000;
	proxy->listeners = g_ptr_array_new_with_free_func((GDestroyNotify)listener_free);
	proxy->lines = g_ptr_array_new_with_free_func((GDestroyNotify)line_free);
	proxy->record = bench_record_new(2 * proxy->one_way);
	return proxy;
}

void
bench_proxy_free(BenchProxy *proxy)
{
	g_ptr_array_unref(proxy->listeners);
	g_ptr_array_unref(proxy->lines);
	bench_record_free(proxy->record);
	g_free(proxy);
}

double
bench_proxy_round_trips(BenchProxy *proxy)
{
	return bench_record_round_trips(proxy->record);
}

void
bench_proxy_print(BenchProxy *proxy)
{
	bench_record_print(proxy->record);
}

GBytes *
bench_proxy_answer(BenchProxy *proxy, const char *text)
{
	return bench_record_answer(proxy->record, text);
}
