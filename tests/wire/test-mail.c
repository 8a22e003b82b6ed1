/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the server says about mail.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "vectors.h"
#include "wire/msnp-mail.h"

static MsnpMail *
parse(const char *bytes, gsize length)
{
	g_autoptr(MsnpMessage) message = msnp_message_parse(bytes, length);

	return msnp_mail_parse(message);
}

/* A notification of a type with these lines as its body. */
static MsnpMail *
parse_lines(const char *type, const char *lines)
{
	g_autofree char *text = g_strconcat("MIME-Version: 1.0\r\nContent-Type: ", type,
					    "; charset=UTF-8\r\n\r\n", lines, NULL);

	return parse(text, strlen(text));
}

static MsnpMail *
parse_payload(const char *line)
{
	g_autoptr(GPtrArray) session = vectors_session("notification.txt");
	const GString *payload = vectors_payload(session, line);
	MsnpMail *mail = parse(payload->str, payload->len);

	g_assert_nonnull(mail);
	return mail;
}

/* notification.md 3.5: after sign-on. */
static void
test_initial(void)
{
	g_autoptr(MsnpMail) mail = parse_payload("MSG Hotmail Hotmail 304");

	g_assert_cmpint(mail->kind, ==, MSNP_MAIL_INITIAL);
	g_assert_nonnull(mail->data);
	g_assert_false(mail->must_fetch);
	g_assert_cmpint(mail->inbox_unread, ==, 1);
	g_assert_cmpint(mail->folders_unread, ==, 0);
	g_assert_cmpuint(mail->data->inbox, ==, 3);
	g_assert_cmpuint(mail->data->entries->len, ==, 0);
	g_assert_cmpstr(mail->inbox_url, ==, "/cgi-bin/inbox");
	g_assert_cmpstr(mail->folders_url, ==, "/cgi-bin/folders");
	g_assert_cmpstr(mail->post_url, ==, "https://login.nordwind.example/post.srf");
	g_assert_cmpstr(mail->message_url, ==, "");
}

/* notification.md 13, the examples. */
static void
test_oim(void)
{
	g_autoptr(MsnpMail) mail = parse_payload("MSG Hotmail Hotmail 250");
	const MsnpMailEntry *entry;

	g_assert_cmpint(mail->kind, ==, MSNP_MAIL_OIM);
	g_assert_cmpint(mail->inbox_unread, ==, -1);
	g_assert_cmpuint(mail->data->entries->len, ==, 1);
	entry = mail->data->entries->pdata[0];
	g_assert_cmpstr(entry->sender, ==, "pia@tram.example");
	g_assert_cmpstr(entry->name, ==, "Pia");
	g_assert_cmpint(msnp_mail_entry_use(entry), ==, MSNP_MAIL_ENTRY_FETCH);
}

static void
test_moved(void)
{
	g_autoptr(MsnpMail) mail = parse_payload("MSG Hotmail Hotmail 148");

	g_assert_cmpint(mail->kind, ==, MSNP_MAIL_MOVED);
	g_assert_cmpstr(mail->source, ==, ".!!OIM");
	g_assert_cmpstr(mail->destination, ==, ".!!trAsH");
	g_assert_cmpint(mail->delta, ==, 1);
	g_assert_null(mail->data);
	g_assert_false(mail->must_fetch);
}

static void
test_new(void)
{
	g_autoptr(MsnpMail) mail = parse_payload("MSG Hotmail Hotmail 300");

	g_assert_cmpint(mail->kind, ==, MSNP_MAIL_NEW);
	g_assert_cmpstr(mail->from, ==, "Harbour Office");
	g_assert_cmpstr(mail->from_address, ==, "office@harbour.example");
	g_assert_cmpstr(mail->subject, ==, "Timetable");
	g_assert_cmpstr(mail->destination, ==, "ACTIVE");
	g_assert_cmpstr(mail->message_url, ==, "/cgi-bin/getmsg?msg=MSG1796000300.0");
}

static void
test_older_form(void)
{
	g_autoptr(MsnpMail) mail = parse_lines("text/x-msmsgsinitialemailnotification",
					       "Inbox-Unread: 7\r\nFolders-Unread: 2\r\n"
					       "Inbox-URL: /cgi-bin/HoTMaiL\r\n");

	g_assert_cmpint(mail->kind, ==, MSNP_MAIL_INITIAL);
	g_assert_cmpint(mail->inbox_unread, ==, 7);
	g_assert_cmpint(mail->folders_unread, ==, 2);
	g_assert_cmpstr(mail->inbox_url, ==, "/cgi-bin/HoTMaiL");
}

