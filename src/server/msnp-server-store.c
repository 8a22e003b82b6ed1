/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sending of offline messages: Store2, and Store of old. Source: services.md 10.4, 10.5 and 15
 * (rows 19 to 21), servers.md "Offline messages".
 */
#include <string.h>

#include "server/msnp-server-http.h"
#include "wire/msnp-challenge.h"
#include "wire/msnp-list-payload.h"

#define NS_RM      "http://schemas.xmlsoap.org/ws/2003/03/rm"
#define NS_UTILITY "http://schemas.xmlsoap.org/ws/2002/07/utility"
#define NS_2006    "http://messenger.live.com/ws/2006/09/oim/"
#define IDENTIFIER "http://messenger.msn.com"
/* Of friendlyName, in characters, after decoding (services.md 10.4). */
#define NAME_MAX_CHARACTERS 48
/* After SenderThrottleLimitExceeded (row 21). */
#define THROTTLE_SECONDS 10
/* A page for old sign-ons, as it stands in the reference. */
#define TWEENER "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1"

/* What a Store says. Strings are owned. */
typedef struct {
	MsnpServerRequest *request;
	char *from, *name, *to, *passport, *appid, *lockkey;
	guint number;
	char *content;
	gboolean escargot;
} Store;

/* How far a run (a conversation of one session) has come. */
typedef struct {
	guint last;
	gboolean unsure; /* the last answer may not have reached the client */
	char to[];
} Run;

static void
store_clear(Store *store)
{
	g_free(store->from);
	g_free(store->name);
	g_free(store->to);
	g_free(store->passport);
	g_free(store->appid);
	g_free(store->lockkey);
	g_free(store->content);
}

static MsnpServerFaults *
faults_of(Store *store)
{
	return store->request->server->faults;
}

static void
warn(Store *store, const char *rule, const char *text)
{
	msnp_server_request_warn(store->request, rule, "%s", text);
}

/* ---- Faults ---- */

/* The text of a challenge for the session; NULL: there is no session. */
static const char *
lock_challenge(MsnpServerRequest *request)
{
	MsnpServerSession *session = request->account == NULL ? NULL : request->account->session;
	MsnpServerOfflineState *state = session == NULL ? NULL : session->offline;

	if (state == NULL)
		return NULL;
	if (state->challenge == NULL || state->lock_is_good) {
		g_free(state->challenge);
		state->challenge = msnp_server_random_text(request->server, "123456789", 10);
	}
	state->lock_is_good = FALSE;
	return state->challenge;
}

static void
write_ns_leaf(MsnpXmlBuilder *builder, const char *name, const char *text)
{
	msnp_xml_open_ns(builder, name, NULL, MSNP_NS_OIM);
	msnp_xml_add_text(builder, text);
	msnp_xml_close(builder);
}

static void
answer_fault(MsnpServerRequest *request, const char *code, const char *challenge, gboolean tweener,
	     gboolean policy)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autofree char *prefixed = g_strconcat("q0:", code, NULL);
	guint status =
	    msnp_server_faults_take(request->server->faults, MSNP_FAULT_FAULT_200) ? 200 : 500;

	msnp_xml_open_ns(builder, "soap:Envelope", "soap", MSNP_NS_SOAP);
	msnp_xml_open(builder, "soap:Body");
	msnp_xml_open(builder, "soap:Fault");
	msnp_xml_open(builder, "faultcode");
	msnp_xml_declare(builder, "q0", MSNP_NS_OIM);
	msnp_xml_add_text(builder, prefixed);
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "faultstring",
		      "Exception of type System.Web.Services.Protocols.SoapException was thrown.");
	msnp_xml_open(builder, "detail");
	if (tweener)
		write_ns_leaf(builder, "TweenerChallenge", TWEENER);
	if (policy)
		write_ns_leaf(builder, "RequiredAuthPolicy", "MBI");
	if (challenge != NULL)
		write_ns_leaf(builder, "LockKeyChallenge", challenge);
	msnp_server_request_answer(request, status, msnp_server_envelope_close(builder));
}

/* The lock key is missing, or wrong. */
static void
ask_lock_key(Store *store)
{
	answer_fault(store->request, "AuthenticationFailed", lock_challenge(store->request),
		     store->escargot, FALSE);
}

