/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An offline message as GetMessage gives it, and RFC 2047 words. Source: services.md 10.3,
 * servers.md "Offline messages".
 */
#include <string.h>

#include "server/msnp-server-private.h"

#define BASE64_LINE 76
/* From 1601, when FILETIME begins, to 1970. */
#define FILETIME_EPOCH_SECONDS G_GINT64_CONSTANT(11644473600)

char *
msnp_server_encoded_word(const char *text, gboolean blank)
{
	g_autofree char *base64 = NULL;

	if (text == NULL || *text == '\0')
		return g_strdup("");
	base64 = g_base64_encode((const guchar *)text, strlen(text));
	return g_strconcat("=?utf-8?B?", base64, blank ? " ?=" : "?=", NULL);
}

/* Strictly: the alphabet, the padding, nothing else. */
static char *
decode_base64(const char *text, gsize length)
{
	g_autofree char *copy = g_strndup(text, length);
	gsize data =
	    strspn(copy, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
	gsize padding = strspn(copy + data, "="), n;
	g_autofree char *decoded = NULL;

	if (length == 0 || data + padding != length || padding > 2 || length % 4 != 0)
		return NULL;
	decoded = (char *)g_base64_decode(copy, &n);
	if (!g_utf8_validate_len(decoded, n, NULL) || memchr(decoded, '\0', n) != NULL)
		return NULL;
	return g_strndup(decoded, n);
}

char *
msnp_server_encoded_word_decode(const char *word)
{
	static const char head[] = "=?utf-8?b?";
	gsize length = strlen(word);

	if (length < strlen(head) + 2 || g_ascii_strncasecmp(word, head, strlen(head)) != 0 ||
	    !g_str_has_suffix(word, "?="))
		return NULL;
	return decode_base64(word + strlen(head), length - strlen(head) - 2);
}

/* The date in its fixed zone. Not by strftime: names of days and months are English. */
static char *
format_date(gint64 time, gboolean weekday)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time);
	g_autoptr(GDateTime) date = g_date_time_add_hours(utc, -8);
	g_autofree char *rest = g_strdup_printf(
	    "%02d %s %d %02d:%02d:%02d -0800", g_date_time_get_day_of_month(date),
	    months[g_date_time_get_month(date) - 1], g_date_time_get_year(date),
	    g_date_time_get_hour(date), g_date_time_get_minute(date), g_date_time_get_second(date));

	return weekday ? g_strconcat(days[g_date_time_get_day_of_week(date) - 1], ", ", rest, NULL)
		       : g_steal_pointer(&rest);
}

static void
append_times(GString *out, gint64 time, gboolean escargot)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autofree char *date = format_date(time, !escargot);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time);
	guint64 filetime = (guint64)(time + FILETIME_EPOCH_SECONDS) * 10000000;

	g_string_append_printf(
	    out,
	    "X-OriginalArrivalTime: %02d %s %d %02d:%02d:%02d.0000 (UTC) FILETIME=[%08X:%08X]\r\n",
	    g_date_time_get_day_of_month(utc), months[g_date_time_get_month(utc) - 1],
	    g_date_time_get_year(utc), g_date_time_get_hour(utc), g_date_time_get_minute(utc),
	    g_date_time_get_second(utc), (guint)(filetime & 0xffffffff), (guint)(filetime >> 32));
	g_string_append_printf(out, "Date: %s\r\n", date);
}

static void
append_body(GString *out, const char *text, gboolean one_line)
{
	g_autofree char *base64 = g_base64_encode((const guchar *)text, strlen(text));
	gsize length = strlen(base64), step = one_line ? length + 1 : BASE64_LINE;

	for (gsize i = 0; i < length; i += step) {
		g_string_append_len(out, base64 + i, (gssize)MIN(step, length - i));
		if (!one_line)
			g_string_append(out, "\r\n");
	}
}

