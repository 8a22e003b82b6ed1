/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kept roster: that what is written is read again, that nothing else is, and that a delta which
 * cannot be proved right is refused (lesson 37).
 */
#include <glib/gstdio.h>
#include <string.h>

#include "core/msnp-roster-cache.h"
#include "core/msnp-roster-merge.h"

#define FL MSNP_LIST_FORWARD
#define AL MSNP_LIST_ALLOW
#define BL MSNP_LIST_BLOCK
#define RL MSNP_LIST_REVERSE
#define PL MSNP_LIST_PENDING

#define OWN "alice@example.com"

static const MsnpRosterPlace PLACE = { (char *)"", (char *)OWN, (char *)"msn.example:1863" };

static MsnpContact *
add(MsnpRoster *roster, const char *handle, guint network, guint stored)
{
	MsnpContact *contact = msnp_roster_ensure(roster, handle, network);

	msnp_contact_set_stored(contact, stored);
	return contact;
}

/* One of each kind that a list has. */
static MsnpRoster *
some_roster(void)
{
	static const MsnpRosterState STATE = { (char *)"2026-03-14T09:26:53Z",
					       (char *)"2026-03-14T09:26:53.4470000-07:00", 3,
					       FALSE };
	MsnpRoster *roster = msnp_roster_new();
	MsnpGroup *group = msnp_roster_add_group(roster, "5e8c1f0a", "Friends & <co>");
	MsnpContact *bob = add(roster, "bob@example.com", 1, FL | AL | RL);
	MsnpContact *both = add(roster, "both@example.com", 1, FL | AL | BL);
	MsnpContact *erin = add(roster, "erin@example.com", 1, PL);

	msnp_roster_add_group(roster, "77c1", "Empty");
	msnp_contact_set_id(bob, "9a0b7c1e");
	msnp_contact_put_in_group(bob, group);
	msnp_contact_set_nickname(bob, "Bobby \"the\" \xe2\x98\x83");
	msnp_contact_set_membership_id(bob, AL, "Allow/9a0b7c1e");
	msnp_contact_set_membership_id(both, BL, "42");
	g_free(erin->invite_message);
	erin->invite_message = g_strdup("Hi, it is me");
	g_free(bob->name);
	bob->name = g_strdup("B\xc3\xb4"
			     "b");
	g_free(bob->phone_mobile);
	bob->phone_mobile = g_strdup("+1 555");
	bob->mobile_enabled = TRUE;
	add(roster, "yan@yahoo.example", 32, FL | AL);
	add(roster, "tel:+15551111222", 4, FL | AL);
	msnp_roster_set_own_name(roster, "Alice");
	msnp_roster_set_blp(roster, 2);
	msnp_roster_set_state(roster, &STATE);
	return roster;
}

static char *
write_text(MsnpRoster *roster, MsnpRosterPlace *place, gsize *length)
{
	g_autoptr(MsnpRosterWriter) writer = msnp_roster_writer_new(roster, place);

	while (msnp_roster_writer_step(writer, 1))
		;
	return msnp_roster_writer_text(writer, length);
}

static char *
text_of(MsnpRoster *roster, gsize *length)
{
	g_autoptr(MsnpRosterPlace) place =
	    msnp_roster_place_new(PLACE.file, PLACE.account, PLACE.server);

	return write_text(roster, place, length);
}

static void
assert_same(MsnpRoster *one, MsnpRoster *other)
{
	gsize one_length, other_length;
	g_autofree char *one_text = text_of(one, &one_length);
	g_autofree char *other_text = text_of(other, &other_length);

	g_assert_cmpstr(one_text, ==, other_text);
}

