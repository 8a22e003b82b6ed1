/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list editor's steps that are calls of the web services: when each is needed, what the roster
 * learns when it is done, and what an error says about whether it is. Source: services.md 1.3, 3.4,
 * 7, 8.
 */
#include "core/msnp-list-edit-private.h"

#include <string.h>

#include "soap/msnp-list-write.h"

#define FL MSNP_LIST_FORWARD
#define AL MSNP_LIST_ALLOW
#define BL MSNP_LIST_BLOCK
#define PL MSNP_LIST_PENDING

/* ---- errors ---- */

/* How many the server that people use puts on a list; beyond that it only crashes, so only counting
 * tells the user why (services.md 8). */
static const struct {
	const MsnpStepType *type;
	guint list;
	guint max;
} LIMITS[] = {
	{ &msnp_step_add_contact, FL, 1000 },
	{ &msnp_step_add_member, AL, 1500 },
	{ &msnp_step_add_member, BL, 1200 },
};

static gboolean
is_at_limit(MsnpRoster *roster, guint list, guint max)
{
	GPtrArray *contacts = msnp_roster_contacts(roster);
	guint n = 0;

	for (guint i = 0; i < contacts->len; i++)
		n += (((MsnpContact *)g_ptr_array_index(contacts, i))->stored & list) != 0;
	return n >= max;
}

static GError *
error_of_write(const MsnpListEdit *edit, const MsnpListStep *step, const GError *error)
{
	if (!g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_FAULT))
		return msnp_error_from(error);
	for (guint i = 0; i < G_N_ELEMENTS(LIMITS); i++)
		if (LIMITS[i].type == step->type && LIMITS[i].list == step->lists &&
		    is_at_limit(msnp_list_edit_roster(edit), step->lists, LIMITS[i].max))
			return msnp_error_new(MSNP_ERROR_LIST_FULL, 0, "%s", error->message);
	return msnp_error_from(error);
}

/* The answer leaves open whether it is so: it was lost or makes no sense, the server crashed, or
 * the lists are not what the roster thinks (services.md 1.3, 3.4). GONE for AddMember is
 * MemberDoesNotExist, which 3.4 calls a success: it is one if the person is on the list then. */
static gboolean
is_in_doubt(const GError *error)
{
	static const MsnpSoapError CODES[] = {
		MSNP_SOAP_ERROR_NETWORK,   MSNP_SOAP_ERROR_UNAVAILABLE, MSNP_SOAP_ERROR_ANSWER,
		MSNP_SOAP_ERROR_TOO_LARGE, MSNP_SOAP_ERROR_FAULT,       MSNP_SOAP_ERROR_EXISTS,
		MSNP_SOAP_ERROR_GONE,
	};

	for (guint i = 0; i < G_N_ELEMENTS(CODES); i++)
		if (g_error_matches(error, MSNP_SOAP_ERROR, (int)CODES[i]))
			return TRUE;
	return FALSE;
}

/* ---- the call ---- */

static void
on_written(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpListEdit) edit = data;
	g_autoptr(GError) error = NULL;
	gpointer answer = msnp_soap_client_call_finish(MSNP_SOAP_CLIENT(source), result, &error);
	gboolean doubt;
	const MsnpListStep *step;

	if (g_cancellable_is_cancelled(edit->session->cancellable)) {
		g_free(answer);
		return;
	}
	step = msnp_list_edit_current_step(edit);
	/* Servers do more than they are asked for: what has been written already is looked at, too.
	 */
	doubt = error && (edit->wrote || is_in_doubt(error));
	edit->wrote |= doubt || !error;
	if (doubt)
		msnp_list_edit_step_in_doubt(edit, error_of_write(edit, step, error));
	else
		msnp_list_edit_step_done(edit, answer,
					 error ? error_of_write(edit, step, error) : NULL);
	g_free(answer);
}

static void
write_lists(MsnpListEdit *edit, const MsnpListStep *step)
{
	const MsnpStepType *type = step->type;
	MsnpSession *session = edit->session;
	MsnpContact *contact = msnp_list_edit_contact(edit);
	MsnpGroup *group = type->group ? type->group(edit) : NULL;
	MsnpListWrite args = {
		.handle = edit->handle,
		.network = contact ? contact->network : edit->network,
		.list = step->lists,
		.membership_id = contact ? msnp_contact_membership_id(contact, step->lists) : "",
		.contact_id = contact ? contact->contact_id : "",
		.group_id = group ? group->id : "",
		.text = type->names_group ? edit->group : edit->text,
		.own_name = edit->kind == MSNP_EDIT_OWN_NAME ? edit->text : session->own_name,
		.blp = edit->kind == MSNP_EDIT_ALLOW_LISTED ? 2 : 1,
	};

	if (type->needs_contact_id && !*args.contact_id) {
		msnp_list_edit_step_in_doubt(
		    edit, msnp_error_new(MSNP_ERROR_NOT_ON_LIST, 0, "without an id"));
		return;
	}
	msnp_soap_client_call_async(session->soap, type->op, &args, session->cancellable,
				    on_written, g_rc_box_acquire(edit));
}

