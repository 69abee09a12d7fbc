"""A released SavedModel can be read back as a Keras model, without a data set."""

from pathlib import Path

import numpy as np
import pytest

from phantoms.chest import draw_phantom
from screening.images import build_model_input
from training.artefact.keras_model import read_keras_model
from training.artefact.predictions import predict_saved_model
from training.data.examples import downscale

BUNDLED = Path(__file__).parents[3] / "models"


@pytest.mark.parametrize("release", ["smoke", "bundled"])
def test_the_keras_model_gives_the_logits_of_the_artefact(
    release: str, request: pytest.FixtureRequest
) -> None:
    folder = BUNDLED if release == "bundled" else request.getfixturevalue("smoke")
    model = read_keras_model(folder / "saved_model")
    phantoms = [draw_phantom(opacity=opacity) for opacity in (False, True)]
    chests = np.stack([build_model_input(phantom) for phantom in phantoms])
    images = downscale(chests, model.input_shape[1])
    expected = predict_saved_model(folder / "saved_model", chests).logits
    outputs = model.predict(images, verbose=0)
    logits = outputs["logit"] if isinstance(outputs, dict) else outputs
    np.testing.assert_allclose(logits[:, 0], expected, atol=1e-3)
