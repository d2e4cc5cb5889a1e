// SPDX-License-Identifier: MIT
// What programs need to run, out of trees that the tests make: small ELF files by hand,
// links, half a system over another.
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/buf.h"
#include "params.h"
#include "vm/closure.h"
#include "vm/sysroot.h"

static char dir[] = "/tmp/mdtrace-closure.XXXXXX";

static void make_dir(void)
{
	cr_assert(mkdtemp(dir));
	cr_assert_eq(chdir(dir), 0);
}

static void remove_dir(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	cr_assert_eq(system(command), 0);
}

TestSuite(closure, .init = make_dir, .fini = remove_dir);
TestSuite(sysroot, .init = make_dir, .fini = remove_dir);
TestSuite(needs, .init = make_dir, .fini = remove_dir);

static void make_parents(const char *path)
{
	char copy[256];

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *slash = strchr(copy, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(copy, 0755);
		*slash = '/';
	}
}

static void put(const char *path, struct mdt_slice bytes)
{
	FILE *file;

	make_parents(path);
	file = fopen(path, "w");
	cr_assert(file, "%s", path);
	cr_assert_eq(fwrite(bytes.str, 1, bytes.len, file), bytes.len);
	fclose(file);
}

static void put_link(const char *path, const char *target)
{
	make_parents(path);
	cr_assert_eq(symlink(target, path), 0, "%s", path);
}

/* ---- ELF files ---- */

struct elf {
	const char *needed[4];
	const char *interpreter, *rpath, *runpath;
	unsigned int machine; // 0: x86-64
};

struct image {
	Elf64_Ehdr header;
	Elf64_Phdr load, dynamic, interpreter;
	Elf64_Dyn entries[10];
	char strings[256];
};

static size_t add_string(struct image *image, size_t *len, const char *str)
{
	size_t at = *len;

	memcpy(image->strings + at, str, strlen(str) + 1);
	*len += strlen(str) + 1;
	return at;
}

static void add_entry(struct image *image, size_t *count, Elf64_Sxword tag,
		      Elf64_Xword value)
{
	image->entries[*count].d_tag = tag;
	image->entries[(*count)++].d_un.d_val = value;
}

static void fill_dynamic(struct image *image, const struct elf *elf, size_t *len)
{
	size_t count = 0;

	for (size_t i = 0; i < array_size(elf->needed) && elf->needed[i]; i++)
		add_entry(image, &count, DT_NEEDED,
			  add_string(image, len, elf->needed[i]));
	if (elf->rpath)
		add_entry(image, &count, DT_RPATH, add_string(image, len, elf->rpath));
	if (elf->runpath)
		add_entry(image, &count, DT_RUNPATH,
			  add_string(image, len, elf->runpath));
	add_entry(image, &count, DT_STRTAB, offsetof(struct image, strings));
	add_entry(image, &count, DT_STRSZ, sizeof(image->strings));
	add_entry(image, &count, DT_NULL, 0);
}

static struct image make_image(const struct elf *elf)
{
	struct image image = {
		.header = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
					 ELFDATA2LSB, EV_CURRENT },
			    .e_type = ET_DYN,
			    .e_machine =
				    (Elf64_Half)(elf->machine ? elf->machine : EM_X86_64),
			    .e_version = EV_CURRENT,
			    .e_phoff = offsetof(struct image, load),
			    .e_ehsize = sizeof(Elf64_Ehdr),
			    .e_phentsize = sizeof(Elf64_Phdr),
			    .e_phnum = elf->interpreter ? 3 : 2 },
		.load = { .p_type = PT_LOAD,
			  .p_filesz = sizeof(struct image),
			  .p_memsz = sizeof(struct image) },
		.dynamic = { .p_type = PT_DYNAMIC,
			     .p_offset = offsetof(struct image, entries),
			     .p_filesz = sizeof(image.entries) },
	};
	size_t len = 1;

	fill_dynamic(&image, elf, &len);
	if (elf->interpreter) {
		image.interpreter.p_type = PT_INTERP;
		image.interpreter.p_filesz = strlen(elf->interpreter) + 1;
		image.interpreter.p_offset = offsetof(struct image, strings) +
					     add_string(&image, &len, elf->interpreter);
	}
	return image;
}

