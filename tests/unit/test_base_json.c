// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/json.h"
#include "params.h"

static void check(const struct mdt_buf *buf, const char *expected)
{
	cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(buf), expected), "%.*s",
		  SLICE_FMT(mdt_buf_slice(buf)));
}

static const struct {
	struct mdt_slice text;
	const char *json;
} texts[] = {
	{ SLICE_INIT(""), "\"\"" },
	{ SLICE_INIT("a b"), "\"a b\"" },
	{ SLICE_INIT("\"\\/"), "\"\\\"\\\\/\"" },
	{ SLICE_INIT("\n\r\t"), "\"\\n\\u000d\\u0009\"" },
	{ SLICE_INIT("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\\u007f\"" },
	{ SLICE_INIT("größe ×"), "\"größe ×\"" },
	// The first and the last of each length.
	{ SLICE_INIT("\xc2\x80\xdf\xbf"), "\"\xc2\x80\xdf\xbf\"" },
	{ SLICE_INIT("\xe0\xa0\x80\xef\xbf\xbf"), "\"\xe0\xa0\x80\xef\xbf\xbf\"" },
	{ SLICE_INIT("\xed\x9f\xbf\xee\x80\x80"), "\"\xed\x9f\xbf\xee\x80\x80\"" },
	{ SLICE_INIT("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"),
	  "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"" },
	// Not UTF-8: alone, cut short, too long, surrogates, above U+10FFFF.
	{ SLICE_INIT("a\xff"), "{\"hex\":\"61ff\"}" },
	{ SLICE_INIT("\x80"), "{\"hex\":\"80\"}" },
	{ SLICE_INIT("\xc2"), "{\"hex\":\"c2\"}" },
	{ SLICE_INIT("\xc2\""), "{\"hex\":\"c222\"}" },
	{ SLICE_INIT("\xe2\x82"), "{\"hex\":\"e282\"}" },
	{ SLICE_INIT("\xe2\x82\x41"), "{\"hex\":\"e28241\"}" },
	{ SLICE_INIT("\xf0\x9f\x92"), "{\"hex\":\"f09f92\"}" },
	{ SLICE_INIT("\xf0\x9f\x92\x0a"), "{\"hex\":\"f09f920a\"}" },
	{ SLICE_INIT("\xc0\x80"), "{\"hex\":\"c080\"}" },
	{ SLICE_INIT("\xc1\xbf"), "{\"hex\":\"c1bf\"}" },
	{ SLICE_INIT("\xe0\x9f\xbf"), "{\"hex\":\"e09fbf\"}" },
	{ SLICE_INIT("\xf0\x8f\xbf\xbf"), "{\"hex\":\"f08fbfbf\"}" },
	{ SLICE_INIT("\xed\xa0\x80"), "{\"hex\":\"eda080\"}" },
	{ SLICE_INIT("\xed\xbf\xbf"), "{\"hex\":\"edbfbf\"}" },
	{ SLICE_INIT("\xf4\x90\x80\x80"), "{\"hex\":\"f4908080\"}" },
	{ SLICE_INIT("\xf5\x80\x80\x80"), "{\"hex\":\"f5808080\"}" },
};

ParameterizedTestParameters(base_json, text)
{
	return index_params(texts);
}

ParameterizedTest(size_t *i, base_json, text)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_json json;

	mdt_json_init(&json, &buf);
	mdt_json_text(&json, NULL, texts[*i].text);
	check(&buf, texts[*i].json);
	cr_expect_eq(mdt_is_utf8(texts[*i].text), texts[*i].json[0] == '"');
}

Test(base_json, numbers_and_words)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_json json;

	mdt_json_init(&json, &buf);
	mdt_json_array(&json, NULL);
	mdt_json_u64(&json, NULL, 0);
	mdt_json_u64(&json, NULL, UINT64_MAX);
	mdt_json_i64(&json, NULL, INT64_MIN);
	mdt_json_i64(&json, NULL, INT64_MAX);
	mdt_json_null(&json, NULL);
	mdt_json_bool(&json, NULL, true);
	mdt_json_bool(&json, NULL, false);
	mdt_json_cstr(&json, NULL, "x");
	mdt_json_end(&json);
	check(&buf, "[0,18446744073709551615,-9223372036854775808,9223372036854775807,"
		    "null,true,false,\"x\"]");
}

Test(base_json, nesting_and_commas)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_json json;

	mdt_json_init(&json, &buf);
	mdt_json_object(&json, NULL);
	mdt_json_array(&json, "empty");
	mdt_json_end(&json);
	mdt_json_object(&json, "none");
	mdt_json_end(&json);
	mdt_json_array(&json, "list");
	mdt_json_object(&json, NULL);
	mdt_json_u64(&json, "a", 1);
	mdt_json_null(&json, "b");
	mdt_json_end(&json);
	mdt_json_array(&json, NULL);
	mdt_json_u64(&json, NULL, 2);
	mdt_json_end(&json);
	mdt_json_u64(&json, NULL, 3);
	mdt_json_end(&json);
	mdt_json_text(&json, "last", SLICE("\xff"));
	mdt_json_bool(&json, "\"\n", true);
	mdt_json_end(&json);
	check(&buf, "{\"empty\":[],\"none\":{},\"list\":[{\"a\":1,\"b\":null},[2],3],"
		    "\"last\":{\"hex\":\"ff\"},\"\\\"\\n\":true}");
	cr_expect_eq(json.depth, 0);
}

// Documents are put behind what the buffer has: a line of them is an object each.
Test(base_json, documents_follow_each_other)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	for (int i = 0; i < 2; i++) {
		struct mdt_json json;

		mdt_json_init(&json, &buf);
		mdt_json_object(&json, NULL);
		mdt_json_i64(&json, "n", -i);
		mdt_json_end(&json);
		mdt_buf_addc(&buf, '\n');
	}
	check(&buf, "{\"n\":0}\n{\"n\":-1}\n");
}

Test(base_json, as_deep_as_it_says)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 }, expected = { 0 };
	struct mdt_json json;

	mdt_json_init(&json, &buf);
	for (int i = 0; i < MDT_JSON_DEPTH_MAX; i++)
		mdt_json_array(&json, NULL);
	for (int i = 0; i < MDT_JSON_DEPTH_MAX; i++)
		mdt_json_end(&json);
	mdt_buf_fill(&expected, '[', MDT_JSON_DEPTH_MAX);
	mdt_buf_fill(&expected, ']', MDT_JSON_DEPTH_MAX);
	cr_expect(mdt_slice_eq(mdt_buf_slice(&buf), mdt_buf_slice(&expected)));
}

Test(base_json, schema_and_version)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_json json;

	mdt_json_init(&json, &buf);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, "mdtrace-event", 1);
	mdt_json_u64(&json, "line", 7);
	mdt_json_end(&json);
	check(&buf, "{\"schema\":\"mdtrace-event\",\"version\":1,\"line\":7}");
}
