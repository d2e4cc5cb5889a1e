// SPDX-License-Identifier: MIT
// A line of a log, and every value that is read from it; describe.h has the notation.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>

#include "describe.h"
#include "params.h"
#include "strace/parse.h"

static const struct {
	const char *line, *values;
} lines[] = {
	/* who and when */
	{ "ioctl(3, 0x932) = 0", "call (call ioctl 3 2354:hex) -> 0" },
	{ "1234  ioctl(3, 0x932) = 0", "call (call ioctl 3 2354:hex) -> 0 | pid 1234" },
	{ "7     close(3) = 0", "call (call close 3) -> 0 | pid 7" },
	{ "[pid  1234] close(3) = 0", "call (call close 3) -> 0 | pid 1234" },
	{ "[pid 4194304] close(3) = 0", "call (call close 3) -> 0 | pid 4194304" },
	{ "1234<mdadm> close(3) = 0",
	  "call (call close 3) -> 0 | pid 1234 | comm mdadm" },
	{ "[pid 1234<md 0: > x>] close(3) = 0",
	  "call (call close 3) -> 0 | pid 1234 | comm md 0: > x" },
	{ "1234<a\\n> close(3) = 0", "call (call close 3) -> 0 | pid 1234 | comm a\\n" },
	{ "10:36:44 close(3) = 0", "call (call close 3) -> 0 | time 10:36:44" },
	{ "03:05:26.893204 close(3) = 0",
	  "call (call close 3) -> 0 | time 03:05:26.893204" },
	{ "1418650000 close(3) = 0", "call (call close 3) -> 0 | time 1418650000" },
	{ "1418650000.123456 close(3) = 0",
	  "call (call close 3) -> 0 | time 1418650000.123456" },
	{ "     0.000123 close(3) = 0", "call (call close 3) -> 0 | since 0.000123" },
	{ "     0 close(3) = 0", "call (call close 3) -> 0 | since 0" },
	{ "10:36:44 (+     0.000123) close(3) = 0",
	  "call (call close 3) -> 0 | time 10:36:44 | since 0.000123" },
	{ "1418650000.123456 (+     0.000123) close(3) = 0",
	  "call (call close 3) -> 0 | time 1418650000.123456 | since 0.000123" },
	{ "1234  10:36:44.000001 (+     1.000123) close(3) = 0",
	  "call (call close 3) -> 0 | pid 1234 | time 10:36:44.000001 | since 1.000123" },
	{ "[pid  1234] 1418650000.123456 close(3) = 0",
	  "call (call close 3) -> 0 | pid 1234 | time 1418650000.123456" },
	{ "[pid  1234]      0.000123 close(3) = 0",
	  "call (call close 3) -> 0 | pid 1234 | since 0.000123" },
	{ "12345678 1418650000 close(3) = 0",
	  "call (call close 3) -> 0 | pid 12345678 | time 1418650000" },
	{ "[  16] ioctl(3, 0x932) = 0", "call (call ioctl 3 2354:hex) -> 0 | number 16" },
	{ "1234  [ 16] ioctl(3, 0x932) = 0",
	  "call (call ioctl 3 2354:hex) -> 0 | pid 1234 | number 16" },
	{ "[ ???] ??\?( <unfinished ...>",
	  "unfinished (call ??\?)! | number ??? | interrupted <unfinished ...>" },
	{ "[00007f5d932be000] close(3) = 0",
	  "call (call close 3) -> 0 | ip 00007f5d932be000" },
	{ "[f7fd0549] close(3) = 0", "call (call close 3) -> 0 | ip f7fd0549" },
	{ "[????????????????] close(3) = 0",
	  "call (call close 3) -> 0 | ip ????????????????" },
	{ "[????????] close(3) = 0", "call (call close 3) -> 0 | ip ????????" },
	{ "[pid 99] 10:36:44 [   3] [00007f5d932be000] close(3) = 0",
	  "call (call close 3) -> 0 | pid 99 | time 10:36:44 | number 3 | ip 00007f5d932be000" },
	{ "1234<mdadm> [unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023] close(3) = 0",
	  "call (call close 3) -> 0 | pid 1234 | comm mdadm | process unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023" },
	{ "1234  [u:r:t] 10:36:44.893204 [  3] [00007f5d932be000] close(3) = 0",
	  "call (call close 3) -> 0 | pid 1234 | process u:r:t | time 10:36:44.893204 | number 3 | ip 00007f5d932be000" },
	/* descriptors */
	{ "ioctl(3</dev/md0>, RAID_VERSION, 0x7ffe) = 0",
	  "call (call ioctl 3{path /dev/md0} RAID_VERSION 32766:hex) -> 0" },
	{ "ioctl(3</dev/md0<block 9:0>>, 0x932 /* STOP_ARRAY */, 0) = 0",
	  "call (call ioctl 3{path /dev/md0<block 9:0>} 2354:hex{comment STOP_ARRAY} 0) -> 0" },
	{ "read(0</dev/pts/1<char 136:1>>, \"\", 1) = 0",
	  "call (call read 0{path /dev/pts/1<char 136:1>} \"\" 1) -> 0" },
	{ "openat(AT_FDCWD</home/x y>, \"f\", O_RDONLY) = 3</home/x y/f>",
	  "call (call openat AT_FDCWD{path /home/x y} \"f\" O_RDONLY) -> 3{path /home/x y/f}" },
	{ "read(5<socket:[12345]>, \"x\", 1) = 1",
	  "call (call read 5{path socket:[12345]} \"x\" 1) -> 1" },
	{ "read(5<pipe:[12345]>, \"x\", 1) = 1",
	  "call (call read 5{path pipe:[12345]} \"x\" 1) -> 1" },
	{ "read(5<anon_inode:[eventfd]>, \"x\", 1) = 1",
	  "call (call read 5{path anon_inode:[eventfd]} \"x\" 1) -> 1" },
	{ "sendto(3<TCP:[127.0.0.1:34->127.0.0.1:80]>, \"x\", 1, 0, NULL, 0) = 1",
	  "call (call sendto 3{path TCP:[127.0.0.1:34->127.0.0.1:80]} \"x\" 1 0 NULL 0) -> 1" },
	{ "sendto(3<UNIX-STREAM:[11->12,\"/run/x>, y\"]>, \"x\", 1, 0, NULL, 0) = 1",
	  "call (call sendto 3{path UNIX-STREAM:[11->12,\"/run/x>, y\"]} \"x\" 1 0 NULL 0) -> 1" },
	{ "recvmsg(4<NETLINK:[KOBJECT_UEVENT:1419]>, NULL, 0) = -1 EFAULT (Bad address)",
	  "call (call recvmsg 4{path NETLINK:[KOBJECT_UEVENT:1419]} NULL 0) -> -1 | error EFAULT | means Bad address" },
	{ "read(3</tmp/a\\76b\\74c>, \"x\", 1) = 1",
	  "call (call read 3{path /tmp/a\\76b\\74c} \"x\" 1) -> 1" },
	{ "read(3</tmp/a>b>, \"x\", 1) = 1",
	  "call (call read 3{path /tmp/a>b} \"x\" 1) -> 1" },
	{ "read(3</tmp/a> b>, \"x\", 1) = 1",
	  "call (call read 3{path /tmp/a> b} \"x\" 1) -> 1" },
	{ "read(3</tmp/a>, b>, \"x\", 1) = 1",
	  "call (call read 3{path /tmp/a>, b} \"x\" 1) -> 1" },
	{ "read(3</tmp/a\"b>, \"x\", 1) = 1",
	  "call (call read 3{path /tmp/a\"b} \"x\" 1) -> 1" },
	{ "close(3</tmp/gone>(deleted)) = 0",
	  "call (call close 3{gone /tmp/gone}) -> 0" },
	{ "close(3</tmp/gone (deleted)>) = 0",
	  "call (call close 3{path /tmp/gone (deleted)}) -> 0" },
	{ "kill(1234<mdadm>, SIGTERM) = 0",
	  "call (call kill 1234{path mdadm} SIGTERM) -> 0" },
	{ "pidfd_open(1234<mdadm>, 0) = 3<pid:1234<mdadm>>",
	  "call (call pidfd_open 1234{path mdadm} 0) -> 3{path pid:1234<mdadm>}" },
	{ "dup2(3</dev/md0>, 1</dev/null>) = 1</dev/md0>",
	  "call (call dup2 3{path /dev/md0} 1{path /dev/null}) -> 1{path /dev/md0}" },
	{ "poll([{fd=3</dev/md0<block 9:0>>, events=POLLIN}], 1, 0) = 0 (Timeout)",
	  "call (call poll (array (struct fd=3{path /dev/md0<block 9:0>} events=POLLIN)) 1 0) -> 0 | aux (group Timeout)" },
	/* --secontext */
	{ "openat(AT_FDCWD, \"/dev/md0\" [system_u:object_r:fixed_disk_device_t:s0], O_RDONLY) = 3</dev/md0> [system_u:object_r:fixed_disk_device_t:s0]",
	  "call (call openat AT_FDCWD \"/dev/md0\"{context system_u:object_r:fixed_disk_device_t:s0} O_RDONLY) -> 3{path /dev/md0}{context system_u:object_r:fixed_disk_device_t:s0}" },
	{ "fstat(3</dev/md0> [u:r:t!!a:b:c], {st_size=0, ...}) = 0",
	  "call (call fstat 3{path /dev/md0}{context u:r:t!!a:b:c} (struct st_size=0 ...)) -> 0" },
	/* numbers */
	{ "f(0, 1, -1, 18446744073709551615, -9223372036854775808) = 0",
	  "call (call f 0 1 -1 18446744073709551615 -9223372036854775808) -> 0" },
	{ "f(0x0, 0x7ffe, 0xffffffffffffffff, 0XFF) = 0",
	  "call (call f 0:hex 32766:hex 18446744073709551615:hex 255:hex) -> 0" },
	{ "f(0644, 060600, 000, 01) = 0",
	  "call (call f 420:oct 24960:oct 0:oct 1:oct) -> 0" },
	{ "f(18446744073709551616, 0x10000000000000000, 02000000000000000000000) = 0",
	  "call (call f huge(18446744073709551616) huge(0x10000000000000000) huge(02000000000000000000000)) -> 0" },
	{ "f(-0x1, 1.5, -2.25, 4.1.2) = 0",
	  "call (call f -1:hex real(1.5) real(-2.25) 4.1.2) -> 0" },
	{ "f(123456789012345678901234567890) = 0",
	  "call (call f huge(123456789012345678901234567890)) -> 0" },
	{ "f(-18446744073709551616) = 0",
	  "call (call f huge(-18446744073709551616)) -> 0" },
	{ "f('a', '\\n', '\\0', '\\'') = 0",
	  "call (call f char(a) char(\\x0a) char(\\x00) char(')) -> 0" },
	{ "f(B38400, -icanon, ~ICANON, !0, &sin6_addr, ??\?) = 0",
	  "call (call f B38400 -icanon ~ICANON !0 &sin6_addr ??\?) -> 0" },
	{ "lseek(3, 4096, SEEK_SET) = 4096",
	  "call (call lseek 3 4096 SEEK_SET) -> 4096" },
	{ "mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, -1, 0) = 0x7f5d932be000",
	  "call (call mmap NULL 8192 PROT_READ MAP_PRIVATE -1 0) -> 140039877812224:hex" },
	{ "umask(022) = 0777", "call (call umask 18:oct) -> 511:oct" },
	/* strings */
	{ "f(\"\") = 0", "call (call f \"\") -> 0" },
	{ "f(\"a\\tb\\n\\v\\f\\r\\\"\\\\\") = 0",
	  "call (call f \"a\\x09b\\x0a\\x0b\\x0c\\x0d\"\\\") -> 0" },
	{ "f(\"\\0\\1\\12\\123\\1234\", \"\\0001\") = 0",
	  "call (call f \"\\x00\\x01\\x0aSS4\" \"\\x001\") -> 0" },
	{ "f(\"\\x00\\x7f\\xff\\x2fdev\") = 0",
	  "call (call f \"\\x00\\x7f\\xff/dev\") -> 0" },
	{ "write(2, \"mdadm: Defaulting\"..., 42) = 42",
	  "call (call write 2 \"mdadm: Defaulting\"... 42) -> 42" },
	{ "connect(3, {sa_family=AF_UNIX, sun_path=@\"/org/x\"}, 20) = 0",
	  "call (call connect 3 (struct sa_family=AF_UNIX sun_path=\"/org/x\") 20) -> 0" },
	{ "connect(3, {sa_family=AF_UNIX, sun_path=@\"/org\"...}, 20) = 0",
	  "call (call connect 3 (struct sa_family=AF_UNIX sun_path=\"/org\"...) 20) -> 0" },
	{ "f(\"a) = 3, \\\"b\\\"\") = 0", "call (call f \"a) = 3, \"b\"\") -> 0" },
	{ "f(\"in\" => \"out\") = 0", "call (call f (change \"in\" \"out\")) -> 0" },
	{ "f(\"gr\xc3\xb6\xc3\x9f"
	  "e\xff\") = 0",
	  "call (call f \"gr\\xc3\\xb6\\xc3\\x9fe\\xff\") -> 0" },
	{ "ioctl(3, GET_ARRAY_INFO, \"\\x00\\x00\\x00\\x00\\x5a\"...) = 0",
	  "call (call ioctl 3 GET_ARRAY_INFO \"\\x00\\x00\\x00\\x00Z\"...) -> 0" },
	/* structs, arrays, sets */
	{ "f({a=1, b={c=\"x\"}, ...}) = 0",
	  "call (call f (struct a=1 b=(struct c=\"x\") ...)) -> 0" },
	{ "f({}, [], {st_mode=S_IFBLK|0660, st_rdev=makedev(9, 100), ...}) = 0",
	  "call (call f (struct) (array) (struct st_mode=(flags S_IFBLK 432:oct) st_rdev=(call makedev 9 100) ...)) -> 0" },
	{ "f(makedev(0x9, 0x64)) = 0",
	  "call (call f (call makedev 9:hex 100:hex)) -> 0" },
	{ "mknod(\"/dev/.tmp.md.1419:9:100\", S_IFBLK|0600, makedev(9, 100)) = 0",
	  "call (call mknod \"/dev/.tmp.md.1419:9:100\" (flags S_IFBLK 384:oct) (call makedev 9 100)) -> 0" },
	{ "f([1, 2, 3], [{a=1}, {a=2}], [...]) = 0",
	  "call (call f (array 1 2 3) (array (struct a=1) (struct a=2)) (array ...)) -> 0" },
	{ "f([[0]=1, [5]=7]) = 0", "call (call f (array [0]=1 [5]=7)) -> 0" },
	{ "f([0 /* IO_WQ_BOUND */]=5) = 0",
	  "call (call f [0 /* IO_WQ_BOUND */]=5) -> 0" },
	{ "rt_sigprocmask(SIG_BLOCK, [CHLD USR1], ~[KILL STOP], 8) = 0",
	  "call (call rt_sigprocmask SIG_BLOCK (array CHLD _USR1) (not KILL _STOP) 8) -> 0" },
	{ "rt_sigprocmask(SIG_SETMASK, ~[], NULL, 8) = 0",
	  "call (call rt_sigprocmask SIG_SETMASK (not) NULL 8) -> 0" },
	{ "rt_sigaction(SIGINT, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, NULL, 8) = 0",
	  "call (call rt_sigaction SIGINT (struct sa_handler=SIG_DFL sa_mask=(array) sa_flags=0) NULL 8) -> 0" },
	{ "select(4, [0 3], NULL, [ 0 ], {tv_sec=1, tv_usec=500000}) = 1 (in [3], left {tv_sec=0, tv_usec=499998})",
	  "call (call select 4 (array 0 _3) NULL (array 0) (struct tv_sec=1 tv_usec=500000)) -> 1 | aux (group in _(array 3) left _(struct tv_sec=0 tv_usec=499998))" },
	{ "execve(\"/sbin/mdadm\", [\"mdadm\", \"-S\", \"/dev/md0\"], [/* 27 vars */]) = 0",
	  "call (call execve \"/sbin/mdadm\" (array \"mdadm\" \"-S\" \"/dev/md0\") (array){inside 27 vars}) -> 0" },
	{ "execve(\"/sbin/mdadm\", [\"mdadm\"], 0x7ffe /* 27 vars */) = 0",
	  "call (call execve \"/sbin/mdadm\" (array \"mdadm\") 32766:hex{comment 27 vars}) -> 0" },
	{ "ioctl(3, SIOCGIFFLAGS, {ifr_name=\"lo\", }) = 0",
	  "call (call ioctl 3 SIOCGIFFLAGS (struct ifr_name=\"lo\")) -> 0" },
	{ "ioctl(3, BLKPG, {op=BLKPG_DEL_PARTITION, flags=0, datalen=152, data={start=0, length=0, pno=1, devname=\"\", volname=\"\"}}) = -1 ENXIO (No such device or address)",
	  "call (call ioctl 3 BLKPG (struct op=BLKPG_DEL_PARTITION flags=0 datalen=152 data=(struct start=0 length=0 pno=1 devname=\"\" volname=\"\"))) -> -1 | error ENXIO | means No such device or address" },
	{ "f({sin6_addr=inet_pton(AF_INET6, \"::1\", &sin6_addr)}) = 0",
	  "call (call f (struct sin6_addr=(call inet_pton AF_INET6 \"::1\" &sin6_addr))) -> 0" },
	{ "f(fd=3, request=0x932, argp=0) = 0",
	  "call (call f fd=3 request=2354:hex argp=0) -> 0" },
	{ "f(a.b[1]=7) = 0", "call (call f a.b[1]=7) -> 0" },
	/* flags, alternatives, changes, arithmetic */
	{ "open(\"/dev/md0\", O_RDWR|O_EXCL|0x8) = 3",
	  "call (call open \"/dev/md0\" (flags O_RDWR O_EXCL 8:hex)) -> 3" },
	{ "f(0|O_EXCL) = 0", "call (call f (flags 0 O_EXCL)) -> 0" },
	{ "ioctl(3, TCGETS or SNDCTL_TMR_TIMEBASE, 0x7ffe) = -1 ENOTTY (Inappropriate ioctl for device)",
	  "call (call ioctl 3 (either TCGETS SNDCTL_TMR_TIMEBASE) 32766:hex) -> -1 | error ENOTTY | means Inappropriate ioctl for device" },
	{ "ioctl(3, A or B or C, 0) = 0", "call (call ioctl 3 (either A B C) 0) -> 0" },
	{ "ioctl(3, _IOC(_IOC_READ|_IOC_WRITE, 0x9, 0x32, 0x48), 0x7ffe) = 0",
	  "call (call ioctl 3 (call _IOC (flags _IOC_READ _IOC_WRITE) 9:hex 50:hex 72:hex) 32766:hex) -> 0" },
	{ "f([16 => 2]) = 0", "call (call f (array (change 16 2))) -> 0" },
	{ "f([16->2]) = 0", "call (call f (array (change 16 2))) -> 0" },
	{ "f({a=1} => {a=2}) = 0",
	  "call (call f (change (struct a=1) (struct a=2))) -> 0" },
	{ "f({a=1, b=2 => 3}) = 0", "call (call f (struct a=1 b=(change 2 3))) -> 0" },
	{ "f({features=0 => features=UFFD_FEATURE_EVENT_FORK}) = 0",
	  "call (call f (struct features=(change 0 features=UFFD_FEATURE_EVENT_FORK))) -> 0" },
	{ "f(A|B => C|D) = 0", "call (call f (change (flags A B) (flags C D))) -> 0" },
	{ "capset({v=1}, {effective=1<<CAP_CHOWN|1<<CAP_SETGID, permitted=0}) = 0",
	  "call (call capset (struct v=1) (struct effective=(flags (expr << 1 CAP_CHOWN) (expr << 1 CAP_SETGID)) permitted=0)) -> 0" },
	{ "prlimit64(0, RLIMIT_STACK, NULL, {rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY}) = 0",
	  "call (call prlimit64 0 RLIMIT_STACK NULL (struct rlim_cur=(expr * 8192 1024) rlim_max=RLIM64_INFINITY)) -> 0" },
	{ "f(1+2-3*4) = 0", "call (call f (expr + 1 2 3 4)) -> 0" },
	{ "wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 7",
	  "call (call wait4 -1 (array (struct (expr  &&  (call WIFEXITED s) (call WEXITSTATUS s) 0))) 0 NULL) -> 7" },
	{ "wait4(-1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL && WCOREDUMP(s)}], 0, NULL) = 7",
	  "call (call wait4 -1 (array (struct (expr  &&  (call WIFSIGNALED s) (call WTERMSIG s) SIGKILL (call WCOREDUMP s)))) 0 NULL) -> 7" },
	{ "f(A|(B<<4), ~(A|B)) = 0",
	  "call (call f (flags A (group (expr << B 4))) (not-group (flags A B))) -> 0" },
	/* comments */
	{ "openat(-100 /* AT_FDCWD */</>, \"/dev/md0\", 0x80 /* O_RDONLY|O_EXCL */) = 3</dev/md0<block 9:0>>",
	  "call (call openat -100{comment AT_FDCWD}{path /} \"/dev/md0\" 128:hex{comment O_RDONLY|O_EXCL}) -> 3{path /dev/md0<block 9:0>}" },
	{ "quotactl(0x800002 /* QCMD(0 /* Q_??? */, USRQUOTA) */, \"/dev/md0\", 0, NULL) = 0",
	  "call (call quotactl 8388610:hex{comment QCMD(0 /* Q_??? */, USRQUOTA)} \"/dev/md0\" 0 NULL) -> 0" },
	{ "f(0x40 /* MD_DISK_??? */, 1) = 0",
	  "call (call f 64:hex{comment MD_DISK_???} 1) -> 0" },
	{ "f([1, 2] /* 2 entries */) = 0",
	  "call (call f (array 1 2){comment 2 entries}) -> 0" },
	{ "f({a=1 /* x */, b=2}) = 0", "call (call f (struct a=1{comment x} b=2)) -> 0" },
	/* results */
	{ "open(\"/dev/md0\", O_RDONLY) = -1 EBUSY (Device or resource busy)",
	  "call (call open \"/dev/md0\" O_RDONLY) -> -1 | error EBUSY | means Device or resource busy" },
	{ "f() = -1 ENOENT (No such (really) file)",
	  "call (call f) -> -1 | error ENOENT | means No such (really) file" },
	{ "f() = -1 (errno 512)", "call (call f) -> -1 | error errno 512" },
	{ "f() = -1 ERRNO_512 (Unknown error 512)",
	  "call (call f) -> -1 | error ERRNO_512 | means Unknown error 512" },
	{ "read(0, 0x7ffe, 1) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)",
	  "call (call read 0 32766:hex 1) -> ? | error ERESTARTSYS | means To be restarted if SA_RESTART is set" },
	{ "pause() = ? ERESTARTNOHAND (To be restarted if no handler)",
	  "call (call pause) -> ? | error ERESTARTNOHAND | means To be restarted if no handler" },
	{ "exit_group(0) = ?", "call (call exit_group 0) -> ?" },
	{ "exit_group(0)                           = ?",
	  "call (call exit_group 0) -> ?" },
	{ "exit(0) = ? <0.000116>", "call (call exit 0) -> ? | took 0.000116" },
	{ "f(1) = ? <unavailable>", "call (call f 1) -> ? | unavailable" },
	{ "read(0, <unavailable>) = ?",
	  "call (call read 0 missing(<unavailable>)) -> ?" },
	{ "f(<unavailable>) = ? <unavailable>",
	  "call (call f missing(<unavailable>)) -> ? | unavailable" },
	{ "ioctl(3, 0x932)                         = 0 <0.000116>",
	  "call (call ioctl 3 2354:hex) -> 0 | took 0.000116" },
	{ "open(\"x\", 0) = -1 ENOENT (No such file or directory) <0.1>",
	  "call (call open \"x\" 0) -> -1 | error ENOENT | means No such file or directory | took 0.1" },
	{ "poll([{fd=3, events=POLLIN}], 1, -1) = 1 ([{fd=3, revents=POLLIN}])",
	  "call (call poll (array (struct fd=3 events=POLLIN)) 1 -1) -> 1 | aux (group (array (struct fd=3 revents=POLLIN)))" },
	{ "poll([{fd=3, events=POLLIN}], 1, 5) = 0 (Timeout) <0.005>",
	  "call (call poll (array (struct fd=3 events=POLLIN)) 1 5) -> 0 | aux (group Timeout) | took 0.005" },
	{ "fcntl(3, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)",
	  "call (call fcntl 3 F_GETFL) -> 32770:hex | aux (group flags _(flags O_RDWR O_LARGEFILE))" },
	{ "fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)",
	  "call (call fcntl 3 F_GETFD) -> 1:hex | aux (group flags _FD_CLOEXEC)" },
	{ "getpid() = 5 /* 1234 in strace's PID NS */",
	  "call (call getpid) -> 5{comment 1234 in strace's PID NS}" },
	{ "kill(5<mdadm> /* 1234 in strace's PID NS */, SIGTERM) = 0",
	  "call (call kill 5{path mdadm}{comment 1234 in strace's PID NS} SIGTERM) -> 0" },
	{ "close(3) = -1 EIO (Input/output error) (INJECTED)",
	  "call (call close 3) -> -1 | error EIO | means Input/output error | inject INJECTED" },
	{ "close(3) = 0 (INJECTED)", "call (call close 3) -> 0 | inject INJECTED" },
	{ "close(3) = 0 (DELAYED)", "call (call close 3) -> 0 | inject DELAYED" },
	{ "close(3) = -1 EIO (Input/output error) (INJECTED) (DELAYED) <0.1>",
	  "call (call close 3) -> -1 | error EIO | means Input/output error | inject INJECTED) (DELAYED | took 0.1" },
	{ "chdir(\"x\") = -1 ENOENT (No such file or directory) (INJECTED: args)",
	  "call (call chdir \"x\") -> -1 | error ENOENT | means No such file or directory | inject INJECTED: args" },
	{ "f() = -1 EIO (Input/output error) (INJECTED: args, retval)",
	  "call (call f) -> -1 | error EIO | means Input/output error | inject INJECTED: args, retval" },
	{ "restart_syscall(<... resuming interrupted poll ...>) = 0",
	  "call (call restart_syscall missing(<... resuming interrupted poll ...>)) -> 0" },
	{ "rt_sigreturn({mask=[]}) = -1 EINTR (Interrupted system call)",
	  "call (call rt_sigreturn (struct mask=(array))) -> -1 | error EINTR | means Interrupted system call" },
	{ "clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x7f5d) = 1235",
	  "call (call clone child_stack=NULL flags=(flags CLONE_CHILD_CLEARTID SIGCHLD) child_tidptr=32605:hex) -> 1235" },
	/* notes */
	{ "ioctl(3, 0x800c0910, 0x7ffcecff5d80)    = 0  -----RAID_VERSION",
	  "call (call ioctl 3 2148272400:hex 140724284644736:hex) -> 0 | note   -----RAID_VERSION" },
	{ "ioctl(3, 0x80480911, 0x7ffcecff5dc0)    = -1 ENODEV (No such device) --------GET_ARRAY_INFO",
	  "call (call ioctl 3 2152204561:hex 140724284644800:hex) -> -1 | error ENODEV | means No such device | note  --------GET_ARRAY_INFO" },
	{ "close(3) = 0\t# closed", "call (call close 3) -> 0 | note \\x09# closed" },
	{ "close(3) = 0 <0.000116> slow",
	  "call (call close 3) -> 0 | took 0.000116 | note  slow" },
	{ "close(3) = 0--GET_ARRAY_INFO",
	  "call (call close 3) -> 0 | note --GET_ARRAY_INFO" },
	{ "close(3) = 0 (Timeout) maybe",
	  "call (call close 3) -> 0 | aux (group Timeout) | note  maybe" },
	/* calls without an end */
	{ "read(0,  <unfinished ...>",
	  "unfinished (call read 0)! | interrupted <unfinished ...>" },
	{ "1234  ioctl(3, 0x932 <unfinished ...>",
	  "unfinished (call ioctl 3 2354:hex)! | pid 1234 | interrupted <unfinished ...>" },
	{ "exit_group(0 <unfinished ...>",
	  "unfinished (call exit_group 0)! | interrupted <unfinished ...>" },
	{ "exit_group(0) = ? <unfinished ...>",
	  "unfinished (call exit_group 0) -> ? | interrupted <unfinished ...>" },
	{ "vfork( <unfinished ...>",
	  "unfinished (call vfork)! | interrupted <unfinished ...>" },
	{ "select(4, [3], NULL, NULL, {tv_sec=1, tv_usec=0} <detached ...>",
	  "unfinished (call select 4 (array 3) NULL NULL (struct tv_sec=1 tv_usec=0))! | interrupted <detached ...>" },
	{ "execve(\"/bin/x\", [\"x\"], 0x7ffe /* 1 var */ <pid changed to 5 ...>", "unfinished (call execve \"/bin/x\" (array \"x\") 32766:hex{comment 1 var})! | interrupted <pid changed to 5 ...>" },
	{ "read(0, <unavailable> <unfinished ...>",
	  "unfinished (call read 0 missing(<unavailable>))! | interrupted <unfinished ...>" },
	{ "write(1, \"<unfinished ...>\", 16) = 16",
	  "call (call write 1 \"<unfinished ...>\" 16) -> 16" },
	{ "<... read resumed> \"x\", 1) = 1",
	  "resumed | name read | tail  \"x\", 1) = 1" },
	{ "<... ioctl resumed>) = 0", "resumed | name ioctl | tail ) = 0" },
	{ "1234  <... futex resumed> ) = -1 EAGAIN (Resource temporarily unavailable)",
	  "resumed | name futex | pid 1234 | tail  ) = -1 EAGAIN (Resource temporarily unavailable)" },
	{ "[pid  1234] <... wait4 resumed> [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 5",
	  "resumed | name wait4 | pid 1234 | tail  [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 5" },
	/* oddities of single versions */
	{ "statx(-100, \"x\", |0x800, 0x7ff, 0x7ffe) = 0",
	  "call (call statx -100 \"x\" (flags  2048:hex) 2047:hex 32766:hex) -> 0" },
	{ "times(buf=buf={tms_utime=0, tms_stime=1}) = 42",
	  "call (call times buf=(struct tms_utime=0 tms_stime=1)) -> 42" },
	{ "_sysctl({{}, 0, 0x7f63f1a53fb0) = -1 EFAULT (Bad address)",
	  "call (call _sysctl (struct (struct) 0 140067232628656:hex)!) -> -1 | error EFAULT | means Bad address" },
	{ "ioctl(3, FS, {numblocks=2}}) = 0",
	  "call (call ioctl 3 FS (struct numblocks=2) ^}) -> 0" },
	{ "sendto(3, \"x\", 1, 0, {fsa_digipeater=[*, ?\?]}, 16) = 1",
	  "call (call sendto 3 \"x\" 1 0 (struct fsa_digipeater=(array * ?\?)) 16) -> 1" },
	{ "ioctl(1, TCGETS, {c_iflags=0x6d02, c_line=0, c_cc=\"\\x03\"}) = 0",
	  "call (call ioctl 1 TCGETS (struct c_iflags=27906:hex c_line=0 c_cc=\"\\x03\")) -> 0" },
	{ "exit_group(0)\t= ?",
	  "unknown (call exit_group 0) | column 14: '= ' and a result" },
	/* signals, stops, exits */
	{ "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=5, si_uid=0, si_status=0, si_utime=0, si_stime=0} ---",
	  "signal (group SIGCHLD (struct si_signo=SIGCHLD si_code=CLD_EXITED si_pid=5 si_uid=0 si_status=0 si_utime=0 si_stime=0))" },
	{ "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=5<mdadm>, si_uid=0, si_status=0, si_utime=0 /* 0.01 s */, si_stime=0} ---",
	  "signal (group SIGCHLD (struct si_signo=SIGCHLD si_code=CLD_EXITED si_pid=5{path mdadm} si_uid=0 si_status=0 si_utime=0{comment 0.01 s} si_stime=0))" },
	{ "--- SIGCHLD (Child exited) @ 0 (0) ---",
	  "signal (group SIGCHLD (group Child _exited) @ 0 (group 0))" },
	{ "--- SIGRT_1 (Real-time signal 0) ---",
	  "signal (group SIGRT_1 (group (expr - Real time) _signal _0))" },
	{ "[pid  1234] --- SIGINT {si_signo=SIGINT, si_code=SI_KERNEL} ---",
	  "signal (group SIGINT (struct si_signo=SIGINT si_code=SI_KERNEL)) | pid 1234" },
	{ "--- stopped by SIGSTOP ---", "stop (group SIGSTOP)" },
	{ "1234  --- SIGSTOP (Stopped (signal)) @ 0 (0) ---",
	  "signal (group SIGSTOP (group Stopped _(group signal)) @ 0 (group 0)) | pid 1234" },
	{ "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---",
	  "signal (group SIGSEGV (struct si_signo=SIGSEGV si_code=SEGV_MAPERR si_addr=NULL))" },
	{ "+++ exited with 0 +++", "exit (group 0)" },
	{ "1234  +++ exited with 255 +++", "exit (group 255) | pid 1234" },
	{ "4194304 +++ exited with 0 +++", "exit (group 0) | pid 4194304" },
	{ "+++ killed by SIGKILL +++", "exit (group SIGKILL)" },
	{ "+++ killed by SIGSEGV (core dumped) +++",
	  "exit (group SIGSEGV (group core _dumped))" },
	{ "10:36:44 +++ superseded by execve in pid 5 +++",
	  "superseded (group 5) | time 10:36:44" },
	/* strace's own words */
	{ "strace: Process 1234 attached", "message" },
	{ "/usr/bin/strace: Process 1234 detached", "message" },
	{ "strace-6.1: detached", "message" },
	{ "Process 5 attached", "message" },
	{ "Process 5 detached", "message" },
	{ "[ Process PID=5 runs in 32 bit mode. ]", "message" },
	{ " <detached ...>", "message" },
	{ " > /lib/x86_64-linux-gnu/libc.so.6(ioctl+0x3b) [0xfdd6b]", "stack" },
	{ " | 00000  6d 64 61 64 6d 3a                                 mdadm:           |",
	  "dump" },
	{ " * 4 bytes in buffer 0", "dump" },
	{ " = 2 buffers in vector 0", "dump" },
	{ " [wait(0x00057f) = 5] WIFSTOPPED,sig=SIGTRAP", "debug" },
	{ "% time     seconds  usecs/call     calls    errors syscall", "table" },
	{ "# by hand", "comment" },
	{ "", "blank" },
	{ "   ", "blank" },
	/* not understood */
	{ "mdadm: Defaulting to version 1.2 metadata",
	  "unknown | column 1: a system call, a signal or an exit" },
	{ "write(2, \"mdadm: Defaulting\"..., 42mdadm: Defaulting to version 1.2 metadata",
	  "unknown (call write 2 \"mdadm: Defaulting\"... 42) | column 36: ',' or ')'" },
	{ ") = 42", "unknown | column 1: a system call, a signal or an exit" },
	{ "close(3) = 0x", "unknown (call close 3) | column 14: hex digits" },
	{ "close(3", "unknown (call close 3)! | column 8: ')'" },
	{ "close(3) 0", "unknown (call close 3) | column 10: '= ' and a result" },
	{ "close(3) = NULL", "unknown (call close 3) | column 12: a number or '?'" },
	{ "f(\"abc", "unknown (call f) | column 7: a closing quote" },
	{ "f(a b) = 0", "unknown (call f a) | column 4: ',' or ')'" },
	{ "f(1 /* never) = 0", "unknown (call f 1) | column 5: a comment that ends" },
	{ "--- SIGCHLD", "unknown | column 12: ' ---'" },
	{ "+++ gone +++",
	  "unknown | column 5: 'exited with', 'killed by' or 'superseded by'" },
	{ "+++ exited with 0", "unknown | column 18: ' +++'" },
	{ "<... read", "unknown | column 6: 'name resumed>'" },
	{ "f(,) = 0", "unknown (call f) | column 3: a value" },
};

