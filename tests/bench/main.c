/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * msnp14-bench: what a sign-on costs, beside the floor below which no plugin can come, for lists of
 * several lengths; and how many round trips pass until the first contact is seen.
 */
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>

#include "bench-proxy.h"
#include "bench-run.h"
#include "bench-service.h"

/* Small, so that only the line takes time. */
#define ROUND_TRIP_CONTACTS 50
#define ONLINE_OF           5 /* one in so many is online */
#define CONTACTS_MAX        10000
#define DEFAULT_CONTACTS    "0,1000,5000,10000"

static int runs = 5;
static int delay_ms = 100;
static char *contacts;
static char *server = (char *)BENCH_SERVER;
static char *module_dir = (char *)BENCH_MODULE_DIR;
static gboolean verbose, no_round_trips;

static const GOptionEntry entries[] = {
	{ "runs", 'r', 0, G_OPTION_ARG_INT, &runs, "How often each is measured (5)", "N" },
	{ "contacts", 'c', 0, G_OPTION_ARG_STRING, &contacts,
	  "Lengths of the list (" DEFAULT_CONTACTS ")", "N,N,..." },
	{ "delay", 'd', 0, G_OPTION_ARG_INT, &delay_ms,
	  "Of the line whose round trips are counted: one way (100)", "MS" },
	{ "no-round-trips", 0, 0, G_OPTION_ARG_NONE, &no_round_trips, "Measure costs only", NULL },
	{ "verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose,
	  "Each run, and what happens in each round trip", NULL },
	{ "server", 0, 0, G_OPTION_ARG_FILENAME, &server, "The service", "PROGRAM" },
	{ "module-dir", 0, 0, G_OPTION_ARG_FILENAME, &module_dir, "Where libmsnp14.so is", "DIR" },
	{ 0 },
};

static const char description[] =
    "Each number is the median of all runs, with the least and the greatest in brackets, each run "
    "in a\nprocess of its own. Wall time ends when all contacts are listed and those who are "
    "online are seen; CPU,\nthe longest turn of the main loop and the growth (peak of resident "
    "memory less that before connecting)\nalso count the half second after it. The floor: parsing "
    "both answers with a parser that looks at nothing,\nand adding as many buddies to an empty "
    "libpurple. A busy machine makes turns longer; what the main thread computed in one is the column\n"
    "beside it.\n\nMSNP14_BENCH_TURNS=MS tells each turn of MS or more; MSNP14_BENCH_WRAPPER is "
    "put before the measured\nprogram, such as \"valgrind --tool=callgrind\".";

/* ---- numbers ---- */

typedef struct {
	double least, median, greatest;
} Spread;

static gint
by_value(gconstpointer a, gconstpointer b)
{
	double first = *(const double *)a, second = *(const double *)b;

	return first < second ? -1 : first > second;
}

/* Of an array of double, which gets sorted. */
static Spread
spread(GArray *values)
{
	double *sorted = (double *)(gpointer)values->data;
	guint n = values->len;

	g_array_sort(values, by_value);
	return (Spread){ sorted[0], (sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[n - 1] };
}

/* offset: of a double in BenchCost. */
static Spread
spread_of(GArray *costs, gsize offset)
{
	g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(double));

	for (guint i = 0; i < costs->len; i++)
		g_array_append_vals(values, costs->data + i * sizeof(BenchCost) + offset, 1);
	return spread(values);
}

/* Of each sign-on to the floor measured right after it, since machines are faster now and slower
 * then. */
static Spread
spread_of_ratios(GArray *sign_ons, GArray *floors)
{
	g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(double));

	for (guint i = 0; i < sign_ons->len; i++) {
		double ratio = g_array_index(sign_ons, BenchCost, i).cpu_ms /
			       g_array_index(floors, BenchCost, i).cpu_ms;

		g_array_append_val(values, ratio);
	}
	return spread(values);
}

static void
print_cell(Spread value, int width, int decimals)
{
	g_autofree char *text = g_strdup_printf("%.*f (%.*f-%.*f)", decimals, value.median,
						decimals, value.least, decimals, value.greatest);

	g_print("  %*s", width, text);
}

static void
print_head(void)
{
	g_print("%8s  %15s  %20s  %19s  %18s  %16s  %15s  %18s\n", "contacts", "wall ms", "CPU ms",
		"floor CPU ms", "ratio", "longest turn ms", "its CPU ms", "growth MB");
}

