// SPDX-License-Identifier: MIT
#include "cli/pager.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *pager_command(void)
{
	const char *command = getenv("MDTRACE_PAGER");

	if (!command)
		command = getenv("PAGER");
	if (!command)
		command =
			"if command -v less >/dev/null; then exec less; else exec cat; fi";
	return !*command || strcmp(command, "cat") == 0 ? NULL : command;
}

static void become_pager(const char *command, int input)
{
	if (dup2(input, STDIN_FILENO) < 0)
		_exit(127);
	setenv("LESS", "FRX", 0);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

pid_t pager_begin(void)
{
	const char *command = pager_command();
	int ends[2];
	pid_t pid;

	if (!command || !isatty(STDOUT_FILENO) || pipe(ends) != 0)
		return 0;
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		become_pager(command, ends[0]);
	}
	close(ends[0]);
	if (pid < 0 || dup2(ends[1], STDOUT_FILENO) < 0)
		pid = 0;
	close(ends[1]);
	return pid;
}

void pager_end(pid_t pager)
{
	if (!pager)
		return;
	close(STDOUT_FILENO);
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
		;
}
