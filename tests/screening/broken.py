"""Files and faults that a reader has to live through."""

import os
import threading
import time

import numpy as np
import psutil
from pydicom.uid import RLELossless

from phantoms.files import encode_compressed_dicom
from screening.sandbox import SandboxedDecoder

_AT_WORK_SECONDS = 0.3


def slow() -> bytes:
    """Run lengths of one byte each, which are millions of steps for a decoder."""
    pixels = np.broadcast_to(np.uint8(7), (5_000, 8_000))
    header = np.array([1, 64, *[0] * 14], "<u4").tobytes()
    frame = header + b"\0\7" * (pixels.size // 2)
    return encode_compressed_dicom(pixels[:, :4_000], RLELossless, frame)


def kill_while_reading(reader: SandboxedDecoder, signal: int) -> None:
    """As soon as the reader's process is at work on its next file, which has to be a slow one."""
    process = psutil.Process(reader._process.pid)
    _wait_until_ready(process)
    before = process.cpu_times().user

    def kill() -> None:
        while process.cpu_times().user < before + _AT_WORK_SECONDS:
            time.sleep(0.01)
        os.kill(process.pid, signal)

    threading.Thread(target=kill, daemon=True).start()


def _wait_until_ready(process: psutil.Process) -> None:
    """Until what it does for itself is done."""
    last = -1.0
    while process.cpu_times().user != last:
        last = process.cpu_times().user
        time.sleep(0.5)
