"""Generators of images that are no upright frontal chest X-ray, by the reason to reject them.

The out-of-distribution detector learns from them, so the project needs no images of other kinds.
"""

from collections.abc import Callable, Mapping

import numpy as np

from contracts.answers import NotAssessed
from screening.radiograph import Pixels
from training.data import altered_xrays, composed_images, drawn_anatomy, not_chest_images
from training.data.superimposed_lungs import superimposed_lungs

# Takes a chest X-ray of the train set, (224, 224) uint8, and returns an image of the same form.
OodGenerator = Callable[[Pixels, np.random.Generator], Pixels]

OOD_GENERATORS: Mapping[NotAssessed, tuple[OodGenerator, ...]] = {
    NotAssessed.ORIENTATION: (altered_xrays.rotated, altered_xrays.upside_down),
    NotAssessed.QUALITY: (
        altered_xrays.inverted,
        altered_xrays.blank,
        altered_xrays.noisy,
        altered_xrays.badly_exposed,
        altered_xrays.enlarged_detail,
        altered_xrays.one_lung,
    ),
    NotAssessed.NOT_CHEST: (
        altered_xrays.shuffled,
        altered_xrays.random_phases,
        not_chest_images.clouds,
        not_chest_images.photograph,
        not_chest_images.shapes,
        not_chest_images.text_page,
        not_chest_images.body_slice,
        not_chest_images.limb,
        drawn_anatomy.pelvis,
        drawn_anatomy.skull,
        drawn_anatomy.joint,
        drawn_anatomy.abdomen,
    ),
    NotAssessed.SEVERAL_FILMS: (composed_images.several_films,),
    NotAssessed.SCREENSHOT: (composed_images.screenshot,),
    NotAssessed.NOT_FRONTAL: (drawn_anatomy.lateral_chest, superimposed_lungs),
}

# Their images are most like chest X-rays: parts, several or rearranged films of chests.
HARD_GENERATORS = frozenset(
    {
        altered_xrays.enlarged_detail,
        altered_xrays.one_lung,
        altered_xrays.shuffled,
        composed_images.several_films,
        composed_images.screenshot,
        drawn_anatomy.lateral_chest,
        superimposed_lungs,
    }
)
