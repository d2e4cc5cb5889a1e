// SPDX-License-Identifier: MIT
/* However a log spells its ioctls, all commands say the same of it: by name, in hex,
 * decimal, negative decimal, as _IOC() with its flags in either order, as one of several
 * names. */
#include <inttypes.h>

#include "conform/source.h"
#include "derive/derive.h"
#include "diff/diff.h"
#include "logs.h"
#include "report/annotate_json.h"
#include "report/states_text.h"
#include "strace/reader.h"
#include "strace/write.h"
#include "trace/request.h"

/* ---- spellings ---- */

typedef void spell_fn(uint32_t number, struct mdt_buf *ret);

static const struct mdt_ioctl *row_of(uint32_t number)
{
	size_t count;
	const struct mdt_ioctl *rows =
		mdt_ioctl_find(mdt_ioctl_builtin(), number, &count);

	return count ? rows : NULL;
}

static void spell_hex(uint32_t number, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "%#" PRIx32, number);
}

static void spell_name(uint32_t number, struct mdt_buf *ret)
{
	const struct mdt_ioctl *row = row_of(number);

	if (row && !row->varies)
		mdt_buf_adds(ret, row->name);
	else
		spell_hex(number, ret);
}

static void spell_decimal(uint32_t number, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "%" PRIu32, number);
}

static void spell_negative(uint32_t number, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "%" PRId32, (int32_t)number);
}

static void put_ioc(uint32_t number, const char *both, struct mdt_buf *ret)
{
	static const char *const names[] = { "_IOC_NONE", "_IOC_WRITE", "_IOC_READ" };

	mdt_buf_printf(ret, "_IOC(%s, %#x, %#x, %#x)",
		       number >> 30 == 3 ? both : names[number >> 30], number >> 8 & 0xff,
		       number & 0xff, number >> 16 & 0x3fff);
}

static void spell_ioc(uint32_t number, struct mdt_buf *ret)
{
	put_ioc(number, "_IOC_READ|_IOC_WRITE", ret);
}

static void spell_ioc_turned(uint32_t number, struct mdt_buf *ret)
{
	put_ioc(number, "_IOC_WRITE|_IOC_READ", ret);
}

static void spell_either(uint32_t number, struct mdt_buf *ret)
{
	if (row_of(number) && !row_of(number)->varies)
		mdt_buf_adds(ret, "NO_SUCH_NAME or ");
	spell_name(number, ret);
}

static spell_fn *const spellings[] = {
	spell_name, spell_hex,	      spell_decimal, spell_negative,
	spell_ioc,  spell_ioc_turned, spell_either,
};

struct speller {
	spell_fn *spell;
	uint32_t at; /* the request's node */
	size_t count;
};

static bool respell(void *data, struct mdt_ref ref, struct mdt_buf *ret)
{
	struct speller *speller = data;
	uint32_t number;

	if (ref.at != speller->at ||
	    !mdt_request_number(mdt_ioctl_builtin(), ref, &number))
		return false;
	speller->spell(number, ret);
	speller->count++;
	return true;
}

static bool is_ioctl(const struct mdt_event *event)
{
	return mdt_slice_eq(event->name, SLICE("ioctl")) && mdt_ref_ok(event->call) &&
	       (event->kind == MDT_EVENT_CALL || event->kind == MDT_EVENT_UNFINISHED);
}

// @return How many requests were spelt anew.
static size_t respell_log(struct mdt_slice log, spell_fn *spell, struct mdt_buf *ret)
{
	struct speller speller = { .spell = spell };
	struct mdt_replace replace = { respell, &speller };
	struct mdt_reader *reader;
	struct mdt_event event;
	bool got;

	cr_assert_null(mdt_reader_create_memory("log", log, &reader));
	while (!mdt_reader_next(reader, &event, &got) && got) {
		speller.at = is_ioctl(&event) ? mdt_event_arg(&event, 1).at : 0;
		if (speller.at)
			mdt_write_event(&event, &replace, ret);
		else
			mdt_buf_add(ret, event.raw);
		mdt_buf_addc(ret, '\n');
	}
	mdt_reader_destroy(reader);
	cr_assert_null(mdt_buf_error(ret));
	return speller.count;
}

/* ---- what the commands say ---- */

// Of an event's object only the remark; the rest is the line itself.
static void add_remark(const struct mdt_event *event, const struct mdt_life *life,
		       struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf json = { 0 };
	const char *remark;

	if (!life->annotation)
		return;
	mdt_annotate_json(&json, "log", event, life->annotation, NULL);
	mdt_buf_addc(&json, '\0');
	remark = strstr(json.str, "\"remark\":");
	mdt_buf_printf(ret, "%lu: %s\n", event->line, remark ? remark : "");
}

static void on_call(void *data, const struct mdt_life_call *call)
{
	mdt_life_write(data, call);
}

// `annotate` and `states`, which presumes what the plan does.
static void add_life(struct mdt_slice log, const struct mdt_plan *plan,
		     struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_life_writer writer = { .out = &text };
	struct mdt_reader *reader;
	struct mdt_life life;
	struct mdt_event event;
	bool got;

	cr_assert_null(mdt_life_init(&life, mdt_ioctl_builtin(), NULL, on_call, &writer));
	cr_assert_null(mdt_life_presume(&life, plan));
	life.topics |= MDT_TOPIC_IOCTL;
	mdt_life_begin_log(&life, "log", false);
	cr_assert_null(mdt_reader_create_memory("log", log, &reader));
	while (!mdt_reader_next(reader, &event, &got) && got) {
		cr_assert_null(mdt_life_event(&life, &event));
		add_remark(&event, &life, ret);
	}
	cr_assert_null(mdt_life_end(&life));
	mdt_life_write_end(&writer, &life);
	mdt_life_writer_deinit(&writer);
	mdt_life_deinit(&life);
	mdt_reader_destroy(reader);
	mdt_buf_add(ret, mdt_buf_slice(&text));
}

