// SPDX-License-Identifier: MIT
// What stands for letters: encodings, entities, escapes, typographic signs, colors.
#include <stdlib.h>

#include "paste/stage.h"

enum { ESC = '\033', TAG_MAX = 1024 };

static char byte(struct mdt_slice s, size_t i)
{
	return i < s.len ? s.str[i] : '\0';
}

static bool any_line(const struct paste_lines *lines, bool (*is)(struct mdt_slice))
{
	for (size_t i = 0; i < lines->len; i++)
		if (is(paste_lines_get(lines, i)))
			return true;
	return false;
}

static void put_utf8(struct paste_text *out, uint32_t c, struct mdt_paste_at at)
{
	if (c < 0x80) {
		paste_text_addc(out, (char)c, at);
	} else if (c < 0x800) {
		paste_text_addc(out, (char)(0xc0 | c >> 6), at);
		paste_text_addc(out, (char)(0x80 | (c & 0x3f)), at);
	} else if (c < 0x10000) {
		paste_text_addc(out, (char)(0xe0 | c >> 12), at);
		paste_text_addc(out, (char)(0x80 | (c >> 6 & 0x3f)), at);
		paste_text_addc(out, (char)(0x80 | (c & 0x3f)), at);
	} else {
		paste_text_addc(out, (char)(0xf0 | (c >> 18 & 7)), at);
		paste_text_addc(out, (char)(0x80 | (c >> 12 & 0x3f)), at);
		paste_text_addc(out, (char)(0x80 | (c >> 6 & 0x3f)), at);
		paste_text_addc(out, (char)(0x80 | (c & 0x3f)), at);
	}
}

/* ---- UTF-16 ---- */

static bool learn_utf16(struct paste_stage *stage, const struct paste_lines *lines)
{
	struct mdt_slice all = mdt_buf_slice(&lines->bytes);
	size_t even = 0, odd = 0;

	for (size_t i = 0; i + 1 < lines->bytes.len && i < 4096; i += 2) {
		even += !all.str[i];
		odd += !all.str[i + 1];
	}
	if (mdt_slice_starts(all, SLICE("\xff\xfe")) ||
	    mdt_slice_starts(all, SLICE("\xfe\xff")))
		stage->big_endian = all.str[0] == '\xfe';
	else if (even + odd > all.len / 8 && all.len > 8)
		stage->big_endian = even > odd;
	else
		return false;
	return true;
}

static void put_unit(struct paste_stage *stage, uint32_t unit, struct mdt_paste_at at)
{
	if (unit == '\n') {
		paste_pass(stage, &stage->held);
		paste_text_clear(&stage->held);
		stage->holds = false;
		return;
	}
	stage->holds = true;
	if (unit >= 0xd800 && unit < 0xdc00) {
		stage->surrogate = unit;
	} else if (unit >= 0xdc00 && unit < 0xe000) {
		put_utf8(&stage->held,
			 0x10000 + ((stage->surrogate & 0x3ff) << 10) + (unit & 0x3ff),
			 at);
	} else if (unit != 0xfeff && unit != '\r') {
		put_utf8(&stage->held, unit, at);
	}
}

static void utf16_byte(struct paste_stage *stage, unsigned char c, struct mdt_paste_at at)
{
	if (!stage->has_odd) {
		stage->odd = c;
		stage->has_odd = true;
		return;
	}
	stage->has_odd = false;
	put_unit(stage,
		 stage->big_endian ? (uint32_t)stage->odd << 8 | c
				   : (uint32_t)c << 8 | stage->odd,
		 at);
}

// Lines were parted at the byte '\n', which is half of a unit and is put back.
static void utf16_line(struct paste_stage *stage, const struct paste_text *in)
{
	for (size_t i = 0; i < in->buf.len; i++)
		utf16_byte(stage, (unsigned char)in->buf.str[i], in->at[i]);
	utf16_byte(stage, '\n', paste_text_at(in, in->buf.len));
}

