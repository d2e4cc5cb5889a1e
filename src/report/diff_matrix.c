// SPDX-License-Identifier: MIT
#include "report/diff_matrix.h"

#include "base/json.h"
#include "report/diff.h"
#include "report/html.h"

static struct mdt_slice base_name(const char *path)
{
	struct mdt_slice s = mdt_slice_cstr(path);
	const char *slash;

	while (s.len > 1 && s.str[s.len - 1] == '/')
		s.len--;
	slash = memrchr(s.str, '/', s.len);
	return slash && s.len > 1 ? mdt_slice_skip(s, (size_t)(slash + 1 - s.str)) : s;
}

// Takes the first line off; @return false when there is none.
static bool next_line(struct mdt_slice *rest, struct mdt_slice *ret)
{
	const char *end = rest->len ? memchr(rest->str, '\n', rest->len) : NULL;

	if (!end)
		return false;
	*ret = mdt_slice_head(*rest, (size_t)(end - rest->str));
	*rest = mdt_slice_skip(*rest, ret->len + 1);
	return true;
}

/* ---- what is common ---- */

enum { COMMON_MIN = 2 }; // scenarios: of one alone everything would be common

static bool has_line(const struct mdt_diff_cell *cell, struct mdt_slice line)
{
	struct mdt_slice rest = mdt_buf_slice(&cell->remarks), it;

	while (next_line(&rest, &it))
		if (mdt_slice_eq(it, line))
			return true;
	return false;
}

static bool is_compared(const struct mdt_diff_cell *cell)
{
	return !cell->is_first && !mdt_diff_cell_trouble(cell);
}

// How many scenarios of a version are compared with another version.
static size_t compared(const struct mdt_diff_matrix *matrix, size_t version)
{
	size_t ret = 0;

	for (size_t s = 0; s < matrix->scenario_len; s++)
		ret += is_compared(mdt_diff_matrix_cell(matrix, s, version));
	return ret;
}

// A remark that all scenarios of a version have is told once, above the table.
static bool is_common(const struct mdt_diff_matrix *matrix, size_t version,
		      struct mdt_slice line)
{
	if (compared(matrix, version) < COMMON_MIN)
		return false;
	for (size_t s = 0; s < matrix->scenario_len; s++) {
		const struct mdt_diff_cell *cell =
			mdt_diff_matrix_cell(matrix, s, version);

		if (is_compared(cell) && !has_line(cell, line))
			return false;
	}
	return true;
}

static const struct mdt_diff_cell *first_compared(const struct mdt_diff_matrix *matrix,
						  size_t version)
{
	for (size_t s = 0; s < matrix->scenario_len; s++)
		if (is_compared(mdt_diff_matrix_cell(matrix, s, version)))
			return mdt_diff_matrix_cell(matrix, s, version);
	return NULL;
}

// The next remark that is common; @param[in,out] rest The remarks of any cell.
static bool next_common(const struct mdt_diff_matrix *matrix, size_t version,
			struct mdt_slice *rest, struct mdt_slice *ret)
{
	while (next_line(rest, ret))
		if (is_common(matrix, version, *ret))
			return true;
	return false;
}

/* ---- Markdown ---- */

// What Markdown would take for a column, a tag or emphasis.
static void put_markdown(struct mdt_buf *ret, struct mdt_slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (strchr("|<>*_`[]\\", text.str[i]) && text.str[i])
			mdt_buf_addc(ret, '\\');
		mdt_buf_addc(ret, text.str[i]);
	}
}

static void put_cell(const struct mdt_diff_matrix *matrix, size_t scenario,
		     size_t version, struct mdt_buf *ret)
{
	const struct mdt_diff_cell *cell =
		mdt_diff_matrix_cell(matrix, scenario, version);
	struct mdt_slice rest = mdt_buf_slice(&cell->remarks), line;
	bool first = true;

	if (!cell->path)
		mdt_buf_adds(ret, "no log");
	else if (cell->is_first)
		mdt_buf_adds(ret, "the first");
	else if (cell->nothing)
		mdt_buf_printf(ret, "nothing compared: %s", cell->nothing);
	else if (!cell->differences)
		mdt_buf_adds(ret, "the same");
	while (next_line(&rest, &line)) {
		if (is_common(matrix, version, line))
			continue;
		if (!first)
			mdt_buf_adds(ret, "<br>");
		put_markdown(ret, line);
		first = false;
	}
	if (first && cell->differences)
		mdt_buf_adds(ret, "as in all");
}

