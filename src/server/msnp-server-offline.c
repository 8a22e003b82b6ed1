/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store of offline messages of each account: its form in the accounts file, what is told of it
 * on the notification server and in GetMetadata. Source: services.md 10.1, notification.md 13,
 * servers.md "Offline messages".
 */
#include <string.h>

#include "server/msnp-server-json.h"
#include "server/msnp-server-private.h"
#include "util/msnp-xml.h"
#include "wire/msnp-address.h"

/* More are not named in Mail-Data (services.md 10.1). */
#define NAMED_MAX 25

MsnpServerOfflineState *
msnp_server_offline_state_new(void)
{
	MsnpServerOfflineState *state = g_new0(MsnpServerOfflineState, 1);

	state->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	state->runs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return state;
}

void
msnp_server_offline_state_free(MsnpServerOfflineState *state)
{
	g_hash_table_unref(state->seen);
	g_hash_table_unref(state->runs);
	g_free(state->challenge);
	g_free(state);
}

void
msnp_server_offline_free(MsnpServerOffline *message)
{
	g_free(message->id);
	g_free(message->from);
	g_free(message->name);
	g_free(message->run_id);
	g_free(message->text);
	g_free(message->mime);
	g_free(message);
}

MsnpServerOffline *
msnp_server_offline_find(MsnpServerAccount *account, const char *id)
{
	for (guint i = 0; i < account->offline->len; i++) {
		MsnpServerOffline *message = account->offline->pdata[i];

		if (g_ascii_strcasecmp(message->id, id) == 0)
			return message;
	}
	return NULL;
}

/* Made of what the message is, so that it is the same from run to run. */
static char *
make_id(const MsnpServerOffline *message, guint n)
{
	g_autofree char *seed =
	    g_strdup_printf("%s/%" G_GINT64_FORMAT "/%u/%u/%s", message->from, message->time,
			    message->sequence, n, message->run_id == NULL ? "" : message->run_id);
	g_autofree char *hex = g_compute_checksum_for_string(G_CHECKSUM_MD5, seed, -1);
	g_autofree char *upper = g_ascii_strup(hex, -1);

	return g_strdup_printf("%.8s-%.4s-4%.3s-A%.3s-%.12s", upper, upper + 8, upper + 13,
			       upper + 17, upper + 20);
}

/* ---- The accounts file ---- */

static gboolean
read_message(JsonObject *object, const char *where, MsnpServerOffline *message, GError **error)
{
	static const char *const keys[] = { "id",   "from", "name", "run-id", "sequence",
					    "text", "mime", "time", "read",   NULL };
	const char *from = object == NULL ? NULL : msnp_server_json_text(object, "from");
	const char *time = object == NULL ? NULL : msnp_server_json_text(object, "time");
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) parsed = time == NULL ? NULL : g_date_time_new_from_iso8601(time, utc);

	if (from == NULL || !msnp_handle_is_valid(from))
		return msnp_server_json_fail(error, "%s: an offline message is from nobody.",
					     where);
	if (!msnp_server_json_keys(object, where, keys, error))
		return FALSE;
	if (parsed == NULL)
		return msnp_server_json_fail(error, "%s: an offline message has no time.", where);
	message->id = g_strdup(msnp_server_json_text(object, "id"));
	message->from = g_strdup(from);
	message->name = g_strdup(msnp_server_json_text(object, "name"));
	message->run_id = g_strdup(msnp_server_json_text(object, "run-id"));
	message->sequence = (guint)msnp_server_json_int(object, "sequence", 1);
	message->text = g_strdup(msnp_server_json_text(object, "text"));
	message->mime = g_strdup(msnp_server_json_text(object, "mime"));
	message->time = g_date_time_to_unix(parsed);
	message->read = msnp_server_json_boolean(object, "read", FALSE);
	if (message->text == NULL && message->mime == NULL)
		return msnp_server_json_fail(error, "%s: an offline message has no text.", where);
	return TRUE;
}

