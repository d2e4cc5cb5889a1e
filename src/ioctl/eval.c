// SPDX-License-Identifier: MIT
#include "ioctl/eval.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"

enum { DEPTH_MAX = 128, NAME_LEN_MAX = 256 };

struct parser {
	const struct mdt_eval_env *env;
	struct mdt_tokens tokens;
	size_t pos;
	unsigned int depth;
};

static const struct mdt_token *peek(const struct parser *p)
{
	return p->pos < p->tokens.len ? &p->tokens.items[p->pos] : NULL;
}

static bool at(const struct parser *p, const char *text)
{
	const struct mdt_token *token = peek(p);

	return token && token->kind != MDT_TOKEN_STRING &&
	       mdt_slice_eq_cstr(token->text, text);
}

static bool take(struct parser *p, const char *text)
{
	bool is = at(p, text);

	p->pos += is;
	return is;
}

static struct mdt_error *fault(const struct parser *p, const char *what)
{
	const struct mdt_token *token = peek(p);

	if (!token)
		return mdt_error_create(MDT_ERR_SYNTAX, "%s at the end", what);
	return mdt_error_create(MDT_ERR_SYNTAX, "%s at '%.*s'", what,
				SLICE_FMT(token->text));
}

static struct mdt_error *expect(struct parser *p, const char *text)
{
	if (take(p, text))
		return NULL;
	return mdt_error_create(MDT_ERR_SYNTAX, "no '%s'", text);
}

// As the type says: cut to its size, then signs above it.
static uint64_t wrap(uint64_t value, unsigned int size, bool is_unsigned)
{
	unsigned int bits = size * 8;

	if (bits >= 64)
		return value;
	value &= (UINT64_C(1) << bits) - 1;
	if (!is_unsigned && value >> (bits - 1))
		value |= UINT64_MAX << bits;
	return value;
}

static struct mdt_number number(uint64_t value, uint8_t size, bool is_unsigned)
{
	return (struct mdt_number){ wrap(value, size, is_unsigned), size, is_unsigned };
}

static struct mdt_error *expression(struct parser *p, struct mdt_number *ret);
static struct mdt_error *unary(struct parser *p, struct mdt_number *ret);

static struct mdt_error *literal(struct parser *p, struct mdt_slice text,
				 struct mdt_number *ret)
{
	struct mdt_slice digits = text;
	bool is_unsigned = false, is_long = false, is_decimal;
	uint64_t value;

	while (digits.len > 1 && strchr("uUlL", digits.str[digits.len - 1])) {
		char c = digits.str[--digits.len];

		is_unsigned |= c == 'u' || c == 'U';
		is_long |= c == 'l' || c == 'L';
	}
	if (!mdt_slice_to_u64(digits, &value))
		return fault(p, "not a whole number");
	is_decimal = digits.str[0] != '0';
	// C17 6.4.4.1: the first of int, unsigned (not for decimals), long, unsigned
	// long.
	if (value > INT64_MAX ||
	    (!is_long && value > INT32_MAX && value <= UINT32_MAX && !is_decimal))
		is_unsigned = true;
	if (value > (is_unsigned ? UINT32_MAX : INT32_MAX))
		is_long = true;
	*ret = number(value, is_long ? 8 : 4, is_unsigned);
	p->pos++;
	return NULL;
}

static int escape_value(char c)
{
	static const char from[] = "abtnvfr0\\'\"", to[] = "\a\b\t\n\v\f\r\0\\'\"";
	const char *found = c ? strchr(from, c) : NULL;

	return found ? (unsigned char)to[found - from] : -1;
}

static struct mdt_error *character(struct parser *p, struct mdt_slice text,
				   struct mdt_number *ret)
{
	int value = -1;

	if (text.len == 3 && text.str[1] != '\\')
		value = (signed char)text.str[1];
	else if (text.len == 4 && text.str[1] == '\\')
		value = escape_value(text.str[2]);
	if (value < 0 || text.str[text.len - 1] != '\'')
		return fault(p, "not one character");
	*ret = number((uint64_t)value, 4, false);
	p->pos++;
	return NULL;
}

