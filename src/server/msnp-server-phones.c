/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phone numbers: their form in the accounts file, PRP with the keys of telephones, and what
 * contacts are told of them. Source: notification.md 1.3, 2.1 to 2.3, services.md 5.2.
 */
#include <string.h>

#include "server/msnp-server-json.h"
#include "server/msnp-server-private.h"
#include "wire/msnp-list-payload.h"
#include "wire/msnp-percent.h"

/* Encoded (notification.md 1.3). */
#define NUMBER_MAX 95

static const struct {
	const char *key;    /* of PRP and BPR */
	const char *member; /* of the accounts file */
} phones_table[] = {
	[MSNP_SERVER_PHONE_HOME] = { "PHH", "home" },
	[MSNP_SERVER_PHONE_WORK] = { "PHW", "work" },
	[MSNP_SERVER_PHONE_MOBILE] = { "PHM", "mobile" },
};
G_STATIC_ASSERT(G_N_ELEMENTS(phones_table) == MSNP_SERVER_N_PHONES);

void
msnp_server_phones_clear(MsnpServerPhones *phones)
{
	for (guint i = 0; i < MSNP_SERVER_N_PHONES; i++)
		g_clear_pointer(&phones->numbers[i], g_free);
}

gboolean
msnp_server_phones_are_empty(const MsnpServerPhones *phones)
{
	for (guint i = 0; i < MSNP_SERVER_N_PHONES; i++) {
		if (phones->numbers[i] != NULL)
			return FALSE;
	}
	return !phones->device && !phones->pages;
}

/* ---- The accounts file ---- */

gboolean
msnp_server_phones_read(JsonObject *owner, const char *where, MsnpServerPhones *phones,
			GError **error)
{
	static const char *const keys[] = { "home", "work", "mobile", "device", "pages", NULL };
	JsonObject *object = msnp_server_json_object(owner, "phones");

	if (object == NULL)
		return !json_object_has_member(owner, "phones") ||
		       msnp_server_json_fail(error, "%s: phones is no object.", where);
	if (!msnp_server_json_keys(object, where, keys, error))
		return FALSE;
	for (guint i = 0; i < MSNP_SERVER_N_PHONES; i++)
		phones->numbers[i] =
		    g_strdup(msnp_server_json_text(object, phones_table[i].member));
	phones->device = msnp_server_json_boolean(object, "device", FALSE);
	phones->pages = msnp_server_json_boolean(object, "pages", FALSE);
	return TRUE;
}

void
msnp_server_phones_write(JsonObject *owner, const MsnpServerPhones *phones)
{
	JsonObject *object;

	if (msnp_server_phones_are_empty(phones))
		return;
	object = json_object_new();
	for (guint i = 0; i < MSNP_SERVER_N_PHONES; i++)
		msnp_server_json_add_text(object, phones_table[i].member, phones->numbers[i]);
	if (phones->device)
		json_object_set_boolean_member(object, "device", TRUE);
	if (phones->pages)
		json_object_set_boolean_member(object, "pages", TRUE);
	json_object_set_object_member(owner, "phones", object);
}

/* ---- BPR ---- */

static void
send_bpr_line(MsnpServerSession *viewer, const char *handle, const char *key, const char *value)
{
	g_autofree char *encoded = msnp_percent_encode(value);

	msnp_server_client_send(viewer->client, *encoded == '\0' ? "BPR %s %s" : "BPR %s %s %s",
				handle, key, encoded);
}

