/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each rule of the checklists that can be broken on a connection (notification.md 17,
 * switchboard.md 18): the wrong bytes are sent, the complaint names the rule, and the connection
 * goes the way that the servers' does.
 */
#include <string.h>

#include "server/raw-client.h"

#define MIA      "mia@nordwind.example"
#define PASSWORD "p&ss<word> 0"
#define GUID     "{9C1D2E50-7A34-4B0F-8D61-2F0A6C55E3B7}"

/* How far the client has come before it does wrong. */
typedef enum {
	FRESH,    /* connected */
	NAMED,    /* after USR I; TrIDs up to 3 */
	TICKETED, /* after USR S; up to 4 */
	LISTED,   /* BLP and ADL answered; up to 6 */
	ONLINE,   /* after CHG NLN; up to 7 */
	HIDDEN,   /* after CHG HDN; up to 7 */
	ROOM,     /* on a switchboard with Olaf; up to 2 */
	EMPTY,    /* alone there; up to 1 */
	SB_FRESH, /* on a switchboard, before USR */
} Stage;

typedef enum {
	STAYS,
	CLOSES,
} End;

typedef struct {
	const char *name;
	Stage stage;
	const char *bytes;
	const char *complaint; /* a part of it */
	const char *answer;    /* pattern of a line; NULL: none is asked for */
	End end;
} Row;

#define VER_CVR_FROM(handle)                                                                       \
	"VER 1 MSNP14 MSNP13 CVR0\r\n"                                                             \
	"CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msmsgs " handle "\r\n"

static const Row link_rows[] = {
	{ "lf-alone", FRESH, "VER 1 MSNP14 MSNP13 CVR0\n", "17.1] NS (new): a line ends without CR",
	  NULL, CLOSES },
	{ "double-space", FRESH, "VER 1  MSNP14 MSNP13 CVR0\r\n", "17.1", NULL, CLOSES },
	{ "trailing-space", FRESH, "VER 1 MSNP14 MSNP13 CVR0 \r\n", "17.1", NULL, CLOSES },
	{ "leading-space", FRESH, " VER 1 MSNP14 MSNP13 CVR0\r\n", "17.2", NULL, CLOSES },
	{ "lower-case", FRESH, "ver 1 MSNP14 MSNP13 CVR0\r\n", "17.2", NULL, CLOSES },
	{ "not-utf8", FRESH, "VER 1 MSNP14 MSNP13 CVR0\xff\r\n", "not UTF-8", NULL, CLOSES },
	{ "control-character", FRESH, "VER 1 MSNP14\tMSNP13 CVR0\r\n", "control character", NULL,
	  CLOSES },
	{ "empty-line", FRESH, "\r\n", "stray CRLF", NULL, CLOSES },
	{ "no-trid", FRESH, "VER MSNP14 MSNP13 CVR0\r\n", "17.3", NULL, CLOSES },
	{ "trid-zero", FRESH, "VER 0 MSNP14 MSNP13 CVR0\r\n", "17.3", NULL, CLOSES },
	{ "trid-leading-zero", FRESH, "VER 01 MSNP14 MSNP13 CVR0\r\n", "17.3", NULL, CLOSES },
	{ "trid-too-large", FRESH, "VER 4294967296 MSNP14 MSNP13 CVR0\r\n", "17.3", NULL, CLOSES },
	{ "trid-repeated", LISTED, "PRP 6 MFN Mia%20B\r\n", "17.3", "PRP 6 *", STAYS },
	{ "png-with-trid", TICKETED, "PNG 5\r\n", "17.3", "QNG *", STAYS },
	{ "crlf-after-payload", TICKETED, "ADL 5 15\r\n<ml l=\"1\"></ml>\r\n", "stray CRLF",
	  "ADL 5 OK", CLOSES },
	{ "length-too-short", TICKETED, "ADL 5 14\r\n<ml l=\"1\"></ml>BLP 6 AL\r\n", "17.11",
	  "241 5", CLOSES },
	{ "length-no-number", TICKETED, "ADL 5 x\r\n", "17.2", NULL, CLOSES },
	{ "length-missing", TICKETED, "ADL 5\r\n", "17.2", NULL, CLOSES },
	{ "length-huge", TICKETED, "ADL 5 9999999\r\n", "1.3", NULL, CLOSES },
	{ "syn", TICKETED, "SYN 5 0 0\r\n", "17.4", NULL, CLOSES },
	{ "msg-on-ns", TICKETED, "MSG 5 U @\r\n", "17.4", NULL, CLOSES },
	{ "rea", TICKETED, "REA 5 a b\r\n", "17.4", NULL, CLOSES },
	{ "challenge-unasked", TICKETED,
	  "QRY 5 PROD01065C%ZFN6F 32\r\n0123456789abcdef0123456789abcdef", "17.20", "540 5",
	  CLOSES },
};

