// SPDX-License-Identifier: MIT
#include "report/replay_flame.h"

#include <inttypes.h>

#include "report/html.h"
#include "report/replay_parts.h"

enum {
	DEPTH_MAX = 64,
	WIDTH = 1200,
	ROW = 18,
	TOP = 48,      // above the first row
	LETTER = 7,    // width of one, of the font that is asked for
	WIDTH_MIN = 3, // tenths of a pixel: what is narrower is left out
};

/* ---- boxes ---- */

struct box {
	struct mdt_slice name, module;
	uint64_t ns;
	size_t count;
	struct box *first, *last, *next;
};

struct flame {
	struct mdt_arena arena;
	struct box calls, tasks; // the roots of two parts
	unsigned int depth;	 // of the deepest box that is drawn
	struct mdt_buf *buf;
	uint64_t total;
};

static struct box *child_of(struct flame *flame, struct box *parent,
			    struct mdt_slice name)
{
	struct box *it = parent->first;

	while (it && !mdt_slice_eq(it->name, name))
		it = it->next;
	if (it)
		return it;
	it = mdt_arena_new(&flame->arena, struct box);
	if (!it || !mdt_arena_copy(&flame->arena, name, &it->name))
		return NULL;
	if (parent->last)
		parent->last->next = it;
	else
		parent->first = it;
	parent->last = it;
	return it;
}

// A thread of md waits in here for work (md.c md_thread()), and that is no work.
static bool waits(const struct mdt_graph_node *node)
{
	return !node->has_ended || mdt_slice_eq(node->name, SLICE("md_thread"));
}

// @return The time that was added to @p parent's children; UINT64_MAX: out of memory.
static uint64_t add_nodes(struct flame *flame, struct box *parent,
			  const struct mdt_graph_node *node, unsigned int depth)
{
	uint64_t sum = 0;

	for (; node && depth < DEPTH_MAX; node = node->next) {
		struct box *box = child_of(flame, parent, node->name);
		uint64_t below, ns;

		if (!box)
			return UINT64_MAX;
		box->module = node->module;
		box->count++;
		below = add_nodes(flame, box, node->first, depth + 1);
		if (below == UINT64_MAX)
			return below;
		// What the tracer says cannot be less than what it says of the parts.
		ns = waits(node) || node->ns < below ? below : node->ns;
		box->ns += ns;
		sum += ns;
	}
	return sum;
}

static struct mdt_error *add_branch(struct flame *flame, struct box *part,
				    struct mdt_slice name,
				    const struct mdt_graph_branch *branch)
{
	struct box *box = child_of(flame, part, name);
	uint64_t ns = box ? add_nodes(flame, box, branch->first, 0) : UINT64_MAX;

	if (ns == UINT64_MAX)
		return &mdt_enomem;
	box->count++;
	box->ns += ns;
	part->ns += ns;
	return NULL;
}

static struct mdt_error *add_step(struct flame *flame, const struct mdt_verdict *verdict,
				  const struct mdt_graph_step *step)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };
	struct mdt_error *err = NULL;

	mdt_buf_add(&name, verdict->call);
	if (verdict->subject.len)
		mdt_buf_printf(&name, " %.*s", SLICE_FMT(verdict->subject));
	for (const struct mdt_graph_branch *it = step->first; !err && it; it = it->next) {
		struct mdt_slice task = it->task.len ? it->task : SLICE("interrupts");

		if (!it->first)
			continue;
		err = add_branch(flame, it->is_caller ? &flame->calls : &flame->tasks,
				 it->is_caller ? mdt_buf_slice(&name) : task, it);
	}
	return err ? err : mdt_buf_error(&name);
}

/* ---- the picture ---- */

struct place {
	uint64_t from; // ns, from the left
	unsigned int depth;
};

static const char *color_of(const struct box *box, unsigned int depth)
{
	if (depth == 0)
		return "#9fb3c8";
	if (depth == 1)
		return "#c9d6df";
	if (mdt_slice_starts(box->module, SLICE("raid")))
		return "#f4a259";
	return mdt_slice_eq(box->module, SLICE("md_mod")) ? "#f6d186" : "#b8d8ba";
}

// In tenths of a pixel.
static uint64_t scale(const struct flame *flame, uint64_t ns)
{
	return (uint64_t)((double)ns / (double)flame->total * WIDTH * 10);
}

