/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The accounts as they are now, in the form in which msnp-server-account.c reads them, as text and
 * as a file. May know json-glib.
 */
#include <json-glib/json-glib.h>

#include "server/msnp-server-json.h"
#include "server/msnp-server-private.h"
#include "wire/msnp-address.h"
#include "wire/msnp-list-payload.h"

static void
add_presence(JsonObject *object, const char *status, const char *message)
{
	JsonObject *presence;

	if (status == NULL)
		return;
	presence = json_object_new();
	msnp_server_json_add_text(presence, "status", status);
	msnp_server_json_add_text(presence, "message", message);
	json_object_set_object_member(object, "presence", presence);
}

static JsonArray *
list_names(guint lists)
{
	static const char *const names[] = { "FL", "AL", "BL", "RL", "PL" };
	JsonArray *array = json_array_new();

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		if (lists & (1u << i))
			json_array_add_string_element(array, names[i]);
	}
	return array;
}

static JsonObject *
contact_object(const MsnpServerContact *contact)
{
	JsonObject *object = json_object_new();
	guint usual =
	    msnp_handle_is_phone(contact->handle) ? MSNP_NETWORK_PHONE : MSNP_NETWORK_PASSPORT;

	msnp_server_json_add_text(object, "handle", contact->handle);
	msnp_server_json_add_text(object, "name", contact->name);
	msnp_server_json_add_text(object, "alias", contact->alias);
	json_object_set_array_member(object, "lists", list_names(contact->lists));
	if (contact->groups->len > 0) {
		JsonArray *groups = json_array_new();

		for (guint i = 0; i < contact->groups->len; i++) {
			const MsnpServerGroup *group = contact->groups->pdata[i];

			json_array_add_string_element(groups, group->name);
		}
		json_object_set_array_member(object, "groups", groups);
	}
	if (contact->network != usual)
		json_object_set_int_member(object, "network", contact->network);
	msnp_server_json_add_text(object, "invitation", contact->invitation);
	add_presence(object, contact->status, contact->message);
	msnp_server_phones_write(object, &contact->phones);
	return object;
}

/* The name alone where the id is the one that the name gives. */
static JsonArray *
group_array(MsnpServerAccount *account)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < account->groups->len; i++) {
		const MsnpServerGroup *group = account->groups->pdata[i];
		g_autofree char *usual = msnp_server_account_group_id(account, group->name);

		if (g_str_equal(usual, group->id)) {
			json_array_add_string_element(array, group->name);
		} else {
			JsonObject *object = json_object_new();

			msnp_server_json_add_text(object, "name", group->name);
			msnp_server_json_add_text(object, "id", group->id);
			json_array_add_object_element(array, object);
		}
	}
	return array;
}

static JsonObject *
account_object(MsnpServerAccount *account)
{
	JsonObject *object = json_object_new();
	JsonArray *contacts = json_array_new();

	msnp_server_json_add_text(object, "handle", account->handle);
	msnp_server_json_add_text(object, "password", msnp_secret_peek(account->password));
	msnp_server_json_add_text(object, "name", account->name);
	if (account->block_others)
		msnp_server_json_add_text(object, "blp", "BL");
	if (account->no_address_book)
		json_object_set_boolean_member(object, "address-book", FALSE);
	json_object_set_array_member(object, "groups", group_array(account));
	for (guint i = 0; i < account->contacts->len; i++) {
		const MsnpServerContact *contact = account->contacts->pdata[i];

		/* On no list and not seen either: nobody knows of it any more. */
		if (contact->lists != 0 || contact->status != NULL)
			json_array_add_object_element(contacts, contact_object(contact));
	}
	json_object_set_array_member(object, "contacts", contacts);
	add_presence(object, account->status, account->message);
	msnp_server_phones_write(object, &account->phones);
	msnp_server_mailbox_write(object, account->mailbox);
	msnp_server_offline_write(object, account->offline);
	return object;
}

char *
msnp_server_to_json(MsnpServer *server)
{
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	JsonArray *accounts = json_array_new();

	for (guint i = 0; i < server->accounts->accounts->len; i++)
		json_array_add_object_element(accounts,
					      account_object(server->accounts->accounts->pdata[i]));
	json_node_take_object(root, json_object_new());
	json_object_set_array_member(json_node_get_object(root), "accounts", accounts);
	return json_to_string(root, TRUE);
}

void
msnp_server_save(MsnpServer *server)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;

	if (server->save_file == NULL)
		return;
	text = msnp_server_to_json(server);
	/* Passwords are in it. */
	if (!g_file_set_contents_full(server->save_file, text, -1, G_FILE_SET_CONTENTS_CONSISTENT,
				      0600, &error))
		msnp_server_log(server, "cannot save: %s", error->message);
}
