"""Uploads without an answer return to the queue, whatever another radiograph's facts hold."""

import json
from typing import Any
from uuid import uuid4

import pytest

from contracts import keys
from local.aws import resources
from local.aws.clients import build_client
from local.aws.requeue import requeue_unanswered
from local.aws.resources import FACTS_BUCKET, IMAGES_BUCKET
from local.settings import Settings
from reliability.release_examples import RELEASES, build_examples, read_lists


@pytest.fixture
def settings(aws_port: int, s3: Any) -> Settings:
    settings = Settings(port=aws_port - 1)
    resources.create_buckets(settings)
    for bucket, prefix in ((IMAGES_BUCKET, keys.incoming("")), (FACTS_BUCKET, "facts/")):
        for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=entry["Key"])
    return settings


def store(s3: Any, radiograph: str, *facts: bytes) -> None:
    """Stores an upload with these facts."""
    s3.put_object(Bucket=IMAGES_BUCKET, Key=keys.incoming(radiograph), Body=b"a file")
    for sequence, content in enumerate(facts, start=1):
        s3.put_object(Bucket=FACTS_BUCKET, Key=keys.fact(radiograph, sequence), Body=content)


def example(kind: str) -> bytes:
    return json.dumps(next(build_examples(kind, read_lists(RELEASES[-1])[kind]))).encode()


@pytest.mark.parametrize("content", [b'{"kind": ', b"[]", b"\xff", b"[" * 100_000])
def test_a_fact_that_cannot_be_read_keeps_no_other_upload_from_the_queue(
    settings: Settings, s3: Any, content: bytes
) -> None:
    store(s3, "a" * 26, example("created"), content)
    store(s3, "b" * 26, example("created"), example("received"), example("screened"))
    store(s3, "c" * 26, example("created"))
    sqs = build_client("sqs", settings.aws_url)
    url = sqs.create_queue(QueueName=str(uuid4()))["QueueUrl"]
    assert requeue_unanswered(settings, url) == 1
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    assert "c" * 26 in message["Body"]
