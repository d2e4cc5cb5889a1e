// SPDX-License-Identifier: MIT
#include "trace/request.h"

// As <asm-generic/ioctl.h> has them.
enum {
	NR_MAX = (1 << 8) - 1,
	TYPE_MAX = (1 << 8) - 1,
	BYTES_MAX = (1 << 14) - 1,
	DIR_MAX = MDT_DIR_READ | MDT_DIR_WRITE,
	TYPE_SHIFT = 8,
	SIZE_SHIFT = 16,
	DIR_SHIFT = 30,
};

/* ---- _IOC(dir, type, nr, size) ---- */

static bool read_part(struct mdt_ref call, size_t index, uint32_t max, uint32_t *ret)
{
	uint64_t value;

	if (!mdt_ref_u64(mdt_ref_child(call, index), &value) || value > max)
		return false;
	*ret = (uint32_t)value;
	return true;
}

static bool read_flag(struct mdt_ref flag, uint32_t *ret)
{
	static const struct {
		struct mdt_slice name;
		uint32_t value;
	} flags[] = {
		{ SLICE_INIT("_IOC_NONE"), MDT_DIR_NONE },
		{ SLICE_INIT("_IOC_READ"), MDT_DIR_READ },
		{ SLICE_INIT("_IOC_WRITE"), MDT_DIR_WRITE },
	};
	uint64_t number;

	if (mdt_ref_u64(flag, &number)) {
		*ret |= (uint32_t)number & DIR_MAX;
		return number <= DIR_MAX;
	}
	array_for_each (it, flags) {
		if (!mdt_slice_eq(mdt_ref_text(flag), it->name))
			continue;
		*ret |= it->value;
		return true;
	}
	return false;
}

static bool read_dir(struct mdt_ref dir, uint32_t *ret)
{
	*ret = 0;
	if (!mdt_ref_ok(dir))
		return false;
	if (mdt_ref_node(dir)->kind != MDT_NODE_FLAGS)
		return read_flag(dir, ret);
	for (struct mdt_ref it = mdt_ref_first(dir); mdt_ref_ok(it);
	     it = mdt_ref_next(dir, it))
		if (!read_flag(it, ret))
			return false;
	return true;
}

static bool read_ioc(struct mdt_ref call, uint32_t *ret)
{
	uint32_t dir, type, nr, size;

	if (!mdt_slice_eq(mdt_ref_head(call), SLICE("_IOC")) ||
	    !read_dir(mdt_ref_child(call, 0), &dir) ||
	    !read_part(call, 1, TYPE_MAX, &type) || !read_part(call, 2, NR_MAX, &nr) ||
	    !read_part(call, 3, BYTES_MAX, &size))
		return false;
	*ret = dir << DIR_SHIFT | size << SIZE_SHIFT | type << TYPE_SHIFT | nr;
	return true;
}

/* ---- all spellings ---- */

// Without names.
static bool read_number(struct mdt_ref request, uint32_t *ret)
{
	uint64_t number;

	if (!mdt_ref_u64(request, &number))
		return read_ioc(request, ret);
	// ioctl(3, -2146432768): an int that was sign-extended.
	if (number > UINT32_MAX && (int64_t)number != (int32_t)number)
		return false;
	*ret = (uint32_t)number;
	return true;
}

// EVIOCGNAME(256): the number that the parameters make of the macro's.
static bool read_template(const struct mdt_ioctl_table *table, struct mdt_ref call,
			  uint32_t *ret)
{
	const struct mdt_ioctl *row;
	uint32_t number, varies;
	uint64_t value;

	if (mdt_ref_node(call)->kind != MDT_NODE_CALL)
		return false;
	row = mdt_ioctl_find_name(table, mdt_ref_head(call));
	if (!row || !row->varies)
		return false;
	number = row->number;
	varies = row->varies;
	for (size_t i = 0; varies; i++) {
		unsigned int shift = (unsigned int)__builtin_ctz(varies);
		uint32_t run = varies >> shift, bits = run & ~(run + 1);

		// A parameter by name, such as EV_KEY, leaves its bits as they are.
		if (mdt_ref_u64(mdt_ref_child(call, i), &value))
			number |= ((uint32_t)value & bits) << shift;
		varies &= ~(bits << shift);
	}
	*ret = number;
	return true;
}

// `A or B` is one number: the first name that we have will do to find it.
static const struct mdt_ioctl *row_of_name(const struct mdt_ioctl_table *table,
					   struct mdt_ref request)
{
	const struct mdt_ioctl *row = NULL;

	if (mdt_ref_node(request)->kind != MDT_NODE_EITHER)
		return mdt_ioctl_find_name(table, mdt_ref_text(request));
	for (struct mdt_ref it = mdt_ref_first(request); mdt_ref_ok(it) && !row;
	     it = mdt_ref_next(request, it))
		row = mdt_ioctl_find_name(table, mdt_ref_text(it));
	return row;
}

