/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Offline messages for us, with a scripted notification server and a service that hands out the
 * mails of a table. Source of mails and lists: services.md 10.1 to 10.3.
 */
#include <string.h>

#include "peer-session.h"

/* The mail of services.md 10.3, as it stands there, from the sender's line on. */
static const char WORKED_MAIL[] =
    "X-Message-Info: cwRBnLifKNE8dVZlNj6AiX8142B67OTj\n"
    "Received: from OIM-SSI02.phx.gbl ([192.0.2.7]) by oim1-f1.example.com;\n"
    "\t Sat, 14 Mar 2026 01:26:53 -0800\n"
    "From: =?utf-8?B?QsO0Yg==?= <bob@example.com>\n"
    "To: alice@example.com\n"
    "Subject:\n"
    "X-OIM-originatingSource: 192.0.2.33\n"
    "X-OIMProxy: MSNMSGR\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: base64\n"
    "X-OIM-Message-Type: OfflineMessage\n"
    "X-OIM-Run-Id: {3A3BE82C-684D-4F4F-8005-CBE8D4F82BAD}\n"
    "X-OIM-Sequence-Num: 3\n"
    "Message-ID: <OIM-SSI02zDv60gxapz00061a8b@OIM-SSI02.phx.gbl>\n"
    "X-OriginalArrivalTime: 14 Mar 2026 09:26:53.0000 (UTC) FILETIME=[B192EC80:01DCB394]\n"
    "Date: 14 Mar 2026 01:26:53 -0800\n"
    "Return-Path: ndr@oim.messenger.msn.com\n"
    "\n"
    "QmFjayBhdCBub29uIOKAkyBjYWxsIG1lLg==";
/* The list of 10.1. */
#define WORKED_ID "2364C4B4-4F37-404B-AE86-F4B8B74A9020"
#define WORKED_LIST                                                                                \
	"<MD><E><I>2</I><IU>1</IU><O>0</O><OU>0</OU></E><Q><QTM>409600</QTM><QNM>204800</QNM></Q>" \
	"<M><T>11</T><S>6</S><RT>2026-03-14T09:26:53Z</RT><RS>0</RS><SZ>910</SZ>"                  \
	"<E>bob@example.com</E><I>" WORKED_ID "</I>"                                               \
	"<F>00000000-0000-0000-0000-000000000009</F><N>=?utf-8?B?QsO0Yg==?=</N></M><SU> </SU></MD>"
#define WORKED_EVENT "offline bob@example.com Bôb Back at noon – call me. 1773480413\n"

/* One in the store. */
typedef struct {
	char *id, *mail;
} Stored;

static void
stored_free(Stored *stored)
{
	g_free(stored->id);
	g_free(stored->mail);
	g_free(stored);
}

typedef struct {
	Peered peered;
	TestPeer *peer;
	GPtrArray *store; /* Stored */
	GString *calls;   /* "get ID\n", "delete ID ID\n", "list\n" */
	gboolean list_fails;
	gboolean all_or_nothing; /* deletes none if one is unknown */
	guint refusals;          /* deletes that get no answer */
} Box;

static Stored *
find(Box *box, const char *id)
{
	for (guint i = 0; i < box->store->len; i++) {
		Stored *stored = g_ptr_array_index(box->store, i);

		if (!strcmp(stored->id, id))
			return stored;
	}
	return NULL;
}

static void
add(Box *box, const char *id, const char *mail)
{
	Stored *stored = g_new0(Stored, 1);

	stored->id = g_strdup(id);
	stored->mail = g_strdup(mail);
	g_ptr_array_add(box->store, stored);
}

/* A mail as of 10.3 with what matters here. */
static char *
make_mail(const char *run, guint sequence, guint minute, const char *text)
{
	g_autofree char *body = g_base64_encode((const guchar *)text, strlen(text));

	return g_strdup_printf("From: Bob <bob@example.com>\nMIME-Version: 1.0\n"
			       "Content-Type: text/plain; charset=UTF-8\n"
			       "Content-Transfer-Encoding: base64\n"
			       "X-OIM-Message-Type: OfflineMessage\n"
			       "X-OIM-Run-Id: {3A3BE82C-684D-4F4F-8005-CBE8D4F82B%s}\n"
			       "X-OIM-Sequence-Num: %u\n"
			       "X-OriginalArrivalTime: 14 Mar 2026 09:%02u:53.0000 (UTC)\n\n%s",
			       run, sequence, minute, body);
}

