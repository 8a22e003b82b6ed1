/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words for changes of the contact list that were not made: what, and why.
 */
#include "msnp-purple.h"

/* What stands after the name of whom or what it is about. */
static const char *const whats[] = {
	[MSNP_EDIT_ADD] = N_("not added to your contact list"),
	[MSNP_EDIT_REMOVE] = N_("not removed from your contact list"),
	[MSNP_EDIT_PUT_IN_GROUP] = N_("not put in the group"),
	[MSNP_EDIT_TAKE_FROM_GROUP] = N_("not taken from the group"),
	[MSNP_EDIT_MOVE] = N_("not moved to the other group"),
	[MSNP_EDIT_BLOCK] = N_("not blocked"),
	[MSNP_EDIT_UNBLOCK] = N_("not unblocked"),
	[MSNP_EDIT_ALLOW] = N_("not put on the list of those who may write to you"),
	[MSNP_EDIT_DISALLOW] = N_("not taken from the list of those who may write to you"),
	[MSNP_EDIT_ACCEPT] = N_("the request was not accepted"),
	[MSNP_EDIT_DECLINE] = N_("the request was not declined"),
	[MSNP_EDIT_ALIAS] = N_("the alias was not changed"),
	[MSNP_EDIT_ADD_GROUP] = N_("the group was not made"),
	[MSNP_EDIT_RENAME_GROUP] = N_("the group was not renamed"),
	[MSNP_EDIT_DELETE_GROUP] = N_("the group was not deleted"),
	[MSNP_EDIT_OWN_NAME] = N_("Your display name was not changed"),
	[MSNP_EDIT_ALLOW_EVERYONE] = N_("Who may write to you was not changed"),
	[MSNP_EDIT_ALLOW_LISTED] = N_("Who may write to you was not changed"),
};
G_STATIC_ASSERT(G_N_ELEMENTS(whats) == MSNP_N_EDITS);

static const struct {
	guint code; /* MsnpErrorCode */
	const char *words;
} whys[] = {
	{ MSNP_ERROR_ADDRESS,
	  N_("This is not a valid address. An address looks like name@example.com.") },
	{ MSNP_ERROR_NO_SUCH_ACCOUNT, N_("Nobody at this service has this address.") },
	{ MSNP_ERROR_OTHER_NETWORK,
	  N_("The address belongs to another network, which this service does not reach.") },
	{ MSNP_ERROR_NAME_TAKEN, N_("There is a group of this name already.") },
	{ MSNP_ERROR_NAME_INVALID,
	  N_("The name is empty, too long, or one that the service keeps for itself.") },
	{ MSNP_ERROR_LIST_FULL,
	  N_("Your contact list is full: the service takes no more contacts or groups.") },
	{ MSNP_ERROR_NOT_ON_LIST,
	  N_("It is not on your contact list any more. It may have been removed at another "
	     "place.") },
	{ MSNP_ERROR_NOT_OFFERED, N_("The service does not offer this.") },
	{ MSNP_ERROR_EXPIRED,
	  N_("The service does not accept this sign-on any more. Sign off, and on again.") },
	{ MSNP_ERROR_NETWORK, N_("There is no connection to the server at the moment.") },
	{ MSNP_ERROR_BUSY, N_("The server is too busy at the moment. Try again later.") },
	{ MSNP_ERROR_TOO_FAST,
	  N_("Those were too many changes in a short time. Try again in a minute.") },
	{ MSNP_ERROR_TOO_MUCH, N_("Too many changes are under way. Try again in a minute.") },
};
static const char default_why[] = N_("The server did not do it. Try again later.");

char *
msnp_purple_refusal_what(const MsnpEdit *edit)
{
	const char *subject = edit->handle ? edit->handle : edit->old_group;

	if (!subject)
		subject = edit->group;
	if (!subject)
		return g_strdup(_(whats[edit->kind]));
	/* bob@example.com: not added to your contact list */
	return g_strdup_printf(_("%s: %s"), subject, _(whats[edit->kind]));
}

char *
msnp_purple_refusal_why(const GError *error)
{
	guint number = msnp_error_number(error);
	const char *words = default_why;

	for (guint i = 0; error->domain == MSNP_ERROR && i < G_N_ELEMENTS(whys); i++)
		if (whys[i].code == (guint)error->code)
			words = whys[i].words;
	if (!number)
		return g_strdup(_(words));
	/* The number helps those who help. */
	return g_strdup_printf(_("%s (Error %u)"), _(words), number);
}
