// SPDX-License-Identifier: MIT
#include <inttypes.h>

#include "plan/parts.h"

static void begin(struct mdt_buf *ret, const char *word)
{
	mdt_buf_printf(ret, MDT_PLAN_MARK "%s", word);
}

static void add_text(struct mdt_buf *ret, struct mdt_slice text)
{
	mdt_buf_addc(ret, ' ');
	mdt_plan_quote(text, ret);
}

static void write_text(struct mdt_buf *ret, const char *word, struct mdt_slice text)
{
	begin(ret, word);
	add_text(ret, text);
	mdt_buf_addc(ret, '\n');
}

static void write_disk(const struct mdt_plan_disk *disk, struct mdt_buf *ret)
{
	begin(ret, "disk");
	mdt_buf_printf(ret, " %" PRIu32 ":%" PRIu32, disk->major, disk->minor);
	add_text(ret, disk->path);
	mdt_buf_printf(ret, " %" PRIu64, disk->size);
	if (disk->why.len) {
		mdt_buf_adds(ret, " derived");
		add_text(ret, disk->why);
	}
	if (disk->sector)
		mdt_buf_printf(ret, " sector %" PRIu32, disk->sector);
	if (disk->is_partition)
		mdt_buf_printf(ret, " partition-of %" PRIu32 ":%" PRIu32,
			       disk->parent_major, disk->parent_minor);
	mdt_buf_addc(ret, '\n');
}

static void write_seen(const struct mdt_plan_seen *seen, size_t count,
		       struct mdt_buf *ret)
{
	for (size_t i = 0; i < count; i++) {
		mdt_buf_adds(ret, MDT_PLAN_MARK);
		mdt_buf_add(ret, seen[i].word);
		if (seen[i].rest.len)
			mdt_buf_addc(ret, ' ');
		mdt_buf_add(ret, seen[i].rest);
		mdt_buf_addc(ret, '\n');
	}
}

static void write_derived(const struct mdt_plan_derived *derived, struct mdt_buf *ret)
{
	begin(ret, derived->from_array ? "from-array" : "derived");
	add_text(ret, derived->field);
	add_text(ret, derived->reason);
	mdt_buf_addc(ret, '\n');
}

static void write_call(const struct mdt_plan_step *step, struct mdt_buf *ret)
{
	if (step->line)
		mdt_buf_printf(ret, MDT_PLAN_MARK "line %lu\n", step->line);
	if (step->made.len)
		write_text(ret, "made", step->made);
	for (size_t i = 0; i < step->derived_count; i++)
		write_derived(&step->derived[i], ret);
	if (step->await)
		mdt_buf_adds(ret, MDT_PLAN_MARK "await\n");
	mdt_buf_add(ret, step->text);
	mdt_buf_addc(ret, '\n');
}

static void write_step(const struct mdt_plan_step *step, struct mdt_buf *ret)
{
	switch (step->kind) {
	case MDT_STEP_CALL:
		write_call(step, ret);
		break;
	case MDT_STEP_SETTLE:
		mdt_buf_adds(ret, MDT_PLAN_MARK "settle\n");
		break;
	case MDT_STEP_TEARDOWN:
		mdt_buf_adds(ret, MDT_PLAN_MARK "teardown\n");
		break;
	}
	write_seen(step->seen, step->seen_count, ret);
}

static void write_section(const struct mdt_plan_section *section, struct mdt_buf *ret)
{
	mdt_buf_addc(ret, '\n');
	write_text(ret, section->is_prologue ? "prologue" : "log", section->name);
	write_seen(section->seen, section->seen_count, ret);
	for (size_t i = 0; i < section->step_count; i++)
		write_step(&section->steps[i], ret);
	for (size_t i = 0; i < section->skipped_count; i++) {
		begin(ret, "skipped");
		mdt_buf_printf(ret, " %zu", section->skipped[i].count);
		add_text(ret, section->skipped[i].reason);
		mdt_buf_addc(ret, '\n');
	}
}

void mdt_plan_write(const struct mdt_plan *plan, struct mdt_buf *ret)
{
	begin(ret, plan->is_executed ? "executed" : "plan");
	mdt_buf_printf(ret, " %d\n", MDT_PLAN_VERSION);
	write_seen(plan->seen, plan->seen_count, ret);
	if (plan->recorded.len)
		write_text(ret, "recorded", plan->recorded);
	for (size_t i = 0; i < plan->module_count; i++) {
		begin(ret, "module ");
		mdt_buf_add(ret, plan->modules[i]);
		mdt_buf_addc(ret, '\n');
	}
	for (size_t i = 0; i < plan->disk_count; i++)
		write_disk(&plan->disks[i], ret);
	for (size_t i = 0; i < plan->note_count; i++)
		write_text(ret, "note", plan->notes[i]);
	for (size_t i = 0; i < plan->section_count; i++)
		write_section(&plan->sections[i], ret);
}
