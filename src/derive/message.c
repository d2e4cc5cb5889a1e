// SPDX-License-Identifier: MIT
#include "derive/message.h"

#include "md/level.h"

/*
 * text    := what stands there, to the letter
 * capture := '%' ( 'a' array | 'd' device | 'n' drives | 'i' slot | 'k' size | 'v'
 * version | 'l' level | 't' the rest as text | '~' the rest, which may say more drives |
 *            '*' the rest )
 * '^'     := a line that is cut behind this is this message and no other
 */
struct pattern {
	enum mdt_message_kind kind;
	const char *text;
};

// Behind "mdadm: ".
static const struct pattern patterns[] = {
	{ MDT_MESSAGE_DEFAULTING, "Defaulting to ^version %v metadata" },
	{ MDT_MESSAGE_STARTED, "array %a st^arted." },
	{ MDT_MESSAGE_STARTED, "array %a b^uilt and started." },
	{ MDT_MESSAGE_STARTED, "started array ^%a" },
	{ MDT_MESSAGE_HAS_STARTED, "%a has been st^arted with %n drive%~" },
	{ MDT_MESSAGE_ASSEMBLED, "%a assem^bled from %n drive%~" },
	{ MDT_MESSAGE_STOPPED, "stopped ^%a" },
	{ MDT_MESSAGE_SET_FAULTY, "set ^%d faulty in %a" },
	{ MDT_MESSAGE_REMOVED, "hot removed ^%d from %a" },
	{ MDT_MESSAGE_REMOVED, "removed ^%d from %a" },
	{ MDT_MESSAGE_ADDED, "added ^%d to %a as %i%*" },
	{ MDT_MESSAGE_ADDED, "added ^%d as spare for %a" },
	{ MDT_MESSAGE_ADDED, "added ^%d" },
	{ MDT_MESSAGE_ADDED, "hot added ^%d" },
	{ MDT_MESSAGE_RE_ADDED, "re-added ^%d" },
	{ MDT_MESSAGE_RE_ADDED, "re-add ^%d to %a succeed" },
	{ MDT_MESSAGE_RE_ADDED, "%d re-ad^ded to %a" },
	{ MDT_MESSAGE_RE_ADDED, "%d has been re^-added." },
	{ MDT_MESSAGE_ATTACHED, "%d attach^ed to %a, %*" },
	{ MDT_MESSAGE_ATTACHED, "%d attach^ed to %a which is already active." },
	{ MDT_MESSAGE_MARKED_REPLACE, "Marked %d (^device %i in %a) for replacement" },
	{ MDT_MESSAGE_MARKED_WITH, "Marked %d i^n %a as replacement for device %i" },
	{ MDT_MESSAGE_SIZE_SET, "size set to ^%kK" },
	{ MDT_MESSAGE_SIZE_SET, "setting size to ^%kK" },
	{ MDT_MESSAGE_LARGEST,
	  "largest drive (^%d) exceeds size (%kK) by more than 1%%" },
	{ MDT_MESSAGE_CHUNK, "chunk size defaults to ^%kK" },
	{ MDT_MESSAGE_LAYOUT, "layout defaults to ^%t" },
	{ MDT_MESSAGE_ODDITIES, "creation continuing ^despite oddities%*" },
	{ MDT_MESSAGE_PART_OF_ARRAY, "%d appears to be pa^rt of a raid array:%*" },
	{ MDT_MESSAGE_METADATA_NOTE, "Note: this array has m^etadata at the start%*" },
	{ MDT_MESSAGE_NO_SUPERBLOCK, "No super block ^found on %d (%*" },
	{ MDT_MESSAGE_CREATE_ABORTED, "create a^borted%*" },
};

// A line of its own, or a piece of one.
static const struct pattern bare_patterns[] = {
	{ MDT_MESSAGE_RAID_FACTS, "level=%l de^vices=%n ctime=%t" },
};

/* ---- a line against a pattern ---- */

