/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MIME messages, and the pieces of a text.
 */
#include <stdint.h>
#include <stdlib.h>

#include "wire/msnp-cut.h"
#include "wire/msnp-message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(MsnpMessage) message = msnp_message_parse((const char *)data, size);
	g_autofree char *text = msnp_message_text(message);
	g_auto(GStrv) pieces =
	    msnp_cut_all(text, msnp_message_formatted_max(NULL), MSNP_CUT_AT_WORDS);
	g_autofree char *joined = g_strjoinv("", pieces);
	GString *bytes = msnp_message_write(message);

	if (!g_utf8_validate(text, -1, NULL) || !g_str_equal(joined, text))
		abort();
	(void)msnp_message_header(message, "X-MMS-IM-Format");
	g_string_free(bytes, TRUE);
	return 0;
}
