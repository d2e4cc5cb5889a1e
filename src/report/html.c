// SPDX-License-Identifier: MIT
#include "report/html.h"

#include "base/visible.h"

/* ---- text ---- */

// @param text In text, and not in an attribute: a quote is itself.
static const char *entity(char c, bool text)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return text ? NULL : "&quot;";
	default:
		return NULL;
	}
}

static inline bool is_plain(char c, bool text)
{
	return (c >= ' ' && c < 0x7f && c != '&' && c != '<' && c != '>' &&
		(text || c != '"')) ||
	       c == '\t';
}

// Bytes from the front of @text that can stand as they are, entities aside; 0: the first
// cannot. Control characters and noncharacters are errors in a page (HTML, "Preprocessing
// the input stream").
static size_t shown_len(struct mdt_slice text)
{
	uint32_t code;
	size_t len = mdt_utf8_read(text, &code);

	return len && (code == '\t' || !mdt_char_is_hidden(code)) ? len : 0;
}

static size_t plain_len(struct mdt_slice text, bool markup)
{
	size_t len = 0;

	while (len < text.len && is_plain(text.str[len], markup))
		len++;
	return len;
}

// @return How many bytes were no text.
static size_t put_raw_bytes(struct mdt_buf *buf, struct mdt_slice text, bool markup)
{
	size_t len = 0;

	if (markup)
		mdt_buf_adds(buf, "<i title=\"raw bytes\">");
	do {
		uint32_t code;
		size_t step = mdt_utf8_read(mdt_slice_skip(text, len), &code);

		// A character goes as a whole, what is broken byte by byte.
		for (step += !step; step; step--)
			mdt_buf_printf(buf, "\\x%02x", (unsigned char)text.str[len++]);
	} while (len < text.len && !shown_len(mdt_slice_skip(text, len)));
	if (markup)
		mdt_buf_adds(buf, "</i>");
	return len;
}

static void put_text(struct mdt_buf *buf, struct mdt_slice text, bool markup)
{
	while (text.len) {
		size_t len = plain_len(text, markup);

		if (!len)
			len = entity(text.str[0], markup) ? 0 : shown_len(text);
		mdt_buf_add(buf, mdt_slice_head(text, len));
		text = mdt_slice_skip(text, len);
		if (len || !text.len)
			continue;
		if (entity(text.str[0], markup)) {
			mdt_buf_adds(buf, entity(text.str[0], markup));
			len = 1;
		} else {
			len = put_raw_bytes(buf, text, markup);
		}
		text = mdt_slice_skip(text, len);
	}
}

void mdt_html_text(struct mdt_buf *buf, struct mdt_slice text)
{
	put_text(buf, text, true);
}

void mdt_html_plain(struct mdt_buf *buf, struct mdt_slice text)
{
	put_text(buf, text, false);
}

// @p rest of @p one, in tenths, hundredths or thousandths of it, rounded.
static uint64_t parts_of(uint64_t rest, uint64_t one, uint64_t parts)
{
	if (one >> 50) // else the product has no room
		return ((rest >> 10) * parts + (one >> 11)) / (one >> 10);
	return (rest * parts + one / 2) / one;
}

// With four digits, as many as tell disks apart: `931.5 GiB`, `40 MiB`.
void mdt_html_size(struct mdt_buf *buf, uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB",
					     "TiB",   "PiB", "EiB" };
	uint64_t one = 1, parts = 1, sum;
	size_t unit = 0;

	while (bytes / one >= 1024) {
		one *= 1024;
		unit++;
	}
	while (unit && bytes / one * parts < 1000 && parts < 1000)
		parts *= 10;
	sum = bytes / one * parts + parts_of(bytes % one, one, parts);
	while (parts > 1 && sum % 10 == 0) {
		sum /= 10;
		parts /= 10;
	}
	mdt_buf_dec(buf, sum / parts);
	if (parts > 1)
		mdt_buf_addc(buf, '.');
	while (parts > 1) {
		parts /= 10;
		mdt_buf_dec(buf, sum / parts % 10);
	}
	mdt_buf_addc(buf, ' ');
	mdt_buf_adds(buf, units[unit]);
}

/* ---- the head ---- */

