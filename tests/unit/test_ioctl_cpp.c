// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/buf.h"
#include "ioctl/cpp.h"
#include "ioctl/eval.h"

#define index_params(table)                                                              \
	({                                                                               \
		static size_t indices[array_size(table)];                                \
		for (size_t i_ = 0; i_ < array_size(table); i_++)                        \
			indices[i_] = i_;                                                \
		cr_make_param_array(size_t, indices, array_size(table));                 \
	})

static const char *const macros[] = {
	"ONE 1",
	"ALIAS ONE",
	"F(x) (x + ONE)",
	"G F",
	"H(x,y) x y",
	"EMPTY",
	"NOARGS() done",
	"STR(x) #x",
	"CAT(a,b) a ## b",
	"XCAT(a,b) CAT(a,b)",
	"PRE_1 glued",
	"VA(f,...) f(__VA_ARGS__)",
	"NAMED(f,rest...) f(rest)",
	"SELF SELF + 1",
	"A B",
	"B A",
	"REC(x) REC(x)",
	"OBJ_PAREN (ONE)",
	"TWICE(x) x x",
	"NIL(x)",
	"GONE 1",
};

static void define_all(struct mdt_cpp *cpp)
{
	mdt_cpp_init(cpp);
	array_for_each (it, macros)
		cr_assert_null(mdt_cpp_define(cpp, mdt_slice_cstr(*it), "test.h"));
	mdt_cpp_undef(cpp, SLICE("GONE"));
}

static struct mdt_error *expand_text(struct mdt_cpp *cpp, const char *text,
				     struct mdt_buf *ret)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_tokens tokens;
	struct mdt_error *err;

	cr_assert_null(mdt_cpp_scan(mdt_slice_cstr(text), &arena, &tokens));
	err = mdt_cpp_expand(cpp, tokens, &arena, NULL, &tokens);
	for (size_t i = 0; !err && i < tokens.len; i++) {
		if (i)
			mdt_buf_addc(ret, ' ');
		mdt_buf_add(ret, tokens.items[i].text);
	}
	mdt_buf_addc(ret, 0);
	return err;
}

static const struct {
	const char *text, *expected;
} expansions[] = {
	{ "ONE", "1" },
	{ "ALIAS", "1" },
	{ "F(2)", "( 2 + 1 )" },
	{ "F", "F" },
	{ "G(3)", "( 3 + 1 )" },
	{ "G (3)", "( 3 + 1 )" },
	{ "F(F(2))", "( ( 2 + 1 ) + 1 )" },
	{ "H(ONE,(a,b))", "1 ( a , b )" },
	{ "H(,x)", "x" },
	{ "H(x)", "x" },
	{ "NOARGS()", "done" },
	{ "EMPTY", "" },
	{ "STR(ONE + x)", "\"ONE + x\"" },
	{ "CAT(PRE_,1)", "glued" },
	{ "CAT(PRE_,ONE)", "PRE_ONE" },
	{ "XCAT(PRE_,ONE)", "glued" },
	{ "CAT(,1)", "1" },
	{ "CAT(1,)", "1" },
	{ "CAT(+,+)", "+ +" },
	{ "VA(H,a,b)", "a b" },
	{ "NAMED(F,4)", "( 4 + 1 )" },
	{ "SELF", "SELF + 1" },
	{ "A", "A" },
	{ "REC(1)", "REC ( 1 )" },
	{ "F OBJ_PAREN", "F ( 1 )" }, // the '(' comes out of a macro: C17 6.10.3 p. 10
	{ "TWICE(F)(2)", "F ( 2 + 1 )" },
	{ "NIL(x) y", "y" },
	{ "GONE", "GONE" },
	{ "'a' \"F(1)\"", "'a' \"F(1)\"" },
	{ "1<<2>=3", "1 << 2 >= 3" },
};

ParameterizedTestParameters(cpp, expands)
{
	return index_params(expansions);
}

