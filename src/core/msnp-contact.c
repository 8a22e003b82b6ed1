/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One person of the roster. No input or output, no signals: callers learn what changed from what
 * the functions return.
 */
#include "core/msnp-contact.h"

MsnpContact *
msnp_contact_new(const char *handle, guint network)
{
	MsnpContact *contact = g_new0(MsnpContact, 1);

	contact->handle = g_strdup(handle);
	contact->network = network ? network : MSNP_NETWORK_PASSPORT;
	contact->contact_id = g_strdup("");
	contact->display_name = g_strdup("");
	contact->nickname = g_strdup("");
	contact->group_ids = g_new0(char *, 1);
	contact->phone_home = g_strdup("");
	contact->phone_work = g_strdup("");
	contact->phone_mobile = g_strdup("");
	contact->invite_message = g_strdup("");
	contact->name = g_strdup("");
	contact->message = g_strdup("");
	contact->media = g_strdup("");
	contact->status = MSNP_STATUS_OFFLINE;
	return contact;
}

void
msnp_contact_free(MsnpContact *contact)
{
	g_free(contact->handle);
	g_free(contact->contact_id);
	g_free(contact->display_name);
	g_free(contact->nickname);
	g_strfreev(contact->group_ids);
	g_free(contact->phone_home);
	g_free(contact->phone_work);
	g_free(contact->phone_mobile);
	g_free(contact->invite_message);
	for (guint i = 0; i < MSNP_N_ROLES; i++)
		g_free(contact->membership_ids[i]);
	g_free(contact->name);
	g_free(contact->object);
	g_free(contact->message);
	g_free(contact->media);
	g_free(contact);
}

const char *
msnp_contact_shown_name(const MsnpContact *contact)
{
	if (*contact->nickname)
		return contact->nickname;
	if (*contact->name)
		return contact->name;
	if (*contact->display_name)
		return contact->display_name;
	return contact->handle;
}

/* Puts a new value into a field; the change bit if it was one. */
static guint
replace(char **field, const char *value, guint change)
{
	if (!g_strcmp0(*field, value))
		return 0;
	g_free(*field);
	*field = g_strdup(value);
	return change;
}

/* ---- lists ---- */

/* Some servers list people on both sides, or hardly anybody on Allow. */
guint
msnp_contact_mend_lists(guint stored)
{
	guint lists = stored;

	if (lists & MSNP_LIST_BLOCK)
		lists &= ~MSNP_LIST_ALLOW;
	if ((lists & MSNP_LIST_FORWARD) && !(lists & (MSNP_LIST_ALLOW | MSNP_LIST_BLOCK)) &&
	    !(lists & MSNP_LIST_PENDING))
		lists |= MSNP_LIST_ALLOW;
	if (lists & MSNP_LIST_FORWARD)
		lists &= ~MSNP_LIST_PENDING;
	return lists;
}

void
msnp_contact_set_stored(MsnpContact *contact, guint stored)
{
	contact->stored = stored;
	contact->lists = msnp_contact_mend_lists(stored);
}

/* ALLOW, BLOCK, REVERSE, PENDING are 2, 4, 8, 16. */
static guint
role_index(guint list)
{
	guint index = 0;

	while (index < MSNP_N_ROLES - 1 && !(list & (MSNP_LIST_ALLOW << index)))
		index++;
	return index;
}

void
msnp_contact_change_lists(MsnpContact *contact, guint add, guint remove)
{
	for (guint i = 0; i < MSNP_N_ROLES; i++)
		if ((add | remove) & (MSNP_LIST_ALLOW << i))
			g_clear_pointer(&contact->membership_ids[i], g_free);
	contact->lists = (contact->lists | add) & ~remove;
	contact->stored = (contact->stored | add) & ~remove;
}

const char *
msnp_contact_membership_id(const MsnpContact *contact, guint list)
{
	const char *id = contact->membership_ids[role_index(list)];

	return id ? id : "";
}

void
msnp_contact_set_membership_id(MsnpContact *contact, guint list, const char *id)
{
	replace(&contact->membership_ids[role_index(list)], id && *id ? id : NULL, 0);
}

/* ---- address book ---- */

void
msnp_contact_set_id(MsnpContact *contact, const char *contact_id)
{
	replace(&contact->contact_id, contact_id, 0);
	if (!*contact_id) {
		g_strfreev(contact->group_ids);
		contact->group_ids = g_new0(char *, 1);
	}
}

void
msnp_contact_set_nickname(MsnpContact *contact, const char *nickname)
{
	replace(&contact->nickname, nickname, 0);
}

