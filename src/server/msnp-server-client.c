/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One TCP connection of a client: its commands go to the role (notification server or
 * switchboard), what is sent goes through a write queue with the faults that networks have.
 * Nothing blocks.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "server/msnp-server-private.h"
#include "util/msnp-log.h"

typedef struct {
	MsnpServerClient *client;
	MsnpServerCommand *command;
	guint timer;
} Delayed;

static void process(MsnpServerClient *client);
static void schedule_write(MsnpServerClient *client);

static void
clear_source(GSource **source)
{
	if (*source == NULL)
		return;
	g_source_destroy(*source);
	g_source_unref(*source);
	*source = NULL;
}

static void
clear_timer(guint *timer)
{
	if (*timer != 0)
		g_source_remove(*timer);
	*timer = 0;
}

static void
delayed_free(Delayed *delayed)
{
	clear_timer(&delayed->timer);
	msnp_server_command_free(delayed->command);
	g_free(delayed);
}

MsnpServerClient *
msnp_server_client_ref(MsnpServerClient *client)
{
	g_atomic_ref_count_inc(&client->refs);
	return client;
}

void
msnp_server_client_unref(MsnpServerClient *client)
{
	if (!g_atomic_ref_count_dec(&client->refs))
		return;
	g_clear_pointer(&client->partial, msnp_server_command_free);
	g_byte_array_unref(client->in);
	g_byte_array_unref(client->out);
	g_clear_object(&client->socket);
	g_free(client->who);
	g_free(client);
}

void
msnp_server_client_close(MsnpServerClient *client)
{
	MsnpServer *server = client->server;

	if (client->closed)
		return;
	msnp_server_client_ref(client);
	client->closed = TRUE;
	clear_source(&client->read_source);
	clear_source(&client->write_source);
	clear_timer(&client->flush_timer);
	clear_timer(&client->auth_timer);
	g_slist_free_full(g_steal_pointer(&client->delayed), (GDestroyNotify)delayed_free);
	g_socket_close(client->socket, NULL);
	client->role->closed(client);
	msnp_server_log(server, "%s %s: closed", client->role->name, client->who);
	g_ptr_array_remove_fast(server->clients, client);
	client->server = NULL;
	msnp_server_client_unref(client);
}

void
msnp_server_client_end(MsnpServerClient *client)
{
	if (client->closed)
		return;
	/* Never at once: the caller's session must outlive its handler. */
	client->ending = TRUE;
	schedule_write(client);
}

static void client_complain(MsnpServerClient *client, const char *rule, const char *format,
			    va_list args) G_GNUC_PRINTF(3, 0);

static void
client_complain(MsnpServerClient *client, const char *rule, const char *format, va_list args)
{
	g_autofree char *text = g_strdup_vprintf(format, args);

	if (!client->closed)
		msnp_server_complain(client->server, rule, "%s %s: %s", client->role->name,
				     client->who, text);
}

void
msnp_server_client_complain(MsnpServerClient *client, const char *rule, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	client_complain(client, rule, format, args);
	va_end(args);
}

void
msnp_server_client_refuse(MsnpServerClient *client, const char *rule, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	client_complain(client, rule, format, args);
	va_end(args);
	msnp_server_client_end(client);
}

static void
log_line(MsnpServerClient *client, char direction, const char *line)
{
	g_autofree char *clean = NULL;

	if (client->server == NULL || !client->server->options.verbose)
		return;
	clean = msnp_log_redact(line, -1);
	msnp_server_log(client->server, "%s %s %c %s", client->role->name, client->who, direction,
			clean);
}

/* ---- Writing ---- */

/* How many bytes of the queue may go now: faults cut, and chop. */
static gsize
allowed_bytes(MsnpServerClient *client, gboolean *cut)
{
	MsnpServerFaults *faults = client->server->faults;
	gsize n = client->out->len;
	int limit;

	*cut = FALSE;
	if (msnp_server_faults_take_word(faults, MSNP_FAULT_CHOPPED, NULL, NULL) && n > 1)
		n = 1;
	if (msnp_server_faults_peek(faults, MSNP_FAULT_CUT, client->role->name, &limit) &&
	    client->sent + n >= (gsize)MAX(limit, 0)) {
		*cut = TRUE;
		n = (gsize)MAX(limit, 0) > client->sent ? (gsize)limit - client->sent : 0;
	}
	return n;
}

static void
cut_off(MsnpServerClient *client)
{
	msnp_server_faults_take_word(client->server->faults, MSNP_FAULT_CUT, client->role->name,
				     NULL);
	msnp_server_log(client->server, "%s %s: cut off after %" G_GSIZE_FORMAT " bytes",
			client->role->name, client->who, client->sent);
	msnp_server_client_close(client);
}

