/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * People of other networks: there are no switchboards with them, their messages go over the
 * notification server, as UUM and UBM. Source: notification.md 7.1, lesson 173.
 */
#include "core/msnp-session-private.h"

#include <string.h>

#include "util/msnp-log.h"

/* Servers answer a UUM only if it failed; after this long it has not. */
#define SILENCE_MS 30000

static const MsnpAskKind UUM = {
	.verb = "UUM",
	.deadline_ms = SILENCE_MS,
	.silent = TRUE,
};

/* The number on the line, by the Content-Type; whatever else we write is text. */
static const struct {
	const char *content_type, *type;
} TYPES[] = {
	{ "text/x-msmsgscontrol", "2" },
	{ "text/x-msnmsgr-datacast", "3" },
};
#define TYPE_TEXT "1"
#define TYPE_MAX  3 /* of those that are known */

/* Phones and mail addresses are on the list like people, but nothing of them comes or goes here: a
 * server drops it without a word. */
static gboolean
is_other_network(guint network)
{
	static const guint NOT_OTHERS[] = { 0, MSNP_NETWORK_PASSPORT, MSNP_NETWORK_PHONE,
					    MSNP_NETWORK_MOBILE, MSNP_NETWORK_MAIL };

	for (guint i = 0; i < G_N_ELEMENTS(NOT_OTHERS); i++)
		if (network == NOT_OTHERS[i])
			return FALSE;
	return TRUE;
}

gboolean
msnp_federated_is(gpointer host, const char *handle)
{
	MsnpSession *session = host;
	MsnpContact *contact = session->roster ? msnp_roster_find(session->roster, handle) : NULL;

	return contact && is_other_network(contact->network);
}

static const char *
type_of(const MsnpMessage *message)
{
	for (guint i = 0; i < G_N_ELEMENTS(TYPES); i++)
		if (!strcmp(TYPES[i].content_type, msnp_message_type(message)))
			return TYPES[i].type;
	return TYPE_TEXT;
}

static void
on_asked(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	GError *error = NULL;

	if (msnp_ask_finish(result, &error))
		g_task_return_boolean(task, TRUE);
	else
		g_task_return_error(task, error);
}

void
msnp_federated_send_async(gpointer host, const char *handle, MsnpMessage *message,
			  GAsyncReadyCallback callback, gpointer data)
{
	MsnpSession *session = host;
	MsnpContact *contact = msnp_roster_find(session->roster, handle);
	g_autoptr(GTask) task = g_task_new(session, NULL, callback, data);
	g_autofree char *network = g_strdup_printf("%u", contact ? contact->network : 0);
	const char *params[] = { handle, network, type_of(message), NULL };
	GString *bytes;

	/* The older dialect has no UUM: a server would hang up. */
	if (!contact || session->dialect == MSNP_DIALECT_13) {
		g_task_return_error(
		    task, msnp_error_new(MSNP_ERROR_NOT_DELIVERED, 0, "no way to that network"));
		return;
	}
	bytes = msnp_message_write(message);
	msnp_ask_async(session, &UUM, params, bytes->str, (gssize)bytes->len, on_asked,
		       g_steal_pointer(&task));
	g_string_free(bytes, TRUE);
}

gboolean
msnp_federated_send_finish(gpointer host G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

/* The same address on another network is somebody else: NULL. */
static MsnpContact *
sender_of(MsnpSession *session, const char *handle, guint network)
{
	MsnpContact *contact = msnp_roster_find(session->roster, handle);

	if (!contact)
		return msnp_roster_ensure(session->roster, handle, network);
	return contact->network == network ? contact : NULL;
}

/* UBM handle network type length */
void
msnp_federated_take(MsnpSession *session, MsnpCommand *command)
{
	g_autofree char *handle = msnp_handle_normalize(msnp_command_param(command, 0));
	g_autoptr(MsnpMessage) message = NULL;
	MsnpContact *contact;
	guint64 network, type;
	gsize length = 0;
	GBytes *payload = msnp_command_payload(command);
	const char *bytes = payload ? g_bytes_get_data(payload, &length) : NULL;

	if (!session->signed_on || !bytes || !msnp_handle_is_valid(handle) ||
	    !msnp_command_uint(command, 1, G_MAXUINT16, &network) ||
	    !is_other_network((guint)network) || !msnp_command_uint(command, 2, TYPE_MAX, &type) ||
	    type == 0) {
		msnp_info("federated", "a message that is none");
		return;
	}
	if (!msnp_session_may_write(session, handle))
		return;
	contact = sender_of(session, handle, (guint)network);
	if (!contact) {
		msnp_info("federated", "a message of somebody with another's address");
		return;
	}
	message = msnp_message_parse(bytes, length);
	msnp_conversations_federated(session->conversations, handle,
				     *contact->name ? contact->name : handle, message);
}
