/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a user does in a buddy list, as Pidgin does it, and how a list looks: here and at the
 * server, as text to compare.
 */
#pragma once

#include "headless.h"

/* Where people in no group stand; it does not exist on the server. */
#define HOME "Buddies"

/* The group is made if it is not there; invitation may be NULL. */
void user_adds(PurpleAccount *account, const char *who, const char *group, const char *invitation);
void user_removes(PurpleAccount *account, const char *who, const char *group);
void user_moves(PurpleAccount *account, const char *who, const char *from, const char *to);
/* The contact as a whole, also to where it is already. */
void user_drags(PurpleAccount *account, const char *who, const char *from, const char *to);
void user_renames(const char *group, const char *name);
/* With everybody who is in it. */
void user_deletes(const char *group);
void user_aliases(PurpleAccount *account, const char *who, const char *alias);
PurpleBuddy *user_finds(PurpleAccount *account, const char *who, const char *group);
void user_chooses_mode(PurpleAccount *account, PurplePrivacyType mode);

/* Lines, sorted: "group NAME", "in NAME: HANDLE", "alias HANDLE: ALIAS", "allow HANDLE", "block
 * HANDLE", "only the allowed". Free the answers. */
char *list_here(PurpleAccount *account);
char *list_at(MsnpServer *server, const char *handle);
/* The same of the text of an accounts file. */
char *list_in(const char *accounts_json, const char *handle);
/* Runs until the server's list, and then the one here, are these lines (in any order); NULL ends
 * them. Fails the test otherwise. */
void expect_lists(MsnpServer *server, PurpleAccount *account, ...) G_GNUC_NULL_TERMINATED;
