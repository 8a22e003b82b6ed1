/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Presence lines of both dialects, status codes, capabilities.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "vectors.h"
#include "wire/msnp-presence.h"

static void
test_table(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("presence.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		MsnpDialect dialect = strcmp(row[0], "13") == 0 ? MSNP_DIALECT_13 : MSNP_DIALECT_14;
		g_autoptr(MsnpCommand) command =
		    msnp_command_new(row[1], strlen(row[1]), NULL, NULL);
		g_autoptr(MsnpPresence) presence = msnp_presence_parse(command, dialect);

		vectors_note(row[1]);
		if (!vectors_field(row, 2)) {
			g_assert_null(presence);
			continue;
		}
		g_assert_nonnull(presence);
		g_assert_cmpstr(msnp_status_code(presence->status), ==, row[2]);
		g_assert_cmpstr(presence->handle, ==, row[3]);
		g_assert_cmpuint(presence->network, ==, g_ascii_strtoull(row[4], NULL, 10));
		g_assert_cmpstr(presence->nickname, ==, vectors_field(row, 5));
		g_assert_cmpuint(presence->caps, ==, g_ascii_strtoull(row[6], NULL, 10));
		g_assert_cmpstr(presence->object, ==, vectors_field(row, 7));
	}
}

static void
test_codes(void)
{
	for (int status = 0; status < MSNP_N_STATUS; status++) {
		const char *code = msnp_status_code(status);

		g_assert_true(msnp_status_code_is_known(code));
		g_assert_cmpint(msnp_status_from_code(code), ==,
				status == MSNP_STATUS_HIDDEN ? MSNP_STATUS_OFFLINE : status);
	}
	g_assert_false(msnp_status_code_is_known("nln"));
	g_assert_false(msnp_status_code_is_known(""));
	g_assert_cmpint(msnp_status_from_code("XYZ"), ==, MSNP_STATUS_ONLINE);
}

/* lesson_093: unsigned 32 bits, decimal, "a:b" tolerated. */
static void
test_lesson_093(void)
{
	g_assert_cmpuint(msnp_caps_parse("1610612768"), ==, MSNP_CAPS_OURS);
	g_assert_cmpuint(msnp_caps_parse("2147483648"), ==, 0x80000000u);
	g_assert_cmpuint(msnp_caps_parse("4294967295"), ==, G_MAXUINT32);
	g_assert_cmpuint(msnp_caps_parse("4294967296"), ==, 0);
	g_assert_cmpuint(msnp_caps_parse("99999999999999999999"), ==, 0);
	g_assert_cmpuint(msnp_caps_parse("010"), ==, 10);
	g_assert_cmpuint(msnp_caps_parse("32:48"), ==, 32);
	g_assert_cmpuint(msnp_caps_parse("-1"), ==, 0);
	g_assert_cmpuint(msnp_caps_parse(""), ==, 0);
}

static void
test_random_parameters(void)
{
	static const char *const words[] = {
		"NLN",      "",           "1",    "a@b", "0",  "%3Cmsnobj%20Type=Location=SHA1D=",
		"http://x", "4294967295", "\xff", "%",   "1:", ":",
		"\x1a"
	};
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(14);

	for (guint round = 0; round < 20000; round++) {
		static const char *const verbs[] = { "ILN", "NLN", "FLN" };
		GString *line = g_string_new(verbs[round % 3]);
		g_autoptr(MsnpCommand) command = NULL;
		g_autoptr(MsnpPresence) presence = NULL;

		for (guint i = msnp_random_below(random, 10); i > 0; i--)
			g_string_append_printf(
			    line, " %s", words[msnp_random_below(random, G_N_ELEMENTS(words))]);
		command = msnp_command_new(line->str, line->len, NULL, NULL);
		presence = msnp_presence_parse(command, MSNP_DIALECT_13 + round % 2);
		if (presence) {
			g_assert_true(*presence->handle);
			g_assert_true(g_utf8_validate(presence->handle, -1, NULL));
			g_assert_cmpuint(presence->network, >, 0);
			g_assert_true(!presence->nickname ||
				      g_utf8_validate(presence->nickname, -1, NULL));
		}
		g_string_free(line, TRUE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/presence/table", test_table);
	g_test_add_func("/presence/codes", test_codes);
	g_test_add_func("/presence/lesson_093", test_lesson_093);
	g_test_add_func("/presence/random-parameters", test_random_parameters);
	return g_test_run();
}
