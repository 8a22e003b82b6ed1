/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one log of the project: a line has a category and a level and goes to the sink that the host
 * has set (libpurple's debug window, a test, standard error). Without a sink nothing is formatted.
 * Secrets never come here: they are MsnpSecret, and lines from the wire pass msnp_log_redact().
 */
#pragma once

#include <glib.h>

typedef enum {
	MSNP_LOG_DEBUG,
	MSNP_LOG_INFO,
	MSNP_LOG_WARNING,
} MsnpLogLevel;

/* Categories are short lower-case words: "sign-on", "link", "soap", "roster", "switchboard", ... */
typedef void (*MsnpLogSink)(MsnpLogLevel level, const char *category, const char *line,
			    gpointer data);

/* One sink for the process; NULL switches logging off. */
void msnp_log_set_sink(MsnpLogSink sink, gpointer data);
gboolean msnp_log_enabled(void);
void msnp_log(MsnpLogLevel level, const char *category, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#define msnp_debug(category, ...)   msnp_log(MSNP_LOG_DEBUG, category, __VA_ARGS__)
#define msnp_info(category, ...)    msnp_log(MSNP_LOG_INFO, category, __VA_ARGS__)
#define msnp_warning(category, ...) msnp_log(MSNP_LOG_WARNING, category, __VA_ARGS__)

/* A line of the protocol as it may be logged: the ticket of "USR n TWN S", the cookies of XFR SB,
 * RNG, switchboard USR and ANS are replaced by "***", control characters and bad UTF-8 are escaped,
 * more than 400 bytes are cut. Free with g_free(). */
char *msnp_log_redact(const char *line, gssize length);
