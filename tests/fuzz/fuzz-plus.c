/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Codes of Messenger Plus!: never longer than the text, and text if that was.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/msnp-plus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autofree char *stripped = msnp_plus_strip(text);

	if (strlen(stripped) > strlen(text) ||
	    (g_utf8_validate(text, -1, NULL) && !g_utf8_validate(stripped, -1, NULL)))
		abort();
	return 0;
}