struct matcher {
	struct mdt_slice rest; // of the line
	uint64_t missing;      // behind it; 0: the line is whole
	bool sure;	       // of the kind, whatever comes
	struct mdt_message *out;
};

/* Behind a word of a cut line come `pattern`, which has no capture, and a newline: then
 * the word is whole. */
static bool word_is_whole(const struct matcher *m, const char *pattern)
{
	uint64_t len = 1;

	if (m->rest.len || !m->missing)
		return true;
	for (; *pattern; pattern++) {
		if (pattern[0] == '%' && pattern[1] != '%')
			return false;
		pattern += pattern[0] == '%';
		len += *pattern != '^';
	}
	return len == m->missing;
}

/* Up to a blank, or to what the pattern has next. */
static struct mdt_slice take_word(struct matcher *m, char end)
{
	size_t len = 0;
	struct mdt_slice word;

	while (len < m->rest.len && m->rest.str[len] != ' ' &&
	       (!end || m->rest.str[len] != end))
		len++;
	word = mdt_slice_head(m->rest, len);
	m->rest = mdt_slice_skip(m->rest, len);
	return word;
}

static struct mdt_slice take_digits(struct matcher *m)
{
	size_t len = 0;
	struct mdt_slice digits;

	while (len < m->rest.len && m->rest.str[len] >= '0' && m->rest.str[len] <= '9')
		len++;
	digits = mdt_slice_head(m->rest, len);
	m->rest = mdt_slice_skip(m->rest, len);
	return digits;
}

static bool capture_number(struct matcher *m, const char *pattern, bool *has,
			   uint64_t *ret)
{
	struct mdt_slice digits = take_digits(m);

	if (!digits.len)
		return !m->rest.len && m->missing;
	if (word_is_whole(m, pattern))
		*has = mdt_slice_to_dec(digits, ret);
	return true;
}

/* mdadm names no other versions, so a beginning may do. */
static bool capture_version(struct matcher *m)
{
	static const struct {
		const char *name;
		int major, minor;
	} versions[] = {
		{ "0.90", 0, 90 }, { "1.0", 1, 0 },    { "1.1", 1, 1 },
		{ "1.2", 1, 2 },   { "imsm", -1, -1 }, { "ddf", -1, -1 },
	};
	struct mdt_slice word = take_word(m, '\0');
	bool cut = !m->rest.len && m->missing;

	if (word.len < 3)
		return cut;
	array_for_each (it, versions) {
		struct mdt_slice name = mdt_slice_cstr(it->name);

		if (mdt_slice_eq(name, word) || (cut && mdt_slice_starts(name, word))) {
			m->out->major = it->major;
			m->out->minor = it->minor;
			m->out->text = mdt_slice_eq(name, word) ? word : SLICE("");
		}
	}
	return true;
}

static bool capture_word(struct matcher *m, const char *pattern, struct mdt_slice *ret)
{
	struct mdt_slice word = take_word(m, *pattern == '%' ? '\0' : *pattern);

	if (!word.len)
		return !m->rest.len && m->missing;
	if (word_is_whole(m, pattern))
		*ret = word;
	return true;
}

static bool capture_level(struct matcher *m, const char *pattern)
{
	struct mdt_slice word = SLICE("");

	if (!capture_word(m, pattern, &word))
		return false;
	m->out->has_level = mdt_level_find(word, &m->out->level);
	return true;
}

static bool take_text(struct matcher *m, const char *text)
{
	struct mdt_slice expected = mdt_slice_cstr(text);

	if (!mdt_slice_starts(m->rest, expected))
		return false;
	m->rest = mdt_slice_skip(m->rest, expected.len);
	return true;
}

/* " and 1 spare", ", 1 rebuilding": a number with a noun behind it. */
static bool take_counted(struct matcher *m)
{
	struct matcher try = *m;
	bool has = false;
	uint64_t number;

	if (!take_text(&try, " and ") && !take_text(&try, ", "))
		return false;
	if (!capture_number(&try, "%", &has, &number) || !has)
		return false;
	if (take_text(&try, " spare")) {
		take_text(&try, "s");
		m->out->has_spares = true;
		m->out->spares = number;
	} else if (!take_text(&try, " rebuilding") && !take_text(&try, " journal")) {
		return false;
	}
	m->rest = try.rest;
	return true;
}

