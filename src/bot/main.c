/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * msnp14-bot: the program around the bot. Options in, one session, until a signal or its end.
 */
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "bot/msnp-bot.h"
#include "util/msnp-log.h"

static char *opt_handle, *opt_password_file, *opt_server, *opt_services, *opt_name, *opt_message;
static int opt_port;
static gboolean opt_verbose;

static const GOptionEntry OPTIONS[] = {
	{ "handle", 'u', 0, G_OPTION_ARG_STRING, &opt_handle, "Account to sign on", "ADDRESS" },
	{ "password-file", 'p', 0, G_OPTION_ARG_FILENAME, &opt_password_file,
	  "File whose first line is the password", "FILE" },
	{ "server", 's', 0, G_OPTION_ARG_STRING, &opt_server,
	  "Notification server (default: 127.0.0.1)", "HOST" },
	{ "port", 'P', 0, G_OPTION_ARG_INT, &opt_port, "Its port (default: 1863)", "PORT" },
	{ "services", 'w', 0, G_OPTION_ARG_STRING, &opt_services,
	  "Base URL of the web services, such as http://127.0.0.1:8080", "URL" },
	{ "name", 'n', 0, G_OPTION_ARG_STRING, &opt_name, "Display name", "NAME" },
	{ "message", 'm', 0, G_OPTION_ARG_STRING, &opt_message, "Personal message", "TEXT" },
	{ "verbose", 'v', 0, G_OPTION_ARG_NONE, &opt_verbose, "Say what happens", NULL },
	{ NULL, 0, 0, 0, NULL, NULL, NULL },
};

typedef struct {
	GMainLoop *loop;
	int status;
} Run;

static void
print_log(MsnpLogLevel level G_GNUC_UNUSED, const char *category, const char *line,
	  gpointer data G_GNUC_UNUSED)
{
	g_printerr("%s: %s\n", category, line);
}

static void
on_ready(MsnpBot *bot G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
	g_print("%s is signed on\n", opt_handle);
	fflush(stdout);
}

static void
on_ended(MsnpBot *bot G_GNUC_UNUSED, const GError *error, gpointer data)
{
	Run *run = data;

	g_printerr("%s: %s\n", opt_handle, error->message);
	run->status = 1;
	g_main_loop_quit(run->loop);
}

static gboolean
on_signal(gpointer data)
{
	Run *run = data;

	g_main_loop_quit(run->loop);
	return G_SOURCE_CONTINUE;
}

static MsnpSecret *
read_password(GError **error)
{
	g_autofree char *text = NULL;
	MsnpSecret *password;
	gsize length;

	if (!g_file_get_contents(opt_password_file, &text, &length, error))
		return NULL;
	text[strcspn(text, "\r\n")] = '\0';
	password = msnp_secret_new(text);
	msnp_secret_wipe(text, length);
	return password;
}

static MsnpPreset *
choose_preset(GError **error)
{
	g_autoptr(GPtrArray) presets = msnp_presets_load(NULL, NULL);

	return msnp_preset_resolve(msnp_presets_find(presets, "custom"),
				   opt_server ? opt_server : "127.0.0.1", opt_port, opt_services,
				   error);
}

static int
run_bot(MsnpPreset *preset, MsnpSecret *password)
{
	g_autoptr(MsnpConnector) connector = msnp_direct_connector_new();
	g_autoptr(MsnpClock) clock = msnp_clock_new();
	g_autoptr(MsnpRandom) random = msnp_random_new();
	static const MsnpBotHandlers HANDLERS = { .ready = on_ready, .ended = on_ended };
	MsnpSessionConfig config = {
		.handle = opt_handle,
		.password = password,
		.preset = preset,
		.connector = connector,
		.clock = clock,
		.random = random,
		.capabilities = MSNP_CAPS_OURS | MSNP_CAP_ROBOT,
		.status = MSNP_STATUS_ONLINE,
		.message = opt_message,
		.display_name = opt_name,
	};
	Run run = { .loop = g_main_loop_new(NULL, FALSE) };
	MsnpBot *bot = msnp_bot_new(&config, &HANDLERS, &run);

	g_unix_signal_add(SIGINT, on_signal, &run);
	g_unix_signal_add(SIGTERM, on_signal, &run);
	g_main_loop_run(run.loop);
	msnp_bot_free(bot);
	g_main_loop_unref(run.loop);
	return run.status;
}

int
main(int argc, char **argv)
{
	g_autoptr(GOptionContext) context = g_option_context_new("- answer what people write");
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpPreset) preset = NULL;
	g_autoptr(MsnpSecret) password = NULL;

	setlocale(LC_ALL, "");
	g_option_context_add_main_entries(context, OPTIONS, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error) || !opt_handle ||
	    !opt_password_file) {
		g_printerr("%s\n",
			   error ? error->message : "--handle and --password-file are needed");
		return 2;
	}
	if (opt_verbose)
		msnp_log_set_sink(print_log, NULL);
	preset = choose_preset(&error);
	password = preset ? read_password(&error) : NULL;
	if (!password) {
		g_printerr("%s\n", error->message);
		return 2;
	}
	return run_bot(preset, password);
}
