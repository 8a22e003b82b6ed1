/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parent and child of one measurement: the work goes over as options, the cost comes back on
 * standard output.
 */
#include "bench-run.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

static gboolean interrupted;
static GSubprocess *running; /* borrowed; NULL between measurements */

static BenchWork asked;
static char *child;
static double tell_turns;

static const GOptionEntry entries[] = {
	{ "child", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &child, NULL, NULL },
	{ "tell-turns", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_DOUBLE, &tell_turns, NULL, NULL },
	{ "list-contacts", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &asked.list.contacts, NULL,
	  NULL },
	{ "list-groups", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &asked.list.groups, NULL,
	  NULL },
	{ "list-online", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &asked.list.online, NULL,
	  NULL },
	{ "list-domain", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &asked.list.domain, NULL,
	  NULL },
	{ "module", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &asked.module_dir, NULL, NULL },
	{ "user-dir", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &asked.user_dir, NULL, NULL },
	{ "handle", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &asked.handle, NULL, NULL },
	{ "password", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &asked.password, NULL, NULL },
	{ "port", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &asked.port, NULL, NULL },
	{ "base-url", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &asked.base_url, NULL, NULL },
	{ "membership", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &asked.membership, NULL,
	  NULL },
	{ "address-book", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &asked.address_book, NULL,
	  NULL },
	{ 0 },
};

GOptionGroup *
bench_run_options(void)
{
	GOptionGroup *group = g_option_group_new("child", "", "", NULL, NULL);

	g_option_group_add_entries(group, entries);
	return group;
}

gboolean
bench_run_is_child(void)
{
	return child != NULL;
}

int
bench_run_child(void)
{
	g_autoptr(GError) error = NULL;
	BenchCost cost;
	gboolean ok;

	bench_probe_install();
	bench_probe_tell_turns(tell_turns);
	if (g_str_equal(child, "floor"))
		ok = bench_work_floor(&asked, &cost, &error);
	else
		ok = bench_work_sign_on(&asked, &cost, &error);
	if (!ok) {
		g_printerr("%s: %s\n", child, error->message);
		return 1;
	}
	bench_cost_print(&cost);
	return 0;
}

void
bench_die_with_parent(gpointer unused G_GNUC_UNUSED)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

void
bench_run_interrupt(void)
{
	interrupted = TRUE;
	if (running)
		g_subprocess_force_exit(running);
}

static void
add(GPtrArray *argv, const char *name, const char *value)
{
	if (value)
		g_ptr_array_add(argv, g_strdup_printf("--%s=%s", name, value));
}

static void
add_int(GPtrArray *argv, const char *name, int value)
{
	g_ptr_array_add(argv, g_strdup_printf("--%s=%d", name, value));
}

static GPtrArray *
build_argv(const char *what, const BenchWork *work)
{
	GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
	const char *turns = g_getenv("MSNP14_BENCH_TURNS");
	const char *wrapper = g_getenv("MSNP14_BENCH_WRAPPER");
	g_auto(GStrv) words = g_strsplit(wrapper ? wrapper : "", " ", -1);

	for (guint i = 0; words[i]; i++)
		if (*words[i])
			g_ptr_array_add(argv, g_strdup(words[i]));
	g_ptr_array_add(argv, g_file_read_link("/proc/self/exe", NULL));
	add(argv, "child", what);
	add(argv, "tell-turns", turns);
	add_int(argv, "list-contacts", work->list.contacts);
	add_int(argv, "list-groups", work->list.groups);
	add_int(argv, "list-online", work->list.online);
	add(argv, "list-domain", work->list.domain);
	add(argv, "module", work->module_dir);
	add(argv, "user-dir", work->user_dir);
	add(argv, "handle", work->handle);
	add(argv, "password", work->password);
	add_int(argv, "port", work->port);
	add(argv, "base-url", work->base_url);
	add(argv, "membership", work->membership);
	add(argv, "address-book", work->address_book);
	g_ptr_array_add(argv, NULL);
	return argv;
}

/* The user's home, settings and languages stay outside. */
static GSubprocessLauncher *
new_launcher(const BenchWork *work)
{
	static const char *const homes[] = { "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
					     "XDG_STATE_HOME", "XDG_RUNTIME_DIR" };
	g_autofree char *all_users = g_path_get_dirname(work->user_dir);
	g_autofree char *cache = g_build_filename(all_users, "cache", NULL);
	GSubprocessLauncher *launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE);

	for (guint i = 0; i < G_N_ELEMENTS(homes); i++)
		g_subprocess_launcher_setenv(launcher, homes[i], work->user_dir, TRUE);
	/* One for all: what libraries keep there, such as a list of codecs, takes long to make. */
	g_subprocess_launcher_setenv(launcher, "XDG_CACHE_HOME", cache, TRUE);
	g_subprocess_launcher_setenv(launcher, "LC_ALL", "C.UTF-8", TRUE);
	g_subprocess_launcher_setenv(launcher, "GSETTINGS_BACKEND", "memory", TRUE);
	g_subprocess_launcher_setenv(launcher, "GIO_USE_VFS", "local", TRUE);
	/* What libpurple forgets to free is not measured here. */
	g_subprocess_launcher_setenv(launcher, "ASAN_OPTIONS", "detect_leaks=0", TRUE);
	/* A checking allocator would be measured with the rest. */
	g_subprocess_launcher_unsetenv(launcher, "MALLOC_CHECK_");
	g_subprocess_launcher_unsetenv(launcher, "MALLOC_PERTURB_");
	g_subprocess_launcher_set_child_setup(launcher, bench_die_with_parent, NULL, NULL);
	return launcher;
}

typedef struct {
	char *output;
	GError *error;
	gboolean ended;
} Ending;

static void
on_end(GObject *source, GAsyncResult *result, gpointer data)
{
	Ending *ending = data;

	g_subprocess_communicate_utf8_finish(G_SUBPROCESS(source), result, &ending->output, NULL,
					     &ending->error);
	ending->ended = TRUE;
}

gboolean
bench_run(const char *what, const BenchWork *work, BenchCost *cost, GError **error)
{
	g_autoptr(GPtrArray) argv = build_argv(what, work);
	g_autoptr(GSubprocessLauncher) launcher = new_launcher(work);
	g_autoptr(GSubprocess) process = NULL;
	g_autofree char *output = NULL;
	Ending ending = { 0 };

	if (g_mkdir_with_parents(work->user_dir, 0700) < 0) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: no directory",
			    work->user_dir);
		return FALSE;
	}
	if (interrupted) {
		g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
		return FALSE;
	}
	process = g_subprocess_launcher_spawnv(launcher, (const char *const *)argv->pdata, error);
	if (!process)
		return FALSE;
	running = process;
	g_subprocess_communicate_utf8_async(process, NULL, NULL, on_end, &ending);
	while (!ending.ended)
		g_main_context_iteration(NULL, TRUE);
	running = NULL;
	output = ending.output;
	if (ending.error) {
		g_propagate_error(error, ending.error);
		return FALSE;
	}
	if (!g_subprocess_get_successful(process)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "the %s with %d contacts failed",
			    what, work->list.contacts);
		return FALSE;
	}
	return bench_cost_parse(output, cost, error);
}