// The line in memory of its own size: a byte read behind its end is an error.
static char *copy_line(struct mdt_slice line)
{
	char *copy = malloc(line.len ? line.len : 1);

	cr_assert_not_null(copy);
	if (line.len)
		memcpy(copy, line.str, line.len);
	return copy;
}

static void check(struct mdt_slice line, const char *expected)
{
	_cleanup_(mdt_nodes_deinit) struct mdt_nodes nodes = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	char *copy = copy_line(line);
	struct mdt_event event;

	cr_assert_null(mdt_parse_line(mdt_slice_from(copy, line.len), &nodes, &event));
	describe_event(&event, &text);
	cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(&text), expected),
		  "%.*s\nis        %.*s\nshould be %s", SLICE_FMT(line),
		  SLICE_FMT(mdt_buf_slice(&text)), expected);
	cr_expect(mdt_slice_eq(event.raw, line));
	free(copy);
}

ParameterizedTestParameters(strace_parse, line)
{
	return index_params(lines);
}

ParameterizedTest(size_t *i, strace_parse, line)
{
	check(mdt_slice_cstr(lines[*i].line), lines[*i].values);
}

Test(strace_parse, bytes_that_are_no_text)
{
	check(SLICE("read(3, \"a\0b\", 3) = 3"), "call (call read 3 \"a\\x00b\" 3) -> 3");
	check(SLICE("f(\0) = 0"), "unknown (call f) | column 3: a value");
	check(SLICE("\0"), "unknown | column 1: a system call, a signal or an exit");
	check(SLICE("\xff\xfe"),
	      "unknown | column 1: a system call, a signal or an exit");
}

