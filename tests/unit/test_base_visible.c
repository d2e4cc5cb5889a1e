// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "base/visible.h"

struct example {
	struct mdt_slice text;
	const char *words, *lines; /* lines NULL: the same */
};

static const struct example examples[] = {
	{ SLICE_INIT(""), "", NULL },
	{ SLICE_INIT("/dev/md0"), "/dev/md0", NULL },
	{ SLICE_INIT("\033]0;t\a"), "\\x1b]0;t\\x07", NULL },
	{ SLICE_INIT("a\0b\x7f"), "a\\x00b\\x7f", NULL },
	{ SLICE_INIT("a\tb\n"), "a\\tb\\n", "a\tb\n" },
	{ SLICE_INIT("a\rb\r\n\r"), "a\\x0db\\x0d\\n\\x0d", "a\\x0db\r\n\\x0d" },
	// C1, as a byte and as a character.
	{ SLICE_INIT("\x9b"
		     "31m"),
	  "\\x9b31m", NULL },
	{ SLICE_INIT("\xc2\x9b"
		     "31m"),
	  "\\u009b31m", NULL },
	// An override, an isolate, a mark, no width, a byte order mark, a tag.
	{ SLICE_INIT("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f"), "\\u202e\\u2066\\u200f",
	  NULL },
	{ SLICE_INIT("a\xe2\x80\x8b"
		     "b\xef\xbb\xbf\xf3\xa0\x80\x81"),
	  "a\\u200bb\\ufeff\\U000e0001", NULL },
	// Not UTF-8: overlong, a surrogate, too large, cut off, a byte alone.
	{ SLICE_INIT("\xc0\x9b"), "\\xc0\\x9b", NULL },
	{ SLICE_INIT("\xed\xa0\x80"), "\\xed\\xa0\\x80", NULL },
	{ SLICE_INIT("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80", NULL },
	{ SLICE_INIT("x\xe2\x80"), "x\\xe2\\x80", NULL },
	{ SLICE_INIT("\xff!"), "\\xff!", NULL },
	// Text that is text.
	{ SLICE_INIT("é → × 漢 😀"), "é → × 漢 😀", NULL },
};

Test(visible, words_and_lines)
{
	array_for_each (it, examples) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf words = { 0 }, lines = { 0 };

		mdt_visible_words(&words, it->text);
		mdt_visible_text(&lines, it->text, false);
		cr_assert(mdt_slice_eq_cstr(mdt_buf_slice(&words), it->words), "%s",
			  it->words);
		cr_assert(mdt_slice_eq_cstr(mdt_buf_slice(&lines),
					    it->lines ? it->lines : it->words),
			  "%s", it->words);
	}
}

Test(visible, since_changes_only_what_came_after)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_buf_adds(&buf, "\033[1m");
	mdt_buf_adds(&buf, "\033[1m\n");
	mdt_visible_since(&buf, 4);
	cr_assert(mdt_slice_eq_cstr(mdt_buf_slice(&buf), "\033[1m\\x1b[1m\\n"));
}

Test(visible, styles_of_ours_stay_where_they_may)
{
	for (int styled = 0; styled < 2; styled++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 }, shown = { 0 };

		mdt_style_begin(&text, MDT_STYLE_BOLD_RED);
		mdt_buf_adds(&text, "x");
		mdt_style_end(&text, MDT_STYLE_BOLD_RED);
		mdt_buf_adds(&text, "\033[5m");
		mdt_visible_text(&shown, mdt_buf_slice(&text), styled);
		cr_assert(mdt_slice_eq_cstr(mdt_buf_slice(&shown),
					    styled ? "\033[1;31mx\033[0m\\x1b[5m"
						   : "\\x1b[1;31mx\\x1b[0m\\x1b[5m"));
	}
}

Test(visible, a_character_that_is_cut_is_known)
{
	cr_assert_eq(mdt_utf8_cut(SLICE("a")), 0);
	cr_assert_eq(mdt_utf8_cut(SLICE("")), 0);
	cr_assert_eq(mdt_utf8_cut(SLICE("a\xc3")), 1);
	cr_assert_eq(mdt_utf8_cut(SLICE("a\xc3\xa9")), 0);
	cr_assert_eq(mdt_utf8_cut(SLICE("a\xe2\x80")), 2);
	cr_assert_eq(mdt_utf8_cut(SLICE("\xf0\x9f\x98")), 3);
	cr_assert_eq(mdt_utf8_cut(SLICE("\x80\x80\x80\x80")), 0);
	cr_assert_eq(mdt_utf8_cut(SLICE("\xff")), 0);
}

Test(visible, ranges_are_in_order)
{
	// The search ends at the first range that reaches far enough.
	static const uint32_t hidden[] = { 0,	    0x1b,    0x9f,    0xad,   0x34f,
					   0x61c,   0x200b,  0x202e,  0x2066, 0x3164,
					   0xfdd0,  0xfeff,  0xffa0,  0xfff9, 0xfffe,
					   0x1d173, 0xe0001, 0x10ffff };
	static const uint32_t shown[] = { ' ',	  '~',	  0xa0,	  0xe9,	  0x2192,
					  0x2010, 0x2070, 0xfe0f, 0xfffd, 0x1f600 };

	array_for_each (it, hidden)
		cr_assert(mdt_char_is_hidden(*it), "%#x", *it);
	array_for_each (it, shown)
		cr_assert_not(mdt_char_is_hidden(*it), "%#x", *it);
}
