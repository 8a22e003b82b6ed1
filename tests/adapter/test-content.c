/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes in messages, as windows show it: looks, names, and what only a line can tell of. */
#include "list-fixture.h"

#define BOB "bob@example.com"

static void
test_flags(void)
{
	begin_signed_on();
	g_assert_true(account->gc->flags & PURPLE_CONNECTION_HTML);
	g_assert_true(account->gc->flags & PURPLE_CONNECTION_NO_IMAGES);
	g_assert_false(account->gc->flags & PURPLE_CONNECTION_NO_NEWLINES);
	end();
}

static void
test_looks(void)
{
	static const struct {
		const char *body, *line;
	} rows[] = {
		/* lesson_117, lesson_120 */
		{ "!X-MMS-IM-Format:FN=Arial; EF=IB; CO=ff; CS=0; PF=22\na < b & c",
		  "im " BOB ": <font face=\"Arial\"><b><i><font color=\"#ff0000\">a &lt; b &amp; "
		  "c</font></i></b></font>" },
		{ "!X-MMS-IM-Format:FN=; EF=; CO=0; RL=1\n\xd7\xa9",
		  "im " BOB ": <span style=\"direction:rtl;text-align:right;\">\xd7\xa9</span>" },
		/* A font that would be markup. */
		{ "!X-MMS-IM-Format:FN=%22%3E%3Cscript%3E; EF=B<x>\n<img src=x>",
		  "im " BOB ": <font face=\"&quot;&gt;&lt;script&gt;\"><b>&lt;img "
		  "src=x&gt;</b></font>" },
		/* lesson_122 */
		{ "[c=12]red[/c] \xc2\xb7$3you", "im " BOB ": red you" },
	};

	begin_signed_on();
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		fake_message(BOB, "text/plain; charset=UTF-8", rows[i].body);
		expect_events(rows[i].line, NULL);
	}
	fake_account_set(account, "plus_codes", "true");
	fake_message(BOB, "text/plain; charset=UTF-8", "[c=12]red[/c]");
	expect_events("im " BOB ": [c=12]red[/c]", NULL);
	end();
}

/* switchboard.md 12 */
static void
test_speaker(void)
{
	begin_signed_on();
	fake_message(BOB, "text/plain; charset=UTF-8",
		     "!P4-Context:<b>The</b> \xe2\x80\xaeHouse\nnews & more");
	expect_events("im " BOB ": <b>&lt;b&gt;The&lt;/b&gt; House (" BOB "):</b> news &amp; more",
		      NULL);
	end();
}

#define WINK(TYPE)                                                                                 \
	"Data: <msnobj Creator=\"" BOB "\" Size=\"3\" Type=\"" TYPE                                \
	"\" Location=\"0\" Friendly=\"AAA=\" SHA1D=\"qZk+NkcGgWq6PiVxeFDCbJzQ2J0=\"/>\r\n\r\n"

static void
test_lesson_127_lines(void)
{
	static const struct {
		const char *type, *body, *line;
	} rows[] = {
		{ "text/x-msnmsgr-datacast", "ID: 2\r\n" WINK("8"),
		  "note in " BOB ": B&lt;o&gt;b has sent a wink, which cannot be shown here." },
		{ "text/x-msnmsgr-datacast", "ID: 3\r\n" WINK("11"),
		  "note in " BOB
		  ": B&lt;o&gt;b has sent a voice clip, which cannot be played here." },
		{ "text/x-msnmsgr-datacast", "ID: 4\r\nData: Bob <b>waves</b>\r\n\r\n",
		  "note in " BOB ": Bob &lt;b&gt;waves&lt;/b&gt;" },
		{ "application/x-ms-ink", "base64:AAAA",
		  "note in " BOB
		  ": B&lt;o&gt;b has sent a handwritten message that cannot be shown." },
	};

	begin_signed_on();
	fake_buddy_add(account, "Friends", BOB,
		       "B<o>\xe2\x80\xae"
		       "b");
	/* lesson_110: what is not said does not open a window, but for handwriting. */
	for (guint i = 0; i < 3; i++) {
		fake_message(BOB, rows[i].type, rows[i].body);
		expect_no_events();
	}
	fake_message(BOB, rows[3].type, rows[3].body);
	expect_events("conversation " BOB, rows[3].line, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		fake_message(BOB, rows[i].type, rows[i].body);
		expect_events(rows[i].line, NULL);
	}
	fake_message(BOB, "text/x-msnmsgr-datacast", "ID: 9\r\nData: x\r\n\r\n");
	fake_message(BOB, "text/x-keepalive", "");
	fake_message(BOB, "text/html", "<b>never</b>");
	fake_message(BOB, "text/x-mms-emoticon", "(x)\t<msnobj/>\t");
	expect_no_events();
	end();
}