static void put_label(struct flame *flame, const struct box *box, uint64_t x,
		      uint64_t width, uint64_t y)
{
	size_t letters = (size_t)(width / 10 / LETTER);
	struct mdt_slice name = box->name;

	if (letters < 3)
		return;
	mdt_buf_printf(flame->buf,
		       "<text x=\"%" PRIu64 ".%" PRIu64 "\" y=\"%" PRIu64 "\">",
		       x / 10 + 3, x % 10, y + ROW - 5);
	if (name.len > letters) {
		mdt_html_plain(flame->buf, mdt_slice_head(name, letters - 2));
		mdt_buf_adds(flame->buf, "..");
	} else {
		mdt_html_plain(flame->buf, name);
	}
	mdt_buf_adds(flame->buf, "</text>");
}

static void put_box(struct flame *flame, const struct box *box, struct place at)
{
	uint64_t x = scale(flame, at.from), width = scale(flame, box->ns);
	uint64_t y = TOP + (uint64_t)at.depth * ROW;

	if (at.depth > flame->depth)
		flame->depth = at.depth;
	mdt_buf_adds(flame->buf, "<g><title>");
	mdt_html_plain(flame->buf, box->name);
	mdt_buf_printf(flame->buf, ": %" PRIu64 ".%" PRIu64 " us", box->ns / 1000,
		       box->ns % 1000 / 100);
	if (box->count > 1)
		mdt_buf_printf(flame->buf, ", %zu times", box->count);
	mdt_buf_printf(flame->buf,
		       "</title><rect x=\"%" PRIu64 ".%" PRIu64 "\" y=\"%" PRIu64
		       "\" width=\"%" PRIu64 ".%" PRIu64 "\" height=\"%d\" fill=\"%s\"/>",
		       x / 10, x % 10, y, width / 10, width % 10, ROW - 1,
		       color_of(box, at.depth));
	put_label(flame, box, x, width, y);
	mdt_buf_adds(flame->buf, "</g>\n");
}

static void put_boxes(struct flame *flame, const struct box *box, struct place at)
{
	for (; box; at.from += box->ns, box = box->next) {
		if (scale(flame, box->ns) < WIDTH_MIN)
			continue;
		put_box(flame, box, at);
		put_boxes(flame, box->first, (struct place){ at.from, at.depth + 1 });
	}
}

static struct mdt_error *put_picture(struct flame *flame, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf boxes = { 0 };

	flame->buf = &boxes;
	put_boxes(flame, &flame->calls, (struct place){ 0, 0 });
	mdt_buf_printf(ret,
		       "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
		       "height=\"%u\" viewBox=\"0 0 %d %u\" "
		       "font-family=\"monospace\" font-size=\"11\">\n"
		       "<style>g:hover rect { stroke: #000; }</style>\n"
		       "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
		       "<text x=\"8\" y=\"18\" font-size=\"14\">Kernel functions of a "
		       "replay</text>\n<text x=\"8\" y=\"36\">",
		       WIDTH, TOP + (flame->depth + 1) * ROW + 8, WIDTH,
		       TOP + (flame->depth + 1) * ROW + 8);
	mdt_buf_printf(ret,
		       "the width is time, %" PRIu64
		       " us in all, sleep counted but that of threads without "
		       "work</text>\n",
		       flame->total / 1000);
	mdt_buf_add(ret, mdt_buf_slice(&boxes));
	mdt_buf_adds(ret, "</svg>\n");
	return mdt_buf_error(&boxes);
}

struct mdt_error *mdt_replay_flame(const struct mdt_verdicts *verdicts,
				   struct mdt_buf *ret)
{
	_cleanup_(mdt_graph_deinit) struct mdt_graph graph = { 0 };
	struct flame flame = { .calls = { .name = SLICE("calls of the log") },
			       .tasks = { .name = SLICE("what other tasks did") } };
	struct mdt_error *err = mdt_replay_graph_make(verdicts, &graph);

	for (size_t i = 0; !err && i < graph.count; i++)
		err = add_step(&flame, &verdicts->all[i], &graph.steps[i]);
	flame.calls.next = &flame.tasks;
	flame.total = flame.calls.ns + flame.tasks.ns;
	if (!err && !flame.total)
		err = mdt_error_create(MDT_ERR_INVALID,
				       "the replay was not traced, so it has no times: "
				       "its log is not of a run with --graph");
	if (!err)
		err = put_picture(&flame, ret);
	mdt_arena_deinit(&flame.arena);
	return err ? err : mdt_buf_error(ret);
}