static void utf16_end(struct paste_stage *stage)
{
	if (stage->holds)
		paste_pass(stage, &stage->held);
}

/* ---- marks of a byte order, carriage returns, colors and other escapes ---- */

static bool has_control(struct mdt_slice line)
{
	return memchr(line.str, ESC, line.len) || memchr(line.str, '\r', line.len) ||
	       memchr(line.str, '\b', line.len) ||
	       mdt_slice_starts(line, SLICE("\xef\xbb\xbf")) ||
	       mdt_slice_find(line, SLICE("^[[")) || mdt_slice_find(line, SLICE("[0m")) ||
	       mdt_slice_find(line, SLICE("[m"));
}

static size_t color_length(struct mdt_slice s, size_t from);

// Nothing but what strace --color prints.
static bool has_only_colors(struct mdt_slice line)
{
	for (size_t i = 0; i < line.len; i++) {
		size_t n = line.str[i] == ESC ? color_length(line, i + 1) : 0;

		if (line.str[i] == '\r' || line.str[i] == '\b' ||
		    (line.str[i] == ESC && !n))
			return false;
		i += n;
	}
	return !mdt_slice_find(line, SLICE("^[["));
}

static bool learn_control(struct paste_stage *stage, const struct paste_lines *lines)
{
	stage->only_colors = true;
	for (size_t i = 0; i < lines->len; i++)
		stage->only_colors &= has_only_colors(paste_lines_get(lines, i));
	stage->only_colors &= memchr(lines->bytes.str ? lines->bytes.str : "", ESC,
				     lines->bytes.len) != NULL;
	return any_line(lines, has_control);
}

// `[0;31m`, of which the escape may have been lost.
static size_t color_length(struct mdt_slice s, size_t from)
{
	size_t n = from + 1;

	if (byte(s, from) != '[')
		return 0;
	while (byte(s, n) == ';' || (byte(s, n) >= '0' && byte(s, n) <= '9'))
		n++;
	return byte(s, n) == 'm' && n - from < 20 ? n + 1 - from : 0;
}

// ECMA-48: CSI has parameters up to a letter, OSC goes up to BEL or ST.
static size_t escape_length(struct mdt_slice s, size_t from)
{
	size_t n = from + 2;

	if (byte(s, from + 1) == '[') {
		while (n < s.len && (unsigned char)(s.str[n] - 0x20) < 0x20)
			n++;
		return n < s.len ? n + 1 - from : s.len - from;
	}
	if (byte(s, from + 1) != ']')
		return byte(s, from + 1) == '(' ? 3 : 2;
	while (n < s.len && s.str[n] != '\a' && s.str[n] != ESC)
		n++;
	return n + (byte(s, n) == ESC ? 2 : 1) - from;
}

static size_t control_length(struct mdt_slice s, size_t i)
{
	size_t n = 0;

	if (s.str[i] == ESC)
		n = escape_length(s, i);
	else if (s.str[i] == '^' && byte(s, i + 1) == '[' && (n = color_length(s, i + 2)))
		n += 2;
	else if (s.str[i] == '[')
		n = color_length(s, i);
	else if (s.str[i] == '\r' || s.str[i] == '\a')
		n = 1;
	else if (i == 0 && mdt_slice_starts(s, SLICE("\xef\xbb\xbf")))
		n = 3;
	return n;
}

static void control_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in);

	for (size_t i = 0; i < s.len;) {
		size_t n = control_length(s, i);

		if (s.str[i] == '\b' && stage->out.buf.len)
			stage->out.buf.len--;
		else if (!n && s.str[i] != '\b')
			paste_text_addc(&stage->out, s.str[i], in->at[i]);
		i += n ? n : 1;
	}
	paste_pass(stage, &stage->out);
}

/* ---- quoted-printable, RFC 2045 6.7 ---- */

