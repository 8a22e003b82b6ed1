/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers and requests of the reference (../vectors/soap), and ways to read an answer in a test.
 */
#pragma once

#include "soap/msnp-addressbook.h"
#include "soap/msnp-list-write.h"
#include "soap/msnp-oim-service.h"
#include "soap/msnp-passport.h"
#include "soap/msnp-sharing.h"
#include "soap/msnp-soap-client.h"

/* The text of a file of ../vectors/soap. */
char *soap_vector(const char *name);
/* A body below an envelope, as a server sends it. */
char *soap_envelope(const char *body);
/* The vector name, with an envelope if it is only a body. */
char *soap_answer(const char *name);
/* Lists of n contacts as large as those of servers: 1.2 kB and 1.5 kB each. */
char *soap_large_address_book(guint n);
char *soap_large_membership(guint n);

/* Reads a whole answer, step bytes at a time (0: all at once). */
MsnpSoapReader *soap_read(const MsnpSoapOp *op, const char *text, gssize length, gsize step);
