/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of payload commands, one per direction. Source: notification.md 1.2, switchboard.md
 * 1.2.
 */
#include "wire/msnp-framing.h"

#include <string.h>

/* Of a server: the last parameter is the length, if there are at least `least` parameters. */
typedef struct {
	char verb[4];
	guint8 least;
	gboolean required; /* else a form without length has no payload: "ADL 9 OK", "UUX 12" */
} ServerFrame;

static const ServerFrame server_frames[] = {
	{ "ADL", 2, FALSE }, { "FQY", 2, FALSE }, { "GCF", 2, TRUE },  { "IPG", 1, TRUE },
	{ "MSG", 3, TRUE },  { "NOT", 1, TRUE },  { "RML", 2, FALSE }, { "UBM", 4, TRUE },
	{ "UBN", 3, TRUE },  { "UBX", 2, TRUE },  { "UUN", 2, FALSE }, { "UUX", 2, FALSE },
};

/* "208 31 54": TrID and length of a payload that names the refused contacts. */
#define ERROR_PARAMS_WITH_PAYLOAD 2

/* Of a client: the parameter at this place (from 1, the TrID counts) must be the length. */
typedef struct {
	char verb[4];
	guint8 position;
} ClientFrame;

static const ClientFrame client_frames[] = {
	{ "ADL", 2 }, { "FQY", 2 }, { "MSG", 3 }, { "PGD", 4 }, { "QRY", 3 },
	{ "RML", 2 }, { "SDC", 9 }, { "UUM", 5 }, { "UUN", 4 }, { "UUX", 2 },
};

/* notification.md 1.2 counts 12 and two forms of digits from a server; 9 from a client, and
 * switchboard.md 1.2 adds MSG. */
G_STATIC_ASSERT(G_N_ELEMENTS(server_frames) == 12);
G_STATIC_ASSERT(G_N_ELEMENTS(client_frames) == 10);

static gboolean
all_digits(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* Reads the length at index; SYNTAX if it is no number, LIMIT if it is above max. */
static gboolean
read_length(const MsnpCommand *command, guint index, gsize max, gsize *length, GError **error)
{
	guint64 value;

	if (!all_digits(msnp_command_param(command, index))) {
		g_set_error(error, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_SYNTAX,
			    "%s has no payload length", msnp_command_verb(command));
		return FALSE;
	}
	if (!msnp_command_uint(command, index, max, &value)) {
		g_set_error(error, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_LIMIT,
			    "%s announces a payload of more than %" G_GSIZE_FORMAT " bytes",
			    msnp_command_verb(command), max);
		return FALSE;
	}
	*length = (gsize)value;
	return TRUE;
}

static const ServerFrame *
find_server_frame(const char *verb)
{
	for (gsize i = 0; i < G_N_ELEMENTS(server_frames); i++)
		if (strcmp(server_frames[i].verb, verb) == 0)
			return &server_frames[i];
	return NULL;
}

static gboolean
server_payload(const MsnpCommand *command, gsize max, gboolean *has_payload, gsize *length,
	       GError **error)
{
	guint n_params = msnp_command_n_params(command);
	const ServerFrame *frame = find_server_frame(msnp_command_verb(command));
	gboolean named;

	if (msnp_command_error_number(command) != 0) {
		*has_payload = n_params == ERROR_PARAMS_WITH_PAYLOAD &&
			       all_digits(msnp_command_param(command, 0)) &&
			       all_digits(msnp_command_param(command, 1));
	} else if (frame) {
		named = n_params >= frame->least &&
			all_digits(msnp_command_param(command, n_params - 1));
		*has_payload = named;
		if (!named && frame->required) {
			g_set_error(error, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_SYNTAX,
				    "%s has no payload length", frame->verb);
			return FALSE;
		}
	}
	return !*has_payload || read_length(command, n_params - 1, max, length, error);
}

static gboolean
client_payload(const MsnpCommand *command, gsize max, gboolean *has_payload, gsize *length,
	       GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(client_frames); i++) {
		if (!msnp_command_is(command, client_frames[i].verb))
			continue;
		*has_payload = TRUE;
		return read_length(command, client_frames[i].position - 1u, max, length, error);
	}
	return TRUE;
}

gboolean
msnp_framing_payload(const MsnpCommand *command, MsnpDirection direction, gsize max,
		     gboolean *has_payload, gsize *length, GError **error)
{
	gboolean ok;

	*has_payload = FALSE;
	*length = 0;
	if (direction == MSNP_FROM_SERVER)
		ok = server_payload(command, max, has_payload, length, error);
	else
		ok = client_payload(command, max, has_payload, length, error);
	if (!ok)
		*has_payload = FALSE;
	return ok;
}
