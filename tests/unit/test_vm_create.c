// SPDX-License-Identifier: MIT
// How the start of a VM ends. QEMU is a script here.
#include <dirent.h>
#include <limits.h>

#include "scratch.h"
#include "vm/frame.h"
#include "vm/vm.h"

struct world {
	struct scratch scratch;
	char kernel[128], guest[128], qemu[128];
	struct mdt_vm_config config;
};

static void world_deinit(struct world *world)
{
	scratch_deinit(&world->scratch);
}

// A kernel with modules, a guest, and a QEMU that does as the script says; its
// descriptors 4 and 5 are the console and the report line.
static void make_world(const char *script, struct world *ret)
{
	struct scratch *scratch = &ret->scratch;
	char text[1024];

	*ret = (struct world){ .scratch = scratch_make() };
	scratch_kernel(scratch, "boot/vmlinuz-6.1.0", "6.1.0");
	snprintf(ret->kernel, sizeof(ret->kernel), "%s/boot/vmlinuz-6.1.0", scratch->dir);
	scratch_module(scratch, "lib/modules/6.1.0/kernel/md-mod.ko",
		       SLICE("depends=\0"));
	scratch_module(scratch, "lib/modules/6.1.0/kernel/raid1.ko",
		       SLICE("depends=md-mod\0"));
	scratch_write(scratch, "guest", SLICE("init"));
	snprintf(ret->guest, sizeof(ret->guest), "%s/guest", scratch->dir);
	snprintf(text, sizeof(text), "#!/bin/sh\ncd %s\n%s\n", scratch->dir, script);
	scratch_write(scratch, "qemu", mdt_slice_cstr(text));
	snprintf(ret->qemu, sizeof(ret->qemu), "%s/qemu", scratch->dir);
	cr_assert_eq(chmod(ret->qemu, 0755), 0);
	ret->config = (struct mdt_vm_config){ .kernel = ret->kernel,
					      .guest = ret->guest,
					      .qemu = ret->qemu,
					      .accel = MDT_ACCEL_TCG,
					      .no_snapshot = true };
}

// @param expected Behind the kernel's path.
static void check_fails(struct world *world, const char *expected)
{
	_cleanup_(mdt_vm_destroyp) struct mdt_vm *vm = NULL;
	_cleanup_(mdt_error_destroyp) struct mdt_error *err =
		mdt_vm_create(&world->config, &vm);
	size_t len = strlen(world->kernel);

	cr_assert_not_null(err);
	cr_assert_eq(err->kind, MDT_ERR_NOT_FOUND);
	cr_assert_eq(strncmp(err->message, world->kernel, len), 0, "%s", err->message);
	cr_assert_str_eq(err->message + len, expected);
}

Test(create, a_panic_is_shown_from_its_first_line_on)
{
	_cleanup_(world_deinit) struct world world;

	make_world("for i in 1 2 3; do echo boot $i; done >&4\n"
		   "printf 'Kernel panic - not syncing: x\\r\\n' >&4\n"
		   "for i in `seq 30`; do printf 'call %d\\r\\n' $i; done >&4",
		   &world);
	check_fails(&world, " in a VM panicked\nits console's last lines:\n"
			    "Kernel panic - not syncing: x\n"
			    "call 1\ncall 2\ncall 3\ncall 4\ncall 5\ncall 6\ncall 7\n"
			    "call 8\ncall 9\ncall 10\ncall 11\ncall 12\ncall 13\n"
			    "call 14\ncall 15\ncall 16\ncall 17\ncall 18\ncall 19\n"
			    "call 20\ncall 21\ncall 22\ncall 23\ncall 24\ncall 25\n"
			    "call 26\ncall 27\ncall 28\ncall 29\ncall 30");
}

Test(create, an_end_has_the_console_s_last_lines)
{
	_cleanup_(world_deinit) struct world world;

	make_world("for i in `seq 22`; do echo $i; done >&4\n"
		   "echo no such machine >&2\nexit 1",
		   &world);
	check_fails(&world,
		    " in a VM did not come up: QEMU ended with status 1: no such "
		    "machine\nits console's last lines:\n"
		    "3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n"
		    "20\n21\n22");
}