static void
refuse_ticket(MsnpServerRequest *request, gboolean escargot)
{
	request->ticket_refused = !escargot;
	answer_fault(request, "AuthenticationFailed", escargot ? lock_challenge(request) : NULL,
		     TRUE, FALSE);
}

/* A fault that was asked for by fault=. */
static void
answer_asked(Store *store, const char *code)
{
	MsnpServerSession *session = store->request->account->session;
	g_autofree char *owned = g_strdup(code);
	const char *what = "tweener";
	gboolean lock, both;

	if (strcmp(owned, "SenderThrottleLimitExceeded") == 0)
		session->offline->throttled = msnp_server_now(store->request->server);
	if (strcmp(owned, "AuthenticationFailed") != 0) {
		answer_fault(store->request, owned, NULL, FALSE, FALSE);
		return;
	}
	if (msnp_server_faults_peek(faults_of(store), MSNP_FAULT_OIM_CHALLENGE, NULL, NULL))
		what =
		    msnp_server_faults_take_any(faults_of(store), MSNP_FAULT_OIM_CHALLENGE, NULL);
	both = strcmp(what, "both") == 0;
	lock = both || strcmp(what, "lock") == 0;
	store->request->ticket_refused = !lock;
	answer_fault(store->request, owned, lock ? lock_challenge(store->request) : NULL,
		     both || strcmp(what, "tweener") == 0, strcmp(what, "policy") == 0);
}

/* ---- Reading ---- */

/* The element must come next and be of this namespace; *node goes on. */
static xmlNode *
take(Store *store, xmlNode **node, const char *ns, const char *name)
{
	xmlNode *found = *node;

	if (found == NULL || !msnp_server_in_namespace(found, ns) || !msnp_xml_is(found, name)) {
		msnp_server_request_reject(store->request, "services.md 15.3",
					   "%s expected, of the right namespace", name);
		return NULL;
	}
	*node = msnp_xml_next(found, NULL);
	return found;
}

/* That the element has these attributes and no other; "?" behind a name: may be missing. */
static gboolean
check_attributes(Store *store, const xmlNode *node, const char *names)
{
	g_auto(GStrv) list = g_strsplit(names, " ", -1);
	guint found = 0, n = 0;

	for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next)
		n++;
	for (char **name = list; *name != NULL; name++) {
		gsize last = strlen(*name) - 1;
		gboolean maybe = (*name)[last] == '?';
		g_autofree char *bare = g_strndup(*name, maybe ? last : last + 1);
		g_autofree char *value = msnp_xml_attribute(node, bare);

		found += value != NULL;
		if (value != NULL || maybe)
			continue;
		msnp_server_request_reject(store->request, "services.md 15.3", "%s without %s",
					   (const char *)node->name, bare);
		return FALSE;
	}
	if (n != found)
		msnp_server_request_reject(store->request, "services.md 15.3",
					   "%s has an unknown attribute", (const char *)node->name);
	return n == found;
}

static void
check_client(Store *store, const xmlNode *from)
{
	static const struct {
		const char *name, *value;
	} wanted[] = {
		{ "lang", "en-US" },
		{ "proxy", "MSNMSGR" },
		{ "msnpVer", "MSNP14" },
		{ "buildVer", "8.0.0812" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
		g_autofree char *value = msnp_xml_attribute(from, wanted[i].name);
		gboolean old =
		    strcmp(wanted[i].name, "msnpVer") == 0 && g_strcmp0(value, "MSNP13") == 0;

		if (!old && g_strcmp0(value, wanted[i].value) != 0)
			msnp_server_request_warn(store->request, "services.md 10.4",
						 "From: %s is not %s", wanted[i].name,
						 wanted[i].value);
	}
}

static gboolean
read_sequence(Store *store, xmlNode *sequence)
{
	xmlNode *child = msnp_server_first_element(sequence);
	xmlNode *id = take(store, &child, NS_UTILITY, "Identifier");
	xmlNode *number = id == NULL ? NULL : take(store, &child, NS_RM, "MessageNumber");
	g_autofree char *id_text = NULL, *text = NULL;
	guint64 value;

	if (number == NULL)
		return FALSE;
	id_text = msnp_xml_text(id);
	text = msnp_xml_text(number);
	if (child != NULL || strcmp(id_text, IDENTIFIER) != 0 ||
	    !g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT, &value, NULL)) {
		msnp_server_request_reject(store->request, "services.md 15.3",
					   "Sequence is not Identifier and a MessageNumber from 1");
		return FALSE;
	}
	store->number = (guint)value;
	return TRUE;
}

