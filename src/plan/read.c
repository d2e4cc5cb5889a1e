// SPDX-License-Identifier: MIT
#include <limits.h>

#include "plan/parts.h"

struct reader {
	struct mdt_plan *plan;
	const char *path;
	unsigned long number;	   // of the line
	struct mdt_slice line;	   // all of it
	struct mdt_slice rest;	   // what is left of it
	struct mdt_slice word;	   // the directive's
	struct mdt_plan_step next; // what was said of the next call so far
	bool has_next;
};

/* ---- words ---- */

static struct mdt_error *fail(const struct reader *r, struct mdt_slice at,
			      const char *what)
{
	const char *place = at.str ? at.str : r->line.str;

	return mdt_error_at(MDT_ERR_SYNTAX, r->path, r->number,
			    (unsigned long)(place - r->line.str) + 1, "expected %s",
			    what);
}

static struct mdt_error *take_word(struct reader *r, const char *what,
				   struct mdt_slice *ret)
{
	return mdt_plan_word(&r->rest, ret) ? NULL : fail(r, r->rest, what);
}

static struct mdt_error *take_text(struct reader *r, const char *what,
				   struct mdt_slice *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice word;
	struct mdt_error *err = take_word(r, what, &word);

	if (err)
		return err;
	if (word.str[0] != '"' || !mdt_plan_text(word, &text))
		return fail(r, word, what);
	if (mdt_buf_error(&text) ||
	    !mdt_arena_copy(&r->plan->arena, mdt_buf_slice(&text), ret))
		return &mdt_enomem;
	return NULL;
}

// Decimal, unless it says 0x.
static bool to_number(struct mdt_slice word, uint64_t max, uint64_t *ret)
{
	bool is_hex = mdt_slice_starts(word, SLICE("0x"));

	return (is_hex ? mdt_slice_to_u64(word, ret) : mdt_slice_to_dec(word, ret)) &&
	       *ret <= max;
}

static struct mdt_error *take_number(struct reader *r, const char *what, uint64_t max,
				     uint64_t *ret)
{
	struct mdt_slice word;
	struct mdt_error *err = take_word(r, what, &word);

	if (!err && !to_number(word, max, ret))
		err = fail(r, word, what);
	return err;
}

static struct mdt_error *take_device(struct reader *r, uint32_t *major, uint32_t *minor)
{
	static const char what[] = "a device, MAJOR:MINOR";
	uint64_t numbers[2];
	struct mdt_slice word;
	struct mdt_error *err = take_word(r, what, &word);
	const char *colon;
	size_t at;

	if (err)
		return err;
	colon = memchr(word.str, ':', word.len);
	at = colon ? (size_t)(colon - word.str) : word.len;
	if (!colon || !to_number(mdt_slice_head(word, at), UINT32_MAX, &numbers[0]) ||
	    !to_number(mdt_slice_skip(word, at + 1), UINT32_MAX, &numbers[1]))
		return fail(r, word, what);
	*major = (uint32_t)numbers[0];
	*minor = (uint32_t)numbers[1];
	return NULL;
}

static struct mdt_plan_section *last_section(const struct reader *r)
{
	return r->plan->section_count ? &r->plan->sections[r->plan->section_count - 1]
				      : NULL;
}

/* ---- the top ---- */

static struct mdt_error *read_recorded(struct reader *r)
{
	return take_text(r, "the recorded kernel's release in quotes",
			 &r->plan->recorded);
}

static struct mdt_error *read_module(struct reader *r)
{
	struct mdt_slice *module =
		mdt_plan_add(r->plan, r->plan->modules, r->plan->module_count);

	return module ? take_word(r, "a module's name", module) : &mdt_enomem;
}

static struct mdt_error *read_sector(struct reader *r, struct mdt_plan_disk *disk)
{
	uint64_t sector;
	struct mdt_error *err = take_number(r, "a sector's size in bytes", 4096, &sector);

	if (!err && (sector < 512 || (sector & (sector - 1))))
		return fail(r, r->line, "a sector of 512, 1024, 2048 or 4096 bytes");
	if (!err)
		disk->sector = (uint32_t)sector;
	return err;
}

static struct mdt_error *read_disk_option(struct reader *r, struct mdt_slice word,
					  struct mdt_plan_disk *disk)
{
	if (mdt_slice_eq(word, SLICE("derived")))
		return take_text(r, "a reason in quotes", &disk->why);
	if (mdt_slice_eq(word, SLICE("sector")))
		return read_sector(r, disk);
	if (!mdt_slice_eq(word, SLICE("partition-of")))
		return fail(r, word,
			    "'derived', 'sector', 'partition-of' or the end of the line");
	disk->is_partition = true;
	return take_device(r, &disk->parent_major, &disk->parent_minor);
}

static struct mdt_error *read_disk(struct reader *r)
{
	struct mdt_plan_disk *disk =
		mdt_plan_add(r->plan, r->plan->disks, r->plan->disk_count);
	struct mdt_slice word;
	struct mdt_error *err;