// No beginning of a line may be read past its end, nor lose bytes of it.
ParameterizedTestParameters(strace_parse, every_beginning)
{
	return index_params(lines);
}

ParameterizedTest(size_t *i, strace_parse, every_beginning)
{
	_cleanup_(mdt_nodes_deinit) struct mdt_nodes nodes = { 0 };
	struct mdt_slice line = mdt_slice_cstr(lines[*i].line);

	for (size_t len = 0; len <= line.len; len++) {
		char *copy = copy_line(mdt_slice_head(line, len));
		struct mdt_event event;

		cr_assert_null(mdt_parse_line(mdt_slice_from(copy, len), &nodes, &event));
		cr_expect_eq(event.raw.len, len);
		cr_expect_eq(event.kind == MDT_EVENT_UNKNOWN,
			     event.fault.expected != NULL, "%.*s", (int)len,
			     lines[*i].line);
		free(copy);
	}
}

/* ---- what the functions on values say ---- */

struct parsed {
	struct mdt_nodes nodes;
	struct mdt_event event;
};

static struct mdt_ref parse_arg(struct parsed *parsed, const char *line, size_t index)
{
	cr_assert_null(
		mdt_parse_line(mdt_slice_cstr(line), &parsed->nodes, &parsed->event));
	return mdt_event_arg(&parsed->event, index);
}

