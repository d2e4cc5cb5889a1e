// SPDX-License-Identifier: MIT
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>

#include "ioctl/packc/packc.h"

static const struct kind {
	struct mdt_slice word;
	enum mdt_meaning_kind kind;
	bool has_names;
} kinds[] = {
	{ SLICE_INIT("enum"), MDT_MEANING_ENUM, true },
	{ SLICE_INIT("bits"), MDT_MEANING_BITS, true },
	{ SLICE_INIT("flags"), MDT_MEANING_FLAGS, true },
	{ SLICE_INIT("dev_t"), MDT_MEANING_DEV, false },
	{ SLICE_INIT("fd"), MDT_MEANING_FD, false },
	{ SLICE_INIT("string"), MDT_MEANING_STRING, false },
	{ SLICE_INIT("hex"), MDT_MEANING_HEX, false },
};

static const struct kind *find_kind(struct mdt_slice word)
{
	array_for_each (it, kinds)
		if (mdt_slice_eq(it->word, word))
			return it;
	return NULL;
}

bool mdt_packc_is_meaning(struct mdt_slice word)
{
	return find_kind(word) != NULL;
}

// One GLOB or !GLOB of the line.
struct glob {
	const struct mdt_word *word;
	char *text; // terminated, for fnmatch()
	bool excludes;
	bool is_used;
};

struct picker {
	struct mdt_packc *pack;
	const struct mdt_statement *statement;
	struct glob *globs; // in the arena
	size_t glob_count;
	uint64_t below;			// `<N`
	struct mdt_constant *constants; // the heap's, until they are sorted
	size_t count, cap;
	size_t spelled; // how many `N=NAME` gave
};

static struct mdt_error *add_constant(struct picker *p, struct mdt_slice name,
				      uint64_t value)
{
	struct mdt_slice kept;

	if (!mdt_grow((void **)&p->constants, &p->cap, p->count, sizeof(*p->constants)) ||
	    !mdt_arena_copy(p->pack->arena, name, &kept))
		return &mdt_enomem;
	p->constants[p->count++] = (struct mdt_constant){ kept.str, value };
	return NULL;
}

static bool parse_signed(struct mdt_slice text, uint64_t *ret)
{
	bool minus = text.len && text.str[0] == '-';

	if (!mdt_slice_to_u64(mdt_slice_skip(text, minus), ret))
		return false;
	*ret = minus ? -*ret : *ret;
	return true;
}

static struct mdt_error *add_glob(struct picker *p, const struct mdt_word *word)
{
	struct glob *glob = &p->globs[p->glob_count++];
	struct mdt_slice text = word->text, kept;

	*glob = (struct glob){ .word = word, .excludes = text.str[0] == '!' };
	if (!mdt_arena_copy(p->pack->arena, mdt_slice_skip(text, glob->excludes), &kept))
		return &mdt_enomem;
	glob->text = (char *)kept.str;
	return NULL;
}

// `<N`, `N=NAME`, `GLOB` or `!GLOB`
static struct mdt_error *read_word(struct picker *p, const struct mdt_word *word)
{
	struct mdt_slice text = word->text;
	const char *equals = memchr(text.str, '=', text.len);
	uint64_t value;

	if (text.str[0] == '<') {
		if (!mdt_slice_to_u64(mdt_slice_skip(text, 1), &p->below))
			return mdt_packc_fault(p->pack, p->statement, word,
					       "expected a number after '<'");
		return NULL;
	}
	if (!equals)
		return add_glob(p, word);
	if (!parse_signed(mdt_slice_head(text, (size_t)(equals - text.str)), &value))
		return mdt_packc_fault(p->pack, p->statement, word,
				       "expected NUMBER=NAME");
	p->spelled++;
	return add_constant(p, mdt_slice_skip(text, (size_t)(equals - text.str) + 1),
			    value);
}

static struct mdt_error *read_words(struct picker *p, size_t from, size_t to)
{
	const struct mdt_statement *s = p->statement;
	struct mdt_error *err = NULL;

	p->globs = mdt_arena_alloc(p->pack->arena, s->count * sizeof(*p->globs),
				   _Alignof(struct glob));
	if (!p->globs)
		return &mdt_enomem;
	for (size_t i = from; !err && i < to; i++)
		err = read_word(p, &s->words[i]);
	return err;
}

// Whether the globs take a name. `!GLOB` counts as used only if it kept something out.
static bool takes(struct picker *p, const char *name)
{
	bool taken = false;

	for (size_t i = 0; i < p->glob_count; i++) {
		struct glob *glob = &p->globs[i];

		if (glob->excludes || fnmatch(glob->text, name, 0) != 0)
			continue;
		glob->is_used = true;
		taken = true;
	}
	for (size_t i = 0; i < p->glob_count && taken; i++) {
		struct glob *glob = &p->globs[i];

		if (!glob->excludes || fnmatch(glob->text, name, 0) != 0)
			continue;
		glob->is_used = true;
		taken = false;
	}
	return taken;
}