static void
test_round(void)
{
	g_autoptr(MsnpRoster) roster = some_roster();
	g_autoptr(MsnpRoster) again = NULL;
	g_autoptr(GError) error = NULL;
	gsize length;
	g_autofree char *text = text_of(roster, &length);
	MsnpContact *bob, *both;

	again = msnp_roster_cache_parse(&PLACE, text, length, &error);
	g_assert_no_error(error);
	assert_same(roster, again);
	bob = msnp_roster_find(again, "bob@example.com");
	g_assert_cmpstr(bob->nickname, ==, "Bobby \"the\" \xe2\x98\x83");
	g_assert_cmpstr(bob->name, ==,
			"B\xc3\xb4"
			"b");
	g_assert_cmpstr(msnp_contact_membership_id(bob, AL), ==, "Allow/9a0b7c1e");
	g_assert_true(
	    msnp_contact_is_in_group(bob, msnp_roster_find_group(again, "Friends & <co>")));
	g_assert_true(bob->mobile_enabled);
	g_assert_cmpint(bob->status, ==, MSNP_STATUS_OFFLINE);
	both = msnp_roster_find(again, "both@example.com");
	g_assert_cmpuint(both->stored, ==, FL | AL | BL);
	g_assert_cmpuint(both->lists, ==, FL | BL);
	g_assert_cmpstr(msnp_roster_find(again, "erin@example.com")->invite_message, ==,
			"Hi, it is me");
	g_assert_cmpuint(msnp_roster_find_on(again, "yan@yahoo.example", 32)->lists, ==, FL | AL);
	g_assert_cmpuint(msnp_roster_groups(again)->len, ==, 2);
	g_assert_cmpint(msnp_roster_blp(again), ==, 2);
	g_assert_cmpuint(msnp_roster_state(again)->deltas, ==, 3);
	g_assert_cmpstr(msnp_roster_state(again)->book, ==, "2026-03-14T09:26:53Z");
}

static void
assert_refused(const char *text, gsize length, const char *what, gsize at)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpRoster) roster = msnp_roster_cache_parse(&PLACE, text, length, &error);

	if (roster)
		g_error("a file is believed that was %s at byte %" G_GSIZE_FORMAT, what, at);
	g_assert_nonnull(error);
}

/* Each byte changed in three ways, taken out, and everything from it on cut off. */
static void
test_corrupt_at_every_byte(void)
{
	static const guint8 FLIPS[] = { 0x01, 0x20, 0x80 };
	g_autoptr(MsnpRoster) roster = some_roster();
	gsize length;
	g_autofree char *text = text_of(roster, &length);

	for (gsize at = 0; at < length; at++) {
		g_autofree char *copy = g_memdup2(text, length + 1);

		for (guint i = 0; i < G_N_ELEMENTS(FLIPS); i++) {
			copy[at] = (char)((guint8)text[at] ^ FLIPS[i]);
			assert_refused(copy, length, "changed", at);
		}
		memmove(copy + at, text + at + 1, length - at);
		assert_refused(copy, length - 1, "shortened", at);
		assert_refused(text, at, "cut off", at);
	}
}

static void
test_others(void)
{
	static const MsnpRosterPlace OTHERS[] = {
		{ (char *)"", (char *)"bob@example.com", (char *)"msn.example:1863" },
		{ (char *)"", (char *)OWN, (char *)"msn.example:1864" },
	};
	g_autoptr(MsnpRoster) roster = some_roster();
	gsize length;
	g_autofree char *text = text_of(roster, &length);

	for (guint i = 0; i < G_N_ELEMENTS(OTHERS); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(msnp_roster_cache_parse(&OTHERS[i], text, length, &error));
		g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
	}
}

/* A document with a right checksum, whatever it holds. */
static char *
sealed(const char *document)
{
	static const char ZEROS[] =
	    "0000000000000000000000000000000000000000000000000000000000000000";
	char *text = g_strdup(document);
	char *at = strstr(text, ZEROS);
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

	memcpy(at, sum, strlen(sum));
	return text;
}

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define HEAD                                                                                       \
	"{\"version\":1,\"checksum\":\"" ZEROS                                                     \
	"\",\"account\":\"alice@example.com\",\"server\":\"msn.example:1863\","

