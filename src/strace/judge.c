// SPDX-License-Identifier: MIT
// What makes sense as a line of strace's, for those who undo what became of a log.
#include "strace/look.h"
#include "strace/parse.h"
#include "strace/reader_parts.h"

// What looks like a call's name and stands among arguments: src/ of strace 6.1.
static const struct mdt_slice inner_names[] = {
	SLICE_INIT("makedev"),	      SLICE_INIT("htons"),     SLICE_INIT("htonl"),
	SLICE_INIT("inet_addr"),      SLICE_INIT("inet_pton"), SLICE_INIT("inet6_addr"),
	SLICE_INIT("if_nametoindex"),
};

static bool is_inner(struct mdt_slice name)
{
	if (name.len && name.str[0] >= 'A' && name.str[0] <= 'Z')
		return true;
	array_for_each (it, inner_names)
		if (mdt_slice_eq(name, *it))
			return true;
	return false;
}

static bool is_blank_note(struct mdt_slice note)
{
	return !mdt_slice_trim(note).len;
}

// `= 0x8002 (flags`, `= 0 <0.000`: what follows the value goes on below.
static bool is_cut_note(struct mdt_slice note)
{
	note = mdt_slice_trim(note);
	return (at(note, 0) == '(' && !memchr(note.str, ')', note.len)) ||
	       (at(note, 0) == '<' && is_digit(at(note, 1)) &&
		!memchr(note.str, '>', note.len));
}

// The errno's text may have no end.
static bool is_cut_text(const struct mdt_event *event)
{
	struct mdt_slice text = event->result.error_text;

	return text.len && text.str + text.len == event->raw.str + event->raw.len;
}

// `= -1 EBUSY`, and the text of the errno is not there.
static bool lacks_text(const struct mdt_event *event)
{
	struct mdt_slice error = event->result.error;

	return error.len && !event->result.error_text.len && !event->note.len &&
	       error.str + error.len == event->raw.str + event->raw.len;
}

static bool is_bare(const struct mdt_event *event)
{
	int64_t value;

	return event->result.present && !event->result.error.len &&
	       is_blank_note(event->note) && mdt_ref_i64(event->result.value, &value) &&
	       value == -1 && !event->result.duration.len;
}

static void judge_call(const struct mdt_event *event, struct mdt_paste_verdict *ret)
{
	ret->inner = is_inner(event->name);
	ret->bare = is_bare(event);
	ret->noted = !is_blank_note(event->note);
	ret->kind = MDT_PASTE_WHOLE;
	if (ret->bare || lacks_text(event) || is_cut_text(event) ||
	    is_cut_note(event->note))
		ret->kind = MDT_PASTE_HALF;
}

// Where the string that begins at @p from ends, its quote counted; SIZE_MAX: nowhere.
static size_t string_end(struct mdt_slice s, size_t from)
{
	for (size_t i = from + 1; i < s.len; i++) {
		if (s.str[i] == '\\')
			i++;
		else if (s.str[i] == '"')
			return i + 1;
	}
	return SIZE_MAX;
}

static bool ends_in_string(struct mdt_slice s)
{
	const char *quote;
	size_t at = 0;

	while ((quote = memchr(s.str + at, '"', s.len - at))) {
		at = string_end(s, (size_t)(quote - s.str));
		if (at == SIZE_MAX)
			return true;
	}
	return false;
}

// `write(2, "mdadm: stopped"..., 67mdadm: stopped`: what is written runs into its count.
// `write(2, "\n", 1`: so does the end of a line.
static bool has_talk(struct mdt_slice body)
{
	const char *quote = memchr(body.str, '"', body.len);
	size_t n = quote ? string_end(body, (size_t)(quote - body.str)) : SIZE_MAX, count;
	bool ends_line;

	if (n == SIZE_MAX)
		return false;
	ends_line = mdt_slice_ends(mdt_slice_head(body, n), SLICE("\\n\""));
	n += mdt_slice_starts(mdt_slice_skip(body, n), SLICE("...")) ? 3 : 0;
	if (!mdt_slice_starts(mdt_slice_skip(body, n), SLICE(", ")))
		return false;
	count = digits(body, n + 2);
	n += 2 + count;
	return count && (n < body.len ? !memchr(",) ", body.str[n], 3) : ends_line);
}

