/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the notification server carries besides presence and lists: current media, phones and pages,
 * messages of other networks, news of mail. The payloads are those of notification.md 5, 7 and 13.
 */
#include <string.h>

#include "peer-session.h"

#define VERA "vera@yonder.example"

static char *
expect_payload(TestPeer *peer, const char *pattern)
{
	g_autofree char *line = test_peer_expect_line(peer, pattern);

	return test_peer_expect_bytes(peer, g_ascii_strtoull(strrchr(line, ' ') + 1, NULL, 10));
}

/* The payload of the next UUX, which is answered. */
static char *
expect_uux(TestPeer *peer)
{
	g_autofree char *line = test_peer_expect_line(peer, "UUX *");
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	char *payload = test_peer_expect_bytes(peer, g_ascii_strtoull(words[2], NULL, 10));
	g_autofree char *reply = g_strdup_printf("UUX %s 0\r\n", words[1]);

	test_peer_send(peer, reply);
	return payload;
}

#define assert_uux(peer, psm, media)                                                               \
	G_STMT_START                                                                               \
	{                                                                                          \
		g_autofree char *payload_of_uux = expect_uux(peer);                                \
		g_assert_cmpstr(payload_of_uux, ==,                                                \
				"<Data><PSM>" psm "</PSM><CurrentMedia>" media                     \
				"</CurrentMedia><MachineGuid>" GUID "</MachineGuid></Data>");      \
	}                                                                                          \
	G_STMT_END

/* Answers the command on the next line by a number. */
static void
refuse(TestPeer *peer, const char *pattern, guint number, gboolean has_payload)
{
	g_autofree char *line = test_peer_expect_line(peer, pattern);
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	g_autofree char *reply = g_strdup_printf("%u %s\r\n", number, words[1]);

	if (has_payload)
		g_free(test_peer_expect_bytes(peer,
					      g_ascii_strtoull(strrchr(line, ' ') + 1, NULL, 10)));
	test_peer_send(peer, reply);
}

/* ---- media ---- */

#define SONG "\\0Music\\01\\0{0} - {1}\\0Harbour Lights\\0The Ferrymen\\0Night Boats\\0\\0"

static const MsnpMedia HARBOUR_LIGHTS = { MSNP_MEDIA_MUSIC, "Harbour Lights", "The Ferrymen",
					  "Night Boats" };

/* The three kinds as they stand in notification.md 5, and off. */
static void
test_media(void)
{
	g_auto(Peered) peered;
	TestPeer *peer;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	msnp_session_set_media(peered.session, &HARBOUR_LIGHTS);
	assert_uux(peer, "", SONG);
	/* The same again is no news. */
	msnp_session_set_media(peered.session, &HARBOUR_LIGHTS);
	test_peer_expect_nothing(peer);
	msnp_session_set_media(peered.session,
			       &(MsnpMedia){ MSNP_MEDIA_GAME, "Tide Runner", NULL, NULL });
	assert_uux(peer, "", "\\0Games\\01\\0Playing {0}\\0Tide Runner\\0");
	test_advance(peered.clock, 15000);
	msnp_session_set_media(peered.session,
			       &(MsnpMedia){ MSNP_MEDIA_OFFICE, "budget.ods", NULL, NULL });
	assert_uux(peer, "", "\\0Office\\01\\0Editing {0}\\0budget.ods\\0");
	msnp_session_set_status(peered.session, MSNP_STATUS_ONLINE, "at work");
	assert_uux(peer, "at work", "\\0Office\\01\\0Editing {0}\\0budget.ods\\0");
	msnp_session_set_media(peered.session, NULL);
	assert_uux(peer, "at work", "");
}