static void put_elf(const char *path, struct elf elf)
{
	struct image image = make_image(&elf);

	put(path, mdt_slice_from((const char *)&image, sizeof(image)));
}

/* ---- trees ---- */

static const struct {
	const char *path, *found; // NULL: not there
} finds[] = {
	{ "/usr/lib/real", "/usr/lib/real" },
	{ "/lib/real", "/usr/lib/real" },      // no /lib at all
	{ "/usr/sbin/old", "/sbin/old" },      // nor a merged /usr/sbin
	{ "/absolute", "/usr/lib/real" },      // -> /usr/lib/real
	{ "/relative/real", "/usr/lib/real" }, // -> usr/lib
	{ "/up", "/usr/lib/real" },	       // -> ../../../usr/lib/real
	{ "/chain", "/usr/lib/real" },
	{ "//usr/./lib//../lib/real", "/usr/lib/real" },
	{ "/round", NULL },
	{ "/dangling", NULL },
	{ "/usr/lib/none", NULL },
	{ "/usr/lib/real/below", NULL },
	{ "/", "" },
	{ "/..", "" },
};

ParameterizedTestParameters(sysroot, find)
{
	return index_params(finds);
}

ParameterizedTest(size_t *i, sysroot, find)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf found = { 0 };
	char root[64], expected[128];
	bool is_there;

	put("root/usr/lib/real", SLICE("x"));
	put("root/sbin/old", SLICE("x"));
	put_link("root/absolute", "/usr/lib/real");
	put_link("root/relative", "usr/lib");
	put_link("root/up", "../../../usr/lib/real");
	put_link("root/chain", "absolute");
	put_link("root/round", "round");
	put_link("root/dangling", "/nowhere");
	snprintf(root, sizeof(root), "%s/root", dir);
	is_there = mdt_sysroot_find(root, mdt_slice_cstr(finds[*i].path), &found);
	cr_assert_eq(is_there, finds[*i].found != NULL, "%s", finds[*i].path);
	if (!is_there)
		return;
	snprintf(expected, sizeof(expected), "%s%s", root, finds[*i].found);
	cr_assert_str_eq(found.str, expected);
}

Test(sysroot, find_in_the_root_of_this_machine)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf found = { 0 };

	cr_assert(mdt_sysroot_find("/", SLICE("/proc/self/exe"), &found));
	cr_assert(mdt_sysroot_find("/", SLICE("/"), &found));
	cr_assert_str_eq(found.str, "/");
}

static const struct {
	const char *path, *name;
} names[] = {
	{ "/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/x86_64-linux-gnu/libc.so.6" },
	{ "/usr/lib/libc.so.6", "/usr/lib/libc.so.6" },
	{ "/lib64/ld.so", "/usr/lib64/ld.so" },
	{ "/libexec/x", "/libexec/x" },
	{ "//opt/./a/../b/", "/opt/b" },
	{ "/../../sbin", "/usr/sbin" },
	{ "/", "" },
};

ParameterizedTestParameters(sysroot, name)
{
	return index_params(names);
}

ParameterizedTest(size_t *i, sysroot, name)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };

	mdt_sysroot_name(mdt_slice_cstr(names[*i].path), &name);
	cr_assert(mdt_slice_eq_cstr(mdt_buf_slice(&name), names[*i].name), "%.*s",
		  SLICE_FMT(mdt_buf_slice(&name)));
}

/* ---- closures ---- */

// All files as `GUEST<ROOT`, sorted as found.
static char *closure_of(const char *const *roots, const char *program,
			struct mdt_error **err)
{
	_cleanup_(mdt_closure_deinit) struct mdt_closure closure;
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice path;

	mdt_closure_init(&closure, roots);
	*err = mdt_closure_add(&closure, program, &path);
	for (size_t i = 0; i < closure.count; i++)
		mdt_buf_printf(&text, "%s%.*s<%zu", i ? " " : "",
			       SLICE_FMT(closure.files[i]->path), closure.files[i]->root);
	mdt_buf_addc(&text, '\0');
	return strdup(text.str);
}

static void check(const char *const *roots, const char *program, const char *expected)
{
	struct mdt_error *err;
	char *text = closure_of(roots, program, &err);

	cr_assert_null(err, "%s", err ? err->message : "");
	cr_assert_str_eq(text, expected);
	free(text);
}

