"""The faults of a day, and the metrics that the functions emit meanwhile."""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from contracts.answers import Predictor
from contracts.metrics import PREDICTOR, SERVICE, SITE, STAGE, Metric, Service
from contracts.training import BAKE_SECONDS
from reliability.alarm_days.traffic import Film, draw_requests
from reliability.alarm_evaluator import Value

# The share of films that a fault concerns: a changed device or export concerns nearly all.
FAULTY_SHARE = 0.9
# The pointer is read again within half a minute after the endpoint is updated.
PROMOTION_SECONDS = BAKE_SECONDS + 90.0


class Fault(StrEnum):
    """The value is the beginning of the names of the alarms that ring for it."""

    NO_ANSWERS = "unanswered"
    REJECTED = "files-rejected"
    UNUSABLE = "images-unusable"
    DISAGREE = "reviews-disagree"
    REFUSED = "front-door-refuses"
    ENDPOINT_AWAY = "cpu-answers"
    PROMOTION_STUCK = "endpoint-version"


@dataclass(frozen=True, kw_only=True)
class Site:
    """The dimensions of the metrics. `api` are those of API Gateway's, as the template has them."""

    name: str
    stage: str
    api: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Event:
    """`fault` from `onset` on, in seconds from midnight; or a promotion then."""

    onset: float
    fault: Fault | None = None


def emit_day(
    films: Iterable[Film],
    site: Site,
    random_: random.Random,
    *,
    event: Event | None = None,
    has_requests: bool = True,
) -> Iterator[Value]:
    """The values of a day's metrics; without requests to API Gateway, of which there are many."""
    for film in films:
        changed = _apply(film, event, random_)
        yield from _emit_film(changed, site, event)
        if has_requests:
            is_refused = _happens(event, Fault.REFUSED, film.created_at)
            refused = FAULTY_SHARE if is_refused else None
            for at, is_error in draw_requests(film, random_, refused=refused):
                yield Value(at=at, name="Count", dimensions=site.api, value=1)
                yield Value(at=at, name="4XXError", dimensions=site.api, value=float(is_error))


def _happens(event: Event | None, fault: Fault, at: float) -> bool:
    return event is not None and event.fault is fault and at >= event.onset


def _apply(film: Film, event: Event | None, random_: random.Random) -> Film:
    """The film as the fault changes it."""
    hits = random_.random() < FAULTY_SHARE
    if _happens(event, Fault.NO_ANSWERS, film.created_at):
        return replace(film, final_at=None)
    if hits and _happens(event, Fault.REJECTED, film.created_at):
        return replace(film, is_rejected=True)
    if hits and _happens(event, Fault.UNUSABLE, film.created_at):
        return replace(film, is_unusable=True)
    if hits and _happens(event, Fault.DISAGREE, film.created_at):
        return replace(film, disagrees=True)
    return film


def _emit_film(film: Film, site: Site, event: Event | None) -> Iterator[Value]:
    common = {STAGE: site.stage, SITE: site.name}
    by_api = {SERVICE: Service.API.value, **common}
    by_screening = {SERVICE: Service.SCREENING.value, **common}
    yield Value(at=film.created_at, name=Metric.CREATED, dimensions=by_api, value=1)
    at = film.final_at
    if at is None:
        return
    rejected = float(film.is_rejected)
    yield Value(at=at, name=Metric.REJECTED_FILES, dimensions=by_screening, value=rejected)
    if film.is_rejected:
        return
    unusable = float(film.is_unusable)
    yield Value(at=at, name=Metric.UNUSABLE_IMAGES, dimensions=by_screening, value=unusable)
    yield from _emit_prediction(film, at, site, event)
    if film.reviewed_at is not None and not film.is_unusable:
        yield Value(
            at=film.reviewed_at,
            name=Metric.DISAGREEMENTS,
            dimensions=by_api,
            value=float(film.disagrees),
        )


def _emit_prediction(film: Film, at: float, site: Site, event: Event | None) -> Iterator[Value]:
    common = {SERVICE: Service.SCREENING.value, STAGE: site.stage}
    mismatches = _happens(event, Fault.PROMOTION_STUCK, at)
    if event is not None and event.fault is None:
        mismatches = event.onset <= at < event.onset + PROMOTION_SECONDS
    falls_back = mismatches or film.endpoint_fails or _happens(event, Fault.ENDPOINT_AWAY, at)
    predictor = Predictor.CPU if falls_back else Predictor.ENDPOINT
    dimensions = {**common, PREDICTOR: predictor.value}
    yield Value(at=at, name=Metric.PREDICTIONS, dimensions=dimensions, value=1)
    if falls_back:
        yield Value(at=at, name=Metric.FALLBACK, dimensions=common, value=1)
    if mismatches:
        yield Value(at=at, name=Metric.VERSION_MISMATCH, dimensions=common, value=1)
