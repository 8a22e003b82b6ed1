/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Offline messages for others. One Store at a time, for a server answers with a question (the lock
 * key) or with a pause (too many) that holds for all; each person gets a run of numbered messages.
 *
 *   Store --+-- stored: the next piece, the next text
 *      ^    +-- lock key asked for: the answer, kept for the session --+
 *      |    +-- throttled: 11 seconds later ---------------------------+-- the same again
 *      +---------------------------------------------------------------+
 *
 * Source: services.md 10.4, 10.5; lessons 164, 165.
 */
#include "core/msnp-session-private.h"

#include <string.h>

#include "soap/msnp-oim-service.h"
#include "util/msnp-log.h"
#include "wire/msnp-challenge.h"
#include "wire/msnp-cut.h"

#define LOCK_TRIES     2
#define THROTTLE_MS    11000
#define THROTTLE_TRIES 3

/* A window of ours, as the other side sees it. */
typedef struct {
	char *id;       /* "{GUID}" */
	guint sequence; /* of the next message, from 1 */
} Run;

struct _MsnpOfflineSend {
	GHashTable *runs; /* handle -> Run */
	char *lock_key;   /* NULL until asked for */
	GQueue texts;     /* GTask: the first is under way */
	gboolean storing;
	guint timer; /* until the server takes more */
};

/* The data of a task. */
typedef struct {
	char *handle;
	char **pieces;
	guint next;
	guint moves;            /* of the session, when the Store was made */
	guint locks, throttles; /* of this piece */
} Text;

static void advance(MsnpSession *session);

static void
run_free(Run *run)
{
	g_free(run->id);
	g_free(run);
}

static void
text_free(Text *text)
{
	g_free(text->handle);
	g_strfreev(text->pieces);
	g_free(text);
}

static MsnpOfflineSend *
get_sender(MsnpSession *session)
{
	if (!session->offline_send) {
		session->offline_send = g_new0(MsnpOfflineSend, 1);
		session->offline_send->runs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
								    (GDestroyNotify)run_free);
	}
	return session->offline_send;
}

static Run *
get_run(MsnpSession *session, const char *handle)
{
	Run *run = g_hash_table_lookup(session->offline_send->runs, handle);

	if (!run) {
		run = g_new0(Run, 1);
		run->id = msnp_random_guid(session->random);
		run->sequence = 1;
		g_hash_table_insert(session->offline_send->runs, g_strdup(handle), run);
	}
	return run;
}

static void
set_lock_key(MsnpOfflineSend *sender, char *key)
{
	if (sender->lock_key)
		msnp_secret_wipe(sender->lock_key, strlen(sender->lock_key));
	g_free(sender->lock_key);
	sender->lock_key = key;
}

static void
end_text(MsnpSession *session, GError *error)
{
	g_autoptr(GTask) task = g_queue_pop_head(&session->offline_send->texts);

	if (error)
		g_task_return_error(task, error);
	else
		g_task_return_boolean(task, TRUE);
}

static GError *
error_of(const GError *cause)
{
	/* Perhaps only the answer was lost. */
	if (g_error_matches(cause, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK))
		return msnp_error_new(MSNP_ERROR_UNSURE, 0, "%s", cause->message);
	/* Elsewhere it is about names. */
	if (g_error_matches(cause, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TOO_LONG))
		return msnp_error_new(MSNP_ERROR_TOO_LONG, 0, "%s", cause->message);
	/* A service without a store: then nothing can be left for somebody who is not there. */
	if (g_error_matches(cause, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_WRONG_URL))
		return msnp_error_new(MSNP_ERROR_OFFLINE, 0, "%s", cause->message);
	return msnp_error_from(cause);
}

static gboolean
on_pause_over(gpointer data)
{
	MsnpSession *session = data;

	session->offline_send->timer = 0;
	advance(session);
	return G_SOURCE_REMOVE;
}

static void
store_failed(MsnpSession *session, Text *text, const GError *error)
{
	MsnpOfflineSend *sender = session->offline_send;

	msnp_info("offline", "a message was not stored: %s", error->message);
	/* With the tickets of a server that we have left. */
	if (g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TICKET) &&
	    (session->moving || text->moves != session->moves))
		return;
	if (g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_THROTTLED) &&
	    text->throttles++ < THROTTLE_TRIES)
		sender->timer = msnp_clock_add(session->clock, THROTTLE_MS, on_pause_over, session);
	else
		end_text(session, error_of(error));
}

