// SPDX-License-Identifier: MIT
#include "guest/teardown.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/major.h>
#include <linux/raid/md_u.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guest/array.h"
#include "guest/clock.h"
#include "guest/flags.h"
#include "guest/sysfs.h"

enum {
	ALL_MS = 1500, /* for all arrays together */
	GONE_MS = 300, /* for a node to go, before it is stopped once more */
};

// A node of our own: the log may have unlinked, or never made, the array's.
static int open_array(const char *node)
{
	static const char path[] = "/run/guest/array";
	int64_t minor = guest_array_minor(node);
	int fd;

	if (minor < 0) {
		errno = ENODEV;
		return -1;
	}
	unlink(path);
	if (mknod(path, S_IFBLK | 0600, makedev(MD_MAJOR, (unsigned int)minor)))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	unlink(path);
	return fd;
}

// An array that was set up again through a descriptor on which it had been stopped cannot
// be opened any more (md_open() looks at MD_CLOSING). Up to 6.1 its attribute does not.
static int clear(const char *node)
{
	char path[GUEST_PATH_MAX];

	if (!guest_path(path, "/sys/block/%s/md/array_state", node))
		return ENAMETOOLONG;
	return guest_write_file(path, SLICE("clear"));
}

static int stop(const char *node)
{
	int fd = open_array(node), err = 0;

	if (fd < 0)
		return errno == ENODEV ? clear(node) : errno;
	if (ioctl(fd, STOP_ARRAY, 0))
		err = errno;
	close(fd);
	return err;
}

static void wait_gone(const char *node)
{
	struct guest_wait wait = guest_wait_begin();

	while (guest_array_exists(node) && guest_wait_on(&wait, GONE_MS))
		;
}

struct sweep {
	uint64_t start;
	bool is_last; /* say what stays */
	bool stays;
	struct mdt_buf *ret;
};

static bool stop_one(void *data, const char *node)
{
	struct sweep *sweep = data;
	int err;

	if (strncmp(node, "md", 2) || !guest_array_exists(node))
		return true;
	err = stop(node);
	// ENODEV: it is on its way out, or stuck that way.
	if (!err || err == ENODEV || err == ENXIO)
		wait_gone(node);
	if (!guest_array_exists(node))
		return true;
	sweep->stays = true;
	if (sweep->is_last)
		mdt_buf_printf(sweep->ret, "stuck %s: %s\n", node,
			       err ? guest_errno_name(err) : "its node stays");
	return true;
}

void guest_stop_arrays(struct mdt_buf *ret)
{
	struct sweep sweep = { .start = guest_clock_us(), .ret = ret };

	do {
		sweep.stays = false;
		sweep.is_last = guest_clock_us() - sweep.start >= ALL_MS * 1000ull;
		guest_each_entry("/sys/block", stop_one, &sweep);
		if (sweep.stays)
			guest_clock_sleep();
	} while (sweep.stays && !sweep.is_last);
}
