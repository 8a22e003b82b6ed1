/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Accounts, connections, proxies, statuses. See fake-purple.h. */
#include "fake-purple.h"

struct _PurpleStatusType {
	char *id;
	const char *attributes;
	PurpleStatusPrimitive primitive;
};

struct _PurpleStatus {
	PurpleStatusType *type;
	GHashTable *attributes;
	gboolean active;
};

struct _PurplePresence {
	GList *statuses;
	gboolean idle;
};

FakeProxy fake_proxy;
PurpleProxyConnectFunction fake_proxy_callback;
gpointer fake_proxy_data;

static PurpleProxyInfo *proxy_info;
static GList *accounts, *connections;
static PurpleCallback account_removed;

/* ---- Accounts ---- */

PurpleAccount *
fake_account_new(const char *username)
{
	PurpleAccount *account = g_new0(PurpleAccount, 1);
	PurpleConnection *gc = g_new0(PurpleConnection, 1);

	account->username = g_strdup(username);
	account->protocol_id = g_strdup("prpl-msnp14");
	account->settings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	account->status_types = prpl->status_types(account);
	account->perm_deny = PURPLE_PRIVACY_ALLOW_ALL;
	account->gc = gc;
	gc->account = account;
	gc->prpl = fake_plugin;
	gc->state = PURPLE_CONNECTING;
	gc->password = g_strdup("pass<word>");
	accounts = g_list_prepend(accounts, account);
	connections = g_list_prepend(connections, gc);
	return account;
}

void
fake_account_unlist(PurpleAccount *account)
{
	accounts = g_list_remove(accounts, account);
}

static void
status_free(gpointer data)
{
	PurpleStatus *status = data;

	g_hash_table_unref(status->attributes);
	g_free(status);
}

PurplePresence *
fake_presence_new(void)
{
	return g_new0(PurplePresence, 1);
}

guint
fake_presence_n_statuses(PurplePresence *presence)
{
	return g_list_length(presence->statuses);
}

void
fake_presence_free(PurplePresence *presence)
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

static void
disconnect(PurpleAccount *account)
{
	PurpleConnection *gc = account->gc;

	if (!gc)
		return;
	prpl->close(gc);
	g_assert_null(gc->proto_data);
	account->gc = NULL;
	connections = g_list_remove(connections, gc);
	g_free(gc->password);
	g_free(gc->display_name);
	g_free(gc);
}

static void
forget(PurpleAccount *account)
{
	fake_presence_free(account->presence);
	g_list_free_full(account->status_types, status_type_free);
	g_slist_free_full(account->permit, g_free);
	g_slist_free_full(account->deny, g_free);
	g_hash_table_unref(account->settings);
	g_free(account->username);
	g_free(account->protocol_id);
	g_free(account);
}

void
fake_account_free(PurpleAccount *account)
{
	disconnect(account);
	accounts = g_list_remove(accounts, account);
	forget(account);
}

void
fake_account_delete(PurpleAccount *account)
{
	disconnect(account);
	accounts = g_list_remove(accounts, account);
	((void (*)(PurpleAccount *, gpointer))account_removed)(account, NULL);
	forget(account);
}

gulong
purple_signal_connect(void *instance, const char *signal, void *handle, PurpleCallback func,
		      void *data)
{
	g_assert_true(instance == purple_accounts_get_handle() && handle && !data);
	g_assert_cmpstr(signal, ==, "account-removed");
	account_removed = func;
	return 1;
}

