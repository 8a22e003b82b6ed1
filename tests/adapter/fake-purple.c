/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A libpurple made of paper: of what the adapter calls, all that has an effect. Pure functions
 * (markup, account options, proxy settings) are the real library's.
 */
#include "adapter-test.h"

struct _PurpleStatusType {
	char *id;
	PurpleStatusPrimitive primitive;
};

struct _PurpleStatus {
	PurpleStatusType *type;
	char *message;
	gboolean active;
};

struct _PurplePresence {
	GList *statuses;
	gboolean idle;
};

PurplePluginProtocolInfo *prpl;
PurplePlugin *fake_plugin;
FakeProxy fake_proxy;
PurpleProxyConnectFunction fake_proxy_callback;
gpointer fake_proxy_data;

static PurpleProxyInfo *proxy_info;
static GList *accounts, *conversations;
static GHashTable *prefs;
static PurpleBlistNode *root;
static GSList *contacts;

gboolean purple_init_plugin(PurplePlugin *plugin);

/* ---- Plugin, preferences, debug ---- */

gboolean
purple_plugin_register(PurplePlugin *plugin)
{
	prpl = PURPLE_PLUGIN_PROTOCOL_INFO(plugin);
	return TRUE;
}

const char *
purple_user_dir(void)
{
	return "/nonexistent";
}

void
purple_debug(PurpleDebugLevel level G_GNUC_UNUSED, const char *category G_GNUC_UNUSED,
	     const char *format G_GNUC_UNUSED, ...)
{
}

void
purple_debug_info(const char *category G_GNUC_UNUSED, const char *format G_GNUC_UNUSED, ...)
{
}

void
purple_debug_warning(const char *category G_GNUC_UNUSED, const char *format G_GNUC_UNUSED, ...)
{
}

void
purple_prefs_add_none(const char *name G_GNUC_UNUSED)
{
}

void
purple_prefs_add_string(const char *name, const char *value)
{
	if (!g_hash_table_contains(prefs, name))
		g_hash_table_insert(prefs, g_strdup(name), g_strdup(value));
}

const char *
purple_prefs_get_string(const char *name)
{
	return g_hash_table_lookup(prefs, name);
}

void
purple_prefs_set_string(const char *name, const char *value)
{
	g_hash_table_insert(prefs, g_strdup(name), g_strdup(value));
}

void *
purple_notify_message(void *handle G_GNUC_UNUSED, PurpleNotifyMsgType type G_GNUC_UNUSED,
		      const char *title, const char *primary, const char *secondary,
		      PurpleNotifyCloseCallback callback G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
	event("notify %s: %s%s%s", title, primary, secondary ? " | " : "",
	      secondary ? secondary : "");
	return NULL;
}

static char user_info;

PurpleNotifyUserInfo *
purple_notify_user_info_new(void)
{
	return (PurpleNotifyUserInfo *)&user_info;
}

void
purple_notify_user_info_destroy(PurpleNotifyUserInfo *info)
{
	g_assert_true(info == (PurpleNotifyUserInfo *)&user_info);
}

void *
purple_notify_userinfo(PurpleConnection *gc, const char *who, PurpleNotifyUserInfo *info,
		       PurpleNotifyCloseCallback callback G_GNUC_UNUSED,
		       gpointer data G_GNUC_UNUSED)
{
	g_assert_true(gc && info);
	event("info %s", who);
	return NULL;
}

void
purple_notify_user_info_add_pair_plaintext(PurpleNotifyUserInfo *info G_GNUC_UNUSED,
					   const char *label, const char *value)
{
	event("tooltip %s: %s", label, value);
}

/* ---- Accounts ---- */

PurpleAccount *
fake_account_new(const char *username)
{
	PurpleAccount *account = g_new0(PurpleAccount, 1);
	PurpleConnection *gc = g_new0(PurpleConnection, 1);

	account->username = g_strdup(username);
	account->settings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	account->status_types = prpl->status_types(account);
	account->perm_deny = PURPLE_PRIVACY_ALLOW_ALL;
	account->gc = gc;
	gc->account = account;
	gc->state = PURPLE_CONNECTING;
	gc->password = g_strdup("pass<word>");
	accounts = g_list_prepend(accounts, account);
	return account;
}

