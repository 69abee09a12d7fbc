"""Limits what the decoding process may ask of the Linux kernel: it reads files, answers, and starts
threads, and nothing else.

The filter is one fixed program for seccomp. The libraries for it need libseccomp of the system,
which Lambda does not have. On another system or processor there is no filter.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

# linux/prctl.h, linux/seccomp.h, linux/audit.h, linux/capability.h.
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC = 1, 1
_CAPABILITY_VERSION = 0x20080522
# Rights of root to read files of others; a developer may run as root in another's folder.
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
ALLOW, REFUSE, ABSENT, KILL = (
    0x7FFF0000,
    0x00050000 | errno.EPERM,
    # For clone3 the C library falls back to clone, whose flags the filter can read.
    0x00050000 | errno.ENOSYS,
    0x80000000,
)
# linux/bpf_common.h: load a word, jump where equal or where bits are set, return.
LOAD, JUMP_EQUAL, JUMP_SET, RETURN = 0x20, 0x15, 0x45, 0x06
# Offsets in struct seccomp_data.
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16

_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CLONE_THREAD = 0x10000
_TCGETS, _FIOCLEX = 0x5401, 0x5451
# F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC; F_SETOWN could signal another process.
_FCNTL_COMMANDS = (0, 1, 2, 3, 1030)

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """The numbers of system calls; of those that `free` lists, every argument is allowed."""

    audit: int
    free: tuple[int, ...]
    openat: int
    clone: int
    clone3: int
    ioctl: int
    fcntl: int
    prlimit64: int
    seccomp: int


# In both, in this order: read, write, close, fstat, lseek, mmap, mprotect, munmap, brk, madvise,
# mremap, pread64, readv, writev, newfstatat, statx, readlinkat, faccessat, faccessat2, getdents64,
# getcwd, dup, dup3, rt_sigaction, rt_sigprocmask, rt_sigreturn, sigaltstack, restart_syscall,
# getpid, gettid, getuid, geteuid, getgid, getegid, exit, exit_group, futex, set_robust_list, rseq,
# sched_yield, sched_getaffinity, getcpu, clock_gettime, clock_getres, clock_nanosleep, nanosleep,
# gettimeofday, getrandom, uname, sysinfo, getrusage, setitimer, getitimer, membarrier. Then, on
# x86-64 only: stat, lstat, readlink, access, dup2, time.
# fmt: off
ARCHITECTURES = {
    "x86_64": Architecture(
        audit=0xC000003E,
        free=(
            0, 1, 3, 5, 8, 9, 10, 11, 12, 28,
            25, 17, 19, 20, 262, 332, 267, 269, 439, 217,
            79, 32, 292, 13, 14, 15, 131, 219,
            39, 186, 102, 107, 104, 108, 60, 231, 202, 273, 334,
            24, 204, 309, 228, 229, 230, 35,
            96, 318, 63, 99, 98, 38, 36, 324,
            4, 6, 89, 21, 33, 201,
        ),
        openat=257, clone=56, clone3=435, ioctl=16, fcntl=72, prlimit64=302, seccomp=317,
    ),
    "aarch64": Architecture(
        audit=0xC00000B7,
        free=(
            63, 64, 57, 80, 62, 222, 226, 215, 214, 233,
            216, 67, 65, 66, 79, 291, 78, 48, 439, 61,
            17, 23, 24, 134, 135, 139, 132, 128,
            172, 178, 174, 175, 176, 177, 93, 94, 98, 99, 293,
            124, 123, 168, 113, 114, 115, 101,
            169, 278, 160, 179, 165, 103, 102, 283,
        ),
        openat=56, clone=220, clone3=435, ioctl=29, fcntl=25, prlimit64=261, seccomp=277,
    ),
}
# fmt: on


def protect_memory() -> None:
    """Keeps other processes of this user from reading this one's memory and environment."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def confine() -> None:
    """Applies the filter to all threads of this process, for good, and drops the rights of root.

    Does nothing where the kernel refuses it; `is_confined` tells.
    """
    architecture = ARCHITECTURES.get(platform.machine())
    if sys.platform != "linux" or architecture is None:
        return
    libc = ctypes.CDLL(None)
    _drop_capabilities(libc)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    program = build_program(architecture)
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(buffer))
    libc.syscall(
        architecture.seccomp,
        _SECCOMP_SET_MODE_FILTER,
        _SECCOMP_FILTER_FLAG_TSYNC,
        ctypes.create_string_buffer(header, len(header)),
    )


def is_confined(process_id: int) -> bool:
    """Returns whether the kernel filters the system calls of a process."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text()
    except OSError:
        return False
    return "\nSeccomp:\t2\n" in status


def build_program(architecture: Architecture) -> list[Instruction]:
    """Returns the instructions of the filter: operation, jumps where true and false, operand."""
    each = architecture
    return [
        (LOAD, 0, 0, _ARCHITECTURE),
        (JUMP_EQUAL, 1, 0, each.audit),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, _NUMBER),
        *(step for number in each.free for step in _answer(number, ALLOW)),
        *_answer(each.clone3, ABSENT),
        *_inspect(each.openat, 2, [(JUMP_SET, 0, 1, _WRITE_FLAGS), (RETURN, 0, 0, REFUSE)], ALLOW),
        *_inspect(each.clone, 0, [(JUMP_SET, 0, 1, _CLONE_THREAD), (RETURN, 0, 0, ALLOW)], REFUSE),
        *_inspect(each.ioctl, 1, _match(_TCGETS, _FIOCLEX), REFUSE),
        *_inspect(each.fcntl, 1, _match(*_FCNTL_COMMANDS), REFUSE),
        *_inspect(each.prlimit64, 0, _match(0), REFUSE),
        (RETURN, 0, 0, REFUSE),
    ]


def _answer(number: int, answer: int) -> list[Instruction]:
    return [(JUMP_EQUAL, 0, 1, number), (RETURN, 0, 0, answer)]


def _match(*values: int) -> list[Instruction]:
    return [step for value in values for step in _answer(value, ALLOW)]


def _inspect(
    number: int, argument: int, steps: list[Instruction], otherwise: int
) -> list[Instruction]:
    """Returns the instructions for one call that depends on the low word of an argument."""
    block = [(LOAD, 0, 0, _ARGUMENTS + 8 * argument), *steps, (RETURN, 0, 0, otherwise)]
    return [(JUMP_EQUAL, 0, len(block), number), *block]


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Drops the rights of root over other processes; other users have none."""
    header = ctypes.create_string_buffer(struct.pack("II", _CAPABILITY_VERSION, 0))
    sets = ctypes.create_string_buffer(24)
    libc.capget(header, sets)
    keep = 1 << _CAP_DAC_OVERRIDE | 1 << _CAP_DAC_READ_SEARCH
    effective, permitted = (each & keep for each in struct.unpack_from("II", sets))
    libc.capset(header, struct.pack("IIIIII", effective, permitted, 0, 0, 0, 0))
