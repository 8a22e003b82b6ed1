/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One's own display name: as libpurple's public alias, and from the menu of the account.
 */
#include "msnp-purple.h"

typedef struct {
	PurpleSetPublicAliasSuccessCallback success;
	PurpleSetPublicAliasFailureCallback failure;
	char name[]; /* one block, freed as one */
} Naming;

static void
named(MsnpLogin *login, const GError *error, gpointer data)
{
	Naming *naming = data;
	g_autofree char *words = NULL;

	if (!error) {
		if (naming->success)
			naming->success(login->account, naming->name);
	} else if (naming->failure) {
		words = msnp_purple_refusal_why(error);
		naming->failure(login->account, words);
	}
}

void
msnp_purple_set_public_alias(PurpleConnection *gc, const char *alias,
			     PurpleSetPublicAliasSuccessCallback success,
			     PurpleSetPublicAliasFailureCallback failure)
{
	MsnpLogin *login = msnp_login_of_connection(gc);
	MsnpEdit edit = { .kind = MSNP_EDIT_OWN_NAME, .text = alias ? alias : "" };
	Naming *naming;

	if (!login || !msnp_session_is_signed_on(login->session)) {
		if (failure)
			failure(purple_connection_get_account(gc),
				_("There is no connection to the server at the moment."));
		return;
	}
	naming = g_malloc0(sizeof(Naming) + strlen(edit.text) + 1);
	memcpy(naming->name, edit.text, strlen(edit.text));
	naming->success = success;
	naming->failure = failure;
	msnp_purple_edit_then(login, &edit, named, naming);
}

void
msnp_purple_get_public_alias(PurpleConnection *gc, PurpleGetPublicAliasSuccessCallback success,
			     PurpleGetPublicAliasFailureCallback failure)
{
	MsnpLogin *login = msnp_login_of_connection(gc);

	if (login && success)
		success(login->account, msnp_session_own_name(login->session));
	else if (!login && failure)
		failure(purple_connection_get_account(gc),
			_("There is no connection to the server at the moment."));
}

static void
on_name(gpointer data, const char *text)
{
	MsnpLogin *login = msnp_login_find(data);
	MsnpEdit edit = { .kind = MSNP_EDIT_OWN_NAME, .text = text ? text : "" };

	if (login)
		msnp_purple_edit(login, &edit);
}

static void
ask_name(PurplePluginAction *action)
{
	PurpleConnection *gc = action->context;
	MsnpLogin *login = msnp_login_of_connection(gc);

	if (!login)
		return;
	purple_request_input(gc, _("Set display name"), _("Under which name shall others see you?"),
			     _("Everybody who has you on their list sees it. Without a name they "
			       "see your address."),
			     msnp_session_own_name(login->session), FALSE, FALSE, NULL, _("_Set"),
			     G_CALLBACK(on_name), _("_Cancel"), NULL, login->account, NULL, NULL,
			     login->account);
}

GList *
msnp_purple_name_actions(void)
{
	return g_list_append(NULL, purple_plugin_action_new(_("Set display name..."), ask_name));
}
