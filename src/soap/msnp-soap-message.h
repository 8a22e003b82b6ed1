/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTTP request of an operation, made anew each time that it is sent: what is in it may depend
 * on the ticket and on the host of the moment (services.md 1.3, 3.2, 14.3). Internal to src/soap;
 * no I/O.
 */
#pragma once

#include <libsoup/soup.h>

#include "soap/msnp-soap-op.h"
#include "util/msnp-secret.h"

/* ticket NULL: there is none; cache_key may be NULL. NULL if the operation needs a ticket and this
 * one cannot be sent. size, in bytes, is that of the body. */
SoupMessage *msnp_soap_message_new(const MsnpSoapOp *op, gconstpointer args, GUri *uri,
				   MsnpSecret *ticket, const char *cache_key, gsize *size);
