// SPDX-License-Identifier: MIT
// A call up to its result: which arguments it has, and what they are.
#include "diff/normal.h"
#include "ioctl/value.h"

/* ---- arguments ---- */

static struct mdt_ref arg_of(const struct mdt_normal *normal, unsigned int index)
{
	return mdt_event_arg(normal->event, index);
}

static void put_path(struct mdt_normal *normal, struct mdt_ref dirfd, struct mdt_ref ref)
{
	struct mdt_slice path;

	mdt_buf_clear(&normal->path);
	if (!mdt_trace_path(&normal->trace, normal->event, dirfd, ref, &path)) {
		mdt_normal_value(normal, ref);
		return;
	}
	mdt_buf_clear(&normal->word);
	mdt_normal_spell_path(normal->rules, path, &normal->word);
	mdt_normal_mask_path(normal->rules, mdt_buf_slice(&normal->word), &normal->path);
	mdt_bytes_text(mdt_buf_slice(&normal->path), false, &normal->text);
}

static void put_fds(struct mdt_normal *normal, struct mdt_ref ref)
{
	struct mdt_ref fd = mdt_ref_first(ref);

	if (!mdt_ref_ok(ref) || mdt_ref_node(ref)->kind != MDT_NODE_ARRAY ||
	    normal->rules->off[MDT_RULE_DESCRIPTORS]) {
		mdt_normal_value(normal, ref);
		return;
	}
	mdt_buf_addc(&normal->text, '[');
	for (; mdt_ref_ok(fd); fd = mdt_ref_next(ref, fd)) {
		normal->rules->fired[MDT_RULE_DESCRIPTORS]++;
		mdt_buf_adds(&normal->text, normal->text.str[normal->text.len - 1] == '['
						    ? "FD"
						    : ", FD");
	}
	mdt_buf_addc(&normal->text, ']');
}

// A struct that the kernel has filled in, or the address of one that it has not.
static void put_masked(struct mdt_normal *normal, struct mdt_ref ref,
		       enum mdt_diff_rule rule, const char *word)
{
	enum mdt_node_kind kind = (enum mdt_node_kind)mdt_ref_node(ref)->kind;

	if ((kind == MDT_NODE_STRUCT || kind == MDT_NODE_STRING ||
	     kind == MDT_NODE_ARRAY) &&
	    mdt_rule_fires(normal->rules, rule))
		mdt_buf_adds(&normal->text, word);
	else
		mdt_normal_value(normal, ref);
}

static void put_environment(struct mdt_normal *normal, struct mdt_ref ref)
{
	if (mdt_rule_fires(normal->rules, MDT_RULE_ENVIRONMENT))
		mdt_buf_adds(&normal->text, "ENV");
	else
		mdt_normal_value(normal, ref);
}

// /proc/self is a link to the own pid; its path has just been written.
static void put_link(struct mdt_normal *normal, struct mdt_ref ref)
{
	bool is_self = mdt_slice_eq(mdt_buf_slice(&normal->path), SLICE("/proc/self"));

	if (is_self && mdt_event_succeeded(normal->event) &&
	    mdt_rule_fires(normal->rules, MDT_RULE_PIDS))
		mdt_buf_adds(&normal->text, "\"0\"");
	else
		mdt_normal_value(normal, ref);
}

static void put_address(struct mdt_normal *normal, struct mdt_ref ref)
{
	uint64_t value;

	if (mdt_ref_u64(ref, &value) && value &&
	    mdt_rule_fires(normal->rules, MDT_RULE_ADDRESSES))
		mdt_buf_adds(&normal->text, "ADDR");
	else
		mdt_normal_value(normal, ref);
}

// "--level=1" as "--level", "1"; what was written begins at @p from.
static void split_option(struct mdt_normal *normal, size_t from)
{
	struct mdt_buf *text = &normal->text;
	struct mdt_slice word = mdt_slice_skip(mdt_buf_slice(text), from);
	const char *equals = mdt_slice_find(word, SLICE("="));
	size_t at;

	if (!mdt_slice_starts(word, SLICE("\"--")) || !equals ||
	    !mdt_rule_fires(normal->rules, MDT_RULE_SPELLING))
		return;
	at = (size_t)(equals - word.str);
	// An option as a value would be split in its turn.
	if (mdt_slice_starts(mdt_slice_skip(word, at + 1), SLICE("--")))
		return;
	mdt_buf_clear(&normal->word);
	mdt_buf_add(&normal->word, mdt_slice_skip(word, at + 1));
	text->len = from + at;
	mdt_buf_adds(text, "\", \"");
	mdt_buf_add(text, mdt_buf_slice(&normal->word));
}