static const Row sign_on_rows[] = {
	{ "dialects", FRESH, "VER 1 MSNP14 CVR0\r\n", "17.5", "VER 1 MSNP14", STAYS },
	{ "no-dialect", FRESH, "VER 1 MSNP8 CVR0\r\n", "17.5", "VER 1 0", CLOSES },
	{ "ver-twice", FRESH, "VER 1 MSNP14 MSNP13 CVR0\r\nVER 2 MSNP14 MSNP13 CVR0\r\n", "17.5",
	  "VER 1 MSNP14", CLOSES },
	{ "cvr-first", FRESH, "CVR 1 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msmsgs " MIA "\r\n",
	  "17.5", NULL, CLOSES },
	{ "cvr-short", FRESH, "VER 1 MSNP14 MSNP13 CVR0\r\nCVR 2 0x0409 winnt\r\n", "17.5", "731 2",
	  CLOSES },
	{ "other-handle", FRESH, VER_CVR_FROM("zoe@example.com") "USR 3 TWN I " MIA "\r\n",
	  "another handle than CVR", NULL, STAYS },
	{ "no-at", FRESH, VER_CVR_FROM("mia") "USR 3 TWN I mia\r\n", NULL, "911 3", CLOSES },
	{ "sso", FRESH, VER_CVR_FROM(MIA) "USR 3 SSO I " MIA "\r\n", "package", NULL, CLOSES },
	{ "ticket-first", FRESH, VER_CVR_FROM(MIA) "USR 3 TWN S t=x&p=y\r\n", "17.5", NULL,
	  CLOSES },
	{ "first-trid", FRESH,
	  "VER 7 MSNP14 MSNP13 CVR0\r\nCVR 8 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msmsgs " MIA
	  "\r\nUSR 9 TWN I " MIA "\r\n",
	  "neither 1 nor a continuation", NULL, STAYS },
	{ "wrong-ticket", NAMED, "USR 4 TWN S t=wrong&p=\r\n", "17.7", "911 4", CLOSES },
	{ "lists-before-ticket", NAMED, "BLP 4 AL\r\n", "17.5", NULL, CLOSES },
	{ "usr-twice", TICKETED, "USR 5 TWN I " MIA "\r\n", NULL, "207 5", STAYS },
	{ "chg-before-blp", TICKETED, "ADL 5 15\r\n<ml l=\"1\"></ml>CHG 6 NLN 1610612768 0\r\n",
	  "17.13", "CHG 6 *", STAYS },
	{ "chg-before-adl", TICKETED, "BLP 5 AL\r\nCHG 6 NLN 1610612768 0\r\n", "CHG before ADL",
	  "CHG 6 *", STAYS },
	{ "uux-before-chg", LISTED,
	  "UUX 7 @\r\n<Data><PSM></PSM><CurrentMedia></CurrentMedia><MachineGuid>" GUID
	  "</MachineGuid></Data>",
	  "UUX before CHG", "UUX 7 0", STAYS },
	{ "blp-other", TICKETED, "BLP 5 XL\r\n", "BLP with XL", NULL, CLOSES },
	{ "blp-again", LISTED, "BLP 7 AL\r\n", NULL, "218 7", STAYS },
};

/* "@" stands for the length of all that follows its line. */
#define ADL(trid, text) "ADL " #trid " @\r\n" text

