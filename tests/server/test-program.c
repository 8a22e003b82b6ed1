/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * msnp14-server as a program: its line of JSON, the ready file, the demo accounts, its end by a
 * signal. Arguments: the program, the demo's accounts file.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

static const char *program, *accounts;

static void
on_line(GObject *source, GAsyncResult *result, gpointer data)
{
	*(char **)data =
	    g_data_input_stream_read_line_finish(G_DATA_INPUT_STREAM(source), result, NULL, NULL);
	g_assert_nonnull(*(char **)data);
}

static void
on_end(GObject *source, GAsyncResult *result, gpointer data)
{
	g_assert_true(g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL));
	*(gboolean *)data = TRUE;
}

static void
check_ready(const char *text)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonObject *object;

	g_assert_true(json_parser_load_from_data(parser, text, -1, NULL));
	object = json_node_get_object(json_parser_get_root(parser));
	g_assert_cmpint(json_object_get_int_member(object, "ns"), >, 0);
	g_assert_cmpint(json_object_get_int_member(object, "sb"), >, 0);
	g_assert_true(g_str_has_prefix(json_object_get_string_member(object, "base_url"),
				       "http://127.0.0.1:"));
}

static void
test_run(gconstpointer data)
{
	g_autofree char *dir = g_dir_make_tmp("msnp14-test-XXXXXX", NULL);
	g_autofree char *ready = g_build_filename(dir, "ready.json", NULL);
	g_autofree char *save = g_build_filename(dir, "accounts.json", NULL);
	g_autofree char *line = NULL, *file = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocess) process = g_subprocess_new(
	    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, program,
	    "--accounts", accounts, "--ready-file", ready, "--save", save, "-b", "escargot", NULL);
	g_autoptr(GDataInputStream) out = NULL;
	gboolean ended = FALSE;

	g_assert_no_error(error);
	out = g_data_input_stream_new(g_subprocess_get_stdout_pipe(process));
	g_data_input_stream_read_line_async(out, G_PRIORITY_DEFAULT, NULL, on_line, &line);
	while (line == NULL)
		g_main_context_iteration(NULL, TRUE);
	check_ready(line);
	g_assert_true(g_file_get_contents(ready, &file, NULL, NULL));
	g_assert_cmpstr(g_strchomp(file), ==, line);
	g_subprocess_send_signal(process, GPOINTER_TO_INT(data));
	g_subprocess_wait_async(process, NULL, on_end, &ended);
	while (!ended)
		g_main_context_iteration(NULL, TRUE);
	g_assert_true(g_subprocess_get_successful(process));
	/* Nothing was changed. */
	g_assert_false(g_file_test(save, G_FILE_TEST_EXISTS));
	g_remove(ready);
	g_rmdir(dir);
}

/* Wrong arguments: an exit status and a sentence. */
static void
test_refused(void)
{
	const char *const cases[][6] = {
		{ program, NULL },
		{ program, "--accounts", "/nonexistent", NULL },
		{ program, "--accounts", accounts, "--ns-port", "70000", NULL },
		{ program, "--accounts", accounts, "--behaviour", "bad", NULL },
		{ program, "--accounts", accounts, "--bind", "example", NULL },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = NULL;
		int status;

		g_assert_true(g_spawn_sync(NULL, (char **)cases[i], NULL,
					   G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &text,
					   &status, NULL));
		g_assert_false(g_spawn_check_wait_status(status, NULL));
		g_assert_true(g_str_has_prefix(text, "msnp14-server: "));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (argc != 3)
		return 1;
	program = argv[1];
	accounts = argv[2];
	g_test_add_data_func("/server/program/term", GINT_TO_POINTER(SIGTERM), test_run);
	g_test_add_data_func("/server/program/int", GINT_TO_POINTER(SIGINT), test_run);
	g_test_add_func("/server/program/refused", test_refused);
	return g_test_run();
}
