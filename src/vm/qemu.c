// SPDX-License-Identifier: MIT
#include "vm/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vm/file.h"

// What makes the boot quick and its messages few. An oops ends the VM: md's locks may be
// held by what died, and all that follows would hang. Level 5 lets warnings and the
// registers of an oops through.
#define COMMAND_LINE                                                                     \
	"console=ttyS0 loglevel=5 panic=-1 oops=panic lsm= audit=0 mitigations=off "     \
	"nokaslr tsc=reliable no_timer_check lpj=4000000 init_on_alloc=0 nowatchdog "    \
	"random.trust_cpu=on cryptomgr.notests edd=off raid=noautodetect"

enum {
	ARGS_MAX = 48,
	PATIENCE_MS = 500,
};

// argv of QEMU; what is not constant points into the struct itself.
struct args {
	char *items[ARGS_MAX + 1];
	size_t count;
	char memory[32];
	char command_line[1024];
};

/* ---- the program ---- */

static bool is_program(const char *path)
{
	return access(path, X_OK) == 0 && !mdt_file_is_dir(path);
}

static struct mdt_error *look_in_path(const char *name, char **ret)
{
	const char *dirs = getenv("PATH");

	for (const char *dir = dirs ? dirs : ""; *dir;) {
		size_t len = strcspn(dir, ":");
		_cleanup_(mdt_freep) char *path = NULL;

		if (asprintf(&path, "%.*s/%s", (int)len, dir, name) < 0) {
			path = NULL;
			return &mdt_enomem;
		}
		if (len && is_program(path)) {
			*ret = no_cleanup_ptr(path);
			return NULL;
		}
		dir += len + (dir[len] == ':');
	}
	return NULL;
}

struct mdt_error *mdt_qemu_find(const char *program, char **ret)
{
	const char *name = program ? program : "qemu-system-x86_64";
	char *found = NULL;
	struct mdt_error *err = NULL;

	if (!strchr(name, '/'))
		err = look_in_path(name, &found);
	else if (is_program(name) && !(found = strdup(name)))
		err = &mdt_enomem;
	if (err)
		return err;
	if (!found)
		return mdt_error_create(
			MDT_ERR_NOT_FOUND,
			"%s: there is no such program: install the package qemu-system-x86",
			name);
	*ret = found;
	return NULL;
}

/* ---- its arguments ---- */

static void add(struct args *args, const char *arg)
{
	if (args->count < ARGS_MAX)
		args->items[args->count++] = (char *)arg;
}

static void add_all(struct args *args, const char *const *list)
{
	for (; *list; list++)
		add(args, *list);
}

// The descriptors that QEMU gets, one after the other from 3 on.
enum { FD_INITRAMFS = 3, FD_CONSOLE, FD_REPORT, FD_VMLINUX, FD_END };

static void fill_command_line(struct args *args, const struct mdt_qemu_config *config)
{
	char tsc[32] = "";

	if (config->tsc_khz)
		snprintf(tsc, sizeof(tsc), " tsc_early_khz=%u", config->tsc_khz);
	snprintf(args->command_line, sizeof(args->command_line),
		 COMMAND_LINE "%s mdtrace.report=%s", tsc,
		 config->has_virtio ? "/dev/vport0p1" : "/dev/ttyS1");
}

static void fill(struct args *args, const struct mdt_qemu_config *config)
{
	// acpi=off: half of the drivers have nothing to look for. Not -nographic: with it
	// QEMU tells SeaBIOS to write on the console (etc/sercon-port).
	static const char *const common[] = {
		"-nodefaults",
		"-no-user-config",
		"-display",
		"none",
		"-no-reboot",
		"-machine",
		"pc,acpi=off",
		"-smp",
		"1",
		"-chardev",
		"socket,id=console,fd=4",
		"-chardev",
		"socket,id=report,fd=5",
		"-serial",
		"chardev:console",
		"-initrd",
		"/proc/self/fd/3",
		NULL,
	};
	static const char *const virtio[] = {
		"-device", "virtio-serial-pci",
		"-device", "virtserialport,chardev=report,name=mdtrace",
		NULL,
	};
	static const char *const uart[] = { "-serial", "chardev:report", NULL };

	add(args, config->program);
	add_all(args, common);
	add_all(args, config->has_virtio ? virtio : uart);
	add(args, "-accel");
	add(args, config->use_kvm ? "kvm" : "tcg");
	snprintf(args->memory, sizeof(args->memory), "%u", config->memory);
	add(args, "-m");
	add(args, args->memory);
	add(args, "-kernel");
	add(args, config->vmlinux >= 0 ? "/proc/self/fd/6" : config->kernel);
	fill_command_line(args, config);
	add(args, "-append");
	add(args, args->command_line);
}

