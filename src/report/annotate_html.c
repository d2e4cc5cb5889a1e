// SPDX-License-Identifier: MIT
#include "report/annotate_html.h"

#include "report/case_html.h"
#include "report/derived.h"
#include "report/html.h"
#include "report/states_picture.h"

enum {
	NOISE_LINES_MAX = 500, // in one fold
	NOISE_BYTES_MAX = 64 << 10,
	NOISE_LINES_MIN = 4, // fewer are shown as they are, if they are short
	NOISE_SHORT = 240,   // bytes, all of them together
	LONG_LINE = 800,     // bytes: the middle of a longer one is folded
	LONG_LINE_HEAD = 320,
	LONG_LINE_TAIL = 160,
	NAMES_SHOWN = 4, // of a fold, in its summary
	UTF8_MAX = 4,
	LEAN_LINES = 20000, // a page of more has no link beside each line
	PART_ITEMS = 100,   // of a list: what a search hides takes a browser its square
};

/* ---- small parts ---- */

static void add_count(struct mdt_buf *buf, unsigned long count, const char *what)
{
	mdt_buf_printf(buf, "%lu %s%s", count, what, count == 1 ? "" : "s");
}

// L123, 2-L123
static void add_id(const struct mdt_annotate_html *html, unsigned long line,
		   struct mdt_buf *buf)
{
	if (html->log > 1)
		mdt_buf_printf(buf, "%zu-", html->log);
	mdt_buf_printf(buf, "L%lu", line);
}

static void add_link(const struct mdt_annotate_html *html, unsigned long line,
		     struct mdt_buf *buf)
{
	mdt_buf_adds(buf, "<a href=\"#");
	add_id(html, line, buf);
	mdt_buf_printf(buf, "\">%lu</a>", line);
}

static void add_code(struct mdt_slice text, struct mdt_buf *buf)
{
	mdt_buf_adds(buf, "<code>");
	mdt_html_text(buf, text);
	mdt_buf_adds(buf, "</code>");
}

static struct mdt_slice log_name(const char *file)
{
	return strcmp(file, "-") == 0 ? SLICE("standard input") : mdt_slice_cstr(file);
}

/* ---- how often each name ---- */

static struct mdt_tally_row *tally_row(struct mdt_tally *tally, struct mdt_slice name)
{
	struct mdt_tally_row *row;

	name = mdt_slice_head(name, MDT_TALLY_NAME);
	for (row = tally->rows; row < tally->rows + tally->len; row++)
		if (mdt_slice_eq(mdt_slice_from(row->name, row->len), name))
			return row;
	if (tally->len == MDT_TALLY_ROWS)
		return NULL;
	tally->len++;
	*row = (struct mdt_tally_row){ .len = name.len };
	if (name.len)
		memcpy(row->name, name.str, name.len);
	return row;
}

static void tally_count(struct mdt_tally *tally, struct mdt_slice name,
			unsigned long line, bool failed)
{
	struct mdt_tally_row *row = tally_row(tally, name);

	if (!row) {
		tally->others++;
		return;
	}
	if (!row->count++)
		row->first = line;
	row->failed += failed;
}

static void tally_reset(struct mdt_tally *tally)
{
	tally->len = 0;
	tally->others = 0;
}

// The most frequent name but for those that were taken; taken ones have a count of 0.
static struct mdt_tally_row *tally_take(struct mdt_tally *tally)
{
	struct mdt_tally_row *most = NULL;

	for (size_t i = 0; i < tally->len; i++)
		if (tally->rows[i].count && (!most || tally->rows[i].count > most->count))
			most = &tally->rows[i];
	return most;
}

/* ---- the line ---- */

// The nearest place before @at that is neither inside of a character nor of an escape.
static size_t cut_before(struct mdt_slice text, size_t at)
{
	for (size_t i = 0; i < UTF8_MAX && i < at; i++)
		if (text.str[at - i] == '\\')
			return at - i;
	for (size_t i = 0; i < UTF8_MAX && i < at; i++)
		if (((unsigned char)text.str[at - i] & 0xc0) != 0x80)
			return at - i;
	return at;
}

