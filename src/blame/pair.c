// SPDX-License-Identifier: MIT
// What differs between two runs, as signs.
#include <stdlib.h>

#include "blame/parts.h"
#include "md/sysfs.h"

struct look {
	struct blame_pair *pair;
	struct mdt_diff *diff;
	size_t place;					 /* in the second log */
	const struct mdt_diff_step *old_step, *new_step; /* one of them may be NULL */
	const struct mdt_diff_meaning *meaning;
	struct mdt_slice states[2]; /* of arrays after the calls before, on each side */
};

/* ---- normalised calls ---- */

// The errno of a normalised call; empty: it did not fail.
static struct mdt_slice error_of(struct mdt_slice text)
{
	size_t at = text.len;

	while (at && text.str[at - 1] != ' ' && text.str[at - 1] != '=')
		at--;
	if (at < 4 || memcmp(text.str + at - 4, " -1 ", 4) != 0)
		return (struct mdt_slice){ 0 };
	return mdt_slice_skip(text, at);
}

// What a normalised call is about: its first path, or what its descriptor is.
static struct mdt_slice path_of(struct mdt_slice text)
{
	size_t from = 0, to;
	char end;

	while (from < text.len && text.str[from] != '"' && text.str[from] != '<')
		from++;
	if (from == text.len)
		return (struct mdt_slice){ 0 };
	end = text.str[from] == '<' ? '>' : '"';
	for (to = ++from; to < text.len && text.str[to] != end;)
		to++;
	return mdt_slice_head(mdt_slice_skip(text, from), to - from);
}

/* ---- signs ---- */

static struct mdt_error *add(struct blame_pair *pair, size_t place,
			     const struct mdt_blame_sign *sign)
{
	size_t at = pair->len;

	if (!mdt_grow((void **)&pair->signs, &pair->cap, pair->len,
		      sizeof(*pair->signs)) ||
	    !mdt_grow((void **)&pair->places, &pair->place_cap, pair->len,
		      sizeof(*pair->places)))
		return &mdt_enomem;
	// In order; processes come one after the other, so there is little to move.
	for (; at && pair->places[at - 1] > place; at--) {
		pair->places[at] = pair->places[at - 1];
		pair->signs[at] = pair->signs[at - 1];
	}
	pair->places[at] = place;
	pair->signs[at] = *sign;
	pair->len++;
	return NULL;
}

static struct mdt_error *keep(struct blame_pair *pair, struct mdt_slice text,
			      struct mdt_slice *ret)
{
	return mdt_arena_copy(pair->arena, text, ret) ? NULL : &mdt_enomem;
}

// The operation, as trace/about.h names it.
static struct mdt_error *keep_op(const struct look *look, struct mdt_slice *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf op = { 0 };
	const struct mdt_diff_meaning *meaning = look->meaning;
	struct mdt_slice path = path_of(mdt_diff_text_of(look->diff, look->new_step));
	struct mdt_md_path md = { 0 };
	bool is_attribute = mdt_md_path_parse(path, &md) && md.attr.len;

	if (meaning->verb == MDT_VERB_OPEN)
		mdt_buf_adds(&op, is_attribute ? "open attribute " : "open");
	else
		mdt_buf_add(&op, meaning->name);
	if (is_attribute && meaning->verb != MDT_VERB_OPEN)
		mdt_buf_addc(&op, ' ');
	if (is_attribute)
		mdt_buf_add(&op, md.attr);
	return op.failed ? &mdt_enomem : keep(look->pair, mdt_buf_slice(&op), ret);
}

// A result that is another, of the fields that were compared last.
static struct mdt_error *keep_result(const struct look *look, struct mdt_blame_sign *sign)
{
	const struct mdt_diff_fields *fields = &look->diff->fields;
	const struct mdt_ioctl *row;
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < fields->len; i++) {
		if (!mdt_slice_eq(fields->items[i].name, SLICE("result")))
			continue;
		err = keep_op(look, &sign->op);
		if (!err)
			err = keep(look->pair, fields->items[i].old_value, &sign->before);
		if (!err)
			err = keep(look->pair, fields->items[i].new_value, &sign->after);
	}
	row = mdt_ioctl_find_name(look->diff->table, look->meaning->name);
	sign->is_md_ioctl = row && strcmp(row->pack, "md") == 0;
	return err;
}

static void set_place(const struct blame_run *run, unsigned long line,
		      struct mdt_blame_sign *sign)
{
	const struct blame_place *place = mdt_map_find(&run->places, line);

