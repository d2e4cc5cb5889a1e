// SPDX-License-Identifier: MIT
#include "guest/arg.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "guest.h"
#include "guest/flags.h"
#include "params.h"

// Whether the argument of f(ARG) is a number, and which.
static const struct {
	const char *arg;
	bool is_number;
	uint64_t number;
} numbers[] = {
	{ "42", true, 42 },
	{ "-1", true, UINT64_MAX },
	{ "0644", true, 0644 },
	{ "0x4002", true, 0x4002 },
	{ "0x80000 /* O_RDONLY|O_CLOEXEC */", true, 0x80000 },
	{ "O_RDWR|O_EXCL|O_DIRECT", true, O_RDWR | O_EXCL | O_DIRECT },
	{ "O_RDONLY|0x10000000", true, 0x10000000 },
	{ "S_IFBLK|0600", true, S_IFBLK | 0600 },
	{ "AT_FDCWD", true, (uint64_t)AT_FDCWD },
	{ "4</dev/md0<block 9:0>>", true, 4 },
	{ "NULL", true, 0 },
	{ "O_NEVER_HEARD_OF", false, 0 },
	{ "O_RDWR|O_NEVER_HEARD_OF", false, 0 },
	{ "99999999999999999999", false, 0 },
	{ "\"4\"", false, 0 },
	{ "{a=1}", false, 0 },
	{ "[1]", false, 0 },
	{ "makedev(9, 1)", false, 0 },
};

ParameterizedTestParameters(guest_arg, number)
{
	return index_params(numbers);
}

ParameterizedTest(size_t *i, guest_arg, number)
{
	_cleanup_(host_deinit) struct host host = { 0 };
	char text[200];
	struct mdt_event event;
	uint64_t number = 0;

	snprintf(text, sizeof(text), "f(%s) = 0", numbers[*i].arg);
	event = host_parse(&host, text);
	cr_assert_eq(guest_arg_number(mdt_event_arg(&event, 0), &number),
		     numbers[*i].is_number, "%s", text);
	cr_assert_eq(number, numbers[*i].number, "%s is %#lx", text,
		     (unsigned long)number);
}

static const struct {
	const char *arg;
	bool is_int;
	int number;
} ints[] = {
	{ "-100", true, -100 },	      { "4294967196", true, -100 },
	{ "0xffffff9c", true, -100 }, { "4294967296", false, 0 },
	{ "-4294967296", false, 0 },  { "AT_FDCWD", true, -100 },
};

ParameterizedTestParameters(guest_arg, fits_int)
{
	return index_params(ints);
}

ParameterizedTest(size_t *i, guest_arg, fits_int)
{
	_cleanup_(host_deinit) struct host host = { 0 };
	char text[100];
	struct mdt_event event;
	int number = 0;

	snprintf(text, sizeof(text), "f(%s) = 0", ints[*i].arg);
	event = host_parse(&host, text);
	cr_assert_eq(guest_arg_int(mdt_event_arg(&event, 0), &number), ints[*i].is_int,
		     "%s", text);
	cr_assert_eq(number, ints[*i].number, "%s is %d", text, number);
}

static const struct {
	const char *arg;
	bool is_dev;
	uint32_t major, minor;
} devs[] = {
	{ "makedev(9, 100)", true, 9, 100 },
	{ "makedev(0x9, 0x64)", true, 9, 100 },
	{ "0x701", true, 7, 1 },
	{ "0x964", true, 9, 100 },
	{ "makedev(259, 1048575)", true, 259, 1048575 },
	{ "makedev(4096, 0)", false, 4096, 0 },
	{ "makedev(9)", false, 0, 0 },
	{ "other(9, 1)", false, 0, 0 },
	{ "0x100000000", false, 0, 0 },
};

ParameterizedTestParameters(guest_arg, dev)
{
	return index_params(devs);
}

ParameterizedTest(size_t *i, guest_arg, dev)
{
	_cleanup_(host_deinit) struct host host = { 0 };
	uint32_t major = 0, minor = 0;
	struct mdt_event event;
	char text[100];

	snprintf(text, sizeof(text), "f(%s) = 0", devs[*i].arg);
	event = host_parse(&host, text);
	cr_assert_eq(guest_arg_dev(mdt_event_arg(&event, 0), &major, &minor),
		     devs[*i].is_dev, "%s", text);
	cr_assert_eq(major, devs[*i].major, "%s", text);
	cr_assert_eq(minor, devs[*i].minor, "%s", text);
}

Test(guest_arg, a_path_is_whole)
{
	static const struct {
		const char *arg;
		bool is_path;
	} paths[] = {
		{ "\"/dev/md0\"", true },
		{ "\"/dev/md\"...", false },
		{ "\"/dev/\\0md0\"", false },
		{ "0x7ffe", false },
		{ "\"\"", true },
		{ "NULL", false },
	};

	array_for_each (it, paths) {
		_cleanup_(host_deinit) struct host host = { 0 };
		_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };
		struct mdt_event event;
		char text[100];

		snprintf(text, sizeof(text), "f(%s) = 0", it->arg);
		event = host_parse(&host, text);
		cr_assert_eq(guest_arg_path(mdt_event_arg(&event, 0), &path), it->is_path,
			     "%s", text);
	}
}

Test(guest_arg, errnos_have_names_both_ways)
{
	cr_assert_eq(guest_errno_find(SLICE("EBUSY")), EBUSY);
	cr_assert_eq(guest_errno_find(SLICE("ENOSUCH")), 0);
	cr_assert_eq(guest_errno_find(SLICE("")), 0);
	cr_assert_str_eq(guest_errno_name(ENODEV), "ENODEV");
	cr_assert_null(guest_errno_name(4000));
}
