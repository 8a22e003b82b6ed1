/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The notification server: its dispatch table, the sign-on (VER, CVR, USR, what follows USR OK),
 * and the commands that keep the link alive. Lists and presence have files of their own. Source:
 * notification.md 2, 3, 10, 11, 17.
 */
#include <string.h>

#include "server/msnp-server-private.h"
#include "wire/msnp-address.h"
#include "wire/msnp-challenge.h"
#include "wire/msnp-presence.h"

/* PNG may come this much before its time: timers of clients are not exact. */
#define PNG_TOLERANCE_SECONDS 2

static MsnpServer *
server_of(MsnpServerSession *session)
{
	return session->client->server;
}

static gboolean
fault(MsnpServerSession *session, MsnpFaultId id)
{
	return msnp_server_faults_take(server_of(session)->faults, id);
}

static void
answer_error(MsnpServerSession *session, MsnpServerCommand *command, guint number)
{
	msnp_server_client_send(session->client, "%u %u", number, command->trid);
}

/* ---- Sign-on ---- */

static void
on_ver(MsnpServerSession *session, MsnpServerCommand *command)
{
	const char *wanted = server_of(session)->options.msnp13 ? "MSNP13" : "MSNP14";
	const char *chosen = NULL;

	session->first_trid = command->trid;
	if (g_strcmp0(strchr(command->line + 4, ' '), " MSNP14 MSNP13 CVR0") != 0)
		msnp_server_client_complain(session->client, "notification.md 17.5",
					    "VER does not offer MSNP14 MSNP13 CVR0");
	for (guint i = 1; i < command->n; i++) {
		const char *dialect = command->params[i];

		if (strcmp(dialect, wanted) == 0 ||
		    (chosen == NULL && strcmp(dialect, "MSNP13") == 0))
			chosen = dialect;
	}
	if (chosen == NULL) {
		msnp_server_client_send(session->client, "VER %u 0", command->trid);
		msnp_server_client_end(session->client);
		return;
	}
	session->dialect = strcmp(chosen, "MSNP13") == 0 ? 13 : 14;
	session->stage = MSNP_SERVER_STAGE_CVR;
	msnp_server_client_send(session->client, "VER %u %s", command->trid, chosen);
}

static void
on_cvr(MsnpServerSession *session, MsnpServerCommand *command)
{
	const char *version = msnp_server_command_param(command, 6);
	const char *url = server_of(session)->base_url;

	if (command->n != 9) {
		msnp_server_client_complain(session->client, "notification.md 17.5",
					    "CVR has %u parameters after the TrID, not 8",
					    command->n - 1);
		answer_error(session, command, 731);
		msnp_server_client_end(session->client);
		return;
	}
	if (strncmp(command->params[1], "0x", 2) != 0 || strcmp(command->params[7], "msmsgs") != 0)
		msnp_server_client_complain(session->client, "notification.md 2.1",
					    "CVR with locale %s, codebase %s", command->params[1],
					    command->params[7]);
	g_free(session->handle);
	session->handle = g_strdup(command->params[8]);
	g_free(session->client->who);
	session->client->who = g_strdup(session->handle);
	session->stage = MSNP_SERVER_STAGE_USR_I;
	msnp_server_client_send(session->client, "CVR %u %s %s 1.0.0000 %s/client %s/",
				command->trid, version, version, url, url);
}

static void
send_gcf(MsnpServerSession *session)
{
	static const char config[] =
	    "<config><shield><cli maj=\"7\" min=\"0\" minbld=\"0\" maxbld=\"9999\" deny=\"winks\" "
	    "/></shield><block></block></config>";
	g_autofree char *hex = g_compute_checksum_for_string(G_CHECKSUM_MD5, config, -1);
	g_autofree char *upper = g_ascii_strup(hex, -1);
	g_autoptr(GString) text = g_string_new("<Policies><Policy type=\"SHIELDS\" checksum=\"");

	g_string_append(text, upper);
	g_string_append(text, "\">");
	g_string_append(text, config);
	/* What servers of today send holds bare line feeds (servers.md, sign-on). */
	for (guint i = 0; fault(session, MSNP_FAULT_HUGE_GCF) && i < 1000; i++)
		g_string_append(text, "\n<Policy type=\"SHIELDS\" checksum=\"0\"><config/></Policy>"
				      "                                               ");
	g_string_append(text, "</Policy></Policies>");
	msnp_server_client_send_payload(session->client, "GCF 0", text->str, (gssize)text->len);
}

