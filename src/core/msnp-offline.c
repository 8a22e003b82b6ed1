/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Offline messages for us: what was left while we were away is fetched, shown, and then deleted.
 *
 *   notification --> entries (or GetMetadata) --> GetMessage, a few at a time --> all there
 *                                                                                   |
 *              DeleteMessages <-- "offline-message", one after the other <-- sorted-+
 *
 * Nothing is shown before all that waited has come, for the list is in no order. Whatever fails is
 * logged and stays on the server: it comes again at the next sign-on.
 * Source: services.md 10.1 to 10.3, lessons 68, 161 to 163.
 */
#include "core/msnp-session-private.h"

#include <string.h>

#include "soap/msnp-oim-service.h"
#include "util/msnp-log.h"

#define FETCH_MAX 4
/* So many are sorted together; each may have MSNP_OIM_TEXT_MAX_BYTES, and nobody has more waiting.
 */
#define BATCH_MAX 500
/* Ids remembered in one session: a server that names more has run wild. */
#define SEEN_MAX 10000
/* Showing is done in slices of so much per main-loop turn. */
#define SLICE_US 1000
/* A delete that did not get through is tried again, so that nobody reads things twice. */
#define DELETE_TRIES    3
#define DELETE_PAUSE_MS 60000

struct _MsnpOffline {
	GHashTable *seen;   /* ids, whatever became of them */
	GQueue waiting;     /* MsnpMailEntry, to be fetched */
	GPtrArray *fetched; /* MsnpOim */
	guint fetching;     /* how many are under way */
	gboolean list_due, listing;
	gboolean again; /* a list brought something new: perhaps it was not all */
	GQueue showing; /* MsnpOim, in order */
	guint source;   /* of the slices */
	GQueue done;    /* ids, to be deleted */
	guint singly;   /* so many of them one by one */
	guint failures; /* deletes in a row that did not get through */
	guint timer;    /* until the next try */
	gboolean deleting;
};

/* One call of the service. */
typedef struct {
	MsnpSession *session; /* owned */
	guint moves;          /* of the session, when it was made */
	MsnpMailEntry *entry; /* of GetMessage */
	char **ids;           /* of DeleteMessages */
} Call;

static void advance(MsnpSession *session);

static void
entry_free(MsnpMailEntry *entry)
{
	g_free(entry->sender);
	g_free(entry->id);
	g_free(entry->folder);
	g_free(entry->name);
	g_free(entry);
}

/* The entries of a list belong to it. */
static MsnpMailEntry *
entry_copy(const MsnpMailEntry *entry)
{
	MsnpMailEntry *copy = g_memdup2(entry, sizeof *entry);

	copy->sender = g_strdup(entry->sender);
	copy->id = g_strdup(entry->id);
	copy->folder = g_strdup(entry->folder);
	copy->name = g_strdup(entry->name);
	return copy;
}

static Call *
call_new(MsnpSession *session)
{
	Call *call = g_new0(Call, 1);

	call->session = g_object_ref(session);
	call->moves = session->moves;
	return call;
}

static void
call_free(Call *call)
{
	g_object_unref(call->session);
	g_clear_pointer(&call->entry, entry_free);
	g_strfreev(call->ids);
	g_free(call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Call, call_free)

/* A call that failed although the session went on elsewhere came with the tickets of before. */
static gboolean
was_overtaken(const Call *call)
{
	return call->session->moving || call->moves != call->session->moves;
}

/* The service has not said anything about the message itself. */
static gboolean
is_passing(const GError *error)
{
	static const int CODES[] = { MSNP_SOAP_ERROR_NETWORK, MSNP_SOAP_ERROR_UNAVAILABLE,
				     MSNP_SOAP_ERROR_TICKET };

	for (guint i = 0; i < G_N_ELEMENTS(CODES); i++)
		if (g_error_matches(error, MSNP_SOAP_ERROR, CODES[i]))
			return TRUE;
	return FALSE;
}

static gboolean
is_blocked(MsnpSession *session, const char *handle)
{
	MsnpContact *contact = msnp_roster_find(session->roster, handle);

	return contact && (contact->lists & MSNP_LIST_BLOCK);
}

/* ---- what waits ---- */

static gboolean
take_entry(MsnpOffline *offline, const MsnpMailEntry *entry)
{
	MsnpMailEntryUse use = msnp_mail_entry_use(entry);

	if (use == MSNP_MAIL_ENTRY_SKIP || g_hash_table_size(offline->seen) >= SEEN_MAX ||
	    !g_hash_table_add(offline->seen, g_strdup(entry->id)))
		return FALSE;
	if (use == MSNP_MAIL_ENTRY_DROP)
		g_queue_push_tail(&offline->done, g_strdup(entry->id));
	else
		g_queue_push_tail(&offline->waiting, entry_copy(entry));
	return TRUE;
}

/* Whether there was anything new. */
static gboolean
take_entries(MsnpOffline *offline, const MsnpMailData *data)
{
	gboolean news = FALSE;

	for (guint i = 0; i < data->entries->len; i++)
		if (take_entry(offline, g_ptr_array_index(data->entries, i)))
			news = TRUE;
	return news;
}

void
msnp_offline_take(MsnpSession *session, MsnpMailData *data, gboolean fetch)
{
	MsnpOffline *offline = session->offline;

	if (session->closed || !*session->preset->rsi_url)
		return;
	if (!offline) {
		offline = session->offline = g_new0(MsnpOffline, 1);
		offline->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		offline->fetched = g_ptr_array_new_with_free_func((GDestroyNotify)msnp_oim_free);
	}
	if (data)
		take_entries(offline, data);
	offline->list_due |= fetch;
	advance(session);
}

static void
on_list(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(Call) call = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpMailData) data =
	    msnp_soap_client_call_finish(MSNP_SOAP_CLIENT(source), result, &error);
	MsnpOffline *offline = call->session->offline;

	if (call->session->closed)
		return;
	offline->listing = FALSE;
	if (data) {
		offline->again = take_entries(offline, data);
	} else {
		msnp_info("offline", "what waits could not be asked: %s", error->message);
		offline->list_due |= was_overtaken(call);
	}
	advance(call->session);
}

