/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the vectors of tests/vectors for the tests of this folder, independently of src/wire.
 */
#pragma once

#include <glib.h>

/* Rows of a table: an array of char** with the fields, escapes undone. */
GPtrArray *vectors_table(const char *file);
/* A field, or NULL where it is "-" or missing. */
const char *vectors_field(char **row, guint index);

/* Says which vector is next, so that a failure names it. */
void vectors_note(const char *text);

/* One command of an example session. */
typedef struct {
	char *section;
	gboolean from_server;
	gboolean switchboard;
	GString *line;    /* without CRLF */
	GString *payload; /* NULL if the command has none */
} VectorCommand;

/* The examples of the notification server (file "notification.txt") or of switchboards
 * ("switchboard.txt"): an array of VectorCommand. */
GPtrArray *vectors_session(const char *file);
/* The bytes of a command as they travel. */
void vectors_append(GString *bytes, const VectorCommand *command);
/* The payload of the first command whose line starts so, from any session. */
const GString *vectors_payload(GPtrArray *session, const char *line);
