// SPDX-License-Identifier: MIT
#include "report/explain.h"

#include <inttypes.h>

#include "model/op.h"

struct page {
	const struct mdt_explain *explain;
	enum mdt_md_op op;
	struct mdt_buf *out;
};

static bool is_markdown(const struct page *page)
{
	return page->explain->form == MDT_EXPLAIN_MARKDOWN;
}

static bool is_of_kernel(const struct page *page, struct mdt_kernels kernels)
{
	return !page->explain->kernel ||
	       mdt_kernels_have(kernels, *page->explain->kernel);
}

static void add_heading(const struct page *page, const char *text)
{
	mdt_buf_printf(page->out, is_markdown(page) ? "\n**%s**\n\n" : "\n%s\n", text);
}

// `_` and `*` and `<` mean something in Markdown, `|` does in its tables.
static void add_text(const struct page *page, const char *text)
{
	if (!is_markdown(page)) {
		mdt_buf_adds(page->out, text);
		return;
	}
	for (; *text; text++) {
		if (strchr("_*<|", *text))
			mdt_buf_addc(page->out, '\\');
		mdt_buf_addc(page->out, *text);
	}
}

static void add_code(const struct page *page, const char *text)
{
	mdt_buf_printf(page->out, is_markdown(page) ? "`%s`" : "%s", text);
}

/* ---- number and argument ---- */

static const char *argument_text(const struct mdt_ioctl *ioctl)
{
	switch (ioctl->arg) {
	case MDT_ARG_UNSAID:
	case MDT_ARG_IGNORED:
		return "ignored";
	case MDT_ARG_VALUE:
		return "a value, no pointer";
	case MDT_ARG_IN:
		return "a pointer; the kernel reads";
	case MDT_ARG_OUT:
		return "a pointer; the kernel writes";
	case MDT_ARG_INOUT:
		return "a pointer; the kernel reads and writes";
	}
	unreachable();
}

static void add_line(const struct page *page, const char *name, const char *text)
{
	if (is_markdown(page))
		mdt_buf_printf(page->out, "* %s: ", name);
	else
		mdt_buf_printf(page->out, "  %-10s ", name);
	add_text(page, text);
}

static void add_argument(const struct page *page, const struct mdt_ioctl *ioctl)
{
	add_line(page, "argument", argument_text(ioctl));
	if (ioctl->type) {
		mdt_buf_adds(page->out, ": ");
		add_code(page, ioctl->type_text);
		mdt_buf_printf(page->out, ", %" PRIu32 " bytes", ioctl->type->size);
	}
	if (*ioctl->note) {
		mdt_buf_adds(page->out, "; ");
		add_text(page, ioctl->note);
	}
	mdt_buf_addc(page->out, '\n');
}

static void add_title(const struct page *page, const struct mdt_ioctl *ioctl)
{
	const char *name = ioctl ? ioctl->name : mdt_md_op_name(page->op);

	if (is_markdown(page))
		mdt_buf_adds(page->out, "## ");
	mdt_buf_adds(page->out, name);
	if (ioctl)
		mdt_buf_printf(page->out, "  %#010" PRIx32, ioctl->number);
	mdt_buf_adds(page->out, is_markdown(page) ? "\n\n" : "\n");
}

// Numbers of lines are known of these, in this order.
static const enum mdt_kernel lines_of[] = { MDT_KERNEL_5_10, MDT_KERNEL_6_1,
					    MDT_KERNEL_6_12, MDT_KERNEL_7_2 };

// Which of them is meant; -1: all, or another kernel.
static int lines_index(const struct page *page)
{
	for (size_t i = 0; page->explain->kernel && i < array_size(lines_of); i++)
		if (lines_of[i] == *page->explain->kernel)
			return (int)i;
	return -1;
}

// `6638/6656/6732/7334`, or of one kernel its own.
static void add_lines(const struct page *page, const char *lines)
{
	int index = lines_index(page);

	for (; index > 0 && strchr(lines, '/'); index--)
		lines = strchr(lines, '/') + 1;
	if (index < 0)
		mdt_buf_adds(page->out, lines);
	else
		mdt_buf_add(page->out, mdt_slice_from(lines, strcspn(lines, "/")));
}

