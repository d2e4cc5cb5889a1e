// SPDX-License-Identifier: MIT
#include "strace/parse.h"

#include "strace/frame.h"
#include "strace/look.h"
#include "strace/mixed.h"
#include "strace/scan.h"

enum { RETRY_MAX = 8 };

static const char *const kind_names[] = {
	[MDT_EVENT_CALL] = "call",
	[MDT_EVENT_UNFINISHED] = "unfinished",
	[MDT_EVENT_RESUMED] = "resumed",
	[MDT_EVENT_SIGNAL] = "signal",
	[MDT_EVENT_STOP] = "stop",
	[MDT_EVENT_EXIT] = "exit",
	[MDT_EVENT_SUPERSEDED] = "superseded",
	[MDT_EVENT_MESSAGE] = "message",
	[MDT_EVENT_DEBUG] = "debug",
	[MDT_EVENT_STACK] = "stack",
	[MDT_EVENT_DUMP] = "dump",
	[MDT_EVENT_TABLE] = "table",
	[MDT_EVENT_OUTPUT] = "output",
	[MDT_EVENT_KERNEL] = "kernel",
	[MDT_EVENT_COMMENT] = "comment",
	[MDT_EVENT_BLANK] = "blank",
	[MDT_EVENT_UNKNOWN] = "unknown",
};
_Static_assert(array_size(kind_names) == MDT_EVENT_KINDS, "a kind without a name");

const char *mdt_event_kind_name(enum mdt_event_kind kind)
{
	return kind_names[kind];
}

// Part by part: compilers clear the whole of it with a string instruction, which is slow.
void mdt_event_init(struct mdt_event *ret, struct mdt_slice line)
{
	static const struct mdt_slice empty;

	ret->kind = MDT_EVENT_UNKNOWN;
	ret->raw = line;
	ret->prefix.text = mdt_slice_head(line, 0);
	ret->prefix.pid = 0;
	ret->prefix.comm = ret->prefix.context = ret->prefix.number = ret->prefix.ip =
		empty;
	ret->prefix.time = ret->prefix.since = empty;
	ret->fault = (struct mdt_fault){ 0 };
	ret->name = empty;
	ret->call = mdt_ref_none();
	ret->subject = mdt_ref_none();
	ret->result.present = ret->result.unavailable = false;
	ret->result.value = mdt_ref_none();
	ret->result.aux = mdt_ref_none();
	ret->result.error = ret->result.error_text = empty;
	ret->result.inject = ret->result.tail = ret->result.duration = empty;
	ret->interruption = ret->tail = ret->before = ret->output = ret->note = empty;
	ret->split = 0;
	ret->began = 0;
	ret->colored = false;
}

/* ---- what stands behind the call ---- */

static bool is_error_name(struct mdt_slice s)
{
	if (s.len < 2 || s.str[0] != 'E')
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!(s.str[i] >= 'A' && s.str[i] <= 'Z') && !is_digit(s.str[i]) &&
		    s.str[i] != '_')
			return false;
	return true;
}

// The text in a parenthesis that may hold others; the scanner stands behind it then.
static bool balanced(struct mdt_scan *scan, struct mdt_slice *ret)
{
	const char *start = scan->at + 1;
	unsigned int depth = 0;

	for (const char *p = scan->at; p < scan->end; p++) {
		if (*p == '(') {
			depth++;
		} else if (*p == ')' && --depth == 0) {
			*ret = mdt_slice_from(start, (size_t)(p - start));
			scan->at = p + 1;
			return true;
		}
	}
	return false;
}

// ` EBUSY (Device or resource busy)`, and the like after `= ?`.
static bool result_error(struct mdt_scan *scan, struct mdt_result *ret)
{
	const char *start = scan->at;
	size_t len = mdt_scan_word(mdt_slice_skip(mdt_scan_rest(scan), 1));
	struct mdt_slice name = mdt_slice_from(start + 1, len);

	if (ret->error.len || !is_error_name(name))
		return false;
	scan->at += 1 + len;
	ret->error = name;
	if (!mdt_slice_starts(mdt_scan_rest(scan), SLICE(" (")))
		return true;
	scan->at++;
	if (!balanced(scan, &ret->error_text)) {
		struct mdt_slice rest = mdt_slice_skip(mdt_scan_rest(scan), 1);

		if (memchr(rest.str, '(', rest.len) || memchr(rest.str, '<', rest.len)) {
			scan->at--;
			return true;
		}
		ret->error_text = rest; // the log ends here
		scan->at = scan->end;
	}
	return true;
}

