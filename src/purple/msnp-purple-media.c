/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What people listen to, play or work at. One's own is libpurple's independent status "tune", which
 * players set; a contact's is shown by the same status, beside the text in list and tooltip.
 */
#include "msnp-purple.h"

#define TUNE   "tune"
#define GAME   "game"
#define OFFICE "office"

/* How each kind is shown; music needs no words. */
static const struct {
	const char *type; /* of msnp_current_media_text() */
	const char *attribute;
	const char *form;
} kinds[] = {
	{ "Games", GAME, N_("Playing %s") },
	{ "Office", OFFICE, N_("Working on %s") },
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

static guint
kind_of(const char *type)
{
	guint i = 0;

	while (i < G_N_ELEMENTS(kinds) && g_strcmp0(kinds[i].type, type) != 0)
		i++;
	return i;
}

char *
msnp_purple_media_words(const MsnpContact *contact)
{
	g_autofree char *type = NULL;
	g_autofree char *media = msnp_current_media_text(contact->media, &type);
	guint kind = kind_of(type);

	if (!media || kind == G_N_ELEMENTS(kinds))
		return g_steal_pointer(&media);
	return g_strdup_printf(_(kinds[kind].form), media);
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
shows(PurpleBuddy *buddy, const char *attribute, const char *text)
{
	PurpleStatus *tune = purple_presence_get_status(purple_buddy_get_presence(buddy), TUNE);

	return purple_status_is_active(tune) &&
	       g_strcmp0(purple_status_get_attr_string(tune, attribute), text) == 0;
}

void
msnp_purple_media_show(PurpleAccount *account, const MsnpContact *contact, GSList *buddies)
{
	g_autofree char *type = NULL;
	g_autofree char *media = NULL;
	const char *attribute = PURPLE_TUNE_TITLE;
	gboolean shown = TRUE;

	if (contact->status != MSNP_STATUS_OFFLINE && contact->status != MSNP_STATUS_HIDDEN)
		media = msnp_current_media_text(contact->media, &type);
	if (!media) {
		for (GSList *l = buddies; l; l = l->next)
			end(l->data);
		return;
	}
	if (kind_of(type) < G_N_ELEMENTS(kinds))
		attribute = kinds[kind_of(type)].attribute;
	for (GSList *l = buddies; l; l = l->next) {
		msnp_purple_blist_ensure_status(account, l->data, TUNE);
		shown = shows(l->data, attribute, media) && shown;
	}
	if (!shown)
		purple_prpl_got_user_status(account, contact->handle, TUNE, attribute, media, NULL);
}

void
msnp_purple_media_end(PurpleAccount *account)
{
	GSList *buddies = purple_find_buddies(account, NULL);

	for (GSList *l = buddies; l; l = l->next)
		end(l->data);
	g_slist_free(buddies);
}
