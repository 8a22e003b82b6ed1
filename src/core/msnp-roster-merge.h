/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the answers of the address book and of the sharing service to a roster. Touches nothing but
 * its arguments, so a worker thread may do it. Source: services.md 4 to 6.
 */
#pragma once

#include "core/msnp-roster.h"
#include "soap/msnp-addressbook.h"
#include "soap/msnp-sharing.h"

/* Below this a full read costs hardly more than a delta, and cannot be wrong. */
#define MSNP_DELTA_CONTACTS_MIN 100
/* So many deltas are built on a full read; then it is time for the next one. */
#define MSNP_DELTAS_MAX 20

/* Merges two full reads; either may be NULL, for an account without an address book. The own handle
 * is left out. */
MsnpRoster *msnp_roster_merge(const MsnpAddressBook *book, const MsnpMembership *membership,
			      const char *own_handle);

/* Whether a delta may be asked for: services.md 5.2, lesson 37. */
gboolean msnp_roster_may_take_deltas(MsnpRoster *roster);
/* Puts two deltas over the roster. FALSE for any doubt: something unknown, something incomplete, or
 * more than a delta would name; the roster is then of no use, and a full read is due. */
gboolean msnp_roster_apply(MsnpRoster *roster, const MsnpAddressBook *book,
			   const MsnpMembership *membership, const char *own_handle);
