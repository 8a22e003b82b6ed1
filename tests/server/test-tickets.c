/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tickets in the middle of a session: how they are refused, what a renewal heals, and which RST and
 * which repeat is one too many. And what ServiceHeader says: CacheKey and PreferredHostName.
 * Source: services.md 2.5, 3.3, 14.5 and 15 (rows 5, 8, 11 and 13).
 */
#include <string.h>

#include "server/list-requests.h"
#include "server/raw-client.h"

#define MIA    "mia@nordwind.example"
#define SECRET "p&ss<word> 0"

static MsnpServer *server;
static RawSession *mia;

static void
begin(const char *fault)
{
	server = raw_server(NULL);
	mia = raw_sign_on(server, MIA, SECRET, RAW_MIA_ADL);
	if (fault != NULL)
		raw_fault(server, fault);
}

static void
end(guint complaints, const char *text)
{
	raw_complaints(server, complaints, text);
	raw_session_free(mia);
	raw_server_free(server);
}

/* A new group; the answer has this status and text. */
static void
add_group(const char *name, guint status, const char *text)
{
	g_autofree char *body = g_strdup_printf(GROUP_ADD, name);
	g_autoptr(RawAnswer) answer = raw_write(server, mia, "ABGroupAdd", body);

	raw_expect_answer(answer, status, text);
}

/* RST in mid-session. The old contacts ticket, to be freed. */
static char *
renew(void)
{
	g_autofree char *request = raw_rst(MIA, SECRET, mia->policy);
	g_autoptr(RawAnswer) answer = raw_post(server, "/RST.srf", RAW_RST_HEADERS, request);
	char *old = mia->contacts;

	raw_expect_answer(answer, 200, "BinarySecurityToken");
	mia->contacts = raw_token(answer, "contacts.msn.com");
	g_assert_cmpstr(mia->contacts, !=, old);
	return old;
}

#define FAULTCODE "<faultcode>wsse:BadContextToken</faultcode>"

/* lesson 42: one renewal, and all goes on. */
static void
test_expired(void)
{
	g_autofree char *old = NULL;
	g_autoptr(RawAnswer) members = NULL;

	begin("expire-tickets=ABGroupAdd");
	raw_answer_free(raw_read(server, mia, "FindMembership"));
	add_group("Choir", 500, FAULTCODE);
	/* For every operation, until it is renewed. */
	members = raw_read(server, mia, "FindMembership");
	raw_expect_answer(members, 500, FAULTCODE);
	old = renew();
	add_group("Choir", 200, "<guid>");
	raw_answer_free(g_steal_pointer(&members));
	members = raw_read(server, mia, "FindMembership");
	raw_expect_answer(members, 200, NULL);
	end(0, NULL);
}

/* Row 8: nothing calls for it, or it was done already. */
static void
test_too_many_renewals(void)
{
	begin(NULL);
	g_free(renew());
	raw_complaints(server, 1, "no refusal of a ticket calls for it");
	raw_fault(server, "text-403=1");
	add_group("Choir", 403, "Forbidden");
	/* These new ones never were good. */
	g_free(renew());
	raw_complaints(server, 2, "no refusal");
	add_group("Choir", 200, "<guid>");
	raw_fault(server, "fault=ABGroupAdd:BadContextToken:1");
	add_group("Band", 500, "BadContextToken");
	g_free(renew());
	raw_complaints(server, 2, "no refusal");
	g_free(renew());
	end(3, "no refusal");
}

/* Refused with the old and the new ticket: that is the end of it. */
static void
test_refused_again(void)
{
	begin("expire-tickets=ABGroupAdd:2");
	add_group("Choir", 500, FAULTCODE);
	g_free(renew());
	add_group("Choir", 500, FAULTCODE);
	raw_complaints(server, 0, NULL);
	add_group("Choir", 500, FAULTCODE);
	raw_complaints(server, 1, "refused twice");
	g_free(renew());
	end(2, "no refusal");
}

/* servers.md 1: only the ticket of USR is good, whatever RST gives later. */
static void
test_session_bound(void)
{
	g_autofree char *old = NULL, *new = NULL;

	begin("session-bound");
	raw_fault(server, "text-403=1");
	add_group("Choir", 403, "Forbidden");
	old = renew();
	add_group("Choir", 403, "Forbidden");
	/* Back to the old ones. */
	new = mia->contacts;
	mia->contacts = g_steal_pointer(&old);
	add_group("Band", 200, "<guid>");
	end(0, NULL);
}

/* Without it both are good, as long as the session is there. */
static void
test_both_good(void)
{
	g_autofree char *old = NULL, *new = NULL;

	begin("text-403=1");
	add_group("Choir", 403, "Forbidden");
	old = renew();
	add_group("Choir", 200, "<guid>");
	new = mia->contacts;
	mia->contacts = g_steal_pointer(&old);
	add_group("Band", 200, "<guid>");
	raw_line(mia->ns, "OUT");
	raw_expect_closed(mia->ns);
	raw_complaints(server, 0, NULL);
	g_free(mia->contacts);
	mia->contacts = g_steal_pointer(&new);
	add_group("Duo", 403, "Forbidden");
	end(1, "past USR OK");
}

