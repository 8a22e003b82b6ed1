/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deltas of the list services: when each entry last changed, the lastChange texts that say so to
 * clients, and whether a delta since one of them can be told.
 *
 * A stamp is a time in milliseconds that grows with each change, whatever the clock does. It begins
 * at the time of the start, so that what an earlier run told is older than all that this one knows,
 * and needs no file. Source: services.md 4, 5.1, 5.2, 15 (rows 12 and 13).
 */
#include <string.h>

#include "server/msnp-server-http.h"
#include "wire/msnp-list-payload.h"

#define TOMBSTONES_MAX 1000

/* ---- Stamps ---- */

static guint64
next_stamp(MsnpServer *server)
{
	/* Of the process: a service that follows another one at once is later, too. */
	static guint64 last;

	last = MAX(last + 1, (guint64)(g_get_real_time() / 1000));
	server->stamp = last;
	return last;
}

void
msnp_server_deltas_begin(MsnpServer *server)
{
	server->start = next_stamp(server);
	for (guint i = 0; i < server->accounts->accounts->len; i++) {
		MsnpServerAccount *account = server->accounts->accounts->pdata[i];

		for (guint j = 0; j < MSNP_SERVER_N_READS; j++)
			account->stamps[j] = server->start;
		account->covered = server->start;
	}
}

/* Something was deleted; the oldest deletion is forgotten where there are too many. */
static void
bury(MsnpServer *server, MsnpServerAccount *account, guint64 stamp)
{
	int limit = TOMBSTONES_MAX;

	msnp_server_faults_take_any(server->faults, MSNP_FAULT_TOMBSTONES, &limit);
	g_array_append_val(account->deletions, stamp);
	while (account->deletions->len > (guint)MAX(limit, 0)) {
		account->covered = g_array_index(account->deletions, guint64, 0);
		g_array_remove_index(account->deletions, 0);
	}
}

void
msnp_server_touch_contact(MsnpServer *server, MsnpServerAccount *account,
			  MsnpServerContact *contact, MsnpServerPart part)
{
	guint64 stamp;

	if (part != MSNP_SERVER_PART_WHOLE && !(contact->lists & MSNP_LIST_FORWARD))
		return;
	stamp = account->stamps[MSNP_SERVER_BOOK] = next_stamp(server);
	contact->parts[part] = stamp;
	if (!(contact->lists & MSNP_LIST_FORWARD))
		bury(server, account, stamp);
}

void
msnp_server_touch_lists(MsnpServer *server, MsnpServerAccount *account, MsnpServerContact *contact,
			guint lists)
{
	/* Where Pending hides a person, it changes what is seen of all lists. */
	gboolean all =
	    lists & MSNP_LIST_PENDING &&
	    msnp_server_faults_peek(server->faults, MSNP_FAULT_PENDING_HIDES, NULL, NULL);

	if (lists & MSNP_LIST_FORWARD)
		msnp_server_touch_contact(server, account, contact, MSNP_SERVER_PART_WHOLE);
	for (guint i = 0; i < MSNP_SERVER_N_ROLES; i++) {
		guint list = (guint)MSNP_LIST_ALLOW << i;
		guint64 stamp;

		if (!all && !(lists & list))
			continue;
		stamp = account->stamps[MSNP_SERVER_SHARING] = next_stamp(server);
		contact->roles[i] = stamp;
		if (!(contact->lists & list))
			bury(server, account, stamp);
	}
}

void
msnp_server_touch_group(MsnpServer *server, MsnpServerAccount *account, MsnpServerGroup *group)
{
	group->changed = account->stamps[MSNP_SERVER_BOOK] = next_stamp(server);
}

void
msnp_server_touch_group_gone(MsnpServer *server, MsnpServerAccount *account,
			     const MsnpServerGroup *group)
{
	guint64 stamp = account->stamps[MSNP_SERVER_BOOK] = next_stamp(server);

	g_ptr_array_add(account->gone_groups, msnp_server_loss_new(group->id, stamp));
	bury(server, account, stamp);
}

void
msnp_server_touch_loss(MsnpServer *server, MsnpServerAccount *account, MsnpServerContact *contact,
		       const MsnpServerGroup *group)
{
	msnp_server_touch_contact(server, account, contact, MSNP_SERVER_PART_GROUPS);
	g_ptr_array_add(contact->losses, msnp_server_loss_new(group->id, server->stamp));
}

void
msnp_server_touch_me(MsnpServer *server, MsnpServerAccount *account)
{
	account->me_changed = account->stamps[MSNP_SERVER_BOOK] = next_stamp(server);
}

/* ---- lastChange ---- */

/* As the reference's dates look. The last four digits belong to the account and the service: a text
 * of one is none of the other's. */
static char *
format_stamp(const MsnpServerAccount *account, MsnpServerRead read, guint64 stamp)
{
	g_autofree char *whose = g_strdup_printf("%s/%d", account->key, (int)read);
	g_autoptr(GTimeZone) zone = g_time_zone_new_offset(-7 * 3600);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc((gint64)(stamp / 1000));
	g_autoptr(GDateTime) time = utc == NULL ? NULL : g_date_time_to_timezone(utc, zone);
	g_autofree char *seconds =
	    time == NULL ? NULL : g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");

	return g_strdup_printf("%s.%03u%04u-07:00", seconds == NULL ? "" : seconds,
			       (guint)(stamp % 1000), g_str_hash(whose) % 10000);
}

