/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MIME messages: the table, those we send, hostile header blocks, the pieces of a long text.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "util/msnp-text.h"
#include "vectors.h"
#include "wire/msnp-cut.h"
#include "wire/msnp-message.h"

static void
test_table(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("message.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autoptr(MsnpMessage) message = msnp_message_parse(row[0], strlen(row[0]));
		g_autofree char *text = msnp_message_text(message);

		vectors_note(row[0]);
		g_assert_cmpstr(msnp_message_type(message), ==, row[1]);
		g_assert_cmpstr(msnp_message_charset(message), ==, vectors_field(row, 2));
		g_assert_cmpstr(msnp_message_header(message, row[3]), ==, vectors_field(row, 4));
		g_assert_cmpstr(text, ==, row[5]);
	}
}

/* Section 13: the profile; names without regard to case, empty values. */
static void
test_profile(void)
{
	g_autoptr(GPtrArray) session = vectors_session("notification.txt");
	const GString *payload = vectors_payload(session, "MSG Hotmail Hotmail 432");
	g_autoptr(MsnpMessage) message = msnp_message_parse(payload->str, payload->len);

	g_assert_cmpstr(msnp_message_type(message), ==, "text/x-msmsgsprofile");
	g_assert_cmpstr(msnp_message_header(message, "PreferredEmail"), ==, "mia@nordwind.example");
	g_assert_cmpstr(msnp_message_header(message, "mspauth"), ==,
			"5sampleTicket*OnlyForThisPage$$");
	g_assert_cmpstr(msnp_message_header(message, "Gender"), ==, "");
	g_assert_null(msnp_message_header(message, "RouteInfo"));
}

/* Section 13: two layers, the body is again headers. */
static void
test_two_layers(void)
{
	g_autoptr(GPtrArray) session = vectors_session("notification.txt");
	const GString *payload = vectors_payload(session, "MSG Hotmail Hotmail 300");
	g_autoptr(MsnpMessage) outer = msnp_message_parse(payload->str, payload->len);
	gsize length;
	const char *body = msnp_message_body(outer, &length);
	g_autoptr(MsnpMessage) inner = msnp_message_parse(body, length);

	g_assert_cmpstr(msnp_message_type(outer), ==, "text/x-msmsgsemailnotification");
	g_assert_cmpstr(msnp_message_header(inner, "From-Addr"), ==, "office@harbour.example");
	g_assert_cmpstr(msnp_message_header(inner, "Message-URL"), ==,
			"/cgi-bin/getmsg?msg=MSG1796000300.0");
}

static void
assert_written(MsnpMessage *message, const GString *expected)
{
	GString *bytes = msnp_message_write(message);

	g_assert_cmpstr(bytes->str, ==, expected->str);
	g_string_free(bytes, TRUE);
}

/* switchboard.md 2 and 9, byte for byte. */
static void
test_own_messages(void)
{
	g_autoptr(GPtrArray) session = vectors_session("switchboard.txt");
	g_autoptr(MsnpMessage) text = msnp_message_new_text("hello \xc3\xbcn\xc3\xaf <&>");
	g_autoptr(MsnpMessage) typing = msnp_message_new_typing("alice@example.com");

	assert_written(text, vectors_payload(session, "MSG 3 A 138"));
	assert_written(typing, vectors_payload(session, "MSG 6 U 90"));
	/* switchboard.md 6: "the usual three headers (123 bytes)" of 1,664. */
	g_assert_cmpuint(msnp_message_formatted_max(NULL), ==, 1541);
}

static void
test_add_header(void)
{
	g_autoptr(MsnpMessage) message = msnp_message_new("text/plain; charset=UTF-8");
	g_autoptr(MsnpMessage) typing = msnp_message_new_typing("a\r\nX: y@b");
	GString *bytes;

	msnp_message_add_header(message, "A", "b\r\nC: d");
	msnp_message_add_header(message, "A\r\nB", "c");
	msnp_message_add_header(message, "", "c");
	bytes = msnp_message_write(message);
	g_assert_cmpstr(bytes->str, ==,
			"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n");
	g_string_free(bytes, TRUE);
	g_assert_null(msnp_message_header(typing, "X"));
}

/* lesson_098: breaks go out as CRLF. */
static void
test_lesson_098(void)
{
	g_autoptr(MsnpMessage) message = msnp_message_new_text("a\nb\rc\r\nd\n\ne");

	g_assert_cmpstr(msnp_message_body(message, NULL), ==, "a\r\nb\r\nc\r\nd\r\n\r\ne");
}

/* CVE-2013-6482: header blocks that are none. */
static void
test_cve_2013_6482(void)
{
	static const char *const blocks[] = {
		"Content-Type",
		":",
		"::",
		" ",
		"\t:",
		"\r",
		"\n",
		"\r\r\n",
		": value\r\n\r\n",
		"Content-Type:\r\n\r\n",
		"Content-Type: ;\r\n\r\n",
		"Content-Type: ;;=;=\r\n\r\n",
		"Content-Type: a/b; boundary=\"abc\r\n\r\n",
		"Content-Type: a/b; charset=\r\n\r\n",
		"Content-Type: a/b; charset=\"\r\n\r\n",
		"Content-Type: a/b; charset\r\n\r\n",
		" folded: first\r\nContent-Type: a/b\r\n\r\nx",
		"Content-Type:\r\n a/b\r\n\r\n",
		"\r\nbody only",
	};
	GString *huge = g_string_new("X: ");

	for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++) {
		g_autoptr(MsnpMessage) message = msnp_message_parse(blocks[i], strlen(blocks[i]));
		g_autofree char *text = msnp_message_text(message);

		g_assert_nonnull(msnp_message_type(message));
		g_assert_true(g_utf8_validate(text, -1, NULL));
	}
	for (guint i = 0; i < 65536; i++)
		g_string_append(huge, i % 64 ? "x" : "\r\n folded: ");
	for (guint i = 0; i < 10000; i++)
		g_string_append_printf(huge, "\r\nH%u: v", i);
	msnp_message_unref(msnp_message_parse(huge->str, huge->len));
	g_string_free(huge, TRUE);
}