gboolean
msnp_server_offline_read(JsonObject *owner, const char *where, GPtrArray *messages, GError **error)
{
	JsonArray *array = msnp_server_json_array(owner, "offline-messages");

	if (array == NULL)
		return !json_object_has_member(owner, "offline-messages") ||
		       msnp_server_json_fail(error, "%s: offline-messages is no array.", where);
	for (guint i = 0; i < json_array_get_length(array); i++) {
		MsnpServerOffline *message = g_new0(MsnpServerOffline, 1);

		g_ptr_array_add(messages, message);
		if (!read_message(msnp_server_json_element(array, i), where, message, error))
			return FALSE;
		if (message->run_id == NULL)
			message->run_id = g_strdup("{3A3BE82C-684D-4F4F-8005-CBE8D4F82BAD}");
		if (message->id == NULL)
			message->id = make_id(message, i);
	}
	return TRUE;
}

void
msnp_server_offline_write(JsonObject *owner, GPtrArray *messages)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < messages->len; i++) {
		const MsnpServerOffline *message = messages->pdata[i];
		g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(message->time);
		g_autofree char *iso = g_date_time_format_iso8601(time);
		JsonObject *object = json_object_new();

		msnp_server_json_add_text(object, "id", message->id);
		msnp_server_json_add_text(object, "from", message->from);
		msnp_server_json_add_text(object, "name", message->name);
		msnp_server_json_add_text(object, "run-id", message->run_id);
		json_object_set_int_member(object, "sequence", message->sequence);
		msnp_server_json_add_text(object, "text", message->text);
		msnp_server_json_add_text(object, "mime", message->mime);
		msnp_server_json_add_text(object, "time", iso);
		if (message->read)
			json_object_set_boolean_member(object, "read", TRUE);
		json_array_add_object_element(array, object);
	}
	if (messages->len > 0)
		json_object_set_array_member(owner, "offline-messages", array);
	else
		json_array_unref(array);
}

/* ---- What is told of them ---- */

static void
write_number(MsnpXmlBuilder *builder, const char *name, guint number)
{
	g_autofree char *text = g_strdup_printf("%u", number);

	msnp_xml_leaf(builder, name, text);
}

static void
write_counts(MsnpXmlBuilder *builder, const MsnpServerMailbox *mailbox)
{
	static const MsnpServerMailbox none = { 0 };
	const MsnpServerMailbox *box = mailbox == NULL ? &none : mailbox;

	msnp_xml_open(builder, "E");
	write_number(builder, "I", box->inbox);
	write_number(builder, "IU", box->inbox_unread);
	write_number(builder, "O", box->folders);
	write_number(builder, "OU", box->folders_unread);
	msnp_xml_close(builder);
	msnp_xml_open(builder, "Q");
	write_number(builder, "QTM", 409600);
	write_number(builder, "QNM", 204800);
	msnp_xml_close(builder);
}

static void
write_message(MsnpXmlBuilder *builder, MsnpServer *server, MsnpServerAccount *account,
	      const MsnpServerOffline *message, gboolean live)
{
	gboolean escargot = msnp_server_faults_take(server->faults, MSNP_FAULT_ESCARGOT_OFFLINE);
	g_autofree char *mime = msnp_server_offline_mime(server, account, message);
	g_autofree char *name = msnp_server_encoded_word(message->name, escargot);
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(message->time);
	g_autofree char *iso = g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");

	msnp_xml_open(builder, "M");
	write_number(builder, "T", 11);
	write_number(builder, "S", 6);
	if (!live)
		msnp_xml_leaf(builder, "RT", iso);
	write_number(builder, "RS", message->read);
	write_number(builder, "SZ", (guint)strlen(mime));
	msnp_xml_leaf(builder, "E", message->from);
	msnp_xml_leaf(builder, "I", message->id);
	msnp_xml_leaf(builder, "F", escargot ? "00000000-0000-0000-0000-000000000009" : ".!!OIM");
	msnp_xml_leaf(builder, "N", name);
	if (!escargot)
		msnp_xml_leaf(builder, "SU", " ");
	msnp_xml_close(builder);
	if (escargot)
		msnp_xml_leaf(builder, "SU", " ");
	msnp_server_offline_mark(account, message->id, MSNP_SERVER_OFFLINE_LISTED);
}

