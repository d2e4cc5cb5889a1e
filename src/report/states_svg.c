// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include "report/html.h"
#include "report/states_picture.h"

// All in pixels, but for counts.
enum {
	LEFT = 100,  // of the names of arrays and members
	RIGHT = 130, // of the labels of the last marks
	TOP = 58,
	NAMES = 30, // above the lanes of a row: the logs that begin there
	BAND = 24,
	DEGRADED = 15,
	SYNC = 12,
	MEMBER = 12,
	MEMBER_GAP = 2,
	LANE_GAP = 10,
	LABELS = 190, // below the lanes of a row
	STEP = 28,
	PER_ROW = 38, // marks
	LETTER = 7,
	NAME_LETTERS = 13, // of a member
	QUIET_MAX = 1500,  // more marks: those that changed nothing are left out
	MARKS_MAX = 6000,
	WIDTH = LEFT + PER_ROW * STEP + RIGHT,
};

static const char *const colors[] = {
	[MDT_STATE_CLEAR] = "#dcdcdc",	       [MDT_STATE_INACTIVE] = "#b4c8dc",
	[MDT_STATE_READONLY] = "#f0bf4c",      [MDT_STATE_READ_AUTO] = "#f6e08c",
	[MDT_STATE_CLEAN] = "#86c98a",	       [MDT_STATE_ACTIVE] = "#4a9d5c",
	[MDT_STATE_WRITE_PENDING] = "#eb9a58", [MDT_STATE_ACTIVE_IDLE] = "#b2dcb5",
	[MDT_STATE_BROKEN] = "#dc6560",	       [MDT_STATES] = "#f6f6f6",
};
#define SEVERAL	    "#d6cdea"
#define BAD	    "#c01818"
#define CONTRADICTS "#a000a0"

static const char *const role_colors[] = {
	[MDT_MEMBER_UNKNOWN] = "#fff",	 [MDT_MEMBER_IN_SYNC] = "#86c98a",
	[MDT_MEMBER_SPARE] = "#b4c8dc",	 [MDT_MEMBER_REBUILDING] = "#f0bf4c",
	[MDT_MEMBER_FAULTY] = "#dc6560", [MDT_MEMBER_JOURNAL] = "#c9b7e8",
};

// What a lane shows up to the next mark.
struct lane {
	bool begun;
	unsigned int words;
	const struct mdt_picture_mark *last; // that set it
};

struct drawing {
	const struct mdt_picture *picture;
	const struct mdt_picture_options *options;
	struct mdt_buf *out;
	const struct mdt_picture_mark **marks; // those that are drawn
	size_t count;
	size_t quiet; // marks that are left out
	struct lane *lanes;
	size_t first, end; // of the row that is drawn
	int y;
};

/* ---- which marks ---- */

static bool is_quiet(const struct mdt_picture_mark *mark)
{
	return mark->from == mark->to && !mark->changed && !mark->failed &&
	       !mark->contradicts && !mark->in_flight;
}

static bool choose_marks(struct drawing *drawing)
{
	const struct mdt_picture *picture = drawing->picture;
	bool all = picture->count <= QUIET_MAX;

	drawing->marks = calloc(picture->count + 1, sizeof(struct mdt_picture_mark *));
	drawing->lanes = calloc(picture->lane_count + 1, sizeof(*drawing->lanes));
	if (!drawing->marks || !drawing->lanes)
		return false;
	for (size_t i = 0; i < picture->count; i++) {
		if (drawing->count < MARKS_MAX && (all || !is_quiet(&picture->marks[i])))
			drawing->marks[drawing->count++] = &picture->marks[i];
		else
			drawing->quiet++;
	}
	return true;
}

/* ---- small parts ---- */

static int x_of(const struct drawing *drawing, size_t mark)
{
	return LEFT + (int)(mark - drawing->first) * STEP + STEP / 2;
}

static const char *color_of(unsigned int words)
{
	words &= ~(unsigned int)MDT_PICTURE_PRESUMED;
	for (unsigned int i = 0; i <= MDT_STATES; i++)
		if (words == 1u << i)
			return colors[i];
	return SEVERAL;
}

