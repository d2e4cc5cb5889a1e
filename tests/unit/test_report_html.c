// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>

#include "base/json.h"
#include "report/annotate_html.h"
#include "report/html.h"
#include "strace/reader.h"

/* ---- text ---- */

// The strings have NULs in them, hence the lengths.
#define TEXT(bytes) bytes, sizeof(bytes) - 1

static const struct {
	const char *bytes;
	size_t len;
	const char *html;
} texts[] = {
	{ TEXT(""), "" },
	{ TEXT("ioctl(3, 0x932, 0) = 0"), "ioctl(3, 0x932, 0) = 0" },
	{ TEXT("<b>&\"'"), "&lt;b&gt;&amp;\"'" },
	{ TEXT("a\tb"), "a\tb" },
	{ TEXT("a\x1b[0mb"), "a<i title=\"raw bytes\">\\x1b</i>[0mb" },
	{ TEXT("\0\x7f\r\n"), "<i title=\"raw bytes\">\\x00\\x7f\\x0d\\x0a</i>" },
	{ TEXT("\\x00"), "\\x00" },
	{ TEXT("größe ×5 \xf0\x9f\x92\xbe"), "größe ×5 \xf0\x9f\x92\xbe" },
	// Not UTF-8: alone, cut short, too long, a surrogate.
	{ TEXT("\xff<"), "<i title=\"raw bytes\">\\xff</i>&lt;" },
	{ TEXT("\xe2\x80"), "<i title=\"raw bytes\">\\xe2\\x80</i>" },
	{ TEXT("\xe2\x80"
	       "a"),
	  "<i title=\"raw bytes\">\\xe2\\x80</i>a" },
	{ TEXT("\xc0\xbc"), "<i title=\"raw bytes\">\\xc0\\xbc</i>" },
	{ TEXT("\xed\xa0\x80"), "<i title=\"raw bytes\">\\xed\\xa0\\x80</i>" },
	// UTF-8, but not for a page: U+0085, U+FFFE, U+1FFFF, U+FDD0, U+202E, U+2066.
	{ TEXT("\xc2\x85"), "<i title=\"raw bytes\">\\xc2\\x85</i>" },
	{ TEXT("\xef\xbf\xbe"), "<i title=\"raw bytes\">\\xef\\xbf\\xbe</i>" },
	{ TEXT("\xf0\x9f\xbf\xbf"), "<i title=\"raw bytes\">\\xf0\\x9f\\xbf\\xbf</i>" },
	{ TEXT("\xef\xb7\x90"), "<i title=\"raw bytes\">\\xef\\xb7\\x90</i>" },
	{ TEXT("\xe2\x80\xae"
	       "a"),
	  "<i title=\"raw bytes\">\\xe2\\x80\\xae</i>a" },
	{ TEXT("\xe2\x81\xa6\xc3\xa9"), "<i title=\"raw bytes\">\\xe2\\x81\\xa6</i>é" },
};

ParameterizedTestParameters(report_html, text)
{
	static size_t index[array_size(texts)];

	for (size_t i = 0; i < array_size(index); i++)
		index[i] = i;
	return cr_make_param_array(size_t, index, array_size(index));
}

ParameterizedTest(size_t *i, report_html, text)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_html_text(&buf, mdt_slice_from(texts[*i].bytes, texts[*i].len));
	cr_assert(mdt_slice_eq_cstr(mdt_buf_slice(&buf), texts[*i].html),
		  "case %zu: %.*s", *i, SLICE_FMT(mdt_buf_slice(&buf)));
}

Test(report_html, plain_text_has_no_elements)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_html_plain(&buf, SLICE("<\"\x01\xff"));
	cr_assert(mdt_slice_eq_cstr(mdt_buf_slice(&buf), "&lt;&quot;\\x01\\xff"));
}

/* ---- pages ---- */

static const char *const one_file[] = { "one.strace" };

static void annotate_events(struct mdt_annotate_html *html, struct mdt_reader *reader)
{
	struct mdt_annotator annotator;
	const struct mdt_annotation *annotation;
	struct mdt_event event;
	bool got = true;

	mdt_annotator_init(&annotator, mdt_ioctl_builtin());
	for (;;) {
		cr_assert_null(mdt_reader_next(reader, &event, &got));
		if (!got)
			break;
		cr_assert_null(mdt_annotate(&annotator, &event, ~0U, &annotation));
		mdt_annotate_html_event(html, &event, annotation);
	}
	mdt_annotator_deinit(&annotator);
}

