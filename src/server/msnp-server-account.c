/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The accounts of the loopback service, with their groups and contacts, from a JSON file (its form:
 * data/demo/README.md). Unknown keys are refused, so that a slip of the pen does not make a silent
 * difference. May know json-glib.
 */
#include <string.h>

#include "server/msnp-server-extras.h"
#include "server/msnp-server-json.h"
#include "server/msnp-server-private.h"
#include "wire/msnp-list-payload.h"
#include "wire/msnp-presence.h"

/* No list of the reference is longer than twice this (services.md 14.1). */
#define GENERATED_MAX 20000

MsnpServerLoss *
msnp_server_loss_new(const char *id, guint64 stamp)
{
	MsnpServerLoss *loss = g_new0(MsnpServerLoss, 1);

	loss->id = g_strdup(id);
	loss->stamp = stamp;
	return loss;
}

void
msnp_server_loss_free(MsnpServerLoss *loss)
{
	g_free(loss->id);
	g_free(loss);
}

static void
group_free(MsnpServerGroup *group)
{
	g_free(group->id);
	g_free(group->name);
	g_free(group);
}

static void
contact_free(MsnpServerContact *contact)
{
	g_free(contact->id);
	g_free(contact->handle);
	g_free(contact->key);
	g_free(contact->name);
	g_free(contact->alias);
	g_free(contact->invitation);
	g_free(contact->status);
	g_free(contact->message);
	msnp_server_phones_clear(&contact->phones);
	g_ptr_array_unref(contact->groups);
	g_ptr_array_unref(contact->losses);
	g_free(contact);
}

static void
account_free(MsnpServerAccount *account)
{
	g_free(account->id);
	g_free(account->handle);
	g_free(account->key);
	g_free(account->name);
	g_clear_pointer(&account->password, msnp_secret_unref);
	g_ptr_array_unref(account->contacts);
	g_ptr_array_unref(account->groups);
	g_hash_table_unref(account->by_key);
	g_hash_table_unref(account->group_ids);
	g_free(account->status);
	g_free(account->message);
	msnp_server_phones_clear(&account->phones);
	g_clear_pointer(&account->mailbox, msnp_server_mailbox_free);
	g_ptr_array_unref(account->offline);
	g_hash_table_unref(account->times);
	g_free(account->machine_guid);
	g_free(account->redirected_body);
	g_free(account->cache_key);
	g_clear_pointer(&account->data, g_bytes_unref);
	for (guint i = 0; i < MSNP_SERVER_N_READS; i++)
		g_clear_pointer(&account->answers[i], g_bytes_unref);
	g_ptr_array_unref(account->gone_groups);
	g_array_unref(account->deletions);
	g_hash_table_unref(account->given);
	g_free(account);
}

void
msnp_server_accounts_free(MsnpServerAccounts *accounts)
{
	if (accounts == NULL)
		return;
	g_hash_table_unref(accounts->by_key);
	g_ptr_array_unref(accounts->accounts);
	g_free(accounts);
}

/* A GUID and a CID that stay the same from run to run: made of the name. */
static char *
stable_guid(const char *kind, const char *name)
{
	g_autofree char *text = g_strconcat(kind, ":", name, NULL);
	g_autofree char *hex = g_compute_checksum_for_string(G_CHECKSUM_MD5, text, -1);

	return g_strdup_printf("%.8s-%.4s-4%.3s-a%.3s-%.12s", hex, hex + 8, hex + 13, hex + 17,
			       hex + 20);
}

static gint64
stable_cid(const char *key)
{
	g_autofree char *hex = g_compute_checksum_for_string(G_CHECKSUM_MD5, key, -1);

	hex[16] = '\0';
	/* CIDs are signed, and often negative (services.md 1.4). */
	return (gint64)g_ascii_strtoull(hex, NULL, 16);
}

/* ---- Groups and contacts ---- */

char *
msnp_server_account_group_id(MsnpServerAccount *account, const char *name)
{
	g_autofree char *seed = g_strconcat(account->key, "/", name, NULL);

	return stable_guid("group", seed);
}

/* Not even one that a group had which is gone: who still uses it shall be found out. */
static char *
fresh_group_id(MsnpServerAccount *account, const char *name)
{
	g_autofree char *text = g_strdup(name);
	char *id = msnp_server_account_group_id(account, text);

	while (g_hash_table_contains(account->group_ids, id)) {
		char *longer = g_strconcat(text, "+", NULL);

		g_free(text);
		text = longer;
		g_free(id);
		id = msnp_server_account_group_id(account, text);
	}
	return id;
}

