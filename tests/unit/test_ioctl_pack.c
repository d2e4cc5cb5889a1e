// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "ioctl/pack.h"
#include "ioctl/value.h"

#define OBJECTS MDT_BINARY_DIR "/src/ioctl/CMakeFiles/mdt_packs.dir"

static const struct mdt_ioctl_table no_table;

static void destroyp(struct mdt_pack **pack)
{
	mdt_pack_destroy(*pack);
}

// Compile a source as a pack, with whichever compiler is there; NULL ends the arguments.
static void compile(const char *compiler, const char *source, const char *flags,
		    const char *object)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf command = { 0 };

	mdt_buf_printf(&command,
		       "printf '%%s' '%s' | %s -x c -c %s "
		       "-fno-eliminate-unused-debug-types -o %s -",
		       source, compiler, flags, object);
	mdt_buf_addc(&command, 0);
	cr_assert_eq(system(command.str), 0, "%s", command.str);
}

static const char strict[] = "-gdwarf-4 -gstrict-dwarf -g3";
static const char clang[] =
	"-gdwarf-4 -gstrict-dwarf -g3 -fdebug-macro -fstandalone-debug";

static const char source[] = "#include <linux/ioctl.h>\n"
			     "#include <linux/types.h>\n"
			     "struct inner { char tag; __be16 port; };\n"
			     "enum color { RED, GREEN = -2, BLUE = 7 };\n"
			     "typedef struct foo {\n"
			     "	enum color color;\n"
			     "	unsigned int low : 3, mid : 10;\n"
			     "	signed long long wide : 40;\n"
			     "	union { int number; struct inner in[2][3]; };\n"
			     "	struct foo *next;\n"
			     "	const char *name;\n"
			     "	_Bool flag;\n"
			     "	__u8 rest[];\n"
			     "} foo_t;\n"
			     "#define FOO_MAGIC 0xe7\n"
			     "#define _FOOR _IOR\n"
			     "#define FOO_GET _FOOR(FOO_MAGIC, 1, foo_t)\n"
			     "#define FOO_SET _IOW(FOO_MAGIC, 1 + 1, struct foo)\n"
			     "#define FOO_NAME _IOWR(FOO_MAGIC, 3, char[FOO_LEN])\n"
			     "#define FOO_LEN 16\n"
			     "#define FOO_STOP _IO(FOO_MAGIC, 4)\n"
			     "#define FOO_SIZE _IOC_SIZE(FOO_GET)\n"
			     "#define FOO_BAD _IOR(FOO_MAGIC, 5, struct missing)\n"
			     "#define FOO_TWO (FOO_GET | FOO_SET)\n"
			     "#define FOO_PLAIN 0xe706\n"
			     "#define FOO_GONE _IO(FOO_MAGIC, 7)\n"
			     "#undef FOO_GONE\n";

static void check_row(const struct mdt_ioctl_table *table, const char *name,
		      uint32_t number, enum mdt_ioctl_arg arg, const char *type)
{
	const struct mdt_ioctl *row = mdt_ioctl_find_name(table, mdt_slice_cstr(name));

	cr_assert_not_null(row, "%s", name);
	cr_assert_eq(row->number, number, "%s is %#x", name, row->number);
	cr_assert_eq(row->arg, arg);
	cr_assert_str_eq(row->type_text, type);
	cr_assert_str_eq(row->pack, "foo");
	cr_assert_eq(row, mdt_ioctl_find(table, number, NULL));
}

static void check_layout(const struct mdt_ioctl_table *table, struct mdt_buf *ret)
{
	const struct mdt_type *type = mdt_ioctl_find_type(table, SLICE("struct foo"));

	cr_assert_not_null(type);
	for (uint32_t i = 0; i < type->count; i++) {
		const struct mdt_member *member = &type->members[i];

		mdt_buf_printf(ret, "%s %s @%u:%u:%u\n", member->type->name, member->name,
			       member->offset, member->bit_offset, member->bit_size);
	}
	mdt_buf_addc(ret, 0);
	cr_assert_eq(type->members[0].type->kind, MDT_TYPE_ENUM);
	cr_assert(type->members[0].type->is_signed);
	cr_assert_eq(type->members[0].type->meaning->count, 3);
	type = type->members[4].type->members[1].type; // struct inner [2][3]
	cr_assert_eq(type->count, 2);
	cr_assert_str_eq(type->item->name, "struct inner [3]");
	cr_assert(type->item->item->members[1].type->is_big_endian);
}

