// SPDX-License-Identifier: MIT
#include "merge/merge.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "merge/parts.h"

static void suites_deinit(struct mdt_merge_suites *suites)
{
	for (struct mdt_merge_suite *it = suites->first; it; it = it->next)
		mdt_map_deinit(&it->names);
}

void mdt_merge_deinit(struct mdt_merge *merge)
{
	suites_deinit(&merge->suites);
	mdt_arena_deinit(&merge->arena);
}

/* ---- joining ---- */

static bool is_error_of_failure(const struct mdt_merge_case *it)
{
	return mdt_slice_starts(it->message, SLICE(MDT_MERGE_NOT_RUN));
}

static struct mdt_merge_suite *find_suite(struct mdt_merge *merge, struct mdt_slice name)
{
	for (struct mdt_merge_suite *it = merge->suites.first; it; it = it->next)
		if (mdt_slice_eq(it->name, name))
			return it;
	return NULL;
}

static const struct mdt_merge_file *file_at(const struct mdt_merge *merge, size_t index)
{
	const struct mdt_merge_file *ret = merge->first;

	while (index--)
		ret = ret->next;
	return ret;
}

static struct mdt_error *note_twice(struct mdt_merge *merge,
				    const struct mdt_merge_suite *suite,
				    const struct mdt_merge_case *old,
				    const struct mdt_merge_case *new)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	mdt_buf_add(&text, suite->name);
	mdt_buf_adds(&text, ": '");
	mdt_buf_add(&text, old->name);
	mdt_buf_adds(&text, "' is in ");
	mdt_buf_add(&text, file_at(merge, old->file)->path);
	mdt_buf_adds(&text, " and in ");
	mdt_buf_add(&text, file_at(merge, new->file)->path);
	mdt_buf_adds(&text, old->end == new->end ? "" : "; the worse result counts");
	return text.failed ? &mdt_enomem
			   : mdt_merge_note(merge, old->name, mdt_buf_slice(&text));
}

// What makes a case the same in two files.
static bool make_key(struct mdt_arena *arena, const struct mdt_merge_case *it,
		     struct mdt_slice *ret)
{
	size_t len = it->class.len + 1 + it->name.len;
	char *key = mdt_arena_alloc(arena, len, 1);

	if (!key)
		return false;
	if (it->class.len)
		memcpy(key, it->class.str, it->class.len);
	key[it->class.len] = '\n';
	if (it->name.len)
		memcpy(key + it->class.len + 1, it->name.str, it->name.len);
	*ret = mdt_slice_from(key, len);
	return true;
}

static struct mdt_error *join_case(struct mdt_merge *merge, struct mdt_merge_suite *suite,
				   struct mdt_merge_case *it)
{
	struct mdt_merge_case *old, *next;
	struct mdt_slice key;
	struct mdt_error *err;

	if (!make_key(&merge->arena, it, &key))
		return &mdt_enomem;
	old = mdt_map_find_text(&suite->names, key);
	if (!old || old->file == it->file) {
		if (!old && !mdt_map_set_text(&suite->names, key, it))
			return &mdt_enomem;
		mdt_merge_append(suite, it);
		suite->ends[it->end]++;
		return NULL;
	}
	err = note_twice(merge, suite, old, it);
	if (err || it->end <= old->end)
		return err;
	suite->ends[old->end]--;
	suite->ends[it->end]++;
	next = old->next;
	*old = *it;
	old->next = next;
	return NULL;
}

static struct mdt_error *join_suite(struct mdt_merge *merge,
				    const struct mdt_merge_suite *from, size_t file)
{
	struct mdt_merge_suite *to = find_suite(merge, from->name);
	struct mdt_error *err = NULL;

	if (!to) {
		to = mdt_merge_suite_new(&merge->arena, &merge->suites);
		if (!to)
			return &mdt_enomem;
		to->name = from->name;
	}
	if (!to->output.len)
		to->output = from->output;
	for (struct mdt_merge_case *it = from->first, *next; !err && it; it = next) {
		next = it->next;
		it->file = file;
		err = join_case(merge, to, it);
	}
	return err;
}

static struct mdt_slice skip_blank(struct mdt_slice bytes)
{
	while (bytes.len && strchr(" \t\r\n", bytes.str[0]) && bytes.str[0])
		bytes = mdt_slice_skip(bytes, 1);
	return bytes;
}

static struct mdt_error *read_any(struct mdt_merge_reading *reading)
{
	struct mdt_slice begin = skip_blank(reading->bytes);

	if (!mdt_is_utf8(reading->bytes))
		return mdt_merge_bad(reading, reading->bytes.str, "this is not UTF-8");
	if (mdt_slice_starts(begin, SLICE("<"))) {
		reading->file->form = MDT_MERGE_JUNIT;
		return mdt_merge_read_junit(reading);
	}
	if (mdt_slice_starts(begin, SLICE("KTAP version "))) {
		reading->file->form = MDT_MERGE_KTAP;
		return mdt_merge_read_ktap(reading);
	}
	return mdt_merge_bad(reading, reading->bytes.str,
			     "this is neither JUnit nor KTAP");
}

