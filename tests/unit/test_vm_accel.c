// SPDX-License-Identifier: MIT
#include "base/map.h"
#include "scratch.h"
#include "vm/accel.h"

// A host on which KVM works or not, and what was asked of it.
struct host {
	bool kvm_works, tcg_works;
	char asked[64];
};

static struct mdt_error *start(void *data, bool use_kvm, unsigned int seconds)
{
	struct host *host = data;
	size_t len = strlen(host->asked);

	snprintf(host->asked + len, sizeof(host->asked) - len, "%s%u ",
		 use_kvm ? "kvm" : "tcg", seconds);
	if (use_kvm ? host->kvm_works : host->tcg_works)
		return NULL;
	return mdt_error_create(MDT_ERR_NOT_FOUND, "%s hangs", use_kvm ? "kvm" : "tcg");
}

static void check(struct host host, bool has_kvm, struct mdt_slice key, const char *asked)
{
	struct mdt_error *err = mdt_accel_start(key, has_kvm, start, &host);

	cr_assert_str_eq(host.asked, asked);
	if (host.tcg_works)
		cr_assert_null(err);
	else
		cr_assert_str_eq(err->message, "tcg hangs");
	mdt_error_destroy(err);
}

static const struct mdt_slice key = SLICE_INIT("file /boot/vmlinuz 1 2.3\nhost 6.1\n");
static const struct host good = { true, true, "" }, bad = { false, true, "" };

Test(accel, that_it_hangs_is_found_out_once)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	setenv("XDG_CACHE_HOME", scratch_path(&scratch, "new/cache"), 1);
	check(bad, true, key, "kvm3 tcg0 ");
	check(bad, true, key, "tcg0 ");
	check(good, true, key, "tcg0 ");
	cr_assert_eq(mdt_accel_recall(key), MDT_ACCEL_DOES_NOT);
	// another kernel is another matter
	check(good, true, SLICE("other\n"), "kvm3 ");
	cr_assert_eq(mdt_accel_recall(SLICE("other\n")), MDT_ACCEL_WORKS);
}

Test(accel, that_it_works_is_not_believed_for_ever)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	setenv("XDG_CACHE_HOME", scratch.dir, 1);
	check(good, true, key, "kvm3 ");
	check(good, true, key, "kvm3 ");
	check(bad, true, key, "kvm3 tcg0 ");
	check(bad, true, key, "tcg0 ");
}

Test(accel, without_kvm_nothing_is_tried_or_remembered)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	setenv("XDG_CACHE_HOME", scratch.dir, 1);
	check(good, false, key, "tcg0 ");
	cr_assert_eq(mdt_accel_recall(key), MDT_ACCEL_NOT_KNOWN);
}

Test(accel, what_comes_up_neither_way_does_not_tell)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	setenv("XDG_CACHE_HOME", scratch.dir, 1);
	check((struct host){ 0 }, true, key, "kvm3 tcg0 ");
	cr_assert_eq(mdt_accel_recall(key), MDT_ACCEL_NOT_KNOWN);
}

Test(accel, a_cache_that_cannot_be_is_no_error)
{
	setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
	check(bad, true, key, "kvm3 tcg0 ");
	check(bad, true, key, "kvm3 tcg0 ");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	check(bad, true, key, "kvm3 tcg0 ");
	setenv("HOME", "relative", 1);
	mdt_accel_remember(key, true);
	cr_assert_eq(mdt_accel_recall(key), MDT_ACCEL_NOT_KNOWN);
	cr_assert_eq(access("relative", F_OK), -1);
}

Test(accel, a_file_that_says_something_else_is_not_believed)
{
	static const struct mdt_slice texts[] = {
		SLICE_INIT(""),
		SLICE_INIT("kvm works\n"),
		SLICE_INIT("kvm works\nfile /boot/vmlinuz 1 2.4\nhost 6.1\n"),
		SLICE_INIT("kvm sings\nfile /boot/vmlinuz 1 2.3\nhost 6.1\n"),
	};
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	char name[64];

	setenv("XDG_CACHE_HOME", scratch.dir, 1);
	snprintf(name, sizeof(name), "mdtrace/kvm-%016llx",
		 (unsigned long long)mdt_hash(key));
	mdt_accel_remember(key, true);
	cr_assert_eq(access(scratch_path(&scratch, name), F_OK), 0);
	array_for_each (text, texts) {
		scratch_write(&scratch, name, *text);
		cr_assert_eq(mdt_accel_recall(key), MDT_ACCEL_NOT_KNOWN);
	}
	scratch_write(&scratch, name,
		      SLICE("kvm works\nfile /boot/vmlinuz 1 2.3\nhost 6.1\n"));
	cr_assert_eq(mdt_accel_recall(key), MDT_ACCEL_WORKS);
}

Test(accel, the_key_is_another_when_a_file_changes)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	_cleanup_(mdt_buf_deinit) struct mdt_buf before = { 0 }, again = { 0 },
						 after = { 0 };
	const char *files[] = { NULL, NULL };

	scratch_write(&scratch, "vmlinuz", SLICE("x"));
	files[0] = scratch_path(&scratch, "vmlinuz");
	mdt_accel_key(files, &before);
	mdt_accel_key(files, &again);
	cr_assert(mdt_slice_eq(mdt_buf_slice(&before), mdt_buf_slice(&again)));
	scratch_write(&scratch, "vmlinuz", SLICE("xy"));
	mdt_accel_key(files, &after);
	cr_assert_not(mdt_slice_eq(mdt_buf_slice(&before), mdt_buf_slice(&after)));
}
