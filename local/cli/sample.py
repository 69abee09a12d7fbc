"""Draws phantom chest X-rays to try the system with: a PNG, a JPEG and a DICOM file.

`python -m local.cli.sample [FOLDER]`
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian, generate_uid

from local.settings import ROOT
from phantoms.chest import draw_phantom


def write_samples(folder: Path) -> list[Path]:
    """Writes three files, replacing older ones, and returns their paths. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    clear, shadow = draw_phantom(), draw_phantom(opacity=True)
    paths = [folder / name for name in ("phantom.png", "phantom-opacity.jpeg", "phantom.dcm")]
    Image.fromarray(clear).save(paths[0])
    Image.fromarray(shadow).save(paths[1], quality=92)
    build_dicom(draw_phantom(opacity=True, seed=2)).save_as(paths[2], enforce_file_format=True)
    return paths


def build_dicom(pixels: NDArray[np.uint8]) -> FileDataset:
    """Builds a DX file for presentation, as a modality writes it, of a phantom child of three."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=["phantom"])
    dataset = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    dataset.SOPClassUID = meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.Modality = "DX"
    dataset.PatientName, dataset.PatientID, dataset.PatientAge = "Phantom", "PHANTOM", "003Y"
    dataset.BodyPartExamined, dataset.ViewPosition = "CHEST", "PA"
    dataset.BurnedInAnnotation = "NO"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.SamplesPerPixel, dataset.PixelRepresentation = 1, 0
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit = 7
    dataset.PixelData = pixels.tobytes()
    return dataset


def main() -> int:
    """Prints the files' names and returns 0, or 2 with a sentence on stderr if it cannot write."""
    folder = _parser().parse_args().folder
    try:
        paths = write_samples(folder)
    except OSError as error:
        print(f"{folder} cannot be written: {error.strerror}.", file=sys.stderr)
        return 2
    for path in paths:
        print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.cli.sample", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "samples")
    return parser


if __name__ == "__main__":
    sys.exit(main())
