/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files in which rosters are kept for next time: one per account and service, in a folder of
 * ours in libpurple's user directory. What is in them is the core's matter.
 */
#include "msnp-purple.h"

#include <glib/gstdio.h>

#define FOLDER "msnp14"
/* A longer part of a name is replaced by its checksum: file systems end at 255 bytes, and whoever
 * writes the file puts something behind it for a while. */
#define PART_MAX 100

static gboolean watching;

static char *
folder_new(void)
{
	return g_build_filename(purple_user_dir(), FOLDER, NULL);
}

/* Nothing but letters, digits, "@-_.#" and %XX, whatever the text is. */
static char *
part_new(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	const char *escaped = purple_escape_filename(valid);

	if (strlen(escaped) <= PART_MAX)
		return g_strdup(escaped);
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, valid, -1);
}

/* A comma is in no part. */
static char *
prefix_new(PurpleAccount *account)
{
	g_autofree char *handle = msnp_handle_normalize(purple_account_get_username(account));
	g_autofree char *part = part_new(handle);

	return g_strconcat(part, ",", NULL);
}

char *
msnp_purple_kept_file(PurpleAccount *account, const MsnpPreset *preset)
{
	g_autofree char *folder = folder_new();
	g_autofree char *prefix = prefix_new(account);
	g_autofree char *server = g_strdup_printf("%s:%u", preset->server, preset->port);
	g_autofree char *part = part_new(server);
	g_autofree char *name = g_strconcat(prefix, part, ".json", NULL);

	return g_build_filename(folder, name, NULL);
}

/* Of each service that the account was used with. */
static void
on_account_removed(PurpleAccount *account, gpointer data G_GNUC_UNUSED)
{
	g_autofree char *folder = NULL;
	g_autofree char *prefix = NULL;
	g_autoptr(GDir) dir = NULL;
	const char *name;

	if (!msnp_purple_is_ours(account))
		return;
	folder = folder_new();
	prefix = prefix_new(account);
	dir = g_dir_open(folder, 0, NULL);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *file = g_build_filename(folder, name, NULL);

		if (g_str_has_prefix(name, prefix))
			g_unlink(file);
	}
}

void
msnp_purple_kept_watch(void)
{
	if (watching)
		return;
	watching = TRUE;
	purple_signal_connect(purple_accounts_get_handle(), "account-removed", &watching,
			      PURPLE_CALLBACK(on_account_removed), NULL);
}

void
msnp_purple_kept_unwatch(void)
{
	purple_signals_disconnect_by_handle(&watching);
	watching = FALSE;
}