static const char layout[] = "enum color color @0:0:0\n"
			     "unsigned int low @4:0:3\n"
			     "unsigned int mid @4:3:10\n"
			     "long long wide @8:0:40\n"
			     "  @16:0:0\n"
			     "struct foo * next @40:0:0\n"
			     "char * name @48:0:0\n"
			     "_Bool flag @56:0:0\n"
			     "__u8 [] rest @57:0:0\n";

static void check_pack(const char *compiler, const char *flags)
{
	_cleanup_(destroyp) struct mdt_pack *pack = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	char folder[] = "/tmp/mdt-test-XXXXXX", object[64];
	const struct mdt_ioctl_table *table;
	struct mdt_error *err;

	cr_assert_not_null(mkdtemp(folder));
	snprintf(object, sizeof(object), "%s/foo.o", folder);
	compile(compiler, source, flags, object);
	err = mdt_pack_create(&no_table, object, MDT_PACK_ADDS, &pack);
	unlink(object);
	rmdir(folder);
	cr_assert_null(err, "%s", err ? err->message : "");
	table = mdt_pack_table(pack);
	check_row(table, "FOO_GET", 0x8040e701, MDT_ARG_OUT, "foo_t");
	check_row(table, "FOO_SET", 0x4040e702, MDT_ARG_IN, "struct foo");
	check_row(table, "FOO_NAME", 0xc010e703, MDT_ARG_INOUT, "char [16]");
	check_row(table, "FOO_STOP", 0xe704, MDT_ARG_UNSAID, "");
	cr_assert_eq(table->count, 4);
	check_layout(table, &text);
	cr_assert_str_eq(text.str, layout);
}

Test(pack, of_gcc)
{
	if (system("command -v gcc >/dev/null") != 0)
		cr_skip_test("no gcc");
	check_pack("gcc", strict);
}

Test(pack, of_clang)
{
	if (system("command -v clang >/dev/null") != 0)
		cr_skip_test("no clang");
	check_pack("clang", clang);
}

static const char shared[] = "#include <linux/ioctl.h>\n"
			     "#define ALIAS PLAIN\n"
			     "#define __PLAIN _IO(1, 2)\n"
			     "#define PLAIN_OLD _IO(1, 2)\n"
			     "#define PLAIN_32 _IO(1, 2)\n"
			     "#define PLAIN32_BIT _IO(1, 2)\n"
			     "#define PLAIN_320 _IO(1, 2)\n"
			     "#define PLAIN _IO(1, 2)\n";

Test(pack, ranks_the_names_of_a_number)
{
	static const char *const expected[] = { "PLAIN_320", "PLAIN",	    "ALIAS",
						"PLAIN_32",  "PLAIN32_BIT", "PLAIN_OLD",
						"__PLAIN" };
	_cleanup_(destroyp) struct mdt_pack *pack = NULL;
	char object[] = "/tmp/mdt-test-XXXXXX";
	const struct mdt_ioctl *rows;
	int fd = mkstemp(object);
	size_t count;

	if (system("command -v gcc >/dev/null") != 0)
		cr_skip_test("no gcc");
	compile("gcc", shared, strict, object);
	cr_assert_null(mdt_pack_create(&no_table, object, MDT_PACK_ADDS, &pack));
	unlink(object);
	close(fd);
	rows = mdt_ioctl_find(mdt_pack_table(pack), 0x102, &count);
	cr_assert_eq(count, array_size(expected));
	for (size_t i = 0; i < count; i++)
		cr_assert_str_eq(rows[i].name, expected[i]);
}

Test(pack, comes_beside_the_builtin_table)
{
	_cleanup_(destroyp) struct mdt_pack *pack = NULL;
	const struct mdt_ioctl_table *builtin = mdt_ioctl_builtin(), *table;

	cr_assert_null(mdt_pack_create(builtin, OBJECTS "/pack_md.c.o",
				       MDT_PACK_OVERRIDES, &pack));
	table = mdt_pack_table(pack);
	cr_assert_eq(table->count, builtin->count); // the built-in rows know more
	cr_assert_eq(mdt_ioctl_find_name(table, SLICE("HOT_ADD_DISK"))->arg,
		     MDT_ARG_VALUE);
}

static const char clashing[] =
	"#include <linux/ioctl.h>\n"
	"#include <linux/types.h>\n"
	"#include <linux/major.h>\n"
	"#include <linux/raid/md_u.h>\n"
	"struct vendor_version { int a, b, c; };\n"
	"#define VENDOR_VERSION _IOR(9, 0x10, struct vendor_version)\n"
	"struct other { __u64 x; int y[16]; };\n"
	"#undef GET_ARRAY_INFO\n"
	"#define GET_ARRAY_INFO _IOR(9, 0x11, struct other)\n"
	"#undef STOP_ARRAY\n"
	"#define STOP_ARRAY _IO(0xe7, 0x32)\n";

