/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Invitations and what became of them. See msnp-invites.h.
 */
#include "core/msnp-invites.h"

#include "core/msnp-room-error.h"

typedef enum {
	WAITING,
	CALLED,
	DONE,
} InviteState;

typedef struct {
	char *handle;
	InviteState state;
	GError *error;
	GAsyncReadyCallback callback;
	gpointer data;
} Invite;

struct _MsnpInvites {
	GObject *owner;
	void (*changed)(gpointer owner);
	GQueue queue; /* Invite*, g_rc_box, not told yet */
};

/* A call on its way. */
typedef struct {
	GObject *keep; /* the owner of the invites */
	MsnpInvites *invites;
	Invite *invite;
} Flight;

static void
invite_clear(gpointer data)
{
	Invite *invite = data;

	g_free(invite->handle);
	g_clear_error(&invite->error);
}

static void
invite_unref(Invite *invite)
{
	g_rc_box_release_full(invite, invite_clear);
}

/* The error is copied; the first outcome counts. */
static void
note_outcome(Invite *invite, const GError *error)
{
	if (invite->state == DONE)
		return;
	invite->state = DONE;
	invite->error = error ? msnp_room_error_for_texts(error) : NULL;
}

MsnpInvites *
msnp_invites_new(GObject *owner, void (*changed)(gpointer owner))
{
	MsnpInvites *invites = g_new0(MsnpInvites, 1);

	invites->owner = owner;
	invites->changed = changed;
	g_queue_init(&invites->queue);
	return invites;
}

void
msnp_invites_free(MsnpInvites *invites)
{
	g_assert(msnp_invites_are_empty(invites));
	g_free(invites);
}

void
msnp_invites_push(MsnpInvites *invites, const char *handle, GAsyncReadyCallback callback,
		  gpointer data)
{
	Invite *invite = g_rc_box_new0(Invite);

	invite->handle = g_strdup(handle);
	invite->callback = callback;
	invite->data = data;
	g_queue_push_tail(&invites->queue, invite);
}

gboolean
msnp_invites_are_waiting(const MsnpInvites *invites)
{
	for (GList *l = invites->queue.head; l; l = l->next) {
		if (((Invite *)l->data)->state == WAITING)
			return TRUE;
	}
	return FALSE;
}

gboolean
msnp_invites_are_empty(const MsnpInvites *invites)
{
	return invites->queue.length == 0;
}

static void
called(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autofree Flight *flight = data;
	g_autoptr(GObject) keep = flight->keep;
	g_autoptr(GError) error = NULL;

	msnp_switchboard_call_finish(MSNP_SWITCHBOARD(source), result, &error);
	note_outcome(flight->invite, error);
	invite_unref(flight->invite);
	flight->invites->changed(keep);
}

void
msnp_invites_call(MsnpInvites *invites, MsnpSwitchboard *sb)
{
	for (GList *l = invites->queue.head; l; l = l->next) {
		Invite *invite = l->data;
		Flight *flight;

		if (invite->state != WAITING)
			continue;
		invite->state = CALLED;
		flight = g_new(Flight, 1);
		*flight =
		    (Flight){ g_object_ref(invites->owner), invites, g_rc_box_acquire(invite) };
		msnp_switchboard_call_async(sb, invite->handle, called, flight);
	}
}

void
msnp_invites_fail_waiting(MsnpInvites *invites, const GError *error)
{
	for (GList *l = invites->queue.head; l; l = l->next) {
		if (((Invite *)l->data)->state == WAITING)
			note_outcome(l->data, error);
	}
}

/* Calls the one callback, now: not through GTask's own calling. */
static void
tell(MsnpInvites *invites, Invite *invite)
{
	g_autoptr(GTask) task = g_task_new(invites->owner, NULL, NULL, NULL);

	if (invite->error)
		g_task_return_error(task, g_steal_pointer(&invite->error));
	else
		g_task_return_boolean(task, TRUE);
	if (invite->callback)
		invite->callback(invites->owner, G_ASYNC_RESULT(task), invite->data);
	invite_unref(invite);
}

void
msnp_invites_settle(MsnpInvites *invites)
{
	Invite *invite;

	while ((invite = g_queue_peek_head(&invites->queue)) && invite->state == DONE) {
		g_queue_pop_head(&invites->queue);
		tell(invites, invite);
	}
}

void
msnp_invites_fail_all(MsnpInvites *invites, const GError *error)
{
	Invite *invite;

	while ((invite = g_queue_pop_head(&invites->queue))) {
		if (invite->state != DONE) {
			invite->state = DONE;
			invite->error = g_error_copy(error);
		}
		tell(invites, invite);
	}
}
