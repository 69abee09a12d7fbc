"""The API's messages say the same before and after JSON, and refuse what cannot be."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from contracts.api import (
    Created,
    CreateRequest,
    Problem,
    RadiographView,
    ReviewRequest,
    SearchRequest,
    Worklist,
)
from contracts.facts import Verdict


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("radiograph.json", RadiographView),
        ("created.json", Created),
        ("worklist.json", Worklist),
    ],
)
def test_a_message_is_the_same_after_json(
    message: str, kind: Any, golden: Callable[[str], Any]
) -> None:
    fields = golden(message)
    assert json.loads(json.dumps(kind.from_json(fields).to_json())) == fields


def test_a_problem_has_the_golden_form(golden: Callable[[str], Any]) -> None:
    fields = golden("problem.json")
    assert Problem(**fields).to_json() == fields


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (CreateRequest, {"file_name": "", "bytes": 1}),
        (CreateRequest, {"file_name": "a" * 256, "bytes": 1}),
        (CreateRequest, {"file_name": "a", "bytes": -1}),
        (CreateRequest, {"file_name": "a", "bytes": 50 * 1024 * 1024 + 1}),
        (CreateRequest, {"file_name": "a", "bytes": 1, "age_years": 121}),
        (ReviewRequest, {"verdict": Verdict.AGREE, "note": "a" * 2001}),
        (SearchRequest, {"file_name": ""}),
    ],
)
def test_what_cannot_be_is_refused(kind: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"has|is"):
        kind(**fields)
