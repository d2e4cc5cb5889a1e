// SPDX-License-Identifier: MIT
#include "vm/snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/map.h"
#include "vm/cache.h"
#include "vm/file.h"

enum {
	PAGE = 4096,
	KEY_MAX = 1 << 20,
	STALE_SECONDS = 60 * 60, // of one that is being written
};

static const char magic[8] = { 'm', 'd', 't', 's', 'n', 'a', 'p', '1' };

/* ---- the folder ---- */

// Guests' memory is nobody else's matter, and what others can write to is not run.
static bool is_private(const char *dir, struct mdt_buf *why)
{
	struct stat st;

	if (lstat(dir, &st) < 0) {
		mdt_buf_printf(why, "%s: %s", dir, strerror(errno));
		return false;
	}
	if (S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	    ((st.st_mode & 077) == 0 || chmod(dir, 0700) == 0))
		return true;
	mdt_buf_printf(why, "%s: not a folder of this user alone", dir);
	return false;
}

char *mdt_snapshot_path(struct mdt_slice key, struct mdt_buf *why)
{
	char name[32];
	char *path, *slash;
	bool ok;

	snprintf(name, sizeof(name), "vm/%016" PRIx64, mdt_hash(key));
	path = mdt_cache_path(name);
	if (!path) {
		mdt_buf_adds(why, "neither XDG_CACHE_HOME nor HOME names a folder");
		return NULL;
	}
	mdt_cache_make_dirs(path);
	slash = strrchr(path, '/');
	*slash = '\0';
	ok = is_private(path, why);
	*slash = '/';
	if (ok)
		return path;
	free(path);
	return NULL;
}

/* ---- sums ---- */

// Four sums side by side, so that none waits for another's multiplication.
static uint64_t sum_words(const uint64_t *words, size_t count)
{
	const uint64_t prime = 0x9e3779b97f4a7c15;
	uint64_t sums[4] = { 1, 2, 3, 4 };

	for (size_t i = 0; i + 4 <= count; i += 4)
		for (size_t k = 0; k < 4; k++)
			sums[k] = (sums[k] ^ words[i + k]) * prime;
	for (size_t k = 1; k < 4; k++)
		sums[0] = ((sums[0] ^ sums[0] >> 29) + sums[k]) * prime;
	return sums[0] ^ sums[0] >> 32;
}

// Of a page that is not all 0, by its place.
static uint64_t sum_page(const char *page, uint64_t at)
{
	uint64_t words[2] = { sum_words((const uint64_t *)(const void *)page,
					PAGE / sizeof(uint64_t)),
			      at };

	return mdt_hash(mdt_slice_from((const char *)words, sizeof(words)));
}

static bool is_zero(const char *page)
{
	static const char zero[PAGE];

	return memcmp(page, zero, PAGE) == 0;
}

static uint64_t sum_mark(const struct mdt_snapshot_mark *mark)
{
	return mdt_hash(mdt_slice_from((const char *)mark,
				       offsetof(struct mdt_snapshot_mark, sum)));
}

/* ---- pages ---- */

// What is done with each page that is not all 0, and with NULL after the last one, while
// they are still there; false ends it.
typedef bool page_fn(void *data, const char *page, uint64_t at);

static bool each_page_between(const char *bytes, uint64_t from, uint64_t to, page_fn *fn,
			      void *data)
{
	for (uint64_t at = from; at < to; at += PAGE)
		if (!is_zero(bytes + at) && !fn(data, bytes + at, at))
			return false;
	return true;
}

// Of the first @p len bytes of a file, the data of which may have holes in between.
static bool each_page(int fd, uint64_t len, page_fn *fn, void *data)
{
	char *bytes = len % PAGE || len > SIZE_MAX
			      ? MAP_FAILED
			      : mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
	bool ok = true;

	if (bytes == MAP_FAILED)
		return false;
	for (uint64_t at = 0; ok && at < len;) {
		off_t start = lseek(fd, (off_t)at, SEEK_DATA), end;

		if (start < 0 || (uint64_t)start >= len) {
			ok = start >= 0 || errno == ENXIO;
			break;
		}
		end = lseek(fd, start, SEEK_HOLE);
		if (end < 0 || (uint64_t)end > len)
			end = (off_t)len;
		ok = each_page_between(bytes, (uint64_t)start / PAGE * PAGE,
				       ((uint64_t)end + PAGE - 1) / PAGE * PAGE, fn,
				       data);
		at = (uint64_t)end;
	}
	ok = ok && fn(data, NULL, len);
	munmap(bytes, len);
	return ok;
}

static bool add_to_sum(void *data, const char *page, uint64_t at)
{
	if (page)
		*(uint64_t *)data += sum_page(page, at);
	return true;
}