static const char *ink_of(const struct mdt_picture_mark *mark)
{
	if (mark->contradicts)
		return CONTRADICTS;
	return mark->failed || mark->in_flight ? BAD : "#333";
}

static void add_text_at(const struct drawing *drawing, int x, int y, const char *style,
			struct mdt_slice text)
{
	mdt_buf_printf(drawing->out, "<text x=\"%d\" y=\"%d\"%s>", x, y, style);
	mdt_html_plain(drawing->out, text);
	mdt_buf_adds(drawing->out, "</text>\n");
}

// A span, and its name in it if there is room.
static void add_span(const struct drawing *drawing, int from, int to, int y, int height,
		     const char *style, struct mdt_slice name)
{
	if (to <= from)
		return;
	mdt_buf_adds(drawing->out, "<g><title>");
	mdt_html_plain(drawing->out, name);
	mdt_buf_printf(drawing->out,
		       "</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" %s/>",
		       from, y, to - from, height, style);
	if ((int)name.len * LETTER < to - from) {
		mdt_buf_printf(drawing->out,
			       "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\"%s>",
			       (from + to) / 2, y + height / 2 + 4,
			       height < BAND ? " font-size=\"10\"" : "");
		mdt_html_plain(drawing->out, name);
		mdt_buf_adds(drawing->out, "</text>");
	}
	mdt_buf_adds(drawing->out, "</g>\n");
}

static void add_cross(int x, int y, const char *ink, struct mdt_buf *out)
{
	mdt_buf_printf(out,
		       "<path d=\"M%d %dl8 8m0 -8l-8 8\" stroke=\"%s\" "
		       "stroke-width=\"2\" fill=\"none\"/>",
		       x - 4, y - 4, ink);
}

/* ---- an array ---- */

static void add_state(const struct drawing *drawing, int from, int to, unsigned int words)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	char style[128];

	mdt_picture_words(words, &text);
	snprintf(style, sizeof(style), "fill=\"%s\" stroke=\"#888\" %s", color_of(words),
		 words & MDT_PICTURE_PRESUMED
			 ? "stroke-width=\"1.5\" stroke-dasharray=\"4 3\""
			 : "stroke-width=\"0.5\"");
	add_span(drawing, from, to, drawing->y, BAND, style, mdt_buf_slice(&text));
}

static void add_degraded(const struct drawing *drawing, int from, int to, int y,
			 const struct mdt_picture_mark *mark, size_t member)
{
	char name[64];

	(void)member;
	if (mark->degraded == MDT_MODEL_UNKNOWN || mark->degraded <= 0)
		return;
	snprintf(name, sizeof(name), "DEGRADED: %d missing", mark->degraded);
	if (mark->degraded == MDT_MODEL_SOME || (int)strlen(name) * LETTER >= to - from)
		snprintf(name, sizeof(name), "DEGRADED");
	add_span(drawing, from, to, y, DEGRADED,
		 "fill=\"url(#degraded)\" stroke=\"" BAD "\" class=\"degraded\"",
		 mdt_slice_cstr(name));
}

static void add_sync(const struct drawing *drawing, int from, int to, int y,
		     const struct mdt_picture_mark *mark, size_t member)
{
	char name[64];

	(void)member;
	if (mark->sync == MDT_SYNC_UNKNOWN || mark->sync == MDT_SYNC_IDLE)
		return;
	snprintf(name, sizeof(name), "%s%s",
		 mark->sync == MDT_SYNC_FROZEN ? "sync "
		 : mark->sync == MDT_SYNC_DUE  ? "resync "
					       : "",
		 mdt_life_sync_name(mark->sync));
	add_span(drawing, from, to, y, SYNC,
		 "fill=\"#cfe3ff\" stroke=\"#3b6fb5\" stroke-width=\"0.5\"",
		 mdt_slice_cstr(name));
}

static enum mdt_member_role role_after(const struct mdt_picture_mark *mark, size_t lane,
				       bool *is_member)
{
	*is_member = false;
	for (uint32_t i = 0; i < mark->member_count; i++)
		if (mark->members[i].lane == lane) {
			*is_member = true;
			return mark->members[i].role;
		}
	return MDT_MEMBER_UNKNOWN;
}

