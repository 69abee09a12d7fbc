"""What is due for review first comes first, and no film waits without end."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from contracts import keys
from contracts.answers import Answer, Decision
from contracts.record import Record
from contracts.serialisation import parse
from contracts.worklist_filters import Filter
from contracts.worklist_order import (
    ENTRY_PATTERN,
    LONGEST_WAIT,
    CreationTimes,
    Selection,
    build_entry,
    find_longest_wait,
    list_possible_entries,
    read_creation,
    remove_due,
)
from tests.conftest import ROOT

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
ID = "a" * 26
HOUR = timedelta(hours=1)


def answer(decision: Decision) -> Answer:
    record = parse(Record, json.loads((ROOT / "tests" / "golden" / "record.json").read_text()))
    assert record.answer is not None
    return replace(record.answer, decision=decision)


def entry(created: datetime, decision: Decision, worklist_filter: Filter = Filter.TO_REVIEW) -> str:
    return build_entry(worklist_filter, created.isoformat(), ID, answer=answer(decision))


def test_films_of_one_time_are_in_the_order_of_their_decisions() -> None:
    decisions = (Decision.PNEUMONIA, Decision.UNCERTAIN, Decision.NO_PNEUMONIA)
    for first, second in pairwise(decisions):
        assert entry(NOON, first) < entry(NOON, second)
    assert entry(NOON, Decision.UNCERTAIN) == entry(NOON, Decision.NOT_ASSESSED)


@pytest.mark.parametrize("decision", Decision)
def test_of_one_decision_the_longest_wait_is_first(decision: Decision) -> None:
    assert entry(NOON, decision) < entry(NOON + timedelta(seconds=1), decision)


def test_a_plain_film_is_first_once_it_has_waited_for_the_longest_time() -> None:
    plain = entry(NOON, Decision.NO_PNEUMONIA)
    for other in (Decision.PNEUMONIA, Decision.UNCERTAIN):
        assert entry(NOON + LONGEST_WAIT - timedelta(seconds=1), Decision.PNEUMONIA) < plain
        assert plain < entry(NOON + LONGEST_WAIT + timedelta(seconds=1), other)


def test_no_film_waits_for_longer_than_the_longest_time() -> None:
    assert max(find_longest_wait(answer(each)) for each in Decision) == LONGEST_WAIT
    assert find_longest_wait(None) < LONGEST_WAIT


def test_other_lists_have_the_newest_first() -> None:
    older, newer = (
        entry(NOON + wait, Decision.PNEUMONIA, Filter.PNEUMONIA) for wait in (timedelta(0), HOUR)
    )
    assert newer < older
    assert newer == keys.index_entry((NOON + HOUR).isoformat(), ID)


@pytest.mark.parametrize("worklist_filter", Filter)
def test_an_entry_names_its_film_and_its_time(worklist_filter: Filter) -> None:
    name = entry(NOON, Decision.NO_PNEUMONIA, worklist_filter)
    assert re.fullmatch(ENTRY_PATTERN, name)
    assert keys.parse_index_entry(name)[0] == ID
    assert read_creation(name) == NOON
    assert remove_due(name) == keys.index_entry(NOON.isoformat(), ID)
    assert name in list_possible_entries(worklist_filter, NOON.isoformat(), ID)


@pytest.mark.parametrize("worklist_filter", [Filter.TO_REVIEW, Filter.ALL])
@pytest.mark.parametrize(("start", "end"), [(1, 3), (None, 3), (1, None), (None, None)])
def test_a_selection_has_what_was_created_between_its_times(
    worklist_filter: Filter, start: int | None, end: int | None
) -> None:
    times = [None if hours is None else NOON + hours * HOUR for hours in (start, end)]
    created = CreationTimes(start=times[0], end=times[1])
    selection = Selection(worklist_filter=worklist_filter, created=created)
    names = sorted(
        entry(NOON + hours * HOUR, decision, worklist_filter)
        for hours in range(12)
        for decision in Decision
    )
    expected = {
        name
        for name in names
        if (start or 0) <= (read_creation(name) - NOON) / HOUR < (12 if end is None else end)
    }
    assert {name for name in names if selection.contains(name)} == expected
    # A listing has them all from the start on, until an entry is past the selection.
    follow = [name for name in names if name > selection.start]
    past = next((place for place, name in enumerate(follow) if selection.is_past(name)), None)
    assert expected <= set(follow[:past])
    assert not expected & set(follow[past:] if past is not None else ())


def test_an_entry_of_another_order_is_not_in_the_selection() -> None:
    for own, other in ((Filter.TO_REVIEW, Filter.ALL), (Filter.ALL, Filter.TO_REVIEW)):
        name = entry(NOON, Decision.PNEUMONIA, other)
        assert not Selection(worklist_filter=own).contains(name)
