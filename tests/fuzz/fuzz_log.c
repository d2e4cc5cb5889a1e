// SPDX-License-Identifier: MIT
// A log: every line comes out again, and whatever it says is annotated in every form.
// Seeds: traces/*/*.strace tests/golden/*.strace tests/fuzz/found/*
// Max length: 16384
#include <stdint.h>
#include <stdlib.h>

#include "annotate/annotate.h"
#include "report/annotate_json.h"
#include "strace/reader.h"
#include "strace/write.h"
#include "trace/stats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outputs {
	struct mdt_buf line;
	size_t bytes; // of all lines so far
};

static void must_be_utf8(const struct mdt_buf *buf)
{
	if (!mdt_is_utf8(mdt_buf_slice(buf)))
		abort();
}

static struct mdt_error *put(struct outputs *out, struct mdt_annotator *annotator,
			     const struct mdt_event *event)
{
	const struct mdt_annotation *annotation;
	struct mdt_error *err = mdt_annotate(annotator, event, ~0u, &annotation);

	if (err)
		return err;
	out->bytes += event->raw.len + event->eol.len;
	mdt_buf_clear(&out->line);
	mdt_write_event(event, NULL, &out->line);
	mdt_buf_clear(&out->line);
	mdt_annotation_rewrite(annotation, event, &out->line);
	mdt_buf_clear(&out->line);
	mdt_annotate_json(&out->line, "fuzz", event, annotation, NULL);
	must_be_utf8(&out->line);
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	_cleanup_(mdt_stats_deinit) struct mdt_stats stats = { 0 };
	struct mdt_annotator annotator;
	struct outputs out = { 0 };
	struct mdt_event event;
	struct mdt_error *err;
	bool got = true;

	mdt_annotator_init(&annotator, mdt_ioctl_builtin());
	mdt_stats_begin(&stats, "fuzz");
	err = mdt_reader_create_memory("fuzz", mdt_slice_from((const char *)data, size),
				       &reader);
	while (!err && got) {
		err = mdt_reader_next(reader, &event, &got);
		if (!err && got)
			err = put(&out, &annotator, &event);
		if (!err && got)
			err = mdt_stats_add(&stats, &event);
	}
	if (!err && out.bytes != size)
		abort();
	mdt_error_destroy(err);
	mdt_annotator_deinit(&annotator);
	mdt_buf_deinit(&out.line);
	return 0;
}