void
purple_signals_disconnect_by_handle(void *handle)
{
	g_assert_nonnull(handle);
	account_removed = NULL;
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

GList *
purple_connections_get_all(void)
{
	return connections;
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
purple_account_get_check_mail(const PurpleAccount *account)
{
	return purple_account_get_bool(account, "check-mail", FALSE);
}

PurplePresence *
purple_account_get_presence(const PurpleAccount *account)
{
	return account->presence;
}

void
purple_account_set_status(PurpleAccount *account, const char *id, gboolean active, ...)
{
	const char *key, *value;
	va_list args;

	g_assert_nonnull(purple_account_get_status_type(account, id));
	g_assert_true(active);
	va_start(args, active);
	key = va_arg(args, const char *);
	value = va_arg(args, const char *);
	g_assert_null(va_arg(args, const char *));
	va_end(args);
	event("own status %s %s=%s", id, key, value);
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
	if (message)
		g_hash_table_insert(status->attributes, g_strdup("message"), g_strdup(message));
	account->presence->statuses = g_list_append(account->presence->statuses, status);
	return status;
}

static void
take_attributes(PurpleStatus *status, va_list args)
{
	const char *key;

	g_hash_table_remove_all(status->attributes);
	while ((key = va_arg(args, const char *))) {
		g_assert_true(strstr(status->type->attributes, key));
		g_hash_table_insert(status->attributes, g_strdup(key),
				    g_strdup(va_arg(args, const char *)));
	}
}

/* Before the one that is chosen, which is the last. */
PurpleStatus *
fake_account_play(PurpleAccount *account, ...)
{
	PurpleStatus *tune =
	    account->presence ? purple_presence_get_status(account->presence, "tune") : NULL;
	va_list args;

	if (!account->presence)
		account->presence = g_new0(PurplePresence, 1);
	if (!tune) {
		tune = purple_status_new(purple_account_get_status_type(account, "tune"),
					 account->presence);
		account->presence->statuses = g_list_prepend(account->presence->statuses, tune);
	}
	va_start(args, account);
	take_attributes(tune, args);
	va_end(args);
	tune->active = g_hash_table_size(tune->attributes) > 0;
	return tune;
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

	/* What a player plays is not what the user has chosen for next time. */
	g_assert_true(user_settable && saveable == !independent);
	g_assert_true(independent == (primitive == PURPLE_STATUS_TUNE));
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
	PurpleStatusType *type =
	    purple_status_type_new_full(primitive, id, name, saveable, user_settable, independent);
	const char *all = independent ? "tune_title tune_artist tune_album game office" : "message";
	va_list args;

	va_start(args, attr_value);
	for (const char *attribute = attr_id; attribute; attribute = va_arg(args, const char *)) {
		if (attribute != attr_id) {
			attr_name = va_arg(args, const char *);
			attr_value = va_arg(args, PurpleValue *);
		}
		g_assert_true(strstr(all, attribute) && attr_name);
		purple_value_destroy(attr_value);
	}
	va_end(args);
	type->attributes = all;
	return type;
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
	status->attributes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
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
	return g_hash_table_lookup(status->attributes, id);
}

gboolean
purple_status_is_active(const PurpleStatus *status)
{
	return status->active;
}

void
purple_status_set_active(PurpleStatus *status, gboolean active)
{
	g_assert_true(status->type->primitive == PURPLE_STATUS_TUNE && !active && status->active);
	event("%s ends", status->type->id);
	status->active = FALSE;
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
	gboolean tune = g_str_equal(id, "tune");
	const char *key, *value;
	va_list args;

	for (GSList *l = buddies; l; l = l->next) {
		PurpleStatus *status =
		    purple_presence_get_status(((PurpleBuddy *)l->data)->presence, id);

		if (!status)
			g_error("%s has no status %s", name, id);
		status->active = tune;
		va_start(args, id);
		if (tune)
			take_attributes(status, args);
		va_end(args);
	}
	g_slist_free(buddies);
	va_start(args, id);
	key = va_arg(args, const char *);
	value = key ? va_arg(args, const char *) : NULL;
	va_end(args);
	event("status %s %s%s%s%s%s", name, id, tune ? " " : "", tune ? key : "", value ? " " : "",
	      value ? value : "");
}

/* ---- */

void
fake_accounts_start(void)
{
	fake_proxy_set(PURPLE_PROXY_NONE, NULL, 0, NULL, NULL);
	fake_proxy = FAKE_PROXY_WAITS;
}

void
fake_accounts_stop(void)
{
	g_assert_null(accounts);
	g_assert_null(account_removed);
	g_clear_pointer(&proxy_info, purple_proxy_info_destroy);
	fake_proxy_callback = NULL;
}