/* What players write into titles. */
static void
test_media_hostile(void)
{
	static const MsnpMedia MEDIA[] = {
		{ MSNP_MEDIA_MUSIC, "a\\0b", "c\\\\00d", NULL },
		{ MSNP_MEDIA_MUSIC, "only <this> & that\n", NULL, "" },
		{ MSNP_MEDIA_MUSIC, "", "nobody", "nothing" },
	};
	g_auto(Peered) peered;
	TestPeer *peer;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	test_advance(peered.clock, 15000);
	msnp_session_set_media(peered.session, &MEDIA[0]);
	assert_uux(peer, "", "\\0Music\\01\\0{0} - {1}\\0ab\\0cd\\0\\0");
	msnp_session_set_media(peered.session, &MEDIA[1]);
	assert_uux(peer, "", "\\0Music\\01\\0{0}\\0only &lt;this&gt; &amp; that \\0\\0");
	msnp_session_set_media(peered.session, &MEDIA[2]);
	assert_uux(peer, "", "");
}

/* A hundred songs in a second: few UUX, and the last song is told. */
static void
test_media_storm(void)
{
	g_auto(Peered) peered;
	TestPeer *peer;
	g_autofree char *sent = NULL;
	g_auto(GStrv) uux = NULL;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	for (guint i = 0; i < 100; i++) {
		g_autofree char *title = g_strdup_printf("song %u", i);

		msnp_session_set_media(peered.session,
				       &(MsnpMedia){ MSNP_MEDIA_MUSIC, title, NULL, NULL });
		test_advance(peered.clock, 10);
	}
	test_settle();
	sent = test_peer_take(peer);
	uux = g_strsplit(sent, "UUX ", -1);
	g_assert_cmpuint(g_strv_length(uux) - 1, ==, 2);
	test_advance(peered.clock, 13000);
	test_peer_expect_nothing(peer);
	test_advance(peered.clock, 1001);
	assert_uux(peer, "", "\\0Music\\01\\0{0}\\0song 99\\0\\0");
}

/* 800: once more later, with what is so then. */
static void
test_media_too_often(void)
{
	g_auto(Peered) peered;
	TestPeer *peer;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	msnp_session_set_media(peered.session, &HARBOUR_LIGHTS);
	refuse(peer, "UUX *", 800, TRUE);
	test_settle();
	test_peer_expect_nothing(peer);
	test_advance(peered.clock, 15000);
	assert_uux(peer, "", SONG);
	g_assert_true(msnp_session_is_signed_on(peered.session));
}

/* Nothing while hidden; the song of then is told when hiding ends. */
static void
test_media_hidden(void)
{
	g_auto(Peered) peered;
	TestPeer *peer;
	g_autofree char *line = NULL;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_HIDDEN);
	msnp_session_set_media(peered.session, &HARBOUR_LIGHTS);
	test_advance(peered.clock, 20000);
	test_peer_expect_nothing(peer);
	msnp_session_set_status(peered.session, MSNP_STATUS_BUSY, "");
	line = test_peer_expect_line(peer, "CHG * BSY 1610612768 0");
	assert_uux(peer, "", SONG);
}

/* lesson 87 */
static void
test_media_move(void)
{
	g_auto(Peered) peered;
	TestPeer *peer;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	msnp_session_set_status(peered.session, MSNP_STATUS_ONLINE, "on the move");
	assert_uux(peer, "on the move", "");
	msnp_session_set_media(peered.session, &HARBOUR_LIGHTS);
	assert_uux(peer, "on the move", SONG);
	test_peer_send(peer, "XFR 0 NS 10.0.0.5:1863 U D\r\n");
	peered_greet(&peered, MSNP_STATUS_ONLINE);
	g_assert_cmpstr(peered.uux, ==,
			"<Data><PSM>on the move</PSM><CurrentMedia>" SONG
			"</CurrentMedia><MachineGuid>" GUID "</MachineGuid></Data>");
}

/* ---- phones ---- */

