/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Receiving of offline messages and mail: what the notification server says of them, GetMetadata,
 * GetMessage, DeleteMessages, and what the accounts file keeps. Source: services.md 10.1 to 10.3
 * and 15 (row 18), notification.md 13, servers.md.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "server/raw-offline.h"

#define MIA    "mia@nordwind.example"
#define OLAF   "olaf@nordwind.example"
#define ZOE    "zoe@example.com"
#define BOB_ID "2364C4B4-4F37-404B-AE86-F4B8B74A9020"

static MsnpServer *
serve(void)
{
	return raw_server_of(raw_offline_accounts, NULL);
}

/* Zoe, and the mail data that came after her CHG; to be freed. */
static RawSession *
sign_on_zoe(MsnpServer *server, char **data)
{
	RawSession *zoe = raw_sign_on(server, ZOE, "zoe", RAW_ZOE_ADL);

	if (data != NULL)
		*data = g_strdup(raw_payload_of(zoe->ns));
	return zoe;
}

static void
expect_text(const char *text, const char *part)
{
	if (text == NULL || strstr(text, part) == NULL)
		g_error("\"%s\" expected in %s", part, text);
}

static void
expect_order(const char *text, const char *const *parts)
{
	const char *place = text;

	for (; *parts != NULL; parts++) {
		place = strstr(place, *parts);
		if (place == NULL)
			g_error("\"%s\" expected, in its order, in %s", *parts, text);
	}
}

/* ---- What the notification server says ---- */

