/* SPDX-License-Identifier: MIT */
/** @file Directives that the guest writes; docs/plan.md has their language. */
#ifndef MDT_GUEST_WORDS_H
#define MDT_GUEST_WORDS_H

#include "base/buf.h"

/** Append `# mdtrace: WORD`; guest_words_end() ends the line. */
void guest_words_begin(struct mdt_buf *ret, const char *word);

/** Append a blank and a number, or a quoted text, or text as it is. */
void guest_words_number(struct mdt_buf *ret, uint64_t number);
void guest_words_quoted(struct mdt_buf *ret, struct mdt_slice text);
void guest_words_bare(struct mdt_buf *ret, struct mdt_slice text);

void guest_words_end(struct mdt_buf *ret);

/** Whether a directive is one that a guest writes: it is left out of what is run again.
 */
bool guest_words_are_seen(struct mdt_slice line);

#endif
