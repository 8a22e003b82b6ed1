/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of behaviours, and which of them are on. A behaviour is switched on by one word,
 * "name", "name=WORD", "name=WORD:NUMBER", each with ":TIMES" at its end if it is to wear off.
 * May know nothing of the rest of the service.
 */
#include "server/msnp-server-faults.h"

#include <string.h>

typedef enum {
	FORM_FLAG,      /* name[=TIMES] */
	FORM_WORD,      /* name=WORD[:TIMES] */
	FORM_WORD_ONCE, /* the same, but once if nothing is said */
	FORM_MAYBE,     /* name[=WORD[:TIMES]] */
	FORM_PAIR,      /* name=WORD:NUMBER[:TIMES] */
	FORM_PAIR_WORD, /* name=WORD:WORD[:TIMES] */
	FORM_NUMBER,    /* name=NUMBER */
} Form;

typedef struct {
	const char *name;
	Form form;
	const char *argument;
	const char *meaning;
} Behaviour;

#define TIMES "[=TIMES]"

static const Behaviour behaviours[] = {
	[MSNP_FAULT_GCF_FIRST] = { "gcf-first", FORM_FLAG, "",
				   "GCF comes before USR n TWN S; otherwise right after it" },
	[MSNP_FAULT_GCF_LATE] = { "gcf-late", FORM_FLAG, "", "GCF comes after USR OK" },
	[MSNP_FAULT_GCF_NEVER] = { "gcf-never", FORM_FLAG, "", "no GCF at all" },
	[MSNP_FAULT_HUGE_GCF] = { "huge-gcf", FORM_FLAG, "", "a GCF of 100 kB" },
	[MSNP_FAULT_NO_SBS] = { "no-sbs", FORM_FLAG, "", "no SBS after USR OK" },
	[MSNP_FAULT_SBS_LATE] = { "sbs-late", FORM_FLAG, "", "SBS comes after the profile" },
	[MSNP_FAULT_PROFILE_LATE] = { "profile-late", FORM_FLAG, "",
				      "the profile comes two seconds after USR OK" },
	[MSNP_FAULT_PROFILE_NEVER] = { "profile-never", FORM_FLAG, "", "no profile" },
	[MSNP_FAULT_ESCARGOT_POLICY] = { "escargot-policy", FORM_FLAG, "",
					 "the policy text of Escargot: ct=1,rver=1,..." },
	[MSNP_FAULT_EXACT_CASE] = { "exact-case", FORM_FLAG, "",
				    "911 for a handle in other capitals than the account's" },
	[MSNP_FAULT_XFR] = { "xfr", FORM_FLAG, TIMES,
			     "XFR 0 NS in mid-session, after the first CHG" },
	[MSNP_FAULT_XFR_LOOP] = { "xfr-loop", FORM_FLAG, TIMES, "every sign-on is sent on by XFR" },
	[MSNP_FAULT_OUT] = { "out", FORM_MAYBE, "[=REASON[:TIMES]]",
			     "OUT after sign-on: OTH, SSD, RCT, TOU, MIG or nothing" },
	[MSNP_FAULT_CHALLENGE] = { "challenge", FORM_FLAG, TIMES,
				   "CHL right after CHG; a wrong QRY gets 540" },
	[MSNP_FAULT_NO_QRY] = { "no-qry", FORM_FLAG, "", "QRY is checked, but not answered" },
	[MSNP_FAULT_QNG] = { "qng", FORM_NUMBER, "=SECONDS",
			     "what QNG says; -1: QNG without a number" },
	[MSNP_FAULT_STRICT_TIMES] = { "strict-times", FORM_FLAG, "",
				      "complain about PNG before its time and typing twice in 4 s" },

	[MSNP_FAULT_MALFORMED_UBX] = { "malformed-ubx", FORM_FLAG, "",
				       "UBX as Escargot sends it: only & is escaped, as &#x26;" },
	[MSNP_FAULT_RAW_NICKNAMES] = { "raw-nicknames", FORM_FLAG, "",
				       "names as raw UTF-8, only blanks, % and breaks escaped" },
	[MSNP_FAULT_HUGE_NICKNAME] = { "huge-nickname", FORM_FLAG, "",
				       "each contact's name is 100,000 bytes long" },
	[MSNP_FAULT_EMPTY_NICKNAME] = { "empty-nickname", FORM_FLAG, "",
					"each contact's name is empty: two blanks in a row" },
	[MSNP_FAULT_EMPTY_OBJECT] = { "empty-object", FORM_FLAG, "",
				      "%3Cmsnobj%2F%3E instead of 0 where there is no picture" },
	[MSNP_FAULT_KEEP_MESSAGE] = { "keep-message", FORM_FLAG, "",
				      "personal messages outlive the session" },
	[MSNP_FAULT_ODD_LINES] = { "odd-lines", FORM_FLAG, TIMES,
				   "after CHG: unknown verbs, errors, strangers, NOT, UBN, empty UBX" },

	[MSNP_FAULT_BPR] = { "bpr", FORM_FLAG, "",
			     "contacts' phone numbers come by BPR, too, as in dialects of old" },
	[MSNP_FAULT_MOB_NEEDS_MBE] = { "mob-needs-mbe", FORM_FLAG, "",
				       "PRP MOB is not answered before PRP MBE came" },

	[MSNP_FAULT_ESCARGOT_OFFLINE] = { "escargot-offline", FORM_FLAG, "",
					  "offline messages as on Escargot: any lock key, 500 for "
					  "an empty GetMetadata and a plain friendlyName, odd order "
					  "and form, blocked senders get through" },
	[MSNP_FAULT_OIM_TOO_LARGE] = { "oim-too-large", FORM_FLAG, TIMES,
				       "Mail-Data is too-large; also by itself above 25 messages" },
	[MSNP_FAULT_OIM_CHALLENGE] = { "oim-challenge", FORM_WORD, "=WHAT[:TIMES]",
				       "what AuthenticationFailed by fault= carries: lock, tweener, "
				       "both, policy or none" },
	[MSNP_FAULT_NEW_LOCK_KEY] = { "new-lock-key", FORM_FLAG, TIMES,
				      "Store asks for another lock key, though the last was right" },
	[MSNP_FAULT_METADATA_ELEMENT] = { "metadata-as-element", FORM_FLAG, "",
					  "GetMetadata gives MD as an element, not as text" },
	[MSNP_FAULT_MAIL_DATA_IN_HEADER] = { "mail-data-in-header", FORM_FLAG, "",
					     "the fields of mail notifications stand above the "
					     "empty line, not below it" },
	[MSNP_FAULT_OLD_MAIL] = { "old-mail", FORM_FLAG, "",
				  "initialemailnotification for mailboxes besides Mail-Data" },

	[MSNP_FAULT_ESCARGOT_UUM] = { "escargot-uum", FORM_FLAG, "",
				      "UUM to network 1 ends the link, to others it is not "
				      "answered, whoever it is" },
	[MSNP_FAULT_PAGE_LIMIT] = { "page-limit", FORM_NUMBER, "=BYTES",
				    "a longer PGD fails: IPG with the reason 407" },

	[MSNP_FAULT_ERROR_PAYLOAD] = { "error-payload", FORM_FLAG, "",
				       "errors of ADL, RML and FQY carry an <ml> payload" },
	[MSNP_FAULT_ESCARGOT_WRITES] = { "escargot-writes", FORM_FLAG, "",
					 "writes as on Escargot: what is so already is 200 or 500, "
					 "nobody is allowed unasked, names come by PRP only" },
	[MSNP_FAULT_WRITE_THROUGH] = { "write-through", FORM_FLAG, "",
				       "ADL, RML and BLP change the stored lists, too" },
	[MSNP_FAULT_PENDING_HIDES] = { "pending-hides", FORM_FLAG, "",
				       "who is pending is in no other role of FindMembership" },
	[MSNP_FAULT_OWN_CHANGES] = { "own-changes", FORM_FLAG, TIMES,
				     "NOT also after what the session itself wrote" },
	[MSNP_FAULT_LIST_LIMIT] = { "list-limit", FORM_NUMBER, "=NUMBER",
				    "how many fit on a list, instead of 1,000 (FL), 1,500 (AL) and "
				    "1,200 (BL)" },
	[MSNP_FAULT_GROUP_LIMIT] = { "group-limit", FORM_NUMBER, "=NUMBER",
				     "how many groups an account may have; otherwise any number" },
	[MSNP_FAULT_EVERYONE_EXISTS] = { "everyone-exists", FORM_FLAG, "",
					 "each address is somebody's, with or without an account" },

	[MSNP_FAULT_ODD_LISTS] = { "odd-lists", FORM_FLAG, "",
				   "the reads also give unknown, hidden and deleted entries and bad "
				   "addresses; names are 10 kB of markup, addresses in upper case" },
	[MSNP_FAULT_NO_DELTAS] = { "no-deltas", FORM_FLAG, "",
				   "FullSyncRequired for every deltasOnly" },
	[MSNP_FAULT_IGNORES_DELTAS] = { "ignores-deltas", FORM_FLAG, "",
					"the whole list although a delta was asked for" },
	[MSNP_FAULT_PARTIAL_DELTAS] = { "partial-deltas", FORM_FLAG, "",
					"contacts in deltas carry only what propertiesChanged "
					"names" },
	[MSNP_FAULT_DELTA_UNKNOWN] = { "delta-unknown", FORM_FLAG, "",
				       "each delta changes a contact that nobody knows, in a group "
				       "that nobody knows" },
	[MSNP_FAULT_TOMBSTONES] = { "tombstones", FORM_NUMBER, "=NUMBER",
				    "of how many deletions deltas know, instead of 1,000; before "
				    "them it is FullSyncRequired" },

	[MSNP_FAULT_SILENCE] = { "silence", FORM_WORD, "=VERB[:TIMES]",
				 "a command or an operation is never answered" },
	[MSNP_FAULT_LOST] = { "lost", FORM_WORD, "=VERB[:TIMES]",
			      "a command or an operation is done, but its answer is lost with the "
			      "connection" },
	[MSNP_FAULT_DELAY] = { "delay", FORM_PAIR, "=VERB:MS[:TIMES]",
			       "a command or an operation is answered late" },
	[MSNP_FAULT_CUT] = { "cut", FORM_PAIR, "=PLACE:BYTES[:TIMES]",
			     "the connection ends after so many bytes: NS, SB, HTTP or an operation" },
	[MSNP_FAULT_ERROR] = { "error", FORM_PAIR, "=VERB:NUMBER[:TIMES]",
			       "a command is answered by an error number" },
	[MSNP_FAULT_LENGTH] = { "length", FORM_PAIR, "=VERB:DELTA[:TIMES]",
				"the payload length of what the server sends is wrong by DELTA" },
	[MSNP_FAULT_CHOPPED] = { "chopped", FORM_FLAG, "", "one byte per segment" },
	[MSNP_FAULT_GLUED] = { "glued", FORM_FLAG, "",
			       "what is sent within 20 ms comes in one segment" },
	[MSNP_FAULT_WEDGE] = { "wedge", FORM_FLAG, "",
			       "after an empty line the server reads no more, but stays connected" },

	[MSNP_FAULT_LIMIT] = { "limit", FORM_PAIR, "=VERB:NUMBER[:TIMES]",
			       "more than NUMBER of a command in a minute get 800, CAL 713" },

	[MSNP_FAULT_ACK_EMPTY_ROOM] = { "ack-empty-room", FORM_FLAG, "",
					"ACK, not NAK, for a message into an empty room" },
	[MSNP_FAULT_ACK_NEVER] = { "ack-never", FORM_FLAG, TIMES,
				   "relayed, but neither ACK nor NAK" },
	[MSNP_FAULT_NAK] = { "nak", FORM_FLAG, TIMES, "not relayed, NAK" },
	[MSNP_FAULT_BYE_BEFORE_ACK] = { "bye-before-ack", FORM_FLAG, TIMES,
					"the others leave before the message: BYE, then ACK" },
	[MSNP_FAULT_BYE_IDLE] = { "bye-idle", FORM_FLAG, "", "each BYE carries the flag 1" },
	[MSNP_FAULT_JOIN_BEFORE_RINGING] = { "join-before-ringing", FORM_FLAG, "",
					     "JOI comes before CAL n RINGING" },
	[MSNP_FAULT_JOIN_TWICE] = { "join-twice", FORM_FLAG, "", "each JOI comes twice" },
	[MSNP_FAULT_IRO_TWICE] = { "iro-twice", FORM_FLAG, "", "each IRO comes twice" },
	[MSNP_FAULT_NO_JOIN] = { "no-join", FORM_FLAG, TIMES,
				 "CAL is answered by RINGING, but nobody is rung" },
	[MSNP_FAULT_DEAD_ROOM] = { "dead-room", FORM_FLAG, TIMES,
				   "switchboards hang up at the first command" },
	[MSNP_FAULT_HEX_SESSION_IDS] = { "hex-session-ids", FORM_FLAG, "",
					 "session ids of 31 hex digits instead of numbers" },
	[MSNP_FAULT_HIDDEN_MAY_CALL] = { "hidden-may-call", FORM_FLAG, "",
					 "XFR SB is allowed while appearing offline" },
	[MSNP_FAULT_SB_ADDRESS] = { "sb-address", FORM_PAIR, "=HOST:PORT[:TIMES]",
				    "XFR SB and RNG name this address" },
	[MSNP_FAULT_IDLE_ROOMS] = { "idle-rooms", FORM_NUMBER, "=SECONDS",
				    "rooms in which nothing was said for so long: BYE with 1 for "
				    "all, and the end" },
	[MSNP_FAULT_ROOM_LIMIT] = { "room-limit", FORM_NUMBER, "=NUMBER",
				    "714 for XFR SB while so many switchboards are open" },
	[MSNP_FAULT_GUID_ADDRESSES] = { "guid-addresses", FORM_FLAG, "",
					"IRO, JOI and BYE name people as address;{guid}" },
	[MSNP_FAULT_WORD_FILTER] = { "word-filter", FORM_PAIR_WORD, "=HOW:WORD[:TIMES]",
				     "a text with this word: nak, drop (no answer) or close" },

	[MSNP_FAULT_RST] = { "rst", FORM_WORD, "=HOW[:TIMES]",
			     "RST fails: 503, 500, wrong-password, locked, no-token or garbage" },
	[MSNP_FAULT_RST_REDIRECT] = { "rst-redirect", FORM_FLAG, TIMES,
				      "RST is sent to another path by psf:Redirect" },
	[MSNP_FAULT_EQUAL_TOKENS] = { "equal-tokens", FORM_FLAG, "",
				      "all tokens of an RST are the same" },
	[MSNP_FAULT_TOKENS_SHUFFLED] = { "tokens-shuffled", FORM_FLAG, "",
					 "tokens in another order, Ids changed, one nobody asked for" },
	[MSNP_FAULT_NO_TB] = { "no-tb", FORM_FLAG, "", "no token for http://Passport.NET/tb" },
	[MSNP_FAULT_TOKEN_WITHOUT_P] = { "token-without-p", FORM_FLAG, "",
					 "tokens are t=... alone" },
	[MSNP_FAULT_TOKEN_EMPTY_P] = { "token-empty-p", FORM_FLAG, "", "tokens end in &p=" },
	[MSNP_FAULT_TEXT_403] = { "text-403", FORM_FLAG, TIMES,
				  "the list services refuse the ticket: 403 and plain text" },
	[MSNP_FAULT_EXPIRE_TICKETS] = { "expire-tickets", FORM_WORD_ONCE, "=OPERATION[:TIMES]",
					"the tickets that come with it have expired: "
					"BadContextToken for them from then on; once, or TIMES" },
	[MSNP_FAULT_TICKETS_LOST] = { "tickets-lost", FORM_FLAG, TIMES,
				      "from its next list request on a session gets 403 for all "
				      "tickets, new ones too; TIMES: so many sessions" },
	[MSNP_FAULT_SESSION_BOUND] = { "session-bound", FORM_FLAG, "",
				       "only the tickets that were shown in USR are good: 403 for "
				       "those of a later RST" },
	[MSNP_FAULT_HTTP] = { "http", FORM_PAIR, "=OPERATION:STATUS[:TIMES]",
			      "an operation is answered by a status and plain text" },
	[MSNP_FAULT_FAULT] = { "fault", FORM_PAIR_WORD, "=OPERATION:ERRORCODE[:TIMES]",
			       "an operation is answered by a SOAP fault" },
	[MSNP_FAULT_FAULT_200] = { "fault-200", FORM_FLAG, "", "SOAP faults come with status 200" },
	[MSNP_FAULT_FAULT_OUTSIDE_BODY] = { "fault-outside-body", FORM_FLAG, "",
					    "faults of the list services stand below Envelope" },
	[MSNP_FAULT_FAULT_IN_BODY] = { "fault-in-body", FORM_FLAG, "",
				       "faults of RST stand in Body" },
	[MSNP_FAULT_AB_MISSING] = { "ab-missing", FORM_FLAG, TIMES,
				    "both list reads say ABDoesNotExist until ABAdd came" },
	[MSNP_FAULT_HUGE_ANSWER] = { "huge-answer", FORM_WORD, "=OPERATION[:TIMES]",
				     "an answer of 40 MB" },
	[MSNP_FAULT_SLOW_ANSWER] = { "slow-answer", FORM_PAIR, "=OPERATION:MS[:TIMES]",
				     "an answer in 20 pieces, MS apart" },
	[MSNP_FAULT_DOCTYPE] = { "doctype", FORM_WORD, "=OPERATION[:TIMES]",
				 "an answer with a DOCTYPE and an entity" },
	[MSNP_FAULT_BAD_UTF8] = { "bad-utf8", FORM_WORD, "=OPERATION[:TIMES]",
				  "an answer that is not UTF-8" },
	[MSNP_FAULT_EMPTY_LEAVES] = { "empty-leaves", FORM_WORD, "=OPERATION[:TIMES]",
				      "an answer without any text in it" },
	[MSNP_FAULT_NO_SERVICE_HEADER] = { "no-service-header", FORM_FLAG, "",
					   "answers of the list services without a header" },
	[MSNP_FAULT_NEW_CACHE_KEY] = { "new-cache-key", FORM_FLAG, TIMES,
				       "an answer of the list services has a new CacheKey" },
	[MSNP_FAULT_PREFERRED_HOST] = { "preferred-host", FORM_WORD, "=HOST[:TIMES]",
					"what PreferredHostName says, instead of localhost" },
	[MSNP_FAULT_REDIRECT_302] = { "redirect-302", FORM_WORD, "=OPERATION[:TIMES]",
				      "302 to the same address, without end" },
	[MSNP_FAULT_GZIP] = { "gzip", FORM_FLAG, "",
			      "answers are compressed for clients that accept it" },

	[MSNP_FAULT_GATEWAY_IDS] = { "gateway-ids", FORM_FLAG, "",
				     "the SessionID changes with each answer of the gateway" },
	[MSNP_FAULT_GATEWAY_IP] = { "gateway-ip", FORM_WORD, "=HOST[:TIMES]",
				    "GW-IP names this host, not the one of IP=" },
	[MSNP_FAULT_GATEWAY_END] = { "gateway-end", FORM_FLAG, TIMES,
				     "the gateway ends a session by Session=close" },
	[MSNP_FAULT_GATEWAY_QUIET] = { "gateway-quiet", FORM_FLAG, "",
				       "no Session=close: the next request is refused" },

	[MSNP_FAULT_ESCARGOT] = { "escargot", FORM_FLAG, "",
				  "the whole manner of the server that people use" },
};
G_STATIC_ASSERT(G_N_ELEMENTS(behaviours) == MSNP_N_FAULTS);

