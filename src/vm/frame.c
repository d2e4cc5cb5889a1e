// SPDX-License-Identifier: MIT
#include "vm/frame.h"

static const char magic[3] = { 'm', 'd', 't' };

static void store32(char *at, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		at[i] = (char)(value >> 8 * i);
}

static uint32_t load32(const char *at)
{
	uint32_t value = 0;

	for (size_t i = 0; i < 4; i++)
		value |= (uint32_t)(unsigned char)at[i] << 8 * i;
	return value;
}

/* ---- the checksum ---- */

// Four tables: four bytes a step. A replay sends megabytes through an emulated CPU.
static uint32_t crc_tables[4][256];

__attribute__((constructor)) static void make_crc_tables(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t crc = i;

		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
		crc_tables[0][i] = crc;
	}
	for (uint32_t i = 0; i < 256; i++)
		for (size_t t = 1; t < 4; t++) {
			uint32_t before = crc_tables[t - 1][i];

			crc_tables[t][i] = before >> 8 ^ crc_tables[0][before & 0xff];
		}
}

static uint32_t crc_add(uint32_t crc, struct mdt_slice bytes)
{
	size_t i = 0;

	for (; bytes.len - i >= 4; i += 4) {
		crc ^= load32(bytes.str + i);
		crc = crc_tables[3][crc & 0xff] ^ crc_tables[2][crc >> 8 & 0xff] ^
		      crc_tables[1][crc >> 16 & 0xff] ^ crc_tables[0][crc >> 24];
	}
	for (; i < bytes.len; i++)
		crc = crc >> 8 ^
		      crc_tables[0][(crc ^ (unsigned char)bytes.str[i]) & 0xff];
	return crc;
}

// Of type, sequence and length, which are side by side in the header, and the payload.
static uint32_t checksum(const char *header, struct mdt_slice payload)
{
	uint32_t crc = crc_add(UINT32_MAX, mdt_slice_from(header + 3, 9));

	return ~crc_add(crc, payload);
}

/* ---- writing ---- */

void mdt_frame_write(enum mdt_frame_type type, uint32_t sequence,
		     struct mdt_slice payload, struct mdt_buf *ret)
{
	char header[MDT_FRAME_HEADER];

	memcpy(header, magic, sizeof(magic));
	header[3] = (char)type;
	store32(header + 4, sequence);
	store32(header + 8, (uint32_t)payload.len);
	store32(header + 12, checksum(header, payload));
	mdt_buf_add(ret, mdt_slice_from(header, sizeof(header)));
	mdt_buf_add(ret, payload);
}

/* ---- reading ---- */

void mdt_frame_reader_deinit(struct mdt_frame_reader *reader)
{
	mdt_buf_deinit(&reader->buf);
	*reader = (struct mdt_frame_reader){ 0 };
}

static void drop_taken(struct mdt_frame_reader *reader)
{
	if (!reader->taken)
		return;
	reader->buf.len -= reader->taken;
	memmove(reader->buf.str, reader->buf.str + reader->taken, reader->buf.len);
	reader->taken = 0;
}

struct mdt_error *mdt_frame_feed(struct mdt_frame_reader *reader, struct mdt_slice bytes)
{
	drop_taken(reader);
	mdt_buf_add(&reader->buf, bytes);
	return mdt_buf_error(&reader->buf);
}

static bool is_type(char type)
{
	switch ((enum mdt_frame_type)type) {
	case MDT_FRAME_PART:
	case MDT_FRAME_RUN:
	case MDT_FRAME_RESET:
	case MDT_FRAME_QUIT:
	case MDT_FRAME_WAKE:
	case MDT_FRAME_HELLO:
	case MDT_FRAME_LINES:
	case MDT_FRAME_DONE:
	case MDT_FRAME_ERROR:
		return true;
	}
	return false;
}

// What is there of the header is judged at once: nonsense must not pass for the length of
// a frame that never comes.
static struct mdt_error *check_header(const struct mdt_frame_reader *reader,
				      struct mdt_slice head)
{
	size_t known = head.len < sizeof(magic) ? head.len : sizeof(magic);

	if (memcmp(head.str, magic, known) != 0)
		return mdt_error_create(MDT_ERR_INVALID,
					"frame %u: does not begin with \"mdt\"",
					reader->sequence);
	if (head.len >= 4 && !is_type(head.str[3]))
		return mdt_error_create(MDT_ERR_INVALID, "frame %u: unknown type 0x%02x",
					reader->sequence, (unsigned char)head.str[3]);
	if (head.len >= 8 && load32(head.str + 4) != reader->sequence)
		return mdt_error_create(MDT_ERR_INVALID, "frame %u: has sequence %u",
					reader->sequence, load32(head.str + 4));
	if (head.len >= 12 && load32(head.str + 8) > MDT_FRAME_MAX)
		return mdt_error_create(
			MDT_ERR_INVALID, "frame %u: %u bytes of payload, at most %u",
			reader->sequence, load32(head.str + 8), MDT_FRAME_MAX);
	return NULL;
}

static struct mdt_error *check_sum(const struct mdt_frame_reader *reader,
				   struct mdt_slice payload)
{
	uint32_t is = load32(reader->buf.str + reader->taken + 12);
	uint32_t should = checksum(reader->buf.str + reader->taken, payload);

	if (is == should)
		return NULL;
	return mdt_error_create(MDT_ERR_INVALID,
				"frame %u: checksum is 0x%08x, should be 0x%08x",
				reader->sequence, is, should);
}

static struct mdt_error *next_frame(struct mdt_frame_reader *reader,
				    enum mdt_frame_type *type, struct mdt_slice *payload,
				    bool *got)
{
	struct mdt_slice rest =
		mdt_slice_skip(mdt_buf_slice(&reader->buf), reader->taken);
	struct mdt_slice head = mdt_slice_head(rest, MDT_FRAME_HEADER);
	struct mdt_error *err;
	size_t len;

	*got = false;
	err = head.len ? check_header(reader, head) : NULL;
	if (err || head.len < MDT_FRAME_HEADER)
		return err;
	len = load32(head.str + 8);
	if (rest.len - MDT_FRAME_HEADER < len)
		return NULL;
	rest = mdt_slice_from(rest.str + MDT_FRAME_HEADER, len);
	err = check_sum(reader, rest);
	if (err)
		return err;
	*type = (enum mdt_frame_type)head.str[3];
	*payload = rest;
	reader->taken += MDT_FRAME_HEADER + len;
	reader->sequence++;
	*got = true;
	return NULL;
}

struct mdt_error *mdt_frame_next(struct mdt_frame_reader *reader,
				 enum mdt_frame_type *type, struct mdt_slice *payload,
				 bool *got)
{
	struct mdt_error *err;

	if (reader->broken)
		return mdt_error_create(MDT_ERR_INVALID, "an earlier frame was broken");
	err = next_frame(reader, type, payload, got);
	reader->broken = err != NULL;
	return err;
}
