"""The API's requests refuse values outside the limits; problems have the golden form."""

from http import HTTPStatus

import pytest

from contracts.api import build_problem
from contracts.api_requests import CreateRequest, ReviewRequest, SearchRequest
from contracts.findings import Finding
from contracts.serialisation import serialise
from tests.conftest import Golden


def test_a_problem_has_the_golden_form(golden: Golden) -> None:
    fields = golden("problem.json")
    problem = build_problem(
        HTTPStatus(fields["status"]), fields["detail"], reference=fields["reference"]
    )
    assert serialise(problem) == fields


@pytest.mark.parametrize("file_name", ["", "a" * 256])
def test_a_file_name_has_1_to_255_characters(file_name: str) -> None:
    with pytest.raises(ValueError, match="file_name has 1 to 255 characters"):
        CreateRequest(file_name=file_name, bytes=1)
    with pytest.raises(ValueError, match="file_name has 1 to 255 characters"):
        SearchRequest(file_name=file_name)


@pytest.mark.parametrize("size", [-1, 50 * 1024 * 1024 + 1])
def test_a_file_has_up_to_50_mb(size: int) -> None:
    with pytest.raises(ValueError, match="50 MB"):
        CreateRequest(file_name="a", bytes=size)


@pytest.mark.parametrize("age_years", [-1, 121])
def test_an_age_is_0_to_120(age_years: int) -> None:
    with pytest.raises(ValueError, match="age_years is 0 to 120"):
        CreateRequest(file_name="a", bytes=1, age_years=age_years)


def test_a_note_has_at_most_2000_characters() -> None:
    with pytest.raises(ValueError, match="at most 2000"):
        ReviewRequest(finding=Finding.OTHER, note="a" * 2001)


@pytest.mark.parametrize("finding", [Finding.PNEUMONIA, Finding.NO_PNEUMONIA, Finding.OTHER])
def test_a_review_that_settles_says_whether_there_is_pneumonia(finding: Finding) -> None:
    assert ReviewRequest(finding=finding, settles=True).settles
    with pytest.raises(ValueError, match="says whether there is pneumonia"):
        ReviewRequest(finding=Finding.CANNOT_TELL, settles=True)
