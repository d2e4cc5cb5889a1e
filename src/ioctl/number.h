/* SPDX-License-Identifier: MIT */
/**
 * @file
 * An ioctl number taken apart, as <asm-generic/ioctl.h> builds it: nr in bits 0 to 7, the
 * type byte in 8 to 15, the argument's size in 16 to 29, the direction in 30 and 31. So
 * it is on x86, arm, riscv and s390; alpha, mips, powerpc and sparc have 13 bits of size.
 */
#ifndef MDT_IOCTL_NUMBER_H
#define MDT_IOCTL_NUMBER_H

#include "base/slice.h"

/** As userspace sees it: READ, the kernel fills memory of the caller. */
enum mdt_ioctl_dir {
	MDT_DIR_NONE = 0,
	MDT_DIR_WRITE = 1,
	MDT_DIR_READ = 2,
	MDT_DIR_READ_WRITE = 3,
};

static inline enum mdt_ioctl_dir mdt_ioctl_dir(uint32_t number)
{
	return (enum mdt_ioctl_dir)(number >> 30);
}

static inline uint8_t mdt_ioctl_type_byte(uint32_t number)
{
	return (uint8_t)(number >> 8);
}

static inline uint8_t mdt_ioctl_nr(uint32_t number)
{
	return (uint8_t)number;
}

static inline uint32_t mdt_ioctl_size(uint32_t number)
{
	return number >> 16 & 0x3fff;
}

/**
 * What alpha, mips, powerpc and sparc have for the same command, in the numbering above:
 * there are 13 bits of size, and none, read and write are a bit of the direction each
 * (arch/mips/include/uapi/asm/ioctl.h and its likes).
 * @return false when no such machine has this number; @p ret is then untouched.
 */
MDT_API bool mdt_ioctl_from_13_bits(uint32_t number, uint32_t *ret);

/** @return `_IO`, `_IOW`, `_IOR` or `_IOWR`: the macro that sets these direction bits. */
MDT_API const char *mdt_ioctl_dir_macro(uint32_t number);

struct mdt_buf;

/**
 * Append the number as strace writes one it does not know:
 * `_IOC(_IOC_READ|_IOC_WRITE, 0x9, 0x21, 0x14)`.
 */
MDT_API void mdt_ioctl_number_text(uint32_t number, struct mdt_buf *ret);

#endif
