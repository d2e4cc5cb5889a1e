// SPDX-License-Identifier: MIT
#include "ioctl/cpp.h"

#include <stdlib.h>

#include "base/buf.h"

enum {
	ARGS_DEPTH_MAX = 32, // calls inside the arguments of calls
	FRAMES_MAX = 512,    // macros inside the expansion of macros
};

enum reaches { REACHES_UNKNOWN, REACHES_ASKED, REACHES_NO, REACHES_YES };

void mdt_cpp_init(struct mdt_cpp *cpp)
{
	*cpp = (struct mdt_cpp){ .budget = MDT_CPP_BUDGET };
}

void mdt_cpp_deinit(struct mdt_cpp *cpp)
{
	mdt_map_deinit(&cpp->by_name);
	mdt_arena_deinit(&cpp->arena);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_ident(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
	       is_digit(c);
}

static size_t ident_len(struct mdt_slice s)
{
	size_t n = 0;

	while (n < s.len && is_ident(s.str[n]))
		n++;
	return s.len && !is_digit(s.str[0]) ? n : 0;
}

static struct mdt_slice skip_blanks(struct mdt_slice s)
{
	while (s.len && (unsigned char)s.str[0] <= ' ')
		s = mdt_slice_skip(s, 1);
	return s;
}

// [params) of a function-like macro, behind its '('.
static struct mdt_error *parse_params(struct mdt_cpp *cpp, struct mdt_slice s,
				      struct mdt_macro *macro)
{
	size_t cap = 1;

	for (size_t i = 0; i < s.len; i++)
		cap += s.str[i] == ',';
	macro->params = mdt_arena_alloc(&cpp->arena, cap * sizeof(*macro->params),
					_Alignof(struct mdt_slice));
	if (!macro->params)
		return &mdt_enomem;
	while (s.len) {
		const char *comma = memchr(s.str, ',', s.len);
		size_t len = comma ? (size_t)(comma - s.str) : s.len;
		struct mdt_slice name = mdt_slice_trim(mdt_slice_head(s, len));

		macro->is_variadic = mdt_slice_ends(name, SLICE("..."));
		if (macro->is_variadic)
			name.len -= 3;
		if (macro->is_variadic && !name.len)
			name = SLICE("__VA_ARGS__");
		if (name.len)
			macro->params[macro->param_count++] = name;
		s = mdt_slice_skip(s, len + 1);
	}
	return NULL;
}

struct mdt_error *mdt_cpp_define(struct mdt_cpp *cpp, struct mdt_slice text,
				 const char *header)
{
	struct mdt_slice name = mdt_slice_head(text, ident_len(text));
	struct mdt_slice rest = mdt_slice_skip(text, name.len);
	struct mdt_macro *macro = mdt_map_find_text(&cpp->by_name, name);
	struct mdt_error *err;

	if (!name.len)
		return NULL;
	if (!macro) {
		macro = mdt_arena_new(&cpp->arena, struct mdt_macro);
		if (!macro || !mdt_map_set_text(&cpp->by_name, name, macro))
			return &mdt_enomem;
	}
	*macro = (struct mdt_macro){ .name = name, .header = header, .is_defined = true };
	if (rest.len && rest.str[0] == '(') {
		const char *end = memchr(rest.str, ')', rest.len);
		size_t len = end ? (size_t)(end - rest.str) : rest.len;

		macro->is_function = true;
		err = parse_params(cpp, mdt_slice_from(rest.str + 1, len - 1), macro);
		if (err)
			return err;
		rest = mdt_slice_skip(rest, len + 1);
	}
	macro->body = mdt_slice_trim(rest);
	return NULL;
}

void mdt_cpp_undef(struct mdt_cpp *cpp, struct mdt_slice name)
{
	struct mdt_macro *macro = mdt_map_find_text(&cpp->by_name, name);

	if (macro)
		macro->is_defined = false;
}

struct mdt_macro *mdt_cpp_find(const struct mdt_cpp *cpp, struct mdt_slice name)
{
	struct mdt_macro *macro = mdt_map_find_text(&cpp->by_name, name);

	return macro && macro->is_defined ? macro : NULL;
}

static size_t quoted_len(struct mdt_slice s)
{
	for (size_t i = 1; i < s.len; i++) {
		if (s.str[i] == '\\')
			i++;
		else if (s.str[i] == s.str[0])
			return i + 1;
	}
	return s.len;
}

static size_t number_len(struct mdt_slice s)
{
	size_t n = 0;

	while (n < s.len) {
		char last = n ? s.str[n - 1] : 0;
		bool exponent = last == 'e' || last == 'E' || last == 'p' || last == 'P';

		if (!is_ident(s.str[n]) && s.str[n] != '.' &&
		    !(exponent && (s.str[n] == '+' || s.str[n] == '-')))
			break;
		// 0xe+1 is three tokens to people and one to C17 6.4.8: no header has it.
		n++;
	}
	return n;
}

static size_t punct_len(struct mdt_slice s)
{
	static const struct mdt_slice longs[] = {
		SLICE_INIT("..."), SLICE_INIT("<<"), SLICE_INIT(">>"), SLICE_INIT("<="),
		SLICE_INIT(">="),  SLICE_INIT("=="), SLICE_INIT("!="), SLICE_INIT("&&"),
		SLICE_INIT("||"),  SLICE_INIT("##"), SLICE_INIT("->"),
	};

	array_for_each (it, longs)
		if (mdt_slice_starts(s, *it))
			return it->len;
	return 1;
}

static struct mdt_token scan_token(struct mdt_slice s)
{
	struct mdt_token token = { .kind = MDT_TOKEN_PUNCT };
	size_t len;

	if (is_digit(s.str[0]) || (s.str[0] == '.' && s.len > 1 && is_digit(s.str[1]))) {
		token.kind = MDT_TOKEN_NUMBER;
		len = number_len(s);
	} else if (is_ident(s.str[0])) {
		token.kind = MDT_TOKEN_IDENT;
		len = ident_len(s);
	} else if (s.str[0] == '\'' || s.str[0] == '"') {
		token.kind = s.str[0] == '"' ? MDT_TOKEN_STRING : MDT_TOKEN_CHAR;
		len = quoted_len(s);
	} else {
		len = punct_len(s);
	}
	token.text = mdt_slice_head(s, len);
	return token;
}

struct mdt_error *mdt_cpp_scan(struct mdt_slice text, struct mdt_arena *arena,
			       struct mdt_tokens *ret)
{
	struct mdt_token *items;
	size_t count = 0;

	for (struct mdt_slice s = skip_blanks(text); s.len; count++)
		s = skip_blanks(mdt_slice_skip(s, scan_token(s).text.len));
	items = mdt_arena_alloc(arena, count * sizeof(*items),
				_Alignof(struct mdt_token));
	if (!items)
		return &mdt_enomem;
	count = 0;
	for (struct mdt_slice s = skip_blanks(text); s.len; count++) {
		items[count] = scan_token(s);
		s = skip_blanks(mdt_slice_skip(s, items[count].text.len));
	}
	*ret = (struct mdt_tokens){ items, count };
	return NULL;
}

struct mdt_error *mdt_cpp_body(struct mdt_cpp *cpp, struct mdt_macro *macro,
			       struct mdt_tokens *ret)
{
	struct mdt_error *err;

	if (!macro->is_scanned) {
		err = mdt_cpp_scan(macro->body, &cpp->arena, &macro->tokens);
		if (err)
			return err;
		macro->is_scanned = true;
	}
	*ret = macro->tokens;
	return NULL;
}

// A run that grows; its items are the heap's until they are copied into an arena.
struct run {
	struct mdt_token *items;
	size_t len, cap;
};

static void run_deinit(struct run *run)
{
	free(run->items);
}

static struct mdt_error *run_add(struct run *run, struct mdt_token token)
{
	if (!mdt_grow((void **)&run->items, &run->cap, run->len, sizeof(token)))
		return &mdt_enomem;
	run->items[run->len++] = token;
	return NULL;
}

static struct mdt_error *run_add_all(struct run *run, struct mdt_tokens tokens)
{
	for (size_t i = 0; i < tokens.len; i++) {
		struct mdt_error *err = run_add(run, tokens.items[i]);

		if (err)
			return err;
	}
	return NULL;
}

static struct mdt_error *run_keep(const struct run *run, struct mdt_arena *arena,
				  struct mdt_tokens *ret)
{
	struct mdt_token *copy = mdt_arena_alloc(arena, run->len * sizeof(*copy),
						 _Alignof(struct mdt_token));

	if (!copy)
		return &mdt_enomem;
	if (run->len)
		memcpy(copy, run->items, run->len * sizeof(*copy));
	*ret = (struct mdt_tokens){ copy, run->len };
	return NULL;
}

// Tokens still to be read, and the macro that is inside itself until they are.
struct frame {
	struct mdt_tokens tokens;
	size_t pos;
	struct mdt_macro *macro;
};

struct expansion {
	struct mdt_cpp *cpp;
	struct mdt_arena *arena;
	struct mdt_ioc_calls *calls;
	unsigned int depth; // of arguments in arguments
	struct frame *frames;
	size_t len, cap;
};

static void pop_frame(struct expansion *x)
{
	struct frame *top = &x->frames[--x->len];

	if (top->macro)
		top->macro->is_active = false;
}

static struct mdt_error *push_frame(struct expansion *x, struct mdt_tokens tokens,
				    struct mdt_macro *macro)
{
	if (x->len >= FRAMES_MAX)
		return mdt_error_create(MDT_ERR_DWARF, "macros are nested too deep");
	if (!mdt_grow((void **)&x->frames, &x->cap, x->len, sizeof(*x->frames)))
		return &mdt_enomem;
	x->frames[x->len++] = (struct frame){ tokens, 0, macro };
	if (macro)
		macro->is_active = true;
	return NULL;
}

// The next token without taking it; frames that are used up are closed on the way.
static const struct mdt_token *peek(struct expansion *x)
{
	while (x->len) {
		struct frame *top = &x->frames[x->len - 1];

		if (top->pos < top->tokens.len)
			return &top->tokens.items[top->pos];
		pop_frame(x);
	}
	return NULL;
}

static struct mdt_error *spend(struct mdt_cpp *cpp, size_t tokens)
{
	if (tokens < cpp->budget) {
		cpp->budget -= tokens;
		return NULL;
	}
	cpp->budget = 0;
	return mdt_error_create(MDT_ERR_DWARF, "its macros expand to too much");
}

static bool is_punct(const struct mdt_token *token, const char *text)
{
	return token && token->kind == MDT_TOKEN_PUNCT &&
	       mdt_slice_eq_cstr(token->text, text);
}

struct arg {
	struct mdt_tokens raw;
	struct mdt_tokens expanded;
	bool is_expanded;
};

static struct mdt_error *take_arg(struct expansion *x, const struct mdt_macro *macro,
				  bool last, struct mdt_tokens *ret)
{
	_cleanup_(run_deinit) struct run run = { 0 };
	unsigned int parens = 0;
	struct mdt_error *err = NULL;

	while (!err) {
		const struct mdt_token *token = peek(x);

		if (!token)
			return mdt_error_create(MDT_ERR_SYNTAX, "%.*s: no ')'",
						SLICE_FMT(macro->name));
		if (!parens && (is_punct(token, ")") ||
				(is_punct(token, ",") && !(last && macro->is_variadic))))
			return run_keep(&run, x->arena, ret);
		parens += is_punct(token, "(");
		parens -= is_punct(token, ")");
		err = run_add(&run, *token);
		x->frames[x->len - 1].pos++;
		if (!err)
			err = spend(x->cpp, 1);
	}
	return err;
}

// Arguments up to the ')', whose '(' is taken. @p args has room for all parameters.
static struct mdt_error *take_args(struct expansion *x, const struct mdt_macro *macro,
				   struct arg *args)
{
	size_t count = 0;

	for (bool more = true; more;) {
		struct mdt_tokens raw = { 0 };
		bool last = count + 1 >= macro->param_count;
		struct mdt_error *err = take_arg(x, macro, last, &raw);

		if (err)
			return err;
		more = is_punct(peek(x), ",");
		x->frames[x->len - 1].pos++;
		if (count < macro->param_count)
			args[count].raw = raw;
		else if (raw.len || more)
			return mdt_error_create(MDT_ERR_SYNTAX,
						"%.*s: too many arguments",
						SLICE_FMT(macro->name));
		count++;
	}
	return NULL;
}

static struct mdt_error *expand(struct mdt_cpp *cpp, struct mdt_tokens tokens,
				struct mdt_arena *arena, struct mdt_ioc_calls *calls,
				unsigned int depth, struct mdt_tokens *ret);

static struct mdt_error *expand_arg(struct expansion *x, struct arg *arg)
{
	if (arg->is_expanded)
		return NULL;
	arg->is_expanded = true;
	return expand(x->cpp, arg->raw, x->arena, x->calls, x->depth + 1, &arg->expanded);
}

static struct arg *find_param(const struct mdt_macro *macro, struct arg *args,
			      const struct mdt_token *token)
{
	if (token->kind != MDT_TOKEN_IDENT)
		return NULL;
	for (size_t i = 0; i < macro->param_count; i++)
		if (mdt_slice_eq(macro->params[i], token->text))
			return &args[i];
	return NULL;
}

static struct mdt_error *keep_text(struct expansion *x, struct mdt_buf *buf,
				   struct mdt_slice *ret)
{
	struct mdt_error *err = mdt_buf_error(buf);

	if (err)
		return err;
	return mdt_arena_copy(x->arena, mdt_buf_slice(buf), ret) ? NULL : &mdt_enomem;
}

static struct mdt_error *stringify(struct expansion *x, struct mdt_tokens raw,
				   struct run *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_token token = { .kind = MDT_TOKEN_STRING };
	struct mdt_error *err;

	mdt_buf_addc(&buf, '"');
	for (size_t i = 0; i < raw.len; i++) {
		if (i)
			mdt_buf_addc(&buf, ' ');
		mdt_buf_add(&buf, raw.items[i].text);
	}
	mdt_buf_addc(&buf, '"');
	err = keep_text(x, &buf, &token.text);
	return err ? err : run_add(ret, token);
}

// `##`: the last token of @p ret and the first of @p right become one. What is no token
// together stays two.
static struct mdt_error *paste(struct expansion *x, struct mdt_tokens right,
			       struct run *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_token *left = ret->len ? &ret->items[ret->len - 1] : NULL;
	struct mdt_token both;
	struct mdt_slice text;
	struct mdt_error *err;

	if (!left || !right.len)
		return run_add_all(ret, right);
	mdt_buf_add(&buf, left->text);
	mdt_buf_add(&buf, right.items[0].text);
	err = keep_text(x, &buf, &text);
	if (err)
		return err;
	both = scan_token(text);
	if (both.text.len != text.len)
		return run_add_all(ret, right);
	*left = both;
	right.items++;
	right.len--;
	return run_add_all(ret, right);
}

// One step of a body's replacement: what stands at @p i goes to @p ret.
static struct mdt_error *replace(struct expansion *x, const struct mdt_macro *macro,
				 struct arg *args, size_t *i, struct run *ret)
{
	const struct mdt_token *token = &macro->tokens.items[*i];
	const struct mdt_token *next = *i + 1 < macro->tokens.len ? token + 1 : NULL;
	struct arg *arg = find_param(macro, args, token);
	struct mdt_error *err;

	if (is_punct(token, "##") && next && *i) {
		struct arg *right = find_param(macro, args, next);

		++*i;
		return paste(x, right ? right->raw : (struct mdt_tokens){ next, 1 }, ret);
	}
	if (macro->is_function && is_punct(token, "#") && next) {
		arg = find_param(macro, args, next);
		if (arg) {
			++*i;
			return stringify(x, arg->raw, ret);
		}
	}
	if (!arg)
		return run_add(ret, *token);
	if (is_punct(next, "##"))
		return run_add_all(ret, arg->raw);
	err = expand_arg(x, arg);
	return err ? err : run_add_all(ret, arg->expanded);
}

static struct mdt_error *note_ioc(struct expansion *x, struct arg *args)
{
	if (!x->calls || x->calls->count++)
		return NULL;
	for (size_t i = 0; i < array_size(x->calls->args); i++) {
		struct mdt_error *err = expand_arg(x, &args[i]);

		if (err)
			return err;
		x->calls->args[i] = args[i].expanded;
	}
	return NULL;
}

static bool is_ioc(const struct mdt_macro *macro)
{
	return macro->is_function && macro->param_count == 4 &&
	       mdt_slice_eq_cstr(macro->name, "_IOC");
}

static struct mdt_error *enter_macro(struct expansion *x, struct mdt_macro *macro,
				     struct arg *args)
{
	_cleanup_(run_deinit) struct run run = { 0 };
	struct mdt_tokens body;
	struct mdt_error *err = mdt_cpp_body(x->cpp, macro, &body);

	if (!err && is_ioc(macro))
		err = note_ioc(x, args);
	// Each token of the body is looked up among the parameters.
	if (!err)
		err = spend(x->cpp, (body.len + 1) * (macro->param_count + 1));
	for (size_t i = 0; !err && i < body.len; i++)
		err = replace(x, macro, args, &i, &run);
	if (!err)
		err = spend(x->cpp, run.len);
	if (!err)
		err = run_keep(&run, x->arena, &body);
	return err ? err : push_frame(x, body, macro);
}

static struct mdt_error *call_macro(struct expansion *x, struct mdt_macro *macro)
{
	struct arg *args = mdt_arena_alloc(x->arena, macro->param_count * sizeof(*args),
					   _Alignof(struct arg));
	struct mdt_error *err = args ? spend(x->cpp, macro->param_count) : &mdt_enomem;

	x->frames[x->len - 1].pos++; // the '('
	if (!err)
		err = take_args(x, macro, args);
	return err ? err : enter_macro(x, macro, args);
}

static struct mdt_error *expand_next(struct expansion *x, struct run *out)
{
	struct mdt_token token = *peek(x);
	struct mdt_macro *macro = NULL;

	x->frames[x->len - 1].pos++;
	if (token.kind == MDT_TOKEN_IDENT && !token.is_painted)
		macro = mdt_cpp_find(x->cpp, token.text);
	if (macro && macro->is_active) {
		token.is_painted = true;
		macro = NULL;
	}
	if (macro && !macro->is_function)
		return enter_macro(x, macro, NULL);
	if (macro && is_punct(peek(x), "("))
		return call_macro(x, macro);
	return run_add(out, token);
}

static struct mdt_error *expand(struct mdt_cpp *cpp, struct mdt_tokens tokens,
				struct mdt_arena *arena, struct mdt_ioc_calls *calls,
				unsigned int depth, struct mdt_tokens *ret)
{
	_cleanup_(run_deinit) struct run out = { 0 };
	struct expansion x = { cpp, arena, calls, depth, NULL, 0, 0 };
	struct mdt_error *err;

	if (depth > ARGS_DEPTH_MAX)
		return mdt_error_create(MDT_ERR_DWARF, "macro calls are nested too deep");
	err = push_frame(&x, tokens, NULL);
	while (!err && peek(&x)) {
		err = spend(cpp, 1);
		if (!err)
			err = expand_next(&x, &out);
	}
	while (x.len)
		pop_frame(&x);
	free(x.frames);
	return err ? err : run_keep(&out, arena, ret);
}

struct mdt_error *mdt_cpp_expand(struct mdt_cpp *cpp, struct mdt_tokens tokens,
				 struct mdt_arena *arena, struct mdt_ioc_calls *calls,
				 struct mdt_tokens *ret)
{
	if (calls)
		*calls = (struct mdt_ioc_calls){ 0 };
	return expand(cpp, tokens, arena, calls, 0, ret);
}

// A walk through the graph of names with a stack of its own: chains of macros may be
// long. A cycle is taken as "no" for those inside it until its way out is known, so a
// name that is met again while it is being asked about does not decide anything.
struct walk {
	struct mdt_macro *macro;
	size_t pos;
};

struct walks {
	struct walk *items;
	size_t len, cap;
};

static void walks_deinit(struct walks *walks)
{
	free(walks->items);
}

static struct mdt_error *walk_into(struct mdt_cpp *cpp, struct walks *walks,
				   struct mdt_macro *macro)
{
	struct mdt_tokens body;
	struct mdt_error *err = mdt_cpp_body(cpp, macro, &body);

	if (err)
		return err;
	if (!mdt_grow((void **)&walks->items, &walks->cap, walks->len,
		      sizeof(*walks->items)))
		return &mdt_enomem;
	walks->items[walks->len++] = (struct walk){ macro, 0 };
	macro->reaches = is_ioc(macro) ? REACHES_YES : REACHES_ASKED;
	return NULL;
}

// The next macro that is named in the body at the top of the walk; NULL at its end.
static struct mdt_macro *next_named(struct mdt_cpp *cpp, struct walk *top)
{
	while (top->pos < top->macro->tokens.len) {
		const struct mdt_token *token = &top->macro->tokens.items[top->pos++];
		struct mdt_macro *named = NULL;

		if (token->kind == MDT_TOKEN_IDENT)
			named = mdt_cpp_find(cpp, token->text);
		if (named)
			return named;
	}
	return NULL;
}

struct mdt_error *mdt_cpp_reaches_ioc(struct mdt_cpp *cpp, struct mdt_macro *macro,
				      bool *ret)
{
	_cleanup_(walks_deinit) struct walks walks = { 0 };
	struct mdt_error *err = NULL;

	if (macro->reaches == REACHES_UNKNOWN)
		err = walk_into(cpp, &walks, macro);
	while (!err && walks.len) {
		struct walk *top = &walks.items[walks.len - 1];
		struct mdt_macro *named =
			top->macro->reaches == REACHES_YES ? NULL : next_named(cpp, top);

		if (named && named->reaches == REACHES_UNKNOWN) {
			err = walk_into(cpp, &walks, named);
		} else if (named && named->reaches == REACHES_YES) {
			top->macro->reaches = REACHES_YES;
		} else if (!named) {
			if (top->macro->reaches == REACHES_ASKED)
				top->macro->reaches = REACHES_NO;
			walks.len--;
			if (walks.len && top->macro->reaches == REACHES_YES)
				walks.items[walks.len - 1].macro->reaches = REACHES_YES;
		}
	}
	*ret = macro->reaches == REACHES_YES;
	return err;
}