static gboolean
read_header(Store *store, xmlNode *header)
{
	xmlNode *node = msnp_server_first_element(header);
	xmlNode *from = take(store, &node, MSNP_NS_OIM, "From");
	xmlNode *to = from == NULL ? NULL : take(store, &node, MSNP_NS_OIM, "To");
	xmlNode *ticket = to == NULL ? NULL : take(store, &node, MSNP_NS_OIM, "Ticket");
	xmlNode *sequence = ticket == NULL ? NULL : take(store, &node, NS_RM, "Sequence");

	if (sequence == NULL)
		return FALSE;
	if (node != NULL) {
		msnp_server_request_reject(store->request, "services.md 15.3", "unexpected %s",
					   (const char *)node->name);
		return FALSE;
	}
	if (!check_attributes(store, from,
			      "memberName friendlyName? lang proxy msnpVer buildVer") ||
	    !check_attributes(store, to, "memberName") ||
	    !check_attributes(store, ticket, "passport appid lockkey"))
		return FALSE;
	check_client(store, from);
	store->from = msnp_xml_attribute(from, "memberName");
	store->name = msnp_xml_attribute(from, "friendlyName");
	store->to = msnp_xml_attribute(to, "memberName");
	store->passport = msnp_xml_attribute(ticket, "passport");
	store->appid = msnp_xml_attribute(ticket, "appid");
	store->lockkey = msnp_xml_attribute(ticket, "lockkey");
	return read_sequence(store, sequence);
}

static gboolean
read_body(Store *store, xmlNode *body)
{
	xmlChar *content;

	if (!msnp_server_request_children(store->request, body, MSNP_NS_OIM,
					  "MessageType Content") ||
	    !msnp_server_request_text_is(store->request, body, "MessageType", "text"))
		return FALSE;
	/* Not trimmed. */
	content = xmlNodeGetContent(msnp_xml_child(body, "Content"));
	store->content = g_strdup((const char *)content);
	xmlFree(content);
	return TRUE;
}

/* ---- Checks ---- */

/* The set that the ticket is of: messenger.msn.com, or messengersecure.live.com. */
static MsnpServerTickets *
find_tickets(Store *store)
{
	MsnpServer *server = store->request->server;
	MsnpServerTickets *tickets =
	    msnp_server_tickets_find(server, MSNP_SERVER_TOKEN_MESSENGER, store->passport);

	return tickets != NULL
		   ? tickets
		   : msnp_server_tickets_find(server, MSNP_SERVER_TOKEN_OTHER, store->passport);
}

/* FALSE: answered. */
static gboolean
check_ticket(Store *store)
{
	MsnpServerTickets *tickets = find_tickets(store);

	if (tickets == NULL || !g_str_has_prefix(store->passport, "t=")) {
		warn(store, "services.md 15.19",
		     "passport is not the whole ticket of messenger.msn.com");
		refuse_ticket(store->request, store->escargot);
		return FALSE;
	}
	if (msnp_server_offline_ticket(store->request, tickets))
		return TRUE;
	refuse_ticket(store->request, store->escargot);
	return FALSE;
}

