/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The buddy list, and what a user does in it. See fake-purple.h. */
#include "fake-purple.h"

static PurpleBlistNode *root;
static GSList *contacts;

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
	buddy->presence = fake_presence_new();
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
	fake_presence_free(buddy->presence);
	g_hash_table_unref(buddy->node.settings);
	g_free(buddy->name);
	g_free(buddy->alias);
	g_free(buddy);
}

void (*fake_hears_removal)(void);

void
purple_blist_remove_buddy(PurpleBuddy *buddy)
{
	void (*hears)(void) = g_steal_pointer(&fake_hears_removal);

	event("remove %s from %s", buddy->name, purple_buddy_get_group(buddy)->name);
	unlink_buddy(buddy);
	buddy_free(buddy);
	if (hears)
		hears();
}

/* Only an empty one, of which each connected account is told. */
void
purple_blist_remove_group(PurpleGroup *group)
{
	PurpleBlistNode **at = &root;

	g_assert_null(group->node.child);
	event("drop group %s", group->name);
	while (*at != &group->node)
		at = &(*at)->next;
	*at = group->node.next;
	for (GList *l = purple_connections_get_all(); l; l = l->next)
		prpl->remove_group(l->data, group);
	g_free(group->name);
	g_free(group);
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

	return found ? purple_find_buddy_in_group(purple_accounts_get_all()->data, name, found)
		     : NULL;
}

guint
fake_buddy_n_statuses(PurpleBuddy *buddy)
{
	return fake_presence_n_statuses(buddy->presence);
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
purple_buddy_get_local_buddy_alias(PurpleBuddy *buddy)
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

void
fake_blist_stop(void)
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
fake_merge_drops(PurpleBuddy *buddy)
{
	PurpleGroup *group = purple_buddy_get_group(buddy);

	unlink_buddy(buddy);
	prpl->remove_buddy(buddy->account->gc, buddy, group);
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
