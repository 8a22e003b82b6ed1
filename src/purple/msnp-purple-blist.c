/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's contact list in libpurple's: when what is done. Where each one stands is for
 * msnp-purple-place.c.
 *
 * The roster may come twice: as it was last time, before the server has answered, and confirmed.
 * From the first, who is missing here is added; nobody is moved, taken away or asked about. What is
 * different then waits for the confirmation, and so does later who is said to have gone: until the
 * whole list has been read, nobody goes.
 *
 * All of it is done in slices of SLICE_US per main-loop turn, the initial list as well as changes,
 * which come in floods of thousands after sign-on. A slice takes one piece of work after the other,
 * in the order of the table of stages. While changes of the user's are under way, the place of whom
 * they are about waits: the list here is ahead of the server's.
 */
#include "msnp-purple.h"

#include "util/msnp-log.h"

#define SLICE_US 2000

/* Beside the bits of MsnpChange: a change of the user's has been carried out or refused. */
#define CHANGE_EDITED (1u << 31)
/* What is about the place of a contact. */
#define PLACE (MSNP_CHANGE_LISTS | MSNP_CHANGE_GROUPS | MSNP_CHANGE_ALIAS | CHANGE_EDITED)

struct _MsnpPurpleBlist { /* reference-counted: what libpurple's signals call may close the account
			   */
	MsnpLogin *login; /* which outlives this */
	PurpleAccount *account;
	PurpleConnection *gc; /* NULL once the account is closed */
	MsnpRoster *roster;   /* of the session, which outlives this */
	guint stage;          /* index into stages */
	guint next;           /* the next group or contact of this stage */
	gboolean confirmed;
	gboolean reread;  /* it was confirmed again */
	gboolean compare; /* buddies here are to be compared with the server's */
	gboolean regroup; /* groups are different, so all places may be */
	gboolean privacy_changed;
	MsnpPurpleGroups *groups;
	/* Handles that the server had, and perhaps has no more. Borrowed: a roster keeps everybody.
	 */
	GHashTable *known;
	GQueue gone;         /* those of them that go, copies */
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
	msnp_purple_privacy_sync_deny(blist->login, !blist->confirmed);
	return FALSE;
}

