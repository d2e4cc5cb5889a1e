// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/names.h"

struct row {
	struct mdt_slice name;
	int number;
};

Test(names, finds_each_and_nothing_else)
{
	static const struct row rows[] = {
		{ SLICE_INIT("open"), 1 },	 { SLICE_INIT("openat"), 2 },
		{ SLICE_INIT("openat2"), 3 },	 { SLICE_INIT("x"), 4 },
		{ SLICE_INIT("newfstatat"), 5 },
	};
	struct mdt_names names;

	mdt_names_init(&names, rows, sizeof(*rows), array_size(rows));
	array_for_each (it, rows) {
		const struct row *found = mdt_names_find(&names, it->name);

		cr_assert(found);
		cr_assert_eq(found->number, it->number);
	}
	cr_assert_null(mdt_names_find(&names, SLICE("ope")));
	cr_assert_null(mdt_names_find(&names, SLICE("openat3")));
	cr_assert_null(mdt_names_find(&names, SLICE("")));
}

// All in one slot: the hash looks at first, middle and last letter only.
Test(names, as_many_as_there_can_be_also_when_they_collide)
{
	static struct row rows[MDT_NAMES_MAX];
	static char text[MDT_NAMES_MAX][8];
	struct mdt_names names;

	for (int i = 0; i < MDT_NAMES_MAX; i++) {
		snprintf(text[i], sizeof(text[i]), "a%02xb%xc", i / 2, i % 2);
		rows[i] = (struct row){ mdt_slice_cstr(text[i]), i };
	}
	mdt_names_init(&names, rows, sizeof(*rows), MDT_NAMES_MAX);
	for (int i = 0; i < MDT_NAMES_MAX; i++) {
		const struct row *found = mdt_names_find(&names, rows[i].name);

		cr_assert(found);
		cr_assert_eq(found->number, i);
	}
	cr_assert_null(mdt_names_find(&names, SLICE("a00b2c")));
}

Test(names, empty_table)
{
	struct mdt_names names;

	mdt_names_init(&names, NULL, sizeof(struct row), 0);
	cr_assert_null(mdt_names_find(&names, SLICE("open")));
}