static void add_handler_lines(const struct page *page, const char *lines)
{
	mdt_buf_adds(page->out, " (md.c:");
	add_lines(page, lines);
	mdt_buf_printf(page->out, " in %s)",
		       lines_index(page) < 0 ? "5.10/6.1/6.12/7.2"
					     : mdt_kernel_name(*page->explain->kernel));
}

static void add_head(const struct page *page, const struct mdt_ioctl *ioctl)
{
	const struct mdt_md_handler *handler = mdt_md_handler(page->op);

	add_title(page, ioctl);
	add_line(page, "asks", handler->asks);
	mdt_buf_addc(page->out, '\n');
	if (ioctl)
		add_argument(page, ioctl);
	add_line(page, "goes by", handler->path);
	if (handler->lines)
		add_handler_lines(page, handler->lines);
	mdt_buf_addc(page->out, '\n');
}

/* ---- checks ---- */

static bool is_shown(const struct page *page, const struct mdt_model_rule *rule)
{
	return rule->ops >> page->op & 1 && is_of_kernel(page, rule->kernels);
}

static const char *result_text(const struct mdt_model_rule *rule)
{
	if (rule->result == MDT_RESULT_CONTINUE)
		return "(goes on)";
	if (rule->fatal)
		return "(none)";
	return rule->result == MDT_RESULT_UNKNOWN ? "(any)"
						  : mdt_model_result_name(rule->result);
}

static void add_source(const struct page *page, const struct mdt_model_rule *rule)
{
	add_code(page, rule->source);
	if (!rule->lines)
		return;
	mdt_buf_addc(page->out, ' ');
	add_lines(page, rule->lines);
}

// `6.9 and later: `, or nothing.
static void add_releases(const struct page *page, struct mdt_kernels kernels)
{
	if (mdt_kernels_all(kernels))
		return;
	mdt_kernels_text(kernels, page->out);
	mdt_buf_adds(page->out, ": ");
}

static void add_rule_text(const struct page *page, const struct mdt_model_rule *rule)
{
	if (!page->explain->kernel)
		add_releases(page, rule->kernels);
	add_text(page, rule->says);
	if (!rule->then)
		return;
	mdt_buf_adds(page->out, "; then ");
	add_text(page, rule->then);
}

static void add_check(const struct page *page, unsigned int number,
		      const struct mdt_model_rule *rule, bool marked)
{
	struct mdt_buf *out = page->out;

	if (is_markdown(page)) {
		mdt_buf_printf(out, "| %u | %s | ", number, result_text(rule));
		add_rule_text(page, rule);
		mdt_buf_adds(out, " | ");
		add_source(page, rule);
		mdt_buf_adds(out, " |\n");
		return;
	}
	mdt_buf_printf(out, "%s%3u  %-10s ", marked ? "->" : "  ", number,
		       result_text(rule));
	add_rule_text(page, rule);
	mdt_buf_adds(out, "\n                  ");
	add_source(page, rule);
	mdt_buf_addc(out, '\n');
}

static void add_checks(const struct page *page)
{
	unsigned int count = mdt_model_rule_count(), number = 0;

	add_heading(page, "Checks, in the order in which the kernel makes them");
	if (is_markdown(page))
		mdt_buf_adds(page->out,
			     "| | result | when | source |\n|---|---|---|---|\n");
	for (unsigned int i = 1; i <= count; i++)
		if (is_shown(page, mdt_model_rule(i)))
			add_check(page, ++number, mdt_model_rule(i),
				  i == page->explain->rule);
}

/* ---- afterwards ---- */

static void add_seen(const struct page *page, const char *what, const char *text)
{
	if (!text)
		return;
	if (is_markdown(page))
		mdt_buf_printf(page->out, "* %s: ", what);
	else
		mdt_buf_printf(page->out, "    %-9s ", what);
	add_text(page, text);
	mdt_buf_addc(page->out, '\n');
}

static bool shows_something(const struct mdt_model_seen *seen)
{
	return seen->message || seen->uevent || seen->capacity || seen->thread ||
	       seen->sysfs;
}