Test(create, a_silent_guest_has_its_time, .timeout = 20)
{
	_cleanup_(world_deinit) struct world world;

	make_world("echo booting >&4\nexec sleep 60", &world);
	world.config.boot_timeout = 1;
	check_fails(&world, " in a VM did not come up in 1 s\n"
			    "its console's last lines:\nbooting");
}

Test(create, a_demanded_kvm_has_an_alternative, .timeout = 20)
{
	_cleanup_(world_deinit) struct world hangs, refuses;

	make_world("exec sleep 60", &hangs);
	hangs.config.accel = MDT_ACCEL_KVM;
	hangs.config.boot_timeout = 1;
	check_fails(&hangs, " in a VM with KVM did not come up in 1 s; accel=tcg "
			    "does without KVM");
	make_world("echo no KVM here >&2; exit 1", &refuses);
	refuses.config.accel = MDT_ACCEL_KVM;
	check_fails(&refuses, " in a VM with KVM did not come up: QEMU ended with status "
			      "1: no KVM here; accel=tcg does without KVM");
}

Test(create, hello_is_taken_and_lost_is_lost)
{
	_cleanup_(world_deinit) struct world world;
	_cleanup_(mdt_vm_destroyp) struct mdt_vm *vm = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf hello = { 0 };
	// the longest timeouts that there are
	static const struct mdt_vm_job job = { .text = SLICE_INIT("plan"),
					       .timeout = UINT_MAX };
	struct mdt_vm_result result;

	// It reads a byte of the job, and ends.
	make_world("cat hello >&5\nhead -c 1 <&5 >read\necho last words >&4", &world);
	mdt_frame_write(
		MDT_FRAME_HELLO, 0,
		SLICE("protocol=1\nrelease=6.1.0\nversion=#1 SMP\nmodules=loop\n"),
		&hello);
	scratch_write(&world.scratch, "hello", mdt_buf_slice(&hello));
	world.config.boot_timeout = UINT_MAX;
	cr_assert_null(mdt_vm_create(&world.config, &vm));
	cr_assert(mdt_slice_eq(mdt_vm_info(vm).release, SLICE("6.1.0")));
	cr_assert(mdt_slice_eq(mdt_vm_info(vm).version, SLICE("#1 SMP")));
	cr_assert(mdt_slice_eq(mdt_vm_info(vm).modules, SLICE("loop")));
	cr_assert_eq(mdt_vm_info(vm).accel, MDT_ACCEL_TCG);
	cr_assert_null(mdt_vm_run(vm, &job, &result));
	cr_assert_eq(result.outcome, MDT_VM_LOST);
	cr_assert(mdt_slice_eq(result.why, SLICE("QEMU ended with status 0")), "%.*s",
		  SLICE_FMT(result.why));
	cr_assert(mdt_slice_eq(result.console, SLICE("last words\n")));
	cr_assert_null(mdt_vm_reset(vm, false, &result));
	cr_assert_eq(result.outcome, MDT_VM_LOST);
	cr_assert(mdt_slice_eq(result.why, SLICE("the VM has ended before")));
}

Test(create, a_guest_of_another_version_is_told)
{
	_cleanup_(world_deinit) struct world world;
	_cleanup_(mdt_vm_destroyp) struct mdt_vm *vm = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf hello = { 0 };
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL;

	make_world("cat hello >&5\nexec sleep 60", &world);
	mdt_frame_write(MDT_FRAME_HELLO, 0, SLICE("protocol=2\n"), &hello);
	scratch_write(&world.scratch, "hello", mdt_buf_slice(&hello));
	err = mdt_vm_create(&world.config, &vm);
	cr_assert_not_null(err);
	cr_assert_str_eq(err->message, "the guest does not say hello in protocol 1: "
				       "mdtrace-guest is of another version");
}

