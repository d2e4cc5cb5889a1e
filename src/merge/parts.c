// SPDX-License-Identifier: MIT
#include "merge/parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct mdt_merge_suite *mdt_merge_suite_new(struct mdt_arena *arena,
					    struct mdt_merge_suites *suites)
{
	struct mdt_merge_suite *ret = mdt_arena_new(arena, struct mdt_merge_suite);

	if (!ret)
		return NULL;
	*(suites->last ? &suites->last->next : &suites->first) = ret;
	suites->last = ret;
	suites->len++;
	return ret;
}

void mdt_merge_append(struct mdt_merge_suite *suite, struct mdt_merge_case *it)
{
	it->next = NULL;
	*(suite->last ? &suite->last->next : &suite->first) = it;
	suite->last = it;
	suite->len++;
}

struct mdt_merge_case *mdt_merge_case_new(struct mdt_arena *arena,
					  struct mdt_merge_suite *suite)
{
	struct mdt_merge_case *ret = mdt_arena_new(arena, struct mdt_merge_case);

	if (ret)
		mdt_merge_append(suite, ret);
	return ret;
}

struct mdt_slice mdt_merge_file_name(const struct mdt_merge_reading *reading)
{
	struct mdt_slice ret = mdt_slice_base_name(reading->file->path);
	const char *dot = ret.len ? memchr(ret.str, '.', ret.len) : NULL;

	return dot && dot > ret.str ? mdt_slice_head(ret, (size_t)(dot - ret.str)) : ret;
}

bool mdt_merge_read_shard(struct mdt_slice text, struct mdt_merge_file *ret)
{
	static const struct mdt_slice words = SLICE_INIT(", shard ");
	const char *at = mdt_slice_find(text, words);
	struct mdt_slice rest, job;
	uint64_t shard, count;
	const char *slash;

	if (!at)
		return false;
	job = mdt_slice_head(text, (size_t)(at - text.str));
	rest = mdt_slice_skip(text, job.len + words.len);
	slash = rest.len ? memchr(rest.str, '/', rest.len) : NULL;
	if (!slash ||
	    !mdt_slice_to_dec(mdt_slice_head(rest, (size_t)(slash - rest.str)), &shard) ||
	    !mdt_slice_to_dec(mdt_slice_skip(rest, (size_t)(slash - rest.str) + 1),
			      &count) ||
	    !shard || shard > count || count > MDT_MERGE_SHARDS_MAX)
		return false;
	ret->job = job;
	ret->shard = shard;
	ret->shard_count = count;
	return true;
}

struct mdt_error *mdt_merge_bad(const struct mdt_merge_reading *reading, const char *at,
				const char *fmt, ...)
{
	const char *begin = reading->bytes.str;
	unsigned long line = 1;
	struct mdt_error *err;
	char *what = NULL;
	va_list ap;

	for (const char *c = begin; c < at; c++)
		if (*c == '\n') {
			line++;
			begin = c + 1;
		}
	va_start(ap, fmt);
	if (vasprintf(&what, fmt, ap) < 0)
		what = NULL;
	va_end(ap);
	if (!what)
		return &mdt_enomem;
	err = mdt_error_at(MDT_ERR_SYNTAX, reading->path, line,
			   (unsigned long)(at - begin) + 1, "%s", what);
	free(what);
	return err;
}