/*
 * A parenthesis: (INJECTED), (DELAYED), (errno 512), or what the call says beside its
 * value. The latter is mostly values, `([{fd=3, revents=POLLIN}])`, but may be any words.
 */
static bool result_group(struct mdt_scan *scan, struct mdt_result *ret)
{
	const char *start = ++scan->at;
	uint32_t at = (uint32_t)scan->nodes.len;
	struct mdt_slice inside;

	if (!balanced(scan, &inside)) {
		scan->at--;
		return false;
	}
	if (mdt_slice_starts(inside, SLICE("INJECTED")) ||
	    mdt_slice_eq(inside, SLICE("DELAYED"))) {
		ret->inject = ret->inject.len
				      ? mdt_slice_from(ret->inject.str,
						       (size_t)(inside.str + inside.len -
								ret->inject.str))
				      : inside;
		return true;
	}
	if (mdt_slice_starts(inside, SLICE("errno ")) && !ret->error.len) {
		ret->error = inside;
		return true;
	}
	scan->at = start;
	if (!mdt_scan_element(scan)) {
		scan->nodes.len = at;
		scan->at = start;
		if (!mdt_scan_word_group(scan, inside))
			return false;
	}
	ret->aux = mdt_scan_ref(scan, at);
	return true;
}

static bool result_duration(struct mdt_scan *scan, struct mdt_result *ret)
{
	struct mdt_slice rest = mdt_slice_skip(mdt_scan_rest(scan), 2);
	size_t n = digits(rest, 0);

	if (n && at(rest, n) == '.')
		n += 1 + digits(rest, n + 1);
	if (!n || at(rest, n) != '>')
		return false;
	ret->duration = mdt_slice_head(rest, n);
	scan->at += n + 3;
	return true;
}

static bool result_part(struct mdt_scan *scan, struct mdt_result *ret)
{
	struct mdt_slice rest = mdt_scan_rest(scan);

	if (at(rest, 0) != ' ' || ret->duration.len)
		return false;
	switch (at(rest, 1)) {
	case '(':
		return result_group(scan, ret);
	case '<':
		if (mdt_scan_eat(scan, SLICE(" <unavailable>"))) {
			ret->unavailable = true;
			return true;
		}
		return result_duration(scan, ret);
	default:
		return result_error(scan, ret);
	}
}

// A note is set off by a blank; a lenient reader takes one that begins with a sign, too.
static bool is_note(struct mdt_slice text, bool lenient)
{
	return text.str[0] == ' ' || text.str[0] == '\t' ||
	       (lenient && memchr("-#/=*", text.str[0], 5));
}

// The parts behind the value: an error, remarks, the duration. What is left over is a
// note.
static bool parse_result_parts(struct mdt_scan *scan, struct mdt_event *ret)
{
	struct mdt_result *result = &ret->result;
	const char *tail = scan->at, *duration = tail;

	while (result_part(scan, result))
		if (!result->duration.len)
			duration = scan->at;
	result->tail = mdt_slice_from(tail, (size_t)(duration - tail));
	ret->note = mdt_scan_rest(scan);
	if (!ret->note.len || is_note(ret->note, scan->lenient))
		return true;
	scan->expected = "the end of the line";
	return false;
}

// `= value` and all that follows.
static bool parse_result(struct mdt_scan *scan, struct mdt_event *ret)
{
	struct mdt_result *result = &ret->result;
	uint32_t value = (uint32_t)scan->nodes.len;
	const char *start;
	bool ok = true;

	mdt_scan_blanks(scan);
	start = scan->at + 2;
	if (!mdt_scan_eat(scan, SLICE("= "))) {
		scan->expected = "'= ' and a result";
		return false;
	}
	if (!mdt_scan_result(scan))
		return false;
	result->value = mdt_scan_ref(scan, value);
	if (mdt_ref_node(result->value)->kind != MDT_NODE_INT && *start != '?') {
		scan->at = start;
		scan->expected = "a number or '?'";
		return false;
	}
	result->present = true;
	if (scan->at < scan->end)
		ok = parse_result_parts(scan, ret);
	// Values may have moved while the vector grew.
	result->value.items = result->aux.items = ret->call.items = scan->nodes.items;
	return ok;
}

/* ---- the call ---- */

static void set_fault(struct mdt_event *ret, const struct mdt_scan *scan)
{
	ret->fault.expected = scan->expected;
	ret->fault.column = (uint32_t)(scan->at - scan->text) + 1;
}