static void
test_phones(void)
{
	g_auto(Peered) peered;
	g_auto(TestResult) result = { NULL };
	g_autoptr(GError) error = NULL;
	TestPeer *peer;
	MsnpSession *session;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	session = peered.session;
	/* As a server told them unasked, with and without a TrID. */
	test_peer_send(peer, "PRP PHW 555%201234\r\nPRP 100 MOB Y\r\nBPR x@y PHH 1\r\n");
	test_settle();
	g_assert_cmpstr(msnp_session_phone(session, MSNP_PHONE_WORK), ==, "555 1234");
	g_assert_true(msnp_session_allows_pages(session));
	g_assert_cmpstr(msnp_session_phone(session, MSNP_PHONE_HOME), ==, "");

	msnp_session_set_phone_async(session, MSNP_PHONE_HOME, " +49 30/555 <1> ", test_result_take,
				     &result);
	test_peer_expect(peer, "PRP 10 PHH %2B49%2030%2F555%20%3C1%3E\r\n");
	g_assert_cmpstr(msnp_session_phone(session, MSNP_PHONE_HOME), ==, "");
	test_peer_send(peer, "PRP 10 PHH %2B49%2030%2F555%20%3C1%3E\r\n");
	msnp_session_set_phone_finish(session, test_result_wait(&result), &error);
	g_assert_no_error(error);
	g_assert_cmpstr(msnp_session_phone(session, MSNP_PHONE_HOME), ==, "+49 30/555 <1>");
	test_result_clear(&result);

	/* Without a value it is taken away. */
	msnp_session_set_phone_async(session, MSNP_PHONE_HOME, "", test_result_take, &result);
	test_peer_expect(peer, "PRP 11 PHH\r\n");
	test_peer_send(peer, "PRP 11 PHH\r\n");
	test_result_wait(&result);
	g_assert_cmpstr(msnp_session_phone(session, MSNP_PHONE_HOME), ==, "");
	test_result_clear(&result);

	msnp_session_set_allows_pages_async(session, FALSE, test_result_take, &result);
	test_peer_expect(peer, "PRP 12 MOB N\r\n");
	test_peer_send(peer, "PRP 12 MOB N\r\n");
	test_result_wait(&result);
	g_assert_false(msnp_session_allows_pages(session));
}

static void
test_phones_refused(void)
{
	g_auto(Peered) peered;
	g_auto(TestResult) result = { NULL };
	g_autoptr(GError) error = NULL;
	g_autofree char *long_number = g_strnfill(96, '5');
	TestPeer *peer;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	msnp_session_set_phone_async(peered.session, MSNP_PHONE_MOBILE, "555", test_result_take,
				     &result);
	refuse(peer, "PRP * PHM 555", 715, FALSE);
	msnp_session_set_phone_finish(peered.session, test_result_wait(&result), &error);
	g_assert_error(error, MSNP_ERROR, MSNP_ERROR_NOT_OFFERED);
	g_assert_cmpstr(msnp_session_phone(peered.session, MSNP_PHONE_MOBILE), ==, "");
	test_result_clear(&result);
	g_clear_error(&error);

	/* A server that says nothing: notification.md 2.2. */
	msnp_session_set_allows_pages_async(peered.session, TRUE, test_result_take, &result);
	test_peer_expect(peer, "PRP 11 MOB Y\r\n");
	test_advance(peered.clock, 15000);
	msnp_session_set_allows_pages_finish(peered.session, test_result_wait(&result), &error);
	g_assert_error(error, MSNP_ERROR, MSNP_ERROR_NOT_OFFERED);
	test_result_clear(&result);
	g_clear_error(&error);

	msnp_session_set_phone_async(peered.session, MSNP_PHONE_WORK, long_number, test_result_take,
				     &result);
	msnp_session_set_phone_finish(peered.session, test_result_wait(&result), &error);
	g_assert_error(error, MSNP_ERROR, MSNP_ERROR_ADDRESS);
	test_peer_expect_nothing(peer);
}

/* A number that is on its way when the server sends us on is told to the new one. */
static void
test_phones_move(void)
{
	g_auto(Peered) peered;
	g_auto(TestResult) first = { NULL }, second = { NULL };
	TestPeer *peer;
	g_autofree char *line = NULL, *other = NULL, *answer = NULL;
	g_auto(GStrv) words = NULL;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	msnp_session_set_phone_async(peered.session, MSNP_PHONE_HOME, "1", test_result_take,
				     &first);
	test_peer_expect(peer, "PRP 10 PHH 1\r\n");
	test_peer_send(peer, "XFR 0 NS 10.0.0.5:1863 U D\r\n");
	test_until(test_connector_n_peers(peered.connector) == 2);
	msnp_session_set_phone_async(peered.session, MSNP_PHONE_WORK, "2", test_result_take,
				     &second);
	peer = peered_greet(&peered, MSNP_STATUS_ONLINE);
	test_peer_expect(peer, "PNG\r\n");
	line = test_peer_expect_line(peer, "PRP * PH? ?");
	other = test_peer_expect_line(peer, "PRP * PH? ?");
	words = g_strsplit(line, " ", -1);
	answer = g_strdup_printf("%s\r\n%s\r\n", line, other);
	test_peer_send(peer, answer);
	test_result_wait(&first);
	test_result_wait(&second);
	g_assert_cmpstr(msnp_session_phone(peered.session, MSNP_PHONE_HOME), ==, "1");
	g_assert_cmpstr(msnp_session_phone(peered.session, MSNP_PHONE_WORK), ==, "2");
}

