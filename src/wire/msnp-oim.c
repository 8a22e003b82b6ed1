/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Offline messages as mail: reading, ordering, writing. What the lock key asks is in
 * msnp-challenge.c.
 */
#include "wire/msnp-oim.h"

#include <string.h>

#include "util/msnp-text.h"
#include "wire/msnp-address.h"
#include "wire/msnp-cut.h"
#include "wire/msnp-message.h"
#include "wire/msnp-mime.h"

/* The cap of GetMessage (services.md 14.2); what is longer does not come here. */
#define MAIL_MAX_BYTES (1024 * 1024)
#define NAME_MAX_BYTES 1024
/* "{GUID}" has 38. */
#define RUN_ID_MAX_BYTES 64
/* A message from a phone has three parts, one level deep. */
#define PARTS_MAX 32
#define DEPTH_MAX 3
/* RFC 2046 allows 70. */
#define BOUNDARY_MAX_BYTES 256
/* FILETIME counts units of 100 ns since 1601. */
#define FILETIME_UNITS_PER_USEC 10
#define FILETIME_OF_1970        (G_GUINT64_CONSTANT(11644473600) * G_USEC_PER_SEC)
/* The end of the year 9999: what is later is no date to GLib. */
#define TIME_MAX (G_GUINT64_CONSTANT(253402300799) * G_USEC_PER_SEC)

void
msnp_oim_free(MsnpOim *oim)
{
	if (!oim)
		return;
	g_free(oim->id);
	g_free(oim->sender);
	g_free(oim->name);
	g_free(oim->run_id);
	g_free(oim->text);
	g_free(oim->phone);
	g_free(oim);
}

/* ---- headers ---- */

static const char *
header(const MsnpMessage *mail, const char *name)
{
	const char *value = msnp_message_header(mail, name);

	return value ? value : "";
}

/* "Name <address>"; the name may be quoted, encoded or missing, as may be the address. */
static void
read_from(MsnpOim *oim, const MsnpMessage *mail)
{
	const char *value = header(mail, "From");
	const char *angle = strrchr(value, '<');
	const char *address = angle ? angle + 1 : value;
	g_autofree char *inside = g_strndup(address, strcspn(address, ">"));
	g_autofree char *handle = msnp_handle_normalize(inside);
	gboolean valid = msnp_handle_is_valid(handle);
	g_autofree char *before = g_strndup(value, angle ? (gsize)(angle - value) : strlen(value));
	gsize length = strlen(g_strstrip(before));

	if (length >= 2 && before[0] == '"' && before[length - 1] == '"') {
		before[length - 1] = '\0';
		before[0] = ' ';
	}
	oim->sender = g_strdup(valid ? handle : "");
	/* An address alone is no name. */
	oim->name =
	    g_strstrip(msnp_mime_decode_words(angle || !valid ? before : "", NAME_MAX_BYTES));
}

/* "... FILETIME=[low:high]", in hexadecimal; 0 if it is not there. */
static gint64
read_filetime(const char *value)
{
	const char *low = strstr(value, "FILETIME=[");
	const char *colon = low ? strchr(low, ':') : NULL;
	g_autofree char *low_text = NULL;
	g_autofree char *high_text = NULL;
	guint64 low_word, high_word, usec;

	if (!colon)
		return 0;
	low += strlen("FILETIME=[");
	low_text = g_strndup(low, (gsize)(colon - low));
	high_text = g_strndup(colon + 1, strcspn(colon + 1, "]"));
	if (!g_ascii_string_to_unsigned(low_text, 16, 0, G_MAXUINT32, &low_word, NULL) ||
	    !g_ascii_string_to_unsigned(high_text, 16, 0, G_MAXUINT32, &high_word, NULL))
		return 0;
	usec = (high_word << 32 | low_word) / FILETIME_UNITS_PER_USEC;
	if (usec < FILETIME_OF_1970 || usec - FILETIME_OF_1970 > TIME_MAX)
		return 0;
	return (gint64)(usec - FILETIME_OF_1970);
}

/* services.md 10.3: the arrival at the sender's server, then what the list said, then Date, which
 * some servers fill with a zone that is not theirs. */
static gint64
read_time(const MsnpMessage *mail, const MsnpMailEntry *entry)
{
	const char *arrival = header(mail, "X-OriginalArrivalTime");
	gint64 time = read_filetime(arrival);

	if (time == 0)
		time = msnp_mime_parse_date(arrival);
	if (time == 0 && entry)
		time = entry->received;
	return time != 0 ? time : msnp_mime_parse_date(header(mail, "Date"));
}

