/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of services.md 1.3 (statuses), 2.6 (faults of RST), 3.4 (faults of address book and
 * sharing), 10.2 and 10.4 (faults of offline messages), and the order in which they count: a fault
 * first, whatever the status.
 */
#include "soap/msnp-soap-answer.h"

#include "soap/msnp-soap-client.h"
#include "util/msnp-log.h"

/* Beside the error codes: what a row can say. */
#define ROW_DONE   -1 /* is as good as success, for operations without result */
#define ROW_FOLLOW -2
/* Success for a deletion; for anything else GONE. */
#define ROW_ABSENT -3

typedef struct {
	const char *code;
	int meaning; /* MsnpSoapError, or ROW_... */
} FaultRow;

/* By the local part of faultcode. */
static const FaultRow passport_faults[] = {
	{ "Redirect", ROW_FOLLOW },
	{ "FailedAuthentication", MSNP_SOAP_ERROR_PASSWORD },
	{ "Server", MSNP_SOAP_ERROR_UNAVAILABLE },
};

/* By errorcode; without one, by the local part of faultcode. What is not here is FAULT. */
static const FaultRow addressbook_faults[] = {
	{ "FullSyncRequired", MSNP_SOAP_ERROR_FULL_SYNC },
	{ "ABDoesNotExist", MSNP_SOAP_ERROR_NO_ADDRESSBOOK },
	{ "ABAlreadyExists", ROW_DONE },
	{ "MemberAlreadyExists", ROW_DONE },
	{ "MemberDoesNotExist", ROW_ABSENT },
	{ "ContactDoesNotExist", ROW_ABSENT },
	{ "GroupDoesNotExist", ROW_ABSENT },
	{ "ContactAlreadyExists", MSNP_SOAP_ERROR_EXISTS },
	{ "GroupAlreadyExists", MSNP_SOAP_ERROR_EXISTS },
	{ "InvalidPassportUser", MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT },
	{ "UserDoesNotExist", MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT },
	{ "BadEmailArgument", MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT },
	{ "EmailDomainIsFederated", MSNP_SOAP_ERROR_OTHER_NETWORK },
	{ "FederatedQueryFailure", MSNP_SOAP_ERROR_OTHER_NETWORK },
	{ "BadArgumentLength", MSNP_SOAP_ERROR_TOO_LONG },
	{ "RequestLimitReached", MSNP_SOAP_ERROR_FULL },
	{ "QuotaLimitReached", MSNP_SOAP_ERROR_FULL },
	{ "Forbidden", MSNP_SOAP_ERROR_NOT_OFFERED },
	{ "BadContextToken", MSNP_SOAP_ERROR_TICKET },
	{ "AuthenticationFailed", MSNP_SOAP_ERROR_TICKET },
	{ "FailedAuthentication", MSNP_SOAP_ERROR_TICKET },
};

/* "Client" is what a ticket of another session gets (services.md 10.2). */
static const FaultRow rsi_faults[] = {
	{ "AuthenticationFailed", MSNP_SOAP_ERROR_TICKET },
	{ "BadContextToken", MSNP_SOAP_ERROR_TICKET },
	{ "FailedAuthentication", MSNP_SOAP_ERROR_TICKET },
	{ "Client", MSNP_SOAP_ERROR_TICKET },
};

/* The question for the lock key is no fault: read_fault() of the operation has it. */
static const FaultRow oim_faults[] = {
	{ "AuthenticationFailed", MSNP_SOAP_ERROR_TICKET },
	{ "BadContextToken", MSNP_SOAP_ERROR_TICKET },
	{ "FailedAuthentication", MSNP_SOAP_ERROR_TICKET },
	{ "SystemUnavailable", MSNP_SOAP_ERROR_NOT_DELIVERED },
	{ "SenderThrottleLimitExceeded", MSNP_SOAP_ERROR_THROTTLED },
	{ "InvalidContent", MSNP_SOAP_ERROR_INVALID_CONTENT },
	{ "MessageTooLarge", MSNP_SOAP_ERROR_TOO_LONG },
};

#define TABLE(rows)                                                                                \
	{                                                                                          \
		rows, G_N_ELEMENTS(rows)                                                           \
	}

static const struct {
	const FaultRow *rows;
	gsize n;
} fault_tables[] = {
	[MSNP_SERVICE_PASSPORT] = TABLE(passport_faults),
	[MSNP_SERVICE_ADDRESSBOOK] = TABLE(addressbook_faults),
	[MSNP_SERVICE_SHARING] = TABLE(addressbook_faults),
	[MSNP_SERVICE_RSI] = TABLE(rsi_faults),
	[MSNP_SERVICE_OIM] = TABLE(oim_faults),
};

G_STATIC_ASSERT(G_N_ELEMENTS(fault_tables) == MSNP_N_SERVICES);

