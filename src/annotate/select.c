// SPDX-License-Identifier: MIT
#include "annotate/select.h"

#include <stdlib.h>

#include "base/pattern.h"

typedef bool is_value_fn(const struct mdt_select_line *line, struct mdt_slice value);

struct field {
	struct mdt_slice name; // with the colon
	is_value_fn *is;
	bool (*is_valid)(struct mdt_slice value); // NULL: any text is
	const char *expected;
};

struct flag {
	struct mdt_slice name;
	bool (*is)(const struct mdt_select_line *line);
};

// One word: a field with its values, a flag, or a pattern.
struct term {
	const struct field *field;
	const struct flag *flag;
	struct mdt_slice values; // of text
	struct mdt_pattern *pattern;
	bool negated;
};

struct mdt_select {
	char *text; // owned: the filter
	struct term *terms;
	size_t len, cap;
};

/* ---- fields ---- */

static bool is_call(const struct mdt_select_line *line, struct mdt_slice value)
{
	return mdt_slice_eq(line->call, value);
}

static bool is_name(const struct mdt_select_line *line, struct mdt_slice value)
{
	return mdt_slice_eq(line->name, value);
}

static bool is_device(const struct mdt_select_line *line, struct mdt_slice value)
{
	return mdt_slice_eq(line->device, value) || mdt_slice_eq(line->number, value) ||
	       mdt_slice_eq(line->path, value);
}

static bool is_error(const struct mdt_select_line *line, struct mdt_slice value)
{
	return mdt_slice_eq(line->error, value);
}

static bool is_number(struct mdt_slice value)
{
	uint64_t number;

	return mdt_slice_to_dec(value, &number);
}

static bool is_pid(const struct mdt_select_line *line, struct mdt_slice value)
{
	uint64_t pid;

	return line->pid && mdt_slice_to_dec(value, &pid) && pid == line->pid;
}

// 10, 10-20, 10-, -20
static bool read_range(struct mdt_slice value, uint64_t *first, uint64_t *last)
{
	const char *dash = mdt_slice_find(value, SLICE("-"));
	struct mdt_slice head, tail;

	*first = 0;
	*last = UINT64_MAX;
	if (!dash)
		return mdt_slice_to_dec(value, first) && mdt_slice_to_dec(value, last);
	head = mdt_slice_head(value, (size_t)(dash - value.str));
	tail = mdt_slice_skip(value, head.len + 1);
	return (head.len || tail.len) && (!head.len || mdt_slice_to_dec(head, first)) &&
	       (!tail.len || mdt_slice_to_dec(tail, last)) && *first <= *last;
}

static bool is_range(struct mdt_slice value)
{
	uint64_t first, last;

	return read_range(value, &first, &last);
}

static bool is_line(const struct mdt_select_line *line, struct mdt_slice value)
{
	uint64_t first, last;

	return read_range(value, &first, &last) && line->line >= first &&
	       line->line <= last;
}

static const struct field fields[] = {
	{ SLICE_INIT("call:"), is_call },
	{ SLICE_INIT("name:"), is_name },
	{ SLICE_INIT("device:"), is_device },
	{ SLICE_INIT("errno:"), is_error },
	{ SLICE_INIT("pid:"), is_pid, is_number, "a number" },
	{ SLICE_INIT("line:"), is_line, is_range, "a number, or 10-20" },
};

static bool is_failed(const struct mdt_select_line *line)
{
	return line->failed;
}

static bool has_remark(const struct mdt_select_line *line)
{
	return line->has_remark;
}

static const struct flag flags[] = {
	{ SLICE_INIT("failed"), is_failed },
	{ SLICE_INIT("remark"), has_remark },
};

/* ---- the words ---- */

// The next of @values, which are separated by commas.
static bool next_value(struct mdt_slice *values, struct mdt_slice *ret)
{
	const char *comma = mdt_slice_find(*values, SLICE(","));

	if (!values->len)
		return false;
	*ret = comma ? mdt_slice_head(*values, (size_t)(comma - values->str)) : *values;
	*values = mdt_slice_skip(*values, ret->len + (comma != NULL));
	return true;
}

static struct mdt_error *check_values(const struct term *term)
{
	struct mdt_slice rest = term->values, value;

	if (!rest.len)
		return mdt_error_create(MDT_ERR_SYNTAX,
					"filter: %.*s: a value is missing",
					SLICE_FMT(term->field->name));
	while (term->field->is_valid && next_value(&rest, &value))
		if (!term->field->is_valid(value))
			return mdt_error_create(MDT_ERR_SYNTAX,
						"filter: %.*s%.*s: expected %s",
						SLICE_FMT(term->field->name),
						SLICE_FMT(value), term->field->expected);
	return NULL;
}

// Whether a word is a field or a flag, and which.
static bool read_word(struct mdt_slice word, struct term *ret)
{
	*ret = (struct term){ .negated = mdt_slice_starts(word, SLICE("!")) };
	word = mdt_slice_skip(word, ret->negated);
	array_for_each (flag, flags)
		if (mdt_slice_eq(flag->name, word))
			ret->flag = flag;
	array_for_each (field, fields)
		if (mdt_slice_starts(word, field->name)) {
			ret->field = field;
			ret->values = mdt_slice_skip(word, field->name.len);
		}
	return ret->flag || ret->field;
}

