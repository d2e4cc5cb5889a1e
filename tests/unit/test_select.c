// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "annotate/select.h"

static const struct mdt_select_line failed = {
	.line = 12,
	.pid = 210,
	.call = SLICE_INIT("ioctl"),
	.error = SLICE_INIT("EBUSY"),
	.failed = true,
	.has_remark = true,
	.name = SLICE_INIT("STOP_ARRAY"),
	.device = SLICE_INIT("md0"),
	.number = SLICE_INIT("9:0"),
	.path = SLICE_INIT("/dev/md0"),
	.text = SLICE_INIT(
		"ioctl(3, STOP_ARRAY) = -1 EBUSY  # STOP_ARRAY on md0: in use"),
};
// Nothing is known of it.
static const struct mdt_select_line blank = { .line = 13,
					      .text = SLICE_INIT("close(3) = 0") };

static bool takes(const char *filter, const struct mdt_select_line *line)
{
	_cleanup_(mdt_select_destroyp) struct mdt_select *select = NULL;
	bool ret = false;

	cr_assert_null(mdt_select_create(mdt_slice_cstr(filter), &select), "%s", filter);
	cr_assert_null(mdt_select_matches(select, line, &ret), "%s", filter);
	return ret;
}

Test(select, words)
{
	static const char *const yes[] = {
		"failed",
		"remark",
		"call:ioctl",
		"call:open,ioctl",
		"name:STOP_ARRAY",
		"device:md0",
		"device:9:0",
		"device:/dev/md0",
		"errno:EBUSY",
		"errno:EIO,EBUSY",
		"pid:210",
		"line:12",
		"line:10-",
		"line:-12",
		"line:5,11-13",
		"!call:open",
		"failed call:ioctl",
		"in use",
		"failed in use",
		"in use device:md0",
		"STOP_(ARRAY|X)",
		"",
		"ioctl",
		"!errno:EIO in use",
	};
	static const char *const no[] = {
		"!failed",	"!remark",	  "call:ioct",	 "call:open",
		"name:STOP",	"device:md",	  "device:md00", "errno:EBUS",
		"pid:21",	"line:11",	  "line:13-",	 "line:-11",
		"failed inuse", "inuse failed",	  "use in",	 "failed call:open",
		"device:md0 x", "failed !failed", "!call:ioctl", "errno:EIO,EPERM",
	};

	array_for_each (filter, yes)
		cr_expect(takes(*filter, &failed), "%s", *filter);
	array_for_each (filter, no)
		cr_expect(!takes(*filter, &failed), "%s", *filter);
}

// A word is not true of what is not known; an empty value is none.
Test(select, unknown)
{
	static const char *const no[] = { "failed", "remark",  "call:ioctl",
					  "name:x", "errno:x", "device:md0",
					  "pid:0",  "call:x,," };

	array_for_each (filter, no)
		cr_expect(!takes(*filter, &blank), "%s", *filter);
	cr_expect(takes("!failed close", &blank));
}

// Words that look like ours and are not are parts of a pattern.
Test(select, patterns)
{
	cr_expect(takes("ioctl\\(3, STOP", &failed));
	cr_expect(!takes("calls:ioctl", &failed));
	cr_expect(!takes("fail", &blank));
}

Test(select, wrong)
{
	static const struct {
		const char *filter, *message;
	} rows[] = {
		{ "call:", "filter: call:: a value is missing" },
		{ "pid:x", "filter: pid:x: expected a number" },
		{ "pid:1,", NULL },
		{ "line:9-1", "filter: line:9-1: expected a number, or 10-20" },
		{ "line:-", "filter: line:-: expected a number, or 10-20" },
		{ "failed a(b",
		  "bad pattern: missing closing parenthesis at column 4\n  a(b\n     ^" },
	};

	array_for_each (row, rows) {
		struct mdt_select *select = NULL;
		struct mdt_error *err =
			mdt_select_create(mdt_slice_cstr(row->filter), &select);

		if (row->message) {
			cr_assert_not_null(err, "%s", row->filter);
			cr_expect_str_eq(err->message, row->message);
		} else {
			cr_expect_null(err, "%s", row->filter);
		}
		mdt_error_destroy(err);
		mdt_select_destroy(select);
	}
}
