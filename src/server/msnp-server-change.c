/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a change of a list brings about, whichever way it came (web services, ADL and RML, another
 * place): the lists of the other one, and what is pushed to sessions.
 * Source: services.md 6.4, 7.1, 7.3, 8; notification.md 3.5, 4.4, 8; servers.md, lists.
 */
#include <string.h>

#include "server/msnp-server-private.h"
#include "util/msnp-xml.h"
#include "wire/msnp-address.h"
#include "wire/msnp-list-payload.h"

/* How many a list holds on the server that people use (services.md 8). */
#define FORWARD_MAX 1000
#define ALLOW_MAX   1500
#define BLOCK_MAX   1200

/* Domains of another network, which the servers know by its gateway. */
static const struct {
	const char *suffix;
	guint network;
} federated[] = {
	{ "@yahoo.com", MSNP_NETWORK_YAHOO },
	{ "@yahoo.example", MSNP_NETWORK_YAHOO },
};

void
msnp_server_changed(MsnpServer *server, MsnpServerAccount *account)
{
	for (guint i = 0; i < MSNP_SERVER_N_READS; i++)
		g_clear_pointer(&account->answers[i], g_bytes_unref);
	msnp_server_save(server);
}

/* ---- Who there is ---- */

guint
msnp_server_network_of(MsnpServer *server, MsnpServerAccount *account, const char *handle)
{
	g_autofree char *key = msnp_handle_normalize(handle);
	MsnpServerContact *contact = g_hash_table_lookup(account->by_key, key);

	if (contact != NULL)
		return contact->network;
	if (g_hash_table_contains(server->accounts->by_key, key))
		return MSNP_NETWORK_PASSPORT;
	if (msnp_handle_is_phone(handle))
		return MSNP_NETWORK_PHONE;
	for (guint i = 0; i < G_N_ELEMENTS(federated); i++) {
		if (g_str_has_suffix(key, federated[i].suffix))
			return msnp_server_faults_take(server->faults, MSNP_FAULT_ESCARGOT_WRITES)
				   ? 0
				   : federated[i].network;
	}
	return msnp_server_faults_take(server->faults, MSNP_FAULT_EVERYONE_EXISTS)
		   ? MSNP_NETWORK_PASSPORT
		   : 0;
}

MsnpServerContact *
msnp_server_contact_of(MsnpServer *server, MsnpServerAccount *account, const char *handle)
{
	MsnpServerContact *contact = msnp_server_account_contact(account, handle);
	MsnpServerAccount *other = msnp_server_accounts_find(server->accounts, handle);
	guint network;

	if (contact != NULL)
		return contact;
	network = msnp_server_network_of(server, account, handle);
	if (network == 0)
		return NULL;
	contact = msnp_server_account_add_contact(account, handle, network);
	contact->name = other == NULL ? NULL : g_strdup(other->name);
	return contact;
}

guint
msnp_server_count_list(MsnpServerAccount *account, guint list)
{
	guint n = 0;

	for (guint i = 0; i < account->contacts->len; i++) {
		const MsnpServerContact *contact = account->contacts->pdata[i];

		n += (contact->lists & list) != 0;
	}
	return n;
}

gboolean
msnp_server_list_is_full(MsnpServer *server, guint n, guint list)
{
	int limit = list == MSNP_LIST_FORWARD ? FORWARD_MAX
		    : list == MSNP_LIST_ALLOW ? ALLOW_MAX
		    : list == MSNP_LIST_BLOCK ? BLOCK_MAX
					      : G_MAXINT;

	if (limit != G_MAXINT)
		msnp_server_faults_take_any(server->faults, MSNP_FAULT_LIST_LIMIT, &limit);
	return n >= (guint)MAX(limit, 0);
}

guint
msnp_server_shown_lists(MsnpServer *server, const MsnpServerContact *contact)
{
	if (!(contact->lists & MSNP_LIST_PENDING) ||
	    !msnp_server_faults_take(server->faults, MSNP_FAULT_PENDING_HIDES))
		return contact->lists;
	return contact->lists & MSNP_LIST_FORWARD ? MSNP_LIST_FORWARD : MSNP_LIST_PENDING;
}

/* ---- Pushes ---- */

/* Text of BODY: a document of its own. */
static char *
notification_data(const MsnpServerAccount *account)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *date = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
	g_autofree char *cid = g_strdup_printf("%" G_GINT64_FORMAT, account->cid);

	msnp_xml_open(builder, "NotificationData");
	msnp_xml_declare(builder, "xsd", "http://www.w3.org/2001/XMLSchema");
	msnp_xml_declare(builder, "xsi", "http://www.w3.org/2001/XMLSchema-instance");
	msnp_xml_leaf(builder, "Service", "ABCHInternal");
	msnp_xml_leaf(builder, "CID", cid);
	msnp_xml_leaf(builder, "LastModifiedDate", date);
	msnp_xml_leaf(builder, "HasNewItem", "false");
	msnp_xml_close(builder);
	return msnp_xml_builder_fragment(builder, FALSE);
}

static void
write_recipient(MsnpXmlBuilder *builder, const MsnpServerAccount *account)
{
	g_autofree char *pid =
	    g_strdup_printf("0x%08x:0x%08x", (guint)((guint64)account->cid >> 32),
			    (guint)((guint64)account->cid & 0xffffffff));

	msnp_xml_open(builder, "TO");
	msnp_xml_attr(builder, "pid", pid);
	msnp_xml_attr(builder, "name", account->handle);
	msnp_xml_open(builder, "VIA");
	msnp_xml_attr(builder, "agent", "messenger");
	msnp_xml_close(builder);
	msnp_xml_close(builder);
}

