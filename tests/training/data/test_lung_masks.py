"""A lung mask has the two lungs only."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.lung_masks import FOLDER, find_largest_parts, read_lung_mask
from training.data.manifest import Radiograph, read_manifest


def _radiograph(name: str) -> Radiograph:
    return Radiograph("train", True, "virus", "patient", "", Path("train") / name, "")


def test_the_two_largest_parts_are_the_lungs(tmp_path: Path) -> None:
    mask = np.zeros((224, 224), bool)
    mask[40:180, 30:90] = mask[50:170, 130:190] = True
    lungs = mask.copy()
    mask[200:210, 100:110] = mask[0, 0] = True
    (tmp_path / FOLDER).mkdir()
    Image.fromarray(mask).save(tmp_path / FOLDER / "film.png")
    read = read_lung_mask(tmp_path, _radiograph("film.jpeg"))
    assert read is not None
    np.testing.assert_array_equal(read, lungs)


def test_parts_that_touch_at_a_corner_are_two() -> None:
    mask = np.zeros((6, 6), bool)
    mask[:3, :3] = mask[3:5, 3:5] = mask[5, 0] = True
    expected = mask.copy()
    expected[5, 0] = False
    np.testing.assert_array_equal(find_largest_parts(mask, count=2), expected)


def test_a_film_without_a_mask_has_none(tmp_path: Path) -> None:
    assert read_lung_mask(tmp_path, _radiograph("film.jpeg")) is None
    (tmp_path / FOLDER).mkdir()
    Image.new("1", (224, 224)).save(tmp_path / FOLDER / "empty.png")
    assert read_lung_mask(tmp_path, _radiograph("empty.jpeg")) is None


@pytest.mark.data
def test_each_training_film_has_a_mask_of_at_most_two_parts(data: Path) -> None:
    radiographs = [each for each in read_manifest(data) if each.split == "train"][::100]
    masks = [read_lung_mask(data, each) for each in radiographs]
    assert len(masks) == 53
    for mask in masks:
        assert mask is not None
        assert mask.shape == (224, 224)
        assert 0.02 < mask.mean() < 0.6
        np.testing.assert_array_equal(find_largest_parts(mask, count=2), mask)


@pytest.mark.data
def test_no_test_film_has_a_mask(data: Path) -> None:
    test = [each for each in read_manifest(data) if each.split == "test"]
    assert [each for each in test if read_lung_mask(data, each) is not None] == []
