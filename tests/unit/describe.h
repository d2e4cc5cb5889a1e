/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Values and events as the tests write them: every value with its kind, so that two that
 * look alike in a log, but are not, differ.
 *
 *     9 9:hex 9:oct huge(18446744073709551616)      numbers, in decimal whatever the log
 * has real(0.5) "bytes" "cut"... char(a) WORD ... missing(<unavailable>) (call makedev 9
 * 100) (struct a=1) (array 1 _2) (not A) (group 1) (flags A B) (either A B) (change 1 2)
 * (expr << 1 A) {path /dev/md0} {gone /tmp/x} {comment 27 vars} {inside 27 vars} {context
 * u:r:t}
 *
 * `_` stands before what a blank parts from its neighbour, `^` before a stray bracket,
 * and
 * `!` behind a bracket that did not close. Bytes that cannot be printed are \xNN.
 */
#ifndef MDT_TESTS_DESCRIBE_H
#define MDT_TESTS_DESCRIBE_H

#include <inttypes.h>

#include "strace/event.h"

static inline void describe_text(struct mdt_slice text, struct mdt_buf *ret)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.str[i] >= ' ' && text.str[i] < 0x7f)
			mdt_buf_addc(ret, text.str[i]);
		else
			mdt_buf_printf(ret, "\\x%02x", (unsigned char)text.str[i]);
	}
}

static inline void describe_bytes(struct mdt_ref ref, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };

	mdt_ref_bytes(ref, &bytes);
	describe_text(mdt_buf_slice(&bytes), ret);
}

static inline void describe_int(struct mdt_ref ref, struct mdt_buf *ret)
{
	const struct mdt_node *node = mdt_ref_node(ref);
	uint64_t number;
	int64_t number_signed;

	if (!mdt_ref_u64(ref, &number) || !mdt_ref_i64(ref, &number_signed)) {
		mdt_buf_adds(ret, "huge(");
		mdt_buf_add(ret, mdt_ref_text(ref));
		mdt_buf_addc(ret, ')');
		return;
	}
	if (node->flags & MDT_NODE_NEGATIVE)
		mdt_buf_printf(ret, "%" PRId64, number_signed);
	else
		mdt_buf_printf(ret, "%" PRIu64, number);
	mdt_buf_adds(ret, node->flags & MDT_NODE_HEX	 ? ":hex"
			  : node->flags & MDT_NODE_OCTAL ? ":oct"
							 : "");
}

static inline void describe_hanging(struct mdt_ref ref, struct mdt_buf *ret)
{
	const struct mdt_node *node = mdt_ref_node(ref);

	mdt_buf_adds(ret, node->kind == MDT_NODE_CONTEXT ? "{context "
			  : node->kind == MDT_NODE_PATH
				  ? (node->flags & MDT_NODE_DELETED ? "{gone " : "{path ")
			  : node->flags & MDT_NODE_INSIDE ? "{inside "
							  : "{comment ");
	describe_text(mdt_ref_text(ref), ret);
	mdt_buf_addc(ret, '}');
}

static inline const char *describe_list_kind(const struct mdt_node *node)
{
	switch ((enum mdt_node_kind)node->kind) {
	case MDT_NODE_CALL:
		return "call";
	case MDT_NODE_STRUCT:
		return "struct";
	case MDT_NODE_ARRAY:
		return node->flags & MDT_NODE_NOT ? "not" : "array";
	case MDT_NODE_GROUP:
		return node->flags & MDT_NODE_NOT ? "not-group" : "group";
	case MDT_NODE_FLAGS:
		return "flags";
	case MDT_NODE_EITHER:
		return "either";
	case MDT_NODE_CHANGE:
		return "change";
	default:
		return "expr";
	}
}

static inline void describe_value(struct mdt_ref ref, struct mdt_buf *ret);

static inline void describe_list(struct mdt_ref ref, struct mdt_buf *ret)
{
	const struct mdt_node *node = mdt_ref_node(ref);

	mdt_buf_printf(ret, "(%s", describe_list_kind(node));
	if (node->kind == MDT_NODE_CALL || node->kind == MDT_NODE_EXPR) {
		mdt_buf_addc(ret, ' ');
		describe_text(mdt_ref_head(ref), ret);
	}
	for (struct mdt_ref it = mdt_ref_first(ref); mdt_ref_ok(it);
	     it = mdt_ref_next(ref, it)) {
		mdt_buf_addc(ret, ' ');
		describe_value(it, ret);
	}
	mdt_buf_adds(ret, node->flags & MDT_NODE_OPEN ? ")!" : ")");
}

