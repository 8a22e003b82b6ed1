/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's contact list in libpurple's: groups, contacts, names, presence.
 *
 * All of it is done in slices of SLICE_US per main-loop turn, the initial list as well as changes,
 * which come in floods of thousands after sign-on. A slice takes one piece of work after the other:
 * first the groups and lists, then the contacts, then whatever has changed.
 */
#include "msnp-purple.h"

#include "util/msnp-log.h"

#define SLICE_US 2000

/* The alias that the server had last time, kept with the buddy: an alias that differs from it was
 * given here, and stays. */
#define NODE_SERVER_ALIAS "msnp14-alias"

struct _MsnpPurpleBlist { /* reference-counted: what libpurple's signals call may close the account
			   */
	PurpleAccount *account;
	PurpleConnection *gc; /* NULL once the account is closed */
	MsnpRoster *roster;   /* of the session, which outlives this */
	guint stage;          /* of the initial work: index into stages */
	guint next;           /* the next group or contact of this stage */
	GHashTable *changes;  /* MsnpContact* -> MsnpChange bits */
	GQueue order;         /* of its keys */
	GList *buddy_types;   /* what a new buddy's presence begins with */
	guint source;
};

/* Each does one piece; FALSE when the stage is through. */
typedef gboolean (*Stage)(MsnpPurpleBlist *blist);

static gboolean
privacy_mode(MsnpPurpleBlist *blist)
{
	msnp_purple_privacy_sync_mode(blist->account, blist->roster);
	return FALSE;
}

static gboolean
privacy_permit(MsnpPurpleBlist *blist)
{
	msnp_purple_privacy_sync_permit(blist->account, blist->roster);
	return FALSE;
}

static gboolean
privacy_deny(MsnpPurpleBlist *blist)
{
	msnp_purple_privacy_sync_deny(blist->account, blist->roster);
	return FALSE;
}

/* libpurple's own group for those who are in none; it does not exist on the server. */
static const char *
default_group(void)
{
	return dgettext("pidgin", "Buddies");
}

static PurpleBlistNode *
last_group(void)
{
	PurpleBlistNode *last = NULL;

	for (PurpleBlistNode *node = purple_blist_get_root(); node;
	     node = purple_blist_node_get_sibling_next(node))
		last = node;
	return last;
}

/* libpurple knows groups by name, without regard to case. */
static PurpleGroup *
ensure_group(const char *name)
{
	PurpleGroup *group = purple_find_group(name);

	if (!group) {
		group = purple_group_new(name);
		purple_blist_add_group(group, last_group());
	}
	return group;
}

static gboolean
one_group(MsnpPurpleBlist *blist)
{
	GPtrArray *groups = msnp_roster_groups(blist->roster);
	MsnpGroup *group;

	if (blist->next >= groups->len)
		return FALSE;
	group = g_ptr_array_index(groups, blist->next++);
	if (*group->name)
		ensure_group(group->name);
	return TRUE;
}

/* Presence is made of one status object per type, each some 400 bytes; for thousands of contacts
 * that is most of what the list costs. So a new buddy gets the two that everybody needs, and each
 * other one when it is first shown (ensure_status). */
static PurpleBuddy *
new_buddy(MsnpPurpleBlist *blist, const MsnpContact *contact)
{
	GList *all = blist->account->status_types;
	PurpleBuddy *buddy;

	if (!blist->buddy_types)
		for (GList *l = all; l; l = l->next) {
			const char *id = purple_status_type_get_id(l->data);

			if (g_str_equal(id, msnp_purple_status_id(MSNP_STATUS_ONLINE)) ||
			    g_str_equal(id, msnp_purple_status_id(MSNP_STATUS_OFFLINE)))
				blist->buddy_types = g_list_append(blist->buddy_types, l->data);
		}
	blist->account->status_types = blist->buddy_types;
	buddy = purple_buddy_new(blist->account, contact->handle,
				 *contact->nickname ? contact->nickname : NULL);
	blist->account->status_types = all;
	return buddy;
}

