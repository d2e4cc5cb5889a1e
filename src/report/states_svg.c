// SPDX-License-Identifier: MIT
#include "report/html.h"
#include "report/states_picture.h"

// All in pixels.
enum {
	LEFT = 90,   // of the names of arrays
	RIGHT = 190, // what the last labels need
	TOP = 66,
	BAND = 26,
	LABELS = 225, // below a band
	STEP = 26,
	STEP_MIN = 2,
	STEP_LABEL = 12, // closer than that, ticks have no labels
	WIDTH_MAX = 30000,
	LETTER = 7,
	LEGEND = 26,
};

static const char *const colors[] = {
	[MDT_STATE_CLEAR] = "#dcdcdc",	       [MDT_STATE_INACTIVE] = "#b4c8dc",
	[MDT_STATE_READONLY] = "#f0bf4c",      [MDT_STATE_READ_AUTO] = "#f6e08c",
	[MDT_STATE_CLEAN] = "#86c98a",	       [MDT_STATE_ACTIVE] = "#4a9d5c",
	[MDT_STATE_WRITE_PENDING] = "#eb9a58", [MDT_STATE_ACTIVE_IDLE] = "#b2dcb5",
	[MDT_STATE_BROKEN] = "#dc6560",	       [MDT_STATES] = "#f6f6f6",
};
#define SEVERAL "#d6cdea"

static const char *color_of(unsigned int words)
{
	words &= ~(unsigned int)MDT_PICTURE_PRESUMED;
	for (unsigned int i = 0; i <= MDT_STATES; i++)
		if (words == 1u << i)
			return colors[i];
	return SEVERAL;
}

struct drawing {
	const struct mdt_picture *picture;
	struct mdt_buf *out;
	int step;
};

static int x_of(const struct drawing *drawing, size_t mark)
{
	return LEFT + (int)(mark + 1) * drawing->step;
}

static int y_of(size_t lane)
{
	return TOP + (int)lane * (BAND + LABELS);
}

static void add_words(unsigned int words, struct mdt_buf *out)
{
	mdt_picture_words(words, out);
}

/* ---- spans ---- */

static void add_span(const struct drawing *drawing, size_t lane, int from, int to,
		     unsigned int words)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	int y = y_of(lane);

	if (to <= from)
		return;
	add_words(words, &text);
	mdt_buf_printf(drawing->out,
		       "<g><title>%.*s</title><rect x=\"%d\" y=\"%d\" width=\"%d\" "
		       "height=\"%d\" fill=\"%s\" stroke=\"#888\" %s/>",
		       SLICE_FMT(mdt_buf_slice(&text)), from, y, to - from, (int)BAND,
		       color_of(words),
		       words & MDT_PICTURE_PRESUMED
			       ? "stroke-width=\"1.5\" stroke-dasharray=\"4 3\""
			       : "stroke-width=\"0.5\"");
	if ((int)text.len * LETTER < to - from)
		mdt_buf_printf(
			drawing->out,
			"<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%.*s</text>",
			(from + to) / 2, y + 17, SLICE_FMT(mdt_buf_slice(&text)));
	mdt_buf_adds(drawing->out, "</g>\n");
}

static void add_spans(const struct drawing *drawing, size_t lane)
{
	const struct mdt_picture *picture = drawing->picture;
	int from = LEFT, end = x_of(drawing, picture->count);
	bool begun = false;
	unsigned int words = 0;

	for (size_t i = 0; i < picture->count; i++) {
		const struct mdt_picture_mark *mark = &picture->marks[i];

		if (mark->lane != lane)
			continue;
		if (!begun || mark->from != words) {
			add_span(drawing, lane, from, begun ? x_of(drawing, i) : from,
				 words);
			if (begun)
				from = x_of(drawing, i);
			words = mark->from;
			begun = true;
		}
		if (mark->to == words)
			continue;
		add_span(drawing, lane, from, x_of(drawing, i), words);
		from = x_of(drawing, i);
		words = mark->to;
	}
	if (begun)
		add_span(drawing, lane, from, end, words);
}

