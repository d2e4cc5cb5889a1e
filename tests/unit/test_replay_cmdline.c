// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <stdlib.h>

#include "derive/cmdline.h"

enum { ARGS_MAX = 64 };

struct parsed {
	struct mdt_arena arena;
	struct mdt_slice argv[ARGS_MAX];
	struct mdt_cmdline out;
};

/* A command line with blanks between its arguments; `_` is an empty one. */
static struct parsed parse(const char *line)
{
	struct parsed p = { .arena = { NULL } };
	struct mdt_slice rest = mdt_slice_cstr(line);
	size_t argc = 0;

	while (rest.len) {
		const char *end = memchr(rest.str, ' ', rest.len);
		size_t len = end ? (size_t)(end - rest.str) : rest.len;

		p.argv[argc++] = mdt_slice_head(rest, len);
		rest = mdt_slice_skip(rest, len + 1);
		if (mdt_slice_eq_cstr(p.argv[argc - 1], "_"))
			p.argv[argc - 1].len = 0;
	}
	cr_assert_null(mdt_cmdline_parse(p.argv, argc, &p.arena, &p.out));
	return p;
}

static const char *const ops[] = {
	[MDT_OP_NONE] = "",
	[MDT_OP_ADD] = "add:",
	[MDT_OP_RE_ADD] = "re-add:",
	[MDT_OP_ADD_SPARE] = "add-spare:",
	[MDT_OP_ADD_JOURNAL] = "add-journal:",
	[MDT_OP_REMOVE] = "remove:",
	[MDT_OP_FAIL] = "fail:",
	[MDT_OP_REPLACE] = "replace:",
	[MDT_OP_WITH] = "with:",
	[MDT_OP_CLUSTER_CONFIRM] = "confirm:",
	[MDT_OP_QUERY] = "query:",
	[MDT_OP_DETAIL] = "detail:",
	[MDT_OP_EXAMINE] = "examine:",
	[MDT_OP_EXAMINE_BITMAP] = "examine-bitmap:",
	[MDT_OP_EXAMINE_BADBLOCKS] = "examine-badblocks:",
	[MDT_OP_ZERO_SUPERBLOCK] = "zero:",
	[MDT_OP_RUN] = "run:",
	[MDT_OP_STOP] = "stop:",
	[MDT_OP_READONLY] = "readonly:",
	[MDT_OP_READWRITE] = "readwrite:",
	[MDT_OP_WAIT] = "wait:",
	[MDT_OP_WAIT_CLEAN] = "wait-clean:",
	[MDT_OP_DETAIL_PLATFORM] = "platform:",
	[MDT_OP_KILL_SUBARRAY] = "kill:",
	[MDT_OP_UPDATE_SUBARRAY] = "update:",
	[MDT_OP_UDEV_RULES] = "udev:",
	[MDT_OP_DUMP] = "dump:",
	[MDT_OP_RESTORE] = "restore:",
	[MDT_OP_ACTION] = "action:",
};

static void describe_device(const struct mdt_mdadm_device *device, struct mdt_buf *buf)
{
	static const char *const keywords[] = { "", "!missing", "!faulty", "!detached" };

	mdt_buf_printf(buf, " %s%s%.*s%s%s%s", device->is_array ? "@" : "",
		       ops[device->op], SLICE_FMT(device->name),
		       keywords[device->keyword], device->write_mostly ? "+w" : "",
		       device->failfast ? "+f" : "");
}

static void describe_flags(const struct mdt_cmdline *c, struct mdt_buf *buf)
{
	const struct {
		bool set;
		const char *name;
	} flags[] = {
		{ c->assume_clean, "assume-clean" },
		{ c->run, "run" },
		{ c->stop, "stop" },
		{ c->force, "force" },
		{ c->readonly, "readonly" },
		{ c->readwrite, "readwrite" },
		{ c->scan, "scan" },
		{ c->brief, "brief" },
		{ c->help, "help" },
		{ c->export, "export" },
	};

	array_for_each (it, flags)
		if (it->set)
			mdt_buf_printf(buf, " %s", it->name);
}

static void describe_number(const char *key, uint64_t value, struct mdt_buf *buf)
{
	if (value == MDT_SIZE_MAX)
		mdt_buf_printf(buf, " %s=max", key);
	else if (value)
		mdt_buf_printf(buf, " %s=%llu", key, (unsigned long long)value);
}

