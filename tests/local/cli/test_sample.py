"""The sample files are synthetic, and the decoder accepts each of them."""

from pathlib import Path

import numpy as np

from local.cli.sample import write_samples
from phantoms.chest import draw_phantom
from screening.decode import decode_radiograph


def test_a_png_a_jpeg_and_a_dicom_file_are_written(tmp_path: Path) -> None:
    radiographs = [decode_radiograph(path.read_bytes()) for path in write_samples(tmp_path)]
    assert [radiograph.file_format for radiograph in radiographs] == ["PNG", "JPEG", "DICOM"]
    assert (radiographs[2].age_years, radiographs[2].view) == (3, "PA")


def test_the_phantom_is_drawn_the_same_each_time() -> None:
    assert np.array_equal(draw_phantom(), draw_phantom())


def test_the_opacity_brightens_the_lungs() -> None:
    """Compares the right lower zone, which is on the left of the image."""
    zone = (slice(400, 560), slice(180, 420))
    assert draw_phantom(opacity=True)[zone].mean() > draw_phantom()[zone].mean() + 10