static void
status_free(gpointer data)
{
	PurpleStatus *status = data;

	g_free(status->message);
	g_free(status);
}

static void
presence_free(PurplePresence *presence)
{
	if (presence)
		g_list_free_full(presence->statuses, status_free);
	g_free(presence);
}

static void
status_type_free(gpointer data)
{
	PurpleStatusType *type = data;

	g_free(type->id);
	g_free(type);
}

void
fake_account_free(PurpleAccount *account)
{
	if (account->gc) {
		PurpleConnection *gc = account->gc;

		prpl->close(gc);
		g_assert_null(gc->proto_data);
		account->gc = NULL;
		g_free(gc->password);
		g_free(gc->display_name);
		g_free(gc);
	}
	accounts = g_list_remove(accounts, account);
	presence_free(account->presence);
	g_list_free_full(account->status_types, status_type_free);
	g_slist_free_full(account->permit, g_free);
	g_slist_free_full(account->deny, g_free);
	g_hash_table_unref(account->settings);
	g_free(account->username);
	g_free(account);
}

void
fake_account_set(PurpleAccount *account, const char *key, const char *value)
{
	g_hash_table_insert(account->settings, g_strdup(key), g_strdup(value));
}

GList *
purple_accounts_get_all(void)
{
	return accounts;
}

PurpleAccount *
purple_accounts_find(const char *name, const char *protocol)
{
	g_assert_cmpstr(protocol, ==, "prpl-msnp14");
	for (GList *l = accounts; l; l = l->next)
		if (g_str_equal(((PurpleAccount *)l->data)->username, name))
			return l->data;
	return NULL;
}

PurpleAccount *
purple_connection_get_account(const PurpleConnection *gc)
{
	return gc->account;
}

PurpleConnection *
purple_account_get_connection(const PurpleAccount *account)
{
	return account->gc;
}

const char *
purple_account_get_username(const PurpleAccount *account)
{
	return account->username;
}

const char *
purple_account_get_string(const PurpleAccount *account, const char *name, const char *fallback)
{
	const char *value = g_hash_table_lookup(account->settings, name);

	return value ? value : fallback;
}

int
purple_account_get_int(const PurpleAccount *account, const char *name, int fallback)
{
	const char *value = g_hash_table_lookup(account->settings, name);

	return value ? (int)g_ascii_strtoll(value, NULL, 10) : fallback;
}

gboolean
purple_account_get_bool(const PurpleAccount *account, const char *name, gboolean fallback)
{
	const char *value = g_hash_table_lookup(account->settings, name);

	return value ? g_str_equal(value, "true") : fallback;
}

void
purple_account_set_string(PurpleAccount *account, const char *name, const char *value)
{
	event("account %s=%s", name, value);
	fake_account_set(account, name, value);
}

PurpleStatusType *
purple_account_get_status_type(const PurpleAccount *account, const char *id)
{
	for (GList *l = account->status_types; l; l = l->next)
		if (g_str_equal(((PurpleStatusType *)l->data)->id, id))
			return l->data;
	return NULL;
}

PurpleStatus *
purple_account_get_active_status(const PurpleAccount *account)
{
	return account->presence ? g_list_last(account->presence->statuses)->data : NULL;
}

PurpleStatus *
fake_account_choose_status(PurpleAccount *account, const char *id, const char *message)
{
	PurpleStatus *status;

	if (!account->presence)
		account->presence = g_new0(PurplePresence, 1);
	status = purple_status_new(purple_account_get_status_type(account, id), account->presence);
	status->active = TRUE;
	status->message = g_strdup(message);
	account->presence->statuses = g_list_append(account->presence->statuses, status);
	return status;
}

PurplePrivacyUiOps *
purple_privacy_get_ui_ops(void)
{
	return NULL;
}

/* ---- Connections ---- */