static void describe_text(const char *key, struct mdt_slice text, struct mdt_buf *buf)
{
	if (text.len)
		mdt_buf_printf(buf, " %s=%.*s", key, SLICE_FMT(text));
}

static void describe(const struct mdt_cmdline *c, struct mdt_buf *buf)
{
	static const char *const bitmaps[] = { "",	    "none",	"internal",
					       "clustered", "lockless", "file" };

	mdt_buf_adds(buf, mdt_mdadm_mode_name(c->mode));
	for (size_t i = 0; i < c->device_count; i++)
		describe_device(&c->devices[i], buf);
	if (c->has_level)
		mdt_buf_printf(buf, " level=%d", c->level);
	if (c->has_metadata)
		mdt_buf_printf(buf, " metadata=%d.%d", c->major, c->minor);
	if (c->has_layout)
		mdt_buf_printf(buf, " layout=%#x", c->layout);
	describe_number("n", c->raid_devices, buf);
	describe_number("x", c->spare_devices, buf);
	describe_number("chunk", c->chunk, buf);
	describe_number("size", c->size, buf);
	describe_number("array-size", c->array_size, buf);
	describe_number("data-offset", c->data_offset, buf);
	if (c->bitmap)
		mdt_buf_printf(buf, " bitmap=%s", bitmaps[c->bitmap]);
	if (c->has_uuid) {
		mdt_buf_adds(buf, " uuid=");
		mdt_uuid_print(buf, &c->uuid);
	}
	describe_text("homehost", c->homehost, buf);
	describe_text("name", c->name, buf);
	describe_text("update", c->update, buf);
	describe_text("config", c->config, buf);
	describe_text("action", c->action, buf);
	describe_flags(c, buf);
	for (size_t i = 0; i < c->unknown_count; i++)
		mdt_buf_printf(buf, " ?%.*s", SLICE_FMT(c->unknown[i]));
}

static void check(const char *line, const char *expected)
{
	struct parsed p = parse(line);
	struct mdt_buf buf = { 0 };

	describe(&p.out, &buf);
	cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(&buf), expected),
		  "%s\ngot      %.*s\nexpected %s", line, SLICE_FMT(mdt_buf_slice(&buf)),
		  expected);
	mdt_buf_deinit(&buf);
	mdt_arena_deinit(&p.arena);
}

Test(replay_cmdline, create)
{
	static const char made[] = "create @/dev/md0 /dev/a /dev/b level=1 n=2 run";

	check("mdadm --create /dev/md0 --run --level 1 --raid-devices 2 /dev/a /dev/b",
	      made);
	check("mdadm -C /dev/md0 -R -l1 -n2 /dev/a /dev/b", made);
	check("mdadm -CR /dev/md0 -l raid1 -n 2 /dev/a /dev/b", made);
	check("mdadm -CRl1 -n2 /dev/md0 /dev/a /dev/b", made);
	check("mdadm /dev/md0 --create --level=mirror --raid-disks=2 /dev/a --run /dev/b",
	      made);
	check("mdadm --cr /dev/md0 --lev=1 --raid-d 2 --run /dev/a /dev/b", made);
	check("mdadm -C /dev/md0 -l1 -n3 -x1 /dev/a MISSING /dev/b missing",
	      "create @/dev/md0 /dev/a MISSING!missing /dev/b missing!missing level=1 n=3 "
	      "x=1");
	check("mdadm -C /dev/md0 -e 0.90 -l5 -n3 -c 64 -p ls -z 10M --assume-clean a b c",
	      "create @/dev/md0 a b c level=5 metadata=0.90 layout=0x2 n=3 chunk=128 "
	      "size=20480 assume-clean");
	check("mdadm -C md -l10 --layout=f2 -n2 --chunk=1M --size=max -bnone a b",
	      "create @md a b level=10 layout=0x201 n=2 chunk=2048 size=max bitmap=none");
	check("mdadm -C md -l1 -n2 --bitmap internal --metadata=default --homehost=h -N n a b",
	      "create @md a b level=1 metadata=1.2 n=2 bitmap=internal homehost=h name=n");
	check("mdadm -C md -l1 -n2 -b /file -e1 -fo a -W b --failfast c",
	      "create @md a b+w c+w+f level=1 metadata=1.-1 n=2 bitmap=file force readonly");
	check("mdadm -C md -u 01234567:89abcdef:10325476:98badcfe -a yes "
	      "--data-offset=2048s a",
	      "create @md a data-offset=2048 uuid=01234567:89abcdef:10325476:98badcfe");
	check("mdadm -C md -l4 -n3 --write-journal j a",
	      "create @md add-journal:j a level=4 "
	      "n=3");
	check("mdadm -C md -e ddf a", "create @md a metadata=-1.-1");
	check("mdadm -B md -l1 -n2 a missing", "build @md a missing!missing level=1 n=2");
}