static void
print_row(const BenchList *list, GArray *sign_ons, GArray *floors)
{
	g_print("%8d", list->contacts);
	print_cell(spread_of(sign_ons, offsetof(BenchCost, wall_ms)), 15, 0);
	print_cell(spread_of(sign_ons, offsetof(BenchCost, cpu_ms)), 20, 1);
	print_cell(spread_of(floors, offsetof(BenchCost, cpu_ms)), 19, 1);
	/* Of nothing there is no multiple. */
	if (list->contacts > 0)
		print_cell(spread_of_ratios(sign_ons, floors), 18, 2);
	else
		g_print("  %18s", "-");
	print_cell(spread_of(sign_ons, offsetof(BenchCost, turn_ms)), 16, 1);
	print_cell(spread_of(sign_ons, offsetof(BenchCost, work_ms)), 15, 1);
	print_cell(spread_of(sign_ons, offsetof(BenchCost, growth_mb)), 18, 1);
	g_print("\n");
}

/* ---- one measurement ---- */

static void
work_clear(BenchWork *work)
{
	g_free(work->user_dir);
	g_free(work->handle);
	g_free(work->base_url);
	g_free(work->membership);
	g_free(work->address_book);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BenchWork, work_clear)

/* Work with a list of the service, or of a proxy before it. */
static BenchWork
new_work(BenchService *service, const BenchList *list, guint16 ns_port, guint16 http_port)
{
	static guint number;
	g_autofree char *user_dir = g_strdup_printf("user-%u", ++number);

	return (BenchWork){
		.list = *list,
		.module_dir = module_dir,
		.user_dir = bench_service_path(service, user_dir),
		.handle = bench_list_owner(list),
		.password = (char *)bench_list_password(),
		.port = ns_port,
		.base_url = g_strdup_printf("http://127.0.0.1:%u", http_port),
		.membership = bench_service_path(service, "membership.xml"),
		.address_book = bench_service_path(service, "address-book.xml"),
	};
}

static gboolean
run(BenchService *service, const char *what, const BenchList *list, GArray *costs, GError **error)
{
	g_auto(BenchWork) work = new_work(service, list, bench_service_ns_port(service),
					  bench_service_http_port(service));
	BenchCost cost;

	if (!bench_run(what, &work, &cost, error))
		return FALSE;
	g_array_append_val(costs, cost);
	if (verbose)
		g_print(
		    "  %-8s %6d contacts: wall %.1f ms, CPU %.1f ms, turn %.1f ms (CPU %.1f), growth "
		    "%.1f MB\n",
		    what, list->contacts, cost.wall_ms, cost.cpu_ms, cost.turn_ms, cost.work_ms,
		    cost.growth_mb);
	return TRUE;
}

/* One sign-on through a proxy, which reads along. */
static BenchProxy *
run_through_proxy(BenchService *service, const BenchList *list, guint one_way_ms, GError **error)
{
	g_autoptr(BenchProxy) proxy = bench_proxy_new(one_way_ms);
	guint16 ns = bench_proxy_listen(proxy, BENCH_NS, bench_service_ns_port(service), error);
	guint16 http =
	    ns ? bench_proxy_listen(proxy, BENCH_HTTP, bench_service_http_port(service), error) : 0;
	g_auto(BenchWork) work = new_work(service, list, ns, http);
	BenchCost cost;

	if (!http || !bench_run("sign-on", &work, &cost, error))
		return NULL;
	return g_steal_pointer(&proxy);
}

static gboolean
keep_answer(BenchService *service, BenchProxy *proxy, const char *element, const char *name,
	    GError **error)
{
	g_autofree char *path = bench_service_path(service, name);
	GBytes *body = bench_proxy_answer(proxy, element);
	gsize length;
	const char *bytes;

	if (!body) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no answer with <%s> was seen",
			    element);
		return FALSE;
	}
	bytes = g_bytes_get_data(body, &length);
	return g_file_set_contents(path, bytes, (gssize)length, error);
}

/* What the floor parses is what the service really says. */
static gboolean
record_answers(BenchService *service, const BenchList *list, GError **error)
{
	g_autoptr(BenchProxy) proxy = run_through_proxy(service, list, 0, error);

	return proxy &&
	       keep_answer(service, proxy, "FindMembershipResponse", "membership.xml", error) &&
	       keep_answer(service, proxy, "ABFindAllResponse", "address-book.xml", error);
}

