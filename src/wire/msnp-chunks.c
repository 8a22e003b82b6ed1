/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long messages, split and joined. Source: switchboard.md 6.
 */
#include "wire/msnp-chunks.h"

#include <string.h>

#include "wire/msnp-cut.h"

#define ID_HEADER    "Message-ID"
#define COUNT_HEADER "Chunks"
#define INDEX_HEADER "Chunk"

static void
message_unref(gpointer message)
{
	msnp_message_unref(message);
}

static void
add_number(MsnpMessage *message, const char *name, guint number)
{
	g_autofree char *text = g_strdup_printf("%u", number);

	msnp_message_add_header(message, name, text);
}

static MsnpMessage *
new_first_part(const char *text, const MsnpTextFormat *format, const char *id, guint count)
{
	MsnpMessage *message = msnp_message_new_formatted(text, format);

	msnp_message_add_header(message, ID_HEADER, id);
	add_number(message, COUNT_HEADER, count);
	return message;
}

/* A later part has no headers but its own. */
static MsnpMessage *
new_later_part(const char *text, const char *id, guint index)
{
	MsnpMessage *message = msnp_message_parse(NULL, 0);
	g_autofree char *wire = msnp_cut_to_wire(text);

	msnp_message_add_header(message, ID_HEADER, id);
	add_number(message, INDEX_HEADER, index);
	msnp_message_set_body(message, wire, -1);
	return message;
}

/* How much text fits into any part. The first one has the most headers, and with the longest font
 * they leave less than what is usual. */
static gsize
part_max(const MsnpTextFormat *format, const char *id)
{
	g_autoptr(MsnpMessage) empty = new_first_part("", format, id, MSNP_CHUNKS_MAX_SENT);
	g_autoptr(GString) headers = msnp_message_write(empty);

	return MIN(MSNP_CHUNK_BODY_MAX, MSNP_MESSAGE_MAX - headers->len);
}

/* The parts of one message; a single one is an ordinary message. */
static void
add_parts(GPtrArray *messages, char **parts, guint count, const MsnpTextFormat *format,
	  MsnpRandom *random)
{
	g_autofree char *id = msnp_random_guid(random);

	if (count == 1) {
		g_ptr_array_add(messages, msnp_message_new_formatted(parts[0], format));
		return;
	}
	g_ptr_array_add(messages, new_first_part(parts[0], format, id, count));
	for (guint i = 1; i < count; i++)
		g_ptr_array_add(messages, new_later_part(parts[i], id, i));
}

static void
split_in_parts(GPtrArray *messages, const char *text, const MsnpTextFormat *format,
	       MsnpRandom *random)
{
	g_autofree char *some_id = msnp_random_guid(random);
	g_auto(GStrv) parts = msnp_cut_all(text, part_max(format, some_id), MSNP_CUT_ANYWHERE);
	guint left = g_strv_length(parts);

	for (char **next = parts; left > 0;) {
		guint count = MIN(left, MSNP_CHUNKS_MAX_SENT);

		add_parts(messages, next, count, format, random);
		next += count;
		left -= count;
	}
}

GPtrArray *
msnp_chunks_split(const char *text, const MsnpTextFormat *format, MsnpRandom *random)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func(message_unref);
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	gsize max = msnp_message_formatted_max(format);
	g_auto(GStrv) pieces = NULL;

	if (random && msnp_cut_first(valid, max, MSNP_CUT_ANYWHERE) < strlen(valid)) {
		split_in_parts(messages, valid, format, random);
		return messages;
	}
	pieces = msnp_cut_all(valid, max, MSNP_CUT_AT_WORDS);
	for (char **piece = pieces; *piece; piece++)
		g_ptr_array_add(messages, msnp_message_new_formatted(*piece, format));
	return messages;
}

/* A message of which some parts are here. */
typedef struct {
	char *sender, *id;
	MsnpMessage *message; /* the headers of the first part */
	GString *body;
	guint count, next;
	gint64 deadline;
} Set;

struct _MsnpChunks {
	GPtrArray *sets; /* Set */
};

static void
set_free(gpointer data)
{
	Set *set = data;

	g_free(set->sender);
	g_free(set->id);
	msnp_message_unref(set->message);
	g_string_free(set->body, TRUE);
	g_free(set);
}

MsnpChunks *
msnp_chunks_new(void)
{
	MsnpChunks *chunks = g_new0(MsnpChunks, 1);

	chunks->sets = g_ptr_array_new_with_free_func(set_free);
	return chunks;
}

void
msnp_chunks_free(MsnpChunks *chunks)
{
	if (!chunks)
		return;
	g_ptr_array_unref(chunks->sets);
	g_free(chunks);
}

void
msnp_chunks_expire(MsnpChunks *chunks, gint64 now)
{
	for (guint i = chunks->sets->len; i > 0; i--)
		if (((Set *)chunks->sets->pdata[i - 1])->deadline <= now)
			g_ptr_array_remove_index(chunks->sets, i - 1);
}

