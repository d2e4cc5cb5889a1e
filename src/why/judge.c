// SPDX-License-Identifier: MIT
/* Judging: which failure decided, why, and what one can do about it. */
#include "why/parts.h"

#include "annotate/remark.h"

enum {
	CALL_MAX = 120,
};

/* ---- what never returned ---- */

static void add_flight(struct mdt_why *why, const struct mdt_flight *flight)
{
	struct mdt_slice text = flight->remark.len
					? flight->remark
					: mdt_slice_head(flight->text, CALL_MAX);
	struct mdt_buf *because = &why->text;
	const struct mdt_why_remedy *row;
	struct mdt_why_item *item;

	mdt_buf_clear(because);
	if (flight->ended.len)
		mdt_buf_printf(because, "never returned: %s%.*s",
			       flight->pid ? "its process was " : "",
			       SLICE_FMT(flight->ended));
	else
		mdt_buf_adds(because, "the log does not have its result");
	mdt_buf_adds(because, "; it is not known whether it took effect");
	if (mdt_slice_starts(text, SLICE("ADD_NEW_DISK")) && why->disk) {
		mdt_buf_adds(because, "; the disk opened before it is ");
		mdt_why_add_disk(why, because);
	}
	item = mdt_why_add(why, MDT_WHY_FLIGHT, flight->file, flight->line, text);
	item->why = mdt_why_keep(why, mdt_buf_slice(because));
	// A log often ends in the middle of a wait().
	if (!flight->remark.len)
		return;
	// One that is whole may have been copied without its result.
	if (!flight->ended.len && mdt_slice_ends(flight->text, SLICE(")")))
		return;
	why->failed = true;
	row = mdt_why_remedy_find(SLICE("in flight"), SLICE(""), NULL, 0);
	if (!row)
		return;
	item = mdt_why_add(why, MDT_WHY_DO, NULL, 0, mdt_slice_cstr(row->text));
	item->source = mdt_slice_cstr(row->source);
}

void mdt_why_flights(struct mdt_why *why)
{
	const struct mdt_flight *flight;

	for (size_t i = 0; (flight = mdt_flights_at(&why->life.flights, i)); i++)
		add_flight(why, flight);
}

/* ---- the failure that decided ---- */

static bool says_failure(struct mdt_slice text)
{
	static const struct mdt_slice words[] = {
		SLICE_INIT("fail"),	  SLICE_INIT("annot"), SLICE_INIT("nable"),
		SLICE_INIT("error"),	  SLICE_INIT("busy"),  SLICE_INIT("nvalid"),
		SLICE_INIT("No such"),	  SLICE_INIT("not "),  SLICE_INIT("denied"),
		SLICE_INIT("unexpected"), SLICE_INIT("abort"), SLICE_INIT("bus"),
	};

	array_for_each (it, words)
		if (mdt_slice_find(text, *it))
			return true;
	return false;
}

static bool matters(const struct mdt_why_failure *failure)
{
	return failure->weight > MDT_WEIGHT_ASKED && !failure->harmless &&
	       !failure->succeeded;
}

static bool is_better(const struct mdt_why_failure *a, const struct mdt_why_failure *b)
{
	return !b || a->weight > b->weight;
}

// A path of md's that is not there matters only if the program says so.
static bool is_missing(const struct mdt_why_failure *failure)
{
	return failure->weight == MDT_WEIGHT_PATH && !failure->harmless;
}

// The nearest failure of a kind before a message that speaks of one.
static const struct mdt_why_failure *
nearest(const struct mdt_why *why, const struct mdt_why_message_line *said,
	bool (*counts)(const struct mdt_why_failure *failure))
{
	const struct mdt_why_failure *found = NULL;

	for (size_t i = 0; i < why->failure_count; i++) {
		const struct mdt_why_failure *it = &why->failures[i];

		if (!counts(it) || it->line >= said->line ||
		    !mdt_slice_eq(it->file, said->file))
			continue;
		// What went away explains what came after.
		if (it->weight == MDT_WEIGHT_GONE)
			return it;
		if (!found || it->last > found->last)
			found = it;
	}
	return found;
}

static const struct mdt_why_failure *
before_message(const struct mdt_why *why, const struct mdt_why_message_line *said)
{
	const struct mdt_why_failure *found = nearest(why, said, matters);

	return found ? found : nearest(why, said, is_missing);
}

static const struct mdt_why_failure *decisive(const struct mdt_why *why)
{
	const struct mdt_why_failure *found = NULL;

	for (size_t i = 0; i < why->said_count; i++) {
		if (!says_failure(why->said[i].text))
			continue;
		found = before_message(why, &why->said[i]);
		if (found)
			return found;
	}
	for (size_t i = 0; i < why->failure_count; i++)
		if (matters(&why->failures[i]) && is_better(&why->failures[i], found))
			found = &why->failures[i];
	return found;
}

/* ---- why ---- */

