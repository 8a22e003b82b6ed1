/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of a switchboard know of each other. Only for msnp-switchboard*.c.
 */
#pragma once

#include "core/msnp-participants.h"
#include "core/msnp-switchboard.h"

struct _MsnpSwitchboard {
	GObject parent;
	MsnpConnector *connector;
	MsnpClock *clock;
	char *own_handle;
	char *cookie;
	char *session;  /* NULL in an own room */
	char **callees; /* whom it is opened for; NULL in a room of others */

	MsnpSwitchboardState state;
	GError *error;
	MsnpLink *link;
	GCancellable *cancellable; /* of the connector */
	guint timer;               /* of connecting, of parting */
	MsnpParticipants *others;
	GPtrArray *calls;  /* Call*: who is called and has not come yet */
	guint asked;       /* CAL without an answer yet */
	gboolean may_come; /* of one who was called nothing was heard: he may still come */
	GPtrArray *sends;  /* Send*, waiting for ACK */
	gint64 last_message;
};

/* The room ends with this error, which is taken. */
void msnp_switchboard_end(MsnpSwitchboard *sb, GError *error);

/* Who is called: msnp-switchboard-calls.c. Elements of calls are freed with
 * msnp_switchboard_call_unref(). */
void msnp_switchboard_call_unref(gpointer call);
/* One whom the room is opened for: it is over when all of them have failed. */
void msnp_switchboard_add_callee(MsnpSwitchboard *sb, const char *handle);
/* We are in: CAL for all of whom it waited. */
void msnp_switchboard_start_calls(MsnpSwitchboard *sb);
void msnp_switchboard_callee_came(MsnpSwitchboard *sb, const char *handle);
void msnp_switchboard_end_calls(MsnpSwitchboard *sb);

/* What waits for ACK: msnp-switchboard-sends.c. */
void msnp_switchboard_send_free(gpointer send);
/* The last other has gone. */
void msnp_switchboard_fail_sends_to_nobody(MsnpSwitchboard *sb);
