// SPDX-License-Identifier: MIT
#include "cli/program.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm/file.h"

enum { ANSWER_MAX = 64 << 10 }; // bytes of what it prints that are looked at

// In the child: what exec() fails of goes to the parent over @p report.
static void __attribute__((noreturn))
become(const char *program, const char *option, int out, int report)
{
	int code;

	if (dup2(out, STDOUT_FILENO) >= 0)
		execlp(program, program, option, (char *)NULL);
	code = errno;
	_exit(write(report, &code, sizeof(code)) == sizeof(code) ? 127 : 126);
}

static struct mdt_error *read_all(int fd, struct mdt_buf *ret)
{
	for (;;) {
		ssize_t got;

		if (!mdt_buf_reserve(ret, 4096))
			return &mdt_enomem;
		got = read(fd, ret->str + ret->len, 4096);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return NULL;
		// The rest is read all the same: nobody gets a SIGPIPE.
		if (ret->len < ANSWER_MAX)
			ret->len += (size_t)got;
	}
}

struct mdt_error *program_ask(const char *program, const char *option,
			      struct mdt_buf *ret, int *exec_errno)
{
	_cleanup_(mdt_closep) int out = -1;
	_cleanup_(mdt_closep) int report = -1;
	int outs[2], reports[2], code, status;
	struct mdt_error *err;
	ssize_t got;
	pid_t pid;

	if (pipe2(outs, O_CLOEXEC) < 0)
		return mdt_error_os(errno, "pipe");
	out = outs[0];
	if (pipe2(reports, O_CLOEXEC) < 0) {
		close(outs[1]);
		return mdt_error_os(errno, "pipe");
	}
	report = reports[0];
	pid = fork();
	if (pid == 0)
		become(program, option, outs[1], reports[1]);
	close(outs[1]);
	close(reports[1]);
	if (pid < 0)
		return mdt_error_os(errno, "fork");
	err = read_all(out, ret);
	got = read(report, &code, sizeof(code));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!err && got == sizeof(code))
		*exec_errno = code;
	return err;
}
