// SPDX-License-Identifier: MIT
#include "cli/faults.h"

#include "cli/cli.h"

void faults_note(struct faults *faults, const char *file, const struct mdt_event *event)
{
	if (likely(!event->fault.expected))
		return;
	faults->count++;
	if (++faults->in_file <= FAULTS_TOLD)
		cli_report(mdt_error_at(MDT_ERR_SYNTAX, file, event->line,
					event->fault.column, "expected %s",
					event->fault.expected));
}

void faults_end_file(struct faults *faults, const char *file)
{
	if (faults->in_file > FAULTS_TOLD)
		cli_report(mdt_error_create(MDT_ERR_SYNTAX,
					    "%s: %llu more lines were not understood",
					    file, faults->in_file - FAULTS_TOLD));
	faults->in_file = 0;
}
