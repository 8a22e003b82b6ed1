/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * <ml> payloads read, and written again from what was read.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/msnp-list-payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gboolean initial;
	g_autoptr(GPtrArray) entries =
	    msnp_list_payload_parse((const char *)data, size, &initial, NULL);
	g_autoptr(GPtrArray) parts = entries ? msnp_list_payload_initial(entries) : NULL;

	for (guint i = 0; parts && i < parts->len; i++) {
		const char *part = parts->pdata[i];
		g_autoptr(GPtrArray) again =
		    msnp_list_payload_parse(part, strlen(part), &initial, NULL);

		if (!again || !initial || strlen(part) > MSNP_LIST_PAYLOAD_MAX)
			abort();
	}
	return 0;
}