static struct mdt_error *name(struct parser *p, struct mdt_slice text,
			      struct mdt_number *ret)
{
	if (!p->env->find_constant || !p->env->find_constant(p->env->ctx, text, ret))
		return fault(p, "not a constant");
	p->pos++;
	return NULL;
}

static struct mdt_error *primary(struct parser *p, struct mdt_number *ret)
{
	const struct mdt_token *token = peek(p);
	struct mdt_error *err;

	if (!token)
		return fault(p, "expected a value");
	if (take(p, "(")) {
		err = expression(p, ret);
		return err ? err : expect(p, ")");
	}
	switch (token->kind) {
	case MDT_TOKEN_NUMBER:
		return literal(p, token->text, ret);
	case MDT_TOKEN_CHAR:
		return character(p, token->text, ret);
	case MDT_TOKEN_IDENT:
		return name(p, token->text, ret);
	case MDT_TOKEN_STRING:
	case MDT_TOKEN_PUNCT:
		return fault(p, "expected a value");
	}
	unreachable();
}

// Words of C's own types, counted: "long unsigned int" and "unsigned long" are one.
struct words {
	unsigned int chars, shorts, ints, longs, signeds, unsigneds, bools, total;
};

static bool count_word(struct words *w, struct mdt_slice text)
{
	static const struct {
		struct mdt_slice word;
		size_t offset;
	} rows[] = {
		{ SLICE_INIT("char"), offsetof(struct words, chars) },
		{ SLICE_INIT("short"), offsetof(struct words, shorts) },
		{ SLICE_INIT("int"), offsetof(struct words, ints) },
		{ SLICE_INIT("long"), offsetof(struct words, longs) },
		{ SLICE_INIT("signed"), offsetof(struct words, signeds) },
		{ SLICE_INIT("__signed__"), offsetof(struct words, signeds) },
		{ SLICE_INIT("unsigned"), offsetof(struct words, unsigneds) },
		{ SLICE_INIT("_Bool"), offsetof(struct words, bools) },
	};

	array_for_each (row, rows) {
		if (!mdt_slice_eq(text, row->word))
			continue;
		++*(unsigned int *)((char *)w + row->offset);
		w->total++;
		return true;
	}
	return false;
}

enum { PLAIN, UNSIGNED };

#define INT_TYPE(text, bytes, sign)                                                      \
	{                                                                                \
		.kind = MDT_TYPE_INT, .name = text, .size = bytes, .is_signed = sign     \
	}

static const struct mdt_type *words_type(const struct words *w)
{
	static const struct mdt_type types[][2] = {
		{ INT_TYPE("int", 4, true), INT_TYPE("unsigned int", 4, false) },
		{ INT_TYPE("short", 2, true), INT_TYPE("unsigned short", 2, false) },
		{ INT_TYPE("long", 8, true), INT_TYPE("unsigned long", 8, false) },
		{ INT_TYPE("long long", 8, true),
		  INT_TYPE("unsigned long long", 8, false) },
		{ INT_TYPE("signed char", 1, true), INT_TYPE("unsigned char", 1, false) },
	};
	static const struct mdt_type boolean = INT_TYPE("_Bool", 1, false);
	static const struct mdt_type plain_char = { .kind = MDT_TYPE_INT,
						    .name = "char",
						    .size = 1,
						    .is_signed = (char)-1 < 0,
						    .is_char = true };
	unsigned int sign = w->unsigneds ? UNSIGNED : PLAIN;

	if (!w->total || w->total > 4)
		return NULL;
	if (w->bools)
		return &boolean;
	if (w->chars && !w->signeds && !w->unsigneds)
		return &plain_char;
	if (w->chars)
		return &types[4][sign];
	if (w->shorts)
		return &types[1][sign];
	return &types[w->longs > 1 ? 3 : w->longs ? 2 : 0][sign];
}

