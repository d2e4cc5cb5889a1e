// SPDX-License-Identifier: MIT
#include "strace/scan.h"

#include <stdlib.h>

#include "strace/look.h"

enum {
	NODE_COUNT_MAX = 1 << 24, // of one line
	NAME_MAX_LEN = UINT16_MAX,
	CONTEXT_MAX = 512, // of a context; categories make it long
};

// The way that nearly every value takes is laid out flat: calls would cost as much as the
// work.
#define FLAT static inline __attribute__((always_inline))

// What a value begins with.
enum start {
	START_OTHER,
	START_DIGIT,
	START_WORD, // letters, '_', '?'
	START_QUOTE,
	START_BRACKET,
	START_SIGN,
};

static const uint8_t starts[256] = {
	['0' ... '9'] = START_DIGIT, ['a' ... 'z'] = START_WORD,
	['A' ... 'Z'] = START_WORD,  ['_'] = START_WORD,
	['?'] = START_WORD,	     ['"'] = START_QUOTE,
	['\''] = START_QUOTE,	     ['{'] = START_BRACKET,
	['['] = START_BRACKET,	     ['('] = START_BRACKET,
	['~'] = START_SIGN,	     ['-'] = START_SIGN,
	['&'] = START_SIGN,	     ['!'] = START_SIGN,
};

static inline enum start start_of(char c)
{
	return (enum start)starts[(unsigned char)c];
}

static inline bool is_word(char c)
{
	return (unsigned char)(starts[(unsigned char)c] - START_DIGIT) <= 1;
}

static inline bool is_decimal(char c)
{
	return (unsigned char)(c - '0') < 10;
}

// The value of a digit; above 15 for what is none.
static inline unsigned int digit_value(char c)
{
	return mdt_hex_values[(unsigned char)c] - 1u;
}

static inline const char *word_end(const char *p, const char *end)
{
	while (p < end && is_word(*p))
		p++;
	return p;
}

// What ends a value for sure.
static inline bool ends_value(char c)
{
	return c == ',' || c == ')' || c == '}' || c == ']';
}

static inline char peek(const struct mdt_scan *scan, size_t ahead)
{
	return ahead < (size_t)(scan->end - scan->at) ? scan->at[ahead] : '\0';
}

static bool fail(struct mdt_scan *scan, const char *expected)
{
	scan->expected = expected;
	return false;
}

void mdt_scan_init(struct mdt_scan *scan, struct mdt_slice text, size_t at,
		   struct mdt_nodes *nodes)
{
	scan->text = text.str;
	scan->at = text.str + at;
	scan->end = text.str + text.len;
	scan->nodes = *nodes;
	scan->nodes.len = 0;
	scan->depth = scan->retry = scan->paths = 0;
	scan->open = scan->lenient = scan->failed_memory = false;
	scan->expected = NULL;
}

struct mdt_ref mdt_scan_ref(const struct mdt_scan *scan, uint32_t at)
{
	return (struct mdt_ref){ scan->nodes.items, scan->text, at };
}

size_t mdt_scan_word(struct mdt_slice s)
{
	return (size_t)(word_end(s.str, s.str + s.len) - s.str);
}

static bool nodes_grow(struct mdt_scan *scan)
{
	struct mdt_nodes *nodes = &scan->nodes;

	if (nodes->len >= NODE_COUNT_MAX)
		return fail(scan, "fewer values in one line");
	if (!mdt_grow((void **)&nodes->items, &nodes->cap, nodes->len,
		      sizeof(*nodes->items))) {
		scan->failed_memory = true;
		return fail(scan, "more memory");
	}
	return true;
}

static inline struct mdt_node *node(struct mdt_scan *scan, uint32_t at)
{
	return &scan->nodes.items[at];
}

