// SPDX-License-Identifier: MIT
#include "report/merge.h"

#include "report/ci.h"
#include "report/html.h"

/* ---- JUnit ---- */

static void put_text(struct mdt_buf *out, const char *begin, struct mdt_slice text,
		     const char *end)
{
	mdt_buf_adds(out, begin);
	if (memchr(text.str, '\n', text.len))
		mdt_ci_xml_lines(out, text);
	else
		mdt_html_plain(out, text);
	mdt_buf_adds(out, end);
}

static void junit_end(const struct mdt_merge_case *it, struct mdt_buf *out)
{
	static const char *const names[] = {
		[MDT_MERGE_SKIPPED] = "skipped",
		[MDT_MERGE_FAILED] = "failure",
		[MDT_MERGE_ERROR] = "error",
	};
	const char *name = names[it->end];

	mdt_buf_printf(out, "      <%s", name);
	if (it->message.len) {
		mdt_buf_adds(out, " message=\"");
		mdt_html_plain(out, it->message);
		mdt_buf_addc(out, '"');
	}
	if (!it->text.len) {
		mdt_buf_adds(out, "/>\n");
		return;
	}
	put_text(out, ">", it->text, "</");
	mdt_buf_printf(out, "%s>\n", name);
}

static void junit_case(const struct mdt_merge_suite *suite,
		       const struct mdt_merge_case *it, struct mdt_buf *out)
{
	mdt_buf_adds(out, "    <testcase classname=\"");
	mdt_html_plain(out, it->class.len ? it->class : suite->name);
	mdt_buf_adds(out, "\" name=\"");
	mdt_html_plain(out, it->name);
	if (!it->end && !it->output.len) {
		mdt_buf_adds(out, "\"/>\n");
		return;
	}
	mdt_buf_adds(out, "\">\n");
	if (it->end)
		junit_end(it, out);
	if (it->output.len)
		put_text(out, "      <system-out>", it->output, "</system-out>\n");
	mdt_buf_adds(out, "    </testcase>\n");
}

static void junit_suite(const struct mdt_merge_suite *suite, struct mdt_buf *out)
{
	mdt_buf_adds(out, "  <testsuite name=\"");
	mdt_html_plain(out, suite->name);
	mdt_buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n",
		       suite->len, suite->ends[MDT_MERGE_FAILED],
		       suite->ends[MDT_MERGE_ERROR]);
	for (const struct mdt_merge_case *it = suite->first; it; it = it->next)
		junit_case(suite, it, out);
	if (suite->output.len)
		put_text(out, "    <system-out>", suite->output, "</system-out>\n");
	mdt_buf_adds(out, "  </testsuite>\n");
}

void mdt_merge_junit(const struct mdt_merge *merge, struct mdt_buf *ret)
{
	mdt_ci_begin(false, NULL, NULL, ret);
	for (const struct mdt_merge_suite *it = merge->suites.first; it; it = it->next)
		junit_suite(it, ret);
	mdt_buf_adds(ret, "</testsuites>\n");
}

/* ---- KTAP ---- */

// A line of KTAP, whatever it is made of.
static void put_words(struct mdt_buf *out, struct mdt_slice text)
{
	for (size_t i = 0; i < text.len; i++)
		mdt_buf_addc(out, (unsigned char)text.str[i] < ' ' ? ' ' : text.str[i]);
}

static void put_name(struct mdt_buf *out, struct mdt_slice text)
{
	size_t from = out->len;

	put_words(out, text);
	for (size_t i = from; i < out->len; i++)
		if (out->str[i] == '#')
			out->str[i] = '_';
}

static void ktap_why(const struct mdt_merge_case *it, struct mdt_buf *out)
{
	bool is_short = mdt_slice_starts(it->message, SLICE(MDT_MERGE_NOT_RUN));

	if (it->end >= MDT_MERGE_FAILED &&
	    (it->message.len || it->end == MDT_MERGE_ERROR)) {
		mdt_buf_adds(out, "    # ");
		if (!is_short)
			mdt_buf_adds(out, it->end == MDT_MERGE_FAILED ? "differs: "
								      : "error: ");
		put_words(out, it->message);
		mdt_buf_addc(out, '\n');
	}
	mdt_ci_ktap_lines(out, "    ", it->text);
}

static void ktap_case(const struct mdt_merge_case *it, size_t number, struct mdt_buf *out)
{
	bool is_line = it->output.len && !memchr(it->output.str, '\n', it->output.len);

	ktap_why(it, out);
	if (!is_line)
		mdt_ci_ktap_lines(out, "    ", it->output);
	mdt_buf_printf(out, "    %s %zu - ", it->end < MDT_MERGE_FAILED ? "ok" : "not ok",
		       number);
	put_name(out, it->name);
	if (it->end == MDT_MERGE_SKIPPED) {
		mdt_buf_adds(out, it->message.len ? " # SKIP " : " # SKIP");
		put_words(out, it->message);
	} else if (is_line) {
		mdt_buf_adds(out, " # ");
		put_words(out, it->output);
	}
	mdt_buf_addc(out, '\n');
}

static void ktap_suite(const struct mdt_merge_suite *suite, size_t number,
		       struct mdt_buf *out)
{
	bool ok = !suite->ends[MDT_MERGE_FAILED] && !suite->ends[MDT_MERGE_ERROR];
	size_t inner = 0;

	mdt_buf_adds(out, "    KTAP version 1\n    # Subtest: ");
	put_words(out, suite->name);
	mdt_buf_printf(out, "\n    1..%zu\n", suite->len);
	for (const struct mdt_merge_case *it = suite->first; it; it = it->next)
		ktap_case(it, ++inner, out);
	mdt_ci_ktap_lines(out, "", suite->output);
	mdt_buf_printf(out, "%s %zu - ", ok ? "ok" : "not ok", number);
	put_name(out, suite->name);
	mdt_buf_addc(out, '\n');
}

void mdt_merge_ktap(const struct mdt_merge *merge, struct mdt_buf *ret)
{
	size_t number = 0;

	mdt_ci_begin(true, NULL, NULL, ret);
	mdt_buf_printf(ret, "1..%zu\n", merge->suites.len);
	for (const struct mdt_merge_suite *it = merge->suites.first; it; it = it->next)
		ktap_suite(it, ++number, ret);
}