static void put_argv(struct mdt_normal *normal, struct mdt_ref ref)
{
	bool is_first = true;

	mdt_buf_addc(&normal->text, '[');
	for (struct mdt_ref it = mdt_ref_first(ref); mdt_ref_ok(it);
	     it = mdt_ref_next(ref, it), is_first = false) {
		size_t from;

		mdt_buf_adds(&normal->text, is_first ? "" : ", ");
		from = normal->text.len;
		mdt_normal_value(normal, it);
		split_option(normal, from);
	}
	mdt_buf_addc(&normal->text, ']');
}

static void put_plain(struct mdt_normal *normal, struct mdt_ref ref)
{
	if (normal->row && normal->row->kind == MDT_CALL_EXEC && mdt_ref_ok(ref) &&
	    mdt_ref_node(ref)->kind == MDT_NODE_ARRAY)
		put_argv(normal, ref);
	else
		mdt_normal_value(normal, ref);
}

static void put_arg(struct mdt_normal *normal, char letter, struct mdt_ref ref,
		    struct mdt_ref before)
{
	switch (letter) {
	case 'f':
		mdt_normal_fd(normal, ref);
		break;
	case 'D':
		mdt_buf_adds(&normal->text, "AT_FDCWD");
		break;
	case 'F':
		put_fds(normal, ref);
		break;
	case 'p':
		put_path(normal, before, ref);
		break;
	case 'n':
		mdt_normal_pid(normal, ref);
		break;
	case 'a':
		put_address(normal, ref);
		break;
	case 't':
		put_masked(normal, ref, MDT_RULE_TIMES, "TIME");
		break;
	case 'r':
		put_masked(normal, ref, MDT_RULE_RANDOM, "RANDOM");
		break;
	case 'e':
		put_environment(normal, ref);
		break;
	case 'l':
		put_link(normal, ref);
		break;
	default:
		put_plain(normal, ref);
	}
}

// Whether an argument is left out, since another call for the same thing has none.
static bool is_left_out(struct mdt_normal *normal, char letter, struct mdt_ref ref)
{
	uint64_t flags;

	if (normal->rules->off[MDT_RULE_CALL_NAMES] || !normal->row || !normal->row->as)
		return false;
	return letter == 'x' || (letter == 's' && mdt_ref_u64(ref, &flags) && !flags);
}

// Whether a path counts from its folder's descriptor: the path is made absolute, and then
// the folder does not matter.
static bool is_from_folder(struct mdt_normal *normal, unsigned int index)
{
	struct mdt_slice path;

	return !mdt_trace_path(&normal->trace, normal->event, arg_of(normal, index),
			       arg_of(normal, index + 1), &path) ||
	       !path.len || path.str[0] != '/' ||
	       !mdt_ref_inside(arg_of(normal, index + 1)).len;
}

// `d` and `x` are no letters of plain calls: what follows 'd' is 'p'.
static void put_args_from(struct mdt_normal *normal, unsigned int index, bool comma)
{
	const char *letters = normal->row ? normal->row->args : "";
	struct mdt_ref ref = arg_of(normal, index), before = mdt_ref_none();
	size_t count = strlen(letters);
	const char *path = strchr(letters, 'p');
	bool by_name = normal->rules->off[MDT_RULE_CALL_NAMES];

	for (; mdt_ref_ok(ref); ref = mdt_ref_next(normal->event->call, ref), index++) {
		char letter = index < count ? letters[index] : '.';

		if (letter == 'd') {
			before = ref;
			if (!by_name && normal->row->as)
				continue;
			letter = is_from_folder(normal, index) ? 'f' : 'D';
		}
		if (is_left_out(normal, letter, ref))
			continue;
		if (comma)
			mdt_buf_adds(&normal->text, ", ");
		comma = true;
		if (!path || letters + index <= path ||
		    !mdt_normal_spell_arg(normal, index - (unsigned int)(path - letters),
					  ref))
			put_arg(normal, letter, ref, before);
		if (letter == 'p')
			before = mdt_ref_none();
	}
}

/* ---- whole calls ---- */

