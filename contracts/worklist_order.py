"""The order of each list: the newest first, and in "to review" what is due for review first.

A film is due some time after its creation, by its decision. So pneumonia is before what came at the
same time, and no film waits without end: one without pneumonia is before all that comes after the
time when it is due. The order of two films never changes, so a list can be read page by page.

A film of the blind sample is due at once, whatever its answer is: its place tells nothing of the
answer, and none waits for longer than it would outside the sample.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from contracts import keys
from contracts.answers import Answer, Decision
from contracts.worklist_filters import Filter

# Pneumonia in adults is to be treated within 4 hours of arrival (British Thoracic Society, 2009):
# by then a doctor sees what the model has missed.
LONGEST_WAIT = timedelta(hours=4)
# Sepsis is to be treated within 1 hour (Surviving Sepsis Campaign, 2021): a film without a clear
# answer waits no longer.
_UNCLEAR_WAIT = timedelta(hours=1)
_WAITS: Mapping[Decision, timedelta] = {
    Decision.PNEUMONIA: timedelta(0),
    Decision.NO_PNEUMONIA: LONGEST_WAIT,
}

# An entry of a list: that of the index, in "to review" with the time in front when it is due.
ENTRY_PATTERN = rf"(\d{{14}}-)?\d{{14}}-{keys.RADIOGRAPH_ID_PATTERN}"


def find_longest_wait(answer: Answer | None, *, is_blind_sample: bool = False) -> timedelta:
    """How long a film may wait for its review before it is due; also for one without an answer."""
    if is_blind_sample:
        return timedelta(0)
    return _UNCLEAR_WAIT if answer is None else _WAITS.get(answer.decision, _UNCLEAR_WAIT)


def build_entry(
    worklist_filter: Filter,
    created_at: str,
    radiograph_id: str,
    *,
    answer: Answer | None,
    is_blind_sample: bool = False,
) -> str:
    """The name of a radiograph in a list; names sort in the order of the list."""
    entry = keys.index_entry(created_at, radiograph_id)
    if worklist_filter is not Filter.TO_REVIEW:
        return entry
    wait = find_longest_wait(answer, is_blind_sample=is_blind_sample)
    return _prepend_due(entry, datetime.fromisoformat(created_at) + wait)


def list_possible_entries(
    worklist_filter: Filter, created_at: str, radiograph_id: str
) -> frozenset[str]:
    """The names that a radiograph can have had in a list, whatever its answer was."""
    entry = keys.index_entry(created_at, radiograph_id)
    if worklist_filter is not Filter.TO_REVIEW:
        return frozenset({entry})
    created = datetime.fromisoformat(created_at)
    waits = {*_WAITS.values(), _UNCLEAR_WAIT}
    return frozenset(_prepend_due(entry, created + wait) for wait in waits)


def remove_due(entry: str) -> str:
    """The entry of the same radiograph in the index of its site."""
    return "-".join(entry.split("-")[-2:])


def read_creation(entry: str) -> datetime:
    return datetime.fromtimestamp(keys.parse_index_entry(entry)[1] / 1000, UTC)


def start_before(entry: str, window: timedelta) -> str:
    """The name from which a listing begins that much time before an entry."""
    milliseconds = window // timedelta(milliseconds=1)
    return f"{max(0, int(entry.partition('-')[0]) - milliseconds):014}"


@dataclass(frozen=True, kw_only=True)
class CreationTimes:
    """From `start`, before `end`; None where that side is open."""

    start: datetime | None = None
    end: datetime | None = None

    def contain(self, created: datetime) -> bool:
        return not (self.start and created < self.start) and not (self.end and created >= self.end)


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The radiographs of a list that were created within some time."""

    worklist_filter: Filter = Filter.ALL
    created: CreationTimes = field(default_factory=CreationTimes)

    @property
    def is_by_due(self) -> bool:
        return self.worklist_filter is Filter.TO_REVIEW

    @property
    def start(self) -> str:
        """The name after which its first entry follows; empty at the beginning of the list."""
        if self.is_by_due:
            return f"{_from_1970(self.created.start):014}" if self.created.start else ""
        return keys.index_entry(self.created.end.isoformat(), "") if self.created.end else ""

    @property
    def has_times(self) -> bool:
        return self.created != CreationTimes()

    def has_form(self, entry: str) -> bool:
        """Whether an entry is named as those of this list are."""
        return self.is_by_due == (entry.count("-") == 2)

    def contains(self, entry: str) -> bool:
        return self.has_form(entry) and self.created.contain(read_creation(entry))

    def is_past(self, entry: str) -> bool:
        """Whether neither the entry nor any that follows it is in the selection."""
        if not self.is_by_due:
            start = self.created.start
            return start is not None and read_creation(entry) < start
        end = self.created.end
        return end is not None and int(entry.partition("-")[0]) >= _from_1970(end + LONGEST_WAIT)


def _prepend_due(entry: str, due: datetime) -> str:
    return f"{_from_1970(due):014}-{entry}"


def _from_1970(time: datetime) -> int:
    return int(time.timestamp() * 1000)
