// SPDX-License-Identifier: MIT
#include <inttypes.h>

#include "base/visible.h"
#include "cli/cli.h"
#include "kernel/where.h"

struct where_options {
	const char *btf, *debug;
};

static const struct option_row option_rows[] = {
	{ .name = "kernel-debug",
	  .arg = "DIR",
	  STORE_STRING(struct where_options, debug),
	  .help = "debug info of the kernel: linux-image-*-dbg unpacked, or a file" },
	{ .name = "btf",
	  .arg = "FILE",
	  STORE_STRING(struct where_options, btf),
	  .help = "kernel with the BTF that a module's is based on" },
	{ 0 },
};

static void print(struct out *out, const struct mdt_kernel_object *object,
		  const struct mdt_where *where)
{
	struct mdt_buf *buf = &out->buf;

	mdt_visible_words(buf, where->symbol->name);
	if (where->off)
		mdt_buf_printf(buf, "+%#" PRIx64, where->off);
	mdt_buf_printf(buf, "\n  object     %s%s%s\n", object->path,
		       object->release ? ", of " : "",
		       object->release ? object->release : "");
	mdt_buf_adds(buf, "  place      ");
	mdt_visible_words(buf, where->section);
	mdt_buf_printf(buf, "+%#" PRIx64 ", %" PRIu64 " bytes\n",
		       where->symbol->at + where->off, where->symbol->size);
	mdt_buf_adds(buf, "  prototype  ");
	mdt_visible_words(buf, where->prototype.len ? where->prototype
						    : SLICE("not known (no BTF of it)"));
	mdt_buf_addc(buf, '\n');
	for (size_t i = 0; i < where->lines.count; i++) {
		mdt_buf_adds(buf, i ? "  inlined in " : "  line       ");
		mdt_visible_words(buf, where->lines.all[i].file);
		mdt_buf_printf(buf, ":%d  ", where->lines.all[i].line);
		mdt_visible_words(buf, where->lines.all[i].function);
		mdt_buf_addc(buf, '\n');
	}
	if (!where->lines.count)
		mdt_buf_printf(buf, "  line       not known: %.*s\n",
			       SLICE_FMT(where->why));
	out_settle(out);
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	const struct where_options *options = cli->options;
	_cleanup_(mdt_kernel_object_deinit) struct mdt_kernel_object object = { 0 };
	struct mdt_error *err =
		mdt_kernel_object_open(cli->operands[0], options->btf, &object);

	for (size_t i = 1; !err && i < cli->operand_count; i++) {
		_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
		struct mdt_where where;
		struct mdt_error *trouble =
			mdt_where_find(&object, mdt_slice_cstr(cli->operands[i]),
				       options->debug, &arena, &where);

		if (!trouble) {
			print(cli->out, &object, &where);
			continue;
		}
		cli_report(trouble);
		*ret = STATUS_TROUBLE;
	}
	return err;
}

const struct command cmd_where = {
	.name = "where",
	.args = "FILE FUNCTION|ADDRESS...",
	.summary =
		"say where a function of a kernel object is: prototype, size, source line",
	.details =
		"FILE is a module or a vmlinux. FUNCTION may have an offset, as raid1_run+0x12/0x340;\n"
		"an ADDRESS is one of a vmlinux.",
	.options = option_rows,
	.options_size = sizeof(struct where_options),
	.min_operands = 2,
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.run = run,
};
