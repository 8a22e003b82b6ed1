/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buddies here that the server does not know: added while offline, left over from another service,
 * or all that there were when the server has lost its own. Nothing is done about them but what the
 * user says. Who was on the server's list and was removed at another place goes without a question.
 */
#include "msnp-purple.h"

/* How many of them the dialog names. */
#define NAMES_MAX 10

static gboolean
is_own(MsnpLogin *login, const char *handle)
{
	const char *own = msnp_session_handle(login->session);

	return own && msnp_handle_equal(own, handle);
}

static GHashTable *
listed_handles(MsnpLogin *login)
{
	GHashTable *listed = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *contacts = msnp_roster_contacts(msnp_session_roster(login->session));

	for (guint i = 0; i < contacts->len; i++) {
		MsnpContact *contact = g_ptr_array_index(contacts, i);

		if (contact->lists & MSNP_LIST_FORWARD)
			g_hash_table_add(listed, contact->handle);
	}
	return listed;
}

/* Servers have lost their data before: an empty list does not empty the one here. */
void
msnp_purple_unknown_find(MsnpLogin *login, GHashTable *known, GQueue *gone)
{
	g_autoptr(GHashTable) listed = listed_handles(login);
	g_autoptr(GSList) buddies = purple_find_buddies(login->account, NULL);
	gboolean empty = g_hash_table_size(listed) == 0;

	if (!login->unknown)
		login->unknown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (GSList *l = buddies; l; l = l->next) {
		const char *handle =
		    msnp_purple_normalize(login->account, purple_buddy_get_name(l->data));

		if (g_hash_table_contains(listed, handle) || is_own(login, handle) ||
		    msnp_purple_edit_is_busy(login, handle) ||
		    msnp_purple_unknown_has(login, handle))
			continue;
		if (!empty && g_hash_table_contains(known, handle)) {
			g_queue_push_tail(gone, g_strdup(handle));
			continue;
		}
		g_hash_table_add(login->unknown, g_strdup(handle));
		login->unknown_asked = FALSE;
	}
}

gboolean
msnp_purple_unknown_has(MsnpLogin *login, const char *handle)
{
	return login->unknown && g_hash_table_contains(login->unknown, handle);
}

/* ---- The answer ---- */

typedef void (*Deed)(MsnpLogin *login, PurpleBuddy *buddy);

static void
add_to_server(MsnpLogin *login, PurpleBuddy *buddy)
{
	msnp_purple_add_buddy(login->gc, buddy, purple_buddy_get_group(buddy));
}

static void
remove_here(MsnpLogin *login G_GNUC_UNUSED, PurpleBuddy *buddy)
{
	purple_blist_remove_buddy(buddy);
}

static void
for_each(MsnpLogin *login, Deed deed)
{
	g_autoptr(GSList) buddies = purple_find_buddies(login->account, NULL);

	msnp_login_ref(login);
	/* Others hear of each deed, and may close the account at once. */
	for (GSList *l = buddies; l && login->gc; l = l->next) {
		const char *handle =
		    msnp_purple_normalize(login->account, purple_buddy_get_name(l->data));

		if (msnp_purple_unknown_has(login, handle))
			deed(login, l->data);
	}
	msnp_login_unref(login);
}

/* The dialog goes with the connection, but not in every user interface. */
static void
answered(gpointer data, Deed deed)
{
	MsnpLogin *login = msnp_login_find(data);

	if (login && login->unknown && login->unknown_asked)
		for_each(login, deed);
}

static void
on_add(gpointer data, int action G_GNUC_UNUSED)
{
	answered(data, add_to_server);
}

static void
on_remove(gpointer data, int action G_GNUC_UNUSED)
{
	answered(data, remove_here);
}

static void
on_later(gpointer data G_GNUC_UNUSED, int action G_GNUC_UNUSED)
{
}

/* ---- The question ---- */

static char *
names_text(GHashTable *handles)
{
	GString *text = g_string_new(NULL);
	g_autoptr(GList) sorted =
	    g_list_sort(g_hash_table_get_keys(handles), (GCompareFunc)g_strcmp0);
	guint left = g_hash_table_size(handles), shown = 0;

	for (GList *l = sorted; l && shown < NAMES_MAX; l = l->next, shown++, left--)
		g_string_append_printf(text, "%s%s", shown ? "\n" : "", (char *)l->data);
	if (left)
		g_string_append_printf(
		    text, g_dngettext(GETTEXT_PACKAGE, "\nAnd %u more.", "\nAnd %u more.", left),
		    left);
	return g_string_free(text, FALSE);
}

void
msnp_purple_unknown_ask(MsnpLogin *login)
{
	g_autofree char *text = NULL;

	if (!login->unknown || login->unknown_asked || !login->gc ||
	    g_hash_table_size(login->unknown) == 0 || !msnp_session_is_signed_on(login->session))
		return;
	login->unknown_asked = TRUE;
	text = names_text(login->unknown);
	purple_request_action(login->gc, _("Contact list"),
			      _("These contacts are only on this computer, not in the contact "
				"list on the server. What shall be done with them?"),
			      text, 2, login->account, NULL, NULL, login->account, 3,
			      _("_Add them to the server"), G_CALLBACK(on_add),
			      _("_Remove them here"), G_CALLBACK(on_remove), _("Ask me _later"),
			      G_CALLBACK(on_later));
}
