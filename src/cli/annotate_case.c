// SPDX-License-Identifier: MIT
#include "cli/annotate_case.h"

#include "cli/logs.h"
#include "cli/presume.h"
#include "cli/unread.h"
#include "strace/reader.h"

static void on_call(void *data, const struct mdt_life_call *call)
{
	struct annotate_case *it = data;

	mdt_picture_add(&it->picture, call, &it->life);
}

static struct mdt_error *read_log(struct annotate_case *it, const char *file,
				  const char *last)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err = mdt_reader_create(file, &reader);
	struct mdt_event event;
	bool got = true;

	if (err)
		return err;
	mdt_why_begin_log(it->why, file, logs_same_run(file, last, reader));
	mdt_life_begin_log(&it->life, file, logs_same_run(file, last, reader));
	for (;;) {
		err = mdt_reader_next(reader, &event, &got);
		if (err || !got)
			return err;
		it->lines++;
		err = mdt_why_event(it->why, &event);
		if (!err)
			err = mdt_life_event(&it->life, &event);
		if (err)
			return err;
	}
}

static struct mdt_error *begin(struct annotate_case *it, const char *const *files,
			       size_t count)
{
	struct mdt_error *err =
		mdt_life_init(&it->life, mdt_ioctl_builtin(), NULL, on_call, it);

	it->has_begun = true;
	if (!err)
		err = mdt_why_create(mdt_ioctl_builtin(), SLICE(""), &it->why);
	if (err)
		return err;
	// What the logs leave open is presumed, as `states` does.
	return presume_from(&it->life, files, count, &it->plan, &it->unread);
}

struct mdt_error *annotate_case_read(const char *const *files, size_t count,
				     struct annotate_case *ret)
{
	struct mdt_error *err;

	*ret = (struct annotate_case){ 0 };
	if (!logs_can_be_read_twice(files, count))
		return NULL;
	err = begin(ret, files, count);
	for (size_t i = 0; !err && i < count; i++)
		err = unread_keep(read_log(ret, files[i], i ? files[i - 1] : NULL),
				  &ret->unread);
	if (!err)
		err = mdt_life_end(&ret->life);
	if (!err)
		err = mdt_why_end(ret->why);
	if (!err && ret->picture.failed_memory)
		err = &mdt_enomem;
	return err;
}

void annotate_case_deinit(struct annotate_case *it)
{
	if (!it->has_begun)
		return;
	mdt_why_destroy(it->why);
	mdt_life_deinit(&it->life);
	mdt_plan_deinit(&it->plan);
	mdt_picture_deinit(&it->picture);
	it->has_begun = false;
}
