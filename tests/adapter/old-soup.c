/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for libsoup 2: only its name counts. */
int old_soup(void);

int
old_soup(void)
{
	return 2;
}
