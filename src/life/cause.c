// SPDX-License-Identifier: MIT
/* Which check gave an errno: one answer, wherever it is asked for. */
#include "life/parts.h"

// Rules may say the same, as do those of several kernels.
static bool was_said(const struct mdt_life_call *call, unsigned int at)
{
	const char *says = mdt_model_rule(call->rules[at])->says;

	for (unsigned int i = 0; i < at; i++)
		if (strcmp(mdt_model_rule(call->rules[i])->says, says) == 0)
			return true;
	return false;
}

bool mdt_life_cause(const struct mdt_life *life, const struct mdt_life_call *call,
		    struct mdt_buf *ret, const char **source)
{
	bool known = life->kernel.witness != MDT_KERNEL_ASSUMED;
	unsigned int count = 0, said = 0;

	if (!call->failed || call->unsaid || !call->rule_count ||
	    call->rule_count == MDT_LIFE_RULES ||
	    (call->verdict != MDT_LIFE_AGREES && call->verdict != MDT_LIFE_POSSIBLE))
		return false;
	for (unsigned int i = 0; i < call->rule_count; i++) {
		if (!known && !mdt_kernels_all(mdt_model_rule(call->rules[i])->kernels))
			return false;
		count += !was_said(call, i);
	}
	*source = mdt_model_rule(call->rules[0])->source;
	for (unsigned int i = 0; i < call->rule_count; i++) {
		if (was_said(call, i))
			continue;
		mdt_buf_adds(ret, said++ ? "; " : count > 1 ? "one of: " : "");
		mdt_buf_adds(ret, mdt_model_rule(call->rules[i])->says);
	}
	return true;
}
