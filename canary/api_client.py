"""A client of the API that retries as a browser would."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import requests

from contracts.api import Batch, Created, RadiographView, Worklist
from contracts.api_requests import CreateRequest, DeletionRequest
from contracts.page_key import PAGE_KEY_HEADER
from contracts.serialisation import parse, serialise
from contracts.worklist_filters import Filter

# A request that fails with one of these may succeed later.
_RETRY_STATUSES = frozenset({429, 500, 502, 503, 504})
_TIMEOUT_SECONDS = 60
_RETRY_SECONDS = 120.0
_PAUSE_SECONDS = 0.5
# The API holds a request for so long until there is an answer.
_HOLD_SECONDS = 2


class ApiClient:
    """Acts for one account, by its ID token. `page_key` passes the firewall's rules by address.

    Raises requests.HTTPError for a refusal, and TimeoutError where a request fails for
    `retry_seconds`.
    """

    def __init__(
        self, url: str, token: str, *, page_key: str = "", retry_seconds: float = _RETRY_SECONDS
    ) -> None:
        self._url = f"{url}/v1/radiographs"
        self.token = token
        self._headers = {"Authorization": f"Bearer {token}"}
        if page_key:
            self._headers[PAGE_KEY_HEADER] = page_key
        self._retry_seconds = retry_seconds

    def create_radiograph(self, file_name: str, content: bytes, *, key: str) -> Created:
        """Announces a file; `key` is its idempotency key."""
        request = CreateRequest(file_name=file_name, bytes=len(content))
        response = self.announce(request, key=key)
        response.raise_for_status()
        return parse(Created, response.json(), accept_later=True)

    def announce(self, request: CreateRequest, *, key: str) -> requests.Response:
        """Returns the first response that is no error of the server."""
        return self._retry(partial(self._post_with_key, "", request, key=key))

    def upload(self, created: Created, content: bytes) -> None:
        """Posts the file to S3 with the presigned form."""
        form = created.upload
        assert form is not None
        files = {"file": content}
        response = self._retry(lambda: _post(form.url, data=form.fields, files=files))
        response.raise_for_status()

    def wait_for_row(self, radiograph: str) -> RadiographView | None:
        """Returns the radiograph once it has an answer, or as it is after two seconds, as a row of
        the page does; None for a deleted one.
        """
        parameters = {"screening": radiograph, "wait": str(_HOLD_SECONDS)}
        response = self._retry(partial(self._get, "/batch", parameters))
        response.raise_for_status()
        rows = parse(Batch, response.json(), accept_later=True).radiographs
        return rows[0] if rows else None

    def list_worklist(self, worklist_filter: Filter = Filter.ALL) -> list[RadiographView]:
        """Returns all rows of a list of the site, in its order."""
        rows: list[RadiographView] = []
        cursor: str | None = ""
        while cursor is not None:
            parameters = {"filter": worklist_filter.value, **({"cursor": cursor} if cursor else {})}
            response = self._retry(partial(self._get, "", parameters))
            response.raise_for_status()
            page = parse(Worklist, response.json(), accept_later=True)
            rows += page.radiographs
            cursor = page.cursor
        return rows

    def delete(self, radiograph: str, request: DeletionRequest) -> RadiographView:
        """Deletes a radiograph, as an administrator of its site."""
        url = f"{self._url}/{radiograph}/deletion"
        response = self._retry(lambda: _post(url, json=serialise(request), headers=self._headers))
        response.raise_for_status()
        return parse(RadiographView, response.json(), accept_later=True)

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

    def _retry(self, send: Callable[[], requests.Response]) -> requests.Response:
        """Returns the first response that does not ask for a retry."""
        deadline = time.monotonic() + self._retry_seconds
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
        raise TimeoutError(f"Every request has failed for {self._retry_seconds:.0f} seconds.")


def _post(url: str, **arguments: Any) -> requests.Response:
    return requests.post(url, timeout=_TIMEOUT_SECONDS, **arguments)
