/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BLP, ADL, RML and FQY. The <ml> payload is read here from its raw bytes, not by src/wire: what
 * client and server get wrong in the same way would not show.
 * Source: notification.md 4 and 17 (rows 11 to 14).
 */
#include <string.h>

#include "server/msnp-server-private.h"
#include "util/msnp-xml.h"
#include "wire/msnp-address.h"
#include "wire/msnp-list-payload.h"

/* One <c> of a payload. */
typedef struct {
	char *handle;
	char *key;
	guint lists;   /* 0: missing */
	guint network; /* 0: missing */
} Entry;

typedef struct {
	MsnpServerSession *session;
	MsnpServerCommand *command;
	GPtrArray *entries;
	gboolean initial;
	gboolean query; /* FQY: without l, perhaps without t */
	guint error;    /* 0: good so far */
} Payload;

static void
entry_free(Entry *entry)
{
	g_free(entry->handle);
	g_free(entry->key);
	g_free(entry);
}

/* Refuses the payload: what the servers do (notification.md 4.4), the link ends. */
static void bad(Payload *payload, guint number, const char *row, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

static void
bad(Payload *payload, guint number, const char *row, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	if (payload->error != 0)
		return;
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	payload->error = number;
	msnp_server_client_send(payload->session->client, "%u %u", number, payload->command->trid);
	msnp_server_client_refuse(payload->session->client, row, "%s: %s", payload->command->verb,
				  text);
}

static void
warn(Payload *payload, const char *row, const char *text, const char *handle)
{
	msnp_server_client_complain(payload->session->client, row, "%s: %s: %s",
				    payload->command->verb, text, handle);
}

/* Numbers in attributes have no sign, blank or leading zero. 0: missing or not such a number. */
static guint
number_attribute(xmlNode *node, const char *name)
{
	g_autofree char *text = msnp_xml_attribute(node, name);
	guint64 value = 0;

	if (text == NULL || text[0] == '0' ||
	    !g_ascii_string_to_unsigned(text, 10, 1, 1000000, &value, NULL))
		return 0;
	return (guint)value;
}

static void
check_entry(Payload *payload, Entry *entry, gboolean phone)
{
	static const guint networks[] = { 1, 2, 4, 8, 16, 32 };
	gboolean known = payload->query && entry->network == 0;

	for (guint i = 0; i < G_N_ELEMENTS(networks); i++)
		known = known || entry->network == networks[i];
	if (!known)
		bad(payload, 204, "notification.md 17.12", "no network, or an unknown one, for %s",
		    entry->handle);
	else if (payload->query)
		return;
	else if (entry->lists == 0 || entry->lists > 7 || (entry->lists & 6) == 6)
		bad(payload, 241, "notification.md 17.12", "bad list bits %u for %s", entry->lists,
		    entry->handle);
	else if (!msnp_handle_is_valid(entry->handle) ||
		 phone != msnp_handle_is_phone(entry->handle))
		bad(payload, 201, "notification.md 17.12", "%s is no address", entry->handle);
	else if (msnp_handle_equal(entry->handle, payload->session->account->handle))
		warn(payload, "notification.md 4.1", "oneself", entry->handle);
}

static void
read_contact(Payload *payload, xmlNode *node, const char *domain)
{
	g_autofree char *name = msnp_xml_attribute(node, "n");
	Entry *entry = g_new0(Entry, 1);

	entry->handle = domain == NULL ? g_strdup(name == NULL ? "" : name)
				       : g_strdup_printf("%s@%s", name == NULL ? "" : name, domain);
	entry->key = msnp_handle_normalize(entry->handle);
	entry->lists = number_attribute(node, "l");
	entry->network = domain == NULL ? MSNP_NETWORK_PHONE : number_attribute(node, "t");
	g_ptr_array_add(payload->entries, entry);
	if (!msnp_xml_is(node, "c") || name == NULL)
		bad(payload, 241, "notification.md 17.11",
		    "something else than <c n=...> in the list");
	else
		check_entry(payload, entry, domain == NULL);
}

static void
read_domain(Payload *payload, xmlNode *node, GHashTable *domains)
{
	g_autofree char *name = msnp_xml_attribute(node, "n");
	gboolean phones = msnp_xml_is(node, "t");
	guint n = 0;

	if (!phones && (!msnp_xml_is(node, "d") || name == NULL || *name == '\0')) {
		bad(payload, 241, "notification.md 17.11", "something else than <d n=...> in <ml>");
		return;
	}
	if (!g_hash_table_add(domains, phones ? g_strdup("") : g_ascii_strdown(name, -1)))
		warn(payload, "notification.md 17.11", "a domain twice in one part",
		     phones ? "<t>" : name);
	for (xmlNode *c = node->children; c != NULL && payload->error == 0; c = c->next) {
		read_contact(payload, c, phones ? NULL : name);
		n++;
	}
	if (n == 0)
		bad(payload, 240, "notification.md 17.11", "a <d> without <c>");
}

/* White space between tags ends the connection on the official server. */
static gboolean
has_text_between_tags(const char *bytes)
{
	gboolean inside = FALSE;

	for (const char *p = bytes; *p != '\0'; p++) {
		if (*p == '<')
			inside = TRUE;
		else if (!inside)
			return TRUE;
		else if (*p == '>')
			inside = FALSE;
	}
	return inside;
}

/* Checks and reads the payload; error is set if it was refused. */
static void
read_payload(Payload *payload)
{
	MsnpServerCommand *command = payload->command;
	g_autoptr(xmlDoc) doc = NULL;
	g_autoptr(GHashTable) domains =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	xmlNode *root;

	if (command->payload_length > MSNP_LIST_PAYLOAD_MAX)
		bad(payload, 241, "notification.md 17.11", "a payload of %u bytes",
		    (guint)command->payload_length);
	else if (strlen(command->payload) != command->payload_length ||
		 has_text_between_tags(command->payload) ||
		 g_str_has_prefix(command->payload, "<?"))
		bad(payload, 241, "notification.md 17.11", "white space or text between the tags");
	if (payload->error != 0)
		return;
	doc = msnp_xml_parse(command->payload, (gssize)command->payload_length, NULL);
	root = doc == NULL ? NULL : xmlDocGetRootElement(doc);
	if (root == NULL || !msnp_xml_is(root, "ml")) {
		bad(payload, 241, "notification.md 17.11", "the payload is no <ml>");
		return;
	}
	payload->initial = number_attribute(root, "l") == 1;
	for (xmlNode *d = root->children; d != NULL && payload->error == 0; d = d->next)
		read_domain(payload, d, domains);
	if (payload->entries->len > MSNP_LIST_CONTACTS_MAX)
		bad(payload, 241, "notification.md 17.11", "%u contacts", payload->entries->len);
	if (payload->error == 0 && !payload->initial && payload->entries->len != 1)
		msnp_server_client_complain(payload->session->client, "notification.md 17.14",
					    "%s with %u contacts", command->verb,
					    payload->entries->len);
}

static void
payload_init(Payload *payload, MsnpServerSession *session, MsnpServerCommand *command)
{
	memset(payload, 0, sizeof *payload);
	payload->session = session;
	payload->command = command;
	payload->query = strcmp(command->verb, "FQY") == 0;
	payload->entries = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
	read_payload(payload);
}

/* An error that leaves the link alone. */
static void
answer_error(Payload *payload, guint number)
{
	MsnpServerClient *client = payload->session->client;
	MsnpServerCommand *command = payload->command;

	if (msnp_server_faults_take(client->server->faults, MSNP_FAULT_ERROR_PAYLOAD)) {
		g_autofree char *head = g_strdup_printf("%u %u", number, command->trid);

		msnp_server_client_send_payload(client, head, command->payload,
						(gssize)command->payload_length);
	} else {
		msnp_server_client_send(client, "%u %u", number, command->trid);
	}
}

static guint
bits_of(MsnpServerSession *session, const char *key)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(session->lists, key));
}

