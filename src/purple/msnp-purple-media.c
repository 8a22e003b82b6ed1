/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What people listen to, play or work at. One's own is libpurple's independent status "tune", which
 * players set; a contact's is shown by the same status, beside the text in list and tooltip.
 */
#include "msnp-purple.h"

#include <string.h>

#define TUNE   "tune"
#define GAME   "game"
#define OFFICE "office"

enum { KIND_GAME, KIND_OFFICE };

/* What is no music says what it is in our words, not in the sender's. */
static const struct {
	const char *type; /* of msnp_current_media_text() */
	const char *attribute;
	const char *label;
} kinds[] = {
	[KIND_GAME] = { "Games", GAME, N_("Playing") },
	[KIND_OFFICE] = { "Office", OFFICE, N_("Working on") },
};

PurpleStatusType *
msnp_purple_media_status_type(void)
{
	return purple_status_type_new_with_attrs(
	    PURPLE_STATUS_TUNE, TUNE, NULL, FALSE, TRUE, TRUE, PURPLE_TUNE_TITLE, _("Title"),
	    purple_value_new(PURPLE_TYPE_STRING), PURPLE_TUNE_ARTIST, _("Artist"),
	    purple_value_new(PURPLE_TYPE_STRING), PURPLE_TUNE_ALBUM, _("Album"),
	    purple_value_new(PURPLE_TYPE_STRING), GAME, _("Game"),
	    purple_value_new(PURPLE_TYPE_STRING), OFFICE, _("Document"),
	    purple_value_new(PURPLE_TYPE_STRING), NULL);
}

gboolean
msnp_purple_media_is(PurpleStatus *status)
{
	return g_strcmp0(purple_status_get_id(status), TUNE) == 0;
}

static gboolean
take(PurpleStatus *tune, const char *attribute, const char **value)
{
	*value = purple_status_get_attr_string(tune, attribute);
	return *value && **value;
}

void
msnp_purple_media_tell(MsnpLogin *login, PurpleStatus *tune)
{
	MsnpMedia media = { 0 };
	gboolean any = FALSE;

	if (tune && purple_status_is_active(tune)) {
		any = take(tune, PURPLE_TUNE_TITLE, &media.title);
		if (any) {
			media.kind = MSNP_MEDIA_MUSIC;
			take(tune, PURPLE_TUNE_ARTIST, &media.artist);
			take(tune, PURPLE_TUNE_ALBUM, &media.album);
		} else if ((any = take(tune, GAME, &media.title))) {
			media.kind = MSNP_MEDIA_GAME;
		} else if ((any = take(tune, OFFICE, &media.title))) {
			media.kind = MSNP_MEDIA_OFFICE;
		}
	}
	msnp_session_set_media(login->session, any ? &media : NULL);
}

void
msnp_purple_media_begin(MsnpLogin *login)
{
	PurplePresence *presence = purple_account_get_presence(login->account);
	PurpleStatus *tune = presence ? purple_presence_get_status(presence, TUNE) : NULL;

	if (tune && purple_status_is_active(tune))
		msnp_purple_media_tell(login, tune);
}

typedef struct {
	guint kind;  /* of kinds; G_N_ELEMENTS(kinds): music, or nobody knows what */
	char *whole; /* what the sender wants to be read; NULL: nothing is on */
	char *title, *artist, *album;
} Media;

static void
media_clear(Media *media)
{
	g_free(media->whole);
	g_free(media->title);
	g_free(media->artist);
	g_free(media->album);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Media, media_clear)

static void
media_read(Media *media, const MsnpContact *contact)
{
	g_autofree char *type = NULL;

	memset(media, 0, sizeof *media);
	if (contact->status != MSNP_STATUS_OFFLINE && contact->status != MSNP_STATUS_HIDDEN)
		media->whole = msnp_current_media_text(contact->media, &type);
	while (media->kind < G_N_ELEMENTS(kinds) && g_strcmp0(kinds[media->kind].type, type) != 0)
		media->kind++;
	media->title = msnp_current_media_argument(contact->media, 0);
	media->artist = msnp_current_media_argument(contact->media, 1);
	media->album = msnp_current_media_argument(contact->media, 2);
	if (media->whole && !*media->title) {
		g_free(media->title);
		media->title = g_strdup(media->whole);
	}
}

char *
msnp_purple_media_words(const MsnpContact *contact)
{
	g_auto(Media) media;

	media_read(&media, contact);
	if (!media.whole || media.kind == G_N_ELEMENTS(kinds))
		return g_steal_pointer(&media.whole);
	return media.kind == KIND_GAME ? g_strdup_printf(_("Playing %s"), media.title)
				       : g_strdup_printf(_("Working on %s"), media.title);
}

char *
msnp_purple_media_pair(const MsnpContact *contact, const char **label)
{
	g_auto(Media) media;

	media_read(&media, contact);
	*label = media.kind < G_N_ELEMENTS(kinds) ? _(kinds[media.kind].label) : _("Listening to");
	return media.kind < G_N_ELEMENTS(kinds) && media.whole ? g_steal_pointer(&media.title)
							       : g_steal_pointer(&media.whole);
}

/* Not by purple_prpl_got_user_status_deactive(): for somebody who has gone that one tells everybody
 * of another sign-off. */
static void
end(PurpleBuddy *buddy)
{
	PurplePresence *presence = purple_buddy_get_presence(buddy);
	PurpleStatus *tune = presence ? purple_presence_get_status(presence, TUNE) : NULL;

	if (tune && purple_status_is_active(tune))
		purple_status_set_active(tune, FALSE);
}

static gboolean
has(PurpleStatus *tune, const char *attribute, const char *text)
{
	const char *shown = purple_status_get_attr_string(tune, attribute);

	return g_str_equal(shown ? shown : "", text);
}

static gboolean
shows(PurpleBuddy *buddy, const Media *media)
{
	PurpleStatus *tune = purple_presence_get_status(purple_buddy_get_presence(buddy), TUNE);

	if (!purple_status_is_active(tune))
		return FALSE;
	if (media->kind < G_N_ELEMENTS(kinds))
		return has(tune, kinds[media->kind].attribute, media->title);
	return has(tune, PURPLE_TUNE_TITLE, media->title) &&
	       has(tune, PURPLE_TUNE_ARTIST, media->artist) &&
	       has(tune, PURPLE_TUNE_ALBUM, media->album);
}

void
msnp_purple_media_show(PurpleAccount *account, const MsnpContact *contact, GSList *buddies)
{
	g_auto(Media) media;
	gboolean shown = TRUE;

	media_read(&media, contact);
	for (GSList *l = buddies; l; l = l->next) {
		if (!media.whole) {
			end(l->data);
			continue;
		}
		msnp_purple_blist_ensure_status(account, l->data, TUNE);
		shown = shows(l->data, &media) && shown;
	}
	if (shown)
		return;
	if (media.kind < G_N_ELEMENTS(kinds))
		purple_prpl_got_user_status(account, contact->handle, TUNE,
					    kinds[media.kind].attribute, media.title, NULL);
	else
		purple_prpl_got_user_status(account, contact->handle, TUNE, PURPLE_TUNE_TITLE,
					    media.title, PURPLE_TUNE_ARTIST, media.artist,
					    PURPLE_TUNE_ALBUM, media.album, NULL);
}

void
msnp_purple_media_end(PurpleAccount *account)
{
	GSList *buddies = purple_find_buddies(account, NULL);

	for (GSList *l = buddies; l; l = l->next)
		end(l->data);
	g_slist_free(buddies);
}
