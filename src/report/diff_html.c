// SPDX-License-Identifier: MIT
#include <inttypes.h>

#include "report/diff.h"
#include "report/html.h"

enum { STATES_WIDTH = 150 };

const char mdt_diff_html_style[] =
	":root{--gone:#ffe5e3;--new:#def5e0}\n"
	"@media screen and (prefers-color-scheme:dark){:root{--gone:#4a1d1d;--new:#173d1f}}\n"
	"table.x{width:100%;table-layout:fixed;margin:.5rem 0}\n"
	"table.x td{vertical-align:top;padding:.1rem .5ch}\n"
	"table.x .l{width:6ch;color:var(--quiet);font-size:.75rem;text-align:right}\n"
	"table.x .o{background:var(--gone)}table.x .w{background:var(--new)}\n"
	"table.x .f{color:var(--quiet);font-size:.875rem}\n"
	".g{overflow-x:auto}\n";

static void put(const struct mdt_diff_report *report, const char *text)
{
	mdt_buf_adds(report->out, text);
}

static void put_cstr(const struct mdt_diff_report *report, const char *text)
{
	mdt_html_text(report->out, mdt_slice_cstr(text));
}

/* ---- calls ---- */

static void put_cell(const struct mdt_diff_report *report,
		     const struct mdt_diff_step *step, const char *class)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf line = { 0 };

	if (!step) {
		put(report, "<td class=\"l\"></td><td></td>");
		return;
	}
	mdt_diff_put_step(report->diff, step, &line);
	mdt_buf_printf(report->out, "<td class=\"l\">%" PRIu32 "</td><td%s><code>",
		       step->line, class);
	mdt_html_text(report->out, mdt_buf_slice(&line));
	put(report, "</code></td>");
}

static void put_row(const struct mdt_diff_report *report, const struct mdt_diff_step *a,
		    const struct mdt_diff_step *b, bool differs)
{
	put(report, "<tr>");
	put_cell(report, a, differs ? " class=\"o\"" : "");
	put_cell(report, b, differs ? " class=\"w\"" : "");
	put(report, "</tr>\n");
}

static struct mdt_error *put_fields(const struct mdt_diff_report *report,
				    const struct mdt_diff_step *a,
				    const struct mdt_diff_step *b)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf line = { 0 };
	struct mdt_diff *diff = report->diff;
	struct mdt_error *err = mdt_diff_compare_steps(diff, a, b);

	for (size_t i = 0; !err && i < diff->fields.len; i++) {
		mdt_buf_clear(&line);
		mdt_diff_put_field(&diff->fields.items[i], &line);
		put(report, "<tr><td class=\"l\"></td><td class=\"f\" colspan=\"3\">");
		mdt_html_text(report->out, mdt_buf_slice(&line));
		put(report, "</td></tr>\n");
	}
	return err;
}

static struct mdt_error *put_edit(const struct mdt_diff_report *report,
				  const struct mdt_diff_edit *edit, uint32_t from,
				  uint32_t count)
{
	const struct mdt_diff *diff = report->diff;
	const struct mdt_diff_step *a = NULL, *b = NULL;

	if (edit->kind == MDT_EDIT_SAME) {
		for (uint32_t i = from; i < from + count; i++)
			put_row(report, mdt_diff_step(diff, MDT_OLD, edit->old_step + i),
				mdt_diff_step(diff, MDT_NEW, edit->new_step + i), false);
		return NULL;
	}
	if (edit->kind != MDT_EDIT_NEW)
		a = mdt_diff_step(diff, MDT_OLD, edit->old_step);
	if (edit->kind != MDT_EDIT_GONE)
		b = mdt_diff_step(diff, MDT_NEW, edit->new_step);
	put_row(report, a, b, true);
	return a && b ? put_fields(report, a, b) : NULL;
}

static struct mdt_error *put_hunk(const struct mdt_diff_report *report,
				  const struct mdt_diff_hunk *hunk)
{
	struct mdt_error *err = NULL;
	uint32_t from, count;

	put(report, "<div class=\"g\"><table class=\"x\"><colgroup><col class=\"l\"><col>"
		    "<col class=\"l\"><col></colgroup><tbody>\n");
	for (size_t i = hunk->first; !err && i < hunk->first + hunk->len; i++) {
		count = mdt_diff_hunk_shows(report, hunk, i, &from);
		err = put_edit(report, &report->diff->edits[i], from, count);
	}
	put(report, "</tbody></table></div>\n");
	return err;
}

