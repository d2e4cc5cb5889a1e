// SPDX-License-Identifier: MIT
#include "base/archive.h"
#include "base/filters.h"
#include "strace/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "strace/parse.h"

enum {
	CHUNK = 256 << 10,
	MAGIC_MAX = 6,
	PEEK_WAIT = 50, // milliseconds without a byte, when there is a line to look at
};

struct mdt_source {
	const char *path;
	int fd; // -1: memory
	bool owns_fd, owns_data, is_file;
	bool ended;		 // no byte follows those in the buffer
	struct archive *archive; // NULL: not compressed
	char *raw;		 // compressed bytes, CHUNK of them
	size_t raw_len;		 // in raw, not yet handed to libarchive
	char *data;		 // owned unless memory
	size_t start, len, cap;	 // unread bytes: data[start..len)
	size_t searched;	 // no newline before this place
	struct mdt_error *error; // met while reading; told when the buffer is used up
};

// First bytes of what libarchive can decompress.
static const struct mdt_slice magics[] = {
	SLICE_INIT("\x1f\x8b"),
	SLICE_INIT("\xfd"
		   "7zXZ"),
	SLICE_INIT("\x28\xb5\x2f\xfd"),
	SLICE_INIT("BZh"),
	SLICE_INIT("\x1f\x9d"),
	SLICE_INIT("\x04\x22\x4d\x18"),
};

static struct mdt_error *read_fd(struct mdt_source *source, char *to, size_t room,
				 size_t *ret)
{
	ssize_t n;

	do
		n = read(source->fd, to, room);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return mdt_error_os(errno, "%s", source->path);
	*ret = (size_t)n;
	return NULL;
}

static la_ssize_t archive_read_cb(struct archive *archive, void *data, const void **ret)
{
	struct mdt_source *source = data;
	size_t n = source->raw_len;
	struct mdt_error *err = NULL;

	source->raw_len = 0;
	if (!n)
		err = read_fd(source, source->raw, CHUNK, &n);
	if (err) {
		archive_set_error(archive, err->os_errno, "%s", strerror(err->os_errno));
		mdt_error_destroy(err);
		return ARCHIVE_FATAL;
	}
	*ret = source->raw;
	return (la_ssize_t)n;
}

static struct mdt_error *archive_error(struct mdt_source *source)
{
	const char *why = archive_error_string(source->archive);

	return mdt_error_create(MDT_ERR_FORMAT, "%s: compressed log: %s", source->path,
				why ? why : "damaged");
}

static struct mdt_error *open_archive(struct mdt_source *source)
{
	struct mdt_error *err = mdt_archive_load();
	struct archive_entry *entry;

	if (err)
		return err;
	source->archive = archive_read_new();
	source->raw = malloc(CHUNK);
	if (!source->archive || !source->raw)
		return &mdt_enomem;
	memcpy(source->raw, source->data, source->len);
	source->raw_len = source->len;
	source->len = 0;
	if (!mdt_filters_support(source->archive) ||
	    archive_read_support_format_raw(source->archive) != ARCHIVE_OK ||
	    archive_read_open(source->archive, source, NULL, archive_read_cb, NULL) !=
		    ARCHIVE_OK ||
	    archive_read_next_header(source->archive, &entry) != ARCHIVE_OK)
		return archive_error(source);
	return NULL;
}

// Whether the first `len` bytes are those of a compressed file.
static bool is_compressed(const struct mdt_source *source, size_t len)
{
	struct mdt_slice start = mdt_slice_from(source->data, source->len);

	array_for_each (it, magics)
		if (mdt_slice_starts(start, mdt_slice_head(*it, len)))
			return true;
	return false;
}

// Enough of the first bytes to know what the log is packed with; a pipe may bring them
// singly.
static struct mdt_error *read_magic(struct mdt_source *source)
{
	while (source->len < MAGIC_MAX && !source->ended) {
		size_t n;
		struct mdt_error *err = read_fd(source, source->data + source->len,
						CHUNK - source->len, &n);

		if (err)
			return err;
		source->ended = n == 0;
		source->len += n;
		if (source->len && !is_compressed(source, 1))
			break;
	}
	if (!is_compressed(source, MAGIC_MAX))
		return NULL;
	source->ended = false;
	return open_archive(source);
}

static struct mdt_error *open_fd(struct mdt_source *source)
{
	struct stat st;

	if (mdt_slice_eq_cstr(SLICE("-"), source->path)) {
		source->fd = STDIN_FILENO;
		source->path = "standard input";
	} else {
		source->fd = open(source->path, O_RDONLY | O_CLOEXEC);
		source->owns_fd = true;
	}
	if (source->fd < 0 || fstat(source->fd, &st) < 0)
		return mdt_error_os(errno, "%s", source->path);
	source->is_file = S_ISREG(st.st_mode);
	return NULL;
}

struct mdt_error *mdt_source_create(const char *path, struct mdt_source **ret)
{
	_cleanup_(mdt_source_destroyp) struct mdt_source *source =
		calloc(1, sizeof(*source));
	struct mdt_error *err;

