"""A model is evaluated on the test set once; afterwards the ledger has its metrics."""

from pathlib import Path

from training.evaluation.ledger import LEDGER, evaluate_once, next_evaluation_number, read_ledger
from training.value_types import Intervals, Metrics


def _evaluate() -> tuple[Metrics, Intervals]:
    return {"auc": 0.95}, {"auc": [0.9, 0.98]}


def _evaluate_with_brier() -> tuple[Metrics, Intervals]:
    return {"auc": 0.96, "brier": 0.1}, {"auc": [0.9, 0.98], "brier": [0.05, 0.2]}


def _fail() -> tuple[Metrics, Intervals]:
    raise AssertionError("the model was evaluated on the test set again")


def test_the_first_evaluation_is_written_down(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    evaluate_once(ledger, version="baseline-1", number=1, evaluate=_evaluate)
    number = next_evaluation_number(ledger)
    evaluate_once(ledger, version="baseline-2", number=number, evaluate=_evaluate_with_brier)
    rows = [(row["look"], row["model_version"], row["brier"]) for row in read_ledger(ledger)]
    assert rows == [("1", "baseline-1", ""), ("2", "baseline-2", "0.100000")]


def test_a_model_in_the_ledger_is_not_evaluated_again(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    first = evaluate_once(ledger, version="baseline-1", number=1, evaluate=_evaluate)
    assert evaluate_once(ledger, version="baseline-1", number=1, evaluate=_fail) == first


def test_the_ledger_of_the_repository_names_no_model_twice() -> None:
    versions = [row["model_version"] for row in read_ledger(LEDGER)]
    assert len(versions) == len(set(versions)) >= 1
