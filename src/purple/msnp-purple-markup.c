/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTML cut into tags and text. What is no tag by its looks is text: people and their programs also
 * send a lone "<3", and addresses in angle brackets. Source: switchboard.md 8.
 *
 * Linear: of what has been looked through in vain nothing is looked through again in the same way.
 */
#include "msnp-purple-markup.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#include "util/msnp-text.h"

#define BLANKS        " \t\n"
#define QUOTES        "\"'"
#define COMMENT_START "<!--"
#define REPLACEMENT   0xFFFD
#define LAST_UNICODE  0x10FFFF
/* The longest name of an entity in HTML 4 has 8 letters. */
#define MAX_ENTITY_NAME 8

/* Elements whose content is no text. */
static const char *const raw_elements[] = { "script", "style" };

void
msnp_markup_reader_init(MsnpMarkupReader *reader, const char *markup)
{
	reader->at = markup;
	reader->plain_until = markup;
	reader->no_comment_ends = FALSE;
}

static gboolean
is_name_char(char c)
{
	return g_ascii_isalnum(c) || (c != '\0' && strchr("-_:", c));
}

/* Where the name of a tag that begins at "<" ends; NULL if there is no such name. */
static const char *
name_end(const char *name)
{
	const char *end = name;

	if (!g_ascii_isalpha(*name))
		return NULL;
	while (is_name_char(*end))
		end++;
	if (*end == '>' || (*end == '/' && end[1] == '>') || (*end && strchr(BLANKS, *end)))
		return end;
	return NULL;
}

/* Skips a value in quotes; NULL if its end is missing. */
static const char *
skip_quoted(const char *value)
{
	const char *end = strchr(value + 1, *value);

	return end ? end + 1 : NULL;
}

/* The ">" of the tag whose name ends at from; NULL if it has none, which is then known for all tags
 * before the place where it is missing. A quote counts only where a value begins. */
static const char *
tag_end(MsnpMarkupReader *reader, const char *from)
{
	gboolean value = FALSE;
	const char *p = from;

	if (from < reader->plain_until) {
		p += strcspn(p, "<>");
		return *p == '>' ? p : NULL;
	}
	while (*p && *p != '<' && *p != '>') {
		const char *next = value && strchr(QUOTES, *p) ? skip_quoted(p) : p + 1;

		if (!next) {
			p += strlen(p);
			break;
		}
		if (!strchr(BLANKS, *p))
			value = *p == '=';
		p = next;
	}
	if (*p == '>')
		return p;
	reader->plain_until = p;
	p = from + strcspn(from, "<>");
	return *p == '>' ? p : NULL;
}

static gboolean
read_tag(MsnpMarkupReader *reader, MsnpMarkupToken *token)
{
	gboolean closes = reader->at[1] == '/';
	const char *name = reader->at + (closes ? 2 : 1);
	gsize length;

	token->start = name_end(name);
	token->end = token->start ? tag_end(reader, token->start) : NULL;
	if (!token->end)
		return FALSE;
	length = (gsize)(token->start - name);
	memset(token->name, 0, sizeof token->name);
	if (length <= MSNP_MARKUP_MAX_NAME)
		for (gsize i = 0; i < length; i++)
			token->name[i] = g_ascii_tolower(name[i]);
	token->kind = closes ? MSNP_MARKUP_CLOSE : MSNP_MARKUP_OPEN;
	reader->at = token->end + 1;
	return TRUE;
}

/* Past the "-->" that ends a comment; NULL if it is missing. */
static const char *
comment_end(const char *comment)
{
	const char *end = comment;

	while ((end = strchr(end, '>'))) {
		if (end - comment >= 2 && end[-1] == '-' && end[-2] == '-')
			return end + 1;
		end++;
	}
	return NULL;
}

/* Past a comment, a declaration or an instruction; FALSE if there is none. */
static gboolean
skip_other(MsnpMarkupReader *reader)
{
	const char *end;

	/* g_str_has_prefix() measures all the rest, in newer versions of GLib. */
	if (strncmp(reader->at, COMMENT_START, strlen(COMMENT_START)) == 0) {
		end = reader->no_comment_ends ? NULL
					      : comment_end(reader->at + strlen(COMMENT_START));
		reader->no_comment_ends = !end;
		reader->at = end ? end : reader->at;
		return end != NULL;
	}
	if (reader->at[1] != '?' && (reader->at[1] != '!' || !g_ascii_isalpha(reader->at[2])))
		return FALSE;
	end = reader->at + 1 + strcspn(reader->at + 1, "<>");
	if (*end != '>')
		return FALSE;
	reader->at = end + 1;
	return TRUE;
}

/* Past the content of an element that holds no text; without an end tag that is all the rest. */
static void
skip_raw(MsnpMarkupReader *reader, const char *name)
{
	gsize length = strlen(name);

	for (; *reader->at; reader->at++)
		if (reader->at[0] == '<' && reader->at[1] == '/' &&
		    g_ascii_strncasecmp(reader->at + 2, name, length) == 0 &&
		    !is_name_char(reader->at[2 + length]))
			return;
}