void
msnp_server_send_bpr(MsnpServerSession *viewer, const char *key)
{
	MsnpServer *server = viewer->client->server;
	MsnpServerAccount *account = g_hash_table_lookup(server->accounts->by_key, key);
	MsnpServerContact *contact = g_hash_table_lookup(viewer->account->by_key, key);
	const MsnpServerPhones *phones = account != NULL   ? &account->phones
					 : contact != NULL ? &contact->phones
							   : NULL;

	if (phones == NULL || msnp_server_phones_are_empty(phones) ||
	    !msnp_server_faults_take(server->faults, MSNP_FAULT_BPR))
		return;
	for (guint i = 0; i < MSNP_SERVER_N_PHONES; i++) {
		if (phones->numbers[i] != NULL)
			send_bpr_line(viewer, account != NULL ? account->handle : contact->handle,
				      phones_table[i].key, phones->numbers[i]);
	}
	if (phones->pages)
		send_bpr_line(viewer, account != NULL ? account->handle : contact->handle, "MOB",
			      "Y");
}

/* ---- PRP ---- */

/* The address books that show it have changed. */
static void
tell_books(MsnpServer *server, MsnpServerAccount *account)
{
	for (guint i = 0; i < server->accounts->accounts->len; i++) {
		MsnpServerAccount *other = server->accounts->accounts->pdata[i];
		MsnpServerContact *contact = g_hash_table_lookup(other->by_key, account->key);

		if (contact == NULL || !(contact->lists & MSNP_LIST_FORWARD))
			continue;
		msnp_server_touch_contact(server, other, contact, MSNP_SERVER_PART_WHOLE);
		msnp_server_changed(server, other);
	}
	msnp_server_touch_me(server, account);
	msnp_server_changed(server, account);
}

static void
tell_watchers(MsnpServerSession *session)
{
	g_autoptr(GPtrArray) watchers = NULL;

	if (!msnp_server_session_visible(session))
		return;
	watchers = msnp_server_watchers(session);
	for (guint i = 0; i < watchers->len; i++)
		msnp_server_send_bpr(watchers->pdata[i], session->account->key);
}

/* FALSE: the link is lost. */
static gboolean
check_number(MsnpServerSession *session, const char *value)
{
	g_autofree char *decoded = g_uri_unescape_string(value, NULL);

	if (strlen(value) > NUMBER_MAX) {
		msnp_server_client_refuse(session->client, "notification.md 1.3",
					  "PRP with a phone number of %u bytes",
					  (guint)strlen(value));
		return FALSE;
	}
	if (decoded == NULL || !g_utf8_validate(decoded, -1, NULL) || !g_str_is_ascii(value))
		msnp_server_client_complain(session->client, "notification.md 1.4",
					    "PRP with a phone number that is not percent-encoded");
	return TRUE;
}

static void
set_flag(MsnpServerSession *session, const char *line, gboolean *flag, const char *value)
{
	MsnpServerAccount *account = session->account;
	MsnpServer *server = session->client->server;

	if (strcmp(value, "Y") != 0 && strcmp(value, "N") != 0 && *value != '\0')
		msnp_server_client_complain(session->client, "notification.md 2.1",
					    "PRP with a value that is neither Y nor N");
	if (flag == &account->phones.pages && !account->phones.device &&
	    msnp_server_faults_take(server->faults, MSNP_FAULT_MOB_NEEDS_MBE))
		return;
	*flag = strcmp(value, "Y") == 0;
	msnp_server_client_send(session->client, "%s", line);
	tell_books(server, account);
	tell_watchers(session);
}

gboolean
msnp_server_prp_phone(MsnpServerSession *session, const char *line, const char *key,
		      const char *value)
{
	MsnpServerPhones *phones = &session->account->phones;

	if (strcmp(key, "MBE") == 0 || strcmp(key, "MOB") == 0) {
		set_flag(session, line, key[1] == 'B' ? &phones->device : &phones->pages, value);
		return TRUE;
	}
	for (guint i = 0; i < MSNP_SERVER_N_PHONES; i++) {
		if (strcmp(phones_table[i].key, key) != 0)
			continue;
		if (!check_number(session, value))
			return TRUE;
		g_free(phones->numbers[i]);
		phones->numbers[i] = *value == '\0' ? NULL : msnp_percent_decode(value);
		msnp_server_client_send(session->client, "%s", line);
		tell_books(session->client->server, session->account);
		tell_watchers(session);
		return TRUE;
	}
	return FALSE;
}