static struct mdt_error *take(struct picker *p, struct mdt_slice name, uint64_t value)
{
	if (p->below && value >= p->below)
		return NULL;
	mdt_buf_printf(&p->pack->facts,
		       "_Static_assert((unsigned long long)(%.*s) == %#" PRIx64
		       "ull, \"%.*s\");\n",
		       SLICE_FMT(name), value, SLICE_FMT(name));
	return add_constant(p, name, value);
}

// Macros that are no numbers do not match: MD_SB_* may be the start of anything.
static struct mdt_error *take_macro(struct picker *p, struct mdt_macro *macro)
{
	char name[256];
	struct mdt_number number;
	struct mdt_error *err;

	if (!macro->is_defined || macro->is_function || macro->name.len >= sizeof(name))
		return NULL;
	memcpy(name, macro->name.str, macro->name.len);
	name[macro->name.len] = 0;
	if (!takes(p, name))
		return NULL;
	// An enumerator may hide behind a macro of its own name.
	if (mdt_object_find_enumerator(p->pack->object, macro->name))
		return NULL;
	err = mdt_macro_number(p->pack->object, macro, &number);
	if (err)
		return mdt_error_catch(&err, MDT_ERR_SYNTAX) ? NULL : err;
	return take(p, macro->name, number.value);
}

static struct mdt_error *take_enumerator(struct picker *p, struct mdt_slice text,
					 const struct mdt_number *number)
{
	char name[256];

	if (text.len >= sizeof(name))
		return NULL;
	memcpy(name, text.str, text.len);
	name[text.len] = 0;
	return takes(p, name) ? take(p, text, number->value) : NULL;
}

static struct mdt_error *pick(struct picker *p)
{
	const struct mdt_map *enumerators = mdt_object_enumerators(p->pack->object);
	struct mdt_cpp *cpp = mdt_object_macros(p->pack->object);
	struct mdt_error *err = NULL;

	mdt_map_for_each(it, &cpp->by_name)
	{
		err = take_macro(p, it->value);
		if (err)
			return err;
	}
	mdt_map_for_each(it, enumerators)
	{
		err = take_enumerator(p, it->text, it->value);
		if (err)
			return err;
	}
	for (size_t i = 0; i < p->glob_count; i++)
		if (!p->globs[i].is_used)
			return mdt_packc_fault(p->pack, p->statement, p->globs[i].word,
					       "'%.*s' matches nothing in the headers",
					       SLICE_FMT(p->globs[i].word->text));
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	const struct mdt_constant *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return strcmp(x->name, y->name);
}

static struct mdt_error *pattern_of(struct picker *p, const char **ret)
{
	// `N=NAME` are not what an unknown value would be called.
	*ret = mdt_common_pattern(p->constants + p->spelled, p->count - p->spelled,
				  p->pack->arena);
	return *ret ? NULL : &mdt_enomem;
}

static struct mdt_error *finish(struct picker *p, struct mdt_meaning *ret)
{
	struct mdt_constant *copy = mdt_arena_alloc(
		p->pack->arena, p->count * sizeof(*copy), _Alignof(struct mdt_constant));
	struct mdt_error *err = pattern_of(p, &ret->pattern);

	if (err || !copy)
		return err ? err : &mdt_enomem;
	memcpy(copy, p->constants, p->count * sizeof(*copy));
	qsort(copy, p->count, sizeof(*copy), by_value);
	ret->constants = copy;
	ret->count = (uint32_t)p->count;
	return NULL;
}

static struct mdt_error *check_bits(const struct picker *p, enum mdt_meaning_kind kind)
{
	for (size_t i = 0; kind == MDT_MEANING_BITS && i < p->count; i++)
		if (p->constants[i].value >= 64)
			return mdt_packc_fault(
				p->pack, p->statement, p->statement->words,
				"%s is %" PRIu64 ", which is not a bit's number",
				p->constants[i].name, p->constants[i].value);
	return NULL;
}

struct mdt_error *mdt_packc_meaning(struct mdt_packc *pack,
				    const struct mdt_statement *statement, size_t from,
				    size_t to, const struct mdt_meaning **ret)
{
	const struct kind *kind =
		from < to ? find_kind(statement->words[from].text) : NULL;
	struct mdt_meaning *meaning = mdt_arena_new(pack->arena, struct mdt_meaning);
	struct picker picker = { .pack = pack, .statement = statement };
	struct mdt_error *err = NULL;
	size_t words = to - from;

	if (!meaning)
		return &mdt_enomem;
	if (!kind || kind->has_names != (words > 1))
		return mdt_packc_fault(
			pack, statement, &statement->words[from < to ? from : 0],
			"expected a meaning: enum, bits or flags with names, "
			"or dev_t, fd, string, hex");
	*meaning = (struct mdt_meaning){ .kind = kind->kind, .pattern = "" };
	if (kind->has_names) {
		err = read_words(&picker, from + 1, to);
		if (!err)
			err = pick(&picker);
		if (!err)
			err = check_bits(&picker, kind->kind);
		if (!err)
			err = finish(&picker, meaning);
		free(picker.constants);
	}
	if (!err)
		*ret = meaning;
	return err;
}
