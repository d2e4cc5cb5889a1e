// SPDX-License-Identifier: MIT
// A reproducer in C.
#include <inttypes.h>

#include "report/export_parts.h"

static const char head[] =
	"#define _GNU_SOURCE\n#include <errno.h>\n#include <fcntl.h>\n#include <stdio.h>\n"
	"#include <string.h>\n#include <sys/ioctl.h>\n#include <sys/stat.h>\n"
	"#include <sys/sysmacros.h>\n#include <unistd.h>\n"
	"static int bad; static void is(int want, const char *what, long got) { int e = got < 0 ? errno : 0; bad += e != want;\n"
	"\tprintf(\"%s %s: %s\\n\", e == want ? \"ok\" : \"NOT OK\", what, e ? strerrorname_np(e) : \"0\"); }\n";

static const char dev_helper[] =
	"static dev_t dev(const char *disk) { struct stat st; return stat(disk, &st) ? 0 : st.st_rdev; }\n";

static const char attribute_helper[] =
	"static long attr(const char *path, const char *text, size_t len) {\n"
	"\tint fd = open(path, O_WRONLY), e; long r = fd < 0 ? -1 : write(fd, text, len); e = errno; close(fd); errno = e; return r; }\n";

static const char disk_helper[] =
	"static long put(const char *disk, long at, size_t len, const char *runs) { /* the rest is 0 */\n"
	"\tstatic char b[1 << 24]; int fd = open(disk, O_RDWR), n; long o, r; unsigned x; memset(b, 0, len);\n"
	"\tfor (; sscanf(runs, \"%ld:%n\", &o, &n) == 1; runs += *runs == ' ') for (runs += n; *runs && *runs != ' '; runs += 2) sscanf(runs, \"%2x\", &x), b[o++] = x;\n"
	"\tr = pwrite(fd, b, len, at); fsync(fd); close(fd); return r; }\n";

static const char settle_helper[] =
	"static void settle(void) { for (int i = 0, n = 1; i < 600 && n > 0; i++, usleep(100000)) { char b[9999]; int fd = open(\"/proc/mdstat\", O_RDONLY);\n"
	"\tn = read(fd, b, sizeof(b) - 1); close(fd); b[n < 0 ? 0 : n] = 0; n = strstr(b, \"resync\") || strstr(b, \"recovery\") || strstr(b, \"reshape\") || strstr(b, \"check\"); } }\n";

static bool has(const struct mdt_export *export, enum mdt_act_kind kind)
{
	for (size_t i = 0; i < export->count; i++)
		if (export->acts[i].kind == kind)
			return true;
	return false;
}

static bool names_disk(const struct mdt_export *export)
{
	for (size_t i = 0; i < export->count; i++)
		if (export->acts[i].kind == MDT_ACT_IOCTL && export->acts[i].disk >= 0)
			return true;
	return false;
}

// (int[18]){1, 2}: what is left out is 0.
static void add_numbers(const struct mdt_act *act, size_t count, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "(int[%zu]){", act->data.len / 4);
	for (size_t i = 0; i < count; i++) {
		if (i)
			mdt_buf_adds(ret, ", ");
		if (act->disk >= 0 && (i == 1 || i == 2))
			mdt_buf_printf(ret, "%s(dev(d[%d]))", i == 1 ? "major" : "minor",
				       act->disk);
		else
			mdt_buf_printf(ret, "%" PRId32, mdt_export_number(act->data, i));
	}
	mdt_buf_addc(ret, '}');
}

static void add_argument(const struct mdt_act *act, struct mdt_buf *ret)
{
	size_t count;

	switch (act->arg) {
	case MDT_ACT_ARG_NONE:
		mdt_buf_addc(ret, '0');
		break;
	case MDT_ACT_ARG_VALUE:
		if (act->disk >= 0)
			mdt_buf_printf(ret, "dev(d[%d])", act->disk);
		else
			mdt_buf_printf(ret, "%#" PRIx64 "L", act->value);
		break;
	case MDT_ACT_ARG_OUT:
		mdt_buf_printf(ret, "(char[%zu]){0}", act->size);
		break;
	case MDT_ACT_ARG_IN:
		if (!mdt_export_is_numbers(act, &count))
			mdt_export_quote(act->data, ret);
		else
			add_numbers(act, count, ret);
		break;
	}
}