// All that the table of remarks has, for every kernel.
static void add_general_cause(struct mdt_why *why, const struct mdt_why_failure *failure)
{
	struct mdt_why_item *item;

	if (!failure->means.len)
		return;
	item = mdt_why_add(why, MDT_WHY_CAUSE, NULL, 0, failure->means);
	item->source = failure->source;
	item->unsure = mdt_slice_find(failure->means, SLICE("one of: ")) != NULL;
}

// Kernels agree on it: the same words from every one of them.
static bool holds_everywhere(const struct mdt_model_rule *rule)
{
	return mdt_kernels_all(rule->kernels);
}

static void add_rule(struct mdt_why *why, const struct mdt_model_rule *rule, bool unsure)
{
	struct mdt_why_item *item;
	struct mdt_buf *source = &why->text;

	item = mdt_why_add(why, MDT_WHY_CAUSE, NULL, 0, mdt_slice_cstr(rule->says));
	item->unsure = unsure;
	mdt_buf_clear(source);
	mdt_buf_adds(source, rule->source);
	if (rule->lines)
		mdt_buf_printf(source, " (line %s)", rule->lines);
	item->source = mdt_why_keep(why, mdt_buf_slice(source));
}

// What the model has left of the checks that give this errno, given the state.
static void add_causes(struct mdt_why *why, const struct mdt_why_failure *failure)
{
	bool by_rules = failure->rule_count > 0;

	for (unsigned int i = 0; i < failure->rule_count; i++)
		by_rules &= mdt_why_kernel_known(why) ||
			    holds_everywhere(mdt_model_rule(failure->rule_numbers[i]));
	if (!by_rules) {
		add_general_cause(why, failure);
		return;
	}
	for (unsigned int i = 0; i < failure->rule_count; i++)
		add_rule(why, mdt_model_rule(failure->rule_numbers[i]),
			 failure->rule_count > 1);
}

static void add_fact(struct mdt_why *why, const char *head, struct mdt_slice text)
{
	mdt_buf_clear(&why->text);
	mdt_buf_adds(&why->text, head);
	mdt_buf_add(&why->text, text);
	mdt_why_add(why, MDT_WHY_FACT, NULL, 0, mdt_buf_slice(&why->text));
}

static void add_state(struct mdt_why *why, const struct mdt_why_failure *failure)
{
	struct mdt_buf *text = &why->text;

	if (failure->disk.len)
		add_fact(why, "the disk that was opened before it is ", failure->disk);
	if (!failure->array.len || !failure->before.len ||
	    mdt_slice_starts(failure->before, SLICE("not known")))
		return;
	mdt_buf_clear(text);
	mdt_buf_printf(text, "%.*s was then: %.*s", SLICE_FMT(failure->array),
		       SLICE_FMT(failure->before));
	mdt_why_add(why, MDT_WHY_FACT, NULL, 0, mdt_buf_slice(text));
}

static void add_remedy(struct mdt_why *why, const struct mdt_why_failure *failure)
{
	const struct mdt_why_remedy *row = mdt_why_remedy_find(
		failure->op, failure->error, failure->rules, failure->rule_count);
	struct mdt_why_item *item;

	if (!row)
		return;
	item = mdt_why_add(why, MDT_WHY_DO, NULL, 0, mdt_slice_cstr(row->text));
	item->source = mdt_slice_cstr(row->source);
}

/* ---- failures as items ---- */

static struct mdt_why_item *add_failure(struct mdt_why *why, enum mdt_why_part part,
					const struct mdt_why_failure *failure)
{
	struct mdt_buf *text = &why->text;
	struct mdt_why_item *item;

	mdt_buf_clear(text);
	mdt_buf_add(text, failure->text);
	mdt_buf_adds(text, " = ");
	mdt_buf_add(text, failure->error);
	// The remark on an open has no path.
	if (failure->path.len && !mdt_slice_find(failure->text, failure->path))
		mdt_buf_printf(text, " (%.*s)", SLICE_FMT(failure->path));
	item = mdt_why_add(why, part, NULL, failure->line, mdt_buf_slice(text));
	item->file = failure->file;
	item->times = failure->times;
	return item;
}

static void add_succeeded(struct mdt_why *why, const struct mdt_why_failure *failure,
			  struct mdt_why_item *item)
{
	mdt_buf_clear(&why->text);
	mdt_buf_printf(&why->text, "it went well in line %lu%s", failure->succeeded,
		       failure->read_only ? ", another way (O_RDONLY)" : "");
	if (failure->means.len)
		mdt_buf_printf(&why->text, "; %.*s", SLICE_FMT(failure->means));
	item->why = mdt_why_keep(why, mdt_buf_slice(&why->text));
}

static void tell_other(struct mdt_why *why, const struct mdt_why_failure *failure)
{
	struct mdt_why_item *item;

	if (failure->harmless) {
		item = add_failure(why, MDT_WHY_HARMLESS, failure);
		item->why = mdt_slice_cstr(failure->harmless->why);
		item->source = mdt_slice_cstr(failure->harmless->source);
		return;
	}
	item = add_failure(why, MDT_WHY_ALSO, failure);
	item->why = failure->means;
	item->source = failure->source;
	if (failure->succeeded)
		add_succeeded(why, failure, item);
}

