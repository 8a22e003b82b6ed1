/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * List sync: from an authenticated link to a roster that the notification server knows.
 *
 *   FindMembership --+-- both there --> merge (worker) --> adopt (slices) --> "roster-confirmed"
 *   ABFindAll -------+       |              |                                   |
 *     ^    ^                 |              +-- a doubtful delta: full reads    v
 *     |    |                 +-- no address book: ABAdd, both again          publish
 *     |    +-- failed: twice more                                               |
 *     +-- a delta refused or failed: full reads                                 +--> done
 *
 * Nothing is merged until both have succeeded; a failed read changes nothing. Deltas are asked for
 * only where the roster of last time allows it, and once.
 * Source: services.md 4 to 6.
 */
#include "core/msnp-session-private.h"

#include "core/msnp-roster-merge.h"
#include "util/msnp-log.h"

#define READ_TRIES    3
#define READ_PAUSE_MS 3000
/* Adopting is done in slices of so much per main-loop turn. */
#define SLICE_US 1000
#define STEP     32 /* contacts between two looks at the clock */

typedef enum {
	READ_MEMBERSHIP,
	READ_BOOK,
	N_READS,
} Read;

static const MsnpSoapOp *const READ_OPS[] = {
	[READ_MEMBERSHIP] = &msnp_op_find_membership,
	[READ_BOOK] = &msnp_op_ab_find_all,
};
G_STATIC_ASSERT(G_N_ELEMENTS(READ_OPS) == N_READS);

static void start_missing_reads(MsnpListSync *sync);

/* One of the two reads; a callback's data, kept alive by a reference to sync. */
typedef struct {
	MsnpListSync *sync;
	Read which;
	gpointer answer;
	GError *error;
} Reading;

/* The session holds a reference while it lasts, and each callback that is due holds another. */
struct _MsnpListSync {
	MsnpSession *session; /* owned */
	MsnpThen done;
	gboolean refreshes; /* a roster that is there already */
	Reading readings[N_READS];
	guint reading; /* how many are under way */
	guint tries;
	guint timer;
	gboolean address_book_made;
	/* The lastChange from which deltas are asked for; NULL: full reads. */
	char *since[N_READS];
	gboolean deltas_refused;
	MsnpRoster *fresh;      /* what was read, while it is adopted */
	MsnpAdoption *adoption; /* from it */
	GPtrArray *lists;       /* the payloads of ADL */
	guint source;           /* of the slices */
};

static void
reading_clear(Reading *reading)
{
	g_clear_pointer(&reading->answer, READ_OPS[reading->which]->free_result);
	g_clear_error(&reading->error);
}

static void
clear(gpointer data)
{
	MsnpListSync *sync = data;

	for (Read which = 0; which < N_READS; which++) {
		reading_clear(&sync->readings[which]);
		g_free(sync->since[which]);
	}
	g_clear_pointer(&sync->adoption, msnp_adoption_free);
	g_clear_pointer(&sync->fresh, msnp_roster_free);
	g_clear_pointer(&sync->lists, g_ptr_array_unref);
	g_object_unref(sync->session);
}

