/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libsoup 2 and 3 cannot live in one process: with the old one loaded by another plugin, the first
 * use of the new one hangs for ever. So look before every sign-on, and say so instead.
 */
#include "msnp-purple.h"

#include <dlfcn.h>

#define OLD_LIBRARY "libsoup-2.4.so.1"

static gboolean
old_library_is_loaded(void)
{
	void *handle = dlopen(OLD_LIBRARY, RTLD_LAZY | RTLD_NOLOAD);

	if (handle)
		dlclose(handle);
	return handle != NULL;
}

gboolean
msnp_purple_guard(PurpleConnection *gc)
{
	if (!old_library_is_loaded())
		return TRUE;
	purple_connection_error_reason(gc, PURPLE_CONNECTION_ERROR_OTHER_ERROR,
				       _("Another plugin has loaded an old library (libsoup 2) "
					 "that cannot be used together with "
					 "this one. Disable the other plugin or its account "
					 "(Amazon Chime is one of them), start "
					 "the program again, and sign on."));
	return FALSE;
}
