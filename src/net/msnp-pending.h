/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The transactions of a link that wait for their answer: a table from TrID to GTask, each with a
 * deadline and perhaps a cancellable. Only for msnp-link.c. Source: notification.md 1.5, 1.6.
 */
#pragma once

#include <gio/gio.h>

#include "util/msnp-clock.h"
#include "wire/msnp-command.h"

typedef struct _MsnpPending MsnpPending;

/* Whether the command of this TrID is still on its way out, and moving: then its deadline starts
 * anew. */
typedef gboolean (*MsnpPendingMoving)(guint32 trid, guint deadline_ms, gpointer data);

MsnpPending *msnp_pending_new(MsnpClock *clock, MsnpPendingMoving moving, gpointer data);
/* Must be empty: the tasks refer to the link. */
void msnp_pending_free(MsnpPending *pending);

/* Takes the task, which ends with an MsnpCommand*, or with MSNP_SERVER_ERROR,
 * MSNP_LINK_ERROR_TIMEOUT or G_IO_ERROR_CANCELLED. */
void msnp_pending_add(MsnpPending *pending, const char *verb, guint32 trid, guint deadline_ms,
		      GTask *task);
/* Ends the transaction that command answers; FALSE if there is none. */
gboolean msnp_pending_answer(MsnpPending *pending, MsnpCommand *command);
/* Empties the table: the tasks, in the order of their TrIDs, still to be ended. */
GPtrArray *msnp_pending_take(MsnpPending *pending);
