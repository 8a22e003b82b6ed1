/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address book: contacts, groups, and what is kept about oneself. Source: services.md 5.
 */
#pragma once

#include "soap/msnp-soap-op.h"
#include "wire/msnp-address.h"

/* Beyond these a list is an error; groups of one contact beyond theirs are left out. */
#define MSNP_CONTACTS_MAX       10000
#define MSNP_GROUPS_MAX         500
#define MSNP_CONTACT_GROUPS_MAX 20

typedef struct {
	char *id; /* GUID, as it came */
	char *name;
	gboolean deleted; /* in a delta; also a full read may hold some */
} MsnpAbGroup;

typedef struct {
	char *id;           /* contactId */
	char *handle;       /* normalised; "" for an entry that is only in the address book */
	guint network;      /* MsnpNetwork */
	char *display_name; /* "" if none */
	char *nickname;     /* the user's own alias, AB.NickName; "" if none */
	char **group_ids;   /* never NULL */
	char *phone_home, *phone_work, *phone_mobile; /* "" */
	gboolean mobile_enabled;                      /* isMobileIMEnabled */
	gboolean deleted; /* in a delta; also a full read may hold some */
	gboolean partial; /* in a delta: names only what has changed of it */
} MsnpAbContact;

typedef struct {
	GPtrArray *groups;   /* MsnpAbGroup */
	GPtrArray *contacts; /* MsnpAbContact, without oneself */
	gboolean has_me;     /* Me was among them; where not, the next two say nothing */
	char *own_name;      /* displayName of Me; "" */
	int blp;             /* MSN.IM.BLP: 1 allow, 2 block, 0 no statement */
	char *last_change;   /* opaque; "" */
} MsnpAddressBook;

/* An empty one: its arrays own what is added to them. */
MsnpAddressBook *msnp_address_book_new(void);
void msnp_address_book_free(MsnpAddressBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpAddressBook, msnp_address_book_free)

/* Args: MsnpListRead. Result: MsnpAddressBook. */
extern const MsnpSoapOp msnp_op_ab_find_all;

/* Args: the own handle. Result: NULL. After ABDoesNotExist only. */
extern const MsnpSoapOp msnp_op_ab_add;