// A node from `start` to here; later code lengthens it when the value goes on.
static inline bool push(struct mdt_scan *scan, enum mdt_node_kind kind, const char *start,
			unsigned int flags, uint64_t num)
{
	struct mdt_nodes *nodes = &scan->nodes;

	if (unlikely(nodes->len == nodes->cap) && !nodes_grow(scan))
		return false;
	nodes->items[nodes->len++] = (struct mdt_node){
		.kind = kind,
		.flags = flags,
		.off = (uint32_t)(start - scan->text),
		.len = (uint32_t)(scan->at - start),
		.size = 1,
		.num = num,
	};
	return true;
}

static uint64_t pack_head(const struct mdt_scan *scan, const char *str, size_t len)
{
	return (uint64_t)(str - scan->text) << 32 | (uint32_t)len;
}

static void close_node(struct mdt_scan *scan, uint32_t at)
{
	struct mdt_node *v = node(scan, at);

	v->len = (uint32_t)(scan->at - scan->text) - v->off;
	v->size = (uint32_t)scan->nodes.len - at;
}

// The closing quote: the first that an even number of backslashes precedes.
static const char *find_quote(const char *p, const char *end, char quote)
{
	while (p < end) {
		const char *close = memchr(p, quote, (size_t)(end - p));
		const char *back = close;

		if (!close)
			return NULL;
		while (back > p && back[-1] == '\\')
			back--;
		if ((close - back) % 2 == 0)
			return close;
		p = close + 1;
	}
	return NULL;
}

static bool scan_string(struct mdt_scan *scan)
{
	const char *start = scan->at, *open = start + (*start == '@');
	const char *close = find_quote(open + 1, scan->end, *open);
	unsigned int flags = 0;

	if (!close) {
		scan->at = scan->end;
		return fail(scan, "a closing quote");
	}
	scan->at = close + 1;
	if (*open == '\'')
		return push(scan, MDT_NODE_CHAR, start, 0, 0);
	if (peek(scan, 0) == '.' && peek(scan, 1) == '.' && peek(scan, 2) == '.') {
		scan->at += 3;
		flags = MDT_NODE_CUT;
	}
	return push(scan, MDT_NODE_STRING, start, flags, 0);
}

static uint64_t scan_decimal(struct mdt_scan *scan)
{
	const char *p = scan->at, *end = scan->end;
	uint64_t value = 0;

	while (p < end && is_decimal(*p))
		value = value * 10 + (unsigned char)(*p++ - '0');
	scan->at = p;
	return value;
}

// Base 16 or 8: 1 << shift.
static uint64_t scan_power(struct mdt_scan *scan, unsigned int shift)
{
	const char *p = scan->at, *end = scan->end;
	unsigned int digit;
	uint64_t value = 0;

	while (p < end && (digit = digit_value(*p)) >> shift == 0) {
		value = value << shift | digit;
		p++;
	}
	scan->at = p;
	return value;
}

// Whether the digits from @p p on are more than 64 bits hold.
static bool overflows(const struct mdt_scan *scan, const char *p, unsigned int base)
{
	uint64_t value = 0;

	for (; p < scan->at; p++)
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)digit_value(*p), &value))
			return true;
	return false;
}

/*
 * Parts of addresses and uuids begin like numbers: 7e:e3:5b:1c:cf:c7, 01234567-89ab-cdef.
 * All else that digits run into is not a value's: the program's output behind the count
 * of a write().
 */
static bool goes_on_as_hex(const struct mdt_scan *scan, const char *start)
{
	const char *p = scan->at;

	while (p < scan->end && digit_value(*p) < 16)
		p++;
	return p > scan->at && (p - start == 2 || p - start >= 4) &&
	       ((p < scan->end && (*p == ':' || *p == '-')) ||
		(start > scan->text && (start[-1] == ':' || start[-1] == '-')));
}

static bool hex_as_word(struct mdt_scan *scan, const char *start)
{
	while (digit_value(peek(scan, 0)) < 16)
		scan->at++;
	return push(scan, MDT_NODE_WORD, start, 0, 0);
}

