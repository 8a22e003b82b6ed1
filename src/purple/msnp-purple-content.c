/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What came in a message, as a window shows it: what was said, with its looks, or a line that says
 * what came although it cannot be shown. Whatever a peer sends is text, never markup.
 */
#include "msnp-purple.h"

#include "util/msnp-text.h"

/* What stands after the sender's name, for what only a line can tell of. */
static const struct {
	MsnpContentKind kind;
	const char *words;
} lines[] = {
	{ MSNP_CONTENT_WINK, N_("%s has sent a wink, which cannot be shown here.") },
	{ MSNP_CONTENT_VOICE_CLIP, N_("%s has sent a voice clip, which cannot be played here.") },
	{ MSNP_CONTENT_INK, N_("%s has sent a handwritten message that cannot be shown.") },
};

static const char *const invitations[] = {
	[MSNP_APPLICATION_UNKNOWN] = N_("%s wants to start something that is not possible here."),
	[MSNP_APPLICATION_FILE] =
	    N_("%s wants to send a file in the old way, which is not possible here."),
	[MSNP_APPLICATION_VOICE] = N_("%s wants to talk to you, which is not possible here."),
	[MSNP_APPLICATION_NETMEETING] =
	    N_("%s wants to start NetMeeting, which is not possible here."),
	[MSNP_APPLICATION_ASSISTANCE] =
	    N_("%s asks for remote assistance, which is not possible here."),
	[MSNP_APPLICATION_WEBCAM_SHOW] =
	    N_("%s wants to show you a webcam, which is not possible here."),
	[MSNP_APPLICATION_WEBCAM_SEE] =
	    N_("%s wants to see your webcam, which is not possible here."),
};
G_STATIC_ASSERT(G_N_ELEMENTS(invitations) == MSNP_APPLICATION_WEBCAM_SEE + 1);

char *
msnp_purple_shown_name(PurpleAccount *account, const char *handle)
{
	PurpleBuddy *buddy = purple_find_buddy(account, handle);
	g_autofree char *name = msnp_text_clean(buddy ? purple_buddy_get_alias(buddy) : handle, -1,
						0, MSNP_TEXT_DROP_BIDI);

	return *name ? g_steal_pointer(&name) : g_strdup(handle);
}

/* bitlbee's windows show what people say, and nothing else, but it shows notices of the account. */
static gboolean
windows_show_speech_only(void)
{
	GHashTable *ui = purple_core_get_ui_info();

	return ui && g_strcmp0(g_hash_table_lookup(ui, "name"), "BitlBee") == 0;
}

void
msnp_purple_note_elsewhere(PurpleConversation *conv, const char *markup)
{
	PurpleConnection *gc = purple_conversation_get_gc(conv);
	g_autofree char *name = NULL;
	g_autofree char *words = NULL;

	if (!gc || !windows_show_speech_only())
		return;
	name = g_markup_escape_text(purple_conversation_get_name(conv), -1);
	words = g_strdup_printf("%s: %s", name, markup);
	purple_connection_notice(gc, words);
}

void
msnp_purple_note_markup(PurpleConversation *conv, const char *markup)
{
	msnp_purple_note_elsewhere(conv, markup);
	purple_conversation_write(conv, NULL, markup, PURPLE_MESSAGE_SYSTEM, time(NULL));
}

void
msnp_purple_note(PurpleConversation *conv, const char *text)
{
	g_autofree char *markup = msnp_purple_text_to_markup(text, NULL, MSNP_PURPLE_PLUS_SHOW);

	msnp_purple_note_markup(conv, markup);
}

/* format has one %s. */
static char *
about(MsnpLogin *login, const char *handle, const char *format)
{
	g_autofree char *name = msnp_purple_shown_name(login->account, handle);
	g_auto(GStrv) parts = g_strsplit(_(format), "%s", 2);

	return g_strjoinv(name, parts);
}

