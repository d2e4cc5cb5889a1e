// SPDX-License-Identifier: MIT
#include "base/pattern.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
	MATCH_STEPS = 1000000,	// of backtracking, for one text
	MATCH_DEPTH = 10000,	// of nested backtracking
	MATCH_HEAP_KIB = 20000, // of memory for one text
	PATTERN_LEN_MAX = 16 << 10,
};

struct mdt_pattern {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

enum { TEXT_LEN = 256 };

static const char *pcre_text(int code, char text[TEXT_LEN])
{
	if (pcre2_get_error_message(code, (PCRE2_UCHAR *)text, TEXT_LEN) < 0)
		return "unknown fault";
	return text;
}

// The caret stands under the place of the fault, counted in characters.
static struct mdt_error *bad_pattern(struct mdt_slice pattern, int code, size_t at)
{
	size_t column = mdt_slice_columns(mdt_slice_head(pattern, at));
	char what[TEXT_LEN];

	return mdt_error_create(
		MDT_ERR_SYNTAX, "bad pattern: %s at column %zu\n  %.*s\n  %*s^",
		pcre_text(code, what), column + 1, SLICE_FMT(pattern), (int)column, "");
}

static struct mdt_error *prepare(struct mdt_slice pattern, struct mdt_pattern *p)
{
	PCRE2_SIZE at;
	int code;

	p->code = pcre2_compile((PCRE2_SPTR)(pattern.len ? pattern.str : ""), pattern.len,
				PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);
	if (!p->code)
		return bad_pattern(pattern, code, at);
	p->data = pcre2_match_data_create_from_pattern(p->code, NULL);
	p->limits = pcre2_match_context_create(NULL);
	if (!p->data || !p->limits)
		return &mdt_enomem;
	pcre2_set_match_limit(p->limits, MATCH_STEPS);
	pcre2_set_depth_limit(p->limits, MATCH_DEPTH);
	pcre2_set_heap_limit(p->limits, MATCH_HEAP_KIB);
	return NULL;
}

struct mdt_error *mdt_pattern_create(struct mdt_slice pattern, struct mdt_pattern **ret)
{
	struct mdt_pattern *p;
	struct mdt_error *err;

	if (pattern.len > PATTERN_LEN_MAX)
		return mdt_error_create(MDT_ERR_SYNTAX,
					"bad pattern: longer than %d bytes",
					PATTERN_LEN_MAX);
	p = calloc(1, sizeof(*p));
	err = p ? prepare(pattern, p) : &mdt_enomem;
	if (err)
		mdt_pattern_destroy(p);
	else
		*ret = p;
	return err;
}

void mdt_pattern_destroy(struct mdt_pattern *pattern)
{
	if (!pattern)
		return;
	pcre2_match_context_free(pattern->limits);
	pcre2_match_data_free(pattern->data);
	pcre2_code_free(pattern->code);
	free(pattern);
}

struct mdt_error *mdt_pattern_matches(struct mdt_pattern *pattern, struct mdt_slice text,
				      bool *ret)
{
	char what[TEXT_LEN];
	int code;

	code = pcre2_match(pattern->code, (PCRE2_SPTR)(text.len ? text.str : ""),
			   text.len, 0, 0, pattern->data, pattern->limits);
	if (code >= 0 || code == PCRE2_ERROR_NOMATCH) {
		*ret = code >= 0;
		return NULL;
	}
	return mdt_error_create(MDT_ERR_INVALID, "the pattern cannot be matched: %s",
				pcre_text(code, what));
}

// One attempt with the room that there is; @p len says how much it takes if that is not
// enough.
static int substitute(struct mdt_pattern *pattern, struct mdt_slice text,
		      struct mdt_slice replacement, struct mdt_buf *ret, PCRE2_SIZE *len)
{
	*len = ret->cap - ret->len;
	return pcre2_substitute(
		pattern->code, (PCRE2_SPTR)(text.len ? text.str : ""), text.len, 0,
		PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_OVERFLOW_LENGTH |
			PCRE2_SUBSTITUTE_UNSET_EMPTY,
		pattern->data, pattern->limits,
		(PCRE2_SPTR)(replacement.len ? replacement.str : ""), replacement.len,
		(PCRE2_UCHAR *)(ret->str + ret->len), len);
}

struct mdt_error *mdt_pattern_replace(struct mdt_pattern *pattern, struct mdt_slice text,
				      struct mdt_slice replacement, struct mdt_buf *ret,
				      bool *replaced)
{
	char what[TEXT_LEN];
	PCRE2_SIZE len;
	int code;

	if (!mdt_buf_reserve(ret, text.len + 64))
		return &mdt_enomem;
	code = substitute(pattern, text, replacement, ret, &len);
	if (code == PCRE2_ERROR_NOMEMORY) {
		if (!mdt_buf_reserve(ret, len))
			return &mdt_enomem;
		code = substitute(pattern, text, replacement, ret, &len);
	}
	if (code < 0)
		return mdt_error_create(MDT_ERR_INVALID, "the rule cannot be applied: %s",
					pcre_text(code, what));
	*replaced = code > 0;
	if (code > 0)
		ret->len += len;
	return NULL;
}
