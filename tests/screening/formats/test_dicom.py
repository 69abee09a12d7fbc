"""DICOM files are shown as their tags say, or refused with a named reason."""

import io

import numpy as np
import pytest
from pydicom.uid import (
    UID,
    DigitalXRayImageStorageForProcessing,
    EncapsulatedPDFStorage,
    ExplicitVRLittleEndian,
    JPEGLossless,
    RLELossless,
)

from contracts.rejections import Rejection
from phantoms.file_formats import (
    build_dataset,
    encode_compressed_dicom,
    encode_dicom,
    grey_ramp,
)
from screening.decode import decode_radiograph
from tests.screening.decoding import refusal
from tests.screening.sandbox_faults import build_dicom_with_long_identifiers


def test_free_text_in_a_code_is_not_kept() -> None:
    radiograph = decode_radiograph(
        encode_dicom(grey_ramp(), ViewPosition="JOHN SMITH", ImageLaterality="X")
    )
    assert (radiograph.view, radiograph.laterality) == (None, None)
    assert refusal(encode_dicom(grey_ramp(), Modality="JOHN SMITH")) == (
        Rejection.DICOM_MODALITY,
        "unknown",
    )


def test_identifiers_are_cut_to_the_length_of_the_standard() -> None:
    identity = decode_radiograph(build_dicom_with_long_identifiers()).identity
    assert {name: len(text) for name, text in identity.to_json().items()} == {
        "patient_name": 194,
        "patient_id": 64,
        "sex": 0,
        "study_date": 0,
        "accession_number": 16,
        "study_uid": 64,
        "series_uid": 64,
        "instance_uid": 64,
    }


def encode_document(**tags: object) -> bytes:
    pdf = {"EncapsulatedDocument": b"%PDF-1.7 ...", "SOPClassUID": EncapsulatedPDFStorage}
    return encode_dicom(grey_ramp(), **{**pdf, "PixelData": None, **tags})


def test_a_document_is_named() -> None:
    assert refusal(encode_document()) == (Rejection.DOCUMENT, "a PDF")
    assert refusal(encode_document(Modality="DOC")) == (Rejection.DOCUMENT, "a PDF")
    long_header = encode_document(ImageComments="x" * 3_000, PatientComments="y" * 3_000)
    assert refusal(long_header) == (Rejection.DOCUMENT, "a PDF")


@pytest.mark.parametrize(
    ("syntax", "name"),
    [
        ("1.2.840.113619.5.2", "GE private implicit VR big endian"),
        ("1.3.46.670589.33.1.4.1", "1.3.46.670589.33.1.4.1"),
        ("JOHN SMITH", "unknown"),
    ],
)
def test_a_private_syntax_is_named(syntax: str, name: str) -> None:
    content = encode_dicom(grey_ramp())
    standard = b"1.2.840.10008.1.2.1\0"
    other = syntax.encode().ljust(len(standard) + 2, b"\0")
    element = b"\x02\0\x10\0UI"
    whole = element + len(standard).to_bytes(2, "little") + standard
    assert whole in content
    changed = content.replace(whole, element + len(other).to_bytes(2, "little") + other)
    assert refusal(changed) == (Rejection.DICOM_SYNTAX, name)


@pytest.mark.parametrize("share", [0.5, 0.99])
@pytest.mark.parametrize("syntax", [JPEGLossless, RLELossless, ExplicitVRLittleEndian])
def test_a_file_that_ends_in_its_pixels_is_damaged(syntax: UID, share: float) -> None:
    pixels = grey_ramp()
    content = encode_dicom(pixels)
    if syntax.is_encapsulated:
        content = encode_compressed_dicom(pixels, syntax, bytes(2_000))
    assert refusal(content[: int(share * len(content))])[0] is Rejection.DAMAGED


def test_a_file_that_ends_in_its_tags_is_damaged() -> None:
    content = encode_dicom(grey_ramp(), ImageComments="x" * 3_000)
    assert refusal(content[: content.index(b"xxx") + 99])[0] is Rejection.DAMAGED


def test_a_palette_is_refused_rather_than_read_as_grey() -> None:
    content = encode_dicom(grey_ramp(), PhotometricInterpretation="PALETTE COLOR")
    assert refusal(content)[0] is Rejection.DICOM_PIXELS


