"""A run whose data have no weights starts from the released model, and the card names it."""

from pathlib import Path

import numpy as np
import pytest

from training.artefact.first_weights import read_warm_start
from training.data.manifest import DataError
from training.first_model import RELEASED_MODEL, choose_first_model
from training.fit.checkpoint import TRAINED_WEIGHTS
from training.model.trainable_model import build_model
from training.model.warm_start import copy_weights
from training.recipes import DEFAULT, SMOKE


def test_the_released_model_is_the_start_where_the_data_have_no_weights() -> None:
    choice = choose_first_model(DEFAULT, Path("data"), warm_start=None, has_weights=False)
    assert choice == RELEASED_MODEL


def test_weights_of_the_data_are_the_start_where_they_are() -> None:
    assert choose_first_model(DEFAULT, Path("data"), warm_start=None, has_weights=True) is None


def test_a_recipe_without_a_backbone_file_starts_from_nothing() -> None:
    assert choose_first_model(SMOKE, Path("data"), warm_start=None, has_weights=False) is None


def test_a_start_by_name_comes_first(smoke: Path) -> None:
    assert choose_first_model(SMOKE, Path("data"), warm_start=smoke, has_weights=False) == smoke


def test_without_a_released_model_the_missing_weights_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is in a training job, which has the code without the models."""
    monkeypatch.setattr("training.first_model.RELEASED_MODEL", tmp_path)
    with pytest.raises(DataError, match=r"The pretrained weights are missing: data/weights/"):
        choose_first_model(DEFAULT, Path("data"), warm_start=None, has_weights=False)


def test_checkpoints_of_a_backbone_need_its_file(tmp_path: Path) -> None:
    (tmp_path / TRAINED_WEIGHTS).touch()
    with pytest.raises(DataError, match="The pretrained weights are missing"):
        choose_first_model(DEFAULT, Path("data"), warm_start=tmp_path, has_weights=False)


def test_the_released_model_gives_a_run_of_default_all_its_first_weights(tmp_path: Path) -> None:
    """Without a weights file in the data, the first answers are those of the released model."""
    start = read_warm_start(RELEASED_MODEL, DEFAULT, tmp_path)
    model = build_model(DEFAULT, tmp_path, first_model=start.model)
    copy_weights(start, model)
    images = np.random.default_rng(0).uniform(0, 255, (2, 112, 112, 1)).astype(np.float32)
    expected = start.model(images, training=False)["logit"]
    np.testing.assert_allclose(model(images, training=False), expected, rtol=1e-4)
