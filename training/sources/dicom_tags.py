"""Reads single attributes of a DICOM file."""

import io
import warnings

import pydicom

from screening.formats.dicom_pixels import DECODE_ERRORS


def read_tag(content: bytes, keyword: str) -> str:
    """Returns an empty text if there is no such attribute, or if this is no DICOM file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = pydicom.dcmread(
                io.BytesIO(content), force=True, stop_before_pixels=True, specific_tags=[keyword]
            )
            return str(dataset.get(keyword) or "").strip()
        except DECODE_ERRORS:
            return ""
