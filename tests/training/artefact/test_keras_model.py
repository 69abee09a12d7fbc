"""What was exported is a Keras model again, with no data at hand."""

from pathlib import Path

import numpy as np
import pytest

from phantoms.chest import draw_phantom
from screening.images import build_model_input
from training.artefact.keras_model import read_keras_model
from training.artefact.predictions import predict_saved_model
from training.data.examples import shrink

BUNDLED = Path(__file__).parents[3] / "models"
CHESTS = np.stack([build_model_input(draw_phantom(opacity=opacity)) for opacity in (False, True)])


@pytest.mark.parametrize("which", ["smoke", "bundled"])
def test_the_keras_model_gives_the_logits_of_the_artefact(
    which: str, request: pytest.FixtureRequest
) -> None:
    released = BUNDLED if which == "bundled" else request.getfixturevalue("smoke")
    model = read_keras_model(released / "saved_model")
    pictures = shrink(CHESTS, model.input_shape[1])
    exported = predict_saved_model(released / "saved_model", CHESTS).logits
    np.testing.assert_allclose(model.predict(pictures, verbose=0)[:, 0], exported, atol=1e-3)
