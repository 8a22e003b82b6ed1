/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The menu of the account: all of it in its order, and the personal message.
 */
#include "msnp-purple.h"

/* By libpurple's own status, which also tells us. The dialog goes with the connection, but not in
 * every user interface. */
static void
on_message(gpointer data, const char *text)
{
	MsnpLogin *login = msnp_login_find(data);
	PurpleStatus *status = login ? purple_account_get_active_status(login->account) : NULL;
	g_autofree char *markup = NULL;

	if (!status)
		return;
	markup = msnp_purple_text_to_markup(text ? text : "", NULL, MSNP_PURPLE_PLUS_SHOW);
	purple_account_set_status(login->account, purple_status_get_id(status), TRUE, "message",
				  markup, NULL);
}

static void
ask_message(PurplePluginAction *action)
{
	MsnpLogin *login = msnp_login_of_connection(action->context);
	g_autofree char *before = NULL;

	if (!login)
		return;
	msnp_purple_status_read(purple_account_get_active_status(login->account), &before);
	purple_request_input(login->gc, _("Set personal message"),
			     _("What shall stand beside your name?"),
			     _("Everybody sees it whom you let see that you are online."), before,
			     FALSE, FALSE, NULL, _("_Set"), G_CALLBACK(on_message), _("_Cancel"),
			     NULL, login->account, NULL, NULL, login->account);
}

GList *
msnp_purple_actions(PurplePlugin *plugin G_GNUC_UNUSED, gpointer context)
{
	MsnpLogin *login = msnp_login_of_connection(context);
	GList *actions = msnp_purple_name_actions();

	actions = g_list_append(
	    actions, purple_plugin_action_new(_("Set personal message..."), ask_message));
	if (!login || !msnp_session_is_signed_on(login->session))
		return actions;
	actions = g_list_concat(actions, msnp_purple_phone_actions(login));
	return g_list_concat(actions, msnp_purple_mail_actions(login));
}
