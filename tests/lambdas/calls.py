"""Calls the functions as Lambda does: with events."""

import base64
import io
import json
from dataclasses import dataclass
from typing import Any

import redis
from PIL import Image

from contracts import keys
from contracts.api import Worklist
from contracts.serialisation import parse
from lambdas import clients
from lambdas.api import handler as api_handler
from lambdas.record_cipher import RecordCipher
from lambdas.screening import handler as screening_handler
from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_image, encode_png_with_comment, grey_ramp
from screening.images import build_model_input
from tests.conftest import ROOT

CHEST = encode_image(Image.fromarray(build_model_input(draw_phantom())))
# An image with another height than width, which is quickly screened.
PNG = encode_image(Image.fromarray(grey_ramp(300, 400)))

DOCTOR = {
    "sub": "5f0c1f6e-8a35-4c1f-9a1c-2f6d2b9f1c11",
    "email": "doctor@north.example",
    "token_use": "id",
    "jti": "9d3f7a40-64bb-4f0e-a6ce-5b1f0a1d8c55",
    "cognito:groups": "siteNorth,doctor",
}
ADMINISTRATOR = {**DOCTOR, "cognito:groups": "siteNorth,administrator"}


SOUTH = {**DOCTOR, "cognito:groups": "siteSouth,doctor"}


@dataclass(frozen=True, kw_only=True)
class Aws:
    """Clients of the test's own, which see what the functions store."""

    s3: Any
    redis: "redis.Redis"

    def facts(self, radiograph: str) -> list[dict[str, Any]]:
        """The facts of a radiograph, in their order."""
        listing = self.s3.list_objects_v2(Bucket="facts", Prefix=keys.facts_prefix(radiograph))
        items = listing.get("Contents", [])
        bodies = (self.s3.get_object(Bucket="facts", Key=item["Key"])["Body"] for item in items)
        return [json.loads(body.read()) for body in bodies]

    def fact_kinds(self, radiograph: str) -> list[str]:
        return [fact["kind"] for fact in self.facts(radiograph)]

    def cached_record(self, radiograph: str) -> Any:
        """The decrypted entry of a radiograph in Redis, as JSON; None where there is none."""
        entry: Any = self.redis.hget(keys.redis_radiograph(radiograph), "entry")
        if not entry:
            return None
        return json.loads(RecordCipher(clients.secrets(), "record-key").decrypt(entry.decode()))

    def upload(self, radiograph: str, content: bytes) -> None:
        self.s3.put_object(Bucket="pictures", Key=keys.incoming(radiograph), Body=content)


class Api:
    """Calls the API function as API Gateway does, with an event and the user's claims."""

    def __call__(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: dict[str, str] | None = None,
        key: str | None = None,
        claims: dict[str, str] = DOCTOR,
    ) -> tuple[int, Any]:
        """The status and the parsed body of the response."""
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
        response = api_handler.handler(
            {
                "resource": "/v1/{proxy+}",
                "path": f"/v1{path}",
                "httpMethod": method,
                "headers": headers,
                "multiValueHeaders": {name: [value] for name, value in headers.items()},
                "queryStringParameters": query,
                "multiValueQueryStringParameters": {n: [v] for n, v in (query or {}).items()},
                "pathParameters": {"proxy": path.lstrip("/")},
                "stageVariables": None,
                "requestContext": {
                    "path": f"/v1{path}",
                    "stage": "test",
                    "httpMethod": method,
                    "requestId": "3f1e",
                    "authorizer": {"claims": claims},
                },
                # API Gateway takes every content type (`*/*`) for binary.
                "body": text and base64.b64encode(text.encode()).decode(),
                "isBase64Encoded": bool(text),
            },
            Context(),
        )
        return response["statusCode"], json.loads(response["body"] or "null")

    def create(self, key: str = "k1", **fields: Any) -> str:
        """Announces a radiograph and returns its id."""
        request = {"file_name": "thorax.png", "bytes": 1000, **fields}
        status, created = self("POST", "/radiographs", body=request, key=key)
        assert status in (200, 201), created
        return str(created["radiograph"]["id"])


def upload_event(*radiographs: str, receives: int = 1) -> dict[str, Any]:
    """The event that the queue sends to the screening function: one message for each upload."""
    s3_event = json.loads((ROOT / "tests" / "golden" / "upload_event.json").read_text())

    def message(radiograph: str) -> dict[str, Any]:
        s3_event["Records"][0]["s3"]["object"]["key"] = keys.incoming(radiograph)
        return {
            "messageId": f"message-{radiograph}",
            "receiptHandle": "handle",
            "body": json.dumps(s3_event),
            "attributes": {"ApproximateReceiveCount": str(receives)},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:incoming",
            "awsRegion": "us-east-1",
        }

    return {"Records": [message(radiograph) for radiograph in radiographs]}


def run_screening(*radiographs: str, receives: int = 1) -> list[str]:
    """Runs the screening function; returns the ids of the messages that it reports as failed."""
    response = screening_handler.handler(upload_event(*radiographs, receives=receives), Context())
    return [item["itemIdentifier"] for item in response["batchItemFailures"]]


@dataclass(frozen=True, kw_only=True)
class Context:
    """The attributes of Lambda's context that Powertools reads."""

    function_name: str = "test"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:test"
    aws_request_id: str = "3f1e"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def screen_phantom(aws: Aws, api: Api, key: str = "k1", **fields: Any) -> str:
    """Announces, uploads and screens a phantom; returns its id. Each key has bytes of its own."""
    radiograph = api.create(key, **fields)
    aws.upload(radiograph, encode_png_with_comment(Image.open(io.BytesIO(CHEST)), key))
    run_screening(radiograph)
    return radiograph


def list_worklist(api: Api, **query: str) -> Worklist:
    status, body = api("GET", "/radiographs", query=query)
    assert status == 200, body
    return parse(Worklist, body)


def read_view(api: Api, radiograph: str) -> dict[str, Any]:
    """Reads a radiograph as its page does."""
    status, view = api("GET", f"/radiographs/{radiograph}")
    assert status == 200, view
    return dict(view)