// 0.500000, and versions as of the device mapper: 4.1.2
static bool scan_fraction(struct mdt_scan *scan, const char *start)
{
	unsigned int points = 0;

	while (peek(scan, 0) == '.' && is_decimal(peek(scan, 1))) {
		points++;
		scan->at++;
		while (is_decimal(peek(scan, 0)))
			scan->at++;
	}
	return push(scan, points > 1 ? MDT_NODE_WORD : MDT_NODE_REAL, start, 0, 0);
}

// What digits run into: parts of an address, a fraction, or nothing that belongs to them.
static bool scan_number_end(struct mdt_scan *scan, const char *start, unsigned int flags,
			    uint64_t value)
{
	if (is_word(*scan->at) && goes_on_as_hex(scan, start))
		return hex_as_word(scan, start);
	if (*scan->at == '.' && is_decimal(peek(scan, 1)))
		return scan_fraction(scan, start);
	return push(scan, MDT_NODE_INT, start, flags, value);
}

static bool scan_number(struct mdt_scan *scan)
{
	const char *start = scan->at, *first;
	unsigned int flags = 0, base = 10;
	uint64_t value;

	if (*start == '-') {
		flags = MDT_NODE_NEGATIVE;
		scan->at++;
	}
	first = scan->at;
	if (*first != '0') {
		value = scan_decimal(scan);
	} else if (peek(scan, 1) == 'x' || peek(scan, 1) == 'X') {
		first = scan->at += 2;
		flags |= MDT_NODE_HEX;
		base = 16;
		value = scan_power(scan, 4);
		if (scan->at == first)
			return fail(scan, "hex digits");
	} else if (is_decimal(peek(scan, 1))) {
		flags |= MDT_NODE_OCTAL;
		base = 8;
		value = scan_power(scan, 3);
	} else {
		scan->at++;
		value = 0;
	}
	if (unlikely(scan->at - first > 16) && overflows(scan, first, base))
		flags |= MDT_NODE_HUGE;
	if (flags & MDT_NODE_NEGATIVE)
		value = -value;
	if (scan->at < scan->end && unlikely(is_word(*scan->at) || *scan->at == '.'))
		return scan_number_end(scan, start, flags, value);
	return push(scan, MDT_NODE_INT, start, flags, value);
}

// A bracket with a list in it; `open` is what stands before the list.
static bool scan_bracket(struct mdt_scan *scan, enum mdt_node_kind kind, size_t open,
			 unsigned int flags, char close)
{
	uint32_t at = (uint32_t)scan->nodes.len;
	const char *start = scan->at;

	scan->at += open;
	return push(scan, kind, start, flags,
		    kind == MDT_NODE_CALL ? pack_head(scan, start, open - 1) : 0) &&
	       mdt_scan_list(scan, at, close);
}

// A word that ends at `end`, or a call of that name.
static bool scan_word(struct mdt_scan *scan, const char *end)
{
	const char *start = scan->at;

	if (end < scan->end && *end == '(')
		return scan_bracket(scan, MDT_NODE_CALL, (size_t)(end - start) + 1, 0,
				    ')');
	scan->at = end;
	return push(scan, MDT_NODE_WORD, start, 0, 0);
}

// An operator before a term without a value of its own: ~FLAG, -icanon, &sin6_addr, !0.
static bool scan_prefixed(struct mdt_scan *scan)
{
	const char *start = scan->at, *end;

	if (*start == '~' && peek(scan, 1) == '[')
		return scan_bracket(scan, MDT_NODE_ARRAY, 2, MDT_NODE_NOT, ']');
	if (*start == '~' && peek(scan, 1) == '(')
		return scan_bracket(scan, MDT_NODE_GROUP, 2, MDT_NODE_NOT, ')');
	if (*start == '-' && is_decimal(peek(scan, 1)))
		return scan_number(scan);
	scan->at++;
	end = word_end(scan->at, scan->end);
	if (end == scan->at)
		return fail(scan, "a name or a number");
	scan->at = end;
	return push(scan, MDT_NODE_WORD, start, 0, 0);
}

