// SPDX-License-Identifier: MIT
#include "guest/sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

bool guest_path(char path[GUEST_PATH_MAX], const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(path, GUEST_PATH_MAX, fmt, ap);
	va_end(ap);
	return n >= 0 && n < GUEST_PATH_MAX;
}

int guest_read_file(const char *path, size_t most, struct mdt_buf *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	ssize_t n;

	mdt_buf_clear(ret);
	if (fd < 0)
		return errno;
	do {
		if (!mdt_buf_reserve(ret, 4096)) {
			err = ENOMEM;
			break;
		}
		n = read(fd, ret->str + ret->len, ret->cap - ret->len);
		if (n < 0)
			err = errno;
		else
			ret->len += (size_t)n;
	} while (n > 0 && ret->len < most);
	close(fd);
	if (err)
		mdt_buf_clear(ret);
	return err;
}

// One read() is all of a sysfs attribute: fs/sysfs/file.c sysfs_kf_seq_show().
struct mdt_slice guest_read_value(const char *path, struct mdt_buf *ret, int *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct mdt_slice value;
	const char *end;
	ssize_t n = -1;

	mdt_buf_clear(ret);
	errno = fd < 0 ? errno : 0;
	if (fd >= 0 && mdt_buf_reserve(ret, 4096))
		n = read(fd, ret->str, ret->cap);
	if (err)
		*err = n < 0 ? errno : 0;
	if (fd >= 0)
		close(fd);
	ret->len = n > 0 ? (size_t)n : 0;
	value = mdt_buf_slice(ret);
	end = value.len ? memchr(value.str, '\n', value.len) : NULL;
	return end ? mdt_slice_head(value, (size_t)(end - value.str)) : value;
}

bool guest_read_number(const char *path, uint64_t *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	return mdt_slice_to_dec(guest_read_value(path, &text, NULL), ret);
}

int guest_write_file(const char *path, struct mdt_slice text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text.str, text.len) < 0)
		err = errno;
	close(fd);
	return err;
}

void guest_each_entry(const char *path, bool (*entry)(void *data, const char *name),
		      void *data)
{
	DIR *dir = opendir(path);
	const struct dirent *it;

	if (!dir)
		return;
	while ((it = readdir(dir)))
		if (it->d_name[0] != '.' && !entry(data, it->d_name))
			break;
	closedir(dir);
}
