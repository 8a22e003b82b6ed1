/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See list-user.h. */
#include "list-user.h"

#include <json-glib/json-glib.h>
#include <string.h>

static PurpleGroup *
need_group(const char *name)
{
	PurpleGroup *group = purple_find_group(name);

	if (!group) {
		group = purple_group_new(name);
		purple_blist_add_group(group, NULL);
	}
	return group;
}

PurpleBuddy *
user_finds(PurpleAccount *account, const char *who, const char *group_name)
{
	PurpleGroup *group = purple_find_group(group_name);

	return group ? purple_find_buddy_in_group(account, who, group) : NULL;
}

static PurpleBuddy *
must_find(PurpleAccount *account, const char *who, const char *group)
{
	PurpleBuddy *buddy = user_finds(account, who, group);

	if (!buddy)
		g_error("%s is not in %s", who, group);
	return buddy;
}

void
user_adds(PurpleAccount *account, const char *who, const char *group, const char *invitation)
{
	PurpleBuddy *buddy = purple_buddy_new(account, who, NULL);

	purple_blist_add_buddy(buddy, NULL, need_group(group), NULL);
	purple_account_add_buddy_with_invite(account, buddy, invitation);
}

static void
remove_buddy(PurpleBuddy *buddy)
{
	purple_account_remove_buddy(purple_buddy_get_account(buddy), buddy,
				    purple_buddy_get_group(buddy));
	purple_blist_remove_buddy(buddy);
}

void
user_removes(PurpleAccount *account, const char *who, const char *group)
{
	remove_buddy(must_find(account, who, group));
}

void
user_moves(PurpleAccount *account, const char *who, const char *from, const char *to)
{
	purple_blist_add_buddy(must_find(account, who, from), NULL, need_group(to), NULL);
}

void
user_drags(PurpleAccount *account, const char *who, const char *from, const char *to)
{
	purple_blist_add_contact(purple_buddy_get_contact(must_find(account, who, from)),
				 need_group(to), NULL);
}

void
user_renames(const char *group, const char *name)
{
	purple_blist_rename_group(purple_find_group(group), name);
}

void
user_deletes(const char *name)
{
	PurpleGroup *group = purple_find_group(name);
	PurpleBlistNode *contact;

	while ((contact = purple_blist_node_get_first_child(PURPLE_BLIST_NODE(group))))
		remove_buddy((PurpleBuddy *)purple_blist_node_get_first_child(contact));
	purple_blist_remove_group(group);
}

void
user_aliases(PurpleAccount *account, const char *who, const char *alias)
{
	PurpleBuddy *buddy = purple_find_buddy(account, who);

	purple_blist_alias_buddy(buddy, alias);
	serv_alias_buddy(buddy);
}

void
user_chooses_mode(PurpleAccount *account, PurplePrivacyType mode)
{
	account->perm_deny = mode;
	serv_set_permit_deny(purple_account_get_connection(account));
}

/* ---- How it looks ---- */

static void G_GNUC_PRINTF(2, 3) line(GPtrArray *lines, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_ptr_array_add(lines, g_strdup_vprintf(format, args));
	va_end(args);
}

static int
compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, each once. */
static char *
joined(GPtrArray *lines)
{
	GString *text = g_string_new(NULL);
	const char *before = "";

	g_ptr_array_sort(lines, compare);
	for (guint i = 0; i < lines->len; i++) {
		const char *next = g_ptr_array_index(lines, i);

		if (strcmp(before, next) != 0)
			g_string_append_printf(text, "%s\n", next);
		before = next;
	}
	return g_string_free(text, FALSE);
}

static void
add_buddy(GPtrArray *lines, PurpleBuddy *buddy)
{
	const char *group = purple_group_get_name(purple_buddy_get_group(buddy));
	g_autofree char *name = g_strdup(
	    purple_normalize(purple_buddy_get_account(buddy), purple_buddy_get_name(buddy)));
	const char *alias = purple_buddy_get_local_buddy_alias(buddy);

	if (strcmp(group, HOME) != 0)
		line(lines, "group %s", group);
	line(lines, "in %s: %s", group, name);
	if (alias && *alias)
		line(lines, "alias %s: %s", name, alias);
}

char *
list_here(PurpleAccount *account)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	GSList *buddies = purple_find_buddies(account, NULL);

	for (PurpleBlistNode *group = purple_blist_get_root(); group;
	     group = purple_blist_node_get_sibling_next(group))
		if (!purple_blist_node_get_first_child(group) &&
		    strcmp(purple_group_get_name((PurpleGroup *)group), HOME) != 0)
			line(lines, "group %s", purple_group_get_name((PurpleGroup *)group));
	for (GSList *l = buddies; l; l = l->next)
		add_buddy(lines, l->data);
	g_slist_free(buddies);
	for (GSList *l = account->permit; l; l = l->next)
		line(lines, "allow %s", (char *)l->data);
	for (GSList *l = account->deny; l; l = l->next)
		line(lines, "block %s", (char *)l->data);
	if (account->perm_deny == PURPLE_PRIVACY_ALLOW_USERS)
		line(lines, "only the allowed");
	return joined(lines);
}

