// SPDX-License-Identifier: MIT
/*
 * The machine, walked: from no array on, every call of a list is made in every state that
 * is reached, and the changes of array_state are drawn. States that differ only in what
 * no call of the list looks at are one.
 */
#include <stdlib.h>

#include "report/explain.h"

enum {
	SECTORS = 81920,
	STATES_MAX = 1024, // more are reached only if the list of calls grows
	NO_ARRAY = MDT_STATES,
	PLACES = MDT_STATES + 1,
	LABEL_MAX = 8, // calls at one arrow
};

struct move {
	const char *label;  // NULL: no call, it only leads on
	const char *failed; // the same with an errno, if that changes something, too
	struct mdt_model_call call;
};

#define DEVICE(minor_) .has_device = true, .major = 7, .minor = (minor_)

static const struct move moves[] = {
	{ "open", NULL, { .op = MDT_OP_OPEN } },
	{ "last close", NULL, { .op = MDT_OP_CLOSE } },
	{ "new_array", NULL, { .op = MDT_OP_NEW_ARRAY, .word = MDT_WORD_MD_NUMBER } },
	{ "SET_ARRAY_INFO (version only)",
	  NULL,
	  { .op = MDT_OP_SET_ARRAY_INFO,
	    .has_info = true,
	    .info = { .major_version = 1, .minor_version = 2 } } },
	{ "SET_ARRAY_INFO",
	  NULL,
	  { .op = MDT_OP_SET_ARRAY_INFO,
	    .has_info = true,
	    .info = { .level = 1, .raid_disks = 2, .not_persistent = 1, .state = 1 } } },
	{ "ADD_NEW_DISK",
	  NULL,
	  { .op = MDT_OP_ADD_NEW_DISK,
	    DEVICE(0),
	    .has_disk_info = true,
	    .disk_state = 6 } },
	{ "ADD_NEW_DISK",
	  NULL,
	  { .op = MDT_OP_ADD_NEW_DISK,
	    DEVICE(1),
	    .has_disk_info = true,
	    .number = 1,
	    .raid_disk = 1,
	    .disk_state = 6 } },
	{ "RUN_ARRAY", "RUN_ARRAY (EBUSY)", { .op = MDT_OP_RUN_ARRAY } },
	{ "STOP_ARRAY", NULL, { .op = MDT_OP_STOP_ARRAY } },
	{ "STOP_ARRAY_RO", NULL, { .op = MDT_OP_STOP_ARRAY_RO } },
	{ "RESTART_ARRAY_RW", NULL, { .op = MDT_OP_RESTART_ARRAY_RW } },
	{ "SET_DISK_FAULTY",
	  "SET_DISK_FAULTY of the last (EBUSY)",
	  { .op = MDT_OP_SET_DISK_FAULTY, DEVICE(1) } },
	{ "SET_DISK_FAULTY",
	  "SET_DISK_FAULTY of the last (EBUSY)",
	  { .op = MDT_OP_SET_DISK_FAULTY, DEVICE(0) } },
	{ "write clear", NULL, { .op = MDT_OP_ARRAY_STATE, .word = MDT_WORD_CLEAR } },
	{ "write inactive",
	  NULL,
	  { .op = MDT_OP_ARRAY_STATE, .word = MDT_WORD_INACTIVE } },
	{ "write readonly",
	  NULL,
	  { .op = MDT_OP_ARRAY_STATE, .word = MDT_WORD_READONLY } },
	{ "write read-auto",
	  NULL,
	  { .op = MDT_OP_ARRAY_STATE, .word = MDT_WORD_READ_AUTO } },
	{ "write clean", NULL, { .op = MDT_OP_ARRAY_STATE, .word = MDT_WORD_CLEAN } },
	{ "write active", NULL, { .op = MDT_OP_ARRAY_STATE, .word = MDT_WORD_ACTIVE } },
	{ "write check", NULL, { .op = MDT_OP_SYNC_ACTION, .word = MDT_WORD_CHECK } },
	{ NULL, NULL, { .op = MDT_OP_SETTLE } },
};

struct walk {
	struct mdt_model_options options;
	struct mdt_model_state *states; // owned
	size_t count;
	struct mdt_model_step *step; // owned
	const char *labels[PLACES][PLACES][LABEL_MAX];
};

static void add_disk(struct mdt_model_state *state, uint32_t minor)
{
	struct mdt_model_disk *disk = mdt_model_disk_get(state, 7, minor);

	disk->missing = disk->claimed = disk->read_only = MDT_NO;
	disk->size = SECTORS;
	disk->super = (struct mdt_model_super){
		.kind = MDT_MODEL_SUPER_1,
		.minor = 2,
		.level = 1,
		.raid_disks = 2,
		.max_dev = 2,
		.size = SECTORS - 2048,
		.data_size = SECTORS - 2048,
		.dev_number = (int32_t)minor,
		.roles = { 0, 1 },
		.events_exact = true,
		.clean = true,
	};
}