Test(strace_parse, members_and_children)
{
	struct parsed parsed = { 0 };
	struct mdt_ref arg = parse_arg(&parsed, "f({a=1, b=[2, 3 /* c */], ...}) = 0", 0),
		       list;

	cr_expect_eq(mdt_ref_count(arg), 3);
	list = mdt_ref_member(arg, SLICE("b"));
	cr_expect(mdt_slice_eq(mdt_ref_text(list), SLICE("[2, 3 /* c */]")));
	cr_expect_eq(mdt_ref_count(list), 2);
	cr_expect(mdt_slice_eq(mdt_ref_text(mdt_ref_child(list, 1)), SLICE("3")));
	cr_expect_not(mdt_ref_ok(mdt_ref_child(list, 2)));
	cr_expect_not(mdt_ref_ok(mdt_ref_child(mdt_ref_child(list, 1), 0)));
	cr_expect_not(mdt_ref_ok(mdt_ref_member(arg, SLICE("c"))));
	cr_expect_not(mdt_ref_ok(mdt_ref_member(mdt_ref_none(), SLICE("a"))));
	cr_expect(mdt_slice_eq(mdt_ref_text(mdt_ref_attachment(mdt_ref_child(list, 1),
							       MDT_NODE_COMMENT)),
			       SLICE("c")));
	cr_expect_not(mdt_ref_ok(mdt_ref_attachment(list, MDT_NODE_COMMENT)));
	cr_expect_not(mdt_ref_ok(mdt_event_arg(&parsed.event, 1)));
	mdt_nodes_deinit(&parsed.nodes);
}