static bool is_hex(struct mdt_slice s, size_t from)
{
	return mdt_hex_digit(byte(s, from)) >= 0 && mdt_hex_digit(byte(s, from + 1)) >= 0;
}

static bool learn_printable(struct paste_stage *stage _unused_,
			    const struct paste_lines *lines)
{
	size_t encoded = 0, plain = 0;

	for (size_t i = 0; i < lines->len; i++) {
		struct mdt_slice line = paste_lines_get(lines, i);

		encoded += mdt_slice_find(line, SLICE("=3D")) != NULL;
		plain += mdt_slice_find(line, SLICE(") = ")) != NULL ||
			 mdt_slice_find(line, SLICE("  = ")) != NULL;
	}
	return encoded > plain;
}

// `> > `, in front of both halves of a line that was encoded before it was quoted.
static size_t quote_length(struct mdt_slice line)
{
	size_t n = 0;

	while (byte(line, n) == '>' ||
	       (n && byte(line, n) == ' ' && byte(line, n + 1) == '>'))
		n++;
	return n && byte(line, n) == ' ' ? n + 1 : n;
}

static void printable_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in);
	size_t i = 0;

	while (s.len && (s.str[s.len - 1] == ' ' || s.str[s.len - 1] == '\t'))
		s.len--;
	if (stage->holds) {
		size_t quote = quote_length(s);

		if (quote && quote == quote_length(paste_text_slice(&stage->held)))
			i = quote;
	} else {
		paste_text_clear(&stage->held);
		paste_text_add(&stage->held, in, 0, 0);
	}
	for (; i < s.len; i++) {
		bool hex = s.str[i] == '=' && is_hex(s, i + 1);

		if (s.str[i] == '=' && i + 1 == s.len)
			break;
		paste_text_addc(&stage->held,
				hex ? (char)(mdt_hex_digit(s.str[i + 1]) << 4 |
					     mdt_hex_digit(s.str[i + 2]))
				    : s.str[i],
				in->at[i]);
		i += hex ? 2 : 0;
	}
	stage->holds = i < s.len;
	if (!stage->holds)
		paste_pass(stage, &stage->held);
}

static void printable_end(struct paste_stage *stage)
{
	if (stage->holds)
		paste_pass(stage, &stage->held);
}

/* ---- HTML ---- */

struct entity {
	struct mdt_slice name;
	uint32_t code;
};

static const struct entity entities[] = {
	{ SLICE_INIT("quot"), '"' },	  { SLICE_INIT("amp"), '&' },
	{ SLICE_INIT("lt"), '<' },	  { SLICE_INIT("gt"), '>' },
	{ SLICE_INIT("apos"), '\'' },	  { SLICE_INIT("nbsp"), ' ' },
	{ SLICE_INIT("ldquo"), 0x201c },  { SLICE_INIT("rdquo"), 0x201d },
	{ SLICE_INIT("lsquo"), 0x2018 },  { SLICE_INIT("rsquo"), 0x2019 },
	{ SLICE_INIT("hellip"), 0x2026 }, { SLICE_INIT("ndash"), 0x2013 },
	{ SLICE_INIT("mdash"), 0x2014 },  { SLICE_INIT("minus"), 0x2212 },
	{ SLICE_INIT("lpar"), '(' },	  { SLICE_INIT("rpar"), ')' },
	{ SLICE_INIT("lbrack"), '[' },	  { SLICE_INIT("rbrack"), ']' },
	{ SLICE_INIT("lcub"), '{' },	  { SLICE_INIT("rcub"), '}' },
	{ SLICE_INIT("equals"), '=' },	  { SLICE_INIT("lowbar"), '_' },
	{ SLICE_INIT("vert"), '|' },	  { SLICE_INIT("bsol"), '\\' },
	{ SLICE_INIT("comma"), ',' },	  { SLICE_INIT("num"), '#' },
	{ SLICE_INIT("tab"), '\t' },	  { SLICE_INIT("zwnj"), 0x200c },
};

