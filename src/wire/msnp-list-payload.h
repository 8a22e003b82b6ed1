/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The <ml> payload of ADL, RML and FQY, both ways. Source: notification.md 4.
 */
#pragma once

#include "wire/msnp-address.h"

typedef enum {
	MSNP_LIST_FORWARD = 1,
	MSNP_LIST_ALLOW = 2,
	MSNP_LIST_BLOCK = 4,
	MSNP_LIST_REVERSE = 8,
	MSNP_LIST_PENDING = 16,
} MsnpLists;
/* What a client may send; the other two only come from the server. */
#define MSNP_LISTS_SENT (MSNP_LIST_FORWARD | MSNP_LIST_ALLOW | MSNP_LIST_BLOCK)

/* Beyond either the official server hung up. */
#define MSNP_LIST_PAYLOAD_MAX  7500
#define MSNP_LIST_CONTACTS_MAX 150

typedef struct {
	char *handle;        /* local@domain, or tel:+digits */
	guint lists;         /* MsnpLists; 0 where l is missing */
	guint network;       /* MsnpNetwork; 0 where t is missing, 4 in <t> */
	char *friendly_name; /* f, decoded; NULL where missing */
} MsnpListEntry;

void msnp_list_entry_free(MsnpListEntry *entry);

/* An array of MsnpListEntry; entries without a usable name are left out. MSNP_XML_ERROR, or
 * MSNP_WIRE_ERROR if the root is not <ml>. initial, if not NULL: whether l="1" was there. */
GPtrArray *msnp_list_payload_parse(const char *bytes, gsize length, gboolean *initial,
				   GError **error);

/* The initial list: payloads of at most the two limits, in order, each with l="1". Entries are
 * MsnpListEntry*; bits outside MSNP_LISTS_SENT are masked, entries left with none are left out, as
 * is Allow where Block is set. Sorted by domain; phones last. Nobody: one empty list.
 * Answer: an array of char*. */
GPtrArray *msnp_list_payload_initial(GPtrArray *entries);
/* One contact, for the later ADL and RML; lists 0 and network 0 leave l and t out (FQY). NULL for a
 * handle that is not valid. */
char *msnp_list_payload_single(const char *handle, guint lists, guint network);
