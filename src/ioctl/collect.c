// SPDX-License-Identifier: MIT
#include "ioctl/rows.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"

struct collector {
	struct mdt_object *object;
	struct mdt_cpp *cpp;
	struct mdt_eval_env env;
	const char *path, *pack;
	struct mdt_arena *arena;
	struct mdt_arena scratch; // of one macro
	struct mdt_rows *ret;
	struct mdt_buf *notes;
};

void mdt_rows_deinit(struct mdt_rows *rows)
{
	free(rows->items);
	*rows = (struct mdt_rows){ 0 };
}

struct mdt_error *mdt_rows_add(struct mdt_rows *rows, const struct mdt_row *row)
{
	if (!mdt_grow((void **)&rows->items, &rows->cap, rows->len, sizeof(*row)))
		return &mdt_enomem;
	rows->items[rows->len++] = *row;
	return NULL;
}

struct mdt_error *mdt_row_check_size(const struct mdt_ioctl *row)
{
	uint32_t size = mdt_ioctl_size(row->number);
	bool says_nothing = !size && mdt_ioctl_dir(row->number) == MDT_DIR_NONE;

	if (!row->type || row->arg == MDT_ARG_VALUE || says_nothing ||
	    row->type->size == size)
		return NULL;
	return mdt_error_create(MDT_ERR_DWARF,
				"%s: debug info says %" PRIu32
				" bytes for %s, its number %" PRIu32,
				row->name, row->type->size, row->type_text, size);
}

struct mdt_error *mdt_macro_number(struct mdt_object *object, struct mdt_macro *macro,
				   struct mdt_number *ret)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena scratch = { 0 };
	struct mdt_cpp *cpp = mdt_object_macros(object);
	struct mdt_eval_env env = mdt_object_env(object);
	struct mdt_tokens tokens;
	struct mdt_error *err = mdt_cpp_body(cpp, macro, &tokens);

	if (!err)
		err = mdt_cpp_expand(cpp, tokens, &scratch, NULL, &tokens);
	return err ? err : mdt_eval(&env, tokens, ret);
}

static bool is_text(const struct mdt_token *token, const char *text)
{
	return mdt_slice_eq_cstr(token->text, text);
}

// Whether the parenthesis that opens the tokens closes at their end.
static bool is_enclosed(struct mdt_tokens t)
{
	size_t depth = 0;

	if (t.len < 2 || !is_text(&t.items[0], "("))
		return false;
	for (size_t i = 0; i < t.len; i++) {
		depth += is_text(&t.items[i], "(");
		depth -= is_text(&t.items[i], ")");
		if (!depth)
			return i + 1 == t.len;
	}
	return false;
}

static struct mdt_tokens inner(struct mdt_tokens t, size_t skip)
{
	return (struct mdt_tokens){ t.items + skip, t.len - skip };
}

// `((sizeof(struct foo)))` -> `struct foo`; no tokens if it is something else.
static struct mdt_tokens sized_type(struct mdt_tokens t)
{
	while (is_enclosed(t))
		t = (struct mdt_tokens){ t.items + 1, t.len - 2 };
	if (t.len < 2 || !is_text(&t.items[0], "sizeof") || !is_enclosed(inner(t, 1)))
		return (struct mdt_tokens){ 0 };
	return (struct mdt_tokens){ t.items + 2, t.len - 3 };
}

// `struct foo`, `char [4]`, `unsigned long`, `void *`: one blank between words.
static struct mdt_error *type_text(struct mdt_tokens t, struct mdt_arena *arena,
				   const char **ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_slice kept;

	for (size_t i = 0; i < t.len; i++) {
		bool glue =
			is_text(&t.items[i], "]") || (i && is_text(&t.items[i - 1], "["));

		if (i && !glue)
			mdt_buf_addc(&buf, ' ');
		mdt_buf_add(&buf, t.items[i].text);
	}
	if (buf.failed || !mdt_arena_copy(arena, mdt_buf_slice(&buf), &kept))
		return &mdt_enomem;
	*ret = kept.str;
	return NULL;
}

// The number that the first _IOC() call makes on its own.
static struct mdt_error *call_number(struct collector *c,
				     const struct mdt_ioc_calls *calls, uint64_t *ret)
{
	static const unsigned int shifts[] = { 30, 8, 0, 16 };

	*ret = 0;
	for (size_t i = 0; i < array_size(shifts); i++) {
		struct mdt_number number;
		struct mdt_error *err = mdt_eval(&c->env, calls->args[i], &number);

		if (err)
			return err;
		*ret |= number.value << shifts[i];
	}
	return NULL;
}

