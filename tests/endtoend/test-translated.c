/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module under another language: what a user is told is in it. */
#include <libintl.h>
#include <locale.h>

#include "headless.h"

/* Since 2.39 glibc translates nothing in C.UTF-8, as in C. */
static const char *const LOCALES[] = {
#ifdef __GLIBC__
#if !__GLIBC_PREREQ(2, 39)
	"C.UTF-8",
#endif
#endif
	"de_DE.UTF-8",
	"en_US.UTF-8",
	"en_GB.UTF-8",
};
static const char *locale;

/* For a machine that has none of them, but what locales are made of. */
static const char *
make_locale(void)
{
	g_autofree char *directory = g_build_filename(purple_user_dir(), "locale", NULL);
	g_autofree char *to = g_build_filename(directory, "de_DE.UTF-8", NULL);
	char *command[] = { (char *)"localedef",
			    (char *)"-i",
			    (char *)"de_DE",
			    (char *)"-f",
			    (char *)"UTF-8",
			    to,
			    NULL };

	g_mkdir_with_parents(directory, 0700);
	g_spawn_sync(NULL, command, NULL,
		     G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
		     NULL, NULL, NULL, NULL, NULL, NULL);
	g_setenv("LOCPATH", directory, TRUE);
	return setlocale(LC_ALL, "de_DE.UTF-8");
}

static const char accounts[] =
    "{ \"accounts\": [ { \"handle\": \"alice@example.com\", \"password\": \"alice\" } ] }";

static void
test_connection_error(void)
{
	MsnpServer *server;
	PurpleAccount *alice;
	g_autofree char *words = NULL;

	if (!locale) {
		g_test_skip("there is no locale with a language, and none can be made");
		return;
	}
	server = headless_serve(accounts, NULL);
	alice = headless_account(server, "alice@example.com", "wrong");
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

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	/* The language is chosen apart from the locale. */
	g_setenv("LANGUAGE", "de", TRUE);
	for (guint i = 0; !locale && i < G_N_ELEMENTS(LOCALES); i++)
		locale = setlocale(LC_ALL, LOCALES[i]);
	if (!locale)
		locale = make_locale();
	/* The catalogues as they are built, not as they may be installed. */
	bindtextdomain(GETTEXT_PACKAGE, CATALOGUES);
	g_test_add_func("/endtoend/translated/connection-error", test_connection_error);
	status = g_test_run();
	headless_stop();
	return status;
}
