/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the raw bytes of a client to its commands, checked for everything that notification.md 17
 * (rows 1 to 3) asks. On purpose it does not use the reader of src/wire: what client and server get
 * wrong in the same way would not show.
 */
#include <string.h>

#include "server/msnp-server-private.h"

/* Which parameter of what a client sends is the length of a payload, counted from the TrID as 0.
 * Source: notification.md 1.2, switchboard.md 1.2. */
static const struct {
	const char *verb;
	guint index;
} payload_verbs[] = {
	{ "ADL", 1 }, { "RML", 1 }, { "FQY", 1 }, { "UUX", 1 }, { "QRY", 2 },
	{ "MSG", 2 }, { "UUN", 3 }, { "PGD", 3 }, { "UUM", 4 }, { "SDC", 8 },
};

void
msnp_server_command_free(MsnpServerCommand *command)
{
	g_strfreev(command->params);
	g_free(command->line);
	g_free(command->payload);
	g_free(command);
}

const char *
msnp_server_command_param(const MsnpServerCommand *command, guint index)
{
	return index < command->n ? command->params[index] : "";
}

static gboolean
is_number(const char *text)
{
	return *text != '\0' && strspn(text, "0123456789") == strlen(text) &&
	       (text[0] != '0' || text[1] == '\0') && strlen(text) <= 10;
}

/* The shape of a line; FALSE: the connection is lost. */
static gboolean
check_line(MsnpServerClient *client, const char *line, gsize length)
{
	if (!g_utf8_validate_len(line, length, NULL)) {
		msnp_server_client_refuse(client, "notification.md 17.1", "a line is not UTF-8");
	} else if (strlen(line) != length) {
		msnp_server_client_refuse(client, "notification.md 17.1", "a NUL in a line");
	} else if (length < 3 || !g_ascii_isupper(line[0]) || !g_ascii_isupper(line[1]) ||
		   !g_ascii_isupper(line[2]) || (line[3] != '\0' && line[3] != ' ')) {
		msnp_server_client_refuse(
		    client, "notification.md 17.2",
		    "\"%.20s\" does not begin with a verb: wrong payload length?", line);
	} else if (strstr(line, "  ") != NULL || line[length - 1] == ' ') {
		msnp_server_client_refuse(client, "notification.md 17.1",
					  "a double or trailing space in %.3s", line);
	} else {
		for (const char *p = line; *p != '\0'; p++) {
			if ((guchar)*p < 0x20 || *p == 0x7f) {
				msnp_server_client_refuse(client, "notification.md 17.1",
							  "a control character in %.3s", line);
				return FALSE;
			}
		}
		return TRUE;
	}
	return FALSE;
}

static gboolean
check_trid(MsnpServerClient *client, MsnpServerCommand *command)
{
	const char *text = msnp_server_command_param(command, 0);
	guint64 value;

	if (strcmp(command->verb, "PNG") == 0 || strcmp(command->verb, "OUT") == 0) {
		if (command->n > 0)
			msnp_server_client_complain(client, "notification.md 17.3",
						    "%s has parameters", command->verb);
		return TRUE;
	}
	value = is_number(text) ? g_ascii_strtoull(text, NULL, 10) : 0;
	if (value == 0 || value > G_MAXUINT32) {
		msnp_server_client_refuse(client, "notification.md 17.3",
					  "the TrID of %s is no number", command->verb);
		return FALSE;
	}
	command->trid = (guint32)value;
	if (command->trid <= client->last_trid)
		msnp_server_client_complain(client, "notification.md 17.3",
					    "the TrID of %s does not grow", command->verb);
	client->last_trid = command->trid;
	return TRUE;
}

