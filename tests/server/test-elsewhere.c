/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens beside a client's own changes: another client of the account makes some, answers are
 * lost after the work was done, the second call of a change fails, limits are reached. And the
 * counting of what was received. Source: services.md 3.4, 6.4, 7.4, 9.
 */
#include <string.h>

#include "server/list-requests.h"
#include "server/raw-client.h"

#define MIA  "mia@nordwind.example"
#define OLAF "olaf@nordwind.example"
#define QUIM "quim@tram.example"
#define ZOE  "zoe@example.com"

static MsnpServer *server;
static RawSession *mia;

static void
begin(const char *fault)
{
	server = raw_server(NULL);
	mia = raw_sign_on(server, MIA, "p&ss<word> 0", RAW_MIA_ADL);
	if (fault != NULL)
		raw_fault(server, fault);
}

static void
end(void)
{
	raw_complaints(server, 0, NULL);
	raw_session_free(mia);
	raw_server_free(server);
}

static void
expect_read(const char *operation, const char *text, gboolean there)
{
	g_autoptr(RawAnswer) answer = raw_read(server, mia, operation);

	if ((strstr(answer->body, text) != NULL) != there)
		g_error("\"%s\" %s in: %s", text, there ? "expected" : "not expected",
			answer->body);
}

/* ---- Another client ---- */

static void
edit(MsnpServerEdit what, const char *first, const char *second)
{
	g_assert_true(msnp_server_edit_elsewhere(server, MIA, what, first, second));
	raw_expect(mia->ns, "NOT *");
	g_assert_nonnull(strstr(raw_payload_of(mia->ns), "ABCHInternal"));
}

/* lesson 55 */
static void
test_edit(void)
{
	begin(NULL);
	edit(MSNP_SERVER_EDIT_ADD_GROUP, "Choir", NULL);
	edit(MSNP_SERVER_EDIT_ADD_GROUP, "Band", NULL);
	expect_read("ABFindAll", "<name>Choir</name>", TRUE);
	edit(MSNP_SERVER_EDIT_MOVE, OLAF, "Choir");
	expect_read("ABFindAll", "<groupIds><guid>", TRUE);
	edit(MSNP_SERVER_EDIT_MOVE, OLAF, "Band");
	expect_read("ABFindAll", "</guid><guid>", FALSE);
	edit(MSNP_SERVER_EDIT_MOVE, OLAF, "");
	expect_read("ABFindAll", "<groupIds>", FALSE);
	edit(MSNP_SERVER_EDIT_MOVE, OLAF, "Band");
	edit(MSNP_SERVER_EDIT_RENAME_GROUP, "Band", "Duo");
	expect_read("ABFindAll", "<name>Duo</name>", TRUE);
	edit(MSNP_SERVER_EDIT_DELETE_GROUP, "Duo", NULL);
	expect_read("ABFindAll", "<name>Duo</name>", FALSE);
	expect_read("ABFindAll", "<groupIds>", FALSE);
	edit(MSNP_SERVER_EDIT_ALIAS, OLAF, "O.");
	expect_read("ABFindAll", "<Name>AB.NickName</Name><Value>O.</Value>", TRUE);
	edit(MSNP_SERVER_EDIT_ALIAS, OLAF, "");
	expect_read("ABFindAll", "AB.NickName", FALSE);
	edit(MSNP_SERVER_EDIT_PRIVACY, "BL", NULL);
	expect_read("ABFindAll", "<Name>MSN.IM.BLP</Name><Value>2</Value>", TRUE);
	raw_expect_nothing(mia->ns);
	end();
}

static void
test_edit_refused(void)
{
	static const struct {
		MsnpServerEdit what;
		const char *first, *second;
	} rows[] = {
		{ MSNP_SERVER_EDIT_ADD_GROUP, "Choir", NULL }, /* is there */
		{ MSNP_SERVER_EDIT_RENAME_GROUP, "Band", "Duo" },
		{ MSNP_SERVER_EDIT_RENAME_GROUP, "Choir", "Choir" },
		{ MSNP_SERVER_EDIT_DELETE_GROUP, "Band", NULL },
		{ MSNP_SERVER_EDIT_MOVE, OLAF, "Band" },
		{ MSNP_SERVER_EDIT_MOVE, ZOE, "Choir" },
		{ MSNP_SERVER_EDIT_ALIAS, QUIM, "Q." }, /* not on the contact list */
		{ MSNP_SERVER_EDIT_PRIVACY, "XL", NULL },
	};

	begin(NULL);
	edit(MSNP_SERVER_EDIT_ADD_GROUP, "Choir", NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (msnp_server_edit_elsewhere(server, MIA, rows[i].what, rows[i].first,
					       rows[i].second))
			g_error("row %u was done", i);
	}
	g_assert_false(msnp_server_edit_elsewhere(server, "nobody@nowhere.example",
						  MSNP_SERVER_EDIT_ADD_GROUP, "Choir", NULL));
	raw_expect_nothing(mia->ns);
	end();
}

/* ---- Failures in the middle ---- */