/* ---- ticks ---- */

static const char *ink_of(const struct mdt_picture_mark *mark)
{
	if (mark->contradicts)
		return "#a000a0";
	return mark->failed ? "#c01818" : "#333";
}

// `436 RUN_ARRAY = EBUSY`
static void add_label(const struct mdt_picture_mark *mark, struct mdt_buf *out)
{
	if (mark->line)
		mdt_buf_printf(out, "%lu ", mark->line);
	mdt_html_plain(out, mdt_slice_head(mark->text, 36));
	if (mark->failed || mark->contradicts) {
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
	mdt_buf_adds(out, mark->contradicts ? ": contradicts the model; " : "; ");
	if (mark->to & MDT_PICTURE_PRESUMED)
		mdt_buf_adds(out, "presumed ");
	mdt_html_plain(out, mark->after);
	mdt_buf_adds(out, "</title>");
}

static void add_cross(int x, int y, const char *ink, struct mdt_buf *out)
{
	mdt_buf_printf(out,
		       "<path d=\"M%d %dl8 8m0 -8l-8 8\" stroke=\"%s\" "
		       "stroke-width=\"2\" fill=\"none\"/>",
		       x - 4, y - 4, ink);
}

static void add_tick(const struct drawing *drawing, size_t index)
{
	const struct mdt_picture_mark *mark = &drawing->picture->marks[index];
	int x = x_of(drawing, index), y = y_of(mark->lane) + BAND;
	struct mdt_buf *out = drawing->out;

	mdt_buf_adds(out, "<g>");
	add_title(mark, out);
	mdt_buf_printf(out, "<path d=\"M%d %dv%d\" stroke=\"%s\" stroke-width=\"%s\"/>",
		       x, y - 6, 14, ink_of(mark), mark->failed ? "2" : "1");
	if (mark->failed || mark->contradicts)
		add_cross(x, y - 1, ink_of(mark), out);
	if (drawing->step >= STEP_LABEL) {
		mdt_buf_printf(out,
			       "<text transform=\"translate(%d %d) rotate(55)\" "
			       "fill=\"%s\"%s>",
			       x - 2, y + 16, ink_of(mark),
			       mark->contradicts ? " font-weight=\"bold\"" : "");
		add_label(mark, out);
		mdt_buf_adds(out, "</text>");
	}
	mdt_buf_adds(out, "</g>\n");
}

/* ---- around it ---- */

// Where a log begins, when there are several.
static void add_log(const struct drawing *drawing, size_t index)
{
	const struct mdt_picture_mark *mark = &drawing->picture->marks[index];
	int x = x_of(drawing, index) - drawing->step / 2;
	const char *slash = memrchr(mark->file.str, '/', mark->file.len);
	size_t name = slash ? (size_t)(slash - mark->file.str) + 1 : 0;

	mdt_buf_printf(drawing->out,
		       "<path d=\"M%d %dV%d\" stroke=\"#999\" "
		       "stroke-dasharray=\"3 3\"/><text x=\"%d\" y=\"%d\" "
		       "font-size=\"10\" fill=\"#666\">",
		       x, TOP - 14, y_of(drawing->picture->lane_count) - LABELS + 8,
		       x + 3, TOP - 6);
	mdt_html_plain(drawing->out, mdt_slice_skip(mark->file, name));
	mdt_buf_adds(drawing->out, "</text>\n");
}

static void add_logs(const struct drawing *drawing)
{
	const struct mdt_picture *picture = drawing->picture;

	for (size_t i = 0; i < picture->count; i++)
		if (i == 0 ||
		    !mdt_slice_eq(picture->marks[i].file, picture->marks[i - 1].file))
			add_log(drawing, i);
}

static unsigned int words_used(const struct mdt_picture *picture)
{
	unsigned int used = 0;

	for (size_t i = 0; i < picture->count; i++)
		used |= picture->marks[i].from | picture->marks[i].to;
	return used;
}

static int add_key(const struct drawing *drawing, int x, const char *color,
		   const char *name)
{
	mdt_buf_printf(drawing->out,
		       "<rect x=\"%d\" y=\"30\" width=\"14\" height=\"12\" fill=\"%s\" "
		       "stroke=\"#888\"/><text x=\"%d\" y=\"40\">%s</text>\n",
		       x, color, x + 19, name);
	return x + 19 + LETTER * (int)strlen(name) + 14;
}

static int add_presumed(const struct drawing *drawing, int x)
{
	static const char name[] = "presumed, not in the log";

	mdt_buf_printf(drawing->out,
		       "<rect x=\"%d\" y=\"30\" width=\"14\" height=\"12\" fill=\"#fff\" "
		       "stroke=\"#888\" stroke-width=\"1.5\" stroke-dasharray=\"4 3\"/>"
		       "<text x=\"%d\" y=\"40\">%s</text>\n",
		       x, x + 19, name);
	return x + 19 + LETTER * (int)strlen(name) + 14;
}

static void add_legend(const struct drawing *drawing)
{
	unsigned int used = words_used(drawing->picture);
	int x = LEFT;

	for (unsigned int i = 0; i < MDT_STATES; i++)
		if (used & 1u << i)
			x = add_key(drawing, x, colors[i],
				    mdt_array_state_name((enum mdt_array_state)i));
	if (used & MDT_LIFE_NONE)
		x = add_key(drawing, x, colors[MDT_STATES], "no array");
	x = add_key(drawing, x, SEVERAL, "one of several");
	if (used & MDT_PICTURE_PRESUMED)
		x = add_presumed(drawing, x);
	add_cross(x + 6, 36, "#c01818", drawing->out);
	mdt_buf_printf(drawing->out, "<text x=\"%d\" y=\"40\">failed</text>\n", x + 15);
	add_cross(x + 76, 36, "#a000a0", drawing->out);
	mdt_buf_printf(drawing->out,
		       "<text x=\"%d\" y=\"40\">contradicts the model</text>\n", x + 85);
}

static void add_head(const struct drawing *drawing, enum mdt_kernel kernel)
{
	int width = x_of(drawing, drawing->picture->count) + RIGHT;
	int height = y_of(drawing->picture->lane_count) + 10;

	if (width < 900)
		width = 900;
	mdt_buf_printf(drawing->out,
		       "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
		       "height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
		       "font-family=\"sans-serif\" font-size=\"11\">\n"
		       "<title>States of md arrays</title>\n"
		       "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
		       "<text x=\"%d\" y=\"18\" font-size=\"13\">States of md arrays, "
		       "call by call, by the rules of Linux %s</text>\n",
		       width, height, width, height, (int)LEFT, mdt_kernel_name(kernel));
}

static int step_of(const struct mdt_picture *picture)
{
	size_t step = STEP;

	while (step > STEP_MIN && picture->count * step > WIDTH_MAX)
		step--;
	return (int)step;
}

void mdt_picture_svg(const struct mdt_picture *picture, enum mdt_kernel kernel,
		     struct mdt_buf *ret)
{
	struct drawing drawing = { picture, ret, step_of(picture) };

	add_head(&drawing, kernel);
	add_legend(&drawing);
	for (size_t i = 0; i < picture->lane_count; i++) {
		mdt_buf_printf(ret,
			       "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" "
			       "font-size=\"13\">",
			       LEFT - 10, y_of(i) + 17);
		mdt_html_plain(ret, picture->lanes[i]);
		mdt_buf_adds(ret, "</text>\n");
		add_spans(&drawing, i);
	}
	add_logs(&drawing);
	for (size_t i = 0; i < picture->count; i++)
		add_tick(&drawing, i);
	mdt_buf_adds(ret, "</svg>\n");
}
