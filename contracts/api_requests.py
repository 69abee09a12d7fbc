"""The requests of the `/v1` API, with the limits of their fields.

Names and docstrings of these classes appear in the published OpenAPI document.
"""

import re
from dataclasses import dataclass

from contracts.access import Role
from contracts.deletion import DeletionReason
from contracts.findings import Finding, has_pneumonia
from contracts.language import gettext, mark
from contracts.limits import (
    MAX_AGE_YEARS,
    MAX_EMAIL_LENGTH,
    MAX_FILE_BYTES,
    MAX_FILE_MEGABYTES,
    MAX_FILE_NAME_LENGTH,
    MAX_IDEMPOTENCY_KEY_LENGTH,
    MAX_NOTE_LENGTH,
    MAX_REASON_LENGTH,
)
from contracts.printable import is_header, is_line, is_text
from contracts.sites import AgePolicy, find_problem, find_share_problem

# Cognito checks an address further; this keeps out what is none.
EMAIL_PATTERN = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+"
NOT_ASCII = mark("has only letters, digits and signs of ASCII")
UNPRINTABLE = mark("has a character that cannot be shown, such as a control character; remove it")


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
                gettext("bytes is 0 to {bytes}: files up to {megabytes} MB are read").format(
                    bytes=MAX_FILE_BYTES, megabytes=MAX_FILE_MEGABYTES
                )
            )
        _check_age(self.age_years)


@dataclass(frozen=True, kw_only=True)
class ReviewRequest:
    """`POST /radiographs/{id}/reviews`: what a doctor finds. It replaces the doctor's review
    before; the same finding with the same note again changes nothing. `settles`: two doctors
    differ, and this third one, or an administrator, decides between them.
    """

    finding: Finding
    note: str = ""
    settles: bool = False

    def __post_init__(self) -> None:
        if len(self.note) > MAX_NOTE_LENGTH:
            text = gettext("note has at most {number} characters")
            raise RequestError(text.format(number=MAX_NOTE_LENGTH))
        if not is_text(self.note):
            raise RequestError(_describe(gettext("note"), UNPRINTABLE))
        if self.settles and has_pneumonia(self.finding) is None:
            raise RequestError(gettext("a finding that settles says whether there is pneumonia"))


@dataclass(frozen=True, kw_only=True)
class AgeRequest:
    """`POST /radiographs/{id}/age`: the patient's age, None where it is unknown after all."""

    age_years: int | None

    def __post_init__(self) -> None:
        _check_age(self.age_years)


@dataclass(frozen=True, kw_only=True)
class WithdrawalRequest:
    """`POST /radiographs/{id}/withdrawals`: a doctor takes a review back, by its `review_id`."""

    review_id: str


@dataclass(frozen=True, kw_only=True)
class DeletionRequest:
    """`POST /radiographs/{id}/deletion`: an administrator deletes a radiograph for good."""

    reason: DeletionReason


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """`POST /radiographs/search`: words of the file name, of the patient's name, id or accession
    number; `file_name` holds them all. It is a POST so that none of them stands in a URL.
    """

    file_name: str

    def __post_init__(self) -> None:
        _check_file_name(self.file_name)


@dataclass(frozen=True, kw_only=True)
class InvitationRequest:
    """`POST /people`: invite a person to the site, with one role."""

    email: str
    role: Role

    def __post_init__(self) -> None:
        if len(self.email) > MAX_EMAIL_LENGTH or not re.fullmatch(EMAIL_PATTERN, self.email):
            raise RequestError(gettext("email is an address such as name@hospital.example"))


@dataclass(frozen=True, kw_only=True)
class RoleRequest:
    """`POST /people/{id}/role`: the account has this role alone afterwards."""

    role: Role


@dataclass(frozen=True, kw_only=True)
class SettingsRequest:
    """`POST /settings/versions`: new settings of the site, in place of version `replaces`.
    `blind_share` and `allows_training` stay as they are where they are None.
    """

    replaces: int
    prevalence: float
    slope: float = 1.0
    offset: float = 0.0
    age_policy: AgePolicy = AgePolicy.WITHHOLD
    requires_age: bool = False
    blind_share: float | None = None
    allows_training: bool | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        problem = find_problem(self.prevalence, slope=self.slope, offset=self.offset)
        if problem := problem or find_share_problem(self.blind_share or 0):
            raise RequestError(problem)
        if len(self.reason) > MAX_REASON_LENGTH:
            text = gettext("reason has at most {number} characters")
            raise RequestError(text.format(number=MAX_REASON_LENGTH))
        if not is_line(self.reason):
            raise RequestError(_describe(gettext("reason"), UNPRINTABLE))


@dataclass(frozen=True, kw_only=True)
class RestoreRequest:
    """`POST /settings/restore`: the values of version `restores` again, in place of `replaces`."""

    replaces: int
    restores: int


def _describe(name: str, problem: str) -> str:
    """A sentence without a full stop; `problem` is marked."""
    return f"{name} {gettext(problem)}"


def _check_age(age_years: int | None) -> None:
    if age_years is not None and not 0 <= age_years <= MAX_AGE_YEARS:
        raise RequestError(gettext("age_years is 0 to {number}").format(number=MAX_AGE_YEARS))


def _check_file_name(file_name: str) -> None:
    if not 1 <= len(file_name) <= MAX_FILE_NAME_LENGTH:
        text = gettext("file_name has 1 to {number} characters")
        raise RequestError(text.format(number=MAX_FILE_NAME_LENGTH))
    if not is_line(file_name):
        raise RequestError(_describe(gettext("file_name"), UNPRINTABLE))


def check_idempotency_key(key: str) -> None:
    """Raises RequestError."""
    if not 1 <= len(key) <= MAX_IDEMPOTENCY_KEY_LENGTH:
        text = gettext("Idempotency-Key has 1 to {number} characters")
        raise RequestError(text.format(number=MAX_IDEMPOTENCY_KEY_LENGTH))
    if not is_header(key):
        raise RequestError(_describe("Idempotency-Key", NOT_ASCII))