/* What "escargot" switches on. Source: servers.md. */
static const MsnpFaultId escargot_set[] = {
	MSNP_FAULT_GCF_FIRST,        MSNP_FAULT_ESCARGOT_POLICY, MSNP_FAULT_EXACT_CASE,
	MSNP_FAULT_NO_QRY,           MSNP_FAULT_MALFORMED_UBX,   MSNP_FAULT_RAW_NICKNAMES,
	MSNP_FAULT_EMPTY_OBJECT,     MSNP_FAULT_KEEP_MESSAGE,    MSNP_FAULT_WEDGE,
	MSNP_FAULT_ACK_EMPTY_ROOM,   MSNP_FAULT_HEX_SESSION_IDS, MSNP_FAULT_HIDDEN_MAY_CALL,
	MSNP_FAULT_EQUAL_TOKENS,     MSNP_FAULT_TOKEN_EMPTY_P,   MSNP_FAULT_FAULT_200,
	MSNP_FAULT_ESCARGOT_WRITES,  MSNP_FAULT_WRITE_THROUGH,   MSNP_FAULT_PENDING_HIDES,
	MSNP_FAULT_NO_DELTAS,        MSNP_FAULT_SESSION_BOUND,   MSNP_FAULT_NEW_CACHE_KEY,
	MSNP_FAULT_ESCARGOT_OFFLINE, MSNP_FAULT_ESCARGOT_UUM,    MSNP_FAULT_MOB_NEEDS_MBE,
	MSNP_FAULT_GATEWAY_QUIET,
};

