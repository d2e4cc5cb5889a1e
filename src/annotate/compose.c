// SPDX-License-Identifier: MIT
// The parts that all remarks are put together from.
#include "annotate/remark.h"
#include "annotate/parts.h"

bool mdt_annotate_failure(struct mdt_annotator *annotator, const struct mdt_event *event,
			  struct mdt_slice op, struct mdt_annotation *ret)
{
	const char *source = NULL;

	mdt_buf_clear(&annotator->means);
	if (mdt_event_failed_unsaid(event)) {
		ret->means = SLICE("failed; the log does not have the errno");
		return true;
	}
	if (!event->result.error.len ||
	    !mdt_md_failure_text(op, event->result.error, &annotator->means, &source))
		return false;
	ret->source = source;
	ret->means_errno = true;
	ret->means = mdt_buf_slice(&annotator->means);
	return true;
}

bool mdt_annotate_injected(const struct mdt_event *event, struct mdt_annotation *ret)
{
	if (!mdt_event_is_injected(event))
		return false;
	ret->means =
		SLICE("strace made this result up, the kernel has not seen the call");
	ret->means_errno = false;
	ret->source = NULL;
	return true;
}

void mdt_annotate_begun(const struct mdt_event *event, struct mdt_annotation *ret)
{
	if (event->result.present && mdt_ref_ok(event->result.value) &&
	    mdt_ref_node(event->result.value)->kind == MDT_NODE_INT)
		return;
	if (event->result.error.len)
		return;
	ret->means = SLICE("no result on this line");
	ret->means_errno = false;
	ret->source = NULL;
}

const struct mdt_about *mdt_annotate_about(struct mdt_annotator *annotator,
					   const struct mdt_event *event)
{
	struct mdt_about *about = &annotator->about;
	struct mdt_buf *path = &annotator->about_path;

	mdt_about_find(&annotator->trace, annotator->table, event, about);
	annotator->has_about = true;
	if (!about->is_md_path)
		return about;
	// To outlive what the event does to the trace.
	mdt_buf_clear(path);
	mdt_buf_add(path, about->path);
	about->path = mdt_buf_slice(path);
	about->is_md_path = !path->failed && mdt_md_path_parse(about->path, &about->md);
	return about;
}

struct mdt_annotation *mdt_annotation_begin(struct mdt_annotator *annotator)
{
	annotator->current = (struct mdt_annotation){ 0 };
	return &annotator->current;
}

// `md100 (9:100)`
static void add_device(const struct mdt_device *device, struct mdt_buf *text)
{
	size_t start = text->len;

	mdt_device_name(text, device);
	if (device->source == MDT_DEV_UNKNOWN || text->failed)
		return;
	// A device without a name is its number already.
	if (memchr(text->str + start, ':', text->len - start))
		return;
	mdt_buf_adds(text, " (");
	mdt_buf_dec(text, device->major);
	mdt_buf_addc(text, ':');
	mdt_buf_dec(text, device->minor);
	mdt_buf_addc(text, ')');
}

struct mdt_error *mdt_annotation_compose(struct mdt_annotator *annotator,
					 const struct mdt_event *event,
					 struct mdt_annotation *ret)
{
	struct mdt_buf *text = &annotator->text;

	mdt_buf_clear(text);
	mdt_buf_add(text, ret->name);
	if (ret->of_13_bits)
		mdt_buf_adds(text, " (numbered as on mips, powerpc, sparc and alpha)");
	if (ret->device) {
		mdt_buf_adds(text, " on ");
		add_device(ret->device, text);
	}
	if (ret->partition) {
		mdt_buf_adds(text, " by its partition ");
		add_device(ret->partition, text);
	}
	if (ret->argument.len) {
		mdt_buf_adds(text, ret->payload == MDT_PAYLOAD_ABSENT && !ret->derived
					   ? ", "
					   : " ");
		mdt_buf_add(text, ret->argument);
	}
	if (ret->means.len) {
		mdt_buf_adds(text, ": ");
		if (ret->means_errno) {
			mdt_buf_add(text, event->result.error);
			mdt_buf_adds(text, ", ");
		}
		mdt_buf_add(text, ret->means);
	}
	ret->text = mdt_buf_slice(text);
	return mdt_buf_error(text);
}
