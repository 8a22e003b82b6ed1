/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notifications about mail, and the lists of offline messages in them.
 */
#include <stdint.h>
#include <stdlib.h>

#include "wire/msnp-mail.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_data(const MsnpMailData *data)
{
	for (guint i = 0; i < data->entries->len; i++) {
		const MsnpMailEntry *entry = data->entries->pdata[i];

		if (!g_utf8_validate(entry->name, -1, NULL) || entry->received < 0 ||
		    (msnp_mail_entry_use(entry) != MSNP_MAIL_ENTRY_SKIP && !*entry->id))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(MsnpMessage) message = msnp_message_parse((const char *)data, size);
	g_autoptr(MsnpMail) mail = msnp_mail_parse(message);
	g_autoptr(MsnpMailData) list = msnp_mail_data_parse((const char *)data, (gssize)size, NULL);

	if (mail && (!g_utf8_validate(mail->from, -1, NULL) ||
		     !g_utf8_validate(mail->subject, -1, NULL) || mail->inbox_unread < -1))
		abort();
	if (mail && mail->data)
		check_data(mail->data);
	if (list)
		check_data(list);
	return 0;
}
