"""Findings by which a film gets its label, and the films of a snapshot."""

from collections.abc import Callable
from pathlib import Path

from collection.snapshot import Provenance, read_provenance

Collect = Callable[..., int]
BLIND = {"finding": "pneumonia", "is_blind": True}
PAIR = ("pneumonia", "pneumonia")
SETTLED = {"finding": "no_pneumonia", "settles": ["review-0", "review-1"]}
DIFFERING = ("pneumonia", "no_pneumonia")


def read_by_radiograph(out: Path) -> dict[str, Provenance]:
    return {film.radiograph: film for film in read_provenance(out)}
