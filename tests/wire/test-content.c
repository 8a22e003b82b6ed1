/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message is: the table, handwriting, invitations and their answers, hostile bodies.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "vectors.h"
#include "wire/msnp-content.h"

#define BOB "bob@example.com"

static MsnpContent *
read_bytes(const char *bytes, gsize length)
{
	g_autoptr(MsnpMessage) message = msnp_message_parse(bytes, length);

	return msnp_content_read(message, BOB);
}

/* What the table's last column is about. */
static const char *
said(const MsnpContent *content)
{
	if (content->action)
		return content->action;
	return content->invitation ? content->invitation->name : content->speaker;
}

static void
test_table(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("content.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autoptr(MsnpContent) content = read_bytes(row[0], strlen(row[0]));

		vectors_note(row[0]);
		g_assert_cmpstr(msnp_content_name(content->kind), ==, row[1]);
		g_assert_cmpstr(said(content), ==, vectors_field(row, 2));
		g_assert_true((content->object != NULL) ==
			      (content->kind == MSNP_CONTENT_WINK ||
			       content->kind == MSNP_CONTENT_VOICE_CLIP));
	}
}

/* Section 7: "Only text/plain, datacast 1, ink and invitations". */
static void
test_may_begin(void)
{
	for (MsnpContentKind kind = 0; kind < MSNP_CONTENT_LAST; kind++)
		g_assert_cmpint(msnp_content_may_begin(kind), ==,
				kind == MSNP_CONTENT_TEXT || kind == MSNP_CONTENT_NUDGE ||
				    kind == MSNP_CONTENT_INK || kind == MSNP_CONTENT_INVITATION);
}

static void
test_nudge(void)
{
	g_autoptr(GPtrArray) session = vectors_session("switchboard.txt");
	g_autoptr(MsnpMessage) nudge = msnp_message_new_nudge();
	g_autoptr(GString) bytes = msnp_message_write(nudge);

	g_assert_cmpstr(bytes->str, ==, vectors_payload(session, "MSG 9 A 69")->str);
}

static MsnpContent *
read_datacast(const char *id, const char *data)
{
	g_autoptr(GString) bytes = g_string_new(NULL);

	g_string_printf(bytes,
			"Content-Type: text/x-msnmsgr-datacast\r\n\r\nID: %s\r\nData: %s\r\n\r\n",
			id, data);
	return read_bytes(bytes->str, bytes->len);
}

/* 400 characters are shown; above 1,400 bytes it is not shown at all. */
static void
test_long_action(void)
{
	g_autoptr(GString) data = g_string_new(NULL);

	while (data->len < 1398)
		g_string_append(data, "\xe2\x98\x95");
	for (; data->len <= 1402; g_string_append_c(data, 'x')) {
		g_autoptr(MsnpContent) content = read_datacast("4", data->str);

		if (data->len > MSNP_DATACAST_MAX_BYTES) {
			g_assert_cmpint(content->kind, ==, MSNP_CONTENT_NOTHING);
			g_assert_null(content->action);
			continue;
		}
		g_assert_cmpint(content->kind, ==, MSNP_CONTENT_ACTION);
		g_assert_cmpint(g_utf8_strlen(content->action, -1), ==, MSNP_ACTION_MAX_CHARS);
	}
}

static void
test_long_speaker(void)
{
	g_autoptr(GString) bytes = g_string_new("Content-Type: text/plain\r\nP4-Context: ");
	g_autoptr(MsnpContent) content = NULL;

	while (bytes->len < 60000)
		g_string_append(bytes, "\xe2\x98\x95");
	g_string_append(bytes, "\r\n\r\nx");
	content = read_bytes(bytes->str, bytes->len);
	g_assert_cmpint(g_utf8_strlen(content->speaker, -1), ==, MSNP_SPEAKER_MAX_CHARS);
}

/* A GIF of one pixel. */
static const guint8 gif[] = { 'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, 0,    0, 0, 0x2C, 0,
			      0,   0,   0,   1,   0,   1,   0, 0, 2, 2, 0x44, 1, 0, 0x3B };

static GBytes *
read_ink(const char *prefix, const guint8 *picture, gsize length, const char *suffix)
{
	g_autofree char *base64 = g_base64_encode(picture, length);
	g_autofree char *payload =
	    g_strconcat("Content-Type: image/gif\r\n\r\n", prefix, base64, suffix, NULL);
	g_autoptr(MsnpContent) content = read_bytes(payload, strlen(payload));

	g_assert_cmpint(content->kind, ==, MSNP_CONTENT_INK);
	return g_steal_pointer(&content->image);
}

