// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "ioctl/table.h"
#include "view/view.h"

static const char log_text[] =
	"openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = 3\n"
	"ioctl(3, GET_ARRAY_INFO, 0x7ffc) = -1 ENODEV (No such device)\n"
	"brk(NULL) = 0x1000\n"
	"ioctl(3, STOP_ARRAY) = 0\n"
	"access(\"/etc/ld.so.preload\", R_OK) = -1 ENOENT (No such file or directory)\n";

static bool same_run(const char *file, const char *last, const struct mdt_reader *reader)
{
	(void)file, (void)last, (void)reader;
	return false;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert(file);
	fputs(text, file);
	cr_assert_eq(fclose(file), 0);
}

static struct mdt_view *view_of(const char *const *files, size_t count)
{
	struct mdt_view_input input = { .files = files,
					.count = count,
					.table = mdt_ioctl_builtin(),
					.same_run = same_run };
	struct mdt_view_progress progress;
	struct mdt_view *view;

	cr_assert_null(mdt_view_create(&input, &view));
	do {
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
		mdt_view_progress(view, &progress);
	} while (!progress.done);
	return view;
}

static char path[] = "/tmp/test_view.XXXXXX";

static void begin(void)
{
	cr_assert(mkdtemp(path));
	cr_assert_eq(chdir(path), 0);
	write_file("log", log_text);
	write_file("empty", "");
	write_file("mail", "> brk(NULL) = 0x1000\n> ioctl(3</dev/md0>, STOP_ARRAY) = 0\n"
			   "> close(3) = 0\n> brk(NULL) = 0x1000\n");
}

static void end(void)
{
	unlink("log");
	unlink("empty");
	unlink("mail");
	rmdir(path);
}

TestSuite(view, .init = begin, .fini = end);

Test(view, rows)
{
	static const char *const files[] = { "log", "empty", "nowhere", "log" };
	struct mdt_view *view = view_of(files, array_size(files));
	struct mdt_view_progress progress;
	struct mdt_view_row row = { 0 };

	mdt_view_progress(view, &progress);
	cr_expect_eq(progress.rows, 10);
	cr_expect_eq(progress.visible, 10);
	cr_expect_eq(progress.troubles, 1);
	cr_expect(mdt_slice_starts(progress.trouble, SLICE("nowhere: ")));
	for (size_t i = 0; i < 10; i += 5) {
		cr_assert_null(mdt_view_row(view, i + 1, &row));
		cr_expect_eq(row.line, 2);
		cr_expect_eq(row.log, i ? 2 : 0);
		cr_expect_str_eq(row.file, "log");
		cr_expect_eq(row.flags & ~MDT_VIEW_STATE,
			     MDT_VIEW_FAILED | MDT_VIEW_REMARK);
		cr_expect(mdt_slice_starts(mdt_buf_slice(&row.text),
					   SLICE("ioctl(3, GET_ARRAY_INFO")));
		cr_expect(mdt_slice_eq_cstr(row.device, "md0"));
		cr_expect(mdt_slice_eq_cstr(row.number, "9:0"));
		cr_expect_eq(row.op, MDT_OP_GET_ARRAY_INFO);
	}
	cr_assert_null(mdt_view_row(view, 2, &row));
	cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(&row.text), "brk(NULL) = 0x1000"));
	cr_expect_eq(row.flags, 0);
	cr_expect_eq(row.remark.len, 0);
	cr_expect_eq(mdt_view_line(view, 2, 4), 8);
	cr_expect_eq(mdt_view_line(view, 0, 400), 4);
	mdt_view_row_deinit(&row);
	mdt_view_destroy(view);
}

