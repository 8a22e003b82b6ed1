/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See list-fixture.h.
 */
#include "list-fixture.h"

PurpleAccount *account;

void
begin(void)
{
	fake_purple_start();
	account = fake_account_new("alice@example.com");
	fake_account_set(account, "service", "escargot");
	prpl->login(account);
}

void
begin_signed_on(void)
{
	begin();
	fake_progress(MSNP_STEP_SIGNED_ON);
	fake_sign_on_done(NULL);
	forget_events();
}

void
load(void)
{
	fake_roster_fetched();
	run_main_loop();
	fake_progress(MSNP_STEP_SIGNED_ON);
	fake_sign_on_done(NULL);
	forget_events();
}

void
end(void)
{
	if (account)
		fake_account_free(account);
	account = NULL;
	fake_core_stop();
	fake_purple_stop();
	forget_events();
}
