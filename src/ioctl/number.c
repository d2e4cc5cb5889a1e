// SPDX-License-Identifier: MIT
#include "ioctl/number.h"

#include "base/buf.h"
#include "ioctl/table.h"

const char *mdt_ioctl_dir_macro(uint32_t number)
{
	static const char *const macros[] = { "_IO", "_IOW", "_IOR", "_IOWR" };

	return macros[mdt_ioctl_dir(number)];
}

void mdt_ioctl_number_text(uint32_t number, struct mdt_buf *ret)
{
	static const char *const dirs[] = { "_IOC_NONE", "_IOC_WRITE", "_IOC_READ",
					    "_IOC_READ|_IOC_WRITE" };

	mdt_buf_printf(ret, "_IOC(%s, %#x, %#x, %#x)", dirs[mdt_ioctl_dir(number)],
		       mdt_ioctl_type_byte(number), mdt_ioctl_nr(number),
		       mdt_ioctl_size(number));
}

// `32` counts only as a word of its own: LOOP_32, FS_IOC32_GETFLAGS.
unsigned int mdt_ioctl_name_rank(const struct mdt_ioctl *row)
{
	const char *name = row->name, *digits = strstr(name, "32");

	return (unsigned int)(name[0] == '_') * 8 +
	       (unsigned int)(strstr(name, "_OLD") != NULL) * 4 +
	       (unsigned int)(digits && (!digits[2] || digits[2] == '_')) * 2 +
	       row->is_alias + row->is_history * 16u;
}

size_t mdt_ioctl_best_count(const struct mdt_ioctl *rows, size_t count)
{
	size_t best = 0;

	while (best < count &&
	       mdt_ioctl_name_rank(&rows[best]) == mdt_ioctl_name_rank(&rows[0]))
		best++;
	return best;
}

bool mdt_ioctl_from_13_bits(uint32_t number, uint32_t *ret)
{
	// By the three bits of the direction: none is 1, read 2, write 4.
	static const int dirs[] = {
		-1, MDT_DIR_NONE, MDT_DIR_READ, -1, MDT_DIR_WRITE, -1, MDT_DIR_READ_WRITE,
		-1
	};
	int dir = dirs[number >> 29];

	if (dir < 0)
		return false;
	*ret = (uint32_t)dir << 30 | (number & 0x1fffffff);
	return true;
}