	sign->path = place ? place->path : mdt_slice_cstr(run->input->path);
	sign->line = place ? place->line : line;
}

// A sign at the call that is looked at; pair->text is how.
static struct mdt_error *add_call(struct look *look, enum mdt_blame_kind kind,
				  unsigned int weight,
				  const struct mdt_blame_cause *cause)
{
	struct blame_pair *pair = look->pair;
	const struct blame_run *run = look->new_step ? pair->b : pair->a;
	unsigned long line = look->new_step ? look->new_step->line : look->old_step->line;
	const struct blame_cause *model = mdt_map_find(&run->causes, line);
	struct mdt_blame_sign sign = {
		.kind = kind,
		.weight = weight,
		.because = cause ? cause->because : NULL,
		.source = cause ? cause->source : NULL,
	};
	struct mdt_error *err = mdt_buf_error(&pair->text);

	if (!err)
		err = keep(pair, look->meaning->label, &sign.what);
	if (!err)
		err = keep(pair, mdt_buf_slice(&pair->text), &sign.how);
	if (!err && kind == MDT_BLAME_ANSWERED && look->old_step && look->new_step)
		err = keep_result(look, &sign);
	set_place(run, line, &sign);
	if (kind == MDT_BLAME_ANSWERED && model) {
		sign.model = model->text;
		sign.model_source = model->source;
	}
	return err ? err : add(pair, look->place, &sign);
}

/* ---- one call ---- */

static const struct mdt_blame_cause personality = {
	.because = "the module of the level is not loaded",
	.source = "drivers/md/md.c md_run()",
};

// What is wrong with the environment, if the second log's call fails of that.
static const struct mdt_blame_cause *cause_of(const struct look *look)
{
	struct mdt_slice text, error;

	if (!look->new_step)
		return NULL;
	text = mdt_diff_text_of(look->diff, look->new_step);
	error = error_of(text);
	if (!error.len)
		return NULL;
	if (mdt_map_find(&look->pair->b->unsupported, look->new_step->line))
		return &personality;
	return blame_cause_find(look->meaning->name, path_of(text), error);
}

static bool matters(const struct look *look)
{
	return look->meaning->level <= MDT_LEVEL_MD &&
	       look->meaning->verb != MDT_VERB_EXIT &&
	       look->meaning->verb != MDT_VERB_SIGNAL;
}

static unsigned int weight_asked(const struct look *look)
{
	if (!matters(look))
		return 0;
	return look->meaning->changes ? MDT_WEIGHT_CHANGE : MDT_WEIGHT_QUESTION;
}

// Only one of the two has it.
static struct mdt_error *see_alone(struct look *look, const char *how)
{
	const struct mdt_blame_cause *cause = cause_of(look);
	unsigned int weight = weight_asked(look);

	if (!weight && !cause)
		return NULL;
	mdt_buf_clear(&look->pair->text);
	mdt_buf_adds(&look->pair->text, how);
	if (!cause)
		return add_call(look, MDT_BLAME_ASKED, weight, NULL);
	mdt_buf_adds(&look->pair->text, ", ");
	mdt_buf_add(&look->pair->text,
		    error_of(mdt_diff_text_of(look->diff, look->new_step)));
	return add_call(look, MDT_BLAME_ANSWERED, MDT_WEIGHT_ANSWER, cause);
}

// Whether the kernel writes this part of a call. GET_DISK_INFO reads number
// (md.c get_disk_info()).
static bool is_answer(const struct look *look, const struct mdt_diff_field *field)
{
	const struct mdt_diff_meaning *meaning = look->meaning;
	const struct mdt_ioctl *row;

	if (mdt_slice_eq(field->name, SLICE("result")) ||
	    mdt_slice_find(field->name, SLICE("=>")))
		return true;
	if (meaning->verb == MDT_VERB_READ)
		return mdt_slice_starts(field->name, SLICE("bytes"));
	if (meaning->verb != MDT_VERB_IOCTL ||
	    (mdt_slice_eq(meaning->name, SLICE("GET_DISK_INFO")) &&
	     mdt_slice_eq(field->name, SLICE("number"))))
		return false;
	row = mdt_ioctl_find_name(look->diff->table, meaning->name);
	return row && row->arg == MDT_ARG_OUT;
}

static bool is_lost(const struct mdt_diff_field *field)
{
	return mdt_slice_eq(field->name, SLICE("result")) &&
	       mdt_slice_eq(field->new_value, SLICE("?"));
}

static bool is_errno(struct mdt_slice text)
{
	return text.len > 1 && text.str[0] == 'E';
}

