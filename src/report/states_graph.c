// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "report/states_picture.h"

// Marks that draw the same arrow, by their array, states, call and result.
static int compare(const void *a, const void *b)
{
	const struct mdt_picture_mark *x = a, *y = b;
	int order;

	if (x->lane != y->lane)
		return x->lane < y->lane ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	order = mdt_slice_cmp(x->text, y->text);
	return order ? order : mdt_slice_cmp(x->result, y->result);
}

// A call that went well and changed nothing, members included, is no transition.
static bool is_arrow(const struct mdt_picture_mark *mark)
{
	return mark->from != mark->to || mark->changed || mark->failed ||
	       mark->contradicts;
}

// Text within quotes or a label: nothing that would end it.
static void add_text(struct mdt_buf *out, struct mdt_slice text)
{
	for (size_t i = 0; i < text.len && i < 60; i++) {
		char c = text.str[i];
		bool plain = c >= ' ' && c < 0x7f && !strchr("\"\\:;<>{}[]#", c);

		mdt_buf_addc(out, plain ? c : ' ');
	}
}

// Nodes are numbered: their array, and the set of states.
static void add_id(struct mdt_buf *out, size_t lane, unsigned int words)
{
	mdt_buf_printf(out, "a%zus%u", lane, words);
}

static void add_arrow_label(struct mdt_buf *out, const struct mdt_picture_mark *mark,
			    size_t times)
{
	add_text(out, mark->text);
	if (mark->failed || mark->contradicts) {
		mdt_buf_adds(out, " = ");
		add_text(out, mark->result);
	}
	if (times > 1)
		mdt_buf_printf(out, " (%zu times)", times);
}

/* ---- nodes ---- */

typedef void add_node_fn(struct mdt_buf *out, const struct mdt_picture *picture,
			 size_t lane, unsigned int words);

static bool was_before(const struct mdt_picture *picture, size_t until, size_t lane,
		       unsigned int words)
{
	for (size_t i = 0; i < until; i++)
		if (picture->marks[i].lane == lane &&
		    (picture->marks[i].from == words || picture->marks[i].to == words))
			return true;
	return false;
}

static void add_nodes(const struct mdt_picture *picture, struct mdt_buf *out,
		      add_node_fn *add)
{
	for (size_t i = 0; i < picture->count; i++) {
		const struct mdt_picture_mark *mark = &picture->marks[i];

		if (!was_before(picture, i, mark->lane, mark->from))
			add(out, picture, mark->lane, mark->from);
		if (mark->to != mark->from &&
		    !was_before(picture, i, mark->lane, mark->to))
			add(out, picture, mark->lane, mark->to);
	}
}

static void add_node_label(struct mdt_buf *out, const struct mdt_picture *picture,
			   size_t lane, unsigned int words)
{
	if (picture->lane_count > 1) {
		add_text(out, picture->lanes[lane]);
		mdt_buf_addc(out, ' ');
	}
	mdt_picture_words(words, out);
}

/* ---- arrows ---- */

typedef void add_arrow_fn(struct mdt_buf *out, const struct mdt_picture_mark *mark,
			  size_t times);

struct arrows {
	struct mdt_picture_mark *items; // owned
	size_t count;
};

static struct arrows arrows_of(const struct mdt_picture *picture)
{
	struct arrows ret = { calloc(picture->count + 1, sizeof(*ret.items)), 0 };

	for (size_t i = 0; ret.items && i < picture->count; i++)
		if (is_arrow(&picture->marks[i]))
			ret.items[ret.count++] = picture->marks[i];
	if (ret.count)
		qsort(ret.items, ret.count, sizeof(*ret.items), compare);
	return ret;
}

// How many arrows from @p i on are the same.
static size_t run_of(const struct arrows *arrows, size_t i, size_t *times)
{
	size_t next = i;

	*times = 0;
	while (next < arrows->count &&
	       compare(&arrows->items[i], &arrows->items[next]) == 0)
		*times += arrows->items[next++].times;
	return next;
}

static void add_arrows(const struct mdt_picture *picture, struct mdt_buf *out,
		       add_arrow_fn *add)
{
	struct arrows arrows = arrows_of(picture);
	size_t times;

	for (size_t i = 0, next; i < arrows.count; i = next) {
		next = run_of(&arrows, i, &times);
		add(out, &arrows.items[i], times);
	}
	out->failed |= !arrows.items;
	free(arrows.items);
}

/* ---- Graphviz ---- */

static void dot_node(struct mdt_buf *out, const struct mdt_picture *picture, size_t lane,
		     unsigned int words)
{
	mdt_buf_adds(out, "\t");
	add_id(out, lane, words);
	mdt_buf_adds(out, " [label=\"");
	add_node_label(out, picture, lane, words);
	mdt_buf_adds(out, "\"];\n");
}

static void dot_arrow(struct mdt_buf *out, const struct mdt_picture_mark *mark,
		      size_t times)
{
	mdt_buf_adds(out, "\t");
	add_id(out, mark->lane, mark->from);
	mdt_buf_adds(out, " -> ");
	add_id(out, mark->lane, mark->to);
	mdt_buf_adds(out, " [label=\"");
	add_arrow_label(out, mark, times);
	mdt_buf_adds(out, mark->contradicts ? "\", color=purple, penwidth=2];\n"
			  : mark->failed    ? "\", color=red, style=dashed];\n"
					    : "\"];\n");
}

void mdt_picture_dot(const struct mdt_picture *picture, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "digraph states {\n"
			  "\tnode [shape=box, style=rounded, fontname=sans];\n"
			  "\tedge [fontname=sans, fontsize=10];\n");
	add_nodes(picture, ret, dot_node);
	add_arrows(picture, ret, dot_arrow);
	mdt_buf_adds(ret, "}\n");
}

/* ---- Mermaid ---- */

static void mermaid_node(struct mdt_buf *out, const struct mdt_picture *picture,
			 size_t lane, unsigned int words)
{
	mdt_buf_adds(out, "    state \"");
	add_node_label(out, picture, lane, words);
	mdt_buf_adds(out, "\" as ");
	add_id(out, lane, words);
	mdt_buf_addc(out, '\n');
}

static void mermaid_arrow(struct mdt_buf *out, const struct mdt_picture_mark *mark,
			  size_t times)
{
	mdt_buf_adds(out, "    ");
	add_id(out, mark->lane, mark->from);
	mdt_buf_adds(out, " --> ");
	add_id(out, mark->lane, mark->to);
	mdt_buf_adds(out, " : ");
	add_arrow_label(out, mark, times);
	mdt_buf_addc(out, '\n');
}

void mdt_picture_mermaid(const struct mdt_picture *picture, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "stateDiagram-v2\n");
	add_nodes(picture, ret, mermaid_node);
	add_arrows(picture, ret, mermaid_arrow);
}
