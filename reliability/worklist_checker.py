"""Finds radiographs that the worklist lacks, lists twice or shows in a wrong state."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from contracts.api import RadiographView
from contracts.record import State
from reliability.release_records import ReleaseRecord
from reliability.violations import Broken, Violation


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the worklist; `state` None for one that is missing."""

    radiograph_id: str
    state: State | None


def find_row_violations(
    rows: Iterable[RadiographView],
    *,
    radiographs: Iterable[str],
    records: Iterable[ReleaseRecord],
) -> Iterator[Broken]:
    """Yields each row that is not as it must be. `radiographs` can all be shown; each of `records`
    is shown in its own state. Nothing else is listed.
    """
    expected: Mapping[str, State | None] = {
        **dict.fromkeys(radiographs),
        **{record.radiograph_id: record.state for record in records},
    }
    states: dict[str, list[State]] = {radiograph: [] for radiograph in expected}
    for view in rows:
        states.setdefault(view.id, []).append(view.state)
    for radiograph, listed in states.items():
        row = Row(radiograph_id=radiograph, state=listed[0] if listed else None)
        if not listed:
            yield row, Violation.LOST
        elif len(listed) > 1:
            yield row, Violation.DOUBLED
        elif radiograph not in expected or not _is_right(listed[0], expected[radiograph]):
            yield row, Violation.WRONG


def _is_right(state: State, expected: State | None) -> bool:
    return state is not State.UNREADABLE if expected is None else state == expected
