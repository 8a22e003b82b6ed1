/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of people and of machines: handles ("bob@example.com", "tel:+4930555010") and host:port.
 * Source: notification.md 1.3 (129 characters), 4.1 (split at the last "@"); services.md 14.2.
 */
#pragma once

#include <glib.h>

/* The longest handle, in characters, that servers know. */
#define MSNP_HANDLE_MAX 129
/* The port of an address that names none. */
#define MSNP_DEFAULT_PORT 1863

/* Network ids as in ADL's t attribute. */
typedef enum {
	MSNP_NETWORK_PASSPORT = 1,
	MSNP_NETWORK_OFFICE = 2,
	MSNP_NETWORK_PHONE = 4,
	MSNP_NETWORK_MOBILE = 8,
	MSNP_NETWORK_MAIL = 16,
	MSNP_NETWORK_YAHOO = 32,
} MsnpNetwork;

/* A mail address with one "@", a part on both sides, no blanks, controls or any of <>":/?= and at
 * most MSNP_HANDLE_MAX characters; or "tel:+" and digits. */
gboolean msnp_handle_is_valid(const char *handle);
gboolean msnp_handle_is_phone(const char *handle);
/* The form in which handles compare: trimmed, in lower case, and without the place of sign-on that
 * newer peers have behind it ("bob@example.com;{guid}"). Free with g_free(). */
char *msnp_handle_normalize(const char *handle);
gboolean msnp_handle_equal(const char *a, const char *b);
/* Splits at the last "@"; both answers are to be freed with g_free(). FALSE without one. */
gboolean msnp_handle_split(const char *handle, char **local, char **domain);

/* Reads "host", "host:port", "[v6]:port" as XFR and RNG have them; port 1 to 65535, without one
 * MSNP_DEFAULT_PORT. FALSE if it is none of these. */
gboolean msnp_host_port_parse(const char *text, char **host, guint16 *port);