static void
ensure_status(PurpleAccount *account, PurpleBuddy *buddy, const char *id)
{
	PurplePresence *presence = purple_buddy_get_presence(buddy);

	if (!purple_presence_get_status(presence, id))
		purple_presence_add_status(
		    presence,
		    purple_status_new(purple_account_get_status_type(account, id), presence));
}

static void
set_alias(PurpleBuddy *buddy, const MsnpContact *contact)
{
	PurpleBlistNode *node = PURPLE_BLIST_NODE(buddy);
	const char *before = purple_blist_node_get_string(node, NODE_SERVER_ALIAS);
	const char *local = purple_buddy_get_alias_only(buddy);

	if (g_strcmp0(before ? before : "", contact->nickname) != 0) {
		if (!local || !*local || g_strcmp0(local, before) == 0)
			purple_blist_alias_buddy(buddy, contact->nickname);
		purple_blist_node_set_string(node, NODE_SERVER_ALIAS, contact->nickname);
	}
}

/* An empty name says nothing: what was known before stays. */
static void
set_server_alias(PurpleBuddy *buddy, const MsnpContact *contact)
{
	const char *name = *contact->name ? contact->name : contact->display_name;

	if (*name && g_strcmp0(name, contact->handle) != 0)
		purple_blist_server_alias_buddy(buddy, name);
}

/* At the head of the group. Left alone, purple_blist_add_buddy() walks to its end each time, which
 * for long groups is most of what adding costs. */
static void
add_buddy(PurpleBuddy *buddy, PurpleGroup *group)
{
	PurpleContact *contact = purple_contact_new();

	purple_blist_add_contact(contact, group, NULL);
	purple_blist_add_buddy(buddy, contact, group, NULL);
}

static void
list_in_group(MsnpPurpleBlist *blist, const MsnpContact *contact, const char *name)
{
	PurpleGroup *group = ensure_group(name);
	PurpleBuddy *buddy = purple_find_buddy_in_group(blist->account, contact->handle, group);

	if (!buddy) {
		buddy = new_buddy(blist, contact);
		add_buddy(buddy, group);
	}
	set_alias(buddy, contact);
	set_server_alias(buddy, contact);
}

static void
list_contact(MsnpPurpleBlist *blist, const MsnpContact *contact)
{
	gboolean listed = FALSE;
	PurpleBuddy *buddy;

	for (char **id = contact->group_ids; *id; id++) {
		MsnpGroup *group = msnp_roster_group(blist->roster, *id);

		if (group && *group->name) {
			list_in_group(blist, contact, group->name);
			listed = TRUE;
		}
	}
	if (listed)
		return;
	/* In no group: stays where it is here. */
	buddy = purple_find_buddy(blist->account, contact->handle);
	if (buddy) {
		set_alias(buddy, contact);
		set_server_alias(buddy, contact);
	} else {
		list_in_group(blist, contact, default_group());
	}
}

static void
show_status(MsnpPurpleBlist *blist, const MsnpContact *contact)
{
	const char *id = msnp_purple_status_id(contact->status);
	gboolean offline = g_str_equal(id, msnp_purple_status_id(MSNP_STATUS_OFFLINE));
	GSList *buddies = purple_find_buddies(blist->account, contact->handle);

	for (GSList *l = buddies; l; l = l->next)
		ensure_status(blist->account, l->data, id);
	if (!offline && *contact->message)
		purple_prpl_got_user_status(blist->account, contact->handle, id, "message",
					    contact->message, NULL);
	else
		purple_prpl_got_user_status(blist->account, contact->handle, id, NULL);
	/* Not purple_prpl_got_user_idle(): that one wants the account to be signed on already. */
	for (GSList *l = buddies; l; l = l->next)
		purple_presence_set_idle(purple_buddy_get_presence(l->data),
					 contact->status == MSNP_STATUS_IDLE, 0);
	g_slist_free(buddies);
}

/* From the last to the first, because each goes to the head of its group. Who is added meanwhile
 * comes as a change. */
