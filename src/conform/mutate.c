// SPDX-License-Identifier: MIT
#include "conform/mutate.h"

#include <stdlib.h>

#include "conform/make_parts.h"

// A place in a sequence that is to be made.
struct place {
	const struct mdt_conform_template *from; // NULL: a call of any kind
	bool is_tweaked;
};

struct places {
	struct place *items; // owned
	size_t count, cap;
};

enum edit {
	LEAVE_OUT,
	DOUBLE,
	MOVE,
	TWEAK,
	INSERT,
	EDITS,
};

static bool insert(struct places *places, size_t at, struct place place)
{
	if (!mdt_grow((void **)&places->items, &places->cap, places->count,
		      sizeof(*places->items)))
		return false;
	memmove(&places->items[at + 1], &places->items[at],
		(places->count++ - at) * sizeof(*places->items));
	places->items[at] = place;
	return true;
}

static struct place take_out(struct places *places, size_t at)
{
	struct place ret = places->items[at];

	memmove(&places->items[at], &places->items[at + 1],
		(--places->count - at) * sizeof(*places->items));
	return ret;
}

static size_t any_of(struct conform_maker *maker, size_t count)
{
	return conform_below(maker, (uint32_t)count);
}

static bool edit(struct conform_maker *maker, struct places *places)
{
	size_t at = any_of(maker, places->count);
	struct place place;

	switch ((enum edit)conform_below(maker, EDITS)) {
	case LEAVE_OUT:
		if (places->count > 1)
			take_out(places, at);
		return true;
	case DOUBLE:
		return insert(places, at, places->items[at]);
	case MOVE:
		place = take_out(places, at);
		return insert(places, any_of(maker, places->count + 1), place);
	case TWEAK:
		places->items[at].is_tweaked = true;
		return true;
	case INSERT:
	case EDITS:
		break;
	}
	return insert(places, at, (struct place){ 0 });
}

static struct mdt_error *lay_out(struct conform_maker *maker,
				 const struct mdt_conform_source *source,
				 struct places *ret)
{
	enum { MOST = 4 };
	uint32_t edits =
		maker->sequence->number == 1 ? 0 : 1 + conform_below(maker, MOST);

	for (size_t i = 0; i < source->count; i++)
		if (!insert(ret, i, (struct place){ .from = &source->items[i] }))
			return &mdt_enomem;
	while (edits--)
		if (!edit(maker, ret))
			return &mdt_enomem;
	return NULL;
}

// A call that cannot follow on those before it is left out.
static struct mdt_error *add_place(struct conform_maker *maker, const struct place *place)
{
	struct mdt_conform_call *call = mdt_conform_add(maker->sequence);
	struct mdt_conform_prediction prediction;

	if (!call)
		return &mdt_enomem;
	*call = place->from->call;
	if (place->from->updates && maker->fold->states[0].running == MDT_YES)
		conform_make_update(maker, place->from->changes, call);
	if (place->is_tweaked)
		conform_tweak(maker, call);
	if (conform_can_follow(maker, &prediction))
		conform_follow(maker, &prediction);
	else
		maker->sequence->count--;
	return NULL;
}

static void take_profile(const struct mdt_conform_source *source,
			 struct conform_profile *ret)
{
	uint32_t disks = source->raid_disks;

	disks = disks < 1 ? 1 : disks > MDT_CONFORM_MEMBERS ? MDT_CONFORM_MEMBERS : disks;
	*ret = (struct conform_profile){
		.full = source->full,
		.persistent = source->persistent,
		.major = source->full ? 0 : source->major,
		.minor = source->full || !source->major ? 90 : source->minor,
		.raid_disks = disks,
		.members = disks,
		.level = 1,
	};
}

struct mdt_error *mdt_conform_mutate(const struct mdt_model_options *options,
				     const struct mdt_conform_source *source,
				     uint64_t seed, unsigned int number,
				     struct mdt_conform_fold *fold,
				     struct mdt_conform_sequence *ret)
{
	struct conform_maker maker = { .random = conform_random(seed, number),
				       .fold = fold,
				       .sequence = ret };
	struct places places = { 0 };
	struct mdt_error *err;

	ret->seed = seed;
	ret->number = number;
	take_profile(source, &maker.profile);
	err = number == 1 ? conform_make_plain_disks(&maker) : conform_make_disks(&maker);
	if (!err)
		err = lay_out(&maker, source, &places);
	mdt_conform_fold_begin(fold, options, ret);
	for (size_t i = 0; !err && i < places.count; i++)
		err = places.items[i].from ? add_place(&maker, &places.items[i])
					   : conform_add_any(&maker);
	free(places.items);
	return err;
}
