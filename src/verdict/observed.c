// SPDX-License-Identifier: MIT
#include "verdict/observed.h"

/** What is known of one array. */
struct mdt_state {
	struct mdt_slice name;
	struct mdt_map keys; /* name to struct value */
};

struct value {
	struct mdt_slice text;
};

struct reader {
	struct mdt_states *states;
	struct mdt_arena *arena;
	struct mdt_observed *ret;
	// How many fit into the lists of ret.
	size_t message_cap, uevent_cap, thread_cap, change_cap;
	bool failed_memory;
};

void mdt_states_deinit(struct mdt_states *states)
{
	mdt_map_for_each(it, &states->nodes)
		mdt_map_deinit(&((struct mdt_state *)it->value)->keys);
	mdt_map_deinit(&states->nodes);
	*states = (struct mdt_states){ 0 };
}

bool mdt_states_find(const struct mdt_states *states, struct mdt_slice node,
		     struct mdt_slice key, struct mdt_slice *ret)
{
	const struct mdt_state *state = mdt_map_find_text(&states->nodes, node);
	const struct value *value = state ? mdt_map_find_text(&state->keys, key) : NULL;

	if (value)
		*ret = value->text;
	return value != NULL;
}

/* ---- lists in the arena ---- */

// Room for one more item; the old list stays in the arena.
static void *push(struct reader *reader, void *items, size_t *len, size_t *cap,
		  size_t item_size)
{
	void **list = items;
	void *grown;

	if (*len == *cap) {
		size_t more = *cap ? *cap * 2 : 4;

		grown = mdt_arena_alloc(reader->arena, more * item_size, 16);
		if (!grown) {
			reader->failed_memory = true;
			return NULL;
		}
		if (*len)
			memcpy(grown, *list, *len * item_size);
		*list = grown;
		*cap = more;
	}
	return (char *)*list + (*len)++ * item_size;
}

