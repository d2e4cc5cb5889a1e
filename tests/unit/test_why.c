// SPDX-License-Identifier: MIT
// The answers to what people asked about their logs, and the rows that they are made of.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>

#include "params.h"
#include "report/why.h"
#include "strace/reader.h"
#include "why/rows.h"
#include "why/why.h"

/* ---- answers ---- */

static bool failed;

static void follow(struct mdt_why *why, const char *name, const char *log)
{
	struct mdt_reader *reader;
	struct mdt_event event;
	bool got;

	mdt_why_begin_log(why, name, false);
	cr_assert_null(mdt_reader_create_memory(name, mdt_slice_cstr(log), &reader));
	while (!mdt_reader_next(reader, &event, &got) && got)
		cr_assert_null(mdt_why_event(why, &event));
	mdt_reader_destroy(reader);
}

// The screen; the caller frees it.
static char *screen_of(const char *log)
{
	struct mdt_buf text = { 0 };
	struct mdt_why *why;

	cr_assert_null(mdt_why_create(mdt_ioctl_builtin(), SLICE(""), &why));
	follow(why, "log", log);
	cr_assert_null(mdt_why_end(why));
	mdt_why_text(why, false, &text);
	mdt_buf_addc(&text, '\0');
	failed = mdt_why_failed(why);
	mdt_why_destroy(why);
	return text.str;
}

struct answer {
	const char *log;
	const char *says[6]; // all of them are on the screen
	bool failed;
};

#define OPEN_MD0 "open(\"/dev/md0\", O_RDWR) = 3\n"

static const struct answer answers[] = {
	// the last failure before the message decides, not the first
	{ "open(\"/dev/sdb1\", O_RDWR|O_EXCL) = -1 EBUSY (Device or resource busy)\n"
	  "open(\"/dev/sdb1\", O_RDONLY) = 4\n" OPEN_MD0
	  "ioctl(3, RUN_ARRAY, 0) = -1 EINVAL (Invalid argument)\n"
	  "write(2, \"mdadm: failed to RUN_ARRAY /dev/md0: Invalid argument\\n\", 54) = 54\n"
	  "ioctl(3, STOP_ARRAY, 0) = -1 EBUSY (Device or resource busy)\n",
	  { "failed      4  RUN_ARRAY on md0 (9:0) = EINVAL", "mdadm --assemble --force",
	    "also failed", "it went well in line 2" },
	  true },
	{ OPEN_MD0 "ioctl(3, RUN_ARRAY, 0) = -1 ENOTSUPP (Unknown error 524)\n",
	  { "failed      2  RUN_ARRAY on md0 (9:0) = ENOTSUPP",
	    "raid0.default_layout=2" },
	  true },
	{ OPEN_MD0 "ioctl(3, GET_ARRAY_INFO, 0x1) = -1 ENODEV (No such device)\n"
		   "open(\"/etc/mdadm.conf\", O_RDONLY) = -1 ENOENT (No such file)\n",
	  { "nothing failed that matters", "harmless", "fresh or stopped array",
	    "an optional file" },
	  false },
	// two writes of one message
	{ "write(2, \"mdadm: \", 7) = 7\nwrite(2, \"cannot open\\n\", 12) = 12\n",
	  { "said        1  mdadm: cannot open" },
	  false },
	{ "dup(2) = 5\nwrite(5, \"busy\\n\", 5) = 5\nwrite(6, \"data\\n\", 5) = 5\n",
	  { "said        2  busy" },
	  false },
	// stopped, closed, and opened by somebody else
	{ "1 open(\"/dev/md1\", O_RDONLY) = 3\n1 ioctl(3, STOP_ARRAY, 0) = 0\n"
	  "1 close(3) = 0\n2 open(\"/dev/md1\", O_RDONLY) = 5\n",
	  { "4  process 2 opens md1 after it was stopped (line 2)",
	    "a new, empty array" },
	  false },
	// still open: nothing new is made
	{ "1 open(\"/dev/md1\", O_RDONLY) = 3\n1 ioctl(3, STOP_ARRAY, 0) = 0\n"
	  "2 open(\"/dev/md1\", O_RDONLY) = 5\n",
	  { "nothing failed that matters" },
	  false },
	{ "openat(AT_FDCWD, \"/dev/md7\", O_RDWR) = 4\nioctl(4, STOP_ARRAY, 0) = 0\n"
	  "readlink(\"/sys/dev/block/9:7\", 0x1, 199) = -1 ENOENT (No such file or directory)\n",
	  { "failed      3  readlink", "STOP_ARRAY = 0 in line 2 has removed it",
	    "legacy_async_del_gendisk" },
	  true },
	// after the last close it may well be gone
	{ "openat(AT_FDCWD, \"/dev/md7\", O_RDWR) = 4\nioctl(4, STOP_ARRAY, 0) = 0\nclose(4) = 0\n"
	  "readlink(\"/sys/dev/block/9:7\", 0x1, 199) = -1 ENOENT (No such file or directory)\n",
	  { "nothing failed that matters", "also failed 4  readlink" },
	  false },
	// unless the program gives up on it
	{ "readlink(\"/sys/dev/block/9:7\", 0x1, 199) = -1 ENOENT (No such file or directory)\n"
	  "write(2, \"mdadm: Unable to initialize sysfs\\n\", 34) = 34\n",
	  { "failed      1  readlink", "mdadm did not find the array in sysfs" },
	  true },
	{ OPEN_MD0 "ioctl(3, STOP_ARRAY, 0) = -1\n",
	  { "STOP_ARRAY on md0 (9:0) = -1", "the log does not have the errno" },
	  true },
	{ OPEN_MD0 "ioctl(3, RUN_ARRAY, 0 <unfinished ...>\n+++ killed by SIGKILL +++\n",
	  { "in flight   2  RUN_ARRAY on md0 (9:0)",
	    "never returned: killed by SIGKILL" },
	  true },
	{ "fstat(3, {st_mode=S_IFCHR|0660, st_rdev=makedev(9, 1), ...}) = 0\n",
	  { "nothing here is about md", "SCSI tape (st1)" },
	  false },
	{ "open(\"/dev/loop1\", O_RDWR) = 4\nopen(\"/dev/loop2\", O_RDWR) = 4\n",
	  { "note        2  descriptor 4 is open since line 1 (/dev/loop1)" },
	  false },
	{ "BUG: unable to handle kernel NULL pointer dereference\nCall Trace:\n"
	  " [<c02ab6b2>] bind_rdev_to_array+0x13c/0x14b\n ? md_ioctl+0x1/0x2 [md_mod]\n"
	  "end\n",
	  { "a fault in the kernel", "bind_rdev_to_array, md_ioctl" },
	  true },
};

