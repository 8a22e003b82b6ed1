/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The changes of the list as tables of steps, and what cannot be asked for. Source: services.md 9
 * for the order, notification.md 4 for ADL and RML.
 *
 * The web services come first, then the notification server is told just what they did. Nothing is
 * undone when a step fails (services.md 9): undoing is a write more, which may fail as well.
 * Instead the order is such that after each step the lists are something that is right, or that the
 * same change asked again, or the next sign-on, makes right. What each failure leaves is said here.
 *
 * The same everywhere: a failing web step whose outcome is open (the answer was lost, the server
 * crashed, somebody was faster) is decided by a fresh read of the lists: if it is so, the change
 * goes on. A failing ADL or RML leaves the services right and only this session behind; that is
 * remembered, and made up for by the next change of the same person, or the next sign-on.
 */
#include "core/msnp-list-edit-private.h"

#include <string.h>

#define FL MSNP_LIST_FORWARD
#define AL MSNP_LIST_ALLOW
#define BL MSNP_LIST_BLOCK
#define RL MSNP_LIST_REVERSE
#define PL MSNP_LIST_PENDING

#define ENDS   MSNP_FAILURE_ENDS
#define LATER  MSNP_FAILURE_LATER
#define LOGGED MSNP_FAILURE_LOGGED

/* clang-format off */
static const MsnpListStep CHANGES[MSNP_N_CHANGES][MSNP_STEPS_MAX] = {
	/* Adding somebody who waits for an answer is accepting them, too. After ABContactAdd failed:
	 * as before. After it: a contact who is neither allowed nor blocked, and counts as allowed;
	 * the next sign-on stores that. A group that cannot be had, or Pending that stays (a contact
	 * is not asked about again, and the next sign-on deletes it), spoils nothing else. */
	[MSNP_EDIT_ADD] = {
		{ &msnp_step_query_network, 0, ENDS },
		{ &msnp_step_add_contact, FL, ENDS },
		{ &msnp_step_add_group, 0, LATER },
		{ &msnp_step_put_in_group, 0, LATER },
		{ &msnp_step_add_member, RL, LOGGED },
		{ &msnp_step_add_member, AL, ENDS },
		{ &msnp_step_delete_member, PL, LATER },
		{ &msnp_step_tell_added, FL | AL, ENDS } },
	/* One write: before it all is as it was, after it the contact is gone. */
	[MSNP_EDIT_REMOVE] = {
		{ &msnp_step_delete_contact, FL, ENDS },
		{ &msnp_step_tell_removed, FL, ENDS } },
	/* Between: an empty group, which the same change asked again uses. */
	[MSNP_EDIT_PUT_IN_GROUP] = {
		{ &msnp_step_add_group, 0, ENDS },
		{ &msnp_step_put_in_group, 0, ENDS } },
	[MSNP_EDIT_TAKE_FROM_GROUP] = {
		{ &msnp_step_take_from_group, 0, ENDS } },
	/* First in, then out: a failure in between leaves the contact in both, never in none. */
	[MSNP_EDIT_MOVE] = {
		{ &msnp_step_add_group, 0, ENDS },
		{ &msnp_step_put_in_group, 0, ENDS },
		{ &msnp_step_take_from_group, 0, ENDS } },
	/* Allow must go first (services.md 8). Between: on neither, which for a contact counts as
	 * allowed, as the server still has it, and as the user is told. */
	[MSNP_EDIT_BLOCK] = {
		{ &msnp_step_delete_member, AL, ENDS },
		{ &msnp_step_add_member, BL, ENDS },
		{ &msnp_step_delete_member, PL, LATER },
		{ &msnp_step_tell_removed, AL, ENDS },
		{ &msnp_step_tell_added, BL, ENDS } },
	/* Between: on neither. A contact counts as allowed from the next sign-on on; somebody else is
	 * one of "all others". */
	[MSNP_EDIT_UNBLOCK] = {
		{ &msnp_step_delete_member, BL, ENDS },
		{ &msnp_step_add_member, AL, ENDS },
		{ &msnp_step_delete_member, PL, LATER },
		{ &msnp_step_tell_removed, BL, ENDS },
		{ &msnp_step_tell_added, AL, ENDS } },
	[MSNP_EDIT_ALLOW] = {
		{ &msnp_step_delete_member, BL, ENDS },
		{ &msnp_step_add_member, AL, ENDS },
		{ &msnp_step_delete_member, PL, LATER },
		{ &msnp_step_tell_removed, BL, ENDS },
		{ &msnp_step_tell_added, AL, ENDS } },
	/* Of a contact it is BLOCK: msnp-list-editor.c. */
	[MSNP_EDIT_DISALLOW] = {
		{ &msnp_step_delete_member, AL, ENDS },
		{ &msnp_step_tell_removed, AL, ENDS } },
	/* Pending last: as long as it is there the next sign-on asks again, whatever of the rest has
	 * been done; some servers show nothing of the rest until it is gone. services.md 9 leaves
	 * the order free. Reverse is nobody's ground for anything. */
	[MSNP_EDIT_ACCEPT] = {
		{ &msnp_step_add_member, RL, LOGGED },
		{ &msnp_step_add_member, AL, ENDS },
		{ &msnp_step_delete_member, PL, LATER },
		{ &msnp_step_tell_added, AL, ENDS } },
	/* Likewise. Blocked and still pending: it is not asked again, and the next sign-on deletes
	 * Pending, but where Pending hides Block: there it is asked again. */
	[MSNP_EDIT_DECLINE] = {
		{ &msnp_step_add_member, RL, LOGGED },
		{ &msnp_step_delete_member, AL, ENDS },
		{ &msnp_step_add_member, BL, ENDS },
		{ &msnp_step_delete_member, PL, LATER },
		{ &msnp_step_tell_removed, AL, ENDS },
		{ &msnp_step_tell_added, BL, ENDS } },
	/* One write each: done or not. */
	[MSNP_EDIT_ALIAS] = { { &msnp_step_alias, 0, ENDS } },
	[MSNP_EDIT_ADD_GROUP] = { { &msnp_step_add_group, 0, ENDS } },
	[MSNP_EDIT_RENAME_GROUP] = { { &msnp_step_rename_group, 0, ENDS } },
	[MSNP_EDIT_DELETE_GROUP] = { { &msnp_step_delete_group, 0, ENDS } },
	/* PRP counts, and alone on some servers; the address book's copy is a courtesy. */
	[MSNP_EDIT_OWN_NAME] = {
		{ &msnp_step_tell_name, 0, ENDS },
		{ &msnp_step_store_name, 0, LOGGED } },
	/* Between: true for this session, and not for the next one. It is told: people rely on it.
	 */
	[MSNP_EDIT_ALLOW_EVERYONE] = {
		{ &msnp_step_tell_privacy, 0, ENDS },
		{ &msnp_step_store_privacy, 0, ENDS } },
	[MSNP_EDIT_ALLOW_LISTED] = {
		{ &msnp_step_tell_privacy, 0, ENDS },
		{ &msnp_step_store_privacy, 0, ENDS } },
	[MSNP_EDIT_REFRESH] = { { &msnp_step_refresh, 0, ENDS } },
	/* The notification server has heard what counts at sign-on. Which of these apply is seen from
	 * what is stored: msnp-list-web-steps.c. */
	[MSNP_EDIT_REPAIR] = {
		{ &msnp_step_delete_member, AL, ENDS },
		{ &msnp_step_clear_pending, PL, ENDS },
		{ &msnp_step_add_member, AL, ENDS } },
};
/* clang-format on */

