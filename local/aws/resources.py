"""What the cloud stack makes in AWS, made here: buckets, queues, the model."""

import json
from pathlib import Path
from typing import Any

from bundles.functions import Resources
from contracts import keys
from contracts.queue import MAX_RECEIVE_COUNT
from local.aws.clients import build_client
from local.aws.cognito import Login
from local.settings import ROOT, Model, Settings
from storage.models_bucket import ModelsBucket, describe_current_version

IMAGES_BUCKET = "xray-pictures"
FACTS_BUCKET = "xray-facts"
MODELS_BUCKET = "xray-models"
SCREENING_QUEUE = "xray-screening"
DEAD_LETTER_QUEUE = "xray-screening-dead-letters"

CARD = ROOT / "models" / "model_card.json"

ENDPOINT_NAME = "chest-xray"
# One site keeps the probability as it is calibrated, the other shows it at its own prevalence.
SITES = {"siteNorth": {}, "siteSouth": {"prevalence": 0.1}}


def create_buckets(settings: Settings) -> None:
    """The three versioned buckets; a page from elsewhere may not touch the pictures."""
    s3 = build_client("s3", settings.aws_url)
    existing = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    for bucket in (IMAGES_BUCKET, FACTS_BUCKET, MODELS_BUCKET):
        if bucket not in existing:
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_cors(Bucket=IMAGES_BUCKET, CORSConfiguration={"CORSRules": [_cors(settings)]})


def create_queue(settings: Settings, *, visible_again_seconds: int) -> str:
    """The screening queue, told of each arrival under `incoming/`; returns its address."""
    sqs = build_client("sqs", settings.aws_url)
    dead = sqs.create_queue(QueueName=DEAD_LETTER_QUEUE)["QueueUrl"]
    redrive = {
        "deadLetterTargetArn": queue_arn(sqs, dead),
        "maxReceiveCount": str(MAX_RECEIVE_COUNT),
    }
    attributes = {
        "VisibilityTimeout": str(visible_again_seconds),
        "RedrivePolicy": json.dumps(redrive),
    }
    url = str(sqs.create_queue(QueueName=SCREENING_QUEUE, Attributes=attributes)["QueueUrl"])
    build_client("s3", settings.aws_url).put_bucket_notification_configuration(
        Bucket=IMAGES_BUCKET, NotificationConfiguration=_arrivals(queue_arn(sqs, url))
    )
    return url


def publish_model(settings: Settings, card: Path = CARD) -> str:
    """Puts the bundled model where screening looks for it, and says in words which one answers.

    A version is written once, and the pointer is left where somebody else has put it.
    """
    s3 = build_client("s3", settings.aws_url)
    files = ModelsBucket(s3, MODELS_BUCKET)
    fields = json.loads(card.read_text())
    bundled = fields["model_version"]
    for path in (card.name, fields["artefacts"]["cpu"]["path"]):
        if files.read_source_key(bundled, path) is None:
            content = (card.parent / path).read_bytes()
            s3.put_object(
                Bucket=MODELS_BUCKET,
                Key=keys.model_file(bundled, path),
                Body=content,
                Metadata={keys.COPIED_FROM: path},
            )
    return describe_current_version(current=files.write_first_pointer(bundled), bundled=bundled)


def known(
    settings: Settings, who: Login, *, session_secret_arn: str, redis_secret_arn: str
) -> Resources:
    """What the functions are told of all this."""
    return Resources(
        stage="local",
        images_bucket=IMAGES_BUCKET,
        facts_bucket=FACTS_BUCKET,
        models_bucket=MODELS_BUCKET,
        redis_url=settings.redis_url,
        redis_secret_arn=redis_secret_arn,
        endpoint_name=ENDPOINT_NAME if settings.model is Model.ENDPOINT else "",
        sites=json.dumps(SITES),
        public_url=settings.public_url,
        images_origin=settings.aws_url,
        issuer=who.issuer,
        login_url=settings.login_url,
        client_id=who.client_id,
        session_secret_arn=session_secret_arn,
    )


def queue_arn(sqs: Any, url: str) -> str:
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(attributes["Attributes"]["QueueArn"])


def _cors(settings: Settings) -> dict[str, Any]:
    return {
        "AllowedOrigins": [settings.origin],
        "AllowedMethods": ["GET", "POST"],
        "AllowedHeaders": ["*"],
        "MaxAgeSeconds": 3000,
    }


def _arrivals(arn: str) -> dict[str, Any]:
    only_incoming = {"Key": {"FilterRules": [{"Name": "prefix", "Value": keys.incoming("")}]}}
    build_arrival_event = {
        "QueueArn": arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": only_incoming,
    }
    return {"QueueConfigurations": [build_arrival_event]}
