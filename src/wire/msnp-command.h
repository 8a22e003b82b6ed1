/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One command: a verb, its parameters, perhaps a payload. A value: made by the reader or by a
 * writer, never changed. Source: notification.md 1.1.
 */
#pragma once

#include <glib.h>

#define MSNP_WIRE_ERROR (msnp_wire_error_quark())
GQuark msnp_wire_error_quark(void);

typedef enum {
	MSNP_WIRE_ERROR_SYNTAX, /* what came is not MSNP */
	MSNP_WIRE_ERROR_LIMIT,  /* longer than a named limit */
	MSNP_WIRE_ERROR_VALUE,  /* what was to be sent does not fit into a command */
} MsnpWireError;

typedef struct _MsnpCommand MsnpCommand;

MsnpCommand *msnp_command_ref(MsnpCommand *command);
void msnp_command_unref(MsnpCommand *command);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpCommand, msnp_command_unref)

/* Made by the reader: line without CRLF (verb, then parameters divided by single blanks; empty
 * ones count). payload may be NULL. SYNTAX error if the verb is not [A-Z0-9]{3}; LIMIT for more
 * than 64 parameters. */
MsnpCommand *msnp_command_new(const char *line, gsize length, GBytes *payload, GError **error);
/* The same command with its payload, once that has been read. Takes the reference of payload. */
MsnpCommand *msnp_command_with_payload(MsnpCommand *command, GBytes *payload);

const char *msnp_command_verb(const MsnpCommand *command);
gboolean msnp_command_is(const MsnpCommand *command, const char *verb);
/* 0 unless the verb is three digits: then the error number. */
guint msnp_command_error_number(const MsnpCommand *command);
guint msnp_command_n_params(const MsnpCommand *command);
/* Parameter from 0; "" if there are not so many. */
const char *msnp_command_param(const MsnpCommand *command, guint index);
/* Parameter 0 as a transaction id, 0 if it is none. */
guint32 msnp_command_trid(const MsnpCommand *command);
/* A decimal parameter; FALSE and untouched value if it is missing, not a number, or above max. */
gboolean msnp_command_uint(const MsnpCommand *command, guint index, guint64 max, guint64 *value);
/* NULL if the command carries none. */
GBytes *msnp_command_payload(const MsnpCommand *command);
/* The line as it came, for the log (redact it first). */
const char *msnp_command_line(const MsnpCommand *command);

/* Writes a command: verb, TrID unless 0, parameters (NULL ends them; NULL params is none), and, if
 * payload is not NULL, its length as last parameter and the payload. VALUE error, and nothing
 * written, if a parameter is empty or holds a blank, control character or bad UTF-8: a nickname
 * can never become a second command. */
gboolean msnp_command_write(GString *out, const char *verb, guint32 trid, const char *const *params,
			    const char *payload, gssize payload_length, GError **error);
