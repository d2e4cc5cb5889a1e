// SPDX-License-Identifier: MIT
// A reproducer in bash and Perl, which has ioctl() and can keep a file open: by itself,
// and as tests of blktests and of mdadm.
#include <inttypes.h>

#include "report/export_parts.h"

/* ---- Perl ---- */

// The core of the language only: no module is loaded.
static const char helpers[] =
	"my (@d, @f) = @ARGV; my $bad = 0; sub is { my ($want, $what, $ok) = @_; my $e = $ok ? 0 : $! + 0; $bad += $e != $want;\n"
	"\tprint $e == $want ? \"ok\" : \"NOT OK (expected $want)\", \" $what: $e\\n\" if $e != $want || $ENV{VERBOSE} }\n"
	"sub o { my ($want, $n, $path, $flags) = @_; is($want, \"open $path\", sysopen($f[$n], $path, $flags)) }\n"
	"sub c { my ($want, $n) = @_; is($want, \"close\", close($f[$n])) }\n"
	"sub i { my ($want, $n, $name, $number, $arg) = @_; is($want, $name, defined ioctl($f[$n], $number, $arg)) }\n"
	"sub w { my ($want, $path, $text, $h) = @_; is($want, \"write $path\", sysopen($h, $path, 1) && defined syswrite($h, $text)) }\n"
	"sub dev { my $r = (stat $d[shift])[6]; ($r >> 8 & 0xfff, $r & 0xff | $r >> 12 & 0xfff00) }\n"
	"sub p { my ($disk, $at, $len, $runs, $h) = @_; my $b = \"\\0\" x $len; substr($b, $1, length($2) / 2) = pack(\"H*\", $2) while $runs =~ /(\\d+):(\\w+)/g;\n"
	"\tis(0, \"write $d[$disk]\", sysopen($h, $d[$disk], 2) && sysseek($h, $at, 0) && syswrite($h, $b) == $len) } # the rest is 0\n";

static const char settle_helper[] =
	"sub settle { for (1 .. 600) { open my $m, '<', '/proc/mdstat'; last unless grep /resync|recovery|reshape|check/, <$m>; select undef, undef, undef, 0.1 } }\n";

// pack("l<*", 1, 2) and zeros: what is left out of a struct is 0.
static void add_numbers(const struct mdt_act *act, size_t count, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "pack(\"l<*\"");
	for (size_t i = 0; i < count; i++) {
		if (act->disk >= 0 && i == 1)
			mdt_buf_printf(ret, ", dev(%d)", act->disk);
		else if (act->disk < 0 || i != 2)
			mdt_buf_printf(ret, ", %" PRId32,
				       mdt_export_number(act->data, i));
	}
	mdt_buf_addc(ret, ')');
	if (act->data.len > count * 4)
		mdt_buf_printf(ret, " . \"\\0\" x %zu", act->data.len - count * 4);
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
			mdt_buf_printf(ret, "(stat $d[%d])[6]", act->disk);
		else
			mdt_buf_printf(ret, "%" PRIu64, act->value);
		break;
	case MDT_ACT_ARG_OUT:
		mdt_buf_printf(ret, "\"\\0\" x %zu", act->size);
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
	switch (act->kind) {
	case MDT_ACT_OPEN:
		mdt_buf_printf(ret, "o(%d, %u, \"%.*s\", %#x);", act->error, act->file,
			       SLICE_FMT(act->path), (unsigned int)act->flags);
		break;
	case MDT_ACT_CLOSE:
		mdt_buf_printf(ret, "c(%d, %u);", act->error, act->file);
		break;
	case MDT_ACT_IOCTL:
		mdt_buf_printf(ret, "i(%d, %u, \"%.*s\", %#" PRIx32 ", ", act->error,
			       act->file, SLICE_FMT(act->name), act->number);
		add_argument(act, ret);
		mdt_buf_adds(ret, ");");
		break;
	case MDT_ACT_ATTRIBUTE:
		mdt_buf_printf(ret, "w(%d, \"%.*s\", ", act->error, SLICE_FMT(act->path));
		mdt_export_quote(act->data, ret);
		mdt_buf_adds(ret, ");");
		break;
	case MDT_ACT_DISK:
		mdt_buf_printf(ret, "p(%d, %" PRIu64 ", %zu, \"", act->disk, act->offset,
			       act->size);
		mdt_export_runs(act->data, ret);
		mdt_buf_adds(ret, "\");");
		break;
	case MDT_ACT_SETTLE:
		mdt_buf_adds(ret, "settle();");
		break;
	}
}