static struct mdt_error *add_term(struct mdt_select *select, const struct term *term)
{
	if (!mdt_grow((void **)&select->terms, &select->cap, select->len,
		      sizeof(*select->terms)))
		return &mdt_enomem;
	select->terms[select->len++] = *term;
	return NULL;
}

static struct mdt_error *add_pattern(struct mdt_select *select, struct mdt_slice pattern)
{
	struct term term = { 0 };
	struct mdt_error *err = mdt_pattern_create(pattern, &term.pattern);

	if (!err)
		err = add_term(select, &term);
	if (err)
		mdt_pattern_destroy(term.pattern);
	return err;
}

static struct mdt_slice next_word(struct mdt_slice text)
{
	size_t begin = 0, end;

	while (begin < text.len && text.str[begin] == ' ')
		begin++;
	for (end = begin; end < text.len && text.str[end] != ' ';)
		end++;
	return mdt_slice_from(text.str + begin, end - begin);
}

// What is between two words of ours is one pattern, with the blanks in it.
static struct mdt_error *end_pattern(struct mdt_select *select, const char *from,
				     const char *to)
{
	struct mdt_slice pattern =
		mdt_slice_trim(mdt_slice_from(from, (size_t)(to - from)));

	return pattern.len ? add_pattern(select, pattern) : NULL;
}

static struct mdt_error *read_words(struct mdt_select *select, struct mdt_slice text)
{
	const char *pattern = text.str, *end = text.str + text.len;
	struct mdt_error *err = NULL;
	struct mdt_slice word;
	struct term term;

	while (!err && (word = next_word(text)).len) {
		text = mdt_slice_from(word.str + word.len,
				      (size_t)(end - word.str) - word.len);
		if (!read_word(word, &term))
			continue;
		err = end_pattern(select, pattern, word.str);
		if (!err && term.field)
			err = check_values(&term);
		if (!err)
			err = add_term(select, &term);
		pattern = text.str;
	}
	if (err || select->len)
		return err ? err : end_pattern(select, pattern, end);
	return add_pattern(select, mdt_slice_from(pattern, (size_t)(end - pattern)));
}

struct mdt_error *mdt_select_create(struct mdt_slice filter, struct mdt_select **ret)
{
	_cleanup_(mdt_select_destroyp) struct mdt_select *select =
		calloc(1, sizeof(*select));
	struct mdt_error *err;

	if (!select)
		return &mdt_enomem;
	select->text = malloc(filter.len + 1);
	if (!select->text)
		return &mdt_enomem;
	if (filter.len)
		memcpy(select->text, filter.str, filter.len);
	err = read_words(select, mdt_slice_from(select->text, filter.len));
	if (!err)
		*ret = no_cleanup_ptr(select);
	return err;
}

void mdt_select_destroy(struct mdt_select *select)
{
	if (!select)
		return;
	for (size_t i = 0; i < select->len; i++)
		mdt_pattern_destroy(select->terms[i].pattern);
	free(select->terms);
	free(select->text);
	free(select);
}

/* ---- a line ---- */

static struct mdt_error *term_holds(const struct term *term,
				    const struct mdt_select_line *line, bool *ret)
{
	struct mdt_slice rest = term->values, value;

	*ret = false;
	if (term->pattern)
		return mdt_pattern_matches(term->pattern, line->text, ret);
	if (term->flag)
		*ret = term->flag->is(line);
	while (term->field && !*ret && next_value(&rest, &value))
		*ret = value.len && term->field->is(line, value);
	*ret ^= term->negated;
	return NULL;
}

struct mdt_error *mdt_select_matches(struct mdt_select *select,
				     const struct mdt_select_line *line, bool *ret)
{
	struct mdt_error *err = NULL;
	bool holds = true;

	for (size_t i = 0; !err && holds && i < select->len; i++)
		err = term_holds(&select->terms[i], line, &holds);
	if (!err)
		*ret = holds;
	return err;
}

void mdt_select_facts(const struct mdt_event *event,
		      const struct mdt_annotation *annotation, struct mdt_buf *scratch,
		      struct mdt_select_line *ret)
{
	const struct mdt_device *device = annotation ? annotation->device : NULL;
	size_t name, number;

	mdt_buf_clear(scratch);
	if (device)
		mdt_device_name(scratch, device);
	name = scratch->len;
	if (device && device->source != MDT_DEV_UNKNOWN)
		mdt_buf_printf(scratch, "%u:%u", device->major, device->minor);
	number = scratch->len;
	mdt_buf_add(scratch, event->raw);
	if (annotation && annotation->text.len) {
		mdt_buf_adds(scratch, "  # ");
		mdt_buf_add(scratch, annotation->text);
	}
	*ret = (struct mdt_select_line){
		.line = event->line,
		.pid = event->prefix.pid,
		.call = event->name,
		.error = event->result.error,
		.failed = mdt_event_failed(event),
		.has_remark = annotation && annotation->topics,
	};
	ret->text = mdt_slice_skip(mdt_buf_slice(scratch), number);
	ret->device = mdt_slice_head(mdt_buf_slice(scratch), name);
	ret->number =
		mdt_slice_skip(mdt_slice_head(mdt_buf_slice(scratch), number), name);
	if (annotation)
		ret->name = annotation->name;
	if (device)
		ret->path = device->path;
}
