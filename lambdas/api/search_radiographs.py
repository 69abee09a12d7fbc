"""Finds the site's radiographs by words of their file name, their patient's name and numbers."""

from collections.abc import Sequence, Set
from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts import keys
from contracts.access import User
from contracts.api import Worklist
from contracts.worklist_filters import Filter, is_listed
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.request_models import SearchRequest
from lambdas.api.selections import CreatedBefore, CreatedFrom, ListFilter, build_selection
from lambdas.api.services import Services, require_user, services
from lambdas.api.stored_searches import store_search
from lambdas.identified_record import IdentifiedRecord
from lambdas.search_words import is_match, split_words

router = APIGatewayRouter()

_MAX_MATCHES = 100
# The newest radiographs are searched by themselves, since one has no entries before its answer;
# more of them while the index does not have all of the site.
_NEWEST = 100
_NEWEST_WITHOUT_INDEX = 1000


@router.post(
    "/radiographs/search",
    summary="Find radiographs by words of file name, patient's name, id and accession number",
    responses=describe_responses(Worklist, {HTTPStatus.OK: "The matches, newest first."}),
)
def search(
    request: SearchRequest,
    filter_: ListFilter = Filter.ALL,
    created_from: CreatedFrom = None,
    created_before: CreatedBefore = None,
) -> Worklist:
    """Each word, or its beginning from three letters on, is in one of these; case, accents and the
    order of the words do not matter. `cursor` is set where there may be older matches. All matches
    are stored, and those that the list shows and that were created within the times are returned.
    """
    user = require_user(router.current_event)
    selection = build_selection(filter_, created_from, created_before)
    matches, cursor = _find(services(), user, split_words(request.file_name))
    return store_search(services(), user, request.file_name, matches, selection, cursor=cursor)


def _find(
    services: Services, user: User, words: Set[str]
) -> tuple[Sequence[IdentifiedRecord], str | None]:
    """The newest matches, and the cursor."""
    if not words:
        return (), None
    has_index = services.search.is_complete(user.site)
    is_fast = has_index or not services.cache.available
    newest = services.index.list_page(
        user.site, after=None, limit=_NEWEST if is_fast else _NEWEST_WITHOUT_INDEX
    )
    indexed = services.search.find(user.site, words, limit=_MAX_MATCHES)
    entries = sorted({*newest.entries, *indexed.entries})
    radiograph_ids = [keys.parse_index_entry(entry)[0] for entry in entries]
    matches = [
        each
        for each in services.read_records(radiograph_ids, user).values()
        if is_listed(each.record, Filter.ALL) and is_match(each, words)
    ]
    has_all = newest.is_last or (indexed.is_last and has_index)
    is_last = has_all and len(matches) <= _MAX_MATCHES
    return matches[:_MAX_MATCHES], None if is_last else entries[-1]
