/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The <ml> payloads. Written by the builder, then with a blank before each "/>", as the official
 * client has it; the cost of each contact is known beforehand, so that no part is built twice.
 * Source: notification.md 4.
 */
#include "wire/msnp-list-payload.h"

#include <string.h>

#include "util/msnp-text.h"
#include "util/msnp-xml.h"
#include "wire/msnp-command.h"
#include "wire/msnp-percent.h"

/* The highest network id; 256 and up are invalid (notification.md 4.2). */
#define MAX_NETWORK 255

/* Bytes of a part beside the names (notification.md 4.3, with the blank before "/>"). */
enum {
	COST_LIST = sizeof "<ml l=\"1\"></ml>" - 1,
	COST_DOMAIN = sizeof "<d n=\"\"></d>" - 1,
	COST_CONTACT = sizeof "<c n=\"\" l=\"\" t=\"\" />" - 1,
	COST_PHONES = sizeof "<t></t>" - 1,
	COST_PHONE = sizeof "<c n=\"\" l=\"\" />" - 1,
};

void
msnp_list_entry_free(MsnpListEntry *entry)
{
	if (!entry)
		return;
	g_free(entry->handle);
	g_free(entry->friendly_name);
	g_free(entry);
}

/* ---- reading ---- */

static guint
attribute_uint(const xmlNode *node, const char *name, guint max)
{
	g_autofree char *value = msnp_xml_attribute(node, name);
	guint64 number = 0;

	if (value && g_ascii_isdigit(*value))
		g_ascii_string_to_unsigned(value, 10, 0, max, &number, NULL);
	return (guint)number;
}

/* Adds the <c> at node; domain is NULL in <t>. */
static void
add_entry(GPtrArray *entries, const xmlNode *node, const char *domain)
{
	g_autofree char *name = msnp_xml_attribute(node, "n");
	g_autofree char *encoded = msnp_xml_attribute(node, "f");
	g_autofree char *joined = NULL;
	g_autofree char *handle = NULL;
	MsnpListEntry *entry;

	if (!name || !*name)
		return;
	joined = domain ? g_strconcat(name, "@", domain, NULL) : g_strdup(name);
	handle = msnp_text_clean(joined, -1, 0, MSNP_TEXT_LINE);
	if (!msnp_handle_is_valid(g_strstrip(handle)))
		return;
	entry = g_new0(MsnpListEntry, 1);
	entry->handle = g_steal_pointer(&handle);
	entry->lists = attribute_uint(node, "l", G_MAXUINT);
	entry->network = domain ? attribute_uint(node, "t", MAX_NETWORK) : MSNP_NETWORK_PHONE;
	entry->friendly_name = encoded ? msnp_name_decode(encoded) : NULL;
	g_ptr_array_add(entries, entry);
}

static void
add_entries(GPtrArray *entries, const xmlNode *parent)
{
	gboolean phones = msnp_xml_is(parent, "t");
	g_autofree char *domain = phones ? NULL : msnp_xml_attribute(parent, "n");

	if (!phones && (!domain || !*domain))
		return;
	for (const xmlNode *c = msnp_xml_child(parent, "c"); c; c = msnp_xml_next(c, "c"))
		add_entry(entries, c, domain);
}

GPtrArray *
msnp_list_payload_parse(const char *bytes, gsize length, gboolean *initial, GError **error)
{
	g_autoptr(xmlDoc) doc = msnp_xml_parse(bytes, (gssize)length, error);
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
	GPtrArray *entries;

	if (!doc)
		return NULL;
	if (!msnp_xml_is(root, "ml")) {
		g_set_error_literal(error, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_SYNTAX,
				    "the payload is no <ml>");
		return NULL;
	}
	if (initial)
		*initial = attribute_uint(root, "l", 1) == 1;
	entries = g_ptr_array_new_with_free_func((GDestroyNotify)msnp_list_entry_free);
	for (const xmlNode *part = msnp_xml_child(root, NULL); part;
	     part = msnp_xml_next(part, NULL))
		if (msnp_xml_is(part, "d") || msnp_xml_is(part, "t"))
			add_entries(entries, part);
	return entries;
}