static void
assert_no_ink(const char *prefix, const guint8 *picture, gsize length, const char *suffix)
{
	g_autoptr(GBytes) image = read_ink(prefix, picture, length, suffix);

	g_assert_null(image);
}

static void
test_ink(void)
{
	g_autoptr(GBytes) expected = g_bytes_new_static(gif, sizeof gif);
	g_autoptr(GBytes) image = read_ink("base64:", gif, sizeof gif, "");
	g_autoptr(GBytes) broken_lines = read_ink("base64:\r\n ", gif, sizeof gif, "\r\n");

	g_assert_nonnull(image);
	g_assert_true(g_bytes_equal(image, expected));
	g_assert_nonnull(broken_lines);
	g_assert_true(g_bytes_equal(broken_lines, expected));
}

/* CVE-2009-3084 and what else is no picture: it is still known that somebody drew. */
static void
test_cve_2009_3084(void)
{
	guint8 changed[sizeof gif];
	g_autofree guint8 *huge = g_malloc0(MSNP_INK_MAX_BYTES + 1);

	assert_no_ink("", gif, sizeof gif, "");
	assert_no_ink("BASE64", gif, sizeof gif, "");
	assert_no_ink("base64:", gif, 0, "");
	assert_no_ink("base64:", gif, 13, "");
	assert_no_ink("base64:", gif, sizeof gif, "!");
	assert_no_ink("base64:", gif, sizeof gif, "A");
	assert_no_ink("base64:=", gif, sizeof gif, "");
	assert_no_ink("base64:====", gif, sizeof gif, "");
	assert_no_ink("base64:", (const guint8 *)"MZ no picture of any kind", 25, "");
	/* 30 bytes need no filling: what follows is a digit and too much of it. */
	memcpy(huge, gif, sizeof gif);
	assert_no_ink("base64:", huge, sizeof gif + 1, "A===");
	for (gsize i = 0; i < 10; i++) {
		memcpy(changed, gif, sizeof gif);
		changed[i] = i < 6 ? 'x' : i % 2 ? 0xFF : 0;
		assert_no_ink("base64:", changed, sizeof changed, "");
	}
	g_bytes_unref(read_ink("base64:", huge, MSNP_INK_MAX_BYTES, ""));
	assert_no_ink("base64:", huge, MSNP_INK_MAX_BYTES + 1, "");
}

/* A whole picture, and a NUL after it. */
static void
test_ink_nul(void)
{
	g_autofree char *base64 = g_base64_encode(gif, sizeof gif);
	g_autofree char *payload =
	    g_strconcat("Content-Type: image/gif\r\n\r\nbase64:", base64, NULL);
	g_autoptr(MsnpContent) content = read_bytes(payload, strlen(payload));
	g_autoptr(MsnpContent) with_nul = read_bytes(payload, strlen(payload) + 1);

	g_assert_nonnull(content->image);
	g_assert_cmpint(with_nul->kind, ==, MSNP_CONTENT_INK);
	g_assert_null(with_nul->image);
}

static MsnpInvitation *
read_invitation(const char *body)
{
	g_autofree char *payload =
	    g_strconcat("Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n", body, NULL);
	g_autoptr(MsnpMessage) message = msnp_message_parse(payload, strlen(payload));

	return msnp_invitation_read(message);
}

static void
test_decline(void)
{
	g_autoptr(GPtrArray) session = vectors_session("switchboard.txt");
	g_autoptr(MsnpInvitation) invitation =
	    read_invitation("Application-Name: File Transfer\r\nInvitation-Command: INVITE\r\n"
			    "Application-GUID: {5D3E02AB-6190-11d3-BBBB-00C04F795683}\r\n"
			    "Invitation-Cookie: 33267\r\nApplication-File: a.txt\r\n\r\n");
	g_autoptr(MsnpMessage) answer =
	    msnp_invitation_decline(invitation, MSNP_DECLINE_NOT_INSTALLED);
	g_autoptr(MsnpMessage) rejected =
	    msnp_invitation_decline(invitation, MSNP_DECLINE_REJECTED);
	g_autoptr(GString) bytes = msnp_message_write(answer);

	g_assert_cmpint(invitation->application, ==, MSNP_APPLICATION_FILE);
	/* The answer of the reference, in its section 12. */
	g_assert_cmpstr(bytes->str, ==, vectors_payload(session, "MSG 6 U 162")->str);
	g_assert_nonnull(strstr(msnp_message_body(rejected, NULL), "Cancel-Code: REJECT\r\n"));
}

