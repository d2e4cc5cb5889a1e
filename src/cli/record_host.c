// SPDX-License-Identifier: MIT
#include "cli/record_host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/program.h"
#include "cli/cli.h"
#include "cli/program.h"
#include "record/head.h"
#include "vm/file.h"

/* ---- which strace ---- */

static struct mdt_error *no_strace(const char *program, int os_errno)
{
	const char *hint = os_errno == ENOENT && strcmp(program, "strace") == 0
				   ? " (Debian package strace)"
				   : "";

	return mdt_error_os(os_errno, "%s cannot be run%s", program, hint);
}

// What it prints of itself.
static struct mdt_error *ask_version(const char *program, struct mdt_buf *ret)
{
	int code = 0;
	struct mdt_error *err = program_ask(program, "-V", ret, &code);

	return !err && code ? no_strace(program, code) : err;
}

/* ---- the command ---- */

// What a shell says of a command that it cannot run, and exits with.
static bool cannot_run(const char *command, enum status *ret)
{
	_cleanup_(mdt_freep) char *path = NULL;
	int code = mdt_program_path(command, &path);

	if (code != ENOENT && code != EACCES)
		return false;
	*ret = code == ENOENT ? STATUS_NO_COMMAND : STATUS_CANNOT_RUN;
	cli_report(mdt_error_os(code, "%s cannot be run; nothing was recorded", command));
	return true;
}

/* ---- the log's head ---- */

static struct mdt_error *make_head(const struct record_host *record,
				   const struct mdt_tracer *tracer,
				   const char *const *options, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf system = { 0 };
	struct mdt_record_head head = {
		.recorder = record->recorder,
		.tracer = *tracer,
		.options = options,
		.command = record->command,
	};
	struct utsname name;

	if (uname(&name) < 0)
		return mdt_error_os(errno, "uname");
	mdt_buf_printf(&system, "%s %s %s %s", name.sysname, name.release, name.version,
		       name.machine);
	head.release = mdt_slice_cstr(name.release);
	head.system = mdt_buf_slice(&system);
	mdt_record_head_write(&head, ret);
	return system.failed ? &mdt_enomem : mdt_buf_error(ret);
}

static struct mdt_error *write_stream(int fd, const char *name, struct mdt_slice text)
{
	return mdt_file_write(fd, text) ? NULL : mdt_error_os(errno, "%s", name);
}

static struct mdt_error *write_head(const struct record_host *record,
				    struct mdt_slice text)
{
	if (!record->log)
		return write_stream(STDERR_FILENO, "standard error", text);
	if (strcmp(record->log, "-") == 0)
		return write_stream(STDOUT_FILENO, "standard output", text);
	return mdt_file_replace(record->log, text);
}

/* ---- strace ---- */

// strace takes a log named "|..." or "!..." for a program to pipe to.
static struct mdt_error *log_name(const char *log, struct mdt_buf *ret)
{
	if (strcmp(log, "-") == 0)
		log = "/dev/stdout";
	if (log[0] == '|' || log[0] == '!')
		mdt_buf_adds(ret, "./");
	mdt_buf_add(ret, mdt_slice_from(log, strlen(log) + 1));
	return mdt_buf_error(ret);
}

static struct mdt_error *become_strace(const struct record_host *record,
				       const char *const *options)
{
	_cleanup_(strings_deinit) struct strings words = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };
	struct mdt_error *err = strings_add(&words, record->strace);

	for (; !err && *options; options++)
		err = strings_add(&words, *options);
	if (!err && record->log)
		err = log_name(record->log, &log);
	if (!err && record->log) {
		const char *more[] = { "-A", "-o", log.str };

		for (size_t i = 0; !err && i < array_size(more); i++)
			err = strings_add(&words, more[i]);
	}
	if (!err)
		err = strings_add(&words, "--");
	for (const char *const *word = record->command; !err && *word; word++)
		err = strings_add(&words, *word);
	if (!err)
		err = strings_add(&words, NULL);
	if (err)
		return err;
	execvp(record->strace, (char *const *)words.items);
	return no_strace(record->strace, errno);
}

static void say_what_is_lost(const struct mdt_tracer *tracer)
{
	const char *lack;

	if (!tracer->known)
		cli_say("this strace does not tell its version");
	for (size_t i = 0; (lack = mdt_tracer_lacks(tracer, i)); i++)
		cli_say("strace %.*s records %s", SLICE_FMT(tracer->version), lack);
}

struct mdt_error *record_host(const struct record_host *record, enum status *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf version = { 0 }, head = { 0 };
	const char *options[MDT_TRACER_OPTIONS];
	struct mdt_tracer tracer;
	struct mdt_error *err = ask_version(record->strace, &version);

	if (err)
		return err;
	if (cannot_run(record->command[0], ret))
		return NULL;
	mdt_tracer_read(mdt_buf_slice(&version), &tracer);
	// -A, which adds to the head that is there, is of 4.22 (NEWS).
	if (record->log && !mdt_tracer_since(&tracer, 4, 22))
		return mdt_error_create(
			MDT_ERR_INVALID,
			"strace %.*s cannot add to a log that has a head (4.22 can): leave -o out, the log then goes to standard error",
			SLICE_FMT(tracer.version));
	mdt_tracer_options(&tracer, record->times, options);
	err = make_head(record, &tracer, options, &head);
	if (!err)
		err = write_head(record, mdt_buf_slice(&head));
	if (err)
		return err;
	if (record->log)
		say_what_is_lost(&tracer);
	return become_strace(record, options);
}
