/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time and timers: the real clock hands each timer to GLib's default main context, the manual one
 * keeps them in a list ordered by their times. May know nothing of the protocol.
 */
#include "util/msnp-clock.h"

#define USEC_PER_MS 1000

typedef struct {
	MsnpClock *clock; /* NULL once the clock is gone */
	guint id;
	guint source; /* real clock: GLib's id */
	gint64 due;   /* manual clock: when it fires */
	guint delay_ms;
	GSourceFunc func;
	gpointer data;
} Timer;

struct _MsnpClock {
	gatomicrefcount refs;
	gboolean manual;
	gint64 now; /* manual clock only */
	guint last_id;
	GHashTable *timers; /* id -> Timer; owned by GLib's source or by the list below */
	GList *queue;       /* manual clock only: Timer by due, then by id */
};

static MsnpClock *
clock_new(gboolean manual)
{
	MsnpClock *clock = g_new0(MsnpClock, 1);

	g_atomic_ref_count_init(&clock->refs);
	clock->manual = manual;
	clock->now = G_USEC_PER_SEC;
	clock->timers = g_hash_table_new(NULL, NULL);
	return clock;
}

MsnpClock *
msnp_clock_new(void)
{
	return clock_new(FALSE);
}

MsnpClock *
msnp_clock_new_manual(void)
{
	return clock_new(TRUE);
}

MsnpClock *
msnp_clock_ref(MsnpClock *clock)
{
	g_atomic_ref_count_inc(&clock->refs);
	return clock;
}

/* Of a source of the real clock: also after the clock itself, when that went during dispatch. */
static void
timer_source_gone(gpointer data)
{
	Timer *timer = data;

	if (timer->clock)
		g_hash_table_remove(timer->clock->timers, GUINT_TO_POINTER(timer->id));
	g_free(timer);
}

static gboolean
timer_source_run(gpointer data)
{
	Timer *timer = data;

	return timer->func(timer->data);
}

static void
drop_sources(MsnpClock *clock)
{
	GHashTableIter iter;
	gpointer value;
	g_autoptr(GArray) sources = g_array_new(FALSE, FALSE, sizeof(guint));

	g_hash_table_iter_init(&iter, clock->timers);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		Timer *timer = value;

		timer->clock = NULL;
		g_array_append_val(sources, timer->source);
	}
	for (guint i = 0; i < sources->len; i++)
		g_source_remove(g_array_index(sources, guint, i));
}

void
msnp_clock_unref(MsnpClock *clock)
{
	if (!clock || !g_atomic_ref_count_dec(&clock->refs))
		return;
	if (clock->manual)
		g_list_free_full(clock->queue, g_free);
	else
		drop_sources(clock);
	g_hash_table_unref(clock->timers);
	g_free(clock);
}

gint64
msnp_clock_now(MsnpClock *clock)
{
	return clock->manual ? clock->now : g_get_monotonic_time();
}

static gint
compare_due(gconstpointer a, gconstpointer b)
{
	const Timer *one = a, *other = b;

	if (one->due != other->due)
		return one->due < other->due ? -1 : 1;
	return one->id < other->id ? -1 : one->id > other->id;
}

static guint
next_id(MsnpClock *clock)
{
	do
		clock->last_id++;
	while (clock->last_id == 0 ||
	       g_hash_table_contains(clock->timers, GUINT_TO_POINTER(clock->last_id)));
	return clock->last_id;
}

guint
msnp_clock_add(MsnpClock *clock, guint delay_ms, GSourceFunc func, gpointer data)
{
	Timer *timer = g_new0(Timer, 1);

	timer->clock = clock;
	timer->id = next_id(clock);
	timer->delay_ms = delay_ms;
	timer->func = func;
	timer->data = data;
	g_hash_table_insert(clock->timers, GUINT_TO_POINTER(timer->id), timer);
	if (clock->manual) {
		timer->due = clock->now + (gint64)delay_ms * USEC_PER_MS;
		clock->queue = g_list_insert_sorted(clock->queue, timer, compare_due);
	} else {
		timer->source = g_timeout_add_full(G_PRIORITY_DEFAULT, delay_ms, timer_source_run,
						   timer, timer_source_gone);
	}
	return timer->id;
}

void
msnp_clock_remove(MsnpClock *clock, guint *id)
{
	Timer *timer;
	gpointer key = GUINT_TO_POINTER(*id);

	*id = 0;
	timer = key ? g_hash_table_lookup(clock->timers, key) : NULL;
	if (!timer)
		return;
	g_hash_table_remove(clock->timers, key);
	if (clock->manual) {
		clock->queue = g_list_remove(clock->queue, timer);
		g_free(timer);
	} else {
		timer->clock = NULL;
		g_source_remove(timer->source);
	}
}

/* Runs the first timer of the list; it may remove itself, others, or add some. */
static void
run_first(MsnpClock *clock)
{
	Timer *timer = clock->queue->data;
	guint id = timer->id;

	clock->now = MAX(clock->now, timer->due);
	if (timer->func(timer->data) == G_SOURCE_REMOVE) {
		msnp_clock_remove(clock, &id);
		return;
	}
	timer = g_hash_table_lookup(clock->timers, GUINT_TO_POINTER(id));
	if (!timer)
		return;
	clock->queue = g_list_remove(clock->queue, timer);
	/* At least 1 ms later, or an idle-like timer would hold msnp_clock_advance() for ever. */
	timer->due = clock->now + (gint64)MAX(timer->delay_ms, 1) * USEC_PER_MS;
	clock->queue = g_list_insert_sorted(clock->queue, timer, compare_due);
}

void
msnp_clock_advance(MsnpClock *clock, guint ms)
{
	gint64 until = clock->now + (gint64)ms * USEC_PER_MS;

	g_return_if_fail(clock->manual);
	msnp_clock_ref(clock);
	while (clock->queue && ((Timer *)clock->queue->data)->due <= until)
		run_first(clock);
	clock->now = MAX(clock->now, until);
	msnp_clock_unref(clock);
}

guint
msnp_clock_pending(MsnpClock *clock)
{
	return g_hash_table_size(clock->timers);
}
