/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XFR NS in mid-session, with the loopback service: the host notices nothing of it (lessons 28,
 * 87).
 */
#include <string.h>

#include "list-world.h"

/* What a host hears of. */
static void
on_changed(MsnpSession *session G_GNUC_UNUSED, MsnpContact *contact, guint changes, gpointer data)
{
	if (changes & MSNP_CHANGE_STATUS)
		g_string_append_printf(data, "%s=%s ", contact->handle,
				       msnp_status_code(contact->status));
}

static void
on_message(MsnpConversations *set G_GNUC_UNUSED, MsnpConversation *conversation G_GNUC_UNUSED,
	   const char *handle, const char *name G_GNUC_UNUSED, MsnpMessage *message,
	   const MsnpContent *content G_GNUC_UNUSED, gpointer data)
{
	g_autofree char *text = msnp_message_text(message);

	g_string_append_printf(data, "%s: %s ", handle, text);
}

/* Alice is sent elsewhere right after her sign-on, Bob is there already. */
typedef struct {
	World world;
	GString *bob_hears, *alice_hears;
	guint n_chg;
} Journey;

/* How often she is sent on. */
static void
journey_begin(Journey *journey, guint times)
{
	World *world = &journey->world;

	world_init(world, NULL, NULL);
	client_sign_off(&world->alice);
	client_sign_on(world, &world->bob, BOB);
	journey->bob_hears = g_string_new(NULL);
	journey->alice_hears = g_string_new(NULL);
	g_signal_connect(msnp_session_conversations(world->bob.session), "message",
			 G_CALLBACK(on_message), journey->bob_hears);
	journey->n_chg = msnp_server_n_requests(world->server, "CHG");
	world_add_fault(world, "xfr=%u", times);
	client_sign_on(world, &world->alice, ALICE);
	g_signal_connect(world->alice.session, "contact-changed", G_CALLBACK(on_changed),
			 journey->alice_hears);
}

/* Bob sees her, as she wanted to be seen. */
static void
arrive(Journey *journey, guint times)
{
	MsnpRoster *roster = msnp_session_roster(journey->world.bob.session);

	test_until(msnp_server_n_requests(journey->world.server, "CHG") >=
		   journey->n_chg + 1 + times);
	test_until(msnp_roster_find(roster, ALICE)->status == MSNP_STATUS_AWAY);
	test_until(!g_strcmp0(msnp_roster_find(roster, ALICE)->message, "on the move"));
	test_settle();
	g_assert_cmpstr(journey->world.alice.ended, ==, NULL);
}

/* A change that is on its way when the server sends her on comes with the tickets of before. */
static void
excuse_old_tickets(World *world)
{
	GPtrArray *complaints = msnp_server_complaints(world->server);

	for (guint i = complaints->len; i-- > 0;)
		if (strstr(g_ptr_array_index(complaints, i), "the ticket is not that of a session"))
			g_ptr_array_remove_index(complaints, i);
}