const struct mdt_type *mdt_keyword_type(struct mdt_slice words)
{
	struct words w = { 0 };

	for (words = mdt_slice_trim(words); words.len; words = mdt_slice_trim(words)) {
		const char *blank = memchr(words.str, ' ', words.len);
		size_t len = blank ? (size_t)(blank - words.str) : words.len;

		if (!count_word(&w, mdt_slice_head(words, len)))
			return NULL;
		words = mdt_slice_skip(words, len);
	}
	return words_type(&w);
}

static void skip_qualifiers(struct parser *p)
{
	while (take(p, "const") || take(p, "volatile"))
		;
}

static struct mdt_error *find_type(struct parser *p, struct mdt_slice text,
				   const struct mdt_type **ret)
{
	*ret = NULL;
	if (!p->env->find_type)
		return NULL;
	return p->env->find_type(p->env->ctx, text, ret);
}

// A struct that no header lays out can be pointed to, all the same.
static struct mdt_error *incomplete_type(struct parser *p, const char *name,
					 const struct mdt_type **ret)
{
	struct mdt_type *type = mdt_arena_new(p->env->arena, struct mdt_type);
	struct mdt_slice kept;

	if (!type || !mdt_arena_copy(p->env->arena, mdt_slice_cstr(name), &kept))
		return &mdt_enomem;
	*type = (struct mdt_type){ .kind = MDT_TYPE_OPAQUE, .name = kept.str };
	*ret = type;
	return NULL;
}

// `struct foo`, and nothing else can be meant.
static struct mdt_error *tagged_type(struct parser *p, const struct mdt_type **ret)
{
	const struct mdt_token *keyword = peek(p), *tag = keyword + 1;
	char text[NAME_LEN_MAX];
	struct mdt_error *err;
	int len = 0;

	if (p->pos + 1 < p->tokens.len && tag->kind == MDT_TOKEN_IDENT)
		len = snprintf(text, sizeof(text), "%.*s %.*s", SLICE_FMT(keyword->text),
			       SLICE_FMT(tag->text));
	if (len <= 0 || len >= (int)sizeof(text))
		return fault(p, "expected the name of a type");
	p->pos += 2;
	err = find_type(p, mdt_slice_from(text, (size_t)len), ret);
	if (!err && !*ret && at(p, "*"))
		return incomplete_type(p, text, ret);
	if (!err && !*ret)
		return mdt_error_create(MDT_ERR_SYNTAX, "no type '%s' in the headers",
					text);
	return err;
}

// @p ret is NULL, and nothing taken, when what follows is not the name of a type.
static struct mdt_error *base_type(struct parser *p, const struct mdt_type **ret)
{
	size_t start = p->pos;
	const struct mdt_token *token;
	struct words w = { 0 };
	struct mdt_error *err;

	skip_qualifiers(p);
	*ret = NULL;
	token = peek(p);
	if (!token || token->kind != MDT_TOKEN_IDENT) {
		p->pos = start;
		return NULL;
	}
	if (at(p, "struct") || at(p, "union") || at(p, "enum")) {
		err = tagged_type(p, ret);
	} else if (count_word(&w, token->text)) {
		for (p->pos++; peek(p) && count_word(&w, peek(p)->text);)
			p->pos++;
		*ret = words_type(&w);
		err = NULL;
	} else {
		err = find_type(p, token->text, ret);
		p->pos++;
	}
	if (!*ret)
		p->pos = start;
	else
		skip_qualifiers(p);
	return err;
}

static struct mdt_error *array_type(struct parser *p, const struct mdt_type *item,
				    const struct mdt_type **ret)
{
	struct mdt_type *type = mdt_arena_new(p->env->arena, struct mdt_type);
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_number count = { 0 };
	struct mdt_slice kept;
	bool is_flexible = take(p, "]");
	struct mdt_error *err = is_flexible ? NULL : expression(p, &count);

	if (!err && !is_flexible)
		err = expect(p, "]");
	if (err)
		return err;
	if (!type)
		return &mdt_enomem;
	if (count.value > UINT16_MAX || count.value * item->size > UINT16_MAX)
		return fault(p, "an array too long for an ioctl");
	mdt_buf_printf(&text, "%s [", item->name);
	if (!is_flexible)
		mdt_buf_printf(&text, "%" PRIu64, count.value);
	mdt_buf_addc(&text, ']');
	if (text.failed || !mdt_arena_copy(p->env->arena, mdt_buf_slice(&text), &kept))
		return &mdt_enomem;
	*type = (struct mdt_type){ .kind = MDT_TYPE_ARRAY,
				   .name = kept.str,
				   .size = (uint32_t)count.value * item->size,
				   .count = (uint32_t)count.value,
				   .is_flexible = is_flexible,
				   .item = item };
	*ret = type;
	return NULL;
}

