// SPDX-License-Identifier: MIT
/* SCSI and ATA commands that SG_IO passes through, as strace decodes it: which command,
 * where and how much, and the sense of one that failed. */
#include "annotate/parts.h"

/** A field of a command: big-endian bytes. No size: there is none. */
struct field {
	uint8_t at, size;
};

/** A command descriptor block. */
struct cdb {
	uint8_t opcode;
	uint8_t action; /* the low five bits of byte 1, with has_action */
	bool has_action;
	const char *name;
	struct field lba, count;
	const char *unit; /* of count */
};

static const char blocks[] = "blocks", bytes[] = "bytes";

// SPC-4 and SBC-3; the numbers are those of <scsi/scsi.h> where that has them.
static const struct cdb cdbs[] = {
	{ 0x00, .name = "TEST UNIT READY" },
	{ 0x03, .name = "REQUEST SENSE", .count = { 4, 1 }, .unit = bytes },
	{ 0x04, .name = "FORMAT UNIT" },
	{ 0x08, .name = "READ(6)", .lba = { 2, 2 }, .count = { 4, 1 }, .unit = blocks },
	{ 0x0a, .name = "WRITE(6)", .lba = { 2, 2 }, .count = { 4, 1 }, .unit = blocks },
	{ 0x12, .name = "INQUIRY", .count = { 3, 2 }, .unit = bytes },
	{ 0x15, .name = "MODE SELECT(6)", .count = { 4, 1 }, .unit = bytes },
	{ 0x1a, .name = "MODE SENSE(6)", .count = { 4, 1 }, .unit = bytes },
	{ 0x1b, .name = "START STOP UNIT" },
	{ 0x1c, .name = "RECEIVE DIAGNOSTIC RESULTS", .count = { 3, 2 }, .unit = bytes },
	{ 0x1d, .name = "SEND DIAGNOSTIC", .count = { 3, 2 }, .unit = bytes },
	{ 0x1e, .name = "PREVENT ALLOW MEDIUM REMOVAL" },
	{ 0x25, .name = "READ CAPACITY(10)" },
	{ 0x28, .name = "READ(10)", .lba = { 2, 4 }, .count = { 7, 2 }, .unit = blocks },
	{ 0x2a, .name = "WRITE(10)", .lba = { 2, 4 }, .count = { 7, 2 }, .unit = blocks },
	{ 0x2f, .name = "VERIFY(10)", .lba = { 2, 4 }, .count = { 7, 2 },
	  .unit = blocks },
	{ 0x35, .name = "SYNCHRONIZE CACHE(10)", .lba = { 2, 4 }, .count = { 7, 2 },
	  .unit = blocks },
	{ 0x3b, .name = "WRITE BUFFER", .count = { 6, 3 }, .unit = bytes },
	{ 0x3c, .name = "READ BUFFER", .count = { 6, 3 }, .unit = bytes },
	{ 0x41, .name = "WRITE SAME(10)", .lba = { 2, 4 }, .count = { 7, 2 },
	  .unit = blocks },
	{ 0x42, .name = "UNMAP", .count = { 7, 2 }, .unit = bytes },
	{ 0x4c, .name = "LOG SELECT", .count = { 7, 2 }, .unit = bytes },
	{ 0x4d, .name = "LOG SENSE", .count = { 7, 2 }, .unit = bytes },
	{ 0x55, .name = "MODE SELECT(10)", .count = { 7, 2 }, .unit = bytes },
	{ 0x5a, .name = "MODE SENSE(10)", .count = { 7, 2 }, .unit = bytes },
	{ 0x5e, .name = "PERSISTENT RESERVE IN", .count = { 7, 2 }, .unit = bytes },
	{ 0x5f, .name = "PERSISTENT RESERVE OUT", .count = { 5, 4 }, .unit = bytes },
	{ 0x85, .name = "ATA PASS-THROUGH(16)" },
	{ 0x88, .name = "READ(16)", .lba = { 2, 8 }, .count = { 10, 4 }, .unit = blocks },
	{ 0x8a, .name = "WRITE(16)", .lba = { 2, 8 }, .count = { 10, 4 },
	  .unit = blocks },
	{ 0x8f, .name = "VERIFY(16)", .lba = { 2, 8 }, .count = { 10, 4 },
	  .unit = blocks },
	{ 0x91, .name = "SYNCHRONIZE CACHE(16)", .lba = { 2, 8 }, .count = { 10, 4 },
	  .unit = blocks },
	{ 0x93, .name = "WRITE SAME(16)", .lba = { 2, 8 }, .count = { 10, 4 },
	  .unit = blocks },
	{ 0x9e, .action = 0x10, .has_action = true, .name = "READ CAPACITY(16)",
	  .count = { 10, 4 }, .unit = bytes },
	{ 0x9e, .action = 0x12, .has_action = true, .name = "GET LBA STATUS",
	  .lba = { 2, 8 }, .count = { 10, 4 }, .unit = bytes },
	{ 0xa0, .name = "REPORT LUNS", .count = { 6, 4 }, .unit = bytes },
	{ 0xa1, .name = "ATA PASS-THROUGH(12)" },
	{ 0xa2, .name = "SECURITY PROTOCOL IN", .count = { 6, 4 }, .unit = bytes },
	{ 0xa3, .action = 0x0a, .has_action = true, .name = "REPORT TARGET PORT GROUPS",
	  .count = { 6, 4 }, .unit = bytes },
	{ 0xa3, .action = 0x0c, .has_action = true,
	  .name = "REPORT SUPPORTED OPERATION CODES", .count = { 6, 4 }, .unit = bytes },
	{ 0xa8, .name = "READ(12)", .lba = { 2, 4 }, .count = { 6, 4 }, .unit = blocks },
	{ 0xaa, .name = "WRITE(12)", .lba = { 2, 4 }, .count = { 6, 4 }, .unit = blocks },
	{ 0xb5, .name = "SECURITY PROTOCOL OUT", .count = { 6, 4 }, .unit = bytes },
};