/* ---- lists ---- */

/* What counts follows from what is stored, but in a repair: the notification server keeps to what
 * it was told at sign-on. */
static void
change_lists(MsnpListEdit *edit, MsnpContact *contact, guint add, guint remove)
{
	guint lists = contact->lists;

	msnp_contact_change_lists(contact, add, remove);
	if (edit->kind != MSNP_EDIT_REPAIR)
		msnp_contact_set_stored(contact, contact->stored);
	if (contact->lists != lists)
		edit->changes |= MSNP_CHANGE_LISTS;
}

static gboolean
is_on(const MsnpListEdit *edit, guint lists)
{
	return (msnp_list_edit_stored(edit) & lists) != 0;
}

static gboolean
is_off(const MsnpListEdit *edit, guint lists)
{
	return !is_on(edit, lists);
}

static gboolean
is_no_member(const MsnpListEdit *edit, guint lists)
{
	return is_off(edit, lists) && !((lists & PL) && edit->pending);
}

static void
member_added(MsnpListEdit *edit, guint lists, gpointer result G_GNUC_UNUSED)
{
	MsnpContact *contact = msnp_list_edit_contact(edit);

	if (!contact)
		contact =
		    msnp_roster_ensure(msnp_list_edit_roster(edit), edit->handle, edit->network);
	if (contact)
		change_lists(edit, contact, lists, 0);
}

static void
member_deleted(MsnpListEdit *edit, guint lists, gpointer result G_GNUC_UNUSED)
{
	MsnpContact *contact = msnp_list_edit_contact(edit);

	if (contact)
		change_lists(edit, contact, 0, lists);
	if (lists & PL)
		edit->pending = FALSE;
}

static void
contact_added(MsnpListEdit *edit, guint lists, gpointer result)
{
	member_added(edit, lists, NULL);
	if (result && msnp_list_edit_contact(edit))
		msnp_contact_set_id(msnp_list_edit_contact(edit), result);
}

static void
contact_deleted(MsnpListEdit *edit, guint lists, gpointer result G_GNUC_UNUSED)
{
	MsnpContact *contact = msnp_list_edit_contact(edit);

	if (!contact)
		return;
	change_lists(edit, contact, 0, lists);
	msnp_contact_set_id(contact, "");
	/* It goes with the entry of the address book. */
	msnp_contact_set_nickname(contact, "");
}

static gboolean
is_to_be_member(const MsnpListEdit *edit, guint lists)
{
	switch (edit->kind) {
	case MSNP_EDIT_ADD:
		/* Whoever is blocked is not allowed by being added; Reverse belongs to accepting.
		 */
		return lists == AL ? is_off(edit, BL) : edit->pending;
	case MSNP_EDIT_REPAIR:
		return (msnp_list_edit_lists(edit) & AL) != 0;
	default:
		return TRUE;
	}
}

static gboolean
is_to_be_no_member(const MsnpListEdit *edit, guint lists G_GNUC_UNUSED)
{
	return edit->kind != MSNP_EDIT_REPAIR || is_on(edit, BL);
}

/* Somebody who counts as allowed without being on either list may be pending unseen: on some
 * servers Pending hides people from all other lists, and Forward hides Pending. */
static gboolean
may_be_pending(const MsnpListEdit *edit, guint lists)
{
	guint stored = msnp_list_edit_stored(edit);

	if (stored & lists)
		return (stored & (FL | BL)) != 0;
	return (stored & FL) && (msnp_list_edit_lists(edit) & AL & ~stored);
}

const MsnpStepType msnp_step_add_contact = {
	.is_so = is_on,
	.start = write_lists,
	.apply = contact_added,
	.op = &msnp_op_ab_contact_add,
};

const MsnpStepType msnp_step_delete_contact = {
	.is_so = is_off,
	.start = write_lists,
	.apply = contact_deleted,
	.op = &msnp_op_ab_contact_delete,
	.needs_contact_id = TRUE,
};

const MsnpStepType msnp_step_add_member = {
	.applies = is_to_be_member,
	.is_so = is_on,
	.start = write_lists,
	.apply = member_added,
	.op = &msnp_op_add_member,
};

const MsnpStepType msnp_step_delete_member = {
	.applies = is_to_be_no_member,
	.is_so = is_no_member,
	.start = write_lists,
	.apply = member_deleted,
	.op = &msnp_op_delete_member,
};

const MsnpStepType msnp_step_clear_pending = {
	.applies = may_be_pending,
	.start = write_lists,
	.apply = member_deleted,
	.op = &msnp_op_delete_member,
};

/* ---- groups ---- */

static gboolean
names_group(const MsnpListEdit *edit, guint lists G_GNUC_UNUSED)
{
	return edit->group != NULL;
}

static gboolean
has_group(const MsnpListEdit *edit, guint lists G_GNUC_UNUSED)
{
	return msnp_list_edit_group(edit) != NULL;
}

static void
group_added(MsnpListEdit *edit, guint lists G_GNUC_UNUSED, gpointer result)
{
	if (result)
		msnp_roster_add_group(msnp_list_edit_roster(edit), result, edit->group);
}