static void
read_run(MsnpOim *oim, const MsnpMessage *mail)
{
	guint64 sequence;

	oim->run_id =
	    msnp_text_clean(header(mail, "X-OIM-Run-Id"), -1, RUN_ID_MAX_BYTES, MSNP_TEXT_LINE);
	if (g_ascii_string_to_unsigned(header(mail, "X-OIM-Sequence-Num"), 10, 1, G_MAXINT32,
				       &sequence, NULL))
		oim->sequence = (guint)sequence;
}

static void
read_phone(MsnpOim *oim, const MsnpMessage *mail)
{
	g_autofree char *source = msnp_handle_normalize(header(mail, "X-OIM-originatingSource"));
	gboolean is_phone = msnp_handle_is_phone(source) && msnp_handle_is_valid(source);

	oim->phone = g_strdup(is_phone ? source : "");
	oim->from_phone = is_phone || g_ascii_strcasecmp(header(mail, "X-OIMProxy"), "MOSMS") == 0;
}

/* ---- the text ---- */

/* Whether a line, its end included, divides parts: "--boundary", or "--boundary--" after the last.
 */
static gboolean
is_divider(const char *line, gsize length, const char *boundary, gboolean *last)
{
	gsize n = strlen(boundary);
	const char *rest = line + 2 + n;

	if (length < n + 2 || strncmp(line, "--", 2) != 0 || strncmp(line + 2, boundary, n) != 0)
		return FALSE;
	length -= n + 2;
	*last = length >= 2 && strncmp(rest, "--", 2) == 0;
	/* Or it is another one that only begins so. */
	return *last || strspn(rest, " \t\r\n") >= length;
}

/* The next divider, end if there is none; after is where a part may begin, end after the last. */
static const char *
find_divider(const char *bytes, const char *end, const char *boundary, const char **after)
{
	const char *next;

	*after = end;
	for (const char *line = bytes; line < end; line = next) {
		const char *feed = memchr(line, '\n', (gsize)(end - line));
		gboolean last;

		next = feed ? feed + 1 : end;
		if (!is_divider(line, (gsize)(next - line), boundary, &last))
			continue;
		if (!last)
			*after = next;
		return line;
	}
	return end;
}

/* The first part of plain text, at whatever depth; NULL if there is none. What has no type is plain
 * text (RFC 2045 5.2). */
static MsnpMessage *
find_text(MsnpMessage *mail, guint depth)
{
	const char *type = msnp_message_type(mail);
	g_autofree char *boundary = msnp_mime_parameter(header(mail, "Content-Type"), "boundary");
	gsize length;
	const char *bytes = msnp_message_body(mail, &length);
	const char *end = bytes + length;

	if (*type == '\0' || strcmp(type, "text/plain") == 0)
		return msnp_message_ref(mail);
	if (!g_str_has_prefix(type, "multipart/") || depth >= DEPTH_MAX || !boundary ||
	    !*boundary || strlen(boundary) > BOUNDARY_MAX_BYTES)
		return NULL;
	find_divider(bytes, end, boundary, &bytes);
	for (guint i = 0; i < PARTS_MAX && bytes < end; i++) {
		const char *next;
		const char *stop = find_divider(bytes, end, boundary, &next);
		g_autoptr(MsnpMessage) part = msnp_message_parse(bytes, (gsize)(stop - bytes));
		MsnpMessage *found = find_text(part, depth + 1);

		if (found)
			return found;
		bytes = next;
	}
	return NULL;
}

/* The body of part with its transfer encoding undone; FALSE if it is damaged. */
static gboolean
decode_body(const MsnpMessage *part, GString *out)
{
	const char *encoding = header(part, "Content-Transfer-Encoding");
	gsize length;
	const char *body = msnp_message_body(part, &length);

	if (g_ascii_strcasecmp(encoding, "base64") == 0)
		return msnp_mime_decode_base64(body, length, out);
	if (g_ascii_strcasecmp(encoding, "quoted-printable") == 0)
		msnp_mime_decode_quoted(body, length, out);
	else
		g_string_append_len(out, body, (gssize)length);
	/* Where nothing marks the end of the text, mail ends it with a line break of its own. */
	while (out->len > 0 && strchr("\r\n", out->str[out->len - 1]))
		g_string_truncate(out, out->len - 1);
	return TRUE;
}

static void
read_text(MsnpOim *oim, MsnpMessage *mail)
{
	g_autoptr(MsnpMessage) part = find_text(mail, 0);
	GString *bytes;

	/* Another kind of text is shown as it stands rather than lost: it is never markup to us. */
	if (!part && g_str_has_prefix(msnp_message_type(mail), "text/"))
		part = msnp_message_ref(mail);
	oim->content = part ? MSNP_OIM_TEXT : MSNP_OIM_NO_TEXT;
	bytes = g_string_new(NULL);
	if (part && !decode_body(part, bytes))
		oim->content = MSNP_OIM_DAMAGED;
	oim->text =
	    msnp_text_decode(bytes->str, bytes->len, part ? msnp_message_charset(part) : NULL,
			     MSNP_OIM_TEXT_MAX_BYTES, MSNP_TEXT_KEEP_BREAKS);
	g_string_free(bytes, TRUE);
}

