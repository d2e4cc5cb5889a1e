// SPDX-License-Identifier: MIT
// What follows from a call that went otherwise: a descriptor that there is in the log,
// and not here, takes every call on it along.
#include "verdict/parts.h"

/** A descriptor that the log has and the guest has not. */
struct mdt_lost_fd {
	struct mdt_lost_fd *next;
	uint32_t pid;
	int64_t fd;
	struct mdt_verdict *cause;
};

static struct mdt_lost_fd **find(struct mdt_compare *compare, uint32_t pid, int64_t fd)
{
	struct mdt_lost_fd **it = &compare->lost;

	while (*it && ((*it)->pid != pid || (*it)->fd != fd))
		it = &(*it)->next;
	return it;
}

// A child has its parent's descriptors.
static struct mdt_lost_fd *find_any(struct mdt_compare *compare, uint32_t pid, int64_t fd)
{
	struct mdt_lost_fd *it = *find(compare, pid, fd);

	if (it)
		return it;
	for (it = compare->lost; it && it->fd != fd;)
		it = it->next;
	return it;
}

void mdt_cause_forget(struct mdt_compare *compare)
{
	compare->lost = NULL;
}

void mdt_cause_find(struct mdt_compare *compare)
{
	struct mdt_verdict *verdict = compare->verdict;
	struct mdt_lost_fd *lost;
	int64_t fd;

	if (!mdt_ref_i64(mdt_event_arg(compare->log, 0), &fd))
		return;
	lost = find_any(compare, compare->log->prefix.pid, fd);
	if (!lost)
		return;
	lost->cause->followers++;
	verdict->cause = lost->cause;
	if (lost->cause->kind == MDT_VERDICT_DRIFT)
		verdict->kind = MDT_VERDICT_DRIFT;
}

static void lose(struct mdt_compare *compare, uint32_t pid, int64_t fd)
{
	struct mdt_lost_fd *it = mdt_arena_new(compare->arena, struct mdt_lost_fd);
	struct mdt_verdict *verdict = compare->verdict;

	if (!it) {
		compare->failed_memory = true;
		return;
	}
	*it = (struct mdt_lost_fd){
		.next = compare->lost,
		.pid = pid,
		.fd = fd,
		// What follows from what follows has the first cause.
		.cause =
			(struct mdt_verdict *)(verdict->cause ? verdict->cause : verdict),
	};
	compare->lost = it;
}

void mdt_cause_after(struct mdt_compare *compare)
{
	const struct mdt_event *log = compare->log, *ran = compare->ran;
	uint32_t pid = log->prefix.pid;
	struct mdt_lost_fd **it;
	int64_t fd;

	if (mdt_gives_name(log) && mdt_event_succeeded(log) &&
	    mdt_ref_i64(log->result.value, &fd)) {
		it = find(compare, pid, fd);
		if (*it)
			*it = (*it)->next;
		if (!ran || compare->verdict->observed.not_run ||
		    !mdt_event_succeeded(ran))
			lose(compare, pid, fd);
	} else if (mdt_slice_eq(log->name, SLICE("close")) &&
		   mdt_ref_i64(mdt_event_arg(log, 0), &fd)) {
		it = find(compare, pid, fd);
		if (*it)
			*it = (*it)->next;
	}
}
