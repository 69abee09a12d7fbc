"""The messages of the `/v1` API: requests and responses.

Names and docstrings of these classes appear in the published OpenAPI document.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from contracts.answers import Answer
from contracts.facts import Verdict
from contracts.limits import (
    MAX_AGE_YEARS,
    MAX_FILE_BYTES,
    MAX_FILE_MEGABYTES,
    MAX_FILE_NAME_LENGTH,
    MAX_IDEMPOTENCY_KEY_LENGTH,
    MAX_NOTE_LENGTH,
    MAX_REASON_LENGTH,
)
from contracts.printable import is_line, is_text
from contracts.record import State
from contracts.rejections import Rejection
from contracts.sites import AgePolicy, SettingsVersion, find_problem

PAGE_SIZE = 25
UNPRINTABLE = "has a character that cannot be shown, such as a control character; remove it"


class RequestError(ValueError):
    """A field of a request is outside its limits. The message says so to the person who sent it,
    without the value.
    """


@dataclass(frozen=True, kw_only=True)
class CreateRequest:
    """`POST /radiographs`: announce a file of `bytes` bytes."""

    file_name: str
    bytes: int
    age_years: int | None = None

    def __post_init__(self) -> None:
        _check_file_name(self.file_name)
        if not 0 <= self.bytes <= MAX_FILE_BYTES:
            raise RequestError(
                f"bytes is 0 to {MAX_FILE_BYTES}: files up to {MAX_FILE_MEGABYTES} MB are read"
            )
        if self.age_years is not None and not 0 <= self.age_years <= MAX_AGE_YEARS:
            raise RequestError(f"age_years is 0 to {MAX_AGE_YEARS}")


@dataclass(frozen=True, kw_only=True)
class ReviewRequest:
    """`POST /radiographs/{id}/reviews`: a doctor agrees or disagrees with the answer."""

    verdict: Verdict
    note: str = ""

    def __post_init__(self) -> None:
        if len(self.note) > MAX_NOTE_LENGTH:
            raise RequestError(f"note has at most {MAX_NOTE_LENGTH} characters")
        if not is_text(self.note):
            raise RequestError(f"note {UNPRINTABLE}")


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """`POST /radiographs/search`: a part of a file name. It is a POST so that no file name stands
    in a URL.
    """

    file_name: str

    def __post_init__(self) -> None:
        _check_file_name(self.file_name)


@dataclass(frozen=True, kw_only=True)
class SettingsRequest:
    """`POST /settings/versions`: new settings of the site, in place of version `replaces`."""

    replaces: int
    prevalence: float
    slope: float = 1.0
    offset: float = 0.0
    age_policy: AgePolicy = AgePolicy.WITHHOLD
    reason: str = ""

    def __post_init__(self) -> None:
        if problem := find_problem(self.prevalence, slope=self.slope, offset=self.offset):
            raise RequestError(problem)
        if len(self.reason) > MAX_REASON_LENGTH:
            raise RequestError(f"reason has at most {MAX_REASON_LENGTH} characters")
        if not is_line(self.reason):
            raise RequestError(f"reason {UNPRINTABLE}")


@dataclass(frozen=True, kw_only=True)
class RestoreRequest:
    """`POST /settings/restore`: the values of version `restores` again, in place of `replaces`."""

    replaces: int
    restores: int


def _check_file_name(file_name: str) -> None:
    if not 1 <= len(file_name) <= MAX_FILE_NAME_LENGTH:
        raise RequestError(f"file_name has 1 to {MAX_FILE_NAME_LENGTH} characters")
    if not is_line(file_name):
        raise RequestError(f"file_name {UNPRINTABLE}")


def check_idempotency_key(key: str) -> None:
    """Raises RequestError. A header holds ASCII: other letters are read differently on the way."""
    if not 1 <= len(key) <= MAX_IDEMPOTENCY_KEY_LENGTH:
        raise RequestError(f"Idempotency-Key has 1 to {MAX_IDEMPOTENCY_KEY_LENGTH} characters")
    if not (key.isascii() and is_line(key)):
        raise RequestError("Idempotency-Key has only letters, digits and signs of ASCII")


@dataclass(frozen=True, kw_only=True)
class ReviewView:
    at: str
    by: str
    verdict: Verdict
    note: str


@dataclass(frozen=True, kw_only=True)
class RadiographView:
    """One radiograph as its site's doctors see it.

    The three URLs are presigned and valid for some minutes; None where there is no such image.
    `seconds` runs from the arrival of the bytes to the answer.
    """

    id: str
    state: State
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
    reviews: tuple[ReviewView, ...]
    rendition_url: str | None
    thumbnail_url: str | None
    attention_url: str | None


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
class Worklist:
    """A page of radiographs, newest first. `cursor` requests the next page; `complete` is False
    while Redis is unavailable and only the newest radiographs are read, from S3.
    """

    radiographs: tuple[RadiographView, ...]
    cursor: str | None
    complete: bool


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
