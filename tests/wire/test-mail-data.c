/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MD: counts and entries, the limits, leaves that are missing.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "vectors.h"
#include "wire/msnp-mail-data.h"

static const char *const uses[] = {
	[MSNP_MAIL_ENTRY_SKIP] = "skip",
	[MSNP_MAIL_ENTRY_FETCH] = "fetch",
	[MSNP_MAIL_ENTRY_DROP] = "drop",
};

static void
assert_number(guint64 number, const char *text)
{
	g_autofree char *got = g_strdup_printf("%" G_GUINT64_FORMAT, number);

	g_assert_cmpstr(got, ==, text);
}

static void
assert_entry(const MsnpMailEntry *entry, char **fields)
{
	g_assert_cmpstr(entry->sender, ==, fields[0]);
	g_assert_cmpstr(entry->id, ==, fields[1]);
	g_assert_cmpstr(entry->folder, ==, fields[2]);
	g_assert_cmpstr(entry->name, ==, fields[3]);
	assert_number((guint64)entry->received, fields[4]);
	assert_number(entry->size, fields[5]);
	g_assert_cmpstr(uses[msnp_mail_entry_use(entry)], ==, fields[6]);
}

static void
test_table(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("mail-data.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autoptr(GError) error = NULL;
		g_autoptr(MsnpMailData) data = msnp_mail_data_parse(row[0], -1, &error);

		vectors_note(row[0]);
		g_assert_no_error(error);
		g_assert_cmpint(data->has_counts, ==, vectors_field(row, 1) != NULL);
		if (data->has_counts) {
			assert_number(data->inbox, row[1]);
			assert_number(data->inbox_unread, row[2]);
			assert_number(data->folders, row[3]);
			assert_number(data->folders_unread, row[4]);
		}
		g_assert_cmpuint(data->entries->len, ==, vectors_field(row, 5) != NULL ? 1 : 0);
		if (data->entries->len > 0)
			assert_entry(data->entries->pdata[0], row + 5);
	}
}

static void
test_refused(void)
{
	static const char *const texts[] = {
		"",
		"too-large",
		"<MD>",
		"<MD><M></MD>",
		"<M><T>11</T></M>",
		"<!DOCTYPE MD [<!ENTITY a 'b'>]><MD>&a;</MD>",
		"<MD>\xff</MD>",
	};
	GString *huge = g_string_new("<MD>");

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;

		vectors_note(texts[i]);
		g_assert_null(msnp_mail_data_parse(texts[i], -1, &error));
		g_assert_nonnull(error);
		g_assert_true(error->domain == MSNP_XML_ERROR);
	}
	while (huge->len <= MSNP_MAIL_DATA_MAX_BYTES)
		g_string_append(huge, "<SU> </SU>");
	g_string_append(huge, "</MD>");
	g_assert_null(msnp_mail_data_parse(huge->str, (gssize)huge->len, NULL));
	g_string_free(huge, TRUE);
}

static void
test_limit(void)
{
	GString *text = g_string_new("<MD>");
	g_autoptr(MsnpMailData) data = NULL;
	const MsnpMailEntry *last;

	for (guint i = 0; i < MSNP_MAIL_DATA_MAX_ENTRIES + 5; i++)
		g_string_append_printf(text, "<M><T>11</T><I>%u</I></M><SU/>", i);
	g_string_append(text, "</MD>");
	data = msnp_mail_data_parse(text->str, (gssize)text->len, NULL);
	g_assert_nonnull(data);
	g_assert_cmpuint(data->entries->len, ==, MSNP_MAIL_DATA_MAX_ENTRIES);
	last = data->entries->pdata[MSNP_MAIL_DATA_MAX_ENTRIES - 1];
	g_assert_cmpstr(last->id, ==, "999");
	g_string_free(text, TRUE);
}

static void
check_entry(const MsnpMailEntry *entry)
{
	const char *texts[] = { entry->sender, entry->id, entry->folder, entry->name };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_assert_true(g_utf8_validate(texts[i], -1, NULL));
	g_assert_cmpuint(strlen(entry->id), <=, 128);
	g_assert_cmpuint(strlen(entry->name), <=, 1024);
	g_assert_cmpint(entry->received, >=, 0);
}

static void
check(const char *text, gsize length)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpMailData) data = msnp_mail_data_parse(text, (gssize)length, &error);

	g_assert_true((data == NULL) == (error != NULL));
	for (guint i = 0; data && i < data->entries->len; i++)
		check_entry(data->entries->pdata[i]);
}

/* Cut at every byte, and a byte changed at every position. */
static void
test_total(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(4);
	g_autoptr(GPtrArray) rows = vectors_table("mail-data.txt");

	for (guint i = 0; i < rows->len; i++) {
		char *text = ((char **)rows->pdata[i])[0];
		gsize length = strlen(text);

		for (gsize at = 0; at < length; at++) {
			g_autofree char *cut = g_memdup2(text, at);
			g_autofree char *changed = g_memdup2(text, length);

			check(cut, at);
			msnp_random_bytes(random, (guint8 *)changed + at, 1);
			check(changed, length);
		}
	}
}

/* CVE-2013-6482 (2): every element emptied, removed, doubled. */
static void
test_cve_2013_6482(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("mail-data.txt");
	char *text = ((char **)rows->pdata[0])[0];
	guint n = 0;

	for (const char *open = text; (open = strchr(open, '<')) != NULL; open++) {
		const char *after = strchr(open, '>') + 1;
		g_autofree char *close = NULL;
		const char *end;
		g_autofree char *before = g_strndup(text, (gsize)(open - text));

		if (open[1] == '/' || open == text)
			continue;
		close = g_strdup_printf("</%.*s", (int)(after - open - 1), open + 1);
		end = strstr(after, close);
		g_assert_nonnull(end);
		for (guint how = 0; how < 3; how++) {
			const char *rest = end + strlen(close);
			g_autofree char *whole = g_strndup(open, (gsize)(rest - open));
			g_autofree char *tags =
			    g_strdup_printf("%.*s%s", (int)(after - open), open, close);
			g_autofree char *changed = g_strconcat(before,
							       how == 0   ? tags
							       : how == 1 ? ""
									  : whole,
							       how == 2 ? whole : "", rest, NULL);
			g_autoptr(GError) error = NULL;
			g_autoptr(MsnpMailData) data = msnp_mail_data_parse(changed, -1, &error);

			g_assert_no_error(error);
			for (guint i = 0; i < data->entries->len; i++)
				check_entry(data->entries->pdata[i]);
			n++;
		}
	}
	g_assert_cmpuint(n, ==, 3 * 19);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail-data/table", test_table);
	g_test_add_func("/mail-data/refused", test_refused);
	g_test_add_func("/mail-data/limit", test_limit);
	g_test_add_func("/mail-data/total", test_total);
	g_test_add_func("/mail-data/cve_2013_6482", test_cve_2013_6482);
	return g_test_run();
}
