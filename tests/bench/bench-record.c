/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of a line, and what can be read from it.
 */
#include "bench-record.h"

#include <string.h>

typedef struct {
	gint64 when;
	BenchKind kind;
	guint connection;
	gboolean from_client;
	char *what;
	GBytes *body; /* NULL if none */
} Event;

struct _BenchRecord {
	gint64 round_trip;
	gint64 now;
	GPtrArray *events;
};

static const char *const KIND_NAMES[] = {
	[BENCH_NS] = "NS",
	[BENCH_HTTP] = "HTTP",
};
G_STATIC_ASSERT(G_N_ELEMENTS(KIND_NAMES) == BENCH_N_KINDS);

static void
event_free(Event *event)
{
	g_free(event->what);
	g_clear_pointer(&event->body, g_bytes_unref);
	g_free(event);
}

BenchRecord *
bench_record_new(gint64 round_trip)
{
	BenchRecord *record = g_new0(BenchRecord, 1);

	record->round_trip = round_trip;
	record->events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
	return record;
}

void
bench_record_free(BenchRecord *record)
{
	g_ptr_array_unref(record->events);
	g_free(record);
}

void
bench_record_set_time(BenchRecord *record, gint64 when)
{
	record->now = when;
}

void
bench_record_add(BenchRecord *record, BenchKind kind, guint connection, gboolean from_client,
		 const char *what, GBytes *body)
{
	Event *event = g_new0(Event, 1);

	event->when = record->now;
	event->kind = kind;
	event->connection = connection;
	event->from_client = from_client;
	event->what = g_strdup(what);
	event->body = body ? g_bytes_ref(body) : NULL;
	g_ptr_array_add(record->events, event);
}

/* The first one on a connection to a notification server, NULL if there is none. */
static Event *
find(BenchRecord *record, const char *what)
{
	for (guint i = 0; i < record->events->len; i++) {
		Event *event = g_ptr_array_index(record->events, i);

		if (event->kind == BENCH_NS && !strcmp(event->what, what))
			return event;
	}
	return NULL;
}

double
bench_record_round_trips(BenchRecord *record)
{
	Event *open = find(record, BENCH_RECORD_OPEN);
	Event *iln = find(record, "ILN");

	if (!open || !iln || !record->round_trip)
		return -1;
	return (double)(iln->when - open->when) / (double)record->round_trip;
}

GBytes *
bench_record_answer(BenchRecord *record, const char *text)
{
	for (guint i = record->events->len; i > 0; i--) {
		Event *event = g_ptr_array_index(record->events, i - 1);
		gsize length;
		const char *body = event->body ? g_bytes_get_data(event->body, &length) : NULL;

		if (body && g_strstr_len(body, (gssize)length, text))
			return event->body;
	}
	return NULL;
}

/* What the client sends in its first round trip is written down ahead of its time. */
static gint
by_time(gconstpointer a, gconstpointer b)
{
	const Event *first = *(Event *const *)a, *second = *(Event *const *)b;

	return first->when < second->when ? -1 : first->when > second->when;
}

/* Whether one line can tell both: the same way on the same connection, at once. */
static gboolean
is_together(const Event *first, const Event *second)
{
	return first->connection == second->connection &&
	       first->from_client == second->from_client && second->when - first->when < 1000;
}

static void
print_event(const Event *event, gint64 since)
{
	g_print("\n    %6.0f ms  %-4s %u  %s %s", (double)(event->when - since) / 1000,
		KIND_NAMES[event->kind], event->connection, event->from_client ? ">" : "<",
		event->what);
	if (event->body)
		g_print(" (%" G_GSIZE_FORMAT " bytes)", g_bytes_get_size(event->body));
}

static void
print_until(BenchRecord *record, gint64 since, gint64 until)
{
	const Event *last = NULL;
	gint64 shown = -1;

	for (guint i = 0; i < record->events->len; i++) {
		const Event *event = g_ptr_array_index(record->events, i);
		gint64 round_trip = (event->when - since) / record->round_trip;

		if (event->when < since || event->when > until)
			continue;
		if (round_trip != shown)
			g_print("%s  round trip %d:", last ? "\n" : "", (int)round_trip + 1);
		else if (is_together(last, event)) {
			g_print(", %s", event->what);
			last = event;
			continue;
		}
		shown = round_trip;
		last = event;
		print_event(event, since);
	}
	g_print("\n");
}

void
bench_record_print(BenchRecord *record)
{
	Event *open = find(record, BENCH_RECORD_OPEN);
	Event *iln = find(record, "ILN");

	if (!open || !record->round_trip)
		return;
	g_ptr_array_sort(record->events, by_time);
	print_until(record, open->when, iln ? iln->when : G_MAXINT64);
}
