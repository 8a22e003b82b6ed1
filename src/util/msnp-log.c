/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log and its redaction. It knows which parameters of which verbs are secret, nothing more of
 * the protocol, because a ticket must be cut out before a line leaves for any sink.
 */
#include "util/msnp-log.h"

#include <string.h>

#define MAX_LOGGED_BYTES 400
#define REDACTED         "***"

static MsnpLogSink log_sink;
static gpointer log_sink_data;

void
msnp_log_set_sink(MsnpLogSink sink, gpointer data)
{
	log_sink = sink;
	log_sink_data = data;
}

gboolean
msnp_log_enabled(void)
{
	return log_sink != NULL;
}

void
msnp_log(MsnpLogLevel level, const char *category, const char *format, ...)
{
	va_list arguments;
	g_autofree char *line = NULL;

	if (!log_sink)
		return;
	va_start(arguments, format);
	line = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	log_sink(level, category, line, log_sink_data);
}

/* A word of the line; the words are divided by blanks. */
typedef struct {
	const char *start;
	gsize length;
} Word;

static gboolean
word_is(const Word *word, const char *text)
{
	return word->length == strlen(text) && memcmp(word->start, text, word->length) == 0;
}

/* Takes the next word off *rest; empty ones count. FALSE at the end. */
static gboolean
next_word(const char **rest, const char *end, Word *word)
{
	const char *blank;

	if (!*rest)
		return FALSE;
	blank = memchr(*rest, ' ', end - *rest);
	word->start = *rest;
	word->length = (blank ? blank : end) - *rest;
	*rest = blank ? blank + 1 : NULL;
	return TRUE;
}

/* What has been seen of the line, as far as it decides what is secret. */
typedef struct {
	guint index; /* of the present word; the verb is 0 */
	gboolean is_usr, is_ans;
	gboolean secret_rest; /* all that follows is secret */
	gboolean after_cki;
} Seen;

/* The tickets and cookies of "USR n TWN S ticket", "USR n handle cookie", "ANS n handle cookie
 * session"; of XFR and RNG what follows the word CKI. A word that looks like a ticket is one. */
static gboolean
is_secret(Seen *seen, const Word *word)
{
	gboolean secret = seen->secret_rest || seen->after_cki;

	if (seen->index == 0) {
		seen->is_usr = word_is(word, "USR");
		seen->is_ans = word_is(word, "ANS");
	} else if (seen->index == 2 && (seen->is_usr || seen->is_ans)) {
		gboolean plain = word_is(word, "OK");

		seen->is_ans = seen->is_ans && !plain;
		seen->is_usr = seen->is_usr && !plain;
		seen->secret_rest = (seen->is_usr && !word_is(word, "TWN")) || seen->is_ans;
	} else if (seen->index == 3 && seen->is_usr) {
		seen->secret_rest = !word_is(word, "I");
	}
	seen->after_cki = word_is(word, "CKI");
	seen->index++;
	return secret || (word->length > 2 && memcmp(word->start, "t=", 2) == 0);
}

static void
append_readable(GString *out, const char *bytes, gsize length)
{
	const char *end = bytes + length;

	while (bytes < end && out->len < MAX_LOGGED_BYTES) {
		gunichar c = *bytes ? g_utf8_get_char_validated(bytes, end - bytes) : 0;

		if (c & 0x80000000 || g_unichar_iscntrl(c)) {
			g_string_append_printf(out, "\\x%02x", (guint8)*bytes);
			bytes++;
		} else {
			g_string_append_unichar(out, c);
			bytes = g_utf8_next_char(bytes);
		}
	}
}

char *
msnp_log_redact(const char *line, gssize length)
{
	const char *rest = line;
	const char *end = line + (length < 0 ? strlen(line) : (gsize)length);
	GString *out = g_string_new(NULL);
	Seen seen = { 0 };
	Word word;

	while (out->len < MAX_LOGGED_BYTES && next_word(&rest, end, &word)) {
		if (seen.index > 0)
			g_string_append_c(out, ' ');
		if (is_secret(&seen, &word))
			g_string_append(out, REDACTED);
		else
			append_readable(out, word.start, word.length);
	}
	if (out->len >= MAX_LOGGED_BYTES)
		g_string_append(out, "...");
	return g_string_free(out, FALSE);
}
