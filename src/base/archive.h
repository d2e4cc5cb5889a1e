/* SPDX-License-Identifier: MIT */
/**
 * @file
 * libarchive, loaded when it is first needed: it brings a dozen libraries, and most runs
 * open nothing that is compressed. Include this in the place of <archive.h> and
 * <archive_entry.h>; functions have their own names, and must not be called before
 * mdt_archive_load().
 */
#ifndef MDT_BASE_ARCHIVE_H
#define MDT_BASE_ARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#include "base/error.h"

/** Those that are used. */
#define MDT_ARCHIVE_FUNCTIONS(row)                                                                                     \
	row(archive_version_details) row(archive_error_string) row(archive_filter_count) row(                          \
		archive_set_error) row(archive_read_new) row(archive_read_free) row(archive_read_open)                 \
		row(archive_read_open_filename) row(archive_read_open_memory) row(                                     \
			archive_read_next_header) row(archive_read_data) row(archive_read_support_format_raw)          \
			row(archive_read_support_format_tar) row(archive_read_support_format_zip) row(                 \
				archive_read_support_filter_gzip) row(archive_read_support_filter_xz)                  \
				row(archive_read_support_filter_lzma) row(archive_read_support_filter_zstd) row(       \
					archive_read_support_filter_bzip2) row(archive_read_support_filter_lz4)        \
					row(archive_read_support_filter_compress) row(                                 \
						archive_write_new) row(archive_write_free) row(archive_write_close)    \
						row(archive_write_data) row(archive_write_header) row(                 \
							archive_write_open_fd) row(archive_write_set_format_cpio_newc) \
							row(archive_entry_new) row(archive_entry_free) row(            \
								archive_entry_pathname) row(archive_entry_filetype)    \
								row(archive_entry_set_pathname) row(                   \
									archive_entry_set_filetype)                    \
									row(archive_entry_set_perm) row(               \
										archive_entry_set_nlink)               \
										row(archive_entry_set_mtime)           \
											row(archive_entry_set_size)    \
												row(archive_entry_set_symlink)

struct mdt_archive_functions {
#define MDT_ARCHIVE_MEMBER(name) __typeof__(&(name)) name##_fn;
	MDT_ARCHIVE_FUNCTIONS(MDT_ARCHIVE_MEMBER)
#undef MDT_ARCHIVE_MEMBER
};

/** NULL all of them until mdt_archive_load(). */
extern struct mdt_archive_functions mdt_archive;

/** @return NULL; or MDT_ERR_NOT_FOUND when the library is not there or is another one. */
struct mdt_error *mdt_archive_load(void) MUST_CHECK;

#ifndef MDT_ARCHIVE_ITSELF
#define archive_version_details		  mdt_archive.archive_version_details_fn
#define archive_error_string		  mdt_archive.archive_error_string_fn
#define archive_filter_count		  mdt_archive.archive_filter_count_fn
#define archive_set_error		  mdt_archive.archive_set_error_fn
#define archive_read_new		  mdt_archive.archive_read_new_fn
#define archive_read_free		  mdt_archive.archive_read_free_fn
#define archive_read_open		  mdt_archive.archive_read_open_fn
#define archive_read_open_filename	  mdt_archive.archive_read_open_filename_fn
#define archive_read_open_memory	  mdt_archive.archive_read_open_memory_fn
#define archive_read_next_header	  mdt_archive.archive_read_next_header_fn
#define archive_read_data		  mdt_archive.archive_read_data_fn
#define archive_read_support_format_raw	  mdt_archive.archive_read_support_format_raw_fn
#define archive_read_support_format_tar	  mdt_archive.archive_read_support_format_tar_fn
#define archive_read_support_format_zip	  mdt_archive.archive_read_support_format_zip_fn
#define archive_read_support_filter_gzip  mdt_archive.archive_read_support_filter_gzip_fn
#define archive_read_support_filter_xz	  mdt_archive.archive_read_support_filter_xz_fn
#define archive_read_support_filter_lzma  mdt_archive.archive_read_support_filter_lzma_fn
#define archive_read_support_filter_zstd  mdt_archive.archive_read_support_filter_zstd_fn
#define archive_read_support_filter_bzip2 mdt_archive.archive_read_support_filter_bzip2_fn
#define archive_read_support_filter_lz4	  mdt_archive.archive_read_support_filter_lz4_fn
#define archive_read_support_filter_compress                                             \
	mdt_archive.archive_read_support_filter_compress_fn
#define archive_write_new     mdt_archive.archive_write_new_fn
#define archive_write_free    mdt_archive.archive_write_free_fn
#define archive_write_close   mdt_archive.archive_write_close_fn
#define archive_write_data    mdt_archive.archive_write_data_fn
#define archive_write_header  mdt_archive.archive_write_header_fn
#define archive_write_open_fd mdt_archive.archive_write_open_fd_fn
#define archive_write_set_format_cpio_newc                                               \
	mdt_archive.archive_write_set_format_cpio_newc_fn
#define archive_entry_new	   mdt_archive.archive_entry_new_fn
#define archive_entry_free	   mdt_archive.archive_entry_free_fn
#define archive_entry_pathname	   mdt_archive.archive_entry_pathname_fn
#define archive_entry_filetype	   mdt_archive.archive_entry_filetype_fn
#define archive_entry_set_pathname mdt_archive.archive_entry_set_pathname_fn
#define archive_entry_set_filetype mdt_archive.archive_entry_set_filetype_fn
#define archive_entry_set_perm	   mdt_archive.archive_entry_set_perm_fn
#define archive_entry_set_nlink	   mdt_archive.archive_entry_set_nlink_fn
#define archive_entry_set_mtime	   mdt_archive.archive_entry_set_mtime_fn
#define archive_entry_set_size	   mdt_archive.archive_entry_set_size_fn
#define archive_entry_set_symlink  mdt_archive.archive_entry_set_symlink_fn
#endif

#endif
