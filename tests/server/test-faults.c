/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The behaviours: each does what the table says, on the wire.
 */
#include <string.h>

#include "server/raw-client.h"

#define MIA     "mia@nordwind.example"
#define SECRET  "p&ss<word> 0"
#define AB      "http://www.msn.com/webservices/AddressBook"
#define SHARING "/abservice/SharingService.asmx"
#define TEXT    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nhi"
#define OLAF_UUX                                                                                   \
	"<Data><PSM>1 &lt; 2 &amp; 3</PSM><CurrentMedia></CurrentMedia>"                           \
	"<MachineGuid>{0B7E9A11-55C2-4E8D-9F3A-7712D0C4A6E2}</MachineGuid></Data>"

/* ---- The table itself ---- */

static const char *const good_words[] = { "gcf-first",
					  "escargot",
					  "silence=CHG",
					  "silence=CHG:2",
					  "delay=RST:200",
					  "cut=NS:120",
					  "error=ADL:241",
					  "error=ADL:241:1",
					  "out",
					  "out=OTH",
					  "out=SSD:1",
					  "nak=3",
					  "length=UBX:-1",
					  "qng=-1",
					  "fault=ABFindAll:FullSyncRequired:1",
					  "expire-tickets=ABFindAll",
					  "expire-tickets=ABFindAll:2",
					  "lost=ADL",
					  "fault=AddMember#2:Forbidden:1",
					  "error=ADL#2:241",
					  "tombstones=3",
					  "fault=Store2:SystemUnavailable:1",
					  "oim-challenge=both",
					  "limit=CAL:3",
					  "limit=CAL:3:1",
					  "idle-rooms=240",
					  "word-filter=nak:.pif" };

static const char *const bad_words[] = { "",
					 "gcf",
					 "silence",
					 "delay=RST",
					 "error=ADL",
					 "error=ADL:x",
					 "error=ADL:1:0",
					 "cut=NS:1:2:3",
					 "nak=0",
					 "fault=ABFindAll",
					 "qng",
					 "nak=x",
					 "lost",
					 "group-limit",
					 "fault=AddMember#0:X",
					 "error=ADL#x:241",
					 "oim-challenge",
					 "limit=CAL",
					 "idle-rooms",
					 "word-filter=nak" };

static void
test_words(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autofree char *list = msnp_server_describe_faults();

	for (guint i = 0; i < G_N_ELEMENTS(good_words); i++)
		raw_fault(server, good_words[i]);
	for (guint i = 0; i < G_N_ELEMENTS(bad_words); i++) {
		g_autoptr(GError) error = NULL;

		if (msnp_server_add_fault(server, bad_words[i], &error))
			g_error("\"%s\" was taken for a behaviour", bad_words[i]);
		g_assert_nonnull(error);
	}
	g_assert_nonnull(strstr(list, "gcf-first"));
	raw_server_free(server);
}

/* ---- Sign-on: the order of what the server sends, as verbs ---- */

typedef struct {
	const char *name;
	const char *faults; /* divided by blanks */
	const char *verbs;  /* from VER to the profile, divided by blanks */
} OrderRow;

static const OrderRow order_rows[] = {
	{ "plain", "", "VER CVR USR GCF USR SBS MSG" },
	{ "gcf-first", "gcf-first", "VER CVR GCF USR USR SBS MSG" },
	{ "gcf-late", "gcf-late", "VER CVR USR USR SBS MSG GCF" },
	{ "gcf-never", "gcf-never", "VER CVR USR USR SBS MSG" },
	{ "no-sbs", "no-sbs", "VER CVR USR GCF USR MSG" },
	{ "sbs-late", "sbs-late", "VER CVR USR GCF USR MSG SBS" },
	{ "escargot", "escargot", "VER CVR GCF USR USR SBS MSG" },
	{ "chopped", "chopped", "VER CVR USR GCF USR SBS MSG" },
	{ "glued", "glued", "VER CVR USR GCF USR SBS MSG" },
	{ "huge-gcf", "huge-gcf", "VER CVR USR GCF USR SBS MSG" },
};

static void
expect_verbs(RawClient *ns, char **verbs)
{
	for (; *verbs != NULL; verbs++) {
		g_autofree char *pattern = g_strconcat(*verbs, " *", NULL);

		raw_expect(ns, pattern);
	}
}

