// SPDX-License-Identifier: MIT
#include "record/scenario.h"

#include "base/buf.h"
#include "plan/plan.h"

enum {
	LINES_MAX = 10000,
	DISK_MIN = 64 << 10, // bytes: less has no room for a superblock and data
};

static const uint64_t disk_max = 1ULL << 44;

struct reader {
	struct mdt_scenario *scenario;
	unsigned long number;  // of the line
	struct mdt_slice line; // all of it
	struct mdt_slice rest; // what is left of it
	unsigned int timeout;  // of the steps that follow
};

/* ---- words ---- */

static struct mdt_error *fail(const struct reader *r, struct mdt_slice at,
			      const char *expected)
{
	const char *place = at.str ? at.str : r->line.str;

	return mdt_error_at(MDT_ERR_SYNTAX, r->scenario->path.str, r->number,
			    (unsigned long)(place - r->line.str) + 1, "expected %s",
			    expected);
}

// A word that begins with # ends the line, as in a shell.
static bool next_word(struct reader *r, struct mdt_slice *ret)
{
	if (!mdt_plan_word(&r->rest, ret))
		return false;
	if (ret->str[0] != '#')
		return true;
	r->rest = mdt_slice_from(ret->str, 0);
	return false;
}

static struct mdt_error *take_word(struct reader *r, const char *expected,
				   struct mdt_slice *ret)
{
	return next_word(r, ret) ? NULL : fail(r, r->rest, expected);
}

static struct mdt_error *end_line(struct reader *r)
{
	struct mdt_slice word;

	return next_word(r, &word) ? fail(r, word, "the end of the line") : NULL;
}

// A word as the program gets it: its quotes and escapes undone.
static struct mdt_error *keep_word(struct reader *r, struct mdt_slice word,
				   const char **ret)
{
	static const char expected[] = "a word, or all of it in quotes (\"--name=a b\")";
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice copy;
	bool is_quoted = word.str[0] == '"';

	if ((!is_quoted && memchr(word.str, '"', word.len)) ||
	    !mdt_plan_text(word, &text) || (text.len && memchr(text.str, '\0', text.len)))
		return fail(r, word, expected);
	if (text.failed ||
	    !mdt_arena_copy(&r->scenario->arena, mdt_buf_slice(&text), &copy))
		return &mdt_enomem;
	*ret = copy.str;
	return NULL;
}

/*
 * One more item in a list whose memory is the scenario's; the list then ends in a zeroed
 * one. It doubles where the count is one less than a power of two.
 */
static void *push(struct reader *r, void *items, size_t *count, size_t size)
{
	void *old = *(void **)items, *grown = old;

	if ((*count & (*count + 1)) == 0) {
		grown = mdt_arena_alloc(&r->scenario->arena, (*count + 1) * 2 * size, 16);
		if (grown && *count)
			memcpy(grown, old, *count * size);
	}
	if (!grown)
		return NULL;
	*(void **)items = grown;
	return (char *)grown + (*count)++ * size;
}

#define add_item(r, items, count)                                                        \
	((__typeof__(*(items)) *)push((r), &(items), &(count), sizeof(*(items))))

/* ---- the top ---- */

static bool take_digits(struct mdt_slice *text, uint64_t max, uint64_t *ret)
{
	size_t len = 0;

	while (len < text->len && text->str[len] >= '0' && text->str[len] <= '9')
		len++;
	if (!mdt_slice_to_dec(mdt_slice_head(*text, len), ret) || *ret > max)
		return false;
	*text = mdt_slice_skip(*text, len);
	return true;
}

static bool read_size(struct mdt_slice word, uint64_t *ret)
{
	static const char units[] = "KMGT";
	const char *unit;

	if (!take_digits(&word, disk_max, ret))
		return false;
	if (word.len == 1) {
		unit = word.str[0] ? strchr(units, word.str[0]) : NULL;
		if (!unit || *ret > disk_max >> (10 * (unit - units + 1)))
			return false;
		*ret <<= 10 * (unit - units + 1);
	} else if (word.len) {
		return false;
	}
	return *ret >= DISK_MIN && *ret <= disk_max && *ret % 512 == 0;
}

