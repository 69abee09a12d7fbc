"""The one way to data: the `/v1` API, asked with the doctor's own token.

BackendError
├── LoginNeeded   401  the token is over
├── NoAccess      403  the account may not do that
└── Unreachable   502  no answer, or none that we can read
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import requests

from contracts.api import (
    Created,
    CreateRequest,
    RadiographView,
    ReviewRequest,
    SearchRequest,
    Worklist,
)

# To connect, and to wait for an answer: the API holds a read for up to 2 seconds, and its own
# limit is 15.
_TIMEOUT_SECONDS = (3, 16)
_LONGEST_RETRY_SECONDS = 2.0
_BUSY = frozenset({429, 503})

_Message = TypeVar("_Message")


class BackendError(Exception):
    """What the API says went wrong; `reference` finds the request in its logs."""

    def __init__(self, status: int, detail: str = "", reference: str = "") -> None:
        super().__init__(status)
        self.status, self.detail, self.reference = status, detail, reference


class LoginNeeded(BackendError):
    pass


class NoAccess(BackendError):
    pass


class Unreachable(BackendError):
    pass


@dataclass(frozen=True, kw_only=True)
class Backend:
    """Every method raises BackendError."""

    url: str
    token: str
    http: requests.Session

    def create(self, announced: CreateRequest, *, key: str) -> Created:
        body = {
            "file_name": announced.file_name,
            "bytes": announced.bytes,
            "age_years": announced.age_years,
        }
        headers = {"Idempotency-Key": key}
        answer = self._call("POST", "/radiographs", json=body, headers=headers)
        return _read(answer, Created.from_json)

    def radiograph(self, radiograph: str, *, wait: int = 0) -> RadiographView:
        answer = self._call("GET", f"/radiographs/{quote(radiograph)}", params={"wait": wait})
        return _read(answer, RadiographView.from_json)

    def worklist(self, *, chosen: str, cursor: str | None = None) -> Worklist:
        params = {"filter": chosen} | ({"cursor": cursor} if cursor else {})
        return _read(self._call("GET", "/radiographs", params=params), Worklist.from_json)

    def search(self, sought: SearchRequest) -> Worklist:
        body = {"file_name": sought.file_name}
        return _read(self._call("POST", "/radiographs/search", json=body), Worklist.from_json)

    def review(self, radiograph: str, given: ReviewRequest) -> RadiographView:
        body = {"verdict": given.verdict, "note": given.note}
        path = f"/radiographs/{quote(radiograph)}/reviews"
        answer = self._call("POST", path, json=body, repeatable=False)
        return _read(answer, RadiographView.from_json)

    def model(self) -> dict[str, Any]:
        return _read(self._call("GET", "/model"), dict)

    def _call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
        **options: Any,
    ) -> requests.Response:
        """Asks again once where the API is busy, or where a kept connection had gone."""
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        tries = 2 if repeatable else 1
        for left in reversed(range(tries)):
            try:
                answer = self.http.request(
                    method,
                    self.url + path,
                    headers=sent,
                    timeout=_TIMEOUT_SECONDS,
                    allow_redirects=False,
                    **options,
                )
            except requests.ConnectionError as error:
                if left and not isinstance(error, requests.Timeout):
                    continue
                raise Unreachable(502) from error
            except requests.RequestException as error:
                raise Unreachable(502) from error
            if left and answer.status_code in _BUSY:
                time.sleep(_retry_after(answer))
                continue
            break
        return _checked(answer)


def _retry_after(answer: requests.Response) -> float:
    said = answer.headers.get("Retry-After", "1")
    return min(float(said) if said.isdecimal() else 1.0, _LONGEST_RETRY_SECONDS)


def _checked(answer: requests.Response) -> requests.Response:
    if answer.ok and not answer.is_redirect:
        return answer
    fields = _problem(answer)
    detail, reference = str(fields.get("detail", "")), str(fields.get("reference", ""))
    known = {401: LoginNeeded, 403: NoAccess, 502: Unreachable, 504: Unreachable}
    raise known.get(answer.status_code, BackendError)(answer.status_code, detail, reference)


def _problem(answer: requests.Response) -> dict[str, Any]:
    try:
        fields = answer.json()
    except requests.JSONDecodeError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _read(answer: requests.Response, read: Callable[[Any], _Message]) -> _Message:
    try:
        return read(answer.json())
    except (ValueError, KeyError, TypeError) as error:
        raise Unreachable(502) from error
