// SPDX-License-Identifier: MIT
#include "diff/align.h"

#include <stdlib.h>

enum {
	COST_MAX = 2048,    // differences that are looked for in one piece
	COST_MIN = 64,	    // the same when the work is more than it should be
	ANCHORS_MIN = 8192, // shorter sequences need none
};

#define WORK_MAX UINT64_C(400000000)

/* ---- rising subsequences ---- */

// The place in tails[0..len) where value belongs: before the first that is not smaller.
static size_t place_of(const uint32_t *values, const uint32_t *tails, size_t len,
		       uint32_t value)
{
	size_t low = 0;

	while (low < len) {
		size_t middle = low + (len - low) / 2;

		if (values[tails[middle]] < value)
			low = middle + 1;
		else
			len = middle;
	}
	return low;
}

struct mdt_error *mdt_longest_rising(const uint32_t *values, size_t n, bool *ret)
{
	uint32_t *tails = malloc((n + 1) * sizeof(*tails));
	uint32_t *before = malloc((n + 1) * sizeof(*before));
	size_t len = 0;

	if (!tails || !before) {
		free(tails);
		free(before);
		return &mdt_enomem;
	}
	for (size_t i = 0; i < n; i++) {
		size_t at = place_of(values, tails, len, values[i]);

		before[i] = at ? tails[at - 1] : MDT_NO_MATCH;
		tails[at] = (uint32_t)i;
		len += at == len;
		ret[i] = false;
	}
	for (uint32_t i = len ? tails[len - 1] : MDT_NO_MATCH; i != MDT_NO_MATCH;
	     i = before[i])
		ret[i] = true;
	free(tails);
	free(before);
	return NULL;
}

/* ---- Myers ---- */

// Two sequences, and for each diagonal x - y how far paths have come: from the start
// (ahead) and from the end (back).
struct box {
	ptrdiff_t x0, x1, y0, y1; // what is compared: a[x0..x1), b[y0..y1)
};

struct myers {
	struct mdt_align *align;
	const uint32_t *a, *b;
	ptrdiff_t *ahead, *back; // by diagonal, which may be negative
	uint32_t *match;
};

struct point {
	ptrdiff_t x, y;
};

struct range {
	ptrdiff_t low, high; // of diagonals
};

// One difference more: the diagonals at both ends, or, at the edge, fewer.
static void widen(struct range *range, struct range limit, ptrdiff_t *at, ptrdiff_t none)
{
	if (range->low > limit.low)
		at[--range->low - 1] = none;
	else
		range->low++;
	if (range->high < limit.high)
		at[++range->high + 1] = none;
	else
		range->high--;
}

// @return Whether a path from the start has met one from the end, at @p ret.
static bool step_ahead(struct myers *my, const struct box *box, struct range ahead,
		       struct range back, bool meets, struct point *ret)
{
	for (ptrdiff_t d = ahead.high; d >= ahead.low; d -= 2) {
		ptrdiff_t left = my->ahead[d - 1], right = my->ahead[d + 1];
		ptrdiff_t x = left < right ? right : left + 1, y = x - d, from = x;

		while (x < box->x1 && y < box->y1 && my->a[x] == my->b[y]) {
			x++;
			y++;
		}
		my->align->work += (uint64_t)(x - from) + 1;
		my->ahead[d] = x;
		if (meets && back.low <= d && d <= back.high && my->back[d] <= x) {
			*ret = (struct point){ x, y };
			return true;
		}
	}
	return false;
}

static bool step_back(struct myers *my, const struct box *box, struct range ahead,
		      struct range back, bool meets, struct point *ret)
{
	for (ptrdiff_t d = back.high; d >= back.low; d -= 2) {
		ptrdiff_t left = my->back[d - 1], right = my->back[d + 1];
		ptrdiff_t x = left < right ? left : right - 1, y = x - d, from = x;

		while (box->x0 < x && box->y0 < y && my->a[x - 1] == my->b[y - 1]) {
			x--;
			y--;
		}
		my->align->work += (uint64_t)(from - x) + 1;
		my->back[d] = x;
		if (meets && ahead.low <= d && d <= ahead.high && x <= my->ahead[d]) {
			*ret = (struct point){ x, y };
			return true;
		}
	}
	return false;
}

