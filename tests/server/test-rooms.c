/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rooms that go to sleep, limits, addresses with ;{guid}, filtered words, and sessions that are
 * sent on in their middle. Source: switchboard.md 1, 2, 4, 14, notification.md 2.1, 17; lesson 116.
 */
#include <string.h>

#include "server/raw-client.h"

#define MIA        "mia@nordwind.example"
#define OLAF       "olaf@nordwind.example"
#define TEXT(body) "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n" body

typedef struct {
	MsnpServer *server;
	RawSession *mia, *olaf;
	RawClient *a, *b; /* their seats in one room */
} World;

static void
world_init(World *world)
{
	world->server = raw_server(NULL);
	world->mia = raw_sign_on(world->server, MIA, "p&ss<word> 0", RAW_MIA_ADL);
	world->olaf = raw_sign_on(world->server, OLAF, "olaf", RAW_OLAF_ADL);
	world->a = world->b = NULL;
}

static void
meet(World *world)
{
	world->a = raw_open_room(world->server, world->mia);
	world->b = raw_call(world->server, world->a, 2, OLAF, world->olaf);
}

static void
world_clear(World *world)
{
	g_clear_pointer(&world->a, raw_free);
	g_clear_pointer(&world->b, raw_free);
	raw_session_free(world->mia);
	raw_session_free(world->olaf);
	raw_server_free(world->server);
}

/* BYE with 1 for both, and the end; a word keeps the room awake. */
static void
test_idle(void)
{
	World world;

	world_init(&world);
	meet(&world);
	raw_fault(world.server, "idle-rooms=60");
	msnp_server_pass_time(world.server, 50);
	raw_payload(world.a, TEXT("hi"), "MSG 3 A");
	raw_expect(world.a, "ACK 3");
	raw_expect(world.b, "MSG " MIA " *");
	msnp_server_pass_time(world.server, 50);
	raw_expect_nothing(world.a);
	msnp_server_pass_time(world.server, 11);
	raw_expect(world.a, "BYE " OLAF " 1");
	raw_expect_closed(world.a);
	raw_expect(world.b, "BYE " MIA " 1");
	raw_expect_closed(world.b);
	raw_until(msnp_server_n_rooms(world.server) == 0);
	raw_complaints(world.server, 0, NULL);
	world_clear(&world);
}

/* The cookie's two minutes go by the same clock. */
static void
test_old_cookie(void)
{
	World world;
	g_auto(GStrv) words = NULL;

	world_init(&world);
	raw_line(world.mia->ns, "XFR 20 SB");
	words = g_strsplit(raw_skip_to(world.mia->ns, "XFR 20 SB *"), " ", -1);
	msnp_server_pass_time(world.server, 121);
	world.a = raw_connect(msnp_server_sb_port(world.server));
	raw_line(world.a, "USR 1 " MIA " %s", words[5]);
	raw_expect(world.a, "911 1");
	raw_complaints(world.server, 1, "an expired cookie");
	world_clear(&world);
}

/* 800 on the notification server, 713 for CAL; the minute passes. */
static void
test_limits(void)
{
	static const struct {
		const char *limit, *line, *good;
	} rows[] = {
		{ "limit=XFR:2", "XFR %u SB", "XFR * SB *" },
		{ "limit=PRP:2", "PRP %u PHH 12", "PRP * PHH 12" },
		{ "limit=CHG:2", "CHG %u BSY 1610612768 0", "CHG * BSY *" },
	};
	World world;

	world_init(&world);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		raw_fault(world.server, rows[i].limit);
		for (guint j = 0; j < 4; j++) {
			g_auto(GStrv) parts = g_strsplit(rows[i].line, "%u", 2);
			guint trid = 100 + i * 10 + j;
			g_autofree char *refused = g_strdup_printf("800 %u", trid);

			if (j == 3)
				msnp_server_pass_time(world.server, 60);
			raw_line(world.mia->ns, "%s%u%s", parts[0], trid, parts[1]);
			raw_skip_to(world.mia->ns, j == 2 ? refused : rows[i].good);
		}
	}
	msnp_server_clear_faults(world.server);
	world.mia->trid = 200;
	world.a = raw_open_room(world.server, world.mia);
	raw_fault(world.server, "limit=CAL:1");
	raw_line(world.a, "CAL 2 pia@tram.example");
	raw_expect(world.a, "217 2");
	raw_line(world.a, "CAL 3 " OLAF);
	raw_expect(world.a, "713 3");
	raw_complaints(world.server, 0, NULL);
	world_clear(&world);
}

static void
test_room_limit(void)
{
	World world;

	world_init(&world);
	raw_fault(world.server, "room-limit=1");
	world.a = raw_open_room(world.server, world.mia);
	raw_line(world.mia->ns, "XFR 30 SB");
	raw_skip_to(world.mia->ns, "714 30");
	raw_line(world.a, "OUT");
	raw_expect_closed(world.a);
	raw_line(world.mia->ns, "XFR 31 SB");
	raw_expect(world.mia->ns, "XFR 31 SB *");
	world_clear(&world);
}

