// SPDX-License-Identifier: MIT
/* NVMe commands that are passed through: which one, by its opcode, and what of its fields
 * says what it is about. Base Specification 2.0, figures of the admin and of the NVM
 * command set; the kernel has the opcodes in include/linux/nvme.h, which is no header for
 * programs. */
#include "annotate/parts.h"

struct command {
	uint8_t opcode;
	const char *name;
};

static const struct command admin[] = {
	{ 0x00, "Delete I/O Submission Queue" },
	{ 0x01, "Create I/O Submission Queue" },
	{ 0x02, "Get Log Page" },
	{ 0x04, "Delete I/O Completion Queue" },
	{ 0x05, "Create I/O Completion Queue" },
	{ 0x06, "Identify" },
	{ 0x08, "Abort" },
	{ 0x09, "Set Features" },
	{ 0x0a, "Get Features" },
	{ 0x0c, "Asynchronous Event Request" },
	{ 0x0d, "Namespace Management" },
	{ 0x10, "Firmware Commit" },
	{ 0x11, "Firmware Image Download" },
	{ 0x14, "Device Self-test" },
	{ 0x15, "Namespace Attachment" },
	{ 0x18, "Keep Alive" },
	{ 0x19, "Directive Send" },
	{ 0x1a, "Directive Receive" },
	{ 0x1c, "Virtualization Management" },
	{ 0x1d, "NVMe-MI Send" },
	{ 0x1e, "NVMe-MI Receive" },
	{ 0x80, "Format NVM" },
	{ 0x81, "Security Send" },
	{ 0x82, "Security Receive" },
	{ 0x84, "Sanitize" },
	{ 0x86, "Get LBA Status" },
};

static const struct command io[] = {
	{ 0x00, "Flush" },
	{ 0x01, "Write" },
	{ 0x02, "Read" },
	{ 0x04, "Write Uncorrectable" },
	{ 0x05, "Compare" },
	{ 0x08, "Write Zeroes" },
	{ 0x09, "Dataset Management" },
	{ 0x0c, "Verify" },
	{ 0x0d, "Reservation Register" },
	{ 0x0e, "Reservation Report" },
	{ 0x11, "Reservation Acquire" },
	{ 0x15, "Reservation Release" },
	{ 0x19, "Copy" },
	{ 0x79, "Zone Management Send" },
	{ 0x7a, "Zone Management Receive" },
	{ 0x7d, "Zone Append" },
};

// What the lowest byte of cdw10 chooses.
static const struct command identify[] = {
	{ 0x00, "namespace" },
	{ 0x01, "controller" },
	{ 0x02, "active namespaces" },
	{ 0x03, "namespace descriptors" },
	{ 0x05, "namespace of a command set" },
	{ 0x06, "controller of a command set" },
	{ 0x10, "allocated namespaces" },
	{ 0x11, "allocated namespace" },
	{ 0x12, "controllers of a namespace" },
	{ 0x13, "controllers" },
	{ 0x1c, "command sets" },
};

static const struct command log_pages[] = {
	{ 0x01, "errors" },
	{ 0x02, "SMART and health" },
	{ 0x03, "firmware slots" },
	{ 0x04, "changed namespaces" },
	{ 0x05, "commands supported and effects" },
	{ 0x06, "device self-test" },
	{ 0x07, "telemetry, host" },
	{ 0x08, "telemetry, controller" },
	{ 0x09, "endurance group" },
	{ 0x0c, "asymmetric namespace access" },
	{ 0x0d, "persistent events" },
	{ 0x70, "discovery" },
	{ 0x80, "reservations" },
	{ 0x81, "sanitize status" },
};

static const struct command features[] = {
	{ 0x01, "arbitration" },
	{ 0x02, "power management" },
	{ 0x04, "temperature threshold" },
	{ 0x05, "error recovery" },
	{ 0x06, "volatile write cache" },
	{ 0x07, "number of queues" },
	{ 0x08, "interrupt coalescing" },
	{ 0x0b, "asynchronous events" },
	{ 0x0c, "autonomous power states" },
	{ 0x0d, "host memory buffer" },
	{ 0x0e, "timestamp" },
	{ 0x0f, "keep alive timer" },
	{ 0x10, "thermal management" },
};

/** What cdw10 chooses, of which opcodes. */
static const struct {
	uint8_t opcode;
	const struct command *rows;
	size_t count;
} chosen[] = {
	{ 0x02, log_pages, array_size(log_pages) },
	{ 0x06, identify, array_size(identify) },
	{ 0x09, features, array_size(features) },
	{ 0x0a, features, array_size(features) },
};

static const char *name_of(const struct command *rows, size_t count, uint64_t opcode)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].opcode == opcode)
			return rows[i].name;
	return NULL;
}

static void put_name(const char *name, const char *what, uint64_t number,
		     struct mdt_buf *text)
{
	if (name) {
		mdt_buf_adds(text, name);
		return;
	}
	mdt_buf_adds(text, what);
	mdt_buf_hex(text, number);
}

static void put_admin(const struct mdt_value *value, uint64_t opcode,
		      struct mdt_buf *text)
{
	uint64_t cdw10;

	put_name(name_of(admin, array_size(admin), opcode), "admin command ", opcode,
		 text);
	if (!mdt_value_get(value, SLICE("cdw10"), &cdw10))
		return;
	array_for_each (it, chosen) {
		if (it->opcode != opcode)
			continue;
		mdt_buf_adds(text, ": ");
		put_name(name_of(it->rows, it->count, cdw10 & 0xff), "", cdw10 & 0xff,
			 text);
	}
}

// Read, Write, Compare, Write Zeroes, Verify and Write Uncorrectable: the first block is
// in cdw10 and cdw11, one less than how many in the lower half of cdw12.
static void put_io(const struct mdt_value *value, uint64_t opcode, struct mdt_buf *text)
{
	static const uint8_t with_blocks[] = { 0x01, 0x02, 0x04, 0x05, 0x08, 0x0c };
	uint64_t low, high, count;

	put_name(name_of(io, array_size(io), opcode), "command ", opcode, text);
	if (!memchr(with_blocks, (int)opcode, sizeof(with_blocks)) ||
	    !mdt_value_get(value, SLICE("cdw10"), &low) ||
	    !mdt_value_get(value, SLICE("cdw11"), &high) ||
	    !mdt_value_get(value, SLICE("cdw12"), &count))
		return;
	mdt_buf_adds(text, " at block ");
	mdt_buf_dec(text, high << 32 | low);
	mdt_buf_adds(text, ", ");
	mdt_buf_dec(text, (count & 0xffff) + 1);
	mdt_buf_adds(text, " blocks");
}

void mdt_annotate_nvme(const struct mdt_ioctl *row, const struct mdt_value *value,
		       struct mdt_buf *text)
{
	bool is_admin = strstr(row->name, "_ADMIN") != NULL;
	uint64_t opcode, nsid;

	if (strcmp(row->pack, "nvme") != 0 || !(strstr(row->name, "_CMD")) ||
	    !mdt_value_get(value, SLICE("opcode"), &opcode))
		return;
	if (is_admin)
		put_admin(value, opcode, text);
	else
		put_io(value, opcode, text);
	if (!mdt_value_get(value, SLICE("nsid"), &nsid) || !nsid)
		return;
	mdt_buf_adds(text,
		     nsid == UINT32_MAX ? ", of all namespaces" : ", of namespace ");
	if (nsid != UINT32_MAX)
		mdt_buf_dec(text, nsid);
}
