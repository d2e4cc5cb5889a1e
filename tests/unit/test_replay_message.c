// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/buf.h"
#include "derive/message.h"

/* All that a message says, in one line. */
static void describe(const struct mdt_message *m, struct mdt_buf *buf)
{
	mdt_buf_printf(buf, "%d", m->kind);
	if (m->array.len)
		mdt_buf_printf(buf, " array=%.*s", SLICE_FMT(m->array));
	if (m->device.len)
		mdt_buf_printf(buf, " device=%.*s", SLICE_FMT(m->device));
	if (m->text.len)
		mdt_buf_printf(buf, " text=%.*s", SLICE_FMT(m->text));
	if (m->major >= 0)
		mdt_buf_printf(buf, " version=%d.%d", m->major, m->minor);
	if (m->has_level)
		mdt_buf_printf(buf, " level=%d", m->level);
	if (m->has_drives)
		mdt_buf_printf(buf, " drives=%d", (int)m->drives);
	if (m->has_out_of)
		mdt_buf_printf(buf, " out_of=%d", (int)m->out_of);
	if (m->has_spares)
		mdt_buf_printf(buf, " spares=%d", (int)m->spares);
	if (m->has_slot)
		mdt_buf_printf(buf, " slot=%d", (int)m->slot);
	if (m->has_size)
		mdt_buf_printf(buf, " size=%lld", (long long)m->size);
	if (m->cut)
		mdt_buf_adds(buf, " cut");
}

static void check(const char *text, uint64_t missing, enum mdt_message_kind kind,
		  const char *facts)
{
	struct mdt_buf got = { 0 }, expected = { 0 };
	struct mdt_slice rest = mdt_slice_cstr(text);
	struct mdt_message message;

	cr_assert(mdt_message_next(&rest, missing, &message));
	describe(&message, &got);
	mdt_buf_printf(&expected, "%d%s%s", kind, *facts ? " " : "", facts);
	cr_expect(mdt_slice_eq(mdt_buf_slice(&got), mdt_buf_slice(&expected)),
		  "%s\ngot      %.*s\nexpected %.*s", text,
		  SLICE_FMT(mdt_buf_slice(&got)), SLICE_FMT(mdt_buf_slice(&expected)));
	mdt_buf_deinit(&got);
	mdt_buf_deinit(&expected);
}

#define WHOLE(text, kind, facts) check("mdadm: " text "\n", 0, MDT_MESSAGE_##kind, facts)