static bool parse_call(struct mdt_scan *scan, struct mdt_event *ret)
{
	uint32_t call;
	bool ok;

	if (!mdt_scan_call_head(scan, &call)) {
		scan->expected = "a system call, '+++', '---' or '<...'";
		return false;
	}
	ret->call = mdt_scan_ref(scan, call);
	ret->name = mdt_ref_head(ret->call);
	ok = mdt_scan_list(scan, call, ')');
	ret->call.items = scan->nodes.items;
	if (!ok || mdt_ref_node(ret->call)->flags & MDT_NODE_OPEN)
		return ok;
	return parse_result(scan, ret);
}

static void forget_call(struct mdt_event *ret)
{
	ret->result =
		(struct mdt_result){ .value = mdt_ref_none(), .aux = mdt_ref_none() };
	ret->note = (struct mdt_slice){ 0 };
	ret->fault = (struct mdt_fault){ 0 };
}

static bool try_again(struct mdt_scan *scan, size_t from, struct mdt_event *ret)
{
	mdt_scan_again(scan, from);
	forget_call(ret);
	return parse_call(scan, ret) || scan->failed_memory;
}

/*
 * What does not parse may have a <path> that ends at a later '>', or brackets that do not
 * match. When that does not help either, the first try's fault and values stand.
 */
static void retry_call(struct mdt_scan *scan, size_t from, struct mdt_event *ret)
{
	while (scan->paths && scan->retry++ < RETRY_MAX)
		if (try_again(scan, from, ret))
			return;
	scan->retry = 0;
	scan->lenient = !scan->open;
	if (scan->lenient && try_again(scan, from, ret))
		return;
	scan->lenient = false;
	if (!try_again(scan, from, ret))
		set_fault(ret, scan);
}

// The event is as mdt_parse_line() made it, without a call.
static struct mdt_error *parse_call_at(struct mdt_slice text, size_t from, bool open,
				       struct mdt_nodes *nodes, struct mdt_event *ret)
{
	struct mdt_scan scan;

	mdt_scan_init(&scan, text, from, nodes);
	scan.open = open;
	if (unlikely(!parse_call(&scan, ret)))
		retry_call(&scan, from, ret);
	mdt_scan_end(&scan, nodes);
	ret->call.items = nodes->items;
	return scan.failed_memory ? &mdt_enomem : NULL;
}

struct mdt_error *mdt_parse_call(struct mdt_slice text, struct mdt_nodes *nodes,
				 struct mdt_event *ret)
{
	forget_call(ret);
	return parse_call_at(text, 0, false, nodes, ret);
}

struct mdt_error *mdt_parse_open_call(struct mdt_slice text, size_t from,
				      struct mdt_nodes *nodes, struct mdt_event *ret)
{
	forget_call(ret);
	return parse_call_at(text, from, true, nodes, ret);
}

/* ---- one line ---- */

struct mdt_slice mdt_parse_interruption(struct mdt_slice line)
{
	static const struct mdt_slice forms[] = {
		SLICE_INIT("<unfinished ...>"), SLICE_INIT("<detached ...>"),
		SLICE_INIT("<pid changed to "), SLICE_INIT("<ptrace("),
		SLICE_INIT("<Cannot restart "),
	};
	const char *open;
	struct mdt_slice end;

	if (at(line, line.len - 1) != '>' || !(open = memrchr(line.str, '<', line.len)))
		return (struct mdt_slice){ 0 };
	end = mdt_slice_skip(line, (size_t)(open - line.str));
	array_for_each (it, forms)
		if (mdt_slice_starts(end, *it) &&
		    memchr(end.str, '>', end.len) == end.str + end.len - 1)
			return end;
	return (struct mdt_slice){ 0 };
}

static struct mdt_error *not_understood(struct mdt_event *ret, size_t column,
					const char *expected)
{
	ret->kind = MDT_EVENT_UNKNOWN;
	ret->fault = (struct mdt_fault){ expected, (uint32_t)column + 1, 0 };
	return NULL;
}

// `> /lib/libc.so.6(read+0xd) [0xf82ad]`: -k prints the stack of a call that it leaves
// open.
static struct mdt_slice find_frame(struct mdt_slice body)
{
	const char *open = mdt_slice_find(body, SLICE(" > /"));
	struct mdt_slice text;
	struct mdt_frame frame;

	if (!open)
		return (struct mdt_slice){ 0 };
	text = mdt_slice_skip(body, (size_t)(open + 1 - body.str));
	return mdt_frame_parse(text, &frame) ? text : (struct mdt_slice){ 0 };
}

