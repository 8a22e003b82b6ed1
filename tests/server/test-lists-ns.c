/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Later ADL, RML and BLP: their answers, what they do to presence, and where they write through;
 * pushes of changes made elsewhere; and the accounts file that keeps it all.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "server/list-requests.h"
#include "server/raw-client.h"

#define MIA  "mia@nordwind.example"
#define OLAF "olaf@nordwind.example"
#define ROSA "rosa@tram.example"
#define ZOE  "zoe@example.com"

#define ONE(domain, name, bits)                                                                    \
	"<ml><d n=\"" domain "\"><c n=\"" name "\" l=\"" bits "\" t=\"1\"/></d></ml>"

static RawSession *
sign_on_mia(MsnpServer *server)
{
	return raw_sign_on(server, MIA, "p&ss<word> 0", RAW_MIA_ADL);
}

/* The next command with one contact, and the line that answers it. */
static void
command(RawSession *who, const char *verb, const char *payload, const char *answer)
{
	g_autofree char *head = g_strdup_printf("%s %u", verb, ++who->trid);
	g_autofree char *wanted = g_ascii_isdigit(*answer)
				      ? g_strdup_printf("%s %u", answer, who->trid)
				      : g_strdup_printf("%s %u %s", verb, who->trid, answer);

	raw_payload(who->ns, payload, "%s", head);
	raw_expect(who->ns, wanted);
}

