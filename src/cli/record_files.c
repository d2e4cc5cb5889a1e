// SPDX-License-Identifier: MIT
#include "cli/record_files.h"

#include <errno.h>
#include <sys/stat.h>

#include "vm/file.h"

static struct mdt_error *make_folder(const char *path)
{
	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		return mdt_error_os(errno, "%s", path);
	return NULL;
}

static struct mdt_error *make_folders(const char *path)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf parent = { 0 };

	for (size_t i = 1; path[i]; i++) {
		struct mdt_error *err;

		if (path[i] != '/')
			continue;
		mdt_buf_clear(&parent);
		mdt_buf_add(&parent, mdt_slice_from(path, i));
		mdt_buf_addc(&parent, '\0');
		err = mdt_buf_error(&parent);
		if (!err)
			err = make_folder(parent.str);
		if (err)
			return err;
	}
	return make_folder(path);
}

// @param name A step's name, which the scenario's reader has checked, or our own.
static struct mdt_error *write_file(const char *folder, struct mdt_slice name,
				    const char *suffix, struct mdt_slice text)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };
	struct mdt_error *err;

	mdt_buf_printf(&path, "%s/%.*s%s", folder, SLICE_FMT(name), suffix);
	mdt_buf_addc(&path, '\0');
	err = mdt_buf_error(&path);
	return err ? err : mdt_file_replace(path.str, text);
}

static struct mdt_error *write_step(const struct record_files *files,
				    const struct mdt_scenario_step *step,
				    struct mdt_buf *whole)
{
	const struct mdt_record_run *run =
		mdt_record_result_find(files->result, step->name);
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };
	struct mdt_record_head head = files->head;
	struct mdt_error *err;

	if (!run || !run->has_file)
		return NULL;
	head.step = step->name;
	head.command = step->words;
	mdt_record_head_write(&head, &log);
	mdt_buf_add(&log, run->file.bytes);
	mdt_buf_add(whole, mdt_buf_slice(&log));
	err = mdt_buf_error(&log);
	if (!err)
		err = write_file(files->folder, step->name, ".strace",
				 mdt_buf_slice(&log));
	if (!err && run->output.bytes.len)
		err = write_file(files->folder, step->name, ".out", run->output.bytes);
	return err;
}

struct mdt_error *record_files_write(const struct record_files *files)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf whole = { 0 };
	struct mdt_error *err = make_folders(files->folder);

	for (size_t i = 0; !err && i < files->scenario->step_count; i++)
		if (files->scenario->steps[i].kind == MDT_SCENARIO_STEP)
			err = write_step(files, &files->scenario->steps[i], &whole);
	if (!err)
		err = write_file(files->folder, SLICE("seen"), ".txt",
				 mdt_buf_slice(&files->result->seen));
	if (!err)
		err = mdt_buf_error(&whole);
	if (!err)
		err = mdt_file_replace(files->whole, mdt_buf_slice(&whole));
	return err;
}
