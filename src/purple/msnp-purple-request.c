/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * People who have added us and wait for an answer. The dialog may outlive the connection and the
 * account: it carries only a number, and both are looked up again when it is answered.
 *
 * Whoever is not answered is asked about again at the next sign-on: the server keeps the request.
 */
#include "msnp-purple.h"

typedef struct {
	guint id;
	char *username; /* of the account */
	char *handle;   /* of who waits */
} Request;

static GPtrArray *requests;
static guint last_id;

static void
request_free(gpointer data)
{
	Request *request = data;

	g_free(request->username);
	g_free(request->handle);
	g_free(request);
}

void
msnp_purple_requests_forget(void)
{
	g_clear_pointer(&requests, g_ptr_array_unref);
}

/* The same number for the same question: of two dialogs, the first answer counts. */
static guint
id_for(const char *username, const char *handle)
{
	Request *request;

	if (!requests)
		requests = g_ptr_array_new_with_free_func(request_free);
	for (guint i = 0; i < requests->len; i++) {
		request = g_ptr_array_index(requests, i);
		if (g_str_equal(request->username, username) &&
		    g_str_equal(request->handle, handle))
			return request->id;
	}
	request = g_new0(Request, 1);
	request->id = ++last_id;
	request->username = g_strdup(username);
	request->handle = g_strdup(handle);
	g_ptr_array_add(requests, request);
	return request->id;
}

static Request *
take(guint id)
{
	for (guint i = 0; requests && i < requests->len; i++)
		if (((Request *)g_ptr_array_index(requests, i))->id == id)
			return g_ptr_array_steal_index(requests, i);
	return NULL;
}

static gboolean
still_waits(MsnpLogin *login, const char *handle)
{
	MsnpRoster *roster = msnp_session_roster(login->session);
	const MsnpContact *contact = roster ? msnp_roster_find(roster, handle) : NULL;

	return contact && contact->lists & MSNP_LIST_PENDING;
}

static void
answer(gpointer data, MsnpEditKind kind)
{
	Request *request = take(GPOINTER_TO_UINT(data));
	MsnpLogin *login = request ? msnp_login_find_by_name(request->username) : NULL;

	if (login && still_waits(login, request->handle)) {
		MsnpEdit edit = { .kind = kind, .handle = request->handle };

		msnp_purple_edit(login, &edit);
	}
	g_clear_pointer(&request, request_free);
}

static void
accept_it(gpointer data)
{
	answer(data, MSNP_EDIT_ACCEPT);
}

static void
decline_it(gpointer data)
{
	answer(data, MSNP_EDIT_DECLINE);
}

void
msnp_purple_request(MsnpLogin *login, const MsnpContact *contact)
{
	const char *username = purple_account_get_username(login->account);
	const char *name = *contact->name ? contact->name : contact->display_name;
	guint id;

	if (!g_hash_table_add(login->requests, g_strdup(contact->handle)))
		return;
	id = id_for(username, contact->handle);
	purple_account_request_authorization(
	    login->account, contact->handle, username,
	    *name && !g_str_equal(name, contact->handle) ? name : NULL,
	    *contact->invite_message ? contact->invite_message : NULL,
	    (contact->lists & MSNP_LIST_FORWARD) != 0, accept_it, decline_it, GUINT_TO_POINTER(id));
}
