/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one translation of errors: what each means for the account or the message. Numbers: the
 * tables of notification.md 15 and switchboard.md 14.
 */
#include <gio/gio.h>

#include "core/msnp-error.h"
#include "net/msnp-link.h"
#include "soap/msnp-soap-client.h"
#include "wire/msnp-errcode.h"

static void
check(GQuark domain, int code, MsnpErrorCode expected)
{
	g_autoptr(GError) cause = g_error_new_literal(domain, code, "the cause");
	g_autoptr(GError) error = msnp_error_from(cause);

	if (error->code != (int)expected)
		g_test_message("%s %d", g_quark_to_string(domain), code);
	g_assert_error(error, MSNP_ERROR, (int)expected);
	g_assert_cmpstr(error->message, ==, "the cause");
	g_assert_cmpuint(msnp_error_number(error), ==,
			 domain == MSNP_SERVER_ERROR ? (guint)code : 0);
}

static void
test_numbers(void)
{
	static const struct {
		int number;
		MsnpErrorCode expected;
	} numbers[] = {
		{ 201, MSNP_ERROR_ADDRESS },      { 208, MSNP_ERROR_ADDRESS },
		{ 210, MSNP_ERROR_LISTS },        { 216, MSNP_ERROR_OFFLINE },
		{ 217, MSNP_ERROR_OFFLINE },      { 280, MSNP_ERROR_BUSY },
		{ 281, MSNP_ERROR_BUSY },         { 500, MSNP_ERROR_MAINTENANCE },
		{ 540, MSNP_ERROR_INCOMPATIBLE }, { 600, MSNP_ERROR_BUSY },
		{ 601, MSNP_ERROR_BUSY },         { 604, MSNP_ERROR_MAINTENANCE },
		{ 713, MSNP_ERROR_TOO_FAST },     { 718, MSNP_ERROR_ACCOUNT },
		{ 731, MSNP_ERROR_INCOMPATIBLE }, { 800, MSNP_ERROR_TOO_FAST },
		{ 911, MSNP_ERROR_PASSWORD },     { 913, MSNP_ERROR_HIDDEN },
		{ 917, MSNP_ERROR_ACCOUNT },      { 923, MSNP_ERROR_ACCOUNT },
		{ 928, MSNP_ERROR_PASSWORD },     { 999, MSNP_ERROR_SERVER },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
		check(MSNP_SERVER_ERROR, numbers[i].number, numbers[i].expected);
}

static void
test_layers(void)
{
	check(MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED, MSNP_ERROR_NETWORK);
	check(MSNP_LINK_ERROR, MSNP_LINK_ERROR_PROTOCOL, MSNP_ERROR_SERVER);
	check(MSNP_LINK_ERROR, MSNP_LINK_ERROR_TIMEOUT, MSNP_ERROR_NETWORK);
	check(MSNP_LINK_ERROR, 77, MSNP_ERROR_SERVER);
	check(MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_PASSWORD, MSNP_ERROR_PASSWORD);
	check(MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TLS, MSNP_ERROR_TLS);
	check(MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_INSECURE, MSNP_ERROR_INSECURE);
	check(MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_WRONG_URL, MSNP_ERROR_CONFIG);
	check(MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK, MSNP_ERROR_NETWORK);
	check(MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_UNAVAILABLE, MSNP_ERROR_BUSY);
	check(MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TICKET, MSNP_ERROR_EXPIRED);
	check(MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_FULL, MSNP_ERROR_LIST_FULL);
	check(MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NOT_OFFERED, MSNP_ERROR_NOT_OFFERED);
	check(MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NOT_DELIVERED, MSNP_ERROR_NOT_ACCEPTED);
	check(MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_THROTTLED, MSNP_ERROR_THROTTLED);
	check(MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_INVALID_CONTENT, MSNP_ERROR_INVALID_TEXT);
	check(MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_VALUE, MSNP_ERROR_CONFIG);
	check(MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_LIMIT, MSNP_ERROR_SERVER);
	check(G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, MSNP_ERROR_NETWORK);
	check(G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, MSNP_ERROR_NETWORK);
	check(G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, MSNP_ERROR_TLS);
}

static void
test_copies(void)
{
	g_autoptr(GError) own = msnp_error_new(MSNP_ERROR_OFFLINE, 217, "%s is away", "bob");
	g_autoptr(GError) cancelled =
	    g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
	g_autoptr(GError) first = msnp_error_from(own), second = msnp_error_from(cancelled);

	g_assert_error(first, MSNP_ERROR, MSNP_ERROR_OFFLINE);
	g_assert_cmpuint(msnp_error_number(first), ==, 217);
	g_assert_cmpstr(first->message, ==, "bob is away");
	g_assert_error(second, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	g_assert_cmpuint(msnp_error_number(second), ==, 0);
	g_assert_cmpuint(msnp_error_number(NULL), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/error/numbers", test_numbers);
	g_test_add_func("/error/layers", test_layers);
	g_test_add_func("/error/copies", test_copies);
	return g_test_run();
}