static void
set_bits(MsnpServerSession *session, const Entry *entry, guint bits)
{
	g_hash_table_replace(session->lists, g_strdup(entry->key), GUINT_TO_POINTER(bits));
	if (entry->network != 0)
		g_hash_table_replace(session->networks, g_strdup(entry->key),
				     GUINT_TO_POINTER(entry->network));
}

/* Tells those whose view of the session changes: before are those who saw it until now. */
static void
tell_changes(MsnpServerSession *session, GPtrArray *before)
{
	g_autoptr(GPtrArray) now = msnp_server_watchers(session);

	if (!msnp_server_session_visible(session))
		return;
	for (guint i = 0; i < before->len; i++) {
		if (!g_ptr_array_find(now, before->pdata[i], NULL))
			msnp_server_announce_to(session, before->pdata[i], FALSE);
	}
	for (guint i = 0; i < now->len; i++) {
		if (g_ptr_array_find(before, now->pdata[i], NULL))
			continue;
		msnp_server_announce_to(session, now->pdata[i], TRUE);
		msnp_server_send_ubx_to(session, now->pdata[i]);
	}
}

/* ---- ADL ---- */

static void
add_initial(Payload *payload)
{
	MsnpServerSession *session = payload->session;

	if (session->chg_seen)
		msnp_server_client_complain(session->client, "notification.md 17.11",
					    "an initial ADL after CHG");
	for (guint i = 0; i < payload->entries->len; i++) {
		Entry *entry = payload->entries->pdata[i];

		if (bits_of(session, entry->key) != 0)
			warn(payload, "notification.md 17.11", "somebody twice", entry->handle);
		set_bits(session, entry, entry->lists);
	}
	msnp_server_client_send(session->client, "ADL %u OK", payload->command->trid);
}