static void check_error(const char *const *roots, const char *program,
			const char *message)
{
	struct mdt_error *err;
	char *text = closure_of(roots, program, &err);

	cr_assert(err, "%s", text);
	cr_assert_str_eq(err->message, message);
	mdt_error_destroy(err);
	free(text);
}

static const char *const one[] = { "a", NULL };
static const char *const two[] = { "a", "b", NULL };

#define MULTIARCH "/usr/lib/x86_64-linux-gnu/"

Test(closure, libraries_of_libraries)
{
	put_elf("a/sbin/mdadm", (struct elf){ .needed = { "libudev.so.1", "libc.so.6" },
					      .interpreter = "/lib64/ld-linux.so.2" });
	put_elf("a/usr/lib/x86_64-linux-gnu/libudev.so.1.7",
		(struct elf){ .needed = { "libcap.so.2", "libc.so.6" } });
	put_link("a/usr/lib/x86_64-linux-gnu/libudev.so.1", "libudev.so.1.7");
	put_elf("a/usr/lib/libcap.so.2", (struct elf){ .needed = { "libudev.so.1" } });
	put_elf("a/lib/x86_64-linux-gnu/libc.so.6", (struct elf){ { 0 } });
	put_elf("a/lib64/ld-linux.so.2", (struct elf){ { 0 } });
	check(one, "mdadm",
	      "/usr/sbin/mdadm<0 /usr/lib64/ld-linux.so.2<0 " MULTIARCH
	      "libudev.so.1<0 " MULTIARCH "libc.so.6<0 /usr/lib/libcap.so.2<0");
}

Test(closure, a_tree_over_another)
{
	put_elf("a/sbin/mdadm", (struct elf){ .needed = { "libc.so.6", "libx.so" } });
	put_elf("b/sbin/mdadm", (struct elf){ { 0 } });
	put_elf("b/usr/lib/libc.so.6", (struct elf){ { 0 } });
	put_elf("a/lib/libx.so", (struct elf){ { 0 } });
	check(two, "/usr/sbin/mdadm",
	      "/usr/sbin/mdadm<0 /usr/lib/libc.so.6<1 /usr/lib/libx.so<0");
}

Test(closure, rpath_is_inherited_and_runpath_is_not)
{
	put_elf("a/opt/bin/x",
		(struct elf){ .needed = { "l1.so" }, .rpath = "$ORIGIN/../l:/none" });
	put_elf("a/opt/l/l1.so", (struct elf){ .needed = { "l2.so" } });
	put_elf("a/opt/l/l2.so",
		(struct elf){ .needed = { "l3.so" }, .runpath = "${ORIGIN}/../m" });
	put_elf("a/opt/m/l3.so", (struct elf){ .needed = { "l4.so" } });
	put_elf("a/opt/l/l4.so", (struct elf){ { 0 } });
	// l4: the RPATH of x, since l3 was loaded by l2 by x, and has no RUNPATH itself
	check(one, "/opt/bin/x",
	      "/opt/bin/x<0 /opt/l/l1.so<0 /opt/l/l2.so<0 /opt/m/l3.so<0 /opt/l/l4.so<0");
}

Test(closure, runpath_takes_the_rpath_away)
{
	put_elf("a/opt/x", (struct elf){ .needed = { "l.so" },
					 .rpath = "/opt/r",
					 .runpath = "/opt/none" });
	put_elf("a/opt/r/l.so", (struct elf){ { 0 } });
	check_error(one, "/opt/x",
		    "the library l.so of a/opt/x is missing; looked in /opt/none, "
		    "/lib/x86_64-linux-gnu, /usr/lib/x86_64-linux-gnu, /lib64, "
		    "/usr/lib64, /lib, /usr/lib");
}

Test(closure, a_library_of_another_machine_is_passed_over)
{
	put_elf("a/opt/x", (struct elf){ .needed = { "l.so" } });
	put_elf("a/lib64/l.so", (struct elf){ .machine = EM_AARCH64 });
	put_elf("a/usr/lib/l.so", (struct elf){ { 0 } });
	check(one, "/opt/x", "/opt/x<0 /usr/lib64/l.so<0 /usr/lib/l.so<0");
}

