// SPDX-License-Identifier: MIT
#include "guest/disks.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <linux/major.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guest/clock.h"
#include "guest/sysfs.h"
#include "guest/words.h"

enum {
	FIRST_MAPPED = 64, /* above the loop devices that people have */
	SECTOR = 512,
	DETACH_MS = 300,
};

/* ---- which is which ---- */

static uint32_t first_mapped(const struct guest_disks *disks, const struct mdt_plan *plan)
{
	uint32_t first = FIRST_MAPPED;

	for (size_t i = 0; i < disks->len; i++)
		if (disks->items[i].loop >= first)
			first = disks->items[i].loop + 1;
	for (size_t i = 0; i < plan->disk_count; i++)
		if (plan->disks[i].major == LOOP_MAJOR && plan->disks[i].minor >= first)
			first = plan->disks[i].minor + 1;
	return first;
}

static bool add_disk(struct guest_disks *disks, uint32_t loop, uint64_t size)
{
	if (!mdt_grow((void **)&disks->items, &disks->cap, disks->len,
		      sizeof(*disks->items)))
		return false;
	disks->items[disks->len++] =
		(struct guest_disk){ .loop = loop, .size = size, .file = -1 };
	return true;
}

static bool copy_name(struct guest_disks *disks, struct mdt_slice path, uint32_t major,
		      uint32_t minor, struct mdt_slice *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };

	guest_map_name(path, major, minor, &name);
	return !name.failed && mdt_arena_copy(&disks->arena, mdt_buf_slice(&name), ret);
}

static const struct mdt_plan_disk *find_planned(const struct mdt_plan *plan,
						uint32_t major, uint32_t minor)
{
	for (size_t i = 0; i < plan->disk_count; i++)
		if (plan->disks[i].major == major && plan->disks[i].minor == minor)
			return &plan->disks[i];
	return NULL;
}

static bool map_disk(struct guest_disks *disks, const struct mdt_plan *plan,
		     const struct mdt_plan_disk *disk, uint32_t loop)
{
	struct guest_map_row row = { .log = { disk->major, disk->minor },
				     .real = { LOOP_MAJOR, loop } };
	const struct mdt_plan_disk *parent =
		disk->is_partition
			? find_planned(plan, disk->parent_major, disk->parent_minor)
			: NULL;
	char name[32];

	snprintf(name, sizeof(name), "loop%u", loop);
	return copy_name(disks, disk->path, disk->major, disk->minor, &row.log.name) &&
	       mdt_arena_copy(&disks->arena, mdt_slice_cstr(name), &row.real.name) &&
	       (!parent || copy_name(disks, parent->path, parent->major, parent->minor,
				     &row.parent)) &&
	       guest_map_add(&disks->map, &row);
}

static const struct guest_map_row *find_mapped(const struct guest_disks *disks,
					       const struct mdt_plan_disk *disk)
{
	for (size_t i = 0; i < disks->map.len; i++)
		if (disks->map.rows[i].log.major == disk->major &&
		    disks->map.rows[i].log.minor == disk->minor)
			return &disks->map.rows[i];
	return NULL;
}

static bool has_loop(const struct guest_disks *disks, uint32_t loop)
{
	for (size_t i = 0; i < disks->len; i++)
		if (disks->items[i].loop == loop)
			return true;
	return false;
}

// One more node of a disk, or a disk that an earlier job has left.
static bool is_assigned(const struct guest_disks *disks, const struct mdt_plan_disk *disk)
{
	return disk->major == LOOP_MAJOR ? has_loop(disks, disk->minor)
					 : find_mapped(disks, disk) != NULL;
}

struct mdt_error *guest_disks_assign(struct guest_disks *disks,
				     const struct mdt_plan *plan)
{
	uint32_t next = first_mapped(disks, plan);

	for (size_t i = 0; i < plan->disk_count; i++) {
		const struct mdt_plan_disk *disk = &plan->disks[i];
		uint32_t loop = disk->major == LOOP_MAJOR ? disk->minor : next;

		if (is_assigned(disks, disk))
			continue;
		if (!add_disk(disks, loop, disk->size))
			return &mdt_enomem;
		if (disk->major == LOOP_MAJOR)
			continue;
		next++;
		if (!map_disk(disks, plan, disk, loop))
			return &mdt_enomem;
	}
	return NULL;
}

