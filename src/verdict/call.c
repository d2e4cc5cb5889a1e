// SPDX-License-Identifier: MIT
// One call: its result and its output.
#include "verdict/parts.h"

/* ---- results ---- */

static bool has_result(const struct mdt_event *event)
{
	return event->result.present && !event->result.unavailable &&
	       mdt_ref_ok(event->result.value) &&
	       mdt_ref_node(event->result.value)->kind == MDT_NODE_INT;
}

static struct mdt_slice result_text(struct mdt_compare *compare,
				    const struct mdt_event *event)
{
	struct mdt_buf *text = &compare->text;

	if (!event->result.present)
		return (struct mdt_slice){ 0 };
	if (mdt_event_failed_unsaid(event))
		return SLICE("failed");
	mdt_buf_clear(text);
	mdt_buf_add(text, mdt_ref_text(event->result.value));
	if (event->result.error.len) {
		mdt_buf_addc(text, ' ');
		mdt_buf_add(text, event->result.error);
	}
	return mdt_keep(compare, mdt_buf_slice(text));
}

// As rows of drift have it: an errno, or the number.
static struct mdt_slice result_word(const struct mdt_event *event)
{
	return event->result.error.len ? event->result.error
				       : mdt_ref_text(event->result.value);
}

static bool same_result(const struct mdt_event *log, const struct mdt_event *ran)
{
	uint64_t a, b;

	// Of `= -1` alone, that it failed is all that can be compared.
	if (mdt_event_failed_unsaid(log))
		return mdt_event_failed(ran);
	if (log->result.error.len || ran->result.error.len)
		return mdt_slice_eq(log->result.error, ran->result.error);
	return mdt_ref_u64(log->result.value, &a) && mdt_ref_u64(ran->result.value, &b)
		       ? a == b
		       : mdt_slice_eq(mdt_ref_text(log->result.value),
				      mdt_ref_text(ran->result.value));
}

static void compare_result(struct mdt_compare *compare, bool output_may_differ)
{
	struct mdt_verdict *verdict = compare->verdict;
	struct mdt_check check = { .kind = MDT_CHECK_EQUAL,
				   .field = SLICE("result"),
				   .expected = verdict->expected,
				   .actual = verdict->actual };
	bool both =
		mdt_event_succeeded(compare->log) && mdt_event_succeeded(compare->ran);

	if (!has_result(compare->log)) {
		mdt_check_absent(compare, check.field, check.actual,
				 "the log has no result of this call");
		return;
	}
	if (mdt_event_is_injected(compare->log)) {
		mdt_check_absent(compare, check.field, check.actual,
				 "strace made the log's result up");
		return;
	}
	if (!same_result(compare->log, compare->ran)) {
		check.kind = MDT_CHECK_DIFFERS;
		check.drift = mdt_check_drift(compare, (struct mdt_slice){ 0 },
					      check.field, result_word(compare->log),
					      result_word(compare->ran));
		if (check.drift)
			check.kind = MDT_CHECK_DRIFT;
		if (both && (output_may_differ || mdt_gives_name(compare->log))) {
			check.kind = MDT_CHECK_SET_ASIDE;
			check.reason = output_may_differ
					       ? SLICE("goes with the data's length")
					       : SLICE("any descriptor or pid will do");
			check.drift = NULL;
		}
	}
	mdt_check_add(compare, check);
}

/* ---- what read() gives ---- */

static enum mdt_aside_of of_attr(const struct mdt_md_path *path)
{
	switch (path->kind) {
	case MDT_PATH_ARRAY_ATTR:
		return MDT_OF_ARRAY_ATTR;
	case MDT_PATH_MEMBER_ATTR:
		return MDT_OF_MEMBER_ATTR;
	case MDT_PATH_PARAMETER:
		return MDT_OF_PARAMETER;
	default:
		return MDT_OF_DISK_ATTR;
	}
}

static struct mdt_slice without_end(struct mdt_slice text)
{
	while (text.len && text.str[text.len - 1] == '\n')
		text.len--;
	return text;
}