static void create_clashing(enum mdt_pack_role role, struct mdt_pack **ret)
{
	char object[] = "/tmp/mdt-test-XXXXXX";
	int fd = mkstemp(object);

	if (system("command -v gcc >/dev/null") != 0)
		cr_skip_test("no gcc");
	compile("gcc", clashing, strict, object);
	cr_assert_null(mdt_pack_create(mdt_ioctl_builtin(), object, role, ret));
	unlink(object);
	close(fd);
}

static void check_first(const struct mdt_pack *pack, uint32_t number, size_t count,
			const char *name, bool is_packs)
{
	size_t n;
	const struct mdt_ioctl *row = mdt_ioctl_find(mdt_pack_table(pack), number, &n);

	cr_assert_eq(n, count, "%#x: %zu", number, n);
	cr_expect_str_eq(row->name, name);
	cr_expect_eq(mdt_pack_has(pack, row), is_packs, "%s", name);
	row = mdt_ioctl_find_name(mdt_pack_table(pack), mdt_slice_cstr(name));
	cr_expect_eq(row->number, number, "%s: %#x", name, row->number);
}

Test(pack, that_overrides_goes_first)
{
	_cleanup_(destroyp) struct mdt_pack *pack = NULL;

	create_clashing(MDT_PACK_OVERRIDES, &pack);
	check_first(pack, 0x800c0910, 2, "VENDOR_VERSION", true);
	check_first(pack, 0x80480911, 1, "GET_ARRAY_INFO", true); // has another layout
	check_first(pack, 0xe732, 1, "STOP_ARRAY", true);
	check_first(pack, 0x40140921, 1, "ADD_NEW_DISK", false); // says no more
}

Test(pack, that_adds_goes_last)
{
	_cleanup_(destroyp) struct mdt_pack *pack = NULL;

	create_clashing(MDT_PACK_ADDS, &pack);
	check_first(pack, 0x800c0910, 2, "RAID_VERSION", false);
	check_first(pack, 0x80480911, 1, "GET_ARRAY_INFO", false);
	check_first(pack, 0x932, 1, "STOP_ARRAY", false);
	cr_assert_not_null(mdt_ioctl_find(mdt_pack_table(pack), 0xe732, NULL));
}

static void check_error(const char *path, enum mdt_error_kind kind, const char *message)
{
	struct mdt_pack *pack = NULL;
	struct mdt_error *err = mdt_pack_create(&no_table, path, MDT_PACK_ADDS, &pack);

	cr_assert_not_null(err);
	cr_assert_null(pack);
	cr_assert_eq(err->kind, kind);
	cr_assert_str_eq(err->message, message);
	mdt_error_destroy(err);
}

Test(pack, that_is_none)
{
	check_error("/nonexistent.o", MDT_ERR_OS,
		    "/nonexistent.o: No such file or directory");
	check_error("/dev/null", MDT_ERR_FORMAT, "/dev/null: not an ELF object");
	check_error(MDT_SOURCE_DIR "/LICENSE", MDT_ERR_FORMAT,
		    MDT_SOURCE_DIR "/LICENSE: not an ELF object");
	check_error("/", MDT_ERR_FORMAT, "/: not an ELF object");
}

static void check_compiled_error(const char *text, const char *flags, const char *message)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf expected = { 0 };
	char object[] = "/tmp/mdt-test-XXXXXX";
	int fd = mkstemp(object);

	cr_assert_geq(fd, 0);
	compile("gcc", text, flags, object);
	mdt_buf_printf(&expected, "%s: %s", object, message);
	mdt_buf_addc(&expected, 0);
	check_error(object, MDT_ERR_DWARF, expected.str);
	unlink(object);
	close(fd);
}

Test(pack, without_ioctls_says_how_to_compile_one)
{
	if (system("command -v gcc >/dev/null") != 0)
		cr_skip_test("no gcc");
	check_compiled_error("int x;\n#define X 1\n", strict,
			     "no ioctl among its macros (a pack is compiled with "
			     "-gdwarf-4 -gstrict-dwarf -g3)");
	check_compiled_error("int x;\n", "-gdwarf-4 -gstrict-dwarf -g1",
			     "no macros in its debug info (compile it with -g3)");
}

