/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two notations of tests/vectors: tables, and the sessions as the reference writes them. Knows
 * only what the comments at the head of those files say.
 */
#include "vectors.h"

#include <string.h>

static char **
read_lines(const char *file)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", file, NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;

	g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	return g_strsplit(text, "\n", -1);
}

static void
append_unescaped(GString *out, const char *text)
{
	for (; *text; text++) {
		if (*text != '\\') {
			g_string_append_c(out, *text);
			continue;
		}
		switch (*++text) {
		case 'r':
			g_string_append_c(out, '\r');
			break;
		case 'n':
			g_string_append_c(out, '\n');
			break;
		case 't':
			g_string_append_c(out, '\t');
			break;
		case 'x':
			g_string_append_c(out, (char)(g_ascii_xdigit_value(text[1]) << 4 |
						      g_ascii_xdigit_value(text[2])));
			text += 2;
			break;
		default:
			g_assert_cmpint(*text, ==, '\\');
			g_string_append_c(out, '\\');
		}
	}
}

static void
row_free(gpointer row)
{
	g_strfreev(row);
}

GPtrArray *
vectors_table(const char *file)
{
	g_auto(GStrv) lines = read_lines(file);
	GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);

	for (char **line = lines; *line; line++) {
		char **fields;

		if (**line == '#' || (**line == '\0' && line[1] == NULL))
			continue;
		fields = g_strsplit(*line, "\t", -1);
		for (char **field = fields; *field; field++) {
			GString *text = g_string_new(NULL);

			append_unescaped(text, *field);
			g_free(*field);
			*field = g_string_free(text, FALSE);
		}
		g_ptr_array_add(rows, fields);
	}
	g_assert_cmpuint(rows->len, >, 0);
	return rows;
}

const char *
vectors_field(char **row, guint index)
{
	return index < g_strv_length(row) && strcmp(row[index], "-") != 0 ? row[index] : NULL;
}

void
vectors_note(const char *text)
{
	g_autofree char *escaped = g_strescape(text, NULL);

	g_test_message("%s", escaped);
}

static void
command_free(gpointer data)
{
	VectorCommand *command = data;

	g_free(command->section);
	g_string_free(command->line, TRUE);
	if (command->payload)
		g_string_free(command->payload, TRUE);
	g_free(command);
}

static VectorCommand *
command_new(GPtrArray *commands, const char *section, gboolean from_server, gboolean switchboard)
{
	VectorCommand *command = g_new0(VectorCommand, 1);

	command->section = g_strdup(section);
	command->from_server = from_server;
	command->switchboard = switchboard;
	command->line = g_string_new(NULL);
	g_ptr_array_add(commands, command);
	return command;
}

/* "S: line" and " | payload" */
static VectorCommand *
read_ns_line(GPtrArray *commands, const char *section, const char *text, VectorCommand *last)
{
	if (g_str_has_prefix(text, " | ")) {
		GString *payload = last->payload;

		if (!payload)
			payload = last->payload = g_string_new(text + 3);
		else
			g_string_append_printf(payload, "\r\n%s", text + 3);
		g_string_replace(payload, "\\r\\n", "\r\n", 0);
		return last;
	}
	g_assert_true(g_str_has_prefix(text, "C: ") || g_str_has_prefix(text, "S: "));
	last = command_new(commands, section, *text == 'S', FALSE);
	g_string_assign(last->line, text + 3);
	return last;
}

/* "a>s bytes" and its continuation; the line ends with the first CRLF. */
static VectorCommand *
read_sb_line(GPtrArray *commands, const char *section, const char *text, VectorCommand *last)
{
	GString *bytes = g_string_new(NULL);
	const char *start = text + strspn(text, " ");

	if (start == text) {
		g_assert_true(text[1] == '>' && text[3] == ' ');
		last = command_new(commands, section, strchr("ns", text[0]) != NULL,
				   text[0] == 's' || text[2] == 's');
		start = text + 4;
	}
	append_unescaped(bytes, start);
	if (start != text + strspn(text, " ") || last->line->len == 0) {
		g_assert_true(g_str_has_suffix(bytes->str, "\r\n"));
		g_string_append_len(last->line, bytes->str, (gssize)bytes->len - 2);
	} else {
		if (!last->payload)
			last->payload = g_string_new(NULL);
		g_string_append_len(last->payload, bytes->str, (gssize)bytes->len);
	}
	g_string_free(bytes, TRUE);
	return last;
}

GPtrArray *
vectors_session(const char *file)
{
	g_auto(GStrv) lines = read_lines(file);
	gboolean ns = strcmp(file, "notification.txt") == 0;
	GPtrArray *commands = g_ptr_array_new_with_free_func(command_free);
	VectorCommand *last = NULL;
	const char *section = "";

	for (char **line = lines; *line; line++) {
		if (**line == '#' || **line == '\0')
			continue;
		if (g_str_has_prefix(*line, "== "))
			section = *line + 3;
		else if (ns)
			last = read_ns_line(commands, section, *line, last);
		else
			last = read_sb_line(commands, section, *line, last);
	}
	/* A payload of no bytes has no line of its own. */
	for (guint i = 0; i < commands->len; i++) {
		VectorCommand *command = commands->pdata[i];

		if (!command->payload && g_str_has_prefix(command->line->str, "UBX ") &&
		    g_str_has_suffix(command->line->str, " 0"))
			command->payload = g_string_new(NULL);
		if (!command->payload && command->from_server &&
		    g_str_has_prefix(command->line->str, "UUX ") &&
		    g_str_has_suffix(command->line->str, " 0"))
			command->payload = g_string_new(NULL);
	}
	return commands;
}

void
vectors_append(GString *bytes, const VectorCommand *command)
{
	g_string_append_len(bytes, command->line->str, (gssize)command->line->len);
	g_string_append(bytes, "\r\n");
	if (command->payload)
		g_string_append_len(bytes, command->payload->str, (gssize)command->payload->len);
}

const GString *
vectors_payload(GPtrArray *session, const char *line)
{
	for (guint i = 0; i < session->len; i++) {
		VectorCommand *command = session->pdata[i];

		if (g_str_has_prefix(command->line->str, line) && command->payload)
			return command->payload;
	}
	g_error("no payload of \"%s\" among the vectors", line);
}
