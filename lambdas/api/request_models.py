"""The bodies and headers of requests as pydantic reads them: the messages of
`contracts.api_requests`, with their limits where pydantic and the OpenAPI document can see them.
"""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header
from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass

from contracts import api_requests
from contracts.language import gettext
from contracts.limits import (
    MAX_AGE_YEARS,
    MAX_BLIND_SHARE,
    MAX_EMAIL_LENGTH,
    MAX_FILE_BYTES,
    MAX_FILE_NAME_LENGTH,
    MAX_IDEMPOTENCY_KEY_LENGTH,
    MAX_NOTE_LENGTH,
    MAX_REASON_LENGTH,
    MAX_SITE_OFFSET,
    MAX_SITE_SLOPE,
    MIN_SITE_SLOPE,
)
from contracts.printable import HEADER_PATTERN, LINE_PATTERN, TEXT_PATTERN


def _refuse_text_and_booleans(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError(gettext("Input should be a valid integer"))
    return value


def _require_number(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError(gettext("Input should be a valid number"))
    return value


# pydantic's own strict mode would refuse 1000.0 too, which is an integer in JSON Schema.
_REFUSE_TEXT_AND_BOOLEANS = BeforeValidator(_refuse_text_and_booleans)

FileName = Annotated[
    str, Field(min_length=1, max_length=MAX_FILE_NAME_LENGTH, pattern=LINE_PATTERN)
]
FileBytes = Annotated[int, Field(ge=0, le=MAX_FILE_BYTES), _REFUSE_TEXT_AND_BOOLEANS]
AgeYears = Annotated[int, Field(ge=0, le=MAX_AGE_YEARS), _REFUSE_TEXT_AND_BOOLEANS]
VersionNumber = Annotated[int, Field(ge=1), _REFUSE_TEXT_AND_BOOLEANS]
Prevalence = Annotated[float, Field(gt=0, lt=1), BeforeValidator(_require_number)]
Slope = Annotated[
    float, Field(ge=MIN_SITE_SLOPE, le=MAX_SITE_SLOPE), BeforeValidator(_require_number)
]
Offset = Annotated[
    float, Field(ge=-MAX_SITE_OFFSET, le=MAX_SITE_OFFSET), BeforeValidator(_require_number)
]
BlindShare = Annotated[float, Field(ge=0, le=MAX_BLIND_SHARE), BeforeValidator(_require_number)]
Reason = Annotated[str, Field(max_length=MAX_REASON_LENGTH, pattern=LINE_PATTERN)]
Email = Annotated[
    str, Field(max_length=MAX_EMAIL_LENGTH, pattern=f"^{api_requests.EMAIL_PATTERN}$")
]
ReviewId = Annotated[str, Field(min_length=1, max_length=MAX_IDEMPOTENCY_KEY_LENGTH)]
Note = Annotated[str, Field(max_length=MAX_NOTE_LENGTH, pattern=TEXT_PATTERN)]
IDEMPOTENCY_KEY = Header(
    alias="Idempotency-Key",
    min_length=1,
    max_length=MAX_IDEMPOTENCY_KEY_LENGTH,
    pattern=HEADER_PATTERN,
)


@dataclass(frozen=True, kw_only=True)
class CreateRequest(api_requests.CreateRequest):
    __doc__ = api_requests.CreateRequest.__doc__

    file_name: FileName
    bytes: FileBytes
    age_years: AgeYears | None = None


@dataclass(frozen=True, kw_only=True)
class ReviewRequest(api_requests.ReviewRequest):
    __doc__ = api_requests.ReviewRequest.__doc__

    note: Note = ""


@dataclass(frozen=True, kw_only=True)
class AgeRequest(api_requests.AgeRequest):
    __doc__ = api_requests.AgeRequest.__doc__

    age_years: AgeYears | None


@dataclass(frozen=True, kw_only=True)
class WithdrawalRequest(api_requests.WithdrawalRequest):
    __doc__ = api_requests.WithdrawalRequest.__doc__

    review_id: ReviewId


@dataclass(frozen=True, kw_only=True)
class DeletionRequest(api_requests.DeletionRequest):
    __doc__ = api_requests.DeletionRequest.__doc__


@dataclass(frozen=True, kw_only=True)
class SearchRequest(api_requests.SearchRequest):
    __doc__ = api_requests.SearchRequest.__doc__

    file_name: FileName


@dataclass(frozen=True, kw_only=True)
class InvitationRequest(api_requests.InvitationRequest):
    __doc__ = api_requests.InvitationRequest.__doc__

    email: Email


@dataclass(frozen=True, kw_only=True)
class RoleRequest(api_requests.RoleRequest):
    __doc__ = api_requests.RoleRequest.__doc__


@dataclass(frozen=True, kw_only=True)
class SettingsRequest(api_requests.SettingsRequest):
    __doc__ = api_requests.SettingsRequest.__doc__

    replaces: VersionNumber
    prevalence: Prevalence
    slope: Slope = 1.0
    offset: Offset = 0.0
    blind_share: BlindShare | None = None
    reason: Reason = ""


@dataclass(frozen=True, kw_only=True)
class RestoreRequest(api_requests.RestoreRequest):
    __doc__ = api_requests.RestoreRequest.__doc__

    replaces: VersionNumber
    restores: VersionNumber
