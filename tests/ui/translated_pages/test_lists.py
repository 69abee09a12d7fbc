"""Each list, search and upload can be translated as a whole."""

import pytest

from contracts.worklist_filters import Filter
from tests.conftest import Golden
from tests.ui.conftest import (
    RADIOGRAPH,
)
from tests.ui.recorded_api import RecordedResponse
from tests.ui.translated_pages.conftest import HTMX, Reader


@pytest.mark.parametrize("worklist_filter", Filter)
def test_a_list(reader: Reader, worklist_filter: str) -> None:
    counts = {"counts": dict.fromkeys(Filter, 1000), "counted_at": 5, "added": 2}
    address = f"/worklist?filter={worklist_filter}"
    for films, cursor in (([], None), ([], "c1"), ([reader.fields], "c1")):
        worklist = {"radiographs": films, "cursor": cursor, "has_newer": bool(films)}
        reader.list(**worklist, complete=False, counts=counts)
        reader.read(address)
        reader.read(f"{address}&from=2026-11-01")
    for query in ("from=x", "to=x", "from=2026-11-02&to=2026-11-01"):
        reader.read(f"{address}&{query}", status=422)


def test_new_films_and_rows(reader: Reader) -> None:
    reader.show()
    counts = {"counts": {"all": 3}, "counted_at": 5, "added": 1}
    for added in (0, 1, 2):
        body = RecordedResponse(body=counts | {"added": added})
        reader.api.respond("GET /v1/radiographs/counts", body)
        reader.read("/rows?since=5&additions=7", headers=HTMX)
    batch = RecordedResponse(body={"radiographs": [reader.fields]})
    reader.api.respond("GET /v1/radiographs/batch", batch)
    reader.read(f"/rows?screening={RADIOGRAPH}", headers=HTMX)
    reader.read(f"/uploads/rows?ids={RADIOGRAPH}", headers=HTMX)


def test_a_search(reader: Reader) -> None:
    search = {"id": "a" * 26, "file_name": "12"}
    for films, cursor in (([], None), ([], "c1"), ([reader.fields], None), ([reader.fields], "c")):
        found = {"radiographs": films, "cursor": cursor, "complete": True, "search": search}
        reader.api.respond("POST /v1/radiographs/search", RecordedResponse(body=found))
        reader.send("/worklist/search", {"file_name": "12"}, is_htmx=True)
        reader.send("/worklist/search?from=2026-11-01", {"file_name": "12"}, is_htmx=True)
    gone = RecordedResponse(status=404, body={"detail": "gone"})
    found = {"radiographs": [], "cursor": None, "complete": True}
    reader.api.respond("GET /v1/radiographs", gone, RecordedResponse(body=found))
    reader.read(f"/worklist?search={'a' * 26}")


def test_the_uploads(reader: Reader, golden: Golden) -> None:
    reader.read("/")
    reader.api.respond(
        "POST /v1/radiographs", RecordedResponse(body=golden("created.json"), status=201)
    )
    form = {"file_name": "thorax.dcm", "bytes": "5", "idempotency_key": "k"}
    reader.send("/uploads", form)
    reader.send("/uploads", form | {"age_years": "x"}, status=422)