Test(closure, script)
{
	put("a/bin/run", SLICE("#! /bin/sh -e\nexit\n"));
	put_elf("a/bin/sh", (struct elf){ .needed = { "libc.so.6" } });
	put_elf("a/lib/libc.so.6", (struct elf){ { 0 } });
	put("a/bin/plain", SLICE("exit\n"));
	check(one, "run", "/usr/bin/run<0 /usr/bin/sh<0 /usr/lib/libc.so.6<0");
	check(one, "plain", "/usr/bin/plain<0");
}

Test(closure, script_that_is_its_own_interpreter)
{
	put("a/bin/run", SLICE("#!/bin/run\n"));
	check(one, "run", "/usr/bin/run<0");
}

Test(closure, what_is_missing)
{
	put_elf("a/bin/x", (struct elf){ .interpreter = "/lib64/ld.so" });
	put("a/bin/script", SLICE("#!/bin/perl\n"));
	check_error(one, "mdadm", "there is no program mdadm in a");
	check_error(two, "mdadm", "there is no program mdadm in a, nor on this machine");
	check_error(one, "x", "the interpreter /lib64/ld.so of a/bin/x is missing");
	check_error(one, "script",
		    "the interpreter /bin/perl of a/bin/script is missing");
}

Test(closure, programs_share_what_they_need)
{
	_cleanup_(mdt_closure_deinit) struct mdt_closure closure;
	struct mdt_slice path;

	put_elf("a/bin/x", (struct elf){ .needed = { "l.so" } });
	put_elf("a/bin/y", (struct elf){ .needed = { "l.so" } });
	put_elf("a/lib/l.so", (struct elf){ { 0 } });
	mdt_closure_init(&closure, one);
	cr_assert_null(mdt_closure_add(&closure, "x", &path));
	cr_assert_null(mdt_closure_add(&closure, "y", &path));
	cr_assert_null(mdt_closure_add(&closure, "/bin/x", &path));
	cr_assert(mdt_slice_eq_cstr(path, "/usr/bin/x"));
	cr_assert_eq(closure.count, 3);
}

// The program that runs this test: what the loader has mapped must be in its closure.
Test(closure, this_program)
{
	static const char *const host[] = { "/", NULL };
	_cleanup_(mdt_closure_deinit) struct mdt_closure closure;
	_cleanup_(mdt_buf_deinit) struct mdt_buf exe = { 0 };
	struct mdt_slice path;
	bool has_libc = false;

	cr_assert(mdt_sysroot_find("/", SLICE("/proc/self/exe"), &exe));
	mdt_closure_init(&closure, host);
	cr_assert_null(mdt_closure_add(&closure, exe.str, &path));
	for (size_t i = 0; i < closure.count; i++)
		has_libc |= mdt_slice_ends(closure.files[i]->path, SLICE("/libc.so.6"));
	cr_assert(has_libc);
	cr_assert_gt(closure.count, 2);
}

/* ---- damaged files ---- */

// Every byte of an ELF file changed, and every length: no crash, no overrun.
Test(needs, damaged)
{
	struct elf elf = { .needed = { "l.so" }, .interpreter = "/i", .runpath = "/r" };
	struct image whole = make_image(&elf);
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	size_t errors = 0;

	for (size_t i = 0; i < 2 * sizeof(whole); i++) {
		struct image image = whole;
		struct mdt_slice bytes = { (const char *)&image, sizeof(image) };
		struct mdt_needs needs;
		struct mdt_error *err;

		if (i < sizeof(image))
			((unsigned char *)&image)[i] ^= 0xff;
		else
			bytes.len = i - sizeof(image);
		put("f", bytes);
		err = mdt_needs_read("f", &arena, &needs);
		errors += err != NULL;
		mdt_error_destroy(err);
	}
	cr_assert_gt(errors, 100);
}

Test(needs, errors)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_needs needs;
	struct mdt_error *err = mdt_needs_read("none", &arena, &needs);

	cr_assert_str_eq(err->message, "none: No such file or directory");
	mdt_error_destroy(err);
	err = mdt_needs_read("/dev/null", &arena, &needs);
	cr_assert_str_eq(err->message, "/dev/null: not a regular file");
	mdt_error_destroy(err);
}
