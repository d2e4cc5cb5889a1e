// SPDX-License-Identifier: MIT
/* Device mapper's ioctls, as strace decodes them: which device, and what is asked of it.
 */
#include "annotate/parts.h"

// What a command does depends on a flag (drivers/md/dm-ioctl.c dev_suspend(),
// do_resume()).
static const struct {
	struct mdt_slice command, flag;
	const char *with, *without;
} flag_rows[] = {
	{ SLICE_INIT("DM_DEV_SUSPEND"), SLICE_INIT("DM_SUSPEND_FLAG"), "suspend",
	  "resume: DM_SUSPEND_FLAG is not set" },
	{ SLICE_INIT("DM_TABLE_STATUS"), SLICE_INIT("DM_STATUS_TABLE_FLAG"), "the table",
	  "the status" },
};

static struct mdt_ref input_of(struct mdt_ref argument)
{
	if (mdt_ref_ok(argument) && mdt_ref_node(argument)->kind == MDT_NODE_CHANGE)
		argument = mdt_ref_first(argument);
	// [{version=...}, {target_type=...}] is what strace 6.1 has when there are
	// targets.
	if (mdt_ref_ok(argument) && mdt_ref_node(argument)->kind == MDT_NODE_ARRAY)
		argument = mdt_ref_first(argument);
	return mdt_ref_ok(argument) && mdt_ref_node(argument)->kind == MDT_NODE_STRUCT
		       ? argument
		       : mdt_ref_none();
}

// What holds the targets: the array, or before that the struct itself.
static struct mdt_ref targets_of(struct mdt_ref argument)
{
	if (mdt_ref_ok(argument) && mdt_ref_node(argument)->kind == MDT_NODE_CHANGE)
		argument = mdt_ref_first(argument);
	return argument;
}

static bool has_word(struct mdt_ref flags, struct mdt_slice word)
{
	if (mdt_slice_eq(mdt_ref_text(flags), word))
		return true;
	for (struct mdt_ref it = mdt_ref_first(flags); mdt_ref_ok(it);
	     it = mdt_ref_next(flags, it))
		if (mdt_slice_eq(mdt_ref_text(it), word))
			return true;
	return false;
}

static void add_device(struct mdt_ref input, struct mdt_buf *text)
{
	struct mdt_ref name = mdt_ref_member(input, SLICE("name"));
	uint32_t major, minor;

	if (mdt_devnum_read(mdt_ref_member(input, SLICE("dev")), &major, &minor))
		mdt_buf_printf(text, "of dm-%u (%u:%u)", minor, major, minor);
	else if (mdt_ref_ok(name))
		mdt_buf_printf(text, "of %.*s", SLICE_FMT(mdt_ref_inside(name)));
}

// crypt_status() in drivers/md/dm-crypt.c has "CIPHER KEY IV_OFFSET DEVICE OFFSET". The
// key is not shown, as dmsetup does not; one that begins with a colon only names it.
static void put_parameters(struct mdt_slice type, struct mdt_slice text,
			   struct mdt_buf *ret)
{
	const char *key = text.len ? memchr(text.str, ' ', text.len) : NULL;
	size_t at = key ? (size_t)(key - text.str) + 1 : text.len;

	if (!mdt_slice_eq(type, SLICE("crypt"))) {
		mdt_buf_add(ret, text);
		return;
	}
	mdt_buf_add(ret, mdt_slice_head(text, at));
	text = mdt_slice_skip(text, at);
	if (text.len && text.str[0] != ':')
		for (; text.len && text.str[0] != ' '; text = mdt_slice_skip(text, 1))
			mdt_buf_addc(ret, '0');
	mdt_buf_add(ret, text);
}

// `0 2048 linear 7:0 0`, as `dmsetup table` prints it.
static void add_targets(struct mdt_ref targets, struct mdt_buf *scratch,
			struct mdt_buf *text)
{
	for (struct mdt_ref it = mdt_ref_first(targets); mdt_ref_ok(it);
	     it = mdt_ref_next(targets, it)) {
		struct mdt_ref type = mdt_ref_member(it, SLICE("target_type"));
		struct mdt_slice name = mdt_ref_inside(type);

		if (!mdt_ref_ok(type))
			continue;
		mdt_buf_adds(text, text->len ? ", " : "");
		mdt_buf_add(text,
			    mdt_ref_text(mdt_ref_member(it, SLICE("sector_start"))));
		mdt_buf_addc(text, ' ');
		mdt_buf_add(text, mdt_ref_text(mdt_ref_member(it, SLICE("length"))));
		mdt_buf_addc(text, ' ');
		mdt_buf_add(text, name);
		mdt_buf_clear(scratch);
		if (!mdt_ref_bytes(mdt_ref_member(it, SLICE("string")), scratch) ||
		    !scratch->len)
			continue;
		mdt_buf_addc(text, ' ');
		put_parameters(name, mdt_buf_slice(scratch), text);
	}
}

void mdt_annotate_dm(struct mdt_slice command, struct mdt_ref argument,
		     struct mdt_buf *scratch, struct mdt_buf *text)
{
	struct mdt_ref input = input_of(argument);
	struct mdt_ref flags = mdt_ref_member(input, SLICE("flags"));

	if (!mdt_ref_ok(input))
		return;
	add_device(input, text);
	if (mdt_slice_eq(command, SLICE("DM_TABLE_LOAD")))
		add_targets(targets_of(argument), scratch, text);
	// A struct that is cut may lack the flag.
	if (!mdt_ref_ok(flags))
		return;
	array_for_each (it, flag_rows) {
		if (!mdt_slice_eq(command, it->command))
			continue;
		mdt_buf_adds(text, text->len ? ", " : "");
		mdt_buf_adds(text, has_word(flags, it->flag) ? it->with : it->without);
	}
}
