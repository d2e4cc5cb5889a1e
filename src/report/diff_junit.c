// SPDX-License-Identifier: MIT
#include "report/diff.h"
#include "report/html.h"

// XML 1.0 allows what mdt_html_plain() leaves over, and has the same four entities.
static void put_text(struct mdt_buf *out, const struct mdt_buf *text)
{
	mdt_html_plain(out, mdt_buf_slice(text));
}

static void put_names(const struct mdt_diff_report *report, struct mdt_buf *out)
{
	mdt_html_plain(out, mdt_slice_cstr(report->names[MDT_OLD]));
	mdt_buf_adds(out, " → ");
	mdt_html_plain(out, mdt_slice_cstr(report->names[MDT_NEW]));
}

// mdt_html_plain() shows the end of a line as a control character: each line on its own.
static void put_lines(struct mdt_buf *out, struct mdt_slice text)
{
	while (text.len) {
		const char *end = memchr(text.str, '\n', text.len);
		size_t len = end ? (size_t)(end - text.str) : text.len;

		mdt_html_plain(out, mdt_slice_head(text, len));
		mdt_buf_addc(out, '\n');
		text = mdt_slice_skip(text, len + 1);
	}
}

static struct mdt_error *put_pair(const struct mdt_diff_report *report,
				  const struct mdt_diff_pair *pair)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_diff_report inner = *report;
	struct mdt_error *err;

	mdt_buf_adds(report->out, "  <testcase classname=\"mdtrace.diff\" name=\"");
	mdt_diff_put_pair(report->diff, pair, &text);
	put_text(report->out, &text);
	if (!pair->differences) {
		mdt_buf_adds(report->out, "\"/>\n");
		return mdt_buf_error(&text);
	}
	mdt_buf_printf(report->out, "\">\n    <failure message=\"%zu %s\">",
		       pair->differences,
		       pair->differences == 1 ? "difference" : "differences");
	mdt_buf_clear(&text);
	inner.out = &text;
	inner.color = inner.side_by_side = false;
	err = mdt_diff_text_pair(&inner, pair);
	put_lines(report->out, mdt_buf_slice(&text));
	mdt_buf_adds(report->out, "</failure>\n  </testcase>\n");
	return err ? err : mdt_buf_error(&text);
}

static void put_summary(const struct mdt_diff_report *report)
{
	mdt_buf_adds(report->out, "  <system-out>");
	for (size_t i = 0; i < report->diff->remark_len; i++) {
		mdt_html_plain(report->out, report->diff->remarks[i].text);
		mdt_buf_addc(report->out, '\n');
	}
	mdt_buf_adds(report->out, "</system-out>\n");
}

struct mdt_error *mdt_diff_report_junit(struct mdt_diff_report *report)
{
	const struct mdt_diff *diff = report->diff;
	struct mdt_error *err = NULL;
	size_t failures = 0;

	for (size_t i = 0; i < diff->pair_len; i++)
		failures += diff->pairs[i].differences != 0;
	mdt_buf_adds(report->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
				  "<testsuite name=\"mdtrace diff: ");
	put_names(report, report->out);
	mdt_buf_printf(report->out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n",
		       diff->pair_len, failures);
	for (size_t i = 0; !err && i < diff->pair_len; i++)
		err = put_pair(report, &diff->pairs[i]);
	put_summary(report);
	mdt_buf_adds(report->out, "</testsuite>\n");
	return err ? err : mdt_buf_error(report->out);
}
