// SPDX-License-Identifier: MIT
// Sequences as CI systems read them: a case for each.
#include <inttypes.h>

#include "report/ci.h"
#include "report/conform.h"
#include "report/html.h"

static const struct mdt_conform_finding *find(const struct mdt_conform_finding *findings,
					      size_t count,
					      const struct mdt_conform_ran *ran)
{
	for (size_t i = 0; i < count; i++)
		if (findings[i].seed == ran->seed && findings[i].number == ran->number)
			return &findings[i];
	return NULL;
}

static void put_suite(const struct mdt_conform_report *report, struct mdt_buf *out)
{
	mdt_buf_adds(out, "mdtrace conform: ");
	if (report->from) {
		mdt_html_plain(out, mdt_slice_base_name(mdt_slice_cstr(report->from)));
		mdt_buf_adds(out, " mutated, ");
	}
	mdt_buf_adds(out, "on ");
	mdt_html_plain(out, report->release);
}

static void put_name(const struct mdt_conform_ran *ran, struct mdt_buf *out)
{
	mdt_buf_printf(out, "seed %" PRIu64 ", sequence %u", ran->seed, ran->number);
}

static const char *describe(const struct mdt_conform_ran *ran)
{
	return ran->died ? "the VM did not survive it" : "the model says something else";
}

static void junit_case(const struct mdt_conform_report *report,
		       const struct mdt_conform_ran *ran, struct mdt_slice text,
		       struct mdt_buf *out)
{
	const char *end = ran->died ? "error" : "failure";

	mdt_buf_adds(out, "    <testcase classname=\"");
	mdt_html_plain(out, report->release);
	mdt_buf_adds(out, "\" name=\"");
	put_name(ran, out);
	if (!ran->died && !ran->disagrees) {
		mdt_buf_adds(out, "\"/>\n");
		return;
	}
	mdt_buf_printf(out, "\">\n      <%s message=\"%s\">", end, describe(ran));
	mdt_ci_xml_lines(out, text);
	mdt_buf_printf(out, "</%s>\n    </testcase>\n", end);
}

static void ktap_case(const struct mdt_conform_ran *ran, size_t number,
		      struct mdt_slice text, struct mdt_buf *out)
{
	bool ok = !ran->died && !ran->disagrees;

	if (!ok)
		mdt_buf_printf(out, "    # %s: %s\n", ran->died ? "error" : "differs",
			       describe(ran));
	mdt_ci_ktap_lines(out, "    ", text);
	mdt_buf_printf(out, "    %s %zu - ", ok ? "ok" : "not ok", number);
	put_name(ran, out);
	mdt_buf_addc(out, '\n');
}

static void begin_suite(const struct mdt_conform_report *report, bool is_ktap,
			const struct mdt_conform_ran *ran, size_t ran_count,
			struct mdt_buf *out)
{
	size_t failures = 0, errors = 0;

	for (size_t i = 0; i < ran_count; i++) {
		failures += ran[i].disagrees && !ran[i].died;
		errors += ran[i].died;
	}
	mdt_ci_begin(is_ktap, "mdtrace conform", report->shard, out);
	if (is_ktap)
		mdt_buf_adds(out, "1..1\n    KTAP version 1\n    # Subtest: ");
	else
		mdt_buf_adds(out, "  <testsuite name=\"");
	put_suite(report, out);
	if (is_ktap)
		mdt_buf_printf(out, "\n    1..%zu\n", ran_count);
	else
		mdt_buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n",
			       ran_count, failures, errors);
}

static void end_suite(const struct mdt_conform_report *report, bool is_ktap, bool ok,
		      struct mdt_buf *out)
{
	if (!is_ktap) {
		mdt_buf_adds(out, "  </testsuite>\n</testsuites>\n");
		return;
	}
	mdt_buf_printf(out, "%s 1 - ", ok ? "ok" : "not ok");
	put_suite(report, out);
	mdt_buf_addc(out, '\n');
}

struct mdt_error *mdt_conform_report_ci(const struct mdt_conform_report *report,
					bool is_ktap, const struct mdt_conform_ran *ran,
					size_t ran_count,
					const struct mdt_conform_finding *findings,
					size_t count, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	bool ok = true;

	begin_suite(report, is_ktap, ran, ran_count, ret);
	for (size_t i = 0; i < ran_count; i++) {
		const struct mdt_conform_finding *found = find(findings, count, &ran[i]);

		mdt_buf_clear(&text);
		if (found)
			mdt_conform_finding_text(found, &text);
		ok = ok && !ran[i].disagrees && !ran[i].died;
		if (is_ktap)
			ktap_case(&ran[i], i + 1, mdt_buf_slice(&text), ret);
		else
			junit_case(report, &ran[i], mdt_buf_slice(&text), ret);
	}
	end_suite(report, is_ktap, ok, ret);
	return text.failed ? &mdt_enomem : mdt_buf_error(ret);
}
