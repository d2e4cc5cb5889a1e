// SPDX-License-Identifier: MIT
#include "diff/matrix.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *const endings[] = { ".strace", ".strace.gz", ".strace.xz",
				       ".strace.zst" };

static void free_names(char **names, size_t len)
{
	for (size_t i = 0; i < len; i++)
		free(names[i]);
	free(names);
}

void mdt_diff_matrix_deinit(struct mdt_diff_matrix *matrix)
{
	for (size_t i = 0;
	     matrix->cells && i < matrix->version_len * matrix->scenario_len; i++) {
		free(matrix->cells[i].path);
		mdt_buf_deinit(&matrix->cells[i].remarks);
		mdt_buf_deinit(&matrix->cells[i].body);
	}
	free(matrix->cells);
	free_names(matrix->versions, matrix->version_len);
	free_names(matrix->scenarios, matrix->scenario_len);
	*matrix = (struct mdt_diff_matrix){ 0 };
}

/* ---- names ---- */

static struct mdt_error *add_name(char ***names, size_t *len, size_t *cap, char *name)
{
	if (!name || !mdt_grow((void **)names, cap, *len, sizeof(**names))) {
		free(name);
		return &mdt_enomem;
	}
	(*names)[(*len)++] = name;
	return NULL;
}

// The length of a log's name without its ending, or 0.
static size_t scenario_len(const char *name)
{
	struct mdt_slice s = mdt_slice_cstr(name);

	array_for_each (it, endings)
		if (mdt_slice_ends(s, mdt_slice_cstr(*it)))
			return s.len - strlen(*it);
	return 0;
}

static bool has_scenario(const struct mdt_diff_matrix *matrix, const char *name,
			 size_t len)
{
	for (size_t i = 0; i < matrix->scenario_len; i++)
		if (strncmp(matrix->scenarios[i], name, len) == 0 &&
		    !matrix->scenarios[i][len])
			return true;
	return false;
}

static void close_folder(DIR **folder)
{
	if (*folder)
		closedir(*folder);
}

// The scenarios of a folder; @p found: it has some.
static struct mdt_error *add_scenarios(struct mdt_diff_matrix *matrix, const char *path,
				       bool *found)
{
	_cleanup_(close_folder) DIR *folder = opendir(path);
	struct mdt_error *err = NULL;
	const struct dirent *entry;
	size_t len;

	*found = false;
	if (!folder)
		return mdt_error_os(errno, "%s", path);
	while (!err && (entry = readdir(folder))) {
		len = scenario_len(entry->d_name);
		*found = *found || len;
		if (len && !has_scenario(matrix, entry->d_name, len))
			err = add_name(&matrix->scenarios, &matrix->scenario_len,
				       &matrix->scenario_cap,
				       strndup(entry->d_name, len));
	}
	return err;
}

static int by_version(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static char *join(const char *folder, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static void free_name(char **name)
{
	free(*name);
}

static struct mdt_error *add_version(struct mdt_diff_matrix *matrix, const char *parent,
				     const char *name)
{
	_cleanup_(free_name) char *path = join(parent, name);
	struct mdt_error *err;
	bool found;

	if (!path)
		return &mdt_enomem;
	if (!is_folder(path))
		return NULL;
	err = add_scenarios(matrix, path, &found);
	if (err || !found)
		return err;
	return add_name(&matrix->versions, &matrix->version_len, &matrix->version_cap,
			strdup(name));
}

static struct mdt_error *add_versions(struct mdt_diff_matrix *matrix, const char *path)
{
	_cleanup_(close_folder) DIR *folder = opendir(path);
	struct mdt_error *err = NULL;
	const struct dirent *entry;

	if (!folder)
		return mdt_error_os(errno, "%s", path);
	while (!err && (entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			err = add_version(matrix, path, entry->d_name);
	if (!err && matrix->version_len)
		qsort(matrix->versions, matrix->version_len, sizeof(char *), by_version);
	return err;
}

// Folders that were named are the versions as they stand.
static struct mdt_error *take_versions(struct mdt_diff_matrix *matrix,
				       const char *const *folders, size_t len)
{
	struct mdt_error *err = NULL;
	bool found;

	for (size_t i = 0; !err && i < len; i++) {
		err = add_scenarios(matrix, folders[i], &found);
		if (!err)
			err = add_name(&matrix->versions, &matrix->version_len,
				       &matrix->version_cap, strdup(folders[i]));
	}
	return err;
}

/* ---- cells ---- */

static struct mdt_error *find_log(struct mdt_diff_cell *cell, const char *parent,
				  const char *version, const char *scenario)
{
	array_for_each (it, endings) {
		char *path;
		int len = parent ? asprintf(&path, "%s/%s/%s%s", parent, version,
					    scenario, *it)
				 : asprintf(&path, "%s/%s%s", version, scenario, *it);
		struct stat st;

		if (len < 0)
			return &mdt_enomem;
		if (stat(path, &st) == 0) {
			cell->path = path;
			return NULL;
		}
		free(path);
	}
	return NULL;
}

static struct mdt_error *find_logs(struct mdt_diff_matrix *matrix, const char *parent)
{
	struct mdt_error *err = NULL;

	for (size_t s = 0; !err && s < matrix->scenario_len; s++) {
		bool is_first = true;
		size_t before = 0;

		for (size_t v = 0; !err && v < matrix->version_len; v++) {
			struct mdt_diff_cell *cell = mdt_diff_matrix_cell(matrix, s, v);

			err = find_log(cell, parent, matrix->versions[v],
				       matrix->scenarios[s]);
			cell->before = before;
			cell->is_first = is_first;
			if (!cell->path)
				continue;
			before = v;
			is_first = false;
		}
	}
	return err;
}

struct mdt_error *mdt_diff_matrix_find(const char *const *folders, size_t len,
				       struct mdt_diff_matrix *ret)
{
	struct mdt_error *err;

	*ret = (struct mdt_diff_matrix){ 0 };
	err = len == 1 ? add_versions(ret, folders[0]) : take_versions(ret, folders, len);
	if (err)
		return err;
	if (!ret->scenario_len || !ret->version_len)
		return mdt_error_create(MDT_ERR_NOT_FOUND,
					"%s: no logs: expected VERSION/SCENARIO.strace",
					folders[0]);
	qsort(ret->scenarios, ret->scenario_len, sizeof(char *), by_version);
	ret->cells = calloc(ret->scenario_len * ret->version_len, sizeof(*ret->cells));
	if (!ret->cells)
		return &mdt_enomem;
	return find_logs(ret, len == 1 ? folders[0] : NULL);
}

const char *mdt_diff_cell_trouble(const struct mdt_diff_cell *cell)
{
	if (cell->is_first)
		return NULL;
	return cell->path ? cell->nothing : "there is no log";
}

struct mdt_error *mdt_diff_cell_fill(struct mdt_diff_cell *cell,
				     const struct mdt_diff *diff)
{
	cell->differences = diff->differences;
	cell->nothing = mdt_diff_nothing(diff);
	for (size_t i = 0; i < diff->remark_len; i++) {
		mdt_buf_add(&cell->remarks, diff->remarks[i].text);
		mdt_buf_addc(&cell->remarks, '\n');
	}
	return mdt_buf_error(&cell->remarks);
}