Test(strace_parse, heads_of_values)
{
	struct parsed parsed = { 0 };
	const char *line = "f(makedev(9, 1), A|B, 1<<2, a => b, A or B, 3) = 0";
	static const char *const heads[] = { "makedev", "|", "<<", " => ", " or ", "" };

	for (size_t i = 0; i < array_size(heads); i++)
		cr_expect(mdt_slice_eq_cstr(mdt_ref_head(parse_arg(&parsed, line, i)),
					    heads[i]),
			  "%s", heads[i]);
	mdt_nodes_deinit(&parsed.nodes);
}

Test(strace_parse, what_is_no_number_gives_none)
{
	struct parsed parsed = { 0 };
	const char *line = "f(A, \"1\", 18446744073709551616, 1.5, -1) = 0";
	uint64_t number = 77;
	int64_t number_signed;

	for (size_t i = 0; i < 4; i++)
		cr_expect_not(mdt_ref_u64(parse_arg(&parsed, line, i), &number));
	cr_expect_not(mdt_ref_u64(mdt_ref_none(), &number));
	cr_expect_eq(number, 77);
	cr_expect(mdt_ref_u64(parse_arg(&parsed, line, 4), &number));
	cr_expect_eq(number, UINT64_MAX);
	cr_expect(mdt_ref_i64(parse_arg(&parsed, line, 4), &number_signed));
	cr_expect_eq(number_signed, -1);
	mdt_nodes_deinit(&parsed.nodes);
}

