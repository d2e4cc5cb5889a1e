/* SPDX-License-Identifier: MIT */
/** @file Block devices that a log tells about. Internal to src/trace/. */
#ifndef MDT_TRACE_DEVICE_H
#define MDT_TRACE_DEVICE_H

#include "trace/trace.h"

/** A path that is known to be a device's node. */
struct mdt_node_name {
	struct mdt_device *device;
	struct mdt_slice path; /* behind the struct */
};

/** What the log has told of a node; NULL when nothing. */
struct mdt_device *mdt_device_find(const struct mdt_trace *trace, struct mdt_slice path);

/** The same, and what its name tells; NULL when nothing. */
struct mdt_device *mdt_device_known(struct mdt_trace *trace, struct mdt_slice path);

/**
 * The same, and for every other path below /dev a device of MDT_DEV_UNKNOWN.
 * @return NULL for a path that is no node, or when out of memory.
 */
struct mdt_device *mdt_device_of_path(struct mdt_trace *trace, struct mdt_slice path);

/** The device with this number, made if need be. @return NULL: out of memory. */
struct mdt_device *mdt_device_of_number(struct mdt_trace *trace, uint32_t major,
					uint32_t minor, enum mdt_dev_source source);

/** From now on @p path is @p device; NULL: the node is gone. @return false: out of
 * memory. */
bool mdt_device_set_path(struct mdt_trace *trace, struct mdt_slice path,
			 struct mdt_device *device);

/** No node is known any more. */
void mdt_nodes_forget(struct mdt_trace *trace);

#endif
