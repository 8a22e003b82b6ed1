/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known about a contact, in the tooltip and in a window of its own. All of it is text from
 * other people, handed over as plain text.
 */
#include "msnp-purple.h"

static const struct {
	guint32 capability;
	const char *client;
} devices[] = {
	{ MSNP_CAP_ROBOT, N_("A robot") },
	{ MSNP_CAP_MOBILE_DEVICE, N_("On a mobile phone") },
	{ MSNP_CAP_WEB, N_("In a web browser") },
};

/* By the level in the upper four bits; notification.md 6.3. Proper names. */
static const char *const clients[] = {
	NULL,
	"MSN Messenger 6.0",
	"MSN Messenger 6.1",
	"MSN Messenger 6.2",
	"MSN Messenger 7.0",
	"MSN Messenger 7.5",
	"Windows Live Messenger 8.0",
	"Windows Live Messenger 8.1",
	"Windows Live Messenger 8.5",
	"Windows Live Messenger 9.0",
	"Windows Live Messenger 14.0",
};
#define LEVEL_SHIFT 28

static const struct {
	guint network; /* MsnpNetwork */
	const char *name;
} networks[] = {
	{ MSNP_NETWORK_PASSPORT, N_("MSN Messenger") },
	{ MSNP_NETWORK_OFFICE, N_("Office Communicator") },
	{ MSNP_NETWORK_PHONE, N_("Telephone") },
	{ MSNP_NETWORK_MOBILE, N_("Mobile network") },
	{ MSNP_NETWORK_MAIL, N_("E-mail") },
	{ MSNP_NETWORK_YAHOO, N_("Yahoo! Messenger") },
};

static void
add(PurpleNotifyUserInfo *info, const char *label, const char *value)
{
	if (value && *value)
		purple_notify_user_info_add_pair_plaintext(info, label, value);
}

static void
add_yes(PurpleNotifyUserInfo *info, const char *label, gboolean yes)
{
	if (yes)
		add(info, label, _("Yes"));
}

static void
add_media(PurpleNotifyUserInfo *info, const MsnpContact *contact)
{
	const char *label;
	g_autofree char *media = msnp_purple_media_pair(contact, &label);

	add(info, label, media);
}

static void
add_presence(PurpleNotifyUserInfo *info, const MsnpContact *contact)
{
	add(info, _("Status"), msnp_purple_status_name(contact->status));
	if (contact->status == MSNP_STATUS_OFFLINE)
		return;
	add(info, _("Message"), contact->message);
	add_media(info, contact);
	for (guint i = 0; i < G_N_ELEMENTS(devices); i++)
		if (contact->caps & devices[i].capability)
			add(info, _("Device"), _(devices[i].client));
}

/* The level says which client somebody has, or is like. */
static void
add_client(PurpleNotifyUserInfo *info, const MsnpContact *contact)
{
	guint level = contact->caps >> LEVEL_SHIFT;

	if (contact->status != MSNP_STATUS_OFFLINE && level < G_N_ELEMENTS(clients))
		add(info, _("Client"), clients[level]);
}

static void
add_groups(PurpleNotifyUserInfo *info, MsnpLogin *login, const MsnpContact *contact)
{
	MsnpRoster *roster = msnp_session_roster(login->session);
	g_autoptr(GString) names = g_string_new(NULL);

	for (char **id = contact->group_ids; *id; id++) {
		MsnpGroup *group = msnp_roster_group(roster, *id);

		if (group)
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", group->name);
	}
	add(info, _("Groups"), names->str);
}

static void
add_names(PurpleNotifyUserInfo *info, const MsnpContact *contact)
{
	add(info, _("Address"), contact->handle);
	add(info, _("Display name"), *contact->name ? contact->name : contact->display_name);
	add(info, _("Alias"), contact->nickname);
}

static void
add_lists(PurpleNotifyUserInfo *info, const MsnpContact *contact)
{
	gboolean has_us = (contact->lists & MSNP_LIST_REVERSE) != 0;

	add(info, _("Home phone"), contact->phone_home);
	add(info, _("Work phone"), contact->phone_work);
	add(info, _("Mobile phone"), contact->phone_mobile);
	/* Of the one that a text message would go to. */
	add_yes(info, _("Takes text messages"), contact->mobile_enabled);
	add(info, _("Has you on their list"), has_us ? _("Yes") : _("No"));
	add_yes(info, _("Blocked"), (contact->lists & MSNP_LIST_BLOCK) != 0);
	add_yes(info, _("Waits for your answer"), (contact->lists & MSNP_LIST_PENDING) != 0);
}

static void
add_network(PurpleNotifyUserInfo *info, const MsnpContact *contact)
{
	for (guint i = 0; i < G_N_ELEMENTS(networks); i++)
		if (networks[i].network == contact->network)
			add(info, _("Network"), _(networks[i].name));
}

static void
add_all(PurpleNotifyUserInfo *info, MsnpLogin *login, const MsnpContact *contact)
{
	add_names(info, contact);
	add_presence(info, contact);
	add_client(info, contact);
	add_lists(info, contact);
	add_groups(info, login, contact);
	add_network(info, contact);
}

void
msnp_purple_tooltip(PurpleBuddy *buddy, PurpleNotifyUserInfo *info, gboolean full)
{
	MsnpLogin *login = msnp_login_of_account(purple_buddy_get_account(buddy));
	MsnpContact *contact = msnp_login_find_contact(buddy);

	if (contact && full)
		add_all(info, login, contact);
	else if (contact)
		add_presence(info, contact);
}

/* A window that opens whatever is known: who asks shall see an answer. */
void
msnp_purple_get_info(PurpleConnection *gc, const char *who)
{
	MsnpLogin *login = msnp_login_of_connection(gc);
	MsnpRoster *roster = login ? msnp_session_roster(login->session) : NULL;
	g_autofree char *handle = msnp_handle_normalize(who);
	MsnpContact *contact = roster ? msnp_login_find_listed(login, handle) : NULL;
	PurpleNotifyUserInfo *info;

	if (!login)
		return;
	if (roster && !contact)
		contact = msnp_roster_find(roster, handle);
	info = purple_notify_user_info_new();
	if (contact)
		add_all(info, login, contact);
	else
		add(info, _("Address"), handle);
	if (!contact || !(contact->lists & MSNP_LIST_FORWARD))
		add(info, _("On your contact list"), _("No"));
	purple_notify_userinfo(gc, who, info, NULL, NULL);
	purple_notify_user_info_destroy(info);
}
