// SPDX-License-Identifier: MIT
#include <curses.h>
#include <dlfcn.h>
#include <elfutils/libdwfl.h>
#include <gnu/libc-version.h>
#include <libkmod.h>
#include <limits.h>
#include <stdlib.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/archive.h"
#include "base/program.h"
#include "base/visible.h"
#include "cli/cli.h"
#include "cli/program.h"
#include "record/tracer.h"
#include "vm/file.h"
#include "vm/kernel.h"
#include "vm/qemu.h"

struct version_options {
	bool verbose;
};

// clang-format off
static const struct option_row option_rows[] = {
	{ .name = "verbose",
	  .letter = 'v',
	  STORE_FLAG(struct version_options, verbose),
	  .help = "and what it was built with, and which libraries, strace, QEMU and kernels "
		  "it finds here" },
	{ 0 },
};
// clang-format on

static void print_row(struct out *out, const char *key, const char *value)
{
	out_printf(out, "%-12s", key);
	mdt_visible_words(&out->buf, mdt_slice_cstr(value));
	out_addc(out, '\n');
}

/* ---- what it was built with ---- */

static const char compiler[] =
#ifdef __clang__
	"clang " __clang_version__;
#else
	"gcc " __VERSION__;
#endif

static void print_build(struct out *out)
{
	print_row(out, "compiler", compiler);
	print_row(out, "build type", *MDT_BUILD_TYPE ? MDT_BUILD_TYPE : "none");
	print_row(out, "flags", *MDT_BUILD_FLAGS ? MDT_BUILD_FLAGS : "none");
}

/* ---- libraries, as they are at run time ---- */

// The file of a library that does not tell its version: the name has it,
// "libkmod.so.2.4.0".
static void print_library_file(struct out *out, const char *key, const void *function)
{
	char path[PATH_MAX];
	Dl_info info;

	if (dladdr(function, &info) && info.dli_fname && realpath(info.dli_fname, path))
		print_row(out, key, path);
	else
		print_row(out, key, "not known");
}

static void print_pcre2(struct out *out)
{
	char text[64];

	print_row(out, "PCRE2",
		  pcre2_config(PCRE2_CONFIG_VERSION, NULL) <= (int)sizeof(text) &&
				  pcre2_config(PCRE2_CONFIG_VERSION, text) > 0
			  ? text
			  : "not known");
}

static void print_archive(struct out *out)
{
	struct mdt_error *err = mdt_archive_load();

	print_row(out, "libarchive", err ? err->message : archive_version_details());
	mdt_error_destroy(err);
}

static void print_libraries(struct out *out)
{
	print_row(out, "glibc", gnu_get_libc_version());
	print_row(out, "elfutils", dwfl_version(NULL));
	print_pcre2(out);
	print_library_file(out, "libkmod", (const void *)(uintptr_t)kmod_new);
	print_row(out, "ncurses", curses_version());
	print_archive(out);
}

/* ---- programs ---- */

// "6.1, /usr/bin/strace"
static void print_program(struct out *out, const char *key, struct mdt_slice version,
			  const char *path)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf row = { 0 };

	mdt_buf_add(&row, version.len ? version : SLICE("version not known"));
	mdt_buf_adds(&row, ", ");
	mdt_buf_add(&row, mdt_slice_from(path, strlen(path) + 1));
	print_row(out, key, row.failed ? "?" : row.str);
}

static struct mdt_error *print_strace(struct out *out)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	_cleanup_(mdt_freep) char *path = NULL;
	struct mdt_tracer tracer;
	struct mdt_error *err;
	int code = mdt_program_path("strace", &path);

	if (code) {
		print_row(out, "strace", "not found");
		return NULL;
	}
	err = program_ask(path, "-V", &text, &code);
	if (err)
		return err;
	mdt_tracer_read(mdt_buf_slice(&text), &tracer);
	print_program(out, "strace", tracer.version, path);
	return NULL;
}

// The word after "version" in "QEMU emulator version 7.2.22 (Debian ...)".
static struct mdt_slice qemu_version(struct mdt_slice text)
{
	static const struct mdt_slice before = SLICE_INIT("version ");
	const char *at = mdt_slice_find(text, before);
	struct mdt_slice rest;
	size_t len = 0;

	if (!at)
		return (struct mdt_slice){ 0 };
	rest = mdt_slice_skip(text, (size_t)(at - text.str) + before.len);
	while (len < rest.len && !strchr(" \n(", rest.str[len]))
		len++;
	return mdt_slice_head(rest, len);
}

static struct mdt_error *print_qemu(struct out *out)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	_cleanup_(mdt_freep) char *path = NULL;
	struct mdt_error *err = mdt_qemu_find(NULL, &path);
	int code = 0;

	if (mdt_error_catch(&err, MDT_ERR_NOT_FOUND)) {
		print_row(out, "QEMU", "not found");
		return NULL;
	}
	if (!err)
		err = program_ask(path, "--version", &text, &code);
	if (!err)
		print_program(out, "QEMU", qemu_version(mdt_buf_slice(&text)), path);
	return err;
}

/* ---- kernels ---- */

static struct mdt_error *print_kernels(struct out *out)
{
	_cleanup_(mdt_vm_kernels_deinit) struct mdt_vm_kernels kernels = { 0 };
	struct mdt_error *err = mdt_vm_kernels_list("/", &kernels);
	size_t usable = 0;

	for (size_t i = 0; !err && i < kernels.len; i++) {
		const struct mdt_vm_found *it = &kernels.items[i];

		if (it->why)
			continue;
		print_program(
			out, usable++ ? "" : "kernels",
			mdt_slice_cstr(it->kernel.release ? it->kernel.release : ""),
			it->kernel.image);
	}
	if (!err && !usable)
		print_row(out, "kernels", "none that a replay can use");
	return err;
}

static struct mdt_error *run_version(const struct cli *cli, enum status *ret _unused_)
{
	const struct version_options *options = cli->options;
	struct mdt_error *err;

	out_adds(cli->out, "mdtrace " MDT_VERSION "\n");
	if (!options->verbose)
		return NULL;
	print_build(cli->out);
	print_libraries(cli->out);
	err = print_strace(cli->out);
	if (!err)
		err = print_qemu(cli->out);
	return err ? err : print_kernels(cli->out);
}

const struct command cmd_version = {
	.name = "version",
	.summary = "print the version",
	.options = option_rows,
	.options_size = sizeof(struct version_options),
	.run = run_version,
};