static void
test_applications(void)
{
	static const struct {
		const char *guid;
		MsnpApplication application;
	} cases[] = {
		{ "{5D3E02AB-6190-11d3-BBBB-00C04F795683}", MSNP_APPLICATION_FILE },
		{ "{02D3C01F-BF30-4825-A83A-DE7AF41648AA}", MSNP_APPLICATION_VOICE },
		{ "{44BBA842-CC51-11CF-AAFA-00AA00B6015C}", MSNP_APPLICATION_NETMEETING },
		{ "{56b994a7-380f-410b-9985-c809d78c1bdc}", MSNP_APPLICATION_ASSISTANCE },
		{ "{4BD96FC0-AB17-4425-A14A-439185962DC8}", MSNP_APPLICATION_WEBCAM_SHOW },
		{ "{1C9AA97E-9C05-4583-A3BD-908A196F1E92}", MSNP_APPLICATION_WEBCAM_SEE },
		{ "{00000000-0000-0000-0000-000000000000}", MSNP_APPLICATION_UNKNOWN },
		{ "{5D3E02AB-6190-11d3-BBBB-00C04F795683", MSNP_APPLICATION_UNKNOWN },
		{ "", MSNP_APPLICATION_UNKNOWN },
		{ NULL, MSNP_APPLICATION_UNKNOWN },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(msnp_application_by_guid(cases[i].guid), ==, cases[i].application);
}

/* CVE-2002-1831: only an INVITE with digits for a cookie is answered, and only with them. */
static void
test_cve_2002_1831(void)
{
	static const char *const bad[] = { "",     "-1",          "1 2", "%20%20",
					   "0x10", "12345678901", "1e3", "\xd9\xa1",
					   "1;",   "+1" };
	static const char *const commands[] = { "CANCEL", "ACCEPT", "", "INVITES", "RING" };
	g_autofree char *spaces = g_strnfill(10240, '%');

	for (gsize i = 0; i <= G_N_ELEMENTS(bad); i++) {
		const char *cookie = i < G_N_ELEMENTS(bad) ? bad[i] : spaces;
		g_autofree char *body = g_strdup_printf(
		    "Invitation-Command: INVITE\r\nInvitation-Cookie: %s\r\n\r\n", cookie);
		g_autoptr(MsnpInvitation) invitation = read_invitation(body);
		g_autoptr(MsnpMessage) answer =
		    msnp_invitation_decline(invitation, MSNP_DECLINE_NOT_INSTALLED);

		vectors_note(cookie);
		g_assert_cmpstr(invitation->cookie, ==, "");
		g_assert_null(answer);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *body = g_strdup_printf(
		    "Invitation-Command: %s\r\nInvitation-Cookie: 1\r\n\r\n", commands[i]);
		g_autoptr(MsnpInvitation) invitation = read_invitation(body);
		g_autoptr(MsnpMessage) answer =
		    msnp_invitation_decline(invitation, MSNP_DECLINE_NOT_INSTALLED);

		vectors_note(commands[i]);
		g_assert_cmpstr(invitation->cookie, ==, "1");
		g_assert_null(answer);
	}
}

static gboolean
is_clean(const char *text)
{
	return !text || (g_utf8_validate(text, -1, NULL) && !strpbrk(text, "\r\n\x1b"));
}

/* Cut at every position, and bytes changed: total, and what is shown is clean. */
static void
test_total(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(7);
	g_autoptr(GPtrArray) rows = vectors_table("content.txt");

	for (guint i = 0; i < rows->len; i++) {
		const char *payload = ((char **)rows->pdata[i])[0];

		for (gsize length = 0; length <= strlen(payload); length++) {
			g_autofree char *bytes = g_memdup2(payload, length);
			g_autoptr(MsnpContent) content = NULL;

			if (length > 0 && msnp_random_below(random, 2))
				msnp_random_bytes(random,
						  (guint8 *)bytes +
						      msnp_random_below(random, (guint32)length),
						  1);
			content = read_bytes(bytes, length);
			g_assert_cmpint(content->kind, <, MSNP_CONTENT_LAST);
			g_assert_true(is_clean(content->action));
			g_assert_true(is_clean(content->speaker));
			g_assert_true(is_clean(said(content)));
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/content/table", test_table);
	g_test_add_func("/content/may-begin", test_may_begin);
	g_test_add_func("/content/lesson_123", test_nudge);
	g_test_add_func("/content/long-action", test_long_action);
	g_test_add_func("/content/long-speaker", test_long_speaker);
	g_test_add_func("/content/ink", test_ink);
	g_test_add_func("/content/cve_2009_3084", test_cve_2009_3084);
	g_test_add_func("/content/ink-nul", test_ink_nul);
	g_test_add_func("/content/lesson_128", test_decline);
	g_test_add_func("/content/applications", test_applications);
	g_test_add_func("/content/cve_2002_1831", test_cve_2002_1831);
	g_test_add_func("/content/total", test_total);
	return g_test_run();
}