// A number that only a machine with another numbering has is one of its.
static bool is_of_13_bits(const struct mdt_ioctl_table *table, uint32_t number,
			  uint32_t *ret)
{
	uint32_t other;

	if (mdt_ioctl_find(table, number, NULL) ||
	    !mdt_ioctl_from_13_bits(number, &other) ||
	    !mdt_ioctl_find(table, other, NULL))
		return false;
	*ret = other;
	return true;
}

bool mdt_request_is_of_13_bits(const struct mdt_ioctl_table *table,
			       struct mdt_ref request)
{
	uint32_t number;

	return mdt_ref_ok(request) && read_number(request, &number) &&
	       is_of_13_bits(table, number, &number);
}

bool mdt_request_number(const struct mdt_ioctl_table *table, struct mdt_ref request,
			uint32_t *ret)
{
	const struct mdt_ioctl *named;

	if (!mdt_ref_ok(request))
		return false;
	if (read_number(request, ret)) {
		is_of_13_bits(table, *ret, ret);
		return true;
	}
	if (read_template(table, request, ret))
		return true;
	named = row_of_name(table, request);
	if (named)
		*ret = named->number;
	return named;
}

/* ---- which of several names ---- */

// What is told by the path of a descriptor: whose commands it takes.
static const struct {
	struct mdt_slice path, header; // both are beginnings
} families[] = {
	{ SLICE_INIT("/dev/dri/card"), SLICE_INIT("drm/") },
	{ SLICE_INIT("/dev/dri/render"), SLICE_INIT("drm/") },
	{ SLICE_INIT("/dev/fb"), SLICE_INIT("linux/fb.h") },
	{ SLICE_INIT("/dev/snd/"), SLICE_INIT("sound/") },
	{ SLICE_INIT("/dev/mixer"), SLICE_INIT("linux/soundcard.h") },
	{ SLICE_INIT("/dev/dsp"), SLICE_INIT("linux/soundcard.h") },
	{ SLICE_INIT("/dev/audio"), SLICE_INIT("linux/soundcard.h") },
	{ SLICE_INIT("/dev/sequencer"), SLICE_INIT("linux/soundcard.h") },
	{ SLICE_INIT("/dev/mtd"), SLICE_INIT("mtd/") },
	{ SLICE_INIT("/dev/ubi"), SLICE_INIT("mtd/ubi") },
	{ SLICE_INIT("/proc/mtrr"), SLICE_INIT("asm/mtrr.h") },
	{ SLICE_INIT("/dev/hidraw"), SLICE_INIT("linux/hidraw.h") },
	{ SLICE_INIT("/dev/usb/hiddev"), SLICE_INIT("linux/hiddev.h") },
	{ SLICE_INIT("/dev/input/js"), SLICE_INIT("linux/joystick.h") },
	{ SLICE_INIT("/dev/input/"), SLICE_INIT("linux/input.h") },
	{ SLICE_INIT("/dev/uinput"), SLICE_INIT("linux/uinput.h") },
	{ SLICE_INIT("/dev/bus/usb/"), SLICE_INIT("linux/usbdevice_fs.h") },
	{ SLICE_INIT("/dev/rtc"), SLICE_INIT("linux/rtc.h") },
	{ SLICE_INIT("/dev/phantom"), SLICE_INIT("linux/phantom.h") },
	{ SLICE_INIT("/dev/hpet"), SLICE_INIT("linux/hpet.h") },
	{ SLICE_INIT("/dev/watchdog"), SLICE_INIT("linux/watchdog.h") },
	{ SLICE_INIT("/dev/random"), SLICE_INIT("linux/random.h") },
	{ SLICE_INIT("/dev/urandom"), SLICE_INIT("linux/random.h") },
	{ SLICE_INIT("/dev/rfkill"), SLICE_INIT("linux/rfkill.h") },
	{ SLICE_INIT("/dev/kvm"), SLICE_INIT("linux/kvm.h") },
	{ SLICE_INIT("anon_inode:kvm"), SLICE_INIT("linux/kvm.h") },
	{ SLICE_INIT("anon_inode:[perf_event]"), SLICE_INIT("linux/perf_event.h") },
	{ SLICE_INIT("/dev/vfio/"), SLICE_INIT("linux/vfio.h") },
	{ SLICE_INIT("/dev/vhost"), SLICE_INIT("linux/vhost.h") },
	{ SLICE_INIT("/dev/net/tun"), SLICE_INIT("linux/if_tun.h") },
	{ SLICE_INIT("/dev/ppp"), SLICE_INIT("linux/ppp") },
	{ SLICE_INIT("socket:"), SLICE_INIT("linux/sockios.h") },
	{ SLICE_INIT("/dev/video"), SLICE_INIT("linux/videodev2.h") },
	{ SLICE_INIT("/dev/media"), SLICE_INIT("linux/media.h") },
	{ SLICE_INIT("/dev/v4l-subdev"), SLICE_INIT("linux/v4l2-subdev.h") },
	{ SLICE_INIT("/dev/dvb/"), SLICE_INIT("linux/dvb/") },
	{ SLICE_INIT("/dev/cec"), SLICE_INIT("linux/cec.h") },
	{ SLICE_INIT("/dev/lirc"), SLICE_INIT("linux/lirc.h") },
	{ SLICE_INIT("/dev/sg"), SLICE_INIT("scsi/") },
	{ SLICE_INIT("/dev/bsg/"), SLICE_INIT("linux/bsg.h") },
	{ SLICE_INIT("/dev/sr"), SLICE_INIT("linux/cdrom.h") },
	{ SLICE_INIT("/dev/cdrom"), SLICE_INIT("linux/cdrom.h") },
	{ SLICE_INIT("/dev/st"), SLICE_INIT("linux/mtio.h") },
	{ SLICE_INIT("/dev/nst"), SLICE_INIT("linux/mtio.h") },
	{ SLICE_INIT("/dev/nvme"), SLICE_INIT("linux/nvme_ioctl.h") },
	{ SLICE_INIT("/dev/ng"), SLICE_INIT("linux/nvme_ioctl.h") },
	{ SLICE_INIT("/dev/nbd"), SLICE_INIT("linux/nbd.h") },
	{ SLICE_INIT("/dev/loop"), SLICE_INIT("linux/loop.h") },
	{ SLICE_INIT("/dev/mapper/control"), SLICE_INIT("linux/dm-ioctl.h") },
	{ SLICE_INIT("/dev/tty"), SLICE_INIT("asm-generic/ioctls.h") },
	{ SLICE_INIT("/dev/pts/"), SLICE_INIT("asm-generic/ioctls.h") },
	{ SLICE_INIT("/dev/spidev"), SLICE_INIT("linux/spi/") },
	{ SLICE_INIT("/dev/gpiochip"), SLICE_INIT("linux/gpio.h") },
	{ SLICE_INIT("/dev/mei"), SLICE_INIT("linux/mei.h") },
	{ SLICE_INIT("/dev/fuse"), SLICE_INIT("linux/fuse.h") },
	{ SLICE_INIT("/dev/autofs"), SLICE_INIT("linux/auto_dev-ioctl.h") },
	{ SLICE_INIT("/dev/infiniband/"), SLICE_INIT("rdma/") },
	{ SLICE_INIT("/dev/xen/"), SLICE_INIT("xen/") },
};