// `struct foo *`
static struct mdt_error *pointer_type(struct parser *p, const struct mdt_type *to,
				      const struct mdt_type **ret)
{
	struct mdt_type *type = mdt_arena_new(p->env->arena, struct mdt_type);
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice kept;

	mdt_buf_printf(&text, "%s%s*", to->name, to->kind == MDT_TYPE_POINTER ? "" : " ");
	if (!type || text.failed ||
	    !mdt_arena_copy(p->env->arena, mdt_buf_slice(&text), &kept))
		return &mdt_enomem;
	*type = (struct mdt_type){ .kind = MDT_TYPE_POINTER,
				   .name = kept.str,
				   .size = sizeof(void *) };
	*ret = type;
	return NULL;
}

// @p ret is NULL when what follows is not a type.
static struct mdt_error *type_name(struct parser *p, const struct mdt_type **ret)
{
	static const struct mdt_type void_type = { .kind = MDT_TYPE_OPAQUE,
						   .name = "void" };
	const struct mdt_type *type;
	struct mdt_error *err = base_type(p, &type);

	*ret = NULL;
	if (err || (!type && !at(p, "void")))
		return err;
	if (!type) {
		p->pos++;
		skip_qualifiers(p);
		if (!at(p, "*"))
			return fault(p, "void has no size");
		type = &void_type;
	}
	while (!err && take(p, "*")) {
		err = pointer_type(p, type, &type);
		skip_qualifiers(p);
	}
	while (!err && take(p, "["))
		err = array_type(p, type, &type);
	*ret = type;
	return err;
}

static struct mdt_error *size_of(struct parser *p, struct mdt_number *ret)
{
	const struct mdt_type *type = NULL;
	size_t start = p->pos;
	struct mdt_error *err = NULL;

	if (take(p, "("))
		err = type_name(p, &type);
	if (!err && type) {
		*ret = number(type->size, 8, true);
		return expect(p, ")");
	}
	if (err)
		return err;
	p->pos = start;
	err = unary(p, ret);
	if (!err)
		*ret = number(ret->size, 8, true);
	return err;
}

static struct mdt_error *cast(struct parser *p, const struct mdt_type *type,
			      struct mdt_number *ret)
{
	struct mdt_error *err = expect(p, ")");
	bool is_unsigned = !type->is_signed;

	if (!err)
		err = unary(p, ret);
	if (err)
		return err;
	if (type->kind != MDT_TYPE_INT && type->kind != MDT_TYPE_ENUM &&
	    type->kind != MDT_TYPE_POINTER)
		return fault(p, "a cast to no number");
	ret->value = wrap(ret->value, type->size, is_unsigned);
	// Integer promotion: what is narrower than int becomes int.
	*ret = number(ret->value, type->size > 4 ? 8 : 4, is_unsigned && type->size >= 4);
	return NULL;
}

static struct mdt_error *unary_inner(struct parser *p, struct mdt_number *ret)
{
	const struct mdt_type *type = NULL;
	size_t start = p->pos;
	struct mdt_error *err;

	if (take(p, "sizeof"))
		return size_of(p, ret);
	if (take(p, "+"))
		return unary(p, ret);
	if (take(p, "-")) {
		err = unary(p, ret);
		*ret = err ? *ret : number(-ret->value, ret->size, ret->is_unsigned);
		return err;
	}
	if (take(p, "~")) {
		err = unary(p, ret);
		*ret = err ? *ret : number(~ret->value, ret->size, ret->is_unsigned);
		return err;
	}
	if (take(p, "!")) {
		err = unary(p, ret);
		*ret = err ? *ret : number(!ret->value, 4, false);
		return err;
	}
	if (take(p, "(")) {
		err = type_name(p, &type);
		if (err || type)
			return err ? err : cast(p, type, ret);
		p->pos = start;
	}
	return primary(p, ret);
}