static const struct mdt_slice tags[] = {
	SLICE_INIT("a"),	  SLICE_INIT("b"),     SLICE_INIT("body"),
	SLICE_INIT("br"),	  SLICE_INIT("code"),  SLICE_INIT("div"),
	SLICE_INIT("em"),	  SLICE_INIT("font"),  SLICE_INIT("head"),
	SLICE_INIT("html"),	  SLICE_INIT("i"),     SLICE_INIT("kbd"),
	SLICE_INIT("li"),	  SLICE_INIT("meta"),  SLICE_INIT("ol"),
	SLICE_INIT("p"),	  SLICE_INIT("pre"),   SLICE_INIT("samp"),
	SLICE_INIT("small"),	  SLICE_INIT("span"),  SLICE_INIT("strong"),
	SLICE_INIT("table"),	  SLICE_INIT("tbody"), SLICE_INIT("td"),
	SLICE_INIT("title"),	  SLICE_INIT("tr"),    SLICE_INIT("tt"),
	SLICE_INIT("u"),	  SLICE_INIT("ul"),    SLICE_INIT("wbr"),
	SLICE_INIT("blockquote"), SLICE_INIT("mark"),  SLICE_INIT("th"),
};

static bool is_named(struct mdt_slice name, struct mdt_slice row)
{
	if (name.len != row.len)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if ((name.str[i] | 0x20) != row.str[i])
			return false;
	return true;
}

static const struct mdt_slice *find_tag(struct mdt_slice name)
{
	array_for_each (tag, tags)
		if (is_named(name, *tag))
			return tag;
	return NULL;
}

// `<br />`, `</span>`, `<a href="...">`; what strace puts in brackets is no tag.
static size_t tag_length(struct mdt_slice s, size_t from, bool *breaks)
{
	struct mdt_slice rest = mdt_slice_head(mdt_slice_skip(s, from), TAG_MAX);
	size_t start = byte(rest, 1) == '/' ? 2 : 1, n = start;
	const struct mdt_slice *tag;
	const char *end;

	if (byte(rest, 0) != '<')
		return 0;
	while ((byte(rest, n) >= 'a' && byte(rest, n) <= 'z') ||
	       (byte(rest, n) >= 'A' && byte(rest, n) <= 'Z'))
		n++;
	tag = find_tag(mdt_slice_head(mdt_slice_skip(rest, start), n - start));
	end = memchr(rest.str, '>', rest.len);
	if (!tag || !end ||
	    (byte(rest, n) != '>' && byte(rest, n) != ' ' && byte(rest, n) != '/'))
		return 0;
	*breaks = mdt_slice_eq(*tag, SLICE("br")) ||
		  (start == 2 &&
		   (mdt_slice_eq(*tag, SLICE("p")) || mdt_slice_eq(*tag, SLICE("div")) ||
		    mdt_slice_eq(*tag, SLICE("tr")) || mdt_slice_eq(*tag, SLICE("li"))));
	return (size_t)(end - rest.str) + 1;
}

static size_t entity_number(struct mdt_slice name, uint32_t *ret)
{
	bool hex = (byte(name, 1) | 0x20) == 'x';
	uint32_t code = 0;

	for (size_t i = hex ? 2 : 1; i < name.len; i++) {
		int digit = mdt_hex_digit(name.str[i]);

		if (digit < 0 || (!hex && digit > 9) || code > 0x10ffff)
			return 0;
		code = code * (hex ? 16 : 10) + (uint32_t)digit;
	}
	*ret = code;
	return code >= '\t' && code <= 0x10ffff;
}

// `&lt;`, `&#39;`, `&#x27;`: its length, or 0.
static size_t entity_length(struct mdt_slice s, size_t from, uint32_t *ret)
{
	struct mdt_slice rest = mdt_slice_head(mdt_slice_skip(s, from), 12), name;
	const char *end = memchr(rest.str, ';', rest.len);

	if (byte(rest, 0) != '&' || !end)
		return 0;
	name = mdt_slice_from(rest.str + 1, (size_t)(end - rest.str) - 1);
	if (byte(name, 0) == '#')
		return entity_number(name, ret) ? name.len + 2 : 0;
	array_for_each (it, entities) {
		if (is_named(name, it->name)) {
			*ret = it->code;
			return name.len + 2;
		}
	}
	return 0;
}

