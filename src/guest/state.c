// SPDX-License-Identifier: MIT
#include "guest/state.h"

#include <stdlib.h>

#include "guest/words.h"
#include "plan/plan.h"

void guest_state_deinit(struct guest_state *state)
{
	mdt_arena_deinit(&state->arena);
	free(state->keys);
	*state = (struct guest_state){ 0 };
}

void guest_state_clear(struct guest_state *state)
{
	mdt_arena_clear(&state->arena);
	state->len = 0;
}

bool guest_state_add(struct guest_state *state, struct mdt_slice key,
		     struct mdt_slice value)
{
	struct guest_key it;

	if (!mdt_arena_copy(&state->arena, key, &it.key) ||
	    !mdt_arena_copy(&state->arena, value, &it.value) ||
	    !mdt_grow((void **)&state->keys, &state->cap, state->len,
		      sizeof(*state->keys)))
		return false;
	state->keys[state->len++] = it;
	return true;
}

const struct guest_key *guest_state_find(const struct guest_state *state,
					 struct mdt_slice key)
{
	for (size_t i = 0; i < state->len; i++)
		if (mdt_slice_eq(state->keys[i].key, key))
			return &state->keys[i];
	return NULL;
}

static void begin_once(struct mdt_slice node, bool *begun, struct mdt_buf *ret)
{
	if (*begun)
		return;
	*begun = true;
	guest_words_begin(ret, "state");
	guest_words_bare(ret, node);
}

void guest_state_diff(struct mdt_slice node, const struct guest_state *before,
		      const struct guest_state *after, struct mdt_buf *ret)
{
	bool begun = false;

	for (size_t i = 0; i < after->len; i++) {
		const struct guest_key *it = &after->keys[i];
		const struct guest_key *old = guest_state_find(before, it->key);

		if (old && mdt_slice_eq(old->value, it->value))
			continue;
		begin_once(node, &begun, ret);
		guest_words_bare(ret, it->key);
		mdt_buf_addc(ret, '=');
		mdt_plan_quote(it->value, ret);
	}
	for (size_t i = 0; i < before->len; i++) {
		if (guest_state_find(after, before->keys[i].key))
			continue;
		begin_once(node, &begun, ret);
		guest_words_bare(ret, before->keys[i].key);
	}
	if (begun)
		guest_words_end(ret);
}

// An array has a line that begins with its name, and lines that begin with a blank.
struct mdt_slice guest_mdstat_find(struct mdt_slice mdstat, struct mdt_slice node)
{
	struct mdt_slice found = { 0 };

	while (mdstat.len) {
		const char *end = memchr(mdstat.str, '\n', mdstat.len);
		struct mdt_slice line = mdt_slice_head(
			mdstat, end ? (size_t)(end - mdstat.str) : mdstat.len);

		mdstat = mdt_slice_skip(mdstat, line.len + 1);
		if (!found.str && mdt_slice_starts(line, node) &&
		    mdt_slice_starts(mdt_slice_skip(line, node.len), SLICE(" :")))
			found = line;
		else if (found.str && line.len && line.str[0] == ' ' &&
			 mdt_slice_trim(line).len)
			found.len = (size_t)(line.str + line.len - found.str);
		else if (found.str)
			break;
	}
	return found;
}
