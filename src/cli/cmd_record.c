// SPDX-License-Identifier: MIT
#include "cli/machine.h"
#include "cli/record_host.h"
#include "cli/record_matrix.h"
#include "cli/record_vm.h"

struct record_options {
	const char *output, *strace, *modules;
	bool times, vm, matrix, no_snapshot;
	const char *print_jobs, *shard; /* NULL: is not given */
	unsigned int accel;		/* index into accel_names: enum mdt_accel */
	struct strings sysroots, kernels;
};

static const struct option_row option_rows[] = {
	{ .name = "output",
	  .letter = 'o',
	  .arg = "LOG|DIR",
	  STORE_STRING(struct record_options, output),
	  .help = "where the log goes (default: standard error; -: standard output); with --vm the folder for all logs (default: this one)" },
	{ .name = "times",
	  .letter = 't',
	  STORE_FLAG(struct record_options, times),
	  .help = "record when each call began and how long it took" },
	{ .name = "strace",
	  .arg = "PROGRAM",
	  STORE_STRING(struct record_options, strace),
	  .help = "the strace to record with (default: the one in $PATH)" },
	{ .name = "vm",
	  STORE_FLAG(struct record_options, vm),
	  .help = "record scenarios in a VM, in place of a command on this machine" },
	{ .name = "sysroot",
	  .arg = "DIR",
	  STORE_LIST(struct record_options, sysroots),
	  .help = "of the VM: take mdadm, strace and what they need from this tree, and from this machine what it does not have" },
	{ .name = "kernel",
	  .arg = "IMAGE|DIR",
	  STORE_LIST(struct record_options, kernels),
	  .help = "of the VM: a vmlinuz, or the root of an unpacked kernel package (default: the newest installed kernel that has md)" },
	{ .name = "modules",
	  .arg = "DIR",
	  STORE_STRING(struct record_options, modules),
	  .help = "the kernel's lib/modules/RELEASE (default: beside the kernel)" },
	{ .name = "accel",
	  .arg = "WHAT",
	  .values = accel_names,
	  STORE_CHOICE(struct record_options, accel),
	  .help = "how QEMU runs the VM (auto: kvm if a guest has been seen to start with it)" },
	NO_SNAPSHOT_ROW(struct record_options, no_snapshot),
	{ .name = "matrix",
	  STORE_FLAG(struct record_options, matrix),
	  .help = "each --sysroot with each --kernel, one VM each; logs go to DIR/VERSION" },
	{ .name = "print-jobs",
	  .arg = "text|json",
	  .is_optional = true,
	  STORE_STRING(struct record_options, print_jobs),
	  .help = "print the jobs of --matrix, a command line each, or as a matrix of GitHub "
		  "Actions, and do not run them" },
	{ .name = "shard",
	  .arg = "K/N",
	  STORE_STRING(struct record_options, shard),
	  .help = "of --matrix: only the jobs of the Kth of N machines" },
	{ 0 },
};

static const struct mdt_slice recorder = SLICE_INIT("mdtrace " MDT_VERSION);

/* ---- on this machine ---- */

static struct mdt_error *only_with(const char *option, const char *with)
{
	return mdt_error_create(MDT_ERR_INVALID, "--%s goes with --%s only", option,
				with);
}

static struct mdt_error *run_host(const struct cli *cli, enum status *ret)
{
	const struct record_options *options = cli->options;
	const struct record_host host = {
		.strace = options->strace ? options->strace : "strace",
		.log = options->output,
		.times = options->times,
		.recorder = recorder,
		.command = cli->operands,
	};

	if (options->sysroots.len)
		return only_with("sysroot", "vm");
	if (options->kernels.len)
		return only_with("kernel", "vm");
	if (options->modules)
		return only_with("modules", "vm");
	if (options->accel)
		return only_with("accel", "vm");
	if (options->no_snapshot)
		return only_with("no-snapshot", "vm");
	if (options->matrix)
		return only_with("matrix", "vm");
	if (options->print_jobs)
		return only_with("print-jobs", "matrix");
	if (options->shard)
		return only_with("shard", "matrix");
	return record_host(&host, ret);
}

/* ---- in a VM ---- */

static struct mdt_error *check_vm(const struct record_options *options)
{
	if (options->strace)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"--strace does not go with --vm: the VM's is that of --sysroot");
	if (options->print_jobs && !options->matrix)
		return only_with("print-jobs", "matrix");
	if (options->shard && !options->matrix)
		return only_with("shard", "matrix");
	if (!options->matrix && options->sysroots.len > 1)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"more than one --sysroot goes with --matrix only");
	if (!options->matrix && options->kernels.len > 1)
		return mdt_error_create(MDT_ERR_INVALID,
					"more than one --kernel goes with --matrix only");
	if (options->modules && options->kernels.len != 1)
		return mdt_error_create(MDT_ERR_INVALID,
					"--modules goes with one --kernel only");
	return NULL;
}

// Without a form it is text.
static struct mdt_error *print_jobs(const struct record_matrix *matrix, const char *form,
				    struct out *out)
{
	if (strcmp(form, "json") == 0)
		record_matrix_print_json(matrix, out);
	else if (!*form || strcmp(form, "text") == 0)
		record_matrix_print(matrix, out);
	else
		return mdt_error_create(MDT_ERR_INVALID,
					"--print-jobs: '%s' is neither text nor json",
					form);
	return NULL;
}

static struct mdt_error *run_vm(const struct cli *cli, enum status *ret)
{
	const struct record_options *options = cli->options;
	struct record_matrix matrix = {
		.record = { .modules = options->modules,
			    .accel = (enum mdt_accel)options->accel,
			    .no_snapshot = options->no_snapshot,
			    .times = options->times,
			    .recorder = recorder,
			    .output = options->output },
		.sysroots = &options->sysroots,
		.kernels = &options->kernels,
		.scenarios = cli->operands,
		.scenario_count = cli->operand_count,
	};
	struct mdt_error *err = check_vm(options);

	if (!err)
		err = units_shard(options->shard, &matrix.shard);
	if (err)
		return err;
	if (options->print_jobs)
		return print_jobs(&matrix, options->print_jobs, cli->out);
	if (options->matrix) {
		record_matrix_run(&matrix, cli->out, ret);
		return NULL;
	}
	if (options->sysroots.len)
		matrix.record.sysroot = options->sysroots.items[0];
	if (options->kernels.len)
		matrix.record.kernel = options->kernels.items[0];
	return record_vm(&matrix.record, cli->operands, cli->operand_count, cli->out,
			 ret);
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	const struct record_options *options = cli->options;

	return options->vm ? run_vm(cli, ret) : run_host(cli, ret);
}

const struct command cmd_record = {
	.name = "record",
	.args = "-- COMMAND [ARGUMENT...] | --vm SCENARIO...",
	.summary = "record an strace log that nothing is missing from",
	.details =
		"Runs the COMMAND on this machine, and ends as it ends. The log begins with what\n"
		"it was recorded with:\n"
		"\n"
		"  mdtrace record -o create.strace -- mdadm --create /dev/md0 ...\n"
		"\n"
		"With --vm it runs SCENARIOs, files with a command a line, in a VM, and nothing\n"
		"of this machine is touched:\n"
		"\n"
		"  mdtrace record --vm -o logs traces/scenarios/raid1.scenario",
	.options = option_rows,
	.options_size = sizeof(struct record_options),
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.run = run,
};