static guint
network_of(MsnpServerSession *session, const Entry *entry)
{
	return msnp_server_network_of(session->client->server, session->account, entry->handle);
}

static gboolean
writes_through(MsnpServerSession *session)
{
	return msnp_server_faults_take(session->client->server->faults, MSNP_FAULT_WRITE_THROUGH);
}

/* services.md 9: the web service is told first, so what it knows must agree already. */
static void
check_told_before(Payload *payload, const Entry *entry, gboolean added)
{
	MsnpServerContact *contact =
	    g_hash_table_lookup(payload->session->account->by_key, entry->key);
	guint stored = contact == NULL ? 0 : contact->lists;

	if (added ? (entry->lists & ~stored) != 0 : (entry->lists & stored) != 0)
		warn(payload, "services.md 15.17",
		     added ? "not on that list of the web services yet"
			   : "still on that list of the web services",
		     entry->handle);
}

/* What Escargot does: the lists of the web services are these. */
static void
write_through(MsnpServerSession *session, const Entry *entry, gboolean added)
{
	MsnpServer *server = session->client->server;
	MsnpServerContact *contact =
	    msnp_server_contact_of(server, session->account, entry->handle);

	if (contact == NULL)
		return;
	if (!added) {
		msnp_server_take_off(server, session->account, contact, entry->lists);
		return;
	}
	msnp_server_put_on(server, session->account, contact, entry->lists, NULL, NULL);
	/* An oddity: the name is forgotten (notification.md 4.4). */
	if (entry->lists & MSNP_LIST_FORWARD)
		msnp_server_set_contact_name(server, session->account, contact, contact->handle);
}

static gboolean
session_list_is_full(MsnpServerSession *session, guint list)
{
	GHashTableIter iter;
	gpointer bits;
	guint n = 0;

	g_hash_table_iter_init(&iter, session->lists);
	while (g_hash_table_iter_next(&iter, NULL, &bits))
		n += (GPOINTER_TO_UINT(bits) & list) != 0;
	return msnp_server_list_is_full(session->client->server, n, list);
}

/* The error number that the contact of a later ADL gets; 0: none. */
static guint
refusal(Payload *payload, const Entry *entry)
{
	MsnpServerSession *session = payload->session;
	guint bits = bits_of(session, entry->key);

	if (network_of(session, entry) == 0)
		return 208;
	if ((entry->lists & MSNP_LIST_BLOCK && bits & MSNP_LIST_ALLOW) ||
	    (entry->lists & MSNP_LIST_ALLOW && bits & MSNP_LIST_BLOCK)) {
		warn(payload, "notification.md 4.4", "on the opposite list", entry->handle);
		return 219;
	}
	if ((entry->lists & ~bits) == 0)
		return writes_through(session) ? 0 : 215;
	for (guint list = MSNP_LIST_FORWARD; list <= MSNP_LIST_BLOCK; list <<= 1) {
		if (entry->lists & ~bits & list && session_list_is_full(session, list))
			return 210;
	}
	return 0;
}

