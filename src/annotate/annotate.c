// SPDX-License-Identifier: MIT
#include "annotate/annotate.h"

#include "annotate/remark.h"
#include "annotate/parts.h"
#include "strace/write.h"

/* ---- which calls there is something to say about ---- */

struct call_row {
	struct mdt_slice name;
	mdt_annotate_fn *annotate;
	unsigned int arg;
};

static const struct call_row rows[] = {
	{ SLICE_INIT("access"), mdt_annotate_look, 0 },
	{ SLICE_INIT("creat"), mdt_annotate_open, 0 },
	{ SLICE_INIT("faccessat"), mdt_annotate_look, 1 },
	{ SLICE_INIT("faccessat2"), mdt_annotate_look, 1 },
	{ SLICE_INIT("fstatat64"), mdt_annotate_look, 1 },
	{ SLICE_INIT("lstat"), mdt_annotate_look, 0 },
	{ SLICE_INIT("lstat64"), mdt_annotate_look, 0 },
	{ SLICE_INIT("mknod"), mdt_annotate_mknod, 0 },
	{ SLICE_INIT("mknodat"), mdt_annotate_mknod, 1 },
	{ SLICE_INIT("newfstatat"), mdt_annotate_look, 1 },
	{ SLICE_INIT("open"), mdt_annotate_open, 0 },
	{ SLICE_INIT("openat"), mdt_annotate_open, 1 },
	{ SLICE_INIT("openat2"), mdt_annotate_open, 1 },
	{ SLICE_INIT("pread"), mdt_annotate_read, 0 },
	{ SLICE_INIT("pread64"), mdt_annotate_read, 0 },
	{ SLICE_INIT("pwrite"), mdt_annotate_write, 0 },
	{ SLICE_INIT("pwrite64"), mdt_annotate_write, 0 },
	{ SLICE_INIT("read"), mdt_annotate_read, 0 },
	{ SLICE_INIT("readlink"), mdt_annotate_look, 0 },
	{ SLICE_INIT("readlinkat"), mdt_annotate_look, 1 },
	{ SLICE_INIT("stat"), mdt_annotate_look, 0 },
	{ SLICE_INIT("stat64"), mdt_annotate_look, 0 },
	{ SLICE_INIT("statx"), mdt_annotate_look, 1 },
	{ SLICE_INIT("unlink"), mdt_annotate_unlink, 0 },
	{ SLICE_INIT("unlinkat"), mdt_annotate_unlink, 1 },
	{ SLICE_INIT("write"), mdt_annotate_write, 0 },
};

/* ---- the annotator ---- */

void mdt_annotator_init(struct mdt_annotator *annotator,
			const struct mdt_ioctl_table *table)
{
	*annotator = (struct mdt_annotator){ .table = table };
	mdt_trace_init(&annotator->trace);
	mdt_names_init(&annotator->calls, rows, sizeof(*rows), array_size(rows));
}

void mdt_annotator_deinit(struct mdt_annotator *annotator)
{
	mdt_trace_deinit(&annotator->trace);
	mdt_arena_deinit(&annotator->arena);
	mdt_buf_deinit(&annotator->about_path);
	mdt_buf_deinit(&annotator->bytes);
	mdt_buf_deinit(&annotator->bytes_out);
	mdt_buf_deinit(&annotator->argument);
	mdt_buf_deinit(&annotator->request);
	mdt_buf_deinit(&annotator->means);
	mdt_buf_deinit(&annotator->text);
	mdt_ioctl_memo_forget(annotator, true);
}

void mdt_annotator_reset(struct mdt_annotator *annotator)
{
	mdt_ioctl_memo_forget(annotator, false);
	mdt_trace_deinit(&annotator->trace);
}

/* ---- the line ---- */

