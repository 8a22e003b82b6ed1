/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lesson_057: 900 contacts in 10 groups. What one change costs does not depend on how many there
 * are: so many requests, no fresh read, and no long turn of the main loop.
 */
#include <string.h>

#include "list-user.h"

#define CONTACTS 900
#define N_GROUPS 10
#define ALICE    "alice@example.com"
#define NEW      "new@example.com"

static MsnpServer *server;
static PurpleAccount *alice;

static char *
accounts_json(void)
{
	GString *json = g_string_new("{ \"accounts\": [ { \"handle\": \"" NEW "\" }, "
				     "{ \"handle\": \"" ALICE "\", \"password\": \"alice\", "
				     "\"groups\": [\"Group 0\"");

	for (guint i = 1; i < N_GROUPS; i++)
		g_string_append_printf(json, ", \"Group %u\"", i);
	g_string_append(json, "], \"contacts\": [");
	for (guint i = 0; i < CONTACTS; i++)
		g_string_append_printf(json,
				       "%s{ \"handle\": \"contact%03u@example.com\", "
				       "\"groups\": [\"Group %u\"] }",
				       i ? ", " : "", i, i % N_GROUPS);
	g_string_append(json, "] } ] }");
	return g_string_free(json, FALSE);
}

static const char *const counted[] = {
	"RST",
	"FindMembership",
	"ABFindAll",
	"ABContactAdd",
	"ABContactUpdate",
	"ABContactDelete",
	"ABGroupAdd",
	"ABGroupUpdate",
	"ABGroupDelete",
	"ABGroupContactAdd",
	"ABGroupContactDelete",
	"AddMember",
	"DeleteMember",
	"ADL",
	"RML",
	"FQY",
};

static guint before[G_N_ELEMENTS(counted)];

static void
count(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(counted); i++)
		before[i] = msnp_server_n_requests(server, counted[i]);
	headless_longest_turn();
}

/* What there was of requests since, as "NAME NUMBER" each. */
static char *
cost_new(void)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(counted); i++) {
		guint n = msnp_server_n_requests(server, counted[i]) - before[i];

		if (n)
			g_string_append_printf(text, "%s%s %u", text->len ? ", " : "", counted[i],
					       n);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Waits for them; what is too much counts for the next time. */
static void
expect_cost(const char *what, const char *wanted)
{
	gint64 limit = g_get_monotonic_time() + HEADLESS_LIMIT * G_USEC_PER_SEC;
	g_autofree char *cost = cost_new();

	while (!g_str_equal(cost, wanted)) {
		if (g_get_monotonic_time() > limit - G_USEC_PER_SEC)
			g_error("%s: expected %s, but there was %s", what, wanted, cost);
		headless_turn(limit, what);
		g_free(cost);
		cost = cost_new();
	}
	g_test_message("%s: %s; longest turn %ld us of CPU, the service included", what, cost,
		       (long)headless_longest_turn());
	count();
}

static gboolean
says(const char *part)
{
	g_autofree char *list = list_at(server, ALICE);

	return strstr(list, part) != NULL;
}

static void
test_many(void)
{
	g_autofree char *json = accounts_json();
	GSList *buddies;

	server = headless_serve(json, NULL);
	alice = headless_account(server, ALICE, "alice");
	headless_sign_on(alice);
	wait_until(purple_account_is_connected(alice) &&
		   user_finds(alice, "contact000@example.com", "Group 0") &&
		   user_finds(alice, "contact899@example.com", "Group 9"));
	count();
	user_adds(alice, NEW, "Group 3", NULL);
	expect_cost("add", "ABContactAdd 1, ABGroupContactAdd 1, AddMember 1, ADL 1, FQY 1");
	user_moves(alice, NEW, "Group 3", "Group 7");
	expect_cost("move", "ABGroupContactAdd 1, ABGroupContactDelete 1");
	user_moves(alice, "contact005@example.com", "Group 5", "Group 6");
	expect_cost("move", "ABGroupContactAdd 1, ABGroupContactDelete 1");
	user_renames("Group 4", "Renamed");
	expect_cost("rename", "ABGroupUpdate 1");
	user_aliases(alice, "contact899@example.com", "The last");
	expect_cost("alias", "ABContactUpdate 1");
	user_removes(alice, NEW, "Group 7");
	expect_cost("remove", "ABContactDelete 1, RML 1");
	g_assert_true(says("in Group 6: contact005@") && !says("in Group 5: contact005@"));
	g_assert_true(says("in Renamed: contact004@") && !says("group Group 4"));
	g_assert_true(says("alias contact899@example.com: The last") && !says(": " NEW));
	buddies = purple_find_buddies(alice, NULL);
	g_assert_cmpuint(g_slist_length(buddies), ==, CONTACTS);
	g_slist_free(buddies);
	/* The next sign-on reads each list once, and tells of 900 and one who is only allowed. */
	headless_sign_off(alice);
	count();
	headless_sign_on(alice);
	wait_until(purple_account_is_connected(alice));
	expect_cost("sign-on", "RST 1, FindMembership 1, ABFindAll 1, ADL 7");
	headless_clear(server);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	g_test_add_func("/endtoend/many/lesson_057_cost", test_many);
	status = g_test_run();
	headless_stop();
	return status;
}