void *
purple_connection_get_protocol_data(const PurpleConnection *gc)
{
	return gc->proto_data;
}

void
purple_connection_set_protocol_data(PurpleConnection *gc, void *data)
{
	gc->proto_data = data;
}

const char *
purple_connection_get_password(const PurpleConnection *gc)
{
	return gc->password;
}

void
purple_connection_set_state(PurpleConnection *gc, PurpleConnectionState state)
{
	event("connection state %s", state == PURPLE_CONNECTED ? "connected" : "?");
	gc->state = state;
	/* The real one does, too. */
	prpl->set_permit_deny(gc);
}

void
purple_connection_set_display_name(PurpleConnection *gc, const char *name)
{
	event("connection name %s", name);
	g_free(gc->display_name);
	gc->display_name = g_strdup(name);
}

void
purple_connection_update_progress(PurpleConnection *gc G_GNUC_UNUSED, const char *text, size_t step,
				  size_t count)
{
	g_assert_cmpuint(step, <, count);
	event("progress %u %s", (guint)step, text);
}

void
purple_connection_error_reason(PurpleConnection *gc G_GNUC_UNUSED, PurpleConnectionError reason,
			       const char *text)
{
	g_assert_true(g_utf8_validate(text, -1, NULL));
	event("connection error %d: %s", reason, text);
}

PurpleProxyInfo *
purple_proxy_get_setup(PurpleAccount *account G_GNUC_UNUSED)
{
	return proxy_info;
}

void
fake_proxy_set(PurpleProxyType type, const char *host, int port, const char *user,
	       const char *password)
{
	if (proxy_info)
		purple_proxy_info_destroy(proxy_info);
	proxy_info = purple_proxy_info_new();
	purple_proxy_info_set_type(proxy_info, type);
	purple_proxy_info_set_host(proxy_info, host);
	purple_proxy_info_set_port(proxy_info, port);
	purple_proxy_info_set_username(proxy_info, user);
	purple_proxy_info_set_password(proxy_info, password);
}

PurpleProxyConnectData *
purple_proxy_connect(void *handle G_GNUC_UNUSED, PurpleAccount *account, const char *host, int port,
		     PurpleProxyConnectFunction callback, gpointer data)
{
	event("proxy connect %s %s:%d", account->username, host, port);
	if (fake_proxy == FAKE_PROXY_REFUSES)
		return NULL;
	if (fake_proxy == FAKE_PROXY_ANSWERS) {
		callback(data, -1, "no such host");
		return NULL;
	}
	fake_proxy_callback = callback;
	fake_proxy_data = data;
	return (PurpleProxyConnectData *)&fake_proxy_data;
}

void
purple_proxy_connect_cancel(PurpleProxyConnectData *request)
{
	g_assert_true(request == (PurpleProxyConnectData *)&fake_proxy_data);
	g_assert_nonnull(fake_proxy_callback);
	event("proxy cancel");
	fake_proxy_callback = NULL;
}

/* ---- Statuses ---- */

PurpleStatusType *
purple_status_type_new_full(PurpleStatusPrimitive primitive, const char *id,
			    const char *name G_GNUC_UNUSED, gboolean saveable,
			    gboolean user_settable, gboolean independent)
{
	PurpleStatusType *type = g_new0(PurpleStatusType, 1);

	g_assert_true(saveable && user_settable && !independent);
	type->id = g_strdup(id);
	type->primitive = primitive;
	return type;
}

PurpleStatusType *
purple_status_type_new_with_attrs(PurpleStatusPrimitive primitive, const char *id, const char *name,
				  gboolean saveable, gboolean user_settable, gboolean independent,
				  const char *attr_id, const char *attr_name,
				  PurpleValue *attr_value, ...)
{
	g_assert_cmpstr(attr_id, ==, "message");
	g_assert_nonnull(attr_name);
	purple_value_destroy(attr_value);
	return purple_status_type_new_full(primitive, id, name, saveable, user_settable,
					   independent);
}