Test(replay_message, whole_lines)
{
	WHOLE("Defaulting to version 1.2 metadata", DEFAULTING, "text=1.2 version=1.2");
	WHOLE("Defaulting to version 0.90 metadata", DEFAULTING,
	      "text=0.90 version=0.90");
	WHOLE("array /dev/md100 started.", STARTED, "array=/dev/md100");
	WHOLE("array /dev/md0 built and started.", STARTED, "array=/dev/md0");
	WHOLE("started array /dev/md/x", STARTED, "array=/dev/md/x");
	WHOLE("/dev/md/foo has been started with 2 drives.", HAS_STARTED,
	      "array=/dev/md/foo drives=2");
	WHOLE("/dev/md0 has been started with 1 drive (out of 2) and 1 spare.",
	      HAS_STARTED, "array=/dev/md0 drives=1 out_of=2 spares=1");
	WHOLE("/dev/md0 has been started with 1 drive (out of 2), 1 rebuilding and 2 "
	      "spares.",
	      HAS_STARTED, "array=/dev/md0 drives=1 out_of=2 spares=2");
	WHOLE("/dev/md0 assembled from 1 drive - need all 2 to start it (use --run to "
	      "insist).",
	      ASSEMBLED, "array=/dev/md0 drives=1");
	WHOLE("/dev/md0 assembled from 0 drives and 1 spare - not enough to start the "
	      "array.",
	      ASSEMBLED, "array=/dev/md0 drives=0 spares=1");
	WHOLE("stopped /dev/md100", STOPPED, "array=/dev/md100");
	WHOLE("set /dev/loop1 faulty in /dev/md0", SET_FAULTY,
	      "array=/dev/md0 device=/dev/loop1");
	WHOLE("hot removed /dev/loop1 from /dev/md0", REMOVED,
	      "array=/dev/md0 device=/dev/loop1");
	WHOLE("added /dev/loop2", ADDED, "device=/dev/loop2");
	WHOLE("added /dev/loop0 to /dev/md0 as 0", ADDED,
	      "array=/dev/md0 device=/dev/loop0 slot=0");
	WHOLE("added /dev/loop0 to /dev/md0 as 0 (possibly out of date)", ADDED,
	      "array=/dev/md0 device=/dev/loop0 slot=0");
	WHOLE("re-added /dev/loop2", RE_ADDED, "device=/dev/loop2");
	WHOLE("re-add /dev/loop2 to md0 succeed", RE_ADDED,
	      "array=md0 device=/dev/loop2");
	WHOLE("/dev/loop2 attached to /dev/md/a, not enough to start (1).", ATTACHED,
	      "array=/dev/md/a device=/dev/loop2");
	WHOLE("Marked /dev/loop0 (device 0 in /dev/md0) for replacement", MARKED_REPLACE,
	      "array=/dev/md0 device=/dev/loop0 slot=0");
	WHOLE("Marked /dev/loop2 in /dev/md0 as replacement for device 0", MARKED_WITH,
	      "array=/dev/md0 device=/dev/loop2 slot=0");
	WHOLE("size set to 39936K", SIZE_SET, "size=39936");
	WHOLE("largest drive (/dev/loop0) exceeds size (39936K) by more than 1%", LARGEST,
	      "device=/dev/loop0 size=39936");
	WHOLE("creation continuing despite oddities due to --run", ODDITIES, "");
	WHOLE("/dev/loop0 appears to be part of a raid array:", PART_OF_ARRAY,
	      "device=/dev/loop0");
	check("       level=raid1 devices=2 ctime=Sat Nov 21 03:05:30 2026\n", 0,
	      MDT_MESSAGE_RAID_FACTS, "text=Sat Nov 21 03:05:30 2026 level=1 drives=2");
	WHOLE("set device faulty failed for /dev/loop1:  No such device", OTHER, "");
	WHOLE("array /dev/md0 now has 2 devices (1 new)", OTHER, "");
	WHOLE("something else", OTHER, "");
	WHOLE("stopped", OTHER, "");
	WHOLE("size set to K", OTHER, "");
	check("array /dev/md0 started.\n", 0, MDT_MESSAGE_OTHER, "");
}