static void add_log(struct mdt_annotate_html *html, const char *file,
		    struct mdt_slice log, const struct mdt_error *err)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;

	cr_assert_null(mdt_reader_create_memory(file, log, &reader));
	mdt_annotate_html_begin_log(html, file);
	annotate_events(html, reader);
	mdt_annotate_html_end_log(html, &(struct mdt_flights){ 0 }, err);
}

// The caller frees the page, which ends in a NUL.
static struct mdt_buf make_page(struct mdt_slice log, bool abridged)
{
	struct mdt_annotate_html_page page = { one_file, 1, "1.2.3", abridged };
	struct mdt_annotate_html html;
	struct mdt_buf buf = { 0 };

	mdt_annotate_html_begin(&html, &buf, &page);
	add_log(&html, one_file[0], log, NULL);
	mdt_annotate_html_end(&html);
	mdt_buf_addc(&buf, '\0');
	cr_assert_null(mdt_buf_error(&buf));
	return buf;
}

static size_t count_of(const char *page, const char *needle)
{
	size_t count = 0;

	for (; (page = strstr(page, needle)); page += strlen(needle))
		count++;
	return count;
}

static void check_has(const char *page, const char *needle)
{
	cr_assert(strstr(page, needle), "no \"%s\" in:\n%s", needle,
		  strstr(page, "<body>"));
}

static void check_lacks(const char *page, const char *needle)
{
	cr_assert_not(strstr(page, needle), "\"%s\" in:\n%s", needle,
		      strstr(page, "<body>"));
}

// `<` to `>`: a tag's name, with its '/' if it closes. Text has no bare '<'.
static struct mdt_slice tag_name(const char *at)
{
	size_t len = 1 + (at[1] == '/');

	while (at[len] >= 'a' && at[len] <= 'z')
		len++;
	if (at[len] >= '1' && at[len] <= '6')
		len++;
	return mdt_slice_from(at + 1, len - 1);
}

static void check_balanced(const char *page)
{
	struct mdt_slice open[64];
	size_t depth = 0;

	for (const char *at = strstr(page, "<body>"); at; at = strchr(at + 1, '<')) {
		struct mdt_slice name = tag_name(at);

		if (mdt_slice_eq_cstr(name, "input"))
			continue;
		if (mdt_slice_eq_cstr(name, "script")) {
			at = strstr(at, "</script>");
			cr_assert(at);
			continue;
		}
		if (name.str[0] != '/') {
			cr_assert_lt(depth, array_size(open));
			open[depth++] = name;
			continue;
		}
		if (mdt_slice_eq_cstr(name, "/html")) {
			cr_assert_eq(depth, 0);
			return;
		}
		cr_assert_gt(depth, 0, "%.40s", at);
		cr_assert(mdt_slice_eq(open[--depth], mdt_slice_skip(name, 1)),
			  "<%.*s> is closed by %.40s", SLICE_FMT(open[depth]), at);
	}
	cr_assert_fail("no </html>");
}

static void check_sound(const struct mdt_buf *buf)
{
	struct mdt_slice page = mdt_slice_from(buf->str, buf->len - 1);

	cr_assert(mdt_is_utf8(page));
	for (size_t i = 0; i < page.len; i++)
		cr_assert((unsigned char)page.str[i] >= ' ' || page.str[i] == '\n' ||
			  page.str[i] == '\t');
	check_balanced(buf->str);
}

Test(report_html, asks_for_nothing_else)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf =
		make_page(SLICE("close(3) = 0\n"), false);

	check_has(buf.str, "content=\"default-src 'none';");
	// One script, which the policy knows by its hash; docs/html.md.
	check_has(buf.str, "script-src 'sha256-");
	cr_expect_eq(count_of(buf.str, "<script"), 1);
	cr_expect_eq(count_of(buf.str, "unsafe-inline"), 1);
	check_lacks(buf.str, "src=");
	check_lacks(buf.str, "url(");
	check_lacks(buf.str, "http:");
	check_lacks(buf.str, "https:");
	check_has(buf.str, "mdtrace 1.2.3");
	check_has(buf.str, "<title>one.strace</title>");
}