/* ILN before OK for who is on the contact list now and was added, or is allowed again. */
static void
add_entry(Payload *payload, const Entry *entry)
{
	MsnpServerSession *session = payload->session;
	guint bits = bits_of(session, entry->key) | entry->lists;

	check_told_before(payload, entry, TRUE);
	set_bits(session, entry, bits);
	if (writes_through(session))
		write_through(session, entry, TRUE);
	if (session->chg_seen && bits & MSNP_LIST_FORWARD &&
	    entry->lists & (MSNP_LIST_FORWARD | MSNP_LIST_ALLOW))
		msnp_server_send_iln(session, payload->command->trid, entry->key);
}

static void
add_later(Payload *payload)
{
	MsnpServerSession *session = payload->session;
	g_autoptr(GPtrArray) before = msnp_server_watchers(session);

	if (!session->chg_seen)
		msnp_server_client_complain(session->client, "notification.md 17.11",
					    "ADL without l=\"1\" before CHG");
	for (guint i = 0; i < payload->entries->len; i++) {
		guint number = refusal(payload, payload->entries->pdata[i]);

		if (number != 0) {
			answer_error(payload, number);
			return;
		}
	}
	for (guint i = 0; i < payload->entries->len; i++)
		add_entry(payload, payload->entries->pdata[i]);
	msnp_server_client_send(session->client, "ADL %u OK", payload->command->trid);
	tell_changes(session, before);
}

void
msnp_server_ns_adl(MsnpServerSession *session, MsnpServerCommand *command)
{
	Payload payload;

	payload_init(&payload, session, command);
	session->adl_seen = TRUE;
	if (payload.error == 0 && payload.initial)
		add_initial(&payload);
	else if (payload.error == 0)
		add_later(&payload);
	g_ptr_array_unref(payload.entries);
}

/* ---- RML, FQY, BLP ---- */

void
msnp_server_ns_rml(MsnpServerSession *session, MsnpServerCommand *command)
{
	g_autoptr(GPtrArray) before = msnp_server_watchers(session);
	Payload payload;

	payload_init(&payload, session, command);
	for (guint i = 0; payload.error == 0 && i < payload.entries->len; i++) {
		Entry *entry = payload.entries->pdata[i];
		guint bits = bits_of(session, entry->key);

		if ((bits & entry->lists) == 0 && !writes_through(session)) {
			payload.error = 216;
			answer_error(&payload, 216);
		} else {
			check_told_before(&payload, entry, FALSE);
			set_bits(session, entry, bits & ~entry->lists);
			if (writes_through(session))
				write_through(session, entry, FALSE);
		}
	}
	if (payload.error == 0)
		msnp_server_client_send(session->client, "RML %u OK", command->trid);
	if (!session->client->ending)
		tell_changes(session, before);
	g_ptr_array_unref(payload.entries);
}

void
msnp_server_ns_fqy(MsnpServerSession *session, MsnpServerCommand *command)
{
	g_autofree char *head = g_strdup_printf("FQY %u", command->trid);
	Payload payload;
	Entry *entry;

	if (session->dialect == 13) {
		msnp_server_client_refuse(session->client, "notification.md 17.4", "FQY in MSNP13");
		return;
	}
	payload_init(&payload, session, command);
	entry = payload.entries->len == 0 ? NULL : payload.entries->pdata[0];
	if (payload.error == 0 && entry != NULL && network_of(session, entry) == 0) {
		answer_error(&payload, 208);
	} else if (payload.error == 0 && entry != NULL) {
		g_autofree char *text =
		    msnp_server_list_text(entry->handle, 0, network_of(session, entry), NULL);

		msnp_server_client_send_payload(session->client, head, text, -1);
	}
	g_ptr_array_unref(payload.entries);
}

