// SPDX-License-Identifier: MIT
#include "annotate/flight.h"

#include <stdlib.h>

enum {
	CALL_TEXT_MAX = 80,
	CALL_MAX = 1 << 20, // bytes of a call that are kept
};

struct mdt_flight_slot {
	struct mdt_flight flight;
	size_t at;			    // in the list
	struct mdt_nodes nodes;		    // of the event
	struct mdt_buf text, remark, ended; // what the slices are of
};

static void slot_destroy(struct mdt_flight_slot *slot)
{
	if (!slot)
		return;
	mdt_nodes_deinit(&slot->nodes);
	mdt_buf_deinit(&slot->text);
	mdt_buf_deinit(&slot->remark);
	mdt_buf_deinit(&slot->ended);
	free(slot);
}

void mdt_flights_clear(struct mdt_flights *flights)
{
	for (size_t i = 0; i < flights->count; i++)
		slot_destroy(flights->slots[i]);
	mdt_map_deinit(&flights->by_pid);
	flights->count = flights->live = flights->ended = 0;
}

void mdt_flights_deinit(struct mdt_flights *flights)
{
	mdt_flights_clear(flights);
	free(flights->slots);
	*flights = (struct mdt_flights){ 0 };
}

static struct mdt_flight_slot *find_live(const struct mdt_flights *flights, uint32_t pid)
{
	return flights->live ? mdt_map_find(&flights->by_pid, pid) : NULL;
}

// The list without those that have ended.
static void close_up(struct mdt_flights *flights)
{
	size_t count = 0;

	for (size_t i = 0; flights->ended && i < flights->count; i++) {
		if (!flights->slots[i])
			continue;
		flights->slots[count] = flights->slots[i];
		flights->slots[count]->at = count;
		count++;
	}
	if (flights->ended)
		flights->count = count;
	flights->ended = 0;
}

// Its process is in no call any more; a removal needs no memory.
static void land(struct mdt_flights *flights, const struct mdt_flight_slot *slot)
{
	flights->live -= mdt_map_set(&flights->by_pid, slot->flight.pid, NULL);
}

static void drop(struct mdt_flights *flights, struct mdt_flight_slot *slot)
{
	land(flights, slot);
	flights->slots[slot->at] = NULL;
	slot_destroy(slot);
	if (++flights->ended > flights->count / 2)
		close_up(flights);
}

/* ---- a call begins ---- */

// The call's values, and the text that they are places in.
static struct mdt_error *copy_call(struct mdt_flight_slot *slot,
				   const struct mdt_event *event)
{
	const struct mdt_node *first = mdt_ref_node(event->call);
	uint32_t count = first->size, end = 0;
	struct mdt_event *copy = &slot->flight.event;

	slot->nodes.items = malloc(count * sizeof(*first));
	if (!slot->nodes.items)
		return &mdt_enomem;
	memcpy(slot->nodes.items, first, count * sizeof(*first));
	slot->nodes.len = slot->nodes.cap = count;
	for (uint32_t i = 0; i < count; i++)
		end = first[i].off + first[i].len > end ? first[i].off + first[i].len
							: end;
	mdt_buf_add(&slot->text, mdt_slice_from(event->call.text, end));
	if (slot->text.failed)
		return &mdt_enomem;
	copy->kind = MDT_EVENT_CALL;
	copy->line = event->line;
	copy->prefix.pid = event->prefix.pid;
	copy->call = (struct mdt_ref){ slot->nodes.items, slot->text.str, 0 };
	copy->result.value = copy->result.aux = copy->subject = mdt_ref_none();
	copy->name = mdt_ref_head(copy->call);
	slot->flight.text = mdt_slice_trim(mdt_ref_text(copy->call));
	return NULL;
}

static void set_slices(struct mdt_flight_slot *slot)
{
	slot->flight.remark = mdt_buf_slice(&slot->remark);
	slot->flight.ended = mdt_buf_slice(&slot->ended);
}

// Without what it means: that is said of all of them at once.
static void add_remark(struct mdt_flight_slot *slot,
		       const struct mdt_annotation *annotation)
{
	struct mdt_slice text = annotation->text;

	if (annotation->means.len && mdt_slice_ends(text, annotation->means))
		text.len -= annotation->means.len + strlen(": ");
	mdt_buf_add(&slot->remark, text);
}

