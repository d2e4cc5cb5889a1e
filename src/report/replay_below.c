// SPDX-License-Identifier: MIT
// What stands below a call's row: what differs, and what was seen.
#include "base/visible.h"
#include "report/replay_parts.h"

static const char below[] = "             ";

struct writer {
	const struct mdt_verdict *verdict;
	const struct mdt_replay_text_options *options;
	struct mdt_buf *buf;
};

/* ---- checks ---- */

static void or_nothing(struct mdt_buf *buf, struct mdt_slice text)
{
	if (text.len)
		mdt_visible_words(buf, text);
	else
		mdt_buf_adds(buf, "nothing");
}

static void place(struct writer *writer)
{
	const struct mdt_verdict *verdict = writer->verdict;

	if (!verdict->step->line || verdict->section->is_prologue)
		return;
	mdt_visible_words(writer->buf, verdict->section->name);
	mdt_buf_printf(writer->buf, ":%lu: ", verdict->step->line);
}

// FILE:15: utime: log 5, kernel 7
static void both(struct writer *writer, const struct mdt_check *check)
{
	mdt_visible_words(writer->buf, check->field);
	mdt_buf_adds(writer->buf, ": log ");
	or_nothing(writer->buf, check->expected);
	mdt_buf_adds(writer->buf, ", kernel ");
	or_nothing(writer->buf, check->actual);
}

static void why(struct writer *writer, struct mdt_slice reason, const char *source)
{
	mdt_buf_adds(writer->buf, ": ");
	mdt_visible_words(writer->buf, reason);
	if (source)
		mdt_buf_printf(writer->buf, " (%s)", source);
}

static void say_check(struct writer *writer, const struct mdt_check *check)
{
	mdt_buf_adds(writer->buf, below);
	switch (check->kind) {
	case MDT_CHECK_DIFFERS:
		mdt_paint(writer->buf, writer->options->color, MDT_PAINT_BAD,
			  SLICE("differs "));
		place(writer);
		both(writer, check);
		if (check->reason.len)
			why(writer, check->reason, NULL);
		break;
	case MDT_CHECK_DRIFT:
		mdt_paint(writer->buf, writer->options->color, MDT_PAINT_ODD,
			  SLICE("drift "));
		both(writer, check);
		mdt_buf_printf(writer->buf, ", since %s", check->drift->first);
		why(writer, mdt_slice_cstr(check->drift->what), check->drift->source);
		break;
	case MDT_CHECK_SET_ASIDE:
		mdt_buf_adds(writer->buf, "set aside ");
		both(writer, check);
		why(writer, check->reason, check->source);
		break;
	case MDT_CHECK_NOT_IN_LOG:
	case MDT_CHECK_EQUAL:
		break; // say_alike()
	}
	mdt_buf_addc(writer->buf, '\n');
}

static bool is_result(const struct mdt_check *check)
{
	return mdt_slice_eq(check->field, SLICE("result"));
}

static void say_checks(struct writer *writer)
{
	const struct mdt_verdict *verdict = writer->verdict;

	for (size_t i = 0; i < verdict->check_count; i++) {
		const struct mdt_check *check = &verdict->checks[i];

		if (check->kind == MDT_CHECK_DIFFERS || check->kind == MDT_CHECK_DRIFT ||
		    (check->kind == MDT_CHECK_SET_ASIDE && writer->options->verbose))
			say_check(writer, check);
	}
}

static void add_item(struct mdt_fill *fill, struct mdt_buf *item)
{
	mdt_fill_add(fill, mdt_buf_slice(item));
	mdt_buf_clear(item);
}

// `equal: level=raid1; ...`: fields of one kind, and why.
static void say_alike(struct writer *writer, enum mdt_check_kind kind, const char *head)
{
	const struct mdt_verdict *verdict = writer->verdict;
	_cleanup_(mdt_buf_deinit) struct mdt_buf item = { 0 };
	struct mdt_fill fill = { .buf = writer->buf, .indent = below, .head = head };
	struct mdt_slice reason = { 0 };

	for (size_t i = 0; i < verdict->check_count; i++) {
		const struct mdt_check *check = &verdict->checks[i];

		// An equal result is in the row.
		if (check->kind != kind || (kind == MDT_CHECK_EQUAL && is_result(check)))
			continue;
		mdt_buf_add(&item, check->field);
		if (check->actual.len) {
			mdt_buf_addc(&item, '=');
			mdt_buf_add(&item, check->actual);
		}
		add_item(&fill, &item);
		if (check->reason.len)
			reason = check->reason;
	}
	if (fill.items && reason.len)
		mdt_fill_add(&fill, reason);
	mdt_fill_end(&fill);
	if (item.failed)
		writer->buf->failed = true;
}

/* ---- the argument that came back, in short ---- */

