"""A hospital's side of the system: the functions are called as API Gateway and SQS call them."""

import contextlib
import io
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts import keys
from contracts.findings import Finding
from lambdas import clock
from lambdas.api import handler as api
from lambdas.drift import handler as drift
from lambdas.observability import logger
from lambdas.screening import handler as screening
from local.api_gateway.events import Route, build_event, parse_answer
from local.http_server import Request
from local.settings import ACCOUNT, REGION
from reliability.half_year.account import IMAGES_BUCKET, SITE, Account

_ROUTE = Route(base="/v1/")
_START = datetime(2027, 1, 1, 8, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class LambdaContext:
    """What Powertools reads of Lambda's context."""

    function_name: str = "half-year"
    memory_limit_in_mb: int = 2048
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:half-year"
    aws_request_id: str = "half-year"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody of the hospital; `role` is a group of the login."""

    name: str
    role: str = "doctor"

    @property
    def claims(self) -> dict[str, str]:
        return {
            "sub": str(uuid.uuid5(uuid.NAMESPACE_DNS, self.name)),
            "email": f"{self.name}@north.example",
            "token_use": "id",
            "jti": str(uuid.uuid5(uuid.NAMESPACE_DNS, f"token of {self.name}")),
            "cognito:groups": f"{SITE},{self.role}",
        }


ADMINISTRATOR = Person(name="administrator", role="administrator")
RADIOGRAPHER = Person(name="radiographer")


class RequestRefusedError(Exception):
    """The API answered with an error; the message has its status and text."""


@dataclass(kw_only=True)
class Hospital:
    """The functions read the time of `now`, which only `pass_time` moves."""

    account: Account
    now: datetime = field(default=_START)
    calls: int = 0

    def __post_init__(self) -> None:
        logger.setLevel("CRITICAL")
        clock.now = lambda: self.now  # The fake clock of all functions.

    def pass_time(self, time: timedelta) -> None:
        self.now += time

    def upload(self, contents: Sequence[bytes], *, age_years: int) -> list[str]:
        """Announces and uploads files of one age, and has them screened; returns their ids."""
        radiographs = [self._upload(content, age_years) for content in contents]
        answer = screening.handler(_build_upload_event(radiographs), LambdaContext())
        if answer["batchItemFailures"]:
            raise RequestRefusedError(f"Not screened: {answer['batchItemFailures']}")
        return radiographs

    def read(self, radiograph_id: str) -> dict[str, Any]:
        radiograph: dict[str, Any] = self.call("GET", f"/radiographs/{radiograph_id}")
        return radiograph

    def review(self, radiograph_id: str, finding: Finding, by: Person) -> None:
        path, body = f"/radiographs/{radiograph_id}/reviews", {"finding": finding.value}
        self.call("POST", path, body=body, person=by)

    def count_drift_signals(self) -> int:
        """How many signals of the site ring now, pages and notes."""
        counts: dict[str, int] = drift.handler({}, LambdaContext())
        return counts.get(SITE, 0)

    def follow_model(self) -> None:
        """As after half a minute: the screening function reads the pointer again."""
        screening.pipeline.cache_clear()

    def call(
        self, method: str, path: str, *, body: Any = None, person: Person = RADIOGRAPHER
    ) -> Any:
        """The parsed body of the API's answer. Raises RequestRefusedError.

        The number of the call is its idempotency key, from which the id of a radiograph follows, so
        that each half-year has the same ids.
        """
        self.calls += 1
        request = Request(
            method=method,
            target=f"/v1{path}",
            headers=[
                ("Content-Type", "application/json"),
                ("Host", "localhost"),
                ("Idempotency-Key", str(uuid.uuid5(uuid.NAMESPACE_DNS, f"call {self.calls}"))),
            ],
            body=b"" if body is None else json.dumps(body).encode(),
            source_ip="127.0.0.1",
        )
        event = build_event(request, _ROUTE, claims=person.claims)
        answer = parse_answer(json.dumps(api.handler(event, LambdaContext())).encode())
        if answer.status >= 400:
            raise RequestRefusedError(f"{method} {path}: {answer.status} {answer.body.decode()}")
        return json.loads(answer.body or "null")

    def _upload(self, content: bytes, age_years: int) -> str:
        body = {"file_name": "thorax.dcm", "bytes": len(content), "age_years": age_years}
        created = self.call("POST", "/radiographs", body=body)
        radiograph_id = str(created["radiograph"]["id"])
        self.account.client("s3").put_object(
            Bucket=IMAGES_BUCKET, Key=keys.incoming(radiograph_id), Body=content
        )
        return radiograph_id


def _build_upload_event(radiographs: Sequence[str]) -> dict[str, Any]:
    """The event of SQS with S3's message about each upload."""
    return {"Records": [_build_message(radiograph) for radiograph in radiographs]}


def _build_message(radiograph_id: str) -> dict[str, Any]:
    upload = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": clock.to_text(clock.now()),
        "eventName": "ObjectCreated:Post",
        "s3": {"bucket": {"name": IMAGES_BUCKET}, "object": {"key": keys.incoming(radiograph_id)}},
    }
    return {
        "messageId": radiograph_id,
        "receiptHandle": "handle",
        "body": json.dumps({"Records": [upload]}),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:incoming",
        "awsRegion": REGION,
    }


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Keeps metrics and log lines, which the functions write to the standard output, out of it."""
    with contextlib.redirect_stdout(io.StringIO()):
        yield