static void add_long_line(struct mdt_slice line, struct mdt_buf *buf)
{
	size_t head = cut_before(line, LONG_LINE_HEAD);
	size_t tail = cut_before(line, line.len - LONG_LINE_TAIL);

	add_code(mdt_slice_head(line, head), buf);
	mdt_buf_printf(buf, "<details><summary>%zu more bytes of this line</summary>",
		       tail - head);
	add_code(mdt_slice_from(line.str + head, tail - head), buf);
	mdt_buf_adds(buf, "</details>");
	add_code(mdt_slice_skip(line, tail), buf);
}

static void add_line(struct mdt_slice line, struct mdt_buf *buf)
{
	if (line.len > LONG_LINE)
		add_long_line(line, buf);
	else
		add_code(line, buf);
}

/* ---- the argument, decoded ---- */

static void begin_field(const char *name, bool quiet, struct mdt_buf *buf)
{
	mdt_buf_printf(buf, "<div%s><dt>", quiet ? " class=\"z\"" : "");
	mdt_html_text(buf, mdt_slice_cstr(*name ? name : "unnamed"));
	mdt_buf_adds(buf, "</dt><dd>");
}

static void end_field(struct mdt_buf *buf)
{
	mdt_buf_adds(buf, "</dd></div>\n");
}

static void add_field(const struct mdt_value *value, struct mdt_buf *scratch,
		      struct mdt_buf *buf)
{
	static const struct mdt_text_limits limits = { .string_max = 64,
						       .array_max = 32 };

	mdt_buf_clear(scratch);
	mdt_value_text(value, &limits, scratch);
	begin_field(mdt_value_name(value),
		    mdt_slice_eq(mdt_buf_slice(scratch), SLICE("0")), buf);
	mdt_html_text(buf, mdt_buf_slice(scratch));
	end_field(buf);
}

static void add_missing(const struct mdt_value *value, struct mdt_buf *buf)
{
	uint32_t missing = mdt_value_missing(value);

	if (!missing)
		return;
	begin_field("missing", true, buf);
	mdt_buf_printf(buf, "%u of %u bytes", missing, value->size);
	end_field(buf);
}

static void add_payload(const char *what, const struct mdt_value *value,
			struct mdt_buf *buf)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf scratch = { 0 };

	if (what)
		mdt_buf_printf(buf, "<p class=\"q\">%s</p>", what);
	mdt_buf_adds(buf, "<dl>\n");
	for (uint32_t i = 0; i < value->count; i++)
		if (value->items[i].state != MDT_VALUE_ABSENT)
			add_field(&value->items[i], &scratch, buf);
	add_missing(value, buf);
	mdt_buf_adds(buf, "</dl>");
}

static bool has_fields(const struct mdt_value *value)
{
	return value->type->kind == MDT_TYPE_STRUCT && value->count;
}

static void add_super(const struct mdt_super *super, struct mdt_buf *buf)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf scratch = { 0 };
	struct mdt_super_row row;
	size_t pos = 0;

	mdt_buf_adds(buf, "<dl>\n");
	while (mdt_super_next(super, &pos, &scratch, &row)) {
		begin_field(row.key, !row.brief, buf);
		if (row.kind == MDT_VALUE_TEXT)
			mdt_buf_addc(buf, '"');
		mdt_html_text(buf, row.value);
		if (row.kind == MDT_VALUE_TEXT)
			mdt_buf_addc(buf, '"');
		if (row.note.len) {
			mdt_buf_adds(buf, " (");
			mdt_html_text(buf, row.note);
			mdt_buf_addc(buf, ')');
		}
		end_field(buf);
	}
	mdt_buf_adds(buf, "</dl>");
}

