"""Reads attributes of a DICOM file."""

import io
import warnings

import numpy as np
import pydicom

from screening.formats.dicom_pixels import DECODE_ERRORS
from screening.formats.dicom_tags import build_radiograph
from screening.radiograph import Identity
from training.sources.source_image import Acquisition


def read_tag(content: bytes, keyword: str) -> str:
    """Returns an empty text if there is no such attribute, or if this is no DICOM file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return str(_read_tags(content, [keyword]).get(keyword) or "").strip()
        except DECODE_ERRORS:
            return ""


def describe_acquisition(content: bytes) -> Acquisition:
    """Returns what the tags of a DICOM file say, as screening reads them; nothing of other files.

    Dates of birth are not kept, and free text that may name a patient is left out.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            radiograph = build_radiograph(_read_tags(content), np.zeros((1, 1), np.uint8))
        except DECODE_ERRORS:
            return Acquisition()
    age = radiograph.age_years
    identity = radiograph.identity or Identity()
    return Acquisition(
        age_years="" if age is None else str(age),
        sex=identity.sex,
        view=radiograph.view or "",
        scanner=" ".join(filter(None, (radiograph.manufacturer, radiograph.scanner_model))),
        study_date=identity.study_date,
    )


def _read_tags(content: bytes, names: list[str] | None = None) -> pydicom.Dataset:
    """Returns the tags of these names, or all before the pixels. Raises DECODE_ERRORS."""
    return pydicom.dcmread(
        io.BytesIO(content), force=True, stop_before_pixels=True, specific_tags=names
    )
