// SPDX-License-Identifier: MIT
// JUnit, read strictly: the elements of the table, no document type and so no entities
// but XML's own five, no nesting deeper than the table allows.
#include <stdlib.h>

#include "merge/parts.h"

enum element {
	NOTHING,
	TESTSUITES,
	TESTSUITE,
	TESTCASE,
	FAILURE,
	ERROR,
	SKIPPED,
	OUTPUT,
	ERROR_OUTPUT,
	PROPERTIES,
	PROPERTY,
	ELEMENTS
};

#define IN(element) (1u << (element))

static const struct {
	const char *name;
	unsigned int parents; /* a set of enum element */
	bool has_text;
} elements[ELEMENTS] = {
	[NOTHING] = { "a document", 0, false },
	[TESTSUITES] = { "testsuites", IN(NOTHING), false },
	[TESTSUITE] = { "testsuite", IN(NOTHING) | IN(TESTSUITES), false },
	[TESTCASE] = { "testcase", IN(TESTSUITE), false },
	[FAILURE] = { "failure", IN(TESTCASE), true },
	[ERROR] = { "error", IN(TESTCASE), true },
	[SKIPPED] = { "skipped", IN(TESTCASE), true },
	[OUTPUT] = { "system-out", IN(TESTCASE) | IN(TESTSUITE), true },
	[ERROR_OUTPUT] = { "system-err", IN(TESTCASE) | IN(TESTSUITE), true },
	[PROPERTIES] = { "properties", IN(TESTSUITE) | IN(TESTCASE), false },
	[PROPERTY] = { "property", IN(PROPERTIES), true },
};

enum { DEPTH_MAX = 6 };

// The attributes that count; of another name, any may be there.
enum attribute { NAME, CLASS, MESSAGE, TESTS, FAILURES, ERRORS, ATTRIBUTES };
static const char *const attribute_names[ATTRIBUTES] = {
	[NAME] = "name",   [CLASS] = "classname",   [MESSAGE] = "message",
	[TESTS] = "tests", [FAILURES] = "failures", [ERRORS] = "errors",
};

struct attributes {
	struct mdt_slice values[ATTRIBUTES];
	bool has[ATTRIBUTES];
};

struct junit {
	struct mdt_merge_reading *reading;
	struct mdt_slice rest;
	enum element open[DEPTH_MAX];
	size_t depth; /* of open; open[0] is NOTHING */
	bool is_over; /* the one element on top was closed */
	struct mdt_merge_suite *suite;
	struct mdt_merge_case *it;
	struct attributes suite_counts;
	const char *suite_at;
	struct mdt_buf text; /* of the innermost element */
};

