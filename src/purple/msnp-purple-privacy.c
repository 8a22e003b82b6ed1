/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may write: libpurple's permit and deny lists become the server's Allow and Block lists. What
 * only stands in libpurple's would silently swallow messages, so it goes.
 *
 * The lists are set directly: purple_privacy_permit_add() walks its list at every call, which for
 * thousands of contacts takes seconds.
 */
#include "msnp-purple.h"

typedef struct {
	PurpleAccount *account;
	GSList **list;
	void (*added)(PurpleAccount *account, const char *name); /* may be NULL */
	void (*removed)(PurpleAccount *account, const char *name);
	gboolean changed;
} Side;

static GHashTable *
wanted_handles(MsnpRoster *roster, guint bit)
{
	GHashTable *wanted = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *contacts = msnp_roster_contacts(roster);

	for (guint i = 0; i < contacts->len; i++) {
		MsnpContact *contact = g_ptr_array_index(contacts, i);

		if (contact->lists & bit)
			g_hash_table_add(wanted, contact->handle);
	}
	return wanted;
}

/* Keeps of the list what is wanted, once, and strikes it from wanted. */
static void
drop_unwanted(Side *side, GHashTable *wanted)
{
	GSList **at = side->list;

	while (*at) {
		GSList *node = *at;
		g_autofree char *name = NULL;

		if (g_hash_table_remove(wanted, msnp_purple_normalize(side->account, node->data))) {
			at = &node->next;
			continue;
		}
		name = node->data;
		*at = node->next;
		g_slist_free_1(node);
		side->changed = TRUE;
		if (side->removed)
			side->removed(side->account, name);
	}
}

static void
add_missing(Side *side, GHashTable *wanted)
{
	GHashTableIter iter;
	gpointer handle;

	g_hash_table_iter_init(&iter, wanted);
	while (g_hash_table_iter_next(&iter, &handle, NULL)) {
		*side->list = g_slist_prepend(*side->list, g_strdup(handle));
		side->changed = TRUE;
		if (side->added)
			side->added(side->account, handle);
	}
}

static void
sync_side(Side *side, MsnpRoster *roster, guint bit)
{
	g_autoptr(GHashTable) wanted = wanted_handles(roster, bit);

	drop_unwanted(side, wanted);
	add_missing(side, wanted);
	if (side->changed)
		purple_blist_schedule_save();
}

void
msnp_purple_privacy_sync_permit(PurpleAccount *account, MsnpRoster *roster)
{
	PurplePrivacyUiOps *ops = purple_privacy_get_ui_ops();
	Side side = { account, &account->permit, ops ? ops->permit_added : NULL,
		      ops ? ops->permit_removed : NULL, FALSE };

	sync_side(&side, roster, MSNP_LIST_ALLOW);
}

void
msnp_purple_privacy_sync_deny(PurpleAccount *account, MsnpRoster *roster)
{
	PurplePrivacyUiOps *ops = purple_privacy_get_ui_ops();
	Side side = { account, &account->deny, ops ? ops->deny_added : NULL,
		      ops ? ops->deny_removed : NULL, FALSE };

	sync_side(&side, roster, MSNP_LIST_BLOCK);
}

void
msnp_purple_privacy_sync_mode(PurpleAccount *account, MsnpRoster *roster)
{
	account->perm_deny =
	    msnp_roster_blp(roster) == 2 ? PURPLE_PRIVACY_ALLOW_USERS : PURPLE_PRIVACY_DENY_USERS;
}
