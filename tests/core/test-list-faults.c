/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list editor when something fails, with the loopback service: each step of each change fails
 * in each way, and then the user has been told once, the roster shows what is so, the next sign-on
 * shows the same, and the change asked again leads where it should have led. Then what sign-on
 * repairs, limits, and what a long list costs.
 */
#include "list-world.h"

#include <string.h>

#define DAVE  "dave@example.com"
#define FRANK "frank@example.com"
#define GREG  "greg@example.com"

static const char PEOPLE[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"groups\": [\"Friends\", \"Choir & band\"], \"contacts\": ["
    "  { \"handle\": \"bob@example.com\", \"name\": \"Bob\", \"lists\": [\"FL\", \"AL\", \"RL\"],"
    "    \"groups\": [\"Friends\"] },"
    "  { \"handle\": \"dave@example.com\", \"name\": \"Dave\", \"lists\": [\"PL\"],"
    "    \"invitation\": \"hi\" },"
    "  { \"handle\": \"frank@example.com\", \"lists\": [\"BL\"] },"
    "  { \"handle\": \"greg@example.com\", \"lists\": [\"AL\"] } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\","
    "  \"lists\": [\"FL\", \"AL\", \"RL\"] } ] },"
    "{ \"handle\": \"carol@example.com\", \"password\": \"carol\", \"name\": \"Carol\" },"
    "{ \"handle\": \"dave@example.com\", \"password\": \"dave\", \"name\": \"Dave\" } ] }";

/* Each kind of change. unheeded: the first such call may fail without a word. */
static const struct {
	MsnpEdit edit;
	const char *unheeded;
} EDITS[] = {
	{ { .kind = MSNP_EDIT_ADD, .handle = CAROL, .group = "New", .text = "hi" }, NULL },
	{ { .kind = MSNP_EDIT_ADD, .handle = DAVE }, "AddMember" },
	{ { .kind = MSNP_EDIT_REMOVE, .handle = BOB }, NULL },
	{ { .kind = MSNP_EDIT_PUT_IN_GROUP, .handle = BOB, .group = "New" }, NULL },
	{ { .kind = MSNP_EDIT_TAKE_FROM_GROUP, .handle = BOB, .group = "Friends" }, NULL },
	/* lesson_074 */
	{ { .kind = MSNP_EDIT_MOVE, .handle = BOB, .old_group = "Friends", .group = "New" }, NULL },
	{ { .kind = MSNP_EDIT_BLOCK, .handle = BOB }, NULL },
	{ { .kind = MSNP_EDIT_BLOCK, .handle = DAVE }, NULL },
	{ { .kind = MSNP_EDIT_UNBLOCK, .handle = FRANK }, NULL },
	{ { .kind = MSNP_EDIT_ALLOW, .handle = CAROL }, NULL },
	{ { .kind = MSNP_EDIT_DISALLOW, .handle = GREG }, NULL },
	{ { .kind = MSNP_EDIT_ACCEPT, .handle = DAVE }, "AddMember" },
	{ { .kind = MSNP_EDIT_DECLINE, .handle = DAVE }, "AddMember" },
	{ { .kind = MSNP_EDIT_ALIAS, .handle = BOB, .text = "007" }, NULL },
	{ { .kind = MSNP_EDIT_ADD_GROUP, .group = "New" }, NULL },
	{ { .kind = MSNP_EDIT_RENAME_GROUP, .old_group = "Friends", .group = "New" }, NULL },
	{ { .kind = MSNP_EDIT_DELETE_GROUP, .old_group = "Friends" }, NULL },
	{ { .kind = MSNP_EDIT_OWN_NAME, .text = "Alice <3" }, "ABContactUpdate" },
	{ { .kind = MSNP_EDIT_ALLOW_LISTED }, NULL },
};

/* The ways to fail. */
static const struct {
	const char *fault; /* @: the call and its number */
	gboolean is_soap;
} WAYS[] = {
	{ "http=@:500:1", TRUE },           { "fault=@:QuotaLimitReached:1", TRUE },
	{ "fault=@:SomethingNew:1", TRUE }, { "lost=@:1", TRUE },
	{ "error=@:403:1", FALSE },         { "lost=@:1", FALSE },
};

static const struct {
	const char *name;
	gboolean is_soap;
} CALLS[] = {
	{ "ABContactAdd", TRUE },
	{ "ABContactUpdate", TRUE },
	{ "ABContactDelete", TRUE },
	{ "ABGroupAdd", TRUE },
	{ "ABGroupUpdate", TRUE },
	{ "ABGroupDelete", TRUE },
	{ "ABGroupContactAdd", TRUE },
	{ "ABGroupContactDelete", TRUE },
	{ "AddMember", TRUE },
	{ "DeleteMember", TRUE },
	{ "FQY", FALSE },
	{ "ADL", FALSE },
	{ "RML", FALSE },
	{ "PRP", FALSE },
	{ "BLP", FALSE },
};

/* One failure. */
typedef struct {
	guint edit, call, ordinal, way;
	const char *behaviours;
	const char *goal; /* the service's state after the change as it should be */
} Case;

static void
sign_on_again(World *world)
{
	client_sign_off(&world->alice);
	client_sign_on(world, &world->alice, ALICE);
	test_until(!client_is_in_disorder(&world->alice));
	test_settle();
}

static char *
result_of(World *world)
{
	return without_reverse(server_state(world, ALICE));
}

/* Where Pending hides people, the roster cannot know everything. */
static void
assert_roster_is_right(World *world, const Case *c)
{
	g_autofree char *ours = without_reverse(client_state(&world->alice));
	g_autofree char *theirs = result_of(world);

	if (!c->behaviours)
		g_assert_cmpstr(ours, ==, theirs);
}

static gboolean
may_be_silent(const Case *c)
{
	const char *unheeded = EDITS[c->edit].unheeded;

	return !strcmp(CALLS[c->call].name, "FQY") ||
	       (c->ordinal == 1 && !g_strcmp0(unheeded, CALLS[c->call].name));
}

static void
fail_once(World *world, const Case *c)
{
	const MsnpEdit *edit = &EDITS[c->edit].edit;
	g_autoptr(GError) error = NULL;
	g_autofree char *state = NULL;

	client_edit(&world->alice, edit, &error);
	state = result_of(world);
	/* Silence means that it is so. */
	if (!error && !may_be_silent(c))
		g_assert_cmpstr(state, ==, c->goal);
	/* BLP holds for the session in any case. */
	if (!world->alice.ended && edit->kind != MSNP_EDIT_ALLOW_LISTED)
		assert_roster_is_right(world, c);
}

static void
ask_again(World *world, const Case *c)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *before = result_of(world);
	g_autofree char *after = NULL;

	client_edit(&world->alice, &EDITS[c->edit].edit, &error);
	after = result_of(world);
	g_assert_cmpstr(after, ==, c->goal);
	/* It may have been done all along. */
	if (error && !strcmp(before, c->goal))
		g_assert_error(error, MSNP_ERROR, MSNP_ERROR_NOT_ON_LIST);
	else
		g_assert_no_error(error);
}

