/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MSNObjects: the table, the hashes of the reference, and what may not pass.
 */
#include <string.h>

#include "vectors.h"
#include "wire/msnp-object.h"

static void
test_table(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("object.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autoptr(MsnpObject) object = msnp_object_parse(row[0]);

		vectors_note(row[0]);
		if (!vectors_field(row, 1)) {
			g_assert_null(object);
			continue;
		}
		g_assert_nonnull(object);
		g_assert_cmpstr(object->creator, ==, row[2]);
		g_assert_cmpuint(object->size, ==, g_ascii_strtoull(row[3], NULL, 10));
		g_assert_cmpuint(object->type, ==, g_ascii_strtoull(row[4], NULL, 10));
		g_assert_cmpstr(object->location, ==, row[5]);
		g_assert_cmpstr(object->friendly, ==, row[6]);
		g_assert_cmpstr(object->sha1d, ==, row[7]);
		g_assert_cmpstr(object->sha1c, ==, row[8]);
	}
	g_assert_null(msnp_object_parse(NULL));
}

/* lesson_146: both hashes as the official client has them. The emoticon of switchboard.md 11 is the
 * three bytes "abc"; its friendly name differs from ours, and with it SHA1C. */
static void
test_lesson_146(void)
{
	g_autofree char *text =
	    msnp_object_write("alice@example.com", 2, "0", (const guint8 *)"abc", 3);

	g_assert_cmpstr(text, ==,
			"<msnobj Creator=\"alice@example.com\" Size=\"3\" Type=\"2\" "
			"Location=\"0\" Friendly=\"AAA=\" "
			"SHA1D=\"qZk+NkcGgWq6PiVxeFDCbJzQ2J0=\" "
			"SHA1C=\"ncZTOdwDPdAOxY3cyr/y8Ga5izI=\"/>");
}

/* Section 6.4's own example gives SHA1C from the other attributes. */
static void
test_sha1c_of_reference(void)
{
	static const char all[] = "Creatorolaf@nordwind.exampleSize6120Type3LocationTFR7A.tmp"
				  "FriendlyAAA=SHA1D9RhxC4X1D2v9KiQf7kvLMnoRX14=";
	g_autoptr(GPtrArray) rows = vectors_table("object.txt");
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA1);
	guint8 digest[20];
	gsize length = sizeof digest;
	g_autofree char *base64 = NULL;

	g_checksum_update(checksum, (const guchar *)all, -1);
	g_checksum_get_digest(checksum, digest, &length);
	base64 = g_base64_encode(digest, length);
	g_assert_cmpstr(base64, ==, ((char **)rows->pdata[0])[8]);
}

static void
test_round_trip(void)
{
	g_autofree char *text = msnp_object_write("a&\"<b>'@c", 3, "x&y", (const guint8 *)"", 0);
	g_autoptr(MsnpObject) object = msnp_object_parse(text);

	g_assert_cmpstr(object->creator, ==, "a&\"<b>'@c");
	g_assert_cmpstr(object->location, ==, "x&y");
	g_assert_cmpuint(object->size, ==, 0);
	g_assert_cmpstr(object->sha1d, ==, "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
}

/* CAN-2004-0500: attributes longer than any fixed array. */
static void
test_can_2004_0500(void)
{
	static const gsize lengths[] = { 1000, 4096, 65536, 1048576 };

	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autofree char *a = g_strnfill(lengths[i], 'A');
		g_autofree char *text = g_strdup_printf(
		    "<msnobj Creator=\"%s\" Type=\"3\" Location=\"%s\" SHA1D=\"%s\"/>", a, a, a);
		g_autoptr(MsnpObject) object = msnp_object_parse(text);

		g_assert_cmpint(object != NULL, ==, strlen(text) <= MSNP_OBJECT_MAX);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/object/table", test_table);
	g_test_add_func("/object/lesson_146", test_lesson_146);
	g_test_add_func("/object/sha1c-of-reference", test_sha1c_of_reference);
	g_test_add_func("/object/round-trip", test_round_trip);
	g_test_add_func("/object/can_2004_0500", test_can_2004_0500);
	return g_test_run();
}
