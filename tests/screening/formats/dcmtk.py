"""Draws DICOM files with dcmtk, a reader that shares no code with ours, where it is installed."""

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from local.cli.dcmtk import find_dcmtk

PROGRAM = find_dcmtk()


def draw(content: bytes, folder: Path, *options: str) -> NDArray[np.uint8]:
    """Returns rows x columns of grey. `options` choose the window: +Wi, +Wl, +Wm or none."""
    source, target = folder / "source.dcm", folder / "target.pgm"
    source.write_bytes(content)
    assert PROGRAM is not None
    command = [PROGRAM, *options, "+op", str(source), str(target)]
    subprocess.run(command, check=True, capture_output=True)
    return np.asarray(Image.open(target).convert("L"))
