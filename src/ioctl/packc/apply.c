// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "ioctl/packc/packc.h"
#include "ioctl/value.h"

// What the words behind a command's name say.
struct said {
	enum mdt_ioctl_arg arg;
	const struct mdt_type *type; // NULL: none was named
	const char *type_text;
	const struct mdt_meaning *meaning;
	bool size_lies;
	struct mdt_slice since, until;
};

static const struct mdt_word *last_word(const struct mdt_statement *s)
{
	return &s->words[s->count - 1];
}

static struct mdt_error *need(struct mdt_packc *pack, const struct mdt_statement *s,
			      size_t words, const char *usage)
{
	if (s->count >= words)
		return NULL;
	return mdt_packc_fault(pack, s, last_word(s), "expected '%s'", usage);
}

static const char *keep(struct mdt_packc *pack, struct mdt_slice text)
{
	struct mdt_slice kept;

	return mdt_arena_copy(pack->arena, text, &kept) ? kept.str : NULL;
}

static bool parse_arg(struct mdt_slice word, enum mdt_ioctl_arg *ret)
{
	for (int arg = MDT_ARG_IGNORED; arg <= MDT_ARG_INOUT; arg++) {
		*ret = (enum mdt_ioctl_arg)arg;
		if (mdt_slice_eq_cstr(word, mdt_ioctl_arg_name(*ret)))
			return true;
	}
	return false;
}

// A type in the words [from, to).
static struct mdt_error *find_type(struct mdt_packc *pack, const struct mdt_statement *s,
				   size_t from, size_t to, const struct mdt_type **ret,
				   const char **text)
{
	const struct mdt_word *first = &s->words[from], *last = &s->words[to - 1];
	struct mdt_slice words =
		mdt_slice_from(first->text.str, (size_t)(last->text.str + last->text.len -
							 first->text.str));
	struct mdt_cpp *cpp = mdt_object_macros(pack->object);
	struct mdt_eval_env env = mdt_object_env(pack->object);
	struct mdt_tokens tokens;
	struct mdt_error *err = mdt_cpp_scan(words, pack->arena, &tokens), *fault;

	if (!err)
		err = mdt_cpp_expand(cpp, tokens, pack->arena, NULL, &tokens);
	if (!err)
		err = mdt_eval_type(&env, tokens, ret);
	if (err) {
		fault = mdt_packc_fault(pack, s, first, "%s", err->message);
		mdt_error_destroy(err);
		return fault;
	}
	*text = keep(pack, words);
	return *text ? NULL : &mdt_enomem;
}

// `dev_t` and `fd` are types of their own: what the kernel's handlers cast arg to.
static const struct mdt_type *value_type(struct mdt_slice word)
{
	if (mdt_slice_eq_cstr(word, "dev_t"))
		return mdt_keyword_type(SLICE("unsigned int"));
	if (mdt_slice_eq_cstr(word, "fd"))
		return mdt_keyword_type(SLICE("int"));
	return NULL;
}

static bool ends_meaning(struct mdt_slice word)
{
	return mdt_slice_eq_cstr(word, "size-lies") || mdt_slice_eq_cstr(word, "since") ||
	       mdt_slice_eq_cstr(word, "until");
}

static struct mdt_error *parse_meaning(struct mdt_packc *pack,
				       const struct mdt_statement *s, size_t *i,
				       struct said *ret)
{
	size_t from = *i;

	if (!ret->type) {
		ret->type = value_type(s->words[from].text);
		ret->type_text = keep(pack, s->words[from].text);
	}
	if (!ret->type)
		return mdt_packc_fault(pack, s, &s->words[from],
				       "expected a type before its meaning");
	if (!ret->type_text)
		return &mdt_enomem;
	// Its names go on to the next word of ours, or the end.
	for (++*i; *i < s->count && !ends_meaning(s->words[*i].text);)
		++*i;
	return mdt_packc_meaning(pack, s, from, *i, &ret->meaning);
}

static bool ends_type(struct mdt_slice word)
{
	return mdt_packc_is_meaning(word) || ends_meaning(word);
}

