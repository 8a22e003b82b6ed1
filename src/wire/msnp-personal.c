/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Personal messages and current media. Source: notification.md 5.
 */
#include "wire/msnp-personal.h"

#include <string.h>

#include "util/msnp-text.h"
#include "util/msnp-xml.h"

#define MAX_GUID_BYTES 64
/* The longest entity that is looked at: "&#x0010FFFF;" and some zeros more. */
#define MAX_ENTITY_BYTES 16
#define DIVIDER          "\\0"

void
msnp_personal_free(MsnpPersonal *personal)
{
	if (!personal)
		return;
	g_free(personal->message);
	g_free(personal->current_media);
	g_free(personal->machine_guid);
	g_free(personal);
}

static void
write_child(MsnpXmlBuilder *builder, const char *name, const char *text)
{
	g_autofree char *clean = msnp_text_clean(text, -1, MSNP_PSM_MAX_BYTES, MSNP_TEXT_LINE);

	msnp_xml_leaf(builder, name, clean);
}

char *
msnp_personal_write(const char *message, const char *current_media, const char *machine_guid)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();

	msnp_xml_open(builder, "Data");
	write_child(builder, "PSM", message);
	write_child(builder, "CurrentMedia", current_media);
	write_child(builder, "MachineGuid", machine_guid);
	msnp_xml_close(builder);
	return msnp_xml_builder_fragment(builder, TRUE);
}

/* The character that an entity without its "&" and ";" stands for; 0 if none. */
static gunichar
entity_char(const char *name)
{
	static const struct {
		char name[5];
		char c;
	} entities[] = {
		{ "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' },
	};
	guint64 number;
	gboolean hex = name[0] == '#' && name[1] == 'x';

	for (gsize i = 0; i < G_N_ELEMENTS(entities); i++)
		if (strcmp(entities[i].name, name) == 0)
			return (gunichar)entities[i].c;
	if (name[0] != '#' || !g_ascii_isxdigit(name[hex ? 2 : 1]) ||
	    !g_ascii_string_to_unsigned(name + (hex ? 2 : 1), hex ? 16 : 10, 1, 0x10FFFF, &number,
					NULL))
		return 0;
	return g_unichar_validate((gunichar)number) ? (gunichar)number : 0;
}

/* What is no entity stays as it is. */
static char *
decode_entities(const char *text, gsize length)
{
	GString *out = g_string_sized_new(length);
	const char *end = text + length;

	while (text < end) {
		gsize rest = (gsize)(end - text);
		const char *semicolon =
		    *text == '&' ? memchr(text, ';', MIN(rest, MAX_ENTITY_BYTES)) : NULL;
		g_autofree char *name =
		    semicolon ? g_strndup(text + 1, (gsize)(semicolon - text - 1)) : NULL;
		gunichar c = name ? entity_char(name) : 0;

		if (c != 0)
			g_string_append_unichar(out, c);
		else
			g_string_append_c(out, *text);
		text = c != 0 ? semicolon + 1 : text + 1;
	}
	return g_string_free(out, FALSE);
}

/* What stands between the first <name> and the last </name>, for servers that unescape what the
 * sender wrote. text has no NUL but the last. */
static char *
between_tags(const char *text, const char *name)
{
	g_autofree char *open = g_strdup_printf("<%s>", name);
	g_autofree char *close = g_strdup_printf("</%s>", name);
	const char *start = strstr(text, open);
	const char *end = start ? g_strrstr(start, close) : NULL;

	if (!end)
		return g_strdup("");
	start += strlen(open);
	return decode_entities(start, (gsize)(end - start));
}

static char *
read_child(const xmlNode *root, const char *text, const char *name, gsize max)
{
	g_autofree char *raw = root ? msnp_xml_child_text(root, name) : between_tags(text, name);

	return msnp_text_clean(raw, -1, max, MSNP_TEXT_LINE);
}

MsnpPersonal *
msnp_personal_parse(const char *bytes, gsize length)
{
	MsnpPersonal *personal = g_new0(MsnpPersonal, 1);
	g_autoptr(xmlDoc) doc = length > 0 ? msnp_xml_parse(bytes, (gssize)length, NULL) : NULL;
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
	g_autofree char *text =
	    root ? NULL : msnp_text_clean(bytes, (gssize)length, 0, MSNP_TEXT_LINE);

	personal->message = read_child(root, text, "PSM", MSNP_PSM_MAX_BYTES);
	personal->current_media = read_child(root, text, "CurrentMedia", MSNP_PSM_MAX_BYTES);
	personal->machine_guid = read_child(root, text, "MachineGuid", MAX_GUID_BYTES);
	return personal;
}

/* The fields of a media string; the content id and the end follow the arguments. */
enum { MEDIA_APPLICATION, MEDIA_TYPE, MEDIA_ENABLED, MEDIA_FORMAT, MEDIA_ARGUMENTS };

/* Puts the arguments in place of {0}, {1}, ... in one pass: what they say is not looked at again.
 * Stops at the limit, which a format with many {0} of a long title would multiply. */
static char *
fill_format(const char *format, char **arguments)
{
	GString *out = g_string_new(NULL);
	guint n_arguments = g_strv_length(arguments);
	char *clean;

	while (*format && out->len <= MSNP_PSM_MAX_BYTES) {
		gsize digits = *format == '{' ? strspn(format + 1, "0123456789") : 0;
		guint64 index = n_arguments;

		if (digits > 0 && format[digits + 1] == '}')
			index = g_ascii_strtoull(format + 1, NULL, 10);
		if (index < n_arguments) {
			g_string_append(out, arguments[index]);
			format += digits + 2;
		} else {
			g_string_append_c(out, *format++);
		}
	}
	clean = msnp_text_clean(out->str, (gssize)out->len, MSNP_PSM_MAX_BYTES, MSNP_TEXT_LINE);
	g_string_free(out, TRUE);
	return g_strstrip(clean);
}

char *
msnp_current_media_text(const char *current_media, char **type)
{
	g_auto(GStrv) fields = g_strsplit(current_media ? current_media : "", DIVIDER, -1);
	g_autofree char *text = NULL;

	if (type)
		*type = NULL;
	if (g_strv_length(fields) <= MEDIA_ARGUMENTS || strcmp(fields[MEDIA_ENABLED], "1") != 0)
		return NULL;
	text = fill_format(fields[MEDIA_FORMAT], fields + MEDIA_ARGUMENTS);
	if (!*text)
		return NULL;
	if (type)
		*type = g_strdup(fields[MEDIA_TYPE]);
	return g_steal_pointer(&text);
}

char *
msnp_current_media_argument(const char *current_media, guint which)
{
	g_auto(GStrv) fields = g_strsplit(current_media ? current_media : "", DIVIDER, -1);
	guint n_fields = g_strv_length(fields);
	char *clean;

	if (n_fields <= MEDIA_ARGUMENTS || which >= n_fields - MEDIA_ARGUMENTS)
		return g_strdup("");
	clean = msnp_text_clean(fields[MEDIA_ARGUMENTS + which], -1, MSNP_PSM_MAX_BYTES,
				MSNP_TEXT_LINE);
	return g_strstrip(clean);
}