static void read_file(const char *path, struct mdt_buf *ret)
{
	char chunk[4096];
	FILE *file = fopen(path, "re");
	size_t n;

	cr_assert_not_null(file, "%s", path);
	while ((n = fread(chunk, 1, sizeof(chunk), file)))
		mdt_buf_add(ret, mdt_slice_from(chunk, n));
	fclose(file);
}

static void read_damaged(int fd, struct mdt_slice bytes)
{
	struct mdt_pack *pack = NULL;

	cr_assert_eq(ftruncate(fd, 0), 0);
	cr_assert_eq(pwrite(fd, bytes.str, bytes.len, 0), (ssize_t)bytes.len);
	mdt_error_destroy(
		mdt_pack_create_fd(&no_table, fd, "damaged", MDT_PACK_ADDS, &pack));
	mdt_pack_destroy(pack);
}

// The fuzz target does this for longer; here it is for everybody, always the same.
Test(pack, damaged_ones_do_no_harm)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	char path[] = "/tmp/mdt-test-XXXXXX";
	int fd = mkstemp(path);
	uint64_t state = 42;

	unlink(path);
	read_file(OBJECTS "/pack_loop.c.o", &bytes);
	for (size_t len = 0; len < bytes.len; len += bytes.len / 40)
		read_damaged(fd, mdt_slice_head(mdt_buf_slice(&bytes), len));
	for (int round = 0; round < 60; round++) {
		char saved[8];
		size_t at;

		state = state * 6364136223846793005 + 1442695040888963407;
		at = (size_t)(state >> 33) % (bytes.len - sizeof(saved));
		memcpy(saved, bytes.str + at, sizeof(saved));
		memcpy(bytes.str + at, &state, sizeof(saved));
		read_damaged(fd, mdt_buf_slice(&bytes));
		memcpy(bytes.str + at, saved, sizeof(saved));
	}
	close(fd);
}

// Macros that double 60 times would take for ever; a struct of unions of unions would
// decode into more values than there is memory.
static const char laughs[] = "#include <linux/ioctl.h>\n"
			     "#define L0 0\n"
			     "#define L1 (L0+L0+L0+L0+L0+L0+L0+L0)\n"
			     "#define L2 (L1+L1+L1+L1+L1+L1+L1+L1)\n"
			     "#define L3 (L2+L2+L2+L2+L2+L2+L2+L2)\n"
			     "#define L4 (L3+L3+L3+L3+L3+L3+L3+L3)\n"
			     "#define L5 (L4+L4+L4+L4+L4+L4+L4+L4)\n"
			     "#define L6 (L5+L5+L5+L5+L5+L5+L5+L5)\n"
			     "#define L7 (L6+L6+L6+L6+L6+L6+L6+L6)\n"
			     "#define L8 (L7+L7+L7+L7+L7+L7+L7+L7)\n"
			     "#define L9 (L8+L8+L8+L8+L8+L8+L8+L8)\n"
			     "#define LAUGH _IO(1, L9)\n";

Test(pack, macros_that_ask_too_much)
{
	if (system("command -v gcc >/dev/null") != 0)
		cr_skip_test("no gcc");
	check_compiled_error(laughs, strict, "its macros expand to too much");
}

static const char unions[] = "#include <linux/ioctl.h>\n"
			     "union u0 { char a, b, c, d, e, f, g, h; };\n"
			     "union u1 { union u0 a, b, c, d, e, f, g, h; };\n"
			     "union u2 { union u1 a, b, c, d, e, f, g, h; };\n"
			     "union u3 { union u2 a, b, c, d, e, f, g, h; };\n"
			     "#define UNIONS _IOR(1, 2, union u3)\n";

Test(pack, types_that_ask_too_much_are_opaque)
{
	_cleanup_(destroyp) struct mdt_pack *pack = NULL;
	char object[] = "/tmp/mdt-test-XXXXXX";
	const struct mdt_ioctl *row;
	int fd = mkstemp(object);

	if (system("command -v gcc >/dev/null") != 0)
		cr_skip_test("no gcc");
	compile("gcc", unions, strict, object);
	cr_assert_null(mdt_pack_create(&no_table, object, MDT_PACK_ADDS, &pack));
	row = mdt_ioctl_find_name(mdt_pack_table(pack), SLICE("UNIONS"));
	unlink(object);
	close(fd);
	cr_assert_not_null(row);
	cr_assert_eq(row->type->size, 1);
	cr_assert_eq(row->type->kind, MDT_TYPE_UNION);
	cr_assert_eq(row->type->members[0].type->kind, MDT_TYPE_OPAQUE);
}