static gboolean
one_contact(MsnpPurpleBlist *blist)
{
	GPtrArray *contacts = msnp_roster_contacts(blist->roster);
	MsnpContact *contact;

	if (blist->next >= contacts->len)
		return FALSE;
	contact = g_ptr_array_index(contacts, contacts->len - ++blist->next);
	if (contact->lists & MSNP_LIST_FORWARD) {
		list_contact(blist, contact);
		/* libpurple has everybody offline at this point. */
		if (contact->status != MSNP_STATUS_OFFLINE)
			show_status(blist, contact);
		/* What has changed meanwhile has been shown with it. */
		g_hash_table_remove(blist->changes, contact);
	}
	return TRUE;
}

static void
show_name(MsnpPurpleBlist *blist, const MsnpContact *contact)
{
	if (*contact->name)
		serv_got_alias(blist->gc, contact->handle, contact->name);
}

static gboolean
one_change(MsnpPurpleBlist *blist)
{
	MsnpContact *contact = g_queue_pop_head(&blist->order);
	guint changes;

	if (!contact)
		return FALSE;
	changes = GPOINTER_TO_UINT(g_hash_table_lookup(blist->changes, contact));
	g_hash_table_remove(blist->changes, contact);
	if (!(contact->lists & MSNP_LIST_FORWARD))
		return TRUE;
	if (changes & MSNP_CHANGE_LISTS)
		list_contact(blist, contact);
	if (changes & MSNP_CHANGE_NAME)
		show_name(blist, contact);
	if (changes & (MSNP_CHANGE_STATUS | MSNP_CHANGE_PERSONAL | MSNP_CHANGE_CAPS))
		show_status(blist, contact);
	return TRUE;
}

static void
blist_clear(gpointer data)
{
	MsnpPurpleBlist *blist = data;

	g_queue_clear(&blist->order);
	g_hash_table_unref(blist->changes);
	g_list_free(blist->buddy_types);
}

/* The last one goes on for ever. */
static const Stage stages[] = {
	privacy_mode, privacy_permit, privacy_deny, one_group, one_contact, one_change,
};

/* FALSE: there is nothing more to do for now. */
static gboolean
work_slice(MsnpPurpleBlist *blist)
{
	gint64 until = g_get_monotonic_time() + SLICE_US;

	do {
		if (stages[blist->stage](blist))
			continue;
		if (blist->stage == G_N_ELEMENTS(stages) - 1)
			return FALSE;
		blist->stage++;
		blist->next = 0;
	} while (blist->gc && g_get_monotonic_time() < until);
	return blist->gc != NULL;
}

static gboolean
work(gpointer data)
{
	MsnpPurpleBlist *blist = g_rc_box_acquire(data);
	gboolean more = work_slice(blist);

	if (!more)
		blist->source = 0;
	g_rc_box_release_full(blist, blist_clear);
	return more;
}

static void
schedule(MsnpPurpleBlist *blist)
{
	if (!blist->source)
		blist->source = g_idle_add(work, blist);
}

void
msnp_purple_blist_changed(MsnpPurpleBlist *blist, MsnpContact *contact, guint changes)
{
	gpointer before;

	if (g_hash_table_lookup_extended(blist->changes, contact, NULL, &before))
		changes |= GPOINTER_TO_UINT(before);
	else
		g_queue_push_tail(&blist->order, contact);
	g_hash_table_insert(blist->changes, contact, GUINT_TO_POINTER(changes));
	schedule(blist);
}

MsnpPurpleBlist *
msnp_purple_blist_new(MsnpLogin *login)
{
	MsnpPurpleBlist *blist = g_rc_box_new0(MsnpPurpleBlist);

	blist->account = login->account;
	blist->gc = login->gc;
	blist->roster = msnp_session_roster(login->session);
	blist->changes = g_hash_table_new(NULL, NULL);
	g_queue_init(&blist->order);
	schedule(blist);
	return blist;
}

void
msnp_purple_blist_free(MsnpPurpleBlist *blist)
{
	blist->gc = NULL;
	if (blist->source)
		g_source_remove(blist->source);
	blist->source = 0;
	g_rc_box_release_full(blist, blist_clear);
}