static gboolean
is_in(const MsnpListEdit *edit, MsnpGroup *group)
{
	MsnpContact *contact = msnp_list_edit_contact(edit);

	return contact && group && (contact->stored & FL) &&
	       msnp_contact_is_in_group(contact, group);
}

static gboolean
is_in_group(const MsnpListEdit *edit, guint lists G_GNUC_UNUSED)
{
	return is_in(edit, msnp_list_edit_group(edit));
}

static void
put_in_group(MsnpListEdit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	MsnpContact *contact = msnp_list_edit_contact(edit);
	MsnpGroup *group = msnp_list_edit_group(edit);

	if (!contact || !group)
		return;
	msnp_contact_put_in_group(contact, group);
	edit->changes |= MSNP_CHANGE_GROUPS;
}

/* Moving to where one is takes nobody out. */
static gboolean
is_to_be_taken(const MsnpListEdit *edit, guint lists G_GNUC_UNUSED)
{
	return edit->kind != MSNP_EDIT_MOVE ||
	       msnp_list_edit_old_group(edit) != msnp_list_edit_group(edit);
}

static gboolean
is_out_of_group(const MsnpListEdit *edit, guint lists G_GNUC_UNUSED)
{
	return !is_in(edit, msnp_list_edit_old_group(edit));
}

static void
taken_from_group(MsnpListEdit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	MsnpContact *contact = msnp_list_edit_contact(edit);
	MsnpGroup *group = msnp_list_edit_old_group(edit);

	if (!contact || !group)
		return;
	msnp_contact_take_from_group(contact, group);
	edit->changes |= MSNP_CHANGE_GROUPS;
}

static gboolean
is_renamed(const MsnpListEdit *edit, guint lists G_GNUC_UNUSED)
{
	MsnpGroup *group = msnp_list_edit_group(edit), *old = msnp_list_edit_old_group(edit);

	return group && (!old || old == group);
}

static void
group_renamed(MsnpListEdit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	MsnpGroup *group = msnp_list_edit_old_group(edit);

	if (group)
		msnp_roster_rename_group(msnp_list_edit_roster(edit), group, edit->group);
}

static gboolean
is_deleted(const MsnpListEdit *edit, guint lists G_GNUC_UNUSED)
{
	return !msnp_list_edit_old_group(edit);
}

static void
group_deleted(MsnpListEdit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	MsnpGroup *group = msnp_list_edit_old_group(edit);

	if (group)
		msnp_roster_remove_group(msnp_list_edit_roster(edit), group);
}

const MsnpStepType msnp_step_add_group = {
	.applies = names_group,
	.is_so = has_group,
	.start = write_lists,
	.apply = group_added,
	.op = &msnp_op_ab_group_add,
	.names_group = TRUE,
};

const MsnpStepType msnp_step_put_in_group = {
	.applies = has_group,
	.is_so = is_in_group,
	.start = write_lists,
	.apply = put_in_group,
	.op = &msnp_op_ab_group_contact_add,
	.group = msnp_list_edit_group,
	.needs_contact_id = TRUE,
};

const MsnpStepType msnp_step_take_from_group = {
	.applies = is_to_be_taken,
	.is_so = is_out_of_group,
	.start = write_lists,
	.apply = taken_from_group,
	.op = &msnp_op_ab_group_contact_delete,
	.group = msnp_list_edit_old_group,
	.needs_contact_id = TRUE,
};

const MsnpStepType msnp_step_rename_group = {
	.is_so = is_renamed,
	.start = write_lists,
	.apply = group_renamed,
	.op = &msnp_op_ab_group_rename,
	.group = msnp_list_edit_old_group,
	.names_group = TRUE,
};

const MsnpStepType msnp_step_delete_group = {
	.is_so = is_deleted,
	.start = write_lists,
	.apply = group_deleted,
	.op = &msnp_op_ab_group_delete,
	.group = msnp_list_edit_old_group,
};

/* ---- alias, and what is said of oneself ---- */

static gboolean
has_alias(const MsnpListEdit *edit, guint lists G_GNUC_UNUSED)
{
	MsnpContact *contact = msnp_list_edit_contact(edit);

	return contact && (contact->stored & FL) && !strcmp(contact->nickname, edit->text);
}

static void
alias_set(MsnpListEdit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	MsnpContact *contact = msnp_list_edit_contact(edit);

	if (!contact)
		return;
	msnp_contact_set_nickname(contact, edit->text);
	edit->changes |= MSNP_CHANGE_ALIAS;
}

static void
name_stored(MsnpListEdit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	msnp_roster_set_own_name(msnp_list_edit_roster(edit), edit->text);
}

const MsnpStepType msnp_step_alias = {
	.is_so = has_alias,
	.start = write_lists,
	.apply = alias_set,
	.op = &msnp_op_ab_contact_alias,
	.needs_contact_id = TRUE,
};

const MsnpStepType msnp_step_store_name = {
	.start = write_lists,
	.apply = name_stored,
	.op = &msnp_op_ab_own_name,
};

const MsnpStepType msnp_step_store_privacy = {
	.start = write_lists,
	.op = &msnp_op_ab_privacy,
};
