"""The official split stays, and what would let a model learn from the test part is left out."""

from collections.abc import Sequence

from training.sources.connected_groups import joined
from training.sources.source_image import Exclusion, StoredImage

_REASON = "its patient, or nearly the same picture, is in test"


def remove_leaks(
    pictures: Sequence[StoredImage], duplicates: Sequence[int]
) -> tuple[list[int], list[Exclusion]]:
    """The indices that stay, in order, and what is left out of train and val.

    That is each picture of a patient who is in test, or nearly the same as one in test: those
    have the same number in `duplicates`. Through others, too: where two patients have nearly the
    same picture, they may be one.
    """
    first_of: dict[str, int] = {}
    patients = [first_of.setdefault(each.patient, index) for index, each in enumerate(pictures)]
    together = joined(len(pictures), [*enumerate(patients), *enumerate(duplicates)])
    in_test: dict[int, StoredImage] = {}
    for home, picture in zip(together, pictures, strict=True):
        if picture.split == "test":
            in_test.setdefault(home, picture)
    stay: list[int] = []
    exclusions: list[Exclusion] = []
    for index, picture in enumerate(pictures):
        tested = in_test.get(together[index])
        if tested is None or picture.split == "test":
            stay.append(index)
        else:
            exclusions.append(Exclusion(picture.source, f"{_REASON}: {tested.source}"))
    return stay, exclusions
