// SPDX-License-Identifier: MIT
#include "report/event_json.h"

// A member that the log has; what it does not have is left out, not null.
static void text_if(struct mdt_json *json, const char *key, struct mdt_slice text)
{
	if (text.len)
		mdt_json_text(json, key, text);
}

static void value(struct mdt_json *json, const char *key, struct mdt_ref ref);

static void children(struct mdt_json *json, const char *key, struct mdt_ref parent)
{
	mdt_json_array(json, key);
	for (struct mdt_ref it = mdt_ref_first(parent); mdt_ref_ok(it);
	     it = mdt_ref_next(parent, it))
		value(json, NULL, it);
	mdt_json_end(json);
}

static void integer(struct mdt_json *json, struct mdt_ref ref)
{
	const struct mdt_node *node = mdt_ref_node(ref);

	if (node->flags & MDT_NODE_NEGATIVE)
		mdt_json_i64(json, "int", (int64_t)node->num);
	else if (!(node->flags & MDT_NODE_HUGE))
		mdt_json_u64(json, "int", node->num);
	mdt_json_text(json, "text", mdt_ref_text(ref));
}

static void string(struct mdt_json *json, const char *key, struct mdt_ref ref)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	struct mdt_slice inside = mdt_ref_inside(ref);

	if (!inside.len || !memchr(inside.str, '\\', inside.len)) {
		mdt_json_text(json, key, inside);
	} else {
		mdt_ref_bytes(ref, &bytes);
		mdt_json_text(json, key, mdt_buf_slice(&bytes));
	}
	if (mdt_ref_cut(ref))
		mdt_json_bool(json, "cut", true);
	if (mdt_ref_text(ref).str[0] == '@')
		mdt_json_bool(json, "abstract", true);
}

static void list(struct mdt_json *json, const char *key, struct mdt_ref ref)
{
	children(json, key, ref);
	if (mdt_ref_node(ref)->flags & MDT_NODE_NOT)
		mdt_json_bool(json, "not", true);
	if (mdt_ref_node(ref)->flags & MDT_NODE_OPEN)
		mdt_json_bool(json, "open", true);
}

static void operation(struct mdt_json *json, const char *key, struct mdt_ref ref)
{
	children(json, key, ref);
	if (mdt_ref_node(ref)->kind == MDT_NODE_EXPR)
		mdt_json_text(json, "text", mdt_ref_text(ref));
}

static void bare_value(struct mdt_json *json, struct mdt_ref ref)
{
	switch ((enum mdt_node_kind)mdt_ref_node(ref)->kind) {
	case MDT_NODE_INT:
		integer(json, ref);
		break;
	case MDT_NODE_REAL:
		mdt_json_text(json, "real", mdt_ref_text(ref));
		break;
	case MDT_NODE_STRING:
		string(json, "string", ref);
		break;
	case MDT_NODE_CHAR:
		string(json, "char", ref);
		break;
	case MDT_NODE_WORD:
		mdt_json_text(json, "word", mdt_ref_text(ref));
		break;
	case MDT_NODE_ELLIPSIS:
		mdt_json_bool(json, "more", true);
		break;
	case MDT_NODE_MISSING:
		mdt_json_text(json, "missing", mdt_ref_text(ref));
		break;
	case MDT_NODE_CALL:
		mdt_json_text(json, "macro", mdt_ref_head(ref));
		list(json, "args", ref);
		break;
	case MDT_NODE_STRUCT:
		list(json, "struct", ref);
		break;
	case MDT_NODE_ARRAY:
		list(json, "array", ref);
		break;
	case MDT_NODE_GROUP:
		list(json, "group", ref);
		break;
	case MDT_NODE_FLAGS:
		operation(json, "flags", ref);
		break;
	case MDT_NODE_EITHER:
		operation(json, "either", ref);
		break;
	case MDT_NODE_CHANGE:
		operation(json, "change", ref);
		break;
	case MDT_NODE_EXPR:
		operation(json, "expr", ref);
		break;
	case MDT_NODE_PATH:
	case MDT_NODE_COMMENT:
	case MDT_NODE_CONTEXT:
		break;
	}
}

static void value(struct mdt_json *json, const char *key, struct mdt_ref ref)
{
	struct mdt_ref path = mdt_ref_attachment(ref, MDT_NODE_PATH);

	mdt_json_object(json, key);
	text_if(json, "name", mdt_ref_name(ref));
	bare_value(json, ref);
	text_if(json, "path", mdt_ref_text(path));
	if (mdt_ref_ok(path) && mdt_ref_node(path)->flags & MDT_NODE_DELETED)
		mdt_json_bool(json, "deleted", true);
	text_if(json, "comment", mdt_ref_text(mdt_ref_attachment(ref, MDT_NODE_COMMENT)));
	text_if(json, "context", mdt_ref_text(mdt_ref_attachment(ref, MDT_NODE_CONTEXT)));
	mdt_json_end(json);
}

static void prefix(struct mdt_json *json, const struct mdt_prefix *it)
{
	if (it->pid)
		mdt_json_u64(json, "pid", it->pid);
	text_if(json, "comm", it->comm);
	text_if(json, "context", it->context);
	text_if(json, "time", it->time);
	text_if(json, "since", it->since);
	text_if(json, "number", it->number);
	text_if(json, "ip", it->ip);
}

static void result(struct mdt_json *json, const struct mdt_result *it)
{
	if (!it->present)
		return;
	value(json, "result", it->value);
	text_if(json, "error", it->error);
	text_if(json, "error_text", it->error_text);
	if (mdt_ref_ok(it->aux))
		value(json, "aux", it->aux);
	text_if(json, "inject", it->inject);
	if (it->unavailable)
		mdt_json_bool(json, "unavailable", true);
	text_if(json, "duration", it->duration);
}

static void fault(struct mdt_json *json, const struct mdt_fault *it)
{
	if (!it->expected)
		return;
	mdt_json_object(json, "fault");
	mdt_json_u64(json, "column", it->column);
	mdt_json_cstr(json, "expected", it->expected);
	mdt_json_end(json);
}

void mdt_event_json_members(struct mdt_json *json, const char *file,
			    const struct mdt_event *event)
{
	mdt_json_schema(json, MDT_EVENT_JSON_SCHEMA, 1);
	mdt_json_cstr(json, "file", file);
	mdt_json_u64(json, "line", event->line);
	mdt_json_cstr(json, "kind", mdt_event_kind_name(event->kind));
	prefix(json, &event->prefix);
	text_if(json, "name", event->name);
	if (mdt_ref_ok(event->call))
		children(json, "args", event->call);
	if (event->began)
		mdt_json_u64(json, "began", event->began);
	result(json, &event->result);
	if (mdt_ref_ok(event->subject))
		children(json, "subject", event->subject);
	text_if(json, "before", event->before);
	text_if(json, "output", event->output);
	text_if(json, "note", mdt_slice_trim(event->note));
	fault(json, &event->fault);
	mdt_json_text(json, "raw", event->raw);
}

void mdt_event_json(struct mdt_buf *buf, const char *file, const struct mdt_event *event)
{
	struct mdt_json json;

	mdt_json_init(&json, buf);
	mdt_json_object(&json, NULL);
	mdt_event_json_members(&json, file, event);
	mdt_json_end(&json);
}