static void
test_case(const Case *c)
{
	g_auto(World) world;
	g_auto(GStrv) parts = g_strsplit(WAYS[c->way].fault, "@", 2);
	g_autofree char *fault = NULL;
	guint lists;

	fault = g_strdup_printf("%s%s#%u%s", parts[0], CALLS[c->call].name, c->ordinal, parts[1]);
	g_test_message("edit %u: %s, %s", c->edit, fault, c->behaviours ? c->behaviours : "usual");
	world_init(&world, PEOPLE, c->behaviours);
	world_add_fault(&world, "%s", fault);
	fail_once(&world, c);
	sign_on_again(&world);
	assert_roster_is_right(&world, c);
	/* Whoever is still pending, and nothing else, is asked about again. */
	lists = client_lists(&world.alice, DAVE);
	g_assert_cmpint((lists & (MSNP_LIST_PENDING | MSNP_LIST_FORWARD | MSNP_LIST_BLOCK)) ==
			    MSNP_LIST_PENDING,
			==, world.alice.requests->len > 0);
	ask_again(&world, c);
	sign_on_again(&world);
	assert_roster_is_right(&world, c);
}

/* Makes the change once as it should be: counts its calls, and gives what it leads to. */
static char *
rehearse(guint edit, const char *behaviours, guint *n_calls)
{
	g_auto(World) world;

	world_init(&world, PEOPLE, behaviours);
	for (guint i = 0; i < G_N_ELEMENTS(CALLS); i++)
		n_calls[i] = msnp_server_n_requests(world.server, CALLS[i].name);
	client_must(&world.alice, &EDITS[edit].edit);
	for (guint i = 0; i < G_N_ELEMENTS(CALLS); i++)
		n_calls[i] = msnp_server_n_requests(world.server, CALLS[i].name) - n_calls[i];
	return result_of(&world);
}

