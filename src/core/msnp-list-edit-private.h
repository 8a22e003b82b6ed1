/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the list editor share. For them only:
 *
 *   list-changes       which steps a change has, and what cannot be asked for (tables)
 *   list-editor        the queue: one change at a time, one step after the other
 *   list-web-steps     the steps that are calls of the web services
 *   list-server-steps  the steps that are commands to the notification server
 *   list-repair        changes that nobody asked for: what sign-on found in disorder
 */
#pragma once

#include "core/msnp-list-editor.h"
#include "core/msnp-session-private.h"
#include "soap/msnp-list-write.h"

/* Kinds of changes beside MsnpEditKind. */
#define MSNP_EDIT_REFRESH (MSNP_N_EDITS + 0) /* both lists are read once more */
#define MSNP_EDIT_REPAIR  (MSNP_N_EDITS + 1) /* handle, network: lists in disorder */
#define MSNP_N_CHANGES    (MSNP_N_EDITS + 2)

#define MSNP_STEPS_MAX 9

typedef struct _MsnpListStep MsnpListStep;

/* One change, from the asking to its end. Counted by g_rc_box. */
typedef struct {
	MsnpSession *session; /* owned */
	GTask *task;          /* NULL if nobody asked for it */
	guint kind;
	char *handle, *group, *old_group, *text; /* handle: normalised */
	guint next;                              /* the next step */
	guint network;                           /* of a handle that is not in the roster yet */
	guint told;       /* MSNP_LISTS_SENT as far as the notification server knows of handle */
	guint changes;    /* MsnpChange bits */
	gboolean wrote;   /* the web services may have done something */
	gboolean reread;  /* the lists have been read again in the middle of it */
	gboolean pending; /* was at the beginning; some servers hide it from the middle on */
	GError *error;    /* to be told at the end; NULL if none so far */
} MsnpListEdit;

/* What there is to know of a step. Callbacks may be NULL. */
typedef struct {
	/* FALSE: there is nothing to be done in this change; NULL: there is. */
	gboolean (*applies)(const MsnpListEdit *edit, guint lists);
	/* What the step is for is so, as far as the roster knows: servers crash on repeats. If an
	 * answer leaves it open what has happened, this is asked again after a fresh read. NULL:
	 * one cannot know. */
	gboolean (*is_so)(const MsnpListEdit *edit, guint lists);
	void (*start)(MsnpListEdit *edit, const MsnpListStep *step);
	/* It has been done. result: of op. */
	void (*apply)(MsnpListEdit *edit, guint lists, gpointer result);
	/* Web services only. */
	const MsnpSoapOp *op;
	MsnpGroup *(*group)(const MsnpListEdit *edit); /* which one it is about */
	gboolean names_group;                          /* its text is the name of the new group */
	gboolean needs_contact_id;                     /* is not sent without: services.md 7.3 */
} MsnpStepType;

/* What a failure means. */
typedef enum {
	MSNP_FAILURE_ENDS,   /* the change */
	MSNP_FAILURE_LATER,  /* the rest is worth having without it; it is told at the end */
	MSNP_FAILURE_LOGGED, /* what counts are other steps */
} MsnpStepFailure;

struct _MsnpListStep {
	const MsnpStepType *type; /* NULL ends a table */
	guint lists;              /* which ones it is about */
	MsnpStepFailure failure;
};

/* msnp-list-changes.c */
/* MSNP_STEPS_MAX of them, or fewer and one without a type. */
const MsnpListStep *msnp_list_change_steps(guint kind);
/* What can be told to be impossible without asking the server, once the changes before it are
 * through; NULL if nothing. */
GError *msnp_list_change_check(const MsnpListEdit *edit);

/* msnp-list-editor.c */
MsnpListEdit *msnp_list_edit_new(MsnpSession *session, guint kind);
void msnp_list_edit_unref(MsnpListEdit *edit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpListEdit, msnp_list_edit_unref)
/* Takes the edit. What nobody asked for waits until there is nothing else. */
void msnp_list_edit_enqueue(MsnpListEdit *edit);
/* The step under way has ended; error (taken) NULL: well. */
void msnp_list_edit_step_done(MsnpListEdit *edit, gpointer result, GError *error);
/* The same, but it is open whether it has: decided by a fresh read of the lists. */
void msnp_list_edit_step_in_doubt(MsnpListEdit *edit, GError *error);
const MsnpListStep *msnp_list_edit_current_step(const MsnpListEdit *edit);

/* What an edit is about; NULL and 0 if there is no such thing in the roster. */
MsnpRoster *msnp_list_edit_roster(const MsnpListEdit *edit);
MsnpContact *msnp_list_edit_contact(const MsnpListEdit *edit);
guint msnp_list_edit_stored(const MsnpListEdit *edit); /* MsnpLists that the services keep */
guint msnp_list_edit_lists(const MsnpListEdit *edit);  /* those that count */
MsnpGroup *msnp_list_edit_group(const MsnpListEdit *edit);
MsnpGroup *msnp_list_edit_old_group(const MsnpListEdit *edit);

/* msnp-list-web-steps.c */
extern const MsnpStepType msnp_step_add_contact, msnp_step_delete_contact, msnp_step_add_member,
    msnp_step_delete_member, msnp_step_clear_pending, msnp_step_add_group, msnp_step_put_in_group,
    msnp_step_take_from_group, msnp_step_rename_group, msnp_step_delete_group, msnp_step_alias,
    msnp_step_store_name, msnp_step_store_privacy;

/* msnp-list-server-steps.c */
extern const MsnpStepType msnp_step_query_network, msnp_step_tell_added, msnp_step_tell_removed,
    msnp_step_tell_name, msnp_step_tell_privacy;

/* msnp-list-editor.c */
extern const MsnpStepType msnp_step_refresh;
