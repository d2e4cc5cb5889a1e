// SPDX-License-Identifier: MIT
#include <stdio.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "kernel/btf.h"
#include "params.h"

static void read_file(const char *name, struct mdt_buf *ret)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "%s/tests/fuzz/btf/%s", MDT_SOURCE_DIR, name);
	file = fopen(path, "rb");
	cr_assert_not_null(file);
	cr_assert(mdt_buf_reserve(ret, 1 << 16));
	ret->len = fread(ret->str, 1, 1 << 16, file);
	fclose(file);
}

Test(kernel_btf, split_on_a_base)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf whole = { 0 }, split = { 0 },
						 text = { 0 };
	struct mdt_btf base, btf;
	struct mdt_btf_member member;
	struct mdt_btf_type type;

	read_file("whole", &whole);
	read_file("split", &split);
	cr_assert_null(mdt_btf_read("whole", mdt_buf_slice(&whole), NULL, &base));
	cr_assert_null(mdt_btf_read("split", mdt_buf_slice(&split), &base, &btf));
	cr_assert_eq(btf.end, base.end + 2);
	type = mdt_btf_type(&btf, base.end);
	cr_expect(mdt_slice_eq(type.name, SLICE("widget")));
	member = mdt_btf_member(&btf, &type, 1);
	cr_expect(mdt_slice_eq(member.name, SLICE("run")));
	mdt_btf_add_type(&btf, member.type, &text);
	mdt_buf_adds(&text, "; ");
	mdt_btf_add_function(&btf, SLICE("widget_run"),
			     mdt_btf_function(&btf, SLICE("widget_run")), &text);
	cr_expect(mdt_slice_eq(mdt_buf_slice(&text),
			       SLICE("int (*)(struct gadget *); "
				     "int widget_run(struct gadget *g)")),
		  "%.*s", SLICE_FMT(mdt_buf_slice(&text)));
	mdt_btf_deinit(&btf);
	mdt_btf_deinit(&base);
}

struct damage {
	size_t at;
	unsigned char byte;
	const char *message;
};

static const struct damage damages[] = {
	{ 0, 0, "no BTF of version 1" },
	{ 4, 200, "do not fit" },
	{ 15, 1, "do not fit" },
	{ 24 + 7, 31, "type 1 at byte 0" },
	{ 24 + 3, 1, "type 1 names what is not there" },
};

ParameterizedTestParameters(kernel_btf, refuses)
{
	return index_params(damages);
}

ParameterizedTest(size_t *index, kernel_btf, refuses)
{
	const struct damage *row = &damages[*index];
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	struct mdt_btf btf;
	struct mdt_error *err;

	read_file("whole", &bytes);
	bytes.str[row->at] = (char)row->byte;
	err = mdt_btf_read("x", mdt_buf_slice(&bytes), NULL, &btf);
	cr_assert_not_null(err);
	cr_expect(strstr(err->message, row->message), "%s", err->message);
	mdt_error_destroy(err);
	mdt_btf_deinit(&btf);
}

// Of a base that is another kernel's the split names what is not there.
Test(kernel_btf, split_without_its_base)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf split = { 0 };
	struct mdt_btf btf;
	struct mdt_error *err;

	read_file("split", &split);
	err = mdt_btf_read("x", mdt_buf_slice(&split), NULL, &btf);
	cr_assert_not_null(err);
	mdt_error_destroy(err);
	mdt_btf_deinit(&btf);
}
