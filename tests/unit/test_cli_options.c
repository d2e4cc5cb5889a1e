// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/buf.h"
#include "cli/options.h"

enum form {
	FORM_TEXT,
	FORM_JSON,
};

static const char *const forms[] = { "text", "json", NULL };

struct options {
	bool strict, quiet;
	const char *output;
	enum form form;
	struct strings filters;
};

static const struct option_row rows[] = {
	{ .name = "strict",
	  .letter = 's',
	  STORE_FLAG(struct options, strict),
	  .help = "" },
	{ .name = "quiet", .letter = 'q', STORE_FLAG(struct options, quiet), .help = "" },
	{ .name = "output",
	  .letter = 'o',
	  .arg = "FILE",
	  STORE_STRING(struct options, output),
	  .help = "" },
	{ .name = "format",
	  .arg = "FORM",
	  .values = forms,
	  STORE_CHOICE(struct options, form),
	  .help = "" },
	{ .name = "filter",
	  .arg = "PCRE2",
	  STORE_LIST(struct options, filters),
	  .help = "" },
	{ 0 },
};

enum { WORDS_MAX = 8 };

// Everything that was stored, in one string.
static char *show(const struct options *options, const struct strings *operands)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_buf_printf(&buf, "%s%s%s", options->strict ? "strict " : "",
		       options->quiet ? "quiet " : "",
		       options->form == FORM_JSON ? "json " : "");
	if (options->output)
		mdt_buf_printf(&buf, "output=%s ", options->output);
	for (size_t i = 0; i < options->filters.len; i++)
		mdt_buf_printf(&buf, "filter=%s ", options->filters.items[i]);
	mdt_buf_adds(&buf, "|");
	for (size_t i = 0; i < operands->len; i++)
		mdt_buf_printf(&buf, " %s", operands->items[i]);
	return strndup(buf.str, buf.len);
}

static const struct {
	const char *words[WORDS_MAX];
	const char *stored; /* or NULL and */
	const char *error;
} cases[] = {
	{ { NULL }, "|", NULL },
	{ { "a", "-", "b" }, "| a - b", NULL },
	{ { "--strict", "a", "--quiet" }, "strict quiet | a", NULL },
	{ { "a", "--", "--strict", "--" }, "| a --strict --", NULL },
	{ { "-sq" }, "strict quiet |", NULL },
	{ { "-sofile", "a" }, "strict output=file | a", NULL },
	{ { "-so", "file", "a" }, "strict output=file | a", NULL },
	{ { "-o", "--strict" }, "output=--strict |", NULL },
	{ { "--output=a=b" }, "output=a=b |", NULL },
	{ { "--output=" }, "output= |", NULL },
	{ { "--output", "a", "--output", "b" }, "output=b |", NULL },
	{ { "--format=json" }, "json |", NULL },
	{ { "--format=json", "--format", "text" }, "|", NULL },
	{ { "--filter=a", "--filter", "b" }, "filter=a filter=b |", NULL },
	{ { "--strct" }, NULL, "unknown option '--strct'; did you mean '--strict'?" },
	{ { "--hepl" }, NULL, "unknown option '--hepl'; did you mean '--help'?" },
	{ { "--outptu=x" }, NULL, "unknown option '--outptu'; did you mean '--output'?" },
	{ { "--zzz" }, NULL, "unknown option '--zzz'" },
	{ { "--=x" }, NULL, "unknown option '--'" },
	{ { "-sx" }, NULL, "unknown option '-x'" },
	{ { "--output" }, NULL, "option '--output' needs a value: FILE" },
	{ { "-so" }, NULL, "option '-o' needs a value: FILE" },
	{ { "--strict=1" }, NULL, "option '--strict' takes no value" },
	{ { "--format=jso" },
	  NULL,
	  "option '--format': 'jso' is none of text, json; did you mean 'json'?" },
	{ { "--format=" }, NULL, "option '--format': '' is none of text, json" },
};

ParameterizedTestParameters(options, parse)
{
	static size_t index[array_size(cases)];

	for (size_t i = 0; i < array_size(index); i++)
		index[i] = i;
	return cr_make_param_array(size_t, index, array_size(index));
}

ParameterizedTest(size_t *i, options, parse)
{
	_cleanup_(strings_deinit) struct strings operands = { 0 };
	struct options options = { 0 };
	struct common_options common = { 0 };
	_cleanup_(mdt_error_destroyp) struct mdt_error *err =
		options_parse(rows, cases[*i].words, &options, &common, &operands);

	if (cases[*i].error) {
		cr_assert_not_null(err);
		cr_assert_eq(err->kind, MDT_ERR_INVALID);
		cr_assert_str_eq(err->message, cases[*i].error);
	} else {
		char *stored = show(&options, &operands);

		cr_assert_null(err);
		cr_assert_str_eq(stored, cases[*i].stored);
		free(stored);
	}
	options_deinit(rows, &options);
}

Test(options, help_is_common_to_commands_without_rows)
{
	_cleanup_(strings_deinit) struct strings operands = { 0 };
	struct common_options common = { 0 };
	const char *const words[] = { "-h", NULL };

	cr_assert_null(options_parse(NULL, words, NULL, &common, &operands));
	cr_assert(common.help);
	options_deinit(NULL, NULL);
}

static const char *nearest_of(const char *word)
{
	static const char *const names[] = { "parse", "annotate", "decode", "list",
					     "help" };
	struct nearest nearest = { .word = word };

	array_for_each (name, names)
		nearest_offer(&nearest, *name);
	return nearest.best;
}

Test(nearest, finds_slips_of_the_hand)
{
	cr_assert_str_eq(nearest_of("anotate"), "annotate");
	cr_assert_str_eq(nearest_of("annotaet"), "annotate");
	cr_assert_str_eq(nearest_of("prase"), "parse");
	cr_assert_str_eq(nearest_of("deocde"), "decode");
	cr_assert_str_eq(nearest_of("ann"), "annotate");
	cr_assert_str_eq(nearest_of("lst"), "list");
}

Test(nearest, does_not_guess_wildly)
{
	char endless[5000];

	memset(endless, 'a', sizeof(endless));
	endless[sizeof(endless) - 1] = '\0';
	cr_assert_null(nearest_of("replay"));
	cr_assert_null(nearest_of(""));
	cr_assert_null(nearest_of("x"));
	cr_assert_null(nearest_of(endless));
}
