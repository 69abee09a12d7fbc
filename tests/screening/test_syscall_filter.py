"""A file that takes over its decoder can read files and answer, and nothing else."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from phantoms.file_formats import encode_image, grey_ramp
from reliability.attack.decoder import run_escapes
from reliability.attack.escapes import ALLOWED, ERRORS
from screening import syscall_filter
from screening.sandbox import SandboxedDecoder
from screening.syscall_filter import ABSENT, ALLOW, ARCHITECTURES, KILL, REFUSE, build_program

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="seccomp is of Linux")


@linux_only
def test_nothing_but_reading_and_threads_is_possible() -> None:
    """Where the kernel refuses a filter, as a second one here, the process goes on without it."""
    outcomes = dict(run_escapes())
    assert outcomes.pop("victim") == "intact"
    allowed = dict.fromkeys(ALLOWED, "done")
    assert outcomes == dict.fromkeys(outcomes, "EPERM") | ERRORS | allowed


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