static bool is_brief_field(struct mdt_slice call, struct mdt_slice field)
{
	static const struct {
		const char *call, *field;
	} rows[] = {
		{ "GET_ARRAY_INFO", "level" },
		{ "GET_ARRAY_INFO", "raid_disks" },
		{ "GET_ARRAY_INFO", "active_disks" },
		{ "GET_ARRAY_INFO", "failed_disks" },
		{ "GET_ARRAY_INFO", "spare_disks" },
		{ "GET_ARRAY_INFO", "state" },
		{ "GET_DISK_INFO", "number" },
		{ "GET_DISK_INFO", "major" },
		{ "GET_DISK_INFO", "minor" },
		{ "GET_DISK_INFO", "raid_disk" },
		{ "GET_DISK_INFO", "state" },
		{ "RAID_VERSION", "major" },
		{ "RAID_VERSION", "minor" },
		{ "RAID_VERSION", "patchlevel" },
	};

	array_for_each (row, rows)
		if (mdt_slice_eq_cstr(call, row->call) &&
		    mdt_slice_eq_cstr(field, row->field))
			return true;
	return false;
}

// GET_ARRAY_INFO and its like: what the kernel gave.
static void say_fields(struct writer *writer)
{
	const struct mdt_verdict *verdict = writer->verdict;
	_cleanup_(mdt_buf_deinit) struct mdt_buf item = { 0 };
	struct mdt_fill fill = { .buf = writer->buf, .indent = below, .head = "" };

	for (size_t i = 0; i < verdict->check_count && !writer->options->verbose; i++) {
		const struct mdt_check *check = &verdict->checks[i];

		if (!check->actual.len || !is_brief_field(verdict->call, check->field))
			continue;
		mdt_buf_add(&item, check->field);
		mdt_buf_addc(&item, '=');
		mdt_buf_add(&item, check->actual);
		add_item(&fill, &item);
	}
	mdt_fill_end(&fill);
	if (item.failed)
		writer->buf->failed = true;
}

/* ---- what was seen ---- */

static void say_line(struct writer *writer, const char *head, enum mdt_paint paint,
		     struct mdt_slice text)
{
	struct mdt_slice rest = text;

	while (rest.len) {
		const char *end = memchr(rest.str, '\n', rest.len);
		size_t len = end ? (size_t)(end - rest.str) : rest.len;

		mdt_buf_adds(writer->buf, below);
		mdt_buf_adds(writer->buf, head);
		mdt_paint(writer->buf, writer->options->color, paint,
			  mdt_slice_head(rest, len));
		mdt_buf_addc(writer->buf, '\n');
		rest = mdt_slice_skip(rest, len + (end != NULL));
	}
}

static const struct mdt_alarm *alarm_of(const struct mdt_observed *observed, size_t at)
{
	for (size_t i = 0; i < observed->alarm_count; i++)
		if (at >= observed->alarms[i].first &&
		    at < observed->alarms[i].first + observed->alarms[i].count)
			return &observed->alarms[i];
	return NULL;
}

// What the VM's kernel says of its clocks while it runs.
static bool is_noise(const struct mdt_seen_message *message)
{
	static const char *const heads[] = { "clocksource: ", "sched_clock: ", "tsc: ",
					     "random: " };

	array_for_each (head, heads)
		if (mdt_slice_starts(message->text, mdt_slice_cstr(*head)))
			return true;
	return false;
}

static bool has_messages(const struct mdt_observed *observed)
{
	for (size_t i = 0; i < observed->message_count; i++)
		if (!is_noise(&observed->messages[i]))
			return true;
	return false;
}

static void say_messages(struct writer *writer)
{
	const struct mdt_observed *observed = &writer->verdict->observed;

	for (size_t i = 0; i < observed->message_count; i++) {
		const struct mdt_alarm *alarm = alarm_of(observed, i);

		if (is_noise(&observed->messages[i]) && !writer->options->verbose)
			continue;
		if (alarm && i == alarm->first)
			say_line(writer, "ALARM: ", MDT_PAINT_BAD,
				 mdt_slice_cstr(mdt_alarm_name(alarm->kind)));
		say_line(writer, alarm ? "  | " : "kernel: ",
			 alarm ? MDT_PAINT_BAD : MDT_PAINT_QUIET,
			 observed->messages[i].text);
	}
}

// array_state is in the row; these are all of it, or what people look for.
static bool is_of_interest(const struct mdt_seen_change *it, bool verbose)
{
	static const char *const keys[] = { "sync_action", "degraded", "ro" };

	// GET_ARRAY_INFO's bytes: the other keys say as much.
	if (mdt_slice_eq(it->key, SLICE("info")))
		return false;
	if (verbose || !it->key.len)
		return true;
	// What a stop takes away says nothing.
	if (mdt_slice_eq(it->key, SLICE("array_state")) || !it->has)
		return false;
	array_for_each (key, keys)
		if (mdt_slice_eq_cstr(it->key, *key))
			return true;
	return mdt_slice_starts(it->key, SLICE("dev-")) &&
	       mdt_slice_ends(it->key, SLICE(".state"));
}

