// SPDX-License-Identifier: MIT
#include "report/states_picture.h"

#include <stdlib.h>

void mdt_picture_deinit(struct mdt_picture *picture)
{
	free(picture->marks);
	free(picture->lanes);
	free(picture->members);
	mdt_arena_deinit(&picture->arena);
	*picture = (struct mdt_picture){ 0 };
}

void mdt_picture_words(unsigned int words, struct mdt_buf *ret)
{
	unsigned int some, count = 0;

	if (words & MDT_PICTURE_PRESUMED)
		mdt_buf_adds(ret, "presumed ");
	words &= ~(unsigned int)MDT_PICTURE_PRESUMED;
	some = words;
	for (; some; some &= some - 1)
		count++;
	if (count > 2) {
		mdt_buf_adds(ret, "not known");
		return;
	}
	some = count;
	for (unsigned int i = 0; i <= MDT_STATES; i++) {
		if (!(words & 1u << i))
			continue;
		mdt_buf_adds(ret, some == count ? "" : " or ");
		mdt_buf_adds(ret, i == MDT_STATES ? "no array"
						  : mdt_array_state_name(
							    (enum mdt_array_state)i));
		some--;
	}
}

static bool keep(struct mdt_picture *picture, struct mdt_slice from,
		 struct mdt_slice *ret)
{
	if (mdt_arena_copy(&picture->arena, from, ret))
		return true;
	picture->failed_memory = true;
	return false;
}

// By its name: of logs that begin anew, an array of another life has the same lane.
static size_t lane_of(struct mdt_picture *picture, const struct mdt_life_array *array)
{
	size_t lane;

	for (lane = 0; lane < picture->lane_count; lane++)
		if (mdt_slice_eq(picture->lanes[lane], array->name))
			return lane;
	if (!mdt_grow((void **)&picture->lanes, &picture->lane_cap, picture->lane_count,
		      sizeof(*picture->lanes)) ||
	    !keep(picture, array->name, &picture->lanes[lane]))
		picture->failed_memory = true;
	else
		picture->lane_count++;
	return lane;
}

static unsigned int words_of(unsigned int words, bool presumed)
{
	return words | (presumed ? (unsigned int)MDT_PICTURE_PRESUMED : 0);
}

/* ---- members ---- */

static struct mdt_slice member_name(struct mdt_picture *picture,
				    const struct mdt_life_member *member,
				    const struct mdt_life *life)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	const struct mdt_device *device =
		mdt_trace_device(&life->annotator.trace, member->major, member->minor);
	struct mdt_slice ret = { 0 };

	if (device)
		mdt_device_name(&text, device);
	else
		mdt_buf_printf(&text, "%u:%u", member->major, member->minor);
	keep(picture, mdt_buf_slice(&text), &ret);
	return ret;
}

static struct mdt_picture_lane *member_lane(struct mdt_picture *picture, size_t array,
					    const struct mdt_life_member *member,
					    const struct mdt_life *life)
{
	struct mdt_picture_lane *lane;

	for (size_t i = 0; i < picture->member_count; i++) {
		lane = &picture->members[i];
		if (lane->array == array && lane->major == member->major &&
		    lane->minor == member->minor)
			return lane;
	}
	if (!mdt_grow((void **)&picture->members, &picture->member_cap,
		      picture->member_count, sizeof(*picture->members))) {
		picture->failed_memory = true;
		return NULL;
	}
	lane = &picture->members[picture->member_count++];
	*lane = (struct mdt_picture_lane){ array, member->major, member->minor,
					   member_name(picture, member, life) };
	return lane;
}

static void add_facts(struct mdt_picture *picture, struct mdt_picture_mark *mark,
		      const struct mdt_life_call *call, const struct mdt_life *life)
{
	struct mdt_life_facts facts;

	mdt_life_facts(call->array, &facts);
	mark->degraded = facts.degraded;
	mark->sync = facts.sync;
	mark->members = mdt_arena_alloc(&picture->arena,
					(facts.member_count + 1) * sizeof(*mark->members),
					_Alignof(struct mdt_picture_member));
	if (!mark->members) {
		picture->failed_memory = true;
		return;
	}
	for (uint32_t i = 0; i < facts.member_count; i++) {
		struct mdt_picture_lane *lane =
			member_lane(picture, mark->lane, &facts.members[i], life);

		if (!lane)
			return;
		mark->members[mark->member_count++] =
			(struct mdt_picture_member){ (uint32_t)(lane - picture->members),
						     facts.members[i].role };
	}
}

/* ---- marks ---- */

static bool comes_again(const struct mdt_picture_mark *mark, size_t lane,
			const struct mdt_life_call *call)
{
	return mark->lane == lane &&
	       mark->to == words_of(call->to, call->after_presumed) &&
	       mark->from == mark->to && mark->failed == call->failed &&
	       !mark->contradicts && call->verdict != MDT_LIFE_CONTRADICTS &&
	       mdt_slice_eq(mark->text, call->text) &&
	       mdt_slice_eq(mark->result, call->result) &&
	       mdt_slice_eq(mark->after, call->after);
}

const struct mdt_picture_mark *mdt_picture_find(const struct mdt_picture *picture,
						struct mdt_slice file, unsigned long line)
{
	for (size_t i = 0; i < picture->count; i++)
		if (picture->marks[i].line == line &&
		    mdt_slice_eq(picture->marks[i].file, file))
			return &picture->marks[i];
	return NULL;
}

void mdt_picture_add(struct mdt_picture *picture, const struct mdt_life_call *call,
		     const struct mdt_life *life)
{
	struct mdt_picture_mark *mark;
	size_t lane = lane_of(picture, call->array);

	if (picture->count && !picture->failed_memory &&
	    comes_again(&picture->marks[picture->count - 1], lane, call)) {
		picture->marks[picture->count - 1].times++;
		return;
	}
	if (!mdt_grow((void **)&picture->marks, &picture->cap, picture->count,
		      sizeof(*picture->marks)))
		picture->failed_memory = true;
	if (picture->failed_memory)
		return;
	mark = &picture->marks[picture->count];
	*mark = (struct mdt_picture_mark){
		.line = call->line,
		.times = 1,
		.lane = lane,
		.from = words_of(call->from, call->before_presumed),
		.to = words_of(call->to, call->after_presumed),
		.failed = call->failed,
		.contradicts = call->verdict == MDT_LIFE_CONTRADICTS,
		.changed = !mdt_slice_eq(call->before, call->after),
		.in_flight = call->verdict == MDT_LIFE_NO_RESULT,
	};
	add_facts(picture, mark, call, life);
	if (keep(picture, mdt_slice_cstr(call->file), &mark->file) &&
	    keep(picture, call->text, &mark->text) &&
	    keep(picture, call->result, &mark->result) &&
	    keep(picture, call->after, &mark->after) && !picture->failed_memory)
		picture->count++;
}
