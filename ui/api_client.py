"""The client of the `/v1` API: the page's only way to data, with the user's own token."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import quote

import requests

from contracts import trace
from contracts.api import (
    Batch,
    Created,
    ListCounts,
    Neighbours,
    PatientFilms,
    RadiographView,
    SettingsHistory,
    Worklist,
)
from contracts.api_requests import (
    AgeRequest,
    CreateRequest,
    DeletionRequest,
    InvitationRequest,
    RestoreRequest,
    ReviewRequest,
    RoleRequest,
    SearchRequest,
    SettingsRequest,
    WithdrawalRequest,
)
from contracts.audit import AuditTrail
from contracts.language import current_language
from contracts.overview import SiteOverview
from contracts.people import AccountChange, People
from contracts.printable import replace_unprintable
from contracts.serialisation import parse, serialise
from contracts.sites import SettingsVersion
from contracts.trace import read_trace_header
from ui.api_errors import ApiUnavailableError, raise_for_status

# To connect, and to wait for a response: the API holds a read for up to 2 seconds, and its function
# times out after 15.
_TIMEOUT_SECONDS = (3, 16)

# Between which times radiographs were created: `from` and `before`, in milliseconds since 1970.
Times = Mapping[str, int]
NO_TIMES: Times = MappingProxyType({})

_Message = TypeVar("_Message")


@dataclass(frozen=True, kw_only=True)
class StoredReview:
    """`is_new` is False where the same review was stored before."""

    radiograph: RadiographView
    is_new: bool

    def undo_id(self, doctor: str) -> str | None:
        """The id of the doctor's review, if it is new."""
        ids = [review.review_id for review in self.radiograph.reviews if review.by == doctor]
        return ids[-1] if ids and self.is_new else None


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

    def fetch_radiograph(self, radiograph: str, *, is_prefetch: bool = False) -> RadiographView:
        """`is_prefetch`: nobody sees it yet, so nobody has opened it."""
        path = f"/radiographs/{quote(radiograph)}"
        params = {"prefetch": "true"} if is_prefetch else {}
        return _parse(self._request("GET", path, params=params), RadiographView)

    def add_opening(self, radiograph: str) -> None:
        """Records that a radiograph is shown which was fetched ahead."""
        self._request("POST", f"/radiographs/{quote(radiograph)}/openings")

    def delete_radiograph(self, radiograph: str, request: DeletionRequest) -> RadiographView:
        path = f"/radiographs/{quote(radiograph)}/deletion"
        return _parse(self._request("POST", path, json=serialise(request)), RadiographView)

    def fetch_audit_trail(self, radiograph: str, *, until: str | None = None) -> AuditTrail:
        """With who opened the radiograph in the 30 days up to `until`, today where it is None."""
        path = f"/radiographs/{quote(radiograph)}/audit"
        return _parse(self._request("GET", path, params={"until": until}), AuditTrail)

    def fetch_batch(
        self, ids: Iterable[str], *, screening: Iterable[str], wait_seconds: int = 0
    ) -> Batch:
        """Many radiographs by one request. The API holds its response for up to `wait_seconds`,
        until one of `screening` has an answer.
        """
        params = {"ids": ",".join(ids), "screening": ",".join(screening), "wait": wait_seconds}
        return _parse(self._request("GET", "/radiographs/batch", params=params), Batch)

    def fetch_worklist(
        self,
        *,
        worklist_filter: str,
        times: Times = NO_TIMES,
        cursor: str | None = None,
        around: str | None = None,
    ) -> Worklist:
        """The page that follows `cursor`, or the one around an entry."""
        params = {"filter": worklist_filter, "cursor": cursor, "around": around, **times}
        return _parse(self._request("GET", "/radiographs", params=params), Worklist)

    def fetch_search(
        self, search_id: str, *, worklist_filter: str, times: Times = NO_TIMES
    ) -> Worklist:
        """Raises ApiError with status 404 where the search has expired."""
        params = {"filter": worklist_filter, "search": search_id, **times}
        return _parse(self._request("GET", "/radiographs", params=params), Worklist)

    def fetch_counts(
        self, *, worklist_filter: str, since: int | None, times: Times = NO_TIMES
    ) -> ListCounts:
        """The counts of all lists, and the additions to one of them `since` an earlier answer."""
        params = {"filter": worklist_filter, "since": since, **times}
        return _parse(self._request("GET", "/radiographs/counts", params=params), ListCounts)

    def fetch_neighbours(
        self,
        radiograph: str,
        *,
        worklist_filter: str,
        search_id: str | None = None,
        times: Times = NO_TIMES,
    ) -> Neighbours:
        path = f"/radiographs/{quote(radiograph)}/neighbours"
        params = {"filter": worklist_filter, "search": search_id, **times}
        return _parse(self._request("GET", path, params=params), Neighbours)

    def fetch_patient_films(self, radiograph: str) -> PatientFilms:
        path = f"/radiographs/{quote(radiograph)}/patient-films"
        return _parse(self._request("GET", path), PatientFilms)

    def search_radiographs(
        self, request: SearchRequest, *, worklist_filter: str, times: Times = NO_TIMES
    ) -> Worklist:
        params = {"filter": worklist_filter, **times}
        response = self._request(
            "POST", "/radiographs/search", json=serialise(request), params=params
        )
        return _parse(response, Worklist)

    def create_review(
        self, radiograph: str, request: ReviewRequest, *, idempotency_key: str
    ) -> StoredReview:
        path = f"/radiographs/{quote(radiograph)}/reviews"
        headers = {"Idempotency-Key": idempotency_key}
        body = serialise(request)
        if not request.settles:
            del body["settles"]  # The API of the release before refuses the field.
        response = self._request("POST", path, json=body, headers=headers)
        is_new = response.status_code == HTTPStatus.CREATED
        return StoredReview(radiograph=_parse(response, RadiographView), is_new=is_new)

    def correct_age(self, radiograph: str, request: AgeRequest) -> RadiographView:
        path = f"/radiographs/{quote(radiograph)}/age"
        return _parse(self._request("POST", path, json=serialise(request)), RadiographView)

    def withdraw_review(self, radiograph: str, request: WithdrawalRequest) -> RadiographView:
        path = f"/radiographs/{quote(radiograph)}/withdrawals"
        return _parse(self._request("POST", path, json=serialise(request)), RadiographView)

    def fetch_report(self, radiograph: str) -> bytes:
        """A PDF."""
        return self._request("GET", f"/radiographs/{quote(radiograph)}/report").content

    def fetch_table(
        self, *, worklist_filter: str, search_id: str | None = None, times: Times = NO_TIMES
    ) -> bytes:
        """A list, or the search `search_id`, as CSV."""
        params = {"filter": worklist_filter, "search": search_id, **times}
        return self._request("GET", "/radiographs/export", params=params).content

    def check_session(self) -> None:
        """Raises LoginRequiredError where the token has expired or was ended by a logout."""
        self._request("GET", "/session")

    def record_login(self) -> None:
        """For the administrators of the site, who see when each account last logged in."""
        self._request("POST", "/session")

    def log_out(self) -> None:
        """Makes the API refuse the token, also in a copy of the session cookie."""
        self._request("POST", "/logout")

    def fetch_model_card(self) -> dict[str, Any]:
        return _parse(self._request("GET", "/model"), dict[str, Any])

    def fetch_settings(self) -> SettingsVersion:
        return _parse(self._request("GET", "/settings"), SettingsVersion)

    def fetch_settings_history(self) -> SettingsHistory:
        return _parse(self._request("GET", "/settings/versions"), SettingsHistory)

    def fetch_overview(self) -> SiteOverview:
        return _parse(self._request("GET", "/overview"), SiteOverview)

    def fetch_people(self) -> People:
        return _parse(self._request("GET", "/people"), People)

    def invite(self, request: InvitationRequest) -> AccountChange:
        response = self._request("POST", "/people", json=serialise(request))
        return _parse(response, AccountChange)

    def change_role(self, account: str, request: RoleRequest) -> AccountChange:
        path = f"/people/{quote(account)}/role"
        return _parse(self._request("POST", path, json=serialise(request)), AccountChange)

    def set_lock(self, account: str, *, is_locked: bool) -> AccountChange:
        path = f"/people/{quote(account)}/{'lock' if is_locked else 'unlock'}"
        return _parse(self._request("POST", path), AccountChange)

    def change_settings(self, request: SettingsRequest) -> SettingsVersion:
        body = serialise(request)
        if not request.requires_age:
            del body["requires_age"]  # The API of the release before refuses the field.
        response = self._request("POST", "/settings/versions", json=body)
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
                headers={
                    "Authorization": f"Bearer {self.token}",
                    # The API says what is wrong, and writes reports, in the language of the page.
                    "Accept-Language": current_language().tag,
                    **_trace_headers(),
                    **(headers or {}),
                },
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
                **options,
            )
        except requests.RequestException as error:
            raise ApiUnavailableError(502) from error
        raise_for_status(response)
        return response


def _trace_headers() -> dict[str, str]:
    """The API's function works in the trace of the page's."""
    header = read_trace_header()
    return {trace.HEADER: header} if header else {}


def _parse(response: requests.Response, message_type: type[_Message]) -> _Message:
    try:
        fields = replace_unprintable(response.json())
        return parse(message_type, fields, accept_later=True)
    except ValueError as error:
        raise ApiUnavailableError(502) from error
