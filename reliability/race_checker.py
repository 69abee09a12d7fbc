"""Finds races of equal keys that have not exactly one winner, whose announcement is stored."""

from collections.abc import Iterable, Iterator
from http import HTTPStatus

from contracts.api_requests import CreateRequest
from contracts.facts import Created
from contracts.serialisation import serialise
from reliability.races import Race
from reliability.stored_objects import StoredObjects
from reliability.violations import Broken, Violation

_ACCEPTED = (HTTPStatus.OK, HTTPStatus.CREATED)


class RaceChecker:
    """Compares the responses of each race with the identity and the facts."""

    def __init__(self, stored: StoredObjects) -> None:
        self._stored = stored

    def find_violations(self, races: Iterable[Race]) -> Iterator[Broken]:
        self._stored.refresh()
        for race in races:
            if violation := self._find_violation(race):
                yield race, violation

    def _find_violation(self, race: Race) -> Violation | None:
        facts = self._stored.read_facts(race.radiograph_id)
        created = [fact for fact in facts if isinstance(fact, Created)]
        winners = [each.request for each in race.announcements if each.status in _ACCEPTED]
        statuses = [each.status for each in race.announcements if each.status not in _ACCEPTED]
        if not winners or not created:
            return Violation.LOST
        if len(winners) > 1 or len(created) > 1:
            return Violation.DOUBLED
        if statuses != [HTTPStatus.UNPROCESSABLE_ENTITY]:
            return Violation.WRONG
        return None if self._is_stored(winners[0], race, created[0]) else Violation.WRONG

    def _is_stored(self, winner: CreateRequest, race: Race, created: Created) -> bool:
        identity = self._stored.read_identity(race.radiograph_id)
        return (
            serialise(winner).items() <= identity.items()
            and created.declared_bytes == winner.bytes
            and created.age_years == winner.age_years
        )
