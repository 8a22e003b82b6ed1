/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTTP gateway of the loopback service: notification sessions and switchboards whose bytes come
 * in POSTs. Behind each session is a connection like any other, on a socket pair. Answers at once
 * with what there is; strict about notification.md 14 and 17.24. Source: servers.md, HTTP gateway.
 */
#include <libsoup/soup.h>
#include <string.h>
#include <sys/socket.h>

#include "server/msnp-server-private.h"

#define PATH "/gateway/gateway.dll"
#define RULE "notification.md 17.24"
/* The word by which behaviours call it. */
#define WORD "gateway"
/* A session without a request for so long is forgotten (servers.md). */
#define EXPIRY_MS 60000
/* With strict-times: polls may not come sooner after the answer before. */
#define POLL_US 900000
/* One answer carries about so much; the next one goes on. */
#define ANSWER_BYTES (1024 * 1024)

typedef enum {
	OPEN,
	SEND,
	POLL,
} Kind;

struct _MsnpServerGateway {
	MsnpServer *server;
	char *key;    /* the part of the id that stays */
	guint serial; /* the part that changes: see gateway-ids */
	char *target; /* IP= */
	GSocket *socket;
	GSource *write_source;
	GByteArray *in, *out; /* for the connection behind, and from it */
	gboolean over;        /* that connection is closed */
	Kind kind;
	SoupServerMessage *message; /* under way; NULL: none */
	guint collect, delay, expiry;
	gint64 last_answer; /* monotonic */
};

/* ---- Sessions ---- */

static void
clear_source(guint *source)
{
	if (*source != 0)
		g_source_remove(*source);
	*source = 0;
}

/* The request is answered, or its connection is gone. */
static void
forget_message(MsnpServerGateway *gateway)
{
	clear_source(&gateway->collect);
	clear_source(&gateway->delay);
	if (gateway->message != NULL)
		g_signal_handlers_disconnect_by_data(gateway->message, gateway);
	g_clear_object(&gateway->message);
}

void
msnp_server_gateway_free(MsnpServerGateway *gateway)
{
	forget_message(gateway);
	clear_source(&gateway->expiry);
	if (gateway->write_source != NULL) {
		g_source_destroy(gateway->write_source);
		g_source_unref(gateway->write_source);
	}
	g_socket_close(gateway->socket, NULL);
	g_object_unref(gateway->socket);
	g_byte_array_unref(gateway->in);
	g_byte_array_unref(gateway->out);
	g_free(gateway->key);
	g_free(gateway->target);
	g_free(gateway);
}

static gboolean
on_expired(gpointer data)
{
	MsnpServerGateway *gateway = data;

	gateway->expiry = 0;
	msnp_server_log(gateway->server, "gateway: a session has expired");
	g_hash_table_remove(gateway->server->gateways, gateway->key);
	return G_SOURCE_REMOVE;
}

/* Both ends of a pair; FALSE with error. */
static gboolean
make_pair(GSocket **near, GSocket **far, GError **error)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "no socket pair");
		return FALSE;
	}
	*near = g_socket_new_from_fd(ends[0], error);
	*far = *near == NULL ? NULL : g_socket_new_from_fd(ends[1], error);
	return *far != NULL;
}

static MsnpServerGateway *
gateway_new(MsnpServer *server, const MsnpServerRole *role, const char *target)
{
	MsnpServerGateway *gateway;
	g_autoptr(GSocket) near = NULL, far = NULL;
	g_autoptr(GError) error = NULL;

	if (!make_pair(&near, &far, &error)) {
		msnp_server_log(server, "gateway: %s", error->message);
		return NULL;
	}
	g_socket_set_blocking(near, FALSE);
	gateway = g_new0(MsnpServerGateway, 1);
	gateway->server = server;
	gateway->socket = g_steal_pointer(&near);
	gateway->key = msnp_server_random_text(server, "0123456789", 10);
	gateway->serial = 1 + msnp_random_below(server->random, 8999);
	gateway->target = g_strdup(target);
	gateway->in = g_byte_array_new();
	gateway->out = g_byte_array_new();
	g_hash_table_insert(server->gateways, gateway->key, gateway);
	g_ptr_array_add(server->clients, msnp_server_client_new(server, far, role));
	return gateway;
}

/* ---- Answers ---- */

static void
answer_plain(SoupServerMessage *message, guint status, const char *text)
{
	soup_server_message_set_status(message, status, NULL);
	soup_server_message_set_response(message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY,
					 text, strlen(text));
}

static void
refuse(MsnpServer *server, SoupServerMessage *message, const char *text)
{
	msnp_server_complain(server, RULE, "gateway: %s", text);
	answer_plain(message, 400, text);
}

static char *
messenger_header(MsnpServerGateway *gateway, gboolean close)
{
	MsnpServerFaults *faults = gateway->server->faults;
	const char *host = msnp_server_faults_take_any(faults, MSNP_FAULT_GATEWAY_IP, NULL);

	if (msnp_server_faults_take(faults, MSNP_FAULT_GATEWAY_IDS))
		gateway->serial++;
	return g_strdup_printf("SessionID=%s.%u; GW-IP=%s%s", gateway->key, gateway->serial,
			       host == NULL ? gateway->target : host,
			       close ? "; Session=close" : "");
}

