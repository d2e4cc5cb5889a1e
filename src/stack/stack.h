/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Which function of the traced program made a call: the stacks that strace -k prints,
 * their frames resolved by the programs and debug files that one has.
 *
 * A frame's function and line are, in this order: those that the log has (strace -kk);
 * those by the program's debug info, with what is inlined there; its symbol, in the log
 * or in the program.
 */
#ifndef MDT_STACK_STACK_H
#define MDT_STACK_STACK_H

#include "base/buf.h"
#include "base/map.h"
#include "debug/program.h"
#include "strace/frame.h"

/** Where programs and debug info are, and what was found. */
struct mdt_programs {
	const char *const *places; /* borrowed; may be none */
	size_t count;
	const char **debug; /* owned: the places, and the caches of debuginfod */
	size_t debug_count;
	struct mdt_map programs; /* a name in a log to its struct opened */
	struct mdt_arena arena;	 /* of what is kept until the end */
	struct mdt_map found;	 /* a frame's text to its struct mdt_stack_frame */
	enum mdt_address_kind kind;
};

/** A frame; the slices are valid until its programs are reset. */
struct mdt_stack_frame {
	struct mdt_frame frame;
	struct mdt_slice function;     /* the innermost; empty: not known */
	struct mdt_slice file;	       /* of the source; empty: not known */
	int line;		       /* in it */
	struct mdt_source_lines lines; /* the functions that are inlined, all of them */
	bool is_library;	       /* of a shared library, not of the program */
	const char *why;	       /* no line: why not; static. NULL: nobody asked */
};

/** The frames of one call, the innermost first. */
struct mdt_stack {
	const struct mdt_stack_frame **frames; /* owned; of the programs */
	size_t len, cap;
};

/**
 * @param places Programs and debug files are looked for here: a root (`/`, or a copy:
 * PLACE/usr/sbin/mdadm), a folder with the file in it, or the file itself; debug info as
 * debug/find.h says. Borrowed. Without any nothing is opened.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_programs_init(struct mdt_programs *programs,
					    const char *const *places,
					    size_t count) MUST_CHECK;
MDT_API void mdt_programs_deinit(struct mdt_programs *programs);

/** Another log begins: how its addresses are meant is to be learnt. */
MDT_API void mdt_programs_reset(struct mdt_programs *programs);

/**
 * Resolve a line of a stack.
 * @param[out] ret NULL when it is not a frame. Valid until the programs are reset.
 * @return NULL or &mdt_enomem. What is not found is no error: it is said in the frame.
 */
MDT_API struct mdt_error *
mdt_programs_resolve(struct mdt_programs *programs, struct mdt_slice line,
		     const struct mdt_stack_frame **ret) MUST_CHECK;

MDT_API void mdt_stack_deinit(struct mdt_stack *stack);
static inline void mdt_stack_clear(struct mdt_stack *stack)
{
	stack->len = 0;
}

/** Add the next frame. */
MDT_API struct mdt_error *mdt_stack_add(struct mdt_stack *stack,
					const struct mdt_stack_frame *frame) MUST_CHECK;

/**
 * The innermost frame of the traced program: the first that is not of a shared library.
 * @return NULL when there is none.
 */
MDT_API const struct mdt_stack_frame *mdt_stack_origin(const struct mdt_stack *stack);

/** Append where the call came from, `Create.c:1043 (Create < main)`; nothing when that is
 * not known. */
MDT_API void mdt_stack_text(const struct mdt_stack *stack, struct mdt_buf *ret);

/**
 * Append the functions of the program that led to the call, `Create < main`, named as in
 * the source: without what a compiler appends to its copies (.isra.0). Nothing when they
 * are not known.
 */
MDT_API void mdt_stack_functions(const struct mdt_stack *stack, struct mdt_buf *ret);

/** Append what is known of one frame: `Create.c:1043 (write_init < Create)`. Nothing when
 * the log's line says it all. */
MDT_API void mdt_stack_frame_text(const struct mdt_stack_frame *frame,
				  struct mdt_buf *ret);

#endif
