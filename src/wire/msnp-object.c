/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MSNObject. Source: notification.md 6.4.
 */
#include "wire/msnp-object.h"

#include <string.h>

#include "util/msnp-xml.h"

/* Base64 of an empty UTF-16LE text with its NUL. */
#define NO_FRIENDLY_NAME "AAA="
#define SHA1_BYTES       20

void
msnp_object_free(MsnpObject *object)
{
	if (!object)
		return;
	g_free(object->creator);
	g_free(object->location);
	g_free(object->friendly);
	g_free(object->sha1d);
	g_free(object->sha1c);
	g_free(object);
}

static char *
attribute_or_empty(const xmlNode *node, const char *name)
{
	char *value = msnp_xml_attribute(node, name);

	return value ? value : g_strdup("");
}

/* FALSE, and 0, for what is no decimal number up to max. */
static gboolean
attribute_uint(const xmlNode *node, const char *name, guint64 max, guint64 *number)
{
	g_autofree char *value = msnp_xml_attribute(node, name);

	*number = 0;
	return value && g_ascii_isdigit(*value) &&
	       g_ascii_string_to_unsigned(value, 10, 0, max, number, NULL);
}

static MsnpObject *
object_from_node(const xmlNode *node)
{
	MsnpObject *object;
	guint64 type, size;
	g_autofree char *location = msnp_xml_attribute(node, "Location");
	g_autofree char *sha1d = msnp_xml_attribute(node, "SHA1D");

	if (!msnp_xml_is(node, "msnobj") || !location || !sha1d || !*sha1d ||
	    !attribute_uint(node, "Type", G_MAXUINT, &type))
		return NULL;
	/* Wrong sizes have been seen; the picture's hash decides. */
	attribute_uint(node, "Size", G_MAXUINT64, &size);
	object = g_new0(MsnpObject, 1);
	object->creator = attribute_or_empty(node, "Creator");
	object->size = size;
	object->type = (guint)type;
	object->location = g_steal_pointer(&location);
	object->friendly = attribute_or_empty(node, "Friendly");
	object->sha1d = g_steal_pointer(&sha1d);
	object->sha1c = attribute_or_empty(node, "SHA1C");
	return object;
}

MsnpObject *
msnp_object_parse(const char *text)
{
	g_autoptr(xmlDoc) doc = NULL;

	if (!text || strlen(text) > MSNP_OBJECT_MAX)
		return NULL;
	doc = msnp_xml_parse(text, -1, NULL);
	return doc ? object_from_node(xmlDocGetRootElement(doc)) : NULL;
}

static char *
sha1_base64(const void *data, gsize length)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA1);
	guint8 digest[SHA1_BYTES];
	gsize digest_length = sizeof digest;

	g_checksum_update(checksum, data, (gssize)length);
	g_checksum_get_digest(checksum, digest, &digest_length);
	return g_base64_encode(digest, digest_length);
}

char *
msnp_object_write(const char *creator, guint type, const char *location, const guint8 *data,
		  gsize length)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autofree char *size_text = g_strdup_printf("%" G_GSIZE_FORMAT, length);
	g_autofree char *type_text = g_strdup_printf("%u", type);
	g_autofree char *sha1d = sha1_base64(data, length);
	g_autofree char *sha1c = NULL;
	const char *const attributes[][2] = {
		{ "Creator", creator },
		{ "Size", size_text },
		{ "Type", type_text },
		{ "Location", location },
		{ "Friendly", NO_FRIENDLY_NAME },
		{ "SHA1D", sha1d },
	};
	GString *all = g_string_new(NULL);

	msnp_xml_open(builder, "msnobj");
	for (gsize i = 0; i < G_N_ELEMENTS(attributes); i++) {
		g_string_append(all, attributes[i][0]);
		g_string_append(all, attributes[i][1]);
		msnp_xml_attr(builder, attributes[i][0], attributes[i][1]);
	}
	sha1c = sha1_base64(all->str, all->len);
	g_string_free(all, TRUE);
	msnp_xml_attr(builder, "SHA1C", sha1c);
	msnp_xml_close(builder);
	return msnp_xml_builder_fragment(builder, FALSE);
}