static const Row list_rows[] = {
	{ "white-space", TICKETED,
	  ADL(5, "<ml l=\"1\"> <d n=\"tram.example\"><c n=\"pia\" l=\"3\" t=\"1\"/></d></ml>"),
	  "white space", "241 5", CLOSES },
	{ "break-at-end", TICKETED, ADL(5, "<ml l=\"1\"></ml>\r\n"), "white space", "241 5",
	  CLOSES },
	{ "declaration", TICKETED, ADL(5, "<?xml version=\"1.0\"?><ml l=\"1\"></ml>"),
	  "white space or text", "241 5", CLOSES },
	{ "not-xml", TICKETED, ADL(5, "<ml l=\"1\"></m>"), "no <ml>", "241 5", CLOSES },
	{ "empty-domain", TICKETED, ADL(5, "<ml l=\"1\"><d n=\"tram.example\"></d></ml>"),
	  "<d> without <c>", "240 5", CLOSES },
	{ "reverse-bit", TICKETED,
	  ADL(5, "<ml l=\"1\"><d n=\"tram.example\"><c n=\"pia\" l=\"8\" t=\"1\"/></d></ml>"),
	  "bad list bits 8", "241 5", CLOSES },
	{ "allowed-and-blocked", TICKETED,
	  ADL(5, "<ml l=\"1\"><d n=\"tram.example\"><c n=\"pia\" l=\"7\" t=\"1\"/></d></ml>"),
	  "bad list bits 7", "241 5", CLOSES },
	{ "no-bits", TICKETED,
	  ADL(5, "<ml l=\"1\"><d n=\"tram.example\"><c n=\"pia\" t=\"1\"/></d></ml>"),
	  "bad list bits 0", "241 5", CLOSES },
	{ "no-network", TICKETED,
	  ADL(5, "<ml l=\"1\"><d n=\"tram.example\"><c n=\"pia\" l=\"3\"/></d></ml>"), "17.12",
	  "204 5", CLOSES },
	{ "bad-network", TICKETED,
	  ADL(5, "<ml l=\"1\"><d n=\"tram.example\"><c n=\"pia\" l=\"3\" t=\"3\"/></d></ml>"),
	  "17.12", "204 5", CLOSES },
	{ "phone-in-domain", TICKETED,
	  ADL(5, "<ml l=\"1\"><d n=\"tram.example\"><c n=\"p ia\" l=\"3\" t=\"4\"/></d></ml>"),
	  "no address", "201 5", CLOSES },
	{ "domain-twice", TICKETED,
	  ADL(5, "<ml l=\"1\"><d n=\"tram.example\"><c n=\"pia\" l=\"3\" t=\"1\"/></d>"
		 "<d n=\"tram.example\"><c n=\"quim\" l=\"4\" t=\"1\"/></d></ml>"),
	  "domain twice", "ADL 5 OK", STAYS },
	{ "somebody-twice", TICKETED,
	  ADL(5, "<ml l=\"1\"><d n=\"tram.example\"><c n=\"pia\" l=\"3\" t=\"1\"/>"
		 "<c n=\"pia\" l=\"3\" t=\"1\"/></d></ml>"),
	  "somebody twice", "ADL 5 OK", STAYS },
	{ "initial-after-chg", ONLINE, ADL(8, "<ml l=\"1\"></ml>"), "initial ADL after CHG",
	  "ADL 8 OK", STAYS },
	{ "opposite-list", ONLINE,
	  ADL(8, "<ml><d n=\"tram.example\"><c n=\"quim\" l=\"2\" t=\"1\"/></d></ml>"),
	  "opposite list", "219 8", STAYS },
	{ "not-on-list", ONLINE,
	  "RML 8 @\r\n<ml><d n=\"tram.example\"><c n=\"pia\" l=\"4\" t=\"1\"/></d></ml>", NULL,
	  "216 8", STAYS },
	{ "two-at-once", ONLINE,
	  "FQY 8 @\r\n<ml><d n=\"tram.example\"><c n=\"pia\"/><c n=\"quim\"/></d></ml>", "17.14",
	  "FQY 8 *", STAYS },
};

