/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The session that tests of what happens after sign-on begin with.
 */
#include "peer-session.h"

#include <stdlib.h>
#include <string.h>

static void
on_offline(MsnpSession *session G_GNUC_UNUSED, const MsnpOfflineMessage *message, gpointer data)
{
	g_string_append_printf(data, "offline %s %s %s%s%s %" G_GINT64_FORMAT "\n", message->handle,
			       message->name, message->text, message->from_phone ? "(phone)" : "",
			       message->damaged ? "(damaged)" : "", message->when / G_USEC_PER_SEC);
}

static void
on_mail(MsnpSession *session G_GNUC_UNUSED, guint inbox, guint folders, gpointer data)
{
	g_string_append_printf(data, "mail %u %u\n", inbox, folders);
}

static void
on_arrived(MsnpSession *session G_GNUC_UNUSED, const char *name, const char *address,
	   const char *subject, gpointer data)
{
	g_string_append_printf(data, "arrived %s %s %s\n", name, address, subject);
}

static void
on_page(MsnpSession *session G_GNUC_UNUSED, const char *handle, const char *text, gpointer data)
{
	g_string_append_printf(data, "page %s %s\n", handle, text);
}

static void
on_closed(MsnpSession *session G_GNUC_UNUSED, GError *error, gpointer data)
{
	g_string_append_printf(data, "closed %d\n", error->code);
}

void
peered_init(Peered *peered)
{
	memset(peered, 0, sizeof *peered);
	peered->soap = canned_soap_new();
	peered->connector = test_connector_new();
	peered->clock = msnp_clock_new_manual();
	peered->random = msnp_random_new_seeded(1);
	peered->preset = canned_soap_preset(peered->soap);
	peered->password = msnp_secret_new("secret");
	peered->events = g_string_new(NULL);
}

void
peered_start(Peered *peered, MsnpStatus status)
{
	MsnpSessionConfig config = {
		.handle = SELF,
		.password = peered->password,
		.preset = peered->preset,
		.connector = peered->connector,
		.clock = peered->clock,
		.random = peered->random,
		.machine_guid = GUID,
		.capabilities = MSNP_CAPS_OURS,
		.status = status,
	};
	MsnpSession *session = msnp_session_new(&config);

	peered->session = session;
	g_signal_connect(session, "offline-message", G_CALLBACK(on_offline), peered->events);
	g_signal_connect(session, "mail-waiting", G_CALLBACK(on_mail), peered->events);
	g_signal_connect(session, "mail-arrived", G_CALLBACK(on_arrived), peered->events);
	g_signal_connect(session, "page", G_CALLBACK(on_page), peered->events);
	g_signal_connect(session, "closed", G_CALLBACK(on_closed), peered->events);
	msnp_session_sign_on_async(session, test_result_take, &peered->result);
}

/* Expects "VERB trid...", and answers "VERB trid" and what stands in answer. */
static void
exchange(TestPeer *peer, const char *pattern, const char *answer)
{
	g_autofree char *line = test_peer_expect_line(peer, pattern);
	g_auto(GStrv) words = g_strsplit(line, " ", 3);
	g_autofree char *reply = g_strdup_printf("%s %s %s\r\n", words[0], words[1], answer);

	test_peer_send(peer, reply);
}

/* The same of a command with a payload; answer: the payload. */
static char *
exchange_payload(TestPeer *peer, const char *pattern, const char *answer)
{
	g_autofree char *line = test_peer_expect_line(peer, pattern);
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	guint n = g_strv_length(words);
	char *payload = test_peer_expect_bytes(peer, strtoul(words[n - 1], NULL, 10));
	g_autofree char *reply = g_strdup_printf("%s %s %s\r\n", words[0], words[1], answer);

	test_peer_send(peer, reply);
	return payload;
}

TestPeer *
peered_greet(Peered *peered, MsnpStatus status)
{
	TestPeer *peer = test_connector_peer(peered->connector, peered->n_peers++);
	g_autofree char *adl = NULL;
	g_autofree char *echo = g_strconcat(msnp_status_code(status), " 1610612768 0", NULL);

	exchange(peer, "VER * MSNP14 MSNP13 CVR0", "MSNP14");
	exchange(peer, "CVR *", "8.0.0566 8.0.0566 8.0.0566 http://a.example/ http://b.example/");
	exchange(peer, "USR * TWN I " SELF, "TWN S lc=1033,id=507");
	exchange(peer, "USR * TWN S " CANNED_TICKET, "OK " SELF " 1 0");
	exchange(peer, "BLP * AL", "AL");
	adl = exchange_payload(peer, "ADL *", "OK");
	exchange(peer, "PRP * MFN example%20user", "MFN example%20user");
	if (peered->early)
		test_peer_send(peer, peered->early);
	exchange(peer, "CHG *", echo);
	if (status != MSNP_STATUS_HIDDEN) {
		g_free(peered->uux);
		peered->uux = exchange_payload(peer, "UUX *", "0");
	}
	return peer;
}

TestPeer *
peered_sign_on(Peered *peered, MsnpStatus status)
{
	TestPeer *peer;
	g_autoptr(GError) error = NULL;

	peered_start(peered, status);
	peer = peered_greet(peered, status);
	msnp_session_sign_on_finish(peered->session, test_result_wait(&peered->result), &error);
	g_assert_no_error(error);
	return peer;
}

void
peered_send_payload(TestPeer *peer, const char *line, const char *payload)
{
	g_autofree char *bytes =
	    g_strdup_printf("%s %" G_GSIZE_FORMAT "\r\n%s", line, strlen(payload), payload);

	test_peer_send(peer, bytes);
}

void
peered_send_msg(TestPeer *peer, const char *mime)
{
	peered_send_payload(peer, "MSG Hotmail Hotmail", mime);
}

char *
peered_heard(Peered *peered)
{
	char *heard = g_strdup(peered->events->str);

	g_string_truncate(peered->events, 0);
	return heard;
}

void
peered_end(Peered *peered)
{
	gsize length = peered->events->len;

	msnp_session_close(peered->session);
	test_settle();
	g_assert_cmpuint(peered->events->len, ==, length);
	g_assert_cmpuint(msnp_clock_pending(peered->clock), ==, 0);
	test_result_clear(&peered->result);
	/* What a worker thread still has in hand may hold a reference for a moment. */
	g_object_add_weak_pointer(G_OBJECT(peered->session), (gpointer *)&peered->session);
	g_object_unref(peered->session);
	test_until(peered->session == NULL);
}

void
peered_clear(Peered *peered)
{
	if (peered->session)
		peered_end(peered);
	g_object_unref(peered->connector);
	canned_soap_free(peered->soap);
	msnp_preset_unref(peered->preset);
	msnp_secret_unref(peered->password);
	msnp_random_unref(peered->random);
	msnp_clock_unref(peered->clock);
	g_string_free(peered->events, TRUE);
	g_free(peered->uux);
}
