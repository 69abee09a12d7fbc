"""The layout and the file names of the public paediatric set (Kermany et al. 2018).

Mendeley Data and Kaggle hold the same pictures as {train,val,test}/{NORMAL,PNEUMONIA}/*.jpeg.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from rich.progress import track

from screening.formats import raster
from screening.radiograph import Pixels
from training.sources.errors import SourceError, UnusableImage
from training.sources.source_files import SourceFile
from training.sources.source_image import LABELS, SPLITS, Exclusion, SourceImage

# Bacteria and viruses are numbered apart: so read, no patient is on both sides of the official
# split, while 81 bare numbers are. Normal pictures come in two series, each with its own prefix.
_PERSON = re.compile(r"person(\d+)_(bacteria|virus)_\d+(?:_\d+)?")
_NORMAL = re.compile(r"((?:NORMAL\d*-)?IM-\d+)-\d+(?:-\d+)?")
# The names of the same pictures in other editions of the archive.
_CASE = re.compile(r"(BACTERIA|VIRUS|NORMAL)-(\d+)-\d+")


Place = tuple[str, str, str]


def list_public_images(entries: Sequence[SourceFile]) -> tuple[list[SourceImage], list[Exclusion]]:
    """The pictures of the layout, wherever in `entries` it begins; and all other files.

    Kaggle's archive holds the layout twice. Of two files at the same place the one with the
    shorter path is taken, and the other is left out where its bytes differ. Raises SourceError
    where there is no picture at all.
    """
    at: defaultdict[Place, list[SourceFile]] = defaultdict(list)
    exclusions: list[Exclusion] = []
    for entry in sorted(entries, key=lambda entry: (entry.name.count("/"), entry.name)):
        place = _place(entry.name)
        if place:
            at[place].append(entry)
        else:
            exclusions.append(Exclusion(entry.name, "not in {train,val,test}/{NORMAL,PNEUMONIA}"))
    pictures: list[SourceImage] = []
    for place, (first, *_) in sorted(at.items()):
        try:
            pictures.append(_picture(first, place))
        except UnusableImage as error:
            exclusions.append(Exclusion(first.name, str(error)))
    if not pictures:
        raise SourceError(
            "There are no pictures of the public set: none lies in "
            "{train,val,test}/{NORMAL,PNEUMONIA} under a name such as person12_virus_5.jpeg."
        )
    return pictures, [*exclusions, *_differing(at.values())]


def patient_and_subtype(stem: str) -> tuple[str, str]:
    """`person12_bacteria_34` gives `bacteria-12` and `bacteria`. Raises UnusablePicture."""
    if match := _PERSON.fullmatch(stem):
        return f"{match[2]}-{match[1]}", match[2]
    if match := _NORMAL.fullmatch(stem):
        return f"normal-{match[1]}", "normal"
    if match := _CASE.fullmatch(stem):
        return f"case-{match[2]}", match[1].lower()
    raise UnusableImage("its name says nothing of the patient")


def _place(name: str) -> Place | None:
    """Split, label and file name of a path that ends in the layout."""
    split, label, file = ("", "", *PurePosixPath(name).parts)[-3:]
    inside = split.lower() in SPLITS and label.upper() in LABELS
    return (split.lower(), label.upper(), file) if inside else None


def _picture(entry: SourceFile, place: Place) -> SourceImage:
    split, label, file = place
    patient, subtype = patient_and_subtype(PurePosixPath(file).stem)
    if (subtype == "normal") != (label == "NORMAL"):
        raise UnusableImage(f"its name says {subtype}, its folder {label}")
    return SourceImage(
        source=entry.name,
        split=split,
        label=label,
        subtype=subtype,
        read=entry.read,
        convert=_as_it_is,
        patient=lambda _: patient,
        file=file,
    )


def _as_it_is(content: bytes) -> tuple[bytes, Pixels]:
    """Training makes its input of any size, so the published bytes are kept."""
    return content, raster.decode(content).pixels


def _differing(groups: Iterable[list[SourceFile]]) -> list[Exclusion]:
    """Second copies that are not what they are named after."""
    twice = [(first, copy) for first, *copies in groups for copy in copies]
    exclusions = []
    for first, copy in track(twice, description="second copies") if twice else ():
        try:
            if copy.read() != first.read():
                exclusions.append(
                    Exclusion(copy.name, f"differs from {first.name}, which is taken")
                )
        except UnusableImage as error:
            exclusions.append(Exclusion(copy.name, f"a second copy: {error}"))
    return exclusions