#define DATA(text) "<Data>" text "</Data>"

static const Row presence_rows[] = {
	{ "no-caps", LISTED, "CHG 7 NLN\r\n", "17.15", NULL, STAYS },
	{ "hex-caps", LISTED, "CHG 7 NLN 0x60000020 0\r\n", "17.15", NULL, STAYS },
	{ "other-caps", LISTED, "CHG 7 NLN 1610612800 0\r\n", "17.15", "CHG 7 *", STAYS },
	{ "offline", LISTED, "CHG 7 FLN 1610612768 0\r\n", "CHG FLN", "201 7", STAYS },
	{ "unknown-status", LISTED, "CHG 7 XYZ 1610612768 0\r\n", "17.16", NULL, CLOSES },
	{ "object-order", LISTED,
	  "CHG 7 NLN 1610612768 %3Cmsnobj%20Size%3D%221%22%20Creator%3D%22a%22%2F%3E\r\n",
	  "not as documented", "CHG 7 *", STAYS },
	{ "object-raw", LISTED, "CHG 7 NLN 1610612768 <msnobj/>\r\n", "not as documented",
	  "CHG 7 *", STAYS },
	{ "uux-hidden", HIDDEN,
	  "UUX 8 @\r\n" DATA("<PSM></PSM><CurrentMedia></CurrentMedia><MachineGuid>" GUID
			     "</MachineGuid>"),
	  "UUX while hidden", "UUX 8 0", STAYS },
	{ "uux-short", ONLINE, "UUX 8 @\r\n" DATA("<PSM></PSM>"), "17.17", "UUX 8 0", STAYS },
	{ "uux-order", ONLINE,
	  "UUX 8 @\r\n" DATA("<CurrentMedia></CurrentMedia><PSM></PSM><MachineGuid>" GUID
			     "</MachineGuid>"),
	  "17.17", "UUX 8 0", STAYS },
	{ "uux-unescaped", ONLINE,
	  "UUX 8 @\r\n" DATA("<PSM>1 < 2</PSM><CurrentMedia></CurrentMedia><MachineGuid>" GUID
			     "</MachineGuid>"),
	  "17.17", "UUX 8 0", STAYS },
	{ "name-empty", TICKETED, "PRP 5 MFN\r\n", "17.18", NULL, CLOSES },
	{ "name-raw", TICKETED, "PRP 5 MFN Mi\xc3\xa4\r\n", "17.18", "PRP 5 *", STAYS },
	{ "prp-key", TICKETED, "PRP 5 XYZ 1\r\n", "PRP with the key", "715 5", STAYS },
	{ "xfr-ns", ONLINE, "XFR 8 NS\r\n", "XFR n SB", "201 8", STAYS },
	{ "xfr-before-chg", LISTED, "XFR 7 SB\r\n", NULL, "913 7", STAYS },
	{ "xfr-hidden", HIDDEN, "XFR 8 SB\r\n", NULL, "913 8", STAYS },
};

#define TEXT                                                                                       \
	"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"                         \
	"X-MMS-IM-Format: FN=MS%20Shell%20Dlg; EF=; CO=0; CS=0; PF=0\r\n\r\n"