/* lesson_162: a list that is not here is to be fetched, whatever the reason. */
static void
test_lesson_162(void)
{
	static const struct {
		const char *lines;
		gboolean must_fetch;
	} rows[] = {
		{ "Mail-Data: too-large\r\n", TRUE },
		{ "Mail-Data: too-large", TRUE },
		{ "Mail-Data: <MD><M></MD>\r\n", TRUE },
		{ "Mail-Data: <MD>\r\n</MD>\r\n", TRUE },
		{ "Mail-Data: <!DOCTYPE MD><MD/>\r\n", TRUE },
		{ "Mail-Data: <MD/>\r\n", FALSE },
		{ "Mail-Data: <MD>\r\n </MD>", FALSE },
		{ "mail-data:<MD></MD>\nInbox-Unread: 1", FALSE },
		{ "Mail-Data:\r\n", FALSE },
		{ "", FALSE },
	};
	GString *long_line = g_string_new("Mail-Data: <MD>");
	g_autoptr(MsnpMail) huge = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(MsnpMail) mail =
		    parse_lines("text/x-msmsgsinitialmdatanotification", rows[i].lines);

		vectors_note(rows[i].lines);
		g_assert_cmpint(mail->must_fetch, ==, rows[i].must_fetch);
		g_assert_cmpint(mail->data != NULL, ==,
				strstr(rows[i].lines, "MD") && !mail->must_fetch);
	}
	while (long_line->len <= MSNP_MAIL_FIELD_MAX_BYTES + strlen("Mail-Data: "))
		g_string_append(long_line, "<SU> </SU>");
	g_string_append(long_line, "</MD>");
	huge = parse_lines("text/x-msmsgsoimnotification", long_line->str);
	g_assert_true(huge->must_fetch);
	g_string_free(long_line, TRUE);
}

/* Some servers leave out the empty line between the layers, so that all is header. */
static void
test_one_layer(void)
{
	static const char text[] = "MIME-Version: 1.0\r\n"
				   "Content-Type: Text/X-MsmsgsOimNotification\r\n"
				   "Mail-Data: <MD><M><T>11</T></M></MD>\r\n";
	g_autoptr(MsnpMail) mail = parse(text, strlen(text));

	g_assert_cmpint(mail->kind, ==, MSNP_MAIL_OIM);
	g_assert_cmpuint(mail->data->entries->len, ==, 1);
}

static void
test_other_types(void)
{
	static const char *const types[] = { "text/x-msmsgsprofile", "text/plain", "",
					     "text/x-msmsgsoimnotification2",
					     "application/x-msmsgssystemmessage" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
		g_assert_null(parse_lines(types[i], "Mail-Data: <MD/>\r\n"));
}

/* lesson_170: decoded, and clean whatever it is. */
static void
test_lesson_170(void)
{
	g_autoptr(MsnpMail) mail =
	    parse_lines("text/x-msmsgsemailnotification",
			"From: =?utf-8?B?QsO0Yg==?= =?utf-8?Q?_B=2E?=\r\n"
			"Subject: =?iso-8859-1?Q?caf=E9?= \xff\x1b =?utf-8?B?!!?=\r\n"
			"Message-Delta: 99999999999\r\nInbox-Unread: -3\r\nDest-Folder:\r\n"
			"Message-URL: javascript:\x02x\r\n");

	g_assert_cmpstr(mail->from, ==,
			"B\xc3\xb4"
			"b B.");
	g_assert_cmpstr(mail->subject, ==, "caf\xc3\xa9 \xc3\xbf =?utf-8?B?!!?=");
	g_assert_cmpint(mail->delta, ==, 0);
	g_assert_cmpint(mail->inbox_unread, ==, -1);
	g_assert_cmpstr(mail->destination, ==, "");
	g_assert_cmpstr(mail->message_url, ==, "javascript:x");
}

static void
check(const char *bytes, gsize length)
{
	g_autoptr(MsnpMail) mail = parse(bytes, length);

	if (mail) {
		const char *texts[] = { mail->inbox_url,   mail->folders_url, mail->post_url,
					mail->message_url, mail->from,        mail->from_address,
					mail->subject,     mail->source,      mail->destination };

		for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
			g_assert_true(g_utf8_validate(texts[i], -1, NULL));
			g_assert_null(strpbrk(texts[i], "\r\n\x1b"));
		}
		g_assert_cmpint(mail->inbox_unread, >=, -1);
		g_assert_false(mail->data && mail->must_fetch);
	}
}

/* Cut at every byte, and a byte changed at every position. */
static void
test_total(void)
{
	static const char *const lines[] = {
		"MSG Hotmail Hotmail 304",
		"MSG Hotmail Hotmail 250",
		"MSG Hotmail Hotmail 148",
		"MSG Hotmail Hotmail 300",
	};
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(8);
	g_autoptr(GPtrArray) session = vectors_session("notification.txt");

	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
		const GString *payload = vectors_payload(session, lines[i]);

		for (gsize at = 0; at < payload->len; at++) {
			g_autofree char *cut = g_memdup2(payload->str, at);
			g_autofree char *changed = g_memdup2(payload->str, payload->len);

			check(cut, at);
			msnp_random_bytes(random, (guint8 *)changed + at, 1);
			check(changed, payload->len);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail/initial", test_initial);
	g_test_add_func("/mail/oim", test_oim);
	g_test_add_func("/mail/moved", test_moved);
	g_test_add_func("/mail/new", test_new);
	g_test_add_func("/mail/older-form", test_older_form);
	g_test_add_func("/mail/lesson_162", test_lesson_162);
	g_test_add_func("/mail/one-layer", test_one_layer);
	g_test_add_func("/mail/other-types", test_other_types);
	g_test_add_func("/mail/lesson_170", test_lesson_170);
	g_test_add_func("/mail/total", test_total);
	return g_test_run();
}