static gboolean
measure(BenchService *service, const BenchList *list, GError **error)
{
	g_autoptr(GArray) sign_ons = g_array_new(FALSE, FALSE, sizeof(BenchCost));
	g_autoptr(GArray) floors = g_array_new(FALSE, FALSE, sizeof(BenchCost));

	if (!record_answers(service, list, error))
		return FALSE;
	/* In turn, so that both see the same machine. */
	for (int i = 0; i < runs; i++)
		if (!run(service, "sign-on", list, sign_ons, error) ||
		    !run(service, "floor", list, floors, error))
			return FALSE;
	print_row(list, sign_ons, floors);
	return TRUE;
}

static gboolean
count_round_trips(BenchService *service, const BenchList *list, GError **error)
{
	g_autoptr(BenchProxy) proxy = run_through_proxy(service, list, (guint)delay_ms, error);
	double round_trips;

	if (!proxy)
		return FALSE;
	round_trips = bench_proxy_round_trips(proxy);
	if (round_trips < 0) {
		g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, "no ILN was seen");
		return FALSE;
	}
	g_print("\nRound trips from opening the notification connection to the first ILN: %d "
		"(of %d ms each, and %.0f ms of work between; %d contacts)\n",
		(int)round_trips, 2 * delay_ms, (round_trips - (int)round_trips) * 2 * delay_ms,
		list->contacts);
	if (verbose)
		bench_proxy_print(proxy);
	return TRUE;
}

/* ---- all of them ---- */

static BenchList
make_list(int n)
{
	return (BenchList){
		.contacts = n,
		.groups = n ? BENCH_LIST_GROUPS : 0,
		.online = n / ONLINE_OF,
		.domain = (char *)"many.example",
	};
}

/* Each list has one account. */
static gboolean
has_list(GArray *lists, const BenchList *list)
{
	for (guint i = 0; i < lists->len; i++)
		if (g_array_index(lists, BenchList, i).contacts == list->contacts)
			return TRUE;
	return FALSE;
}

static GArray *
make_lists(GError **error)
{
	g_autoptr(GArray) lists = g_array_new(FALSE, FALSE, sizeof(BenchList));
	g_auto(GStrv) numbers = g_strsplit(contacts ? contacts : DEFAULT_CONTACTS, ",", -1);

	for (guint i = 0; numbers[i]; i++) {
		gint64 n = g_ascii_strtoll(numbers[i], NULL, 10);
		BenchList list = make_list((int)n);

		if (n < 0 || n > CONTACTS_MAX || !g_ascii_isdigit(numbers[i][0])) {
			g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
				    "--contacts: numbers from 0 to %d", CONTACTS_MAX);
			return NULL;
		}
		if (!has_list(lists, &list))
			g_array_append_val(lists, list);
	}
	return g_steal_pointer(&lists);
}

static gboolean
run_measures(BenchService *service, GArray *lists, const BenchList *short_list, GError **error)
{
	print_head();
	for (guint i = 0; i < lists->len; i++)
		if (!measure(service, &g_array_index(lists, BenchList, i), error))
			return FALSE;
	return no_round_trips || count_round_trips(service, short_list, error);
}

static gboolean
run_all(GError **error)
{
	g_autoptr(GArray) lists = make_lists(error);
	g_autoptr(GArray) accounts = NULL;
	g_autoptr(BenchService) service = NULL;
	BenchList short_list = make_list(ROUND_TRIP_CONTACTS);

	if (!lists)
		return FALSE;
	accounts = g_array_copy(lists);
	if (!has_list(lists, &short_list))
		g_array_append_val(accounts, short_list);
	service = bench_service_start(server, accounts, error);
	if (!service)
		return FALSE;
	if (run_measures(service, lists, &short_list, error))
		return TRUE;
	bench_service_explain(service);
	return FALSE;
}

static gboolean
on_interrupt(gpointer unused G_GNUC_UNUSED)
{
	bench_run_interrupt();
	return G_SOURCE_CONTINUE;
}

int
main(int argc, char **argv)
{
	g_autoptr(GOptionContext) context = g_option_context_new("- what signing on costs");
	g_autoptr(GError) error = NULL;

	signal(SIGPIPE, SIG_IGN);
	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_add_group(context, bench_run_options());
	g_option_context_set_description(context, description);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		g_printerr("%s\n", error->message);
		return 2;
	}
	if (bench_run_is_child())
		return bench_run_child();
	if (runs < 1 || delay_ms < 1) {
		g_printerr("--runs and --delay: at least 1\n");
		return 2;
	}
	g_unix_signal_add(SIGINT, on_interrupt, NULL);
	g_unix_signal_add(SIGTERM, on_interrupt, NULL);
	if (!run_all(&error)) {
		g_printerr("msnp14-bench: %s\n", error->message);
		return 1;
	}
	return 0;
}
