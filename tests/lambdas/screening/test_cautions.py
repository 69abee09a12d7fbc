"""Age, tags, a photograph of a film and the prevalence of a site change the answer."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from phantoms.file_formats import encode_dicom, encode_image, grey_ramp
from tests.lambdas.calls import CHEST, PNG, Api, Aws, read_view, run_screening


@pytest.mark.parametrize(
    ("policy", "reason", "cautions"), [("withhold", "age", []), ("show", None, ["age_outside"])]
)
def test_the_site_decides_about_an_age_outside(
    policy: str,
    reason: str | None,
    cautions: list[str],
    aws: Aws,
    api: Api,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sites = {"siteNorth": {"prevalence": 0.1, "age_policy": policy}}
    monkeypatch.setenv("SITES", json.dumps(sites))
    radiograph = api.create(age_years=10)
    aws.upload(radiograph, CHEST)
    run_screening(radiograph)
    answer = read_view(api, radiograph)["answer"]
    assert (answer["reason"], answer["cautions"]) == (reason, cautions)


def test_a_photo_of_a_film_is_warned_of(aws: Aws, api: Api) -> None:
    radiograph = api.create(age_years=3)
    grey = np.asarray(Image.open(io.BytesIO(CHEST)).convert("RGB"))
    aws.upload(
        radiograph, encode_image(Image.fromarray((grey * [1.0, 0.95, 0.85]).astype(np.uint8)))
    )
    run_screening(radiograph)
    assert read_view(api, radiograph)["answer"]["cautions"] == ["photographed"]


def test_a_dicom_file_is_warned_of_by_its_dates_and_orientation(aws: Aws, api: Api) -> None:
    radiograph = api.create(file_name="anna.dcm")
    dates = {"PatientBirthDate": "20140301", "StudyDate": "20240301"}
    tags = {**dates, "PatientOrientation": ["R", "F"]}
    aws.upload(radiograph, encode_dicom(np.asarray(Image.open(io.BytesIO(CHEST))), **tags))
    run_screening(radiograph)
    view = read_view(api, radiograph)
    assert view["age_years"] == 10
    assert (view["answer"]["reason"], view["answer"]["cautions"]) == ("age", ["mirrored"])


def test_what_a_file_says_of_itself_is_kept_and_heeded(aws: Aws, api: Api) -> None:
    radiograph = api.create(file_name="anna.dcm")
    tags = {"ViewPosition": "LL", "ImageLaterality": "L", "BurnedInAnnotation": "YES"}
    aws.upload(radiograph, encode_dicom(grey_ramp(), **tags, PatientAge="004Y"))
    run_screening(radiograph)
    view = read_view(api, radiograph)
    assert (view["view"], view["laterality"], view["age_years"]) == ("LL", "L", 4)
    assert view["burned_in_annotation"] is True
    assert view["answer"]["reason"] == "not_frontal"


def test_a_site_prevalence_is_shown(aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITES", '{"siteNorth": {"prevalence": 0.1}}')
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    run_screening(radiograph)
    answer = read_view(api, radiograph)["answer"]
    assert answer["prevalence"] == 0.1
    assert answer["shown_probability"] < answer["probability"]
    screened = aws.facts(radiograph)[-1]
    assert screened["settings_version"] == 1
