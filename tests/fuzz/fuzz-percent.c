/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Percent-encoding, handles and addresses.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/msnp-log.h"
#include "wire/msnp-address.h"
#include "wire/msnp-percent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autofree char *decoded = msnp_percent_decode(text);
	g_autofree char *encoded = msnp_percent_encode(decoded);
	g_autofree char *again = msnp_percent_decode(encoded);
	g_autofree char *cut = msnp_percent_encode_max(decoded, MSNP_NICKNAME_MAX);
	g_autofree char *normal = msnp_handle_normalize(text);
	g_autofree char *logged = msnp_log_redact((const char *)data, (gssize)size);
	g_autofree char *host = NULL;
	guint16 port;

	if (!g_str_equal(again, decoded) || strlen(cut) > MSNP_NICKNAME_MAX ||
	    !g_utf8_validate(normal, -1, NULL) || !g_utf8_validate(logged, -1, NULL))
		abort();
	(void)msnp_handle_is_valid(text);
	(void)msnp_host_port_parse(text, &host, &port);
	return 0;
}