/* The gateway may be gone afterwards. */
static void
respond(MsnpServerGateway *gateway)
{
	MsnpServer *server = gateway->server;
	SoupServerMessage *message = g_object_ref(gateway->message);
	gboolean end = gateway->over;
	gboolean close = end && !msnp_server_faults_take(server->faults, MSNP_FAULT_GATEWAY_QUIET);
	g_autofree char *header = NULL;

	if (gateway->kind != OPEN &&
	    msnp_server_faults_take(server->faults, MSNP_FAULT_GATEWAY_END))
		end = close = TRUE;
	header = messenger_header(gateway, close);
	soup_server_message_set_status(message, 200, NULL);
	soup_message_headers_replace(soup_server_message_get_response_headers(message),
				     "X-MSN-Messenger", header);
	soup_server_message_set_response(message, "application/x-msn-messenger", SOUP_MEMORY_COPY,
					 (char *)gateway->out->data, gateway->out->len);
	g_byte_array_set_size(gateway->out, 0);
	gateway->last_answer = g_get_monotonic_time();
	forget_message(gateway);
	soup_server_unpause_message(server->http, message);
	g_object_unref(message);
	if (end)
		g_hash_table_remove(server->gateways, gateway->key);
}

static gboolean
on_delay_over(gpointer data)
{
	MsnpServerGateway *gateway = data;

	gateway->delay = 0;
	respond(gateway);
	return G_SOURCE_REMOVE;
}

/* Takes what the connection behind has written; FALSE: nothing. */
static gboolean
collect_some(MsnpServerGateway *gateway)
{
	g_autoptr(GError) error = NULL;
	char buffer[16384];
	gssize n = g_socket_receive(gateway->socket, buffer, sizeof buffer, NULL, &error);

	if (n > 0)
		g_byte_array_append(gateway->out, (guint8 *)buffer, (guint)n);
	else if (n == 0 || !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
		gateway->over = TRUE;
	return n > 0 && gateway->out->len < ANSWER_BYTES;
}

/* At low priority: when the connection behind has done what it can do now. */
static gboolean
on_collect(gpointer data)
{
	MsnpServerGateway *gateway = data;
	int ms = 0;

	if (gateway->in->len > 0 || collect_some(gateway))
		return G_SOURCE_CONTINUE;
	gateway->collect = 0;
	if (msnp_server_faults_take_word(gateway->server->faults, MSNP_FAULT_SILENCE, WORD, NULL)) {
		/* It stays paused until its connection ends. */
		forget_message(gateway);
		return G_SOURCE_REMOVE;
	}
	if (msnp_server_faults_take_word(gateway->server->faults, MSNP_FAULT_DELAY, WORD, &ms))
		gateway->delay = g_timeout_add((guint)MAX(ms, 1), on_delay_over, gateway);
	else
		respond(gateway);
	return G_SOURCE_REMOVE;
}

/* ---- Requests ---- */

static gboolean
on_writable(GSocket *socket, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
	MsnpServerGateway *gateway = data;
	g_autoptr(GError) error = NULL;
	gssize n = g_socket_send(socket, (char *)gateway->in->data, gateway->in->len, NULL, &error);

	if (n > 0)
		g_byte_array_remove_range(gateway->in, 0, (guint)n);
	else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
		g_byte_array_set_size(gateway->in, 0);
	if (gateway->in->len > 0)
		return G_SOURCE_CONTINUE;
	g_clear_pointer(&gateway->write_source, g_source_unref);
	return G_SOURCE_REMOVE;
}

static void
give(MsnpServerGateway *gateway, GBytes *body)
{
	gsize length;
	const guint8 *bytes = g_bytes_get_data(body, &length);

	if (length == 0)
		return;
	g_byte_array_append(gateway->in, bytes, (guint)length);
	gateway->write_source = g_socket_create_source(gateway->socket, G_IO_OUT, NULL);
	g_source_set_callback(gateway->write_source, G_SOURCE_FUNC(on_writable), gateway, NULL);
	g_source_attach(gateway->write_source, NULL);
}

static void
on_message_gone(SoupServerMessage *message G_GNUC_UNUSED, gpointer data)
{
	forget_message(data);
}

/* A request that is in order: its bytes go to the connection behind. */
static void
take_request(MsnpServerGateway *gateway, SoupServerMessage *message, Kind kind, GBytes *body)
{
	gateway->kind = kind;
	gateway->message = g_object_ref(message);
	g_signal_connect(message, "disconnected", G_CALLBACK(on_message_gone), gateway);
	soup_server_pause_message(gateway->server->http, message);
	clear_source(&gateway->expiry);
	gateway->expiry = g_timeout_add(EXPIRY_MS, on_expired, gateway);
	give(gateway, body);
	gateway->collect = g_idle_add_full(G_PRIORITY_LOW, on_collect, gateway, NULL);
}

/* What a body must be, by the kind of its request; NULL: it is so. */
static const char *
check_body(SoupServerMessage *message, Kind kind, GBytes *body)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
	const char *type = soup_message_headers_get_one(headers, "Content-Type");
	gsize length;
	const char *bytes = g_bytes_get_data(body, &length);

	if (kind == POLL)
		return length == 0 ? NULL : "a poll with a body";
	if (length == 0)
		return "nothing to send";
	if (g_strcmp0(type, "application/x-msn-messenger") != 0)
		return "a body of another Content-Type";
	if (g_strstr_len(bytes, (gssize)length, "PNG\r\n") == bytes ||
	    g_strstr_len(bytes, (gssize)length, "\r\nPNG\r\n") != NULL)
		return "PNG";
	return NULL;
}

