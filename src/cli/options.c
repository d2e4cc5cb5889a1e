// SPDX-License-Identifier: MIT
#include "cli/options.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { NEAREST_MAX = 32 };

const struct option_row common_rows[] = {
	{ .name = "help",
	  .letter = 'h',
	  STORE_FLAG(struct common_options, help),
	  .help = "say how the command is used" },
	{ .name = "raw",
	  STORE_FLAG(struct common_options, raw),
	  .help = "send a log's control characters to a terminal as they are" },
	{ 0 },
};

static const char *const input_names[] = { "auto", "as-is", NULL };

const struct option_row log_rows[] = {
	{ .name = "input",
	  .arg = "HOW",
	  .values = input_names,
	  STORE_CHOICE(struct common_options, input),
	  .help = "undo what mail, web pages and loggers did to a log, or read it as it is" },
	{ 0 },
};

struct parser {
	const struct option_row *rows[3]; /* the command's, the common ones, of logs */
	void *options[3];
	const char *const *argv; /* what is not parsed yet */
};

struct found {
	const struct option_row *row;
	void *options;
};

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

// Edits (insert, drop, replace, swap neighbours) that lead from a to b.
static unsigned int edit_distance(const char *a, size_t a_len, const char *b,
				  size_t b_len)
{
	unsigned int d[NEAREST_MAX + 1][NEAREST_MAX + 1];

	for (unsigned int i = 0; i <= a_len; i++)
		d[i][0] = i;
	for (unsigned int j = 0; j <= b_len; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		for (size_t j = 1; j <= b_len; j++) {
			unsigned int replace = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			d[i][j] = min(replace, min(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[a_len][b_len];
}

void nearest_offer(struct nearest *nearest, const char *name)
{
	size_t word_len = strlen(nearest->word), name_len = strlen(name);
	unsigned int distance;

	if (!word_len || word_len > NEAREST_MAX || name_len > NEAREST_MAX)
		return;
	if (strncmp(nearest->word, name, word_len) == 0)
		distance = 1;
	else
		distance = edit_distance(nearest->word, word_len, name, name_len);
	if (distance > 1 + name_len / 4 || distance >= name_len)
		return;
	if (!nearest->best || distance < nearest->distance) {
		nearest->best = name;
		nearest->distance = distance;
	}
}

char *nearest_hint(const struct nearest *nearest, const char *prefix)
{
	char *hint = NULL;

	if (!nearest->best)
		return strdup("");
	if (asprintf(&hint, "; did you mean '%s%s'?", prefix, nearest->best) < 0)
		return NULL;
	return hint;
}

void strings_deinit(struct strings *list)
{
	free(list->items);
	*list = (struct strings){ 0 };
}

struct mdt_error *strings_add(struct strings *list, const char *str)
{
	if (!mdt_grow((void **)&list->items, &list->cap, list->len, sizeof(*list->items)))
		return &mdt_enomem;
	list->items[list->len++] = str;
	return NULL;
}

static void freep(char **p)
{
	free(*p);
}

static struct mdt_error *unknown_option(const struct parser *parser, const char *name)
{
	struct nearest nearest = { .word = name };
	_cleanup_(freep) char *hint = NULL;

	array_for_each (rows, parser->rows)
		for (const struct option_row *row = *rows; row && row->name; row++)
			nearest_offer(&nearest, row->name);
	hint = nearest_hint(&nearest, "--");
	if (!hint)
		return &mdt_enomem;
	return mdt_error_create(MDT_ERR_INVALID, "unknown option '--%s'%s", name, hint);
}

static struct mdt_error *unknown_value(const struct option_row *row, const char *value)
{
	struct nearest nearest = { .word = value };
	_cleanup_(freep) char *hint = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf names = { 0 };

	for (const char *const *name = row->values; *name; name++) {
		nearest_offer(&nearest, *name);
		mdt_buf_printf(&names, "%s%s", names.len ? ", " : "", *name);
	}
	hint = nearest_hint(&nearest, "");
	if (!hint || names.failed)
		return &mdt_enomem;
	return mdt_error_create(MDT_ERR_INVALID, "option '--%s': '%s' is none of %.*s%s",
				row->name, value, SLICE_FMT(mdt_buf_slice(&names)), hint);
}

static struct mdt_error *store(struct found found, const char *value)
{
	const struct option_row *row = found.row;
	void *member = (char *)found.options + row->offset;
	unsigned int index = 0;

	if (row->values) {
		while (row->values[index] && strcmp(row->values[index], value) != 0)
			index++;
		if (!row->values[index])
			return unknown_value(row, value);
	}
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)member = true;
		return NULL;
	case OPTION_STRING:
		*(const char **)member = value;
		return NULL;
	case OPTION_CHOICE:
		*(unsigned int *)member = index;
		return NULL;
	case OPTION_LIST:
		return strings_add(member, value);
	}
	unreachable();
}

static bool row_is(const struct option_row *row, struct mdt_slice name, char letter)
{
	if (letter)
		return row->letter == letter;
	return mdt_slice_eq_cstr(name, row->name);
}

// By letter, or by name when letter is 0.
static bool find_row(const struct parser *parser, struct mdt_slice name, char letter,
		     struct found *ret)
{
	for (size_t i = 0; i < array_size(parser->rows); i++) {
		for (const struct option_row *row = parser->rows[i]; row && row->name;
		     row++) {
			if (!row_is(row, name, letter))
				continue;
			*ret = (struct found){ row, parser->options[i] };
			return true;
		}
	}
	return false;
}

// `--name`, `--name=value` or `--name value`; word is without the dashes.
static struct mdt_error *parse_long(struct parser *parser, const char *word)
{
	const char *equals = strchrnul(word, '='), *value = *equals ? equals + 1 : NULL;
	struct found found;

	if (!find_row(parser, mdt_slice_from(word, (size_t)(equals - word)), 0, &found)) {
		_cleanup_(freep) char *name = strndup(word, (size_t)(equals - word));

		return name ? unknown_option(parser, name) : &mdt_enomem;
	}
	if (!found.row->arg && value)
		return mdt_error_create(MDT_ERR_INVALID, "option '--%s' takes no value",
					found.row->name);
	if (found.row->is_optional && !value)
		value = "";
	if (found.row->arg && !value)
		value = *parser->argv ? *parser->argv++ : NULL;
	if (found.row->arg && !value)
		return mdt_error_create(MDT_ERR_INVALID,
					"option '--%s' needs a value: %s",
					found.row->name, found.row->arg);
	return store(found, value);
}

// `-abc`, `-nvalue` or `-n value`; word is without the dash.
static struct mdt_error *parse_letters(struct parser *parser, const char *word)
{
	for (; *word; word++) {
		const char *value = NULL;
		struct mdt_error *err;
		struct found found;

		if (!find_row(parser, SLICE(""), *word, &found))
			return mdt_error_create(MDT_ERR_INVALID, "unknown option '-%c'",
						*word);
		if (found.row->arg) {
			value = word[1] ? word + 1 : *parser->argv;
			if (!value)
				return mdt_error_create(MDT_ERR_INVALID,
							"option '-%c' needs a value: %s",
							*word, found.row->arg);
			if (!word[1])
				parser->argv++;
		}
		err = store(found, value);
		if (err || value)
			return err;
	}
	return NULL;
}

struct mdt_error *options_parse(const struct option_row *rows, const char *const *argv,
				void *options, struct common_options *common,
				struct strings *operands)
{
	struct parser parser = { { rows, common_rows,
				   common->reads_logs ? log_rows : NULL },
				 { options, common, common },
				 argv };
	bool only_operands = false;

	while (*parser.argv) {
		const char *word = *parser.argv++;
		struct mdt_error *err = NULL;

		if (only_operands || word[0] != '-' || !word[1])
			err = strings_add(operands, word);
		else if (word[1] != '-')
			err = parse_letters(&parser, word + 1);
		else if (word[2])
			err = parse_long(&parser, word + 2);
		else
			only_operands = true;
		if (err)
			return err;
	}
	return NULL;
}

void options_deinit(const struct option_row *rows, void *options)
{
	for (const struct option_row *row = rows; row && row->name; row++)
		if (row->kind == OPTION_LIST)
			strings_deinit((struct strings *)((char *)options + row->offset));
}
