/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The roster: the merge rules of services.md 6, and what presence does to a contact.
 */
#include <string.h>

#include "core/msnp-roster-merge.h"

#define FL MSNP_LIST_FORWARD
#define AL MSNP_LIST_ALLOW
#define BL MSNP_LIST_BLOCK
#define RL MSNP_LIST_REVERSE
#define PL MSNP_LIST_PENDING

/* What the two answers say of one person, and what the roster makes of it. */
static const struct {
	const char *what;
	guint in;
	guint out;
} MERGES[] = {
	{ "mutual", FL | AL | RL, FL | AL | RL },
	{ "has not added us", FL | AL, FL | AL },
	{ "blocked contact", FL | BL | RL, FL | BL | RL },
	{ "request waiting", RL | PL, RL | PL },
	{ "allowed stranger", AL, AL },
	{ "blocked stranger", BL, BL },
	{ "lesson_046: on Allow and Block", FL | AL | BL, FL | BL },
	{ "lesson_046: a stranger on both", AL | BL, BL },
	{ "lesson_047: on neither", FL, FL | AL },
	{ "lesson_047: pending is not allowed by itself", FL | PL, FL },
	{ "listed and pending", FL | AL | PL, FL | AL },
};

static void
add_member(MsnpMembership *membership, const char *handle, guint network, guint list)
{
	MsnpMember *member = g_new0(MsnpMember, 1);

	member->handle = g_strdup(handle);
	member->network = network;
	member->list = list;
	member->membership_id = g_strdup("");
	member->display_name = g_strdup("Stale name");
	member->invite_message = g_strdup(list == PL ? "let me in" : "");
	g_ptr_array_add(membership->members, member);
}

static MsnpAbContact *
add_contact(MsnpAddressBook *book, const char *handle, guint network, const char *name)
{
	MsnpAbContact *contact = g_new0(MsnpAbContact, 1);

	contact->id = g_strdup("9a0b7c1e-52d4-4c3f-8a61-0d2f4b6c8e10");
	contact->handle = g_strdup(handle);
	contact->network = network;
	contact->display_name = g_strdup(name);
	contact->nickname = g_strdup("");
	contact->group_ids = g_strsplit("g1 G2 unknown", " ", -1);
	g_ptr_array_add(book->contacts, contact);
	return contact;
}

typedef struct {
	MsnpAddressBook *book;
	MsnpMembership *membership;
} Answers;

static void
answers_init(Answers *answers)
{
	answers->book = msnp_address_book_new();
	answers->membership = msnp_membership_new();
}

static MsnpRoster *
answers_merge(Answers *answers)
{
	MsnpRoster *roster =
	    msnp_roster_merge(answers->book, answers->membership, "Alice@Example.com");

	msnp_address_book_free(answers->book);
	msnp_membership_free(answers->membership);
	return roster;
}

static void
put_on_lists(Answers *answers, const char *handle, guint lists)
{
	if (lists & FL)
		add_contact(answers->book, handle, MSNP_NETWORK_PASSPORT, "Name in the book");
	for (guint list = AL; list <= PL; list <<= 1)
		if (lists & list)
			add_member(answers->membership, handle, MSNP_NETWORK_PASSPORT, list);
}

static MsnpRoster *
roster_with(const char *handle, guint lists)
{
	Answers answers;

	answers_init(&answers);
	put_on_lists(&answers, handle, lists);
	return answers_merge(&answers);
}

static void
test_merge(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(MERGES); i++) {
		g_autoptr(MsnpRoster) roster = roster_with("bob@example.com", MERGES[i].in);
		MsnpContact *contact = msnp_roster_find(roster, "BOB@example.com");

		g_test_message("%s", MERGES[i].what);
		g_assert_nonnull(contact);
		g_assert_cmpuint(contact->lists, ==, MERGES[i].out);
	}
}

static void
test_left_out(void)
{
	Answers answers;
	g_autoptr(MsnpRoster) roster = NULL;

	answers_init(&answers);
	put_on_lists(&answers, "alice@example.com", FL | AL);
	put_on_lists(&answers, "messenger@microsoft.com", BL);
	add_contact(answers.book, "", 0, "Only in the book");
	add_member(answers.membership, "gone@example.com", 1, AL);
	((MsnpMember *)g_ptr_array_index(answers.membership->members,
					 answers.membership->members->len - 1))
	    ->deleted = TRUE;
	roster = answers_merge(&answers);
	g_assert_cmpuint(msnp_roster_contacts(roster)->len, ==, 0);
}