static void
unref(MsnpListSync *sync)
{
	g_rc_box_release_full(sync, clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpListSync, unref)

static gboolean
is_over(MsnpListSync *sync)
{
	return g_cancellable_is_cancelled(sync->session->cancellable);
}

/* The name that the server keeps, else the one kept here, else the address (lesson 78). */
static void
choose_own_name(MsnpSession *session)
{
	const char *stored = msnp_roster_own_name(session->roster);

	if (*stored)
		msnp_session_set_own_name(session, stored);
	else if (!session->own_name || !*session->own_name)
		msnp_session_set_own_name(session, session->handle);
	else
		g_signal_emit_by_name(session, "own-name", session->own_name);
}

/* Well or not: a failed read changes nothing. */
static void
end_refresh(MsnpListSync *sync)
{
	MsnpSession *session = sync->session;
	MsnpThen done = sync->done;

	if (is_over(sync))
		return;
	msnp_list_sync_stop(session);
	done(session);
}

static void
end_sign_on(MsnpSession *session)
{
	MsnpThen done = session->list_sync->done;

	msnp_list_sync_stop(session);
	done(session);
}

/* ---- the roster becomes what was read ---- */

/* Whoever hears of something may close the session at once. */
static void
confirm(MsnpListSync *sync)
{
	MsnpSession *session = sync->session;

	msnp_info("roster", "%u contacts, %u groups", msnp_roster_contacts(session->roster)->len,
		  msnp_roster_groups(session->roster)->len);
	if (!sync->refreshes)
		choose_own_name(session);
	if (!is_over(sync))
		g_signal_emit_by_name(session, "roster-confirmed");
	if (is_over(sync))
		return;
	if (sync->refreshes)
		end_refresh(sync);
	else if (msnp_session_progress(session, MSNP_STEP_SENDING_LISTS))
		msnp_list_publish(session, sync->lists, end_sign_on);
}

static void
free_in_worker(GTask *task, gpointer source G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED,
	       GCancellable *cancellable G_GNUC_UNUSED)
{
	g_task_return_boolean(task, TRUE);
}

/* Thousands of contacts are not freed in one turn of the main loop. */
static void
free_elsewhere(MsnpRoster *roster)
{
	g_autoptr(GTask) task = g_task_new(NULL, NULL, NULL, NULL);

	g_task_set_task_data(task, roster, (GDestroyNotify)msnp_roster_free);
	g_task_run_in_thread(task, free_in_worker);
}

static void
on_adopted(MsnpContact *contact, guint changes, gpointer data)
{
	MsnpListSync *sync = data;

	if (!is_over(sync))
		msnp_session_emit_changed(sync->session, contact, changes);
}

static gboolean
adopt_slice(gpointer data)
{
	g_autoptr(MsnpListSync) sync = g_rc_box_acquire(data);
	gint64 until = g_get_monotonic_time() + SLICE_US;

	while (msnp_adoption_step(sync->adoption, STEP, on_adopted, sync)) {
		if (is_over(sync))
			return G_SOURCE_REMOVE;
		if (g_get_monotonic_time() >= until)
			return G_SOURCE_CONTINUE;
	}
	sync->source = 0;
	g_clear_pointer(&sync->adoption, msnp_adoption_free);
	free_elsewhere(g_steal_pointer(&sync->fresh));
	if (!is_over(sync))
		confirm(sync);
	return G_SOURCE_REMOVE;
}

static gboolean
is_same_state(const MsnpRosterState *one, const MsnpRosterState *other)
{
	return g_str_equal(one->book, other->book) &&
	       g_str_equal(one->membership, other->membership) && one->deltas == other->deltas &&
	       one->refused == other->refused;
}

static void
adopt(MsnpListSync *sync, MsnpRoster *fresh)
{
	MsnpSession *session = sync->session;

	if (!session->roster) {
		session->roster = fresh;
		msnp_roster_store_changed(session);
		g_signal_emit_by_name(session, "roster-loaded");
		if (!is_over(sync))
			confirm(sync);
		return;
	}
	if (!is_same_state(msnp_roster_state(session->roster), msnp_roster_state(fresh)))
		msnp_roster_store_changed(session);
	sync->fresh = fresh;
	sync->adoption = msnp_adoption_new(session->roster, fresh);
	sync->source = g_idle_add_full(G_PRIORITY_DEFAULT, adopt_slice, sync, NULL);
}

/* ---- merging ---- */

/* What the worker gets: its own answers and copies of the rest, nothing of the session. */
typedef struct {
	MsnpAddressBook *book;
	MsnpMembership *membership;
	char *own_handle;
	MsnpDialect dialect;
	gboolean deltas_refused;
	MsnpRosterPlace *base; /* where the roster is to which deltas belong; NULL: full reads */
	char *since[N_READS];
	GPtrArray *lists; /* what it makes beside the roster: the payloads of ADL */
} Merge;

static void
merge_free(Merge *merge)
{
	g_clear_pointer(&merge->book, msnp_address_book_free);
	g_clear_pointer(&merge->membership, msnp_membership_free);
	g_clear_pointer(&merge->lists, g_ptr_array_unref);
	g_clear_pointer(&merge->base, msnp_roster_place_unref);
	for (Read which = 0; which < N_READS; which++)
		g_free(merge->since[which]);
	g_free(merge->own_handle);
	g_free(merge);
}

/* The file may have been written by another process since it was read first. */
static MsnpRoster *
apply_deltas(const Merge *merge)
{
	g_autoptr(MsnpRoster) roster = msnp_roster_cache_load(merge->base, NULL);
	const MsnpRosterState *state = roster ? msnp_roster_state(roster) : NULL;

	if (!state || !g_str_equal(state->book, merge->since[READ_BOOK]) ||
	    !g_str_equal(state->membership, merge->since[READ_MEMBERSHIP]) ||
	    !msnp_roster_apply(roster, merge->book, merge->membership, merge->own_handle))
		return NULL;
	return g_steal_pointer(&roster);
}

static MsnpRoster *
merge_full(const Merge *merge)
{
	static const MsnpRosterState NO_DELTAS = { .book = (char *)"",
						   .membership = (char *)"",
						   .refused = TRUE };
	MsnpRoster *roster = msnp_roster_merge(merge->book, merge->membership, merge->own_handle);

	if (merge->deltas_refused)
		msnp_roster_set_state(roster, &NO_DELTAS);
	return roster;
}

static void
merge_in_worker(GTask *task, gpointer source G_GNUC_UNUSED, gpointer data,
		GCancellable *cancellable G_GNUC_UNUSED)
{
	Merge *merge = data;
	MsnpRoster *roster = merge->base ? apply_deltas(merge) : merge_full(merge);

	if (roster)
		merge->lists = msnp_roster_initial_lists(roster, merge->dialect);
	/* Here, because freeing them takes its time, too. */
	g_clear_pointer(&merge->book, msnp_address_book_free);
	g_clear_pointer(&merge->membership, msnp_membership_free);
	if (roster)
		g_task_return_pointer(task, roster, (GDestroyNotify)msnp_roster_free);
	else
		g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
					"what has changed cannot be told for certain");
}

