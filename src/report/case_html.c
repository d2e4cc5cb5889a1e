// SPDX-License-Identifier: MIT
#include "report/case_html.h"

#include "report/html.h"
#include "report/states_picture.h"
#include "why/why.h"

enum {
	SHOWN_MAX = 6, // of one part; more are folded
	HARMLESS_MAX = 2,
	FOLDED_MAX = 100, // more are left to `mdtrace why`
};

const char mdt_case_html_style[] =
	"main h2{margin-top:1.5rem}\n"
	"small{font-size:.875rem}\n"
	"#why dl{display:block;margin:.5rem 0}\n"
	"#why dl div{display:grid;grid-template-columns:7rem 1fr;gap:0 1rem;padding:.15rem 0}\n"
	"#why dl,#why dt,#why dd{font:1rem/1.5 system-ui,sans-serif}\n"
	"#why dt::after{content:none}#why dd p{margin:0;overflow-wrap:anywhere}\n"
	"#why .e,#why .e a{color:var(--bad)}#why .failed dd{font-weight:600}\n"
	"#why details p{padding:.1rem 0}\n"
	".scroll{overflow-x:auto;border:1px solid var(--line);background:#fff}\n"
	".scroll svg{display:block}.scroll svg a:focus-visible text{text-decoration:underline}\n"
	"#arrays td,#arrays th{padding-right:2ch;vertical-align:top}\n"
	"#bar{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.25rem 1rem;\n"
	"align-items:center;padding:.5rem 0;background:var(--paper);border-bottom:1px solid var(--line)}\n"
	"#bar[hidden]{display:none}#bar label{white-space:nowrap}\n"
	"#q{flex:1 1 16rem;min-width:10rem;font:1rem ui-monospace,monospace;padding:.25rem .5rem;\n"
	"color:inherit;background:var(--wash);border:1px solid var(--quiet);border-radius:.25rem}\n"
	"#bar select{font:inherit;color:inherit;background:var(--wash)}\n"
	"#bar details{flex-basis:100%;font-size:.9375rem}#bar kbd{font-family:ui-monospace,monospace}\n"
	".off{display:none!important}.hit{background:var(--aim)}\n"
	".cur{outline:2px solid var(--link);outline-offset:-2px}\n"
	".few li.r:not(.x),.few li.n{display:none}\n"
	".t{font-size:.875rem}\n"
	"@media print{#bar{display:none!important}.scroll{overflow:visible;border:0}\n"
	".scroll svg{max-width:100%;height:auto}}\n"
	"@media(max-width:40rem){#why dl div{grid-template-columns:1fr}#bar{position:static}\n"
	"ol>li{gap:.5ch}.m{padding-left:.4rem}}\n";

/* ---- links ---- */

static size_t log_of(const struct mdt_annotate_html_page *page, struct mdt_slice file)
{
	for (size_t i = 0; i < page->file_count; i++)
		if (mdt_slice_eq_cstr(file, page->files[i]))
			return i + 1;
	return 0;
}

static void add_place(const struct mdt_annotate_html_page *page, struct mdt_slice file,
		      unsigned long line, struct mdt_buf *buf)
{
	size_t log = log_of(page, file);

	if (!log || !line)
		return;
	mdt_buf_adds(buf, "<a href=\"#");
	if (log > 1)
		mdt_buf_printf(buf, "%zu-", log);
	mdt_buf_printf(buf, "L%lu\">", line);
	if (page->file_count > 1) {
		mdt_html_text(buf, mdt_slice_base_name(file));
		mdt_buf_addc(buf, ':');
	} else {
		mdt_buf_adds(buf, "line ");
	}
	mdt_buf_printf(buf, "%lu</a> ", line);
}

/* ---- why ---- */

static void add_item(const struct mdt_annotate_html_page *page,
		     const struct mdt_why_item *item, bool is_first, struct mdt_buf *buf)
{
	mdt_buf_adds(buf, "<p>");
	add_place(page, item->file, item->line, buf);
	if (item->part == MDT_WHY_CAUSE && item->unsure &&
	    !mdt_slice_find(item->text, SLICE("one of: ")))
		mdt_buf_adds(buf, is_first ? "one of: " : "or: ");
	mdt_html_text(buf, item->text);
	if (item->times > 1)
		mdt_buf_printf(buf, " (%lu times)", item->times);
	if (item->why.len) {
		mdt_buf_adds(buf, " <span class=\"q\">");
		mdt_html_text(buf, item->why);
		mdt_buf_adds(buf, "</span>");
	}
	if (item->source.len) {
		mdt_buf_adds(buf, " <cite>");
		mdt_html_text(buf, item->source);
		mdt_buf_adds(buf, "</cite>");
	}
	mdt_buf_adds(buf, "</p>\n");
}

static const char *class_of(enum mdt_why_part part)
{
	return part == MDT_WHY_FAILED || part == MDT_WHY_FLIGHT ? " class=\"e failed\""
								: "";
}

static size_t shown_max(enum mdt_why_part part)
{
	return part == MDT_WHY_HARMLESS ? HARMLESS_MAX : SHOWN_MAX;
}

