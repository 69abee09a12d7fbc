"""Small films with lungs as two rectangles: of children, and of adults in both forms."""

import numpy as np

from training.data.films import AdultArrays, Films

SIZE = 56


def draw_films(count: int, *, seed: int, lungs_only: bool = False) -> Films:
    """Half of the films, the second half, have pneumonia; of lungs-only films, with its place."""
    rng = np.random.default_rng(seed)
    images = rng.uniform(60, 200, (count, SIZE, SIZE, 1)).astype(np.float16)
    lungs = np.zeros((count, SIZE, SIZE, 1), np.bool_)
    lungs[:, 10:44, 8:24] = lungs[:, 10:44, 32:48] = True
    labels = (np.arange(count) >= count // 2).astype(np.int64)
    opacities = np.zeros_like(lungs)
    if lungs_only:
        images *= lungs
        opacities[labels == 1, 24:40, 8:24] = True
    return Films(images, lungs, opacities, labels)


def draw_adults() -> AdultArrays:
    """Films 0 and 1 of each class are AP, 2 and 3 PA; the whole ones are healthy."""
    whole = draw_films(6, seed=3)
    healthy = Films(whole.images, whole.lungs, whole.opacities, np.zeros(6, np.int64))
    groups = {
        (label, view): 4 * label + 2 * view + np.arange(2) for label in (0, 1) for view in (0, 1)
    }
    return AdultArrays(draw_films(8, seed=2, lungs_only=True), healthy, groups)