/* Of `array /dev/md0 started.\n`, strace -s 32 shows 32 bytes, and the count is known. */
Test(replay_message, cut_lines)
{
	check("mdadm: Defaulting to version 1.2", 10, MDT_MESSAGE_DEFAULTING,
	      "text=1.2 version=1.2 cut");
	check("mdadm: Defaulting to version 1.2", 41, MDT_MESSAGE_DEFAULTING,
	      "text=1.2 version=1.2 cut");
	check("mdadm: Defaulting to version 0.9", 11, MDT_MESSAGE_DEFAULTING,
	      "version=0.90 cut");
	check("mdadm: Defaulting to version ", 13, MDT_MESSAGE_DEFAULTING, "cut");
	check("mdadm: Defaulting to version 1.", 13, MDT_MESSAGE_DEFAULTING, "cut");
	check("mdadm: array /dev/md100 started.", 1, MDT_MESSAGE_STARTED,
	      "array=/dev/md100 cut");
	check("mdadm: array /dev/md/a-long-name", 10, MDT_MESSAGE_OTHER, "cut");
	check("mdadm: /dev/md0 has been started", 14, MDT_MESSAGE_HAS_STARTED,
	      "array=/dev/md0 cut");
	check("mdadm: /dev/md127 has been start", 16, MDT_MESSAGE_HAS_STARTED,
	      "array=/dev/md127 cut");
	check("mdadm: /dev/md/some-name has bee", 20, MDT_MESSAGE_OTHER, "cut");
	check("mdadm: hot removed /dev/loop1 fr", 12, MDT_MESSAGE_REMOVED,
	      "device=/dev/loop1 cut");
	check("mdadm: set /dev/loop1 faulty in ", 9, MDT_MESSAGE_SET_FAULTY,
	      "device=/dev/loop1 cut");
	check("mdadm: hot removed /dev/disk/by-", 32, MDT_MESSAGE_REMOVED, "cut");
	check("mdadm: stopped /dev/md/some-name", 1, MDT_MESSAGE_STOPPED,
	      "array=/dev/md/some-name cut");
	check("mdadm: stopped /dev/md/some-name", 5, MDT_MESSAGE_STOPPED, "cut");
	check("mdadm: size set to 399", 4, MDT_MESSAGE_SIZE_SET, "cut");
	check("mdadm: size set to 39936", 2, MDT_MESSAGE_SIZE_SET, "size=39936 cut");
	check("mdadm: Note: this array has meta", 96, MDT_MESSAGE_METADATA_NOTE, "cut");
	check("mdadm: set device faulty failed ", 20, MDT_MESSAGE_OTHER, "cut");
	check("mdadm: ", 20, MDT_MESSAGE_OTHER, "cut");
}

Test(replay_message, pieces)
{
	check("mdadm: /dev/md0 has been started with 1 drive", 0, MDT_MESSAGE_HAS_STARTED,
	      "array=/dev/md0 drives=1");
	check(" (out of 2)", 0, MDT_MESSAGE_STARTED_PART, "out_of=2");
	check(" and 1 spare", 0, MDT_MESSAGE_STARTED_PART, "spares=1");
	check(" (out of 2", 5, MDT_MESSAGE_OTHER, "cut");
	check(".\n", 0, MDT_MESSAGE_OTHER, "");
}

Test(replay_message, lines_of_one_write)
{
	struct mdt_slice text = SLICE("mdadm: Defaulting to version 1.2 metadata\n"
				      "\n"
				      "mdadm: array /dev/md0 star");
	struct mdt_message message;

	cr_assert(mdt_message_next(&text, 5, &message));
	cr_assert_eq(message.kind, MDT_MESSAGE_DEFAULTING);
	cr_assert_not(message.cut);
	cr_assert(mdt_slice_eq_cstr(message.line,
				    "mdadm: Defaulting to version 1.2 metadata"));
	cr_assert(mdt_message_next(&text, 5, &message));
	cr_assert_eq(message.line.len, 0);
	cr_assert(mdt_message_next(&text, 5, &message));
	cr_assert_eq(message.kind, MDT_MESSAGE_STARTED);
	cr_assert(message.cut);
	cr_assert_not(mdt_message_next(&text, 5, &message));
}

/* Every prefix in a block of just its size, and random bytes. */
Test(replay_message, hostile)
{
	static const char line[] =
		"mdadm: largest drive (/dev/loop0) exceeds size (39936K) by more than 1%\n"
		"mdadm: /dev/md0 has been started with 1 drive (out of 2) and 1 spare.\n";
	unsigned int seed = 1;

	for (size_t len = 0; len < 8 * sizeof(line); len++) {
		size_t size = len % sizeof(line);
		char *copy = malloc(size ? size : 1);
		struct mdt_slice text = { copy, size };
		struct mdt_message message;
		size_t lines = 0;

		memcpy(copy, line, size);
		for (size_t i = 0; i < len / sizeof(line) && size; i++)
			copy[(size_t)rand_r(&seed) % size] = (char)rand_r(&seed);
		while (mdt_message_next(&text, len % 7, &message))
			cr_assert_lt(lines++, 100);
		free(copy);
	}
}
