"""Training downscales images exactly as the network does when it predicts."""

import numpy as np
import pytest

from training.data.examples import downscale
from training.model.network import downscale as downscale_in_network


@pytest.mark.parametrize("size", [56, 112, 224])
def test_pictures_are_shrunk_as_in_the_network(size: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 224, 224), dtype=np.uint8)
    expected = downscale_in_network(pixels[..., np.newaxis], size).numpy()
    np.testing.assert_allclose(downscale(pixels, size).astype(np.float32), expected, atol=0.07)
