/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The roster: contacts and groups as the server has them, merged from the address book and the
 * membership lists, and what presence told since. Plain data; it changes only through these
 * functions. Source: services.md 6, notification.md 6.
 */
#pragma once

#include "soap/msnp-addressbook.h"
#include "soap/msnp-sharing.h"
#include "wire/msnp-personal.h"
#include "wire/msnp-presence.h"

/* What both answers can hold together; a server cannot push more people than this afterwards. */
#define MSNP_ROSTER_MAX 50000

typedef struct {
	char *id;
	char *name;
} MsnpGroup;

/* Lists that the sharing service keeps, as places for ids: Allow, Block, Reverse, Pending. */
#define MSNP_N_ROLES 4

/* Read only outside this file. */
typedef struct {
	char *handle;       /* normalised */
	guint network;      /* MsnpNetwork */
	guint lists;        /* MsnpLists */
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
	char *name; /* as the contact calls itself; "" until known */
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

typedef struct _MsnpRoster MsnpRoster;

/* Merges both answers, and takes their strings; either may be NULL, for an account without an
 * address book. Needs no lock and touches nothing else, so a worker thread may do it. The
 * own handle is left out. */
MsnpRoster *msnp_roster_new(MsnpAddressBook *book, MsnpMembership *membership,
			    const char *own_handle);
void msnp_roster_free(MsnpRoster *roster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpRoster, msnp_roster_free)

/* All contacts, MsnpContact; also those who are only allowed, blocked or pending. */
GPtrArray *msnp_roster_contacts(MsnpRoster *roster);
GPtrArray *msnp_roster_groups(MsnpRoster *roster);
MsnpGroup *msnp_roster_group(MsnpRoster *roster, const char *id);
/* By handle, in any case of letters; NULL if nobody. The Passport contact wins over other networks.
 */
MsnpContact *msnp_roster_find(MsnpRoster *roster, const char *handle);
const char *msnp_roster_own_name(MsnpRoster *roster);
/* What the address book says about people on no list: 1 allow, 2 block, 0 nothing. */
int msnp_roster_blp(MsnpRoster *roster);

/* What the user calls the contact: nickname, else name, else display name, else handle. */
const char *msnp_contact_shown_name(const MsnpContact *contact);

/* The payloads of the initial ADL, in order: an array of char*. MSNP13 knows no network but its own
 * and telephones. */
GPtrArray *msnp_roster_initial_lists(MsnpRoster *roster, MsnpDialect dialect);

/* Presence of a forward-list contact; NULL for strangers. changes gets MsnpChange bits, 0 if there
 * was nothing new. */
MsnpContact *msnp_roster_set_presence(MsnpRoster *roster, const MsnpPresence *presence,
				      guint *changes);
MsnpContact *msnp_roster_set_personal(MsnpRoster *roster, const char *handle,
				      const MsnpPersonal *personal, guint *changes);
/* ADL 0 and RML 0: adds or removes list bits; makes the contact if it is not there yet. NULL if
 * there was nobody to remove, or the roster is full. */
MsnpContact *msnp_roster_change_lists(MsnpRoster *roster, const MsnpListEntry *entry, gboolean add);

/* What the list editor has changed on the server. */
/* Finds or makes a contact, on no list when made; NULL if the roster is full. */
MsnpContact *msnp_roster_ensure(MsnpRoster *roster, const char *handle, guint network);
void msnp_contact_change_lists(MsnpContact *contact, guint add, guint remove);
/* contact_id "" when it has left the address book; it is then in no group either. */
void msnp_contact_set_id(MsnpContact *contact, const char *contact_id);
void msnp_contact_set_nickname(MsnpContact *contact, const char *nickname);
/* "" if unknown; forgotten by every change of that list. list: one of MsnpLists. */
const char *msnp_contact_membership_id(const MsnpContact *contact, guint list);
gboolean msnp_contact_is_in_group(const MsnpContact *contact, const MsnpGroup *group);
void msnp_contact_put_in_group(MsnpContact *contact, const MsnpGroup *group);
void msnp_contact_take_from_group(MsnpContact *contact, const MsnpGroup *group);
/* Names of groups compare byte by byte, as on servers. */
MsnpGroup *msnp_roster_find_group(MsnpRoster *roster, const char *name);
MsnpGroup *msnp_roster_add_group(MsnpRoster *roster, const char *id, const char *name);
void msnp_group_rename(MsnpGroup *group, const char *name);
/* Its members stay, without it. */
void msnp_roster_remove_group(MsnpRoster *roster, MsnpGroup *group);
void msnp_roster_set_blp(MsnpRoster *roster, int blp);

/* Takes over what a fresh read of the lists says, emptying it, and keeps presence. changed is
 * called for each contact that is different now, also for those who are on no list any more. */
void msnp_roster_adopt(MsnpRoster *roster, MsnpRoster *fresh,
		       void (*changed)(MsnpContact *contact, guint changes, gpointer data),
		       gpointer data);
