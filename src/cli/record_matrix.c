// SPDX-License-Identifier: MIT
#include "cli/record_matrix.h"

#include <stdio.h>

#include "base/json.h"

/* ---- jobs ---- */

static size_t at_least_one(const struct strings *strings)
{
	return strings->len ? strings->len : 1;
}

static size_t job_count(const struct record_matrix *matrix)
{
	return at_least_one(matrix->sysroots) * at_least_one(matrix->kernels);
}

static struct record_vm job_at(const struct record_matrix *matrix, size_t index)
{
	size_t kernels = at_least_one(matrix->kernels);
	struct record_vm job = matrix->record;

	job.by_version = true;
	if (matrix->sysroots->len)
		job.sysroot = matrix->sysroots->items[index / kernels];
	if (matrix->kernels->len)
		job.kernel = matrix->kernels->items[index % kernels];
	return job;
}

void record_matrix_run(const struct record_matrix *matrix, struct out *out,
		       enum status *ret)
{
	size_t count = job_count(matrix);

	for (size_t i = 0; i < count && !out_failed(out); i++) {
		struct record_vm job = job_at(matrix, i);
		struct mdt_error *err;

		if (!shard_has(&matrix->shard, i))
			continue;
		out_flush(out);
		cli_say("job %zu of %zu: %s, %s", i + 1, count,
			job.sysroot ? job.sysroot : "this machine's programs",
			job.kernel ? job.kernel : "its newest kernel");
		err = record_vm(&job, matrix->scenarios, matrix->scenario_count, out,
				ret);
		out_flush(out);
		if (!err)
			continue;
		cli_report(err);
		*ret = STATUS_TROUBLE;
	}
}

/* ---- printing ---- */

static bool is_plain(const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=+:,@%";

	return *word && word[strspn(word, plain)] == '\0';
}

// For a shell: in single quotes, if it has more than letters.
static void print_word(struct out *out, const char *option, const char *word)
{
	out_printf(out, " %s", option);
	if (is_plain(word)) {
		out_adds(out, word);
		return;
	}
	out_addc(out, '\'');
	for (; *word; word++)
		if (*word == '\'')
			out_adds(out, "'\\''");
		else
			out_addc(out, *word);
	out_addc(out, '\'');
}

static void print_job(const struct record_matrix *matrix, const struct record_vm *job,
		      struct out *out)
{
	static const char *const accels[] = { [MDT_ACCEL_AUTO] = NULL,
					      [MDT_ACCEL_KVM] = " --accel=kvm",
					      [MDT_ACCEL_TCG] = " --accel=tcg" };

	out_adds(out, "mdtrace record --vm --matrix");
	if (job->sysroot)
		print_word(out, "--sysroot=", job->sysroot);
	if (job->kernel)
		print_word(out, "--kernel=", job->kernel);
	if (job->modules)
		print_word(out, "--modules=", job->modules);
	if (accels[job->accel])
		out_adds(out, accels[job->accel]);
	if (job->no_snapshot)
		out_adds(out, " --no-snapshot");
	if (job->times)
		out_adds(out, " --times");
	if (job->output)
		print_word(out, "--output=", job->output);
	out_adds(out, " --");
	for (size_t i = 0; i < matrix->scenario_count; i++)
		print_word(out, "", matrix->scenarios[i]);
}

void record_matrix_print(const struct record_matrix *matrix, struct out *out)
{
	for (size_t i = 0; i < job_count(matrix); i++) {
		struct record_vm job = job_at(matrix, i);

		if (!shard_has(&matrix->shard, i))
			continue;
		print_job(matrix, &job, out);
		out_addc(out, '\n');
	}
}

void record_matrix_print_json(const struct record_matrix *matrix, struct out *out)
{
	struct mdt_json json;

	mdt_json_init(&json, &out->buf);
	mdt_json_object(&json, NULL);
	mdt_json_array(&json, "include");
	for (size_t i = 0; i < job_count(matrix); i++) {
		struct record_vm job = job_at(matrix, i);
		struct out line;

		if (!shard_has(&matrix->shard, i))
			continue;
		out_init(&line, -1);
		print_job(matrix, &job, &line);
		mdt_json_object(&json, NULL);
		mdt_json_cstr(&json, "sysroot", job.sysroot ? job.sysroot : "");
		mdt_json_cstr(&json, "kernel", job.kernel ? job.kernel : "");
		mdt_json_text(&json, "command", mdt_buf_slice(&line.buf));
		mdt_json_end(&json);
		out_deinit(&line);
	}
	mdt_json_end(&json);
	mdt_json_end(&json);
	out_addc(out, '\n');
}
