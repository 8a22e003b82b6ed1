/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * <ml> payloads: the table read, the session of the project's origin written, the limits.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "util/msnp-xml.h"
#include "vectors.h"
#include "wire/msnp-list-payload.h"

static GPtrArray *
new_entries(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)msnp_list_entry_free);
}

static void
add(GPtrArray *entries, const char *handle, guint lists, guint network)
{
	MsnpListEntry *entry = g_new0(MsnpListEntry, 1);

	entry->handle = g_strdup(handle);
	entry->lists = lists;
	entry->network = network;
	g_ptr_array_add(entries, entry);
}

static void
test_table(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("list.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		gboolean initial = 7;
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) entries =
		    msnp_list_payload_parse(row[0], strlen(row[0]), &initial, &error);

		g_assert_no_error(error);
		g_assert_cmpint(initial, ==, *row[1] == '1');
		for (guint j = 0; j < entries->len; j++) {
			MsnpListEntry *entry = entries->pdata[j];
			g_autofree char *text = g_strdup_printf(
			    "%s,%u,%u,%s", entry->handle, entry->lists, entry->network,
			    entry->friendly_name ? entry->friendly_name : "-");

			g_assert_cmpstr(text, ==, row[2 + j]);
		}
		g_assert_cmpuint(entries->len, ==, g_strv_length(row) - 2);
	}
}

/* Every payload of the reference, cut at every position: an error, not a shorter list. */
static void
test_cut_everywhere(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("list.txt");

	for (guint i = 0; i < rows->len; i++) {
		const char *payload = ((char **)rows->pdata[i])[0];
		gsize end = strlen(payload);

		while (end > 0 && payload[end - 1] != '>')
			end--;
		for (gsize length = 0; length < end; length++) {
			g_autoptr(GError) error = NULL;

			g_assert_null(msnp_list_payload_parse(payload, length, NULL, &error));
			g_assert_nonnull(error);
		}
	}
}

static void
test_not_a_list(void)
{
	static const char *const payloads[] = {
		"", "x", "<a/>", "<ml", "<ml></ml><ml/>", "<!DOCTYPE ml><ml/>", "<ml>\xff</ml>",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(payloads); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(
		    msnp_list_payload_parse(payloads[i], strlen(payloads[i]), NULL, &error));
		g_assert_nonnull(error);
	}
}

static void
assert_initial(GPtrArray *entries, const char *expected)
{
	g_autoptr(GPtrArray) parts = msnp_list_payload_initial(entries);

	g_assert_cmpuint(parts->len, ==, 1);
	g_assert_cmpstr(parts->pdata[0], ==, expected);
}

/* The worked session of the project's origin, byte for byte. */
static void
test_origin(void)
{
	g_autoptr(GPtrArray) entries = new_entries();

	add(entries, "tel:+15551111222", 3, MSNP_NETWORK_PHONE);
	add(entries, "anotheruser@hotmail.com", 3, 1);
	assert_initial(entries,
		       "<ml l=\"1\"><d n=\"hotmail.com\"><c n=\"anotheruser\" l=\"3\" t=\"1\" />"
		       "</d><t><c n=\"tel:+15551111222\" l=\"3\" /></t></ml>");
}

/* lesson_007, lesson_045, lesson_046, section 4.1: who is left out and what is masked. */
static void
test_who_is_sent(void)
{
	g_autoptr(GPtrArray) entries = new_entries();

	assert_initial(NULL, "<ml l=\"1\"></ml>");
	add(entries, "reverse@a.example", MSNP_LIST_REVERSE | MSNP_LIST_PENDING, 1);
	add(entries, "nothing@a.example", 0, 1);
	add(entries, "no at", 3, 1);
	add(entries, "a:b@c", 3, 1);
	add(entries, "a\r\nOUT\r\n@c", 3, 1);
	assert_initial(entries, "<ml l=\"1\"></ml>");
	add(entries, "both@B.example", 7 | MSNP_LIST_REVERSE, 0);
	add(entries, "twice@b.example", MSNP_LIST_ALLOW, 1);
	add(entries, "x&y@a.example", 3, 32);
	add(entries, "Twice@b.example", MSNP_LIST_BLOCK, 1);
	assert_initial(entries,
		       "<ml l=\"1\"><d n=\"a.example\"><c n=\"x&amp;y\" l=\"3\" t=\"32\" />"
		       "</d><d n=\"B.example\"><c n=\"both\" l=\"5\" t=\"1\" />"
		       "<c n=\"twice\" l=\"4\" t=\"1\" /></d></ml>");
}