void
msnp_server_push_change(MsnpServer *server, MsnpServerAccount *account)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autofree char *data = notification_data(account), *text = NULL;
	/* Who follows this address (notification.md 17.23) is complained about by the web side. */
	g_autofree char *url = g_strconcat(server->base_url, "/", NULL);

	if (account->session == NULL)
		return;
	msnp_xml_open(builder, "NOTIFICATION");
	msnp_xml_attr(builder, "id", "0");
	msnp_xml_attr(builder, "siteid", "45705");
	msnp_xml_attr(builder, "siteurl", url);
	write_recipient(builder, account);
	msnp_xml_open(builder, "MSG");
	msnp_xml_attr(builder, "id", "0");
	msnp_xml_open(builder, "ACTION");
	msnp_xml_attr(builder, "url", "a.htm");
	msnp_xml_close(builder);
	msnp_xml_open(builder, "SUBSCR");
	msnp_xml_attr(builder, "url", "s.htm");
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "BODY", data);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	text = msnp_xml_builder_fragment(builder, FALSE);
	msnp_server_client_send_payload(account->session->client, "NOT", text, -1);
}

/* ADL 0 or RML 0, and NOT, if the account is signed on: about is on its Reverse list now, or off.
 */
static void
push_reverse(MsnpServer *server, MsnpServerAccount *account, MsnpServerAccount *about,
	     gboolean added)
{
	g_autofree char *name = added ? msnp_server_encoded_name(server, about) : NULL;
	g_autofree char *text =
	    msnp_server_list_text(about->handle, MSNP_LIST_REVERSE, MSNP_NETWORK_PASSPORT, name);

	if (account->session == NULL)
		return;
	msnp_server_client_send_payload(account->session->client, added ? "ADL 0" : "RML 0", text,
					-1);
	msnp_server_push_change(server, account);
}

/* ---- What the other one gets ---- */

/* The other one's account, if there is one that is not one's own. */
static MsnpServerAccount *
other_account(MsnpServer *server, MsnpServerAccount *account, const MsnpServerContact *contact)
{
	MsnpServerAccount *other = g_hash_table_lookup(server->accounts->by_key, contact->key);

	return contact->network == MSNP_NETWORK_PASSPORT && other != account ? other : NULL;
}

/* The other one has the account on Reverse now, and decides about it if that is still to do. */
static void
tell_added(MsnpServer *server, MsnpServerAccount *account, const MsnpServerContact *contact,
	   const char *invitation, const char *name)
{
	MsnpServerAccount *other = other_account(server, account, contact);
	MsnpServerContact *back =
	    other == NULL ? NULL : msnp_server_contact_of(server, other, account->handle);
	guint had;

	if (back == NULL)
		return;
	had = back->lists;
	back->lists |= MSNP_LIST_REVERSE;
	if (!(had & MSNP_LISTS_SENT)) {
		back->lists |= MSNP_LIST_PENDING;
		g_free(back->name);
		back->name = g_strdup(name == NULL || *name == '\0' ? account->name : name);
		g_free(back->invitation);
		back->invitation =
		    invitation == NULL || *invitation == '\0' ? NULL : g_strdup(invitation);
	}
	if (back->lists == had)
		return;
	msnp_server_touch_lists(server, other, back, back->lists & ~had);
	msnp_server_changed(server, other);
	push_reverse(server, other, account, TRUE);
}

static void
tell_removed(MsnpServer *server, MsnpServerAccount *account, const MsnpServerContact *contact)
{
	MsnpServerAccount *other = other_account(server, account, contact);
	MsnpServerContact *back =
	    other == NULL ? NULL : g_hash_table_lookup(other->by_key, account->key);

	if (back == NULL || !(back->lists & MSNP_LIST_REVERSE))
		return;
	back->lists &= ~(guint)MSNP_LIST_REVERSE;
	msnp_server_touch_lists(server, other, back, MSNP_LIST_REVERSE);
	msnp_server_changed(server, other);
	push_reverse(server, other, account, FALSE);
}

/* ---- Changes ---- */

void
msnp_server_put_on(MsnpServer *server, MsnpServerAccount *account, MsnpServerContact *contact,
		   guint lists, const char *invitation, const char *name)
{
	guint added = lists & ~contact->lists;

	contact->lists |= lists;
	if (added != 0) {
		msnp_server_touch_lists(server, account, contact, added);
		msnp_server_changed(server, account);
	}
	if (added & MSNP_LIST_FORWARD)
		tell_added(server, account, contact, invitation, name);
}

void
msnp_server_take_off(MsnpServer *server, MsnpServerAccount *account, MsnpServerContact *contact,
		     guint lists)
{
	guint removed = lists & contact->lists;

	contact->lists &= ~lists;
	if (removed & MSNP_LIST_FORWARD) {
		g_ptr_array_set_size(contact->groups, 0);
		g_clear_pointer(&contact->alias, g_free);
	}
	if (removed & MSNP_LIST_PENDING)
		g_clear_pointer(&contact->invitation, g_free);
	if (removed != 0) {
		msnp_server_touch_lists(server, account, contact, removed);
		msnp_server_changed(server, account);
	}
	if (removed & MSNP_LIST_FORWARD)
		tell_removed(server, account, contact);
}
