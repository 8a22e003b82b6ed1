/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The writes of the two list services: one operation each, no order among them (that is the list
 * editor's, in core). They are not idempotent on every server, so none is repeated after a network
 * failure. Source: services.md 3.2, 3.4, 7, 8.
 */
#pragma once

#include "soap/msnp-soap-op.h"
#include "wire/msnp-list-payload.h"

/* Args of every operation here; each names the fields that it reads. NULL counts as "". */
typedef struct {
	const char *handle;        /* whom it is about */
	guint network;             /* MsnpNetwork of handle */
	guint list;                /* one of MsnpLists, for members */
	const char *membership_id; /* "" if unknown */
	const char *contact_id;
	const char *group_id;
	const char *text; /* name of a group, alias, text of an invitation */
	const char *own_name;
	guint blp; /* 1 allow, 2 block */
} MsnpListWrite;

/* handle, network, text (invitation), own_name. Result: the contactId, char *. */
extern const MsnpSoapOp msnp_op_ab_contact_add;
/* contact_id. Result: NULL; so below, unless said otherwise. */
extern const MsnpSoapOp msnp_op_ab_contact_delete;
/* contact_id, text: the user's own alias (AB.NickName); "" clears it. */
extern const MsnpSoapOp msnp_op_ab_contact_alias;
/* blp: privacy of oneself (MSN.IM.BLP on Me). */
extern const MsnpSoapOp msnp_op_ab_privacy;
/* own_name: DisplayName of Me. */
extern const MsnpSoapOp msnp_op_ab_own_name;
/* text (name). Result: the groupId, char *. */
extern const MsnpSoapOp msnp_op_ab_group_add;
/* group_id, text (new name). */
extern const MsnpSoapOp msnp_op_ab_group_rename;
/* group_id. */
extern const MsnpSoapOp msnp_op_ab_group_delete;
/* group_id, contact_id. */
extern const MsnpSoapOp msnp_op_ab_group_contact_add;
extern const MsnpSoapOp msnp_op_ab_group_contact_delete;
/* handle, network, list (ALLOW, BLOCK, REVERSE). */
extern const MsnpSoapOp msnp_op_add_member;
/* handle, network, list (ALLOW, BLOCK, PENDING), membership_id. */
extern const MsnpSoapOp msnp_op_delete_member;