/* ---- writing ---- */

/* Somebody to be written. */
typedef struct {
	char *local, *domain;         /* a phone has its handle in local and "" in domain */
	char *key_local, *key_domain; /* by which people are sorted and compared */
	guint lists, network;
} Contact;

static void
contact_free(gpointer data)
{
	Contact *contact = data;

	g_free(contact->local);
	g_free(contact->domain);
	g_free(contact->key_local);
	g_free(contact->key_domain);
	g_free(contact);
}

static gboolean
is_phone(const Contact *contact)
{
	return *contact->domain == '\0';
}

/* NULL for a handle that servers would refuse, and with it the whole list. */
static Contact *
contact_new(const char *handle, guint lists, guint network)
{
	Contact *contact;

	if (!msnp_handle_is_valid(handle))
		return NULL;
	contact = g_new0(Contact, 1);
	if (!msnp_handle_split(handle, &contact->local, &contact->domain)) {
		contact->local = g_strdup(handle);
		contact->domain = g_strdup("");
	}
	contact->key_local = msnp_handle_normalize(contact->local);
	contact->key_domain = msnp_handle_normalize(contact->domain);
	contact->lists = lists;
	contact->network = network;
	return contact;
}

/* By domain, then by name; phones last. */
static gint
compare_contacts(gconstpointer a, gconstpointer b)
{
	const Contact *one = *(Contact *const *)a, *other = *(Contact *const *)b;
	int order;

	if (is_phone(one) != is_phone(other))
		return is_phone(one) ? 1 : -1;
	order = strcmp(one->key_domain, other->key_domain);
	return order != 0 ? order : strcmp(one->key_local, other->key_local);
}

/* What a client may say: three bits, and not Allow together with Block. */
static guint
lists_to_send(guint lists)
{
	lists &= MSNP_LISTS_SENT;
	return lists & MSNP_LIST_BLOCK ? lists & ~(guint)MSNP_LIST_ALLOW : lists;
}

/* Entries as sorted contacts, nobody twice: the lists of one handle are put together. */
static GPtrArray *
contacts_to_send(GPtrArray *entries)
{
	GPtrArray *contacts = g_ptr_array_new_with_free_func(contact_free);
	guint kept = 0;

	for (guint i = 0; entries && i < entries->len; i++) {
		const MsnpListEntry *entry = entries->pdata[i];
		Contact *contact = NULL;

		if (lists_to_send(entry->lists) != 0)
			contact = contact_new(entry->handle, entry->lists, entry->network);
		if (contact)
			g_ptr_array_add(contacts, contact);
	}
	g_ptr_array_sort(contacts, compare_contacts);
	/* The first of each handle moves forward, the others collect behind and are dropped. */
	for (guint i = 1; i < contacts->len; i++) {
		Contact *first = contacts->pdata[kept], *contact = contacts->pdata[i];

		if (compare_contacts(&first, &contact) == 0) {
			first->lists |= contact->lists;
		} else {
			contacts->pdata[i] = contacts->pdata[++kept];
			contacts->pdata[kept] = contact;
		}
	}
	if (contacts->len > 0)
		g_ptr_array_set_size(contacts, (gint)kept + 1);
	return contacts;
}

/* Bytes of text in an attribute: of the characters that are escaped, a handle can hold only "&". */
static gsize
attribute_bytes(const char *text)
{
	gsize bytes = 0;

	for (; *text; text++)
		bytes += *text == '&' ? strlen("&amp;") : 1;
	return bytes;
}

static gsize
digits_of(guint number)
{
	return number < 10 ? 1 : 1 + digits_of(number / 10);
}

static guint
network_to_send(const Contact *contact)
{
	return contact->network >= 1 && contact->network <= MAX_NETWORK ? contact->network
									: MSNP_NETWORK_PASSPORT;
}

