// SPDX-License-Identifier: MIT
// The numbers and rows of requests, however they are spelt.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>

#include "params.h"
#include "strace/reader.h"
#include "trace/request.h"

static const struct {
	const char *text;
	bool is_number;
	uint32_t number;
} requests[] = {
	{ "0x932", true, 0x932 },
	{ "4294967295", true, UINT32_MAX },
	{ "-2146432768", true, 0x80100900 },
	{ "18446744071563118848", true, 0x80100900 },
	{ "_IOC(_IOC_READ, 0x9, 0x11, 0x48)", true, 0x80480911 },
	{ "_IOC(_IOC_READ|_IOC_WRITE, 0x9, 0x21, 0x14)", true, 0xc0140921 },
	{ "_IOC(_IOC_WRITE, 0x9, 0x23, 0x48)", true, 0x40480923 },
	{ "_IOC(_IOC_NONE, 0x9, 0x32, 0)", true, 0x932 },
	{ "_IOC(_IOC_WRITE|_IOC_READ, 0x9, 0x21, 0x14)", true, 0xc0140921 },
	{ "_IOC(0x1, 0x9, 0x23, 0x48)", true, 0x40480923 },
	{ "_IOC(0x3, 0x9, 0x21, 0x14)", true, 0xc0140921 },
	{ "_IOC(0, 0xff, 0xff, 0x3fff)", true, 0x3fffffff },
	{ "0x932 /* STOP_ARRAY */", true, 0x932 },
	{ "STOP_ARRAY", true, 0x932 },
	{ "NO_SUCH or STOP_ARRAY", true, 0x932 },
	{ "NO_SUCH", false, 0 },
	{ "NO_SUCH or NEITHER", false, 0 },
	{ "_IOC(0x4, 0x9, 0x32, 0)", false, 0 },
	{ "_IOC(_IOC_SIDEWAYS, 0x9, 0x32, 0)", false, 0 },
	{ "4294967296", false, 0 },
	{ "99999999999999999999", false, 0 },
	{ "_IOC(_IOC_NONE, 0x100, 0x32, 0)", false, 0 },
	{ "_IOC(_IOC_NONE, 0x9, 0x100, 0)", false, 0 },
	{ "_IOC(_IOC_NONE, 0x9, 0x32, 0x4000)", false, 0 },
	{ "_IOC(_IOC_NONE, 0x9, 0x32)", false, 0 },
	{ "_IOC()", false, 0 },
	{ "_IOR(0, 0x9, 0x32, 0)", false, 0 },
	{ "\"9\"", false, 0 },
	{ "", false, 0 },
};

ParameterizedTestParameters(trace_request, number)
{
	return index_params(requests);
}

ParameterizedTest(size_t *i, trace_request, number)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_event event;
	uint32_t number = 0;
	char line[200];
	bool got;

	snprintf(line, sizeof(line), "ioctl(4%s%s) = 0\n", *requests[*i].text ? ", " : "",
		 requests[*i].text);
	cr_assert_null(mdt_reader_create_memory("log", mdt_slice_cstr(line), &reader));
	cr_assert_null(mdt_reader_next(reader, &event, &got));
	cr_assert(got && event.kind == MDT_EVENT_CALL, "%s", line);
	cr_assert_eq(mdt_request_number(mdt_ioctl_builtin(), mdt_event_arg(&event, 1),
					&number),
		     requests[*i].is_number, "%s", line);
	cr_assert_eq(number, requests[*i].number, "%s is %#x", line, number);
}