Test(report_html, a_line_with_a_remark)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = make_page(
		SLICE("open(\"/dev/md7\", O_RDWR) = 3\n"
		      "ioctl(3, 0x80480911, 0x7ffe) = -1 ENODEV (No such device)  <--\n"),
		false);

	check_has(buf.str, "<li id=\"L2\" class=\"r x\"><a href=\"#L2\">2</a>");
	check_has(
		buf.str,
		"<code>ioctl(3, 0x80480911, 0x7ffe) = -1 ENODEV (No such device)  &lt;--</code>");
	check_has(buf.str, "<b>GET_ARRAY_INFO</b>");
	check_has(buf.str, "<span class=\"d\">md7 <small>9:7</small></span>");
	check_has(buf.str, "argument not in the log");
	check_has(buf.str, "<strong class=\"e\">failed: ENODEV</strong>");
	check_has(buf.str, "nothing set up on this minor yet");
	check_has(buf.str, "2 lines, 2 with a remark, 1 of them on a call that failed.");
	check_has(buf.str,
		  "GET_ARRAY_INFO</th><td>1</td><td>1</td><td><a href=\"#L2\">2</a>");
	check_sound(&buf);
}

Test(report_html, a_payload_is_a_list_of_fields)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = make_page(
		SLICE("ioctl(3, ADD_NEW_DISK, \"\\x01\\x00\\x00\\x00\\x07\\x00\\x00\\x00"
		      "\\x00\\x00\\x00\\x00\\x01\"...) = 0\n"),
		false);

	check_has(buf.str, "<dt>number</dt><dd>1</dd>");
	check_has(buf.str, "<dt>major</dt><dd>7</dd>");
	check_has(buf.str, "<div class=\"z\"><dt>minor</dt><dd>0</dd>");
	check_has(buf.str, "<dt>missing</dt><dd>7 of 20 bytes</dd>");
	check_lacks(buf.str, "<dt>state</dt>");
	check_sound(&buf);
}

Test(report_html, a_superblock_is_a_list_of_fields)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = make_page(
		SLICE("openat(AT_FDCWD, \"/dev/loop0\", O_RDWR|O_EXCL) = 3\n"
		      "pwrite64(3, \"\\374N+\\251\\1\\0\\0\\0\"..., 4096, 4096) = 4096\n"),
		false);

	check_has(buf.str, "md superblock");
	check_has(buf.str, "<dt>version</dt><dd>1.2</dd>");
	check_sound(&buf);
}

/* ---- noise ---- */

static struct mdt_buf repeat(const char *line, size_t count)
{
	struct mdt_buf log = { 0 };

	for (size_t i = 0; i < count; i++)
		mdt_buf_adds(&log, line);
	return log;
}

static struct mdt_buf page_of(const char *line, size_t count)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = repeat(line, count);

	return make_page(mdt_buf_slice(&log), false);
}

Test(report_html, a_few_short_lines_are_not_folded)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf three = page_of("close(3) = 0\n", 3);
	_cleanup_(mdt_buf_deinit) struct mdt_buf four = page_of("close(3) = 0\n", 4);

	check_lacks(three.str, "<details>");
	check_has(three.str,
		  "<li id=\"L3\"><a href=\"#L3\">3</a><code>close(3) = 0</code></li>");
	check_has(four.str,
		  "<summary>1–4: 4 more lines (close ×4)</summary><ol>\n<li id=\"L1\">");
	check_sound(&four);
}

Test(report_html, a_fold_says_what_is_in_it)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = make_page(
		SLICE("a(1) = 0\nb(1) = -1 EIO (x)\nb(2) = 0\nc(1) = 0\nd(1) = 0\n"
		      "e(1) = 0\n+++ exited with 0 +++\n"),
		false);

	check_has(buf.str,
		  "<summary>1–7: 7 more lines (b ×2, a, c, d, …; 1 failed)</summary>");
	check_sound(&buf);
}

Test(report_html, a_long_run_is_folded_in_pieces)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = page_of("close(3) = 0\n", 1203);

	check_has(buf.str, "<summary>1–500: 500 more lines");
	check_has(buf.str, "<summary>501–1000: 500 more lines");
	check_has(buf.str, "<summary>1001–1203: 203 more lines");
	cr_assert_eq(count_of(buf.str, "<code>close(3) = 0</code>"), 1203);
	check_sound(&buf);
}

