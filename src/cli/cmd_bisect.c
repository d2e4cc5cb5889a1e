// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/visible.h"
#include "cli/cli.h"
#include "cli/replay_kernels.h"
#include "cli/units.h"
#include "derive/derive.h"
#include "report/bisect.h"
#include "strace/source.h"
#include "vm/kernel.h"

enum bisect_format {
	FORMAT_TEXT,
	FORMAT_JSON,
};

static const char *const format_names[] = { "text", "json", NULL };

struct bisect_options {
	struct machine_options machine; /* but the kernel */
	struct strings kernels, executed;
	const char *good, *bad, *runs, *commits;
	unsigned int format;
};

// clang-format off
static const struct option_row option_rows[] = {
	{ .name = "kernels",
	  .arg = "DIR|IMAGE",
	  STORE_LIST(struct bisect_options, kernels),
	  .help = "the kernels: a folder of unpacked packages or build trees, or one of "
		  "them; may come again" },
	{ .name = "good",
	  .arg = "RELEASE",
	  STORE_STRING(struct bisect_options, good),
	  .help = "the oldest one to look at; its beginning will do (default: the oldest)" },
	{ .name = "bad",
	  .arg = "RELEASE",
	  STORE_STRING(struct bisect_options, bad),
	  .help = "the newest one to look at (default: the newest)" },
	{ .name = "runs",
	  .arg = "N",
	  STORE_STRING(struct bisect_options, runs),
	  .help = "on each kernel, to see what is not the same each time (default: 2)" },
	{ .name = "commits",
	  .arg = "FILE",
	  STORE_STRING(struct bisect_options, commits),
	  .help = "lines of RELEASE COMMIT SUBJECT: those between the two are printed" },
	{ .name = "executed",
	  .arg = "FILE",
	  STORE_LIST(struct bisect_options, executed),
	  .help = "look at these executed logs, oldest kernel first, and start no VM" },
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct bisect_options, format),
	  .help = "print text or JSON" },
	MACHINE_ROWS_BUT_KERNEL(struct bisect_options, machine),
	{ 0 },
};
// clang-format on

struct bisect {
	const struct bisect_options *options;
	struct out *out;
	struct mdt_vm_kernels found;
	struct strings images;
	struct replay_columns columns;
	struct mdt_plan plan;
	bool *has_run; /* for each column; owned */
	unsigned int runs;
	size_t row, changes, ran;
	size_t good, bad;     /* columns */
	struct mdt_buf flaky; /* what was not the same each time; empty: nothing */
};

static void bisect_deinit(struct bisect *bisect)
{
	replay_columns_deinit(&bisect->columns);
	strings_deinit(&bisect->images);
	mdt_vm_kernels_deinit(&bisect->found);
	mdt_plan_deinit(&bisect->plan);
	mdt_buf_deinit(&bisect->flaky);
	free(bisect->has_run);
}

/* ---- which kernels ---- */

static bool begins_with(const char *release, const char *word)
{
	return strncmp(release, word, strlen(word)) == 0;
}

// The first or last that a word names; -1: none.
static struct mdt_error *find_release(const struct bisect *bisect, const char *option,
				      const char *word, bool last, size_t *ret)
{
	bool any = false;

	for (size_t i = 0; i < bisect->found.len; i++) {
		const struct mdt_vm_found *it = &bisect->found.items[i];

		if (it->why || !begins_with(it->kernel.release, word) || (any && !last))
			continue;
		*ret = i;
		any = true;
	}
	if (any)
		return NULL;
	return mdt_error_create(MDT_ERR_NOT_FOUND, "%s: no kernel of release %s... here",
				option, word);
}

static size_t usable(const struct mdt_vm_kernels *found)
{
	size_t ret = 0;

	while (ret < found->len && !found->items[ret].why)
		ret++;
	return ret;
}

static struct mdt_error *choose_images(struct bisect *bisect)
{
	const struct bisect_options *options = bisect->options;
	size_t first = 0, last = usable(&bisect->found);
	struct mdt_error *err = NULL;

	if (last < 2)
		return mdt_error_create(MDT_ERR_INVALID,
					"bisect: %zu kernel%s cannot be told apart: "
					"--kernels wants a folder of more",
					last, last == 1 ? "" : "s");
	last--;
	if (options->good)
		err = find_release(bisect, "--good", options->good, false, &first);
	if (!err && options->bad)
		err = find_release(bisect, "--bad", options->bad, true, &last);
	if (!err && first >= last)
		err = mdt_error_create(MDT_ERR_INVALID,
				       "bisect: --good is not older than --bad");
	for (size_t i = first; !err && i <= last; i++)
		err = strings_add(&bisect->images, bisect->found.items[i].kernel.image);
	return err;
}

static struct mdt_error *find_kernels(struct bisect *bisect)
{
	const struct strings *given = &bisect->options->kernels;
	struct mdt_error *err = NULL;