Test(strace_parse, strings_as_written_and_as_meant)
{
	struct parsed parsed = { 0 };
	struct mdt_buf bytes = { 0 };
	struct mdt_ref arg = parse_arg(&parsed, "f(@\"a\\n\"..., 1) = 0", 0);

	cr_expect(mdt_slice_eq(mdt_ref_inside(arg), SLICE("a\\n")));
	cr_expect(mdt_ref_cut(arg));
	cr_expect(mdt_ref_bytes(arg, &bytes));
	cr_expect(mdt_slice_eq(mdt_buf_slice(&bytes), SLICE("a\n")));
	cr_expect_not(mdt_ref_bytes(mdt_event_arg(&parsed.event, 1), &bytes));
	cr_expect_eq(bytes.len, 2);
	cr_expect_not(mdt_ref_cut(mdt_event_arg(&parsed.event, 1)));
	mdt_nodes_deinit(&parsed.nodes);
	mdt_buf_deinit(&bytes);
}

Test(strace_parse, what_succeeded)
{
	struct parsed parsed = { 0 };

	parse_arg(&parsed, "close(3) = 0", 0);
	cr_expect(mdt_event_succeeded(&parsed.event));
	parse_arg(&parsed, "close(3) = -1 EBADF (Bad file descriptor)", 0);
	cr_expect_not(mdt_event_succeeded(&parsed.event));
	parse_arg(&parsed, "exit(3) = ?", 0);
	cr_expect_not(mdt_event_succeeded(&parsed.event));
	parse_arg(&parsed, "close(3 <unfinished ...>", 0);
	cr_expect_not(mdt_event_succeeded(&parsed.event));
	mdt_nodes_deinit(&parsed.nodes);
}

Test(strace_parse, brackets_in_brackets_have_a_limit)
{
	struct mdt_nodes nodes = { 0 };
	struct mdt_buf line = { 0 };
	struct mdt_event event;

	mdt_buf_adds(&line, "f(");
	mdt_buf_fill(&line, '[', 199);
	mdt_buf_fill(&line, ']', 199);
	mdt_buf_adds(&line, ") = 0");
	cr_assert_null(mdt_parse_line(mdt_buf_slice(&line), &nodes, &event));
	cr_expect_eq(event.kind, MDT_EVENT_CALL);
	mdt_buf_clear(&line);
	mdt_buf_adds(&line, "f(");
	mdt_buf_fill(&line, '[', 100000);
	cr_assert_null(mdt_parse_line(mdt_buf_slice(&line), &nodes, &event));
	cr_expect_eq(event.kind, MDT_EVENT_UNKNOWN);
	cr_expect_str_eq(event.fault.expected, "fewer brackets in brackets");
	cr_expect_eq(event.fault.column, 203);
	mdt_buf_deinit(&line);
	mdt_nodes_deinit(&nodes);
}
