"""The images of a data set to which a snapshot is added, and the folders beside them."""

from pathlib import Path

from screening.formats import raster
from screening.radiograph import Pixels
from training.data.manifest import (
    FOLDER,
    SNAPSHOT_FILE,
    Radiograph,
    read_manifest,
)
from training.sources.errors import SourceError
from training.sources.source_image import Acquisition, SourceImage


def list_base_images(base: Path) -> list[SourceImage]:
    """Raises SourceError for a snapshot: its films would not be compared with their stage."""
    if (base / SNAPSHOT_FILE).is_file():
        raise SourceError(f"{base} is a snapshot itself. Give the data set that it was added to.")
    return [_build_image(radiograph) for radiograph in read_manifest(base)]


def link_folders(base: Path, out: Path) -> None:
    """Links to the other folders of the base, such as lung masks, which recipes may need."""
    for folder in base.iterdir():
        target = out / folder.name
        is_data = folder.is_dir() and folder.name != FOLDER and not folder.name.startswith(".")
        if is_data and not target.exists() and not target.is_symlink():
            target.symlink_to(folder.resolve(), target_is_directory=True)


def build_stored_image(
    path: Path,
    *,
    source: str,
    split: str,
    label: str,
    subtype: str,
    patient: str,
    file: str,
    acquisition: Acquisition,
) -> SourceImage:
    """An image whose stored bytes are there already; `file` is its name in the data set.

    Those bytes say nothing of patient and acquisition any more: `acquisition` has it.
    """
    return SourceImage(
        source=source,
        split=split,
        label=label,
        subtype=subtype,
        read=path.read_bytes,
        convert=_keep,
        patient=lambda _: patient,
        describe=lambda _: acquisition,
        file=file,
    )


def _build_image(radiograph: Radiograph) -> SourceImage:
    label = "PNEUMONIA" if radiograph.pneumonia else "NORMAL"
    return build_stored_image(
        radiograph.path,
        source=f"{radiograph.split}/{label}/{radiograph.path.name}",
        split=radiograph.split,
        label=label,
        subtype=radiograph.subtype,
        patient=radiograph.patient,
        file=radiograph.path.name,
        acquisition=Acquisition(
            age_years="" if radiograph.age_years is None else str(radiograph.age_years),
            sex=radiograph.sex,
            view=radiograph.view,
            scanner=radiograph.scanner,
            study_date=radiograph.study_date,
        ),
    )


def _keep(content: bytes) -> tuple[bytes, Pixels]:
    return content, raster.decode(content).pixels
