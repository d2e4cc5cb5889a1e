// SPDX-License-Identifier: MIT
#include "strace/parse.h"

#include "strace/scan.h"

enum { RETRY_MAX = 8 };

static const char *const kind_names[] = {
	[MDT_EVENT_CALL] = "call",	     [MDT_EVENT_UNFINISHED] = "unfinished",
	[MDT_EVENT_RESUMED] = "resumed",     [MDT_EVENT_SIGNAL] = "signal",
	[MDT_EVENT_STOP] = "stop",	     [MDT_EVENT_EXIT] = "exit",
	[MDT_EVENT_SUPERSEDED] = "superseded", [MDT_EVENT_MESSAGE] = "message",
	[MDT_EVENT_DEBUG] = "debug",	     [MDT_EVENT_STACK] = "stack",
	[MDT_EVENT_DUMP] = "dump",	     [MDT_EVENT_TABLE] = "table",
	[MDT_EVENT_OUTPUT] = "output",	     [MDT_EVENT_COMMENT] = "comment",
	[MDT_EVENT_BLANK] = "blank",	     [MDT_EVENT_UNKNOWN] = "unknown",
};
_Static_assert(array_size(kind_names) == MDT_EVENT_KINDS, "a kind without a name");

const char *mdt_event_kind_name(enum mdt_event_kind kind)
{
	return kind_names[kind];
}

static inline char at(struct mdt_slice s, size_t i)
{
	return i < s.len ? s.str[i] : '\0';
}

static inline bool is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static size_t digits(struct mdt_slice s, size_t from)
{
	size_t n = from;

	while (is_digit(at(s, n)))
		n++;
	return n - from;
}

static size_t blanks(struct mdt_slice s, size_t from)
{
	size_t n = from;

	while (at(s, n) == ' ')
		n++;
	return n - from;
}

static struct mdt_slice sub(struct mdt_slice s, size_t from, size_t to)
{
	return mdt_slice_from(s.str + from, to - from);
}

/* ---- what stands before the call ---- */

// `1234<comm>` or `1234`, from @p from; returns where it ends, 0 when there is no pid.
static size_t prefix_pid(struct mdt_slice line, size_t from, struct mdt_prefix *ret)
{
	size_t n = digits(line, from), end = from + n;
	uint64_t pid;

	if (!n || n > 10 || !mdt_slice_to_dec(sub(line, from, end), &pid) || pid > UINT32_MAX)
		return 0;
	if (at(line, end) == '<') {
		const char *close = mdt_slice_find(mdt_slice_skip(line, end), SLICE("> "));

		if (!close)
			close = mdt_slice_find(mdt_slice_skip(line, end), SLICE(">]"));
		if (!close)
			return 0;
		ret->comm = sub(line, end + 1, (size_t)(close - line.str));
		end = (size_t)(close - line.str) + 1;
	}
	ret->pid = (uint32_t)pid;
	return end;
}

// `HH:MM:SS`, `HH:MM:SS.uuuuuu`, `1234567890`, `1234567890.123456`; its length.
static size_t clock_length(struct mdt_slice s, size_t from)
{
	size_t n = from + digits(s, from);

	if (n == from + 2 && at(s, n) == ':' && digits(s, n + 1) == 2 &&
	    at(s, n + 3) == ':' && digits(s, n + 4) == 2)
		n += 6;
	else if (n - from < 8 && at(s, n) != '.')
		return 0;
	if (at(s, n) == '.' && digits(s, n + 1))
		n += 1 + digits(s, n + 1);
	return n > from ? n - from : 0;
}

// Eight digits are no pid (PID_MAX_LIMIT is 2^22) but a time, unless a time follows.
static bool is_clock(struct mdt_slice line)
{
	size_t n = digits(line, 0);

	return n >= 8 && !(at(line, n) == ' ' && clock_length(line, n + blanks(line, n)));
}

// `[pid  1234] ` and `1234  `.
static size_t prefix_who(struct mdt_slice line, struct mdt_prefix *ret)
{
	size_t end;

	if (mdt_slice_starts(line, SLICE("[pid "))) {
		end = prefix_pid(line, 5 + blanks(line, 5), ret);
		if (end && at(line, end) == ']' && at(line, end + 1) == ' ')
			return end + 2;
	} else if (is_digit(at(line, 0)) && !is_clock(line)) {
		end = prefix_pid(line, 0, ret);
		if (end && at(line, end) == ' ')
			return end + blanks(line, end);
	}
	ret->pid = 0;
	ret->comm = (struct mdt_slice){ 0 };
	return 0;
}

