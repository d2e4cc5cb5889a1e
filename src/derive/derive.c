// SPDX-License-Identifier: MIT
#include "derive/derive.h"

#include <stdlib.h>

#include "derive/arguments.h"
#include "derive/parts.h"
#include "strace/source.h"

/* ---- a plan that is made already ---- */

static void forget_seen(struct mdt_plan *plan)
{
	plan->seen_count = 0;
	for (size_t i = 0; i < plan->section_count; i++) {
		struct mdt_plan_section *section = &plan->sections[i];

		section->seen_count = 0;
		for (size_t j = 0; j < section->step_count; j++)
			section->steps[j].seen_count = 0;
	}
}

static struct mdt_error *read_plan(const char *path, struct mdt_slice text,
				   struct mdt_plan *ret)
{
	struct mdt_error *err = mdt_plan_read(path, text, ret);

	if (err)
		return err;
	ret->is_executed = false;
	forget_seen(ret);
	return NULL;
}

struct mdt_error *mdt_executed_read(const char *path, struct mdt_plan *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_error *err = mdt_source_read(path, &text);

	if (!err)
		err = mdt_plan_read(path, mdt_buf_slice(&text), ret);
	if (!err && !ret->is_executed)
		err = mdt_error_create(MDT_ERR_INVALID,
				       "%s is a plan, not an executed log", path);
	return err;
}

/* ---- the top ---- */

static const char *module_of(int level)
{
	switch (level) {
	case -1:
		return "linear";
	case 0:
		return "raid0";
	case 1:
		return "raid1";
	case 4:
	case 5:
	case 6:
		return "raid456";
	case 10:
		return "raid10";
	default:
		return NULL;
	}
}

// What the arrays that are seen need, where the log does not say what there was.
static void add_module(struct drv_planner *p, const char *name)
{
	if (name && !p->knows_modules)
		drv_add_module(p, mdt_slice_cstr(name));
}

static void add_note(struct drv_planner *p, struct mdt_slice text)
{
	struct mdt_slice *note = drv_add(p, p->plan->notes, p->plan->note_count);

	if (note)
		*note = text;
}

static void add_arrays(struct drv_planner *p)
{
	for (size_t i = 0; i < p->array_count; i++) {
		const struct drv_array *array = p->arrays[i];

		add_module(p, module_of(drv_level(p, array)));
		for (int level = -1; level <= 10; level++)
			if (array->levels & UINT32_C(1) << (level + 1))
				add_module(p, module_of(level));
		if (array->is_external)
			add_note(p, drv_printf(p,
					       "%.*s has external metadata, which mdadm "
					       "keeps and the kernel does not: it is not "
					       "set up",
					       SLICE_FMT(array->name)));
	}
}

// No two have the same number.
static int by_number(const void *left, const void *right)
{
	const struct drv_disk *a = *(struct drv_disk *const *)left;
	const struct drv_disk *b = *(struct drv_disk *const *)right;

	if (a->major != b->major)
		return a->major < b->major ? -1 : 1;
	return a->minor < b->minor ? -1 : a->minor > b->minor;
}

static void sort_disks(struct drv_planner *p)
{
	if (p->disk_count)
		qsort(p->disks, p->disk_count, sizeof(struct drv_disk *), by_number);
	drv_find_sized(p);
}

// sda1 is 8:1, a partition of 8:0: Documentation/admin-guide/devices.txt of Linux 6.1.
static void find_parent(struct mdt_plan_disk *disk)
{
	enum { SD_MAJOR = 8, SD_MINORS = 16 };

	if (disk->major != SD_MAJOR || disk->minor % SD_MINORS == 0)
		return;
	disk->is_partition = true;
	disk->parent_major = disk->major;
	disk->parent_minor = disk->minor - disk->minor % SD_MINORS;
}

static void add_disks(struct drv_planner *p)
{
	sort_disks(p);
	for (size_t i = 0; i < p->disk_count; i++) {
		struct drv_disk *disk = p->disks[i];
		struct mdt_plan_disk *row;

		if (!disk->is_used || disk->array)
			continue;
		drv_disk_size(p, disk);
		row = drv_add(p, p->plan->disks, p->plan->disk_count);
		if (!row) {
			p->failed_memory = true;
			return;
		}
		row->major = disk->major;
		row->minor = disk->minor;
		row->path = disk->path;
		row->size = disk->size;
		row->why = disk->why;
		if (disk->sector && disk->size % disk->sector == 0)
			row->sector = disk->sector;
		find_parent(row);
	}
}

/* ---- logs ---- */

