"""The model card page and the model version in the footer."""

from flask.testing import FlaskClient

from contracts import texts
from tests.ui.recorded_api import RecordedApi, RecordedResponse


def test_the_model_card_is_readable(doctor: FlaskClient, api: RecordedApi) -> None:
    card = {
        "model_version": "v-1",
        "operating_point": {"threshold": 0.5, "band": [0.4, 0.6], "rule": "A rule."},
        "metrics": {"validation": {"auc": 0.99}, "test_half": {"auc": 0.955, "radiographs": 312}},
        "validation": {"reliability": [{"low": 0, "high": 1, "radiographs": 9, "pneumonia": 3}]},
        "intended_use": {"sentence": "For children."},
    }
    api.respond("GET /v1/model", RecordedResponse(body=card))
    page = doctor.get("/model").text
    for text in ("v-1", "For children.", "A rule.", "0.955", "312 X-rays", "33 %"):
        assert text in page


def test_a_card_with_nothing_but_a_version_is_shown(doctor: FlaskClient) -> None:
    assert "default-0123abcd" in doctor.get("/model").text


def test_the_footer_names_the_model_that_answers(doctor: FlaskClient) -> None:
    page = doctor.get("/").text
    assert texts.DISCLAIMER in page
    assert "Model default-0123abcd" in page