static bool has_html(struct mdt_slice line)
{
	for (size_t i = 0; i < line.len; i++) {
		uint32_t code;
		bool breaks;

		if ((line.str[i] == '&' && entity_length(line, i, &code)) ||
		    (line.str[i] == '<' && tag_length(line, i, &breaks)))
			return true;
	}
	return false;
}

static bool learn_html(struct paste_stage *stage _unused_,
		       const struct paste_lines *lines)
{
	return any_line(lines, has_html);
}

static void html_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in);
	bool passed = false;

	for (size_t i = 0; i < s.len;) {
		uint32_t code = 0;
		bool breaks = false;
		size_t n = s.str[i] == '<' ? tag_length(s, i, &breaks) : 0;

		if (breaks) {
			paste_pass(stage, &stage->out);
			paste_text_clear(&stage->out);
			passed = true;
		} else if (!n && s.str[i] == '&' && (n = entity_length(s, i, &code))) {
			put_utf8(&stage->out, code, in->at[i]);
		} else if (!n) {
			paste_text_addc(&stage->out, s.str[i], in->at[i]);
		}
		i += n ? n : 1;
	}
	if (!passed || stage->out.buf.len)
		paste_pass(stage, &stage->out);
}

/* ---- typographic letters ---- */

struct sign {
	uint32_t code; /* in Unicode */
	const char *as;
};

static const struct sign signs[] = {
	{ 0x00a0, " " },   { 0x00ad, "" },   { 0x00ab, "\"" }, { 0x00bb, "\"" },
	{ 0x2002, " " },   { 0x2003, " " },  { 0x2007, " " },  { 0x2008, " " },
	{ 0x2009, " " },   { 0x200a, " " },  { 0x200b, "" },   { 0x200c, "" },
	{ 0x200d, "" },	   { 0x200e, "" },   { 0x2010, "-" },  { 0x2011, "-" },
	{ 0x2012, "-" },   { 0x2013, "-" },  { 0x2014, "-" },  { 0x2015, "-" },
	{ 0x2018, "'" },   { 0x2019, "'" },  { 0x201a, "'" },  { 0x201b, "'" },
	{ 0x201c, "\"" },  { 0x201d, "\"" }, { 0x201e, "\"" }, { 0x201f, "\"" },
	{ 0x2026, "..." }, { 0x202f, " " },  { 0x2032, "'" },  { 0x2033, "\"" },
	{ 0x2060, "" },	   { 0x2192, "->" }, { 0x21d2, "=>" }, { 0x2212, "-" },
	{ 0x3000, " " },   { 0xfeff, "" },   { 0xff02, "\"" }, { 0xff08, "(" },
	{ 0xff09, ")" },   { 0xff0c, "," },  { 0xff1d, "=" },  { 0xff5c, "|" },
};

// The same in Windows-1252, whose bytes are no UTF-8 here.
static const struct sign bytes_1252[] = {
	{ 0x84, "\"" }, { 0x85, "..." }, { 0x91, "'" }, { 0x92, "'" }, { 0x93, "\"" },
	{ 0x94, "\"" }, { 0x96, "-" },	 { 0x97, "-" }, { 0xa0, " " },
};

static const char *sign_of(const struct sign *rows, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].code == code)
			return rows[i].as;
	return NULL;
}

