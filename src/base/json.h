/* SPDX-License-Identifier: MIT */
/**
 * @file
 * JSON, written: commas and escapes are taken care of, and what comes out is valid UTF-8
 * whatever goes in. Text that is not UTF-8 becomes `{"hex":"..."}`, so nothing is lost.
 */
#ifndef MDT_BASE_JSON_H
#define MDT_BASE_JSON_H

#include "base/buf.h"

/** More than any writer of ours nests; one that goes deeper is a bug, and asserts. */
enum { MDT_JSON_DEPTH_MAX = 512 };

struct mdt_json {
	struct mdt_buf *buf; /* borrowed: what is written is appended */
	unsigned int depth;
	bool comma; /* a value stands before this place in the same object or array */
	char closers[MDT_JSON_DEPTH_MAX]; /* '}' or ']' for each open one */
};

/** Start a document behind what @p buf holds. */
MDT_API void mdt_json_init(struct mdt_json *json, struct mdt_buf *buf);

/**
 * Write what every document of ours begins with: `schema`, its name, and `version`, which
 * changes when a member changes its meaning or goes. docs/schemas/NAME.json is its JSON
 * Schema.
 */
MDT_API void mdt_json_schema(struct mdt_json *json, const char *name,
			     unsigned int version);

/** In every function below: @p key is NULL inside an array and at the top. */
MDT_API void mdt_json_object(struct mdt_json *json, const char *key);
MDT_API void mdt_json_array(struct mdt_json *json, const char *key);

/** Close the object or array that was opened last. */
MDT_API void mdt_json_end(struct mdt_json *json);

MDT_API void mdt_json_text(struct mdt_json *json, const char *key, struct mdt_slice text);
MDT_API void mdt_json_cstr(struct mdt_json *json, const char *key, const char *text);
MDT_API void mdt_json_u64(struct mdt_json *json, const char *key, uint64_t value);
MDT_API void mdt_json_i64(struct mdt_json *json, const char *key, int64_t value);
MDT_API void mdt_json_null(struct mdt_json *json, const char *key);
MDT_API void mdt_json_bool(struct mdt_json *json, const char *key, bool value);

/** @return Whether all of @p s is well-formed UTF-8 (RFC 3629). */
MDT_API bool mdt_is_utf8(struct mdt_slice s);

#endif
