// SPDX-License-Identifier: MIT
#include "ioctl/value.h"
#include "verdict/parts.h"

const char *mdt_check_name(enum mdt_check_kind kind)
{
	switch (kind) {
	case MDT_CHECK_EQUAL:
		return "equal";
	case MDT_CHECK_DIFFERS:
		return "differs";
	case MDT_CHECK_DRIFT:
		return "drift";
	case MDT_CHECK_SET_ASIDE:
		return "set aside";
	case MDT_CHECK_NOT_IN_LOG:
		return "not in the log";
	}
	unreachable();
}

struct mdt_slice mdt_keep(struct mdt_compare *compare, struct mdt_slice text)
{
	struct mdt_slice ret = { 0 };

	if (text.len && !mdt_arena_copy(compare->arena, text, &ret))
		compare->failed_memory = true;
	return ret;
}

static struct mdt_check *check_push(struct mdt_compare *compare)
{
	struct mdt_verdict *verdict = compare->verdict;

	if (verdict->check_count == compare->check_cap) {
		size_t cap = compare->check_cap ? compare->check_cap * 2 : 4;
		struct mdt_check *grown = mdt_arena_alloc(
			compare->arena, cap * sizeof(*grown), _Alignof(struct mdt_check));

		if (!grown) {
			compare->failed_memory = true;
			return NULL;
		}
		if (verdict->check_count)
			memcpy(grown, verdict->checks,
			       verdict->check_count * sizeof(*grown));
		verdict->checks = grown;
		compare->check_cap = cap;
	}
	return &verdict->checks[verdict->check_count++];
}

void mdt_check_add(struct mdt_compare *compare, struct mdt_check check)
{
	struct mdt_check *it = check_push(compare);

	if (!it)
		return;
	check.field = mdt_keep(compare, check.field);
	check.expected = mdt_keep(compare, check.expected);
	check.actual = mdt_keep(compare, check.actual);
	check.reason = mdt_keep(compare, check.reason);
	*it = check;
	if (check.kind != MDT_CHECK_EQUAL && check.kind != MDT_CHECK_NOT_IN_LOG)
		compare->different++;
}

const struct mdt_drift *mdt_check_drift(struct mdt_compare *compare, struct mdt_slice op,
					struct mdt_slice field, struct mdt_slice expected,
					struct mdt_slice actual)
{
	const struct mdt_ioctl *row = compare->about.ioctl;
	struct mdt_drift_question question = {
		.op = op.len ? op : compare->op,
		.word = compare->word,
		.is_md_ioctl = row && strcmp(row->pack, "md") == 0,
		.field = field,
		.expected = expected,
		.actual = actual,
		.when = compare->facts_of_all | compare->facts_of_node,
		.recorded = compare->recorded,
		.replaying = compare->replaying,
	};

	return mdt_drift_find(&question);
}

static const struct mdt_aside *find_aside(struct mdt_compare *compare,
					  const struct mdt_compared *it,
					  struct mdt_slice name)
{
	struct mdt_aside_question question = {
		.of = it->of,
		.op = compare->op,
		.field = name,
		.when = compare->aside_when,
		.has_numbers = it->has_numbers,
		.expected_number = it->expected_number,
		.actual_number = it->actual_number,
		.expected = it->expected,
		.actual = it->actual,
	};

	return mdt_aside_find(&question);
}

enum mdt_check_kind mdt_check_texts(struct mdt_compare *compare,
				    const struct mdt_compared *it)
{
	struct mdt_slice name = it->name.len ? it->name : it->field;
	struct mdt_check check = { .kind = MDT_CHECK_EQUAL,
				   .field = it->field,
				   .expected = it->expected,
				   .actual = it->actual };
	const struct mdt_aside *aside;

	if (!mdt_slice_eq(it->expected, it->actual)) {
		aside = find_aside(compare, it, name);
		check.kind = aside ? MDT_CHECK_SET_ASIDE : MDT_CHECK_DIFFERS;
		if (aside) {
			check.reason = mdt_slice_cstr(aside->why);
			check.source = aside->source;
		} else {
			// An attribute's text is `data` to the rows of drift.
			bool is_attr =
				it->of >= MDT_OF_ARRAY_ATTR && it->of <= MDT_OF_PARAMETER;

			check.drift = mdt_check_drift(compare, it->op,
						      is_attr ? SLICE("data") : name,
						      it->expected, it->actual);
			if (check.drift)
				check.kind = MDT_CHECK_DRIFT;
		}
	}
	mdt_check_add(compare, check);
	return check.kind;
}

void mdt_check_absent(struct mdt_compare *compare, struct mdt_slice field,
		      struct mdt_slice actual, const char *reason)
{
	mdt_check_add(compare, (struct mdt_check){ .kind = MDT_CHECK_NOT_IN_LOG,
						   .field = field,
						   .actual = actual,
						   .reason = mdt_slice_cstr(reason) });
}

void mdt_bytes_brief(struct mdt_slice bytes, struct mdt_buf *ret)
{
	enum { MOST = 48 };

	mdt_bytes_text(mdt_slice_head(bytes, MOST), false, ret);
	if (bytes.len > MOST)
		mdt_buf_printf(ret, "... (%zu bytes)", bytes.len);
}