static const Row room_rows[] = {
	{ "before-usr", SB_FRESH, "CAL 1 olaf@nordwind.example\r\n", "before USR", NULL, CLOSES },
	{ "cookie", SB_FRESH, "USR 1 " MIA " 0123456789\r\n", "unknown or used cookie", "911 1",
	  CLOSES },
	{ "guid", SB_FRESH, "USR 1 " MIA ";" GUID " 0123456789\r\n", ";{guid}", "911 1", CLOSES },
	{ "usr-twice", ROOM, "USR 3 " MIA " 0123456789\r\n", "second time", NULL, CLOSES },
	{ "png", ROOM, "PNG\r\n", "no switchboard command", NULL, CLOSES },
	{ "present", ROOM, "CAL 3 olaf@nordwind.example\r\n", "in the room", "215 3", STAYS },
	{ "oneself", ROOM, "CAL 3 " MIA "\r\n", "in the room", "215 3", STAYS },
	{ "no-address", ROOM, "CAL 3 olaf\r\n", "CAL of no address", "208 3", STAYS },
	{ "empty-room", EMPTY, "MSG 2 A @\r\n" TEXT "hi", "empty room", "NAK 2", STAYS },
	{ "class", ROOM, "MSG 3 S @\r\n" TEXT "hi", "ack class", NULL, CLOSES },
	{ "text-as-d", ROOM, "MSG 3 D @\r\n" TEXT "hi", "class D without P2P", NULL, CLOSES },
	{ "p2p-as-a", ROOM,
	  "MSG 3 A @\r\nMIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\n\r\n",
	  "not of class D", NULL, CLOSES },
	{ "no-empty-line", ROOM, "MSG 3 A @\r\nMIME-Version: 1.0\r\n", "no empty line", NULL,
	  STAYS },
	{ "latin-1", ROOM, "MSG 3 A @\r\n" TEXT "caf\xe9", "not UTF-8", NULL, STAYS },
	{ "cut-character", ROOM, "MSG 3 A @\r\n" TEXT "caf\xc3", "not UTF-8", NULL, STAYS },
	{ "header-order", ROOM,
	  "MSG 3 A @\r\nContent-Type: text/plain; charset=UTF-8\r\nMIME-Version: 1.0\r\n\r\nto all",
	  "first header", "ACK 3", STAYS },
	{ "no-charset", ROOM,
	  "MSG 3 A @\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nto all", "charset",
	  "ACK 3", STAYS },
	{ "colour", ROOM,
	  "MSG 3 A @\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
	  "X-MMS-IM-Format: FN=A; EF=; CO=00ff; CS=0; PF=0\r\n\r\nhi",
	  "X-MMS-IM-Format", "ACK 3", STAYS },
	{ "datacast", ROOM,
	  "MSG 3 A @\r\nMIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\nhi\r\n",
	  "datacast without ID", NULL, STAYS },
	{ "typing-name", ROOM,
	  "MSG 3 U @\r\nMIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\n"
	  "TypingUser: eve@example.com\r\n\r\n\r\n",
	  "name its sender", NULL, STAYS },
	{ "chunks", ROOM,
	  "MSG 3 A @\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
	  "Message-ID: {1}\r\nChunks: 0\r\n\r\nx",
	  "headers of a part", "ACK 3", STAYS },
};

/* Puts the length in the place of "@"; to be freed. */
static char *
row_bytes(const Row *row)
{
	const char *mark = strstr(row->bytes, " @\r\n");

	if (mark == NULL)
		return g_strdup(row->bytes);
	return g_strdup_printf("%.*s %u%s", (int)(mark - row->bytes), row->bytes,
			       (guint)strlen(mark + 4), mark + 2);
}

typedef struct {
	RawSession *mia, *olaf;
	RawClient *client; /* the one that does wrong */
	RawClient *seat, *other;
} Setup;

static void
begin_session(Setup *setup, MsnpServer *server, Stage stage)
{
	setup->mia = raw_sign_on_begin(server, MIA, PASSWORD);
	setup->client = setup->mia->ns;
	if (stage >= TICKETED)
		raw_sign_on_ticket(setup->mia);
	if (stage == LISTED) {
		raw_line(setup->client, "BLP 5 AL");
		raw_payload(setup->client, RAW_MIA_ADL, "ADL 6");
		raw_skip_to(setup->client, "ADL 6 OK");
	} else if (stage > LISTED) {
		raw_sign_on_lists(setup->mia, RAW_MIA_ADL, stage == HIDDEN ? "HDN" : "NLN");
	}
}

