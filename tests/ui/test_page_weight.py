"""Each page costs few bytes and requests, compressed as the gateway does it.

Lighthouse measures the time that they take: `make audit-ui`.
"""

import gzip
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.api import PAGE_SIZE
from tests.conftest import ROOT, Golden
from tests.ui.conftest import PAGE, Pages
from tests.ui.recorded_api import RecordedApi, RecordedResponse

# A browser has the static files of a page that it was on before, so its warm weight is the HTML.
MAX_WARM_BYTES = 30_000
MAX_COLD_BYTES = 63_000
MAX_REQUESTS = 24

ADDRESSES = ("/", "/worklist", PAGE, "/model", "/help", "/login")


@pytest.fixture
def reader(pages: Pages, doctor: FlaskClient, api: RecordedApi, golden: Golden) -> FlaskClient:
    """A doctor with a full worklist, a film and the released model's card."""
    pages.load(PAGE)
    rows: list[dict[str, Any]] = [
        golden("radiograph.json") | {"id": f"{number:026}"} for number in range(PAGE_SIZE)
    ]
    worklist = {"radiographs": rows, "cursor": "next", "complete": True}
    card = json.loads((ROOT / "models" / "model_card.json").read_text())
    api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))
    api.respond("GET /v1/model", RecordedResponse(body=card))
    return doctor


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_costs_few_bytes_and_requests(
    reader: FlaskClient, visitor: FlaskClient, address: str
) -> None:
    client = visitor if address == "/login" else reader
    page = client.get(address)
    assert page.status_code == 200
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
    assert all("?v=" in file for file in files), "a file that the browser asks for again"
    warm = weigh(page.data)
    cold = warm + sum(weigh(client.get(file, buffered=True).data) for file in files)
    assert warm <= MAX_WARM_BYTES, warm
    assert cold <= MAX_COLD_BYTES, cold
    assert 1 + len(files) <= MAX_REQUESTS


def weigh(content: bytes) -> int:
    return len(gzip.compress(content, 6))