static void settle_between(struct drv_planner *p)
{
	if (p->plan->section_count)
		drv_step(p, MDT_STEP_SETTLE, (struct mdt_slice){ 0 });
	drv_settle(p);
}

static struct mdt_error *plan_log(struct drv_planner *p, const char *path,
				  struct mdt_slice text)
{
	struct drv_log log = { .path = path };
	struct mdt_error *err;

	p->log = &log;
	err = drv_select(p, text, &log);
	if (!err) {
		drv_learn(p);
		err = p->failed_memory ? &mdt_enomem : drv_prologue(p);
	}
	if (!err)
		err = drv_emit(p);
	drv_index_deinit(p);
	mdt_map_deinit(&log.named);
	return err;
}

static struct mdt_error *finish(struct drv_planner *p)
{
	add_arrays(p);
	add_disks(p);
	return p->failed_memory ? &mdt_enomem : NULL;
}

static struct drv_planner planner_for(const struct mdt_plan_options *options,
				      struct mdt_plan *ret)
{
	struct drv_planner p = { .plan = ret };

	if (options)
		p.options = *options;
	return p;
}

static void planner_deinit(struct drv_planner *p)
{
	struct mdt_map *const maps[] = {
		&p->disk_numbers, &p->disk_names,    &p->array_minors,
		&p->array_names,  &p->member_places, &p->member_numbers,
		&p->folders,	  &p->nodes,	     &p->names,
	};

	array_for_each (it, maps)
		mdt_map_deinit(*it);
}

struct mdt_error *mdt_plan_make_memory(const char *path, struct mdt_slice text,
				       const struct mdt_plan_options *options,
				       struct mdt_plan *ret)
{
	struct drv_planner p = planner_for(options, ret);
	struct mdt_error *err;

	if (mdt_plan_is(text))
		return read_plan(path, text, ret);
	err = plan_log(&p, path, text);
	if (!err)
		err = finish(&p);
	planner_deinit(&p);
	return err;
}

struct mdt_error *mdt_plan_make(const char *const *logs, size_t count,
				const struct mdt_plan_options *options,
				struct mdt_plan *ret)
{
	struct drv_planner p = planner_for(options, ret);
	struct mdt_error *err = NULL;

	for (size_t i = 0; i < count && !err; i++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

		err = mdt_source_read(logs[i], &text);
		if (!err && mdt_plan_is(mdt_buf_slice(&text))) {
			if (count == 1)
				return read_plan(logs[i], mdt_buf_slice(&text), ret);
			err = mdt_error_create(MDT_ERR_INVALID,
					       "%s is a plan: it is planned alone",
					       logs[i]);
		}
		if (i && !err)
			settle_between(&p);
		if (!err)
			err = plan_log(&p, logs[i], mdt_buf_slice(&text));
	}
	if (!err)
		err = finish(&p);
	planner_deinit(&p);
	return err;
}

/* ---- arguments alone ---- */

struct mdt_error *mdt_derive_arguments_memory(const char *path, struct mdt_slice text,
					      struct mdt_derived_log *ret)
{
	struct mdt_plan plan = { 0 };
	struct drv_planner p = planner_for(NULL, &plan);
	struct mdt_error *err;

	if (mdt_plan_is(text))
		return NULL;
	p.derived = ret;
	err = plan_log(&p, path, text);
	// A log that cannot be planned to its end has told what it could.
	if (err && err->kind == MDT_ERR_INVALID) {
		mdt_error_destroy(err);
		err = NULL;
	}
	planner_deinit(&p);
	mdt_plan_deinit(&plan);
	return err;
}

// @param most Bytes; of what is longer, a little more than that is read.
static struct mdt_error *read_some(const char *path, size_t most, struct mdt_buf *ret)
{
	_cleanup_(mdt_source_destroyp) struct mdt_source *source = NULL;
	struct mdt_error *err = mdt_source_create(path, &source);
	struct mdt_line line;
	bool got = true;

	while (!err && got && ret->len <= most) {
		err = mdt_source_next(source, &line, &got);
		if (err || !got)
			break;
		mdt_buf_add(ret, line.text);
		mdt_buf_add(ret, line.eol);
	}
	return err ? err : mdt_buf_error(ret);
}

struct mdt_error *mdt_derive_arguments(const char *path, struct mdt_derived_log *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_error *err = read_some(path, MDT_DERIVE_MAX, &text);

	if (err || text.len > MDT_DERIVE_MAX)
		return err;
	return mdt_derive_arguments_memory(path, mdt_buf_slice(&text), ret);
}