char *
msnp_server_list_text(const char *handle, guint lists, guint network, const char *name)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autofree char *l = g_strdup_printf("%u", lists);
	g_autofree char *t = g_strdup_printf("%u", network);
	const char *at = strrchr(handle, '@');
	g_autofree char *local =
	    g_strndup(handle, at == NULL ? strlen(handle) : (gsize)(at - handle));

	msnp_xml_open(builder, "ml");
	msnp_xml_open(builder, "d");
	msnp_xml_attr(builder, "n", at == NULL ? "" : at + 1);
	msnp_xml_open(builder, "c");
	msnp_xml_attr(builder, "n", local);
	if (lists != 0)
		msnp_xml_attr(builder, "l", l);
	msnp_xml_attr(builder, "t", t);
	if (name != NULL)
		msnp_xml_attr(builder, "f", name);
	return msnp_xml_builder_fragment(builder, FALSE);
}

void
msnp_server_ns_blp(MsnpServerSession *session, MsnpServerCommand *command)
{
	const char *value = msnp_server_command_param(command, 1);
	gboolean block = strcmp(value, "BL") == 0;
	g_autoptr(GPtrArray) before = msnp_server_watchers(session);

	if (command->n != 2 || (!block && strcmp(value, "AL") != 0)) {
		msnp_server_client_refuse(session->client, "notification.md 2.1", "BLP with %s",
					  value);
		return;
	}
	if (session->blp_seen && block == session->block_others) {
		msnp_server_client_send(session->client, "218 %u", command->trid);
		return;
	}
	session->blp_seen = TRUE;
	session->block_others = block;
	if (writes_through(session))
		msnp_server_set_privacy(session->client->server, session->account, block);
	msnp_server_client_send(session->client, "%s", command->line);
	tell_changes(session, before);
}

/* ---- Row 13: ADL against the lists of the web services ---- */

/* Are these the bits that a client makes of what SOAP said (services.md 6.1)? */
static gboolean
bits_agree(guint soap, guint adl)
{
	guint wanted = soap & MSNP_LISTS_SENT;

	if (wanted & MSNP_LIST_BLOCK)
		wanted &= ~(guint)MSNP_LIST_ALLOW;
	/* Neither allowed nor blocked counts as allowed, except if it is pending. */
	if (wanted == MSNP_LIST_FORWARD && adl == (MSNP_LIST_FORWARD | MSNP_LIST_ALLOW))
		return TRUE;
	return wanted == adl;
}

/* People whom a client leaves out of ADL. */
static gboolean
is_left_out(MsnpServerSession *session, const MsnpServerContact *contact)
{
	return strcmp(contact->key, session->account->key) == 0 ||
	       strcmp(contact->key, "messenger@microsoft.com") == 0 ||
	       !msnp_handle_is_valid(contact->handle) ||
	       (session->dialect == 13 && contact->network != MSNP_NETWORK_PASSPORT &&
		contact->network != MSNP_NETWORK_PHONE);
}

void
msnp_server_check_lists(MsnpServerSession *session)
{
	GPtrArray *contacts = session->account->contacts;
	guint wrong = 0, listed = 0;
	const char *example = NULL;

	for (guint i = 0; i < contacts->len; i++) {
		MsnpServerContact *contact = contacts->pdata[i];
		guint adl = bits_of(session, contact->key);
		guint network =
		    GPOINTER_TO_UINT(g_hash_table_lookup(session->networks, contact->key));

		listed += adl != 0;
		if (is_left_out(session, contact) && adl == 0)
			continue;
		if (!bits_agree(msnp_server_shown_lists(session->client->server, contact), adl) ||
		    (adl != 0 && network != contact->network)) {
			wrong++;
			example = contact->handle;
		}
	}
	if (wrong > 0)
		msnp_server_client_complain(session->client, "notification.md 17.13",
					    "ADL and the lists of SOAP differ in %u contacts: %s",
					    wrong, example);
	if (listed < g_hash_table_size(session->lists))
		msnp_server_client_complain(session->client, "notification.md 17.13",
					    "ADL names people who are on no list of SOAP");
}
