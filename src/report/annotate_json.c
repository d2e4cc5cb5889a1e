// SPDX-License-Identifier: MIT
#include "report/annotate_json.h"

#include "ioctl/json.h"
#include "report/derived.h"
#include "report/event_json.h"

static void text_if(struct mdt_json *json, const char *key, struct mdt_slice text)
{
	if (text.len)
		mdt_json_text(json, key, text);
}

static void payload(struct mdt_json *json, const char *key, const struct mdt_value *value)
{
	mdt_json_object(json, key);
	mdt_json_cstr(json, "type", value->type->name);
	mdt_json_u64(json, "bytes", value->bytes.len);
	mdt_json_u64(json, "missing", mdt_value_missing(value));
	mdt_value_json(json, "value", value);
	mdt_json_end(json);
}

static void device(struct mdt_json *json, const char *key, const struct mdt_device *it)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };

	mdt_device_name(&name, it);
	mdt_json_object(json, key);
	mdt_json_text(json, "name", mdt_buf_slice(&name));
	text_if(json, "path", it->path);
	if (it->source != MDT_DEV_UNKNOWN) {
		mdt_json_u64(json, "major", it->major);
		mdt_json_u64(json, "minor", it->minor);
	}
	if (it->size)
		mdt_json_u64(json, "size", it->size);
	mdt_json_end(json);
}

static void ioctl_rows(struct mdt_json *json, const struct mdt_annotation *it)
{
	mdt_json_object(json, "ioctl");
	mdt_json_cstr(json, "name", it->ioctl->name);
	mdt_json_u64(json, "number", it->ioctl->number);
	mdt_json_cstr(json, "pack", it->ioctl->pack);
	mdt_json_cstr(json, "header", it->ioctl->header);
	mdt_json_u64(json, "names", it->ioctl_count ? it->ioctl_count : 1);
	mdt_json_end(json);
}

static void superblock(struct mdt_json *json, const struct mdt_super *super)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf scratch = { 0 };
	struct mdt_super_row row;
	size_t pos = 0;

	mdt_json_array(json, "superblock");
	while (mdt_super_next(super, &pos, &scratch, &row)) {
		mdt_json_object(json, NULL);
		mdt_json_cstr(json, "key", row.key);
		mdt_json_text(json, "value", row.value);
		text_if(json, "note", row.note);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void topics(struct mdt_json *json, unsigned int it)
{
	mdt_json_array(json, "topics");
	if (it & MDT_TOPIC_IOCTL)
		mdt_json_cstr(json, NULL, "ioctl");
	if (it & MDT_TOPIC_MD)
		mdt_json_cstr(json, NULL, "md");
	if (it & MDT_TOPIC_BLOCK)
		mdt_json_cstr(json, NULL, "block");
	mdt_json_end(json);
}

static void remark(struct mdt_json *json, const struct mdt_annotation *it)
{
	mdt_json_object(json, "remark");
	text_if(json, "text", it->text);
	topics(json, it->topics);
	text_if(json, "name", it->name);
	if (it->device)
		device(json, "device", it->device);
	if (it->of_13_bits)
		mdt_json_cstr(json, "numbering", "mips, powerpc, sparc, alpha");
	if (it->partition)
		device(json, "partition", it->partition);
	if (it->ioctl)
		ioctl_rows(json, it);
	if (it->payload != MDT_PAYLOAD_NONE)
		mdt_json_bool(json, "payload_in_log", it->payload == MDT_PAYLOAD_PRESENT);
	if (it->has_in)
		payload(json, it->has_out ? "in" : "payload", &it->in);
	if (it->has_out)
		payload(json, "out", &it->out);
	mdt_derived_json(json, it);
	if (it->super.kind != MDT_SUPER_NONE)
		superblock(json, &it->super);
	text_if(json, "argument", it->argument);
	text_if(json, "means", it->means);
	if (it->source)
		mdt_json_cstr(json, "source", it->source);
	mdt_json_end(json);
}

void mdt_flight_json(struct mdt_buf *buf, const struct mdt_flight *flight)
{
	struct mdt_json json;

	mdt_json_init(&json, buf);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, MDT_EVENT_JSON_SCHEMA, 1);
	mdt_json_text(&json, "file", mdt_slice_cstr(flight->file));
	mdt_json_u64(&json, "line", flight->line);
	mdt_json_cstr(&json, "kind", "in flight");
	if (flight->pid)
		mdt_json_u64(&json, "pid", flight->pid);
	mdt_json_text(&json, "name", flight->event.name);
	mdt_json_text(&json, "call", flight->text);
	text_if(&json, "remark", flight->remark);
	text_if(&json, "ended", flight->ended);
	mdt_json_end(&json);
}

static void source_lines(struct mdt_json *json, const struct mdt_source_lines *lines)
{
	mdt_json_array(json, "inlined");
	for (size_t i = 0; i < lines->count; i++) {
		mdt_json_object(json, NULL);
		mdt_json_text(json, "function", lines->all[i].function);
		mdt_json_text(json, "file", lines->all[i].file);
		mdt_json_u64(json, "line", (uint64_t)lines->all[i].line);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void stack_frame(struct mdt_json *json, const struct mdt_stack_frame *it)
{
	mdt_json_object(json, "frame");
	mdt_json_text(json, "binary", it->frame.file);
	mdt_json_u64(json, "address", it->frame.address);
	if (it->frame.symbol.len) {
		mdt_json_text(json, "symbol", it->frame.symbol);
		mdt_json_u64(json, "offset", it->frame.off);
	}
	mdt_json_bool(json, "library", it->is_library);
	text_if(json, "function", it->function);
	if (it->file.len) {
		mdt_json_text(json, "file", it->file);
		mdt_json_u64(json, "line", (uint64_t)it->line);
	}
	if (it->lines.count > 1)
		source_lines(json, &it->lines);
	if (it->why)
		mdt_json_cstr(json, "why", it->why);
	mdt_json_end(json);
}

void mdt_annotate_json(struct mdt_buf *buf, const char *file,
		       const struct mdt_event *event,
		       const struct mdt_annotation *annotation,
		       const struct mdt_stack_frame *frame)
{
	struct mdt_json json;

	mdt_json_init(&json, buf);
	mdt_json_object(&json, NULL);
	mdt_event_json_members(&json, file, event);
	if (annotation)
		remark(&json, annotation);
	if (frame)
		stack_frame(&json, frame);
	mdt_json_end(&json);
}