const char *
purple_status_type_get_id(const PurpleStatusType *type)
{
	return type->id;
}

PurpleStatus *
purple_status_new(PurpleStatusType *type, PurplePresence *presence G_GNUC_UNUSED)
{
	PurpleStatus *status = g_new0(PurpleStatus, 1);

	g_assert_nonnull(type);
	status->type = type;
	return status;
}

const char *
purple_status_get_id(const PurpleStatus *status)
{
	return status->type->id;
}

const char *
purple_status_get_attr_string(const PurpleStatus *status, const char *id)
{
	g_assert_cmpstr(id, ==, "message");
	return status->message;
}

gboolean
purple_status_is_active(const PurpleStatus *status)
{
	return status->active;
}

void
fake_status_set_active(PurpleStatus *status, gboolean active)
{
	status->active = active;
}

PurpleStatus *
purple_presence_get_status(const PurplePresence *presence, const char *id)
{
	for (GList *l = presence->statuses; l; l = l->next)
		if (g_str_equal(purple_status_get_id(l->data), id))
			return l->data;
	return NULL;
}

void
purple_presence_add_status(PurplePresence *presence, PurpleStatus *status)
{
	presence->statuses = g_list_append(presence->statuses, status);
}

void
purple_presence_set_idle(PurplePresence *presence, gboolean idle, time_t since)
{
	g_assert_cmpint(since, ==, 0);
	if (presence->idle != idle)
		event("idle %d", idle);
	presence->idle = idle;
}

void
purple_prpl_got_user_status(PurpleAccount *account, const char *name, const char *id, ...)
{
	GSList *buddies = purple_find_buddies(account, name);
	const char *key, *value;
	va_list args;

	for (GSList *l = buddies; l; l = l->next)
		if (!purple_presence_get_status(((PurpleBuddy *)l->data)->presence, id))
			g_error("%s has no status %s", name, id);
	g_slist_free(buddies);
	va_start(args, id);
	key = va_arg(args, const char *);
	value = key ? va_arg(args, const char *) : NULL;
	va_end(args);
	event("status %s %s%s%s", name, id, value ? " " : "", value ? value : "");
}

/* ---- The buddy list ---- */

PurpleBlistNode *
purple_blist_get_root(void)
{
	return root;
}

PurpleBlistNode *
purple_blist_node_get_sibling_next(PurpleBlistNode *node)
{
	return node->next;
}

PurpleGroup *
purple_find_group(const char *name)
{
	for (PurpleBlistNode *node = root; node; node = node->next)
		if (g_str_equal(((PurpleGroup *)node)->name, name))
			return (PurpleGroup *)node;
	return NULL;
}

PurpleGroup *
purple_group_new(const char *name)
{
	PurpleGroup *group = g_new0(PurpleGroup, 1);

	group->name = g_strdup(name);
	return group;
}

void
purple_blist_add_group(PurpleGroup *group, PurpleBlistNode *after)
{
	event("group %s", group->name);
	if (after) {
		group->node.next = after->next;
		after->next = &group->node;
	} else {
		group->node.next = root;
		root = &group->node;
	}
}

PurpleBuddy *
purple_buddy_new(PurpleAccount *account, const char *name, const char *alias)
{
	PurpleBuddy *buddy = g_new0(PurpleBuddy, 1);

	buddy->node.type = PURPLE_BLIST_BUDDY_NODE;
	buddy->account = account;
	buddy->name = g_strdup(name);
	buddy->alias = g_strdup(alias);
	buddy->node.settings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	buddy->presence = g_new0(PurplePresence, 1);
	for (GList *l = account->status_types; l; l = l->next)
		purple_presence_add_status(buddy->presence,
					   purple_status_new(l->data, buddy->presence));
	return buddy;
}

PurpleContact *
purple_contact_new(void)
{
	PurpleContact *contact = g_new0(PurpleContact, 1);

	contacts = g_slist_prepend(contacts, contact);
	return contact;
}

void
purple_blist_add_contact(PurpleContact *contact, PurpleGroup *group, PurpleBlistNode *node)
{
	g_assert_null(node);
	contact->node.parent = &group->node;
}