/* ---- reading ---- */

static bool read_at(int fd, uint64_t at, void *ret, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = pread(fd, (char *)ret + done, len - done, (off_t)(at + done));

		if (n <= 0 && !(n < 0 && errno == EINTR))
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool read_sum(int fd, uint64_t at, size_t len, uint64_t *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	if (!mdt_buf_reserve(&buf, len) || !read_at(fd, at, buf.str, len))
		return false;
	*ret = mdt_hash(mdt_slice_from(buf.str, len));
	return true;
}

static bool read_mark(int fd, struct mdt_snapshot_mark *ret)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    (size_t)st.st_size < sizeof(*ret) ||
	    !read_at(fd, (uint64_t)st.st_size - sizeof(*ret), ret, sizeof(*ret)))
		return false;
	return memcmp(ret->magic, magic, sizeof(magic)) == 0 &&
	       ret->sum == sum_mark(ret) && ret->state_len <= MDT_SNAPSHOT_STATE &&
	       ret->key_len <= KEY_MAX && ret->ram_len <= (uint64_t)st.st_size &&
	       ret->ram_len + ret->state_len + ret->key_len + sizeof(*ret) ==
		       (uint64_t)st.st_size;
}

// @return Whether all but the RAM is as it should be.
static bool look_at(int fd, struct mdt_slice key, uint64_t ram_len,
		    struct mdt_snapshot_mark *mark)
{
	uint64_t sum;

	return read_mark(fd, mark) && mark->ram_len == ram_len &&
	       mark->key_len == key.len && mark->key_sum == mdt_hash(key) &&
	       read_sum(fd, ram_len + mark->state_len, key.len, &sum) &&
	       sum == mark->key_sum && read_sum(fd, ram_len, mark->state_len, &sum) &&
	       sum == mark->state_sum;
}

void mdt_snapshot_open(const char *path, struct mdt_slice key, uint64_t ram_len,
		       struct mdt_snapshot *ret, struct mdt_buf *why)
{
	_cleanup_(mdt_closep) int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	*ret = (struct mdt_snapshot){ .fd = -1 };
	if (fd < 0) {
		if (errno != ENOENT)
			mdt_buf_printf(why, "%s: %s", path, strerror(errno));
		return;
	}
	if (!look_at(fd, key, ram_len, &ret->mark) ||
	    lseek(fd, (off_t)ram_len, SEEK_SET) < 0) {
		mdt_buf_printf(why, "%s: damaged, or of another VM", path);
		unlink(path);
		return;
	}
	ret->fd = fd;
	fd = -1;
}

bool mdt_snapshot_is_whole(const struct mdt_snapshot *snapshot)
{
	// lseek() moves what QEMU was given to read from.
	char path[32];
	_cleanup_(mdt_closep) int fd = -1;
	uint64_t sum = 0;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", snapshot->fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && each_page(fd, snapshot->mark.ram_len, add_to_sum, &sum) &&
	       sum == snapshot->mark.ram_sum;
}

void mdt_snapshot_touch(const struct mdt_snapshot *snapshot)
{
	if (futimens(snapshot->fd, NULL) < 0)
		return; // it is then older than it should be
}

/* ---- writing ---- */

static bool write_at(int fd, struct mdt_slice bytes, uint64_t at)
{
	while (bytes.len) {
		ssize_t n = pwrite(fd, bytes.str, bytes.len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes = mdt_slice_skip(bytes, (size_t)n);
		at += (uint64_t)n;
	}
	return true;
}

// Pages side by side are written at once.
struct copy {
	int fd;
	uint64_t sum;
	const char *start; // of a run; NULL: none
	uint64_t at, len;
};

static bool end_run(struct copy *copy)
{
	bool ok = !copy->len ||
		  write_at(copy->fd, mdt_slice_from(copy->start, copy->len), copy->at);

	copy->len = 0;
	return ok;
}

static bool copy_page(void *data, const char *page, uint64_t at)
{
	struct copy *copy = data;

	if (!page)
		return end_run(copy);
	copy->sum += sum_page(page, at);
	if (copy->len && copy->at + copy->len == at) {
		copy->len += PAGE;
		return true;
	}
	if (!end_run(copy))
		return false;
	copy->start = page;
	copy->at = at;
	copy->len = PAGE;
	return true;
}

static bool write_all(int fd, struct mdt_slice key, int ram, int state,
		      const struct mdt_snapshot_talk *talk)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	struct mdt_snapshot_mark mark = { .talk = *talk, .key_len = key.len };
	struct copy copy = { .fd = fd };
	struct stat st;

	memcpy(mark.magic, magic, sizeof(magic));
	if (fstat(ram, &st) < 0)
		return false;
	mark.ram_len = (uint64_t)st.st_size;
	if (fstat(state, &st) < 0)
		return false;
	mark.state_len = (uint64_t)st.st_size;
	if (mark.state_len > MDT_SNAPSHOT_STATE || key.len > KEY_MAX) {
		errno = EFBIG;
		return false;
	}
	if (!mdt_buf_reserve(&bytes, mark.state_len + key.len + sizeof(mark)) ||
	    !read_at(state, 0, bytes.str, mark.state_len) ||
	    !each_page(ram, mark.ram_len, copy_page, &copy))
		return false;
	bytes.len = mark.state_len;
	mark.ram_sum = copy.sum;
	mark.state_sum = mdt_hash(mdt_buf_slice(&bytes));
	mark.key_sum = mdt_hash(key);
	mark.sum = sum_mark(&mark);
	mdt_buf_add(&bytes, key);
	mdt_buf_add(&bytes, mdt_slice_from((const char *)&mark, sizeof(mark)));
	return !bytes.failed && write_at(fd, mdt_buf_slice(&bytes), mark.ram_len);
}

