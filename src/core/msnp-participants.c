/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The roster of a room. See msnp-participants.h.
 */
#include "core/msnp-participants.h"

#include <string.h>

#include "core/msnp-switchboard.h"
#include "util/msnp-log.h"
#include "wire/msnp-address.h"
#include "wire/msnp-percent.h"

/* Places of sign-on of one person that are counted. */
#define PLACES_MAX 8

typedef struct {
	char *name;
	guint32 capabilities;
	GPtrArray *places; /* what stands behind the ";" */
} Participant;

struct _MsnpParticipants {
	char *own_handle;
	GPtrArray *handles; /* the keys of people, and NULL at the end */
	GHashTable *people; /* handle -> Participant */
};

static void
participant_free(gpointer data)
{
	Participant *person = data;

	g_free(person->name);
	g_ptr_array_unref(person->places);
	g_free(person);
}

MsnpParticipants *
msnp_participants_new(const char *own_handle)
{
	MsnpParticipants *participants = g_new0(MsnpParticipants, 1);

	participants->own_handle = g_strdup(own_handle);
	participants->handles = g_ptr_array_new();
	g_ptr_array_add(participants->handles, NULL);
	participants->people =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, participant_free);
	return participants;
}

void
msnp_participants_free(MsnpParticipants *participants)
{
	g_free(participants->own_handle);
	g_ptr_array_unref(participants->handles);
	g_hash_table_unref(participants->people);
	g_free(participants);
}

/* The place in a handle as it came; "" if none is named. */
static const char *
place_of(const char *handle)
{
	const char *place = strstr(handle, ";{");

	return place ? place + 1 : "";
}

static gboolean
find_place(const Participant *person, const char *place, guint *index)
{
	return g_ptr_array_find_with_equal_func(person->places, place, g_str_equal, index);
}

static void
add_place(Participant *person, const char *place)
{
	if (*place && person->places->len < PLACES_MAX && !find_place(person, place, NULL))
		g_ptr_array_add(person->places, g_strdup(place));
}

const char *
msnp_participants_add(MsnpParticipants *participants, const char *handle, const char *encoded_name,
		      guint32 capabilities)
{
	g_autofree char *normal = msnp_handle_normalize(handle);
	Participant *person = g_hash_table_lookup(participants->people, normal);
	char *key = normal;

	/* Doubled IRO and JOI lines are normal; people have addresses. */
	if (person) {
		person->capabilities &= capabilities;
		add_place(person, place_of(handle));
		return NULL;
	}
	if (!msnp_handle_is_valid(normal) || msnp_handle_equal(normal, participants->own_handle))
		return NULL;
	if (msnp_participants_count(participants) >= MSNP_SB_ROSTER_MAX) {
		msnp_info("switchboard", "a room has more people than we count");
		return NULL;
	}
	person = g_new(Participant, 1);
	*person = (Participant){ msnp_name_decode(encoded_name), capabilities,
				 g_ptr_array_new_with_free_func(g_free) };
	add_place(person, place_of(handle));
	g_ptr_array_insert(participants->handles, (int)participants->handles->len - 1, key);
	g_hash_table_insert(participants->people, g_steal_pointer(&normal), person);
	return key;
}

char *
msnp_participants_remove(MsnpParticipants *participants, const char *handle)
{
	g_autofree char *normal = msnp_handle_normalize(handle);
	Participant *person = g_hash_table_lookup(participants->people, normal);
	gpointer key, value;
	guint index;

	if (!person)
		return NULL;
	if (find_place(person, place_of(handle), &index)) {
		g_ptr_array_remove_index(person->places, index);
		if (person->places->len)
			return NULL;
	}
	g_hash_table_steal_extended(participants->people, normal, &key, &value);
	g_ptr_array_remove(participants->handles, key);
	participant_free(value);
	return key;
}

guint
msnp_participants_count(const MsnpParticipants *participants)
{
	return g_hash_table_size(participants->people);
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
	const Participant *person = g_hash_table_lookup(participants->people, normal);

	return person ? person->name : NULL;
}

guint32
msnp_participants_common_caps(const MsnpParticipants *participants)
{
	GHashTableIter iter;
	gpointer person;
	guint32 common = msnp_participants_count(participants) ? G_MAXUINT32 : 0;

	g_hash_table_iter_init(&iter, participants->people);
	while (g_hash_table_iter_next(&iter, NULL, &person))
		common &= ((const Participant *)person)->capabilities;
	return common;
}