MsnpServerGroup *
msnp_server_account_add_group(MsnpServerAccount *account, const char *name, const char *id)
{
	MsnpServerGroup *group = g_new0(MsnpServerGroup, 1);

	group->id = id == NULL ? fresh_group_id(account, name) : g_ascii_strdown(id, -1);
	group->name = g_strdup(name);
	g_hash_table_add(account->group_ids, g_strdup(group->id));
	g_ptr_array_add(account->groups, group);
	return group;
}

MsnpServerGroup *
msnp_server_account_group_named(MsnpServerAccount *account, const char *name)
{
	for (guint i = 0; i < account->groups->len; i++) {
		MsnpServerGroup *group = g_ptr_array_index(account->groups, i);

		if (strcmp(group->name, name) == 0)
			return group;
	}
	return NULL;
}

MsnpServerGroup *
msnp_server_account_group(MsnpServerAccount *account, const char *id)
{
	for (guint i = 0; i < account->groups->len; i++) {
		MsnpServerGroup *group = g_ptr_array_index(account->groups, i);

		if (g_ascii_strcasecmp(group->id, id) == 0)
			return group;
	}
	return NULL;
}

void
msnp_server_account_remove_group(MsnpServerAccount *account, MsnpServerGroup *group)
{
	g_ptr_array_remove(account->groups, group);
}

MsnpServerContact *
msnp_server_account_add_contact(MsnpServerAccount *account, const char *handle, guint network)
{
	MsnpServerContact *contact = g_new0(MsnpServerContact, 1);

	contact->handle = g_strdup(handle);
	contact->key = msnp_handle_normalize(handle);
	contact->id = stable_guid("contact", contact->key);
	contact->cid = stable_cid(contact->key);
	contact->network = network;
	contact->groups = g_ptr_array_new();
	contact->losses = g_ptr_array_new_with_free_func((GDestroyNotify)msnp_server_loss_free);
	g_ptr_array_add(account->contacts, contact);
	g_hash_table_replace(account->by_key, contact->key, contact);
	return contact;
}

MsnpServerContact *
msnp_server_account_contact_by_id(MsnpServerAccount *account, const char *id)
{
	for (guint i = 0; i < account->contacts->len; i++) {
		MsnpServerContact *contact = g_ptr_array_index(account->contacts, i);

		if (g_ascii_strcasecmp(contact->id, id) == 0)
			return contact;
	}
	return NULL;
}

/* ---- Reading ---- */

static gboolean
read_presence(JsonObject *owner, const char *where, char **status, char **message, GError **error)
{
	static const char *const keys[] = { "status", "message", NULL };
	JsonObject *presence = msnp_server_json_object(owner, "presence");
	const char *code;

	if (presence == NULL)
		return !json_object_has_member(owner, "presence") ||
		       msnp_server_json_fail(error, "%s: presence is no object.", where);
	if (!msnp_server_json_keys(presence, where, keys, error))
		return FALSE;
	code = msnp_server_json_text(presence, "status");
	if (code == NULL || !msnp_status_code_is_known(code))
		return msnp_server_json_fail(error, "%s: presence has no known status code.",
					     where);
	*status = g_strdup(code);
	*message = g_strdup(msnp_server_json_text(presence, "message"));
	return TRUE;
}

/* "lists": ["FL", "AL", "BL", "RL", "PL"] */
static gboolean
read_lists(JsonObject *object, const char *where, guint *lists, GError **error)
{
	static const char *const names[] = { "FL", "AL", "BL", "RL", "PL" };
	JsonArray *array = msnp_server_json_array(object, "lists");

	*lists = MSNP_LIST_FORWARD | MSNP_LIST_ALLOW | MSNP_LIST_REVERSE;
	if (!json_object_has_member(object, "lists"))
		return TRUE;
	if (array == NULL)
		return msnp_server_json_fail(error, "%s: lists is no array.", where);
	*lists = 0;
	for (guint i = 0; i < json_array_get_length(array); i++) {
		JsonNode *node = json_array_get_element(array, i);
		const char *name = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
		guint bit = 0;

		for (guint j = 0; j < G_N_ELEMENTS(names); j++) {
			if (g_strcmp0(name, names[j]) == 0)
				bit = 1u << j;
		}
		if (bit == 0)
			return msnp_server_json_fail(
			    error, "%s: a list is none of FL, AL, BL, RL, PL.", where);
		*lists |= bit;
	}
	return TRUE;
}

