/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Text of others, made safe to look at. A log holds names and messages that anybody may
 * have chosen; a terminal obeys what is in them: colors, the title, the clipboard, words
 * in reverse order. Here every such character becomes an escape that can be read.
 *
 * Shown are: control characters (C0, DEL, and C1 as bytes or in UTF-8), bytes that are
 * not UTF-8, noncharacters, and characters that have no width or turn the direction of
 * the text around (Unicode's Default_Ignorable_Code_Point and Bidi_Control, but for the
 * variation selectors, which belong to the character before them). A byte becomes `\x1b`,
 * a character `\u202e` or `\U000e0001`.
 */
#ifndef MDT_BASE_VISIBLE_H
#define MDT_BASE_VISIBLE_H

#include "base/buf.h"

/** How mdtrace's own output is colored. */
enum mdt_style {
	MDT_STYLE_NONE,
	MDT_STYLE_BOLD,
	MDT_STYLE_FAINT,
	MDT_STYLE_RED,
	MDT_STYLE_BOLD_RED,
	MDT_STYLE_GREEN,
	MDT_STYLE_YELLOW,
	MDT_STYLE_CYAN,
};

/** Append what begins a style, or what ends any. Nothing for MDT_STYLE_NONE. */
MDT_API void mdt_style_begin(struct mdt_buf *ret, enum mdt_style style);
MDT_API void mdt_style_end(struct mdt_buf *ret, enum mdt_style style);

/** @return Whether a character, of any Unicode plane, is one of those that are shown. The
 * tab and the newline are. */
MDT_API bool mdt_char_is_hidden(uint32_t code);

/**
 * Read one character of UTF-8.
 * @param text Not empty.
 * @param[out] ret The code point.
 * @return How many bytes it has; 0 when @p text begins with none (RFC 3629).
 */
MDT_API size_t mdt_utf8_read(struct mdt_slice text, uint32_t *ret);

/** @return How many bytes at the end of @p text are the beginning of a character of which
 * the rest may follow. */
MDT_API size_t mdt_utf8_cut(struct mdt_slice text);

/**
 * Append whole lines: tabs, newlines, and carriage returns before a newline stay.
 * @param styled What mdt_style_begin() and mdt_style_end() append stays, too.
 */
MDT_API void mdt_visible_text(struct mdt_buf *ret, struct mdt_slice text, bool styled);

/** Append a part of a line: tabs and newlines become `\t` and `\n`. */
MDT_API void mdt_visible_words(struct mdt_buf *ret, struct mdt_slice text);

/** What was appended behind the first @p from bytes becomes as mdt_visible_words() has
 * it.
 */
MDT_API void mdt_visible_since(struct mdt_buf *buf, size_t from);

#endif
