"""Stores a search for its account, so that its address can be opened again and leads on by J."""

from collections.abc import Iterable, Sequence

from contracts.access import User
from contracts.api import StoredSearch, Worklist
from contracts.worklist_order import Selection
from lambdas.api.problems import SearchNotFound
from lambdas.api.selections import select_records
from lambdas.api.services import Services
from lambdas.api.views import build_list_view
from lambdas.found_search import FoundSearch, create_search_id
from lambdas.identified_record import IdentifiedRecord


def store_search(
    services: Services,
    user: User,
    text: str,
    matches: Sequence[IdentifiedRecord],
    selection: Selection,
    *,
    cursor: str | None,
) -> Worklist:
    """Stores all matches, and returns those of the selection with the id of the search; without one
    where Redis is away.
    """
    search = FoundSearch(
        search_id=create_search_id(),
        file_name=text,
        radiograph_ids=tuple(each.record.radiograph_id for each in matches),
        cursor=cursor,
    )
    is_stored = services.cache.put_search(user.subject, search)
    return _build_page(services, user, search, matches, selection, is_stored=is_stored)


def list_search(services: Services, user: User, search_id: str, selection: Selection) -> Worklist:
    """The radiographs as they are now. Raises SearchNotFound."""
    search = read_search(services, user, search_id)
    records = services.read_records(search.radiograph_ids, user).values()
    return _build_page(services, user, search, records, selection, is_stored=True)


def read_search(services: Services, user: User, search_id: str) -> FoundSearch:
    """Raises SearchNotFound where Redis has the search no more, or it is another account's."""
    search = services.cache.read_search(user.subject, search_id)
    if search is None:
        raise SearchNotFound
    return search


def _build_page(
    services: Services,
    user: User,
    search: FoundSearch,
    records: Iterable[IdentifiedRecord],
    selection: Selection,
    *,
    is_stored: bool,
) -> Worklist:
    stored = StoredSearch(id=search.search_id, file_name=search.file_name)
    return Worklist(
        radiographs=tuple(
            build_list_view(each, services.images, user=user)
            for each in select_records(records, selection, user)
        ),
        cursor=search.cursor,
        complete=services.cache.available,
        search=stored if is_stored else None,
    )
