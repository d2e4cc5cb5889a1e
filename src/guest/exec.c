// SPDX-License-Identifier: MIT
#include "guest/exec.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "guest/program.h"
#include "guest/sysfs.h"
#include "guest/words.h"
#include "plan/parts.h"

enum {
	DATA_MAX = 64 << 20, // bytes of one file that are sent
	SECONDS_MAX = 3600,
};

static const char output_path[] = "/run/guest/output";
static const char host_name[] = "mdtrace"; // mdadm puts it into names of arrays

struct words {
	const char **items; // owned; NULL-terminated once finished
	size_t len, cap;
};

struct exec {
	struct guest_machine *machine;
	const struct guest_job *job;
	struct guest_files files; // none: what programs have open is theirs
	struct mdt_arena arena;	  // owns the text of words
	struct words env;
	struct mdt_buf top; // the job's disks and modules, as a plan
	struct mdt_buf *out;
};

static void exec_deinit(struct exec *exec)
{
	guest_files_deinit(&exec->files);
	mdt_arena_deinit(&exec->arena);
	free(exec->env.items);
	mdt_buf_deinit(&exec->top);
}

static void words_deinit(struct words *words)
{
	free(words->items);
}

/* ---- words ---- */

static struct mdt_error *not_understood(struct mdt_slice line)
{
	return mdt_error_create(MDT_ERR_SYNTAX, "of the job: \"%.*s\"",
				SLICE_FMT(mdt_slice_head(line, 200)));
}

static bool push(struct words *words, const char *word)
{
	if (!mdt_grow((void **)&words->items, &words->cap, words->len,
		      sizeof(*words->items)))
		return false;
	words->items[words->len++] = word;
	return true;
}

// A quoted word's text. @return false for what is none, or when out of memory.
static bool take_text(struct exec *exec, struct mdt_slice *rest, const char **ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice word, copy;

	if (!mdt_plan_word(rest, &word) || !mdt_plan_text(word, &text) || text.failed ||
	    !mdt_arena_copy(&exec->arena, mdt_buf_slice(&text), &copy))
		return false;
	*ret = copy.str;
	return true;
}

static bool take_seconds(struct mdt_slice *rest, unsigned int *ret)
{
	struct mdt_slice word;
	uint64_t value;

	if (!mdt_plan_word(rest, &word) || !mdt_slice_to_dec(word, &value) ||
	    value > SECONDS_MAX)
		return false;
	*ret = (unsigned int)value;
	return true;
}

static bool take_env(struct exec *exec, struct mdt_slice *rest)
{
	const char *text;

	return take_text(exec, rest, &text) && push(&exec->env, text);
}

/* ---- programs ---- */

static void say_name(struct mdt_buf *ret, const char *word, const char *name)
{
	guest_words_begin(ret, word);
	guest_words_quoted(ret, mdt_slice_cstr(name));
}

static void say_ending(const struct guest_ending *ending, struct mdt_buf *ret)
{
	static const char *const names[] = { [GUEST_EXITED] = "exited",
					     [GUEST_KILLED] = "killed",
					     [GUEST_TIMED_OUT] = "timed-out" };

	guest_words_bare(ret, mdt_slice_cstr(names[ending->end]));
	guest_words_number(ret, (uint64_t)ending->number);
	guest_words_end(ret);
}

static void send_file(const char *what, const char *path, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	struct mdt_slice data;

	guest_read_file(path, DATA_MAX, &bytes);
	data = mdt_slice_head(mdt_buf_slice(&bytes), DATA_MAX);
	say_name(ret, "data", what);
	guest_words_number(ret, data.len);
	if (bytes.failed || bytes.len > data.len)
		guest_words_bare(ret, SLICE("cut"));
	guest_words_end(ret);
	mdt_buf_add(ret, data);
	mdt_buf_addc(ret, '\n');
}

static struct mdt_error *run_program(struct exec *exec, const char *name,
				     unsigned int seconds, const char *file,
				     const char *const *words)
{
	struct guest_ending ending;
	int err;

	say_name(exec->out, "runs", name);
	guest_words_end(exec->out);
	guest_report_flush(&exec->machine->report); // it may be the last one
	unlink(file);
	err = guest_program_run(words, exec->env.items, output_path, seconds, &ending);
	if (err)
		return mdt_error_os(err, "running %s", words[0]);
	say_name(exec->out, "ran", name);
	say_ending(&ending, exec->out);
	send_file("output", output_path, exec->out);
	if (*file)
		send_file("file", file, exec->out);
	unlink(file);
	guest_observe_programs(&exec->machine->observer, exec->out);
	guest_report_flush(&exec->machine->report);
	return mdt_buf_error(exec->out);
}

static struct mdt_error *run(struct exec *exec, struct mdt_slice line,
			     struct mdt_slice rest)
{
	_cleanup_(words_deinit) struct words words = { 0 };
	const char *name, *file, *word;
	unsigned int seconds;

