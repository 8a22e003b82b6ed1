/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Percent-encoding. Source: notification.md 1.4.
 */
#include "wire/msnp-percent.h"

#include <string.h>

#include "util/msnp-text.h"

#define ESCAPE_LENGTH 3

static gboolean
is_plain(char c)
{
	return g_ascii_isalnum(c) || strchr("-_.~", c);
}

char *
msnp_percent_encode(const char *text)
{
	return msnp_percent_encode_max(text, G_MAXSIZE);
}

char *
msnp_percent_encode_max(const char *text, gsize max_encoded)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GString *out = g_string_new(NULL);

	for (const char *p = valid, *next; *p; p = next) {
		gsize bytes;

		next = g_utf8_next_char(p);
		bytes = (gsize)(next - p);
		if (max_encoded - out->len < (is_plain(*p) ? 1 : bytes * ESCAPE_LENGTH))
			break;
		for (; p < next; p++) {
			if (is_plain(*p))
				g_string_append_c(out, *p);
			else
				g_string_append_printf(out, "%%%02X", (guint8)*p);
		}
	}
	return g_string_free(out, FALSE);
}

static char *
decode(const char *text, gsize max_bytes, MsnpTextFlags flags)
{
	GString *bytes = g_string_new(NULL);
	char *clean;

	for (const char *p = text; *p; p++) {
		if (*p == '%' && g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2])) {
			g_string_append_c(bytes, (char)(g_ascii_xdigit_value(p[1]) << 4 |
							g_ascii_xdigit_value(p[2])));
			p += ESCAPE_LENGTH - 1;
		} else {
			g_string_append_c(bytes, *p);
		}
	}
	clean = msnp_text_clean(bytes->str, (gssize)bytes->len, max_bytes, flags);
	g_string_free(bytes, TRUE);
	return clean;
}

char *
msnp_percent_decode(const char *text)
{
	return decode(text, 0, MSNP_TEXT_LINE);
}

char *
msnp_name_decode(const char *text)
{
	return decode(text, MSNP_NAME_MAX_BYTES, MSNP_TEXT_DROP_BIDI);
}