static gboolean
read_contact(MsnpServerAccount *account, JsonObject *object, GError **error)
{
	static const char *const keys[] = { "handle",  "name",     "alias",      "lists",  "groups",
					    "network", "presence", "invitation", "phones", NULL };
	const char *handle = object == NULL ? NULL : msnp_server_json_text(object, "handle");
	JsonArray *groups;
	MsnpServerContact *contact;
	guint lists, network;

	if (handle == NULL)
		return msnp_server_json_fail(error, "%s: a contact has no handle.",
					     account->handle);
	if (!msnp_server_json_keys(object, handle, keys, error) ||
	    !read_lists(object, handle, &lists, error))
		return FALSE;
	network = (guint)msnp_server_json_int(object, "network",
					      msnp_handle_is_phone(handle) ? MSNP_NETWORK_PHONE
									   : MSNP_NETWORK_PASSPORT);
	contact = msnp_server_account_add_contact(account, handle, network);
	contact->lists = lists;
	contact->name = g_strdup(msnp_server_json_text(object, "name"));
	contact->alias = g_strdup(msnp_server_json_text(object, "alias"));
	contact->invitation = g_strdup(msnp_server_json_text(object, "invitation"));
	groups = msnp_server_json_array(object, "groups");
	for (guint i = 0; groups != NULL && i < json_array_get_length(groups); i++) {
		JsonNode *node = json_array_get_element(groups, i);
		const char *name = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
		MsnpServerGroup *group =
		    name == NULL ? NULL : msnp_server_account_group_named(account, name);

		if (group == NULL)
			return msnp_server_json_fail(error, "%s: no group \"%s\".", handle,
						     name == NULL ? "" : name);
		g_ptr_array_add(contact->groups, group);
	}
	return msnp_server_phones_read(object, handle, &contact->phones, error) &&
	       read_presence(object, handle, &contact->status, &contact->message, error);
}

/* "generate": a long list of people who do not exist, for measures. */
static gboolean
generate(MsnpServerAccount *account, JsonObject *object, GError **error)
{
	static const char *const keys[] = { "contacts", "domain", "groups", "online", NULL };
	gint64 contacts, groups, online;
	const char *domain;
	guint first = account->groups->len;

	if (object == NULL)
		return TRUE;
	if (!msnp_server_json_keys(object, "generate", keys, error))
		return FALSE;
	contacts = msnp_server_json_int(object, "contacts", 0);
	groups = msnp_server_json_int(object, "groups", 0);
	online = msnp_server_json_int(object, "online", 0);
	domain = msnp_server_json_text(object, "domain");
	if (contacts < 0 || contacts > GENERATED_MAX || groups < 0 || groups > 500)
		return msnp_server_json_fail(error, "%s: generate: numbers out of range.",
					     account->handle);
	for (gint64 i = 0; i < groups; i++) {
		g_autofree char *name = g_strdup_printf("Group %02d", (int)i + 1);

		msnp_server_account_add_group(account, name, NULL);
	}
	for (gint64 i = 0; i < contacts; i++) {
		g_autofree char *handle = g_strdup_printf("friend%05d@%s", (int)i + 1,
							  domain == NULL ? "many.example" : domain);
		MsnpServerContact *contact =
		    msnp_server_account_add_contact(account, handle, MSNP_NETWORK_PASSPORT);

		contact->lists = MSNP_LIST_FORWARD | MSNP_LIST_ALLOW | MSNP_LIST_REVERSE;
		contact->name = g_strdup_printf("Friend No. %d", (int)i + 1);
		if (groups > 0)
			g_ptr_array_add(contact->groups,
					account->groups->pdata[first + (guint)(i % groups)]);
		if (i < online)
			contact->status = g_strdup("NLN");
	}
	return TRUE;
}

/* A name, or {"name", "id"}. */
static gboolean
read_group(MsnpServerAccount *account, JsonNode *node, GError **error)
{
	static const char *const keys[] = { "name", "id", NULL };
	JsonObject *object = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
	const char *name = NULL, *id = NULL;

	if (object != NULL) {
		if (!msnp_server_json_keys(object, account->handle, keys, error))
			return FALSE;
		name = msnp_server_json_text(object, "name");
		id = msnp_server_json_text(object, "id");
	} else if (JSON_NODE_HOLDS_VALUE(node)) {
		name = json_node_get_string(node);
	}
	if (name == NULL)
		return msnp_server_json_fail(error, "%s: a group has no name.", account->handle);
	if (id != NULL && !g_uuid_string_is_valid(id))
		return msnp_server_json_fail(error, "%s: the id of group \"%s\" is no GUID.",
					     account->handle, name);
	if (msnp_server_account_group_named(account, name) != NULL ||
	    (id != NULL && msnp_server_account_group(account, id) != NULL))
		return msnp_server_json_fail(error, "%s: the group \"%s\" is there twice.",
					     account->handle, name);
	msnp_server_account_add_group(account, name, id);
	return TRUE;
}

