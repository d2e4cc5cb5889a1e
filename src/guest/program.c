// SPDX-License-Identifier: MIT
#include "guest/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest/clock.h"

enum { CANNOT_RUN = 127 }; // as a shell says it

static void redirect(const char *path, int flags, int to)
{
	int fd = open(path, flags, 0600);

	if (fd >= 0 && fd != to) {
		dup2(fd, to);
		close(fd);
	}
}

static void __attribute__((noreturn))
become(const char *const *words, const char *const *env, const char *output)
{
	setsid();
	redirect("/dev/null", O_RDONLY, STDIN_FILENO);
	redirect(output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, STDOUT_FILENO);
	dup2(STDOUT_FILENO, STDERR_FILENO);
	execve(words[0], (char *const *)words, (char *const *)env);
	dprintf(STDERR_FILENO, "mdtrace-guest: %s cannot be run: %s\n", words[0],
		strerror(errno));
	_exit(CANNOT_RUN);
}

void guest_program_kill_all(void)
{
	pid_t pid;

	do {
		kill(-1, SIGKILL);
		pid = waitpid(-1, NULL, 0);
	} while (pid > 0 || errno == EINTR);
}

// We are the first process, so orphans end up here too: they are let go on the way.
static bool is_over(pid_t pid, int *status)
{
	pid_t got;

	do
		got = waitpid(-1, status, WNOHANG);
	while (got > 0 && got != pid);
	return got == pid;
}

int guest_program_run(const char *const *words, const char *const *env,
		      const char *output, unsigned int seconds, struct guest_ending *ret)
{
	uint64_t start = guest_clock_us();
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return errno;
	if (pid == 0)
		become(words, env, output);
	while (!is_over(pid, &status)) {
		if (guest_clock_us() - start >= seconds * 1000000ull) {
			guest_program_kill_all();
			*ret = (struct guest_ending){ GUEST_TIMED_OUT, 0 };
			return 0;
		}
		guest_clock_sleep();
	}
	if (WIFSIGNALED(status))
		*ret = (struct guest_ending){ GUEST_KILLED, WTERMSIG(status) };
	else
		*ret = (struct guest_ending){ GUEST_EXITED, WEXITSTATUS(status) };
	return 0;
}
