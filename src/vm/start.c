// SPDX-License-Identifier: MIT
#include "vm/start.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "vm/accel.h"
#include "vm/boot.h"
#include "vm/file.h"
#include "vm/qmp.h"
#include "vm/snapshot.h"

enum {
	BOOT_SECONDS = 60,
	KVM_SECONDS = 15,     // a guest that runs at all with KVM is up in two
	RESTORE_SECONDS = 15, // most of them in a tenth of one
	SAVE_MS = 10000,
	LAST_MS = 500,	 // for a QEMU that gives up to say why
	LAST_LINES = 20, // of the console, in an error; of a panic all are there
};

struct starter {
	struct mdt_boot *boot;
	struct mdt_line *line;
	struct mdt_started *started;
	unsigned int seconds; // for all attempts together
	double began;
	// Of the attempt that is made:
	bool use_kvm;
	double until;
	unsigned int given; // seconds that it has
	struct mdt_buf key;
	char *path; // of the snapshot; NULL: there is to be none
};

void mdt_started_deinit(struct mdt_started *started)
{
	mdt_buf_deinit(&started->hello);
	mdt_buf_deinit(&started->note);
}

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

// Milliseconds, for poll().
static int left_ms(double until)
{
	double left = (until - now()) * 1000;

	return left > INT_MAX ? INT_MAX : left < 1 ? 1 : (int)left;
}

static PRINTF_LIKE(2, 3) void note(struct starter *starter, const char *fmt, ...)
{
	struct mdt_buf *buf = &starter->started->note;
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (buf->len)
		mdt_buf_adds(buf, "; ");
	mdt_buf_adds(buf, text);
}

static void end_line(struct starter *starter)
{
	mdt_line_deinit(starter->line);
	mdt_line_init(MDT_QEMU_NONE, starter->line);
}

/* ---- how it did not come up ---- */

// Where the line begins that has the byte at @p at.
static size_t line_start(struct mdt_slice text, size_t at)
{
	while (at && text.str[at - 1] != '\n')
		at--;
	return at;
}

// The console's last lines, and from a panic's first one on.
static struct mdt_slice last_lines(struct mdt_slice console)
{
	const char *panic = mdt_slice_find(console, SLICE("Kernel panic - not syncing"));
	size_t at;

	console = mdt_slice_chomp(console);
	at = line_start(console, console.len);
	for (unsigned int lines = 1; at && lines < LAST_LINES; lines++)
		at = line_start(console, at - 1);
	if (panic && panic < console.str + at)
		at = line_start(console, (size_t)(panic - console.str));
	return mdt_slice_skip(console, at);
}

static struct mdt_error *not_up(const struct starter *starter, const char *how,
				struct mdt_slice why)
{
	struct mdt_slice last = last_lines(mdt_line_console(starter->line));
	bool with_kvm = starter->use_kvm;

	return mdt_error_create(MDT_ERR_NOT_FOUND, "%s in a VM%s %s%s%.*s%s%s%.*s",
				starter->boot->kernel.image, with_kvm ? " with KVM" : "",
				how, why.len ? ": " : "", SLICE_FMT(why),
				with_kvm ? "; accel=tcg does without KVM" : "",
				last.len ? "\nits console's last lines:\n" : "",
				SLICE_FMT(last));
}

static struct mdt_error *not_up_in_time(const struct starter *starter)
{
	char how[64];

	snprintf(how, sizeof(how), "did not come up in %u s", starter->given);
	return not_up(starter, how, (struct mdt_slice){ 0 });
}

/* ---- hello ---- */

static struct mdt_error *take_hello(struct starter *starter, enum mdt_frame_type type,
				    struct mdt_slice payload)
{
	struct mdt_buf *hello = &starter->started->hello;

	if (type != MDT_FRAME_HELLO || !mdt_slice_starts(payload, SLICE("protocol=1\n")))
		return mdt_error_create(MDT_ERR_INVALID,
					"the guest does not say hello in protocol 1: "
					"mdtrace-guest is of another version");
	mdt_buf_clear(hello);
	mdt_buf_add(hello, payload);
	return mdt_buf_error(hello);
}