static void
add_made(Box *box, const char *id, const char *run, guint sequence, guint minute, const char *text)
{
	g_autofree char *mail = make_mail(run, sequence, minute, text);

	add(box, id, mail);
}

static char *
list_of(Box *box)
{
	GString *out = g_string_new("<MD>");

	for (guint i = 0; i < box->store->len; i++) {
		Stored *stored = g_ptr_array_index(box->store, i);

		g_string_append_printf(out,
				       "<M><T>11</T><S>6</S><RS>0</RS><SZ>910</SZ>"
				       "<E>bob@example.com</E><I>%s</I><F>.!!OIM</F><N></N></M>",
				       stored->id);
	}
	g_string_append(out, "</MD>");
	return g_string_free(out, FALSE);
}

#define RSI  "xmlns=\"http://www.hotmail.msn.com/ws/2004/09/oim/rsi\""
#define HEAD "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"
#define FOOT "</soap:Body></soap:Envelope>"

static char *
answer_get(Box *box, const char *id, guint *status)
{
	Stored *stored = find(box, id);
	g_autofree char *mail = stored ? g_markup_escape_text(stored->mail, -1) : NULL;

	g_string_append_printf(box->calls, "get %s\n", id);
	if (mail)
		return g_strdup_printf(HEAD "<GetMessageResponse " RSI "><GetMessageResult>%s"
					    "</GetMessageResult></GetMessageResponse>" FOOT,
				       mail);
	*status = 500;
	return g_strdup("Internal Server Error");
}

/* What stands in elements messageId. */
static char **
ids_of(const char *request)
{
	g_auto(GStrv) parts = g_strsplit(request, "<messageId>", -1);
	GStrvBuilder *builder = g_strv_builder_new();
	char **ids;

	for (guint i = 1; parts[i]; i++) {
		*strchr(parts[i], '<') = '\0';
		g_strv_builder_add(builder, parts[i]);
	}
	ids = g_strv_builder_end(builder);
	g_strv_builder_unref(builder);
	return ids;
}

static char *
answer_delete(Box *box, char **ids, guint *status)
{
	g_autofree char *all = g_strjoinv(" ", ids);
	gboolean refused = FALSE;

	g_string_append_printf(box->calls, "delete %s\n", all);
	for (guint i = 0; ids[i]; i++)
		if (box->all_or_nothing && !find(box, ids[i]))
			refused = TRUE;
	if (box->refusals) {
		box->refusals--;
		*status = 503;
		return g_strdup("Service Unavailable");
	}
	if (refused) {
		*status = 500;
		return g_strdup("Internal Server Error");
	}
	for (guint i = 0; ids[i]; i++)
		g_ptr_array_remove(box->store, find(box, ids[i]));
	return NULL;
}

static char *
on_request(CannedAnswer which, const char *request, guint *status, gpointer data)
{
	Box *box = data;
	g_auto(GStrv) ids = ids_of(request);
	g_autofree char *list = NULL;
	g_autofree char *escaped = NULL;

	if (which == CANNED_OIM_GET)
		return answer_get(box, ids[0], status);
	if (which == CANNED_OIM_DELETE)
		return answer_delete(box, ids, status);
	if (which != CANNED_OIM_LIST)
		return NULL;
	g_string_append(box->calls, "list\n");
	if (box->list_fails) {
		*status = 500;
		return g_strdup("Internal Server Error");
	}
	list = list_of(box);
	escaped = g_markup_escape_text(list, -1);
	return g_strdup_printf(HEAD "<GetMetadataResponse " RSI ">%s</GetMetadataResponse>" FOOT,
			       escaped);
}

static void
box_init(Box *box)
{
	memset(box, 0, sizeof *box);
	peered_init(&box->peered);
	box->store = g_ptr_array_new_with_free_func((GDestroyNotify)stored_free);
	box->calls = g_string_new(NULL);
	canned_soap_set_hook(box->peered.soap, on_request, box);
}