static struct mdt_error *parse_history_words(struct mdt_packc *pack,
					     const struct mdt_statement *s, size_t *i,
					     struct said *ret)
{
	struct mdt_slice word = s->words[*i].text;
	bool since = mdt_slice_eq_cstr(word, "since");

	if (*i + 1 >= s->count)
		return mdt_packc_fault(pack, s, &s->words[*i],
				       "expected a version after it");
	*(since ? &ret->since : &ret->until) = s->words[*i + 1].text;
	*i += 2;
	return NULL;
}

// ARG [TYPE] {MEANING | "size-lies" | "since" V | "until" V}
static struct mdt_error *parse_said(struct mdt_packc *pack, const struct mdt_statement *s,
				    size_t i, struct said *ret)
{
	struct mdt_error *err = NULL;
	size_t from = i + 1;

	*ret = (struct said){ .type_text = "" };
	if (!parse_arg(s->words[i].text, &ret->arg))
		return mdt_packc_fault(pack, s, &s->words[i],
				       "expected ignored, value, in, out or inout");
	for (i = from; i < s->count && !ends_type(s->words[i].text);)
		i++;
	if (i > from)
		err = find_type(pack, s, from, i, &ret->type, &ret->type_text);
	while (!err && i < s->count) {
		struct mdt_slice word = s->words[i].text;

		if (mdt_packc_is_meaning(word)) {
			err = parse_meaning(pack, s, &i, ret);
		} else if (mdt_slice_eq_cstr(word, "size-lies")) {
			ret->size_lies = true;
			i++;
		} else if (mdt_slice_eq_cstr(word, "since") ||
			   mdt_slice_eq_cstr(word, "until")) {
			err = parse_history_words(pack, s, &i, ret);
		} else {
			err = mdt_packc_fault(pack, s, &s->words[i], "not understood");
		}
	}
	return err;
}

static struct mdt_row *find_row(struct mdt_packc *pack, struct mdt_slice name)
{
	for (size_t i = 0; i < pack->rows.len; i++)
		if (mdt_slice_eq_cstr(name, pack->rows.items[i].ioctl.name))
			return &pack->rows.items[i];
	return NULL;
}

// The number's size and the type's: either they agree, or the line says that they do not.
static struct mdt_error *check_size(struct mdt_packc *pack, const struct mdt_statement *s,
				    const struct said *said, struct mdt_ioctl *row)
{
	struct mdt_error *err = mdt_row_check_size(row), *fault;

	row->size_lies = err != NULL;
	if (!err && said->size_lies)
		return mdt_packc_fault(pack, s, &s->words[1],
				       "%s: 'size-lies', but the sizes agree", row->name);
	if (!err || said->size_lies) {
		mdt_error_destroy(err);
		return NULL;
	}
	fault = mdt_packc_fault(pack, s, &s->words[1], "%s", err->message);
	mdt_error_destroy(err);
	return fault;
}

static struct mdt_error *apply_command(struct mdt_packc *pack,
				       const struct mdt_statement *s)
{
	struct mdt_error *err = need(pack, s, 3, "command NAME ARG [TYPE] [MEANING]");
	struct mdt_row *found;
	struct mdt_ioctl *row;
	struct said said;

	if (err)
		return err;
	found = find_row(pack, s->words[1].text);
	if (!found)
		return mdt_packc_fault(pack, s, &s->words[1],
				       "no command '%.*s' in the headers",
				       SLICE_FMT(s->words[1].text));
	err = parse_said(pack, s, 2, &said);
	if (err)
		return err;
	found->is_said = true;
	row = &found->ioctl;
	row->arg = said.arg;
	if (said.type) {
		row->type = said.type;
		row->type_text = said.type_text;
		row->meaning = said.meaning;
	}
	row->note = keep(pack, s->note);
	return row->note ? check_size(pack, s, &said, row) : &mdt_enomem;
}

