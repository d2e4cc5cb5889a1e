// SPDX-License-Identifier: MIT
// What the same thing is called by another recorder, or in another way: flags as numbers
// (strace -X raw), the other name of a folder (strace -y), an option and its value.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "diff/normal.h"

/* ---- flags ---- */

struct flag {
	const char *name;
	uint64_t value;
};

// In strace's order (its xlat/open_mode_flags.in); of two with a bit in common the larger
// one first.
static const struct flag open_flags[] = {
	{ "O_CREAT", O_CREAT },		{ "O_EXCL", O_EXCL },
	{ "O_NOCTTY", O_NOCTTY },	{ "O_TRUNC", O_TRUNC },
	{ "O_APPEND", O_APPEND },	{ "O_NONBLOCK", O_NONBLOCK },
	{ "O_SYNC", O_SYNC },		{ "O_DSYNC", O_DSYNC },
	{ "O_DIRECT", O_DIRECT },	{ "O_LARGEFILE", 0100000 },
	{ "O_NOFOLLOW", O_NOFOLLOW },	{ "O_NOATIME", O_NOATIME },
	{ "O_CLOEXEC", O_CLOEXEC },	{ "O_PATH", O_PATH },
	{ "O_DIRECTORY", O_DIRECTORY },
};

static void put_open_flags(uint64_t value, struct mdt_buf *ret)
{
	static const char *const modes[] = { "O_RDONLY", "O_WRONLY", "O_RDWR",
					     "O_ACCMODE" };

	mdt_buf_adds(ret, modes[value & O_ACCMODE]);
	value &= ~(uint64_t)O_ACCMODE;
	array_for_each (it, open_flags) {
		if ((value & it->value) != it->value)
			continue;
		mdt_buf_addc(ret, '|');
		mdt_buf_adds(ret, it->name);
		value &= ~it->value;
	}
	if (value) {
		mdt_buf_adds(ret, "|0x");
		mdt_buf_hex(ret, value);
	}
}

static void put_mode(uint64_t value, struct mdt_buf *ret)
{
	static const struct flag types[] = {
		{ "S_IFBLK", S_IFBLK }, { "S_IFCHR", S_IFCHR },	  { "S_IFIFO", S_IFIFO },
		{ "S_IFREG", S_IFREG }, { "S_IFSOCK", S_IFSOCK },
	};

	array_for_each (it, types)
		if ((value & S_IFMT) == it->value) {
			mdt_buf_adds(ret, it->name);
			mdt_buf_addc(ret, '|');
		}
	mdt_buf_printf(ret, "0%03o", (unsigned int)(value & ~(uint64_t)S_IFMT));
}

// Numbers as strace prints those: 0x9, and 0.
static void put_part(unsigned int value, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "%#x", value);
}

static void put_device(uint64_t value, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "makedev(");
	put_part(major(value), ret);
	mdt_buf_adds(ret, ", ");
	put_part(minor(value), ret);
	mdt_buf_addc(ret, ')');
}

bool mdt_normal_spell_arg(struct mdt_normal *normal, unsigned int after_path,
			  struct mdt_ref ref)
{
	static const struct {
		const char *call;
		unsigned int after_path; // 1: the argument behind the path
		void (*put)(uint64_t value, struct mdt_buf *ret);
	} rows[] = {
		{ "open", 1, put_open_flags }, { "openat", 1, put_open_flags },
		{ "mknod", 1, put_mode },      { "mknodat", 1, put_mode },
		{ "mknod", 2, put_device },    { "mknodat", 2, put_device },
	};
	uint64_t value;

	if (!mdt_ref_u64(ref, &value))
		return false;
	array_for_each (it, rows) {
		if (it->after_path != after_path ||
		    !mdt_slice_eq_cstr(normal->event->name, it->call) ||
		    !mdt_rule_fires(normal->rules, MDT_RULE_SPELLING))
			continue;
		it->put(value, &normal->text);
		return true;
	}
	return false;
}

/* ---- paths ---- */

static void shorten(struct mdt_buf *text, size_t from)
{
	static const struct mdt_slice long_name =
		SLICE_INIT("/sys/devices/virtual/block/");
	static const struct mdt_slice name = SLICE_INIT("/sys/block/");
	size_t rest;

	if (text->failed ||
	    !mdt_slice_starts(mdt_slice_skip(mdt_buf_slice(text), from), long_name))
		return;
	rest = text->len - from - long_name.len;
	memcpy(text->str + from, name.str, name.len);
	memmove(text->str + from + name.len, text->str + from + long_name.len, rest);
	text->len = from + name.len + rest;
}

void mdt_normal_spell_path(struct mdt_diff_rules *rules, struct mdt_slice path,
			   struct mdt_buf *ret)
{
	size_t from = ret->len, before;

	if (rules->off[MDT_RULE_SPELLING]) {
		mdt_buf_add(ret, path);
		return;
	}
	for (size_t i = 0; i < path.len; i++)
		if (!i || path.str[i] != '/' || path.str[i - 1] != '/')
			mdt_buf_addc(ret, path.str[i]);
	before = ret->len;
	shorten(ret, from);
	rules->fired[MDT_RULE_SPELLING] += before - from < path.len || ret->len < before;
}
