/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message is, by its type and, where that does not say enough, by its body.
 * Source: switchboard.md 7, 9 to 12.
 */
#include "wire/msnp-content.h"

#include <string.h>

#include "util/msnp-text.h"

#define INK_PREFIX "base64:"

static const struct {
	const char *name;
	gboolean may_begin;
} kinds[] = {
	[MSNP_CONTENT_NOTHING] = { "nothing", FALSE },
	[MSNP_CONTENT_UNKNOWN] = { "unknown", FALSE },
	[MSNP_CONTENT_TEXT] = { "text", TRUE },
	[MSNP_CONTENT_TYPING] = { "typing", FALSE },
	[MSNP_CONTENT_NUDGE] = { "nudge", TRUE },
	[MSNP_CONTENT_WINK] = { "wink", FALSE },
	[MSNP_CONTENT_VOICE_CLIP] = { "voice clip", FALSE },
	[MSNP_CONTENT_ACTION] = { "action", FALSE },
	[MSNP_CONTENT_EMOTICONS] = { "emoticons", FALSE },
	[MSNP_CONTENT_INK] = { "ink", TRUE },
	[MSNP_CONTENT_INVITATION] = { "invitation", TRUE },
	[MSNP_CONTENT_INVITATION_ANSWER] = { "invitation answer", FALSE },
	[MSNP_CONTENT_P2P] = { "p2p", FALSE },
};
G_STATIC_ASSERT(G_N_ELEMENTS(kinds) == MSNP_CONTENT_LAST);

gboolean
msnp_content_may_begin(MsnpContentKind kind)
{
	return kinds[kind].may_begin;
}

const char *
msnp_content_name(MsnpContentKind kind)
{
	return kinds[kind].name;
}

void
msnp_content_free(MsnpContent *content)
{
	if (!content)
		return;
	g_free(content->action);
	g_free(content->speaker);
	msnp_object_free(content->object);
	g_clear_pointer(&content->image, g_bytes_unref);
	msnp_invitation_free(content->invitation);
	g_free(content);
}

/* A line for people, of at most so many characters; NULL if nothing is left. */
static char *
clean_line(const char *text, glong max_chars)
{
	g_autofree char *clean = msnp_text_clean(text, -1, 0, MSNP_TEXT_DROP_BIDI);
	char *line;

	g_strstrip(clean);
	if (!*clean)
		return NULL;
	line = g_utf8_substring(clean, 0, MIN(max_chars, g_utf8_strlen(clean, -1)));
	return g_strchomp(line);
}

static void
read_text(MsnpContent *content, const MsnpMessage *message, const char *sender G_GNUC_UNUSED)
{
	content->kind = MSNP_CONTENT_TEXT;
	content->speaker =
	    clean_line(msnp_message_header(message, "P4-Context"), MSNP_SPEAKER_MAX_CHARS);
}

static void
read_control(MsnpContent *content, const MsnpMessage *message, const char *sender G_GNUC_UNUSED)
{
	if (msnp_message_header(message, "TypingUser") ||
	    msnp_message_header(message, "RecordingUser"))
		content->kind = MSNP_CONTENT_TYPING;
}

/* Pictures and sounds travel as the name of an object, which must be the sender's own. */
static void
read_datacast_object(MsnpContent *content, MsnpContentKind kind, guint type, const char *data,
		     const char *sender)
{
	g_autoptr(MsnpObject) object = msnp_object_parse(data);

	if (!object || object->type != type || g_ascii_strcasecmp(object->creator, sender) != 0)
		return;
	content->kind = kind;
	content->object = g_steal_pointer(&object);
}

/* Datacasts by their ID. */
static const struct {
	const char *id;
	MsnpContentKind kind;
	guint object_type; /* 0: no object */
} datacasts[] = {
	{ "1", MSNP_CONTENT_NUDGE, 0 },
	{ "2", MSNP_CONTENT_WINK, 8 },
	{ "3", MSNP_CONTENT_VOICE_CLIP, 11 },
	{ "4", MSNP_CONTENT_ACTION, 0 },
};

static void
read_datacast(MsnpContent *content, const MsnpMessage *message, const char *sender)
{
	gsize length;
	const char *body = msnp_message_body(message, &length);
	g_autoptr(MsnpMessage) fields = msnp_message_parse(body, length);
	const char *id = msnp_message_header(fields, "ID");
	const char *data = msnp_message_header(fields, "Data");
	gsize row = 0;

	if (msnp_message_count_headers(fields, "ID") != 1 ||
	    (data && strlen(data) > MSNP_DATACAST_MAX_BYTES))
		return;
	while (row < G_N_ELEMENTS(datacasts) && strcmp(datacasts[row].id, id) != 0)
		row++;
	if (row == G_N_ELEMENTS(datacasts))
		return;
	if (datacasts[row].object_type != 0) {
		read_datacast_object(content, datacasts[row].kind, datacasts[row].object_type, data,
				     sender);
		return;
	}
	if (datacasts[row].kind == MSNP_CONTENT_ACTION)
		content->action = clean_line(data, MSNP_ACTION_MAX_CHARS);
	if (datacasts[row].kind != MSNP_CONTENT_ACTION || content->action)
		content->kind = datacasts[row].kind;
}