// What changed in all scenarios of a version, in the words of a form.
struct common_form {
	const char *begin, *end; /* of a line */
	void (*put)(struct mdt_buf *ret, struct mdt_slice text);
};

static void add_common(const struct mdt_diff_matrix *matrix, size_t version,
		       const struct common_form *form, struct mdt_buf *ret)
{
	const struct mdt_diff_cell *cell = first_compared(matrix, version);
	struct mdt_slice rest, line;

	if (!cell)
		return;
	rest = mdt_buf_slice(&cell->remarks);
	while (next_common(matrix, version, &rest, &line)) {
		mdt_buf_adds(ret, form->begin);
		mdt_buf_printf(ret, " all %zu of ", compared(matrix, version));
		form->put(ret, base_name(matrix->versions[version]));
		mdt_buf_adds(ret, ": ");
		form->put(ret, line);
		mdt_buf_adds(ret, form->end);
	}
}

static void put_common(const struct mdt_diff_matrix *matrix, size_t version,
		       struct mdt_buf *ret)
{
	static const struct common_form form = { "* in", "\n", put_markdown };

	add_common(matrix, version, &form, ret);
}

void mdt_diff_matrix_text(const struct mdt_diff_matrix *matrix, struct mdt_buf *ret)
{
	size_t before = ret->len;

	for (size_t v = 0; v < matrix->version_len; v++)
		put_common(matrix, v, ret);
	if (ret->len > before)
		mdt_buf_addc(ret, '\n');
	mdt_buf_adds(ret, "| scenario |");
	for (size_t v = 0; v < matrix->version_len; v++) {
		mdt_buf_addc(ret, ' ');
		put_markdown(ret, base_name(matrix->versions[v]));
		mdt_buf_adds(ret, " |");
	}
	mdt_buf_adds(ret, "\n|---|");
	for (size_t v = 0; v < matrix->version_len; v++)
		mdt_buf_adds(ret, "---|");
	for (size_t s = 0; s < matrix->scenario_len; s++) {
		mdt_buf_adds(ret, "\n| ");
		put_markdown(ret, mdt_slice_cstr(matrix->scenarios[s]));
		mdt_buf_adds(ret, " |");
		for (size_t v = 0; v < matrix->version_len; v++) {
			mdt_buf_addc(ret, ' ');
			put_cell(matrix, s, v, ret);
			mdt_buf_adds(ret, " |");
		}
	}
	mdt_buf_addc(ret, '\n');
}

/* ---- JSON ---- */

static void put_json_cell(const struct mdt_diff_matrix *matrix, size_t s, size_t v,
			  struct mdt_json *json)
{
	const struct mdt_diff_cell *cell = mdt_diff_matrix_cell(matrix, s, v);
	struct mdt_slice rest = mdt_buf_slice(&cell->remarks), line;

	mdt_json_object(json, NULL);
	mdt_json_cstr(json, "scenario", matrix->scenarios[s]);
	mdt_json_text(json, "version", base_name(matrix->versions[v]));
	if (cell->is_first)
		mdt_json_null(json, "since");
	else
		mdt_json_text(json, "since", base_name(matrix->versions[cell->before]));
	mdt_json_cstr(json, "log", cell->path);
	mdt_json_bool(json, "differs", cell->differences != 0);
	if (cell->nothing)
		mdt_json_cstr(json, "nothing_compared", cell->nothing);
	mdt_json_array(json, "summary");
	while (next_line(&rest, &line))
		mdt_json_text(json, NULL, line);
	mdt_json_end(json);
	mdt_json_end(json);
}

static void put_json_common(const struct mdt_diff_matrix *matrix, size_t version,
			    struct mdt_json *json)
{
	const struct mdt_diff_cell *cell = first_compared(matrix, version);
	struct mdt_slice rest, line;

	if (!cell)
		return;
	rest = mdt_buf_slice(&cell->remarks);
	while (next_common(matrix, version, &rest, &line)) {
		mdt_json_object(json, NULL);
		mdt_json_text(json, "version", base_name(matrix->versions[version]));
		mdt_json_text(json, "remark", line);
		mdt_json_end(json);
	}
}

void mdt_diff_matrix_json(const struct mdt_diff_matrix *matrix, struct mdt_buf *ret)
{
	struct mdt_json json;

	mdt_json_init(&json, ret);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, "mdtrace-diff-matrix", 1);
	mdt_json_array(&json, "versions");
	for (size_t v = 0; v < matrix->version_len; v++)
		mdt_json_text(&json, NULL, base_name(matrix->versions[v]));
	mdt_json_end(&json);
	mdt_json_array(&json, "common");
	for (size_t v = 0; v < matrix->version_len; v++)
		put_json_common(matrix, v, &json);
	mdt_json_end(&json);
	mdt_json_array(&json, "cells");
	for (size_t s = 0; s < matrix->scenario_len; s++)
		for (size_t v = 0; v < matrix->version_len; v++)
			if (mdt_diff_matrix_cell(matrix, s, v)->path)
				put_json_cell(matrix, s, v, &json);
	mdt_json_end(&json);
	mdt_json_end(&json);
	mdt_buf_addc(ret, '\n');
}