static char **
find_group_id(const MsnpContact *contact, const char *id)
{
	for (char **at = contact->group_ids; *at; at++)
		if (!g_ascii_strcasecmp(*at, id))
			return at;
	return NULL;
}

gboolean
msnp_contact_is_in_group(const MsnpContact *contact, const MsnpGroup *group)
{
	return find_group_id(contact, group->id) != NULL;
}

void
msnp_contact_put_in_group(MsnpContact *contact, const MsnpGroup *group)
{
	guint n = g_strv_length(contact->group_ids);

	if (msnp_contact_is_in_group(contact, group))
		return;
	contact->group_ids = g_renew(char *, contact->group_ids, n + 2);
	contact->group_ids[n] = g_strdup(group->id);
	contact->group_ids[n + 1] = NULL;
}

void
msnp_contact_take_from_group(MsnpContact *contact, const MsnpGroup *group)
{
	char **at = find_group_id(contact, group->id);

	if (!at)
		return;
	g_free(*at);
	for (; *at; at++)
		at[0] = at[1];
}

/* ---- presence ---- */

guint
msnp_contact_go_offline(MsnpContact *contact)
{
	guint changes = 0;

	if (contact->status != MSNP_STATUS_OFFLINE)
		changes |= MSNP_CHANGE_STATUS;
	contact->status = MSNP_STATUS_OFFLINE;
	if (contact->caps)
		changes |= MSNP_CHANGE_CAPS;
	contact->caps = 0;
	changes |= replace(&contact->object, NULL, MSNP_CHANGE_OBJECT);
	changes |= replace(&contact->message, "", MSNP_CHANGE_PERSONAL);
	changes |= replace(&contact->media, "", MSNP_CHANGE_PERSONAL);
	return changes;
}

guint
msnp_contact_set_presence(MsnpContact *contact, const MsnpPresence *presence)
{
	guint changes = 0;

	if (presence->status == MSNP_STATUS_OFFLINE)
		return msnp_contact_go_offline(contact);
	if (contact->status != presence->status)
		changes |= MSNP_CHANGE_STATUS;
	contact->status = presence->status;
	if (presence->nickname && *presence->nickname)
		changes |= replace(&contact->name, presence->nickname, MSNP_CHANGE_NAME);
	if (contact->caps != presence->caps)
		changes |= MSNP_CHANGE_CAPS;
	contact->caps = presence->caps;
	changes |= replace(&contact->object, presence->object, MSNP_CHANGE_OBJECT);
	return changes;
}

guint
msnp_contact_set_personal(MsnpContact *contact, const MsnpPersonal *personal)
{
	return replace(&contact->message, personal->message, MSNP_CHANGE_PERSONAL) |
	       replace(&contact->media, personal->current_media, MSNP_CHANGE_PERSONAL);
}

/* ---- what a fresh read says ---- */

static guint
adopt_groups(MsnpContact *contact, const MsnpContact *fresh)
{
	if (g_strv_equal((const char *const *)contact->group_ids,
			 (const char *const *)fresh->group_ids))
		return 0;
	g_strfreev(contact->group_ids);
	contact->group_ids = g_strdupv(fresh->group_ids);
	return MSNP_CHANGE_GROUPS;
}

guint
msnp_contact_adopt(MsnpContact *contact, const MsnpContact *fresh)
{
	guint changes = contact->lists != fresh->lists ? MSNP_CHANGE_LISTS : 0;

	contact->lists = fresh->lists;
	contact->stored = fresh->stored;
	changes |= adopt_groups(contact, fresh);
	replace(&contact->contact_id, fresh->contact_id, 0);
	if (replace(&contact->display_name, fresh->display_name, MSNP_CHANGE_NAME)) {
		changes |= MSNP_CHANGE_NAME;
		/* A name in the address book that is new is newer than the one seen last. */
		if (contact->status == MSNP_STATUS_OFFLINE && *fresh->display_name)
			replace(&contact->name, "", 0);
	}
	changes |= replace(&contact->nickname, fresh->nickname, MSNP_CHANGE_ALIAS);
	replace(&contact->phone_home, fresh->phone_home, 0);
	replace(&contact->phone_work, fresh->phone_work, 0);
	replace(&contact->phone_mobile, fresh->phone_mobile, 0);
	replace(&contact->invite_message, fresh->invite_message, 0);
	for (guint i = 0; i < MSNP_N_ROLES; i++)
		replace(&contact->membership_ids[i], fresh->membership_ids[i], 0);
	contact->mobile_enabled = fresh->mobile_enabled;
	return changes;
}

void
msnp_contact_drop(MsnpContact *contact)
{
	contact->lists = contact->stored = 0;
	msnp_contact_set_id(contact, "");
	msnp_contact_go_offline(contact);
}