// A comment ends the line, so it is only where the next act begins a new one.
static void add_acts(const struct mdt_export *export, struct mdt_buf *ret)
{
	for (size_t i = 0; i < export->count; i++) {
		const struct mdt_act *act = &export->acts[i];
		bool ends =
			i + 1 == export->count || mdt_export_begins_line(export, i + 1);

		add_act(act, ret);
		if (act->error && ends)
			mdt_buf_printf(ret, " # %.*s", SLICE_FMT(act->error_name));
		mdt_buf_addc(ret, ends ? '\n' : ' ');
	}
}

static void add_perl(const struct mdt_export *export, struct mdt_buf *ret)
{
	bool settles = false;

	for (size_t i = 0; i < export->count; i++)
		settles |= export->acts[i].kind == MDT_ACT_SETTLE;
	mdt_buf_adds(ret, helpers);
	if (settles)
		mdt_buf_adds(ret, settle_helper);
	add_acts(export, ret);
	mdt_buf_adds(ret,
		     "@f = (); my $h; sysopen($h, $_, 0) && ioctl($h, 0x932, 0) for (");
	for (size_t i = 0; i < export->array_count; i++)
		mdt_buf_printf(ret, "%s\"/dev/md%" PRIu32 "\"", i ? ", " : "",
			       export->arrays[i]);
	mdt_buf_adds(ret, "); exit($bad != 0); # STOP_ARRAY\nEND\n");
}

/* ---- bash around it ---- */

static void add_sizes(const struct mdt_export *export, struct mdt_buf *ret)
{
	for (size_t i = 0; i < export->disk_count; i++)
		mdt_buf_printf(ret, " %" PRIu64, export->disks[i].size);
}

static void add_modules(const struct mdt_export *export, const char *before,
			struct mdt_buf *ret)
{
	for (size_t i = 0; i < export->module_count; i++)
		mdt_buf_printf(ret, "%s%.*s", before, SLICE_FMT(export->modules[i]));
}

void mdt_export_shell(const struct mdt_export *export, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "#!/bin/bash\n");
	mdt_export_head(export, "#", ret);
	mdt_buf_adds(ret, "# bash FILE [DISK...]: without disks it makes loop devices. "
			  "VERBOSE=1 shows each call.\n"
			  "modprobe -qa md_mod");
	add_modules(export, " ", ret);
	mdt_buf_adds(
		ret,
		" 2>/dev/null\n"
		"if (($# == 0)); then dir=$(mktemp -d); trap 'losetup -d \"$@\"; rm -r \"$dir\"' EXIT\n\tfor size in");
	add_sizes(export, ret);
	mdt_buf_adds(
		ret,
		"; do file=$(mktemp -p \"$dir\"); truncate -s \"$size\" \"$file\"; set -- \"$@\" \"$(losetup -f --show \"$file\")\"; done\n"
		"fi; perl - \"$@\" <<'END'\n");
	add_perl(export, ret);
}

void mdt_export_blktests(const struct mdt_export *export, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "#!/bin/bash\n");
	mdt_export_head(export, "#", ret);
	mdt_buf_adds(
		ret,
		"# tests/md/NNN, with tests/md/NNN.out of two lines: Running md/NNN; Test complete\n"
		". tests/md/rc\nDESCRIPTION=\"the md calls of ");
	mdt_buf_add(ret, export->from);
	mdt_buf_adds(ret,
		     "\" QUICK=1\nrequires() { _have_program perl; _have_driver loop");
	add_modules(export, "; _have_driver ", ret);
	mdt_buf_adds(
		ret,
		"; }\ntest() {\n\techo \"Running ${TEST_NAME}\"; local disks=() size\n\tfor size in");
	add_sizes(export, ret);
	mdt_buf_adds(
		ret,
		"; do truncate -s \"$size\" \"$TMPDIR/${#disks[@]}\"; disks+=(\"$(losetup -f --show \"$TMPDIR/${#disks[@]}\")\"); done\n"
		"\tperl - \"${disks[@]}\" <<'END'\n");
	add_perl(export, ret);
	mdt_buf_adds(ret, "\tlosetup -d \"${disks[@]}\"; echo \"Test complete\"\n}\n");
}

void mdt_export_mdadm(const struct mdt_export *export, struct mdt_buf *ret)
{
	mdt_export_head(export, "#", ret);
	mdt_buf_adds(ret,
		     "# A file of mdadm's tests/: `./test --tests=NAME` sources it.\n"
		     "perl -");
	for (size_t i = 0; i < export->disk_count; i++)
		mdt_buf_printf(ret, " $dev%zu", i);
	mdt_buf_adds(ret, " <<'END' || exit 1\n");
	add_perl(export, ret);
}
