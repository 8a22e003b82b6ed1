/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The public face of the loopback service: options, listening sockets, log, complaints. What the
 * protocol is, is in the files beside this one.
 */
#include "server/msnp-server.h"

#include <string.h>

#include "server/msnp-server-private.h"

G_DEFINE_TYPE(MsnpServer, msnp_server, G_TYPE_OBJECT)

enum { SIGNAL_LOG, N_SIGNALS };
static guint signals[N_SIGNALS];

void
msnp_server_log(MsnpServer *server, const char *format, ...)
{
	g_autofree char *line = NULL;
	va_list args;

	if (server == NULL)
		return;
	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	g_signal_emit(server, signals[SIGNAL_LOG], 0, line);
}

void
msnp_server_complain(MsnpServer *server, const char *rule, const char *format, ...)
{
	g_autofree char *text = NULL;
	g_autofree char *sentence = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	sentence = g_strdup_printf("[%s] %s", rule, text);
	msnp_server_log(server, "complaint: %s", sentence);
	g_ptr_array_add(server->complaints, g_utf8_make_valid(sentence, -1));
}

void
msnp_server_count_request(MsnpServer *server, const char *name)
{
	char *key = g_ascii_strdown(name, -1);
	guint n = GPOINTER_TO_UINT(g_hash_table_lookup(server->requests, key));

	g_hash_table_replace(server->requests, key, GUINT_TO_POINTER(n + 1));
}

guint
msnp_server_n_requests(MsnpServer *server, const char *name)
{
	g_autofree char *key = g_ascii_strdown(name, -1);

	return GPOINTER_TO_UINT(g_hash_table_lookup(server->requests, key));
}

char *
msnp_server_random_text(MsnpServer *server, const char *alphabet, guint n)
{
	char *text = g_malloc(n + 1);
	guint32 choices = (guint32)strlen(alphabet);

	for (guint i = 0; i < n; i++)
		text[i] = alphabet[msnp_random_below(server->random, choices)];
	text[n] = '\0';
	return text;
}

static void
stop_listening(GSocket **listener, GSource **source)
{
	if (*source != NULL) {
		g_source_destroy(*source);
		g_clear_pointer(source, g_source_unref);
	}
	if (*listener != NULL)
		g_socket_close(*listener, NULL);
	g_clear_object(listener);
}

void
msnp_server_stop(MsnpServer *server)
{
	g_return_if_fail(MSNP_IS_SERVER(server));
	stop_listening(&server->ns_listener, &server->ns_source);
	stop_listening(&server->sb_listener, &server->sb_source);
	msnp_server_limits_stop(server);
	while (server->clients->len > 0)
		msnp_server_client_close(server->clients->pdata[0]);
	msnp_server_gateway_stop(server);
	msnp_server_http_stop(server);
}

static void
msnp_server_dispose(GObject *object)
{
	msnp_server_stop(MSNP_SERVER(object));
	G_OBJECT_CLASS(msnp_server_parent_class)->dispose(object);
}

static void
msnp_server_finalize(GObject *object)
{
	MsnpServer *server = MSNP_SERVER(object);

	g_ptr_array_unref(server->clients);
	g_ptr_array_unref(server->tickets);
	g_ptr_array_unref(server->complaints);
	g_ptr_array_unref(server->paused);
	g_ptr_array_unref(server->passed);
	g_hash_table_unref(server->cookies);
	g_hash_table_unref(server->requests);
	g_hash_table_unref(server->gateways);
	g_hash_table_unref(server->rooms);
	msnp_server_accounts_free(server->accounts);
	msnp_server_faults_free(server->faults);
	msnp_random_unref(server->random);
	g_free(server->bind_address);
	g_free(server->save_file);
	g_free(server->base_url);
	G_OBJECT_CLASS(msnp_server_parent_class)->finalize(object);
}

static void
msnp_server_class_init(MsnpServerClass *klass)
{
	GObjectClass *object_class = G_OBJECT_CLASS(klass);

	object_class->dispose = msnp_server_dispose;
	object_class->finalize = msnp_server_finalize;
	/* A line of the log, without line break; secrets are masked. */
	signals[SIGNAL_LOG] = g_signal_new("log", MSNP_TYPE_SERVER, G_SIGNAL_RUN_LAST, 0, NULL,
					   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
msnp_server_init(MsnpServer *server)
{
	server->faults = msnp_server_faults_new();
	server->random = msnp_random_new();
	server->complaints = g_ptr_array_new_with_free_func(g_free);
	server->clients = g_ptr_array_new_with_free_func((GDestroyNotify)msnp_server_client_unref);
	server->tickets = g_ptr_array_new_with_free_func((GDestroyNotify)msnp_server_tickets_free);
	server->rooms = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					      (GDestroyNotify)msnp_server_room_free);
	server->cookies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	server->paused = g_ptr_array_new();
	server->passed = g_ptr_array_new_with_free_func((GDestroyNotify)msnp_server_passed_free);
	server->requests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	server->gateways = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
						 (GDestroyNotify)msnp_server_gateway_free);
}