static gboolean
begins_with(GBytes *body, const char *verb)
{
	gsize length;
	const char *bytes = g_bytes_get_data(body, &length);

	return length >= strlen(verb) && memcmp(bytes, verb, strlen(verb)) == 0;
}

static void
on_open(MsnpServer *server, SoupServerMessage *message, GHashTable *query, GBytes *body)
{
	const char *kind = g_hash_table_lookup(query, "Server");
	const char *target = g_hash_table_lookup(query, "IP");
	gboolean ns = g_strcmp0(kind, "NS") == 0;
	MsnpServerGateway *gateway;

	if (!ns && g_strcmp0(kind, "SB") != 0)
		refuse(server, message, "Server is neither NS nor SB");
	else if (target == NULL || *target == '\0' || g_hash_table_contains(query, "SessionID"))
		refuse(server, message, "open without IP, or with a SessionID");
	else if (ns ? !begins_with(body, "VER ")
		    : !begins_with(body, "USR ") && !begins_with(body, "ANS "))
		refuse(server, message, "the first command is not one of this kind of server");
	else if ((gateway = gateway_new(server, ns ? &msnp_server_role_ns : &msnp_server_role_sb,
					target)) == NULL)
		answer_plain(message, 500, "no session");
	else
		take_request(gateway, message, OPEN, body);
}

static void
on_other(MsnpServer *server, SoupServerMessage *message, GHashTable *query, GBytes *body, Kind kind)
{
	const char *id = g_hash_table_lookup(query, "SessionID");
	g_auto(GStrv) parts = g_strsplit(id == NULL ? "" : id, ".", 2);
	MsnpServerGateway *gateway =
	    parts[0] == NULL ? NULL : g_hash_table_lookup(server->gateways, parts[0]);
	g_autofree char *right =
	    gateway == NULL ? NULL : g_strdup_printf("%s.%u", gateway->key, gateway->serial);

	/* Not the client's mistake: a session may have ended meanwhile. */
	if (gateway == NULL)
		answer_plain(message, 400, "no such session");
	else if (strcmp(id, right) != 0)
		refuse(server, message, "not the SessionID of the last answer");
	else if (gateway->message != NULL)
		refuse(server, message, "a request before the one before was answered");
	else {
		if (kind == POLL && g_get_monotonic_time() - gateway->last_answer < POLL_US &&
		    msnp_server_faults_take(server->faults, MSNP_FAULT_STRICT_TIMES))
			msnp_server_complain(server, RULE, "gateway: polled too soon");
		take_request(gateway, message, kind, body);
	}
}

static void
on_request(SoupServer *http G_GNUC_UNUSED, SoupServerMessage *message, const char *path,
	   GHashTable *query, gpointer data)
{
	MsnpServer *server = data;
	g_autoptr(GBytes) body =
	    soup_message_body_flatten(soup_server_message_get_request_body(message));
	g_autoptr(GHashTable) nothing = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTable *parameters = query == NULL ? nothing : query;
	const char *action = g_hash_table_lookup(parameters, "Action");
	Kind kind = action == NULL ? SEND : strcmp(action, "poll") == 0 ? POLL : OPEN;
	const char *wrong = check_body(message, kind, body);
	int status = 0;

	if (strcmp(path, PATH) != 0)
		answer_plain(message, 404, "nothing here");
	else if (strcmp(soup_server_message_get_method(message), "POST") != 0)
		refuse(server, message, "no POST");
	else if (msnp_server_faults_take_word(server->faults, MSNP_FAULT_HTTP, WORD, &status))
		answer_plain(message, (guint)CLAMP(status, 200, 599), "As asked for.");
	else if (wrong != NULL)
		refuse(server, message, wrong);
	else if (kind != OPEN)
		on_other(server, message, parameters, body, kind);
	else if (strcmp(action, "open") != 0)
		refuse(server, message, "an unknown Action");
	else
		on_open(server, message, parameters, body);
}

void
msnp_server_gateway_start(MsnpServer *server)
{
	soup_server_add_handler(server->http, PATH, on_request, server, NULL);
}

void
msnp_server_gateway_stop(MsnpServer *server)
{
	g_hash_table_remove_all(server->gateways);
}