char *
msnp_server_offline_mime(MsnpServer *server, const MsnpServerAccount *account,
			 const MsnpServerOffline *message)
{
	gboolean escargot = msnp_server_faults_take(server->faults, MSNP_FAULT_ESCARGOT_OFFLINE);
	g_autofree char *name = msnp_server_encoded_word(message->name, FALSE);
	g_autofree char *arrived = format_date(message->time, TRUE);
	GString *out;

	if (message->mime != NULL)
		return g_strdup(message->mime);
	out = g_string_new("X-Message-Info: cwRBnLifKNE8dVZlNj6AiX8142B67OTj\r\n");
	/* A folded line. */
	g_string_append_printf(out,
			       "Received: from OIM-SSI02.phx.gbl ([192.0.2.7]) by "
			       "oim1-f1.example.com;\r\n\t %s\r\n",
			       arrived);
	g_string_append_printf(out, "From: %s%s<%s>\r\nTo: %s\r\nSubject: \r\n", name,
			       *name == '\0' ? "" : " ", message->from, account->handle);
	g_string_append(out, "X-OIM-originatingSource: 192.0.2.33\r\nX-OIMProxy: MSNMSGR\r\n"
			     "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
			     "Content-Transfer-Encoding: base64\r\n"
			     "X-OIM-Message-Type: OfflineMessage\r\n");
	g_string_append_printf(out, "X-OIM-Run-Id: %s\r\nX-OIM-Sequence-Num: %u\r\n",
			       message->run_id, message->sequence);
	g_string_append_printf(out, "Message-ID: <%s@OIM-SSI02.phx.gbl>\r\n", message->id);
	append_times(out, message->time, escargot);
	g_string_append(out, "Return-Path: ndr@oim.messenger.msn.com\r\n\r\n");
	append_body(out, message->text, escargot);
	return g_string_free(out, FALSE);
}

/* ---- Content of a Store: raw bytes, not through src/wire ---- */

/* Each of them once, and no other. NULL: any value. */
static const struct {
	const char *name;
	const char *value;
} content_headers[] = {
	{ "MIME-Version", "1.0" },
	{ "Content-Type", "text/plain; charset=UTF-8" },
	{ "Content-Transfer-Encoding", "base64" },
	{ "X-OIM-Message-Type", "OfflineMessage" },
	{ "X-OIM-Run-Id", NULL },
	{ "X-OIM-Sequence-Num", NULL },
};

static const char *
check_value(guint i, const char *value, MsnpServerContent *content)
{
	guint64 number;

	if (content_headers[i].value != NULL)
		return strcmp(content_headers[i].value, value) == 0
			   ? NULL
			   : "a header has another value than documented";
	if (i == G_N_ELEMENTS(content_headers) - 1) {
		if (!g_ascii_string_to_unsigned(value, 10, 1, G_MAXUINT, &number, NULL))
			return "X-OIM-Sequence-Num is no number from 1";
		content->sequence = (guint)number;
		return NULL;
	}
	if (!g_regex_match_simple("^\\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\}$",
				  value, G_REGEX_DOLLAR_ENDONLY, 0))
		return "X-OIM-Run-Id is no GUID in braces";
	g_free(content->run_id);
	content->run_id = g_strdup(value);
	return NULL;
}

/* line points behind the headers and the empty line afterwards. */
static const char *
check_headers(char ***line, MsnpServerContent *content)
{
	guint seen = 0;

	for (; **line != NULL && ***line != '\0'; (*line)++) {
		const char *colon = strstr(**line, ": "), *why;
		guint i = 0;

		if (colon == NULL)
			return "a header is not \"Name: value\"";
		while (i < G_N_ELEMENTS(content_headers) &&
		       (strlen(content_headers[i].name) != (gsize)(colon - **line) ||
			!g_str_has_prefix(**line, content_headers[i].name)))
			i++;
		if (i == G_N_ELEMENTS(content_headers))
			return "an unknown header";
		if (seen & (1u << i))
			return "a header twice";
		seen |= 1u << i;
		why = check_value(i, colon + 2, content);
		if (why != NULL)
			return why;
	}
	if (seen != (1u << G_N_ELEMENTS(content_headers)) - 1)
		return "a header is missing";
	if (**line == NULL)
		return "no empty line after the headers";
	(*line)++;
	return NULL;
}

static const char *
check_text(char **line, MsnpServerContent *content)
{
	g_autoptr(GString) joined = g_string_new(NULL);

	for (; *line != NULL; line++) {
		if (**line == '\0' && line[1] != NULL)
			return "an empty line in the text";
		if (strlen(*line) > BASE64_LINE)
			return "a line of more than 76 characters";
		g_string_append(joined, *line);
	}
	content->text = decode_base64(joined->str, joined->len);
	return content->text == NULL ? "the text is not base64 of UTF-8, or empty" : NULL;
}

const char *
msnp_server_content_parse(const char *text, MsnpServerContent *content)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	char **line = lines;
	const char *why;

	for (char **l = lines; *l != NULL; l++) {
		gsize n = strlen(*l);

		if (n > 0 && (*l)[n - 1] == '\r')
			(*l)[n - 1] = '\0';
	}
	why = check_headers(&line, content);
	return why != NULL ? why : check_text(line, content);
}

void
msnp_server_content_clear(MsnpServerContent *content)
{
	g_clear_pointer(&content->run_id, g_free);
	g_clear_pointer(&content->text, g_free);
}
