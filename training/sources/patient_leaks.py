"""Leaves out train and val images of patients who are in the test set.

The official split stays as it is; these images would let a model learn from the test set.
"""

from collections.abc import Sequence

from training.sources.connected_groups import connected_groups
from training.sources.source_image import Exclusion, StoredImage

_REASON = "its patient, or nearly the same image, is in test"


def remove_leaks(
    images: Sequence[StoredImage], duplicate_groups: Sequence[int]
) -> tuple[list[int], list[Exclusion]]:
    """Returns the indices of the images that stay, in order, and the exclusions.

    An image of train or val is left out if its patient is in test, or if a near-duplicate is:
    near-duplicates have the same number in `duplicate_groups`. Both relations are followed in
    chains, because two patients with nearly the same image may be one person.
    """
    first_of: dict[str, int] = {}
    patients = [first_of.setdefault(image.patient, index) for index, image in enumerate(images)]
    pairs = [*enumerate(patients), *enumerate(duplicate_groups)]
    groups = connected_groups(len(images), pairs)
    in_test: dict[int, StoredImage] = {}
    for group, image in zip(groups, images, strict=True):
        if image.split == "test":
            in_test.setdefault(group, image)
    indices: list[int] = []
    exclusions: list[Exclusion] = []
    for index, image in enumerate(images):
        test_image = in_test.get(groups[index])
        if test_image is None or image.split == "test":
            indices.append(index)
        else:
            exclusions.append(Exclusion(image.source, f"{_REASON}: {test_image.source}"))
    return indices, exclusions