// ATA's command register: ACS-3; <linux/hdreg.h> has most of them as WIN_*.
static const struct {
	uint8_t command;
	const char *name;
} atas[] = {
	{ 0x06, "DATA SET MANAGEMENT" },
	{ 0x25, "READ DMA EXT" },
	{ 0x2f, "READ LOG EXT" },
	{ 0x35, "WRITE DMA EXT" },
	{ 0x3f, "WRITE LOG EXT" },
	{ 0x47, "READ LOG DMA EXT" },
	{ 0x92, "DOWNLOAD MICROCODE" },
	{ 0xa1, "IDENTIFY PACKET DEVICE" },
	{ 0xb0, "SMART" },
	{ 0xc8, "READ DMA" },
	{ 0xca, "WRITE DMA" },
	{ 0xe0, "STANDBY IMMEDIATE" },
	{ 0xe1, "IDLE IMMEDIATE" },
	{ 0xe2, "STANDBY" },
	{ 0xe3, "IDLE" },
	{ 0xe5, "CHECK POWER MODE" },
	{ 0xe6, "SLEEP" },
	{ 0xe7, "FLUSH CACHE" },
	{ 0xea, "FLUSH CACHE EXT" },
	{ 0xec, "IDENTIFY DEVICE" },
	{ 0xef, "SET FEATURES" },
	{ 0xf1, "SECURITY SET PASSWORD" },
	{ 0xf2, "SECURITY UNLOCK" },
	{ 0xf3, "SECURITY ERASE PREPARE" },
	{ 0xf4, "SECURITY ERASE UNIT" },
	{ 0xf5, "SECURITY FREEZE LOCK" },
	{ 0xf6, "SECURITY DISABLE PASSWORD" },
};

// SPC-4, table of sense keys; 0xf is reserved.
static const char *const sense_keys[] = {
	"NO SENSE",	  "RECOVERED ERROR", "NOT READY",      "MEDIUM ERROR",
	"HARDWARE ERROR", "ILLEGAL REQUEST", "UNIT ATTENTION", "DATA PROTECT",
	"BLANK CHECK",	  "VENDOR SPECIFIC", "COPY ABORTED",   "ABORTED COMMAND",
	"RESERVED (0xc)", "VOLUME OVERFLOW", "MISCOMPARE",     "COMPLETED",
};

static bool read_byte(struct mdt_slice from, size_t at, unsigned int *ret)
{
	if (at >= from.len)
		return false;
	*ret = (unsigned char)from.str[at];
	return true;
}

static bool read_field(struct mdt_slice from, struct field field, uint64_t *ret)
{
	uint64_t value = 0;
	unsigned int byte;

	for (size_t i = 0; i < field.size; i++) {
		if (!read_byte(from, field.at + i, &byte))
			return false;
		value = value << 8 | byte;
	}
	*ret = value;
	return field.size != 0;
}

