"""One day of a site: when films come, and which metrics follow from them.

Times are seconds from midnight. The usual shares below are higher than those that a hospital should
see, and lower than the alarms take for usual.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

HOUR = 3600.0
# 19 of 20 films come by day.
DAY_BEGINS, DAY_ENDS = 7 * HOUR, 19 * HOUR
_DAY_SHARE = 0.95

_NEVER_SENT = 0.03
_REJECTED = 0.04
_UNUSABLE = 0.06
_REVIEWED = 0.7
_DISAGREE = 0.06
_ENDPOINT_FAILS = 0.005
_REFUSED = 0.02
# As deploy/traffic.py counts them for an X-ray.
REQUESTS = 32


@dataclass(frozen=True, kw_only=True)
class Film:
    """A film that is announced at `created_at`. `final_at` is None where it is never sent.

    `endpoint_fails` is for a single call.
    """

    created_at: float
    final_at: float | None
    is_rejected: bool
    is_unusable: bool
    endpoint_fails: bool
    reviewed_at: float | None
    disagrees: bool


def draw_day(radiographs: int, random_: random.Random) -> list[Film]:
    """The films of a day on which `radiographs` are expected: a Poisson process by day, and another
    one at night.
    """
    return sorted(
        (_draw_film(at, random_) for at in _draw_times(radiographs, random_)),
        key=lambda film: film.created_at,
    )


def _draw_times(radiographs: int, random_: random.Random) -> Iterator[float]:
    by_day = _DAY_SHARE * radiographs / (DAY_ENDS - DAY_BEGINS)
    at_night = (1 - _DAY_SHARE) * radiographs / (24 * HOUR - DAY_ENDS + DAY_BEGINS)
    for begin, end, rate in (
        (0.0, DAY_BEGINS, at_night),
        (DAY_BEGINS, DAY_ENDS, by_day),
        (DAY_ENDS, 24 * HOUR, at_night),
    ):
        at = begin + random_.expovariate(rate)
        while at < end:
            yield at
            at += random_.expovariate(rate)


def _draw_film(at: float, random_: random.Random) -> Film:
    # A file takes up to 40 s to be sent, and its answer up to 8 s.
    final_at = at + random_.uniform(5, 40) + random_.uniform(2, 8)
    is_sent = random_.random() >= _NEVER_SENT
    is_rejected = random_.random() < _REJECTED
    is_unusable = random_.random() < _UNUSABLE
    is_reviewed = random_.random() < _REVIEWED
    return Film(
        created_at=at,
        final_at=final_at if is_sent else None,
        is_rejected=is_rejected,
        is_unusable=is_unusable,
        endpoint_fails=random_.random() < _ENDPOINT_FAILS,
        # Most are read within some minutes.
        reviewed_at=final_at + random_.expovariate(1 / 600) if is_reviewed else None,
        disagrees=random_.random() < _DISAGREE,
    )


def draw_requests(
    film: Film, random_: random.Random, *, refused: float | None
) -> Iterator[tuple[float, bool]]:
    """The moments of the requests for a film, and whether each is refused."""
    share = _REFUSED if refused is None else refused
    for _ in range(REQUESTS):
        yield film.created_at + random_.uniform(0, 180), random_.random() < share