static bool takes(struct junit *junit, struct mdt_slice what)
{
	bool ret = mdt_slice_starts(junit->rest, what);

	if (ret)
		junit->rest = mdt_slice_skip(junit->rest, what.len);
	return ret;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blank(struct junit *junit)
{
	while (junit->rest.len && is_blank(junit->rest.str[0]))
		junit->rest = mdt_slice_skip(junit->rest, 1);
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':';
}

static struct mdt_slice take_name(struct junit *junit)
{
	size_t len = 0;
	struct mdt_slice ret;

	while (len < junit->rest.len && is_name(junit->rest.str[len]))
		len++;
	ret = mdt_slice_head(junit->rest, len);
	junit->rest = mdt_slice_skip(junit->rest, len);
	return ret;
}

// Take all up to @p end, and that, too.
static struct mdt_error *take_until(struct junit *junit, struct mdt_slice end,
				    struct mdt_slice *ret)
{
	const char *at = mdt_slice_find(junit->rest, end);

	if (!at)
		return mdt_merge_bad(junit->reading, junit->rest.str,
				     "no %.*s after this: the file is cut off",
				     SLICE_FMT(end));
	*ret = mdt_slice_head(junit->rest, (size_t)(at - junit->rest.str));
	junit->rest = mdt_slice_skip(junit->rest, ret->len + end.len);
	return NULL;
}

/* ---- text ---- */

static void add_utf8(struct mdt_buf *ret, uint32_t c)
{
	if (c < 0x80) {
		mdt_buf_addc(ret, (char)c);
		return;
	}
	if (c < 0x800) {
		mdt_buf_addc(ret, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			mdt_buf_addc(ret, (char)(0xe0 | c >> 12));
		} else {
			mdt_buf_addc(ret, (char)(0xf0 | c >> 18));
			mdt_buf_addc(ret, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		mdt_buf_addc(ret, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	mdt_buf_addc(ret, (char)(0x80 | (c & 0x3f)));
}

// XML's Char.
static bool is_char(uint64_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) ||
	       (c >= 0xe000 && c < 0xfffe) || (c >= 0x10000 && c < 0x110000);
}

// `#10` or `#x1b`.
static bool read_number(struct mdt_slice text, uint64_t *ret)
{
	text = mdt_slice_skip(text, 1);
	if (text.len && text.str[0] == 'x') {
		*ret = 0;
		text = mdt_slice_skip(text, 1);
		for (size_t i = 0; i < text.len; i++) {
			int digit = mdt_hex_digit(text.str[i]);

			if (digit < 0 || *ret > 0x10ffff)
				return false;
			*ret = *ret << 4 | (unsigned int)digit;
		}
		return text.len && is_char(*ret);
	}
	return mdt_slice_to_dec(text, ret) && is_char(*ret);
}

static struct mdt_error *add_entity(struct junit *junit, const char *at,
				    struct mdt_slice name, struct mdt_buf *ret)
{
	static const struct {
		const char *name;
		char is;
	} known[] = {
		{ "lt", '<' },	 { "gt", '>' },	   { "amp", '&' },
		{ "quot", '"' }, { "apos", '\'' },
	};
	uint64_t number;

	if (mdt_slice_starts(name, SLICE("#")) && read_number(name, &number)) {
		add_utf8(ret, (uint32_t)number);
		return NULL;
	}
	array_for_each (it, known)
		if (mdt_slice_eq_cstr(name, it->name)) {
			mdt_buf_addc(ret, it->is);
			return NULL;
		}
	return mdt_merge_bad(junit->reading, at, "this is no entity of XML");
}

static struct mdt_error *add_text(struct junit *junit, struct mdt_slice text,
				  struct mdt_buf *ret)
{
	while (text.len) {
		const char *amp = memchr(text.str, '&', text.len), *end;
		struct mdt_slice plain =
			mdt_slice_head(text, amp ? (size_t)(amp - text.str) : text.len);
		struct mdt_error *err;

		mdt_buf_add(ret, plain);
		text = mdt_slice_skip(text, plain.len);
		if (!text.len)
			break;
		end = memchr(text.str, ';', text.len);
		if (!end)
			return mdt_merge_bad(junit->reading, amp,
					     "this is no entity of XML");
		err = add_entity(junit, amp,
				 mdt_slice_from(amp + 1, (size_t)(end - amp) - 1), ret);
		if (err)
			return err;
		text = mdt_slice_skip(text, (size_t)(end - amp) + 1);
	}
	return NULL;
}

/* ---- tags ---- */

static struct mdt_error *read_value(struct junit *junit, struct mdt_slice *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice raw;
	struct mdt_error *err;
	const char *less;

	if (takes(junit, SLICE("\"")))
		err = take_until(junit, SLICE("\""), &raw);
	else if (takes(junit, SLICE("'")))
		err = take_until(junit, SLICE("'"), &raw);
	else
		return mdt_merge_bad(junit->reading, junit->rest.str,
				     "a value in quotes was expected");
	if (err)
		return err;
	less = raw.len ? memchr(raw.str, '<', raw.len) : NULL;
	if (less)
		return mdt_merge_bad(junit->reading, less, "a < in a value");
	err = add_text(junit, raw, &text);
	if (err)
		return err;
	return !text.failed && mdt_arena_copy(junit->reading->arena, mdt_buf_slice(&text),
					      ret)
		       ? NULL
		       : &mdt_enomem;
}

static struct mdt_error *read_attributes(struct junit *junit, struct attributes *ret,
					 bool *is_empty)
{
	*ret = (struct attributes){ 0 };
	for (;;) {
		struct mdt_slice name, value;
		struct mdt_error *err;
		const char *at;

		skip_blank(junit);
		*is_empty = takes(junit, SLICE("/>"));
		if (*is_empty || takes(junit, SLICE(">")))
			return NULL;
		at = junit->rest.str;
		name = take_name(junit);
		if (!name.len)
			return mdt_merge_bad(
				junit->reading, at,
				junit->rest.len ? "the name of an attribute was expected"
						: "the file is cut off");
		skip_blank(junit);
		if (!takes(junit, SLICE("=")))
			return mdt_merge_bad(junit->reading, junit->rest.str,
					     "a = was expected");
		skip_blank(junit);
		err = read_value(junit, &value);
		if (err)
			return err;
		for (size_t i = 0; i < ATTRIBUTES; i++) {
			if (!mdt_slice_eq_cstr(name, attribute_names[i]))
				continue;
			if (ret->has[i])
				return mdt_merge_bad(junit->reading, at,
						     "%s is there twice",
						     attribute_names[i]);
			ret->has[i] = true;
			ret->values[i] = value;
		}
	}
}

static struct mdt_error *begin_suite(struct junit *junit, const struct attributes *from)
{
	junit->suite =
		mdt_merge_suite_new(junit->reading->arena, &junit->reading->suites);
	if (!junit->suite)
		return &mdt_enomem;
	junit->suite->name = from->has[NAME] ? from->values[NAME]
					     : mdt_merge_file_name(junit->reading);
	junit->suite_counts = *from;
	return NULL;
}

static struct mdt_error *begin_case(struct junit *junit, const char *at,
				    const struct attributes *from)
{
	if (!from->has[NAME])
		return mdt_merge_bad(junit->reading, at, "a testcase without a name");
	junit->it = mdt_merge_case_new(junit->reading->arena, junit->suite);
	if (!junit->it)
		return &mdt_enomem;
	junit->it->name = from->values[NAME];
	junit->it->class = from->values[CLASS];
	return NULL;
}

static struct mdt_error *begin(struct junit *junit, enum element element, const char *at,
			       const struct attributes *from)
{
	static const enum mdt_merge_end ends[ELEMENTS] = {
		[FAILURE] = MDT_MERGE_FAILED,
		[ERROR] = MDT_MERGE_ERROR,
		[SKIPPED] = MDT_MERGE_SKIPPED,
	};

	mdt_buf_clear(&junit->text);
	if (element == TESTSUITES)
		mdt_merge_read_shard(from->values[NAME], junit->reading->file);
	if (element == TESTSUITE) {
		junit->suite_at = at;
		return begin_suite(junit, from);
	}
	if (element == TESTCASE)
		return begin_case(junit, at, from);
	if (!ends[element])
		return NULL;
	if (junit->it->end)
		return mdt_merge_bad(junit->reading, at, "a case that ends twice");
	junit->it->end = ends[element];
	junit->it->message = from->values[MESSAGE];
	return NULL;
}

/* ---- ends ---- */

static struct mdt_error *check_count(struct junit *junit, enum attribute attribute,
				     size_t found)
{
	struct mdt_slice text = junit->suite_counts.values[attribute];
	uint64_t said;

	if (!junit->suite_counts.has[attribute] ||
	    (mdt_slice_to_dec(text, &said) && said == found))
		return NULL;
	return mdt_merge_bad(junit->reading, junit->suite_at,
			     "%s=\"%.*s\", and there are %zu", attribute_names[attribute],
			     SLICE_FMT(text), found);
}

static struct mdt_error *end_suite(struct junit *junit)
{
	size_t ends[MDT_MERGE_ERROR + 1] = { 0 };
	struct mdt_error *err;

	for (const struct mdt_merge_case *it = junit->suite->first; it; it = it->next)
		ends[it->end]++;
	err = check_count(junit, TESTS, junit->suite->len);
	if (!err)
		err = check_count(junit, FAILURES, ends[MDT_MERGE_FAILED]);
	return err ? err : check_count(junit, ERRORS, ends[MDT_MERGE_ERROR]);
}

static struct mdt_error *end(struct junit *junit)
{
	enum element element = junit->open[--junit->depth];
	bool in_case = junit->open[junit->depth - 1] == TESTCASE;
	struct mdt_slice text = { 0 };

	junit->is_over = junit->depth == 1;
	if (element == TESTSUITE)
		return end_suite(junit);
	if (!elements[element].has_text || element == PROPERTY)
		return NULL;
	if (junit->text.failed ||
	    !mdt_arena_copy(junit->reading->arena, mdt_buf_slice(&junit->text), &text))
		return &mdt_enomem;
	mdt_buf_clear(&junit->text);
	if (element == OUTPUT || element == ERROR_OUTPUT) {
		struct mdt_slice *to =
			in_case ? &junit->it->output : &junit->suite->output;

		if (!to->len)
			*to = text;
	} else {
		junit->it->text = text;
	}
	return NULL;
}

/* ---- the document ---- */

static enum element find_element(struct mdt_slice name)
{
	for (size_t i = NOTHING + 1; i < ELEMENTS; i++)
		if (mdt_slice_eq_cstr(name, elements[i].name))
			return (enum element)i;
	return NOTHING;
}

static struct mdt_error *read_begin(struct junit *junit)
{
	const char *at = junit->rest.str;
	struct mdt_slice name = take_name(junit);
	enum element element = find_element(name);
	enum element parent = junit->open[junit->depth - 1];
	struct attributes attributes;
	struct mdt_error *err;
	bool is_empty;

	if (!element || !(elements[element].parents & IN(parent)) || junit->is_over ||
	    junit->depth == DEPTH_MAX)
		return mdt_merge_bad(junit->reading, at,
				     "no <%.*s> of JUnit goes into %s", SLICE_FMT(name),
				     elements[parent].name);
	err = read_attributes(junit, &attributes, &is_empty);
	if (err)
		return err;
	junit->open[junit->depth++] = element;
	err = begin(junit, element, at, &attributes);
	if (!err && is_empty)
		err = end(junit);
	return err;
}

static struct mdt_error *read_end(struct junit *junit)
{
	const char *at = junit->rest.str;
	enum element element = find_element(take_name(junit));

	skip_blank(junit);
	if (junit->depth == 1 || element != junit->open[junit->depth - 1] ||
	    !takes(junit, SLICE(">")))
		return mdt_merge_bad(junit->reading, at, "this is not the end of %s",
				     elements[junit->open[junit->depth - 1]].name);
	return end(junit);
}

static struct mdt_error *read_text(struct junit *junit)
{
	bool is_cdata = takes(junit, SLICE("<![CDATA["));
	const char *at = junit->rest.str, *less;
	struct mdt_slice text;

	if (is_cdata) {
		struct mdt_error *err = take_until(junit, SLICE("]]>"), &text);

		if (err)
			return err;
	} else {
		less = memchr(junit->rest.str, '<', junit->rest.len);
		text = mdt_slice_head(junit->rest,
				      less ? (size_t)(less - at) : junit->rest.len);
		junit->rest = mdt_slice_skip(junit->rest, text.len);
	}
	if (elements[junit->open[junit->depth - 1]].has_text) {
		if (!is_cdata)
			return add_text(junit, text, &junit->text);
		mdt_buf_add(&junit->text, text);
		return NULL;
	}
	for (size_t i = 0; i < text.len; i++)
		if (!is_blank(text.str[i]))
			return mdt_merge_bad(
				junit->reading, text.str + i, "no text goes into %s",
				elements[junit->open[junit->depth - 1]].name);
	return NULL;
}

static struct mdt_error *read_next(struct junit *junit)
{
	struct mdt_slice comment;

	if (takes(junit, SLICE("<!--")))
		return take_until(junit, SLICE("-->"), &comment);
	if (mdt_slice_starts(junit->rest, SLICE("<![CDATA[")))
		return read_text(junit);
	if (mdt_slice_starts(junit->rest, SLICE("<!")) ||
	    mdt_slice_starts(junit->rest, SLICE("<?")))
		return mdt_merge_bad(junit->reading, junit->rest.str,
				     "no document type or instruction is taken");
	if (takes(junit, SLICE("</")))
		return read_end(junit);
	if (takes(junit, SLICE("<")))
		return read_begin(junit);
	return read_text(junit);
}

struct mdt_error *mdt_merge_read_junit(struct mdt_merge_reading *reading)
{
	struct junit junit = { .reading = reading, .rest = reading->bytes, .depth = 1 };
	struct mdt_error *err = NULL;
	struct mdt_slice declaration;

	skip_blank(&junit);
	if (takes(&junit, SLICE("<?xml ")))
		err = take_until(&junit, SLICE("?>"), &declaration);
	while (!err && junit.rest.len)
		err = read_next(&junit);
	if (!err && !junit.is_over)
		err = mdt_merge_bad(reading, junit.rest.str, "the file is cut off in %s",
				    elements[junit.open[junit.depth - 1]].name);
	if (!err)
		err = mdt_buf_error(&junit.text);
	mdt_buf_deinit(&junit.text);
	return err;
}
