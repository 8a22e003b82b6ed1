/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles and host:port. Source: notification.md 1.3, 4.1, 9.
 */
#include "wire/msnp-address.h"

#include <string.h>

#include "util/msnp-text.h"

#define PHONE_PREFIX "tel:+"
/* RFC 1035 */
#define HOST_MAX 253
#define DIGITS   "0123456789"
#define HEX      DIGITS "abcdefABCDEF"
#define LETTERS  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

gboolean
msnp_handle_is_phone(const char *handle)
{
	const char *digits;
	gsize length;

	if (!handle || !g_str_has_prefix(handle, PHONE_PREFIX))
		return FALSE;
	digits = handle + strlen(PHONE_PREFIX);
	length = strspn(digits, DIGITS);
	return length > 0 && digits[length] == '\0' && strlen(handle) <= MSNP_HANDLE_MAX;
}

/* The character at text. Handles are nearly always ASCII, and there are many of them. */
static gboolean
is_blank_or_control(const char *text)
{
	gunichar c = (guint8)*text;

	if (c < 0x80)
		return c <= ' ' || c == 0x7F;
	c = g_utf8_get_char(text);
	return g_unichar_isspace(c) || g_unichar_iscntrl(c);
}

gboolean
msnp_handle_is_valid(const char *handle)
{
	const char *at;
	gsize characters = 0;

	if (!handle || !g_utf8_validate(handle, -1, NULL))
		return FALSE;
	if (msnp_handle_is_phone(handle))
		return TRUE;
	at = strchr(handle, '@');
	if (!at || at == handle || at[1] == '\0' || strchr(at + 1, '@'))
		return FALSE;
	if (strpbrk(handle, "<>\":/?="))
		return FALSE;
	for (const char *p = handle; *p; p = g_utf8_next_char(p))
		if (is_blank_or_control(p) || ++characters > MSNP_HANDLE_MAX)
			return FALSE;
	return TRUE;
}

char *
msnp_handle_normalize(const char *handle)
{
	g_autofree char *clean = msnp_text_clean(handle, -1, 0, MSNP_TEXT_LINE);
	char *place = strstr(clean, ";{");
	char *p;
	GString *lower;

	if (place)
		*place = '\0';
	p = g_strstrip(clean);
	for (; *p && (guint8)*p < 0x80; p++)
		*p = g_ascii_tolower(*p);
	if (!*p)
		return g_steal_pointer(&clean);
	lower = g_string_new_len(clean, p - clean);
	/* Not g_utf8_strdown(): in a Turkish locale it makes a dotless i of I. */
	for (; *p; p = g_utf8_next_char(p))
		g_string_append_unichar(lower, g_unichar_tolower(g_utf8_get_char(p)));
	return g_string_free(lower, FALSE);
}

gboolean
msnp_handle_equal(const char *a, const char *b)
{
	g_autofree char *one = msnp_handle_normalize(a);
	g_autofree char *other = msnp_handle_normalize(b);

	return strcmp(one, other) == 0;
}

gboolean
msnp_handle_split(const char *handle, char **local, char **domain)
{
	const char *at = handle ? strrchr(handle, '@') : NULL;

	if (!at)
		return FALSE;
	*local = g_strndup(handle, (gsize)(at - handle));
	*domain = g_strdup(at + 1);
	return TRUE;
}

/* Digits only, 1 to 65535; text may be empty only where no port was written. */
static gboolean
parse_port(const char *text, guint16 *port)
{
	guint64 value;

	if (!g_ascii_isdigit(*text) ||
	    !g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT16, &value, NULL))
		return FALSE;
	*port = (guint16)value;
	return TRUE;
}

/* A number alone is no host: resolvers would read it as an address, and XFR has "0" for "stay". */
static gboolean
is_host_name(const char *text, gsize length)
{
	return length > 0 && length <= HOST_MAX && strspn(text, LETTERS DIGITS ".-_") >= length &&
	       strspn(text, DIGITS) < length;
}

static gboolean
is_host_v6(const char *text, gsize length)
{
	return length >= 2 && length <= HOST_MAX && strspn(text, HEX ":.") >= length &&
	       memchr(text, ':', length);
}

gboolean
msnp_host_port_parse(const char *text, char **host, guint16 *port)
{
	const char *start = text, *end, *rest;
	guint16 number = MSNP_DEFAULT_PORT;
	gboolean valid;

	if (!text)
		return FALSE;
	if (*text == '[') {
		start = text + 1;
		end = start + strcspn(start, "]");
		rest = *end ? end + 1 : end;
		valid = *end && is_host_v6(start, (gsize)(end - start));
	} else {
		end = rest = start + strcspn(start, ":");
		valid = is_host_name(start, (gsize)(end - start));
	}
	if (!valid || (*rest && *rest != ':'))
		return FALSE;
	if (*rest && !parse_port(rest + 1, &number))
		return FALSE;
	*port = number;
	*host = g_strndup(start, (gsize)(end - start));
	return TRUE;
}
