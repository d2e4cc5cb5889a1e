// SPDX-License-Identifier: MIT
// What a call is about, and whether the guest made the one that the plan has.
#include "base/devnum.h"
#include "ioctl/value.h"
#include "md/level.h"
#include "trace/request.h"
#include "verdict/parts.h"

/* ---- calls by name ---- */

bool mdt_gives_name(const struct mdt_event *event)
{
	const struct mdt_call_row *row = mdt_call_row_find(event->name);

	if (row && row->kind == MDT_CALL_FCNTL)
		return mdt_slice_starts(mdt_ref_text(mdt_event_arg(event, 1)),
					SLICE("F_DUPFD"));
	return row && (row->kind == MDT_CALL_FORK || row->result == 'f');
}

/* ---- what it is about ---- */

static void add_path_subject(const struct mdt_md_path *path, struct mdt_buf *text)
{
	mdt_buf_add(text, path->array);
	if (path->kind == MDT_PATH_ARRAY_ATTR || path->kind == MDT_PATH_MEMBER_ATTR)
		mdt_buf_adds(text, "/md");
	if (path->member.len) {
		mdt_buf_adds(text,
			     mdt_slice_starts(path->member, SLICE("rd")) ? "/" : "/dev-");
		mdt_buf_add(text, path->member);
	}
	if (path->array.len)
		mdt_buf_addc(text, '/');
	mdt_buf_add(text, path->attr);
}

// The folder of a disk has files that are every disk's: only an array's count.
static bool is_attr(const struct mdt_about *about)
{
	return about->kind == MDT_ABOUT_ATTRIBUTE &&
	       (about->md.kind != MDT_PATH_DISK_ATTR || about->md.array.len);
}

static void add_subject(struct mdt_compare *compare, struct mdt_buf *subject)
{
	const struct mdt_about *about = &compare->about;

	if (about->array && about->kind == MDT_ABOUT_ARRAY) {
		mdt_device_name(subject, about->array);
		mdt_device_name(&compare->text, about->array);
	} else if (about->kind == MDT_ABOUT_DISK && about->device) {
		mdt_device_name(subject, about->device);
	} else if (about->kind == MDT_ABOUT_MDSTAT) {
		mdt_buf_adds(subject, "/proc/mdstat");
	} else if (is_attr(about)) {
		add_path_subject(&about->md, subject);
		mdt_buf_add(&compare->text, about->md.array);
	} else if (about->kind == MDT_ABOUT_ARRAY && about->md.kind == MDT_PATH_NODE) {
		mdt_buf_add(subject, about->md.array);
		mdt_buf_add(&compare->text, about->md.array);
	} else {
		mdt_buf_add(subject, about->path);
	}
}

// What rows call it: `GET_ARRAY_INFO`, `read array_state`, `open`.
static void name_op(struct mdt_compare *compare)
{
	struct mdt_about about = compare->about;

	about.is_exclusive = false;
	mdt_buf_clear(&compare->text);
	mdt_about_op(&about, compare->log, &compare->text);
	compare->op = mdt_keep(compare, mdt_buf_slice(&compare->text));
}

static bool moves_data(const struct mdt_about *about)
{
	return about->verb == MDT_ABOUT_READ || about->verb == MDT_ABOUT_WRITE;
}

static bool is_md_call(const struct mdt_compare *compare)
{
	const struct mdt_about *about = &compare->about;

	if (about->verb == MDT_ABOUT_IOCTL)
		return about->kind == MDT_ABOUT_ARRAY ||
		       (about->ioctl && strcmp(about->ioctl->pack, "md") == 0);
	return moves_data(about) && (is_attr(about) || about->kind == MDT_ABOUT_MDSTAT);
}

/* ---- what goes in, in short ---- */

static void add_disk_name(struct mdt_compare *compare, uint32_t major, uint32_t minor)
{
	const struct mdt_plan *plan = compare->verdicts->plan;
	const struct mdt_device *device = mdt_trace_device(&compare->trace, major, minor);

	for (size_t i = 0; i < plan->disk_count; i++)
		if (plan->disks[i].major == major && plan->disks[i].minor == minor) {
			mdt_buf_add(&compare->text,
				    mdt_slice_base_name(plan->disks[i].path));
			return;
		}
	if (device)
		mdt_device_name(&compare->text, device);
	else
		mdt_buf_printf(&compare->text, "%u:%u", major, minor);
}