// The point that a path from the start has come farthest to.
static struct point farthest(const struct myers *my, const struct box *box,
			     struct range ahead)
{
	struct point best = { box->x0, box->y0 };

	for (ptrdiff_t d = ahead.high; d >= ahead.low; d -= 2) {
		ptrdiff_t x = my->ahead[d] < box->x1 ? my->ahead[d] : box->x1, y = x - d;

		if (y > box->y1) {
			x = box->y1 + d;
			y = box->y1;
		}
		if (x >= box->x0 && y >= box->y0 && x + y > best.x + best.y)
			best = (struct point){ x, y };
	}
	return best;
}

static ptrdiff_t cost_max(const struct mdt_align *align)
{
	uint64_t max = align->work_max ? align->work_max : WORK_MAX;

	return align->work < max / 2 ? COST_MAX : COST_MIN;
}

// Where a shortest path goes through, about the middle of it.
static struct point split(struct myers *my, const struct box *box)
{
	struct range limit = { box->x0 - box->y1, box->x1 - box->y0 };
	struct range ahead = { box->x0 - box->y0, box->x0 - box->y0 };
	struct range back = { box->x1 - box->y1, box->x1 - box->y1 };
	bool is_odd = (ahead.low - back.low) & 1;
	ptrdiff_t max = cost_max(my->align);
	struct point ret;

	my->ahead[ahead.low] = box->x0;
	my->back[back.low] = box->x1;
	for (ptrdiff_t cost = 1;; cost++) {
		widen(&ahead, limit, my->ahead, -1);
		if (step_ahead(my, box, ahead, back, is_odd, &ret))
			return ret;
		widen(&back, limit, my->back, PTRDIFF_MAX);
		if (step_back(my, box, ahead, back, !is_odd, &ret))
			return ret;
		if (cost >= max) {
			my->align->is_approximate = true;
			return farthest(my, box, ahead);
		}
	}
}

static void trim(struct myers *my, struct box *box)
{
	while (box->x0 < box->x1 && box->y0 < box->y1 && my->a[box->x0] == my->b[box->y0])
		my->match[box->x0++] = (uint32_t)box->y0++;
	while (box->x0 < box->x1 && box->y0 < box->y1 &&
	       my->a[box->x1 - 1] == my->b[box->y1 - 1])
		my->match[--box->x1] = (uint32_t)--box->y1;
}

static bool is_smaller(const struct box *box, struct point at)
{
	return at.x - box->x0 + at.y - box->y0 < box->x1 - at.x + box->y1 - at.y;
}

// A split that leaves everything as it was.
static bool is_corner(const struct box *box, struct point at)
{
	return (at.x == box->x0 && at.y == box->y0) ||
	       (at.x == box->x1 && at.y == box->y1);
}

// The smaller half by recursion, the larger one by going on: so the stack stays small.
static void compare(struct myers *my, struct box box)
{
	struct box half;
	struct point at;

	for (;;) {
		trim(my, &box);
		if (box.x0 == box.x1 || box.y0 == box.y1)
			return;
		at = split(my, &box);
		if (is_corner(&box, at))
			return;
		half = box;
		if (is_smaller(&box, at)) {
			half.x1 = at.x;
			half.y1 = at.y;
			box.x0 = at.x;
			box.y0 = at.y;
		} else {
			half.x0 = at.x;
			half.y0 = at.y;
			box.x1 = at.x;
			box.y1 = at.y;
		}
		compare(my, half);
	}
}

/* ---- keys ---- */