static void add_role(const struct drawing *drawing, int from, int to, int y,
		     const struct mdt_picture_mark *mark, size_t member)
{
	bool is_member;
	enum mdt_member_role role = role_after(mark, member, &is_member);
	char style[128];

	if (!is_member)
		return;
	snprintf(style, sizeof(style),
		 "fill=\"%s\" stroke=\"#888\" stroke-width=\"0.5\"%s", role_colors[role],
		 role == MDT_MEMBER_UNKNOWN ? " stroke-dasharray=\"3 3\"" : "");
	add_span(drawing, from, to, y, MEMBER, style,
		 mdt_slice_cstr(mdt_member_role_name(role)));
}

// What is drawn beside the state, each as a line of its own.
struct track {
	bool (*is_same)(const struct mdt_picture_mark *a,
			const struct mdt_picture_mark *b, size_t member);
	void (*draw)(const struct drawing *drawing, int from, int to, int y,
		     const struct mdt_picture_mark *mark, size_t member);
};

static bool same_degraded(const struct mdt_picture_mark *a,
			  const struct mdt_picture_mark *b, size_t member)
{
	(void)member;
	return a->degraded == b->degraded;
}

static bool same_sync(const struct mdt_picture_mark *a, const struct mdt_picture_mark *b,
		      size_t member)
{
	(void)member;
	return a->sync == b->sync;
}

static bool same_role(const struct mdt_picture_mark *a, const struct mdt_picture_mark *b,
		      size_t member)
{
	bool in_a, in_b;
	enum mdt_member_role role = role_after(a, member, &in_a);

	return role_after(b, member, &in_b) == role && in_a == in_b;
}

static const struct track tracks[] = { { same_degraded, add_degraded },
				       { same_sync, add_sync },
				       { same_role, add_role } };

static int row_end(const struct drawing *drawing)
{
	return LEFT + (int)(drawing->end - drawing->first) * STEP;
}

static void add_track(const struct drawing *drawing, size_t lane,
		      const struct track *track, int y, size_t member)
{
	const struct mdt_picture_mark *last = drawing->lanes[lane].last;
	int from = LEFT;

	for (size_t i = drawing->first; i < drawing->end; i++) {
		const struct mdt_picture_mark *mark = drawing->marks[i];

		if (mark->lane != lane || (last && track->is_same(last, mark, member)))
			continue;
		if (last)
			track->draw(drawing, from, x_of(drawing, i), y, last, member);
		from = x_of(drawing, i);
		last = mark;
	}
	if (last)
		track->draw(drawing, from, row_end(drawing), y, last, member);
}

static void add_states(struct drawing *drawing, size_t lane)
{
	struct lane *it = &drawing->lanes[lane];
	int from = LEFT;

	for (size_t i = drawing->first; i < drawing->end; i++) {
		const struct mdt_picture_mark *mark = drawing->marks[i];

		if (mark->lane != lane)
			continue;
		// What was found is what held before it.
		if (!it->begun || mark->from != mark->to || mark->from != it->words) {
			add_state(drawing, from, x_of(drawing, i), mark->from);
			from = x_of(drawing, i);
		}
		it->begun = true;
		it->words = mark->to;
		it->last = mark;
	}
	if (it->begun)
		add_state(drawing, from, row_end(drawing), it->words);
}

static void add_lane(struct drawing *drawing, size_t lane)
{
	const struct mdt_picture *picture = drawing->picture;
	int y = drawing->y + BAND;

	add_track(drawing, lane, &tracks[0], y, 0);
	add_track(drawing, lane, &tracks[1], y + DEGRADED, 0);
	y += DEGRADED + SYNC + MEMBER_GAP;
	for (size_t i = 0; i < picture->member_count; i++)
		if (picture->members[i].array == lane) {
			add_track(drawing, lane, &tracks[2], y, i);
			y += MEMBER + MEMBER_GAP;
		}
	add_states(drawing, lane);
}

static size_t member_lanes(const struct drawing *drawing, size_t lane)
{
	size_t count = 0;

	for (size_t i = 0; i < drawing->picture->member_count; i++)
		count += drawing->picture->members[i].array == lane;
	return count;
}