static struct mdt_error *begin(struct mdt_flights *flights, const char *file,
			       const struct mdt_event *event,
			       const struct mdt_annotation *annotation)
{
	struct mdt_flight_slot *slot;

	if (!mdt_grow((void **)&flights->slots, &flights->cap, flights->count,
		      sizeof(struct mdt_flight_slot *)))
		return &mdt_enomem;
	slot = malloc(sizeof(*slot));
	if (!slot) {
		mdt_nomem_note();
		return &mdt_enomem;
	}
	*slot = (struct mdt_flight_slot){
		.flight = { .file = file,
			    .line = event->line,
			    .pid = event->prefix.pid,
			    .was_said = event->result.present,
			    .is_md = annotation && annotation->topics & MDT_TOPIC_MD },
		.at = flights->count,
	};
	if (copy_call(slot, event) ||
	    !mdt_map_set(&flights->by_pid, slot->flight.pid, slot)) {
		slot_destroy(slot);
		return &mdt_enomem;
	}
	if (annotation)
		add_remark(slot, annotation);
	set_slices(slot);
	flights->slots[flights->count++] = slot;
	flights->live++;
	return NULL;
}

/* ---- it ends, or its process ---- */

// `killed by SIGSEGV`, `exited with 1`: what is between the pluses.
static void note_end(struct mdt_flights *flights, struct mdt_flight_slot *slot,
		     const struct mdt_event *event)
{
	struct mdt_slice text = mdt_slice_skip(event->raw, event->prefix.text.len);
	const char *plus = mdt_slice_find(text, SLICE("+++"));

	if (plus)
		text = mdt_slice_skip(text, (size_t)(plus - text.str) + 3);
	plus = mdt_slice_find(text, SLICE("+++"));
	if (plus)
		text = mdt_slice_head(text, (size_t)(plus - text.str));
	mdt_buf_add(&slot->ended, mdt_slice_trim(text));
	set_slices(slot);
	slot->flight.is_over = true;
	land(flights, slot);
}

// These have no result, and that is all there is to it.
static bool never_returns(struct mdt_slice name)
{
	return mdt_slice_eq(name, SLICE("exit_group")) ||
	       mdt_slice_eq(name, SLICE("exit")) || mdt_slice_eq(name, SLICE("_exit"));
}

// `= ?`, and no errno of a restart.
static bool has_no_result(const struct mdt_event *event)
{
	return !event->result.error.len && mdt_ref_ok(event->call) &&
	       (!event->result.present || !mdt_ref_ok(event->result.value) ||
		mdt_ref_node(event->result.value)->kind != MDT_NODE_INT);
}

static bool begins(const struct mdt_event *event)
{
	if (mdt_event_is_begun(event))
		return !never_returns(event->name);
	return (event->kind == MDT_EVENT_CALL || event->kind == MDT_EVENT_RESUMED) &&
	       has_no_result(event) && !never_returns(event->name);
}

struct mdt_error *mdt_flights_follow(struct mdt_flights *flights, const char *file,
				     const struct mdt_event *event,
				     const struct mdt_annotation *annotation)
{
	bool is_call = event->kind == MDT_EVENT_CALL || event->kind == MDT_EVENT_RESUMED;
	struct mdt_flight_slot *slot;

	if (likely(event->kind == MDT_EVENT_CALL && !flights->live &&
		   mdt_event_succeeded(event)))
		return NULL;
	slot = find_live(flights, event->prefix.pid);
	if (slot && (event->kind == MDT_EVENT_EXIT))
		note_end(flights, slot, event);
	else if (slot &&
		 (is_call || begins(event) || event->kind == MDT_EVENT_SUPERSEDED))
		drop(flights, slot);
	// What looks like a call that is cut may be anything, unless it is known as one.
	if (!begins(event) || (event->kind == MDT_EVENT_UNKNOWN && !annotation) ||
	    mdt_ref_node(event->call)->len > CALL_MAX)
		return NULL;
	return begin(flights, file, event, annotation);
}

/* ---- what is in flight ---- */

const struct mdt_flight *mdt_flights_at(struct mdt_flights *flights, size_t index)
{
	close_up(flights);
	return index < flights->count ? &flights->slots[index]->flight : NULL;
}

const struct mdt_flight *mdt_flights_of(const struct mdt_flights *flights, uint32_t pid)
{
	struct mdt_flight_slot *slot = find_live(flights, pid);

	return slot ? &slot->flight : NULL;
}

void mdt_flight_text(const struct mdt_flight *flight, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "in flight since line %lu", flight->line);
	if (flight->pid)
		mdt_buf_printf(ret, ", process %u", flight->pid);
	mdt_buf_adds(ret, ": ");
	if (flight->remark.len) {
		mdt_buf_add(ret, flight->remark);
	} else {
		mdt_buf_add(ret, mdt_slice_head(flight->text, CALL_TEXT_MAX));
		if (flight->text.len > CALL_TEXT_MAX)
			mdt_buf_adds(ret, "...");
	}
	if (flight->ended.len) {
		mdt_buf_adds(ret, ": never returned, ");
		mdt_buf_add(ret, flight->ended);
	} else {
		mdt_buf_adds(ret, ": no result when the log ends");
	}
}
