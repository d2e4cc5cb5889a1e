// SPDX-License-Identifier: MIT
/* What a failure means, in one sentence: from the rules of the model where they give the
 * errno, else from the rows of remark.c. */
#include "model/op.h"
#include "annotate/remark.h"

enum { CAUSES_MAX = 24 };

// Rules that say the same, of whichever kernels.
struct cause {
	const char *says, *source;
	struct mdt_kernels kernels;
};

static unsigned int add_cause(struct cause causes[CAUSES_MAX], unsigned int count,
			      const struct mdt_model_rule *rule)
{
	for (unsigned int i = 0; i < count; i++) {
		if (strcmp(causes[i].says, rule->says) != 0)
			continue;
		causes[i].kernels = mdt_kernels_join(causes[i].kernels, rule->kernels);
		return count;
	}
	if (count == CAUSES_MAX)
		return count;
	causes[count] = (struct cause){ rule->says, rule->source, rule->kernels };
	return count + 1;
}

static unsigned int causes_of(enum mdt_md_op op, int result,
			      struct cause causes[CAUSES_MAX])
{
	unsigned int rules = mdt_model_rule_count(), count = 0;

	for (unsigned int i = 1; i <= rules; i++) {
		const struct mdt_model_rule *rule = mdt_model_rule(i);

		if (rule->ops >> op & 1 && rule->result == result)
			count = add_cause(causes, count, rule);
	}
	return count;
}

// `on 6.9 and later: `, `before 6.9: `
static void add_kernels(struct mdt_kernels kernels, struct mdt_buf *ret)
{
	if (mdt_kernels_all(kernels))
		return;
	if (kernels.since)
		mdt_buf_adds(ret, "on ");
	mdt_kernels_text(kernels, ret);
	mdt_buf_adds(ret, ": ");
}

static bool add_rules(struct mdt_slice op_name, struct mdt_slice error,
		      struct mdt_buf *ret, const char **source)
{
	int result = mdt_model_errno_find(error);
	struct cause causes[CAUSES_MAX];
	unsigned int count;
	enum mdt_md_op op;

	if (!result || !mdt_md_op_find(op_name, &op))
		return false;
	count = causes_of(op, result, causes);
	for (unsigned int i = 0; i < count; i++) {
		mdt_buf_adds(ret, i ? "; " : count > 1 ? "one of: " : "");
		add_kernels(causes[i].kernels, ret);
		mdt_buf_adds(ret, causes[i].says);
	}
	if (count)
		*source = causes[0].source;
	return count != 0;
}

static bool add_row(const struct mdt_md_remark *row, struct mdt_buf *ret,
		    const char **source)
{
	bool first = true;

	if (!row)
		return false;
	*source = row->source;
	for (; row; row = mdt_md_remark_next(row)) {
		mdt_buf_adds(ret, first ? "" : "; ");
		add_kernels(row->kernels, ret);
		mdt_buf_adds(ret, row->says);
		first = false;
	}
	return true;
}

// Numbers that strace, or the C library, has no name for (include/linux/errno.h).
static const struct {
	uint64_t number;
	struct mdt_slice name;
} kernel_errnos[] = {
	{ 512, SLICE_INIT("ERESTARTSYS") },
	{ 513, SLICE_INIT("ERESTARTNOINTR") },
	{ 514, SLICE_INIT("ERESTARTNOHAND") },
	{ 515, SLICE_INIT("ENOIOCTLCMD") },
	{ 516, SLICE_INIT("ERESTART_RESTARTBLOCK") },
	{ 517, SLICE_INIT("EPROBE_DEFER") },
	{ 524, SLICE_INIT("ENOTSUPP") },
};

// `errno 524`, `ERRNO_524`
static struct mdt_slice errno_name(struct mdt_slice error)
{
	struct mdt_slice digits = error;
	uint64_t number;

	if (!mdt_slice_starts(error, SLICE("errno ")) &&
	    !mdt_slice_starts(error, SLICE("ERRNO_")))
		return error;
	digits = mdt_slice_skip(error, strlen("errno "));
	if (!mdt_slice_to_dec(digits, &number))
		return error;
	array_for_each (it, kernel_errnos)
		if (it->number == number)
			return it->name;
	return error;
}

bool mdt_md_failure_text(struct mdt_slice op, struct mdt_slice error, struct mdt_buf *ret,
			 const char **source)
{
	const struct mdt_md_remark *row;
	bool is_exact;

	error = errno_name(error);
	row = mdt_md_remark_find(op, error);
	is_exact = row && mdt_slice_eq_cstr(op, row->op);
	if (is_exact)
		return add_row(row, ret, source);
	// `open O_EXCL` fails as any open does.
	return add_rules(op, error, ret, source) || add_row(row, ret, source) ||
	       (mdt_slice_eq(op, SLICE("open O_EXCL")) &&
		add_rules(SLICE("open"), error, ret, source));
}