	if (!disk)
		return &mdt_enomem;
	err = take_device(r, &disk->major, &disk->minor);
	if (!err)
		err = take_text(r, "the disk's node in quotes", &disk->path);
	if (!err)
		err = take_number(r, "the disk's size in bytes", INT64_MAX, &disk->size);
	while (!err && mdt_plan_word(&r->rest, &word))
		err = read_disk_option(r, word, disk);
	return err;
}

static struct mdt_error *read_note(struct reader *r)
{
	struct mdt_slice *note =
		mdt_plan_add(r->plan, r->plan->notes, r->plan->note_count);

	return note ? take_text(r, "a note in quotes", note) : &mdt_enomem;
}

/* ---- sections ---- */

// What was said of a call that then does not come.
static struct mdt_error *expect_no_next(const struct reader *r)
{
	return r->has_next ? fail(r, r->line, "the call that the lines above speak of")
			   : NULL;
}

static struct mdt_error *read_section(struct reader *r)
{
	struct mdt_error *err = expect_no_next(r);
	struct mdt_plan_section *section;

	if (err)
		return err;
	section = mdt_plan_add(r->plan, r->plan->sections, r->plan->section_count);
	if (!section)
		return &mdt_enomem;
	section->is_prologue = mdt_slice_eq(r->word, SLICE("prologue"));
	return take_text(r, "the section's name in quotes", &section->name);
}

static struct mdt_error *read_skipped(struct reader *r)
{
	struct mdt_plan_section *section = last_section(r);
	struct mdt_error *err = expect_no_next(r);
	struct mdt_plan_skipped *skipped;
	uint64_t count;

	if (!err)
		err = take_number(r, "how many calls are skipped", SIZE_MAX, &count);
	if (err)
		return err;
	skipped = mdt_plan_add(r->plan, section->skipped, section->skipped_count);
	if (!skipped)
		return &mdt_enomem;
	skipped->count = (size_t)count;
	return take_text(r, "a reason in quotes", &skipped->reason);
}

/* ---- steps ---- */

static struct mdt_error *add_step(struct reader *r)
{
	struct mdt_plan_section *section = last_section(r);
	struct mdt_plan_step *step =
		mdt_plan_add(r->plan, section->steps, section->step_count);

	if (!step)
		return &mdt_enomem;
	*step = r->next;
	step->plan_line = r->number;
	r->next = (struct mdt_plan_step){ 0 };
	r->has_next = false;
	return NULL;
}

static struct mdt_error *read_settle(struct reader *r)
{
	struct mdt_error *err = expect_no_next(r);

	r->next.kind = MDT_STEP_SETTLE;
	return err ? err : add_step(r);
}

static struct mdt_error *read_teardown(struct reader *r)
{
	struct mdt_error *err = expect_no_next(r);

	r->next.kind = MDT_STEP_TEARDOWN;
	return err ? err : add_step(r);
}

static struct mdt_error *read_line_number(struct reader *r)
{
	uint64_t number;
	struct mdt_error *err =
		take_number(r, "the number of a line", ULONG_MAX, &number);

	if (!err)
		r->next.line = (unsigned long)number;
	return err;
}

static struct mdt_error *read_made(struct reader *r)
{
	return take_text(r, "a reason in quotes", &r->next.made);
}

static struct mdt_error *read_derived(struct reader *r)
{
	struct mdt_plan_derived *derived =
		mdt_plan_add(r->plan, r->next.derived, r->next.derived_count);
	struct mdt_error *err;

	if (!derived)
		return &mdt_enomem;
	derived->from_array = mdt_slice_eq(r->word, SLICE("from-array"));
	err = take_text(r, "a field's name in quotes", &derived->field);
	return err ? err : take_text(r, "a reason in quotes", &derived->reason);
}

static struct mdt_error *read_await(struct reader *r)
{
	r->next.await = true;
	return NULL;
}

static struct mdt_error *read_call(struct reader *r)
{
	if (!last_section(r))
		return fail(r, r->line,
			    "a section ('log' or 'prologue') before the first call");
	r->next.text = r->line;
	return add_step(r);
}

/* ---- what was seen ---- */

static struct mdt_plan_seen *add_seen(struct reader *r)
{
	struct mdt_plan_section *section = last_section(r);
	struct mdt_plan_step *step;

	if (!section)
		return mdt_plan_add(r->plan, r->plan->seen, r->plan->seen_count);
	if (!section->step_count)
		return mdt_plan_add(r->plan, section->seen, section->seen_count);
	step = &section->steps[section->step_count - 1];
	return mdt_plan_add(r->plan, step->seen, step->seen_count);
}

static struct mdt_error *read_seen(struct reader *r)
{
	struct mdt_error *err = expect_no_next(r);
	struct mdt_plan_seen *seen;