def test_odd_values_are_not_quoted_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    odd = encode_dicom(grey_ramp(), PatientID="P-1").replace(b"DX", b"dx")
    assert decode_radiograph(odd).identity.patient_id == "P-1"
    assert caplog.text == ""


def test_the_tags_that_we_keep_are_kept() -> None:
    content = encode_dicom(
        grey_ramp(),
        ViewPosition="AP",
        ImageLaterality="U",
        BurnedInAnnotation="NO",
        PatientAge="030M",
        PatientName="Garcia^Ana",
        PatientID="P-1",
        PatientSex="F",
        AccessionNumber="A-1",
        StudyDate="20240301",
    )
    radiograph = decode_radiograph(content)
    assert (radiograph.view, radiograph.laterality) == ("AP", "U")
    assert radiograph.burned_in_annotation is False
    assert radiograph.age_years == 2
    identity = {name: text for name, text in radiograph.identity.to_json().items() if text}
    assert identity == {
        "patient_name": "Garcia^Ana",
        "patient_id": "P-1",
        "sex": "F",
        "accession_number": "A-1",
        "study_date": "2024-03-01",
    }


def test_a_sex_and_a_date_that_are_none_are_not_kept() -> None:
    content = encode_dicom(grey_ramp(), PatientSex="JOHN", StudyDate="20240231")
    identity = decode_radiograph(content).identity
    assert (identity.sex, identity.study_date) == ("", "")


@pytest.mark.parametrize("character_set", [b"ISO_IR 192", b"ISO_IR 100", b"MADE UP   "])
def test_a_name_in_any_character_set_spoils_no_file(character_set: bytes) -> None:
    """A device may write other bytes than those that it declares."""
    content = encode_dicom(grey_ramp(), SpecificCharacterSet="ISO_IR 192", PatientName="Garcia^X")
    content = content.replace(b"ISO_IR 192", character_set).replace(b"ia^X", b"\xed\xe1^X")
    assert decode_radiograph(content).identity.patient_name.startswith("Garc")


@pytest.mark.parametrize(
    ("tags", "reason", "detail"),
    [
        ({"Modality": "CT"}, Rejection.DICOM_MODALITY, "CT"),
        ({"PresentationIntentType": "FOR PROCESSING"}, Rejection.DICOM_FOR_PROCESSING, ""),
        (
            {"SOPClassUID": DigitalXRayImageStorageForProcessing},
            Rejection.DICOM_FOR_PROCESSING,
            "",
        ),
        ({"NumberOfFrames": "2"}, Rejection.SEVERAL_FRAMES, ""),
        ({"PixelData": grey_ramp().tobytes() * 2}, Rejection.SEVERAL_FRAMES, ""),
        ({"PixelData": grey_ramp().tobytes() * 3 + b"\0"}, Rejection.SEVERAL_FRAMES, ""),
        ({"PixelData": None}, Rejection.DICOM_NO_PIXELS, ""),
        ({"Rows": 10_000, "Columns": 10_000}, Rejection.TOO_LARGE, ""),
        ({"Rows": 600}, Rejection.DAMAGED, ""),
        ({"Rows": None}, Rejection.DICOM_PIXELS, ""),
        ({"PhotometricInterpretation": "HSV"}, Rejection.DICOM_PIXELS, ""),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(
    tags: dict[str, object], reason: Rejection, detail: str
) -> None:
    assert refusal(encode_dicom(grey_ramp(), **tags)) == (reason, detail)


def test_raw_data_are_known_by_the_file_header_as_well() -> None:
    dataset = build_dataset(grey_ramp())
    dataset.file_meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForProcessing
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    assert refusal(buffer.getvalue())[0] is Rejection.DICOM_FOR_PROCESSING
    assert decode_radiograph(encode_dicom(grey_ramp(), PresentationIntentType="FOR PRESENTATION"))


def test_a_little_more_than_one_image_is_one() -> None:
    content = encode_dicom(grey_ramp(), PixelData=grey_ramp().tobytes() + bytes(4000))
    assert np.array_equal(decode_radiograph(content).pixels, grey_ramp())
