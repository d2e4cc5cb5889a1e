// SPDX-License-Identifier: MIT
#include <inttypes.h>

#include "base/pattern.h"
#include "cli/cli.h"
#include "cli/packs.h"
#include "ioctl/json.h"

static void print_row(struct out *out, const struct mdt_ioctl *row)
{
	const char *from = row->is_history ? "history" : row->header;

	if (!*from)
		from = row->pack;
	out_printf(out, "%#010" PRIx32 "  %-5s %5" PRIu32 "  %-7s  %-24s  %-26s  %s\n",
		   row->number, mdt_ioctl_dir_macro(row->number),
		   mdt_ioctl_size(row->number), mdt_ioctl_arg_name(row->arg), row->name,
		   *row->type_text ? row->type_text : "-", from);
}

static void print_json(struct out *out, const struct mdt_ioctl *row)
{
	struct mdt_json json;

	mdt_json_init(&json, &out->buf);
	mdt_ioctl_json(&json, NULL, row);
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

static struct mdt_error *list(const struct cli *cli, const struct mdt_ioctl_table *table,
			      struct mdt_pattern *pattern, enum status *ret)
{
	const struct table_options *options = cli->options;
	size_t found = 0;

	for (size_t i = 0; i < table->count && !out_failed(cli->out); i++) {
		const struct mdt_ioctl *row = mdt_ioctl_at(table, i);
		bool wanted;
		struct mdt_error *err = is_wanted(pattern, row, &wanted);

		if (err)
			return err;
		if (!wanted)
			continue;
		found++;
		if (options->format == TABLE_JSON)
			print_json(cli->out, row);
		else
			print_row(cli->out, row);
	}
	if (!found)
		*ret = STATUS_DIFFERS;
	return NULL;
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	const struct table_options *options = cli->options;
	_cleanup_(mdt_pattern_destroyp) struct mdt_pattern *pattern = NULL;
	_cleanup_(packs_deinit) struct packs packs = { 0 };
	struct mdt_error *err = packs_load(&options->packs, &packs);

	if (!err && cli->operand_count)
		err = mdt_pattern_create(mdt_slice_cstr(cli->operands[0]), &pattern);
	return err ? err : list(cli, packs.table, pattern, ret);
}

const struct command cmd_list = {
	.name = "list",
	.args = "[PATTERN]",
	.summary = "list the ioctls that are known",
	.details =
		"PATTERN is a Perl-compatible regular expression (PCRE2), looked for in the "
		"name, the type and the header of each. The columns are: number, the macro of "
		"its direction bits, the size in it, what the argument really is, name, type, "
		"header. Exits with 1 if nothing matches.",
	.options = table_option_rows,
	.options_size = sizeof(struct table_options),
	.max_operands = 1,
	.completes = COMPLETES_NOTHING,
	.run = run,
};