// A call that goes no further than `interruption`, which ends the line.
static struct mdt_error *parse_interrupted(struct mdt_slice body,
					   struct mdt_slice interruption,
					   struct mdt_nodes *nodes, struct mdt_event *ret)
{
	struct mdt_slice text = mdt_slice_head(body, body.len - interruption.len);
	struct mdt_error *err;

	if (at(text, text.len - 1) == ' ')
		text.len--;
	err = mdt_parse_open_call(text, 0, nodes, ret);
	if (err)
		return err;
	ret->interruption = interruption;
	if (ret->fault.expected)
		return NULL;
	// `exit_group(0) = ? <unfinished ...>` is all that has a result and yet no end.
	if (ret->result.present && mdt_ref_node(ret->result.value)->kind == MDT_NODE_INT)
		return not_understood(ret, body.len - interruption.len,
				      "the end of the line");
	ret->kind = MDT_EVENT_UNFINISHED;
	return NULL;
}

static struct mdt_error *parse_call_line(struct mdt_slice body, struct mdt_nodes *nodes,
					 struct mdt_event *ret)
{
	struct mdt_slice interruption = { 0 };
	struct mdt_error *err;

	if (at(body, body.len - 1) == '>')
		interruption = mdt_parse_interruption(body);
	if (interruption.len)
		return parse_interrupted(body, interruption, nodes, ret);
	err = parse_call_at(body, 0, false, nodes, ret);
	if (err)
		return err;
	if (likely(!ret->fault.expected))
		ret->kind = MDT_EVENT_CALL;
	else if ((interruption = find_frame(body)).len)
		return parse_interrupted(body, interruption, nodes, ret);
	return NULL;
}

// `<... read resumed>`; old versions left a blank behind the bracket, which stays in the
// tail.
static struct mdt_error *parse_resumed(struct mdt_slice line, size_t from,
				       struct mdt_event *ret)
{
	struct mdt_slice rest = mdt_slice_skip(line, from + 5);
	const char *resumed = mdt_slice_find(rest, SLICE(" resumed>"));

	if (!resumed)
		return not_understood(ret, from + 5, "'name resumed>'");
	ret->kind = MDT_EVENT_RESUMED;
	ret->name = mdt_slice_from(rest.str, (size_t)(resumed - rest.str));
	ret->tail = mdt_slice_skip(rest, ret->name.len + 9);
	return NULL;
}

// A GROUP without brackets around what stands between the `---` or `+++`.
static struct mdt_error *parse_subject(struct mdt_slice line, size_t from, size_t to,
				       struct mdt_nodes *nodes, struct mdt_event *ret)
{
	struct mdt_scan scan;
	uint32_t group;
	bool ok;

	mdt_scan_init(&scan, mdt_slice_head(line, to), from, nodes);
	ok = mdt_scan_words(&scan, &group);
	mdt_scan_end(&scan, nodes);
	if (ok) {
		ret->subject = mdt_scan_ref(&scan, group);
		return NULL;
	}
	if (scan.failed_memory)
		return &mdt_enomem;
	return not_understood(ret, (size_t)(scan.at - line.str), scan.expected);
}

static struct mdt_error *parse_signal(struct mdt_slice line, size_t from,
				      struct mdt_nodes *nodes, struct mdt_event *ret)
{
	static const struct mdt_slice stopped = SLICE_INIT("stopped by ");
	struct mdt_slice body = mdt_slice_skip(line, from);

	if (!mdt_slice_ends(body, SLICE(" ---")) || body.len < 8)
		return not_understood(ret, line.len, "' ---'");
	ret->kind = MDT_EVENT_SIGNAL;
	from += 4;
	if (mdt_slice_starts(mdt_slice_skip(line, from), stopped)) {
		ret->kind = MDT_EVENT_STOP;
		from += stopped.len;
	}
	return parse_subject(line, from, line.len - 4, nodes, ret);
}

static struct mdt_error *parse_exit(struct mdt_slice line, size_t from,
				    struct mdt_nodes *nodes, struct mdt_event *ret)
{
	static const struct {
		struct mdt_slice words;
		enum mdt_event_kind kind;
	} forms[] = {
		{ SLICE_INIT("exited with "), MDT_EVENT_EXIT },
		{ SLICE_INIT("killed by "), MDT_EVENT_EXIT },
		{ SLICE_INIT("superseded by execve in pid "), MDT_EVENT_SUPERSEDED },
	};
	struct mdt_slice body = mdt_slice_skip(line, from + 4);

