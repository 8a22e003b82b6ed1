/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The roster from one session to the next, with the loopback service: the list is there before the
 * server has answered, only what has changed is read where that is certain, and any doubt leads to
 * the whole lists.
 */
#include <glib/gstdio.h>

#include "list-world.h"

#define FL MSNP_LIST_FORWARD
#define AL MSNP_LIST_ALLOW
#define BL MSNP_LIST_BLOCK

static const char MANY_PEOPLE[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"groups\": [\"Friends\"], \"contacts\": ["
    "  { \"handle\": \"bob@example.com\", \"name\": \"Bob\", \"lists\": [\"FL\", \"AL\", \"RL\"],"
    "    \"groups\": [\"Friends\"] } ],"
    "  \"generate\": { \"contacts\": 300, \"domain\": \"many.example\", \"groups\": 10 } },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\" },"
    "{ \"handle\": \"carol@example.com\", \"password\": \"carol\", \"name\": \"Carol\" } ] }";

/* Alice at a client that keeps its roster. */
typedef struct {
	World world;
	char *folder, *file;
	MsnpSession *session;
	TestResult result;
	GString *events; /* a word each */
	char *first;     /* Bob's lists and alias at "roster-loaded" */
} Keeper;

static void
keeper_init(Keeper *keeper, const char *behaviours)
{
	memset(keeper, 0, sizeof *keeper);
	world_init(&keeper->world, MANY_PEOPLE, behaviours);
	client_sign_off(&keeper->world.alice);
	keeper->folder = g_dir_make_tmp("msnp14-store-XXXXXX", NULL);
	keeper->file = g_build_filename(keeper->folder, "alice.json", NULL);
	keeper->events = g_string_new(NULL);
}

static void
on_loaded(MsnpSession *session, gpointer data)
{
	Keeper *keeper = data;
	MsnpContact *bob = msnp_roster_find(msnp_session_roster(session), BOB);

	g_string_append(keeper->events, "loaded ");
	g_free(keeper->first);
	keeper->first = g_strdup_printf("%u %s", bob ? bob->lists : 0, bob ? bob->nickname : "");
}

static void
on_confirmed(MsnpSession *session G_GNUC_UNUSED, gpointer data)
{
	g_string_append(((Keeper *)data)->events, "confirmed ");
}

static void
on_changed(MsnpSession *session, MsnpContact *contact, guint changes, gpointer data)
{
	if (!msnp_session_is_signed_on(session))
		g_string_append_printf(((Keeper *)data)->events, "%s:%u ", contact->handle,
				       changes);
}

static void
start(Keeper *keeper)
{
	g_autoptr(MsnpSecret) password = msnp_secret_new("alice");
	MsnpSessionConfig config = {
		.handle = ALICE,
		.password = password,
		.preset = keeper->world.preset,
		.connector = keeper->world.connector,
		.clock = keeper->world.clock,
		.random = keeper->world.random,
		.machine_guid = "{9C1D2E50-7A34-4B0F-8D61-2F0A6C55E3B7}",
		.capabilities = MSNP_CAPS_OURS,
		.status = MSNP_STATUS_ONLINE,
		.roster_file = keeper->file,
	};

	g_string_truncate(keeper->events, 0);
	keeper->session = msnp_session_new(&config);
	g_signal_connect(keeper->session, "roster-loaded", G_CALLBACK(on_loaded), keeper);
	g_signal_connect(keeper->session, "roster-confirmed", G_CALLBACK(on_confirmed), keeper);
	g_signal_connect(keeper->session, "contact-changed", G_CALLBACK(on_changed), keeper);
	msnp_session_sign_on_async(keeper->session, test_result_take, &keeper->result);
}

static void
sign_on(Keeper *keeper)
{
	g_autoptr(GError) error = NULL;

	start(keeper);
	msnp_session_sign_on_finish(keeper->session, test_result_wait(&keeper->result), &error);
	g_assert_no_error(error);
}

static void
sign_off(Keeper *keeper)
{
	if (!keeper->session)
		return;
	msnp_session_close(keeper->session);
	if (!keeper->result.result)
		test_result_wait(&keeper->result);
	test_result_clear(&keeper->result);
	g_clear_object(&keeper->session);
}

static void
keeper_clear(Keeper *keeper)
{
	sign_off(keeper);
	g_remove(keeper->file);
	g_rmdir(keeper->folder);
	g_free(keeper->folder);
	g_free(keeper->file);
	g_free(keeper->first);
	g_string_free(keeper->events, TRUE);
	world_clear(&keeper->world);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Keeper, keeper_clear)

static MsnpContact *
bob(Keeper *keeper)
{
	return msnp_roster_find(msnp_session_roster(keeper->session), BOB);
}

static guint
reads(Keeper *keeper)
{
	return msnp_server_n_requests(keeper->world.server, "ABFindAll");
}

static void
alias_elsewhere(Keeper *keeper, const char *alias)
{
	g_assert_true(msnp_server_edit_elsewhere(keeper->world.server, ALICE,
						 MSNP_SERVER_EDIT_ALIAS, BOB, alias));
}

/* ---- before the network has answered ---- */

static void
test_before_the_network(void)
{
	g_auto(Keeper) keeper;

	keeper_init(&keeper, NULL);
	sign_on(&keeper);
	g_assert_cmpstr(keeper.events->str, ==, "loaded confirmed ");
	sign_off(&keeper);
	world_add_fault(&keeper.world, "silence=RST");
	start(&keeper);
	test_until(keeper.events->len > 0);
	g_assert_cmpstr(keeper.events->str, ==, "loaded ");
	g_assert_cmpuint(bob(&keeper)->lists & (FL | AL), ==, FL | AL);
	g_assert_cmpuint(msnp_roster_contacts(msnp_session_roster(keeper.session))->len, ==, 301);
	g_assert_null(msnp_session_conversations(keeper.session));
	msnp_server_clear_faults(keeper.world.server);
}

/* A failed read changes nothing, neither here nor in the file (lesson 39). */
static void
test_failed_read(void)
{
	g_auto(Keeper) keeper;
	g_autoptr(GError) error = NULL;

	keeper_init(&keeper, NULL);
	sign_on(&keeper);
	sign_off(&keeper);
	world_add_fault(&keeper.world, "fault=ABFindAll:Forbidden");
	start(&keeper);
	g_assert_false(
	    msnp_session_sign_on_finish(keeper.session, test_result_wait(&keeper.result), &error));
	g_assert_error(error, MSNP_ERROR, MSNP_ERROR_LISTS);
	g_assert_cmpstr(keeper.events->str, ==, "loaded ");
	g_assert_cmpuint(bob(&keeper)->lists & (FL | AL), ==, FL | AL);
	sign_off(&keeper);
	msnp_server_clear_faults(keeper.world.server);
	sign_on(&keeper);
	g_assert_cmpstr(keeper.events->str, ==, "loaded confirmed ");
}

/* ---- deltas ---- */

static void
test_delta(void)
{
	g_auto(Keeper) keeper;
	guint before;

	keeper_init(&keeper, NULL);
	sign_on(&keeper);
	sign_off(&keeper);
	alias_elsewhere(&keeper, "Bobby");
	g_assert_true(msnp_server_change_elsewhere(keeper.world.server, ALICE, CAROL, FL | AL));
	before = reads(&keeper);
	sign_on(&keeper);
	g_assert_cmpuint(reads(&keeper) - before, ==, 1);
	g_assert_cmpuint(msnp_roster_state(msnp_session_roster(keeper.session))->deltas, ==, 1);
	g_assert_cmpstr(keeper.first, ==, "11 ");
	g_assert_cmpstr(bob(&keeper)->nickname, ==, "Bobby");
	g_assert_cmpuint(msnp_roster_find(msnp_session_roster(keeper.session), CAROL)->lists &
			     (FL | AL),
			 ==, FL | AL);
	g_assert_cmpuint(msnp_roster_contacts(msnp_session_roster(keeper.session))->len, ==, 302);
	sign_off(&keeper);
	/* What came by a delta is kept as well, and taken back by one. */
	g_assert_true(msnp_server_change_elsewhere(keeper.world.server, ALICE, CAROL, 0));
	sign_on(&keeper);
	g_assert_cmpstr(keeper.first, ==, "11 Bobby");
	g_assert_cmpuint(msnp_roster_state(msnp_session_roster(keeper.session))->deltas, ==, 2);
	g_assert_cmpuint(msnp_roster_find(msnp_session_roster(keeper.session), CAROL)->lists &
			     (FL | AL | BL),
			 ==, 0);
}

/* Whatever a server does about deltas, the list is right in the end. */
static void
test_doubtful_deltas(void)
{
	static const struct {
		const char *behaviour;
		guint reads;  /* of the second sign-on */
		guint deltas; /* then built on */
	} ROWS[] = {
		{ "no-deltas", 2, 0 },
		{ "no-deltas fault-200", 2, 0 },
		{ "ignores-deltas", 2, 0 },
		{ "partial-deltas", 2, 0 },
		{ "delta-unknown", 2, 0 },
		{ "http=ABFindAll:500:1", 2, 0 },
		{ "bad-utf8=FindMembership:1", 2, 0 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
		g_auto(Keeper) keeper;
		g_auto(GStrv) words = g_strsplit(ROWS[i].behaviour, " ", -1);
		guint before;

		g_test_message("%s", ROWS[i].behaviour);
		keeper_init(&keeper, NULL);
		sign_on(&keeper);
		sign_off(&keeper);
		alias_elsewhere(&keeper, "Bobby");
		for (char **word = words; *word; word++)
			world_add_fault(&keeper.world, "%s", *word);
		before = reads(&keeper);
		sign_on(&keeper);
		g_assert_cmpuint(reads(&keeper) - before, ==, ROWS[i].reads);
		g_assert_cmpstr(bob(&keeper)->nickname, ==, "Bobby");
		g_assert_cmpuint(msnp_roster_state(msnp_session_roster(keeper.session))->deltas, ==,
				 ROWS[i].deltas);
	}
}

/* A server that has refused one is not asked again. */
static void
test_refusal_is_remembered(void)
{
	g_auto(Keeper) keeper;
	guint before;

	keeper_init(&keeper, "no-deltas");
	for (guint i = 0; i < 2; i++) {
		sign_on(&keeper);
		sign_off(&keeper);
	}
	before = reads(&keeper);
	sign_on(&keeper);
	g_assert_cmpuint(reads(&keeper) - before, ==, 1);
	g_assert_true(msnp_roster_state(msnp_session_roster(keeper.session))->refused);
}

/* What was changed here is in the file, and makes the next read a full one. */
static void
test_own_change(void)
{
	g_auto(Keeper) keeper;
	g_auto(TestResult) result = { NULL };
	g_autoptr(GError) error = NULL;

	keeper_init(&keeper, NULL);
	sign_on(&keeper);
	msnp_session_edit_async(
	    keeper.session, &(MsnpEdit){ .kind = MSNP_EDIT_ALIAS, .handle = BOB, .text = "Robert" },
	    test_result_take, &result);
	msnp_session_edit_finish(keeper.session, test_result_wait(&result), &error);
	g_assert_no_error(error);
	/* At once: the time to write has not come. */
	sign_off(&keeper);
	sign_on(&keeper);
	g_assert_cmpstr(keeper.first, ==, "11 Robert");
	g_assert_cmpuint(msnp_roster_state(msnp_session_roster(keeper.session))->deltas, ==, 0);
	g_assert_cmpstr(msnp_roster_state(msnp_session_roster(keeper.session))->book, !=, "");
}

/* Written while one is signed on, too: not everybody signs off. */
static void
test_written_in_time(void)
{
	g_auto(Keeper) keeper;

	keeper_init(&keeper, NULL);
	sign_on(&keeper);
	g_assert_false(g_file_test(keeper.file, G_FILE_TEST_EXISTS));
	test_advance(keeper.world.clock, 2000);
	test_until(g_file_test(keeper.file, G_FILE_TEST_EXISTS));
}

/* Any file at all: the list is read as if there were none. */
static void
test_bad_files(void)
{
	static const char *const FILES[] = { "", "{", "{}", "[]", "null", "\xff\xfe" };

	for (guint i = 0; i < G_N_ELEMENTS(FILES); i++) {
		g_auto(Keeper) keeper;

		keeper_init(&keeper, NULL);
		g_assert_true(g_file_set_contents(keeper.file, FILES[i], -1, NULL));
		sign_on(&keeper);
		g_assert_cmpstr(keeper.events->str, ==, "loaded confirmed ");
		g_assert_cmpuint(bob(&keeper)->lists & (FL | AL), ==, FL | AL);
	}
}

/* A folder that cannot be: it works without. */
static void
test_no_place(void)
{
	g_auto(Keeper) keeper;

	keeper_init(&keeper, NULL);
	g_free(keeper.file);
	keeper.file = g_strdup("/dev/null/msnp14/alice.json");
	sign_on(&keeper);
	sign_off(&keeper);
	sign_on(&keeper);
	g_assert_cmpstr(keeper.events->str, ==, "loaded confirmed ");
}

/* At each turn of the main loop of a second sign-on. */
static void
test_leave(void)
{
	g_auto(Keeper) keeper;
	gboolean through = FALSE;

	keeper_init(&keeper, NULL);
	sign_on(&keeper);
	sign_off(&keeper);
	for (guint turns = 1; !through; turns += 7) {
		start(&keeper);
		for (guint i = 0; i < turns && !keeper.result.result; i++)
			test_turn();
		through = keeper.result.result != NULL;
		sign_off(&keeper);
		test_settle();
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/roster-store/before-the-network", test_before_the_network);
	g_test_add_func("/roster-store/lesson_039/failed-read", test_failed_read);
	g_test_add_func("/roster-store/delta", test_delta);
	g_test_add_func("/roster-store/lesson_037/doubtful-deltas", test_doubtful_deltas);
	g_test_add_func("/roster-store/refusal-is-remembered", test_refusal_is_remembered);
	g_test_add_func("/roster-store/own-change", test_own_change);
	g_test_add_func("/roster-store/written-in-time", test_written_in_time);
	g_test_add_func("/roster-store/bad-files", test_bad_files);
	g_test_add_func("/roster-store/no-place", test_no_place);
	g_test_add_func("/roster-store/leave", test_leave);
	return g_test_run();
}
