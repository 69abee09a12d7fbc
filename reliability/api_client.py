"""A client of the API that retries as a browser would."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import requests

from contracts.api import Created, RadiographView, Worklist
from contracts.api_requests import CreateRequest, ReviewRequest
from contracts.record import FINAL_STATES
from contracts.serialisation import parse, serialise
from reliability.running_system import RunningSystem

# A request that fails with one of these may succeed later.
_RETRY_STATUSES = frozenset({429, 500, 502, 503, 504})
_TIMEOUT_SECONDS = 60
_RETRY_SECONDS = 120.0
_PAUSE_SECONDS = 0.5


class ApiClient:
    """Acts for one doctor. Raises TimeoutError where a request fails for two minutes."""

    def __init__(self, system: RunningSystem, email: str = "doctor@north.example") -> None:
        self._url = f"{system.url}/v1/radiographs"
        self.token = system.fetch_id_token(email)
        self._headers = {"Authorization": f"Bearer {self.token}"}

    def create_radiograph(self, file_name: str, content: bytes, *, key: str) -> Created:
        """Announces a file; `key` is its idempotency key."""
        request = CreateRequest(file_name=file_name, bytes=len(content))
        response = self.announce(request, key=key)
        response.raise_for_status()
        return parse(Created, response.json())

    def announce(self, request: CreateRequest, *, key: str) -> requests.Response:
        """Returns the first response that is no error of the server."""
        return _retry(lambda: self._post_with_key("", request, key=key))

    def send_review(
        self, radiograph: str, request: ReviewRequest, *, key: str, has_retries: bool
    ) -> int | None:
        """Returns the status; None where there is no response, without retries."""
        path = f"/{radiograph}/reviews"
        if has_retries:
            return _retry(lambda: self._post_with_key(path, request, key=key)).status_code
        try:
            return self._post_with_key(path, request, key=key).status_code
        except requests.RequestException:
            return None

    def upload(self, created: Created, content: bytes) -> None:
        """Posts the file to S3 with the presigned form."""
        form = created.upload
        assert form is not None
        response = _retry(lambda: _post(form.url, data=form.fields, files={"file": content}))
        response.raise_for_status()

    def fetch_radiograph(self, radiograph: str) -> RadiographView | None:
        """Returns the radiograph; None where the request fails, without a retry."""
        try:
            response = self._get(f"/{radiograph}", {})
        except requests.RequestException:
            return None
        return parse(RadiographView, response.json()) if response.ok else None

    def list_worklist(self) -> list[RadiographView]:
        """Returns all rows of the site's worklist, newest first."""
        rows: list[RadiographView] = []
        cursor: str | None = ""
        while cursor is not None:
            parameters = {"cursor": cursor} if cursor else {}
            response = _retry(partial(self._get, "", parameters))
            response.raise_for_status()
            page = parse(Worklist, response.json(), accept_later=True)
            rows += page.radiographs
            cursor = page.cursor
        return rows

    def is_answered(self, radiograph: str) -> bool:
        view = self.fetch_radiograph(radiograph)
        return view is not None and view.state in FINAL_STATES

    def _get(self, path: str, parameters: Mapping[str, str]) -> requests.Response:
        return requests.get(
            f"{self._url}{path}",
            params=parameters,
            headers=self._headers,
            timeout=_TIMEOUT_SECONDS,
        )

    def _post_with_key(self, path: str, message: object, *, key: str) -> requests.Response:
        headers = {**self._headers, "Idempotency-Key": key}
        return _post(f"{self._url}{path}", json=serialise(message), headers=headers)


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
        pause = float(response.headers.get("Retry-After") or _PAUSE_SECONDS)
        deadline += pause  # A time that the server asks for is no failure.
        time.sleep(pause)
    raise TimeoutError("Every request has failed for two minutes.")
