// SPDX-License-Identifier: MIT
#include "diff/normal.h"
#include "ioctl/value.h"

/* ---- fields that rules know ---- */

struct field_row {
	struct mdt_slice name;
	enum mdt_diff_rule rule;
	const char *word; /* what the value becomes; NULL: a descriptor or pid as such */
};

#define FIELD(name, rule, word)                                                          \
	{                                                                                \
		SLICE_INIT(name), MDT_RULE_##rule, word                                  \
	}

// struct stat and statx, siginfo_t, rusage, netlink headers, dirents; mdu_array_info_t
// and superblocks (mdp_superblock_1 and mdp_super_t of <linux/raid/md_p.h>).
static const struct field_row fields[] = {
	FIELD("st_atime", TIMES, "TIME"),
	FIELD("st_mtime", TIMES, "TIME"),
	FIELD("st_ctime", TIMES, "TIME"),
	FIELD("st_atime_nsec", TIMES, "TIME"),
	FIELD("st_mtime_nsec", TIMES, "TIME"),
	FIELD("st_ctime_nsec", TIMES, "TIME"),
	FIELD("stx_atime", TIMES, "TIME"),
	FIELD("stx_btime", TIMES, "TIME"),
	FIELD("stx_ctime", TIMES, "TIME"),
	FIELD("stx_mtime", TIMES, "TIME"),
	FIELD("si_utime", TIMES, "TIME"),
	FIELD("si_stime", TIMES, "TIME"),
	FIELD("ru_utime", TIMES, "TIME"),
	FIELD("ru_stime", TIMES, "TIME"),
	FIELD("nlmsg_seq", TIMES, "TIME"),
	FIELD("st_ino", INODES, "INODE"),
	FIELD("st_dev", INODES, "INODE"),
	FIELD("stx_ino", INODES, "INODE"),
	FIELD("stx_dev_major", INODES, "INODE"),
	FIELD("stx_dev_minor", INODES, "INODE"),
	FIELD("stx_mnt_id", INODES, "INODE"),
	FIELD("d_ino", INODES, "INODE"),
	FIELD("d_off", INODES, "INODE"),
	FIELD("f_bfree", INODES, "FREE"),
	FIELD("f_bavail", INODES, "FREE"),
	FIELD("f_ffree", INODES, "FREE"),
	FIELD("f_fsid", INODES, "INODE"),
	FIELD("si_pid", PIDS, NULL),
	FIELD("nl_pid", PIDS, NULL),
	FIELD("nlmsg_pid", PIDS, NULL),
	FIELD("l_pid", PIDS, NULL),
	FIELD("parent_tid", PIDS, "PID"),
	FIELD("child_tid", PIDS, "PID"),
	FIELD("f_owner_ex.pid", PIDS, NULL),
	FIELD("fd", DESCRIPTORS, NULL),
	FIELD("ctime", COUNTERS, "TIME"),
	FIELD("utime", COUNTERS, "TIME"),
	FIELD("events", COUNTERS, "EVENTS"),
	FIELD("events_hi", COUNTERS, "EVENTS"),
	FIELD("events_lo", COUNTERS, "EVENTS"),
	FIELD("cp_events", COUNTERS, "EVENTS"),
	FIELD("events_cleared", COUNTERS, "EVENTS"),
	FIELD("csum", COUNTERS, "CSUM"),
	FIELD("sb_csum", COUNTERS, "CSUM"),
	FIELD("uuid", UUIDS, "UUID"),
	FIELD("set_uuid", UUIDS, "UUID"),
	FIELD("device_uuid", UUIDS, "UUID"),
	FIELD("set_uuid0", UUIDS, "UUID"),
	FIELD("set_uuid1", UUIDS, "UUID"),
	FIELD("set_uuid2", UUIDS, "UUID"),
	FIELD("set_uuid3", UUIDS, "UUID"),
};

void mdt_normal_init(struct mdt_normal *normal, struct mdt_diff_rules *rules,
		     const struct mdt_ioctl_table *table)
{
	*normal = (struct mdt_normal){ .rules = rules, .table = table };
	mdt_trace_init(&normal->trace);
	mdt_names_init(&normal->fields, fields, sizeof(fields[0]), array_size(fields));
}

void mdt_normal_deinit(struct mdt_normal *normal)
{
	struct mdt_buf *bufs[] = { &normal->text, &normal->path, &normal->bytes,
				   &normal->data, &normal->word };

	mdt_trace_deinit(&normal->trace);
	mdt_diff_tasks_deinit(&normal->tasks);
	mdt_arena_deinit(&normal->arena);
	mdt_arena_deinit(&normal->values);
	mdt_nodes_deinit(&normal->nodes);
	array_for_each (it, bufs)
		mdt_buf_deinit(*it);
}

/* ---- descriptors and pids ---- */

static void put_bare(struct mdt_normal *normal, struct mdt_ref ref);