static bool take_out_of(struct matcher *m)
{
	struct matcher try = *m;
	bool has = false;
	uint64_t number;

	if (!take_text(&try, " (out of ") || !capture_number(&try, "%", &has, &number) ||
	    !has || !take_text(&try, ")"))
		return false;
	m->out->has_out_of = true;
	m->out->out_of = number;
	m->rest = try.rest;
	return true;
}

// start_array() in mdadm's Assemble.c writes these one by one. What comes behind them is
// for people.
static bool take_drives(struct matcher *m)
{
	bool found = false;

	take_text(m, "s");
	while (take_out_of(m) || take_counted(m))
		found = true;
	return found;
}

static bool capture(struct matcher *m, char what, const char *pattern)
{
	struct mdt_message *out = m->out;

	switch (what) {
	case 'a':
		return capture_word(m, pattern, &out->array);
	case 'd':
		return capture_word(m, pattern, &out->device);
	case 'n':
		return capture_number(m, pattern, &out->has_drives, &out->drives);
	case 'i':
		return capture_number(m, pattern, &out->has_slot, &out->slot);
	case 'k':
		return capture_number(m, pattern, &out->has_size, &out->size);
	case 'v':
		return capture_version(m);
	case 'l':
		return capture_level(m, pattern);
	case 't':
		if (!m->missing)
			out->text = m->rest;
		break;
	case '~':
		take_drives(m);
		break;
	}
	m->rest = SLICE("");
	return true;
}

/* @return Whether the line is the pattern, as far as it goes. */
static bool match(struct matcher *m, const char *pattern)
{
	for (; *pattern; pattern++) {
		if (*pattern == '^') {
			m->sure = true;
		} else if (pattern[0] == '%' && pattern[1] != '%') {
			pattern++;
			if (!capture(m, *pattern, pattern + 1))
				return false;
		} else {
			pattern += *pattern == '%';
			if (!m->rest.len)
				return m->missing && m->sure;
			if (m->rest.str[0] != *pattern)
				return false;
			m->rest = mdt_slice_skip(m->rest, 1);
		}
	}
	return !m->rest.len;
}

static bool try_patterns(const struct pattern *rows, size_t count, struct mdt_slice rest,
			 uint64_t missing, struct mdt_message *out)
{
	for (size_t i = 0; i < count; i++) {
		struct mdt_message message = *out;
		struct matcher m = { .rest = rest, .missing = missing, .out = &message };

		if (!match(&m, rows[i].text))
			continue;
		*out = message;
		out->kind = rows[i].kind;
		return true;
	}
	return false;
}

static void read_line(struct mdt_slice line, uint64_t missing, struct mdt_message *out)
{
	struct matcher m = { .rest = line, .missing = missing, .out = out };

	if (take_text(&m, "mdadm: ")) {
		try_patterns(patterns, array_size(patterns), m.rest, missing, out);
		return;
	}
	if (try_patterns(bare_patterns, array_size(bare_patterns), mdt_slice_trim(line),
			 missing, out))
		return;
	if (take_drives(&m))
		out->kind = MDT_MESSAGE_STARTED_PART;
}

bool mdt_message_next(struct mdt_slice *text, uint64_t missing, struct mdt_message *ret)
{
	const char *end;
	struct mdt_slice line = *text;

	if (!text->len)
		return false;
	end = memchr(text->str, '\n', text->len);
	if (end) {
		line = mdt_slice_head(*text, (size_t)(end - text->str));
		missing = 0;
	}
	*text = mdt_slice_skip(*text, line.len + (end != NULL));
	*ret = (struct mdt_message){
		.line = line, .cut = missing != 0, .major = -1, .minor = -1
	};
	read_line(line, missing, ret);
	return true;
}