// The `=` is where the log has it, which is not where strace would have put it.
static void add_plan(const struct mdt_plan *plan, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	mdt_plan_write(plan, &text);
	for (size_t i = 0; i < text.len; i++) {
		mdt_buf_addc(ret, text.str[i]);
		if (text.str[i] == ')')
			while (i + 2 < text.len && text.str[i + 1] == ' ' &&
			       text.str[i + 2] == ' ')
				i++;
	}
}

// `conform --from`: the calls that sequences are made of.
static void add_source(const struct mdt_plan *plan, struct mdt_buf *ret)
{
	struct mdt_conform_source source = { 0 };
	struct mdt_error *err = mdt_conform_source_read("log", plan, &source);

	if (err)
		mdt_buf_adds(ret, err->message);
	mdt_error_destroy(err);
	for (size_t i = 0; i < source.count; i++) {
		const struct mdt_conform_template *it = &source.items[i];

		mdt_buf_printf(ret,
			       "conform %d %d %d %x %d %" PRIu64 " %d %d %s %lu %d %x ",
			       (int)it->call.kind, it->call.slot, it->call.exclusive,
			       it->call.request, (int)it->call.arg, it->call.value,
			       (int)it->call.op, it->call.disk, it->call.word, it->line,
			       it->updates, it->changes);
		for (unsigned int j = 0; j < it->call.size; j++)
			mdt_buf_printf(ret, "%02x", it->call.bytes[j]);
		mdt_buf_addc(ret, '\n');
	}
	mdt_buf_printf(ret, "conform %zu left out, version %d.%d, %u disks, %d %d\n",
		       source.left_out, source.major, source.minor, source.raid_disks,
		       source.full, source.persistent);
	mdt_conform_source_deinit(&source);
}

static struct mdt_slice answers(struct mdt_slice log, struct mdt_buf *ret)
{
	struct mdt_plan plan = { 0 };

	cr_assert_null(mdt_plan_make_memory("log", log, NULL, &plan));
	add_life(log, &plan, ret);
	add_plan(&plan, ret);
	add_source(&plan, ret);
	mdt_plan_deinit(&plan);
	cr_assert_null(mdt_buf_error(ret));
	return mdt_buf_slice(ret);
}

/* ---- and they say the same ---- */

static struct mdt_slice take_line(struct mdt_slice *rest)
{
	const char *end = rest->len ? memchr(rest->str, '\n', rest->len) : NULL;
	struct mdt_slice line =
		mdt_slice_head(*rest, end ? (size_t)(end - rest->str) : rest->len);

	*rest = mdt_slice_skip(*rest, line.len + (end != NULL));
	return line;
}

static void hold_against(const char *path, size_t spelling, struct mdt_slice expected,
			 struct mdt_slice actual)
{
	while (expected.len || actual.len) {
		struct mdt_slice a = take_line(&expected), b = take_line(&actual);

		cr_expect(mdt_slice_eq(a, b), "%s, spelling %zu:\n%.*s\n%.*s", path,
			  spelling, SLICE_FMT(a), SLICE_FMT(b));
		if (!mdt_slice_eq(a, b))
			return;
	}
}

static void hold_diff(const char *path, size_t spelling, struct mdt_slice old,
		      struct mdt_slice new)
{
	static const struct mdt_diff_options options = { .level = MDT_LEVEL_SYSCALL };
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	mdt_diff_init(&diff, &rules, mdt_ioctl_builtin(), &options);
	cr_assert_null(mdt_diff_log_parse(path, old, &rules, mdt_ioctl_builtin(),
					  &diff.texts, NULL, &diff.logs[MDT_OLD]));
	cr_assert_null(mdt_diff_log_parse(path, new, &rules, mdt_ioctl_builtin(),
					  &diff.texts, NULL, &diff.logs[MDT_NEW]));
	cr_assert_null(mdt_diff_run(&diff));
	cr_expect_eq(diff.differences, 0, "%s, spelling %zu: %zu differences", path,
		     spelling, diff.differences);
	mdt_diff_deinit(&diff);
	mdt_diff_rules_deinit(&rules);
}

ParameterizedTestParameters(spellings, same)
{
	static const char *const patterns[] = { "traces/*/*.strace", NULL };

	return log_params(patterns);
}

ParameterizedTest(const struct log_path *log, spellings, same)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 }, expected = { 0 };
	struct mdt_slice original, before;

	log_read(log->path, &text);
	original = mdt_buf_slice(&text);
	before = answers(original, &expected);
	cr_expect(mdt_slice_find(before, SLICE("\"remark\":")), "%s: no remarks",
		  log->path);
	for (size_t i = 0; i < array_size(spellings); i++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf spelt = { 0 }, actual = { 0 };

		cr_expect(respell_log(original, spellings[i], &spelt) ||
				  !mdt_slice_find(original, SLICE("ioctl(")),
			  "%s: no ioctl was found in it", log->path);
		hold_against(log->path, i, before,
			     answers(mdt_buf_slice(&spelt), &actual));
		hold_diff(log->path, i, original, mdt_buf_slice(&spelt));
	}
}
