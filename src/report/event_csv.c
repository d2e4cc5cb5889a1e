// SPDX-License-Identifier: MIT
#include "report/event_csv.h"

#include "base/visible.h"

enum { ALL_TOPICS = MDT_TOPIC_IOCTL | MDT_TOPIC_MD | MDT_TOPIC_BLOCK };

void mdt_event_csv_head(struct mdt_buf *buf)
{
	mdt_buf_adds(
		buf,
		"file,line,kind,pid,time,call,fd,path,device,ioctl,result,errno,duration,text\n");
}

// In quotes where it must be; what no table should hold is an escape.
static void add_field(struct mdt_slice text, struct mdt_buf *buf)
{
	size_t from = buf->len, quotes = 0;
	struct mdt_slice added;

	mdt_visible_words(buf, text);
	added = mdt_slice_skip(mdt_buf_slice(buf), from);
	for (size_t i = 0; i < added.len; i++)
		quotes += added.str[i] == '"';
	if (!quotes && !memchr(added.str, ',', added.len))
		return;
	if (!mdt_buf_reserve(buf, quotes + 2))
		return;
	// From the end on, since it grows in its place.
	buf->str[from + added.len + quotes + 1] = '"';
	for (size_t i = added.len, to = from + added.len + quotes + 1; i-- > 0;) {
		char c = buf->str[from + i];

		buf->str[--to] = c;
		if (c == '"')
			buf->str[--to] = '"';
	}
	buf->str[from] = '"';
	buf->len += quotes + 2;
}

static void add(struct mdt_slice text, struct mdt_buf *buf)
{
	mdt_buf_addc(buf, ',');
	if (text.len)
		add_field(text, buf);
}

static void add_number(uint64_t number, struct mdt_buf *buf)
{
	mdt_buf_addc(buf, ',');
	if (number)
		mdt_buf_dec(buf, number);
}

// The descriptor that a call is about, and what is open there.
static void add_file(struct mdt_annotator *annotator, const struct mdt_event *event,
		     struct mdt_buf *buf)
{
	struct mdt_ref fd = mdt_event_arg(event, 0);
	const struct mdt_file *file = NULL;
	uint64_t number;

	if (event->name.len && mdt_ref_ok(fd) && mdt_ref_u64(fd, &number))
		file = mdt_trace_file(&annotator->trace, event, fd);
	mdt_buf_addc(buf, ',');
	if (file)
		mdt_buf_dec(buf, number);
	add(file ? file->path : SLICE(""), buf);
}

static void add_device(const struct mdt_annotation *annotation, struct mdt_buf *scratch,
		       struct mdt_buf *buf)
{
	mdt_buf_clear(scratch);
	if (annotation && annotation->device)
		mdt_device_name(scratch, annotation->device);
	add(mdt_buf_slice(scratch), buf);
	add(annotation && annotation->topics & MDT_TOPIC_IOCTL ? annotation->name
							       : SLICE(""),
	    buf);
}

struct mdt_error *mdt_event_csv(struct mdt_annotator *annotator, const char *file,
				const struct mdt_event *event, struct mdt_buf *scratch,
				struct mdt_buf *buf)
{
	const struct mdt_annotation *annotation = NULL;
	struct mdt_error *err;

	add_field(mdt_slice_cstr(strcmp(file, "-") == 0 ? "" : file), buf);
	add_number(event->line, buf);
	add(mdt_slice_cstr(mdt_event_kind_name(event->kind)), buf);
	add_number(event->prefix.pid, buf);
	add(event->prefix.time.len ? event->prefix.time : event->prefix.since, buf);
	add(event->name, buf);
	add_file(annotator, event, buf);
	err = mdt_annotate(annotator, event, ALL_TOPICS, &annotation);
	if (err)
		return err;
	add_device(annotation, scratch, buf);
	add(event->result.present ? mdt_ref_text(event->result.value) : SLICE(""), buf);
	add(event->result.error, buf);
	add(event->result.duration, buf);
	add(event->raw, buf);
	mdt_buf_addc(buf, '\n');
	return scratch->failed ? &mdt_enomem : NULL;
}