static void tell_decisive(struct mdt_why *why, const struct mdt_why_failure *failure)
{
	add_failure(why, MDT_WHY_FAILED, failure);
	add_causes(why, failure);
	add_state(why, failure);
	add_remedy(why, failure);
	why->failed = true;
}

/* ---- messages ---- */

static void tell_said(struct mdt_why *why)
{
	for (size_t i = 0; i < why->said_count; i++) {
		const struct mdt_why_message_line *said = &why->said[i];
		const struct mdt_why_message *row = mdt_why_program_message(said->text);
		struct mdt_why_item *item =
			mdt_why_add(why, MDT_WHY_SAID, NULL, said->line, said->text);

		item->file = said->file;
		if (!row)
			continue;
		item->why = mdt_slice_cstr(row->means);
		item->source = mdt_slice_cstr(row->source);
		if (!row->text)
			continue;
		item = mdt_why_add(why, MDT_WHY_DO, NULL, said->line,
				   mdt_slice_cstr(row->text));
		item->file = said->file;
		item->source = mdt_slice_cstr(row->source);
	}
}

/* ---- arrays ---- */

static void tell_files(struct mdt_why *why, const struct mdt_why_array *array)
{
	struct mdt_buf *text = &why->text;
	struct mdt_why_item *item;

	if (array->reads.len) {
		mdt_buf_clear(text);
		mdt_buf_printf(text,
			       "%.*s, opened for reading: ", SLICE_FMT(array->name));
		mdt_buf_add(text, mdt_buf_slice(&array->reads));
		mdt_why_add(why, MDT_WHY_FILES, NULL, array->reads_line,
			    mdt_buf_slice(text))
			->file = array->file;
	}
	if (!array->writes.len)
		return;
	mdt_buf_clear(text);
	mdt_buf_printf(text, "%.*s, opened for writing: ", SLICE_FMT(array->name));
	mdt_buf_add(text, mdt_buf_slice(&array->writes));
	item = mdt_why_add(why, MDT_WHY_FILES, NULL, array->writes_line,
			   mdt_buf_slice(text));
	item->file = array->file;
	mdt_buf_clear(text);
	if (!array->wrote)
		mdt_buf_adds(text, "what is written is not in the log");
	if (array->truncates)
		mdt_buf_printf(text,
			       "%sO_CREAT and O_TRUNC, a shell's, do nothing in sysfs",
			       text->len ? "; " : "");
	item->why = mdt_why_keep(why, mdt_buf_slice(text));
}

static void tell_array(struct mdt_why *why, const struct mdt_why_array *array)
{
	struct mdt_buf *text = &why->text;
	bool same = mdt_slice_eq(array->before, array->after);

	tell_files(why, array);
	mdt_buf_clear(text);
	mdt_buf_printf(text, "%.*s: ", SLICE_FMT(array->name));
	if (array->is_followed && !array->is_changed)
		mdt_buf_adds(text, "only asked, not to be changed: ");
	if (array->is_followed && same)
		mdt_buf_add(text, array->after);
	else if (array->is_followed)
		mdt_buf_printf(text, "before: %.*s; after: %.*s",
			       SLICE_FMT(array->before), SLICE_FMT(array->after));
	if (array->mdstat.len)
		mdt_buf_printf(text, "%s/proc/mdstat: %.*s",
			       array->is_followed ? "; " : "", SLICE_FMT(array->mdstat));
	if (array->is_followed || array->mdstat.len)
		mdt_why_add(why, MDT_WHY_ARRAY, NULL, 0, mdt_buf_slice(text));
}

// Those about block devices first. @return How many calls are not told.
static unsigned long tell_others(struct mdt_why *why, const struct mdt_why_failure *first)
{
	unsigned long others = 0;

	for (size_t i = 0; i < why->failure_count; i++)
		if (&why->failures[i] != first && why->failures[i].weight)
			tell_other(why, &why->failures[i]);
	for (size_t i = 0; i < why->failure_count; i++) {
		const struct mdt_why_failure *it = &why->failures[i];

		if (it->weight || it == first)
			continue;
		if (it->harmless)
			tell_other(why, it);
		else
			others += it->times;
	}
	return others;
}

void mdt_why_judge(struct mdt_why *why)
{
	const struct mdt_why_failure *first = decisive(why);
	unsigned long others;

	if (first)
		tell_decisive(why, first);
	tell_said(why);
	others = tell_others(why, first);
	for (size_t i = 0; i < why->array_count; i++)
		tell_array(why, why->array_list[i]);
	if (!others)
		return;
	mdt_buf_clear(&why->text);
	mdt_buf_printf(&why->text, "%lu other calls failed, not on md's devices or files",
		       others);
	mdt_why_add(why, MDT_WHY_NOTE, NULL, 0, mdt_buf_slice(&why->text));
}