// <unavailable>, <... resuming interrupted poll ...>, <unfinished ...>
static bool scan_missing(struct mdt_scan *scan)
{
	const char *start = scan->at;
	const char *close = memchr(start, '>', (size_t)(scan->end - start));

	if (!close)
		return fail(scan, "'>'");
	scan->at = close + 1;
	return push(scan, MDT_NODE_MISSING, start, 0, 0);
}

static bool scan_ellipsis(struct mdt_scan *scan)
{
	const char *start = scan->at;

	if (!mdt_scan_eat(scan, SLICE("...")))
		return fail(scan, "a value");
	return push(scan, MDT_NODE_ELLIPSIS, start, 0, 0);
}

// Comments stand in comments: /* QCMD(0 /* Q_??? */, USRQUOTA) */
static const char *find_comment_end(const char *p, const char *end)
{
	unsigned int depth = 1;

	for (; (p = memchr(p, '*', (size_t)(end - p))); p++) {
		if (p[-1] == '/')
			depth++;
		else if (p + 1 < end && p[1] == '/' && --depth == 0)
			return p;
	}
	return NULL;
}

// Without the one blank at either end.
static struct mdt_slice comment_text(struct mdt_slice inside)
{
	if (mdt_slice_starts(inside, SLICE(" ")))
		inside = mdt_slice_skip(inside, 1);
	if (mdt_slice_ends(inside, SLICE(" ")))
		inside.len--;
	return inside;
}

static bool scan_comment(struct mdt_scan *scan, unsigned int flags)
{
	const char *start = scan->at, *close = find_comment_end(start + 2, scan->end);
	struct mdt_slice inside;

	scan->at += 2;
	if (!close) {
		scan->at = start;
		return fail(scan, "a comment that ends");
	}
	inside = comment_text(mdt_slice_from(scan->at, (size_t)(close - scan->at)));
	scan->at = inside.str + inside.len;
	if (!push(scan, MDT_NODE_COMMENT, inside.str, flags, 0))
		return false;
	scan->at = close + 2;
	return true;
}

static bool scan_opened(struct mdt_scan *scan)
{
	switch (*scan->at) {
	case '{':
		return scan_bracket(scan, MDT_NODE_STRUCT, 1, 0, '}');
	case '[':
		return scan_bracket(scan, MDT_NODE_ARRAY, 1, 0, ']');
	}
	return scan_bracket(scan, MDT_NODE_GROUP, 1, 0, ')');
}

static bool scan_rare_term(struct mdt_scan *scan)
{
	switch (peek(scan, 0)) {
	case '@':
		if (peek(scan, 1) == '"')
			return scan_string(scan);
		// `--- SIGCHLD (Child exited) @ 0 (0) ---`, before 4.9
		scan->at++;
		return push(scan, MDT_NODE_WORD, scan->at - 1, 0, 0);
	case '*': // a null address in AX.25 digipeaters
		scan->at++;
		return push(scan, MDT_NODE_WORD, scan->at - 1, 0, 0);
	case '<':
		return scan_missing(scan);
	case '.':
		return scan_ellipsis(scan);
	}
	return fail(scan, "a value");
}

FLAT bool scan_term(struct mdt_scan *scan)
{
	switch (start_of(peek(scan, 0))) {
	case START_DIGIT:
		return scan_number(scan);
	case START_WORD:
		return scan_word(scan, word_end(scan->at + 1, scan->end));
	case START_QUOTE:
		return scan_string(scan);
	case START_BRACKET:
		return scan_opened(scan);
	case START_SIGN:
		return scan_prefixed(scan);
	case START_OTHER:
		break;
	}
	return scan_rare_term(scan);
}

// What may stand directly behind a descriptor's <path>.
static bool ends_path(struct mdt_slice rest)
{
	return !rest.len || (rest.str[0] && memchr(",)}]| =", rest.str[0], 7)) ||
	       mdt_slice_starts(rest, SLICE("...")) ||
	       mdt_slice_starts(rest, SLICE("(deleted)"));
}

/*
 * The '>' that ends a path: the first that something fitting follows. strace escapes '<'
 * and '>' in paths (print_quoted_string_ex() in src/util.c), but its old versions did
 * not, and the "->" of sockets never was. When the line makes no sense so, `retry` takes
 * a later one.
 */
