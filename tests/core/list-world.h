/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of the list editor share: the loopback service, people who sign on to it, and
 * pictures of a list, as the service keeps it and as the roster shows it.
 */
#pragma once

#include "core/msnp-session.h"
#include "server/msnp-server.h"
#include "support/test-support.h"

#define ALICE "alice@example.com"
#define BOB   "bob@example.com"
#define CAROL "carol@example.com"

typedef struct {
	MsnpSession *session;
	TestResult result;
	GString *requests; /* "handle: message|" */
	char *ended;       /* the error that ended the session; NULL while it lasts */
} Client;

typedef struct {
	MsnpServer *server;
	MsnpConnector *connector;
	MsnpClock *clock;
	MsnpRandom *random;
	MsnpPreset *preset;
	Client alice, bob, carol;
} World;

/* With Alice signed on, to these accounts, or to three people if NULL. behaviours: of the service,
 * with blanks between; NULL: none. */
void world_init(World *world, const char *accounts, const char *behaviours);
/* Fails if the service had to complain. */
void world_clear(World *world);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_clear)
void world_add_fault(World *world, const char *format, ...) G_GNUC_PRINTF(2, 3);
void world_pass(World *world, guint seconds);

/* A session to listen to before it is signed on; needed for nothing else. */
void client_prepare(World *world, Client *client, const char *handle);
void client_sign_on(World *world, Client *client, const char *handle);
void client_sign_off(Client *client);
void client_edit(Client *client, const MsnpEdit *what, GError **error);
void client_must(Client *client, const MsnpEdit *what);
#define MUST(client, ...) client_must(&(client), &(MsnpEdit){ __VA_ARGS__ })
/* MsnpLists that count. */
guint client_lists(Client *client, const char *handle);
/* The names of a contact's groups, with commas between. */
char *client_groups(Client *client, const char *handle);

/* "blp 1;group Choir;...;bob@example.com FL AL [Choir] alias;..." in one order. */
char *server_state(World *world, const char *handle);
/* The same of what the roster takes to be stored. */
char *client_state(Client *client);
/* Without Reverse, on which nobody decides, so that it need not be known (lesson_070). Takes the
 * state. */
char *without_reverse(char *state);
/* Somebody's lists, as stored, are not what counts. */
gboolean client_is_in_disorder(Client *client);
/* How many requests that change lists the service has had so far. */
guint world_n_writes(World *world);
