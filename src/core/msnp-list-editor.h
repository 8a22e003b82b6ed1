/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list editor: what the user changes on the contact list. Each change is a few calls, to the
 * web services and to the notification server, in a fixed order; changes run one at a time, in the
 * order in which they were asked for. The table of changes and their steps is in the .c file.
 * Source: services.md 7 to 9, notification.md 4.
 */
#pragma once

#include <gio/gio.h>

/* Names of groups, in UTF-8 characters (services.md 7.4). */
#define MSNP_GROUP_NAME_MAX 61
/* What servers call the place of those who are in no group. */
#define MSNP_NO_GROUP_NAME "(No Group)"

typedef enum {
	MSNP_EDIT_ADD,             /* handle, group (NULL: none), text: invitation */
	MSNP_EDIT_REMOVE,          /* handle: altogether */
	MSNP_EDIT_PUT_IN_GROUP,    /* handle, group: made if it is not there */
	MSNP_EDIT_TAKE_FROM_GROUP, /* handle, group */
	MSNP_EDIT_MOVE,            /* handle, old_group (NULL: none), group (NULL: none) */
	MSNP_EDIT_BLOCK,           /* handle: also of a stranger */
	MSNP_EDIT_UNBLOCK,         /* handle */
	MSNP_EDIT_ALLOW,           /* handle: puts a stranger on the allow list */
	MSNP_EDIT_DISALLOW,        /* handle: takes them off it */
	MSNP_EDIT_ACCEPT,          /* handle: a waiting request */
	MSNP_EDIT_DECLINE,         /* handle: a waiting request; blocks */
	MSNP_EDIT_ALIAS,           /* handle, text: "" clears */
	MSNP_EDIT_ADD_GROUP,       /* group */
	MSNP_EDIT_RENAME_GROUP,    /* old_group, group */
	MSNP_EDIT_DELETE_GROUP,    /* old_group: its members stay on the list */
	MSNP_EDIT_OWN_NAME,        /* text */
	MSNP_EDIT_ALLOW_EVERYONE,  /* all but the blocked may see us and write */
	MSNP_EDIT_ALLOW_LISTED,    /* only the allowed may */
} MsnpEditKind;
#define MSNP_N_EDITS (MSNP_EDIT_ALLOW_LISTED + 1)

/* Strings are copied. */
typedef struct {
	MsnpEditKind kind;
	const char *handle;
	const char *group;
	const char *old_group;
	const char *text;
} MsnpEdit;
