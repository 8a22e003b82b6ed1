/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other networks and telephones: UUM, UBM, PGD, IPG, phone numbers; and personal data on its way.
 * Source: notification.md 2.1, 5, 7.1, 7.3, switchboard.md 13, services.md 5.2.
 */
#include <string.h>

#include "server/raw-client.h"

#define MIA  "mia@nordwind.example"
#define VERA "vera@yonder.example"
#define TAXI "tel:+4930555010"

static const char accounts[] =
    "{ \"accounts\": ["
    "  { \"handle\": \"mia@nordwind.example\", \"password\": \"mia\", \"name\": \"Mia\","
    "    \"phones\": { \"home\": \"+49 40 1\", \"device\": true },"
    "    \"contacts\": ["
    "      { \"handle\": \"olaf@nordwind.example\" },"
    "      { \"handle\": \"rosa@nordwind.example\" },"
    "      { \"handle\": \"vera@yonder.example\", \"network\": 32, \"name\": \"Vera\","
    "        \"presence\": { \"status\": \"NLN\", \"message\": \"hello\" } },"
    "      { \"handle\": \"wim@yonder.example\", \"network\": 32 },"
    "      { \"handle\": \"tel:+4930555010\", \"lists\": [\"FL\", \"AL\"] } ] },"
    "  { \"handle\": \"olaf@nordwind.example\", \"password\": \"olaf\", \"name\": \"Olaf\","
    "    \"contacts\": [ { \"handle\": \"mia@nordwind.example\" } ] },"
    "  { \"handle\": \"rosa@nordwind.example\", \"name\": \"Rosa\","
    "    \"presence\": { \"status\": \"AWY\" },"
    "    \"phones\": { \"mobile\": \"+49 171 555\", \"device\": true, \"pages\": true } } ] }";

#define MIA_ADL                                                                                    \
	"<ml l=\"1\"><d n=\"nordwind.example\"><c n=\"olaf\" l=\"3\" t=\"1\"/>"                    \
	"<c n=\"rosa\" l=\"3\" t=\"1\"/></d><d n=\"yonder.example\">"                              \
	"<c n=\"vera\" l=\"3\" t=\"32\"/><c n=\"wim\" l=\"3\" t=\"32\"/></d>"                      \
	"<t><c n=\"tel:+4930555010\" l=\"3\"/></t></ml>"

/* notification.md 7.1. */
#define TEXT                                                                                       \
	"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"                         \
	"X-MMS-IM-Format: FN=Sans; EF=; CO=0; CS=0; PF=0\r\n\r\nhello over there"
#define TYPING                                                                                     \
	"MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\n"                              \
	"TypingUser: mia@nordwind.example\r\n\r\n\r\n"
#define NUDGE "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\nID: 1\r\n\r\n"

static MsnpServer *
serve(RawSession **mia)
{
	MsnpServer *server = raw_server_of(accounts, NULL);

	*mia = raw_sign_on(server, MIA, "mia", MIA_ADL);
	return server;
}

static const MsnpServerPassed *
last_passed(MsnpServer *server, guint n)
{
	GPtrArray *passed = msnp_server_passed(server);

	g_assert_cmpuint(passed->len, ==, n);
	return passed->pdata[n - 1];
}

/* ---- Other networks ---- */