Test(replay_cmdline, manage)
{
	check("mdadm /dev/md0 --fail /dev/a --remove /dev/a --add /dev/b",
	      "manage @/dev/md0 fail:/dev/a remove:/dev/a add:/dev/b");
	check("mdadm --manage /dev/md0 -f /dev/a -r faulty detached -a /dev/b",
	      "manage @/dev/md0 fail:/dev/a remove:faulty!faulty "
	      "remove:detached!detached add:/dev/b");
	check("mdadm /dev/md0 --re-add missing",
	      "manage @/dev/md0 re-add:missing!missing");
	check("mdadm /dev/md0 --set-faulty /dev/a /dev/b",
	      "manage @/dev/md0 fail:/dev/a fail:/dev/b");
	check("mdadm /dev/md0 --replace a --with b", "manage @/dev/md0 replace:a with:b");
	check("mdadm /dev/md0 -a --write-mostly b", "manage @/dev/md0 add:b+w");
	check("mdadm --add /dev/md0 /dev/a", "manage @add:/dev/md0 add:/dev/a");
	check("mdadm --manage --stop /dev/md0", "manage @/dev/md0 stop");
	check("mdadm --manage /dev/md0 -o", "manage @/dev/md0 readonly");
	check("mdadm -G /dev/md0 -n3 -a /dev/c", "grow @/dev/md0 add:/dev/c n=3");
	check("mdadm --grow /dev/md0 --size=max --array-size=1G -b internal",
	      "grow @/dev/md0 size=max array-size=2097152 bitmap=internal");
}

Test(replay_cmdline, misc_and_others)
{
	check("mdadm --stop /dev/md0 /dev/md1",
	      "misc @stop:/dev/md0 @stop:/dev/md1 stop");
	check("/sbin/mdadm -Ss", "misc stop scan");
	check("mdadm -D /dev/md0 -E /dev/a", "misc @detail:/dev/md0 examine:/dev/a");
	check("mdadm -Db /dev/md0", "misc @detail:/dev/md0 brief");
	check("mdadm --detail --export /dev/md0", "misc @detail:/dev/md0 export");
	check("mdadm -w /dev/md0", "misc @readwrite:/dev/md0 readwrite");
	check("mdadm --readonly /dev/md0", "misc @readonly:/dev/md0 readonly");
	check("mdadm -R /dev/md0", "misc @run:/dev/md0 run");
	check("mdadm --zero-superblock --force /dev/a", "misc zero:/dev/a force");
	check("mdadm --action=check /dev/md0", "misc @action:/dev/md0 action=check");
	check("mdadm /dev/md0", "misc query:/dev/md0");
	check("mdadm -A /dev/md0 /dev/a /dev/b", "assemble @/dev/md0 /dev/a /dev/b");
	check("mdadm -As", "assemble scan");
	check("mdadm -As /dev/md0 /dev/md1", "assemble @/dev/md0 @/dev/md1 scan");
	check("mdadm -AfR /dev/md0 -c /x -U resync a",
	      "assemble @/dev/md0 a update=resync config=/x run force");
	check("mdadm -I /dev/a", "incremental /dev/a");
	check("mdadm -If sda", "incremental fail:sda");
	check("mdadm --monitor -r 10 --scan /dev/md0", "monitor @/dev/md0 scan");
	check("mdadm --follow /dev/md0", "monitor @/dev/md0");
	check("mdadm --auto-detect", "autodetect");
	check("mdadm --help", "none help");
	check("mdadm", "none");
}

