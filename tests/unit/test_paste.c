// SPDX-License-Identifier: MIT
// Logs that something has changed: what it was, and the log as it was before.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "params.h"
#include "paste/paste.h"
#include "strace/reader.h"

static const struct {
	const char *what;
	struct mdt_slice log;
	const char *words; // empty: the log is read as it is
	const char *plain;
} pasted[] = {
	{ "flowed: a blank is left where a line goes on",
	  SLICE_INIT(
		  "389 newfstatat(AT_FDCWD, \"/lib/tls\", 0x7fffa89f5bc0, 0) = -1 ENOENT \n"
		  "(No such file or directory)\n"
		  "389 fcntl(255, F_GETFL) = 0x8000 \n"
		  "(flags O_RDONLY|O_LARGEFILE)\n"
		  "389 close(3) = 0\n"),
	  "wrapped at 67",
	  "389 newfstatat(AT_FDCWD, \"/lib/tls\", 0x7fffa89f5bc0, 0) = -1 ENOENT (No such file or directory)\n"
	  "389 fcntl(255, F_GETFL) = 0x8000 (flags O_RDONLY|O_LARGEFILE)\n"
	  "389 close(3) = 0\n" },
	{ "wrapped in a comment, a signal, before ...> and in a resumed call",
	  SLICE_INIT(
		  "210 fstat(3, {st_dev=makedev(0, 0x5), st_atime=1795230326 /*\n"
		  "2026-11-21T03:05:26.206770130+0000 */, st_atime_nsec=206770130}) = 0\n"
		  "210 write(1<pipe:[3735713]>, \"/home/user/lib/tools\\n\", 21 <unfinished\n"
		  "...>\n"
		  "210 <... write resumed>) = 21\n"
		  "211 wait4(-1,  <unfinished ...>\n"
		  "211 <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0,\n"
		  "NULL) = 210\n"
		  "210 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=21488,\n"
		  "si_uid=0, si_status=0, si_utime=0, si_stime=0} ---\n"),
	  "wrapped at 70",
	  "210 fstat(3, {st_dev=makedev(0, 0x5), st_atime=1795230326 /* 2026-11-21T03:05:26.206770130+0000 */, st_atime_nsec=206770130}) = 0\n"
	  "210 write(1<pipe:[3735713]>, \"/home/user/lib/tools\\n\", 21 <unfinished ...>\n"
	  "210 <... write resumed>) = 21\n"
	  "211 wait4(-1,  <unfinished ...>\n"
	  "211 <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 210\n"
	  "210 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=21488, si_uid=0, si_status=0, si_utime=0, si_stime=0} ---\n" },
	{ "a pid alone, as no room was left beside it",
	  SLICE_INIT(
		  "21473\n"
		  "openat(AT_FDCWD</home/user/src/mdadm>, \"/usr/lib/locale/C.utf8/LC_NUMERIC\",\n"
		  "O_RDONLY|O_CLOEXEC) = 3</usr/lib/locale/C.utf8/LC_NUMERIC>\n"
		  "21473\n"
		  "newfstatat(3</usr/lib/locale/C.utf8/LC_NUMERIC/of/another/language/of/this>,\n"
		  "\"\", {st_mode=S_IFREG|0644, st_size=50, ...}, AT_EMPTY_PATH) = 0\n"
		  "21473 close(3) = 0\n"
		  "21473 close(4) = 0\n"
		  "21473 close(5) = 0\n"),
	  "wrapped at 76",
	  "21473 openat(AT_FDCWD</home/user/src/mdadm>, \"/usr/lib/locale/C.utf8/LC_NUMERIC\", O_RDONLY|O_CLOEXEC) = 3</usr/lib/locale/C.utf8/LC_NUMERIC>\n"
	  "21473 newfstatat(3</usr/lib/locale/C.utf8/LC_NUMERIC/of/another/language/of/this>, \"\", {st_mode=S_IFREG|0644, st_size=50, ...}, AT_EMPTY_PATH) = 0\n"
	  "21473 close(3) = 0\n"
	  "21473 close(4) = 0\n"
	  "21473 close(5) = 0\n" },
	{ "a terminal of 40 columns cuts anywhere",
	  SLICE_INIT("openat(AT_FDCWD, \"/etc/ld.so.cache\", O_R\n"
		     "DONLY|O_CLOEXEC) = 3\n"
		     "connect(3, {sa_family=AF_UNIX}, 11) = -1\n"
		     " ENOENT (No such file or directory)\n"
		     "read(33</etc/ld.so.cache>, \"\\177ELF\\2\"..\n"
		     "., 832) = 832\n"),
	  "wrapped at 40",
	  "openat(AT_FDCWD, \"/etc/ld.so.cache\", O_RDONLY|O_CLOEXEC) = 3\n"
	  "connect(3, {sa_family=AF_UNIX}, 11) = -1 ENOENT (No such file or directory)\n"
	  "read(33</etc/ld.so.cache>, \"\\177ELF\\2\"..., 832) = 832\n" },
	{ "a time with a comma, as log4j has it",
	  SLICE_INIT(
		  "2026-01-03 04:05:06,001 open(\"/dev/md3\", O_RDWR) = 3\n"
		  "2026-01-03 04:05:06,002 ioctl(3, 0x932, 0) = -1 EBUSY (Device or resource busy)\n"),
	  "ISO time stamps",
	  "open(\"/dev/md3\", O_RDWR) = 3\n"
	  "ioctl(3, 0x932, 0) = -1 EBUSY (Device or resource busy)\n" },
	{ "a time in brackets is no security context",
	  SLICE_INIT(
		  "[2026-01-03T04:05:06.001Z] open(\"/dev/md3\", O_RDWR) = 3\n"
		  "[2026-01-03T04:05:06.002Z] ioctl(3, 0x932, 0) = -1 EBUSY (Device or resource busy)\n"),
	  "a prefix before each line",
	  "open(\"/dev/md3\", O_RDWR) = 3\n"
	  "ioctl(3, 0x932, 0) = -1 EBUSY (Device or resource busy)\n" },
	{ "bpftrace: beginnings and ends, hex without 0x",
	  SLICE_INIT("Attaching 4 probes...\n"
		     "mdadm 4211 openat path=/dev/md0\n"
		     "mdadm 4211 openat ret=4\n"
		     "mdadm 4211 ioctl fd=4 cmd=40480923 arg=7ffcaef0e1b0\n"
		     "mdadm 4211 ioctl ret=0\n"
		     "mdadm 4211 ioctl fd=4 cmd=40140921 arg=55cd3a1c31f8\n"
		     "mdadm 4211 ioctl ret=0\n"
		     "mdadm 4211 ioctl fd=4 cmd=400c0930 arg=0\n"
		     "mdadm 4211 ioctl ret=-16\n"),
	  "bpftrace",
	  "4211 openat(AT_FDCWD, \"/dev/md0\" <unfinished ...>\n"
	  "4211 <... openat resumed>) = 4\n"
	  "4211 ioctl(4, 0x40480923, 0x7ffcaef0e1b0 <unfinished ...>\n"
	  "4211 <... ioctl resumed>) = 0\n"
	  "4211 ioctl(4, 0x40140921, 0x55cd3a1c31f8 <unfinished ...>\n"
	  "4211 <... ioctl resumed>) = 0\n"
	  "4211 ioctl(4, 0x400c0930, 0x0 <unfinished ...>\n"
	  "4211 <... ioctl resumed>) = -1 EBUSY (Device or resource busy)\n" },
	{ "bpftrace: opensnoop.bt",
	  SLICE_INIT("Attaching 6 probes...\n"
		     "Tracing open syscalls... Hit Ctrl-C to end.\n"
		     "PID    COMM               FD ERR PATH\n"
		     "4211   mdadm               3   0 /etc/mdadm/mdadm.conf\n"
		     "4211   mdadm              -1   2 /dev/.tmp\n"
		     "4211   mdadm               4   0 /dev/md0\n"),
	  "bpftrace",
	  "4211 openat(AT_FDCWD, \"/etc/mdadm/mdadm.conf\") = 3\n"
	  "4211 openat(AT_FDCWD, \"/dev/.tmp\") = -1 ENOENT (No such file or directory)\n"
	  "4211 openat(AT_FDCWD, \"/dev/md0\") = 4\n" },
	{ "bpftrace: with the names of tracepoints, decimal",
	  SLICE_INIT(
		  "Attaching 2 probes...\n"
		  "14:02:11 mdadm(4211) sys_enter_ioctl: fd: 4, cmd: 1078462755, arg: 0x7ffcaef0e1b0\n"
		  "14:02:11 mdadm(4211) sys_exit_ioctl: ret: 0\n"
		  "14:02:11 mdadm(4211) sys_enter_ioctl: fd: 4, cmd: 1074530608, arg: 0x0\n"
		  "14:02:11 mdadm(4211) sys_exit_ioctl: ret: -16\n"),
	  "bpftrace",
	  "4211 ioctl(4, 1078462755, 0x7ffcaef0e1b0 <unfinished ...>\n"
	  "4211 <... ioctl resumed>) = 0\n"
	  "4211 ioctl(4, 1074530608, 0x0 <unfinished ...>\n"
	  "4211 <... ioctl resumed>) = -1 EBUSY (Device or resource busy)\n" },
	{ "bpftrace: columns of one who has made a table",
	  SLICE_INIT(
		  "Attaching 2 probes...\n"
		  "TIME     PID    COMM             FD CMD        ARG            RET\n"
		  "14:02:11 4211   mdadm             4 0x40480923 0x7ffcaef0e1b0   0\n"
		  "14:02:11 4211   mdadm             4 0x400c0930 0x0            -16\n"),
	  "bpftrace",
	  "4211 ioctl(4, 0x40480923, 0x7ffcaef0e1b0) = 0\n"
	  "4211 ioctl(4, 0x400c0930, 0x0) = -1 EBUSY (Device or resource busy)\n" },
	{ "bpftrace: beginnings only",
	  SLICE_INIT("Attaching 1 probe...\n"
		     "mdadm: fd=3 cmd=0x932\n"
		     "mdadm: fd=3 cmd=0x800c0910\n"),
	  "bpftrace",
	  "ioctl(3, 0x932, 0) = ?\n"
	  "ioctl(3, 0x800c0910, 0) = ?\n" },
	{ "a program's own output on strace's terminal",
	  SLICE_INIT(
		  "openat(AT_FDCWD, \"/usr/share/locale/C/LC_MESSAGES/libc.mo\", O_RDONLY) = -1 ENOENT (No such file or directory)\n"
		  "write(2, \"ls: \", 4ls: )                     = 4\n"
		  "write(2, \"cannot access '/nope'\", 21cannot access '/nope')   = 21\n"
		  "write(2, \"\\n\", 1\n"
		  ")                       = 1\n"),
	  "",
	  "openat(AT_FDCWD, \"/usr/share/locale/C/LC_MESSAGES/libc.mo\", O_RDONLY) = -1 ENOENT (No such file or directory)\n"
	  "write(2, \"ls: \", 4ls: )                     = 4\n"
	  "write(2, \"cannot access '/nope'\", 21cannot access '/nope')   = 21\n"
	  "write(2, \"\\n\", 1\n"
	  ")                       = 1\n" },
	{ "html",
	  SLICE_INIT(
		  "open(&quot;/dev/md3&quot;, O_RDWR)                = 3\n"
		  "ioctl(3, 0x932, 0 &lt;unfinished ...&gt;\n"
		  "&lt;... ioctl resumed&gt; )                    = -1 EBUSY (Device or resource busy)\n"),
	  "HTML",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0 <unfinished ...>\n"
	  "<... ioctl resumed> )                    = -1 EBUSY (Device or resource busy)\n" },
	{ "indented",
	  SLICE_INIT(
		  "    open(\"/dev/md3\", O_RDWR)                = 3\n"
		  "    ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "indented",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "quoted printable",
	  SLICE_INIT(
		  "openat(AT_FDCWD, \"/dev/md40\", O_RDWR) =3D -1 ENXIO (No such device or addr=\n"
		  "ess)\n"),
	  "quoted-printable",
	  "openat(AT_FDCWD, \"/dev/md40\", O_RDWR) = -1 ENXIO (No such device or address)\n" },
	{ "quoted",
	  SLICE_INIT(
		  "> open(\"/dev/md5\", O_RDWR)                = 4\n"
		  "> ioctl(4, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "quoted mail",
	  "open(\"/dev/md5\", O_RDWR)                = 4\n"
	  "ioctl(4, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "smart quotes",
	  SLICE_INIT(
		  "open(\342\200\234/dev/md3\342\200\235, O_RDWR)                = 3\n"
		  "ioctl(3, 0x932, 0)                      = \342\200\2231 EBUSY (Device or resource busy)\n"),
	  "typographic letters",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "tab",
	  SLICE_INIT(
		  "\topen(\"/dev/md3\", O_RDWR)                = 3\n"
		  "\tioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "indented",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "wrapped after equals",
	  SLICE_INIT("openat(AT_FDCWD, \"/dev/md40\", O_RDWR|O_EXCL|O_DIRECT) =\n"
		     "-1 EBUSY (Device or resource busy)\n"),
	  "wrapped at 55",
	  "openat(AT_FDCWD, \"/dev/md40\", O_RDWR|O_EXCL|O_DIRECT) = -1 EBUSY (Device or resource busy)\n" },
	{ "wrapped in errno",
	  SLICE_INIT(
		  "ioctl(4, 0x932, 0)                      = -1 EBUSY (Device or resource\n"
		  "busy)\n"),
	  "wrapped at 72",
	  "ioctl(4, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "cat n",
	  SLICE_INIT(
		  "   812\topen(\"/dev/md3\", O_RDWR)                = 3\n"
		  "   813\tioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "line numbers",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "ci prefix",
	  SLICE_INIT(
		  "[   22.104745] testsuite-64.sh[255]: openat(AT_FDCWD, \"/dev/md3\", O_RDWR) = 3\n"
		  "2026-01-31T04:03:02.1000000Z ioctl(3, STOP_ARRAY, 0)                 = -1 EBUSY (Device or resource busy)\n"),
	  "the kernel's log",
	  "openat(AT_FDCWD, \"/dev/md3\", O_RDWR) = 3\n"
	  "ioctl(3, STOP_ARRAY, 0)                 = -1 EBUSY (Device or resource busy)\n" },
	{ "compose",
	  SLICE_INIT(
		  "raid-1  | open(\"/dev/md3\", O_RDWR)                = 3\n"
		  "raid-1  | ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "docker compose",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "diff plus",
	  SLICE_INIT(
		  "+open(\"/dev/md3\", O_RDWR)                = 3\n"
		  "+ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "a diff, its new side",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "dmesg prefix",
	  SLICE_INIT(
		  "[   12.104410] udevd-worker[211]: open(\"/dev/md3\", O_RDWR)                = 3\n"
		  "[   12.104498] udevd-worker[211]: ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "the kernel's log",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "filename prefix",
	  SLICE_INIT(
		  "trace.411:open(\"/dev/md3\", O_RDWR)                = 3\n"
		  "trace.411:ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "grep's file names",
	  "411 open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "411 ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "grep n",
	  SLICE_INIT(
		  "812:open(\"/dev/md3\", O_RDWR)                = 3\n"
		  "813:ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "grep -n",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "iso syslog",
	  SLICE_INIT(
		  "2024-05-01T10:11:12.123456+00:00 node1 strace: open(\"/dev/md3\", O_RDWR)                = 3\n"
		  "2024-05-01T10:11:12.123501+00:00 node1 strace: ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "syslog",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "kubectl ts",
	  SLICE_INIT(
		  "2024-05-01T10:11:12.123456789Z stderr F open(\"/dev/md3\", O_RDWR)                = 3\n"
		  "2024-05-01T10:11:12.123501234Z stderr F ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "container logs (CRI)",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "kubectl",
	  SLICE_INIT(
		  "[pod/raid-init-7xk2p/mdadm] open(\"/dev/md3\", O_RDWR)                = 3\n"
		  "[pod/raid-init-7xk2p/mdadm] ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "kubectl logs",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "linenr pid",
	  SLICE_INIT(
		  " 79 241573 open(\"/dev/md3\", O_RDWR)                = 3\n"
		  " 97 241573 ioctl(3, 0x932, 0)              = -1 EBUSY (Device or resource busy)\n"),
	  "line numbers",
	  "241573 open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "241573 ioctl(3, 0x932, 0)              = -1 EBUSY (Device or resource busy)\n" },
	{ "syslog",
	  SLICE_INIT(
		  "Jan  7 22:09:03 nas strace[411]: open(\"/dev/md3\", O_RDWR)                = 3\n"
		  "Jan  7 22:09:03 nas strace[411]: ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "syslog",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "quoted three times",
	  SLICE_INIT(
		  "> > > open(\"/dev/md3\", O_RDWR)                = 3\n"
		  ">>> ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"),
	  "quoted mail",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "quoted, encoded and wrapped",
	  SLICE_INIT("> open(\"/dev/md3\", O_RDWR) =3D 3\n"
		     "> ioctl(3, 0x932, 0) =3D -1 EBUSY (Device=\n"
		     ">  or\n"
		     "> resource busy)\n"),
	  "quoted-printable, quoted mail, wrapped at 40",
	  "open(\"/dev/md3\", O_RDWR) = 3\n"
	  "ioctl(3, 0x932, 0) = -1 EBUSY (Device or resource busy)\n" },
	{ "entities and typographic letters in quotes",
	  SLICE_INIT(
		  "&gt; open(\342\200\234/dev/md3\342\200\235, O_RDWR) = 3\n"
		  "&gt; ioctl(3, 0x932, 0) = \342\200\2231 EBUSY (Device or resource busy)\n"),
	  "typographic letters, HTML, quoted mail",
	  "open(\"/dev/md3\", O_RDWR) = 3\n"
	  "ioctl(3, 0x932, 0) = -1 EBUSY (Device or resource busy)\n" },
	{ "wrapped behind every blank",
	  SLICE_INIT("ioctl(3,\n"
		     "0x932,\n"
		     "0)\n"
		     "=\n"
		     "-1\n"
		     "EBUSY\n"
		     "(Device\n"
		     "or\n"
		     "resource\n"
		     "busy)\n"
		     "open(\"/dev/md3\", O_RDWR)                = 3\n"),
	  "wrapped at 8",
	  "ioctl(3, 0x932, 0) = -1 EBUSY (Device or resource busy)\n"
	  "open(\"/dev/md3\", O_RDWR)                = 3\n" },
	{ "wrapped in a string",
	  SLICE_INIT("read(3, \"mdadm: stopped\n"
		     "/dev/md0\"..., 4096) = 23\n"
		     "open(\"/dev/md3\", O_RDWR)                = 3\n"),
	  "wrapped",
	  "read(3, \"mdadm: stopped /dev/md0\"..., 4096) = 23\n"
	  "open(\"/dev/md3\", O_RDWR)                = 3\n" },
	{ "wrapped at a column",
	  SLICE_INIT("openat(AT_FDCWD, \"/de\n"
		     "v/md3\", O_RDWR) = 34\n"
		     "ioctl(34, 0x932, 0) =\n"
		     " -1 EBUSY (Device or \n"
		     "resource busy)\n"),
	  "wrapped at 21",
	  "openat(AT_FDCWD, \"/dev/md3\", O_RDWR) = 34\n"
	  "ioctl(34, 0x932, 0) = -1 EBUSY (Device or resource busy)\n" },
	{ "the errno is on a line of its own",
	  SLICE_INIT("ioctl(3, STOP_ARRAY, 0) = -1\n"
		     "EBUSY (Device or resource busy)\n"),
	  "wrapped", "ioctl(3, STOP_ARRAY, 0) = -1 EBUSY (Device or resource busy)\n" },
	{ "the duration is on a line of its own",
	  SLICE_INIT("ioctl(3, STOP_ARRAY, 0) = 0\n"
		     "<0.000042>\n"
		     "open(\"/dev/md3\", O_RDWR)                = 3\n"),
	  "wrapped",
	  "ioctl(3, STOP_ARRAY, 0) = 0 <0.000042>\n"
	  "open(\"/dev/md3\", O_RDWR)                = 3\n" },
	{ "what a program writes is wrapped",
	  SLICE_INIT("write(2, \"mdadm: set device faulty\"..., 67mdadm: set\n"
		     "device faulty failed\n"
		     ") = 67\n"
		     "ioctl(3, 0x932, 0) =\n"
		     "-1 EBUSY (Device or\n"
		     "resource busy)\n"),
	  "wrapped at 20",
	  "write(2, \"mdadm: set device faulty\"..., 67mdadm: set device faulty failed\n"
	  ") = 67\n"
	  "ioctl(3, 0x932, 0) = -1 EBUSY (Device or resource busy)\n" },
	{ "UTF-16",
	  SLICE_INIT(
		  "\377\376o\000p\000e\000n\000(\000\"\000/\000d\000e\000v\000/\000m\000d\0003\000\"\000,\000 \000O\000_\000R\000D\000W\000R\000)\000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000=\000 \0003\000\n"
		  "\000i\000o\000c\000t\000l\000(\0003\000,\000 \0000\000x\0009\0003\0002\000,\000 \0000\000)\000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000 \000=\000 \000-\0001\000 \000E\000B\000U\000S\000Y\000 \000(\000D\000e\000v\000i\000c\000e\000 \000o\000r\000 \000r\000e\000s\000o\000u\000r\000c\000e\000 \000b\000u\000s\000y\000)\000\n"
		  "\000"),
	  "UTF-16",
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n" },
	{ "Markdown",
	  SLICE_INIT("```\n"
		     "open(\"/dev/md3\", O\\_RDWR) = 3\n"
		     "\n"
		     "ioctl(3, STOP\\_ARRAY, 0) = 0\n"
		     "```\n"),
	  "Markdown",
	  "\n"
	  "open(\"/dev/md3\", O_RDWR) = 3\n"
	  "\n"
	  "ioctl(3, STOP_ARRAY, 0) = 0\n"
	  "\n" },
	{ "a list of code",
	  SLICE_INIT("- `open(\"/dev/md3\", O_RDWR) = 3`\n"
		     "- `ioctl(3, STOP_ARRAY, 0) = 0`\n"),
	  "Markdown, a list",
	  "open(\"/dev/md3\", O_RDWR) = 3\n"
	  "ioctl(3, STOP_ARRAY, 0) = 0\n" },
	{ "lines broken by tags",
	  SLICE_INIT(
		  "<p>open(&quot;/dev/md3&quot;, O_RDWR) = 3<br>ioctl(3&lt;/dev/md3&gt;, STOP_ARRAY, 0) = 0</p>\n"),
	  "HTML",
	  "open(\"/dev/md3\", O_RDWR) = 3\n"
	  "ioctl(3</dev/md3>, STOP_ARRAY, 0) = 0\n" },
	{ "colors without their escapes",
	  SLICE_INIT("[36mopen[0m(\"/dev/md3\", O_RDWR) = 3\n"), "terminal codes",
	  "open(\"/dev/md3\", O_RDWR) = 3\n" },
	{ "a container's log",
	  SLICE_INIT(
		  "{\"log\":\"open(\\\"/dev/md3\\\", O_RDWR) = 3\\n\",\"stream\":\"stderr\"}\n"),
	  "JSON", "open(\"/dev/md3\", O_RDWR) = 3\n" },
	{ "asciinema",
	  SLICE_INIT("{\"version\": 2, \"width\": 80}\n"
		     "[0.1, \"o\", \"open(\\\"/dev/m\"]\n"
		     "[0.2, \"o\", \"d3\\\", O_RDWR) = 3\\r\\n\"]\n"),
	  "JSON", "open(\"/dev/md3\", O_RDWR) = 3\n" },
	{ "CRI in parts",
	  SLICE_INIT("2024-05-01T10:11:12.1Z stderr P open(\"/dev/md3\",\n"
		     "2024-05-01T10:11:12.1Z stderr F  O_RDWR) = 3\n"),
	  "container logs (CRI)", "open(\"/dev/md3\", O_RDWR) = 3\n" },
	{ "a diff has two logs, of which the new one is read",
	  SLICE_INIT("--- a/log\n"
		     "+++ b/log\n"
		     "@@ -1,2 +1,2 @@\n"
		     " open(\"/dev/md3\", O_RDWR) = 3\n"
		     "-ioctl(3, STOP_ARRAY, 0) = 0\n"
		     "+ioctl(3, STOP_ARRAY, 0) = -1 EBUSY (Device or resource busy)\n"),
	  "a diff, its new side",
	  "open(\"/dev/md3\", O_RDWR) = 3\n"
	  "ioctl(3, STOP_ARRAY, 0) = -1 EBUSY (Device or resource busy)\n" },
	{ "lines with numbers",
	  SLICE_INIT("     1  open(\"/dev/md3\", O_RDWR) = 3\n"
		     "     2  ioctl(3, STOP_ARRAY, 0) = 0\n"
		     "     3  close(3) = 0\n"),
	  "line numbers",
	  "open(\"/dev/md3\", O_RDWR) = 3\n"
	  "ioctl(3, STOP_ARRAY, 0) = 0\n"
	  "close(3) = 0\n" },
	{ "pids are no numbers of lines",
	  SLICE_INIT("101 open(\"/dev/md3\", O_RDWR) = 3\n"
		     "102 close(4) = 0\n"
		     "101 close(3) = 0\n"),
	  "",
	  "101 open(\"/dev/md3\", O_RDWR) = 3\n"
	  "102 close(4) = 0\n"
	  "101 close(3) = 0\n" },
	{ "a terminal that is shared",
	  SLICE_INIT("write(1, \"hello\\n\", 6hello\n"
		     ")                  = 6\n"
		     "write(2, \"a b\", 3a b)  = 3\n"),
	  "",
	  "write(1, \"hello\\n\", 6hello\n"
	  ")                  = 6\n"
	  "write(2, \"a b\", 3a b)  = 3\n" },
	{ "a prefix of one line among others is none",
	  SLICE_INIT(
		  "I typed open(\"/dev/md3\", O_RDWR) = 3\n"
		  "open(\"/dev/md3\", O_RDWR)                = 3\n"
		  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"
		  "close(3) = 0\n"),
	  "",
	  "I typed open(\"/dev/md3\", O_RDWR) = 3\n"
	  "open(\"/dev/md3\", O_RDWR)                = 3\n"
	  "ioctl(3, 0x932, 0)                      = -1 EBUSY (Device or resource busy)\n"
	  "close(3) = 0\n" },
	{ "a stack is no quote",
	  SLICE_INIT("close(3) = 0\n"
		     " > /lib/libc.so.6(close+0x3b) [0xfdd6b]\n"
		     " > /sbin/mdadm(main+0x3b) [0xfdd6b]\n"),
	  "",
	  "close(3) = 0\n"
	  " > /lib/libc.so.6(close+0x3b) [0xfdd6b]\n"
	  " > /sbin/mdadm(main+0x3b) [0xfdd6b]\n" },
	{ "what strace prints on purpose",
	  SLICE_INIT("open(\"/dev/\342\200\234md3\342\200\235\", O_RDWR) = 3\n"
		     "close(3) = 0\n"),
	  "",
	  "open(\"/dev/\342\200\234md3\342\200\235\", O_RDWR) = 3\n"
	  "close(3) = 0\n" },
	{ "ltrace -S",
	  SLICE_INIT("openat(0xffffff9c, 0x7ffd <unfinished ...>\n"
		     "SYS_openat(0xffffff9c, 0x7ffd4c2f, 0x4082, 0)            = 4\n"
		     "<... openat resumed> )                            = 4\n"
		     "SYS_ioctl(4, 0x932, 0)                              = -16\n"
		     "SYS_ioctl(4, 0x400c0930, 0)                         = -524\n"),
	  "ltrace -S",
	  "openat(0xffffff9c, 0x7ffd4c2f, 0x4082, 0)            = 4\n"
	  "ioctl(4, 0x932, 0) = -1 EBUSY (Device or resource busy)\n"
	  "ioctl(4, 0x400c0930, 0) = -1 ENOTSUPP (Unknown error 524)\n" },
	{ "ltrace -S of late",
	  SLICE_INIT("4211 open@SYS(\"/dev/md0\", 2, 00)                 = 4\n"
		     "4211 ioctl@SYS(4, 0x932, 0)                 = -16\n"),
	  "ltrace -S",
	  "4211 open(\"/dev/md0\", 2, 00)                 = 4\n"
	  "4211 ioctl(4, 0x932, 0) = -1 EBUSY (Device or resource busy)\n" },
	{ "truss",
	  SLICE_INIT("open(\"/dev/md0\",O_RDWR,00)\t\t\t = 3 (0x3)\n"
		     "ioctl(3,0x932,0x0)\t\t\t ERR#16 'Device busy'\n"),
	  "truss",
	  "open(\"/dev/md0\",O_RDWR,00)    = 3 (0x3)\n"
	  "ioctl(3,0x932,0x0) = -1 EBUSY (Device or resource busy)\n" },
	{ "perf script",
	  SLICE_INIT(
		  "mdadm  4211 [003]   912.443802: syscalls:sys_enter_ioctl: fd: 0x00000004, cmd: 0x00000932, arg: 0x00000000\n"
		  "mdadm  4211 [003]   912.443809: syscalls:sys_exit_ioctl: 0xfffffffffffffff0\n"),
	  "ftrace",
	  "4211 ioctl(4, 0x932, 0 <unfinished ...>\n"
	  "4211 <... ioctl resumed>) = -1 EBUSY (Device or resource busy)\n" },
	{ "trace-cmd report",
	  SLICE_INIT(
		  "           mdadm-4211  [003]   912.443802: sys_enter_ioctl:      fd: 0x00000004, cmd: 0x00000932, arg: 0x00000000\n"
		  "           mdadm-4211  [003]   912.443809: sys_exit_ioctl:       0x0\n"),
	  "ftrace",
	  "4211 ioctl(4, 0x932, 0 <unfinished ...>\n"
	  "4211 <... ioctl resumed>) = 0\n" },
	{ "perf trace of two tasks",
	  SLICE_INIT(
		  "     0.000 (         ): mdadm/4211 ioctl(fd: 4</dev/md0>, cmd: (NONE, 0x9, 0x32, 0), arg: 0x0) ...\n"
		  "     0.100 ( 0.003 ms): sh/4 close(fd: 3) = 0\n"
		  "     8.000 ( 8.000 ms): mdadm/4211  ... [continued]: ioctl()) = -1 EBUSY (Device or resource busy)\n"),
	  "perf trace",
	  "4211 ioctl(4</dev/md0>, _IOC(_IOC_NONE, 0x9, 0x32, 0), 0x0 <unfinished ...>\n"
	  "4 close(3) = 0\n"
	  "4211 <... ioctl resumed>) = -1 EBUSY (Device or resource busy)\n" },
	{ "ftrace, with a bracket that closes nothing",
	  SLICE_INIT("mdadm-4211 [003] 912.4: sys_ioctl(fd: 0x4, ], cmd: 0x932)\n"
		     "mdadm-4211 [003] 912.4: sys_ioctl -> 0x0\n"),
	  "ftrace",
	  "4211 ioctl(4, , 0x932 <unfinished ...>\n"
	  "4211 <... ioctl resumed>) = 0\n" },
};

ParameterizedTestParameters(paste, pasted)
{
	return index_params(pasted);
}

ParameterizedTest(size_t *i, paste, pasted)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_event event;
	bool got;

	cr_assert_null(mdt_reader_create_text("log", pasted[*i].log, &reader));
	cr_expect(mdt_slice_eq_cstr(mdt_reader_undone(reader), pasted[*i].words),
		  "%s: undone: %.*s, not %s", pasted[*i].what,
		  SLICE_FMT(mdt_reader_undone(reader)), pasted[*i].words);
	while (!mdt_reader_next(reader, &event, &got) && got) {
		mdt_buf_add(&text, event.raw);
		mdt_buf_add(&text, event.eol);
	}
	cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(&text), pasted[*i].plain),
		  "%s:\n%.*s--- should be ---\n%s", pasted[*i].what,
		  SLICE_FMT(mdt_buf_slice(&text)), pasted[*i].plain);
}

// The place of a fault is in the file, whatever came before it there.
static const struct {
	struct mdt_slice log;
	unsigned long event, line, column;
} places[] = {
	{ SLICE_INIT("> close(3) = 0\n> close(4) = 0\n> close(4) = x\n"), 3, 3, 14 },
	{ SLICE_INIT("open(&quot;/dev/md3&quot;, O_RDWR) = 3\n"
		     "ioctl(3&lt;/dev/md3&gt;, 1) = x\n"),
	  2, 2, 31 },
	{ SLICE_INIT("ioctl(3, 0x932, 0) = -1 EBUSY (Device or\nresource busy)\n"
		     "ioctl(3, 0x932, 0) = x\n"),
	  3, 3, 22 },
};

ParameterizedTestParameters(paste, places)
{
	return index_params(places);
}

ParameterizedTest(size_t *i, paste, places)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_event event;
	bool got, found = false;

	cr_assert_null(mdt_reader_create_text("log", places[*i].log, &reader));
	cr_expect(mdt_reader_undone(reader).len > 0);
	while (!mdt_reader_next(reader, &event, &got) && got) {
		if (!event.fault.expected)
			continue;
		found = true;
		cr_expect_eq(event.line, places[*i].event);
		cr_expect_eq(event.fault.line, places[*i].line);
		cr_expect_eq(event.fault.column, places[*i].column, "column %u, not %lu",
			     event.fault.column, places[*i].column);
	}
	cr_expect(found);
}

Test(paste, as_it_is)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;

	mdt_reader_set_input(MDT_INPUT_AS_IS);
	cr_assert_null(mdt_reader_create_text("log", SLICE("> close(3) = 0\n"), &reader));
	cr_expect_eq(mdt_reader_undone(reader).len, 0);
	mdt_reader_set_input(MDT_INPUT_AUTO);
}