static void
test_shapes(void)
{
	static const struct {
		const char *document;
		gboolean good;
	} DOCUMENTS[] = {
		{ HEAD "\"groups\":[],\"contacts\":[]}", TRUE },
		{ HEAD "\"groups\":7,\"contacts\":\"no\"}", TRUE }, /* as if they were not there */
		{ HEAD "\"contacts\":[{\"handle\":\"bob@example.com\",\"network\":1,\"lists\":3}]}",
		  TRUE },
		{ HEAD "\"contacts\":[{\"handle\":\"bob@example.com\",\"network\":1,\"lists\":3,"
		       "\"groups\":[1,{},null],\"membership_ids\":[],\"name\":9}]}",
		  TRUE },
		{ HEAD "\"contacts\":[{\"handle\":\"bob\",\"network\":1,\"lists\":3}]}", FALSE },
		{ HEAD "\"contacts\":[{\"handle\":\"bob@example.com\",\"network\":1,\"lists\":0}]}",
		  FALSE },
		{ HEAD
		  "\"contacts\":[{\"handle\":\"bob@example.com\",\"network\":1,\"lists\":64}]}",
		  FALSE },
		{ HEAD
		  "\"contacts\":[{\"handle\":\"bob@example.com\",\"network\":-1,\"lists\":3}]}",
		  FALSE },
		{ HEAD "\"contacts\":[null]}", FALSE },
		{ HEAD "\"contacts\":[{\"handle\":\"b@e.com\",\"network\":1,\"lists\":3},"
		       "{\"handle\":\"b@e.com\",\"network\":1,\"lists\":3}]}",
		  FALSE },
		{ HEAD "\"groups\":[{\"name\":\"without an id\"}]}", FALSE },
		{ "{\"version\":2,\"checksum\":\"" ZEROS
		  "\",\"account\":\"alice@example.com\",\"server\":\"msn.example:1863\"}",
		  FALSE },
		{ "[\"" ZEROS "\"]", FALSE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(DOCUMENTS); i++) {
		g_autofree char *text = sealed(DOCUMENTS[i].document);
		g_autoptr(MsnpRoster) roster =
		    msnp_roster_cache_parse(&PLACE, text, strlen(text), NULL);

		g_test_message("%s", text);
		g_assert_cmpint(roster != NULL, ==, DOCUMENTS[i].good);
	}
}

/* ---- the file ---- */

static void
test_file(void)
{
	g_autofree char *folder = g_dir_make_tmp("msnp14-roster-XXXXXX", NULL);
	g_autofree char *below = g_build_filename(folder, "msnp14", NULL);
	g_autofree char *file = g_build_filename(below, "alice.json", NULL);
	g_autoptr(MsnpRosterPlace) place = msnp_roster_place_new(file, PLACE.account, PLACE.server);
	g_autoptr(MsnpRoster) roster = some_roster();
	g_autoptr(MsnpRoster) again = NULL;
	g_autoptr(GError) error = NULL;
	GStatBuf info;

	g_assert_null(msnp_roster_cache_load(place, &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
	g_clear_error(&error);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(MsnpRosterWriter) writer = msnp_roster_writer_new(roster, place);

		while (msnp_roster_writer_step(writer, 2))
			;
		g_assert_true(msnp_roster_writer_save(writer, &error));
		g_assert_no_error(error);
	}
	g_assert_cmpint(g_stat(file, &info), ==, 0);
	g_assert_cmpuint(info.st_mode & 0777, ==, 0600);
	g_assert_cmpint(g_stat(below, &info), ==, 0);
	g_assert_cmpuint(info.st_mode & 0777, ==, 0700);
	again = msnp_roster_cache_load(place, &error);
	g_assert_no_error(error);
	assert_same(roster, again);
	g_remove(file);
	g_rmdir(below);
	g_rmdir(folder);
}

/* ---- deltas ---- */

#define N_PEOPLE 200

static char *
person(guint i)
{
	return g_strdup_printf("p%u@example.com", i);
}

static MsnpAbContact *
book_add(MsnpAddressBook *book, const char *id, const char *handle, const char *name)
{
	MsnpAbContact *contact = g_new0(MsnpAbContact, 1);

	contact->id = g_strdup(id);
	contact->handle = g_strdup(handle);
	contact->network = MSNP_NETWORK_PASSPORT;
	contact->display_name = g_strdup(name);
	contact->nickname = g_strdup("");
	contact->group_ids = g_strsplit("g1", " ", -1);
	g_ptr_array_add(book->contacts, contact);
	return contact;
}

static MsnpAbGroup *
book_add_group(MsnpAddressBook *book, const char *id, const char *name)
{
	MsnpAbGroup *group = g_new0(MsnpAbGroup, 1);

	group->id = g_strdup(id);
	group->name = g_strdup(name);
	g_ptr_array_add(book->groups, group);
	return group;
}

static MsnpMember *
membership_add(MsnpMembership *membership, const char *handle, guint list)
{
	MsnpMember *member = g_new0(MsnpMember, 1);

	member->handle = g_strdup(handle);
	member->network = MSNP_NETWORK_PASSPORT;
	member->list = list;
	member->membership_id = g_strdup("id");
	member->display_name = g_strdup("");
	member->invite_message = g_strdup("");
	g_ptr_array_add(membership->members, member);
	return member;
}

static void
set(char **field, const char *text)
{
	g_free(*field);
	*field = g_strdup(text);
}

/* 200 people on FL and AL, in group g1. */
static MsnpRoster *
people(void)
{
	g_autoptr(MsnpAddressBook) book = msnp_address_book_new();
	g_autoptr(MsnpMembership) membership = msnp_membership_new();

	book_add_group(book, "g1", "One");
	for (guint i = 0; i < N_PEOPLE; i++) {
		g_autofree char *handle = person(i);
		g_autofree char *id = g_strdup_printf("c%u", i);

		book_add(book, id, handle, "Somebody");
		membership_add(membership, handle, AL);
	}
	set(&book->last_change, "book 1");
	set(&membership->last_change, "membership 1");
	return msnp_roster_merge(book, membership, OWN);
}

typedef struct {
	MsnpRoster *roster;
	MsnpAddressBook *book;
	MsnpMembership *membership;
} Delta;

static void
delta_init(Delta *delta)
{
	delta->roster = people();
	delta->book = msnp_address_book_new();
	delta->membership = msnp_membership_new();
	set(&delta->book->last_change, "book 2");
	set(&delta->membership->last_change, "membership 2");
}

static void
delta_clear(Delta *delta)
{
	msnp_roster_free(delta->roster);
	msnp_address_book_free(delta->book);
	msnp_membership_free(delta->membership);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Delta, delta_clear)

static gboolean
delta_apply(Delta *delta)
{
	return msnp_roster_apply(delta->roster, delta->book, delta->membership, OWN);
}

static void
test_delta(void)
{
	g_auto(Delta) delta;
	MsnpContact *contact;

	delta_init(&delta);
	g_assert_true(msnp_roster_may_take_deltas(delta.roster));
	book_add_group(delta.book, "g2", "Two");
	set(&book_add(delta.book, "c7", "p7@example.com", "New name")->nickname, "Alias");
	book_add(delta.book, "c8", "", "")->deleted = TRUE;
	book_add(delta.book, "c900", "new@example.com", "New");
	membership_add(delta.membership, "new@example.com", AL);
	membership_add(delta.membership, "p8@example.com", AL)->deleted = TRUE;
	membership_add(delta.membership, "p9@example.com", AL)->deleted = TRUE;
	membership_add(delta.membership, "p9@example.com", BL);
	membership_add(delta.membership, "erin@example.com", PL);
	g_assert_true(delta_apply(&delta));

	contact = msnp_roster_find(delta.roster, "p7@example.com");
	g_assert_cmpstr(contact->display_name, ==, "New name");
	g_assert_cmpstr(contact->nickname, ==, "Alias");
	g_assert_cmpuint(msnp_roster_find(delta.roster, "p8@example.com")->lists, ==, 0);
	g_assert_cmpuint(msnp_roster_find(delta.roster, "p9@example.com")->lists, ==, FL | BL);
	g_assert_cmpuint(msnp_roster_find(delta.roster, "new@example.com")->lists, ==, FL | AL);
	g_assert_cmpuint(msnp_roster_find(delta.roster, "erin@example.com")->lists, ==, PL);
	g_assert_nonnull(msnp_roster_find_group(delta.roster, "Two"));
	g_assert_cmpstr(msnp_roster_state(delta.roster)->book, ==, "book 2");
	g_assert_cmpstr(msnp_roster_state(delta.roster)->membership, ==, "membership 2");
	g_assert_cmpuint(msnp_roster_state(delta.roster)->deltas, ==, 1);
}

/* services.md 4: an absent result says that nothing has changed. */
static void
test_delta_of_nothing(void)
{
	g_auto(Delta) delta;

	delta_init(&delta);
	set(&delta.membership->last_change, "");
	g_assert_true(delta_apply(&delta));
	g_assert_cmpstr(msnp_roster_state(delta.roster)->membership, ==, "membership 1");
	g_assert_cmpstr(msnp_roster_state(delta.roster)->book, ==, "book 2");
}

static void
no_book_change(Delta *delta)
{
	set(&delta->book->last_change, "");
}

static void
no_membership_change(Delta *delta)
{
	membership_add(delta->membership, "p9@example.com", RL);
	set(&delta->membership->last_change, "");
}

static void
unknown_contact_deleted(Delta *delta)
{
	book_add(delta->book, "c901", "", "")->deleted = TRUE;
}

static void
unknown_group_deleted(Delta *delta)
{
	book_add_group(delta->book, "g9", "Nine")->deleted = TRUE;
}

static void
in_unknown_group(Delta *delta)
{
	MsnpAbContact *contact = book_add(delta->book, "c7", "p7@example.com", "Name");

	g_strfreev(contact->group_ids);
	contact->group_ids = g_strsplit("g9", " ", -1);
}

static void
partial(Delta *delta)
{
	book_add(delta->book, "c7", "p7@example.com", "Name")->partial = TRUE;
}

static void
partial_without_address(Delta *delta)
{
	book_add(delta->book, "c7", "", "Name")->partial = TRUE;
}

static void
other_address(Delta *delta)
{
	book_add(delta->book, "c7", "other@example.com", "Name");
}

static void
other_id(Delta *delta)
{
	book_add(delta->book, "c902", "p7@example.com", "Name");
}

static void
not_a_member(Delta *delta)
{
	membership_add(delta->membership, "p7@example.com", BL)->deleted = TRUE;
}

static void
everybody(Delta *delta)
{
	for (guint i = 0; i < N_PEOPLE - 1; i++) {
		g_autofree char *handle = person(i);
		g_autofree char *id = g_strdup_printf("c%u", i);

		book_add(delta->book, id, handle, "Somebody");
	}
}

static void
test_doubts(void)
{
	static void (*const DOUBTS[])(Delta *) = {
		no_book_change,
		no_membership_change,
		unknown_contact_deleted,
		unknown_group_deleted,
		in_unknown_group,
		partial,
		partial_without_address,
		other_address,
		other_id,
		not_a_member,
		everybody,
	};

	for (guint i = 0; i < G_N_ELEMENTS(DOUBTS); i++) {
		g_auto(Delta) delta;

		delta_init(&delta);
		DOUBTS[i](&delta);
		g_test_message("doubt %u", i);
		g_assert_false(delta_apply(&delta));
	}
}

static void
test_when_deltas_are_taken(void)
{
	g_autoptr(MsnpRoster) roster = people();
	g_autoptr(MsnpRoster) small = some_roster();
	MsnpRosterState state = { (char *)"book", (char *)"membership", 0, FALSE };

	g_assert_true(msnp_roster_may_take_deltas(roster));
	g_assert_false(msnp_roster_may_take_deltas(small));
	state.deltas = MSNP_DELTAS_MAX;
	msnp_roster_set_state(roster, &state);
	g_assert_false(msnp_roster_may_take_deltas(roster));
	state.deltas = 0;
	state.refused = TRUE;
	msnp_roster_set_state(roster, &state);
	g_assert_false(msnp_roster_may_take_deltas(roster));
	state.refused = FALSE;
	msnp_roster_set_state(roster, &state);
	g_assert_true(msnp_roster_may_take_deltas(roster));
	msnp_roster_leave_state(roster);
	g_assert_false(msnp_roster_may_take_deltas(roster));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/roster-cache/lesson_049/round", test_round);
	g_test_add_func("/roster-cache/corrupt-at-every-byte", test_corrupt_at_every_byte);
	g_test_add_func("/roster-cache/of-others", test_others);
	g_test_add_func("/roster-cache/shapes", test_shapes);
	g_test_add_func("/roster-cache/file", test_file);
	g_test_add_func("/roster-cache/lesson_037/delta", test_delta);
	g_test_add_func("/roster-cache/lesson_037/delta-of-nothing", test_delta_of_nothing);
	g_test_add_func("/roster-cache/lesson_037/doubts", test_doubts);
	g_test_add_func("/roster-cache/lesson_037/when", test_when_deltas_are_taken);
	return g_test_run();
}
