"""Metrics, calibration and groups of answers whose right values follow by hand."""

import math
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest

from training.acceptance import calibration, groups, metrics
from training.acceptance.answered_films import AnsweredFilms
from training.acceptance.screen_films import ScreenedFilm


class _Film:
    """Stands for a screened film: these functions need its patient only."""

    def __init__(self, patient: str) -> None:
        self.patient = patient


def build_films(
    rows: Sequence[tuple[int, float, str]], *, shown: Sequence[float] | None = None
) -> AnsweredFilms:
    """Label, probability (threshold 0.5) and outcome of each film, each of another patient."""
    labels, probabilities, outcomes = (np.array(column) for column in zip(*rows, strict=True))
    films = np.array([_Film(str(index)) for index in range(len(rows))], np.object_)
    is_withheld = outcomes == "age"
    is_refused = np.isin(outcomes, ("file_rejected", "not_chest"))
    is_assessed = ~is_withheld & ~is_refused
    return AnsweredFilms(
        films=films,
        answers=np.full(len(rows), None),
        labels=labels.astype(np.int64),
        probabilities=np.where(is_assessed, probabilities, np.nan),
        shown_probabilities=np.array(probabilities if shown is None else shown, np.float64),
        is_positive=is_assessed & (probabilities >= 0.5),
        is_decided=np.isin(outcomes, ("pneumonia", "no_pneumonia")),
        is_refused=is_refused,
        is_withheld=is_withheld,
        outcomes=outcomes,
    )


FILMS = build_films(
    [
        (1, 0.9, "pneumonia"),
        (1, 0.8, "pneumonia"),
        (1, 0.6, "uncertain"),
        (1, 0.1, "no_pneumonia"),
        (0, 0.7, "pneumonia"),
        (0, 0.4, "uncertain"),
        (0, 0.2, "no_pneumonia"),
        (0, 0.9, "not_chest"),
        (0, 0.9, "file_rejected"),
        (1, 0.9, "age"),
    ]
)


def test_shares_are_of_all_films_and_rates_of_the_assessed() -> None:
    values = metrics.compute_metrics(FILMS)
    assert [values[name] for name in metrics.SHARES] == [0.2, 0.1, 0.2, 0.5]
    assert values["sensitivity"] == 3 / 4
    assert values["specificity"] == 2 / 3
    assert values["ppv"] == 3 / 4
    assert values["npv"] == 2 / 3
    assert values["f1"] == pytest.approx(2 * 0.75 * 0.75 / 1.5)
    assert values["accuracy"] == 5 / 7
    # Of the twelve pairs of an ill and a healthy film, three are in the wrong order.
    assert values["auc"] == pytest.approx(8 / 12)
    assert values["decided_sensitivity"] == 2 / 3
    assert values["decided_specificity"] == 1 / 2


def test_predictive_values_follow_a_prevalence_by_bayes_rule() -> None:
    values = metrics.compute_metrics(FILMS, prevalence=0.1)
    assert values["ppv_at_site"] == pytest.approx(0.1 * 0.75 / (0.1 * 0.75 + 0.9 / 3))
    assert values["npv_at_site"] == pytest.approx(0.6 / (0.6 + 0.1 * 0.25))


def test_what_cannot_be_counted_is_no_number() -> None:
    values = metrics.compute_metrics(build_films([(1, 0.9, "not_chest"), (0, 0.1, "age")]))
    assert values["refused"] == values["withheld"] == 0.5
    assert all(math.isnan(values[name]) for name in ("auc", "sensitivity", "ppv", "f1"))


def test_an_interval_holds_its_value_and_one_of_a_share_of_1_is_exact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metrics, "RESAMPLES", 50)
    rows = (
        [(1, 0.9, "pneumonia")] * 20 + [(0, 0.1, "no_pneumonia")] * 15 + [(0, 0.7, "pneumonia")] * 5
    )
    films = build_films(rows)
    intervals = metrics.bootstrap_intervals(films)
    low, high = intervals["specificity"]
    assert low < 0.75 < high
    # Clopper-Pearson for 20 of 20: the lower end is 0.025 ** (1 / 20).
    assert intervals["sensitivity"] == pytest.approx([0.025 ** (1 / 20), 1.0])
    assert intervals["refused"] == pytest.approx([0.0, 1 - 0.025 ** (1 / 40)])


def test_an_auc_that_all_samples_share_has_no_interval() -> None:
    rows = [(1, 0.9, "pneumonia")] * 10 + [(0, 0.1, "no_pneumonia")] * 10
    assert metrics.compute_metrics(build_films(rows))["auc"] == 1.0
    assert "auc" not in metrics.bootstrap_intervals(build_films(rows))


