/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bringing the services' lists in line with what counts: what a change that broke off, another
 * client or the server itself has left in disorder. In the background after sign-on, as changes of
 * the list editor that wait until the user asks for nothing. Source: services.md 6.1.
 */
#include "core/msnp-list-edit-private.h"

/* Of one sign-on, each with at most two calls. What breaks off leaves one or two people in
 * disorder. There are servers that put everybody on both lists, or nearly nobody on Allow (lessons
 * 46 and 47), and perhaps do so again: they must not get a thousand writes at each sign-on. What is
 * left counts as it should here all the same. */
#define REPAIRS_MAX 20

static gboolean
is_in_disorder(const MsnpContact *contact)
{
	return contact->stored != contact->lists;
}

void
msnp_list_editor_repair(MsnpSession *session)
{
	GPtrArray *contacts = msnp_roster_contacts(session->roster);
	guint n = 0;

	/* An edit may begin at once, but none is done before this is through: nothing is added to
	 * the contacts meanwhile. */
	for (guint i = 0; i < contacts->len && n < REPAIRS_MAX; i++) {
		const MsnpContact *contact = g_ptr_array_index(contacts, i);
		MsnpListEdit *edit;

		if (!is_in_disorder(contact))
			continue;
		edit = msnp_list_edit_new(session, MSNP_EDIT_REPAIR);
		edit->handle = g_strdup(contact->handle);
		edit->network = contact->network;
		msnp_list_edit_enqueue(edit);
		n++;
	}
}