// What tells two states apart here.
static uint64_t key_of(const struct mdt_model_state *state)
{
	uint64_t key = mdt_model_array_state(state);

	key = key << 1 | (state->exists == MDT_YES);
	key = key << 1 | (mdt_model_equal(state->raid_disks, 0) == MDT_YES);
	key = key << 2 | (uint64_t)state->closing;
	key = key << 2 | (uint64_t)state->hold;
	key = key << 1 | (state->openers > 0);
	key = key << 1 | (state->ctime != 0);
	key = key << 1 | (state->major_version == 1);
	for (uint32_t i = 0; i < 2; i++) {
		key = key << 1 | state->disks[i].is_member;
		key = key << 2 | (uint64_t)state->disks[i].faulty;
	}
	return key;
}

static void visit(struct walk *walk, const struct mdt_model_state *state)
{
	for (size_t i = 0; i < walk->count; i++)
		if (key_of(&walk->states[i]) == key_of(state))
			return;
	if (walk->count < STATES_MAX)
		walk->states[walk->count++] = *state;
}

// The one word that array_state reads as; false when it is open.
static bool place_of(const struct mdt_model_state *state, unsigned int *ret)
{
	unsigned int words = mdt_model_array_state(state);

	*ret = NO_ARRAY;
	if (state->exists == MDT_NO)
		return true;
	for (*ret = 0; *ret < MDT_STATES; ++*ret)
		if (words == 1u << *ret)
			return true;
	return false;
}

static void add_label(const char **labels, const char *label)
{
	for (size_t i = 0; i < LABEL_MAX; i++) {
		if (!labels[i])
			labels[i] = label;
		if (strcmp(labels[i], label) == 0)
			return;
	}
}

static bool is_possible(const struct mdt_model_state *state,
			const struct mdt_model_call *call)
{
	bool by_descriptor = call->op < MDT_OP_ARRAY_STATE && call->op != MDT_OP_OPEN &&
			     call->op != MDT_OP_NEW_ARRAY;

	if (call->op == MDT_OP_OPEN)
		return state->openers == 0;
	return by_descriptor ? state->openers > 0
			     : state->exists == MDT_YES || call->op == MDT_OP_NEW_ARRAY;
}

static void try_move(struct walk *walk, const struct mdt_model_state *from,
		     const struct move *move)
{
	unsigned int before, after;

	if (!is_possible(from, &move->call))
		return;
	mdt_model_step(&walk->options, from, &move->call, walk->step);
	for (unsigned int i = 0; i < walk->step->count; i++) {
		const struct mdt_model_state *next = &walk->step->outcomes[i].next;
		const char *label =
			walk->step->outcomes[i].result ? move->failed : move->label;

		visit(walk, next);
		if (label && place_of(from, &before) && place_of(next, &after) &&
		    before != after)
			add_label(walk->labels[before][after], label);
	}
}

static const char *place_name(unsigned int place)
{
	return place == NO_ARRAY ? "no array"
				 : mdt_array_state_name((enum mdt_array_state)place);
}

static void add_arrow(const char *const *labels, unsigned int from, unsigned int to,
		      struct mdt_buf *ret)
{
	if (!labels[0])
		return;
	mdt_buf_printf(ret, "    s%u --> s%u : ", from, to);
	for (size_t i = 0; i < LABEL_MAX && labels[i]; i++)
		mdt_buf_printf(ret, "%s%s", i ? ", " : "", labels[i]);
	mdt_buf_addc(ret, '\n');
}

static bool is_reached(const struct walk *walk, unsigned int place)
{
	for (unsigned int i = 0; i < PLACES; i++)
		if (walk->labels[place][i][0] || walk->labels[i][place][0])
			return true;
	return false;
}

static void draw(const struct walk *walk, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "stateDiagram-v2\n");
	for (unsigned int i = 0; i < PLACES; i++)
		if (is_reached(walk, i))
			mdt_buf_printf(ret, "    state \"%s\" as s%u\n", place_name(i),
				       i);
	mdt_buf_printf(ret, "    [*] --> s%u\n", (unsigned int)NO_ARRAY);
	for (unsigned int i = 0; i < PLACES; i++)
		for (unsigned int j = 0; j < PLACES; j++)
			add_arrow(walk->labels[i][j], i, j, ret);
}

void mdt_explain_diagram(enum mdt_kernel kernel, struct mdt_buf *ret)
{
	struct walk *walk = calloc(1, sizeof(*walk));

	if (walk) {
		mdt_model_options_init(&walk->options, kernel);
		walk->states = calloc(STATES_MAX, sizeof(*walk->states));
		walk->step = malloc(sizeof(*walk->step));
	}
	if (!walk || !walk->states || !walk->step) {
		ret->failed = true;
	} else {
		mdt_model_state_init(&walk->states[0]);
		add_disk(&walk->states[0], 0);
		add_disk(&walk->states[0], 1);
		walk->count = 1;
		for (size_t i = 0; i < walk->count; i++)
			array_for_each (it, moves)
				try_move(walk, &walk->states[i], it);
		draw(walk, ret);
	}
	if (walk) {
		free(walk->states);
		free(walk->step);
	}
	free(walk);
}