/* ---- pages ---- */

#define PAGE(id, from, msg, text)                                                                  \
	"<NOTIFICATION id=\"" id "\" siteid=\"111100400\" "                                        \
	"siteurl=\"http://mobile.nordwind.example/\"><TO name=\"mia@nordwind.example\">"           \
	"<VIA agent=\"mobile\"/></TO><FROM name=\"" from "\"/><MSG pri=\"1\" id=\"" msg "\">"      \
	"<CAT Id=\"110110001\"/><ACTION url=\"2wayIM.asp\"/><SUBSCR url=\"2wayIM.asp\"/>"          \
	"<BODY lcid=\"1033\"><TEXT>" text "</TEXT></BODY></MSG></NOTIFICATION>"

static void
assert_page_failed(Peered *peered, TestResult *result, int code)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(
	    msnp_session_send_page_finish(peered->session, test_result_wait(result), &error));
	g_assert_error(error, MSNP_ERROR, code);
	test_result_clear(result);
}

static void
test_page(void)
{
	g_auto(Peered) peered;
	g_auto(TestResult) result = { NULL };
	g_autoptr(GError) error = NULL;
	TestPeer *peer;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	msnp_session_send_page_async(peered.session, "tel:+4930555010", "On my way.",
				     test_result_take, &result);
	test_peer_expect(peer, "PGD 10 tel:+4930555010 1 56\r\n"
			       "<TEXT xml:space=\"preserve\" enc=\"utf-8\">On my way.</TEXT>");
	/* Silence is a good sign. */
	test_settle();
	g_assert_null(result.result);
	test_advance(peered.clock, 30000);
	msnp_session_send_page_finish(peered.session, test_result_wait(&result), &error);
	g_assert_no_error(error);
	test_result_clear(&result);

	/* Too long for the phone network (lesson 171). */
	msnp_session_send_page_async(peered.session, PHONE, "a & b <3;^", test_result_take,
				     &result);
	test_peer_expect(peer, "PGD 11 " PHONE " 1 76\r\n"
			       "<TEXT xml:space=\"preserve\" enc=\"utf-8\">a &#x26; b "
			       "&#x3C;3&#x3B;&#x5E;</TEXT>");
	peered_send_payload(peer, "IPG", PAGE("11", PHONE, "407", ""));
	assert_page_failed(&peered, &result, MSNP_ERROR_TOO_LONG);
	/* What else there may be about it comes too late. */
	test_advance(peered.clock, 30000);
	peered_assert_heard(&peered, "");
}

static void
test_page_refused(void)
{
	static const struct {
		guint number;
		int code;
	} REFUSALS[] = {
		{ 220, MSNP_ERROR_NOT_DELIVERED },
		{ 232, MSNP_ERROR_NOT_DELIVERED },
		{ 606, MSNP_ERROR_NOT_OFFERED },
		{ 800, MSNP_ERROR_TOO_FAST },
	};
	g_auto(Peered) peered;
	g_auto(TestResult) result = { NULL };
	TestPeer *peer;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	for (guint i = 0; i < G_N_ELEMENTS(REFUSALS); i++) {
		msnp_session_send_page_async(peered.session, PHONE, "hello", test_result_take,
					     &result);
		refuse(peer, "PGD *", REFUSALS[i].number, TRUE);
		assert_page_failed(&peered, &result, REFUSALS[i].code);
	}
	/* A contact who has no mobile phone. */
	msnp_session_send_page_async(peered.session, OTHER, "hello", test_result_take, &result);
	assert_page_failed(&peered, &result, MSNP_ERROR_NOT_OFFERED);
	msnp_session_send_page_async(peered.session, "nonsense", "hello", test_result_take,
				     &result);
	assert_page_failed(&peered, &result, MSNP_ERROR_ADDRESS);
	test_peer_expect_nothing(peer);
	/* The link goes while one is on its way. */
	msnp_session_send_page_async(peered.session, PHONE, "hello", test_result_take, &result);
	g_free(test_peer_expect_line(peer, "PGD *"));
	test_peer_close(peer);
	assert_page_failed(&peered, &result, MSNP_ERROR_UNSURE);
}

