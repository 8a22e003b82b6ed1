/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module under another language: what a user is told is in it. */
#include <libintl.h>
#include <locale.h>

#include "headless.h"

static const char accounts[] =
    "{ \"accounts\": [ { \"handle\": \"alice@example.com\", \"password\": \"alice\" } ] }";

static void
test_connection_error(void)
{
	MsnpServer *server = headless_serve(accounts, NULL);
	PurpleAccount *alice = headless_account(server, "alice@example.com", "wrong");
	g_autofree char *words = NULL;

	headless_sign_on(alice);
	wait_until(headless_error(alice) >= 0);
	words = g_utf8_strdown(headless_error_words(alice), -1);
	g_test_message("%s", words);
	g_assert_nonnull(strstr(words, "kennwort") ? words : strstr(words, "passwort"));
	g_assert_null(strstr(words, "password"));
	wait_until(purple_account_is_disconnected(alice));
	headless_clear(server);
}

int
main(int argc, char **argv)
{
	int status;

	/* Any locale but C itself will do; the language is chosen apart from it. */
	g_setenv("LANGUAGE", "de", TRUE);
	g_setenv("LC_ALL", "C.UTF-8", TRUE);
	setlocale(LC_ALL, "");
	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	/* The catalogues as they are built, not as they may be installed. */
	bindtextdomain(GETTEXT_PACKAGE, CATALOGUES);
	g_test_add_func("/endtoend/translated/connection-error", test_connection_error);
	status = g_test_run();
	headless_stop();
	return status;
}
