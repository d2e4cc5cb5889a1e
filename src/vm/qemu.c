// SPDX-License-Identifier: MIT
#include "vm/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

#include "base/program.h"
#include "vm/file.h"

// What makes the boot quick and its messages few. An oops ends the VM: md's locks may be
// held by what died, and all that follows would hang. Level 5 lets warnings and the
// registers of an oops through.
#define COMMAND_LINE                                                                     \
	"console=ttyS0 loglevel=5 panic=-1 oops=panic lsm= audit=0 mitigations=off "     \
	"nokaslr tsc=reliable no_timer_check lpj=4000000 init_on_alloc=0 nowatchdog "    \
	"random.trust_cpu=on cryptomgr.notests edd=off raid=noautodetect"

enum {
	ARGS_MAX = 64,
	PATIENCE_MS = 500,
};

// What QEMU may have. Beside the guest's memory it maps a gigabyte for translated code
// and its libraries; the only file that it writes is its state, some hundred kilobytes. A
// guest that nobody looks after any more ends after a day of work.
enum {
	SPACE_MIB = 4096,
	FILE_MIB = 64,
	CPU_SECONDS = 24 * 60 * 60,
	DESCRIPTORS = 256,
};

// argv of QEMU; what is not constant points into the struct itself.
struct args {
	char *items[ARGS_MAX + 1];
	size_t count;
	char memory[32], backend[128];
	char command_line[1024];
};

/* ---- the program ---- */

struct mdt_error *mdt_qemu_find(const char *program, char **ret)
{
	const char *name = program ? program : "qemu-system-x86_64";
	int code = mdt_program_path(name, ret);

	if (code == ENOMEM)
		return &mdt_enomem;
	if (code)
		return mdt_error_create(
			MDT_ERR_NOT_FOUND,
			"%s: there is no such program: install the package qemu-system-x86",
			name);
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

// The descriptors that QEMU gets, those that there are: the arguments name them.
enum {
	FD_INITRAMFS = 3,
	FD_CONSOLE,
	FD_REPORT,
	FD_VMLINUX,
	FD_UART,
	FD_MONITOR,
	FD_RAM,
	FD_STATE = MDT_QEMU_STATE,
	FD_END,
};

static void fill_command_line(struct args *args, const struct mdt_qemu_config *config)
{
	char tsc[32] = "";

	if (config->tsc_khz)
		snprintf(tsc, sizeof(tsc), " tsc_early_khz=%u", config->tsc_khz);
	snprintf(args->command_line, sizeof(args->command_line),
		 COMMAND_LINE "%s mdtrace.report=/dev/vport0p1,/dev/ttyS1", tsc);
	add(args, "-append");
	add(args, args->command_line);
}

// What the machine is.
static void fill_machine(struct args *args, const struct mdt_qemu_config *config)
{
	// acpi=off: half of the drivers have nothing to look for. Not -nographic: with it
	// QEMU tells SeaBIOS to write on the console (etc/sercon-port).
	static const char *const common[] = {
		"-nodefaults",
		"-no-user-config",
		"-display",
		"none",
		"-no-reboot",
		"-smp",
		"1",
		"-serial",
		"chardev:console",
		"-serial",
		"chardev:uart",
		"-device",
		"virtio-serial-pci",
		"-device",
		"virtserialport,chardev=report,name=mdtrace",
		// What is saved while the machine stands still runs when it is loaded.
		"-global",
		"migration.store-global-state=off",
		NULL,
	};

	add_all(args, common);
	add(args, "-machine");
	add(args, config->ram < 0 ? "pc,acpi=off" : "pc,acpi=off,memory-backend=ram");
	add(args, "-accel");
	add(args, config->use_kvm ? "kvm" : "tcg");
	snprintf(args->memory, sizeof(args->memory), "%u", config->memory);
	add(args, "-m");
	add(args, args->memory);
}

static void fill_ram(struct args *args, const struct mdt_qemu_config *config)
{
	if (config->ram < 0)
		return;
	snprintf(args->backend, sizeof(args->backend),
		 "memory-backend-file,id=ram,size=%uM,mem-path=/proc/self/fd/%d,share=%s",
		 config->memory, FD_RAM, config->ram_is_ours ? "on" : "off");
	add(args, "-object");
	add(args, args->backend);
}

static void fill(struct args *args, const struct mdt_qemu_config *config)
{
	static const char *const lines[] = {
		"-chardev", "socket,id=console,fd=4", "-chardev", "socket,id=report,fd=5",
		"-chardev", "socket,id=uart,fd=7",    NULL,
	};
	static const char *const monitor[] = {
		"-chardev", "socket,id=monitor,fd=8",
		"-mon",	    "chardev=monitor,mode=control",
		NULL,
	};

	add(args, config->program);
	if (!config->no_sandbox) {
		add(args, "-sandbox");
		add(args, "on,obsolete=deny,elevateprivileges=deny,spawn=deny,"
			  "resourcecontrol=deny");
	}
	add_all(args, lines);
	if (config->has_monitor)
		add_all(args, monitor);
	fill_machine(args, config);
	fill_ram(args, config);
	if (config->state >= 0) {
		add(args, "-incoming");
		add(args, "defer");
		return;
	}
	add(args, "-initrd");
	add(args, "/proc/self/fd/3");
	add(args, "-kernel");
	add(args, config->vmlinux >= 0 ? "/proc/self/fd/6" : config->kernel);
	fill_command_line(args, config);
}

void mdt_qemu_describe(const struct mdt_qemu_config *config, struct mdt_buf *ret)
{
	struct mdt_qemu_config plain = *config;
	struct args args = { 0 };

	plain.tsc_khz = 0;
	plain.ram = -1;
	fill_machine(&args, &plain);
	fill_command_line(&args, &plain);
	for (size_t i = 0; i < args.count; i++) {
		mdt_buf_adds(ret, args.items[i]);
		mdt_buf_addc(ret, '\n');
	}
}

/* ---- the process ---- */

static void close_lines(struct mdt_qemu *qemu)
{
	mdt_closep(&qemu->console);
	mdt_closep(&qemu->report);
	mdt_closep(&qemu->uart);
	mdt_closep(&qemu->monitor);
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
	// What our caller did not mark close-on-exec is no business of QEMU's.
	close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	for (int fd = FD_INITRAMFS; fd < FD_END; fd++)
		if (high[fd] >= 0 && dup2(high[fd], fd) < 0)
			return false;
	return true;
}

// It gets no more rights than it has, and leaves no image of a guest behind.
static bool enter_box(unsigned int memory)
{
	const rlim_t mib = 1 << 20;
	const struct {
		__rlimit_resource_t what;
		rlim_t most;
	} bounds[] = {
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_AS, (memory + SPACE_MIB) * mib },
		{ RLIMIT_FSIZE, FILE_MIB * mib },
		{ RLIMIT_CPU, CPU_SECONDS },
		{ RLIMIT_NOFILE, DESCRIPTORS },
	};

