// SPDX-License-Identifier: MIT
// What the guest reads of the kernel, and how it says it.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>

#include "guest/job.h"
#include "guest/kmsg.h"
#include "guest/modules.h"
#include "guest/state.h"
#include "guest/threads.h"
#include "guest/uevent.h"
#include "guest/words.h"
#include "params.h"

static void check(const struct mdt_buf *buf, const char *expected)
{
	cr_assert(mdt_slice_eq_cstr(mdt_buf_slice(buf), expected), "%.*s, not %s",
		  SLICE_FMT(mdt_buf_slice(buf)), expected);
}

/* ---- options ---- */

static const struct {
	const char *options;
	bool is_fine;
	struct guest_job job;
} jobs[] = {
	{ "", true, { GUEST_OBSERVE_FULL, 5000, 2000, .keep = false } },
	{ "\n\nkeep=1\n", true, { GUEST_OBSERVE_FULL, 5000, 2000, .keep = true } },
	{ "observe=none\nsettle=0\nawait=7\nkeep=0",
	  true,
	  { GUEST_OBSERVE_NONE, 0, 7, .keep = false } },
	{ "observe=state", true, { GUEST_OBSERVE_STATE, 5000, 2000, .keep = false } },
	{ "flush=section", true, { GUEST_OBSERVE_FULL, 5000, 2000, .lazy = true } },
	{ "flush=call", true, { GUEST_OBSERVE_FULL, 5000, 2000, .lazy = false } },
	{ "flush=never", false, { 0 } },
	{ "observe=all", false, { 0 } },
	{ "settle=99999999", false, { 0 } },
	{ "settle=-1", false, { 0 } },
	{ "settle=", false, { 0 } },
	{ "keep=2", false, { 0 } },
	{ "other=1", false, { 0 } },
	{ "keep", false, { 0 } },
	{ "=", false, { 0 } },
};

ParameterizedTestParameters(guest_job, read)
{
	return index_params(jobs);
}

ParameterizedTest(size_t *i, guest_job, read)
{
	struct guest_job job = { 0 };

	cr_assert_eq(guest_job_read(mdt_slice_cstr(jobs[*i].options), &job),
		     jobs[*i].is_fine, "%s", jobs[*i].options);
	cr_assert_eq(job.observe, jobs[*i].job.observe);
	cr_assert_eq(job.settle, jobs[*i].job.settle);
	cr_assert_eq(job.await, jobs[*i].job.await);
	cr_assert_eq(job.lazy, jobs[*i].job.lazy);
	cr_assert_eq(job.keep, jobs[*i].job.keep);
}

/* ---- messages ---- */

static const struct {
	const char *record;
	bool is_record;
	unsigned int level, facility;
	const char *text;
} records[] = {
	{ "6,339,5140900,-;NET: Registered\n SUBSYSTEM=net\n", true, 6, 0,
	  "NET: Registered" },
	{ "2,1,2,-,caller=T1;a\\x0ab\n", true, 2, 0, "a\nb" },
	{ "30,1,2,-;from a program\n", true, 6, 3, "from a program" },
	{ "4,1,2,-;", true, 4, 0, "" },
	{ "4,1,2,-;bad \\x4 \\xzz \\", true, 4, 0, "bad \\x4 \\xzz \\" },
	{ "4;1,2", false, 0, 0, "" },
	{ "x,1;a", false, 0, 0, "" },
	{ "4,1,2", false, 0, 0, "" },
	{ "", false, 0, 0, "" },
};

ParameterizedTestParameters(guest_kmsg, record)
{
	return index_params(records);
}

ParameterizedTest(size_t *i, guest_kmsg, record)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct guest_kmsg_record record = { 0 };

	cr_assert_eq(guest_kmsg_parse(mdt_slice_cstr(records[*i].record), &record),
		     records[*i].is_record, "%s", records[*i].record);
	cr_assert_eq(record.level, records[*i].level);
	cr_assert_eq(record.facility, records[*i].facility);
	guest_kmsg_text(record.text, &text);
	check(&text, records[*i].text);
}

Test(guest_uevent, disks_are_named_as_the_log_names_them)
{
	static const struct guest_map_row row = { { 8, 1, SLICE_INIT("sda1") },
						  { 7, 64, SLICE_INIT("loop64") },
						  { 0 } };
	_cleanup_(guest_map_deinit) struct guest_map map = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	cr_assert(guest_map_add(&map, &row));
	guest_uevent_write(SLICE("change@/devices/virtual/block/loop64\0ACTION=change\0"
				 "MAJOR=7\0MINOR=64\0DEVNAME=loop64"),
			   &map, &text);
	check(&text, "# mdtrace: uevent \"change@/devices/virtual/block/sda1\" "
		     "\"ACTION=change\" \"MAJOR=8\" \"MINOR=1\" \"DEVNAME=sda1\"\n");
}

Test(guest_uevent, one_without_a_device_is_as_it_is)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	const struct guest_map map = { 0 };

	guest_uevent_write(SLICE("add@/x\0MAJOR=7\0\0\"\n"), &map, &text);
	check(&text, "# mdtrace: uevent \"add@/x\" \"MAJOR=7\" \"\" \"\\\"\\n\"\n");
}

/* ---- threads ---- */