static void
test_page_comes(void)
{
	g_auto(Peered) peered;
	MsnpContact *phone;
	TestPeer *peer;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	peered_send_payload(peer, "IPG", PAGE("0", "tel:+4930555010", "0", "late &amp; lost"));
	peered_send_payload(peer, "IPG", PAGE("0", OTHER, "1", "by mail address"));
	peered_send_payload(peer, "IPG", PAGE("0", "nobody", "0", "no sender"));
	peered_send_payload(peer, "IPG", PAGE("0", OTHER, "0", ""));
	peered_send_payload(peer, "IPG", "no XML <");
	peered_send_payload(peer, "IPG", PAGE("77", OTHER, "407", ""));
	test_settle();
	peered_assert_heard(&peered, "page tel:+4930555010 late & lost\n"
				     "page " OTHER " by mail address\n");
	/* Somebody's number. */
	phone = msnp_roster_find(msnp_session_roster(peered.session), OTHER);
	g_free(phone->phone_mobile);
	phone->phone_mobile = g_strdup("+49 (30) 555-010");
	peered_send_payload(peer, "IPG", PAGE("0", "tel:+4930555010", "0", "it is me"));
	test_settle();
	peered_assert_heard(&peered, "page " OTHER " it is me\n");
	msnp_contact_change_lists(phone, MSNP_LIST_BLOCK, MSNP_LIST_ALLOW);
	peered_send_payload(peer, "IPG", PAGE("0", "tel:+4930555010", "0", "still me"));
	test_settle();
	peered_assert_heard(&peered, "");
}

/* Who signs off is told what becomes of it, and nothing is left. */
static void
test_leave(void)
{
	for (guint moving = 0; moving < 2; moving++) {
		g_auto(Peered) peered;
		g_auto(TestResult) page = { NULL }, phone = { NULL };
		g_autoptr(GError) error = NULL;
		TestPeer *peer;

		peered_init(&peered);
		peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
		if (moving) {
			test_peer_send(peer, "XFR 0 NS 10.0.0.5:1863 U D\r\n");
			test_until(test_connector_n_peers(peered.connector) == 2);
		}
		msnp_session_send_page_async(peered.session, PHONE, "hello", test_result_take,
					     &page);
		msnp_session_set_phone_async(peered.session, MSNP_PHONE_HOME, "1", test_result_take,
					     &phone);
		for (guint i = 0; i < 20; i++)
			msnp_session_set_media(peered.session, i % 2 ? &HARBOUR_LIGHTS : NULL);
		test_settle();
		g_assert_null(page.result);
		msnp_session_close(peered.session);
		g_assert_false(
		    msnp_session_send_page_finish(peered.session, test_result_wait(&page), &error));
		g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
		g_clear_error(&error);
		g_assert_false(msnp_session_set_phone_finish(peered.session,
							     test_result_wait(&phone), &error));
		g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
		g_clear_error(&error);
		test_result_clear(&page);
		/* Afterwards nothing can be asked. */
		msnp_session_send_page_async(peered.session, PHONE, "hello", test_result_take,
					     &page);
		g_assert_false(
		    msnp_session_send_page_finish(peered.session, test_result_wait(&page), &error));
		g_assert_error(error, MSNP_ERROR, MSNP_ERROR_NETWORK);
		/* They hold the session. */
		test_result_clear(&page);
		test_result_clear(&phone);
		peered_end(&peered);
	}
}