MsnpOim *
msnp_oim_parse(const char *bytes, gsize length, const MsnpMailEntry *entry)
{
	g_autoptr(MsnpMessage) mail = msnp_message_parse(bytes, MIN(length, MAIL_MAX_BYTES));
	MsnpOim *oim = g_new0(MsnpOim, 1);

	read_from(oim, mail);
	read_run(oim, mail);
	read_phone(oim, mail);
	read_text(oim, mail);
	oim->time = read_time(mail, entry);
	oim->id = g_strdup(entry ? entry->id : "");
	if (entry) {
		g_free(oim->sender);
		oim->sender = g_strdup(entry->sender);
	}
	if (entry && !*oim->name) {
		g_free(oim->name);
		oim->name = g_strdup(entry->name);
	}
	return oim;
}

/* ---- order ---- */

typedef struct {
	MsnpOim *oim;
	char *run;    /* sender and run id: anybody can copy another's run id */
	gint64 start; /* of the run */
	guint index;  /* before sorting */
} Place;

/* What has no time has perhaps just come: it goes last. */
static gint64
time_of(const MsnpOim *oim)
{
	return oim->time != 0 ? oim->time : G_MAXINT64;
}

static int
compare(gint64 a, gint64 b)
{
	return (a > b) - (a < b);
}

static int
compare_places(gconstpointer a, gconstpointer b)
{
	const Place *first = a, *second = b;
	int order = compare(first->start, second->start);

	if (order == 0)
		order = strcmp(first->run, second->run);
	if (order == 0)
		order = compare(first->oim->sequence, second->oim->sequence);
	if (order == 0)
		order = compare(time_of(first->oim), time_of(second->oim));
	return order != 0 ? order : compare(first->index, second->index);
}

/* A message without a run is one of its own. */
static char *
run_of(const MsnpOim *oim, guint index)
{
	g_autofree char *run = g_ascii_strdown(oim->run_id, -1);

	return *run ? g_strconcat(oim->sender, " ", run, NULL) : g_strdup_printf("%08u", index);
}

void
msnp_oim_sort(GPtrArray *oims)
{
	g_autofree Place *places = g_new0(Place, oims->len);
	/* Run to the place of its earliest message so far. */
	g_autoptr(GHashTable) earliest = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < oims->len; i++) {
		MsnpOim *oim = oims->pdata[i];
		Place *known;

		places[i] = (Place){ oim, run_of(oim, i), time_of(oim), i };
		known = g_hash_table_lookup(earliest, places[i].run);
		if (!known || places[i].start < known->start)
			g_hash_table_replace(earliest, places[i].run, &places[i]);
	}
	for (guint i = 0; i < oims->len; i++)
		places[i].start =
		    time_of(((Place *)g_hash_table_lookup(earliest, places[i].run))->oim);
	if (oims->len > 0)
		qsort(places, oims->len, sizeof *places, compare_places);
	for (guint i = 0; i < oims->len; i++) {
		oims->pdata[i] = places[i].oim;
		g_free(places[i].run);
	}
}

/* ---- writing ---- */

/* In lines of 76, which is what GLib makes of it, without a break at the end. */
static char *
base64_lines(const char *text)
{
	gsize length = strlen(text);
	int state = 0, save = 0;
	gsize n;
	/* As g_base64_encode_step() asks for, and the last NUL. */
	char *lines = g_malloc((length / 3 + 1) * 4 + 4 + (length / 3 + 1) * 4 / 72 + 1);

	n = g_base64_encode_step((const guchar *)text, length, TRUE, lines, &state, &save);
	n += g_base64_encode_close(TRUE, lines + n, &state, &save);
	lines[n] = '\0';
	return g_strchomp(lines);
}

char *
msnp_oim_write(const char *text, const char *run_id, guint sequence)
{
	g_autofree char *clean = msnp_text_clean(text, -1, 0, MSNP_TEXT_KEEP_BREAKS);
	g_autofree char *wire = msnp_cut_to_wire(clean);
	g_autofree char *base64 = base64_lines(wire);

	return g_strdup_printf("MIME-Version: 1.0\n"
			       "Content-Type: text/plain; charset=UTF-8\n"
			       "Content-Transfer-Encoding: base64\n"
			       "X-OIM-Message-Type: OfflineMessage\n"
			       "X-OIM-Run-Id: %s\n"
			       "X-OIM-Sequence-Num: %u\n"
			       "\n"
			       "%s",
			       run_id, sequence, base64);
}