#define push_to(reader, list)                                                            \
	((__typeof__((reader)->ret->list##s))push(                                       \
		(reader), &(reader)->ret->list##s, &(reader)->ret->list##_count,         \
		&(reader)->list##_cap, sizeof(*(reader)->ret->list##s)))

/* ---- words ---- */

static bool keep(struct reader *reader, struct mdt_slice text, struct mdt_slice *ret)
{
	if (mdt_arena_copy(reader->arena, text, ret))
		return true;
	reader->failed_memory = true;
	return false;
}

// What a quoted word says, in the arena.
static bool unquote(struct reader *reader, struct mdt_slice word, struct mdt_slice *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	bool ok = mdt_plan_text(word, &buf);

	if (buf.failed)
		reader->failed_memory = true;
	return ok && !buf.failed && keep(reader, mdt_buf_slice(&buf), ret);
}

static bool take_text(struct reader *reader, struct mdt_slice *rest,
		      struct mdt_slice *ret)
{
	struct mdt_slice word;

	return mdt_plan_word(rest, &word) && unquote(reader, word, ret);
}

static bool take_number(struct mdt_slice *rest, uint64_t *ret)
{
	struct mdt_slice word;

	return mdt_plan_word(rest, &word) && mdt_slice_to_dec(word, ret);
}

/* ---- directives; each @return whether it makes sense ---- */

static bool read_kernel(struct reader *reader, struct mdt_slice rest)
{
	struct mdt_seen_message *it;
	struct mdt_slice text;
	uint64_t level;

	if (!take_number(&rest, &level) || !take_text(reader, &rest, &text))
		return false;
	it = push_to(reader, message);
	if (it)
		*it = (struct mdt_seen_message){ level > 7 ? 7 : (unsigned int)level,
						 text };
	return true;
}

static bool read_uevent(struct reader *reader, struct mdt_slice rest)
{
	struct mdt_seen_uevent uevent = { 0 }, *it;
	struct mdt_slice var;
	size_t cap = 0;

	if (!take_text(reader, &rest, &uevent.name))
		return false;
	while (take_text(reader, &rest, &var)) {
		struct mdt_slice *place = push(reader, &uevent.vars, &uevent.var_count,
					       &cap, sizeof(*uevent.vars));

		if (!place)
			return true;
		*place = var;
	}
	it = push_to(reader, uevent);
	if (it)
		*it = uevent;
	return true;
}

static bool read_thread(struct reader *reader, struct mdt_slice rest)
{
	struct mdt_seen_thread *it;
	struct mdt_slice sign, name;

	if (!mdt_plan_word(&rest, &sign) || sign.len != 1 ||
	    (sign.str[0] != '+' && sign.str[0] != '-') ||
	    !take_text(reader, &rest, &name))
		return false;
	it = push_to(reader, thread);
	if (it)
		*it = (struct mdt_seen_thread){ sign.str[0] == '+', name };
	return true;
}

static bool read_waited(struct reader *reader, struct mdt_slice rest)
{
	struct mdt_observed *ret = reader->ret;

	if (!take_number(&rest, &ret->waited))
		return false;
	ret->has_waited = true;
	take_text(reader, &rest, &ret->in_vain);
	return true;
}

static bool read_not_run(struct reader *reader, struct mdt_slice rest)
{
	reader->ret->not_run = true;
	return take_text(reader, &rest, &reader->ret->not_run_why);
}

/* ---- state ---- */

static struct mdt_state *state_of(struct reader *reader, struct mdt_slice name)
{
	struct mdt_state *state = mdt_map_find_text(&reader->states->nodes, name);

	if (state)
		return state;
	state = mdt_arena_new(reader->arena, struct mdt_state);
	if (state && keep(reader, name, &state->name) &&
	    mdt_map_set_text(&reader->states->nodes, state->name, state))
		return state;
	reader->failed_memory = true;
	return NULL;
}

static void change(struct reader *reader, struct mdt_state *state, struct mdt_slice key,
		   const struct mdt_slice *after)
{
	struct value *old = mdt_map_find_text(&state->keys, key), *new = NULL;
	struct mdt_seen_change *it;

	if (old ? after && mdt_slice_eq(old->text, *after) : !after)
		return;
	if (after) {
		new = mdt_arena_new(reader->arena, struct value);
		if (!new) {
			reader->failed_memory = true;
			return;
		}
		new->text = *after;
	}
	it = push_to(reader, change);
	if (!it)
		return;
	*it = (struct mdt_seen_change){
		.node = state->name,
		.key = key,
		.had = old != NULL,
		.has = after != NULL,
		.before = old ? old->text : (struct mdt_slice){ 0 },
		.after = after ? *after : (struct mdt_slice){ 0 },
	};
	if (!mdt_map_set_text(&state->keys, key, new))
		reader->failed_memory = true;
}

static void forget(struct reader *reader, struct mdt_state *state)
{
	struct mdt_seen_change *it = push_to(reader, change);

	if (it)
		*it = (struct mdt_seen_change){ .node = state->name, .had = true };
	mdt_map_deinit(&state->keys);
	state->keys = (struct mdt_map){ 0 };
}

// `array_state="clean"`, or `degraded`: it is there no more.
static bool read_key(struct reader *reader, struct mdt_state *state,
		     struct mdt_slice word)
{
	const char *equals = word.len ? memchr(word.str, '=', word.len) : NULL;
	size_t len = equals ? (size_t)(equals - word.str) : word.len;
	struct mdt_slice key, value;

	if (!len || !keep(reader, mdt_slice_head(word, len), &key))
		return false;
	if (equals && !unquote(reader, mdt_slice_skip(word, len + 1), &value))
		return false;
	change(reader, state, key, equals ? &value : NULL);
	return true;
}

static bool read_state(struct reader *reader, struct mdt_slice rest)
{
	struct mdt_slice word;
	struct mdt_state *state;
	bool ok = true;

	if (!mdt_plan_word(&rest, &word))
		return false;
	state = state_of(reader, word);
	if (!state)
		return true;
	if (mdt_slice_eq(mdt_slice_trim(rest), SLICE("gone"))) {
		forget(reader, state);
		return true;
	}
	while (ok && !reader->failed_memory && mdt_plan_word(&rest, &word))
		ok = read_key(reader, state, word);
	return ok;
}

/* ---- a step ---- */

static const struct {
	struct mdt_slice word;
	bool (*read)(struct reader *reader, struct mdt_slice rest);
} directives[] = {
	{ SLICE_INIT("kernel"), read_kernel },	 { SLICE_INIT("uevent"), read_uevent },
	{ SLICE_INIT("thread"), read_thread },	 { SLICE_INIT("state"), read_state },
	{ SLICE_INIT("waited"), read_waited },	 { SLICE_INIT("settled"), read_waited },
	{ SLICE_INIT("not-run"), read_not_run },
};

static bool read_seen(struct reader *reader, const struct mdt_plan_seen *seen)
{
	array_for_each (it, directives)
		if (mdt_slice_eq(it->word, seen->word))
			return it->read(reader, seen->rest) || reader->failed_memory;
	return false;
}

struct mdt_error *mdt_observed_read(const struct mdt_plan_step *step,
				    struct mdt_states *states, struct mdt_arena *arena,
				    struct mdt_observed *ret)
{
	struct reader reader = { .states = states, .arena = arena, .ret = ret };

	*ret = (struct mdt_observed){ 0 };
	for (size_t i = 0; i < step->seen_count && !reader.failed_memory; i++)
		if (!read_seen(&reader, &step->seen[i]) && !ret->unknown.len)
			ret->unknown = step->seen[i].word;
	if (reader.failed_memory)
		return &mdt_enomem;
	return mdt_alarms_find(ret->messages, ret->message_count, arena, &ret->alarms,
			       &ret->alarm_count);
}
