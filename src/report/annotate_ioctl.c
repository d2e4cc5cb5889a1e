// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "md/remark.h"
#include "report/annotate_parts.h"

/* ---- which command ---- */

// The commands that a request can be: one number has several names, or the log has
// several.
struct request {
	const struct mdt_ioctl *row; // NULL: not in the table
	size_t count;		     // rows with this number
	bool has_number;
	uint32_t number;
	struct mdt_slice name; // as strace has it, when it has one
};

// _IOC(_IOC_READ|_IOC_WRITE, 0x9, 0x21, 0x14), as strace writes a number that it does not
// know.
static bool ioc_number(struct mdt_ref ref, uint32_t *ret)
{
	struct mdt_slice dir = mdt_ref_text(mdt_ref_child(ref, 0));
	uint64_t type, nr, size, number;

	if (!mdt_slice_eq(mdt_ref_head(ref), SLICE("_IOC")) ||
	    !mdt_ref_u64(mdt_ref_child(ref, 1), &type) ||
	    !mdt_ref_u64(mdt_ref_child(ref, 2), &nr) ||
	    !mdt_ref_u64(mdt_ref_child(ref, 3), &size))
		return false;
	number = (type & 0xff) << 8 | (nr & 0xff) | (size & 0x3fff) << 16;
	if (mdt_slice_find(dir, SLICE("_IOC_WRITE")))
		number |= (uint64_t)MDT_DIR_WRITE << 30;
	if (mdt_slice_find(dir, SLICE("_IOC_READ")))
		number |= (uint64_t)MDT_DIR_READ << 30;
	*ret = (uint32_t)number;
	return true;
}

/*
 * Several names of one number: md's own if the descriptor is an array, else the table's
 * best.
 */
static void pick_row(struct request *request, const struct mdt_device *device)
{
	bool is_md = mdt_device_is_md(device);

	for (size_t i = 0; i < request->count; i++) {
		const struct mdt_ioctl *row = request->row + i;

		if (is_md && strcmp(row->pack, "md") == 0) {
			request->row = row;
			return;
		}
	}
}

static struct request read_request(const struct mdt_ioctl_table *table,
				   struct mdt_ref ref, const struct mdt_device *device)
{
	struct request request = { 0 };
	struct mdt_ref word = ref;
	uint64_t number;

	if (mdt_ref_u64(ref, &number) && number <= UINT32_MAX) {
		request.has_number = true;
		request.number = (uint32_t)number;
	} else if (ioc_number(ref, &request.number)) {
		request.has_number = true;
	}
	if (request.has_number) {
		request.row = mdt_ioctl_find(table, request.number, &request.count);
		if (request.row)
			pick_row(&request, device);
		return request;
	}
	// `A or B` is one number: the first name that we have will do to find it.
	if (mdt_ref_ok(ref) && mdt_ref_node(ref)->kind == MDT_NODE_EITHER)
		word = mdt_ref_first(ref);
	for (; mdt_ref_ok(word) && !request.row; word = mdt_ref_next(ref, word)) {
		request.name = mdt_ref_text(word);
		request.row = mdt_ioctl_find_name(table, request.name);
	}
	if (request.row) {
		request.has_number = true;
		request.number = request.row->number;
	}
	return request;
}

/* ---- the argument ---- */

static void add_payload_text(const struct mdt_value *value, struct mdt_buf *text)
{
	static const struct mdt_text_limits limits = { .string_max = 64,
						       .array_max = 32 };

	mdt_value_text(value, &limits, text);
}

static struct mdt_error *decode(struct mdt_annotator *annotator,
				const struct mdt_ioctl *row, struct mdt_ref string,
				struct mdt_buf *bytes, bool *has, struct mdt_value *ret)
{
	struct mdt_error *err;

	mdt_buf_clear(bytes);
	if (!mdt_ref_bytes(string, bytes))
		return NULL;
	err = mdt_buf_error(bytes);
	if (!err)
		err = mdt_value_decode(row->type, row->meaning, mdt_buf_slice(bytes),
				       &annotator->arena, ret);
	*has = !err;
	return err;
}

