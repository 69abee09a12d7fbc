"""The responses of the `/v1` API; the requests are in `contracts.api_requests`.

Names and docstrings of these classes appear in the published OpenAPI document.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from contracts.answers import Answer
from contracts.deletion import Deletion
from contracts.findings import Finding, Verdict
from contracts.outcomes import Outcomes
from contracts.patient import Patient
from contracts.record import State
from contracts.rejections import Rejection
from contracts.sites import SettingsVersion

PAGE_SIZE = 25


@dataclass(frozen=True, kw_only=True)
class ReviewView:
    """The review of one doctor that stands. `verdict` compares its finding with the answer;
    `finding` is None in reviews of 0.1.0, which state a verdict alone. `reviewer` is the doctor's
    name; empty in reviews of 0.1.0. `settles` names the reviews that differed, where this one
    settles them. `is_blind`: the doctor had not been shown the answer.
    """

    review_id: str
    at: str
    by: str
    finding: Finding | None
    verdict: Verdict
    note: str
    reviewer: str = ""
    settles: tuple[str, ...] = ()
    is_blind: bool = False

    @property
    def note_key(self) -> str:
        return self.review_id


@dataclass(frozen=True, kw_only=True)
class RadiographView:
    """One radiograph as its site's doctors see it.

    The URLs are presigned and valid for some minutes; None where there is no such image.
    `original_url` is that of the file as it was uploaded, only for a radiograph's own page.
    `seconds` runs from the arrival of the bytes to the answer. `has_arrived`: the file is in
    storage, also where its screening has not begun. `patient` is None where the file does not say.
    `deletion` is there in the state deleted, which has only `id` and `created_at` beside it, and
    `has_files_left`: the removal of the files has begun and not ended.
    `is_differing`: of the doctors who reviewed it, one finds pneumonia and another finds none, and
    nobody has settled it.
    `is_blind_sample`: doctors review it before they see the answer. While `is_answer_hidden`, the
    user has not, and the answer, its map and the reviews of others are left out.
    """

    id: str
    state: State
    has_arrived: bool
    file_name: str
    created_at: str
    answered_at: str | None
    bytes: int | None
    seconds: float | None
    answer: Answer | None
    rejection: Rejection | None
    rejection_detail: str
    # The fields of `ImageDescription`, flat as in the published JSON (`contracts.image`).
    file_format: str | None
    rows: int | None
    columns: int | None
    view: str | None
    laterality: str | None
    burned_in_annotation: bool | None
    age_years: int | None
    is_age_corrected: bool
    reviews: tuple[ReviewView, ...]
    rendition_url: str | None
    thumbnail_url: str | None
    attention_url: str | None
    patient: Patient | None = None
    is_differing: bool = False
    # None also from an API of an earlier release, during a deploy.
    original_url: str | None = None
    deletion: Deletion | None = None
    has_files_left: bool = False
    is_blind_sample: bool = False
    is_answer_hidden: bool = False
    # What became known later, from elsewhere.
    outcomes: Outcomes = ()


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A form for S3: post `fields`, then the file as `file`, to `url` before it expires."""

    url: str
    fields: Mapping[str, str]
    expires_in_seconds: int


@dataclass(frozen=True, kw_only=True)
class Created:
    """The response to `POST /radiographs`; `upload` is None once the bytes have arrived."""

    radiograph: RadiographView
    upload: Upload | None


@dataclass(frozen=True, kw_only=True)
class StoredSearch:
    """A search that its account may open again for some hours, by an id that tells nothing."""

    id: str
    file_name: str


@dataclass(frozen=True, kw_only=True)
class ListCounts:
    """How many radiographs each list has (1,000 stands for 1,000 or more), by its name, and how
    many were added to one of them since a time. `counted_at` is the time of this answer, in
    milliseconds since 1970, for the next request; None while Redis is unavailable.
    """

    counts: Mapping[str, int]
    counted_at: int | None
    added: int


@dataclass(frozen=True, kw_only=True)
class Worklist:
    """A page of radiographs in the order of its list: what is due for review first, in the list of
    those to review; the newest first in all others. `cursor` requests the next page; `complete` is
    False while Redis is unavailable and only the newest radiographs are read, from S3. `has_newer`:
    the page is one around an entry, and others come before it. `search` is None where it is no
    search, or one that could not be stored. `counts` is None in a search, and while the lists of
    the site are not complete.
    """

    radiographs: tuple[RadiographView, ...]
    cursor: str | None
    complete: bool
    has_newer: bool = False
    search: StoredSearch | None = None
    counts: ListCounts | None = None


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The ids before (newer) and after (older) one radiograph in a list; None at its ends."""

    previous: str | None = None
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class PatientFilms:
    """A radiograph, and the others with the same patient id at the site, the one that was uploaded
    last first, at most 50. `has_patient_id` is False where the file states no id, or one that
    stands for nobody. `has_more`: older ones were left out. `complete` is False while the index
    does not have all radiographs of the site, as after an upgrade.
    """

    radiograph: RadiographView
    other_radiographs: tuple[RadiographView, ...]
    has_patient_id: bool
    has_more: bool
    complete: bool


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Those of the requested radiographs that the site has, in the order of the request."""

    radiographs: tuple[RadiographView, ...]


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A person opened a radiograph within 10 minutes from `at` on; `by` is the account's id, `name`
    the person's, empty unless the person has reviewed the radiograph.
    """

    at: str
    by: str
    # Empty also from an API of an earlier release, during a deploy.
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class SettingsHistory:
    """The last versions of the site's settings, newest first; the first one counts."""

    versions: tuple[SettingsVersion, ...]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Problem details (RFC 9457); `reference` identifies the request in the logs."""

    type: str
    title: str
    status: int
    detail: str
    reference: str


def build_problem(status: HTTPStatus, detail: str, *, reference: str) -> Problem:
    """The problem details of an error that needs no type of its own: the title is the status's."""
    return Problem(
        type="about:blank",
        title=status.phrase,
        status=status.value,
        detail=detail,
        reference=reference,
    )