// One character of UTF-8 that is not ASCII; 0: it is none.
static size_t read_utf8(struct mdt_slice s, size_t i, uint32_t *ret)
{
	unsigned char c = (unsigned char)s.str[i];
	size_t len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 0;

	if (!len || i + len > s.len)
		return 0;
	*ret = c & (0x7fu >> len);
	for (size_t k = 1; k < len; k++) {
		c = (unsigned char)s.str[i + k];
		if ((c & 0xc0) != 0x80)
			return 0;
		*ret = *ret << 6 | (c & 0x3f);
	}
	return len;
}

static const char *sign_at(struct mdt_slice s, size_t i, size_t *len)
{
	uint32_t code = 0;

	*len = 1;
	if (!(s.str[i] & 0x80))
		return NULL;
	*len = read_utf8(s, i, &code);
	if (*len)
		return sign_of(signs, array_size(signs), code);
	*len = 1;
	return sign_of(bytes_1252, array_size(bytes_1252), (unsigned char)s.str[i]);
}

static bool has_sign(struct mdt_slice line)
{
	size_t len;

	for (size_t i = 0; i < line.len; i += len)
		if (sign_at(line, i, &len))
			return true;
	return false;
}

static bool learn_signs(struct paste_stage *stage _unused_,
			const struct paste_lines *lines)
{
	return any_line(lines, has_sign);
}

static void signs_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in);
	size_t len;

	for (size_t i = 0; i < s.len; i += len) {
		const char *as = sign_at(s, i, &len);

		if (!as)
			paste_text_add(&stage->out, in, i, i + len);
		for (; as && *as; as++)
			paste_text_addc(&stage->out, *as, in->at[i]);
	}
	paste_pass(stage, &stage->out);
}

/* ---- Markdown ---- */

static bool is_escape(struct mdt_slice s, size_t i)
{
	return s.str[i] == '\\' && i + 1 < s.len &&
	       memchr("_*#|<>[]()`~+-=!{}", s.str[i + 1], 18);
}

static bool is_fence(struct mdt_slice line)
{
	line = mdt_slice_trim(line);
	return mdt_slice_starts(line, SLICE("```")) ||
	       mdt_slice_starts(line, SLICE("~~~"));
}

static bool has_markdown(struct mdt_slice line)
{
	struct mdt_slice words = mdt_slice_trim(line);

	if (is_fence(line) || byte(words, 0) == '`' ||
	    (words.len && words.str[words.len - 1] == '`') ||
	    mdt_slice_starts(words, SLICE("**")))
		return true;
	for (size_t i = 0; i < line.len; i++)
		if (is_escape(line, i))
			return true;
	return false;
}

static bool learn_markdown(struct paste_stage *stage _unused_,
			   const struct paste_lines *lines)
{
	return any_line(lines, has_markdown);
}

// How much of the line's end is Markdown's: `code`, **bold**, a `\` that breaks the line.
static size_t markdown_end(struct mdt_slice s)
{
	size_t len = s.len;

	while (len && (s.str[len - 1] == ' ' || s.str[len - 1] == '`'))
		len--;
	if (len > 2 && s.str[len - 1] == '*' && s.str[len - 2] == '*')
		len -= 2;
	if (len && s.str[len - 1] == '\\')
		len--;
	return len;
}

static void markdown_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in);
	size_t i = 0, len = markdown_end(s);

	if (is_fence(s)) {
		paste_pass(stage, &stage->out);
		return;
	}
	while (i < len && (s.str[i] == '`' || (s.str[i] == '*' && byte(s, i + 1) == '*')))
		i += s.str[i] == '*' ? 2 : 1;
	for (; i < len; i++) {
		if (is_escape(s, i))
			continue;
		paste_text_addc(&stage->out, s.str[i], in->at[i]);
		if (s.str[i] == '\\' && byte(s, i + 1) == '\\' && i + 1 < len) {
			i++;
			paste_text_addc(&stage->out, s.str[i], in->at[i]);
		}
	}
	paste_pass(stage, &stage->out);
}

/* ---- JSON: container logs, journals, asciinema ---- */

