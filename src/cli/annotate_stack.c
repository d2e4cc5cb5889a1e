// SPDX-License-Identifier: MIT
#include "cli/annotate_stack.h"

#include "base/visible.h"
#include "cli/cli.h"
#include "report/derived.h"

struct mdt_error *annotate_stack_init(struct annotate_stack *it, struct out *out,
				      const struct strings *places)
{
	*it = (struct annotate_stack){ .out = out };
	return mdt_programs_init(&it->programs, places->items, places->len);
}

void annotate_stack_deinit(struct annotate_stack *it)
{
	mdt_programs_deinit(&it->programs);
	mdt_stack_deinit(&it->stack);
	mdt_buf_deinit(&it->text);
	mdt_buf_deinit(&it->after);
}

void annotate_stack_begin(struct annotate_stack *it, const char *file)
{
	it->file = file;
	mdt_stack_clear(&it->stack);
	mdt_programs_reset(&it->programs);
	it->has_seen = it->is_shown = it->is_open = false;
}

// Once: the other frames lack them for the same reason, mostly.
static void say_why(struct annotate_stack *it, const struct mdt_stack_frame *frame)
{
	if (it->has_told)
		return;
	it->has_told = true;
	cli_say("%s: no source lines of %.*s: %s", it->file, SLICE_FMT(frame->frame.file),
		frame->why ? frame->why
			   : "--debug says where it is (--debug=/: on this machine)");
}

static struct mdt_error *add_frame(struct annotate_stack *it, struct mdt_slice line,
				   const struct mdt_stack_frame **ret)
{
	struct mdt_error *err = mdt_programs_resolve(&it->programs, line, ret);

	if (err || !*ret)
		return err;
	it->has_seen = true;
	if (!(*ret)->is_library && !(*ret)->file.len)
		say_why(it, *ret);
	return mdt_stack_add(&it->stack, *ret);
}

struct mdt_error *annotate_stack_line(struct annotate_stack *it,
				      const struct mdt_event *event, bool is_shown,
				      bool has_remark)
{
	const struct mdt_stack_frame *frame;

	mdt_stack_clear(&it->stack);
	mdt_buf_clear(&it->after);
	it->is_shown = is_shown;
	it->has_remark = has_remark;
	it->is_open = is_shown;
	it->eol_len = event->eol.len < sizeof(it->eol) ? event->eol.len : sizeof(it->eol);
	if (it->eol_len)
		memcpy(it->eol, event->eol.str, it->eol_len);
	// A call that is left open has the first frame on its own line.
	if (event->kind != MDT_EVENT_UNFINISHED || !event->interruption.len)
		return NULL;
	return add_frame(it, event->interruption, &frame);
}

struct mdt_error *annotate_stack_frame(struct annotate_stack *it,
				       const struct mdt_event *event, bool *is_folded,
				       const struct mdt_stack_frame **ret)
{
	struct mdt_error *err = add_frame(it, event->raw, ret);

	// What is left out takes its stack with it; what has its end already keeps it.
	*is_folded = !err && it->folds && (it->is_open || !it->is_shown);
	return err;
}

static void print_origin(struct annotate_stack *it)
{
	struct mdt_buf *buf = &it->out->buf;

	mdt_buf_clear(&it->text);
	mdt_stack_text(&it->stack, &it->text);
	if (!it->text.len)
		return;
	mdt_style_begin(buf, it->color ? MDT_STYLE_CYAN : MDT_STYLE_NONE);
	mdt_buf_adds(buf, it->has_remark ? ", from " : "  # from ");
	mdt_visible_words(buf, mdt_buf_slice(&it->text));
	mdt_style_end(buf, it->color ? MDT_STYLE_CYAN : MDT_STYLE_NONE);
}

void annotate_stack_close(struct annotate_stack *it)
{
	if (!it->is_open)
		return;
	it->is_open = false;
	if (it->folds)
		print_origin(it);
	out_add(it->out, mdt_slice_from(it->eol, it->eol_len));
	if (!it->after.len)
		return;
	if (!it->eol_len)
		out_addc(it->out, '\n');
	out_add(it->out, mdt_buf_slice(&it->after));
}

struct mdt_error *annotate_stack_after(struct annotate_stack *it,
				       const struct mdt_annotation *annotation)
{
	if (it->is_open)
		mdt_derived_lines(annotation, &it->after);
	return mdt_buf_error(&it->after);
}

void annotate_stack_wait(struct annotate_stack *it)
{
	if (!it->has_seen)
		annotate_stack_close(it);
}
