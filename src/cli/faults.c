// SPDX-License-Identifier: MIT
#include "cli/faults.h"

#include "cli/cli.h"

struct look {
	struct mdt_slice starts, holds; /* empty: anything */
	const char *what;
};

// What people hand in for a log: the first row that a line fits counts it.
static const struct look look_rows[] = {
	{ SLICE_INIT("\177ELF"), SLICE_INIT(""), "a program" },
	{ SLICE_INIT("PK\3\4"), SLICE_INIT(""), "a zip archive" },
	{ SLICE_INIT("PERFILE2"), SLICE_INIT(""), "perf.data: `perf script` prints it" },
	{ SLICE_INIT("\27\10Dtracing"), SLICE_INIT(""),
	  "trace.dat: `trace-cmd report` prints it" },
	{ SLICE_INIT("LPKSHHRH"), SLICE_INIT(""), "a journal: `journalctl` prints it" },
	{ SLICE_INIT(">"), SLICE_INIT(""), "quoted mail" },
	{ SLICE_INIT("<"), SLICE_INIT(">"), "HTML or XML" },
	{ SLICE_INIT("{"), SLICE_INIT(":"), "JSON" },
	{ SLICE_INIT("["), SLICE_INIT("] "), "a kernel's log or another with prefixes" },
	{ SLICE_INIT("/dev/"), SLICE_INIT(":"), "what mdadm prints" },
	{ SLICE_INIT("Personalities :"), SLICE_INIT(""), "/proc/mdstat" },
	{ SLICE_INIT(""), SLICE_INIT(" : active "), "/proc/mdstat" },
	{ SLICE_INIT(""), SLICE_INIT("kernel: "), "syslog" },
	{ SLICE_INIT(""), SLICE_INIT("->"), "a trace of another tool" },
	{ SLICE_INIT(""), SLICE_INIT("mdadm: "), "what mdadm prints" },
	{ SLICE_INIT(""), SLICE_INIT(" : "), "what mdadm prints" },
};
_Static_assert(array_size(look_rows) <= FAULTS_LOOKS, "no room to count them");

static void look_at(struct faults *faults, struct mdt_slice line)
{
	for (size_t i = 0; i < array_size(look_rows); i++) {
		const struct look *row = &look_rows[i];

		if (!mdt_slice_starts(line, row->starts) ||
		    (row->holds.len && !mdt_slice_find(line, row->holds)))
			continue;
		faults->looks[i]++;
		return;
	}
}

static const char *likely_look(const struct faults *faults)
{
	size_t best = 0;

	for (size_t i = 1; i < array_size(look_rows); i++)
		if (faults->looks[i] > faults->looks[best])
			best = i;
	return faults->looks[best] ? look_rows[best].what : NULL;
}

static void tell_waiting(struct faults *faults)
{
	for (size_t i = 0; i < faults->waiting_count; i++)
		cli_report(faults->waiting[i]);
	faults->waiting_count = 0;
}

static void forget_waiting(struct faults *faults)
{
	for (size_t i = 0; i < faults->waiting_count; i++)
		mdt_error_destroy(faults->waiting[i]);
	faults->waiting_count = 0;
}

static bool is_of_strace(const struct mdt_event *event)
{
	return event->name.len ||
	       (event->kind <= MDT_EVENT_TABLE && event->kind != MDT_EVENT_DUMP);
}

void faults_note(struct faults *faults, const char *file, const struct mdt_event *event)
{
	struct mdt_error *err;

	if (unlikely(!faults->understood) && is_of_strace(event)) {
		faults->understood = true;
		tell_waiting(faults);
	}
	if (likely(!event->fault.expected))
		return;
	faults->count++;
	if (!faults->understood)
		look_at(faults, event->raw);
	if (++faults->in_file > FAULTS_TOLD)
		return;
	err = mdt_error_at(MDT_ERR_SYNTAX, file,
			   event->fault.line ? event->fault.line : event->line,
			   event->fault.column, "expected %s", event->fault.expected);
	if (faults->understood)
		cli_report(err);
	else
		faults->waiting[faults->waiting_count++] = err;
}

static void tell_nothing(struct faults *faults, const char *file)
{
	const char *look = likely_look(faults);

	forget_waiting(faults);
	cli_report(mdt_error_create(MDT_ERR_SYNTAX, "%s: no line of %llu is strace's%s%s",
				    file, faults->in_file, look ? "; it looks like " : "",
				    look ? look : ""));
}

void faults_end_file(struct faults *faults, const char *file)
{
	if (!faults->understood && faults->in_file > 1)
		tell_nothing(faults, file);
	else if (faults->in_file > FAULTS_TOLD)
		cli_report(mdt_error_create(MDT_ERR_SYNTAX,
					    "%s: %llu more lines were not understood",
					    file, faults->in_file - FAULTS_TOLD));
	tell_waiting(faults);
	faults->in_file = 0;
	faults->understood = false;
	memset(faults->looks, 0, sizeof(faults->looks));
}
