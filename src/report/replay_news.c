// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/map.h"
#include "report/replay_table_parts.h"

void mdt_news_deinit(struct mdt_news *news)
{
	free(news->items);
	*news = (struct mdt_news){ 0 };
}

// What a machine says of itself when it comes up, whenever it gets to it.
static bool is_chatter(struct mdt_slice text)
{
	static const char *const subjects[] = { "clocksource: ", "hrtimer: ", "perf: ",
						"random: ",	 "rcu: ",     "sched: ",
						"tsc: " };

	array_for_each (it, subjects)
		if (mdt_slice_starts(text, mdt_slice_cstr(*it)))
			return true;
	return false;
}

/** The texts of one column: text to place + 1 in news. */
struct sight {
	struct mdt_map known;
	struct mdt_news news;
};

static void sight_deinit(struct sight *sight)
{
	mdt_map_deinit(&sight->known);
	mdt_news_deinit(&sight->news);
}

static struct mdt_error *see(struct sight *sight, struct mdt_slice text,
			     const struct mdt_verdict *verdict)
{
	struct mdt_news *news = &sight->news;
	uintptr_t place = (uintptr_t)mdt_map_find_text(&sight->known, text);

	if (is_chatter(text))
		return NULL;
	if (place) {
		news->items[place - 1].count++;
		return NULL;
	}
	if (!mdt_grow((void **)&news->items, &news->cap, news->len, sizeof(*news->items)))
		return &mdt_enomem;
	news->items[news->len++] =
		(struct mdt_new){ .text = text, .first = verdict, .count = 1 };
	if (!mdt_map_set_text(&sight->known, text, (void *)(uintptr_t)news->len))
		return &mdt_enomem;
	return NULL;
}

static struct mdt_error *see_verdict(struct sight *sight,
				     const struct mdt_verdict *verdict)
{
	const struct mdt_observed *seen = &verdict->observed;
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < seen->message_count; i++)
		err = see(sight, seen->messages[i].text, verdict);
	for (size_t i = 0; !err && i < seen->uevent_count; i++)
		err = see(sight, seen->uevents[i].name, verdict);
	return err;
}

static struct mdt_error *see_columns(const struct mdt_replay_table *table, size_t column,
				     struct sight *before, struct sight *after)
{
	struct mdt_error *err = NULL;

	for (size_t row = 0; !err && row < mdt_table_rows(table); row++) {
		const struct mdt_verdict *a = mdt_table_at(table, column - 1, row),
					 *b = mdt_table_at(table, column, row);

		if (a->kind == MDT_VERDICT_NOT_RUN || b->kind == MDT_VERDICT_NOT_RUN)
			continue;
		err = see_verdict(before, a);
		if (!err)
			err = see_verdict(after, b);
	}
	return err;
}

// What @p have has and @p lack does not.
static struct mdt_error *add_missing(const struct sight *have, const struct sight *lack,
				     bool came, struct mdt_news *ret)
{
	for (size_t i = 0; i < have->news.len; i++) {
		if (mdt_map_find_text(&lack->known, have->news.items[i].text))
			continue;
		if (!mdt_grow((void **)&ret->items, &ret->cap, ret->len,
			      sizeof(*ret->items)))
			return &mdt_enomem;
		ret->items[ret->len] = have->news.items[i];
		ret->items[ret->len++].came = came;
	}
	return NULL;
}

struct mdt_error *mdt_news_find(const struct mdt_replay_table *table, size_t column,
				struct mdt_news *ret)
{
	_cleanup_(sight_deinit) struct sight before = { 0 }, after = { 0 };
	struct mdt_error *err = see_columns(table, column, &before, &after);

	if (!err)
		err = add_missing(&after, &before, true, ret);
	return err ? err : add_missing(&before, &after, false, ret);
}
