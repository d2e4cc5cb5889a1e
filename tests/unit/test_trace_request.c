// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/buf.h"
#include "strace/parse.h"
#include "trace/request.h"

// What a descriptor tells of a number that has several names.
static const struct {
	uint32_t number;
	const char *path, *header;
	bool is_md;
	const char *name; // the first
	size_t tied;
} choices[] = {
	{ 0x5204, "", NULL, false, "RNDZAPENTCNT", 2 },
	{ 0x5204, "/dev/urandom", NULL, false, "RNDZAPENTCNT", 1 },
	{ 0x5204, "/dev/strange", "misc/fastrpc.h", false, "FASTRPC_IOCTL_INIT_ATTACH",
	  1 },
	{ 0x7004, "", NULL, false, "PHN_NOT_OH", 2 },
	{ 0x7004, "/dev/rtc0", NULL, false, "RTC_UIE_OFF", 1 },
	{ 0x7004, "/dev/phantom0", NULL, false, "PHN_NOT_OH", 1 },
	// What was asked says more than the path does.
	{ 0x7004, "/dev/rtc0", "linux/phantom.h", false, "PHN_NOT_OH", 1 },
	// The kernel's own header, then those of tools.
	{ 0x80086601, "", NULL, false, "FS_IOC_GETFLAGS", 1 },
	{ 0x932, "/dev/md0", NULL, true, "STOP_ARRAY", 1 },
	{ 0x12345678, "/dev/md0", NULL, true, NULL, 0 },
};

ParameterizedTestParameters(request, is_chosen_by_the_descriptor)
{
	static size_t indices[array_size(choices)];

	for (size_t i = 0; i < array_size(choices); i++)
		indices[i] = i;
	return cr_make_param_array(size_t, indices, array_size(choices));
}

ParameterizedTest(size_t *i, request, is_chosen_by_the_descriptor)
{
	struct mdt_about_file file = { mdt_slice_cstr(choices[*i].path),
				       choices[*i].header, choices[*i].is_md };
	size_t count, first, tied;
	const struct mdt_ioctl *rows =
		mdt_ioctl_find(mdt_ioctl_builtin(), choices[*i].number, &count);

	tied = mdt_request_choose(rows, count, &file, &first);
	cr_assert_eq(tied, choices[*i].tied, "%zu: %zu", *i, tied);
	if (tied)
		cr_assert_str_eq(rows[first].name, choices[*i].name, "%zu: %s", *i,
				 rows[first].name);
}

static void check_name(uint32_t number, const char *expected)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	const struct mdt_ioctl *row = mdt_ioctl_find(mdt_ioctl_builtin(), number, NULL);

	cr_assert_not_null(row, "%#x", number);
	mdt_ioctl_name_text(row, number, &buf);
	mdt_buf_addc(&buf, 0);
	cr_assert_str_eq(buf.str, expected);
}

Test(request, of_a_macro_with_parameters)
{
	check_name(0x81004506, "EVIOCGNAME(256)");
	check_name(0x80604521, "EVIOCGBIT(1, 96)");
	check_name(0x80184541, "EVIOCGABS(1)");
	check_name(0x40406b00, "SPI_IOC_MESSAGE(2)");
	check_name(0x80045002, "SOUND_PCM_READ_RATE"); // one without comes first
	cr_assert_null(mdt_ioctl_find(mdt_ioctl_builtin(), 0x41004506, NULL));
	cr_assert_str_eq(
		mdt_ioctl_find_name(mdt_ioctl_builtin(), SLICE("EVIOCGNAME"))->name,
		"EVIOCGNAME(len)");
	cr_assert_null(mdt_ioctl_find_name(mdt_ioctl_builtin(), SLICE("EVIOCGNAM")));
}

/* ---- machines with 13 bits of size ---- */

// md's numbers as <linux/raid/md_u.h> has them when it is compiled for mips.
static const struct {
	uint32_t theirs, ours;
} numbered[] = {
	{ 0x400c0910, 0x800c0910 }, // RAID_VERSION, _IOR
	{ 0x40480911, 0x80480911 }, // GET_ARRAY_INFO
	{ 0x40140912, 0x80140912 }, // GET_DISK_INFO
	{ 0x80480923, 0x40480923 }, // SET_ARRAY_INFO, _IOW
	{ 0x80140921, 0x40140921 }, // ADD_NEW_DISK
	{ 0x800c0930, 0x400c0930 }, // RUN_ARRAY
	{ 0x20000932, 0x932 },	    // STOP_ARRAY, _IO
	{ 0xc0140921, 0xc0140921 }, // read and write: in neither table
	{ 0x932, 0x932 },	    // ours stays ours
	{ 0x400c0930, 0x400c0930 },
};

Test(request, numbers_of_other_machines)
{
	struct mdt_nodes nodes = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	array_for_each (it, numbered) {
		struct mdt_event event;
		uint32_t number;

		mdt_buf_clear(&text);
		mdt_buf_printf(&text, "ioctl(3, %#x, 0) = 0", it->theirs);
		cr_assert_null(mdt_parse_call(mdt_buf_slice(&text), &nodes, &event));
		cr_assert(mdt_request_number(mdt_ioctl_builtin(),
					     mdt_event_arg(&event, 1), &number));
		cr_expect_eq(number, it->ours, "%#x: %#x", it->theirs, number);
		cr_expect_eq(mdt_request_is_of_13_bits(mdt_ioctl_builtin(),
						       mdt_event_arg(&event, 1)),
			     it->theirs != it->ours);
	}
	mdt_nodes_deinit(&nodes);
}