/* Sets payload_due; FALSE: the connection is lost. */
static gboolean
check_framing(MsnpServerClient *client, MsnpServerCommand *command, gboolean *has_payload)
{
	*has_payload = FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(payload_verbs); i++) {
		const char *length;

		if (strcmp(payload_verbs[i].verb, command->verb) != 0)
			continue;
		length = msnp_server_command_param(command, payload_verbs[i].index);
		if (!is_number(length) || command->n != payload_verbs[i].index + 1) {
			msnp_server_client_refuse(client, "notification.md 17.2",
						  "%s has no payload length in its place",
						  command->verb);
			return FALSE;
		}
		client->payload_due = (gsize)g_ascii_strtoull(length, NULL, 10);
		if (client->payload_due > MSNP_SERVER_PAYLOAD_MAX) {
			msnp_server_client_refuse(client, "notification.md 1.3",
						  "the payload of %s is too long", command->verb);
			return FALSE;
		}
		*has_payload = TRUE;
	}
	return TRUE;
}

/* Makes a command of a line; NULL: the connection is lost. */
static MsnpServerCommand *
parse_line(MsnpServerClient *client, const char *line)
{
	MsnpServerCommand *command = g_new0(MsnpServerCommand, 1);

	command->line = g_strdup(line);
	memcpy(command->verb, line, 3);
	command->params = line[3] == '\0' ? g_new0(char *, 1) : g_strsplit(line + 4, " ", -1);
	command->n = g_strv_length(command->params);
	if (!check_trid(client, command))
		g_clear_pointer(&command, msnp_server_command_free);
	return command;
}

/* Takes a line off the input: FALSE if there is none yet, or none to be had any more. */
static gboolean
take_line(MsnpServerClient *client, char **line)
{
	GByteArray *in = client->in;
	const guint8 *lf = in->len == 0 ? NULL : memchr(in->data, '\n', in->len);
	gsize length = lf == NULL ? in->len : (gsize)(lf - in->data);
	gboolean good;

	if (length > MSNP_SERVER_LINE_MAX) {
		msnp_server_client_refuse(client, "notification.md 1.3", "a line without end");
		return FALSE;
	}
	if (lf == NULL)
		return FALSE;
	if (length == 0 || in->data[length - 1] != '\r') {
		msnp_server_client_refuse(client, "notification.md 17.1", "a line ends without CR");
		return FALSE;
	}
	if (length == 1) {
		msnp_server_client_complain(client, "notification.md 17.1",
					    "an empty line: a stray CRLF");
		if (msnp_server_faults_take(client->server->faults, MSNP_FAULT_WEDGE))
			client->wedged = TRUE;
		else
			msnp_server_client_end(client);
		return FALSE;
	}
	*line = g_strndup((char *)in->data, length - 1);
	good = memchr(in->data, '\0', length) == NULL
		   ? check_line(client, *line, length - 1)
		   : check_line(client, (char *)in->data, length - 1);
	g_byte_array_remove_range(in, 0, (guint)length + 1);
	if (!good)
		g_clear_pointer(line, g_free);
	return good;
}

static MsnpServerCommand *
take_payload(MsnpServerClient *client)
{
	MsnpServerCommand *command;

	if (client->in->len < client->payload_due)
		return NULL;
	command = g_steal_pointer(&client->partial);
	command->payload = g_malloc0(client->payload_due + 1);
	if (client->payload_due > 0)
		memcpy(command->payload, client->in->data, client->payload_due);
	command->payload_length = client->payload_due;
	if (client->payload_due > 0)
		g_byte_array_remove_range(client->in, 0, (guint)client->payload_due);
	return command;
}

MsnpServerCommand *
msnp_server_client_next(MsnpServerClient *client)
{
	g_autofree char *line = NULL;
	MsnpServerCommand *command;
	gboolean has_payload;

	if (client->partial != NULL)
		return take_payload(client);
	if (!take_line(client, &line))
		return NULL;
	command = parse_line(client, line);
	if (command == NULL)
		return NULL;
	if (!check_framing(client, command, &has_payload)) {
		msnp_server_command_free(command);
		return NULL;
	}
	if (!has_payload)
		return command;
	client->partial = command;
	return take_payload(client);
}