static void
test_initial(void)
{
	static const char *const in_time[] = { "<I>" BOB_ID "</I>", "<I>A1</I>", "<I>A2</I>",
					       "<I>A3</I>",         "<I>A4</I>", NULL };
	static const char *const odd[] = { "<I>A4</I>", "<I>" BOB_ID "</I>", "<I>A3</I>",
					   "<I>A1</I>", "<I>A2</I>",         NULL };
	MsnpServer *server = serve();
	g_autofree char *data = NULL, *escargot = NULL, *inside = NULL;
	g_autoptr(RawSession) first = sign_on_zoe(server, &data);
	g_autoptr(RawSession) second = NULL, third = NULL;

	g_assert_true(g_str_has_prefix(
	    data, "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsinitialmdatanotification; "
		  "charset=UTF-8\r\n\r\nMail-Data: <MD><E><I>0</I><IU>0</IU><O>0</O><OU>0</OU></E>"
		  "<Q><QTM>409600</QTM><QNM>204800</QNM></Q><M><T>11</T><S>6</S>"
		  "<RT>2026-03-14T09:26:53Z</RT><RS>0</RS><SZ>"));
	expect_text(data, "</SZ><E>bob@example.com</E><I>" BOB_ID "</I><F>.!!OIM</F>"
			  "<N>=?utf-8?B?QsO0Yg==?=</N><SU> </SU></M>");
	expect_text(data, "<RS>1</RS>");
	expect_order(data, in_time);
	raw_expect_nothing(first->ns);
	g_assert_null(strstr(data, "Inbox-URL"));
	raw_fault(server, "escargot-offline");
	second = sign_on_zoe(server, &escargot);
	expect_order(escargot, odd);
	expect_text(escargot, "<F>00000000-0000-0000-0000-000000000009</F>"
			      "<N>=?utf-8?B?QsO0Yg== ?=</N></M><SU> </SU>");
	msnp_server_clear_faults(server);
	raw_fault(server, "mail-data-in-header");
	third = sign_on_zoe(server, &inside);
	expect_text(inside, "charset=UTF-8\r\nMail-Data: <MD>");
	g_assert_true(g_str_has_suffix(inside, "</MD>\r\n\r\n"));
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* More than 25, or on request. */
static void
test_too_large(void)
{
	MsnpServer *server = serve();
	g_autofree char *few = NULL, *asked = NULL, *many = NULL;
	g_autoptr(RawSession) first = NULL, second = NULL, third = NULL;
	g_autoptr(RawAnswer) answer = NULL;

	for (guint i = 0; i < 20; i++)
		msnp_server_deliver_offline(server, ZOE, "bob@example.com", "From: b\r\n\r\nhi");
	first = sign_on_zoe(server, &few);
	expect_text(few, "Mail-Data: <MD>");
	raw_fault(server, "oim-too-large=1");
	second = sign_on_zoe(server, &asked);
	expect_text(asked, "\r\n\r\nMail-Data: too-large\r\n");
	msnp_server_deliver_offline(server, ZOE, "bob@example.com", "From: b\r\n\r\nhi");
	raw_expect(second->ns, "MSG Hotmail Hotmail *");
	expect_text(raw_payload_of(second->ns), "Mail-Data: <MD><M>");
	third = sign_on_zoe(server, &many);
	expect_text(many, "\r\n\r\nMail-Data: too-large\r\n");
	answer = raw_get_metadata(server, third);
	raw_expect_answer(answer, 200, "&lt;I&gt;" BOB_ID "&lt;/I&gt;");
	g_assert_cmpuint(msnp_server_n_offline(server, ZOE), ==, 26);
	g_assert_false(msnp_server_deliver_offline(server, "no@example.com", "b@c.example", ""));
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* While the recipient is online, shown or hidden: told at once, read, and deleted. */
static void
test_online(gconstpointer status)
{
	MsnpServer *server = serve();
	g_autoptr(RawSession) mia = raw_sign_on(server, MIA, "mia", RAW_MIA_OLAF_ADL);
	g_autoptr(RawSession) olaf = raw_sign_on_begin(server, OLAF, "olaf");
	g_autofree char *key = raw_unlock(server, mia), *id = NULL, *data = NULL;
	g_autoptr(RawAnswer) stored = NULL, read = NULL, deleted = NULL;

	raw_sign_on_ticket(olaf);
	raw_sign_on_lists(olaf, RAW_OLAF_ADL, status);
	stored = raw_store(server, mia, &(RawStore){ .key = key });
	raw_expect_answer(stored, 200, "StoreResponse");
	raw_skip_to(olaf->ns, "MSG Hotmail Hotmail *");
	data = g_strdup(raw_payload_of(olaf->ns));
	g_assert_true(g_str_has_prefix(
	    data, "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsoimnotification; "
		  "charset=UTF-8\r\n\r\nMail-Data: <MD><M><T>11</T><S>6</S><RS>0</RS><SZ>"));
	expect_text(data, "<E>" MIA "</E>");
	expect_text(data, "<N>=?utf-8?B?QWxpY2U=?=</N>");
	id = raw_between(data, "<I>", "</I>");
	read = raw_get_message(server, olaf, id);
	raw_expect_answer(read, 200, "QmFjayBhdCBub29uIOKAkyBjYWxsIG1lLg==");
	raw_expect_answer(read, 200, "X-OIM-Run-Id: " RAW_RUN);
	deleted = raw_delete_messages(server, olaf, id);
	raw_expect_answer(deleted, 200, "DeleteMessagesResponse");
	raw_expect(olaf->ns, "MSG Hotmail Hotmail 148");
	g_assert_cmpstr(raw_payload_of(olaf->ns), ==,
			"MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsactivemailnotification; "
			"charset=UTF-8\r\n\r\nSrc-Folder: .!!OIM\r\nDest-Folder: .!!trAsH\r\n"
			"Message-Delta: 1\r\n");
	g_assert_cmpuint(msnp_server_n_offline(server, OLAF), ==, 0);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* ---- rsi ---- */

static void
test_metadata(void)
{
	static const char rsi[] = "<GetMetadata xmlns=\"http://www.hotmail.msn.com/ws/2004/09/"
				  "oim/rsi\"></GetMetadata>";
	MsnpServer *server = serve();
	g_autoptr(RawSession) zoe = sign_on_zoe(server, NULL);
	g_autoptr(RawAnswer) text = raw_get_metadata(server, zoe), element = NULL, empty = NULL,
			     comment = NULL, bare = NULL;

	raw_expect_answer(text, 200,
			  "<GetMetadataResponse xmlns=\"http://www.hotmail.msn.com/ws/2004/09/oim/"
			  "rsi\">&lt;MD&gt;&lt;M&gt;&lt;T&gt;11&lt;/T&gt;&lt;S&gt;6&lt;/S&gt;"
			  "&lt;RT&gt;2026-03-14T09:26:53Z&lt;/RT&gt;&lt;RS&gt;0&lt;/RS&gt;");
	raw_fault(server, "metadata-as-element");
	element = raw_get_metadata(server, zoe);
	raw_expect_answer(element, 200, "<MD><M><T>11</T><S>6</S><RT>2026-03-14T09:26:53Z</RT>");
	bare = raw_rsi(server, zoe->messenger, "GetMetadata", rsi);
	raw_expect_answer(bare, 200, "<MD>");
	msnp_server_clear_faults(server);
	raw_fault(server, "escargot-offline");
	empty = raw_rsi(server, zoe->messenger, "GetMetadata", rsi);
	raw_expect_answer(empty, 500, "Internal Server Error");
	comment = raw_get_metadata(server, zoe);
	raw_expect_answer(comment, 200, "&lt;MD&gt;");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* The example of services.md 10.3, in both manners. */
static void
test_message(void)
{
	MsnpServer *server = serve();
	g_autoptr(RawSession) zoe = sign_on_zoe(server, NULL);
	g_autoptr(RawAnswer) plain = raw_get_message(server, zoe, BOB_ID), odd = NULL, whole = NULL;
	g_autofree char *text = raw_unescape(plain->body);

	raw_expect_answer(plain, 200, "<GetMessageResult>");
	expect_text(text, "\r\nFrom: =?utf-8?B?QsO0Yg==?= <bob@example.com>\r\nTo: " ZOE "\r\n");
	expect_text(text, "phx.gbl ([192.0.2.7]) by oim1-f1.example.com;\r\n\t "
			  "Sat, 14 Mar 2026 01:26:53 -0800\r\n");
	expect_text(text, "\r\nX-OIM-Run-Id: {3A3BE82C-684D-4F4F-8005-CBE8D4F82BAD}\r\n"
			  "X-OIM-Sequence-Num: 3\r\n");
	expect_text(text, "\r\nX-OriginalArrivalTime: 14 Mar 2026 09:26:53.0000 (UTC) "
			  "FILETIME=[B192EC80:01DCB394]\r\n"
			  "Date: Sat, 14 Mar 2026 01:26:53 -0800\r\n");
	expect_text(text, "\r\n\r\nQmFjayBhdCBub29uIOKAkyBjYWxsIG1lLg==\r\n</GetMessageResult>");
	raw_fault(server, "escargot-offline");
	odd = raw_get_message(server, zoe, BOB_ID);
	g_assert_null(strstr(odd->body, "&#13;"));
	raw_expect_answer(odd, 200, "]\r\nDate: 14 Mar 2026 01:26:53 -0800\r\n");
	raw_expect_answer(odd, 200, "\r\n\r\nQmFjayBhdCBub29uIOKAkyBjYWxsIG1lLg==</GetMess");
	whole = raw_get_message(server, zoe, "A4");
	raw_expect_answer(whole, 200, "<GetMessageResult>From: x\n\nhi</GetMessageResult>");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* Row 18. */
static void
test_row_18(void)
{
	MsnpServer *server = serve();
	g_autoptr(RawSession) zoe = sign_on_zoe(server, NULL);
	g_autoptr(RawAnswer) unknown = raw_get_message(server, zoe, "B9"), unseen = NULL,
			     gone = NULL, read = NULL, seen = NULL, again = NULL, mixed = NULL;

	raw_expect_answer(unknown, 500, "Internal Server Error");
	raw_complaints(server, 1, "an id that was not listed");
	/* What was read before, and what the blocked wrote, goes unseen. */
	gone = raw_delete_messages(server, zoe, "A3 A4");
	raw_expect_answer(gone, 200, "DeleteMessagesResponse");
	raw_complaints(server, 1, NULL);
	raw_expect(zoe->ns, "MSG Hotmail Hotmail 148");
	expect_text(raw_payload_of(zoe->ns), "Message-Delta: 2\r\n");
	unseen = raw_delete_messages(server, zoe, "A1");
	raw_complaints(server, 2, "not fetched");
	read = raw_get_message(server, zoe, "A2");
	/* One unknown id, and nothing goes. */
	mixed = raw_delete_messages(server, zoe, "A2 B9");
	raw_expect_answer(mixed, 500, NULL);
	raw_complaints(server, 3, "not fetched");
	g_assert_cmpuint(msnp_server_n_offline(server, ZOE), ==, 2);
	seen = raw_delete_messages(server, zoe, "A2");
	raw_expect_answer(seen, 200, NULL);
	again = raw_delete_messages(server, zoe, "A2");
	raw_complaints(server, 4, "the same id again");
	raw_server_free(server);
}

/* The ticket, and the faults on request. */
static void
test_rsi_ticket(void)
{
	MsnpServer *server = serve();
	g_autoptr(RawSession) zoe = sign_on_zoe(server, NULL);
	g_autofree char *twice = g_strconcat("t=", zoe->messenger, NULL);
	g_autoptr(RawAnswer) prefixed = NULL, foreign = NULL, asked = NULL, other = NULL,
			     bad = NULL;

	prefixed =
	    raw_rsi(server, twice, "GetMetadata",
		    "<GetMetadata xmlns=\"http://www.hotmail.msn.com/ws/2004/09/oim/rsi\"/>");
	raw_expect_answer(prefixed, 500, "<RequiredAuthPolicy ");
	raw_complaints(server, 1, "PassportCookie has t with its name");
	foreign = raw_rsi(server, zoe->contacts, "GetMetadata",
			  "<GetMetadata xmlns=\"http://www.hotmail.msn.com/ws/2004/09/oim/rsi\"/>");
	raw_complaints(server, 2, "messenger.msn.com");
	raw_fault(server, "fault=GetMetadata:AuthenticationFailed:1");
	raw_fault(server, "oim-challenge=tweener");
	asked = raw_get_metadata(server, zoe);
	raw_expect_answer(asked, 500, "<TweenerChallenge ");
	raw_fault(server, "http=GetMessage:503:1");
	other = raw_get_message(server, zoe, "A1");
	raw_expect_answer(other, 503, NULL);
	raw_complaints(server, 2, NULL);
	msnp_server_clear_faults(server);
	raw_fault(server, "escargot-offline");
	bad = raw_rsi(server, "t=EwNOBODY&p=", "GetMetadata",
		      "<GetMetadata xmlns=\"http://www.hotmail.msn.com/ws/2004/09/oim/rsi\"/>");
	raw_expect_answer(bad, 500, "<faultstring>Schema validation error</faultstring>");
	raw_server_free(server);
}

/* ---- Kept over a restart ---- */

static void
test_saved(void)
{
	g_autofree char *dir = g_dir_make_tmp("msnp14-XXXXXX", NULL);
	g_autofree char *file = g_build_filename(dir, "accounts.json", NULL), *text = NULL;
	MsnpServerOptions options = { .save_file = file };
	MsnpServer *server = raw_server_of(raw_offline_accounts, &options);
	g_autoptr(RawSession) mia = raw_sign_on(server, MIA, "mia", RAW_MIA_OLAF_ADL), olaf = NULL;
	g_autofree char *key = raw_unlock(server, mia), *data = NULL;
	g_autoptr(RawAnswer) stored = raw_store(server, mia, &(RawStore){ .key = key });

	raw_expect_answer(stored, 200, NULL);
	raw_server_free(server);
	g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
	server = raw_server_of(text, NULL);
	g_assert_cmpuint(msnp_server_n_offline(server, ZOE), ==, 5);
	olaf = raw_sign_on(server, OLAF, "olaf", RAW_OLAF_ADL);
	expect_text(raw_payload_of(olaf->ns), "<E>" MIA "</E>");
	data = msnp_server_to_json(server);
	g_assert_cmpstr(data, ==, text);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
	g_remove(file);
	g_rmdir(dir);
}

/* ---- Mail ---- */

static const char mail_accounts[] =
    "{ \"accounts\": [ { \"handle\": \"mia@nordwind.example\", \"password\": \"mia\","
    "  \"mail\": { \"inbox\": 12, \"inbox-unread\": 3, \"folders\": 4, \"folders-unread\": 1,"
    "    \"urls\": { \"inbox\": \"/cgi-bin/HoTMaiL\", \"folders\": \"/cgi-bin/folders\","
    "      \"post\": \"https://login.nordwind.example/post.srf\" } } } ] }";

#define URLS                                                                                       \
	"Inbox-URL: /cgi-bin/HoTMaiL\r\nFolders-URL: /cgi-bin/folders\r\n"                         \
	"Post-URL: https://login.nordwind.example/post.srf\r\n"

static void
test_mail(void)
{
	MsnpServer *server = raw_server_of(mail_accounts, NULL);
	g_autoptr(RawSession) mia = raw_sign_on_begin(server, MIA, "mia");
	g_autofree char *kept = NULL;

	raw_fault(server, "old-mail");
	raw_sign_on_ticket(mia);
	expect_text(raw_payload_of(mia->ns), "\r\nEmailEnabled: 1\r\n");
	raw_sign_on_lists(mia, RAW_NOBODY_ADL, "NLN");
	expect_text(raw_payload_of(mia->ns), "<MD><E><I>12</I><IU>3</IU><O>4</O><OU>1</OU></E>");
	g_assert_true(g_str_has_suffix(raw_payload_of(mia->ns), "</MD>\r\n" URLS));
	raw_expect(mia->ns, "MSG Hotmail Hotmail *");
	expect_text(raw_payload_of(mia->ns),
		    "text/x-msmsgsinitialemailnotification; charset=UTF-8\r\n\r\n"
		    "Inbox-Unread: 3\r\nFolders-Unread: 1\r\n" URLS);
	g_assert_true(msnp_server_deliver_mail(server, MIA, "office@harbour.example",
					       "Harbour Office", "Timetable", NULL));
	raw_expect(mia->ns, "MSG Hotmail Hotmail *");
	expect_text(raw_payload_of(mia->ns),
		    "text/x-msmsgsemailnotification; charset=UTF-8\r\n\r\n"
		    "From: =?utf-8?B?SGFyYm91ciBPZmZpY2U=?=\r\n"
		    "Message-URL: /cgi-bin/getmsg?msg=MSG1796000300.0\r\n"
		    "Post-URL: https://login.nordwind.example/post.srf\r\n"
		    "Subject: =?utf-8?B?VGltZXRhYmxl?=\r\nDest-Folder: ACTIVE\r\n"
		    "From-Addr: office@harbour.example\r\nid: 2\r\n");
	g_assert_true(msnp_server_move_mail(server, MIA, "ACTIVE", "trAsH", 2));
	raw_expect(mia->ns, "MSG Hotmail Hotmail *");
	expect_text(raw_payload_of(mia->ns),
		    "text/x-msmsgsactivemailnotification; charset=UTF-8\r\n\r\n"
		    "Src-Folder: ACTIVE\r\nDest-Folder: trAsH\r\nMessage-Delta: 2\r\n");
	kept = msnp_server_to_json(server);
	expect_text(kept, "\"inbox\" : 11");
	expect_text(kept, "\"inbox-unread\" : 2");
	g_assert_false(msnp_server_deliver_mail(server, OLAF, "a@b.example", "A", "B", NULL));
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* Slips of the pen in the accounts file. */
static void
test_refused_files(void)
{
	static const char *const bad[] = {
		"\"mail\": 3",
		"\"mail\": { \"in\": 3 }",
		"\"mail\": { \"urls\": { \"x\": \"y\" } }",
		"\"phones\": { \"fax\": \"1\" }",
		"\"phones\": []",
		"\"offline-messages\": {}",
		"\"offline-messages\": [ {} ]",
		"\"offline-messages\": [ { \"from\": \"b@c.example\", \"text\": \"x\" } ]",
		"\"offline-messages\": [ { \"from\": \"b@c.example\", "
		"\"time\": \"2026-03-14T09:26:53Z\" } ]",
		"\"offline-messages\": [ { \"from\": \"b@c.example\", \"text\": \"x\", \"x\": 1, "
		"\"time\": \"2026-03-14T09:26:53Z\" } ]",
	};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *text = g_strdup_printf(
		    "{ \"accounts\": [ { \"handle\": \"a@b.example\", %s } ] }", bad[i]);
		g_autoptr(GError) error = NULL;

		if (msnp_server_new(NULL, text, &error) != NULL)
			g_error("%s was taken", bad[i]);
		g_assert_nonnull(error);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/offline/initial", test_initial);
	g_test_add_func("/server/offline/too-large", test_too_large);
	g_test_add_data_func("/server/offline/online/shown", "NLN", test_online);
	g_test_add_data_func("/server/offline/online/hidden", "HDN", test_online);
	g_test_add_func("/server/offline/metadata", test_metadata);
	g_test_add_func("/server/offline/message", test_message);
	g_test_add_func("/server/offline/row-18", test_row_18);
	g_test_add_func("/server/offline/ticket", test_rsi_ticket);
	g_test_add_func("/server/offline/saved", test_saved);
	g_test_add_func("/server/offline/mail", test_mail);
	g_test_add_func("/server/offline/refused-files", test_refused_files);
	return g_test_run();
}