static void
setup_stage(Setup *setup, MsnpServer *server, Stage stage)
{
	memset(setup, 0, sizeof *setup);
	if (stage == FRESH) {
		setup->seat = setup->client = raw_connect(msnp_server_ns_port(server));
	} else if (stage == SB_FRESH) {
		setup->seat = setup->client = raw_connect(msnp_server_sb_port(server));
	} else if (stage < ROOM) {
		begin_session(setup, server, stage);
	} else {
		begin_session(setup, server, ONLINE);
		setup->olaf = raw_sign_on(server, "olaf@nordwind.example", "olaf", RAW_OLAF_ADL);
		setup->seat = setup->client = raw_open_room(server, setup->mia);
		if (stage == ROOM)
			setup->other =
			    raw_call(server, setup->seat, 2, "olaf@nordwind.example", setup->olaf);
	}
}

static void
setup_clear(Setup *setup)
{
	g_clear_pointer(&setup->mia, raw_session_free);
	g_clear_pointer(&setup->olaf, raw_session_free);
	g_clear_pointer(&setup->seat, raw_free);
	g_clear_pointer(&setup->other, raw_free);
}

static void
test_row(gconstpointer data)
{
	const Row *row = data;
	g_autofree char *bytes = row_bytes(row);
	MsnpServer *server = raw_server(NULL);
	Setup setup;

	setup_stage(&setup, server, row->stage);
	raw_complaints(server, 0, NULL);
	raw_bytes(setup.client, bytes, -1);
	if (row->complaint != NULL)
		raw_until(msnp_server_complaints(server)->len > 0);
	if (row->answer != NULL)
		raw_skip_to(setup.client, row->answer);
	if (row->end == CLOSES)
		raw_expect_closed(setup.client);
	if (row->complaint == NULL)
		raw_complaints(server, 0, NULL);
	else
		raw_complaints(server, msnp_server_complaints(server)->len, row->complaint);
	setup_clear(&setup);
	raw_server_free(server);
}

static void
add_rows(const char *group, const Row *rows, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		g_autofree char *path =
		    g_strdup_printf("/server/strict/%s/%s", group, rows[i].name);

		g_test_add_data_func(path, &rows[i], test_row);
	}
}

/* switchboard.md 6: 1,664 bytes pass, one more closes. */
static void
test_longest_message(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autofree char *fill = g_strnfill(1664 - strlen(TEXT), 'x');
	g_autofree char *text = g_strconcat(TEXT, fill, NULL);
	g_autofree char *longer = g_strconcat(TEXT, fill, "x", NULL);
	Setup setup;

	setup_stage(&setup, server, ROOM);
	raw_payload(setup.client, text, "MSG 3 A");
	raw_expect(setup.client, "ACK 3");
	raw_expect(setup.other, "MSG " MIA " Mia 1664");
	raw_complaints(server, 0, NULL);
	raw_payload(setup.client, longer, "MSG 4 A");
	raw_expect_closed(setup.client);
	raw_expect(setup.other, "BYE " MIA);
	raw_complaints(server, 1, "1,664");
	setup_clear(&setup);
	raw_server_free(server);
}

static GString *
list_of(guint n, const char *name)
{
	GString *text = g_string_new("<ml l=\"1\"><d n=\"many.example\">");

	for (guint i = 0; i < n; i++)
		g_string_append_printf(text, "<c n=\"%s%u\" l=\"3\" t=\"1\"/>", name, i);
	g_string_append(text, "</d></ml>");
	return text;
}