static void
list(MsnpSession *session)
{
	session->offline->list_due = FALSE;
	session->offline->again = FALSE;
	session->offline->listing = TRUE;
	msnp_soap_client_call_async(session->soap, &msnp_op_oim_list, NULL, session->cancellable,
				    on_list, call_new(session));
}

/* ---- fetching ---- */

static void
fetch_failed(Call *call, const GError *error)
{
	MsnpOffline *offline = call->session->offline;

	if (was_overtaken(call)) {
		g_queue_push_head(&offline->waiting, g_steal_pointer(&call->entry));
		return;
	}
	msnp_info("offline", "a message could not be fetched: %s", error->message);
	if (is_passing(error))
		g_hash_table_remove(offline->seen, call->entry->id);
}

static void
on_fetched(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(Call) call = user_data;
	g_autoptr(GError) error = NULL;
	g_autofree char *mail =
	    msnp_soap_client_call_finish(MSNP_SOAP_CLIENT(source), result, &error);
	MsnpOffline *offline = call->session->offline;

	if (call->session->closed)
		return;
	offline->fetching--;
	if (mail)
		g_ptr_array_add(offline->fetched, msnp_oim_parse(mail, strlen(mail), call->entry));
	else
		fetch_failed(call, error);
	advance(call->session);
}

static void
fetch(MsnpSession *session, MsnpMailEntry *entry)
{
	Call *call;

	if (is_blocked(session, entry->sender)) {
		g_queue_push_tail(&session->offline->done, g_strdup(entry->id));
		entry_free(entry);
		return;
	}
	call = call_new(session);
	call->entry = entry;
	session->offline->fetching++;
	msnp_soap_client_call_async(session->soap, &msnp_op_oim_get, entry->id,
				    session->cancellable, on_fetched, call);
}

/* ---- showing ---- */

/* The host may close the session meanwhile. */
static void
show(MsnpSession *session, const MsnpOim *oim)
{
	const char *handle = *oim->sender ? oim->sender : oim->phone;
	MsnpOfflineMessage message = {
		.handle = handle,
		.name = oim->name,
		.text = oim->text,
		.when = oim->time,
		.from_phone = oim->from_phone,
		.damaged = oim->content == MSNP_OIM_DAMAGED,
	};

	if (!*handle) {
		msnp_info("offline", "a message of nobody is left where it is");
		return;
	}
	if (!is_blocked(session, handle))
		g_signal_emit_by_name(session, "offline-message", &message);
	if (!session->closed)
		g_queue_push_tail(&session->offline->done, g_strdup(oim->id));
}

static gboolean
show_slice(gpointer data)
{
	g_autoptr(MsnpSession) session = g_object_ref(data);
	gint64 until = g_get_monotonic_time() + SLICE_US;

	do {
		g_autoptr(MsnpOim) oim = g_queue_pop_head(&session->offline->showing);

		show(session, oim);
		if (session->closed)
			return G_SOURCE_REMOVE;
	} while (session->offline->showing.length && g_get_monotonic_time() < until);
	if (session->offline->showing.length)
		return G_SOURCE_CONTINUE;
	session->offline->source = 0;
	advance(session);
	return G_SOURCE_REMOVE;
}

