// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdlib.h>

#include "base/pattern.h"
#include "cli/cli.h"
#include "cli/packs.h"
#include "ioctl/json.h"
#include "report/ioctls.h"

enum list_format { LIST_TEXT, LIST_JSON, LIST_STRACE, LIST_SYZLANG, LIST_COVERAGE };

struct list_options {
	unsigned int format; /* enum list_format */
	struct strings packs;
};

// Where a row is from that is not built in, and that it is taken before one that is.
static void print_origin(struct out *out, const struct packs *packs,
			 const struct mdt_ioctl *row)
{
	const struct pack_origin *origin = packs_origin(packs, row);
	const struct mdt_ioctl_table *builtin = mdt_ioctl_builtin();

	if (!origin)
		return;
	out_printf(out, " (%s", origin->path);
	if (origin->overrides &&
	    (mdt_ioctl_find(builtin, row->number, NULL) ||
	     mdt_ioctl_find_name(builtin, mdt_slice_cstr(row->name))))
		out_adds(out, ", wins over the built-in one");
	out_addc(out, ')');
}

static void print_row(struct out *out, const struct packs *packs,
		      const struct mdt_ioctl *row)
{
	const char *from = row->is_history ? "history" : row->header;

	if (!*from)
		from = row->pack;
	out_printf(out, "%#010" PRIx32 "  %-5s %5" PRIu32 "  %-7s  %-24s  %-26s  %s",
		   row->number, mdt_ioctl_dir_macro(row->number),
		   mdt_ioctl_size(row->number), mdt_ioctl_arg_name(row->arg), row->name,
		   *row->type_text ? row->type_text : "-", from);
	print_origin(out, packs, row);
	out_addc(out, '\n');
}

static void print_json(struct out *out, const struct mdt_ioctl *row)
{
	struct mdt_json json;

	mdt_json_init(&json, &out->buf);
	mdt_ioctl_table_json(&json, row);
	out_addc(out, '\n');
}

// The pattern may be found in the name, in the type's name, or in the header's.
static struct mdt_error *is_wanted(struct mdt_pattern *pattern,
				   const struct mdt_ioctl *row, bool *ret)
{
	const char *const texts[] = { row->name, row->type_text, row->header };
	struct mdt_error *err = NULL;

	*ret = !pattern;
	array_for_each (it, texts)
		if (!err && !*ret)
			err = mdt_pattern_matches(pattern, mdt_slice_cstr(*it), ret);
	return err;
}

static void print(struct out *out, unsigned int format, const struct packs *packs,
		  const struct mdt_ioctl *row)
{
	if (format == LIST_JSON)
		print_json(out, row);
	else if (format == LIST_STRACE)
		mdt_ioctl_strace(row, &out->buf);
	else
		print_row(out, packs, row);
	out_settle(out);
}

// The rows that are wanted: @p ret has room for all.
static struct mdt_error *select_rows(const struct mdt_ioctl_table *table,
				     struct mdt_pattern *pattern,
				     const struct mdt_ioctl **ret, size_t *count)
{
	struct mdt_error *err = NULL;

	*count = 0;
	for (size_t i = 0; !err && i < table->count; i++) {
		const struct mdt_ioctl *row = mdt_ioctl_at(table, i);
		bool wanted = false;

		err = is_wanted(pattern, row, &wanted);
		if (wanted)
			ret[(*count)++] = row;
	}
	return err;
}

static struct mdt_error *list(const struct cli *cli, const struct packs *packs,
			      struct mdt_pattern *pattern, enum status *ret)
{
	const struct mdt_ioctl_table *table = packs->table;
	const struct list_options *options = cli->options;
	const struct mdt_ioctl **rows = calloc(table->count + 1, sizeof(*rows));
	size_t count = 0;
	struct mdt_error *err =
		rows ? select_rows(table, pattern, rows, &count) : &mdt_enomem;

	if (!err && count && options->format == LIST_SYZLANG)
		err = mdt_ioctl_syzlang(rows, count, &cli->out->buf);
	for (size_t i = 0; !err && i < count && options->format != LIST_SYZLANG &&
			   !out_failed(cli->out);
	     i++)
		print(cli->out, options->format, packs, rows[i]);
	if (!count)
		*ret = STATUS_DIFFERS;
	free(rows);
	return err;
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	const struct list_options *options = cli->options;
	_cleanup_(mdt_pattern_destroyp) struct mdt_pattern *pattern = NULL;
	_cleanup_(packs_deinit) struct packs packs = { 0 };
	struct mdt_error *err = packs_load(&options->packs, &packs);

	if (!err && cli->operand_count)
		err = mdt_pattern_create(mdt_slice_cstr(cli->operands[0]), &pattern);
	if (!err && options->format == LIST_COVERAGE)
		return mdt_ioctl_coverage(packs.table, &cli->out->buf);
	if (!err)
		packs_read_defaults(&packs);
	return err ? err : list(cli, &packs, pattern, ret);
}

static const char *const format_names[] = { "text",    "json",	   "strace-ioctls",
					    "syzlang", "coverage", NULL };

static const struct option_row option_rows[] = {
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct list_options, format),
	  .help = "text; one JSON object a line; lines for strace's list of ioctls; descriptions "
		  "for syzkaller; what the "
		  "table covers, as Markdown" },
	PACK_ROW(struct list_options, packs),
	{ 0 },
};

const struct command cmd_list = {
	.name = "list",
	.args = "[PATTERN]",
	.summary = "list the ioctls that are known",
	.details =
		"PATTERN is a Perl-compatible regular expression (PCRE2), looked for in the "
		"name, the type and the header of each. The columns are: number, the macro of "
		"its direction bits, the size in it, what the argument really is, name, type, "
		"header. Exits with 1 if nothing matches.",
	.options = option_rows,
	.options_size = sizeof(struct list_options),
	.max_operands = 1,
	.completes = COMPLETES_NOTHING,
	.run = run,
};
