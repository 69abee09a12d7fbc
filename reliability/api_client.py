"""A client of the API that retries as a browser would."""

import time
from collections.abc import Callable
from typing import Any

import requests

from contracts.api import Created, RadiographView
from contracts.record import FINAL_STATES
from contracts.serialisation import parse
from reliability.running_system import RunningSystem

# A request that fails with one of these may succeed later.
_RETRY_STATUSES = frozenset({429, 500, 502, 503, 504})
_TIMEOUT_SECONDS = 60
_RETRY_SECONDS = 120.0
_PAUSE_SECONDS = 0.5


class ApiClient:
    """Acts for one doctor. Raises TimeoutError where a request fails for two minutes."""

    def __init__(self, system: RunningSystem) -> None:
        self._url = f"{system.url}/v1/radiographs"
        self._headers = system.auth_headers()

    def create_radiograph(self, file_name: str, content: bytes, *, key: str) -> Created:
        """Announces a file; `key` is its idempotency key."""
        body = {"file_name": file_name, "bytes": len(content)}
        headers = {**self._headers, "Idempotency-Key": key}
        response = _retry(lambda: _post(self._url, json=body, headers=headers))
        response.raise_for_status()
        return parse(Created, response.json())

    def upload(self, created: Created, content: bytes) -> None:
        """Posts the file to S3 with the presigned form."""
        form = created.upload
        assert form is not None
        response = _retry(lambda: _post(form.url, data=form.fields, files={"file": content}))
        response.raise_for_status()

    def fetch_radiograph(self, radiograph: str) -> RadiographView | None:
        """Returns the radiograph; None where the request fails, without a retry."""
        try:
            response = requests.get(
                f"{self._url}/{radiograph}", headers=self._headers, timeout=_TIMEOUT_SECONDS
            )
        except requests.RequestException:
            return None
        return parse(RadiographView, response.json()) if response.ok else None

    def is_answered(self, radiograph: str) -> bool:
        view = self.fetch_radiograph(radiograph)
        return view is not None and view.state in FINAL_STATES


def _post(url: str, **arguments: Any) -> requests.Response:
    return requests.post(url, timeout=_TIMEOUT_SECONDS, **arguments)


def _retry(send: Callable[[], requests.Response]) -> requests.Response:
    """Returns the first response that does not ask for a retry."""
    deadline = time.monotonic() + _RETRY_SECONDS
    while time.monotonic() < deadline:
        try:
            response = send()
        except requests.RequestException:
            time.sleep(_PAUSE_SECONDS)
            continue
        if response.status_code not in _RETRY_STATUSES:
            return response
        time.sleep(float(response.headers.get("Retry-After") or _PAUSE_SECONDS))
    raise TimeoutError("Every request has failed for two minutes.")
