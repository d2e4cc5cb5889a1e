// SPDX-License-Identifier: MIT
#include "diff/rules.h"

#include <stdlib.h>

#include "base/pattern.h"

const struct mdt_diff_rule_row mdt_diff_rule_rows[MDT_DIFF_RULES] = {
	[MDT_RULE_PIDS] = { "pids",
			    "pids in prefixes, arguments, results and paths: only "
			    "self, parent and child count" },
	[MDT_RULE_ADDRESSES] = { "addresses", "addresses in arguments and results" },
	[MDT_RULE_DESCRIPTORS] = { "descriptors",
				   "descriptors: what they are counts, not the number" },
	[MDT_RULE_TIMES] = { "times", "times of files and clocks, time used and left" },
	[MDT_RULE_TEMP_NAMES] = { "temp-names",
				  "temporary names: /dev/.tmp.md.PID:MAJOR:MINOR, map.new, "
				  "names that mkstemp() makes" },
	[MDT_RULE_RANDOM] = { "random", "random bytes: getrandom(), /dev/urandom" },
	[MDT_RULE_UUIDS] = { "uuids", "uuids in superblocks, files and arguments" },
	[MDT_RULE_COUNTERS] = { "counters", "ctime, utime, events and checksums in "
					    "superblocks and ioctl arguments" },
	[MDT_RULE_INODES] = { "inodes",
			      "inodes, and device numbers of file systems, pipes and "
			      "sockets" },
	[MDT_RULE_PROGRESS] = { "progress",
				"how far and how fast a resync is, in /proc/mdstat and "
				"sysfs" },
	[MDT_RULE_READ_SIZE] = { "read-size", "the buffer's size when less was read" },
	[MDT_RULE_ENVIRONMENT] = { "environment",
				   "the environment, the folder that a program "
				   "was found in, the size of stacks" },
	[MDT_RULE_LOADER] = { "loader",
			      "the search for libraries, and how they are loaded" },
	[MDT_RULE_MEMORY] = { "memory", "brk(), mmap() and their like" },
	[MDT_RULE_LOCKS] = { "locks", "futex() and sched_yield(): who waits for whom" },
	[MDT_RULE_WAITS] = { "waits",
			     "waiting for children, whose exit is compared itself; "
			     "the end of signal handlers" },
	[MDT_RULE_SIGNALS] = { "signals", "SIGCHLD, which comes at any time" },
	[MDT_RULE_RESTARTS] = { "restarts",
				"calls that a signal interrupts and the kernel "
				"starts again" },
	[MDT_RULE_CALL_NAMES] = { "call-names", "several calls for one thing: open() and "
						"openat(), stat() and newfstatat()" },
	[MDT_RULE_SPELLING] = { "spelling",
				"numbers for names of flags, /sys/devices/virtual/block "
				"and /sys/block, --level=1 and --level 1" },
	[MDT_RULE_ABSENT] = { "absent",
			      "what strace has cut off or not decoded in one of "
			      "the logs" },
	[MDT_RULE_REPEATS] = { "repeats", "repeats of a call are one call with a count" },
};

struct mdt_diff_user_rule {
	char *text; /* as given; the pattern's terminator stays */
	struct mdt_pattern *pattern;
	struct mdt_slice replacement; /* in text */
	uint64_t fired;
};

void mdt_diff_rules_deinit(struct mdt_diff_rules *rules)
{
	for (size_t i = 0; i < rules->user_len; i++) {
		mdt_pattern_destroy(rules->user[i].pattern);
		free(rules->user[i].text);
	}
	free(rules->user);
	mdt_buf_deinit(&rules->scratch);
	*rules = (struct mdt_diff_rules){ 0 };
}

struct mdt_error *mdt_diff_rules_off(struct mdt_diff_rules *rules, struct mdt_slice name)
{
	for (size_t i = 0; i < MDT_DIFF_RULES; i++) {
		if (!mdt_slice_eq_cstr(name, mdt_diff_rule_rows[i].name))
			continue;
		rules->off[i] = true;
		return NULL;
	}
	return mdt_error_create(MDT_ERR_NOT_FOUND,
				"there is no rule '%.*s'; --list-rules lists them",
				SLICE_FMT(name));
}

// The part up to an unescaped terminator; @return false when there is none.
static bool take_part(struct mdt_slice *rest, char end, struct mdt_slice *ret)
{
	for (size_t i = 0; i < rest->len; i++) {
		if (rest->str[i] == '\\' && i + 1 < rest->len) {
			i++;
		} else if (rest->str[i] == end) {
			*ret = mdt_slice_head(*rest, i);
			*rest = mdt_slice_skip(*rest, i + 1);
			return true;
		}
	}
	return false;
}

static struct mdt_error *parse_rule(struct mdt_diff_user_rule *rule)
{
	struct mdt_slice rest = mdt_slice_cstr(rule->text), pattern;
	char end;

	if (rest.len < 2 || rest.str[0] != 's')
		return mdt_error_create(MDT_ERR_SYNTAX,
					"bad rule '%s': expected s/PCRE2/text/",
					rule->text);
	end = rest.str[1];
	rest = mdt_slice_skip(rest, 2);
	if (!take_part(&rest, end, &pattern) ||
	    !take_part(&rest, end, &rule->replacement) || rest.len || !pattern.len)
		return mdt_error_create(MDT_ERR_SYNTAX,
					"bad rule '%s': expected s%cPCRE2%ctext%c",
					rule->text, end, end, end);
	return mdt_pattern_create(pattern, &rule->pattern);
}

struct mdt_error *mdt_diff_rules_add(struct mdt_diff_rules *rules, const char *text)
{
	struct mdt_diff_user_rule rule = { .text = strdup(text) };
	struct mdt_error *err;

	if (!rule.text || !mdt_grow((void **)&rules->user, &rules->user_cap,
				    rules->user_len, sizeof(rule))) {
		free(rule.text);
		return &mdt_enomem;
	}
	err = parse_rule(&rule);
	if (err) {
		free(rule.text);
		return err;
	}
	rules->user[rules->user_len++] = rule;
	return NULL;
}

struct mdt_error *mdt_diff_rules_apply(struct mdt_diff_rules *rules, uint64_t times,
				       struct mdt_slice *text)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf next = { 0 };
	struct mdt_error *err = NULL;
	struct mdt_buf swap;
	bool replaced;

	for (size_t i = 0; !err && i < rules->user_len; i++) {
		struct mdt_diff_user_rule *rule = &rules->user[i];

		mdt_buf_clear(&next);
		err = mdt_pattern_replace(rule->pattern, *text, rule->replacement, &next,
					  &replaced);
		if (err || !replaced)
			continue;
		rule->fired += times;
		swap = rules->scratch;
		rules->scratch = next;
		next = swap;
		*text = mdt_buf_slice(&rules->scratch);
	}
	return err;
}

const char *mdt_diff_rules_user(const struct mdt_diff_rules *rules, size_t index,
				uint64_t *fired)
{
	*fired = rules->user[index].fired;
	return rules->user[index].text;
}