static void
test_lost(void)
{
	begin("tickets-lost=1");
	add_group("Choir", 403, "Forbidden");
	g_free(renew());
	add_group("Choir", 403, "Forbidden");
	add_group("Band", 403, "Forbidden");
	raw_complaints(server, 0, NULL);
	/* A new sign-on heals. */
	raw_session_free(mia);
	raw_until(msnp_server_n_sessions(server) == 0);
	mia = raw_sign_on(server, MIA, SECRET, RAW_MIA_ADL);
	add_group("Choir", 200, "<guid>");
	end(0, NULL);
}

/* ---- What else has its number ---- */

static void
test_address_books(void)
{
	static const char add[] = "<ABAdd xmlns=\"" AB "\"><abInfo><name/><ownerPuid>0</ownerPuid>"
				  "<ownerEmail>" MIA "</ownerEmail>"
				  "<fDefault>true</fDefault></abInfo></ABAdd>";

	begin("ab-missing=2");
	for (guint i = 0; i < 2; i++) {
		g_autoptr(RawAnswer) read = raw_read(server, mia, "ABFindAll");
		g_autoptr(RawAnswer) added = raw_write(server, mia, "ABAdd", add);

		raw_expect_answer(read, 500, "ABDoesNotExist");
		raw_expect_answer(added, 200, "ABAddResult");
		raw_complaints(server, i, i == 0 ? NULL : "ABAdd for the second time");
	}
	end(1, "ABAdd for the second time");
}

/* ---- ServiceHeader ---- */

/* A read with this text in its header. */
static void
read_with(const char *key)
{
	g_autofree char *soap = raw_soap(mia->contacts, raw_find_membership);
	g_autofree char *headers = raw_soap_headers(AB "/FindMembership", mia->contacts);
	const char *start = strstr(soap, "<CacheKey>");
	const char *rest = strstr(soap, "</ABApplicationHeader>");
	g_autofree char *front = g_strndup(soap, (gsize)((start == NULL ? rest : start) - soap));
	g_autofree char *request = g_strconcat(front, key, rest, NULL);
	g_autoptr(RawAnswer) answer =
	    raw_post(server, "/abservice/SharingService.asmx", headers, request);

	raw_expect_answer(answer, 200, NULL);
}

static void
test_cache_key(void)
{
	begin(NULL);
	read_with("");
	/* It may have been on its way already, but not twice. */
	read_with("");
	raw_complaints(server, 0, NULL);
	read_with("");
	raw_complaints(server, 1, "CacheKey is not the last one");
	raw_answer_free(raw_read(server, mia, "FindMembership"));
	raw_complaints(server, 1, "CacheKey");
	raw_fault(server, "new-cache-key=1");
	raw_answer_free(raw_read(server, mia, "FindMembership"));
	raw_answer_free(raw_read(server, mia, "ABFindAll"));
	raw_complaints(server, 1, "CacheKey");
	read_with("<CacheKey>12r1:other</CacheKey>");
	end(2, "CacheKey is not the last one");
}

static void
test_preferred_host(void)
{
	g_autoptr(RawAnswer) first = NULL, second = NULL, third = NULL;
	guint before;

	begin(NULL);
	first = raw_read(server, mia, "ABFindAll");
	raw_expect_answer(first, 200, "<PreferredHostName>localhost</PreferredHostName>");
	raw_fault(server, "preferred-host=by.example.com:1");
	before = msnp_server_n_requests(server, "127.0.0.1");
	/* The list itself was made before. */
	second = raw_read(server, mia, "ABFindAll");
	raw_expect_answer(second, 200, "<PreferredHostName>by.example.com</PreferredHostName>");
	g_assert_cmpuint(msnp_server_n_requests(server, "127.0.0.1"), ==, before + 1);
	g_assert_cmpuint(msnp_server_n_requests(server, "by.example.com"), ==, 0);
	third = raw_read(server, mia, "ABFindAll");
	g_assert_cmpstr(strstr(third->body, "<soap:Body>"), ==,
			strstr(second->body, "<soap:Body>"));
	end(0, NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/tickets/expired", test_expired);
	g_test_add_func("/server/tickets/too-many-renewals", test_too_many_renewals);
	g_test_add_func("/server/tickets/refused-again", test_refused_again);
	g_test_add_func("/server/tickets/session-bound", test_session_bound);
	g_test_add_func("/server/tickets/both-good", test_both_good);
	g_test_add_func("/server/tickets/lost", test_lost);
	g_test_add_func("/server/tickets/address-books", test_address_books);
	g_test_add_func("/server/tickets/cache-key", test_cache_key);
	g_test_add_func("/server/tickets/preferred-host", test_preferred_host);
	return g_test_run();
}