// A QEMU without seccomp says so and ends; then it runs without.
Test(create, without_a_sandbox_where_there_is_none)
{
	_cleanup_(world_deinit) struct world world;
	_cleanup_(mdt_vm_destroyp) struct mdt_vm *vm = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf hello = { 0 };

	make_world(
		"case \"$*\" in *-sandbox*) "
		"echo 'sandbox support is not enabled in this QEMU' >&2; exit 1;; esac\n"
		"cat hello >&5\nexec sleep 60",
		&world);
	mdt_frame_write(MDT_FRAME_HELLO, 0, SLICE("protocol=1\n"), &hello);
	scratch_write(&world.scratch, "hello", mdt_buf_slice(&hello));
	cr_assert_null(mdt_vm_create(&world.config, &vm));
	cr_assert_not_null(mdt_slice_find(mdt_vm_info(vm).note,
					  SLICE("QEMU runs without its sandbox: ")));
}

/* ---- snapshots ---- */

#define MIGRATED                                                                         \
	"echo '{\"event\": \"MIGRATION\", \"data\": {\"status\": \"completed\"}}' >&8\n"
#define CONTINUED                                                                        \
	"while read -r asked <&8; do case $asked in *cont*) break;; esac; done\n" RESUMED
#define RESUMED "echo '{\"event\": \"RESUME\"}' >&8\n"

// What a QEMU does that boots a guest, writes to its memory, and lets it be saved; or
// that goes on from there. What it is asked on the monitor is kept.
#define SAVES                                                                            \
	"case \"$*\" in\n"                                                               \
	"*-incoming*) echo restored >>did\n" RESUMED "head -c 1 <&5 >/dev/null\n"        \
	"cat again >&5;;\n"                                                              \
	"*) echo booted >>did; printf memory >&9\n"                                      \
	"cat hello >&5\n" MIGRATED CONTINUED ";;\nesac\n"                                \
	"exec sleep 60"

static void make_saving(const char *script, struct world *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf hello = { 0 }, again = { 0 };

	make_world(script, ret);
	setenv("XDG_CACHE_HOME", scratch_path(&ret->scratch, "cache"), 1);
	ret->config.no_snapshot = false;
	ret->config.memory = 16;
	mdt_frame_write(MDT_FRAME_HELLO, 0, SLICE("protocol=1\nrelease=booted\n"),
			&hello);
	scratch_write(&ret->scratch, "hello", mdt_buf_slice(&hello));
	mdt_frame_write(MDT_FRAME_HELLO, 1, SLICE("protocol=1\nrelease=again\n"), &again);
	scratch_write(&ret->scratch, "again", mdt_buf_slice(&again));
}

// Start it, and hold how against what is expected. @param note A part of the note; ""
// for none.
static void check_start(const struct world *world, bool restored, const char *note)
{
	_cleanup_(mdt_vm_destroyp) struct mdt_vm *vm = NULL;
	struct mdt_error *err = mdt_vm_create(&world->config, &vm);
	struct mdt_vm_info info;

	cr_assert_null(err, "%s", err ? err->message : "");
	info = mdt_vm_info(vm);
	cr_assert_eq(info.is_restored, restored, "%.*s", SLICE_FMT(info.note));
	cr_assert(
		mdt_slice_eq(info.release, restored ? SLICE("again") : SLICE("booted")));
	if (*note)
		cr_assert_not_null(mdt_slice_find(info.note, mdt_slice_cstr(note)),
				   "%.*s", SLICE_FMT(info.note));
	else
		cr_assert_eq(info.note.len, 0, "%.*s", SLICE_FMT(info.note));
}

// The one snapshot that there is.
static const char *snapshot_of(struct world *world)
{
	static char path[8192];
	const char *dir = scratch_path(&world->scratch, "cache/mdtrace/vm");
	DIR *stream = opendir(dir);
	struct stat st;

	cr_assert_not_null(stream);
	cr_assert_eq(stat(dir, &st), 0);
	cr_assert_eq(st.st_mode & 07777, 0700);
	*path = '\0';
	for (struct dirent *it; (it = readdir(stream));) {
		if (it->d_name[0] == '.')
			continue;
		cr_assert_eq(*path, '\0', "there is a second one");
		snprintf(path, sizeof(path), "%s/%s", dir, it->d_name);
	}
	closedir(stream);
	cr_assert_neq(*path, '\0', "there is none");
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(st.st_mode & 07777, 0600);
	return path;
}