ParameterizedTest(size_t *i, cpp, expands)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_cpp cpp;

	define_all(&cpp);
	cr_assert_null(expand_text(&cpp, expansions[*i].text, &buf));
	cr_assert_str_eq(buf.str, expansions[*i].expected);
	mdt_cpp_deinit(&cpp);
}

static const struct {
	const char *text, *error;
} bad_calls[] = {
	{ "F(1", "F: no ')'" },
	{ "F(1,2)", "F: too many arguments" },
	{ "NOARGS(1)", "NOARGS: too many arguments" },
};

ParameterizedTestParameters(cpp, refuses)
{
	return index_params(bad_calls);
}

ParameterizedTest(size_t *i, cpp, refuses)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_cpp cpp;
	struct mdt_error *err;

	define_all(&cpp);
	err = expand_text(&cpp, bad_calls[*i].text, &buf);
	cr_assert_not_null(err);
	cr_assert_str_eq(err->message, bad_calls[*i].error);
	mdt_error_destroy(err);
	// A macro that was being expanded is free again.
	mdt_buf_clear(&buf);
	cr_assert_null(expand_text(&cpp, "F(1)", &buf));
	cr_assert_str_eq(buf.str, "( 1 + 1 )");
	mdt_cpp_deinit(&cpp);
}

enum shape { TWO_USES, NESTED_CALLS, ONE_USE };

static void put_link(char *text, size_t size, enum shape shape, int i)
{
	switch (shape) {
	case TWO_USES:
		snprintf(text, size, "L%d L%d L%d", i, i - 1, i - 1);
		return;
	case NESTED_CALLS:
		snprintf(text, size, "L%d(x) L%d(L%d(x))", i, i - 1, i - 1);
		return;
	case ONE_USE:
		snprintf(text, size, "L%d L%d", i, i - 1);
		return;
	}
}

static void check_too_much(enum shape shape, int count, const char *text)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_cpp cpp;
	struct mdt_error *err;

	mdt_cpp_init(&cpp);
	cr_assert_null(mdt_cpp_define(
		&cpp, shape == NESTED_CALLS ? SLICE("L0(x) x") : SLICE("L0 ha"), ""));
	for (int i = 1; i < count; i++) {
		struct mdt_slice kept;
		char link[128];

		put_link(link, sizeof(link), shape, i);
		cr_assert(mdt_arena_copy(&arena, mdt_slice_cstr(link), &kept));
		cr_assert_null(mdt_cpp_define(&cpp, kept, ""));
	}
	cpp.budget = 1 << 20;
	err = expand_text(&cpp, text, &buf);
	cr_assert_not_null(err);
	cr_assert_eq(err->kind, MDT_ERR_DWARF);
	mdt_error_destroy(err);
	mdt_cpp_deinit(&cpp);
}

Test(cpp, a_billion_laughs_cost_a_budget)
{
	check_too_much(TWO_USES, 60, "L59");
	check_too_much(NESTED_CALLS, 60, "L59(1)");
}

Test(cpp, depth_is_no_matter_of_the_stack)
{
	check_too_much(ONE_USE, 100000, "L99999");
}

Test(cpp, knows_what_reaches_ioc)
{
	static const char *const more[] = {
		"_IOC(dir,type,nr,size) (((dir)<<30)|((type)<<8)|(nr)|((size)<<16))",
		"_IOR(t,n,s) _IOC(2,(t),(n),(sizeof(s)))",
		"_SIOR _IOR",
		"YES _SIOR('a', 1, int)",
		"NO (1 + ALIAS)",
		"LOOP LOOP2",
		"LOOP2 LOOP",
	};
	struct mdt_cpp cpp;
	bool reaches;

	define_all(&cpp);
	array_for_each (it, more)
		cr_assert_null(mdt_cpp_define(&cpp, mdt_slice_cstr(*it), ""));
	cr_assert_null(
		mdt_cpp_reaches_ioc(&cpp, mdt_cpp_find(&cpp, SLICE("NO")), &reaches));
	cr_assert_not(reaches);
	cr_assert_null(
		mdt_cpp_reaches_ioc(&cpp, mdt_cpp_find(&cpp, SLICE("YES")), &reaches));
	cr_assert(reaches);
	cr_assert_null(
		mdt_cpp_reaches_ioc(&cpp, mdt_cpp_find(&cpp, SLICE("LOOP")), &reaches));
	cr_assert_not(reaches);
	mdt_cpp_deinit(&cpp);
}

