/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Arguments as values. A line's arguments are a tree, kept flat: the nodes of one call
 * stand in one array, each parent directly before its children, so that a tree costs no
 * allocation and is walked without pointers. Nodes hold places in the call's text, never
 * copies.
 *
 * The forms are those of strace 4.8 to 7.2, read from what its own test suite prints and
 * from src/print_fields.h, src/util.c of strace 6.1.
 */
#ifndef MDT_STRACE_NODE_H
#define MDT_STRACE_NODE_H

#include "base/buf.h"
#include "base/slice.h"

enum mdt_node_kind {
	MDT_NODE_INT,	   /* 42, -1, 0x7ffe, 0644: num and flags */
	MDT_NODE_REAL,	   /* 0.500000 */
	MDT_NODE_STRING,   /* "text", @"abstract", "cut"... */
	MDT_NODE_CHAR,	   /* 'a' */
	MDT_NODE_WORD,	   /* O_RDONLY, NULL, AT_FDCWD, &sin6_addr, -icanon, ??? */
	MDT_NODE_ELLIPSIS, /* ...: more was there */
	MDT_NODE_MISSING,  /* <unavailable>, <... resuming interrupted poll ...> */
	MDT_NODE_CALL,	   /* makedev(9, 100): children; the name is the text up to '(' */
	MDT_NODE_STRUCT,   /* {a=1, b=2}: children, named or not */
	MDT_NODE_ARRAY,	   /* [1, 2], [CHLD USR1], ~[INT]: children */
	MDT_NODE_GROUP,	   /* (a cast or a parenthesis): children */
	MDT_NODE_FLAGS,	   /* A|B|0x4: children */
	MDT_NODE_EITHER,   /* A or B: one number, several names */
	MDT_NODE_CHANGE,   /* in => out: children */
	MDT_NODE_EXPR,	   /* any other operator: 1<<CAP_CHOWN, 8192*1024 */
	/* What strace hangs on a value; these stand behind its children. */
	MDT_NODE_PATH,	  /* <...> behind a descriptor or pid, without the brackets */
	MDT_NODE_COMMENT, /* a C comment: the text inside it, without its blanks */
	MDT_NODE_CONTEXT, /* [user:role:type]: --secontext */
};

enum mdt_node_flag {
	MDT_NODE_NEGATIVE = 1 << 0, /* INT: num is the two's complement */
	MDT_NODE_HEX = 1 << 1,
	MDT_NODE_OCTAL = 1 << 2,
	MDT_NODE_CUT = 1 << 3,	   /* STRING: followed by "...", so there was more */
	MDT_NODE_SPACED = 1 << 4,  /* a blank before it, not a comma: [CHLD USR1] */
	MDT_NODE_NOT = 1 << 5,	   /* ARRAY: ~[...], all but these */
	MDT_NODE_HUGE = 1 << 6,	   /* INT: does not fit 64 bits; num is not to be used */
	MDT_NODE_OPEN = 1 << 7,	   /* CALL, ...: the text ended before the bracket */
	MDT_NODE_DELETED = 1 << 8, /* PATH: followed by "(deleted)" */
	MDT_NODE_INSIDE = 1 << 9,  /* COMMENT: stands inside the brackets: [27 vars] */
	MDT_NODE_GLUED = 1 << 10,  /* WORD: a closing bracket too many, of old strace */
};

struct mdt_node {
	uint16_t kind : 5;   /* enum mdt_node_kind */
	uint16_t flags : 11; /* enum mdt_node_flag */
	uint16_t name_len;   /* of `name=`, which ends right before off; 0 without */
	uint32_t off, len;   /* in the text, without the name and what hangs on it */
	uint32_t size;	     /* nodes of the subtree, this one counted */
	uint64_t num; /* INT: the number. CALL, FLAGS, ...: mdt_ref_head(), packed */
};

struct mdt_nodes {
	struct mdt_node *items; /* owned */
	size_t len, cap;
};

/** Frees the nodes; the vector is then empty and can be used again. */
MDT_API void mdt_nodes_deinit(struct mdt_nodes *nodes);

/** True for the kinds that hang on a value rather than being one. */
static inline bool mdt_node_hangs(const struct mdt_node *value)
{
	return value->kind >= MDT_NODE_PATH;
}

