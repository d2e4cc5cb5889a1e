// SPDX-License-Identifier: MIT
#include "trace/trace.h"

#include "trace/device.h"
#include "trace/path.h"
#include "trace/process.h"

void mdt_trace_init(struct mdt_trace *trace)
{
	*trace = (struct mdt_trace){ 0 };
}

void mdt_trace_deinit(struct mdt_trace *trace)
{
	mdt_processes_deinit(trace);
	mdt_nodes_forget(trace);
	mdt_map_deinit(&trace->devices);
	mdt_arena_deinit(&trace->arena);
	mdt_buf_deinit(&trace->shown_path);
	mdt_buf_deinit(&trace->path);
	mdt_buf_deinit(&trace->other_path);
	mdt_buf_deinit(&trace->joined);
	mdt_trace_init(trace);
}

/* ---- what -y prints ---- */

/*
 * What strace -y says of a descriptor goes before what we have worked out; what we know
 * besides, such as the offset, stays when it is about the same file.
 */
static const struct mdt_file *shown_file(struct mdt_trace *trace, struct mdt_ref ref,
					 const struct mdt_file *known)
{
	struct mdt_file *file = &trace->shown;
	struct mdt_shown shown = mdt_shown_read(ref, &trace->shown_path);
	struct mdt_device *device = mdt_shown_device(trace, &shown);
	bool is_known =
		known && (!known->path.len || mdt_slice_eq(known->path, shown.path) ||
			  (device && known->device == device));

	*file = is_known ? *known : (struct mdt_file){ 0 };
	file->path = shown.path;
	if (device || shown.is_char)
		file->device = device;
	return file;
}

const struct mdt_file *mdt_trace_file(struct mdt_trace *trace,
				      const struct mdt_event *event, struct mdt_ref fd)
{
	struct mdt_ref shown = mdt_ref_attachment(fd, MDT_NODE_PATH);
	struct mdt_process *process;
	const struct mdt_file *known = NULL;
	uint64_t number;

	if (mdt_ref_u64(fd, &number)) {
		process = mdt_process_get(trace, event->prefix.pid);
		if (process)
			known = mdt_fd_find(process, number);
	}
	if (mdt_ref_ok(shown))
		return shown_file(trace, shown, known);
	return known;
}

struct mdt_file *mdt_trace_hold(struct mdt_trace *trace, const struct mdt_event *event,
				struct mdt_ref fd)
{
	struct mdt_process *process = mdt_process_get(trace, event->prefix.pid);
	struct mdt_file *file = NULL;
	uint64_t number;

	if (process && mdt_ref_u64(fd, &number))
		file = mdt_fd_find(process, number);
	if (file)
		file->refs++;
	return file;
}

void mdt_trace_let_go(struct mdt_file *file)
{
	file->watch = NULL;
	mdt_file_unref(file);
}

void mdt_trace_note_header(struct mdt_trace *trace, const struct mdt_file *file,
			   const char *header)
{
	// What only -y tells of is one place for all of them.
	if (file && file != &trace->shown)
		((struct mdt_file *)file)->header = header; // files are the trace's own
}
