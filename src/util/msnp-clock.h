/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The time and the timers of everything that waits. Injected, so that a test can let a minute
 * pass in no time: the real clock rides on GLib's default main context, the manual one moves only
 * when it is told to. May know nothing of the protocol.
 */
#pragma once

#include <glib.h>

typedef struct _MsnpClock MsnpClock;

MsnpClock *msnp_clock_new(void);
MsnpClock *msnp_clock_ref(MsnpClock *clock);
void msnp_clock_unref(MsnpClock *clock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpClock, msnp_clock_unref)

/* Microseconds since some fixed moment, never going back. */
gint64 msnp_clock_now(MsnpClock *clock);

/* Calls func once, or again and again while it returns G_SOURCE_CONTINUE, every delay_ms.
 * Returns an id above 0 for msnp_clock_remove(). */
guint msnp_clock_add(MsnpClock *clock, guint delay_ms, GSourceFunc func, gpointer data);
/* Takes a timer back and clears the variable that held its id; 0 is left alone. */
void msnp_clock_remove(MsnpClock *clock, guint *id);

/* A clock for tests: it starts at one second and stands still. */
MsnpClock *msnp_clock_new_manual(void);
/* Lets time pass: timers that fall due run inside, in the order of their times. */
void msnp_clock_advance(MsnpClock *clock, guint ms);
/* How many timers are waiting, to prove that none was left behind. */
guint msnp_clock_pending(MsnpClock *clock);
