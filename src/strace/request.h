/* SPDX-License-Identifier: MIT */
/** @file The number of an ioctl's second argument. */
#ifndef MDT_STRACE_REQUEST_H
#define MDT_STRACE_REQUEST_H

#include "strace/node.h"

/**
 * Read a request that has no name: a number (-X raw; old strace prints an int with its
 * sign), or `_IOC(_IOC_READ|_IOC_WRITE, 0x9, 0x21, 0x14)`, as strace's ioctl_print_code()
 * (src/ioctl.c of 6.1) takes a number apart that is not in its tables.
 * @param[out] ret Untouched on failure.
 * @return false for a name, for no value, and for parts that no number has.
 */
bool mdt_request_number(struct mdt_ref request, uint32_t *ret);

#endif