MsnpServer *
msnp_server_new(const MsnpServerOptions *options, const char *accounts_json, GError **error)
{
	static const MsnpServerOptions nothing = { 0 };
	MsnpServer *server = g_object_new(MSNP_TYPE_SERVER, NULL);

	server->options = options == NULL ? nothing : *options;
	server->bind_address = g_strdup(
	    server->options.bind_address == NULL ? "127.0.0.1" : server->options.bind_address);
	server->options.bind_address = server->bind_address;
	server->save_file = g_strdup(server->options.save_file);
	server->options.save_file = server->save_file;
	server->accounts = msnp_server_accounts_parse(accounts_json, error);
	if (server->accounts == NULL)
		g_clear_object(&server);
	else
		msnp_server_deltas_begin(server);
	return server;
}

/* Opens a listening socket; port gets the one in use. */
static GSocket *
open_listener(MsnpServer *server, guint16 *port, GError **error)
{
	g_autoptr(GInetAddress) host = g_inet_address_new_from_string(server->bind_address);
	g_autoptr(GSocketAddress) address = NULL;
	g_autoptr(GSocketAddress) bound = NULL;
	g_autoptr(GSocket) socket = NULL;

	if (host == NULL) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s is no IP address.",
			    server->bind_address);
		return NULL;
	}
	address = g_inet_socket_address_new(host, *port);
	socket = g_socket_new(g_inet_address_get_family(host), G_SOCKET_TYPE_STREAM,
			      G_SOCKET_PROTOCOL_TCP, error);
	if (socket == NULL || !g_socket_bind(socket, address, TRUE, error) ||
	    !g_socket_listen(socket, error))
		return NULL;
	bound = g_socket_get_local_address(socket, error);
	if (bound == NULL)
		return NULL;
	g_socket_set_blocking(socket, FALSE);
	*port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
	return g_steal_pointer(&socket);
}

static gboolean
on_incoming(GSocket *listener, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
	MsnpServer *server = data;
	g_autoptr(GSocket) socket = g_socket_accept(listener, NULL, NULL);

	if (socket != NULL)
		g_ptr_array_add(server->clients,
				msnp_server_client_new(server, socket,
						       listener == server->ns_listener
							   ? &msnp_server_role_ns
							   : &msnp_server_role_sb));
	return G_SOURCE_CONTINUE;
}

static GSource *
watch(MsnpServer *server, GSocket *listener)
{
	GSource *source = g_socket_create_source(listener, G_IO_IN, NULL);

	g_source_set_callback(source, G_SOURCE_FUNC(on_incoming), server, NULL);
	g_source_attach(source, NULL);
	return source;
}

gboolean
msnp_server_start(MsnpServer *server, GError **error)
{
	g_return_val_if_fail(MSNP_IS_SERVER(server), FALSE);
	server->ns_port = server->options.ns_port;
	server->sb_port = server->options.sb_port;
	server->ns_listener = open_listener(server, &server->ns_port, error);
	if (server->ns_listener == NULL)
		return FALSE;
	server->sb_listener = open_listener(server, &server->sb_port, error);
	if (server->sb_listener == NULL || !msnp_server_http_start(server, error)) {
		msnp_server_stop(server);
		return FALSE;
	}
	msnp_server_gateway_start(server);
	server->ns_source = watch(server, server->ns_listener);
	server->sb_source = watch(server, server->sb_listener);
	msnp_server_limits_start(server);
	return TRUE;
}

guint16
msnp_server_ns_port(MsnpServer *server)
{
	return server->ns_port;
}

guint16
msnp_server_sb_port(MsnpServer *server)
{
	return server->sb_port;
}

const char *
msnp_server_base_url(MsnpServer *server)
{
	return server->base_url;
}

/* Behaviours change what the lists look like. */
static void
forget_answers(MsnpServer *server)
{
	for (guint i = 0; i < server->accounts->accounts->len; i++) {
		MsnpServerAccount *account = server->accounts->accounts->pdata[i];

		for (guint j = 0; j < MSNP_SERVER_N_READS; j++)
			g_clear_pointer(&account->answers[j], g_bytes_unref);
	}
}

gboolean
msnp_server_add_fault(MsnpServer *server, const char *fault, GError **error)
{
	forget_answers(server);
	return msnp_server_faults_add(server->faults, fault, error);
}

void
msnp_server_clear_faults(MsnpServer *server)
{
	forget_answers(server);
	msnp_server_faults_clear(server->faults);
}

char *
msnp_server_describe_faults(void)
{
	return msnp_server_faults_describe();
}

GPtrArray *
msnp_server_complaints(MsnpServer *server)
{
	return server->complaints;
}

void
msnp_server_kick(MsnpServer *server, const char *handle, const char *reason)
{
	MsnpServerAccount *account = msnp_server_accounts_find(server->accounts, handle);

	if (account != NULL && account->session != NULL)
		msnp_server_session_out(account->session, reason);
}

static guint
count_clients(MsnpServer *server, const MsnpServerRole *role)
{
	guint n = 0;

	for (guint i = 0; i < server->clients->len; i++) {
		MsnpServerClient *client = server->clients->pdata[i];

		n += client->role == role;
	}
	return n;
}

guint
msnp_server_n_sessions(MsnpServer *server)
{
	return count_clients(server, &msnp_server_role_ns);
}

guint
msnp_server_n_rooms(MsnpServer *server)
{
	return count_clients(server, &msnp_server_role_sb);
}
