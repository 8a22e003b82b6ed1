/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list editor's steps that are commands to the notification server. It is told only what it
 * does not know yet: of a list, just what has changed. Source: notification.md 4.4, 4.5, 15.
 */
#include "core/msnp-list-edit-private.h"

#include "util/msnp-log.h"
#include "wire/msnp-errcode.h"
#include "wire/msnp-percent.h"

#define QUERY_DEADLINE_MS 30000

/* The codes that an answer to ADL, RML, PRP or BLP has for a change of the list. */
static GError *
error_of_answer(const GError *error)
{
	static const struct {
		int number;
		MsnpErrorCode code;
	} NUMBERS[] = {
		{ 201, MSNP_ERROR_NO_SUCH_ACCOUNT },
		{ 205, MSNP_ERROR_NO_SUCH_ACCOUNT },
		{ 208, MSNP_ERROR_NO_SUCH_ACCOUNT },
		{ 203, MSNP_ERROR_OTHER_NETWORK },
		{ 204, MSNP_ERROR_OTHER_NETWORK },
		{ 209, MSNP_ERROR_NAME_INVALID },
		{ 229, MSNP_ERROR_NAME_INVALID },
		{ 210, MSNP_ERROR_LIST_FULL },
		{ 223, MSNP_ERROR_LIST_FULL },
		{ 400, MSNP_ERROR_BUSY },
		{ 402, MSNP_ERROR_BUSY },
		{ 403, MSNP_ERROR_BUSY },
	};

	for (guint i = 0; i < G_N_ELEMENTS(NUMBERS); i++)
		if (g_error_matches(error, MSNP_SERVER_ERROR, NUMBERS[i].number))
			return msnp_error_new(NUMBERS[i].code, (guint)NUMBERS[i].number, "%s",
					      error->message);
	return msnp_error_from(error);
}

/* 215: on it already; 216: not on it; 218: so already. */
static gboolean
is_so_already(const GError *error)
{
	return g_error_matches(error, MSNP_SERVER_ERROR, 215) ||
	       g_error_matches(error, MSNP_SERVER_ERROR, 216) ||
	       g_error_matches(error, MSNP_SERVER_ERROR, 218);
}

static void
on_told(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpListEdit) edit = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer G_GNUC_UNUSED =
	    msnp_link_request_finish(MSNP_LINK(source), result, &error);

	if (g_cancellable_is_cancelled(edit->session->cancellable))
		return;
	if (error && is_so_already(error))
		g_clear_error(&error);
	msnp_list_edit_step_done(edit, NULL, error ? error_of_answer(error) : NULL);
}

static void
tell(MsnpListEdit *edit, const char *verb, const char *const *params, const char *payload,
     GAsyncReadyCallback callback, guint deadline_ms)
{
	msnp_link_request_async(edit->session->link, verb, params, payload, -1, deadline_ms, NULL,
				edit->session->cancellable, callback, g_rc_box_acquire(edit));
}

/* ---- ADL and RML ---- */

static guint
untold_additions(const MsnpListEdit *edit, guint lists)
{
	return msnp_list_edit_lists(edit) & lists & ~edit->told;
}

static guint
untold_removals(const MsnpListEdit *edit, guint lists)
{
	return edit->told & lists & ~msnp_list_edit_lists(edit);
}

/* MSNP13 knows no network but its own and telephones. */
static gboolean
is_of_dialect(const MsnpListEdit *edit, guint lists G_GNUC_UNUSED)
{
	MsnpContact *contact = msnp_list_edit_contact(edit);

	return contact && (edit->session->dialect == MSNP_DIALECT_14 ||
			   contact->network == MSNP_NETWORK_PASSPORT ||
			   contact->network == MSNP_NETWORK_PHONE);
}

static gboolean
are_additions_told(const MsnpListEdit *edit, guint lists)
{
	return !untold_additions(edit, lists);
}

static gboolean
are_removals_told(const MsnpListEdit *edit, guint lists)
{
	return !untold_removals(edit, lists);
}

static void
tell_list(MsnpListEdit *edit, const char *verb, guint lists)
{
	MsnpContact *contact = msnp_list_edit_contact(edit);
	g_autofree char *payload =
	    msnp_list_payload_single(contact->handle, lists, contact->network);

	tell(edit, verb, NULL, payload, on_told, 0);
}