static void
test_single(void)
{
	g_autofree char *adl = msnp_list_payload_single("rosa@tram.example", 3, 1);
	g_autofree char *fqy = msnp_list_payload_single("rosa@tram.example", 0, 0);
	g_autofree char *phone = msnp_list_payload_single("tel:+4930555010", 1, 4);

	g_assert_cmpstr(adl, ==,
			"<ml><d n=\"tram.example\"><c n=\"rosa\" l=\"3\" t=\"1\" /></d></ml>");
	g_assert_cmpstr(fqy, ==, "<ml><d n=\"tram.example\"><c n=\"rosa\" /></d></ml>");
	g_assert_cmpstr(phone, ==, "<ml><t><c n=\"tel:+4930555010\" l=\"1\" /></t></ml>");
	g_assert_null(msnp_list_payload_single("nobody", 3, 1));
}

static guint
count(const char *text, const char *what)
{
	guint n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

/* Both limits hold, every part is as full as it can be, and all parts together are the list. */
static void
assert_parts(GPtrArray *entries)
{
	g_autoptr(GPtrArray) parts = msnp_list_payload_initial(entries);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < parts->len; i++) {
		const char *part = parts->pdata[i];
		gboolean initial = FALSE;
		g_autoptr(GPtrArray) read =
		    msnp_list_payload_parse(part, strlen(part), &initial, NULL);

		g_assert_cmpuint(strlen(part), <=, MSNP_LIST_PAYLOAD_MAX);
		g_assert_cmpuint(count(part, "<c "), <=, MSNP_LIST_CONTACTS_MAX);
		g_assert_true(initial);
		for (guint j = 0; j < read->len; j++) {
			MsnpListEntry *entry = read->pdata[j];

			g_assert_true(g_hash_table_add(seen, msnp_handle_normalize(entry->handle)));
		}
		if (i + 1 < parts->len && read->len < MSNP_LIST_CONTACTS_MAX) {
			/* The next contact, with a domain of its own at most, would not fit. */
			const char *next = strstr(parts->pdata[i + 1], "<d ");
			const char *end = next ? strstr(next, "/>") : NULL;

			if (end)
				g_assert_cmpuint(strlen(part) + (gsize)(end - next) + 6, >,
						 MSNP_LIST_PAYLOAD_MAX);
		}
	}
	for (guint i = 0; i < entries->len; i++) {
		MsnpListEntry *entry = entries->pdata[i];
		g_autofree char *key = msnp_handle_normalize(entry->handle);

		g_assert_true(g_hash_table_contains(seen, key));
	}
}

/* lesson_006: 150 contacts and 7,500 bytes, both. */
static void
test_lesson_006(void)
{
	g_autoptr(GPtrArray) parts = NULL;
	g_autoptr(GPtrArray) entries = new_entries();

	for (guint i = 0; i < 1000; i++) {
		g_autofree char *handle = g_strdup_printf("u%05u@example.com", i);

		add(entries, handle, 3, 1);
	}
	parts = msnp_list_payload_initial(entries);
	/* Section 4.3: seven parts; 27 bytes each there, one more here for the blank. */
	g_assert_cmpuint(parts->len, ==, 7);
	g_assert_cmpuint(strlen(parts->pdata[0]), ==, 15 + 12 + 11 + 150 * 28);
	assert_parts(entries);
}

static void
test_random_lists(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(7500);

	for (guint round = 0; round < 60; round++) {
		g_autoptr(GPtrArray) entries = new_entries();
		guint longest = 1 + msnp_random_below(random, 100);

		for (guint i = msnp_random_below(random, 700); i > 0; i--) {
			g_autofree char *pad =
			    g_strnfill(msnp_random_below(random, longest), i % 3 ? 'a' : '&');
			g_autofree char *handle =
			    i % 11 == 0 ? g_strdup_printf("tel:+49%u", i)
					: g_strdup_printf("%u%s@d%u.example", i, pad,
							  msnp_random_below(random, 20));

			add(entries, handle, 1 + msnp_random_below(random, 7),
			    msnp_random_below(random, 300));
		}
		assert_parts(entries);
	}
}

/* lesson_057: nothing quadratic. */
static void
test_50000_contacts(void)
{
	g_autoptr(GPtrArray) entries = new_entries();

	for (guint i = 0; i < 50000; i++) {
		g_autofree char *handle = g_strdup_printf("u%u@d%u.example", i, i % 5000);

		add(entries, handle, 3, 1);
	}
	assert_parts(entries);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/list-payload/table", test_table);
	g_test_add_func("/list-payload/cut-everywhere", test_cut_everywhere);
	g_test_add_func("/list-payload/not-a-list", test_not_a_list);
	g_test_add_func("/list-payload/origin", test_origin);
	g_test_add_func("/list-payload/who-is-sent", test_who_is_sent);
	g_test_add_func("/list-payload/single", test_single);
	g_test_add_func("/list-payload/lesson_006", test_lesson_006);
	g_test_add_func("/list-payload/random-lists", test_random_lists);
	g_test_add_func("/list-payload/50000-contacts", test_50000_contacts);
	return g_test_run();
}
