// SPDX-License-Identifier: MIT
#include "why/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/archive.h"
#include "base/buf.h"
#include "strace/reader.h"
#include "strace/source.h"
#include "base/filters.h"
#include "why/rows.h"

enum {
	LOOK_LINES = 2000, // that a file is told by
	DEPTH_MAX = 8,	   // of folders
	FILES_MAX = 10000,
	MEMBER_MAX = 256 << 20, // bytes of a file in an archive
	TEXTS_MAX = 1 << 30,	// of all of them
	BLOCK = 64 << 10,
};

static void tell(struct mdt_bundle *bundle, struct mdt_error *err)
{
	if (err && bundle->trouble)
		bundle->trouble(bundle->data, err);
	else
		mdt_error_destroy(err);
}

/* ---- what a file is ---- */

struct look {
	size_t calls, kernel, others;
	bool is_mdstat;
	struct mdt_slice time; // copied
};

static bool is_kernels(struct mdt_slice line)
{
	return mdt_slice_find(line, SLICE("Linux version ")) ||
	       mdt_slice_starts(line, SLICE("md: ")) ||
	       mdt_slice_find(line, SLICE(" md: ")) ||
	       mdt_slice_find(line, SLICE("md/raid")) ||
	       mdt_slice_find(line, SLICE(" kernel: ")) || mdt_why_kernel_message(line);
}

static bool is_call(const struct mdt_event *event)
{
	return event->kind <= MDT_EVENT_RESUMED || event->kind == MDT_EVENT_EXIT;
}

static struct mdt_error *look_at(struct mdt_bundle *bundle, struct mdt_reader *reader,
				 struct look *look)
{
	struct mdt_error *err = NULL;
	struct mdt_event event;
	bool got = true;

	for (size_t i = 0; i < LOOK_LINES && got; i++) {
		err = mdt_reader_next(reader, &event, &got);
		if (err || !got)
			return err;
		if (i == 0)
			look->is_mdstat =
				mdt_slice_starts(event.raw, SLICE("Personalities :"));
		if (is_call(&event)) {
			look->calls++;
			if (!look->time.len && event.prefix.time.len &&
			    !mdt_arena_copy(&bundle->arena, event.prefix.time,
					    &look->time))
				return &mdt_enomem;
		} else if (event.raw.len && is_kernels(event.raw)) {
			look->kernel++;
		} else {
			look->others++;
		}
	}
	return NULL;
}

static enum mdt_bundle_kind kind_of(const struct look *look)
{
	if (look->is_mdstat)
		return MDT_BUNDLE_MDSTAT;
	if (look->calls && look->calls >= look->kernel)
		return MDT_BUNDLE_LOG;
	return look->kernel ? MDT_BUNDLE_KERNEL : MDT_BUNDLE_OTHER;
}

static struct mdt_error *open_reader(const struct mdt_bundle_file *input,
				     struct mdt_reader **ret)
{
	return input->in_memory ? mdt_reader_create_text(input->name, input->text, ret)
				: mdt_reader_create(input->name, ret);
}

static struct mdt_error *classify(struct mdt_bundle *bundle,
				  struct mdt_bundle_file *input)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct look look = { 0 };
	struct mdt_error *err = open_reader(input, &reader);

	if (!err)
		err = look_at(bundle, reader, &look);
	input->kind = kind_of(&look);
	input->time = look.time;
	if (err == &mdt_enomem)
		return err;
	tell(bundle, err);
	return NULL;
}

static struct mdt_error *add(struct mdt_bundle *bundle, struct mdt_bundle_file input)
{
	struct mdt_error *err;

	if (bundle->count >= FILES_MAX)
		return NULL;
	err = classify(bundle, &input);
	if (err)
		return err;
	if (!mdt_grow((void **)&bundle->items, &bundle->cap, bundle->count,
		      sizeof(*bundle->items)))
		return &mdt_enomem;
	bundle->items[bundle->count++] = input;
	return NULL;
}

static const char *join(struct mdt_bundle *bundle, const char *first, char between,
			const char *second)
{
	size_t a = strlen(first), b = strlen(second);
	char *ret = mdt_arena_alloc(&bundle->arena, a + b + 2, 1);

	if (!ret)
		return NULL;
	memcpy(ret, first, a);
	ret[a] = between;
	memcpy(ret + a + 1, second, b + 1);
	return ret;
}

