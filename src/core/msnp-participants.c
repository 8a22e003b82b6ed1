/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The roster of a room. See msnp-participants.h.
 */
#include "core/msnp-participants.h"

#include "core/msnp-switchboard.h"
#include "util/msnp-log.h"
#include "wire/msnp-address.h"
#include "wire/msnp-percent.h"

struct _MsnpParticipants {
	char *own_handle;
	GPtrArray *handles; /* the keys of names, and NULL at the end */
	GHashTable *names;  /* handle -> display name */
};

MsnpParticipants *
msnp_participants_new(const char *own_handle)
{
	MsnpParticipants *participants = g_new0(MsnpParticipants, 1);

	participants->own_handle = g_strdup(own_handle);
	participants->handles = g_ptr_array_new();
	g_ptr_array_add(participants->handles, NULL);
	participants->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return participants;
}

void
msnp_participants_free(MsnpParticipants *participants)
{
	g_free(participants->own_handle);
	g_ptr_array_unref(participants->handles);
	g_hash_table_unref(participants->names);
	g_free(participants);
}

const char *
msnp_participants_add(MsnpParticipants *participants, const char *handle, const char *encoded_name)
{
	char *normal = msnp_handle_normalize(handle);

	/* Doubled IRO and JOI lines are normal; people have addresses. */
	if (!msnp_handle_is_valid(normal) || g_hash_table_contains(participants->names, normal) ||
	    msnp_handle_equal(normal, participants->own_handle)) {
		g_free(normal);
		return NULL;
	}
	if (msnp_participants_count(participants) >= MSNP_SB_ROSTER_MAX) {
		msnp_info("switchboard", "a room has more people than we count");
		g_free(normal);
		return NULL;
	}
	g_hash_table_insert(participants->names, normal, msnp_name_decode(encoded_name));
	g_ptr_array_insert(participants->handles, (int)participants->handles->len - 1, normal);
	return normal;
}

char *
msnp_participants_remove(MsnpParticipants *participants, const char *handle)
{
	g_autofree char *normal = msnp_handle_normalize(handle);
	gpointer key, name;

	if (!g_hash_table_steal_extended(participants->names, normal, &key, &name))
		return NULL;
	g_ptr_array_remove(participants->handles, key);
	g_free(name);
	return key;
}

guint
msnp_participants_count(const MsnpParticipants *participants)
{
	return g_hash_table_size(participants->names);
}

const char *const *
msnp_participants_handles(const MsnpParticipants *participants)
{
	return (const char *const *)participants->handles->pdata;
}

const char *
msnp_participants_name(const MsnpParticipants *participants, const char *handle)
{
	g_autofree char *normal = msnp_handle_normalize(handle);

	return g_hash_table_lookup(participants->names, normal);
}
