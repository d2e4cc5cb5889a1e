/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The token level of strace's language: one argument list, or one line's prefix, to
 * values. Internal to src/strace/.
 *
 *     list    := [ element { (", " | " ") element } ]
 *     element := [ name "=" ] change
 *     change  := either { " => " either }
 *     either  := flags { " or " flags }
 *     flags   := expr { "|" expr }
 *     expr    := term { operator term }
 *     term    := ( number | string | char | word | word "(" list ")" | "{" list "}"
 *                | "[" list "]" | "(" list ")" | ("~" | "-" | "&" | "!") term | "..."
 *                | "<unavailable>" ) { hanging }
 *     hanging := "<" path ">" | " /" "* comment *" "/" | " [" context "]" | "..."
 */
#ifndef MDT_STRACE_SCAN_H
#define MDT_STRACE_SCAN_H

#include "strace/event.h"

/** Brackets in brackets: strace itself stays below 20. */
enum { MDT_SCAN_DEPTH_MAX = 200 };

struct mdt_scan {
	const char *text, *at, *end;
	struct mdt_nodes nodes; /* lent by the caller until mdt_scan_end() */
	unsigned int depth;
	unsigned int retry; /* how many possible ends of the first <path> to pass over */
	unsigned int paths; /* <path>s met so far */
	bool open;	    /* the end of the text may stand in for closing brackets */
	bool lenient;	    /* brackets need not match */
	char closers[MDT_SCAN_DEPTH_MAX]; /* what each open bracket waits for */
	bool failed_memory;
	const char
		*expected; /* what was missing at `at` when a function returned false */
};

/**
 * Start at @p at in @p text.
 * @param nodes Cleared, and lent to the scanner: mdt_scan_end() gives them back, filled.
 */
void mdt_scan_init(struct mdt_scan *scan, struct mdt_slice text, size_t at,
		   struct mdt_nodes *nodes);

/** Once more from @p at, with nothing scanned. */
static inline void mdt_scan_again(struct mdt_scan *scan, size_t at)
{
	scan->at = scan->text + at;
	scan->depth = scan->paths = 0;
	scan->nodes.len = 0;
}

static inline void mdt_scan_end(struct mdt_scan *scan, struct mdt_nodes *nodes)
{
	*nodes = scan->nodes;
}

/**
 * The name and the bracket of a call: `name(`. The CALL node stays open until
 * mdt_scan_list() closes it.
 * @return false when there is no call here; nothing is then consumed.
 */
bool mdt_scan_call_head(struct mdt_scan *scan, uint32_t *ret);

/**
 * Elements up to and with @p close; the node @p parent is completed.
 * @return false at what is no element; `at` stands there and `expected` says what it
 * should be.
 */
bool mdt_scan_list(struct mdt_scan *scan, uint32_t parent, char close);

/** One element. */
bool mdt_scan_element(struct mdt_scan *scan);

/** One term with what hangs on it, without operators: a result. */
bool mdt_scan_result(struct mdt_scan *scan);

/** A GROUP at the scanner's place whose inside, @p text, is taken as one word. */
bool mdt_scan_word_group(struct mdt_scan *scan, struct mdt_slice text);

/** Values with blanks between them up to the end of the text, as a GROUP without
 * brackets. */
bool mdt_scan_words(struct mdt_scan *scan, uint32_t *ret);

/** Skip blanks. */
static inline void mdt_scan_blanks(struct mdt_scan *scan)
{
	while (scan->at < scan->end && *scan->at == ' ')
		scan->at++;
}

/** The rest of the text. */
static inline struct mdt_slice mdt_scan_rest(const struct mdt_scan *scan)
{
	return mdt_slice_from(scan->at, (size_t)(scan->end - scan->at));
}

/** Eat @p token if it stands here. */
static inline bool mdt_scan_eat(struct mdt_scan *scan, struct mdt_slice token)
{
	if (!mdt_slice_starts(mdt_scan_rest(scan), token))
		return false;
	scan->at += token.len;
	return true;
}

/** The node that was appended last but is not below another. */
struct mdt_ref mdt_scan_ref(const struct mdt_scan *scan, uint32_t at);

/** Length of the run of word characters (letters, digits, '_', '?') at the start of @p s.
 */
size_t mdt_scan_word(struct mdt_slice s);

#endif
