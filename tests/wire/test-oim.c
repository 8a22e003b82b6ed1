/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Offline messages: as they come, their order, as they go.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "vectors.h"
#include "wire/msnp-message.h"
#include "wire/msnp-oim.h"

#define RUN "{3A3BE82C-684D-4F4F-8005-CBE8D4F82BAD}"

static const char *const contents[] = {
	[MSNP_OIM_TEXT] = "text",
	[MSNP_OIM_NO_TEXT] = "none",
	[MSNP_OIM_DAMAGED] = "damaged",
};

static void
assert_oim(const MsnpOim *oim, char **row)
{
	g_autofree char *sequence = g_strdup_printf("%u", oim->sequence);
	g_autofree char *time = g_strdup_printf("%" G_GINT64_FORMAT, oim->time);

	g_assert_cmpstr(oim->sender, ==, row[1]);
	g_assert_cmpstr(oim->name, ==, row[2]);
	g_assert_cmpstr(oim->run_id, ==, row[3]);
	g_assert_cmpstr(sequence, ==, row[4]);
	g_assert_cmpstr(time, ==, row[5]);
	g_assert_cmpstr(contents[oim->content], ==, row[6]);
	g_assert_cmpstr(oim->text, ==, row[7]);
	g_assert_cmpint(oim->from_phone, ==, vectors_field(row, 8) != NULL);
	g_assert_cmpstr(oim->phone, ==, oim->from_phone ? row[8] : "");
	g_assert_cmpstr(oim->id, ==, "");
}

/* lesson_163. */
static void
test_table(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("oim.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autoptr(MsnpOim) oim = msnp_oim_parse(row[0], strlen(row[0]), NULL);

		vectors_note(row[0]);
		assert_oim(oim, row);
	}
}

/* The entry says who has sent it; its name and time are where the mail has none. */
static void
test_entry(void)
{
	static const char full[] = "From: Eve <eve@example.com>\nDate: 14 Mar 2026 01:26:53 -0800\n"
				   "X-OriginalArrivalTime: FILETIME=[B192EC80:01DCB394]\n\nx";
	static const char bare[] = "From: eve@example.com\nDate: 14 Mar 2026 01:26:53 -0800\n\nx";
	MsnpMailEntry entry = { .sender = (char *)"bob@example.com",
				.id = (char *)"ID",
				.folder = (char *)"",
				.name = (char *)"Bob",
				.received = 1234 };
	g_autoptr(MsnpOim) first = msnp_oim_parse(full, strlen(full), &entry);
	g_autoptr(MsnpOim) second = msnp_oim_parse(bare, strlen(bare), &entry);
	g_autoptr(MsnpOim) third = NULL;

	g_assert_cmpstr(first->sender, ==, "bob@example.com");
	g_assert_cmpstr(first->name, ==, "Eve");
	g_assert_cmpstr(first->id, ==, "ID");
	g_assert_cmpint(first->time, ==, G_GINT64_CONSTANT(1773480413000000));
	g_assert_cmpstr(second->sender, ==, "bob@example.com");
	g_assert_cmpstr(second->name, ==, "Bob");
	/* Not Date, whose zone some servers invent. */
	g_assert_cmpint(second->time, ==, 1234);
	entry.received = 0;
	third = msnp_oim_parse(bare, strlen(bare), &entry);
	g_assert_cmpint(third->time, ==, G_GINT64_CONSTANT(1773480413000000));
}

static void
check(const char *bytes, gsize length)
{
	g_autoptr(MsnpOim) oim = msnp_oim_parse(bytes, length, NULL);
	const char *texts[] = {
		oim->id, oim->sender, oim->name, oim->run_id, oim->text, oim->phone
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_assert_nonnull(texts[i]);
		g_assert_true(g_utf8_validate(texts[i], -1, NULL));
		g_assert_null(strpbrk(texts[i], "\r\x1b"));
	}
	g_assert_cmpuint(strlen(oim->text), <=, MSNP_OIM_TEXT_MAX_BYTES);
	g_assert_cmpint(oim->time, >=, 0);
	g_assert_true(oim->content == MSNP_OIM_TEXT || *oim->text == '\0');
}