static bool find_constant(void *ctx, struct mdt_slice name, struct mdt_number *ret)
{
	(void)ctx;
	*ret = (struct mdt_number){ (uint64_t)-3, 4, false };
	return mdt_slice_eq_cstr(name, "MINUS_THREE");
}

static struct mdt_error *find_type(void *ctx, struct mdt_slice name,
				   const struct mdt_type **ret)
{
	static const struct mdt_type foo = { .kind = MDT_TYPE_STRUCT,
					     .name = "struct foo",
					     .size = 24 };
	static const struct mdt_type u16 = { .kind = MDT_TYPE_INT,
					     .name = "u16",
					     .size = 2 };

	(void)ctx;
	*ret = NULL;
	if (mdt_slice_eq_cstr(name, "struct foo"))
		*ret = &foo;
	if (mdt_slice_eq_cstr(name, "u16"))
		*ret = &u16;
	return NULL;
}

// What the compiler says about the same text, as long long.
#define SAME(text)                                                                       \
	{                                                                                \
#text, (uint64_t)(long long)(text), sizeof(text)                         \
	}

static const struct {
	const char *text;
	uint64_t value;
	size_t size;
} values[] = {
	SAME(1),
	SAME(0x7fffffff),
	SAME(0x80000000),
	SAME(2147483648),
	SAME(017),
	SAME(1u),
	SAME(1UL),
	SAME(0xffffffffffffffff),
	SAME('a'),
	SAME('\n'),
	SAME('\''),
	SAME(-1),
	SAME(-1u),
	SAME(~0),
	SAME(~0u),
	SAME(!5),
	SAME(1 + 2 * 3),
	SAME((1 + 2) * 3),
	SAME(10 - 3 - 2),
	SAME(100 / 7 % 4),
	SAME(-7 / 2),
	SAME(-7 % 3),
	SAME(-7 >> 1),
	SAME(1u << 31),
	SAME(1ul << 40),
	{ "1 | 2 ^ 3 & 4", 3, 4 },
	{ "1 < 2 == 1", 1, 4 },
	{ "-1 < 1u", 0, 4 },
	SAME(-1 < 1l),
	SAME(1 ? 2 : 3),
	SAME(0	 ? 2
	     : 3 ? 4
		 : 5),
	{ "1 ? -1 : 0u", 0xffffffff, 4 },
	{ "1 && 0 || 1", 1, 4 },
	SAME(3 != 4),
	SAME(sizeof(int)),
	SAME(sizeof(unsigned long)),
	SAME(sizeof(long long unsigned)),
	SAME(sizeof(char[7])),
	SAME(sizeof(int[3][4])),
	SAME(sizeof(void *)),
	SAME(sizeof(const char *)),
	SAME(sizeof(1l)),
	SAME(sizeof(int) << 4),
	SAME((unsigned char)300),
	SAME((signed char)200),
	SAME((unsigned short)-1),
	SAME((long)-1 < 0),
	SAME((unsigned int)-1),
	SAME((char)'a'),
	SAME((int)1 + 2),
	{ "MINUS_THREE", (uint64_t)-3, 4 },
	{ "(MINUS_THREE & 0xff)", 0xfd, 4 },
	{ "sizeof(struct foo)", 24, 8 },
	{ "sizeof(struct foo [2])", 48, 8 },
	{ "sizeof(struct foo *)", 8, 8 },
	{ "(u16)0x12345", 0x2345, 4 },
};