const MsnpListStep *
msnp_list_change_steps(guint kind)
{
	return CHANGES[kind];
}

/* ---- what the user may ask for ---- */

static gboolean
is_group_name(const char *name)
{
	glong length = name ? g_utf8_strlen(name, -1) : 0;

	return length >= 1 && length <= MSNP_GROUP_NAME_MAX && strcmp(name, MSNP_NO_GROUP_NAME);
}

static GError *
check_names(const MsnpListEdit *edit)
{
	gboolean names_one = edit->kind == MSNP_EDIT_ADD_GROUP ||
			     edit->kind == MSNP_EDIT_RENAME_GROUP ||
			     edit->kind == MSNP_EDIT_PUT_IN_GROUP;
	MsnpGroup *same = msnp_list_edit_group(edit);

	if ((edit->group || names_one) && edit->kind != MSNP_EDIT_TAKE_FROM_GROUP &&
	    !is_group_name(edit->group))
		return msnp_error_new(MSNP_ERROR_NAME_INVALID, 0, "no name for a group");
	if (edit->kind == MSNP_EDIT_RENAME_GROUP && same && same != msnp_list_edit_old_group(edit))
		return msnp_error_new(MSNP_ERROR_NAME_TAKEN, 0, "there is such a group");
	if (edit->kind == MSNP_EDIT_OWN_NAME && !*edit->text)
		return msnp_error_new(MSNP_ERROR_NAME_INVALID, 0, "an empty name");
	return NULL;
}

GError *
msnp_list_change_check(const MsnpListEdit *edit)
{
	g_autofree char *own = msnp_handle_normalize(edit->session->handle);

	if (edit->kind <= MSNP_EDIT_ALIAS &&
	    (!edit->handle || !msnp_handle_is_valid(edit->handle) || !strcmp(edit->handle, own)))
		return msnp_error_new(MSNP_ERROR_ADDRESS, 0, "no address for a contact");
	switch (edit->kind) {
	case MSNP_EDIT_PUT_IN_GROUP:
	case MSNP_EDIT_TAKE_FROM_GROUP:
	case MSNP_EDIT_MOVE:
	case MSNP_EDIT_ALIAS:
		if (!(msnp_list_edit_stored(edit) & FL))
			return msnp_error_new(MSNP_ERROR_NOT_ON_LIST, 0, "not on the list");
		break;
	case MSNP_EDIT_RENAME_GROUP:
	case MSNP_EDIT_DELETE_GROUP:
		if (!msnp_list_edit_old_group(edit))
			return msnp_error_new(MSNP_ERROR_NOT_ON_LIST, 0, "no such group");
		break;
	default:
		break;
	}
	return check_names(edit);
}
