"""Output that a full disk does not turn into an error: what cannot be written is dropped.

A log is worth less than the answer that is being logged. The functions' processes use this file as
well, so it imports the standard library only.
"""

import errno
import io
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# No space, no quota, and no more bytes allowed in one file.
FULL_DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class _LossyFile(io.FileIO):
    def write(self, content: "ReadableBuffer", /) -> int:
        try:
            return super().write(content)
        except OSError as error:
            if error.errno not in FULL_DISK_ERRORS:
                raise
            return memoryview(content).nbytes


def drop_output_if_disk_is_full() -> None:
    """Replaces stdout and stderr of this process."""
    sys.stdout, sys.stderr = _lossy(sys.stdout), _lossy(sys.stderr)


def _lossy(stream: TextIO) -> TextIO:
    stream.flush()
    buffer = io.BufferedWriter(_LossyFile(stream.fileno(), "wb", closefd=False))
    encoding, errors = stream.encoding, stream.errors
    return io.TextIOWrapper(buffer, encoding=encoding, errors=errors, line_buffering=True)