static struct mdt_error *put_pair(const struct mdt_diff_report *report,
				  const struct mdt_diff_pair *pair)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf title = { 0 };
	struct mdt_diff_hunk hunk = { .pair = pair };
	struct mdt_error *err = NULL;

	if (!pair->differences)
		return NULL;
	mdt_diff_put_pair(report->diff, pair, &title);
	put(report, "<h3>");
	mdt_html_text(report->out, mdt_buf_slice(&title));
	put(report, "</h3>\n");
	while (!err && mdt_diff_next_hunk(report, &hunk))
		err = put_hunk(report, &hunk);
	return err;
}

/* ---- the page ---- */

static void put_summary(const struct mdt_diff_report *report)
{
	const struct mdt_diff *diff = report->diff;

	if (!diff->differences)
		put(report, "<p>The logs do not differ.</p>\n");
	put(report, "<ul>\n");
	for (size_t i = 0; i < diff->remark_len && i < MDT_REMARKS_SHOWN; i++) {
		put(report, "<li>");
		mdt_html_text(report->out, diff->remarks[i].text);
		put(report, "</li>\n");
	}
	put(report, "</ul>\n");
	if (diff->remark_len > MDT_REMARKS_SHOWN)
		mdt_buf_printf(report->out, "<p>and %zu more</p>\n",
			       diff->remark_len - MDT_REMARKS_SHOWN);
	if (diff->align.is_approximate)
		put(report, "<p class=\"q\">The logs differ too much for the shortest "
			    "difference: this one may be longer.</p>\n");
}

// The columns are blanks: each line is code.
static struct mdt_error *put_states(const struct mdt_diff_report *report)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice rest;
	struct mdt_error *err;

	if (!report->states || !report->diff->differences)
		return NULL;
	err = mdt_diff_states_text(report->states, STATES_WIDTH, &text);
	rest = mdt_buf_slice(&text);
	while (!err && rest.len) {
		const char *end = memchr(rest.str, '\n', rest.len);
		size_t len = end ? (size_t)(end - rest.str) : rest.len;

		put(report, "<code>");
		mdt_html_text(report->out, mdt_slice_head(rest, len));
		put(report, "</code>\n");
		rest = mdt_slice_skip(rest, len + 1);
	}
	return err;
}

static void put_moves(const struct mdt_diff_report *report)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf line = { 0 };
	const struct mdt_diff *diff = report->diff;

	if (!diff->move_len)
		return;
	put(report, "<h3>The order between processes has changed</h3>\n<ul>\n");
	for (size_t i = 0; i < diff->move_len; i++) {
		mdt_buf_clear(&line);
		mdt_diff_put_move(diff, &diff->moves[i], &line);
		put(report, "<li>");
		mdt_html_text(report->out, mdt_buf_slice(&line));
		put(report, "</li>\n");
	}
	put(report, "</ul>\n");
}

static void put_relocations(const struct mdt_diff_report *report)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf line = { 0 };
	const struct mdt_diff *diff = report->diff;

	if (!diff->relocation_len)
		return;
	put(report, "<h3>Calls come from other functions of the program</h3>\n<ul>\n");
	for (size_t i = 0; i < diff->relocation_len; i++) {
		mdt_buf_clear(&line);
		mdt_diff_put_relocation(diff, &diff->relocations[i], &line);
		put(report, "<li>");
		mdt_html_text(report->out, mdt_buf_slice(&line));
		put(report, "</li>\n");
	}
	put(report, "</ul>\n");
}

struct mdt_error *mdt_diff_html_body(struct mdt_diff_report *report)
{
	const struct mdt_diff *diff = report->diff;
	struct mdt_error *err = NULL;

	put_summary(report);
	err = put_states(report);
	put_moves(report);
	put_relocations(report);
	for (size_t i = 0; !err && i < diff->pair_len; i++)
		err = put_pair(report, &diff->pairs[i]);
	return err ? err : mdt_buf_error(report->out);
}

struct mdt_error *mdt_diff_report_html(struct mdt_diff_report *report)
{
	struct mdt_error *err;

	mdt_html_head_styled(report->out, SLICE("mdtrace diff"), mdt_diff_html_style);
	put(report, "<header><h1>");
	put_cstr(report, report->names[MDT_OLD]);
	put(report, " → ");
	put_cstr(report, report->names[MDT_NEW]);
	put(report, "</h1></header>\n<main>\n");
	err = mdt_diff_html_body(report);
	put(report, "</main>\n</body>\n</html>\n");
	return err ? err : mdt_buf_error(report->out);
}