// A whole frame, and nothing less, is a guest that is up: bytes that come one by one are
// not waited for longer.
static struct mdt_error *wait_for_hello(struct starter *starter, double until)
{
	enum mdt_line_event event;
	enum mdt_frame_type type;
	struct mdt_slice payload;
	struct mdt_error *err = mdt_line_wait_at_most(starter->line, left_ms(until),
						      &event, &type, &payload);

	if (err)
		return err;
	switch (event) {
	case MDT_LINE_FRAME:
		return take_hello(starter, type, payload);
	case MDT_LINE_PANIC:
		return not_up(starter, "panicked", (struct mdt_slice){ 0 });
	case MDT_LINE_SILENT:
		return not_up_in_time(starter);
	case MDT_LINE_ENDED:
	case MDT_LINE_NONSENSE:
		return not_up(starter, "did not come up", mdt_line_why(starter->line));
	}
	unreachable();
}

/* ---- from a snapshot ---- */

static struct mdt_error *send_wake(struct mdt_line *line)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	unsigned char seed[64];
	struct timespec at;

	if (getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		return mdt_error_os(errno, "getrandom");
	clock_gettime(CLOCK_REALTIME, &at);
	mdt_buf_printf(&text, "time=%jd.%09ld\nseed=", (intmax_t)at.tv_sec, at.tv_nsec);
	array_for_each (byte, seed)
		mdt_buf_printf(&text, "%02x", *byte);
	mdt_buf_addc(&text, '\n');
	if (!text.failed)
		mdt_line_send(line, MDT_FRAME_WAKE, mdt_buf_slice(&text));
	return mdt_buf_error(&text);
}

// QEMU loads while we look whether what it loads is whole.
static struct mdt_error *load(struct starter *starter,
			      const struct mdt_snapshot *snapshot, double until)
{
	struct mdt_line *line = starter->line;
	struct mdt_error *err = mdt_qmp_load(line->qemu.monitor, MDT_QEMU_STATE);

	if (!err && !mdt_snapshot_is_whole(snapshot))
		err = mdt_error_create(MDT_ERR_FORMAT, "damaged");
	if (!err)
		err = mdt_qmp_wait_loaded(line->qemu.monitor, left_ms(until));
	if (err)
		return err;
	mdt_closep(&line->qemu.monitor);
	if (snapshot->mark.talk.is_uart)
		mdt_line_take_uart(line);
	line->sequence = snapshot->mark.talk.sent;
	line->reader.sequence = snapshot->mark.talk.received;
	err = send_wake(line);
	return err ? err : wait_for_hello(starter, until);
}

static struct mdt_error *restore(struct starter *starter,
				 const struct mdt_snapshot *snapshot)
{
	double left = starter->until - now(), until;
	struct mdt_qemu_config config = mdt_boot_machine(starter->boot, starter->use_kvm);
	struct mdt_error *err;
	struct mdt_qemu qemu;

	// There has to be time left to boot.
	until = now() + (left / 2 < RESTORE_SECONDS ? left / 2 : RESTORE_SECONDS);
	config.ram = config.state = snapshot->fd;
	config.has_monitor = true;
	err = mdt_qemu_start(&config, &qemu);
	if (err)
		return err;
	mdt_line_init(qemu, starter->line);
	return load(starter, snapshot, until);
}

// What QEMU said when it gave up, which an error of its monitor does not have.
static struct mdt_slice last_words(struct mdt_line *line)
{
	enum mdt_line_event event = MDT_LINE_SILENT;
	enum mdt_frame_type type;
	struct mdt_slice payload;

	if (line->qemu.pid)
		mdt_error_destroy(
			mdt_line_wait_at_most(line, LAST_MS, &event, &type, &payload));
	return event == MDT_LINE_ENDED ? mdt_line_why(line) : (struct mdt_slice){ 0 };
}

