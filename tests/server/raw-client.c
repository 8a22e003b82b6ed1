/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The raw client of the server's tests: sockets and bytes.
 */
#include "server/raw-client.h"

#include <stdlib.h>
#include <string.h>

struct _RawClient {
	GSocket *socket;
	GString *in;
	gboolean closed;
	char *line;
	char *payload;
};

const char raw_accounts[] =
    "{ \"accounts\": ["
    "  { \"handle\": \"mia@nordwind.example\", \"password\": \"p&ss<word> 0\", \"name\": \"Mia\","
    "    \"contacts\": ["
    "      { \"handle\": \"olaf@nordwind.example\" },"
    "      { \"handle\": \"pia@tram.example\", \"lists\": [\"FL\", \"AL\"] },"
    "      { \"handle\": \"quim@tram.example\", \"lists\": [\"BL\"] },"
    "      { \"handle\": \"tel:+4930555010\", \"lists\": [\"FL\", \"AL\"] } ] },"
    "  { \"handle\": \"olaf@nordwind.example\", \"password\": \"olaf\", \"name\": \"Olaf B.\","
    "    \"contacts\": [ { \"handle\": \"mia@nordwind.example\" } ] },"
    "  { \"handle\": \"quim@tram.example\", \"password\": \"quim\", \"name\": \"Quim\" },"
    "  { \"handle\": \"rosa@tram.example\", \"password\": \"rosa\", \"name\": \"Rosa K.\","
    "    \"presence\": { \"status\": \"AWY\", \"message\": \"1 < 2 & 3\" } },"
    "  { \"handle\": \"zoe@example.com\", \"password\": \"zoe\" },"
    "  { \"handle\": \"new@example.com\", \"password\": \"new\", \"address-book\": false } ] }";

void
raw_turn(gint64 end, const char *condition)
{
	if (g_get_monotonic_time() > end)
		g_error("waited in vain for: %s", condition);
	if (!g_main_context_iteration(NULL, FALSE))
		g_thread_yield();
}

/* ---- The service ---- */

static void
on_log(MsnpServer *server G_GNUC_UNUSED, const char *line, gpointer data G_GNUC_UNUSED)
{
	g_test_message("%s", line);
	/* A ticket in a log is a failure of its own (notification.md 17.7). */
	g_assert_null(strstr(line, " t="));
	g_assert_null(strstr(line, ">t="));
}

MsnpServer *
raw_server(const MsnpServerOptions *options)
{
	return raw_server_of(raw_accounts, options);
}

MsnpServer *
raw_server_of(const char *accounts, const MsnpServerOptions *options)
{
	g_autoptr(GError) error = NULL;
	MsnpServer *server = msnp_server_new(options, accounts, &error);

	g_assert_no_error(error);
	g_signal_connect(server, "log", G_CALLBACK(on_log), NULL);
	msnp_server_start(server, &error);
	g_assert_no_error(error);
	return server;
}

void
raw_server_free(MsnpServer *server)
{
	msnp_server_stop(server);
	g_assert_cmpuint(msnp_server_n_sessions(server), ==, 0);
	g_assert_cmpuint(msnp_server_n_rooms(server), ==, 0);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_object_unref(server);
}

void
raw_complaints(MsnpServer *server, guint n, const char *text)
{
	GPtrArray *complaints = msnp_server_complaints(server);
	const char *last = complaints->len == 0 ? "(none)" : complaints->pdata[complaints->len - 1];

	if (complaints->len != n || (text != NULL && strstr(last, text) == NULL))
		g_error("%u complaints expected, the last with \"%s\"; %u came, the last: %s", n,
			text == NULL ? "" : text, complaints->len, last);
}

void
raw_fault(MsnpServer *server, const char *fault)
{
	g_autoptr(GError) error = NULL;

	msnp_server_add_fault(server, fault, &error);
	g_assert_no_error(error);
}

/* ---- Sockets ---- */

RawClient *
raw_connect(guint16 port)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GSocketAddress) address =
	    g_inet_socket_address_new_from_string("127.0.0.1", port);
	RawClient *client = g_new0(RawClient, 1);

	client->socket =
	    g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
	g_assert_no_error(error);
	/* To a listening socket of the same machine: does not wait. */
	g_socket_connect(client->socket, address, NULL, &error);
	g_assert_no_error(error);
	g_socket_set_blocking(client->socket, FALSE);
	client->in = g_string_new(NULL);
	return client;
}

void
raw_free(RawClient *client)
{
	g_socket_close(client->socket, NULL);
	g_object_unref(client->socket);
	g_string_free(client->in, TRUE);
	g_free(client->line);
	g_free(client->payload);
	g_free(client);
}

void
raw_bytes(RawClient *client, const char *bytes, gssize length)
{
	gsize left = length < 0 ? strlen(bytes) : (gsize)length;

	while (left > 0) {
		gssize n = g_socket_send(client->socket, bytes, left, NULL, NULL);

		if (n > 0) {
			bytes += n;
			left -= (gsize)n;
		} else if (n < 0) {
			g_main_context_iteration(NULL, FALSE);
		}
	}
}

void
raw_line(RawClient *client, const char *format, ...)
{
	g_autoptr(GString) line = g_string_new(NULL);
	va_list args;

	va_start(args, format);
	g_string_vprintf(line, format, args);
	va_end(args);
	g_string_append(line, "\r\n");
	raw_bytes(client, line->str, (gssize)line->len);
}

