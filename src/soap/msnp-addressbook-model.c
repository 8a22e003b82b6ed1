/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address book as a thing: made and freed. Knows nothing of XML.
 */
#include "soap/msnp-addressbook.h"

static void
group_free(gpointer data)
{
	MsnpAbGroup *group = data;

	g_free(group->id);
	g_free(group->name);
	g_free(group);
}

static void
contact_free(gpointer data)
{
	MsnpAbContact *contact = data;

	g_free(contact->id);
	g_free(contact->handle);
	g_free(contact->display_name);
	g_free(contact->nickname);
	g_strfreev(contact->group_ids);
	g_free(contact->phone_home);
	g_free(contact->phone_work);
	g_free(contact->phone_mobile);
	g_free(contact);
}

MsnpAddressBook *
msnp_address_book_new(void)
{
	MsnpAddressBook *book = g_new0(MsnpAddressBook, 1);

	book->groups = g_ptr_array_new_with_free_func(group_free);
	book->contacts = g_ptr_array_new_with_free_func(contact_free);
	book->own_name = g_strdup("");
	book->last_change = g_strdup("");
	return book;
}

void
msnp_address_book_free(MsnpAddressBook *book)
{
	if (book == NULL)
		return;
	g_ptr_array_unref(book->groups);
	g_ptr_array_unref(book->contacts);
	g_free(book->own_name);
	g_free(book->last_change);
	g_free(book);
}
