// SPDX-License-Identifier: MIT
// BTF: what is read can be walked, alone and as the split of itself.
// Seeds: tests/fuzz/btf/*
// Max length: 16384
#include <stdint.h>

#include "kernel/layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const struct mdt_btf *btf)
{
	for (uint32_t id = 0; id < btf->end; id++) {
		_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
		_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
		struct mdt_btf_type type = mdt_btf_type(btf, id);
		const struct mdt_layout *layout;

		mdt_btf_add_type(btf, id, &text);
		if (type.kind == MDT_BTF_FUNC)
			mdt_btf_add_function(btf, type.name,
					     mdt_btf_function(btf, type.name), &text);
		mdt_error_destroy(mdt_layout_from_btf(btf, id, &arena, &layout));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(mdt_btf_deinit) struct mdt_btf base = { 0 };
	_cleanup_(mdt_btf_deinit) struct mdt_btf split = { 0 };
	struct mdt_slice bytes = mdt_slice_from((const char *)data, size);
	struct mdt_error *err = mdt_btf_read("fuzz", bytes, NULL, &base);

	if (!err) {
		walk(&base);
		err = mdt_btf_read("fuzz", bytes, &base, &split);
		if (!err)
			walk(&split);
	}
	mdt_error_destroy(err);
	return 0;
}