Test(view, finds)
{
	static const char *const files[] = { "log" };
	struct mdt_view *view = view_of(files, 1);
	_cleanup_(mdt_pattern_destroyp) struct mdt_pattern *pattern = NULL;
	enum mdt_view_found found;
	size_t place = 0;

	cr_expect(mdt_view_next(view, MDT_VIEW_FAILED, false, &place));
	cr_expect_eq(place, 1);
	cr_expect(!mdt_view_next(view, MDT_VIEW_FAILED | MDT_VIEW_REMARK, false, &place));
	cr_expect_eq(place, 1);
	cr_expect(mdt_view_next(view, MDT_VIEW_FAILED, false, &place));
	cr_expect_eq(place, 4);
	cr_expect(mdt_view_next(view, MDT_VIEW_REMARK, true, &place));
	cr_expect_eq(place, 3);

	cr_assert_null(
		mdt_pattern_create(SLICE("nothing set up on this minor"), &pattern));
	place = 0;
	cr_assert_null(mdt_view_find(view, pattern, false, 100, &place, &found));
	cr_expect_eq(found, MDT_VIEW_FOUND);
	cr_expect_eq(place, 1);
	cr_assert_null(mdt_view_find(view, pattern, false, 2, &place, &found));
	cr_expect_eq(found, MDT_VIEW_GO_ON);
	cr_expect_eq(place, 3);
	cr_assert_null(mdt_view_find(view, pattern, false, 2, &place, &found));
	cr_expect_eq(found, MDT_VIEW_NOT_FOUND);
	mdt_view_destroy(view);
}

Test(view, filters)
{
	static const char *const files[] = { "log" };
	struct mdt_view *view = view_of(files, 1);
	struct mdt_select *select = NULL;
	struct mdt_view_progress progress;

	cr_assert_null(mdt_select_create(SLICE("call:ioctl,access failed"), &select));
	cr_assert_null(mdt_view_filter(view, select));
	do
		mdt_view_progress(view, &progress);
	while (!progress.filter_done);
	cr_expect_eq(progress.visible, 2);
	cr_expect_eq(mdt_view_visible(view, 0), 1);
	cr_expect_eq(mdt_view_visible(view, 1), 4);
	cr_expect_eq(mdt_view_place(view, 2), 1);
	cr_expect_eq(mdt_view_place(view, 1), 0);
	cr_assert_null(mdt_view_filter(view, NULL));
	mdt_view_progress(view, &progress);
	cr_expect_eq(progress.visible, 5);
	mdt_view_destroy(view);
}

static void add_state(void *data, struct mdt_slice array, struct mdt_slice text,
		      bool changed)
{
	struct mdt_buf *ret = data;

	mdt_buf_add(ret, array);
	mdt_buf_adds(ret, changed ? "*" : "=");
	mdt_buf_add(ret, text);
	mdt_buf_addc(ret, ';');
}

static const char *states_at(struct mdt_view *view, size_t index)
{
	static char text[512];
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_view_states(view, index, add_state, &buf);
	snprintf(text, sizeof(text), "%.*s", SLICE_FMT(mdt_buf_slice(&buf)));
	return text;
}

Test(view, states)
{
	static const char *const files[] = { "log" };
	struct mdt_view *view = view_of(files, 1);

	cr_expect_str_eq(states_at(view, 1), "md0*clear or inactive, ? members;");
	cr_expect_str_eq(states_at(view, 2), "md0=clear or inactive, ? members;");
	mdt_view_destroy(view);
}

// What was undone is what is shown; the lines are those of the file.
Test(view, undone)
{
	static const char *const files[] = { "mail" };
	struct mdt_view *view = view_of(files, 1);
	struct mdt_view_row row = { 0 };

	cr_assert_null(mdt_view_row(view, 1, &row));
	cr_expect_eq(row.line, 2);
	cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(&row.text),
				    "ioctl(3</dev/md0>, STOP_ARRAY) = 0"),
		  "%.*s", SLICE_FMT(mdt_buf_slice(&row.text)));
	cr_expect(mdt_slice_eq_cstr(row.name, "STOP_ARRAY"));
	mdt_view_row_deinit(&row);
	mdt_view_destroy(view);
}
