"""DICOM files of real devices and public test sets are read, or refused with a named reason."""

from pathlib import Path

import pytest

from contracts.answers import NotAssessed
from contracts.rejections import Rejection
from screening.decode import decode_radiograph
from tests.screening.decoding import refusal


@pytest.mark.data
def test_real_chest_files_are_read(data: Path) -> None:
    for path in sorted((data / "dicom" / "chest").iterdir()):
        radiograph = decode_radiograph(path.read_bytes())
        assert radiograph.file_format == "DICOM"
        assert radiograph.pixels.std() > 20, path.name


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("CT_Explicit_Little.dcm", Rejection.DICOM_MODALITY),
        ("MR_Explicit_Little_MultiFrame.dcm", Rejection.DICOM_MODALITY),
        ("US_Explicit_Big_RGB.dcm", Rejection.DICOM_MODALITY),
        ("rtstruct.dcm", Rejection.DICOM_MODALITY),
        ("uao_test_no_preamble.dcm", Rejection.DICOM_PIXELS),
    ],
)
def test_real_other_files_are_refused_by_name(data: Path, name: str, reason: Rejection) -> None:
    content = (data / "dicom" / "not_chest_or_broken" / name).read_bytes()
    assert refusal(content)[0] is reason


@pytest.mark.data
@pytest.mark.parametrize("name", ["RG2_JPLL_CR_hip.dcm", "RG2_JPLY_CR_hip.dcm"])
def test_real_compressed_files_are_read_and_say_what_they_show(data: Path, name: str) -> None:
    radiograph = decode_radiograph((data / "dicom" / "not_chest_or_broken" / name).read_bytes())
    assert radiograph.pixels.shape == (2140, 1760)
    assert radiograph.pixels.std() > 20
    assert radiograph.exclusion is NotAssessed.BODY_PART


@pytest.mark.data
def test_a_real_file_without_preamble_is_read(data: Path) -> None:
    path = data / "dicom" / "not_chest_or_broken" / "OT_Implicit_Little_Headless.dcm"
    assert decode_radiograph(path.read_bytes()).pixels.shape == (512, 512)
