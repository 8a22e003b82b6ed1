/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SessionID=...; GW-IP=...; Session=close, in any order.
 */
#include "net/msnp-gateway-header.h"

#include <string.h>

/* It comes back in a URL, verbatim: nothing that would end the parameter there. */
static gboolean
is_id(const char *text)
{
	for (const char *c = text; *c; c++) {
		if (!g_ascii_isgraph(*c) || strchr("&#\"<>\\^`{|}", *c))
			return FALSE;
	}
	return *text && strlen(text) <= MSNP_GATEWAY_ID_MAX;
}

static gboolean
is_host(const char *text)
{
	for (const char *c = text; *c; c++) {
		if (!g_ascii_isalnum(*c) && *c != '.' && *c != '-')
			return FALSE;
	}
	return g_ascii_isalnum(*text) && strlen(text) <= MSNP_GATEWAY_HOST_MAX;
}

static void
take_field(MsnpGatewayHeader *header, const char *name, const char *value)
{
	if (!g_ascii_strcasecmp(name, "SessionID") && is_id(value)) {
		g_free(header->session_id);
		header->session_id = g_strdup(value);
	} else if (!g_ascii_strcasecmp(name, "GW-IP") && is_host(value)) {
		g_free(header->gw_ip);
		header->gw_ip = g_strdup(value);
	} else if (!g_ascii_strcasecmp(name, "Session")) {
		header->close = header->close || !g_ascii_strcasecmp(value, "close");
	}
}

void
msnp_gateway_header_parse(MsnpGatewayHeader *header, const char *text)
{
	g_auto(GStrv) fields = g_strsplit(text ? text : "", ";", 16);

	memset(header, 0, sizeof *header);
	for (char **field = fields; *field; field++) {
		char *equals = strchr(*field, '=');

		if (!equals)
			continue;
		*equals = '\0';
		take_field(header, g_strstrip(*field), g_strstrip(equals + 1));
	}
}

void
msnp_gateway_header_clear(MsnpGatewayHeader *header)
{
	g_clear_pointer(&header->session_id, g_free);
	g_clear_pointer(&header->gw_ip, g_free);
}