static struct mdt_error *apply_history(struct mdt_packc *pack,
				       const struct mdt_statement *s)
{
	struct mdt_error *err =
		need(pack, s, 4, "history NAME NUMBER ARG [TYPE] [since V] [until V]");
	struct mdt_row row = { .ioctl = { .pack = pack->name, .header = "" } };
	uint64_t number;
	struct said said;

	if (err)
		return err;
	if (!mdt_slice_to_u64(s->words[2].text, &number) || number > UINT32_MAX)
		return mdt_packc_fault(pack, s, &s->words[2],
				       "expected an ioctl's number");
	if (find_row(pack, s->words[1].text))
		return mdt_packc_fault(pack, s, &s->words[1],
				       "'%.*s' is not history: the headers have it",
				       SLICE_FMT(s->words[1].text));
	err = parse_said(pack, s, 3, &said);
	if (err)
		return err;
	row.ioctl.number = (uint32_t)number;
	row.ioctl.arg = said.arg;
	row.ioctl.type = said.type;
	row.ioctl.type_text = said.type_text;
	row.ioctl.meaning = said.meaning;
	row.ioctl.is_history = true;
	row.ioctl.name = keep(pack, s->words[1].text);
	row.ioctl.note = keep(pack, s->note);
	row.ioctl.since = keep(pack, said.since);
	row.ioctl.until = keep(pack, said.until);
	if (!row.ioctl.name || !row.ioctl.note || !row.ioctl.since || !row.ioctl.until)
		return &mdt_enomem;
	err = check_size(pack, s, &said, &row.ioctl);
	return err ? err : mdt_rows_add(&pack->rows, &row);
}

static struct mdt_error *add_type(struct mdt_packc *pack, const struct mdt_type *type)
{
	struct mdt_types *types = &pack->types;

	if (!mdt_grow((void **)&types->items, &types->cap, types->len,
		      sizeof(*types->items)))
		return &mdt_enomem;
	types->items[types->len++] = type;
	return NULL;
}

static struct mdt_error *apply_type(struct mdt_packc *pack, const struct mdt_statement *s)
{
	struct mdt_error *err = need(pack, s, 2, "type TYPE");
	const struct mdt_type *type = NULL;
	const char *text;

	if (!err)
		err = find_type(pack, s, 1, s->count, &type, &text);
	return err ? err : add_type(pack, type);
}

// field TYPE.FIELD MEANING, where TYPE may be two words
static struct mdt_error *apply_field(struct mdt_packc *pack,
				     const struct mdt_statement *s)
{
	struct mdt_error *err = need(pack, s, 3, "field TYPE.FIELD MEANING"), *fault;
	const struct mdt_meaning *meaning = NULL;
	struct mdt_slice type, field;
	const struct mdt_word *word;
	const char *dot;
	size_t at = 1;

	if (err)
		return err;
	if (!memchr(s->words[1].text.str, '.', s->words[1].text.len))
		at = 2;
	word = &s->words[at];
	dot = memchr(word->text.str, '.', word->text.len);
	if (!dot)
		return mdt_packc_fault(pack, s, &s->words[1], "expected TYPE.FIELD");
	type = mdt_slice_from(s->words[1].text.str, (size_t)(dot - s->words[1].text.str));
	field = mdt_slice_skip(word->text, (size_t)(dot - word->text.str) + 1);
	err = mdt_packc_meaning(pack, s, at + 1, s->count, &meaning);
	if (err)
		return err;
	err = mdt_object_set_meaning(pack->object, type, field, meaning);
	if (!err)
		return NULL;
	fault = mdt_packc_fault(pack, s, &s->words[1], "%s", err->message);
	mdt_error_destroy(err);
	return fault;
}

static struct mdt_error *apply_not_a_command(struct mdt_packc *pack,
					     const struct mdt_statement *s)
{
	struct mdt_error *err = need(pack, s, 2, "not-a-command GLOB");
	const char *glob = err ? NULL : keep(pack, s->words[1].text);
	size_t kept = 0, before = pack->rows.len;

	if (!glob)
		return err ? err : &mdt_enomem;
	for (size_t i = 0; i < before; i++)
		if (fnmatch(glob, pack->rows.items[i].ioctl.name, 0) != 0)
			pack->rows.items[kept++] = pack->rows.items[i];
	pack->rows.len = kept;
	if (kept < before)
		return NULL;
	return mdt_packc_fault(pack, s, &s->words[1], "'%s' matches no command", glob);
}

