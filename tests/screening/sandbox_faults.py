"""A file that exceeds the sandbox's CPU time, and a kill in the middle of decoding."""

import os
import threading
import time
import warnings

import numpy as np
import psutil
from pydicom.uid import ImplicitVRLittleEndian, RLELossless

from phantoms.dicom_syntaxes import encode_dicom_in_syntax
from phantoms.file_formats import encode_compressed_dicom, grey_ramp
from screening.sandbox import SandboxedDecoder

_BUSY_SECONDS = 0.3


def build_slow_dicom() -> bytes:
    """Returns a file of RLE runs of one byte each, which take a decoder millions of steps."""
    pixels = np.broadcast_to(np.uint8(7), (5_000, 8_000))
    header = np.array([1, 64, *[0] * 14], "<u4").tobytes()
    frame = header + b"\0\7" * (pixels.size // 2)
    return encode_compressed_dicom(pixels[:, :4_000], RLELossless, frame)


def build_dicom_with_long_identifiers() -> bytes:
    """Returns a file whose identifiers have seven million characters each."""
    patient = ("PatientName", "PatientID", "AccessionNumber")
    uids = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
    tags = dict.fromkeys((*patient, *uids), "1" * 7_000_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom warns of what it writes.
        return encode_dicom_in_syntax(grey_ramp(), ImplicitVRLittleEndian, **tags)


def kill_while_decoding(decoder: SandboxedDecoder, signal: int) -> None:
    """Sends `signal` once the process has worked on its next file, a slow one, for 0.3 s."""
    process = psutil.Process(decoder._process.pid)
    _wait_until_idle(process)
    start = process.cpu_times().user

    def kill() -> None:
        while process.cpu_times().user < start + _BUSY_SECONDS:
            time.sleep(0.01)
        os.kill(process.pid, signal)

    threading.Thread(target=kill, daemon=True).start()


def _wait_until_idle(process: psutil.Process) -> None:
    """Waits until the process has imported its modules: it uses no CPU for half a second."""
    last = -1.0
    while process.cpu_times().user != last:
        last = process.cpu_times().user
        time.sleep(0.5)
