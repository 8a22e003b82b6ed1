/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the contact list shows about one contact: icon, emblem, the line below the name. All of it
 * is text from other people: escaped where libpurple takes markup.
 */
#include "msnp-purple.h"

const char *
msnp_purple_list_icon(PurpleAccount *account G_GNUC_UNUSED, PurpleBuddy *buddy G_GNUC_UNUSED)
{
	return MSNP_PURPLE_ICON;
}

static const struct {
	guint32 capability;
	const char *emblem;
} devices[] = {
	{ MSNP_CAP_ROBOT, "bot" },
	{ MSNP_CAP_MOBILE_DEVICE, "mobile" },
	{ MSNP_CAP_WEB, "external" },
};

const char *
msnp_purple_list_emblem(PurpleBuddy *buddy)
{
	MsnpContact *contact = msnp_login_find_contact(buddy);

	if (!contact)
		return NULL;
	if (contact->network == MSNP_NETWORK_PHONE || contact->network == MSNP_NETWORK_MOBILE)
		return "mobile";
	if (contact->network != MSNP_NETWORK_PASSPORT)
		return "external";
	/* Who is not there can still be reached. */
	if (contact->status == MSNP_STATUS_OFFLINE)
		return contact->mobile_enabled ? "mobile" : NULL;
	for (guint i = 0; i < G_N_ELEMENTS(devices); i++)
		if (contact->caps & devices[i].capability)
			return devices[i].emblem;
	return NULL;
}

char *
msnp_purple_status_text(PurpleBuddy *buddy)
{
	MsnpContact *contact = msnp_login_find_contact(buddy);
	g_autofree char *message = NULL;
	g_autofree char *media = NULL;

	if (!contact || contact->status == MSNP_STATUS_OFFLINE)
		return NULL;
	if (*contact->message) {
		message =
		    msnp_purple_shown_words(purple_buddy_get_account(buddy), contact->message);
		return g_markup_escape_text(message, -1);
	}
	media = msnp_purple_media_words(contact);
	if (media)
		return g_markup_escape_text(media, -1);
	/* The user interface itself says available, and idle, and for how long. */
	if (contact->status == MSNP_STATUS_ONLINE || contact->status == MSNP_STATUS_IDLE)
		return NULL;
	return g_markup_escape_text(msnp_purple_status_name(contact->status), -1);
}