static void
unlink_buddy(PurpleBuddy *buddy)
{
	PurpleBlistNode **at = &purple_buddy_get_group(buddy)->node.child;

	while (*at != &buddy->node)
		at = &(*at)->next;
	*at = buddy->node.next;
}

static void
link_buddy(PurpleBuddy *buddy, PurpleContact *contact, PurpleGroup *group)
{
	buddy->node.parent = &contact->node;
	buddy->node.next = group->node.child;
	group->node.child = &buddy->node;
}

void
purple_blist_add_buddy(PurpleBuddy *buddy, PurpleContact *contact, PurpleGroup *group,
		       PurpleBlistNode *node)
{
	g_assert_true(contact && group && !node);
	g_assert_true(contact->node.parent == &group->node);
	g_assert_null(purple_find_buddy_in_group(buddy->account, buddy->name, group));
	if (buddy->node.parent) {
		PurpleGroup *before = purple_buddy_get_group(buddy);

		event("move %s %s %s", buddy->name, before->name, group->name);
		unlink_buddy(buddy);
		link_buddy(buddy, contact, group);
		/* So does the real one. */
		prpl->group_buddy(buddy->account->gc, buddy->name, before->name, group->name);
		return;
	}
	event("buddy %s in %s%s%s", buddy->name, group->name, buddy->alias ? " alias " : "",
	      buddy->alias ? buddy->alias : "");
	link_buddy(buddy, contact, group);
}

static void
buddy_free(PurpleBuddy *buddy)
{
	presence_free(buddy->presence);
	g_hash_table_unref(buddy->node.settings);
	g_free(buddy->name);
	g_free(buddy->alias);
	g_free(buddy);
}

void
purple_blist_remove_buddy(PurpleBuddy *buddy)
{
	event("remove %s from %s", buddy->name, purple_buddy_get_group(buddy)->name);
	unlink_buddy(buddy);
	buddy_free(buddy);
}

GSList *
purple_group_get_accounts(PurpleGroup *group)
{
	GSList *found = NULL;

	for (PurpleBlistNode *node = group->node.child; node; node = node->next)
		if (!g_slist_find(found, ((PurpleBuddy *)node)->account))
			found = g_slist_append(found, ((PurpleBuddy *)node)->account);
	return found;
}

void
purple_blist_rename_group(PurpleGroup *group, const char *name)
{
	g_autofree char *before = group->name;
	g_autoptr(GSList) told = purple_group_get_accounts(group);
	g_autoptr(GList) moved = NULL;

	g_assert_null(purple_find_group(name));
	event("rename group %s %s", before, name);
	group->name = g_strdup(name);
	for (PurpleBlistNode *node = group->node.child; node; node = node->next)
		moved = g_list_append(moved, node);
	for (GSList *l = told; l; l = l->next)
		if (((PurpleAccount *)l->data)->gc)
			prpl->rename_group(((PurpleAccount *)l->data)->gc, before, group, moved);
}

PurpleBuddy *
purple_find_buddy_in_group(PurpleAccount *account, const char *name, PurpleGroup *group)
{
	for (PurpleBlistNode *node = group->node.child; node; node = node->next) {
		PurpleBuddy *buddy = (PurpleBuddy *)node;

		if (buddy->account == account && g_ascii_strcasecmp(buddy->name, name) == 0)
			return buddy;
	}
	return NULL;
}

static GSList *
all_buddies(PurpleAccount *account)
{
	GSList *found = NULL;

	for (PurpleBlistNode *group = root; group; group = group->next)
		for (PurpleBlistNode *node = group->child; node; node = node->next)
			if (((PurpleBuddy *)node)->account == account)
				found = g_slist_prepend(found, node);
	return g_slist_reverse(found);
}