/* The key of what was given: texts of the two services do not mix. */
static char *
given_key(MsnpServerRead read, const char *text)
{
	return g_strdup_printf("%d/%s", (int)read, text);
}

char *
msnp_server_last_change(MsnpServerRequest *request, MsnpServerRead read)
{
	MsnpServerAccount *account = request->account;
	guint64 stamp = account->stamps[read];
	char *text = format_stamp(account, read, stamp);

	g_hash_table_replace(account->given, given_key(read, text),
			     g_memdup2(&stamp, sizeof stamp));
	return text;
}

/* Was it told before this service was started? */
static gboolean
is_of_earlier_run(MsnpServerRequest *request, MsnpServerRead read, const char *text)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);
	guint64 stamp;

	if (time == NULL || g_date_time_to_unix(time) <= 0)
		return FALSE;
	stamp = (guint64)g_date_time_to_unix(time) * 1000 +
		(guint64)g_date_time_get_microsecond(time) / 1000;
	/* The parser counts in floating point: it may be one less than what was written. */
	for (guint i = 0; i < 2; i++) {
		g_autofree char *same = format_stamp(request->account, read, stamp + i);

		if (stamp + i < request->server->start && strcmp(same, text) == 0)
			return TRUE;
	}
	return FALSE;
}

/* The stamp of a lastChange that can be gone on from; 0: none. */
static guint64
find_stamp(MsnpServerRequest *request, MsnpServerRead read, const char *text)
{
	g_autofree char *key = given_key(read, text);
	const guint64 *stamp = g_hash_table_lookup(request->account->given, key);

	if (stamp == NULL) {
		if (!is_of_earlier_run(request, read, text))
			msnp_server_request_warn(request, "services.md 15.12",
						 "a delta since a time that was never given");
		return 0;
	}
	return *stamp < request->account->covered ? 0 : *stamp;
}

/* Rows 5 and 13: a full read follows FullSyncRequired, and one only. */
static void
check_after_refusal(MsnpServerRequest *request, MsnpServerRead read, gboolean delta)
{
	guint refused =
	    request->account->session == NULL ? 0 : request->account->session->full_syncs[read];

	if (refused > 1)
		msnp_server_request_warn(request, "services.md 15.5",
					 "again, after FullSyncRequired had come twice");
	else if (refused > 0 && delta)
		msnp_server_request_warn(request, "services.md 15.13",
					 "a delta, although FullSyncRequired was the answer");
}

gboolean
msnp_server_check_delta(MsnpServerRequest *request, xmlNode *body, MsnpServerRead read)
{
	MsnpServerFaults *faults = request->server->faults;
	g_autofree char *deltas = msnp_xml_child_text(body, "deltasOnly");
	g_autofree char *change = msnp_xml_child_text(body, "lastChange");
	gboolean delta = strcmp(deltas, "true") == 0;

	check_after_refusal(request, read, delta);
	if (!delta && (strcmp(deltas, "false") != 0 || strcmp(change, MSNP_SERVER_NEVER) != 0)) {
		msnp_server_request_reject(
		    request, "services.md 15.12",
		    "a full read without deltasOnly false and the zero date");
		return FALSE;
	}
	if (!delta)
		return TRUE;
	request->since = find_stamp(request, read, change);
	if (request->since == 0 || msnp_server_faults_take(faults, MSNP_FAULT_NO_DELTAS)) {
		msnp_server_request_fault(request, "FullSyncRequired",
					  "Full sync required.  Details: Delta syncs disabled.");
		return FALSE;
	}
	if (msnp_server_faults_take(faults, MSNP_FAULT_IGNORES_DELTAS))
		request->since = 0;
	return TRUE;
}

/* ---- Answers ---- */

static GBytes *
make_answer(MsnpServerRequest *request, MsnpServerRead read)
{
	return read == MSNP_SERVER_BOOK ? msnp_server_make_address_book(request)
					: msnp_server_make_membership(request);
}

/* What stands before Body, with a header of now. */
static char *
make_front(MsnpServerRequest *request)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	char *text;

	msnp_server_envelope_open(request, builder);
	text = msnp_xml_builder_document(builder);
	*g_strrstr(text, "<soap:Body") = '\0';
	return text;
}

GBytes *
msnp_server_answer_once(MsnpServerRequest *request, MsnpServerRead read)
{
	GBytes **cache = &request->account->answers[read];
	g_autofree char *front = NULL;
	const char *text, *body;
	gsize length;
	GString *out;

	if (*cache == NULL) {
		*cache = make_answer(request, read);
		return g_bytes_ref(*cache);
	}
	front = make_front(request);
	text = g_bytes_get_data(*cache, &length);
	body = g_strstr_len(text, (gssize)length, "<soap:Body");
	/* As a rule the header is that of last time, and a long text need not be copied. */
	if ((gsize)(body - text) == strlen(front) && memcmp(text, front, strlen(front)) == 0)
		return g_bytes_ref(*cache);
	out = g_string_sized_new(length + 256);
	g_string_append(out, front);
	g_string_append_len(out, body, (gssize)length - (body - text));
	return g_string_free_to_bytes(out);
}

void
msnp_server_answer_read(MsnpServerRequest *request, MsnpServerRead read)
{
	MsnpServerSession *session = request->account->session;
	GBytes *answer = request->since == 0 ? msnp_server_answer_once(request, read)
					     : make_answer(request, read);

	/* It is in the answer, which may have been made for somebody else. */
	g_free(msnp_server_last_change(request, read));
	if (session != NULL)
		session->full_syncs[read] = 0;
	msnp_server_request_answer(request, 200, answer);
}
