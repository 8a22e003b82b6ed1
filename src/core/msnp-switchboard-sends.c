/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages into a room, and their answers. See msnp-switchboard-private.h.
 */
#include "core/msnp-error.h"
#include "core/msnp-switchboard-private.h"
#include "wire/msnp-errcode.h"

typedef struct {
	GTask *task; /* NULL once it has ended */
	guint32 trid;
} Send;

void
msnp_switchboard_send_free(gpointer data)
{
	Send *send = data;

	g_clear_object(&send->task);
	g_free(send);
}

/* Certain that nobody got it, for want of a room. */
static void
fail_send(Send *send, const char *reason)
{
	g_autoptr(GTask) task = g_steal_pointer(&send->task);

	if (task)
		g_task_return_new_error(task, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED, "%s",
					reason);
}

/* Nobody is left: the server works through what we send in order, so what was not acknowledged
 * before the last one's BYE found an empty room, whatever the server says of it (switchboard.md
 * 15, rule 3). Not so if somebody is being called: that one may have come in between. */
void
msnp_switchboard_fail_sends_to_nobody(MsnpSwitchboard *sb)
{
	if (msnp_switchboard_is_calling(sb) || sb->may_come)
		return;
	for (guint i = 0; i < sb->sends->len; i++)
		fail_send(sb->sends->pdata[i], "the room was empty");
}

/* What an error of the link means for a message. */
static GError *
send_error(MsnpSwitchboard *sb, guint32 trid, const GError *error)
{
	if (error->domain == MSNP_SERVER_ERROR)
		return msnp_error_new(MSNP_ERROR_NOT_DELIVERED, (guint)error->code, "%s",
				      error->message);
	/* While the link is open the last byte may still leave. */
	if (!trid || (!msnp_link_is_open(sb->link) && !msnp_link_is_written(sb->link, trid)))
		return g_error_new(MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED, "never sent: %s",
				   error->message);
	return msnp_error_new(MSNP_ERROR_UNSURE, 0, "not acknowledged: %s", error->message);
}

typedef struct {
	MsnpSwitchboard *sb;
	Send *send;
} Answer;

static void
message_answered(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autofree Answer *answer = data;
	g_autoptr(MsnpSwitchboard) sb = answer->sb;
	Send *send = answer->send;
	g_autoptr(GTask) task = g_steal_pointer(&send->task);
	guint32 trid = send->trid;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) command =
	    msnp_link_request_finish(MSNP_LINK(source), result, &error);

	g_ptr_array_remove(sb->sends, send);
	if (!task)
		return;
	if (error)
		g_task_return_error(task, send_error(sb, trid, error));
	else if (msnp_command_is(command, "NAK"))
		g_task_return_error(task, msnp_error_new(MSNP_ERROR_NOT_DELIVERED, 0,
							 "the server did not deliver it"));
	else
		g_task_return_boolean(task, TRUE);
}

void
msnp_switchboard_send_async(MsnpSwitchboard *sb, MsnpMessage *message, GAsyncReadyCallback callback,
			    gpointer data)
{
	GTask *task = g_task_new(sb, NULL, callback, data);
	g_autoptr(GString) payload = msnp_message_write(message);
	const char *params[] = { "A", NULL };
	Send *send = g_new0(Send, 1);
	Answer *answer;

	g_task_set_source_tag(task, msnp_switchboard_send_async);
	send->task = task;
	if (payload->len > MSNP_MESSAGE_MAX) {
		g_task_return_error(
		    task, msnp_error_new(MSNP_ERROR_NOT_DELIVERED, 0, "longer than a room takes"));
		msnp_switchboard_send_free(send);
		return;
	}
	if (msnp_switchboard_state(sb) != MSNP_SB_OPEN) {
		fail_send(send, "the room is not open");
		msnp_switchboard_send_free(send);
		return;
	}
	g_ptr_array_add(sb->sends, send);
	sb->last_message = msnp_clock_now(sb->clock);
	answer = g_new(Answer, 1);
	*answer = (Answer){ g_object_ref(sb), send };
	msnp_link_request_async(sb->link, "MSG", params, payload->str, (gssize)payload->len,
				MSNP_SB_ACK_DEADLINE_MS, &send->trid, NULL, message_answered,
				answer);
}

gboolean
msnp_switchboard_send_finish(G_GNUC_UNUSED MsnpSwitchboard *sb, GAsyncResult *result,
			     GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

gboolean
msnp_switchboard_send_unacked(MsnpSwitchboard *sb, MsnpMessage *message)
{
	g_autoptr(GString) payload = msnp_message_write(message);
	const char *params[] = { "U", NULL };

	if (msnp_switchboard_state(sb) != MSNP_SB_OPEN || payload->len > MSNP_MESSAGE_MAX)
		return FALSE;
	sb->last_message = msnp_clock_now(sb->clock);
	return msnp_link_send(sb->link, "MSG", params, payload->str, (gssize)payload->len) != 0;
}