static void
answer_lock(MsnpSession *session, Text *text, const char *challenge)
{
	char *key = text->locks++ < LOCK_TRIES
			? msnp_challenge_answer(challenge, MSNP_PRODUCT_ID, MSNP_PRODUCT_KEY)
			: NULL;

	if (key)
		set_lock_key(session->offline_send, key);
	else
		end_text(session, msnp_error_new(MSNP_ERROR_NOT_DELIVERED, 0,
						 "the lock key is not accepted"));
}

static void
stored(MsnpSession *session, Text *text)
{
	get_run(session, text->handle)->sequence++;
	text->locks = text->throttles = 0;
	if (!text->pieces[++text->next])
		end_text(session, NULL);
}

static void
on_store(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpSession) session = data;
	g_autoptr(GError) error = NULL;
	g_autofree char *challenge =
	    msnp_soap_client_call_finish(MSNP_SOAP_CLIENT(source), result, &error);
	Text *text;

	if (session->closed)
		return;
	text = g_task_get_task_data(g_queue_peek_head(&session->offline_send->texts));
	session->offline_send->storing = FALSE;
	if (error)
		store_failed(session, text, error);
	else if (challenge)
		answer_lock(session, text, challenge);
	else
		stored(session, text);
	/* Whoever heard of it may have closed the session. */
	if (!session->closed)
		advance(session);
}

static void
store(MsnpSession *session, Text *text)
{
	MsnpOfflineSend *sender = session->offline_send;
	Run *run = get_run(session, text->handle);
	MsnpOimStore args = {
		.from = session->handle,
		.name = session->own_name,
		.to = text->handle,
		.lock_key = sender->lock_key,
		.run_id = run->id,
		.sequence = run->sequence,
		.text = text->pieces[text->next],
	};

	sender->storing = TRUE;
	text->moves = session->moves;
	msnp_soap_client_call_async(session->soap, &msnp_op_oim_store, &args, session->cancellable,
				    on_store, g_object_ref(session));
}

static void
advance(MsnpSession *session)
{
	MsnpOfflineSend *sender = session->offline_send;

	if (sender && session->signed_on && !session->moving && !sender->storing &&
	    !sender->timer && sender->texts.length)
		store(session, g_task_get_task_data(g_queue_peek_head(&sender->texts)));
}

/* Why it cannot even be tried; NULL if it can. */
static GError *
check(MsnpSession *session, const char *text)
{
	if (!session->signed_on)
		return msnp_error_new(MSNP_ERROR_NETWORK, 0, "not signed on");
	if (!*text)
		return msnp_error_new(MSNP_ERROR_INVALID_TEXT, 0, "an empty text");
	if (strlen(text) > MSNP_OIM_TEXT_MAX_BYTES)
		return msnp_error_new(MSNP_ERROR_TOO_LONG, 0, "too long to be left");
	return NULL;
}

void
msnp_offline_send_async(gpointer host, const char *handle, const char *text,
			GAsyncReadyCallback callback, gpointer data)
{
	MsnpSession *session = host;
	GTask *task = g_task_new(session, NULL, callback, data);
	GError *error = check(session, text);
	Text *job;

	if (error) {
		g_task_return_error(task, error);
		g_object_unref(task);
		return;
	}
	job = g_new0(Text, 1);
	job->handle = msnp_handle_normalize(handle);
	job->pieces = msnp_cut_all(text, MSNP_OIM_PIECE_MAX_BYTES, MSNP_CUT_AT_WORDS);
	g_task_set_task_data(task, job, (GDestroyNotify)text_free);
	g_queue_push_tail(&get_sender(session)->texts, task);
	advance(session);
}

gboolean
msnp_offline_send_finish(gpointer host G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
msnp_offline_send_resume(MsnpSession *session)
{
	advance(session);
}

void
msnp_offline_send_stop(MsnpSession *session)
{
	MsnpOfflineSend *sender = g_steal_pointer(&session->offline_send);
	GTask *task;

	if (!sender)
		return;
	msnp_clock_remove(session->clock, &sender->timer);
	while ((task = g_queue_pop_head(&sender->texts))) {
		g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "signed off");
		g_object_unref(task);
	}
	set_lock_key(sender, NULL);
	g_hash_table_unref(sender->runs);
	g_free(sender);
}