GSList *
purple_find_buddies(PurpleAccount *account, const char *name)
{
	GSList *found = NULL;

	if (!name)
		return all_buddies(account);

	for (PurpleBlistNode *node = root; node; node = node->next) {
		PurpleBuddy *buddy = purple_find_buddy_in_group(account, name, (PurpleGroup *)node);

		if (buddy)
			found = g_slist_append(found, buddy);
	}
	return found;
}

PurpleBuddy *
purple_find_buddy(PurpleAccount *account, const char *name)
{
	GSList *found = purple_find_buddies(account, name);
	PurpleBuddy *buddy = found ? found->data : NULL;

	g_slist_free(found);
	return buddy;
}

static PurpleGroup *
quiet_group(const char *name)
{
	PurpleGroup *group = purple_find_group(name);

	if (!group) {
		group = purple_group_new(name);
		group->node.next = root;
		root = &group->node;
	}
	return group;
}

PurpleBuddy *
fake_buddy_add(PurpleAccount *account, const char *group_name, const char *name, const char *alias)
{
	PurpleGroup *group = quiet_group(group_name);
	PurpleContact *contact = purple_contact_new();
	PurpleBuddy *buddy = purple_buddy_new(account, name, alias);

	purple_blist_add_contact(contact, group, NULL);
	link_buddy(buddy, contact, group);
	return buddy;
}

PurpleBuddy *
fake_buddy_find(const char *group, const char *name)
{
	PurpleGroup *found = purple_find_group(group);

	return found ? purple_find_buddy_in_group(accounts->data, name, found) : NULL;
}

guint
fake_buddy_n_statuses(PurpleBuddy *buddy)
{
	return g_list_length(buddy->presence->statuses);
}

guint
fake_buddies_count(void)
{
	guint count = 0;

	for (PurpleBlistNode *group = root; group; group = group->next)
		for (PurpleBlistNode *node = group->child; node; node = node->next)
			count++;
	return count;
}

PurpleAccount *
purple_buddy_get_account(const PurpleBuddy *buddy)
{
	return buddy->account;
}

const char *
purple_buddy_get_name(const PurpleBuddy *buddy)
{
	return buddy->name;
}

const char *
purple_buddy_get_alias_only(PurpleBuddy *buddy)
{
	return buddy->alias;
}

PurplePresence *
purple_buddy_get_presence(const PurpleBuddy *buddy)
{
	return buddy->presence;
}

void
purple_blist_alias_buddy(PurpleBuddy *buddy, const char *alias)
{
	event("alias %s %s", buddy->name, alias);
	g_free(buddy->alias);
	buddy->alias = g_strdup(alias);
}

void
purple_blist_server_alias_buddy(PurpleBuddy *buddy, const char *alias)
{
	event("server alias %s %s", buddy->name, alias);
}

const char *
purple_blist_node_get_string(PurpleBlistNode *node, const char *key)
{
	return g_hash_table_lookup(node->settings, key);
}

void
purple_blist_node_set_string(PurpleBlistNode *node, const char *key, const char *value)
{
	g_hash_table_insert(node->settings, g_strdup(key), g_strdup(value));
}

void
purple_blist_schedule_save(void)
{
	event("save");
}

static void
blist_clear(void)
{
	g_slist_free_full(g_steal_pointer(&contacts), g_free);
	while (root) {
		PurpleGroup *group = (PurpleGroup *)root;

		root = root->next;
		while (group->node.child) {
			PurpleBuddy *buddy = (PurpleBuddy *)group->node.child;

			group->node.child = buddy->node.next;
			buddy_free(buddy);
		}
		g_free(group->name);
		g_free(group);
	}
}

/* ---- What a user does in the buddy list: first libpurple, then the protocol ---- */

PurpleBuddy *
fake_user_adds(PurpleAccount *account, const char *group, const char *name, const char *alias,
	       const char *invitation)
{
	PurpleBuddy *buddy = fake_buddy_add(account, group, name, alias);

	prpl->add_buddy_with_invite(account->gc, buddy, purple_buddy_get_group(buddy), invitation);
	return buddy;
}

