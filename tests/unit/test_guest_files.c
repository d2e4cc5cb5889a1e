// SPDX-License-Identifier: MIT
#include "guest/files.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int open_null(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	cr_assert_geq(fd, 0);
	return fd;
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static int put(struct guest_files *files, uint32_t pid, int log, bool is_cloexec)
{
	struct guest_file file = { .log = log,
				   .real = open_null(),
				   .is_cloexec = is_cloexec };

	cr_assert(guest_table_set(guest_files_get(files, pid), file));
	return file.real;
}

Test(guest_files, a_number_is_used_again)
{
	_cleanup_(guest_files_deinit) struct guest_files files = { 0 };
	struct guest_table *table = guest_files_get(&files, 5);
	int first = put(&files, 5, 3, false), second = put(&files, 5, 3, false);

	cr_assert(!is_open(first));
	cr_assert_eq(guest_table_find(table, 3)->real, second);
	cr_assert_eq(guest_table_close(table, 3), 0);
	cr_assert(!is_open(second));
	cr_assert_eq(guest_table_close(table, 3), EBADF);
	cr_assert_null(guest_table_find(table, 3));
}

Test(guest_files, the_lowest_free_number_is_behind_standard_error)
{
	_cleanup_(guest_files_deinit) struct guest_files files = { 0 };
	const struct guest_table *table = guest_files_get(&files, 0);

	cr_assert_eq(guest_table_free(table, 0), 3);
	put(&files, 0, 3, false);
	put(&files, 0, 5, false);
	cr_assert_eq(guest_table_free(table, 0), 4);
	cr_assert_eq(guest_table_free(table, 5), 6);
}

Test(guest_files, a_child_has_a_copy)
{
	_cleanup_(guest_files_deinit) struct guest_files files = { 0 };
	int parent = put(&files, 5, 3, false), child;

	cr_assert(guest_files_fork(&files, 5, 6, false));
	child = guest_table_find(guest_files_get(&files, 6), 3)->real;
	cr_assert_neq(parent, child);
	guest_files_exit(&files, 5);
	cr_assert(!is_open(parent));
	cr_assert(is_open(child));
}

Test(guest_files, a_thread_has_the_same_table)
{
	_cleanup_(guest_files_deinit) struct guest_files files = { 0 };
	int fd;

	cr_assert(guest_files_fork(&files, 5, 6, true));
	fd = put(&files, 6, 3, false);
	cr_assert_eq(guest_table_find(guest_files_get(&files, 5), 3)->real, fd);
	guest_files_exit(&files, 6);
	cr_assert(is_open(fd));
	guest_files_exit(&files, 5);
	cr_assert(!is_open(fd));
}

Test(guest_files, execve_closes_what_is_marked_and_leaves_the_threads)
{
	_cleanup_(guest_files_deinit) struct guest_files files = { 0 };
	int marked = put(&files, 5, 3, true);

	put(&files, 5, 4, false);
	cr_assert(guest_files_fork(&files, 5, 6, true));
	cr_assert(guest_files_exec(&files, 6));
	cr_assert_null(guest_table_find(guest_files_get(&files, 6), 3));
	cr_assert_not_null(guest_table_find(guest_files_get(&files, 6), 4));
	cr_assert(is_open(marked)); // of 5
}

Test(guest_files, a_pid_that_is_used_again_has_nothing_of_the_old_one)
{
	_cleanup_(guest_files_deinit) struct guest_files files = { 0 };

	put(&files, 6, 9, false);
	put(&files, 5, 3, false);
	cr_assert(guest_files_fork(&files, 5, 6, false));
	cr_assert_not_null(guest_table_find(guest_files_get(&files, 6), 3));
	cr_assert_null(guest_table_find(guest_files_get(&files, 6), 9));
}