// How the argument is shown: a table of fields if it has them, else its text in the line.
enum shape {
	SHAPE_TEXT,
	SHAPE_PAYLOAD,
	SHAPE_DERIVED,
	SHAPE_SUPER,
};

static enum shape shape_of(const struct mdt_annotation *annotation)
{
	const struct mdt_annotation *it = annotation;

	if (it->super.kind != MDT_SUPER_NONE && it->super.kind != MDT_SUPER_ZEROED)
		return SHAPE_SUPER;
	if (it->derived)
		return SHAPE_DERIVED;
	if (it->argument.len && (it->has_in || it->has_out) &&
	    (!it->has_in || has_fields(&it->in)) &&
	    (!it->has_out || has_fields(&it->out)))
		return SHAPE_PAYLOAD;
	return SHAPE_TEXT;
}

static void add_fields(const struct mdt_annotation *annotation, struct mdt_buf *buf)
{
	const struct mdt_annotation *it = annotation;
	bool both = it->has_in && it->has_out;

	switch (shape_of(it)) {
	case SHAPE_TEXT:
		return;
	case SHAPE_SUPER:
		add_super(&it->super, buf);
		return;
	case SHAPE_DERIVED:
		mdt_derived_html(it, buf);
		return;
	case SHAPE_PAYLOAD:
		if (it->has_in)
			add_payload(both ? "before the call:" : NULL, &it->in, buf);
		if (it->has_out)
			add_payload(both ? "after the call:" : NULL, &it->out, buf);
		return;
	}
	unreachable();
}

/* ---- the remark ---- */

static void add_device(const struct mdt_device *device, struct mdt_buf *buf)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };

	mdt_device_name(&name, device);
	mdt_buf_adds(buf, " <span class=\"d\">");
	mdt_html_text(buf, mdt_buf_slice(&name));
	// A device without a name is its number already.
	if (device->source != MDT_DEV_UNKNOWN &&
	    !mdt_slice_find(mdt_buf_slice(&name), SLICE(":")))
		mdt_buf_printf(buf, " <small>%u:%u</small>", device->major,
			       device->minor);
	if (device->size) {
		mdt_buf_adds(buf, " <small>");
		mdt_html_size(buf, device->size);
		mdt_buf_adds(buf, "</small>");
	}
	mdt_buf_adds(buf, "</span>");
}

static void add_argument(const struct mdt_annotation *annotation, struct mdt_buf *buf)
{
	switch (shape_of(annotation)) {
	case SHAPE_TEXT:
		if (!annotation->argument.len)
			return;
		mdt_buf_adds(buf, annotation->payload == MDT_PAYLOAD_ABSENT
					  ? " <span class=\"q\">"
					  : " <span>");
		mdt_html_text(buf, annotation->argument);
		mdt_buf_adds(buf, "</span>");
		return;
	case SHAPE_SUPER:
		mdt_buf_adds(buf, annotation->super.kind == MDT_SUPER_BITMAP
					  ? " <span>superblock of a bitmap</span>"
					  : " <span>md superblock</span>");
		return;
	case SHAPE_DERIVED:
	case SHAPE_PAYLOAD:
		return;
	}
	unreachable();
}

static void add_outcome(const struct mdt_event *event,
			const struct mdt_annotation *annotation, struct mdt_buf *buf)
{
	if (event->result.error.len) {
		mdt_buf_adds(buf, " <strong class=\"e\">failed: ");
		mdt_html_text(buf, event->result.error);
		mdt_buf_adds(buf, "</strong>");
	} else if (mdt_event_failed_unsaid(event)) {
		mdt_buf_adds(buf, " <strong class=\"e\">failed</strong>");
	}
	if (annotation->means.len) {
		mdt_buf_adds(buf, " – ");
		mdt_html_text(buf, annotation->means);
	}
}

