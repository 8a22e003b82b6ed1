/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers of the web services: the first byte chooses the operation, the second the size of the
 * pieces, the rest is the answer.
 */
#include <stddef.h>
#include <stdint.h>

#include "soap/msnp-addressbook.h"
#include "soap/msnp-list-write.h"
#include "soap/msnp-oim-service.h"
#include "soap/msnp-passport.h"
#include "soap/msnp-sharing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The seed names the third. */
	static const MsnpSoapOp *const ops[] = {
		&msnp_op_rst,
		&msnp_op_find_membership,
		&msnp_op_ab_find_all,
		&msnp_op_ab_add,
		&msnp_op_ab_contact_add,
		&msnp_op_ab_contact_delete,
		&msnp_op_ab_contact_alias,
		&msnp_op_ab_privacy,
		&msnp_op_ab_own_name,
		&msnp_op_ab_group_add,
		&msnp_op_ab_group_rename,
		&msnp_op_ab_group_delete,
		&msnp_op_ab_group_contact_add,
		&msnp_op_ab_group_contact_delete,
		&msnp_op_add_member,
		&msnp_op_delete_member,
		&msnp_op_oim_list,
		&msnp_op_oim_get,
		&msnp_op_oim_delete,
		&msnp_op_oim_store,
	};
	const MsnpSoapOp *op;
	MsnpSoapReader *reader;
	size_t step;

	if (size < 2)
		return 0;
	op = ops[data[0] % G_N_ELEMENTS(ops)];
	step = data[1] == 0 ? size : data[1];
	reader = msnp_soap_reader_new(
	    &(MsnpSoapReading){ op->response, op->parse, op->stream, op->free_result });
	for (size_t at = 2; at < size; at += step) {
		if (!msnp_soap_reader_push(reader, (const char *)data + at, MIN(step, size - at)))
			break;
	}
	msnp_soap_reader_end(reader);
	msnp_soap_reader_unref(reader);
	return 0;
}