/* What contact adds to a part whose last contact is previous (NULL: it has none yet). */
static gsize
cost(const Contact *contact, const Contact *previous)
{
	gsize bytes = attribute_bytes(contact->local) + digits_of(lists_to_send(contact->lists));
	gboolean opens = !previous || strcmp(previous->key_domain, contact->key_domain) != 0;

	if (is_phone(contact))
		return bytes + COST_PHONE + (opens ? COST_PHONES : 0);
	return bytes + COST_CONTACT + digits_of(network_to_send(contact)) +
	       (opens ? COST_DOMAIN + attribute_bytes(contact->domain) : 0);
}

static void
write_uint(MsnpXmlBuilder *builder, const char *name, guint number)
{
	g_autofree char *text = g_strdup_printf("%u", number);

	msnp_xml_attr(builder, name, text);
}

static void
open_group(MsnpXmlBuilder *builder, const Contact *contact)
{
	msnp_xml_open(builder, is_phone(contact) ? "t" : "d");
	if (!is_phone(contact))
		msnp_xml_attr(builder, "n", contact->domain);
}

/* 0 leaves the attribute out. */
static void
write_contact(MsnpXmlBuilder *builder, const Contact *contact, guint lists, guint network)
{
	msnp_xml_open(builder, "c");
	msnp_xml_attr(builder, "n", contact->local);
	if (lists != 0)
		write_uint(builder, "l", lists);
	if (network != 0 && !is_phone(contact))
		write_uint(builder, "t", network);
	msnp_xml_close(builder);
}

/* The text, with a blank before each "/>". In values ">" is escaped, so only tags are meant. An
 * empty list has both its tags. */
static char *
finish(MsnpXmlBuilder *builder, gboolean empty)
{
	g_autofree char *plain = msnp_xml_builder_fragment(builder, empty);
	GString *text = g_string_new(plain);

	g_string_replace(text, "/>", " />", 0);
	return g_string_free(text, FALSE);
}

static char *
write_part(GPtrArray *contacts, guint from, guint to)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	const Contact *previous = NULL;

	msnp_xml_open(builder, "ml");
	msnp_xml_attr(builder, "l", "1");
	for (guint i = from; i < to; i++) {
		const Contact *contact = contacts->pdata[i];

		if (!previous || strcmp(previous->key_domain, contact->key_domain) != 0) {
			if (previous)
				msnp_xml_close(builder);
			open_group(builder, contact);
		}
		write_contact(builder, contact, lists_to_send(contact->lists),
			      network_to_send(contact));
		previous = contact;
	}
	return finish(builder, from == to);
}

/* How many contacts from on go into one part: always one, a name alone never passes the limit. */
static guint
part_end(GPtrArray *contacts, guint from)
{
	gsize bytes = COST_LIST;
	guint to = from;

	while (to < contacts->len && to - from < MSNP_LIST_CONTACTS_MAX) {
		bytes += cost(contacts->pdata[to], to > from ? contacts->pdata[to - 1] : NULL);
		if (bytes > MSNP_LIST_PAYLOAD_MAX && to > from)
			break;
		to++;
	}
	return to;
}

GPtrArray *
msnp_list_payload_initial(GPtrArray *entries)
{
	g_autoptr(GPtrArray) contacts = contacts_to_send(entries);
	GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
	guint from = 0;

	do {
		guint to = part_end(contacts, from);

		g_ptr_array_add(parts, write_part(contacts, from, to));
		from = to;
	} while (from < contacts->len);
	return parts;
}

char *
msnp_list_payload_single(const char *handle, guint lists, guint network)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	Contact *contact = contact_new(handle, lists, network);

	if (!contact)
		return NULL;
	msnp_xml_open(builder, "ml");
	open_group(builder, contact);
	write_contact(builder, contact, lists, network);
	contact_free(contact);
	return finish(builder, FALSE);
}