static void add_began(const struct mdt_annotate_html *html, const struct mdt_event *event,
		      struct mdt_buf *buf)
{
	if (!event->began)
		return;
	mdt_buf_adds(buf, " <span class=\"q\">began in line ");
	if (html->abridged) // that line may have been left out
		mdt_buf_printf(buf, "%lu", event->began);
	else
		add_link(html, event->began, buf);
	mdt_buf_adds(buf, "</span>");
}

// Back to where the call is in the timeline.
static void add_timeline_link(const struct mdt_annotate_html *html,
			      const struct mdt_event *event, struct mdt_buf *buf)
{
	if (!html->picture ||
	    !mdt_picture_find(html->picture, mdt_slice_cstr(html->file), event->line))
		return;
	mdt_buf_adds(buf, " <a class=\"t\" href=\"#T");
	if (html->log > 1)
		mdt_buf_printf(buf, "%zu-", html->log);
	mdt_buf_printf(buf, "%lu\">timeline</a>", event->line);
}

static void add_remark(const struct mdt_annotate_html *html,
		       const struct mdt_event *event,
		       const struct mdt_annotation *annotation, struct mdt_buf *buf)
{
	mdt_buf_adds(buf, "\n<div class=\"m\"><p><b>");
	mdt_html_text(buf, annotation->name);
	mdt_buf_adds(buf, "</b>");
	if (annotation->device)
		add_device(annotation->device, buf);
	if (annotation->partition) {
		mdt_buf_adds(buf, " by its partition");
		add_device(annotation->partition, buf);
	}
	add_argument(annotation, buf);
	add_outcome(event, annotation, buf);
	add_began(html, event, buf);
	if (annotation->source) {
		mdt_buf_adds(buf, " <cite>");
		mdt_html_text(buf, mdt_slice_cstr(annotation->source));
		mdt_buf_adds(buf, "</cite>");
	}
	add_timeline_link(html, event, buf);
	mdt_buf_adds(buf, "</p>");
	add_fields(annotation, buf);
	mdt_buf_adds(buf, "</div>");
}

static void add_fault(const struct mdt_fault *fault, struct mdt_buf *buf)
{
	mdt_buf_printf(buf, "<p class=\"m\">not understood at column %u: expected ",
		       fault->column);
	mdt_html_text(buf, mdt_slice_cstr(fault->expected));
	mdt_buf_adds(buf, "</p>");
}

static const char *class_of(const struct mdt_event *event,
			    const struct mdt_annotation *annotation, bool lean)
{
	if (!annotation)
		return lean ? " class=\"w\"" : "";
	return mdt_event_failed(event) ? " class=\"r x\"" : " class=\"r\"";
}

// A line of which nothing is said, in few bytes: the style shows its id.
static void add_lean_row(const struct mdt_annotate_html *html,
			 const struct mdt_event *event, struct mdt_buf *buf)
{
	mdt_buf_adds(buf, "<li id=\"");
	add_id(html, event->line, buf);
	mdt_buf_adds(buf, "\">");
	mdt_html_text(buf, event->raw);
	mdt_buf_adds(buf, "</li>\n");
}

static void add_row(const struct mdt_annotate_html *html, const struct mdt_event *event,
		    const struct mdt_annotation *annotation, struct mdt_buf *buf)
{
	bool wrapped = annotation || event->fault.expected || event->raw.len > LONG_LINE;

	if (html->is_lean && !wrapped) {
		add_lean_row(html, event, buf);
		return;
	}
	mdt_buf_adds(buf, "<li id=\"");
	add_id(html, event->line, buf);
	mdt_buf_printf(buf, "\"%s>", class_of(event, annotation, html->is_lean));
	add_link(html, event->line, buf);
	if (wrapped)
		mdt_buf_adds(buf, "<div class=\"c\">");
	add_line(event->raw, buf);
	if (annotation)
		add_remark(html, event, annotation, buf);
	if (event->fault.expected)
		add_fault(&event->fault, buf);
	mdt_buf_adds(buf, wrapped ? "</div></li>\n" : "</li>\n");
}

