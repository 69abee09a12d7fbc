"""Body part, view and orientation are read from the tags, in the words of many hospitals."""

import warnings

import pytest
from pydicom.dataset import Dataset

from contracts.answers import NotAssessed
from phantoms.file_formats import encode_dicom, grey_ramp
from screening.decode import decode_radiograph


def item(code: str, meaning: str) -> Dataset:
    """Returns a coded term for a sequence."""
    term = Dataset()
    term.CodeValue, term.CodeMeaning = code, meaning
    return term


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
