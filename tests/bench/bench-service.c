/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starts and ends the bundled service. The parent may wait: nothing is measured in its process.
 */
#include "bench-service.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "bench-run.h"

#define START_DEADLINE_MS 30000
#define LOOK_AGAIN_MS     20
#define LOG_SHOWN         2000

struct _BenchService {
	char *dir;
	GSubprocess *process;
	guint16 ns_port, http_port;
};

char *
bench_list_owner(const BenchList *list)
{
	return g_strdup_printf("owner-of-%d@bench.example", list->contacts);
}

const char *
bench_list_password(void)
{
	return "a bench's password";
}

char *
bench_service_path(BenchService *service, const char *name)
{
	return g_build_filename(service->dir, name, NULL);
}

guint16
bench_service_ns_port(BenchService *service)
{
	return service->ns_port;
}

guint16
bench_service_http_port(BenchService *service)
{
	return service->http_port;
}

static void
add_number(JsonBuilder *builder, const char *name, int value)
{
	json_builder_set_member_name(builder, name);
	json_builder_add_int_value(builder, value);
}

static void
add_text(JsonBuilder *builder, const char *name, const char *value)
{
	json_builder_set_member_name(builder, name);
	json_builder_add_string_value(builder, value);
}

static void
add_account(JsonBuilder *builder, const BenchList *list)
{
	g_autofree char *handle = bench_list_owner(list);

	json_builder_begin_object(builder);
	add_text(builder, "handle", handle);
	add_text(builder, "password", bench_list_password());
	json_builder_set_member_name(builder, "generate");
	json_builder_begin_object(builder);
	add_number(builder, "contacts", list->contacts);
	add_number(builder, "groups", list->groups);
	add_number(builder, "online", list->online);
	add_text(builder, "domain", list->domain);
	json_builder_end_object(builder);
	json_builder_end_object(builder);
}

static gboolean
write_accounts(const char *path, GArray *lists, GError **error)
{
	g_autoptr(JsonBuilder) builder = json_builder_new();
	g_autoptr(JsonNode) root = NULL;
	g_autofree char *text = NULL;

	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "accounts");
	json_builder_begin_array(builder);
	for (guint i = 0; i < lists->len; i++)
		add_account(builder, &g_array_index(lists, BenchList, i));
	json_builder_end_array(builder);
	json_builder_end_object(builder);
	root = json_builder_get_root(builder);
	text = json_to_string(root, TRUE);
	return g_file_set_contents(path, text, -1, error);
}

/* The ready file: {"ns": 1863, "base_url": "http://127.0.0.1:2", ...}. */
static gboolean
read_ready(BenchService *service, const char *path, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GUri) base = NULL;
	JsonNode *root;
	JsonObject *object;

	if (!json_parser_load_from_file(parser, path, error))
		return FALSE;
	root = json_parser_get_root(parser);
	object = root && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
	if (!object || !json_object_has_member(object, "ns") ||
	    !json_object_has_member(object, "base_url")) {
		g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
				    "the ready file of the service has no ns and base_url");
		return FALSE;
	}
	base =
	    g_uri_parse(json_object_get_string_member(object, "base_url"), G_URI_FLAGS_NONE, error);
	if (!base)
		return FALSE;
	service->ns_port = (guint16)json_object_get_int_member(object, "ns");
	service->http_port = (guint16)g_uri_get_port(base);
	return TRUE;
}

static void
on_end(GObject *source G_GNUC_UNUSED, GAsyncResult *result G_GNUC_UNUSED, gpointer data)
{
	*(gboolean *)data = TRUE;
}

static gboolean
wait_until_ready(BenchService *service, const char *ready, GError **error)
{
	for (guint waited = 0; !g_file_test(ready, G_FILE_TEST_EXISTS); waited += LOOK_AGAIN_MS) {
		if (!g_subprocess_get_identifier(service->process) || waited > START_DEADLINE_MS) {
			g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
					    "the service does not start");
			return FALSE;
		}
		g_usleep(LOOK_AGAIN_MS * 1000);
		while (g_main_context_iteration(NULL, FALSE))
			;
	}
	return read_ready(service, ready, error);
}

void
bench_service_explain(BenchService *service)
{
	g_autofree char *path = bench_service_path(service, "service.log");
	g_autofree char *log = NULL;
	gsize length;

	if (g_file_get_contents(path, &log, &length, NULL))
		g_printerr("The end of the service's log:\n%s\n",
			   log + (length > LOG_SHOWN ? length - LOG_SHOWN : 0));
}

static gboolean
start(BenchService *service, const char *program, GArray *lists, GError **error)
{
	g_autofree char *accounts = bench_service_path(service, "accounts.json");
	g_autofree char *ready = bench_service_path(service, "ready.json");
	g_autofree char *log = bench_service_path(service, "service.log");
	g_autoptr(GSubprocessLauncher) launcher =
	    g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);

	/* It has much to say that nobody wants to see between the numbers. */
	g_subprocess_launcher_set_stderr_file_path(launcher, log);
	g_subprocess_launcher_set_child_setup(launcher, bench_die_with_parent, NULL, NULL);
	if (!write_accounts(accounts, lists, error))
		return FALSE;
	service->process = g_subprocess_launcher_spawn(launcher, error, program, "--accounts",
						       accounts, "--ready-file", ready, NULL);
	return service->process && wait_until_ready(service, ready, error);
}

BenchService *
bench_service_start(const char *program, GArray *lists, GError **error)
{
	g_autoptr(BenchService) service = g_new0(BenchService, 1);

	service->dir = g_dir_make_tmp("msnp14-bench-XXXXXX", error);
	if (!service->dir || !start(service, program, lists, error))
		return NULL;
	return g_steal_pointer(&service);
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) dir = NULL;
	const char *name;

	if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK))
		dir = g_dir_open(path, 0, NULL);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		remove_tree(child);
	}
	g_remove(path);
}

/* Its end is waited for in the main loop, which reaps it. */
static void
end_process(GSubprocess *process)
{
	gboolean ended = FALSE;

	g_subprocess_send_signal(process, SIGTERM);
	g_subprocess_wait_async(process, NULL, on_end, &ended);
	while (!ended)
		g_main_context_iteration(NULL, TRUE);
	g_object_unref(process);
}

void
bench_service_free(BenchService *service)
{
	if (service->process)
		end_process(service->process);
	if (service->dir)
		remove_tree(service->dir);
	g_free(service->dir);
	g_free(service);
}