Test(replay_cmdline, not_understood)
{
	check("mdadm -C md --re a", "create @md a ?--re"); // re-add, remove, replace, ...
	check("mdadm -C md --nonsense=3 a", "create @md a ?--nonsense=3");
	check("mdadm -C md -l nine -n -2 -z 10Q a", "create @md a ?-l ?-n ?-z");
	check("mdadm -C md -H a", "create @md a ?-H");
	check("mdadm -C md --run=1 a", "create @md a ?--run=1");
	check("mdadm -C md -n", "create @md ?-n");
	check("mdadm -C md --level", "create @md ?--level");
	check("mdadm -C -A md a", "create @md a ?-A");
	check("mdadm -A md --fail a", "assemble @md a ?--fail");
	check("mdadm --examine a -- b c", "misc examine:a ?b ?c");
	check("mdadm -C md --layout=ls -l5 a", "create @md a level=5 ?--layout=ls");
	check("mdadm -C md -u 0123 a", "create @md a ?-u");
	check("mdadm -C md -n 99999999999999999999 a", "create @md a ?-n");
	check("mdadm -C md -z 99999999999999T a", "create @md a ?-z");
	check("mdadm -C - _ --", "create @- ");
	check("mdadm -?!", "none ?-?!");
}

Test(replay_cmdline, program)
{
	static const struct {
		const char *line;
		bool is_mdadm;
	} cases[] = {
		{ "mdadm -Ss", true },	  { "/usr/sbin/mdadm", true },
		{ "mdadm.static", true }, { "/bin/mdadmin/ls", false },
		{ "lsblk", false },	  { "/", false },
	};

	array_for_each (it, cases) {
		struct parsed p = parse(it->line);

		cr_expect_eq(p.out.is_mdadm, it->is_mdadm, "%s", it->line);
		mdt_arena_deinit(&p.arena);
	}
}

Test(replay_cmdline, array)
{
	struct parsed p = parse("mdadm --stop /dev/md7");

	cr_assert_not_null(mdt_cmdline_array(&p.out));
	cr_assert(mdt_slice_eq_cstr(mdt_cmdline_array(&p.out)->name, "/dev/md7"));
	mdt_arena_deinit(&p.arena);
	p = parse("mdadm -As");
	cr_assert_null(mdt_cmdline_array(&p.out));
	mdt_arena_deinit(&p.arena);
}

Test(replay_cmdline, no_arguments)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { NULL };
	struct mdt_cmdline out;

	cr_assert_null(mdt_cmdline_parse(NULL, 0, &arena, &out));
	cr_assert_eq(out.mode, MDT_MDADM_NONE);
	cr_assert_eq(out.device_count, 0);
}

/* Letters and words in any order, each argument in a block of just its size. */
Test(replay_cmdline, hostile)
{
	static const char *const words[] = {
		"-C",	 "-CRl1n2",   "--level=", "--level",
		"=",	 "--",	      "-",	  "--=",
		"-l",	 "--uuid",    "-u",	  "missing",
		"-b",	 "-p",	      "--size",	  "max",
		"n2",	 "n",	      "--raid-",  "--write-journal",
		"-I",	 "-e",	      "0.9",	  "\xff",
		"-\xff", "--bitmap=", "_",	  "-abcdefghijklmnopqrstuvwxyz",
		"-a",	 "-D",
	};
	unsigned int seed = 1;

	for (int round = 0; round < 3000; round++) {
		struct mdt_slice argv[12];
		size_t argc = (size_t)rand_r(&seed) % array_size(argv);
		_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { NULL };
		struct mdt_cmdline out;

		for (size_t i = 0; i < argc; i++) {
			const char *word =
				words[(size_t)rand_r(&seed) % array_size(words)];
			size_t len = strlen(word);
			char *copy = malloc(len ? len : 1);

			memcpy(copy, word, len);
			if (len && round % 4 == 0)
				copy[(size_t)rand_r(&seed) % len] = (char)rand_r(&seed);
			argv[i] = mdt_slice_from(copy, len);
		}
		cr_assert_null(mdt_cmdline_parse(argv, argc, &arena, &out));
		cr_assert_leq(out.device_count, argc);
		cr_assert_leq(out.unknown_count, argc);
		for (size_t i = 0; i < argc; i++)
			free((char *)argv[i].str);
	}
}