/* ---- lines without a remark ---- */

// What comes again: the same remark, line by line.
static void add_repeats_summary(struct mdt_annotate_html *html)
{
	mdt_buf_printf(html->buf, "%lu–%lu: ", html->noise_first, html->noise_last);
	add_count(html->buf, html->noise_lines, "more line");
	mdt_buf_adds(html->buf, " that say the same: ");
	mdt_html_text(html->buf, mdt_slice_from(html->noise_names.rows[0].name,
						html->noise_names.rows[0].len));
}

static void add_noise_summary(struct mdt_annotate_html *html)
{
	struct mdt_tally *names = &html->noise_names;
	unsigned long left = html->noise_lines;
	struct mdt_tally_row *row;

	mdt_buf_printf(html->buf, "%lu", html->noise_first);
	if (html->noise_last != html->noise_first)
		mdt_buf_printf(html->buf, "–%lu", html->noise_last);
	mdt_buf_adds(html->buf, ": ");
	add_count(html->buf, html->noise_lines, "more line");
	mdt_buf_adds(html->buf, " (");
	for (size_t i = 0; i < NAMES_SHOWN && (row = tally_take(names)); i++) {
		mdt_buf_adds(html->buf, i ? ", " : "");
		mdt_html_text(html->buf, mdt_slice_from(row->name, row->len));
		if (row->count > 1)
			mdt_buf_printf(html->buf, " ×%lu", row->count);
		left -= row->count;
		row->count = 0;
	}
	mdt_buf_adds(html->buf, left ? ", …" : "");
	if (html->noise_failed)
		mdt_buf_printf(html->buf, "; %lu failed", html->noise_failed);
	mdt_buf_addc(html->buf, ')');
}

static void forget_noise(struct mdt_annotate_html *html)
{
	mdt_buf_clear(&html->noise);
	html->noise_lines = html->noise_failed = 0;
	html->noise_bytes = 0;
	html->repeats = false;
	tally_reset(&html->noise_names);
}

// A long log is lists of some hundred lines, each of which a browser lays out when it is
// looked at.
static void part_list(struct mdt_annotate_html *html)
{
	if (html->part_items++ < PART_ITEMS)
		return;
	mdt_buf_adds(html->buf, "</ol>\n<ol>\n");
	html->part_items = 1;
}

static void flush_noise(struct mdt_annotate_html *html)
{
	bool folded =
		html->noise_lines >= NOISE_LINES_MIN || html->noise_bytes > NOISE_SHORT;

	if (html->noise_lines)
		part_list(html);
	if (folded) {
		mdt_buf_adds(html->buf, html->repeats
						? "<li class=\"n a\"><details><summary>"
						: "<li class=\"n\"><details><summary>");
		if (html->repeats)
			add_repeats_summary(html);
		else
			add_noise_summary(html);
		mdt_buf_adds(html->buf, "</summary><ol>\n");
	}
	mdt_buf_add(html->buf, mdt_buf_slice(&html->noise));
	if (folded)
		mdt_buf_adds(html->buf, "</ol></details></li>\n");
	if (html->noise.failed)
		html->buf->failed = true;
	forget_noise(html);
}

static struct mdt_slice noise_name(const struct mdt_event *event)
{
	return event->name.len ? event->name
			       : mdt_slice_cstr(mdt_event_kind_name(event->kind));
}

// @param name What it is counted as.
static void keep(struct mdt_annotate_html *html, const struct mdt_event *event,
		 const struct mdt_annotation *annotation, struct mdt_slice name)
{
	bool failed = mdt_event_failed(event);

	// A line that fills a fold is not kept: its middle is folded anyway.
	if (event->raw.len >= NOISE_BYTES_MAX) {
		flush_noise(html);
		part_list(html);
		add_row(html, event, annotation, html->buf);
		return;
	}
	if (!html->noise_lines++)
		html->noise_first = event->line;
	html->noise_last = event->line;
	html->noise_failed += failed;
	html->noise_bytes += event->raw.len;
	tally_count(&html->noise_names, name, event->line, failed);
	add_row(html, event, annotation, &html->noise);
}