static struct mdt_error *evaluate(const char *text, struct mdt_number *ret)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_eval_env env = { NULL, find_constant, find_type, &arena };
	struct mdt_tokens tokens;

	cr_assert_null(mdt_cpp_scan(mdt_slice_cstr(text), &arena, &tokens));
	return mdt_eval(&env, tokens, ret);
}

ParameterizedTestParameters(eval, agrees_with_the_compiler)
{
	return index_params(values);
}

ParameterizedTest(size_t *i, eval, agrees_with_the_compiler)
{
	struct mdt_number number;

	cr_assert_null(evaluate(values[*i].text, &number), "%s", values[*i].text);
	cr_assert_eq(number.value, values[*i].value, "%s: %llx", values[*i].text,
		     (unsigned long long)number.value);
	cr_assert_eq(number.size, values[*i].size < 4 ? 4 : values[*i].size, "%s",
		     values[*i].text);
}

static const struct {
	const char *text, *error;
} faults[] = {
	{ "", "expected a value at the end" },
	{ "1 +", "expected a value at the end" },
	{ "(1", "no ')'" },
	{ "1 2", "more than a value at '2'" },
	{ "1 / 0", "division by 0 at the end" },
	{ "1 % (2 - 2)", "division by 0 at the end" },
	{ "1 << 32", "a shift too far at the end" },
	{ "1 << -1", "a shift too far at the end" },
	{ "foo", "not a constant at 'foo'" },
	{ "\"str\"", "expected a value at '\"str\"'" },
	{ "1.5", "not a whole number at '1.5'" },
	{ "0x10000000000000000", "not a whole number at '0x10000000000000000'" },
	{ "'ab'", "not one character at ''ab''" },
	{ "sizeof(struct bar)", "no type 'struct bar' in the headers" },
	{ "sizeof(void)", "void has no size at ')'" },
	{ "sizeof(char[100000])", "an array too long for an ioctl at ')'" },
	{ "(struct foo)1", "a cast to no number at the end" },
	{ "sizeof(struct)", "expected the name of a type at 'struct'" },
	{ "1 ? 2", "no ':'" },
};

ParameterizedTestParameters(eval, refuses)
{
	return index_params(faults);
}

ParameterizedTest(size_t *i, eval, refuses)
{
	struct mdt_number number;
	struct mdt_error *err = evaluate(faults[*i].text, &number);

	cr_assert_not_null(err, "%s", faults[*i].text);
	cr_assert_str_eq(err->message, faults[*i].error);
	mdt_error_destroy(err);
}

Test(eval, depth_is_limited)
{
	static const char *const openers[] = { "(", "-", "~(", "sizeof(", "1?", "(int)" };
	enum { MANY = 20000 };

	array_for_each (it, openers) {
		size_t len = strlen(*it);
		char *text = malloc(MANY * len + 2);
		struct mdt_number number;
		struct mdt_error *err;

		for (size_t i = 0; i < MANY; i++)
			memcpy(text + i * len, *it, len);
		strcpy(text + MANY * len, "1");
		err = evaluate(text, &number);
		cr_assert_not_null(err, "%s", *it);
		cr_assert_not_null(strstr(err->message, "nested too deep"), "%s",
				   err->message);
		mdt_error_destroy(err);
		free(text);
	}
}

Test(eval, keywords_in_any_order)
{
	cr_assert_str_eq(mdt_keyword_type(SLICE("long unsigned int"))->name,
			 "unsigned long");
	cr_assert_str_eq(mdt_keyword_type(SLICE("unsigned long"))->name, "unsigned long");
	cr_assert_str_eq(mdt_keyword_type(SLICE("unsigned"))->name, "unsigned int");
	cr_assert_str_eq(mdt_keyword_type(SLICE("char"))->name, "char");
	cr_assert_str_eq(mdt_keyword_type(SLICE("long long int"))->name, "long long");
	cr_assert_null(mdt_keyword_type(SLICE("float")));
	cr_assert_null(mdt_keyword_type(SLICE("")));
}
