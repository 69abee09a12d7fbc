"""Radiographs that arrived and were never answered: their messages went with the last run."""

import json
from datetime import UTC
from typing import Any
from urllib.parse import quote_plus

from contracts import facts, keys
from local.aws.clients import build_client
from local.aws.resources import FACTS_BUCKET, IMAGES_BUCKET
from local.settings import REGION, Settings

# After one of these nothing is left to do for screening.
_FINAL = {fact.kind for fact in (facts.Screened, facts.Rejected, facts.Reviewed, facts.Deleted)}


def requeue_unanswered(settings: Settings, queue_url: str) -> int:
    """Announces each unanswered arrival once more, as S3 would, and returns how many."""
    s3, sqs = build_client("s3", settings.aws_url), build_client("sqs", settings.aws_url)
    last = _last_facts(s3)
    unanswered = [
        entry
        for entry in _listed(s3, IMAGES_BUCKET, keys.incoming(""))
        if not _is_answered(s3, last.get(entry["Key"].removeprefix(keys.incoming(""))))
    ]
    for entry in unanswered:
        sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps(build_arrival_event(entry)))
    return len(unanswered)


def _last_facts(s3: Any) -> dict[str, str]:
    """The key of the newest fact of each radiograph; keys are listed in order."""
    listed = (
        entry["Key"] for entry in _listed(s3, FACTS_BUCKET, keys.facts_prefix("").rstrip("/"))
    )
    return {key.split("/")[1]: key for key in listed}


def _is_answered(s3: Any, key: str | None) -> bool:
    if key is None:
        return False
    fact = json.loads(s3.get_object(Bucket=FACTS_BUCKET, Key=key)["Body"].read())
    return fact["kind"] in _FINAL


def _listed(s3: Any, bucket: str, prefix: str) -> Any:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return (entry for page in pages for entry in page.get("Contents", []))


def build_arrival_event(entry: dict[str, Any]) -> dict[str, Any]:
    """The event of S3 for an object, as S3 lists it."""
    arrived = entry["LastModified"].astimezone(UTC).isoformat(timespec="milliseconds")
    made = {
        "key": quote_plus(entry["Key"]),
        "size": entry["Size"],
        "eTag": entry["ETag"].strip('"'),
    }
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": arrived.replace("+00:00", "Z"),
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": IMAGES_BUCKET, "arn": f"arn:aws:s3:::{IMAGES_BUCKET}"},
            "object": made,
        },
    }
    return {"Records": [record]}