static int lane_height(const struct drawing *drawing, size_t lane)
{
	return BAND + DEGRADED + SYNC + MEMBER_GAP + LANE_GAP +
	       (int)member_lanes(drawing, lane) * (MEMBER + MEMBER_GAP);
}

static void add_names(const struct drawing *drawing, size_t lane)
{
	const struct mdt_picture *picture = drawing->picture;
	int y = drawing->y + BAND + DEGRADED + SYNC + MEMBER_GAP;

	add_text_at(drawing, LEFT - 8, drawing->y + 17,
		    " text-anchor=\"end\" font-size=\"13\" font-weight=\"bold\"",
		    mdt_slice_head(picture->lanes[lane], NAME_LETTERS));
	for (size_t i = 0; i < picture->member_count; i++)
		if (picture->members[i].array == lane) {
			add_text_at(
				drawing, LEFT - 8, y + MEMBER - 2,
				" text-anchor=\"end\" font-size=\"10\"",
				mdt_slice_head(picture->members[i].name, NAME_LETTERS));
			y += MEMBER + MEMBER_GAP;
		}
}

/* ---- ticks ---- */

// `436 RUN_ARRAY = EBUSY`
static void add_label(const struct mdt_picture_mark *mark, struct mdt_buf *out)
{
	if (mark->line)
		mdt_buf_printf(out, "%lu ", mark->line);
	mdt_html_plain(out, mdt_slice_head(mark->text, 30));
	if (mark->in_flight) {
		mdt_buf_adds(out, ": never returned");
	} else if (mark->failed || mark->contradicts) {
		mdt_buf_adds(out, " = ");
		mdt_html_plain(out, mdt_slice_head(mark->result, 12));
	}
	if (mark->times > 1)
		mdt_buf_printf(out, " ×%lu", mark->times);
}

static void add_title(const struct mdt_picture_mark *mark, struct mdt_buf *out)
{
	mdt_buf_adds(out, "<title>");
	mdt_html_plain(out, mark->file);
	mdt_buf_printf(out, ":%lu ", mark->line);
	mdt_html_plain(out, mark->text);
	mdt_buf_adds(out, " = ");
	mdt_html_plain(out, mark->result);
	mdt_buf_adds(out, mark->contradicts ? ": contradicts the model; "
			  : mark->in_flight ? ": never returned; "
					    : "; ");
	if (mark->to & MDT_PICTURE_PRESUMED)
		mdt_buf_adds(out, "presumed ");
	mdt_html_plain(out, mark->after);
	mdt_buf_adds(out, "</title>");
}

// Which log of the page a mark is of, from 1; 0: of none.
static size_t log_of(const struct drawing *drawing, const struct mdt_picture_mark *mark)
{
	const struct mdt_picture_options *options = drawing->options;

	for (size_t i = 0; i < options->file_count; i++)
		if (mdt_slice_eq_cstr(mark->file, options->files[i]))
			return i + 1;
	return 0;
}

static void add_anchor(const struct drawing *drawing, const struct mdt_picture_mark *mark,
		       size_t log)
{
	struct mdt_buf *out = drawing->out;
	char place[48] = "";

	if (log > 1)
		snprintf(place, sizeof(place), "%zu-", log);
	mdt_buf_adds(out, "<a ");
	if (drawing->options->is_part)
		mdt_buf_printf(out, "id=\"T%s%lu\" ", place, mark->line);
	mdt_buf_adds(out, "href=\"");
	mdt_html_plain(out, mdt_slice_cstr(drawing->options->page));
	mdt_buf_printf(out, "#%sL%lu\">", place, mark->line);
}

