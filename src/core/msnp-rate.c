/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was permitted lately, oldest first. See msnp-rate.h.
 */
#include "core/msnp-rate.h"

struct _MsnpRate {
	guint max;
	gint64 period;
	GQueue taken; /* Taken* */
};

typedef struct {
	char *key;
	gint64 when;
} Taken;

static void
taken_free(gpointer data)
{
	Taken *taken = data;

	g_free(taken->key);
	g_free(taken);
}

MsnpRate *
msnp_rate_new(guint max, guint period_ms)
{
	MsnpRate *rate = g_new0(MsnpRate, 1);

	rate->max = max;
	rate->period = period_ms * G_TIME_SPAN_MILLISECOND;
	g_queue_init(&rate->taken);
	return rate;
}

void
msnp_rate_free(MsnpRate *rate)
{
	g_queue_clear_full(&rate->taken, taken_free);
	g_free(rate);
}

gboolean
msnp_rate_take(MsnpRate *rate, const char *key, gint64 now)
{
	Taken *taken;
	guint n = 0;

	while ((taken = g_queue_peek_head(&rate->taken)) && taken->when <= now - rate->period)
		taken_free(g_queue_pop_head(&rate->taken));
	for (GList *l = rate->taken.head; l; l = l->next)
		n += g_str_equal(((Taken *)l->data)->key, key);
	if (n >= rate->max)
		return FALSE;
	taken = g_new(Taken, 1);
	*taken = (Taken){ g_strdup(key), now };
	g_queue_push_tail(&rate->taken, taken);
	return TRUE;
}
