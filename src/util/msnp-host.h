/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a host's name tells without asking anybody: whether it belongs to a service, and whether it
 * is this machine. No I/O. Source: services.md 14.3.
 */
#pragma once

#include <glib.h>

/* Whether host is one of the domains (NULL-terminated; NULL: none) or below one; addresses have
 * nothing below them. */
gboolean msnp_host_is_in(char *const *domains, const char *host);
/* localhost, 127.0.0.0/8, ::1. */
gboolean msnp_host_is_loopback(const char *host);