static gboolean
read_account_lists(MsnpServerAccount *account, JsonObject *object, GError **error)
{
	JsonArray *groups = msnp_server_json_array(object, "groups");
	JsonArray *contacts = msnp_server_json_array(object, "contacts");

	for (guint i = 0; groups != NULL && i < json_array_get_length(groups); i++) {
		if (!read_group(account, json_array_get_element(groups, i), error))
			return FALSE;
	}
	for (guint i = 0; contacts != NULL && i < json_array_get_length(contacts); i++) {
		if (!read_contact(account, msnp_server_json_element(contacts, i), error))
			return FALSE;
	}
	return generate(account, msnp_server_json_object(object, "generate"), error);
}

/* An account with nothing but its handle. */
static MsnpServerAccount *
new_account(const char *handle)
{
	MsnpServerAccount *account = g_new0(MsnpServerAccount, 1);

	account->handle = g_strdup(handle);
	account->key = msnp_handle_normalize(handle);
	account->id = stable_guid("contact", account->key);
	account->cid = stable_cid(account->key);
	account->groups = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	account->contacts = g_ptr_array_new_with_free_func((GDestroyNotify)contact_free);
	account->by_key = g_hash_table_new(g_str_hash, g_str_equal);
	account->group_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	account->gone_groups =
	    g_ptr_array_new_with_free_func((GDestroyNotify)msnp_server_loss_free);
	account->deletions = g_array_new(FALSE, FALSE, sizeof(guint64));
	account->given = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	account->offline = g_ptr_array_new_with_free_func((GDestroyNotify)msnp_server_offline_free);
	account->times =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
	return account;
}

static gboolean
read_account(MsnpServerAccounts *accounts, JsonObject *object, GError **error)
{
	static const char *const keys[] = { "handle",   "password", "name",
					    "blp",      "groups",   "contacts",
					    "presence", "generate", "address-book",
					    "phones",   "mail",     "offline-messages",
					    NULL };
	const char *handle = object == NULL ? NULL : msnp_server_json_text(object, "handle");
	const char *name = object == NULL ? NULL : msnp_server_json_text(object, "name");
	MsnpServerAccount *account;

	if (handle == NULL || !msnp_handle_is_valid(handle))
		return msnp_server_json_fail(error, "An account has no valid handle.");
	if (!msnp_server_json_keys(object, handle, keys, error))
		return FALSE;
	account = new_account(handle);
	account->name = g_strdup(name == NULL ? handle : name);
	account->password = msnp_secret_new(msnp_server_json_text(object, "password"));
	account->block_others = g_strcmp0(msnp_server_json_text(object, "blp"), "BL") == 0;
	account->no_address_book = !msnp_server_json_boolean(object, "address-book", TRUE);
	g_ptr_array_add(accounts->accounts, account);
	g_hash_table_replace(accounts->by_key, account->key, account);
	return read_account_lists(account, object, error) &&
	       msnp_server_phones_read(object, handle, &account->phones, error) &&
	       msnp_server_mailbox_read(object, handle, &account->mailbox, error) &&
	       msnp_server_offline_read(object, handle, account->offline, error) &&
	       read_presence(object, handle, &account->status, &account->message, error);
}

static gboolean
read_accounts(MsnpServerAccounts *accounts, JsonNode *root, GError **error)
{
	static const char *const keys[] = { "accounts", NULL };
	JsonArray *array;

	if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root))
		return msnp_server_json_fail(error, "The accounts file is no JSON object.");
	if (!msnp_server_json_keys(json_node_get_object(root), "The accounts file", keys, error))
		return FALSE;
	array = msnp_server_json_array(json_node_get_object(root), "accounts");
	if (array == NULL)
		return msnp_server_json_fail(error, "The accounts file has no array \"accounts\".");
	for (guint i = 0; i < json_array_get_length(array); i++) {
		if (!read_account(accounts, msnp_server_json_element(array, i), error))
			return FALSE;
	}
	return TRUE;
}

MsnpServerAccounts *
msnp_server_accounts_parse(const char *text, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	MsnpServerAccounts *accounts;

	if (!json_parser_load_from_data(parser, text, -1, error))
		return NULL;
	accounts = g_new0(MsnpServerAccounts, 1);
	accounts->accounts = g_ptr_array_new_with_free_func((GDestroyNotify)account_free);
	accounts->by_key = g_hash_table_new(g_str_hash, g_str_equal);
	if (!read_accounts(accounts, json_parser_get_root(parser), error))
		g_clear_pointer(&accounts, msnp_server_accounts_free);
	return accounts;
}

MsnpServerAccount *
msnp_server_accounts_find(MsnpServerAccounts *accounts, const char *handle)
{
	g_autofree char *key = msnp_handle_normalize(handle);

	return g_hash_table_lookup(accounts->by_key, key);
}

MsnpServerContact *
msnp_server_account_contact(MsnpServerAccount *account, const char *handle)
{
	g_autofree char *key = msnp_handle_normalize(handle);

	return g_hash_table_lookup(account->by_key, key);
}