// How often each key comes on both sides, by its number among the keys that there are.
struct counts {
	uint32_t *keys; // a hash table: key + 1, or 0
	uint32_t *in_a, *in_b, *at_a, *at_b;
	size_t slots;
};

static void counts_deinit(struct counts *counts)
{
	free(counts->keys);
	free(counts->in_a);
	free(counts->in_b);
	free(counts->at_a);
	free(counts->at_b);
}

static size_t slot_of(const struct counts *counts, uint32_t key)
{
	size_t i = (key * UINT64_C(0x9e3779b97f4a7c15) >> 24) & (counts->slots - 1);

	while (counts->keys[i] && counts->keys[i] != key + 1)
		i = (i + 1) & (counts->slots - 1);
	counts->keys[i] = key + 1;
	return i;
}

static bool counts_init(struct counts *counts, const uint32_t *a, size_t n,
			const uint32_t *b, size_t m)
{
	size_t slots = 16, slot;

	while (slots < 2 * (n + m))
		slots *= 2;
	*counts = (struct counts){
		.keys = calloc(slots, sizeof(uint32_t)),
		.in_a = calloc(slots, sizeof(uint32_t)),
		.in_b = calloc(slots, sizeof(uint32_t)),
		.at_a = calloc(slots, sizeof(uint32_t)),
		.at_b = calloc(slots, sizeof(uint32_t)),
		.slots = slots,
	};
	if (!counts->keys || !counts->in_a || !counts->in_b || !counts->at_a ||
	    !counts->at_b)
		return false;
	for (size_t i = 0; i < n; i++) {
		slot = slot_of(counts, a[i]);
		counts->in_a[slot]++;
		counts->at_a[slot] = (uint32_t)i;
	}
	for (size_t i = 0; i < m; i++) {
		slot = slot_of(counts, b[i]);
		counts->in_b[slot]++;
		counts->at_b[slot] = (uint32_t)i;
	}
	return true;
}

/* What is left of a sequence when keys that the other one has not are put aside. */
struct common {
	uint32_t *keys, *index;
	size_t len;
};

static bool common_init(struct common *common, const struct counts *counts,
			const uint32_t *other, const uint32_t *keys, size_t n)
{
	*common = (struct common){
		.keys = malloc((n + 1) * sizeof(uint32_t)),
		.index = malloc((n + 1) * sizeof(uint32_t)),
	};
	if (!common->keys || !common->index)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!other[slot_of(counts, keys[i])])
			continue;
		common->keys[common->len] = keys[i];
		common->index[common->len++] = (uint32_t)i;
	}
	return true;
}

static void common_deinit(struct common *common)
{
	free(common->keys);
	free(common->index);
}

/* ---- anchors ---- */

// The elements of a that come once on each side, and where: in rising order of a.
static size_t find_unique(const struct counts *counts, const struct common *a,
			  uint32_t *at_a, uint32_t *at_b)
{
	size_t len = 0, slot;

	for (size_t i = 0; i < a->len; i++) {
		slot = slot_of(counts, a->keys[i]);
		if (counts->in_a[slot] != 1 || counts->in_b[slot] != 1)
			continue;
		at_a[len] = (uint32_t)i;
		at_b[len++] = counts->at_b[slot];
	}
	return len;
}

static struct mdt_error *compare_between(struct myers *my, const uint32_t *at_a,
					 const uint32_t *at_b, size_t len, struct box box)
{
	bool *is_anchor = malloc(len + 1);
	struct box piece = box;
	struct mdt_error *err = &mdt_enomem;

	if (is_anchor)
		err = mdt_longest_rising(at_b, len, is_anchor);
	for (size_t i = 0; !err && i < len; i++) {
		if (!is_anchor[i])
			continue;
		piece.x1 = (ptrdiff_t)at_a[i];
		piece.y1 = (ptrdiff_t)at_b[i];
		// What was alike before it may have reached beyond.
		if (piece.x1 < piece.x0 || piece.y1 < piece.y0)
			continue;
		compare(my, piece);
		my->match[piece.x1] = (uint32_t)piece.y1;
		piece.x0 = piece.x1 + 1;
		piece.y0 = piece.y1 + 1;
	}
	piece.x1 = box.x1;
	piece.y1 = box.y1;
	if (!err)
		compare(my, piece);
	free(is_anchor);
	return err;
}