static enum mdt_ioctl_arg arg_of_number(uint32_t number)
{
	switch (mdt_ioctl_dir(number)) {
	case MDT_DIR_NONE:
		return MDT_ARG_UNSAID;
	case MDT_DIR_WRITE:
		return MDT_ARG_IN;
	case MDT_DIR_READ:
		return MDT_ARG_OUT;
	case MDT_DIR_READ_WRITE:
		return MDT_ARG_INOUT;
	}
	unreachable();
}

static struct mdt_error *keep_name(struct collector *c, const struct mdt_macro *macro,
				   struct mdt_ioctl *ret)
{
	const char *header = mdt_header_name(macro->header);
	struct mdt_slice name, kept;

	if (!mdt_arena_copy(c->arena, macro->name, &name) ||
	    !mdt_arena_copy(c->arena, mdt_slice_cstr(header), &kept))
		return &mdt_enomem;
	ret->name = name.str;
	ret->header = kept.str;
	return NULL;
}

static struct mdt_error *find_type(struct collector *c, struct mdt_tokens size,
				   struct mdt_ioctl *row)
{
	struct mdt_tokens tokens = sized_type(size);
	struct mdt_error *err;

	row->type_text = "";
	if (!tokens.len)
		return NULL;
	err = mdt_eval_type(&c->env, tokens, &row->type);
	if (err) // sizeof of an expression: it has a size, but no type to show
		return mdt_error_catch(&err, MDT_ERR_SYNTAX) ? NULL : err;
	return type_text(tokens, c->arena, &row->type_text);
}

static bool is_alias(struct collector *c, struct mdt_tokens body)
{
	return body.len == 1 && body.items[0].kind == MDT_TOKEN_IDENT &&
	       mdt_cpp_find(c->cpp, body.items[0].text);
}

static struct mdt_error *collect_macro(struct collector *c, struct mdt_macro *macro)
{
	struct mdt_ioctl ioctl = {
		.pack = c->pack, .note = "", .since = "", .until = ""
	};
	struct mdt_tokens body, tokens;
	struct mdt_ioc_calls calls;
	struct mdt_number number;
	struct mdt_row row;
	uint64_t call;
	struct mdt_error *err = mdt_cpp_body(c->cpp, macro, &body);

	if (!err)
		err = mdt_cpp_expand(c->cpp, body, &c->scratch, &calls, &tokens);
	if (err || calls.count != 1)
		return err;
	err = mdt_eval(&c->env, tokens, &number);
	if (!err)
		err = call_number(c, &calls, &call);
	if (err || (uint32_t)number.value != call)
		return err;
	ioctl.number = (uint32_t)call;
	ioctl.arg = arg_of_number(ioctl.number);
	err = find_type(c, calls.args[3], &ioctl);
	if (!err)
		err = keep_name(c, macro, &ioctl);
	if (!err)
		err = mdt_row_check_size(&ioctl);
	ioctl.is_alias = is_alias(c, body);
	row = (struct mdt_row){ .ioctl = ioctl };
	return err ? err : mdt_rows_add(c->ret, &row);
}

// What is no command of ours is left out; what is no fault of the macro ends the reading.
static struct mdt_error *note(struct collector *c, const struct mdt_macro *macro,
			      struct mdt_error *err)
{
	if (err == &mdt_enomem)
		return err;
	if (!c->cpp->budget) {
		mdt_error_destroy(err);
		return mdt_error_at(MDT_ERR_DWARF, c->path, 0, 0,
				    "its macros expand to too much");
	}
	if (c->notes)
		mdt_buf_printf(c->notes, "%.*s: %s\n", SLICE_FMT(macro->name),
			       err->message);
	mdt_error_destroy(err);
	return NULL;
}

static struct mdt_error *collect(struct collector *c)
{
	mdt_map_for_each(it, &c->cpp->by_name)
	{
		struct mdt_macro *macro = it->value;
		struct mdt_error *err;
		bool reaches;

		if (!macro->is_defined || macro->is_function)
			continue;
		err = mdt_cpp_reaches_ioc(c->cpp, macro, &reaches);
		if (!err && reaches)
			err = collect_macro(c, macro);
		mdt_arena_deinit(&c->scratch);
		if (err)
			err = note(c, macro, err);
		if (err)
			return err;
	}
	return NULL;
}

struct mdt_error *mdt_rows_collect(struct mdt_object *object, const char *path,
				   const char *pack, struct mdt_arena *arena,
				   struct mdt_rows *ret, struct mdt_buf *notes)
{
	struct collector c = {
		.object = object,
		.cpp = mdt_object_macros(object),
		.env = mdt_object_env(object),
		.path = path,
		.pack = pack,
		.arena = arena,
		.ret = ret,
		.notes = notes,
	};

	return collect(&c);
}
