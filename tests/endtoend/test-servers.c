/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The servers that people use differ: two clients meet and talk on each kind of them. */
#include "headless.h"

static const char accounts[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"contacts\": [ { \"handle\": \"bob@example.com\", \"name\": \"Bob\" } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\" } ] } ] }";

#define ALICE "alice@example.com"
#define BOB   "bob@example.com"

typedef struct {
	const char *name;
	MsnpServerOptions options;
	const char *behaviour;
	gboolean no_rooms; /* its rooms break a limit, and nobody can talk */
} Kind;

static const Kind kinds[] = {
	{ "dispatch", { .dispatch = TRUE }, NULL, FALSE },
	{ "msnp13", { .msnp13 = TRUE }, NULL, FALSE },
	{ "msnp13-dispatch", { .msnp13 = TRUE, .dispatch = TRUE }, NULL, FALSE },
	{ "gcf-first", { 0 }, "gcf-first", FALSE },
	{ "gcf-late", { 0 }, "gcf-late", FALSE },
	{ "gcf-never", { 0 }, "gcf-never", FALSE },
	{ "huge-gcf", { 0 }, "huge-gcf", FALSE },
	{ "no-sbs", { 0 }, "no-sbs", FALSE },
	{ "profile-never", { 0 }, "profile-never", FALSE },
	{ "escargot-policy", { 0 }, "escargot-policy", FALSE },
	{ "challenge", { 0 }, "challenge", FALSE },
	{ "malformed-ubx", { 0 }, "malformed-ubx", FALSE },
	{ "raw-nicknames", { 0 }, "raw-nicknames", FALSE },
	{ "huge-nickname", { 0 }, "huge-nickname", TRUE },
	{ "empty-nickname", { 0 }, "empty-nickname", FALSE },
	{ "empty-object", { 0 }, "empty-object", FALSE },
	{ "odd-lines", { 0 }, "odd-lines", FALSE },
	{ "chopped", { 0 }, "chopped", FALSE },
	{ "glued", { 0 }, "glued", FALSE },
};

static gboolean
sees(PurpleAccount *account, const char *who)
{
	return g_str_equal(headless_status(account, who), "available");
}

static void
test_kind(gconstpointer data)
{
	const Kind *kind = data;
	MsnpServer *server = headless_serve_as(&kind->options, accounts, kind->behaviour);
	PurpleAccount *alice = headless_account(server, ALICE, "alice");
	PurpleAccount *bob = headless_account(server, BOB, "bob");

	headless_sign_on(alice);
	headless_sign_on(bob);
	wait_until(sees(alice, BOB) && sees(bob, ALICE));
	purple_account_set_status(alice, "available", TRUE, "message", "1 &lt; 2 &amp; 3", NULL);
	wait_until(g_str_equal(headless_message(bob, ALICE), "1 < 2 & 3"));
	headless_say(alice, BOB, "can you hear me?");
	if (kind->no_rooms) {
		/* switchboard.md 16. But it is told. */
		wait_until(strstr(headless_transcript(alice, BOB), "! This message"));
		headless_clear(server);
		return;
	}
	wait_until(g_str_equal(headless_transcript(bob, ALICE), "< can you hear me?\n"));
	headless_say(bob, ALICE, "yes");
	wait_until(g_str_has_suffix(headless_transcript(alice, BOB), "< yes\n"));
	g_assert_cmpint(headless_error(alice), ==, -1);
	g_assert_cmpint(headless_error(bob), ==, -1);
	headless_clear(server);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *path = g_strconcat("/endtoend/servers/", kinds[i].name, NULL);

		g_test_add_data_func(path, &kinds[i], test_kind);
	}
	status = g_test_run();
	headless_stop();
	return status;
}