static const char *find_path_end(struct mdt_scan *scan, const char *start)
{
	unsigned int skip = scan->paths++ ? 0 : scan->retry;
	bool bracket = false;

	for (const char *p = start; p < scan->end; p++) {
		if (*p == '[')
			bracket = true;
		if (*p != '>' || (bracket && p[-1] == '-'))
			continue;
		if (ends_path(mdt_slice_from(p + 1, (size_t)(scan->end - p - 1))) &&
		    !skip--)
			return p;
	}
	return NULL;
}

static bool scan_path(struct mdt_scan *scan)
{
	const char *start = scan->at + 1, *close = find_path_end(scan, start);
	unsigned int flags = 0;

	if (!close)
		return fail(scan, "'>' after the descriptor's path");
	scan->at = close;
	if (!push(scan, MDT_NODE_PATH, start, 0, 0))
		return false;
	scan->at = close + 1;
	if (mdt_scan_eat(scan, SLICE("(deleted)")))
		flags = MDT_NODE_DELETED;
	node(scan, (uint32_t)scan->nodes.len - 1)->flags |= flags & MDT_NODE_DELETED;
	return true;
}

/* --secontext: " [" context "]" with colons and nothing that an array would hold. */
static bool scan_context(struct mdt_scan *scan)
{
	const char *start = scan->at + 2;
	struct mdt_slice rest = mdt_slice_head(
		mdt_slice_from(start, (size_t)(scan->end - start)), CONTEXT_MAX);
	const char *close = rest.len ? memchr(start, ']', rest.len) : NULL;

	if (!close || !is_context(mdt_slice_head(rest, (size_t)(close - start))))
		return false;
	scan->at = close;
	if (!push(scan, MDT_NODE_CONTEXT, start, 0, 0))
		return false;
	scan->at = close + 1;
	return true;
}

// Everything that hangs on the term at `at`.
static bool scan_hanging(struct mdt_scan *scan, uint32_t at)
{
	for (;;) {
		char c = peek(scan, 0), d = peek(scan, 1);

		if (c == '<' && d != '<' && node(scan, at)->kind <= MDT_NODE_WORD) {
			if (!scan_path(scan))
				return false;
		} else if (c == ' ' && d == '/' && peek(scan, 2) == '*') {
			scan->at++;
			if (!scan_comment(scan, 0))
				return false;
		} else if (c != ' ' || d != '[' || !scan_context(scan)) {
			break;
		}
		node(scan, at)->size = (uint32_t)scan->nodes.len - at;
	}
	return true;
}

struct infix {
	struct mdt_slice text;
	enum mdt_node_kind kind;
	unsigned int level; // a higher one binds tighter
};

static const struct infix operators[] = {
	{ SLICE_INIT("|"), MDT_NODE_FLAGS, 3 },
	{ SLICE_INIT(" => "), MDT_NODE_CHANGE, 1 },
	{ SLICE_INIT("->"), MDT_NODE_CHANGE, 1 }, // [16->2], before 5.11
	{ SLICE_INIT(" or "), MDT_NODE_EITHER, 2 },
	{ SLICE_INIT("<<"), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT(">>"), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT("*"), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT("+"), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT("-"), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT("&"), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT("^"), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT("/"), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT(":"), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT(" && "), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT(" == "), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT(" = "), MDT_NODE_EXPR, 4 }, // [[IPV4_DEVCONF_TAG-1] = 0]
	{ SLICE_INIT(" << "), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT(" * "), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT(" + "), MDT_NODE_EXPR, 4 },
	{ SLICE_INIT(" - "), MDT_NODE_EXPR, 4 },
};

static const struct infix *peek_operator(const struct mdt_scan *scan)
{
	char c = peek(scan, 0);

	if (c == '|')
		return &operators[0];
	if (ends_value(c) || scan->at == scan->end)
		return NULL;
	array_for_each (op, operators)
		if (mdt_slice_starts(mdt_scan_rest(scan), op->text))
			return op;
	return NULL;
}