typedef struct {
	MsnpFaultId id;
	char *word;
	char *second; /* FORM_PAIR_WORD */
	int skip;     /* how many uses come before the first: "#N" behind the word */
	int number;
	int times; /* -1: for ever */
} Active;

struct _MsnpServerFaults {
	GPtrArray *active;
	char *taken; /* what take_any() gave last */
};

GQuark
msnp_server_fault_error_quark(void)
{
	return g_quark_from_static_string("msnp-server-fault-error");
}

static void
active_free(Active *active)
{
	g_free(active->word);
	g_free(active->second);
	g_free(active);
}

MsnpServerFaults *
msnp_server_faults_new(void)
{
	MsnpServerFaults *faults = g_new0(MsnpServerFaults, 1);

	faults->active = g_ptr_array_new_with_free_func((GDestroyNotify)active_free);
	return faults;
}

void
msnp_server_faults_free(MsnpServerFaults *faults)
{
	g_ptr_array_unref(faults->active);
	g_free(faults->taken);
	g_free(faults);
}

void
msnp_server_faults_clear(MsnpServerFaults *faults)
{
	g_ptr_array_set_size(faults->active, 0);
}

static gboolean
read_number(const char *text, int *number)
{
	gint64 value;

	if (text == NULL ||
	    !g_ascii_string_to_signed(text, 10, -100000000, 100000000, &value, NULL))
		return FALSE;
	*number = (int)value;
	return TRUE;
}

