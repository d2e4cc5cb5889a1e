/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Commands, types and values as JSON.
 */
#ifndef MDT_IOCTL_JSON_H
#define MDT_IOCTL_JSON_H

#include "base/json.h"
#include "ioctl/value.h"

/**
 * Write a value:
 *
 *	struct, union   {"FIELD": value, ...}; fields of unnamed members among them
 *	array           [value, ...]
 *	number          6
 *	  with names    {"value": 6, "names": ["MD_DISK_ACTIVE", "MD_DISK_SYNC"], "rest":
 *0} dev_t         {"value": 2064, "major": 8, "minor": 16} text            {"text":
 *"md0", "hex": "6d643000"} other bytes     {"hex": "00ff"} not all there   null
 */
MDT_API void mdt_value_json(struct mdt_json *json, const char *key,
			    const struct mdt_value *value);

/** Write the members of a struct or union: name, offset, size, type, meaning. */
MDT_API void mdt_type_json(struct mdt_json *json, const char *key,
			   const struct mdt_type *type);

/** Write a row: number, name, direction bits, size, arg, type, header, pack, note. */
MDT_API void mdt_ioctl_json(struct mdt_json *json, const char *key,
			    const struct mdt_ioctl *row);

/**
 * Write a row with all that there is to know, for whoever has no other part of the table:
 * the same, and the schema, the architecture and the fields
 * (docs/schemas/mdtrace-ioctl.json).
 */
MDT_API void mdt_ioctl_table_json(struct mdt_json *json, const struct mdt_ioctl *row);

/** `enum`, `bits`, `flags`, `dev_t`, `fd`, `string`, `hex`, as in a pack. */
MDT_API const char *mdt_meaning_name(enum mdt_meaning_kind kind);

#endif