static void
send_on(MsnpServerSession *session, MsnpServerCommand *command, MsnpServerAccount *account)
{
	MsnpServer *server = server_of(session);

	account->dispatched = TRUE;
	account->last_trid = command->trid;
	session->stage = MSNP_SERVER_STAGE_SENT_ON;
	msnp_server_client_send(session->client, "XFR %u NS %s:%u U D", command->trid,
				server->bind_address, server->ns_port);
}

/* Does this session go on from one that was sent on? */
static void
check_trid_goes_on(MsnpServerSession *session, MsnpServerAccount *account)
{
	guint32 last = account == NULL ? 0 : account->last_trid;

	/* Sent on in mid-session: the old connection may still be there. */
	if (account != NULL && account->session != NULL && account->session->moved)
		last = account->session->client->last_trid;
	if (session->first_trid != 1 && (last == 0 || session->first_trid <= last))
		msnp_server_client_complain(session->client, "notification.md 17.3",
					    "the first TrID is %u: neither 1 nor a continuation",
					    session->first_trid);
}

static void
send_policy(MsnpServerSession *session, MsnpServerCommand *command)
{
	g_free(session->policy);
	if (fault(session, MSNP_FAULT_ESCARGOT_POLICY))
		session->policy = g_strdup("ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1");
	else
		session->policy =
		    g_strdup_printf("ct=%" G_GINT64_FORMAT ",rver=5.5.4177.0,wp=FS_40SEC_0_COMPACT,"
				    "lc=1033,id=507",
				    g_get_real_time() / G_USEC_PER_SEC);
	session->stage = MSNP_SERVER_STAGE_USR_S;
	msnp_server_client_send(session->client, "USR %u TWN S %s", command->trid, session->policy);
}

static void
on_usr_i(MsnpServerSession *session, MsnpServerCommand *command)
{
	MsnpServer *server = server_of(session);
	const char *handle = msnp_server_command_param(command, 3);
	MsnpServerAccount *account = msnp_server_accounts_find(server->accounts, handle);
	gboolean first = server->options.dispatch && account != NULL && !account->dispatched;
	gboolean gcf = !msnp_server_faults_peek(server->faults, MSNP_FAULT_GCF_NEVER, NULL, NULL) &&
		       !msnp_server_faults_peek(server->faults, MSNP_FAULT_GCF_LATE, NULL, NULL);
	gboolean gcf_first = fault(session, MSNP_FAULT_GCF_FIRST);

	if (strcmp(handle, session->handle) != 0)
		msnp_server_client_complain(session->client, "notification.md 17.5",
					    "USR names another handle than CVR");
	check_trid_goes_on(session, account);
	if (strchr(handle, '@') == NULL) {
		answer_error(session, command, 911);
		msnp_server_client_end(session->client);
		return;
	}
	if (account != NULL && (first || fault(session, MSNP_FAULT_XFR_LOOP))) {
		send_on(session, command, account);
		return;
	}
	if (account != NULL)
		account->dispatched = FALSE;
	if (gcf && gcf_first)
		send_gcf(session);
	send_policy(session, command);
	if (gcf && !gcf_first)
		send_gcf(session);
}

/* ---- USR OK and what follows it ---- */

static void
send_profile(MsnpServerSession *session)
{
	MsnpServerAccount *account = session->account;
	g_autofree char *t =
	    msnp_server_ticket_t(session->tickets->tokens[MSNP_SERVER_TOKEN_MESSENGER]);
	g_autofree char *text = g_strdup_printf(
	    "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsprofile; charset=UTF-8\r\n"
	    "LoginTime: %" G_GINT64_FORMAT "\r\nEmailEnabled: %d\r\nMemberIdHigh: %u\r\n"
	    "MemberIdLow: %u\r\nlang_preference: 1033\r\npreferredEmail: %s\r\ncountry: US\r\n"
	    "PostalCode: \r\nGender: \r\nKid: 0\r\nAge: \r\nBDayPre: \r\nBirthday: \r\nWallet: \r\n"
	    "Flags: 1027\r\nsid: 507\r\nMSPAuth: %s\r\nClientIP: 127.0.0.1\r\nClientPort: 18183\r\n"
	    "ABCHMigrated: 1\r\n\r\n",
	    g_get_real_time() / G_USEC_PER_SEC, account->mailbox != NULL,
	    (guint)((guint64)account->cid >> 32), (guint)((guint64)account->cid & 0xffffffff),
	    account->handle, t);

	msnp_server_client_send_payload(session->client, "MSG Hotmail Hotmail", text, -1);
}

