/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of error numbers. Words for the user are the adapter's; these are for the log.
 * Source: notification.md 15.
 */
#include "wire/msnp-errcode.h"

#include <stdlib.h>

/* The letters of the document, and short names for what to do. */
#define R       MSNP_ERRCLASS_REQUEST
#define L       MSNP_ERRCLASS_LIST
#define A       MSNP_ERRCLASS_ACCOUNT
#define K       MSNP_ERRCLASS_LINK
#define NEVER   MSNP_RETRY_NEVER
#define AUTO    MSNP_RETRY_AUTO
#define LATER   MSNP_RETRY_LATER
#define TICKET  MSNP_RETRY_TICKET
#define REQUEST MSNP_RETRY_REQUEST

/* Ordered by number. Where the document gives two classes the first counts, but for 500: that is
 * maintenance of the server rather than a fault of the account. NEVER where the link stays. */
/* clang-format off */
static const MsnpErrcode errcodes[] = {
	{ 200, R, AUTO, "the server did not understand a command" },
	{ 201, R, NEVER, "the address or a value is not valid" },
	{ 203, L, NEVER, "this person uses another network, which cannot do that" },
	{ 204, L, AUTO, "the network of this contact is unknown or cannot be reached" },
	{ 205, L, NEVER, "there is no such account" },
	{ 206, A, NEVER, "the part after @ is missing in an address" },
	{ 207, R, NEVER, "already signed on over this link" },
	{ 208, L, NEVER, "there is no such account" },
	{ 209, R, NEVER, "the service does not allow this name" },
	{ 210, L, NEVER, "your contact list is full" },
	{ 212, L, NEVER, "group or contact change refused: old-style lists" },
	{ 213, L, NEVER, "group or contact change refused: old-style lists" },
	{ 215, L, NEVER, "already on the list, or already in the conversation" },
	{ 216, L, NEVER, "not on the list" },
	{ 217, R, NEVER, "this person is not online" },
	{ 218, R, NEVER, "already set so, which is success" },
	{ 219, L, NEVER, "person is on the opposite list" },
	{ 220, R, NEVER, "the mobile number or address does not accept messages" },
	{ 223, L, NEVER, "group or contact change refused: old-style lists" },
	{ 224, L, NEVER, "group or contact change refused: old-style lists" },
	{ 225, L, NEVER, "group or contact change refused: old-style lists" },
	{ 227, L, NEVER, "group or contact change refused: old-style lists" },
	{ 228, L, NEVER, "group or contact change refused: old-style lists" },
	{ 229, L, NEVER, "group or contact change refused: old-style lists" },
	{ 230, L, NEVER, "group or contact change refused: old-style lists" },
	{ 231, L, NEVER, "group or contact change refused: old-style lists" },
	{ 232, R, NEVER, "the mobile number or address does not accept messages" },
	{ 233, R, NEVER, "the mobile number or address does not accept messages" },
	{ 234, R, NEVER, "the mobile number or address does not accept messages" },
	{ 240, L, AUTO, "list command malformed or not allowed" },
	{ 241, L, AUTO, "list command malformed or not allowed" },
	{ 280, R, REQUEST, "no conversation server is available" },
	{ 281, R, REQUEST, "no conversation server is available" },
	{ 282, R, NEVER, "malformed P2P message" },
	{ 300, R, AUTO, "a field is missing" },
	{ 301, R, NEVER, "too many search results" },
	{ 302, R, AUTO, "not signed on" },
	{ 400, L, REQUEST, "the contact list service is read-only, busy or down" },
	{ 402, L, REQUEST, "the contact list service is read-only, busy or down" },
	{ 403, L, REQUEST, "the contact list service is read-only, busy or down" },
	{ 413, A, NEVER, "not offered to this account or region" },
	{ 414, A, NEVER, "not offered to this account or region" },
	{ 416, A, NEVER, "not offered to this account or region" },
	{ 417, A, NEVER, "not offered to this account or region" },
	{ 418, R, REQUEST, "try again later" },
	{ 419, A, NEVER, "not offered to this account or region" },
	{ 420, A, NEVER, "this client version is not admitted" },
	{ 500, K, LATER, "the server has a problem or is under maintenance" },
	{ 501, K, LATER, "the server has an internal problem" },
	{ 502, R, NEVER, "command no longer exists" },
	{ 503, K, LATER, "the server has an internal problem" },
	{ 504, K, LATER, "the server has an internal problem" },
	{ 505, K, LATER, "the server has an internal problem" },
	{ 508, R, NEVER, "the message could not be passed to the other network" },
	{ 509, R, NEVER, "the message could not be passed to the other network" },
	{ 510, K, LATER, "the server has an internal problem" },
	{ 511, A, NEVER, "the account is banned, or the platform failed" },
	{ 520, K, LATER, "the server has an internal problem" },
	{ 540, K, NEVER, "challenge answered wrongly: product key" },
	{ 600, K, AUTO, "the server is too busy or down" },
	{ 601, K, AUTO, "the server is too busy or down" },
	{ 602, K, AUTO, "the server is too busy or down" },
	{ 603, K, LATER, "the server has an internal problem" },
	{ 604, K, LATER, "the server is going down" },
	{ 605, K, AUTO, "the server is too busy or down" },
	{ 606, R, NEVER, "mobile messages are not available" },
	{ 700, K, AUTO, "server cannot make connections, or is overloaded" },
	{ 707, K, AUTO, "server cannot make connections, or is overloaded" },
	{ 710, R, NEVER, "CVR values refused, or mobile service not available" },
	{ 711, K, AUTO, "server cannot make connections, or is overloaded" },
	{ 712, K, AUTO, "server cannot make connections, or is overloaded" },
	{ 713, R, REQUEST, "too many requests or conversations; wait a little" },
	{ 714, R, REQUEST, "too many requests or conversations; wait a little" },
	{ 715, R, NEVER, "not expected now, or unknown property" },
	{ 717, A, LATER, "stored contact list is damaged" },
	{ 718, A, NEVER, "this account is restricted or suspended" },
	{ 719, R, NEVER, "not possible in a conversation with another network" },
	{ 726, L, NEVER, "this person uses another network, which cannot do that" },
	{ 729, R, REQUEST, "too many requests or conversations; wait a little" },
	{ 731, R, NEVER, "CVR malformed" },
	{ 800, R, REQUEST, "changed too often; wait a little" },
	{ 910, K, AUTO, "the server is too busy or down" },
	{ 911, A, TICKET, "sign-on failed: wrong password, expired ticket or unknown account" },
	{ 912, K, AUTO, "the server is too busy or down" },
	{ 913, R, NEVER, "not possible while appearing offline" },
	{ 914, K, AUTO, "the server is too busy or down" },
	{ 915, K, AUTO, "the server is too busy or down" },
	{ 916, K, AUTO, "the server is too busy or down" },
	{ 917, A, NEVER, "this mail domain cannot sign on here" },
	{ 918, K, AUTO, "the server is too busy or down" },
	{ 919, K, AUTO, "the server is too busy or down" },
	{ 920, K, LATER, "the server takes no new sign-ons" },
	{ 921, K, AUTO, "the server is too busy or down" },
	{ 922, K, AUTO, "the server is too busy or down" },
	{ 923, A, NEVER, "this child account needs a parent's consent" },
	{ 924, A, NEVER, "the mail address of the account is not confirmed" },
	{ 926, A, LATER, "the permissions of the account could not be checked" },
	{ 927, A, NEVER, "this account is restricted or suspended" },
	{ 928, A, TICKET, "the password or ticket was refused" },
	{ 929, A, NEVER, "challenge failed for a managed account" },
	{ 930, A, NEVER, "this account belongs to a company's own service" },
	{ 931, K, AUTO, "wrong server for this account" },
	{ 933, R, NEVER, "groups of later versions; no access" },
	{ 934, R, NEVER, "groups of later versions; no access" },
};
/* clang-format on */
G_STATIC_ASSERT(G_N_ELEMENTS(errcodes) == 104);

static const MsnpErrcode unknown = { 0, MSNP_ERRCLASS_REQUEST, MSNP_RETRY_NEVER,
				     "the server refused the request" };

G_DEFINE_QUARK(msnp_server_error_quark, msnp_server_error)

static int
compare_number(const void *key, const void *element)
{
	guint number = *(const guint *)key;
	const MsnpErrcode *errcode = element;

	return number < errcode->number ? -1 : number > errcode->number;
}

const MsnpErrcode *
msnp_errcode_lookup(guint number)
{
	const MsnpErrcode *found =
	    bsearch(&number, errcodes, G_N_ELEMENTS(errcodes), sizeof errcodes[0], compare_number);

	return found ? found : &unknown;
}