static void
box_open(Box *box)
{
	box_init(box);
	box->peer = peered_sign_on(&box->peered, MSNP_STATUS_ONLINE);
}

static void
box_clear(Box *box)
{
	peered_clear(&box->peered);
	g_ptr_array_unref(box->store);
	g_string_free(box->calls, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Box, box_clear)

static char *
notification(const char *kind, const char *list)
{
	return g_strdup_printf("MIME-Version: 1.0\r\n"
			       "Content-Type: text/x-msmsgs%snotification; charset=UTF-8\r\n\r\n"
			       "Mail-Data: %s\r\n",
			       kind, list);
}

static void
notify(Box *box, const char *kind, const char *list)
{
	g_autofree char *mime = notification(kind, list);

	peered_send_msg(box->peer, mime);
}

static void
notify_all(Box *box)
{
	g_autofree char *list = list_of(box);

	notify(box, "initialmdata", list);
}

static guint
n_calls(Box *box, const char *what)
{
	g_auto(GStrv) lines = g_strsplit(box->calls->str, "\n", -1);
	guint n = 0;

	for (guint i = 0; lines[i]; i++)
		n += g_str_has_prefix(lines[i], what);
	return n;
}

static void
count_deletes(MsnpSession *session G_GNUC_UNUSED, const MsnpOfflineMessage *message G_GNUC_UNUSED,
	      gpointer data)
{
	g_assert_cmpuint(n_calls(data, "delete"), ==, 0);
}

static void
test_worked(void)
{
	g_auto(Box) box;

	box_open(&box);
	g_signal_connect(box.peered.session, "offline-message", G_CALLBACK(count_deletes), &box);
	add(&box, WORKED_ID, WORKED_MAIL);
	notify(&box, "initialmdata", WORKED_LIST);
	test_until(box.store->len == 0);
	peered_assert_heard(&box.peered, "mail 1 0\n" WORKED_EVENT);
	g_assert_cmpstr(box.calls->str, ==, "get " WORKED_ID "\ndelete " WORKED_ID "\n");
}

/* The notification comes with the first status, before its echo. */
static void
test_early(void)
{
	g_auto(Box) box;
	g_autofree char *mime = notification("initialmdata", WORKED_LIST);
	g_autofree char *early =
	    g_strdup_printf("MSG Hotmail Hotmail %" G_GSIZE_FORMAT "\r\n%s", strlen(mime), mime);

	box_init(&box);
	add(&box, WORKED_ID, WORKED_MAIL);
	box.peered.early = early;
	peered_sign_on(&box.peered, MSNP_STATUS_HIDDEN);
	test_until(box.store->len == 0);
	peered_assert_heard(&box.peered, "mail 1 0\n" WORKED_EVENT);
}

static void
test_order(void)
{
	g_auto(Box) box;
	g_autofree char *heard = NULL;

	box_open(&box);
	add_made(&box, "b2", "BB", 2, 20, "later 2");
	add_made(&box, "a3", "AA", 3, 30, "first 3");
	add_made(&box, "b1", "BB", 1, 15, "later 1");
	add_made(&box, "a1", "AA", 1, 10, "first 1");
	/* A second that was received before the first one: the number counts. */
	add_made(&box, "a2", "AA", 2, 9, "first 2");
	notify_all(&box);
	test_until(box.store->len == 0);
	heard = peered_heard(&box.peered);
	g_assert_cmpstr(heard, ==,
			"offline bob@example.com Bob first 1 1773479453\n"
			"offline bob@example.com Bob first 2 1773479393\n"
			"offline bob@example.com Bob first 3 1773480653\n"
			"offline bob@example.com Bob later 1 1773479753\n"
			"offline bob@example.com Bob later 2 1773480053\n");
}

/* Nothing is shown before all are there, even if another comes meanwhile. */
static void
test_all_first(void)
{
	g_auto(Box) box;

	box_open(&box);
	add_made(&box, "2", "AA", 2, 20, "second");
	canned_soap_hold(box.peered.soap, TRUE);
	notify_all(&box);
	test_until(canned_soap_n_held(box.peered.soap) == 1);
	add_made(&box, "1", "AA", 1, 10, "first");
	notify_all(&box);
	test_until(canned_soap_n_held(box.peered.soap) == 2);
	canned_soap_hold(box.peered.soap, FALSE);
	test_until(box.store->len == 0);
	peered_assert_heard(&box.peered, "offline bob@example.com Bob first 1773479453\n"
					 "offline bob@example.com Bob second 1773480053\n");
}

/* The list comes twice, thrice, and by itself. */
static void
test_once(void)
{
	g_auto(Box) box;

	box_open(&box);
	add_made(&box, "1", "AA", 1, 10, "only once");
	notify_all(&box);
	notify_all(&box);
	notify(&box, "oim",
	       "<MD><M><T>11</T><S>6</S><RS>0</RS><SZ>9</SZ><E>bob@example.com</E>"
	       "<I>1</I><F>.!!OIM</F><N></N></M></MD>");
	notify(&box, "initialmdata", "too-large");
	test_until(box.store->len == 0);
	notify(&box, "initialmdata", "too-large");
	test_until(n_calls(&box, "list") == 2);
	test_settle();
	peered_assert_heard(&box.peered, "offline bob@example.com Bob only once 1773479453\n");
	g_assert_cmpuint(n_calls(&box, "get"), ==, 1);
}

static void
test_too_large(void)
{
	g_auto(Box) box;
	g_autofree char *heard = NULL;
	GString *expected = g_string_new(NULL);

	box_open(&box);
	for (guint i = 45; i > 0; i--) {
		g_autofree char *id = g_strdup_printf("id-%u", i);
		g_autofree char *text = g_strdup_printf("number %u", i);

		add_made(&box, id, "AA", i, i, text);
	}
	for (guint i = 1; i <= 45; i++)
		g_string_append_printf(expected, "offline bob@example.com Bob number %u %u\n", i,
				       1773478853 + i * 60);
	notify(&box, "initialmdata", "too-large");
	test_until(box.store->len == 0);
	/* Perhaps the list was not all. */
	test_until(n_calls(&box, "list") == 2);
	heard = peered_heard(&box.peered);
	g_assert_cmpstr(heard, ==, expected->str);
	g_assert_cmpuint(n_calls(&box, "delete"), ==, 3);
	g_string_free(expected, TRUE);
}

/* More than are sorted together: all come, in the end. */
static void
test_very_many(void)
{
	g_auto(Box) box;
	g_autofree char *heard = NULL;
	g_auto(GStrv) lines = NULL;

	box_open(&box);
	for (guint i = 1; i <= 620; i++) {
		g_autofree char *id = g_strdup_printf("id-%u", i);

		add_made(&box, id, "AA", i, 1, id);
	}
	notify(&box, "initialmdata", "too-large");
	test_until(box.store->len == 0);
	heard = peered_heard(&box.peered);
	lines = g_strsplit(heard, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 620 + 1);
	for (guint i = 1; i <= 620; i++) {
		g_autofree char *expected =
		    g_strdup_printf("offline bob@example.com Bob id-%u 1773478913", i);

		g_assert_cmpstr(lines[i - 1], ==, expected);
	}
}

/* The second look at the list fails: it is not repeated for ever. */
static void
test_list_lost(void)
{
	g_auto(Box) box;

	box_open(&box);
	add_made(&box, "1", "AA", 1, 10, "one");
	canned_soap_hold(box.peered.soap, TRUE);
	notify(&box, "initialmdata", "too-large");
	test_until(canned_soap_n_held(box.peered.soap) == 1);
	box.list_fails = TRUE;
	canned_soap_hold(box.peered.soap, FALSE);
	test_until(n_calls(&box, "list") == 2);
	for (guint i = 0; i < 100; i++)
		test_turn();
	g_assert_cmpuint(n_calls(&box, "list"), ==, 2);
	peered_assert_heard(&box.peered, "offline bob@example.com Bob one 1773479453\n");
}

/* One that is not there any more does not keep the others. */
static void
test_unknown_id(void)
{
	g_auto(Box) box;
	g_autofree char *list = NULL;

	box_open(&box);
	add_made(&box, "1", "AA", 1, 10, "here");
	add(&box, "2", "");
	list = list_of(&box);
	g_ptr_array_set_size(box.store, 1);
	notify(&box, "initialmdata", list);
	test_until(box.store->len == 0);
	test_settle();
	peered_assert_heard(&box.peered, "offline bob@example.com Bob here 1773479453\n");
	g_assert_cmpuint(n_calls(&box, "delete"), ==, 1);
	g_assert_nonnull(strstr(box.calls->str, "delete 1\n"));
}

static void
test_delete_singly(void)
{
	g_auto(Box) box;

	box_open(&box);
	box.all_or_nothing = TRUE;
	add_made(&box, "1", "AA", 1, 10, "one");
	add_made(&box, "2", "AA", 2, 11, "two");
	add_made(&box, "3", "AA", 3, 12, "three");
	canned_soap_hold(box.peered.soap, TRUE);
	notify_all(&box);
	test_until(canned_soap_n_held(box.peered.soap) == 3);
	/* Another client was quicker. */
	g_ptr_array_remove(box.store, find(&box, "2"));
	canned_soap_hold(box.peered.soap, FALSE);
	test_until(box.store->len == 0);
	g_assert_cmpuint(n_calls(&box, "delete"), ==, 4);
	/* The next ones go together again. */
	add_made(&box, "4", "AA", 4, 13, "four");
	add_made(&box, "5", "AA", 5, 14, "five");
	notify_all(&box);
	test_until(box.store->len == 0);
	g_assert_nonnull(strstr(box.calls->str, "delete 4 5\n"));
}

static void
test_delete_again(void)
{
	g_auto(Box) box;
	const GString *log = test_log_begin();

	box_open(&box);
	box.refusals = 1;
	add_made(&box, "1", "AA", 1, 10, "one");
	notify_all(&box);
	test_until(strstr(log->str, "could not be deleted"));
	test_log_end();
	g_assert_cmpuint(box.store->len, ==, 1);
	test_advance(box.peered.clock, 60000);
	test_until(box.store->len == 0);
	peered_assert_heard(&box.peered, "offline bob@example.com Bob one 1773479453\n");
}

static void
test_blocked(void)
{
	g_auto(Box) box;
	MsnpContact *bob;

	box_open(&box);
	bob = msnp_roster_ensure(msnp_session_roster(box.peered.session), "bob@example.com", 1);
	msnp_contact_change_lists(bob, MSNP_LIST_BLOCK, 0);
	add_made(&box, "1", "AA", 1, 10, "you will not see this");
	notify_all(&box);
	test_until(box.store->len == 0);
	peered_assert_heard(&box.peered, "");
	g_assert_cmpstr(box.calls->str, ==, "delete 1\n");
}

static void
test_read_already(void)
{
	g_auto(Box) box;

	box_open(&box);
	add_made(&box, "1", "AA", 1, 10, "known");
	notify(&box, "initialmdata",
	       "<MD><M><T>11</T><RS>1</RS><E>bob@example.com</E><I>1</I><F>.!!OIM</F></M>"
	       "<M><T>12</T><RS>0</RS><E>bob@example.com</E><I>2</I><F>.!!OIM</F></M></MD>");
	test_until(box.store->len == 0);
	peered_assert_heard(&box.peered, "");
	g_assert_cmpstr(box.calls->str, ==, "delete 1\n");
}

static void
test_damaged(void)
{
	g_auto(Box) box;

	box_open(&box);
	add(&box, "1",
	    "From: Bob <bob@example.com>\nContent-Type: text/plain; charset=UTF-8\n"
	    "Content-Transfer-Encoding: base64\n\n*** no base64 ***");
	notify_all(&box);
	test_until(box.store->len == 0);
	peered_assert_heard(&box.peered, "offline bob@example.com Bob (damaged) 0\n");
}

static void
test_no_service(void)
{
	g_auto(Box) box;

	box_open(&box);
	canned_soap_set_hook(box.peered.soap, NULL, NULL);
	canned_soap_set(box.peered.soap, CANNED_OIM_LIST, 500, "Internal Server Error", 0);
	notify(&box, "initialmdata", "too-large");
	test_until(canned_soap_count(box.peered.soap, CANNED_OIM_LIST) >= 1);
	for (guint i = 0; i < 50; i++)
		test_turn();
	g_assert_true(msnp_session_is_signed_on(box.peered.session));
	peered_assert_heard(&box.peered, "");
}

static void
close_at_once(MsnpSession *session, const MsnpOfflineMessage *message G_GNUC_UNUSED,
	      gpointer data G_GNUC_UNUSED)
{
	msnp_session_close(session);
}

/* Who leaves at the first gets all of them again. */
static void
test_close_in_signal(void)
{
	g_auto(Box) box;

	box_open(&box);
	g_signal_connect(box.peered.session, "offline-message", G_CALLBACK(close_at_once), NULL);
	add_made(&box, "1", "AA", 1, 10, "one");
	add_made(&box, "2", "AA", 2, 11, "two");
	notify_all(&box);
	test_until(box.peered.events->len > 0);
	test_settle();
	peered_assert_heard(&box.peered, "offline bob@example.com Bob one 1773479453\n");
	g_assert_cmpuint(n_calls(&box, "delete"), ==, 0);
}

/* XFR while they are fetched: each once, and all. */
static void
test_move(void)
{
	g_auto(Box) box;

	box_open(&box);
	for (guint i = 1; i <= 6; i++) {
		g_autofree char *id = g_strdup_printf("%u", i);

		add_made(&box, id, "AA", i, i, id);
	}
	canned_soap_hold(box.peered.soap, TRUE);
	notify_all(&box);
	test_until(canned_soap_n_held(box.peered.soap) == 4);
	test_peer_send(box.peer, "XFR 0 NS 10.0.0.5:1863 U D\r\n");
	test_until(test_connector_n_peers(box.peered.connector) == 2);
	canned_soap_hold(box.peered.soap, FALSE);
	box.peer = peered_greet(&box.peered, MSNP_STATUS_ONLINE);
	notify_all(&box);
	test_until(box.store->len == 0);
	peered_assert_heard(&box.peered, "offline bob@example.com Bob 1 1773478913\n"
					 "offline bob@example.com Bob 2 1773478973\n"
					 "offline bob@example.com Bob 3 1773479033\n"
					 "offline bob@example.com Bob 4 1773479093\n"
					 "offline bob@example.com Bob 5 1773479153\n"
					 "offline bob@example.com Bob 6 1773479213\n");
	g_assert_cmpuint(n_calls(&box, "get"), ==, 6);
}

/* Signs off after so many turns of the main loop. */
static void
test_leave(void)
{
	gboolean through = FALSE;

	for (guint turns = 0; !through; turns++) {
		g_auto(Box) box;

		box_open(&box);
		for (guint i = 1; i <= 5; i++) {
			g_autofree char *id = g_strdup_printf("%u", i);

			add_made(&box, id, "AA", i, i, id);
		}
		notify(&box, "initialmdata", "too-large");
		for (guint i = 0; i < turns && !through; i++) {
			test_turn();
			through = n_calls(&box, "list") == 2;
		}
		peered_end(&box.peered);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/offline/lesson_161/worked", test_worked);
	g_test_add_func("/offline/early", test_early);
	g_test_add_func("/offline/lesson_161/order", test_order);
	g_test_add_func("/offline/all-first", test_all_first);
	g_test_add_func("/offline/lesson_162/once", test_once);
	g_test_add_func("/offline/lesson_162/too-large", test_too_large);
	g_test_add_func("/offline/very-many", test_very_many);
	g_test_add_func("/offline/list-lost", test_list_lost);
	g_test_add_func("/offline/unknown-id", test_unknown_id);
	g_test_add_func("/offline/delete-singly", test_delete_singly);
	g_test_add_func("/offline/delete-again", test_delete_again);
	g_test_add_func("/offline/lesson_068/blocked", test_blocked);
	g_test_add_func("/offline/read-already", test_read_already);
	g_test_add_func("/offline/damaged", test_damaged);
	g_test_add_func("/offline/no-service", test_no_service);
	g_test_add_func("/offline/close-in-signal", test_close_in_signal);
	g_test_add_func("/offline/move", test_move);
	g_test_add_func("/offline/leave", test_leave);
	return g_test_run();
}
