"""The messages of the `/v1` API: what its callers send and what it answers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from contracts.answers import Answer
from contracts.facts import Verdict
from contracts.record import State
from contracts.rejections import Rejection

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_FILE_NAME_LENGTH = 255
MAX_NOTE_LENGTH = 2000
MAX_AGE_YEARS = 120
PAGE_SIZE = 25


class _Number:
    """Tells pydantic, where it reads a request, that `false` is no age and "1000" no size."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        function = {"type": "no-info", "function": self._only}
        return {"type": "function-before", "function": function, "schema": handler(source)}

    def _only(self, value: object) -> object:
        if isinstance(value, bool | str):
            raise ValueError("Input should be a valid integer")
        return value


Whole = Annotated[int, _Number()]


@dataclass(frozen=True, kw_only=True)
class CreateRequest:
    """`POST /radiographs`: announce a file of `bytes` bytes."""

    file_name: str
    bytes: Whole
    age_years: Whole | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.file_name) <= MAX_FILE_NAME_LENGTH:
            raise ValueError(f"file_name has 1 to {MAX_FILE_NAME_LENGTH} characters")
        if not 0 <= self.bytes <= MAX_FILE_BYTES:
            raise ValueError(f"bytes is 0 to {MAX_FILE_BYTES}: files up to 50 MB are read")
        if self.age_years is not None and not 0 <= self.age_years <= MAX_AGE_YEARS:
            raise ValueError(f"age_years is 0 to {MAX_AGE_YEARS}")


@dataclass(frozen=True, kw_only=True)
class ReviewRequest:
    """`POST /radiographs/{id}/reviews`: a doctor's word on the answer."""

    verdict: Verdict
    note: str = ""

    def __post_init__(self) -> None:
        if len(self.note) > MAX_NOTE_LENGTH:
            raise ValueError(f"note has at most {MAX_NOTE_LENGTH} characters")


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """`POST /radiographs/search`: a part of a file name, which never stands in a URL."""

    file_name: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.file_name) <= MAX_FILE_NAME_LENGTH:
            raise ValueError(f"file_name has 1 to {MAX_FILE_NAME_LENGTH} characters")


@dataclass(frozen=True, kw_only=True)
class ReviewView:
    at: str
    by: str
    verdict: Verdict
    note: str


@dataclass(frozen=True, kw_only=True)
class RadiographView:
    """One radiograph as its site's doctors see it.

    The three addresses are presigned and short-lived; None where there is no such picture.
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

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "RadiographView":
        reviews = (ReviewView(**{**r, "verdict": Verdict(r["verdict"])}) for r in fields["reviews"])
        return cls(
            **{
                **fields,
                "state": State(fields["state"]),
                "answer": Answer.from_json(fields["answer"]) if fields["answer"] else None,
                "rejection": Rejection(fields["rejection"]) if fields["rejection"] else None,
                "reviews": tuple(reviews),
            }
        )


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A form for S3: post `fields`, then the file as `file`, to `url` before it expires."""

    url: str
    fields: Mapping[str, str]
    expires_in_seconds: int


@dataclass(frozen=True, kw_only=True)
class Created:
    """The answer to `POST /radiographs`; `upload` is None once the bytes have arrived."""

    radiograph: RadiographView
    upload: Upload | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Created":
        return cls(
            radiograph=RadiographView.from_json(fields["radiograph"]),
            upload=Upload(**fields["upload"]) if fields["upload"] else None,
        )


@dataclass(frozen=True, kw_only=True)
class Worklist:
    """A page of radiographs, newest first. `cursor` asks for the next page; `complete` is False
    while Redis is away and only the newest are read, from S3.
    """

    radiographs: tuple[RadiographView, ...]
    cursor: str | None
    complete: bool

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Worklist":
        return cls(
            radiographs=tuple(RadiographView.from_json(view) for view in fields["radiographs"]),
            cursor=fields["cursor"],
            complete=fields["complete"],
        )


@dataclass(frozen=True, kw_only=True)
class Problem:
    """An error as RFC 9457 words it; `reference` finds the request in the logs."""

    type: str
    title: str
    status: int
    detail: str
    reference: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
