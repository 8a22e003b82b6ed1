/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The roster: contacts and groups as the server has them. Plain data; it changes only through these
 * functions. How it comes from the answers of the server is in msnp-roster-merge.h.
 * Source: services.md 6, notification.md 6.
 */
#pragma once

#include "core/msnp-contact.h"

/* What both answers can hold together; a server cannot push more people than this afterwards. */
#define MSNP_ROSTER_MAX 50000

typedef struct _MsnpRoster MsnpRoster;

/* An empty one. Needs no lock and touches nothing else, so a worker thread may make and free it. */
MsnpRoster *msnp_roster_new(void);
void msnp_roster_free(MsnpRoster *roster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpRoster, msnp_roster_free)

/* All contacts, MsnpContact; also those who are only allowed, blocked or pending, and those who are
 * on no list any more. It only grows. */
GPtrArray *msnp_roster_contacts(MsnpRoster *roster);
/* By handle, in any case of letters; NULL if nobody. The Passport contact wins over other networks.
 */
MsnpContact *msnp_roster_find(MsnpRoster *roster, const char *handle);
/* By normalised handle and network. */
MsnpContact *msnp_roster_find_on(MsnpRoster *roster, const char *handle, guint network);
/* The same; makes the contact if there is none, on no list. NULL if the roster is full. */
MsnpContact *msnp_roster_ensure(MsnpRoster *roster, const char *handle, guint network);

/* MsnpGroup. */
GPtrArray *msnp_roster_groups(MsnpRoster *roster);
/* By id, in any case of letters. */
MsnpGroup *msnp_roster_group(MsnpRoster *roster, const char *id);
/* Names of groups compare byte by byte, as on servers. */
MsnpGroup *msnp_roster_find_group(MsnpRoster *roster, const char *name);
MsnpGroup *msnp_roster_add_group(MsnpRoster *roster, const char *id, const char *name);
void msnp_roster_rename_group(MsnpRoster *roster, MsnpGroup *group, const char *name);
/* Its members stay, without it. */
void msnp_roster_remove_group(MsnpRoster *roster, MsnpGroup *group);

/* One's own name as the address book has it; "". */
const char *msnp_roster_own_name(MsnpRoster *roster);
void msnp_roster_set_own_name(MsnpRoster *roster, const char *name);
/* What the address book says about people on no list: 1 allow, 2 block, 0 nothing. */
int msnp_roster_blp(MsnpRoster *roster);
void msnp_roster_set_blp(MsnpRoster *roster, int blp);

/* How far the roster follows the server: what the next read may build on. */
typedef struct {
	char *book, *membership; /* the lastChange of each, opaque; "" if a full read is due */
	guint deltas;            /* read since the last full one */
	gboolean refused;        /* the server does not give deltas */
} MsnpRosterState;
const MsnpRosterState *msnp_roster_state(MsnpRoster *roster);
/* Copies the strings. */
void msnp_roster_set_state(MsnpRoster *roster, const MsnpRosterState *state);
/* Something has been changed here: deltas from before would have to be told apart from it. */
void msnp_roster_leave_state(MsnpRoster *roster);

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

/* Taking over what a fresh read of the lists says, a piece at a time: presence is kept, and nobody
 * goes away whom a host may still look at. Groups, names and state are taken at once. fresh is only
 * read, and must stay until the end. */
typedef struct _MsnpAdoption MsnpAdoption;
/* Called for each contact that is different now, also for those who are on no list any more. */
typedef void (*MsnpAdopted)(MsnpContact *contact, guint changes, gpointer data);
MsnpAdoption *msnp_adoption_new(MsnpRoster *roster, MsnpRoster *fresh);
/* So many contacts more; FALSE when all are done. */
gboolean msnp_adoption_step(MsnpAdoption *adoption, guint n, MsnpAdopted changed, gpointer data);
void msnp_adoption_free(MsnpAdoption *adoption);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpAdoption, msnp_adoption_free)
