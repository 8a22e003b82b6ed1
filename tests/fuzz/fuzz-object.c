/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MSNObjects.
 */
#include <stdint.h>
#include <stdlib.h>

#include "wire/msnp-object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(MsnpObject) object = msnp_object_parse(text);
	g_autofree char *written =
	    object ? msnp_object_write(object->creator, object->type, object->location, data, size)
		   : NULL;
	g_autoptr(MsnpObject) again = msnp_object_parse(written);

	if (again && !g_str_equal(again->creator, object->creator))
		abort();
	return 0;
}
