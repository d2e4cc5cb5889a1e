// SPDX-License-Identifier: MIT
// What a guest says of the programs that it ran: nothing of it leads out of what came.
// Seeds: tests/fuzz/record/*
// Max length: 4096
#include <stdint.h>
#include <stdlib.h>

#include "record/result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct mdt_slice bytes, const char *text, size_t size)
{
	if (bytes.len && (bytes.str < text || bytes.len > size ||
			  (size_t)(bytes.str - text) > size - bytes.len))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size ? size : 1);
	struct mdt_record_result result;

	if (!text)
		return 0;
	memcpy(text, data, size);
	mdt_error_destroy(mdt_record_result_read(mdt_slice_from(text, size), &result));
	for (size_t i = 0; i < result.count; i++) {
		check(result.runs[i].output.bytes, text, size);
		check(result.runs[i].file.bytes, text, size);
	}
	mdt_record_result_deinit(&result);
	free(text);
	return 0;
}
