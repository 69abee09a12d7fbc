"""The gate passes a model that is as good, and refuses a sabotaged one with the right reason."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contracts.model_layout import CARD_FILE
from screening.radiograph import Pixels
from tests.training.comparison.conftest import AlteredModel, Compare
from training.artefact.predictions import Predictions
from training.comparison.cached_model import CachedModel
from training.comparison.compare_models import Comparison
from training.comparison.film_set import FilmSet
from training.comparison.gate import judge
from training.comparison.gate_card import add_gate, describe_gate, describe_result
from training.comparison.gate_result import GateResult, Judgement
from training.comparison.margins import read_margins
from training.evaluation.ood_detection import RejectionCount

pytestmark = pytest.mark.data
MARGINS = read_margins()


def judge_one(comparison: Comparison) -> GateResult:
    return judge([comparison], MARGINS)


def reasons(result: GateResult) -> set[str]:
    """What is worse, and what is no measure."""
    worse = {check.measure for check in result.list_checks(Judgement.WORSE)}
    return worse | {refusal.partition(":")[0] for refusal in result.refusals}


def change_card(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / CARD_FILE
    card = json.loads(path.read_text())
    change(card)
    path.write_text(json.dumps(card))


def with_logits(predictions: Predictions, logits: np.ndarray) -> Predictions:
    return replace(predictions, logits=logits)


@pytest.fixture(scope="session")
def equal(compare: Compare, current: CachedModel) -> Comparison:
    return compare(current)


def test_the_same_model_passes_and_each_check_holds(equal: Comparison) -> None:
    result = judge_one(equal)
    assert result.passed
    own = {check.measure for check in result.list_checks(Judgement.HOLDS)}
    assert {"auc", "sensitivity", "specificity", "log_loss", "corruption", "speed"} <= own


def test_a_model_with_a_little_noise_in_its_logits_passes(
    compare: Compare, current: CachedModel
) -> None:
    def add_noise(predictions: Predictions) -> Predictions:
        noise = np.random.default_rng(0).normal(0, 0.02, len(predictions.logits))
        return with_logits(predictions, predictions.logits + noise)

    challenger = AlteredModel(current.folder, current.cache, alter_predictions=add_noise)
    comparison = compare(challenger)
    agreement = equal_agreement(comparison)
    assert judge_one(replace(comparison, side=agreement)).passed


def equal_agreement(comparison: Comparison) -> Any:
    first, second = comparison.side
    return first, replace(second, agreement=first.agreement)


def test_random_labels_are_refused_for_discrimination(
    compare: Compare, current: CachedModel
) -> None:
    """A network that has learned random labels gives log odds that do not depend on the film."""

    def shuffle(predictions: Predictions) -> Predictions:
        rng = np.random.default_rng(1)
        return with_logits(predictions, rng.permutation(predictions.logits))

    result = judge_one(
        compare(AlteredModel(current.folder, current.cache, alter_predictions=shuffle))
    )
    assert {"auc", "sensitivity", "specificity", "log_loss", "corruption"} <= reasons(result)
    assert "auc: on children, all films it is worse by" in " ".join(describe_result(result))


def test_a_shifted_threshold_is_refused_for_sensitivity_alone(
    compare: Compare, current: CachedModel, model_copy: Path
) -> None:
    def shift(card: dict[str, Any]) -> None:
        point = card["populations"]["child"]["operating_point"]
        point |= {"threshold": 0.999, "band": [0.9985, 0.9993]}

    change_card(model_copy, shift)
    assert {"sensitivity"} <= reasons(judge_one(compare(CachedModel(model_copy, current.cache))))
    result = judge_one(compare(CachedModel(model_copy, current.cache)))
    assert reasons(result) <= {"sensitivity", "answered", "corruption"}


@pytest.mark.parametrize(
    "break_pixels",
    [
        lambda pixels: 255 - pixels,
        lambda pixels: pixels // 255,
        lambda pixels: np.ascontiguousarray(pixels[:, ::-1]),
    ],
    ids=["inverted", "from 0 to 1", "upside down"],
)
def test_broken_preprocessing_is_refused_because_films_get_no_answer(
    compare: Compare, current: CachedModel, break_pixels: Callable[[Pixels], Pixels]
) -> None:
    result = judge_one(
        compare(AlteredModel(current.folder, current.cache, alter_pixels=break_pixels))
    )
    assert {"answered", "log_loss"} <= reasons(result)
    assert reasons(result) & {"sensitivity", "specificity"}


def test_all_positive_is_refused_for_specificity(
    compare: Compare, current: CachedModel, model_copy: Path
) -> None:
    def raise_shift(card: dict[str, Any]) -> None:
        card["populations"]["child"]["calibration"]["shift"] += 30

    change_card(model_copy, raise_shift)
    result = judge_one(compare(CachedModel(model_copy, current.cache)))
    assert {"specificity", "log_loss", "calibration_error"} <= reasons(result)
    assert not reasons(result) & {"sensitivity", "parity"}


def test_a_model_for_other_patients_is_refused_for_its_population(
    compare: Compare, current: CachedModel, model_copy: Path
) -> None:
    def swap(card: dict[str, Any]) -> None:
        card["populations"]["child"]["valid"] = False
        card["populations"]["adult"]["valid"] = True

    change_card(model_copy, swap)
    result = judge_one(compare(CachedModel(model_copy, current.cache)))
    assert {"population", "answered"} == reasons(result)
    [refusal] = result.refusals
    assert "is not valid for" in refusal


def test_a_model_that_is_valid_for_nobody_is_refused_also_after_such_a_one(
    equal: Comparison, current: CachedModel, model_copy: Path
) -> None:
    """Of patients without answers nothing is judged, so nothing else would refuse it."""

    def withdraw(card: dict[str, Any]) -> None:
        for population in card["populations"].values():
            population["valid"] = False

    change_card(model_copy, withdraw)
    model = CachedModel(model_copy, current.cache)
    result = judge_one(replace(equal, baseline=model, challenger=model))
    assert not result.passed
    [refusal] = result.refusals
    assert "is valid for no patients" in refusal and refusal.startswith("population: ")


def test_patients_who_get_answers_need_films(equal: Comparison) -> None:
    result = judge_one(replace(equal, groups=[]))
    assert result.refusals == [
        "films: there are none of children, who get answers now. Give data that have them."
    ]


def test_a_network_that_takes_children_for_adults_is_refused(
    compare: Compare, current: CachedModel
) -> None:
    def negate(predictions: Predictions) -> Predictions:
        assert predictions.adult is not None
        return replace(predictions, adult=-predictions.adult)

    result = judge_one(
        compare(AlteredModel(current.folder, current.cache, alter_predictions=negate))
    )
    assert reasons(result) == {"answered"}


def change_side(comparison: Comparison, **changes: Any) -> Comparison:
    first, second = comparison.side
    return replace(comparison, side=(first, replace(second, **changes)))


def let_pass(counts: list[RejectionCount]) -> list[RejectionCount]:
    return [replace(each, unassessed=each.unassessed // 2) for each in counts]


@pytest.mark.parametrize(
    ("alter", "reason"),
    [
        (lambda it: change_side(it, megabytes=2 * it.side[0].megabytes), "size"),
        (lambda it: replace(it, milliseconds=(10.0, 20.0)), "speed"),
        (lambda it: change_side(it, negatives=let_pass(it.side[0].negatives)), "negatives"),
        (
            lambda it: change_side(it, agreement=replace(it.side[0].agreement, flips=1)),
            "parity",
        ),
        (
            lambda it: change_side(
                it, corrupted={name: 0.5 * right for name, right in it.side[0].corrupted.items()}
            ),
            "corruption",
        ),
        (lambda it: replace(it, films=replace(it.films, sha256="another set")), "films"),
    ],
)
def test_each_other_reason_refuses_alone(
    equal: Comparison, alter: Callable[[Comparison], Comparison], reason: str
) -> None:
    result = judge_one(alter(equal))
    assert not result.passed
    assert reasons(result) == {reason}


def test_a_subgroup_alone_refuses(equal: Comparison) -> None:
    groups = list(equal.groups)
    index = next(i for i, each in enumerate(groups) if each.group == "virus against normal")
    change = groups[index].changes["sensitivity"]
    worse = replace(change, challenger=change.baseline - 0.2)
    groups[index] = replace(groups[index], changes={**groups[index].changes, "sensitivity": worse})
    result = judge_one(replace(equal, groups=groups))
    [check] = result.list_checks(Judgement.WORSE)
    assert (check.measure, check.films_name) == ("sensitivity", "children, virus against normal")


def test_a_change_that_so_few_films_do_not_prove_stays_open(equal: Comparison) -> None:
    first = equal.groups[0]
    change = replace(first.changes["specificity"], error=0.05)
    groups = [replace(first, changes={**first.changes, "specificity": change}), *equal.groups[1:]]
    result = judge_one(replace(equal, groups=groups))
    [check] = result.list_checks(Judgement.OPEN)
    assert result.passed
    assert check.films == first.normal
    assert check.films_needed and check.films_needed > first.normal
    sentences = " ".join(describe_result(result))
    assert f"specificity of children, all films (needs {check.films_needed:,} films)" in sentences


def test_one_seed_is_named_and_three_are_judged_by_their_mean(equal: Comparison) -> None:
    assert "One seed of the recipe" in " ".join(describe_result(judge_one(equal)))
    first = equal.groups[0]
    change = first.changes["auc"]
    low = replace(change, challenger=change.baseline - 0.1)
    unlucky = replace(
        equal, groups=[replace(first, changes={**first.changes, "auc": low}), *equal.groups[1:]]
    )
    result = judge([equal, unlucky, unlucky], MARGINS)
    assert result.seeds == 3
    [check] = result.list_checks(Judgement.WORSE)
    assert (check.measure, check.films_name) == ("auc", "children, mean of 3 seeds")
    assert "seed of the recipe" not in " ".join(describe_result(result))


def test_the_card_takes_the_result(equal: Comparison, film_set: FilmSet, model_copy: Path) -> None:
    result = judge_one(equal)
    add_gate(model_copy, describe_gate(result, film_set))
    section = json.loads((model_copy / CARD_FILE).read_text())["gate"]
    assert section["passed"] is True
    assert section["against"] == equal.baseline.version
    assert section["films_sha256"] == equal.baseline.validation_sha256
    checks = {(each["measure"], each["films_name"]): each for each in section["checks"]}
    assert checks["sensitivity", "children, all films"]["margin"] == MARGINS["sensitivity"].margin