	if (!given->len)
		err = mdt_vm_kernels_list("/", &bisect->found);
	for (size_t i = 0; !err && i < given->len; i++)
		err = mdt_vm_kernels_below(given->items[i], &bisect->found);
	return err ? err : choose_images(bisect);
}

/* ---- running ---- */

static struct mdt_replay_table pair_of(struct bisect *bisect, size_t a, size_t b,
				       struct mdt_replay_column pair[2])
{
	size_t places[] = { a, b };

	for (size_t i = 0; i < 2; i++) {
		struct replay_column *column = &bisect->columns.items[places[i]];

		pair[i] = (struct mdt_replay_column){ .verdicts = &column->verdicts,
						      .name = column->verdicts.kernel };
	}
	return (struct mdt_replay_table){ .columns = pair, .count = 2 };
}

// Hold a run against the one before it on the same kernel.
static struct mdt_error *compare_runs(struct bisect *bisect,
				      const struct replay_column *before,
				      const struct replay_column *after)
{
	struct mdt_replay_column pair[] = {
		{ .verdicts = &before->verdicts, .name = before->verdicts.kernel },
		{ .verdicts = &after->verdicts, .name = after->verdicts.kernel },
	};
	struct mdt_replay_table table = { .columns = pair, .count = 2 };
	struct mdt_buf *flaky = &bisect->flaky;
	size_t row, count;

	if (flaky->len || !mdt_replay_table_change(&table, 1, &row, &count))
		return NULL;
	mdt_visible_words(flaky, after->verdicts.kernel);
	mdt_buf_adds(flaky, ": ");
	mdt_replay_table_name(&table, row, flaky);
	mdt_buf_adds(flaky, " gives ");
	mdt_replay_table_cell(&table, 0, row, flaky);
	mdt_buf_adds(flaky, ", and again ");
	mdt_replay_table_cell(&table, 1, row, flaky);
	return mdt_buf_error(flaky);
}

static struct mdt_error *run_again(struct bisect *bisect, struct replay_column *column)
{
	struct replay_column before = *column;
	struct mdt_error *err = machine_freshen(&column->machine);

	if (err)
		return err;
	column->verdicts = (struct mdt_verdicts){ 0 };
	column->executed = (struct mdt_plan){ 0 };
	column->end = (struct machine_end){ 0 };
	column->name = (struct mdt_buf){ 0 };
	err = replay_column_run(column, &bisect->plan);
	// The verdicts point to the executed log that they are made of.
	before.verdicts.executed = &before.executed;
	if (!err)
		err = compare_runs(bisect, &before, column);
	replay_column_forget(&before);
	return err;
}

static struct mdt_error *run_kernel(struct bisect *bisect, size_t index)
{
	struct replay_column *column = &bisect->columns.items[index];
	struct mdt_error *err;

	if (bisect->has_run[index])
		return NULL;
	err = replay_column_run(column, &bisect->plan);
	for (unsigned int i = 1; !err && !column->executed_log && i < bisect->runs; i++)
		err = run_again(bisect, column);
	// The verdicts stay; the VM has done its work.
	machine_deinit(&column->machine);
	bisect->has_run[index] = true;
	bisect->ran++;
	return err;
}

static bool differs_at(struct bisect *bisect, size_t a, size_t b)
{
	struct mdt_replay_column pair[2];
	struct mdt_replay_table table = pair_of(bisect, a, b, pair);

	return mdt_replay_table_differs(&table, 1, bisect->row);
}

static struct mdt_error *search(struct bisect *bisect)
{
	struct mdt_replay_column pair[2];
	struct mdt_replay_table table;
	struct mdt_error *err = run_kernel(bisect, bisect->good);

	if (!err)
		err = run_kernel(bisect, bisect->bad);
	if (err)
		return err;
	table = pair_of(bisect, bisect->good, bisect->bad, pair);
	if (!mdt_replay_table_change(&table, 1, &bisect->row, &bisect->changes))
		return NULL;
	while (!err && !bisect->flaky.len && bisect->bad - bisect->good > 1) {
		size_t middle = bisect->good + (bisect->bad - bisect->good) / 2;

		err = run_kernel(bisect, middle);
		if (!err && differs_at(bisect, bisect->good, middle))
			bisect->bad = middle;
		else
			bisect->good = middle;
	}
	return err;
}

/* ---- the md commits between two releases ---- */

// The upstream part of a distribution's release: `6.12.117+deb13-cloud-amd64`
// is 6.12.117.
static struct mdt_slice upstream(struct mdt_slice release)
{
	size_t n = 0;

	while (n < release.len && ((release.str[n] >= '0' && release.str[n] <= '9') ||
				   release.str[n] == '.'))
		n++;
	return mdt_slice_head(release, n);
}

static struct mdt_slice release_at(const struct bisect *bisect, size_t index)
{
	return bisect->columns.items[index].verdicts.kernel;
}

