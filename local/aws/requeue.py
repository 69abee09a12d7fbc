"""Requeues radiographs that arrived but have no answer: moto loses its queue when a run ends."""

import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any
from urllib.parse import quote_plus

from contracts import facts, keys
from contracts.serialisation import parse_fact
from local.aws.clients import build_client
from local.aws.resources import FACTS_BUCKET, IMAGES_BUCKET
from local.settings import REGION, Settings

# After a fact of one of these kinds, screening has nothing left to do.
_FINAL_FACTS = (facts.Screened, facts.Rejected, facts.Reviewed, facts.Deleted)


def requeue_unanswered(settings: Settings, queue_url: str) -> int:
    """Sends S3's event again for each upload without an answer; returns the number sent."""
    s3, sqs = build_client("s3", settings.aws_url), build_client("sqs", settings.aws_url)
    newest_facts = _newest_fact_keys(s3)
    unanswered = [
        entry
        for entry in _list_objects(s3, IMAGES_BUCKET, keys.incoming(""))
        if not _is_answered(s3, newest_facts.get(entry["Key"].removeprefix(keys.incoming(""))))
    ]
    for entry in unanswered:
        message = json.dumps(build_arrival_event(entry))
        sqs.send_message(QueueUrl=queue_url, MessageBody=message)
    return len(unanswered)


def build_arrival_event(entry: dict[str, Any]) -> dict[str, Any]:
    """Builds the event that S3 sends for a new object, from the object's entry in a listing."""
    modified = entry["LastModified"].astimezone(UTC).isoformat(timespec="milliseconds")
    s3_object = {
        "key": quote_plus(entry["Key"]),
        "size": entry["Size"],
        "eTag": entry["ETag"].strip('"'),
    }
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": modified.replace("+00:00", "Z"),
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": IMAGES_BUCKET, "arn": f"arn:aws:s3:::{IMAGES_BUCKET}"},
            "object": s3_object,
        },
    }
    return {"Records": [record]}


def _newest_fact_keys(s3: Any) -> dict[str, str]:
    """Maps each radiograph to its newest fact; S3 lists keys in order, so the last one wins."""
    prefix = keys.facts_prefix("").rstrip("/")
    listing = (entry["Key"] for entry in _list_objects(s3, FACTS_BUCKET, prefix))
    return {key.split("/")[1]: key for key in listing}


def _is_answered(s3: Any, fact_key: str | None) -> bool:
    """True also for a fact that cannot be read: until a release reads it, screening cannot go on.

    It must not keep all other radiographs from being answered.
    """
    if fact_key is None:
        return False
    content = s3.get_object(Bucket=FACTS_BUCKET, Key=fact_key)["Body"].read()
    try:
        return isinstance(parse_fact(json.loads(content)), _FINAL_FACTS)
    except (ValueError, RecursionError):
        return True


def _list_objects(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return (entry for page in pages for entry in page.get("Contents", []))