// A terminal, a pipe, nothing: what standard streams are when somebody looks on.
static bool is_plain_stream(const struct mdt_file *file)
{
	struct mdt_slice path = file->path;

	return !file->device && (!path.len || path.str[0] != '/' ||
				 mdt_slice_eq(path, SLICE("/dev/null")) ||
				 mdt_slice_starts(path, SLICE("/dev/tty")) ||
				 mdt_slice_starts(path, SLICE("/dev/pts/")) ||
				 mdt_slice_starts(path, SLICE("/dev/console")));
}

static void put_file(struct mdt_normal *normal, const struct mdt_file *file)
{
	struct mdt_buf *text = &normal->text;
	bool named = file->device && file->device->source != MDT_DEV_UNKNOWN;

	mdt_buf_addc(text, '<');
	if (named) {
		mdt_buf_clear(&normal->word);
		mdt_device_name(&normal->word, file->device);
		mdt_buf_adds(text, "/dev/");
		mdt_normal_mask_path(normal->rules, mdt_buf_slice(&normal->word), text);
	} else {
		mdt_buf_clear(&normal->word);
		mdt_normal_spell_path(normal->rules, file->path, &normal->word);
		mdt_normal_mask_path(normal->rules, mdt_buf_slice(&normal->word), text);
	}
	mdt_buf_addc(text, '>');
}

void mdt_normal_fd(struct mdt_normal *normal, struct mdt_ref ref)
{
	const struct mdt_file *file;
	struct mdt_buf *text = &normal->text;
	uint64_t fd;

	if (!mdt_ref_u64(ref, &fd) || fd > INT32_MAX) {
		put_bare(normal, ref);
		return;
	}
	file = mdt_trace_file(&normal->trace, normal->event, ref);
	if (normal->rules->off[MDT_RULE_DESCRIPTORS] ||
	    (fd <= 2 && (!file || is_plain_stream(file)))) {
		mdt_buf_dec(text, fd);
		if (file && !is_plain_stream(file))
			put_file(normal, file);
		return;
	}
	normal->rules->fired[MDT_RULE_DESCRIPTORS]++;
	if (!file || (!file->device && (!file->path.len || file->path.str[0] != '/'))) {
		mdt_buf_adds(text, "FD");
		return;
	}
	mdt_buf_addc(text, '3');
	put_file(normal, file);
}

static bool is_relation(struct mdt_slice word)
{
	return mdt_slice_eq(word, SLICE("self")) || mdt_slice_eq(word, SLICE("parent")) ||
	       mdt_slice_eq(word, SLICE("child")) || mdt_slice_eq(word, SLICE("other"));
}

void mdt_normal_pid(struct mdt_normal *normal, struct mdt_ref ref)
{
	struct mdt_ref shown = mdt_ref_attachment(ref, MDT_NODE_PATH);
	struct mdt_buf *text = &normal->text;
	uint64_t pid;

	if (!mdt_ref_u64(ref, &pid) || !pid || pid > INT32_MAX ||
	    normal->rules->off[MDT_RULE_PIDS]) {
		put_bare(normal, ref);
		return;
	}
	normal->rules->fired[MDT_RULE_PIDS]++;
	mdt_buf_adds(text, "1<");
	if (mdt_ref_ok(shown) && is_relation(mdt_ref_text(shown)))
		mdt_buf_add(text, mdt_ref_text(shown));
	else
		mdt_buf_adds(text,
			     mdt_diff_tasks_relation(&normal->tasks, normal->task, pid));
	mdt_buf_addc(text, '>');
}

/* ---- text ---- */

void mdt_normal_bytes(struct mdt_normal *normal, struct mdt_slice bytes, bool cut)
{
	mdt_buf_clear(&normal->data);
	mdt_normal_mask(normal->rules, bytes, cut, &normal->data);
	mdt_bytes_text(mdt_buf_slice(&normal->data), false, &normal->text);
	if (cut)
		mdt_buf_adds(&normal->text, "...");
}

static void put_string(struct mdt_normal *normal, struct mdt_ref ref)
{
	struct mdt_slice inside = mdt_ref_inside(ref), text = mdt_ref_text(ref);
	bool cut = mdt_ref_cut(ref);

	// strace has several ways to write a byte; there is only one to write a letter.
	if (inside.len && memchr(inside.str, '\\', inside.len)) {
		mdt_buf_clear(&normal->bytes);
		mdt_unescape(inside, &normal->bytes);
		mdt_normal_bytes(normal, mdt_buf_slice(&normal->bytes), cut);
		return;
	}
	if (text.len && text.str[0] == '@')
		mdt_buf_addc(&normal->text, '@');
	mdt_buf_addc(&normal->text, '"');
	mdt_normal_mask(normal->rules, inside, cut, &normal->text);
	mdt_buf_addc(&normal->text, '"');
	if (cut)
		mdt_buf_adds(&normal->text, "...");
}

/* ---- values ---- */

// Numbers in hex that are too large for anything but an address, or bits; bits are part
// of a set, or come with a name.
enum { ADDRESS_MIN = 0x10000 };

// 0x30 /* CAP_??? */ is a constant that strace does not know; 0x5630478fd1f0 /* 8 entries
// */ is an address.
static bool is_constant(struct mdt_ref ref)
{
	return mdt_slice_find(mdt_ref_text(mdt_ref_attachment(ref, MDT_NODE_COMMENT)),
			      SLICE("???"));
}

