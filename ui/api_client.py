"""The client of the `/v1` API for films, lists, sessions and the model."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from contracts.api import (
    Batch,
    Created,
    ListCounts,
    Neighbours,
    PatientFilms,
    RadiographView,
    Worklist,
)
from contracts.api_requests import (
    AgeRequest,
    CreateRequest,
    DeletionRequest,
    ReviewRequest,
    SearchRequest,
    WithdrawalRequest,
)
from contracts.audit import AuditTrail
from contracts.serialisation import serialise
from ui.api_connection import ApiConnection, parse_response

# Between which times radiographs were created: `from` and `before`, in milliseconds since 1970.
Times = Mapping[str, int]
NO_TIMES: Times = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class StoredReview:
    """`is_new` is False where the same review was stored before."""

    radiograph: RadiographView
    is_new: bool

    def undo_id(self, doctor: str) -> str | None:
        """The id of the doctor's review, if it is new."""
        ids = [review.review_id for review in self.radiograph.reviews if review.by == doctor]
        return ids[-1] if ids and self.is_new else None


class ApiClient(ApiConnection):
    """Films, lists, sessions and the model. Every method raises ApiError."""

    def create_radiograph(self, request: CreateRequest, *, idempotency_key: str) -> Created:
        headers = {"Idempotency-Key": idempotency_key}
        response = self.request("POST", "/radiographs", json=serialise(request), headers=headers)
        return parse_response(response, Created)

    def fetch_radiograph(self, radiograph: str, *, is_prefetch: bool = False) -> RadiographView:
        """`is_prefetch`: nobody sees it yet, so nobody has opened it."""
        path = f"/radiographs/{quote(radiograph)}"
        params = {"prefetch": "true"} if is_prefetch else {}
        return parse_response(self.request("GET", path, params=params), RadiographView)

    def add_opening(self, radiograph: str) -> None:
        """Records that a radiograph is shown which was fetched ahead."""
        self.request("POST", f"/radiographs/{quote(radiograph)}/openings")

    def delete_radiograph(self, radiograph: str, request: DeletionRequest) -> RadiographView:
        path = f"/radiographs/{quote(radiograph)}/deletion"
        return parse_response(self.request("POST", path, json=serialise(request)), RadiographView)

    def fetch_audit_trail(self, radiograph: str, *, until: str | None = None) -> AuditTrail:
        """With who opened the radiograph in the 30 days up to `until`, today where it is None."""
        path = f"/radiographs/{quote(radiograph)}/audit"
        return parse_response(self.request("GET", path, params={"until": until}), AuditTrail)

    def fetch_batch(
        self, ids: Iterable[str], *, screening: Iterable[str], wait_seconds: int = 0
    ) -> Batch:
        """Many radiographs by one request. The API holds its response for up to `wait_seconds`,
        until one of `screening` has an answer.
        """
        params = {"ids": ",".join(ids), "screening": ",".join(screening), "wait": wait_seconds}
        return parse_response(self.request("GET", "/radiographs/batch", params=params), Batch)

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
        return parse_response(self.request("GET", "/radiographs", params=params), Worklist)

    def fetch_search(
        self, search_id: str, *, worklist_filter: str, times: Times = NO_TIMES
    ) -> Worklist:
        """Raises ApiError with status 404 where the search has expired."""
        params = {"filter": worklist_filter, "search": search_id, **times}
        return parse_response(self.request("GET", "/radiographs", params=params), Worklist)

    def fetch_counts(
        self, *, worklist_filter: str, since: int | None, times: Times = NO_TIMES
    ) -> ListCounts:
        """The counts of all lists, and the additions to one of them `since` an earlier answer."""
        params = {"filter": worklist_filter, "since": since, **times}
        return parse_response(self.request("GET", "/radiographs/counts", params=params), ListCounts)

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
        return parse_response(self.request("GET", path, params=params), Neighbours)

    def fetch_patient_films(self, radiograph: str) -> PatientFilms:
        path = f"/radiographs/{quote(radiograph)}/patient-films"
        return parse_response(self.request("GET", path), PatientFilms)

    def search_radiographs(
        self, request: SearchRequest, *, worklist_filter: str, times: Times = NO_TIMES
    ) -> Worklist:
        params = {"filter": worklist_filter, **times}
        response = self.request(
            "POST", "/radiographs/search", json=serialise(request), params=params
        )
        return parse_response(response, Worklist)

    def create_review(
        self, radiograph: str, request: ReviewRequest, *, idempotency_key: str
    ) -> StoredReview:
        path = f"/radiographs/{quote(radiograph)}/reviews"
        headers = {"Idempotency-Key": idempotency_key}
        body = serialise(request)
        if not request.settles:
            del body["settles"]  # The API of the release before refuses the field.
        response = self.request("POST", path, json=body, headers=headers)
        is_new = response.status_code == HTTPStatus.CREATED
        return StoredReview(radiograph=parse_response(response, RadiographView), is_new=is_new)

    def correct_age(self, radiograph: str, request: AgeRequest) -> RadiographView:
        path = f"/radiographs/{quote(radiograph)}/age"
        return parse_response(self.request("POST", path, json=serialise(request)), RadiographView)

    def show_answer(self, radiograph: str) -> RadiographView:
        """The answer without a reading before."""
        response = self.request("POST", f"/radiographs/{quote(radiograph)}/answer")
        return parse_response(response, RadiographView)

    def withdraw_review(self, radiograph: str, request: WithdrawalRequest) -> RadiographView:
        path = f"/radiographs/{quote(radiograph)}/withdrawals"
        return parse_response(self.request("POST", path, json=serialise(request)), RadiographView)

    def fetch_report(self, radiograph: str) -> bytes:
        """A PDF."""
        return self.request("GET", f"/radiographs/{quote(radiograph)}/report").content

    def fetch_table(
        self, *, worklist_filter: str, search_id: str | None = None, times: Times = NO_TIMES
    ) -> bytes:
        """A list, or the search `search_id`, as CSV."""
        params = {"filter": worklist_filter, "search": search_id, **times}
        return self.request("GET", "/radiographs/export", params=params).content

    def check_session(self) -> None:
        """Raises LoginRequiredError where the token has expired or was ended by a logout."""
        self.request("GET", "/session")

    def record_login(self) -> None:
        """For the administrators of the site, who see when each account last logged in."""
        self.request("POST", "/session")

    def log_out(self) -> None:
        """Makes the API refuse the token, also in a copy of the session cookie."""
        self.request("POST", "/logout")

    def fetch_model_card(self) -> dict[str, Any]:
        return parse_response(self.request("GET", "/model"), dict[str, Any])
