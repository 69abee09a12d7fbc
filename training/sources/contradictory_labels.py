"""One picture under two labels: nobody knows which is right, so neither is learnt from."""

from collections.abc import Sequence

from training.sources.source_image import Kept, LeftOut


def without_contradictions(pictures: Sequence[Kept]) -> tuple[list[Kept], list[LeftOut]]:
    """The pictures whose bytes have one label, and those that have both."""
    by_label = {(each.sha256, each.label): each for each in pictures}
    consistent: list[Kept] = []
    left_out: list[LeftOut] = []
    for picture in pictures:
        otherwise = "NORMAL" if picture.label == "PNEUMONIA" else "PNEUMONIA"
        twin = by_label.get((picture.sha256, otherwise))
        if twin is None:
            consistent.append(picture)
        else:
            reason = f"the same picture as {twin.source}, which is labelled {otherwise}"
            left_out.append(LeftOut(picture.source, reason))
    return consistent, left_out
