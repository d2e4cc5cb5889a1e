// SPDX-License-Identifier: MIT
#include "derive/getopt.h"

enum value { NO_VALUE, VALUE, MAYBE_VALUE };

struct long_option {
	const char *name;
	enum value value;
	int id;
};

// long_options[] in mdadm's ReadMe.c, 4.1 to 4.6.
static const struct long_option long_options[] = {
	{ "manage", NO_VALUE, OPT_MANAGE },
	{ "misc", NO_VALUE, OPT_MISC },
	{ "assemble", NO_VALUE, 'A' },
	{ "build", NO_VALUE, 'B' },
	{ "create", NO_VALUE, 'C' },
	{ "detail", NO_VALUE, 'D' },
	{ "examine", NO_VALUE, 'E' },
	{ "follow", NO_VALUE, 'F' },
	{ "monitor", NO_VALUE, 'F' },
	{ "grow", NO_VALUE, 'G' },
	{ "incremental", NO_VALUE, 'I' },
	{ "zero-superblock", NO_VALUE, OPT_ZERO_SUPERBLOCK },
	{ "query", NO_VALUE, 'Q' },
	{ "examine-bitmap", NO_VALUE, 'X' },
	{ "auto-detect", NO_VALUE, OPT_AUTO_DETECT },
	{ "detail-platform", NO_VALUE, OPT_DETAIL_PLATFORM },
	{ "kill-subarray", VALUE, OPT_KILL_SUBARRAY },
	{ "update-subarray", VALUE, OPT_UPDATE_SUBARRAY },
	{ "udev-rules", MAYBE_VALUE, OPT_UDEV_RULES },
	{ "offroot", NO_VALUE, OPT_OFFROOT },
	{ "udev", NO_VALUE, OPT_UDEV },
	{ "examine-badblocks", NO_VALUE, OPT_EXAMINE_BADBLOCKS },
	{ "dump", VALUE, OPT_DUMP },
	{ "restore", VALUE, OPT_RESTORE },
	{ "help", NO_VALUE, 'h' },
	{ "help-options", NO_VALUE, OPT_HELP_OPTIONS },
	{ "version", NO_VALUE, 'V' },
	{ "verbose", NO_VALUE, 'v' },
	{ "quiet", NO_VALUE, 'q' },
	{ "chunk", VALUE, OPT_CHUNK },
	{ "rounding", VALUE, OPT_CHUNK },
	{ "level", VALUE, 'l' },
	{ "parity", VALUE, OPT_LAYOUT },
	{ "layout", VALUE, OPT_LAYOUT },
	{ "raid-disks", VALUE, 'n' },
	{ "raid-devices", VALUE, 'n' },
	{ "spare-disks", VALUE, 'x' },
	{ "spare-devices", VALUE, 'x' },
	{ "size", VALUE, 'z' },
	{ "auto", VALUE, OPT_AUTO },
	{ "assume-clean", NO_VALUE, OPT_ASSUME_CLEAN },
	{ "write-zeroes", NO_VALUE, OPT_WRITE_ZEROES },
	{ "metadata", VALUE, 'e' },
	{ "bitmap", VALUE, OPT_BITMAP },
	{ "bitmap-chunk", VALUE, OPT_BITMAP_CHUNK },
	{ "write-behind", MAYBE_VALUE, OPT_WRITE_BEHIND },
	{ "write-mostly", NO_VALUE, OPT_WRITE_MOSTLY },
	{ "failfast", NO_VALUE, OPT_FAILFAST },
	{ "nofailfast", NO_VALUE, OPT_NO_FAILFAST },
	{ "re-add", NO_VALUE, OPT_RE_ADD },
	{ "homehost", VALUE, OPT_HOMEHOST },
	{ "data-offset", VALUE, OPT_DATA_OFFSET },
	{ "nodes", VALUE, OPT_NODES },
	{ "home-cluster", VALUE, OPT_HOME_CLUSTER },
	{ "write-journal", VALUE, OPT_WRITE_JOURNAL },
	{ "consistency-policy", VALUE, 'k' },
	{ "logical-block-size", VALUE, OPT_LOGICAL_BLOCK_SIZE },
	{ "uuid", VALUE, 'u' },
	{ "super-minor", VALUE, OPT_SUPER_MINOR },
	{ "name", VALUE, 'N' },
	{ "config", VALUE, OPT_CONFIG },
	{ "scan", NO_VALUE, 's' },
	{ "force", NO_VALUE, OPT_FORCE },
	{ "update", VALUE, 'U' },
	{ "add", NO_VALUE, OPT_ADD },
	{ "add-spare", NO_VALUE, OPT_ADD_SPARE },
	{ "add-journal", NO_VALUE, OPT_ADD_JOURNAL },
	{ "remove", NO_VALUE, OPT_REMOVE },
	{ "fail", NO_VALUE, OPT_FAIL },
	{ "set-faulty", NO_VALUE, OPT_FAIL },
	{ "replace", NO_VALUE, OPT_REPLACE },
	{ "with", NO_VALUE, OPT_WITH },
	{ "run", NO_VALUE, 'R' },
	{ "stop", NO_VALUE, 'S' },
	{ "readonly", NO_VALUE, 'o' },
	{ "readwrite", NO_VALUE, 'w' },
	{ "no-degraded", NO_VALUE, OPT_NO_DEGRADED },
	{ "wait", NO_VALUE, OPT_WAIT },
	{ "wait-clean", NO_VALUE, OPT_WAIT_CLEAN },
	{ "action", VALUE, OPT_ACTION },
	{ "cluster-confirm", NO_VALUE, OPT_CLUSTER_CONFIRM },
	{ "brief", NO_VALUE, OPT_BRIEF },
	{ "no-devices", NO_VALUE, OPT_NO_DEVICES },
	{ "export", NO_VALUE, 'Y' },
	{ "sparc2.2", NO_VALUE, OPT_SPARC22 },
	{ "test", NO_VALUE, 't' },
	{ "prefer", VALUE, OPT_PREFER },
	{ "mail", VALUE, OPT_MAIL },
	{ "program", VALUE, OPT_PROGRAM },
	{ "alert", VALUE, OPT_PROGRAM },
	{ "increment", VALUE, OPT_INCREMENT },
	{ "delay", VALUE, 'd' },
	{ "daemonise", NO_VALUE, OPT_DAEMONISE },
	{ "daemonize", NO_VALUE, OPT_DAEMONISE },
	{ "oneshot", NO_VALUE, '1' },
	{ "pid-file", VALUE, 'i' },
	{ "syslog", NO_VALUE, 'y' },
	{ "no-sharing", NO_VALUE, OPT_NO_SHARING },
	{ "backup-file", VALUE, OPT_BACKUP_FILE },
	{ "invalid-backup", NO_VALUE, OPT_INVALID_BACKUP },
	{ "array-size", VALUE, 'Z' },
	{ "continue", NO_VALUE, OPT_CONTINUE },
	{ "rebuild-map", NO_VALUE, OPT_REBUILD_MAP },
	{ "path", VALUE, OPT_PATH },
};