static void
test_each_step(gconstpointer behaviours)
{
	guint cases = 0;

	for (guint edit = 0; edit < G_N_ELEMENTS(EDITS); edit++) {
		guint n_calls[G_N_ELEMENTS(CALLS)];
		g_autofree char *goal = rehearse(edit, behaviours, n_calls);

		for (guint call = 0; call < G_N_ELEMENTS(CALLS); call++)
			for (guint i = 0; i < n_calls[call] * G_N_ELEMENTS(WAYS); i++) {
				Case c = { edit,
					   call,
					   i / G_N_ELEMENTS(WAYS) + 1,
					   i % G_N_ELEMENTS(WAYS),
					   behaviours,
					   goal };

				if (WAYS[c.way].is_soap != CALLS[call].is_soap)
					continue;
				test_case(&c);
				cases++;
			}
	}
	g_test_message("%u failures", cases);
	g_assert_cmpuint(cases, >=, 120);
}

/* Signing off in the middle of each change, at any turn of the loop, also while the lists are read
 * again: one end, and nothing left. */
static void
test_leave(gconstpointer behaviours)
{
	for (guint edit = 0; edit < G_N_ELEMENTS(EDITS); edit++)
		for (guint turns = 0; turns < 33; turns += 3) {
			g_auto(World) world;
			g_auto(TestResult) result = { NULL };
			g_autoptr(GError) error = NULL;

			world_init(&world, PEOPLE, behaviours);
			msnp_session_edit_async(world.alice.session, &EDITS[edit].edit,
						test_result_take, &result);
			for (guint i = 0; i < turns && !result.result; i++)
				test_turn();
			client_sign_off(&world.alice);
			if (!msnp_session_edit_finish(NULL, test_result_wait(&result), &error))
				g_assert_true(
				    error->domain == MSNP_ERROR ||
				    g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
		}
}

/* ---- in the same session ---- */

/* A refused ADL leaves the services right and the notification server behind: the change asked
 * again makes up for it, although nothing is left to be written. */
static void
test_tells_again(void)
{
	g_auto(World) world;
	g_autoptr(GError) error = NULL;
	MsnpContact *alice;

	world_init(&world, NULL, NULL);
	client_sign_on(&world, &world.bob, BOB);
	alice = msnp_roster_find(msnp_session_roster(world.bob.session), ALICE);
	test_until(alice->status == MSNP_STATUS_ONLINE);
	world_add_fault(&world, "error=RML:403:1");
	client_edit(&world.alice, &(MsnpEdit){ .kind = MSNP_EDIT_BLOCK, .handle = BOB }, &error);
	g_assert_error(error, MSNP_ERROR, MSNP_ERROR_BUSY);
	g_assert_cmpint(alice->status, ==, MSNP_STATUS_ONLINE);
	MUST(world.alice, .kind = MSNP_EDIT_BLOCK, .handle = BOB);
	test_until(alice->status == MSNP_STATUS_OFFLINE);
	g_assert_cmpuint(msnp_server_n_requests(world.server, "RML"), ==, 2);
	MUST(world.alice, .kind = MSNP_EDIT_BLOCK, .handle = BOB);
	g_assert_cmpuint(msnp_server_n_requests(world.server, "RML"), ==, 2);
}

/* lesson_055: another client has been faster, and this one has not heard of it yet. */
static void
test_lesson_055_others_were_faster(void)
{
	g_auto(World) world;
	g_autofree char *ours = NULL, *theirs = NULL;

	world_init(&world, NULL, NULL);
	g_assert_true(msnp_server_edit_elsewhere(world.server, ALICE, MSNP_SERVER_EDIT_ADD_GROUP,
						 "New", NULL));
	g_assert_true(msnp_server_change_elsewhere(world.server, ALICE, CAROL,
						   MSNP_LIST_FORWARD | MSNP_LIST_ALLOW));
	MUST(world.alice, .kind = MSNP_EDIT_ADD, .handle = CAROL, .group = "New");
	MUST(world.alice, .kind = MSNP_EDIT_ALIAS, .handle = CAROL, .text = "Caro");
	world_pass(&world, 3);
	ours = client_state(&world.alice);
	theirs = server_state(&world, ALICE);
	g_assert_cmpstr(ours, ==, theirs);
	g_assert_nonnull(strstr(ours, "carol@example.com FL AL [New] Caro"));
	/* A group that is there is a group that is there; the service finds the asking odd. */
	g_assert_true(msnp_server_edit_elsewhere(world.server, ALICE, MSNP_SERVER_EDIT_ADD_GROUP,
						 "Newer", NULL));
	MUST(world.alice, .kind = MSNP_EDIT_ADD_GROUP, .group = "Newer");
	g_assert_cmpuint(msnp_server_complaints(world.server)->len, ==, 1);
	g_ptr_array_set_size(msnp_server_complaints(world.server), 0);
}

/* ---- what errors say ---- */

static void
test_codes(void)
{
	static const struct {
		const char *fault;
		MsnpEdit edit;
		int code;
	} ROWS[] = {
		{ "fault=ABContactAdd:RequestLimitReached:1",
		  { .kind = MSNP_EDIT_ADD, .handle = CAROL },
		  MSNP_ERROR_LIST_FULL },
		{ "fault=ABGroupAdd:QuotaLimitReached:1",
		  { .kind = MSNP_EDIT_ADD_GROUP, .group = "New" },
		  MSNP_ERROR_LIST_FULL },
		{ "error=ADL:210:1",
		  { .kind = MSNP_EDIT_ADD, .handle = CAROL },
		  MSNP_ERROR_LIST_FULL },
		{ "error=PRP:209:1",
		  { .kind = MSNP_EDIT_OWN_NAME, .text = "x" },
		  MSNP_ERROR_NAME_INVALID },
		{ "fault=ABContactAdd:InvalidPassportUser:1",
		  { .kind = MSNP_EDIT_ADD, .handle = CAROL },
		  MSNP_ERROR_NO_SUCH_ACCOUNT },
		{ "fault=ABContactAdd:EmailDomainIsFederated:1",
		  { .kind = MSNP_EDIT_ADD, .handle = CAROL },
		  MSNP_ERROR_OTHER_NETWORK },
		/* It is a success only if the lists then say so: services.md 3.4. */
		{ "fault=AddMember:MemberDoesNotExist:1",
		  { .kind = MSNP_EDIT_BLOCK, .handle = BOB },
		  MSNP_ERROR_NOT_ON_LIST },
		{ "fault=ABGroupAdd:Forbidden:1",
		  { .kind = MSNP_EDIT_ADD_GROUP, .group = "New" },
		  MSNP_ERROR_NOT_OFFERED },
		{ "tickets-lost",
		  { .kind = MSNP_EDIT_ADD_GROUP, .group = "New" },
		  MSNP_ERROR_EXPIRED },
	};

	for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
		g_auto(World) world;
		g_autoptr(GError) error = NULL;

		g_test_message("%s", ROWS[i].fault);
		world_init(&world, NULL, NULL);
		world_add_fault(&world, "%s", ROWS[i].fault);
		client_edit(&world.alice, &ROWS[i].edit, &error);
		g_assert_error(error, MSNP_ERROR, ROWS[i].code);
		g_assert_true(msnp_session_is_signed_on(world.alice.session));
	}
}

