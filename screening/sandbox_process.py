"""The process that reads files for another: one after the other, each within its limits.

What it reads may be made to break it. So it is given nothing but the file, and what it answers is
checked as the file would be.
"""

import json
import os
import signal
import struct
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import IO, Any

import numpy as np

from contracts.answers import NotAssessed
from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.radiograph import MAX_PIXELS, Identity, Pixels, Radiograph

# Of one processor, for one file.
MAX_SECONDS = 2.0
# What ends the process there, by name.
KILLED_AT_ITS_LIMIT = signal.SIGPROF.name
# Of address space, with the 180 MB of Python and the decoders.
MAX_MEGABYTES = 512

_LENGTH = struct.Struct(">Q")


def main() -> None:
    """Files from standard input to radiographs on standard output, until there is no more."""
    # What a library prints goes elsewhere.
    files, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    from screening.decode import decode_radiograph

    _limit_itself()
    while header := files.read(_LENGTH.size):
        content = files.read(*_LENGTH.unpack(header))
        # The default action of its signal ends the process, in whatever it is.
        signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
        answer: tuple[dict[str, Any], bytes | memoryview]
        try:
            radiograph = decode_radiograph(content)
        except RejectedFile as rejection:
            answer = _refusal(rejection), b""
        except MemoryError:
            answer = _refusal(RejectedFile(Rejection.UNREADABLE)), b""
        else:
            answer = _described(radiograph), np.ascontiguousarray(radiograph.pixels).data
        signal.setitimer(signal.ITIMER_PROF, 0)
        told, pixels = answer
        send(answers, json.dumps(told).encode())
        send(answers, pixels)


def send(pipe: IO[bytes], content: bytes | memoryview) -> None:
    pipe.write(_LENGTH.pack(memoryview(content).nbytes))
    pipe.write(content)
    pipe.flush()


def receive_radiograph(pipe: IO[bytes]) -> Radiograph:
    """What `main` answers to a file. Raises RejectedFile as `read_radiograph` does, EOFError where
    the process has ended, and ValueError, TypeError or LookupError where it talks nonsense.
    """
    told = json.loads(_receive(pipe))
    pixels = _receive(pipe)
    if "rejection" in told:
        raise RejectedFile(Rejection(told["rejection"]), told["detail"])
    return _radiograph(told, pixels)


def _receive(pipe: IO[bytes]) -> bytes:
    header = pipe.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(header)
    if length > MAX_PIXELS:
        raise ValueError("That is longer than any answer.")
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _refusal(rejection: RejectedFile) -> dict[str, Any]:
    return {"rejection": rejection.reason, "detail": rejection.detail}


def _described(radiograph: Radiograph) -> dict[str, Any]:
    """All but the pixels, for `_radiograph`."""
    told = {name: value for name, value in vars(radiograph).items() if name != "pixels"}
    return {**told, "identity": asdict(radiograph.identity), "shape": radiograph.pixels.shape}


def _radiograph(told: dict[str, Any], pixels: bytes) -> Radiograph:
    shown: Pixels = np.frombuffer(pixels, np.uint8).reshape(told.pop("shape"))
    not_for_us, identity = told.pop("not_for_us"), told.pop("identity")
    return Radiograph(
        **told,
        pixels=shown,
        not_for_us=NotAssessed(not_for_us) if not_for_us else None,
        identity=Identity(**identity),
    )


def _limit_itself() -> None:
    """Memory, no file to write, no core to dump; where the system knows such limits."""
    import resource

    for what, most in (
        (resource.RLIMIT_AS, MAX_MEGABYTES << 20),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
