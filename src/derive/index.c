// SPDX-License-Identifier: MIT
#include "derive/index.h"

#include <stdlib.h>

#include "base/error.h"
#include "derive/parts.h"

/* ---- lists ---- */

// Room for one more in a list whose capacity is the next power of two. false: no memory.
static bool grow(void *items, size_t len, size_t size)
{
	void *list, *grown;

	memcpy(&list, items, sizeof(list));
	if (len & (len - 1))
		return true;
	grown = realloc(list, (len ? len * 2 : 1) * size);
	if (!grown) {
		mdt_nomem_note();
		return false;
	}
	memcpy(items, &grown, sizeof(grown));
	return true;
}

static void push(struct drv_planner *p, struct drv_places *places, size_t at)
{
	if (!grow(&places->at, places->len, sizeof(*places->at)))
		p->failed_memory = true;
	else
		places->at[places->len++] = (uint32_t)at;
}

size_t drv_places_below(const struct drv_places *places, size_t index)
{
	size_t low = 0, high = places->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (places->at[middle] < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t drv_place_from(const struct drv_places *places, size_t from)
{
	size_t i = drv_places_below(places, from);

	return i < places->len ? places->at[i] : DRV_NOWHERE;
}

size_t drv_place_before(const struct drv_places *places, size_t index)
{
	size_t i = drv_places_below(places, index);

	return i ? places->at[i - 1] : DRV_NOWHERE;
}

/* ---- whose calls ---- */

static const struct drv_array_calls no_array_calls = {
	.first_super_write = DRV_NOWHERE,
	.first_bitmap = DRV_NOWHERE,
};
static const struct drv_disk_calls no_disk_calls = {
	.first_super_write = DRV_NOWHERE,
	.first_bitmap = DRV_NOWHERE,
};

const struct drv_array_calls *drv_calls_of(const struct drv_array *array)
{
	return array && array->calls ? array->calls : &no_array_calls;
}

const struct drv_disk_calls *drv_calls_of_disk(const struct drv_disk *disk)
{
	return disk && disk->calls ? disk->calls : &no_disk_calls;
}

static struct drv_array_calls *array_calls(struct drv_planner *p, struct drv_array *array)
{
	struct drv_index *it = &p->log->index;

	if (array->calls)
		return array->calls;
	if (grow(&it->arrays, it->array_count, sizeof(struct drv_array_calls *)))
		array->calls = malloc(sizeof(*array->calls));
	if (!array->calls) {
		mdt_nomem_note();
		p->failed_memory = true;
		return NULL;
	}
	*array->calls = no_array_calls;
	it->arrays[it->array_count++] = array->calls;
	return array->calls;
}

static struct drv_disk_calls *disk_calls(struct drv_planner *p, struct drv_disk *disk)
{
	struct drv_index *it = &p->log->index;

	if (disk->calls)
		return disk->calls;
	if (grow(&it->disks, it->disk_count, sizeof(struct drv_disk_calls *)))
		disk->calls = malloc(sizeof(*disk->calls));
	if (!disk->calls) {
		mdt_nomem_note();
		p->failed_memory = true;
		return NULL;
	}
	*disk->calls = no_disk_calls;
	it->disks[it->disk_count++] = disk->calls;
	return disk->calls;
}

/* ---- a log's calls ---- */

static bool is_transfer(const struct drv_call *call)
{
	return call->what == DRV_READ || call->what == DRV_WRITE;
}

static bool is_super(const struct drv_call *call)
{
	return is_transfer(call) && call->ok && drv_is_super(call->data);
}

static bool has_bitmap(const struct drv_call *call)
{
	return is_transfer(call) && call->has_offset && drv_is_bitmap(call->data);
}

static void note_first(size_t *first, size_t at)
{
	if (*first == DRV_NOWHERE)
		*first = at;
}

static void note_ioctl(struct drv_planner *p, struct drv_array_calls *of, size_t at)
{
	const struct drv_call *call = &p->log->calls[at];
	uint32_t raid_disks;

	push(p, &of->all[call->op], at);
	if (call->ok && call->op != DRV_GET_DISK_INFO)
		push(p, &of->ok[call->op], at);
	if (call->op == DRV_SET_ARRAY_INFO && drv_get32(call->payload, 28, &raid_disks))
		of->is_built |= raid_disks != 0;
}

static void note_turn(struct drv_planner *p, struct drv_array_calls *of, size_t at)
{
	const struct drv_call *call = &p->log->calls[at];

	if (!call->ok)
		return;
	if (drv_is_ioctl(call, DRV_RUN_ARRAY) || drv_state_written(call) == DRV_RUNNING)
		push(p, &of->starts, at);
	else if (drv_is_ioctl(call, DRV_STOP_ARRAY) ||
		 drv_state_written(call) == DRV_CLEAR)
		push(p, &of->stops, at);
}

// What an array has as a disk, which it may turn out to be.
static void note_array_bytes(struct drv_planner *p, struct drv_array_calls *of, size_t at)
{
	const struct drv_call *call = &p->log->calls[at];

	if (is_super(call)) {
		push(p, &of->supers, at);
		if (call->what == DRV_WRITE)
			note_first(&of->first_super_write, at);
	}
	if (has_bitmap(call))
		note_first(&of->first_bitmap, at);
	of->is_written |= call->what == DRV_WRITE;
	of->is_excl |= call->what == DRV_OPEN && call->ok && call->on->is_excl;
}

static void note_array(struct drv_planner *p, size_t at)
{
	const struct drv_call *call = &p->log->calls[at];
	struct drv_array_calls *of = array_calls(p, call->on->array);

	if (!of)
		return;
	if (call->op)
		note_ioctl(p, of, at);
	note_turn(p, of, at);
	if (call->on->kind == DRV_ARRAY)
		note_array_bytes(p, of, at);
}

static void note_disk(struct drv_planner *p, size_t at)
{
	const struct drv_call *call = &p->log->calls[at];
	struct drv_disk_calls *of = disk_calls(p, call->on->disk);
	bool is_disk = call->on->kind == DRV_DISK;

	if (!of)
		return;
	if (call->what == DRV_OPEN && call->on->is_excl) {
		of->is_excl |= is_disk && call->ok;
		if (!call->made && mdt_slice_eq(call->error, SLICE("EBUSY")))
			of->is_refused = true;
		else if (!call->made)
			of->is_granted = true;
	}
	if (!is_disk)
		return;
	p->log->index.has_disk_write |= call->what == DRV_WRITE;
	if (is_super(call)) {
		push(p, &of->supers, at);
		if (call->what == DRV_WRITE)
			note_first(&of->first_super_write, at);
	}
	if (has_bitmap(call))
		note_first(&of->first_bitmap, at);
}

static void note_look(struct drv_planner *p, size_t at)
{
	const struct drv_call *call = &p->log->calls[at];
	bool is_open = call->what == DRV_OPEN && call->ok;

	if ((call->on->kind == DRV_DISK || call->on->kind == DRV_ARRAY) &&
	    (is_open || is_super(call)))
		push(p, &p->log->index.looks, at);
}

static bool goes_on(const struct drv_call *call, const struct drv_call *before)
{
	return drv_is_ioctl(call, DRV_GET_DISK_INFO) &&
	       drv_is_ioctl(before, DRV_GET_DISK_INFO) &&
	       call->on->array == before->on->array;
}

// Grow_addbitmap() in Grow.c of mdadm looks at disks while it goes through their numbers;
// in all else a look ends the loop.
static bool is_within_loop(const struct drv_planner *p, const struct drv_call *call)
{
	const struct mdt_cmdline *line = drv_command_of(p, call);

	return line && line->mode == MDT_MDADM_GROW &&
	       (!call->on || !call->on->array || call->what == DRV_CLOSE);
}

static void note_asked(struct drv_planner *p)
{
	const struct drv_array *array = NULL; // of the loop that goes on
	uint32_t count = 0;

	for (size_t i = 0; i < p->log->count; i++) {
		const struct drv_call *call = &p->log->calls[i];

		if (drv_is_ioctl(call, DRV_GET_DISK_INFO)) {
			count = call->on->array == array ? count + 1 : 0;
			array = call->on->array;
			p->log->index.asked[i] = count;
		} else if (!is_within_loop(p, call)) {
			array = NULL;
		}
	}
}

// Calls of GET_DISK_INFO that follow each other on one array.
static bool note_runs(struct drv_planner *p)
{
	struct drv_index *it = &p->log->index;
	const struct drv_log *log = p->log;

	it->runs = calloc(log->count + 1, sizeof(*it->runs));
	it->run_ends = calloc(log->count + 1, sizeof(*it->run_ends));
	it->asked = calloc(log->count + 1, sizeof(*it->asked));
	if (!it->runs || !it->run_ends || !it->asked) {
		mdt_nomem_note();
		return false;
	}
	note_asked(p);
	for (size_t i = 0; i < log->count; i++)
		it->runs[i] = i && goes_on(&log->calls[i], &log->calls[i - 1])
				      ? it->runs[i - 1]
				      : (uint32_t)i;
	for (size_t i = log->count; i-- > 0;)
		it->run_ends[i] =
			i + 1 < log->count && goes_on(&log->calls[i + 1], &log->calls[i])
				? it->run_ends[i + 1]
				: (uint32_t)(i + 1);
	return true;
}

// @param orders A command and an array to how many disks it has added to it.
static void note_add(struct drv_planner *p, struct mdt_map *orders, size_t at)
{
	struct drv_call *call = &p->log->calls[at];
	const struct drv_array *array = call->on->array;
	uint64_t key = (uint64_t)call->command << 32 | (array ? array->id + 1 : 0);

	push(p, &p->log->index.adds, at);
	call->order = (uint32_t)(uintptr_t)mdt_map_find(orders, key);
	// NOLINTNEXTLINE(performance-no-int-to-ptr)
	if (!mdt_map_set(orders, key, (void *)(uintptr_t)(call->order + 1)))
		p->failed_memory = true;
}

void drv_index_make(struct drv_planner *p)
{
	struct drv_log *log = p->log;
	struct mdt_map orders = { 0 };

	if (log->count > UINT32_MAX || !note_runs(p)) {
		p->failed_memory = true;
		return;
	}
	for (size_t i = 0; i < log->count; i++) {
		const struct drv_call *call = &log->calls[i];

		log->index.has_write |= call->what == DRV_WRITE;
		if (!call->on)
			continue;
		if (drv_is_ioctl(call, DRV_ADD_NEW_DISK))
			note_add(p, &orders, i);
		if (call->on->array)
			note_array(p, i);
		if (call->on->disk)
			note_disk(p, i);
		note_look(p, i);
	}
	mdt_map_deinit(&orders);
}

void drv_index_added(struct drv_planner *p)
{
	const struct drv_places *adds = &p->log->index.adds;

	for (size_t i = 0; i < adds->len; i++) {
		struct drv_disk *disk = p->log->calls[adds->at[i]].added;
		struct drv_disk_calls *of = disk ? disk_calls(p, disk) : NULL;

		if (of)
			push(p, &of->adds, adds->at[i]);
	}
}

void drv_index_deinit(struct drv_planner *p)
{
	struct drv_index *it = &p->log->index;

	for (size_t i = 0; i < p->array_count; i++)
		p->arrays[i]->calls = NULL;
	for (size_t i = 0; i < p->disk_count; i++)
		p->disks[i]->calls = NULL;
	for (size_t i = 0; i < it->array_count; i++) {
		struct drv_array_calls *of = it->arrays[i];

		for (size_t op = 0; op < DRV_OPS; op++) {
			free(of->all[op].at);
			free(of->ok[op].at);
		}
		free(of->starts.at);
		free(of->stops.at);
		free(of->supers.at);
		free(of);
	}
	for (size_t i = 0; i < it->disk_count; i++) {
		free(it->disks[i]->supers.at);
		free(it->disks[i]->adds.at);
		free(it->disks[i]);
	}
	free(it->arrays);
	free(it->disks);
	free(it->adds.at);
	free(it->looks.at);
	free(it->runs);
	free(it->run_ends);
	free(it->asked);
	*it = (struct drv_index){ 0 };
}

/* ---- of a disk, which may be an array ---- */

static size_t later(size_t a, size_t b)
{
	return a == DRV_NOWHERE || (b != DRV_NOWHERE && b > a) ? b : a;
}

size_t drv_super_call_before(const struct drv_disk *disk, size_t index)
{
	return later(drv_place_before(&drv_calls_of_disk(disk)->supers, index),
		     drv_place_before(&drv_calls_of(disk->array)->supers, index));
}

static size_t earlier(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t drv_first_super_write(const struct drv_disk *disk)
{
	return earlier(drv_calls_of_disk(disk)->first_super_write,
		       drv_calls_of(disk->array)->first_super_write);
}

size_t drv_first_bitmap(const struct drv_disk *disk)
{
	return earlier(drv_calls_of_disk(disk)->first_bitmap,
		       drv_calls_of(disk->array)->first_bitmap);
}

bool drv_is_excl(const struct drv_disk *disk)
{
	return drv_calls_of_disk(disk)->is_excl || drv_calls_of(disk->array)->is_excl;
}

bool drv_writes_disks(const struct drv_planner *p)
{
	if (p->log->index.has_disk_write)
		return true;
	for (size_t i = 0; i < p->array_count; i++)
		if (p->arrays[i]->disk && drv_calls_of(p->arrays[i])->is_written)
			return true;
	return false;
}
