// SPDX-License-Identifier: MIT
#include "diff/normal.h"

static char at(struct mdt_slice s, size_t i)
{
	return i < s.len ? s.str[i] : '\0';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* ---- uuids ---- */

// xxxxxxxx:xxxxxxxx:xxxxxxxx:xxxxxxxx as mdadm prints it, xxxxxxxx-xxxx-xxxx-xxxx-
// xxxxxxxxxxxx as everybody else does. Where strace has cut the text off, the first group
// has to do.
static size_t uuid_len(struct mdt_slice s, size_t from, bool cut)
{
	static const uint8_t colons[] = { 8, 8, 8, 8, 0 },
			     dashes[] = { 8, 4, 4, 4, 12, 0 };
	const uint8_t *groups;
	size_t i = from;
	char between = at(s, from + 8);

	if (between != ':' && between != '-')
		return 0;
	groups = between == ':' ? colons : dashes;
	for (; *groups; groups++) {
		for (unsigned int n = 0; n < *groups; n++, i++)
			if (mdt_hex_digit(at(s, i)) < 0)
				return cut && i == s.len ? i - from : 0;
		if (groups[1] && at(s, i++) != between)
			return cut && i > s.len ? s.len - from : 0;
	}
	return is_alnum(at(s, i)) ? 0 : i - from;
}

static bool is_zeroed(struct mdt_slice uuid)
{
	for (size_t i = 0; i < uuid.len; i++)
		if (is_alnum(uuid.str[i]) && uuid.str[i] != '0')
			return false;
	return true;
}

static size_t mask_uuid(struct mdt_diff_rules *rules, struct mdt_slice s, size_t from,
			bool cut, struct mdt_buf *ret)
{
	size_t len;

	if (mdt_hex_digit(s.str[from]) < 0 || (from && is_alnum(s.str[from - 1])))
		return 0;
	len = uuid_len(s, from, cut);
	// No uuid at all is not one by chance.
	if (!len || is_zeroed(mdt_slice_from(s.str + from, len)) ||
	    !mdt_rule_fires(rules, MDT_RULE_UUIDS))
		return 0;
	for (size_t i = 0; i < len; i++)
		mdt_buf_addc(ret, is_alnum(s.str[from + i]) ? 'f' : s.str[from + i]);
	return len;
}

/* ---- names ---- */

static size_t digits(struct mdt_slice s, size_t from)
{
	size_t i = from;

	while (is_digit(at(s, i)))
		i++;
	return i - from;
}

// PREFIX + digits: the digits are another each time, and become 0.
static size_t mask_number(struct mdt_diff_rules *rules, enum mdt_diff_rule rule,
			  struct mdt_slice s, size_t from, struct mdt_slice prefix,
			  struct mdt_buf *ret)
{
	size_t count;

	if (!mdt_slice_starts(mdt_slice_skip(s, from), prefix))
		return 0;
	count = digits(s, from + prefix.len);
	if (!count || (count == 1 && s.str[from + prefix.len] == '0') ||
	    !mdt_rule_fires(rules, rule))
		return 0;
	mdt_buf_add(ret, prefix);
	mdt_buf_addc(ret, '0');
	return prefix.len + count;
}

// map.new is renamed to map when it is whole: mdadm's mapfile.c.
static size_t mask_map(struct mdt_diff_rules *rules, struct mdt_slice s, size_t from,
		       struct mdt_buf *ret)
{
	struct mdt_slice name = SLICE("/mdadm/map.new");

	if (!mdt_slice_starts(mdt_slice_skip(s, from), name) ||
	    is_alnum(at(s, from + name.len)) ||
	    !mdt_rule_fires(rules, MDT_RULE_TEMP_NAMES))
		return 0;
	mdt_buf_adds(ret, "/mdadm/map");
	return name.len;
}

/*
 * mkstemp() puts six of these in place of XXXXXX at the end of a name, mktemp(1) ten;
 * what has both letters and two digits or capitals in it is no word.
 */
static size_t made_up_len(struct mdt_slice name)
{
	unsigned int lower = 0, other = 0;
	size_t len = 0;

	for (; len < name.len && is_alnum(name.str[name.len - 1 - len]); len++) {
		char c = name.str[name.len - 1 - len];

		lower += c >= 'a' && c <= 'z';
		other += c < 'a';
	}
	if ((len != 6 && len != 10) || len == name.len || !lower || other < 2)
		return 0;
	return len;
}

// Python's tempfile makes names of eight of a-z, 0-9 and _, alone or behind "tmp".
static size_t python_len(struct mdt_slice name)
{
	unsigned int letters = 0, other = 0;

	if (name.len != 8 && !(name.len == 11 && mdt_slice_starts(name, SLICE("tmp"))))
		return 0;
	for (size_t i = name.len - 8; i < name.len; i++) {
		char c = name.str[i];

		letters += c >= 'a' && c <= 'z';
		other += is_digit(c) || c == '_';
	}
	return letters + other == 8 && other >= (name.len == 8 ? 2 : 1) ? 8 : 0;
}

// /tmp/NAME.XXXXXX inside of text.
static size_t mask_tmp(struct mdt_diff_rules *rules, struct mdt_slice s, size_t from,
		       struct mdt_buf *ret)
{
	size_t end = from + 5, made_up;

	if (!mdt_slice_starts(mdt_slice_skip(s, from), SLICE("/tmp/")))
		return 0;
	while (is_alnum(at(s, end)) || (at(s, end) && strchr("._-", at(s, end))))
		end++;
	made_up = made_up_len(mdt_slice_from(s.str + from, end - from));
	if (!made_up)
		made_up = python_len(mdt_slice_from(s.str + from + 5, end - from - 5));
	if (!made_up || !mdt_rule_fires(rules, MDT_RULE_TEMP_NAMES))
		return 0;
	mdt_buf_add(ret, mdt_slice_from(s.str + from, end - from - made_up));
	mdt_buf_adds(ret, "XXXXXX");
	return end - from;
}

static size_t mask_at(struct mdt_diff_rules *rules, struct mdt_slice s, size_t i,
		      bool cut, struct mdt_buf *ret)
{
	switch (s.str[i]) {
	case '.':
		return mask_number(rules, MDT_RULE_TEMP_NAMES, s, i, SLICE(".tmp.md."),
				   ret);
	case '/':
		if (at(s, i + 1) == 'm')
			return mask_map(rules, s, i, ret);
		if (at(s, i + 1) == 't')
			return mask_tmp(rules, s, i, ret);
		return mask_number(rules, MDT_RULE_PIDS, s, i, SLICE("/proc/"), ret);
	case 's':
		return mask_number(rules, MDT_RULE_INODES, s, i, SLICE("socket:["), ret);
	case 'p':
		return mask_number(rules, MDT_RULE_INODES, s, i, SLICE("pipe:["), ret);
	default:
		return mask_uuid(rules, s, i, cut, ret);
	}
}

// Whether mask_at() is worth asking: nearly always not.
static bool may_mask(struct mdt_slice s, size_t i)
{
	char next = at(s, i + 1), after = at(s, i + 8);

	switch (s.str[i]) {
	case '.':
		return next == 't';
	case '/':
		return next == 'm' || next == 'p' || next == 't';
	case 's':
		return next == 'o';
	case 'p':
		return next == 'i';
	default:
		return after == ':' || after == '-';
	}
}

void mdt_normal_mask(struct mdt_diff_rules *rules, struct mdt_slice text, bool cut,
		     struct mdt_buf *ret)
{
	size_t used, plain = 0;

	// The shortest of all is /proc/1.
	for (size_t i = 0; i + 7 <= text.len;) {
		size_t before = ret->len;

		if (!may_mask(text, i)) {
			i++;
			continue;
		}
		mdt_buf_add(ret, mdt_slice_from(text.str + plain, i - plain));
		used = mask_at(rules, text, i, cut, ret);
		if (!used) {
			ret->len = before;
			i++;
			continue;
		}
		i += used;
		plain = i;
	}
	mdt_buf_add(ret, mdt_slice_skip(text, plain));
}

void mdt_normal_mask_path(struct mdt_diff_rules *rules, struct mdt_slice path,
			  struct mdt_buf *ret)
{
	size_t made_up = made_up_len(path);

	if (made_up && !mdt_rule_fires(rules, MDT_RULE_TEMP_NAMES))
		made_up = 0;
	mdt_normal_mask(rules, mdt_slice_head(path, path.len - made_up), false, ret);
	if (made_up)
		mdt_buf_adds(ret, "XXXXXX");
}

// The bar: [==>....]. @return Its length, or 0.
static size_t bar_len(struct mdt_slice s, size_t from)
{
	size_t i = from + 1;

	if (s.str[from] != '[' || (at(s, i) != '>' && at(s, i) != '='))
		return 0;
	while (at(s, i) && strchr("=>.", at(s, i)))
		i++;
	return at(s, i) == ']' ? i + 1 - from : 0;
}

static size_t number_len(struct mdt_slice s, size_t from)
{
	size_t i = from;

	while (is_digit(at(s, i)) || (i > from && at(s, i) == '.'))
		i++;
	return i - from;
}

// [>....]  recovery =  3.2% (1280/39936) finish=0.1min speed=1280K/sec
void mdt_normal_mask_progress(struct mdt_diff_rules *rules, struct mdt_slice text,
			      struct mdt_buf *ret)
{
	bool in_line = false;
	size_t len;

	for (size_t i = 0; i < text.len; i += len) {
		len = bar_len(text, i);
		if (len && mdt_rule_fires(rules, MDT_RULE_PROGRESS)) {
			in_line = true;
			mdt_buf_adds(ret, "[>]");
			continue;
		}
		in_line = in_line && text.str[i] != '\n';
		len = in_line ? number_len(text, i) : 0;
		mdt_buf_addc(ret, len ? '0' : text.str[i]);
		len += !len;
	}
}