// Colours have a contrast of 4.5:1 or more on each background that they meet (WCAG 2,
// AA).
static const char style[] =
	":root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--quiet:#59626c;\n"
	"--line:#d5dae0;--wash:#f3f5f7;--link:#0550ae;--bad:#b3151f;--aim:#fff3c4}\n"
	"@media screen and (prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e4e8ec;\n"
	"--quiet:#9aa4af;--line:#363d45;--wash:#1e2329;--link:#7cb7ff;--bad:#ff8f8a;\n"
	"--aim:#3d3514}}\n"
	"*{box-sizing:border-box}\n"
	"html{-webkit-text-size-adjust:100%;text-size-adjust:100%}\n"
	"body{margin:0 auto;max-width:76rem;padding:1rem;background:var(--paper);\n"
	"color:var(--ink);font:1rem/1.5 system-ui,sans-serif}\n"
	"a{color:var(--link)}\n"
	":focus-visible{outline:2px solid var(--link);outline-offset:1px}\n"
	"h1,h2{margin:0 0 .25rem;font-size:1.4rem;line-height:1.25;overflow-wrap:anywhere}\n"
	"h2{margin-top:2rem;font-size:1.2rem}\n"
	"header p{margin:0 0 .25rem}\n"
	"code,dl,ol a{font:.875rem/1.45 ui-monospace,Menlo,Consolas,\"DejaVu Sans Mono\",monospace}\n"
	"code{display:block;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:8}\n"
	"code i{font-style:normal;background:var(--wash);border-bottom:1px dotted;\n"
	"color:var(--quiet)}\n"
	"ol{list-style:none;margin:0;padding:0}\n"
	"section>ol{margin:.75rem 0;border:solid var(--line);border-width:1px 0}\n"
	"section>ol+ol{margin-top:-.75rem;border-top:0}\n"
	"ol>li{display:flex;gap:1ch;color:var(--quiet);scroll-margin:30vh 0}\n"
	"li[id]>a{flex:none;min-width:4ch;text-align:right;text-decoration:none;\n"
	"user-select:none;-webkit-user-select:none;color:var(--quiet)}\n"
	"li[id]>a:hover{text-decoration:underline}\n"
	"ol>li>:last-child{flex:1;min-width:0}\n"
	"li:target{background:var(--aim);box-shadow:-3px 0 var(--link)}\n"
	"li:target,li:target>a{color:var(--ink)}\n"
	"nav ul{margin:.5rem 0;padding-left:1.25rem}\n"
	"ol>.r{color:var(--ink);padding:.3rem 0}\n"
	"li.r>a{color:var(--link)}\n"
	".m{margin:.1rem 0 .2rem;padding-left:.6rem;border-left:3px solid var(--line);\n"
	"font-size:.9375rem}\n"
	".m p{margin:0;overflow-wrap:anywhere}\n"
	".m b{overflow-wrap:anywhere}\n"
	".d{display:inline-block;padding:0 .5em;border:1px solid var(--line);border-radius:1em;\n"
	"background:var(--wash);font-size:.875rem;line-height:1.35}\n"
	".d small{font-size:inherit;color:var(--quiet)}\n"
	".e{color:var(--bad)}\n"
	".q,cite{color:var(--quiet);font-style:normal}\n"
	"cite{font-size:.875rem}cite::before{content:\"· \"}\n"
	"dl{display:flex;flex-wrap:wrap;gap:0 1.5ch;margin:.1rem 0}\n"
	"dl div{display:flex;overflow-wrap:anywhere;max-width:100%}\n"
	"dt{color:var(--quiet);flex:none}dt::after{content:\"=\"}\n"
	"dd{margin:0;min-width:0}.z dd{color:var(--quiet)}\n"
	"summary{cursor:pointer;color:var(--quiet);overflow-wrap:anywhere;padding:.2rem .3rem}\n"
	"summary:hover{color:var(--ink)}\n"
	"ol>.n{display:block;background:var(--wash);font-size:.875rem}\n"
	".n ol{padding:.2rem 0;border-top:1px solid var(--line)}\n"
	".c details{font-size:.875rem}\n"
	"table{border-collapse:collapse;font-size:.9375rem}\n"
	"caption{text-align:left;padding:.25rem 0}\n"
	"th,td{text-align:left;font-weight:400;padding:.1rem 1.5ch .1rem 0;\n"
	"border-bottom:1px solid var(--line);overflow-wrap:anywhere}\n"
	"thead th{color:var(--quiet)}\n"
	"td{font-variant-numeric:tabular-nums}\n"
	".lean ol>li:not(.r):not(.w):not(.n){display:block;white-space:pre-wrap;\n"
	"overflow-wrap:anywhere;font:.875rem/1.45 ui-monospace,Menlo,Consolas,monospace}\n"
	".lean ol>li:not(.r):not(.w):not(.n)::before{content:attr(id);display:inline-block;\n"
	"min-width:8ch;margin-right:1ch;cursor:pointer;color:var(--link)}\n"
	"@media screen{.lean section>ol{content-visibility:auto;overflow-clip-margin:4px;\n"
	"contain-intrinsic-size:auto 4000px}}\n"
	"@media print{body{max-width:none;padding:0;font-size:10pt}\n"
	"code,dl,ol a,summary{font-size:8.5pt}\n"
	".m,.d,cite,table{font-size:9pt}\n"
	".r,tr{break-inside:avoid}h2{break-after:avoid}a{color:inherit}}\n";

void mdt_html_head(struct mdt_buf *buf, struct mdt_slice title)
{
	mdt_html_head_styled(buf, title, "");
}

static void add_head(struct mdt_buf *buf, struct mdt_slice title, const char *more,
		     const char *script_hash)
{
	mdt_buf_adds(
		buf,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		"<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'; ");
	if (script_hash)
		mdt_buf_printf(buf, "script-src 'sha256-%s'; ", script_hash);
	mdt_buf_adds(
		buf,
		"base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	mdt_html_plain(buf, title);
	mdt_buf_adds(buf, "</title>\n<style>\n");
	mdt_buf_add(buf, mdt_slice_from(style, sizeof(style) - 1));
	mdt_buf_adds(buf, more);
	mdt_buf_adds(buf, "</style>\n</head>\n<body>\n");
}

void mdt_html_head_styled(struct mdt_buf *buf, struct mdt_slice title, const char *more)
{
	add_head(buf, title, more, NULL);
}

void mdt_html_head_scripted(struct mdt_buf *buf, struct mdt_slice title, const char *more)
{
	add_head(buf, title, more, mdt_html_script_hash);
}
