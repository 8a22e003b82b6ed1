/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sharing service: who is allowed, blocked, has us on a list, waits for an answer.
 * Source: services.md 4.
 */
#pragma once

#include "soap/msnp-soap-op.h"
#include "wire/msnp-list-payload.h"

/* Members of one role beyond this are not read: an error. */
#define MSNP_MEMBERS_MAX 10000

typedef struct {
	char *handle;         /* normalised; "tel:+..." for phones */
	guint network;        /* MsnpNetwork */
	guint list;           /* one of MsnpLists: ALLOW, BLOCK, REVERSE, PENDING */
	char *membership_id;  /* opaque; "" */
	char *display_name;   /* stale: only for the prompt; "" */
	char *invite_message; /* "" */
	gboolean deleted;     /* in a delta: was taken off this role */
} MsnpMember;

typedef struct {
	GPtrArray *members; /* MsnpMember */
	char *last_change;  /* opaque; "" */
} MsnpMembership;

/* An empty one: its array owns what is added to it. */
MsnpMembership *msnp_membership_new(void);
void msnp_membership_free(MsnpMembership *membership);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpMembership, msnp_membership_free)

/* Args: MsnpListRead. Result: MsnpMembership, an empty one if nothing has changed. Invalid, hidden
 * and unknown kinds of members and roles are left out. */
extern const MsnpSoapOp msnp_op_find_membership;