/* notification.md 17, row 11: 150 contacts and 7,500 bytes. */
static void
test_list_limits(void)
{
	const struct {
		guint n;
		const char *name;
		const char *complaint;
	} cases[] = {
		{ 150, "a", NULL },
		{ 151, "a", "151 contacts" },
		{ 120, "a-name-of-more-than-thirty-seven-letters-in-all", "a payload of" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		MsnpServer *server = raw_server(NULL);
		g_autoptr(GString) text = list_of(cases[i].n, cases[i].name);
		Setup setup;

		setup_stage(&setup, server, TICKETED);
		raw_payload(setup.client, text->str, "ADL 5");
		raw_expect(setup.client, cases[i].complaint == NULL ? "ADL 5 OK" : "241 5");
		if (cases[i].complaint != NULL)
			raw_expect_closed(setup.client);
		raw_complaints(server, cases[i].complaint != NULL, cases[i].complaint);
		setup_clear(&setup);
		raw_server_free(server);
	}
}

/* Row 17: the MachineGuid stays the same across sessions. */
static void
test_machine_guid(void)
{
	MsnpServer *server = raw_server(NULL);
	Setup setup;

	for (guint i = 0; i < 2; i++) {
		g_autofree char *text =
		    g_strdup_printf("<Data><PSM></PSM><CurrentMedia></CurrentMedia><MachineGuid>"
				    "{9C1D2E50-7A34-4B0F-8D61-2F0A6C55E3B%u}</MachineGuid></Data>",
				    i);

		setup_stage(&setup, server, ONLINE);
		raw_payload(setup.client, text, "UUX 8");
		raw_expect(setup.client, "UUX 8 0");
		raw_complaints(server, i, i == 0 ? NULL : "another MachineGuid");
		raw_line(setup.client, "OUT");
		raw_expect_closed(setup.client);
		setup_clear(&setup);
	}
	raw_server_free(server);
}

/* Row 6: after XFR NS nothing more may come on the old connection. */
static void
test_after_xfr(void)
{
	MsnpServerOptions options = { .dispatch = TRUE };
	MsnpServer *server = raw_server(&options);
	g_autoptr(RawClient) client = raw_connect(msnp_server_ns_port(server));

	raw_bytes(client, VER_CVR_FROM(MIA) "USR 3 TWN I " MIA "\r\n", -1);
	raw_skip_to(client, "XFR 3 NS *");
	raw_line(client, "VER 4 MSNP14 MSNP13 CVR0");
	raw_expect_closed(client);
	raw_complaints(server, 1, "VER after XFR NS");
	raw_server_free(server);
}

/* switchboard.md 18.1: cookies are for one use, one person, one room. */
static void
test_cookies(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawClient) wrong = raw_connect(msnp_server_sb_port(server));
	g_autoptr(RawClient) again = raw_connect(msnp_server_sb_port(server));
	g_autoptr(RawClient) seat = raw_connect(msnp_server_sb_port(server));
	g_autoptr(RawClient) thief = raw_connect(msnp_server_sb_port(server));
	g_auto(GStrv) words = NULL, rung = NULL;
	Setup setup;

	setup_stage(&setup, server, EMPTY);
	raw_line(setup.mia->ns, "XFR 9 SB");
	words = g_strsplit(raw_skip_to(setup.mia->ns, "XFR 9 SB *"), " ", -1);
	raw_line(thief, "USR 1 olaf@nordwind.example %s", words[5]);
	raw_expect(thief, "911 1");
	raw_complaints(server, 1, "somebody else's cookie");
	raw_line(seat, "USR 1 " MIA " %s", words[5]);
	raw_expect(seat, "USR 1 OK *");
	raw_line(again, "USR 1 " MIA " %s", words[5]);
	raw_expect(again, "911 1");
	raw_expect_closed(again);
	raw_complaints(server, 2, "unknown or used cookie");
	raw_line(seat, "CAL 2 olaf@nordwind.example");
	rung = g_strsplit(raw_skip_to(setup.olaf->ns, "RNG *"), " ", -1);
	raw_line(wrong, "ANS 1 olaf@nordwind.example %s 1", rung[4]);
	raw_expect_closed(wrong);
	raw_complaints(server, 3, "wrong session");
	setup_clear(&setup);
	raw_server_free(server);
}

#define ADD_ROWS(group, rows) add_rows(group, rows, G_N_ELEMENTS(rows))

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD_ROWS("link", link_rows);
	ADD_ROWS("sign-on", sign_on_rows);
	ADD_ROWS("lists", list_rows);
	ADD_ROWS("presence", presence_rows);
	ADD_ROWS("room", room_rows);
	g_test_add_func("/server/strict/room/longest-message", test_longest_message);
	g_test_add_func("/server/strict/room/cookies", test_cookies);
	g_test_add_func("/server/strict/lists/limits", test_list_limits);
	g_test_add_func("/server/strict/presence/machine-guid", test_machine_guid);
	g_test_add_func("/server/strict/sign-on/after-xfr", test_after_xfr);
	return g_test_run();
}