static bool is_full(const struct mdt_annotate_html *html)
{
	return html->noise_lines >= NOISE_LINES_MAX || html->noise.len >= NOISE_BYTES_MAX;
}

static void keep_noise(struct mdt_annotate_html *html, const struct mdt_event *event)
{
	if (html->repeats)
		flush_noise(html);
	mdt_buf_clear(&html->last);
	keep(html, event, NULL, noise_name(event));
	if (is_full(html))
		flush_noise(html);
}

/* ---- remarks that come again ---- */

// What a remark is about, and what became of it; its argument may be another one.
static void add_key(const struct mdt_event *event,
		    const struct mdt_annotation *annotation, struct mdt_buf *key)
{
	mdt_buf_add(key, annotation->name);
	if (annotation->device)
		mdt_buf_printf(key, " %u:%u ", annotation->device->major,
			       annotation->device->minor);
	mdt_buf_add(key, event->result.error);
	mdt_buf_addc(key, mdt_event_failed(event) ? '!' : ' ');
	mdt_buf_add(key, annotation->means);
}

static bool comes_again(struct mdt_annotate_html *html, const struct mdt_event *event,
			const struct mdt_annotation *annotation)
{
	size_t len = html->last.len;
	struct mdt_slice last, key;

	// Behind the last one; what is the same is then forgotten.
	add_key(event, annotation, &html->last);
	last = mdt_slice_head(mdt_buf_slice(&html->last), len);
	key = mdt_slice_skip(mdt_buf_slice(&html->last), len);
	if (len && mdt_slice_eq(last, key)) {
		html->last.len = len;
		return true;
	}
	memmove(html->last.str, html->last.str + len, key.len);
	html->last.len = key.len;
	return false;
}

// Whether there is more in it than what all of them say.
static bool has_argument(const struct mdt_annotation *annotation)
{
	return annotation->argument.len && annotation->payload != MDT_PAYLOAD_ABSENT;
}

static void keep_repeat(struct mdt_annotate_html *html, const struct mdt_event *event,
			const struct mdt_annotation *annotation)
{
	// The first that says it, and then all that say it again.
	html->repeats = true;
	keep(html, event, has_argument(annotation) ? annotation : NULL, annotation->name);
	if (is_full(html)) {
		flush_noise(html);
		html->repeats = true;
	}
}

/* ---- the totals ---- */

static void add_totals_row(const struct mdt_annotate_html *html,
			   const struct mdt_tally_row *row)
{
	mdt_buf_adds(html->buf, "<tr><th scope=\"row\">");
	mdt_html_text(html->buf, mdt_slice_from(row->name, row->len));
	mdt_buf_printf(html->buf, "</th><td>%lu</td><td>", row->count);
	if (row->failed)
		mdt_buf_printf(html->buf, "%lu", row->failed);
	mdt_buf_adds(html->buf, "</td><td>");
	add_link(html, row->first, html->buf);
	mdt_buf_adds(html->buf, "</td></tr>\n");
}

