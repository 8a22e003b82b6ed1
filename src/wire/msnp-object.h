/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MSNObject: the element that names a picture by its hash. Source: notification.md 6.4.
 */
#pragma once

#include <glib.h>

/* Longer than any that was seen; above it the object counts as none. */
#define MSNP_OBJECT_MAX 4096

typedef struct {
	char *creator;
	guint64 size;
	guint type;
	char *location;
	char *friendly; /* base64, as it came */
	char *sha1d;    /* base64; the identity of the picture */
	char *sha1c;    /* "" if missing: accepted */
} MsnpObject;

void msnp_object_free(MsnpObject *object);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpObject, msnp_object_free)

/* NULL for what names no picture: not XML, not <msnobj>, without Type, Location and SHA1D. */
MsnpObject *msnp_object_parse(const char *text);
/* The element for data, with both hashes: attributes in the order of the reference. */
char *msnp_object_write(const char *creator, guint type, const char *location, const guint8 *data,
			gsize length);
