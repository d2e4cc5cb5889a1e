// SPDX-License-Identifier: MIT
/* What the kernel says: between the lines of strace, or in a file of its own. */
#include "why/parts.h"

enum { TRACE_FUNCTIONS = 6 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- which kernel ---- */

static void learn_kernel(struct mdt_why *why, const char *file, unsigned long line,
			 struct mdt_slice text)
{
	const char *at = mdt_slice_find(text, SLICE("Linux version "));
	struct mdt_slice version;
	size_t len = 0;

	if (at)
		at += strlen("Linux version ");
	else if (mdt_slice_find(text, SLICE("EFLAGS")) ||
		 mdt_slice_find(text, SLICE("ainted")))
		at = memchr(text.str, '(', text.len);
	if (!at)
		return;
	version = mdt_slice_skip(text, (size_t)(at - text.str));
	if (mdt_slice_starts(version, SLICE("(")))
		version = mdt_slice_skip(version, 1);
	while (len < version.len && version.str[len] != ' ' && version.str[len] != ')')
		len++;
	version = mdt_slice_head(version, len);
	if (version.len < 3 || !is_digit(version.str[0]) ||
	    !memchr(version.str, '.', len))
		return;
	mdt_buf_clear(&why->text);
	mdt_buf_printf(&why->text, "kernel %.*s", SLICE_FMT(version));
	mdt_why_add(why, MDT_WHY_KERNEL, file, line, mdt_buf_slice(&why->text));
	mdt_life_hear_kernel(&why->life, version);
}

/* ---- the stack of an oops ---- */

// ` [<c02ab6b2>] bind_rdev_to_array+0x13c/0x14b`, ` md_ioctl+0x1/0x2 [md_mod]`
static struct mdt_slice function_of(struct mdt_slice line)
{
	const char *plus = line.len ? mdt_slice_find(line, SLICE("+0x")) : NULL;
	const char *start = plus;

	while (start && start > line.str && start[-1] != ' ' && start[-1] != ']')
		start--;
	return plus ? mdt_slice_from(start, (size_t)(plus - start))
		    : (struct mdt_slice){ 0 };
}

static void end_trace(struct mdt_why *why, const char *file)
{
	struct mdt_slice text = mdt_buf_slice(&why->trace);

	why->in_trace = false;
	if (why->trace_count)
		mdt_why_add(why, MDT_WHY_KERNEL, file, why->trace_line, text)->why =
			SLICE("the call trace, innermost first");
	why->trace_count = 0;
	mdt_buf_clear(&why->trace);
}

// @return Whether the line belongs to a call trace.
static bool follow_trace(struct mdt_why *why, const char *file, unsigned long line,
			 struct mdt_slice text)
{
	struct mdt_slice function;

	if (mdt_slice_find(text, SLICE("Call Trace:"))) {
		why->in_trace = true;
		why->trace_line = line;
		return true;
	}
	if (!why->in_trace || mdt_slice_find(text, SLICE("<TASK>")))
		return why->in_trace;
	function = function_of(text);
	if (!function.len) {
		end_trace(why, file);
		return false;
	}
	if (why->trace_count++ < TRACE_FUNCTIONS) {
		mdt_buf_adds(&why->trace, why->trace.len ? ", " : "");
		mdt_buf_add(&why->trace, function);
	}
	return true;
}

/* ---- lines ---- */

// md's own words: `md: md0 stopped.`, `md/raid1:md0: ...`, `md0: detected ...`
static bool is_mds(struct mdt_slice text)
{
	return mdt_slice_starts(text, SLICE("md: ")) ||
	       mdt_slice_find(text, SLICE(" md: ")) ||
	       mdt_slice_find(text, SLICE("md/raid")) ||
	       mdt_slice_find(text, SLICE("md/linear"));
}

static void add_kernel_line(struct mdt_why *why, const char *file, unsigned long line,
			    struct mdt_slice text, const struct mdt_why_message *row)
{
	struct mdt_why_item *item;

	if (why->kernel_lines++ >= MDT_WHY_LINES_MAX)
		return;
	item = mdt_why_add(why, MDT_WHY_KERNEL, file, line, mdt_slice_trim(text));
	if (!row)
		return;
	why->failed = why->failed || row->fails;
	item->why = mdt_slice_cstr(row->means);
	item->source = mdt_slice_cstr(row->source);
	if (!row->text)
		return;
	item = mdt_why_add(why, MDT_WHY_DO, file, line, mdt_slice_cstr(row->text));
	item->source = mdt_slice_cstr(row->source);
}

static void follow_line(struct mdt_why *why, const char *file, unsigned long line,
			struct mdt_slice text, bool all_of_md)
{
	const struct mdt_why_message *row;

	if (!text.len)
		return;
	learn_kernel(why, file, line, text);
	if (follow_trace(why, file, line, text))
		return;
	row = mdt_why_kernel_message(text);
	if (row || (all_of_md && is_mds(text)))
		add_kernel_line(why, file, line, text, row);
}

void mdt_why_kernel_line(struct mdt_why *why, const char *file, unsigned long line,
			 struct mdt_slice text)
{
	follow_line(why, file, line, text, true);
}

static bool names_a_tool(struct mdt_slice text)
{
	static const struct mdt_slice tools[] = {
		SLICE_INIT("mdadm"), SLICE_INIT("raid"),  SLICE_INIT("vgchange"),
		SLICE_INIT("lv"),    SLICE_INIT("mount"), SLICE_INIT("dmsetup"),
	};

	array_for_each (it, tools)
		if (mdt_slice_find(text, *it))
			return true;
	return false;
}

// A command line that somebody has written above the log: `strace mdadm ...`, `# mdadm
// ...`
static bool is_command(struct mdt_slice text)
{
	static const struct mdt_slice starts[] = {
		SLICE_INIT("# strace "), SLICE_INIT("$ strace "), SLICE_INIT("strace "),
		SLICE_INIT("# mdadm "),	 SLICE_INIT("$ mdadm "),  SLICE_INIT("mdadm -"),
		SLICE_INIT("mdadm --"),	 SLICE_INIT("Running "),
	};

	if (text.len > 400 || !names_a_tool(text))
		return false;
	array_for_each (it, starts)
		if (mdt_slice_starts(text, *it))
			return true;
	return false;
}

void mdt_why_other_line(struct mdt_why *why, unsigned long line, struct mdt_slice text)
{
	if (is_command(mdt_slice_trim(text)))
		mdt_why_add(why, MDT_WHY_ASKED, why->file, line, mdt_slice_trim(text));
	follow_line(why, why->file, line, text, true);
}