Test(guest_threads, names_of_arrays)
{
	static const struct {
		const char *name;
		bool is_array;
	} names[] = {
		{ "md0_raid1", true },	{ "md100_resync", true },
		{ "md_x_raid1", true }, { "md", false },
		{ "md_raid1", false },	{ "md0", false },
		{ "md0_", false },	{ "mdadm", false },
		{ "", false },		{ "kworker/0:1", false },
		{ "mdx_raid1", false },
	};

	array_for_each (it, names)
		cr_assert_eq(guest_thread_is_array(mdt_slice_cstr(it->name)),
			     it->is_array, "%s", it->name);
}

Test(guest_threads, the_last_pid)
{
	cr_assert_eq(guest_threads_last_pid(SLICE("0.00 0.01 0.05 1/80 211")), 211);
	cr_assert_eq(guest_threads_last_pid(SLICE("0.00 0.01 0.05 1/80 ")), -1);
	cr_assert_eq(guest_threads_last_pid(SLICE("99999999999")), -1);
	cr_assert_eq(guest_threads_last_pid(SLICE("")), -1);
}

Test(guest_threads, the_state_of_one)
{
	cr_assert_eq(guest_thread_state(SLICE("12 (md100_raid1) S 2 0 0")), 'S');
	cr_assert_eq(guest_thread_state(SLICE("12 (md_a) R (x) D 2 0")), 'D');
	cr_assert_eq(guest_thread_state(SLICE("12 (md100_raid1)")), 0);
	cr_assert_eq(guest_thread_state(SLICE("")), 0);
}

/* ---- state ---- */

static void fill(struct guest_state *state, const char *const (*pairs)[2], size_t count)
{
	for (size_t i = 0; i < count; i++)
		cr_assert(guest_state_add(state, mdt_slice_cstr(pairs[i][0]),
					  mdt_slice_cstr(pairs[i][1])));
}

Test(guest_state, only_what_changed_is_said)
{
	static const char *const before[][2] = { { "array_state", "clean" },
						 { "degraded", "0" },
						 { "level", "raid1" } };
	static const char *const after[][2] = { { "array_state", "clear" },
						{ "level", "raid1" },
						{ "mdstat", "a\n\"b\"" } };
	_cleanup_(guest_state_deinit) struct guest_state old = { 0 }, now = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	fill(&old, before, array_size(before));
	fill(&now, after, array_size(after));
	guest_state_diff(SLICE("md0"), &old, &now, &text);
	check(&text, "# mdtrace: state md0 array_state=\"clear\" "
		     "mdstat=\"a\\n\\\"b\\\"\" degraded\n");
	mdt_buf_clear(&text);
	guest_state_diff(SLICE("md0"), &now, &now, &text);
	check(&text, "");
}

Test(guest_state, an_array_has_its_lines_of_mdstat)
{
	static const struct mdt_slice mdstat =
		SLICE_INIT("Personalities : [raid1] \n"
			   "md10 : active raid1 loop1[1]\n"
			   "      39936 blocks [2/2] [UU]\n"
			   "      \n"
			   "md1 : inactive loop3[0]\n"
			   "      1 blocks\n"
			   "unused devices: <none>\n");

	cr_assert(mdt_slice_eq_cstr(guest_mdstat_find(mdstat, SLICE("md10")),
				    "md10 : active raid1 loop1[1]\n"
				    "      39936 blocks [2/2] [UU]"));
	cr_assert(mdt_slice_eq_cstr(guest_mdstat_find(mdstat, SLICE("md1")),
				    "md1 : inactive loop3[0]\n      1 blocks"));
	cr_assert_eq(guest_mdstat_find(mdstat, SLICE("md")).len, 0);
	cr_assert_eq(guest_mdstat_find(SLICE(""), SLICE("md1")).len, 0);
	cr_assert(mdt_slice_eq_cstr(guest_mdstat_find(SLICE("md1 : x"), SLICE("md1")),
				    "md1 : x"));
}

/* ---- directives, modules ---- */

Test(guest_words, what_a_guest_has_said_is_known)
{
	cr_assert(guest_words_are_seen(SLICE("# mdtrace: state md0 gone")));
	cr_assert(guest_words_are_seen(SLICE("# mdtrace: guest kernel \"6\"")));
	cr_assert(!guest_words_are_seen(SLICE("# mdtrace: settle")));
	cr_assert(!guest_words_are_seen(SLICE("# mdtrace: line 5")));
	cr_assert(!guest_words_are_seen(SLICE("# state")));
	cr_assert(!guest_words_are_seen(SLICE("# mdtrace: ")));
}

Test(guest_modules, the_order)
{
	_cleanup_(guest_modules_deinit) struct guest_modules modules = { 0 };
	const struct guest_module *module;

	cr_assert_null(guest_modules_read(SLICE("virtio virtio.ko boot -\n"
						"nonsense\n"
						"\n"
						"crc - builtin -\n"
						"raid1 raid1.ko demand md_mod,xor"),
					  &modules));
	cr_assert_eq(modules.len, 3);
	cr_assert(modules.items[0].is_boot);
	cr_assert_eq(modules.items[0].depends.len, 0);
	cr_assert(guest_modules_find(&modules, SLICE("crc"))->is_builtin);
	module = guest_modules_find(&modules, SLICE("raid1"));
	cr_assert(mdt_slice_eq_cstr(module->depends, "md_mod,xor"));
	cr_assert(!module->is_boot);
	cr_assert_null(guest_modules_find(&modules, SLICE("raid")));
}