/* ---- HTML ---- */

static void put_html_cell(const struct mdt_diff_matrix *matrix, size_t s, size_t v,
			  struct mdt_buf *ret)
{
	const struct mdt_diff_cell *cell = mdt_diff_matrix_cell(matrix, s, v);
	struct mdt_slice rest = mdt_buf_slice(&cell->remarks), line;

	mdt_buf_adds(ret, "<td>");
	if (!cell->path || cell->is_first) {
		mdt_buf_adds(ret, cell->path ? "the first</td>" : "no log</td>");
		return;
	}
	mdt_buf_printf(ret, "<a href=\"#c-%zu-%zu\">%s</a>", s, v,
		       cell->nothing	   ? "nothing compared"
		       : cell->differences ? "differs"
					   : "the same");
	while (next_line(&rest, &line)) {
		if (is_common(matrix, v, line))
			continue;
		mdt_buf_adds(ret, "<br>");
		mdt_html_text(ret, line);
	}
	mdt_buf_adds(ret, "</td>");
}

static void put_html_table(const struct mdt_diff_matrix *matrix, struct mdt_buf *ret)
{
	mdt_buf_adds(
		ret,
		"<div class=\"g\"><table><thead><tr><th scope=\"col\">scenario</th>");
	for (size_t v = 0; v < matrix->version_len; v++) {
		mdt_buf_adds(ret, "<th scope=\"col\">");
		mdt_html_text(ret, base_name(matrix->versions[v]));
		mdt_buf_adds(ret, "</th>");
	}
	mdt_buf_adds(ret, "</tr></thead>\n<tbody>\n");
	for (size_t s = 0; s < matrix->scenario_len; s++) {
		mdt_buf_adds(ret, "<tr><th scope=\"row\">");
		mdt_html_text(ret, mdt_slice_cstr(matrix->scenarios[s]));
		mdt_buf_adds(ret, "</th>");
		for (size_t v = 0; v < matrix->version_len; v++)
			put_html_cell(matrix, s, v, ret);
		mdt_buf_adds(ret, "</tr>\n");
	}
	mdt_buf_adds(ret, "</tbody></table></div>\n");
}

static void put_html_common(const struct mdt_diff_matrix *matrix, size_t version,
			    struct mdt_buf *ret)
{
	static const struct common_form form = { "<p>In", "</p>\n", mdt_html_text };

	add_common(matrix, version, &form, ret);
}

static void put_html_diff(const struct mdt_diff_matrix *matrix, size_t s, size_t v,
			  struct mdt_buf *ret)
{
	const struct mdt_diff_cell *cell = mdt_diff_matrix_cell(matrix, s, v);

	if (!cell->path || cell->is_first)
		return;
	mdt_buf_printf(ret, "<section id=\"c-%zu-%zu\"><h2>", s, v);
	mdt_html_text(ret, mdt_slice_cstr(matrix->scenarios[s]));
	mdt_buf_adds(ret, ": ");
	mdt_html_text(ret, base_name(matrix->versions[cell->before]));
	mdt_buf_adds(ret, " → ");
	mdt_html_text(ret, base_name(matrix->versions[v]));
	mdt_buf_adds(ret, "</h2>\n");
	mdt_buf_add(ret, mdt_buf_slice(&cell->body));
	mdt_buf_adds(ret, "</section>\n");
}

void mdt_diff_matrix_html(const struct mdt_diff_matrix *matrix, struct mdt_buf *ret)
{
	mdt_html_head_styled(ret, SLICE("mdtrace diff --matrix"), mdt_diff_html_style);
	mdt_buf_adds(ret,
		     "<header><h1>What changes from version to version</h1></header>\n"
		     "<main>\n");
	for (size_t v = 0; v < matrix->version_len; v++)
		put_html_common(matrix, v, ret);
	put_html_table(matrix, ret);
	for (size_t s = 0; s < matrix->scenario_len; s++)
		for (size_t v = 0; v < matrix->version_len; v++)
			put_html_diff(matrix, s, v, ret);
	mdt_buf_adds(ret, "</main>\n</body>\n</html>\n");
}