struct mdt_error *mdt_annotation_because(struct mdt_annotator *annotator,
					 const struct mdt_event *event,
					 const struct mdt_annotation *annotation,
					 struct mdt_slice means, const char *source,
					 const struct mdt_annotation **ret)
{
	struct mdt_annotation *current = &annotator->current;

	if (annotation != current)
		*current = *annotation;
	current->means = means;
	current->means_errno = true;
	current->source = source;
	*ret = current;
	return mdt_annotation_compose(annotator, event, current);
}

static struct mdt_error *annotate_call(struct mdt_annotator *annotator,
				       const struct mdt_event *event, unsigned int topics,
				       const struct mdt_annotation **ret)
{
	struct mdt_annotation *current = NULL;
	const struct call_row *row;
	struct mdt_error *err;

	if (mdt_slice_eq_short(event->name, SLICE("ioctl")))
		return mdt_annotate_ioctl(annotator, event, topics, ret);
	row = mdt_names_find(&annotator->calls, event->name);
	if (!row)
		return NULL;
	err = row->annotate(annotator, event, row->arg, &current);
	if (err || !current || !(current->topics & topics))
		return err;
	mdt_annotate_injected(event, current);
	mdt_annotate_begun(event, current);
	*ret = current;
	return mdt_annotation_compose(annotator, event, current);
}

// What the kernel says while a call runs is about that call, most likely.
static struct mdt_error *annotate_kernel(struct mdt_annotator *annotator,
					 const struct mdt_event *event,
					 unsigned int topics,
					 const struct mdt_annotation **ret)
{
	struct mdt_annotation *current;

	if (!event->began || !(topics & MDT_TOPIC_MD))
		return NULL;
	current = mdt_annotation_begin(annotator);
	current->topics = MDT_TOPIC_MD;
	current->name = SLICE("kernel");
	mdt_buf_clear(&annotator->means);
	mdt_buf_adds(&annotator->means, "said while the call of line ");
	mdt_buf_dec(&annotator->means, event->began);
	mdt_buf_adds(&annotator->means, " was running");
	current->means = mdt_buf_slice(&annotator->means);
	*ret = current;
	return mdt_annotation_compose(annotator, event, current);
}

struct mdt_error *mdt_annotate(struct mdt_annotator *annotator,
			       const struct mdt_event *event, unsigned int topics,
			       const struct mdt_annotation **ret)
{
	struct mdt_error *err = NULL;

	*ret = NULL;
	annotator->has_about = false;
	if (((event->kind == MDT_EVENT_CALL || event->kind == MDT_EVENT_RESUMED) &&
	     mdt_ref_ok(event->call)) ||
	    mdt_event_is_begun(event))
		err = annotate_call(annotator, event, topics, ret);
	else if (unlikely(event->kind == MDT_EVENT_KERNEL))
		err = annotate_kernel(annotator, event, topics, ret);
	return err ? err : mdt_trace_follow(&annotator->trace, event);
}

/* ---- the line as a newer strace would print it ---- */

struct rewrite {
	const struct mdt_annotation *annotation;
	uint32_t request, argument; // which nodes to replace
};

static bool replace(void *data, struct mdt_ref ref, struct mdt_buf *ret)
{
	const struct rewrite *rewrite = data;
	struct mdt_slice text = { 0 };

	if (ref.at == rewrite->request)
		text = rewrite->annotation->new_request;
	else if (ref.at == rewrite->argument)
		text = rewrite->annotation->new_argument;
	mdt_buf_add(ret, text);
	return text.len != 0;
}

void mdt_annotation_rewrite(const struct mdt_annotation *annotation,
			    const struct mdt_event *event, struct mdt_buf *ret)
{
	struct rewrite rewrite = {
		.annotation = annotation,
		.request = mdt_event_arg(event, 1).at,
		.argument = mdt_event_arg(event, 2).at,
	};
	struct mdt_replace ops = { replace, &rewrite };
	bool changes = annotation &&
		       (annotation->new_request.len || annotation->new_argument.len);

	if (changes && event->kind == MDT_EVENT_CALL)
		mdt_write_event(event, &ops, ret);
	else
		mdt_buf_add(ret, event->raw);
}