static bool read_loop(struct mdt_slice word, unsigned int *ret)
{
	const struct mdt_slice prefix = SLICE("/dev/loop");
	uint64_t minor;

	if (!mdt_slice_starts(word, prefix))
		return false;
	word = mdt_slice_skip(word, prefix.len);
	if (word.len > 1 && word.str[0] == '0')
		return false;
	if (!take_digits(&word, MDT_SCENARIO_LOOP_MAX, &minor) || word.len)
		return false;
	*ret = (unsigned int)minor;
	return true;
}

static struct mdt_error *read_disk(struct reader *r)
{
	struct mdt_scenario *scenario = r->scenario;
	struct mdt_scenario_disk disk, *added;
	struct mdt_slice path, size;
	struct mdt_error *err = take_word(r, "the disk's node, /dev/loopN", &path);

	if (!err && !read_loop(path, &disk.minor))
		err = fail(r, path, "the disk's node, /dev/loop0 to /dev/loop255");
	for (size_t i = 0; !err && i < scenario->disk_count; i++)
		if (scenario->disks[i].minor == disk.minor)
			err = fail(r, path, "a disk that is not there yet");
	if (!err)
		err = take_word(r, "the disk's size, such as 40M", &size);
	if (!err && !read_size(size, &disk.size))
		err = fail(
			r, size,
			"a size such as 40M, in sectors of 512 bytes, from 64K to 16T");
	if (err)
		return err;
	added = add_item(r, scenario->disks, scenario->disk_count);
	if (!added)
		return &mdt_enomem;
	*added = disk;
	return end_line(r);
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

// What becomes a file's name: nothing that leads elsewhere, or looks like an option.
static bool is_name(struct mdt_slice word)
{
	if (!word.len || word.len > MDT_SCENARIO_NAME_MAX || word.str[0] == '-' ||
	    word.str[0] == '.')
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (!is_name_char(word.str[i]))
			return false;
	return true;
}

static struct mdt_error *read_module(struct reader *r)
{
	struct mdt_scenario *scenario = r->scenario;
	struct mdt_slice word, *added;
	struct mdt_error *err = take_word(r, "a module's name", &word);

	if (!err && !is_name(word))
		err = fail(r, word, "a module's name");
	if (err)
		return err;
	added = add_item(r, scenario->modules, scenario->module_count);
	if (!added || !mdt_arena_copy(&scenario->arena, word, added))
		return &mdt_enomem;
	return end_line(r);
}

static struct mdt_error *read_program(struct reader *r)
{
	struct mdt_slice word;
	struct mdt_error *err = take_word(r, "a program", &word);
	const char *text, **added;

	if (!err)
		err = keep_word(r, word, &text);
	if (!err && !*text)
		err = fail(r, word, "a program");
	if (err)
		return err;
	added = add_item(r, r->scenario->programs, r->scenario->program_count);
	if (!added)
		return &mdt_enomem;
	*added = text;
	return end_line(r);
}

static struct mdt_error *read_env(struct reader *r)
{
	struct mdt_slice word;
	struct mdt_error *err = take_word(r, "NAME=VALUE", &word);
	const char *text, **added;

	if (!err)
		err = keep_word(r, word, &text);
	if (!err && (!strchr(text, '=') || text[0] == '='))
		err = fail(r, word, "NAME=VALUE");
	if (err)
		return err;
	added = add_item(r, r->scenario->env, r->scenario->env_count);
	if (!added)
		return &mdt_enomem;
	*added = text;
	return end_line(r);
}

static struct mdt_error *fail_timeout(struct reader *r, struct mdt_slice at)
{
	return fail(r, at, "seconds, 1 to 3600");
}

static struct mdt_error *to_timeout(struct reader *r, struct mdt_slice at,
				    struct mdt_slice text, unsigned int *ret)
{
	uint64_t value;

	if (!mdt_slice_to_dec(text, &value) || !value || value > MDT_SCENARIO_TIMEOUT_MAX)
		return fail_timeout(r, at);
	*ret = (unsigned int)value;
	return NULL;
}

static struct mdt_error *read_timeout(struct reader *r)
{
	struct mdt_slice word;
	struct mdt_error *err = take_word(r, "seconds, 1 to 3600", &word);

