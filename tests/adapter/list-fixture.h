/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What most tests begin and end with: one account of Alice's, signed on once its contacts have been
 * made, or without any.
 */
#pragma once

#include "adapter-test.h"

#define FL MSNP_LIST_FORWARD
#define AL MSNP_LIST_ALLOW
#define BL MSNP_LIST_BLOCK
#define RL MSNP_LIST_REVERSE
#define PL MSNP_LIST_PENDING

extern PurpleAccount *account;

/* Signs on; what the server has is said by fake_group() and fake_contact() behind it. */
void begin(void);
/* The same without a list: for what is between people. */
void begin_signed_on(void);
/* The list is there, and the account signed on. */
void load(void);
void end(void);