Test(report_html, what_is_kept_is_bounded)
{
	struct mdt_annotate_html_page page = { one_file, 1, "1", false };
	_cleanup_(mdt_buf_deinit) struct mdt_buf out = { 0 }, line = { 0 };
	struct mdt_annotate_html html;
	struct mdt_event event = { .kind = MDT_EVENT_OUTPUT };

	mdt_buf_fill(&line, '<', 60000);
	mdt_annotate_html_begin(&html, &out, &page);
	mdt_annotate_html_begin_log(&html, one_file[0]);
	for (event.line = 1; event.line < 100; event.line++) {
		event.raw = mdt_slice_head(mdt_buf_slice(&line), 600 * event.line);
		mdt_annotate_html_event(&html, &event, NULL);
		mdt_buf_clear(&out);
		cr_assert_lt(html.noise.len, 64 << 10);
	}
	mdt_buf_fill(&line, '<', 10 << 20);
	event.raw = mdt_buf_slice(&line);
	mdt_annotate_html_event(&html, &event, NULL);
	cr_assert_lt(html.noise.cap, 2 << 20, "a huge line is written, not kept");
	cr_assert_gt(out.len, 40 << 20);
	mdt_annotate_html_end_log(&html, &(struct mdt_flights){ 0 }, NULL);
	mdt_annotate_html_end(&html);
}

// The text of the code elements of line 1, entities undone.
static struct mdt_buf code_of(const char *page)
{
	static const struct {
		const char *name, *text;
	} entities[] = {
		{ "&lt;", "<" }, { "&gt;", ">" }, { "&amp;", "&" }, { "&quot;", "\"" }
	};
	const char *end = strstr(page, "</li>");
	struct mdt_buf text = { 0 };

	for (const char *at = page; (at = strstr(at, "<code>")) && at < end;) {
		for (at += strlen("<code>"); *at != '<'; at++) {
			const char *entity = NULL;

			array_for_each (it, entities)
				if (strncmp(at, it->name, strlen(it->name)) == 0)
					entity = it->text, at += strlen(it->name) - 1;
			mdt_buf_addc(&text, entity ? *entity : *at);
		}
	}
	return text;
}

// Each length moves the cuts to another place in an escape, an entity or a character.
Test(report_html, a_long_line_is_all_there)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf line = { 0 };

	mdt_buf_adds(&line, "read(3, \"");
	for (unsigned int i = 0; line.len < 1100; i++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf page = { 0 }, text = { 0 };

		mdt_buf_adds(&line, i % 7 == 0 ? "\\377"
				    : i % 3    ? "é"
				    : i % 2    ? "<&"
					       : "\\\\");
		page = make_page(mdt_buf_slice(&line), false);
		text = code_of(page.str);
		cr_assert(mdt_slice_eq(mdt_buf_slice(&text), mdt_buf_slice(&line)),
			  "%.*s", SLICE_FMT(mdt_buf_slice(&text)));
		cr_assert_eq(count_of(page.str, "more bytes of this line"),
			     line.len > 800);
		check_sound(&page);
	}
}

Test(report_html, a_long_line_is_cut_between_escapes)
{
	for (size_t shift = 0; shift < 4; shift++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf line = { 0 }, page = { 0 };

		mdt_buf_fill(&line, 'x', shift);
		for (int i = 0; i < 250; i++)
			mdt_buf_adds(&line, "\\377");
		page = make_page(mdt_buf_slice(&line), false);
		check_has(page.str, "377</code><details>");
		check_has(page.str, "</summary><code>\\377");
		check_has(page.str, "</details><code>\\377");
	}
}

/* ---- several logs, odd logs ---- */

Test(report_html, ids_differ_between_logs)
{
	static const char *const files[] = { "one", "-", "<three>\xff" };
	struct mdt_annotate_html_page page = { files, 3, "1", false };
	struct mdt_error err = { .message = (char *)"<three>: cut & dried" };
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_annotate_html html;

	mdt_annotate_html_begin(&html, &buf, &page);
	for (size_t i = 0; i < 3; i++)
		add_log(&html, files[i],
			SLICE("ioctl(3, STOP_ARRAY, 0) = 0\nclose(3) = 0\n"),
			i == 2 ? &err : NULL);
	mdt_annotate_html_end(&html);
	mdt_buf_addc(&buf, '\0');
	check_has(buf.str, "<title>one and 2 more</title>");
	check_has(buf.str, "<h2>standard input</h2>");
	check_has(buf.str, "<h2>&lt;three&gt;<i title=\"raw bytes\">\\xff</i></h2>");
	check_has(buf.str, "aria-label=\"&lt;three&gt;\\xff\"");
	check_has(buf.str, "<strong class=\"e\">&lt;three&gt;: cut &amp; dried</strong>");
	cr_assert_eq(count_of(buf.str, "id=\"L1\""), 1);
	cr_assert_eq(count_of(buf.str, "id=\"2-L1\""), 1);
	cr_assert_eq(count_of(buf.str, "id=\"3-L2\""), 1);
	check_has(buf.str, "<a href=\"#3-L2\">2</a>");
	cr_assert_eq(count_of(buf.str, "2 lines, 1 with a remark."), 3);
	for (const char *at = strstr(buf.str, "href=\"#"); at;
	     at = strstr(at + 1, "href=\"#")) {
		char id[64];

		snprintf(id, sizeof(id), "id=\"%.*s\"", (int)strcspn(at + 7, "\""),
			 at + 7);
		cr_assert_eq(count_of(buf.str, id), 1, "%s", id);
	}
	check_sound(&buf);
}