	if (!err && !r->plan->is_executed)
		err = fail(r, r->word,
			   "no such directive in a plan: only an executed log has it");
	if (err)
		return err;
	seen = add_seen(r);
	if (!seen)
		return &mdt_enomem;
	seen->word = r->word;
	seen->rest = mdt_slice_trim(r->rest);
	r->rest = (struct mdt_slice){ 0 };
	return NULL;
}

/* ---- lines ---- */

enum place {
	AT_TOP, // before the first section
	ANYWHERE,
	IN_SECTION,  // behind a section's head
	BEFORE_CALL, // the same, and a call must follow
};

static const struct directive {
	const char *word;
	enum place place;
	struct mdt_error *(*read)(struct reader *r);
} directives[] = {
	{ "line", BEFORE_CALL, read_line_number },
	{ "made", BEFORE_CALL, read_made },
	{ "derived", BEFORE_CALL, read_derived },
	{ "from-array", BEFORE_CALL, read_derived },
	{ "await", BEFORE_CALL, read_await },
	{ "recorded", AT_TOP, read_recorded },
	{ "module", AT_TOP, read_module },
	{ "disk", AT_TOP, read_disk },
	{ "note", AT_TOP, read_note },
	{ "prologue", ANYWHERE, read_section },
	{ "log", ANYWHERE, read_section },
	{ "settle", IN_SECTION, read_settle },
	{ "teardown", IN_SECTION, read_teardown },
	{ "skipped", IN_SECTION, read_skipped },
	{ "guest", ANYWHERE, read_seen },
	{ "not-run", IN_SECTION, read_seen },
	{ "waited", IN_SECTION, read_seen },
	{ "kernel", ANYWHERE, read_seen },
	{ "uevent", ANYWHERE, read_seen },
	{ "thread", ANYWHERE, read_seen },
	{ "state", ANYWHERE, read_seen },
	{ "settled", IN_SECTION, read_seen },
	{ "graph", ANYWHERE, read_seen },
};

static const struct directive *find_directive(struct mdt_slice word)
{
	array_for_each (it, directives)
		if (mdt_slice_eq_cstr(word, it->word))
			return it;
	return NULL;
}

static struct mdt_error *check_place(const struct reader *r, enum place place)
{
	if (place == AT_TOP && last_section(r))
		return fail(r, r->word, "this directive above the first section");
	if (place >= IN_SECTION && !last_section(r))
		return fail(r, r->word,
			    "this directive in a section ('log' or 'prologue')");
	return NULL;
}

static struct mdt_error *read_directive(struct reader *r)
{
	const struct directive *directive;
	struct mdt_slice extra;
	struct mdt_error *err = take_word(r, "a directive", &r->word);

	if (err)
		return err;
	directive = find_directive(r->word);
	if (!directive)
		return fail(r, r->word, "a directive that this mdtrace knows");
	err = check_place(r, directive->place);
	if (!err)
		err = directive->read(r);
	if (!err && mdt_plan_word(&r->rest, &extra))
		err = fail(r, extra, "the end of the line");
	if (!err && directive->place == BEFORE_CALL)
		r->has_next = true;
	return err;
}

static struct mdt_error *read_first(struct reader *r)
{
	struct mdt_error *err;
	uint64_t version;

	if (!mdt_plan_is(r->line) || !mdt_plan_directive(r->line, &r->rest) ||
	    !mdt_plan_word(&r->rest, &r->word))
		return fail(r, r->line, "'" MDT_PLAN_MARK "plan 1'");
	r->plan->is_executed = mdt_slice_eq(r->word, SLICE("executed"));
	err = take_number(r, "the version of the plan's language", UINT32_MAX, &version);
	if (!err && version != MDT_PLAN_VERSION)
		err = mdt_error_at(MDT_ERR_SYNTAX, r->path, r->number, 0,
				   "a plan in version %lu; this mdtrace reads version %d",
				   (unsigned long)version, MDT_PLAN_VERSION);
	return err;
}

static struct mdt_error *read_line(struct reader *r, bool *begun)
{
	if (!mdt_slice_trim(r->line).len)
		return NULL;
	if (!*begun) {
		*begun = true;
		return read_first(r);
	}
	if (mdt_plan_directive(r->line, &r->rest))
		return read_directive(r);
	return r->line.str[0] == '#' ? NULL : read_call(r);
}

struct mdt_error *mdt_plan_read(const char *path, struct mdt_slice text,
				struct mdt_plan *plan)
{
	struct reader r = { .plan = plan, .path = path };
	struct mdt_error *err = NULL;
	struct mdt_slice copy;
	bool begun = false;

	if (!mdt_arena_copy(&plan->arena, text, &copy))
		return &mdt_enomem;
	while (!err && mdt_plan_next_line(&copy, &r.line)) {
		r.number++;
		err = read_line(&r, &begun);
	}
	if (!err && !begun)
		err = mdt_error_at(MDT_ERR_SYNTAX, path, 0, 0, "an empty plan");
	return err ? err : expect_no_next(&r);
}
