/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What mail puts around text. See the header for why it is done here.
 */
#include "wire/msnp-mime.h"

#include <string.h>

#include "util/msnp-text.h"

/* Names have 1 KiB at most, in base64 1.4 KiB; the standard's words end at 75. */
#define WORD_MAX 2048
/* Of a header; several words of that size. */
#define VALUE_MAX 8192
/* "Sat, 14 Mar 2026 01:26:53 -0800" has six. */
#define DATE_TOKENS_MAX 12
#define BLANKS          " \t\r\n"

/* ---- transfer encodings ---- */

static gboolean
is_base64_char(char c)
{
	return g_ascii_isalnum(c) || c == '+' || c == '/';
}

/* The characters that count, without padding; NULL if there are others, or after padding. */
static GString *
base64_chars(const char *bytes, gsize length)
{
	GString *chars = g_string_sized_new(length + 4);
	gboolean padded = FALSE;

	for (const char *end = bytes + length; bytes < end; bytes++) {
		if (*bytes != '\0' && strchr(BLANKS, *bytes))
			continue;
		padded |= *bytes == '=';
		if (padded ? *bytes != '=' : !is_base64_char(*bytes)) {
			g_string_free(chars, TRUE);
			return NULL;
		}
		if (!padded)
			g_string_append_c(chars, *bytes);
	}
	return chars;
}

gboolean
msnp_mime_decode_base64(const char *bytes, gsize length, GString *out)
{
	GString *chars = base64_chars(bytes, length);
	/* One character alone is not even a byte. */
	gboolean good = chars && chars->len % 4 != 1;
	gsize decoded_length = 0;

	if (good && chars->len > 0) {
		g_autofree guchar *decoded = NULL;

		while (chars->len % 4 != 0)
			g_string_append_c(chars, '=');
		decoded = g_base64_decode(chars->str, &decoded_length);
		g_string_append_len(out, (const char *)decoded, (gssize)decoded_length);
	}
	if (chars)
		g_string_free(chars, TRUE);
	return good;
}

/* Where the line goes on after "=" and blanks at its end; NULL if this is no soft break. */
static const char *
after_soft_break(const char *bytes, const char *end)
{
	while (bytes < end && (*bytes == ' ' || *bytes == '\t'))
		bytes++;
	if (bytes == end)
		return end;
	if (*bytes == '\r' && end - bytes > 1)
		bytes++;
	return *bytes == '\n' ? bytes + 1 : NULL;
}

/* Both forms of quoted-printable; in words "_" is a blank, and there are no breaks. */
static void
decode_quoted(const char *bytes, gsize length, gboolean in_word, GString *out)
{
	const char *end = bytes + length;

	while (bytes < end) {
		const char *next = NULL;

		if (*bytes == '=' && end - bytes > 2 && g_ascii_isxdigit(bytes[1]) &&
		    g_ascii_isxdigit(bytes[2])) {
			g_string_append_c(out, (char)(g_ascii_xdigit_value(bytes[1]) << 4 |
						      g_ascii_xdigit_value(bytes[2])));
			bytes += 3;
			continue;
		}
		if (*bytes == '=' && !in_word)
			next = after_soft_break(bytes + 1, end);
		if (!next)
			g_string_append_c(out, in_word && *bytes == '_' ? ' ' : *bytes);
		bytes = next ? next : bytes + 1;
	}
}

void
msnp_mime_decode_quoted(const char *bytes, gsize length, GString *out)
{
	decode_quoted(bytes, length, FALSE, out);
}

/* ---- encoded words ---- */

/* A value while it is read: what is finished, and the bytes of words side by side in one charset,
 * because senders do cut words inside a character. */
typedef struct {
	GString *out;
	GString *bytes;
	char *charset; /* of bytes; NULL outside a word */
} Words;

static void
flush_words(Words *words)
{
	g_autofree char *text = NULL;

	if (!words->charset)
		return;
	text = msnp_text_decode(words->bytes->str, words->bytes->len, words->charset, 0,
				MSNP_TEXT_LINE);
	g_string_append(words->out, text);
	g_string_truncate(words->bytes, 0);
	g_clear_pointer(&words->charset, g_free);
}

static void
add_plain(Words *words, const char *bytes, gsize length)
{
	g_autofree char *text = msnp_text_decode(bytes, length, NULL, 0, MSNP_TEXT_LINE);

	flush_words(words);
	g_string_append(words->out, text);
}

/* Takes what a word has decoded to; charset may have a language behind it (RFC 2231). */
static void
add_decoded(Words *words, const char *charset, gsize length, const GString *bytes)
{
	g_autofree char *name = g_strndup(charset, length);

	name[strcspn(name, "*")] = '\0';
	if (words->charset && g_ascii_strcasecmp(words->charset, name) != 0)
		flush_words(words);
	if (!words->charset)
		words->charset = g_steal_pointer(&name);
	g_string_append_len(words->bytes, bytes->str, (gssize)bytes->len);
}

/* Reads the word that start, with "=?", begins, after the text that stands before it. Where the
 * word ends, or NULL if it is none. */
