/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log: no line without a sink, and no ticket, cookie or control character in one.
 */
#include <string.h>

#include "util/msnp-log.h"
#include "vectors.h"

static void
test_redact(void)
{
	static const char *const lines[][2] = {
		{ "USR 7 TWN S t=abc&p=def", "USR 7 TWN S ***" },
		{ "USR 7 TWN S EwCo rest", "USR 7 TWN S *** ***" },
		{ "USR 7 TWN I mia@nordwind.example", "USR 7 TWN I mia@nordwind.example" },
		{ "USR 7 OK mia@nordwind.example 1 0", "USR 7 OK mia@nordwind.example 1 0" },
		{ "USR 1 alice@example.com 5ceaf118b27522ce5f81", "USR 1 alice@example.com ***" },
		{ "ANS 1 bob@example.com 0d9f 75c5", "ANS 1 bob@example.com *** ***" },
		{ "ANS 1 OK", "ANS 1 OK" },
		{ "XFR 9 SB 127.0.0.1:1864 CKI 5ceaf U messenger.msn.com 1",
		  "XFR 9 SB 127.0.0.1:1864 CKI *** U messenger.msn.com 1" },
		{ "XFR 3 NS 192.0.2.20:1863 U D", "XFR 3 NS 192.0.2.20:1863 U D" },
		{ "RNG 8745 192.0.2.31:1864 CKI 179.44 olaf@nordwind.example Olaf U m 1",
		  "RNG 8745 192.0.2.31:1864 CKI *** olaf@nordwind.example Olaf U m 1" },
		{ "anything t=secret", "anything ***" },
		{ "a\r\n\x1b\x7f\xff\xc3\xa9", "a\\x0d\\x0a\\x1b\\x7f\\xff\xc3\xa9" },
		{ "", "" },
		{ "PNG", "PNG" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *redacted = msnp_log_redact(lines[i][0], -1);

		g_assert_cmpstr(redacted, ==, lines[i][1]);
	}
}

/* Nothing that the reference's sessions keep secret is in their log. */
static void
test_sessions(void)
{
	static const char *const files[] = { "notification.txt", "switchboard.txt" };
	static const char *const secrets[] = { "Zm9yIHRoZSByZWZlcmVuY2U", "bm90aGluZyByZWFs",
					       "1796000190.4410.77",      "1796000201.4413.12",
					       "5ceaf118b27522ce5f81",    "0d9f040b9bbcc65a7aea" };

	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autoptr(GPtrArray) session = vectors_session(files[i]);

		for (guint j = 0; j < session->len; j++) {
			VectorCommand *command = session->pdata[j];
			g_autofree char *line =
			    msnp_log_redact(command->line->str, (gssize)command->line->len);

			for (gsize k = 0; k < G_N_ELEMENTS(secrets); k++)
				g_assert_null(strstr(line, secrets[k]));
		}
	}
}

static void
test_long_lines(void)
{
	g_autofree char *line = g_strnfill(1000000, '\x01');
	g_autofree char *blanks = g_strnfill(1000000, ' ');
	g_autofree char *cut = msnp_log_redact(line, -1);
	g_autofree char *cut_blanks = msnp_log_redact(blanks, -1);

	g_assert_cmpuint(strlen(cut), <=, 410);
	g_assert_cmpuint(strlen(cut_blanks), <=, 410);
}

static void
keep_line(MsnpLogLevel level, const char *category, const char *line, gpointer data)
{
	g_string_append_printf(data, "%d %s %s;", level, category, line);
}

static void
test_sink(void)
{
	GString *kept = g_string_new(NULL);

	msnp_debug("link", "%d", 1);
	g_assert_false(msnp_log_enabled());
	msnp_log_set_sink(keep_line, kept);
	msnp_warning("link", "two %s", "words");
	msnp_log_set_sink(NULL, NULL);
	msnp_debug("link", "3");
	g_assert_cmpstr(kept->str, ==, "2 link two words;");
	g_string_free(kept, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/log/redact", test_redact);
	g_test_add_func("/log/sessions", test_sessions);
	g_test_add_func("/log/long-lines", test_long_lines);
	g_test_add_func("/log/sink", test_sink);
	return g_test_run();
}
