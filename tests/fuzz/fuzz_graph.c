// SPDX-License-Identifier: MIT
// What a guest says that the tracer printed: a line each; an empty one begins a step.
// Seeds: tests/fuzz/graph/*
// Max length: 16384
#include <stdint.h>

#include "kernel/graph.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct mdt_error *read_all(struct mdt_graph *graph, struct mdt_slice text)
{
	struct mdt_error *err = mdt_graph_step(graph);

	while (!err && text.len) {
		const char *end = memchr(text.str, '\n', text.len);
		struct mdt_slice line =
			mdt_slice_head(text, end ? (size_t)(end - text.str) : text.len);

		err = line.len ? mdt_graph_line(graph, line) : mdt_graph_step(graph);
		text = mdt_slice_skip(text, line.len + 1);
	}
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(mdt_graph_deinit) struct mdt_graph graph = { 0 };
	const struct mdt_graph_view view = { .indent = "", .depth = 40 };
	struct mdt_error *err =
		read_all(&graph, mdt_slice_from((const char *)data, size));

	for (size_t i = 0; !err && i < graph.count; i++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

		err = mdt_graph_text(&graph, i, &view, &text);
	}
	mdt_error_destroy(err);
	return 0;
}