	array_for_each (it, forms) {
		if (!mdt_slice_starts(body, it->words))
			continue;
		if (!mdt_slice_ends(body, SLICE(" +++")))
			return not_understood(ret, line.len, "' +++'");
		ret->kind = it->kind;
		return parse_subject(line, from + 4 + it->words.len, line.len - 4, nodes,
				     ret);
	}
	return not_understood(ret, from + 4,
			      "'exited with', 'killed by' or 'superseded by'");
}

struct line_form {
	struct mdt_slice start;
	enum mdt_event_kind kind;
};

// What is known by how it begins and has nothing to take apart.
static const struct line_form line_forms[] = {
	{ SLICE_INIT(" > "), MDT_EVENT_STACK },
	{ SLICE_INIT(" | "), MDT_EVENT_DUMP },
	/* kvm_run_structure_decode() of strace's src/kvm.c: what KVM_RUN shared */
	{ SLICE_INIT(" VCPU:"), MDT_EVENT_DUMP },
	{ SLICE_INIT(" VCPU< "), MDT_EVENT_DUMP },
	{ SLICE_INIT(" VCPU> "), MDT_EVENT_DUMP },
	{ SLICE_INIT(" * "), MDT_EVENT_DUMP },
	{ SLICE_INIT(" <detached ...>"), MDT_EVENT_MESSAGE },
	{ SLICE_INIT("Try '"), MDT_EVENT_MESSAGE },
	{ SLICE_INIT("#"), MDT_EVENT_COMMENT },
	{ SLICE_INIT(" [wait("), MDT_EVENT_DEBUG },
	{ SLICE_INIT("[wait("), MDT_EVENT_DEBUG },
	{ SLICE_INIT("[ Process PID="), MDT_EVENT_MESSAGE },
	{ SLICE_INIT("% time "), MDT_EVENT_TABLE },
};

static bool parse_plain(struct mdt_slice body, struct mdt_event *ret)
{
	if (!body.len) {
		ret->kind = MDT_EVENT_BLANK;
		return true;
	}
	array_for_each (it, line_forms) {
		if (mdt_slice_starts(body, it->start)) {
			ret->kind = it->kind;
			return true;
		}
	}
	if (!mdt_slice_trim(body).len) {
		ret->kind = MDT_EVENT_BLANK;
		return true;
	}
	// -e read= of readv() and recvmmsg(): how the buffers lie, " = 2 buffers in
	// vector 0".
	if (mdt_slice_starts(body, SLICE(" = ")) &&
	    mdt_slice_find(body, SLICE(" buffers in vector "))) {
		ret->kind = MDT_EVENT_DUMP;
		return true;
	}
	// strace -d on a terminal: behind whatever the program wrote.
	if (mdt_slice_find(body, SLICE(": [wait(0x"))) {
		ret->kind = MDT_EVENT_DEBUG;
		return true;
	}
	if (!mdt_is_own_message(body))
		return false;
	ret->kind = MDT_EVENT_MESSAGE;
	return true;
}

static bool is_call(struct mdt_slice body)
{
	size_t name = mdt_scan_word(body);

	return name && at(body, name) == '(';
}

struct mdt_error *mdt_parse_body(struct mdt_slice line, size_t from,
				 struct mdt_nodes *nodes, struct mdt_event *ret)
{
	struct mdt_slice body = mdt_slice_skip(line, from);
	struct mdt_error *err;

	nodes->len = 0;
	if (is_call(body)) {
		err = parse_call_line(body, nodes, ret);
		ret->fault.column += ret->fault.expected ? (uint32_t)from : 0;
		return err;
	}
	if (mdt_slice_starts(body, SLICE("<... ")))
		return parse_resumed(line, from, ret);
	if (mdt_slice_starts(body, SLICE("--- ")))
		return parse_signal(line, from, nodes, ret);
	if (mdt_slice_starts(body, SLICE("+++ ")))
		return parse_exit(line, from, nodes, ret);
	if (parse_plain(body, ret))
		return NULL;
	return not_understood(ret, from, "a system call, a signal or an exit");
}

struct mdt_error *mdt_parse_line(struct mdt_slice line, struct mdt_nodes *nodes,
				 struct mdt_event *ret)
{
	mdt_event_init(ret, line);
	if (line.len > MDT_LINE_MAX)
		return not_understood(ret, MDT_LINE_MAX, "a line of at most 256 MiB");
	// Lines that begin with a blank and have no prefix, as -k and -e read= print
	// them.
	if (at(line, 0) == ' ' && parse_plain(line, ret)) {
		nodes->len = 0;
		return NULL;
	}
	return mdt_parse_body(line, mdt_parse_prefix(line, &ret->prefix), nodes, ret);
}
