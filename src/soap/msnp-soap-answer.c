/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of services.md 1.3 (statuses), 2.6 (faults of RST) and 3.4 (faults of address book and
 * sharing), and the order in which they count: a fault first, whatever the status.
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
fault_meaning(const FaultRow *rows, gsize n, const char *code)
{
	for (gsize i = 0; i < n; i++) {
		if (g_str_equal(rows[i].code, code))
			return rows[i].meaning;
	}
	return MSNP_SOAP_ERROR_FAULT;
}

static MsnpSoapVerdict
decide_fault(const MsnpSoapOp *op, const MsnpSoapFault *fault, GError **error)
{
	gboolean passport = op->service == MSNP_SERVICE_PASSPORT;
	const char *code = passport || *fault->errorcode == '\0' ? fault->code : fault->errorcode;
	int meaning =
	    passport ? fault_meaning(passport_faults, G_N_ELEMENTS(passport_faults), code)
		     : fault_meaning(addressbook_faults, G_N_ELEMENTS(addressbook_faults), code);

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
msnp_soap_decide(const MsnpSoapOp *op, guint status, const MsnpSoapAnswer *answer, GError **error)
{
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