/* Strict: g_base64_decode() would take anything and leave out what it does not know. */
static guint8 *
decode_base64(const char *text, gsize *length)
{
	g_autoptr(GString) digits = g_string_new(NULL);
	gsize significant;

	for (; *text; text++) {
		if (g_ascii_isspace(*text))
			continue;
		if (!g_ascii_isalnum(*text) && !strchr("+/=", *text))
			return NULL;
		g_string_append_c(digits, *text);
	}
	significant = strcspn(digits->str, "=");
	if (digits->len % 4 != 0 || digits->len - significant > 2 ||
	    strspn(digits->str + significant, "=") != digits->len - significant)
		return NULL;
	return g_base64_decode(digits->str, length);
}

static gboolean
is_side(const guint8 *little_endian)
{
	guint side = little_endian[0] | (guint)little_endian[1] << 8;

	return side > 0 && side <= MSNP_INK_MAX_SIDE;
}

/* The signature, then width and height of the canvas. */
static gboolean
is_gif(const guint8 *bytes, gsize length)
{
	return length > 13 && length <= MSNP_INK_MAX_BYTES &&
	       (memcmp(bytes, "GIF87a", 6) == 0 || memcmp(bytes, "GIF89a", 6) == 0) &&
	       is_side(bytes + 6) && is_side(bytes + 8);
}

/* The body must have no NUL: then it is text up to its end. */
static GBytes *
read_gif(const MsnpMessage *message)
{
	gsize length, decoded_length = 0;
	const char *body = msnp_message_body(message, &length);
	g_autofree guint8 *bytes = NULL;

	if (!g_str_has_prefix(body, INK_PREFIX) || strlen(body) != length)
		return NULL;
	bytes = decode_base64(body + strlen(INK_PREFIX), &decoded_length);
	if (!bytes || !is_gif(bytes, decoded_length))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&bytes), decoded_length);
}

static void
read_ink_gif(MsnpContent *content, const MsnpMessage *message, const char *sender G_GNUC_UNUSED)
{
	content->kind = MSNP_CONTENT_INK;
	content->image = read_gif(message);
}

/* ISF, the strokes themselves: nobody here can draw them. */
static void
read_ink_strokes(MsnpContent *content, const MsnpMessage *message G_GNUC_UNUSED,
		 const char *sender G_GNUC_UNUSED)
{
	content->kind = MSNP_CONTENT_INK;
}

static void
read_invitation(MsnpContent *content, const MsnpMessage *message, const char *sender G_GNUC_UNUSED)
{
	content->invitation = msnp_invitation_read(message);
	if (content->invitation->command == MSNP_INVITATION_INVITE)
		content->kind = MSNP_CONTENT_INVITATION;
	else if (content->invitation->command != MSNP_INVITATION_OTHER)
		content->kind = MSNP_CONTENT_INVITATION_ANSWER;
}

/* What a type is; where only the body tells, read sets the kind, if there is one. */
static const struct {
	const char *type;
	MsnpContentKind kind;
	void (*read)(MsnpContent *content, const MsnpMessage *message, const char *sender);
} types[] = {
	{ "text/plain", MSNP_CONTENT_NOTHING, read_text },
	{ "text/x-msmsgscontrol", MSNP_CONTENT_NOTHING, read_control },
	{ "text/x-msnmsgr-datacast", MSNP_CONTENT_NOTHING, read_datacast },
	{ "text/x-mms-emoticon", MSNP_CONTENT_EMOTICONS, NULL },
	{ "text/x-mms-animemoticon", MSNP_CONTENT_EMOTICONS, NULL },
	{ "text/x-clientcaps", MSNP_CONTENT_NOTHING, NULL },
	{ "text/x-clientinfo", MSNP_CONTENT_NOTHING, NULL },
	{ "text/x-keepalive", MSNP_CONTENT_NOTHING, NULL },
	{ "image/gif", MSNP_CONTENT_NOTHING, read_ink_gif },
	{ "application/x-ms-ink", MSNP_CONTENT_NOTHING, read_ink_strokes },
	{ "application/x-msnmsgrp2p", MSNP_CONTENT_P2P, NULL },
	{ MSNP_INVITATION_TYPE, MSNP_CONTENT_NOTHING, read_invitation },
	/* Only a notification server may say this. */
	{ "text/x-msmsgssystemmessage", MSNP_CONTENT_NOTHING, NULL },
	{ "application/x-msmsgssystemmessage", MSNP_CONTENT_NOTHING, NULL },
	/* A message without a type. */
	{ "", MSNP_CONTENT_NOTHING, NULL },
};

MsnpContent *
msnp_content_read(const MsnpMessage *message, const char *sender)
{
	MsnpContent *content = g_new0(MsnpContent, 1);

	content->kind = MSNP_CONTENT_UNKNOWN;
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		if (strcmp(types[i].type, msnp_message_type(message)) != 0)
			continue;
		content->kind = types[i].kind;
		if (types[i].read)
			types[i].read(content, message, sender);
		break;
	}
	return content;
}
