// SPDX-License-Identifier: MIT
#include "base/json.h"
#include "base/visible.h"
#include "cli/cli.h"
#include "vm/kernel.h"

enum kernels_format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_PATHS,
};

static const char *const format_names[] = { "text", "json", "paths", NULL };

struct kernels_options {
	struct strings dirs;
	unsigned int format;
	bool how;
};

// clang-format off
static const struct option_row option_rows[] = {
	{ .name = "kernel-dir",
	  .arg = "DIR",
	  STORE_LIST(struct kernels_options, dirs),
	  .help = "look here and not at what is installed: the root of an unpacked "
		  "package, a build tree, or a folder of such folders" },
	{ .name = "how",
	  STORE_FLAG(struct kernels_options, how),
	  .help = "print how to get more from Debian's suites; nothing is run" },
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct kernels_options, format),
	  .help = "print a table, JSON, or what --kernel takes, a path a line" },
	{ 0 },
};
// clang-format on

/* ---- looking ---- */

static struct mdt_error *list_all(const struct kernels_options *options,
				  struct mdt_vm_kernels *ret)
{
	struct mdt_error *err = NULL;

	if (!options->dirs.len)
		return mdt_vm_kernels_list("/", ret);
	for (size_t i = 0; !err && i < options->dirs.len; i++)
		err = mdt_vm_kernels_below(options->dirs.items[i], ret);
	return err;
}

/* ---- saying ---- */

// The newest kernel with md of each suite of Debian.
static const struct {
	const char *suite, *release;
} suites[] = {
	{ "bullseye-security", "5.10" },
	{ "bookworm", "6.1" },
	{ "bookworm-backports", "6.12" },
	{ "trixie", "6.12" },
	{ "sid", "7.2" },
	{ "trixie-backports", "7.3" },
};

// linux-image-cloud-amd64 only names the packages that hold the kernel: one, or from 7.2
// on two and one more that names them.
static void print_how(struct out *out)
{
	out_adds(out,
		 "# CONF is a configuration of apt of your own with one suite among its "
		 "sources.\n"
		 "# Nothing is installed:\n"
		 "apt-get -c CONF update\n"
		 "apt-get -c CONF download $(apt-cache -c CONF depends --recurse \\\n"
		 "\t--no-recommends --no-suggests --no-conflicts --no-breaks "
		 "--no-replaces --no-enhances \\\n"
		 "\tlinux-image-cloud-amd64 |\n"
		 "\tgrep -x 'linux-\\(image\\|binary\\|modules\\)-[0-9].*-cloud-amd64')\n"
		 "for deb in linux-*.deb; do dpkg -x \"$deb\" DIR; done\n"
		 "mdtrace replay --kernel=DIR LOG\n"
		 "# Debian's suites, and the kernel of each:\n");
	array_for_each (it, suites)
		out_printf(out, "#   %-20s %s\n", it->suite, it->release);
}

static void print_text(const struct mdt_vm_kernels *kernels, struct out *out)
{
	for (size_t i = 0; i < kernels->len; i++) {
		const struct mdt_vm_found *it = &kernels->items[i];

		out_printf(out, "%-28s  ", it->kernel.release ? it->kernel.release : "?");
		mdt_visible_words(&out->buf, mdt_slice_cstr(it->kernel.image));
		if (it->why) {
			out_adds(out, "  cannot be used: ");
			mdt_visible_words(&out->buf, mdt_slice_cstr(it->why));
		}
		out_addc(out, '\n');
	}
}

static void print_paths(const struct mdt_vm_kernels *kernels, struct out *out)
{
	for (size_t i = 0; i < kernels->len; i++)
		if (!kernels->items[i].why)
			out_printf(out, "%s\n", kernels->items[i].kernel.image);
}

static void cstr_if(struct mdt_json *json, const char *key, const char *text)
{
	if (text)
		mdt_json_cstr(json, key, text);
}

static void print_json(const struct mdt_vm_kernels *kernels, struct out *out)
{
	struct mdt_json json;

	mdt_json_init(&json, &out->buf);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, "mdtrace-kernel-list", 1);
	mdt_json_array(&json, "kernels");
	for (size_t i = 0; i < kernels->len; i++) {
		const struct mdt_vm_found *it = &kernels->items[i];

		mdt_json_object(&json, NULL);
		cstr_if(&json, "release", it->kernel.release);
		cstr_if(&json, "image", it->kernel.image);
		cstr_if(&json, "modules", it->kernel.modules);
		mdt_json_bool(&json, "usable", !it->why);
		cstr_if(&json, "why", it->why);
		mdt_json_end(&json);
	}
	mdt_json_end(&json);
	mdt_json_end(&json);
	out_addc(out, '\n');
}

static void print(const struct mdt_vm_kernels *kernels, enum kernels_format format,
		  struct out *out)
{
	switch (format) {
	case FORMAT_TEXT:
		print_text(kernels, out);
		break;
	case FORMAT_JSON:
		print_json(kernels, out);
		break;
	case FORMAT_PATHS:
		print_paths(kernels, out);
		break;
	}
}

static struct mdt_error *run_kernels(const struct cli *cli, enum status *ret)
{
	_cleanup_(mdt_vm_kernels_deinit) struct mdt_vm_kernels kernels = { 0 };
	const struct kernels_options *options = cli->options;
	struct mdt_error *err;

	if (options->how) {
		print_how(cli->out);
		return NULL;
	}
	err = list_all(options, &kernels);
	if (err)
		return err;
	print(&kernels, (enum kernels_format)options->format, cli->out);
	if (kernels.len && !kernels.items[0].why)
		return NULL;
	*ret = STATUS_TROUBLE;
	cli_report(mdt_error_create(MDT_ERR_NOT_FOUND,
				    "no kernel here can be used; mdtrace kernels --how "
				    "says where to get one"));
	return NULL;
}

const struct command cmd_kernels = {
	.name = "kernels",
	.summary = "list the kernels that a replay can use",
	.details = "What is installed, or what is in --kernel-dir, oldest first.\n"
		   "\n"
		   "  mdtrace kernels --kernel-dir=/srv/kernels",
	.options = option_rows,
	.options_size = sizeof(struct kernels_options),
	.run = run_kernels,
};