static gboolean
on_profile_late(gpointer data)
{
	MsnpServerClient *client = data;

	if (!client->closed)
		send_profile(client->data);
	return G_SOURCE_REMOVE;
}

static void
send_welcome(MsnpServerSession *session)
{
	MsnpServerFaults *faults = server_of(session)->faults;
	gboolean sbs_late = msnp_server_faults_take(faults, MSNP_FAULT_SBS_LATE);
	gboolean sbs = !msnp_server_faults_take(faults, MSNP_FAULT_NO_SBS);

	if (sbs && !sbs_late)
		msnp_server_client_send(session->client, "SBS 0 null");
	if (msnp_server_faults_take(faults, MSNP_FAULT_PROFILE_LATE))
		g_timeout_add_full(G_PRIORITY_DEFAULT, 2000, on_profile_late,
				   msnp_server_client_ref(session->client),
				   (GDestroyNotify)msnp_server_client_unref);
	else if (!msnp_server_faults_take(faults, MSNP_FAULT_PROFILE_NEVER))
		send_profile(session);
	if (sbs && sbs_late)
		msnp_server_client_send(session->client, "SBS 0 null");
	if (msnp_server_faults_take(faults, MSNP_FAULT_GCF_LATE))
		send_gcf(session);
}

static void
refuse_ticket(MsnpServerSession *session, MsnpServerCommand *command, const char *why)
{
	msnp_server_client_complain(session->client, "notification.md 17.7", "%s", why);
	answer_error(session, command, 911);
	msnp_server_client_end(session->client);
}

static void
on_usr_s(MsnpServerSession *session, MsnpServerCommand *command)
{
	MsnpServer *server = server_of(session);
	MsnpServerAccount *account = msnp_server_accounts_find(server->accounts, session->handle);
	MsnpServerTickets *tickets = msnp_server_tickets_find(
	    server, MSNP_SERVER_TOKEN_MESSENGER, msnp_server_command_param(command, 3));

	if (command->n != 4 || account == NULL || tickets == NULL || tickets->account != account) {
		refuse_ticket(session, command,
			      "the ticket is not the one that RST gave for messenger.msn.com");
		return;
	}
	if (fault(session, MSNP_FAULT_EXACT_CASE) &&
	    strcmp(account->handle, session->handle) != 0) {
		answer_error(session, command, 911);
		msnp_server_client_end(session->client);
		return;
	}
	if (tickets->session != NULL && tickets->session != session) {
		/* Escargot would not mind; a client that keeps tickets over sign-ons relies on it.
		 */
		msnp_server_log(server, "NS %s: an old ticket is used again", session->handle);
	}
	if (account->session != NULL)
		msnp_server_session_out(account->session, "OTH");
	tickets->session = session;
	tickets->proved = TRUE;
	account->renewal_due = FALSE;
	session->tickets = tickets;
	session->account = account;
	account->session = session;
	session->block_others = account->block_others;
	session->nick = msnp_server_encoded_name(server, account);
	session->stage = MSNP_SERVER_STAGE_ON;
	session->last_ping = msnp_server_now(server);
	msnp_server_client_authenticated(session->client);
	msnp_server_client_send(session->client, "USR %u OK %s 1 0", command->trid,
				account->handle);
	send_welcome(session);
}

static void
on_usr(MsnpServerSession *session, MsnpServerCommand *command)
{
	const char *package = msnp_server_command_param(command, 1);
	const char *step = msnp_server_command_param(command, 2);

	if (session->stage == MSNP_SERVER_STAGE_ON)
		answer_error(session, command, 207);
	else if (strcmp(package, "TWN") != 0)
		msnp_server_client_refuse(session->client, "notification.md 2.1",
					  "USR with the package %s", package);
	else if (session->stage == MSNP_SERVER_STAGE_USR_I && strcmp(step, "I") == 0 &&
		 command->n == 4)
		on_usr_i(session, command);
	else if (session->stage == MSNP_SERVER_STAGE_USR_S && strcmp(step, "S") == 0)
		on_usr_s(session, command);
	else
		msnp_server_client_refuse(session->client, "notification.md 17.5",
					  "USR out of order, or malformed");
}

/* ---- Keeping alive, leaving ---- */