static struct mdt_error *unary(struct parser *p, struct mdt_number *ret)
{
	struct mdt_error *err;

	if (p->depth >= DEPTH_MAX)
		return fault(p, "nested too deep");
	p->depth++;
	err = unary_inner(p, ret);
	p->depth--;
	return err;
}

enum op {
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_ADD,
	OP_SUB,
	OP_SHL,
	OP_SHR,
	OP_LT,
	OP_GT,
	OP_LE,
	OP_GE,
	OP_EQ,
	OP_NE,
	OP_AND,
	OP_XOR,
	OP_OR,
	OP_LAND,
	OP_LOR,
};

struct infix {
	const char *text;
	enum op op;
	int level; /* binds tighter the higher */
};

static const struct infix *peek_infix(const struct parser *p)
{
	static const struct infix infixes[] = {
		{ "*", OP_MUL, 10 }, { "/", OP_DIV, 10 },  { "%", OP_MOD, 10 },
		{ "+", OP_ADD, 9 },  { "-", OP_SUB, 9 },   { "<<", OP_SHL, 8 },
		{ ">>", OP_SHR, 8 }, { "<", OP_LT, 7 },	   { ">", OP_GT, 7 },
		{ "<=", OP_LE, 7 },  { ">=", OP_GE, 7 },   { "==", OP_EQ, 6 },
		{ "!=", OP_NE, 6 },  { "&", OP_AND, 5 },   { "^", OP_XOR, 4 },
		{ "|", OP_OR, 3 },   { "&&", OP_LAND, 2 }, { "||", OP_LOR, 1 },
	};

	array_for_each (it, infixes)
		if (at(p, it->text))
			return it;
	return NULL;
}

static struct mdt_error *shift(const struct parser *p, enum op op, struct mdt_number a,
			       uint64_t by, struct mdt_number *ret)
{
	uint64_t value;

	if (by >= a.size * 8u)
		return fault(p, "a shift too far");
	if (op == OP_SHL)
		value = a.value << by;
	else if (a.is_unsigned)
		value = a.value >> by;
	else
		value = (uint64_t)((int64_t)a.value >> by);
	*ret = number(value, a.size, a.is_unsigned);
	return NULL;
}

static struct mdt_error *divide(const struct parser *p, enum op op, struct mdt_number a,
				struct mdt_number b, struct mdt_number *ret)
{
	uint64_t value;

	if (!b.value)
		return fault(p, "division by 0");
	if (a.is_unsigned)
		value = op == OP_DIV ? a.value / b.value : a.value % b.value;
	else if (b.value == UINT64_MAX) // INT64_MIN / -1 is a trap
		value = op == OP_DIV ? -a.value : 0;
	else if (op == OP_DIV)
		value = (uint64_t)((int64_t)a.value / (int64_t)b.value);
	else
		value = (uint64_t)((int64_t)a.value % (int64_t)b.value);
	*ret = number(value, a.size, a.is_unsigned);
	return NULL;
}

static bool is_less(struct mdt_number a, struct mdt_number b)
{
	return a.is_unsigned ? a.value < b.value : (int64_t)a.value < (int64_t)b.value;
}

