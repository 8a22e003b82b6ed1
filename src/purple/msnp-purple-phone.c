/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phones: one's own numbers, and whether contacts may send messages to the mobile one. What is sent
 * to those of others is in msnp-purple-page.c.
 */
#include "msnp-purple.h"

static const struct {
	const char *action, *title, *primary;
} phones[] = {
	[MSNP_PHONE_HOME] = { N_("Set home phone number..."), N_("Set home phone number"),
			      N_("What is your phone number at home?") },
	[MSNP_PHONE_WORK] = { N_("Set work phone number..."), N_("Set work phone number"),
			      N_("What is your phone number at work?") },
	[MSNP_PHONE_MOBILE] = { N_("Set mobile phone number..."), N_("Set mobile phone number"),
				N_("What is the number of your mobile phone?") },
};
G_STATIC_ASSERT(G_N_ELEMENTS(phones) == MSNP_N_PHONES);

static void
tell_failure(MsnpLogin *login, const char *what, const GError *error)
{
	g_autofree char *why = NULL;

	if (!login->gc || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	/* Of a number it means something else than of a contact. */
	if (g_error_matches(error, MSNP_ERROR, MSNP_ERROR_ADDRESS))
		why = g_strdup(_("The service takes no such number. It may be too long."));
	else
		why = msnp_purple_refusal_why(error);
	purple_notify_error(login->gc, _("Phone numbers"), what, why);
}

static void
number_set(GObject *source, GAsyncResult *result, gpointer data)
{
	MsnpLogin *login = data;
	g_autoptr(GError) error = NULL;

	if (!msnp_session_set_phone_finish(MSNP_SESSION(source), result, &error))
		tell_failure(login, _("Your phone number was not changed"), error);
	msnp_login_unref(login);
}

static void
set_number(gpointer account, MsnpPhone which, const char *text)
{
	MsnpLogin *login = msnp_login_find(account);
	g_autofree char *number = g_strstrip(g_strdup(text ? text : ""));

	if (login && msnp_session_is_signed_on(login->session))
		msnp_session_set_phone_async(login->session, which, number, number_set,
					     msnp_login_ref(login));
}

static void
on_home(gpointer data, const char *text)
{
	set_number(data, MSNP_PHONE_HOME, text);
}

static void
on_work(gpointer data, const char *text)
{
	set_number(data, MSNP_PHONE_WORK, text);
}

static void
on_mobile(gpointer data, const char *text)
{
	set_number(data, MSNP_PHONE_MOBILE, text);
}

static const PurpleRequestInputCb answers[] = {
	[MSNP_PHONE_HOME] = on_home,
	[MSNP_PHONE_WORK] = on_work,
	[MSNP_PHONE_MOBILE] = on_mobile,
};
G_STATIC_ASSERT(G_N_ELEMENTS(answers) == MSNP_N_PHONES);

static void
ask_number(PurplePluginAction *action)
{
	MsnpLogin *login = msnp_login_of_connection(action->context);
	guint which = GPOINTER_TO_UINT(action->user_data);

	if (!login)
		return;
	purple_request_input(login->gc, _(phones[which].title), _(phones[which].primary),
			     _("Everybody who has you on their list sees it. Leave it empty to "
			       "take it away."),
			     msnp_session_phone(login->session, which), FALSE, FALSE, NULL,
			     _("_Set"), G_CALLBACK(answers[which]), _("_Cancel"), NULL,
			     login->account, NULL, NULL, login->account);
}

static void
pages_set(GObject *source, GAsyncResult *result, gpointer data)
{
	MsnpLogin *login = data;
	g_autoptr(GError) error = NULL;

	if (!msnp_session_set_allows_pages_finish(MSNP_SESSION(source), result, &error))
		tell_failure(login, _("Who may send messages to your mobile phone was not changed"),
			     error);
	msnp_login_unref(login);
}

static void
set_pages(PurplePluginAction *action)
{
	MsnpLogin *login = msnp_login_of_connection(action->context);

	if (login && msnp_session_is_signed_on(login->session))
		msnp_session_set_allows_pages_async(login->session,
						    GPOINTER_TO_INT(action->user_data), pages_set,
						    msnp_login_ref(login));
}

GList *
msnp_purple_phone_actions(MsnpLogin *login)
{
	gboolean allows = msnp_session_allows_pages(login->session);
	GList *actions = NULL;
	PurplePluginAction *action;

	for (guint i = 0; i < G_N_ELEMENTS(phones); i++) {
		action = purple_plugin_action_new(_(phones[i].action), ask_number);
		action->user_data = GUINT_TO_POINTER(i);
		actions = g_list_append(actions, action);
	}
	action = purple_plugin_action_new(allows ? _("Forbid messages to your mobile phone")
						 : _("Allow messages to your mobile phone"),
					  set_pages);
	action->user_data = GINT_TO_POINTER(!allows);
	return g_list_append(actions, action);
}
