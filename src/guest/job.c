// SPDX-License-Identifier: MIT
#include "guest/job.h"

enum { MS_MAX = 10 * 60 * 1000 };

static bool read_observe(struct mdt_slice value, enum guest_observe *ret)
{
	static const struct {
		struct mdt_slice name;
		enum guest_observe observe;
	} rows[] = {
		{ SLICE_INIT("full"), GUEST_OBSERVE_FULL },
		{ SLICE_INIT("state"), GUEST_OBSERVE_STATE },
		{ SLICE_INIT("none"), GUEST_OBSERVE_NONE },
	};

	array_for_each (row, rows) {
		if (!mdt_slice_eq(value, row->name))
			continue;
		*ret = row->observe;
		return true;
	}
	return false;
}

static bool read_number(struct mdt_slice value, uint64_t max, unsigned int *ret)
{
	uint64_t number;

	if (!mdt_slice_to_dec(value, &number) || number > max)
		return false;
	*ret = (unsigned int)number;
	return true;
}

static bool read_option(struct mdt_slice key, struct mdt_slice value,
			struct guest_job *job)
{
	unsigned int keep;

	if (mdt_slice_eq(key, SLICE("observe")))
		return read_observe(value, &job->observe);
	if (mdt_slice_eq(key, SLICE("graph"))) {
		job->has_graph = true;
		job->graph = value;
		return true;
	}
	if (mdt_slice_eq(key, SLICE("settle")))
		return read_number(value, MS_MAX, &job->settle);
	if (mdt_slice_eq(key, SLICE("await")))
		return read_number(value, MS_MAX, &job->await);
	if (mdt_slice_eq(key, SLICE("flush"))) {
		job->lazy = mdt_slice_eq(value, SLICE("section"));
		return job->lazy || mdt_slice_eq(value, SLICE("call"));
	}
	if (!mdt_slice_eq(key, SLICE("keep")) || !read_number(value, 1, &keep))
		return false;
	job->keep = keep;
	return true;
}

bool guest_job_read(struct mdt_slice options, struct guest_job *ret)
{
	struct guest_job job = { .settle = 5000, .await = 2000 };

	while (options.len) {
		const char *end = memchr(options.str, '\n', options.len), *equals;
		struct mdt_slice line = mdt_slice_head(
			options, end ? (size_t)(end - options.str) : options.len);

		options = mdt_slice_skip(options, line.len + 1);
		if (!line.len)
			continue;
		equals = memchr(line.str, '=', line.len);
		if (!equals)
			return false;
		if (!read_option(mdt_slice_head(line, (size_t)(equals - line.str)),
				 mdt_slice_skip(line, (size_t)(equals - line.str) + 1),
				 &job))
			return false;
	}
	*ret = job;
	return true;
}