/* The whole name, or a beginning that only one option has; two spellings of the same one
 * are one. */
static const struct long_option *find_long(struct mdt_slice name)
{
	const struct long_option *found = NULL;
	bool ambiguous = false;

	array_for_each (it, long_options) {
		if (mdt_slice_eq_cstr(name, it->name))
			return it;
		if (!mdt_slice_starts(mdt_slice_cstr(it->name), name))
			continue;
		if (!found)
			found = it;
		else if (found->id != it->id || found->value != it->value)
			ambiguous = true;
	}
	return ambiguous ? NULL : found;
}

// short_opts and its variants in mdadm's ReadMe.c: which of them main() uses hangs on the
// mode, and it changes as soon as an option sets that.
static bool letter_is_known(char letter)
{
	return letter && strchr("ABCDEFGIQhVXYWZvqbcilpmnxuzdUNsarfRSow1tyek", letter);
}

static bool letter_has_value(char letter, enum mdt_mdadm_mode mode)
{
	switch (mode) {
	case MDT_MDADM_CREATE:
	case MDT_MDADM_BUILD:
	case MDT_MDADM_ASSEMBLE:
	case MDT_MDADM_INCREMENTAL:
		if (letter == 'a' || letter == 'b')
			return true;
		break;
	case MDT_MDADM_GROW:
	case MDT_MDADM_MANAGE:
		if (letter == 'b')
			return true;
		break;
	case MDT_MDADM_MONITOR:
		if (letter == 'r')
			return true;
		break;
	case MDT_MDADM_NONE:
	case MDT_MDADM_MISC:
	case MDT_MDADM_AUTODETECT:
		break;
	}
	return strchr("ZcilpmnxudzUNek", letter);
}

/* The next argument as a value. */
static bool take_value(struct mdt_getopt *getopt, struct mdt_option *ret)
{
	if (getopt->next < getopt->argc) {
		ret->value = getopt->argv[getopt->next++];
		return true;
	}
	ret->id = OPT_UNKNOWN;
	return false;
}

static void next_letter(struct mdt_getopt *getopt, enum mdt_mdadm_mode mode,
			struct mdt_option *ret)
{
	char letter = getopt->bundle.str[0];

	ret->text = getopt->argv[getopt->next - 1];
	ret->id = letter_is_known(letter) ? letter : OPT_UNKNOWN;
	getopt->bundle = mdt_slice_skip(getopt->bundle, 1);
	if (ret->id == OPT_UNKNOWN || !letter_has_value(letter, mode))
		return;
	if (getopt->bundle.len)
		ret->value = getopt->bundle;
	else
		take_value(getopt, ret);
	getopt->bundle = SLICE("");
}

static void next_long(struct mdt_getopt *getopt, struct mdt_slice text,
		      struct mdt_option *ret)
{
	const char *equals = memchr(text.str, '=', text.len);
	struct mdt_slice name =
		equals ? mdt_slice_head(text, (size_t)(equals - text.str)) : text;
	const struct long_option *option = name.len ? find_long(name) : NULL;

	ret->id = option ? option->id : OPT_UNKNOWN;
	if (equals)
		ret->value = mdt_slice_skip(text, name.len + 1);
	if (option && equals && option->value == NO_VALUE)
		ret->id = OPT_UNKNOWN;
	else if (option && !equals && option->value == VALUE)
		take_value(getopt, ret);
}

bool mdt_getopt_next(struct mdt_getopt *getopt, enum mdt_mdadm_mode mode,
		     struct mdt_option *ret)
{
	struct mdt_slice text;

	*ret = (struct mdt_option){ .value = SLICE("") };
	if (getopt->bundle.len) {
		next_letter(getopt, mode, ret);
		return true;
	}
	if (getopt->next >= getopt->argc)
		return false;
	text = getopt->argv[getopt->next++];
	ret->text = text;
	if (mdt_slice_eq_cstr(text, "--"))
		return false;
	if (mdt_slice_starts(text, SLICE("--"))) {
		next_long(getopt, mdt_slice_skip(text, 2), ret);
	} else if (text.len > 1 && text.str[0] == '-') {
		getopt->bundle = mdt_slice_skip(text, 1);
		next_letter(getopt, mode, ret);
	} else {
		ret->id = OPT_DEVICE;
		ret->value = text;
	}
	return true;
}
