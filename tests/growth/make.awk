# make.awk -v what=DIMENSION -v n=N [-v other=1]: a log with N of something. With other, a log of
# the same shape in which some calls differ.

function call(pid, text, result) {
	printf "%d %s = %s\n", pid, text, result
}

function open_node(pid, path, flags, fd) {
	call(pid, "openat(AT_FDCWD, \"" path "\", " flags ")", fd)
}

# An array that is created on two disks, looked at, and stopped: as mdadm does it.
function cycle(pid, md, disk,    i) {
	call(pid, "execve(\"/sbin/mdadm\", [\"mdadm\", \"--create\", \"/dev/md" md \
		"\", \"--level=1\", \"-n\", \"2\", \"/dev/loop" disk "\", \"/dev/loop" disk + 1 \
		"\"], 0x7ffc /* 5 vars */)", 0)
	open_node(pid, "/sys/module/md_mod/parameters/new_array", "O_WRONLY", 3)
	call(pid, "write(3, \"md" md "\", " 2 + length(md) ")", 2 + length(md))
	call(pid, "close(3)", 0)
	open_node(pid, "/dev/md" md, "O_RDWR|O_DIRECT", 3)
	call(pid, "fstat(3, {st_mode=S_IFBLK|0660, st_rdev=makedev(0x9, " sprintf("%#x", md) "), ...})", 0)
	call(pid, "ioctl(3, GET_ARRAY_INFO, 0x7ffd0)", "-1 ENODEV (No such device)")
	for (i = 0; i < 2; i++) {
		open_node(pid, "/dev/loop" disk + i, "O_RDWR|O_EXCL", 4)
		call(pid, "fstat(4, {st_mode=S_IFBLK|0660, st_rdev=makedev(0x7, " \
			sprintf("%#x", disk + i) "), ...})", 0)
		call(pid, "ioctl(4, BLKGETSIZE64, [67108864])", 0)
		call(pid, "close(4)", 0)
	}
	call(pid, "ioctl(3, SET_ARRAY_INFO, 0x7ffd1)", 0)
	for (i = 0; i < 2; i++) {
		open_node(pid, "/dev/loop" disk + i, "O_RDWR|O_EXCL|O_DIRECT", 4)
		call(pid, "lseek(4, 4096, SEEK_SET)", 4096)
		call(pid, "write(4, \"\\374N+\\251\\1\\0\\0\\0\"..., 1024)", 1024)
		call(pid, "close(4)", 0)
		open_node(pid, "/dev/loop" disk + i, "O_RDONLY", 4)
		call(pid, "ioctl(3, ADD_NEW_DISK, 0x7ffd2)", 0)
		call(pid, "close(4)", 0)
	}
	call(pid, "ioctl(3, RUN_ARRAY, 0x7ffd3)", 0)
	call(pid, "ioctl(3, GET_DISK_INFO, 0x7ffd4)", 0)
	call(pid, "close(3)", 0)
	open_node(pid, "/proc/mdstat", "O_RDONLY", 3)
	call(pid, "read(3, \"Personalities : [raid1] \\nmd" md " : active raid1 loop" disk + 1 "[1] loop" \
		disk "[0]\\n      65472 blocks super 1.2 [2/2] [UU]\\n      \\nunused devices: <none>\\n\", 4096)", \
		122)
	call(pid, "close(3)", 0)
	open_node(pid, "/dev/md" md, "O_RDONLY|O_EXCL", 3)
	call(pid, "ioctl(3, STOP_ARRAY, 0)", 0)
	call(pid, "close(3)", 0)
	printf "%d +++ exited with 0 +++\n", pid
}

