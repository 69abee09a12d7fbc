"""File names of the public paediatric set (Kermany et al. 2018), without their ending."""

import re

# Bacterial and viral cases are numbered independently: with this reading no patient is on both
# sides of the official split, while 81 bare numbers are. Normal images come in two series.
PNEUMONIA = re.compile(r"person(\d+)_(bacteria|virus)_\d+(?:_\d+)?")
NORMAL = re.compile(r"((?:NORMAL\d*-)?IM-\d+)-\d+(?:-\d+)?")
# The names of the same images in other editions of the archive.
CASE = re.compile(r"(BACTERIA|VIRUS|NORMAL)-(\d+)-\d+")


def is_public_name(stem: str) -> bool:
    """Whether a file of the public set has this name."""
    return any(pattern.fullmatch(stem) for pattern in (PNEUMONIA, NORMAL, CASE))
