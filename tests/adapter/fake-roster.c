/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The roster of the core made of paper: what the test says the server has. */
#include "adapter-test.h"

struct _MsnpRoster {
	GPtrArray *contacts, *groups;
	int blp;
};

static MsnpRoster *roster;

static void
group_free(gpointer data)
{
	MsnpGroup *group = data;

	g_free(group->id);
	g_free(group->name);
	g_free(group);
}

static void
contact_free(gpointer data)
{
	MsnpContact *contact = data;
	char *fields[] = { contact->handle,       contact->contact_id,    contact->display_name,
			   contact->nickname,     contact->phone_home,    contact->phone_work,
			   contact->phone_mobile, contact->name,          contact->message,
			   contact->media,        contact->invite_message };

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		g_free(fields[i]);
	g_strfreev(contact->group_ids);
	g_free(contact);
}

MsnpRoster *
fake_roster(void)
{
	if (!roster) {
		roster = g_new0(MsnpRoster, 1);
		roster->contacts = g_ptr_array_new_with_free_func(contact_free);
		roster->groups = g_ptr_array_new_with_free_func(group_free);
	}
	return roster;
}

GPtrArray *
msnp_roster_contacts(MsnpRoster *self)
{
	return self->contacts;
}

GPtrArray *
msnp_roster_groups(MsnpRoster *self)
{
	return self->groups;
}

MsnpGroup *
msnp_roster_group(MsnpRoster *self, const char *id)
{
	for (guint i = 0; i < self->groups->len; i++) {
		MsnpGroup *group = g_ptr_array_index(self->groups, i);

		if (g_str_equal(group->id, id))
			return group;
	}
	return NULL;
}

MsnpContact *
msnp_roster_find(MsnpRoster *self, const char *handle)
{
	for (guint i = 0; i < self->contacts->len; i++) {
		MsnpContact *contact = g_ptr_array_index(self->contacts, i);

		if (g_str_equal(contact->handle, handle))
			return contact;
	}
	return NULL;
}

int
msnp_roster_blp(MsnpRoster *self)
{
	return self->blp;
}

void
fake_set_blp(int blp)
{
	fake_roster()->blp = blp;
}

void
fake_group(const char *id, const char *name)
{
	MsnpGroup *group = g_new0(MsnpGroup, 1);

	group->id = g_strdup(id);
	group->name = g_strdup(name);
	g_ptr_array_add(fake_roster()->groups, group);
}

MsnpContact *
fake_contact(const char *handle, guint lists, const char *name, const char *nickname,
	     const char *groups)
{
	MsnpContact *contact = g_new0(MsnpContact, 1);

	contact->handle = g_strdup(handle);
	contact->network =
	    g_str_has_prefix(handle, "tel:") ? MSNP_NETWORK_PHONE : MSNP_NETWORK_PASSPORT;
	contact->lists = lists;
	contact->display_name = g_strdup(name ? name : "");
	contact->nickname = g_strdup(nickname ? nickname : "");
	contact->group_ids = g_strsplit(groups ? groups : "", " ", -1);
	contact->contact_id = g_strdup("");
	contact->phone_home = g_strdup("");
	contact->phone_work = g_strdup("");
	contact->phone_mobile = g_strdup("");
	contact->invite_message = g_strdup("");
	contact->name = g_strdup("");
	contact->message = g_strdup("");
	contact->media = g_strdup("");
	g_ptr_array_add(fake_roster()->contacts, contact);
	return contact;
}

void
fake_contact_set_groups(MsnpContact *contact, const char *groups)
{
	g_strfreev(contact->group_ids);
	contact->group_ids = g_strsplit(groups, " ", -1);
}

void
fake_group_rename(const char *id, const char *name)
{
	MsnpGroup *group = msnp_roster_group(fake_roster(), id);

	g_free(group->name);
	group->name = g_strdup(name);
}

void
fake_group_remove(const char *id)
{
	g_ptr_array_remove(fake_roster()->groups, msnp_roster_group(fake_roster(), id));
}

void
fake_contact_text(char **field, const char *text)
{
	g_free(*field);
	*field = g_strdup(text);
}

void
fake_roster_stop(void)
{
	if (!roster)
		return;
	g_ptr_array_unref(roster->contacts);
	g_ptr_array_unref(roster->groups);
	g_clear_pointer(&roster, g_free);
}
