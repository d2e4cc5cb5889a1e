// SPDX-License-Identifier: MIT
#include "base/filters.h"

#include <stddef.h>

#include "base/archive.h"
#include "base/macro.h"

// A filter that needs a program says so with ARCHIVE_WARN.
bool mdt_filters_support(struct archive *archive)
{
	int (*const filters[])(struct archive *) = {
		archive_read_support_filter_gzip,     archive_read_support_filter_xz,
		archive_read_support_filter_lzma,     archive_read_support_filter_zstd,
		archive_read_support_filter_bzip2,    archive_read_support_filter_lz4,
		archive_read_support_filter_compress,
	};

	array_for_each (filter, filters)
		if ((*filter)(archive) != ARCHIVE_OK)
			return false;
	return true;
}
