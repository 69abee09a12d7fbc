"""The model's input and the doctor's image come from the same pixels, resized as in training."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from phantoms.file_formats import grey_ramp
from screening import images
from screening.decode import decode_radiograph


def decode(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def test_the_model_input_is_224_by_224_bytes() -> None:
    pixels = images.build_model_input(grey_ramp(500, 300))
    assert (pixels.shape, pixels.dtype.name) == ((224, 224), "uint8")
    assert len(pixels.tobytes()) == 50_176


def test_a_picture_of_the_right_size_is_not_touched() -> None:
    exact = grey_ramp(224, 224)
    assert np.array_equal(images.build_model_input(exact), exact)


@pytest.mark.parametrize(("shape", "size"), [((300, 200), (200, 300)), ((4096, 1024), (512, 2048))])
def test_a_rendition_is_at_most_2048_pixels(shape: tuple[int, int], size: tuple[int, int]) -> None:
    assert decode(images.encode_rendition(grey_ramp(*shape))).size == size


def test_a_rendition_within_the_limit_is_exact() -> None:
    assert np.array_equal(np.asarray(decode(images.encode_rendition(grey_ramp()))), grey_ramp())


def test_a_thumbnail_keeps_the_aspect() -> None:
    assert decode(images.encode_thumbnail(grey_ramp(400, 200))).size == (64, 128)


@pytest.mark.data
def test_the_input_is_made_as_the_training_set_was(data: Path) -> None:
    """Of Pillow's filters, bilinear comes closest to the published 224-pixel data set."""
    filters = list(Image.Resampling)
    errors = dict.fromkeys(filters, 0.0)
    for full in sorted((data / "full_size").glob("*/*.jpeg")):
        [twin] = (data / "chest_xray_224").glob(f"*/*/{full.name}")
        stored = np.asarray(Image.open(twin).convert("L")).astype(int)
        pixels = decode_radiograph(full.read_bytes()).pixels
        model_input = images.build_model_input(pixels).astype(int)
        assert np.abs(model_input - stored).mean() < 2.5, full.name
        for kind in filters:
            resized = np.asarray(Image.fromarray(pixels).resize((224, 224), kind)).astype(int)
            errors[kind] += float(np.abs(resized - stored).mean())
    assert min(errors, key=lambda kind: errors[kind]) is Image.Resampling.BILINEAR
