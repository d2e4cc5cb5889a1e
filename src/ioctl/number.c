// SPDX-License-Identifier: MIT
#include "ioctl/number.h"

#include "base/buf.h"

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
