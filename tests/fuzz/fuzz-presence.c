/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ILN, NLN and FLN in both dialects.
 */
#include <stdint.h>
#include <stdlib.h>

#include "wire/msnp-presence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(MsnpCommand) command = msnp_command_new((const char *)data, size, NULL, NULL);

	for (int dialect = MSNP_DIALECT_13; command && dialect <= MSNP_DIALECT_14; dialect++) {
		g_autoptr(MsnpPresence) presence = msnp_presence_parse(command, dialect);

		if (presence &&
		    (!*presence->handle || !g_utf8_validate(presence->handle, -1, NULL)))
			abort();
	}
	return 0;
}