static void add_act(const struct mdt_act *act, struct mdt_buf *ret)
{
	const char *error = act->error ? "" : "0";

	if (act->kind == MDT_ACT_SETTLE) {
		mdt_buf_adds(ret, "settle();");
		return;
	}
	mdt_buf_printf(ret, "is(%s%.*s, \"", error, SLICE_FMT(act->error_name));
	switch (act->kind) {
	case MDT_ACT_OPEN:
		mdt_buf_printf(ret, "open %.*s\", f[%u] = open(\"%.*s\", %#x));",
			       SLICE_FMT(act->path), act->file, SLICE_FMT(act->path),
			       (unsigned int)act->flags);
		break;
	case MDT_ACT_CLOSE:
		mdt_buf_printf(ret, "close\", close(f[%u]));", act->file);
		break;
	case MDT_ACT_IOCTL:
		mdt_buf_printf(ret, "%.*s\", ioctl(f[%u], %#" PRIx32 ", ",
			       SLICE_FMT(act->name), act->file, act->number);
		add_argument(act, ret);
		mdt_buf_adds(ret, "));");
		break;
	case MDT_ACT_ATTRIBUTE:
		mdt_buf_printf(ret, "write %.*s\", attr(\"%.*s\", ", SLICE_FMT(act->path),
			       SLICE_FMT(act->path));
		mdt_export_quote(act->data, ret);
		mdt_buf_printf(ret, ", %zu));", act->data.len);
		break;
	case MDT_ACT_DISK:
		mdt_buf_printf(ret, "write disk %d\", put(d[%d], %" PRIu64 ", %zu, \"",
			       act->disk, act->disk, act->offset, act->size);
		mdt_export_runs(act->data, ret);
		mdt_buf_adds(ret, "\"));");
		break;
	case MDT_ACT_SETTLE:
		break;
	}
}

static void add_end(const struct mdt_export *export, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "\n\tfor (int i = 0; i < %u; i++) { close(f[i]); }",
		       export->files);
	for (size_t i = 0; i < export->array_count; i++)
		mdt_buf_printf(ret,
			       " ioctl(f[0] = open(\"/dev/md%" PRIu32
			       "\", O_RDONLY), 0x932 /* STOP_ARRAY */, 0), close(f[0]);",
			       export->arrays[i]);
	mdt_buf_adds(ret, "\n\treturn bad != 0; }\n");
}

void mdt_export_c(const struct mdt_export *export, struct mdt_buf *ret)
{
	mdt_export_head(export, "//", ret);
	mdt_buf_adds(ret, head);
	if (names_disk(export))
		mdt_buf_adds(ret, dev_helper);
	if (has(export, MDT_ACT_ATTRIBUTE))
		mdt_buf_adds(ret, attribute_helper);
	if (has(export, MDT_ACT_DISK))
		mdt_buf_adds(ret, disk_helper);
	if (has(export, MDT_ACT_SETTLE))
		mdt_buf_adds(ret, settle_helper);
	mdt_buf_printf(
		ret,
		"int main(int argc, char **argv) {\n\tchar **d = argv + 1; int f[%u] = {0};\n"
		"\tif (argc != %zu) return fprintf(stderr, \"usage: %%s DISK...\\n\", *argv), (void)d, 2;",
		export->files + 1, export->disk_count + 1);
	for (size_t i = 0; i < export->count; i++) {
		mdt_buf_adds(ret, mdt_export_begins_line(export, i) ? "\n\t" : " ");
		add_act(&export->acts[i], ret);
	}
	add_end(export, ret);
}
