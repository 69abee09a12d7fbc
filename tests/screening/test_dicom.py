"""DICOM files are shown as their tags say, and refused with a named reason where they cannot be."""

from pathlib import Path

import numpy as np
import pytest

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.read import read_radiograph
from tests.screening.drawn import dicom, ramp

STORED = ramp().astype(np.uint16) * 16


def refusal(content: bytes) -> tuple[Rejection, str]:
    with pytest.raises(RejectedFile) as caught:
        read_radiograph(content)
    return caught.value.reason, caught.value.detail


def test_8_bits_without_a_window_are_shown_as_they_are() -> None:
    assert np.array_equal(read_radiograph(dicom(ramp())).pixels, ramp())


def test_monochrome1_is_inverted() -> None:
    content = dicom(ramp(), PhotometricInterpretation="MONOCHROME1")
    assert np.array_equal(read_radiograph(content).pixels, 255 - ramp())


def test_more_bits_without_a_window_are_shown_from_least_to_most() -> None:
    pixels = read_radiograph(dicom(STORED, BitsStored=12, HighBit=11)).pixels
    assert (pixels.min(), pixels.max()) == (0, 255)
    assert np.abs(pixels.astype(int) - ramp()).max() <= 1


def test_a_window_clips_and_stretches() -> None:
    content = dicom(STORED, BitsStored=12, HighBit=11, WindowCenter="2048", WindowWidth="1024")
    pixels = read_radiograph(content).pixels
    assert pixels[STORED < 2048 - 512].max() == 0
    assert pixels[STORED > 2048 + 512].min() == 255
    middle = pixels[np.abs(STORED.astype(int) - 2048) < 16]
    assert np.abs(middle.astype(int) - 128).max() <= 4


def test_rescale_comes_before_the_window() -> None:
    content = dicom(
        STORED,
        BitsStored=12,
        HighBit=11,
        RescaleSlope="2",
        RescaleIntercept="-1000",
        WindowCenter="3096",
        WindowWidth="2048",
    )
    pixels = read_radiograph(content).pixels
    plain = dicom(STORED, BitsStored=12, HighBit=11, WindowCenter="2048", WindowWidth="1024")
    assert np.abs(pixels.astype(int) - read_radiograph(plain).pixels).max() <= 1


@pytest.mark.parametrize("window", [{"WindowCenter": ""}, {"WindowCenter": "", "WindowWidth": ""}])
def test_an_empty_window_is_no_window(window: dict[str, str]) -> None:
    pixels = read_radiograph(dicom(STORED, **window)).pixels
    assert (pixels.min(), pixels.max()) == (0, 255)


def test_what_inflates_while_it_is_parsed_is_refused() -> None:
    syntax = b"1.2.840.10008.1.2.1.99"
    content = dicom(ramp()).replace(b"1.2.840.10008.1.2.1\0", syntax)
    assert refusal(content)[0] is Rejection.DICOM_SYNTAX


def test_free_text_in_a_code_is_not_kept() -> None:
    radiograph = read_radiograph(dicom(ramp(), ViewPosition="JOHN SMITH", ImageLaterality="X"))
    assert (radiograph.view, radiograph.laterality) == (None, None)
    assert refusal(dicom(ramp(), Modality="JOHN SMITH")) == (Rejection.DICOM_MODALITY, "unknown")


def test_a_palette_is_refused_rather_than_read_as_grey() -> None:
    content = dicom(ramp(), PhotometricInterpretation="PALETTE COLOR")
    assert refusal(content)[0] is Rejection.DICOM_PIXELS


def test_odd_values_are_not_quoted_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    odd = dicom(ramp(), PatientID="P-1").replace(b"DX", b"dx")
    assert read_radiograph(odd).identity.patient_id == "P-1"
    assert caplog.text == ""


def test_signed_values_are_shown() -> None:
    signed = ramp().astype(np.int16) * 16 - 2000
    assert np.abs(read_radiograph(dicom(signed)).pixels.astype(int) - ramp()).max() <= 1


def test_colour_is_weighed_to_grey() -> None:
    colour = np.repeat(ramp()[:, :, None], 3, axis=2)
    assert np.abs(read_radiograph(dicom(colour)).pixels.astype(int) - ramp()).max() <= 1


def test_the_tags_that_we_keep_are_kept() -> None:
    content = dicom(
        ramp(),
        ViewPosition="AP",
        ImageLaterality="U",
        BurnedInAnnotation="NO",
        PatientAge="030M",
        PatientID="P-1",
        AccessionNumber="A-1",
    )
    radiograph = read_radiograph(content)
    assert (radiograph.view, radiograph.laterality) == ("AP", "U")
    assert radiograph.burned_in_annotation is False
    assert radiograph.age_years == 2
    assert (radiograph.identity.patient_id, radiograph.identity.accession_number) == ("P-1", "A-1")


@pytest.mark.parametrize(
    ("tags", "reason", "detail"),
    [
        ({"Modality": "CT"}, Rejection.DICOM_MODALITY, "CT"),
        ({"NumberOfFrames": "2"}, Rejection.SEVERAL_FRAMES, ""),
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
    assert refusal(dicom(ramp(), **tags)) == (reason, detail)


@pytest.mark.data
def test_real_chest_files_are_read(data: Path) -> None:
    for path in sorted((data / "dicom" / "chest").iterdir()):
        radiograph = read_radiograph(path.read_bytes())
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
        ("RG2_JPLL_CR_hip.dcm", Rejection.DICOM_SYNTAX),
        ("RG2_JPLY_CR_hip.dcm", Rejection.DICOM_SYNTAX),
        ("uao_test_no_preamble.dcm", Rejection.DICOM_PIXELS),
    ],
)
def test_real_other_files_are_refused_by_name(data: Path, name: str, reason: Rejection) -> None:
    content = (data / "dicom" / "not_chest_or_broken" / name).read_bytes()
    assert refusal(content)[0] is reason


@pytest.mark.data
def test_a_real_file_without_preamble_is_read(data: Path) -> None:
    path = data / "dicom" / "not_chest_or_broken" / "OT_Implicit_Little_Headless.dcm"
    assert read_radiograph(path.read_bytes()).pixels.shape == (512, 512)