static void
test_handwriting(void)
{
	/* A picture of one point. */
	static const char gif[] = "base64:R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

	begin_signed_on();
	fake_message("dan@example.com", "image/gif", gif);
	expect_events("image 42 bytes, ink.gif", "im with images dan@example.com: <img id=\"5\">",
		      NULL);
	/* CVE-2009-3084 */
	fake_message("dan@example.com", "image/gif", "base64:!!!!");
	expect_events(
	    "conversation dan@example.com",
	    "note in dan@example.com: dan@example.com has sent a handwritten message that "
	    "cannot be shown.",
	    NULL);
	end();
}

#define INVITE(MORE) "Invitation-Command: INVITE\r\nInvitation-Cookie: 33267\r\n" MORE "\r\n"

static void
test_lesson_128_invitations(void)
{
	static const struct {
		const char *body, *line;
	} rows[] = {
		{ INVITE("Application-GUID: {5D3E02AB-6190-11d3-BBBB-00C04F795683}\r\n"),
		  "note in " BOB ": " BOB " wants to send a file in the old way, which is not "
		  "possible here. The invitation was declined." },
		{ INVITE("Application-GUID: {02D3C01F-BF30-4825-A83A-DE7AF41648AA}\r\n"),
		  "note in " BOB ": " BOB " wants to talk to you, which is not possible here. The "
		  "invitation was declined." },
		{ INVITE("Application-Name: <i>Chess</i>\r\n"),
		  "note in " BOB ": " BOB " wants to start &quot;&lt;i&gt;Chess&lt;/i&gt;&quot;, "
		  "which is not possible here. The invitation was declined." },
		{ INVITE(""), "note in " BOB ": " BOB " wants to start something that is not "
			      "possible here. The invitation was declined." },
		/* Without a cookie there is nothing to decline. */
		{ "Invitation-Command: INVITE\r\n\r\n",
		  "note in " BOB ": " BOB " wants to start something that is not possible here." },
	};

	begin_signed_on();
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		fake_message(BOB, "text/x-msmsgsinvite; charset=UTF-8", rows[i].body);
		expect_events("conversation " BOB, rows[i].line, NULL);
		fake_conversations_close_all();
	}
	fake_message(BOB, "text/x-msmsgsinvite; charset=UTF-8",
		     "Invitation-Command: CANCEL\r\nInvitation-Cookie: 33267\r\n\r\n");
	expect_no_events();
	end();
}

/* Names and texts that want to be more than text. */
static void
test_hostile(void)
{
	begin_signed_on();
	fake_buddy_add(account, "Friends", BOB, "\x01\xe2\x80\xae");
	fake_conversation_open(account, BOB);
	fake_message(BOB, "text/x-msnmsgr-datacast", "ID: 2\r\n" WINK("8"));
	/* Nothing of the name can be seen: the address is shown. */
	expect_events("note in " BOB ": " BOB " has sent a wink, which cannot be shown here.",
		      NULL);
	fake_message(BOB, "text/plain; charset=UTF-8", "%s%n%s \xff\xfe \x1b[0m");
	expect_events("im " BOB ": %s%n%s \xef\xbf\xbd\xef\xbf\xbd [0m", NULL);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/content/flags", test_flags);
	g_test_add_func("/adapter/content/looks", test_looks);
	g_test_add_func("/adapter/content/speaker", test_speaker);
	g_test_add_func("/adapter/content/lesson_127_lines", test_lesson_127_lines);
	g_test_add_func("/adapter/content/handwriting", test_handwriting);
	g_test_add_func("/adapter/content/lesson_128_invitations", test_lesson_128_invitations);
	g_test_add_func("/adapter/content/hostile", test_hostile);
	return g_test_run();
}
