/* SPDX-License-Identifier: MIT */
/** @file What the tests of src/guest/ share: a call run as the guest runs it. */
#ifndef MDT_TEST_GUEST_H
#define MDT_TEST_GUEST_H

#include <criterion/criterion.h>

#include "guest/call.h"
#include "guest/line.h"
#include "strace/parse.h"

/** Descriptors, map and memory of some calls. */
struct host {
	struct guest_files files;
	struct guest_map map;
	struct mdt_arena arena;
	struct mdt_nodes nodes;
	struct mdt_buf line; /* of the last call */
	struct guest_call call;
};

static inline void host_deinit(struct host *host)
{
	guest_files_deinit(&host->files);
	guest_map_deinit(&host->map);
	mdt_arena_deinit(&host->arena);
	mdt_nodes_deinit(&host->nodes);
	mdt_buf_deinit(&host->line);
	mdt_buf_deinit(&host->call.not_run);
}

static inline struct mdt_event host_parse(struct host *host, const char *text)
{
	struct mdt_event event = { 0 };

	cr_assert_null(mdt_parse_line(mdt_slice_cstr(text), &host->nodes, &event));
	return event;
}

/** Make a call. @return Its line in the executed log; or why it was not made. */
static inline const char *host_run(struct host *host, const char *text)
{
	static const struct mdt_plan_step step = { 0 };
	struct mdt_event event = host_parse(host, text);
	uint64_t waited;

	cr_assert_eq(event.kind, MDT_EVENT_CALL, "%s", text);
	mdt_buf_deinit(&host->call.not_run);
	host->call = (struct guest_call){ .event = &event,
					  .step = &step,
					  .map = &host->map,
					  .files = &host->files,
					  .arena = &host->arena };
	guest_call_run(&host->call, 0, &waited);
	guest_call_bind(&host->call);
	mdt_buf_clear(&host->line);
	if (host->call.not_run.len)
		mdt_buf_add(&host->line, mdt_buf_slice(&host->call.not_run));
	else
		guest_line_write(&host->call, &host->line);
	mdt_buf_addc(&host->line, '\0');
	return host->line.str;
}

#endif