static void
show_all(MsnpSession *session)
{
	MsnpOffline *offline = session->offline;
	g_autofree gpointer *oims = NULL;
	gsize n;

	msnp_oim_sort(offline->fetched);
	oims = g_ptr_array_steal(offline->fetched, &n);
	for (gsize i = 0; i < n; i++)
		g_queue_push_tail(&offline->showing, oims[i]);
	if (!offline->source)
		offline->source = g_idle_add_full(G_PRIORITY_DEFAULT, show_slice, session, NULL);
}

/* ---- deleting ---- */

static gboolean
on_delete_again(gpointer data)
{
	MsnpSession *session = data;

	session->offline->timer = 0;
	advance(session);
	return G_SOURCE_REMOVE;
}

static void
put_back(MsnpOffline *offline, char **ids)
{
	for (guint i = g_strv_length(ids); i-- > 0;)
		g_queue_push_head(&offline->done, g_strdup(ids[i]));
}

/* Some servers delete none if one is unknown to them. */
static void
delete_failed(Call *call, const GError *error)
{
	MsnpSession *session = call->session;
	MsnpOffline *offline = session->offline;
	guint n = g_strv_length(call->ids);

	msnp_info("offline", "%u messages could not be deleted: %s", n, error->message);
	if (was_overtaken(call)) {
		put_back(offline, call->ids);
	} else if (is_passing(error)) {
		if (++offline->failures >= DELETE_TRIES)
			return;
		put_back(offline, call->ids);
		offline->timer =
		    msnp_clock_add(session->clock, DELETE_PAUSE_MS, on_delete_again, session);
	} else if (n > 1) {
		put_back(offline, call->ids);
		offline->singly = n;
	} else if (offline->singly) {
		offline->singly--;
	}
}

static void
on_deleted(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(Call) call = user_data;
	g_autoptr(GError) error = NULL;
	MsnpOffline *offline = call->session->offline;

	msnp_soap_client_call_finish(MSNP_SOAP_CLIENT(source), result, &error);
	if (call->session->closed)
		return;
	offline->deleting = FALSE;
	if (error) {
		delete_failed(call, error);
	} else {
		offline->failures = 0;
		if (offline->singly)
			offline->singly--;
	}
	advance(call->session);
}

static void
delete_some(MsnpSession *session)
{
	MsnpOffline *offline = session->offline;
	guint n = offline->singly ? 1 : MIN(offline->done.length, MSNP_OIM_DELETE_MAX);
	Call *call = call_new(session);

	call->ids = g_new0(char *, n + 1);
	for (guint i = 0; i < n; i++)
		call->ids[i] = g_queue_pop_head(&offline->done);
	offline->deleting = TRUE;
	msnp_soap_client_call_async(session->soap, &msnp_op_oim_delete, call->ids,
				    session->cancellable, on_deleted, call);
}

/* ---- the order of it ---- */

static gboolean
is_fetching(const MsnpOffline *offline)
{
	return offline->list_due || offline->listing || offline->fetching ||
	       offline->waiting.length;
}

static gboolean
is_full(const MsnpOffline *offline)
{
	return offline->fetched->len + offline->fetching + offline->showing.length >= BATCH_MAX;
}

/* Whatever can be begun now. */
static void
advance(MsnpSession *session)
{
	MsnpOffline *offline = session->offline;

	if (!session->signed_on || session->moving)
		return;
	if (offline->list_due && !offline->listing)
		list(session);
	while (offline->fetching < FETCH_MAX && offline->waiting.length && !is_full(offline))
		fetch(session, g_queue_pop_head(&offline->waiting));
	if (offline->fetched->len &&
	    (!is_fetching(offline) || (is_full(offline) && !offline->fetching)))
		show_all(session);
	/* In full packets, while there is more to come. */
	if (offline->done.length && !offline->deleting && !offline->timer &&
	    (offline->done.length >= MSNP_OIM_DELETE_MAX ||
	     (!is_fetching(offline) && !offline->showing.length)))
		delete_some(session);
	if (offline->again && !is_fetching(offline) && !offline->showing.length &&
	    !offline->done.length && !offline->deleting)
		list(session);
}

void
msnp_offline_resume(MsnpSession *session)
{
	if (session->offline)
		advance(session);
}

void
msnp_offline_stop(MsnpSession *session)
{
	MsnpOffline *offline = g_steal_pointer(&session->offline);

	if (!offline)
		return;
	g_clear_handle_id(&offline->source, g_source_remove);
	msnp_clock_remove(session->clock, &offline->timer);
	g_queue_clear_full(&offline->waiting, (GDestroyNotify)entry_free);
	g_queue_clear_full(&offline->showing, (GDestroyNotify)msnp_oim_free);
	g_queue_clear_full(&offline->done, g_free);
	g_ptr_array_unref(offline->fetched);
	g_hash_table_unref(offline->seen);
	g_free(offline);
}