static void compare_attr(struct mdt_compare *compare, struct mdt_slice log, bool cut,
			 struct mdt_slice ran)
{
	struct mdt_compared it = {
		.of = of_attr(&compare->about.md),
		.field = SLICE("data"),
		.name = compare->about.md.attr,
		.expected = without_end(log),
		.actual = without_end(cut ? mdt_slice_head(ran, log.len) : ran),
	};

	mdt_check_texts(compare, &it);
}

static void compare_other(struct mdt_compare *compare, struct mdt_slice log, bool cut,
			  struct mdt_slice ran)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf expected = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf actual = { 0 };
	struct mdt_check check = { .field = SLICE("data") };

	if (cut)
		ran = mdt_slice_head(ran, log.len);
	mdt_bytes_brief(log, &expected);
	mdt_bytes_brief(ran, &actual);
	check.kind = mdt_slice_eq(log, ran) ? MDT_CHECK_EQUAL : MDT_CHECK_DIFFERS;
	check.expected = mdt_buf_slice(&expected);
	check.actual = mdt_buf_slice(&actual);
	if (expected.failed || actual.failed)
		compare->failed_memory = true;
	else
		mdt_check_add(compare, check);
}

static struct mdt_error *compare_data(struct mdt_compare *compare, int arg)
{
	struct mdt_ref log = mdt_event_arg(compare->log, (size_t)arg);
	struct mdt_ref ran = mdt_event_arg(compare->ran, (size_t)arg);
	bool cut = mdt_ref_cut(log);
	struct mdt_slice log_data, ran_data;

	mdt_buf_clear(&compare->log_bytes);
	mdt_buf_clear(&compare->ran_bytes);
	if (!mdt_ref_bytes(log, &compare->log_bytes)) {
		mdt_check_absent(compare, SLICE("data"), (struct mdt_slice){ 0 },
				 "the log does not have what was read");
		return NULL;
	}
	if (!mdt_ref_bytes(ran, &compare->ran_bytes)) {
		mdt_check_add(compare,
			      (struct mdt_check){ .kind = MDT_CHECK_DIFFERS,
						  .field = SLICE("data"),
						  .actual = SLICE("not there") });
		return NULL;
	}
	log_data = mdt_buf_slice(&compare->log_bytes);
	ran_data = mdt_buf_slice(&compare->ran_bytes);
	if (compare->about.kind == MDT_ABOUT_DISK ||
	    compare->about.kind == MDT_ABOUT_ARRAY)
		return mdt_compare_disk(compare, log_data, cut, ran_data);
	if (compare->about.kind == MDT_ABOUT_ATTRIBUTE)
		compare_attr(compare, log_data, cut, ran_data);
	else if (compare->about.kind == MDT_ABOUT_MDSTAT)
		mdt_compare_mdstat(compare, log_data, cut, ran_data);
	else
		compare_other(compare, log_data, cut, ran_data);
	return NULL;
}

static bool is_read(struct mdt_slice name)
{
	return mdt_slice_eq(name, SLICE("read")) ||
	       mdt_slice_starts(name, SLICE("pread"));
}

static bool is_derived(const struct mdt_verdict *verdict)
{
	return verdict->step->derived_count != 0;
}

// Only what the kernel wrote: a call that failed leaves what was in memory before.
static struct mdt_error *compare_output(struct mdt_compare *compare)
{
	if (!mdt_event_succeeded(compare->log) || !mdt_event_succeeded(compare->ran) ||
	    mdt_event_is_injected(compare->log))
		return NULL;
	if (mdt_slice_eq(compare->log->name, SLICE("ioctl")))
		return mdt_compare_payload(compare);
	if (is_read(compare->log->name) && !is_derived(compare->verdict))
		return compare_data(compare, mdt_compare_output(compare));
	return NULL;
}