static void add_tick(const struct drawing *drawing, size_t index, int lane_y, int label_y)
{
	const struct mdt_picture_mark *mark = drawing->marks[index];
	size_t log = drawing->options->page && mark->line ? log_of(drawing, mark) : 0;
	int x = x_of(drawing, index), y = lane_y + BAND;
	struct mdt_buf *out = drawing->out;

	if (log)
		add_anchor(drawing, mark, log);
	mdt_buf_adds(out, "<g>");
	add_title(mark, out);
	mdt_buf_printf(out, "<path d=\"M%d %dV%d\" stroke=\"%s\" stroke-width=\"%s\"/>",
		       x, y - 8, y, ink_of(mark), mark->failed ? "2" : "1");
	mdt_buf_printf(out,
		       "<path d=\"M%d %dV%d\" stroke=\"%s\" stroke-width=\"0.5\" "
		       "stroke-dasharray=\"1 3\"/>",
		       x, y, label_y - 8, ink_of(mark));
	if (mark->in_flight)
		mdt_buf_printf(out,
			       "<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"#fff\" "
			       "stroke=\"" BAD "\" stroke-width=\"2\"/>",
			       x, y - 4);
	else if (mark->failed || mark->contradicts)
		add_cross(x, y - 4, ink_of(mark), out);
	mdt_buf_printf(out,
		       "<text transform=\"translate(%d %d) rotate(55)\" fill=\"%s\"%s>",
		       x - 2, label_y, ink_of(mark),
		       mark->contradicts ? " font-weight=\"bold\"" : "");
	add_label(mark, out);
	mdt_buf_adds(out, "</text></g>");
	mdt_buf_adds(out, log ? "</a>\n" : "\n");
}

/* ---- a row ---- */

static struct mdt_slice file_name(const struct mdt_picture_mark *mark)
{
	const char *slash = memrchr(mark->file.str, '/', mark->file.len);

	return slash ? mdt_slice_skip(mark->file, (size_t)(slash + 1 - mark->file.str))
		     : mark->file;
}

// Where logs begin: on the first of two lines that has room.
static void add_logs(const struct drawing *drawing, int y, int end)
{
	int taken[2] = { 0, 0 };

	for (size_t i = drawing->first; i < drawing->end; i++) {
		const struct mdt_picture_mark *mark = drawing->marks[i];
		struct mdt_slice name = file_name(mark);
		int x = x_of(drawing, i) - STEP / 2, line = 0;

		if (i != drawing->first &&
		    mdt_slice_eq(mark->file, drawing->marks[i - 1]->file))
			continue;
		line = taken[0] <= x ? 0 : 1;
		mdt_buf_printf(drawing->out,
			       "<path d=\"M%d %dV%d\" stroke=\"#999\" "
			       "stroke-dasharray=\"3 3\"/>\n",
			       x, y + 2, end);
		if (taken[line] > x)
			continue; // the tooltip of its first call has it
		add_text_at(drawing, x + 3, y + 10 + 12 * line,
			    " font-size=\"11\" fill=\"#555\"", mdt_slice_head(name, 40));
		taken[line] = x + 10 + LETTER * (int)(name.len < 40 ? name.len : 40);
	}
}

// An array is in a row that has a call of it, or through which it lives.
static bool is_in_row(const struct drawing *drawing, size_t lane)
{
	const struct lane *it = &drawing->lanes[lane];

	for (size_t i = drawing->first; i < drawing->end; i++)
		if (drawing->marks[i]->lane == lane)
			return true;
	return it->begun &&
	       (it->words & ~(unsigned int)MDT_PICTURE_PRESUMED) != MDT_LIFE_NONE;
}

static int row_height(const struct drawing *drawing)
{
	int height = NAMES + LABELS;

	for (size_t lane = 0; lane < drawing->picture->lane_count; lane++)
		if (is_in_row(drawing, lane))
			height += lane_height(drawing, lane);
	return height;
}

static void add_row(struct drawing *drawing)
{
	int top = drawing->y, end = top + row_height(drawing) - LABELS;

	add_logs(drawing, top, end);
	drawing->y += NAMES;
	for (size_t lane = 0; lane < drawing->picture->lane_count; lane++) {
		if (!is_in_row(drawing, lane))
			continue;
		add_names(drawing, lane);
		add_lane(drawing, lane);
		for (size_t i = drawing->first; i < drawing->end; i++)
			if (drawing->marks[i]->lane == lane)
				add_tick(drawing, i, drawing->y, end + 4);
		drawing->y += lane_height(drawing, lane);
	}
	drawing->y = end + LABELS;
}

static void begin_row(struct drawing *drawing, size_t first)
{
	drawing->first = first;
	drawing->end =
		first + PER_ROW < drawing->count ? first + PER_ROW : drawing->count;
}