static void
on_png(MsnpServerSession *session, MsnpServerCommand *command G_GNUC_UNUSED)
{
	gint64 now = msnp_server_now(server_of(session));
	int seconds = MSNP_SERVER_QNG_SECONDS;

	if (fault(session, MSNP_FAULT_STRICT_TIMES) &&
	    now - session->last_ping <
		(MSNP_SERVER_QNG_SECONDS - PNG_TOLERANCE_SECONDS) * G_USEC_PER_SEC)
		msnp_server_client_complain(session->client, "notification.md 17.21",
					    "PNG before its time");
	session->last_ping = now;
	msnp_server_faults_take_any(server_of(session)->faults, MSNP_FAULT_QNG, &seconds);
	if (seconds < 0)
		msnp_server_client_send(session->client, "QNG");
	else
		msnp_server_client_send(session->client, "QNG %d", seconds);
}

static void
on_out(MsnpServerSession *session, MsnpServerCommand *command G_GNUC_UNUSED)
{
	msnp_server_client_end(session->client);
}

static void
on_qry(MsnpServerSession *session, MsnpServerCommand *command)
{
	g_autofree char *wanted = NULL;

	if (session->challenge == NULL) {
		msnp_server_client_complain(session->client, "notification.md 17.20",
					    "QRY without a challenge");
		answer_error(session, command, 540);
		msnp_server_client_end(session->client);
		return;
	}
	wanted = msnp_challenge_answer(session->challenge, MSNP_PRODUCT_ID, MSNP_PRODUCT_KEY);
	g_clear_pointer(&session->challenge, g_free);
	if (strcmp(msnp_server_command_param(command, 1), MSNP_PRODUCT_ID) != 0 ||
	    command->payload_length != 32 || strcmp(command->payload, wanted) != 0) {
		msnp_server_client_complain(session->client, "notification.md 17.20",
					    "QRY answers the challenge wrongly");
		answer_error(session, command, 540);
		msnp_server_client_end(session->client);
	} else if (!fault(session, MSNP_FAULT_NO_QRY)) {
		msnp_server_client_send(session->client, "QRY %u", command->trid);
	}
}

static void
on_url(MsnpServerSession *session, MsnpServerCommand *command)
{
	msnp_server_client_send(session->client, "URL %u /unused1 /unused2 1", command->trid);
}

/* UUN, SDC: nobody here is reached by them. Source: notification.md 7. */
static void
on_elsewhere(MsnpServerSession *session, MsnpServerCommand *command)
{
	answer_error(session, command, 217);
}

/* ---- The table ---- */

static const struct {
	const char *verb;
	MsnpServerNsHandler handler;
	gboolean at_sign_on; /* else only after USR OK */
	MsnpServerStage stage;
} commands[] = {
	{ "VER", on_ver, TRUE, MSNP_SERVER_STAGE_VER },
	{ "CVR", on_cvr, TRUE, MSNP_SERVER_STAGE_CVR },
	{ "USR", on_usr, TRUE, MSNP_SERVER_STAGE_USR_I },
	{ "XFR", msnp_server_ns_xfr, FALSE, 0 },
	{ "BLP", msnp_server_ns_blp, FALSE, 0 },
	{ "ADL", msnp_server_ns_adl, FALSE, 0 },
	{ "RML", msnp_server_ns_rml, FALSE, 0 },
	{ "FQY", msnp_server_ns_fqy, FALSE, 0 },
	{ "PRP", msnp_server_ns_prp, FALSE, 0 },
	{ "CHG", msnp_server_ns_chg, FALSE, 0 },
	{ "UUX", msnp_server_ns_uux, FALSE, 0 },
	{ "PNG", on_png, FALSE, 0 },
	{ "QRY", on_qry, FALSE, 0 },
	{ "URL", on_url, FALSE, 0 },
	{ "UUM", msnp_server_ns_uum, FALSE, 0 },
	{ "UUN", on_elsewhere, FALSE, 0 },
	{ "SDC", on_elsewhere, FALSE, 0 },
	{ "PGD", msnp_server_ns_pgd, FALSE, 0 },
};

/* Is this the command's moment? FALSE: complained about. */
static gboolean
check_stage(MsnpServerSession *session, guint i)
{
	gboolean good;

	if (!commands[i].at_sign_on)
		good = session->stage == MSNP_SERVER_STAGE_ON;
	else if (commands[i].stage == MSNP_SERVER_STAGE_USR_I)
		good = session->stage >= MSNP_SERVER_STAGE_USR_I;
	else
		good = session->stage == commands[i].stage;
	if (!good)
		msnp_server_client_refuse(session->client, "notification.md 17.5",
					  "%s in the wrong place of the sign-on", commands[i].verb);
	return good;
}