// -r: `%6ld.%06ld `, in brackets `(+     0.000123) ` when another time stands before it.
static size_t prefix_since(struct mdt_slice line, size_t from, struct mdt_prefix *ret)
{
	bool bracket = at(line, from) == '(' && at(line, from + 1) == '+';
	size_t start = from + (bracket ? 2 : 0), n;

	start += blanks(line, start);
	n = start + digits(line, start);
	if (n == start || (!bracket && start == from && n - start < 6))
		return from;
	if (at(line, n) == '.')
		n += 1 + digits(line, n + 1);
	ret->since = sub(line, start, n);
	n += bracket && at(line, n) == ')';
	if (at(line, n) == ' ')
		return n + 1;
	ret->since = (struct mdt_slice){ 0 };
	return from;
}

static size_t prefix_when(struct mdt_slice line, size_t from, struct mdt_prefix *ret)
{
	size_t n;

	if (is_digit(at(line, from))) {
		n = clock_length(line, from);
		if (!n || at(line, from + n) != ' ')
			return from;
		ret->time = sub(line, from, from + n);
		from += n + 1;
	}
	if (at(line, from) == ' ' || at(line, from) == '(')
		return prefix_since(line, from, ret);
	return from;
}

static bool all_of(struct mdt_slice s, const char *set)
{
	for (size_t i = 0; i < s.len; i++)
		if (!s.str[i] || !strchr(set, s.str[i]))
			return false;
	return s.len > 0;
}

// `[  16] `, `[00007f5d932be000] `, `[user:role:type] `, in any order and number.
static size_t prefix_brackets(struct mdt_slice line, size_t from, struct mdt_prefix *ret)
{
	while (at(line, from) == '[') {
		const char *close = memchr(line.str + from, ']', line.len - from);
		struct mdt_slice in;

		if (!close)
			break;
		in = sub(line, from + 1, (size_t)(close - line.str));
		if (at(line, from + in.len + 2) != ' ')
			break;
		if ((in.len == 16 || in.len == 8) && all_of(in, "0123456789abcdef?"))
			ret->ip = in;
		else if (in.len < 16 && (all_of(in, " 0123456789") || all_of(in, " ?")))
			ret->number = mdt_slice_trim(in);
		else if (memchr(in.str, ':', in.len) && !memchr(in.str, ' ', in.len))
			ret->context = in;
		else
			break;
		from += in.len + 3;
	}
	return from;
}

size_t mdt_parse_prefix(struct mdt_slice line, struct mdt_prefix *ret)
{
	size_t end;

	*ret = (struct mdt_prefix){ 0 };
	end = prefix_who(line, ret);
	if (at(line, end) == '[')
		end = prefix_brackets(line, end, ret);
	end = prefix_when(line, end, ret);
	if (at(line, end) == '[')
		end = prefix_brackets(line, end, ret);
	ret->text = sub(line, 0, end);
	return end;
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
	if (mdt_slice_starts(mdt_scan_rest(scan), SLICE(" ("))) {
		scan->at++;
		if (!balanced(scan, &ret->error_text))
			scan->at--;
	}
	return true;
}

/*
 * A parenthesis: (INJECTED), (DELAYED), (errno 512), or what the call says beside its value.
 * The latter is mostly values, `([{fd=3, revents=POLLIN}])`, but may be any words.
 */
