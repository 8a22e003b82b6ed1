/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the contact list shows about one contact: icon, emblem, the line below the name, the
 * tooltip. All of it is text from other people: escaped where libpurple takes markup.
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
	const char *client; /* for the tooltip */
} devices[] = {
	{ MSNP_CAP_ROBOT, "bot", N_("A robot") },
	{ MSNP_CAP_MOBILE_DEVICE, "mobile", N_("On a mobile phone") },
	{ MSNP_CAP_WEB, "external", N_("In a web browser") },
};

const char *
msnp_purple_list_emblem(PurpleBuddy *buddy)
{
	MsnpContact *contact = msnp_login_find_contact(buddy);

	if (!contact)
		return NULL;
	if (contact->network == MSNP_NETWORK_PHONE)
		return "mobile";
	if (contact->status == MSNP_STATUS_OFFLINE)
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(devices); i++)
		if (contact->caps & devices[i].capability)
			return devices[i].emblem;
	return NULL;
}

char *
msnp_purple_status_text(PurpleBuddy *buddy)
{
	MsnpContact *contact = msnp_login_find_contact(buddy);
	g_autofree char *media = NULL;

	if (!contact || contact->status == MSNP_STATUS_OFFLINE)
		return NULL;
	if (*contact->message)
		return g_markup_escape_text(contact->message, -1);
	media = msnp_current_media_text(contact->media, NULL);
	if (media)
		return g_markup_escape_text(media, -1);
	/* The user interface itself says available, and idle, and for how long. */
	if (contact->status == MSNP_STATUS_ONLINE || contact->status == MSNP_STATUS_IDLE)
		return NULL;
	return g_markup_escape_text(msnp_purple_status_name(contact->status), -1);
}

static void
add(PurpleNotifyUserInfo *info, const char *label, const char *value)
{
	if (value && *value)
		purple_notify_user_info_add_pair_plaintext(info, label, value);
}

static void
add_media(PurpleNotifyUserInfo *info, const MsnpContact *contact)
{
	g_autofree char *type = NULL;
	g_autofree char *media = msnp_current_media_text(contact->media, &type);
	const char *label = _("Listening to");

	if (g_strcmp0(type, "Games") == 0)
		label = _("Playing");
	else if (g_strcmp0(type, "Office") == 0)
		label = _("Working on");
	add(info, label, media);
}

static void
add_online(PurpleNotifyUserInfo *info, const MsnpContact *contact)
{
	add(info, _("Message"), contact->message);
	add_media(info, contact);
	for (guint i = 0; i < G_N_ELEMENTS(devices); i++)
		if (contact->caps & devices[i].capability)
			add(info, _("Device"), _(devices[i].client));
}

void
msnp_purple_tooltip(PurpleBuddy *buddy, PurpleNotifyUserInfo *info, gboolean full)
{
	MsnpContact *contact = msnp_login_find_contact(buddy);

	if (!contact)
		return;
	add(info, _("Status"), msnp_purple_status_name(contact->status));
	if (contact->status != MSNP_STATUS_OFFLINE)
		add_online(info, contact);
	if (!full)
		return;
	add(info, _("Home phone"), contact->phone_home);
	add(info, _("Work phone"), contact->phone_work);
	add(info, _("Mobile phone"), contact->phone_mobile);
}