static bool is_between(const struct bisect *bisect, struct mdt_slice release)
{
	return mdt_release_cmp(release, upstream(release_at(bisect, bisect->good))) > 0 &&
	       mdt_release_cmp(release, upstream(release_at(bisect, bisect->bad))) <= 0;
}

// Add the lines that are between the two, whole.
static struct mdt_error *read_commits(const struct bisect *bisect, struct mdt_buf *ret)
{
	_cleanup_(mdt_source_destroyp) struct mdt_source *source = NULL;
	struct mdt_error *err = mdt_source_create(bisect->options->commits, &source);
	struct mdt_line line;
	bool got = true;

	while (!err && (err = mdt_source_next(source, &line, &got)) == NULL && got) {
		const char *blank = memchr(line.text.str, ' ', line.text.len);
		struct mdt_slice release = line.text;

		if (!blank || line.text.str[0] == '#')
			continue;
		release.len = (size_t)(blank - line.text.str);
		if (release.len && release.str[0] == 'v')
			release = mdt_slice_skip(release, 1);
		if (!is_between(bisect, release))
			continue;
		mdt_visible_words(ret, line.text);
		mdt_buf_addc(ret, '\n');
	}
	return err ? err : mdt_buf_error(ret);
}

/* ---- saying ---- */

// A guest that did not come to its end, or a plan that is not this one.
static struct mdt_error *check_ends(const struct bisect *bisect)
{
	for (size_t i = 0; i < bisect->columns.count; i++) {
		const struct mdt_verdicts *it = &bisect->columns.items[i].verdicts;

		if (bisect->has_run[i] && it->fault.len)
			return mdt_error_create(MDT_ERR_INVALID, "%.*s: %.*s",
						SLICE_FMT(it->kernel),
						SLICE_FMT(it->fault));
		if (bisect->has_run[i] && !it->md.calls)
			return mdt_error_create(
				MDT_ERR_INVALID,
				"bisect: the logs have no md call, so there is nothing to compare");
	}
	return NULL;
}

static struct mdt_error *say(struct bisect *bisect, enum status *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf commits = { 0 };
	struct mdt_replay_column pair[2];
	struct mdt_bisect_found found = {
		.pair = pair_of(bisect, bisect->good, bisect->bad, pair),
		.oldest = release_at(bisect, 0),
		.newest = release_at(bisect, bisect->columns.count - 1),
		.kernels = bisect->columns.count,
		.ran = bisect->ran,
		.row = bisect->row,
		.changes = bisect->changes,
		.flaky = mdt_buf_slice(&bisect->flaky),
	};
	struct mdt_error *err = check_ends(bisect);

	if (!err && bisect->options->commits && bisect->changes && !bisect->flaky.len)
		err = read_commits(bisect, &commits);
	if (err)
		return err;
	found.commits = mdt_buf_slice(&commits);
	*ret = bisect->flaky.len ? STATUS_TROUBLE
	       : bisect->changes ? STATUS_DIFFERS
				 : STATUS_OK;
	return bisect->options->format == FORMAT_JSON
		       ? mdt_bisect_json(&found, &bisect->out->buf)
		       : mdt_bisect_text(&found, &bisect->out->buf);
}

static struct mdt_error *begin(struct bisect *bisect, const struct cli *cli)
{
	const struct bisect_options *options = bisect->options;
	struct mdt_plan_options plan = { 0 };
	struct mdt_error *err = NULL;

	bisect->runs = 2;
	if (options->runs)
		err = units_count("--runs", options->runs, 1, 100, &bisect->runs);
	if (!err && options->executed.len == 1)
		err = mdt_error_create(MDT_ERR_INVALID,
				       "bisect: one executed log cannot be told apart");
	if (!err && !options->executed.len)
		err = find_kernels(bisect);
	if (!err)
		err = mdt_plan_make(cli->operands, cli->operand_count, &plan,
				    &bisect->plan);
	if (!err)
		err = replay_columns_init(&bisect->columns, &bisect->images,
					  &options->executed, &options->machine);
	if (err)
		return err;
	bisect->bad = bisect->columns.count - 1;
	bisect->has_run = calloc(bisect->columns.count, sizeof(*bisect->has_run));
	return bisect->has_run ? NULL : &mdt_enomem;
}

static struct mdt_error *run_bisect(const struct cli *cli, enum status *ret)
{
	_cleanup_(bisect_deinit) struct bisect bisect = { .options = cli->options,
							  .out = cli->out };
	struct mdt_error *err = begin(&bisect, cli);

	if (!err)
		err = search(&bisect);
	return err ? err : say(&bisect, ret);
}

const struct command cmd_bisect = {
	.name = "bisect",
	.args = "LOG...",
	.summary = "find the kernel that changed what a log's calls do",
	.details =
		"Runs the log on the oldest and the newest kernel, takes the first call that\n"
		"they answer differently, and halves what is between them.\n"
		"\n"
		"  mdtrace bisect --kernels=/srv/kernels assemble.strace",
	.options = option_rows,
	.options_size = sizeof(struct bisect_options),
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.run = run_bisect,
};
