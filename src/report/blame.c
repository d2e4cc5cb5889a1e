// SPDX-License-Identifier: MIT
#include "report/blame.h"

#include "base/json.h"
#include "base/visible.h"

static const char *const whose_words[] = {
	[MDT_BLAME_NOBODY] = "nobody's: the last run does what the first one does",
	[MDT_BLAME_MDADM] = "mdadm's: it asks something else",
	[MDT_BLAME_KERNEL] = "the kernel's: it answers the same calls otherwise",
	[MDT_BLAME_BOTH] =
		"of both together: the bad kernel answers otherwise what only the bad mdadm asks",
	[MDT_BLAME_EACH] = "of each alone: either of them is enough",
	[MDT_BLAME_ENVIRONMENT] = "the environment's: neither mdadm's nor the kernel's",
};

/* ---- text ---- */

static void say_place(const struct mdt_blame_sign *sign, struct mdt_buf *ret)
{
	mdt_visible_words(ret, mdt_slice_base_name(sign->path));
	if (sign->line)
		mdt_buf_printf(ret, ":%lu", sign->line);
	mdt_buf_adds(ret, "  ");
}

static void say_sign(const struct mdt_blame_sign *sign, struct mdt_buf *ret)
{
	mdt_visible_words(ret, sign->what);
	mdt_buf_adds(ret, ": ");
	mdt_visible_words(ret, sign->how);
}

static void say_row(const char *head, const struct mdt_blame_sign *sign,
		    struct mdt_buf *ret)
{
	if (sign->kind == MDT_BLAME_NONE)
		return;
	mdt_buf_adds(ret, head);
	say_place(sign, ret);
	say_sign(sign, ret);
	mdt_buf_addc(ret, '\n');
}

static void say_run(const struct mdt_blame *blame, enum mdt_blame_run run,
		    struct mdt_buf *ret)
{
	const struct mdt_blame_outcome *it = &blame->runs[run];

	mdt_buf_printf(ret, "  %-29s  %-5s  ", mdt_blame_run_name(run),
		       it->fails ? "fails" : "works");
	mdt_visible_words(ret, mdt_slice_base_name(mdt_slice_cstr(it->path)));
	if (it->kernel.len) {
		mdt_buf_adds(ret, ", ");
		mdt_visible_words(ret, it->kernel);
	}
	if (it->exit.len) {
		mdt_buf_adds(ret, ", ");
		mdt_visible_words(ret, it->exit);
	}
	if (it->arrays.len) {
		mdt_buf_adds(ret, ", ");
		mdt_visible_words(ret, it->arrays);
	}
	if (it->faults)
		mdt_buf_printf(ret, ", %llu lines not understood",
			       (unsigned long long)it->faults);
	mdt_buf_addc(ret, '\n');
}

static void say_known(const struct mdt_blame *blame, struct mdt_buf *ret)
{
	if (blame->model.len) {
		mdt_buf_adds(ret, "  model of md:      ");
		mdt_visible_words(ret, blame->model);
		if (blame->model_source.len) {
			mdt_buf_adds(ret, " (");
			mdt_visible_words(ret, blame->model_source);
			mdt_buf_addc(ret, ')');
		}
		mdt_buf_addc(ret, '\n');
	}
	if (blame->drift)
		mdt_buf_printf(ret, "  known change:     %s, since %s (%s)\n",
			       blame->drift->what, blame->drift->first,
			       blame->drift->source);
}

static void say_environment(const struct mdt_blame_sign *sign, struct mdt_buf *ret)
{
	if (sign->kind == MDT_BLAME_NONE)
		return;
	say_row("  first seen at:    ", sign, ret);
	mdt_buf_printf(ret, "  what it is:       %s", sign->because);
	if (sign->source)
		mdt_buf_printf(ret, " (%s)", sign->source);
	mdt_buf_addc(ret, '\n');
}

struct mdt_error *mdt_blame_text(const struct mdt_blame *blame, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "The fault is %s\n", whose_words[blame->whose]);
	for (unsigned int i = 0; i < MDT_BLAME_RUNS; i++)
		say_run(blame, (enum mdt_blame_run)i, ret);
	say_row("  what fails:       ", &blame->symptom, ret);
	say_row("  asked otherwise:  ", &blame->asked, ret);
	say_row("  other answer:     ", &blame->answered, ret);
	say_known(blame, ret);
	say_environment(&blame->environment, ret);
	return mdt_buf_error(ret);
}

/* ---- JSON ---- */

static void json_sign(struct mdt_json *json, const char *key,
		      const struct mdt_blame_sign *sign)
{
	if (sign->kind == MDT_BLAME_NONE)
		return;
	mdt_json_object(json, key);
	mdt_json_text(json, "log", sign->path);
	if (sign->line)
		mdt_json_u64(json, "line", sign->line);
	mdt_json_text(json, "what", sign->what);
	mdt_json_text(json, "how", sign->how);
	if (sign->because)
		mdt_json_cstr(json, "because", sign->because);
	if (sign->source)
		mdt_json_cstr(json, "source", sign->source);
	mdt_json_end(json);
}

static void json_run(struct mdt_json *json, const struct mdt_blame *blame,
		     enum mdt_blame_run run)
{
	const struct mdt_blame_outcome *it = &blame->runs[run];

	mdt_json_object(json, NULL);
	mdt_json_cstr(json, "run", mdt_blame_run_name(run));
	mdt_json_cstr(json, "log", it->path);
	mdt_json_bool(json, "fails", it->fails);
	if (it->kernel.len)
		mdt_json_text(json, "kernel", it->kernel);
	if (it->exit.len)
		mdt_json_text(json, "exit", it->exit);
	mdt_json_text(json, "arrays", it->arrays);
	mdt_json_u64(json, "calls", it->calls);
	mdt_json_u64(json, "not_understood", it->faults);
	mdt_json_end(json);
}

static void json_known(struct mdt_json *json, const struct mdt_blame *blame)
{
	if (blame->model.len) {
		mdt_json_object(json, "model");
		mdt_json_text(json, "says", blame->model);
		mdt_json_text(json, "source", blame->model_source);
		mdt_json_end(json);
	}
	if (!blame->drift)
		return;
	mdt_json_object(json, "drift");
	mdt_json_cstr(json, "first", blame->drift->first);
	mdt_json_cstr(json, "what", blame->drift->what);
	mdt_json_cstr(json, "source", blame->drift->source);
	mdt_json_end(json);
}

struct mdt_error *mdt_blame_json(const struct mdt_blame *blame, struct mdt_buf *ret)
{
	struct mdt_json json;

	mdt_json_init(&json, ret);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, "mdtrace-blame", 1);
	mdt_json_cstr(&json, "whose", mdt_blame_whose_name(blame->whose));
	mdt_json_array(&json, "runs");
	for (unsigned int i = 0; i < MDT_BLAME_RUNS; i++)
		json_run(&json, blame, (enum mdt_blame_run)i);
	mdt_json_end(&json);
	json_sign(&json, "symptom", &blame->symptom);
	json_sign(&json, "asked", &blame->asked);
	json_sign(&json, "answered", &blame->answered);
	json_sign(&json, "environment", &blame->environment);
	json_known(&json, blame);
	mdt_json_end(&json);
	mdt_buf_addc(ret, '\n');
	return mdt_buf_error(ret);
}
