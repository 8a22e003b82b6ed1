/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two services of offline messages: rsi, which has those that wait for us, and OIM, which takes
 * those for others. What is repeated, and when, is the caller's. Source: services.md 10.
 */
#pragma once

#include "soap/msnp-soap-op.h"
#include "wire/msnp-oim.h"

/* Of one request to delete: services.md 10.2. */
#define MSNP_OIM_DELETE_MAX 20

/* What waits. Args: NULL. Result: MsnpMailData. */
extern const MsnpSoapOp msnp_op_oim_list;

/* One message. Args: its id, char *. Result: the mail for msnp_oim_parse(), char *. An unknown id
 * is FAULT on some servers: to be skipped. */
extern const MsnpSoapOp msnp_op_oim_get;

/* Deletes. Args: ids, char ** with NULL at the end; those behind the first MSNP_OIM_DELETE_MAX are
 * left alone. Result: NULL. Some servers delete none if one is unknown: then one by one. */
extern const MsnpSoapOp msnp_op_oim_delete;

/* Args of msnp_op_oim_store. */
typedef struct {
	const char *from;     /* the own account, exactly as signed on with */
	const char *name;     /* the own name; NULL or "" if there is none */
	const char *to;       /* handle */
	const char *lock_key; /* NULL or "" at first */
	const char *run_id;   /* "{GUID}", of the conversation */
	guint sequence;       /* of this message in the run, from 1; the same when repeated */
	const char *text;     /* UTF-8 */
} MsnpOimStore;

/* Sends one. Result: NULL if it is stored; or the challenge of the lock key, char *: then the same
 * again with the answer (msnp_challenge_answer(), MSNP_PRODUCT_ID and KEY). Errors, besides the
 * usual: NOT_DELIVERED, THROTTLED, INVALID_CONTENT, TOO_LONG. */
extern const MsnpSoapOp msnp_op_oim_store;
