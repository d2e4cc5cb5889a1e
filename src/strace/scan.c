// SPDX-License-Identifier: MIT
#include "strace/scan.h"

#include <stdlib.h>

enum {
	NODE_COUNT_MAX = 1 << 24, // of one line
	NAME_MAX_LEN = UINT16_MAX,
};

enum char_class {
	C_OTHER,
	C_DIGIT,
	C_WORD, // letters, '_', '?'
};

static const uint8_t classes[256] = {
	['0' ... '9'] = C_DIGIT, ['a' ... 'z'] = C_WORD, ['A' ... 'Z'] = C_WORD,
	['_'] = C_WORD,		 ['?'] = C_WORD,
};

// What a character is worth as a digit, and 1 more; 0 for those that are none.
static const uint8_t digit_values[256] = {
	['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static inline enum char_class class_of(char c)
{
	return (enum char_class)classes[(unsigned char)c];
}

static inline char peek(const struct mdt_scan *scan, size_t ahead)
{
	return (size_t)(scan->end - scan->at) > ahead ? scan->at[ahead] : '\0';
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
	scan->nodes = nodes;
	scan->depth = scan->retry = scan->paths = 0;
	scan->open = scan->lenient = scan->failed_memory = false;
	scan->expected = NULL;
}

struct mdt_ref mdt_scan_ref(const struct mdt_scan *scan, uint32_t at)
{
	return (struct mdt_ref){ scan->nodes->items, scan->text, at };
}

size_t mdt_scan_word(struct mdt_slice s)
{
	const char *p = s.str, *end = p + s.len;

	while (p < end && class_of(*p) != C_OTHER)
		p++;
	return (size_t)(p - s.str);
}

static bool nodes_grow(struct mdt_scan *scan)
{
	struct mdt_nodes *nodes = scan->nodes;

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
	return &scan->nodes->items[at];
}

// A node from `start` to here; later code lengthens it when the value goes on.
static inline bool push(struct mdt_scan *scan, enum mdt_node_kind kind, const char *start,
			unsigned int flags, uint64_t num)
{
	struct mdt_nodes *nodes = scan->nodes;

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
	v->size = (uint32_t)scan->nodes->len - at;
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

/*
 * Hex digits; false when there are none. What goes over the top is lost, and *huge is set.
 */
static inline bool scan_hex(struct mdt_scan *scan, uint64_t *ret, bool *huge)
{
	const char *start = scan->at, *end = scan->end, *p = start, *first;
	uint64_t value = 0;

	while (p < end && *p == '0')
		p++;
	for (first = p; p < end; p++) {
		unsigned int digit = digit_values[(unsigned char)*p];

		if (!digit)
			break;
		value = value << 4 | (digit - 1);
	}
	*huge = p - first > 16;
	*ret = value;
	scan->at = p;
	return p > start;
}

// Octal digits, the leading 0 among them.
static void scan_octal(struct mdt_scan *scan, uint64_t *ret, bool *huge)
{
	const char *start = scan->at;
	struct mdt_slice text;

	while (peek(scan, 0) >= '0' && peek(scan, 0) <= '7')
		scan->at++;
	text = mdt_slice_from(start, (size_t)(scan->at - start));
	*huge = !mdt_slice_to_u64(text, ret);
}

// At most 19 decimal digits never overflow: the usual number, without the checks.
static bool scan_short_decimal(struct mdt_scan *scan, uint64_t *ret)
{
	const char *p = scan->at;
	const char *limit = scan->end - p > 19 ? p + 19 : scan->end;
	uint64_t value = 0;

	while (p < limit && (unsigned char)(*p - '0') < 10)
		value = value * 10 + (unsigned char)(*p++ - '0');
	if (p == limit && limit < scan->end && class_of(*p) == C_DIGIT)
		return false;
	scan->at = p;
	*ret = value;
	return true;
}

/*
 * Parts of addresses and uuids begin like numbers: 7e:e3:5b:1c:cf:c7, 01234567-89ab-cdef.
 * All else that digits run into is not a value's: the program's output behind the count
 * of a write().
 */
static bool goes_on_as_hex(const struct mdt_scan *scan, const char *start)
{
	const char *p = scan->at;

	while (p < scan->end && mdt_hex_digit(*p) >= 0)
		p++;
	return p > scan->at && (p - start == 2 || p - start >= 4) &&
	       ((p < scan->end && (*p == ':' || *p == '-')) ||
		(start > scan->text && (start[-1] == ':' || start[-1] == '-')));
}

static bool hex_as_word(struct mdt_scan *scan, const char *start)
{
	while (mdt_hex_digit(peek(scan, 0)) >= 0)
		scan->at++;
	return push(scan, MDT_NODE_WORD, start, 0, 0);
}

// 0.500000, and versions as of the device mapper: 4.1.2
static bool scan_fraction(struct mdt_scan *scan, const char *start)
{
	unsigned int points = 0;

	while (peek(scan, 0) == '.' && class_of(peek(scan, 1)) == C_DIGIT) {
		points++;
		scan->at++;
		while (class_of(peek(scan, 0)) == C_DIGIT)
			scan->at++;
	}
	return push(scan, points > 1 ? MDT_NODE_WORD : MDT_NODE_REAL, start, 0, 0);
}

// More digits than surely fit; true when they do not.
static bool scan_long_decimal(struct mdt_scan *scan, uint64_t *ret)
{
	const char *start = scan->at;

	while (scan->at < scan->end && class_of(*scan->at) == C_DIGIT)
		scan->at++;
	return !mdt_slice_to_dec(mdt_slice_from(start, (size_t)(scan->at - start)), ret);
}

// Whether a number is over at the scanner's place, and no fraction or letters follow.
static inline bool number_ends(const struct mdt_scan *scan)
{
	return scan->at == scan->end ||
	       (class_of(*scan->at) == C_OTHER && *scan->at != '.');
}

static bool scan_number_slowly(struct mdt_scan *scan)
{
	const char *start = scan->at;
	unsigned int flags = 0;
	uint64_t value = 0;
	bool huge = false;

	if (*start == '-') {
		flags |= MDT_NODE_NEGATIVE;
		scan->at++;
	}
	if (peek(scan, 0) == '0' && (peek(scan, 1) == 'x' || peek(scan, 1) == 'X')) {
		scan->at += 2;
		flags |= MDT_NODE_HEX;
		if (!scan_hex(scan, &value, &huge))
			return fail(scan, "hex digits");
	} else if (peek(scan, 0) == '0' && class_of(peek(scan, 1)) == C_DIGIT) {
		flags |= MDT_NODE_OCTAL;
		scan_octal(scan, &value, &huge);
	} else if (!scan_short_decimal(scan, &value)) {
		huge = scan_long_decimal(scan, &value);
	}
	if (!number_ends(scan)) {
		if (class_of(*scan->at) != C_OTHER && goes_on_as_hex(scan, start))
			return hex_as_word(scan, start);
		if (*scan->at == '.' && class_of(peek(scan, 1)) == C_DIGIT)
			return scan_fraction(scan, start);
	}
	if (huge)
		flags |= MDT_NODE_HUGE;
	return push(scan, MDT_NODE_INT, start, flags,
		    flags & MDT_NODE_NEGATIVE ? -value : value);
}

// Most numbers are few decimal digits, or an address.
static bool scan_number(struct mdt_scan *scan)
{
	const char *start = scan->at, *p = start;
	unsigned int flags = 0;
	uint64_t value = 0;
	bool huge;

	if (*p == '0' && scan->end - p > 2 && p[1] == 'x') {
		scan->at += 2;
		flags = MDT_NODE_HEX;
		if (scan_hex(scan, &value, &huge) && !huge && number_ends(scan))
			return push(scan, MDT_NODE_INT, start, flags, value);
	} else if (scan->end - p > 10) {
		while (p - start < 10 && (unsigned char)(*p - '0') < 10)
			value = value * 10 + (unsigned char)(*p++ - '0');
		scan->at = p;
		if (p > start && (*start != '0' || p - start == 1) && p - start < 10 &&
		    number_ends(scan))
			return push(scan, MDT_NODE_INT, start, 0, value);
	}
	scan->at = start;
	return scan_number_slowly(scan);
}

// A bracket with a list in it; `open` is what stands before the list.
static bool scan_bracket(struct mdt_scan *scan, enum mdt_node_kind kind, size_t open,
			 unsigned int flags, char close)
{
	uint32_t at = (uint32_t)scan->nodes->len;
	const char *start = scan->at;

	scan->at += open;
	return push(scan, kind, start, flags,
		    kind == MDT_NODE_CALL ? pack_head(scan, start, open - 1) : 0) &&
	       mdt_scan_list(scan, at, close);
}

// A word of @p len characters, or the call whose name it is.
static bool scan_word(struct mdt_scan *scan, size_t len)
{
	const char *start = scan->at;

	if (peek(scan, len) == '(')
		return scan_bracket(scan, MDT_NODE_CALL, len + 1, 0, ')');
	scan->at += len;
	return push(scan, MDT_NODE_WORD, start, 0, 0);
}

// An operator before a term without a value of its own: ~FLAG, -icanon, &sin6_addr, !0.
static bool scan_prefixed(struct mdt_scan *scan)
{
	const char *start = scan->at;
	size_t len;

	if (*start == '~' && peek(scan, 1) == '[')
		return scan_bracket(scan, MDT_NODE_ARRAY, 2, MDT_NODE_NOT, ']');
	if (*start == '~' && peek(scan, 1) == '(')
		return scan_bracket(scan, MDT_NODE_GROUP, 2, MDT_NODE_NOT, ')');
	if (*start == '-' && class_of(peek(scan, 1)) == C_DIGIT)
		return scan_number(scan);
	scan->at++;
	len = mdt_scan_word(mdt_scan_rest(scan));
	if (!len)
		return fail(scan, "a name or a number");
	scan->at += len;
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

static bool scan_term(struct mdt_scan *scan)
{
	char c = peek(scan, 0);

	switch (class_of(c)) {
	case C_DIGIT:
		return scan_number(scan);
	case C_WORD:
		return scan_word(scan, mdt_scan_word(mdt_scan_rest(scan)));
	case C_OTHER:
		break;
	}
	switch (c) {
	case '"':
	case '\'':
		return scan_string(scan);
	case '@':
		if (peek(scan, 1) == '"')
			return scan_string(scan);
		// `--- SIGCHLD (Child exited) @ 0 (0) ---`, before 4.9
		scan->at++;
		return push(scan, MDT_NODE_WORD, scan->at - 1, 0, 0);
	case '{':
		return scan_bracket(scan, MDT_NODE_STRUCT, 1, 0, '}');
	case '[':
		return scan_bracket(scan, MDT_NODE_ARRAY, 1, 0, ']');
	case '(':
		return scan_bracket(scan, MDT_NODE_GROUP, 1, 0, ')');
	case '~':
	case '-':
	case '&':
	case '!':
		return scan_prefixed(scan);
	case '*': // a null address in AX.25 digipeaters
		scan->at++;
		return push(scan, MDT_NODE_WORD, scan->at - 1, 0, 0);
	case '<':
		return scan_missing(scan);
	case '.':
		return scan_ellipsis(scan);
	case '|': // statx() with -X raw: the first set of flags is empty, |0x800
		return push(scan, MDT_NODE_WORD, scan->at, 0, 0);
	}
	return fail(scan, "a value");
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

	for (const char *p = start; (p = memchr(p, '>', (size_t)(scan->end - p))); p++) {
		bool arrow = p > start && p[-1] == '-' &&
			     memchr(start, '[', (size_t)(p - start));

		if (!arrow &&
		    ends_path(mdt_slice_from(p + 1, (size_t)(scan->end - p - 1))) &&
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
		return fail(scan, "'>' behind the descriptor's path");
	scan->at = close;
	if (!push(scan, MDT_NODE_PATH, start, 0, 0))
		return false;
	scan->at = close + 1;
	if (mdt_scan_eat(scan, SLICE("(deleted)")))
		flags = MDT_NODE_DELETED;
	node(scan, (uint32_t)scan->nodes->len - 1)->flags |= flags & MDT_NODE_DELETED;
	return true;
}

/* --secontext: " [" context "]" with colons and nothing that an array would hold. */
static bool scan_context(struct mdt_scan *scan)
{
	const char *start = scan->at + 2, *p = start;
	bool colon = false;

	while (p < scan->end && *p != ']' && !memchr("[{}\" ", *p, 5)) {
		colon |= *p == ':';
		p++;
	}
	if (p == scan->end || *p != ']' || !colon)
		return false;
	scan->at = p;
	if (!push(scan, MDT_NODE_CONTEXT, start, 0, 0))
		return false;
	scan->at = p + 1;
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
		node(scan, at)->size = (uint32_t)scan->nodes->len - at;
	}
	return true;
}

struct operator
{
	struct mdt_slice text;
	enum mdt_node_kind kind;
	unsigned int level; // a higher one binds tighter
};

static const struct operator operators[] = {
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

static const struct operator* peek_operator(const struct mdt_scan *scan)
{
	char c = peek(scan, 0);

	if (c == '\0' || c == ',' || c == ')' || c == ']' || c == '}')
		return NULL;
	array_for_each (op, operators)
		if (mdt_slice_starts(mdt_scan_rest(scan), op->text))
			return op;
	return NULL;
}

// The length of `name=` at the start of an element, without the '='; also of `a.b[1]=`.
static size_t scan_name(const struct mdt_scan *scan, size_t word)
{
	struct mdt_slice rest = mdt_scan_rest(scan);
	size_t n = word;

	if (n < rest.len && (rest.str[n] == '[' || rest.str[n] == '.')) {
		while (n < rest.len && (class_of(rest.str[n]) != C_OTHER ||
					(rest.str[n] && memchr("[].", rest.str[n], 3))))
			n++;
	}
	if (n + 1 >= rest.len || rest.str[n] != '=' || rest.str[n + 1] == '=' || !n ||
	    n > NAME_MAX_LEN)
		return 0;
	return n;
}

static bool scan_operators(struct mdt_scan *scan, uint32_t at, unsigned int level);

// An operand may repeat the name: {features=0 => features=UFFD_FEATURE_EVENT_FORK}.
static bool scan_operand(struct mdt_scan *scan, unsigned int level)
{
	uint32_t at = (uint32_t)scan->nodes->len;
	size_t name = 0;

	if (level == 2 && class_of(peek(scan, 0)) == C_WORD)
		name = scan_name(scan, mdt_scan_word(mdt_scan_rest(scan)));

	if (name)
		scan->at += name + 1;
	if (!scan_term(scan))
		return false;
	node(scan, at)->name_len = (uint16_t)name;
	return scan_hanging(scan, at) && scan_operators(scan, at, level);
}

// Put a parent before the subtree that was scanned last.
static bool wrap(struct mdt_scan *scan, uint32_t at, enum mdt_node_kind kind,
		 size_t op_len)
{
	struct mdt_nodes *nodes = scan->nodes;
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
	const struct operator* op, *next;
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
	scan->nodes->len = at;
	if (!scan_term(scan))
		return false;
	node(scan, at)->name_len = (uint16_t)name;
	return true;
}

// `name=value`; strace 7.2 says the name of times()'s argument twice: buf=buf={...}.
static bool scan_named(struct mdt_scan *scan, uint32_t at, size_t name)
{
	scan->at += name + 1;
	if (!scan_term(scan))
		return false;
	if (peek(scan, 0) == '=' && peek(scan, 1) == '{' &&
	    node(scan, at)->kind == MDT_NODE_WORD) {
		name = node(scan, at)->len;
		scan->nodes->len = at;
		scan->at++;
		if (!scan_term(scan))
			return false;
	}
	node(scan, at)->name_len = (uint16_t)name;
	return true;
}

static bool scan_word_or_named(struct mdt_scan *scan, uint32_t at)
{
	size_t word = mdt_scan_word(mdt_scan_rest(scan)), name = scan_name(scan, word);

	return name ? scan_named(scan, at, name) : scan_word(scan, word);
}

bool mdt_scan_element(struct mdt_scan *scan)
{
	uint32_t at = (uint32_t)scan->nodes->len;
	char c = peek(scan, 0);

	if (!(class_of(c) == C_WORD ? scan_word_or_named(scan, at) : scan_term(scan)))
		return false;
	if (c == '[' && peek(scan, 0) == '=' && peek(scan, 1) != '=' &&
	    !scan_indexed(scan, at))
		return false;
	c = peek(scan, 0);
	if (likely(c == ',' || c == ')' || c == '}'))
		return true;
	return scan_hanging(scan, at) && scan_operators(scan, at, 1);
}

bool mdt_scan_result(struct mdt_scan *scan)
{
	uint32_t at = (uint32_t)scan->nodes->len;

	return scan_term(scan) && scan_hanging(scan, at);
}

bool mdt_scan_words(struct mdt_scan *scan, uint32_t *ret)
{
	uint32_t at = (uint32_t)scan->nodes->len;

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
	uint32_t at = (uint32_t)scan->nodes->len;

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

static bool scan_list_element(struct mdt_scan *scan)
{
	if (peek(scan, 0) == '/' && peek(scan, 1) == '*')
		return scan_comment(scan, MDT_NODE_INSIDE);
	return mdt_scan_element(scan);
}

// A comma, one blank, and something behind them: what nearly all elements are parted by.
static inline bool scan_comma(struct mdt_scan *scan, char close)
{
	const char *p = scan->at;

	if (scan->end - p < 3 || p[0] != ',' || p[1] != ' ' || p[2] == ' ' || p[2] == close)
		return false;
	scan->at += 2;
	return true;
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
		uint32_t at = (uint32_t)scan->nodes->len;

		if (separator != SEP_STRAY && !scan_list_element(scan)) {
			separator = SEP_WRONG;
			break;
		}
		if (separator == SEP_BLANK)
			node(scan, at)->flags |= MDT_NODE_SPACED;
		separator = scan_comma(scan, close) ? SEP_COMMA :
						      scan_separator(scan, parent, close);
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
	*ret = (uint32_t)scan->nodes->len;
	scan->at += len + 1;
	if (!push(scan, MDT_NODE_CALL, start, 0, pack_head(scan, start, len))) {
		scan->at = start;
		return false;
	}
	return true;
}