static unsigned int weight_answered(const struct look *look,
				    const struct mdt_diff_field *field)
{
	if (is_lost(field))
		return MDT_WEIGHT_LOST;
	if (!matters(look))
		return 0;
	if (!look->meaning->changes || !mdt_slice_eq(field->name, SLICE("result")) ||
	    !is_errno(field->new_value))
		return MDT_WEIGHT_ANSWER;
	return MDT_WEIGHT_REFUSED;
}

static void write_value(struct mdt_slice value, struct mdt_buf *ret)
{
	enum { VALUE_MAX = 60 };

	if (value.len <= VALUE_MAX) {
		mdt_buf_add(ret, value.len ? value : SLICE("nothing"));
		return;
	}
	mdt_buf_add(ret, mdt_slice_head(value, VALUE_MAX));
	mdt_buf_adds(ret, "...");
}

static void write_field(const struct mdt_diff_field *field, struct mdt_buf *ret)
{
	if (ret->len)
		mdt_buf_adds(ret, ", ");
	if (!mdt_slice_eq(field->name, SLICE("result")) && field->name.len) {
		mdt_buf_add(ret, field->name);
		mdt_buf_addc(ret, ' ');
	}
	write_value(field->old_value, ret);
	mdt_buf_adds(ret, " → ");
	write_value(field->new_value, ret);
}

// The fields of one kind as one sign.
static struct mdt_error *see_fields(struct look *look, bool answers)
{
	const struct mdt_diff_fields *fields = &look->diff->fields;
	const struct mdt_blame_cause *cause = answers ? cause_of(look) : NULL;
	unsigned int weight = answers ? 0 : weight_asked(look);
	struct mdt_buf *text = &look->pair->text;

	mdt_buf_clear(text);
	for (size_t i = 0; i < fields->len; i++) {
		const struct mdt_diff_field *field = &fields->items[i];
		unsigned int own;

		if (is_answer(look, field) != answers)
			continue;
		own = answers ? weight_answered(look, field) : 0;
		weight = own > weight ? own : weight;
		write_field(field, text);
	}
	if (!text->len)
		return NULL;
	if (cause && !weight)
		weight = MDT_WEIGHT_ANSWER;
	if (!weight)
		return NULL;
	return add_call(look, answers ? MDT_BLAME_ANSWERED : MDT_BLAME_ASKED, weight,
			cause);
}

/* ---- what a call leaves behind ---- */

static struct mdt_slice states_after(const struct blame_run *run,
				     const struct mdt_diff_step *step)
{
	const struct mdt_slice *states = mdt_map_find(&run->after, step->line);

	return states ? *states : (struct mdt_slice){ 0 };
}

// The same call, and md left the arrays in another state. Of a run that was recorded
// nobody has looked. What stays otherwise is told once.
static struct mdt_error *see_after(struct look *look)
{
	struct mdt_slice before = states_after(look->pair->a, look->old_step);
	struct mdt_slice after = states_after(look->pair->b, look->new_step);
	bool is_told = mdt_slice_eq(before, look->states[0]) &&
		       mdt_slice_eq(after, look->states[1]);
	struct mdt_buf *text = &look->pair->text;

	look->states[0] = before;
	look->states[1] = after;
	if (is_told || !before.len || !after.len || mdt_slice_eq(before, after))
		return NULL;
	mdt_buf_clear(text);
	mdt_buf_adds(text, "after it ");
	mdt_buf_add(text, before);
	mdt_buf_adds(text, " → ");
	mdt_buf_add(text, after);
	return add_call(look, MDT_BLAME_ANSWERED, MDT_WEIGHT_AFTER, NULL);
}

/* ---- a pair of calls ---- */

static struct mdt_error *see_same(struct look *look, const struct mdt_diff_edit *edit)
{
	struct mdt_error *err = NULL;

	for (uint32_t i = 0; !err && i < edit->len; i++) {
		look->old_step = mdt_diff_step(look->diff, MDT_OLD, edit->old_step + i);
		look->new_step = mdt_diff_step(look->diff, MDT_NEW, edit->new_step + i);
		look->meaning = mdt_diff_step_meaning(look->diff, look->new_step);
		look->place = look->new_step->first;
		err = see_after(look);
	}
	return err;
}

static struct mdt_error *see_changed(struct look *look)
{
	struct mdt_error *err =
		mdt_diff_compare_steps(look->diff, look->old_step, look->new_step);