/* notification.md 4.4: presence comes before OK. */
static void
test_add(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = sign_on_mia(server);

	raw_written(server, mia, "ABContactAdd", CONTACT_ADD, ROSA);
	raw_payload(mia->ns, ONE("tram.example", "rosa", "3"), "ADL 8");
	raw_expect(mia->ns, "ILN 8 AWY rosa@tram.example 1 Rosa%20K. 1610612768 0");
	raw_expect(mia->ns, "UBX rosa@tram.example 1 *");
	raw_expect(mia->ns, "ADL 8 OK");
	mia->trid = 8;
	raw_written(server, mia, "ABContactAdd", CONTACT_ADD, ZOE);
	command(mia, "ADL", ONE("example.com", "zoe", "3"), "OK");
	command(mia, "ADL", ONE("example.com", "zoe", "3"), "215");
	command(mia, "ADL", ONE("example.com", "nobody", "3"), "208");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* lesson 66, and services.md 9: seen, blocked, unblocked. */
static void
test_block(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autoptr(RawSession) olaf = raw_sign_on(server, OLAF, "olaf", RAW_OLAF_ADL);

	raw_expect(mia->ns, "NLN NLN " OLAF " *");
	raw_written(server, mia, "DeleteMember", DELETE_MEMBER, "Allow", "", OLAF);
	raw_written(server, mia, "AddMember", ADD_MEMBER, "Block", OLAF);
	command(mia, "RML", ONE("nordwind.example", "olaf", "2"), "OK");
	raw_expect_nothing(olaf->ns);
	command(mia, "ADL", ONE("nordwind.example", "olaf", "4"), "OK");
	raw_expect(olaf->ns, "FLN " MIA " 1 0");
	raw_expect_nothing(olaf->ns);
	raw_written(server, mia, "DeleteMember", DELETE_MEMBER, "Block", "", OLAF);
	raw_written(server, mia, "AddMember", ADD_MEMBER, "Allow", OLAF);
	command(mia, "RML", ONE("nordwind.example", "olaf", "4"), "OK");
	raw_expect(olaf->ns, "NLN NLN " MIA " *");
	raw_payload(mia->ns, ONE("nordwind.example", "olaf", "2"), "ADL %u", ++mia->trid);
	raw_expect(mia->ns, "ILN * NLN " OLAF " *");
	raw_expect(mia->ns, "ADL * OK");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* Row 17: the web service comes first. */
static void
test_order(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = sign_on_mia(server);

	command(mia, "ADL", ONE("example.com", "zoe", "3"), "OK");
	raw_complaints(server, 1, "not on that list of the web services yet: " ZOE);
	command(mia, "RML", ONE("tram.example", "pia", "1"), "OK");
	raw_complaints(server, 2, "still on that list of the web services: pia@tram.example");
	raw_server_free(server);
}

static void
test_limit(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = sign_on_mia(server);

	raw_fault(server, "list-limit=4");
	raw_written(server, mia, "ABContactAdd", CONTACT_ADD, ZOE);
	command(mia, "ADL", ONE("example.com", "zoe", "3"), "OK");
	command(mia, "ADL", ONE("tram.example", "rosa", "1"), "210");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

static void
test_query(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = sign_on_mia(server);

	raw_payload(mia->ns, "<ml><d n=\"yahoo.example\"><c n=\"yan\"/></d></ml>", "FQY 8");
	raw_expect(mia->ns, "FQY 8 *");
	g_assert_cmpstr(raw_payload_of(mia->ns), ==,
			"<ml><d n=\"yahoo.example\"><c n=\"yan\" t=\"32\"/></d></ml>");
	raw_fault(server, "escargot-writes");
	raw_payload(mia->ns, "<ml><d n=\"yahoo.example\"><c n=\"yan\"/></d></ml>", "FQY 9");
	raw_expect(mia->ns, "208 9");
	raw_server_free(server);
}

static void
expect_state(MsnpServer *server, const char *text, gboolean there)
{
	g_autofree char *json = msnp_server_to_json(server);
	g_auto(GStrv) words = g_strsplit_set(json, " \n", -1);
	g_autoptr(GString) joined = g_string_new(NULL);

	for (char **word = words; *word != NULL; word++)
		g_string_append(joined, *word);
	if ((strstr(joined->str, text) != NULL) != there)
		g_error("\"%s\" %s in: %s", text, there ? "expected" : "not expected", joined->str);
}

/* servers.md, lists: ADL and RML change what the web services tell. */
static void
test_write_through(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = NULL, zoe = NULL;

	raw_fault(server, "write-through");
	mia = sign_on_mia(server);
	zoe = raw_sign_on(server, ZOE, "zoe", RAW_NOBODY_ADL);
	raw_payload(mia->ns, ONE("example.com", "zoe", "3"), "ADL 8");
	raw_expect(mia->ns, "ILN 8 NLN " ZOE " *");
	raw_expect(mia->ns, "ADL 8 OK");
	raw_expect(zoe->ns, "ADL 0 *");
	raw_expect(zoe->ns, "NOT *");
	expect_state(server,
		     "\"handle\":\"" ZOE "\",\"name\":\"" ZOE "\",\"lists\":[\"FL\",\"AL\"]", TRUE);
	expect_state(server, "\"lists\":[\"RL\",\"PL\"]", TRUE);
	mia->trid = 8;
	command(mia, "RML", ONE("example.com", "zoe", "3"), "OK");
	raw_expect(zoe->ns, "RML 0 *");
	command(mia, "RML", ONE("example.com", "zoe", "4"), "OK");
	raw_line(mia->ns, "BLP 11 BL");
	raw_expect(mia->ns, "BLP 11 BL");
	expect_state(server, "\"blp\":\"BL\"", TRUE);
	raw_server_free(server);
}

/* lesson 55: another place changed the list. */
static void
test_elsewhere(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autoptr(RawAnswer) answer = NULL;

	g_assert_true(msnp_server_change_elsewhere(server, MIA, ROSA, 3));
	raw_expect(mia->ns, "NOT *");
	answer = raw_read(server, mia, "ABFindAll");
	raw_expect_answer(answer, 200, "<passportName>" ROSA "</passportName>");
	g_assert_true(msnp_server_change_elsewhere(server, MIA, OLAF, 0));
	raw_expect(mia->ns, "NOT *");
	g_assert_false(msnp_server_change_elsewhere(server, MIA, "nobody@nowhere.example", 1));
	raw_expect_nothing(mia->ns);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* ---- The accounts file ---- */

static const char many_things[] =
    "{\"accounts\": [{\"handle\": \"" MIA "\", \"password\": \"p&ss<word> 0\", \"name\": \"Mia\","
    "\"blp\": \"BL\", \"groups\": [\"A\", {\"name\": \"B\", \"id\": "
    "\"b3f0a9d2-77c1-4d58-9e2a-4c6b8d0f1e23\"}], \"contacts\": ["
    "{\"handle\": \"" OLAF "\", \"alias\": \"O.\", \"groups\": [\"A\", \"B\"]},"
    "{\"handle\": \"yan@yahoo.example\", \"network\": 32, \"lists\": [\"FL\"]},"
    "{\"handle\": \"tel:+4930555010\", \"lists\": []},"
    "{\"handle\": \"" ROSA "\", \"lists\": [\"RL\", \"PL\"], \"invitation\": \"Hi\","
    "\"presence\": {\"status\": \"BSY\", \"message\": \"1 < 2\"}}]},"
    "{\"handle\": \"" OLAF "\", \"address-book\": false,"
    "\"generate\": {\"contacts\": 3, \"groups\": 2, \"online\": 1}}]}";

/* What is written is read again, and says the same. */
static void
test_to_json(void)
{
	MsnpServer *first = raw_server_of(many_things, NULL);
	g_autofree char *one = msnp_server_to_json(first), *two = NULL;
	MsnpServer *second = raw_server_of(one, NULL);

	expect_state(second, "\"id\":\"b3f0a9d2-77c1-4d58-9e2a-4c6b8d0f1e23\"", TRUE);
	expect_state(second, "\"groups\":[\"A\",\"B\"]", TRUE);
	expect_state(second, "\"invitation\":\"Hi\"", TRUE);
	expect_state(second, "\"network\":32", TRUE);
	expect_state(second, "friend00003@many.example", TRUE);
	expect_state(second, "\"address-book\":false", TRUE);
	/* On no list: forgotten. */
	expect_state(second, "tel:", FALSE);
	two = msnp_server_to_json(second);
	g_assert_cmpstr(one, ==, two);
	raw_server_free(first);
	raw_server_free(second);
}

static void
test_save(void)
{
	g_autofree char *dir = g_dir_make_tmp("msnp14-test-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "accounts.json", NULL);
	MsnpServerOptions options = { .save_file = path };
	MsnpServer *server = raw_server(&options);
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autofree char *text = NULL, *now = NULL;
	MsnpServer *next;
	GStatBuf info;

	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	raw_written(server, mia, "ABGroupAdd", GROUP_ADD, "Choir &amp; band");
	raw_written(server, mia, "ABContactAdd", CONTACT_ADD, ZOE);
	raw_line(mia->ns, "PRP 8 MFN Mia%%20B.");
	raw_expect(mia->ns, "PRP 8 MFN Mia%20B.");
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	now = msnp_server_to_json(server);
	g_assert_cmpstr(text, ==, now);
	/* Passwords are in it. */
	g_assert_cmpint(g_stat(path, &info), ==, 0);
	g_assert_cmpuint(info.st_mode & 0777, ==, 0600);
	raw_server_free(server);
	next = raw_server_of(text, NULL);
	expect_state(next, "\"name\":\"MiaB.\"", TRUE);
	expect_state(next, "\"Choir&band\"", TRUE);
	expect_state(next, "\"invitation\":\"Hellofromthechoir\"", TRUE);
	raw_server_free(next);
	g_remove(path);
	g_rmdir(dir);
}

/* Where it cannot be written the service goes on. */
static void
test_save_fails(void)
{
	MsnpServerOptions options = { .save_file = "/nonexistent/accounts.json" };
	MsnpServer *server = raw_server(&options);
	g_autoptr(RawSession) mia = sign_on_mia(server);

	raw_written(server, mia, "ABGroupAdd", GROUP_ADD, "Choir");
	expect_state(server, "\"Choir\"", TRUE);
	raw_server_free(server);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/lists-ns/add", test_add);
	g_test_add_func("/server/lists-ns/block", test_block);
	g_test_add_func("/server/lists-ns/order", test_order);
	g_test_add_func("/server/lists-ns/limit", test_limit);
	g_test_add_func("/server/lists-ns/query", test_query);
	g_test_add_func("/server/lists-ns/write-through", test_write_through);
	g_test_add_func("/server/lists-ns/elsewhere", test_elsewhere);
	g_test_add_func("/server/lists-ns/to-json", test_to_json);
	g_test_add_func("/server/lists-ns/save", test_save);
	g_test_add_func("/server/lists-ns/save-fails", test_save_fails);
	return g_test_run();
}