// The same for `a.b[1]=`, where a word ends at `p`.
static size_t scan_long_name(const struct mdt_scan *scan, const char *p)
{
	while (p < scan->end && (is_word(*p) || *p == '[' || *p == ']' || *p == '.'))
		p++;
	if (p + 1 >= scan->end || *p != '=' || p[1] == '=' || p - scan->at > NAME_MAX_LEN)
		return 0;
	return (size_t)(p - scan->at);
}

// The length of `name=` at the start of an element, without the '='; a word ends at
// `end`.
FLAT size_t scan_name(const struct mdt_scan *scan, const char *end)
{
	if (end + 1 >= scan->end)
		return 0;
	if (*end == '=')
		return end[1] != '=' && end - scan->at <= NAME_MAX_LEN
			       ? (size_t)(end - scan->at)
			       : 0;
	return unlikely(*end == '[' || *end == '.') ? scan_long_name(scan, end) : 0;
}

static bool scan_operators(struct mdt_scan *scan, uint32_t at, unsigned int level);

// strace 7.2 says the name of times()'s argument twice: buf=buf={...}
static bool scan_named_again(struct mdt_scan *scan, uint32_t at)
{
	uint32_t name = node(scan, at)->len;

	scan->nodes.len = at;
	if (!scan_bracket(scan, MDT_NODE_STRUCT, 1, 0, '}'))
		return false;
	node(scan, at)->name_len = (uint16_t)name;
	return true;
}

// A term, or nothing: statx() with -X raw prints |0x800, its first set of flags is empty.
FLAT bool scan_value(struct mdt_scan *scan)
{
	if (unlikely(peek(scan, 0) == '|'))
		return push(scan, MDT_NODE_WORD, scan->at, 0, 0);
	return scan_term(scan);
}

// A term that may have a name.
FLAT bool scan_named(struct mdt_scan *scan)
{
	uint32_t at = (uint32_t)scan->nodes.len;
	const char *end;
	size_t name;

	if (start_of(peek(scan, 0)) != START_WORD)
		return scan_value(scan);
	end = word_end(scan->at + 1, scan->end);
	name = scan_name(scan, end);
	if (!name)
		return scan_word(scan, end);
	scan->at += name + 1;
	if (!scan_value(scan))
		return false;
	if (unlikely(peek(scan, 0) == '=' && node(scan, at)->kind == MDT_NODE_WORD &&
		     peek(scan, 1) == '{')) {
		scan->at++;
		return scan_named_again(scan, at);
	}
	node(scan, at)->name_len = (uint16_t)name;
	return true;
}

// An operand may repeat the name: {features=0 => features=UFFD_FEATURE_EVENT_FORK}.
static bool scan_operand(struct mdt_scan *scan, unsigned int level)
{
	uint32_t at = (uint32_t)scan->nodes.len;

	if (!(level == 2 ? scan_named(scan) : scan_term(scan)))
		return false;
	if (likely(ends_value(peek(scan, 0)) || (level == 4 && peek(scan, 0) == '|')))
		return true;
	return scan_hanging(scan, at) && scan_operators(scan, at, level);
}

// Put a parent before the subtree that was scanned last.
static bool wrap(struct mdt_scan *scan, uint32_t at, enum mdt_node_kind kind,
		 size_t op_len)
{
	struct mdt_nodes *nodes = &scan->nodes;
	struct mdt_node first;

	if (nodes->len == nodes->cap && !nodes_grow(scan))
		return false;
	first = nodes->items[at];
	memmove(&nodes->items[at + 1], &nodes->items[at],
		(nodes->len - at) * sizeof(*nodes->items));
	nodes->len++;
	nodes->items[at + 1].name_len = 0;
	nodes->items[at] = (struct mdt_node){
		.kind = kind,
		.name_len = first.name_len,
		.off = first.off,
		.num = pack_head(scan, scan->at, op_len),
	};
	return true;
}