static void add_folded(const struct mdt_annotate_html_page *page,
		       const struct mdt_why_item *items, size_t count,
		       struct mdt_buf *buf)
{
	size_t shown = count < FOLDED_MAX ? count : FOLDED_MAX;

	mdt_buf_printf(buf, "<details><summary>%zu more</summary>\n", count);
	for (size_t i = 0; i < shown; i++)
		add_item(page, &items[i], false, buf);
	if (shown < count)
		mdt_buf_printf(buf, "<p>and %zu more: mdtrace why --format=json</p>\n",
			       count - shown);
	mdt_buf_adds(buf, "</details>");
}

static size_t add_part(const struct mdt_annotate_html_page *page,
		       const struct mdt_why_item *items, size_t from, size_t count,
		       struct mdt_buf *buf)
{
	enum mdt_why_part part = items[from].part;
	size_t end = from, shown;

	while (end < count && items[end].part == part)
		end++;
	shown = end - from < shown_max(part) ? end - from : shown_max(part);
	mdt_buf_printf(buf, "<div%s><dt>%s</dt><dd>\n", class_of(part),
		       mdt_why_part_name(part));
	for (size_t i = 0; i < shown; i++)
		add_item(page, &items[from + i], i == 0, buf);
	if (shown < end - from)
		add_folded(page, items + from + shown, end - from - shown, buf);
	mdt_buf_adds(buf, "</dd></div>\n");
	return end;
}

static void add_why(const struct mdt_annotate_html_page *page, struct mdt_buf *buf)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf kernel = { 0 };
	size_t count;
	const struct mdt_why_item *items = mdt_why_items(page->why, &count);

	mdt_buf_printf(
		buf,
		"<section id=\"why\" aria-labelledby=\"why-h\"><h2 id=\"why-h\">%s</h2>\n",
		mdt_why_failed(page->why) ? "What failed, and why"
					  : "Nothing failed that matters");
	if (!mdt_why_has_md(page->why))
		mdt_buf_adds(buf, "<p>Nothing here is about md.</p>\n");
	if (count) {
		mdt_buf_adds(buf, "<dl>\n");
		for (size_t i = 0; i < count;)
			i = add_part(page, items, i, count, buf);
		mdt_buf_adds(buf, "</dl>\n");
	}
	mdt_why_kernel_text(page->why, &kernel);
	mdt_buf_adds(buf, "<p class=\"q\">By the rules of Linux ");
	mdt_html_text(buf, mdt_buf_slice(&kernel));
	mdt_buf_adds(buf, ".</p></section>\n");
}

/* ---- the timeline, the arrays ---- */

static void add_timeline(const struct mdt_annotate_html_page *page, struct mdt_buf *buf)
{
	struct mdt_picture_options options = { .kernel = page->kernel,
					       .page = "",
					       .files = page->files,
					       .file_count = page->file_count,
					       .is_part = true };

	mdt_buf_adds(buf, "<section id=\"timeline\" aria-labelledby=\"timeline-h\">"
			  "<h2 id=\"timeline-h\">Timeline</h2>\n"
			  "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
			  "aria-label=\"Timeline of the arrays\">\n");
	mdt_picture_svg(page->picture, &options, buf);
	mdt_buf_adds(buf, "</div></section>\n");
}

static const struct mdt_picture_mark *last_mark(const struct mdt_picture *picture,
						size_t lane)
{
	for (size_t i = picture->count; i-- > 0;)
		if (picture->marks[i].lane == lane)
			return &picture->marks[i];
	return NULL;
}

static void add_array(const struct mdt_annotate_html_page *page, size_t lane,
		      struct mdt_buf *buf)
{
	const struct mdt_picture_mark *last = last_mark(page->picture, lane);

	if (!last)
		return;
	mdt_buf_adds(buf, "<tr><th scope=\"row\">");
	mdt_html_text(buf, page->picture->lanes[lane]);
	mdt_buf_adds(buf, "</th><td>");
	if (last->to & MDT_PICTURE_PRESUMED)
		mdt_buf_adds(buf, "<span class=\"q\">presumed</span> ");
	mdt_html_text(buf, last->after);
	mdt_buf_adds(buf, "</td><td>");
	add_place(page, last->file, last->line, buf);
	mdt_buf_adds(buf, "</td></tr>\n");
}

static void add_arrays(const struct mdt_annotate_html_page *page, struct mdt_buf *buf)
{
	mdt_buf_adds(buf, "<section id=\"arrays\" aria-labelledby=\"arrays-h\">"
			  "<h2 id=\"arrays-h\">Arrays at the end</h2>\n<table><thead><tr>"
			  "<th scope=\"col\">array</th><th scope=\"col\">state</th>"
			  "<th scope=\"col\">last call</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < page->picture->lane_count; i++)
		add_array(page, i, buf);
	mdt_buf_adds(buf, "</tbody></table></section>\n");
}

void mdt_case_html(const struct mdt_annotate_html_page *page, struct mdt_buf *buf)
{
	add_why(page, buf);
	if (!page->picture->count)
		return;
	add_timeline(page, buf);
	add_arrays(page, buf);
}