/* ---- archives ---- */

static struct mdt_error *archive_trouble(struct archive *archive, const char *path)
{
	const char *why = archive_error_string(archive);

	return mdt_error_create(MDT_ERR_FORMAT, "%s: %s", path,
				why ? why : "the archive is damaged");
}

static bool keep_text(struct mdt_bundle *bundle, struct mdt_buf *text)
{
	if (!mdt_grow((void **)&bundle->texts, &bundle->text_cap, bundle->text_count,
		      sizeof(void *)))
		return false;
	bundle->texts[bundle->text_count++] = text->str;
	bundle->text_bytes += text->len;
	return true;
}

// @return false when it is too large, or cannot be read; *err says why.
static bool read_data(struct mdt_bundle *bundle, struct archive *archive,
		      const char *name, struct mdt_buf *text, struct mdt_error **err)
{
	for (;;) {
		la_ssize_t got;

		if (!mdt_buf_reserve(text, BLOCK)) {
			*err = &mdt_enomem;
			return false;
		}
		got = archive_read_data(archive, text->str + text->len, BLOCK);
		if (got == 0)
			return true;
		if (got < 0) {
			tell(bundle, archive_trouble(archive, name));
			return text->len != 0;
		}
		text->len += (size_t)got;
		if (text->len > MEMBER_MAX ||
		    bundle->text_bytes + text->len > TEXTS_MAX) {
			tell(bundle,
			     mdt_error_create(
				     MDT_ERR_INVALID,
				     "%s: too large to be read from an archive: unpack it",
				     name));
			return false;
		}
	}
}

// A file in an archive may be compressed itself.
static struct mdt_error *unpack(struct mdt_bundle *bundle, const char *name,
				struct mdt_buf *text)
{
	struct archive *archive = archive_read_new();
	struct mdt_buf inside = { 0 };
	struct archive_entry *entry;
	struct mdt_error *err = NULL;

	if (!archive)
		return &mdt_enomem;
	mdt_filters_support(archive);
	archive_read_support_format_raw(archive);
	if (archive_read_open_memory(archive, text->str, text->len) == ARCHIVE_OK &&
	    archive_read_next_header(archive, &entry) == ARCHIVE_OK &&
	    archive_filter_count(archive) > 1 &&
	    read_data(bundle, archive, name, &inside, &err)) {
		mdt_buf_deinit(text);
		*text = inside;
	} else {
		mdt_buf_deinit(&inside);
	}
	archive_read_free(archive);
	return err;
}

static struct mdt_error *add_member(struct mdt_bundle *bundle, struct archive *archive,
				    struct archive_entry *entry, const char *path)
{
	const char *inside = archive_entry_pathname(entry);
	const char *name = join(bundle, path, ':', inside ? inside : "?");
	struct mdt_buf text = { 0 };
	struct mdt_error *err = NULL;

	if (!name)
		return &mdt_enomem;
	if (!read_data(bundle, archive, name, &text, &err) || !text.len) {
		mdt_buf_deinit(&text);
		return err;
	}
	err = unpack(bundle, name, &text);
	if (err || !keep_text(bundle, &text)) {
		mdt_buf_deinit(&text);
		return err ? err : &mdt_enomem;
	}
	return add(bundle, (struct mdt_bundle_file){
				   .name = name,
				   .in_memory = true,
				   .text = mdt_slice_from(text.str, text.len) });
}

static struct mdt_error *add_members(struct mdt_bundle *bundle, struct archive *archive,
				     struct archive_entry *entry, const char *path)
{
	struct mdt_error *err = NULL;
	int status = ARCHIVE_OK;

	while (!err && (status == ARCHIVE_OK || status == ARCHIVE_WARN)) {
		if (archive_entry_filetype(entry) == AE_IFREG)
			err = add_member(bundle, archive, entry, path);
		status = archive_read_next_header(archive, &entry);
	}
	if (!err && status != ARCHIVE_EOF)
		tell(bundle, archive_trouble(archive, path));
	return err;
}

