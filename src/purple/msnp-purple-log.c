/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log of the core, in libpurple's debug window. Lines come without secrets (util/msnp-log.h).
 */
#include "msnp-purple.h"

#include "util/msnp-log.h"

static const PurpleDebugLevel levels[] = {
	[MSNP_LOG_DEBUG] = PURPLE_DEBUG_MISC,
	[MSNP_LOG_INFO] = PURPLE_DEBUG_INFO,
	[MSNP_LOG_WARNING] = PURPLE_DEBUG_WARNING,
};
G_STATIC_ASSERT(G_N_ELEMENTS(levels) == MSNP_LOG_WARNING + 1);

static void
sink(MsnpLogLevel level, const char *category, const char *line, gpointer data G_GNUC_UNUSED)
{
	purple_debug(levels[level], "msnp14", "%s: %s\n", category, line);
}

void
msnp_purple_log_start(void)
{
	msnp_log_set_sink(sink, NULL);
}

void
msnp_purple_log_stop(void)
{
	msnp_log_set_sink(NULL, NULL);
}