typedef struct {
	guint from, to; /* statuses, inclusive */
	int passport;   /* MsnpSoapError at RST */
	int service;    /* and elsewhere */
	const char *words;
} StatusRow;

static const StatusRow statuses[] = {
	{ 200, 200, MSNP_SOAP_ERROR_ANSWER, MSNP_SOAP_ERROR_ANSWER,
	  "the answer is not what was expected" },
	{ 401, 401, MSNP_SOAP_ERROR_FAULT, MSNP_SOAP_ERROR_TICKET, "refused" },
	{ 403, 403, MSNP_SOAP_ERROR_FAULT, MSNP_SOAP_ERROR_TICKET, "refused" },
	{ 404, 405, MSNP_SOAP_ERROR_WRONG_URL, MSNP_SOAP_ERROR_WRONG_URL,
	  "there is no such service at this address" },
	{ 408, 408, MSNP_SOAP_ERROR_NETWORK, MSNP_SOAP_ERROR_NETWORK, "too slow" },
	{ 400, 499, MSNP_SOAP_ERROR_FAULT, MSNP_SOAP_ERROR_FAULT, "the request was refused" },
	{ 500, 500, MSNP_SOAP_ERROR_UNAVAILABLE, MSNP_SOAP_ERROR_FAULT, "the server failed" },
	{ 502, 504, MSNP_SOAP_ERROR_UNAVAILABLE, MSNP_SOAP_ERROR_UNAVAILABLE,
	  "the server is not available" },
	{ 500, 599, MSNP_SOAP_ERROR_UNAVAILABLE, MSNP_SOAP_ERROR_FAULT, "the server failed" },
	{ 0, G_MAXUINT, MSNP_SOAP_ERROR_ANSWER, MSNP_SOAP_ERROR_ANSWER, "an unexpected status" },
};

static int
fault_meaning(MsnpService service, const char *code)
{
	for (gsize i = 0; i < fault_tables[service].n; i++) {
		const FaultRow *row = &fault_tables[service].rows[i];

		if (g_str_equal(row->code, code))
			return row->meaning;
	}
	return MSNP_SOAP_ERROR_FAULT;
}

static MsnpSoapVerdict
decide_fault(const MsnpSoapOp *op, const MsnpSoapFault *fault, GError **error)
{
	gboolean passport = op->service == MSNP_SERVICE_PASSPORT;
	const char *code = passport || *fault->errorcode == '\0' ? fault->code : fault->errorcode;
	int meaning = fault_meaning(op->service, code);

	msnp_info("soap", "%s: fault %s, reqstatus %s: %s", op->name, code, fault->reqstatus,
		  fault->string);
	if (meaning == ROW_FOLLOW)
		return MSNP_SOAP_FOLLOW;
	if (meaning == ROW_ABSENT)
		meaning = op->is_delete ? ROW_DONE : MSNP_SOAP_ERROR_GONE;
	if (meaning == ROW_DONE) {
		if (op->free_result == NULL)
			return MSNP_SOAP_SUCCESS;
		meaning = MSNP_SOAP_ERROR_FAULT;
	}
	g_set_error(error, MSNP_SOAP_ERROR, meaning, "%s: fault %s%s%s", op->name,
		    *code == '\0' ? "without a code" : code,
		    *fault->reqstatus == '\0' ? "" : ", reqstatus ", fault->reqstatus);
	return MSNP_SOAP_FAILURE;
}

static void
decide_status(const MsnpSoapOp *op, guint status, GError **error)
{
	const StatusRow *row = statuses;

	while (status < row->from || status > row->to)
		row++;
	g_set_error(error, MSNP_SOAP_ERROR,
		    op->service == MSNP_SERVICE_PASSPORT ? row->passport : row->service,
		    "%s: HTTP %u, %s", op->name, status, row->words);
}

MsnpSoapVerdict
msnp_soap_decide(const MsnpSoapOp *op, guint status, MsnpSoapAnswer *answer, GError **error)
{
	if (answer->fault != NULL && op->read_fault != NULL)
		answer->result = op->read_fault(answer->fault);
	if (answer->fault != NULL && answer->result != NULL)
		return MSNP_SOAP_SUCCESS;
	if (answer->fault != NULL)
		return decide_fault(op, answer->fault, error);
	if (status == 200 && answer->is_response && answer->error == NULL)
		return MSNP_SOAP_SUCCESS;
	/* The parser's own words are better than the status, where it has some. */
	if (status == 200 && answer->error != NULL && answer->error->domain == MSNP_SOAP_ERROR)
		g_set_error(error, MSNP_SOAP_ERROR, answer->error->code, "%s: %s", op->name,
			    answer->error->message);
	else if (status == 200 && answer->error != NULL)
		g_set_error(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_ANSWER, "%s: %s", op->name,
			    answer->error->message);
	else
		decide_status(op, status, error);
	return MSNP_SOAP_FAILURE;
}
