/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The worked sessions: notification.md 3.5 and switchboard.md 2, what the client says in them sent
 * byte for byte (with this service's tickets, cookies and ports), gets the answers that they show,
 * and no complaint.
 */
#include <string.h>

#include "server/list-requests.h"
#include "server/raw-client.h"
#include "wire/msnp-challenge.h"

#define MIA "mia@nordwind.example"
/* Olaf's line in the example. */
#define OLAF_OBJECT                                                                                \
	"%3Cmsnobj%20Creator%3D%22olaf%40nordwind.example%22%20Size%3D%226120%22%20Type%3D%223"    \
	"%22%20Location%3D%22TFR7A.tmp%22%20Friendly%3D%22AAA%3D%22%20SHA1D%3D%229RhxC4X1D2v9KiQf" \
	"7kvLMnoRX14%3D%22%20SHA1C%3D%22ZlwFFiqqOUh0G7Y%2BEkYZNCnfcDc%3D%22%2F%3E"
#define OLAF_UUX                                                                                   \
	"<Data><PSM>back at four</PSM><CurrentMedia></CurrentMedia>"                               \
	"<MachineGuid>{0B7E9A11-55C2-4E8D-9F3A-7712D0C4A6E2}</MachineGuid></Data>"
#define MIA_UUX                                                                                    \
	"<Data><PSM>sorting maps &amp; tea</PSM><CurrentMedia></CurrentMedia>"                     \
	"<MachineGuid>{9C1D2E50-7A34-4B0F-8D61-2F0A6C55E3B7}</MachineGuid></Data>"

/* Olaf is away, with a picture and a text. */
static RawSession *
bring_olaf(MsnpServer *server)
{
	RawSession *olaf = raw_sign_on_begin(server, "olaf@nordwind.example", "olaf");

	raw_sign_on_ticket(olaf);
	raw_line(olaf->ns, "BLP 5 AL");
	raw_payload(olaf->ns, RAW_OLAF_ADL, "ADL 6");
	raw_expect(olaf->ns, "BLP 5 AL");
	raw_expect(olaf->ns, "ADL 6 OK");
	raw_line(olaf->ns, "CHG 7 AWY 1610612768 %s", OLAF_OBJECT);
	raw_skip_to(olaf->ns, "MSG Hotmail Hotmail *");
	raw_payload(olaf->ns, OLAF_UUX, "UUX 8");
	raw_expect(olaf->ns, "UUX 8 0");
	olaf->trid = 8;
	return olaf;
}

/* VER to USR I; with_trid: the first TrID. */
static void
send_hello(RawClient *ns, guint trid)
{
	raw_line(ns, "VER %u MSNP14 MSNP13 CVR0", trid);
	raw_line(ns, "CVR %u 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msmsgs " MIA, trid + 1);
	raw_line(ns, "USR %u TWN I " MIA, trid + 2);
	raw_expect(ns, "VER * MSNP14");
	raw_expect(ns, "CVR * 8.0.0812 8.0.0812 1.0.0000 http://* http://*");
}

static void
be_dispatched(MsnpServer *server)
{
	g_autoptr(RawClient) first = raw_connect(msnp_server_ns_port(server));
	g_autofree char *wanted =
	    g_strdup_printf("XFR 3 NS 127.0.0.1:%u U D", msnp_server_ns_port(server));

	send_hello(first, 1);
	raw_expect(first, wanted);
}

/* The second connection, up to the ticket: TrIDs go on. */
static RawSession *
be_served(MsnpServer *server)
{
	RawSession *session = g_new0(RawSession, 1);
	g_autofree char *request = NULL;
	g_autoptr(RawAnswer) answer = NULL;

	session->ns = raw_connect(msnp_server_ns_port(server));
	send_hello(session->ns, 4);
	raw_expect(session->ns, "GCF 0 207");
	g_assert_true(g_str_has_prefix(raw_payload_of(session->ns),
				       "<Policies><Policy type=\"SHIELDS\" "
				       "checksum=\"587ED0CA194638B31757121702FFD1AB\"><config>"));
	session->policy =
	    g_strdup(raw_expect(session->ns, "USR 6 TWN S *") + strlen("USR 6 TWN S "));
	request = raw_rst(MIA, "p&ss<word> 0", session->policy);
	answer = raw_post(server, "/RST.srf", RAW_RST_HEADERS, request);
	g_assert_cmpuint(answer->status, ==, 200);
	session->messenger = raw_token(answer, "messenger.msn.com");
	session->contacts = raw_token(answer, "contacts.msn.com");
	raw_line(session->ns, "USR 7 TWN S %s", session->messenger);
	raw_expect(session->ns, "USR 7 OK " MIA " 1 0");
	raw_expect(session->ns, "SBS 0 null");
	raw_expect(session->ns, "MSG Hotmail Hotmail *");
	g_assert_nonnull(
	    strstr(raw_payload_of(session->ns),
		   "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\nLoginTime: "));
	g_assert_true(g_str_has_suffix(raw_payload_of(session->ns), "ABCHMigrated: 1\r\n\r\n"));
	return session;
}

static void
answer_challenge(RawClient *ns)
{
	const char *line = raw_expect(ns, "CHL 0 ????????????????????");
	g_autofree char *answer =
	    msnp_challenge_answer(line + strlen("CHL 0 "), MSNP_PRODUCT_ID, MSNP_PRODUCT_KEY);

	raw_payload(ns, answer, "QRY 13 PROD01065C%%ZFN6F");
	raw_expect(ns, "UUX 12 0");
	raw_expect(ns, "QRY 13");
}

static void
test_notification(void)
{
	MsnpServerOptions options = { .dispatch = TRUE };
	MsnpServer *server = raw_server(&options);
	g_autoptr(RawSession) olaf = NULL, mia = NULL;
	RawClient *ns;

	raw_fault(server, "gcf-first");
	be_dispatched(server);
	mia = be_served(server);
	msnp_server_clear_faults(server);
	/* Olaf comes before Mia shows herself; he is dispatched, too. */
	{
		g_autoptr(RawClient) first = raw_connect(msnp_server_ns_port(server));

		raw_bytes(first,
			  "VER 1 MSNP14 MSNP13 CVR0\r\nCVR 2 0x0409 winnt 5.1 i386 MSNMSGR "
			  "8.0.0812 msmsgs olaf@nordwind.example\r\n"
			  "USR 3 TWN I olaf@nordwind.example\r\n",
			  -1);
		raw_skip_to(first, "XFR 3 NS *");
	}
	olaf = bring_olaf(server);
	ns = mia->ns;
	raw_fault(server, "challenge");
	raw_bytes(ns, "BLP 8 AL\r\nADL 9 178\r\n" RAW_MIA_ADL "PRP 10 MFN Mia%20%E2%98%95\r\n", -1);
	raw_expect(ns, "BLP 8 AL");
	raw_expect(ns, "ADL 9 OK");
	raw_expect(ns, "PRP 10 MFN Mia%20%E2%98%95");
	raw_bytes(ns, "CHG 11 NLN 1610612768 0\r\nUUX 12 140\r\n" MIA_UUX, -1);
	raw_expect(ns, "CHG 11 NLN 1610612768 0");
	raw_expect(ns, "ILN 11 AWY olaf@nordwind.example 1 Olaf%20B. 1610612768 " OLAF_OBJECT);
	raw_expect(ns, "UBX olaf@nordwind.example 1 130");
	g_assert_cmpstr(raw_payload_of(ns), ==, OLAF_UUX);
	raw_expect(ns, "MSG Hotmail Hotmail *");
	answer_challenge(ns);
	raw_skip_to(olaf->ns, "NLN NLN " MIA " 1 Mia%20%E2%98%95 1610612768 0");
	raw_expect(olaf->ns, "UBX " MIA " 1 140");
	raw_line(ns, "PNG");
	raw_expect(ns, "QNG 50");
	raw_line(olaf->ns, "CHG 9 NLN 1610612768 %s", OLAF_OBJECT);
	raw_expect(ns, "NLN NLN olaf@nordwind.example 1 Olaf%20B. 1610612768 " OLAF_OBJECT);
	raw_line(ns, "XFR 14 SB");
	raw_expect(ns, "XFR 14 SB 127.0.0.1:* CKI * U messenger.msn.com 1");
	raw_line(olaf->ns, "OUT");
	raw_expect(ns, "FLN olaf@nordwind.example 1 0");
	raw_line(ns, "OUT");
	raw_expect_closed(ns);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

#define HELLO                                                                                      \
	"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"                         \
	"X-MMS-IM-Format: FN=MS%20Shell%20Dlg; EF=; CO=0; CS=0; PF=0\r\n\r\n"                      \
	"hello \xc3\xbcn\xc3\xaf <&>"

static void
test_switchboard(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = raw_sign_on(server, MIA, "p&ss<word> 0", RAW_MIA_ADL);
	g_autoptr(RawSession) olaf =
	    raw_sign_on(server, "olaf@nordwind.example", "olaf", RAW_OLAF_ADL);
	g_autoptr(RawClient) a = NULL, b = NULL;
	g_auto(GStrv) rung = NULL;

	raw_fault(server, "hex-session-ids");
	a = raw_open_room(server, mia);
	raw_line(a, "CAL 2 olaf@nordwind.example");
	raw_expect(a, "CAL 2 RINGING ???????????????????????????????");
	rung = g_strsplit(raw_skip_to(olaf->ns,
				      "RNG ??????????????????????????????? 127.0.0.1:* CKI "
				      "???????????????????? " MIA " Mia U messenger.hotmail.com 1"),
			  " ", -1);
	b = raw_connect(msnp_server_sb_port(server));
	raw_line(b, "ANS 1 olaf@nordwind.example %s %s", rung[4], rung[1]);
	raw_expect(b, "IRO 1 1 1 " MIA " Mia 1610612768");
	raw_expect(b, "ANS 1 OK");
	raw_expect(a, "JOI olaf@nordwind.example Olaf%20B. 1610612768");
	raw_bytes(a, "MSG 3 A 138\r\n" HELLO, -1);
	raw_expect(a, "ACK 3");
	raw_expect(b, "MSG " MIA " Mia 138");
	g_assert_cmpstr(raw_payload_of(b), ==, HELLO);
	raw_line(a, "OUT");
	raw_expect(b, "BYE " MIA);
	raw_expect_closed(a);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* Presence both ways, one after the other: hidden, shown again, blocked, gone. */
static void
test_presence(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = raw_sign_on(server, MIA, "p&ss<word> 0", RAW_MIA_ADL);
	g_autoptr(RawSession) olaf =
	    raw_sign_on(server, "olaf@nordwind.example", "olaf", RAW_OLAF_ADL);

	raw_expect(mia->ns, "NLN NLN olaf@nordwind.example 1 Olaf%20B. 1610612768 0");
	raw_line(olaf->ns, "CHG 8 HDN 1610612768 0");
	raw_expect(mia->ns, "FLN olaf@nordwind.example 1 0");
	raw_line(olaf->ns, "CHG 9 BSY 1610612768 0");
	raw_expect(mia->ns, "NLN BSY olaf@nordwind.example 1 *");
	raw_payload(olaf->ns, OLAF_UUX, "UUX 10");
	raw_expect(mia->ns, "UBX olaf@nordwind.example 1 130");
	raw_written(server, olaf, "DeleteMember", DELETE_MEMBER, "Allow", "", MIA);
	raw_written(server, olaf, "AddMember", ADD_MEMBER, "Block", MIA);
	raw_payload(olaf->ns,
		    "<ml><d n=\"nordwind.example\"><c n=\"mia\" l=\"2\" t=\"1\"/></d></ml>",
		    "RML 11");
	raw_payload(olaf->ns,
		    "<ml><d n=\"nordwind.example\"><c n=\"mia\" l=\"4\" t=\"1\"/></d></ml>",
		    "ADL 12");
	raw_skip_to(olaf->ns, "ADL 12 OK");
	raw_expect(mia->ns, "FLN olaf@nordwind.example 1 0");
	raw_complaints(server, 0, NULL);
	/* Who is blocked cannot ring either. */
	{
		g_autoptr(RawClient) seat = raw_open_room(server, mia);

		raw_line(seat, "CAL 2 olaf@nordwind.example");
		raw_expect(seat, "217 2");
		raw_line(seat, "CAL 3 nobody@example.com");
		raw_expect(seat, "217 3");
		raw_line(seat, "OUT");
		raw_expect_closed(seat);
	}
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* Adding somebody who is online: ILN and UBX before the OK; a simulated one. */
static void
test_adding(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = raw_sign_on(server, MIA, "p&ss<word> 0", RAW_MIA_ADL);

	raw_written(server, mia, "ABContactAdd", CONTACT_ADD, "rosa@tram.example");
	raw_bytes(mia->ns,
		  "ADL 20 58\r\n<ml><d n=\"tram.example\"><c n=\"rosa\" l=\"3\" t=\"1\"/></d></ml>",
		  -1);
	raw_expect(mia->ns, "ILN 20 AWY rosa@tram.example 1 Rosa%20K. 1610612768 0");
	raw_expect(mia->ns, "UBX rosa@tram.example 1 *");
	g_assert_cmpstr(raw_payload_of(mia->ns), ==,
			"<Data><PSM>1 &lt; 2 &amp; 3</PSM><CurrentMedia></CurrentMedia></Data>");
	raw_expect(mia->ns, "ADL 20 OK");
	raw_written(server, mia, "DeleteMember", DELETE_MEMBER, "Block", "", "quim@tram.example");
	raw_bytes(mia->ns,
		  "RML 21 58\r\n<ml><d n=\"tram.example\"><c n=\"quim\" l=\"4\" t=\"1\"/></d></ml>",
		  -1);
	raw_expect(mia->ns, "RML 21 OK");
	raw_bytes(mia->ns, "FQY 23 46\r\n<ml><d n=\"tram.example\"><c n=\"rosa\"/></d></ml>", -1);
	raw_expect(mia->ns, "FQY 23 52");
	g_assert_cmpstr(raw_payload_of(mia->ns), ==,
			"<ml><d n=\"tram.example\"><c n=\"rosa\" t=\"1\"/></d></ml>");
	raw_payload(mia->ns, "<ml><d n=\"tram.example\"><c n=\"nobody\" l=\"1\" t=\"1\"/></d></ml>",
		    "ADL 24");
	raw_expect(mia->ns, "208 24");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* lesson_033: the second sign-on ends the first. */
static void
test_signed_on_elsewhere(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) first = raw_sign_on(server, MIA, "p&ss<word> 0", RAW_MIA_ADL);
	g_autoptr(RawSession) second = raw_sign_on(server, MIA, "p&ss<word> 0", RAW_MIA_ADL);

	raw_skip_to(first->ns, "OUT OTH");
	raw_expect_closed(first->ns);
	g_assert_cmpuint(msnp_server_n_sessions(server), ==, 1);
	msnp_server_kick(server, MIA, "SSD");
	raw_expect(second->ns, "OUT SSD");
	raw_expect_closed(second->ns);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* notification.md 2.4: the lines of the older dialect. */
static void
test_msnp13(void)
{
	MsnpServerOptions options = { .msnp13 = TRUE };
	MsnpServer *server = raw_server(&options);
	g_autoptr(RawSession) olaf =
	    raw_sign_on(server, "olaf@nordwind.example", "olaf", RAW_OLAF_ADL);
	g_autoptr(RawSession) mia = raw_sign_on_begin(server, MIA, "p&ss<word> 0");

	raw_payload(olaf->ns, OLAF_UUX, "UUX 8");
	raw_expect(olaf->ns, "UUX 8 0");
	raw_sign_on_ticket(mia);
	raw_bytes(mia->ns, "BLP 8 AL\r\nADL 9 178\r\n" RAW_MIA_ADL "CHG 10 NLN 1610612768 0\r\n",
		  -1);
	raw_skip_to(mia->ns, "ILN 10 NLN olaf@nordwind.example Olaf%20B. 1610612768 0");
	raw_expect(mia->ns, "UBX olaf@nordwind.example 130");
	raw_skip_to(mia->ns, "MSG *");
	raw_line(mia->ns, "XFR 11 SB");
	raw_expect(mia->ns, "XFR 11 SB 127.0.0.1:* CKI * U messenger.msn.com");
	raw_line(olaf->ns, "OUT");
	raw_expect(mia->ns, "FLN olaf@nordwind.example");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/session/notification", test_notification);
	g_test_add_func("/server/session/switchboard", test_switchboard);
	g_test_add_func("/server/session/presence", test_presence);
	g_test_add_func("/server/session/adding", test_adding);
	g_test_add_func("/server/session/lesson_033", test_signed_on_elsewhere);
	g_test_add_func("/server/session/msnp13", test_msnp13);
	return g_test_run();
}