/* Cut at every byte, and a byte changed at every position. */
static void
test_total(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(5);
	g_autoptr(GPtrArray) rows = vectors_table("oim.txt");

	for (guint i = 0; i < rows->len; i++) {
		char *mail = ((char **)rows->pdata[i])[0];
		gsize length = strlen(mail);

		for (gsize at = 0; at <= length; at++) {
			g_autofree char *cut = g_memdup2(mail, at);
			g_autofree char *changed = g_strdup(mail);

			check(cut, at);
			msnp_random_bytes(random, (guint8 *)changed + at, 1);
			check(changed, length);
		}
	}
}

/* CVE-2012-1178: bodies that are not in the charset they claim, in every encoding. */
static void
test_cve_2012_1178(void)
{
	static const char *const charsets[] = { "utf-8",    "iso-8859-1", "koi8-r",     "x-unknown",
						"utf-16le", "shift_jis",  "us-ascii",   "\"",
						"",         "utf-7",      "iso-2022-jp" };
	static const char body[] = "a\xc3\x28 \xed\xa0\x80 \0 \xff\xfe \x1b[0m";
	g_autofree char *base64 = g_base64_encode((const guchar *)body, sizeof body - 1);

	for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++) {
		GString *mail = g_string_new(NULL);

		g_string_printf(mail, "Content-Type: text/plain; charset=%s\r\n\r\n", charsets[i]);
		g_string_append_len(mail, body, sizeof body - 1);
		check(mail->str, mail->len);
		g_string_printf(mail,
				"Content-Type: text/plain; charset=%s\r\n"
				"Content-Transfer-Encoding: base64\r\n\r\n%s",
				charsets[i], base64);
		check(mail->str, mail->len);
		g_string_free(mail, TRUE);
	}
}

/* Large and deep mails: bounded, and done at once. */
static void
test_bounds(void)
{
	static const char *const heads[] = {
		"\n",
		"Content-Transfer-Encoding: base64\n\n",
		"Content-Transfer-Encoding: quoted-printable\n\n",
		"Content-Type: multipart/mixed; boundary=b\n\n",
		"Content-Type: multipart/mixed; boundary=\" \"\n\n",
	};
	static const char *const units[] = {
		"x",     "\n", "--b\n", "--b\nContent-Type: multipart/mixed; boundary=b\n\n",
		"-- \n", "=",  "=?",    "QUFB\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(heads) * G_N_ELEMENTS(units); i++) {
		GString *mail = g_string_new(heads[i / G_N_ELEMENTS(units)]);
		gint64 begun;

		while (mail->len < 2 * 1024 * 1024)
			g_string_append(mail, units[i % G_N_ELEMENTS(units)]);
		begun = g_get_monotonic_time();
		check(mail->str, mail->len);
		g_assert_cmpint(g_get_monotonic_time() - begun, <, 2 * G_USEC_PER_SEC);
		g_string_free(mail, TRUE);
	}
}

static MsnpOim *
oim_new(const char *sender, const char *run, guint sequence, gint64 time)
{
	MsnpOim *oim = msnp_oim_parse("", 0, NULL);

	g_free(oim->sender);
	g_free(oim->run_id);
	oim->sender = g_strdup(sender);
	oim->run_id = g_strdup(run);
	oim->sequence = sequence;
	oim->time = time;
	return oim;
}

/* lesson_161: sequence in a run, whatever the clock says; runs by time. */
static void
test_lesson_161(void)
{
	g_autoptr(GPtrArray) oims = g_ptr_array_new_with_free_func((GDestroyNotify)msnp_oim_free);
	MsnpOim *expected[8];

	expected[0] = oim_new("c@x.example", "", 0, 5);
	expected[1] = oim_new("a@x.example", "{A}", 1, 10);
	expected[2] = oim_new("a@x.example", "{a}", 2, 30);
	expected[3] = oim_new("a@x.example", "{A}", 3, 20);
	expected[4] = oim_new("b@x.example", "{A}", 1, 15);
	expected[5] = oim_new("b@x.example", "{A}", 2, 0);
	expected[6] = oim_new("a@x.example", "", 0, 40);
	expected[7] = oim_new("a@x.example", "", 7, 0);
	for (guint from = 0; from < 8; from++) {
		for (guint step = 1; step < 8; step += 2) {
			g_autoptr(GPtrArray) mixed = g_ptr_array_new();

			for (guint i = 0; i < 8; i++)
				g_ptr_array_add(mixed, expected[(from + i * step) % 8]);
			msnp_oim_sort(mixed);
			for (guint i = 0; i < 8; i++)
				g_assert_true(mixed->pdata[i] == expected[i]);
		}
	}
	for (guint i = 0; i < 8; i++)
		g_ptr_array_add(oims, expected[i]);
	msnp_oim_sort(oims);
}