/* ---- around it ---- */

static unsigned int words_used(const struct mdt_picture *picture)
{
	unsigned int used = 0;

	for (size_t i = 0; i < picture->count; i++)
		used |= picture->marks[i].from | picture->marks[i].to;
	return used;
}

static int add_key(const struct drawing *drawing, int x, const char *style,
		   const char *name)
{
	mdt_buf_printf(drawing->out,
		       "<rect x=\"%d\" y=\"30\" width=\"14\" height=\"12\" %s/>", x,
		       style);
	add_text_at(drawing, x + 19, 40, "", mdt_slice_cstr(name));
	return x + 19 + LETTER * (int)strlen(name) + 14;
}

static int add_color_key(const struct drawing *drawing, int x, const char *color,
			 const char *name)
{
	char style[64];

	snprintf(style, sizeof(style), "fill=\"%s\" stroke=\"#888\"", color);
	return add_key(drawing, x, style, name);
}

static void add_legend(const struct drawing *drawing)
{
	unsigned int used = words_used(drawing->picture);
	int x = LEFT;

	for (unsigned int i = 0; i < MDT_STATES; i++)
		if (used & 1u << i)
			x = add_color_key(drawing, x, colors[i],
					  mdt_array_state_name((enum mdt_array_state)i));
	if (used & MDT_LIFE_NONE)
		x = add_color_key(drawing, x, colors[MDT_STATES], "no array");
	x = add_color_key(drawing, x, SEVERAL, "one of several");
	if (used & MDT_PICTURE_PRESUMED)
		x = add_key(drawing, x,
			    "fill=\"#fff\" stroke=\"#888\" stroke-width=\"1.5\" "
			    "stroke-dasharray=\"4 3\"",
			    "presumed, not in the log");
	add_cross(x + 6, 36, BAD, drawing->out);
	add_text_at(drawing, x + 15, 40, "", SLICE("failed"));
	add_cross(x + 76, 36, CONTRADICTS, drawing->out);
	add_text_at(drawing, x + 85, 40, "", SLICE("contradicts the model"));
}

// Rows have the heights of their arrays, which are known only when those before are
// drawn.
static void add_rows(struct drawing *drawing)
{
	for (size_t first = 0; first < drawing->count; first += PER_ROW) {
		begin_row(drawing, first);
		add_row(drawing);
	}
}

static void add_head(const struct drawing *drawing, int height)
{
	mdt_buf_printf(
		drawing->out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
		"height=\"%d\" viewBox=\"0 0 %d %d\" role=\"%s\" "
		"font-family=\"sans-serif\" font-size=\"11\">\n"
		"<title>States of md arrays</title>\n"
		"<defs><pattern id=\"degraded\" width=\"8\" height=\"8\" "
		"patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
		"<rect width=\"8\" height=\"8\" fill=\"#ffd9d6\"/>"
		"<rect width=\"3\" height=\"8\" fill=\"#f5a09a\"/></pattern></defs>\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
		"<text x=\"%d\" y=\"18\" font-size=\"13\">States of md arrays, "
		"call by call, by the rules of Linux %s",
		(int)WIDTH, height, (int)WIDTH, height,
		drawing->options->page ? "group" : "img", (int)LEFT,
		mdt_kernel_name(drawing->options->kernel));
	if (drawing->quiet)
		mdt_buf_printf(
			drawing->out,
			"; %zu calls, which changed nothing or come later, are left out",
			drawing->quiet);
	mdt_buf_adds(drawing->out, "</text>\n");
}

void mdt_picture_svg(const struct mdt_picture *picture,
		     const struct mdt_picture_options *options, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf rows = { 0 };
	struct drawing drawing = {
		.picture = picture, .options = options, .out = &rows, .y = TOP
	};

	if (choose_marks(&drawing))
		add_rows(&drawing);
	else
		ret->failed = true;
	drawing.out = ret;
	add_head(&drawing, drawing.y + 10);
	add_legend(&drawing);
	mdt_buf_add(ret, mdt_buf_slice(&rows));
	mdt_buf_adds(ret, "</svg>\n");
	ret->failed |= rows.failed;
	free(drawing.marks);
	free(drawing.lanes);
}