// A file without a name cannot be left behind. Where the file system has none of those,
// one with a name that is not a snapshot's.
static int open_new(const char *path, char **part)
{
	_cleanup_(mdt_freep) char *dir = strdup(path);
	int fd;

	*part = NULL;
	if (!dir)
		return -1;
	*strrchr(dir, '/') = '\0';
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	if (asprintf(part, "%s.XXXXXX", path) < 0) {
		*part = NULL;
		return -1;
	}
	return mkostemp(*part, O_CLOEXEC);
}

// Give it its name. That another one has it by now is just as well.
static bool publish(int fd, const char *part, const char *path)
{
	char self[32];

	if (part)
		return rename(part, path) == 0;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ||
	       errno == EEXIST;
}

static void prune_beside(const char *path)
{
	_cleanup_(mdt_freep) char *dir = strdup(path);

	if (!dir)
		return;
	*strrchr(dir, '/') = '\0';
	mdt_snapshot_prune(dir, (uint64_t)MDT_SNAPSHOT_MIB << 20);
}

struct mdt_error *mdt_snapshot_save(const char *path, struct mdt_slice key, int ram,
				    int state, const struct mdt_snapshot_talk *talk)
{
	_cleanup_(mdt_freep) char *part = NULL;
	_cleanup_(mdt_closep) int fd = open_new(path, &part);
	struct mdt_error *err;

	if (fd >= 0 && write_all(fd, key, ram, state, talk) && publish(fd, part, path)) {
		prune_beside(path);
		return NULL;
	}
	err = mdt_error_os(errno, "%s", path);
	if (fd >= 0 && part)
		unlink(part);
	return err;
}

/* ---- removing ---- */

struct old {
	char name[64];
	uint64_t bytes;
	int64_t used; // seconds
	bool is_part;
};

struct olds {
	struct old *items; // owned
	size_t len, cap;
};

static bool take_old(struct olds *olds, int dir, const char *name)
{
	struct old old = { .is_part = strchr(name, '.') != NULL };
	struct stat st;

	if (name[0] == '.' || strlen(name) >= sizeof(old.name) ||
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return true;
	memcpy(old.name, name, strlen(name) + 1);
	old.bytes = (uint64_t)st.st_blocks * 512;
	old.used = st.st_mtim.tv_sec;
	if (!mdt_grow((void **)&olds->items, &olds->cap, olds->len, sizeof(old)))
		return false;
	olds->items[olds->len++] = old;
	return true;
}

// The one that was used last comes first.
static int by_use(const void *a, const void *b)
{
	const struct old *x = a, *y = b;

	return x->used != y->used ? (x->used < y->used ? 1 : -1)
				  : strcmp(x->name, y->name);
}

void mdt_snapshot_prune(const char *dir, uint64_t most)
{
	struct olds olds = { 0 };
	DIR *stream = opendir(dir);
	int64_t now = time(NULL);
	uint64_t bytes = 0;

	if (!stream)
		return;
	for (const struct dirent *it; (it = readdir(stream));)
		if (!take_old(&olds, dirfd(stream), it->d_name))
			break;
	if (olds.len)
		qsort(olds.items, olds.len, sizeof(*olds.items), by_use);
	for (size_t i = 0; i < olds.len; i++) {
		const struct old *it = &olds.items[i];

		bytes += it->bytes;
		// Who goes on from one that is removed keeps it.
		if (it->is_part ? now - it->used > STALE_SECONDS : bytes > most)
			unlinkat(dirfd(stream), it->name, 0);
	}
	free(olds.items);
	closedir(stream);
}
