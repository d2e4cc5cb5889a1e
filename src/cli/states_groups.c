// SPDX-License-Identifier: MIT
#include "cli/states_groups.h"

#include "cli/unread.h"

#include <string.h>

#include "cli/cli.h"
#include "cli/logs.h"
#include "life/life.h"
#include "strace/reader.h"

enum { ARRAYS = 64 }; // that are told apart; a break at others is not seen

struct scan {
	struct mdt_error *unread;
	struct mdt_life life;
	uint64_t changed; // arrays that this log has changed, by their index
	bool is_first;	  // of a group: there is nothing before it to contradict
	bool breaks;
	unsigned long line;
};

static void on_call(void *data, const struct mdt_life_call *call)
{
	struct scan *scan = data;
	uint64_t bit = call->array->index < ARRAYS ? 1ull << call->array->index : 0;

	if (scan->is_first || scan->breaks || !bit)
		return;
	if (call->verdict == MDT_LIFE_CONTRADICTS && !(scan->changed & bit)) {
		scan->breaks = true;
		scan->line = call->line;
	}
	if (!mdt_slice_eq(call->before, call->after))
		scan->changed |= bit;
}

static struct mdt_error *begin_group(struct scan *scan, const char *kernel)
{
	struct mdt_error *err =
		mdt_life_init(&scan->life, mdt_ioctl_builtin(), NULL, on_call, scan);

	if (kernel)
		mdt_life_set_kernel(&scan->life, mdt_slice_cstr(kernel));
	scan->is_first = true;
	return err;
}

static struct mdt_error *scan_log(struct scan *scan, const char *file, const char *last)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err = mdt_reader_create(file, &reader);
	struct mdt_event event;
	bool got = true;

	if (err)
		return err;
	scan->changed = 0;
	scan->breaks = false;
	mdt_life_begin_log(&scan->life, file, logs_same_run(file, last, reader));
	while (!err && !scan->breaks) {
		err = mdt_reader_next(reader, &event, &got);
		if (err || !got)
			break;
		err = mdt_life_event(&scan->life, &event);
	}
	return err;
}

static struct mdt_error *scan_leniently(struct scan *scan, const char *file,
					const char *last)
{
	return unread_keep(scan_log(scan, file, last), &scan->unread);
}

static struct mdt_error *scan_next(struct scan *scan, const char *const *files, size_t i,
				   const char *kernel, bool *begins)
{
	struct mdt_error *err = scan_leniently(scan, files[i], i ? files[i - 1] : NULL);

	*begins = scan->breaks;
	scan->is_first = false;
	if (err || !scan->breaks)
		return err;
	cli_say("%s does not begin where %s ends (line %lu): it is read on its own; --each does so with all",
		files[i], files[i - 1], scan->line);
	mdt_life_deinit(&scan->life);
	err = begin_group(scan, kernel);
	if (!err)
		err = scan_leniently(scan, files[i], NULL);
	scan->is_first = false;
	return err;
}

struct mdt_error *states_groups(const char *const *files, size_t count,
				const char *kernel, bool each, bool *begins,
				struct mdt_error **unread)
{
	struct scan scan = { .unread = *unread };
	struct mdt_error *err;

	for (size_t i = 0; i < count; i++)
		begins[i] = i == 0 || each;
	if (each || count < 2 || !logs_can_be_read_twice(files, count))
		return NULL;
	err = begin_group(&scan, kernel);
	for (size_t i = 0; !err && i < count; i++)
		err = scan_next(&scan, files, i, kernel, &begins[i]);
	begins[0] = true;
	*unread = scan.unread;
	mdt_life_deinit(&scan.life);
	return err;
}