/* Done, but nobody hears of it. */
static void
test_lost_answer(void)
{
	g_autofree char *body = g_strdup_printf(GROUP_ADD, "Choir");
	g_autoptr(RawAnswer) answer = NULL;

	begin("lost=ABGroupAdd:1");
	answer = raw_write(server, mia, "ABGroupAdd", body);
	g_assert_cmpuint(answer->status, ==, 0);
	g_assert_cmpstr(answer->head, ==, "");
	expect_read("ABFindAll", "<name>Choir</name>", TRUE);
	end();
}

/* How often the accounts as they are now name an address. */
static guint
n_named(const char *handle)
{
	g_autofree char *json = msnp_server_to_json(server);
	g_auto(GStrv) parts = g_strsplit(json, handle, -1);

	return g_strv_length(parts) - 1;
}

static void
test_lost_command(void)
{
	g_autofree char *rest = NULL;
	guint before;

	begin("write-through");
	before = n_named(ZOE);
	raw_fault(server, "lost=ADL:1");
	raw_payload(mia->ns, "<ml><d n=\"example.com\"><c n=\"zoe\" l=\"2\" t=\"1\"/></d></ml>",
		    "ADL 8");
	rest = raw_read_to_end(mia->ns);
	g_assert_cmpstr(rest, ==, "");
	g_assert_cmpuint(n_named(ZOE), >, before);
	raw_server_free(server);
	raw_session_free(mia);
}

/* The second AddMember of "accept" fails, not the first. */
static void
test_ordinal(void)
{
	g_autofree char *body = g_strdup_printf(ADD_MEMBER, "Block", "rosa@tram.example");
	g_autoptr(RawAnswer) second = NULL;

	begin("fault=AddMember#2:MemberDoesNotExist:1");
	raw_written(server, mia, "AddMember", ADD_MEMBER, "Block", ZOE);
	second = raw_write(server, mia, "AddMember", body);
	raw_expect_answer(second, 500, ">MemberDoesNotExist</errorcode>");
	expect_read("FindMembership", "rosa@tram.example", FALSE);
	raw_written(server, mia, "AddMember", ADD_MEMBER, "Block", "rosa@tram.example");
	raw_fault(server, "error=ADL#2:210:1");
	raw_payload(mia->ns, "<ml><d n=\"example.com\"><c n=\"zoe\" l=\"4\" t=\"1\"/></d></ml>",
		    "ADL 8");
	raw_expect(mia->ns, "ADL 8 OK");
	raw_payload(mia->ns, "<ml><d n=\"tram.example\"><c n=\"rosa\" l=\"4\" t=\"1\"/></d></ml>",
		    "ADL 9");
	raw_expect(mia->ns, "210 9");
	end();
}

static void
test_group_limit(void)
{
	g_autofree char *body = g_strdup_printf(GROUP_ADD, "Band");
	g_autoptr(RawAnswer) answer = NULL;

	begin("group-limit=1");
	raw_written(server, mia, "ABGroupAdd", GROUP_ADD, "Choir");
	answer = raw_write(server, mia, "ABGroupAdd", body);
	raw_expect_answer(answer, 500, ">QuotaLimitReached</errorcode>");
	expect_read("ABFindAll", "<name>Band</name>", FALSE);
	end();
}

/* ---- Counting ---- */

static void
test_count(void)
{
	begin(NULL);
	g_assert_cmpuint(msnp_server_n_requests(server, "RST"), ==, 1);
	g_assert_cmpuint(msnp_server_n_requests(server, "ADL"), ==, 1);
	g_assert_cmpuint(msnp_server_n_requests(server, "USR"), ==, 2);
	g_assert_cmpuint(msnp_server_n_requests(server, "ABGroupAdd"), ==, 0);
	raw_fault(server, "fault=ABGroupAdd:Whatever:1");
	raw_answer_free(raw_write(server, mia, "ABGroupAdd", "<ABGroupAdd xmlns=\"" AB "\"/>"));
	g_assert_cmpuint(msnp_server_n_requests(server, "ABGroupAdd"), ==, 1);
	g_assert_cmpuint(msnp_server_n_requests(server, "abgroupadd"), ==, 1);
	raw_free(raw_open_room(server, mia));
	g_assert_cmpuint(msnp_server_n_requests(server, "SB/USR"), ==, 1);
	g_assert_cmpuint(msnp_server_n_requests(server, "USR"), ==, 2);
	g_assert_cmpuint(msnp_server_n_requests(server, "XFR"), ==, 1);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/elsewhere/edit", test_edit);
	g_test_add_func("/server/elsewhere/edit-refused", test_edit_refused);
	g_test_add_func("/server/elsewhere/lost-answer", test_lost_answer);
	g_test_add_func("/server/elsewhere/lost-command", test_lost_command);
	g_test_add_func("/server/elsewhere/ordinal", test_ordinal);
	g_test_add_func("/server/elsewhere/group-limit", test_group_limit);
	g_test_add_func("/server/elsewhere/count", test_count);
	return g_test_run();
}