	// What is asked comes before its answer.
	if (!err)
		err = see_fields(look, false);
	if (!err)
		err = see_fields(look, true);
	return err ? err : see_after(look);
}

/* ---- all calls ---- */

// Calls that were not made, or that the planner made, say nothing of mdadm.
static bool is_mdadms(const struct blame_run *run, const struct mdt_diff_step *step)
{
	return !mdt_map_find(&run->not_run, step->line) &&
	       !mdt_map_find(&run->planned, step->line);
}

static struct mdt_error *see_edit(struct look *look, const struct mdt_diff_edit *edit)
{
	struct mdt_diff *diff = look->diff;

	look->old_step = look->new_step = NULL;
	if (edit->kind != MDT_EDIT_NEW)
		look->old_step = mdt_diff_step(diff, MDT_OLD, edit->old_step);
	if (edit->kind != MDT_EDIT_GONE) {
		look->new_step = mdt_diff_step(diff, MDT_NEW, edit->new_step);
		look->place = look->new_step->first;
	}
	if (edit->kind == MDT_EDIT_SAME)
		return see_same(look, edit);
	if ((look->old_step && !is_mdadms(look->pair->a, look->old_step)) ||
	    (look->new_step && !is_mdadms(look->pair->b, look->new_step)))
		return NULL;
	look->meaning = mdt_diff_step_meaning(diff, look->new_step ? look->new_step
								   : look->old_step);
	switch (edit->kind) {
	case MDT_EDIT_SAME:
		break;
	case MDT_EDIT_CHANGED:
		return see_changed(look);
	case MDT_EDIT_NEW:
		return see_alone(look, "only here");
	case MDT_EDIT_GONE:
		return see_alone(look, "not asked");
	}
	return NULL;
}

static struct mdt_error *see_edits(struct look *look)
{
	const struct mdt_diff *diff = look->diff;
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < diff->pair_len; i++) {
		const struct mdt_diff_pair *tasks = &diff->pairs[i];

		look->place = 0;
		for (size_t k = 0; !err && k < tasks->len; k++)
			err = see_edit(look, &diff->edits[tasks->first + k]);
	}
	return err;
}

/* ---- how they end ---- */

static struct mdt_error *add_end(struct blame_pair *pair, unsigned int weight,
				 struct mdt_slice what, struct mdt_slice before,
				 struct mdt_slice after)
{
	struct mdt_blame_sign sign = { .kind = MDT_BLAME_ENDED,
				       .weight = weight,
				       .path = mdt_slice_cstr(pair->b->input->path) };
	struct mdt_error *err;

	mdt_buf_clear(&pair->text);
	mdt_buf_add(&pair->text, before);
	mdt_buf_adds(&pair->text, " → ");
	mdt_buf_add(&pair->text, after);
	err = mdt_buf_error(&pair->text);
	if (!err)
		err = keep(pair, what, &sign.what);
	if (!err)
		err = keep(pair, mdt_buf_slice(&pair->text), &sign.how);
	return err ? err : add(pair, SIZE_MAX, &sign);
}

// Of an array that the run does not have: it is not there.
static struct mdt_slice end_of(const struct blame_run *run, struct mdt_slice array)
{
	for (size_t i = 0; i < run->end_count; i++)
		if (mdt_slice_eq(run->ends[i].array, array))
			return run->ends[i].state;
	return SLICE("no array");
}

static struct mdt_error *see_array(struct blame_pair *pair, struct mdt_slice array)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf what = { 0 };
	struct mdt_slice before = end_of(pair->a, array), after = end_of(pair->b, array);

	if (!before.len || !after.len || mdt_slice_eq(before, after))
		return NULL;
	mdt_buf_add(&what, array);
	mdt_buf_adds(&what, " at the end");
	if (what.failed)
		return &mdt_enomem;
	return add_end(pair, MDT_WEIGHT_STATE, mdt_buf_slice(&what), before, after);
}

static bool has_end(const struct blame_run *run, struct mdt_slice array)
{
	for (size_t i = 0; i < run->end_count; i++)
		if (mdt_slice_eq(run->ends[i].array, array))
			return true;
	return false;
}

static struct mdt_error *see_ends(struct blame_pair *pair)
{
	const struct blame_run *a = pair->a, *b = pair->b;
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < a->end_count; i++)
		err = see_array(pair, a->ends[i].array);
	for (size_t i = 0; !err && i < b->end_count; i++)
		if (!has_end(a, b->ends[i].array))
			err = see_array(pair, b->ends[i].array);
	if (!err && a->exit.len && b->exit.len && !mdt_slice_eq(a->exit, b->exit))
		err = add_end(pair, MDT_WEIGHT_EXIT, SLICE("the program"), a->exit,
			      b->exit);
	return err;
}