/* lesson_060: nothing is left of somebody who does not exist. */
static void
test_lesson_060_unknown(void)
{
	g_auto(World) world;
	g_autoptr(GError) error = NULL;
	g_autofree char *before = NULL, *after = NULL;

	world_init(&world, NULL, NULL);
	before = server_state(&world, ALICE);
	client_edit(&world.alice,
		    &(MsnpEdit){ .kind = MSNP_EDIT_ADD, .handle = "nobody@example.com" }, &error);
	g_assert_error(error, MSNP_ERROR, MSNP_ERROR_NO_SUCH_ACCOUNT);
	after = client_state(&world.alice);
	g_assert_cmpstr(after, ==, before);
}

/* ---- what sign-on repairs ---- */

/* n contacts "cN" on these lists. */
static char *
accounts_with(guint n, const char *lists)
{
	GString *json = g_string_new("{ \"accounts\": [ { \"handle\": \"alice@example.com\","
				     "  \"password\": \"alice\", \"name\": \"Alice\","
				     "  \"groups\": [\"Friends\"], \"contacts\": [ ");

	for (guint i = 0; i < n; i++)
		g_string_append_printf(json,
				       "%s{ \"handle\": \"c%u@example.com\", \"lists\": [%s] }",
				       i ? ", " : "", i, lists);
	g_string_append(json, " ] } ] }");
	return g_string_free(json, FALSE);
}

