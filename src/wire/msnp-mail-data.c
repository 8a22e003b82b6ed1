/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MD: counts of mail, and entries of offline messages.
 */
#include "wire/msnp-mail-data.h"

#include <string.h>

#include "util/msnp-text.h"
#include "wire/msnp-address.h"
#include "wire/msnp-mime.h"

/* services.md 14.2. */
#define ID_MAX_BYTES     128
#define NAME_MAX_BYTES   1024
#define FOLDER_MAX_BYTES 128

#define TYPE_MESSAGE       11
#define TYPE_OTHER_NETWORK 13

/* Where offline messages lie: services.md 10.1. */
static const char *const oim_folders[] = { ".!!OIM", "00000000-0000-0000-0000-000000000009" };

static void
entry_free(gpointer data)
{
	MsnpMailEntry *entry = data;

	g_free(entry->sender);
	g_free(entry->id);
	g_free(entry->folder);
	g_free(entry->name);
	g_free(entry);
}

void
msnp_mail_data_free(MsnpMailData *data)
{
	if (!data)
		return;
	g_ptr_array_unref(data->entries);
	g_free(data);
}

static char *
read_text(const xmlNode *node, const char *name, gsize max_bytes)
{
	g_autofree char *text = msnp_xml_child_text(node, name);

	return msnp_text_clean(text, -1, max_bytes, MSNP_TEXT_LINE);
}

/* 0 for what is no number, or beyond max. */
static guint64
read_number(const xmlNode *node, const char *name, guint64 max)
{
	g_autofree char *text = msnp_xml_child_text(node, name);
	guint64 number;

	return g_ascii_string_to_unsigned(text, 10, 0, max, &number, NULL) ? number : 0;
}

/* Microseconds since 1970 of an ISO 8601 text, UTC if it names no zone; 0 if there is none, also
 * for the "never" of the year 1. */
static gint64
read_time(const xmlNode *node, const char *name)
{
	g_autofree char *text = msnp_xml_child_text(node, name);
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, utc);

	if (!time || g_date_time_to_unix(time) <= 0)
		return 0;
	return g_date_time_to_unix(time) * G_USEC_PER_SEC + g_date_time_get_microsecond(time);
}

static char *
read_handle(const xmlNode *node, const char *name)
{
	g_autofree char *text = msnp_xml_child_text(node, name);
	g_autofree char *handle = msnp_handle_normalize(text);

	return msnp_handle_is_valid(handle) ? g_steal_pointer(&handle) : g_strdup("");
}

/* An id is echoed to the server, so one that is too long or not clean is none. */
static char *
read_id(const xmlNode *node, const char *name)
{
	g_autofree char *text = msnp_xml_child_text(node, name);
	g_autofree char *clean = msnp_text_clean(text, -1, ID_MAX_BYTES, MSNP_TEXT_LINE);

	return strcmp(text, clean) == 0 ? g_steal_pointer(&clean) : g_strdup("");
}

static MsnpMailEntry *
read_entry(const xmlNode *node)
{
	MsnpMailEntry *entry = g_new0(MsnpMailEntry, 1);
	g_autofree char *name = msnp_xml_child_text(node, "N");

	entry->sender = read_handle(node, "E");
	entry->id = read_id(node, "I");
	entry->folder = read_text(node, "F", FOLDER_MAX_BYTES);
	entry->name = g_strstrip(msnp_mime_decode_words(name, NAME_MAX_BYTES));
	entry->received = read_time(node, "RT");
	entry->size = read_number(node, "SZ", G_MAXUINT64);
	entry->type = (guint)read_number(node, "T", G_MAXUINT);
	entry->is_read = read_number(node, "RS", 1) == 1;
	return entry;
}

MsnpMailData *
msnp_mail_data_read(const xmlNode *md)
{
	MsnpMailData *data = g_new0(MsnpMailData, 1);
	const xmlNode *counts = msnp_xml_child(md, "E");

	data->has_counts = counts != NULL;
	data->inbox = (guint)read_number(counts, "I", G_MAXINT);
	data->inbox_unread = (guint)read_number(counts, "IU", G_MAXINT);
	data->folders = (guint)read_number(counts, "O", G_MAXINT);
	data->folders_unread = (guint)read_number(counts, "OU", G_MAXINT);
	data->entries = g_ptr_array_new_with_free_func(entry_free);
	for (const xmlNode *m = msnp_xml_child(md, "M");
	     m && data->entries->len < MSNP_MAIL_DATA_MAX_ENTRIES; m = msnp_xml_next(m, "M"))
		g_ptr_array_add(data->entries, read_entry(m));
	return data;
}

MsnpMailData *
msnp_mail_data_parse(const char *text, gssize length, GError **error)
{
	gsize bytes = length < 0 ? strlen(text) : (gsize)length;
	g_autoptr(xmlDoc) doc = NULL;
	const xmlNode *root;

	if (bytes > MSNP_MAIL_DATA_MAX_BYTES) {
		g_set_error_literal(error, MSNP_XML_ERROR, MSNP_XML_ERROR_FORBIDDEN,
				    "the list of mail is too long");
		return NULL;
	}
	doc = msnp_xml_parse(text, (gssize)bytes, error);
	if (!doc)
		return NULL;
	root = xmlDocGetRootElement(doc);
	if (msnp_xml_is(root, "MD"))
		return msnp_mail_data_read(root);
	g_set_error_literal(error, MSNP_XML_ERROR, MSNP_XML_ERROR_MALFORMED,
			    "this is no list of mail");
	return NULL;
}

/* No folder at all is no other folder: the type has said what it is. */
static gboolean
is_oim_folder(const char *folder)
{
	for (gsize i = 0; i < G_N_ELEMENTS(oim_folders); i++)
		if (g_ascii_strcasecmp(folder, oim_folders[i]) == 0)
			return TRUE;
	return *folder == '\0';
}

MsnpMailEntryUse
msnp_mail_entry_use(const MsnpMailEntry *entry)
{
	if ((entry->type != TYPE_MESSAGE && entry->type != TYPE_OTHER_NETWORK) ||
	    !is_oim_folder(entry->folder) || !*entry->id || !*entry->sender)
		return MSNP_MAIL_ENTRY_SKIP;
	return entry->is_read ? MSNP_MAIL_ENTRY_DROP : MSNP_MAIL_ENTRY_FETCH;
}