BEGIN {
	open_node(1, "/dev/md0", "O_RDWR", 3)
	if (what == "lines")
		for (i = 0; i < n; i++)
			open_node(1, "/tmp/" i, "O_RDONLY", 4)
	if (what == "pids")
		for (i = 0; i < n; i++) {
			open_node(2 + i, "/dev/md" i % 4, "O_RDONLY", 3)
			call(2 + i, "ioctl(3, GET_ARRAY_INFO, 0x7ffd0)", "-1 ENODEV (No such device)")
		}
	if (what == "commands")
		for (i = 0; i < n; i++) {
			call(2 + i, "execve(\"/sbin/mdadm\", [\"mdadm\", \"--detail\", \"/dev/md0\"], 0x7ffc /* 5 vars */)", 0)
			open_node(2 + i, "/dev/md0", "O_RDONLY", 3)
		}
	if (what == "descriptors")
		for (i = 0; i < n; i++) {
			open_node(1, i % 2 ? "/dev/md0" : "/dev/loop" i, "O_RDONLY", 4 + i)
			call(1, "ioctl(" 4 + i ", BLKGETSIZE64, [1048576])", 0)
		}
	if (what == "threads") {
		for (i = 0; i < n; i++)
			call(1, "clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD)", 2 + i)
		for (i = 0; i < n; i++) {
			open_node(2 + i, "/dev/md" i % 8, "O_RDONLY", 4 + i)
			call(2 + i, "ioctl(3, GET_ARRAY_INFO, 0x7ffd0)", "-1 ENODEV (No such device)")
		}
	}
	if (what == "forks") {
		for (i = 0; i < 100; i++)
			open_node(1, "/dev/loop" i, "O_RDONLY", 4 + i)
		for (i = 0; i < n; i++) {
			call(1, "clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD)", 2 + i)
			call(2 + i, "ioctl(3, GET_ARRAY_INFO, 0x7ffd0)", "-1 ENODEV (No such device)")
			call(2 + i, "close(5)", 0)
			if (i % 2)
				printf "%d +++ exited with 0 +++\n", 2 + i
		}
	}
	if (what == "unfinished") {
		for (i = 0; i < n; i++)
			printf "%d ioctl(3, GET_ARRAY_INFO <unfinished ...>\n", 2 + i
		for (i = 0; i < n; i++)
			printf "%d <... ioctl resumed>, 0x7ffd0) = -1 ENODEV (No such device)\n", \
				2 + (i * 7919) % n
	}
	if (what == "arrays")
		for (i = 0; i < n; i++)
			cycle(10 + i, i, 2 * i)
	if (what == "cycles")
		for (i = 0; i < n; i++)
			cycle(10 + i, i % 8, 2 * (i % 8))
	if (what == "living") # arrays that all stay
		for (i = 0; i < n; i++) {
			open_node(2 + i, "/dev/md" i, "O_RDWR", 3)
			call(2 + i, "ioctl(3, ADD_NEW_DISK, 0x7ffd2)", 0)
			call(2 + i, "ioctl(3, RUN_ARRAY, 0x7ffd3)", i % 3 ? 0 : "-1 EINVAL (Invalid argument)")
			call(2 + i, "close(3)", 0)
		}
	if (what == "members") {
		call(1, "ioctl(3, SET_ARRAY_INFO, 0x7ffd1)", 0)
		for (i = 0; i < n; i++) {
			open_node(1, "/dev/loop" i, "O_RDWR|O_EXCL", 4 + i)
			call(1, "ioctl(" 4 + i ", BLKGETSIZE64, [67108864])", 0)
		}
		for (i = 0; i < n; i++)
			call(1, "ioctl(3, ADD_NEW_DISK, 0x7ffd2)", 0)
		call(1, "ioctl(3, RUN_ARRAY, 0x7ffd3)", 0)
		for (i = 0; i < n; i++)
			call(1, "ioctl(3, GET_DISK_INFO, 0x7ffd4)", 0)
	}
	if (what == "listed") { # members of which only /proc/mdstat tells
		open_node(1, "/proc/mdstat", "O_RDONLY", 4)
		text = "md0 : active raid1"
		for (i = 0; i < n; i++)
			text = text " loop" i "[" i "]"
		text = text "\\n      65472 blocks super 1.2 [" n "/" n "] [UU]\\n      \\nunused devices: <none>\\n"
		call(1, "read(4, \"" text "\", 999999)", length(text) - 4)
		call(1, "ioctl(3, GET_ARRAY_INFO, 0x7ffd0)", 0)
	}
	if (what == "nesting") {
		text = "1"
		for (i = 0; i < n; i++)
			text = "{a=" text "}"
		call(1, "bpf(BPF_MAP_CREATE, " text ", 72)", 5)
	}
	if (what == "string") {
		text = "xy"
		while (length(text) < n)
			text = text text
		call(1, "write(1, \"" substr(text, 1, n) "\\n\", " n + 1 ")", n + 1)
	}
	if (what == "ioctls")
		for (i = 0; i < n; i++)
			call(1, "ioctl(3, _IOC(_IOC_READ, " sprintf("%#x, %#x, %#x", i / 256 % 256, i % 256, \
				i % 4096) "), 0x7ffd" i ")", "-1 ENOTTY (Inappropriate ioctl for device)")
	if (what == "hunks")
		for (i = 0; i < n; i++) {
			open_node(1, "/etc/" i % 500, "O_RDONLY", 4)
			call(1, "read(4, \"" (other && i % 5 == 0 ? "b" : "a") i "\", 4096)", 4)
			if (!other || i % 7)
				call(1, "ioctl(3, RAID_VERSION, 0x7ffd0)", 0)
		}
	if (other)
		for (i = 0; i < 3; i++)
			open_node(1, "/tmp/other" i, "O_RDONLY", 4)
}