static void
test_uum(void)
{
	static const char *const payloads[] = { TEXT, TYPING, NUDGE };
	g_autoptr(RawSession) mia = NULL;
	MsnpServer *server = serve(&mia);

	raw_bytes(mia->ns, "UUM 40 vera@yonder.example 32 1 127\r\n" TEXT, -1);
	raw_bytes(mia->ns, "UUM 41 vera@yonder.example 32 2 93\r\n" TYPING, -1);
	raw_payload(mia->ns, NUDGE, "UUM 42 " VERA " 32 3");
	raw_line(mia->ns, "PNG");
	raw_expect(mia->ns, "QNG *");
	for (guint i = 0; i < G_N_ELEMENTS(payloads); i++) {
		const MsnpServerPassed *passed = msnp_server_passed(server)->pdata[i];

		g_assert_cmpstr(passed->from, ==, MIA);
		g_assert_cmpstr(passed->to, ==, VERA);
		g_assert_cmpuint(passed->network, ==, 32);
		g_assert_cmpuint(passed->type, ==, i + 1);
		g_assert_cmpuint(passed->trid, ==, 40 + i);
		g_assert_cmpstr(passed->payload, ==, payloads[i]);
	}
	last_passed(server, 3);
	/* Offline there, and the error on request. */
	raw_payload(mia->ns, TEXT, "UUM 43 wim@yonder.example 32 1");
	raw_expect(mia->ns, "217 43");
	raw_fault(server, "error=UUM:509:1");
	raw_payload(mia->ns, TEXT, "UUM 44 " VERA " 32 1");
	raw_expect(mia->ns, "509 44");
	last_passed(server, 3);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

static const struct {
	const char *name, *head, *payload, *answer, *complaint;
} uum_rows[] = {
	{ "network-1", "UUM 40 olaf@nordwind.example 1 1", TEXT, "508 40", "network 1" },
	{ "stranger", "UUM 40 who@yonder.example 32 1", TEXT, "508 40", "not on the list" },
	{ "other-network", "UUM 40 olaf@nordwind.example 32 1", TEXT, "508 40", "not on the list" },
	{ "type", "UUM 40 " VERA " 32 2", TEXT, "509 40", "the type is not" },
	{ "type-4", "UUM 40 " VERA " 32 4", TEXT, "509 40", "the type is not" },
	{ "latin-1", "UUM 40 " VERA " 32 1",
	  "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n\xe4", "509 40",
	  "not UTF-8" },
	{ "typing", "UUM 40 " VERA " 32 2",
	  "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: "
	  "olaf@nordwind.example\r\n\r\n\r\n",
	  NULL, "does not name its sender" },
	{ "no-empty-line", "UUM 40 " VERA " 32 1", "MIME-Version: 1.0", "509 40", "empty line" },
};

static void
test_uum_row(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(RawSession) mia = NULL;
	MsnpServer *server = serve(&mia);

	raw_payload(mia->ns, uum_rows[i].payload, "%s", uum_rows[i].head);
	if (uum_rows[i].answer == NULL) {
		raw_line(mia->ns, "PNG");
		raw_expect(mia->ns, "QNG *");
	} else {
		raw_expect(mia->ns, uum_rows[i].answer);
	}
	raw_complaints(server, 1, uum_rows[i].complaint);
	raw_server_free(server);
}

static void
test_uum_escargot(void)
{
	g_autoptr(RawSession) mia = NULL;
	MsnpServer *server = serve(&mia);

	raw_fault(server, "escargot-uum");
	raw_payload(mia->ns, TEXT, "UUM 40 wim@yonder.example 32 1");
	raw_line(mia->ns, "PNG");
	raw_expect(mia->ns, "QNG *");
	raw_payload(mia->ns, TEXT, "UUM 41 olaf@nordwind.example 1 1");
	raw_expect_closed(mia->ns);
	raw_complaints(server, 1, "network 1");
	raw_server_free(server);
}

/* What comes from there: presence, texts. */
static void
test_ubm(void)
{
	g_autoptr(RawSession) mia = NULL;
	MsnpServer *server = raw_server_of(accounts, NULL);

	mia = raw_sign_on_begin(server, MIA, "mia");
	raw_sign_on_ticket(mia);
	raw_line(mia->ns, "BLP 5 AL");
	raw_payload(mia->ns, MIA_ADL, "ADL 6");
	raw_line(mia->ns, "CHG 7 NLN 1610612768 0");
	raw_skip_to(mia->ns, "ILN 7 NLN " VERA " 32 Vera 1610612768 0");
	raw_expect(mia->ns, "UBX " VERA " 32 *");
	raw_skip_to(mia->ns, "MSG Hotmail Hotmail *");
	g_assert_true(msnp_server_send_ubm(server, MIA, VERA, 32, 1, "hello back"));
	raw_expect(mia->ns, "UBM " VERA " 32 1 10");
	g_assert_cmpstr(raw_payload_of(mia->ns), ==, "hello back");
	g_assert_true(msnp_server_set_presence(server, MIA, VERA, "BSY", NULL));
	raw_expect(mia->ns, "NLN BSY " VERA " 32 Vera 1610612768 0");
	g_assert_true(msnp_server_set_presence(server, MIA, VERA, NULL, NULL));
	raw_expect(mia->ns, "FLN " VERA " 32 0");
	g_assert_false(msnp_server_send_ubm(server, "olaf@nordwind.example", VERA, 32, 1, "x"));
	g_assert_false(msnp_server_set_presence(server, MIA, "no@yonder.example", "NLN", NULL));
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* ---- Telephones ---- */

static void
test_pgd(void)
{
	g_autoptr(RawSession) mia = NULL;
	MsnpServer *server = serve(&mia);
	const MsnpServerPassed *passed;

	raw_bytes(mia->ns,
		  "PGD 43 tel:+4930555010 1 56\r\n"
		  "<TEXT xml:space=\"preserve\" enc=\"utf-8\">On my way.</TEXT>",
		  -1);
	raw_payload(mia->ns,
		    "<TEXT xml:space=\"preserve\" enc=\"utf-8\">a &#x26; b &#x3C;3&#x3B;</TEXT>",
		    "PGD 44 rosa@nordwind.example 1");
	raw_line(mia->ns, "PNG");
	raw_expect(mia->ns, "QNG *");
	passed = last_passed(server, 2);
	g_assert_cmpstr(passed->to, ==, "rosa@nordwind.example");
	g_assert_cmpstr(passed->payload, ==, "a &#x26; b &#x3C;3&#x3B;");
	g_assert_cmpuint(passed->type, ==, 1);
	passed = msnp_server_passed(server)->pdata[0];
	g_assert_cmpstr(passed->to, ==, TAXI);
	g_assert_cmpstr(passed->payload, ==, "On my way.");
	raw_payload(mia->ns, "<TEXT xml:space=\"preserve\" enc=\"utf-8\">x</TEXT>",
		    "PGD 45 olaf@nordwind.example 1");
	raw_expect(mia->ns, "232 45");
	raw_fault(server, "page-limit=5");
	raw_payload(mia->ns, "<TEXT xml:space=\"preserve\" enc=\"utf-8\">longer</TEXT>",
		    "PGD 46 " TAXI " 1");
	raw_expect(mia->ns, "IPG *");
	g_assert_true(g_str_has_prefix(raw_payload_of(mia->ns), "<NOTIFICATION id=\"46\" siteid="));
	g_assert_nonnull(
	    strstr(raw_payload_of(mia->ns), "<FROM name=\"" TAXI "\"/><MSG pri=\"1\" id=\"407\">"));
	raw_complaints(server, 0, NULL);
	raw_payload(mia->ns, "<TEXT xml:space=\"preserve\" enc=\"utf-8\">a & b</TEXT>",
		    "PGD 47 " TAXI " 1");
	raw_expect(mia->ns, "201 47");
	raw_payload(mia->ns, "<TEXT xml:space=\"preserve\" enc=\"utf-8\">a</TEXT>",
		    "PGD 48 " TAXI " 3");
	raw_expect(mia->ns, "201 48");
	raw_complaints(server, 2, "device 1 or 2");
	raw_server_free(server);
}

static void
test_ipg(void)
{
	g_autoptr(RawSession) mia = NULL;
	MsnpServer *server = serve(&mia);

	g_assert_true(msnp_server_send_ipg(server, MIA, TAXI, "a < b", 0, 1));
	raw_expect(mia->ns, "IPG *");
	g_assert_nonnull(strstr(raw_payload_of(mia->ns),
				"<TO name=\"" MIA "\"><VIA agent=\"mobile\"/></TO>"
				"<FROM name=\"" TAXI "\"/><MSG pri=\"1\" id=\"1\">"));
	g_assert_nonnull(
	    strstr(raw_payload_of(mia->ns), "<BODY lcid=\"1033\"><TEXT>a &lt; b</TEXT></BODY>"));
	g_assert_false(msnp_server_send_ipg(server, "olaf@nordwind.example", TAXI, "x", 0, 1));
	raw_server_free(server);
}

/* ---- Phone numbers ---- */

static void
test_phones(void)
{
	g_autoptr(RawSession) mia = NULL, olaf = NULL;
	MsnpServer *server = serve(&mia);
	g_autoptr(RawAnswer) book = NULL, own = NULL;
	g_autofree char *json = NULL;

	raw_fault(server, "bpr");
	raw_line(mia->ns, "PRP 20 PHM %%2B49%%20171%%20555");
	raw_expect(mia->ns, "PRP 20 PHM %2B49%20171%20555");
	raw_line(mia->ns, "PRP 21 PHH");
	raw_expect(mia->ns, "PRP 21 PHH");
	olaf = raw_sign_on_begin(server, "olaf@nordwind.example", "olaf");
	raw_sign_on_ticket(olaf);
	raw_line(olaf->ns, "BLP 5 AL");
	raw_payload(olaf->ns, RAW_OLAF_ADL, "ADL 6");
	raw_line(olaf->ns, "CHG 7 NLN 1610612768 0");
	raw_skip_to(olaf->ns, "BPR " MIA " PHM %2B49%20171%20555");
	raw_skip_to(olaf->ns, "MSG Hotmail *");
	raw_line(mia->ns, "PRP 22 MOB Y");
	raw_expect(olaf->ns, "BPR " MIA " PHM *");
	raw_expect(olaf->ns, "BPR " MIA " MOB Y");
	book = raw_read(server, olaf, "ABFindAll");
	raw_expect_answer(book, 200,
			  "<phones><ContactPhone><contactPhoneType>ContactPhoneMobile"
			  "</contactPhoneType><number>+49 171 555</number>"
			  "<isMessengerEnabled>true</isMessengerEnabled>");
	raw_expect_answer(book, 200, "<isMobileIMEnabled>true</isMobileIMEnabled>");
	own = raw_read(server, mia, "ABFindAll");
	raw_expect_answer(own, 200, "<Name>MSN.IM.MBEA</Name><Value>1</Value>");
	json = msnp_server_to_json(server);
	g_assert_nonnull(strstr(json, "\"mobile\" : \"+49 171 555\""));
	g_assert_null(strstr(json, "+49 40 1"));
	raw_complaints(server, 0, NULL);
	raw_line(mia->ns, "PRP 23 MOB maybe");
	raw_skip_to(mia->ns, "PRP 23 MOB maybe");
	raw_complaints(server, 1, "neither Y nor N");
	raw_line(mia->ns, "PRP 24 PHX 1");
	raw_expect(mia->ns, "715 24");
	raw_line(mia->ns, "PRP 25 PHW %s%s", "11111111111111111111111111111111111111111111111111",
		 "1111111111111111111111111111111111111111111111");
	raw_expect_closed(mia->ns);
	raw_complaints(server, 3, "a phone number of 96 bytes");
	raw_server_free(server);
}

static void
test_mob_needs_mbe(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) zoe = raw_sign_on(server, "zoe@example.com", "zoe", RAW_NOBODY_ADL);

	raw_fault(server, "mob-needs-mbe");
	raw_line(zoe->ns, "PRP 20 MOB Y");
	raw_line(zoe->ns, "PRP 21 MBE Y");
	raw_expect(zoe->ns, "PRP 21 MBE Y");
	raw_line(zoe->ns, "PRP 22 MOB Y");
	raw_expect(zoe->ns, "PRP 22 MOB Y");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* Somebody who takes pages is shown as such: capability 0x40. */
static void
test_paged(void)
{
	MsnpServer *server = raw_server_of(accounts, NULL);
	g_autoptr(RawSession) mia = raw_sign_on_begin(server, MIA, "mia");

	raw_sign_on_ticket(mia);
	raw_line(mia->ns, "BLP 5 AL");
	raw_payload(mia->ns, MIA_ADL, "ADL 6");
	raw_line(mia->ns, "CHG 7 NLN 1610612768 0");
	raw_skip_to(mia->ns, "ILN 7 AWY rosa@nordwind.example 1 Rosa 1610612832 0");
	raw_server_free(server);
}

/* ---- Personal data ---- */

/* notification.md 5: byte for byte to those who watch, at once and at their sign-on. */
static void
test_media(void)
{
	static const char data[] =
	    "<Data><PSM>caf\xc3\xa9 &lt;3</PSM><CurrentMedia>\\0Music\\01\\0{0} - {1}\\0Harbour "
	    "Lights\\0The Ferrymen &amp; Co\\0Night Boats\\0\\0</CurrentMedia><MachineGuid>"
	    "{9C1D2E50-7A34-4B0F-8D61-2F0A6C55E3B7}</MachineGuid></Data>";
	g_autoptr(RawSession) mia = NULL, olaf = NULL, again = NULL;
	MsnpServer *server = serve(&mia);

	olaf = raw_sign_on(server, "olaf@nordwind.example", "olaf", RAW_OLAF_ADL);
	raw_payload(mia->ns, data, "UUX 30");
	raw_skip_to(mia->ns, "UUX 30 0");
	raw_expect(olaf->ns, "UBX " MIA " 1 *");
	g_assert_cmpstr(raw_payload_of(olaf->ns), ==, data);
	raw_line(olaf->ns, "OUT");
	raw_expect_closed(olaf->ns);
	again = raw_sign_on_begin(server, "olaf@nordwind.example", "olaf");
	raw_sign_on_ticket(again);
	raw_line(again->ns, "BLP 5 AL");
	raw_payload(again->ns, RAW_OLAF_ADL, "ADL 6");
	raw_line(again->ns, "CHG 7 NLN 1610612768 0");
	raw_skip_to(again->ns, "UBX " MIA " 1 *");
	g_assert_cmpstr(raw_payload_of(again->ns), ==, data);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/beyond/uum", test_uum);
	for (guint i = 0; i < G_N_ELEMENTS(uum_rows); i++) {
		g_autofree char *path = g_strconcat("/server/beyond/uum/", uum_rows[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_uum_row);
	}
	g_test_add_func("/server/beyond/uum-escargot", test_uum_escargot);
	g_test_add_func("/server/beyond/ubm", test_ubm);
	g_test_add_func("/server/beyond/pgd", test_pgd);
	g_test_add_func("/server/beyond/ipg", test_ipg);
	g_test_add_func("/server/beyond/phones", test_phones);
	g_test_add_func("/server/beyond/mob-needs-mbe", test_mob_needs_mbe);
	g_test_add_func("/server/beyond/paged", test_paged);
	g_test_add_func("/server/beyond/media", test_media);
	return g_test_run();
}
