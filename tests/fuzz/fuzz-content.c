/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message is, and the answer to it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/msnp-content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(MsnpMessage) message = msnp_message_parse((const char *)data, size);
	g_autoptr(MsnpContent) content = msnp_content_read(message, "bob@example.com");
	g_autoptr(MsnpInvitation) invitation = msnp_invitation_read(message);
	g_autoptr(MsnpMessage) answer =
	    msnp_invitation_decline(invitation, MSNP_DECLINE_NOT_INSTALLED);

	if ((content->action && !g_utf8_validate(content->action, -1, NULL)) ||
	    (content->speaker && !g_utf8_validate(content->speaker, -1, NULL)) ||
	    !g_utf8_validate(invitation->name, -1, NULL) || !msnp_content_name(content->kind) ||
	    (answer && strspn(invitation->cookie, "0123456789") != strlen(invitation->cookie)))
		abort();
	return 0;
}