ParameterizedTestParameters(why, answers)
{
	return index_params(answers);
}

ParameterizedTest(size_t *index, why, answers)
{
	const struct answer *it = &answers[*index];
	char *screen = screen_of(it->log);

	for (size_t i = 0; i < array_size(it->says) && it->says[i]; i++)
		cr_assert(strstr(screen, it->says[i]), "not there: %s\n%s\n%s",
			  it->says[i], it->log, screen);
	cr_assert_eq(failed, it->failed, "%s", screen);
	free(screen);
}

// What is not so must not be said.
Test(why, says_nothing_too_much)
{
	char *screen = screen_of("1 open(\"/dev/md1\", O_RDONLY) = 3\n"
				 "1 ioctl(3, STOP_ARRAY, 0) = 0\n"
				 "2 open(\"/dev/md1\", O_RDONLY) = 5\n");

	cr_assert_null(strstr(screen, "new, empty"), "%s", screen);
	free(screen);
	screen = screen_of(
		"unlink(\"/dev/.tmp.md.1:9:1\") = 0\n"
		"open(\"/dev/.tmp.md.1:9:1\", O_RDWR) = -1 ENXIO (No such device)\n"
		"unlink(\"/dev/.tmp.md.1:9:1\") = 0\n");
	cr_assert(strstr(screen, "failed      2"), "%s", screen);
	cr_assert_null(strstr(screen, "went well"), "%s", screen);
	free(screen);
}

/* ---- rows ---- */

static bool has_source(const char *source)
{
	return strstr(source, ".c") || strstr(source, ".h") || strstr(source, ".rst") ||
	       strchr(source, '(');
}

Test(why, rows_are_whole)
{
	const struct mdt_why_message *messages[2];
	size_t len, lens[2];
	const struct mdt_why_harmless *harmless = mdt_why_harmless_rows(&len);

	for (size_t i = 0; i < len; i++)
		cr_assert(has_source(harmless[i].source), "%s", harmless[i].why);
	const struct mdt_why_remedy *remedies = mdt_why_remedy_rows(&len);

	for (size_t i = 0; i < len; i++)
		cr_assert(has_source(remedies[i].source) && *remedies[i].text, "%s",
			  remedies[i].op);
	messages[0] = mdt_why_program_rows(&lens[0]);
	messages[1] = mdt_why_kernel_rows(&lens[1]);
	for (size_t m = 0; m < 2; m++)
		for (size_t i = 0; i < lens[m]; i++)
			cr_assert(*messages[m][i].source && *messages[m][i].means, "%s",
				  messages[m][i].pattern);
}

static bool is_rule(const char *pattern)
{
	for (unsigned int i = 1; i <= mdt_model_rule_count(); i++) {
		const char *name = mdt_model_rule(i)->name;
		size_t len = strcspn(pattern, "*");

		if (strncmp(name, pattern, len) == 0 && (pattern[len] || !name[len]))
			return true;
	}
	return false;
}

// A row above that fits the same would hide it; a rule that is renamed would kill it.
Test(why, remedies_are_reached)
{
	size_t len;
	const struct mdt_why_remedy *rows = mdt_why_remedy_rows(&len);

	for (size_t i = 0; i < len; i++) {
		const char *rules[1] = { rows[i].rule };
		const struct mdt_why_remedy *found = mdt_why_remedy_find(
			mdt_slice_cstr(rows[i].op),
			mdt_slice_cstr(rows[i].error ? rows[i].error : "EXYZ"), rules,
			rows[i].rule ? 1 : 0);

		cr_assert_eq(found, &rows[i], "%s %s", rows[i].op, rows[i].error);
		cr_assert(!rows[i].rule || is_rule(rows[i].rule), "%s", rows[i].rule);
	}
}