/* FALSE: answered. */
static gboolean
check_lock_key(Store *store)
{
	MsnpServerOfflineState *state = store->request->account->session->offline;
	g_autofree char *wanted = NULL;

	if (strcmp(store->appid, MSNP_PRODUCT_ID) != 0)
		warn(store, "services.md 15.19", "appid is not the product id of QRY");
	if (*store->lockkey == '\0') {
		if (state->lock_is_good)
			warn(store, "services.md 15.19",
			     "no lockkey, although the one of before was good");
		ask_lock_key(store);
		return FALSE;
	}
	if (state->challenge == NULL) {
		warn(store, "services.md 15.19", "a lockkey before it was asked for");
		ask_lock_key(store);
		return FALSE;
	}
	wanted = msnp_challenge_answer(state->challenge, MSNP_PRODUCT_ID, MSNP_PRODUCT_KEY);
	if (strcmp(wanted, store->lockkey) != 0) {
		warn(store, "services.md 15.19", "lockkey is not the answer to the challenge");
		/* Escargot takes any. */
		if (!store->escargot) {
			ask_lock_key(store);
			return FALSE;
		}
	}
	state->lock_is_good = TRUE;
	if (!msnp_server_faults_take(faults_of(store), MSNP_FAULT_NEW_LOCK_KEY))
		return TRUE;
	ask_lock_key(store);
	return FALSE;
}

/* FALSE: answered. */
static gboolean
check_name(Store *store)
{
	g_autofree char *name = NULL;

	if (store->name == NULL)
		return TRUE;
	name = msnp_server_encoded_word_decode(store->name);
	if (name != NULL && g_utf8_strlen(name, -1) <= NAME_MAX_CHARACTERS) {
		g_free(store->name);
		store->name = g_steal_pointer(&name);
		return TRUE;
	}
	warn(store, "services.md 15.19",
	     name == NULL ? "friendlyName is no RFC 2047 word of UTF-8 in base64"
			  : "friendlyName has more than 48 characters");
	if (store->escargot)
		msnp_server_request_plain(store->request, 500, "Internal Server Error");
	else
		answer_fault(store->request, "InvalidContent", NULL, FALSE, FALSE);
	return FALSE;
}

static gboolean
blocks(const MsnpServerAccount *account, const MsnpServerAccount *who)
{
	const MsnpServerContact *contact = g_hash_table_lookup(account->by_key, who->key);
	guint lists = contact == NULL ? 0 : contact->lists;

	return (lists & MSNP_LIST_BLOCK) != 0 ||
	       (account->block_others && !(lists & MSNP_LIST_ALLOW));
}

/* NULL: SystemUnavailable was answered. */
static MsnpServerAccount *
find_recipient(Store *store)
{
	MsnpServerAccount *account = store->request->account;
	MsnpServerAccount *to =
	    msnp_server_accounts_find(store->request->server->accounts, store->to);
	MsnpServerContact *contact =
	    to == NULL ? NULL : g_hash_table_lookup(account->by_key, to->key);
	gboolean good = to != NULL;

	if (strcmp(store->from, account->handle) != 0) {
		warn(store, "services.md 15.19", "From is not the account as the server names it");
		good = FALSE;
	}
	if (good && store->escargot)
		good = !account->block_others || (contact != NULL && contact->lists != 0);
	else if (good)
		good = !blocks(to, account);
	if (!good)
		answer_fault(store->request, "SystemUnavailable", NULL, FALSE, FALSE);
	return good ? to : NULL;
}

/* Row 20: 1, 2, 3, and the same again after a fault. */
static void
check_run(Store *store, const MsnpServerContent *content, const MsnpServerAccount *to)
{
	MsnpServerOfflineState *state = store->request->account->session->offline;
	const char *word = msnp_server_op_word(store->request->op);
	Run *run = g_hash_table_lookup(state->runs, content->run_id);

	if (run == NULL) {
		run = g_malloc0(sizeof *run + strlen(to->key) + 1);
		memcpy(run->to, to->key, strlen(to->key) + 1);
		g_hash_table_replace(state->runs, g_strdup(content->run_id), run);
	}
	if (strcmp(run->to, to->key) != 0)
		warn(store, "services.md 15.20", "one Run-Id for two people");
	if (content->sequence != run->last + 1 && !(run->unsure && content->sequence == run->last))
		msnp_server_request_warn(store->request, "services.md 15.20",
					 "the sequence number %u follows %u", content->sequence,
					 run->last);
	run->last = content->sequence;
	run->unsure = msnp_server_faults_peek(faults_of(store), MSNP_FAULT_LOST, word, NULL) ||
		      msnp_server_faults_peek(faults_of(store), MSNP_FAULT_DELAY, word, NULL) ||
		      msnp_server_faults_peek(faults_of(store), MSNP_FAULT_CUT, word, NULL) ||
		      msnp_server_faults_peek(faults_of(store), MSNP_FAULT_CUT, "HTTP", NULL);
}