static void name_value(struct mdt_compare *compare, uint64_t number)
{
	const struct mdt_ioctl *row = compare->about.ioctl;

	if (row->meaning && row->meaning->kind == MDT_MEANING_DEV)
		add_disk_name(compare, mdt_dev_major(number), mdt_dev_minor(number));
	else
		mdt_ioctl_arg_text(row, number, &compare->text);
}

static bool is_update(const struct mdt_plan_step *step)
{
	for (size_t i = 0; i < step->derived_count; i++)
		if (step->derived[i].from_array)
			return true;
	return false;
}

// Of an update whose other fields only the guest knows: what is changed.
static void name_update(struct mdt_compare *compare, struct mdt_value *value)
{
	const struct mdt_plan_step *step = compare->verdict->step;
	struct mdt_buf *text = &compare->text;

	for (size_t i = 0; i < step->derived_count; i++) {
		const struct mdt_value *field =
			mdt_value_find(value, step->derived[i].field);

		if (step->derived[i].from_array || !field)
			continue;
		if (text->len)
			mdt_buf_addc(text, ' ');
		mdt_buf_printf(text, "%.*s=", SLICE_FMT(step->derived[i].field));
		mdt_value_text(field, NULL, text);
	}
}

// ADD_NEW_DISK: the disk. SET_ARRAY_INFO: the version, or what the array is to be.
static void name_struct(struct mdt_compare *compare, struct mdt_value *value)
{
	struct mdt_buf *text = &compare->text;
	uint64_t a, b, disks;
	const char *level;

	if (mdt_slice_eq_cstr(compare->op, "ADD_NEW_DISK") &&
	    mdt_value_get(value, SLICE("major"), &a) &&
	    mdt_value_get(value, SLICE("minor"), &b)) {
		add_disk_name(compare, (uint32_t)a, (uint32_t)b);
	} else if (is_update(compare->verdict->step)) {
		name_update(compare, value);
	} else if (mdt_slice_eq_cstr(compare->op, "SET_ARRAY_INFO") &&
		   mdt_value_get(value, SLICE("raid_disks"), &disks)) {
		if (!disks && mdt_value_get(value, SLICE("major_version"), &a) &&
		    mdt_value_get(value, SLICE("minor_version"), &b))
			mdt_buf_printf(text, "version %d.%d", (int)a, (int)b);
		else if (disks && mdt_value_get(value, SLICE("level"), &a)) {
			level = mdt_level_name((int64_t)a);
			mdt_buf_printf(text, "%s of %d", level ? level : "level",
				       (int)disks);
		}
	}
}

// What is written to an attribute, perhaps with a newline that echo put behind it.
static void name_word(struct mdt_compare *compare)
{
	struct mdt_slice word = mdt_buf_slice(&compare->log_bytes);

	mdt_bytes_brief(word, &compare->text);
	while (word.len && word.str[word.len - 1] == '\n')
		word.len--;
	compare->word = mdt_keep(compare, word);
}

static void name_argument(struct mdt_compare *compare)
{
	const struct mdt_ioctl *row = compare->about.ioctl;
	struct mdt_ref ref = mdt_event_arg(compare->log, row ? 2 : 1);
	struct mdt_value value;
	uint64_t number;

	mdt_buf_clear(&compare->text);
	mdt_buf_clear(&compare->log_bytes);
	if (row && row->arg == MDT_ARG_VALUE && mdt_ref_u64(ref, &number)) {
		name_value(compare, number);
	} else if (row && row->arg == MDT_ARG_IN && row->type &&
		   mdt_ref_bytes(ref, &compare->log_bytes)) {
		if (mdt_value_decode(row->type, row->meaning,
				     mdt_buf_slice(&compare->log_bytes), &compare->values,
				     &value))
			compare->failed_memory = true;
		else
			name_struct(compare, &value);
	} else if (is_attr(&compare->about) && compare->about.verb == MDT_ABOUT_WRITE &&
		   mdt_ref_bytes(ref, &compare->log_bytes)) {
		name_word(compare);
	}
	compare->verdict->argument = mdt_keep(compare, mdt_buf_slice(&compare->text));
}

int mdt_compare_output(const struct mdt_compare *compare)
{
	const struct mdt_call_row *row = compare->about.row;

	return row ? mdt_call_output(row) : -1;
}