static bool is_kind(struct mdt_ref ref, enum mdt_node_kind kind)
{
	return mdt_ref_ok(ref) && mdt_ref_node(ref)->kind == kind;
}

// Bytes as strace prints them since 6.11: "...", or "in" => "out".
static struct mdt_error *read_payload(struct mdt_annotator *annotator,
				      const struct mdt_ioctl *row, struct mdt_ref ref,
				      bool failed, struct mdt_annotation *ret)
{
	struct mdt_ref in = ref, out = mdt_ref_none();
	struct mdt_error *err;

	if (is_kind(ref, MDT_NODE_CHANGE)) {
		in = mdt_ref_first(ref);
		out = mdt_ref_next(ref, in);
	}
	annotator->used = true;
	err = decode(annotator, row, in, &annotator->bytes, &ret->has_in, &ret->in);
	if (!err)
		err = decode(annotator, row, out, &annotator->bytes_out, &ret->has_out,
			     &ret->out);
	if (err || (!ret->has_in && !ret->has_out))
		return err;
	ret->payload = MDT_PAYLOAD_PRESENT;
	// What a call that failed would have filled in is only what stood in memory
	// before.
	if (row->arg == MDT_ARG_OUT && failed)
		return NULL;
	if (ret->has_in)
		add_payload_text(&ret->in, &annotator->argument);
	if (ret->has_in && ret->has_out)
		mdt_buf_adds(&annotator->argument, " => ");
	if (ret->has_out)
		add_payload_text(&ret->out, &annotator->argument);
	ret->argument = ret->new_argument = mdt_buf_slice(&annotator->argument);
	return NULL;
}

// A dev_t by value: the device's name goes with it when the log has told it.
static void read_value(struct mdt_annotator *annotator, const struct mdt_ioctl *row,
		       uint64_t value, struct mdt_annotation *ret)
{
	struct mdt_buf *text = &annotator->argument;
	const struct mdt_device *device;
	size_t len;

	mdt_ioctl_arg_text(row, value, text);
	len = text->len;
	if (row->meaning && row->meaning->kind == MDT_MEANING_DEV) {
		device = mdt_trace_device(&annotator->trace, mdt_dev_major(value),
					  mdt_dev_minor(value));
		if (device && device->path.len) {
			mdt_buf_adds(text, " (");
			mdt_device_name(text, device);
			mdt_buf_addc(text, ')');
		}
	}
	ret->argument = mdt_buf_slice(text);
	ret->new_argument = mdt_slice_head(ret->argument, len);
}

static struct mdt_error *read_argument(struct mdt_annotator *annotator,
				       const struct mdt_event *event,
				       const struct mdt_ioctl *row,
				       struct mdt_annotation *ret)
{
	struct mdt_ref ref = mdt_event_arg(event, 2);
	bool failed = event->result.error.len != 0;
	uint64_t value;
	bool is_number = mdt_ref_u64(ref, &value);

	mdt_buf_clear(&annotator->argument);
	if (row->arg == MDT_ARG_VALUE && is_number) {
		read_value(annotator, row, value, ret);
	} else if (mdt_ioctl_has_payload(row)) {
		// An address, and not 0: the bytes behind it are not there.
		if (is_number && value) {
			ret->payload = MDT_PAYLOAD_ABSENT;
			ret->argument = SLICE("argument not in the log");
		} else if (is_kind(ref, MDT_NODE_STRING) ||
			   is_kind(ref, MDT_NODE_CHANGE)) {
			return read_payload(annotator, row, ref, failed, ret);
		}
	}
	return NULL;
}

/* ---- what it means ---- */

// BLKPG's operations fail for reasons of their own: BLKPG_DEL_PARTITION.
static struct mdt_slice operation(struct mdt_slice name, struct mdt_ref argument)
{
	struct mdt_slice op = mdt_ref_text(mdt_ref_member(argument, SLICE("op")));

	if (!mdt_slice_eq(name, SLICE("BLKPG")))
		return name;
	if (mdt_slice_eq(op, SLICE("0x2"))) // -X raw
		return SLICE("BLKPG_DEL_PARTITION");
	return mdt_slice_starts(op, name) ? op : name;
}

