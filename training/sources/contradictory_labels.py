"""One picture under two labels: nobody knows which is right, so neither is learnt from."""

from collections.abc import Sequence

from training.sources.source_image import Exclusion, StoredImage


def remove_contradictions(
    pictures: Sequence[StoredImage],
) -> tuple[list[StoredImage], list[Exclusion]]:
    """The pictures whose bytes have one label, and those that have both."""
    by_label = {(each.sha256, each.label): each for each in pictures}
    consistent: list[StoredImage] = []
    exclusions: list[Exclusion] = []
    for picture in pictures:
        otherwise = "NORMAL" if picture.label == "PNEUMONIA" else "PNEUMONIA"
        twin = by_label.get((picture.sha256, otherwise))
        if twin is None:
            consistent.append(picture)
        else:
            reason = f"the same picture as {twin.source}, which is labelled {otherwise}"
            exclusions.append(Exclusion(picture.source, reason))
    return consistent, exclusions