/* ---- other networks ---- */

static void
on_message(MsnpConversations *set G_GNUC_UNUSED, MsnpConversation *conversation G_GNUC_UNUSED,
	   const char *handle, const char *name, MsnpMessage *message,
	   const MsnpContent *content G_GNUC_UNUSED, gpointer data)
{
	g_autofree char *text = msnp_message_text(message);

	g_string_append_printf(data, "message %s %s %s\n", handle, name, text);
}

static void
on_typing(MsnpConversations *set G_GNUC_UNUSED, MsnpConversation *conversation G_GNUC_UNUSED,
	  const char *handle, gpointer data)
{
	g_string_append_printf(data, "typing %s\n", handle);
}

static TestPeer *
meet_vera(Peered *peered)
{
	TestPeer *peer;
	MsnpContact *vera;

	peered_init(peered);
	peer = peered_sign_on(peered, MSNP_STATUS_ONLINE);
	vera = msnp_roster_ensure(msnp_session_roster(peered->session), VERA, MSNP_NETWORK_YAHOO);
	msnp_contact_change_lists(vera, MSNP_LIST_FORWARD | MSNP_LIST_ALLOW, 0);
	g_signal_connect(msnp_session_conversations(peered->session), "message",
			 G_CALLBACK(on_message), peered->events);
	g_signal_connect(msnp_session_conversations(peered->session), "typing",
			 G_CALLBACK(on_typing), peered->events);
	return peer;
}

static void
say(Peered *peered, const char *text, TestResult *result)
{
	MsnpConversations *set = msnp_session_conversations(peered->session);
	g_autoptr(MsnpTextFormat) format = msnp_text_format_new();

	format->font = g_strdup("Sans");
	msnp_conversation_send_text_async(msnp_conversations_with(set, VERA), text, format, 0,
					  test_result_take, result);
}

static void
assert_said(Peered *peered, TestResult *result, int code)
{
	MsnpConversations *set = msnp_session_conversations(peered->session);
	g_autoptr(GError) error = NULL;

	if (!msnp_conversation_send_text_finish(msnp_conversations_with(set, VERA),
						test_result_wait(result), &error))
		g_assert_error(error, MSNP_ERROR, code);
	else
		g_assert_cmpint(code, ==, -1);
	test_result_clear(result);
}

static void
test_uum(void)
{
	g_auto(Peered) peered;
	g_auto(TestResult) result = { NULL }, nudge = { NULL };
	TestPeer *peer = meet_vera(&peered);
	MsnpConversations *set = msnp_session_conversations(peered.session);
	g_autofree char *payload = NULL;

	say(&peered, "hello over there", &result);
	test_peer_expect(peer, "UUM 10 " VERA " 32 1 127\r\n"
			       "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
			       "X-MMS-IM-Format: FN=Sans; EF=; CO=0; CS=0; PF=0\r\n\r\n"
			       "hello over there");
	/* No answer is a good one. */
	test_advance(peered.clock, 30000);
	assert_said(&peered, &result, -1);
	msnp_conversation_send_nudge_async(msnp_conversations_with(set, VERA), test_result_take,
					   &nudge);
	payload = expect_payload(peer, "UUM 11 " VERA " 32 3 *");
	g_assert_nonnull(strstr(payload, "Content-Type: text/x-msnmsgr-datacast\r\n"));
	g_assert_nonnull(strstr(payload, "\r\n\r\nID: 1\r\n"));
	test_advance(peered.clock, 30000);
	test_result_wait(&nudge);
}

static void
test_uum_refused(void)
{
	static const struct {
		guint number;
		int code;
	} REFUSALS[] = {
		{ 217, MSNP_ERROR_OFFLINE },
		{ 508, MSNP_ERROR_NOT_DELIVERED },
		{ 509, MSNP_ERROR_NOT_DELIVERED },
	};
	g_auto(Peered) peered;
	g_auto(TestResult) result = { NULL };
	TestPeer *peer = meet_vera(&peered);

	for (guint i = 0; i < G_N_ELEMENTS(REFUSALS); i++) {
		say(&peered, "hello", &result);
		refuse(peer, "UUM *", REFUSALS[i].number, TRUE);
		assert_said(&peered, &result, REFUSALS[i].code);
	}
	g_assert_true(msnp_session_is_signed_on(peered.session));
}