static void
ns_command(MsnpServerClient *client, MsnpServerCommand *command)
{
	MsnpServerSession *session = client->data;

	if (session->stage == MSNP_SERVER_STAGE_SENT_ON && strcmp(command->verb, "OUT") != 0) {
		msnp_server_client_refuse(client, "notification.md 17.6", "%s after XFR NS",
					  command->verb);
		return;
	}
	if (strcmp(command->verb, "OUT") == 0) {
		on_out(session, command);
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (strcmp(commands[i].verb, command->verb) != 0)
			continue;
		if (!check_stage(session, i))
			return;
		if (session->account != NULL &&
		    msnp_server_too_often(client->server, session->account, command->verb))
			answer_error(session, command, 800);
		else
			commands[i].handler(session, command);
		return;
	}
	msnp_server_client_refuse(client, "notification.md 17.4", "%s is not for clients to send",
				  command->verb);
}

static void
ns_opened(MsnpServerClient *client)
{
	MsnpServerSession *session = g_new0(MsnpServerSession, 1);

	session->client = client;
	session->lists = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	session->networks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	session->refused = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	session->offline = msnp_server_offline_state_new();
	client->data = session;
}

/* What a client that was visible for a while must have done. */
static void
check_at_end(MsnpServerSession *session)
{
	if (session->uux_seen || !msnp_server_session_visible(session))
		return;
	if (g_get_monotonic_time() - session->ready_time > 5 * G_USEC_PER_SEC)
		msnp_server_client_complain(session->client, "notification.md 17.17",
					    "no UUX after CHG");
}

static void
ns_closed(MsnpServerClient *client)
{
	MsnpServerSession *session = client->data;
	MsnpServer *server = client->server;

	if (session->account != NULL) {
		gboolean visible = msnp_server_session_visible(session);

		check_at_end(session);
		if (!msnp_server_faults_take(server->faults, MSNP_FAULT_KEEP_MESSAGE))
			g_clear_pointer(&session->account->data, g_bytes_unref);
		session->account->session = NULL;
		session->account->last_trid = client->last_trid;
		if (visible)
			msnp_server_announce(session, FALSE);
	}
	msnp_server_tickets_end(server, session);
	g_hash_table_unref(session->refused);
	msnp_server_offline_state_free(session->offline);
	for (guint i = 0; i < G_N_ELEMENTS(session->cache_keys); i++)
		g_free(session->cache_keys[i]);
	g_hash_table_unref(session->lists);
	g_hash_table_unref(session->networks);
	g_free(session->handle);
	g_free(session->policy);
	g_free(session->nick);
	g_free(session->status);
	g_free(session->caps);
	g_free(session->object);
	g_free(session->challenge);
	g_free(session);
	client->data = NULL;
}

const MsnpServerRole msnp_server_role_ns = { "NS", ns_opened, ns_command, ns_closed };

MsnpServerSession *
msnp_server_session_waiting(MsnpServer *server, const char *handle)
{
	for (guint i = 0; i < server->clients->len; i++) {
		MsnpServerClient *client = server->clients->pdata[i];
		MsnpServerSession *session = client->data;

		if (client->role == &msnp_server_role_ns &&
		    session->stage == MSNP_SERVER_STAGE_USR_S &&
		    msnp_handle_equal(session->handle, handle))
			return session;
	}
	return NULL;
}

void
msnp_server_session_out(MsnpServerSession *session, const char *reason)
{
	/* Who was sent on by XFR takes over from itself. */
	if (session->moved && g_strcmp0(reason, "OTH") == 0)
		msnp_server_log(server_of(session), "NS %s: gone where it was sent",
				session->handle);
	else if (reason == NULL || *reason == '\0')
		msnp_server_client_send(session->client, "OUT");
	else if (strcmp(reason, "RCT") == 0)
		msnp_server_client_send(session->client, "OUT RCT 1");
	else
		msnp_server_client_send(session->client, "OUT %s", reason);
	if (session->account != NULL && session->account->session == session &&
	    g_strcmp0(reason, "OTH") == 0) {
		/* The one who takes over is announced by its own CHG. */
		gboolean visible = msnp_server_session_visible(session);

		session->account->session = NULL;
		if (visible)
			msnp_server_announce(session, FALSE);
		session->account = NULL;
	}
	msnp_server_client_end(session->client);
}