struct constants {
	struct mdt_packc *pack;
	const char *glob;
	const char *header; // of enumerators: debug info has macros' alone
	uint8_t type_byte;
	size_t found;
};

static struct mdt_error *add_constant(struct constants *c, struct mdt_slice name,
				      const char *header, uint64_t number)
{
	struct mdt_packc *pack = c->pack;
	struct mdt_row row = { .ioctl = { .number = (uint32_t)number,
					  .pack = pack->name,
					  .type_text = "",
					  .note = "",
					  .since = "",
					  .until = "" } };

	if (number > UINT32_MAX || mdt_ioctl_type_byte((uint32_t)number) != c->type_byte)
		return NULL;
	c->found++;
	row.ioctl.name = keep(pack, name);
	row.ioctl.header = keep(pack, mdt_slice_cstr(mdt_header_name(header)));
	if (!row.ioctl.name || !row.ioctl.header)
		return &mdt_enomem;
	return mdt_rows_add(&pack->rows, &row);
}

static bool matches(const struct constants *c, struct mdt_slice text)
{
	char name[256];

	if (text.len >= sizeof(name))
		return false;
	memcpy(name, text.str, text.len);
	name[text.len] = 0;
	return fnmatch(c->glob, name, 0) == 0 && !find_row(c->pack, text);
}

static struct mdt_error *add_macro(struct constants *c, struct mdt_macro *macro)
{
	struct mdt_number number;
	struct mdt_error *err;

	if (!macro->is_defined || macro->is_function || !matches(c, macro->name))
		return NULL;
	err = mdt_macro_number(c->pack->object, macro, &number);
	if (err)
		return mdt_error_catch(&err, MDT_ERR_SYNTAX) ? NULL : err;
	return add_constant(c, macro->name, macro->header, number.value);
}

static struct mdt_error *add_constants(struct constants *c)
{
	const struct mdt_map *enumerators = mdt_object_enumerators(c->pack->object);
	struct mdt_cpp *cpp = mdt_object_macros(c->pack->object);
	struct mdt_error *err = NULL;

	mdt_map_for_each(it, &cpp->by_name)
	{
		err = add_macro(c, it->value);
		if (err)
			return err;
	}
	mdt_map_for_each(it, enumerators)
	{
		const struct mdt_number *number = it->value;

		if (matches(c, it->text))
			err = add_constant(c, it->text, c->header, number->value);
		if (err)
			return err;
	}
	return NULL;
}

static struct mdt_error *apply_constants(struct mdt_packc *pack,
					 const struct mdt_statement *s)
{
	struct mdt_error *err = need(pack, s, 3, "constants GLOB TYPE-BYTE [HEADER]");
	struct constants c = { .pack = pack };
	uint64_t byte;

	if (err)
		return err;
	if (!mdt_slice_to_u64(s->words[2].text, &byte) || byte > 0xff)
		return mdt_packc_fault(pack, s, &s->words[2], "expected a type byte");
	c.type_byte = (uint8_t)byte;
	c.glob = keep(pack, s->words[1].text);
	c.header = keep(pack, s->count > 3 ? s->words[3].text : SLICE(""));
	if (!c.glob || !c.header)
		return &mdt_enomem;
	err = add_constants(&c);
	if (err || c.found)
		return err;
	return mdt_packc_fault(pack, s, &s->words[1],
			       "'%s' matches no constant of type byte %#x", c.glob,
			       c.type_byte);
}

