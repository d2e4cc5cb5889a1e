// SPDX-License-Identifier: MIT
#include "report/replay_rules.h"

#include <inttypes.h>

#include "verdict/drift.h"
#include "verdict/setaside.h"

// A cell ends at a `|`.
static void add_cell(struct mdt_buf *ret, const char *text)
{
	mdt_buf_addc(ret, ' ');
	for (; text && *text; text++) {
		if (*text == '|')
			mdt_buf_addc(ret, '\\');
		mdt_buf_addc(ret, *text);
	}
	mdt_buf_adds(ret, " |");
}

/* ---- what is set aside ---- */

static const char *const places[] = {
	[MDT_OF_IOCTL] = "an ioctl's output",
	[MDT_OF_SUPER] = "a superblock read from a disk",
	[MDT_OF_BITMAP] = "a bitmap read from a disk",
	[MDT_OF_ARRAY_ATTR] = "an array's attribute",
	[MDT_OF_MEMBER_ATTR] = "a member's attribute",
	[MDT_OF_DISK_ATTR] = "a disk's attribute",
	[MDT_OF_PARAMETER] = "a module's parameter",
	[MDT_OF_MDSTAT] = "/proc/mdstat",
};

static void add_condition(struct mdt_buf *cell, const char *text)
{
	mdt_buf_adds(cell, cell->len ? ", or " : "");
	mdt_buf_adds(cell, text);
}

static void add_when(const struct mdt_aside *row, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf cell = { 0 };

	if (row->when & MDT_IF_SYNC)
		add_condition(&cell, "a resync or recovery runs, or has run");
	if (row->when & MDT_IF_SIZE)
		add_condition(&cell, "the disks' sizes are not from the log");
	if (row->when & MDT_IF_MADE)
		add_condition(&cell, "the superblocks are not from the log");
	if (row->bits)
		mdt_buf_printf(&cell, "%sonly bits 0x%" PRIx64 " differ",
			       cell.len ? "; " : "", row->bits);
	if (row->words)
		mdt_buf_printf(&cell, "%sboth are among %s", cell.len ? "; " : "",
			       row->words);
	mdt_buf_addc(&cell, '\0');
	add_cell(ret, cell.failed ? "" : cell.str);
	ret->failed |= cell.failed;
}

static void add_asides(struct mdt_buf *ret)
{
	size_t len;
	const struct mdt_aside *rows = mdt_asides(&len);

	mdt_buf_adds(ret,
		     "## What is set aside\n\n"
		     "A field that cannot be the same twice is shown, and not held "
		     "against the log.\n\n"
		     "| of | field | when | why | source |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < len; i++) {
		const struct mdt_aside *row = &rows[i];

		mdt_buf_addc(ret, '|');
		add_cell(ret, row->op ? row->op : places[row->of]);
		add_cell(ret, row->field);
		add_when(row, ret);
		add_cell(ret, row->why);
		add_cell(ret, row->source);
		mdt_buf_addc(ret, '\n');
	}
}

/* ---- drift ---- */

static void add_kernels(const struct mdt_drift *row, struct mdt_buf *ret)
{
	if (row->last[0])
		mdt_buf_printf(ret, " until %s;", row->last);
	mdt_buf_printf(ret, " from %s on |", row->first);
}

static void add_drifts(struct mdt_buf *ret)
{
	size_t len;
	const struct mdt_drift *rows = mdt_drifts(&len);

	mdt_buf_adds(ret,
		     "## What kernels are known to differ in\n\n"
		     "Such a difference is drift, in both directions; every other one "
		     "is a difference.\n\n"
		     "| call | of it | older kernels | newer kernels | which | what | "
		     "source |\n|---|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < len; i++) {
		mdt_buf_addc(ret, '|');
		add_cell(ret, rows[i].op);
		add_cell(ret, rows[i].field);
		add_cell(ret, rows[i].older);
		add_cell(ret, rows[i].newer);
		add_kernels(&rows[i], ret);
		add_cell(ret, rows[i].what);
		add_cell(ret, rows[i].source);
		mdt_buf_addc(ret, '\n');
	}
}

void mdt_replay_rules(struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "# The rules by which replay judges\n\n"
			  "`mdtrace replay --list-rules` prints this page.\n\n");
	add_asides(ret);
	mdt_buf_addc(ret, '\n');
	add_drifts(ret);
}