/* One that was on its way to a server that has sent us on: nobody knows. The next one waits. */
static void
test_uum_move(void)
{
	g_auto(Peered) peered;
	g_auto(TestResult) first = { NULL }, second = { NULL };
	TestPeer *peer = meet_vera(&peered);
	g_autofree char *one = NULL, *two = NULL;

	say(&peered, "one", &first);
	one = expect_payload(peer, "UUM *");
	test_peer_send(peer, "XFR 0 NS 10.0.0.5:1863 U D\r\n");
	test_until(test_connector_n_peers(peered.connector) == 2);
	assert_said(&peered, &first, MSNP_ERROR_UNSURE);
	say(&peered, "two", &second);
	peer = peered_greet(&peered, MSNP_STATUS_ONLINE);
	test_peer_expect(peer, "PNG\r\n");
	two = expect_payload(peer, "UUM * " VERA " 32 1 *");
	g_assert_true(g_str_has_suffix(two, "\r\n\r\ntwo"));
	test_advance(peered.clock, 29000);
	test_peer_send(peer, "QNG 50\r\n");
	test_settle();
	test_advance(peered.clock, 1000);
	assert_said(&peered, &second, -1);
}

#define TEXT_MIME(text) "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n" text

static void
test_ubm(void)
{
	g_auto(Peered) peered;
	TestPeer *peer = meet_vera(&peered);
	MsnpRoster *roster = msnp_session_roster(peered.session);

	test_peer_send(peer, "UBM " VERA " 32 1 72\r\n" TEXT_MIME("hello back"));
	peered_send_payload(peer, "UBM " VERA " 32 2",
			    "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\n"
			    "TypingUser: " VERA "\r\n\r\n\r\n");
	test_settle();
	peered_assert_heard(&peered, "message " VERA " " VERA " hello back\ntyping " VERA "\n");
	/* A stranger; somebody with the address of a contact elsewhere; our own network; other
	 * types; no message at all. */
	peered_send_payload(peer, "UBM new@yonder.example 32 1", TEXT_MIME("hi"));
	peered_send_payload(peer, "UBM " OTHER " 32 1", TEXT_MIME("it is me, really"));
	peered_send_payload(peer, "UBM " OTHER " 1 1", TEXT_MIME("it is me"));
	peered_send_payload(peer, "UBM " VERA " 32 4", TEXT_MIME("what is this"));
	peered_send_payload(peer, "UBM " VERA " x 1", TEXT_MIME("what is that"));
	test_peer_send(peer, "UBM " VERA " 32 1 0\r\n");
	test_settle();
	peered_assert_heard(&peered, "message new@yonder.example new@yonder.example hi\n");
	msnp_contact_change_lists(msnp_roster_find(roster, VERA), MSNP_LIST_BLOCK, MSNP_LIST_ALLOW);
	peered_send_payload(peer, "UBM " VERA " 32 1", TEXT_MIME("why"));
	test_settle();
	peered_assert_heard(&peered, "");
	g_assert_true(msnp_session_is_signed_on(peered.session));
}

/* ---- mail ---- */

static void
test_mail(void)
{
	g_auto(Peered) peered;
	TestPeer *peer;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	peered_send_msg(
	    peer, "MIME-Version: 1.0\r\n"
		  "Content-Type: text/x-msmsgsinitialemailnotification; charset=UTF-8\r\n\r\n"
		  "Inbox-Unread: 3\r\nFolders-Unread: 1\r\nInbox-URL: http://evil.example/\r\n");
	/* The other form of the same. */
	peered_send_msg(peer, "MIME-Version: 1.0\r\n"
			      "Content-Type: text/x-msmsgsinitialmdatanotification\r\n\r\n"
			      "Mail-Data: <MD><E><I>9</I><IU>3</IU><O>1</O><OU>1</OU></E></MD>");
	peered_send_msg(peer, "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsemailnotification; "
			      "charset=UTF-8\r\n\r\nFrom: Harbour Office\r\n"
			      "Message-URL: /cgi-bin/getmsg?msg=MSG1796000300.0\r\n"
			      "Post-URL: https://login.nordwind.example/post.srf\r\n"
			      "Subject: =?utf-8?Q?Timetable?=\r\nDest-Folder: ACTIVE\r\n"
			      "From-Addr: office@harbour.example\r\nid: 2\r\n");
	/* Nobody else may say such things. */
	peered_send_payload(peer, "MSG " OTHER " Another",
			    "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsemailnotification\r\n"
			    "\r\nFrom: x\r\n");
	test_settle();
	peered_assert_heard(&peered,
			    "mail 3 1\narrived Harbour Office office@harbour.example Timetable\n");
}