static void describe_change(const struct mdt_seen_change *it, struct mdt_buf *item)
{
	if (!it->key.len) {
		mdt_buf_add(item, it->node);
		mdt_buf_adds(item, " is gone");
		return;
	}
	mdt_buf_add(item, it->key);
	mdt_buf_addc(item, ' ');
	if (it->had && it->has) {
		mdt_buf_add(item, it->before);
		mdt_buf_adds(item, " -> ");
	}
	mdt_buf_add(item, it->has ? it->after : SLICE("is gone"));
}

static void say_rest(struct writer *writer)
{
	const struct mdt_observed *observed = &writer->verdict->observed;
	_cleanup_(mdt_buf_deinit) struct mdt_buf item = { 0 };
	struct mdt_fill fill = { .buf = writer->buf,
				 .color = writer->options->color,
				 .paint = MDT_PAINT_QUIET,
				 .indent = below,
				 .head = "" };

	for (size_t i = 0; i < observed->uevent_count; i++) {
		mdt_buf_adds(&item, "uevent ");
		mdt_buf_add(&item, observed->uevents[i].name);
		add_item(&fill, &item);
	}
	for (size_t i = 0; i < observed->thread_count; i++) {
		mdt_buf_adds(&item, observed->threads[i].came ? "thread " : "no thread ");
		mdt_buf_add(&item, observed->threads[i].name);
		add_item(&fill, &item);
	}
	for (size_t i = 0; i < observed->change_count; i++) {
		if (!is_of_interest(&observed->changes[i], writer->options->verbose))
			continue;
		describe_change(&observed->changes[i], &item);
		add_item(&fill, &item);
	}
	if (item.failed)
		writer->buf->failed = true;
	mdt_fill_end(&fill);
}

static void say_waited(struct writer *writer)
{
	const struct mdt_observed *observed = &writer->verdict->observed;

	if (!observed->has_waited ||
	    (!observed->in_vain.len && !writer->options->verbose))
		return;
	mdt_buf_printf(writer->buf, "%swaited %llu ms", below,
		       (unsigned long long)observed->waited / 1000);
	if (observed->in_vain.len) {
		mdt_buf_adds(writer->buf, ", ");
		mdt_visible_words(writer->buf, observed->in_vain);
	}
	mdt_buf_addc(writer->buf, '\n');
}

/* ---- all of it ---- */

static void say_derived(struct writer *writer)
{
	const struct mdt_plan_step *step = writer->verdict->step;

	for (size_t i = 0; writer->options->verbose && i < step->derived_count; i++) {
		mdt_buf_printf(writer->buf, "%sderived ", below);
		mdt_visible_words(writer->buf, step->derived[i].field);
		mdt_buf_adds(writer->buf, ": ");
		mdt_visible_words(writer->buf, step->derived[i].reason);
		mdt_buf_addc(writer->buf, '\n');
	}
	if (writer->options->verbose && step->made.len)
		say_line(writer, "made: ", MDT_PAINT_NONE, step->made);
}

bool mdt_replay_saw(const struct mdt_verdict *verdict)
{
	const struct mdt_observed *observed = &verdict->observed;

	return has_messages(observed) || observed->uevent_count ||
	       observed->thread_count || observed->in_vain.len ||
	       (verdict->has_before != verdict->has_after) ||
	       !mdt_slice_eq(verdict->before, verdict->after);
}

// What a call takes along, and what takes it along.
static void say_cause(struct writer *writer)
{
	const struct mdt_verdict *it = writer->verdict;

	if (it->cause) {
		mdt_buf_printf(writer->buf, "%sfollows from line %lu: ", below,
			       it->cause->step->line);
		mdt_visible_words(writer->buf, it->cause->call);
		mdt_buf_addc(writer->buf, ' ');
		mdt_visible_words(writer->buf, it->cause->subject);
		mdt_buf_addc(writer->buf, '\n');
	}
	if (it->followers)
		mdt_buf_printf(writer->buf, "%s%zu more %s from it\n", below,
			       it->followers, it->followers == 1 ? "follows" : "follow");
}

void mdt_replay_below(const struct mdt_verdict *verdict, struct mdt_slice model,
		      const struct mdt_replay_text_options *options, struct mdt_buf *ret)
{
	struct writer writer = { verdict, options, ret };

	say_derived(&writer);
	if (verdict->kind == MDT_VERDICT_NOT_RUN)
		say_line(&writer, "not run: ", MDT_PAINT_BAD, verdict->why);
	say_checks(&writer);
	say_cause(&writer);
	if (model.len)
		say_line(&writer, "", MDT_PAINT_ODD, model);
	if (options->verbose) {
		say_alike(&writer, MDT_CHECK_EQUAL, "equal: ");
		say_alike(&writer, MDT_CHECK_NOT_IN_LOG, "not in the log: ");
	}
	say_fields(&writer);
	say_messages(&writer);
	say_rest(&writer);
	say_waited(&writer);
}