/* ---- loop devices ---- */

static bool loop_path(uint32_t loop, char path[GUEST_PATH_MAX])
{
	return guest_path(path, "/dev/loop%u", loop);
}

static int open_loop(uint32_t loop)
{
	char path[GUEST_PATH_MAX];
	int control, fd;

	loop_path(loop, path);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	if (control < 0)
		return -1;
	ioctl(control, LOOP_CTL_ADD, loop);
	close(control);
	return open(path, O_RDWR | O_CLOEXEC);
}

static int make_file(uint64_t size)
{
	int fd = open(GUEST_DISKS_FOLDER, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 && ftruncate(fd, (off_t)size)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int attach(struct guest_disk *disk)
{
	int loop = open_loop(disk->loop), file = make_file(disk->size), err = 0;
	struct loop_config config = { .fd = (uint32_t)file, .block_size = SECTOR };

	if (loop < 0 || file < 0 || ioctl(loop, LOOP_CONFIGURE, &config))
		err = errno;
	if (!err)
		disk->file = file;
	else if (file >= 0)
		close(file);
	if (loop >= 0)
		close(loop);
	return err;
}

// Also of a disk that an earlier job has left.
static int set_sector(uint32_t loop, uint32_t sector)
{
	int fd = open_loop(loop), now = 0, err = 0;

	if (fd < 0)
		return errno;
	if (ioctl(fd, BLKSSZGET, &now)) {
		err = errno;
	} else if ((uint32_t)now != sector) {
		ioctl(fd, BLKFLSBUF, 0); // LOOP_SET_BLOCK_SIZE wants no page of it cached
		err = ioctl(fd, LOOP_SET_BLOCK_SIZE, (unsigned long)sector) ? errno : 0;
	}
	close(fd);
	return err;
}

// A descriptor that somebody holds makes LOOP_CLR_FD take place at its close:
// drivers/block/loop.c loop_clr_fd().
static int detach(struct guest_disk *disk)
{
	struct guest_wait wait = guest_wait_begin();
	char path[GUEST_PATH_MAX];
	int loop = open_loop(disk->loop), err;

	if (loop < 0)
		return errno;
	close(disk->file);
	disk->file = -1;
	err = ioctl(loop, LOOP_CLR_FD) ? errno : 0;
	close(loop);
	if (!guest_path(path, "/sys/block/loop%u/loop/backing_file", disk->loop))
		return ENAMETOOLONG;
	while (!err && !access(path, F_OK))
		if (!guest_wait_on(&wait, DETACH_MS))
			return EBUSY;
	return err;
}

/* ---- nodes ---- */

static void make_parents(const char *path)
{
	char part[GUEST_PATH_MAX];

	if (!guest_path(part, "%s", path))
		return;
	for (char *slash = part + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(part, 0755);
		*slash = '/';
	}
}

static bool is_node(const char *path, dev_t dev)
{
	struct stat st;

	return !stat(path, &st) && S_ISBLK(st.st_mode) && st.st_rdev == dev;
}

static int make_node(struct guest_disks *disks, struct mdt_slice path, dev_t dev)
{
	struct mdt_slice copy;

	if (!mdt_arena_copy(&disks->arena, path, &copy))
		return ENOMEM;
	if (is_node(copy.str, dev))
		return 0;
	make_parents(copy.str);
	unlink(copy.str);
	if (mknod(copy.str, S_IFBLK | 0660, dev))
		return errno;
	if (!mdt_grow((void **)&disks->nodes, &disks->node_cap, disks->node_len,
		      sizeof(*disks->nodes))) {
		unlink(copy.str);
		return ENOMEM;
	}
	disks->nodes[disks->node_len++] = copy;
	return 0;
}

/* ---- all of them ---- */

static void say_failed(struct mdt_slice what, const char *why, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	mdt_buf_printf(&text, "disk %.*s: %s", SLICE_FMT(what), why);
	guest_words_begin(ret, "guest failed");
	guest_words_quoted(ret, mdt_buf_slice(&text));
	guest_words_end(ret);
}

static void say_map(const struct mdt_plan_disk *disk, const struct guest_device *real,
		    struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };

	mdt_buf_printf(&path, "/dev/%.*s", SLICE_FMT(real->name));
	guest_words_begin(ret, "guest map");
	mdt_buf_printf(ret, " %u:%u", disk->major, disk->minor);
	guest_words_quoted(ret, disk->path);
	mdt_buf_printf(ret, " %u:%u", real->major, real->minor);
	guest_words_quoted(ret, mdt_buf_slice(&path));
	guest_words_end(ret);
}

static void make_disk(struct guest_disks *disks, const struct mdt_plan_disk *disk,
		      struct mdt_buf *ret)
{
	const struct guest_map_row *row = find_mapped(disks, disk);
	uint32_t loop = row ? row->real.minor : disk->minor;
	int err = 0;

	for (size_t i = 0; i < disks->len; i++)
		if (disks->items[i].loop == loop && disks->items[i].file < 0)
			err = attach(&disks->items[i]);
	if (!err)
		err = set_sector(loop, disk->sector ? disk->sector : SECTOR);
	if (!err)
		err = make_node(disks, disk->path, makedev(LOOP_MAJOR, loop));
	if (err)
		say_failed(disk->path, strerror(err), ret);
	else if (disk->size % SECTOR)
		say_failed(disk->path, "its size is not a number of whole sectors", ret);
	if (row)
		say_map(disk, &row->real, ret);
}

static bool are_too_large(const struct guest_disks *disks)
{
	struct statvfs fs;
	uint64_t sum = 0;

	for (size_t i = 0; i < disks->len; i++)
		if (__builtin_add_overflow(sum, disks->items[i].size, &sum))
			return true;
	return !statvfs(GUEST_DISKS_FOLDER, &fs) &&
	       sum > (uint64_t)fs.f_blocks * fs.f_frsize / 10 * 9;
}

// drivers/md/md.c md_do_sync() waits when it is faster than speed_limit_max, or than
// speed_limit_min while the disks are busy. guest_knobs_restore() undoes it.
static void slow_down(struct mdt_buf *ret)
{
	static const struct mdt_slice why =
		SLICE_INIT("the disks are larger than memory: resyncs run at 1 KiB/s");

	guest_write_file("/proc/sys/dev/raid/speed_limit_min", SLICE("1"));
	guest_write_file("/proc/sys/dev/raid/speed_limit_max", SLICE("1"));
	guest_words_begin(ret, "guest slow");
	guest_words_quoted(ret, why);
	guest_words_end(ret);
}

struct mdt_error *guest_disks_make(struct guest_disks *disks, const struct mdt_plan *plan,
				   struct mdt_buf *ret)
{
	struct mdt_error *err = guest_disks_assign(disks, plan);

	if (err)
		return err;
	for (size_t i = 0; i < plan->disk_count; i++)
		make_disk(disks, &plan->disks[i], ret);
	if (are_too_large(disks))
		slow_down(ret);
	return mdt_buf_error(ret);
}

// Past the loop device: nobody has it open, so nothing of it is cached.
void guest_disks_wipe(const struct guest_disks *disks, struct mdt_buf *ret)
{
	for (size_t i = 0; i < disks->len; i++) {
		const struct guest_disk *it = &disks->items[i];
		char name[32];

		if (it->file < 0 || !it->size ||
		    !fallocate(it->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
			       (off_t)it->size))
			continue;
		snprintf(name, sizeof(name), "loop%u", it->loop);
		say_failed(mdt_slice_cstr(name), strerror(errno), ret);
	}
}

void guest_disks_remove(struct guest_disks *disks, struct mdt_buf *ret)
{
	for (size_t i = 0; i < disks->len; i++) {
		int err = disks->items[i].file >= 0 ? detach(&disks->items[i]) : 0;

		if (err)
			mdt_buf_printf(ret, "stuck loop%u: %s\n", disks->items[i].loop,
				       strerror(err));
	}
	for (size_t i = 0; i < disks->node_len; i++)
		unlink(disks->nodes[i].str);
	guest_map_deinit(&disks->map);
	mdt_arena_deinit(&disks->arena);
	free(disks->items);
	free(disks->nodes);
	*disks = (struct guest_disks){ 0 };
}
