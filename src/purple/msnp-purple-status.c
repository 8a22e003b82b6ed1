/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statuses, both ways (the table of notification.md 6.1), and idleness.
 */
#include "msnp-purple.h"

typedef struct {
	MsnpStatus status;
	const char *id;
	const char *name;
	PurpleStatusPrimitive primitive;
} StatusRow;

/* In the order in which the user sees them. */
static const StatusRow rows[] = {
	{ MSNP_STATUS_ONLINE, "available", N_("Available"), PURPLE_STATUS_AVAILABLE },
	{ MSNP_STATUS_BUSY, "busy", N_("Busy"), PURPLE_STATUS_UNAVAILABLE },
	{ MSNP_STATUS_BRB, "brb", N_("Be Right Back"), PURPLE_STATUS_AWAY },
	{ MSNP_STATUS_AWAY, "away", N_("Away"), PURPLE_STATUS_AWAY },
	{ MSNP_STATUS_PHONE, "phone", N_("On the Phone"), PURPLE_STATUS_UNAVAILABLE },
	{ MSNP_STATUS_LUNCH, "lunch", N_("Out to Lunch"), PURPLE_STATUS_AWAY },
	{ MSNP_STATUS_HIDDEN, "invisible", N_("Invisible"), PURPLE_STATUS_INVISIBLE },
	{ MSNP_STATUS_OFFLINE, "offline", N_("Offline"), PURPLE_STATUS_OFFLINE },
};
/* All but IDLE, which is Available and idle. */
G_STATIC_ASSERT(G_N_ELEMENTS(rows) == MSNP_N_STATUS - 1);

static const StatusRow *
row_of_status(MsnpStatus status)
{
	if (status == MSNP_STATUS_IDLE)
		status = MSNP_STATUS_ONLINE;
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].status == status)
			return &rows[i];
	return &rows[0];
}

const char *
msnp_purple_status_id(MsnpStatus status)
{
	return row_of_status(status == MSNP_STATUS_HIDDEN ? MSNP_STATUS_OFFLINE : status)->id;
}

const char *
msnp_purple_status_name(MsnpStatus status)
{
	return status == MSNP_STATUS_IDLE ? _("Idle") : _(row_of_status(status)->name);
}

GList *
msnp_purple_status_types(PurpleAccount *account G_GNUC_UNUSED)
{
	GList *types = NULL;

	/* The first that libpurple asks about an account, whoever's it is and whether or not it
	 * will ever sign on. */
	msnp_purple_kept_watch();
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		const StatusRow *row = &rows[i];
		PurpleStatusType *type;

		/* Each attribute costs memory for every buddy: those who are offline have none. */
		if (row->status == MSNP_STATUS_OFFLINE)
			type = purple_status_type_new_full(row->primitive, row->id, _(row->name),
							   TRUE, TRUE, FALSE);
		else
			type = purple_status_type_new_with_attrs(
			    row->primitive, row->id, _(row->name), TRUE, TRUE, FALSE, "message",
			    _("Message"), purple_value_new(PURPLE_TYPE_STRING), NULL);
		types = g_list_prepend(types, type);
	}
	types = g_list_prepend(types, msnp_purple_media_status_type());
	return g_list_reverse(types);
}

MsnpStatus
msnp_purple_status_read(PurpleStatus *status, char **message)
{
	const char *id = status ? purple_status_get_id(status) : NULL;
	const char *markup = status ? purple_status_get_attr_string(status, "message") : NULL;

	*message = msnp_purple_text_from_markup(markup ? markup : "", NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		if (g_strcmp0(rows[i].id, id) == 0)
			return rows[i].status;
	return MSNP_STATUS_ONLINE;
}

void
msnp_purple_set_status(PurpleAccount *account, PurpleStatus *status)
{
	MsnpLogin *login = msnp_login_of_account(account);
	g_autofree char *message = NULL;
	MsnpStatus value;

	if (login && msnp_purple_media_is(status))
		msnp_purple_media_tell(login, status);
	/* libpurple also tells of the status that was before. */
	if (!login || msnp_purple_media_is(status) || !purple_status_is_active(status))
		return;
	value = msnp_purple_status_read(status, &message);
	/* Offline comes as prpl close. */
	if (value != MSNP_STATUS_OFFLINE)
		msnp_session_set_status(login->session, value, message);
}

void
msnp_purple_set_idle(PurpleConnection *gc, int seconds)
{
	MsnpLogin *login = msnp_login_of_connection(gc);

	if (login)
		msnp_session_set_idle(login->session, seconds > 0);
}
