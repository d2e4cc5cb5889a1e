/* SPDX-License-Identifier: MIT */
/** @file Operation tables of a kernel object as text, as JSON, and two of them compared.
 */
#ifndef MDT_REPORT_OPS_H
#define MDT_REPORT_OPS_H

#include "base/json.h"
#include "kernel/ops.h"

/** Append a table as C initialises it; comments say what is not C's. */
void mdt_ops_text(const struct mdt_kernel_object *object,
		  const struct mdt_ops_table *table, struct mdt_buf *ret);

/** Append a table as an object of JSON. */
void mdt_ops_json(const struct mdt_kernel_object *object,
		  const struct mdt_ops_table *table, struct mdt_json *ret);

/**
 * Append what differs between two tables, members by their names.
 * @param names How the two are called.
 * @return Whether something differs.
 */
bool mdt_ops_compare(const char *const names[2], const struct mdt_ops_table *a,
		     const struct mdt_ops_table *b, struct mdt_buf *ret);

#endif
