/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Personal messages and current media.
 */
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEPS_FREED_MEMORY 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define KEEPS_FREED_MEMORY 1
#endif
#ifndef KEEPS_FREED_MEMORY
#define KEEPS_FREED_MEMORY 0
#endif

#include "util/msnp-random.h"
#include "vectors.h"
#include "wire/msnp-personal.h"

static void
test_table(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("personal.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autoptr(MsnpPersonal) personal = msnp_personal_parse(row[0], strlen(row[0]));

		vectors_note(row[0]);
		g_assert_cmpstr(personal->message, ==, row[1]);
		g_assert_cmpstr(personal->current_media, ==, row[2]);
		g_assert_cmpstr(personal->machine_guid, ==, row[3]);
	}
}

static void
test_media(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("media.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autofree char *type = NULL;
		g_autofree char *text = msnp_current_media_text(row[0], &type);

		g_assert_cmpstr(text, ==, vectors_field(row, 1));
		g_assert_cmpstr(type, ==, vectors_field(row, 2));
	}
	g_assert_null(msnp_current_media_text(NULL, NULL));
}

static void
test_media_arguments(void)
{
	/* notification.md 5 */
	static const char media[] =
	    "\\0Music\\01\\0{0} - {1}\\0Harbour Lights\\0 The\nFerrymen\\0Night Boats\\0\\0";
	static const char *const expected[] = {
		"Harbour Lights", "The Ferrymen", "Night Boats", "", "", ""
	};
	static const char *const none[] = { NULL, "", "\\0", "\\0Music\\01\\0{0}", "x" };

	for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
		g_autofree char *argument = msnp_current_media_argument(media, i);

		g_assert_cmpstr(argument, ==, expected[i]);
	}
	for (guint i = 0; i < G_N_ELEMENTS(none); i++) {
		g_autofree char *argument = msnp_current_media_argument(none[i], 0);

		g_assert_cmpstr(argument, ==, "");
	}
}

/* Section 5 and 3.5: what we send, byte for byte. */
static void
test_write(void)
{
	g_autoptr(GPtrArray) session = vectors_session("notification.txt");
	static const char guid[] = "{9C1D2E50-7A34-4B0F-8D61-2F0A6C55E3B7}";
	static const char media[] =
	    "\\0Music\\01\\0{0} - {1}\\0Harbour Lights\\0The Ferrymen\\0Night Boats\\0\\0";
	g_autofree char *first = msnp_personal_write("sorting maps & tea", NULL, guid);
	g_autofree char *second = msnp_personal_write(NULL, media, guid);
	g_autofree char *breaks = msnp_personal_write("a\r\nb\x01<3", "", "");

	g_assert_cmpstr(first, ==, vectors_payload(session, "UUX 12 140")->str);
	g_assert_cmpstr(second, ==, vectors_payload(session, "UUX 30 186")->str);
	g_assert_cmpstr(breaks, ==,
			"<Data><PSM>a b&lt;3</PSM><CurrentMedia></CurrentMedia>"
			"<MachineGuid></MachineGuid></Data>");
}

static void
test_limit(void)
{
	g_autofree char *longer = g_strnfill(MSNP_PSM_MAX_BYTES + 1, 'x');
	g_autofree char *media = g_strconcat("\\0Music\\01\\0{0}{0}{0}{0}\\0", longer, "\\0", NULL);
	g_autofree char *written = msnp_personal_write(longer, NULL, NULL);
	g_autoptr(MsnpPersonal) read = msnp_personal_parse(written, strlen(written));
	g_autofree char *said = msnp_current_media_text(media, NULL);

	g_assert_cmpuint(strlen(read->message), ==, MSNP_PSM_MAX_BYTES);
	g_assert_cmpuint(strlen(said), ==, MSNP_PSM_MAX_BYTES);
}

static void
test_round_trip(void)
{
	static const char *const texts[] = { "",    "a < b && c > \"d\" 'e'",       "&amp;", "<3",
					     "]]>", "\xe2\x98\x95\xf0\x9f\x98\x80", "{0}\\0" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *written = msnp_personal_write(texts[i], texts[i], "{G}");
		g_autoptr(MsnpPersonal) read = msnp_personal_parse(written, strlen(written));

		g_assert_cmpstr(read->message, ==, texts[i]);
		g_assert_cmpstr(read->current_media, ==, texts[i]);
		g_assert_cmpstr(read->machine_guid, ==, "{G}");
	}
}

/* Pages of memory in use, of this process. */
static gsize
resident_pages(void)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) fields = NULL;

	g_assert_true(g_file_get_contents("/proc/self/statm", &text, NULL, NULL));
	fields = g_strsplit(text, " ", -1);
	return (gsize)g_ascii_strtoull(fields[1], NULL, 10);
}

/* CVE-2008-2956: ten thousand truncated payloads leave nothing behind. */
static void
test_cve_2008_2956(void)
{
	static const char payload[] =
	    "<Data><PSM>1 < 2 &#x26; 3</PSM><CurrentMedia>\\0Music\\01\\0{0}\\0x\\0</CurrentMedia>"
	    "<MachineGuid>{9C1D2E50-7A34-4B0F-8D61-2F0A6C55E3B7}</MachineGuid></Data>";
	gsize before = 0;

	for (guint round = 0; round < 11000; round++) {
		if (round == 1000)
			before = resident_pages();
		msnp_personal_free(msnp_personal_parse(payload, round % sizeof payload));
	}
	/* The address sanitizer keeps freed memory, but finds leaks by itself. */
	if (!KEEPS_FREED_MEMORY)
		g_assert_cmpuint(resident_pages(), <, before + 100);
}

static void
test_random(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(5);
	g_autoptr(GPtrArray) rows = vectors_table("personal.txt");

	for (guint round = 0; round < 5000; round++) {
		const char *payload = ((char **)rows->pdata[round % rows->len])[0];
		gsize length = strlen(payload);
		g_autofree char *bytes = g_memdup2(payload, length + 1);
		g_autoptr(MsnpPersonal) personal = NULL;
		g_autofree char *said = NULL;

		for (guint i = msnp_random_below(random, 5); i > 0 && length > 0; i--)
			msnp_random_bytes(
			    random, (guint8 *)bytes + msnp_random_below(random, (guint32)length),
			    1);
		personal = msnp_personal_parse(bytes, length);
		g_assert_true(g_utf8_validate(personal->message, -1, NULL));
		g_assert_true(g_utf8_validate(personal->current_media, -1, NULL));
		said = msnp_current_media_text(personal->current_media, NULL);
		g_assert_true(!said || g_utf8_validate(said, -1, NULL));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/personal/table", test_table);
	g_test_add_func("/personal/media", test_media);
	g_test_add_func("/personal/media-arguments", test_media_arguments);
	g_test_add_func("/personal/write", test_write);
	g_test_add_func("/personal/limit", test_limit);
	g_test_add_func("/personal/round-trip", test_round_trip);
	g_test_add_func("/personal/cve_2008_2956", test_cve_2008_2956);
	g_test_add_func("/personal/random", test_random);
	return g_test_run();
}
