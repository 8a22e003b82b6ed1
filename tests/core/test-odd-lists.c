/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists as no server should give them, read by the core: what cannot be a contact is none, what is
 * shown is clean, and one can go on working with the rest.
 */
#include <string.h>

#include "list-world.h"

static const char PEOPLE[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"groups\": [\"Friends\"], \"contacts\": ["
    "  { \"handle\": \"bob@example.com\", \"name\": \"Bob\", \"lists\": [\"FL\", \"AL\", \"RL\"],"
    "    \"groups\": [\"Friends\"] },"
    "  { \"handle\": \"both@example.com\", \"lists\": [\"FL\", \"AL\", \"BL\"] },"
    "  { \"handle\": \"neither@example.com\", \"lists\": [\"FL\"] },"
    "  { \"handle\": \"stranger@example.com\", \"lists\": [\"RL\"] },"
    "  { \"handle\": \"messenger@microsoft.com\", \"lists\": [\"BL\"] },"
    "  { \"handle\": \"yan@yahoo.example\", \"network\": 32, \"lists\": [\"FL\", \"AL\"] },"
    "  { \"handle\": \"tel:+15551111222\", \"lists\": [\"FL\", \"AL\"] } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\" } ] }";

/* A text that may be shown as it is: of one line, without controls, bidi overrides or 10 kB. */
static void
assert_clean(const char *text)
{
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_cmpuint(strlen(text), <=, 1024);
	for (const char *c = text; *c; c = g_utf8_next_char(c)) {
		gunichar letter = g_utf8_get_char(c);

		g_assert_false(g_unichar_iscntrl(letter));
		g_assert_false(letter >= 0x202a && letter <= 0x202e);
		g_assert_false(letter >= 0x2066 && letter <= 0x2069);
	}
}

static void
assert_contact(const MsnpContact *contact)
{
	g_autofree char *normal = msnp_handle_normalize(contact->handle);

	g_test_message("%s", contact->handle);
	g_assert_true(msnp_handle_is_valid(contact->handle));
	g_assert_cmpstr(contact->handle, ==, normal);
	/* lesson_046 */
	g_assert_cmpuint(contact->lists & (MSNP_LIST_ALLOW | MSNP_LIST_BLOCK), !=,
			 MSNP_LIST_ALLOW | MSNP_LIST_BLOCK);
	assert_clean(contact->display_name);
	assert_clean(contact->nickname);
	assert_clean(contact->invite_message);
}

/* lessons 41 to 48 and 51 */
static void
test_read(gconstpointer behaviours)
{
	g_auto(World) world;
	GPtrArray *contacts;

	world_init(&world, PEOPLE, behaviours);
	contacts = msnp_roster_contacts(msnp_session_roster(world.alice.session));
	for (guint i = 0; i < contacts->len; i++)
		assert_contact(g_ptr_array_index(contacts, i));
	g_assert_cmpuint(contacts->len, ==, 6);
	g_assert_cmpuint(client_lists(&world.alice, BOB), ==,
			 MSNP_LIST_FORWARD | MSNP_LIST_ALLOW | MSNP_LIST_REVERSE);
	g_assert_cmpuint(client_lists(&world.alice, "both@example.com"), ==,
			 MSNP_LIST_FORWARD | MSNP_LIST_BLOCK);
	g_assert_cmpuint(client_lists(&world.alice, "neither@example.com"), ==,
			 MSNP_LIST_FORWARD | MSNP_LIST_ALLOW);
	g_assert_cmpuint(client_lists(&world.alice, "stranger@example.com"), ==, MSNP_LIST_REVERSE);
	g_assert_null(
	    msnp_roster_find(msnp_session_roster(world.alice.session), "messenger@microsoft.com"));
}

static void
test_work_on(gconstpointer behaviours)
{
	g_auto(World) world;
	g_autofree char *groups = NULL;

	world_init(&world, PEOPLE, behaviours);
	MUST(world.alice, .kind = MSNP_EDIT_MOVE, .handle = BOB, .old_group = "Friends",
	     .group = "2024");
	MUST(world.alice, .kind = MSNP_EDIT_BLOCK, .handle = "neither@example.com");
	client_sign_off(&world.alice);
	client_sign_on(&world, &world.alice, ALICE);
	groups = client_groups(&world.alice, BOB);
	g_assert_cmpstr(groups, ==, "2024");
	g_assert_cmpuint(client_lists(&world.alice, "neither@example.com"), ==,
			 MSNP_LIST_FORWARD | MSNP_LIST_BLOCK);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/odd-lists/lesson_048/plain", NULL, test_read);
	g_test_add_data_func("/odd-lists/lesson_045/lesson_051/odd", "odd-lists", test_read);
	g_test_add_data_func("/odd-lists/lesson_041/odd-on-escargot",
			     "odd-lists escargot-writes pending-hides", test_read);
	g_test_add_data_func("/odd-lists/lesson_076/work-on", "odd-lists", test_work_on);
	return g_test_run();
}
