// SPDX-License-Identifier: MIT
// A reproducer as a program of syzkaller (docs/program_syntax.md of syzkaller). Disks are
// the log's: a program has no arguments. What is expected is a comment.
#include <inttypes.h>
#include <stdlib.h>

#include "report/export_parts.h"

#define CWD "0xffffffffffffff9c"

/** Memory of the program: a page for each pointer. */
struct pages {
	unsigned int used, results;
	struct mdt_buf *ret;
};

static void add_pointer(struct pages *pages, size_t size)
{
	mdt_buf_printf(pages->ret, "&(0x7f%010x)", pages->used);
	pages->used += (unsigned int)(size + 0xfff) & ~0xfffu;
}

// 'text\x00'
static void add_path(struct pages *pages, struct mdt_slice path)
{
	add_pointer(pages, path.len + 1);
	mdt_buf_adds(pages->ret, "=\'");
	mdt_buf_add(pages->ret, path);
	mdt_buf_adds(pages->ret, "\\x00\'");
}

static void add_bytes(struct pages *pages, struct mdt_slice data)
{
	add_pointer(pages, data.len);
	mdt_buf_adds(pages->ret, "=\"");
	mdt_export_hex(data, pages->ret);
	mdt_buf_addc(pages->ret, '"');
}

static unsigned int add_open(struct pages *pages, struct mdt_slice path, int flags)
{
	mdt_buf_printf(pages->ret, "r%u = openat(" CWD ", ", pages->results);
	add_path(pages, path);
	mdt_buf_printf(pages->ret, ", 0x%x, 0x0)", (unsigned int)flags);
	return pages->results++;
}

static void add_argument(struct pages *pages, const struct mdt_act *act)
{
	switch (act->arg) {
	case MDT_ACT_ARG_NONE:
	case MDT_ACT_ARG_VALUE:
		mdt_buf_printf(pages->ret, "0x%" PRIx64, act->value);
		break;
	case MDT_ACT_ARG_OUT:
		add_pointer(pages, act->size);
		break;
	case MDT_ACT_ARG_IN:
		add_pointer(pages, act->data.len);
		mdt_buf_adds(pages->ret, "=ANY=[@ANYBLOB=\"");
		mdt_export_hex(act->data, pages->ret);
		mdt_buf_adds(pages->ret, "\"]");
		break;
	}
}

static void expect(const struct mdt_act *act, struct mdt_buf *ret)
{
	if (act->error)
		mdt_buf_printf(ret, " # %.*s", SLICE_FMT(act->error_name));
	mdt_buf_addc(ret, '\n');
}

static void add_attribute(struct pages *pages, const struct mdt_act *act)
{
	unsigned int file = add_open(pages, act->path, 1);

	mdt_buf_printf(pages->ret, "\nwrite(r%u, ", file);
	add_bytes(pages, act->data);
	mdt_buf_printf(pages->ret, ", 0x%zx)", act->data.len);
	expect(act, pages->ret);
}

// Scratch disks are empty, so only what is not zero is written.
static void add_disk(struct pages *pages, const struct mdt_export *export,
		     const struct mdt_act *act)
{
	unsigned int file = add_open(pages, export->disks[act->disk].path, 2);
	enum { GAP = 512 }; // a call for each run

	struct mdt_export_run run = { 0 };

	mdt_buf_addc(pages->ret, '\n');
	while (mdt_export_next_run(act->data, GAP, &run)) {
		mdt_buf_printf(pages->ret, "pwrite64(r%u, ", file);
		add_bytes(pages,
			  mdt_slice_head(mdt_slice_skip(act->data, run.from), run.len));
		mdt_buf_printf(pages->ret, ", 0x%zx, 0x%" PRIx64 ")\n", run.len,
			       act->offset + run.from);
	}
	mdt_buf_printf(pages->ret, "close(r%u)\n", file);
}

static void add_act(struct pages *pages, const struct mdt_export *export,
		    const struct mdt_act *act, unsigned int *results)
{
	struct mdt_buf *ret = pages->ret;

	switch (act->kind) {
	case MDT_ACT_OPEN:
		results[act->file] = add_open(pages, act->path, act->flags);
		expect(act, ret);
		break;
	case MDT_ACT_CLOSE:
		mdt_buf_printf(ret, "close(r%u)\n", results[act->file]);
		break;
	case MDT_ACT_IOCTL:
		mdt_buf_printf(ret, "ioctl$mdt_%.*s(r%u, 0x%" PRIx32 ", ",
			       SLICE_FMT(act->name), results[act->file], act->number);
		add_argument(pages, act);
		mdt_buf_addc(ret, ')');
		expect(act, ret);
		break;
	case MDT_ACT_ATTRIBUTE:
		add_attribute(pages, act);
		break;
	case MDT_ACT_DISK:
		add_disk(pages, export, act);
		break;
	case MDT_ACT_SETTLE:
		mdt_buf_adds(ret, "# here nothing is rebuilt any more\n");
		break;
	}
}

void mdt_export_syz(const struct mdt_export *export, struct mdt_buf *ret)
{
	struct pages pages = { .ret = ret };
	unsigned int *results =
		calloc(export->files + 1, sizeof(*results)); // of syzkaller's calls

	if (!results) {
		ret->failed = true;
		return;
	}
	mdt_export_head(export, "#", ret);
	mdt_buf_adds(ret,
		     "# The ioctls are described by `mdtrace list --format=syzlang`.\n");
	for (size_t i = 0; i < export->count; i++)
		add_act(&pages, export, &export->acts[i], results);
	free(results);
}
