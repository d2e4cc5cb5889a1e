/* SPDX-License-Identifier: MIT */
/** @file What the forms of a reproducer share. Internal to src/report/. */
#ifndef MDT_REPORT_EXPORT_PARTS_H
#define MDT_REPORT_EXPORT_PARTS_H

#include "report/export.h"

/** Append where it is from and what it wants, each line after a mark of comments. */
void mdt_export_head(const struct mdt_export *export, const char *mark,
		     struct mdt_buf *ret);

/** Whether an act begins a line: closing and waiting go with the act before, and what the
 * log begins with with its like. */
bool mdt_export_begins_line(const struct mdt_export *export, size_t index);

/** Append the bytes of data that are not zero, as `OFFSET:HEX OFFSET:HEX`. */
void mdt_export_runs(struct mdt_slice data, struct mdt_buf *ret);

/** A stretch of data without many zeros. */
struct mdt_export_run {
	size_t from, len;
};

/**
 * The next one.
 * @param gap So many zeros end it.
 * @param[in,out] ret Zeroed before the first.
 * @return false: no more.
 */
bool mdt_export_next_run(struct mdt_slice data, size_t gap, struct mdt_export_run *ret);

/** Append bytes as hex digits. */
void mdt_export_hex(struct mdt_slice data, struct mdt_buf *ret);

/** Append a string that C and Perl read alike, with its quotes. */
void mdt_export_quote(struct mdt_slice text, struct mdt_buf *ret);

/** A field of a struct of 32-bit numbers, as md's are; little-endian. */
int32_t mdt_export_number(struct mdt_slice data, size_t index);

/** Whether an argument is such a struct, and how many numbers of it are not 0 at its end.
 */
bool mdt_export_is_numbers(const struct mdt_act *act, size_t *count);

void mdt_export_c(const struct mdt_export *export, struct mdt_buf *ret);
void mdt_export_shell(const struct mdt_export *export, struct mdt_buf *ret);
void mdt_export_blktests(const struct mdt_export *export, struct mdt_buf *ret);
void mdt_export_mdadm(const struct mdt_export *export, struct mdt_buf *ret);
void mdt_export_syz(const struct mdt_export *export, struct mdt_buf *ret);

#endif
