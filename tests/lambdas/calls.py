"""Calls the functions as Lambda does: with events."""

import base64
import io
import json
import os
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import redis
from moto.cognitoidp.models import cognitoidp_backends
from PIL import Image

from contracts import keys
from contracts.api import Worklist
from contracts.serialisation import parse
from lambdas import clients, manage_accounts
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

# The trace of every call.
TRACE_ID = "1-67891233-abcdef012345678912345678"

DOCTOR = {
    "sub": "5f0c1f6e-8a35-4c1f-9a1c-2f6d2b9f1c11",
    "email": "doctor@north.example",
    "token_use": "id",
    "jti": "9d3f7a40-64bb-4f0e-a6ce-5b1f0a1d8c55",
    "cognito:groups": "siteNorth,doctor",
}
ADMINISTRATOR = {**DOCTOR, "cognito:groups": "siteNorth,administrator"}
SOUTH_ADMINISTRATOR = {
    **DOCTOR,
    "sub": "0d6f3f0c-2c5e-4a27-8a35-7c0f7f0c9e55",
    "cognito:groups": "siteSouth,administrator",
}

SOUTH = {**DOCTOR, "cognito:groups": "siteSouth,doctor"}


def find_user_pool() -> str:
    """The id of the user pool in moto, which is made at the first call with its groups and with an
    administrator of each site.
    """
    cognito = clients.user_pools()
    if pools := cognito.list_user_pools(MaxResults=1)["UserPools"]:
        return str(pools[0]["Id"])
    pool = cognito.create_user_pool(PoolName="users", UsernameAttributes=["email"])["UserPool"]
    for group in ("siteNorth", "siteSouth", "doctor", "administrator"):
        cognito.create_group(UserPoolId=pool["Id"], GroupName=group)
    for email, claims in {
        "admin@north.example": ADMINISTRATOR,
        "admin@south.example": SOUTH_ADMINISTRATOR,
    }.items():
        _create_user(str(pool["Id"]), email, claims)
    return str(pool["Id"])


def _create_user(pool_id: str, email: str, claims: dict[str, str]) -> None:
    """moto draws the id of a user by chance; here it becomes that of the claims."""
    cognito = clients.user_pools()
    cognito.admin_create_user(UserPoolId=pool_id, Username=email)
    users = cognitoidp_backends["123456789012"]["us-east-1"].user_pools[pool_id].users
    user = next(each for each in users.values() if each.attribute_lookup["email"] == email)
    users[claims["sub"]] = users.pop(user.username)
    user.username = user.id = claims["sub"]
    user.update_attributes([{"Name": "sub", "Value": claims["sub"]}])
    for group in claims["cognito:groups"].split(","):
        cognito.admin_add_user_to_group(UserPoolId=pool_id, Username=claims["sub"], GroupName=group)


@dataclass(frozen=True, kw_only=True)
class Aws:
    """Clients of the test's own, which see what the functions store. `function_calls` are the
    events that one function sent to another: nothing here runs Lambda, so that a test does.
    """

    s3: Any
    redis: "redis.Redis"
    function_calls: list[Any] = field(default_factory=list)
    user_pools: list[str] = field(default_factory=list)

    def take_call(self, params: Any, **_: Any) -> Any:
        """Answers as Lambda does, which queues an asynchronous call. A caller who waits is the
        API, which calls the accounts function.
        """
        event = json.loads(params["body"])
        if params["headers"].get("X-Amz-Invocation-Type") == "Event":
            self.function_calls.append(event)
            return SimpleNamespace(status_code=202), {"StatusCode": 202}
        if not self.user_pools:
            self.user_pools.append(find_user_pool())
        os.environ["USER_POOL_ID"] = self.user_pools[0]
        try:
            payload = json.dumps(manage_accounts.handler(event, Context())).encode()
        except Exception:  # Of whatever kind, as Lambda reports it.
            return SimpleNamespace(status_code=200), {"FunctionError": "Unhandled"}
        return SimpleNamespace(status_code=200), {"StatusCode": 200, "Payload": io.BytesIO(payload)}

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
        language: str | None = None,
    ) -> tuple[int, Any]:
        """The status and the parsed body of the response; the bytes of a file."""
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
        if language:
            headers["accept-language"] = language
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
        if response.get("isBase64Encoded"):
            return response["statusCode"], base64.b64decode(response["body"])
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
