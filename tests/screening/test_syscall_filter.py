"""A file that takes over its decoder can read files and answer, and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from phantoms.file_formats import encode_image, grey_ramp
from screening import syscall_filter
from screening.sandbox import SandboxedDecoder
from screening.syscall_filter import ABSENT, ALLOW, ARCHITECTURES, KILL, REFUSE, build_program
from tests.conftest import ROOT

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="seccomp is of Linux")

# Run inside a process that is confined as the decoder is. `libc` calls skip Python's own checks.
_ATTEMPTS = """
import ctypes, errno, json, os, socket, sys, threading
from screening.syscall_filter import confine
libc = ctypes.CDLL(None, use_errno=True)
parent, victim = os.getppid(), sys.argv[1]
confine()

def call(name, *arguments):
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)

attempts = {
    "socket": lambda: socket.socket(),
    "local socket": lambda: socket.socket(socket.AF_UNIX),
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "fork": lambda: os.fork(),
    "vfork": lambda: call("vfork"),
    "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "unlink": lambda: os.unlink(victim),
    "rename": lambda: os.rename(victim, victim + "2"),
    "truncate": lambda: os.truncate(victim, 0),
    "write": lambda: open(victim, "r+b"),
    "create": lambda: open(victim + "3", "xb"),
    "append": lambda: open(victim, "ab"),
    "chmod": lambda: os.chmod(victim, 0o777),
    "link": lambda: os.link(victim, victim + "4"),
    "folder": lambda: os.mkdir(victim + "5"),
    "ptrace": lambda: call("ptrace", 16, parent, 0, 0),
    "memory": lambda: open(f"/proc/{parent}/mem", "rb"),
    "environment": lambda: open(f"/proc/{parent}/environ", "rb"),
    "kill": lambda: os.kill(parent, 0),
    "own signal to it": lambda: call("fcntl", 0, 8, parent),
    "limits": lambda: call("prlimit", parent, 7, 0, 0),
    "namespace": lambda: call("unshare", 0x10000000),
    "io_uring": lambda: call("syscall", 425, 1, 0),
    "clone3": lambda: call("syscall", 435, 0, 0),
    "thread": lambda: threading.Thread(target=list).start(),
    "read": lambda: open(victim, "rb").close(),
    "a refused filter": confine,
}
results = {}
for name, attempt in attempts.items():
    try:
        attempt()
        results[name] = "done"
    except OSError as error:
        results[name] = errno.errorcode[error.errno]
print(json.dumps(results))
"""
_EXPECTED = {"thread": "done", "read": "done", "clone3": "ENOSYS", "a refused filter": "done"}
_BY_PERMISSION = {"memory": "EACCES", "environment": "EACCES"}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each attempt comes to, by its name. This process is the one that is attacked."""
    victim = tmp_path_factory.mktemp("victim") / "film"
    victim.write_bytes(b"film")
    syscall_filter.protect_memory()
    command = [sys.executable, "-c", _ATTEMPTS, str(victim)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert [victim.read_bytes(), len(list(victim.parent.iterdir()))] == [b"film", 1]
    results: dict[str, str] = json.loads(run.stdout.splitlines()[-1])
    return results


@linux_only
def test_nothing_but_reading_and_threads_is_possible(results: dict[str, str]) -> None:
    """Where the kernel refuses a filter, as a second one here, the process goes on without it."""
    expected = dict.fromkeys(results, "EPERM") | _BY_PERMISSION | _EXPECTED
    assert results == expected


@linux_only
def test_the_decoder_is_confined_and_decodes() -> None:
    decoder = SandboxedDecoder()
    content = encode_image(Image.fromarray(grey_ramp()))
    assert np.array_equal(decoder(content).pixels, grey_ramp())
    status = Path(f"/proc/{decoder._process.pid}/status").read_text()
    assert decoder.is_confined
    assert "NoNewPrivs:\t1" in status
    decoder.close()
    assert not decoder.is_confined


def answer(name: str, number: int, *, audit: int | None = None, arguments: tuple[int, ...]) -> int:
    """Runs the filter of an architecture on one call, as the kernel does."""
    architecture = ARCHITECTURES[name]
    words = {0: number, 4: architecture.audit if audit is None else audit}
    words |= {16 + 8 * index: value for index, value in enumerate(arguments)}
    program, at, loaded = build_program(architecture), 0, 0
    while True:
        operation, if_true, if_false, operand = program[at]
        at += 1
        if operation == syscall_filter.RETURN:
            return operand
        if operation == syscall_filter.LOAD:
            loaded = words[operand]
        elif operation == syscall_filter.JUMP_EQUAL:
            at += if_true if loaded == operand else if_false
        else:
            at += if_true if loaded & operand else if_false


# Numbers of linux/unistd.h: x86-64, arm64.
@pytest.mark.parametrize("column", [0, 1], ids=list(ARCHITECTURES))
@pytest.mark.parametrize(
    ("numbers", "arguments", "expected"),
    [
        ((0, 63), (0, 0, 0), ALLOW),  # read
        ((257, 56), (0, 0, 0), ALLOW),  # openat to read
        ((257, 56), (0, 0, 0o101), REFUSE),  # openat to create
        ((257, 56), (0, 0, 2), REFUSE),  # openat to write
        ((41, 198), (0, 0, 0), REFUSE),  # socket
        ((59, 221), (0, 0, 0), REFUSE),  # execve
        ((56, 220), (0x11, 0, 0), REFUSE),  # clone of a process
        ((56, 220), (0x3D0F00, 0, 0), ALLOW),  # clone of a thread
        ((435, 435), (0, 0, 0), ABSENT),  # clone3
        ((263, 35), (0, 0, 0), REFUSE),  # unlinkat
        ((316, 276), (0, 0, 0), REFUSE),  # renameat2
        ((101, 117), (0, 0, 0), REFUSE),  # ptrace
        ((62, 129), (0, 0, 0), REFUSE),  # kill
        ((16, 29), (0, 0x5401, 0), ALLOW),  # ioctl: is it a terminal?
        ((16, 29), (0, 0x5412, 0), REFUSE),  # ioctl: type into a terminal
        ((302, 261), (0, 7, 0), ALLOW),  # prlimit64 of itself
        ((302, 261), (1, 7, 0), REFUSE),  # prlimit64 of another process
        ((0x40000000, 1 << 30), (0, 0, 0), REFUSE),  # the x32 numbers
    ],
)
def test_the_filter_of_both_architectures(
    column: int, numbers: tuple[int, int], arguments: tuple[int, ...], expected: int
) -> None:
    name = list(ARCHITECTURES)[column]
    assert answer(name, numbers[column], arguments=arguments) == expected
    assert answer(name, numbers[column], audit=0x40000003, arguments=arguments) == KILL