static void
test_networks(void)
{
	Answers answers;
	g_autoptr(MsnpRoster) roster = NULL;

	answers_init(&answers);
	add_contact(answers.book, "both@yahoo.example", MSNP_NETWORK_YAHOO, "Yahoo");
	add_contact(answers.book, "both@yahoo.example", MSNP_NETWORK_PASSPORT, "Passport");
	add_contact(answers.book, "yan@yahoo.example", MSNP_NETWORK_YAHOO, "Yan");
	add_contact(answers.book, "tel:+15551111222", MSNP_NETWORK_PHONE, "Phone");
	roster = answers_merge(&answers);
	g_assert_cmpuint(msnp_roster_contacts(roster)->len, ==, 4);
	g_assert_cmpstr(msnp_roster_find(roster, "both@yahoo.example")->display_name, ==,
			"Passport");
	g_assert_cmpuint(msnp_roster_find(roster, "yan@yahoo.example")->network, ==, 32);
	g_assert_cmpuint(msnp_roster_find(roster, "tel:+15551111222")->network, ==, 4);
	g_assert_null(msnp_roster_find(roster, "nobody@example.com"));
}

static void
test_no_address_book(void)
{
	g_autoptr(MsnpRoster) roster = msnp_roster_merge(NULL, NULL, "alice@example.com");
	g_autoptr(GPtrArray) lists = msnp_roster_initial_lists(roster, MSNP_DIALECT_14);

	g_assert_cmpuint(msnp_roster_contacts(roster)->len, ==, 0);
	g_assert_cmpstr(msnp_roster_own_name(roster), ==, "");
	g_assert_cmpuint(lists->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(lists, 0), ==, "<ml l=\"1\"></ml>");
}

static void
test_groups(void)
{
	Answers answers;
	g_autoptr(MsnpRoster) roster = NULL;
	MsnpAbGroup *group = g_new0(MsnpAbGroup, 1);

	answers_init(&answers);
	group->id = g_strdup("5E8C1F0A-3d27-4b96-a4f1-6c2e9d70b834");
	group->name = g_strdup("Friends & co");
	g_ptr_array_add(answers.book->groups, group);
	roster = answers_merge(&answers);
	g_assert_cmpstr(msnp_roster_group(roster, "5e8c1f0a-3D27-4b96-a4f1-6c2e9d70b834")->name, ==,
			"Friends & co");
	g_assert_null(msnp_roster_group(roster, "other"));
}

static void
test_lists_of_msnp13(void)
{
	Answers answers;
	g_autoptr(MsnpRoster) roster = NULL;
	g_autoptr(GPtrArray) lists = NULL;

	answers_init(&answers);
	add_contact(answers.book, "yan@yahoo.example", MSNP_NETWORK_YAHOO, "Yan");
	put_on_lists(&answers, "bob@hotmail.com", FL | AL);
	roster = answers_merge(&answers);
	lists = msnp_roster_initial_lists(roster, MSNP_DIALECT_13);
	g_assert_cmpuint(lists->len, ==, 1);
	g_assert_cmpstr(
	    g_ptr_array_index(lists, 0), ==,
	    "<ml l=\"1\"><d n=\"hotmail.com\"><c n=\"bob\" l=\"3\" t=\"1\" /></d></ml>");
}

/* What the initial ADL says is the union of the lists, at most Allow or Block of each. */
static void
test_initial_lists(void)
{
	Answers answers;
	g_autoptr(MsnpRoster) roster = NULL;
	g_autoptr(GPtrArray) lists = NULL;

	answers_init(&answers);
	put_on_lists(&answers, "anotheruser@hotmail.com", FL | AL | RL);
	add_contact(answers.book, "tel:+15551111222", MSNP_NETWORK_PHONE, "");
	put_on_lists(&answers, "waiting@hotmail.com", PL | RL);
	roster = answers_merge(&answers);
	lists = msnp_roster_initial_lists(roster, MSNP_DIALECT_14);
	g_assert_cmpuint(lists->len, ==, 1);
	g_assert_cmpstr(
	    g_ptr_array_index(lists, 0), ==,
	    "<ml l=\"1\"><d n=\"hotmail.com\"><c n=\"anotheruser\" l=\"3\" t=\"1\" /></d>"
	    "<t><c n=\"tel:+15551111222\" l=\"3\" /></t></ml>");
}

