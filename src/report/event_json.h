/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Events and values as JSON, one object a line: `mdtrace parse --format=json`.
 * docs/json.md has the schema.
 */
#ifndef MDT_REPORT_EVENT_JSON_H
#define MDT_REPORT_EVENT_JSON_H

#include "base/json.h"
#include "strace/event.h"

/** The name of the schema, in every object as "schema". */
#define MDT_EVENT_JSON_SCHEMA "mdtrace-event"

/**
 * Append one event as one JSON object, without a newline.
 * @param file The log's name.
 */
MDT_API void mdt_event_json(struct mdt_buf *buf, const char *file,
			    const struct mdt_event *event);

/** The members of an event inside an object that the caller has opened. */
MDT_API void mdt_event_json_members(struct mdt_json *json, const char *file,
				    const struct mdt_event *event);

#endif
