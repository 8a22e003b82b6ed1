/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UUX and UBX payloads, and what the media in them say.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/msnp-personal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(MsnpPersonal) personal = msnp_personal_parse((const char *)data, size);
	g_autofree char *type = NULL;
	g_autofree char *said = msnp_current_media_text(personal->current_media, &type);
	g_autofree char *written =
	    msnp_personal_write(personal->message, personal->current_media, personal->machine_guid);
	g_autoptr(MsnpPersonal) again = msnp_personal_parse(written, strlen(written));

	if (!g_utf8_validate(personal->message, -1, NULL) ||
	    !g_utf8_validate(again->message, -1, NULL) ||
	    (said && !g_utf8_validate(said, -1, NULL)))
		abort();
	return 0;
}
