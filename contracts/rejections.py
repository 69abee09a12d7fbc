"""The reasons why a file is not accepted. `contracts.texts` has a sentence for each."""

from enum import StrEnum


class Rejection(StrEnum):
    """A file that cannot be read as one X-ray image. The sender can correct it."""

    EMPTY = "empty"
    NOT_A_PICTURE = "not_a_picture"
    DOCUMENT = "document"
    POLYGLOT = "polyglot"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    SEVERAL_FRAMES = "several_frames"
    DICOM_NO_PIXELS = "dicom_no_pixels"
    DICOM_MODALITY = "dicom_modality"
    DICOM_FOR_PROCESSING = "dicom_for_processing"
    DICOM_SYNTAX = "dicom_syntax"
    DICOM_PIXELS = "dicom_pixels"