static inline void describe_bare(struct mdt_ref ref, struct mdt_buf *ret)
{
	switch ((enum mdt_node_kind)mdt_ref_node(ref)->kind) {
	case MDT_NODE_INT:
		describe_int(ref, ret);
		break;
	case MDT_NODE_REAL:
		mdt_buf_printf(ret, "real(%.*s)", SLICE_FMT(mdt_ref_text(ref)));
		break;
	case MDT_NODE_STRING:
		mdt_buf_addc(ret, '"');
		describe_bytes(ref, ret);
		mdt_buf_adds(ret, mdt_ref_cut(ref) ? "\"..." : "\"");
		break;
	case MDT_NODE_CHAR:
		mdt_buf_adds(ret, "char(");
		describe_bytes(ref, ret);
		mdt_buf_addc(ret, ')');
		break;
	case MDT_NODE_MISSING:
		mdt_buf_printf(ret, "missing(%.*s)", SLICE_FMT(mdt_ref_text(ref)));
		break;
	case MDT_NODE_WORD:
	case MDT_NODE_ELLIPSIS:
		describe_text(mdt_ref_text(ref), ret);
		break;
	default:
		describe_list(ref, ret);
	}
}

static inline void describe_value(struct mdt_ref ref, struct mdt_buf *ret)
{
	const struct mdt_node *node = mdt_ref_node(ref);
	uint32_t end = ref.at + node->size;

	if (node->flags & MDT_NODE_SPACED)
		mdt_buf_addc(ret, '_');
	if (node->flags & MDT_NODE_GLUED)
		mdt_buf_addc(ret, '^');
	if (node->name_len) {
		mdt_buf_add(ret, mdt_ref_name(ref));
		mdt_buf_addc(ret, '=');
	}
	describe_bare(ref, ret);
	for (struct mdt_ref it = { ref.items, ref.text, ref.at + 1 }; it.at < end;
	     it.at += mdt_ref_node(it)->size)
		if (mdt_node_hangs(mdt_ref_node(it)))
			describe_hanging(it, ret);
}

static inline void describe_part(const char *name, struct mdt_slice text,
				 struct mdt_buf *ret)
{
	if (!text.len)
		return;
	mdt_buf_printf(ret, " | %s ", name);
	describe_text(text, ret);
}

static inline void describe_prefix(const struct mdt_prefix *prefix, struct mdt_buf *ret)
{
	if (prefix->pid)
		mdt_buf_printf(ret, " | pid %" PRIu32, prefix->pid);
	describe_part("comm", prefix->comm, ret);
	describe_part("process", prefix->context, ret);
	describe_part("time", prefix->time, ret);
	describe_part("since", prefix->since, ret);
	describe_part("number", prefix->number, ret);
	describe_part("ip", prefix->ip, ret);
}

static inline void describe_result(const struct mdt_result *result, struct mdt_buf *ret)
{
	if (!result->present)
		return;
	mdt_buf_adds(ret, " -> ");
	describe_value(result->value, ret);
	if (result->unavailable)
		mdt_buf_adds(ret, " | unavailable");
	describe_part("error", result->error, ret);
	describe_part("means", result->error_text, ret);
	if (mdt_ref_ok(result->aux)) {
		mdt_buf_adds(ret, " | aux ");
		describe_value(result->aux, ret);
	}
	describe_part("inject", result->inject, ret);
	describe_part("took", result->duration, ret);
}

/** The event in one line: its kind, then what it has, each part behind a bar. */
static inline void describe_event(const struct mdt_event *event, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, mdt_event_kind_name(event->kind));
	if (mdt_ref_ok(event->call)) {
		mdt_buf_addc(ret, ' ');
		describe_value(event->call, ret);
	} else if (event->name.len) {
		describe_part("name", event->name, ret);
	}
	if (mdt_ref_ok(event->subject)) {
		mdt_buf_addc(ret, ' ');
		describe_value(event->subject, ret);
	}
	describe_result(&event->result, ret);
	describe_prefix(&event->prefix, ret);
	if (event->began)
		mdt_buf_printf(ret, " | began %lu", event->began);
	describe_part("interrupted", event->interruption, ret);
	describe_part("tail", event->tail, ret);
	describe_part("before", event->before, ret);
	describe_part("output", event->output, ret);
	describe_part("note", event->note, ret);
	if (event->fault.expected)
		mdt_buf_printf(ret, " | column %" PRIu32 ": %s", event->fault.column,
			       event->fault.expected);
}

#endif
