/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What two runs of the same program need not have in common. Each is a rule with a name
 * that can be switched off, and that counts how often it has changed or dropped
 * something. Users add rules of their own: `s/PCRE2/text/`.
 */
#ifndef MDT_DIFF_RULES_H
#define MDT_DIFF_RULES_H

#include "base/buf.h"
#include "base/error.h"

enum mdt_diff_rule {
	MDT_RULE_PIDS,
	MDT_RULE_ADDRESSES,
	MDT_RULE_DESCRIPTORS,
	MDT_RULE_TIMES,
	MDT_RULE_TEMP_NAMES,
	MDT_RULE_RANDOM,
	MDT_RULE_UUIDS,
	MDT_RULE_COUNTERS,
	MDT_RULE_INODES,
	MDT_RULE_PROGRESS,
	MDT_RULE_READ_SIZE,
	MDT_RULE_ENVIRONMENT,
	MDT_RULE_LOADER,
	MDT_RULE_MEMORY,
	MDT_RULE_LOCKS,
	MDT_RULE_WAITS,
	MDT_RULE_SIGNALS,
	MDT_RULE_RESTARTS,
	MDT_RULE_CALL_NAMES,
	MDT_RULE_SPELLING,
	MDT_RULE_ABSENT,
	MDT_RULE_REPEATS,
	MDT_DIFF_RULES,
};

struct mdt_diff_rule_row {
	const char *name;
	const char *help; /* what it makes equal; no capital, no full stop */
};

/** By enum mdt_diff_rule. */
MDT_API extern const struct mdt_diff_rule_row mdt_diff_rule_rows[MDT_DIFF_RULES];

struct mdt_diff_user_rule;

struct mdt_diff_rules {
	bool off[MDT_DIFF_RULES];
	uint64_t fired[MDT_DIFF_RULES];
	struct mdt_diff_user_rule
		*user; /* owned, in the order in which they were added */
	size_t user_len, user_cap;
	struct mdt_buf scratch;
};

/** Frees what mdt_diff_rules_add() has added; zeroed memory is all rules on. */
MDT_API void mdt_diff_rules_deinit(struct mdt_diff_rules *rules);

/** Switch a rule off. @return MDT_ERR_NOT_FOUND when there is none of this name. */
MDT_API struct mdt_error *mdt_diff_rules_off(struct mdt_diff_rules *rules,
					     struct mdt_slice name) MUST_CHECK;

/**
 * Add a rule that works on the text of a normalised call.
 * @param rule `s/PCRE2/text/`; any other character may stand for the slash. The text may
 * hold `$1`. An `s` rule whose text is empty removes what matches.
 * @return MDT_ERR_SYNTAX when it is none, or the pattern is bad.
 */
MDT_API struct mdt_error *mdt_diff_rules_add(struct mdt_diff_rules *rules,
					     const char *rule) MUST_CHECK;

/**
 * Apply the rules of users.
 * @param[in,out] text Replaced when one fires; then valid until the next call.
 * @param times How often a rule that fires counts.
 */
MDT_API struct mdt_error *mdt_diff_rules_apply(struct mdt_diff_rules *rules,
					       uint64_t times,
					       struct mdt_slice *text) MUST_CHECK;

/** The text of user rule @p index as it was given, and how often it fired. */
MDT_API const char *mdt_diff_rules_user(const struct mdt_diff_rules *rules, size_t index,
					uint64_t *fired);

/** Count, if the rule is on. @return Whether it is. */
static inline bool mdt_rule_fires(struct mdt_diff_rules *rules, enum mdt_diff_rule rule)
{
	if (rules->off[rule])
		return false;
	rules->fired[rule]++;
	return true;
}

#endif
