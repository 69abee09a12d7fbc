"""A film has the label of its best evidence, and none where the evidence differs."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.labels import Label, LabelSource, NoLabel, find_label, is_childs_answer
from contracts.record import Record
from contracts.serialisation import parse
from tests.conftest import Golden

Build = Callable[..., Record]


@pytest.fixture
def build(golden: Golden) -> Build:
    """A record with reviews and outcomes: each a finding, or a finding with other fields."""

    def build(*reviews: Any, outcomes: tuple[Any, ...] = (), **answer: Any) -> Record:
        fields = golden("record.json")
        [template] = fields["reviews"]
        fields["answer"] |= {"cautions": [], **answer}
        fields["reviews"] = [
            template
            | {"by": f"doctor-{number}", "review_id": str(number), "at": _time(number)}
            | ({"finding": each} if isinstance(each, str) else each)
            for number, each in enumerate(reviews)
        ]
        fields["outcomes"] = [
            {"at": _time(number), "by": "operator", "observed_on": "2026-11-23"}
            | {"source": source, "finding": finding}
            for number, (source, finding) in enumerate(outcomes)
        ]
        return parse(Record, fields, accept_later=True)

    return build


def _time(number: int) -> str:
    return f"2026-11-23T08:{number:02}:00.000Z"


ADJUDICATION = {"finding": "no_pneumonia", "settles": ["0", "1"], "is_blind": True}
VERDICTS = [{"finding": None, "verdict": verdict} for verdict in ("agree", "disagree")]
CASES: list[tuple[tuple[Any, ...], tuple[bool, str, int] | str]] = [
    (("pneumonia",), (True, "one_reader", 1)),
    (("other",), (False, "one_reader", 1)),
    (("pneumonia", "cannot_tell"), (True, "one_reader", 1)),
    (("no_pneumonia", "other"), (False, "two_readers", 2)),
    (("pneumonia", "no_pneumonia", ADJUDICATION), (False, "adjudication", 1)),
    (("pneumonia", "no_pneumonia", ADJUDICATION, "other"), (False, "adjudication", 1)),
    (("pneumonia", "no_pneumonia", ADJUDICATION, "pneumonia"), "readers_differ"),
    (("pneumonia", "no_pneumonia"), "readers_differ"),
    (("pneumonia", "pneumonia", "other"), "readers_differ"),
    (("cannot_tell",), "not_conclusive"),
    (("of_a_later_release",), "not_conclusive"),
    ((), "no_review"),
    ((VERDICTS[0],), (True, "one_reader", 1)),
    ((VERDICTS[1],), (False, "one_reader", 1)),
    ((VERDICTS[0], "pneumonia"), (True, "two_readers", 2)),
    (tuple(VERDICTS), "readers_differ"),
]


@pytest.mark.parametrize(("reviews", "expected"), CASES)
def test_readers_give_a_label_where_they_do_not_differ(
    reviews: tuple[Any, ...], expected: tuple[bool, str, int] | str, build: Build
) -> None:
    label = find_label(build(*reviews))
    if isinstance(label, Label):
        assert (label.has_pneumonia, label.source.value, len(label.readers)) == expected
    else:
        assert label == expected


@pytest.mark.parametrize("decision", ["uncertain", "not_assessed"])
def test_a_finding_needs_no_decision_and_a_verdict_does(decision: str, build: Build) -> None:
    label = find_label(build("pneumonia", decision=decision))
    assert isinstance(label, Label) and label.has_pneumonia
    assert find_label(build(VERDICTS[0], decision=decision)) is NoLabel.NOT_CONCLUSIVE


def test_an_outcome_overrides_all_readers(build: Build) -> None:
    label = find_label(
        build("pneumonia", "pneumonia", outcomes=(("discharge", "cannot_tell"), ("ct", "other")))
    )
    assert label == Label(has_pneumonia=False, source=LabelSource.OUTCOME, at=_time(1))


def test_outcomes_of_two_sources_may_differ(build: Build) -> None:
    outcomes = (("discharge", "pneumonia"), ("ct", "no_pneumonia"))
    assert find_label(build("pneumonia", outcomes=outcomes)) is NoLabel.OUTCOMES_DIFFER


def test_one_blind_reader_of_two_makes_a_label_independent_of_the_answer(build: Build) -> None:
    blind = {"finding": "pneumonia", "is_blind": True}
    open_pair, mixed_pair = build("pneumonia", "pneumonia"), build("pneumonia", blind)
    labels = [find_label(each) for each in (open_pair, mixed_pair)]
    assert [isinstance(each, Label) and each.is_blind for each in labels] == [False, True]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({}, True),
        ({"population": None}, True),
        ({"population": "adult"}, False),
        ({"population": "of a later release"}, False),
        ({"cautions": ["age_outside"]}, False),
        ({"cautions": ["photographed"]}, True),
    ],
)
def test_only_answers_about_children_count_as_such(
    answer: dict[str, Any], expected: bool, build: Build
) -> None:
    record = build("pneumonia", **answer)
    assert record.answer is not None
    assert is_childs_answer(record.answer) is expected


def test_a_film_without_an_answer_has_no_label(build: Build, golden: Golden) -> None:
    fields = golden("record.json") | {"state": "deleted", "answer": None, "reviews": []}
    assert find_label(parse(Record, fields)) is NoLabel.NO_ANSWER