static void add_totals_table(const struct mdt_annotate_html *html)
{
	const struct mdt_tally *names = &html->names;

	if (!names->len)
		return;
	mdt_buf_adds(html->buf,
		     "<table><caption>What the remarks are about</caption>\n"
		     "<thead><tr><th scope=\"col\">call</th><th scope=\"col\">times</th>"
		     "<th scope=\"col\">failed</th><th scope=\"col\">first in line</th>"
		     "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < names->len; i++)
		add_totals_row(html, &names->rows[i]);
	mdt_buf_adds(html->buf, "</tbody></table>\n");
	if (names->others)
		mdt_buf_printf(html->buf, "<p>and %lu calls of other names</p>\n",
			       names->others);
}

static void add_totals(const struct mdt_annotate_html *html)
{
	mdt_buf_printf(html->buf, "<footer id=\"totals-%zu\"><p>", html->log);
	add_count(html->buf, html->lines, "line");
	mdt_buf_adds(html->buf, html->abridged ? " shown, " : ", ");
	mdt_buf_printf(html->buf, "%lu with a remark", html->remarks);
	if (html->failed)
		mdt_buf_printf(html->buf, ", %lu of them on a call that failed",
			       html->failed);
	if (html->unknown)
		mdt_buf_printf(html->buf, ", %lu not understood", html->unknown);
	mdt_buf_adds(html->buf, ".</p>\n");
	add_totals_table(html);
	mdt_buf_adds(html->buf, "</footer>\n");
}

/* ---- the page ---- */

static void add_title(const struct mdt_annotate_html_page *page, struct mdt_buf *buf)
{
	mdt_buf_add(buf, log_name(page->files[0]));
	if (page->file_count > 1)
		mdt_buf_printf(buf, " and %zu more", page->file_count - 1);
}

static void add_contents(const struct mdt_annotate_html_page *page, struct mdt_buf *buf)
{
	mdt_buf_adds(buf, "<nav aria-label=\"Logs\"><ul>\n");
	for (size_t i = 0; i < page->file_count; i++) {
		mdt_buf_printf(buf, "<li><a href=\"#log-%zu\">", i + 1);
		mdt_html_text(buf, log_name(page->files[i]));
		mdt_buf_printf(buf, "</a> <a href=\"#totals-%zu\">totals</a></li>\n",
			       i + 1);
	}
	mdt_buf_adds(buf, "</ul></nav>\n");
}

static void add_header(const struct mdt_annotate_html_page *page, struct mdt_slice title,
		       struct mdt_buf *buf)
{
	mdt_buf_adds(buf, "<header>\n<h1>");
	mdt_html_text(buf, title);
	mdt_buf_printf(buf, "</h1>\n<p class=\"q\">Annotated by mdtrace %s. %s",
		       page->version, page->abridged ? "Some lines were left out. " : "");
	mdt_buf_adds(
		buf,
		"Lines without a remark are folded; the number of a line is its link.");
	if (page->file_count == 1)
		mdt_buf_adds(buf,
			     " The <a href=\"#totals-1\">totals</a> are at the end.");
	mdt_buf_adds(buf, "</p>\n");
	if (page->file_count > 1)
		add_contents(page, buf);
	mdt_buf_adds(buf, "</header>\n");
}

// Shown by the script, which it is of no use without.
static const char bar[] =
	"<div id=\"bar\" role=\"search\" aria-label=\"Search the logs\" hidden>\n"
	"<label for=\"q\">Search</label>"
	"<input id=\"q\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" "
	"placeholder=\"failed device:md0 …\">\n"
	"<output id=\"said\" for=\"q\"></output>\n"
	"<label><input type=\"checkbox\" id=\"only\" checked> only matches</label>\n"
	"<label>fold <select id=\"fold\"><option value=\"quiet\">lines without a "
	"remark</option><option value=\"none\">nothing</option>"
	"<option value=\"failed\">all but failures</option></select></label>\n"
	"<details id=\"keys\"><summary>keys and words</summary><p><kbd>/</kbd> search, "
	"<kbd>n</kbd> <kbd>N</kbd> next and previous match or failure, <kbd>j</kbd> "
	"<kbd>k</kbd> next and previous remark, <kbd>f</kbd> <kbd>F</kbd> next and previous "
	"failure, <kbd>?</kbd> this. Words of a search, all of which must hold: failed, "
	"remark, call:ioctl, name:ADD_NEW_DISK, device:md0, errno:EBUSY,EIO, pid:12, "
	"line:10-20, !call:read; anything else is a regular expression.</p></details>\n"
	"</div>\n";

void mdt_annotate_html_begin(struct mdt_annotate_html *html, struct mdt_buf *buf,
			     const struct mdt_annotate_html_page *page)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf title = { 0 };

	*html = (struct mdt_annotate_html){
		.buf = buf,
		.abridged = page->abridged,
		.log_count = page->file_count,
	};
	add_title(page, &title);
	html->picture = page->picture;
	html->is_lean = page->lines > LEAN_LINES;
	mdt_html_head_scripted(buf, mdt_buf_slice(&title), mdt_case_html_style);
	add_header(page, mdt_buf_slice(&title), buf);
	mdt_buf_adds(buf, html->is_lean ? "<main class=\"lean\">\n" : "<main>\n");
	if (page->why)
		mdt_case_html(page, buf);
	mdt_buf_adds(buf, bar);
}

