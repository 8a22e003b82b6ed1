/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One person of the roster: what the lists say, and what presence told since. Plain data; it
 * changes only through these functions. Source: services.md 5.2 and 6, notification.md 6.
 */
#pragma once

#include "wire/msnp-address.h"
#include "wire/msnp-list-payload.h"
#include "wire/msnp-personal.h"
#include "wire/msnp-presence.h"

typedef struct {
	char *id;
	char *name;
} MsnpGroup;

/* Lists that the sharing service keeps, as places for ids: Allow, Block, Reverse, Pending. */
#define MSNP_N_ROLES 4

/* Read only outside this file and the roster's. */
typedef struct {
	char *handle;       /* normalised */
	guint network;      /* MsnpNetwork */
	guint lists;        /* MsnpLists: what counts */
	guint stored;       /* MsnpLists as the services keep them: services.md 6.1 */
	char *contact_id;   /* of the address book; "" if not in it */
	char *display_name; /* of the address book; "" */
	char *nickname;     /* the user's alias; "" */
	char **group_ids;   /* never NULL */
	char *phone_home, *phone_work, *phone_mobile;
	gboolean mobile_enabled;
	char *invite_message;               /* of a pending request; "" */
	gboolean asked;                     /* the host has been told of that request */
	char *membership_ids[MSNP_N_ROLES]; /* opaque, by role; NULL where unknown */
	/* Presence. */
	MsnpStatus status;
	char *name; /* as the contact called itself last; "" until known */
	guint32 caps;
	char *object;  /* MSNObject of the picture; NULL */
	char *message; /* personal message; "" */
	char *media;   /* raw CurrentMedia; "" */
} MsnpContact;

typedef enum {
	MSNP_CHANGE_STATUS = 1 << 0,
	MSNP_CHANGE_NAME = 1 << 1,
	MSNP_CHANGE_CAPS = 1 << 2,
	MSNP_CHANGE_OBJECT = 1 << 3,
	MSNP_CHANGE_PERSONAL = 1 << 4,
	MSNP_CHANGE_LISTS = 1 << 5,
	MSNP_CHANGE_GROUPS = 1 << 6,
	MSNP_CHANGE_ALIAS = 1 << 7,
} MsnpChange;

/* On no list, offline, without a name. network 0 is Passport's. */
MsnpContact *msnp_contact_new(const char *handle, guint network);
void msnp_contact_free(MsnpContact *contact);

/* What the user calls the contact: nickname, else name, else display name, else handle. */
const char *msnp_contact_shown_name(const MsnpContact *contact);

/* What the services keep, as it counts: somebody on both sides is blocked, a contact on neither is
 * allowed, and one of ours is not pending. Source: services.md 6.1. */
guint msnp_contact_mend_lists(guint stored);
/* Sets what the services keep, and what it comes to. */
void msnp_contact_set_stored(MsnpContact *contact, guint stored);
/* Adds and removes in both; forgets the membership ids of these lists. */
void msnp_contact_change_lists(MsnpContact *contact, guint add, guint remove);
/* contact_id "" when it has left the address book; it is then in no group either. */
void msnp_contact_set_id(MsnpContact *contact, const char *contact_id);
void msnp_contact_set_nickname(MsnpContact *contact, const char *nickname);
/* "" if unknown; forgotten by every change of that list. list: one of MsnpLists. */
const char *msnp_contact_membership_id(const MsnpContact *contact, guint list);
/* NULL and "" forget it. */
void msnp_contact_set_membership_id(MsnpContact *contact, guint list, const char *id);
gboolean msnp_contact_is_in_group(const MsnpContact *contact, const MsnpGroup *group);
void msnp_contact_put_in_group(MsnpContact *contact, const MsnpGroup *group);
void msnp_contact_take_from_group(MsnpContact *contact, const MsnpGroup *group);

/* Presence; the answers are MsnpChange bits. */
guint msnp_contact_set_presence(MsnpContact *contact, const MsnpPresence *presence);
guint msnp_contact_set_personal(MsnpContact *contact, const MsnpPersonal *personal);
/* Who leaves takes along what was only true while they were here. */
guint msnp_contact_go_offline(MsnpContact *contact);

/* Becomes what a fresh read of the lists says, and keeps presence. Answer: MsnpChange bits. */
guint msnp_contact_adopt(MsnpContact *contact, const MsnpContact *fresh);
/* On no list any more. */
void msnp_contact_drop(MsnpContact *contact);