void mdt_compare_about(struct mdt_compare *compare)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf subject = { 0 };
	struct mdt_verdict *verdict = compare->verdict;
	struct mdt_about *about = &compare->about;
	struct mdt_slice name = compare->log->name;

	compare->op = compare->word = (struct mdt_slice){ 0 };
	mdt_about_find(&compare->trace, compare->table, compare->log, about);
	mdt_buf_clear(&compare->text);
	add_subject(compare, &subject);
	verdict->subject = mdt_keep(compare, mdt_buf_slice(&subject));
	verdict->node = mdt_keep(compare, mdt_buf_slice(&compare->text));
	// The path is in a buffer of the trace's.
	about->path = (struct mdt_slice){ 0 };
	about->md.attr = mdt_keep(compare, about->md.attr);
	about->md.array = mdt_keep(compare, about->md.array);
	if (about->verb == MDT_ABOUT_IOCTL)
		name = about->ioctl ? mdt_slice_cstr(about->ioctl->name)
				    : mdt_ref_text(mdt_event_arg(compare->log, 1));
	verdict->call = mdt_keep(compare, name);
	verdict->is_md = is_md_call(compare);
	name_op(compare);
	name_argument(compare);
	if (subject.failed)
		compare->failed_memory = true;
}

/* ---- the same call? ---- */

bool mdt_is_mapped(const struct mdt_compare *compare, uint64_t from_major,
		   uint64_t to_major, uint64_t from_minor, uint64_t to_minor)
{
	for (size_t i = 0; i < compare->map_count; i++) {
		const struct mdt_guest_map *map = &compare->maps[i];

		if (map->from_major == from_major && map->to_major == to_major &&
		    map->from_minor == from_minor && map->to_minor == to_minor)
			return true;
	}
	return false;
}

static bool same_text(struct mdt_compare *compare, struct mdt_ref log, struct mdt_ref ran)
{
	struct mdt_slice log_bytes, ran_bytes;

	mdt_buf_clear(&compare->log_bytes);
	mdt_buf_clear(&compare->ran_bytes);
	if (!mdt_ref_bytes(log, &compare->log_bytes) ||
	    !mdt_ref_bytes(ran, &compare->ran_bytes))
		return false;
	log_bytes = mdt_buf_slice(&compare->log_bytes);
	ran_bytes = mdt_buf_slice(&compare->ran_bytes);
	if (mdt_ref_cut(ran))
		log_bytes = mdt_slice_head(log_bytes, ran_bytes.len);
	return mdt_slice_eq(log_bytes, ran_bytes);
}

// The guest writes the log's names and numbers, also of disks that it has under others.
static bool same_arg(struct mdt_compare *compare, struct mdt_ref log, struct mdt_ref ran)
{
	uint64_t a, b;

	return mdt_slice_eq(mdt_ref_text(log), mdt_ref_text(ran)) ||
	       (mdt_ref_u64(log, &a) && mdt_ref_u64(ran, &b) && a == b) ||
	       same_text(compare, log, ran);
}

// Both name the command, perhaps in two spellings.
static bool same_request(const struct mdt_compare *compare, struct mdt_ref log,
			 struct mdt_ref ran)
{
	uint32_t a, b;

	return mdt_request_number(compare->table, log, &a) &&
	       mdt_request_number(compare->table, ran, &b) && a == b;
}

static bool guest_fills_in(const struct mdt_plan_step *step)
{
	for (size_t i = 0; i < step->derived_count; i++)
		if (step->derived[i].from_array)
			return true;
	return false;
}

// Whether the guest's argument need not be the plan's.
static bool is_free(struct mdt_compare *compare, const struct mdt_plan_step *step,
		    size_t arg)
{
	const struct mdt_ioctl *row = compare->about.ioctl;

	if (!mdt_slice_eq(compare->log->name, SLICE("ioctl")))
		return mdt_compare_output(compare) == (int)arg;
	if (arg != 2)
		return false;
	return !row || row->arg == MDT_ARG_OUT || row->arg == MDT_ARG_INOUT ||
	       row->arg == MDT_ARG_UNSAID || row->arg == MDT_ARG_IGNORED ||
	       guest_fills_in(step);
}

bool mdt_is_same_call(struct mdt_compare *compare, const struct mdt_plan_step *step)
{
	size_t count = mdt_ref_count(compare->log->call);
	bool is_ioctl = mdt_slice_eq(compare->log->name, SLICE("ioctl"));

	if (compare->ran->kind != MDT_EVENT_CALL ||
	    !mdt_slice_eq(compare->log->name, compare->ran->name) ||
	    compare->log->prefix.pid != compare->ran->prefix.pid ||
	    count != mdt_ref_count(compare->ran->call))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct mdt_ref log = mdt_event_arg(compare->log, i),
			       ran = mdt_event_arg(compare->ran, i);

		if (!is_free(compare, step, i) && !same_arg(compare, log, ran) &&
		    !(is_ioctl && i == 1 && same_request(compare, log, ran)))
			return false;
	}
	return true;
}
