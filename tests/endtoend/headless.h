/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The real libpurple without a screen, with the built module in it and the loopback service beside
 * it in one main loop. Everything of the user's stays in a directory of its own, which goes at the
 * end.
 */
#pragma once

#include <purple.h>

#include "server/msnp-server.h"

/* Whether an address sanitizer watches: memory then is no measure. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HEADLESS_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HEADLESS_SANITIZED
#endif

#define HEADLESS_UI   "msnp14-test"
#define HEADLESS_PRPL "prpl-msnp14"
/* A service "nordwind" of the user's own, unlike "custom": tickets can be renewed in mid-session,
 * and it names a page for mail. */
#define HEADLESS_SERVICES                                                                          \
	"{ \"presets\": [ { \"id\": \"nordwind\", \"name\": \"Nordwind\", "                        \
	"\"server\": \"127.0.0.1\", \"passport_url\": \"https://nordwind.example/RST.srf\", "      \
	"\"addressbook_url\": \"https://nordwind.example/abservice/abservice.asmx\", "             \
	"\"sharing_url\": \"https://nordwind.example/abservice/SharingService.asmx\", "            \
	"\"oim_url\": \"https://nordwind.example/OimWS/oim.asmx\", "                               \
	"\"rsi_url\": \"https://nordwind.example/rsi/rsi.asmx\", "                                 \
	"\"webmail_url\": \"" HEADLESS_INBOX "\", \"plain_http\": true, "                          \
	"\"session_bound_tickets\": false } ] }"
#define HEADLESS_INBOX "https://mail.nordwind.example/inbox"
#define HEADLESS_LIMIT 60 /* seconds that anything may take */

/* Once per process. module_directory: where libmsnp14.so is. */
void headless_start(const char *module_directory);
/* The same, with a file of the user's own services. */
void headless_start_with(const char *module_directory, const char *services_json);
void headless_stop(void);

/* The service, with a behaviour of "msnp14-server --help", or NULL. */
MsnpServer *headless_serve(const char *accounts_json, const char *behaviour);
MsnpServer *headless_serve_as(const MsnpServerOptions *options, const char *accounts_json,
			      const char *behaviour);

/* An account of the service, not yet signed on. */
PurpleAccount *headless_account(MsnpServer *server, const char *username, const char *password);
PurpleAccount *headless_account_at(int ns_port, const char *base_url, const char *username,
				   const char *password);
void headless_sign_on(PurpleAccount *account);
void headless_sign_off(PurpleAccount *account);
/* Deletes every account, buddy and conversation. */
void headless_forget(void);
/* Deletes every account, buddy and conversation; stops the service, which must have had nothing to
 * complain of. */
void headless_clear(MsnpServer *server);
/* The same for a sign-on that was given up in the middle: what was on its way may come in an order
 * that the service does not like. */
void headless_clear_in_flight(MsnpServer *server);

/* One turn of the main loop; fails the test, naming what, after limit (monotonic microseconds). */
void headless_turn(gint64 limit, const char *what);
#define wait_until(condition)                                                                      \
	for (gint64 limit_ = g_get_monotonic_time() + HEADLESS_LIMIT * G_USEC_PER_SEC;             \
	     !(condition);)                                                                        \
	headless_turn(limit_, #condition)

/* What an account's connection last failed of: PurpleConnectionError, or -1; and its words. */
int headless_error(PurpleAccount *account);
const char *headless_error_words(PurpleAccount *account);
/* The status id of a buddy, "" if there is none; with "/idle" behind it if it is idle. */
const char *headless_status(PurpleAccount *account, const char *who);
const char *headless_message(PurpleAccount *account, const char *who);
/* What stands in the conversation: "< text" came, "> text" went, "! text" error, "* text" note;
 * a line each, as markup, without the font that stands for none. "" if there is none. */
const char *headless_transcript(PurpleAccount *account, const char *who);
/* What came late, with its time: "2026-03-14T09:26:53Z text", a line each. */
const char *headless_delayed(PurpleAccount *account, const char *who);
gboolean headless_is_typing(PurpleAccount *account, const char *who);
/* From this account, in the conversation with who, which opens if need be. html: as a user
 * interface hands it over. */
void headless_say(PurpleAccount *account, const char *who, const char *html);
/* headless-windows.c: what opens. For headless.c. */
void headless_windows_install(void);
void headless_windows_forget(void);
void headless_windows_stop(void);
/* All notices so far, "PRIMARY | SECONDARY", a line each. */
const char *headless_notices(void);
/* The latest window of Get Info, as text. */
const char *headless_info(void);
/* People who have added an account: "ACCOUNT: WHO (NAME) MESSAGE". A window is open until it is
 * answered, once, or the connection is closed. */
guint headless_n_requests(void);
const char *headless_request(guint which);
gboolean headless_request_is_open(guint which);
void headless_answer(guint which, gboolean yes);
/* The question that is open, "" if none; and its answers. */
const char *headless_question(void);
void headless_choose(guint which);
/* The question for a text that is open, "" if none; and what is typed into it. */
const char *headless_prompt(void);
void headless_type(const char *text);
/* What was told of mail: "SUBJECT | FROM | TO | URL" or "COUNT | TO | URL", a line each. */
const char *headless_mails(void);
/* The longest turn of the main loop since the last call, in microseconds of CPU. */
gint64 headless_longest_turn(void);