static void
test_no_mail(void)
{
	g_auto(Peered) peered;
	TestPeer *peer;

	peered_init(&peered);
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	peered_send_msg(peer, "MIME-Version: 1.0\r\n"
			      "Content-Type: text/x-msmsgsinitialmdatanotification\r\n\r\n"
			      "Mail-Data: <MD><E><I>9</I><IU>0</IU><O>0</O><OU>0</OU></E></MD>");
	peered_send_msg(peer,
			"MIME-Version: 1.0\r\n"
			"Content-Type: text/x-msmsgsactivemailnotification\r\n\r\n"
			"Src-Folder: .!!OIM\r\nDest-Folder: .!!trAsH\r\nMessage-Delta: 1\r\n");
	test_settle();
	peered_assert_heard(&peered, "");
}

static void
set_webmail(Peered *peered, const char *url)
{
	g_free(peered->preset->webmail_url);
	peered->preset->webmail_url = g_strdup(url);
}

static void
test_inbox(void)
{
	g_auto(Peered) peered;
	TestPeer *peer;

	peered_init(&peered);
	set_webmail(&peered, "https://mail.example/");
	peer = peered_sign_on(&peered, MSNP_STATUS_ONLINE);
	g_assert_cmpstr(msnp_session_inbox_url(peered.session), ==, "https://mail.example/");
	set_webmail(&peered, "http://mail.example/");
	g_assert_null(msnp_session_inbox_url(peered.session));
	set_webmail(&peered, "");
	g_assert_null(msnp_session_inbox_url(peered.session));
	set_webmail(&peered, "https://mail.example/");
	peered_send_msg(peer, "MIME-Version: 1.0\r\n"
			      "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\n"
			      "emailenabled: 0\r\nMSPAuth: x\r\n\r\n");
	test_settle();
	g_assert_null(msnp_session_inbox_url(peered.session));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/notices/lesson_085/media", test_media);
	g_test_add_func("/notices/lesson_085/hostile", test_media_hostile);
	g_test_add_func("/notices/lesson_079/storm", test_media_storm);
	g_test_add_func("/notices/lesson_079/too-often", test_media_too_often);
	g_test_add_func("/notices/media-hidden", test_media_hidden);
	g_test_add_func("/notices/lesson_087/media-move", test_media_move);
	g_test_add_func("/notices/lesson_172/phones", test_phones);
	g_test_add_func("/notices/lesson_172/phones-refused", test_phones_refused);
	g_test_add_func("/notices/lesson_172/phones-move", test_phones_move);
	g_test_add_func("/notices/lesson_171/page", test_page);
	g_test_add_func("/notices/lesson_171/page-refused", test_page_refused);
	g_test_add_func("/notices/page-comes", test_page_comes);
	g_test_add_func("/notices/leave", test_leave);
	g_test_add_func("/notices/lesson_173/uum", test_uum);
	g_test_add_func("/notices/lesson_173/uum-refused", test_uum_refused);
	g_test_add_func("/notices/lesson_173/uum-move", test_uum_move);
	g_test_add_func("/notices/lesson_173/ubm", test_ubm);
	g_test_add_func("/notices/lesson_169/mail", test_mail);
	g_test_add_func("/notices/lesson_169/no-mail", test_no_mail);
	g_test_add_func("/notices/lesson_169/inbox", test_inbox);
	return g_test_run();
}
