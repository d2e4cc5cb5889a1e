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

// `{st_atime=1795230326 /*`: the time in words goes on below.
static bool ends_in_comment(struct mdt_slice s)
{
	size_t from = s.len;

	while (from >= 2 && memcmp(s.str + from - 2, "/*", 2) != 0)
		from--;
	return from >= 2 && !mdt_slice_find(mdt_slice_skip(s, from), SLICE("*/"));
}

// Nothing is wrong with the arguments but that they have no end: `O_RDONLY|`.
static bool lacks_end(struct mdt_slice body, struct mdt_nodes *nodes)
{
	struct mdt_event event = { .raw = body };

	if (mdt_parse_open_call(body, 0, nodes, &event))
		return false;
	return event.fault.expected ? event.fault.column > body.len
				    : !event.result.present;
}

// Some calls end after their arguments: `ioctl(3, 0x932, 0)` and `... =`.
static bool is_open(struct mdt_slice body, const struct mdt_event *event,
		    struct mdt_nodes *nodes)
{
	size_t fault = event->fault.column - 1;

	if ((mdt_slice_ends(body, SLICE(" =")) || mdt_slice_ends(body, SLICE(" = -"))) &&
	    fault + 4 >= event->raw.len)
		return true;
	if (mdt_slice_ends(body, SLICE(" <unfinished")))
		return true;
	return lacks_end(body, nodes) || ends_in_string(body) || ends_in_comment(body) ||
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
// `) = `, with as many blanks as strace likes; the == of an argument is none.
static bool has_result(struct mdt_slice tail)
{
	for (size_t i = 1; i + 1 < tail.len; i++) {
		size_t before = i;

		if (tail.str[i] != '=' || tail.str[i + 1] != ' ')
			continue;
		while (before && tail.str[before - 1] == ' ')
			before--;
		if (before && before < i && tail.str[before - 1] == ')')
			return true;
	}
	return false;
}

static void judge_resumed(const struct mdt_event *event, struct mdt_paste_verdict *ret)
{
	struct mdt_slice tail = event->tail;
	const char *error = mdt_slice_find(tail, SLICE("= -1 E"));

	ret->kind = MDT_PASTE_WHOLE;
	if (!has_result(tail))
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
	// format=flowed leaves a blank where a line goes on.
	while (line.len > 1 && line.str[line.len - 1] == ' ')
		line.len--;
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