// Some calls end behind their arguments: `ioctl(3, 0x932, 0)` and `... =`.
static bool is_open(struct mdt_slice body, const struct mdt_event *event,
		    struct mdt_nodes *nodes)
{
	size_t fault = event->fault.column - 1;
	bool open = false;

	if (mdt_slice_ends(body, SLICE(" =")) && fault + 3 >= event->raw.len)
		return true;
	if (mdt_is_open_call(body, nodes, &open))
		return false;
	return open || ends_in_string(body) ||
	       (fault + 1 >= event->raw.len && mdt_slice_ends(body, SLICE(")")));
}

static void judge_unknown(const struct mdt_event *event, struct mdt_nodes *nodes,
			  struct mdt_paste_verdict *ret)
{
	size_t from = mdt_event_body(event);
	struct mdt_slice body = mdt_slice_skip(event->raw, from);

	while (body.len && body.str[body.len - 1] == ' ')
		body.len--;
	if (mdt_slice_starts(body, SLICE("--- SIG"))) {
		ret->kind = MDT_PASTE_OPEN;
		return;
	}
	if (!event->name.len)
		return;
	ret->inner = is_inner(event->name);
	ret->talk = event->name.str[0] == 'w' && has_talk(body);
	ret->reached = event->fault.column - 1 - from;
	if (!ret->talk && is_open(body, event, nodes))
		ret->kind = MDT_PASTE_OPEN;
}

// `<... ioctl resumed> )  = -1 EBUSY (Device or resource`
static void judge_resumed(const struct mdt_event *event, struct mdt_paste_verdict *ret)
{
	struct mdt_slice tail = event->tail;
	const char *error = mdt_slice_find(tail, SLICE("= -1 E"));

	ret->kind = MDT_PASTE_WHOLE;
	if (!mdt_slice_find(tail, SLICE("= ")))
		ret->kind = MDT_PASTE_OPEN;
	else if (error && memchr(error, '(', (size_t)(tail.str + tail.len - error)) &&
		 !memchr(error, ')', (size_t)(tail.str + tail.len - error)))
		ret->kind = MDT_PASTE_HALF;
}

static void judge_line(void *data, struct mdt_slice line, struct mdt_paste_verdict *ret)
{
	struct mdt_nodes *nodes = data;
	struct mdt_error *err;
	struct mdt_event event;

	*ret = (struct mdt_paste_verdict){ .kind = MDT_PASTE_OTHER };
	err = mdt_parse_line(line, nodes, &event);
	if (err) {
		mdt_error_destroy(err);
		return;
	}
	switch (event.kind) {
	case MDT_EVENT_CALL:
		judge_call(&event, ret);
		break;
	case MDT_EVENT_UNFINISHED:
		ret->kind = MDT_PASTE_WHOLE;
		break;
	case MDT_EVENT_RESUMED:
		judge_resumed(&event, ret);
		break;
	case MDT_EVENT_UNKNOWN:
		judge_unknown(&event, nodes, ret);
		break;
	case MDT_EVENT_BLANK:
		ret->kind = MDT_PASTE_BLANK;
		break;
	case MDT_EVENT_SIGNAL:
	case MDT_EVENT_STOP:
	case MDT_EVENT_EXIT:
	case MDT_EVENT_SUPERSEDED:
	case MDT_EVENT_MESSAGE:
	case MDT_EVENT_DEBUG:
	case MDT_EVENT_STACK:
	case MDT_EVENT_DUMP:
	case MDT_EVENT_TABLE:
	case MDT_EVENT_OUTPUT:
	case MDT_EVENT_KERNEL:
	case MDT_EVENT_COMMENT:
		ret->kind = MDT_PASTE_SAID;
		break;
	}
}

static size_t prefix_length(struct mdt_slice line)
{
	struct mdt_prefix prefix = { 0 };

	return mdt_parse_prefix(line, &prefix);
}

struct mdt_paste_judge mdt_judge(struct mdt_nodes *nodes)
{
	return (struct mdt_paste_judge){ nodes, judge_line, prefix_length };
}
