/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The roster as a file, so that the list is there before the server has answered, and a sign-on may
 * ask for what has changed only. A JSON document with a checksum over all of it: a file that is not
 * exactly what was written is as good as none. Holds no secret, but who one's friends are.
 */
#pragma once

#include <gio/gio.h>

#include "core/msnp-roster.h"

/* Whose list it is; a file of another account or service is refused. */
typedef struct {
	char *file;
	char *account; /* normalised handle */
	char *server;  /* host:port */
} MsnpRosterPlace;

MsnpRosterPlace *msnp_roster_place_new(const char *file, const char *account, const char *server);
MsnpRosterPlace *msnp_roster_place_ref(MsnpRosterPlace *place);
void msnp_roster_place_unref(MsnpRosterPlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpRosterPlace, msnp_roster_place_unref)

/* Reads it; blocks, for a worker thread. NULL and G_FILE_ERROR or G_IO_ERROR_INVALID_DATA: there is
 * no such file, or any doubt about it. */
MsnpRoster *msnp_roster_cache_load(const MsnpRosterPlace *place, GError **error);
/* The same for a text. */
MsnpRoster *msnp_roster_cache_parse(const MsnpRosterPlace *place, const char *text, gsize length,
				    GError **error);

/* Writing: the contacts a piece at a time where the roster lives, the rest in any thread. */
typedef struct _MsnpRosterWriter MsnpRosterWriter;
/* roster is borrowed until the last step. */
MsnpRosterWriter *msnp_roster_writer_new(MsnpRoster *roster, MsnpRosterPlace *place);
/* So many contacts more; FALSE when there are none left. */
gboolean msnp_roster_writer_step(MsnpRosterWriter *writer, guint n);
/* The text, to be freed; after the last step. */
char *msnp_roster_writer_text(MsnpRosterWriter *writer, gsize *length);
/* Replaces the file as a whole, mode 0600, in a folder that is made, mode 0700. Blocks. */
gboolean msnp_roster_writer_save(MsnpRosterWriter *writer, GError **error);
void msnp_roster_writer_free(MsnpRosterWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpRosterWriter, msnp_roster_writer_free)
