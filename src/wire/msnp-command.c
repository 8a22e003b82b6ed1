/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands taken apart and put together. Knows lines, not what any verb means.
 */
#include "wire/msnp-command.h"

#include <string.h>

#define VERB_LENGTH 3
/* Ours; the longest known command has ten (notification.md 1.3). */
#define MAX_PARAMS 64

struct _MsnpCommand {
	gatomicrefcount refs;
	char *line;
	gsize line_length;
	char *words;         /* the line with a NUL after each word */
	const char **params; /* into words, without the verb */
	guint n_params;
	GBytes *payload;
};

G_DEFINE_QUARK(msnp_wire_error_quark, msnp_wire_error)

MsnpCommand *
msnp_command_ref(MsnpCommand *command)
{
	g_atomic_ref_count_inc(&command->refs);
	return command;
}

void
msnp_command_unref(MsnpCommand *command)
{
	if (!command || !g_atomic_ref_count_dec(&command->refs))
		return;
	g_clear_pointer(&command->payload, g_bytes_unref);
	g_free(command->params);
	g_free(command->words);
	g_free(command->line);
	g_free(command);
}

static gboolean
is_verb(const char *text, gsize length)
{
	if (length != VERB_LENGTH)
		return FALSE;
	for (gsize i = 0; i < VERB_LENGTH; i++)
		if (!g_ascii_isupper(text[i]) && !g_ascii_isdigit(text[i]))
			return FALSE;
	return TRUE;
}

/* A nickname may hold a raw NUL, which would end our strings early; as another control character it
 * is dropped where the nickname is cleaned. */
static char *
copy_without_nul(const char *line, gsize length)
{
	char *copy = g_malloc(length + 1);

	for (gsize i = 0; i < length; i++)
		copy[i] = line[i] ? line[i] : '\x1A';
	copy[length] = '\0';
	return copy;
}

/* Makes words and params from the line, which has been checked to have a verb. */
static void
split_line(MsnpCommand *command)
{
	char *next;
	guint i = 0;

	command->words = g_memdup2(command->line, command->line_length + 1);
	command->params = g_new(const char *, command->n_params + 1);
	next = strchr(command->words, ' ');
	while (next) {
		*next++ = '\0';
		command->params[i++] = next;
		next = strchr(next, ' ');
	}
}

static guint
count_blanks(const char *line, gsize length)
{
	guint count = 0;

	for (gsize i = 0; i < length; i++)
		count += line[i] == ' ';
	return count;
}

MsnpCommand *
msnp_command_new(const char *line, gsize length, GBytes *payload, GError **error)
{
	MsnpCommand *command;
	const char *blank = length > 0 ? memchr(line, ' ', length) : NULL;
	guint n_params = count_blanks(line, length);

	if (!is_verb(line, blank ? (gsize)(blank - line) : length)) {
		g_set_error(error, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_SYNTAX,
			    "a line of %" G_GSIZE_FORMAT " bytes does not start with a verb",
			    length);
		return NULL;
	}
	if (n_params > MAX_PARAMS) {
		g_set_error(error, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_LIMIT,
			    "%.3s has %u parameters, more than %d", line, n_params, MAX_PARAMS);
		return NULL;
	}
	command = g_new0(MsnpCommand, 1);
	g_atomic_ref_count_init(&command->refs);
	command->line = copy_without_nul(line, length);
	command->line_length = length;
	command->n_params = n_params;
	command->payload = payload ? g_bytes_ref(payload) : NULL;
	split_line(command);
	return command;
}

MsnpCommand *
msnp_command_with_payload(MsnpCommand *command, GBytes *payload)
{
	MsnpCommand *copy = msnp_command_new(command->line, command->line_length, NULL, NULL);

	copy->payload = payload;
	return copy;
}

const char *
msnp_command_verb(const MsnpCommand *command)
{
	return command->words;
}

gboolean
msnp_command_is(const MsnpCommand *command, const char *verb)
{
	return strcmp(command->words, verb) == 0;
}

guint
msnp_command_error_number(const MsnpCommand *command)
{
	guint number = 0;

	for (guint i = 0; i < VERB_LENGTH; i++) {
		if (!g_ascii_isdigit(command->words[i]))
			return 0;
		number = number * 10 + (guint)g_ascii_digit_value(command->words[i]);
	}
	return number;
}

guint
msnp_command_n_params(const MsnpCommand *command)
{
	return command->n_params;
}

const char *
msnp_command_param(const MsnpCommand *command, guint index)
{
	return index < command->n_params ? command->params[index] : "";
}

gboolean
msnp_command_uint(const MsnpCommand *command, guint index, guint64 max, guint64 *value)
{
	const char *text = msnp_command_param(command, index);

	/* The library's function would let a sign and blanks pass. */
	if (!g_ascii_isdigit(*text))
		return FALSE;
	return g_ascii_string_to_unsigned(text, 10, 0, max, value, NULL);
}

guint32
msnp_command_trid(const MsnpCommand *command)
{
	guint64 trid;

	return msnp_command_uint(command, 0, G_MAXUINT32, &trid) ? (guint32)trid : 0;
}

GBytes *
msnp_command_payload(const MsnpCommand *command)
{
	return command->payload;
}

const char *
msnp_command_line(const MsnpCommand *command)
{
	return command->line;
}

/* One word of a command: not empty, UTF-8, without blank and control characters. */
static gboolean
is_writable(const char *param)
{
	if (!*param || !g_utf8_validate(param, -1, NULL))
		return FALSE;
	for (const char *p = param; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c == ' ' || g_unichar_iscntrl(c))
			return FALSE;
	}
	return TRUE;
}

static gboolean
check_words(const char *verb, const char *const *params, GError **error)
{
	guint count = 0;

	if (!is_verb(verb, strlen(verb))) {
		g_set_error(error, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_VALUE, "\"%s\" is no verb",
			    verb);
		return FALSE;
	}
	for (; params && params[count]; count++) {
		if (!is_writable(params[count])) {
			/* Without the value: it may be a ticket. */
			g_set_error(error, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_VALUE,
				    "parameter %u of %s is empty or holds a blank, a control "
				    "character or bad UTF-8",
				    count + 1, verb);
			return FALSE;
		}
	}
	if (count + 2 > MAX_PARAMS) {
		g_set_error(error, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_VALUE,
			    "%s has too many parameters", verb);
		return FALSE;
	}
	return TRUE;
}

gboolean
msnp_command_write(GString *out, const char *verb, guint32 trid, const char *const *params,
		   const char *payload, gssize payload_length, GError **error)
{
	gsize length = 0;

	if (!check_words(verb, params, error))
		return FALSE;
	g_string_append(out, verb);
	if (trid != 0)
		g_string_append_printf(out, " %" G_GUINT32_FORMAT, trid);
	for (; params && *params; params++) {
		g_string_append_c(out, ' ');
		g_string_append(out, *params);
	}
	if (payload) {
		length = payload_length < 0 ? strlen(payload) : (gsize)payload_length;
		g_string_append_printf(out, " %" G_GSIZE_FORMAT, length);
	}
	g_string_append(out, "\r\n");
	if (payload)
		g_string_append_len(out, payload, (gssize)length);
	return TRUE;
}