	if (!err)
		err = to_timeout(r, word, word, &r->timeout);
	return err ? err : end_line(r);
}

/* ---- steps ---- */

static struct mdt_error *to_exit(struct reader *r, struct mdt_slice at,
				 struct mdt_slice text, int *ret)
{
	uint64_t value;

	if (mdt_slice_eq_cstr(text, "any")) {
		*ret = MDT_SCENARIO_EXIT_ANY;
		return NULL;
	}
	if (!mdt_slice_to_dec(text, &value) || value > 255)
		return fail(r, at, "an exit status, 0 to 255, or any");
	*ret = (int)value;
	return NULL;
}

// `exit=1`, `timeout=5`: in front of the command. @param[out] got Whether it was one.
static struct mdt_error *read_condition(struct reader *r, struct mdt_slice word,
					struct mdt_scenario_step *step, bool *got)
{
	const struct mdt_slice exit = SLICE("exit="), timeout = SLICE("timeout=");

	*got = true;
	if (mdt_slice_starts(word, exit))
		return to_exit(r, word, mdt_slice_skip(word, exit.len), &step->exit);
	if (mdt_slice_starts(word, timeout))
		return to_timeout(r, word, mdt_slice_skip(word, timeout.len),
				  &step->timeout);
	*got = false;
	return NULL;
}

static struct mdt_error *add_word(struct reader *r, struct mdt_scenario_step *step,
				  struct mdt_slice word)
{
	const char *text, **added;
	struct mdt_error *err = keep_word(r, word, &text);

	if (err)
		return err;
	if (!step->word_count && !*text)
		return fail(r, word, "a command");
	added = add_item(r, step->words, step->word_count);
	if (!added)
		return &mdt_enomem;
	*added = text;
	return NULL;
}

static struct mdt_error *read_command(struct reader *r, struct mdt_scenario_step *step)
{
	struct mdt_error *err = NULL;
	struct mdt_slice word;
	bool got;

	step->timeout = r->timeout;
	do {
		err = take_word(r, "a command", &word);
		if (!err)
			err = read_condition(r, word, step, &got);
	} while (!err && got);
	if (err)
		return err;
	do
		err = add_word(r, step, word);
	while (!err && next_word(r, &word));
	return err;
}

static struct mdt_error *add_step(struct reader *r, enum mdt_scenario_kind kind,
				  struct mdt_scenario_step **ret)
{
	*ret = add_item(r, r->scenario->steps, r->scenario->step_count);
	if (!*ret)
		return &mdt_enomem;
	(*ret)->kind = kind;
	(*ret)->line = r->number;
	return NULL;
}

static struct mdt_error *read_step(struct reader *r)
{
	static const char expected[] =
		"the step's name: up to 64 letters, digits, '-', '_' and '.'";
	struct mdt_scenario_step *step;
	struct mdt_slice name;
	struct mdt_error *err = take_word(r, expected, &name);

	if (!err && !is_name(name))
		err = fail(r, name, expected);
	if (!err && mdt_scenario_find(r->scenario, name))
		err = fail(r, name, "a name that no other step has");
	if (!err)
		err = add_step(r, MDT_SCENARIO_STEP, &step);
	if (err)
		return err;
	if (!mdt_arena_copy(&r->scenario->arena, name, &step->name))
		return &mdt_enomem;
	return read_command(r, step);
}

static struct mdt_error *read_run(struct reader *r)
{
	struct mdt_scenario_step *step;
	struct mdt_error *err = add_step(r, MDT_SCENARIO_RUN, &step);

	return err ? err : read_command(r, step);
}

static struct mdt_error *read_settle(struct reader *r)
{
	struct mdt_scenario_step *step;
	struct mdt_error *err = add_step(r, MDT_SCENARIO_SETTLE, &step);