static gboolean
has(JsonArray *array, const char *text)
{
	for (guint i = 0; i < json_array_get_length(array); i++)
		if (g_str_equal(json_array_get_string_element(array, i), text))
			return TRUE;
	return FALSE;
}

static void
add_contact(GPtrArray *lines, JsonObject *contact)
{
	const char *handle = json_object_get_string_member(contact, "handle");
	const char *alias = json_object_get_string_member_with_default(contact, "alias", "");
	JsonArray *lists = json_object_get_array_member(contact, "lists");
	JsonArray *groups = json_object_has_member(contact, "groups")
				? json_object_get_array_member(contact, "groups")
				: NULL;
	guint n_groups = groups ? json_array_get_length(groups) : 0;
	gboolean listed = has(lists, "FL");

	for (guint i = 0; i < n_groups && listed; i++)
		line(lines, "in %s: %s", json_array_get_string_element(groups, i), handle);
	if (listed && n_groups == 0)
		line(lines, "in " HOME ": %s", handle);
	if (listed && *alias)
		line(lines, "alias %s: %s", handle, alias);
	/* What counts: services.md 6.1. */
	if (has(lists, "BL"))
		line(lines, "block %s", handle);
	else if (has(lists, "AL") || (listed && !has(lists, "PL")))
		line(lines, "allow %s", handle);
}

static void
add_account(GPtrArray *lines, JsonObject *account)
{
	JsonArray *groups = json_object_get_array_member(account, "groups");
	JsonArray *contacts = json_object_get_array_member(account, "contacts");

	for (guint i = 0; i < json_array_get_length(groups); i++) {
		JsonNode *node = json_array_get_element(groups, i);

		line(lines, "group %s",
		     JSON_NODE_HOLDS_OBJECT(node)
			 ? json_object_get_string_member(json_node_get_object(node), "name")
			 : json_node_get_string(node));
	}
	for (guint i = 0; i < json_array_get_length(contacts); i++)
		add_contact(lines, json_array_get_object_element(contacts, i));
	if (strcmp(json_object_get_string_member_with_default(account, "blp", "AL"), "BL") == 0)
		line(lines, "only the allowed");
}

char *
list_in(const char *accounts_json, const char *handle)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) error = NULL;
	JsonArray *accounts;

	json_parser_load_from_data(parser, accounts_json, -1, &error);
	g_assert_no_error(error);
	accounts = json_object_get_array_member(json_node_get_object(json_parser_get_root(parser)),
						"accounts");
	for (guint i = 0; i < json_array_get_length(accounts); i++) {
		JsonObject *account = json_array_get_object_element(accounts, i);

		if (g_str_equal(json_object_get_string_member(account, "handle"), handle))
			add_account(lines, account);
	}
	return joined(lines);
}

char *
list_at(MsnpServer *server, const char *handle)
{
	g_autofree char *json = msnp_server_to_json(server);

	return list_in(json, handle);
}

static char *
list_of_account_at(gpointer server, PurpleAccount *account)
{
	return list_at(server, purple_account_get_username(account));
}

static char *
list_of_account_here(gpointer server G_GNUC_UNUSED, PurpleAccount *account)
{
	return list_here(account);
}

static void
wait_for_list(const char *where, char *(*get)(gpointer, PurpleAccount *), gpointer server,
	      PurpleAccount *account, const char *wanted)
{
	gint64 limit = g_get_monotonic_time() + HEADLESS_LIMIT * G_USEC_PER_SEC;

	for (;;) {
		g_autofree char *list = get(server, account);

		if (strcmp(list, wanted) == 0)
			return;
		if (g_get_monotonic_time() > limit - G_USEC_PER_SEC)
			g_error("%s, expected:\n%s\nbut there was:\n%s\n%s", where, wanted, list,
				headless_notices());
		headless_turn(limit, where);
	}
}

void
expect_lists(MsnpServer *server, PurpleAccount *account, ...)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *wanted = NULL;
	va_list args;

	va_start(args, account);
	for (const char *next; (next = va_arg(args, const char *));)
		line(lines, "%s", next);
	va_end(args);
	wanted = joined(lines);
	wait_for_list("at the server", list_of_account_at, server, account, wanted);
	wait_for_list("here", list_of_account_here, server, account, wanted);
}
