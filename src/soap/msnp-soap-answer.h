/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an answer means, decided by tables: services.md 1.3, 2.6, 3.4. Internal to src/soap.
 */
#pragma once

#include "soap/msnp-soap-op.h"

typedef enum {
	MSNP_SOAP_SUCCESS, /* answer->result is the result */
	MSNP_SOAP_FOLLOW,  /* a psf:Redirect: post again at answer->fault->redirect */
	MSNP_SOAP_FAILURE, /* error is set: MSNP_SOAP_ERROR */
} MsnpSoapVerdict;

/* status is the one of HTTP, never one that redirects. A fault that is an answer gives answer its
 * result. */
MsnpSoapVerdict msnp_soap_decide(const MsnpSoapOp *op, guint status, MsnpSoapAnswer *answer,
				 GError **error);
