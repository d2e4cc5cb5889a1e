// SPDX-License-Identifier: MIT
/* Which release a version belongs to, and which facts a release has. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "model/model.h"
#include "verdict/drift.h"

/* ---- versions ---- */

#define GUESS(name, kernel)                                                              \
	": a kernel of " name                                                            \
	", whose md is not that of its number; the rules of " kernel " are a guess"

static const struct {
	const char *version, *kernel; /* NULL: no version */
	enum mdt_kernel_fit fit;
	const char *note;
} versions[] = {
	{ "5.10", "5.10", MDT_KERNEL_FITS, "" },
	{ "6.1.0-56-cloud-amd64", "6.1", MDT_KERNEL_FITS, "" },
	{ "6.12.117+deb12-cloud-amd64", "6.12", MDT_KERNEL_FITS, "" },
	{ "7.2-rc1", "7.2", MDT_KERNEL_FITS, "" },
	{ "7.3.4+deb13-cloud-amd64", "7.3", MDT_KERNEL_FITS, "" },
	{ "5.15.0-91-generic", "5.15", MDT_KERNEL_FITS,
	  "5.15: rules from its sources, not run" },
	{ "6.18", "6.18", MDT_KERNEL_FITS, "6.18: rules from its sources, not run" },
	{ "7.4", "7.4", MDT_KERNEL_FITS,
	  "7.4: newest known: 7.3; of 7.4 only what was announced, not run" },
	{ "8.0-rc1", "7.3", MDT_KERNEL_NEWER,
	  "8.0-rc1: newest known: 7.3, whose rules are a guess" },
	{ "5.9", "5.10", MDT_KERNEL_OLDER,
	  "5.9: older than all that is known; the rules of 5.10 are a guess" },
	{ "2.6.19", "5.10", MDT_KERNEL_OLDER,
	  "2.6.19: older than all that is known; the rules of 5.10 are a guess" },
	{ "3.10.0-1160.el7.x86_64", "5.10", MDT_KERNEL_DISTRIBUTION,
	  "3.10.0-1160.el7.x86_64" GUESS("RHEL 7 or a rebuild of it", "5.10") },
	{ "5.14.0-427.13.1.el9_4.x86_64", "5.14", MDT_KERNEL_DISTRIBUTION,
	  "5.14.0-427.13.1.el9_4.x86_64" GUESS("RHEL 9 or a rebuild of it", "5.14") },
	{ "5.14.21-150500.55.7-default", "5.14", MDT_KERNEL_DISTRIBUTION,
	  "5.14.21-150500.55.7-default" GUESS("SUSE Linux Enterprise or Leap", "5.14") },
	{ "6.11.5-1-default", "6.11", MDT_KERNEL_FITS,
	  "6.11: rules from its sources, not run" },
	{ "6", NULL, MDT_KERNEL_FITS, NULL },
	{ "6.x", NULL, MDT_KERNEL_FITS, NULL },
	{ "6.1x", NULL, MDT_KERNEL_FITS, NULL },
	{ "", NULL, MDT_KERNEL_FITS, NULL },
};

Test(model_kernels, versions)
{
	array_for_each (it, versions) {
		struct mdt_slice version = mdt_slice_cstr(it->version);
		_cleanup_(mdt_buf_deinit) struct mdt_buf note = { 0 };
		struct mdt_kernel_match match;

		cr_assert_eq(mdt_kernel_match(version, &match), it->kernel != NULL, "%s",
			     it->version);
		if (!it->kernel)
			continue;
		cr_expect_str_eq(mdt_kernel_name(match.kernel), it->kernel, "%s: %s",
				 it->version, mdt_kernel_name(match.kernel));
		cr_expect_eq(match.fit, it->fit, "%s: %d", it->version, (int)match.fit);
		mdt_kernel_note(version, &match, &note);
		cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(&note), it->note), "%.*s",
			  SLICE_FMT(mdt_buf_slice(&note)));
	}
}