static void add_rule_seen(const struct page *page, const struct mdt_model_rule *rule)
{
	if (is_markdown(page))
		mdt_buf_printf(page->out, "%s, ", result_text(rule));
	else
		mdt_buf_printf(page->out, "  %s, ", result_text(rule));
	add_text(page, rule->says);
	mdt_buf_adds(page->out, is_markdown(page) ? ":\n\n" : "\n");
	add_seen(page, "message", rule->seen.message);
	add_seen(page, "uevent", rule->seen.uevent);
	add_seen(page, "capacity", rule->seen.capacity);
	add_seen(page, "thread", rule->seen.thread);
	add_seen(page, "sysfs", rule->seen.sysfs);
}

static void add_afterwards(const struct page *page)
{
	unsigned int count = mdt_model_rule_count();
	bool begun = false;

	for (unsigned int i = 1; i <= count; i++) {
		const struct mdt_model_rule *rule = mdt_model_rule(i);

		if (!is_shown(page, rule) || !shows_something(&rule->seen))
			continue;
		if (!begun)
			add_heading(page, "What one sees afterwards");
		else if (is_markdown(page))
			mdt_buf_addc(page->out, '\n');
		begun = true;
		add_rule_seen(page, rule);
	}
}

/* ---- kernels ---- */

static void add_notes(const struct page *page)
{
	const struct mdt_md_note *notes;
	bool begun = false;
	size_t len;

	notes = mdt_md_notes(&len);
	for (size_t i = 0; i < len; i++) {
		if (!(notes[i].ops >> page->op & 1) ||
		    !is_of_kernel(page, notes[i].kernels))
			continue;
		if (!begun)
			add_heading(page, "To know");
		begun = true;
		mdt_buf_adds(page->out, is_markdown(page) ? "* " : "  ");
		add_releases(page, notes[i].kernels);
		add_text(page, notes[i].says);
		mdt_buf_adds(page->out, " (");
		add_code(page, notes[i].source);
		mdt_buf_adds(page->out, ")\n");
	}
}

static void add_kernels(const struct page *page)
{
	unsigned int count = mdt_model_rule_count();
	bool begun = false;

	for (unsigned int i = 1; i <= count && !page->explain->kernel; i++) {
		const struct mdt_model_rule *rule = mdt_model_rule(i);

		if (!is_shown(page, rule) || mdt_kernels_all(rule->kernels))
			continue;
		if (!begun)
			add_heading(page, "Checks that only some kernels make");
		begun = true;
		mdt_buf_adds(page->out, is_markdown(page) ? "* " : "  ");
		add_releases(page, rule->kernels);
		mdt_buf_printf(page->out, "%s, ", result_text(rule));
		add_text(page, rule->says);
		mdt_buf_addc(page->out, '\n');
	}
}

void mdt_explain_op(const struct mdt_explain *explain, enum mdt_md_op op,
		    const struct mdt_ioctl *ioctl, struct mdt_buf *ret)
{
	struct page page = { explain, op, ret };

	add_head(&page, ioctl);
	add_checks(&page);
	if (explain->checks_only)
		return;
	add_afterwards(&page);
	add_kernels(&page);
	add_notes(&page);
}

void mdt_explain_all(const struct mdt_explain *explain, struct mdt_buf *ret)
{
	if (explain->form == MDT_EXPLAIN_MARKDOWN)
		mdt_buf_adds(
			ret,
			"# What md does with each call\n\n"
			"Made by `mdtrace explain --all --format=markdown` from the table of "
			"the model (`src/model/rules_*.c`): do not edit. Checks stand in "
			"the order in which the kernel makes them; the first that holds gives "
			"the result. Numbers after a source are lines in 5.10/6.1/6.12/7.2 "
			"(Debian's 5.10.223-1, 6.1.192-2, 6.12.107-1, 7.2.13-1), `-` where "
			"there is none.\n");
	for (unsigned int op = 0; op < MDT_OPS; op++) {
		const struct mdt_ioctl *ioctl = mdt_ioctl_find_name(
			explain->table,
			mdt_slice_cstr(mdt_md_op_name((enum mdt_md_op)op)));

		if (ret->len)
			mdt_buf_addc(ret, '\n');
		mdt_explain_op(explain, (enum mdt_md_op)op, ioctl, ret);
	}
}
