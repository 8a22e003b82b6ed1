/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of transactions. Knows which verb answers which, nothing of descriptors.
 */
#include "net/msnp-pending.h"

#include <string.h>

#include "net/msnp-link.h"
#include "util/msnp-log.h"
#include "wire/msnp-errcode.h"

/* Which answers end a transaction, where it is not only the command of the same verb. MSG is not
 * ended by MSG: what others say has a handle where the TrID would be. ILN ends none. */
static const struct {
	char verb[4];
	char answers[2][4];
} answer_table[] = {
	{ "MSG", { "ACK", "NAK" } },
	{ "USR", { "USR", "XFR" } },
};
G_STATIC_ASSERT(G_N_ELEMENTS(answer_table) == 2);

struct _MsnpPending {
	MsnpClock *clock;
	MsnpPendingMoving moving;
	gpointer data;
	GHashTable *table; /* TrID -> Transaction */
};

typedef struct {
	MsnpPending *pending;
	guint32 trid;
	char verb[4];
	GTask *task;
	guint deadline_ms;
	guint timer;
	GSource *cancelled;
} Transaction;

static void
transaction_free(gpointer data)
{
	Transaction *transaction = data;

	msnp_clock_remove(transaction->pending->clock, &transaction->timer);
	if (transaction->cancelled) {
		g_source_destroy(transaction->cancelled);
		g_source_unref(transaction->cancelled);
	}
	g_clear_object(&transaction->task);
	g_free(transaction);
}

/* Takes a transaction out of the table; its task is the caller's. */
static GTask *
transaction_end(Transaction *transaction)
{
	GTask *task = g_steal_pointer(&transaction->task);

	g_hash_table_remove(transaction->pending->table, GUINT_TO_POINTER(transaction->trid));
	return task;
}

static gboolean
transaction_late(gpointer data)
{
	Transaction *transaction = data;
	MsnpPending *pending = transaction->pending;
	guint deadline_ms = transaction->deadline_ms;
	g_autoptr(GTask) task = NULL;

	/* A slow line is no silent server. */
	if (pending->moving(transaction->trid, deadline_ms, pending->data))
		return G_SOURCE_CONTINUE;
	transaction->timer = 0;
	msnp_info("link", "no answer to %s %u", transaction->verb, transaction->trid);
	task = transaction_end(transaction);
	g_task_return_new_error(task, MSNP_LINK_ERROR, MSNP_LINK_ERROR_TIMEOUT,
				"no answer within %u ms", deadline_ms);
	return G_SOURCE_REMOVE;
}

static gboolean
transaction_cancelled(G_GNUC_UNUSED GCancellable *cancellable, gpointer data)
{
	g_autoptr(GTask) task = transaction_end(data);

	g_task_return_error_if_cancelled(task);
	return G_SOURCE_REMOVE;
}

void
msnp_pending_add(MsnpPending *pending, const char *verb, guint32 trid, guint deadline_ms,
		 GTask *task)
{
	Transaction *transaction = g_new0(Transaction, 1);
	GCancellable *cancellable = g_task_get_cancellable(task);

	transaction->pending = pending;
	transaction->trid = trid;
	g_strlcpy(transaction->verb, verb, sizeof transaction->verb);
	transaction->task = task;
	transaction->deadline_ms = deadline_ms;
	transaction->timer =
	    msnp_clock_add(pending->clock, deadline_ms, transaction_late, transaction);
	if (cancellable) {
		transaction->cancelled = g_cancellable_source_new(cancellable);
		g_source_set_callback(transaction->cancelled, G_SOURCE_FUNC(transaction_cancelled),
				      transaction, NULL);
		g_source_attach(transaction->cancelled, NULL);
	}
	g_hash_table_insert(pending->table, GUINT_TO_POINTER(trid), transaction);
}

static gboolean
is_answer(const char *request, const MsnpCommand *command)
{
	for (gsize i = 0; i < G_N_ELEMENTS(answer_table); i++) {
		if (strcmp(answer_table[i].verb, request) == 0)
			return msnp_command_is(command, answer_table[i].answers[0]) ||
			       msnp_command_is(command, answer_table[i].answers[1]);
	}
	return msnp_command_is(command, request);
}

gboolean
msnp_pending_answer(MsnpPending *pending, MsnpCommand *command)
{
	guint32 trid = msnp_command_trid(command);
	guint number = msnp_command_error_number(command);
	Transaction *transaction = NULL;
	g_autoptr(GTask) task = NULL;

	if (trid)
		transaction = g_hash_table_lookup(pending->table, GUINT_TO_POINTER(trid));
	if (!transaction || (!number && !is_answer(transaction->verb, command)))
		return FALSE;
	task = transaction_end(transaction);
	if (number)
		g_task_return_new_error(task, MSNP_SERVER_ERROR, (int)number, "error %u: %s",
					number, msnp_errcode_lookup(number)->log);
	else
		g_task_return_pointer(task, msnp_command_ref(command),
				      (GDestroyNotify)msnp_command_unref);
	return TRUE;
}

static int
compare_trids(gconstpointer a, gconstpointer b)
{
	guint32 first = GPOINTER_TO_UINT(a), second = GPOINTER_TO_UINT(b);

	return (first > second) - (first < second);
}

GPtrArray *
msnp_pending_take(MsnpPending *pending)
{
	GPtrArray *tasks = g_ptr_array_new_with_free_func(g_object_unref);
	GList *trids = g_list_sort(g_hash_table_get_keys(pending->table), compare_trids);

	for (GList *l = trids; l; l = l->next)
		g_ptr_array_add(tasks,
				transaction_end(g_hash_table_lookup(pending->table, l->data)));
	g_list_free(trids);
	return tasks;
}

MsnpPending *
msnp_pending_new(MsnpClock *clock, MsnpPendingMoving moving, gpointer data)
{
	MsnpPending *pending = g_new0(MsnpPending, 1);

	pending->clock = msnp_clock_ref(clock);
	pending->moving = moving;
	pending->data = data;
	pending->table = g_hash_table_new_full(NULL, NULL, NULL, transaction_free);
	return pending;
}

void
msnp_pending_free(MsnpPending *pending)
{
	g_hash_table_unref(pending->table);
	msnp_clock_unref(pending->clock);
	g_free(pending);
}