static void explain(struct mdt_annotator *annotator, const struct mdt_event *event,
		    const struct request *request, struct mdt_annotation *ret)
{
	struct mdt_md_call call = {
		.op = ret->name,
		.payload = ret->has_in ? ret->in.bytes : (struct mdt_slice){ 0 },
	};
	const struct mdt_md_summary *summary;

	if (mdt_annotate_failure(annotator, event,
				 operation(ret->name, mdt_event_arg(event, 2)), ret))
		return;
	call.has_value = mdt_ref_u64(mdt_event_arg(event, 2), &call.value);
	summary = mdt_md_summary_find(&call);
	if (summary && mdt_event_succeeded(event)) {
		ret->means = mdt_slice_cstr(summary->effect);
		ret->source = summary->source;
	} else if (!request->row && request->has_number) {
		ret->means = SLICE("not in the table: see mdtrace decode");
	}
}

static unsigned int topics_of(const struct request *request,
			      const struct mdt_device *device)
{
	if (!request->row && !request->has_number && !request->name.len)
		return 0;
	if (mdt_device_is_md(device) ||
	    (request->row && strcmp(request->row->pack, "md") == 0))
		return MDT_TOPIC_IOCTL | MDT_TOPIC_MD;
	return device ? MDT_TOPIC_IOCTL | MDT_TOPIC_BLOCK : MDT_TOPIC_IOCTL;
}

static struct mdt_error *annotate(struct mdt_annotator *annotator,
				  const struct mdt_event *event,
				  const struct request *request,
				  struct mdt_annotation *ret)
{
	struct mdt_ref ref = mdt_event_arg(event, 1);
	struct mdt_error *err = NULL;

	ret->ioctl = request->row;
	ret->ioctl_count = request->count;
	mdt_buf_clear(&annotator->request);
	if (request->row)
		mdt_buf_adds(&annotator->request, request->row->name);
	else if (request->has_number)
		mdt_ioctl_number_text(request->number, &annotator->request);
	else
		mdt_buf_add(&annotator->request, request->name);
	ret->name = mdt_buf_slice(&annotator->request);
	if (mdt_ref_node(ref)->kind != MDT_NODE_WORD && request->row)
		ret->new_request = ret->name;
	if (request->row)
		err = read_argument(annotator, event, request->row, ret);
	if (err)
		return err;
	explain(annotator, event, request, ret);
	return mdt_annotation_compose(annotator, event, ret);
}

/* ---- remarks that come again ---- */

enum {
	MEMO_SLOTS = 64,
	MEMO_TEXT_MAX = 40,
};

// What the request, the device, the errno and "there is an address" alone decide.
struct memo {
	char request[MEMO_TEXT_MAX], error[MEMO_TEXT_MAX];
	size_t request_len, error_len;
	const struct mdt_device *device;
	bool has_address;
	unsigned int topics; // 0: the slot is free, or there is nothing to say
	bool has_text;
	struct mdt_annotation annotation;
	struct mdt_buf name, means, text; // behind its slices
};

struct mdt_ioctl_memo {
	struct memo slots[MEMO_SLOTS];
};

void mdt_ioctl_memo_forget(struct mdt_annotator *annotator, bool free_memory)
{
	if (!annotator->memo)
		return;
	array_for_each (it, annotator->memo->slots) {
		it->topics = 0;
		if (free_memory) {
			mdt_buf_deinit(&it->name);
			mdt_buf_deinit(&it->means);
			mdt_buf_deinit(&it->text);
		}
	}
	if (!free_memory)
		return;
	free(annotator->memo);
	annotator->memo = NULL;
}

static bool is_memo(const struct memo *memo, struct mdt_slice request,
		    struct mdt_slice error, const struct mdt_device *device,
		    bool has_address)
{
	return memo->topics && memo->device == device &&
	       memo->has_address == has_address &&
	       mdt_slice_eq(mdt_slice_from(memo->request, memo->request_len), request) &&
	       mdt_slice_eq(mdt_slice_from(memo->error, memo->error_len), error);
}