	if (err)
		return err;
	step->timeout = r->timeout;
	return end_line(r);
}

/* ---- lines ---- */

static const struct keyword {
	const char *name;
	bool is_top; // before the first step only
	struct mdt_error *(*read)(struct reader *r);
} keywords[] = {
	{ "disk", true, read_disk },	    { "module", true, read_module },
	{ "program", true, read_program },  { "env", true, read_env },
	{ "timeout", false, read_timeout }, { "step", false, read_step },
	{ "run", false, read_run },	    { "settle", false, read_settle },
};

static struct mdt_error *read_line(struct reader *r)
{
	struct mdt_slice word;

	if (!next_word(r, &word))
		return NULL;
	array_for_each (keyword, keywords) {
		if (!mdt_slice_eq_cstr(word, keyword->name))
			continue;
		if (keyword->is_top && r->scenario->step_count)
			return fail(
				r, word,
				"step, run, settle or timeout: what is of the whole scenario belongs at the top");
		return keyword->read(r);
	}
	return fail(r, word, "disk, module, program, env, timeout, step, run or settle");
}

static struct mdt_slice take_line(struct mdt_slice *text)
{
	const char *end = memchr(text->str, '\n', text->len);
	size_t len = end ? (size_t)(end - text->str) : text->len;
	struct mdt_slice line = mdt_slice_head(*text, len);

	*text = mdt_slice_skip(*text, len + 1);
	if (mdt_slice_ends(line, SLICE("\r")))
		line.len--;
	return line;
}

static struct mdt_error *name_it(struct mdt_scenario *scenario, const char *path)
{
	const struct mdt_slice suffix = SLICE(".scenario");
	const char *slash = strrchr(path, '/');
	struct mdt_slice name = mdt_slice_cstr(slash ? slash + 1 : path);

	if (name.len > suffix.len && mdt_slice_ends(name, suffix))
		name.len -= suffix.len;
	if (!mdt_arena_copy(&scenario->arena, mdt_slice_cstr(path), &scenario->path) ||
	    !mdt_arena_copy(&scenario->arena, name, &scenario->name))
		return &mdt_enomem;
	if (!is_name(name))
		return mdt_error_create(
			MDT_ERR_INVALID,
			"%s: a scenario's name is that of its logs: up to 64 letters, digits, '-', '_' and '.'",
			path);
	return NULL;
}

static bool has_log(const struct mdt_scenario *scenario)
{
	for (size_t i = 0; i < scenario->step_count; i++)
		if (scenario->steps[i].kind == MDT_SCENARIO_STEP)
			return true;
	return false;
}

static struct mdt_error *check_whole(struct reader *r)
{
	static const struct mdt_slice raid1 = SLICE_INIT("raid1");
	struct mdt_scenario *scenario = r->scenario;
	struct mdt_slice *module;

	if (!has_log(scenario))
		return mdt_error_create(MDT_ERR_SYNTAX, "%s: has no step to record",
					scenario->path.str);
	if (scenario->module_count)
		return NULL;
	module = add_item(r, scenario->modules, scenario->module_count);
	if (!module)
		return &mdt_enomem;
	*module = raid1;
	return NULL;
}

struct mdt_error *mdt_scenario_read(const char *path, struct mdt_slice text,
				    struct mdt_scenario *ret)
{
	struct reader r = { .scenario = ret, .timeout = MDT_SCENARIO_TIMEOUT };
	struct mdt_error *err;

	*ret = (struct mdt_scenario){ 0 };
	err = name_it(ret, path);
	while (!err && text.len) {
		r.line = take_line(&text);
		r.rest = r.line;
		if (++r.number > LINES_MAX)
			return fail(&r, r.line, "at most 10000 lines");
		err = read_line(&r);
	}
	return err ? err : check_whole(&r);
}

void mdt_scenario_deinit(struct mdt_scenario *scenario)
{
	mdt_arena_deinit(&scenario->arena);
	*scenario = (struct mdt_scenario){ 0 };
}

const struct mdt_scenario_step *mdt_scenario_find(const struct mdt_scenario *scenario,
						  struct mdt_slice name)
{
	for (size_t i = 0; i < scenario->step_count; i++)
		if (scenario->steps[i].kind == MDT_SCENARIO_STEP &&
		    mdt_slice_eq(scenario->steps[i].name, name))
			return &scenario->steps[i];
	return NULL;
}
