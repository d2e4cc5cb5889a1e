// SPDX-License-Identifier: MIT
#include "guest/wake.h"

#include <fcntl.h>
#include <linux/random.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool next_line(struct mdt_slice *rest, struct mdt_slice *ret)
{
	const char *end = rest->len ? memchr(rest->str, '\n', rest->len) : NULL;

	*ret = mdt_slice_head(*rest, end ? (size_t)(end - rest->str) : rest->len);
	*rest = mdt_slice_skip(*rest, ret->len + 1);
	return ret->len != 0;
}

static bool read_time(struct mdt_slice value, struct timespec *ret)
{
	const char *dot = value.len ? memchr(value.str, '.', value.len) : NULL;
	uint64_t seconds, nanoseconds;

	if (!dot ||
	    !mdt_slice_to_dec(mdt_slice_head(value, (size_t)(dot - value.str)),
			      &seconds) ||
	    !mdt_slice_to_dec(mdt_slice_skip(value, (size_t)(dot + 1 - value.str)),
			      &nanoseconds) ||
	    seconds > INT64_MAX || nanoseconds > 999999999)
		return false;
	*ret = (struct timespec){ .tv_sec = (time_t)seconds,
				  .tv_nsec = (long)nanoseconds };
	return true;
}

static bool read_seed(struct mdt_slice value, struct guest_wake *ret)
{
	if (!value.len || value.len % 2 || value.len / 2 > sizeof(ret->seed))
		return false;
	for (size_t i = 0; i < value.len; i += 2) {
		int high = mdt_hex_digit(value.str[i]),
		    low = mdt_hex_digit(value.str[i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret->seed[i / 2] = (unsigned char)(high << 4 | low);
	}
	ret->seed_len = value.len / 2;
	return true;
}

bool guest_wake_read(struct mdt_slice text, struct guest_wake *ret)
{
	struct mdt_slice line;
	bool has_time = false;

	*ret = (struct guest_wake){ 0 };
	while (next_line(&text, &line)) {
		if (mdt_slice_starts(line, SLICE("time=")))
			has_time = read_time(mdt_slice_skip(line, 5), &ret->time);
		else if (!mdt_slice_starts(line, SLICE("seed=")) ||
			 !read_seed(mdt_slice_skip(line, 5), ret))
			return false;
	}
	return has_time && ret->seed_len;
}

// What is written to it is mixed in but not trusted; what the host says is
// (drivers/char/random.c random_ioctl()). RNDRESEEDCRNG (since 4.17) does at once what
// the kernel would do minutes later.
static void reseed(const struct guest_wake *wake)
{
	union {
		struct rand_pool_info info;
		unsigned char room[sizeof(struct rand_pool_info) + sizeof(wake->seed)];
	} pool = { .info = { .entropy_count = (int)wake->seed_len * 8,
			     .buf_size = (int)wake->seed_len } };
	int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	memcpy(pool.room + offsetof(struct rand_pool_info, buf), wake->seed,
	       wake->seed_len);
	if (!ioctl(fd, RNDADDENTROPY, &pool))
		ioctl(fd, RNDRESEEDCRNG);
	close(fd);
}

void guest_wake_up(const struct guest_wake *wake)
{
	clock_settime(CLOCK_REALTIME, &wake->time);
	reseed(wake);
}