/* The order in which they are named: that of the other server is not by time. */
static const MsnpServerOffline *
nth(MsnpServer *server, MsnpServerAccount *account, guint i)
{
	guint n = account->offline->len;

	if (!msnp_server_faults_take(server->faults, MSNP_FAULT_ESCARGOT_OFFLINE))
		return account->offline->pdata[i];
	/* The last, the first, the last but one, the second, ... */
	return account->offline->pdata[i % 2 == 0 ? n - 1 - i / 2 : i / 2];
}

char *
msnp_server_mail_data(MsnpServer *server, MsnpServerAccount *account, const MsnpServerOffline *only,
		      gboolean counts)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();

	msnp_xml_open(builder, "MD");
	if (counts)
		write_counts(builder, account->mailbox);
	if (only != NULL)
		write_message(builder, server, account, only, TRUE);
	for (guint i = 0; only == NULL && i < account->offline->len; i++)
		write_message(builder, server, account, nth(server, account, i), FALSE);
	msnp_xml_close(builder);
	return msnp_xml_builder_fragment(builder, TRUE);
}

char *
msnp_server_mail_data_or_large(MsnpServer *server, MsnpServerAccount *account,
			       const MsnpServerOffline *only, gboolean counts)
{
	if (msnp_server_faults_take(server->faults, MSNP_FAULT_OIM_TOO_LARGE) ||
	    (only == NULL && account->offline->len > NAMED_MAX))
		return g_strdup("too-large");
	return msnp_server_mail_data(server, account, only, counts);
}

/* ---- What a session knows ---- */

void
msnp_server_offline_mark(MsnpServerAccount *account, const char *id, guint bits)
{
	g_autofree char *key = g_ascii_strdown(id, -1);
	MsnpServerSession *session = account->session;

	if (session != NULL)
		g_hash_table_replace(
		    session->offline->seen, g_steal_pointer(&key),
		    GUINT_TO_POINTER(msnp_server_offline_marks(account, id) | bits));
}

guint
msnp_server_offline_marks(MsnpServerAccount *account, const char *id)
{
	g_autofree char *key = g_ascii_strdown(id, -1);

	return account->session == NULL
		   ? 0
		   : GPOINTER_TO_UINT(g_hash_table_lookup(account->session->offline->seen, key));
}

void
msnp_server_offline_add(MsnpServer *server, MsnpServerAccount *account, MsnpServerOffline *message)
{
	MsnpServerSession *session = account->session;
	g_autofree char *data = NULL, *body = NULL;

	for (guint n = 0; message->id == NULL; n++) {
		message->id = make_id(message, n);
		if (msnp_server_offline_find(account, message->id) != NULL)
			g_clear_pointer(&message->id, g_free);
	}
	g_ptr_array_add(account->offline, message);
	msnp_server_save(server);
	/* Before its first CHG a session gets the whole list yet. */
	if (session == NULL || session->status == NULL)
		return;
	data = msnp_server_mail_data_or_large(server, account, message, FALSE);
	body = g_strconcat("Mail-Data: ", data, "\r\n", NULL);
	msnp_server_send_notification(session, "text/x-msmsgsoimnotification", body);
}

gboolean
msnp_server_deliver_offline(MsnpServer *server, const char *handle, const char *from,
			    const char *mime)
{
	MsnpServerAccount *account = msnp_server_accounts_find(server->accounts, handle);
	MsnpServerOffline *message;

	if (account == NULL)
		return FALSE;
	message = g_new0(MsnpServerOffline, 1);
	message->from = g_strdup(from);
	message->mime = g_strdup(mime);
	message->time = g_get_real_time() / G_USEC_PER_SEC;
	msnp_server_offline_add(server, account, message);
	return TRUE;
}

guint
msnp_server_n_offline(MsnpServer *server, const char *handle)
{
	MsnpServerAccount *account = msnp_server_accounts_find(server->accounts, handle);

	return account == NULL ? 0 : account->offline->len;
}