// @param[out] is_one false: it is no archive, and nothing has happened.
static struct mdt_error *add_archive(struct mdt_bundle *bundle, const char *path,
				     bool *is_one)
{
	struct mdt_error *err = mdt_archive_load();
	struct archive *archive = err ? NULL : archive_read_new();
	struct archive_entry *entry;

	if (!archive)
		return err ? err : &mdt_enomem;
	mdt_filters_support(archive);
	archive_read_support_format_tar(archive);
	archive_read_support_format_zip(archive);
	*is_one = archive_read_open_filename(archive, path, BLOCK) == ARCHIVE_OK &&
		  archive_read_next_header(archive, &entry) == ARCHIVE_OK;
	if (*is_one)
		err = add_members(bundle, archive, entry, path);
	archive_read_free(archive);
	return err;
}

/* ---- files and folders ---- */

static struct mdt_error *add_path(struct mdt_bundle *bundle, const char *path,
				  unsigned int depth);

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static struct mdt_error *add_folder(struct mdt_bundle *bundle, const char *path,
				    unsigned int depth)
{
	struct mdt_error *err = NULL;
	struct dirent **entries;
	int count = scandir(path, &entries, not_hidden, alphasort);

	if (count < 0) {
		tell(bundle,
		     mdt_error_create(MDT_ERR_OS, "%s: %s", path, strerror(errno)));
		return NULL;
	}
	for (int i = 0; i < count; i++) {
		const char *name =
			err ? NULL : join(bundle, path, '/', entries[i]->d_name);

		if (!err && !name)
			err = &mdt_enomem;
		if (!err && depth < DEPTH_MAX)
			err = add_path(bundle, name, depth + 1);
		free(entries[i]);
	}
	free(entries);
	return err;
}

static struct mdt_error *add_path(struct mdt_bundle *bundle, const char *path,
				  unsigned int depth)
{
	struct mdt_error *err;
	bool is_archive;
	struct stat st;

	// In a folder, a link may lead anywhere, also back.
	if ((depth ? lstat : stat)(path, &st) < 0) {
		tell(bundle,
		     mdt_error_create(MDT_ERR_OS, "%s: %s", path, strerror(errno)));
		return NULL;
	}
	if (S_ISDIR(st.st_mode))
		return add_folder(bundle, path, depth);
	if (!S_ISREG(st.st_mode))
		return depth ? NULL
			     : add(bundle, (struct mdt_bundle_file){ .name = path });
	err = add_archive(bundle, path, &is_archive);
	if (err || is_archive)
		return err;
	return add(bundle, (struct mdt_bundle_file){ .name = path });
}

/* ---- the order ---- */

static int by_time(const void *a, const void *b)
{
	const struct mdt_bundle_file *x = a, *y = b;
	int order = mdt_slice_cmp(x->time, y->time);

	return order ? order : strcmp(x->name, y->name);
}

// Times can be compared if all logs have one of the same form.
static bool have_times(const struct mdt_bundle *bundle)
{
	size_t len = 0;

	for (size_t i = 0; i < bundle->count; i++) {
		if (bundle->items[i].kind != MDT_BUNDLE_LOG)
			continue;
		if (!bundle->items[i].time.len ||
		    (len && bundle->items[i].time.len != len))
			return false;
		len = bundle->items[i].time.len;
	}
	return len != 0;
}

struct mdt_error *mdt_bundle_open(struct mdt_bundle *bundle, const char *const *paths,
				  size_t count)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < count; i++) {
		if (strcmp(paths[i], "-") == 0) {
			// It can be read once only.
			if (!mdt_grow((void **)&bundle->items, &bundle->cap,
				      bundle->count, sizeof(*bundle->items)))
				return &mdt_enomem;
			bundle->items[bundle->count++] =
				(struct mdt_bundle_file){ .name = "-" };
			continue;
		}
		err = add_path(bundle, paths[i], 0);
	}
	if (!err && bundle->count > 1 && have_times(bundle))
		qsort(bundle->items, bundle->count, sizeof(*bundle->items), by_time);
	return err;
}

void mdt_bundle_deinit(struct mdt_bundle *bundle)
{
	for (size_t i = 0; i < bundle->text_count; i++)
		free(bundle->texts[i]);
	free(bundle->texts);
	free(bundle->items);
	mdt_arena_deinit(&bundle->arena);
}
