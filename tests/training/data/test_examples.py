"""What is trained on is what the network sees when it is asked."""

import numpy as np
import pytest

from training.data.examples import shrink
from training.model.network import shrink as shrink_in_network


@pytest.mark.parametrize("side", [56, 112, 224])
def test_pictures_are_shrunk_as_in_the_network(side: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 224, 224), dtype=np.uint8)
    asked = shrink_in_network(pixels[..., np.newaxis], side).numpy()
    np.testing.assert_allclose(shrink(pixels, side).astype(np.float32), asked, atol=0.07)
