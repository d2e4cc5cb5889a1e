// SPDX-License-Identifier: MIT
#include "vm/decompress.h"

#include "base/archive.h"
#include "base/filters.h"
#include "vm/file.h"

static void free_archive(struct archive **archive)
{
	if (*archive)
		archive_read_free(*archive);
}

static struct mdt_error *fault(const char *name, struct archive *archive)
{
	const char *why = archive_error_string(archive);

	return mdt_error_create(MDT_ERR_FORMAT, "%s: %s", name,
				why ? why : "cannot be decompressed");
}

static struct mdt_error *read_data(struct archive *archive, const char *name, size_t most,
				   struct mdt_buf *ret)
{
	enum { STEP = 1 << 18 };
	size_t start = ret->len;

	while (ret->len - start <= most) {
		la_ssize_t n;

		if (!mdt_buf_reserve(ret, STEP))
			return &mdt_enomem;
		n = archive_read_data(archive, ret->str + ret->len, STEP);
		if (n < 0)
			return fault(name, archive);
		if (n == 0)
			return NULL;
		ret->len += (size_t)n;
	}
	return mdt_error_create(MDT_ERR_FORMAT, "%s: more than %zu MiB", name,
				most >> 20);
}

struct mdt_error *mdt_decompress(const char *name, struct mdt_slice bytes, size_t most,
				 struct mdt_buf *ret)
{
	_cleanup_(free_archive) struct archive *archive = NULL;
	struct mdt_error *err = mdt_archive_load();
	struct archive_entry *entry;

	if (err)
		return err;
	archive = archive_read_new();
	if (!archive)
		return &mdt_enomem;
	// "Raw" takes no empty input.
	if (!bytes.len)
		return NULL;
	if (!mdt_filters_support(archive) ||
	    archive_read_support_format_raw(archive) != ARCHIVE_OK ||
	    archive_read_open_memory(archive, bytes.str, bytes.len) != ARCHIVE_OK ||
	    archive_read_next_header(archive, &entry) != ARCHIVE_OK)
		return fault(name, archive);
	return read_data(archive, name, most, ret);
}

struct mdt_error *mdt_decompress_file(const char *path, size_t most, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	struct mdt_error *err = mdt_file_read(path, &bytes);

	return err ? err : mdt_decompress(path, mdt_buf_slice(&bytes), most, ret);
}