static bool is_address(struct mdt_ref ref)
{
	const struct mdt_node *node = mdt_ref_node(ref);

	return node->flags & MDT_NODE_HEX &&
	       (node->flags & MDT_NODE_HUGE || node->num >= ADDRESS_MIN) &&
	       !is_constant(ref);
}

// With the comment that tells a constant from an address, if there is one.
static void put_number(struct mdt_normal *normal, struct mdt_ref ref)
{
	mdt_buf_add(&normal->text, mdt_ref_text(ref));
	if (mdt_ref_node(ref)->flags & MDT_NODE_HEX && is_constant(ref)) {
		mdt_buf_adds(&normal->text, " /* ");
		mdt_buf_add(&normal->text,
			    mdt_ref_text(mdt_ref_attachment(ref, MDT_NODE_COMMENT)));
		mdt_buf_adds(&normal->text, " */");
	}
}

static void put_int(struct mdt_normal *normal, struct mdt_ref ref, bool in_set)
{
	if (!in_set && is_address(ref) &&
	    mdt_rule_fires(normal->rules, MDT_RULE_ADDRESSES))
		mdt_buf_adds(&normal->text, "ADDR");
	else
		put_number(normal, ref);
}

static void put_children(struct mdt_normal *normal, struct mdt_ref parent,
			 struct mdt_slice between)
{
	struct mdt_ref child = mdt_ref_first(parent);
	bool first = true;

	for (; mdt_ref_ok(child); child = mdt_ref_next(parent, child)) {
		if (!first)
			mdt_buf_add(&normal->text,
				    mdt_ref_node(child)->flags & MDT_NODE_SPACED
					    ? SLICE(" ")
					    : between);
		first = false;
		if (between.len == 1 && mdt_ref_node(child)->kind == MDT_NODE_INT)
			put_int(normal, child, true);
		else
			mdt_normal_value(normal, child);
	}
}

static void put_list(struct mdt_normal *normal, struct mdt_ref ref, const char *open,
		     char close)
{
	struct mdt_buf *text = &normal->text;

	if (mdt_ref_node(ref)->flags & MDT_NODE_NOT)
		mdt_buf_addc(text, '~');
	mdt_buf_adds(text, open);
	put_children(normal, ref, SLICE(", "));
	mdt_buf_addc(text, close);
}

// A value whose name, if it has one, is written or not wanted. What is inside of it is
// deeper in the line, so this ends.
static void put_bare(struct mdt_normal *normal, struct mdt_ref ref)
{
	if (!mdt_ref_ok(ref))
		return;
	switch ((enum mdt_node_kind)mdt_ref_node(ref)->kind) {
	case MDT_NODE_INT:
		put_int(normal, ref, false);
		break;
	case MDT_NODE_STRING:
		put_string(normal, ref);
		break;
	case MDT_NODE_STRUCT:
		put_list(normal, ref, "{", '}');
		break;
	case MDT_NODE_ARRAY:
		put_list(normal, ref, "[", ']');
		break;
	case MDT_NODE_CALL:
		mdt_buf_add(&normal->text, mdt_ref_head(ref));
		put_list(normal, ref, "(", ')');
		break;
	case MDT_NODE_GROUP:
		put_list(normal, ref, "(", ')');
		break;
	case MDT_NODE_FLAGS:
	case MDT_NODE_EITHER:
	case MDT_NODE_CHANGE:
		put_children(normal, ref, mdt_ref_head(ref));
		break;
	default:
		mdt_buf_add(&normal->text, mdt_ref_text(ref));
		break;
	}
}

// A superblock's count or time is a number or text; the events of a pollfd are flags.
static bool is_count(struct mdt_ref ref)
{
	return mdt_ref_node(ref)->kind == MDT_NODE_INT ||
	       mdt_ref_node(ref)->kind == MDT_NODE_STRING;
}

// A field that a rule knows. @return If so.
static bool put_field(struct mdt_normal *normal, struct mdt_ref ref,
		      struct mdt_slice name)
{
	const struct field_row *row = mdt_names_find(&normal->fields, name);

	if (!row)
		return false;
	if (row->rule == MDT_RULE_DESCRIPTORS) {
		mdt_normal_fd(normal, ref);
		return true;
	}
	if (row->rule == MDT_RULE_PIDS && !row->word) {
		mdt_normal_pid(normal, ref);
		return true;
	}
	if (row->rule == MDT_RULE_COUNTERS && !is_count(ref))
		return false;
	if (!mdt_rule_fires(normal->rules, row->rule))
		return false;
	mdt_buf_adds(&normal->text, row->word);
	return true;
}

void mdt_normal_value(struct mdt_normal *normal, struct mdt_ref ref)
{
	struct mdt_slice name;

	if (!mdt_ref_ok(ref))
		return;
	if (mdt_ref_node(ref)->name_len) {
		name = mdt_ref_name(ref);
		mdt_buf_add(&normal->text, name);
		mdt_buf_addc(&normal->text, '=');
		if (put_field(normal, ref, name))
			return;
	}
	put_bare(normal, ref);
}