/*
 * What follows a term: operators of `level` and above. All arithmetic is one level and
 * one node, however the operators alternate: a line of them must not cost more than its
 * length.
 */
static bool scan_operators(struct mdt_scan *scan, uint32_t at, unsigned int level)
{
	const struct infix *op, *next;
	bool ok = true;

	while (ok && (op = peek_operator(scan)) && op->level >= level) {
		if (!wrap(scan, at, op->kind, op->text.len))
			return false;
		next = op;
		do {
			scan->at += next->text.len;
			ok = scan_operand(scan, op->level + 1);
			next = ok ? peek_operator(scan) : NULL;
		} while (next && next->level == op->level);
		close_node(scan, at);
	}
	return ok;
}

// `[0 /* IO_WQ_BOUND */]=5`: what looked like an array is the index of an array's item.
static bool scan_indexed(struct mdt_scan *scan, uint32_t at)
{
	size_t name = node(scan, at)->len;

	if (name > NAME_MAX_LEN)
		return fail(scan, "a shorter name");
	scan->at++;
	scan->nodes.len = at;
	if (!scan_term(scan))
		return false;
	node(scan, at)->name_len = (uint16_t)name;
	return true;
}

// What hangs on a term, and operators.
static bool scan_rest(struct mdt_scan *scan, uint32_t at)
{
	return scan_hanging(scan, at) && scan_operators(scan, at, 1);
}

FLAT bool scan_element(struct mdt_scan *scan)
{
	uint32_t at = (uint32_t)scan->nodes.len;
	char c = peek(scan, 0);

	if (!scan_named(scan))
		return false;
	if (likely(ends_value(peek(scan, 0))))
		return true;
	if (c == '[' && peek(scan, 0) == '=' && peek(scan, 1) != '=' &&
	    !scan_indexed(scan, at))
		return false;
	return scan_rest(scan, at);
}

bool mdt_scan_element(struct mdt_scan *scan)
{
	return scan_element(scan);
}

bool mdt_scan_result(struct mdt_scan *scan)
{
	uint32_t at = (uint32_t)scan->nodes.len;

	return scan_term(scan) && scan_hanging(scan, at);
}

bool mdt_scan_words(struct mdt_scan *scan, uint32_t *ret)
{
	uint32_t at = (uint32_t)scan->nodes.len;

	if (!push(scan, MDT_NODE_GROUP, scan->at, 0, 0))
		return false;
	while (scan->at < scan->end) {
		if (!mdt_scan_result(scan))
			return false;
		mdt_scan_blanks(scan);
	}
	close_node(scan, at);
	*ret = at;
	return true;
}

bool mdt_scan_word_group(struct mdt_scan *scan, struct mdt_slice text)
{
	uint32_t at = (uint32_t)scan->nodes.len;

	if (!push(scan, MDT_NODE_GROUP, scan->at, 0, 0))
		return false;
	scan->at = text.str + text.len;
	if (!push(scan, MDT_NODE_WORD, text.str, 0, 0))
		return false;
	scan->at++;
	close_node(scan, at);
	return true;
}

enum separator {
	SEP_COMMA,
	SEP_BLANK,
	SEP_STRAY, // a bracket too many, already taken as a value
	SEP_CLOSE, // or the end of the text, where it may stand in for it
	SEP_WRONG,
};

static const char *expected_close(char close, bool comma)
{
	if (comma)
		return close == ')'   ? "',' or ')'"
		       : close == '}' ? "',' or '}'"
				      : "',' or ']'";
	return close == ')' ? "')'" : close == '}' ? "'}'" : "']'";
}

static bool is_closer(char c)
{
	return c == ')' || c == ']' || c == '}';
}

/*
 * A bracket that closes something else. strace 5.10 forgets the bracket of some structs
 * that it cannot read, `_sysctl({{}, 0, 0x7f63f1a53fb0)`, and prints some twice,
 * `numblocks=2}})`: one that an outer list waits for ends this one as well; one that
 * nobody waits for is a word.
 */
