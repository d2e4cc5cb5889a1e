// SPDX-License-Identifier: MIT
#include "report/bisect.h"

#include "base/json.h"
#include "base/visible.h"

/* ---- text ---- */

static void say_cell(const struct mdt_bisect_found *found, size_t column,
		     struct mdt_buf *buf)
{
	mdt_buf_adds(buf, column ? "  first  " : "  last   ");
	mdt_visible_words(buf, found->pair.columns[column].name);
	mdt_buf_adds(buf, ": ");
	mdt_replay_table_cell(&found->pair, column, found->row, buf);
	mdt_buf_addc(buf, '\n');
}

static void say_change(const struct mdt_bisect_found *found, struct mdt_buf *buf)
{
	const struct mdt_drift *drift = mdt_replay_table_drift(&found->pair, found->row);
	size_t row = 0, changes = 0;

	mdt_replay_table_name(&found->pair, found->row, buf);
	mdt_buf_adds(buf, " changes\n");
	say_cell(found, 0, buf);
	say_cell(found, 1, buf);
	if (drift)
		mdt_buf_printf(buf, "  known: since %s, %s (%s)\n", drift->first,
			       drift->what, drift->source);
	mdt_replay_table_change(&found->pair, 1, &row, &changes);
	if (changes > 1)
		mdt_buf_printf(buf, "  %zu more call%s between these two\n", changes - 1,
			       changes == 2 ? " changes" : "s change");
	if (found->commits.len) {
		mdt_buf_adds(buf, "md commits between them:\n");
		mdt_buf_add(buf, found->commits);
	}
}

struct mdt_error *mdt_bisect_text(const struct mdt_bisect_found *found,
				  struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "%zu kernels, ", found->kernels);
	mdt_visible_words(ret, found->oldest);
	mdt_buf_adds(ret, " to ");
	mdt_visible_words(ret, found->newest);
	mdt_buf_printf(ret, "; %zu of them run\n", found->ran);
	if (found->flaky.len) {
		mdt_buf_adds(ret, "not the same each time, so not bisected: ");
		mdt_buf_add(ret, found->flaky);
		mdt_buf_addc(ret, '\n');
	} else if (!found->changes) {
		mdt_buf_adds(ret, "no call changes between the first and the last\n");
	} else {
		say_change(found, ret);
	}
	return mdt_buf_error(ret);
}

/* ---- JSON ---- */

static void json_change(const struct mdt_bisect_found *found, struct mdt_buf *text,
			struct mdt_json *json)
{
	const struct mdt_drift *drift = mdt_replay_table_drift(&found->pair, found->row);

	mdt_replay_table_name(&found->pair, found->row, text);
	mdt_json_text(json, "call", mdt_buf_slice(text));
	for (size_t i = 0; i < 2; i++) {
		mdt_json_object(json, i ? "first_changed" : "last_unchanged");
		mdt_json_text(json, "release", found->pair.columns[i].name);
		mdt_buf_clear(text);
		mdt_replay_table_cell(&found->pair, i, found->row, text);
		mdt_json_text(json, "result", mdt_buf_slice(text));
		mdt_json_end(json);
	}
	if (!drift)
		return;
	mdt_json_object(json, "drift");
	mdt_json_cstr(json, "first", drift->first);
	mdt_json_cstr(json, "what", drift->what);
	mdt_json_cstr(json, "source", drift->source);
	mdt_json_end(json);
}

struct mdt_error *mdt_bisect_json(const struct mdt_bisect_found *found,
				  struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_json json;

	mdt_json_init(&json, ret);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, "mdtrace-bisect", 1);
	mdt_json_u64(&json, "kernels", found->kernels);
	mdt_json_u64(&json, "run", found->ran);
	mdt_json_cstr(&json, "outcome",
		      found->flaky.len ? "flaky"
		      : found->changes ? "changes"
				       : "same");
	if (found->flaky.len)
		mdt_json_text(&json, "flaky", found->flaky);
	else if (found->changes)
		json_change(found, &text, &json);
	if (found->commits.len)
		mdt_json_text(&json, "commits", found->commits);
	mdt_json_end(&json);
	mdt_buf_addc(ret, '\n');
	return text.failed ? &mdt_enomem : mdt_buf_error(ret);
}
