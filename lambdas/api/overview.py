"""Counts the site's radiographs of the last two weeks, for its administrators."""

from datetime import timedelta
from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts import keys
from contracts.overview import SiteOverview, summarise_days
from contracts.record import State
from lambdas import clock
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.services import Services, require_administrator, services
from lambdas.record_chunks import read_records

router = APIGatewayRouter()

_PERIOD = timedelta(days=14)
# How many radiographs one request examines.
_MAX_EXAMINED = 1000
_MAX_EXAMINED_WITHOUT_REDIS = 100


@router.get(
    "/overview",
    summary="Volumes, decisions and agreement of the site's last two weeks",
    responses=describe_responses(
        SiteOverview, {HTTPStatus.OK: "Day by day, of the newest 1,000 radiographs at most."}
    ),
)
def overview() -> SiteOverview:
    """Agreement is no accuracy: `verdicts` are mostly of reviews that followed the answer, of films
    that somebody chose to review (verification bias). `blind_verdicts` are of readings before the
    answer, `later_verdicts` of what became known later.
    """
    user = require_administrator(router.current_event)
    entries, is_complete = _list_entries(services(), user.site)
    records = read_records(services().reader, entries)
    existing = [record for record in records if record.state is not State.DELETED]
    return SiteOverview(days=summarise_days(existing, now=clock.now()), complete=is_complete)


def _list_entries(services: Services, site: str) -> tuple[list[str], bool]:
    """The entries of the period, and whether these are all."""
    limit = _MAX_EXAMINED if services.cache.available else _MAX_EXAMINED_WITHOUT_REDIS
    page = services.index.list_page(site, after=None, limit=limit)
    start_ms = (clock.now() - _PERIOD).timestamp() * 1000
    entries = [entry for entry in page.entries if keys.parse_index_entry(entry)[1] >= start_ms]
    return entries, page.is_last or len(entries) < len(page.entries)
