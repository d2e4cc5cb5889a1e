// SPDX-License-Identifier: MIT
#include <errno.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/kernel.h"
#include "cli/logs.h"
#include "cli/view_parts.h"
#include "strace/reader.h"

enum { READING_MILLISECONDS = 100, LOST_MAX = 3 };

struct view_options {
	const char *kernel;
	unsigned int color;
};

static const struct option_row option_rows[] = {
	{ .name = "kernel-version",
	  .arg = "VERSION",
	  STORE_STRING(struct view_options, kernel),
	  .help = "the kernel that the logs are of; else what they say, or 6.1" },
	COLOR_ROW(struct view_options, color),
	{ 0 },
};

static bool is_busy(const struct viewer *viewer)
{
	return !viewer->now.done || (viewer->now.filtered && !viewer->now.filter_done);
}

static void note_trouble(struct viewer *viewer, size_t *told)
{
	if (viewer->now.troubles == *told)
		return;
	*told = viewer->now.troubles;
	mdt_buf_clear(&viewer->message);
	mdt_buf_add(&viewer->message, viewer->now.trouble);
}

static struct mdt_error *look(struct viewer *viewer)
{
	struct screen_input input = { .key = KEY_IS_NONE };
	struct mdt_error *err = NULL;
	unsigned int lost = 0;
	size_t told = 0;

	while (!err && !viewer->quits && lost < LOST_MAX) {
		mdt_view_progress(viewer->view, &viewer->now);
		note_trouble(viewer, &told);
		viewer_draw(viewer);
		screen_read(is_busy(viewer) ? READING_MILLISECONDS : -1, &input);
		lost = input.key == KEY_IS_LOST ? lost + 1 : 0;
		mdt_view_progress(viewer->view, &viewer->now);
		// Keys that are here already are drawn once, all of them.
		while (!err && !viewer->quits && input.key != KEY_IS_NONE &&
		       input.key != KEY_IS_LOST) {
			err = viewer_key(viewer, &input);
			screen_read(0, &input);
		}
	}
	return err;
}

static void viewer_deinit(struct viewer *viewer)
{
	mdt_view_destroy(viewer->view);
	mdt_pattern_destroy(viewer->pattern);
	mdt_view_row_deinit(&viewer->row);
	mdt_buf_deinit(&viewer->input);
	mdt_buf_deinit(&viewer->filter);
	mdt_buf_deinit(&viewer->message);
	mdt_buf_deinit(&viewer->page.text);
	mdt_buf_deinit(&viewer->line);
	mdt_buf_deinit(&viewer->shown);
}

// What can be said before the terminal is taken is said in words.
static struct mdt_error *check_files(const struct mdt_view_input *input)
{
	for (size_t i = 0; i < input->count; i++)
		if (strcmp(input->files[i], "-") != 0 &&
		    access(input->files[i], R_OK) != 0)
			return mdt_error_os(errno, "%s", input->files[i]);
	return NULL;
}

static bool reads_stdin(const struct mdt_view_input *input)
{
	for (size_t i = 0; i < input->count; i++)
		if (strcmp(input->files[i], "-") == 0)
			return true;
	return false;
}

static struct mdt_error *view(const struct mdt_view_input *input,
			      const struct view_options *options)
{
	struct viewer viewer = { .table = input->table, .log_count = input->count };
	struct mdt_error *err =
		screen_begin(reads_stdin(input),
			     color_wanted((enum color)options->color, STDOUT_FILENO));

	if (err)
		return err;
	err = mdt_view_create(input, &viewer.view);
	if (!err)
		err = look(&viewer);
	screen_end();
	viewer_deinit(&viewer);
	return err;
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	static const char *const standard_input[] = { "-" };
	const struct view_options *options = cli->options;
	struct mdt_view_input input = {
		.files = cli->operand_count ? cli->operands : standard_input,
		.count = cli->operand_count ? cli->operand_count : 1,
		.table = mdt_ioctl_builtin(),
		.kernel = mdt_slice_cstr(options->kernel ? options->kernel : ""),
		.same_run = logs_same_run,
	};
	struct mdt_error *err = kernel_check(options->kernel);

	(void)ret;
	if (!err && reads_stdin(&input) && isatty(STDIN_FILENO))
		err = mdt_error_create(MDT_ERR_INVALID,
				       "say which log to view, or send one by a pipe");
	if (!err)
		err = check_files(&input);
	// It would be written over the screen.
	mdt_reader_on_undone(NULL);
	return err ? err : view(&input, options);
}

const struct command cmd_view = {
	.name = "view",
	.args = "[FILE...]",
	.summary = "look at logs on the terminal: the log, what it means, the states",
	.details =
		"The log is on the left, what each line means on the right, and below them the\n"
		"line that is selected and the arrays' states after it. ? lists the keys. A log\n"
		"of any size is open at once, and read meanwhile.",
	.options = option_rows,
	.options_size = sizeof(struct view_options),
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.reads_logs = true,
	.run = run,
};