// Both operands have the same type by now.
static struct mdt_error *apply_same(const struct parser *p, enum op op,
				    struct mdt_number a, struct mdt_number b,
				    struct mdt_number *ret)
{
	switch (op) {
	case OP_DIV:
	case OP_MOD:
		return divide(p, op, a, b, ret);
	case OP_MUL:
		*ret = number(a.value * b.value, a.size, a.is_unsigned);
		return NULL;
	case OP_ADD:
		*ret = number(a.value + b.value, a.size, a.is_unsigned);
		return NULL;
	case OP_SUB:
		*ret = number(a.value - b.value, a.size, a.is_unsigned);
		return NULL;
	case OP_AND:
		*ret = number(a.value & b.value, a.size, a.is_unsigned);
		return NULL;
	case OP_XOR:
		*ret = number(a.value ^ b.value, a.size, a.is_unsigned);
		return NULL;
	case OP_OR:
		*ret = number(a.value | b.value, a.size, a.is_unsigned);
		return NULL;
	case OP_LT:
		*ret = number(is_less(a, b), 4, false);
		return NULL;
	case OP_GT:
		*ret = number(is_less(b, a), 4, false);
		return NULL;
	case OP_LE:
		*ret = number(!is_less(b, a), 4, false);
		return NULL;
	case OP_GE:
		*ret = number(!is_less(a, b), 4, false);
		return NULL;
	case OP_EQ:
		*ret = number(a.value == b.value, 4, false);
		return NULL;
	case OP_NE:
		*ret = number(a.value != b.value, 4, false);
		return NULL;
	case OP_LAND:
		*ret = number(a.value && b.value, 4, false);
		return NULL;
	case OP_LOR:
		*ret = number(a.value || b.value, 4, false);
		return NULL;
	case OP_SHL:
	case OP_SHR:
		return shift(p, op, a, b.value, ret);
	}
	unreachable();
}

// The usual arithmetic conversions, C17 6.3.1.8.
static void convert(struct mdt_number *a, struct mdt_number *b)
{
	uint8_t size = a->size > b->size ? a->size : b->size;
	bool is_unsigned = (a->is_unsigned && a->size == size) ||
			   (b->is_unsigned && b->size == size);

	*a = number(a->value, size, is_unsigned);
	*b = number(b->value, size, is_unsigned);
}

static struct mdt_error *binary(struct parser *p, int level, struct mdt_number *ret)
{
	const struct infix *infix;
	struct mdt_number right;
	struct mdt_error *err = unary(p, ret);

	while (!err && (infix = peek_infix(p)) && infix->level >= level) {
		p->pos++;
		err = binary(p, infix->level + 1, &right);
		if (err)
			break;
		if (infix->op == OP_SHL || infix->op == OP_SHR) {
			err = shift(p, infix->op, *ret, right.value, ret);
		} else {
			convert(ret, &right);
			err = apply_same(p, infix->op, *ret, right, ret);
		}
	}
	return err;
}

static struct mdt_error *ternary(struct parser *p, struct mdt_number *ret)
{
	struct mdt_number yes, no;
	struct mdt_error *err = binary(p, 1, ret);

	if (err || !take(p, "?"))
		return err;
	err = expression(p, &yes);
	if (!err)
		err = expect(p, ":");
	if (!err)
		err = expression(p, &no);
	if (err)
		return err;
	convert(&yes, &no);
	*ret = ret->value ? yes : no;
	return NULL;
}

static struct mdt_error *expression(struct parser *p, struct mdt_number *ret)
{
	struct mdt_error *err;

	if (p->depth >= DEPTH_MAX)
		return fault(p, "nested too deep");
	p->depth++;
	err = ternary(p, ret);
	p->depth--;
	return err;
}

struct mdt_error *mdt_eval(const struct mdt_eval_env *env, struct mdt_tokens tokens,
			   struct mdt_number *ret)
{
	struct parser p = { env, tokens, 0, 0 };
	struct mdt_error *err = expression(&p, ret);

	if (!err && p.pos < tokens.len)
		return fault(&p, "more than a value");
	return err;
}

struct mdt_error *mdt_eval_type(const struct mdt_eval_env *env, struct mdt_tokens tokens,
				const struct mdt_type **ret)
{
	struct parser p = { env, tokens, 0, 0 };
	const struct mdt_type *type;
	struct mdt_error *err = type_name(&p, &type);

	if (!err && !type)
		return fault(&p, "not a type that is known");
	if (!err && p.pos < tokens.len)
		return fault(&p, "more than a type");
	if (!err)
		*ret = type;
	return err;
}
