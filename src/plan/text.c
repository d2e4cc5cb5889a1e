// SPDX-License-Identifier: MIT
// The words of a directive, and quoted text.
#include "plan/plan.h"

// Letters that stand for a control character behind a backslash, as strace writes them.
static const char escape_letters[] = "abtnvfr";
enum { FIRST_ESCAPED = '\a' };

void mdt_plan_quote(struct mdt_slice text, struct mdt_buf *ret)
{
	mdt_buf_addc(ret, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.str[i];

		if (c == '"' || c == '\\') {
			mdt_buf_addc(ret, '\\');
			mdt_buf_addc(ret, (char)c);
		} else if (c == '\n' || c == '\t') {
			mdt_buf_adds(ret, c == '\n' ? "\\n" : "\\t");
		} else if (c >= ' ' && c < 0x7f) {
			mdt_buf_addc(ret, (char)c);
		} else {
			mdt_buf_printf(ret, "\\x%02x", c);
		}
	}
	mdt_buf_addc(ret, '"');
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool mdt_plan_word(struct mdt_slice *rest, struct mdt_slice *word)
{
	bool quoted = false;
	size_t len = 0;

	while (rest->len && is_blank(rest->str[0]))
		*rest = mdt_slice_skip(*rest, 1);
	for (; len < rest->len && (quoted || !is_blank(rest->str[len])); len++) {
		if (rest->str[len] == '"')
			quoted = !quoted;
		else if (quoted && rest->str[len] == '\\' && len + 1 < rest->len)
			len++;
	}
	*word = mdt_slice_head(*rest, len);
	*rest = mdt_slice_skip(*rest, len);
	return len != 0;
}

// Digits of a number in an escape, at most @p max of them.
static size_t number_escape(struct mdt_slice text, unsigned int base, size_t max,
			    char *ret)
{
	unsigned int value = 0;
	size_t len = 0;

	for (; len < max && len < text.len; len++) {
		int digit = mdt_hex_digit(text.str[len]);

		if (digit < 0 || (unsigned int)digit >= base)
			break;
		value = value * base + (unsigned int)digit;
	}
	*ret = (char)value;
	return len;
}

// @param text What is behind the backslash. @return How much of it is used; 0: no escape.
static size_t read_escape(struct mdt_slice text, char *ret)
{
	const char *letter;
	size_t len;

	if (!text.len)
		return 0;
	if (text.str[0] == 'x') {
		len = number_escape(mdt_slice_skip(text, 1), 16, 2, ret);
		return len ? len + 1 : 0;
	}
	letter = text.str[0] ? strchr(escape_letters, text.str[0]) : NULL;
	if (letter) {
		*ret = (char)(FIRST_ESCAPED + (letter - escape_letters));
		return 1;
	}
	if (text.str[0] == '"' || text.str[0] == '\\') {
		*ret = text.str[0];
		return 1;
	}
	return number_escape(text, 8, 3, ret);
}

bool mdt_plan_text(struct mdt_slice word, struct mdt_buf *ret)
{
	size_t at = 1, used;
	char c;

	if (!word.len || word.str[0] != '"') {
		mdt_buf_add(ret, word);
		return true;
	}
	while (at < word.len && word.str[at] != '"') {
		c = word.str[at++];
		if (c == '\\') {
			used = read_escape(mdt_slice_skip(word, at), &c);
			if (!used)
				return false;
			at += used;
		}
		mdt_buf_addc(ret, c);
	}
	return at + 1 == word.len;
}