static char *
invitation_words(MsnpLogin *login, const char *handle, const MsnpInvitation *invitation)
{
	g_autofree char *words = NULL;
	g_autofree char *name = NULL;

	if (invitation->application == MSNP_APPLICATION_UNKNOWN && *invitation->name) {
		name = msnp_purple_shown_name(login->account, handle);
		/* Who; the name of a program */
		words = g_strdup_printf(_("%s wants to start \"%s\", which is not possible here."),
					name, invitation->name);
	} else {
		words = about(login, handle, invitations[invitation->application]);
	}
	if (!invitation->declined)
		return g_steal_pointer(&words);
	/* What somebody wants */
	return g_strdup_printf(_("%s The invitation was declined."), words);
}

/* The name that an add-in has put in place of the sender's stands before the text, with the
 * address: switchboard.md 12. */
static char *
said_markup(MsnpLogin *login, const char *handle, const MsnpMessage *message,
	    const MsnpContent *content)
{
	g_autofree char *text = msnp_message_text(message);
	g_autoptr(MsnpTextFormat) format =
	    msnp_text_format_parse(msnp_message_header(message, MSNP_TEXT_FORMAT_HEADER));
	g_autofree char *markup = NULL;
	g_autofree char *speaker = NULL;
	g_autofree char *before = NULL;

	if (!*text)
		return NULL;
	markup = msnp_purple_text_to_markup(
	    text, format,
	    msnp_purple_shows_plus(login->account) ? MSNP_PURPLE_PLUS_SHOW : MSNP_PURPLE_PLUS_HIDE);
	if (!*markup || !content->speaker)
		return *markup ? g_steal_pointer(&markup) : NULL;
	/* A name; an address */
	speaker = g_strdup_printf(_("%s (%s):"), content->speaker, handle);
	before = msnp_purple_text_to_markup(speaker, NULL, MSNP_PURPLE_PLUS_SHOW);
	return g_strdup_printf("<b>%s</b> %s", before, markup);
}

static char *
about_words(MsnpLogin *login, const char *handle, const MsnpContent *content)
{
	if (content->kind == MSNP_CONTENT_INVITATION)
		return invitation_words(login, handle, content->invitation);
	/* What the sender does, as the sender's add-in has put it into words. */
	if (content->kind == MSNP_CONTENT_ACTION)
		return g_strdup(content->action);
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
		if (lines[i].kind == content->kind)
			return about(login, handle, lines[i].words);
	return NULL;
}

MsnpPurpleLine *
msnp_purple_line_new(MsnpLogin *login, const char *handle, const MsnpMessage *message,
		     const MsnpContent *content)
{
	MsnpPurpleLine line = { 0 };
	g_autofree char *words = NULL;
	gsize size;

	if (content->kind == MSNP_CONTENT_TEXT) {
		line.said = TRUE;
		line.markup = said_markup(login, handle, message, content);
	} else if (content->kind == MSNP_CONTENT_INK && content->image) {
		gconstpointer bytes = g_bytes_get_data(content->image, &size);

		line.said = TRUE;
		line.image = purple_imgstore_add_with_id(g_memdup2(bytes, size), size, "ink.gif");
		line.markup = g_strdup_printf("<img id=\"%d\">", line.image);
	} else {
		words = about_words(login, handle, content);
		line.markup =
		    words ? msnp_purple_text_to_markup(words, NULL, MSNP_PURPLE_PLUS_SHOW) : NULL;
	}
	return line.markup ? g_memdup2(&line, sizeof line) : NULL;
}

void
msnp_purple_line_free(MsnpPurpleLine *line)
{
	if (!line)
		return;
	if (line->image)
		purple_imgstore_unref_by_id(line->image);
	g_free(line->markup);
	g_free(line);
}

PurpleMessageFlags
msnp_purple_line_flags(const MsnpPurpleLine *line)
{
	return line->image ? PURPLE_MESSAGE_RECV | PURPLE_MESSAGE_IMAGES : PURPLE_MESSAGE_RECV;
}