/* "WORD#N": not before its Nth time. */
static gboolean
read_ordinal(Active *active)
{
	char *mark = strchr(active->word, '#');

	if (mark == NULL)
		return TRUE;
	*mark = '\0';
	if (!read_number(mark + 1, &active->skip) || active->skip < 1)
		return FALSE;
	active->skip--;
	return TRUE;
}

/* The words after "=" by the form of the behaviour; FALSE if they do not fit. */
static gboolean
read_words(Active *active, Form form, char **words)
{
	guint n = words == NULL ? 0 : g_strv_length(words), used = 0;

	if (form == FORM_NUMBER)
		return n == 1 && read_number(words[0], &active->number);
	if (form != FORM_FLAG && n > 0)
		active->word = g_strdup(words[used++]);
	else if (form != FORM_FLAG && form != FORM_MAYBE)
		return FALSE;
	if (active->word != NULL && !read_ordinal(active))
		return FALSE;
	if (form == FORM_WORD_ONCE)
		active->times = 1;
	if (form == FORM_PAIR) {
		if (used >= n || !read_number(words[used++], &active->number))
			return FALSE;
	} else if (form == FORM_PAIR_WORD) {
		if (used >= n)
			return FALSE;
		active->second = g_strdup(words[used++]);
	}
	if (used < n && (!read_number(words[used++], &active->times) || active->times < 1))
		return FALSE;
	return used == n;
}