Test(report_html, a_resumed_call_links_to_where_it_began)
{
	struct mdt_slice log = SLICE("5 ioctl(3, STOP_ARRAY, 0 <unfinished ...>\n"
				     "6 close(3) = 0\n"
				     "5 <... ioctl resumed>) = 0\n");
	_cleanup_(mdt_buf_deinit) struct mdt_buf whole = make_page(log, false);
	_cleanup_(mdt_buf_deinit) struct mdt_buf abridged = make_page(log, true);

	check_has(whole.str, "began in line <a href=\"#L1\">1</a>");
	check_has(abridged.str, "began in line 1<");
	check_has(abridged.str, "Some lines were left out.");
}

Test(report_html, an_empty_log)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = make_page(SLICE(""), false);

	check_has(buf.str, "0 lines, 0 with a remark.");
	check_lacks(buf.str, "<table>");
	check_sound(&buf);
}

Test(report_html, any_bytes_make_a_sound_page)
{
	char bytes[1 << 15];
	uint32_t state = 1;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		state = state * 1664525 + 1013904223;
		bytes[i] = (char)(state >> 24);
	}
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf =
		make_page(mdt_slice_from(bytes, sizeof(bytes)), false);

	check_has(buf.str, " not understood.");
	check_has(buf.str, "not understood at column ");
	check_sound(&buf);
}

Test(report_html, names_beyond_the_table_are_counted)
{
	struct mdt_annotate_html_page page = { one_file, 1, "1", false };
	struct mdt_event event = { .kind = MDT_EVENT_CALL, .raw = SLICE("x") };
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_annotate_html html;

	mdt_annotate_html_begin(&html, &buf, &page);
	mdt_annotate_html_begin_log(&html, one_file[0]);
	for (event.line = 1; event.line <= MDT_TALLY_ROWS + 3; event.line++) {
		struct mdt_annotation annotation = { .topics = MDT_TOPIC_MD };
		char name[32];

		annotation.name = mdt_slice_from(
			name, (size_t)snprintf(name, sizeof(name), "N%lu", event.line));
		mdt_annotate_html_event(&html, &event, &annotation);
	}
	mdt_annotate_html_end_log(&html, &(struct mdt_flights){ 0 }, NULL);
	mdt_annotate_html_end(&html);
	mdt_buf_addc(&buf, '\0');
	check_has(buf.str, "N64</th>");
	check_lacks(buf.str, "N65</th>");
	check_has(buf.str, "and 3 calls of other names");
	check_sound(&buf);
}

// Four digits at most, rounded, and no zeros at the end.
Test(report_html, sizes)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} sizes[] = {
		{ 0, "0 bytes" },
		{ 1023, "1023 bytes" },
		{ 1024, "1 KiB" },
		{ 1536, "1.5 KiB" },
		{ 40ull << 20, "40 MiB" },
		{ 1000204886016, "931.5 GiB" },
		{ 4000787030016, "3.639 TiB" },
		{ 1023ull << 30, "1023 GiB" },
		{ (1ull << 20) + 1, "1 MiB" },
		{ UINT64_MAX, "16 EiB" },
	};

	array_for_each (it, sizes) {
		struct mdt_buf buf = { 0 };

		mdt_html_size(&buf, it->bytes);
		cr_expect(mdt_slice_eq(mdt_buf_slice(&buf), mdt_slice_cstr(it->text)),
			  "%.*s, not %s", SLICE_FMT(mdt_buf_slice(&buf)), it->text);
		mdt_buf_deinit(&buf);
	}
}