static void
journey_clear(Journey *journey)
{
	excuse_old_tickets(&journey->world);
	client_sign_off(&journey->world.alice);
	client_sign_off(&journey->world.bob);
	world_clear(&journey->world);
	g_string_free(journey->bob_hears, TRUE);
	g_string_free(journey->alice_hears, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Journey, journey_clear)

static void
test_unnoticed(void)
{
	g_auto(Journey) journey;
	g_auto(TestResult) alias = { NULL }, block = { NULL }, text = { NULL };
	g_autoptr(GError) error = NULL;
	MsnpSession *alice;
	MsnpConversation *conversation;

	journey_begin(&journey, 3);
	alice = journey.world.alice.session;
	conversation = msnp_conversations_with(msnp_session_conversations(alice), BOB);
	/* What the user does meanwhile is done when the new server is there. */
	msnp_session_set_status(alice, MSNP_STATUS_AWAY, "on the move");
	msnp_session_edit_async(
	    alice, &(MsnpEdit){ .kind = MSNP_EDIT_ALIAS, .handle = BOB, .text = "Bobby" },
	    test_result_take, &alias);
	msnp_session_edit_async(alice, &(MsnpEdit){ .kind = MSNP_EDIT_BLOCK, .handle = CAROL },
				test_result_take, &block);
	msnp_conversation_send_text_async(conversation, "on my way", NULL, MSNP_SEND_NORMAL,
					  test_result_take, &text);
	arrive(&journey, 3);
	msnp_session_edit_finish(alice, test_result_wait(&alias), &error);
	g_assert_no_error(error);
	msnp_session_edit_finish(alice, test_result_wait(&block), &error);
	g_assert_no_error(error);
	msnp_conversation_send_text_finish(conversation, test_result_wait(&text), &error);
	g_assert_no_error(error);
	g_assert_cmpstr(journey.bob_hears->str, ==, "alice@example.com: on my way ");
	/* He was there before, and is so still. */
	g_assert_cmpstr(journey.alice_hears->str, ==, "");
	g_assert_true(msnp_session_is_signed_on(alice));
}

/* One change after the other while she is sent on again and again. */
static void
test_again_and_again(void)
{
	g_auto(Journey) journey;
	const char *before = "Friends";

	journey_begin(&journey, 6);
	for (guint i = 0; i < 12; i++) {
		const char *group = i % 2 ? "Friends" : "Choir & band";

		MUST(journey.world.alice, .kind = MSNP_EDIT_MOVE, .handle = BOB,
		     .old_group = before, .group = group);
		before = group;
	}
	g_assert_cmpstr(journey.world.alice.ended, ==, NULL);
	g_assert_cmpuint(msnp_server_n_requests(journey.world.server, "VER"), >=, 2 + 2);
}

/* At each turn of the main loop until she is there. */
static void
test_leave(void)
{
	gboolean there = FALSE;

	for (guint turns = 0; !there; turns += 2) {
		g_auto(Journey) journey;
		MsnpServer *server;

		journey_begin(&journey, 1);
		server = journey.world.server;
		for (guint i = 0; i < turns && !there; i++) {
			test_turn();
			there = msnp_server_n_requests(server, "CHG") >= journey.n_chg + 2;
		}
	}
}

/* Bob and Carol are not there, and no server names them: she has to find out by herself. */
static void
pretend_they_are_online(MsnpSession *session, int step, gpointer data G_GNUC_UNUSED)
{
	MsnpRoster *roster = msnp_session_roster(session);

	if (step != MSNP_STEP_SIGNED_ON)
		return;
	msnp_roster_find(roster, BOB)->status = MSNP_STATUS_ONLINE;
	msnp_roster_ensure(roster, CAROL, MSNP_NETWORK_PASSPORT)->status = MSNP_STATUS_ONLINE;
}

typedef struct {
	Client *client;
	guint n_gone;
} Leaver;

/* Closes the session at the first word, and lets go of it. */
static void
leave_at_once(MsnpSession *session, MsnpContact *contact, guint changes, gpointer data)
{
	Leaver *leaver = data;

	if (!(changes & MSNP_CHANGE_STATUS) || contact->status != MSNP_STATUS_OFFLINE)
		return;
	leaver->n_gone++;
	if (leaver->n_gone > 1)
		return;
	g_string_free(leaver->client->requests, TRUE);
	msnp_session_close(session);
	test_result_clear(&leaver->client->result);
	g_clear_object(&leaver->client->session);
}

/* The server that she is sent to answers no PNG, so that time tells who has gone. */
static void
test_leave_while_named(void)
{
	g_auto(World) world;
	Leaver leaver = { &world.alice, 0 };

	world_init(&world, NULL, NULL);
	client_sign_off(&world.alice);
	world_add_fault(&world, "xfr=1");
	world_add_fault(&world, "silence=PNG");
	client_prepare(&world, &world.alice, ALICE);
	g_signal_connect(world.alice.session, "progress", G_CALLBACK(pretend_they_are_online),
			 NULL);
	g_signal_connect(world.alice.session, "contact-changed", G_CALLBACK(leave_at_once),
			 &leaver);
	client_sign_on(&world, &world.alice, ALICE);
	test_until(msnp_server_n_requests(world.server, "PNG") >= 1);
	g_assert_cmpuint(leaver.n_gone, ==, 0);
	world_pass(&world, 11);
	g_assert_cmpuint(leaver.n_gone, ==, 1);
	g_assert_null(world.alice.session);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/move/lesson_028/lesson_087/unnoticed", test_unnoticed);
	g_test_add_func("/move/again-and-again", test_again_and_again);
	g_test_add_func("/move/leave", test_leave);
	g_test_add_func("/move/leave-while-named", test_leave_while_named);
	return g_test_run();
}