// Whether all that differs in the output is set aside, or drift: its length may then
// differ too.
static bool only_excused(const struct mdt_verdict *verdict)
{
	bool excused = false;

	for (size_t i = 0; i < verdict->check_count; i++) {
		if (verdict->checks[i].kind == MDT_CHECK_DIFFERS)
			return false;
		excused = excused || verdict->checks[i].kind == MDT_CHECK_SET_ASIDE ||
			  verdict->checks[i].kind == MDT_CHECK_DRIFT;
	}
	return excused;
}

// Of /proc/mdstat its parts are compared; how long a line of a sync is, is its own.
static bool is_length_of_mdstat(const struct mdt_compare *compare)
{
	int64_t log, ran;

	if (compare->about.kind != MDT_ABOUT_MDSTAT ||
	    !mdt_ref_i64(compare->log->result.value, &log) ||
	    !mdt_ref_i64(compare->ran->result.value, &ran) || log <= 0 || ran <= 0)
		return false;
	for (size_t i = 0; i < compare->verdict->check_count; i++)
		if (compare->verdict->checks[i].kind == MDT_CHECK_DIFFERS)
			return false;
	return true;
}

// The result is the first check, whatever was compared first.
static void result_to_front(struct mdt_verdict *verdict)
{
	size_t last = verdict->check_count - 1;
	struct mdt_check result;

	if (!verdict->check_count)
		return;
	result = verdict->checks[last];
	memmove(verdict->checks + 1, verdict->checks, last * sizeof(*verdict->checks));
	verdict->checks[0] = result;
}

/* ---- the kernel's complaints ---- */

static void check_alarms(struct mdt_compare *compare)
{
	struct mdt_observed *observed = &compare->verdict->observed;

	for (size_t i = 0; i < observed->alarm_count; i++) {
		const struct mdt_alarm *alarm = &observed->alarms[i];
		struct mdt_check check = { .kind = MDT_CHECK_DIFFERS,
					   .field = SLICE("kernel"),
					   .actual = alarm->text };

		if (alarm->kind == MDT_ALARM_WARNING || alarm->kind == MDT_ALARM_LOCKDEP)
			check.drift = mdt_check_drift(compare, SLICE("kernel"),
						      SLICE("message"), SLICE("-"),
						      alarm->text);
		if (check.drift)
			check.kind = MDT_CHECK_DRIFT;
		mdt_check_add(compare, check);
	}
}

/* ---- the verdict ---- */

static enum mdt_verdict_kind sum_up(const struct mdt_verdict *verdict)
{
	enum mdt_verdict_kind kind = MDT_VERDICT_CONFIRMED;

	for (size_t i = 0; i < verdict->check_count; i++) {
		if (verdict->checks[i].kind == MDT_CHECK_DIFFERS)
			return MDT_VERDICT_DIFFERS;
		if (verdict->checks[i].kind == MDT_CHECK_DRIFT)
			kind = MDT_VERDICT_DRIFT;
	}
	return kind;
}

struct mdt_error *mdt_compare_call(struct mdt_compare *compare)
{
	struct mdt_verdict *verdict = compare->verdict;
	struct mdt_error *err;

	verdict->expected = result_text(compare, compare->log);
	verdict->actual = result_text(compare, compare->ran);
	err = compare_output(compare);
	if (err)
		return err;
	compare_result(compare,
		       is_read(compare->log->name) &&
			       (only_excused(verdict) || is_length_of_mdstat(compare)));
	if (compare->failed_memory)
		return &mdt_enomem;
	result_to_front(verdict);
	check_alarms(compare);
	verdict->kind = sum_up(verdict);
	return compare->failed_memory ? &mdt_enomem : NULL;
}

void mdt_verdict_not_run(struct mdt_compare *compare, const char *why)
{
	compare->verdict->kind = MDT_VERDICT_NOT_RUN;
	compare->verdict->why = mdt_keep(compare, mdt_slice_cstr(why));
	if (compare->log && compare->log->result.present)
		compare->verdict->expected = result_text(compare, compare->log);
}