static const struct mdt_slice keys[] = {
	SLICE_INIT("\"log\":"), SLICE_INIT("\"MESSAGE\":"), SLICE_INIT("\"message\":"),
	SLICE_INIT("\"msg\":"), SLICE_INIT("\"line\":"),    SLICE_INIT("\"text\":"),
};

// Where the string begins that the line is about, behind its quote; 0: nowhere.
static size_t json_start(struct mdt_slice line)
{
	size_t at = 0;

	if (byte(line, 0) == '[') { // asciinema: [1.25, "o", "text"]
		const char *o = mdt_slice_find(line, SLICE("\"o\""));

		at = o ? (size_t)(o - line.str) + 3 : 0;
		at += at && byte(line, at) == ',';
	} else if (byte(line, 0) == '{') {
		for (size_t i = 0; i < array_size(keys) && !at; i++) {
			const char *key = mdt_slice_find(line, keys[i]);

			at = key ? (size_t)(key - line.str) + keys[i].len : 0;
		}
	}
	while (at && byte(line, at) == ' ')
		at++;
	return at && byte(line, at) == '"' ? at + 1 : 0;
}

static bool has_json(struct mdt_slice line)
{
	return json_start(line) != 0;
}

static bool learn_json(struct paste_stage *stage _unused_,
		       const struct paste_lines *lines)
{
	return any_line(lines, has_json);
}

static size_t json_escape(struct mdt_slice s, size_t i, uint32_t *ret)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	const char *known = byte(s, i + 1) ? strchr(from, s.str[i + 1]) : NULL;

	*ret = (unsigned char)byte(s, i + 1);
	if (known)
		*ret = (unsigned char)to[known - from];
	if (byte(s, i + 1) != 'u' || i + 6 > s.len)
		return 2;
	*ret = 0;
	for (size_t k = i + 2; k < i + 6; k++)
		*ret = *ret << 4 | (uint32_t)(mdt_hex_digit(s.str[k]) & 15);
	return 6;
}

static void json_put(struct paste_stage *stage, uint32_t code, struct mdt_paste_at at)
{
	if (code == '\n') {
		paste_pass(stage, &stage->held);
		paste_text_clear(&stage->held);
	} else if (code != '\r') {
		put_utf8(&stage->held, code, at);
	}
	stage->holds = stage->held.buf.len != 0;
}

// A log's line is whole even without a newline; a terminal's text comes in bits.
static void json_flush(struct paste_stage *stage)
{
	if (stage->held.buf.len) {
		paste_pass(stage, &stage->held);
		paste_text_clear(&stage->held);
	}
	stage->holds = false;
}

static void json_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in);
	size_t i = json_start(s);

	if (!i) {
		if (mdt_slice_starts(s, SLICE("{\"version\""))) // asciinema's head
			return;
		// A line of something else stays where it is among the others.
		json_flush(stage);
		paste_pass(stage, in);
		return;
	}
	while (i < s.len && s.str[i] != '"') {
		uint32_t code = (unsigned char)s.str[i];
		size_t n = 1;

		if (s.str[i] == '\\')
			n = json_escape(s, i, &code);
		if (code < 0x80 || n > 1)
			json_put(stage, code, in->at[i]);
		else
			paste_text_addc(&stage->held, s.str[i], in->at[i]);
		i += n;
	}
	if (s.str[0] == '{')
		json_flush(stage);
}

const struct paste_row paste_letter_rows[] = {
	{ "UTF-16", 0, learn_utf16, utf16_line, utf16_end, NULL },
	{ "JSON", 1, learn_json, json_line, json_flush, NULL },
	{ "terminal codes", 1, learn_control, control_line, NULL, NULL },
	{ "quoted-printable", 1, learn_printable, printable_line, printable_end, NULL },
	{ "HTML", 1, learn_html, html_line, NULL, NULL },
	{ "typographic letters", 1, learn_signs, signs_line, NULL, NULL },
	{ "Markdown", 1, learn_markdown, markdown_line, NULL, NULL },
	{ 0 },
};