// A macro called with the same number for each of its parameters, as C text.
static struct mdt_error *call_number(struct mdt_packc *pack,
				     const struct mdt_statement *s, struct mdt_slice name,
				     const uint32_t *args, size_t count, uint32_t *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_cpp *cpp = mdt_object_macros(pack->object);
	struct mdt_eval_env env = mdt_object_env(pack->object);
	struct mdt_number number;
	struct mdt_tokens tokens;
	struct mdt_slice kept;
	struct mdt_error *err, *fault;

	mdt_buf_add(&text, name);
	for (size_t i = 0; i < count; i++)
		mdt_buf_printf(&text, "%c%" PRIu32, i ? ',' : '(', args[i]);
	mdt_buf_addc(&text, ')');
	if (text.failed || !mdt_arena_copy(pack->arena, mdt_buf_slice(&text), &kept))
		return &mdt_enomem;
	err = mdt_cpp_scan(kept, pack->arena, &tokens);
	if (!err)
		err = mdt_cpp_expand(cpp, tokens, pack->arena, NULL, &tokens);
	if (!err)
		err = mdt_eval(&env, tokens, &number);
	if (err) {
		fault = mdt_packc_fault(pack, s, &s->words[1], "%s", err->message);
		mdt_error_destroy(err);
		return fault;
	}
	mdt_buf_printf(&pack->facts,
		       "_Static_assert((unsigned int)(%.*s) == %#" PRIx32
		       "u, \"%.*s\");\n",
		       SLICE_FMT(kept), (uint32_t)number.value, SLICE_FMT(kept));
	*ret = (uint32_t)number.value;
	return NULL;
}

enum { PARAMS_MAX = 2 };

struct params {
	uint32_t last[PARAMS_MAX]; // the greatest of each
	size_t count;
	struct mdt_buf names; // `ev,len`
};

// `EVIOCGBIT(ev<0x20,len<0x4000)`
static bool parse_params(struct mdt_slice text, struct params *ret)
{
	while (text.len && ret->count < PARAMS_MAX) {
		const char *less = memchr(text.str, '<', text.len);
		const char *comma = memchr(text.str, ',', text.len);
		size_t len = comma ? (size_t)(comma - text.str) : text.len, name;
		uint64_t below;

		name = less ? (size_t)(less - text.str) : len;
		if (!name || name >= len ||
		    !mdt_slice_to_u64(mdt_slice_from(text.str + name + 1, len - name - 1),
				      &below) ||
		    !below || below > UINT16_MAX)
			return false;
		mdt_buf_adds(&ret->names, ret->count ? "," : "");
		mdt_buf_add(&ret->names, mdt_slice_head(text, name));
		ret->last[ret->count++] = (uint32_t)below - 1;
		text = mdt_slice_skip(text, len + 1);
	}
	return ret->count && !text.len;
}

static struct mdt_error *template_numbers(struct mdt_packc *pack,
					  const struct mdt_statement *s,
					  struct mdt_slice name,
					  const struct params *params,
					  struct mdt_ioctl *ret)
{
	static const uint32_t zeros[PARAMS_MAX];
	uint32_t last = 0;
	struct mdt_error *err =
		call_number(pack, s, name, zeros, params->count, &ret->number);

	if (!err)
		err = call_number(pack, s, name, params->last, params->count, &last);
	ret->varies = last ^ ret->number;
	if (!err && (ret->number & ret->varies || !ret->varies))
		err = mdt_packc_fault(pack, s, &s->words[1],
				      "%#" PRIx32 " to %#" PRIx32
				      ": the parameters do not set bits of their own",
				      ret->number, last);
	return err;
}