// The rows of a number whose header begins so: where they begin, and how many are as
// good.
static size_t of_header(const struct mdt_ioctl *rows, size_t count,
			struct mdt_slice header, size_t *first)
{
	size_t from = 0, to;

	while (from < count &&
	       !mdt_slice_starts(mdt_slice_cstr(rows[from].header), header))
		from++;
	for (to = from; to < count; to++)
		if (!mdt_slice_starts(mdt_slice_cstr(rows[to].header), header))
			break;
	if (to > from)
		*first = from;
	return mdt_ioctl_best_count(rows + from, to - from);
}

static size_t choose_by_path(const struct mdt_ioctl *rows, size_t count,
			     struct mdt_slice path, size_t *first)
{
	array_for_each (it, families)
		if (mdt_slice_starts(path, it->path))
			return of_header(rows, count, it->header, first);
	return 0;
}

size_t mdt_request_choose(const struct mdt_ioctl *rows, size_t count,
			  const struct mdt_about_file *file, size_t *first)
{
	size_t found = 0;

	*first = 0;
	if (count < 2)
		return count;
	for (size_t i = 0; file->is_md && i < count; i++) {
		*first = i;
		if (strcmp(rows[i].pack, "md") == 0)
			return 1;
	}
	*first = 0;
	if (file->header)
		found = of_header(rows, count, mdt_slice_cstr(file->header), first);
	if (!found)
		found = choose_by_path(rows, count, file->path, first);
	return found ? found : mdt_ioctl_best_count(rows, count);
}

const struct mdt_ioctl *mdt_request_row(const struct mdt_ioctl_table *table,
					struct mdt_ref request, bool is_md)
{
	const struct mdt_ioctl *row, *named = NULL;
	uint32_t number;
	size_t count;

	if (!mdt_request_number(table, request, &number))
		return NULL;
	row = mdt_ioctl_find(table, number, &count);
	for (size_t i = 0; is_md && i < count; i++)
		if (strcmp(row[i].pack, "md") == 0)
			return row + i;
	if (mdt_ref_node(request)->kind == MDT_NODE_WORD)
		named = row_of_name(table, request);
	return named ? named : row;
}