	if (!take_text(exec, &rest, &name) || !take_seconds(&rest, &seconds) ||
	    !take_text(exec, &rest, &file) || !take_text(exec, &rest, &word))
		return not_understood(line);
	do
		if (!push(&words, word))
			return &mdt_enomem;
	while (take_text(exec, &rest, &word));
	if (!push(&words, NULL))
		return &mdt_enomem;
	return run_program(exec, name, seconds, file, words.items);
}

static struct mdt_error *settle(struct exec *exec, struct mdt_slice line,
				struct mdt_slice rest)
{
	unsigned int seconds;

	if (!take_seconds(&rest, &seconds))
		return not_understood(line);
	mdt_buf_adds(exec->out, MDT_PLAN_MARK "settle\n");
	guest_report_flush(&exec->machine->report);
	guest_observe_settle(&exec->machine->observer, seconds * 1000, exec->out);
	guest_report_flush(&exec->machine->report);
	return mdt_buf_error(exec->out);
}

/* ---- the job ---- */

static struct mdt_error *read_top(struct exec *exec, struct mdt_slice text)
{
	struct mdt_slice line, rest, word;

	mdt_buf_adds(&exec->top, MDT_PLAN_MARK "plan 1\n");
	while (mdt_plan_next_line(&text, &line)) {
		if (!mdt_plan_directive(line, &rest) || !mdt_plan_word(&rest, &word))
			continue;
		if (mdt_slice_eq_cstr(word, "env") && !take_env(exec, &rest))
			return not_understood(line);
		if (!mdt_slice_eq_cstr(word, "module") &&
		    !mdt_slice_eq_cstr(word, "disk"))
			continue;
		mdt_buf_add(&exec->top, line);
		mdt_buf_addc(&exec->top, '\n');
	}
	if (!push(&exec->env, NULL))
		return &mdt_enomem;
	return mdt_buf_error(&exec->top);
}

static struct mdt_error *run_lines(struct exec *exec, struct mdt_slice text)
{
	struct mdt_slice line, rest, word;
	struct mdt_error *err = NULL;

	while (!err && mdt_plan_next_line(&text, &line)) {
		if (!mdt_plan_directive(line, &rest) || !mdt_plan_word(&rest, &word))
			continue;
		if (mdt_slice_eq_cstr(word, "run"))
			err = run(exec, line, rest);
		else if (mdt_slice_eq_cstr(word, "settle"))
			err = settle(exec, line, rest);
	}
	return err;
}

static int remove_one(const char *path, const struct stat *st _unused_, int kind _unused_,
		      struct FTW *place _unused_)
{
	remove(path); // /tmp itself is busy, and stays
	return 0;
}

// What programs of an earlier job have left for those of this one to find.
static void clear_folders(void)
{
	static const char *const left[] = { "/run/mdadm", "/run/udev", "/dev/md",
					    "/tmp" };

	array_for_each (it, left)
		nftw(*it, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

// The root has nothing but /usr of what programs look for; see vm/sysroot.h.
static void make_root(void)
{
	static const char *const merged[] = { "bin", "sbin", "lib", "lib32", "lib64" };

	array_for_each (it, merged) {
		char target[GUEST_PATH_MAX], path[GUEST_PATH_MAX];

		if (guest_path(target, "usr/%s", *it) && guest_path(path, "/%s", *it) &&
		    symlink(target, path))
			continue; // it is there
	}
	if (sethostname(host_name, sizeof(host_name) - 1))
		return;
}

static struct mdt_error *run_job(struct exec *exec, const struct mdt_plan *plan,
				 struct mdt_slice text)
{
	struct guest_machine *machine = exec->machine;
	struct mdt_error *err;
	struct utsname name;

	mdt_buf_adds(exec->out, MDT_PLAN_MARK "executed 1\n");
	uname(&name);
	say_name(exec->out, "guest kernel", name.release);
	guest_words_end(exec->out);
	make_root();
	clear_folders();
	guest_personalities_set(&machine->modules, plan->modules, plan->module_count,
				exec->out);
	err = guest_disks_make(&machine->disks, plan, exec->out);
	if (err)
		return err;
	guest_observe_begin(&machine->observer, exec->job->observe, &machine->disks.map,
			    &exec->files, exec->out);
	err = run_lines(exec, text);
	guest_observe_end(&machine->observer);
	guest_program_kill_all();
	return err;
}

bool guest_exec_is(struct mdt_slice text)
{
	return mdt_slice_starts(text, SLICE(MDT_PLAN_MARK "exec 1\n"));
}

struct mdt_error *guest_exec_run(struct guest_machine *machine, struct mdt_slice text,
				 const struct guest_job *job, struct mdt_buf *stuck)
{
	_cleanup_(exec_deinit) struct exec exec = { .machine = machine,
						    .job = job,
						    .out = &machine->report.lines };
	struct mdt_error *err = read_top(&exec, text);
	struct mdt_plan plan;

	mdt_plan_init(&plan);
	if (!err)
		err = mdt_plan_read("job", mdt_buf_slice(&exec.top), &plan);
	if (!err)
		err = run_job(&exec, &plan, text);
	mdt_plan_deinit(&plan);
	if (!job->keep)
		guest_clean(machine, stuck);
	return err;
}
