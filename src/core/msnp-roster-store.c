/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeping the roster for next time: read once, at the beginning; written a while after changes,
 * once for many of them, and at the end if something is new. What takes time is done in worker
 * threads, or in slices; only who signs off right after a change has it written at once, because
 * there may be no later, and no account either.
 */
#include "core/msnp-session-private.h"

#include "core/msnp-roster-cache.h"
#include "util/msnp-log.h"

#define PAUSE_MS 2000
#define SLICE_US 1000
#define STEP     32 /* contacts between two looks at the clock */

/* Reference-counted for the worker that writes. */
struct _MsnpRosterStore {
	MsnpRosterPlace *place;
	/* Main thread. */
	gboolean loading;
	MsnpThen loaded;  /* who waits for it; NULL */
	gboolean changed; /* since what is written, or being written */
	guint timer;
	guint source; /* of the slices */
	MsnpRosterWriter *writer;
	/* Both: the file is written under the lock, and only by whoever has the latest state. */
	GMutex lock;
	guint latest, written;
};

static void
store_clear(gpointer data)
{
	MsnpRosterStore *store = data;

	msnp_roster_place_unref(store->place);
	g_clear_pointer(&store->writer, msnp_roster_writer_free);
	g_mutex_clear(&store->lock);
}

static void
store_unref(MsnpRosterStore *store)
{
	g_atomic_rc_box_release_full(store, store_clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpRosterStore, store_unref)

/* ---- writing ---- */

/* One state of the roster on its way into the file. */
typedef struct {
	MsnpRosterStore *store;
	MsnpRosterWriter *writer;
	guint number;
} Writing;

static void
writing_free(Writing *writing)
{
	msnp_roster_writer_free(writing->writer);
	store_unref(writing->store);
	g_free(writing);
}

static Writing *
writing_new(MsnpRosterStore *store)
{
	Writing *writing = g_new(Writing, 1);

	g_mutex_lock(&store->lock);
	*writing = (Writing){ g_atomic_rc_box_acquire(store), g_steal_pointer(&store->writer),
			      ++store->latest };
	g_mutex_unlock(&store->lock);
	return writing;
}

static void
write_file(Writing *writing)
{
	g_autoptr(GError) error = NULL;

	g_mutex_lock(&writing->store->lock);
	if (writing->number == writing->store->latest) {
		writing->store->written = writing->number;
		if (!msnp_roster_writer_save(writing->writer, &error))
			msnp_warning("roster", "the contact list is not kept: %s", error->message);
	}
	g_mutex_unlock(&writing->store->lock);
}

static void
write_in_worker(GTask *task, gpointer source G_GNUC_UNUSED, gpointer data,
		GCancellable *cancellable G_GNUC_UNUSED)
{
	write_file(data);
	g_task_return_boolean(task, TRUE);
}

static void
write_soon(MsnpRosterStore *store)
{
	g_autoptr(GTask) task = g_task_new(NULL, NULL, NULL, NULL);

	g_task_set_task_data(task, writing_new(store), (GDestroyNotify)writing_free);
	g_task_run_in_thread(task, write_in_worker);
}

static gboolean
on_slice(gpointer data)
{
	MsnpRosterStore *store = data;
	gint64 until = g_get_monotonic_time() + SLICE_US;

	while (msnp_roster_writer_step(store->writer, STEP))
		if (g_get_monotonic_time() >= until)
			return G_SOURCE_CONTINUE;
	store->source = 0;
	write_soon(store);
	return G_SOURCE_REMOVE;
}

static void
stop_slices(MsnpRosterStore *store)
{
	if (store->source)
		g_source_remove(store->source);
	store->source = 0;
	g_clear_pointer(&store->writer, msnp_roster_writer_free);
}

static gboolean
on_pause_over(gpointer data)
{
	MsnpSession *session = data;
	MsnpRosterStore *store = session->store;

	store->timer = 0;
	store->changed = FALSE;
	store->writer = msnp_roster_writer_new(session->roster, store->place);
	store->source = g_idle_add(on_slice, store);
	return G_SOURCE_REMOVE;
}

void
msnp_roster_store_changed(MsnpSession *session)
{
	MsnpRosterStore *store = session->store;

	if (!store || session->closed)
		return;
	/* What is half collected may be of before and after. */
	stop_slices(store);
	store->changed = TRUE;
	if (!store->timer)
		store->timer = msnp_clock_add(session->clock, PAUSE_MS, on_pause_over, session);
}

static void
collect_now(MsnpSession *session, MsnpRosterStore *store)
{
	stop_slices(store);
	store->writer = msnp_roster_writer_new(session->roster, store->place);
	while (msnp_roster_writer_step(store->writer, G_MAXUINT))
		;
}

static void
write_now(MsnpRosterStore *store)
{
	Writing *writing = writing_new(store);

	write_file(writing);
	writing_free(writing);
}

static gboolean
is_being_written(MsnpRosterStore *store)
{
	gboolean is;

	g_mutex_lock(&store->lock);
	is = store->written != store->latest;
	g_mutex_unlock(&store->lock);
	return is;
}

void
msnp_roster_store_close(MsnpSession *session, gboolean at_once)
{
	g_autoptr(MsnpRosterStore) store = g_steal_pointer(&session->store);

	if (!store)
		return;
	msnp_clock_remove(session->clock, &store->timer);
	if (store->changed || store->writer || (at_once && is_being_written(store))) {
		collect_now(session, store);
		if (at_once)
			write_now(store);
		else
			write_soon(store);
	}
	store->loaded = NULL;
}

/* ---- reading ---- */

static void
load_in_worker(GTask *task, gpointer source G_GNUC_UNUSED, gpointer data,
	       GCancellable *cancellable G_GNUC_UNUSED)
{
	GError *error = NULL;
	MsnpRoster *roster = msnp_roster_cache_load(data, &error);

	if (roster)
		g_task_return_pointer(task, roster, (GDestroyNotify)msnp_roster_free);
	else
		g_task_return_error(task, error);
}

static void
on_loaded(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpSession) session = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpRoster) roster = g_task_propagate_pointer(G_TASK(result), &error);
	MsnpRosterStore *store = session->store;
	MsnpThen loaded = NULL;

	if (!store || session->closed)
		return;
	if (roster) {
		session->roster = g_steal_pointer(&roster);
		g_signal_emit_by_name(session, "roster-loaded");
	} else if (!g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
		msnp_info("roster", "%s", error->message);
	}
	/* Whoever heard of it may have closed the session. */
	store = session->store;
	if (!store)
		return;
	store->loading = FALSE;
	loaded = g_steal_pointer(&store->loaded);
	if (loaded)
		loaded(session);
}