// @return Whether the guest is up.
static bool try_restore(struct starter *starter)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf why = { 0 };
	struct mdt_snapshot snapshot;
	struct mdt_error *err;
	struct mdt_slice words;

	mdt_snapshot_open(starter->path, mdt_buf_slice(&starter->key),
			  (uint64_t)starter->boot->memory << 20, &snapshot, &why);
	if (why.len)
		note(starter, "snapshot %.*s", SLICE_FMT(mdt_buf_slice(&why)));
	if (snapshot.fd < 0)
		return false;
	err = restore(starter, &snapshot);
	if (!err) {
		mdt_snapshot_touch(&snapshot);
		mdt_closep(&snapshot.fd);
		return true;
	}
	words = last_words(starter->line);
	note(starter, "snapshot %s: %s%s%.*s", starter->path, err->message,
	     words.len ? ": " : "", SLICE_FMT(words));
	mdt_error_destroy(err);
	end_line(starter);
	mdt_closep(&snapshot.fd);
	// It would fail again.
	unlink(starter->path);
	return false;
}

/* ---- by booting ---- */

static int make_memory(const char *name, uint64_t bytes)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd >= 0 && ftruncate(fd, (off_t)bytes) < 0)
		mdt_closep(&fd);
	return fd;
}

// Put the guest aside and let it go on. @return NULL, also when there is no snapshot now;
// an error if it does not go on.
static struct mdt_error *save(struct starter *starter, int ram)
{
	_cleanup_(mdt_closep) int state = make_memory("mdtrace-state", 0);
	struct mdt_line *line = starter->line;
	const struct mdt_snapshot_talk talk = { .sent = line->sequence,
						.received = line->reader.sequence,
						.is_uart = line->is_uart };
	struct mdt_error *err =
		state < 0 ? mdt_error_os(errno, "memfd_create")
			  : mdt_qmp_save(line->qemu.monitor, state, SAVE_MS);

	if (!err)
		err = mdt_snapshot_save(starter->path, mdt_buf_slice(&starter->key), ram,
					state, &talk);
	if (err)
		note(starter, "no snapshot was kept: %s", err->message);
	mdt_error_destroy(err);
	err = state < 0 ? NULL : mdt_qmp_resume(line->qemu.monitor, SAVE_MS);
	mdt_closep(&line->qemu.monitor);
	return err;
}

// When QEMU is gone, that is why its monitor does not answer.
static struct mdt_error *in_qemus_words(struct starter *starter, struct mdt_error *err)
{
	struct mdt_slice words = { 0 };

	if (err && err != &mdt_enomem)
		words = last_words(starter->line);
	if (!words.len)
		return err;
	mdt_error_destroy(err);
	return not_up(starter, "was lost", words);
}

static struct mdt_error *boot_once(struct starter *starter, int ram)
{
	struct mdt_boot *boot = starter->boot;
	struct mdt_qemu_config config = mdt_boot_machine(boot, starter->use_kvm);
	struct mdt_error *err;
	struct mdt_qemu qemu;

	config.vmlinux = boot->vmlinux;
	config.initramfs = boot->initramfs;
	config.tsc_khz = starter->use_kvm ? 0 : mdt_tsc_khz(boot->began);
	config.ram = ram;
	config.ram_is_ours = config.has_monitor = ram >= 0;
	err = mdt_qemu_start(&config, &qemu);
	if (err)
		return err;
	mdt_line_init(qemu, starter->line);
	err = wait_for_hello(starter, starter->until);
	if (!err && ram >= 0)
		err = in_qemus_words(starter, save(starter, ram));
	return err;
}

// A QEMU that was built without seccomp, or a kernel that does not let it have any, ends
// with a word of it: then without.
static bool has_no_sandbox(const struct starter *starter)
{
	struct mdt_slice why = mdt_line_why(starter->line);

	return mdt_slice_find(why, SLICE("sandbox")) ||
	       mdt_slice_find(why, SLICE("seccomp"));
}

