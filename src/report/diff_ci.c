// SPDX-License-Identifier: MIT
// Two logs compared, as CI systems read it: a case for each process, and one for the
// lines that were not understood. Names are the same from run to run: no pids.
#include "report/ci.h"
#include "report/diff.h"
#include "report/html.h"

/* ---- names ---- */

static struct mdt_slice program_of(const struct mdt_diff *diff,
				   const struct mdt_diff_pair *pair)
{
	bool is_new = pair->new_task != MDT_NO_TASK;
	const struct mdt_diff_tasks *tasks =
		&diff->logs[is_new ? MDT_NEW : MDT_OLD].tasks;
	struct mdt_slice program =
		tasks->items[is_new ? pair->new_task : pair->old_task].program;

	return program.len ? program : SLICE("a program");
}

// The program, and which of several it is: `mdadm 2`.
static void add_name(const struct mdt_diff *diff, const struct mdt_diff_pair *pair,
		     struct mdt_buf *ret)
{
	struct mdt_slice program = program_of(diff, pair);
	size_t number = 1;

	for (const struct mdt_diff_pair *it = diff->pairs; it < pair; it++)
		number += mdt_slice_eq(program_of(diff, it), program);
	mdt_buf_add(ret, program);
	if (number > 1)
		mdt_buf_printf(ret, " %zu", number);
}

/* ---- what came of it ---- */

struct counts {
	size_t cases, failures, errors;
};

static struct counts count(const struct mdt_diff *diff)
{
	struct counts ret = { .cases = diff->pair_len };

	for (size_t i = 0; i < diff->pair_len; i++)
		ret.failures += diff->pairs[i].differences != 0;
	if (diff->faults_differ) {
		ret.cases++;
		ret.failures++;
	}
	if (mdt_diff_nothing(diff)) {
		ret.cases++;
		ret.errors++;
	}
	return ret;
}

static const char fault_name[] = "lines that were not understood";
static const char nothing_name[] = "the comparison";

static struct mdt_error *write_pair(const struct mdt_diff_report *report,
				    const struct mdt_diff_pair *pair, struct mdt_buf *ret)
{
	struct mdt_diff_report inner = *report;

	inner.out = ret;
	inner.color = inner.side_by_side = false;
	mdt_diff_put_pair(report->diff, pair, ret);
	mdt_buf_addc(ret, '\n');
	return mdt_diff_text_pair(&inner, pair);
}

static void write_remarks(const struct mdt_diff *diff, struct mdt_buf *ret)
{
	for (size_t i = 0; i < diff->remark_len; i++) {
		mdt_buf_add(ret, diff->remarks[i].text);
		mdt_buf_addc(ret, '\n');
	}
}

/* ---- JUnit ---- */

static void begin_case(struct mdt_buf *out, struct mdt_slice name)
{
	mdt_buf_adds(out, "  <testcase classname=\"mdtrace.diff\" name=\"");
	mdt_html_plain(out, name);
}

static struct mdt_error *junit_pair(const struct mdt_diff_report *report,
				    const struct mdt_diff_pair *pair)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_error *err;

	add_name(report->diff, pair, &text);
	begin_case(report->out, mdt_buf_slice(&text));
	if (!pair->differences) {
		mdt_buf_adds(report->out, "\"/>\n");
		return mdt_buf_error(&text);
	}
	mdt_buf_printf(report->out, "\">\n    <failure message=\"%zu %s\">",
		       pair->differences,
		       pair->differences == 1 ? "difference" : "differences");
	mdt_buf_clear(&text);
	err = write_pair(report, pair, &text);
	mdt_ci_xml_lines(report->out, mdt_buf_slice(&text));
	mdt_buf_adds(report->out, "</failure>\n  </testcase>\n");
	return err ? err : mdt_buf_error(&text);
}

static void junit_rest(const struct mdt_diff_report *report)
{
	struct mdt_buf *out = report->out;

	if (report->diff->faults_differ) {
		begin_case(out, mdt_slice_cstr(fault_name));
		mdt_buf_adds(out,
			     "\">\n    <failure message=\"others\"/>\n  </testcase>\n");
	}
	if (mdt_diff_nothing(report->diff)) {
		begin_case(out, mdt_slice_cstr(nothing_name));
		mdt_buf_printf(
			out,
			"\">\n    <error message=\"nothing was compared: %s\"/>\n  </testcase>\n",
			mdt_diff_nothing(report->diff));
	}
}

struct mdt_error *mdt_diff_report_junit(struct mdt_diff_report *report)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf remarks = { 0 };
	const struct mdt_diff *diff = report->diff;
	struct counts counts = count(diff);
	struct mdt_error *err = NULL;
	struct mdt_buf *out = report->out;

	mdt_buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			  "<testsuite name=\"mdtrace diff: ");
	mdt_html_plain(out, mdt_slice_cstr(report->names[MDT_OLD]));
	mdt_buf_adds(out, " → ");
	mdt_html_plain(out, mdt_slice_cstr(report->names[MDT_NEW]));
	mdt_buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n",
		       counts.cases, counts.failures, counts.errors);
	for (size_t i = 0; !err && i < diff->pair_len; i++)
		err = junit_pair(report, &diff->pairs[i]);
	junit_rest(report);
	mdt_buf_adds(out, "  <system-out>");
	write_remarks(diff, &remarks);
	mdt_ci_xml_lines(out, mdt_buf_slice(&remarks));
	mdt_buf_adds(out, "</system-out>\n</testsuite>\n");
	if (!err)
		err = mdt_buf_error(&remarks);
	return err ? err : mdt_buf_error(out);
}

/* ---- KTAP ---- */

static struct mdt_error *ktap_pair(const struct mdt_diff_report *report,
				   const struct mdt_diff_pair *pair, size_t number)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_error *err = NULL;

	if (pair->differences)
		err = write_pair(report, pair, &text);
	mdt_ci_ktap_lines(report->out, "", mdt_buf_slice(&text));
	mdt_buf_printf(report->out, "%s %zu - ", pair->differences ? "not ok" : "ok",
		       number);
	mdt_buf_clear(&text);
	add_name(report->diff, pair, &text);
	mdt_ci_ktap_words(report->out, mdt_buf_slice(&text));
	mdt_buf_addc(report->out, '\n');
	return err ? err : mdt_buf_error(&text);
}

struct mdt_error *mdt_diff_report_ktap(struct mdt_diff_report *report)
{
	const struct mdt_diff *diff = report->diff;
	struct mdt_error *err = NULL;
	struct mdt_buf *out = report->out;
	size_t number = diff->pair_len;

	mdt_buf_printf(out, "KTAP version 1\n1..%zu\n", count(diff).cases);
	for (size_t i = 0; !err && i < diff->pair_len; i++)
		err = ktap_pair(report, &diff->pairs[i], i + 1);
	if (diff->faults_differ)
		mdt_buf_printf(out, "not ok %zu - %s\n", ++number, fault_name);
	if (mdt_diff_nothing(diff))
		mdt_buf_printf(out, "# nothing was compared: %s\nnot ok %zu - %s\n",
			       mdt_diff_nothing(diff), ++number, nothing_name);
	return err ? err : mdt_buf_error(out);
}