// template MACRO(PARAM<N[,PARAM<N]) ARG [TYPE] [MEANING]
static struct mdt_error *apply_template(struct mdt_packc *pack,
					const struct mdt_statement *s)
{
	struct mdt_error *err =
		need(pack, s, 3, "template MACRO(PARAM<N) ARG [TYPE] [MEANING]");
	struct mdt_row row = {
		.is_said = true, .ioctl = { .pack = pack->name, .since = "", .until = "" }
	};
	struct mdt_slice word = s->count > 1 ? s->words[1].text : SLICE("");
	const char *open = word.len ? memchr(word.str, '(', word.len) : NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct params params = { 0 };
	struct mdt_slice name;
	struct mdt_macro *macro;
	struct said said;

	if (err)
		return err;
	name = mdt_slice_head(word, open ? (size_t)(open - word.str) : word.len);
	macro = mdt_cpp_find(mdt_object_macros(pack->object), name);
	if (!macro || !macro->is_function)
		return mdt_packc_fault(pack, s, &s->words[1],
				       "no macro '%.*s' with parameters in the headers",
				       SLICE_FMT(name));
	if (!mdt_slice_ends(word, SLICE(")")) ||
	    !parse_params(mdt_slice_from(open + 1, word.len - name.len - 2), &params)) {
		mdt_buf_deinit(&params.names);
		return mdt_packc_fault(pack, s, &s->words[1], "expected MACRO(PARAM<N)");
	}
	mdt_buf_printf(&text, "%.*s(%.*s)", SLICE_FMT(name),
		       SLICE_FMT(mdt_buf_slice(&params.names)));
	mdt_buf_deinit(&params.names);
	err = template_numbers(pack, s, name, &params, &row.ioctl);
	if (!err)
		err = parse_said(pack, s, 2, &said);
	if (err)
		return err;
	row.ioctl.arg = said.arg;
	row.ioctl.type = said.type;
	row.ioctl.type_text = said.type_text;
	row.ioctl.meaning = said.meaning;
	row.ioctl.name = keep(pack, mdt_buf_slice(&text));
	row.ioctl.note = keep(pack, s->note);
	row.ioctl.header = keep(pack, mdt_slice_cstr(mdt_header_name(macro->header)));
	if (!row.ioctl.name || !row.ioctl.note || !row.ioctl.header)
		return &mdt_enomem;
	return mdt_rows_add(&pack->rows, &row);
}

// What it names has better names elsewhere.
static struct mdt_error *apply_aliases(struct mdt_packc *pack,
				       const struct mdt_statement *s)
{
	(void)s;
	for (size_t i = 0; i < pack->rows.len; i++)
		pack->rows.items[i].ioctl.is_alias = true;
	return NULL;
}

static struct mdt_error *apply_no_more(struct mdt_packc *pack,
				       const struct mdt_statement *s)
{
	(void)pack, (void)s; // mdt_packc_source() did it
	return NULL;
}

static struct mdt_error *apply_statement(struct mdt_packc *pack,
					 const struct mdt_statement *s)
{
	static const struct {
		struct mdt_slice word;
		struct mdt_error *(*apply)(struct mdt_packc *,
					   const struct mdt_statement *);
	} rows[] = {
		{ SLICE_INIT("aliases"), apply_aliases },
		{ SLICE_INIT("bare"), apply_no_more },
		{ SLICE_INIT("include"), apply_no_more },
		{ SLICE_INIT("define"), apply_no_more },
		{ SLICE_INIT("undefine"), apply_no_more },
		{ SLICE_INIT("declare"), apply_no_more },
		{ SLICE_INIT("command"), apply_command },
		{ SLICE_INIT("field"), apply_field },
		{ SLICE_INIT("constants"), apply_constants },
		{ SLICE_INIT("template"), apply_template },
		{ SLICE_INIT("history"), apply_history },
		{ SLICE_INIT("type"), apply_type },
		{ SLICE_INIT("not-a-command"), apply_not_a_command },
	};

	array_for_each (row, rows)
		if (mdt_slice_eq(row->word, s->words[0].text))
			return row->apply(pack, s);
	return mdt_packc_fault(pack, s, s->words, "unknown word '%.*s'",
			       SLICE_FMT(s->words[0].text));
}

static struct mdt_error *open_object(struct mdt_packc *pack, const char *object)
{
	int fd = open(object, O_RDONLY | O_CLOEXEC);
	struct mdt_error *err;

	if (fd < 0)
		return mdt_error_os(errno, "%s", object);
	err = mdt_object_create(fd, object, pack->arena, &pack->object);
	close(fd);
	return err;
}

struct mdt_error *mdt_packc_apply(struct mdt_packc *pack, const char *object)
{
	struct mdt_error *err = open_object(pack, object);

	if (!err)
		err = mdt_rows_collect(pack->object, object, pack->name, pack->arena,
				       &pack->rows, &pack->notes);
	for (size_t i = 0; !err && i < pack->count; i++)
		err = apply_statement(pack, &pack->statements[i]);
	return err;
}
