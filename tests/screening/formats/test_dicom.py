"""DICOM files are shown as their tags say, or refused with a named reason."""

import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import (
    UID,
    DigitalXRayImageStorageForProcessing,
    EncapsulatedPDFStorage,
    ExplicitVRLittleEndian,
    JPEGLossless,
    RLELossless,
)

from contracts.answers import NotAssessed
from contracts.rejections import Rejection
from phantoms.file_formats import (
    build_dataset,
    encode_compressed_dicom,
    encode_dicom,
    grey_ramp,
)
from screening.decode import decode_radiograph
from screening.errors import RejectedFile
from tests.screening.sandbox_faults import build_dicom_with_long_identifiers


def item(code: str, meaning: str) -> Dataset:
    """Returns a coded term for a sequence."""
    term = Dataset()
    term.CodeValue, term.CodeMeaning = code, meaning
    return term


def refusal(content: bytes) -> tuple[Rejection, str]:
    with pytest.raises(RejectedFile) as caught:
        decode_radiograph(content)
    return caught.value.reason, caught.value.detail


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
    assert [len(text) for text in identity.to_json().values()] == [64, 16, 64, 64, 64]


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
        PatientID="P-1",
        AccessionNumber="A-1",
    )
    radiograph = decode_radiograph(content)
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
        ({"ViewPosition": "LATERAL"}, None, NotAssessed.NOT_FRONTAL),
        ({"ViewPosition": "LAT"}, None, NotAssessed.NOT_FRONTAL),
        ({"ViewPosition": "LAO"}, None, NotAssessed.NOT_FRONTAL),
        ({"ViewPosition": "PA LLD"}, None, NotAssessed.NOT_FRONTAL),
        *(
            ({"ViewPosition": view}, None, NotAssessed.NOT_FRONTAL)
            for view in (
                "RLAT",
                "LLAT",
                "LAT_L",
                "LT LAT",
                "LTLAT",
                "XTLAT",
                "XTABLE LAT",
                "CHEST_LAT",
                "LATERALE",
                "LATERAAL",
                "PROFIL",
                "PERFIL",
                "SEITLICH",
                "SEITL",
                "BOCZNE",
                "OBL",
                "LOBL",
                "OBLIQUE",
                "OBLICUA",
                "DECUB",
                "DECUBITUS L",
                "LAT SUPINE",
            )
        ),
        *(
            ({"ViewPosition": view}, None, None)
            for view in ("PLATE", "BILATERAL", "SUPINE", "DECUBITO SUPINO", "AP SUPINE", "DV")
        ),
        ({"SeriesDescription": "Thorax seitlich"}, None, NotAssessed.NOT_FRONTAL),
        ({"SeriesDescription": "Thorax seitl. X-Table"}, None, NotAssessed.NOT_FRONTAL),
        ({"SeriesDescription": "Chest LAT"}, None, NotAssessed.NOT_FRONTAL),
        ({"SeriesDescription": "Thorax de profil"}, None, NotAssessed.NOT_FRONTAL),
        ({"SeriesDescription": "Tórax oblícua"}, None, NotAssessed.NOT_FRONTAL),
        *(
            (
                {"SeriesDescription": text, "SpecificCharacterSet": "ISO_IR 192"},
                None,
                NotAssessed.NOT_FRONTAL if is_lateral else None,
            )
            for text, is_lateral in {
                "Грудная клетка, боковая проекция": True,
                "胸部侧位": True,
                "胸部正位侧位": False,
                "Hrudník, boční": True,
                "Thorax, oldalirányú": True,
            }.items()
        ),
        ({"SeriesDescription": "Chest LAT", "ViewPosition": "PA"}, "PA", None),
        ({"SeriesDescription": "Chest LAT", "ViewPosition": "ERECT"}, None, None),
        ({"SeriesDescription": "Thorax p.a. / seitlich"}, None, None),
        ({"SeriesDescription": "Chest PA+LAT"}, None, None),
        ({"SeriesDescription": "Chest 2V LAT"}, None, None),
        ({"SeriesDescription": "Torax frente y perfil"}, None, None),
        ({"StudyDescription": "Chest LAT"}, None, None),
        ({"ViewPosition": "RLD"}, "RLD", NotAssessed.NOT_FRONTAL),
        ({"ViewCodeSequence": [item("272479007", "postero-anterior")]}, "PA", None),
        ({"ViewCodeSequence": [item("R-10236", "left")]}, "LL", NotAssessed.NOT_FRONTAL),
        ({"ViewCodeSequence": [item("399067008", "")]}, None, NotAssessed.NOT_FRONTAL),
        ({"ViewCodeSequence": [item("X", "Left lateral")]}, None, NotAssessed.NOT_FRONTAL),
        (
            {"ViewPosition": "LAT", "ViewCodeSequence": [item("399348003", "")]},
            "AP",
            NotAssessed.NOT_FRONTAL,
        ),
        ({"ViewCodeSequence": []}, None, None),
        ({"PatientOrientation": ["L", "F"]}, None, None),
        ({"PatientOrientation": ["L", "A"]}, None, NotAssessed.NOT_FRONTAL),
        ({"PatientOrientation": ["PH", "F"]}, None, NotAssessed.NOT_FRONTAL),
        ({"PatientOrientation": "PA"}, None, None),
        ({"PatientOrientation": ["A", "F"]}, None, NotAssessed.NOT_FRONTAL),
        ({"PatientOrientation": ["A", "F"], "ViewPosition": "AP"}, "AP", None),
    ],
)
def test_what_the_tags_rule_out_is_told(
    tags: dict[str, object], view: str | None, reason: NotAssessed | None
) -> None:
    radiograph = decode_radiograph(encode_dicom(grey_ramp(), **tags))
    assert (radiograph.view, radiograph.exclusion) == (view, reason)


# Upright, turned by a quarter, half and three quarters; then the same, mirrored.
UPRIGHT = [["L", "F"], ["H", "L"], ["R", "H"], ["F", "R"]]
MIRRORED = [["R", "F"], ["F", "L"], ["L", "H"], ["H", "R"]]
FORMS = [["RP", "FA"], ["RH", "FL"], ["r", "f"], "RF", "R/F", "R F", ["RIGHT", "FEET"], "R\\F"]


@pytest.mark.parametrize("orientation", [*MIRRORED, *FORMS])
def test_an_image_whose_file_says_that_it_is_mirrored_is_marked(orientation: object) -> None:
    assert decode_radiograph(encode_orientation(orientation)).mirrored


@pytest.mark.parametrize(
    "orientation", [*UPRIGHT, "", "R", ["", "F"], ["R", "R"], ["X", "Y"], "RO"]
)
def test_any_other_image_is_not_mirrored(orientation: object) -> None:
    assert not decode_radiograph(encode_orientation(orientation)).mirrored


def encode_orientation(orientation: object) -> bytes:
    """Returns a film with this PatientOrientation, which need not be a code string."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return encode_dicom(grey_ramp(), PatientOrientation=orientation)


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
