/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text from the network made safe. Everything here is total: any bytes give valid UTF-8.
 */
#include "util/msnp-text.h"

#include <string.h>

#define REPLACEMENT    0xFFFD
#define LINE_SEPARATOR 0x2028
#define PARA_SEPARATOR 0x2029
#define NEXT_LINE      0x0085

/* Bits that g_utf8_get_char_validated() sets in its answers for what is no character. */
#define NOT_A_CHARACTER 0x80000000

static gboolean
is_break(gunichar c)
{
	return c == '\n' || c == '\r' || c == NEXT_LINE || c == LINE_SEPARATOR ||
	       c == PARA_SEPARATOR;
}

/* Embeddings, overrides (U+202A to 202E) and isolates (U+2066 to 2069): they would turn round what
 * stands after a name. */
static gboolean
is_bidi_control(gunichar c)
{
	return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* The character to write for c; 0 for none. */
static gunichar
clean_char(gunichar c, MsnpTextFlags flags)
{
	if (is_break(c))
		return flags & MSNP_TEXT_KEEP_BREAKS ? '\n' : ' ';
	if (c == '\t')
		return flags & MSNP_TEXT_KEEP_BREAKS ? '\t' : ' ';
	if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFFFE || c == 0xFFFF)
		return 0;
	if (flags & MSNP_TEXT_DROP_BIDI && is_bidi_control(c))
		return 0;
	return c;
}

/* The character at bytes, and its length there: CRLF is one break, a bad byte one U+FFFD. */
static gunichar
next_char(const char *bytes, const char *end, gsize *length)
{
	gunichar c;

	*length = 1;
	if ((guint8)*bytes < 0x80) {
		if (*bytes == '\r' && end - bytes > 1 && bytes[1] == '\n')
			*length = 2;
		return (guint8)*bytes;
	}
	c = g_utf8_get_char_validated(bytes, end - bytes);
	if (c & NOT_A_CHARACTER)
		return REPLACEMENT;
	*length = g_utf8_skip[(guint8)*bytes];
	return c;
}

/* Most texts hold nothing but printable ASCII, and need only be copied. */
static gboolean
is_plain(const char *bytes, const char *end)
{
	while (bytes < end && *bytes >= 0x20 && *bytes < 0x7F)
		bytes++;
	return bytes == end;
}

char *
msnp_text_clean(const char *bytes, gssize length, gsize max_bytes, MsnpTextFlags flags)
{
	const char *end;
	GString *out;

	if (!bytes)
		return g_strdup("");
	end = bytes + (length < 0 ? strlen(bytes) : (gsize)length);
	if (is_plain(bytes, end))
		return g_strndup(bytes, max_bytes > 0 ? MIN(max_bytes, (gsize)(end - bytes))
						      : (gsize)(end - bytes));
	out = g_string_sized_new(max_bytes > 0 ? MIN(max_bytes, (gsize)(end - bytes))
					       : (gsize)(end - bytes));
	while (bytes < end) {
		gsize step;
		gunichar c = clean_char(next_char(bytes, end, &step), flags);

		bytes += step;
		if (c == 0)
			continue;
		if (max_bytes > 0 && out->len + g_unichar_to_utf8(c, NULL) > max_bytes)
			break;
		if (c < 0x80)
			g_string_append_c(out, (char)c);
		else
			g_string_append_unichar(out, c);
	}
	return g_string_free(out, FALSE);
}

/* What iconv may be given. The name comes from a peer, so only the plain encodings that people
 * write in: some of the stateful ones have had endless loops in the C library. */
static const char *const known_charsets[] = {
	"iso-8859-1",   "iso-8859-2",   "iso-8859-3",   "iso-8859-4",   "iso-8859-5",
	"iso-8859-6",   "iso-8859-7",   "iso-8859-8",   "iso-8859-9",   "iso-8859-10",
	"iso-8859-13",  "iso-8859-14",  "iso-8859-15",  "iso-8859-16",  "windows-1250",
	"windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255",
	"windows-1256", "windows-1257", "windows-1258", "windows-874",  "koi8-r",
	"koi8-u",       "tis-620",      "shift_jis",    "euc-jp",       "iso-2022-jp",
	"gb2312",       "gbk",          "gb18030",      "big5",         "euc-kr",
	"utf-16le",     "utf-16be",
};

static const char *
known_charset(const char *charset)
{
	for (gsize i = 0; i < G_N_ELEMENTS(known_charsets); i++)
		if (g_ascii_strcasecmp(charset, known_charsets[i]) == 0)
			return known_charsets[i];
	return NULL;
}

/* UTF-8, if NULs do not count: they are dropped later. */
static gboolean
is_utf8(const char *bytes, gsize length)
{
	const char *end = bytes + length;

	while (bytes < end && !g_utf8_validate_len(bytes, end - bytes, &bytes)) {
		if (*bytes != '\0')
			return FALSE;
		bytes++;
	}
	return TRUE;
}

char *
msnp_text_decode(const char *bytes, gsize length, const char *charset, gsize max_bytes,
		 MsnpTextFlags flags)
{
	const char *known;
	g_autofree char *converted = NULL;
	gsize converted_length = 0;

	if (charset &&
	    (g_ascii_strcasecmp(charset, "utf-8") == 0 || g_ascii_strcasecmp(charset, "utf8") == 0))
		return msnp_text_clean(bytes, length, max_bytes, flags);
	known = charset ? known_charset(charset) : NULL;
	if (known)
		converted = g_convert(bytes, length, "UTF-8", known, NULL, &converted_length, NULL);
	if (!converted && !is_utf8(bytes, length))
		converted =
		    g_convert(bytes, length, "UTF-8", "ISO-8859-1", NULL, &converted_length, NULL);
	if (!converted)
		return msnp_text_clean(bytes, length, max_bytes, flags);
	return msnp_text_clean(converted, converted_length, max_bytes, flags);
}