void
fake_user_removes(PurpleBuddy *buddy)
{
	prpl->remove_buddy(buddy->account->gc, buddy, purple_buddy_get_group(buddy));
	unlink_buddy(buddy);
	buddy_free(buddy);
}

void
fake_user_moves(PurpleBuddy *buddy, const char *group_name)
{
	PurpleGroup *before = purple_buddy_get_group(buddy);
	PurpleGroup *group = quiet_group(group_name);
	PurpleContact *contact = purple_contact_new();

	purple_blist_add_contact(contact, group, NULL);
	unlink_buddy(buddy);
	link_buddy(buddy, contact, group);
	prpl->group_buddy(buddy->account->gc, buddy->name, before->name, group->name);
}

void
fake_user_renames(const char *group, const char *name)
{
	PurpleGroup *found = purple_find_group(group);

	g_assert_nonnull(found);
	purple_blist_rename_group(found, name);
}

void
fake_user_deletes(PurpleAccount *account, const char *group)
{
	PurpleGroup *found = purple_find_group(group);
	PurpleBlistNode **at = &root;

	g_assert_nonnull(found);
	while (found->node.child)
		fake_user_removes((PurpleBuddy *)found->node.child);
	while (*at != &found->node)
		at = &(*at)->next;
	*at = found->node.next;
	prpl->remove_group(account->gc, found);
	g_free(found->name);
	g_free(found);
}

void
fake_user_aliases(PurpleBuddy *buddy, const char *alias)
{
	g_free(buddy->alias);
	buddy->alias = g_strdup(alias);
	prpl->alias_buddy(buddy->account->gc, buddy->name, alias);
}

/* ---- Questions ---- */

static PurpleAccountRequestAuthorizationCb request_yes, request_no;
static gpointer request_data;
static GPtrArray *action_callbacks;
static gpointer action_data;
static PurpleRequestInputCb input_callback;
static gpointer input_data;

void *
purple_account_request_authorization(PurpleAccount *account, const char *who, const char *id,
				     const char *alias, const char *message, gboolean on_list,
				     PurpleAccountRequestAuthorizationCb yes,
				     PurpleAccountRequestAuthorizationCb no, void *data)
{
	g_assert_nonnull(account);
	event("request %s: %s (%s) %s%s", id, who, alias ? alias : "no name",
	      message ? message : "no message", on_list ? " on list" : "");
	request_yes = yes;
	request_no = no;
	request_data = data;
	return NULL;
}

void
fake_request_answer(gboolean yes)
{
	(yes ? request_yes : request_no)(request_data);
}

void *
purple_request_action(void *handle, const char *title, const char *primary, const char *secondary,
		      int default_action, PurpleAccount *account, const char *who G_GNUC_UNUSED,
		      PurpleConversation *conv G_GNUC_UNUSED, void *data, size_t count, ...)
{
	va_list args;

	g_assert_true(handle == account->gc && title && primary);
	g_clear_pointer(&action_callbacks, g_ptr_array_unref);
	action_callbacks = g_ptr_array_new();
	action_data = data;
	event("question %d: %s", default_action, secondary);
	va_start(args, count);
	for (size_t i = 0; i < count; i++) {
		event("answer %s", va_arg(args, const char *));
		g_ptr_array_add(action_callbacks, (gpointer)va_arg(args, GCallback));
	}
	va_end(args);
	return NULL;
}

void
fake_action_choose(guint which)
{
	PurpleRequestActionCb callback =
	    (PurpleRequestActionCb)g_ptr_array_index(action_callbacks, which);

	callback(action_data, (int)which);
}

void *
purple_request_input(void *handle, const char *title, const char *primary G_GNUC_UNUSED,
		     const char *secondary G_GNUC_UNUSED, const char *value, gboolean multiline,
		     gboolean masked, gchar *hint G_GNUC_UNUSED, const char *ok G_GNUC_UNUSED,
		     GCallback callback, const char *cancel G_GNUC_UNUSED,
		     GCallback cancel_callback G_GNUC_UNUSED, PurpleAccount *account,
		     const char *who G_GNUC_UNUSED, PurpleConversation *conv G_GNUC_UNUSED,
		     void *data)
{
	g_assert_true(handle == account->gc && !multiline && !masked);
	event("input %s: %s", title, value);
	input_callback = (PurpleRequestInputCb)callback;
	input_data = data;
	return NULL;
}