void
msnp_chunks_forget(MsnpChunks *chunks, const char *sender)
{
	for (guint i = chunks->sets->len; i > 0; i--)
		if (g_ascii_strcasecmp(((Set *)chunks->sets->pdata[i - 1])->sender, sender) == 0)
			g_ptr_array_remove_index(chunks->sets, i - 1);
}

gint64
msnp_chunks_deadline(const MsnpChunks *chunks)
{
	gint64 deadline = -1;

	for (guint i = 0; i < chunks->sets->len; i++) {
		const Set *set = chunks->sets->pdata[i];

		if (deadline < 0 || set->deadline < deadline)
			deadline = set->deadline;
	}
	return deadline;
}

static Set *
find_set(MsnpChunks *chunks, const char *sender, const char *id)
{
	for (guint i = 0; i < chunks->sets->len; i++) {
		Set *set = chunks->sets->pdata[i];

		if (strcmp(set->id, id) == 0 && g_ascii_strcasecmp(set->sender, sender) == 0)
			return set;
	}
	return NULL;
}

/* FALSE for what is no number from 1 to max. */
static gboolean
read_number(const char *text, guint max, guint *number)
{
	guint64 value;

	if (!g_ascii_isdigit(*text) || !g_ascii_string_to_unsigned(text, 10, 1, max, &value, NULL))
		return FALSE;
	*number = (guint)value;
	return TRUE;
}

/* The bound holds while the set grows, not only at its end. */
static gboolean
append_body(Set *set, const MsnpMessage *part, gint64 now)
{
	gsize length;
	const char *body = msnp_message_body(part, &length);

	if (length > MSNP_CHUNKS_MAX_BYTES - set->body->len)
		return FALSE;
	g_string_append_len(set->body, body, (gssize)length);
	set->next++;
	set->deadline = now + MSNP_CHUNKS_TIMEOUT;
	return TRUE;
}

static MsnpChunksAnswer
add_first(MsnpChunks *chunks, const char *sender, const char *id, MsnpMessage *part, guint count,
	  gint64 now)
{
	Set *set;

	if (chunks->sets->len >= MSNP_CHUNKS_MAX_OPEN)
		return MSNP_CHUNKS_DROPPED;
	set = g_new0(Set, 1);
	set->sender = g_strdup(sender);
	set->id = g_strdup(id);
	set->message = msnp_message_copy_headers(part);
	set->body = g_string_new(NULL);
	set->count = count;
	if (!append_body(set, part, now)) {
		set_free(set);
		return MSNP_CHUNKS_DROPPED;
	}
	g_ptr_array_add(chunks->sets, set);
	return MSNP_CHUNKS_WAITING;
}

static MsnpChunksAnswer
add_later(MsnpChunks *chunks, Set *set, const MsnpMessage *part, gint64 now, MsnpMessage **whole)
{
	const char *text = msnp_message_header(part, INDEX_HEADER);
	guint index;

	if (!text || !read_number(text, set->count - 1, &index) || index != set->next ||
	    !append_body(set, part, now)) {
		g_ptr_array_remove(chunks->sets, set);
		return MSNP_CHUNKS_DROPPED;
	}
	if (set->next < set->count)
		return MSNP_CHUNKS_WAITING;
	msnp_message_set_body(set->message, set->body->str, (gssize)set->body->len);
	*whole = g_steal_pointer(&set->message);
	g_ptr_array_remove(chunks->sets, set);
	return MSNP_CHUNKS_WHOLE;
}

MsnpChunksAnswer
msnp_chunks_add(MsnpChunks *chunks, const char *sender, MsnpMessage *message, gint64 now,
		MsnpMessage **whole)
{
	const char *id = msnp_message_header(message, ID_HEADER);
	const char *count_text = msnp_message_header(message, COUNT_HEADER);
	guint count = 0;
	Set *set;

	*whole = NULL;
	msnp_chunks_expire(chunks, now);
	if (!count_text && !msnp_message_header(message, INDEX_HEADER)) {
		*whole = msnp_message_ref(message);
		return MSNP_CHUNKS_WHOLE;
	}
	if (count_text && !read_number(count_text, MSNP_CHUNKS_MAX_PARTS, &count))
		count = 0;
	if (count == 1) {
		*whole = msnp_message_ref(message);
		return MSNP_CHUNKS_WHOLE;
	}
	if (!id || !*id || strlen(id) > MSNP_CHUNKS_MAX_ID)
		return MSNP_CHUNKS_DROPPED;
	set = find_set(chunks, sender, id);
	if (set && !count_text)
		return add_later(chunks, set, message, now, whole);
	if (!set && count > 0)
		return add_first(chunks, sender, id, message, count, now);
	/* A first part again: which of them the others belong to cannot be known. */
	if (set)
		g_ptr_array_remove(chunks->sets, set);
	return MSNP_CHUNKS_DROPPED;
}