	if (!source)
		return &mdt_enomem;
	source->path = path;
	source->fd = -1;
	source->cap = CHUNK;
	err = open_fd(source);
	if (err)
		return err;
	source->data = malloc(CHUNK);
	source->owns_data = true;
	if (!source->data)
		return &mdt_enomem;
	err = read_magic(source);
	if (err)
		return err;
	*ret = no_cleanup_ptr(source);
	return NULL;
}

struct mdt_error *mdt_source_create_memory(const char *path, struct mdt_slice text,
					   struct mdt_source **ret)
{
	struct mdt_source *source = calloc(1, sizeof(*source));

	if (!source)
		return &mdt_enomem;
	source->path = path;
	source->fd = -1;
	source->ended = source->is_file = true;
	source->data = text.str ? (char *)text.str : (char *)source;
	source->len = source->cap = text.len;
	*ret = source;
	return NULL;
}

void mdt_source_destroy(struct mdt_source *source)
{
	if (!source)
		return;
	if (source->archive)
		archive_read_free(source->archive);
	if (source->owns_data)
		free(source->data);
	if (source->owns_fd && source->fd >= 0)
		close(source->fd);
	mdt_error_destroy(source->error);
	free(source->raw);
	free(source);
}

bool mdt_source_may_wait(const struct mdt_source *source)
{
	return !source->is_file && !source->ended &&
	       !memchr(source->data + source->start, '\n', source->len - source->start);
}

static struct mdt_error *read_more(struct mdt_source *source, size_t *ret)
{
	la_ssize_t n;

	if (!source->archive)
		return read_fd(source, source->data + source->len,
			       source->cap - source->len, ret);
	n = archive_read_data(source->archive, source->data + source->len,
			      source->cap - source->len);
	if (n < 0)
		return archive_error(source);
	*ret = (size_t)n;
	return NULL;
}

// Move what is unread to the front, and double the room for a line that fills it.
static struct mdt_error *make_room(struct mdt_source *source)
{
	char *grown;

	if (source->start) {
		memmove(source->data, source->data + source->start,
			source->len - source->start);
		source->len -= source->start;
		source->searched -= source->start;
		source->start = 0;
	}
	if (source->len < source->cap / 2)
		return NULL;
	grown = realloc(source->data, source->cap * 2);
	if (!grown)
		return &mdt_enomem;
	source->data = grown;
	source->cap *= 2;
	return NULL;
}

// Some more bytes; at an error or the end there are no more.
static void fill(struct mdt_source *source)
{
	size_t n = 0;

	source->error = make_room(source);
	if (!source->error)
		source->error = read_more(source, &n);
	source->ended = n == 0;
	source->len += n;
}

static bool is_quiet(const struct mdt_source *source)
{
	struct pollfd ready = { .fd = source->fd, .events = POLLIN };

	return !source->is_file && poll(&ready, 1, PEEK_WAIT) == 0;
}

void mdt_source_peek(struct mdt_source *source, size_t want, struct mdt_slice *ret)
{
	struct mdt_slice bytes;
	const char *end;

	for (;;) {
		bytes = mdt_slice_from(source->data + source->start,
				       source->len - source->start);
		end = bytes.len ? memrchr(bytes.str, '\n', bytes.len) : NULL;
		if (source->ended || bytes.len >= want || (end && is_quiet(source)))
			break;
		fill(source);
	}
	if (!source->ended || bytes.len > want) {
		bytes = mdt_slice_head(bytes, want);
		end = bytes.len ? memrchr(bytes.str, '\n', bytes.len) : NULL;
		bytes.len = end ? (size_t)(end - bytes.str) + 1 : 0;
	}
	*ret = bytes;
}

static void take(struct mdt_source *source, size_t len, size_t eol, struct mdt_line *ret)
{
	const char *text = source->data + source->start;

	if (eol && len && text[len - 1] == '\r') {
		len--;
		eol++;
	}
	*ret = (struct mdt_line){
		.text = mdt_slice_from(text, len),
		.eol = mdt_slice_from(text + len, eol),
	};
	source->start += len + eol;
	source->searched = source->start;
}

struct mdt_error *mdt_source_next(struct mdt_source *source, struct mdt_line *ret,
				  bool *got)
{
	const char *newline;

	*got = true;
	for (;;) {
		newline = memchr(source->data + source->searched, '\n',
				 source->len - source->searched);
		if (newline) {
			take(source, (size_t)(newline - source->data) - source->start, 1,
			     ret);
			return NULL;
		}
		source->searched = source->len;
		if (source->len - source->start > MDT_LINE_MAX) {
			take(source, source->len - source->start, 0, ret);
			ret->is_piece = true;
			return NULL;
		}
		if (source->ended)
			break;
		fill(source);
	}
	*got = source->len > source->start;
	if (*got)
		take(source, source->len - source->start, 0, ret);
	return *got ? NULL : no_cleanup_ptr(source->error);
}

struct mdt_error *mdt_source_read(const char *path, struct mdt_buf *ret)
{
	_cleanup_(mdt_source_destroyp) struct mdt_source *source = NULL;
	struct mdt_error *err = mdt_source_create(path, &source);
	struct mdt_line line;
	bool got = true;

	while (!err && got) {
		err = mdt_source_next(source, &line, &got);
		if (err || !got)
			break;
		mdt_buf_add(ret, line.text);
		mdt_buf_add(ret, line.eol);
	}
	return err ? err : mdt_buf_error(ret);
}
