"""The child process of the sandbox: decodes one file after another, each within its limits.

A file may be made to take over a decoder. So this process receives nothing but files, and its
parent checks each answer as if it were a file.
"""

import json
import os
import signal
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import IO, Any

import numpy as np

from contracts.answers import NotAssessed
from contracts.rejections import Rejection
from screening import syscall_filter
from screening.errors import RejectedFile
from screening.radiograph import MAX_PIXELS, Identity, Pixels, Radiograph

# The signal that ends the process when the CPU time is used up.
TIMEOUT_SIGNAL = signal.SIGPROF.name
# An answer's fields, as JSON: each is cut, so a longer answer is not from our code.
_MAX_MESSAGE_BYTES = 10_000
# Address space, of which Python and the decoders take 180 MB.
MAX_MEGABYTES = 512

_LENGTH = struct.Struct(">Q")


class OversizedAnswerError(ValueError):
    """The answer is longer than any answer to a radiograph, so its file is to blame."""


def main() -> None:
    """Reads files from standard input and writes radiographs to standard output, until it ends."""
    # Whatever a library prints goes to standard error.
    files, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    from screening.decode import decode_radiograph
    from screening.formats.cpu_budget import cpu_seconds

    _limit_resources()
    syscall_filter.confine()
    while header := files.read(_LENGTH.size):
        content = files.read(*_LENGTH.unpack(header))
        # No handler is set: the signal ends the process even inside a C decoder.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds(content))
        message, pixels = _build_answer(content, decode_radiograph)
        signal.setitimer(signal.ITIMER_PROF, 0)
        send(answers, message)
        send(answers, pixels)


def _build_answer(
    content: bytes, decode: Callable[[bytes], Radiograph]
) -> tuple[bytes, bytes | memoryview]:
    """Returns the fields, as JSON, and the pixels; no pixels for a file that is refused."""
    pixels: bytes | memoryview = b""
    try:
        radiograph = decode(content)
        fields = _build_description(radiograph)
        pixels = np.ascontiguousarray(radiograph.pixels).data
    except RejectedFile as rejection:
        fields = _build_refusal(rejection)
    except MemoryError:
        fields = _build_refusal(RejectedFile(Rejection.UNREADABLE))
    return json.dumps(fields).encode(), pixels


def send(pipe: IO[bytes], content: bytes | memoryview) -> None:
    """Writes the length of `content`, 8 bytes big endian, and then `content`."""
    pipe.write(_LENGTH.pack(memoryview(content).nbytes))
    pipe.write(content)
    pipe.flush()


def receive_radiograph(pipe: IO[bytes]) -> Radiograph:
    """Reads what `main` answers to one file.

    Raises RejectedFile as `decode_radiograph` does; OversizedAnswerError; EOFError where the
    process has ended; and ValueError, TypeError or LookupError where the answer is malformed.
    """
    message = json.loads(_receive(pipe, _MAX_MESSAGE_BYTES))
    pixels = _receive(pipe, MAX_PIXELS)
    if "rejection" in message:
        raise RejectedFile(Rejection(message["rejection"]), message["detail"])
    return _parse_description(message, pixels)


def _receive(pipe: IO[bytes], max_bytes: int) -> bytes:
    header = pipe.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(header)
    if length > max_bytes:
        raise OversizedAnswerError(f"The answer has {length} bytes.")
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _build_refusal(rejection: RejectedFile) -> dict[str, Any]:
    return {"rejection": rejection.reason, "detail": rejection.detail}


def _build_description(radiograph: Radiograph) -> dict[str, Any]:
    """Returns all fields but the pixels, as JSON values that `_parse_description` reads."""
    fields = {name: value for name, value in vars(radiograph).items() if name != "pixels"}
    return {**fields, "identity": asdict(radiograph.identity), "shape": radiograph.pixels.shape}


def _parse_description(fields: dict[str, Any], content: bytes) -> Radiograph:
    pixels: Pixels = np.frombuffer(content, np.uint8).reshape(fields.pop("shape"))
    exclusion, identity = fields.pop("exclusion"), fields.pop("identity")
    return Radiograph(
        **fields,
        pixels=pixels,
        exclusion=NotAssessed(exclusion) if exclusion else None,
        identity=Identity(**identity),
    )


def _limit_resources() -> None:
    """Limits memory and forbids files and core dumps, as far as the system supports it."""
    import resource

    for limit, maximum in (
        (resource.RLIMIT_AS, MAX_MEGABYTES << 20),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (maximum, maximum))


if __name__ == "__main__":
    main()
