/* SPDX-License-Identifier: MIT */
/** @file What the readers of other tracers share. Internal to src/paste/. */
#ifndef MDT_PASTE_WITNESS_H
#define MDT_PASTE_WITNESS_H

#include "paste/stage.h"

enum {
	WITNESS_DESCRIPTOR_MAX =
		1 << 20, // what is printed in hex below is a descriptor or a size
};

static inline char witness_byte(struct mdt_slice s, size_t i)
{
	return i < s.len ? s.str[i] : '\0';
}

static inline bool witness_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool witness_is_name(char c)
{
	return (c >= 'a' && c <= 'z') || witness_is_digit(c) || c == '_';
}

/** How much of @p s is a system call's or an argument's name. */
size_t witness_name_length(struct mdt_slice s);
/** What is after @p words, or nothing. */
struct mdt_slice witness_after(struct mdt_slice s, struct mdt_slice words);
/** Without blanks and carriage returns at its ends. */
struct mdt_slice witness_trim(struct mdt_slice s);

/** Append to the line that is made, all from one place of the log. */
void witness_put(struct paste_stage *stage, struct mdt_slice text,
		 struct mdt_paste_at at);
void witness_puts(struct paste_stage *stage, const char *text, struct mdt_paste_at at);

/** A result of the kernel's: 0x4, 0xfffffffffffffff0, -16. */
bool witness_read_result(struct mdt_slice text, int64_t *ret);

/** Append ` = -1 EBUSY (Device or resource busy)`, or as much as @p text tells. */
void witness_result(struct paste_stage *stage, struct mdt_slice text,
		    struct mdt_paste_at at);

/** Append one argument as strace has it. @param name Empty: it has none. */
typedef void witness_argument(struct paste_stage *stage, struct mdt_slice name,
			      struct mdt_slice value, struct mdt_paste_at at);

/**
 * Append arguments in parentheses: `fd: 0x4, cmd: 0x40480923`.
 * @return How much of @p s they are.
 */
size_t witness_arguments(struct paste_stage *stage, struct mdt_slice s,
			 witness_argument *put_one, struct mdt_paste_at at);

/** Whether a line of the sample has these words. */
bool witness_has(const struct paste_lines *lines, struct mdt_slice words);

/** ftrace.c, perf.c, ltrace.c, bpftrace.c: rows of paste_witness_rows and others. */
bool witness_learn_ftrace(struct paste_stage *stage, const struct paste_lines *lines);
void witness_ftrace_line(struct paste_stage *stage, const struct paste_text *in);
bool witness_learn_perf(struct paste_stage *stage, const struct paste_lines *lines);
void witness_perf_line(struct paste_stage *stage, const struct paste_text *in);
bool witness_learn_ltrace(struct paste_stage *stage, const struct paste_lines *lines);
void witness_ltrace_line(struct paste_stage *stage, const struct paste_text *in);
bool witness_learn_truss(struct paste_stage *stage, const struct paste_lines *lines);
void witness_truss_line(struct paste_stage *stage, const struct paste_text *in);
bool witness_learn_bpftrace(struct paste_stage *stage, const struct paste_lines *lines);
void witness_bpftrace_line(struct paste_stage *stage, const struct paste_text *in);

#endif
