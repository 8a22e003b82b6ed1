/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mail: notices for those who asked for them in the account's settings, and the way to the inbox.
 */
#include "msnp-purple.h"

static void
on_waiting(MsnpSession *session, guint inbox, guint folders G_GNUC_UNUSED, gpointer data)
{
	MsnpLogin *login = data;
	const char *to = purple_account_get_username(login->account);
	const char *url = msnp_session_inbox_url(session);

	/* In other folders is what the user, or the service, has put aside. */
	if (inbox == 0 || !purple_account_get_check_mail(login->account))
		return;
	purple_notify_emails(login->gc, inbox, FALSE, NULL, NULL, &to, url ? &url : NULL, NULL,
			     NULL);
}

static void
on_arrived(MsnpSession *session, const char *from_name, const char *from_address,
	   const char *subject, gpointer data)
{
	MsnpLogin *login = data;
	g_autofree char *from = NULL;

	if (!purple_account_get_check_mail(login->account))
		return;
	if (*from_name && *from_address)
		from = g_strdup_printf("%s <%s>", from_name, from_address);
	else
		from = g_strdup(*from_name ? from_name : from_address);
	purple_notify_email(login->gc, *subject ? subject : _("(no subject)"),
			    *from ? from : _("somebody"),
			    purple_account_get_username(login->account),
			    msnp_session_inbox_url(session), NULL, NULL);
}

void
msnp_purple_mail_listen(MsnpLogin *login)
{
	g_signal_connect(login->session, "mail-waiting", G_CALLBACK(on_waiting), login);
	g_signal_connect(login->session, "mail-arrived", G_CALLBACK(on_arrived), login);
}

static void
open_inbox(PurplePluginAction *action)
{
	MsnpLogin *login = msnp_login_of_connection(action->context);
	const char *url = login ? msnp_session_inbox_url(login->session) : NULL;

	if (url)
		purple_notify_uri(action->context, url);
}

GList *
msnp_purple_mail_actions(MsnpLogin *login)
{
	if (!msnp_session_inbox_url(login->session))
		return NULL;
	return g_list_append(NULL, purple_plugin_action_new(_("Open inbox"), open_inbox));
}