/* ---- the process ---- */

static void close_lines(struct mdt_qemu *qemu)
{
	mdt_closep(&qemu->console);
	mdt_closep(&qemu->report);
	mdt_closep(&qemu->errors);
}

// In the child: give the descriptors the numbers that the arguments name. They are moved
// out of the way first, as one may stand where another is to be.
static bool place_fds(const int *fds, int errors)
{
	int null = open("/dev/null", O_RDWR), high[FD_END];

	for (int fd = FD_INITRAMFS; fd < FD_END; fd++) {
		high[fd] = fds[fd] < 0 ? -1 : fcntl(fds[fd], F_DUPFD_CLOEXEC, 16);
		if (fds[fd] >= 0 && high[fd] < 0)
			return false;
	}
	if (null < 0 || dup2(errors, 2) < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0)
		return false;
	for (int fd = FD_INITRAMFS; fd < FD_END; fd++)
		if (high[fd] >= 0 && dup2(high[fd], fd) < 0)
			return false;
	// What our caller did not mark close-on-exec is no business of QEMU's.
	close_range(high[FD_VMLINUX] < 0 ? FD_VMLINUX : FD_END, ~0u, CLOSE_RANGE_CLOEXEC);
	return true;
}

static _Noreturn void run_child(struct args *args, const int *fds, int errors,
				pid_t parent)
{
	static const struct rlimit no_core = { 0, 0 };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	// A session of its own: Ctrl-C is ours to act on. We may have died before we
	// asked to be told.
	setsid();
	// It gets no more rights than it has, and leaves no image of a guest behind.
	setrlimit(RLIMIT_CORE, &no_core);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent ||
	    !place_fds(fds, errors))
		_exit(127);
	execv(args->items[0], args->items);
	dprintf(2, "%s: %s", args->items[0], strerror(errno));
	_exit(127);
}

static bool open_lines(int *theirs, int *errors, struct mdt_qemu *ret)
{
	enum { TYPE = SOCK_STREAM | SOCK_CLOEXEC };
	int pair[2];

	if (socketpair(AF_UNIX, TYPE, 0, pair) < 0)
		return false;
	ret->console = pair[0];
	theirs[FD_CONSOLE] = pair[1];
	if (socketpair(AF_UNIX, TYPE, 0, pair) < 0)
		return false;
	ret->report = pair[0];
	theirs[FD_REPORT] = pair[1];
	if (pipe2(pair, O_CLOEXEC) < 0)
		return false;
	ret->errors = pair[0];
	*errors = pair[1];
	return fcntl(ret->console, F_SETFL, O_NONBLOCK) == 0 &&
	       fcntl(ret->report, F_SETFL, O_NONBLOCK) == 0 &&
	       fcntl(ret->errors, F_SETFL, O_NONBLOCK) == 0;
}

struct mdt_error *mdt_qemu_start(const struct mdt_qemu_config *config,
				 struct mdt_qemu *ret)
{
	int theirs[FD_END] = { [FD_INITRAMFS] = config->initramfs,
			       [FD_CONSOLE] = -1,
			       [FD_REPORT] = -1,
			       [FD_VMLINUX] = config->vmlinux };
	int errors = -1, saved;
	pid_t parent = getpid();
	struct args args = { 0 };

	*ret = MDT_QEMU_NONE;
	fill(&args, config);
	if (open_lines(theirs, &errors, ret))
		ret->pid = fork();
	else
		ret->pid = -1;
	if (ret->pid == 0)
		run_child(&args, theirs, errors, parent);
	saved = errno;
	mdt_closep(&theirs[FD_CONSOLE]);
	mdt_closep(&theirs[FD_REPORT]);
	mdt_closep(&errors);
	if (ret->pid > 0)
		return NULL;
	ret->pid = 0;
	close_lines(ret);
	return mdt_error_os(saved, "%s: cannot be started", config->program);
}

// A process that closed its lines is about to end; its status says how.
static bool has_ended(pid_t pid, int *status)
{
	static const struct timespec step = { 0, 2000000 };

	for (int ms = 0; ms < PATIENCE_MS; ms += 2) {
		if (waitpid(pid, status, WNOHANG) == pid)
			return true;
		nanosleep(&step, NULL);
	}
	return false;
}

int mdt_qemu_end(struct mdt_qemu *qemu, bool is_ending)
{
	int status = 0;

	close_lines(qemu);
	if (qemu->pid > 0 && !(is_ending && has_ended(qemu->pid, &status))) {
		kill(qemu->pid, SIGKILL);
		while (waitpid(qemu->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	*qemu = MDT_QEMU_NONE;
	return status;
}