static const char *
add_word(Words *words, const char *before, const char *start, const char *end)
{
	const char *charset = start + 2;
	const char *limit = MIN(end, start + WORD_MAX);
	const char *mark = memchr(charset, '?', (gsize)(limit - charset));
	const char *data = mark ? mark + 3 : limit;
	const char *stop = data < limit && mark > charset && mark[2] == '?'
			       ? g_strstr_len(data, limit - data, "?=")
			       : NULL;
	GString *bytes = g_string_new(NULL);
	gboolean good = FALSE;

	if (stop && g_ascii_tolower(mark[1]) == 'b') {
		good = msnp_mime_decode_base64(data, (gsize)(stop - data), bytes);
	} else if (stop && g_ascii_tolower(mark[1]) == 'q') {
		decode_quoted(data, (gsize)(stop - data), TRUE, bytes);
		good = TRUE;
	}
	if (good) {
		/* Blanks between two words do not count. */
		if (!words->charset || strspn(before, BLANKS) < (gsize)(start - before))
			add_plain(words, before, (gsize)(start - before));
		add_decoded(words, charset, (gsize)(mark - charset), bytes);
	}
	g_string_free(bytes, TRUE);
	return good ? stop + 2 : NULL;
}

char *
msnp_mime_decode_words(const char *value, gsize max_bytes)
{
	Words words = { g_string_new(NULL), g_string_new(NULL), NULL };
	const char *end = value + strnlen(value, VALUE_MAX);
	char *clean;

	while (value < end) {
		const char *start = g_strstr_len(value, end - value, "=?");
		const char *next = start ? add_word(&words, value, start, end) : NULL;

		if (!next) {
			next = start ? start + 2 : end;
			add_plain(&words, value, (gsize)(next - value));
		}
		value = next;
	}
	flush_words(&words);
	clean =
	    msnp_text_clean(words.out->str, (gssize)words.out->len, max_bytes, MSNP_TEXT_DROP_BIDI);
	g_string_free(words.out, TRUE);
	g_string_free(words.bytes, TRUE);
	return clean;
}

char *
msnp_mime_encode_word(const char *text, gsize max_bytes)
{
	g_autofree char *clean = g_strstrip(msnp_text_clean(text, -1, max_bytes, MSNP_TEXT_LINE));
	g_autofree char *base64 = g_base64_encode((const guchar *)clean, strlen(clean));

	return *clean ? g_strconcat("=?utf-8?B?", base64, "?=", NULL) : NULL;
}

/* ---- parameters ---- */

/* The end of a piece that begins at text: a ";" outside quotes, or the end. */
static const char *
piece_end(const char *text)
{
	gboolean quoted = FALSE;

	for (; *text && (quoted || *text != ';'); text++)
		quoted ^= *text == '"';
	return text;
}

char *
msnp_mime_parameter(const char *value, const char *name)
{
	const char *end = piece_end(value);

	while (*end) {
		const char *start = end + 1;
		const char *equals;
		g_autofree char *found = NULL;

		end = piece_end(start);
		equals = memchr(start, '=', (gsize)(end - start));
		if (!equals)
			continue;
		found = g_strstrip(g_strndup(start, (gsize)(equals - start)));
		if (g_ascii_strcasecmp(found, name) != 0)
			continue;
		g_free(found);
		found = g_strstrip(g_strndup(equals + 1, (gsize)(end - equals - 1)));
		return *found == '"' ? g_strndup(found + 1, strcspn(found + 1, "\""))
				     : g_steal_pointer(&found);
	}
	return NULL;
}

/* ---- dates ---- */

static int
read_number(const char *text, int max)
{
	guint64 number;

	return g_ascii_string_to_unsigned(text, 10, 0, (guint64)max, &number, NULL) ? (int)number
										    : -1;
}

/* 1 to 12; 0 if text is no month. */
static int
read_month(const char *text)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (g_ascii_strncasecmp(text, months + 3 * i, 3) == 0)
			return i + 1;
	return 0;
}

/* Seconds east of Greenwich of "-0800"; 0 for what is not so. */
static gint64
read_zone(const char *text)
{
	int number;

	if (!text || (*text != '+' && *text != '-') || strlen(text) != 5)
		return 0;
	number = read_number(text + 1, 9999);
	if (number < 0 || number % 100 >= 60)
		return 0;
	return (*text == '-' ? -1 : 1) * 60 * (gint64)(number / 100 * 60 + number % 100);
}

/* date: day, month, year, time, and perhaps a zone. */
static gint64
date_from_tokens(char **date)
{
	g_auto(GStrv) clock = g_strsplit(date[3], ":", 3);
	guint n = g_strv_length(clock);
	g_autoptr(GDateTime) time = NULL;
	int year = read_number(date[2], 9999);

	if (n < 2)
		return 0;
	if (n == 3)
		clock[2][strcspn(clock[2], ".")] = '\0';
	if (year >= 0 && year < 100)
		year += year < 70 ? 2000 : 1900;
	time = g_date_time_new_utc(year, read_month(date[1]), read_number(date[0], 31),
				   read_number(clock[0], 23), read_number(clock[1], 59),
				   n == 3 ? read_number(clock[2], 59) : 0);
	if (!time)
		return 0;
	return MAX(g_date_time_to_unix(time) - read_zone(date[4]), 0) * G_USEC_PER_SEC;
}

gint64
msnp_mime_parse_date(const char *value)
{
	g_autofree char *copy = g_strndup(value, 128);
	g_auto(GStrv) pieces = g_strsplit_set(copy, BLANKS ",", -1);
	char *date[DATE_TOKENS_MAX + 1] = { NULL };
	guint n = 0;

	for (char **piece = pieces; *piece && n < DATE_TOKENS_MAX; piece++)
		/* The weekday stands before all else and says nothing. */
		if (**piece && (n > 0 || !g_ascii_isalpha(**piece)))
			date[n++] = *piece;
	return n >= 4 ? date_from_tokens(date) : 0;
}