struct mdt_error *mdt_merge_add(struct mdt_merge *merge, const char *path,
				struct mdt_slice bytes)
{
	struct mdt_merge_reading reading = { .arena = &merge->arena,
					     .path = path,
					     .bytes = bytes };
	struct mdt_merge_file *file = mdt_arena_new(&merge->arena, struct mdt_merge_file);
	struct mdt_error *err;

	if (!file || !mdt_arena_copy(&merge->arena, mdt_slice_cstr(path), &file->path) ||
	    !mdt_arena_copy(&merge->arena, bytes, &reading.bytes))
		return &mdt_enomem;
	reading.file = file;
	err = read_any(&reading);
	if (err)
		return err;
	*(merge->last ? &merge->last->next : &merge->first) = file;
	merge->last = file;
	merge->len++;
	for (const struct mdt_merge_suite *it = reading.suites.first; !err && it;
	     it = it->next)
		err = join_suite(merge, it, merge->len - 1);
	return err;
}

/* ---- trouble ---- */

struct mdt_error *mdt_merge_note(struct mdt_merge *merge, struct mdt_slice name,
				 struct mdt_slice message)
{
	struct mdt_merge_case *it;

	if (!merge->troubles) {
		merge->troubles = mdt_arena_new(&merge->arena, struct mdt_merge_suite);
		if (!merge->troubles)
			return &mdt_enomem;
		merge->troubles->name = SLICE("mdtrace merge");
	}
	it = mdt_merge_case_new(&merge->arena, merge->troubles);
	if (!it || !mdt_arena_copy(&merge->arena, name, &it->name) ||
	    !mdt_arena_copy(&merge->arena, message, &it->message))
		return &mdt_enomem;
	it->class = merge->troubles->name;
	it->end = MDT_MERGE_ERROR;
	merge->troubles->ends[MDT_MERGE_ERROR]++;
	return NULL;
}

static bool is_same_job(const struct mdt_merge_file *a, const struct mdt_merge_file *b)
{
	return a->shard_count == b->shard_count && mdt_slice_eq(a->job, b->job);
}

static struct mdt_error *note_shard(struct mdt_merge *merge,
				    const struct mdt_merge_file *file, uint64_t shard,
				    size_t found)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 }, text = { 0 };

	mdt_buf_add(&name, file->job);
	mdt_buf_printf(&name, ", shard %" PRIu64 "/%" PRIu64, shard, file->shard_count);
	mdt_buf_add(&text, mdt_buf_slice(&name));
	if (!found)
		mdt_buf_adds(&text, " is missing");
	else
		mdt_buf_printf(&text, " is there %zu times", found);
	return name.failed || text.failed ? &mdt_enomem
					  : mdt_merge_note(merge, mdt_buf_slice(&name),
							   mdt_buf_slice(&text));
}

// Once for each job: at the first file that has a share of it.
static struct mdt_error *check_shards(struct mdt_merge *merge,
				      const struct mdt_merge_file *file)
{
	struct mdt_error *err = NULL;
	size_t *found;

	for (const struct mdt_merge_file *it = merge->first; it != file; it = it->next)
		if (is_same_job(it, file))
			return NULL;
	found = calloc(file->shard_count, sizeof(*found));
	if (!found)
		return &mdt_enomem;
	for (const struct mdt_merge_file *it = file; it; it = it->next)
		if (is_same_job(it, file))
			found[it->shard - 1]++;
	for (uint64_t i = 0; !err && i < file->shard_count; i++)
		if (found[i] != 1)
			err = note_shard(merge, file, i + 1, found[i]);
	free(found);
	return err;
}

struct mdt_error *mdt_merge_finish(struct mdt_merge *merge)
{
	struct mdt_error *err = NULL;
	size_t cases = 0;

	for (const struct mdt_merge_file *it = merge->first; !err && it; it = it->next)
		if (it->shard)
			err = check_shards(merge, it);
	for (const struct mdt_merge_suite *it = merge->suites.first; it; it = it->next)
		cases += it->len;
	if (!err && !cases)
		err = mdt_merge_note(merge, SLICE("the results"),
				     SLICE("merge: the files have no case"));
	if (err || !merge->troubles)
		return err;
	*(merge->suites.last ? &merge->suites.last->next : &merge->suites.first) =
		merge->troubles;
	merge->suites.last = merge->troubles;
	merge->suites.len++;
	return NULL;
}

static int suite_status(const struct mdt_merge_suite *suite)
{
	for (const struct mdt_merge_case *it = suite->first; it; it = it->next)
		if (it->end == MDT_MERGE_ERROR && !is_error_of_failure(it))
			return 2;
	if (suite->ends[MDT_MERGE_FAILED])
		return 1;
	return suite->ends[MDT_MERGE_ERROR] ? 2 : 0;
}

int mdt_merge_status(const struct mdt_merge *merge)
{
	int ret = 0;

	for (const struct mdt_merge_suite *it = merge->suites.first; it; it = it->next) {
		int status = suite_status(it);

		ret = status > ret ? status : ret;
	}
	return ret;
}