static struct memo *memo_slot(struct mdt_annotator *annotator, struct mdt_slice request,
			      struct mdt_slice error, const struct mdt_device *device)
{
	uint64_t hash = (uintptr_t)device / sizeof(void *) + error.len * 31;

	if (request.len > MEMO_TEXT_MAX || error.len > MEMO_TEXT_MAX)
		return NULL;
	if (!annotator->memo)
		annotator->memo = calloc(1, sizeof(*annotator->memo));
	if (!annotator->memo)
		return NULL;
	for (size_t i = 0; i < request.len; i++)
		hash = hash * 33 + (unsigned char)request.str[i];
	return &annotator->memo->slots[(hash ^ hash >> 6 ^ hash >> 12) % MEMO_SLOTS];
}

static struct mdt_slice keep(struct mdt_buf *buf, struct mdt_slice text)
{
	mdt_buf_clear(buf);
	mdt_buf_add(buf, text);
	return mdt_buf_slice(buf);
}

static struct mdt_error *memo_text(struct memo *memo, const struct mdt_annotation *from)
{
	struct mdt_annotation *it = &memo->annotation;

	*it = *from;
	it->name = keep(&memo->name, from->name);
	it->means = keep(&memo->means, from->means);
	it->text = keep(&memo->text, from->text);
	if (from->new_request.len)
		it->new_request = it->name;
	memo->has_text = !memo->name.failed && !memo->means.failed && !memo->text.failed;
	return memo->has_text ? NULL : &mdt_enomem;
}

static void memo_begin(struct memo *memo, struct mdt_slice request,
		       struct mdt_slice error, const struct mdt_device *device,
		       bool has_address, unsigned int topics)
{
	memcpy(memo->request, request.str, request.len);
	memo->request_len = request.len;
	if (error.len)
		memcpy(memo->error, error.str, error.len);
	memo->error_len = error.len;
	memo->device = device;
	memo->has_address = has_address;
	memo->topics = topics;
	memo->has_text = false;
}

// Whether nothing but the memo's key can change what is said.
static bool can_keep(const struct request *request, struct mdt_ref argument)
{
	bool by_value = request->row && request->row->arg == MDT_ARG_VALUE;

	return !by_value && (!mdt_ref_ok(argument) || is_kind(argument, MDT_NODE_INT));
}

struct mdt_error *mdt_annotate_ioctl(struct mdt_annotator *annotator,
				     const struct mdt_event *event, unsigned int topics,
				     const struct mdt_annotation **ret)
{
	const struct mdt_file *file =
		mdt_trace_file(&annotator->trace, event, mdt_event_arg(event, 0));
	const struct mdt_device *device = file ? file->device : NULL;
	struct mdt_ref ref = mdt_event_arg(event, 1), argument = mdt_event_arg(event, 2);
	struct mdt_slice text = mdt_ref_text(ref), error = event->result.error;
	struct mdt_annotation *current = &annotator->current;
	struct request request;
	struct mdt_error *err;
	uint64_t address;
	bool has_address = mdt_ref_u64(argument, &address) && address;
	struct memo *memo = memo_slot(annotator, text, error, device);

	if (memo && is_memo(memo, text, error, device, has_address)) {
		if (!(memo->topics & topics))
			return NULL;
		memo->annotation.file = file;
		if (memo->has_text &&
		    (!mdt_ref_ok(argument) || is_kind(argument, MDT_NODE_INT))) {
			*ret = &memo->annotation;
			return NULL;
		}
	}
	request = read_request(annotator->table, ref, device);
	*current = (struct mdt_annotation){
		.topics = topics_of(&request, device),
		.file = file,
		.device = device,
	};
	if (memo)
		memo_begin(memo, text, error, device, has_address, current->topics);
	if (!(current->topics & topics))
		return NULL;
	if (annotator->used)
		mdt_arena_deinit(&annotator->arena);
	annotator->used = false;
	*ret = current;
	err = annotate(annotator, event, &request, current);
	if (!err && memo && can_keep(&request, argument))
		err = memo_text(memo, current);
	return err;
}