static int
find_behaviour(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(behaviours); i++) {
		if (strcmp(behaviours[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

static void
add_active(MsnpServerFaults *faults, MsnpFaultId id)
{
	Active *active = g_new0(Active, 1);

	active->id = id;
	active->times = -1;
	g_ptr_array_add(faults->active, active);
}

gboolean
msnp_server_faults_add(MsnpServerFaults *faults, const char *text, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, "=", 2);
	g_auto(GStrv) words = NULL;
	int id = find_behaviour(parts[0] == NULL ? "" : parts[0]);
	Active *active;

	if (id < 0) {
		g_set_error(error, MSNP_SERVER_FAULT_ERROR, 0, "There is no behaviour \"%s\".",
			    text);
		return FALSE;
	}
	if (id == MSNP_FAULT_ESCARGOT) {
		for (guint i = 0; i < G_N_ELEMENTS(escargot_set); i++)
			add_active(faults, escargot_set[i]);
	}
	if (parts[1] != NULL && parts[1][0] != '\0')
		words = g_strsplit(parts[1], ":", -1);
	active = g_new0(Active, 1);
	active->id = (MsnpFaultId)id;
	active->times = -1;
	if (!read_words(active, behaviours[id].form, words)) {
		active_free(active);
		g_set_error(error, MSNP_SERVER_FAULT_ERROR, 0, "\"%s\" is written %s%s.", text,
			    behaviours[id].name, behaviours[id].argument);
		return FALSE;
	}
	g_ptr_array_add(faults->active, active);
	return TRUE;
}

char *
msnp_server_faults_describe(void)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(behaviours); i++) {
		const Behaviour *b = &behaviours[i];
		g_autofree char *form = g_strconcat(b->name, b->argument, NULL);

		g_string_append_printf(out, "  %-34s %s\n", form, b->meaning);
	}
	g_string_append(
	    out, "\n  VERB is a command of clients: CHG, or NS/USR and SB/USR where both have it.\n"
		 "  OPERATION is RST, FindMembership, ABFindAll, ABAdd, ABContactAdd, "
		 "ABContactUpdate,\n  ABContactDelete, ABGroupAdd, ABGroupUpdate, ABGroupDelete, "
		 "ABGroupContactAdd,\n  ABGroupContactDelete, AddMember, DeleteMember, Store2, "
		 "Store, GetMetadata,\n  GetMessage, DeleteMessages.\n"
		 "  VERB#N or OPERATION#N: not before its Nth time.\n"
		 "  http=, delay= and silence= take gateway, too: a request to it.\n"
		 "  TIMES: the behaviour wears off after so many uses.\n");
	g_string_append(out, "  escargot is:");
	for (guint i = 0; i < G_N_ELEMENTS(escargot_set); i++)
		g_string_append_printf(out, " %s", behaviours[escargot_set[i]].name);
	g_string_append_c(out, '\n');
	return g_string_free(out, FALSE);
}

static gboolean
matches(const Active *active, MsnpFaultId id, const char *word)
{
	return active->id == id && active->times != 0 &&
	       (word == NULL || active->word == NULL ||
		g_ascii_strcasecmp(word, active->word) == 0);
}

/* The first that matches (word NULL: any). */
static Active *
find(MsnpServerFaults *faults, MsnpFaultId id, const char *word)
{
	for (guint i = 0; i < faults->active->len; i++) {
		Active *active = g_ptr_array_index(faults->active, i);

		if (matches(active, id, word) && active->skip == 0)
			return active;
	}
	return NULL;
}

/* The same, with one of its times used up, and one of those that come before it for all others. */
static Active *
take(MsnpServerFaults *faults, MsnpFaultId id, const char *word)
{
	Active *active = find(faults, id, word);

	for (guint i = 0; i < faults->active->len; i++) {
		Active *other = g_ptr_array_index(faults->active, i);

		if (matches(other, id, word) && other->skip > 0)
			other->skip--;
	}
	if (active != NULL && active->times > 0)
		active->times--;
	return active;
}

gboolean
msnp_server_faults_take(MsnpServerFaults *faults, MsnpFaultId id)
{
	return take(faults, id, NULL) != NULL;
}

gboolean
msnp_server_faults_take_word(MsnpServerFaults *faults, MsnpFaultId id, const char *word,
			     int *number)
{
	Active *active = take(faults, id, word);

	if (active != NULL && number != NULL)
		*number = active->number;
	return active != NULL;
}

const char *
msnp_server_faults_take_any(MsnpServerFaults *faults, MsnpFaultId id, int *number)
{
	Active *active = take(faults, id, NULL);

	if (active == NULL)
		return NULL;
	if (number != NULL)
		*number = active->number;
	g_free(faults->taken);
	faults->taken = g_strdup(active->word == NULL ? "" : active->word);
	return faults->taken;
}

const char *
msnp_server_faults_take_second(MsnpServerFaults *faults, MsnpFaultId id, const char *word)
{
	Active *active = take(faults, id, word);

	if (active == NULL)
		return NULL;
	g_free(faults->taken);
	faults->taken = g_strdup(active->second == NULL ? "" : active->second);
	return faults->taken;
}

const char *
msnp_server_faults_peek_second(MsnpServerFaults *faults, MsnpFaultId id, const char *word)
{
	Active *active = find(faults, id, word);

	return active == NULL ? NULL : active->second;
}

gboolean
msnp_server_faults_peek(MsnpServerFaults *faults, MsnpFaultId id, const char *word, int *number)
{
	Active *active = find(faults, id, word);

	if (active != NULL && number != NULL)
		*number = active->number;
	return active != NULL;
}
