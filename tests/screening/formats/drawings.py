"""Well-formed DICOM files, and the grey levels that dcmtk 3.6.7 draws of them."""

import numpy as np

from tests.screening.formats.dicom_files import (
    INVERSE,
    WINDOW,
    build_curve,
    build_lut,
    encode,
    modality,
    palette,
    voi,
)

# The figures are taken at every 17th of the 256 pixels.
SAMPLES = slice(0, None, 17)

CURVE = build_curve(8)
PACKED = CURVE.astype(np.uint8)

# Per drawing: a well-formed file, the options of dcmtk, and the greys that it draws.
DRAWINGS: dict[str, tuple[bytes, tuple[str, ...], list[int]]] = {
    "window": (
        encode(**WINDOW),
        ("+Wi", "1"),
        [0, 16, 33, 50, 67, 84, 101, 118, 135, 152, 169, 186, 203, 220, 237, 254],
    ),
    "inverse window": (
        encode(**WINDOW, **INVERSE),
        ("+Wi", "1"),
        [255, 238, 221, 204, 187, 170, 153, 136, 119, 102, 85, 68, 51, 34, 17, 0],
    ),
    "curve": (
        voi(build_lut(build_curve(16), bits=16)),
        ("+Wl", "1"),
        [0, 65, 93, 114, 131, 147, 161, 174, 186, 197, 208, 218, 228, 237, 246, 255],
    ),
    "inverse curve": (
        voi(build_lut(build_curve(16), bits=16), **INVERSE),
        ("+Wl", "1"),
        [255, 189, 162, 141, 124, 108, 94, 81, 69, 58, 47, 37, 28, 18, 10, 1],
    ),
    "modality curve": (
        modality(build_lut(build_curve(12), bits=12)),
        ("+Wi", "1"),
        [0, 65, 92, 113, 131, 146, 160, 173, 185, 197, 207, 217, 227, 236, 245, 254],
    ),
    "palette": (
        palette(CURVE[::16] * np.uint16(257), bits=16),
        (),
        [0, 66, 93, 114, 131, 147, 161, 174, 186, 197, 208, 218, 228, 237, 246, 255],
    ),
}