/* ---- what the caller calls failing ---- */

static struct mdt_error *find_failing(struct look *look, enum mdt_diff_side side,
				      struct mdt_pattern *fails,
				      const struct mdt_diff_step **ret)
{
	const struct mdt_diff_steps *steps = &look->diff->steps[side];
	struct mdt_error *err = NULL;
	bool matches = false;

	*ret = NULL;
	for (size_t i = 0; !err && i < steps->len; i++) {
		const struct mdt_diff_step *step = &steps->items[i];

		err = mdt_pattern_matches(fails, mdt_diff_text_of(look->diff, step),
					  &matches);
		if (!err && matches) {
			*ret = step;
			break;
		}
	}
	return err;
}

static struct mdt_error *see_failing(struct look *look, struct mdt_pattern *fails)
{
	struct mdt_error *err;

	err = find_failing(look, MDT_OLD, fails, &look->old_step);
	if (!err)
		err = find_failing(look, MDT_NEW, fails, &look->new_step);
	if (err || look->old_step || !look->new_step)
		return err;
	look->meaning = mdt_diff_step_meaning(look->diff, look->new_step);
	look->place = look->new_step->first;
	mdt_buf_clear(&look->pair->text);
	mdt_buf_adds(&look->pair->text, "what --fails describes");
	return add_call(look, MDT_BLAME_ENDED, MDT_WEIGHT_SAID, NULL);
}

/* ---- a pair ---- */

static struct mdt_error *read_log(struct mdt_diff *diff, enum mdt_diff_side side,
				  const struct blame_run *run)
{
	return mdt_diff_log_parse(run->input->path, run->text, diff->rules, diff->table,
				  &diff->texts, NULL, &diff->logs[side]);
}

static struct mdt_error *compare(struct blame_pair *pair, struct mdt_diff *diff,
				 const struct mdt_blame_options *options)
{
	struct look look = { .pair = pair, .diff = diff };
	struct mdt_error *err = read_log(diff, MDT_OLD, pair->a);

	if (!err)
		err = read_log(diff, MDT_NEW, pair->b);
	if (!err)
		err = mdt_diff_run(diff);
	if (!err)
		err = see_edits(&look);
	if (!err)
		err = see_ends(pair);
	if (!err && options->fails)
		err = see_failing(&look, options->fails);
	return err;
}

struct mdt_error *blame_pair_make(const struct blame_run *a, const struct blame_run *b,
				  const struct mdt_blame_options *options,
				  struct mdt_arena *arena, struct blame_pair *ret)
{
	struct mdt_diff_options all = { .level = MDT_LEVEL_SYSCALL };
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;
	struct mdt_error *err;

	*ret = (struct blame_pair){ .a = a, .b = b, .arena = arena };
	mdt_diff_init(&diff, &rules, mdt_ioctl_builtin(), &all);
	err = compare(ret, &diff, options);
	mdt_diff_deinit(&diff);
	mdt_diff_rules_deinit(&rules);
	return err;
}

void blame_pair_deinit(struct blame_pair *pair)
{
	free(pair->signs);
	free(pair->places);
	mdt_buf_deinit(&pair->text);
	*pair = (struct blame_pair){ 0 };
}

const struct mdt_blame_sign *blame_pair_first(const struct blame_pair *pair,
					      enum mdt_blame_kind kind,
					      unsigned int weight)
{
	for (size_t i = 0; i < pair->len; i++)
		if (pair->signs[i].kind == kind && pair->signs[i].weight >= weight)
			return &pair->signs[i];
	return NULL;
}

const struct mdt_blame_sign *blame_pair_worst(const struct blame_pair *pair)
{
	const struct mdt_blame_sign *ret = NULL;

	for (size_t i = 0; i < pair->len; i++)
		if (!ret || pair->signs[i].weight > ret->weight)
			ret = &pair->signs[i];
	return ret;
}

bool blame_pair_has(const struct blame_pair *pair, const struct mdt_blame_sign *sign)
{
	for (size_t i = 0; i < pair->len; i++) {
		const struct mdt_blame_sign *it = &pair->signs[i];

		if (it->kind == sign->kind && it->weight == sign->weight &&
		    mdt_slice_eq(it->what, sign->what) &&
		    mdt_slice_eq(it->how, sign->how))
			return true;
	}
	return false;
}
