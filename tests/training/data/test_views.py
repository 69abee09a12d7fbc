"""A view changes what lies beside the lungs, and nothing inside them."""

import numpy as np
import tensorflow as tf

from tests.training.data.drawn_films import draw_films
from training.data import views
from training.data.films import Films
from training.data.views import GREY, LUNGS

FILMS = draw_films(4, seed=1)
INDICES = tf.constant([0, 3])
PLANES = views.gather(views.load_tensors(FILMS), INDICES)
INSIDE = FILMS.lungs[0, ..., 0]


def test_a_view_has_grey_lungs_and_opacities() -> None:
    assert PLANES.shape == (2, 56, 56, 3)
    np.testing.assert_array_equal(PLANES[1, ..., GREY], FILMS.images[3, ..., 0])
    np.testing.assert_array_equal(PLANES[0, ..., LUNGS], INSIDE)


def test_only_lungs_are_kept_with_a_margin_of_two_pixels_at_most() -> None:
    for margin, pixels in ((0.5, 0), (1.5, 1), (2.5, 2)):
        grey = views.keep_lungs(PLANES, tf.fill([2, 1, 1, 1], margin))[0, ..., GREY].numpy()
        np.testing.assert_array_equal(grey[INSIDE], PLANES[0, ..., GREY].numpy()[INSIDE])
        assert (grey[10 - pixels : 44 + pixels, 8 - pixels : 24 + pixels] > 0).all()
        assert (grey[: 10 - pixels] == 0).all() and (grey[:, 24 + pixels : 32 - pixels] == 0).all()


def test_a_background_is_moved_under_the_lungs() -> None:
    """The other film has its lungs 6 pixels lower, and one bright row 4 pixels above them."""
    images, lungs = np.full((1, 56, 56, 1), 20, np.float16), np.zeros((1, 56, 56, 1), np.bool_)
    images[0, 12] = 250
    lungs[:, 16:50, 8:24] = lungs[:, 16:50, 32:48] = True
    others = Films(images, lungs, np.zeros_like(lungs), np.zeros(1, np.int64))
    grey = views.swap_background(
        PLANES[:1], views.gather(views.load_tensors(others), tf.constant([0]))
    )[0, ..., GREY]
    deep = np.zeros_like(INSIDE)
    deep[11:43, 9:23] = True
    np.testing.assert_allclose(grey.numpy()[deep], PLANES[0, ..., GREY].numpy()[deep], rtol=1e-5)
    assert (grey.numpy()[6, 2:54] > 200).all()
    assert (grey.numpy()[:5] < 60).all() and (grey.numpy()[46:] < 60).all()


def test_a_film_without_a_mask_is_told_from_others() -> None:
    empty = tf.concat([PLANES[..., :1], tf.zeros_like(PLANES[..., 1:])], axis=-1)
    assert views.has_lungs(tf.concat([PLANES[:1], empty[:1]], 0)).numpy().ravel().tolist() == [
        True,
        False,
    ]
