// SPDX-License-Identifier: MIT
// Each row of what is set aside: where it holds, and that it holds nowhere else.
#include <criterion/criterion.h>

#include "verdict/setaside.h"

static struct mdt_slice first_word(const char *words)
{
	return mdt_slice_from(words, strcspn(words, "|"));
}

static struct mdt_slice last_word(const char *words)
{
	const char *bar = strrchr(words, '|');

	return mdt_slice_cstr(bar ? bar + 1 : words);
}

// A difference that the row is for.
static struct mdt_aside_question question_of(const struct mdt_aside *row)
{
	struct mdt_aside_question ret = {
		.of = row->of,
		.op = row->op ? mdt_slice_cstr(row->op) : SLICE("anything"),
		.field = mdt_slice_cstr(row->field),
		.when = row->when,
		.has_numbers = true,
		.expected_number = 0x40,
		.actual_number = row->bits ? 0x40 | row->bits : 0x99,
		.expected = SLICE("64"),
		.actual = SLICE("153"),
	};

	if (row->words) {
		ret.expected = first_word(row->words);
		ret.actual = last_word(row->words);
	}
	return ret;
}

static void check_conditions(const struct mdt_aside *row)
{
	struct mdt_aside_question question = question_of(row);

	question.when = ~row->when;
	cr_expect(!row->when || mdt_aside_find(&question) != row, "%s: when", row->field);
	for (unsigned int bit = 1; bit <= MDT_IF_MADE; bit <<= 1) {
		question.when = bit;
		cr_expect(!(row->when & bit) || mdt_aside_find(&question),
			  "%s: any of them", row->field);
	}
}

static void check_limits(const struct mdt_aside *row)
{
	struct mdt_aside_question question = question_of(row);

	if (row->bits) {
		question.actual_number ^= 1 << 10;
		cr_expect_neq(mdt_aside_find(&question), row, "%s: bits", row->field);
		question = question_of(row);
		question.has_numbers = false;
		cr_expect_neq(mdt_aside_find(&question), row, "%s: no number",
			      row->field);
	}
	if (row->words) {
		question = question_of(row);
		question.actual = SLICE("none of these");
		cr_expect_neq(mdt_aside_find(&question), row, "%s: words", row->field);
		question = question_of(row);
		question.expected = SLICE("none of these");
		cr_expect_neq(mdt_aside_find(&question), row, "%s: words", row->field);
	}
}

Test(aside, rows)
{
	size_t len;
	const struct mdt_aside *rows = mdt_asides(&len);

	cr_assert(len > 30);
	for (size_t i = 0; i < len; i++) {
		struct mdt_aside_question question = question_of(&rows[i]);

		cr_expect_eq(mdt_aside_find(&question), &rows[i], "%s", rows[i].field);
		question.field = SLICE("another");
		cr_expect_null(mdt_aside_find(&question), "%s", rows[i].field);
		question = question_of(&rows[i]);
		question.op = SLICE("ANOTHER");
		cr_expect(!rows[i].op || mdt_aside_find(&question) != &rows[i], "%s",
			  rows[i].field);
		check_conditions(&rows[i]);
		check_limits(&rows[i]);
		cr_expect(*rows[i].why, "%s", rows[i].field);
	}
}

// What decides whether an array is whole is never set aside.
Test(aside, never)
{
	static const char *const fields[] = { "level",
					      "raid_disks",
					      "failed_disks",
					      "nr_disks",
					      "major_version",
					      "raid_disk",
					      "dev_number",
					      "magic",
					      "layout",
					      "chunk_size",
					      "not_persistent",
					      "array_state",
					      "metadata_version",
					      "slot",
					      "errors" };

	for (int of = MDT_OF_IOCTL; of <= MDT_OF_MDSTAT; of++)
		array_for_each (field, fields) {
			struct mdt_aside_question question = {
				.of = (enum mdt_aside_of)of,
				.op = SLICE("GET_ARRAY_INFO"),
				.field = mdt_slice_cstr(*field),
				.when = MDT_IF_SYNC | MDT_IF_SIZE | MDT_IF_MADE,
				.has_numbers = true,
				.expected_number = 1,
				.actual_number = 2,
				.expected = SLICE("clean"),
				.actual = SLICE("readonly"),
			};

			cr_expect_null(mdt_aside_find(&question), "%s", *field);
		}
}