static struct mdt_error *boot_up(struct starter *starter)
{
	_cleanup_(mdt_closep) int ram = -1;
	struct mdt_boot *boot = starter->boot;
	struct mdt_error *err = mdt_boot_unpack(boot);

	if (err)
		return err;
	if (starter->path)
		ram = make_memory("mdtrace-ram", (uint64_t)boot->memory << 20);
	err = boot_once(starter, ram);
	if (!err || boot->no_sandbox || !has_no_sandbox(starter))
		return err;
	mdt_error_destroy(err);
	note(starter, "QEMU runs without its sandbox: %.*s",
	     SLICE_FMT(mdt_line_why(starter->line)));
	boot->no_sandbox = true;
	end_line(starter);
	return boot_once(starter, ram);
}

/* ---- an attempt ---- */

static struct mdt_error *find_snapshot(struct starter *starter)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf why = { 0 };
	struct mdt_error *err;

	mdt_buf_clear(&starter->key);
	free(starter->path);
	starter->path = NULL;
	if (starter->boot->config->no_snapshot)
		return NULL;
	err = mdt_boot_key(starter->boot, starter->use_kvm, &starter->key);
	if (err)
		return err;
	starter->path = mdt_snapshot_path(mdt_buf_slice(&starter->key), &why);
	if (!starter->path)
		note(starter, "no snapshot: %.*s", SLICE_FMT(mdt_buf_slice(&why)));
	return NULL;
}

static struct mdt_error *start_accel(void *data, bool use_kvm, unsigned int seconds)
{
	struct starter *starter = data;
	double end = starter->began + starter->seconds, began = now();
	struct mdt_error *err;

	// What is begun has a second at least.
	starter->until = end < began + 1 ? began + 1 : end;
	if (seconds && began + seconds < starter->until)
		starter->until = began + seconds;
	starter->given = (unsigned int)(starter->until - began + 0.5);
	starter->use_kvm = starter->started->with_kvm = use_kvm;
	end_line(starter);
	err = find_snapshot(starter);
	if (err)
		return err;
	starter->started->is_restored = starter->path && try_restore(starter);
	if (!starter->started->is_restored)
		err = boot_up(starter);
	if (!err)
		err = mdt_buf_error(&starter->started->note);
	starter->started->seconds = now() - began;
	return err;
}

static struct mdt_error *start_auto(struct starter *starter)
{
	const char *const files[] = { starter->boot->kernel.image, starter->boot->qemu,
				      NULL };
	_cleanup_(mdt_buf_deinit) struct mdt_buf key = { 0 };
	struct mdt_error *err;

	mdt_accel_key(files, &key);
	err = mdt_buf_error(&key);
	return err ? err
		   : mdt_accel_start(mdt_buf_slice(&key), mdt_accel_has_kvm(),
				     start_accel, starter);
}

static unsigned int boot_seconds(const struct mdt_vm_config *config)
{
	if (config->boot_timeout)
		return config->boot_timeout;
	return config->accel == MDT_ACCEL_KVM ? KVM_SECONDS : BOOT_SECONDS;
}

struct mdt_error *mdt_start(const struct mdt_vm_config *config, struct mdt_line *line,
			    struct mdt_started *ret)
{
	_cleanup_(mdt_boot_deinit) struct mdt_boot boot;
	struct starter starter = { .boot = &boot,
				   .line = line,
				   .started = ret,
				   .seconds = boot_seconds(config),
				   .began = now() };
	struct mdt_error *err = mdt_boot_find(config, &boot);

	*ret = (struct mdt_started){ 0 };
	mdt_line_init(MDT_QEMU_NONE, line);
	if (!err && config->accel == MDT_ACCEL_AUTO)
		err = start_auto(&starter);
	else if (!err)
		err = start_accel(&starter, config->accel == MDT_ACCEL_KVM, 0);
	mdt_buf_deinit(&starter.key);
	free(starter.path);
	return err;
}