static void
read_in_full(MsnpListSync *sync, const char *why)
{
	msnp_info("roster", "the whole lists are read: %s", why);
	for (Read which = 0; which < N_READS; which++) {
		reading_clear(&sync->readings[which]);
		g_clear_pointer(&sync->since[which], g_free);
	}
	start_missing_reads(sync);
}

static void
on_merged(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpListSync) sync = data;
	g_autoptr(GError) error = NULL;
	Merge *merge = g_task_get_task_data(G_TASK(result));
	MsnpRoster *roster = g_task_propagate_pointer(G_TASK(result), &error);

	if (is_over(sync)) {
		msnp_roster_free(roster);
	} else if (!roster) {
		read_in_full(sync, error->message);
	} else {
		sync->lists = g_steal_pointer(&merge->lists);
		adopt(sync, roster);
	}
}

static void
merge(MsnpListSync *sync)
{
	MsnpSession *session = sync->session;
	/* Not with the session as its source: the worker may be the last to let go of the task, and
	 * a session may only end in the main thread. */
	g_autoptr(GTask) task =
	    g_task_new(NULL, session->cancellable, on_merged, g_rc_box_acquire(sync));
	Merge *answers = g_new0(Merge, 1);

	answers->book = g_steal_pointer(&sync->readings[READ_BOOK].answer);
	answers->membership = g_steal_pointer(&sync->readings[READ_MEMBERSHIP].answer);
	answers->own_handle = g_strdup(session->handle);
	answers->dialect = session->dialect;
	answers->deltas_refused = sync->deltas_refused;
	if (sync->since[READ_BOOK])
		answers->base = msnp_roster_place_ref(msnp_roster_store_place(session));
	for (Read which = 0; which < N_READS; which++)
		answers->since[which] = g_strdup(sync->since[which]);
	g_task_set_task_data(task, answers, (GDestroyNotify)merge_free);
	g_task_run_in_thread(task, merge_in_worker);
}

static void
on_address_book_made(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpListSync) sync = data;
	g_autoptr(GError) error = NULL;

	msnp_soap_client_call_finish(MSNP_SOAP_CLIENT(source), result, &error);
	if (is_over(sync))
		return;
	if (error)
		msnp_warning("roster", "no address book could be made: %s", error->message);
	for (Read which = 0; which < N_READS; which++)
		reading_clear(&sync->readings[which]);
	start_missing_reads(sync);
}

static void
make_address_book(MsnpListSync *sync)
{
	msnp_info("roster", "the account has no address book yet");
	sync->address_book_made = TRUE;
	msnp_soap_client_call_async(sync->session->soap, &msnp_op_ab_add, sync->session->handle,
				    sync->session->cancellable, on_address_book_made,
				    g_rc_box_acquire(sync));
}

static gboolean
on_pause_over(gpointer data)
{
	MsnpListSync *sync = data;

	sync->timer = 0;
	start_missing_reads(sync);
	return G_SOURCE_REMOVE;
}

static gboolean
is_of_network(const GError *error)
{
	return g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK) ||
	       g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_UNAVAILABLE);
}

/* Worth another try: what the network or a stumbling server did, not what they refused. */
static gboolean
is_passing(const GError *error)
{
	return is_of_network(error) ||
	       g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_ANSWER) ||
	       g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_FAULT);
}

