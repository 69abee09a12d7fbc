"""The client of the `/v1` API: the page's only way to data, with the user's own token.

ApiError
├── LoginRequiredError    401  the token has expired
├── AccessDeniedError     403  the account has no right to this
└── ApiUnavailableError   502, 504, no response, or a response that cannot be parsed
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import requests

from contracts.api import (
    Created,
    CreateRequest,
    RadiographView,
    RestoreRequest,
    ReviewRequest,
    SearchRequest,
    SettingsHistory,
    SettingsRequest,
    Worklist,
)
from contracts.printable import replace_unprintable
from contracts.serialisation import parse, serialise
from contracts.sites import SettingsVersion

# To connect, and to wait for a response: the API holds a read for up to 2 seconds, and its function
# times out after 15.
_TIMEOUT_SECONDS = (3, 16)

_Message = TypeVar("_Message")


class ApiError(Exception):
    """The API answered with an error; `reference` finds the request in its logs."""

    def __init__(self, status: int, detail: str = "", reference: str = "") -> None:
        super().__init__(status)
        self.status, self.detail, self.reference = status, detail, reference


class LoginRequiredError(ApiError):
    pass


class AccessDeniedError(ApiError):
    pass


class ApiUnavailableError(ApiError):
    pass


_ERRORS = {
    401: LoginRequiredError,
    403: AccessDeniedError,
    502: ApiUnavailableError,
    504: ApiUnavailableError,
}


@dataclass(frozen=True, kw_only=True)
class ApiClient:
    """Calls the API at `url` with the ID token `token`. Every method raises ApiError."""

    url: str
    token: str
    http_session: requests.Session

    def create_radiograph(self, request: CreateRequest, *, idempotency_key: str) -> Created:
        headers = {"Idempotency-Key": idempotency_key}
        response = self._request("POST", "/radiographs", json=serialise(request), headers=headers)
        return _parse(response, Created)

    def fetch_radiograph(self, radiograph: str, *, wait_seconds: int = 0) -> RadiographView:
        """The API holds its response for up to `wait_seconds`, until there is an answer."""
        path = f"/radiographs/{quote(radiograph)}"
        response = self._request("GET", path, params={"wait": wait_seconds})
        return _parse(response, RadiographView)

    def fetch_worklist(self, *, worklist_filter: str, cursor: str | None = None) -> Worklist:
        params = {"filter": worklist_filter} | ({"cursor": cursor} if cursor else {})
        return _parse(self._request("GET", "/radiographs", params=params), Worklist)

    def search_radiographs(self, request: SearchRequest) -> Worklist:
        response = self._request("POST", "/radiographs/search", json=serialise(request))
        return _parse(response, Worklist)

    def create_review(
        self, radiograph: str, request: ReviewRequest, *, idempotency_key: str
    ) -> RadiographView:
        path = f"/radiographs/{quote(radiograph)}/reviews"
        headers = {"Idempotency-Key": idempotency_key}
        response = self._request("POST", path, json=serialise(request), headers=headers)
        return _parse(response, RadiographView)

    def check_session(self) -> None:
        """Raises LoginRequiredError where the token has expired or was ended by a logout."""
        self._request("GET", "/session")

    def log_out(self) -> None:
        """Makes the API refuse the token, also in a copy of the session cookie."""
        self._request("POST", "/logout")

    def fetch_model_card(self) -> dict[str, Any]:
        return _parse(self._request("GET", "/model"), dict[str, Any])

    def fetch_settings(self) -> SettingsVersion:
        return _parse(self._request("GET", "/settings"), SettingsVersion)

    def fetch_settings_history(self) -> SettingsHistory:
        return _parse(self._request("GET", "/settings/versions"), SettingsHistory)

    def change_settings(self, request: SettingsRequest) -> SettingsVersion:
        response = self._request("POST", "/settings/versions", json=serialise(request))
        return _parse(response, SettingsVersion)

    def restore_settings(self, request: RestoreRequest) -> SettingsVersion:
        response = self._request("POST", "/settings/restore", json=serialise(request))
        return _parse(response, SettingsVersion)

    def _request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> requests.Response:
        """Sends one request; the session repeats it where that helps."""
        try:
            response = self.http_session.request(
                method,
                self.url + path,
                headers={"Authorization": f"Bearer {self.token}", **(headers or {})},
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
                **options,
            )
        except requests.RequestException as error:
            raise ApiUnavailableError(502) from error
        _raise_for_status(response)
        return response


def _raise_for_status(response: requests.Response) -> None:
    if response.ok and not response.is_redirect:
        return
    problem = _parse_problem(response)
    detail, reference = str(problem.get("detail", "")), str(problem.get("reference", ""))
    error = _ERRORS.get(response.status_code, ApiError)
    raise error(response.status_code, detail, reference)


def _parse_problem(response: requests.Response) -> dict[str, Any]:
    """The fields of a problem detail (RFC 9457); none if the body is not JSON."""
    try:
        fields = response.json()
    except requests.JSONDecodeError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _parse(response: requests.Response, message_type: type[_Message]) -> _Message:
    try:
        fields = replace_unprintable(response.json())
        return parse(message_type, fields, accept_later=True)
    except ValueError as error:
        raise ApiUnavailableError(502) from error