static const struct cdb *find(struct mdt_slice cdb)
{
	unsigned int opcode, action = 0;

	if (!read_byte(cdb, 0, &opcode))
		return NULL;
	read_byte(cdb, 1, &action);
	array_for_each (it, cdbs)
		if (it->opcode == opcode &&
		    (!it->has_action || (cdb.len > 1 && it->action == (action & 0x1f))))
			return it;
	return NULL;
}

// The command register: ACS-3's ATA PASS-THROUGH, in SAT-3.
static void put_ata(struct mdt_slice cdb, struct mdt_buf *text)
{
	enum { OF_12 = 9, OF_16 = 14, PASS_12 = 0xa1, PASS_16 = 0x85 };
	unsigned int opcode, command;

	if (!read_byte(cdb, 0, &opcode) || (opcode != PASS_12 && opcode != PASS_16) ||
	    !read_byte(cdb, opcode == PASS_12 ? OF_12 : OF_16, &command))
		return;
	array_for_each (it, atas) {
		if (it->command != command)
			continue;
		mdt_buf_adds(text, ": ");
		mdt_buf_adds(text, it->name);
		return;
	}
	mdt_buf_adds(text, ": ATA command ");
	mdt_buf_hex(text, command);
}

// INQUIRY asks for a page when the lowest bit of byte 1 is set: SPC-4.
static void put_page(struct mdt_slice cdb, struct mdt_buf *text)
{
	enum { INQUIRY = 0x12, EVPD = 1 };
	unsigned int opcode, flags, page;

	if (!read_byte(cdb, 0, &opcode) || opcode != INQUIRY ||
	    !read_byte(cdb, 1, &flags) || !(flags & EVPD) || !read_byte(cdb, 2, &page))
		return;
	mdt_buf_adds(text, " page ");
	mdt_buf_hex(text, page);
}

static void put_command(struct mdt_slice cdb, struct mdt_buf *text)
{
	const struct cdb *row = find(cdb);
	unsigned int opcode;
	uint64_t number;

	if (!read_byte(cdb, 0, &opcode))
		return;
	if (!row) {
		mdt_buf_adds(text, "SCSI command ");
		mdt_buf_hex(text, opcode);
		return;
	}
	mdt_buf_adds(text, row->name);
	put_ata(cdb, text);
	put_page(cdb, text);
	if (read_field(cdb, row->lba, &number)) {
		mdt_buf_adds(text, " at block ");
		mdt_buf_dec(text, number);
	}
	if (read_field(cdb, row->count, &number)) {
		mdt_buf_adds(text, ", ");
		mdt_buf_dec(text, number);
		mdt_buf_addc(text, ' ');
		mdt_buf_adds(text, row->unit);
	}
}

// Fixed format has response codes 0x70 and 0x71, descriptor format 0x72 and 0x73: SPC-4.
static void put_sense(struct mdt_slice sense, struct mdt_buf *text)
{
	unsigned int code, key, asc, ascq;
	bool is_fixed;

	if (!read_byte(sense, 0, &code))
		return;
	code &= 0x7f;
	if (code < 0x70 || code > 0x73)
		return;
	is_fixed = code < 0x72;
	if (!read_byte(sense, is_fixed ? 2 : 1, &key))
		return;
	mdt_buf_adds(text, "; sense: ");
	mdt_buf_adds(text, sense_keys[key & 0xf]);
	if (!read_byte(sense, is_fixed ? 12 : 2, &asc) ||
	    !read_byte(sense, is_fixed ? 13 : 3, &ascq))
		return;
	mdt_buf_adds(text, ", additional code ");
	mdt_buf_hex(text, asc);
	mdt_buf_adds(text, ", qualifier ");
	mdt_buf_hex(text, ascq);
}

void mdt_annotate_scsi(struct mdt_ref argument, struct mdt_buf *scratch,
		       struct mdt_buf *text)
{
	struct mdt_ref cdb = mdt_ref_member(argument, SLICE("cmdp"));
	struct mdt_ref sense = mdt_ref_member(argument, SLICE("sbp"));

	mdt_buf_clear(scratch);
	if (!mdt_ref_ok(cdb) || !mdt_ref_bytes(cdb, scratch))
		return;
	put_command(mdt_buf_slice(scratch), text);
	mdt_buf_clear(scratch);
	if (text->len && mdt_ref_ok(sense) && mdt_ref_bytes(sense, scratch))
		put_sense(mdt_buf_slice(scratch), text);
}