/* Sends what may go. FALSE: nothing more to do for now (all out, or closed). */
static gboolean
write_some(MsnpServerClient *client)
{
	g_autoptr(GError) error = NULL;
	gboolean cut;
	gsize n = allowed_bytes(client, &cut);
	gssize sent = 0;

	if (n > 0) {
		sent = g_socket_send(client->socket, (char *)client->out->data, n, NULL, &error);
		if (sent < 0 && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
			return TRUE;
		if (sent < 0) {
			msnp_server_client_close(client);
			return FALSE;
		}
		g_byte_array_remove_range(client->out, 0, (guint)sent);
		client->sent += (gsize)sent;
	}
	if (cut && (gsize)sent == n) {
		cut_off(client);
		return FALSE;
	}
	if (client->out->len > 0)
		return TRUE;
	if (client->ending)
		msnp_server_client_close(client);
	else
		clear_source(&client->write_source);
	return FALSE;
}

static gboolean
on_writable(GSocket *socket G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
	MsnpServerClient *client = data;

	/* After FALSE the client may be gone. */
	return write_some(client) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
on_flush(gpointer data)
{
	MsnpServerClient *client = data;

	client->flush_timer = 0;
	schedule_write(client);
	return G_SOURCE_REMOVE;
}

static void
schedule_write(MsnpServerClient *client)
{
	if (client->write_source != NULL || client->closed)
		return;
	client->write_source = g_socket_create_source(client->socket, G_IO_OUT, NULL);
	g_source_set_callback(client->write_source, G_SOURCE_FUNC(on_writable), client, NULL);
	g_source_attach(client->write_source, NULL);
}

static void
queue(MsnpServerClient *client, const char *bytes, gsize length)
{
	if (client->closed || client->ending)
		return;
	g_byte_array_append(client->out, (const guint8 *)bytes, (guint)length);
	if (!msnp_server_faults_take(client->server->faults, MSNP_FAULT_GLUED))
		schedule_write(client);
	else if (client->flush_timer == 0 && client->write_source == NULL)
		client->flush_timer = g_timeout_add(20, on_flush, client);
}

void
msnp_server_client_send(MsnpServerClient *client, const char *format, ...)
{
	g_autoptr(GString) line = g_string_new(NULL);
	va_list args;

	va_start(args, format);
	g_string_vprintf(line, format, args);
	va_end(args);
	if (client->closed)
		return;
	log_line(client, '<', line->str);
	g_string_append(line, "\r\n");
	queue(client, line->str, line->len);
}

void
msnp_server_client_send_payload(MsnpServerClient *client, const char *head, const char *payload,
				gssize length)
{
	g_autoptr(GString) out = g_string_new(head);
	gssize n = length < 0 ? (gssize)strlen(payload) : length;
	char verb[4] = { 0 };
	int delta = 0;

	if (client->closed)
		return;
	memcpy(verb, head, MIN(strlen(head), 3));
	msnp_server_faults_take_word(client->server->faults, MSNP_FAULT_LENGTH, verb, &delta);
	g_string_append_printf(out, " %d", (int)MAX(n + delta, 0));
	log_line(client, '<', out->str);
	g_string_append(out, "\r\n");
	g_string_append_len(out, payload, n);
	queue(client, out->str, out->len);
}

/* ---- Reading ---- */

static gboolean
on_delay_over(gpointer data)
{
	Delayed *delayed = data;
	MsnpServerClient *client = msnp_server_client_ref(delayed->client);

	delayed->timer = 0;
	client->delayed = g_slist_remove(client->delayed, delayed);
	if (!client->ending)
		client->role->command(client, delayed->command);
	delayed_free(delayed);
	msnp_server_client_unref(client);
	return G_SOURCE_REMOVE;
}

/* Is this behaviour on for the command, by its verb or by place and verb: "USR", "SB/USR"? */
static gboolean
take_verb(MsnpServerClient *client, MsnpFaultId id, const char *verb, int *number)
{
	g_autofree char *placed = g_strconcat(client->role->name, "/", verb, NULL);

	return msnp_server_faults_take_word(client->server->faults, id, verb, number) ||
	       msnp_server_faults_take_word(client->server->faults, id, placed, number);
}

/* Faults on what came; TRUE: it is dealt with. Takes the command in that case. */
static gboolean
disturb(MsnpServerClient *client, MsnpServerCommand *command)
{
	MsnpServerFaults *faults = client->server->faults;
	int number = 0;

	if (take_verb(client, MSNP_FAULT_SILENCE, command->verb, NULL)) {
		msnp_server_log(client->server, "%s %s: %s is not answered", client->role->name,
				client->who, command->verb);
		msnp_server_command_free(command);
		return TRUE;
	}
	if (take_verb(client, MSNP_FAULT_ERROR, command->verb, &number)) {
		if (msnp_server_faults_take(faults, MSNP_FAULT_ERROR_PAYLOAD) &&
		    command->payload != NULL) {
			g_autofree char *head = g_strdup_printf("%d %u", number, command->trid);

			msnp_server_client_send_payload(client, head, command->payload,
							(gssize)command->payload_length);
		} else {
			msnp_server_client_send(client, "%d %u", number, command->trid);
		}
		msnp_server_command_free(command);
		return TRUE;
	}
	if (take_verb(client, MSNP_FAULT_DELAY, command->verb, &number)) {
		Delayed *delayed = g_new0(Delayed, 1);

		delayed->client = client;
		delayed->command = command;
		delayed->timer = g_timeout_add((guint)MAX(number, 0), on_delay_over, delayed);
		client->delayed = g_slist_append(client->delayed, delayed);
		return TRUE;
	}
	return FALSE;
}

gboolean
msnp_server_client_has_delayed(MsnpServerClient *client, const char *verb)
{
	for (GSList *l = client->delayed; l != NULL; l = l->next) {
		Delayed *delayed = l->data;

		if (strcmp(delayed->command->verb, verb) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Lets the role do what the command says; lost=: nothing of the answer goes out. */
static void
perform(MsnpServerClient *client, MsnpServerCommand *command)
{
	guint before = client->out->len;
	gboolean lost = take_verb(client, MSNP_FAULT_LOST, command->verb, NULL);

	client->role->command(client, command);
	if (!lost || client->closed)
		return;
	g_byte_array_set_size(client->out, MIN(before, client->out->len));
	msnp_server_client_end(client);
}

static void
count_command(MsnpServerClient *client, const char *verb)
{
	g_autofree char *placed = g_strconcat("SB/", verb, NULL);

	msnp_server_count_request(client->server,
				  client->role == &msnp_server_role_ns ? verb : placed);
}

static void
process(MsnpServerClient *client)
{
	MsnpServerCommand *command;

	while (!client->closed && !client->ending && !client->wedged &&
	       (command = msnp_server_client_next(client)) != NULL) {
		log_line(client, '>', command->line);
		count_command(client, command->verb);
		if (disturb(client, command))
			continue;
		perform(client, command);
		msnp_server_command_free(command);
	}
}

static gboolean
on_readable(GSocket *socket, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
	MsnpServerClient *client = msnp_server_client_ref(data);
	g_autoptr(GError) error = NULL;
	char buffer[16384];
	gssize n = g_socket_receive(socket, buffer, sizeof buffer, NULL, &error);

	if (n < 0 && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
		msnp_server_client_unref(client);
		return G_SOURCE_CONTINUE;
	}
	if (n > 0 && !client->ending) {
		g_byte_array_append(client->in, (const guint8 *)buffer, (guint)n);
		process(client);
	} else if (n <= 0) {
		if (client->partial != NULL)
			msnp_server_log(client->server, "%s %s: the payload of %s was cut off",
					client->role->name, client->who, client->partial->verb);
		msnp_server_client_close(client);
	}
	n = client->closed;
	msnp_server_client_unref(client);
	return n ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static gboolean
on_unauthenticated(gpointer data)
{
	MsnpServerClient *client = data;

	client->auth_timer = 0;
	msnp_server_log(client->server, "%s %s: did not sign on", client->role->name, client->who);
	msnp_server_client_close(client);
	return G_SOURCE_REMOVE;
}

void
msnp_server_client_authenticated(MsnpServerClient *client)
{
	clear_timer(&client->auth_timer);
}

MsnpServerClient *
msnp_server_client_new(MsnpServer *server, GSocket *socket, const MsnpServerRole *role)
{
	MsnpServerClient *client = g_new0(MsnpServerClient, 1);

	g_atomic_ref_count_init(&client->refs);
	client->server = server;
	client->role = role;
	client->socket = g_object_ref(socket);
	client->who = g_strdup("(new)");
	client->in = g_byte_array_new();
	client->out = g_byte_array_new();
	g_socket_set_blocking(socket, FALSE);
	g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
	client->auth_timer =
	    g_timeout_add(MSNP_SERVER_UNAUTHENTICATED_MS, on_unauthenticated, client);
	client->read_source = g_socket_create_source(socket, G_IO_IN, NULL);
	g_source_set_callback(client->read_source, G_SOURCE_FUNC(on_readable), client, NULL);
	g_source_attach(client->read_source, NULL);
	role->opened(client);
	return client;
}