static void
test_order(gconstpointer data)
{
	const OrderRow *row = data;
	MsnpServer *server = raw_server(NULL);
	g_auto(GStrv) faults = g_strsplit(row->faults, " ", -1);
	g_auto(GStrv) verbs = g_strsplit(row->verbs, " ", -1);
	g_autoptr(RawClient) ns = raw_connect(msnp_server_ns_port(server));
	g_autoptr(RawSession) helper = NULL;

	/* A ticket from a session of its own; the set is good until it is shown. */
	helper = raw_sign_on_begin(server, MIA, SECRET);
	for (char **fault = faults; *fault != NULL && **fault != '\0'; fault++)
		raw_fault(server, *fault);
	raw_line(ns, "VER 1 MSNP14 MSNP13 CVR0");
	raw_line(ns, "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msmsgs " MIA);
	raw_line(ns, "USR 3 TWN I " MIA);
	raw_line(ns, "USR 4 TWN S %s", helper->messenger);
	expect_verbs(ns, verbs);
	raw_expect_nothing(ns);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* ---- Any command ---- */

static void
test_commands(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = raw_sign_on_begin(server, MIA, SECRET);

	raw_sign_on_ticket(mia);
	raw_fault(server, "error=BLP:800:1");
	raw_fault(server, "silence=BLP:1");
	raw_line(mia->ns, "BLP 5 AL");
	raw_expect_nothing(mia->ns);
	raw_line(mia->ns, "BLP 6 AL");
	raw_expect(mia->ns, "800 6");
	raw_line(mia->ns, "BLP 7 AL");
	raw_expect(mia->ns, "BLP 7 AL");
	raw_fault(server, "error-payload");
	raw_fault(server, "error=ADL:208:1");
	raw_payload(mia->ns, RAW_NOBODY_ADL, "ADL 8");
	raw_expect(mia->ns, "208 8 15");
	g_assert_cmpstr(raw_payload_of(mia->ns), ==, RAW_NOBODY_ADL);
	raw_complaints(server, 0, NULL);
	/* Delayed: the next command is answered first, and CHG before its answer is an error. */
	raw_fault(server, "delay=ADL:500:1");
	raw_payload(mia->ns, RAW_MIA_ADL, "ADL 9");
	raw_line(mia->ns, "PRP 10 MFN Mia");
	raw_line(mia->ns, "CHG 11 NLN 1610612768 0");
	raw_expect(mia->ns, "PRP 10 MFN Mia");
	raw_expect(mia->ns, "CHG 11 *");
	raw_complaints(server, 1, "before every ADL was answered");
	raw_skip_to(mia->ns, "ADL 9 OK");
	raw_server_free(server);
}

static void
test_cut(void)
{
	for (int n = 0; n < 40; n++) {
		MsnpServer *server = raw_server(NULL);
		g_autoptr(RawClient) ns = raw_connect(msnp_server_ns_port(server));
		g_autofree char *fault = g_strdup_printf("cut=NS:%d", n);
		g_autofree char *text = NULL;

		raw_fault(server, fault);
		raw_line(ns, "VER 1 MSNP14 MSNP13 CVR0");
		raw_line(ns, "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msmsgs " MIA);
		text = raw_read_to_end(ns);
		g_assert_cmpuint(strlen(text), ==, n);
		raw_server_free(server);
	}
}

static void
test_wedge(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawClient) ns = raw_connect(msnp_server_ns_port(server));

	raw_fault(server, "escargot");
	raw_line(ns, "VER 1 MSNP14 MSNP13 CVR0");
	raw_expect(ns, "VER 1 MSNP14");
	raw_bytes(ns, "\r\nCVR 2 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msmsgs " MIA "\r\n", -1);
	raw_expect_nothing(ns);
	raw_complaints(server, 1, "stray CRLF");
	raw_server_free(server);
}