/* CVE-2012-2318, CVE-2012-1178: bad bytes under any charset come out as UTF-8. */
static void
test_cve_2012_2318(void)
{
	static const char *const charsets[] = { "UTF-8", "iso-8859-1", "koi8-r",    "x-unknown",
						"",      "utf-16le",   "shift_jis", "UTF-8//IGNORE",
						"%n%s" };
	static const char body[] = "a\xc3\x28 \xed\xa0\x80 \0 \xff\xfe \x1b[0m";

	for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++) {
		GString *bytes = g_string_new(NULL);
		g_autoptr(MsnpMessage) message = NULL;
		g_autofree char *text = NULL;

		g_string_printf(bytes, "Content-Type: text/plain; charset=%s\r\n\r\n", charsets[i]);
		g_string_append_len(bytes, body, sizeof body - 1);
		message = msnp_message_parse(bytes->str, bytes->len);
		text = msnp_message_text(message);
		g_assert_true(g_utf8_validate(text, -1, NULL));
		g_assert_null(strchr(text, '\x1b'));
		g_string_free(bytes, TRUE);
	}
}

/* Cut at every position, and bytes changed: total, and the accessors answer. */
static void
test_total(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(6);
	g_autoptr(GPtrArray) rows = vectors_table("message.txt");

	for (guint i = 0; i < rows->len; i++) {
		char *payload = ((char **)rows->pdata[i])[0];

		for (gsize length = 0; length <= strlen(payload); length++) {
			g_autofree char *bytes = g_memdup2(payload, length);
			g_autoptr(MsnpMessage) cut = msnp_message_parse(bytes, length);
			g_autofree char *text = msnp_message_text(cut);
			g_autoptr(MsnpMessage) changed = NULL;

			g_assert_true(g_utf8_validate(text, -1, NULL));
			if (length > 0)
				msnp_random_bytes(random,
						  (guint8 *)bytes +
						      msnp_random_below(random, (guint32)length),
						  1);
			changed = msnp_message_parse(bytes, length);
			g_assert_nonnull(msnp_message_type(changed));
		}
	}
}

static void
assert_split(const char *text)
{
	g_auto(GStrv) pieces =
	    msnp_cut_all(text, msnp_message_formatted_max(NULL), MSNP_CUT_AT_WORDS);
	g_autofree char *joined = g_strjoinv("", pieces);

	g_assert_cmpstr(joined, ==, text);
	for (char **piece = pieces; *piece; piece++) {
		g_autoptr(MsnpMessage) message = msnp_message_new_text(*piece);
		GString *bytes = msnp_message_write(message);

		g_assert_cmpuint(bytes->len, <=, MSNP_MESSAGE_MAX);
		g_assert_true(g_utf8_validate(*piece, -1, NULL));
		g_assert_true(**piece);
		if (piece[1])
			g_assert_false(g_str_has_suffix(*piece, "\r") && *piece[1] == '\n');
		g_string_free(bytes, TRUE);
	}
}

/* lesson_097: longer text is split, never cut. */
static void
test_lesson_097(void)
{
	static const char *const units[] = { "x",        "\n",           "\r\n",
					     "\xc3\xbc", "\xe2\x98\x95", "\xf0\x9f\x98\x80",
					     "word ",    "\r",           "a\n" };
	gsize max = msnp_message_formatted_max(NULL);

	for (gsize unit = 0; unit < G_N_ELEMENTS(units); unit++) {
		for (gsize offset = 0; offset < 4; offset++) {
			GString *text = g_string_new_len("abcd", (gssize)offset);

			while (text->len < 3 * max)
				g_string_append(text, units[unit]);
			assert_split(text->str);
			g_string_free(text, TRUE);
		}
	}
	for (gsize length = max - 1; length <= max + 1; length++) {
		g_autofree char *text = g_strnfill(length, 'x');
		g_auto(GStrv) pieces =
		    msnp_cut_all(text, msnp_message_formatted_max(NULL), MSNP_CUT_AT_WORDS);

		g_assert_cmpuint(g_strv_length(pieces), ==, length > max ? 2 : 1);
	}
	assert_split("");
}

static void
test_split_at_blanks(void)
{
	g_autofree char *first = g_strnfill(1500, 'a');
	g_autofree char *second = g_strnfill(100, 'b');
	g_autofree char *text = g_strconcat(first, " ", second, NULL);
	g_auto(GStrv) pieces =
	    msnp_cut_all(text, msnp_message_formatted_max(NULL), MSNP_CUT_AT_WORDS);

	g_assert_cmpuint(g_strv_length(pieces), ==, 2);
	g_assert_cmpstr(pieces[1], ==, second);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/message/table", test_table);
	g_test_add_func("/message/profile", test_profile);
	g_test_add_func("/message/two-layers", test_two_layers);
	g_test_add_func("/message/own-messages", test_own_messages);
	g_test_add_func("/message/add-header", test_add_header);
	g_test_add_func("/message/lesson_098", test_lesson_098);
	g_test_add_func("/message/cve_2013_6482", test_cve_2013_6482);
	g_test_add_func("/message/cve_2012_2318", test_cve_2012_2318);
	g_test_add_func("/message/total", test_total);
	g_test_add_func("/message/lesson_097", test_lesson_097);
	g_test_add_func("/message/split-at-blanks", test_split_at_blanks);
	return g_test_run();
}