/* ---- The operation ---- */

static void
answer_stored(Store *store)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autofree char *number = g_strdup_printf("%u", store->number);
	gboolean old = strcmp(store->request->op->name, "Store") == 0;

	msnp_xml_open_ns(builder, "soap:Envelope", "soap", MSNP_NS_SOAP);
	msnp_xml_open(builder, "soap:Header");
	msnp_xml_open_ns(builder, "SequenceAcknowledgment", NULL, NS_RM);
	msnp_xml_open_ns(builder, "Identifier", NULL, NS_UTILITY);
	msnp_xml_add_text(builder, IDENTIFIER);
	msnp_xml_close(builder);
	msnp_xml_open(builder, "AcknowledgmentRange");
	msnp_xml_attr(builder, "Upper", number);
	msnp_xml_attr(builder, "Lower", number);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	msnp_xml_open(builder, "soap:Body");
	msnp_xml_open_ns(builder, "StoreResponse", NULL, old ? MSNP_NS_OIM : NS_2006);
	msnp_server_request_answer(store->request, 200, msnp_server_envelope_close(builder));
}

static void
keep(Store *store, MsnpServerAccount *to, const MsnpServerContent *content)
{
	MsnpServerOffline *message = g_new0(MsnpServerOffline, 1);

	message->from = g_strdup(store->request->account->handle);
	message->name = g_strdup(store->name);
	message->run_id = g_strdup(content->run_id);
	message->sequence = content->sequence;
	message->text = g_strdup(content->text);
	message->time = g_get_real_time() / G_USEC_PER_SEC;
	msnp_server_offline_add(store->request->server, to, message);
}

static void
deliver(Store *store)
{
	MsnpServerAccount *to = find_recipient(store);
	MsnpServerContent content = { 0 };
	const char *why;

	if (to == NULL)
		return;
	why = msnp_server_content_parse(store->content, &content);
	if (why == NULL && content.sequence != store->number)
		why = "X-OIM-Sequence-Num is not MessageNumber";
	if (why != NULL) {
		warn(store, "services.md 15.20", why);
		answer_fault(store->request, "InvalidContent", NULL, FALSE, FALSE);
	} else {
		check_run(store, &content, to);
		keep(store, to, &content);
		answer_stored(store);
	}
	msnp_server_content_clear(&content);
}

static void
check_silence(Store *store)
{
	gint64 throttled = store->request->account->session->offline->throttled;
	gint64 now = msnp_server_now(store->request->server);

	if (throttled != 0 && now - throttled < THROTTLE_SECONDS * G_USEC_PER_SEC &&
	    msnp_server_faults_take(faults_of(store), MSNP_FAULT_STRICT_TIMES))
		warn(store, "services.md 15.21",
		     "less than 10 s after SenderThrottleLimitExceeded");
}

void
msnp_server_op_store(MsnpServerRequest *request, xmlNode *element)
{
	Store store = { .request = request };
	xmlNode *envelope = xmlDocGetRootElement(request->doc);
	const char *code;

	store.escargot =
	    msnp_server_faults_take(request->server->faults, MSNP_FAULT_ESCARGOT_OFFLINE);
	if (read_header(&store, msnp_xml_child(envelope, "Header")) &&
	    read_body(&store, element->parent) && check_ticket(&store)) {
		check_silence(&store);
		g_free(request->recipient);
		request->recipient = g_ascii_strdown(store.to, -1);
		if (msnp_server_store_is_open(request->server, request->account,
					      request->recipient))
			warn(&store, "services.md 10.4",
			     "a Store while another one to the same person is not answered yet");
		code = msnp_server_faults_take_second(request->server->faults, MSNP_FAULT_FAULT,
						      msnp_server_op_word(request->op));
		if (code != NULL)
			answer_asked(&store, code);
		else if (check_lock_key(&store) && check_name(&store))
			deliver(&store);
	}
	store_clear(&store);
}
