/* SPDX-License-Identifier: MIT */
/** @file Block devices that a log tells about. Internal to src/trace/. */
#ifndef MDT_TRACE_DEVICE_H
#define MDT_TRACE_DEVICE_H

#include "trace/trace.h"

/**
 * The device behind a node's path, made if need be.
 * @return NULL for a path outside /dev that the log did not make, or when out of memory.
 */
struct mdt_device *mdt_device_of_path(struct mdt_trace *trace, struct mdt_slice path);

/** The device with this number, made if need be. @return NULL: out of memory. */
struct mdt_device *mdt_device_of_number(struct mdt_trace *trace, uint32_t major,
					uint32_t minor, enum mdt_dev_source source);

/** From now on @p path is @p device; NULL: the node is gone. */
bool mdt_device_set_path(struct mdt_trace *trace, struct mdt_slice path,
			 struct mdt_device *device);

#endif
