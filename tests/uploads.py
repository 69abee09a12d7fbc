"""Uploads a file to the running system as the page does: announce, upload, wait for the answer."""

import requests

from contracts.api import Created, RadiographView
from contracts.serialisation import parse
from tests.running_system import RunningSystem

FINAL_STATES = ("screened", "rejected", "failed")


def announce(system: RunningSystem, file_name: str, size: int, *, key: str) -> Created:
    """Announces a file of `size` bytes under an idempotency key."""
    response = requests.post(
        f"{system.url}/v1/radiographs",
        headers={**system.auth_headers(), "Idempotency-Key": key},
        json={"file_name": file_name, "bytes": size},
        timeout=30,
    )
    assert response.status_code == 201, response.text
    return parse(Created, response.json())


def upload(created: Created, content: bytes) -> None:
    """Posts the file to the form of the response."""
    response = post_form(created, content)
    assert response.status_code in (200, 201, 204), response.text


def post_form(created: Created, content: bytes) -> requests.Response:
    assert created.upload is not None
    return requests.post(
        created.upload.url, data=created.upload.fields, files={"file": content}, timeout=30
    )


def wait_for_answer(system: RunningSystem, radiograph_id: str) -> RadiographView:
    """Polls for up to a minute until the state is final."""
    for _ in range(30):
        response = requests.get(
            f"{system.url}/v1/radiographs/{radiograph_id}",
            headers=system.auth_headers(),
            params={"wait": "2"},
            timeout=30,
        )
        view = parse(RadiographView, response.json())
        if view.state in FINAL_STATES:
            return view
    raise AssertionError(f"{radiograph_id} is still {view.state}")