static struct mdt_slice path_of_exec(struct mdt_normal *normal)
{
	struct mdt_slice path = { 0 };
	bool has_dirfd = normal->row->args[0] == 'd';

	if (!mdt_trace_path(&normal->trace, normal->event,
			    has_dirfd ? arg_of(normal, 0) : mdt_ref_none(),
			    arg_of(normal, has_dirfd), &path))
		return (struct mdt_slice){ 0 };
	return mdt_slice_base_name(path);
}

// execve("mdadm", ["mdadm", ...], ENV): where it was found is in the calls that failed.
static void put_exec(struct mdt_normal *normal)
{
	struct mdt_slice name = path_of_exec(normal);
	bool has_dirfd = normal->row->args[0] == 'd';

	if (!name.len || !mdt_event_succeeded(normal->event) ||
	    !mdt_rule_fires(normal->rules, MDT_RULE_ENVIRONMENT)) {
		put_args_from(normal, 0, false);
		return;
	}
	mdt_buf_clear(&normal->path);
	mdt_normal_mask_path(normal->rules, name, &normal->path);
	mdt_bytes_text(mdt_buf_slice(&normal->path), false, &normal->text);
	put_args_from(normal, has_dirfd + 1U, true);
}

// newfstatat(3, "", {...}, AT_EMPTY_PATH) is fstat(3, {...}): glibc since 2.33 makes it.
static bool is_fstat(struct mdt_normal *normal)
{
	return mdt_slice_eq(mdt_ref_text(arg_of(normal, 1)), SLICE("\"\"")) &&
	       mdt_slice_find(mdt_ref_text(arg_of(normal, 3)), SLICE("AT_EMPTY_PATH")) &&
	       mdt_rule_fires(normal->rules, MDT_RULE_CALL_NAMES);
}

// Where the output of the program goes is not its own doing.
static void put_fstat(struct mdt_normal *normal, unsigned int struct_index)
{
	size_t before = normal->text.len;

	mdt_normal_fd(normal, arg_of(normal, 0));
	mdt_buf_adds(&normal->text, ", ");
	if (normal->text.len - before == 3 && mdt_event_succeeded(normal->event))
		put_masked(normal, arg_of(normal, struct_index), MDT_RULE_ENVIRONMENT,
			   "STAT");
	else
		mdt_normal_value(normal, arg_of(normal, struct_index));
}

// The descriptor is gone since the call began.
static void put_close(struct mdt_normal *normal)
{
	struct mdt_buf *closing = &normal->tasks.items[normal->task].closing;

	if (normal->event->kind == MDT_EVENT_RESUMED && closing->len)
		mdt_buf_add(&normal->text, mdt_buf_slice(closing));
	else
		mdt_normal_fd(normal, arg_of(normal, 0));
	mdt_buf_clear(closing);
}

static struct mdt_error *put_args(struct mdt_normal *normal)
{
	enum mdt_call_kind kind = normal->row ? normal->row->kind : MDT_CALL_PLAIN;

	switch (kind) {
	case MDT_CALL_IOCTL:
		mdt_normal_fd(normal, arg_of(normal, 0));
		return mdt_normal_ioctl(normal);
	case MDT_CALL_READ:
	case MDT_CALL_WRITE:
		mdt_normal_fd(normal, arg_of(normal, 0));
		return mdt_normal_transfer(normal);
	case MDT_CALL_EXEC:
		put_exec(normal);
		return NULL;
	case MDT_CALL_CLOSE:
		put_close(normal);
		return NULL;
	case MDT_CALL_FSTAT:
		put_fstat(normal, 1);
		return NULL;
	default:
		put_args_from(normal, 0, false);
		return NULL;
	}
}

struct mdt_error *mdt_normal_put_call(struct mdt_normal *normal)
{
	const struct mdt_call_row *row = normal->row;
	struct mdt_error *err = NULL;

	if (row && row->kind == MDT_CALL_STAT && is_fstat(normal)) {
		mdt_buf_adds(&normal->text, "fstat(");
		put_fstat(normal, 2);
	} else {
		if (row && row->as && mdt_rule_fires(normal->rules, MDT_RULE_CALL_NAMES))
			mdt_buf_adds(&normal->text, row->as);
		else
			mdt_buf_add(&normal->text, normal->event->name);
		mdt_buf_addc(&normal->text, '(');
		err = put_args(normal);
	}
	mdt_buf_adds(&normal->text, ") = ");
	return err;
}
