"""Leaves out images that occur under both labels: it is unknown which label is right."""

from collections.abc import Sequence

from training.sources.source_image import Exclusion, StoredImage


def remove_contradictions(
    images: Sequence[StoredImage],
) -> tuple[list[StoredImage], list[Exclusion]]:
    """Returns the images whose bytes have one label, and the exclusions of those with both."""
    by_label = {(image.sha256, image.label): image for image in images}
    consistent: list[StoredImage] = []
    exclusions: list[Exclusion] = []
    for image in images:
        opposite = "NORMAL" if image.label == "PNEUMONIA" else "PNEUMONIA"
        twin = by_label.get((image.sha256, opposite))
        if twin is None:
            consistent.append(image)
        else:
            reason = f"the same image as {twin.source}, which is labelled {opposite}"
            exclusions.append(Exclusion(image.source, reason))
    return consistent, exclusions
