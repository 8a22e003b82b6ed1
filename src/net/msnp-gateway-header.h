/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The header X-MSN-Messenger of a gateway's answer. No I/O. Source: notification.md 14 (2).
 */
#pragma once

#include <glib.h>

typedef struct {
	char *session_id; /* NULL: none that can be used in a URL */
	char *gw_ip;      /* NULL: none that is a host */
	gboolean close;   /* Session=close */
} MsnpGatewayHeader;

/* Longer ones are nobody's; those known have up to 40 characters. */
#define MSNP_GATEWAY_ID_MAX 256
/* A DNS name. */
#define MSNP_GATEWAY_HOST_MAX 253

/* text may be anything; what is not understood is left out. */
void msnp_gateway_header_parse(MsnpGatewayHeader *header, const char *text);
void msnp_gateway_header_clear(MsnpGatewayHeader *header);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MsnpGatewayHeader, msnp_gateway_header_clear)
