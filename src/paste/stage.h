/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Undoing is a chain of stages: each gets lines, and passes lines on to the next.
 * Internal to src/paste/. A new form is a row and its functions.
 */
#ifndef MDT_PASTE_STAGE_H
#define MDT_PASTE_STAGE_H

#include "paste/paste.h"

/** Text whose bytes know where they came from. */
struct paste_text {
	struct mdt_buf buf;
	struct mdt_paste_at *at; /* owned; a place for each byte, and one behind them */
	size_t at_cap;
};

void paste_text_deinit(struct paste_text *text);
void paste_text_clear(struct paste_text *text);
void paste_text_addc(struct paste_text *text, char c, struct mdt_paste_at at);
/** The bytes [from, to) of another text. */
void paste_text_add(struct paste_text *text, const struct paste_text *other, size_t from,
		    size_t to);
/** A line that begins at @p at. */
void paste_text_set(struct paste_text *text, struct mdt_slice line,
		    struct mdt_paste_at at);
/** The place of byte @p i, or the last place before it that is known. */
struct mdt_paste_at paste_text_at(const struct paste_text *text, size_t i);
static inline struct mdt_slice paste_text_slice(const struct paste_text *text)
{
	return mdt_buf_slice(&text->buf);
}

/** A sample: lines, one after the other. */
struct paste_lines {
	struct mdt_buf bytes;
	size_t *ends; /* owned */
	size_t len, cap;
};

void paste_lines_deinit(struct paste_lines *lines);
void paste_lines_add(struct paste_lines *lines, struct mdt_slice line);
struct mdt_slice paste_lines_get(const struct paste_lines *lines, size_t i);

enum {
	PASTE_FORMS = 16,	/* shapes of prefixes in one log */
	PASTE_FORM_LEN = 96,	/* of a shape */
	PASTE_PIECES = 256,	/* lines that one line was wrapped into */
	PASTE_COLUMNS = 12,	/* of a table */
	PASTE_OPEN_PIECES = 48, /* the same, of a call outside of strings */
};

struct paste_stage;

struct paste_row {
	const char *name; /* for people: "quoted mail" */
	unsigned int phase;
	/**
	 * Whether the sample may have this form, and what it is like.
	 * @return false: it does not have it.
	 */
	bool (*learn)(struct paste_stage *stage, const struct paste_lines *lines);
	void (*line)(struct paste_stage *stage, const struct paste_text *in);
	void (*end)(struct paste_stage *stage);	       /* NULL: nothing is held */
	void (*words)(const struct paste_stage *stage, /* NULL: the name */
		      struct mdt_buf *ret);
};

struct paste_stage {
	const struct paste_row *row;
	const struct mdt_paste_judge *judge;
	struct paste_stage *next; /* NULL: lines go to sink */
	void (*sink)(void *data, const struct paste_text *line);
	void *sink_data;
	struct paste_text out;	/* scratch */
	struct paste_text held; /* what waits for the next line */
	bool holds;
	/* What was learnt. */
	char forms[PASTE_FORMS][PASTE_FORM_LEN];
	size_t form_count;
	const char *form_name;
	size_t width;
	size_t with_pid, without_pid; /* calls in the sample */
	bool is_width;		      /* no line is proof against it */
	bool glue;		      /* wrapped at a column, not at a blank */
	bool is_diff, big_endian, only_colors;
	/* bpftrace: what its columns are (its enum field), and how it prints. */
	unsigned char columns[PASTE_COLUMNS];
	size_t column_count;
	bool has_results, is_hex;
	/* UTF-16: half of a character. */
	unsigned char odd;
	bool has_odd;
	uint32_t surrogate;
	/* Wrapping. */
	struct mdt_paste_verdict verdict; /* of what is held */
	size_t pieces[PASTE_PIECES];	  /* where each begins in held */
	size_t piece_count;
	bool in_string, blank_between;
	size_t last_len;  /* of the piece that came last, as it was */
	size_t last_full; /* the same, with blanks at its end */
	size_t joins, join_max, full_min, full_max, full_width;
	size_t join_limit; /* a longer line would have had room for one more word */
};

/** Hand a line to the next stage. */
void paste_pass(struct paste_stage *stage, const struct paste_text *line);

/** The next `name(`, `<... `, `+++ ` or `--- ` from @p from on, at a word's beginning;
 * SIZE_MAX: there is none. */
size_t paste_next_head(struct mdt_slice line, size_t from);

/** The place of the first call in @p line that makes sense; SIZE_MAX: there is none. */
size_t paste_find_call(const struct mdt_paste_judge *judge, struct mdt_slice line,
		       struct mdt_paste_verdict *ret);

/** Whether each line begins with its number. */
bool paste_is_numbered(const struct paste_lines *lines);

/** Tables of rows, each ended by one without a name. */
extern const struct paste_row paste_letter_rows[], paste_lead_rows[], paste_wrap_rows[],
	paste_witness_rows[], paste_certain_rows[];

#endif