void mdt_annotate_html_begin_log(struct mdt_annotate_html *html, const char *file)
{
	html->log++;
	html->file = file;
	mdt_buf_clear(&html->last);
	html->lines = html->remarks = html->failed = html->unknown = 0;
	html->part_items = 0;
	tally_reset(&html->names);
	mdt_buf_printf(html->buf, "<section id=\"log-%zu\" aria-label=\"", html->log);
	mdt_html_plain(html->buf, log_name(file));
	mdt_buf_adds(html->buf, "\">\n");
	if (html->log_count > 1) {
		mdt_buf_adds(html->buf, "<h2>");
		mdt_html_text(html->buf, log_name(file));
		mdt_buf_adds(html->buf, "</h2>\n");
	}
	mdt_buf_adds(html->buf, "<ol>\n");
}

void mdt_annotate_html_event(struct mdt_annotate_html *html,
			     const struct mdt_event *event,
			     const struct mdt_annotation *annotation)
{
	bool failed = mdt_event_failed(event);

	html->lines++;
	html->unknown += event->fault.expected != NULL;
	if (!annotation) {
		keep_noise(html, event);
		return;
	}
	html->remarks++;
	html->failed += failed;
	tally_count(&html->names, annotation->name, event->line, failed);
	if (comes_again(html, event, annotation)) {
		keep_repeat(html, event, annotation);
		return;
	}
	flush_noise(html);
	part_list(html);
	add_row(html, event, annotation, html->buf);
}

static void add_flight(struct mdt_annotate_html *html, const struct mdt_flight *flight)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	mdt_flight_text(flight, &text);
	mdt_buf_adds(html->buf, "<p><strong class=\"e\">");
	mdt_html_text(html->buf, mdt_buf_slice(&text));
	mdt_buf_adds(html->buf, "</strong> (");
	add_link(html, flight->line, html->buf);
	mdt_buf_adds(html->buf, ")</p>\n");
}

void mdt_annotate_html_end_log(struct mdt_annotate_html *html,
			       struct mdt_flights *flights, const struct mdt_error *err)
{
	const struct mdt_flight *flight;

	flush_noise(html);
	mdt_buf_adds(html->buf, "</ol>\n");
	for (size_t i = 0; (flight = mdt_flights_at(flights, i)); i++)
		add_flight(html, flight);
	if (err) {
		mdt_buf_adds(html->buf, "<p><strong class=\"e\">");
		mdt_html_text(html->buf, mdt_slice_cstr(err->message));
		mdt_buf_adds(html->buf, "</strong></p>\n");
	}
	add_totals(html);
	mdt_buf_adds(html->buf, "</section>\n");
}

void mdt_annotate_html_end(struct mdt_annotate_html *html)
{
	mdt_buf_adds(html->buf, "</main>\n");
	mdt_html_script_add(html->buf);
	mdt_buf_adds(html->buf, "</body>\n</html>\n");
	mdt_buf_deinit(&html->noise);
	mdt_buf_deinit(&html->last);
}
