// SPDX-License-Identifier: MIT
// What the forms of a reproducer share.
#include "report/export_parts.h"

#include <inttypes.h>

#include "base/visible.h"

void mdt_export_head(const struct mdt_export *export, const char *mark,
		     struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "%s From ", mark);
	mdt_visible_words(ret, export->from);
	if (export->kernel.len) {
		mdt_buf_adds(ret, ", recorded on Linux ");
		mdt_visible_words(ret, export->kernel);
	}
	mdt_buf_printf(ret,
		       "; made by mdtrace export. Calls and what is expected of them.\n"
		       "%s It wants root, %zu disks of",
		       mark, export->disk_count);
	for (size_t i = 0; i < export->disk_count; i++)
		mdt_buf_printf(ret, "%s %" PRIu64, i ? "," : "", export->disks[i].size);
	mdt_buf_printf(ret, " bytes that it writes to, and no array");
	for (size_t i = 0; i < export->array_count; i++)
		mdt_buf_printf(ret, "%s md%" PRIu32, i ? "," : "", export->arrays[i]);
	mdt_buf_adds(ret, ".\n");
}

bool mdt_export_begins_line(const struct mdt_export *export, size_t index)
{
	const struct mdt_act *act = &export->acts[index], *before = act - 1;

	if (!index)
		return true;
	if (act->kind == MDT_ACT_CLOSE || act->kind == MDT_ACT_SETTLE)
		return false;
	return !act->is_setup || !before->is_setup || act->kind != before->kind;
}

bool mdt_export_next_run(struct mdt_slice data, size_t gap, struct mdt_export_run *ret)
{
	size_t at = ret->from + ret->len, end, zeros = 0;

	while (at < data.len && !data.str[at])
		at++;
	if (at >= data.len)
		return false;
	for (end = at; end < data.len && zeros < gap; end++)
		zeros = data.str[end] ? 0 : zeros + 1;
	*ret = (struct mdt_export_run){ at, end - zeros - at };
	return true;
}

void mdt_export_hex(struct mdt_slice data, struct mdt_buf *ret)
{
	for (size_t i = 0; i < data.len; i++)
		mdt_buf_printf(ret, "%02x", (unsigned char)data.str[i]);
}

void mdt_export_runs(struct mdt_slice data, struct mdt_buf *ret)
{
	enum { GAP = 16 }; // zeros that are cheaper written down than left out

	struct mdt_export_run run = { 0 };
	bool first = true;

	for (; mdt_export_next_run(data, GAP, &run); first = false) {
		mdt_buf_printf(ret, "%s%zu:", first ? "" : " ", run.from);
		mdt_export_hex(mdt_slice_head(mdt_slice_skip(data, run.from), run.len),
			       ret);
	}
}

// Octal ends after three digits, so that what follows cannot be taken for a part of it.
void mdt_export_quote(struct mdt_slice text, struct mdt_buf *ret)
{
	mdt_buf_addc(ret, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.str[i];

		if (c < ' ' || c > '~' || strchr("\"\\$@%", c))
			mdt_buf_printf(ret, "\\%03o", c);
		else
			mdt_buf_addc(ret, (char)c);
	}
	mdt_buf_addc(ret, '"');
}

int32_t mdt_export_number(struct mdt_slice data, size_t index)
{
	uint32_t ret = 0;

	for (size_t i = 0; i < 4; i++)
		ret |= (uint32_t)(unsigned char)data.str[index * 4 + i] << 8 * i;
	return (int32_t)ret;
}

bool mdt_export_is_numbers(const struct mdt_act *act, size_t *count)
{
	*count = act->data.len / 4;
	while (*count > 1 && !mdt_export_number(act->data, *count - 1))
		--*count;
	return act->data.len && act->data.len % 4 == 0;
}