static struct mdt_error *compare_anchored(struct myers *my, const struct common *a,
					  const struct common *b)
{
	struct box all = { 0, (ptrdiff_t)a->len, 0, (ptrdiff_t)b->len };
	uint32_t *at_a, *at_b;
	struct mdt_error *err = &mdt_enomem;
	struct counts counts;

	if (a->len < ANCHORS_MIN || b->len < ANCHORS_MIN) {
		compare(my, all);
		return NULL;
	}
	at_a = malloc((a->len + 1) * sizeof(*at_a));
	at_b = malloc((a->len + 1) * sizeof(*at_b));
	if (counts_init(&counts, a->keys, a->len, b->keys, b->len) && at_a && at_b)
		err = compare_between(my, at_a, at_b, find_unique(&counts, a, at_a, at_b),
				      all);
	counts_deinit(&counts);
	free(at_a);
	free(at_b);
	return err;
}

/* ---- all of it ---- */

static struct mdt_error *compare_common(struct mdt_align *align, const struct common *a,
					const struct common *b, uint32_t *match)
{
	size_t diagonals = a->len + b->len + 3;
	ptrdiff_t *paths = malloc(2 * diagonals * sizeof(*paths));
	struct myers my = { .align = align, .a = a->keys, .b = b->keys, .match = match };
	struct mdt_error *err;

	if (!paths)
		return &mdt_enomem;
	// Diagonals go from -b->len - 1 to a->len + 1.
	my.ahead = paths + b->len + 1;
	my.back = my.ahead + diagonals;
	for (size_t i = 0; i < a->len; i++)
		match[i] = MDT_NO_MATCH;
	err = compare_anchored(&my, a, b);
	free(paths);
	return err;
}

static struct mdt_error *align_middle(struct mdt_align *align, const uint32_t *a,
				      size_t n, const uint32_t *b, size_t m, size_t skip,
				      uint32_t *ret)
{
	struct common left = { 0 }, right = { 0 };
	struct mdt_error *err = &mdt_enomem;
	struct counts counts = { 0 };
	uint32_t *match = NULL;

	if (counts_init(&counts, a, n, b, m) &&
	    common_init(&left, &counts, counts.in_b, a, n) &&
	    common_init(&right, &counts, counts.in_a, b, m))
		match = malloc((left.len + 1) * sizeof(*match));
	if (match)
		err = compare_common(align, &left, &right, match);
	for (size_t i = 0; !err && i < left.len; i++)
		if (match[i] != MDT_NO_MATCH)
			ret[left.index[i]] = right.index[match[i]] + (uint32_t)skip;
	free(match);
	common_deinit(&left);
	common_deinit(&right);
	counts_deinit(&counts);
	return err;
}

struct mdt_error *mdt_align_keys(struct mdt_align *align, const uint32_t *a, size_t n,
				 const uint32_t *b, size_t m, uint32_t *ret)
{
	size_t head = 0, tail = 0;

	while (head < n && head < m && a[head] == b[head]) {
		ret[head] = (uint32_t)head;
		head++;
	}
	while (tail < n - head && tail < m - head && a[n - 1 - tail] == b[m - 1 - tail]) {
		ret[n - 1 - tail] = (uint32_t)(m - 1 - tail);
		tail++;
	}
	for (size_t i = head; i < n - tail; i++)
		ret[i] = MDT_NO_MATCH;
	align->work += head + tail;
	if (head + tail == n || head + tail == m)
		return NULL;
	return align_middle(align, a + head, n - head - tail, b + head, m - head - tail,
			    head, ret + head);
}