static bool result_group(struct mdt_scan *scan, struct mdt_result *ret)
{
	const char *start = ++scan->at;
	uint32_t at = (uint32_t)scan->nodes->len;
	struct mdt_slice inside;

	if (!balanced(scan, &inside)) {
		if (!mdt_scan_element(scan))
			return false;
		ret->aux = mdt_scan_ref(scan, at);
		return true;
	}
	if (mdt_slice_starts(inside, SLICE("INJECTED")) ||
	    mdt_slice_eq(inside, SLICE("DELAYED"))) {
		ret->inject = ret->inject.len ? mdt_slice_from(ret->inject.str,
							       (size_t)(inside.str +
									inside.len -
									ret->inject.str)) :
						inside;
		return true;
	}
	if (mdt_slice_starts(inside, SLICE("errno ")) && !ret->error.len) {
		ret->error = inside;
		return true;
	}
	scan->at = start;
	if (!mdt_scan_element(scan)) {
		scan->nodes->len = at;
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

// `= value` and all that follows; what is left over is somebody's note.
static bool parse_result(struct mdt_scan *scan, struct mdt_event *ret)
{
	struct mdt_result *result = &ret->result;
	uint32_t value;
	const char *tail, *duration;

	mdt_scan_blanks(scan);
	if (!mdt_scan_eat(scan, SLICE("= "))) {
		scan->expected = "'= ' and a result";
		return false;
	}
	value = (uint32_t)scan->nodes->len;
	if (!mdt_scan_result(scan))
		return false;
	result->present = true;
	result->value = mdt_scan_ref(scan, value);
	tail = duration = scan->at;
	while (result_part(scan, result))
		if (!result->duration.len)
			duration = scan->at;
	result->tail = mdt_slice_from(tail, (size_t)(duration - tail));
	ret->note = mdt_scan_rest(scan);
	// Values may have moved while the vector grew.
	result->value.items = result->aux.items = ret->call.items = scan->nodes->items;
	return true;
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

	ret->result = (struct mdt_result){ .value = mdt_ref_none(), .aux = mdt_ref_none() };
	ret->note = (struct mdt_slice){ 0 };
	if (!mdt_scan_call_head(scan, &call)) {
		scan->expected = "a system call, '+++', '---' or '<...'";
		return false;
	}
	ret->call = mdt_scan_ref(scan, call);
	ret->name = mdt_ref_head(ret->call);
	if (!mdt_scan_list(scan, call, ')'))
		return false;
	ret->call.items = scan->nodes->items;
	if (mdt_ref_node(ret->call)->flags & MDT_NODE_OPEN)
		return true;
	return parse_result(scan, ret);
}

// Once more for each later '>' that a <path> could have ended with.
static struct mdt_error *parse_call_at(struct mdt_slice text, size_t from, bool open,
				       struct mdt_nodes *nodes, struct mdt_event *ret)
{
	struct mdt_fault first = { 0 };
	struct mdt_scan scan;

	for (unsigned int retry = 0; retry <= RETRY_MAX; retry++) {
		nodes->len = 0;
		mdt_scan_init(&scan, text, from, nodes);
		scan.open = open;
		scan.retry = retry;
		ret->fault = (struct mdt_fault){ 0 };
		if (parse_call(&scan, ret))
			return NULL;
		if (scan.failed_memory)
			return &mdt_enomem;
		ret->call.items = nodes->items;
		set_fault(ret, &scan);
		if (!retry)
			first = ret->fault;
		if (!scan.paths)
			break;
	}
	ret->fault = first;
	return NULL;
}

struct mdt_error *mdt_parse_call(struct mdt_slice text, struct mdt_nodes *nodes,
				 struct mdt_event *ret)
{
	return parse_call_at(text, 0, false, nodes, ret);
}

struct mdt_error *mdt_parse_open_call(struct mdt_slice text, size_t from,
				      struct mdt_nodes *nodes, struct mdt_event *ret)
{
	return parse_call_at(text, from, true, nodes, ret);
}

/* ---- the traced program's output in the middle of the line ---- */

static size_t unescaped_length(struct mdt_slice inside)
{
	size_t len = 0;
	char byte;

	for (; inside.len; len++)
		inside = mdt_slice_skip(inside, mdt_unescape_one(inside, &byte));
	return len;
}

// Whether `text`, up to the line's end, is what `inside` stands for, as far as both go.
static bool is_output(struct mdt_slice inside, struct mdt_slice text)
{
	for (size_t i = 0; inside.len; i++) {
		char byte;

		inside = mdt_slice_skip(inside, mdt_unescape_one(inside, &byte));
		if (i == text.len)
			return byte == '\n';
		if (text.str[i] != byte)
			return false;
	}
	return true;
}

// What write(fd, string, count) or writev(fd, [{base, len}, ...], count) writes.
struct written {
	struct mdt_ref string; // the first
	struct mdt_ref count;
	uint64_t bytes; // of all vectors; 0 for write(), where count says it
};

static bool find_written(const struct mdt_event *event, struct written *ret)
{
	struct mdt_ref data = mdt_event_arg(event, 1), vector;

	*ret = (struct written){ .string = data, .count = mdt_event_arg(event, 2) };
	if (mdt_slice_eq(event->name, SLICE("writev"))) {
		vector = mdt_ref_first(data);
		ret->string = mdt_ref_first(vector);
		for (; mdt_ref_ok(vector); vector = mdt_ref_next(data, vector)) {
			uint64_t len;

			if (mdt_ref_u64(mdt_ref_child(vector, 1), &len) &&
			    __builtin_add_overflow(ret->bytes, len, &ret->bytes))
				return false;
		}
	} else if (!mdt_slice_eq(event->name, SLICE("write"))) {
		return false;
	}
	return mdt_ref_ok(ret->count) && mdt_ref_inside(ret->string).len;
}

/*
 * The digits of the count and of the output that follows run together: `2, "5\n", 25` is a count
 * of 2 and the output "5". The string says where to cut.
 */
static struct mdt_break split_count(struct mdt_slice rest, size_t base,
				    const struct written *written)
{
	struct mdt_slice inside = mdt_ref_inside(written->string);
	uint64_t shown = unescaped_length(inside), count;
	bool cut = mdt_ref_cut(written->string);

	for (size_t n = 1; n <= digits(rest, 0); n++) {
		if (!mdt_slice_to_dec(mdt_slice_head(rest, n), &count))
			break;
		if (written->bytes)
			count = written->bytes;
		else if (cut ? count <= shown : count != shown)
			continue;
		if (is_output(inside, mdt_slice_skip(rest, n)))
			return (struct mdt_break){ base + n, count, true };
	}
	return (struct mdt_break){ 0 };
}

// Whether the call stands there whole, so that nothing can have come between.
static bool is_whole(const struct mdt_event *event, const struct written *written)
{
	uint64_t count;

	if (event->fault.expected || !mdt_ref_u64(written->count, &count))
		return false;
	return written->bytes || mdt_ref_cut(written->string) ||
	       count == unescaped_length(mdt_ref_inside(written->string));
}

bool mdt_is_own_message(struct mdt_slice body)
{
	const char *colon = mdt_slice_find(mdt_slice_head(body, 256), SLICE(": "));
	struct mdt_slice name;
	const char *slash;

	if (!colon)
		return false;
	name = mdt_slice_from(body.str, (size_t)(colon - body.str));
	if (memchr(name.str, ' ', name.len) || memchr(name.str, '(', name.len))
		return false;
	slash = memrchr(name.str, '/', name.len);
	if (slash)
		name = mdt_slice_skip(name, (size_t)(slash - name.str) + 1);
	return mdt_slice_starts(name, SLICE("strace"));
}

// "Process 5 attached", which old versions of strace print from inside `clone(`.
static size_t find_attached(struct mdt_slice body)
{
	const char *found = mdt_slice_find(body, SLICE("Process "));
	size_t from, n;

	if (!found)
		return 0;
	from = (size_t)(found - body.str);
	n = digits(body, from + 8);
	return n && at(body, from + 8 + n) == ' ' ? from : 0;
}

// Strace's own words inside a call: the rest of the line, its end included.
static struct mdt_break find_own_words(struct mdt_slice body, const struct mdt_event *event)
{
	size_t from = (size_t)(event->raw.str + event->fault.column - 1 - body.str);

	if (from > body.len || !mdt_is_own_message(mdt_slice_skip(body, from)))
		from = find_attached(body);
	return (struct mdt_break){ from, body.len - from + 1, from != 0 };
}

struct mdt_break mdt_parse_break(struct mdt_slice body, const struct mdt_event *event)
{
	struct written written;
	size_t from;

	if (find_written(event, &written)) {
		if (is_whole(event, &written))
			return (struct mdt_break){ 0 };
		from = (size_t)(mdt_ref_text(written.count).str - body.str);
		return split_count(mdt_slice_skip(body, from), from, &written);
	}
	return event->fault.expected ? find_own_words(body, event) : (struct mdt_break){ 0 };
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
	end = mdt_slice_from(open, (size_t)(line.str + line.len - open));
	array_for_each(it, forms)
		if (mdt_slice_starts(end, *it))
			return end;
	return (struct mdt_slice){ 0 };
}

static struct mdt_error *not_understood(struct mdt_event *ret, size_t column,
					const char *expected)
{
	ret->kind = MDT_EVENT_UNKNOWN;
	ret->fault = (struct mdt_fault){ expected, (uint32_t)column + 1 };
	return NULL;
}

static struct mdt_error *parse_call_line(struct mdt_slice line, size_t from,
					 struct mdt_nodes *nodes, struct mdt_event *ret)
{
	struct mdt_slice text = line;
	struct mdt_error *err;
	bool open;

	ret->interruption = mdt_parse_interruption(line);
	open = ret->interruption.len != 0;
	text.len -= ret->interruption.len;
	if (open && at(text, text.len - 1) == ' ')
		text.len--;
	err = parse_call_at(text, from, open, nodes, ret);
	if (err)
		return err;
	ret->kind = ret->fault.expected ? MDT_EVENT_UNKNOWN :
		    open		? MDT_EVENT_UNFINISHED :
					  MDT_EVENT_CALL;
	return NULL;
}

// `<... read resumed>`; old versions left a blank behind the bracket, which stays in the tail.
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

	mdt_scan_init(&scan, mdt_slice_head(line, to), from, nodes);
	if (mdt_scan_words(&scan, &group)) {
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

	array_for_each(it, forms) {
		if (!mdt_slice_starts(body, it->words))
			continue;
		if (!mdt_slice_ends(body, SLICE(" +++")))
			return not_understood(ret, line.len, "' +++'");
		ret->kind = it->kind;
		return parse_subject(line, from + 4 + it->words.len, line.len - 4, nodes,
				     ret);
	}
	return not_understood(ret, from + 4, "'exited with', 'killed by' or 'superseded by'");
}

struct line_form {
	struct mdt_slice start;
	enum mdt_event_kind kind;
};

// What is known by how it begins and has nothing to take apart.
static const struct line_form line_forms[] = {
	{ SLICE_INIT(" > "), MDT_EVENT_STACK },
	{ SLICE_INIT(" | "), MDT_EVENT_DUMP },
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
	array_for_each(it, line_forms) {
		if (mdt_slice_starts(body, it->start)) {
			ret->kind = it->kind;
			return true;
		}
	}
	if (mdt_slice_starts(body, SLICE("Process ")) && digits(body, 8)) {
		ret->kind = MDT_EVENT_MESSAGE;
		return true;
	}
	if (!mdt_slice_trim(body).len) {
		ret->kind = MDT_EVENT_BLANK;
		return true;
	}
	// -e read= of readv() and recvmmsg(): how the buffers lie, " = 2 buffers in vector 0".
	if (mdt_slice_starts(body, SLICE(" = ")) &&
	    mdt_slice_find(body, SLICE(" buffers in vector "))) {
		ret->kind = MDT_EVENT_DUMP;
		return true;
	}
	// strace -d on a terminal: behind whatever the program wrote.
	if (mdt_slice_find(body, SLICE("strace: [wait(0x"))) {
		ret->kind = MDT_EVENT_DEBUG;
		return true;
	}
	ret->kind = MDT_EVENT_MESSAGE;
	return mdt_is_own_message(body);
}

static struct mdt_error *parse_body(struct mdt_slice line, size_t from,
				    struct mdt_nodes *nodes, struct mdt_event *ret)
{
	struct mdt_slice body = mdt_slice_skip(line, from);
	size_t name = mdt_scan_word(body);

	if (name && at(body, name) == '(')
		return parse_call_line(line, from, nodes, ret);
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
	size_t from;

	*ret = (struct mdt_event){
		.raw = line,
		.call = mdt_ref_none(),
		.subject = mdt_ref_none(),
		.result = { .value = mdt_ref_none(), .aux = mdt_ref_none() },
	};
	nodes->len = 0;
	if (line.len > MDT_LINE_MAX)
		return not_understood(ret, MDT_LINE_MAX, "a line of at most 256 MiB");
	// Lines that begin with a blank and have no prefix, as -k and -e read= print them.
	if (at(line, 0) == ' ' && parse_plain(line, ret))
		return NULL;
	from = mdt_parse_prefix(line, &ret->prefix);
	return parse_body(line, from, nodes, ret);
}