static void poke(const char *path, off_t at, const char *bytes)
{
	int fd = open(path, O_WRONLY);

	cr_assert_geq(fd, 0);
	cr_assert_eq(pwrite(fd, bytes, strlen(bytes), at), (ssize_t)strlen(bytes));
	close(fd);
}

Test(create, boots_once)
{
	_cleanup_(world_deinit) struct world world;

	make_saving(SAVES, &world);
	check_start(&world, false, "");
	check_start(&world, true, "");
	check_start(&world, true, "");
	snapshot_of(&world);
	world.config.no_snapshot = true;
	check_start(&world, false, "");
}

// Each of its parts; and what is damaged is made again.
Test(create, boots_where_a_snapshot_is_damaged)
{
	_cleanup_(world_deinit) struct world world;
	struct stat st;
	const off_t ram = 16 << 20;

	make_saving(SAVES, &world);
	check_start(&world, false, "");
	stat(snapshot_of(&world), &st);
	const struct {
		off_t at;
		const char *note;
	} rows[] = {
		{ 2, ": damaged" },			// what the guest wrote
		{ 1 << 20, ": damaged" },		// where there was nothing
		{ ram, ": damaged, or of another VM" }, // the key
		{ st.st_size - 8, ": damaged, or of another VM" },
		{ st.st_size, ": damaged, or of another VM" },
	};

	array_for_each (row, rows) {
		poke(snapshot_of(&world), row->at, "x");
		check_start(&world, false, row->note);
		check_start(&world, true, "");
	}
	cr_assert_eq(truncate(snapshot_of(&world), ram), 0);
	check_start(&world, false, ": damaged, or of another VM");
}

Test(create, boots_where_something_is_another)
{
	_cleanup_(world_deinit) struct world world;
	char module[128];

	make_saving(SAVES, &world);
	snprintf(module, sizeof(module), "%s/lib/modules/6.1.0/kernel/raid1.ko",
		 world.scratch.dir);
	check_start(&world, false, "");
	world.config.memory = 32;
	check_start(&world, false, "");
	world.config.memory = 16;
	check_start(&world, true, "");
	// of the same size
	scratch_write(&world.scratch, "guest", SLICE("INIT"));
	check_start(&world, false, "");
	check_start(&world, true, "");
	cr_assert_eq(chmod(world.qemu, 0700), 0);
	check_start(&world, false, "");
	cr_assert_eq(utimensat(AT_FDCWD, module, NULL, 0), 0);
	check_start(&world, false, "");
	cr_assert_eq(utimensat(AT_FDCWD, world.kernel, NULL, 0), 0);
	check_start(&world, false, "");
	check_start(&world, true, "");
}

Test(create, boots_where_a_snapshot_is_not_taken_up)
{
	_cleanup_(world_deinit) struct world refuses, ends, other;

	make_saving(
		"case \"$*\" in *-incoming*) echo '{\"error\": \"no\"}' >&8;; esac\n" SAVES,
		&refuses);
	check_start(&refuses, false, "");
	check_start(&refuses, false, "QEMU's monitor: {\"error\": \"no\"}");
	make_saving(
		"case \"$*\" in *-incoming*) echo bad state >&2; exit 1;; esac\n" SAVES,
		&ends);
	check_start(&ends, false, "");
	check_start(&ends, false, "QEMU ended with status 1: bad state");
	// one that goes on as another
	make_saving("case \"$*\" in *-incoming*) cp hello again;; esac\n" SAVES, &other);
	check_start(&other, false, "");
	check_start(&other, false, "frame 1: has sequence 0");
}

Test(create, does_without_where_none_can_be_kept)
{
	_cleanup_(world_deinit) struct world world, refuses;

	make_saving(SAVES, &world);
	scratch_write(&world.scratch, "cache", SLICE("a file"));
	check_start(&world, false, "no snapshot: ");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	check_start(&world, false,
		    "no snapshot: neither XDG_CACHE_HOME nor HOME names a folder");
	make_saving("echo booted >>did; cat hello >&5\n"
		    "echo '{\"error\": \"no such capability\"}' >&8\n" CONTINUED
		    "exec sleep 60",
		    &refuses);
	check_start(&refuses, false,
		    "no snapshot was kept: QEMU's monitor: {\"error\": \"no such");
}
