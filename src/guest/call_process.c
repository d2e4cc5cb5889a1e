// SPDX-License-Identifier: MIT
// Processes of the log: only their descriptors are ours. Results are the log's.
#include "guest/arg.h"
#include "guest/call.h"

// Whether a clone() shares the table: flags=CLONE_VM|CLONE_FILES|..., or as a number;
// also in clone3()'s struct, which may have what the kernel made of it: {...} => {...}.
static bool shares_files(const struct guest_call *call)
{
	enum { FILES = 0x400 }; // linux/sched.h
	struct mdt_ref clone = call->event->call, flags;
	uint64_t number;

	if (mdt_slice_eq(call->event->name, SLICE("clone3")))
		clone = mdt_event_arg(call->event, 0);
	if (mdt_ref_ok(clone) && mdt_ref_node(clone)->kind == MDT_NODE_CHANGE)
		clone = mdt_ref_first(clone);
	flags = mdt_ref_member(clone, SLICE("flags"));
	if (mdt_ref_u64(flags, &number))
		return number & FILES;
	return mdt_ref_ok(flags) &&
	       mdt_slice_find(mdt_ref_text(flags), SLICE("CLONE_FILES"));
}

void guest_call_fork(struct guest_call *call)
{
	int64_t child = guest_call_logged(call);

	if (child <= 0 || child > UINT32_MAX) {
		guest_call_refuse(call, "the log does not tell the child's pid");
		return;
	}
	call->ret = child;
	if (!guest_files_fork(call->files, call->event->prefix.pid, (uint32_t)child,
			      shares_files(call)))
		guest_call_refuse(call, "not all descriptors could be copied");
}

void guest_call_execve(struct guest_call *call)
{
	if (guest_call_logged(call) != 0)
		guest_call_refuse(call, "a program that did not start");
	else if (!guest_files_exec(call->files, call->event->prefix.pid))
		guest_call_refuse(call, "out of memory");
	else
		call->touch = GUEST_TOUCH_CLOSE;
}

void guest_call_exit(struct guest_call *call)
{
	guest_files_exit(call->files, call->event->prefix.pid);
	call->touch = GUEST_TOUCH_CLOSE;
}
