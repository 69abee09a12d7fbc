"""Facts of another release, or damaged ones, beside those that the functions write."""

import json
from typing import Any

from contracts import keys
from tests.lambdas.calls import Aws

# Each stands for a kind of content that no release can make a fact of, or only a later one.
UNREADABLE = {
    "bad JSON": b'{"kind": "reviewed", ',
    "no UTF-8": b'{"kind": "\xff"}',
    "another value": b"[]",
    "nesting": b"[" * 100_000,
    "a missing field": json.dumps({"kind": "reviewed", "sequence": 4}).encode(),
}


def put_fact(aws: Aws, radiograph: str, sequence: int, content: bytes | dict[str, Any]) -> None:
    """Also in place of a fact. No copy of the record is left that was folded from the former."""
    key = keys.identity(radiograph)
    identity = json.loads(aws.s3.get_object(Bucket="pictures", Key=key)["Body"].read())
    if identity.get("record", {}).get("sequence", 0) >= sequence:
        del identity["record"]
        aws.s3.put_object(Bucket="pictures", Key=key, Body=json.dumps(identity))
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    aws.s3.put_object(Bucket="facts", Key=keys.fact(radiograph, sequence), Body=body)


def build_later_fact(radiograph: str, sequence: int) -> dict[str, Any]:
    """A fact of a kind that this release lacks."""
    return {
        "kind": "second_opinion",
        "radiograph_id": radiograph,
        "sequence": sequence,
        "at": "2026-11-28T09:00:00.000Z",
        "by": "a subject",
        "grade": 3,
    }