/* What is equal in all stays in the order in which it came; any mixture is sorted. */
static void
test_sort_random(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(7);

	for (guint round = 0; round < 200; round++) {
		g_autoptr(GPtrArray) oims =
		    g_ptr_array_new_with_free_func((GDestroyNotify)msnp_oim_free);
		guint n = msnp_random_below(random, 40);

		for (guint i = 0; i < n; i++) {
			char run[] = { (char)('a' + msnp_random_below(random, 3)), '\0' };

			g_ptr_array_add(oims,
					oim_new("a@x.example", run, msnp_random_below(random, 5),
						msnp_random_below(random, 9)));
		}
		msnp_oim_sort(oims);
		g_assert_cmpuint(oims->len, ==, n);
		for (guint i = 0; i + 1 < n; i++) {
			const MsnpOim *a = oims->pdata[i], *b = oims->pdata[i + 1];

			if (strcmp(a->run_id, b->run_id) == 0)
				g_assert_cmpuint(a->sequence, <=, b->sequence);
			else /* a run is never left and taken up again */
				for (guint k = i + 2; k < n; k++)
					g_assert_cmpstr(((MsnpOim *)oims->pdata[k])->run_id, !=,
							a->run_id);
		}
	}
}

/* services.md 10.4, byte for byte. */
static void
test_write(void)
{
	g_autofree char *content = msnp_oim_write("Back at noon \xe2\x80\x93 call me.", RUN, 1);

	g_assert_cmpstr(content, ==,
			"MIME-Version: 1.0\n"
			"Content-Type: text/plain; charset=UTF-8\n"
			"Content-Transfer-Encoding: base64\n"
			"X-OIM-Message-Type: OfflineMessage\n"
			"X-OIM-Run-Id: {3A3BE82C-684D-4F4F-8005-CBE8D4F82BAD}\n"
			"X-OIM-Sequence-Num: 1\n"
			"\n"
			"QmFjayBhdCBub29uIOKAkyBjYWxsIG1lLg==");
}

/* lesson_164: lines of 76 at most; and what is written is read again, at every length. */
static void
test_write_lines(void)
{
	GString *text = g_string_new(NULL);

	for (guint n = 1; n < 300; n++) {
		g_autofree char *content = NULL;
		g_auto(GStrv) lines = NULL;
		g_autoptr(MsnpOim) oim = NULL;

		g_string_append(text, n % 50 == 0 ? "\n" : n % 7 == 0 ? "\xe2\x98\x95" : "x");
		content = msnp_oim_write(text->str, RUN, n);
		lines = g_strsplit(content, "\n", -1);
		for (char **line = lines; *line; line++)
			g_assert_cmpuint(strlen(*line), <=, 76);
		g_assert_false(g_str_has_suffix(content, "\n"));
		oim = msnp_oim_parse(content, strlen(content), NULL);
		g_assert_cmpstr(oim->text, ==, text->str);
		g_assert_cmpstr(oim->run_id, ==, RUN);
		g_assert_cmpuint(oim->sequence, ==, n);
	}
	g_string_free(text, TRUE);
}

/* Breaks go out as CRLF; what is no text does not go out. */
static void
test_write_text(void)
{
	static const struct {
		const char *text, *sent;
	} rows[] = {
		{ "a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd" },
		{ "a\x01\xff"
		  "b",
		  "a\xef\xbf\xbd"
		  "b" },
		{ "", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *content = msnp_oim_write(rows[i].text, RUN, 1);
		const char *base64 = strstr(content, "\n\n") + 2;
		gsize length;
		g_autofree guchar *sent = g_base64_decode(base64, &length);

		g_assert_cmpmem(sent, length, rows[i].sent, strlen(rows[i].sent));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/oim/table", test_table);
	g_test_add_func("/oim/entry", test_entry);
	g_test_add_func("/oim/total", test_total);
	g_test_add_func("/oim/cve_2012_1178", test_cve_2012_1178);
	g_test_add_func("/oim/bounds", test_bounds);
	g_test_add_func("/oim/lesson_161", test_lesson_161);
	g_test_add_func("/oim/sort-random", test_sort_random);
	g_test_add_func("/oim/write", test_write);
	g_test_add_func("/oim/write-lines", test_write_lines);
	g_test_add_func("/oim/write-text", test_write_text);
	return g_test_run();
}
