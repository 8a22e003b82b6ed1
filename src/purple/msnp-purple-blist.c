/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's contact list in libpurple's: when what is done. Where each one stands is for
 * msnp-purple-place.c.
 *
 * All of it is done in slices of SLICE_US per main-loop turn, the initial list as well as changes,
 * which come in floods of thousands after sign-on. A slice takes one piece of work after the other:
 * first the groups and lists, then the contacts, then whatever has changed. While changes of the
 * user's are under way, the place of whom they are about waits: the list here is ahead of the
 * server's.
 */
#include "msnp-purple.h"

#include "util/msnp-log.h"

#define SLICE_US 2000

/* What is about the place of a contact. */
#define PLACE (MSNP_CHANGE_LISTS | MSNP_CHANGE_GROUPS | MSNP_CHANGE_ALIAS)

struct _MsnpPurpleBlist { /* reference-counted: what libpurple's signals call may close the account
			   */
	MsnpLogin *login; /* which outlives this */
	PurpleAccount *account;
	PurpleConnection *gc; /* NULL once the account is closed */
	MsnpRoster *roster;   /* of the session, which outlives this */
	guint stage;          /* of the initial work: index into stages */
	guint next;           /* the next group or contact of this stage */
	gboolean unknown_found;
	gboolean privacy_changed;
	GHashTable *changes; /* handle -> MsnpChange bits */
	GQueue order;        /* of its keys, copies */
	GHashTable *waiting; /* handle -> PLACE bits, for when its edits are through */
	guint source;
};

/* Each does one piece; FALSE when the stage is through. */
typedef gboolean (*Stage)(MsnpPurpleBlist *blist);

static gboolean
privacy_permit(MsnpPurpleBlist *blist)
{
	msnp_purple_privacy_sync_permit(blist->login);
	return FALSE;
}

static gboolean
privacy_deny(MsnpPurpleBlist *blist)
{
	msnp_purple_privacy_sync_deny(blist->login);
	return FALSE;
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
		msnp_purple_ensure_group(group->name);
	return TRUE;
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

static guint
take(GHashTable *table, const char *handle)
{
	guint bits = GPOINTER_TO_UINT(g_hash_table_lookup(table, handle));

	if (bits)
		g_hash_table_remove(table, handle);
	return bits;
}

static void
keep(GHashTable *table, const char *handle, guint bits)
{
	bits |= GPOINTER_TO_UINT(g_hash_table_lookup(table, handle));
	g_hash_table_insert(table, g_strdup(handle), GUINT_TO_POINTER(bits));
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
	if (contact->lists & MSNP_LIST_FORWARD &&
	    !msnp_purple_edit_is_busy(blist->login, contact->handle)) {
		/* What has changed meanwhile is shown with it. */
		guint changes =
		    take(blist->changes, contact->handle) | take(blist->waiting, contact->handle);

		msnp_purple_place(blist->login, contact, changes & MSNP_CHANGE_ALIAS);
		if (contact->status != MSNP_STATUS_OFFLINE || changes & MSNP_CHANGE_STATUS)
			show_status(blist, contact);
	}
	return TRUE;
}

/* Once: the list may be gone through again. */
static gboolean
unknown_ones(MsnpPurpleBlist *blist)
{
	if (!blist->unknown_found) {
		blist->unknown_found = TRUE;
		msnp_purple_unknown_find(blist->login);
		msnp_purple_unknown_ask(blist->login);
	}
	return FALSE;
}

static void
show_name(MsnpPurpleBlist *blist, const MsnpContact *contact)
{
	if (*contact->name)
		serv_got_alias(blist->gc, contact->handle, contact->name);
}

static void
show_changes(MsnpPurpleBlist *blist, const char *handle, guint changes)
{
	MsnpContact *contact = msnp_login_find_listed(blist->login, handle);

	if (!contact) {
		if (changes & MSNP_CHANGE_LISTS)
			msnp_purple_unplace(blist->login, handle);
		return;
	}
	if (changes & PLACE)
		msnp_purple_place(blist->login, contact, changes & MSNP_CHANGE_ALIAS);
	if (changes & MSNP_CHANGE_NAME)
		show_name(blist, contact);
	if (changes & (MSNP_CHANGE_STATUS | MSNP_CHANGE_PERSONAL | MSNP_CHANGE_CAPS) ||
	    (changes & MSNP_CHANGE_LISTS && contact->status != MSNP_STATUS_OFFLINE))
		show_status(blist, contact);
}

/* Where everything has been shown, the lists of libpurple follow all at once. */
static gboolean
privacy_change(MsnpPurpleBlist *blist)
{
	if (!blist->privacy_changed)
		return FALSE;
	blist->privacy_changed = FALSE;
	msnp_purple_privacy_sync_mode(blist->login);
	msnp_purple_privacy_sync_permit(blist->login);
	msnp_purple_privacy_sync_deny(blist->login);
	return TRUE;
}

static gboolean
one_change(MsnpPurpleBlist *blist)
{
	g_autofree char *handle = g_queue_pop_head(&blist->order);
	guint changes;

	if (!handle)
		return privacy_change(blist);
	changes = take(blist->changes, handle);
	if (changes & MSNP_CHANGE_LISTS)
		blist->privacy_changed = TRUE;
	if (!msnp_purple_edit_is_busy(blist->login, handle)) {
		changes |= take(blist->waiting, handle);
	} else if (changes & PLACE) {
		keep(blist->waiting, handle, changes & PLACE);
		changes &= ~PLACE;
	}
	if (changes)
		show_changes(blist, handle, changes);
	return TRUE;
}

static void
blist_clear(gpointer data)
{
	MsnpPurpleBlist *blist = data;

	g_queue_clear_full(&blist->order, g_free);
	g_hash_table_unref(blist->changes);
	g_hash_table_unref(blist->waiting);
}

/* The last one goes on for ever. */
static const Stage stages[] = {
	privacy_permit, privacy_deny, one_group, one_contact, unknown_ones, one_change,
};
#define FIRST_OF_LIST 2 /* one_group */

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
msnp_purple_blist_changed(MsnpPurpleBlist *blist, const char *handle, guint changes)
{
	if (!g_hash_table_contains(blist->changes, handle))
		g_queue_push_tail(&blist->order, g_strdup(handle));
	keep(blist->changes, handle, changes);
	schedule(blist);
}

void
msnp_purple_blist_refresh(MsnpPurpleBlist *blist)
{
	if (blist->stage >= FIRST_OF_LIST) {
		blist->stage = FIRST_OF_LIST;
		blist->next = 0;
	}
	schedule(blist);
}

void
msnp_purple_blist_refresh_privacy(MsnpPurpleBlist *blist)
{
	blist->privacy_changed = TRUE;
	schedule(blist);
}

/* The mode at once: when the account is connected, libpurple tells us what it has. */
MsnpPurpleBlist *
msnp_purple_blist_new(MsnpLogin *login)
{
	MsnpPurpleBlist *blist = g_rc_box_new0(MsnpPurpleBlist);

	blist->login = login;
	blist->account = login->account;
	blist->gc = login->gc;
	blist->roster = msnp_session_roster(login->session);
	blist->changes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	blist->waiting = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_queue_init(&blist->order);
	msnp_purple_privacy_sync_mode(login);
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