/* Capabilities as they were announced; addresses with the GUID of a place. */
static void
test_addresses(void)
{
	static const char guid[] = ";{*-*-*-*-*}";
	World world;
	g_auto(GStrv) rung = NULL;
	g_autofree char *joined = g_strdup_printf("JOI " OLAF "%s Olaf%%20B. 1610612772", guid);
	g_autofree char *there = g_strdup_printf("IRO 1 1 1 " MIA "%s Mia 1610612768", guid);
	g_autofree char *gone = g_strdup_printf("BYE " OLAF "%s", guid);

	world_init(&world);
	raw_fault(world.server, "guid-addresses");
	raw_line(world.olaf->ns, "CHG 20 NLN 1610612772 0");
	raw_skip_to(world.olaf->ns, "CHG 20 *");
	world.a = raw_open_room(world.server, world.mia);
	raw_line(world.a, "CAL 2 " OLAF);
	raw_expect(world.a, "CAL 2 RINGING *");
	rung = g_strsplit(raw_skip_to(world.olaf->ns, "RNG *"), " ", -1);
	world.b = raw_connect(msnp_server_sb_port(world.server));
	raw_line(world.b, "ANS 1 " OLAF " %s %s", rung[4], rung[1]);
	raw_expect(world.b, there);
	raw_expect(world.b, "ANS 1 OK");
	raw_expect(world.a, joined);
	raw_line(world.b, "OUT");
	raw_expect(world.a, gone);
	raw_complaints(world.server, 0, NULL);
	world_clear(&world);
}

/* lesson_116: a text with a word that the service does not like. */
static void
test_words(void)
{
	World world;

	world_init(&world);
	meet(&world);
	raw_fault(world.server, "word-filter=nak:.pif:1");
	raw_payload(world.a, TEXT("look at a.pif"), "MSG 3 A");
	raw_expect(world.a, "NAK 3");
	raw_payload(world.a, TEXT("look at a.pif"), "MSG 4 A");
	raw_expect(world.a, "ACK 4");
	raw_expect(world.b, "MSG " MIA " *");
	raw_fault(world.server, "word-filter=drop:.scr:1");
	raw_payload(world.a, TEXT("a.scr"), "MSG 5 A");
	raw_payload(world.a, TEXT("hi"), "MSG 6 A");
	raw_expect(world.a, "ACK 6");
	raw_expect(world.b, "MSG " MIA " *");
	raw_fault(world.server, "word-filter=close:.exe");
	raw_payload(world.a, TEXT("a.exe"), "MSG 7 A");
	raw_expect_closed(world.a);
	raw_expect(world.b, "BYE " MIA);
	raw_complaints(world.server, 0, NULL);
	world_clear(&world);
}

/* ---- Sent on ---- */

/* Mia's second connection, with TrIDs that go on. */
static RawClient *
reconnect(World *world, guint trid)
{
	RawClient *ns = raw_connect(msnp_server_ns_port(world->server));
	g_autofree char *request = NULL, *ticket = NULL;
	g_autoptr(RawAnswer) answer = NULL;

	raw_line(ns, "VER %u MSNP14 MSNP13 CVR0", trid);
	raw_line(ns, "CVR %u 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msmsgs " MIA, trid + 1);
	raw_line(ns, "USR %u TWN I " MIA, trid + 2);
	{
		const char *line = raw_skip_to(ns, "USR * TWN S *");

		request = raw_rst(MIA, "p&ss<word> 0", strstr(line, "TWN S ") + strlen("TWN S "));
	}
	answer = raw_post(world->server, "/RST.srf", RAW_RST_HEADERS, request);
	ticket = raw_token(answer, "messenger.msn.com");
	raw_line(ns, "USR %u TWN S %s", trid + 3, ticket);
	raw_skip_to(ns, "USR * OK " MIA " 1 0");
	return ns;
}

/* The new connection is there before the old one is closed; nobody is told OTH. */
static void
test_move(void)
{
	World world;
	g_autoptr(RawClient) ns = NULL;
	g_autofree char *wanted = NULL, *rest = NULL;

	world_init(&world);
	wanted = g_strdup_printf("XFR 0 NS 127.0.0.1:%u U D", msnp_server_ns_port(world.server));
	g_assert_true(msnp_server_move(world.server, MIA, FALSE));
	raw_skip_to(world.mia->ns, wanted);
	raw_line(world.mia->ns, "PNG");
	raw_expect(world.mia->ns, "QNG *");
	ns = reconnect(&world, 20);
	rest = raw_read_to_end(world.mia->ns);
	g_assert_cmpstr(rest, ==, "");
	g_assert_cmpuint(msnp_server_n_sessions(world.server), ==, 2);
	raw_complaints(world.server, 0, NULL);
	world_clear(&world);
}

/* Closed a second later by the service's clock, or at once; switchboards live on. */
static void
test_move_closes(gconstpointer at_once)
{
	World world;
	g_autoptr(RawClient) ns = NULL;

	world_init(&world);
	meet(&world);
	g_assert_true(msnp_server_move(world.server, MIA, at_once != NULL));
	raw_skip_to(world.mia->ns, "XFR 0 NS *");
	if (at_once == NULL) {
		raw_expect_nothing(world.mia->ns);
		msnp_server_pass_time(world.server, 1);
	}
	raw_expect_closed(world.mia->ns);
	raw_until(msnp_server_n_sessions(world.server) == 1);
	raw_payload(world.a, TEXT("still here"), "MSG 3 A");
	raw_expect(world.a, "ACK 3");
	ns = reconnect(&world, 20);
	g_assert_false(msnp_server_move(world.server, "nobody@example.com", TRUE));
	raw_complaints(world.server, 0, NULL);
	world_clear(&world);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/rooms/idle", test_idle);
	g_test_add_func("/server/rooms/old-cookie", test_old_cookie);
	g_test_add_func("/server/rooms/limits", test_limits);
	g_test_add_func("/server/rooms/room-limit", test_room_limit);
	g_test_add_func("/server/rooms/addresses", test_addresses);
	g_test_add_func("/server/rooms/lesson_116", test_words);
	g_test_add_func("/server/rooms/move", test_move);
	g_test_add_data_func("/server/rooms/move/later", NULL, test_move_closes);
	g_test_add_data_func("/server/rooms/move/at-once", GINT_TO_POINTER(1), test_move_closes);
	return g_test_run();
}
