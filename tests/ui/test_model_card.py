"""The model card page and the model version in the footer."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts import texts
from contracts.model_card import list_populations
from tests.conftest import ROOT
from tests.ui.recorded_api import RecordedApi, RecordedResponse

BUNDLED: dict[str, Any] = json.loads((ROOT / "models" / "model_card.json").read_text())
OF_POPULATION = ("calibration", "operating_point", "validation")
# What the network can tell of a film without an age.
OF_ADULTS = ("min_adult_log_odds", "recipe")
ROC = [{"false_positive_rate": x, "sensitivity": y} for x, y in ((0, 0), (0.125, 0.875), (1, 1))]


@pytest.fixture
def two_populations() -> dict[str, Any]:
    """A card with children, who are valid, and adults, who are not."""
    dropped = {*OF_POPULATION, *OF_ADULTS}
    card = {name: field for name, field in BUNDLED.items() if name not in dropped}
    [bundled, *_] = list_populations(BUNDLED).values()
    fields = {name: bundled[name] for name in OF_POPULATION}
    fields["validation"] = {**fields["validation"], "roc": ROC}
    child = {**fields, "valid": True, "age_years": [1, 5]}
    adult = {**fields, "valid": False, "age_years": [18, 120]}
    return {**card, "populations": {"child": child, "adult": adult}}


def load(doctor: FlaskClient, api: RecordedApi, card: dict[str, Any]) -> str:
    api.respond("GET /v1/model", RecordedResponse(body=card))
    return doctor.get("/model").text


def test_the_model_card_is_readable(doctor: FlaskClient, api: RecordedApi) -> None:
    card = {
        "model_version": "v-1",
        "operating_point": {"threshold": 0.5, "band": [0.4, 0.6], "rule": "A rule."},
        "metrics": {"validation": {"auc": 0.99}, "test_half": {"auc": 0.955, "radiographs": 312}},
        "validation": {"reliability": [{"low": 0, "high": 1, "radiographs": 9, "pneumonia": 3}]},
        "intended_use": {"sentence": "For children."},
    }
    page = load(doctor, api, card)
    for text in ("v-1", "For children.", "A rule.", "0.955", "312 X-rays", "<td>33.3<span"):
        assert text in page


def test_limits_come_first_then_figures_then_plots(
    doctor: FlaskClient, api: RecordedApi, two_populations: dict[str, Any]
) -> None:
    page = load(doctor, api, two_populations)
    headings = ["Who it is not for", "How well it does: children", "How reliable", "tells X-rays"]
    positions = [page.index(heading) for heading in headings]
    assert positions == sorted(positions)


def test_a_population_that_is_not_valid_is_a_limit(
    doctor: FlaskClient, api: RecordedApi, two_populations: dict[str, Any]
) -> None:
    adult = two_populations["populations"]["adult"]
    adult["rule"], adult["metrics"] = "A rule.", {"whole_films": {"AP": 0.8, "PA": 0.7}}
    adult["validation"] = {**adult["validation"], "auc": {"AP": 0.86, "PA": 0.88}}
    page = load(doctor, api, two_populations)
    assert "Not for adults of 18 years and over." in page
    assert "A rule. AUC on validation: AP 0.860, PA 0.880." in page
    assert "AUC on whole films of another source: AP 0.800, PA 0.700." in page
    assert "Not for anyone but children of 1 to 5 years." in page
    two_populations["populations"]["adult"]["valid"] = True
    page = load(doctor, api, two_populations)
    assert "Not for adults" not in page
    assert "Not for anyone but children of 1 to 5 years and adults of 18 years and over." in page


@pytest.mark.parametrize("fields", [{"recipe": {"adults": True}}, {"min_adult_log_odds": 2.0}])
def test_the_page_promises_of_films_without_an_age_what_the_network_can_tell(
    doctor: FlaskClient,
    api: RecordedApi,
    two_populations: dict[str, Any],
    fields: dict[str, Any],
) -> None:
    page = load(doctor, api, two_populations)
    assert "is answered as one of children of 1 to 5 years, whatever the patient's age" in page
    assert "tells only children and adults apart" not in page
    page = load(doctor, api, two_populations | fields)
    assert "it tells only children and adults apart" in page
    assert "always where the film is unclear" in page
    assert "whatever the patient" not in page


def test_the_page_promises_of_views_what_the_network_can_tell(
    doctor: FlaskClient, api: RecordedApi
) -> None:
    page = load(doctor, api, BUNDLED)
    assert "A DICOM file that names another view is not assessed." in page
    assert "only if the network finds it unlike the films of its training" in page
    page = load(doctor, api, BUNDLED | {"typicality_limit": None})
    assert "another view is answered like a frontal one" in page


def test_the_page_credits_both_sources(
    doctor: FlaskClient, api: RecordedApi, two_populations: dict[str, Any]
) -> None:
    sources = {"credit": "Kermany", "licence": "CC", "adults": {"credit": "Shih", "licence": "T"}}
    page = load(doctor, api, two_populations | {"data": sources})
    assert "Kermany. CC" in page
    assert "Shih. T" in page


def test_each_plot_has_a_table_with_its_numbers(
    doctor: FlaskClient, api: RecordedApi, two_populations: dict[str, Any]
) -> None:
    page = load(doctor, api, two_populations)
    assert page.count('<svg class="plot" role="img"') == 4
    assert "M 0 0 0.125 0.875 1 1" in page
    assert "<td>0.125</td><td>0.875</td>" in page
    bins = two_populations["populations"]["child"]["validation"]["reliability"]
    for bin_ in bins:
        assert f"<td>{bin_['radiographs']}</td><td>{bin_['pneumonia']}</td>" in page
    assert "style=" not in page


def test_the_calibration_counts_and_says_for_which_prevalence_its_shares_hold(
    doctor: FlaskClient, api: RecordedApi, two_populations: dict[str, Any]
) -> None:
    """None of 40 films is 0, and a share at balanced odds differs from the counts beside it."""
    bins = [
        {"low": 0.0, "high": 0.5, "radiographs": 40, "pneumonia": 0},
        {"low": 0.5, "high": 1.0, "radiographs": 80, "pneumonia": 60},
    ]
    del two_populations["populations"]["adult"]
    validation = {"reliability": bins, "prevalence": 0.004}
    two_populations["populations"]["child"]["validation"] = validation
    page = load(doctor, api, two_populations)
    assert "<td>40</td><td>0</td><td>0.0<span" in page
    assert "<td>80</td><td>60</td><td>1.2<span" in page
    assert "Of these 120 validation X-rays, 60 show pneumonia" in page
    assert "hold where fewer than 1 of 100 X-rays show it, so a share may differ" in page


def test_a_card_without_a_curve_shows_the_threshold_instead(
    doctor: FlaskClient, api: RecordedApi, two_populations: dict[str, Any]
) -> None:
    """With the test set's intervals; a population without metrics has no such plot."""
    for population in two_populations["populations"].values():
        population["validation"] = {**population["validation"], "roc": []}
    intervals = {"sensitivity": [0.9, 1.0], "specificity": [0.75, 0.875]}
    test = {"sensitivity": 0.95, "specificity": 0.8125, "intervals_95": intervals}
    page = load(doctor, api, two_populations | {"metrics": {"test_half": test}})
    assert "ROC curve:" not in page
    assert page.count('<svg class="plot" role="img"') == 3
    assert "has no points of the ROC curve, so the plot shows the threshold only" in page
    assert "The dot is the threshold on the test set, with lines for its 95 %" in page
    assert 'd="M 0.125 0.95 H 0.25 M 0.1875 0.9 V 1.0"' in page


def test_the_bundled_card_is_shown_whole(doctor: FlaskClient, api: RecordedApi) -> None:
    page = load(doctor, api, BUNDLED)
    for text in ("Not for anyone but children of 1 to 5 years", "Area under", "How reliable its"):
        assert text in page


def test_a_card_with_nothing_but_a_version_is_shown(doctor: FlaskClient) -> None:
    assert "default-0123abcd" in doctor.get("/model").text


def test_the_footer_names_the_model_that_answers(doctor: FlaskClient) -> None:
    page = doctor.get("/").text
    assert texts.DISCLAIMER in page
    assert "Model default-0123abcd" in page
