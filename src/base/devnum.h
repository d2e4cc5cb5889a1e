/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Device numbers in the one form in which they pass between programs and the kernel:
 * major in bits 8 to 19, minor in bits 0 to 7 and 20 to 31 (new_encode_dev() and
 * new_decode_dev() of Linux 6.1 include/linux/kdev_t.h). md's HOT_ADD_DISK, loop, device
 * mapper and mknod() use it.
 */
#ifndef MDT_BASE_DEVNUM_H
#define MDT_BASE_DEVNUM_H

#include <stdint.h>

static inline uint32_t mdt_dev_major(uint64_t dev)
{
	return (uint32_t)(dev & 0xfff00) >> 8;
}

static inline uint32_t mdt_dev_minor(uint64_t dev)
{
	return (uint32_t)((dev & 0xff) | ((dev >> 12) & 0xfff00));
}

/** @p major below 4096, @p minor below 2^20. */
static inline uint32_t mdt_dev_encode(uint32_t major, uint32_t minor)
{
	return (minor & 0xff) | major << 8 | (minor & 0xfff00) << 12;
}

#endif