static enum separator scan_stray(struct mdt_scan *scan, uint32_t parent)
{
	if (memchr(scan->closers, *scan->at, scan->depth - 1)) {
		node(scan, parent)->flags |= MDT_NODE_OPEN;
		return SEP_CLOSE;
	}
	scan->at++;
	return push(scan, MDT_NODE_WORD, scan->at - 1, MDT_NODE_GLUED, 0) ? SEP_STRAY
									  : SEP_WRONG;
}

static enum separator scan_end(struct mdt_scan *scan, uint32_t parent, char close)
{
	node(scan, parent)->flags |= MDT_NODE_OPEN;
	return scan->open ? SEP_CLOSE
			  : (fail(scan, expected_close(close, false)), SEP_WRONG);
}

static enum separator scan_separator(struct mdt_scan *scan, uint32_t parent, char close)
{
	enum separator found = SEP_COMMA;

	if (scan->at == scan->end)
		return scan_end(scan, parent, close);
	if (*scan->at == close) {
		scan->at++;
		return SEP_CLOSE;
	}
	if (*scan->at == ',') {
		scan->at++;
	} else if (*scan->at == ' ') {
		found = SEP_BLANK;
	} else if (scan->lenient && is_closer(*scan->at)) {
		return scan_stray(scan, parent);
	} else {
		return fail(scan, expected_close(close, true)), SEP_WRONG;
	}
	mdt_scan_blanks(scan);
	if (scan->at == scan->end || *scan->at == close)
		return scan_separator(scan, parent, close);
	// A call's own arguments have commas between them; `<unfinished ...>` may follow
	// a blank.
	if (unlikely(found == SEP_BLANK && scan->depth == 1 && *scan->at != '<' &&
		     node(scan, parent)->kind == MDT_NODE_CALL)) {
		while (scan->at[-1] == ' ')
			scan->at--;
		return fail(scan, expected_close(close, true)), SEP_WRONG;
	}
	return found;
}

// The one that nearly always stands between elements.
FLAT bool scan_plain_comma(struct mdt_scan *scan, char close)
{
	const char *p = scan->at;

	if (scan->end - p < 3 || p[0] != ',' || p[1] != ' ' || p[2] == ' ' ||
	    p[2] == close)
		return false;
	scan->at = p + 2;
	return true;
}

FLAT bool scan_list_element(struct mdt_scan *scan)
{
	if (unlikely(peek(scan, 0) == '/' && peek(scan, 1) == '*'))
		return scan_comment(scan, MDT_NODE_INSIDE);
	return scan_element(scan);
}

bool mdt_scan_list(struct mdt_scan *scan, uint32_t parent, char close)
{
	enum separator separator = SEP_COMMA;

	if (scan->depth == MDT_SCAN_DEPTH_MAX)
		return fail(scan, "fewer brackets in brackets");
	scan->closers[scan->depth++] = close;
	mdt_scan_blanks(scan);
	if (scan->at == scan->end || *scan->at == close)
		separator = scan_separator(scan, parent, close);
	while (separator < SEP_CLOSE) {
		uint32_t at = (uint32_t)scan->nodes.len;

		if (separator != SEP_STRAY && !scan_list_element(scan)) {
			separator = SEP_WRONG;
			break;
		}
		if (unlikely(separator == SEP_BLANK))
			node(scan, at)->flags |= MDT_NODE_SPACED;
		separator = scan_plain_comma(scan, close)
				    ? SEP_COMMA
				    : scan_separator(scan, parent, close);
	}
	scan->depth--;
	close_node(scan, parent);
	return separator == SEP_CLOSE;
}

bool mdt_scan_call_head(struct mdt_scan *scan, uint32_t *ret)
{
	const char *start = scan->at;
	size_t len = mdt_scan_word(mdt_scan_rest(scan));

	if (!len || peek(scan, len) != '(')
		return false;
	*ret = (uint32_t)scan->nodes.len;
	scan->at += len + 1;
	if (!push(scan, MDT_NODE_CALL, start, 0, pack_head(scan, start, len))) {
		scan->at = start;
		return false;
	}
	return true;
}