void
raw_payload(RawClient *client, const char *payload, const char *format, ...)
{
	g_autoptr(GString) text = g_string_new(NULL);
	va_list args;

	va_start(args, format);
	g_string_vprintf(text, format, args);
	va_end(args);
	g_string_append_printf(text, " %u\r\n%s", (guint)strlen(payload), payload);
	raw_bytes(client, text->str, (gssize)text->len);
}

/* Takes in what has come; lets the server work. */
static void
pump(RawClient *client)
{
	char buffer[16384];
	gssize n = client->closed
		       ? -1
		       : g_socket_receive(client->socket, buffer, sizeof buffer, NULL, NULL);

	if (n > 0)
		g_string_append_len(client->in, buffer, n);
	else if (n == 0)
		client->closed = TRUE;
	else if (g_socket_condition_check(client->socket, G_IO_ERR | G_IO_HUP) & G_IO_ERR)
		client->closed = TRUE;
}

static gboolean
have_line(RawClient *client)
{
	pump(client);
	return strstr(client->in->str, "\r\n") != NULL || client->closed;
}

static gboolean
have_bytes(RawClient *client, gsize n)
{
	pump(client);
	return client->in->len >= n || client->closed;
}

/* Which lines of a server carry a payload (notification.md 1.2). */
static gboolean
payload_length(const char *line, gsize *length)
{
	static const char *const verbs[] = { "MSG", "GCF", "UBX", "NOT", "UBN", "UBM",
					     "IPG", "FQY", "ADL", "RML", "UUX", NULL };
	g_autofree char *verb = g_strndup(line, 3);
	const char *last = strrchr(line, ' ');
	guint64 value;

	if (last == NULL || !g_ascii_string_to_unsigned(last + 1, 10, 0, 1 << 24, &value, NULL) ||
	    !(g_strv_contains(verbs, verb) ||
	      (g_ascii_isdigit(line[0]) && strchr(line, ' ') != last)))
		return FALSE;
	*length = (gsize)value;
	return TRUE;
}

static gboolean
next_line(RawClient *client)
{
	const char *end;
	gsize length;

	raw_until(have_line(client));
	end = strstr(client->in->str, "\r\n");
	g_clear_pointer(&client->line, g_free);
	g_clear_pointer(&client->payload, g_free);
	if (end == NULL)
		return FALSE;
	client->line = g_strndup(client->in->str, (gsize)(end - client->in->str));
	g_string_erase(client->in, 0, end - client->in->str + 2);
	if (payload_length(client->line, &length)) {
		raw_until(have_bytes(client, length));
		client->payload = g_strndup(client->in->str, length);
		g_string_erase(client->in, 0, (gssize)MIN(length, client->in->len));
	}
	return TRUE;
}

const char *
raw_expect(RawClient *client, const char *pattern)
{
	if (!next_line(client))
		g_error("\"%s\" expected, but the server closed", pattern);
	if (!g_pattern_match_simple(pattern, client->line))
		g_error("\"%s\" expected, but \"%s\" came", pattern, client->line);
	return client->line;
}

const char *
raw_skip_to(RawClient *client, const char *pattern)
{
	while (next_line(client)) {
		if (g_pattern_match_simple(pattern, client->line))
			return client->line;
	}
	g_error("\"%s\" expected, but the server closed", pattern);
	return NULL;
}

const char *
raw_payload_of(RawClient *client)
{
	return client->payload;
}

static gboolean
is_closed(RawClient *client)
{
	pump(client);
	return client->closed;
}

void
raw_expect_closed(RawClient *client)
{
	raw_until(is_closed(client));
}

char *
raw_read_to_end(RawClient *client)
{
	raw_expect_closed(client);
	return g_strndup(client->in->str, client->in->len);
}

void
raw_expect_nothing(RawClient *client)
{
	for (guint i = 0; i < 50; i++) {
		while (g_main_context_iteration(NULL, FALSE))
			;
		pump(client);
	}
	if (client->in->len > 0 || client->closed)
		g_error("nothing expected, but %s came",
			client->closed ? "the end" : client->in->str);
}

/* ---- Web services ---- */

RawClient *
raw_post_begin(MsnpServer *server, const char *path, const char *headers, const char *body)
{
	guint16 port = (guint16)atoi(strrchr(msnp_server_base_url(server), ':') + 1);
	RawClient *client = raw_connect(port);
	g_autofree char *head = g_strdup_printf(
	    "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n%sContent-Length: %u\r\n\r\n",
	    path, headers, (guint)strlen(body));

	raw_bytes(client, head, -1);
	raw_bytes(client, body, -1);
	return client;
}

RawAnswer *
raw_post(MsnpServer *server, const char *path, const char *headers, const char *body)
{
	g_autoptr(RawClient) client = raw_post_begin(server, path, headers, body);
	g_autofree char *text = raw_read_to_end(client);
	RawAnswer *answer = g_new0(RawAnswer, 1);
	const char *end;

	end = strstr(text, "\r\n\r\n");
	answer->head = end == NULL ? g_strdup(text) : g_strndup(text, (gsize)(end - text));
	answer->body = g_strdup(end == NULL ? "" : end + 4);
	if (g_str_has_prefix(text, "HTTP/1.1 "))
		answer->status = (guint)g_ascii_strtoull(text + 9, NULL, 10);
	raw_heed_cache_key(body, answer);
	return answer;
}

void
raw_answer_free(RawAnswer *answer)
{
	g_free(answer->head);
	g_free(answer->body);
	g_free(answer);
}
