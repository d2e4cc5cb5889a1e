// SPDX-License-Identifier: MIT
#include "stack/stack.h"

#include <inttypes.h>
#include <stdlib.h>

enum { CALLERS_MAX = 6, FRAMES_MAX = 4096 };

void mdt_stack_deinit(struct mdt_stack *stack)
{
	free(stack->frames);
	*stack = (struct mdt_stack){ 0 };
}

struct mdt_error *mdt_stack_add(struct mdt_stack *stack,
				const struct mdt_stack_frame *frame)
{
	if (stack->len >= FRAMES_MAX)
		return NULL;
	if (!mdt_grow((void **)&stack->frames, &stack->cap, stack->len,
		      sizeof(*stack->frames)))
		return &mdt_enomem;
	stack->frames[stack->len++] = frame;
	return NULL;
}

static size_t find_origin(const struct mdt_stack *stack)
{
	size_t i = 0;

	while (i < stack->len && stack->frames[i]->is_library)
		i++;
	return i;
}

const struct mdt_stack_frame *mdt_stack_origin(const struct mdt_stack *stack)
{
	size_t i = find_origin(stack);

	return i < stack->len ? stack->frames[i] : NULL;
}

/* ---- text ---- */

// The names of functions, `Create < main`.
struct names {
	struct mdt_buf *buf;
	size_t count, max;
	bool has_ended; // nothing more of interest comes
	bool is_plain;	// without the suffixes of copies
};

// work.isra.0, work.part.0, work.constprop.0: the compiler's copies of work.
static struct mdt_slice without_suffix(struct mdt_slice name)
{
	const char *dot = name.len ? memchr(name.str, '.', name.len) : NULL;

	return dot > name.str ? mdt_slice_head(name, (size_t)(dot - name.str)) : name;
}

static void add_name(struct names *names, struct mdt_slice name)
{
	if (names->has_ended)
		return;
	if (names->count == names->max) {
		mdt_buf_adds(names->buf, " < ...");
		names->has_ended = true;
		return;
	}
	if (names->count++)
		mdt_buf_adds(names->buf, " < ");
	mdt_buf_add(names->buf, names->is_plain ? without_suffix(name) : name);
	names->has_ended = mdt_slice_eq(name, SLICE("main"));
}

static void add_names(struct names *names, const struct mdt_stack_frame *it)
{
	if (!it->lines.count && it->function.len)
		add_name(names, it->function);
	for (size_t i = 0; i < it->lines.count; i++)
		add_name(names, it->lines.all[i].function);
}

static void add_callers(struct names *names, const struct mdt_stack *stack, size_t from)
{
	for (size_t i = from; i < stack->len && !names->has_ended; i++) {
		const struct mdt_stack_frame *it = stack->frames[i];

		// What starts the program is nobody's.
		if (it->is_library || !it->function.len ||
		    mdt_slice_eq(it->function, SLICE("_start")))
			break;
		add_names(names, it);
	}
}

// `Create.c:1043`, `Create+0x1c5`, `mdadm at 0x14946`
static void add_place(const struct mdt_stack_frame *it, struct mdt_buf *ret)
{
	if (it->file.len) {
		mdt_buf_add(ret, mdt_slice_base_name(it->file));
		mdt_buf_printf(ret, ":%d", it->line);
	} else if (it->frame.symbol.len) {
		mdt_buf_add(ret, it->frame.symbol);
		mdt_buf_printf(ret, "+%#" PRIx64, it->frame.off);
	} else if (it->function.len) {
		mdt_buf_add(ret, it->function);
	} else {
		mdt_buf_add(ret, mdt_slice_base_name(it->frame.file));
		mdt_buf_printf(ret, " at %#" PRIx64, it->frame.address);
	}
}

static void begin_names(struct names *names, const struct mdt_stack_frame *it)
{
	if (it->file.len) {
		mdt_buf_adds(names->buf, " (");
		add_names(names, it);
	} else {
		// The place has the first name.
		names->count = it->function.len != 0;
		names->has_ended =
			!names->count || mdt_slice_eq(it->function, SLICE("main"));
	}
}

void mdt_stack_text(const struct mdt_stack *stack, struct mdt_buf *ret)
{
	struct names names = { .buf = ret, .max = CALLERS_MAX };
	size_t origin = find_origin(stack);
	const struct mdt_stack_frame *it;

	if (origin >= stack->len)
		return;
	it = stack->frames[origin];
	add_place(it, ret);
	begin_names(&names, it);
	add_callers(&names, stack, origin + 1);
	if (it->file.len)
		mdt_buf_addc(ret, ')');
}

void mdt_stack_functions(const struct mdt_stack *stack, struct mdt_buf *ret)
{
	struct names names = { .buf = ret, .max = FRAMES_MAX, .is_plain = true };

	add_callers(&names, stack, find_origin(stack));
}

void mdt_stack_frame_text(const struct mdt_stack_frame *frame, struct mdt_buf *ret)
{
	struct names names = { .buf = ret, .max = CALLERS_MAX };

	if (frame->file.len && (!frame->frame.source.len || frame->lines.count > 1)) {
		add_place(frame, ret);
		begin_names(&names, frame);
		mdt_buf_addc(ret, ')');
	} else if (frame->function.len && !frame->frame.symbol.len) {
		mdt_buf_add(ret, frame->function);
	}
}
