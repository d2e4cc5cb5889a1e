/* SPDX-License-Identifier: MIT */
/** @file Numbers that a user gives as an option's value. */
#ifndef MDT_CLI_UNITS_H
#define MDT_CLI_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/**
 * Read a count.
 * @param option With its dashes, for the error.
 * @param[out] ret Untouched on error.
 * @return NULL, or MDT_ERR_INVALID that says what is wrong with @p text.
 */
struct mdt_error *units_count(const char *option, const char *text, unsigned int min,
			      unsigned int max, unsigned int *ret) MUST_CHECK;

/**
 * Read a count, or two with a dash between them: `3`, `1-20`.
 * @param[out] first, last Untouched on error; equal for one count.
 * @return NULL, or MDT_ERR_INVALID, also when the second is less than the first.
 */
struct mdt_error *units_range(const char *option, const char *text, unsigned int min,
			      unsigned int max, unsigned int *first,
			      unsigned int *last) MUST_CHECK;

/**
 * Read a size in bytes: `67108864`, `64M`, `64MiB`. K, M, G and T are powers of 1024.
 * @return NULL, or MDT_ERR_INVALID for text that is none, for 0, and for 2^63 and more.
 */
struct mdt_error *units_size(const char *option, const char *text,
			     uint64_t *ret) MUST_CHECK;

/** The jobs of one of several machines: each COUNTth, from the INDEXth on. */
struct shard {
	unsigned int index,
		count; /* index from 0; count 0: all jobs are this machine's */
};

/**
 * Read `2/5`: the second of five machines.
 * @param text NULL: one machine.
 * @return NULL, or MDT_ERR_INVALID.
 */
struct mdt_error *units_shard(const char *text, struct shard *ret) MUST_CHECK;

/** `2/5`, as the user says it. @param[out] ret Room for it. @return @p ret; NULL for one
 * machine. */
enum { SHARD_TEXT = 32 };
const char *shard_text(const struct shard *shard, char ret[static SHARD_TEXT]) MUST_CHECK;

/** Whether a job is this machine's. @param job From 0. */
static inline bool shard_has(const struct shard *shard, size_t job)
{
	return !shard->count || job % shard->count == shard->index;
}

#endif