static gboolean
one_renamed(MsnpPurpleBlist *blist)
{
	return msnp_purple_groups_rename_one(blist->groups, blist->login);
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

void
msnp_purple_blist_ensure_status(PurpleAccount *account, PurpleBuddy *buddy, const char *id)
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
		msnp_purple_blist_ensure_status(blist->account, l->data, id);
	if (!offline && *contact->message)
		purple_prpl_got_user_status(blist->account, contact->handle, id, "message",
					    contact->message, NULL);
	else
		purple_prpl_got_user_status(blist->account, contact->handle, id, NULL);
	/* Not purple_prpl_got_user_idle(): that one wants the account to be signed on already. */
	for (GSList *l = buddies; l; l = l->next)
		purple_presence_set_idle(purple_buddy_get_presence(l->data),
					 contact->status == MSNP_STATUS_IDLE, 0);
	msnp_purple_media_show(blist->account, contact, buddies);
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

static void
show_contact(MsnpPurpleBlist *blist, const MsnpContact *contact)
{
	/* What has changed meanwhile is shown with it. */
	guint changes =
	    take(blist->changes, contact->handle) | take(blist->waiting, contact->handle);

	msnp_purple_place(blist->login, contact, changes & MSNP_CHANGE_ALIAS);
	if (contact->status != MSNP_STATUS_OFFLINE || changes & MSNP_CHANGE_STATUS)
		show_status(blist, contact);
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
	if (!(contact->lists & MSNP_LIST_FORWARD) ||
	    msnp_purple_edit_is_busy(blist->login, contact->handle))
		return TRUE;
	if (blist->confirmed)
		show_contact(blist, contact);
	else
		msnp_purple_place_at_first(blist->login, contact);
	return TRUE;
}

static gboolean
unknown_ones(MsnpPurpleBlist *blist)
{
	if (!blist->compare)
		return FALSE;
	blist->compare = FALSE;
	msnp_purple_unknown_find(blist->login, blist->known, &blist->gone);
	g_hash_table_remove_all(blist->known);
	msnp_purple_unknown_ask(blist->login);
	return FALSE;
}

static gboolean
one_gone(MsnpPurpleBlist *blist)
{
	g_autofree char *handle = g_queue_pop_head(&blist->gone);

	if (handle && !msnp_login_find_listed(blist->login, handle) &&
	    !msnp_purple_edit_is_busy(blist->login, handle))
		msnp_purple_unplace(blist->login, handle);
	return handle != NULL;
}

static gboolean
one_vanished(MsnpPurpleBlist *blist)
{
	return msnp_purple_groups_drop_one(blist->groups, blist->login);
}

static void
show_name(MsnpPurpleBlist *blist, const MsnpContact *contact)
{
	g_autofree char *shown = msnp_purple_shown_words(blist->account, contact->name);

	if (*shown)
		serv_got_alias(blist->gc, contact->handle, shown);
}

static void
show_changes(MsnpPurpleBlist *blist, const char *handle, guint changes)
{
	MsnpContact *contact = msnp_login_find_listed(blist->login, handle);

	if (!contact) {
		if (changes & CHANGE_EDITED)
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
	msnp_purple_privacy_sync_deny(blist->login, FALSE);
	return TRUE;
}

static gboolean begin_again(MsnpPurpleBlist *blist);

static gboolean
one_change(MsnpPurpleBlist *blist)
{
	g_autofree char *handle = g_queue_pop_head(&blist->order);
	guint changes;

	if (!handle)
		return begin_again(blist) || privacy_change(blist);
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
	g_hash_table_unref(blist->known);
	g_queue_clear_full(&blist->gone, g_free);
	msnp_purple_groups_free(blist->groups);
}

enum {
	STAGE_PERMIT,
	STAGE_DENY,
	STAGE_RENAMED,
	STAGE_GROUPS,
	STAGE_CONTACTS,
	STAGE_UNKNOWN,
	STAGE_GONE,
	STAGE_VANISHED,
	STAGE_CHANGES,
	N_STAGES
};

/* The last one goes on for ever. */
static const struct {
	Stage run;
	gboolean at_once; /* also with the roster of last time */
} stages[] = {
	[STAGE_PERMIT] = { privacy_permit, FALSE }, [STAGE_DENY] = { privacy_deny, TRUE },
	[STAGE_RENAMED] = { one_renamed, FALSE },   [STAGE_GROUPS] = { one_group, TRUE },
	[STAGE_CONTACTS] = { one_contact, TRUE },   [STAGE_UNKNOWN] = { unknown_ones, FALSE },
	[STAGE_GONE] = { one_gone, FALSE },         [STAGE_VANISHED] = { one_vanished, FALSE },
	[STAGE_CHANGES] = { one_change, FALSE },
};
G_STATIC_ASSERT(G_N_ELEMENTS(stages) == N_STAGES);

static void
go_to(MsnpPurpleBlist *blist, guint stage)
{
	blist->stage = stage;
	blist->next = 0;
}

/* After a later confirmation, once all that was told before it has been shown. */
static gboolean
begin_again(MsnpPurpleBlist *blist)
{
	if (!blist->reread)
		return FALSE;
	blist->reread = FALSE;
	blist->compare = g_hash_table_size(blist->known) > 0;
	blist->privacy_changed = TRUE;
	go_to(blist, blist->regroup ? STAGE_RENAMED : STAGE_UNKNOWN);
	blist->regroup = FALSE;
	return TRUE;
}

/* FALSE: there is nothing more to do for now. */
static gboolean
work_slice(MsnpPurpleBlist *blist)
{
	gint64 until = g_get_monotonic_time() + SLICE_US;

	do {
		if ((blist->confirmed || stages[blist->stage].at_once) &&
		    stages[blist->stage].run(blist))
			continue;
		if (blist->stage == N_STAGES - 1)
			return FALSE;
		go_to(blist, blist->stage + 1);
	} while (blist->gc && g_get_monotonic_time() < until);
	return blist->gc != NULL;
}

static gboolean
work(gpointer data)
{
	MsnpPurpleBlist *blist = g_rc_box_acquire(data);
	MsnpLogin *login = msnp_login_ref(blist->login);
	gboolean more = work_slice(blist);

	if (!more)
		blist->source = 0;
	msnp_login_unref(login);
	g_rc_box_release_full(blist, blist_clear);
	return more;
}

static void
schedule(MsnpPurpleBlist *blist)
{
	if (!blist->source)
		blist->source = g_idle_add(work, blist);
}

/* Whoever is not on the contact list any more goes when the server has been heard to the end. */
static void
keep_as_known(MsnpPurpleBlist *blist, const char *handle)
{
	MsnpContact *contact = msnp_roster_find(blist->roster, handle);

	if (contact && !(contact->lists & MSNP_LIST_FORWARD))
		g_hash_table_add(blist->known, contact->handle);
}

void
msnp_purple_blist_changed(MsnpPurpleBlist *blist, const char *handle, guint changes)
{
	if (!g_hash_table_contains(blist->changes, handle))
		g_queue_push_tail(&blist->order, g_strdup(handle));
	keep(blist->changes, handle, changes);
	if (changes & MSNP_CHANGE_LISTS && !(changes & CHANGE_EDITED))
		keep_as_known(blist, handle);
	schedule(blist);
}

void
msnp_purple_blist_edited(MsnpPurpleBlist *blist, const char *handle, guint changes)
{
	msnp_purple_blist_changed(blist, handle, changes | CHANGE_EDITED);
}

void
msnp_purple_blist_refresh(MsnpPurpleBlist *blist)
{
	if (blist->stage > STAGE_GROUPS)
		go_to(blist, STAGE_GROUPS);
	schedule(blist);
}

void
msnp_purple_blist_refresh_privacy(MsnpPurpleBlist *blist)
{
	blist->privacy_changed = TRUE;
	schedule(blist);
}

void
msnp_purple_blist_groups_edited(MsnpPurpleBlist *blist)
{
	msnp_purple_groups_learn(blist->groups, blist->roster);
}

/* The mode at once: when the account is connected, libpurple tells us what it has. */
void
msnp_purple_blist_confirmed(MsnpPurpleBlist *blist)
{
	gboolean regroup = msnp_purple_groups_compare(blist->groups, blist->roster);

	if (blist->confirmed) {
		blist->reread = TRUE;
		blist->regroup |= regroup;
	} else {
		blist->confirmed = TRUE;
		blist->compare = TRUE;
		msnp_purple_privacy_sync_mode(blist->login);
		go_to(blist, STAGE_PERMIT);
	}
	schedule(blist);
}

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
	blist->known = g_hash_table_new(g_str_hash, g_str_equal);
	g_queue_init(&blist->gone);
	blist->groups = msnp_purple_groups_new(blist->roster);
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
