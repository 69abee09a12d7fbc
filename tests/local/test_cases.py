"""Files of other hospitals get the answers that `cases.json` in the folder XRAY_CASES expects."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.answers import Decision, NotAssessed
from contracts.record import State
from tests.conftest import CASES
from tests.local.screen_command import screen

Result = dict[str, Any]

# By the populations of the card.
_AGE_REASONS = (NotAssessed.AGE, NotAssessed.POPULATION_NOT_VALID)


def _is_rejected(result: Result, *, reason: str) -> bool:
    return (result["state"], result["reason"]) == (State.REJECTED, reason)


def _is_screened(result: Result) -> bool:
    """Whether the rendition shows an image: `quality` is what an almost black one gets."""
    return bool(result["state"] == State.SCREENED and result["reason"] != NotAssessed.QUALITY)


def _is_answered(result: Result) -> bool:
    return result["decision"] not in (None, Decision.NOT_ASSESSED)


def _is_found_upright(result: Result) -> bool:
    return result["reason"] not in (NotAssessed.ORIENTATION, NotAssessed.NOT_CHEST)


_CHECKS: dict[str, Callable[[Result], bool]] = {
    "screened": _is_screened,
    "not_answered": lambda result: result["state"] != State.FAILED and not _is_answered(result),
    "damaged": lambda result: _is_rejected(result, reason="damaged"),
    "syntax": lambda result: _is_rejected(result, reason="dicom_syntax"),
    "age": lambda result: result["reason"] in _AGE_REASONS,
    "not_orientation": lambda result: _is_screened(result) and _is_found_upright(result),
    "any": lambda result: result["state"] != State.FAILED,
}


def _read_cases() -> list[Any]:
    return json.loads((CASES / "cases.json").read_text()) if CASES.is_dir() else []


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    return {Path(result["file"]).name: result for result in screen(CASES)}


@pytest.mark.cases
@pytest.mark.parametrize("case", _read_cases(), ids=lambda case: str(case["case"]))
def test_a_file_of_another_hospital_gets_its_right_answer(
    case: dict[str, Any], results: dict[str, Result]
) -> None:
    result = results[case["file"]]
    assert _CHECKS[case["expect"]](result), (case["right"], result)