	array_for_each (it, bounds) {
		struct rlimit limit;

		// One that is lower already stays.
		if (getrlimit(it->what, &limit) < 0)
			return false;
		if (limit.rlim_max > it->most)
			limit.rlim_max = it->most;
		if (limit.rlim_cur > limit.rlim_max)
			limit.rlim_cur = limit.rlim_max;
		if (setrlimit(it->what, &limit) < 0)
			return false;
	}
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

// What a program that is not installed where others are is found by.
static void make_environment(char *ret[4], char *path, char *libraries, size_t size)
{
	static char language[] = "LC_ALL=C";
	const char *value;

	*ret++ = language;
	value = getenv("PATH");
	if (value && snprintf(path, size, "PATH=%s", value) < (int)size)
		*ret++ = path;
	value = getenv("LD_LIBRARY_PATH");
	if (value && snprintf(libraries, size, "LD_LIBRARY_PATH=%s", value) < (int)size)
		*ret++ = libraries;
	*ret = NULL;
}

static _Noreturn void run_child(struct args *args, unsigned int memory, const int *fds,
				int errors, pid_t parent)
{
	char path[PATH_MAX], libraries[PATH_MAX], *environment[4];
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	// A session of its own: Ctrl-C is ours to act on. We may have died before we
	// asked to be told.
	setsid();
	make_environment(environment, path, libraries, sizeof(path));
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent ||
	    !place_fds(fds, errors) || !enter_box(memory))
		_exit(127);
	execve(args->items[0], args->items, environment);
	dprintf(2, "%s: %s", args->items[0], strerror(errno));
	_exit(127);
}

// A socket for both of us. @param theirs QEMU's end.
static bool open_socket(int *theirs, int *ours)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return false;
	*ours = pair[0];
	*theirs = pair[1];
	return fcntl(*ours, F_SETFL, O_NONBLOCK) == 0;
}

static bool open_lines(bool has_monitor, int *theirs, int *errors, struct mdt_qemu *ret)
{
	int pair[2];

	if (!open_socket(&theirs[FD_CONSOLE], &ret->console) ||
	    !open_socket(&theirs[FD_REPORT], &ret->report) ||
	    !open_socket(&theirs[FD_UART], &ret->uart) ||
	    (has_monitor && !open_socket(&theirs[FD_MONITOR], &ret->monitor)) ||
	    pipe2(pair, O_CLOEXEC) < 0)
		return false;
	ret->errors = pair[0];
	*errors = pair[1];
	return fcntl(ret->errors, F_SETFL, O_NONBLOCK) == 0;
}

struct mdt_error *mdt_qemu_start(const struct mdt_qemu_config *config,
				 struct mdt_qemu *ret)
{
	static const int own[] = { FD_CONSOLE, FD_REPORT, FD_UART, FD_MONITOR };
	int theirs[FD_END] = {
		[FD_INITRAMFS] = config->initramfs,
		[FD_CONSOLE] = -1,
		[FD_REPORT] = -1,
		[FD_VMLINUX] = config->vmlinux,
		[FD_UART] = -1,
		[FD_MONITOR] = -1,
		[FD_RAM] = config->ram,
		[FD_STATE] = config->state,
	};
	int errors = -1, saved;
	pid_t parent = getpid();
	struct args args = { 0 };

	*ret = MDT_QEMU_NONE;
	fill(&args, config);
	if (open_lines(config->has_monitor, theirs, &errors, ret))
		ret->pid = fork();
	else
		ret->pid = -1;
	if (ret->pid == 0)
		run_child(&args, config->memory, theirs, errors, parent);
	saved = errno;
	array_for_each (fd, own)
		mdt_closep(&theirs[*fd]);
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