static void
test_after_chg(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = NULL, again = NULL;

	raw_fault(server, "xfr=1");
	raw_fault(server, "out=SSD:1");
	mia = raw_sign_on(server, MIA, SECRET, RAW_MIA_ADL);
	raw_expect(mia->ns, "XFR 0 NS 127.0.0.1:* U D");
	raw_expect(mia->ns, "OUT SSD");
	raw_expect_closed(mia->ns);
	raw_fault(server, "odd-lines");
	again = raw_sign_on(server, MIA, SECRET, RAW_MIA_ADL);
	raw_skip_to(again->ns, "ADL 0 *");
	raw_fault(server, "qng=7");
	raw_line(again->ns, "PNG");
	raw_expect(again->ns, "QNG 7");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* ---- Presence ---- */

static void
test_presence(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) olaf =
	    raw_sign_on(server, "olaf@nordwind.example", "olaf", RAW_OLAF_ADL);
	g_autoptr(RawSession) mia = NULL;
	const char *line;

	raw_payload(olaf->ns, OLAF_UUX, "UUX 8");
	raw_expect(olaf->ns, "UUX 8 0");
	raw_fault(server, "malformed-ubx");
	raw_fault(server, "empty-object");
	raw_fault(server, "length=UBX:-3:1");
	mia = raw_sign_on_begin(server, MIA, SECRET);
	raw_sign_on_ticket(mia);
	raw_line(mia->ns, "BLP 5 AL");
	raw_payload(mia->ns, RAW_MIA_ADL, "ADL 6");
	raw_line(mia->ns, "CHG 7 NLN 1610612768 0");
	raw_skip_to(mia->ns,
		    "ILN 7 NLN olaf@nordwind.example 1 Olaf%20B. 1610612768 %3Cmsnobj%2F%3E");
	/* Three bytes less are announced than come. */
	raw_expect(mia->ns, "UBX olaf@nordwind.example 1 64");
	g_assert_cmpstr(raw_payload_of(mia->ns), ==,
			"<Data><PSM>1 < 2 &#x26; 3</PSM><CurrentMedia></CurrentMedia></Da");
	raw_expect(mia->ns, "ta>MSG Hotmail Hotmail *");
	g_assert_cmpuint(msnp_server_n_sessions(server), ==, 2);
	raw_free(mia->ns);
	mia->ns = raw_connect(msnp_server_ns_port(server));
	raw_until(msnp_server_n_sessions(server) == 2);
	msnp_server_clear_faults(server);
	raw_fault(server, "huge-nickname");
	{
		g_autoptr(RawSession) later G_GNUC_UNUSED =
		    raw_sign_on(server, "olaf@nordwind.example", "olaf", RAW_OLAF_ADL);
		g_autoptr(RawSession) viewer = raw_sign_on_begin(server, MIA, SECRET);

		raw_sign_on_ticket(viewer);
		raw_line(viewer->ns, "BLP 5 AL");
		raw_payload(viewer->ns, RAW_MIA_ADL, "ADL 6");
		raw_line(viewer->ns, "CHG 7 NLN 1610612768 0");
		line = raw_skip_to(viewer->ns, "ILN 7 NLN olaf@nordwind.example *");
		g_assert_cmpuint(strlen(line), >, 100000);
	}
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* ---- Switchboards ---- */

typedef struct {
	const char *fault;
	/* What the caller gets for CAL and for MSG, verbs divided by blanks. */
	const char *verbs;
} RoomRow;

static const RoomRow room_rows[] = {
	{ "ack-never", "CAL JOI" },
	{ "nak", "CAL JOI NAK" },
	{ "bye-before-ack", "CAL JOI BYE ACK" },
	{ "join-before-ringing", "JOI CAL ACK" },
	{ "join-twice", "CAL JOI JOI ACK" },
};

static void
test_room(gconstpointer data)
{
	const RoomRow *row = data;
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = raw_sign_on(server, MIA, SECRET, RAW_MIA_ADL);
	g_autoptr(RawSession) olaf =
	    raw_sign_on(server, "olaf@nordwind.example", "olaf", RAW_OLAF_ADL);
	g_autoptr(RawClient) seat = raw_open_room(server, mia);
	g_autoptr(RawClient) other = raw_connect(msnp_server_sb_port(server));
	g_auto(GStrv) words = NULL, verbs = g_strsplit(row->verbs, " ", -1);
	guint i = 0;

	raw_fault(server, row->fault);
	raw_line(seat, "CAL 2 olaf@nordwind.example");
	words = g_strsplit(raw_skip_to(olaf->ns, "RNG *"), " ", -1);
	raw_line(other, "ANS 1 olaf@nordwind.example %s %s", words[4], words[1]);
	raw_skip_to(other, "ANS 1 OK");
	while (verbs[i] != NULL && strstr("CAL JOI", verbs[i]) != NULL) {
		g_autofree char *pattern = g_strconcat(verbs[i++], " *", NULL);

		raw_expect(seat, pattern);
	}
	raw_payload(seat, TEXT, "MSG 3 A");
	expect_verbs(seat, verbs + i);
	raw_expect_nothing(seat);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

static void
test_rooms_that_fail(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = raw_sign_on(server, MIA, SECRET, RAW_MIA_ADL);
	g_autoptr(RawSession) olaf =
	    raw_sign_on(server, "olaf@nordwind.example", "olaf", RAW_OLAF_ADL);
	g_autoptr(RawClient) seat = NULL, dead = NULL;

	raw_fault(server, "no-join=1");
	seat = raw_open_room(server, mia);
	raw_line(seat, "CAL 2 olaf@nordwind.example");
	raw_expect(seat, "CAL 2 RINGING *");
	raw_expect_nothing(olaf->ns);
	raw_fault(server, "dead-room");
	dead = raw_connect(msnp_server_sb_port(server));
	raw_line(dead, "USR 1 " MIA " x");
	raw_expect_closed(dead);
	raw_fault(server, "error=SB/CAL:713:1");
	raw_line(seat, "CAL 3 olaf@nordwind.example");
	raw_expect(seat, "713 3");
	raw_fault(server, "sb-address=192.0.2.1:70000");
	raw_line(mia->ns, "XFR 20 SB");
	raw_skip_to(mia->ns, "XFR 20 SB 192.0.2.1:70000 CKI *");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* Three in a room, with IRO doubled and BYE as of idle people. */
static void
test_room_of_three(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = raw_sign_on(server, MIA, SECRET, RAW_MIA_ADL);
	g_autoptr(RawSession) olaf =
	    raw_sign_on(server, "olaf@nordwind.example", "olaf", RAW_OLAF_ADL);
	g_autoptr(RawSession) zoe = raw_sign_on(server, "zoe@example.com", "zoe", RAW_NOBODY_ADL);
	g_autoptr(RawClient) seat = raw_open_room(server, mia);
	g_autoptr(RawClient) first = raw_call(server, seat, 2, "olaf@nordwind.example", olaf);
	g_autoptr(RawClient) second = raw_connect(msnp_server_sb_port(server));
	g_auto(GStrv) words = NULL;

	raw_fault(server, "iro-twice");
	raw_fault(server, "bye-idle");
	raw_line(seat, "CAL 3 zoe@example.com");
	words = g_strsplit(raw_skip_to(zoe->ns, "RNG *"), " ", -1);
	raw_line(second, "ANS 1 zoe@example.com %s %s", words[4], words[1]);
	raw_expect(second, "IRO 1 1 4 *");
	raw_expect(second, "IRO 1 2 4 *");
	raw_expect(second, "IRO 1 3 4 *");
	raw_expect(second, "IRO 1 4 4 *");
	raw_expect(second, "ANS 1 OK");
	raw_expect(first, "JOI zoe@example.com *");
	raw_payload(second, TEXT, "MSG 2 N");
	raw_expect(first, "MSG zoe@example.com *");
	raw_skip_to(seat, "MSG zoe@example.com *");
	raw_line(first, "OUT");
	raw_expect(seat, "BYE olaf@nordwind.example 1");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

static void
test_sign_on_variants(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawClient) looped = raw_connect(msnp_server_ns_port(server));
	g_autoptr(RawSession) capitals = NULL, hidden = NULL;

	raw_fault(server, "exact-case");
	capitals = raw_sign_on_begin(server, "Mia@nordwind.example", SECRET);
	raw_line(capitals->ns, "USR 4 TWN S %s", capitals->messenger);
	raw_skip_to(capitals->ns, "911 4");
	raw_expect_closed(capitals->ns);
	raw_fault(server, "profile-never");
	raw_fault(server, "hidden-may-call");
	hidden = raw_sign_on_begin(server, MIA, SECRET);
	raw_line(hidden->ns, "USR 4 TWN S %s", hidden->messenger);
	raw_skip_to(hidden->ns, "SBS 0 null");
	raw_line(hidden->ns, "BLP 5 BL");
	raw_expect(hidden->ns, "BLP 5 BL");
	raw_payload(hidden->ns, RAW_MIA_ADL, "ADL 6");
	raw_expect(hidden->ns, "ADL 6 OK");
	raw_line(hidden->ns, "CHG 7 HDN 1610612768 0");
	raw_line(hidden->ns, "XFR 8 SB");
	raw_skip_to(hidden->ns, "XFR 8 SB *");
	raw_fault(server, "xfr-loop=1");
	raw_line(looped, "VER 1 MSNP14 MSNP13 CVR0");
	raw_line(looped, "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msmsgs " MIA);
	raw_line(looped, "USR 3 TWN I " MIA);
	raw_skip_to(looped, "XFR 3 NS *");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* ---- Web services ---- */

typedef struct {
	const char *fault;
	gboolean rst;     /* else FindMembership */
	guint status;     /* 0: no whole answer */
	const char *body; /* a part of it */
} WebRow;

static const WebRow web_rows[] = {
	{ "rst=503", TRUE, 503, "Unavailable" },
	{ "rst=500", TRUE, 500, "Internal" },
	{ "rst=wrong-password", TRUE, 200, "FailedAuthentication" },
	{ "rst=locked", TRUE, 200, "0x80048823" },
	{ "rst=garbage", TRUE, 200, "hotel" },
	{ "rst-redirect", TRUE, 200, "psf:Redirect</faultcode><psf:redirectUrl>http://127.0.0.1:" },
	{ "rst=no-token", TRUE, 200, "contacts.msn.com" },
	{ "tokens-shuffled", TRUE, 200, "unasked.example.com" },
	{ "token-without-p", TRUE, 200, "==</wsse:BinarySecurityToken>" },
	{ "token-empty-p", TRUE, 200, "&amp;p=</wsse:BinarySecurityToken>" },
	{ "fault-in-body", TRUE, 200, "RequestSecurityTokenResponse" },
	{ "redirect-302=RST", TRUE, 302, "Elsewhere" },
	{ "http=RST:404", TRUE, 404, "" },
	{ "delay=RST:20", TRUE, 200, "BinarySecurityToken" },
	{ "slow-answer=RST:2", TRUE, 200, "BinarySecurityToken" },
	{ "text-403", FALSE, 403, "Forbidden" },
	{ "fault=FindMembership:FullSyncRequired", FALSE, 500, ">FullSyncRequired</errorcode>" },
	{ "ab-missing", FALSE, 500, ">ABDoesNotExist</errorcode>" },
	{ "doctype=FindMembership", FALSE, 200, "<!DOCTYPE a" },
	{ "bad-utf8=FindMembership", FALSE, 200, "\xff\xfe" },
	{ "empty-leaves=FindMembership", FALSE, 200, "<PassportName></PassportName>" },
	{ "cut=HTTP:100", FALSE, 0, NULL },
	{ "cut=FindMembership:1000", FALSE, 200, "<soap:Header>" },
	{ "no-service-header", FALSE, 200, "<soap:Body><FindMembershipResponse" },
	{ "huge-answer=FindMembership", FALSE, 200, "<FindMembershipResult>" },
	{ "no-tb", TRUE, 200, "messenger.msn.com" },
	{ "gzip", FALSE, 200, "<FindMembershipResult>" },
};

static void
test_web(gconstpointer data)
{
	const WebRow *row = data;
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia =
	    row->rst ? raw_hello(server, MIA) : raw_sign_on_begin(server, MIA, SECRET);
	g_autofree char *request = NULL, *headers = NULL;
	g_autoptr(RawAnswer) answer = NULL;

	if (!row->rst)
		raw_sign_on_ticket(mia);
	request = row->rst ? raw_rst(MIA, SECRET, mia->policy)
			   : raw_soap(mia->contacts, raw_find_membership);
	headers = row->rst ? g_strdup(RAW_RST_HEADERS)
			   : raw_soap_headers(AB "/FindMembership", mia->contacts);
	raw_fault(server, row->fault);
	answer = raw_post(server, row->rst ? "/RST.srf" : SHARING, headers, request);
	if (row->status != 0)
		g_assert_cmpuint(answer->status, ==, row->status);
	if (row->body != NULL && strstr(answer->body, row->body) == NULL)
		g_error("\"%s\" expected in: %s", row->body, answer->body);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* Where and with which status faults come. */
static void
test_fault_places(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = raw_sign_on_begin(server, MIA, SECRET);
	g_autofree char *request = raw_soap(mia->contacts, raw_find_membership);
	g_autofree char *headers = raw_soap_headers(AB "/FindMembership", mia->contacts);

	raw_sign_on_ticket(mia);
	raw_fault(server, "fault=FindMembership:FullSyncRequired");
	for (guint i = 0; i < 3; i++) {
		g_autoptr(RawAnswer) answer = raw_post(server, SHARING, headers, request);

		g_assert_cmpuint(answer->status, ==, i == 0 ? 500 : 200);
		g_assert_true((strstr(answer->body, "<soap:Body>") != NULL) == (i < 2));
		raw_fault(server, i == 0 ? "fault-200" : "fault-outside-body");
	}
	raw_server_free(server);
}

/* psf:Redirect: the same body must come to the other address. */
static void
test_redirect(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = raw_hello(server, MIA);
	g_autofree char *request = raw_rst(MIA, SECRET, mia->policy);
	g_autofree char *other = g_strconcat(request, "\n", NULL);

	raw_fault(server, "rst-redirect=1");
	for (guint i = 0; i < 3; i++) {
		g_autoptr(RawAnswer) answer =
		    raw_post(server, i == 0 ? "/RST.srf" : "/moved/RST.srf", RAW_RST_HEADERS,
			     i == 2 ? other : request);

		g_assert_true((strstr(answer->body, "psf:Redirect") != NULL) == (i == 0));
		raw_complaints(server, i == 2 ? 2 : 0, i == 2 ? "another body" : NULL);
	}
	raw_server_free(server);
}

/* Stopping with answers under way leaves nothing behind. */
static void
test_stop(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = raw_hello(server, MIA);
	g_autofree char *head = NULL, *request = raw_rst(MIA, SECRET, mia->policy);
	g_autoptr(RawClient) http = NULL;
	guint16 port =
	    (guint16)g_ascii_strtoull(strrchr(msnp_server_base_url(server), ':') + 1, NULL, 10);

	raw_fault(server, "silence=RST");
	raw_fault(server, "delay=USR:60000");
	raw_line(mia->ns, "USR 4 TWN S x");
	head = g_strdup_printf("POST /RST.srf HTTP/1.1\r\nHost: x\r\n" RAW_RST_HEADERS
			       "Content-Length: %u\r\n\r\n",
			       (guint)strlen(request));
	http = raw_connect(port);
	raw_bytes(http, head, -1);
	raw_bytes(http, request, -1);
	raw_expect_nothing(http);
	raw_server_free(server);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/faults/words", test_words);
	for (guint i = 0; i < G_N_ELEMENTS(order_rows); i++) {
		g_autofree char *path =
		    g_strconcat("/server/faults/order/", order_rows[i].name, NULL);

		g_test_add_data_func(path, &order_rows[i], test_order);
	}
	for (guint i = 0; i < G_N_ELEMENTS(room_rows); i++) {
		g_autofree char *path =
		    g_strconcat("/server/faults/room/", room_rows[i].fault, NULL);

		g_test_add_data_func(path, &room_rows[i], test_room);
	}
	for (guint i = 0; i < G_N_ELEMENTS(web_rows); i++) {
		g_autofree char *path = g_strconcat("/server/faults/web/", web_rows[i].fault, NULL);

		g_test_add_data_func(path, &web_rows[i], test_web);
	}
	g_test_add_func("/server/faults/commands", test_commands);
	g_test_add_func("/server/faults/cut", test_cut);
	g_test_add_func("/server/faults/wedge", test_wedge);
	g_test_add_func("/server/faults/after-chg", test_after_chg);
	g_test_add_func("/server/faults/presence", test_presence);
	g_test_add_func("/server/faults/room/that-fail", test_rooms_that_fail);
	g_test_add_func("/server/faults/room/of-three", test_room_of_three);
	g_test_add_func("/server/faults/sign-on", test_sign_on_variants);
	g_test_add_func("/server/faults/web-places", test_fault_places);
	g_test_add_func("/server/faults/web-redirect", test_redirect);
	g_test_add_func("/server/faults/stop", test_stop);
	return g_test_run();
}