void
fake_input(const char *text)
{
	input_callback(input_data, text);
}

/* ---- Conversations ---- */

PurpleConversation *
purple_find_conversation_with_account(PurpleConversationType type, const char *name,
				      const PurpleAccount *account)
{
	g_assert_cmpint(type, ==, PURPLE_CONV_TYPE_IM);
	for (GList *l = conversations; l; l = l->next) {
		PurpleConversation *conv = l->data;

		if (conv->account == account && g_str_equal(conv->name, name))
			return conv;
	}
	return NULL;
}

PurpleConversation *
purple_conversation_new(PurpleConversationType type, PurpleAccount *account, const char *name)
{
	PurpleConversation *conv = g_new0(PurpleConversation, 1);

	event("conversation %s", name);
	conv->type = type;
	conv->account = account;
	conv->name = g_strdup(name);
	conversations = g_list_prepend(conversations, conv);
	return conv;
}

void
fake_conversation_open(PurpleAccount *account, const char *who)
{
	purple_conversation_new(PURPLE_CONV_TYPE_IM, account, who);
	forget_events();
}

static void
conversation_free(gpointer data)
{
	PurpleConversation *conv = data;

	g_free(conv->name);
	g_free(conv);
}

void
fake_conversations_close_all(void)
{
	g_list_free_full(g_steal_pointer(&conversations), conversation_free);
}

gboolean
purple_conv_present_error(const char *who, PurpleAccount *account, const char *what)
{
	g_assert_nonnull(purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, who, account));
	event("error in %s: %s", who, what);
	return TRUE;
}

void
purple_conversation_write(PurpleConversation *conv, const char *who G_GNUC_UNUSED, const char *text,
			  PurpleMessageFlags flags, time_t when G_GNUC_UNUSED)
{
	g_assert_cmpint(flags, ==, PURPLE_MESSAGE_SYSTEM);
	event("note in %s: %s", conv->name, text);
}

void
serv_got_im(PurpleConnection *gc, const char *who, const char *text, PurpleMessageFlags flags,
	    time_t when G_GNUC_UNUSED)
{
	g_assert_nonnull(gc);
	g_assert_cmpint(flags, ==, PURPLE_MESSAGE_RECV);
	event("im %s: %s", who, text);
}

void
serv_got_typing(PurpleConnection *gc, const char *who, int seconds, PurpleTypingState state)
{
	g_assert_nonnull(gc);
	g_assert_cmpint(state, ==, PURPLE_TYPING);
	event("typing %s %d", who, seconds);
}

void
serv_got_alias(PurpleConnection *gc, const char *who, const char *alias)
{
	g_assert_nonnull(gc);
	event("got alias %s %s", who, alias);
}

/* ---- */

void
fake_purple_start(void)
{
	prefs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	fake_plugin = g_new0(PurplePlugin, 1);
	g_assert_true(purple_init_plugin(fake_plugin));
	g_assert_true(fake_plugin->info->load(fake_plugin));
	fake_proxy_set(PURPLE_PROXY_NONE, NULL, 0, NULL, NULL);
	fake_proxy = FAKE_PROXY_WAITS;
}

void
fake_purple_stop(void)
{
	fake_conversations_close_all();
	blist_clear();
	g_assert_true(fake_plugin->info->unload(fake_plugin));
	g_list_free_full(prpl->protocol_options, (GDestroyNotify)purple_account_option_destroy);
	prpl->protocol_options = NULL;
	g_clear_pointer(&fake_plugin, g_free);
	g_clear_pointer(&prefs, g_hash_table_unref);
	g_clear_pointer(&proxy_info, purple_proxy_info_destroy);
	g_clear_pointer(&action_callbacks, g_ptr_array_unref);
	fake_proxy_callback = NULL;
}
