"""An image that was saved again is groups, and another child's image is not."""

import io

import numpy as np
from PIL import Image

from phantoms.chest import draw_phantom
from screening.radiograph import Pixels
from tests.training.sources.synthetic_images import pixels as draw_pixels
from training.sources.near_duplicates import TOLERANCE, near_duplicates, sketch


def _save_again(pixels: Pixels) -> Pixels:
    buffer = io.BytesIO()
    half = (pixels.shape[1] // 2, pixels.shape[0] // 2)
    Image.fromarray(pixels).resize(half, Image.Resampling.BILINEAR).save(
        buffer, format="JPEG", quality=50
    )
    return np.asarray(Image.open(buffer))


def test_a_chest_that_was_save_again_is_groups_and_one_with_pneumonia_is_not() -> None:
    chest, ill = draw_phantom(), draw_phantom(opacity=True)
    images = [ill, chest, _save_again(chest), _save_again(ill)]
    assert near_duplicates([sketch(image) for image in images]) == [0, 1, 1, 0]


def test_the_tolerance_is_a_mean_over_the_sketch() -> None:
    grey = np.full(256, 100, np.uint8)
    near, far = grey.copy(), grey.copy()
    near[:128] += int(2 * TOLERANCE)
    far[:130] += int(2 * TOLERANCE)
    assert near_duplicates([grey, near]) == [0, 0]
    assert near_duplicates([grey, far]) == [0, 1]
    # The same mean, but another image.
    mirrored = sketch(draw_pixels(1)[:, ::-1])
    assert near_duplicates([sketch(draw_pixels(1)), mirrored]) == [0, 1]


def test_all_pairs_are_groups_that_a_plain_comparison_finds() -> None:
    rng = np.random.default_rng(0)
    base = rng.integers(50, 200, (40, 1)) + rng.integers(0, 3, (40, 256))
    sketches = base.astype(np.uint8)
    distance = np.abs(base[:, None] - base[None]).mean(axis=2)
    groups = near_duplicates(list(sketches))
    assert len(set(groups)) < 40
    for first, second in zip(*np.nonzero(distance <= TOLERANCE), strict=True):
        assert groups[first] == groups[second]
    for index, first in enumerate(groups):
        assert first == index or (distance[index] <= TOLERANCE).sum() > 1


def test_a_sketch_is_256_means_of_any_size() -> None:
    assert sketch(np.full((7, 2000), 9, np.uint8)).tolist() == [9] * 256
    halves = np.repeat(np.array([[0, 200]], np.uint8), [32, 32], axis=1).repeat(64, axis=0)
    assert sketch(halves).reshape(16, 16)[0].tolist() == [0] * 8 + [200] * 8


def test_no_pictures_are_no_groups() -> None:
    assert near_duplicates([]) == []
