// SPDX-License-Identifier: MIT
// A table of versions as CI systems read it: a suite for each version but the first, a
// case for each scenario.
#include "report/ci.h"
#include "report/diff_matrix.h"
#include "report/html.h"

static struct mdt_slice version_at(const struct mdt_diff_matrix *matrix, size_t version)
{
	return mdt_slice_base_name(mdt_slice_cstr(matrix->versions[version]));
}

// A version's cells that are compared with something, or should be.
static size_t count(const struct mdt_diff_matrix *matrix, size_t version,
		    bool counts(const struct mdt_diff_cell *cell))
{
	size_t ret = 0;

	for (size_t s = 0; s < matrix->scenario_len; s++)
		ret += counts(mdt_diff_matrix_cell(matrix, s, version));
	return ret;
}

static bool is_case(const struct mdt_diff_cell *cell)
{
	return !cell->is_first;
}

static bool is_failure(const struct mdt_diff_cell *cell)
{
	return cell->differences != 0;
}

static bool is_error(const struct mdt_diff_cell *cell)
{
	return mdt_diff_cell_trouble(cell) != NULL;
}

/* ---- JUnit ---- */

static void junit_case(const struct mdt_diff_matrix *matrix, size_t scenario,
		       size_t version, struct mdt_buf *out)
{
	const struct mdt_diff_cell *cell =
		mdt_diff_matrix_cell(matrix, scenario, version);

	mdt_buf_adds(out, "    <testcase classname=\"mdtrace.diff.");
	mdt_html_plain(out, version_at(matrix, version));
	mdt_buf_adds(out, "\" name=\"");
	mdt_html_plain(out, mdt_slice_cstr(matrix->scenarios[scenario]));
	if (is_error(cell)) {
		mdt_buf_printf(out,
			       "\">\n      <error message=\"%s\"/>\n    </testcase>\n",
			       mdt_diff_cell_trouble(cell));
	} else if (is_failure(cell)) {
		mdt_buf_adds(out, "\">\n      <failure message=\"since ");
		mdt_html_plain(out, version_at(matrix, cell->before));
		mdt_buf_adds(out, "\">");
		mdt_ci_xml_lines(out, mdt_buf_slice(&cell->remarks));
		mdt_buf_adds(out, "</failure>\n    </testcase>\n");
	} else {
		mdt_buf_adds(out, "\"/>\n");
	}
}

static void junit_version(const struct mdt_diff_matrix *matrix, size_t version,
			  struct mdt_buf *out)
{
	mdt_buf_adds(out, "  <testsuite name=\"mdtrace diff: ");
	mdt_html_plain(out, version_at(matrix, version));
	mdt_buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n",
		       count(matrix, version, is_case),
		       count(matrix, version, is_failure),
		       count(matrix, version, is_error));
	for (size_t s = 0; s < matrix->scenario_len; s++)
		if (is_case(mdt_diff_matrix_cell(matrix, s, version)))
			junit_case(matrix, s, version, out);
	mdt_buf_adds(out, "  </testsuite>\n");
}

void mdt_diff_matrix_junit(const struct mdt_diff_matrix *matrix, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	for (size_t v = 0; v < matrix->version_len; v++)
		if (count(matrix, v, is_case))
			junit_version(matrix, v, ret);
	mdt_buf_adds(ret, "</testsuites>\n");
}

/* ---- KTAP ---- */

static void ktap_case(const struct mdt_diff_matrix *matrix, size_t scenario,
		      size_t version, size_t number, struct mdt_buf *out)
{
	const struct mdt_diff_cell *cell =
		mdt_diff_matrix_cell(matrix, scenario, version);
	bool ok = !is_error(cell) && !is_failure(cell);

	if (is_error(cell))
		mdt_buf_printf(out, "    # error: %s\n", mdt_diff_cell_trouble(cell));
	mdt_ci_ktap_lines(out, "    ", mdt_buf_slice(&cell->remarks));
	mdt_buf_printf(out, "    %s %zu - ", ok ? "ok" : "not ok", number);
	mdt_ci_ktap_words(out, mdt_slice_cstr(matrix->scenarios[scenario]));
	mdt_buf_addc(out, '\n');
}

static void ktap_version(const struct mdt_diff_matrix *matrix, size_t version,
			 size_t suite, struct mdt_buf *out)
{
	bool ok =
		!count(matrix, version, is_failure) && !count(matrix, version, is_error);
	size_t number = 0;

	mdt_buf_adds(out, "    KTAP version 1\n    # Subtest: ");
	mdt_buf_add(out, version_at(matrix, version));
	mdt_buf_printf(out, "\n    1..%zu\n", count(matrix, version, is_case));
	for (size_t s = 0; s < matrix->scenario_len; s++)
		if (is_case(mdt_diff_matrix_cell(matrix, s, version)))
			ktap_case(matrix, s, version, ++number, out);
	mdt_buf_printf(out, "%s %zu - ", ok ? "ok" : "not ok", suite);
	mdt_ci_ktap_words(out, version_at(matrix, version));
	mdt_buf_addc(out, '\n');
}

void mdt_diff_matrix_ktap(const struct mdt_diff_matrix *matrix, struct mdt_buf *ret)
{
	size_t suites = 0, number = 0;

	for (size_t v = 0; v < matrix->version_len; v++)
		suites += count(matrix, v, is_case) != 0;
	mdt_buf_printf(ret, "KTAP version 1\n1..%zu\n", suites);
	for (size_t v = 0; v < matrix->version_len; v++)
		if (count(matrix, v, is_case))
			ktap_version(matrix, v, ++number, ret);
}