static guint
count_of(const char *text, const char *part)
{
	guint n = 0;

	for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
		n++;
	return n;
}

static void
wait_for_state(World *world, const char *part, guint n)
{
	for (TestWait wait = { 0 };;) {
		g_autofree char *state = server_state(world, ALICE);

		if (count_of(state, part) == n)
			return;
		test_wait_turn(&wait, __FILE__, __LINE__, part);
	}
}

static void
test_repair(gconstpointer behaviours)
{
	static const struct {
		const char *before, *after;
	} ROWS[] = {
		/* lessons 46, 47 */
		{ "\"FL\", \"AL\", \"BL\"", " FL BL" },
		{ "\"AL\", \"BL\"", " BL" },
		{ "\"FL\"", " FL AL" },
		{ "\"FL\", \"AL\", \"PL\"", " FL AL" },
		{ "\"FL\", \"AL\"", " FL AL" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
		g_autofree char *accounts = accounts_with(2, ROWS[i].before);
		g_autofree char *line = g_strdup_printf("c1@example.com%s;", ROWS[i].after);
		g_auto(World) world;

		g_test_message("%s", ROWS[i].before);
		world_init(&world, accounts, behaviours);
		wait_for_state(&world, line, 1);
		test_until(!client_is_in_disorder(&world.alice));
		g_assert_cmpuint(world.alice.requests->len, ==, 0);
		/* Nothing is told that was told at sign-on. */
		g_assert_cmpuint(msnp_server_n_requests(world.server, "ADL"), ==, 1);
		g_assert_cmpuint(msnp_server_n_requests(world.server, "RML"), ==, 0);
	}
}

/* lesson_047: nobody is allowed who only waits for an answer. */
static void
test_repair_leaves_pending(void)
{
	g_autofree char *accounts = accounts_with(2, "\"PL\", \"RL\"");
	g_auto(World) world;

	world_init(&world, accounts, NULL);
	wait_for_state(&world, "RL PL", 2);
	g_assert_cmpuint(msnp_server_n_requests(world.server, "AddMember"), ==, 0);
	g_assert_cmpuint(msnp_server_n_requests(world.server, "DeleteMember"), ==, 0);
	g_assert_cmpstr(world.alice.requests->str, ==, "c0@example.com: |c1@example.com: |");
}

/* lesson_046: some at a time, what the user wants first, and a refusal is not argued with. */
static void
test_repair_is_bounded(void)
{
	g_autofree char *accounts = accounts_with(30, "\"FL\", \"AL\", \"BL\"");
	g_auto(World) world;

	world_init(&world, accounts, NULL);
	MUST(world.alice, .kind = MSNP_EDIT_ADD_GROUP, .group = "New");
	g_assert_cmpuint(msnp_server_n_requests(world.server, "DeleteMember"), <=, 20);
	wait_for_state(&world, " FL BL", 20);
	test_settle();
	g_assert_cmpuint(msnp_server_n_requests(world.server, "DeleteMember"), ==, 20);
	world_add_fault(&world, "http=DeleteMember:500");
	client_sign_off(&world.alice);
	client_sign_on(&world, &world.alice, ALICE);
	test_until(msnp_server_n_requests(world.server, "DeleteMember") == 30);
	MUST(world.alice, .kind = MSNP_EDIT_ADD_GROUP, .group = "Newer");
	world_pass(&world, 5);
	g_assert_cmpuint(msnp_server_n_requests(world.server, "DeleteMember"), ==, 30);
}

/* Asked for while repairs are waiting: it does not wait for them. */
static void
test_repair_waits(void)
{
	g_autofree char *accounts = accounts_with(20, "\"FL\", \"AL\", \"BL\"");
	g_auto(World) world;
	guint before;

	world_init(&world, accounts, "delay=DeleteMember:20");
	before = msnp_server_n_requests(world.server, "DeleteMember");
	g_assert_cmpuint(before, <, 20);
	MUST(world.alice, .kind = MSNP_EDIT_ADD_GROUP, .group = "New");
	g_assert_cmpuint(msnp_server_n_requests(world.server, "DeleteMember"), <=, before + 2);
	wait_for_state(&world, " FL BL", 20);
}

/* ---- long lists ---- */

/* The account has friend00001 to friend..., in groups "Group 01" to "Group 10". */
static char *
accounts_generated(guint n)
{
	return g_strdup_printf("{ \"accounts\": [ { \"handle\": \"alice@example.com\","
			       "  \"password\": \"alice\", \"name\": \"Alice\", \"generate\":"
			       "  { \"contacts\": %u, \"domain\": \"many.example\", \"groups\": 10,"
			       "    \"online\": 0 } },"
			       "{ \"handle\": \"carol@example.com\", \"password\": \"carol\" } ] }",
			       n);
}

static guint
cost_of_changes(guint n)
{
	g_autofree char *accounts = accounts_generated(n);
	g_auto(World) world;
	guint before;

	world_init(&world, accounts, NULL);
	before = world_n_writes(&world);
	MUST(world.alice, .kind = MSNP_EDIT_ADD, .handle = CAROL, .group = "Group 03");
	MUST(world.alice, .kind = MSNP_EDIT_MOVE, .handle = CAROL, .old_group = "Group 03",
	     .group = "Group 04");
	MUST(world.alice, .kind = MSNP_EDIT_RENAME_GROUP, .old_group = "Group 05", .group = "New");
	MUST(world.alice, .kind = MSNP_EDIT_ALIAS, .handle = "friend00001@many.example",
	     .text = "One");
	MUST(world.alice, .kind = MSNP_EDIT_REMOVE, .handle = "friend00002@many.example");
	MUST(world.alice, .kind = MSNP_EDIT_DELETE_GROUP, .old_group = "Group 01");
	return world_n_writes(&world) - before;
}

static void
test_cost(void)
{
	guint few = cost_of_changes(9);

	g_assert_cmpuint(few, >=, 8);
	g_assert_cmpuint(cost_of_changes(900), ==, few);
}

/* The server that people use crashes at its limit: the user is told why all the same. */
static void
test_full(void)
{
	g_autofree char *accounts = accounts_generated(1000);
	g_auto(World) world;
	g_autoptr(GError) error = NULL;

	world_init(&world, accounts, "escargot");
	client_edit(&world.alice, &(MsnpEdit){ .kind = MSNP_EDIT_ADD, .handle = CAROL }, &error);
	g_assert_error(error, MSNP_ERROR, MSNP_ERROR_LIST_FULL);
	g_assert_cmpuint(client_lists(&world.alice, CAROL), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/list-faults/each-step", NULL, test_each_step);
	g_test_add_data_func("/list-faults/each-step-escargot", "escargot-writes pending-hides",
			     test_each_step);
	g_test_add_data_func("/list-faults/leave", NULL, test_leave);
	g_test_add_data_func("/list-faults/leave-while-failing",
			     "http=ABContactAdd:500 http=AddMember:500 http=DeleteMember:500 "
			     "http=ABGroupAdd:500 http=ABContactUpdate:500",
			     test_leave);
	g_test_add_func("/list-faults/tells-again", test_tells_again);
	g_test_add_func("/list-faults/lesson_055_others_were_faster",
			test_lesson_055_others_were_faster);
	g_test_add_func("/list-faults/codes", test_codes);
	g_test_add_func("/list-faults/lesson_060_unknown", test_lesson_060_unknown);
	g_test_add_data_func("/list-faults/lesson_046_lesson_047_repair", NULL, test_repair);
	g_test_add_data_func("/list-faults/lesson_046_lesson_047_repair_escargot",
			     "escargot-writes pending-hides", test_repair);
	g_test_add_func("/list-faults/lesson_047_repair_leaves_pending",
			test_repair_leaves_pending);
	g_test_add_func("/list-faults/lesson_046_repair_is_bounded", test_repair_is_bounded);
	g_test_add_func("/list-faults/repair-waits", test_repair_waits);
	g_test_add_func("/list-faults/cost", test_cost);
	g_test_add_func("/list-faults/full", test_full);
	return g_test_run();
}