static guint
present(MsnpRoster *roster, MsnpStatus status, const char *nickname, guint32 caps)
{
	MsnpPresence presence = { .status = status,
				  .handle = (char *)"Bob@Example.com",
				  .network = 1,
				  .nickname = (char *)nickname,
				  .caps = caps };
	guint changes;

	g_assert_nonnull(msnp_roster_set_presence(roster, &presence, &changes));
	return changes;
}

static void
test_presence(void)
{
	g_autoptr(MsnpRoster) roster = roster_with("bob@example.com", FL | AL);
	MsnpContact *bob = msnp_roster_find(roster, "bob@example.com");
	MsnpPersonal personal = { .message = (char *)"1 < 2", .current_media = (char *)"" };
	guint changes;

	g_assert_cmpstr(msnp_contact_shown_name(bob), ==, "Name in the book");
	g_assert_cmpuint(present(roster, MSNP_STATUS_AWAY, "Bob", 5), ==,
			 MSNP_CHANGE_STATUS | MSNP_CHANGE_NAME | MSNP_CHANGE_CAPS);
	g_assert_cmpuint(present(roster, MSNP_STATUS_AWAY, "Bob", 5), ==, 0);
	/* lesson_050: an empty name erases nothing */
	g_assert_cmpuint(present(roster, MSNP_STATUS_BUSY, "", 5), ==, MSNP_CHANGE_STATUS);
	g_assert_cmpstr(msnp_contact_shown_name(bob), ==, "Bob");
	g_assert_nonnull(msnp_roster_set_personal(roster, "bob@example.com", &personal, &changes));
	g_assert_cmpuint(changes, ==, MSNP_CHANGE_PERSONAL);
	/* A new status leaves the text alone; going takes it along (lesson_092). */
	present(roster, MSNP_STATUS_ONLINE, "Bob", 5);
	g_assert_cmpstr(bob->message, ==, "1 < 2");
	present(roster, MSNP_STATUS_OFFLINE, NULL, 0);
	g_assert_cmpstr(bob->message, ==, "");
	g_assert_cmpuint(bob->caps, ==, 0);
	g_assert_cmpstr(msnp_contact_shown_name(bob), ==, "Bob");
}

/* lesson_094 */
static void
test_strangers(void)
{
	g_autoptr(MsnpRoster) roster = roster_with("bob@example.com", AL);
	MsnpPresence presence = { .status = MSNP_STATUS_ONLINE,
				  .handle = (char *)"bob@example.com",
				  .network = 1,
				  .nickname = (char *)"Bob" };
	MsnpPersonal personal = { .message = (char *)"hi", .current_media = (char *)"" };
	guint changes;

	g_assert_null(msnp_roster_set_presence(roster, &presence, &changes));
	g_assert_null(msnp_roster_set_personal(roster, "eve@example.com", &personal, &changes));
}

static void
test_pushed_lists(void)
{
	g_autoptr(MsnpRoster) roster = roster_with("bob@example.com", FL | AL);
	MsnpListEntry rosa = { .handle = (char *)"Rosa@tram.example",
			       .lists = RL,
			       .network = 1,
			       .friendly_name = (char *)"Rosa K." };
	MsnpListEntry bob = { .handle = (char *)"bob@example.com", .lists = RL, .network = 1 };
	MsnpContact *contact = msnp_roster_change_lists(roster, &rosa, TRUE);

	g_assert_cmpuint(contact->lists, ==, RL);
	g_assert_cmpstr(contact->display_name, ==, "Rosa K.");
	g_assert_true(msnp_roster_change_lists(roster, &rosa, FALSE) == contact);
	g_assert_cmpuint(contact->lists, ==, 0);
	g_assert_cmpuint(msnp_roster_change_lists(roster, &bob, TRUE)->lists, ==, FL | AL | RL);
	rosa.handle = (char *)"unknown@example.com";
	g_assert_null(msnp_roster_change_lists(roster, &rosa, FALSE));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/roster/merge", test_merge);
	g_test_add_func("/roster/lesson_044/left-out", test_left_out);
	g_test_add_func("/roster/networks", test_networks);
	g_test_add_func("/roster/no-address-book", test_no_address_book);
	g_test_add_func("/roster/groups", test_groups);
	g_test_add_func("/roster/initial-lists", test_initial_lists);
	g_test_add_func("/roster/lists-of-msnp13", test_lists_of_msnp13);
	g_test_add_func("/roster/presence", test_presence);
	g_test_add_func("/roster/strangers", test_strangers);
	g_test_add_func("/roster/pushed-lists", test_pushed_lists);
	return g_test_run();
}
