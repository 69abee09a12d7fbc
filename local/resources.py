"""What the cloud stack makes in AWS, made here: buckets, queues, the session secret, the model."""

import json
import secrets
from pathlib import Path
from typing import Any

from contracts import keys
from local.clients import client
from local.settings import ROOT, Settings

PICTURES = "xray-pictures"
FACTS = "xray-facts"
MODELS = "xray-models"
QUEUE = "xray-screening"
DEAD_LETTERS = "xray-screening-dead-letters"
SECRET_NAME = "xray-session"

CARD = ROOT / "models" / "model_card.json"

# A message that three attempts did not get through is set aside for a person.
_ATTEMPTS = 3


def make_storage(settings: Settings) -> None:
    """The three versioned buckets; a page from elsewhere may not touch the pictures."""
    s3 = client("s3", settings.aws_url)
    existing = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    for bucket in (PICTURES, FACTS, MODELS):
        if bucket not in existing:
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_cors(Bucket=PICTURES, CORSConfiguration={"CORSRules": [_cors(settings)]})


def make_queue(settings: Settings, *, visible_again_seconds: int) -> str:
    """The screening queue, told of each arrival under `incoming/`; returns its address."""
    sqs = client("sqs", settings.aws_url)
    dead = sqs.create_queue(QueueName=DEAD_LETTERS)["QueueUrl"]
    redrive = {"deadLetterTargetArn": queue_arn(sqs, dead), "maxReceiveCount": str(_ATTEMPTS)}
    attributes = {
        "VisibilityTimeout": str(visible_again_seconds),
        "RedrivePolicy": json.dumps(redrive),
    }
    url = str(sqs.create_queue(QueueName=QUEUE, Attributes=attributes)["QueueUrl"])
    client("s3", settings.aws_url).put_bucket_notification_configuration(
        Bucket=PICTURES, NotificationConfiguration=_arrivals(queue_arn(sqs, url))
    )
    return url


def make_secret(settings: Settings) -> str:
    """The key of the session cookies, the same at each start; returns the secret's ARN."""
    kept = settings.data / "session-secret"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    manager = client("secretsmanager", settings.aws_url)
    made = manager.create_secret(Name=SECRET_NAME, SecretString=kept.read_text())
    return str(made["ARN"])


def publish_model(settings: Settings, card: Path = CARD) -> str | None:
    """Puts the bundled model where screening looks for it and returns the version that answers.

    A version is written once, and the pointer is left where somebody else has put it. None where
    the repository holds no model.
    """
    s3 = client("s3", settings.aws_url)
    if not card.exists():
        return None
    fields = json.loads(card.read_text())
    version = fields["model_version"]
    for path in (card.name, fields["artefacts"]["cpu"]["path"]):
        _put_once(s3, keys.model_file(version, path), (card.parent / path).read_bytes())
    pointer = json.dumps({"model_version": version}).encode()
    _put_once(s3, keys.CURRENT_MODEL, pointer)
    current = s3.get_object(Bucket=MODELS, Key=keys.CURRENT_MODEL)["Body"].read()
    return str(json.loads(current)["model_version"])


def queue_arn(sqs: Any, url: str) -> str:
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(attributes["Attributes"]["QueueArn"])


def _put_once(s3: Any, key: str, content: bytes) -> None:
    listed = s3.list_objects_v2(Bucket=MODELS, Prefix=key)
    if key not in {entry["Key"] for entry in listed.get("Contents", [])}:
        s3.put_object(Bucket=MODELS, Key=key, Body=content)


def _cors(settings: Settings) -> dict[str, Any]:
    return {
        "AllowedOrigins": [settings.public_url],
        "AllowedMethods": ["GET", "POST"],
        "AllowedHeaders": ["*"],
        "MaxAgeSeconds": 3000,
    }


def _arrivals(arn: str) -> dict[str, Any]:
    only_incoming = {"Key": {"FilterRules": [{"Name": "prefix", "Value": keys.incoming("")}]}}
    arrival = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": only_incoming}
    return {"QueueConfigurations": [arrival]}