static const char *text(struct mdt_kernels kernels)
{
	static char ret[64];
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_kernels_text(kernels, &buf);
	snprintf(ret, sizeof(ret), "%.*s", SLICE_FMT(mdt_buf_slice(&buf)));
	return ret;
}

Test(model_kernels, ranges)
{
	struct mdt_kernels since = MDT_SINCE(6_9), before = MDT_BEFORE(6_9),
			   between = MDT_BETWEEN(6_0, 6_17), one = MDT_BETWEEN(6_0, 6_1);

	cr_assert_str_eq(text(since), "6.9 and later");
	cr_assert_str_eq(text(before), "before 6.9");
	cr_assert_str_eq(text(between), "6.0 to 6.16");
	cr_assert_str_eq(text(one), "6.0");
	cr_assert_str_eq(text(mdt_kernels_join(since, before)), "");
	cr_assert_str_eq(text(mdt_kernels_join(one, before)), "before 6.9");
	cr_assert(mdt_kernels_have(between, MDT_KERNEL_6_16));
	cr_assert_not(mdt_kernels_have(between, MDT_KERNEL_6_17));
	cr_assert_not(mdt_kernels_have(between, MDT_KERNEL_5_19));
	cr_assert_eq(mdt_kernel_newest(), MDT_KERNEL_7_3);
}

/* ---- facts: neighbours of which one has the rule, and the other does not ---- */

static const struct {
	const char *rule;
	enum mdt_kernel has, lacks;
} facts[] = {
	{ "add-block-size", MDT_KERNEL_6_18, MDT_KERNEL_6_19 },
	{ "stop-deletes", MDT_KERNEL_6_17, MDT_KERNEL_6_16 },
	{ "lock-deleted", MDT_KERNEL_6_17, MDT_KERNEL_6_16 },
	{ "open-deleted", MDT_KERNEL_6_17, MDT_KERNEL_6_16 },
	{ "bitmap-no-code", MDT_KERNEL_6_18, MDT_KERNEL_6_17 },
	{ "stop-closing-6.12", MDT_KERNEL_6_9, MDT_KERNEL_6_8 },
	{ "stop-closing", MDT_KERNEL_6_8, MDT_KERNEL_6_9 },
	{ "action-word-6.12", MDT_KERNEL_6_11, MDT_KERNEL_6_10 },
	{ "add-lingers", MDT_KERNEL_6_4, MDT_KERNEL_6_5 },
	{ "fail-last", MDT_KERNEL_5_18, MDT_KERNEL_5_17 },
};

Test(model_kernels, facts)
{
	array_for_each (it, facts) {
		unsigned int number = mdt_model_rule_find(mdt_slice_cstr(it->rule));
		const struct mdt_model_rule *rule;

		cr_assert(number, "%s", it->rule);
		rule = mdt_model_rule(number);
		cr_expect(mdt_kernels_have(rule->kernels, it->has), "%s", it->rule);
		cr_expect_not(mdt_kernels_have(rule->kernels, it->lacks), "%s", it->rule);
	}
}

/* ---- drift ---- */

static const struct mdt_drift *drift(const char *recorded, const char *replaying)
{
	return mdt_drift_find(&(struct mdt_drift_question){
		.op = SLICE("ADD_NEW_DISK"),
		.is_md_ioctl = true,
		.field = SLICE("result"),
		.expected = SLICE("0"),
		.actual = SLICE("EINVAL"),
		.when = MDT_WHEN_LBS,
		.recorded = mdt_uname_read(mdt_slice_cstr(recorded)),
		.replaying = mdt_uname_read(mdt_slice_cstr(replaying)),
	});
}

Test(model_kernels, logical_block_size_drifts_at_6_19)
{
	cr_assert_not_null(drift("6.19.2", "6.18.9"));
	cr_assert_not_null(drift("7.2.13", "6.12.107"));
	cr_assert_null(drift("7.2.13", "6.19.0"));
	cr_assert_null(drift("6.18.1", "6.12.107"));
}