void
msnp_roster_store_open(MsnpSession *session, const char *file)
{
	g_autofree char *account = msnp_handle_normalize(session->typed_handle);
	g_autofree char *server =
	    g_strdup_printf("%s:%u", session->preset->server, session->preset->port);
	MsnpRosterStore *store = g_atomic_rc_box_new0(MsnpRosterStore);

	g_mutex_init(&store->lock);
	store->place = msnp_roster_place_new(file, account, server);
	session->store = store;
}

void
msnp_roster_store_load(MsnpSession *session)
{
	MsnpRosterStore *store = session->store;
	g_autoptr(GTask) task = NULL;

	if (!store)
		return;
	store->loading = TRUE;
	task = g_task_new(NULL, NULL, on_loaded, g_object_ref(session));
	g_task_set_task_data(task, msnp_roster_place_ref(store->place),
			     (GDestroyNotify)msnp_roster_place_unref);
	g_task_run_in_thread(task, load_in_worker);
}

void
msnp_roster_store_when_loaded(MsnpSession *session, MsnpThen loaded)
{
	MsnpRosterStore *store = session->store;

	if (store && store->loading)
		store->loaded = loaded;
	else
		loaded(session);
}

MsnpRosterPlace *
msnp_roster_store_place(MsnpSession *session)
{
	return session->store ? session->store->place : NULL;
}
