"""Reads the layout and file names of the public paediatric set (Kermany et al. 2018).

Mendeley Data and Kaggle hold the same images as {train,val,test}/{NORMAL,PNEUMONIA}/*.jpeg.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from rich.progress import track

from screening.formats import raster
from screening.radiograph import Pixels
from training.data.public_names import CASE, NORMAL, PNEUMONIA
from training.sources.errors import SourceError, UnusableImage
from training.sources.source_files import SourceFile
from training.sources.source_image import LABELS, SPLITS, Exclusion, SourceImage

# Split, label and file name.
Location = tuple[str, str, str]


def list_public_images(
    files: Sequence[SourceFile],
) -> tuple[list[SourceImage], list[Exclusion]]:
    """Returns the images of the layout, at whatever depth it begins, and all other files.

    Kaggle's archive holds the layout twice. Of two files with one location, the one with the
    shorter path is used; the other is an exclusion if its bytes differ. Raises SourceError if there
    is no image.
    """
    by_location: defaultdict[Location, list[SourceFile]] = defaultdict(list)
    exclusions: list[Exclusion] = []
    for file in sorted(files, key=lambda file: (file.name.count("/"), file.name)):
        location = _parse_location(file.name)
        if location:
            by_location[location].append(file)
        else:
            exclusions.append(Exclusion(file.name, "not in {train,val,test}/{NORMAL,PNEUMONIA}"))
    images: list[SourceImage] = []
    for location, (first, *_) in sorted(by_location.items()):
        try:
            images.append(_build_image(first, location))
        except UnusableImage as error:
            exclusions.append(Exclusion(first.name, str(error)))
    if not images:
        raise SourceError(
            "There are no images of the public set: none lies in "
            "{train,val,test}/{NORMAL,PNEUMONIA} under a name such as person12_virus_5.jpeg."
        )
    return images, [*exclusions, *_compare_copies(by_location.values())]


def parse_patient_and_subtype(stem: str) -> tuple[str, str]:
    """Parses `person12_bacteria_34` to `bacteria-12` and `bacteria`. Raises UnusableImage."""
    if match := PNEUMONIA.fullmatch(stem):
        return f"{match[2]}-{match[1]}", match[2]
    if match := NORMAL.fullmatch(stem):
        return f"normal-{match[1]}", "normal"
    if match := CASE.fullmatch(stem):
        return f"case-{match[2]}", match[1].lower()
    raise UnusableImage("its name says nothing of the patient")


def _parse_location(name: str) -> Location | None:
    """Returns None for a path that does not end in the layout."""
    split, label, file = ("", "", *PurePosixPath(name).parts)[-3:]
    is_inside = split.lower() in SPLITS and label.upper() in LABELS
    return (split.lower(), label.upper(), file) if is_inside else None


def _build_image(source_file: SourceFile, location: Location) -> SourceImage:
    split, label, file = location
    patient, subtype = parse_patient_and_subtype(PurePosixPath(file).stem)
    if (subtype == "normal") != (label == "NORMAL"):
        raise UnusableImage(f"its name says {subtype}, its folder {label}")
    return SourceImage(
        source=source_file.name,
        split=split,
        label=label,
        subtype=subtype,
        read=source_file.read,
        convert=_keep_bytes,
        patient=lambda _: patient,
        file=file,
    )


def _keep_bytes(content: bytes) -> tuple[bytes, Pixels]:
    """Keeps the published bytes, because training scales images of any size."""
    return content, raster.decode(content).pixels


def _compare_copies(groups: Iterable[list[SourceFile]]) -> list[Exclusion]:
    """Returns the second copies whose bytes differ from the first."""
    pairs = [(first, copy) for first, *copies in groups for copy in copies]
    exclusions = []
    for first, copy in track(pairs, description="second copies") if pairs else ():
        try:
            if copy.read() != first.read():
                reason = f"differs from {first.name}, which is taken"
                exclusions.append(Exclusion(copy.name, reason))
        except UnusableImage as error:
            exclusions.append(Exclusion(copy.name, f"a second copy: {error}"))
    return exclusions
