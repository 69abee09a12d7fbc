"""DICOM files are shown as their tags say, and refused with a named reason where they cannot be."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from contracts.answers import NotAssessed
from contracts.rejections import Rejection
from reliability.drawn import dicom, ramp
from screening.errors import RejectedFile
from screening.read import read_radiograph

STORED = ramp().astype(np.uint16) * 16


def item(code: str, meaning: str) -> Dataset:
    """A coded term in a sequence."""
    term = Dataset()
    term.CodeValue, term.CodeMeaning = code, meaning
    return term


def look_up_table(values: NDArray[np.integer], *, bits: int) -> Dataset:
    """A table from stored values, the first of them 0, to `values`."""
    table = Dataset()
    table.LUTDescriptor = [len(values), 0, bits]
    table.add_new("LUTData", "OW", values.astype("<u2").tobytes())
    return table


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


def test_a_negative_slope_turns_the_picture_as_it_says() -> None:
    tags = {"BitsStored": 12, "HighBit": 11, "WindowCenter": "2048", "WindowWidth": "4096"}
    turned = dicom(STORED, **tags, RescaleSlope="-1", RescaleIntercept="4095")
    pixels = read_radiograph(turned).pixels.astype(int)
    assert np.abs(pixels - (255 - read_radiograph(dicom(STORED, **tags)).pixels)).max() <= 1


def test_of_several_windows_the_first_is_shown() -> None:
    one = dicom(STORED, BitsStored=12, HighBit=11, WindowCenter="2048", WindowWidth="1024")
    tags = {"WindowCenter": ["2048", "100"], "WindowWidth": ["1024", "50"]}
    several = dicom(STORED, BitsStored=12, HighBit=11, **tags)
    assert np.array_equal(read_radiograph(several).pixels, read_radiograph(one).pixels)


@pytest.mark.parametrize("function", ["LINEAR_EXACT", "SIGMOID"])
def test_other_window_functions_are_near_the_linear_one(function: str) -> None:
    tags = {"BitsStored": 12, "HighBit": 11, "WindowCenter": "2048", "WindowWidth": "2048"}
    pixels = read_radiograph(dicom(STORED, **tags, VOILUTFunction=function)).pixels.astype(int)
    assert np.abs(pixels - read_radiograph(dicom(STORED, **tags)).pixels).max() < 35


def test_a_look_up_table_goes_before_a_window() -> None:
    table = look_up_table(65535 - np.arange(4096) * 16, bits=16)
    content = dicom(
        STORED,
        BitsStored=12,
        HighBit=11,
        WindowCenter="1",
        WindowWidth="1",
        VOILUTSequence=[table],
    )
    expected = 255 - (STORED // 16).astype(int)
    assert np.abs(read_radiograph(content).pixels - expected).max() <= 1


def test_a_modality_look_up_table_comes_before_the_window() -> None:
    table = look_up_table(4095 - np.arange(4096), bits=16)
    table.ModalityLUTType = "US"
    tags = {"BitsStored": 12, "HighBit": 11, "WindowCenter": "2048", "WindowWidth": "4096"}
    pixels = read_radiograph(dicom(STORED, **tags, ModalityLUTSequence=[table])).pixels
    plain = read_radiograph(dicom(STORED, **tags)).pixels.astype(int)
    assert np.abs(pixels - (255 - plain)).max() <= 1


def test_bits_above_those_stored_are_not_shown() -> None:
    tags = {"BitsStored": 12, "HighBit": 11, "WindowCenter": "2048", "WindowWidth": "4096"}
    drawn_over = STORED | np.uint16(0x8000)
    pixels = read_radiograph(dicom(drawn_over, **tags)).pixels
    assert np.array_equal(pixels, read_radiograph(dicom(STORED, **tags)).pixels)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_padding_is_black_and_stretches_nothing(photometric: str) -> None:
    padded = STORED + 100
    padded[:, :10] = 65535
    content = dicom(padded, PixelPaddingValue=65535, PhotometricInterpretation=photometric)
    pixels = read_radiograph(content).pixels
    assert pixels[:, :10].max() == 0
    assert (pixels[:, 10:].min(), pixels[:, 10:].max()) == (0, 255)


def test_a_range_of_padding_is_black() -> None:
    padded = STORED + 100
    padded[:, :10] = np.arange(10)
    content = dicom(padded, PixelPaddingValue=0, PixelPaddingRangeLimit=9)
    assert read_radiograph(content).pixels[:, :10].max() == 0


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_an_inverse_shape_inverts_once(photometric: str) -> None:
    tags = {"PhotometricInterpretation": photometric, "PresentationLUTShape": "INVERSE"}
    assert np.array_equal(read_radiograph(dicom(ramp(), **tags)).pixels, 255 - ramp())


@pytest.mark.parametrize("kind", ["US", "HU", "OD", "", "ANYTHING"])
def test_the_unit_of_rescaled_values_changes_nothing(kind: str) -> None:
    tags = {"RescaleSlope": "1", "RescaleIntercept": "0"}
    pixels = read_radiograph(dicom(STORED, **tags, RescaleType=kind)).pixels
    assert np.array_equal(pixels, read_radiograph(dicom(STORED, **tags)).pixels)


@pytest.mark.parametrize(
    "window",
    [
        {"WindowCenter": "5", "WindowWidth": "0"},
        {"WindowCenter": "5", "WindowWidth": "-3", "VOILUTFunction": "SIGMOID"},
    ],
)
def test_a_window_of_no_width_is_no_window(window: dict[str, str]) -> None:
    pixels = read_radiograph(dicom(STORED, **window)).pixels
    assert (pixels.min(), pixels.max()) == (0, 255)


@pytest.mark.parametrize("window", [{"WindowCenter": ""}, {"WindowCenter": "", "WindowWidth": ""}])
def test_an_empty_window_is_no_window(window: dict[str, str]) -> None:
    pixels = read_radiograph(dicom(STORED, **window)).pixels
    assert (pixels.min(), pixels.max()) == (0, 255)


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
    ("tags", "view", "reason"),
    [
        ({"BodyPartExamined": "CHEST", "ViewPosition": "PA"}, "PA", None),
        ({"BodyPartExamined": "THORAX AP"}, None, None),
        ({"BodyPartExamined": "C SPINE"}, None, NotAssessed.BODY_PART),
        ({"AnatomicRegionSequence": [item("T-D9200", "Ankle")]}, None, NotAssessed.BODY_PART),
        ({"ViewPosition": "LL"}, "LL", NotAssessed.NOT_FRONTAL),
        ({"ViewPosition": "RLD"}, "RLD", NotAssessed.NOT_FRONTAL),
        ({"ViewCodeSequence": [item("272479007", "postero-anterior")]}, "PA", None),
        ({"ViewCodeSequence": [item("R-10236", "left")]}, "LL", NotAssessed.NOT_FRONTAL),
        ({"PatientOrientation": ["L", "F"]}, None, None),
        ({"PatientOrientation": ["A", "F"]}, None, NotAssessed.NOT_FRONTAL),
        ({"PatientOrientation": ["A", "F"], "ViewPosition": "AP"}, "AP", None),
    ],
)
def test_what_the_tags_rule_out_is_told(
    tags: dict[str, object], view: str | None, reason: NotAssessed | None
) -> None:
    radiograph = read_radiograph(dicom(ramp(), **tags))
    assert (radiograph.view, radiograph.not_for_us) == (view, reason)


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
        ("uao_test_no_preamble.dcm", Rejection.DICOM_PIXELS),
    ],
)
def test_real_other_files_are_refused_by_name(data: Path, name: str, reason: Rejection) -> None:
    content = (data / "dicom" / "not_chest_or_broken" / name).read_bytes()
    assert refusal(content)[0] is reason


@pytest.mark.data
@pytest.mark.parametrize("name", ["RG2_JPLL_CR_hip.dcm", "RG2_JPLY_CR_hip.dcm"])
def test_real_compressed_files_are_read_and_say_what_they_show(data: Path, name: str) -> None:
    radiograph = read_radiograph((data / "dicom" / "not_chest_or_broken" / name).read_bytes())
    assert radiograph.pixels.shape == (2140, 1760)
    assert radiograph.pixels.std() > 20
    assert radiograph.not_for_us is NotAssessed.BODY_PART


@pytest.mark.data
def test_a_real_file_without_preamble_is_read(data: Path) -> None:
    path = data / "dicom" / "not_chest_or_broken" / "OT_Implicit_Little_Headless.dcm"
    assert read_radiograph(path.read_bytes()).pixels.shape == (512, 512)