/** A value, with the vector and the text that it lives in. */
struct mdt_ref {
	const struct mdt_node *items; /* the vector's first node */
	const char *text;	      /* what off counts from */
	uint32_t at; /* index of the value; UINT32_MAX when there is none */
};

static inline struct mdt_ref mdt_ref_none(void)
{
	return (struct mdt_ref){ NULL, NULL, UINT32_MAX };
}

static inline bool mdt_ref_ok(struct mdt_ref ref)
{
	return ref.at != UINT32_MAX;
}

/** @return The node. Only for a ref that is ok. */
static inline const struct mdt_node *mdt_ref_node(struct mdt_ref ref)
{
	return &ref.items[ref.at];
}

/** @return The value's own text, without name and attachments. Empty for no value. */
static inline struct mdt_slice mdt_ref_text(struct mdt_ref ref)
{
	const struct mdt_node *v;

	if (!mdt_ref_ok(ref))
		return (struct mdt_slice){ 0 };
	v = mdt_ref_node(ref);
	return mdt_slice_from(ref.text + v->off, v->len);
}

/** @return `a` of `a=1`; empty without. */
MDT_API struct mdt_slice mdt_ref_name(struct mdt_ref ref);

/** @return The first child (no attachment), or no value. */
MDT_API struct mdt_ref mdt_ref_first(struct mdt_ref parent);

/** @return The next sibling below @p parent, or no value. */
MDT_API struct mdt_ref mdt_ref_next(struct mdt_ref parent, struct mdt_ref child);

/** @return How many children, attachments not counted. */
MDT_API size_t mdt_ref_count(struct mdt_ref parent);

/** @return Child @p index from 0, or no value. */
static inline struct mdt_ref mdt_ref_child(struct mdt_ref parent, size_t index)
{
	uint32_t at, end;

	if (!mdt_ref_ok(parent))
		return parent;
	at = parent.at + 1;
	end = parent.at + parent.items[parent.at].size;
	while (index-- && at < end)
		at += parent.items[at].size;
	if (at >= end || mdt_node_hangs(&parent.items[at]))
		return mdt_ref_none();
	parent.at = at;
	return parent;
}

/** @return The child whose name is @p name, or no value. */
MDT_API struct mdt_ref mdt_ref_member(struct mdt_ref parent, struct mdt_slice name);

/** @return What of @p kind (PATH, COMMENT, CONTEXT) hangs on the value, or no value. */
MDT_API struct mdt_ref mdt_ref_attachment(struct mdt_ref ref, enum mdt_node_kind kind);

/** @return `makedev` of `makedev(9, 100)`; the operator (`|`, ` => `) of FLAGS, EXPR,
 * CHANGE. */
MDT_API struct mdt_slice mdt_ref_head(struct mdt_ref ref);

/** @return true and the number, when the value is an integer that fits (also with a
 * comment). */
MDT_API bool mdt_ref_u64(struct mdt_ref ref, uint64_t *ret);

/** The same, as the signed number that was printed. */
MDT_API bool mdt_ref_i64(struct mdt_ref ref, int64_t *ret);

/**
 * Append the bytes that a STRING or CHAR stands for: `\n`, `\33`, `\x1b` and the like
 * resolved as strace writes them (print_quoted_string_ex() in src/util.c); an unknown
 * escape gives the character itself.
 * @return false, and nothing appended, when the value is no string.
 */
MDT_API bool mdt_ref_bytes(struct mdt_ref ref, struct mdt_buf *ret);

/** The same for the text between the quotes. */
MDT_API void mdt_unescape(struct mdt_slice inside, struct mdt_buf *ret);

/**
 * The first byte that escaped text stands for.
 * @param inside Not empty.
 * @return How many characters of @p inside were used up.
 */
MDT_API size_t mdt_unescape_one(struct mdt_slice inside, char *ret);

/** @return The part of a STRING between its quotes, still escaped. */
MDT_API struct mdt_slice mdt_ref_inside(struct mdt_ref ref);

/** True when a STRING is marked as cut (`"..."...`), so that bytes are missing. */
MDT_API bool mdt_ref_cut(struct mdt_ref ref);

#endif
