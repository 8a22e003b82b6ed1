/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * msnp14-server: the loopback service as a program. Says on standard output, in one line of JSON,
 * where it listens; logs on standard error; ends on SIGTERM and SIGINT.
 */
#include <glib-unix.h>
#include <json-glib/json-glib.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/msnp-server.h"

typedef struct {
	char *accounts, *bind, *ready_file, *save;
	int ns_port, sb_port, http_port;
	gboolean dispatch, msnp13, verbose;
	char **behaviours;
} Options;

static void
on_log(MsnpServer *server G_GNUC_UNUSED, const char *line, gpointer data G_GNUC_UNUSED)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autofree char *time = g_date_time_format(now, "%H:%M:%S");

	g_printerr("%s %s\n", time, line);
}

static gboolean
on_signal(gpointer loop)
{
	g_main_loop_quit(loop);
	return G_SOURCE_CONTINUE;
}

static char *
ready_line(MsnpServer *server)
{
	g_autoptr(JsonBuilder) builder = json_builder_new();
	g_autoptr(JsonNode) root = NULL;

	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "pid");
	json_builder_add_int_value(builder, getpid());
	json_builder_set_member_name(builder, "ns");
	json_builder_add_int_value(builder, msnp_server_ns_port(server));
	json_builder_set_member_name(builder, "sb");
	json_builder_add_int_value(builder, msnp_server_sb_port(server));
	json_builder_set_member_name(builder, "base_url");
	json_builder_add_string_value(builder, msnp_server_base_url(server));
	json_builder_end_object(builder);
	root = json_builder_get_root(builder);
	return json_to_string(root, FALSE);
}

static gboolean
valid_ports(const Options *options)
{
	const int ports[] = { options->ns_port, options->sb_port, options->http_port };

	for (guint i = 0; i < G_N_ELEMENTS(ports); i++) {
		if (ports[i] < 0 || ports[i] > 65535)
			return FALSE;
	}
	return TRUE;
}

static MsnpServer *
make_server(const Options *options, GError **error)
{
	g_autofree char *text = NULL;
	g_autoptr(MsnpServer) server = NULL;
	MsnpServerOptions server_options = {
		.bind_address = options->bind,
		.ns_port = (guint16)options->ns_port,
		.sb_port = (guint16)options->sb_port,
		.http_port = (guint16)options->http_port,
		.dispatch = options->dispatch,
		.msnp13 = options->msnp13,
		.verbose = options->verbose,
		.save_file = options->save,
	};

	if (!g_file_get_contents(options->accounts, &text, NULL, error))
		return NULL;
	server = msnp_server_new(&server_options, text, error);
	if (server == NULL)
		return NULL;
	for (char **b = options->behaviours; b != NULL && *b != NULL; b++) {
		if (!msnp_server_add_fault(server, *b, error))
			return NULL;
	}
	g_signal_connect(server, "log", G_CALLBACK(on_log), NULL);
	return g_steal_pointer(&server);
}

static gboolean
run(const Options *options, GError **error)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(MsnpServer) server = make_server(options, error);
	g_autofree char *line = NULL, *text = NULL;

	if (server == NULL || !msnp_server_start(server, error))
		return FALSE;
	/* Before anybody hears that it is there, and may end it. */
	g_unix_signal_add(SIGTERM, on_signal, loop);
	g_unix_signal_add(SIGINT, on_signal, loop);
	line = ready_line(server);
	text = g_strconcat(line, "\n", NULL);
	if (options->ready_file != NULL &&
	    !g_file_set_contents(options->ready_file, text, -1, error))
		return FALSE;
	g_print("%s", text);
	fflush(stdout);
	g_main_loop_run(loop);
	msnp_server_stop(server);
	return TRUE;
}

static gboolean
parse_options(Options *options, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
		{ "accounts", 'a', 0, G_OPTION_ARG_FILENAME, &options->accounts,
		  "Accounts file (needed); data/demo has one, and explains its form", "FILE" },
		{ "bind", 0, 0, G_OPTION_ARG_STRING, &options->bind,
		  "Address to listen on (127.0.0.1)", "ADDRESS" },
		{ "ns-port", 0, 0, G_OPTION_ARG_INT, &options->ns_port,
		  "Port of the notification server (0: any free one)", "PORT" },
		{ "sb-port", 0, 0, G_OPTION_ARG_INT, &options->sb_port,
		  "Port of the switchboards (0: any free one)", "PORT" },
		{ "http-port", 0, 0, G_OPTION_ARG_INT, &options->http_port,
		  "Port of the web services (0: any free one)", "PORT" },
		{ "dispatch", 'd', 0, G_OPTION_ARG_NONE, &options->dispatch,
		  "Send the first connection of each client on by XFR", NULL },
		{ "msnp13", 0, 0, G_OPTION_ARG_NONE, &options->msnp13, "Speak MSNP13 only", NULL },
		{ "behaviour", 'b', 0, G_OPTION_ARG_STRING_ARRAY, &options->behaviours,
		  "Switch a behaviour on, see below; may be given again", "NAME" },
		{ "ready-file", 0, 0, G_OPTION_ARG_FILENAME, &options->ready_file,
		  "Write the line about ports to this file, too", "FILE" },
		{ "save", 's', 0, G_OPTION_ARG_FILENAME, &options->save,
		  "Write the accounts to this file after each change of a list or a name; may be the "
		  "accounts file itself",
		  "FILE" },
		{ "verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose,
		  "Log every command (tickets are masked)", NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autofree char *faults = msnp_server_describe_faults();
	g_autofree char *description = g_strconcat(
	    "When it listens, it prints one line of JSON: {\"pid\", \"ns\", \"sb\", \"base_url\"}.\n"
	    "What clients do wrong is logged on standard error as \"complaint: [rule] ...\".\n\n"
	    "Behaviours:\n",
	    faults, NULL);

	g_option_context_set_summary(
	    context,
	    "A strict MSNP14 service for this machine: notification server, switchboards and\n"
	    "web services for the accounts of a file. For trying the plugin and testing it.");
	g_option_context_set_description(context, description);
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, error))
		return FALSE;
	if (options->accounts != NULL && *argc == 1 && valid_ports(options))
		return TRUE;
	g_set_error(
	    error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
	    "Wrong arguments: --accounts FILE is needed, ports are 0 to 65535; see --help.");
	return FALSE;
}

int
main(int argc, char **argv)
{
	Options options = { 0 };
	g_autoptr(GError) error = NULL;
	gboolean good;

	setlocale(LC_ALL, "");
	good = parse_options(&options, &argc, &argv, &error) && run(&options, &error);
	if (!good)
		g_printerr("msnp14-server: %s\n", error->message);
	g_free(options.accounts);
	g_free(options.bind);
	g_free(options.ready_file);
	g_free(options.save);
	g_strfreev(options.behaviours);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
