// SPDX-License-Identifier: MIT
// strace's version, what it means for the options, and the head of a log.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "params.h"
#include "record/head.h"
#include "record/tracer.h"

static const struct {
	const char *text, *version, *options;
	size_t lacks;
} cases[] = {
	{ "strace -- version 6.1\nCopyright (c) 1991-2022\n", "6.1", "-f -v -s 65536 -yy",
	  1 },
	{ "strace -- version 6.10\n", "6.10", "-f -v -s 65536 -yy", 1 },
	{ "strace -- version 6.11\n", "6.11", "-f -v -s 65536 -yy", 0 },
	{ "strace -- version 7.2\n", "7.2", "-f -v -s 65536 -yy", 0 },
	{ "strace -- version 6.11.0.33.a3d1-dirty (x)", "6.11.0.33.a3d1-dirty",
	  "-f -v -s 65536 -yy", 0 },
	{ "strace -- version 4.22", "4.22", "-f -v -s 65536 -yy", 1 },
	{ "strace -- version 4.21", "4.21", "-f -v -s 65536 -yy", 2 },
	{ "strace -- version 4.10", "4.10", "-f -v -s 65536 -yy", 2 },
	{ "strace -- version 4.8", "4.8", "-f -v -s 65536 -y", 2 },
	{ "strace -- version 4.6", "4.6", "-f -v -s 65536", 3 },
	{ "strace -- version 99999999999999999999.1", "99999999999999999999.1",
	  "-f -v -s 65536 -yy", 0 },
	{ "strace -- version UNKNOWN", "", "-f -v -s 65536 -yy", 0 },
	{ "strace -- version 6", "", "-f -v -s 65536 -yy", 0 },
	{ "strace -- version ", "", "-f -v -s 65536 -yy", 0 },
	{ "busybox", "", "-f -v -s 65536 -yy", 0 },
	{ "", "", "-f -v -s 65536 -yy", 0 },
};

ParameterizedTestParameters(record_tracer, version)
{
	return index_params(cases);
}

static void join(const char *const *words, struct mdt_buf *ret)
{
	for (size_t i = 0; words[i]; i++)
		mdt_buf_printf(ret, "%s%s", i ? " " : "", words[i]);
	mdt_buf_addc(ret, '\0');
}

ParameterizedTest(size_t *i, record_tracer, version)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf joined = { 0 };
	const char *options[MDT_TRACER_OPTIONS];
	struct mdt_tracer tracer;
	size_t lacks = 0;

	mdt_tracer_read(mdt_slice_cstr(cases[*i].text), &tracer);
	cr_assert(mdt_slice_eq_cstr(tracer.version, cases[*i].version), "%s: '%.*s'",
		  cases[*i].text, SLICE_FMT(tracer.version));
	mdt_tracer_options(&tracer, false, options);
	join(options, &joined);
	cr_assert_str_eq(joined.str, cases[*i].options);
	while (mdt_tracer_lacks(&tracer, lacks))
		lacks++;
	cr_assert_eq(lacks, cases[*i].lacks, "%s", cases[*i].text);
}

Test(record_tracer, options_with_times)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf joined = { 0 };
	const struct mdt_tracer tracer = { .known = true, .major = 6, .minor = 1 };
	const char *options[MDT_TRACER_OPTIONS];

	mdt_tracer_options(&tracer, true, options);
	join(options, &joined);
	cr_assert_str_eq(joined.str, "-f -v -s 65536 -yy -ttt -T");
}

Test(record_head, says_all)
{
	static const char *const options[] = { "-f", "-v", NULL };
	static const char *const command[] = { "sh", "-c", "echo \"a\nb\"", NULL };
	static const struct mdt_slice modules[] = { SLICE_INIT("raid0"),
						    SLICE_INIT("raid456") };
	const struct mdt_record_head head = {
		.release = SLICE("6.12.1"),
		.system = SLICE("Linux 6.12.1 #1 SMP x86_64"),
		.recorder = SLICE("mdtrace 1"),
		.tracer = { .known = true,
			    .major = 6,
			    .minor = 13,
			    .version = SLICE("6.13") },
		.options = options,
		.modules = modules,
		.module_count = array_size(modules),
		.scenario = SLICE("a.scenario"),
		.step = SLICE("create"),
		.note = SLICE("mdadm 4.4"),
		.command = command,
	};
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	mdt_record_head_write(&head, &text);
	mdt_buf_addc(&text, '\0');
	cr_assert_str_eq(text.str, "# mdtrace: recorded \"6.12.1\"\n"
				   "# mdtrace: system \"Linux 6.12.1 #1 SMP x86_64\"\n"
				   "# mdtrace: recorder \"mdtrace 1\"\n"
				   "# mdtrace: strace \"6.13\" \"-f\" \"-v\"\n"
				   "# mdtrace: modules \"raid0\" \"raid456\"\n"
				   "# mdtrace: step \"create\" \"a.scenario\"\n"
				   "# mdtrace: note \"mdadm 4.4\"\n"
				   "# mdtrace: command \"sh\" \"-c\" "
				   "\"echo \\\"a\\nb\\\"\"\n");
}

Test(record_head, leaves_out_what_is_not_known)
{
	static const char *const none[] = { NULL };
	const struct mdt_record_head head = { .options = none };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	mdt_record_head_write(&head, &text);
	mdt_buf_addc(&text, '\0');
	cr_assert_str_eq(text.str, "# mdtrace: strace \"unknown\"\n");
}
