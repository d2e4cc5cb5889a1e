// SPDX-License-Identifier: MIT
// What is done for each line of a log writes its numbers itself: the C library's printf
// took 60 % of the time of `parse --format=json`. CMakeLists.txt has the linker send its
// calls here.
#include <stdarg.h>
#include <stdio.h>

#include <criterion/criterion.h>

#include "report/annotate_html.h"
#include "report/annotate_json.h"
#include "report/event_json.h"
#include "strace/reader.h"

static size_t calls;

int __real_vsnprintf(char *str, size_t size, const char *fmt, va_list ap);
int __wrap_vsnprintf(char *str, size_t size, const char *fmt, va_list ap);
int __wrap_snprintf(char *str, size_t size, const char *fmt, ...);

int __wrap_vsnprintf(char *str, size_t size, const char *fmt, va_list ap)
{
	calls++;
	return __real_vsnprintf(str, size, fmt, ap);
}

int __wrap_snprintf(char *str, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = __wrap_vsnprintf(str, size, fmt, ap);
	va_end(ap);
	return n;
}

/** What a command does with each event of a log. */
typedef void each_fn(const struct mdt_event *event,
		     const struct mdt_annotation *annotation, struct mdt_buf *out);

static void annotate_log(const char *log, each_fn *each)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf out = { 0 };
	struct mdt_annotator annotator;
	const struct mdt_annotation *annotation;
	struct mdt_event event;
	bool got = true;

	cr_assert_null(mdt_reader_create(log, &reader));
	mdt_annotator_init(&annotator, mdt_ioctl_builtin());
	while (got) {
		cr_assert_null(mdt_reader_next(reader, &event, &got));
		if (!got)
			break;
		cr_assert_null(mdt_annotate(
			&annotator, &event,
			MDT_TOPIC_IOCTL | MDT_TOPIC_MD | MDT_TOPIC_BLOCK, &annotation));
		each(&event, annotation, &out);
	}
	mdt_annotator_deinit(&annotator);
	cr_assert_gt(out.len, 1000);
}

static void count(each_fn *each)
{
	calls = 0;
	annotate_log(MDT_SOURCE_DIR "/traces/mdadm-4.4/create.strace", each);
	annotate_log(MDT_SOURCE_DIR "/traces/payload/create.strace", each);
	cr_assert_eq(calls, 0, "%zu calls of printf", calls);
}

static void event_json(const struct mdt_event *event,
		       const struct mdt_annotation *annotation, struct mdt_buf *out)
{
	(void)annotation;
	mdt_event_json(out, "log", event);
}

Test(hot_path, parse_json)
{
	count(event_json);
}

static void annotate_json(const struct mdt_event *event,
			  const struct mdt_annotation *annotation, struct mdt_buf *out)
{
	mdt_annotate_json(out, "log", event, annotation, NULL);
}

Test(hot_path, annotate_json)
{
	count(annotate_json);
}

static struct mdt_annotate_html html;

static void annotate_html(const struct mdt_event *event,
			  const struct mdt_annotation *annotation, struct mdt_buf *out)
{
	html.buf = out;
	mdt_annotate_html_event(&html, event, annotation);
}

Test(hot_path, annotate_html)
{
	static const char *const files[] = { "log" };
	const struct mdt_annotate_html_page page = { .files = files, .file_count = 1 };
	struct mdt_buf head = { 0 };

	mdt_annotate_html_begin(&html, &head, &page);
	mdt_annotate_html_begin_log(&html, "log");
	count(annotate_html);
	mdt_buf_deinit(&head);
	mdt_buf_deinit(&html.noise);
}

// That the linker does so.
Test(hot_path, is_counted)
{
	struct mdt_buf buf = { 0 };

	calls = 0;
	mdt_buf_printf(&buf, "%.1f", 1.5);
	cr_assert_gt(calls, 0);
	mdt_buf_deinit(&buf);
}