def test_the_interval_of_a_share_near_1_is_no_narrower_than_that_of_single_films() -> None:
    rows = [(1, 0.9, "pneumonia")] * 76 + [(1, 0.1, "no_pneumonia")] + [(0, 0.1, "no_pneumonia")]
    low, high = metrics.bootstrap_intervals(build_films(rows))["sensitivity"]
    # Clopper-Pearson for 76 of 77: 0.930 to 0.9997; the percentiles begin at 0.96.
    assert low == pytest.approx(0.930, abs=0.004)
    assert high == pytest.approx(0.9997, abs=0.0005)


def test_the_interval_of_a_share_widens_where_films_of_a_patient_are_alike() -> None:
    rows = [(1, 0.9, "pneumonia")] * 40 + [(1, 0.1, "no_pneumonia")] * 10
    rows += [(0, 0.1, "no_pneumonia")] * 20
    films = build_films(rows)
    alone = metrics.bootstrap_intervals(films)["sensitivity"]
    for index, film in enumerate(films.films):
        film.patient = str(index // 5)
    low, high = metrics.bootstrap_intervals(films)["sensitivity"]
    assert low < alone[0] - 0.05 and high > alone[1] + 0.02


def test_each_share_has_its_number_of_films() -> None:
    counts = metrics.count_shares(FILMS)
    assert counts["refused"] == (2, 10)
    assert counts["sensitivity"] == (3, 4)
    assert counts["npv"] == (2, 3)
    assert "auc" not in counts


def test_each_outcome_is_counted_by_label() -> None:
    rows = {row["outcome"]: row for row in metrics.count_outcomes(FILMS)}
    assert rows["pneumonia"] == {"outcome": "pneumonia", "pneumonia": 2, "normal": 1}
    assert rows["not_chest"] == {"outcome": "not_chest", "pneumonia": 0, "normal": 1}
    assert sum(row["pneumonia"] + row["normal"] for row in rows.values()) == 10


@pytest.mark.parametrize(("stretch", "shift"), [(1.0, 0.0), (2.0, 0.0), (1.0, 1.0)])
def test_slope_and_intercept_undo_what_was_done_to_the_log_odds(
    stretch: float, shift: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "_RESAMPLES", 5)
    rng = np.random.default_rng(1)
    log_odds = rng.normal(0, 2, 6000)
    labels = (rng.random(6000) < _sigmoid(log_odds)).astype(int)
    shown = _sigmoid(stretch * log_odds + shift)
    rows = [(int(label), 0.5, "pneumonia") for label in labels]
    measured = calibration.measure_calibration(build_films(rows, shown=shown.tolist()))
    assert measured is not None
    assert measured["slope"] == pytest.approx(1 / stretch, rel=0.1)
    if stretch == 1.0:
        assert measured["intercept"] == pytest.approx(-shift, abs=0.12)
    assert sum(bin_["radiographs"] for bin_ in measured["reliability"]) == 6000


def test_separate_classes_have_no_slope(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "_RESAMPLES", 5)
    rows = [(1, 0.9, "pneumonia")] * 5 + [(0, 0.1, "no_pneumonia")] * 5
    measured = calibration.measure_calibration(build_films(rows))
    assert measured is not None
    assert math.isnan(measured["slope"])
    assert "slope" not in measured["intervals_95"]
    assert measured["intercept"] == pytest.approx(0.0, abs=1e-6)


def test_films_of_one_class_have_no_calibration() -> None:
    assert calibration.measure_calibration(build_films([(1, 0.9, "pneumonia")] * 3)) is None


def test_a_small_group_has_no_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "RESAMPLES", 5)
    rows = [(1, 0.9, "pneumonia"), (0, 0.1, "no_pneumonia")] * groups.MIN_OF_EACH
    rows += [(1, 0.9, "pneumonia"), (0, 0.1, "no_pneumonia")]
    films = build_films(rows)
    names = ["PA"] * (len(rows) - 2) + ["AP"] * 2
    by_film = dict(zip(films.films, names, strict=True))
    monkeypatch.setattr(groups, "_KINDS", {"view": _lookup(by_film)})
    small, large = groups.measure_groups(films)
    assert (small["group"], small["too_small"]) == ("AP", True)
    assert "sensitivity" not in small["metrics"]
    assert (large["group"], large["too_small"]) == ("PA", False)
    assert large["metrics"]["sensitivity"] == 1.0


def _lookup(names: dict[Any, str]) -> Any:
    return lambda film, _: names[cast(ScreenedFilm, film)]


def _sigmoid(values: Any) -> Any:
    return 1 / (1 + np.exp(-values))