static void
tell_added(MsnpListEdit *edit, const MsnpListStep *step)
{
	tell_list(edit, "ADL", untold_additions(edit, step->lists));
}

static void
additions_told(MsnpListEdit *edit, guint lists, gpointer result G_GNUC_UNUSED)
{
	edit->told |= untold_additions(edit, lists);
}

static void
tell_removed(MsnpListEdit *edit, const MsnpListStep *step)
{
	tell_list(edit, "RML", untold_removals(edit, step->lists));
}

static void
removals_told(MsnpListEdit *edit, guint lists, gpointer result G_GNUC_UNUSED)
{
	edit->told &= ~untold_removals(edit, lists);
}

const MsnpStepType msnp_step_tell_added = {
	.applies = is_of_dialect,
	.is_so = are_additions_told,
	.start = tell_added,
	.apply = additions_told,
};

const MsnpStepType msnp_step_tell_removed = {
	.applies = is_of_dialect,
	.is_so = are_removals_told,
	.start = tell_removed,
	.apply = removals_told,
};

/* ---- oneself ---- */

static gboolean
is_name_told(const MsnpListEdit *edit, guint lists G_GNUC_UNUSED)
{
	return !g_strcmp0(edit->session->own_name, edit->text);
}

static void
tell_name(MsnpListEdit *edit, const MsnpListStep *step G_GNUC_UNUSED)
{
	g_autofree char *name = msnp_percent_encode_max(edit->text, MSNP_NICKNAME_MAX);
	const char *params[] = { "MFN", name, NULL };

	tell(edit, "PRP", params, NULL, on_told, 0);
}

static void
name_told(MsnpListEdit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	msnp_session_set_own_name(edit->session, edit->text);
}

static void
tell_privacy(MsnpListEdit *edit, const MsnpListStep *step G_GNUC_UNUSED)
{
	const char *params[] = { edit->kind == MSNP_EDIT_ALLOW_LISTED ? "BL" : "AL", NULL };

	tell(edit, "BLP", params, NULL, on_told, 0);
}

static void
privacy_told(MsnpListEdit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	msnp_roster_set_blp(msnp_list_edit_roster(edit),
			    edit->kind == MSNP_EDIT_ALLOW_LISTED ? 2 : 1);
}

const MsnpStepType msnp_step_tell_name = {
	.is_so = is_name_told,
	.start = tell_name,
	.apply = name_told,
};
const MsnpStepType msnp_step_tell_privacy = { .start = tell_privacy, .apply = privacy_told };

/* ---- FQY ---- */

/* FQY says on which network an address is. Where nobody can tell, it is this one. */
static void
on_network(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpListEdit) edit = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer = msnp_link_request_finish(MSNP_LINK(source), result, &error);
	GBytes *payload = answer ? msnp_command_payload(answer) : NULL;
	g_autoptr(GPtrArray) entries = NULL;

	if (g_cancellable_is_cancelled(edit->session->cancellable))
		return;
	if (payload) {
		gsize length;
		const char *bytes = g_bytes_get_data(payload, &length);

		entries = msnp_list_payload_parse(bytes, length, NULL, NULL);
	}
	if (entries && entries->len && ((MsnpListEntry *)entries->pdata[0])->network)
		edit->network = ((MsnpListEntry *)entries->pdata[0])->network;
	if (error && !g_error_matches(error, MSNP_SERVER_ERROR, 208) &&
	    !g_error_matches(error, MSNP_SERVER_ERROR, 205)) {
		msnp_info("roster", "the network of an address is not known: %s", error->message);
		g_clear_error(&error);
	}
	msnp_list_edit_step_done(edit, NULL, error ? error_of_answer(error) : NULL);
}

static gboolean
is_of_unknown_network(const MsnpListEdit *edit, guint lists G_GNUC_UNUSED)
{
	return edit->session->dialect == MSNP_DIALECT_14 && !msnp_list_edit_contact(edit) &&
	       !msnp_handle_is_phone(edit->handle);
}

static void
query_network(MsnpListEdit *edit, const MsnpListStep *step G_GNUC_UNUSED)
{
	g_autofree char *payload = msnp_list_payload_single(edit->handle, 0, 0);

	tell(edit, "FQY", NULL, payload, on_network, QUERY_DEADLINE_MS);
}

const MsnpStepType msnp_step_query_network = {
	.applies = is_of_unknown_network,
	.start = query_network,
};