static void
fail_sign_on(MsnpListSync *sync, const GError *error)
{
	g_autoptr(GError) translated = msnp_error_from(error);

	if (g_error_matches(translated, MSNP_ERROR, MSNP_ERROR_TLS) ||
	    g_error_matches(translated, MSNP_ERROR, MSNP_ERROR_INSECURE) ||
	    g_error_matches(translated, MSNP_ERROR, MSNP_ERROR_CONFIG))
		msnp_session_fail(sync->session, g_steal_pointer(&translated));
	else
		msnp_session_fail(sync->session,
				  msnp_error_new(MSNP_ERROR_LISTS, 0, "%s", error->message));
}

static void
fail(MsnpListSync *sync, const GError *error)
{
	if (sync->refreshes) {
		msnp_info("roster", "the lists could not be read again: %s", error->message);
		end_refresh(sync);
		return;
	}
	fail_sign_on(sync, error);
}

/* Both reads have ended, well or not. */
static void
decide(MsnpListSync *sync)
{
	const GError *error = NULL;

	for (Read which = 0; which < N_READS; which++)
		if (!error ||
		    g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NO_ADDRESSBOOK))
			error = sync->readings[which].error ? sync->readings[which].error : error;
	if (!error) {
		merge(sync);
	} else if (sync->since[READ_BOOK] && !is_of_network(error)) {
		sync->deltas_refused =
		    g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_FULL_SYNC);
		read_in_full(sync, error->message);
	} else if (g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NO_ADDRESSBOOK)) {
		/* A server that cannot make one still lets a new account chat (services.md 5.4). */
		if (sync->address_book_made)
			merge(sync);
		else
			make_address_book(sync);
	} else if (is_passing(error) && ++sync->tries < READ_TRIES) {
		msnp_info("roster", "the lists are read once more: %s", error->message);
		sync->timer =
		    msnp_clock_add(sync->session->clock, READ_PAUSE_MS, on_pause_over, sync);
	} else {
		fail(sync, error);
	}
}

static void
on_read(GObject *source, GAsyncResult *result, gpointer data)
{
	Reading *reading = data;
	g_autoptr(MsnpListSync) sync = reading->sync;

	reading->answer =
	    msnp_soap_client_call_finish(MSNP_SOAP_CLIENT(source), result, &reading->error);
	if (--sync->reading == 0 && !is_over(sync))
		decide(sync);
}

static void
start_missing_reads(MsnpListSync *sync)
{
	MsnpSession *session = sync->session;

	for (Read which = 0; which < N_READS; which++) {
		Reading *reading = &sync->readings[which];
		MsnpListRead args = { .since = sync->since[which],
				      .scenario = sync->refreshes ? "ABChangeNotifyAlert" : NULL };

		if (reading->answer)
			continue;
		g_clear_error(&reading->error);
		sync->reading++;
		g_rc_box_acquire(sync);
		msnp_soap_client_call_async(session->soap, READ_OPS[which], &args,
					    session->cancellable, on_read, reading);
	}
}

/* Only what has changed since last time, where that can be proved right: in the middle of a session
 * the roster has changed since. */
static void
choose_reads(MsnpListSync *sync, const MsnpRosterState *state)
{
	sync->deltas_refused = state->refused;
	if (sync->refreshes || !msnp_roster_may_take_deltas(sync->session->roster))
		return;
	sync->since[READ_BOOK] = g_strdup(state->book);
	sync->since[READ_MEMBERSHIP] = g_strdup(state->membership);
}

static void
begin(MsnpSession *session, gboolean refreshes, MsnpThen done)
{
	MsnpListSync *sync = g_rc_box_new0(MsnpListSync);

	session->list_sync = sync;
	sync->session = g_object_ref(session);
	sync->done = done;
	sync->refreshes = refreshes;
	for (Read which = 0; which < N_READS; which++)
		sync->readings[which] = (Reading){ .sync = sync, .which = which };
	if (session->roster)
		choose_reads(sync, msnp_roster_state(session->roster));
	start_missing_reads(sync);
}

void
msnp_list_sync_start(MsnpSession *session, MsnpThen done)
{
	if (msnp_session_progress(session, MSNP_STEP_FETCHING_LISTS))
		begin(session, FALSE, done);
}

void
msnp_list_sync_refresh(MsnpSession *session, MsnpThen done)
{
	begin(session, TRUE, done);
}

MsnpThen
msnp_list_sync_interrupt(MsnpSession *session)
{
	MsnpThen done =
	    session->list_sync && session->list_sync->refreshes ? session->list_sync->done : NULL;

	msnp_list_sync_stop(session);
	return done;
}

void
msnp_list_sync_stop(MsnpSession *session)
{
	MsnpListSync *sync = g_steal_pointer(&session->list_sync);

	if (!sync)
		return;
	msnp_clock_remove(session->clock, &sync->timer);
	if (sync->source)
		g_source_remove(sync->source);
	sync->source = 0;
	unref(sync);
}