void
msnp_markup_next(MsnpMarkupReader *reader, MsnpMarkupToken *token)
{
	while (*reader->at == '<' && skip_other(reader))
		;
	if (*reader->at == '<' && read_tag(reader, token)) {
		for (gsize i = 0; i < G_N_ELEMENTS(raw_elements); i++)
			if (token->kind == MSNP_MARKUP_OPEN &&
			    g_str_equal(token->name, raw_elements[i]))
				skip_raw(reader, raw_elements[i]);
		return;
	}
	token->kind = *reader->at ? MSNP_MARKUP_TEXT : MSNP_MARKUP_END;
	token->name[0] = '\0';
	token->start = reader->at;
	if (*reader->at)
		reader->at += 1 + strcspn(reader->at + 1, "<");
	token->end = reader->at;
}

/* The readers of entities answer the length of the one at "&", 0 if it is none; c is what it stands
 * for. Without the semicolon it is text: links of many people hold "&copy=2". */

static gsize
read_number(const char *entity, const char *end, gunichar *c)
{
	const char *p = entity + strlen("&#");
	gboolean hex = p < end && g_ascii_tolower(*p) == 'x';
	const char *digits = p + (hex ? 1 : 0);
	guint64 value = 0;

	for (p = digits; p < end && (hex ? g_ascii_isxdigit(*p) : g_ascii_isdigit(*p)); p++)
		value = MIN(value * (hex ? 16 : 10) + (guint64)g_ascii_xdigit_value(*p),
			    LAST_UNICODE + 1);
	if (p == digits || p == end || *p != ';')
		return 0;
	*c = value != 0 && g_unichar_validate((gunichar)value) ? (gunichar)value : REPLACEMENT;
	return (gsize)(p + 1 - entity);
}

/* Newer libxml2 calls it deprecated, but has nothing in its place. */
static const htmlEntityDesc *
look_up(const char *name)
{
	G_GNUC_BEGIN_IGNORE_DEPRECATIONS
	return htmlEntityLookup((const xmlChar *)name);
	G_GNUC_END_IGNORE_DEPRECATIONS
}

static gsize
read_name(const char *entity, const char *end, gunichar *c)
{
	char name[MAX_ENTITY_NAME + 1] = "";
	const htmlEntityDesc *found;
	gsize length = 0;

	for (const char *p = entity + 1; p < end && g_ascii_isalnum(*p); p++) {
		if (length == MAX_ENTITY_NAME)
			return 0;
		name[length++] = *p;
	}
	if (entity + 1 + length == end || entity[1 + length] != ';')
		return 0;
	found = look_up(name);
	if (!found) {
		/* "&AMP;" */
		for (gsize i = 0; i < length; i++)
			name[i] = g_ascii_tolower(name[i]);
		found = look_up(name);
	}
	if (!found)
		return 0;
	/* Interfaces write it for a blank that HTML would swallow. */
	*c = g_str_equal(name, "nbsp") ? ' ' : found->value;
	return length + strlen("&;");
}

static char *
decode(const char *start, const char *end, MsnpTextFlags flags)
{
	g_autoptr(GString) out = g_string_sized_new((gsize)(end - start));

	while (start < end) {
		const char *entity = memchr(start, '&', (gsize)(end - start));
		gsize length = 0;
		gunichar c = 0;

		entity = entity ? entity : end;
		g_string_append_len(out, start, entity - start);
		start = entity;
		if (start == end)
			break;
		if (end - start > 1)
			length = start[1] == '#' ? read_number(start, end, &c)
						 : read_name(start, end, &c);
		if (length > 0)
			g_string_append_unichar(out, c);
		else
			g_string_append_c(out, '&');
		start += MAX(length, 1);
	}
	return msnp_text_clean(out->str, (gssize)out->len, 0, flags);
}

char *
msnp_markup_decode(const char *start, const char *end)
{
	return decode(start, end, MSNP_TEXT_KEEP_BREAKS);
}

static const char *
skip_set(const char *p, const char *end, const char *set)
{
	while (p < end && strchr(set, *p))
		p++;
	return p;
}

static const char *
skip_to(const char *p, const char *end, const char *set)
{
	while (p < end && !strchr(set, *p))
		p++;
	return p;
}

/* The value after "=": its end is noted, the answer is where the next attribute may begin. */
static const char *
read_value(const char **value, const char **value_end, const char *end)
{
	*value = skip_set(*value, end, BLANKS);
	if (*value == end || !strchr(QUOTES, **value)) {
		*value_end = skip_to(*value, end, BLANKS);
		return *value_end;
	}
	*value_end = memchr(*value + 1, **value, (gsize)(end - *value - 1));
	(*value)++;
	if (*value_end)
		return *value_end + 1;
	*value_end = end;
	return end;
}

char *
msnp_markup_attribute(const MsnpMarkupToken *tag, const char *name)
{
	const char *p = tag->start;

	while ((p = skip_set(p, tag->end, BLANKS "/=" QUOTES)) < tag->end) {
		const char *key = p;
		const char *key_end = skip_to(p, tag->end, BLANKS "/=");
		const char *value = skip_set(key_end, tag->end, BLANKS);
		const char *value_end = value;

		p = key_end;
		if (value < tag->end && *value == '=') {
			value++;
			p = read_value(&value, &value_end, tag->end);
		}
		if ((gsize)(key_end - key) == strlen(name) &&
		    g_ascii_strncasecmp(key, name, strlen(name)) == 0)
			return g_strstrip(decode(value, value_end, MSNP_TEXT_LINE));
	}
	return NULL;
}
