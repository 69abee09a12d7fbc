"""Counts the images that get no answer: other images, altered chest X-rays and chest X-rays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import track

from screening.formats import raster
from screening.images import build_model_input
from screening.radiograph import Pixels
from training.data import altered_xrays, composed_images
from training.data.adults import TEST_FOLDER
from training.data.ood_images import OodGenerator
from training.evaluation.released_model import ReleasedModel

# Found by eye: these images of the folders without chest X-rays are frontal chest X-rays.
MISLABELLED_CHESTS = {
    "bone-xray/diaphragmatic-rupture-4.jpg",
    *(f"ct-slices/{name}.jpg" for name in ("1a", "1c", "2a", "3a", "5a", "7a", "8a", "9a")),
}

# Chest X-rays (n, 224, 224) as they must not be analysed.
ALTERATIONS: Mapping[str, Callable[[Pixels], Pixels]] = {
    "on the left side": lambda pixels: np.rot90(pixels, 1, (1, 2)),
    "on the right side": lambda pixels: np.rot90(pixels, 3, (1, 2)),
    "head down": lambda pixels: np.rot90(pixels, 2, (1, 2)),
    "flipped upside down": lambda pixels: pixels[:, ::-1],
    "inverted": lambda pixels: 255 - pixels,
    "mirrored": lambda pixels: pixels[:, :, ::-1],
}


# Images made of chest X-rays (224, 224), with films and draws that the detector has not seen.
COMPOSITIONS: Mapping[str, OodGenerator] = {
    "several films on one image": composed_images.several_films,
    "on a viewer's screen": composed_images.screenshot,
    "one lung only": altered_xrays.one_lung,
    "an enlarged part": altered_xrays.enlarged_detail,
}
_SEED = 20261128


@dataclass(frozen=True, kw_only=True)
class RejectionCount:
    """Of `images` of one kind, the out-of-distribution detector rejects `rejected`, and
    `unassessed` get no answer for this or another reason, when no age is given.
    """

    kind: str
    images: int
    rejected: int
    unassessed: int


def count_rejections(model: ReleasedModel, test_pixels: Pixels, data: Path) -> list[RejectionCount]:
    """Counts the test set first, then the other images that the data folder has."""
    counts = [_count(model, "chest X-rays of the test set", test_pixels)]
    if (data / TEST_FOLDER).is_dir():
        adults = np.stack(list(read_images(data / TEST_FOLDER).values()))
        counts.append(_count(model, "chest X-rays of adults", adults))
    return counts + count_negatives(model, test_pixels, data, films="test set")


def count_negatives(
    model: ReleasedModel, pixels: Pixels, data: Path, *, films: str
) -> list[RejectionCount]:
    """Counts images that are no upright frontal chest X-ray: those of the data folder, blank ones,
    and chest X-rays (n, 224, 224) that are altered; `films` names these.
    """
    counts = []
    for folder in ("not_chest", "not_frontal"):
        if (data / folder).is_dir():
            counts += _count_other_images(model, data / folder)
    counts.append(_count(model, "blank", blank_images()))
    for alteration, alter in ALTERATIONS.items():
        counts.append(_count(model, f"{films}, {alteration}", alter(pixels)))
    for name, generate in COMPOSITIONS.items():
        rng = np.random.default_rng(_SEED)
        composed = np.stack([generate(image, rng) for image in pixels])
        counts.append(_count(model, f"{films}, {name}", composed))
    return counts


def read_images(folder: Path) -> dict[str, Pixels]:
    """Returns the model's input of each JPEG or PNG below `folder`, by its path in it."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".jpg", ".jpeg", ".png"))
    return {
        path.relative_to(folder).as_posix(): build_model_input(
            raster.decode(path.read_bytes()).pixels
        )
        for path in track(paths, description=folder.name)
    }


def blank_images() -> Pixels:
    """Returns one blank image for every eighth grey level."""
    greys = np.arange(0, 256, 8, dtype=np.uint8)[:, np.newaxis, np.newaxis]
    return np.broadcast_to(greys, (32, 224, 224))


def _count(model: ReleasedModel, kind: str, pixels: Pixels) -> RejectionCount:
    predictions = model.predict(np.ascontiguousarray(pixels))
    return RejectionCount(
        kind=kind,
        images=len(pixels),
        rejected=int(np.sum(model.rejects(predictions))),
        unassessed=int(np.sum(~model.assesses(predictions))),
    )


def _count_other_images(model: ReleasedModel, root: Path) -> list[RejectionCount]:
    counts = []
    images = read_images(root)
    for folder in sorted({name.partition("/")[0] for name in images}):
        inside = {name for name in images if name.startswith(f"{folder}/")}
        for kind, names in (
            (f"{folder}, no chest X-ray", inside - MISLABELLED_CHESTS),
            (f"{folder}, but a chest X-ray", inside & MISLABELLED_CHESTS),
        ):
            if names:
                pixels = np.stack([images[name] for name in sorted(names)])
                counts.append(_count(model, kind, pixels))
    return counts
