// SPDX-License-Identifier: MIT
// What the kernel says between the lines of strace: messages with their time, and the
// many lines of an oops, of a hung task's report or of lockdep's.
#include "strace/look.h"
#include "strace/parse.h"
#include "strace/reader_parts.h"

enum kernel_part {
	KERNEL_LINE,   /* a message of one line */
	KERNEL_BEGINS, /* a report of many lines, of which most have no shape of their own
			*/
	KERNEL_ENDS,
};

struct kernel_row {
	struct mdt_slice start;
	enum kernel_part part;
};

/*
 * How lines begin after their time. Reports: kernel/panic.c, lib/bug.c,
 * kernel/hung_task.c, kernel/locking/lockdep.c, kernel/rcu/tree_stall.h,
 * kernel/watchdog.c, arch/x86/mm/fault.c; the rest: arch/x86/kernel/dumpstack.c and
 * process_64.c, drivers/md, block/blk-core.c.
 */
static const struct kernel_row rows[] = {
	{ SLICE_INIT("------------[ cut here ]"), KERNEL_BEGINS },
	{ SLICE_INIT("BUG: "), KERNEL_BEGINS },
	{ SLICE_INIT("kernel BUG at "), KERNEL_BEGINS },
	{ SLICE_INIT("Oops: "), KERNEL_BEGINS },
	{ SLICE_INIT("general protection fault"), KERNEL_BEGINS },
	{ SLICE_INIT("Unable to handle kernel "), KERNEL_BEGINS },
	{ SLICE_INIT("INFO: task "), KERNEL_BEGINS },
	{ SLICE_INIT("INFO: rcu"), KERNEL_BEGINS },
	{ SLICE_INIT("INFO: possible "), KERNEL_BEGINS },
	{ SLICE_INIT("rcu: INFO: "), KERNEL_BEGINS },
	{ SLICE_INIT("WARNING: CPU: "), KERNEL_BEGINS },
	{ SLICE_INIT("WARNING: possible "), KERNEL_BEGINS },
	{ SLICE_INIT("WARNING: suspicious "), KERNEL_BEGINS },
	{ SLICE_INIT("watchdog: BUG: "), KERNEL_BEGINS },
	{ SLICE_INIT("Call Trace:"), KERNEL_BEGINS },
	{ SLICE_INIT("sysrq: "), KERNEL_BEGINS },
	{ SLICE_INIT("Kernel panic - "), KERNEL_BEGINS },
	{ SLICE_INIT("---[ end "), KERNEL_ENDS },
	{ SLICE_INIT("Code: "), KERNEL_ENDS },
	{ SLICE_INIT("RIP: "), KERNEL_LINE },
	{ SLICE_INIT("RSP: "), KERNEL_LINE },
	{ SLICE_INIT("RAX: "), KERNEL_LINE },
	{ SLICE_INIT("EIP: "), KERNEL_LINE },
	{ SLICE_INIT("CR2: "), KERNEL_LINE },
	{ SLICE_INIT("Modules linked in:"), KERNEL_LINE },
	{ SLICE_INIT("Hardware name: "), KERNEL_LINE },
	{ SLICE_INIT("md: "), KERNEL_LINE },
	{ SLICE_INIT("md/raid"), KERNEL_LINE },
	{ SLICE_INIT("md/linear"), KERNEL_LINE },
	{ SLICE_INIT("device-mapper: "), KERNEL_LINE },
	{ SLICE_INIT("Buffer I/O error on dev"), KERNEL_LINE },
	{ SLICE_INIT("blk_update_request: "), KERNEL_LINE },
	{ SLICE_INIT("end_request: "), KERNEL_LINE },
};

// `<6>`, as /dev/kmsg and a console with loglevels have it.
static size_t level_length(struct mdt_slice s)
{
	size_t n = at(s, 0) == '<' ? digits(s, 1) : 0;

	return n && n <= 3 && at(s, n + 1) == '>' ? n + 2 : 0;
}

// `[  142.077921] `, `[  142.077921][ T1234] `: printk's time, and its caller.
static size_t stamp_length(struct mdt_slice s)
{
	size_t n = 1, whole;

	if (at(s, 0) != '[')
		return 0;
	while (at(s, n) == ' ')
		n++;
	whole = digits(s, n);
	n += whole;
	if (!whole || at(s, n) != '.' || digits(s, n + 1) != 6 || at(s, n + 7) != ']')
		return 0;
	n += 8;
	if (at(s, n) == '[') {
		const char *close = memchr(s.str + n, ']', s.len - n);

		n = close ? (size_t)(close - s.str) + 1 : n;
	}
	return n + (at(s, n) == ' ');
}

// ` ? md_ioctl+0x1c2/0x9d0 [md_mod]`, ` [<c02ae556>] md_ioctl+0x3df/0x4f6`
static bool is_frame(struct mdt_slice s)
{
	const char *plus = mdt_slice_find(s, SLICE("+0x"));

	return plus && at(s, 0) == ' ' &&
	       mdt_slice_find(mdt_slice_skip(s, (size_t)(plus - s.str)), SLICE("/0x"));
}

// @return Whether the line alone is known as the kernel's, and in @p part as what.
static bool is_kernels(struct mdt_slice line, enum kernel_part *part)
{
	struct mdt_slice s = mdt_slice_skip(line, level_length(line));
	size_t stamp = stamp_length(s);
	bool known = stamp || s.len != line.len;

	s = mdt_slice_skip(s, stamp);
	*part = KERNEL_LINE;
	array_for_each (row, rows) {
		if (mdt_slice_starts(s, row->start)) {
			*part = row->part;
			return true;
		}
	}
	return known || is_frame(s);
}

// The call that has begun and not ended, if it is one alone.
static unsigned long running(const struct mdt_reader *reader)
{
	unsigned long line = 0;

	if (reader->open != 1)
		return 0;
	mdt_map_for_each(it, &reader->pending)
	{
		const struct mdt_pending *pending = it->value;

		if (pending && pending->text.len)
			line = pending->line;
	}
	return line;
}

void mdt_kernel_line_follow(struct mdt_reader *reader, struct mdt_event *ret)
{
	enum kernel_part part;
	bool known, goes_on;

	if (ret->kind != MDT_EVENT_UNKNOWN || ret->name.len)
		return;
	goes_on = reader->in_report;
	known = is_kernels(ret->raw, &part);
	if (!known && !goes_on)
		return;
	if (known && part != KERNEL_LINE)
		reader->in_report = part == KERNEL_BEGINS;
	ret->kind = MDT_EVENT_KERNEL;
	ret->fault = (struct mdt_fault){ 0 };
	ret->prefix = (struct mdt_prefix){ 0 };
	ret->began = goes_on ? 0 : running(reader);
}
